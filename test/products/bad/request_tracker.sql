-- Bad rows: resolved, started and answered before it came; negative time worked
INSERT INTO request_tracker.queues VALUES (9, 'Bad');
INSERT INTO request_tracker.tickets VALUES
  (91, 91, NULL, 9, 'ticket', 12, 0, -15, 'resolved', '2026-03-02 08:30', '2026-03-02 12:00', '2026-03-02 08:00', 50, '2026-03-02 09:00'),
  (92, 92, NULL, 9, 'ticket', 12, 0, 10, 'resolved', '2026-03-02 09:30', '2026-03-02 12:00', '2026-03-02 10:00', 50, '2026-03-02 09:00');
INSERT INTO request_tracker.transactions VALUES
  (91, 'RT::Ticket', 91, 'Correspond', NULL, NULL, NULL, 12, '2026-03-02 08:10'), (92, 'RT::Ticket', 92, 'Correspond', NULL, NULL, NULL, 12, '2026-03-02 09:10');
SELECT queue, created, resolved, first_response_seconds, started_seconds, resolved_seconds FROM request_tracker_kpi.report_owners WHERE queue = 'Bad' AND owner <> 'all';
--= Bad | 2 | 2 | 600 | 1800 | 3600
