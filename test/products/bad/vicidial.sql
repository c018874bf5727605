-- Bad rows: a queue time of -1; a call that ended before its wait; negative and missing seconds of an agent; an epoch of 0
INSERT INTO vicidial.vicidial_closer_log VALUES
  (11, 111, 'BAD', '2026-03-02 13:00:00', 60,   'SALE', '', 'eve', -1,   'AGENT'),
  (12, 112, 'BAD', '2026-03-02 13:01:00', -5,   'SALE', '', 'eve', 10,   'AGENT'),
  (13, 113, 'BAD', '2026-03-02 13:02:00', NULL, 'DROP', '', 'VDCL', NULL, 'ABANDON'),
  (14, 114, 'BAD', '2026-03-02 13:03:00', 40,   'SALE', '', 'eve', 10,   'CALLER');
INSERT INTO vicidial.vicidial_agent_log VALUES
  (11, 'eve', 111, 'BAD', 1772442000, -3,   1772442000, 10,   1772442010, 60,   1772442070, 10,   'SALE', '', 0),
  (12, 'eve', 112, 'BAD', 1772442100, NULL, 1772442100, NULL, 1772442110, 60,   1772442170, NULL, 'SALE', '', NULL),
  (13, 'eve', 113, 'BAD', 1772442200, 10,   0,          0,    0,          0,    0,          0,    '',     '', -1);
SELECT contact_id, wait, answered, talk FROM vicidial_kpi.contacts WHERE queue = 'BAD' ORDER BY 1;
--= 11 | - | t | 00:01:00
--= 12 | 00:00:10 | t | -
--= 13 | - | f | -
--= 14 | 00:00:10 | t | 00:00:30
SELECT queue, calls, answered, dropped, longest_wait_seconds, average_talk_seconds FROM vicidial_kpi.report_inbound ORDER BY queue;
--= BAD | 4 | 3 | 1 | 10 | 45
--= SALESLINE | 5 | 2 | 2 | 90 | 120
SELECT agent, calls, pause_seconds, customer_seconds, aht_seconds FROM vicidial_kpi.report_agent_time ORDER BY agent;
--= ann | 2 | 600 | 230 | 150
--= bob | 1 | 0 | 60 | 100
--= eve | 1 | 10 | 60 | 60
