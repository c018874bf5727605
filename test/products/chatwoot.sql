-- Six conversations in two inboxes; web has business hours, mail has none
INSERT INTO chatwoot.inboxes VALUES (1, 'web', true), (2, 'mail', false);
INSERT INTO chatwoot.conversations VALUES
  (1, 1, 1, 7, 901, 2,    '2026-03-02 08:01', '2026-03-02 08:00'),
  (2, 1, 1, 7, 902, NULL, '2026-03-02 08:13', '2026-03-02 08:10'),
  (3, 1, 0, 8, 903, 3,    '2026-03-02 08:22', '2026-03-02 08:20'),
  (4, 1, 0, NULL, 904, NULL, NULL,            '2026-03-02 08:30'),
  (5, 2, 1, 8, 905, NULL, '2026-03-02 10:00', '2026-03-02 09:00'),
  (6, 1, 1, NULL, 906, NULL, NULL,            '2026-03-02 09:30');
INSERT INTO chatwoot.reporting_events VALUES
  ( 1, 'first_response',             60,   60, 1, 7, 1, '2026-03-02 08:01', '2026-03-02 08:01'),
  ( 2, 'conversation_resolved',     600,  600, 1, 7, 1, '2026-03-02 08:10', '2026-03-02 08:10'),
  ( 3, 'conversation_resolved',    3600, 3600, 1, 7, 1, '2026-03-02 09:00', '2026-03-02 09:00'),
  ( 4, 'first_response',            180,    0, 1, 7, 2, '2026-03-02 08:13', '2026-03-02 08:13'),
  ( 5, 'reply_time',                 90,   90, 1, 7, 2, '2026-03-02 08:20', '2026-03-02 08:20'),
  ( 6, 'conversation_resolved',    1200,  900, 1, 7, 2, '2026-03-02 08:30', '2026-03-02 08:30'),
  ( 7, 'first_response',            120,  120, 1, 8, 3, '2026-03-02 08:22', '2026-03-02 08:22'),
  ( 8, 'conversation_resolved',     600,  600, 1, 8, 3, '2026-03-02 08:30', '2026-03-02 08:30'),
  ( 9, 'first_response',           3600,    0, 2, 8, 5, '2026-03-02 10:00', '2026-03-02 10:00'),
  (10, 'conversation_resolved',    7200,    0, 2, 8, 5, '2026-03-02 11:00', '2026-03-02 11:00'),
  (11, 'conversation_bot_handoff',   10,   10, 1, NULL, 1, '2026-03-02 08:00', '2026-03-02 08:00'),
  (12, 'conversation_bot_resolved',  60,   60, 1, NULL, 1, '2026-03-02 08:00', '2026-03-02 08:00'),
  (13, 'conversation_bot_resolved',  60,   60, 1, NULL, 6, '2026-03-02 09:31', '2026-03-02 09:31'),
  (14, 'conversation_resolved',      60,   60, 1, NULL, 6, '2026-03-02 09:31', '2026-03-02 09:31');
INSERT INTO chatwoot.messages VALUES
  (1, 1, 9, '2026-03-02 09:00'), (2, 1, 9, '2026-03-02 09:00'), (3, 2, 9, '2026-03-02 08:30'), (4, 3, 9, '2026-03-02 08:30'), (5, 5, 9, '2026-03-02 11:00'), (6, 5, 0, '2026-03-02 11:00');
INSERT INTO chatwoot.csat_survey_responses VALUES (1, 1, 5, 7, '2026-03-02 09:05', 2), (2, 2, 3, 7, '2026-03-02 09:10', 3), (3, 5, 4, 8, '2026-03-02 12:00', 5);
INSERT INTO chatwoot.applied_slas VALUES (1, 1, 1, 1), (2, 1, 2, 2), (3, 1, 3, 3), (4, 1, 4, 0);

-- 3 was resolved, but is open again; 1 was resolved twice
SELECT ticket_id, queue, agent, priority, opened_at, first_response_at, resolved_at, reopened, resolution_met FROM chatwoot_kpi.tickets ORDER BY ticket_id;
--= 1 | web  | 7 | high   | 2026-03-02 08:00:00+00 | 2026-03-02 08:01:00+00 | 2026-03-02 09:00:00+00 | t | t
--= 2 | web  | 7 | -      | 2026-03-02 08:10:00+00 | 2026-03-02 08:13:00+00 | 2026-03-02 08:30:00+00 | f | f
--= 3 | web  | 8 | urgent | 2026-03-02 08:20:00+00 | 2026-03-02 08:22:00+00 | -                      | t | f
--= 4 | web  | - | -      | 2026-03-02 08:30:00+00 | -                      | -                      | - | -
--= 5 | mail | 8 | -      | 2026-03-02 09:00:00+00 | 2026-03-02 10:00:00+00 | 2026-03-02 11:00:00+00 | f | -
--= 6 | web  | - | -      | 2026-03-02 09:30:00+00 | -                      | 2026-03-02 09:31:00+00 | f | -
SELECT contact_id, queue, agent, answered_at, csat FROM chatwoot_kpi.surveys ORDER BY contact_id, answered_at NULLS FIRST;
--= 1 | web | 7 | - | -
--= 1 | web  | 7 | 2026-03-02 09:05:00+00 | 5
--= 2 | web  | 7 | 2026-03-02 09:10:00+00 | 3
--= 3 | web  | 8 | -                      | -
--= 5 | mail | 8 | 2026-03-02 12:00:00+00 | 4
-- agent 7 in web: first response 60 and 180; resolved 600, 3600 and 1200
SELECT * FROM chatwoot_kpi.report_agents ORDER BY queue NULLS LAST, agent NULLS LAST;
--= mail | 8 | 1 | 3600 | -  | 7200 | -   | 3600
--= mail | - | 1 | 3600 | -  | 7200 | -   | 3600
--= web  | 7 | 3 | 120  | 90 | 1800 | 30  | 60
--= web  | 8 | 1 | 120  | -  | 600  | 120 | 120
--= web  | - | 4 | 120  | 90 | 1500 | 60  | 120
--= -    | - | 5 | 990  | 90 | 2640 | 60  | 120
SELECT * FROM chatwoot_kpi.report_inboxes ORDER BY queue NULLS LAST;
--= mail | 1 | 1 | 0 | 0.0  | -
--= web  | 5 | 3 | 2 | 50.0 | 33.3
--= -    | 6 | 4 | 2 | 40.0 | 33.3
-- web: 3 asked, 5 and 3 answered; mail: 1 asked, 4
SELECT queue, asked, answered, response_rate, satisfaction_score, average FROM chatwoot_kpi.report_csat ORDER BY queue NULLS LAST;
--= mail | 1 | 1 | 100.0 | 100.00 | 4
--= web | 4 | 2 | 50.0 | 50.00 | 4
--= - | 5 | 3 | 60.0 | 66.67 | 4
-- conversation 1 was both solved by the bot and handed over: handed over
SELECT * FROM chatwoot_kpi.report_bot;
--= web | 2 | 50.0
