-- Bad rows: disconnected before it was connected; a negative wait; empty text; no end; delivered twice
INSERT INTO amazon_connect.contact_records VALUES
  ('{"ContactId":"b1","Channel":"VOICE","InitiationMethod":"INBOUND","LastUpdateTimestamp":"2026-03-02T13:00:00Z","DisconnectTimestamp":"2026-03-02T13:00:09.7Z","Queue":{"Name":"Bad","Duration":10,"EnqueueTimestamp":"2026-03-02T13:00:00Z"},"Agent":{"Username":"eve","AgentInteractionDuration":-1,"ConnectedToAgentTimestamp":"2026-03-02T13:00:10Z"}}'),
  ('{"ContactId":"b2","Channel":"VOICE","InitiationMethod":"CALLBACK","LastUpdateTimestamp":"2026-03-02T13:00:00Z","Queue":{"Name":"Bad","Duration":10,"EnqueueTimestamp":"2026-03-02T13:10:00Z","DequeueTimestamp":"2026-03-02T13:09:59Z"},"Agent":{"Username":"eve","AgentInteractionDuration":60,"ConnectedToAgentTimestamp":"2026-03-02T13:10:10Z","AfterContactWorkEndTimestamp":"2026-03-02T13:11:10Z"},"AgentConnectionAttempts":""}'),
  ('{"ContactId":"b3","Channel":"VOICE","InitiationMethod":"INBOUND","LastUpdateTimestamp":"","Queue":{"Name":"Bad","Duration":"","EnqueueTimestamp":"2026-03-02T13:20:00Z"},"Agent":{"Username":"eve","AgentInteractionDuration":"","CustomerHoldDuration":"","ConnectedToAgentTimestamp":""}}'),
  ('{"ContactId":"b4","Channel":"VOICE","InitiationMethod":"INBOUND","LastUpdateTimestamp":"2026-03-02T13:00:00Z","Queue":{"Name":"Bad","Duration":7,"EnqueueTimestamp":"2026-03-02T13:30:00Z"},"Agent":null}'),
  ('{"ContactId":"b4","Channel":"VOICE","InitiationMethod":"INBOUND","LastUpdateTimestamp":"2026-03-02T13:00:00Z","Queue":{"Name":"Bad","Duration":7,"EnqueueTimestamp":"2026-03-02T13:30:00Z"},"Agent":null}'),
  ('{"ContactId":"b5","Channel":"VOICE","InitiationMethod":"INBOUND","LastUpdateTimestamp":"2026-03-02T13:00:00Z","Queue":{"Name":"Bad","Duration":5,"EnqueueTimestamp":"2026-03-02T13:40:00Z"},"Agent":{"Username":"fay","ConnectedToAgentTimestamp":"2026-03-02T13:40:05Z"}}');
SELECT contact_id, wait, answered, talk, hold, attempts FROM amazon_connect_kpi.contacts WHERE queue = 'Bad' ORDER BY 1;
--= b1 | 00:00:10 | t | - | - | 1
--= b2 | - | t | 00:01:00 | - | 1
--= b3 | - | t | - | - | 1
--= b4 | 00:00:07 | f | - | - | 0
--= b5 | 00:00:05 | t | - | - | 1
SELECT span FROM amazon_connect_kpi.agent_spans WHERE agent = 'eve' AND span IS NOT NULL ORDER BY 1;
--= ["2026-03-02 13:10:10+00","2026-03-02 13:11:10+00")
SELECT queue, contacts_queued, contacts_handled, contacts_abandoned, average_queue_answer_time FROM amazon_connect_kpi.report_queues ORDER BY queue;
--= Bad | 5 | 4 | 1 | 7.5
--= Sales | 6 | 4 | 1 | 20.75
SELECT * FROM amazon_connect_kpi.report_agents ORDER BY agent;
--= ann | 3 | 200 | 16.666667 | 464 | 2
--= bob | 1 | 300 | 40 | 360 | 1
--= eve | 1 | 60 | 0 | 60 | 1
--= fay | 0 | - | - | - | -
