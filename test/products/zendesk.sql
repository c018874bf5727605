-- Six tickets of two groups, one deleted
INSERT INTO zendesk.groups VALUES (1, 'Support'), (2, 'Billing');
INSERT INTO zendesk.tickets VALUES
  (1, 1, 7, 50, 'normal', 'closed',  '2026-03-02 08:00Z'), (2, 1, 7, 51, 'high', 'solved', '2026-03-02 09:00Z'), (3, 1, 8, 52, NULL, 'open', '2026-03-02 10:00Z'),
  (4, 1, NULL, 53, NULL, 'new', '2026-03-02 11:00Z'), (5, 2, 9, 54, 'low', 'solved', '2026-03-02 22:00Z'), (6, 2, 9, 55, NULL, 'deleted', '2026-03-02 12:00Z');
INSERT INTO zendesk.ticket_metrics VALUES
  (1, 1, 0, 1, '2026-03-02 09:00Z', '{"calendar": 10, "business": 10}',  '{"calendar": 60, "business": 60}',   '{"calendar": 40, "business": 40}', NULL),
  (2, 2, 1, 3, '2026-03-02 13:00Z', '{"calendar": 30, "business": 30}',  '{"calendar": 240, "business": 240}', '{"calendar": 100, "business": 100}', NULL),
  (3, 3, 1, 1, '2026-03-02 11:00Z', '{"calendar": 20, "business": 20}',  '{"calendar": 60, "business": 60}',   '{"calendar": 70, "business": 70}', NULL),
  (4, 4, 0, 0, NULL,                '{"calendar": null, "business": null}', NULL, NULL, NULL),
  (5, 5, 0, 1, '2026-03-03 09:00Z', '{"calendar": 600, "business": 15}', '{"calendar": 660, "business": 60}',  '{"calendar": 660, "business": 60}', NULL),
  (6, 6, 0, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO zendesk.satisfaction_ratings VALUES
  (1, 1, 1, 7, 'good', '2026-03-03 08:00Z'), (2, 2, 1, 7, 'bad', '2026-03-03 09:00Z'), (3, 3, 1, 8, 'unoffered', '2026-03-02 10:00Z'), (4, 5, 2, 9, 'offered', '2026-03-04 09:00Z');

-- 3 was solved, and is open again
SELECT ticket_id, queue, agent, priority, opened_at, first_response_at, resolved_at, reopened, full_resolution_minutes FROM zendesk_kpi.tickets ORDER BY ticket_id;
--= 1 | Support | 7 | normal | 2026-03-02 08:00:00+00 | 2026-03-02 08:10:00+00 | 2026-03-02 09:00:00+00 | f | 60
--= 2 | Support | 7 | high   | 2026-03-02 09:00:00+00 | 2026-03-02 09:30:00+00 | 2026-03-02 13:00:00+00 | t | 240
--= 3 | Support | 8 | -      | 2026-03-02 10:00:00+00 | 2026-03-02 10:20:00+00 | -                      | t | -
--= 4 | Support | - | -      | 2026-03-02 11:00:00+00 | -                      | -                      | - | -
--= 5 | Billing | 9 | low    | 2026-03-02 22:00:00+00 | 2026-03-03 08:00:00+00 | 2026-03-03 09:00:00+00 | f | 660
-- Support: replies after 10, 30 and 20 minutes, waits of 40, 100 and 70
SELECT * FROM zendesk_kpi.report_groups ORDER BY queue NULLS LAST;
--= Billing | 1 | 1 | 0 | 100.0 | 0.0  | 600 | 15 | 660 | 660
--= Support | 4 | 2 | 2 | 50.0  | 66.7 | 20  | 20 | 60  | 70
--= -       | 5 | 3 | 2 | 66.7  | 50.0 | 20  | 15 | 240 | 217.5
SELECT contact_id, queue, agent, answered_at, csat FROM zendesk_kpi.surveys ORDER BY contact_id;
--= 1 | Support | 7 | 2026-03-03 08:00:00+00 | 5
--= 2 | Support | 7 | 2026-03-03 09:00:00+00 | 1
--= 5 | Billing | 9 | -                      | -
SELECT * FROM zendesk_kpi.report_satisfaction ORDER BY queue NULLS LAST;
--= Billing | 1 | 0 | 0.0   | 0 | -
--= Support | 2 | 2 | 100.0 | 1 | 50.0
--= -       | 3 | 2 | 66.7  | 1 | 50.0
