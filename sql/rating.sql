-- Surveys: type rating_summary

-- net promoter score: 3 of 6 promoters (9, 10), 2 passives (7, 8), 1 detractor: 100 * (3 - 1) / 6
SELECT nps(score), rating_agg(score)
FROM unnest('{0,7,7,9,9,9,NULL}'::int[]) AS score;

-- the ends of every class
SELECT score, nps(score)        -- -100 up to 6, 0 for 7 and 8, 100 for 9 and 10
FROM generate_series(0, 10) AS score GROUP BY score ORDER BY score;

-- customer satisfaction: 2 of 5 say 4 or 5; effort: the mean, 3.2
SELECT csat(score), ces(score), csat(score, 5), csat(score, 0)
FROM unnest('{1,2,4,5,NULL,4}'::smallint[]) AS score;           -- 3/5, 3.2, 1/5, 1

-- effort as an index on a scale from 1 to 7: share of 6 and 7 less share of 1 to 3
SELECT net_score(score, 3, 6), ces(score)
FROM unnest('{7,6,6,5,4,3,NULL,1}'::bigint[]) AS score;         -- 100 * (3 - 2) / 7, 32/7

-- NULLs never dilute: two of four who answered, whatever the number of surveys sent
SELECT nps(score), count(*) AS sent, responses(rating_agg(score)) AS answered
FROM (VALUES (10), (10), (8), (8), (NULL), (NULL), (NULL), (NULL)) AS survey (score);

-- every numeric column, and equal results
SELECT nps(i2), nps(i4), nps(i8), nps(f4), nps(f8), nps(num)
FROM (SELECT i::int2 AS i2, i AS i4, i::int8 AS i8, i::real AS f4, i::float8 AS f8, i::numeric AS num
      FROM generate_series(0, 10) AS i) AS column_types;
SELECT csat(i2, 4), csat(i4, 4), csat(i8, 4), csat(f4, 4), csat(f8, 4), csat(num, 4)
FROM (SELECT i::int2 AS i2, i AS i4, i::int8 AS i8, i::real AS f4, i::float8 AS f8, i::numeric AS num
      FROM generate_series(1, 5) AS i) AS column_types;
SELECT net_score(i2, 3, 6), net_score(i4, 3, 6), net_score(i8, 3, 6), net_score(f4, 3, 6), net_score(f8, 3, 6), net_score(num, 3, 6),
       rating_agg(i2) = ALL (ARRAY[rating_agg(i4), rating_agg(i8), rating_agg(f4), rating_agg(f8), rating_agg(num)]) AS same,
       csat(plausible(i2, 1, 5)), csat(plausible(num, 1, 5)), ces(f4), ces(i8), ces(num)
FROM (SELECT i::int2 AS i2, i AS i4, i::int8 AS i8, i::real AS f4, i::float8 AS f8, i::numeric AS num
      FROM generate_series(1, 7) AS i) AS column_types;

-- empty is NULL, in one step; in two steps an empty summary
SELECT nps(x), csat(x), ces(x), csat(x, 4), net_score(x, 3, 6), rating_agg(x), rollup(r)
FROM (VALUES (NULL::int, NULL::rating_summary)) AS v (x, r);
SELECT nps(x), csat(x), ces(x), csat(x, 4), net_score(x, 3, 6), rating_agg(x)
FROM (VALUES (1)) AS v (x) WHERE false;
SELECT nps(r), csat(r), csat(r, 4), ces(r), net_score(r, 3, 6), average(r), responses(r), promoters(r), passives(r),
       detractors(r), proportion(r, 4, 5), nps_low(r), nps_high(r), nps_low(r, 0.9), nps_high(r, 0.9), nps_p_value(r, r)
FROM (SELECT '{}'::rating_summary AS r) AS empty;

-- all accessors of {10: 4, 9: 1, 8: 2, 7: 1, 6: 1, 0: 1}
SELECT responses(r), promoters(r), passives(r), detractors(r), nps(r), average(r), csat(r, 8), net_score(r, 6, 9),
       proportion(r, 7, 8), proportion(r, 0, 10), proportion(r, 10, 10)
