-- Durations: type duration_summary

SET intervalstyle = postgres;

-- ten tickets: nine answered within minutes, one after a week
CREATE TABLE ticket (id int, team text, first_response interval);
INSERT INTO ticket VALUES
    (1, 'A', '40 s'), (2, 'A', '50 s'), (3, 'A', '1 min'), (4, 'A', '90 s'), (5, 'A', '2 min'),
    (6, 'B', '2 min'), (7, 'B', '3 min'), (8, 'B', '4 min'), (9, 'B', '4 min 16 s'), (10, 'B', '7 days'),
    (11, 'C', NULL);

-- the ranks of percentile_disc; the week drags the mean to 17 hours, not the median
SELECT f AS fraction, percentile(first_response, f), percentile_disc(f) WITHIN GROUP (ORDER BY first_response) AS disc
FROM ticket, unnest('{0,0.1,0.25,0.5,0.9,0.91,1}'::float8[]) AS f GROUP BY f ORDER BY f;
SELECT average(duration_agg(first_response)) FROM ticket;               -- (1156 s + 604800 s) / 10 = 60595.6 s
SELECT team, percentile(first_response, 0.5), samples(duration_agg(first_response)) FROM ticket GROUP BY team ORDER BY team;

-- in seconds: a number in, seconds out
SELECT percentile(x, 0.5), pg_typeof(percentile(x, 0.5)),
    percentile(x::float8 / 2, 0.5), pg_typeof(percentile(x::float8, 0.5)),
    percentile(x::numeric, 0.5), percentile(x::bigint, 0.5), percentile(x::smallint, 0.5), percentile(x::real, 0.5)
FROM generate_series(1, 9) AS x;

-- one summary, many answers
CREATE TABLE day AS SELECT duration_agg(first_response) AS d FROM ticket;
SELECT samples(d), total(d), average(d), stddev(d), shortest(d), longest(d) FROM day;
SELECT (SELECT stddev(extract(epoch FROM first_response)) FROM ticket) AS "stddev in seconds";
SELECT percentile(d, 0.5), percentiles(d, '{0.5,0.9,NULL,1}'), percentiles(d, '{{0,0.5},{0.9,1}}'), percentiles(d, '{}') FROM day;
SELECT rate_within(d, '39 s') AS none, rate_within(d, '2 min') AS six_of_ten, rate_within(d, '4 min'), rate_within(d, '1 h'),
    rate_within(d, '7 days') AS all FROM day;
-- up to 1 min: 3; up to 2 min: 3; up to 5 min: 3; above: 1
SELECT histogram(d, '{1 min,2 min,5 min}'), histogram(d, '{}'), histogram(d, '{7 days}') FROM day;
SELECT * FROM day, duration_kpis(d);

-- nothing is known: an empty summary, and NULL for all that needs a sample
SELECT duration_agg(first_response), percentile(first_response, 0.5) FROM ticket WHERE team = 'C';
SELECT duration_agg(first_response), percentile(first_response, 0.5) FROM ticket WHERE false;
SELECT samples(d), total(d), average(d), stddev(d), shortest(d), longest(d), percentile(d, 0.5), percentiles(d, '{0.5,1}'),
    rate_within(d, '1 s'), histogram(d, '{1 s}') FROM (SELECT '{}'::duration_summary AS d) AS _;
SELECT * FROM duration_kpis('{}');
SELECT * FROM duration_kpis(NULL);
-- one sample has no standard deviation
SELECT d, average(d), stddev(d), percentiles(d, '{0,0.5,1}') FROM (SELECT duration_agg(interval '1.234567 s') AS d) AS _;

-- a bucket stands for its end, never below what it holds: 301 s; and never beyond the shortest and the longest
SELECT percentile(x, 0.5) FROM (VALUES (290), (299.8), (300.1), (300.2), (310)) AS v(x);
SELECT percentile(x, 0.5) FROM (VALUES (300.2), (300.21), (300.22)) AS v(x);
-- what people measure by comes back as it went in, between a shorter and a longer one
SELECT x AS went_in, percentile(d, 0.5) AS came_back, rate_within(d, x) AS within, rate_within(d, x - interval '1 us') AS just_below,
    is_exact(d, x) AS exact, is_exact(d, x - interval '1 us') AS just_below_exact
