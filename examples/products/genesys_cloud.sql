-- Genesys Cloud: conversation details, as its analytics API exports them: one JSON object a conversation.
--
--   psql -f examples/products/genesys_cloud.sql                  makes the tables, empty, and the views in genesys_cloud_kpi
--   psql -v tables=public -v zone=America/New_York -f ...        the tables are there already, in schema public
--
-- Fill conversations with the elements of "conversations" of /api/v2/analytics/conversations/details; queues with the
-- names from /api/v2/routing/queues, or leave it empty: then a queue shows as its id.
-- Verified: the shape (participants, sessions, segments, metrics) in Genesys' own examples, the names of the metrics in
-- its API, what counts as offered, answered, abandoned and flowed out in its metric definitions.
-- From memory, not verified: at which session each metric stands (the view takes it from wherever it stands).
-- What agents did between conversations is in another export (user details), which is not read here.

-- Fresh: a materialized view over genesys_cloud_kpi.contacts, refreshed by the clock (docs/summaries.md). A rollup (docs/rollup.md) is refused, since
-- its times stand in documents, as texts, and a document that was read twice counts once.

\set ON_ERROR_STOP on
\if :{?zone} \else
\set zone UTC
\endif
\if :{?tables} \else
\set tables genesys_cloud
CREATE SCHEMA genesys_cloud;
CREATE TABLE genesys_cloud.conversations (conversation jsonb NOT NULL);
CREATE TABLE genesys_cloud.queues (id text PRIMARY KEY, name text);
\endif

CREATE SCHEMA genesys_cloud_kpi;

-- The target stands in the queue's settings.
CREATE VIEW genesys_cloud_kpi.queues AS
SELECT coalesce(n.name, g.id) AS queue, interval '20 s' AS threshold, interval '5 s' AS short_abandon
FROM (SELECT DISTINCT g->>'queueId' AS id FROM :tables.conversations, jsonb_path_query(conversation, '$.participants[*].sessions[*].segments[*]') AS g) AS g
LEFT JOIN :tables.queues AS n USING (id) WHERE g.id IS NOT NULL;

-- One row a metric. An export may hold a conversation twice, first unfinished: the one that ended counts.
CREATE VIEW genesys_cloud_kpi.metrics AS
SELECT c.id AS conversation_id, s->>'mediaType' AS channel, coalesce(n.name, q.id) AS queue, p->>'userId' AS agent, s->>'sessionId' AS session_id,
  m->>'name' AS name, nullif(m->>'emitDate', '')::timestamptz AS at, plausible(nullif(m->>'value', '')::bigint, 0, 86400000) AS value  -- milliseconds, or a count
FROM (SELECT DISTINCT ON (conversation->>'conversationId') conversation->>'conversationId' AS id, conversation AS c FROM :tables.conversations
      ORDER BY conversation->>'conversationId', conversation->>'conversationEnd' DESC NULLS LAST) AS c,
  jsonb_array_elements(c.c->'participants') AS p, jsonb_array_elements(p->'sessions') AS s,
  jsonb_array_elements(s->'metrics') AS m,
  LATERAL (SELECT g->>'queueId' AS id FROM jsonb_array_elements(s->'segments') WITH ORDINALITY AS e (g, n)
           WHERE g->>'queueId' IS NOT NULL ORDER BY n DESC LIMIT 1) AS q
LEFT JOIN :tables.queues AS n ON n.id = q.id;

-- One row a time that a conversation was offered to a queue: a transfer back to the same queue is a second offer, with
-- metrics of its own. The conversation alone is no key, and neither is conversation and queue.
CREATE VIEW genesys_cloud_kpi.contacts AS
WITH offers AS (
  SELECT *, count(*) FILTER (WHERE name = 'nOffered') OVER (PARTITION BY conversation_id, queue ORDER BY at, name <> 'nOffered') AS offer
  FROM genesys_cloud_kpi.metrics
), outcomes AS (
  SELECT conversation_id, queue, offer, min(channel) AS channel, min(at) FILTER (WHERE name = 'nOffered') AS arrived_at,
    min(value) FILTER (WHERE name = 'tAnswered') AS answered, min(value) FILTER (WHERE name = 'tAbandon') AS abandoned, min(value) FILTER (WHERE name = 'tFlowOut') AS flowed_out,
    -- whether it happened, though its time cannot be
    bool_or(name = 'tAnswered') AS was_answered, bool_or(name = 'tAbandon') AS was_abandoned, bool_or(name = 'tFlowOut') AS was_sent_on,
    min(agent) FILTER (WHERE name = 'tAnswered') AS agent,
    sum(value) FILTER (WHERE name = 'tTalkComplete') AS talk, sum(value) FILTER (WHERE name = 'tHeldComplete') AS hold, sum(value) FILTER (WHERE name = 'tAcw') AS wrap,
    count(*) FILTER (WHERE name = 'nTransferred') AS transferred, count(*) FILTER (WHERE name = 'nBlindTransferred') AS blind, count(*) FILTER (WHERE name = 'nConsultTransferred') AS consult
  FROM offers WHERE offer > 0 GROUP BY conversation_id, queue, offer
)
SELECT concat_ws('/', conversation_id, queue, offer) AS contact_id, queue, channel, NULL::text AS customer, arrived_at,
  coalesce(answered, abandoned, flowed_out) * interval '1 ms' AS wait,
  CASE WHEN was_answered THEN true WHEN was_abandoned OR was_sent_on THEN false END AS answered,
  NOT was_answered AND was_sent_on AS flowed_out, agent,
  CASE WHEN was_answered THEN talk * interval '1 ms' END AS talk, hold * interval '1 ms' AS hold, wrap * interval '1 ms' AS wrap,
  CASE WHEN was_answered THEN transferred > 0 END AS transferred, NULL::boolean AS resolved,
  CASE WHEN was_answered THEN blind > 0 END AS blind, CASE WHEN was_answered THEN consult > 0 END AS consult
