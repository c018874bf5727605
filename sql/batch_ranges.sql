-- Pages that an index names, in batches.
CREATE TABLE calls (id int, queue int, agent int, ok bool, wait int, name text, tags int[], at timestamptz, filler text DEFAULT repeat('x', 40));
INSERT INTO calls SELECT i, i % 20, nullif(i * 7919 % 501, 500), i % 2 = 0, i % 60, 'name ' || i % 40, ARRAY[i % 30, i % 7], timestamptz '2026-03-01 00:00+00' + i * interval '1 min' FROM generate_series(1, 20000) AS i;
CREATE INDEX calls_at ON calls (at);
CREATE INDEX calls_at_brin ON calls USING brin (at) WITH (pages_per_range = 4);
CREATE INDEX calls_agent ON calls (agent);
CREATE INDEX calls_name ON calls USING hash (name);
CREATE INDEX calls_tags ON calls USING gin (tags);
CREATE INDEX calls_wait ON calls (wait) WHERE wait > 50;
CREATE INDEX calls_half ON calls ((id / 2));
-- dead tuples, chains of updates, moved rows
UPDATE calls SET ok = NOT ok WHERE id % 9 = 0;
UPDATE calls SET agent = 3 WHERE id % 50 = 0;
UPDATE calls SET ok = NOT ok WHERE id % 27 = 0;
DELETE FROM calls WHERE id % 13 = 0;
BEGIN;
UPDATE calls SET wait = 1000 WHERE id % 11 = 0;
ROLLBACK;
CREATE TABLE queues AS SELECT i AS id, 'queue ' || i AS name, i AS threshold, timestamptz '2026-03-03 00:00+00' + i * interval '1 day' AS since FROM generate_series(0, 18) AS i;
ALTER TABLE queues ADD PRIMARY KEY (id);
CREATE TABLE parted (LIKE calls) PARTITION BY RANGE (at);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM ('2026-03-01 00:00+00') TO ('2026-03-05 00:00+00');
CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM ('2026-03-05 00:00+00') TO ('2026-03-09 00:00+00');
CREATE TABLE parted_3 PARTITION OF parted DEFAULT;
CREATE INDEX ON parted (at);
CREATE INDEX ON parted (agent);
INSERT INTO parted SELECT * FROM calls;
ANALYZE;
SET enable_seqscan = off;
SET enable_indexscan = on;
SET enable_bitmapscan = on;
CREATE FUNCTION outcome(query text, mode text, OUT result text, OUT batched bool, OUT by_index bool) LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    PERFORM set_config('kpi.batch', mode, true), set_config('kpi.batch_cost', 'always', true);
    batched := false;
    by_index := false;
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
        batched := batched OR line ~ 'KpiBatch';
        by_index := by_index OR line ~ 'Bitmap Index';
    END LOOP;
    EXECUTE format('SELECT string_agg(q::text, E''\n'' ORDER BY q::text) FROM (%s) AS q', query) INTO result;
EXCEPTION WHEN OTHERS THEN
    result := SQLSTATE;
END $$;
CREATE FUNCTION same(query text) RETURNS text LANGUAGE sql AS $$
    SELECT CASE WHEN stock.result IS DISTINCT FROM batch.result THEN format('stock: %s batch: %s', left(stock.result, 300), left(batch.result, 300))
        WHEN NOT batch.batched THEN 'not in batches' WHEN batch.by_index THEN 'same' ELSE 'same, all pages' END
    FROM outcome(query, 'off') AS stock, outcome(query, 'on') AS batch
$$;
CREATE TABLE conditions AS SELECT unnest(ARRAY[
    'at >= ''2026-03-03 00:00+00'' AND at < ''2026-03-05 12:00+00''', 'at > ''2026-03-03 00:00+00'' AND at <= ''2026-03-03 00:10+00''', 'at < ''2020-01-01 00:00+00''', 'agent = 3', 'agent IN (1, 5, 77)', 'agent IS NULL', 'agent = 3 AND at < ''2026-03-06 00:00+00''',
    'agent = 3 OR at < ''2026-03-01 02:00+00''', 'agent < 100 AND wait > 30', 'agent BETWEEN 10 AND 20 AND 100 / (agent - 5) > 2', 'at < ''2026-03-02 00:00+00'' AND 100 / (extract(epoch FROM ''2026-03-02 00:00+00'' - at)::int) >= 0', 'at = (SELECT max(since) FROM queues)',
    'agent = ANY (ARRAY(SELECT id FROM queues))', 'agent <> 3']) AS condition;
