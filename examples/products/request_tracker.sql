-- Request Tracker (RT): tickets and their transactions.
--
--   psql -f examples/products/request_tracker.sql                makes the tables, empty, and the views in request_tracker_kpi
--   psql -v tables=public -v zone=Europe/London -f ... rt        in RT's own database
--
-- Verified: the columns of tickets in RT's schema for PostgreSQL. From memory, not verified: those of transactions.

-- Fresh: a materialized view over request_tracker_kpi.tickets, refreshed by the clock (docs/summaries.md). A rollup (docs/rollup.md) is refused, since
-- its query reads the tickets twice.

\set ON_ERROR_STOP on
\if :{?zone} \else
\set zone UTC
\endif
\if :{?tables} \else
\set tables request_tracker
CREATE SCHEMA request_tracker;
CREATE TABLE request_tracker.queues (id int PRIMARY KEY, name text);
CREATE TABLE request_tracker.users (id int PRIMARY KEY, name text);
CREATE TABLE request_tracker.tickets (
  id int PRIMARY KEY,
  effectiveid int NOT NULL DEFAULT 0,
  ismerged smallint,
  queue int NOT NULL DEFAULT 0,
  type text,
  owner int NOT NULL DEFAULT 0,
  priority int NOT NULL DEFAULT 0,
  timeworked int NOT NULL DEFAULT 0,  -- minutes
  status text,
  started timestamp,
  due timestamp,
  resolved timestamp,
  creator int NOT NULL DEFAULT 0,
  created timestamp
);
CREATE TABLE request_tracker.transactions (
  id int PRIMARY KEY,
  objecttype text,
  objectid int NOT NULL DEFAULT 0,
  type text,
  field text,
  oldvalue text,
  newvalue text,
  creator int NOT NULL DEFAULT 0,
  created timestamp
);
\endif

CREATE SCHEMA request_tracker_kpi;

-- RT's "never" is 1970-01-01: left in, every new ticket was solved fifty years before it came.
-- Reminders and approvals are tickets of another type, and a merged ticket lives on in the one it was merged into.
CREATE VIEW request_tracker_kpi.tickets AS
SELECT t.id::text AS ticket_id, q.name::text AS queue, nullif(o.name, 'Nobody')::text AS agent, t.creator::text AS customer, t.priority::text AS priority,
  t.created AT TIME ZONE 'UTC' AS opened_at,  -- RT keeps UTC in columns without a zone
  a.first_at AS first_response_at,
  CASE WHEN t.status = 'resolved' THEN at.resolved AT TIME ZONE 'UTC' END AS resolved_at,
  CASE WHEN a.solved > 0 THEN a.reopened > 0 END AS reopened,
  NULL::boolean AS first_response_met,
  CASE WHEN t.status = 'resolved' THEN at.resolved <= at.due WHEN at.due AT TIME ZONE 'UTC' < now() THEN false END AS resolution_met,
  at.started AT TIME ZONE 'UTC' AS started_at, make_interval(mins => t.timeworked) AS worked
FROM :tables.tickets AS t
CROSS JOIN LATERAL (SELECT nullif(t.started, '1970-01-01'), nullif(t.resolved, '1970-01-01'), nullif(t.due, '1970-01-01')) AS at (started, resolved, due)
JOIN :tables.queues AS q ON q.id = t.queue
JOIN :tables.users AS o ON o.id = t.owner
LEFT JOIN (
  -- the first answer: of somebody else than who asked; a comment is seen by colleagues only
  SELECT x.objectid, min(x.created) FILTER (WHERE x.type = 'Correspond' AND x.creator <> t.creator) AT TIME ZONE 'UTC' AS first_at,
    count(*) FILTER (WHERE x.type = 'Status' AND x.newvalue = 'resolved') AS solved,
    count(*) FILTER (WHERE x.type = 'Status' AND x.oldvalue = 'resolved' AND x.newvalue IN ('new', 'open', 'stalled')) AS reopened
  FROM :tables.transactions AS x JOIN :tables.tickets AS t ON t.id = x.objectid
  WHERE x.objecttype = 'RT::Ticket' GROUP BY x.objectid
) AS a ON a.objectid = t.id
WHERE t.type = 'ticket' AND t.effectiveid = t.id AND t.status NOT IN ('deleted', 'rejected');

---------------------------------------------------------------------------------------------------------------------
-- The reports

-- Created, resolved and the times between, by queue and by owner
CREATE VIEW request_tracker_kpi.report_owners AS
SELECT queue, coalesce(agent, 'Nobody') AS owner, count(*) AS created, count(resolved_at) AS resolved, percent(reopen_rate(reopened)) AS reopened,
  percent(sla_rate(resolution_met)) AS in_time, seconds(average(duration_agg(plausible(first_response_at - opened_at, '0', '10000 days')))) AS first_response_seconds,
  seconds(average(duration_agg(plausible(started_at - opened_at, '0', '10000 days')))) AS started_seconds, seconds(average(duration_agg(plausible(resolved_at - opened_at, '0', '10000 days')))) AS resolved_seconds,
  -- 0 minutes is "nothing was written down", not "no work"
  seconds(average(duration_agg(worked) FILTER (WHERE worked > '0'))) AS worked_seconds
FROM request_tracker_kpi.tickets GROUP BY queue, coalesce(agent, 'Nobody');

-- Open tickets by their age on the day of the newest event
CREATE VIEW request_tracker_kpi.report_open_by_age AS
SELECT queue, age, n AS tickets
FROM (SELECT queue, histogram(duration_agg(plausible(now - opened_at, '0', '36525 days')) FILTER (WHERE resolved_at IS NULL), '{24 h, 168 h}') AS counts
      FROM request_tracker_kpi.tickets, (SELECT max(created) AT TIME ZONE 'UTC' AS now FROM :tables.transactions) AS t GROUP BY queue) AS s,
  unnest('{a day, a week, longer}'::text[], counts) AS b (age, n);
