-- Bad rows: closed before it came, negative minutes
INSERT INTO zammad.groups VALUES (9, 'Bad');
INSERT INTO zammad.tickets VALUES
  (91, 9, 2, 4, 7, 50, '2026-03-02 08:00', '2026-03-02 07:55', NULL, -5, 55, '2026-03-02 07:00', NULL, -60, 470, '2026-03-02 07:00'),
  (92, 9, 2, 4, 7, 50, '2026-03-02 08:00', '2026-03-02 08:05', NULL,  5, 55, '2026-03-02 08:10', NULL,  10, 470, '2026-03-02 08:10');
SELECT queue, created, closed, first_response_median_minutes, closed_p90_minutes FROM zammad_kpi.report_groups WHERE queue = 'Bad';
--= Bad | 2 | 2 | 5 | 10
SELECT * FROM zammad_kpi.report_backlog ORDER BY day LIMIT 1;
--= 2026-03-02 | 3
