-- Bad rows: closed and answered before it came
INSERT INTO otrs.queue VALUES (9, 'Bad');
INSERT INTO otrs.ticket VALUES (91, '9001', 9, 5, 3, 2, 'acme', 0, 0, '2026-03-02 09:00'), (92, '9002', 9, 5, 3, 2, 'acme', 0, 0, '2026-03-02 09:00');
INSERT INTO otrs.ticket_history VALUES (91, 91, 1, 1, '2026-03-02 07:00'), (92, 91, 27, 2, '2026-03-02 08:00'), (93, 92, 1, 1, '2026-03-02 09:00'), (94, 92, 27, 2, '2026-03-02 10:00');
INSERT INTO otrs.article VALUES (91, 91, 1, 1, '2026-03-02 07:30'), (92, 92, 1, 1, '2026-03-02 09:20');
SELECT queue, created, closed, response_seconds, solution_seconds, solution_longest_seconds FROM otrs_kpi.report_queues WHERE queue = 'Bad';
--= Bad | 2 | 2 | 1200 | 3600 | 3600