FROM unnest('{20 s,90 s,00:20:50,22 min,45 min,4:10:00,4 h,8 h,20:50:00,1 day,2 days,3 days,10 days,41 days,250 days}'::interval[]) AS x,
    LATERAL (SELECT duration_agg(y) AS d FROM (VALUES (x), (interval '0'), (interval '1000 days')) AS v (y)) AS s;
-- a share at a limit that many just miss: half of them took 30 s longer
SELECT rate_within(d, '4 h'), rate_within(d, '4:00:30') FROM (SELECT duration_agg(interval '4 h' + i % 2 * interval '30 s') AS d FROM generate_series(1, 20) AS i) AS s;
SELECT rate_within(d, '4 h'), is_exact(d, '4 h'), is_exact(d, '0'), is_exact(d, '4:00:01'), is_exact(d, '3000000 h') FROM (SELECT '{}'::duration_summary AS d) AS s;

-- the median in one step, as an accessor, and sliding
SELECT median(first_response), median(extract(epoch FROM first_response)::int), median(extract(epoch FROM first_response)::float8), median(duration_agg(first_response)) FROM ticket;
SELECT id, median(first_response) OVER (ORDER BY id ROWS 2 PRECEDING) AS of_three, median(extract(epoch FROM first_response)::int) OVER (ORDER BY id ROWS 2 PRECEDING) AS seconds FROM ticket;
SELECT median(x), median('{}'::duration_summary), median(NULL::duration_summary) FROM unnest('{}'::interval[]) AS x;

-- durations that come with their number: the same bytes as from the rows
SELECT duration_agg(x, n) = (SELECT duration_agg(x) FROM (VALUES (1), (1), (1), (20), (300), (300)) AS v (x)) AS same,
    duration_agg(x * interval '1 s', n) = duration_agg(x::float8, n) AS overloads
FROM (VALUES (1, 3), (20, 1), (300, 2), (7, 0), (NULL, 5), (8, NULL)) AS v (x, n);
SELECT samples(d), average(d), percentile(d, 0.99), stddev(d) FROM (SELECT duration_agg(x, 1000000000000) AS d FROM (VALUES (1), (3)) AS v (x)) AS s;
SELECT count(*) AS rows, count(*) FILTER (WHERE moving IS DISTINCT FROM restarted) AS wrong
FROM (SELECT duration_agg(x, n) OVER w AS moving, duration_agg(x, n) FILTER (WHERE random() >= 0) OVER w AS restarted
      FROM (SELECT i, nullif(hashint4(i) & 1023, 7) AS x, nullif(hashint4(-i) & 511, 3) AS n FROM generate_series(1, 600) AS i) AS t WINDOW w AS (ORDER BY i ROWS 20 PRECEDING)) AS _;

-- whole seconds up to 20:50 come back exactly
SELECT count(*) AS fractions, count(*) FILTER (WHERE ours <> disc) AS wrong
FROM (SELECT f, percentile(x, f) AS ours, percentile_disc(f) WITHIN GROUP (ORDER BY x) AS disc
      FROM generate_series(0, 1250) AS x, (SELECT i / 100.0 AS f FROM generate_series(0, 100) AS i) AS fractions
      GROUP BY f) AS _;
-- a day counts 24 hours; accessors say hours
SELECT longest(duration_agg(x)) FROM (VALUES (interval '1 day 2:30')) AS v(x);

-- exact sums: 0.1 s ten times is 1 s; squares have 128 bits
SELECT total(duration_agg(0.1)), stddev(duration_agg(0.1)) FROM generate_series(1, 10);
SELECT d, average(d), stddev(d), seconds
FROM (SELECT duration_agg(x) AS d, stddev(x) AS seconds FROM (VALUES (1e12::numeric), (2e12), (3e12)) AS v(x)) AS _;

-- + and rollup merge: the same bytes as from all rows at once
SELECT a.d + b.d = day.d AS plus, a.d + '{}' = a.d AS neutral
FROM day, (SELECT duration_agg(first_response) AS d FROM ticket WHERE team = 'A') AS a,
    (SELECT duration_agg(first_response) AS d FROM ticket WHERE team = 'B') AS b;
SELECT rollup(t.d) = (SELECT d FROM day) AS rollup
FROM (SELECT team, duration_agg(first_response) AS d FROM ticket GROUP BY team UNION ALL SELECT NULL, NULL) AS t;
SELECT rollup(d) FROM day WHERE false;

