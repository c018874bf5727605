-- Two queues, nine calls, one refused at the door
INSERT INTO wazo.stat_queue VALUES (1, 'sales'), (2, 'support');
INSERT INTO wazo.stat_agent VALUES (1, 'Agent/1'), (2, 'Agent/2');
INSERT INTO wazo.stat_call_on_queue VALUES
  (1, 'c1', '2026-03-02 09:00+03', 3, 120,  4, 'answered',   1, 1),
  (2, 'c2', '2026-03-02 09:05+03', 3,  60,  5, 'answered',   1, 2),
  (3, 'c3', '2026-03-02 09:10+03', 3,  90, 31, 'answered',   1, 1),
  (4, 'c4', '2026-03-02 09:15+03', 0,   0, 40, 'abandoned',  1, NULL),
  (5, 'c5', '2026-03-02 23:59+03', 0,   0, 60, 'timeout',    1, NULL),
  (6, 'c6', '2026-03-03 00:01+03', 0,   0,  0, 'full',       1, NULL),
  (7, 'c7', '2026-03-03 09:25+03', 0,   0,  0, 'closed',     1, NULL),
  (8, 'c8', '2026-03-02 09:30+03', 0,   0,  0, 'joinempty',  2, NULL),
  (9, 'c9', '2026-03-02 09:35+03', 2, 300, 20, 'answered',   2, 2);
INSERT INTO wazo.stat_agent_periodic VALUES
  (1, '2026-03-02 09:00+03', '1 h',    '15 min', '2 min', 1),
  (2, '2026-03-02 10:00+03', '30 min', '0',      '1 min', 1),
  (3, '2026-03-02 09:00+03', '1 h',    '6 min',  '0',     2);

-- the refused call 7 is not here
SELECT contact_id, queue, wait, answered, flowed_out, agent, talk FROM wazo_kpi.contacts ORDER BY contact_id;
--= 1 | sales   | 00:00:04 | t | f | Agent/1 | 00:02:00
--= 2 | sales   | 00:00:05 | t | f | Agent/2 | 00:01:00
--= 3 | sales   | 00:00:31 | t | f | Agent/1 | 00:01:30
--= 4 | sales   | 00:00:40 | f | f | -       | -
--= 5 | sales   | 00:01:00 | f | t | -       | -
--= 6 | sales   | 00:00:00 | f | t | -       | -
--= 8 | support | 00:00:00 | f | t | -       | -
--= 9 | support | 00:00:20 | t | f | Agent/2 | 00:05:00
-- sales, 2 March: 5 received, 3 answered; waits 4, 5, 31, 40, 60; 2 of 3 within 20 s. 3 March: the full one
SELECT * FROM wazo_kpi.report_queues ORDER BY queue, day;
--= sales   | 2026-03-01 21:00:00+00 | 5 | 3 | 1 | 1 | 0 | 0 | 60.00 | 28 | 66.67
--= sales   | 2026-03-02 21:00:00+00 | 1 | 0 | 0 | 0 | 1 | 0 | 0.00  | -  | -
--= sales   | -                      | 6 | 3 | 1 | 1 | 1 | 0 | 50.00 | 28 | 66.67
--= support | 2026-03-01 21:00:00+00 | 2 | 1 | 0 | 0 | 0 | 1 | 50.00 | 20 | 100.00
--= support | -                      | 2 | 1 | 0 | 0 | 0 | 1 | 50.00 | 20 | 100.00
SELECT queue, range, answered, share FROM wazo_kpi.report_quality_of_service ORDER BY queue, array_position('{0-5,5-10,10-30,30-}', range);
--= sales   | 0-5   | 1 | 33.33
--= sales   | 5-10  | 1 | 33.33
--= sales   | 10-30 | 0 | 0.00
--= sales   | 30-   | 1 | 33.33
--= support | 0-5   | 0 | 0.00
--= support | 5-10  | 0 | 0.00
--= support | 10-30 | 1 | 100.00
--= support | 30-   | 0 | 0.00
-- 15 of 90 minutes, 6 of 60
SELECT * FROM wazo_kpi.report_agents ORDER BY agent;
--= Agent/1 | 2 | 210 | 5400 | 900 | 180 | 16.7
--= Agent/2 | 2 | 360 | 3600 | 360 | 0   | 10.0
