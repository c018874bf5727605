-- FusionPBX: the call detail records of FreeSWITCH's mod_callcenter (v_xml_cdr).
--
--   psql -f examples/products/fusionpbx.sql                      makes the table, empty, and the views in fusionpbx_kpi
--   psql -v tables=public -v zone=America/Denver -f ... fusionpbx   in FusionPBX's own database
--
-- Verified: the columns in FusionPBX's xml_cdr application, the causes in FreeSWITCH's mod_callcenter.
-- A call that passes two queues keeps the variables of the last one: the first is in no record.

-- Fresh: a materialized view over fusionpbx_kpi.contacts, refreshed by the clock (docs/summaries.md). A rollup (docs/rollup.md) is refused, since
-- its time is the first of several columns that is filled.

\set ON_ERROR_STOP on
\if :{?zone} \else
\set zone UTC
\endif
\if :{?tables} \else
\set tables fusionpbx
CREATE SCHEMA fusionpbx;
CREATE TABLE fusionpbx.v_xml_cdr (
  xml_cdr_uuid uuid PRIMARY KEY,
  caller_id_number text,
  start_epoch numeric,
  answer_epoch numeric,
  end_epoch numeric,
  hold_accum_seconds numeric,
  hangup_cause text,
  cc_side text,
  cc_queue text,
  cc_agent text,
  cc_queue_joined_epoch numeric,
  cc_queue_answered_epoch numeric,
  cc_queue_terminated_epoch numeric,
  cc_queue_canceled_epoch numeric,
  cc_cancel_reason text
);
\endif

CREATE SCHEMA fusionpbx_kpi;

-- The target: mod_callcenter has none.
CREATE VIEW fusionpbx_kpi.queues AS
SELECT DISTINCT cc_queue AS queue, interval '20 s' AS threshold, interval '5 s' AS short_abandon
FROM :tables.v_xml_cdr WHERE cc_queue IS NOT NULL;

-- One call has a record of the member (the caller) and one for every agent that was rung: only the member's is the call.
-- An epoch that did not happen is NULL, or 0 where FreeSWITCH wrote it.
CREATE VIEW fusionpbx_kpi.contacts AS
SELECT xml_cdr_uuid::text AS contact_id, cc_queue AS queue, 'voice'::text AS channel,
  nullif(caller_id_number, 'anonymous') AS customer,  -- or all who withhold their number are one customer
  to_timestamp(joined) AS arrived_at,
  plausible(make_interval(secs => (coalesce(answered_at, canceled_at, end_epoch) - joined)::float8), '0', '1 day') AS wait,
  CASE WHEN answered_at IS NOT NULL THEN true WHEN coalesce(canceled_at, end_epoch) IS NOT NULL THEN false END AS answered,
  -- BREAK_OUT: the caller hung up. The others were sent on.
  coalesce(cc_cancel_reason IN ('TIMEOUT', 'NO_AGENT_TIMEOUT', 'EXIT_WITH_KEY'), false) AND answered_at IS NULL AS flowed_out,
  CASE WHEN answered_at IS NOT NULL THEN cc_agent END AS agent,
  -- the time with the agent holds the time on hold
  CASE WHEN with_agent >= 0 THEN plausible(make_interval(secs => (with_agent - least(held, with_agent))::float8), '0', '1 day') END AS talk,
  CASE WHEN answered_at IS NOT NULL AND held > 0 THEN plausible(make_interval(secs => held::float8), '0', '1 day') END AS hold,
  NULL::interval AS wrap, NULL::boolean AS transferred, NULL::boolean AS resolved
FROM :tables.v_xml_cdr, LATERAL (SELECT nullif(cc_queue_joined_epoch, 0), nullif(cc_queue_answered_epoch, 0), nullif(cc_queue_terminated_epoch, 0),
  nullif(cc_queue_canceled_epoch, 0), greatest(hold_accum_seconds, 0)) AS e (joined, answered_at, terminated_at, canceled_at, held),
  LATERAL (SELECT coalesce(terminated_at, end_epoch) - answered_at) AS t (with_agent)
WHERE cc_side = 'member' AND cc_queue IS NOT NULL AND joined IS NOT NULL;

-- Each ringing of an agent. Who lost the race to a colleague, or whose caller hung up meanwhile, missed nothing.
CREATE VIEW fusionpbx_kpi.offers AS
SELECT to_timestamp(start_epoch) AS at, cc_queue AS queue, cc_agent AS agent,
  CASE WHEN answer_epoch > 0 THEN true WHEN hangup_cause NOT IN ('LOSE_RACE', 'ORIGINATOR_CANCEL') THEN false END AS taken
FROM :tables.v_xml_cdr WHERE cc_side = 'agent';

-- Only the calls: the log-ins of agents are not in the database.
CREATE VIEW fusionpbx_kpi.agent_spans AS
SELECT agent, 'handling'::text AS state, plausible_span(arrived_at + wait, arrived_at + wait + talk + coalesce(hold, '0')) AS span
FROM fusionpbx_kpi.contacts WHERE answered AND talk IS NOT NULL;

---------------------------------------------------------------------------------------------------------------------
-- The reports

CREATE VIEW fusionpbx_kpi.report_queues AS
SELECT queue, offered, answered, abandoned, abandoned_short, flowed_out AS timed_out, percent(service_level(q, 'flowouts_excluded, short_excluded')) AS service_level,
  percent(answer_rate) AS answered_rate, asa_seconds, average_time_to_abandon_seconds, aht_seconds
FROM (
  SELECT queue, queue_agg(wait, threshold, answered, short_abandon, flowed_out) AS q, handle_agg(talk, hold, wrap) AS h
  FROM fusionpbx_kpi.contacts JOIN fusionpbx_kpi.queues USING (queue) GROUP BY queue
) AS s, queue_kpis(q), handle_kpis(h);

CREATE VIEW fusionpbx_kpi.report_hours AS
SELECT interval_start(arrived_at, '1 h', :'zone') AS hour, count(*) AS offered, count(*) FILTER (WHERE answered) AS answered,
  peak_concurrency(plausible_span(arrived_at, arrived_at + wait)) FILTER (WHERE wait IS NOT NULL) AS most_waiting
FROM fusionpbx_kpi.contacts GROUP BY 1;

CREATE VIEW fusionpbx_kpi.report_agents AS
SELECT agent, count(taken) AS rung, count(*) FILTER (WHERE taken) AS answered, count(*) FILTER (WHERE NOT taken) AS missed,
  percent(rate(taken)) AS taken, (SELECT seconds(total_handle_time(handle_agg(talk, hold, wrap))) FROM fusionpbx_kpi.contacts c WHERE c.agent = o.agent) AS handle_seconds
FROM fusionpbx_kpi.offers AS o GROUP BY agent;
