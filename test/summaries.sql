-- A view with a summary of every type by hour and queue over the simulated week.
-- What is stored, sent, dumped, replicated or merged in the tests is this.
CREATE VIEW hourly_summaries AS
SELECT interval_start(arrived_at, '1 h', 'Europe/Istanbul') AS hour,
	queue,
	proportion_agg(resolved) AS resolved,
	queue_agg(wait, threshold, answered, short_abandon, flowed_out) AS reached,
	handle_agg(talk, hold, wrap) FILTER (WHERE answered) AS handled,
	rating_agg(nps) AS rated,
	number_agg(nps / 3.0) AS measured,
	duration_agg(talk) AS talked,
	time_share_agg(talk, ended_at - arrived_at) AS used,
	span_agg(tstzrange(arrived_at, ended_at)) AS open
FROM contacts JOIN queues USING (queue) LEFT JOIN surveys USING (contact_id)
GROUP BY 1, 2;

-- The same merged by queue, by rollup and directly: both must be equal.
CREATE VIEW merged_summaries AS
SELECT queue, rollup(resolved) AS resolved, rollup(reached) AS reached, rollup(handled) AS handled,
	rollup(rated) AS rated, rollup(measured) AS measured, rollup(talked) AS talked, rollup(used) AS used, rollup(open) AS open
FROM hourly_summaries GROUP BY queue;

CREATE VIEW direct_summaries AS
SELECT queue,
	proportion_agg(resolved) AS resolved,
	queue_agg(wait, threshold, answered, short_abandon, flowed_out) AS reached,
	handle_agg(talk, hold, wrap) FILTER (WHERE answered) AS handled,
	rating_agg(nps) AS rated,
	number_agg(nps / 3.0) AS measured,
	duration_agg(talk) AS talked,
	time_share_agg(talk, ended_at - arrived_at) AS used,
	span_agg(tstzrange(arrived_at, ended_at)) AS open
FROM contacts JOIN queues USING (queue) LEFT JOIN surveys USING (contact_id)
GROUP BY 1;
