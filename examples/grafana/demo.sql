-- The tables of the demo in the shape of examples/products: what the dashboard reads unless told otherwise.
--
--   psql -f examples/grafana/demo.sql demo

\set ON_ERROR_STOP on
CREATE SCHEMA demo_kpi;

CREATE VIEW demo_kpi.contacts AS
SELECT contact_id::text, queue, channel, customer_id::text AS customer, arrived_at, wait, answered, flowed_out, agent, talk, hold, wrap,
  transferred, resolved
FROM public.contacts;

CREATE VIEW demo_kpi.queues AS
SELECT queue, threshold, short_abandon FROM public.queues;

CREATE VIEW demo_kpi.agent_spans AS
SELECT agent, state, span FROM public.agent_log;

CREATE VIEW demo_kpi.tickets AS
SELECT ticket_id::text, NULL::text AS queue, NULL::text AS agent, customer_id::text AS customer, priority, opened_at, first_response_at,
  resolved_at, reopened, NULL::boolean AS first_response_met, NULL::boolean AS resolution_met
FROM public.tickets;

CREATE VIEW demo_kpi.surveys AS
SELECT contact_id::text, queue, agent, answered_at, nps, csat, ces
FROM public.surveys JOIN public.contacts USING (contact_id);
