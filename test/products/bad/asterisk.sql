-- Bad rows, in a queue of their own: empty fields; read twice; an end that was never written, three hours before the log's
-- end; a negative wait; and one good call
INSERT INTO asterisk.queue_log VALUES
  (101, '2026-03-02 09:00:01', '9.1', 'bad', 'NONE',    'ENTERQUEUE', '', '', '', '', ''),
  (102, '2026-03-02 09:00:05', '9.1', 'bad', 'Agent/9', 'CONNECT', '', '', '', '', ''),
  (103, '2026-03-02 09:01:05', '9.1', 'bad', 'Agent/9', 'COMPLETEAGENT', '10', '', '1', '', ''),
  (104, '2026-03-02 10:30:00', '9.2', 'bad', 'NONE',    'ENTERQUEUE', '', '5559', '1', '', ''),
  (105, '2026-03-02 10:30:20', '9.2', 'bad', 'Agent/9', 'CONNECT', '20', '9.3', '2', '', ''),
  (106, '2026-03-02 10:31:20', '9.2', 'bad', 'Agent/9', 'COMPLETECALLER', '20', '60', '1', '', ''),
  (107, '2026-03-02 10:30:00', '9.2', 'bad', 'NONE',    'ENTERQUEUE', '', '5559', '1', '', ''),
  (108, '2026-03-02 10:30:20', '9.2', 'bad', 'Agent/9', 'CONNECT', '20', '9.3', '2', '', ''),
  (109, '2026-03-02 10:31:20', '9.2', 'bad', 'Agent/9', 'COMPLETECALLER', '20', '60', '1', '', ''),
  (110, '2026-03-02 10:35:00', '9.4', 'bad', 'NONE',    'ENTERQUEUE', '', '', '1', '', ''),
  (111, '2026-03-02 10:40:00', '9.5', 'bad', 'NONE',    'ENTERQUEUE', '', '', '1', '', ''),
  (112, '2026-03-02 10:40:01', '9.5', 'bad', 'NONE',    'ABANDON', '1', '1', '-1', '', ''),
  (113, '2026-03-02 13:30:00', '9.6', 'bad', 'NONE',    'ENTERQUEUE', '', '', '1', '', ''),
  (114, '2026-03-02 13:30:50', '9.6', 'bad', 'NONE',    'ABANDON', '1', '1', '50', '', ''),
  (115, '2026-03-02 13:35:00', '9.7', 'bad', 'NONE',    'ENTERQUEUE', '', '', '1', '', ''),
  (116, '2026-03-02 13:40:00', 'NONE', 'NONE', 'Agent/9', 'AGENTCALLBACKLOGOFF', '1001@pbx', '', '', '', '');
SELECT contact_id, wait, answered, agent, talk FROM asterisk_kpi.contacts WHERE queue = 'bad' ORDER BY 1;
--= 9.1/bad/1 | 00:00:10 | t | Agent/9 | -
--= 9.2/bad/1 | 00:00:20 | t | Agent/9 | 00:01:00
--= 9.4/bad/1 | - | - | - | -
--= 9.5/bad/1 | - | f | - | -
--= 9.6/bad/1 | 00:00:50 | f | - | -
--= 9.7/bad/1 | 00:05:00 | - | - | -
SELECT queue, offered, answered, abandoned, longest_wait_seconds, average_talk_seconds FROM asterisk_kpi.report_queues ORDER BY queue;
--= bad | 5 | 2 | 2 | 300 | 60
--= sales | 3 | 2 | 1 | 70 | 140
--= support | 3 | 0 | 2 | 30 | -
