-- A rollup against a materialized view of the same query, and writers with it against
-- writers without. The contacts of a year; "plain" holds the same rows without triggers.
-- What commits one by one runs in pgbench.
-- setup:
CREATE EXTENSION kpi_rollup;
CREATE TABLE queues (queue_id int PRIMARY KEY, threshold int NOT NULL);
INSERT INTO queues SELECT i, 10 + i FROM generate_series(1, 20) AS i;
CREATE TABLE contacts (contact_id bigserial PRIMARY KEY, arrived_at timestamptz NOT NULL, queue_id int NOT NULL, wait int, answered boolean, nps int, note text);
INSERT INTO contacts (arrived_at, queue_id, wait, answered, nps)
    SELECT timestamptz '2025-11-01 00:00+00' + (at - min(at) OVER ()) * 12.16, queue_id, wait_s, answered, nps FROM calls ORDER BY at;
CREATE INDEX ON contacts (arrived_at);
CREATE TABLE plain (LIKE contacts INCLUDING ALL);
INSERT INTO plain SELECT * FROM contacts;
VACUUM ANALYZE contacts, plain, queues;
CALL rollup_create('hourly', $$SELECT interval_start(arrived_at, '1 h', 'Europe/Istanbul') AS hour, queue_id,
    queue_agg(wait, threshold, answered) AS calls, rating_agg(nps) AS nps FROM contacts JOIN queues USING (queue_id) GROUP BY 1, 2$$);
CREATE MATERIALIZED VIEW by_hour AS SELECT interval_start(arrived_at, '1 h', 'Europe/Istanbul') AS hour, queue_id,
    queue_agg(wait, threshold, answered) AS calls, rating_agg(nps) AS nps FROM plain JOIN queues USING (queue_id) GROUP BY 1, 2;
CREATE UNIQUE INDEX ON by_hour (hour, queue_id);
VACUUM ANALYZE hourly_stored, hourly_extent, by_hour;
CREATE TABLE daily (LIKE contacts) PARTITION BY RANGE (arrived_at);
DO $$ BEGIN FOR i IN -1..366 LOOP EXECUTE format('CREATE TABLE daily_%s PARTITION OF daily FOR VALUES FROM (%L) TO (%L)', i + 1,
    timestamptz '2025-11-01 00:00+00' + i * interval '1 day', timestamptz '2025-11-01 00:00+00' + (i + 1) * interval '1 day'); END LOOP; END $$;