-- a table of many shapes: x spreads over ten orders of magnitude
CREATE TABLE wait AS
SELECT i, i % 7 AS part,
    CASE WHEN i % 3 = 0 THEN 0 ELSE round((10 ^ (hash / 4294967296.0 * 10 - 5))::numeric, 6) END::float8 AS x
FROM (SELECT i, hashint4(i)::bigint + 2147483648 AS hash FROM generate_series(1, 20000) AS i) AS _;
SELECT count(*) FILTER (WHERE ours < disc OR ours - disc > disc / 250) AS beyond_the_bound, max((ours - disc) / nullif(disc, 0)) <= 1 / 250.0 AS bound
FROM (SELECT f, percentile(x, f) AS ours, percentile_disc(f) WITHIN GROUP (ORDER BY x) AS disc
      FROM wait, (SELECT i / 50.0 AS f FROM generate_series(0, 50) AS i) AS fractions GROUP BY f) AS _;
SELECT samples(d) = n, seconds(total(d)) = total, average(d) = average, shortest(d) = shortest, longest(d) = longest,
    seconds(stddev(d)) - sd AS stddev_difference
FROM (SELECT duration_agg(x) AS d, count(*) AS n, sum(x::numeric) AS total,
          make_interval(secs => round(avg(x::numeric), 6)::float8) AS average, round(stddev(x::numeric), 6) AS sd,
          make_interval(secs => min(x)) AS shortest, make_interval(secs => max(x)) AS longest FROM wait) AS _;

-- the order of the rows changes nothing, nor does splitting them
SELECT count(DISTINCT d) FROM (
    SELECT duration_agg(x) AS d FROM (SELECT x FROM wait ORDER BY x) AS _
    UNION ALL SELECT duration_agg(x) FROM (SELECT x FROM wait ORDER BY x DESC) AS _
    UNION ALL SELECT duration_agg(make_interval(secs => x)) FROM (SELECT x FROM wait ORDER BY md5(i::text)) AS _
    UNION ALL SELECT rollup(d) FROM (SELECT duration_agg(x) AS d FROM wait GROUP BY part) AS _
    UNION ALL SELECT rollup(d) FROM (SELECT duration_agg(x) AS d FROM wait GROUP BY i) AS _) AS _;
BEGIN;
ALTER TABLE wait SET (parallel_workers = 3);
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL max_parallel_workers_per_gather = 3;
SELECT (SELECT duration_agg(x) FROM wait) = (SELECT rollup(d) FROM (SELECT duration_agg(x) AS d FROM wait GROUP BY i % 3) AS _) AS parallel,
    (SELECT percentile(x, 0.9) FROM wait) = seconds((SELECT percentile(duration_agg(x), 0.9) FROM wait)) AS parallel_percentile;
ROLLBACK;

-- sliding windows: a volatile FILTER switches moving mode off, so each frame starts anew
SELECT count(*) AS rows, count(*) FILTER (WHERE moving IS DISTINCT FROM restarted) AS wrong,
    count(*) FILTER (WHERE moving_summary IS DISTINCT FROM restarted_summary) AS wrong_summaries,
    count(*) FILTER (WHERE moving_interval IS DISTINCT FROM restarted_interval) AS wrong_intervals
FROM (SELECT percentile(x, 0.75) OVER w AS moving, percentile(x, 0.75) FILTER (WHERE random() >= 0) OVER w AS restarted,
          percentile(nullif(x, 0) * interval '1 s', 0.5) OVER w AS moving_interval,
          percentile(nullif(x, 0) * interval '1 s', 0.5) FILTER (WHERE random() >= 0) OVER w AS restarted_interval,
          duration_agg(x) OVER w AS moving_summary, duration_agg(x) FILTER (WHERE random() >= 0) OVER w AS restarted_summary
      FROM wait WHERE i <= 1500 WINDOW w AS (ORDER BY i ROWS BETWEEN 30 PRECEDING AND CURRENT ROW)) AS _;
-- frames that run empty, whole seconds, summaries in, and ones that only grow
SELECT count(*) AS rows, count(moving) AS not_null, count(*) FILTER (WHERE moving IS DISTINCT FROM restarted) AS wrong,
    count(*) FILTER (WHERE rolled IS DISTINCT FROM rolled_again) AS wrong_rollups,
    count(*) FILTER (WHERE growing IS DISTINCT FROM grown) AS wrong_growing
