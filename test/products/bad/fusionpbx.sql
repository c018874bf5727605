-- Bad rows: answered before it joined; ended before it was answered; a negative hold; no end at all
INSERT INTO fusionpbx.v_xml_cdr (xml_cdr_uuid, caller_id_number, start_epoch, end_epoch, hold_accum_seconds, cc_side, cc_queue, cc_agent, cc_queue_joined_epoch,
  cc_queue_answered_epoch, cc_queue_terminated_epoch, cc_queue_canceled_epoch) VALUES
  ('00000000-0000-0000-0001-000000000001', '1', 1772452800, 1772452860, NULL, 'member', 'bad', 'eve', 1772452801, 1772452800, 1772452860, NULL),
  ('00000000-0000-0000-0001-000000000002', '2', 1772452800, 1772452805, -5,   'member', 'bad', 'eve', 1772452800, 1772452810, 1772452805, NULL),
  ('00000000-0000-0000-0001-000000000003', '3', 1772452800, NULL,       NULL, 'member', 'bad', NULL,  1772452800, NULL,       NULL,       NULL),
  ('00000000-0000-0000-0001-000000000004', '',  1772452800, 1772452830, NULL, 'member', 'bad', NULL,  1772452800, NULL,       NULL,       1772452830);
SELECT right(contact_id, 1), wait, answered, talk, hold FROM fusionpbx_kpi.contacts WHERE queue = 'bad' ORDER BY 1;
--= 1 | - | t | 00:01:00 | -
--= 2 | 00:00:10 | t | - | -
--= 3 | - | - | - | -
--= 4 | 00:00:30 | f | - | -
SELECT * FROM fusionpbx_kpi.agent_spans WHERE agent = 'eve';
--= eve | handling | -
SELECT queue, offered, answered, abandoned, asa_seconds FROM fusionpbx_kpi.report_queues ORDER BY queue;
--= bad | 3 | 2 | 1 | 10
--= sales@acme | 5 | 2 | 2 | 20
SELECT hour, offered, most_waiting FROM fusionpbx_kpi.report_hours ORDER BY hour;
--= 2026-03-02 09:00:00+00 | 4 | 1
--= 2026-03-02 10:00:00+00 | 1 | 1
--= 2026-03-02 12:00:00+00 | 4 | 2
