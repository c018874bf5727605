-- Bad rows: closed before it came, answered before it came
INSERT INTO osticket.ost_department VALUES (9, 'Bad');
INSERT INTO osticket.ost_ticket (ticket_id, number, user_id, status_id, dept_id, staff_id, isoverdue, duedate, est_duedate, reopened, closed, created) VALUES
  (91, '900001', 10, 3, 9, 9, 0, NULL, NULL, NULL, '2026-03-02 08:00', '2026-03-02 09:00'),
  (92, '900002', 10, 3, 9, 9, 0, NULL, NULL, NULL, '2026-03-02 11:00', '2026-03-02 09:00');
INSERT INTO osticket.ost_thread VALUES (91, 91, 'T'), (92, 92, 'T');
INSERT INTO osticket.ost_thread_entry VALUES (91, 91, 9, 'R', '2026-03-02 08:30'), (92, 92, 9, 'R', '2026-03-02 09:30');
SELECT queue, opened, closed, service_hours, response_hours FROM osticket_kpi.report_departments WHERE queue = 'Bad';
--= Bad | 2 | 2 | 2.00 | 0.50
SELECT * FROM osticket_kpi.report_days ORDER BY day LIMIT 1;
--= 2026-03-02 | 7 | 4 | 3
