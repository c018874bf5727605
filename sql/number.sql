-- Numbers: type number_summary
\set VERBOSITY terse

-- 80, 90, 100 and half a point: 270.5 / 4 = 67.625; NULL does not count
CREATE TABLE evaluations (team text, score numeric);
INSERT INTO evaluations VALUES ('a', 80), ('a', 90), ('b', 100), ('b', 0.5), ('b', NULL);
SELECT number_agg(score), average(number_agg(score)), total(number_agg(score)), samples(number_agg(score)),
	stddev(number_agg(score)) = stddev(score)::double precision AS same_stddev
FROM evaluations;
SELECT number_agg(score) AS n FROM evaluations \gset
SELECT k.* FROM (SELECT :'n'::number_summary AS n) AS monthly, number_kpis(n) AS k;

-- every numeric type gives the same
SELECT DISTINCT n FROM (SELECT number_agg(x::smallint) AS n FROM generate_series(-3, 5) AS x
	UNION ALL SELECT number_agg(x) FROM generate_series(-3, 5) AS x
	UNION ALL SELECT number_agg(x::bigint) FROM generate_series(-3, 5) AS x
	UNION ALL SELECT number_agg(x::real) FROM generate_series(-3, 5) AS x
	UNION ALL SELECT number_agg(x::double precision) FROM generate_series(-3, 5) AS x
	UNION ALL SELECT number_agg(x::numeric) FROM generate_series(-3, 5) AS x) AS all_types;

-- rounded to six decimals, half away from zero
SELECT x, total(number_agg(x)) AS numeric, total(number_agg(x::double precision)) AS double_precision
FROM unnest('{0.0000005,-0.0000005,0.00000049999,-0.00000049999,1.0000015,123456.7890125,-999999999.9999995,0.1}'::numeric[]) WITH ORDINALITY AS u (x, i)
GROUP BY i, x ORDER BY i;
-- a numeric is read as it is stored: compared with the server's own rounding
SELECT setseed(0.5) AS seeded \gset
CREATE TABLE numerics AS
SELECT row_number() OVER () AS i, x FROM (
	SELECT (sign * random() * 10.0 ^ p)::numeric AS x FROM generate_series(-12, 8) AS p, unnest('{-1,1}'::int[]) AS sign, generate_series(1, 40)
	UNION ALL SELECT sign * mantissa * 10::numeric ^ p FROM generate_series(-20, 8) AS p, unnest('{1,5,49999,50000,99995}'::numeric[]) AS mantissa,
		unnest('{-1,1}'::int[]) AS sign WHERE mantissa * 10::numeric ^ p <= 1e9
	UNION ALL SELECT x::numeric(30, 20) FROM unnest('{0,1,10000,99999999.9999,0.0001,1000000000,-1000000000,0.00009999}'::numeric[]) AS x
	UNION ALL SELECT (x || repeat('0', 400))::numeric FROM unnest('{0.1,9999.9999995,0.00000050}'::text[]) AS x) AS all_kinds;
SELECT count(*) > 1500 AS many, count(*) FILTER (WHERE sums ->> 'total' IS DISTINCT FROM round(x * 1000000)::text) AS wrong
FROM (SELECT x, number_agg(x)::jsonb AS sums FROM numerics GROUP BY i, x) AS s;
-- the sums are exact: compared with numeric arithmetic
SELECT (sums ->> 'total')::numeric = total AS total, (sums ->> 'squares')::numeric = squares AS squares
FROM (SELECT number_agg(x)::jsonb AS sums, sum(round(x * 1000000)) AS total, sum(round(x * 1000000) ^ 2) AS squares FROM numerics) AS s;
SELECT stddev(number_agg(x)) = (sqrt((count(*) * sum(round(x * 1000000) ^ 2) - sum(round(x * 1000000)) ^ 2)::numeric(90, 50) / (count(*) * (count(*) - 1))) / 1000000)::double precision AS stddev,
	average(number_agg(x)) = (sum(round(x * 1000000))::numeric(60, 30) / 1000000 / count(*))::double precision AS average
FROM numerics;

