-- setup:
-- evaluations from 0 to 100 in each type, to two decimals where the type has them
CREATE UNLOGGED TABLE evaluations AS
SELECT at, queue_id, agent_id, s::int AS score_i, s::bigint AS score_b, s::float8 AS score_f, s AS score_n
FROM (SELECT at, queue_id, agent_id, round((hashint8(extract(epoch FROM at)::bigint * 1000 + agent_id)::bigint + 2147483649) / 42949672.97, 2) AS s FROM calls) AS drawn;
VACUUM ANALYZE evaluations;

-- case: average, deviation and count, integer
-- limit: 0.9
-- kpi:
SELECT average(n), stddev(n), samples(n) FROM (SELECT number_agg(score_i) AS n FROM evaluations) AS s;
-- hand:
SELECT avg(score_i), stddev(score_i), count(score_i) FROM evaluations;

-- case: average, deviation and count, bigint
-- limit: 0.9
-- kpi:
SELECT average(n), stddev(n), samples(n) FROM (SELECT number_agg(score_b) AS n FROM evaluations) AS s;
-- hand:
SELECT avg(score_b), stddev(score_b), count(score_b) FROM evaluations;

-- case: average, deviation and count, double precision
-- limit: 0.9
-- kpi:
SELECT average(n), stddev(n), samples(n) FROM (SELECT number_agg(score_f) AS n FROM evaluations) AS s;
-- hand:
SELECT avg(score_f), stddev(score_f), count(score_f) FROM evaluations;

-- case: average, deviation and count, numeric
-- limit: 0.9
-- kpi:
SELECT average(n), stddev(n), samples(n) FROM (SELECT number_agg(score_n) AS n FROM evaluations) AS s;
-- hand:
SELECT avg(score_n), stddev(score_n), count(score_n) FROM evaluations;

-- case: the same by 1000 agents, numeric
-- limit: 0.9
-- kpi:
SELECT sum(average(n) + stddev(n) + samples(n)) FROM (SELECT number_agg(score_n) AS n FROM evaluations GROUP BY agent_id) AS s;
-- hand:
SELECT sum(a + d + c) FROM (SELECT avg(score_n) AS a, stddev(score_n) AS d, count(score_n) AS c FROM evaluations GROUP BY agent_id) AS s;

-- case: the same by 1000 agents, double precision
-- limit: 0.9
-- kpi:
SELECT sum(average(n) + stddev(n) + samples(n)) FROM (SELECT number_agg(score_f) AS n FROM evaluations GROUP BY agent_id) AS s;
-- hand:
SELECT sum(a + d + c) FROM (SELECT avg(score_f) AS a, stddev(score_f) AS d, count(score_f) AS c FROM evaluations GROUP BY agent_id) AS s;

-- case: average over the last 30 minutes, integer
-- limit: 1.0
-- kpi:
SELECT sum(a) FROM (SELECT average(number_agg(score_i) OVER (ORDER BY at RANGE '30 min' PRECEDING)) AS a FROM evaluations) AS sliding;
-- hand:
SELECT sum(a) FROM (SELECT avg(score_i) OVER (ORDER BY at RANGE '30 min' PRECEDING) AS a FROM evaluations) AS sliding;

-- case: average and count over the last 30 minutes, numeric
-- limit: 1.0
-- kpi:
SELECT sum(average(n) + samples(n)) FROM (SELECT number_agg(score_n) OVER (ORDER BY at RANGE '30 min' PRECEDING) AS n FROM evaluations) AS sliding;
-- hand:
SELECT sum(a + c) FROM (SELECT avg(score_n) OVER w AS a, count(score_n) OVER w AS c FROM evaluations WINDOW w AS (ORDER BY at RANGE '30 min' PRECEDING)) AS sliding;

-- case: all at once over the last 30 minutes, double precision, against the server's inexact sums
-- rows: the server starts each frame of double precision anew
-- kpi:
SELECT 2 * count(n) - 1 FROM (SELECT number_agg(score_f) OVER (ORDER BY at ROWS 999 PRECEDING) AS n FROM evaluations WHERE agent_id <= 10) AS sliding;
-- hand:
SELECT count(a) + count(d) FROM (SELECT avg(score_f) OVER w AS a, stddev(score_f) OVER w AS d FROM evaluations WHERE agent_id <= 10 WINDOW w AS (ORDER BY at ROWS 999 PRECEDING)) AS sliding;
