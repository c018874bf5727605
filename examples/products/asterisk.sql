-- Asterisk: the log of its queues (queue_log), which FreePBX, Asternic and QueueMetrics read.
--
--   psql -f examples/products/asterisk.sql                       makes the table, empty, and the views in asterisk_kpi
--   psql -v tables=public -v zone=Europe/Paris -f ...            the table is there already, in schema public
--
-- lost_after: a visit whose end is missing and that began so long before the log's end is lost, not waiting (2 h).
-- zone: the log's times are the local times of the Asterisk machine, without a zone.
-- Verified: the columns in Asterisk's own schema scripts, the events and their data in its documentation of the queue log.
-- From memory: QueueMetrics calls the columns time_id (seconds since 1970), call_id, queue, agent, verb, data1 to data5;
-- only the view events has to know.

-- Fresh: a materialized view over asterisk_kpi.contacts, refreshed by the clock (docs/summaries.md). A rollup (docs/rollup.md) is refused, since
-- a visit is put together from several events of the log.

\set ON_ERROR_STOP on
\if :{?zone} \else
\set zone UTC
\endif
\if :{?lost_after} \else
\set lost_after '2 h'
\endif
\if :{?tables} \else
\set tables asterisk
CREATE SCHEMA asterisk;
CREATE TABLE asterisk.queue_log (
  id bigint PRIMARY KEY,
  time timestamp,
  callid text,
  queuename text,
  agent text,
  event text,
  data1 text, data2 text, data3 text, data4 text, data5 text
);
\endif

CREATE SCHEMA asterisk_kpi;

-- A log that is copied while it is rotated is read twice: an event counts once, by all that it says. Fields may be empty.
CREATE VIEW asterisk_kpi.events AS
SELECT min(id) AS id, time AT TIME ZONE :'zone' AS at, callid, queuename AS queue, agent, event, nullif(data1, '') AS data1, nullif(data2, '') AS data2,
  nullif(data3, '') AS data3, nullif(data4, '') AS data4, nullif(data5, '') AS data5
FROM :tables.queue_log GROUP BY time, callid, queuename, agent, event, data1, data2, data3, data4, data5;

-- The target and what counts as a short abandon: Asterisk keeps them in its configuration, not in the database.
CREATE VIEW asterisk_kpi.queues AS
SELECT DISTINCT queue, interval '60 s' AS threshold, NULL::interval AS short_abandon
FROM asterisk_kpi.events WHERE event = 'ENTERQUEUE';