-- as large as it gets: 10^9 rows of 10^9 and what lies around
SELECT n, total(n), average(n), stddev(n), average_low(n), average_high(n)
FROM (VALUES ('{"samples":1000000000,"total":1000000000000000000000000,"squares":1000000000000000000000000000000000000000}'::number_summary),
	('{"samples":4611686018427387903,"total":-4611686018427387903000000000000000,"squares":4611686018427387903000000000000000000000000000000}')) AS v (n);
SELECT n + n FROM (VALUES ('{"samples":2305843009213693952,"total":0,"squares":0}'::number_summary)) AS v (n);
SELECT _number_accum('{"samples":4611686018427387903,"total":0,"squares":0}'::number_summary, 0);
-- in text, as JSON and in binary no digit is lost
SELECT n = n::text::number_summary AS text, n::json::text = n::text AS json, n::jsonb ->> 'squares' = '1000000000000000000000000000000000000000' AS jsonb,
	length(_number_summary_send(n)) AS bytes
FROM (VALUES ('{"samples":1000000000,"total":-1000000000000000000000000,"squares":1000000000000000000000000000000000000000}'::number_summary)) AS v (n);

-- nothing: NULL, and the empty summary; a total of nothing is 0
SELECT n, samples(n), total(n), average(n), stddev(n), average_low(n), average_high(n), average_p_value(n, n)
FROM (SELECT number_agg(score) AS n FROM evaluations WHERE false) AS s;
SELECT * FROM number_kpis('{}');
-- one number has an average and nothing else
SELECT average(n), stddev(n), average_low(n), average_high(n, 0.5), average_p_value(n, '{"samples":2,"total":0,"squares":2}')
FROM (SELECT number_agg(7) AS n) AS s;
SELECT stddev(n), average_low(n), average_high(n) FROM (SELECT number_agg(4.2) AS n FROM generate_series(1, 5)) AS s;
-- no negative zero
SELECT total(number_agg(-0.0::double precision)), average(number_agg(x)) FROM unnest('{-1,1}'::int[]) AS x;

-- merge, subtract, slide
SELECT a + b = '{"samples":4,"total":270500000,"squares":24500250000000000}' AS merged, (a + b) - b = a AS back, (a + b) - a - b = '{}' AS nothing,
	rollup(ab) = a + b AS rolled_up
FROM (SELECT number_agg(score) FILTER (WHERE team = 'a') AS a, number_agg(score) FILTER (WHERE team = 'b') AS b FROM evaluations) AS s,
	LATERAL (SELECT unnest(ARRAY[a, b]) AS ab) AS u GROUP BY a, b;
SELECT x, average(number_agg(x) OVER w) AS average, total(number_agg(x) OVER w) AS total, number_agg(x) OVER w AS n
FROM unnest('{1000000000,-0.000001,NULL,2,-1000000000}'::numeric[]) WITH ORDINALITY AS u (x, i)
WINDOW w AS (ORDER BY i ROWS 1 PRECEDING) ORDER BY i;
SELECT '{}'::number_summary - '{"samples":1,"total":0,"squares":0}';
SELECT '{"samples":2,"total":3,"squares":5}'::number_summary - '{"samples":1,"total":5,"squares":25}';
SELECT '{"samples":2,"total":2,"squares":2}'::number_summary - '{"samples":1,"total":0,"squares":0}';
SELECT _number_accum_inv('{}'::number_summary, 1), _number_accum_inv('{}'::number_summary, 1.5);

