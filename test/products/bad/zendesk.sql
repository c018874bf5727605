-- Bad rows: empty text and negative minutes, a ticket without metrics
INSERT INTO zendesk.groups VALUES (9, 'Bad');
INSERT INTO zendesk.tickets VALUES (91, 9, 7, 50, 'normal', 'solved', '2026-03-02 08:00Z'), (92, 9, 7, 50, 'normal', 'solved', '2026-03-02 08:00Z'), (93, 9, 7, 50, 'normal', 'open', '2026-03-02 08:00Z');
INSERT INTO zendesk.ticket_metrics VALUES
  (91, 91, 0, 1, '2026-03-02 07:00Z', '{"calendar": "", "business": -10}', '{"calendar": -60, "business": 60}', '{"calendar": ""}', NULL),
  (92, 92, 0, 1, '2026-03-02 09:00Z', '{"calendar": 20, "business": 20}', '{"calendar": 60, "business": 60}', '{"calendar": 30}', NULL);
SELECT queue, created, solved, first_reply_median_minutes, full_resolution_median_minutes, requester_wait_average_minutes FROM zendesk_kpi.report_groups WHERE queue = 'Bad';
--= Bad | 3 | 2 | 20 | 60 | 30