FROM (SELECT percentile(whole, 0.5) OVER w AS moving, percentile(whole, 0.5) FILTER (WHERE random() >= 0) OVER w AS restarted,
          rollup(d) OVER w AS rolled, rollup(d) FILTER (WHERE random() >= 0) OVER w AS rolled_again,
          percentile(whole, 0.5) OVER (ORDER BY i) AS growing,
          seconds(percentile(duration_agg(whole) OVER (ORDER BY i), 0.5)) AS grown
      FROM (SELECT i * (1 + i % 5) AS i, least(x, 1e6)::int AS whole, duration_agg(x) AS d FROM wait WHERE i <= 900 GROUP BY i, x) AS _
      WINDOW w AS (ORDER BY i RANGE BETWEEN 40 PRECEDING AND 10 PRECEDING)) AS _;

-- text: JSON in microseconds; each bucket as its end and its count; canonical
SELECT duration_agg(x) FROM (VALUES (0.000001), (20), (20), (20.01), (300)) AS v(x);
SELECT d::text::duration_summary = d AS round_trip, d::text = d::text::duration_summary::text AS canonical FROM day;
SELECT ' { "ends" : [ [ 5 , 2 ] ] , "longest" : 5 , "shortest" : 5 , "squares" : 50 , "total" : 10 , "samples" : 2 } '::duration_summary;
SELECT '{"samples":0,"shortest":null,"longest":null}'::duration_summary;
SELECT d::json->>'samples' AS json, d::jsonb->'ends'->0 AS jsonb, to_jsonb(d)->'longest' AS to_jsonb FROM day;
-- binary
CREATE TABLE copy_d (i int, d duration_summary);
INSERT INTO copy_d SELECT part, duration_agg(x) FROM wait GROUP BY part UNION ALL SELECT 8, '{}';
SELECT encode(_duration_summary_send('{"samples":2,"total":10,"squares":50,"shortest":5,"longest":5,"ends":[[5,2]]}'), 'hex');
-- comparison
SELECT count(*), count(DISTINCT d), count(*) FILTER (WHERE d = d) FROM (SELECT d FROM copy_d UNION ALL SELECT d FROM copy_d) AS _;
SELECT count(*) FROM copy_d AS a JOIN copy_d AS b ON a.d = b.d AND NOT a.d < b.d AND NOT a.d > b.d AND a.d <= b.d AND a.d >= b.d;

-- stored size: 50 samples, and as many as you like over seven orders of magnitude
SELECT max(pg_column_size(d)) <= 1024 AS fifty FROM (SELECT duration_agg(x) AS d FROM wait GROUP BY i / 50) AS _;
SELECT pg_column_size(duration_agg(10 ^ (i / 10000.0 - 3))) <= 64 * 1024 AS seven_orders FROM generate_series(1, 70000) AS i;

-- the state of the one-step percentile, which only partial aggregation sees
SELECT '{}'::percentile_state, _percentile_accum_interval('{}', '3 s', 0.9);
-- the text of a fraction is exact, whatever extra_float_digits is
SET extra_float_digits = -3;
SELECT s, s::text::percentile_state::text = s::text AS same_text, _percentile_merge(s, s::text::percentile_state) IS NOT NULL AS same_fraction
FROM unnest('{0,1,0.1,0.30000000000000004,1e-7,4.9406564584124654e-324,0.9999999999999999}'::float8[]) WITH ORDINALITY AS u (f, i),
    _percentile_accum_float8('{}', 1.0, f) AS s ORDER BY i;
RESET extra_float_digits;
SELECT _percentile_merge(_percentile_accum_int4('{}', 3, 0.9), _percentile_accum_float8('{}', 4.5, 0.9));

-- the same as rows; nothing, and no edges
SELECT r.* FROM day, histogram_rows(d, '{1 min,2 min,5 min}') AS r;
SELECT r.* FROM day, histogram_rows(d, '{}') AS r;
SELECT * FROM histogram_rows('{}', '{1 min}');
SELECT count(*) FROM histogram_rows(NULL, '{1 min}');
SELECT array_agg(samples ORDER BY low NULLS FIRST) = histogram(d, edges) AS same, round(sum(share)::numeric, 9) AS shares, max(cumulative_share)
FROM (SELECT duration_agg(10 ^ (i / 1000.0 - 3)) AS d FROM generate_series(1, 7000) AS i) AS s, (SELECT array_agg(i * interval '7.3 s') AS edges FROM generate_series(1, 50) AS i) AS e,
	LATERAL histogram_rows(d, edges) GROUP BY d, edges;

