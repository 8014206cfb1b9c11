-- A synthetic book: %(clients)s credit clients, each with one yearly and one monthly report, about four
-- designations and two products. The same numbers at every run: setseed, no parallel workers.
SET LOCAL max_parallel_workers_per_gather = 0;
SELECT setseed(0.2021);

-- Clients that were there before stay out of the measurement.
UPDATE res_partner SET is_credit_client = FALSE WHERE is_credit_client;

CREATE TEMP TABLE draw ON COMMIT DROP AS
SELECT n,
       nextval('res_partner_id_seq')::integer AS id,
       random() AS state,
       random() AS size,
       random() AS luck,
       random() AS sound
  FROM generate_series(1, %(clients)s) n;

INSERT INTO res_partner (
    id, name, complete_name, type, active, is_company, commercial_partner_id, partner_share,
    credit_group_id, is_credit_client, credit_code, credit_institution_id, credit_size,
    credit_tax_grade, credit_business_since, credit_first_date, credit_end_date,
    credit_holdings_as_of, create_uid, create_date, write_uid, write_date)
SELECT d.id, 'Client ' || d.n, 'Client ' || d.n, 'contact', TRUE, TRUE, d.id, TRUE,
       d.id, TRUE, c.body || substr('0123456789ABCDEFGHJKLMNPQRTUWXY', c.digit + 1, 1),
       (%(institutions)s)[1 + d.n %% cardinality(%(institutions)s)],
       CASE WHEN d.size < .25 THEN 'micro' WHEN d.size < .6 THEN 'small'
            WHEN d.size < .9 THEN 'medium' WHEN d.size < .98 THEN 'large' END,
       (ARRAY['A', 'B', 'B', 'M', 'C', NULL])[1 + d.n %% 6],
       CASE WHEN d.n %% 10 > 0 THEN date '2012-01-01' + d.n %% 4500 END,
       CASE WHEN d.state < .75 THEN date '2015-01-01' + d.n %% 3600 END,
       CASE WHEN d.state < .05 THEN date '2025-01-01' + d.n %% 300 END,
       CASE WHEN d.n %% 12 > 0 THEN date '2025-12-31' END,
       1, now(), 1, now()
  FROM draw d
 CROSS JOIN LATERAL (
       SELECT '91420100DE' || lpad(d.n::text, 7, '0') AS body,
              -- Weighted digits of GB 32100; 794 is the share of the fixed beginning.
              (31 - (794 + 25 * (d.n / 1000000 %% 10) + 13 * (d.n / 100000 %% 10)
                     + 8 * (d.n / 10000 %% 10) + 24 * (d.n / 1000 %% 10)
                     + 10 * (d.n / 100 %% 10) + 30 * (d.n / 10 %% 10)
                     + 28 * (d.n %% 10)) %% 31) %% 31 AS digit) c;

-- Every eleventh figure or so is missing; amounts spread over orders of magnitude.
INSERT INTO credit_metric_snapshot (
    partner_id, period_type, period_start, as_of, source, exposure_avg, deposit_avg,
    settlement_share, fund_return, profit_margin, peer_margin,
    create_uid, create_date, write_uid, write_date)
SELECT id, 'year', %(year_start)s, %(year_start)s + 364, 'bench',
       CASE WHEN random() > .09 THEN round((10 ^ (5 + 3.6 * luck))::numeric, 2) END,
       CASE WHEN random() > .09 THEN round((10 ^ (4 + 4 * random()))::numeric, 2) END,
       CASE WHEN random() > .09 THEN round((100 * random())::numeric, 2) END,
       CASE WHEN random() > .09 THEN round((60 * random())::numeric, 2) END,
       CASE WHEN random() > .09 THEN round((20 * random() - 3)::numeric, 2) END,
       CASE WHEN random() > .09 THEN round((12 * random())::numeric, 2) END,
       1, now(), 1, now()
  FROM draw;

INSERT INTO credit_metric_snapshot (
    partner_id, period_type, period_start, as_of, source, payroll_people, payroll_amount,
    pos_amount, cards_issued, exposure_now, deposit_now,
    create_uid, create_date, write_uid, write_date)
SELECT id, 'month', %(month_start)s, %(month_start)s + 27, 'bench',
       CASE WHEN random() > .09 THEN floor(10 ^ (2.6 * random()))::numeric END,
       CASE WHEN random() > .09 THEN round((10 ^ (3 + 3.2 * random()))::numeric, 2) END,
       CASE WHEN random() > .09 THEN round((10 ^ (3 + 4 * random()))::numeric, 2) END,
       CASE WHEN random() > .09 THEN floor(25 * random())::numeric END,
       round((10 ^ (5 + 3.6 * luck) * 1.05)::numeric, 2),
       round((10 ^ (4 + 4 * random()))::numeric, 2),
       1, now(), 1, now()
  FROM draw;

-- Judgements of most clients, claims of few.
INSERT INTO credit_designation (
    partner_id, type_id, holds, rank, date_from, source,
    create_uid, create_date, write_uid, write_date)
SELECT d.id, t.id, t.kind = 'claim' OR random() < .93,
       CASE WHEN t.has_rank THEN 1 + floor(700 * random()) END,
       date '2024-01-01' + d.n %% 500, 'bench', 1, now(), 1, now()
  FROM draw d
  JOIN credit_designation_type t
    ON random() < CASE WHEN t.kind = 'judgement' THEN CASE WHEN d.sound < .25 THEN .95 ELSE .06 END
                       WHEN t.category = 'prospect' THEN .3
                       WHEN t.category = 'potential' THEN .05
                       ELSE .004 END;

INSERT INTO credit_product_holding (
    partner_id, product_id, in_use, date_from, source,
    create_uid, create_date, write_uid, write_date)
SELECT d.id, p.id, random() < .85, date '2023-01-01' + d.n %% 700, 'bench', 1, now(), 1, now()
  FROM draw d
  JOIN credit_product p ON random() < .13
 WHERE d.n %% 12 > 0;

-- Half of the book is on a list, not always on the one its figures would suggest.
CREATE TEMP TABLE listed ON COMMIT DROP AS
SELECT id, (ARRAY['strategic', 'quality', 'basic', 'basic', 'basic'])[1 + n %% 5] AS tier
  FROM draw WHERE state BETWEEN .05 AND .55;
INSERT INTO credit_membership (
    partner_id, tier, institution_id, date_from, origin, create_uid, create_date)
SELECT l.id, l.tier, p.credit_institution_id, date '2025-04-01', 'institution', 1, now()
  FROM listed l JOIN res_partner p ON p.id = l.id;
UPDATE res_partner p SET credit_tier = l.tier, credit_tier_since = date '2025-04-01'
  FROM listed l WHERE l.id = p.id;
