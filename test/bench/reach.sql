-- Date ranges, totals, heat maps and joins in batches, each against the server's own plan of the same query.
-- setup:
-- a moment every 16 seconds: by "at" in the order of the table, by "shuffled" not; a year
CREATE UNLOGGED TABLE reached AS
SELECT (i * 7919 % 20)::int AS queue_id, (i * 104729 % 1000)::int AS agent_id, wait_s, answered,
    timestamptz '2025-01-01 00:00+00' + i * interval '16 s' AS at,
    timestamptz '2025-01-01 00:00+00' + (i * 7919 % 2000003) * interval '16 s' AS shuffled
FROM (SELECT row_number() OVER () AS i, wait_s, answered FROM calls) AS c;
CREATE INDEX ON reached (at);
CREATE INDEX ON reached (shuffled);
CREATE UNLOGGED TABLE brins AS SELECT * FROM reached;
CREATE INDEX ON brins USING brin (at);
CREATE UNLOGGED TABLE months (LIKE reached) PARTITION BY RANGE (at);
SELECT format('CREATE UNLOGGED TABLE months_%s PARTITION OF months FOR VALUES FROM (%L) TO (%L)', i, timestamptz '2025-01-01 00:00+00' + (i - 1) * interval '93 days', timestamptz '2025-01-01 00:00+00' + i * interval '93 days') FROM generate_series(1, 4) AS i \gexec
INSERT INTO months SELECT * FROM reached;
CREATE INDEX ON months (at);
CREATE TABLE reached_sites AS SELECT i AS site_id, 'site ' || i AS site FROM generate_series(0, 3) AS i;
CREATE TABLE reached_queues AS SELECT i AS queue_id, i % 4 AS site_id, 15 + i AS threshold FROM generate_series(0, 19) AS i;
CREATE TABLE reached_agents AS SELECT i AS agent_id, i % 4 AS site_id FROM generate_series(0, 999) AS i;
ALTER TABLE reached_sites ADD PRIMARY KEY (site_id);
ALTER TABLE reached_queues ADD PRIMARY KEY (queue_id);
ALTER TABLE reached_agents ADD PRIMARY KEY (agent_id);
VACUUM ANALYZE reached, brins, months, reached_sites, reached_queues, reached_agents;

-- case: 0.1 % of a year, by btree
-- limit: 0.50
-- both: kpi.batch = off
SELECT queue_id, service_level(wait_s, 20, answered) FROM reached WHERE at >= '2025-06-01Z' AND at < '2025-06-01 09:00Z' GROUP BY queue_id ORDER BY queue_id;

-- case: 1 % of a year, by btree
-- limit: 0.50
-- both: kpi.batch = off
SELECT queue_id, service_level(wait_s, 20, answered) FROM reached WHERE at >= '2025-06-01Z' AND at < '2025-06-04 16:00Z' GROUP BY queue_id ORDER BY queue_id;

-- case: 10 % of a year, by btree
-- limit: 0.50
-- both: kpi.batch = off
SELECT queue_id, service_level(wait_s, 20, answered) FROM reached WHERE at >= '2025-06-01Z' AND at < '2025-07-08Z' GROUP BY queue_id ORDER BY queue_id;

-- case: 30 % of a year, by btree
-- limit: 0.50
-- both: kpi.batch = off
SELECT queue_id, service_level(wait_s, 20, answered) FROM reached WHERE at >= '2025-06-01Z' AND at < '2025-09-20Z' GROUP BY queue_id ORDER BY queue_id;

-- case: 1 % of a year, by BRIN
-- limit: 0.50
-- both: kpi.batch = off
SELECT queue_id, service_level(wait_s, 20, answered) FROM brins WHERE at >= '2025-06-01Z' AND at < '2025-06-04 16:00Z' GROUP BY queue_id ORDER BY queue_id;

-- case: 10 % of a year, by BRIN
-- limit: 0.50
-- both: kpi.batch = off
SELECT queue_id, service_level(wait_s, 20, answered) FROM brins WHERE at >= '2025-06-01Z' AND at < '2025-07-08Z' GROUP BY queue_id ORDER BY queue_id;

