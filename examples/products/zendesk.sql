-- Zendesk: tickets, their metrics and satisfaction ratings, as the API exports them.
--
--   psql -f examples/products/zendesk.sql                        makes the tables, empty, and the views in zendesk_kpi
--   psql -v tables=public -v zone=America/New_York -f ...        the tables are there already, in schema public
--
-- From /api/v2/incremental/tickets, /api/v2/ticket_metrics, /api/v2/satisfaction_ratings and /api/v2/groups. Loaders that
-- flatten JSON call the two values of a duration by another name: adapt minutes() below, nothing else.
-- Verified: the fields in Zendesk's reference of its API. Chat and voice (Zendesk Talk) are not read here.

-- Fresh: reports by the hour that are right at every moment and read fast (docs/rollup.md), here of the tables in schema zendesk:
--   ALTER TABLE zendesk.tickets ALTER created_at SET NOT NULL;
--   CREATE INDEX ON zendesk.tickets (created_at);
--   CALL rollup_create('zendesk_hourly', 'SELECT interval_start(opened_at, ''1 h'', ''UTC'') AS hour, queue,
--     count(*) AS tickets, rate(reopened) AS reopened
--     FROM zendesk_kpi.tickets GROUP BY 1, 2', bucket => 'hour');
-- first_response_at is refused there: a moment plus an interval depends on the session's time zone. Ask it of the view.

\set ON_ERROR_STOP on
\if :{?zone} \else
\set zone UTC
\endif
\if :{?tables} \else
\set tables zendesk
CREATE SCHEMA zendesk;
CREATE TABLE zendesk.groups (id bigint PRIMARY KEY, name text);
CREATE TABLE zendesk.tickets (
  id bigint PRIMARY KEY,
  group_id bigint,
  assignee_id bigint,
  requester_id bigint,
  priority text,
  status text,  -- new, open, pending, hold, solved, closed, deleted
  created_at timestamptz
);
CREATE TABLE zendesk.ticket_metrics (
  id bigint PRIMARY KEY,
  ticket_id bigint,
  reopens int,
  replies int,
  solved_at timestamptz,
  reply_time_in_minutes jsonb,  -- {"calendar": 12, "business": 0}
  full_resolution_time_in_minutes jsonb,
  requester_wait_time_in_minutes jsonb,
  on_hold_time_in_minutes jsonb
);
CREATE TABLE zendesk.satisfaction_ratings (
  id bigint PRIMARY KEY,
  ticket_id bigint,
  group_id bigint,
  assignee_id bigint,
  score text,  -- good, bad, offered, unoffered
  updated_at timestamptz
);
\endif

CREATE SCHEMA zendesk_kpi;

-- Empty text and less than nothing are no durations.
CREATE FUNCTION zendesk_kpi.minutes(durations jsonb, clock text) RETURNS int LANGUAGE sql IMMUTABLE
RETURN plausible(nullif(durations->>clock, '')::int, 0, 14400000);

-- Durations are whole minutes, and NULL until the thing has happened. reply_time is the first public reply of an agent.
-- A ticket that is opened again keeps its solved_at: only the status tells.
CREATE VIEW zendesk_kpi.tickets AS
SELECT t.id::text AS ticket_id, g.name::text AS queue, t.assignee_id::text AS agent, t.requester_id::text AS customer, t.priority::text AS priority,
  t.created_at AS opened_at, t.created_at + make_interval(mins => zendesk_kpi.minutes(m.reply_time_in_minutes, 'calendar')) AS first_response_at,
  CASE WHEN t.status IN ('solved', 'closed') THEN m.solved_at END AS resolved_at,
  CASE WHEN m.solved_at IS NOT NULL THEN m.reopens > 0 END AS reopened, NULL::boolean AS first_response_met, NULL::boolean AS resolution_met,
  m.replies, zendesk_kpi.minutes(m.reply_time_in_minutes, 'calendar') AS reply_minutes, zendesk_kpi.minutes(m.reply_time_in_minutes, 'business') AS reply_business_minutes,
  CASE WHEN t.status IN ('solved', 'closed') THEN zendesk_kpi.minutes(m.full_resolution_time_in_minutes, 'calendar') END AS full_resolution_minutes,
  zendesk_kpi.minutes(m.requester_wait_time_in_minutes, 'calendar') AS requester_wait_minutes
FROM :tables.tickets AS t
LEFT JOIN :tables.ticket_metrics AS m ON m.ticket_id = t.id
LEFT JOIN :tables.groups AS g ON g.id = t.group_id
WHERE t.status <> 'deleted';

-- Good or bad: written here as 5 and 1 of 5, so that the share of 4 and 5 is Zendesk's own satisfaction score. Offered is
-- a question without an answer, unoffered no question at all.
CREATE VIEW zendesk_kpi.surveys AS
SELECT r.ticket_id::text AS contact_id, g.name::text AS queue, r.assignee_id::text AS agent, CASE WHEN r.score IN ('good', 'bad') THEN r.updated_at END AS answered_at,
  NULL::smallint AS nps, CASE r.score WHEN 'good' THEN 5 WHEN 'bad' THEN 1 END::smallint AS csat, NULL::smallint AS ces
FROM :tables.satisfaction_ratings AS r LEFT JOIN :tables.groups AS g ON g.id = r.group_id
WHERE r.score <> 'unoffered';

---------------------------------------------------------------------------------------------------------------------
-- The reports

-- Explore's ticket metrics. Medians in minutes: numbers come back in the unit in which they went in.
-- One touch: solved with less than two replies.
CREATE VIEW zendesk_kpi.report_groups AS
SELECT queue, count(*) AS created, count(resolved_at) AS solved, count(*) FILTER (WHERE resolved_at IS NULL) AS unsolved,
  percent(rate(replies < 2) FILTER (WHERE resolved_at IS NOT NULL)) AS one_touch, percent(reopen_rate(reopened)) AS reopened,
  percentile(plausible(reply_minutes, 0, 14400000), 0.5) AS first_reply_median_minutes,
  percentile(plausible(reply_business_minutes, 0, 14400000), 0.5) AS first_reply_median_business_minutes,
  percentile(plausible(full_resolution_minutes, 0, 14400000), 0.5) AS full_resolution_median_minutes,
  avg(requester_wait_minutes)::float8 AS requester_wait_average_minutes
FROM zendesk_kpi.tickets GROUP BY ROLLUP (queue);

CREATE VIEW zendesk_kpi.report_satisfaction AS
SELECT queue, count(*) AS offered, count(csat) AS rated, percent(rate(csat IS NOT NULL)) AS response_rate, count(*) FILTER (WHERE csat = 5) AS good,
  percent(csat(csat)) AS satisfaction_score
FROM zendesk_kpi.surveys GROUP BY ROLLUP (queue);
