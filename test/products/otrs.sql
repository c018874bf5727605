-- Five tickets; 5 was merged. Times are those of Istanbul (+3).
INSERT INTO otrs.queue VALUES (1, 'Postmaster'), (2, 'Raw');
INSERT INTO otrs.ticket_priority VALUES (3, '3 normal');
INSERT INTO otrs.ticket_state_type VALUES (1, 'new'), (2, 'open'), (3, 'closed'), (4, 'pending reminder'), (7, 'merged');
INSERT INTO otrs.ticket_state VALUES (1, 'new', 1), (2, 'closed successful', 3), (3, 'closed unsuccessful', 3), (4, 'open', 2), (6, 'pending reminder', 4), (9, 'merged', 7);
INSERT INTO otrs.ticket_history_type VALUES (1, 'NewTicket'), (16, 'Move'), (27, 'StateUpdate');
INSERT INTO otrs.article_sender_type VALUES (1, 'agent'), (2, 'system'), (3, 'customer');
INSERT INTO otrs.ticket VALUES
  (1, '2026030210001', 1, 5, 3, 2, 'acme',   0, 0,          '2026-03-02 09:00'),
  (2, '2026030210002', 1, 5, 3, 3, 'acme',   0, 0,          '2026-03-02 09:30'),
  (3, '2026030210003', 1, 6, 3, 4, 'wolpin', 0, 1772500000, '2026-03-02 10:00'),
  (4, '2026030210004', 2, 1, 3, 1, 'wolpin', 1772500000, 1772600000, '2026-03-02 11:00'),
  (5, '2026030210005', 2, 1, 3, 9, 'wolpin', 0, 0,          '2026-03-02 11:01');
INSERT INTO otrs.ticket_history VALUES
  ( 1, 1,  1, 1, '2026-03-02 09:00'), ( 2, 1, 27, 4, '2026-03-02 09:10'), ( 3, 1, 16, 4, '2026-03-02 09:15'), ( 4, 1, 27, 6, '2026-03-02 10:00'),
  ( 5, 1, 27, 4, '2026-03-02 12:00'), ( 6, 1, 27, 2, '2026-03-02 13:00'),
  ( 7, 2,  1, 1, '2026-03-02 09:30'), ( 8, 2, 27, 2, '2026-03-02 10:00'), ( 9, 2, 27, 4, '2026-03-02 10:30'), (10, 2, 27, 2, '2026-03-02 11:30'),
  (11, 2, 27, 3, '2026-03-02 12:00'),
  (12, 3,  1, 1, '2026-03-02 10:00'), (13, 3, 27, 4, '2026-03-02 10:05'), (14, 4, 1, 1, '2026-03-02 11:00'), (15, 5, 1, 1, '2026-03-02 11:01'), (16, 5, 27, 9, '2026-03-02 11:02');
-- an automatic reply, a note, and then the answer
INSERT INTO otrs.article VALUES
  (1, 1, 3, 1, '2026-03-02 09:00'), (2, 1, 2, 1, '2026-03-02 09:00'), (3, 1, 1, 0, '2026-03-02 09:12'), (4, 1, 1, 1, '2026-03-02 09:30'),
  (5, 2, 3, 1, '2026-03-02 09:30'), (6, 2, 1, 1, '2026-03-02 09:40'), (7, 3, 1, 1, '2026-03-02 10:05'), (8, 4, 3, 1, '2026-03-02 11:00');

SELECT ticket_id, queue, agent, opened_at, first_response_at, resolved_at, reopened, first_response_met, resolution_met FROM otrs_kpi.tickets ORDER BY ticket_id;
--= 1 | Postmaster | 5 | 2026-03-02 06:00:00+00 | 2026-03-02 06:30:00+00 | 2026-03-02 10:00:00+00 | f | - | -
--= 2 | Postmaster | 5 | 2026-03-02 06:30:00+00 | 2026-03-02 06:40:00+00 | 2026-03-02 08:30:00+00 | t | - | -
--= 3 | Postmaster | 6 | 2026-03-02 07:00:00+00 | 2026-03-02 07:05:00+00 | -                      | - | - | f
--= 4 | Raw        | - | 2026-03-02 08:00:00+00 | -                      | -                      | - | f | f
SELECT ticket_id, state_type, span FROM otrs_kpi.state_spans ORDER BY ticket_id, span;
--= 1 | new              | ["2026-03-02 06:00:00+00","2026-03-02 06:10:00+00")
--= 1 | open             | ["2026-03-02 06:10:00+00","2026-03-02 07:00:00+00")
--= 1 | pending reminder | ["2026-03-02 07:00:00+00","2026-03-02 09:00:00+00")
--= 1 | open             | ["2026-03-02 09:00:00+00","2026-03-02 10:00:00+00")
--= 1 | closed           | ["2026-03-02 10:00:00+00",)
--= 2 | new              | ["2026-03-02 06:30:00+00","2026-03-02 07:00:00+00")
--= 2 | closed           | ["2026-03-02 07:00:00+00","2026-03-02 07:30:00+00")
--= 2 | open             | ["2026-03-02 07:30:00+00","2026-03-02 08:30:00+00")
--= 2 | closed           | ["2026-03-02 08:30:00+00","2026-03-02 09:00:00+00")
--= 2 | closed           | ["2026-03-02 09:00:00+00",)
--= 3 | new              | ["2026-03-02 07:00:00+00","2026-03-02 07:05:00+00")
--= 3 | open             | ["2026-03-02 07:05:00+00",)
--= 4 | new              | ["2026-03-02 08:00:00+00",)
--= 5 | new              | ["2026-03-02 08:01:00+00","2026-03-02 08:02:00+00")
--= 5 | merged           | ["2026-03-02 08:02:00+00",)
-- Postmaster: responses 30, 10 and 5 minutes; solved after 4 h and (at last, unsuccessful right after) 2 h
SELECT * FROM otrs_kpi.report_queues ORDER BY queue NULLS LAST;
--= Postmaster | 3 | 2 | 50.0 | 900 | 1800 | 10800 | 7200 | 14400
--= Raw        | 1 | 0 | -    | -   | -    | -     | -    | -
--= -          | 4 | 2 | 50.0 | 900 | 1800 | 10800 | 7200 | 14400
-- 1: new and open 10 + 50 + 60 minutes, pending 120; 2: 30 + 60, and half an hour of being closed that is nobody's
SELECT * FROM otrs_kpi.report_whose_time ORDER BY ticket_id;
--= 1 | Postmaster | 7200 | 7200 | 50.0
--= 2 | Postmaster | 5400 | -    | 100.0
SELECT * FROM otrs_kpi.report_escalated ORDER BY queue;
--= Postmaster | 1 | 0 | 1
--= Raw        | 1 | 1 | 1