FROM (SELECT '{"0":1,"6":1,"7":1,"8":2,"9":1,"10":4}'::rating_summary AS r) AS ten;
-- adjusted-Wald: n = 13, p = 5.75/13, d = 2.75/13, NPS 3/13, variance p + d - (p - d)^2 = 0.60059...
SELECT round(nps_low(r)::numeric, 6) AS low, round(nps_high(r)::numeric, 6) AS high,
       round((100 * (3.0 / 13 - 1.959963984540054 * sqrt((8.5 / 13 - (3.0 / 13) ^ 2) / 13)))::numeric, 6) AS low_by_hand,
       round((100 * (3.0 / 13 + 1.959963984540054 * sqrt((8.5 / 13 - (3.0 / 13) ^ 2) / 13)))::numeric, 6) AS high_by_hand,
       round(nps_low(r, 0.6826894921370859)::numeric, 6) AS one_sigma, nps_low(r, 0.9999999999999999), nps_high(r, 1e-300) = nps_low(r, 1e-300) AS tight
FROM (SELECT '{"0":1,"6":1,"7":1,"8":2,"9":1,"10":4}'::rating_summary AS r) AS ten;
-- against values computed with 60 digits
SELECT promoters(r), passives(r), detractors(r), confidence, abs(nps_low(r, confidence) - low) < 1e-11 AS low, abs(nps_high(r, confidence) - high) < 1e-11 AS high
FROM (VALUES
    ('{"6":0,"7":0,"9":1}'::rating_summary, 0.95::float8, -48.49864942025202::float8, 98.49864942025202::float8),
    ('{"6":0,"7":1,"9":0}'::rating_summary, 0.95::float8, -60.011395954441367::float8, 60.011395954441367::float8),
    ('{"6":2,"7":3,"9":5}'::rating_summary, 0.8::float8, -4.468793723592278::float8, 50.622639877438432::float8),
    ('{"6":2,"7":3,"9":5}'::rating_summary, 0.9999999999999999::float8, -100.0::float8, 100.0::float8),
    ('{"6":0,"7":0,"9":1000000000000}'::rating_summary, 0.95::float8, 99.999999999284229::float8, 100.0::float8),
    ('{"6":0,"7":1000000000000,"9":0}'::rating_summary, 0.99::float8, -3.1547337290922203e-10::float8, 3.1547337290922203e-10::float8),
    ('{"6":1,"7":1000000000000,"9":1}'::rating_summary, 0.999::float8, -6.1560118256011004e-10::float8, 6.1560118256011004e-10::float8),
    ('{"6":500000,"7":0,"9":500000}'::rating_summary, 1e-08::float8, -1.2533113173667987e-9::float8, 1.2533113173667987e-9::float8)) AS v (r, confidence, low, high);
-- clamped to the scale; the last digits may depend on the machine's sqrt
SET extra_float_digits = -3;
SELECT nps_low(all_for), nps_high(all_for), nps_low(all_against), nps_high(all_against)
FROM (SELECT '{"10":1}'::rating_summary AS all_for, '{"0":1}'::rating_summary AS all_against) AS one;
SELECT nps_high('{"10":100}', 0.999999), nps_low('{"0":100}', 0.999999);

-- z-test of two NPS: difference and variances from the adjusted counts, z = (50/203 - 10/203) / sqrt(...) = 2.43
SELECT nps(a), nps(b), round(nps_p_value(a, b)::numeric, 9) AS p,
       nps_p_value(a, b) = nps_p_value(b, a) AS symmetric, nps_p_value(a, a) AS same
FROM (SELECT '{"10":100,"7":50,"3":50}'::rating_summary AS a,               -- 25
             '{"10":70,"7":70,"3":60}'::rating_summary AS b) AS two;        -- 5
-- against values computed with 50 digits
SELECT nps(a), nps(b), round(nps_p_value(a, b)::numeric, 4) AS p, abs(nps_p_value(a, b) / expected - 1) < 1e-9 AS right
FROM (VALUES
    ('{"6":50,"7":50,"9":100}'::rating_summary, '{"0":60,"8":70,"10":70}'::rating_summary, 0.014955417043276011::float8),
    ('{"6":2,"7":3,"9":5}', '{"0":5,"8":3,"10":2}', 0.12892353442115725::float8),
    ('{"6":0,"7":0,"9":1}', '{"0":1,"8":0,"10":0}', 0.34577858615116032::float8),
    ('{"9":3}', '{"0":1,"8":1,"10":1}', 0.23931654122149532::float8),
    ('{"6":400,"7":100,"9":500}', '{"0":800,"8":100,"10":100}', 1.0491566809894822e-108::float8),
    ('{"6":0,"7":0,"9":1000000}', '{"0":0,"8":1000,"10":999000}', 9.5081651933765923e-218::float8)) AS v (a, b, expected);
