-- Which queries are batched, and that what is batched is the whole query.
CREATE TABLE calls AS
SELECT i AS id, i % 5 AS queue, i % 7 AS agent, i % 3 AS x, i % 2 = 0 AS ok, timestamptz '2026-03-01 00:00+00' + i * interval '7 min' AS at FROM generate_series(1, 2000) AS i;
ANALYZE calls;
-- The result with batch execution off and on, or the class of the error; and whether a batch node is in the plan.
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

-- keys that are functions without arguments, or with fewer than others of their name
SELECT key, same(format('SELECT %s, fcr(ok) FROM calls GROUP BY 1', key))
FROM unnest('{now() IS NOT NULL,current_schema(),current_date > date ''2000-01-01'',pi(),current_user,version(),upper(''a''),pg_backend_pid() > 0,"make_date(2026, 3, 1)",localtimestamp > at::timestamp}'::text[]) AS key;
SELECT count(*) FROM (SELECT now(), fcr(ok) FROM calls GROUP BY now()) AS q;

-- WHERE is evaluated in the server's order: the cheaper clauses first, whatever stands first in the query
CREATE FUNCTION picky(int) RETURNS bool LANGUAGE plpgsql IMMUTABLE COST 200 AS $$ BEGIN IF $1 <> 1 THEN RAISE EXCEPTION 'not one: %', $1; END IF; RETURN true; END $$;
CREATE FUNCTION picky_too(int) RETURNS bool LANGUAGE plpgsql IMMUTABLE COST 100 AS $$ BEGIN IF $1 > 1 THEN RAISE EXCEPTION 'too many: %', $1; END IF; RETURN $1 = 1; END $$;
SELECT condition, same(format('SELECT agent, fcr(ok) FROM calls WHERE %s GROUP BY 1', condition))
FROM unnest('{picky(x) AND x = 1,x = 1 AND picky(x),picky(x) AND x < 2 AND picky_too(x) AND agent > 1,picky(x),10 / (x - 1) > 0 AND x <> 1,x <> 1 AND 10 / (x - 1) > 0}'::text[]) AS condition;
-- of the same price: in the query's
SELECT condition, same(format('SELECT agent, fcr(ok) FROM calls WHERE %s GROUP BY 1', condition))
FROM unnest('{x > 0 AND 6 / x > 2,6 / x > 2 AND x > 0,x / x = 1 AND x > 0}'::text[]) AS condition;
DROP FUNCTION picky, picky_too;

-- a scan that is not wanted is not ours either
CREATE INDEX ON calls (queue);
CREATE FUNCTION node_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
        IF line ~ 'KpiBatch|Scan' THEN
            RETURN regexp_replace(line, '^[ >-]*', '');
        END IF;
    END LOOP;
END $$;
SET kpi.batch = on;
SET kpi.batch_cost = honest;
SELECT node_of('SELECT fcr(ok) FROM calls');
SET enable_seqscan = off;
SET enable_indexscan = on;
SET enable_bitmapscan = on;
SELECT node_of('SELECT fcr(ok) FROM calls WHERE queue = 1') ~ 'Index|Bitmap|Exact' AS by_index;
RESET kpi.batch_cost;
RESET kpi.batch;
RESET enable_seqscan;

-- what the costs choose: by an index, all pages, or the server's own plan; of rows in the order of the index and shuffled ones
CREATE TABLE choices AS SELECT i AS ordered, (i::bigint * 7919 % 100003)::int AS shuffled, i AS ranged, i % 20 AS queue, i % 60 AS wait, i % 2 = 0 AS ok, repeat('x', 40) AS filler FROM generate_series(1, 100000) AS i;
CREATE INDEX ON choices (ordered);
CREATE INDEX ON choices (shuffled);
CREATE INDEX ON choices USING brin (ranged) WITH (pages_per_range = 16);
VACUUM ANALYZE choices;
CREATE FUNCTION choice(condition text, key text DEFAULT 'queue') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    line text;
    plan text := '';
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) SELECT ' || key || ', fcr(ok), percentile(wait, 0.9) FROM choices WHERE ' || condition || ' GROUP BY 1' LOOP
        plan := plan || line;
    END LOOP;
    RETURN CASE WHEN plan ~ 'KpiBatch.*Bitmap Index' THEN 'batch by index' WHEN plan ~ 'KpiBatch' THEN 'batch of all pages' WHEN plan ~ 'Index|Bitmap' THEN 'the server by index' ELSE 'the server' END;
END $$;
SET max_parallel_workers_per_gather = 0;
SET enable_seqscan = on;
SET enable_indexscan = on;
SET enable_bitmapscan = on;
SET enable_hashagg = on;
SET enable_sort = on;
SET work_mem = '4MB';
SET kpi.batch = on;
SET kpi.batch_cost = honest;
SELECT percent, choice(format('ordered <= %s', (percent * 1000)::int)) AS ordered, choice(format('shuffled <= %s', (percent * 1000)::int)) AS shuffled, choice(format('ranged <= %s', (percent * 1000)::int)) AS ranged
FROM unnest('{0.02,5,30,100}'::numeric[]) AS percent;
SELECT choice('ordered <= 5000 AND shuffled <= 20') AS the_other_index, choice('ordered <= 5000 OR shuffled > 100000') AS both, choice('ordered <= 5000 AND queue = 3') AS with_more;
-- a CASE has no more values than its branches, whatever it reads
SELECT key, choice('true', key) FROM unnest('{"CASE WHEN shuffled < 20 THEN ''short'' WHEN ordered > 300 THEN ''long'' ELSE filler END", "coalesce(nullif(filler, shuffled::text), ''none'')",
    "ordered > shuffled", "greatest(queue, CASE WHEN shuffled < 20 THEN 99 END)::bigint", "CASE WHEN queue < 20 THEN shuffled END"}'::text[]) AS key;
RESET max_parallel_workers_per_gather;
RESET enable_seqscan;
RESET enable_indexscan;
RESET enable_bitmapscan;
RESET enable_hashagg;
RESET enable_sort;
RESET work_mem;
RESET kpi.batch;
RESET kpi.batch_cost;
DROP TABLE choices;

DROP FUNCTION same, outcome, node_of, choice;
DROP TABLE calls;
