-- Bad rows: negative delays; solved before it came
INSERT INTO glpi.glpi_itilcategories VALUES (9, 'Bad');
INSERT INTO glpi.glpi_tickets (id, date, closedate, solvedate, status, priority, itilcategories_id, users_id_recipient, time_to_resolve, time_to_own,
  waiting_duration, close_delay_stat, solve_delay_stat, takeintoaccount_delay_stat, is_deleted) VALUES
  (91, '2026-03-02 09:00', '2026-03-02 08:00', '2026-03-02 08:00', 6, 3, 9, 30, NULL, NULL, -10, -3600, -3600, -60, 0),
  (92, '2026-03-02 09:00', NULL, '2026-03-02 10:00', 5, 3, 9, 30, NULL, NULL, 0, 0, 3600, 600, 0);
SELECT ticket_id, taken_after, solved_after, closed_after, waited FROM glpi_kpi.tickets WHERE queue = 'Bad' ORDER BY 1;
--= 91 | - | - | - | -
--= 92 | 00:10:00 | 01:00:00 | - | 00:00:00
SELECT queue, opened, solved, closed FROM glpi_kpi.report_categories WHERE queue = 'Bad';
--= Bad | 2 | 2 | 0