CREATE TABLE daily_rest PARTITION OF daily DEFAULT;
CREATE INDEX ON daily (arrived_at);
INSERT INTO daily SELECT * FROM contacts;
VACUUM ANALYZE daily;
CALL rollup_create('by_day', 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, queue_id, queue_agg(wait, 20, answered) AS calls FROM daily GROUP BY 1, 2');
VACUUM ANALYZE by_day_stored, by_day_extent;
-- three rollups of a quarter of the contacts, with a share of their hours dirty, one here and one there; one day is clean in all
CREATE TABLE year (LIKE contacts INCLUDING ALL);
INSERT INTO year SELECT * FROM contacts WHERE contact_id % 4 = 0 ORDER BY arrived_at;
CREATE TABLE year_plain (LIKE contacts INCLUDING ALL);
INSERT INTO year_plain SELECT * FROM year;
VACUUM ANALYZE year, year_plain;
CREATE FUNCTION one_of_an_hour(share int) RETURNS SETOF bigint LANGUAGE sql AS $$SELECT max(contact_id) FROM year
    WHERE arrived_at < '2026-02-01 00:00+00' OR arrived_at >= '2026-02-02 00:00+00' GROUP BY interval_start(arrived_at, '1 h', 'UTC') HAVING max(contact_id) * 7919 % 100 < share$$;
DO $$ DECLARE share int; BEGIN FOREACH share IN ARRAY '{100, 50, 10}'::int[] LOOP
    CALL rollup_create('dirty_' || share, 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, queue_id, queue_agg(wait, 20, answered) AS calls, rating_agg(nps) AS nps FROM year GROUP BY 1, 2');
    COMMIT;
    UPDATE year SET nps = (nps + 1) % 11 WHERE contact_id IN (SELECT one_of_an_hour(share));
END LOOP; END $$;
CREATE TABLE printed (line text);
VACUUM ANALYZE dirty_100_stored, dirty_100_extent, dirty_50_stored, dirty_50_extent, dirty_10_stored, dirty_10_extent, year;
COPY (SELECT arrived_at, queue_id, wait, answered, nps FROM contacts ORDER BY arrived_at DESC LIMIT 100000) TO PROGRAM 'cat >kpi-bench-contacts';
UPDATE contacts SET nps = (nps + 1) % 11 WHERE contact_id IN (SELECT max(contact_id) FROM contacts GROUP BY interval_start(arrived_at, '1 h', 'UTC') ORDER BY 1 DESC LIMIT 100);

-- case: reading a year, 100 dirty hours; by hand: the query itself
-- limit: 0.15
-- kpi:
SELECT count(*), service_level(rollup(calls)), nps(rollup(nps)) FROM hourly;
-- hand:
SELECT count(*), service_level(rollup(calls)), nps(rollup(nps)) FROM hourly_direct;

-- case: reading a year, nothing dirty; by hand: the stored rows
-- limit: 1.5
-- kpi:
SELECT count(*), service_level(rollup(calls)) FROM by_day;
-- hand:
SELECT count(*), service_level(rollup(calls)) FROM by_day_stored;

-- case: reading a year, 10 % of the hours dirty; by hand: the query itself
-- limit: 1.3
-- kpi:
SELECT count(*), service_level(rollup(calls)), nps(rollup(nps)) FROM dirty_10;
-- hand:
SELECT count(*), service_level(rollup(calls)), nps(rollup(nps)) FROM dirty_10_direct;

-- case: reading a year, 50 % of the hours dirty; by hand: the query itself
-- limit: 1.3
-- kpi:
SELECT count(*), service_level(rollup(calls)), nps(rollup(nps)) FROM dirty_50;
-- hand:
SELECT count(*), service_level(rollup(calls)), nps(rollup(nps)) FROM dirty_50_direct;

-- case: reading a year, 100 % of the hours dirty; by hand: the query itself
-- limit: 1.3
-- kpi:
SELECT count(*), service_level(rollup(calls)), nps(rollup(nps)) FROM dirty_100;
-- hand:
SELECT count(*), service_level(rollup(calls)), nps(rollup(nps)) FROM dirty_100_direct;

-- case: 20 days, planned each time, 10 % of the hours dirty; by hand: the query itself
-- limit: 1.3
-- kpi:
DO $$ BEGIN FOR i IN 1..20 LOOP EXECUTE 'SELECT * FROM dirty_10 WHERE hour >= ''2026-03-01 00:00+00'' AND hour < ''2026-03-02 00:00+00'''; END LOOP; END $$;
-- hand:
DO $$ BEGIN FOR i IN 1..20 LOOP EXECUTE 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, queue_id, queue_agg(wait, 20, answered) AS calls, rating_agg(nps) AS nps FROM year
    WHERE arrived_at >= ''2026-03-01 00:00+00'' AND arrived_at < ''2026-03-02 00:00+00'' GROUP BY 1, 2'; END LOOP; END $$;

-- case: 20 days, planned each time, 50 % of the hours dirty; by hand: the query itself
-- limit: 1.3
-- kpi:
DO $$ BEGIN FOR i IN 1..20 LOOP EXECUTE 'SELECT * FROM dirty_50 WHERE hour >= ''2026-03-01 00:00+00'' AND hour < ''2026-03-02 00:00+00'''; END LOOP; END $$;
-- hand:
DO $$ BEGIN FOR i IN 1..20 LOOP EXECUTE 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, queue_id, queue_agg(wait, 20, answered) AS calls, rating_agg(nps) AS nps FROM year
    WHERE arrived_at >= ''2026-03-01 00:00+00'' AND arrived_at < ''2026-03-02 00:00+00'' GROUP BY 1, 2'; END LOOP; END $$;

-- case: 20 days, planned each time, 100 % of the hours dirty; by hand: the query itself
-- limit: 1.3
-- kpi:
DO $$ BEGIN FOR i IN 1..20 LOOP EXECUTE 'SELECT * FROM dirty_100 WHERE hour >= ''2026-03-01 00:00+00'' AND hour < ''2026-03-02 00:00+00'''; END LOOP; END $$;
-- hand:
DO $$ BEGIN FOR i IN 1..20 LOOP EXECUTE 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, queue_id, queue_agg(wait, 20, answered) AS calls, rating_agg(nps) AS nps FROM year
    WHERE arrived_at >= ''2026-03-01 00:00+00'' AND arrived_at < ''2026-03-02 00:00+00'' GROUP BY 1, 2'; END LOOP; END $$;

-- case: 20 clean days, all other hours dirty; by hand: the stored rows
-- kpi:
DO $$ BEGIN FOR i IN 1..20 LOOP PERFORM * FROM dirty_100 WHERE hour >= '2026-02-01 00:00+00' AND hour < '2026-02-02 00:00+00'; END LOOP; END $$;
-- hand:
DO $$ BEGIN FOR i IN 1..20 LOOP PERFORM * FROM dirty_100_stored WHERE hour >= '2026-02-01 00:00+00' AND hour < '2026-02-02 00:00+00'; END LOOP; END $$;

-- case: 20 clean days, 100 dirty hours elsewhere; by hand: the stored rows
-- kpi:
DO $$ BEGIN FOR i IN 1..20 LOOP PERFORM * FROM hourly WHERE hour >= '2026-02-01 00:00+00' AND hour < '2026-02-02 00:00+00'; END LOOP; END $$;
-- hand:
DO $$ BEGIN FOR i IN 1..20 LOOP PERFORM * FROM hourly_stored WHERE hour >= '2026-02-01 00:00+00' AND hour < '2026-02-02 00:00+00'; END LOOP; END $$;

-- case: 20 days, planned each time, of a table with 368 daily partitions; by hand: the query itself
-- limit: 3
-- kpi:
DO $$ BEGIN FOR i IN 1..20 LOOP EXECUTE 'SELECT * FROM by_day WHERE hour >= ''2026-02-01 00:00+00'' AND hour < ''2026-02-02 00:00+00'''; END LOOP; END $$;
-- hand:
DO $$ BEGIN FOR i IN 1..20 LOOP EXECUTE 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, queue_id, queue_agg(wait, 20, answered) AS calls FROM daily
    WHERE arrived_at >= ''2026-02-01 00:00+00'' AND arrived_at < ''2026-02-02 00:00+00'' GROUP BY 1, 2'; END LOOP; END $$;

-- case: refresh, the newest 0.01 % changed; by hand: REFRESH MATERIALIZED VIEW CONCURRENTLY
-- limit: 0.03
-- kpi:
DO $$ BEGIN UPDATE contacts SET nps = (nps + 1) % 11 WHERE contact_id > (SELECT max(contact_id) - max(contact_id) / 10000 FROM contacts); PERFORM hourly_refresh(); END $$;
-- hand:
DO $$ BEGIN UPDATE plain SET nps = (nps + 1) % 11 WHERE contact_id > (SELECT max(contact_id) - max(contact_id) / 10000 FROM plain); REFRESH MATERIALIZED VIEW CONCURRENTLY by_hour; END $$;

-- case: refresh, the newest 1 % changed
-- limit: 0.10
-- kpi:
DO $$ BEGIN UPDATE contacts SET nps = (nps + 1) % 11 WHERE contact_id > (SELECT max(contact_id) - max(contact_id) / 100 FROM contacts); PERFORM hourly_refresh(); END $$;
-- hand:
DO $$ BEGIN UPDATE plain SET nps = (nps + 1) % 11 WHERE contact_id > (SELECT max(contact_id) - max(contact_id) / 100 FROM plain); REFRESH MATERIALIZED VIEW CONCURRENTLY by_hour; END $$;

-- case: refresh, 1 % changed all over the year
-- kpi:
DO $$ BEGIN UPDATE contacts SET nps = (nps + 1) % 11 WHERE contact_id % 100 = 7; PERFORM hourly_refresh(); END $$;
-- hand:
DO $$ BEGIN UPDATE plain SET nps = (nps + 1) % 11 WHERE contact_id % 100 = 7; REFRESH MATERIALIZED VIEW CONCURRENTLY by_hour; END $$;

-- case: refresh, every second hour changed; by hand: the same changes, and everything computed
-- limit: 1.3
-- kpi:
DO $$ BEGIN UPDATE contacts SET nps = (nps + 1) % 11 WHERE contact_id IN (SELECT max(contact_id) FROM contacts GROUP BY interval_start(arrived_at, '2 h', 'UTC')); PERFORM hourly_refresh(); END $$;
-- hand:
DO $$ BEGIN UPDATE plain SET nps = (nps + 1) % 11 WHERE contact_id IN (SELECT max(contact_id) FROM plain GROUP BY interval_start(arrived_at, '2 h', 'UTC')); CREATE TEMP TABLE computed AS TABLE hourly_direct; DROP TABLE computed; END $$;

-- case: everything computed and nothing changed, kB of WAL; 1 % of the store is more
-- measure: wal
-- limit: 100 kB
-- kpi:
SELECT rollup_rebuild('dirty_10');

-- case: 10000 single-row inserts, each its own transaction
-- limit: 2.0
-- kpi:
COPY printed FROM PROGRAM 'echo "INSERT INTO contacts (arrived_at, queue_id, wait, answered, nps) VALUES (timestamptz ''2026-10-31'' + random() * interval ''1 h'', 5, 10, true, 9)" | pgbench -n -M prepared -c 1 -t 10000 -f /dev/stdin 2>&1';
-- hand:
COPY printed FROM PROGRAM 'echo "INSERT INTO plain (arrived_at, queue_id, wait, answered, nps) VALUES (timestamptz ''2026-10-31'' + random() * interval ''1 h'', 5, 10, true, 9)" | pgbench -n -M prepared -c 1 -t 10000 -f /dev/stdin 2>&1';

-- case: the same from eight clients into one hour and queue
-- limit: 1.2
-- kpi:
COPY printed FROM PROGRAM 'echo "INSERT INTO contacts (arrived_at, queue_id, wait, answered, nps) VALUES (timestamptz ''2026-10-31'' + random() * interval ''1 h'', 5, 10, true, 9)" | pgbench -n -M prepared -c 8 -t 1250 -f /dev/stdin 2>&1';
-- hand:
COPY printed FROM PROGRAM 'echo "INSERT INTO plain (arrived_at, queue_id, wait, answered, nps) VALUES (timestamptz ''2026-10-31'' + random() * interval ''1 h'', 5, 10, true, 9)" | pgbench -n -M prepared -c 8 -t 1250 -f /dev/stdin 2>&1';

-- case: COPY of 100000 rows
-- limit: 1.2
-- kpi:
COPY contacts (arrived_at, queue_id, wait, answered, nps) FROM PROGRAM 'cat kpi-bench-contacts';
-- hand:
COPY plain (arrived_at, queue_id, wait, answered, nps) FROM PROGRAM 'cat kpi-bench-contacts';

-- case: UPDATE of 1000 late scores by key
-- kpi:
UPDATE contacts SET nps = (nps + 1) % 11 WHERE contact_id IN (SELECT 1 + 1999 * i FROM generate_series(1, 1000) AS i);
-- hand:
UPDATE plain SET nps = (nps + 1) % 11 WHERE contact_id IN (SELECT 1 + 1999 * i FROM generate_series(1, 1000) AS i);

-- case: UPDATE of 1 % of the rows, scattered
-- limit: 1.4
-- kpi:
UPDATE contacts SET nps = (nps + 1) % 11 WHERE contact_id % 100 = 3;
-- hand:
UPDATE plain SET nps = (nps + 1) % 11 WHERE contact_id % 100 = 3;

-- case: DELETE of 1 % of the rows, scattered, and undone
-- limit: 1.4
-- kpi:
DO $$ BEGIN DELETE FROM contacts WHERE contact_id % 100 = 5; RAISE EXCEPTION USING ERRCODE = 'ZZ001'; EXCEPTION WHEN SQLSTATE 'ZZ001' THEN NULL; END $$;
-- hand:
DO $$ BEGIN DELETE FROM plain WHERE contact_id % 100 = 5; RAISE EXCEPTION USING ERRCODE = 'ZZ001'; EXCEPTION WHEN SQLSTATE 'ZZ001' THEN NULL; END $$;

-- case: the same with three rollups, UPDATE
-- limit: 1.8
-- kpi:
UPDATE year SET nps = (nps + 1) % 11 WHERE contact_id % 25 = 3;
-- hand:
UPDATE year_plain SET nps = (nps + 1) % 11 WHERE contact_id % 25 = 3;

-- case: the same with three rollups, DELETE
-- limit: 1.8
-- kpi:
DO $$ BEGIN DELETE FROM year WHERE contact_id % 25 = 5; RAISE EXCEPTION USING ERRCODE = 'ZZ001'; EXCEPTION WHEN SQLSTATE 'ZZ001' THEN NULL; END $$;
-- hand:
DO $$ BEGIN DELETE FROM year_plain WHERE contact_id % 25 = 5; RAISE EXCEPTION USING ERRCODE = 'ZZ001'; EXCEPTION WHEN SQLSTATE 'ZZ001' THEN NULL; END $$;
