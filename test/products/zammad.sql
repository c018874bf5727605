-- Seven tickets of two groups; 6 was merged into 1. Times are UTC, the days those of Istanbul (+3).
INSERT INTO zammad.groups VALUES (1, 'Billing'), (2, 'Technik');
INSERT INTO zammad.ticket_priorities VALUES (1, '1 low'), (2, '2 normal'), (3, '3 high');
INSERT INTO zammad.ticket_state_types VALUES (1, 'new'), (2, 'open'), (4, 'pending reminder'), (5, 'closed'), (6, 'merged');
INSERT INTO zammad.ticket_states VALUES (1, 1, 'new'), (2, 2, 'open'), (3, 4, 'pending reminder'), (4, 5, 'closed'), (5, 6, 'merged');
INSERT INTO zammad.history_objects VALUES (1, 'Ticket'), (2, 'User');
INSERT INTO zammad.history_attributes VALUES (1, 'state'), (2, 'owner');
INSERT INTO zammad.tickets VALUES
  (1, 1, 2, 4, 7, 50, '2026-03-02 08:00', '2026-03-02 08:05', NULL,  5,  55, '2026-03-02 08:10', NULL,  10, 470, '2026-03-03 09:00'),
  (2, 1, 2, 4, 7, 51, '2026-03-02 09:00', '2026-03-02 11:00', NULL, 120, -60, '2026-03-02 12:00', NULL, 180, 300, '2026-03-02 12:00'),
  (3, 1, 3, 2, 8, 52, '2026-03-02 10:00', '2026-03-02 10:30', NULL, 30,  30, NULL, '2999-01-01 00:00', NULL, NULL, NULL),
  (4, 2, 1, 1, 1, 53, '2026-03-02 22:30', NULL, '2026-03-03 08:00', NULL, NULL, NULL, '2026-03-03 16:00', NULL, NULL, NULL),
  (5, 2, 2, 2, 9, 54, '2026-03-02 12:00', '2026-03-02 12:20', NULL, 20,  40, '2026-03-02 13:00', NULL, 60, -10, '2026-03-02 13:00'),
  (6, 1, 2, 5, 7, 50, '2026-03-02 08:30', NULL, NULL, NULL, NULL, '2026-03-02 08:31', NULL, 1, 479, '2026-03-02 08:31'),
  (7, 2, 2, 4, 9, 55, '2026-03-03 06:00', '2026-03-03 06:10', NULL, 10, 50, '2026-03-03 06:15', NULL, 15, 400, '2026-03-03 06:15');
INSERT INTO zammad.histories VALUES
  (1, 1, 1, 1, 'new', 'closed', '2026-03-02 08:10'), (2, 1, 1, 1, 'closed', 'open', '2026-03-03 07:00'), (3, 1, 1, 1, 'open', 'closed', '2026-03-03 09:00'),
  (4, 1, 1, 2, 'open', 'closed', '2026-03-02 12:00'), (5, 1, 1, 5, 'open', 'closed', '2026-03-02 13:00'), (6, 1, 1, 5, 'closed', 'open', '2026-03-02 13:30'),
  (7, 1, 2, 2, 'closed', 'open', '2026-03-02 14:00'), (8, 2, 1, 2, 'closed', 'open', '2026-03-02 14:00'), (9, 1, 1, 7, 'new', 'closed', '2026-03-03 06:15');

SELECT ticket_id, queue, agent, priority, opened_at, first_response_at, resolved_at, reopened, first_response_met, resolution_met FROM zammad_kpi.tickets ORDER BY ticket_id;
--= 1 | Billing | 7 | 2 normal | 2026-03-02 08:00:00+00 | 2026-03-02 08:05:00+00 | 2026-03-03 09:00:00+00 | t | t | t
--= 2 | Billing | 7 | 2 normal | 2026-03-02 09:00:00+00 | 2026-03-02 11:00:00+00 | 2026-03-02 12:00:00+00 | f | f | t
--= 3 | Billing | 8 | 3 high   | 2026-03-02 10:00:00+00 | 2026-03-02 10:30:00+00 | -                      | - | t | -
--= 4 | Technik | - | 1 low    | 2026-03-02 22:30:00+00 | -                      | -                      | - | f | f
--= 5 | Technik | 9 | 2 normal | 2026-03-02 12:00:00+00 | 2026-03-02 12:20:00+00 | -                      | t | t | f
--= 7 | Technik | 9 | 2 normal | 2026-03-03 06:00:00+00 | 2026-03-03 06:10:00+00 | 2026-03-03 06:15:00+00 | f | t | t
-- Billing: closed 1 and 2, 1 of them reopened, 1 closed within 15 minutes. First responses 5, 120 and 30 minutes.
SELECT * FROM zammad_kpi.report_groups ORDER BY queue NULLS LAST;
--= Billing | 3 | 2 | 50.0 | 50.0 | 66.7 | 100.0 | 30 | 180
--= Technik | 3 | 1 | 50.0 | 50.0 | 66.7 | 33.3  | 10 | 60
--= -       | 6 | 3 | 50.0 | 50.0 | 66.7 | 60.0  | 20 | 180
-- 2 March ends at 21:00 UTC: 1, 3 and 5 are open (1 is until it is closed at last); on the 3rd 3, 4 and 5
SELECT * FROM zammad_kpi.report_backlog ORDER BY day;
--= 2026-03-02 | 3
--= 2026-03-03 | 3
