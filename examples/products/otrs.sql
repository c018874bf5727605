-- OTRS and Znuny: tickets, their history and articles.
--
--   psql -f examples/products/otrs.sql                           makes the tables, empty, and the views in otrs_kpi
--   psql -v tables=public -v zone=Europe/Berlin -f ... otrs      in the system's own database
--
-- zone: times are kept in the system's "OTRSTimeZone" (Znuny and OTRS 6: UTC unless set), without a zone; say here which.
-- Verified: the columns in the PostgreSQL schema of Znuny and OTRS, the types of history in its initial data.
-- From memory: that user 1 (root@localhost) is nobody.

-- Fresh: reports by the hour that are right at every moment and read fast (docs/rollup.md), here of the tables in schema otrs:
--   ALTER TABLE otrs.ticket ALTER create_time SET NOT NULL;
--   CREATE INDEX ON otrs.ticket (create_time);
--   CALL rollup_create('otrs_hourly', 'SELECT interval_start(opened_at, ''1 h'', ''UTC'') AS hour, queue,
--     count(*) AS tickets, duration_agg(first_response_at - opened_at) AS first_response
--     FROM otrs_kpi.tickets GROUP BY 1, 2', bucket => 'hour');
-- What depends on the clock, such as first_response_met of tickets that wait, is refused there: ask it of the view.

\set ON_ERROR_STOP on
\if :{?zone} \else
\set zone UTC
\endif
\if :{?tables} \else
\set tables otrs
CREATE SCHEMA otrs;
CREATE TABLE otrs.queue (id int PRIMARY KEY, name text);
CREATE TABLE otrs.ticket_priority (id int PRIMARY KEY, name text);
CREATE TABLE otrs.ticket_state_type (id int PRIMARY KEY, name text);
CREATE TABLE otrs.ticket_state (id int PRIMARY KEY, name text, type_id int);
CREATE TABLE otrs.ticket_history_type (id int PRIMARY KEY, name text);
CREATE TABLE otrs.article_sender_type (id int PRIMARY KEY, name text);
CREATE TABLE otrs.ticket (
  id bigint PRIMARY KEY,
  tn text,
  queue_id int,
  user_id int,
  ticket_priority_id int,
  ticket_state_id int,
  customer_id text,
  escalation_response_time int NOT NULL DEFAULT 0,
  escalation_solution_time int NOT NULL DEFAULT 0,
  create_time timestamp
);
CREATE TABLE otrs.ticket_history (id bigint PRIMARY KEY, ticket_id bigint, history_type_id int, state_id int, create_time timestamp);
CREATE TABLE otrs.article (
  id bigint PRIMARY KEY,
  ticket_id bigint,
  article_sender_type_id int,
  is_visible_for_customer int,
  create_time timestamp
);
\endif

CREATE SCHEMA otrs_kpi;

-- How long in which state: from each change of state to the next. Only these types of history change it.
CREATE VIEW otrs_kpi.state_spans AS
SELECT h.ticket_id::text AS ticket_id, s.name::text AS state, k.name::text AS state_type,
  plausible_span(h.create_time AT TIME ZONE :'zone', lead(h.create_time) OVER (PARTITION BY h.ticket_id ORDER BY h.create_time, h.id) AT TIME ZONE :'zone') AS span
FROM :tables.ticket_history AS h
JOIN :tables.ticket_history_type AS y ON y.id = h.history_type_id AND y.name IN ('NewTicket', 'StateUpdate')
JOIN :tables.ticket_state AS s ON s.id = h.state_id
JOIN :tables.ticket_state_type AS k ON k.id = s.type_id;

-- escalation_*_time is the next deadline as seconds since 1970, and 0 where nothing is due any more: met or not, it is
-- gone once it is answered. So only what is overdue now can be told from it. Merged tickets go on in another one.
CREATE VIEW otrs_kpi.tickets AS
SELECT t.id::text AS ticket_id, q.name::text AS queue, nullif(t.user_id, 1)::text AS agent, t.customer_id::text AS customer, p.name::text AS priority,
  t.create_time AT TIME ZONE :'zone' AS opened_at, f.first_at AS first_response_at,
  CASE WHEN k.name = 'closed' THEN c.closed_at END AS resolved_at,
  CASE WHEN c.closed_at IS NOT NULL THEN c.reopened END AS reopened,
  CASE WHEN f.first_at IS NULL AND to_timestamp(nullif(t.escalation_response_time, 0)) < now() THEN false END AS first_response_met,
  CASE WHEN k.name <> 'closed' AND to_timestamp(nullif(t.escalation_solution_time, 0)) < now() THEN false END AS resolution_met
FROM :tables.ticket AS t
JOIN :tables.queue AS q ON q.id = t.queue_id
JOIN :tables.ticket_priority AS p ON p.id = t.ticket_priority_id
JOIN :tables.ticket_state AS s ON s.id = t.ticket_state_id
JOIN :tables.ticket_state_type AS k ON k.id = s.type_id
-- the first answer: of an agent, and seen by the customer; notes and automatic replies are none
LEFT JOIN (SELECT a.ticket_id, min(a.create_time) AT TIME ZONE :'zone' AS first_at FROM :tables.article AS a
           JOIN :tables.article_sender_type AS y ON y.id = a.article_sender_type_id AND y.name = 'agent'
           WHERE a.is_visible_for_customer = 1 GROUP BY a.ticket_id) AS f ON f.ticket_id = t.id
-- several states may be of the type "closed": from one to the other is no new solution
LEFT JOIN (SELECT ticket_id, max(lower(span)) FILTER (WHERE state_type = 'closed' AND before IS DISTINCT FROM 'closed') AS closed_at,
             bool_or(state_type NOT IN ('closed', 'merged', 'removed') AND before = 'closed') AS reopened
           FROM (SELECT *, lag(state_type) OVER (PARTITION BY ticket_id ORDER BY span) AS before FROM otrs_kpi.state_spans) AS s
           GROUP BY ticket_id) AS c ON c.ticket_id = t.id::text
WHERE k.name NOT IN ('merged', 'removed');

---------------------------------------------------------------------------------------------------------------------
-- The reports

-- Solution and response times by queue
CREATE VIEW otrs_kpi.report_queues AS
SELECT queue, created, closed, percent(reopened) AS reopened, seconds(average(r)) AS response_seconds, seconds(longest(r)) AS response_longest_seconds,
  seconds(average(s)) AS solution_seconds, seconds(shortest(s)) AS solution_shortest_seconds, seconds(longest(s)) AS solution_longest_seconds
FROM (
  SELECT queue, count(*) AS created, count(resolved_at) AS closed, reopen_rate(reopened) AS reopened,
    duration_agg(plausible(first_response_at - opened_at, '0', '10000 days')) AS r, duration_agg(plausible(resolved_at - opened_at, '0', '10000 days')) AS s
  FROM otrs_kpi.tickets GROUP BY ROLLUP (queue)
) AS t;

-- Solution time without the customer's time: the states that wait for somebody else are not ours
CREATE VIEW otrs_kpi.report_whose_time AS
SELECT ticket_id, queue, seconds(covered(ours)) AS our_seconds, seconds(covered(others)) AS pending_seconds,
  percent(utilization(ours, unsolved)) AS ours
FROM (
  SELECT ticket_id, queue, span_agg(span) FILTER (WHERE state_type IN ('new', 'open')) AS ours,
    span_agg(span) FILTER (WHERE state_type LIKE 'pending%') AS others, span_agg(span) FILTER (WHERE state_type <> 'closed') AS unsolved
  FROM otrs_kpi.tickets JOIN otrs_kpi.state_spans USING (ticket_id)
  WHERE resolved_at IS NOT NULL AND NOT upper_inf(span) GROUP BY ticket_id, queue
) AS s;

-- Escalated now
CREATE VIEW otrs_kpi.report_escalated AS
SELECT queue, count(*) FILTER (WHERE resolved_at IS NULL) AS open, count(*) FILTER (WHERE NOT first_response_met) AS response_overdue,
  count(*) FILTER (WHERE NOT resolution_met) AS solution_overdue
FROM otrs_kpi.tickets GROUP BY queue;
