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
CREATE TABLE printed (line text);
COPY (SELECT arrived_at, queue_id, wait, answered, nps FROM contacts ORDER BY arrived_at DESC LIMIT 100000) TO PROGRAM 'cat >kpi-bench-contacts';
UPDATE contacts SET nps = (nps + 1) % 11 WHERE contact_id IN (SELECT max(contact_id) FROM contacts GROUP BY interval_start(arrived_at, '1 h', 'UTC') ORDER BY 1 DESC LIMIT 100);

-- case: reading a year, 100 dirty hours; by hand: the query itself
-- limit: 0.15
-- kpi:
SELECT count(*), service_level(rollup(calls)), nps(rollup(nps)) FROM hourly;
-- hand:
SELECT count(*), service_level(rollup(calls)), nps(rollup(nps)) FROM hourly_direct;

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
