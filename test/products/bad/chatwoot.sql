-- Bad rows: negative times; resolved before it came; a survey that was asked twice and answered once
INSERT INTO chatwoot.inboxes VALUES (9, 'bad', true);
INSERT INTO chatwoot.conversations VALUES (91, 9, 1, 9, 991, NULL, '2026-03-02 07:59', '2026-03-02 08:00'), (92, 9, 1, 9, 992, NULL, NULL, '2026-03-02 08:00');
INSERT INTO chatwoot.reporting_events VALUES
  (91, 'first_response',         -60,  -60, 9, 9, 91, '2026-03-02 07:59', '2026-03-02 07:59'),
  (92, 'first_response',         120, NULL, 9, 9, 92, '2026-03-02 08:02', '2026-03-02 08:02'),
  (93, 'conversation_resolved', NULL, NULL, 9, 9, 91, '2026-03-02 07:50', '2026-03-02 07:50');
INSERT INTO chatwoot.messages VALUES (91, 91, 9, '2026-03-02 09:00'), (92, 91, 9, '2026-03-02 10:00'), (93, 92, 9, '2026-03-02 09:00');
INSERT INTO chatwoot.csat_survey_responses VALUES (91, 91, 5, 9, '2026-03-02 10:05', 92);
SELECT first_response_seconds, resolution_seconds FROM chatwoot_kpi.report_agents WHERE queue = 'bad' AND agent IS NOT NULL;
--= 120 | -
SELECT queue, asked, answered, response_rate FROM chatwoot_kpi.report_csat WHERE queue = 'bad';
--= bad | 3 | 1 | 33.3
