\set VERBOSITY terse
-- Window execution: plans, and the same values as without.  Random windows are compared by test/t/205_random.pl.
CREATE SCHEMA window_test;
SET search_path = window_test, public;
CREATE TABLE calls (id integer, queue integer, at timestamptz, wait integer, answered boolean, note text);
INSERT INTO calls
SELECT i, i % 5, '2026-03-01 08:00Z'::timestamptz + i * interval '11 s', i * 37 % 90, i % 7 <> 0, 'note ' || i
FROM generate_series(1, 5000) AS i;
ANALYZE calls;
-- the first query of a session is planned with the library loaded
\c -
SET search_path = window_test, public;
EXPLAIN (COSTS OFF) SELECT rate(answered) OVER (ORDER BY at) FROM calls;
SET max_parallel_workers_per_gather = 0;

-- one window, two, over groups, and as the server does it
EXPLAIN (COSTS OFF) SELECT service_level(wait, 20, answered) OVER (PARTITION BY queue ORDER BY at RANGE '30 min' PRECEDING) FROM calls;
EXPLAIN (COSTS OFF) SELECT rate(answered) OVER (ORDER BY at DESC NULLS LAST ROWS BETWEEN 3 PRECEDING AND 1 FOLLOWING EXCLUDE TIES), max(wait) OVER (PARTITION BY note ORDER BY id) FROM calls;
SET enable_seqscan = on;
SET enable_hashagg = on;
SET kpi.batch = on;
SET kpi.window_cost = always;
EXPLAIN (COSTS OFF) SELECT queue, rate(rollup(proportion_agg(answered)) OVER (ORDER BY queue)) FROM calls GROUP BY queue;
RESET enable_seqscan;
RESET enable_hashagg;
RESET kpi.batch;
RESET kpi.window_cost;
CREATE FUNCTION nodes(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	line text;
	nodes text[];
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
		IF line ~ '^\S|->' THEN nodes := nodes || regexp_replace(line, '^\s*->\s*', ''); END IF;
	END LOOP;
	RETURN array_to_string(nodes, ' < ');
END $$;
SET kpi.windows = off;
SELECT nodes('SELECT rate(answered) OVER (ORDER BY at) FROM calls');
RESET kpi.windows;
\c -
SET search_path = window_test, public;
SET max_parallel_workers_per_gather = 0;
SELECT nodes($$SELECT repeat_contact(queue, at, '1 hour') OVER (PARTITION BY queue ORDER BY at) FROM calls$$);

-- what stays the server's: levels without a KPI, conditions on ranks, functions of others, volatile arguments
SELECT nodes('SELECT count(*) OVER (ORDER BY at) FROM calls');
SELECT nodes('SELECT rate(answered) OVER (ORDER BY at), ntile(4) OVER (ORDER BY at) FROM calls');
SELECT nodes('SELECT adjusted_p_value(0.1) OVER (), rate(answered) OVER () FROM calls');
SELECT nodes('SELECT * FROM (SELECT rate(answered) OVER (PARTITION BY queue), row_number() OVER (ORDER BY at) AS n FROM calls) AS c WHERE n <= 3');
SELECT nodes('SELECT rate(random() < 2) OVER (ORDER BY at) FROM calls');
-- an index gives the first rows
CREATE INDEX ON calls (at);
SET enable_indexscan = on;
SELECT nodes('SELECT rate(answered) OVER (ORDER BY at) FROM calls LIMIT 10');
RESET enable_indexscan;
DROP INDEX calls_at_idx;

-- EXPLAIN VERBOSE describes what nodes above refer to
SET compute_query_id = off;
EXPLAIN (VERBOSE, COSTS OFF) SELECT 2 * rate(answered) OVER (PARTITION BY queue ORDER BY at) AS twice FROM calls ORDER BY 1;
RESET compute_query_id;

-- in memory, on disk, sorted by the server: one answer
CREATE FUNCTION differences(query text) RETURNS TABLE (way text, different bigint) LANGUAGE plpgsql AS $$
BEGIN
	SET LOCAL kpi.windows = off;
	EXECUTE 'CREATE TEMP TABLE expected AS ' || query;
	SET LOCAL kpi.windows = on;
	SET LOCAL kpi.window_cost = always;
	FOR way IN VALUES ('0'), ('1'), ('-1'), ('0 of 100') LOOP
		PERFORM set_config('kpi.window_generic', split_part(way, ' ', 1), true),
			set_config('kpi.window_rows', CASE WHEN way ~ 'of' THEN '100' ELSE '0' END, true);
		EXECUTE 'CREATE TEMP TABLE got AS ' || query;
		SELECT count(*) INTO different FROM (
			(TABLE expected EXCEPT ALL TABLE got) UNION ALL (TABLE got EXCEPT ALL TABLE expected)) AS d;
		RETURN NEXT;
		DROP TABLE got;
	END LOOP;
	DROP TABLE expected;
END $$;
SELECT * FROM differences($$SELECT id, note, service_level(wait, 20, answered) OVER (PARTITION BY queue ORDER BY at RANGE '30 min' PRECEDING) FROM calls$$);
SELECT * FROM differences($$SELECT id, rate(answered) FILTER (WHERE wait > 3) OVER (PARTITION BY answered), lag(note, 2) OVER (ORDER BY id DESC) FROM calls$$);
SELECT * FROM differences($$SELECT id, contact_number(queue, at, '1 min') OVER w, repeat_contact(queue, nullif(at, '2026-03-01 08:01:39Z'), '44 s', '10 s') OVER w, contact_number(note, at, '1 min') OVER (PARTITION BY note) AS of_note,
	first_contact_resolved(nullif(queue, 3), tstzrange(at, at + wait * interval '1 s'), '0', '2026-03-01 14:00Z') OVER w FROM calls WINDOW w AS (PARTITION BY queue ORDER BY at)$$);
SELECT * FROM differences($$SELECT id, asa(wait) OVER (PARTITION BY left(note, 6), queue ORDER BY wait, id GROUPS BETWEEN 2 PRECEDING AND 3 FOLLOWING EXCLUDE GROUP) FROM calls$$);

-- rows that come in order, turned, nearly so, or not at all, and by partitions of few and many bits: one answer, found in the shortest way
CREATE FUNCTION way(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	SET LOCAL kpi.window_cost = always;
	SET LOCAL kpi.window_generic = 0;
	SET LOCAL kpi.window_rows = 0;
	SET LOCAL work_mem = '4MB';
	FOR line IN EXECUTE 'EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) ' || query LOOP
		IF line ~ 'Order: ' THEN RETURN substring(line FROM 'Order: (.*)'); END IF;
	END LOOP;
	RETURN NULL;
END $$;
SELECT comes, part, way(query), (SELECT sum(different) FROM differences(query)) AS different
FROM (VALUES (1, 'in order', 'i'), (2, 'falling', '-i DESC'), (3, 'NULLs first', 'CASE WHEN i >= 100 THEN i END NULLS FIRST'),
		(4, 'turned', '(i + 300) % 1000'), (5, 'turned, with equal ends', '(i + 301) % 1000 / 2'), (6, 'fallen once', 'i % 500'), (7, 'in no order', 'i * 7919 % 1000')) AS o (n, comes, key),
	(VALUES (1, 'no', '1'), (2, 'few', 'i % 3'), (3, 'many', 'nullif(i * 7919 % 300, 7) * 1000000007::bigint'), (4, 'texts', $$'queue ' || i % 3$$), (5, 'in order', 'i / 250')) AS p (m, part, of),
	format('SELECT i, rank() OVER w, rate(i %% 3 = 0) OVER w FROM (SELECT i, %s AS of, %s AS at FROM generate_series(0, 999) AS i OFFSET 0) AS _ WINDOW w AS (PARTITION BY of ORDER BY at%s)',
		of, regexp_replace(key, ' (DESC|NULLS FIRST)$', ''), substring(key FROM ' (?:DESC|NULLS FIRST)$')) AS query
ORDER BY n, m;

-- a frame beyond work_mem goes to disk, and no file stays
SET work_mem = '64kB';
SET kpi.window_cost = always;
CREATE FUNCTION disk(query text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) ' || query LOOP
		IF line ~ 'Disk: \d+ ?kB' THEN RETURN true; END IF;
	END LOOP;
	RETURN false;
END $$;
SELECT disk('SELECT note, rate(answered) OVER () FROM calls');
SELECT disk('SELECT note, rate(answered) OVER (PARTITION BY queue ORDER BY at) FROM calls');
BEGIN;
DECLARE c CURSOR FOR SELECT note, rate(answered) OVER (PARTITION BY queue) FROM calls;
FETCH 1 FROM c;
SAVEPOINT s;
SELECT rate(1 / (id - 900) > 0) OVER (PARTITION BY queue ORDER BY at) FROM calls;
ROLLBACK TO s;
FETCH 1 FROM c;
COMMIT;
SELECT count(*) FROM pg_ls_tmpdir();
RESET work_mem;

-- arguments are evaluated as their row enters a frame
SELECT rate(1 / (id - 900) > 0) OVER (ORDER BY id) FROM calls LIMIT 1;

-- what window functions refuse
SELECT contact_number(queue, at, '1 hour') OVER (PARTITION BY queue ORDER BY at DESC) FROM calls;
SELECT repeat_contact(id, at, '1 hour') OVER (ORDER BY at) FROM calls;
-- and before the frame is looked at, as in the server
SELECT contact_number(queue, at, '-1 hour') OVER w, rate(answered) OVER w FROM calls WINDOW w AS (ORDER BY at RANGE '-1 day' PRECEDING);
SELECT first_value(id) OVER w, contact_number(queue, at, '-1 hour') OVER w FROM calls WINDOW w AS (ORDER BY at RANGE '-1 day' PRECEDING);

-- privileges are asked for as by the server
CREATE ROLE kpi_window_reader;
GRANT USAGE ON SCHEMA window_test TO kpi_window_reader;
GRANT SELECT ON calls TO kpi_window_reader;
REVOKE EXECUTE ON FUNCTION rate(boolean) FROM public;
SET ROLE kpi_window_reader;
SELECT rate(answered) OVER (ORDER BY id) FROM calls LIMIT 1;
RESET ROLE;
GRANT EXECUTE ON FUNCTION rate(boolean) TO public;
DROP OWNED BY kpi_window_reader;
DROP ROLE kpi_window_reader;
RESET search_path;
DROP SCHEMA window_test CASCADE;

-- offsets to the end of numbers
SELECT id, count(*) OVER (ORDER BY id GROUPS BETWEEN CURRENT ROW AND 9223372036854775807 FOLLOWING) AS to_end, nps(5) OVER (ORDER BY id GROUPS BETWEEN 9223372036854775807 FOLLOWING AND 9223372036854775807 FOLLOWING) AS beyond,
  count(*) OVER (ORDER BY id GROUPS 9223372036854775807 PRECEDING) AS from_start, count(*) OVER (ORDER BY id ROWS BETWEEN 1 FOLLOWING AND 9223372036854775807 FOLLOWING) AS rows
FROM generate_series(1, 4) AS id ORDER BY id;

-- Keys as wide as a machine word, of rows that lie turned: shifts by 64 are none.
SET work_mem = '64kB';
SELECT count(n), sum(n), count(f) FROM (
	SELECT nps(5) OVER (ORDER BY at) AS n, fcr(true) OVER (ORDER BY at) AS f
	FROM (SELECT CASE WHEN i <= 648 THEN timestamptz '2026-01-01 00:00+00' ELSE '-infinity' END AS at
		  FROM generate_series(1, 3000) i) e) w;
SELECT k, count(n), min(h), max(h) FROM (
	SELECT k, nps(5) OVER (ORDER BY k) AS n, count(*) OVER (ORDER BY k) AS h
	FROM (SELECT (ARRAY[9223372036854775807, NULL, -9223372036854775808, 0])[1 + i / 250] AS k
		  FROM generate_series(0, 999) i) e) w
GROUP BY k ORDER BY k;
RESET work_mem;
