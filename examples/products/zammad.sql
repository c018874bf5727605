-- Zammad: tickets and their history.
--
--   psql -f examples/products/zammad.sql                         makes the tables, empty, and the views in zammad_kpi
--   psql -v tables=public -v zone=Europe/Berlin -f ... zammad    in Zammad's own database
--
-- Verified: the columns in Zammad's migrations, the sign of *_diff_in_min in its documentation and code.
-- From memory: that user 1 is nobody, and the names of the state types.

-- Fresh: reports by the hour that are right at every moment and read fast (docs/rollup.md), here of the tables in schema zammad:
--   ALTER TABLE zammad.tickets ALTER created_at SET NOT NULL;
--   CREATE INDEX ON zammad.tickets (created_at);
--   CALL rollup_create('zammad_hourly', 'SELECT interval_start(opened_at, ''1 h'', ''UTC'') AS hour, queue,
--     count(*) AS tickets, duration_agg(first_response_at - opened_at) AS first_response
--     FROM zammad_kpi.tickets GROUP BY 1, 2', bucket => 'hour');
-- What depends on the clock, such as first_response_met of tickets that wait, is refused there: ask it of the view.

\set ON_ERROR_STOP on
\if :{?zone} \else
\set zone UTC
\endif
\if :{?tables} \else
\set tables zammad
CREATE SCHEMA zammad;
CREATE TABLE zammad.groups (id int PRIMARY KEY, name text);
CREATE TABLE zammad.ticket_priorities (id int PRIMARY KEY, name text);
CREATE TABLE zammad.ticket_state_types (id int PRIMARY KEY, name text);
CREATE TABLE zammad.ticket_states (id int PRIMARY KEY, state_type_id int, name text);
CREATE TABLE zammad.tickets (
  id int PRIMARY KEY,
  group_id int,
  priority_id int,
  state_id int,
  owner_id int,
  customer_id int,
  created_at timestamp,
  first_response_at timestamp,
  first_response_escalation_at timestamp,
  first_response_in_min int,
  first_response_diff_in_min int,
  close_at timestamp,
  close_escalation_at timestamp,
  close_in_min int,
  close_diff_in_min int,
  last_close_at timestamp
);
CREATE TABLE zammad.history_objects (id int PRIMARY KEY, name text);
CREATE TABLE zammad.history_attributes (id int PRIMARY KEY, name text);
CREATE TABLE zammad.histories (
  id int PRIMARY KEY,
  history_object_id int,
  history_attribute_id int,
  o_id int,
  value_from text,
  value_to text,
  created_at timestamp
);
\endif

CREATE SCHEMA zammad_kpi;

-- What a merged ticket asks goes on in another: it is not counted.
-- *_diff_in_min is what was left of the target: negative is missed. Until the answer it is NULL, and an escalation that
-- has passed is a miss already.
CREATE VIEW zammad_kpi.tickets AS
SELECT t.id::text AS ticket_id, g.name::text AS queue, nullif(t.owner_id, 1)::text AS agent, t.customer_id::text AS customer, p.name::text AS priority,
  t.created_at AT TIME ZONE 'UTC' AS opened_at,  -- Rails keeps UTC in columns without a zone
  t.first_response_at AT TIME ZONE 'UTC' AS first_response_at,
  CASE WHEN k.name = 'closed' THEN coalesce(t.last_close_at, t.close_at) AT TIME ZONE 'UTC' END AS resolved_at,
  CASE WHEN t.close_at IS NOT NULL THEN coalesce(r.reopened, false) END AS reopened,
  CASE WHEN t.first_response_diff_in_min IS NOT NULL THEN t.first_response_diff_in_min >= 0
    WHEN t.first_response_at IS NULL AND t.first_response_escalation_at AT TIME ZONE 'UTC' < now() THEN false END AS first_response_met,
  CASE WHEN t.close_diff_in_min IS NOT NULL THEN t.close_diff_in_min >= 0
    WHEN t.close_at IS NULL AND t.close_escalation_at AT TIME ZONE 'UTC' < now() THEN false END AS resolution_met,
  t.first_response_in_min, t.close_in_min,  -- on the calendar of the SLA
  t.close_at AT TIME ZONE 'UTC' AS first_closed_at
FROM :tables.tickets AS t
JOIN :tables.groups AS g ON g.id = t.group_id
JOIN :tables.ticket_priorities AS p ON p.id = t.priority_id
JOIN :tables.ticket_states AS s ON s.id = t.state_id
JOIN :tables.ticket_state_types AS k ON k.id = s.state_type_id
LEFT JOIN (
  SELECT h.o_id, bool_or(before.name = 'closed' AND after.name NOT IN ('closed', 'merged', 'removed')) AS reopened
  FROM :tables.histories AS h
  JOIN :tables.history_objects AS o ON o.id = h.history_object_id AND o.name = 'Ticket'
  JOIN :tables.history_attributes AS a ON a.id = h.history_attribute_id AND a.name = 'state'
  JOIN :tables.ticket_states AS f ON f.name = h.value_from JOIN :tables.ticket_state_types AS before ON before.id = f.state_type_id
  JOIN :tables.ticket_states AS n ON n.name = h.value_to JOIN :tables.ticket_state_types AS after ON after.id = n.state_type_id
  GROUP BY h.o_id
) AS r ON r.o_id = t.id
WHERE k.name NOT IN ('merged', 'removed');

---------------------------------------------------------------------------------------------------------------------
-- The reports

-- By group. Zammad's "first solution": closed within 15 minutes of coming in, whatever happened later.
CREATE VIEW zammad_kpi.report_groups AS
SELECT queue, count(*) AS created, count(resolved_at) AS closed, percent(reopen_rate(reopened)) AS reopened,
  percent(resolution_rate(first_closed_at - opened_at <= '15 min')) AS first_solution,
  percent(sla_rate(first_response_met)) AS first_response_in_time, percent(sla_rate(resolution_met)) AS closed_in_time,
  -- numbers come back in the unit in which they went in: minutes here
  percentile(plausible(first_response_in_min, 0, 14400000), 0.5) AS first_response_median_minutes, percentile(plausible(close_in_min, 0, 14400000), 0.9) AS closed_p90_minutes
FROM zammad_kpi.tickets GROUP BY ROLLUP (queue);

-- Backlog at the end of each day, on the local clock
CREATE VIEW zammad_kpi.report_backlog AS
SELECT (day AT TIME ZONE :'zone')::date AS day, concurrency_at(backlog, interval_start(day + interval '36 h', '1 day', :'zone')) AS open
FROM (SELECT span_agg(plausible_span(opened_at, resolved_at)) AS backlog, min(opened_at) AS first, greatest(max(opened_at), max(resolved_at)) AS last
      FROM zammad_kpi.tickets) AS s,
  LATERAL (SELECT interval_start FROM split_span(CASE WHEN first IS NOT NULL THEN tstzrange(first, last, '[]') END, '1 day', :'zone')) AS days (day);