-- case: 0.1 % of a year, shuffled
-- limit: 1.05
-- both: kpi.batch = off
SELECT queue_id, service_level(wait_s, 20, answered) FROM reached WHERE shuffled >= '2025-06-01Z' AND shuffled < '2025-06-01 09:00Z' GROUP BY queue_id ORDER BY queue_id;

-- case: 1 % of a year, shuffled
-- limit: 1.05
-- both: kpi.batch = off
SELECT queue_id, service_level(wait_s, 20, answered) FROM reached WHERE shuffled >= '2025-06-01Z' AND shuffled < '2025-06-04 16:00Z' GROUP BY queue_id ORDER BY queue_id;

-- case: 30 % of a year, shuffled
-- limit: 1.05
-- both: kpi.batch = off
SELECT queue_id, service_level(wait_s, 20, answered) FROM reached WHERE shuffled >= '2025-06-01Z' AND shuffled < '2025-09-20Z' GROUP BY queue_id ORDER BY queue_id;

-- case: 10 % of a year, in partitions
-- limit: 0.50
-- both: kpi.batch = off
SELECT queue_id, service_level(wait_s, 20, answered) FROM months WHERE at >= '2025-06-01Z' AND at < '2025-07-08Z' GROUP BY queue_id ORDER BY queue_id;

-- case: 10 % of a year, two workers
-- limit: 0.70
-- set: max_parallel_workers_per_gather = 2
-- both: kpi.batch = off
SELECT queue_id, service_level(wait_s, 20, answered) FROM reached WHERE at >= '2025-06-01Z' AND at < '2025-07-08Z' GROUP BY queue_id ORDER BY queue_id;

-- case: ROLLUP by 20 queues
-- limit: 0.40
-- both: kpi.batch = off
SELECT queue_id, service_level(wait_s, 20, answered), aht(wait_s) FROM reached GROUP BY ROLLUP (queue_id) ORDER BY queue_id;

-- case: sets of queues and days
-- limit: 0.30
-- both: kpi.batch = off
SELECT queue_id, date_trunc('day', at) AS day, GROUPING(queue_id), service_level(wait_s, 20, answered) FROM reached GROUP BY GROUPING SETS ((queue_id), (date_trunc('day', at)), ()) ORDER BY 1, 2, 3;

-- case: ROLLUP by queues, in partitions
-- limit: 0.40
-- both: kpi.batch = off
SELECT queue_id, service_level(wait_s, 20, answered) FROM months GROUP BY ROLLUP (queue_id) ORDER BY queue_id;

-- case: CUBE of queue and hour
-- limit: 0.15
-- both: kpi.batch = off
SELECT queue_id, extract(hour FROM at) AS hour, service_level(wait_s, 20, answered) FROM reached GROUP BY CUBE (queue_id, extract(hour FROM at)) ORDER BY 1, 2;

-- case: heat map of queue and hour
-- limit: 0.15
-- both: kpi.batch = off
SELECT queue_id, extract(hour FROM at) AS hour, service_level(wait_s, 20, answered) FROM reached GROUP BY queue_id, extract(hour FROM at) ORDER BY 1, 2;

-- case: a clause between dimensions
-- limit: 0.25
-- both: kpi.batch = off
SELECT q.queue_id, service_level(wait_s, 20, answered) FROM reached JOIN reached_queues AS q USING (queue_id) JOIN reached_agents AS a USING (agent_id) WHERE q.site_id = a.site_id GROUP BY q.queue_id ORDER BY q.queue_id;

-- case: a snowflake
-- limit: 0.25
-- both: kpi.batch = off
SELECT site, service_level(wait_s, threshold, answered) FROM reached JOIN reached_queues USING (queue_id) JOIN reached_sites USING (site_id) GROUP BY site ORDER BY site;

-- case: a LEFT snowflake
-- limit: 0.25
-- both: kpi.batch = off
SELECT site, service_level(wait_s, threshold, answered) FROM reached LEFT JOIN reached_queues USING (queue_id) LEFT JOIN reached_sites USING (site_id) GROUP BY site ORDER BY site;

-- case: a threshold of a dimension in WHERE
-- limit: 0.25
-- both: kpi.batch = off
SELECT queue_id, fcr(answered), aht(wait_s) FROM reached JOIN reached_queues USING (queue_id) WHERE wait_s > threshold GROUP BY queue_id ORDER BY queue_id;
