-- Joins in batches: every clause is applied, exactly once.
CREATE TABLE calls AS
SELECT i AS id, i % 5 AS queue, nullif(i % 7, 6) AS agent, i % 3 AS x, i % 2 = 0 AS ok, i % 60 AS wait, date '2026-03-01' + i % 10 AS day, nullif('name ' || i % 4, 'name 3') AS name,
    md5((i % 6)::text)::uuid AS ref, (i % 5)::smallint AS queue2, (i % 5)::bigint AS queue8, i % 3 AS tenant, 'code ' || i % 4 AS code
FROM generate_series(1, 2000) AS i;
CREATE TABLE queues AS SELECT i AS id, 'queue ' || i AS name, i % 2 AS site, nullif(i * 7, 14) AS threshold, 'name ' || i % 3 AS owner FROM generate_series(0, 4) AS i;
CREATE TABLE agents AS SELECT i AS id, 'agent ' || i AS name, i % 3 AS site, nullif(i % 4, 3) AS team, 'name ' || i % 3 AS owner FROM generate_series(0, 5) AS i;
CREATE TABLE teams AS SELECT i AS id, 'team ' || i AS name, i % 2 AS site, nullif(i, 1) AS region FROM generate_series(0, 2) AS i;
CREATE TABLE regions AS SELECT i AS id, 'region ' || i AS name FROM generate_series(0, 2) AS i;
CREATE TABLE days AS SELECT date '2026-03-01' + i AS day, i % 7 < 5 AS working FROM generate_series(0, 8) AS i;
CREATE TABLE names AS SELECT 'name ' || i AS name, i AS site FROM generate_series(0, 2) AS i;
CREATE TABLE refs AS SELECT md5(i::text)::uuid AS ref, i AS n FROM generate_series(0, 4) AS i;
CREATE TABLE codes AS SELECT t AS tenant, 'code ' || c AS code, t * 10 + c AS n, t AS site FROM generate_series(0, 2) AS t, generate_series(0, 2) AS c;
CREATE TABLE vacant AS SELECT * FROM queues WHERE false;
ALTER TABLE queues ADD COLUMN n int;
ALTER TABLE days ADD COLUMN n int;
ALTER TABLE names ADD COLUMN n int;
UPDATE queues SET n = id + 5;
UPDATE days SET n = extract(day FROM day);
UPDATE names SET n = site + 3;
ALTER TABLE queues ADD PRIMARY KEY (id);
ALTER TABLE agents ADD PRIMARY KEY (id);
ALTER TABLE teams ADD PRIMARY KEY (id);
ALTER TABLE regions ADD PRIMARY KEY (id);
ALTER TABLE days ADD PRIMARY KEY (day);
ALTER TABLE names ADD PRIMARY KEY (name);
ALTER TABLE refs ADD PRIMARY KEY (ref);
ALTER TABLE codes ADD PRIMARY KEY (tenant, code);
ALTER TABLE vacant ADD PRIMARY KEY (id);
ANALYZE;
-- The result with batch execution off and on, or the class of the error; and whether a batch node did the join.
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

