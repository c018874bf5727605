-- Chatwoot: conversations, its reporting events, and its surveys.
--
--   psql -f examples/products/chatwoot.sql                       makes the tables, empty, and the views in chatwoot_kpi
--   psql -v tables=public -f ... chatwoot                        in Chatwoot's own database
--
-- Verified: the columns and the numbers behind status, content_type and sla_status in Chatwoot's schema and models
-- (applied_slas and sla_policy_id belong to its enterprise part).

-- Fresh: reports by the hour that are right at every moment and read fast (docs/rollup.md), here of the tables in schema chatwoot:
--   ALTER TABLE chatwoot.conversations ALTER created_at SET NOT NULL;
--   CREATE INDEX ON chatwoot.conversations (created_at);
--   CALL rollup_create('chatwoot_hourly', 'SELECT interval_start(opened_at, ''1 h'', ''UTC'') AS hour, queue,
--     count(*) AS tickets, duration_agg(first_response_at - opened_at) AS first_response, rate(first_response_met) AS met
--     FROM chatwoot_kpi.tickets GROUP BY 1, 2', bucket => 'hour');

\set ON_ERROR_STOP on
\if :{?zone} \else
\set zone UTC
\endif
\if :{?tables} \else
\set tables chatwoot
CREATE SCHEMA chatwoot;
CREATE TABLE chatwoot.inboxes (id int PRIMARY KEY, name text, working_hours_enabled boolean DEFAULT false);
CREATE TABLE chatwoot.conversations (
  id int PRIMARY KEY,
  inbox_id int,
  status int DEFAULT 0,  -- open, resolved, pending, snoozed
  assignee_id int,
  contact_id bigint,
  priority int,          -- low, medium, high, urgent
  first_reply_created_at timestamp,
  created_at timestamp
);
CREATE TABLE chatwoot.reporting_events (
  id bigint PRIMARY KEY,
  name text,
  value float8,
  value_in_business_hours float8,
  inbox_id int,
  user_id int,
  conversation_id int,
  event_end_time timestamp,
  created_at timestamp
);
CREATE TABLE chatwoot.messages (id int PRIMARY KEY, conversation_id int, content_type int DEFAULT 0, created_at timestamp);
CREATE TABLE chatwoot.csat_survey_responses (
  id bigint PRIMARY KEY,
  conversation_id bigint,
  rating int NOT NULL,
  assigned_agent_id bigint,
  created_at timestamp,
  message_id bigint
);
CREATE TABLE chatwoot.applied_slas (id bigint PRIMARY KEY, sla_policy_id bigint, conversation_id bigint, sla_status int DEFAULT 0);
\endif

CREATE SCHEMA chatwoot_kpi;

-- A conversation may be resolved more than once: the last time counts, and only while it is resolved now.
CREATE VIEW chatwoot_kpi.tickets AS
SELECT c.id::text AS ticket_id, i.name::text AS queue, assignee_id::text AS agent, c.contact_id::text AS customer,
  (ARRAY['low', 'medium', 'high', 'urgent'])[priority + 1] AS priority,
  c.created_at AT TIME ZONE 'UTC' AS opened_at,  -- Rails keeps UTC in columns without a zone
  c.first_reply_created_at AT TIME ZONE 'UTC' AS first_response_at,
  CASE WHEN c.status = 1 THEN r.last_at AT TIME ZONE 'UTC' END AS resolved_at,
  CASE WHEN r.times > 0 THEN r.times > 1 OR c.status <> 1 END AS reopened,
  NULL::boolean AS first_response_met,
  -- 1 hit, 2 missed, 3 active with misses: as good as missed; 0 active: not known yet
  CASE s.sla_status WHEN 1 THEN true WHEN 2 THEN false WHEN 3 THEN false END AS resolution_met,
  s.sla_policy_id
FROM :tables.conversations AS c
JOIN :tables.inboxes AS i ON i.id = c.inbox_id
LEFT JOIN (SELECT conversation_id, max(event_end_time) AS last_at, count(*) AS times FROM :tables.reporting_events
           WHERE name = 'conversation_resolved' GROUP BY conversation_id) AS r ON r.conversation_id = c.id
LEFT JOIN :tables.applied_slas AS s ON s.conversation_id = c.id;

-- Chatwoot asks by a message and keeps a row only for who answers: who was asked is in the messages (content_type 9).
CREATE VIEW chatwoot_kpi.surveys AS
SELECT c.id::text AS contact_id, i.name::text AS queue, coalesce(r.assigned_agent_id, c.assignee_id)::text AS agent,
  r.created_at AT TIME ZONE 'UTC' AS answered_at, NULL::smallint AS nps, plausible(r.rating, 1, 5)::smallint AS csat, NULL::smallint AS ces
FROM :tables.messages AS m
JOIN :tables.conversations AS c ON c.id = m.conversation_id
JOIN :tables.inboxes AS i ON i.id = c.inbox_id
LEFT JOIN :tables.csat_survey_responses AS r ON r.message_id = m.id
WHERE m.content_type = 9;

-- Seconds, by event; those in business hours are 0 in an inbox that has none: not known, not "at once".
CREATE VIEW chatwoot_kpi.events AS
SELECT e.name::text AS event, i.name::text AS queue, e.user_id::text AS agent, e.conversation_id, e.created_at AT TIME ZONE 'UTC' AS at,
  plausible(make_interval(secs => value), '0', '10000 days') AS took,
  CASE WHEN i.working_hours_enabled THEN plausible(make_interval(secs => value_in_business_hours), '0', '10000 days') END AS took_in_business_hours
FROM :tables.reporting_events AS e JOIN :tables.inboxes AS i ON i.id = e.inbox_id;

---------------------------------------------------------------------------------------------------------------------
-- The reports

-- Agents and inboxes. resolutions counts events, as Chatwoot does: resolved, opened again and resolved are two.
CREATE VIEW chatwoot_kpi.report_agents AS
SELECT queue, agent, count(*) FILTER (WHERE event = 'conversation_resolved') AS resolutions,
  seconds(average(duration_agg(took) FILTER (WHERE event = 'first_response'))) AS first_response_seconds,
  seconds(average(duration_agg(took) FILTER (WHERE event = 'reply_time'))) AS reply_seconds,
  seconds(average(duration_agg(took) FILTER (WHERE event = 'conversation_resolved'))) AS resolution_seconds,
  seconds(average(duration_agg(took_in_business_hours) FILTER (WHERE event = 'first_response'))) AS first_response_business_seconds,
  -- one that was forgotten moves the mean, not the median
  seconds(percentile(took, 0.5) FILTER (WHERE event = 'first_response')) AS first_response_median_seconds
FROM chatwoot_kpi.events WHERE agent IS NOT NULL GROUP BY GROUPING SETS ((queue, agent), (queue), ());

-- Conversations by inbox
CREATE VIEW chatwoot_kpi.report_inboxes AS
SELECT queue, count(*) AS conversations, count(resolved_at) AS resolved, count(*) FILTER (WHERE resolved_at IS NULL) AS open,
  percent(reopen_rate(reopened)) AS reopened, percent(sla_rate(resolution_met)) AS sla_hit
FROM chatwoot_kpi.tickets GROUP BY ROLLUP (queue);

-- CSAT: Chatwoot's satisfaction score is the share of 4 and 5
CREATE VIEW chatwoot_kpi.report_csat AS
SELECT queue, count(*) AS asked, count(csat) AS answered, percent(rate(csat IS NOT NULL)) AS response_rate, percent(csat(csat), 2) AS satisfaction_score,
  average(rating_agg(csat)) AS average, percent(wilson_low(proportion(rating_agg(csat), 4, 5))) AS satisfied_at_least
FROM chatwoot_kpi.surveys GROUP BY ROLLUP (queue);

-- Bot: solved by it, of all that it solved or handed over. Chatwoot's two bot rates may add up to more than 100 %; these cannot.
CREATE VIEW chatwoot_kpi.report_bot AS
SELECT queue, count(*) AS conversations, percent(containment_rate(NOT handed_over)) AS contained
FROM (SELECT queue, conversation_id, bool_or(event = 'conversation_bot_handoff') AS handed_over FROM chatwoot_kpi.events
      WHERE event IN ('conversation_bot_handoff', 'conversation_bot_resolved') GROUP BY queue, conversation_id) AS s
GROUP BY queue;
