-- What batch execution must not do although it reads a thousand rows at a time: evaluate what the server would not reach,
-- pass over what it would, or keep what nobody needs any more.
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
    result := coalesce(result, 'NULL');
EXCEPTION WHEN OTHERS THEN
    result := SQLSTATE;
END $$;
-- the server's result, and whether batch execution gives the same
CREATE FUNCTION same(query text) RETURNS text LANGUAGE sql AS $$
    SELECT left(stock.result, 60) || CASE WHEN stock.result IS DISTINCT FROM batch.result THEN format(', in batches %s', left(batch.result, 100))
        WHEN NOT batch.batched THEN ', not in batches' ELSE '' END
    FROM outcome(query, 'off') AS stock, outcome(query, 'on') AS batch
$$;

-- ---------- what is not reached is not evaluated ----------

CREATE TABLE zero (v int);
INSERT INTO zero VALUES (0);
CREATE TABLE facts AS SELECT i AS id, i % 7 AS x, i % 2 = 0 AS ok, CASE WHEN i < 15000 THEN 1 ELSE 0 END AS z, i % 3 AS k, (i % 3)::text AS t FROM generate_series(1, 20000) AS i;
ANALYZE zero, facts;
-- a subquery that no row asks for
SELECT condition, same(format('SELECT fcr(ok) FROM facts WHERE %s', condition)) AS where, same(format('SELECT fcr(ok) FILTER (WHERE %s) FROM facts', condition)) AS filter, same(format('SELECT fcr(%s) FROM facts', condition)) AS argument
FROM unnest('{id > 0 OR x > (SELECT 1 / v FROM zero),id < 0 AND x > (SELECT 1 / v FROM zero),NOT (id > 0 OR x > (SELECT 1 / v FROM zero)),CASE WHEN id > 0 THEN ok ELSE x > (SELECT 1 / v FROM zero) END,'
    'id > 19999 AND x > (SELECT 1 / v FROM zero),"coalesce(ok, x > (SELECT 1 / v FROM zero))"}'::text[]) AS condition;
SET work_mem = '4MB';
SELECT same('SELECT x, sum(id) FILTER (WHERE x > (SELECT 1 / v FROM zero)), fcr(ok) FROM facts WHERE id < 0 GROUP BY x') AS no_row, same('SELECT sum(id + (SELECT 1 / v FROM zero)) FILTER (WHERE id < 0), fcr(ok) FROM facts') AS filtered,
    same('SELECT service_level(x, (SELECT 1 / v FROM zero), ok) FILTER (WHERE id < 0), fcr(ok) FROM facts') AS duration, same('SELECT CASE WHEN id > 0 THEN x ELSE (SELECT 1 / v FROM zero) END, fcr(ok) FROM facts GROUP BY 1') AS key;
RESET work_mem;

-- ---------- what is reached is evaluated ----------

-- the terms of an AND behind one that is NULL, which cannot be found true any more: unlike WHERE, AND goes on
CREATE TABLE unknown AS SELECT true AS ok, NULL::int AS x, 0 AS z, NULL::float8 AS f, 'a' AS t FROM generate_series(1, 20000);
ANALYZE unknown;
SELECT condition, same(format('SELECT fcr(ok) FROM unknown WHERE %s', condition)) AS where, same(format('SELECT fcr(ok) FILTER (WHERE %s) FROM unknown', condition)) AS filter, same(format('SELECT fcr(%s) FROM unknown', condition)) AS argument,
    same(format('SELECT fcr(CASE WHEN %s THEN ok END) FROM unknown', condition)) AS case, same(format('SELECT %s, fcr(ok) FROM unknown GROUP BY 1', condition)) AS key
