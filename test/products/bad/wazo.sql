-- Bad rows: negative times, of clocks that were set
INSERT INTO wazo.stat_queue VALUES (9, 'bad');
INSERT INTO wazo.stat_call_on_queue VALUES
  (91, 'b1', '2026-03-02 12:00+03', 3, -120, -4, 'answered', 9, 1),
  (92, 'b2', '2026-03-02 12:05+03', 0,    0, 15, 'abandoned', 9, NULL),
  (93, 'b3', '2026-03-02 12:10+03', 0,   60,  5, 'answered', 9, 99);
SELECT contact_id, wait, answered, agent, talk FROM wazo_kpi.contacts WHERE queue = 'bad' ORDER BY 1;
--= 91 | - | t | Agent/1 | -
--= 92 | 00:00:15 | f | - | -
--= 93 | 00:00:05 | t | - | 00:01:00
SELECT queue, received, answered, abandoned, average_waiting_time, quality_of_service FROM wazo_kpi.report_queues WHERE queue = 'bad';
--= bad | 3 | 2 | 1 | 10 | 50.00
--= bad | 3 | 2 | 1 | 10 | 50.00