-- one answer against one says nothing, whatever they are
SELECT round(nps_p_value('{"10":1}', '{"0":1}')::numeric, 3) AS one, round(nps_p_value('{"10":2}', '{"0":2}')::numeric, 3) AS two;
SELECT nps_p_value('{"10":5}', '{}') IS NULL AS nothing_to_compare, nps_p_value('{"10":1000000000}', '{"0":1000000000}') AS certain;

-- merge and remove
SELECT '{"1":1,"10":2}'::rating_summary + '{"1":3}' AS merged, '{"1":4,"10":2}'::rating_summary - '{"1":3}' AS removed;
SELECT '{"1":4}'::rating_summary - '{"2":1}';
SELECT rollup(r), nps(rollup(r)) FROM (VALUES ('{"10":3}'::rating_summary), (NULL), ('{"0":1}')) AS v (r);

-- sliding over the last three answers: exact, and equal to a frame that is restarted (a volatile FILTER)
SELECT i, score, rating_agg(score) OVER w AS last_three, nps(score) OVER w, csat(score, 9) OVER w, net_score(score, 6, 9) OVER w
FROM (VALUES (1, 10), (2, 0), (3, NULL), (4, 8), (5, NULL), (6, NULL), (7, NULL), (8, 9), (9, 9)) AS v (i, score)
WINDOW w AS (ORDER BY i ROWS 2 PRECEDING) ORDER BY i;
SELECT count(*), count(*) FILTER (WHERE moving IS DISTINCT FROM restarted) AS differ
FROM (SELECT (rating_agg(score) OVER w, csat(score, 8) OVER w, net_score(score, 6, 9) OVER w, rollup(r) OVER w)::text AS moving,
             (rating_agg(score) FILTER (WHERE random() >= 0) OVER w, csat(score, 8) FILTER (WHERE random() >= 0) OVER w,
              net_score(score, 6, 9) FILTER (WHERE random() >= 0) OVER w, rollup(r) FILTER (WHERE random() >= 0) OVER w)::text AS restarted
      FROM (SELECT i, score, ('{"' || score || '":' || i || '}')::rating_summary AS r
            FROM (SELECT i, nullif(hashint4(i) & 15, 15) % 11 AS score FROM generate_series(1, 500) AS i) AS s) AS t
      WINDOW w AS (ORDER BY i ROWS BETWEEN 7 PRECEDING AND 2 PRECEDING)) AS both_ways;

-- plain SQL over the same rows as an oracle
SELECT g, nps(s) = 100::float8 * (count(*) FILTER (WHERE s >= 9) - count(*) FILTER (WHERE s <= 6)) / nullif(count(s), 0) AS nps,
       csat(s, 8) = count(*) FILTER (WHERE s >= 8)::float8 / nullif(count(s), 0) AS csat,
       average(rating_agg(s)) = sum(s)::float8 / count(s) AS average,
       ces(plausible(s, 1, 7)) = avg(s) FILTER (WHERE s BETWEEN 1 AND 7)::float8 AS ces,
       net_score(s, 2, 4) = 100::float8 * (count(*) FILTER (WHERE s >= 4) - count(*) FILTER (WHERE s <= 2)) / nullif(count(s), 0) AS net,
       rate(proportion(rating_agg(s), 2, 4)) = count(*) FILTER (WHERE s BETWEEN 2 AND 4)::float8 / nullif(count(s), 0) AS share
FROM (SELECT i % 3 AS g, nullif(hashint4(i) & 15, 15) % 11 AS s FROM generate_series(1, 3000) AS i) AS t GROUP BY g ORDER BY g;

-- parts merge to the whole, and their order does not show
SELECT rollup(part ORDER BY g) = (SELECT rating_agg(i % 11) FROM generate_series(1, 1000) AS i) AS same,
       rollup(part ORDER BY g)::text = rollup(part ORDER BY g DESC)::text AS same_text