FROM unnest('{x > 0 AND 1 / z > 0,x > 0 AND ok AND 1 / z > 0,x > 0 AND NOT ok AND 1 / z > 0,x > 0 OR 1 / z > 0,x > 0 AND (ok OR 1 / z > 0),x > 0 AND (NOT ok OR 1 / z > 0),(x > 0 AND 1 / z > 0) OR ok,NOT (x > 0 AND 1 / z > 0),'
    'x > 0 AND 1 / z::float8 > 0,x > 0 AND t LIKE ''b%'' AND 1 / z > 0,x > 0 AND t::int > 0,x IN (1) AND 1 / z > 0,f > 1 AND x > 1 AND 1 / z > 1,x > (SELECT v FROM zero) AND 1 / z > 0,x > 0 AND z > (SELECT 1 / v FROM zero)}'::text[]) AS condition;
-- and the row itself does not pass
SELECT same('SELECT k, fcr(ok) FILTER (WHERE nullif(x, 3) > 1 AND x <> 5 AND nullif(id, 100) > 50) FROM facts GROUP BY k'), same('SELECT k, fcr(ok) FILTER (WHERE nullif(x, 3) > 1 AND nullif(x, 3) < 9), fcr(ok) FILTER (WHERE nullif(x, 4) > 1 AND x > 3) FROM facts GROUP BY k');

-- ---------- dimensions ----------

CREATE TABLE dimension (k int PRIMARY KEY, t text UNIQUE, v int);
INSERT INTO dimension SELECT i, i::text, i FROM generate_series(0, 2) AS i;
CREATE TABLE nothing AS SELECT * FROM facts WHERE false;
ANALYZE dimension, nothing;
-- with an empty one an inner join reads no more than the first row that passes; where no row asks, none is read
-- (which of two errors comes first depends on the join)
SET enable_seqscan = on;
SET enable_hashjoin = on;
SELECT source, same(format('SELECT fcr(ok) FROM %s', source))
FROM unnest(ARRAY['facts JOIN dimension USING (k) WHERE v = 5 AND 1 / z > 0', 'facts JOIN dimension USING (k) WHERE v = 2 AND 1 / z > 0', 'facts JOIN dimension USING (t) WHERE v = 5 AND 1 / z > 0', 'facts JOIN dimension USING (k) WHERE v = 5 AND id > 10 AND 100 / (20 - id) > 0',
    'facts JOIN dimension USING (k) WHERE v = 5 AND 1 / (id - 1) >= 0', 'facts LEFT JOIN dimension ON dimension.k = facts.k AND v = 5 WHERE 1 / z > 0', 'facts LEFT JOIN dimension ON dimension.k = facts.k AND v = 5', 'nothing JOIN dimension USING (k) WHERE 1 / v >= 0',
    'facts JOIN dimension USING (k) WHERE id + 0 < 0 AND 1 / v >= 0', 'facts LEFT JOIN dimension ON dimension.k = facts.k AND 1 / v >= 0 WHERE id < 0', 'facts JOIN dimension USING (k) WHERE 1 / v >= 0']) AS source;
RESET enable_seqscan;
RESET enable_hashjoin;

-- ---------- what is remembered, and what no longer ----------

-- texts: few at first, then all different, then few again; long, compressed and out of line; the same rows by keys, arguments, filters and joins
CREATE TABLE texts (i int, ok bool, t text, at timestamptz, n int, l text) WITH (autovacuum_enabled = off);
ALTER TABLE texts ALTER l SET STORAGE EXTERNAL;
INSERT INTO texts SELECT i, i % 2 = 0, CASE WHEN i BETWEEN 5000 AND 25000 THEN md5(i::text) ELSE 'text ' || i % 7 END, '2020-01-01Z'::timestamptz + i * 7919 % 20000 * interval '1 h 1 s', i % 40,
    CASE WHEN i % 300 = 0 THEN repeat('x', 1000 + i % 3 * 300) WHEN i % 301 = 0 THEN repeat('abc', 3000) END FROM generate_series(1, 30000) AS i;
