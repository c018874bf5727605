-- Seven contacts, c1 delivered twice (first without its after contact work), c6 an outbound call
INSERT INTO amazon_connect.contact_records
SELECT jsonb_build_object('ContactId', id, 'Channel', channel, 'InitiationMethod', method, 'LastUpdateTimestamp', '2026-03-02T12:00:' || updated || 'Z', 'NextContactId', next,
  'CustomerEndpoint', jsonb_build_object('Address', customer), 'AgentConnectionAttempts', attempts, 'TransferCompletedTimestamp', transfer, 'DisconnectTimestamp', connected + make_interval(secs => talk + hold),
  'Queue', jsonb_build_object('Name', 'Sales', 'Duration', wait, 'EnqueueTimestamp', enqueued, 'DequeueTimestamp', dequeued),
  'Agent', CASE WHEN agent IS NOT NULL THEN jsonb_build_object('Username', agent, 'AgentInteractionDuration', talk, 'CustomerHoldDuration', hold, 'AfterContactWorkDuration', wrap,
    'ConnectedToAgentTimestamp', connected, 'AfterContactWorkEndTimestamp', connected + make_interval(secs => talk + hold + wrap)) END)
FROM (VALUES
  -- id  channel  method     updated next  customer  attempts transfer          wait enqueued               dequeued               agent talk hold wrap connected
  ('c1', 'VOICE', 'INBOUND',  '00', NULL, '+15550001', 1, NULL,                  12, '2026-03-02 09:00:00Z', '2026-03-02 09:00:12Z', 'ann', 100,  0, NULL, '2026-03-02 09:00:12Z'::timestamptz),
  ('c1', 'VOICE', 'INBOUND',  '09', NULL, '+15550001', 1, NULL,                  12, '2026-03-02 09:00:00Z', '2026-03-02 09:00:12Z', 'ann', 100,  0,   20, '2026-03-02 09:00:12Z'),
  ('c2', 'VOICE', 'INBOUND',  '01', NULL, '+15550002', 3, '2026-03-02 09:12Z',   45, '2026-03-02 09:10:00Z', '2026-03-02 09:10:45Z', 'bob', 200, 60,   40, '2026-03-02 09:10:45Z'),
  ('c3', 'VOICE', 'INBOUND',  '02', NULL, '+15550003', 1, NULL,                  18, '2026-03-02 09:20:00Z', '2026-03-02 09:20:18Z', NULL, NULL, NULL, NULL, NULL),
  ('c4', 'VOICE', 'INBOUND',  '03', 'c5', '+15550004', 0, NULL,                  25, '2026-03-02 09:30:00Z', '2026-03-02 09:30:25Z', NULL, NULL, NULL, NULL, NULL),
  ('c5', 'VOICE', 'CALLBACK', '04', NULL, '+15550004', 1, NULL,                 120, '2026-03-02 09:32:00Z', '2026-03-02 09:32:21Z', 'ann', 150,  0,   30, '2026-03-02 09:32:21Z'),
  ('c6', 'VOICE', 'OUTBOUND', '05', NULL, '+15550009', 1, NULL,                   0, NULL,                   NULL,                   'bob',  60,  0,    0, '2026-03-02 09:40:00Z'),
  ('c7', 'CHAT',  'API',      '06', NULL, 'user-7',    1, NULL,                   5, '2026-03-02 09:33:00Z', '2026-03-02 09:33:05Z', 'ann', 300,  0,    0, '2026-03-02 09:33:05Z')
) AS v (id, channel, method, updated, next, customer, attempts, transfer, wait, enqueued, dequeued, agent, talk, hold, wrap, connected);

SELECT contact_id, newest.r->>'LastUpdateTimestamp' FROM amazon_connect_kpi.records AS newest ORDER BY 1;
--= c1 | 2026-03-02T12:00:09Z
--= c2 | 2026-03-02T12:00:01Z
--= c3 | 2026-03-02T12:00:02Z
--= c4 | 2026-03-02T12:00:03Z
--= c5 | 2026-03-02T12:00:04Z
--= c6 | 2026-03-02T12:00:05Z
--= c7 | 2026-03-02T12:00:06Z
SELECT contact_id, channel, customer, arrived_at, wait, answered, flowed_out, agent, talk, hold, wrap, transferred, attempts FROM amazon_connect_kpi.contacts ORDER BY contact_id;
--= c1 | voice | +15550001 | 2026-03-02 09:00:00+00 | 00:00:12 | t | f | ann | 00:01:40 | -        | 00:00:20 | f | 1
--= c2 | voice | +15550002 | 2026-03-02 09:10:00+00 | 00:00:45 | t | f | bob | 00:03:20 | 00:01:00 | 00:00:40 | t | 3
--= c3 | voice | +15550003 | 2026-03-02 09:20:00+00 | 00:00:18 | f | f | -   | -        | -        | -        | - | 1
--= c4 | voice | +15550004 | 2026-03-02 09:30:00+00 | 00:00:25 | f | t | -   | -        | -        | -        | - | 0
--= c5 | voice | +15550004 | 2026-03-02 09:32:00+00 | 00:00:21 | t | f | ann | 00:02:30 | -        | 00:00:30 | f | 1
--= c7 | chat  | user-7    | 2026-03-02 09:33:00+00 | 00:00:05 | t | f | ann | 00:05:00 | -        | 00:00:00 | f | 1
SELECT * FROM amazon_connect_kpi.agent_spans ORDER BY agent, span;
--= ann | handling | ["2026-03-02 09:00:12+00","2026-03-02 09:02:12+00")
--= ann | handling | ["2026-03-02 09:32:21+00","2026-03-02 09:35:21+00")
--= ann | handling | ["2026-03-02 09:33:05+00","2026-03-02 09:38:05+00")
--= bob | handling | ["2026-03-02 09:10:45+00","2026-03-02 09:15:45+00")
--= bob | handling | ["2026-03-02 09:40:00+00","2026-03-02 09:41:00+00")
-- 6 queued: within 20 s left c1, c3 and c7. Handled 12, 45, 21 and 5 s; AHT (120 + 300 + 180 + 300) / 4; offers taken 4 of 7
SELECT * FROM amazon_connect_kpi.report_queues;
--= Sales | 6 | 4 | 1 | 1 | 50.0 | 16.7 | 20.75 | 18 | 45 | 225 | 187.5 | 60 | 15 | 22.5 | 25.0 | 1 | 57.1
SELECT * FROM amazon_connect_kpi.report_service_levels ORDER BY target;
--= Sales | 15 | 33.3
--= Sales | 20 | 50.0
--= Sales | 30 | 83.3
--= Sales | 60 | 100.0
-- ann: 120 s, and 180 and 300 s that overlap from 09:33:05 to 09:35:21
SELECT * FROM amazon_connect_kpi.report_agents ORDER BY agent;
--= ann | 3 | 200 | 16.666667 | 464 | 2
--= bob | 1 | 300 | 40        | 360 | 1
