-- setup:
-- calls holds durations in several types; a switch writes each once.
CREATE UNLOGGED TABLE one_table AS
SELECT at, queue_id, agent_id, wait_s, answered, talk_s, hold_s, wrap_s, resolved, nps, queue FROM calls;
-- 20 000 agents, and a customer for each fourth call
CREATE UNLOGGED TABLE many AS
SELECT (row_number() OVER () * 7919 % 20000)::int AS agent_id, (row_number() OVER () % 500000)::int AS customer_id,
    wait_s, answered, talk_s, hold_s, wrap_s, resolved, nps FROM calls LIMIT 2000000;
CREATE TABLE targets AS SELECT id AS queue_id, 'queue ' || id AS name, 15 + id AS threshold FROM generate_series(1, 20) AS id;
CREATE UNIQUE INDEX ON targets (queue_id);
CREATE INDEX ON one_table (at);
CREATE UNLOGGED TABLE few AS SELECT * FROM one_table LIMIT 500;

CREATE AGGREGATE total_wait(integer) (SFUNC = int4_sum, STYPE = bigint, COMBINEFUNC = int8pl, PARALLEL = SAFE);
VACUUM ANALYZE one_table;
VACUUM ANALYZE many;
VACUUM ANALYZE few;
VACUUM ANALYZE targets;
-- case: service level of all calls
-- limit: 0.35
-- kpi:
SELECT service_level(wait_s, 20, answered) FROM one_table;
-- hand:
SELECT count(*) FILTER (WHERE answered AND wait_s <= 20)::float8 / count(*) FROM one_table;

-- case: four summaries by 20 queues against twelve aggregates
-- limit: 0.17
-- kpi:
SELECT sum(service_level(q) + abandonment_rate(q) + seconds(asa(q)) + seconds(aht(h))
    + seconds(average_talk(h)) + seconds(average_hold(h)) + seconds(average_wrap(h)) + rate(r) + nps(s))
FROM (SELECT queue_id, queue_agg(wait_s, 20, answered) AS q, handle_agg(talk_s, hold_s, wrap_s) AS h,
    proportion_agg(resolved) AS r, rating_agg(nps) AS s
    FROM one_table GROUP BY queue_id) AS summaries;
-- hand:
SELECT sum(within::float8 / offered + abandoned::float8 / offered + asa + aht + talk + hold + wrap + fcr
    + 100 * (promoters - detractors)::float8 / responses)
FROM (SELECT queue_id, count(*) AS offered,
    count(*) FILTER (WHERE answered AND wait_s <= 20) AS within,
    count(*) FILTER (WHERE NOT answered) AS abandoned,
    avg(wait_s) FILTER (WHERE answered) AS asa,
    avg(talk_s + coalesce(hold_s, 0) + coalesce(wrap_s, 0)) AS aht,
    avg(talk_s) AS talk,
    avg(coalesce(hold_s, 0)) FILTER (WHERE answered) AS hold,
    avg(coalesce(wrap_s, 0)) FILTER (WHERE answered) AS wrap,
    avg(resolved::int) AS fcr,
    count(*) FILTER (WHERE nps >= 9) AS promoters,
    count(*) FILTER (WHERE nps <= 6) AS detractors,
    count(nps) AS responses
    FROM one_table GROUP BY queue_id) AS counts;

-- case: the same four summaries against count(*)
-- limit: 1.0
-- kpi:
SELECT queue_id, queue_agg(wait_s, 20, answered) AS q, handle_agg(talk_s, hold_s, wrap_s) AS h,
    proportion_agg(resolved) AS r, rating_agg(nps) AS s
FROM one_table GROUP BY queue_id;
-- hand: count(*)
SELECT count(*) FROM one_table;

-- case: four summaries by 20 000 agents
-- limit: 0.30
-- kpi:
SELECT count(*), sum(offered(q)), sum(handled(h)) FROM (SELECT agent_id, queue_agg(wait_s, 20, answered) AS q, handle_agg(talk_s, hold_s, wrap_s) AS h,
    proportion_agg(resolved) AS r, rating_agg(nps) AS s
    FROM many GROUP BY agent_id) AS summaries;