CREATE TABLE named WITH (autovacuum_enabled = off) AS SELECT DISTINCT t AS k, length(t) AS v, left(t, 5) AS name FROM texts WHERE i < 9000;
ALTER TABLE named ADD PRIMARY KEY (k);
SET enable_nestloop = on;
SET enable_material = on;
SELECT setting, query, regexp_replace(same(query), '^.*?(, (not )?in batches.*)?$', 'same\1') AS same
FROM unnest('{kpi.batch_rows = 1024,kpi.batch_rows = 100,work_mem = 64kB}'::text[]) AS setting, set_config(split_part(setting, ' = ', 1), split_part(setting, ' = ', 2), false),
    unnest(ARRAY['SELECT sum(i), max(t), sum(x::numeric) FROM (SELECT t, fcr(ok) AS x, sum(i) AS i FROM texts GROUP BY t) AS s', 'SELECT left(t, 1), fcr(ok), min(upper(t)), fcr(t LIKE ''text%'') FROM texts GROUP BY 1', 'SELECT n, fcr(ok) FILTER (WHERE t LIKE ''%a%'' AND length(t) > 31) FROM texts WHERE t <> ''text 3'' GROUP BY n',
        'SELECT l, fcr(ok), count(*) FROM texts GROUP BY l', 'SELECT length(l), l LIKE ''x%'', fcr(l > ''b''), min(l), fcr(ok) FROM texts WHERE l LIKE ''%c'' OR l IS NULL GROUP BY 1, 2', 'SELECT length(k), sum(x), sum(c) FROM (SELECT repeat(t, 40) AS k, fcr(ok) AS x, count(*) AS c FROM texts GROUP BY 1) AS s GROUP BY 1',
        'SELECT name, sum(v), fcr(ok) FROM texts JOIN named ON k = t GROUP BY name', 'SELECT extract(hour FROM at), extract(dow FROM at), fcr(ok) FROM texts GROUP BY 1, 2', 'SELECT count(*), sum(c), sum(x) FROM (SELECT to_char(at, ''YYYY-MM-DD HH24''), at::date, fcr(ok) AS x, count(*) AS c FROM texts WHERE date_trunc(''day'', at) > ''2020-02-01'' GROUP BY 1, 2) AS s',
        'SELECT length(min(repeat(t, 100))), min(repeat(date_trunc(''hour'', at)::text, 60)), fcr(ok) FROM texts', 'SELECT n, max(t || l), fcr(ok) FROM texts GROUP BY n']) AS query;
RESET enable_nestloop;
RESET enable_material;
RESET work_mem;
RESET kpi.batch_rows;

-- a text that is stored in two ways is remembered as one, but not what asks how it is stored
CREATE TABLE stored AS SELECT repeat('a', 200) AS t, i % 2 = 0 AS ok, CASE WHEN i > 10 THEN repeat('z', 1950) ELSE '' END AS pad FROM generate_series(1, 20) AS i WITH NO DATA;
ALTER TABLE stored ALTER pad SET STORAGE PLAIN;
INSERT INTO stored SELECT repeat('a', 200), i % 2 = 0, CASE WHEN i > 10 THEN repeat('z', 1950) ELSE '' END FROM generate_series(1, 20) AS i;
ANALYZE stored;
SELECT count(DISTINCT pg_column_size(t)) AS ways FROM stored;
SELECT query, regexp_replace(same(query), '^.*?(, (not )?in batches.*)?$', 'same\1') AS same
FROM unnest('{"SELECT pg_column_size(t), fcr(ok) FROM stored GROUP BY 1","SELECT t, sum(pg_column_size(t) + length(t)), fcr(ok) FROM stored GROUP BY t","SELECT upper(pg_column_compression(t)), fcr(ok) FROM stored GROUP BY 1",'
    '"SELECT fcr(ok), count(*) FROM stored WHERE length(t) + pg_column_size(t) < 300"}'::text[]) AS query;
DROP TABLE stored;

-- ---------- long lists ----------

SELECT n, type, op, same(format('SELECT fcr(ok), count(*) FILTER (WHERE %s), fcr(%1$s) FROM texts WHERE i <> 5 AND %1$s', format('(n * 3)::%s %s ', type, op) || list))
FROM unnest('{16,17,64,65,1000,10000}'::int[]) AS n, unnest('{int,bigint}'::text[]) AS type, unnest('{IN,NOT IN}'::text[]) AS op,
    LATERAL (SELECT '(' || string_agg(format('%s', i * 7 - 2), ',') || ')' AS list FROM generate_series(1, n) AS i) AS l WHERE (n, op) <> (10000, 'NOT IN') ORDER BY 1, 2, 3;
