-- A morning of two queues, zone Europe/Istanbul (+3). 1.1 is answered after 12 s and comes back later to hang up after
-- 70 s: two visits. 1.6 waits when Asterisk is restarted: nobody knows how long.
INSERT INTO asterisk.queue_log VALUES
  ( 1, '2026-03-02 09:00:00', 'NONE', 'NONE',    'Agent/1', 'AGENTCALLBACKLOGIN', '1001@pbx', '', '', '', ''),
  ( 2, '2026-03-02 09:00:00', 'NONE', 'sales',   'Agent/2', 'ADDMEMBER', '', '', '', '', ''),
  ( 3, '2026-03-02 09:00:00', 'NONE', 'support', 'Agent/2', 'ADDMEMBER', '', '', '', '', ''),
  ( 4, '2026-03-02 09:10:00', '1.1', 'sales',   'NONE',    'ENTERQUEUE', '', '5550001', '1', '', ''),
  ( 5, '2026-03-02 09:10:10', '1.1', 'sales',   'Agent/2', 'RINGNOANSWER', '5000', '', '', '', ''),
  ( 6, '2026-03-02 09:10:12', '1.1', 'sales',   'Agent/1', 'CONNECT', '12', '1.2', '2', '', ''),
  ( 7, '2026-03-02 09:13:12', '1.1', 'sales',   'Agent/1', 'COMPLETEAGENT', '12', '180', '1', '', ''),
  ( 8, '2026-03-02 09:20:00', '1.1', 'sales',   'NONE',    'ENTERQUEUE', '', '5550001', '1', '', ''),
  ( 9, '2026-03-02 09:21:10', '1.1', 'sales',   'NONE',    'ABANDON', '1', '1', '70', '', ''),
  (10, '2026-03-02 09:30:00', '1.3', 'sales',   'NONE',    'ENTERQUEUE', '', '5550003', '1', '', ''),
  (11, '2026-03-02 09:30:04', '1.3', 'sales',   'Agent/2', 'CONNECT', '4', '1.4', '3', '', ''),
  (12, '2026-03-02 09:31:44', '1.3', 'sales',   'Agent/2', 'BLINDTRANSFER', '600', 'pbx', '4', '100', '1'),
  (13, '2026-03-02 09:40:00', 'NONE', 'NONE',    'Agent/1', 'PAUSEALL', 'lunch', '', '', '', ''),
  (14, '2026-03-02 09:45:00', 'NONE', 'NONE',    'Agent/1', 'PAUSEALL', 'lunch', '', '', '', ''),
  (15, '2026-03-02 09:50:00', 'NONE', 'NONE',    'Agent/1', 'UNPAUSEALL', '', '', '', '', ''),
  (16, '2026-03-02 09:50:00', '1.5', 'support', 'NONE',    'ENTERQUEUE', '', '5550005', '1', '', ''),
  (17, '2026-03-02 09:50:30', '1.5', 'support', 'NONE',    'EXITWITHKEY', '1', '1', '1', '30', ''),
  (18, '2026-03-02 09:55:00', '1.6', 'support', 'NONE',    'ENTERQUEUE', '', '5550006', '1', '', ''),
  (19, '2026-03-02 09:56:00', 'NONE', 'NONE',    'NONE',    'QUEUESTART', '', '', '', '', ''),
  (20, '2026-03-02 10:00:00', 'NONE', 'NONE',    'Agent/1', 'AGENTCALLBACKLOGOFF', '1001@pbx', '3600', '', '', ''),
  (21, '2026-03-02 10:00:00', '1.7', 'support', 'NONE',    'ENTERQUEUE', '', '', '1', '', ''),
  (22, '2026-03-02 10:00:05', '1.8', 'support', 'NONE',    'ENTERQUEUE', '', '5550008', '2', '', ''),
  (23, '2026-03-02 10:00:08', '1.8', 'support', 'NONE',    'ABANDON', '2', '2', '3', '', ''),
  (24, '2026-03-02 10:01:00', 'NONE', 'sales',   'Agent/2', 'REMOVEMEMBER', '', '', '', '', '');

-- 09:10 here is 06:10 UTC; 1.7 waits still when the log ends, a minute later
SELECT contact_id, arrived_at, wait, answered, flowed_out, agent, talk, transferred FROM asterisk_kpi.contacts ORDER BY arrived_at;
--= 1.1/sales/1   | 2026-03-02 06:10:00+00 | 00:00:12 | t | f | Agent/1 | 00:03:00 | f
--= 1.1/sales/2   | 2026-03-02 06:20:00+00 | 00:01:10 | f | f | -       | -        | -
--= 1.3/sales/1   | 2026-03-02 06:30:00+00 | 00:00:04 | t | f | Agent/2 | 00:01:40 | t
--= 1.5/support/1 | 2026-03-02 06:50:00+00 | 00:00:30 | f | t | -       | -        | -
--= 1.6/support/1 | 2026-03-02 06:55:00+00 | -        | f | f | -       | -        | -
--= 1.7/support/1 | 2026-03-02 07:00:00+00 | 00:01:00 | - | f | -       | -        | -
--= 1.8/support/1 | 2026-03-02 07:00:05+00 | 00:00:03 | f | f | -       | -        | -
SELECT * FROM asterisk_kpi.offers ORDER BY at, agent;
--= 2026-03-02 06:10:10+00 | sales | Agent/2 | f
--= 2026-03-02 06:10:12+00 | sales | Agent/1 | t
--= 2026-03-02 06:30:04+00 | sales | Agent/2 | t
SELECT * FROM asterisk_kpi.agent_spans ORDER BY agent, span, state;
--= Agent/1 | logged_in | ["2026-03-02 06:00:00+00","2026-03-02 07:00:00+00")
--= Agent/1 | handling  | ["2026-03-02 06:10:12+00","2026-03-02 06:13:12+00")
--= Agent/1 | paused    | ["2026-03-02 06:40:00+00","2026-03-02 06:45:00+00")
--= Agent/1 | paused    | ["2026-03-02 06:45:00+00","2026-03-02 06:50:00+00")
--= Agent/2 | logged_in | ["2026-03-02 06:00:00+00","2026-03-02 07:01:00+00")
--= Agent/2 | logged_in | ["2026-03-02 06:00:00+00",)
--= Agent/2 | handling  | ["2026-03-02 06:30:04+00","2026-03-02 06:31:44+00")
SELECT * FROM asterisk_kpi.report_queues ORDER BY queue;
--= sales   | 3 | 2 | 1 | 0 | 100.0 | 66.7 | 8 | 70 | 140 | 50.0 | 100.0
--= support | 3 | 0 | 2 | 1 | -     | 50.0 | - | 60 | -   | -    | -
SELECT * FROM asterisk_kpi.report_answered_within ORDER BY queue, so_far;
--= sales | 5 s  | 1 | 1
--= sales | 10 s | 0 | 1
--= sales | 20 s | 1 | 2
--= sales | 60 s | 0 | 2
--= sales | more | 0 | 2
SELECT * FROM asterisk_kpi.report_hours ORDER BY hour;
--= 9  | 5 | 2 | 2
--= 10 | 2 | 0 | 1
SELECT * FROM asterisk_kpi.report_agents ORDER BY agent;
--= Agent/1 | 1 | 180 | 0 | 100.0 | 3600 | 600 | 5.0
--= Agent/2 | 1 | 100 | 1 | 50.0  | 3660 | -   | 2.7
