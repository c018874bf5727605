-- Six tickets in two departments, one deleted, one task that is no ticket; times of Istanbul (+3)
INSERT INTO osticket.ost_department VALUES (1, 'Support'), (2, 'Sales');
INSERT INTO osticket.ost_ticket_status VALUES (1, 'Open', 'open'), (2, 'Resolved', 'closed'), (3, 'Closed', 'closed'), (5, 'Deleted', 'deleted');
INSERT INTO osticket.ost_ticket (ticket_id, number, user_id, status_id, dept_id, staff_id, isoverdue, duedate, est_duedate, reopened, closed, created) VALUES
  (1, '100001', 10, 3, 1, 4, 0, NULL, '2026-03-03 09:00', NULL,               '2026-03-02 13:00', '2026-03-02 09:00'),
  (2, '100002', 11, 2, 1, 4, 0, '2026-03-02 12:00', '2026-03-03 10:00', '2026-03-02 14:00', '2026-03-02 16:00', '2026-03-02 10:00'),
  (3, '100003', 12, 1, 1, 5, 1, NULL, '2026-03-02 20:00', '2026-03-02 12:00', NULL,               '2026-03-02 11:00'),
  (4, '100004', 13, 1, 2, 0, 0, NULL, '2026-03-04 09:00', NULL,               NULL,               '2026-03-02 23:30'),
  (5, '100005',  0, 5, 2, 0, 0, NULL, NULL,               NULL,               NULL,               '2026-03-02 12:00'),
  (6, '100006', 14, 3, 2, 5, 0, NULL, '2026-03-04 00:00', NULL,               '2026-03-03 01:00', '2026-03-02 23:00');
INSERT INTO osticket.ost_thread VALUES (1, 1, 'T'), (2, 2, 'T'), (3, 3, 'T'), (4, 4, 'T'), (6, 6, 'T'), (7, 4, 'A');
INSERT INTO osticket.ost_thread_entry VALUES
  (1, 1, 0, 'M', '2026-03-02 09:00'), (2, 1, 0, 'R', '2026-03-02 09:00'), (3, 1, 4, 'N', '2026-03-02 09:05'), (4, 1, 4, 'R', '2026-03-02 09:30'),
  (5, 2, 4, 'R', '2026-03-02 11:30'), (6, 3, 5, 'R', '2026-03-02 11:15'), (7, 4, 0, 'M', '2026-03-02 23:30'), (8, 6, 5, 'R', '2026-03-02 23:45'),
  (9, 7, 5, 'R', '2026-03-02 23:31');

-- 2 was closed after the due date that was set by hand; 4 has no answer, only its task has
SELECT ticket_id, queue, agent, customer, opened_at, first_response_at, resolved_at, reopened, resolution_met FROM osticket_kpi.tickets ORDER BY ticket_id;
--= 1 | Support | 4 | 10 | 2026-03-02 06:00:00+00 | 2026-03-02 06:30:00+00 | 2026-03-02 10:00:00+00 | f | t
--= 2 | Support | 4 | 11 | 2026-03-02 07:00:00+00 | 2026-03-02 08:30:00+00 | 2026-03-02 13:00:00+00 | t | f
--= 3 | Support | 5 | 12 | 2026-03-02 08:00:00+00 | 2026-03-02 08:15:00+00 | -                      | t | f
--= 4 | Sales   | - | 13 | 2026-03-02 20:30:00+00 | -                      | -                      | - | -
--= 6 | Sales   | 5 | 14 | 2026-03-02 20:00:00+00 | 2026-03-02 20:45:00+00 | 2026-03-02 22:00:00+00 | f | t
-- Support: solved in 4 and 6 h, answered in 30, 90 and 15 minutes; Sales: 2 h and 45 minutes
SELECT * FROM osticket_kpi.report_departments ORDER BY queue, agent;
--= Sales   | all    | 2 | 1 | 1 | 0 | 0 | 100.0 | 2.00 | 0.75
--= Support | all    | 3 | 3 | 2 | 2 | 2 | 33.3  | 5.00 | 0.75
--= all     | 4      | 2 | 2 | 2 | 1 | 1 | 50.0  | 5.00 | 1.00
--= all     | 5      | 2 | 2 | 1 | 1 | 1 | 50.0  | 2.00 | 0.50
--= all     | all    | 5 | 4 | 3 | 2 | 2 | 50.0  | 4.00 | 0.75
--= all     | nobody | 1 | 0 | 0 | 0 | 0 | -     | -    | -
SELECT * FROM osticket_kpi.report_days ORDER BY day;
--= 2026-03-02 | 5 | 2 | 3
--= 2026-03-03 | 0 | 1 | 2
