-- with calendar = Europe/Istanbul; Mon-Fri 09:00-18:00
-- Six tickets, one in the bin; times of Istanbul (+3)
INSERT INTO glpi.glpi_itilcategories VALUES (1, 'Network'), (2, 'Software');
INSERT INTO glpi.glpi_tickets (id, date, closedate, solvedate, status, priority, itilcategories_id, users_id_recipient, time_to_resolve, time_to_own,
  waiting_duration, close_delay_stat, solve_delay_stat, takeintoaccount_delay_stat, is_deleted) VALUES
  (1, '2026-03-02 09:00', '2026-03-03 09:00', '2026-03-02 11:00', 6, 3, 1, 30, '2026-03-02 13:00', '2026-03-02 09:30',    0, 32400, 7200, 600, 0),
  (2, '2026-03-02 09:30', NULL,               '2026-03-02 15:30', 5, 3, 1, 31, '2026-03-02 13:30', '2026-03-02 10:00', 3600,     0, 18000, 3600, 0),
  (3, '2026-03-02 10:00', NULL,               NULL,               4, 4, 1, 32, '2999-01-01 00:00', '2999-01-01 00:00', 1800,     0,     0, 900, 0),
  (4, '2026-03-02 11:00', NULL,               NULL,               1, 2, 2, 0,  '2026-03-02 15:00', '2026-03-02 11:30',    0,     0,     0,   0, 0),
  (5, '2026-03-02 17:58', NULL,               '2026-03-03 10:00', 2, 3, 2, 33, NULL,               NULL,                  0,     0,  3720, 300, 0),
  (6, '2026-03-02 12:30', NULL,               NULL,               1, 3, 2, 34, NULL,               NULL,                  0,     0,     0,   0, 1);
INSERT INTO glpi.glpi_tickets_users VALUES (1, 1, 30, 1), (2, 1, 7, 2), (3, 1, 8, 2), (4, 2, 7, 2), (5, 3, 8, 2);
INSERT INTO glpi.glpi_ticketsatisfactions VALUES (1, 1, '2026-03-03 09:00', '2026-03-03 10:00', 5), (2, 2, '2026-03-03 09:00', '2026-03-03 11:00', 0), (3, 3, '2026-03-03 09:00', NULL, NULL);

-- 1 has two technicians and is one ticket; 4 was never taken; 5 was solved and is open again, and taken 5 open minutes after 17:58: the next morning
SELECT ticket_id, queue, agent, customer, opened_at, first_response_at, resolved_at, reopened, first_response_met, resolution_met FROM glpi_kpi.tickets ORDER BY ticket_id;
--= 1 | Network  | 7 | 30 | 2026-03-02 06:00:00+00 | 2026-03-02 06:10:00+00 | 2026-03-02 08:00:00+00 | f | t | t
--= 2 | Network  | 7 | 31 | 2026-03-02 06:30:00+00 | 2026-03-02 07:30:00+00 | 2026-03-02 12:30:00+00 | f | f | f
--= 3 | Network  | 8 | 32 | 2026-03-02 07:00:00+00 | 2026-03-02 07:15:00+00 | -                      | - | t | -
--= 4 | Software | - | -  | 2026-03-02 08:00:00+00 | -                      | -                      | - | f | f
--= 5 | Software | - | 33 | 2026-03-02 14:58:00+00 | 2026-03-03 06:03:00+00 | -                      | t | - | -
-- Network: taken after 600, 3600 and 900 s, solved after 7200 and 18000 on the calendar, one waited 3600, one 1800
SELECT * FROM glpi_kpi.report_categories ORDER BY queue NULLS LAST;
--= Network  | 3 | 2 | 1 | 1 | 66.7 | 50.0 | 1700 | 12600 | 32400 | 2700
--= Software | 2 | 0 | 0 | 1 | 0.0  | 0.0  | 300  | -     | -     | -
--= -        | 5 | 2 | 1 | 2 | 50.0 | 33.3 | 1350 | 12600 | 32400 | 2700
SELECT contact_id, queue, agent, answered_at, csat FROM glpi_kpi.surveys ORDER BY contact_id;
--= 1 | Network | 7 | 2026-03-03 07:00:00+00 | 5
--= 2 | Network | 7 | 2026-03-03 08:00:00+00 | 0
--= 3 | Network | 8 | -                      | -
SELECT * FROM glpi_kpi.report_satisfaction ORDER BY agent NULLS LAST;
--= 7 | 2 | 2 | 100.0 | 2.5 | 50.0
--= 8 | 1 | 0 | 0.0   | -   | -
--= - | 3 | 2 | 66.7  | 2.5 | 50.0
