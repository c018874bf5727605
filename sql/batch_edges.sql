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
SELECT same('SELECT x, sum(id) FILTER (WHERE x > (SELECT 1 / v FROM zero)), fcr(ok) FROM facts WHERE id < 0 GROUP BY x') AS no_row, same('SELECT sum(id + (SELECT 1 / v FROM zero)) FILTER (WHERE id < 0), fcr(ok) FROM facts') AS filtered,
    same('SELECT service_level(x, (SELECT 1 / v FROM zero), ok) FILTER (WHERE id < 0), fcr(ok) FROM facts') AS duration, same('SELECT CASE WHEN id > 0 THEN x ELSE (SELECT 1 / v FROM zero) END, fcr(ok) FROM facts GROUP BY 1') AS key;

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
SELECT source, same(format('SELECT fcr(ok) FROM %s', source))
FROM unnest(ARRAY['facts JOIN dimension USING (k) WHERE v = 5 AND 1 / z > 0', 'facts JOIN dimension USING (k) WHERE v = 2 AND 1 / z > 0', 'facts JOIN dimension USING (t) WHERE v = 5 AND 1 / z > 0', 'facts JOIN dimension USING (k) WHERE v = 5 AND id > 10 AND 100 / (20 - id) > 0',
    'facts JOIN dimension USING (k) WHERE v = 5 AND 1 / (id - 1) >= 0', 'facts LEFT JOIN dimension ON dimension.k = facts.k AND v = 5 WHERE 1 / z > 0', 'facts LEFT JOIN dimension ON dimension.k = facts.k AND v = 5', 'nothing JOIN dimension USING (k) WHERE 1 / v >= 0',
    'facts JOIN dimension USING (k) WHERE id + 0 < 0 AND 1 / v >= 0', 'facts LEFT JOIN dimension ON dimension.k = facts.k AND 1 / v >= 0 WHERE id < 0', 'facts JOIN dimension USING (k) WHERE 1 / v >= 0']) AS source;

DROP TABLE zero, facts, unknown, dimension, nothing;
DROP FUNCTION same, outcome;