-- a clause between two dimensions
CREATE TABLE clauses AS SELECT unnest(ARRAY[
    'JOIN queues AS q ON q.id = c.queue JOIN agents AS a ON a.id = c.agent WHERE q.site = a.site',
    'JOIN queues AS q ON q.id = c.queue JOIN agents AS a ON a.id = c.agent AND q.site = a.site',
    'JOIN queues AS q ON q.id = c.queue JOIN agents AS a ON a.id = c.agent WHERE c.x = q.site + a.site',
    'JOIN queues AS q ON q.id = c.queue JOIN agents AS a ON a.id = c.agent WHERE q.site < a.site',
    'JOIN queues AS q ON q.id = c.queue JOIN agents AS a ON a.id = c.agent WHERE q.site IS DISTINCT FROM a.site',
    'JOIN queues AS q ON q.id = c.queue JOIN agents AS a ON a.id = c.agent WHERE q.owner = a.owner',
    'JOIN queues AS q ON q.id = c.queue JOIN agents AS a ON a.id = c.agent WHERE q.owner = a.owner AND q.site = a.site AND c.x = a.site',
    'JOIN queues AS q ON q.id = c.queue JOIN agents AS a ON a.id = c.agent WHERE q.site = 1 OR a.site = 2',
    'JOIN queues AS q ON q.id = c.queue JOIN agents AS a ON a.id = c.agent WHERE (q.site, a.site) IN ((0, 1), (1, 2))',
    'LEFT JOIN queues AS q ON q.id = c.queue LEFT JOIN agents AS a ON a.id = c.agent WHERE q.site = a.site',
    'LEFT JOIN queues AS q ON q.id = c.queue LEFT JOIN agents AS a ON a.id = c.agent WHERE coalesce(q.site, 5) = coalesce(a.site, 1)',
    'LEFT JOIN queues AS q ON q.id = c.queue LEFT JOIN agents AS a ON a.id = c.agent WHERE q.site IS DISTINCT FROM a.site',
    'LEFT JOIN agents AS a ON a.id = c.agent WHERE a.id IS NULL OR a.site > 0',
    'LEFT JOIN agents AS a ON a.id = c.agent WHERE a.site IS NULL',
    'LEFT JOIN agents AS a ON a.id = c.agent WHERE coalesce(a.site, c.x) = 1',
    'JOIN queues AS q ON q.id = c.queue WHERE c.wait > q.threshold',
    'JOIN queues AS q ON q.id = c.queue WHERE c.wait > q.threshold AND 100 / (c.wait - q.threshold) > 2',
    'LEFT JOIN queues AS q ON q.id = c.queue AND c.wait > q.threshold',
    'LEFT JOIN queues AS q ON q.id = c.queue AND c.ok',
    'LEFT JOIN agents AS a ON a.id = c.agent LEFT JOIN queues AS q ON q.id = c.queue AND q.site = a.site',
    'JOIN queues AS q ON q.id = c.queue JOIN agents AS a ON a.id = c.queue',
    'JOIN queues AS q ON q.id = c.queue JOIN agents AS a ON a.id = q.id AND a.id = c.x',
    'JOIN queues AS q ON q.id = c.queue AND q.id = c.agent JOIN agents AS a ON a.id = c.x',
    'JOIN queues AS q ON q.id = c.queue JOIN agents AS a ON a.id = c.agent WHERE EXISTS (SELECT FROM teams AS t WHERE t.id = a.team)',
    'JOIN queues AS q ON q.id = c.queue JOIN agents AS a ON a.id = c.agent WHERE NOT EXISTS (SELECT FROM teams AS t WHERE t.id = a.team)',
    'JOIN vacant AS q ON q.id = c.queue JOIN agents AS a ON a.id = c.agent WHERE q.site = a.site',
    'LEFT JOIN vacant AS q ON q.id = c.queue JOIN agents AS a ON a.id = c.agent WHERE q.site IS DISTINCT FROM a.site',
    'CROSS JOIN queues AS q JOIN agents AS a ON a.id = c.agent WHERE q.id = 2 AND a.site = q.site']) AS source;
SELECT source, same('SELECT count(*), fcr(c.ok)' || CASE WHEN source ~ ' a ' THEN ', min(a.name), sum(a.site)' ELSE '' END || CASE WHEN source ~ ' q ' THEN ', max(q.name), sum(q.threshold)' ELSE '' END || ' FROM calls AS c ' || source)
FROM clauses;

-- dimensions of dimensions
CREATE TABLE snowflakes AS SELECT unnest(ARRAY[
    'JOIN agents AS a ON a.id = c.agent JOIN teams AS t ON t.id = a.team',
    'LEFT JOIN agents AS a ON a.id = c.agent LEFT JOIN teams AS t ON t.id = a.team',
    'JOIN agents AS a ON a.id = c.agent LEFT JOIN teams AS t ON t.id = a.team',
    'LEFT JOIN agents AS a ON a.id = c.agent JOIN teams AS t ON t.id = a.team',
    'LEFT JOIN (agents AS a JOIN teams AS t ON t.id = a.team) ON a.id = c.agent',
    'LEFT JOIN (agents AS a LEFT JOIN teams AS t ON t.id = a.team) ON a.id = c.agent',
    'LEFT JOIN agents AS a ON a.id = c.agent LEFT JOIN teams AS t ON t.id = a.team AND t.site = 0',
    'LEFT JOIN agents AS a ON a.id = c.agent AND a.site > 0 LEFT JOIN teams AS t ON t.id = a.team WHERE t.site IS NULL',
    'JOIN agents AS a ON a.id = c.agent JOIN teams AS t ON t.id = a.team JOIN regions AS r ON r.id = t.region',
    'LEFT JOIN agents AS a ON a.id = c.agent LEFT JOIN teams AS t ON t.id = a.team LEFT JOIN regions AS r ON r.id = t.region WHERE r.name IS NOT NULL OR c.x = 1',
    'LEFT JOIN agents AS a ON a.id = c.agent LEFT JOIN teams AS t ON t.id = coalesce(a.team, 0)',
    'LEFT JOIN agents AS a ON a.id = c.agent LEFT JOIN teams AS t ON t.id = a.team AND t.site = c.x',
    'JOIN agents AS a ON a.id = c.agent JOIN teams AS t ON t.id = a.team JOIN names AS n ON n.name = a.owner WHERE n.site = t.site',
    'LEFT JOIN agents AS a ON a.id = c.agent LEFT JOIN names AS n ON n.name = a.owner LEFT JOIN teams AS t ON t.id = n.site',
    'JOIN agents AS a ON a.id = c.agent JOIN teams AS t ON t.id = a.team JOIN queues AS q ON q.id = c.queue WHERE q.site = t.site AND a.site <> q.site',
    'RIGHT JOIN agents AS a ON a.id = c.agent LEFT JOIN teams AS t ON t.id = a.team',
    'FULL JOIN agents AS a ON a.id = c.agent LEFT JOIN teams AS t ON t.id = a.team']) AS source;
