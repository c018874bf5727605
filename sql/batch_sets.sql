-- Grouping sets in batches: each group once for each set.
CREATE TABLE calls AS
SELECT i AS id, i % 5 AS queue, nullif(i % 7, 6) AS agent, i % 3 AS x, i % 2 = 0 AS ok, i % 60 AS wait, nullif('name ' || i % 4, 'name 3') AS name, nullif(i % 11, 10) AS score,
    timestamptz '2026-03-01 00:00+00' + i * interval '7 min' AS at
FROM generate_series(1, 6000) AS i;
CREATE TABLE queues AS SELECT i AS id, 'queue ' || i AS name, nullif(i % 3, 2) AS site, i * 7 AS threshold FROM generate_series(0, 3) AS i;
ALTER TABLE queues ADD PRIMARY KEY (id);
CREATE TABLE parted (LIKE calls) PARTITION BY LIST (queue);
CREATE TABLE parted_a PARTITION OF parted FOR VALUES IN (0, 1, 2);
CREATE TABLE parted_b PARTITION OF parted DEFAULT;
INSERT INTO parted SELECT * FROM calls;
CREATE TABLE none (LIKE calls);
ANALYZE;
CREATE FUNCTION outcome(query text, mode text, OUT result text, OUT batched bool) LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    PERFORM set_config('kpi.batch', mode, true), set_config('kpi.batch_cost', 'always', true);
    batched := false;
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
        batched := batched OR line ~ 'KpiBatch';
    END LOOP;
    EXECUTE format('SELECT string_agg(q::text, E''\n'' ORDER BY q::text) FROM (%s) AS q', query) INTO result;
EXCEPTION WHEN OTHERS THEN
    result := SQLSTATE;
END $$;
CREATE FUNCTION same(query text) RETURNS text LANGUAGE sql AS $$
    SELECT CASE WHEN stock.result IS DISTINCT FROM batch.result THEN format('stock: %s batch: %s', left(stock.result, 300), left(batch.result, 300))
        WHEN NOT batch.batched THEN 'not in batches' ELSE 'same' END
    FROM outcome(query, 'off') AS stock, outcome(query, 'on') AS batch
$$;
SELECT queue, grouping(queue) AS total, count(*), fcr(ok), nps(score) FROM calls GROUP BY ROLLUP (queue) ORDER BY 2, 1;

SELECT sets, string_agg(format('%s: %s', t, same(format('SELECT count(*), fcr(ok), nps(score), service_level(wait, 20, ok), min(name), avg(wait) %s FROM %s GROUP BY %s', shown, t, sets))), ', ' ORDER BY t) AS result
FROM (VALUES ('ROLLUP (queue)', ', queue, grouping(queue)'), ('ROLLUP (queue, agent)', ', agent, queue, grouping(queue, agent), grouping(agent)'), ('CUBE (queue, agent, name)', ', queue, agent, name, grouping(name, queue)'),
        ('CUBE (queue, name), x', ', queue, name, x, grouping(name)'), ('GROUPING SETS ((queue, agent), (queue), (name))', ', queue, agent, name'), ('GROUPING SETS ((queue), ())', ''), ('GROUPING SETS ((), (queue))', ', queue'),
        ('GROUPING SETS ((queue), (queue))', ', queue'), ('GROUPING SETS ((queue), (), ())', ', queue'), ('GROUPING SETS (())', ''), ('()', ''), ('ROLLUP (queue, queue)', ', queue'), ('ROLLUP (queue, 1::int + 1)', ', queue'), ('queue, ()', ', queue'), ('queue, ROLLUP (agent)', ', queue, agent'),
        ('ROLLUP (queue, at::date)', ', queue, at::date'), ('CUBE (extract(hour FROM at)::int, queue)', ', extract(hour FROM at)::int, queue'), ('ROLLUP (upper(name), (queue, agent))', ', upper(name), grouping(upper(name), queue)'), ('ROLLUP (queue + agent)', ', queue + agent + 1'),
        ('ROLLUP (queue) HAVING count(*) > 1100', ', queue'), ('CUBE (queue, x) HAVING grouping(queue) = 1 OR fcr(ok) > 0.4', ', queue, x'), ('ROLLUP (queue) HAVING queue IS NULL', ', queue'), ('DISTINCT ROLLUP (queue), ROLLUP (queue, x)', ', queue, x'),
        ('CUBE (queue, agent, name, x, ok)', ', grouping(queue, agent, name, x, ok)'), ('ROLLUP (ok, queue)', ', rank() OVER (PARTITION BY grouping(queue) ORDER BY count(*)), ok')) AS v (sets, shown),
    unnest('{calls,parted,none}'::text[]) AS t
