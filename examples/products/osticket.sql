-- osTicket: tickets and their threads. It runs on MySQL: read the tables through mysql_fdw (IMPORT FOREIGN SCHEMA ...
-- INTO osticket), or load them from CSV.
--
--   psql -f examples/products/osticket.sql                       makes the tables, empty, and the views in osticket_kpi
--   psql -v tables=osticket -v zone=America/Chicago -f ...       the tables are there already, in schema osticket
--
-- zone: times are those of the database server, without a zone. The prefix of the tables is the usual one, ost_.
-- Verified: the columns, the states and the types of entries in osTicket's install script.

-- Fresh: reports by the hour that are right at every moment and read fast (docs/rollup.md), here of the tables in schema osticket:
--   CREATE INDEX ON osticket.ost_ticket (created);
--   CALL rollup_create('osticket_hourly', 'SELECT interval_start(opened_at, ''1 h'', ''UTC'') AS hour, queue,
--     count(*) AS tickets, duration_agg(first_response_at - opened_at) AS first_response
--     FROM osticket_kpi.tickets GROUP BY 1, 2', bucket => 'hour');

\set ON_ERROR_STOP on
\if :{?zone} \else
\set zone UTC
\endif
\if :{?tables} \else
\set tables osticket
CREATE SCHEMA osticket;
CREATE TABLE osticket.ost_department (id int PRIMARY KEY, name text);
CREATE TABLE osticket.ost_ticket_status (id int PRIMARY KEY, name text, state text);
CREATE TABLE osticket.ost_ticket (
  ticket_id int PRIMARY KEY,
  number text,
  user_id int NOT NULL DEFAULT 0,
  status_id int,
  dept_id int,
  staff_id int NOT NULL DEFAULT 0,
  isoverdue int NOT NULL DEFAULT 0,
  duedate timestamp,
  est_duedate timestamp,
  reopened timestamp,
  closed timestamp,
  created timestamp NOT NULL
);
CREATE TABLE osticket.ost_thread (id int PRIMARY KEY, object_id int NOT NULL, object_type char(1) NOT NULL);
CREATE TABLE osticket.ost_thread_entry (
  id int PRIMARY KEY,
  thread_id int NOT NULL,
  staff_id int NOT NULL DEFAULT 0,
  type char(1) NOT NULL,  -- M: from the customer, R: answer, N: internal note
  created timestamp NOT NULL
);
\endif

CREATE SCHEMA osticket_kpi;

-- Ids are NOT NULL: 0 is nobody. A thread may belong to a task with the number of a ticket: object_type says which.
-- Automatic answers are entries of type R too, but of nobody.
CREATE VIEW osticket_kpi.tickets AS
SELECT t.ticket_id::text AS ticket_id, d.name::text AS queue, nullif(t.staff_id, 0)::text AS agent, nullif(t.user_id, 0)::text AS customer, NULL::text AS priority,
  t.created AT TIME ZONE :'zone' AS opened_at, f.first_at AS first_response_at,
  CASE WHEN s.state <> 'open' THEN t.closed AT TIME ZONE :'zone' END AS resolved_at,
  -- reopened is the last time; a ticket that was never closed cannot have been opened again
  CASE WHEN t.reopened IS NOT NULL THEN true WHEN t.closed IS NOT NULL THEN false END AS reopened,
  NULL::boolean AS first_response_met,
  -- a due date set by hand replaces the one of the SLA
  CASE WHEN s.state <> 'open' THEN t.closed <= coalesce(t.duedate, t.est_duedate) WHEN t.isoverdue <> 0 THEN false END AS resolution_met
FROM :tables.ost_ticket AS t
JOIN :tables.ost_ticket_status AS s ON s.id = t.status_id
LEFT JOIN :tables.ost_department AS d ON d.id = t.dept_id
LEFT JOIN (SELECT h.object_id, min(e.created) AT TIME ZONE :'zone' AS first_at
           FROM :tables.ost_thread AS h JOIN :tables.ost_thread_entry AS e ON e.thread_id = h.id
           WHERE h.object_type = 'T' AND e.type = 'R' AND e.staff_id <> 0 GROUP BY h.object_id) AS f ON f.object_id = t.ticket_id
WHERE s.state IN ('open', 'closed', 'archived');  -- not the deleted ones

---------------------------------------------------------------------------------------------------------------------
-- The reports: osTicket's dashboard, by department and by agent

CREATE VIEW osticket_kpi.report_departments AS
SELECT CASE grouping(queue) WHEN 0 THEN queue ELSE 'all' END AS queue, CASE grouping(agent) WHEN 0 THEN coalesce(agent, 'nobody') ELSE 'all' END AS agent,
  count(*) AS opened, count(agent) AS assigned, count(resolved_at) AS closed,
  count(*) FILTER (WHERE reopened) AS reopened, count(*) FILTER (WHERE NOT resolution_met) AS overdue, percent(sla_rate(resolution_met)) AS in_time,
  -- osTicket shows hours
  round((seconds(average(duration_agg(plausible(resolved_at - opened_at, '0', '10000 days')))) / 3600)::numeric, 2) AS service_hours,
  round((seconds(average(duration_agg(plausible(first_response_at - opened_at, '0', '10000 days')))) / 3600)::numeric, 2) AS response_hours
FROM osticket_kpi.tickets GROUP BY GROUPING SETS ((queue), (agent), ());

-- Opened, closed and still open, day by day
CREATE VIEW osticket_kpi.report_days AS
SELECT (day AT TIME ZONE :'zone')::date AS day, count(*) FILTER (WHERE opened_at >= day AND opened_at < next) AS opened,
  count(*) FILTER (WHERE resolved_at >= day AND resolved_at < next) AS closed,
  concurrency_at(span_agg(plausible_span(opened_at, resolved_at)), next) AS open
FROM (SELECT min(opened_at) AS first, greatest(max(opened_at), max(resolved_at)) AS last FROM osticket_kpi.tickets) AS s,
  LATERAL (SELECT interval_start AS day, interval_start(interval_start + interval '36 h', '1 day', :'zone') AS next
           FROM split_span(tstzrange(first, last, '[]'), '1 day', :'zone')) AS days,
  osticket_kpi.tickets
GROUP BY day, next;