-- One row a visit to a queue. A call may come back to the same queue, under the same callid: GROUP BY callid would make
-- two visits one, answered and abandoned at once. So visits are counted by ENTERQUEUE.
CREATE VIEW asterisk_kpi.contacts AS
WITH visits AS (
  SELECT *, count(*) FILTER (WHERE event = 'ENTERQUEUE') OVER (PARTITION BY callid, queue ORDER BY at, id) AS visit
  FROM asterisk_kpi.events
  WHERE callid NOT IN ('NONE', 'REALTIME')  -- log-ins, pauses and restarts stand in the same table
), ended AS (
  SELECT callid, queue, visit,
    min(at) FILTER (WHERE event = 'ENTERQUEUE') AS arrived_at,
    min(data2) FILTER (WHERE event = 'ENTERQUEUE') AS customer,
    min(data1::int) FILTER (WHERE event = 'CONNECT') AS connected_after,
    -- seconds waited: the same thing stands in another field of each event
    min(CASE WHEN event IN ('ABANDON', 'EXITWITHTIMEOUT', 'EXITEMPTY') THEN data3 WHEN event = 'EXITWITHKEY' THEN data4
      WHEN event IN ('COMPLETEAGENT', 'COMPLETECALLER') THEN data1
      WHEN event IN ('BLINDTRANSFER', 'TRANSFER') OR event = 'ATTENDEDTRANSFER' AND data1 <> 'LINK' THEN data3
      WHEN event = 'ATTENDEDTRANSFER' THEN data4 END::int) AS ended_after,
    min(CASE WHEN event IN ('COMPLETEAGENT', 'COMPLETECALLER') THEN data2
      WHEN event IN ('BLINDTRANSFER', 'TRANSFER') OR event = 'ATTENDEDTRANSFER' AND data1 <> 'LINK' THEN data4
      WHEN event = 'ATTENDEDTRANSFER' THEN split_part(data5, '|', 1) END::int) AS talk,
    -- a transfer ends a call without COMPLETE, and some versions lose the CONNECT of an attended one
    bool_or(event IN ('CONNECT', 'COMPLETEAGENT', 'COMPLETECALLER', 'BLINDTRANSFER', 'ATTENDEDTRANSFER', 'TRANSFER')) AS answered,
    bool_or(event IN ('ABANDON', 'EXITWITHTIMEOUT', 'EXITWITHKEY', 'EXITEMPTY', 'LEAVEEMPTY')) AS left_queue,
    bool_or(event IN ('EXITWITHTIMEOUT', 'EXITWITHKEY', 'EXITEMPTY', 'LEAVEEMPTY')) AS flowed_out,
    bool_or(event IN ('BLINDTRANSFER', 'ATTENDEDTRANSFER', 'TRANSFER')) AS transferred,
    bool_or(event = 'COMPLETEAGENT') AS agent_hung_up,
    max(agent) FILTER (WHERE event NOT IN ('ENTERQUEUE', 'RINGNOANSWER', 'RINGCANCELED') AND agent <> 'NONE') AS agent
  FROM visits WHERE visit > 0 GROUP BY callid, queue, visit
)
SELECT concat_ws('/', callid, queue, visit) AS contact_id, queue, 'voice'::text AS channel, nullif(customer, '') AS customer, arrived_at,
  plausible(make_interval(secs => CASE WHEN answered OR left_queue THEN coalesce(connected_after, ended_after)
    -- still waiting when the log ends
    WHEN NOT lost AND waited <= :'lost_after' THEN extract(epoch FROM waited) END), '0', '1 day') AS wait,
  -- a restart of Asterisk leaves visits without an end: they would wait for ever
  -- and one whose end was never written is nothing: no wait and no answer
  CASE WHEN answered THEN true WHEN left_queue OR lost THEN false END AS answered,
  flowed_out, agent, plausible(make_interval(secs => talk), '0', '1 day') AS talk,
  NULL::interval AS hold, NULL::interval AS wrap,  -- not in the log
  CASE WHEN answered THEN transferred END AS transferred, NULL::boolean AS resolved,
  CASE WHEN answered AND NOT transferred AND talk IS NOT NULL THEN agent_hung_up END AS agent_hung_up
FROM ended, LATERAL (SELECT EXISTS (SELECT FROM asterisk_kpi.events r WHERE r.event = 'QUEUESTART' AND r.at > arrived_at)) AS restart (lost),
  LATERAL (SELECT max(at) - arrived_at FROM asterisk_kpi.events) AS log (waited);

-- Each offer of a call to an agent: with ringall one call makes a row for every agent that was rung.
CREATE VIEW asterisk_kpi.offers AS
SELECT at, queue, agent, event = 'CONNECT' AS taken
FROM asterisk_kpi.events WHERE event IN ('CONNECT', 'RINGNOANSWER');

-- A span lasts until the agent's next event of the same kind. A log-in or pause that is repeated makes two spans end to
-- end; a member of three queues logs in three times: unite the spans of an agent, do not add them up.
CREATE VIEW asterisk_kpi.agent_spans AS
SELECT agent, state, plausible_span(at, ended) AS span
FROM (
  SELECT agent, state, begins, at, lead(at) OVER (PARTITION BY agent, kind, queue ORDER BY at, id) AS ended
  FROM asterisk_kpi.events JOIN (VALUES
    ('AGENTLOGIN', 'agent', 'logged_in', true), ('AGENTLOGOFF', 'agent', 'logged_in', false),
    ('AGENTCALLBACKLOGIN', 'callback', 'logged_in', true), ('AGENTCALLBACKLOGOFF', 'callback', 'logged_in', false),
    ('ADDMEMBER', 'member', 'logged_in', true), ('REMOVEMEMBER', 'member', 'logged_in', false),
    ('PAUSEALL', 'all', 'paused', true), ('UNPAUSEALL', 'all', 'paused', false),
    ('PAUSE', 'queue', 'paused', true), ('UNPAUSE', 'queue', 'paused', false)) AS k (event, kind, state, begins) USING (event)
) AS s
WHERE begins
UNION ALL
SELECT agent, 'handling', plausible_span(arrived_at + wait, arrived_at + wait + talk)
FROM asterisk_kpi.contacts WHERE answered AND wait IS NOT NULL AND talk IS NOT NULL;

