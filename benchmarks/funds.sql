-- A year of daily movements, seeded, the same at every run: %(days)s rows for every client. Most are
-- small; one client in fifty pays a large amount on the same day of every month, and now and then
-- somebody pays one out of nothing. What leaves today is as mixed.
INSERT INTO credit_fund_movement (partner_id, date, amount, cross_bank, purpose, reference)
SELECT c.id, d.day,
       CASE WHEN c.n %% 50 = 0 AND extract(day FROM d.day) = 5 + c.n / 50 %% 20
                THEN -(12000000 + c.n %% 1000)
            WHEN h.n %% 1997 = 0 THEN -(10000000 + h.n %% 900000)
            WHEN h.n %% 1499 = 0 THEN 10000000 + h.n %% 900000
            ELSE (h.n %% 2000000) - 1000000 END,
       h.n %% 3 <> 0, NULL, ''
  FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM res_partner WHERE is_credit_client) c
 CROSS JOIN (SELECT i AS n, %(today)s::date - (i * 365 / %(days)s) AS day
               FROM generate_series(0, %(days)s - 1) i) d
 CROSS JOIN LATERAL (SELECT abs(hashint8(c.n * 1000 + d.n)::bigint) AS n) h;

-- Payments still to come, one client in two hundred.
INSERT INTO credit_planned_payment (
    partner_id, value_date, direction, amount, cross_bank, reference, source, state)
SELECT c.id, %(today)s::date + 1 + (c.n %% 5)::integer, 'out', 9000000 + c.n %% 3000000, c.n %% 4 <> 0,
       'bench', 'bench', 'planned'
  FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM res_partner WHERE is_credit_client) c
 WHERE c.n %% 200 = 0;
