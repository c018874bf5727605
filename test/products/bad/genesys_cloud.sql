-- Bad rows: a segment that ends before it starts, negative and empty values, no end, the same conversation twice
INSERT INTO genesys_cloud.queues VALUES ('q-b', 'Bad');
INSERT INTO genesys_cloud.conversations SELECT jsonb_build_object('conversationId', id, 'conversationEnd', '2026-03-02T14:00Z', 'participants', jsonb_build_array(
  jsonb_build_object('purpose', 'agent', 'userId', 'eve', 'sessions', jsonb_build_array(jsonb_build_object('mediaType', 'voice', 'sessionId', id, 'segments', segments::jsonb, 'metrics', metrics::jsonb)))))
FROM (VALUES
  ('b1', '[{"queueId":"q-b","segmentType":"interact","segmentStart":"2026-03-02T13:00:10Z","segmentEnd":"2026-03-02T13:00:09Z"}]', '[{"name":"nOffered","value":1,"emitDate":"2026-03-02T13:00:00Z"},{"name":"tAnswered","value":-300,"emitDate":"2026-03-02T13:00:10Z"},{"name":"tTalkComplete","value":60000,"emitDate":"2026-03-02T13:01:10Z"}]'),
  ('b2', '[{"queueId":"q-b","segmentType":"interact","segmentStart":"2026-03-02T13:10:10Z","segmentEnd":""}]', '[{"name":"nOffered","value":"1","emitDate":"2026-03-02T13:10:00Z"},{"name":"tAnswered","value":"","emitDate":"2026-03-02T13:10:10Z"},{"name":"tTalkComplete","value":30000,"emitDate":""}]'),
  ('b3', '[{"queueId":"q-b","segmentType":"interact","segmentStart":"2026-03-02T13:20:00Z","segmentEnd":"2026-03-02T13:20:30Z"}]', '[{"name":"nOffered","value":1,"emitDate":"2026-03-02T13:20:00Z"},{"name":"tAbandon","value":20000,"emitDate":"2026-03-02T13:20:20Z"}]'),
  ('b3', '[{"queueId":"q-b","segmentType":"interact","segmentStart":"2026-03-02T13:20:00Z","segmentEnd":"2026-03-02T13:20:30Z"}]', '[{"name":"nOffered","value":1,"emitDate":"2026-03-02T13:20:00Z"},{"name":"tAbandon","value":20000,"emitDate":"2026-03-02T13:20:20Z"}]')
) AS v (id, segments, metrics);
SELECT contact_id, wait, answered, flowed_out, talk FROM genesys_cloud_kpi.contacts WHERE queue = 'Bad' ORDER BY 1;
--= b1/Bad/1 | - | t | f | 00:01:00
--= b2/Bad/1 | - | t | f | 00:00:30
--= b3/Bad/1 | 00:00:20 | f | f | -
SELECT span FROM genesys_cloud_kpi.agent_spans WHERE agent = 'eve' AND span IS NOT NULL ORDER BY 1;
--= ["2026-03-02 13:10:10+00",)
--= ["2026-03-02 13:20:00+00","2026-03-02 13:20:30+00")
SELECT queue, offered, answered, abandoned, asa_seconds FROM genesys_cloud_kpi.report_queues ORDER BY queue;
--= Bad | 3 | 2 | 1 | -
--= Sales | 6 | 3 | 2 | 22
SELECT agent, alerted, answered, interacting_seconds, at_once FROM genesys_cloud_kpi.report_agents ORDER BY agent;
--= eve | 2 | 2 | 620 | 2
--= u1 | 2 | 1 | 150 | 1
--= u2 | 2 | 2 | 200 | 1
