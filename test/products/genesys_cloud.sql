-- Five conversations. k1 is answered, transferred back to its own queue and answered there again; k2 rings at u1 in vain;
-- k3 is abandoned after 3 s, k4 after 12 s; k5 flows out to a callback. k2 is in the export twice.
INSERT INTO genesys_cloud.queues VALUES ('q-1', 'Sales');
INSERT INTO genesys_cloud.conversations
SELECT jsonb_build_object('conversationId', id, 'conversationEnd', ends, 'participants', jsonb_agg(jsonb_build_object('purpose', purpose, 'userId', agent, 'sessions',
  jsonb_build_array(jsonb_build_object('mediaType', 'voice', 'sessionId', id || n, 'segments', segments::jsonb, 'metrics', (
    SELECT jsonb_agg(jsonb_build_object('name', split_part(m, ' ', 1), 'value', split_part(m, ' ', 2)::int, 'emitDate', '2026-03-02T' || split_part(m, ' ', 3) || 'Z'))
    FROM unnest(string_to_array(metrics, ', ')) AS m)))) ORDER BY n))
FROM (VALUES
  ('k1', 1, '2026-03-02T09:10Z', 'acd',   NULL, '[{"queueId":"q-1","segmentType":"interact","segmentStart":"2026-03-02T09:00:00Z","segmentEnd":"2026-03-02T09:00:10Z"}]', 'nOffered 1 09:00:00, tAcd 10000 09:00:10'),
  ('k1', 2, '2026-03-02T09:10Z', 'agent', 'u1', '[{"queueId":"q-1","segmentType":"alert","segmentStart":"2026-03-02T09:00:05Z","segmentEnd":"2026-03-02T09:00:10Z"},{"queueId":"q-1","segmentType":"interact","segmentStart":"2026-03-02T09:00:10Z","segmentEnd":"2026-03-02T09:02:10Z"},{"queueId":"q-1","segmentType":"wrapup","segmentStart":"2026-03-02T09:02:10Z","segmentEnd":"2026-03-02T09:02:40Z"}]',
   'tAlert 5000 09:00:10, tAnswered 10000 09:00:10, tTalkComplete 120000 09:02:10, nTransferred 1 09:02:10, nBlindTransferred 1 09:02:10, tAcw 30000 09:02:40'),
  ('k1', 3, '2026-03-02T09:10Z', 'acd',   NULL, '[{"queueId":"q-1","segmentType":"interact","segmentStart":"2026-03-02T09:03:00Z","segmentEnd":"2026-03-02T09:03:40Z"}]', 'nOffered 1 09:03:00, tAcd 40000 09:03:40'),
  ('k1', 4, '2026-03-02T09:10Z', 'agent', 'u2', '[{"queueId":"q-1","segmentType":"interact","segmentStart":"2026-03-02T09:03:40Z","segmentEnd":"2026-03-02T09:05:00Z"},{"queueId":"q-1","segmentType":"hold","segmentStart":"2026-03-02T09:05:00Z","segmentEnd":"2026-03-02T09:05:20Z"}]',
   'tAlert 2000 09:03:40, tAnswered 40000 09:03:40, tTalkComplete 80000 09:05:20, tHeldComplete 20000 09:05:20, tAcw 10000 09:05:30'),
  ('k2', 1, NULL,                'acd',   NULL, '[{"queueId":"q-1","segmentType":"interact","segmentStart":"2026-03-02T09:20:00Z"}]', 'nOffered 1 09:20:00'),
  ('k3', 1, '2026-03-02T09:31Z', 'acd',   NULL, '[{"queueId":"q-1","segmentType":"interact","segmentStart":"2026-03-02T09:30:00Z","segmentEnd":"2026-03-02T09:30:03Z"}]', 'nOffered 1 09:30:00, tAbandon 3000 09:30:03, tShortAbandon 3000 09:30:03'),
  ('k4', 1, '2026-03-02T09:36Z', 'acd',   NULL, '[{"queueId":"q-1","segmentType":"interact","segmentStart":"2026-03-02T09:35:00Z","segmentEnd":"2026-03-02T09:35:12Z"}]', 'nOffered 1 09:35:00, tAbandon 12000 09:35:12'),
  ('k5', 1, '2026-03-02T09:42Z', 'acd',   NULL, '[{"queueId":"q-1","segmentType":"interact","segmentStart":"2026-03-02T09:40:00Z","segmentEnd":"2026-03-02T09:41:00Z"}]', 'nOffered 1 09:40:00, tFlowOut 60000 09:41:00')
) AS v (id, n, ends, purpose, agent, segments, metrics) GROUP BY id, ends;
INSERT INTO genesys_cloud.conversations VALUES ('{"conversationId": "k2", "conversationEnd": "2026-03-02T09:25Z", "participants": [
  {"purpose": "acd", "sessions": [{"mediaType": "voice", "sessionId": "k21", "segments": [{"queueId": "q-1", "segmentType": "interact"}],
   "metrics": [{"name": "nOffered", "value": 1, "emitDate": "2026-03-02T09:20:00Z"}, {"name": "tAcd", "value": 16000, "emitDate": "2026-03-02T09:20:16Z"}]}]},
  {"purpose": "agent", "userId": "u1", "sessions": [{"mediaType": "voice", "sessionId": "k22", "segments": [{"queueId": "q-1", "segmentType": "alert"}],
   "metrics": [{"name": "tAlert", "value": 8000, "emitDate": "2026-03-02T09:20:09Z"}, {"name": "tNotResponding", "value": 8000, "emitDate": "2026-03-02T09:20:09Z"}]}]},
  {"purpose": "agent", "userId": "u2", "sessions": [{"mediaType": "voice", "sessionId": "k23", "segments": [{"queueId": "q-1", "segmentType": "interact", "segmentStart": "2026-03-02T09:20:16Z", "segmentEnd": "2026-03-02T09:21:56Z"}],
   "metrics": [{"name": "tAlert", "value": 4000, "emitDate": "2026-03-02T09:20:16Z"}, {"name": "tAnswered", "value": 16000, "emitDate": "2026-03-02T09:20:16Z"}, {"name": "tTalkComplete", "value": 100000, "emitDate": "2026-03-02T09:21:56Z"}]}]}]}');