-- who gives up: at 10 s one of five, at 20 s one of the three that are left (one was answered at 15 s), at 30 s the last:
-- 1 - 4/5 = 0.2, 1 - 4/5 * 2/3 = 0.4667, 1 - 4/5 * 2/3 * 0/1 = 1
SELECT c.* FROM (SELECT duration_agg(w) FILTER (WHERE NOT a) AS gone, duration_agg(w) FILTER (WHERE a) AS answered
	FROM (VALUES (10, false), (15, true), (20, false), (25, true), (30, false)) AS v (w, a)) AS s,
	LATERAL abandonment_curve(gone, answered, '{5 s,10 s,15 s,20 s,25 s,30 s,1 h}') AS c;
-- edges only choose where it is read; at one moment who gives up comes before who is answered
SELECT c.* FROM (SELECT duration_agg(w) FILTER (WHERE NOT a) AS gone, duration_agg(w) FILTER (WHERE a) AS answered
	FROM (VALUES (10, false), (15, true), (20, false), (20, true)) AS v (w, a)) AS s, LATERAL abandonment_curve(gone, answered, '{15 s,20 s}') AS c;
SELECT * FROM abandonment_curve('{}', '{}', '{1 min}');
SELECT a.share_gone AS nobody_gave_up, b.share_gone AS nobody_was_answered
FROM (SELECT duration_agg(x) AS d FROM generate_series(1, 10) AS x) AS s, LATERAL abandonment_curve('{}', d, '{5 s}') AS a, LATERAL abandonment_curve(d, '{}', '{5 s}') AS b;
-- against Kaplan and Meier's product over every moment; whole seconds have buckets of their own
WITH waits AS (SELECT i * 7919 % 241 AS w, i * 104729 % 5 = 0 AS gone FROM generate_series(1, 3000) AS i),
moments AS (SELECT w, count(*) FILTER (WHERE gone) AS d, sum(count(*)) OVER (ORDER BY w DESC) AS n FROM waits GROUP BY w),
product AS (SELECT w, 1 - exp(sum(ln(1 - d / n::float8)) OVER (ORDER BY w)) AS share_gone FROM moments WHERE d < n)
SELECT count(*) AS moments, count(*) FILTER (WHERE abs(c.share_gone - p.share_gone) > 1e-12) AS wrong
FROM (SELECT duration_agg(w) FILTER (WHERE gone) AS gone, duration_agg(w) FILTER (WHERE NOT gone) AS answered FROM waits) AS s,
	LATERAL abandonment_curve(gone, answered, (SELECT array_agg(i * interval '1 s') FROM generate_series(1, 239) AS i)) AS c, product AS p WHERE p.w * interval '1 s' = c.wait;

-- the interval of the average, and whether two averages differ (as for numbers; expected by mpmath)
SELECT average(a), average_low(a), average_high(a), average_low(a, 0.5), average_high(a, 0.5),
	abs(average_p_value(a, b) / 6.3690753815512779e-12 - 1) < 1e-12 AS p, average_p_value(a, a) AS itself
FROM (SELECT duration_agg(x) AS a, duration_agg(x + 30) AS b FROM generate_series(1, 100) AS x) AS s;
SELECT average_low(a), average_high(a), average_low(b), average_p_value(a, b) AS too_few, average_p_value(c, c) AS equal, average_p_value(c, d) AS different
FROM (SELECT duration_agg(1) AS a FROM generate_series(1, 1)) AS a, (SELECT duration_agg(x) AS b FROM unnest('{0,0,100}'::int[]) AS x) AS b,
	(SELECT duration_agg(7) AS c, duration_agg(8) AS d FROM generate_series(1, 3)) AS c;
SELECT average_low('{}'::duration_summary), average_high('{}'::duration_summary, 0.9), average_p_value('{}'::duration_summary, '{}');
SELECT average_high(duration_agg(x), 95) FROM generate_series(1, 3) AS x;
SELECT average_high(duration_agg(x * 1e12::float8), 1 - 1.1e-16) FROM generate_series(1, 2) AS x;