SELECT t, condition, same(format('SELECT queue, count(*), fcr(ok), service_level(wait, 20, ok), max(name), sum(id) FROM %s WHERE %s GROUP BY queue', t, condition)) FROM unnest('{calls,parted}'::text[]) AS t, conditions ORDER BY 1, 2;
SELECT condition, same(format('SELECT count(*), fcr(ok), sum(id) FROM calls WHERE %s', condition))
FROM unnest(ARRAY['name = ''name 7''', 'name = ''name 7'' OR name = ''name 9''', 'tags @> ARRAY[3]', 'tags && ARRAY[3, 8] AND ok', 'wait > 50', 'wait > 55 AND wait < 58', 'wait > 50 AND 10 / (wait - 50) > 1', 'id / 2 = 77', 'id / 2 BETWEEN 100 AND 400 AND queue <> 3']) AS condition;
-- keys that are expressions, joins, grouping sets, parameters
SELECT query, same(query) FROM unnest(ARRAY[
    'SELECT (at AT TIME ZONE ''UTC'')::date AS day, fcr(ok), nps(wait % 11) FROM calls WHERE at >= ''2026-03-03 00:00+00'' AND at < ''2026-03-07 00:00+00'' GROUP BY 1',
    'SELECT q.name, count(*), service_level(c.wait, q.threshold, c.ok) FROM calls AS c JOIN queues AS q ON q.id = c.queue WHERE c.at >= ''2026-03-03 00:00+00'' AND c.at < ''2026-03-07 00:00+00'' GROUP BY 1',
    'SELECT q.name, count(*), fcr(c.ok) FROM calls AS c LEFT JOIN queues AS q ON q.id = c.queue WHERE c.at >= ''2026-03-03 00:00+00'' AND c.at < ''2026-03-07 00:00+00'' AND (q.since < c.at OR q.id IS NULL) GROUP BY 1',
    'SELECT queue, ok, count(*), fcr(ok) FROM calls WHERE at >= ''2026-03-03 00:00+00'' AND at < ''2026-03-07 00:00+00'' GROUP BY CUBE (queue, ok)',
    'SELECT o.n, s.* FROM generate_series(1, 6) AS o (n), LATERAL (SELECT count(*), fcr(ok), sum(id) FROM calls WHERE at < timestamptz ''2026-03-01 00:00+00'' + o.n * interval ''5 h'') AS s',
    'SELECT o.n, s.* FROM generate_series(1, 6) AS o (n), LATERAL (SELECT count(*), fcr(ok), sum(id) FROM parted WHERE agent = o.n) AS s',
    'SELECT o.n, s.* FROM generate_series(1, 6) AS o (n), LATERAL (SELECT count(*), fcr(ok), sum(id) FROM calls WHERE agent = 3 AND queue > o.n) AS s']) AS query;
-- a bitmap with lossy pages
SET work_mem = '64kB';
CREATE TABLE large AS SELECT i AS id, i * 7919 % 100003 AS k, i % 2 = 0 AS ok, repeat('y', 300) AS filler FROM generate_series(1, 60000) AS i;
CREATE INDEX ON large (k);
ANALYZE large;
SELECT same('SELECT count(*), fcr(ok), sum(id) FROM large WHERE k < 20000') AS shuffled, same('SELECT count(*), fcr(ok), sum(id) FROM large WHERE k < 20000 AND 10 / (k - 30000) <= 0') AS guarded;
DROP TABLE large;
RESET work_mem;
-- in parallel
SET min_parallel_table_scan_size = 0;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SELECT t, condition, same(format('SELECT queue, count(*), fcr(ok), sum(id) FROM %s WHERE %s GROUP BY queue', t, condition)) FROM unnest('{calls,parted}'::text[]) AS t, conditions ORDER BY 1, 2;
SET parallel_leader_participation = off;
SELECT same('SELECT o.n, s.* FROM generate_series(1, 3) AS o (n), LATERAL (SELECT count(*), fcr(ok), sum(id) FROM calls WHERE at < timestamptz ''2026-03-01 00:00+00'' + interval ''3 days'' OFFSET o.n - o.n) AS s') AS rescanned;
RESET parallel_leader_participation;
RESET min_parallel_table_scan_size;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
-- cursors, and an error in the middle
BEGIN;
SET LOCAL kpi.batch_cost = always;
DECLARE c CURSOR FOR SELECT queue, count(*), fcr(ok) FROM calls WHERE at < '2026-03-04 00:00+00' GROUP BY queue ORDER BY queue;
FETCH 2 FROM c;
DELETE FROM calls WHERE queue = 2;
FETCH 2 FROM c;
SAVEPOINT s;
SELECT fcr(1 / (id - 1500) > 0) FROM calls WHERE at < '2026-03-04 00:00+00';
ROLLBACK TO s;
FETCH 1 FROM c;
ROLLBACK;
RESET enable_seqscan;
RESET enable_indexscan;
RESET enable_bitmapscan;
DROP FUNCTION same, outcome;
DROP TABLE calls, queues, parted, conditions;