SELECT count(*), count(DISTINCT conversation_id) FROM genesys_cloud_kpi.metrics;
--= 29 | 5
SELECT contact_id, channel, arrived_at, wait, answered, flowed_out, agent, talk, hold, wrap, transferred, blind FROM genesys_cloud_kpi.contacts ORDER BY arrived_at;
--= k1/Sales/1 | voice | 2026-03-02 09:00:00+00 | 00:00:10 | t | f | u1 | 00:02:00 | -        | 00:00:30 | t | t
--= k1/Sales/2 | voice | 2026-03-02 09:03:00+00 | 00:00:40 | t | f | u2 | 00:01:20 | 00:00:20 | 00:00:10 | f | f
--= k2/Sales/1 | voice | 2026-03-02 09:20:00+00 | 00:00:16 | t | f | u2 | 00:01:40 | -        | -        | f | f
--= k3/Sales/1 | voice | 2026-03-02 09:30:00+00 | 00:00:03 | f | f | -  | -        | -        | -        | - | -
--= k4/Sales/1 | voice | 2026-03-02 09:35:00+00 | 00:00:12 | f | f | -  | -        | -        | -        | - | -
--= k5/Sales/1 | voice | 2026-03-02 09:40:00+00 | 00:01:00 | f | t | -  | -        | -        | -        | - | -
SELECT conversation_id, agent, taken FROM genesys_cloud_kpi.offers ORDER BY 1, 2, 3;
--= k1 | u1 | t
--= k1 | u2 | t
--= k2 | u1 | f
--= k2 | u2 | t
SELECT * FROM genesys_cloud_kpi.agent_spans ORDER BY agent, span;
--= u1 | handling | ["2026-03-02 09:00:10+00","2026-03-02 09:02:10+00")
--= u1 | handling | ["2026-03-02 09:02:10+00","2026-03-02 09:02:40+00")
--= u2 | handling | ["2026-03-02 09:03:40+00","2026-03-02 09:05:00+00")
--= u2 | handling | ["2026-03-02 09:05:00+00","2026-03-02 09:05:20+00")
--= u2 | handling | ["2026-03-02 09:20:16+00","2026-03-02 09:21:56+00")
-- 6 offered: answered after 10, 40 and 16 s; 2 of 5 in time, 2 of 4 without the abandon of 3 s; handled 150, 110 and 100 s
SELECT * FROM genesys_cloud_kpi.report_queues;
--= Sales | 6 | 3 | 2 | 1 | 50.0 | 33.3 | 40.0 | 50.0 | 22 | 7.5 | 100 | 20 | 13.333333 | 120 | 33.3 | 33.3 | 0.0
SELECT * FROM genesys_cloud_kpi.report_abandon_intervals ORDER BY array_position('{5 s,10 s,30 s,more}', within);
--= Sales | 5 s  | 1
--= Sales | 10 s | 0
--= Sales | 30 s | 1
--= Sales | more | 0
SELECT * FROM genesys_cloud_kpi.report_agents ORDER BY agent;
--= u1 | 2 | 1 | 1 | 50.0  | 150 | 150 | 1
--= u2 | 2 | 2 | 0 | 100.0 | 105 | 200 | 1
