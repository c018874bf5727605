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

-- a bucket stands for its roundest value: 300 s, not 300.4 s; never beyond the shortest and the longest
SELECT percentile(x, 0.5) FROM (VALUES (290), (299.8), (300.1), (300.2), (310)) AS v(x);
SELECT percentile(x, 0.5) FROM (VALUES (300.2), (300.21), (300.22)) AS v(x);
-- whole seconds below 256 s come back exactly
SELECT count(*) AS fractions, count(*) FILTER (WHERE ours <> disc) AS wrong
FROM (SELECT f, percentile(x, f) AS ours, percentile_disc(f) WITHIN GROUP (ORDER BY x) AS disc
      FROM generate_series(0, 255) AS x, (SELECT i / 1000.0 AS f FROM generate_series(0, 1000) AS i) AS fractions
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
SELECT count(*) FILTER (WHERE abs(ours - disc) > disc / 256) AS beyond_the_bound, max(abs(ours - disc) / nullif(disc, 0)) < 1 / 256.0 AS bound
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

-- text: JSON in microseconds; each bucket as its lowest microsecond and its count; canonical
SELECT duration_agg(x) FROM (VALUES (0.000001), (20), (20), (20.01), (300)) AS v(x);
SELECT d::text::duration_summary = d AS round_trip, d::text = d::text::duration_summary::text AS canonical FROM day;
SELECT ' { "buckets" : [ [ 5 , 2 ] ] , "longest" : 5 , "shortest" : 5 , "squares" : 50 , "total" : 10 , "samples" : 2 } '::duration_summary;
SELECT '{"samples":0,"shortest":null,"longest":null}'::duration_summary;
SELECT d::json->>'samples' AS json, d::jsonb->'buckets'->0 AS jsonb, to_jsonb(d)->'longest' AS to_jsonb FROM day;
-- binary
CREATE TABLE copy_d (i int, d duration_summary);
INSERT INTO copy_d SELECT part, duration_agg(x) FROM wait GROUP BY part UNION ALL SELECT 8, '{}';
SELECT encode(duration_summary_send('{"samples":2,"total":10,"squares":50,"shortest":5,"longest":5,"buckets":[[5,2]]}'), 'hex');
-- comparison
SELECT count(*), count(DISTINCT d), count(*) FILTER (WHERE d = d) FROM (SELECT d FROM copy_d UNION ALL SELECT d FROM copy_d) AS _;
SELECT count(*) FROM copy_d AS a JOIN copy_d AS b ON a.d = b.d AND NOT a.d < b.d AND NOT a.d > b.d AND a.d <= b.d AND a.d >= b.d;

-- stored size: 50 samples, and as many as you like over seven orders of magnitude
SELECT max(pg_column_size(d)) <= 1024 AS fifty FROM (SELECT duration_agg(x) AS d FROM wait GROUP BY i / 50) AS _;
SELECT pg_column_size(duration_agg(10 ^ (i / 10000.0 - 3))) <= 48 * 1024 AS seven_orders FROM generate_series(1, 70000) AS i;

-- the state of the one-step percentile, which only partial aggregation sees
SELECT '{}'::percentile_state, percentile_accum_interval('{}', '3 s', 0.9);
SELECT percentile_merge(percentile_accum_int4('{}', 3, 0.9), percentile_accum_float8('{}', 4.5, 0.9));

-- errors that say what to do
SELECT duration_agg(x) FROM (VALUES (1), (-1)) AS v(x);
SELECT percentile(interval '-1 s', 0.5);
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
SELECT d + d FROM (SELECT '{"samples":1,"total":9000000000000000000,"squares":81000000000000000000000000000000000000,"shortest":9000000000000000000,"longest":9000000000000000000,"buckets":[[8989184856231510016,1]]}'::duration_summary AS d) AS _;

-- malformed and hostile text
SELECT '{"samples":1}'::duration_summary;
SELECT '{"samples":1,"samples":1}'::duration_summary;
SELECT '{"sample":1}'::duration_summary;
SELECT '{"total":1}'::duration_summary;
SELECT '{"samples":1,"total":5,"squares":25,"shortest":5,"longest":5,"buckets":[[5,1],[5,1]]}'::duration_summary;
SELECT '{"samples":2,"total":11,"squares":61,"shortest":5,"longest":6,"buckets":[[6,1],[5,1]]}'::duration_summary;
SELECT '{"samples":1,"total":600,"squares":360000,"shortest":600,"longest":600,"buckets":[[601,1]]}'::duration_summary;
SELECT '{"samples":1,"total":6,"squares":25,"shortest":5,"longest":5,"buckets":[[5,1]]}'::duration_summary;
SELECT '{"samples":1,"total":5,"squares":26,"shortest":5,"longest":5,"buckets":[[5,1]]}'::duration_summary;
SELECT '{"samples":1,"total":5,"squares":25,"shortest":6,"longest":6,"buckets":[[5,1]]}'::duration_summary;
SELECT '{"samples":0,"buckets":[[5,0]]}'::duration_summary;
SELECT '{"samples":-1,"buckets":[[5,-1]]}'::duration_summary;
\set VERBOSITY sqlstate
SELECT ''::duration_summary;
SELECT '[]'::duration_summary;
SELECT '{'::duration_summary;
SELECT '{}x'::duration_summary;
SELECT '{"buckets":[[5]]}'::duration_summary;
SELECT '{"buckets":[[5,1]'::duration_summary;
SELECT '{"samples":9223372036854775807,"total":5,"squares":25,"shortest":5,"longest":5,"buckets":[[5,9223372036854775807]]}'::duration_summary;
-- as many samples as no table has: one row more would overflow
SELECT '{"samples":4611686018427387904,"total":0,"squares":0,"shortest":0,"longest":0,"buckets":[[0,4611686018427387904]]}'::duration_summary;
SELECT duration_accum_int4('{"samples":4611686018427387903,"total":0,"squares":0,"shortest":0,"longest":0,"buckets":[[0,4611686018427387903]]}', 0); -- 2^62
SELECT d + d FROM (SELECT '{"samples":2611686018427387903,"total":0,"squares":0,"shortest":0,"longest":0,"buckets":[[0,2611686018427387903]]}'::duration_summary AS d) AS many;
SELECT '{"samples":1,"buckets":[[5,9223372036854775807],[6,9223372036854775807],[7,3]]}'::duration_summary;
SELECT '{"samples":9223372036854775808}'::duration_summary;
SELECT '{"squares":99999999999999999999999999999999999999999999}'::duration_summary;
SELECT '{"squares":01}'::duration_summary;
SELECT '{"squares":-1}'::duration_summary;
SELECT '{"samples":2,"total":1,"squares":1,"shortest":0,"longest":1,"buckets":[[0,2]]}'::duration_summary;
SELECT '{"samples":3,"total":10000000,"squares":1,"shortest":3325952,"longest":3338239,"buckets":[[3325952,3]]}'::duration_summary;
SELECT '{"fraction":0.5}'::percentile_state;
SELECT '{"fraction":2,"summary":{}}'::percentile_state;
SELECT '{"summary":{"samples":1,"total":5,"squares":25,"shortest":5,"longest":5,"buckets":[[5,1]]}}'::percentile_state;
SELECT '{"fraction":0.5,"fraction":0.5}'::percentile_state;

-- support functions called by hand
SELECT duration_accum_interval(NULL, '1 s'), duration_merge(NULL, '{}'), duration_trim(NULL), percentile_interval(NULL), percentile_merge(NULL, NULL);
SELECT percentile_accum_interval(NULL, '1 s', 0.5);
SELECT percentile_accum_interval('{}', NULL, 0.5);
SELECT percentile_accum_interval('{}', '1 s', NULL);
SELECT percentile_merge(percentile_accum_int4('{}', 1, 0.5), percentile_accum_int4('{}', 1, 0.9));
SELECT duration_accum_int4(duration_accum_int4('{}', 1), 2) = duration_agg(x) FROM generate_series(1, 2) AS x;
\set VERBOSITY default
DROP TABLE ticket, day, wait, copy_d;
