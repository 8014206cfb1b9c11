-- The floor: what an expert would write by hand for exactly the criteria of the shipped policy, and
-- for nothing else. One statement reads the facts, decides 97 criteria and four tiers, stores the
-- verdicts with their evidence and shows the answer on the client. It answers word for word what the
-- engine answers (the bench compares every column of every client), but it cannot be switched,
-- explained, simulated, or asked what changed.
--
-- Designation types become bits, so that a criterion is one AND of integers. Rows come sorted into
-- the aggregates, which is cheaper than sorting inside each. Parts are computed once per level;
-- OFFSET 0 keeps the planner from computing them again at every use.
WITH months AS (
    SELECT partner_id,
           array_agg(id) AS month_rows,
           (array_agg(exposure_now) FILTER (WHERE exposure_now IS NOT NULL))[count(exposure_now)] AS exposure_now,
           (array_agg(deposit_now) FILTER (WHERE deposit_now IS NOT NULL))[count(deposit_now)] AS deposit_now,
           (array_agg(payroll_people)
               FILTER (WHERE payroll_people IS NOT NULL))[count(payroll_people)]
               AS payroll_people,
           (array_agg(cards_issued) FILTER (WHERE cards_issued IS NOT NULL))[count(cards_issued)] AS cards_issued,
           avg(payroll_amount) FILTER (WHERE period_start < %(this_month)s) AS payroll_amount,
           avg(pos_amount) FILTER (WHERE period_start < %(this_month)s) AS pos_amount
      FROM (SELECT * FROM credit_metric_snapshot
             WHERE period_type = 'month' AND superseded_at IS NULL
               AND period_start BETWEEN %(first_month)s AND %(this_month)s
          ORDER BY partner_id, period_start) s
  GROUP BY partner_id
), designations AS (
    SELECT partner_id,
           array_agg(type_id) FILTER (WHERE holds) AS designated,
           array_agg(type_id) FILTER (WHERE NOT holds) AS refuted,
           array_agg(id ORDER BY id) AS designation_rows,
           coalesce(bit_or(1::bigint << type_id) FILTER (WHERE holds), 0) AS yes,
           coalesce(bit_or(1::bigint << type_id) FILTER (WHERE NOT holds), 0) AS no,
           min(rank) FILTER (WHERE holds AND type_id = %(national_rank)s) AS national_rank,
           min(rank) FILTER (WHERE holds AND type_id = %(industry_rank)s) AS industry_rank
      FROM (SELECT partner_id, type_id, id, holds, rank FROM credit_designation
             WHERE voided_at IS NULL AND date_from <= %(day)s
               AND (date_to IS NULL OR date_to >= %(day)s)
          ORDER BY partner_id, type_id) g
  GROUP BY partner_id
), holdings AS (
    SELECT partner_id,
           array_agg(product_id) FILTER (WHERE in_use) AS products_in_use,
           array_agg(id ORDER BY id) AS holding_rows,
           coalesce(bit_or(1 << family_id) FILTER (WHERE in_use AND counts), 0) AS families,
           coalesce(bit_or(1 << product_id) FILTER (WHERE in_use), 0) AS products
      FROM (SELECT o.partner_id, o.product_id, o.id, o.in_use, r.family_id, f.counts
              FROM credit_product_holding o
              JOIN credit_product r ON r.id = o.product_id
              JOIN credit_product_family f ON f.id = r.family_id
             WHERE o.date_from <= %(day)s AND (o.date_to IS NULL OR o.date_to >= %(day)s)
          ORDER BY o.partner_id, o.product_id) o
  GROUP BY partner_id
), facts AS (
    SELECT p.id,
           CASE WHEN p.credit_first_date IS NULL OR p.credit_first_date > %(day)s THEN 'never'
                WHEN p.credit_end_date <= %(day)s THEN 'ended'
                ELSE 'active' END AS state,
           p.credit_size AS size,
           p.credit_tax_grade AS grade,
           date_part('year', age(%(day)s::date, p.credit_business_since))::integer AS years,
           p.credit_holdings_as_of IS NOT NULL AS known,
           y.id AS year_row, y.exposure_avg AS exposure, y.deposit_avg AS deposits,
           y.settlement_share, y.fund_return, y.profit_margin, y.peer_margin,
           m.month_rows, m.exposure_now, m.deposit_now, m.payroll_people, m.payroll_amount,
           m.pos_amount, m.cards_issued,
           d.designated, d.refuted, d.designation_rows, d.national_rank, d.industry_rank,
           coalesce(d.yes, 0) AS yes, coalesce(d.no, 0) AS no,
           h.products_in_use, h.holding_rows,
           CASE WHEN p.credit_holdings_as_of IS NOT NULL
                THEN bit_count(coalesce(h.families, 0)::bit(32))::integer END AS families,
           CASE WHEN p.credit_holdings_as_of IS NOT NULL
                THEN bit_count(coalesce(h.products, 0)::bit(32))::integer END AS products,
           CASE WHEN coalesce(h.products, 0) & (1 << %(corporate_ebank)s) <> 0 THEN TRUE
                WHEN p.credit_holdings_as_of IS NOT NULL THEN FALSE END AS ebank
      FROM res_partner p
 LEFT JOIN credit_metric_snapshot y
        ON y.partner_id = p.id AND y.period_type = 'year' AND y.superseded_at IS NULL
       AND y.period_start = %(year_start)s
 LEFT JOIN months m ON m.partner_id = p.id
 LEFT JOIN designations d ON d.partner_id = p.id
 LEFT JOIN holdings h ON h.partner_id = p.id
     WHERE p.is_credit_client AND p.active
    OFFSET 0
), leaves AS (
    SELECT f.*,
           state = 'active' AS active,
           yes & (1::bigint << %(central_soe)s) <> 0 AS s1a,
           yes & (1::bigint << %(provincial_sasac_leader)s) <> 0 AS s1b,
           yes & (1::bigint << %(provincial_monopoly)s) <> 0 AS s1c,
           coalesce(national_rank <= 500, FALSE) AS s1d,
           coalesce(industry_rank <= 100, FALSE) AS s1e,
           yes & (1::bigint << %(large_headquarters)s) <> 0 AS s1f1,
           yes & (1::bigint << %(large_group)s) <> 0 AS s1f2,
           yes & (1::bigint << %(large_chain)s) <> 0 AS s1f3,
           yes & (1::bigint << %(listed_company)s) <> 0 AS listed,
           CASE WHEN yes & (1::bigint << %(sound_listed)s) <> 0 THEN TRUE
                WHEN no & (1::bigint << %(sound_listed)s) <> 0 THEN FALSE END AS sound,
           yes & (1::bigint << %(channel_resources)s) <> 0 AS s2,
           exposure >= 200000000 AS s3a,
           deposits >= 50000000 AS s3b,
           yes & (1::bigint << %(strategic_agreement)s) <> 0 AS s4a,
           CASE WHEN yes & (1::bigint << %(full_cooperation)s) <> 0 THEN TRUE
                WHEN no & (1::bigint << %(full_cooperation)s) <> 0 THEN FALSE END AS s4b,
           yes & (1::bigint << %(head_office_recognised)s) <> 0 AS s5,
           years >= 3 AS q0a,
           CASE WHEN yes & (1::bigint << %(two_lows_one_high)s) <> 0 THEN TRUE
                WHEN no & (1::bigint << %(two_lows_one_high)s) <> 0 THEN FALSE END AS q0b,
           CASE WHEN yes & (1::bigint << %(key_industry)s) <> 0 THEN TRUE
                WHEN no & (1::bigint << %(key_industry)s) <> 0 THEN FALSE END AS q1b,
           CASE WHEN yes & (1::bigint << %(considerable_contribution)s) <> 0 THEN TRUE
                WHEN no & (1::bigint << %(considerable_contribution)s) <> 0 THEN FALSE END AS q1c,
           size = 'medium' AS q1size,
           CASE WHEN yes & (1::bigint << %(policy_fit)s) <> 0 THEN TRUE
                WHEN no & (1::bigint << %(policy_fit)s) <> 0 THEN FALSE END AS fit,
           CASE WHEN yes & (1::bigint << %(sound_structure)s) <> 0 THEN TRUE
                WHEN no & (1::bigint << %(sound_structure)s) <> 0 THEN FALSE END AS q2a,
           CASE WHEN yes & (1::bigint << %(ample_cash_flow)s) <> 0 THEN TRUE
                WHEN no & (1::bigint << %(ample_cash_flow)s) <> 0 THEN FALSE END AS q2b,
           CASE WHEN yes & (1::bigint << %(normal_business)s) <> 0 THEN TRUE
                WHEN no & (1::bigint << %(normal_business)s) <> 0 THEN FALSE END AS q2c,
           CASE WHEN yes & (1::bigint << %(market_ability)s) <> 0 THEN TRUE
                WHEN no & (1::bigint << %(market_ability)s) <> 0 THEN FALSE END AS q2d,
           profit_margin >= peer_margin AS q2e,
           CASE WHEN yes & (1::bigint << %(large_share)s) <> 0 THEN TRUE
                WHEN no & (1::bigint << %(large_share)s) <> 0 THEN FALSE END AS q3a,
           exposure >= 50000000 AS q3b,
           deposits >= 20000000 AS q3c,
           settlement_share >= 50 AS q4b,
           fund_return >= 20 AS q4c,
           payroll_people >= 150 AS q5a,
           payroll_amount >= 800000 AS q5b,
           pos_amount >= 5000000 AS q5c,
           cards_issued >= 20 AS q5d,
           families >= 3 AS q6,
           CASE WHEN yes & (1::bigint << %(inclusive_industry)s) <> 0 THEN TRUE
                WHEN no & (1::bigint << %(inclusive_industry)s) <> 0 THEN FALSE END AS b1i,
           CASE WHEN yes & (1::bigint << %(some_contribution)s) <> 0 THEN TRUE
                WHEN no & (1::bigint << %(some_contribution)s) <> 0 THEN FALSE END AS b1c,
           size IN ('micro', 'small', 'medium') AS b1size,
           exposure >= 1000000 AS b1b,
           payroll_people >= 20 AS b3a,
           payroll_amount >= 50000 AS b3b,
           pos_amount >= 300000 AS b3c,
           cards_issued >= 10 AS b3d,
           families >= 2 AS b4,
           yes & (1::bigint << %(in_marketing)s) <> 0 AS marketed,
           products >= 1 AS p1d1,
           deposits > 0 AS p1d2,
           CASE WHEN yes & (1::bigint << %(good_prospects)s) <> 0 THEN TRUE
                WHEN no & (1::bigint << %(good_prospects)s) <> 0 THEN FALSE END AS prospects,
           yes & (1::bigint << %(competitor_client)s) <> 0 AS p1f1,
           yes & (1::bigint << %(first_loan)s) <> 0 AS p1f2,
           yes & (1::bigint << %(tech_sme)s) <> 0 AS p2a,
           yes & (1::bigint << %(tax_white_list)s) <> 0 AS p2b1,
           grade IN ('A', 'B') AS p2b2,
           yes & (1::bigint << %(agri_leader)s) <> 0 AS p2c,
           yes & (1::bigint << %(hidden_champion)s) <> 0 AS p2d,
           yes & (1::bigint << %(stability_programme)s) <> 0 AS p2e,
           yes & (1::bigint << %(technical_upgrading)s) <> 0 AS p2f,
           yes & (1::bigint << %(five_hundreds)s) <> 0 AS p2g,
           yes & (1::bigint << %(ten_programmes)s) <> 0 AS p2h
      FROM facts f
    OFFSET 0
), parts AS (
    SELECT l.*,
           s1a OR s1b OR s1c OR s1d OR s1e OR s1f1 OR s1f2 OR s1f3 OR (listed AND sound) AS s1,
           (active AND s3a) OR (active AND s3b) AS s3,
           s4a AND s4b AS s4,
           (q1b OR q1c) AND fit AS q1,
           q2a AND q2b AND q2c AND q2d AND q2e AS q2,
           q3b OR q3c AS q3,
           ebank AND q4b AND q4c AS q4,
           (q5a AND q5b) OR q5c OR q5d AS q5,
           (b1i OR b1c) AND b1b AS b1,
           (b3a AND b3b) OR b3c OR b3d AS b3
      FROM leaves l
    OFFSET 0
), tiers AS (
    SELECT t.*,
           s1 OR s2 OR s3 OR s4 OR s5 AS strategic,
           q1 AND q2 AND q3 AND (q4 OR q5 OR q6) AS quality,
           b1 OR ebank OR b3 OR b4 AS basic,
           state = 'never' AND fit AND marketed AND prospects AND (p1f1 OR p1f2) AS potential,
           s1 OR s2 OR s4 OR s5
               OR (active AND coalesce(exposure, exposure_now) >= 200000000)
               OR (active AND coalesce(deposits, deposit_now) >= 50000000) AS strategic_now,
           q1 AND q2 AND (q4 OR q5 OR q6)
               AND (coalesce(exposure, exposure_now) >= 50000000
                    OR coalesce(deposits, deposit_now) >= 20000000) AS quality_now,
           ebank OR b3 OR b4
               OR ((b1i OR b1c) AND coalesce(exposure, exposure_now) >= 1000000) AS basic_now
      FROM parts t
    OFFSET 0
), stored AS (
    INSERT INTO credit_assessment (
        partner_id, policy_id, as_of, credit_state, suggested, prospective, indicative,
        tier_verdicts, verdicts, facts, create_uid, create_date, write_uid, write_date)
    SELECT id, %(policy)s, %(day)s, state,
           CASE WHEN state = 'ended' THEN 'lost'
                WHEN active AND strategic THEN 'strategic'
                WHEN active AND quality THEN 'quality'
                WHEN active AND basic THEN 'basic'
                WHEN potential THEN 'potential'
                WHEN active OR potential IS NULL THEN 'undecided'
                ELSE 'not_listed' END,
           CASE WHEN state <> 'never' THEN NULL
                WHEN strategic THEN 'strategic' WHEN quality THEN 'quality' END,
           CASE WHEN NOT active THEN NULL
                WHEN strategic_now THEN 'strategic'
                WHEN quality_now THEN 'quality'
                WHEN basic_now THEN 'basic' END,
           translate(array_to_string(
               CASE WHEN active THEN ARRAY[strategic, quality, basic, FALSE]
                    ELSE ARRAY[FALSE, FALSE, FALSE, potential] END, '', '?'), 'tf', 'TF'),
           translate(array_to_string(ARRAY[
               s1a, s1b, s1c, s1d, s1e, s1f1, s1f2, s1f3, s1f1 OR s1f2 OR s1f3,
               listed, sound, listed AND sound, s1, s2,
               active, s3a, active AND s3a, active, s3b, active AND s3b, s3,
               s4a, s4b, s4, s5, strategic,
               q0a, q0b, q0a OR q0b, TRUE, q1b, q1c, q1b OR q1c, q1size, fit, q1,
               q2a, q2b, q2c, q2d, q2e, q2, q3a, q3b, q3c, q3, q3,
               ebank, q4b, q4c, q4, q5a, q5b, q5a AND q5b, q5c, q5d, q5, q6,
               q4 OR q5 OR q6, quality,
               b1i, b1c, b1i OR b1c, b1size, b1b, b1, ebank,
               b3a, b3b, b3a AND b3b, b3c, b3d, b3, b4, basic,
               state = 'never', fit, marketed, p1d1, p1d2, NOT (p1d1 OR p1d2), prospects,
               p1f1, p1f2, p1f1 OR p1f2, p2a, p2b1, p2b2, p2b1 AND p2b2,
               p2c, p2d, p2e, p2f, p2g, p2h,
               p2a OR (p2b1 AND p2b2) OR p2c OR p2d OR p2e OR p2f OR p2g OR p2h,
               potential], '', '?'), 'tf', 'TF'),
           jsonb_strip_nulls(jsonb_build_object(
               'credit_state', state, 'prev_year', %(prev_year)s, 'year_row', year_row,
               'month_rows', month_rows, 'designated', designated, 'refuted', refuted,
               'designation_rows', designation_rows, 'products_in_use', products_in_use,
               'products_known', known, 'holding_rows', holding_rows,
               %(national_rank_name)s, national_rank, %(industry_rank_name)s, industry_rank,
               'exposure_avg__prev_year', exposure,
               'exposure_now__latest_month', exposure_now,
               'deposit_avg__prev_year', deposits, 'deposit_now__latest_month', deposit_now,
               'years_with_bank', years, 'credit_size', size,
               'profit_margin__prev_year', profit_margin,
               'peer_margin__prev_year', peer_margin,
               'settlement_share__prev_year', settlement_share,
               'fund_return__prev_year', fund_return,
               'payroll_people__latest_month', payroll_people,
               'payroll_amount__avg_12m', payroll_amount, 'pos_amount__avg_12m', pos_amount,
               'cards_issued__latest_month', cards_issued,
               'product_families', families, 'product_products', products,
               'credit_tax_grade', grade)),
           1, now() AT TIME ZONE 'UTC', 1, now() AT TIME ZONE 'UTC'
      FROM tiers
 RETURNING id, partner_id, credit_state, suggested, prospective, indicative, tier_verdicts
)
-- with the client --
UPDATE res_partner p
   SET credit_assessment_id = s.id,
       credit_state = s.credit_state,
       credit_suggested = s.suggested,
       credit_prospective = s.prospective,
       credit_indicative = s.indicative,
       credit_tier_verdicts = s.tier_verdicts,
       credit_drift = CASE
           WHEN s.suggested = 'lost' THEN 'lost'
           WHEN s.suggested = p.credit_tier THEN 'aligned'
           WHEN s.suggested = 'undecided' AND position('?' in s.tier_verdicts) > 0 THEN 'no_data'
           WHEN s.suggested = 'undecided' AND p.credit_tier IS NULL THEN 'undecided'
           WHEN s.suggested = 'not_listed' AND p.credit_tier IS NULL THEN 'aligned'
           WHEN p.credit_tier IS NULL THEN 'entry'
           WHEN position(left(s.suggested, 1) in 'sqbp') > 0
                AND position(left(s.suggested, 1) in 'sqbp')
                    < position(left(p.credit_tier, 1) in 'sqbp') THEN 'upgrade'
           WHEN substr(s.tier_verdicts, position(left(p.credit_tier, 1) in 'sqbp'), 1) = '?'
               THEN 'no_data'
           WHEN s.suggested = 'undecided' THEN 'undecided'
           ELSE 'downgrade' END
  FROM stored s
 WHERE s.partner_id = p.id
