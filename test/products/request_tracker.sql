-- Six tickets, a merged one and a reminder among them; times are UTC
INSERT INTO request_tracker.queues VALUES (1, 'General'), (2, 'Billing');
INSERT INTO request_tracker.users VALUES (6, 'Nobody'), (12, 'ann'), (14, 'bob');
INSERT INTO request_tracker.tickets VALUES
  (1, 1, NULL, 1, 'ticket',   12, 0, 15, 'resolved', '2026-03-02 08:30', '2026-03-02 12:00', '2026-03-02 10:00', 50, '2026-03-02 08:00'),
  (2, 2, NULL, 1, 'ticket',   12, 0,  0, 'resolved', '2026-03-02 09:10', '2026-03-02 10:00', '2026-03-02 13:00', 51, '2026-03-02 09:00'),
  (3, 3, NULL, 1, 'ticket',    6, 0,  0, 'new',      '1970-01-01 00:00', '1970-01-01 00:00', '1970-01-01 00:00', 52, '2026-03-02 10:00'),
  (4, 1, 1,    1, 'ticket',   12, 0,  0, 'resolved', '2026-03-02 08:30', '1970-01-01 00:00', '2026-03-02 10:00', 50, '2026-03-02 08:05'),
  (5, 5, NULL, 2, 'reminder', 14, 0,  0, 'open',     '1970-01-01 00:00', '2026-03-01 00:00', '1970-01-01 00:00', 14, '2026-03-02 10:00'),
  (6, 6, NULL, 2, 'ticket',   14, 0, 45, 'open',     '2026-02-27 09:00', '2026-03-01 00:00', '2026-02-28 09:00', 53, '2026-02-27 08:00');
INSERT INTO request_tracker.transactions VALUES
  ( 1, 'RT::Ticket', 1, 'Create',     NULL, NULL, NULL, 50, '2026-03-02 08:00'),
  ( 2, 'RT::Ticket', 1, 'Comment',    NULL, NULL, NULL, 12, '2026-03-02 08:10'),
  ( 3, 'RT::Ticket', 1, 'Correspond', NULL, NULL, NULL, 50, '2026-03-02 08:15'),
  ( 4, 'RT::Ticket', 1, 'Correspond', NULL, NULL, NULL, 12, '2026-03-02 08:30'),
  ( 5, 'RT::Ticket', 1, 'Status', 'Status', 'open', 'resolved', 12, '2026-03-02 10:00'),
  ( 6, 'RT::Ticket', 2, 'Correspond', NULL, NULL, NULL, 12, '2026-03-02 09:10'),
  ( 7, 'RT::Ticket', 2, 'Status', 'Status', 'open', 'resolved', 12, '2026-03-02 11:00'),
  ( 8, 'RT::Ticket', 2, 'Status', 'Status', 'resolved', 'open', 51, '2026-03-02 12:00'),
  ( 9, 'RT::Ticket', 2, 'Status', 'Status', 'open', 'resolved', 12, '2026-03-02 13:00'),
  (10, 'RT::Ticket', 6, 'Correspond', NULL, NULL, NULL, 14, '2026-02-27 10:00'),
  (11, 'RT::Ticket', 6, 'Status', 'Status', 'open', 'resolved', 14, '2026-02-28 09:00'),
  (12, 'RT::Ticket', 6, 'Status', 'Status', 'resolved', 'open', 53, '2026-02-28 10:00'),
  (13, 'RT::User',   1, 'Status', 'Status', 'resolved', 'open', 14, '2026-03-02 14:00');

-- 4 lives on in 1, 5 is a reminder; 6 is open again, though it has a date of resolution
SELECT ticket_id, queue, agent, opened_at, first_response_at, resolved_at, reopened, resolution_met, started_at, worked FROM request_tracker_kpi.tickets ORDER BY ticket_id;
--= 1 | General | ann | 2026-03-02 08:00:00+00 | 2026-03-02 08:30:00+00 | 2026-03-02 10:00:00+00 | f | t | 2026-03-02 08:30:00+00 | 00:15:00
--= 2 | General | ann | 2026-03-02 09:00:00+00 | 2026-03-02 09:10:00+00 | 2026-03-02 13:00:00+00 | t | f | 2026-03-02 09:10:00+00 | 00:00:00
--= 3 | General | -   | 2026-03-02 10:00:00+00 | -                      | -                      | - | - | -                      | 00:00:00
--= 6 | Billing | bob | 2026-02-27 08:00:00+00 | 2026-02-27 10:00:00+00 | -                      | t | f | 2026-02-27 09:00:00+00 | 00:45:00
-- ann: answered in 30 and 10 minutes, resolved in 2 and 4 hours
SELECT * FROM request_tracker_kpi.report_owners ORDER BY queue, owner;
--= Billing | bob    | 1 | 0 | 100.0 | 0.0  | 7200 | 3600 | -     | 2700
--= General | Nobody | 1 | 0 | -     | -    | -    | -    | -     | -
--= General | ann    | 2 | 2 | 50.0  | 50.0 | 1200 | 1200 | 10800 | 900
-- on 2 March, 14:00: 3 is 4 hours old, 6 three days
SELECT * FROM request_tracker_kpi.report_open_by_age ORDER BY queue, age;
--= Billing | a day  | 0
--= Billing | a week | 1
--= Billing | longer | 0
--= General | a day  | 1
--= General | a week | 0
--= General | longer | 0