-- of a lowest end far below 0 nothing is left
SELECT average_low(duration_agg(x), 0.9999999999999999) FROM (VALUES (interval '1 s'), ('2 h')) AS v(x);

-- what 1.0.0 printed and sent: a bucket that straddles an end of today's counts in the upper one
SELECT d, percentile(d, 0.5), rate_within(d, '20 s'), is_exact(d, '20 s'), d::text::duration_summary = d AS round_trip
FROM (SELECT '{"samples":5,"total":360010001,"squares":91200400100000001,"shortest":1,"longest":300000000,"buckets":[[1,1],[19988480,3],[299892736,1]]}'::duration_summary AS d) AS s;
SELECT rollup(d), samples(rollup(d)), is_exact(rollup(d), '20 s') FROM (VALUES ('{"samples":2,"total":10,"squares":50,"shortest":5,"longest":5,"buckets":[[5,2]]}'::duration_summary), ('{"samples":1,"total":20000000,"squares":400000000000000,"shortest":20000000,"longest":20000000,"ends":[[20000000,1]]}')) AS v (d);
SELECT '{"samples":1,"total":600,"squares":360000,"shortest":600,"longest":600,"buckets":[[601,1]]}'::duration_summary;
SELECT '{"samples":2,"total":10,"squares":50,"shortest":5,"longest":5,"buckets":[[5,1]],"ends":[[5,1]]}'::duration_summary;
SELECT '{"samples":1,"total":5,"squares":25,"shortest":6,"longest":6,"buckets":[[5,1]]}'::duration_summary;
SELECT '{"samples":1,"coarse":2,"total":5,"squares":25,"shortest":5,"longest":5,"ends":[[5,1]]}'::duration_summary;

-- errors that say what to do
SELECT duration_agg(x) FROM (VALUES (1), (-1)) AS v(x);
SELECT percentile(interval '-1 s', 0.5);
SELECT median(-1.5);
SELECT duration_agg(1, -1);
SELECT duration_agg(x, 9223372036854775807) FROM (VALUES (0), (1)) AS v (x);
SELECT duration_agg(0, n) FROM (VALUES (4611686018427387903), (1)) AS v (n);
SELECT percentile(interval '1 month', 0.5);
SELECT percentile('NaN'::float8, 0.5);
SELECT duration_agg('infinity'::float8);
SELECT duration_agg(x) FROM (VALUES (9e12), (9e12)) AS v(x);
SELECT percentile(1, 90);
SELECT percentile(1, -0.1);
SELECT percentile(1, 'NaN');
SELECT percentile(1, NULL);
SELECT percentile(1, f) FROM (VALUES (0.5), (0.9)) AS v(f);
SELECT percentile(NULL::int, f) FROM (VALUES (0.5), (0.9), (7), (NULL)) AS v(f);     -- rows that are ignored
SELECT percentile(d, 90) FROM day;
SELECT percentiles(d, '{0.5,90}') FROM day;
SELECT rate_within(d, '-1 s') FROM day;
SELECT histogram(d, '{2 min,1 min}') FROM day;
SELECT histogram(d, '{1 min,1 min}') FROM day;
SELECT histogram(d, '{1 min,NULL}') FROM day;
SELECT histogram(d, '{{1 min},{2 min}}') FROM day;
SELECT d + d FROM (SELECT '{"samples":1,"total":9000000000000000000,"squares":81000000000000000000000000000000000000,"shortest":9000000000000000000,"longest":9000000000000000000,"ends":[[9014398156800000000,1]]}'::duration_summary AS d) AS _;

