-- A rollup with marks pending, for what must survive a move to another server.
CREATE EXTENSION kpi_rollup;
CALL rollup_create('kept_fresh', $$SELECT interval_start(arrived_at, '1 h', 'Europe/Istanbul') AS hour, queue,
	queue_agg(wait, threshold, answered) AS calls, handle_agg(talk, hold, wrap) AS handled FROM contacts JOIN queues USING (queue) GROUP BY 1, 2$$);
UPDATE contacts SET talk = talk + interval '1 s' WHERE contact_id % 500 = 0;
