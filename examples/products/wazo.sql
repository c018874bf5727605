-- Wazo (and XiVO): the statistics that wazo-stat makes of the queue log.
--
--   psql -f examples/products/wazo.sql                           makes the tables, empty, and the views in wazo_kpi
--   psql -v tables=public -v zone=Europe/Paris -f ... asterisk   in Wazo's own database "asterisk"
--
-- Verified: the tables in wazo-platform/xivo-dao, the formulas in wazo-platform/wazo-call-logd.

-- Fresh: reports by the hour that are right at every moment and read fast (docs/rollup.md), here of the tables in schema wazo:
--   CREATE INDEX ON wazo.stat_call_on_queue (time);
--   CALL rollup_create('wazo_hourly', 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, queue,
--     queue_agg(wait, interval ''60 s'', answered, NULL, flowed_out) AS calls, handle_agg(talk, hold, wrap) AS handling
--     FROM wazo_kpi.contacts GROUP BY 1, 2', bucket => 'hour');

\set ON_ERROR_STOP on
\if :{?zone} \else
\set zone UTC
\endif
\if :{?tables} \else
\set tables wazo
CREATE SCHEMA wazo;
CREATE TABLE wazo.stat_queue (id int PRIMARY KEY, name text, tenant_uuid text, queue_id int, deleted boolean DEFAULT false);
CREATE TABLE wazo.stat_agent (id int PRIMARY KEY, name text, tenant_uuid text, agent_id int, deleted boolean DEFAULT false);
CREATE TABLE wazo.stat_call_on_queue (
  id int PRIMARY KEY,
  callid text NOT NULL,
  time timestamptz NOT NULL,
  ringtime int NOT NULL DEFAULT 0,
  talktime int NOT NULL DEFAULT 0,
  waittime int NOT NULL DEFAULT 0,
  status text NOT NULL,
  stat_queue_id int,
  stat_agent_id int
);
CREATE TABLE wazo.stat_agent_periodic (
  id int PRIMARY KEY,
  time timestamptz NOT NULL,
  login_time interval NOT NULL DEFAULT '0',
  pause_time interval NOT NULL DEFAULT '0',
  wrapup_time interval NOT NULL DEFAULT '0',
  stat_agent_id int
);
\endif

CREATE SCHEMA wazo_kpi;

-- The target: Wazo takes it from its configuration of each queue.
CREATE VIEW wazo_kpi.queues AS
SELECT name AS queue, interval '20 s' AS threshold, NULL::interval AS short_abandon
FROM :tables.stat_queue;

-- waittime and talktime are NOT NULL: 0 stands for "did not happen" too. A wait counts only where somebody waited, talk
-- only where somebody answered.
-- closed and divert_* were refused at the door; Wazo leaves them out of every rate. So does this view.
CREATE VIEW wazo_kpi.contacts AS
SELECT c.id::text AS contact_id, q.name AS queue, 'voice'::text AS channel, NULL::text AS customer, time AS arrived_at,
  CASE WHEN status IN ('answered', 'abandoned', 'timeout', 'leaveempty') THEN plausible(make_interval(secs => waittime), '0', '1 day')
    ELSE interval '0' END AS wait,  -- full and joinempty: sent on at once
  status = 'answered' AS answered,
  status IN ('timeout', 'leaveempty', 'joinempty', 'full') AS flowed_out,
  a.name AS agent,
  CASE WHEN status = 'answered' THEN plausible(make_interval(secs => talktime), '0', '1 day') END AS talk,
  NULL::interval AS hold, NULL::interval AS wrap, NULL::boolean AS transferred, NULL::boolean AS resolved,
  status::text AS status
FROM :tables.stat_call_on_queue AS c
JOIN :tables.stat_queue AS q ON q.id = stat_queue_id
LEFT JOIN :tables.stat_agent AS a ON a.id = stat_agent_id
WHERE status NOT IN ('closed', 'divert_ca_ratio', 'divert_waittime');

---------------------------------------------------------------------------------------------------------------------
-- The reports (Wazo has no spans of agents, only hours that are added up already)

-- Queue statistics by day. average_waiting_time is Wazo's: over all who waited, however it ended, but not over those who
-- were sent on at once. Its service level is of the answered.
CREATE VIEW wazo_kpi.report_queues AS
SELECT queue, interval_start(arrived_at, '1 day', :'zone') AS day, count(*) AS received, count(*) FILTER (WHERE answered) AS answered,
  count(*) FILTER (WHERE status = 'abandoned') AS abandoned, count(*) FILTER (WHERE status = 'timeout') AS timeout,
  count(*) FILTER (WHERE status = 'full') AS saturated, count(*) FILTER (WHERE status IN ('joinempty', 'leaveempty')) AS blocked,
  percent(answer_rate(answered), 2) AS answered_rate,
  seconds(average(duration_agg(wait) FILTER (WHERE status NOT IN ('full', 'joinempty')))) AS average_waiting_time,
  percent(service_level(queue_agg(wait, threshold, answered, short_abandon, flowed_out), 'answered'), 2) AS quality_of_service
FROM wazo_kpi.contacts JOIN wazo_kpi.queues USING (queue)
GROUP BY GROUPING SETS ((queue, interval_start(arrived_at, '1 day', :'zone')), (queue));

-- Quality of service by range of wait. Wazo's ranges hold their lower edge ("5 to 10" begins at 5.0 s), kpi's their upper
-- one; waits are whole seconds, so edges half a second lower put every wait where Wazo does.
CREATE VIEW wazo_kpi.report_quality_of_service AS
SELECT queue, range, n AS answered, percent(ratio(n, sum(n) OVER (PARTITION BY queue)), 2) AS share
FROM (
  SELECT queue, histogram(duration_agg(wait), '{4.5 s, 9.5 s, 29.5 s}') AS counts
  FROM wazo_kpi.contacts WHERE answered GROUP BY queue
) AS s, unnest('{0-5,5-10,10-30,30-}'::text[], counts) WITH ORDINALITY AS b (range, n, place);

-- Agents: answered and conversation from the calls, the rest from the hours
CREATE VIEW wazo_kpi.report_agents AS
SELECT name AS agent, coalesce(handled(h), 0) AS answered, seconds(total_handle_time(h)) AS conversation_seconds,
  seconds(login) AS login_seconds, seconds(pause) AS pause_seconds, seconds(wrapup) AS wrapup_seconds, percent(paused) AS paused
FROM :tables.stat_agent AS a
LEFT JOIN (SELECT agent AS name, handle_agg(talk, hold, wrap) AS h FROM wazo_kpi.contacts WHERE answered GROUP BY agent) AS c USING (name)
LEFT JOIN (SELECT stat_agent_id, sum(login_time) AS login, sum(pause_time) AS pause, sum(wrapup_time) AS wrapup,
             shrinkage(pause_time, login_time) AS paused
           FROM (SELECT stat_agent_id, plausible(login_time, '0', '1 day') AS login_time, plausible(pause_time, '0', '1 day') AS pause_time,
                   plausible(wrapup_time, '0', '1 day') AS wrapup_time FROM :tables.stat_agent_periodic) AS p GROUP BY stat_agent_id) AS t ON stat_agent_id = a.id;
