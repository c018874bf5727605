-- Amazon Connect: contact records, as they arrive in Kinesis or S3: one JSON object each.
--
--   psql -f examples/products/amazon_connect.sql                 makes the table, empty, and the views in amazon_connect_kpi
--   \copy amazon_connect.contact_records from records.json with (format csv, quote e'\x01', delimiter e'\x02')  one object a line
--   psql -v tables=public -v zone=America/New_York -f ...        the table is there already, in schema public
--
-- Verified: the fields in Amazon's data model of contact records, the metrics in its definitions.
-- What agents did between contacts is not in them, but in the stream of agent events.

-- Fresh: a materialized view over amazon_connect_kpi.contacts, refreshed by the clock (docs/summaries.md). A rollup (docs/rollup.md) is refused, since
-- a contact's time stands in a document, as a text, and what such a text means depends on the session.

\set ON_ERROR_STOP on
\if :{?zone} \else
\set zone UTC
\endif
\if :{?tables} \else
\set tables amazon_connect
CREATE SCHEMA amazon_connect;
CREATE TABLE amazon_connect.contact_records (record jsonb NOT NULL);
\endif

CREATE SCHEMA amazon_connect_kpi;

-- A record is delivered at least once, and again when it changes: only the newest of each contact counts.
CREATE VIEW amazon_connect_kpi.records AS
SELECT DISTINCT ON (record->>'ContactId') record->>'ContactId' AS contact_id, record AS r,
  nullif(record->'Queue', 'null') AS q, nullif(record->'Agent', 'null') AS a
FROM :tables.contact_records
ORDER BY record->>'ContactId', nullif(record->>'LastUpdateTimestamp', '')::timestamptz DESC NULLS LAST;

-- One row a contact that was queued: outbound calls have a queue too, but never waited in it.
-- A callback's Duration holds the delay for which the customer asked: only the time in the queue is a wait.
-- Who left the queue for a callback or another queue has a next contact, and no agent.
CREATE VIEW amazon_connect_kpi.contacts AS
SELECT contact_id, q->>'Name' AS queue, lower(r->>'Channel') AS channel, r#>>'{CustomerEndpoint,Address}' AS customer,
  nullif(q->>'EnqueueTimestamp', '')::timestamptz AS arrived_at,
  plausible(CASE r->>'InitiationMethod' WHEN 'CALLBACK' THEN nullif(q->>'DequeueTimestamp', '')::timestamptz - nullif(q->>'EnqueueTimestamp', '')::timestamptz
    ELSE make_interval(secs => nullif(q->>'Duration', '')::float8) END, '0', '1 day') AS wait,
  a IS NOT NULL AS answered, a IS NULL AND r->>'NextContactId' IS NOT NULL AS flowed_out, a->>'Username' AS agent,
  plausible(make_interval(secs => nullif(a->>'AgentInteractionDuration', '')::float8), '0', '1 day') AS talk,
  -- 0 in a contact that was never on hold: the average over those on hold must not count it
  plausible(make_interval(secs => nullif(nullif(a->>'CustomerHoldDuration', '')::float8, 0)), '0', '1 day') AS hold,
  plausible(make_interval(secs => nullif(a->>'AfterContactWorkDuration', '')::float8), '0', '1 day') AS wrap,
  CASE WHEN a IS NOT NULL THEN r->>'TransferCompletedTimestamp' IS NOT NULL END AS transferred, NULL::boolean AS resolved,
  r->>'InitiationMethod' AS method, greatest(nullif(r->>'AgentConnectionAttempts', '')::int, (a IS NOT NULL)::int) AS attempts
FROM amazon_connect_kpi.records WHERE q->>'EnqueueTimestamp' <> '';

-- The target: Connect shows the service level for any number of seconds.
CREATE VIEW amazon_connect_kpi.queues AS
SELECT DISTINCT queue, interval '20 s' AS threshold, NULL::interval AS short_abandon FROM amazon_connect_kpi.contacts;

CREATE VIEW amazon_connect_kpi.agent_spans AS
SELECT a->>'Username' AS agent, 'handling'::text AS state,
  plausible_span(nullif(a->>'ConnectedToAgentTimestamp', '')::timestamptz,
    coalesce(nullif(a->>'AfterContactWorkEndTimestamp', ''), nullif(r->>'DisconnectTimestamp', ''))::timestamptz, '1 day') AS span
FROM amazon_connect_kpi.records WHERE a->>'ConnectedToAgentTimestamp' <> '';

---------------------------------------------------------------------------------------------------------------------
-- The reports: historical metrics

-- Queues. Connect's service level counts who left the queue in time for whatever reason: answered, given up, called back.
CREATE VIEW amazon_connect_kpi.report_queues AS
SELECT queue, offered AS contacts_queued, answered AS contacts_handled, abandoned AS contacts_abandoned, flowed_out AS callbacks_and_transfers,
  percent(service_level(q, 'abandons_met, flowouts_met')) AS service_level_20, percent(abandonment_rate) AS abandonment_rate,
  asa_seconds AS average_queue_answer_time, average_time_to_abandon_seconds AS average_queue_abandon_time, longest_wait_seconds AS maximum_queued_time,
  aht_seconds AS average_handle_time, average_talk_seconds AS average_agent_interaction_time, average_hold_when_held_seconds AS average_customer_hold_time,
  average_hold_seconds AS average_customer_hold_time_all_contacts, average_wrap_seconds AS average_after_contact_work_time,
  percent(transferred) AS transferred_out, callbacks AS callback_contacts_handled,
  percent(agent_answer_rate) AS agent_answer_rate
FROM (
  SELECT queue, queue_agg(wait, threshold, answered, short_abandon, flowed_out) AS q, handle_agg(talk, hold, wrap) AS h, transfer_rate(transferred) AS transferred,
    count(*) FILTER (WHERE answered AND method = 'CALLBACK') AS callbacks,
    rate(answered::int, attempts) AS agent_answer_rate  -- offers taken, of all that were made
  FROM amazon_connect_kpi.contacts JOIN amazon_connect_kpi.queues USING (queue) GROUP BY queue
) AS s, queue_kpis(q), handle_kpis(h);

-- Service level at several targets
CREATE VIEW amazon_connect_kpi.report_service_levels AS
SELECT queue, target, percent(service_level(queue_agg(wait, make_interval(secs => target), answered, NULL, flowed_out), 'abandons_met, flowouts_met')) AS service_level
FROM amazon_connect_kpi.contacts, unnest('{15, 20, 30, 60}'::int[]) AS t (target) GROUP BY queue, target;

-- Agents: contacts at the same time (chats) count once in the time on contact
-- What has no end yet counts until the last moment that is known.
CREATE VIEW amazon_connect_kpi.report_agents AS
SELECT agent, handled AS contacts_handled, aht_seconds AS average_handle_time, average_wrap_seconds AS average_after_contact_work_time,
  seconds(covered(s)) AS agent_on_contact_time, peak_concurrency(s) AS contacts_at_once
FROM (SELECT agent, handle_agg(talk, hold, wrap) AS h FROM amazon_connect_kpi.contacts WHERE answered GROUP BY agent) AS c
JOIN (SELECT agent, span_agg(span * tstzrange(NULL, until)) AS s
      FROM amazon_connect_kpi.agent_spans, (SELECT max(coalesce(upper(span), lower(span))) AS until FROM amazon_connect_kpi.agent_spans) AS log GROUP BY agent) AS t USING (agent), handle_kpis(h);
