-- Rollups that stay fresh: the extension kpi_rollup.
-- (test/t/200_rollup_stress.pl and its neighbours hold what needs several sessions.)
SET client_min_messages = warning;
CREATE EXTENSION kpi_rollup;
SET TimeZone = 'UTC';
\set SHOW_CONTEXT never

CREATE TABLE queues (queue text PRIMARY KEY, threshold int NOT NULL);
INSERT INTO queues VALUES ('calls', 20), ('mail', 60);
CREATE TABLE contacts (contact_id int PRIMARY KEY, arrived_at timestamptz NOT NULL, queue text NOT NULL,
    wait int, answered boolean, nps int, closed_at timestamptz);
CREATE INDEX ON contacts (arrived_at);
INSERT INTO contacts VALUES
    (1, '2026-11-01 09:10+00', 'calls', 10, true, 10),
    (2, '2026-11-01 09:20+00', 'calls', 30, true, 3),
    (3, '2026-11-01 09:30+00', 'mail', 50, true, NULL),
    (4, '2026-11-01 10:10+00', 'calls', 15, true, 9);

-- made in READ COMMITTED, written and read in what the session has
SET default_transaction_isolation = 'read committed';
CALL rollup_create('hourly', $$SELECT interval_start(arrived_at, '1 h', 'UTC') AS hour, queue,
    queue_agg(wait, threshold, answered) AS calls, rating_agg(nps) AS nps FROM contacts JOIN queues USING (queue) GROUP BY 1, 2$$);
RESET default_transaction_isolation;
SELECT hour, queue, offered(calls), percent(service_level(calls)), nps(nps) FROM hourly ORDER BY hour, queue;
SELECT dirty_buckets, everything, marks, switched_off FROM rollup_status('hourly');

