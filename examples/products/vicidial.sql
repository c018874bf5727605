-- VICIdial: inbound calls (vicidial_closer_log) and what agents did (vicidial_agent_log). It runs on MySQL: read the
-- tables through mysql_fdw (IMPORT FOREIGN SCHEMA ... LIMIT TO (...) INTO vicidial), or load them from CSV.
--
--   psql -f examples/products/vicidial.sql                       makes the tables, empty, and the views in vicidial_kpi
--   psql -v tables=vicidial -v zone=America/New_York -f ...      the tables are there already, in schema vicidial
--
-- zone: call_date is the server's local time, without a zone. The *_epoch columns are not: they are UTC.
-- Verified: the columns, the values of term_reason, and the limit of 65000 s in VICIdial's install script and reports.
-- From memory: which term_reason means what.

-- Fresh: reports by the hour that are right at every moment and read fast (docs/rollup.md), here of the tables in schema vicidial:
--   ALTER TABLE vicidial.vicidial_closer_log ALTER call_date SET NOT NULL;
--   CREATE INDEX ON vicidial.vicidial_closer_log (call_date);
--   CALL rollup_create('vicidial_hourly', 'SELECT interval_start(arrived_at, ''1 h'', ''UTC'') AS hour, queue,
--     queue_agg(wait, interval ''60 s'', answered, NULL, flowed_out) AS calls, handle_agg(talk, hold, wrap) AS handling
--     FROM vicidial_kpi.contacts GROUP BY 1, 2', bucket => 'hour');

\set ON_ERROR_STOP on
\if :{?zone} \else
\set zone UTC
\endif
\if :{?tables} \else
\set tables vicidial
CREATE SCHEMA vicidial;
CREATE TABLE vicidial.vicidial_closer_log (
  closecallid bigint PRIMARY KEY,
  lead_id bigint NOT NULL,
  campaign_id text,
  call_date timestamp,
  length_in_sec int,
  status text,
  phone_number text,
  "user" text,
  queue_seconds numeric DEFAULT 0,
  term_reason text DEFAULT 'NONE'
);
CREATE TABLE vicidial.vicidial_agent_log (
  agent_log_id bigint PRIMARY KEY,
  "user" text,
  lead_id bigint,
  campaign_id text,
  pause_epoch bigint,
  pause_sec int DEFAULT 0,
  wait_epoch bigint,
  wait_sec int DEFAULT 0,
  talk_epoch bigint,
  talk_sec int DEFAULT 0,
  dispo_epoch bigint,
  dispo_sec int DEFAULT 0,
  status text,
  sub_status text,
  dead_sec int DEFAULT 0
);
\endif

CREATE SCHEMA vicidial_kpi;

-- The target (VICIdial's reports show two, "TMA 1" and "TMA 2") and the short abandon, by in-group.
CREATE VIEW vicidial_kpi.queues AS
SELECT DISTINCT campaign_id AS queue, interval '20 s' AS threshold, interval '5 s' AS short_abandon
FROM :tables.vicidial_closer_log;

-- queue_seconds is 0 while the call is still waiting: a wait counts only once the call has left the queue.
-- length_in_sec runs from the entry into the queue: talk is what is left when the wait is taken off.
-- Who called outside opening hours was refused at the door.
CREATE VIEW vicidial_kpi.contacts AS
SELECT closecallid::text AS contact_id, campaign_id::text AS queue, 'voice'::text AS channel, nullif(phone_number, '')::text AS customer,
  call_date AT TIME ZONE :'zone' AS arrived_at,
  CASE WHEN term_reason <> 'NONE' THEN plausible(make_interval(secs => queue_seconds::float8), '0', '1 day') END AS wait,
  CASE WHEN term_reason IN ('CALLER', 'AGENT') THEN true WHEN term_reason <> 'NONE' THEN false END AS answered,
  term_reason IN ('QUEUETIMEOUT', 'HOLDRECALLXFER', 'HOLDTIME', 'NOAGENT', 'MAXCALLS') AS flowed_out,
  CASE WHEN term_reason IN ('CALLER', 'AGENT') THEN "user" END::text AS agent,
  CASE WHEN term_reason IN ('CALLER', 'AGENT') AND length_in_sec >= 0 THEN
    plausible(make_interval(secs => (length_in_sec - least(greatest(queue_seconds, 0), length_in_sec))::float8), '0', '1 day') END AS talk,
  NULL::interval AS hold, NULL::interval AS wrap,  -- wrap-up ("dispo") stands in the agent log, by agent
  NULL::boolean AS transferred, NULL::boolean AS resolved, status::text AS status
FROM :tables.vicidial_closer_log
WHERE term_reason NOT IN ('AFTERHOURS', 'CLOSETIME', 'ACFILTER');

-- One row a cycle of pause, wait, talk and disposition. talk_sec holds dead_sec, the time after the customer hung up.
-- A forgotten log-out leaves more than 65000 s in a column; VICIdial's reports leave such rows out, and so does this, with
-- those below 0 that a clock set back leaves.
CREATE VIEW vicidial_kpi.cycles AS
SELECT "user"::text AS agent, to_timestamp(pause_epoch) AS at, s.pause_sec, s.wait_sec, s.talk_sec - least(s.dead_sec, s.talk_sec) AS talk_sec,
  least(s.dead_sec, s.talk_sec) + s.dispo_sec AS wrap_sec, status::text AS status, wait_epoch, talk_epoch, dispo_epoch, s.dispo_sec,
  lead_id IS NOT NULL AND s.talk_sec > 0 AS handled
FROM :tables.vicidial_agent_log AS l,
  LATERAL (SELECT coalesce(l.pause_sec, 0), coalesce(l.wait_sec, 0), coalesce(l.talk_sec, 0), coalesce(l.dispo_sec, 0), greatest(l.dead_sec, 0))
    AS s (pause_sec, wait_sec, talk_sec, dispo_sec, dead_sec)
WHERE greatest(s.pause_sec, s.wait_sec, s.talk_sec, s.dispo_sec) < 65000 AND least(s.pause_sec, s.wait_sec, s.talk_sec, s.dispo_sec) >= 0;

CREATE VIEW vicidial_kpi.agent_spans AS
SELECT agent, state, plausible_span(starts, starts + make_interval(secs => lasts)) AS span
FROM vicidial_kpi.cycles, LATERAL (VALUES
  ('paused', cycles.at, pause_sec), ('ready', to_timestamp(nullif(wait_epoch, 0)), wait_sec),
  ('handling', to_timestamp(nullif(talk_epoch, 0)), talk_sec + wrap_sec - dispo_sec),
  ('handling', to_timestamp(nullif(dispo_epoch, 0)), dispo_sec)) AS s (state, starts, lasts)
WHERE lasts > 0 AND starts IS NOT NULL;

---------------------------------------------------------------------------------------------------------------------
-- The reports

-- Inbound report: dropped are those who hung up in the queue
CREATE VIEW vicidial_kpi.report_inbound AS
SELECT queue, offered AS calls, answered, abandoned AS dropped, percent(abandonment_rate) AS dropped_share, flowed_out AS sent_on,
  percent(service_level(q, 'flowouts_excluded')) AS service_level, average_wait_seconds AS average_queue_seconds, longest_wait_seconds, average_talk_seconds
FROM (
  SELECT queue, queue_agg(wait, threshold, answered, short_abandon, flowed_out) AS q, handle_agg(talk, hold, wrap) AS h
  FROM vicidial_kpi.contacts JOIN vicidial_kpi.queues USING (queue) GROUP BY queue
) AS s, queue_kpis(q), handle_kpis(h);

-- Agent time detail
CREATE VIEW vicidial_kpi.report_agent_time AS
SELECT agent, count(*) FILTER (WHERE handled) AS calls, sum(pause_sec) AS pause_seconds, sum(wait_sec) AS wait_seconds, sum(talk_sec) AS customer_seconds, sum(wrap_sec) AS wrap_seconds,
  aht(talk_sec, 0, wrap_sec) FILTER (WHERE handled) AS aht_seconds,
  percent(occupancy(talk_sec + wrap_sec, wait_sec)) AS occupied,
  percent(utilization(talk_sec + wrap_sec, pause_sec + wait_sec + talk_sec + wrap_sec)) AS utilized,
  percent(shrinkage(pause_sec, pause_sec + wait_sec + talk_sec + wrap_sec)) AS paused
FROM vicidial_kpi.cycles GROUP BY agent;

-- Performance by disposition
CREATE VIEW vicidial_kpi.report_dispositions AS
SELECT agent, status, count(*) AS calls, percent(conversion_rate(status = 'SALE')) AS sale
FROM vicidial_kpi.cycles WHERE handled GROUP BY GROUPING SETS ((agent, status), (agent));
