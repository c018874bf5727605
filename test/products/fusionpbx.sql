-- Five callers of one queue and the agents that were rung for them; 1772442000 is 2 March 2026, 09:00 UTC
INSERT INTO fusionpbx.v_xml_cdr (xml_cdr_uuid, caller_id_number, start_epoch, answer_epoch, end_epoch, hold_accum_seconds, hangup_cause, cc_side, cc_queue, cc_agent,
  cc_queue_joined_epoch, cc_queue_answered_epoch, cc_queue_terminated_epoch, cc_queue_canceled_epoch, cc_cancel_reason)
SELECT ('00000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid, caller, 1772442000 + s, 1772442000 + a, 1772442000 + e, hold, cause, side, 'sales@acme', agent,
  1772442000 + j, 1772442000 + q, 1772442000 + t, 1772442000 + c, reason
FROM (VALUES
  -- n caller      start answer end  hold cause              side     agent   join answered terminated canceled reason
  ( 1, '5550001',      0,    1, 300,   30, 'NORMAL_CLEARING',  'member', 'ann',     2,   14,  254, NULL, NULL),
  ( 2, '5550001',      4, NULL,  10, NULL, 'NO_ANSWER',        'agent',  'bob',  NULL, NULL, NULL, NULL, NULL),
  ( 3, '5550001',     11,   14, 254, NULL, 'NORMAL_CLEARING',  'agent',  'ann',  NULL, NULL, NULL, NULL, NULL),
  ( 4, 'anonymous',   60,   61,  96, NULL, 'ORIGINATOR_CANCEL', 'member', NULL,    62, NULL, NULL,   95, 'BREAK_OUT'),
  ( 5, 'anonymous',   90, NULL,  95, NULL, 'ORIGINATOR_CANCEL', 'agent',  'bob',  NULL, NULL, NULL, NULL, NULL),
  ( 6, '5550003',    100,  101, 105, NULL, 'ORIGINATOR_CANCEL', 'member', NULL,   102, NULL, NULL,  105, 'BREAK_OUT'),
  ( 7, '5550004',    200,  201, 330, NULL, 'NORMAL_CLEARING',  'member', NULL,    202, NULL, NULL,  262, 'TIMEOUT'),
  ( 8, '5550005',   3600, 3601, 3700,   0, 'NORMAL_CLEARING',  'member', 'bob',  3602, 3630, 3690, NULL, NULL),
  ( 9, '5550005',   3620, 3630, 3690, NULL, 'NORMAL_CLEARING', 'agent',  'bob',  NULL, NULL, NULL, NULL, NULL),
  (10, '5550005',   3620, NULL, 3630, NULL, 'LOSE_RACE',       'agent',  'ann',  NULL, NULL, NULL, NULL, NULL)
) AS v (n, caller, s, a, e, hold, cause, side, agent, j, q, t, c, reason);

SELECT right(contact_id, 2), customer, arrived_at, wait, answered, flowed_out, agent, talk, hold FROM fusionpbx_kpi.contacts ORDER BY arrived_at;
--= 01 | 5550001 | 2026-03-02 09:00:02+00 | 00:00:12 | t | f | ann | 00:03:30 | 00:00:30
--= 04 | -       | 2026-03-02 09:01:02+00 | 00:00:33 | f | f | -   | -        | -
--= 06 | 5550003 | 2026-03-02 09:01:42+00 | 00:00:03 | f | f | -   | -        | -
--= 07 | 5550004 | 2026-03-02 09:03:22+00 | 00:01:00 | f | t | -   | -        | -
--= 08 | 5550005 | 2026-03-02 10:00:02+00 | 00:00:28 | t | f | bob | 00:01:00 | -
SELECT * FROM fusionpbx_kpi.offers ORDER BY at, agent;
--= 2026-03-02 09:00:04+00 | sales@acme | bob | f
--= 2026-03-02 09:00:11+00 | sales@acme | ann | t
--= 2026-03-02 09:01:30+00 | sales@acme | bob | -
--= 2026-03-02 10:00:20+00 | sales@acme | ann | -
--= 2026-03-02 10:00:20+00 | sales@acme | bob | t
SELECT * FROM fusionpbx_kpi.agent_spans ORDER BY span;
--= ann | handling | ["2026-03-02 09:00:14+00","2026-03-02 09:04:14+00")
--= bob | handling | ["2026-03-02 10:00:30+00","2026-03-02 10:01:30+00")
-- 5 offered; within 20 s: the first. Without the one who hung up after 3 s and the one sent on: 1 of 3
SELECT * FROM fusionpbx_kpi.report_queues;
--= sales@acme | 5 | 2 | 2 | 1 | 1 | 33.3 | 40.0 | 20 | 18 | 150
SELECT * FROM fusionpbx_kpi.report_hours ORDER BY hour;
--= 2026-03-02 09:00:00+00 | 4 | 1 | 1
--= 2026-03-02 10:00:00+00 | 1 | 1 | 1
SELECT * FROM fusionpbx_kpi.report_agents ORDER BY agent;
--= ann | 1 | 1 | 0 | 100.0 | 240
--= bob | 2 | 1 | 1 | 50.0  | 60