-- Student's t at 1, 2, 30 and a million degrees of freedom: the standard error of each summary is 1
-- (expected: 50 digits of the incomplete beta function by mpmath)
SELECT freedom, confidence, abs(average_high(n, confidence) / expected - 1) < 1e-12 AS high, abs(average_low(n, confidence) / expected + 1) < 1e-12 AS low
FROM (VALUES (1, 0.5, 1.0), (1, 0.9, 6.3137515146750445), (1, 0.95, 12.706204736174693), (1, 0.99, 63.656741162871524), (1, 0.999999, 636619.77234875132),
	(2, 0.5, 0.81649658092772603), (2, 0.9, 2.9199855803537261), (2, 0.95, 4.3026527297494618), (2, 0.99, 9.9248432009182886), (2, 0.999999, 999.99924998546591),
	(30, 0.5, 0.68275569332129255), (30, 0.9, 1.697260886593958), (30, 0.95, 2.0422724563012379), (30, 0.99, 2.749995653567225), (30, 0.999999, 6.1190756203738998),
	(1000000, 0.5, 0.67448999553108738), (1000000, 0.9, 1.6448551507220406), (1000000, 0.95, 1.9599663568141067), (1000000, 0.99, 2.5758342201053338),
	(1000000, 0.999999, 4.8916689607047266)) AS v (freedom, confidence, expected),
	LATERAL (SELECT format('{"samples":%s,"total":0,"squares":%s}', freedom + 1, (freedom + 1)::numeric * freedom * 1000000000000)::number_summary AS n) AS s;
-- its tails: beside a summary that does not vary the degrees of freedom are those of the other
SELECT freedom, t, abs(average_p_value(n, fixed) / expected - 1) < 1e-12 AS p, average_p_value(n, fixed) = average_p_value(fixed, n) AS same
FROM (VALUES (1, 0.125, 0.92083315167886892), (1, 1, 0.5), (1, 2, 0.29516723530086655), (1, 5, 0.12566591637800237), (1, 12, 0.052929352119179751),
	(2, 0.125, 0.91195490936743762), (2, 1, 0.42264973081037424), (2, 2, 0.18350341907227397), (2, 5, 0.037749551350623726), (2, 12, 0.0068729336771584601),
	(30, 0.125, 0.90135742787709207), (30, 1, 0.32530861542602989), (30, 2, 0.054625044962983104), (30, 5, 2.3296685467007795e-5), (30, 12, 5.5801854151992561e-13),
	(1000000, 0.125, 0.90052357546618671), (1000000, 1, 0.31731074983357813), (1000000, 2, 0.045500533851319208), (1000000, 5, 5.7339978708907416e-7),
	(1000000, 12, 3.5716851247650898e-33)) AS v (freedom, t, expected),
	LATERAL (SELECT format('{"samples":%s,"total":0,"squares":%s}', freedom + 1, (freedom + 1)::numeric * freedom * 1000000000000)::number_summary AS n, number_agg(t + 0 * g) AS fixed FROM generate_series(1, 2) AS g) AS s;
-- the normal distribution, which Student's becomes
SELECT confidence, abs(average_high('{"samples":1000000000000000000,"total":0,"squares":1000000000000000000000000000000000000}'::number_summary, confidence) * 1e6 / expected - 1) < 1e-12 AS high
FROM (VALUES (0.5, 0.67448975019608174), (0.9, 1.6448536269514728), (0.95, 1.9599639845400539), (0.99, 2.5758293035489005), (0.999999, 4.8916384756929318)) AS v (confidence, expected);
-- confidences near 0 and 1 stay finite
SELECT average_high(n, 1 - 1.1e-16) BETWEEN 5e15 AND 7e15 AS nearly_certain, average_high(n, 5e-324) AS nearly_nothing
FROM (VALUES ('{"samples":2,"total":0,"squares":2000000000000}'::number_summary)) AS v (n);

-- Welch's test: t -2.975, 27.8 degrees of freedom
SELECT abs(average_p_value(a, b) / 0.0060004030902630883 - 1) < 1e-12 AS p, average_p_value(a, a) AS itself
FROM (SELECT number_agg(x) AS a FROM unnest('{27.5,21.0,19.0,23.6,17.0,17.9,16.9,20.1,21.9,22.6,23.1,19.6,19.0,21.7,21.4}'::numeric[]) AS x) AS a,
	(SELECT number_agg(x) AS b FROM unnest('{27.1,22.0,20.8,23.4,23.4,23.5,25.8,22.0,24.8,20.2,21.9,22.1,22.9,30.1,30.1}'::float8[]) AS x) AS b;
-- a difference of millionths beside 10^9 is not lost
SELECT abs(average_p_value(a, b) / 0.083706964704025749 - 1) < 1e-12 AS p
FROM (SELECT number_agg(1000000000 - x / 1000000.0) AS a FROM unnest('{1,2,3,4}'::int[]) AS x) AS a,
	(SELECT number_agg(1000000000 - x / 1000000.0) AS b FROM unnest('{3,4,5,7}'::int[]) AS x) AS b;