SELECT source, same('SELECT t.name, count(*), fcr(c.ok), min(a.name), service_level(c.wait, t.site, c.ok) FROM calls AS c ' || source || ' GROUP BY t.name')
FROM snowflakes;

-- keys of all kinds, of several columns, and of constants
CREATE TABLE by_key AS SELECT unnest(ARRAY[
    'JOIN days AS d ON d.day = c.day', 'LEFT JOIN days AS d ON d.day = c.day AND d.working', 'JOIN days AS d ON d.day = c.day + 1', 'JOIN days AS d ON d.day = c.day::timestamp',
    'JOIN refs AS d ON d.ref = c.ref', 'LEFT JOIN refs AS d ON d.ref = c.ref WHERE d.n IS NULL OR d.n > c.x',
    'JOIN names AS d ON d.name = c.name', 'LEFT JOIN names AS d ON d.name = c.name', 'JOIN names AS d ON d.name = c.name::varchar',
    'JOIN queues AS d ON d.id = c.queue2', 'JOIN queues AS d ON d.id = c.queue8', 'LEFT JOIN queues AS d ON d.id = c.queue8',
    'JOIN codes AS d ON d.tenant = c.tenant AND d.code = c.code', 'LEFT JOIN codes AS d ON d.tenant = c.tenant AND d.code = c.code', 'LEFT JOIN codes AS d ON d.tenant = c.tenant AND d.code = c.code AND d.site = c.x',
    'JOIN codes AS d ON d.tenant = c.tenant AND d.code = c.code AND d.site = c.x WHERE d.n > c.wait / 10', 'JOIN codes AS d USING (tenant)', 'JOIN codes AS d ON d.code = c.code AND d.tenant = 1', 'JOIN codes AS d ON d.code = c.code WHERE c.tenant = 1 AND d.tenant = c.tenant',
    'LEFT JOIN codes AS d ON d.code = c.code AND d.tenant = 1', 'JOIN codes AS d ON d.code = ''code 1'' AND d.tenant = 1', 'LEFT JOIN codes AS d ON d.code = ''code 1'' AND d.tenant = 7', 'JOIN codes AS d ON d.code = ''code 1'' AND d.tenant = 7',
    'JOIN queues AS d ON d.id = c.queue AND c.queue = 2', 'JOIN queues AS d ON d.id = c.queue WHERE d.id = 3', 'LEFT JOIN queues AS d ON d.id = c.queue WHERE c.queue = 3', 'LEFT JOIN queues AS d ON d.id = 2', 'JOIN queues AS d ON d.id = 2 AND d.site = c.x', 'JOIN queues AS d ON d.id > 2',
    'JOIN queues AS q ON q.id = c.queue JOIN codes AS d ON d.tenant = q.site AND d.code = c.code', 'JOIN teams AS t ON t.id = c.tenant JOIN codes AS d ON d.tenant = t.id AND d.code = c.code',
    'JOIN queues AS d ON d.id = c.queue JOIN queues AS e ON e.id = c.x WHERE d.site = e.site']) AS source;
SELECT source, same('SELECT c.x, count(*), fcr(c.ok), sum(d.n), count(d.n) FROM calls AS c ' || source || ' GROUP BY c.x')
FROM by_key;