---------------------------------------------------------------------------------------------------------------------
-- The reports

-- Queues: sl1 and sl2 are Asterisk's own ServicelevelPerf and ServicelevelPerf2 (who left by a key is in neither). Its
-- "holdtime" and "talktime" are running averages that forget; these are the means.
CREATE VIEW asterisk_kpi.report_queues AS
SELECT queue, offered, answered, abandoned, flowed_out AS exited, percent(service_level(q, 'answered')) AS sl1,
  percent(service_level(q, 'abandons_met, flowouts_excluded')) AS sl2, asa_seconds, longest_wait_seconds, average_talk_seconds,
  percent(transferred) AS transferred, percent(agent_hung_up) AS agent_hung_up
FROM (
  SELECT queue, queue_agg(wait, threshold, answered, short_abandon, flowed_out) AS q, handle_agg(talk, hold, wrap) AS h,
    transfer_rate(transferred) AS transferred, rate(agent_hung_up) AS agent_hung_up
  FROM asterisk_kpi.contacts JOIN asterisk_kpi.queues USING (queue) GROUP BY queue
) AS s, queue_kpis(q), handle_kpis(h);

-- Answered calls by the wait
CREATE VIEW asterisk_kpi.report_answered_within AS
SELECT queue, within, n AS calls, sum(n) OVER (PARTITION BY queue ORDER BY place) AS so_far
FROM (
  SELECT queue, histogram(duration_agg(wait), '{5 s, 10 s, 20 s, 60 s}') AS counts
  FROM asterisk_kpi.contacts WHERE answered GROUP BY queue
) AS s, unnest('{5 s, 10 s, 20 s, 60 s, more}'::text[], counts) WITH ORDINALITY AS b (within, n, place);

-- Distribution by hour of the day, on the local clock
CREATE VIEW asterisk_kpi.report_hours AS
SELECT extract(hour FROM arrived_at AT TIME ZONE :'zone') AS hour, count(*) AS offered, count(*) FILTER (WHERE answered) AS answered,
  count(*) FILTER (WHERE answered IS FALSE AND NOT flowed_out) AS abandoned
FROM asterisk_kpi.contacts GROUP BY 1;

-- Agents. Who was rung and did not answer is missed; a pause counts as time logged in.
CREATE VIEW asterisk_kpi.report_agents AS
SELECT agent, coalesce(handled, 0) AS calls, average_talk_seconds, coalesce(missed, 0) AS missed, percent(taken) AS taken,
  seconds(covered(logged_in)) AS logged_in_seconds, seconds(covered(paused)) AS paused_seconds,
  percent(utilization(handling, span_summary(spans(logged_in)))) AS utilized
FROM (
  SELECT agent, span_agg(closed) FILTER (WHERE state = 'logged_in') AS logged_in, span_agg(closed) FILTER (WHERE state = 'paused') AS paused,
    span_agg(closed) FILTER (WHERE state = 'handling') AS handling
  FROM (SELECT agent, state, span * tstzrange(NULL, max(at) OVER ()) AS closed
        FROM asterisk_kpi.agent_spans, (SELECT max(at) AS at FROM asterisk_kpi.events) AS log) AS s
  GROUP BY agent
) AS time
FULL JOIN (SELECT agent, handle_agg(talk, hold, wrap) AS h FROM asterisk_kpi.contacts WHERE answered GROUP BY agent) AS calls USING (agent)
FULL JOIN (SELECT agent, count(*) FILTER (WHERE NOT taken) AS missed, rate(taken) AS taken FROM asterisk_kpi.offers GROUP BY agent) AS offers USING (agent)
LEFT JOIN LATERAL handle_kpis(h) ON true;