FROM outcomes;

-- Each alerting of an agent. With several agents alerted, one conversation makes a row for each.
CREATE VIEW genesys_cloud_kpi.offers AS
SELECT conversation_id, queue, agent, bool_or(name = 'tAnswered') AS taken
FROM genesys_cloud_kpi.metrics WHERE agent IS NOT NULL AND name IN ('tAlert', 'tAnswered', 'tNotResponding')
GROUP BY conversation_id, queue, agent, session_id;

-- With the customer, on hold, wrapping up. Chats overlap.
CREATE VIEW genesys_cloud_kpi.agent_spans AS
SELECT p->>'userId' AS agent, 'handling'::text AS state, plausible_span(nullif(g->>'segmentStart', '')::timestamptz, nullif(g->>'segmentEnd', '')::timestamptz, '1 day') AS span
FROM (SELECT DISTINCT ON (conversation->>'conversationId') conversation AS c FROM :tables.conversations
      ORDER BY conversation->>'conversationId', conversation->>'conversationEnd' DESC NULLS LAST) AS c,
  jsonb_array_elements(c->'participants') AS p, jsonb_array_elements(p->'sessions') AS s, jsonb_array_elements(s->'segments') AS g
WHERE p->>'purpose' = 'agent' AND g->>'segmentType' IN ('interact', 'hold', 'wrapup');

---------------------------------------------------------------------------------------------------------------------
-- The reports

-- Queues performance. service_level is Genesys' own: flow-outs are in neither number. The second leaves out short abandons
-- too, an option of the queue. (Genesys counts an answer in the interval of the answer; here all belongs to the arrival.)
CREATE VIEW genesys_cloud_kpi.report_queues AS
SELECT queue, offered, answered, abandoned, flowed_out, percent(answer_rate) AS answer_share, percent(abandonment_rate) AS abandon_share,
  percent(service_level(q, 'flowouts_excluded')) AS service_level, percent(service_level(q, 'flowouts_excluded, short_excluded')) AS service_level_without_short,
  asa_seconds, average_time_to_abandon_seconds, average_talk_seconds, average_hold_when_held_seconds AS average_hold_seconds, average_wrap_seconds AS average_acw_seconds, aht_seconds AS average_handle_seconds,
  percent(transferred) AS transferred, percent(blind) AS blind, percent(consult) AS consult
FROM (
  SELECT queue, queue_agg(wait, threshold, answered, short_abandon, flowed_out) AS q, handle_agg(talk, hold, wrap) AS h, transfer_rate(transferred) AS transferred, rate(blind) AS blind, rate(consult) AS consult
  FROM genesys_cloud_kpi.contacts JOIN genesys_cloud_kpi.queues USING (queue) GROUP BY queue
) AS s, queue_kpis(q), handle_kpis(h);

-- Abandon intervals
CREATE VIEW genesys_cloud_kpi.report_abandon_intervals AS
SELECT queue, within, n AS abandoned
FROM (SELECT queue, histogram(duration_agg(wait) FILTER (WHERE NOT answered AND NOT flowed_out), '{5 s, 10 s, 30 s}') AS counts FROM genesys_cloud_kpi.contacts GROUP BY queue) AS s,
  unnest('{5 s, 10 s, 30 s, more}'::text[], counts) AS b (within, n);

-- Agents performance
-- What has no end yet counts until the last moment that is known.
CREATE VIEW genesys_cloud_kpi.report_agents AS
SELECT agent, alerted, answered, not_responding, percent(answered_share) AS answered_share, aht_seconds AS average_handle_seconds,
  seconds(covered(s)) AS interacting_seconds, peak_concurrency(s) AS at_once
FROM (SELECT agent, count(*) AS alerted, count(*) FILTER (WHERE taken) AS answered, count(*) FILTER (WHERE NOT taken) AS not_responding, rate(taken) AS answered_share
      FROM genesys_cloud_kpi.offers GROUP BY agent) AS o
LEFT JOIN (SELECT agent, handle_agg(talk, hold, wrap) AS h FROM genesys_cloud_kpi.contacts WHERE answered GROUP BY agent) AS c USING (agent)
LEFT JOIN (SELECT agent, span_agg(span * tstzrange(NULL, until)) AS s
      FROM genesys_cloud_kpi.agent_spans, (SELECT max(coalesce(upper(span), lower(span))) AS until FROM genesys_cloud_kpi.agent_spans) AS log GROUP BY agent) AS t USING (agent)
LEFT JOIN LATERAL handle_kpis(h) ON true;