-- texts under collations
SELECT same('SELECT fcr(c.ok), max(n.site) FROM calls AS c JOIN names AS n ON n.name COLLATE "C" = c.name COLLATE "C"') AS c,
    same('SELECT fcr(c.ok), max(n.site) FROM calls AS c JOIN names AS n ON n.name COLLATE "POSIX" = c.name') AS posix;
-- equal letters of two cases, where the database's encoding knows ICU
DO $$
BEGIN
    CREATE COLLATION ignoring_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
EXCEPTION WHEN OTHERS THEN
    CREATE COLLATION ignoring_case FROM "C";
END
$$;
CREATE TABLE letters AS SELECT (ARRAY['a', 'A', 'b', 'B', NULL])[1 + i % 5] COLLATE ignoring_case AS k, i % 2 = 0 AS ok FROM generate_series(1, 16000) AS i;
CREATE TABLE letter_names (k text PRIMARY KEY, v int);
CREATE TABLE soft_letter_names (k text COLLATE ignoring_case PRIMARY KEY, v int);
INSERT INTO letter_names VALUES ('a', 1), ('B', 2);
INSERT INTO soft_letter_names VALUES ('a', 1), ('B', 2);
ANALYZE;
SELECT condition, same(format('SELECT count(*), fcr(ok), sum(v) FROM letters AS l JOIN letter_names AS n ON %s', condition)) IN ('same', 'not in batches') AS same,
    same(format('SELECT count(*), fcr(ok), sum(v) FROM letters AS l JOIN soft_letter_names AS n ON %s', condition)) IN ('same', 'not in batches') AS soft
FROM unnest('{"l.k COLLATE \"C\" = n.k COLLATE \"C\"","l.k COLLATE ignoring_case = n.k COLLATE ignoring_case","lower(l.k) COLLATE \"C\" = n.k COLLATE \"C\""}'::text[]) AS condition;
DROP TABLE letters, letter_names, soft_letter_names;
DROP COLLATION ignoring_case;

-- long texts as keys, among them two that only differ at their ends
CREATE TABLE long_names AS SELECT repeat(md5(i::text), 200) || i AS name, i AS n FROM generate_series(1, 5) AS i;
CREATE TABLE long_calls AS SELECT repeat(md5((i % 6)::text), 200) || i % 6 AS name, i % 3 = 0 AS ok FROM generate_series(1, 300) AS i;
ALTER TABLE long_names ADD CONSTRAINT long_name UNIQUE (name);
ANALYZE;
SELECT same('SELECT n, count(*), fcr(ok) FROM long_calls JOIN long_names USING (name) GROUP BY n') AS found, same('SELECT n, count(*), fcr(ok) FROM long_calls LEFT JOIN long_names USING (name) GROUP BY n') AS outer;
DROP TABLE long_names, long_calls;

-- more columns than a batch has room for, the dimensions' keys counted
SELECT string_agg(format('CREATE TABLE dim%s (k int PRIMARY KEY, v int); INSERT INTO dim%1$s VALUES (1, %1$s)', i), '; ') FROM generate_series(1, 34) AS i \gexec
SELECT 'CREATE TABLE wide AS SELECT true AS ok' || string_agg(', 1 AS k' || i, '') || ' FROM generate_series(1, 100)' FROM generate_series(1, 34) AS i \gexec
ANALYZE;
SET join_collapse_limit = 1;
SELECT n, same('SELECT fcr(ok), ' || string_agg(format('sum(dim%s.v)', i), ', ') || ' FROM wide' || string_agg(format(' JOIN dim%s ON dim%1$s.k = wide.k%1$s', i), '')) FROM unnest('{10,31,34}'::int[]) AS n, generate_series(1, n) AS i GROUP BY n ORDER BY n;
RESET join_collapse_limit;
SELECT 'DROP TABLE wide' || string_agg(', dim' || i, '') FROM generate_series(1, 34) AS i \gexec

