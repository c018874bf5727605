-- setup:
CREATE EXTENSION IF NOT EXISTS tdigest;
-- durations that are not zero as often as the waits of "calls", to the millisecond, exponential with a
-- mean of three minutes
CREATE UNLOGGED TABLE durations AS
SELECT at, queue_id, agent_id, s AS duration_f, s * interval '1 s' AS duration, s::int AS duration_s
FROM (SELECT at, queue_id, agent_id,
          (round(-180000 * ln((hashint8(extract(epoch FROM at)::bigint * 1000 + agent_id)::bigint + 2147483649) / 4294967297.0::float8)) / 1000)::float8 AS s
      FROM calls) AS drawn;
VACUUM ANALYZE durations;
CREATE UNLOGGED TABLE million AS SELECT * FROM durations ORDER BY at LIMIT 1000000;
CREATE UNLOGGED TABLE small_groups AS SELECT i % 100000 AS id, (hashint4(i)::bigint + 2147483648) / 4294967.0::float8 AS s FROM generate_series(1, 5000000) AS i;
VACUUM ANALYZE million, small_groups;

-- case: p90 of all, seconds
-- limit: 0.40
-- set: work_mem = '512MB'
-- kpi:
SELECT percentile(duration_f, 0.9) FROM durations;
-- hand: percentile_cont
SELECT percentile_cont(0.9) WITHIN GROUP (ORDER BY duration_f) FROM durations;

-- case: p90 of all, interval
-- limit: 0.40
-- set: work_mem = '512MB'
-- kpi:
SELECT percentile(duration, 0.9) FROM durations;
-- hand: percentile_cont
SELECT percentile_cont(0.9) WITHIN GROUP (ORDER BY duration) FROM durations;

-- case: p90 of all, seconds
-- limit: 0.5
-- kpi:
SELECT percentile(duration_f, 0.9) FROM durations;
-- hand: tdigest, compression 100
SELECT tdigest_percentile(duration_f, 100, 0.9::float8) FROM durations;

-- case: error of tdigest, compression 100
-- rows: both columns by hand
-- kpi:
SELECT tdigest_percentile(duration_f, 100, 0.9::float8) FROM durations;
-- hand: percentile_disc
SELECT percentile_disc(0.9) WITHIN GROUP (ORDER BY duration_f) FROM durations;

-- case: p90 by 20 queues
-- limit: 0.35
-- set: work_mem = '512MB'
-- kpi:
SELECT queue_id, percentile(duration_f, 0.9) FROM durations GROUP BY queue_id ORDER BY queue_id;
-- hand: percentile_cont
SELECT queue_id, percentile_cont(0.9) WITHIN GROUP (ORDER BY duration_f) FROM durations GROUP BY queue_id ORDER BY queue_id;

-- case: p90 by 1000 agents
-- limit: 0.50
-- set: work_mem = '512MB'
-- kpi:
SELECT avg(p) FROM (SELECT percentile(duration_f, 0.9) AS p FROM durations GROUP BY agent_id) AS _;
-- hand: percentile_cont
SELECT avg(p) FROM (SELECT percentile_cont(0.9) WITHIN GROUP (ORDER BY duration_f) AS p FROM durations GROUP BY agent_id) AS _;

-- case: p90 of the last 30 minutes
-- limit: 2
-- rows: 1 million rows
-- set: work_mem = '512MB'
-- kpi:
SELECT count(p) FROM (SELECT percentile(duration_f, 0.9) OVER (ORDER BY at RANGE '30 min' PRECEDING) AS p FROM million) AS _;
-- hand: count(*)
SELECT count(p) FROM (SELECT count(*) OVER (ORDER BY at RANGE '30 min' PRECEDING) AS p FROM million) AS _;

-- case: p90 so far
-- limit: 2
-- rows: 1 million rows
-- set: work_mem = '512MB'
-- kpi:
SELECT count(p) FROM (SELECT percentile(duration_f, 0.9) OVER (ORDER BY at) AS p FROM million) AS _;
-- hand: count(*)
SELECT count(p) FROM (SELECT count(*) OVER (ORDER BY at) AS p FROM million) AS _;

-- case: p90 of all, whole seconds
-- rows: few distinct values sort fast
-- set: work_mem = '512MB'
-- kpi:
SELECT percentile(duration_s, 0.9) FROM durations;
-- hand: percentile_cont
SELECT percentile_cont(0.9) WITHIN GROUP (ORDER BY duration_s) FROM durations;

-- case: p90 of all waits, half of them zero
-- rows: equal values sort fast, and most of the time goes into reading the wide table
-- set: work_mem = '512MB'
-- kpi:
SELECT percentile(wait_f, 0.9) FROM calls;
-- hand: percentile_cont
SELECT percentile_cont(0.9) WITHIN GROUP (ORDER BY wait_f) FROM calls;

-- case: p50, p90 and p95 of one column
-- set: work_mem = '512MB'
-- kpi:
SELECT percentiles(duration_agg(duration), '{0.5,0.9,0.95}') FROM durations;
-- hand: percentile_cont
SELECT percentile_cont('{0.5,0.9,0.95}'::float8[]) WITHIN GROUP (ORDER BY duration) FROM durations;

-- case: p90 of 100 thousand groups of 50
-- set: work_mem = '256MB'
-- set: hash_mem_multiplier = 1
-- kpi:
SELECT avg(p) FROM (SELECT percentile(s, 0.9) AS p FROM small_groups GROUP BY id) AS _;
-- hand: percentile_cont
SELECT avg(p) FROM (SELECT percentile_cont(0.9) WITHIN GROUP (ORDER BY s) AS p FROM small_groups GROUP BY id) AS _;