GROUP BY sets ORDER BY sets COLLATE "C";

-- joins, WHERE over a key, subqueries
SELECT query, same(query) FROM unnest(ARRAY[
    'SELECT q.name, c.x, grouping(q.name), count(*), service_level(c.wait, q.threshold, c.ok) FROM calls AS c JOIN queues AS q ON q.id = c.queue GROUP BY ROLLUP (q.name, c.x)',
    'SELECT q.name, c.x, grouping(q.name), count(*), fcr(c.ok) FROM calls AS c LEFT JOIN queues AS q ON q.id = c.queue WHERE q.name IS NULL OR c.wait > q.threshold GROUP BY CUBE (q.name, c.x)',
    'SELECT q.site, c.queue, fcr(c.ok) FROM calls AS c LEFT JOIN queues AS q ON q.id = c.queue WHERE c.queue < 4 AND q.site = c.x GROUP BY ROLLUP (q.site, c.queue)',
    'SELECT queue, fcr(ok) FROM calls WHERE queue > 1 AND agent IS NOT NULL GROUP BY ROLLUP (queue)',
    'SELECT queue, agent, fcr(ok) FROM calls WHERE queue + agent > 3 GROUP BY CUBE (queue, agent)',
    'SELECT q.id, q.name, q.site, fcr(c.ok) FROM calls AS c JOIN queues AS q ON q.id = c.queue GROUP BY ROLLUP (q.id)',
    'SELECT o.n, s.* FROM generate_series(0, 3) AS o (n), LATERAL (SELECT queue, count(*), fcr(ok) FROM calls WHERE x = o.n GROUP BY ROLLUP (queue)) AS s',
    'SELECT sum(n) FROM (SELECT queue, count(*) AS n, fcr(ok) FROM calls GROUP BY ROLLUP (queue) ORDER BY queue NULLS FIRST LIMIT 3) AS s',
    'SELECT queue, count(DISTINCT agent), fcr(ok) FROM calls GROUP BY ROLLUP (queue)',
    'SELECT queue, array_agg(x ORDER BY id), fcr(ok) FROM calls GROUP BY ROLLUP (queue)',
    'SELECT queue, grouping(queue), (SELECT count(*) FROM queues WHERE id < grouping(c.queue) + 1), fcr(ok) FROM calls AS c GROUP BY ROLLUP (queue)',
    'SELECT CASE WHEN grouping(queue) = 1 THEN ''total'' ELSE queue::text END, fcr(ok) FROM calls GROUP BY ROLLUP (queue)']) AS query;

-- more groups than the memory holds, and in parallel
SET work_mem = '64kB';
SET hash_mem_multiplier = 1;
SELECT same('SELECT agent, wait, grouping(wait), count(*), fcr(ok), service_level(wait, 20, ok), aht(wait), nps(score) FROM calls GROUP BY CUBE (agent, wait)') AS some_stay,
    same('SELECT agent, wait, count(*), fcr(ok), percentile(wait, 0.9), max(name) FROM calls GROUP BY ROLLUP (wait, agent)') AS all_go;
RESET work_mem;
RESET hash_mem_multiplier;
SET min_parallel_table_scan_size = 0;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SELECT t, same(format('SELECT queue, x, grouping(x), count(*), fcr(ok) FROM %s GROUP BY CUBE (queue, x)', t)) FROM unnest('{calls,parted,none}'::text[]) AS t;
RESET min_parallel_table_scan_size;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;

DROP FUNCTION same, outcome;
DROP TABLE calls, queues, parted, none;
