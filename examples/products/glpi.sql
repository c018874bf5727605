-- GLPI: tickets and satisfaction surveys. It runs on MySQL: read the tables through mysql_fdw (IMPORT FOREIGN SCHEMA ...
-- INTO glpi), or load them from CSV.
--
--   psql -f examples/products/glpi.sql                           makes the tables, empty, and the views in glpi_kpi
--   psql -v tables=glpi -v zone=Europe/Paris -v calendar='Europe/Paris; Mon-Fri 08:00-18:00' -f ...   they are there already
--
-- zone: that of the connection with which the tables were read; MySQL's timestamps lose theirs on the way.
-- calendar: the opening hours of the entity, by which GLPI counts its delays; around the clock unless set.
-- Verified: the columns in dumps of GLPI 9 and 10. From memory: the numbers of the states and of the link of a technician.

-- Fresh: reports by the hour that are right at every moment and read fast (docs/rollup.md), here of the tables in schema glpi:
--   ALTER TABLE glpi.glpi_tickets ALTER date SET NOT NULL;
--   CREATE INDEX ON glpi.glpi_tickets (date);
--   CALL rollup_create('glpi_hourly', 'SELECT interval_start(opened_at, ''1 h'', ''UTC'') AS hour, queue,
--     count(*) AS tickets, duration_agg(first_response_at - opened_at) AS first_response
--     FROM glpi_kpi.tickets GROUP BY 1, 2', bucket => 'hour');
-- What depends on the clock, such as first_response_met of tickets that wait, is refused there: ask it of the view.

\set ON_ERROR_STOP on
\if :{?zone} \else
\set zone UTC
\endif
\if :{?calendar} \else
\set calendar :zone '; 24x7'
\endif
\if :{?tables} \else
\set tables glpi
CREATE SCHEMA glpi;
CREATE TABLE glpi.glpi_itilcategories (id int PRIMARY KEY, completename text);
CREATE TABLE glpi.glpi_tickets (
  id int PRIMARY KEY,
  date timestamp,
  closedate timestamp,
  solvedate timestamp,
  status int NOT NULL DEFAULT 1,  -- new, assigned, planned, waiting, solved, closed
  priority int NOT NULL DEFAULT 1,
  itilcategories_id int NOT NULL DEFAULT 0,
  users_id_recipient int NOT NULL DEFAULT 0,
  time_to_resolve timestamp,
  time_to_own timestamp,
  waiting_duration int NOT NULL DEFAULT 0,
  close_delay_stat int NOT NULL DEFAULT 0,
  solve_delay_stat int NOT NULL DEFAULT 0,
  takeintoaccount_delay_stat int NOT NULL DEFAULT 0,
  is_deleted int NOT NULL DEFAULT 0
);
CREATE TABLE glpi.glpi_tickets_users (id int PRIMARY KEY, tickets_id int, users_id int, type int);
CREATE TABLE glpi.glpi_ticketsatisfactions (id int PRIMARY KEY, tickets_id int, date_begin timestamp, date_answered timestamp, satisfaction int);
\endif

CREATE SCHEMA glpi_kpi;

-- Every *_stat is NOT NULL: 0 is "not yet", not "at once". They hold seconds on the calendar of the entity: added to the
-- date by the clock on the wall, a ticket of the evening would be taken in the night.
-- A solved ticket that is opened again keeps its solvedate: only the status tells.
CREATE VIEW glpi_kpi.tickets AS
SELECT t.id::text AS ticket_id, c.completename::text AS queue, u.users_id::text AS agent, nullif(t.users_id_recipient, 0)::text AS customer,
  t.priority::text AS priority, t.date AT TIME ZONE :'zone' AS opened_at,
  taken_at AS first_response_at,
  CASE WHEN t.status IN (5, 6) THEN t.solvedate AT TIME ZONE :'zone' END AS resolved_at,
  CASE WHEN t.solvedate IS NOT NULL THEN t.status NOT IN (5, 6) END AS reopened,
  CASE WHEN taken_at IS NOT NULL THEN taken_at <= t.time_to_own AT TIME ZONE :'zone'
    WHEN t.time_to_own AT TIME ZONE :'zone' < now() THEN false END AS first_response_met,
  CASE WHEN t.status IN (5, 6) THEN t.solvedate <= t.time_to_resolve
    WHEN t.time_to_resolve AT TIME ZONE :'zone' < now() THEN false END AS resolution_met,
  taken_after,
  CASE WHEN t.status IN (5, 6) THEN plausible(make_interval(secs => nullif(t.solve_delay_stat, 0)), '0', '10000 days') END AS solved_after,
  CASE WHEN t.status = 6 THEN plausible(make_interval(secs => nullif(t.close_delay_stat, 0)), '0', '10000 days') END AS closed_after,
  plausible(make_interval(secs => t.waiting_duration), '0', '10000 days') AS waited
FROM :tables.glpi_tickets AS t
CROSS JOIN LATERAL (SELECT plausible(make_interval(secs => nullif(t.takeintoaccount_delay_stat, 0)), '0', '10000 days') AS taken_after) AS d
CROSS JOIN LATERAL (SELECT business_deadline(:'calendar', t.date AT TIME ZONE :'zone', taken_after) AS taken_at) AS e
LEFT JOIN :tables.glpi_itilcategories AS c ON c.id = t.itilcategories_id
-- a ticket may have several technicians (type 2): the first, or it would be counted several times
LEFT JOIN (SELECT DISTINCT ON (tickets_id) tickets_id, users_id FROM :tables.glpi_tickets_users WHERE type = 2 ORDER BY tickets_id, id) AS u ON u.tickets_id = t.id
WHERE t.is_deleted = 0;  -- the others are in the bin

-- 0 to 5 stars. A row is the question; it was answered when date_answered is filled.
CREATE VIEW glpi_kpi.surveys AS
SELECT tickets_id::text AS contact_id, queue, agent, date_answered AT TIME ZONE :'zone' AS answered_at, NULL::smallint AS nps,
  CASE WHEN date_answered IS NOT NULL THEN plausible(satisfaction, 0, 10) END::smallint AS csat, NULL::smallint AS ces
FROM :tables.glpi_ticketsatisfactions JOIN glpi_kpi.tickets ON ticket_id = tickets_id::text;

---------------------------------------------------------------------------------------------------------------------
-- The reports: Assistance > Statistics

CREATE VIEW glpi_kpi.report_categories AS
SELECT queue, count(*) AS opened, count(resolved_at) AS solved, count(closed_after) AS closed, count(*) FILTER (WHERE NOT resolution_met) AS late,
  percent(sla_rate(first_response_met)) AS taken_in_time, percent(sla_rate(resolution_met)) AS solved_in_time,
  seconds(average(duration_agg(taken_after))) AS taken_after_seconds, seconds(average(duration_agg(solved_after))) AS solved_after_seconds,
  seconds(average(duration_agg(closed_after))) AS closed_after_seconds, seconds(average(duration_agg(waited) FILTER (WHERE waited > '0'))) AS waited_seconds
FROM glpi_kpi.tickets GROUP BY ROLLUP (queue);

-- csat(score) is for 1 to 5 stars and refuses a 0; csat(score, 4) takes any scale: the share of 4 and 5
CREATE VIEW glpi_kpi.report_satisfaction AS
SELECT agent, count(*) AS asked, count(csat) AS answered, percent(rate(csat IS NOT NULL)) AS response_rate,
  average(rating_agg(csat)) AS average_stars, percent(csat(csat, 4)) AS satisfied
FROM glpi_kpi.surveys GROUP BY ROLLUP (agent);
