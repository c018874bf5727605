-- What batches could make slower: each case against the server's own plan of the same query.
-- setup:
CREATE UNLOGGED TABLE edges AS
SELECT (i * 7919 % 20)::int AS queue_id, (i * 7919 % 16384)::int AS agent_id, wait_s, answered,
    timestamptz '2018-01-01 00:00+00' + (hashint4(i::int)::bigint + 2147483648) / 17 * interval '1 s' AS at,
    md5(i::text) AS note, repeat(md5(i::text), 8) AS long_note
FROM (SELECT row_number() OVER () AS i, wait_s, answered FROM calls LIMIT 500000) AS c;
CREATE UNLOGGED TABLE bodies AS
SELECT i % 20 AS queue_id, i % 3 > 0 AS answered, repeat(md5(i::text), 625) AS body FROM generate_series(1, 5000) AS i;
CREATE TABLE sites AS SELECT i AS queue_id, 'site ' || i % 3 AS site FROM generate_series(0, 19) AS i;
ALTER TABLE sites ADD PRIMARY KEY (queue_id);
CREATE FUNCTION dear(queue int) RETURNS boolean LANGUAGE plpgsql COST 100 AS 'BEGIN RETURN queue % 2 = 0; END';
-- the planner takes it for a list of constants
CREATE FUNCTION members(count int) RETURNS int[] LANGUAGE sql IMMUTABLE AS 'SELECT array_agg(i * 3) FROM generate_series(1, count) AS i';
VACUUM ANALYZE edges, bodies, sites;

-- case: a dimension that is empty after its own clause
-- limit: 5 ms
-- both: kpi.batch = off
SELECT site, fcr(answered) FROM edges JOIN sites USING (queue_id) WHERE site = 'nowhere' GROUP BY site;

-- case: a dear clause before a cheap one
-- limit: 1.05
-- both: kpi.batch = off
SELECT fcr(answered) FROM edges WHERE dear(queue_id) AND agent_id = 1;

-- case: IN a list of 200
-- limit: 1.05
-- both: kpi.batch = off
SELECT queue_id, fcr(answered) FROM edges WHERE agent_id = ANY (members(200)) GROUP BY queue_id ORDER BY queue_id;

-- case: IN a list of 3000
-- limit: 1.05
-- both: kpi.batch = off
SELECT queue_id, fcr(answered) FROM edges WHERE agent_id = ANY (members(3000)) GROUP BY queue_id ORDER BY queue_id;

-- case: FILTER by a list of 1000
-- limit: 1.05
-- both: kpi.batch = off
SELECT queue_id, fcr(answered) FILTER (WHERE agent_id = ANY (members(1000))) FROM edges GROUP BY queue_id ORDER BY queue_id;

-- case: hours of moments at random over eight years
-- limit: 1.05
-- both: kpi.batch = off
SELECT queue_id, fcr(answered) FROM edges WHERE extract(hour FROM at) BETWEEN 9 AND 17 GROUP BY queue_id ORDER BY queue_id;

-- case: one day of moments at random over eight years
-- limit: 1.05
-- both: kpi.batch = off
SELECT fcr(answered) FROM edges WHERE at::date = '2020-01-01';

-- case: texts that are all different
-- limit: 1.05
-- both: kpi.batch = off
SELECT queue_id, fcr(length(note) > 31) FROM edges GROUP BY queue_id ORDER BY queue_id;

-- case: FILTER by texts of 256 bytes, all different
-- limit: 1.05
-- both: kpi.batch = off
SELECT queue_id, fcr(answered) FILTER (WHERE long_note LIKE '%abc%') FROM edges GROUP BY queue_id ORDER BY queue_id;

-- case: texts of 20 kB
-- limit: 1.05
-- both: kpi.batch = off
SELECT queue_id, fcr(body LIKE '%abcde%') FROM bodies GROUP BY queue_id ORDER BY queue_id;

-- case: WHERE by texts of 20 kB
-- limit: 1.05
-- both: kpi.batch = off
SELECT queue_id, fcr(answered) FROM bodies WHERE body LIKE '%abcde%' GROUP BY queue_id ORDER BY queue_id;

-- case: p90 by 16 384 agents in little memory
-- limit: 1.05
-- set: work_mem = '64kB'
-- both: kpi.batch = off
SELECT max(p) FROM (SELECT percentile(wait_s, 0.9) AS p FROM edges GROUP BY agent_id) AS _;

-- case: fcr and aht by 16 384 agents in little memory
-- limit: 1.05
-- set: work_mem = '64kB'
-- both: kpi.batch = off
SELECT max(f), max(a) FROM (SELECT fcr(answered) AS f, aht(wait_s) AS a FROM edges GROUP BY agent_id) AS _;

-- case: p90 by 16 384 agents in 1 MB
-- limit: 1.05
-- set: work_mem = '1MB'
-- both: kpi.batch = off
SELECT max(p) FROM (SELECT percentile(wait_s, 0.9) AS p FROM edges GROUP BY agent_id) AS _;