-- a late score, read at once, refreshed later
UPDATE contacts SET nps = 9 WHERE contact_id = 2;
SELECT hour, queue, nps(nps) FROM hourly WHERE hour = '2026-11-01 09:00+00' ORDER BY queue;
SELECT bucket, lo, hi FROM hourly_dirty;
SELECT dirty_buckets, everything, marks FROM rollup_status('hourly');
SELECT hourly_refresh();
SELECT hourly_refresh();
SELECT dirty_buckets, everything, marks FROM rollup_status('hourly');
-- a contact that moves to an hour of its own; one that was deleted
UPDATE contacts SET arrived_at = '2026-11-01 11:05+00' WHERE contact_id = 4;
DELETE FROM contacts WHERE contact_id = 1;
SELECT hour, queue, offered(calls) FROM hourly ORDER BY hour, queue;
SELECT hourly_refresh();
SELECT hour, queue, offered(calls) FROM hourly_stored ORDER BY hour, queue;
-- a reading plans the store, and nothing of what it may have to compute
CREATE FUNCTION plan(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE line text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
        RETURN NEXT ltrim(line);
    END LOOP;
END $$;
SET enable_seqscan = off;
SET enable_bitmapscan = off;
SET enable_indexscan = on;
SELECT plan FROM plan($$SELECT hour, queue FROM hourly WHERE hour >= '2026-11-01 10:00+00'$$) WHERE plan ~ 'on hourly_stored|Index Cond: .*hour >|Function Scan';
RESET enable_seqscan;
RESET enable_bitmapscan;
RESET enable_indexscan;

-- conditions of a reader are given to what computes, and are right whatever form they have
CREATE TABLE conditions (condition text);
INSERT INTO conditions VALUES ('hour = $1'), ('$1 = hour'), ('hour >= $1 AND hour < $1 + interval ''2 h'''), ('hour < $1'), ('$1 < hour'),
    ('hour IN ($1, $1 + interval ''1 h'')'), ('queue = ''calls'''), ('queue <> ''calls'' AND hour > $1'), ('queue IN (''mail'', ''none'')'), ('queue LIKE ''m%'''),
    ('hour::date = ''2026-11-01'''), ('hour > (SELECT min(arrived_at) FROM contacts)'), ('hour IS NULL'), ('hour = NULL'), ('offered(calls) > 1'), ('hour > $1 OR queue = ''mail''');
CREATE TABLE answers (state text, differ bigint);
CREATE PROCEDURE ask(state text) LANGUAGE plpgsql AS $$
DECLARE condition text;
BEGIN
    FOR condition IN SELECT c.condition FROM conditions AS c LOOP
        EXECUTE format('INSERT INTO answers SELECT %L, count(*) FROM ((SELECT * FROM hourly WHERE %2$s EXCEPT ALL SELECT * FROM hourly_direct WHERE %2$s)
            UNION ALL (SELECT * FROM hourly_direct WHERE %2$s EXCEPT ALL SELECT * FROM hourly WHERE %2$s)) AS d WHERE $1 IS NOT NULL', state, condition)
        USING timestamptz '2026-11-01 09:00+00';
    END LOOP;
END $$;
CALL ask('1 clean');
UPDATE contacts SET wait = wait + 1 WHERE contact_id = 3;
CALL ask('2 one hour');
UPDATE contacts SET wait = wait + 1;
CALL ask('3 all hours');
UPDATE queues SET threshold = threshold + 1;
CALL ask('4 everything');
-- a correlated reading
SELECT count(*) FROM contacts AS c WHERE (SELECT sum(offered(calls)) FROM hourly WHERE hour = interval_start(c.arrived_at, '1 h', 'UTC')) IS DISTINCT FROM
    (SELECT sum(offered(calls)) FROM hourly_direct WHERE hour = interval_start(c.arrived_at, '1 h', 'UTC'));
SELECT hourly_refresh() > 0 AS refreshed;
SELECT state, count(*) AS questions, sum(differ) AS differ FROM answers GROUP BY 1 ORDER BY 1;
DROP TABLE answers, conditions;
DROP PROCEDURE ask;
-- a refresh of everything that changes nothing writes nothing of the store again
UPDATE queues SET threshold = threshold + 1;
UPDATE queues SET threshold = threshold - 1;
SELECT md5(string_agg(s.ctid::text || s.xmin::text, ',' ORDER BY hour, queue)) AS before FROM hourly_stored AS s \gset
SELECT hourly_refresh();
SELECT md5(string_agg(s.ctid::text || s.xmin::text, ',' ORDER BY hour, queue)) = :'before' AS untouched FROM hourly_stored AS s;

-- ---------- what a query must not be ----------
SET default_transaction_isolation = 'read committed';
CALL rollup_create('r', 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, count(*) FROM contacts');
CALL rollup_create('r', 'SELECT count(*) FROM contacts');
CALL rollup_create('r', 'SELECT date_trunc(''hour'', arrived_at) AS hour, count(*) FROM contacts GROUP BY 1');
CALL rollup_create('r', 'SELECT arrived_at::date AS day, count(*) FROM contacts GROUP BY 1');
CALL rollup_create('r', 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, count(*) FROM contacts WHERE arrived_at > now() - interval ''1 day'' GROUP BY 1');
CALL rollup_create('r', 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, count(*) FILTER (WHERE closed_at > CURRENT_DATE) FROM contacts GROUP BY 1');
CALL rollup_create('r', 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, max(closed_at::text) FROM contacts GROUP BY 1');
CALL rollup_create('r', 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, count(*), sum(count(*)) OVER () FROM contacts GROUP BY 1');
CALL rollup_create('r', 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, queue, count(*) FROM contacts GROUP BY ROLLUP (1, 2)');
CALL rollup_create('r', 'SELECT DISTINCT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, count(*) FROM contacts GROUP BY 1');
CALL rollup_create('r', 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, count(*) FROM contacts GROUP BY 1 LIMIT 5');
CALL rollup_create('r', 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, count(*) FROM contacts GROUP BY 1 ORDER BY 1');
CALL rollup_create('r', 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, generate_series(1, 2), count(*) FROM contacts GROUP BY 1');
CALL rollup_create('r', 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, count(*) FROM contacts GROUP BY 1 UNION ALL SELECT now(), 1');
CALL rollup_create('r', 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, count(*) FROM contacts GROUP BY 1, queue');
CALL rollup_create('r', 'SELECT queue || threshold::text AS q, count(*) FROM queues GROUP BY 1');
CALL rollup_create('r', 'SELECT interval_start(closed_at, ''1 h'', ''UTC'') AS hour, count(*) FROM contacts GROUP BY 1');
CALL rollup_create('r', 'SELECT coalesce(arrived_at, ''2026-01-01 00:00+00'') AS hour, count(*) FROM contacts GROUP BY 1');
CALL rollup_create('r', 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, count(*) FROM contacts GROUP BY 1', along => 'closed_at');
CALL rollup_create('r', 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, count(*) FROM contacts GROUP BY 1', along => 'queue');
CALL rollup_create('r', 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, count(*) FROM contacts GROUP BY 1', along => 'nothing');
CALL rollup_create('r', 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, count(*) FROM contacts GROUP BY 1', bucket => 'count');
CALL rollup_create('r', 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, threshold, count(*) FROM contacts JOIN queues USING (queue) GROUP BY 1, 2', bucket => 'threshold', fact => 'contacts');
CALL rollup_create('r', 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, count(*) FROM contacts GROUP BY 1', fact => 'queues');
CALL rollup_create('r', 'SELECT contact_id / 2.5 AS b, count(*) FROM contacts GROUP BY 1');
CALL rollup_create('r', 'SELECT interval_start(c.arrived_at, ''1 h'', ''UTC'') AS hour, count(*) FROM contacts c JOIN contacts d USING (queue) GROUP BY 1');
CALL rollup_create('r', 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, count(*) FROM contacts c WHERE NOT EXISTS (SELECT FROM contacts d WHERE d.queue = c.queue) GROUP BY 1');
CALL rollup_create('r', 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, count(*) FROM (SELECT DISTINCT * FROM contacts) AS c GROUP BY 1');
CALL rollup_create('r', 'WITH c AS (SELECT * FROM contacts) SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, count(*) FROM c GROUP BY 1');
CALL rollup_create('r', 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, count(*) FROM queues LEFT JOIN contacts USING (queue) GROUP BY 1');
CALL rollup_create('r', 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, count(*) FROM ONLY contacts GROUP BY 1');
CALL rollup_create('r', 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, count(*) FROM contacts TABLESAMPLE SYSTEM (10) GROUP BY 1');
CALL rollup_create('r', 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, count(contacts) FROM contacts GROUP BY 1');
CREATE VIEW some_contacts AS SELECT * FROM contacts UNION ALL SELECT * FROM contacts;
CALL rollup_create('r', 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, count(*) FROM some_contacts GROUP BY 1');
CALL rollup_create('r', 'SELECT oid AS relation, count(*) FROM pg_class GROUP BY 1');
CREATE UNLOGGED TABLE unlogged (at timestamptz PRIMARY KEY);
CALL rollup_create('r', 'SELECT interval_start(at, ''1 h'', ''UTC'') AS hour, count(*) FROM unlogged GROUP BY 1');
CREATE TABLE parent (at timestamptz PRIMARY KEY);
CREATE TABLE child () INHERITS (parent);
CALL rollup_create('r', 'SELECT interval_start(at, ''1 h'', ''UTC'') AS hour, count(*) FROM parent GROUP BY 1');
CREATE TABLE unindexed (at timestamptz NOT NULL);
CREATE INDEX ON unindexed (at) WHERE at > '2026-01-01';
CREATE INDEX ON unindexed USING hash (at);
CALL rollup_create('r', 'SELECT interval_start(at, ''1 h'', ''UTC'') AS hour, count(*) FROM unindexed GROUP BY 1');
CALL rollup_create('r', 'DELETE FROM contacts RETURNING 1');
CALL rollup_create('r', NULL);
CALL rollup_create('', 'SELECT 1');
CALL rollup_create(repeat('x', 56), 'SELECT 1');
CALL rollup_create('hourly', 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, count(*) FROM contacts GROUP BY 1');
CALL rollup_drop('r');
SELECT * FROM rollup_status('r');
SELECT hourly_refresh(0);
BEGIN ISOLATION LEVEL REPEATABLE READ;
CALL rollup_create('r', 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, count(*) FROM contacts GROUP BY 1');
ROLLBACK;
-- dimensions are read as strictly as the fact
CALL rollup_create('r', 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, count(*) FROM contacts JOIN queues TABLESAMPLE bernoulli (50) USING (queue) GROUP BY 1');
CALL rollup_create('r', 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, count(*) FROM contacts WHERE queue IN (SELECT queue FROM queues TABLESAMPLE system (50)) GROUP BY 1');
CALL rollup_create('r', 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, max(q.xmin::text) FROM contacts JOIN queues AS q USING (queue) GROUP BY 1');
CALL rollup_create('r', 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, max(q.ctid) FROM contacts JOIN queues AS q USING (queue) GROUP BY 1');
CALL rollup_create('r', 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, count(q) FROM contacts JOIN queues AS q USING (queue) GROUP BY 1');
-- aggregates and functions: what they are made of, and what they read
CREATE FUNCTION add_volatile(int, int) RETURNS int LANGUAGE sql VOLATILE AS 'SELECT $1 + $2';
CREATE FUNCTION add_stable(int, int) RETURNS int LANGUAGE sql STABLE AS 'SELECT $1 + $2';
CREATE FUNCTION add(int, int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2';
CREATE AGGREGATE volatile_sum(int) (sfunc = add_volatile, stype = int, initcond = '0');
CREATE AGGREGATE stable_sum(int) (sfunc = add, stype = int, initcond = '0', combinefunc = add_stable);
CREATE FUNCTION reads_text(text) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT threshold FROM queues WHERE queue = $1';
CREATE FUNCTION reads_body(text) RETURNS int LANGUAGE sql IMMUTABLE BEGIN ATOMIC SELECT threshold FROM queues WHERE queue = $1; END;
CREATE FUNCTION reads_deep(text) RETURNS int LANGUAGE sql IMMUTABLE BEGIN ATOMIC SELECT reads_body($1) + 1; END;
CREATE FUNCTION reads_none(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'WITH x AS (SELECT $1 + 1 AS n) SELECT n FROM x';
CALL rollup_create('r', 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, volatile_sum(wait) FROM contacts GROUP BY 1');
CALL rollup_create('r', 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, stable_sum(wait) FROM contacts GROUP BY 1');
CALL rollup_create('r', 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, max(reads_text(queue)) FROM contacts GROUP BY 1');
CALL rollup_create('r', 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, max(reads_body(queue)) FROM contacts GROUP BY 1');
CALL rollup_create('r', 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, max(reads_deep(queue)) FROM contacts GROUP BY 1');
CALL rollup_create('r', 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, max(reads_none(wait)) FROM contacts GROUP BY 1');
CALL rollup_drop('r');
-- nothing is left of what was refused
SELECT relname FROM pg_class WHERE relname LIKE 'r\_%';
-- what fails while it is filled leaves nothing behind either
INSERT INTO contacts (contact_id, arrived_at, queue) VALUES (99, 'infinity', 'calls');
CALL rollup_create('r', 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, count(*) FROM contacts GROUP BY 1');
SELECT relname FROM pg_class WHERE relname LIKE 'r\_%';
SELECT tgname, tgrelid::regclass, tgenabled FROM pg_trigger WHERE tgname LIKE '0rollup%' ORDER BY 1, 2;
DELETE FROM contacts WHERE contact_id = 99;

-- a dimension that changes makes a rollup read anew what it is: triggers that are prepared go on
CREATE TABLE places (place text PRIMARY KEY, site text);
CREATE TABLE visits (at timestamptz NOT NULL, place text);
CREATE INDEX ON visits (at);
INSERT INTO places VALUES ('a', 'x');
CALL rollup_create('visited', $$SELECT interval_start(at, '1 h', 'Europe/Istanbul') AS hour, site, count(*) AS n FROM visits JOIN places USING (place) GROUP BY 1, 2$$);
RESET default_transaction_isolation;
DO $$
BEGIN
	FOR i IN 1 .. 20 LOOP
		INSERT INTO visits VALUES ('2026-03-02 10:00+00'::timestamptz + i * interval '1 h', 'a');
		EXECUTE format('ALTER TABLE places SET (fillfactor = %s)', 50 + i);
		PERFORM sum(n) FROM visited;
		PERFORM repeat('clobber', 10000 + i), interval_start(now(), '1 h', 'Asia/Tokyo');
	END LOOP;
END $$;
SELECT count(*), sum(n), (SELECT count(*) FROM visited_direct) AS direct FROM visited;
CALL rollup_drop('visited');
DROP TABLE visits, places;

-- ---------- what a query may be ----------
SET default_transaction_isolation = 'read committed';
CALL rollup_create('rich', $$SELECT (arrived_at AT TIME ZONE 'Europe/Istanbul')::date AS day, q.threshold > 30 AS slow, count(DISTINCT c.queue) AS queues,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY wait) AS median, array_agg(contact_id ORDER BY contact_id) FILTER (WHERE answered) AS ids,
    (SELECT max(threshold) FROM queues) AS largest
    FROM contacts AS c LEFT JOIN queues AS q ON q.queue = c.queue AND threshold < 1000, LATERAL (SELECT wait * 2 AS twice) AS l
    WHERE twice < 10000 AND EXISTS (SELECT FROM queues AS x WHERE x.queue = c.queue) GROUP BY 1, 2 HAVING count(*) > 0$$);
RESET default_transaction_isolation;
UPDATE contacts SET wait = 31 WHERE contact_id = 2;
SELECT * FROM rich ORDER BY 1, 2;
SELECT count(*) FROM (TABLE rich EXCEPT TABLE rich_direct) AS d;
CALL rollup_drop('rich');
-- trigger functions serve rollups only
CREATE TRIGGER mine AFTER INSERT ON unindexed FOR EACH ROW WHEN ('hourly_bucket'::regclass IS NOT NULL) EXECUTE FUNCTION _rollup_mark();
INSERT INTO unindexed VALUES (now());
DROP TRIGGER mine ON unindexed;
CREATE TRIGGER mine AFTER INSERT ON unindexed FOR EACH ROW EXECUTE FUNCTION _rollup_mark();
INSERT INTO unindexed VALUES (now());
DROP TRIGGER mine ON unindexed;
CREATE TRIGGER mine BEFORE INSERT ON unindexed FOR EACH ROW EXECUTE FUNCTION _rollup_mark();
INSERT INTO unindexed VALUES (now());
-- other relations than tables that stay
CREATE MATERIALIZED VIEW kept AS SELECT * FROM contacts;
CREATE TEMPORARY TABLE passing AS SELECT * FROM contacts;
CREATE UNLOGGED TABLE careless AS SELECT * FROM contacts;
SET default_transaction_isolation = 'read committed';
CALL rollup_create('r', 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, count(*) FROM kept GROUP BY 1');
CALL rollup_create('r', 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, count(*) FROM passing GROUP BY 1');
CALL rollup_create('r', 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, count(*) FROM careless GROUP BY 1');
CALL rollup_create('r', 'SELECT interval_start(g, ''1 h'', ''UTC'') AS hour, count(*) FROM generate_series(''2026-01-01''::timestamptz, ''2026-01-02'', ''1 h'') AS g GROUP BY 1');
CALL rollup_create('r', 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, count(*) FROM contacts FULL JOIN queues USING (queue) GROUP BY 1');
CALL rollup_create('r', 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, count(*) FROM queues LEFT JOIN contacts USING (queue) GROUP BY 1');
CALL rollup_create('r', 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, count(*) FROM queues RIGHT JOIN contacts USING (queue) GROUP BY 1 LIMIT 5');
CALL rollup_create('r', 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, count(*) FROM contacts GROUP BY 1 OFFSET 1');
RESET default_transaction_isolation;
DROP MATERIALIZED VIEW kept;
DROP TABLE passing, careless;
-- ranges of every type, rows in order up to the end of the type
CREATE TABLE differences (type text, rows bigint);
SELECT format(statement, type, bucket, value, last, first)
FROM (VALUES
    ('date', '(at - date ''2000-01-01'') / 30', 'date ''2026-01-01'' + i', '5874897-12-31', '4714-11-24 BC'),
    ('timestamp', 'date_trunc(''day'', at)', 'timestamp ''2026-01-01'' + i * interval ''1 h''', '294276-12-31 23:59', '4714-11-24 BC'),
    ('timestamptz', '(at AT TIME ZONE ''UTC'')::date', 'timestamptz ''2026-01-01'' + i * interval ''1 h''', '294276-12-31 23:59', '4714-11-24 BC'),
    ('integer', 'at / 100', 'i', '2147483647', '-2147483648'),
    ('bigint', 'at / 100', 'i * 1000::bigint', '9223372036854775807', '-9223372036854775808'),
    ('text', 'left(at, 3)', 'lpad(i::text, 4, ''0'')', 'zzzz', '')) AS v (type, bucket, value, last, first),
    unnest(ARRAY['CREATE TABLE moves (at %1$s NOT NULL, ok bool)', 'CREATE INDEX ON moves (at)',
        'INSERT INTO moves SELECT %3$s, i %% 3 = 0 FROM generate_series(1, 300) AS i',
        'SET default_transaction_isolation = ''read committed''', 'CALL rollup_create(''moved'', $q$SELECT %2$s AS bucket, fcr(ok) AS rate, count(*) AS n FROM moves GROUP BY 1$q$)', 'RESET default_transaction_isolation',
        'INSERT INTO moves SELECT %3$s, true FROM generate_series(200, 1500) AS i',
        'INSERT INTO moves VALUES (%4$L, true), (%5$L, false)', 'INSERT INTO moves VALUES (%4$L, true)',
        'UPDATE moves SET ok = NOT ok',
        'INSERT INTO differences SELECT %1$L, count(*) FROM ((TABLE moved EXCEPT ALL TABLE moved_direct) UNION ALL (TABLE moved_direct EXCEPT ALL TABLE moved)) AS d',
        'DO ''BEGIN PERFORM moved_refresh(); END''',
        'INSERT INTO differences SELECT %1$L, count(*) FROM ((TABLE moved EXCEPT ALL TABLE moved_direct) UNION ALL (TABLE moved_direct EXCEPT ALL TABLE moved)) AS d',
        'CALL rollup_drop(''moved'')', 'DROP TABLE moves']) WITH ORDINALITY AS s (statement, n)
ORDER BY type, n \gexec
SELECT type, sum(rows) AS differ FROM differences GROUP BY type ORDER BY type;
DROP TABLE differences;
CALL rollup_drop('hourly');
SELECT relname FROM pg_class WHERE relname LIKE 'hourly%';
SELECT tgname FROM pg_trigger WHERE tgname LIKE '0rollup%';
DROP EXTENSION kpi_rollup;