SELECT n, same(format('SELECT fcr(n::smallint IN (%s)), fcr(n IN (%1$s, NULL)), fcr(at::date = ANY (%L)) FROM texts', list, dates))
FROM unnest('{17,100}'::int[]) AS n, LATERAL (SELECT string_agg(format('%s::smallint', i - 3), ',') AS list, array_agg(date '2020-02-01' + i * 5) AS dates FROM generate_series(1, n) AS i) AS l ORDER BY 1;

-- ---------- UNION ALL of a table with partitions ----------

-- what stands there in the place of a column: a system column, a whole row, a subquery, a function, another column
CREATE TABLE united (x int, ok bool) PARTITION BY RANGE (x);
CREATE TABLE united_1 PARTITION OF united FOR VALUES FROM (0) TO (3);
CREATE TABLE united_2 PARTITION OF united FOR VALUES FROM (3) TO (9) PARTITION BY RANGE (x);
CREATE TABLE united_3 PARTITION OF united_2 FOR VALUES FROM (3) TO (9);
INSERT INTO united SELECT x, ok FROM facts;
CREATE TABLE inherited (x int, ok bool);
CREATE TABLE inheriting (y int) INHERITS (inherited);
INSERT INTO inheriting SELECT x, ok, 7 FROM facts;
ANALYZE united, inherited;
SELECT source, expression, regexp_replace(same(format('SELECT md5(k), fcr(ok), max(k), count(*) FILTER (WHERE k > ''3'') FROM (SELECT %s AS k, ok FROM %s AS u UNION ALL SELECT t, ok FROM facts) AS s GROUP BY k ORDER BY 1 LIMIT 9', expression, source)), '^.*?(, (not )?in batches.*)?$', 'same\1') AS same
FROM unnest('{united,inherited,facts}'::text[]) AS source, unnest('{tableoid::regclass::text,ctid::text,u::text,(SELECT z.v + u.x FROM zero AS z)::text,upper(x::text),x::text}'::text[]) AS expression;
SELECT same('SELECT count(*), sum(k) FROM (SELECT x, fcr(ok) AS k FROM (SELECT x, ok FROM united UNION ALL SELECT x, ok FROM inherited UNION ALL SELECT x, ok FROM facts) AS s GROUP BY x) AS t');
DROP TABLE united, inherited, inheriting;

DROP TABLE texts, named, zero, facts, unknown, dimension, nothing;
DROP FUNCTION same, outcome;

-- an argument by reference that only the generic way computes: its NULLs are no values for a kernel either
SET kpi.batch_cost = always;
CREATE TYPE mood AS ENUM ('calm', 'cross');
CREATE TABLE moods AS SELECT i % 3 AS q, CASE WHEN i % 4 > 0 THEN (ARRAY['calm', 'cross'])[1 + i % 2]::mood END AS mood, i AS big, i % 5 > 0 AS ok FROM generate_series(1, 3000) AS i;
ANALYZE moods;
SELECT q, fcr(ok), count(mood::text), count(upper(mood::text)), count(nullif(big::text, '3')), count(ARRAY[big]), max(mood::text) FROM moods GROUP BY q ORDER BY q;
SELECT fcr(ok), count(mood::text) FILTER (WHERE big > 100) FROM moods WHERE q = 0;
SET kpi.batch = off;
SELECT q, fcr(ok), count(mood::text), count(upper(mood::text)), count(nullif(big::text, '3')), count(ARRAY[big]), max(mood::text) FROM moods GROUP BY q ORDER BY q;
SELECT fcr(ok), count(mood::text) FILTER (WHERE big > 100) FROM moods WHERE q = 0;
RESET kpi.batch;
RESET kpi.batch_cost;
DROP TABLE moods;
DROP TYPE mood;
