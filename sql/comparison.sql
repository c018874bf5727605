-- Many comparisons: adjusted p-values and control limits
\set VERBOSITY terse

-- the fifteen tests of Benjamini and Hochberg's paper: four pass at 5 % (0.0095 is the largest: 15/4 of it is 0.035625), three by Holm
SELECT p, adjusted_p_value(p) OVER () AS bh, adjusted_p_value(p, 'holm') OVER () AS holm
FROM unnest('{0.0001,0.0004,0.0019,0.0095,0.0201,0.0278,0.0298,0.0344,0.0459,0.3240,0.4262,0.5719,0.6528,0.7590,1.000}'::float8[]) AS p ORDER BY p;

-- against the definitions, which need no order: min over p' >= p of p' m / rank(p'), max over p' <= p of p' (m - number below p')
CREATE TABLE tests AS
SELECT i, i % 7 AS g, CASE WHEN i % 11 <> 0 THEN (i * 7919 % 1000) / 1000.0::float8 END AS p FROM generate_series(1, 500) AS i;
WITH ranked AS (
	SELECT g, p, count(*) FILTER (WHERE p IS NOT NULL) OVER (PARTITION BY g) AS m,
		rank() OVER (PARTITION BY g ORDER BY p) - 1 AS below, count(p) OVER (PARTITION BY g ORDER BY p) AS rank
	FROM tests WHERE p IS NOT NULL),
computed AS (SELECT *, adjusted_p_value(p) OVER (PARTITION BY g) AS bh, adjusted_p_value(p, 'holm') OVER (PARTITION BY g) AS holm FROM tests)
SELECT count(*) AS tests, count(*) FILTER (WHERE abs(bh - least(1, (SELECT min(r.p * m / rank) FROM ranked AS r WHERE r.g = c.g AND r.p >= c.p))) > 1e-12) AS bh,
	count(*) FILTER (WHERE abs(holm - least(1, (SELECT max(r.p * (m - below)) FROM ranked AS r WHERE r.g = c.g AND r.p <= c.p))) > 1e-12) AS holm,
	count(*) FILTER (WHERE (p IS NULL) <> (bh IS NULL) OR (p IS NULL) <> (holm IS NULL)) AS nulls
FROM computed AS c;
-- whatever the order, the frame and the rows around: equal bytes
SELECT count(*) FILTER (WHERE record_image_ne(ROW(a), ROW(b))) AS ordered, count(*) FILTER (WHERE record_image_ne(ROW(a), ROW(c))) AS framed,
	count(DISTINCT a) < count(a) AS has_ties, bool_and(low = high) AS ties_equal
FROM (SELECT a, b, c, min(a) OVER (PARTITION BY g, p) AS low, max(a) OVER (PARTITION BY g, p) AS high
	FROM (SELECT g, p, adjusted_p_value(p) OVER (PARTITION BY g) AS a, adjusted_p_value(p) OVER (PARTITION BY g ORDER BY md5(i::text)) AS b,
		adjusted_p_value(p) OVER (PARTITION BY g ORDER BY i DESC ROWS 1 PRECEDING) AS c FROM tests) AS s) AS t;
SET work_mem = '64kB';
SELECT count(*) AS tests, count(*) FILTER (WHERE adjusted > 1 OR adjusted < p) AS wrong
FROM (SELECT p, adjusted_p_value(p) OVER () AS adjusted FROM (SELECT (i * 7919::bigint % 100003) / 100003.0::float8 AS p FROM generate_series(1, 100003) AS i) AS s) AS t;
RESET work_mem;

-- one test is itself; the ends of the scale; nothing
SELECT p, adjusted_p_value(p) OVER (PARTITION BY p) AS bh, adjusted_p_value(p, 'holm') OVER (PARTITION BY p) AS holm FROM unnest('{0,0.3,1,NULL}'::float8[]) AS p;
SELECT p, adjusted_p_value(p) OVER () AS bh, adjusted_p_value(p, 'holm') OVER () AS holm FROM unnest('{0,0,1,NULL}'::float8[]) AS p;
SELECT adjusted_p_value(p) OVER () FROM unnest('{}'::float8[]) AS p;
-- method may be a column, if it is the same in all rows
SELECT g, p, adjusted_p_value(p, m) OVER (PARTITION BY g) FROM (VALUES (1, 0.01, 'bh'), (1, 0.02, 'bh'), (2, 0.01, 'holm'), (2, 0.02, 'holm')) AS v (g, p, m);

-- errors
SELECT adjusted_p_value(p) OVER () FROM unnest('{0.5,1.5}'::float8[]) AS p;
SELECT adjusted_p_value(p) OVER () FROM unnest('{0.5,-1e-9}'::float8[]) AS p;
SELECT adjusted_p_value(p) OVER () FROM unnest('{0.5,NaN}'::float8[]) AS p;
SELECT adjusted_p_value(p, 'bonferroni') OVER () FROM unnest('{0.5}'::float8[]) AS p;
SELECT adjusted_p_value(p, NULL) OVER () FROM unnest('{0.5}'::float8[]) AS p;
SELECT adjusted_p_value(p, CASE WHEN p < 0.5 THEN 'bh' ELSE 'holm' END) OVER () FROM unnest('{0.1,0.9}'::float8[]) AS p;
SELECT adjusted_p_value(0.5);

-- control limits: 0.8 +- 3 * sqrt(0.8 * 0.2 / 100) = 0.8 +- 0.12, clamped to 0..1
SELECT n, control_low(0.8, n) AS low, control_high(0.8, n) AS high, control_low(0.8, n, 2) AS low2, control_high(0.8, n, 2) AS high2
FROM unnest('{0,1,100,1600,NULL}'::bigint[]) AS n;
SELECT control_low(0, 10), control_high(1, 10), control_low(0.5, 4, 0), control_high(0.5, sum(x), 1) FROM (VALUES (3::bigint), (1)) AS v (x);
SELECT control_low(80, 100);
SELECT control_high('NaN', 100);
SELECT control_low(0.8, -1);
SELECT control_low(0.8, 'Infinity');
SELECT control_high(0.8, 100, -3);
SELECT control_high(0.8, 100, 'NaN');

-- -0 is 0; a group has no, one or more members
SELECT adjusted_p_value(p) OVER () AS bh, adjusted_p_value(p, 'holm') OVER () AS holm FROM (VALUES ('-0'::double precision), (0.5)) AS t(p);
SELECT control_low(0.5, 1e-320, 0);
SELECT control_low(0.5, 1, 0), control_high(0.5, 1, 0), control_low(0.5, 0, 0);
-- Student's t near 0 at enormous samples: 2 * pnorm(-0.1) of R
SELECT round(average_p_value('{"samples":4000000000000000000,"total":0,"squares":4000000000000000000000000000000}'::number_summary,
                             '{"samples":4000000000000000000,"total":282842712474619,"squares":4000000000000000000000000000000}')::numeric, 8) AS p;