FROM (SELECT g, rating_agg(s) AS part FROM (SELECT i % 7 AS g, i % 11 AS s FROM generate_series(1, 1000) AS i) AS t GROUP BY g) AS parts;

-- the row for reporting tools: csat only where all scores lie on its scale, ces likewise
SELECT v.n, k.* FROM (VALUES (1, '{"1":1,"4":1,"5":2}'::rating_summary), (2, '{"3":1,"7":3}'), (3, '{"0":1,"10":3}'), (4, '{}'), (5, NULL))
    AS v (n, r), rating_kpis(r) AS k ORDER BY n;
RESET extra_float_digits;

-- all surveys of a column share one transition, and so one state
SELECT count(DISTINCT (aggtransfn, agginitval, aggtranstype)) AS transitions, count(*) AS aggregates
FROM pg_aggregate AS a JOIN pg_proc AS p ON p.oid = aggfnoid
WHERE proname IN ('nps', 'csat', 'ces', 'rating_agg') AND pronargs = 1 AND proargtypes[0] = 'integer'::regtype;

-- errors
SELECT nps(11);
SELECT nps(-1::bigint);
SELECT csat(7.5);
SELECT nps(1.0 / 3);
-- half stars, doubled: 4 of 5 stars and above
SELECT csat(stars * 2, 8), average(rating_agg(stars * 2)) / 2 AS average FROM unnest('{4.5,4,3.5,1}'::numeric[]) AS stars;
SELECT nps('NaN'::float8);
SELECT nps('Infinity'::float8);
SELECT rating_agg(9223372036854775807);
SELECT rating_agg((-32768)::smallint);
SELECT nps(1e300);
SELECT nps(plausible(score, 0, 10)) FROM (VALUES (11), (10), (-1)) AS v (score);        -- the cure: 100
-- outside a KPI's own scale: an error when it is read, as the column may well be another survey's
SELECT csat(score) FROM unnest('{0,4,7,7}'::int[]) AS score;
SELECT ces(score) FROM unnest('{0,4,8,8}'::int[]) AS score;
SELECT csat('{"10":3}'::rating_summary);
SELECT ces('{"0":3}'::rating_summary);
-- cuts
SELECT csat(score, cut) FROM (VALUES (5, 4), (5, 4), (NULL, 3), (5, 5)) AS v (score, cut);
SELECT net_score(score, 2, cut) FROM (VALUES (5, 4), (5, 5)) AS v (score, cut);
SELECT csat(5, NULL);
SELECT net_score(5, NULL, 4);
SELECT net_score(5, 2, NULL);
SELECT csat(NULL::int, NULL);                                          -- no answer, nothing to cut
SELECT csat(5, 11);
SELECT csat(5, -1);
SELECT net_score(5, -1, -1);
SELECT net_score(5, 4, 4);
SELECT net_score(5, 4, 11);
SELECT csat('{"5":1}'::rating_summary, 11);
SELECT csat('{"5":1}'::rating_summary, NULL) IS NULL AS unknown_cut;
SELECT net_score('{"5":1}'::rating_summary, 6, 3);
SELECT proportion('{"5":1}'::rating_summary, 4, 11);
SELECT proportion('{"5":1}'::rating_summary, 5, 4);
SELECT nps_low('{"5":1}', 0);
SELECT nps_high('{"5":1}', 1);
SELECT nps_high('{"5":1}', 'NaN');
-- a window may meet other cuts when no row of the old ones is left in its frame
SELECT i, csat(score, cut) OVER (ORDER BY i ROWS 1 PRECEDING)
FROM (VALUES (1, 5, 4), (2, 4, 4), (3, NULL, 4), (4, NULL, 8), (5, 7, 8), (6, 9, 8)) AS v (i, score, cut) ORDER BY i;
SELECT i, csat(score, cut) OVER (ORDER BY i ROWS 1 PRECEDING)
FROM (VALUES (1, 5, 4), (2, 7, 8)) AS v (i, score, cut) ORDER BY i;
-- the cuts of partial states meet in the combine function
SELECT _rating_split_merge('{"positive_from":4,"responses":2,"positive":1}', '{"positive_from":4,"responses":3,"positive":3}');
SELECT _rating_split_merge('{}', '{"negative_to":3,"positive_from":6,"responses":3,"negative":1,"positive":2}');
SELECT _rating_split_merge('{"negative_to":3,"positive_from":6,"responses":3,"negative":1,"positive":2}', '{}');
SELECT _rating_split_merge('{"negative_to":3,"positive_from":6,"responses":3}', '{"positive_from":6,"responses":3}');
-- overflow
SELECT '{"1":9223372036854775807}'::rating_summary + '{"1":1}';
SELECT responses('{"1":9223372036854775807,"2":1}');
SELECT nps('{"1":9223372036854775807,"2":1}'::rating_summary);
SELECT average('{"10":9223372036854775807}'::rating_summary);
SELECT nps('{"10":9223372036854775807}'::rating_summary), nps_low('{"10":9223372036854775807}'), csat('{"5":9223372036854775807}'::rating_summary);
SELECT _rating_split_merge('{"positive_from":4,"responses":9223372036854775807}', '{"positive_from":4,"responses":1}');