-- nothing varies: equal averages tell nothing, different ones all
SELECT average_p_value(a, a) AS equal, average_p_value(a, b) AS different
FROM (SELECT number_agg(1) AS a, number_agg(2) AS b FROM generate_series(1, 2)) AS s;

-- errors
SELECT number_agg(1000000001);
SELECT number_agg(-1000000001::bigint);
SELECT number_agg(9223372036854775807);
SELECT number_agg(1000000000.000001::double precision);
SELECT number_agg(1000000000.0000005);
SELECT number_agg('NaN'::double precision);
SELECT number_agg('-Infinity'::double precision);
SELECT number_agg('NaN'::numeric);
SELECT number_agg('Infinity'::numeric);
SELECT number_agg(1e100);
SELECT average_low(:'n'::number_summary, 95), average_high(:'n'::number_summary, 0);
SELECT average_high(:'n'::number_summary, 'NaN');

-- input
SELECT ' { "squares" : 5 , "total" : -3,"samples":2} '::number_summary;
SELECT '{"samples":-1}'::number_summary;
SELECT '{"samples":4611686018427387904}'::number_summary;
SELECT '{"samples":1,"total":-0,"squares":0}'::number_summary;
SELECT '{"samples":1,"total":- 1,"squares":1}'::number_summary;
SELECT '{"samples":1,"total":01,"squares":1}'::number_summary;
SELECT '{"samples":1,"total":1.0,"squares":1}'::number_summary;
SELECT '{"samples":1,"total":1,"squares":-1}'::number_summary;
SELECT '{"samples":1,"total":170141183460469231731687303715884105728,"squares":1}'::number_summary;
SELECT '{"samples":1,"total":-170141183460469231731687303715884105727,"squares":3138550867693340381917894711603833208051177722232017256447}'::number_summary;
SELECT '{"samples":1,"total":1,"squares":3138550867693340381917894711603833208051177722232017256448}'::number_summary;
SELECT ('{"samples":1,"total":1,"squares":' || repeat('9', 1000) || '}')::number_summary;
SELECT '{"samples":1,"total":1000000000000001,"squares":1000000000000002000000000000001}'::number_summary;
SELECT '{"samples":2,"total":3,"squares":4}'::number_summary;
SELECT '{"total":3}'::number_summary;
SELECT '{"samples":1,"average":3}'::number_summary;

-- support functions called by hand
SELECT _number_accum(NULL::number_summary, 1), _number_accum('{}'::number_summary, NULL::numeric), _number_summary_merge(NULL, '{}');
SELECT _number_accum('{}'::number_summary, 2), _number_accum_inv(_number_accum('{}'::number_summary, 2.5), 2.5::double precision);

-- an aggregate of a user's own takes off in a window what nobody added: an error, never a value that no input accepts
CREATE AGGREGATE own_number(integer) (SFUNC = _number_accum_inv, STYPE = number_summary, INITCOND = '{}');
SELECT own_number(i) OVER (ORDER BY i) FROM generate_series(1, 4) AS i;
CREATE AGGREGATE own_handle(integer) (SFUNC = _handle_accum_inv, STYPE = handle_summary, INITCOND = '{}');
SELECT own_handle(i) OVER (ORDER BY i), number_agg(i) OVER (ORDER BY i) FROM generate_series(1, 4) AS i;
CREATE AGGREGATE own_queue(integer, integer, boolean) (SFUNC = _queue_accum, STYPE = queue_summary, INITCOND = '{}',
    MSFUNC = _queue_accum, MINVFUNC = _queue_accum_inv, MSTYPE = queue_summary, MINITCOND = '{}');
SELECT i, (own_queue(CASE i WHEN 1 THEN 49 ELSE 0 END, 20, true) OVER (ORDER BY i ROWS 1 PRECEDING))::text::queue_summary IS NOT NULL AS readable
FROM generate_series(1, 4) AS i;
DROP AGGREGATE own_number(integer), own_handle(integer), own_queue(integer, integer, boolean);
