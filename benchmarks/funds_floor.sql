-- The evening's run written by hand, in one transaction and without anything around it: rhythms of a
-- year, outflows of the day that nothing explains, tasks before planned payments, the bulletins.
DELETE FROM credit_fund_rhythm;

INSERT INTO credit_fund_rhythm (partner_id, kind_id, day, usual_amount, times, last_on)
SELECT d.partner_id, d.kind_id, d.day, (array_agg(d.outflow ORDER BY d.outflow DESC))[d.min_times],
       count(*), max(d.last_on)
  FROM (SELECT b.partner_id, k.id AS kind_id, k.min_times, n.day, max(b.outflow) AS outflow,
               max(b.date) AS last_on
          FROM (SELECT partner_id, date, -sum(amount) AS outflow,
                       bool_or(purpose = 'tax') AS tax, bool_or(purpose = 'payroll') AS payroll
                  FROM credit_fund_movement
                 WHERE amount < 0 AND date >= %(since)s AND date < %(today)s
              GROUP BY partner_id, date
                HAVING -sum(amount) >= 10000000 / 1.1) b
          JOIN credit_fund_rhythm_kind k
            ON k.active AND (k.code IN ('weekday', 'monthday') OR (k.code = 'tax' AND b.tax)
                             OR (k.code = 'payroll' AND b.payroll))
    CROSS JOIN LATERAL generate_series(
                   CASE WHEN k.code = 'monthday' THEN -k.tolerance_days ELSE 0 END,
                   CASE WHEN k.code = 'monthday' THEN k.tolerance_days ELSE 0 END) near(days)
    CROSS JOIN LATERAL (SELECT
                   CASE k.code WHEN 'weekday' THEN extract(isodow FROM b.date)
                        WHEN 'monthday' THEN CASE
                             WHEN extract(day FROM b.date + near.days + 1) = 1 THEN 31
                             ELSE extract(day FROM b.date + near.days) END
                        ELSE 0 END::integer AS day,
                   CASE k.code WHEN 'weekday' THEN b.date
                        ELSE date_trunc('month', b.date + near.days)::date END AS turn) n
      GROUP BY b.partner_id, k.id, n.day, n.turn) d
GROUP BY d.partner_id, d.kind_id, d.day, d.min_times
HAVING count(*) >= d.min_times;

INSERT INTO credit_fund_alert (rule_id, clause, partner_id, institution_id, date, amount, threshold,
                               user_id, quiet_reason, state)
SELECT r.id, r.clause, o.partner_id, p.credit_institution_id, o.date, o.amount, r.threshold, p.user_id,
       q.reason, CASE WHEN q.reason IS NULL THEN 'open' ELSE 'quiet' END
  FROM (SELECT partner_id, date, -sum(amount) AS amount, max(purpose) AS purpose
          FROM credit_fund_movement
         WHERE date = %(today)s AND amount < 0
      GROUP BY partner_id, date
        HAVING -sum(amount) >= 10000000) o
  JOIN credit_fund_rule r ON r.code = 'unusual_outflow'
  JOIN res_partner p ON p.id = o.partner_id
 CROSS JOIN LATERAL (SELECT CASE
           WHEN (SELECT coalesce(sum(t.amount), 0) * 1.1 FROM credit_planned_payment t
                  WHERE t.partner_id = o.partner_id AND t.value_date = o.date AND t.direction = 'out'
                    AND t.state = 'planned') >= o.amount THEN 'registered'
           WHEN EXISTS (SELECT FROM credit_fund_rhythm h
                          JOIN credit_fund_rhythm_kind k ON k.id = h.kind_id AND k.active
                         WHERE h.partner_id = o.partner_id AND h.usual_amount * 1.1 >= o.amount
                           AND CASE k.code
                               WHEN 'weekday' THEN h.day = extract(isodow FROM o.date)
                               WHEN 'monthday' THEN h.day = CASE
                                    WHEN extract(day FROM o.date + 1) = 1 THEN 31
                                    ELSE extract(day FROM o.date) END
                               ELSE k.code = o.purpose END) THEN 'usual' END AS reason) q;

INSERT INTO credit_fund_alert (rule_id, clause, partner_id, institution_id, payment_id, date, amount,
                               threshold, user_id, state)
SELECT r.id, r.clause, t.partner_id, p.credit_institution_id, t.id, t.value_date, t.amount,
       r.threshold, p.user_id, 'open'
  FROM credit_planned_payment t
  JOIN credit_fund_rule r ON r.code = 'planned_outflow'
  JOIN res_partner p ON p.id = t.partner_id
 WHERE t.value_date > %(today)s AND t.direction = 'out' AND t.state = 'planned' AND t.cross_bank
   AND t.amount >= 10000000;

WITH moved AS MATERIALIZED (
    SELECT m.partner_id, p.credit_institution_id, i.parent_path, sum(m.amount) AS net, p.user_id,
           coalesce(sum(m.amount) FILTER (WHERE m.amount > 0), 0) AS inflow,
           coalesce(-sum(m.amount) FILTER (WHERE m.amount < 0), 0) AS outflow
      FROM credit_fund_movement m
      JOIN res_partner p ON p.id = m.partner_id
      JOIN crm_team i ON i.id = p.credit_institution_id
     WHERE m.date = %(today)s
  GROUP BY m.partner_id, p.id, i.id),
bulletin AS (
    INSERT INTO credit_fund_bulletin (institution_id, day, threshold, clause, clients, inflow, outflow,
                                      net, line_count)
    SELECT u.id, %(today)s, 10000000, 'R-V-3c', count(*), sum(v.inflow), sum(v.outflow), sum(v.net),
           count(*) FILTER (WHERE abs(v.net) > 10000000)
      FROM crm_team u JOIN moved v ON v.parent_path LIKE u.parent_path || '%%'
  GROUP BY u.id
 RETURNING id, institution_id)
INSERT INTO credit_fund_bulletin_line (bulletin_id, partner_id, institution_id, user_id, net, inflow,
                                       outflow)
SELECT b.id, v.partner_id, v.credit_institution_id, v.user_id, v.net, v.inflow, v.outflow
  FROM bulletin b
  JOIN crm_team u ON u.id = b.institution_id
  JOIN moved v ON v.parent_path LIKE u.parent_path || '%%'
 WHERE abs(v.net) > 10000000;