-- support functions called by hand: the caller's value stays as it is
\set VERBOSITY sqlstate
SELECT _rating_accum_int4('{"3":1}', 3), _rating_accum_int4(NULL, 3), _rating_accum_int4('{}', NULL);
SELECT _rating_accum_float8_inv('{"3":1}', 3), _rating_accum_int2_inv('{"3":1}', 3::smallint), _rating_accum_int8_inv('{"3":1}', 3);
SELECT _rating_accum_int4_inv('{"3":1}', 4);                                                             -- 22003
SELECT _rating_accum_int4('{"3":9223372036854775807}', 3);                                               -- 22003
SELECT _rating_split_accum_int4('{}', 4, 4), _rating_split_accum_int4('{}', NULL, NULL), _rating_split_accum_int4('{}', 4, 1, 5);
SELECT _rating_split_accum_int4(NULL, 4, 4);                                                             -- 22004
SELECT _rating_split_accum_int4_inv('{}', 4, 4);                                                         -- 22003
SELECT _rating_split_accum_int4_inv('{"positive_from":4,"responses":2,"positive":1}', 4, 5);             -- 22023
SELECT _rating_split_accum_int4_inv('{"positive_from":4,"responses":1,"positive":0}', 5, 4);             -- 22003
SELECT _rating_split_accum_int4_inv('{"positive_from":4,"responses":1,"positive":1}', 1, 4);             -- 22003
SELECT _rating_split_accum_int4_inv('{"positive_from":4,"responses":1,"positive":1}', 5, 4) AS empty_again;
SELECT _rating_split_accum_float8_inv('{"positive_from":4,"responses":1,"positive":1}', 5, 4, 5);        -- 22023
SELECT _rating_summary_merge(NULL, '{}'), _rating_summary_subtract('{}', NULL), _rating_split_merge(NULL, NULL);
SELECT rating_kpis(NULL), _rating_split_csat(NULL), _rating_split_csat('{}'), _rating_split_net_score('{}');
\set VERBOSITY default

-- Scores that come with their number
SELECT nps(rating_agg(score, answers)), responses(rating_agg(score, answers)) FROM (VALUES (10, 5), (9, 3), (0, 2), (NULL, 7), (5, NULL)) AS t(score, answers);
SELECT rating_agg(score::smallint, n) = rating_agg(score::double precision, n) AS same, rating_agg(score::bigint, n)::text FROM (VALUES (1, 2::bigint), (10, 0)) AS t(score, n);
SELECT i, responses(rating_agg(i % 11, i) OVER (ORDER BY i ROWS 2 PRECEDING)) FROM generate_series(1, 5) AS i;
SELECT rating_agg(5, -1);
SELECT rating_agg(11, 0);
SELECT rating_agg(1, n) FROM (VALUES (9223372036854775807), (1)) AS t(n);
-- Wilson's interval of csat
SELECT round(csat_low(r)::numeric, 6) AS low, round(csat_high(r)::numeric, 6) AS high, csat_low(r) = wilson_low(proportion(r, 4, 5)) AS same,
       csat_high(r, 3, 0.9) = wilson_high(proportion(r, 3, 10), 0.9) AS too, csat_low('{}'), csat_high('{}', 4)
FROM (SELECT rating_agg(score) AS r FROM (VALUES (5), (4), (4), (2), (1)) AS t(score)) AS s;
SELECT csat_low(rating_agg(7));
SELECT csat_low(rating_agg(7), 11);
SELECT csat_high(rating_agg(7), 5, 1);
