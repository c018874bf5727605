-- The dashboard reads all five views of the shape of examples/products. This makes those that a system does not have,
-- empty, so that their panels say "no data" instead of an error.
--
--   psql -v views=zammad_kpi -f examples/grafana/complete.sql zammad

\set ON_ERROR_STOP on
SELECT format('CREATE VIEW %I.%I AS SELECT %s WHERE false', :'views', view,
  (SELECT string_agg(format('NULL::%s AS %I', split_part(c, ' ', 2), split_part(c, ' ', 1)), ', ' ORDER BY n)
   FROM unnest(string_to_array(columns, ', ')) WITH ORDINALITY AS u (c, n)))
FROM (VALUES
  ('contacts', 'contact_id text, queue text, channel text, customer text, arrived_at timestamptz, wait interval, answered boolean, flowed_out boolean, agent text, talk interval, hold interval, wrap interval, transferred boolean, resolved boolean'),
  ('queues', 'queue text, threshold interval, short_abandon interval'),
  ('agent_spans', 'agent text, state text, span tstzrange'),
  ('tickets', 'ticket_id text, queue text, agent text, customer text, priority text, opened_at timestamptz, first_response_at timestamptz, resolved_at timestamptz, reopened boolean, first_response_met boolean, resolution_met boolean'),
  ('surveys', 'contact_id text, queue text, agent text, answered_at timestamptz, nps smallint, csat smallint, ces smallint')
) AS shape (view, columns)
WHERE to_regclass(format('%I.%I', :'views', view)) IS NULL \gexec