-- dimensions larger than they were estimated, which are read in parts
SET kpi.batch_generic = 512;
SELECT same('SELECT count(*), fcr(c.ok)' || CASE WHEN source ~ ' a ' THEN ', min(a.name), sum(a.site)' ELSE '' END || CASE WHEN source ~ ' q ' THEN ', max(q.name), sum(q.threshold)' ELSE '' END || ' FROM calls AS c ' || source) AS outcome, count(*)
FROM clauses GROUP BY 1 ORDER BY 1;
SELECT same('SELECT t.name, count(*), fcr(c.ok), min(a.name), service_level(c.wait, t.site, c.ok) FROM calls AS c ' || source || ' GROUP BY t.name') AS outcome, count(*)
FROM snowflakes GROUP BY 1 ORDER BY 1;
SELECT same('SELECT c.x, count(*), fcr(c.ok), sum(d.n), count(d.n) FROM calls AS c ' || source || ' GROUP BY c.x') AS outcome, count(*)
FROM by_key GROUP BY 1 ORDER BY 1;
SELECT same('SELECT q.name, c.x, count(*), fcr(c.ok), sum(a.site), grouping(q.name) FROM calls AS c JOIN queues AS q ON q.id = c.queue JOIN agents AS a ON a.id = c.agent GROUP BY ROLLUP (q.name, c.x)') AS sets,
    same('SELECT sum(x), sum(n) FROM generate_series(0, 3) AS o (n), LATERAL (SELECT service_level(c.wait, t.site + 10, c.ok) AS x FROM calls AS c JOIN agents AS a ON a.id = c.agent AND a.site <> o.n JOIN teams AS t ON t.id = a.team WHERE t.site <= o.n AND c.x <= o.n AND a.site <> t.site) AS s') AS rescanned,
    same('SELECT sum(x), sum(n) FROM generate_series(0, 3) AS o (n), LATERAL (SELECT fcr(c.ok) AS x FROM calls AS c JOIN agents AS a ON a.id = c.agent WHERE c.x <= o.n) AS s') AS kept;
-- what may be read more than once has no volatile clause
CREATE SEQUENCE turn;
SELECT same('SELECT count(*), fcr(c.ok) FROM calls AS c JOIN agents AS a ON a.id = c.agent JOIN queues AS q ON q.id = c.queue WHERE q.id + nextval(''turn'') > 0');
DROP SEQUENCE turn;
CREATE FUNCTION passes(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) ' || query LOOP
        RETURN QUERY SELECT trim(line) WHERE line ~ 'Rows Aggregated|Rows Removed|Passes|never';
    END LOOP;
END $$;
SET kpi.batch = on;
-- what is counted in a worker for the whole plan stays there
SET max_parallel_workers_per_gather = 0;
SET enable_seqscan = on;
SET kpi.batch_cost = always;
SELECT * FROM passes('SELECT count(*), fcr(c.ok) FROM calls AS c JOIN agents AS a ON a.id = c.agent JOIN queues AS q ON q.id = c.queue WHERE c.x > 0');
SELECT * FROM passes('SELECT (SELECT fcr(c.ok) FROM calls AS c JOIN agents AS a ON a.id = c.agent WHERE c.x = o.n) FROM generate_series(0, 2) AS o (n)');
-- parts of several multiply: more memory keeps the table from being read more than 16 times
SELECT substring(line FROM '\d+')::int BETWEEN 8 AND 16 AS few FROM passes('SELECT count(*), fcr(c.ok), min(a.name), max(d.working::int), min(q.name) FROM calls AS c JOIN agents AS a ON a.id = c.agent JOIN days AS d ON d.day = c.day JOIN queues AS q ON q.id = c.queue') AS line WHERE line ~ 'Passes';
-- one without rows ends it: no other part is read, nor a dimension behind it
SELECT * FROM passes('SELECT count(*), fcr(c.ok) FROM calls AS c JOIN agents AS a ON a.id = c.agent JOIN vacant AS v ON v.id = c.queue JOIN queues AS q ON q.id = c.queue2 WHERE c.x > 0');
RESET max_parallel_workers_per_gather;
RESET enable_seqscan;
RESET kpi.batch;
RESET kpi.batch_cost;
RESET kpi.batch_generic;

-- a parameter: dimensions and what is looked up from them are read anew
SELECT o.n, (SELECT service_level(c.wait, t.site + 10, c.ok) FROM calls AS c JOIN agents AS a ON a.id = c.agent AND a.site <> o.n JOIN teams AS t ON t.id = a.team WHERE t.site <= o.n AND c.x <= o.n AND a.site <> t.site) AS level FROM generate_series(0, 3) AS o (n);
SET kpi.batch = off;
SELECT o.n, (SELECT service_level(c.wait, t.site + 10, c.ok) FROM calls AS c JOIN agents AS a ON a.id = c.agent AND a.site <> o.n JOIN teams AS t ON t.id = a.team WHERE t.site <= o.n AND c.x <= o.n AND a.site <> t.site) AS level FROM generate_series(0, 3) AS o (n);
RESET kpi.batch;
DROP FUNCTION same, outcome, passes;
DROP TABLE calls, queues, agents, teams, regions, days, names, refs, codes, vacant, clauses, snowflakes, by_key;