-- malformed and hostile text
SELECT '{"samples":1}'::duration_summary;
SELECT '{"samples":1,"samples":1}'::duration_summary;
SELECT '{"sample":1}'::duration_summary;
SELECT '{"total":1}'::duration_summary;
SELECT '{"samples":1,"total":5,"squares":25,"shortest":5,"longest":5,"ends":[[5,1],[5,1]]}'::duration_summary;
SELECT '{"samples":2,"total":11,"squares":61,"shortest":5,"longest":6,"ends":[[6,1],[5,1]]}'::duration_summary;
SELECT '{"samples":1,"total":600,"squares":360000,"shortest":600,"longest":600,"ends":[[601,1]]}'::duration_summary;
SELECT '{"samples":1,"total":6,"squares":25,"shortest":5,"longest":5,"ends":[[5,1]]}'::duration_summary;
SELECT '{"samples":1,"total":5,"squares":26,"shortest":5,"longest":5,"ends":[[5,1]]}'::duration_summary;
SELECT '{"samples":1,"total":5,"squares":25,"shortest":6,"longest":6,"ends":[[5,1]]}'::duration_summary;
SELECT '{"samples":0,"ends":[[5,0]]}'::duration_summary;
SELECT '{"samples":-1,"ends":[[5,-1]]}'::duration_summary;
\set VERBOSITY sqlstate
SELECT ''::duration_summary;
SELECT '[]'::duration_summary;
SELECT '{'::duration_summary;
SELECT '{}x'::duration_summary;
SELECT '{"ends":[[5]]}'::duration_summary;
SELECT '{"ends":[[5,1]'::duration_summary;
SELECT '{"samples":9223372036854775807,"total":5,"squares":25,"shortest":5,"longest":5,"ends":[[5,9223372036854775807]]}'::duration_summary;
-- as many samples as no table has: one row more would overflow
SELECT '{"samples":4611686018427387904,"total":0,"squares":0,"shortest":0,"longest":0,"ends":[[0,4611686018427387904]]}'::duration_summary;
SELECT _duration_accum_int4('{"samples":4611686018427387903,"total":0,"squares":0,"shortest":0,"longest":0,"ends":[[0,4611686018427387903]]}', 0); -- 2^62
SELECT d + d FROM (SELECT '{"samples":2611686018427387903,"total":0,"squares":0,"shortest":0,"longest":0,"ends":[[0,2611686018427387903]]}'::duration_summary AS d) AS many;
SELECT '{"samples":1,"ends":[[5,9223372036854775807],[6,9223372036854775807],[7,3]]}'::duration_summary;
SELECT '{"samples":9223372036854775808}'::duration_summary;
SELECT '{"squares":99999999999999999999999999999999999999999999}'::duration_summary;
SELECT '{"squares":01}'::duration_summary;
SELECT '{"squares":-1}'::duration_summary;
SELECT '{"samples":2,"total":1,"squares":1,"shortest":0,"longest":1,"ends":[[0,2]]}'::duration_summary;
SELECT '{"samples":3,"total":9975000,"squares":1,"shortest":3321000,"longest":3330000,"ends":[[3330000,3]]}'::duration_summary;
SELECT '{"fraction":0.5}'::percentile_state;
SELECT '{"fraction":2,"summary":{}}'::percentile_state;
SELECT '{"summary":{"samples":1,"total":5,"squares":25,"shortest":5,"longest":5,"ends":[[5,1]]}}'::percentile_state;
SELECT '{"fraction":0.5,"fraction":0.5}'::percentile_state;
SELECT '{"fraction":0x1p-1,"summary":{"samples":1,"total":5,"squares":25,"shortest":5,"longest":5,"ends":[[5,1]]}}'::percentile_state;
SELECT '{"fraction":0.,"summary":{"samples":1,"total":5,"squares":25,"shortest":5,"longest":5,"ends":[[5,1]]}}'::percentile_state;

-- support functions called by hand
SELECT _duration_accum_interval(NULL, '1 s'), _duration_merge(NULL, '{}'), _duration_trim(NULL), _percentile_interval(NULL), _percentile_merge(NULL, NULL);
SELECT _percentile_accum_interval(NULL, '1 s', 0.5);
SELECT _percentile_accum_interval('{}', NULL, 0.5);
SELECT _percentile_accum_interval('{}', '1 s', NULL);
SELECT _percentile_merge(_percentile_accum_int4('{}', 1, 0.5), _percentile_accum_int4('{}', 1, 0.9));
SELECT _duration_accum_int4(_duration_accum_int4('{}', 1), 2) = duration_agg(x) FROM generate_series(1, 2) AS x;
\set VERBOSITY default
DROP TABLE ticket, day, wait, copy_d;

-- more than any count can hold is out of range, wherever it is found first
SELECT duration_agg('20 s'::interval, times) FROM (VALUES (4294967296::bigint), (9223372036854775807)) AS t(times);
SELECT samples(duration_agg('20 s'::interval, times) OVER (ORDER BY i ROWS 1 PRECEDING)) FROM (VALUES (1, 4294967296::bigint), (2, 3), (3, 100000000000)) AS t(i, times);