-- hand set: kpi.batch = off
-- hand: batch off
SELECT count(*), sum(offered(q)), sum(handled(h)) FROM (SELECT agent_id, queue_agg(wait_s, 20, answered) AS q, handle_agg(talk_s, hold_s, wrap_s) AS h,
    proportion_agg(resolved) AS r, rating_agg(nps) AS s
    FROM many GROUP BY agent_id) AS summaries;

-- case: a threshold from the table of queues
-- limit: 0.30
-- kpi:
SELECT name, service_level(wait_s, threshold, answered), aht(talk_s, hold_s, wrap_s) FROM one_table JOIN targets USING (queue_id) GROUP BY name ORDER BY name;
-- hand set: kpi.batch = off
-- hand: batch off
SELECT name, service_level(wait_s, threshold, answered), aht(talk_s, hold_s, wrap_s) FROM one_table JOIN targets USING (queue_id) GROUP BY name ORDER BY name;

-- case: by local day
-- limit: 0.25
-- kpi:
SELECT (at AT TIME ZONE 'Europe/Istanbul')::date AS day, service_level(wait_s, 20, answered) FROM one_table GROUP BY 1 ORDER BY 1;
-- hand set: kpi.batch = off
-- hand: batch off
SELECT (at AT TIME ZONE 'Europe/Istanbul')::date AS day, service_level(wait_s, 20, answered) FROM one_table GROUP BY 1 ORDER BY 1;

-- case: by a text column
-- limit: 0.40
-- kpi:
SELECT queue, service_level(wait_s, 20, answered) FROM one_table GROUP BY 1 ORDER BY 1;
-- hand set: kpi.batch = off
-- hand: batch off
SELECT queue, service_level(wait_s, 20, answered) FROM one_table GROUP BY 1 ORDER BY 1;

-- case: 90th percentile by queue
-- limit: 0.12
-- kpi:
SELECT queue_id, percentile(talk_s, 0.9) FROM one_table GROUP BY 1 ORDER BY 1;
-- hand: percentile_cont
SELECT queue_id, percentile_cont(0.9) WITHIN GROUP (ORDER BY talk_s) FROM one_table GROUP BY 1 ORDER BY 1;

-- case: all generic: an aggregate of one's own, CASE as key
-- limit: 0.85
-- kpi:
SELECT CASE WHEN wait_s < 20 THEN 'short' WHEN talk_s > 300 THEN 'long' ELSE queue END AS kind, total_wait(talk_s), percentile(talk_s + 0.0, 0.5) FROM one_table GROUP BY 1 ORDER BY 1;
-- hand set: kpi.batch = off
-- hand: batch off
SELECT CASE WHEN wait_s < 20 THEN 'short' WHEN talk_s > 300 THEN 'long' ELSE queue END AS kind, total_wait(talk_s), percentile(talk_s + 0.0, 0.5) FROM one_table GROUP BY 1 ORDER BY 1;

-- case: 500 rows
-- limit: 1.05
-- kpi:
SELECT queue_id, service_level(wait_s, 20, answered), aht(talk_s, hold_s, wrap_s) FROM few GROUP BY 1 ORDER BY 1;
-- hand set: kpi.batch = off
-- hand: batch off
SELECT queue_id, service_level(wait_s, 20, answered), aht(talk_s, hold_s, wrap_s) FROM few GROUP BY 1 ORDER BY 1;

-- case: an hour of the month, by an index
-- limit: 1.05
-- kpi:
SELECT service_level(wait_s, 20, answered) FROM one_table WHERE at >= '2026-03-10 10:00+03' AND at < '2026-03-10 11:00+03';
-- hand set: kpi.batch = off
-- hand: batch off
SELECT service_level(wait_s, 20, answered) FROM one_table WHERE at >= '2026-03-10 10:00+03' AND at < '2026-03-10 11:00+03';

-- case: 500 000 customers in 4 MB
-- limit: 1.05
-- set: work_mem = '4MB'
-- kpi:
SELECT count(*), sum(offered(q)) FROM (SELECT customer_id, queue_agg(wait_s, 20, answered) AS q FROM many GROUP BY 1) AS s;
-- hand set: kpi.batch = off
-- hand: batch off
SELECT count(*), sum(offered(q)) FROM (SELECT customer_id, queue_agg(wait_s, 20, answered) AS q FROM many GROUP BY 1) AS s;
