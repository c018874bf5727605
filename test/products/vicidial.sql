-- Seven calls to one in-group and six cycles of two agents; the zone is Istanbul (+3). Epoch 1772442000 is 09:00 UTC.
INSERT INTO vicidial.vicidial_closer_log VALUES
  (1, 101, 'SALESLINE', '2026-03-02 12:00:00', 200, 'SALE',   '5550001', 'ann',  20.00, 'CALLER'),
  (2, 102, 'SALESLINE', '2026-03-02 12:01:00', 100, 'NI',     '5550002', 'bob',  40.00, 'AGENT'),
  (3, 103, 'SALESLINE', '2026-03-02 12:02:00',  30, 'DROP',   '5550003', 'VDCL', 30.00, 'ABANDON'),
  (4, 104, 'SALESLINE', '2026-03-02 12:03:00',  90, 'TIMEOT', '5550004', 'VDCL', 90.00, 'QUEUETIMEOUT'),
  (5, 105, 'SALESLINE', '2026-03-02 23:30:00',   0, 'AFTHRS', '5550005', 'VDCL',  0.00, 'AFTERHOURS'),
  (6, 106, 'SALESLINE', '2026-03-02 12:05:00',   0, 'QUEUE',  '',        'VDCL',  0.00, 'NONE'),
  (7, 107, 'SALESLINE', '2026-03-02 12:06:00',   4, 'DROP',   '5550007', 'VDCL',  4.00, 'ABANDON');
INSERT INTO vicidial.vicidial_agent_log VALUES
  (1, 'ann', NULL, 'SALESLINE', 1772442000, 600, NULL,         0, NULL,         0, NULL,        0, '',     'LUNCH', 0),
  (2, 'ann', 101,  'SALESLINE', 1772442600,   0, 1772442600, 100, 1772442700, 180, 1772442880, 20, 'SALE', '',      30),
  (3, 'ann', 108,  'SALESLINE', 1772442900,   0, 1772442900, 200, 1772443100,  80, 1772443180, 20, 'NI',   '',       0),
  (4, 'bob', 102,  'SALESLINE', 1772442000,   0, 1772442000, 100, 1772442100,  60, 1772442160, 40, 'NI',   '',       0),
  (5, 'bob', NULL, 'SALESLINE', 1772442200,   0, 1772442200, 200, NULL,         0, NULL,        0, '',     '',       0),
  (6, 'bob', NULL, 'SALESLINE', 1772442400, 65535, NULL,       0, NULL,         0, NULL,        0, '',     'LOGOUT', 0);

-- not the one of the night; 6 waits still, nobody knows how long
SELECT contact_id, customer, arrived_at, wait, answered, flowed_out, agent, talk FROM vicidial_kpi.contacts ORDER BY contact_id;
--= 1 | 5550001 | 2026-03-02 09:00:00+00 | 00:00:20 | t | f | ann | 00:03:00
--= 2 | 5550002 | 2026-03-02 09:01:00+00 | 00:00:40 | t | f | bob | 00:01:00
--= 3 | 5550003 | 2026-03-02 09:02:00+00 | 00:00:30 | f | f | -   | -
--= 4 | 5550004 | 2026-03-02 09:03:00+00 | 00:01:30 | f | t | -   | -
--= 6 | -       | 2026-03-02 09:05:00+00 | -        | - | f | -   | -
--= 7 | 5550007 | 2026-03-02 09:06:00+00 | 00:00:04 | f | f | -   | -
-- 5 known: 2 answered, 1 within 20 s, of 4 that were not sent on
SELECT * FROM vicidial_kpi.report_inbound;
--= SALESLINE | 5 | 2 | 2 | 40.0 | 1 | 25.0 | 23.5 | 90 | 120
SELECT agent, at, pause_sec, wait_sec, talk_sec, wrap_sec, handled FROM vicidial_kpi.cycles ORDER BY agent, at;
--= ann | 2026-03-02 09:00:00+00 | 600 | 0   | 0   | 0  | f
--= ann | 2026-03-02 09:10:00+00 | 0   | 100 | 150 | 50 | t
--= ann | 2026-03-02 09:15:00+00 | 0   | 200 | 80  | 20 | t
--= bob | 2026-03-02 09:00:00+00 | 0   | 100 | 60  | 40 | t
--= bob | 2026-03-02 09:03:20+00 | 0   | 200 | 0   | 0  | f
SELECT * FROM vicidial_kpi.agent_spans ORDER BY agent, span;
--= ann | paused   | ["2026-03-02 09:00:00+00","2026-03-02 09:10:00+00")
--= ann | ready    | ["2026-03-02 09:10:00+00","2026-03-02 09:11:40+00")
--= ann | handling | ["2026-03-02 09:11:40+00","2026-03-02 09:14:40+00")
--= ann | handling | ["2026-03-02 09:14:40+00","2026-03-02 09:15:00+00")
--= ann | ready    | ["2026-03-02 09:15:00+00","2026-03-02 09:18:20+00")
--= ann | handling | ["2026-03-02 09:18:20+00","2026-03-02 09:19:40+00")
--= ann | handling | ["2026-03-02 09:19:40+00","2026-03-02 09:20:00+00")
--= bob | ready    | ["2026-03-02 09:00:00+00","2026-03-02 09:01:40+00")
--= bob | handling | ["2026-03-02 09:01:40+00","2026-03-02 09:02:40+00")
--= bob | handling | ["2026-03-02 09:02:40+00","2026-03-02 09:03:20+00")
--= bob | ready    | ["2026-03-02 09:03:20+00","2026-03-02 09:06:40+00")
-- ann: 600 pause, 300 wait, 150 + 80 customer, 50 + 20 wrap; bob: 300 wait, 60 + 40
SELECT * FROM vicidial_kpi.report_agent_time ORDER BY agent;
--= ann | 2 | 600 | 300 | 230 | 70 | 150 | 50.0 | 25.0 | 50.0
--= bob | 1 | 0   | 300 | 60  | 40 | 100 | 25.0 | 25.0 | 0.0
SELECT * FROM vicidial_kpi.report_dispositions ORDER BY agent, status;
--= ann | NI   | 1 | 0.0
--= ann | SALE | 1 | 100.0
--= ann | -    | 2 | 50.0
--= bob | NI   | 1 | 0.0
--= bob | -    | 1 | 0.0
