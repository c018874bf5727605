-- One week of a contact centre, simulated in SQL.
--
--   psql -v seed=1 -f test/simulate/contact_centre.sql
--
-- creates queues, skills, agents, schedule, contacts, surveys, agent_log, chat_spans and tickets in
-- the current schema: about 20 thousand contacts of the week from Monday 2026-03-02 00:00 to Sunday
-- 2026-03-08 24:00 in Europe/Istanbul (+03, no clock change), as the systems would show them at that
-- moment. The same seed gives the same rows on every server.
--
-- Nobody's wait is drawn. Customers arrive (intraday and weekday profile, plus those who were
-- transferred, who redial after hanging up and who come back because nothing was solved), stand in
-- the queue of their topic, and are taken first come, first served by whichever agent with that
-- skill is free; those whose patience ends first hang up. What is drawn: arrivals, patience, work
-- contents, the agents' lateness, and what customers think of it all.
--
-- Everything of the simulation itself lives in the schema simulate, which is dropped at the end.
-- Inside, time is in milliseconds from the start of the week.

\if :{?seed}
\else
  \set seed 1
\endif
\set simulate_quiet :QUIET
\set QUIET on
\set ON_ERROR_STOP on

BEGIN;
SET LOCAL client_min_messages = warning;
SET LOCAL jit = off;
SET LOCAL TimeZone = 'Europe/Istanbul';
CREATE SCHEMA simulate;

--------------------------------------------------------------------------------------------------
-- Chance
--
-- random() differs between server versions, so chance is made of integers here: a hash of (seed, what
-- for, which one) where rows are made in sets, and a Lehmer generator inside the event loop. Logarithms
-- are rounded to the millisecond.

CREATE FUNCTION simulate.chance(seed bigint, what int, which bigint) RETURNS int
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  x bigint := (seed * 1000003 + what * 7919 + which * 65537) & 4294967295;
BEGIN
  x := ((x # (x >> 16)) * 73244475) & 4294967295;
  x := ((x # (x >> 16)) * 73244475) & 4294967295;
  x := ((x # (x >> 16)) + which) & 4294967295;
  x := ((x # (x >> 16)) * 73244475) & 4294967295;
  x := ((x # (x >> 15)) * 73244475) & 4294967295;
  RETURN ((x # (x >> 16)) & 2147483647)::int;
END $$;
COMMENT ON FUNCTION simulate.chance IS 'uniform over 0 .. 2^31 - 1, always the same for the same arguments';

CREATE FUNCTION simulate.moment(ms bigint) RETURNS timestamptz
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN '2026-03-02 00:00+03'::timestamptz + ms * interval '1 ms';

CREATE FUNCTION simulate.span(from_ms bigint, to_ms bigint) RETURNS tstzrange
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN tstzrange(simulate.moment(from_ms), simulate.moment(to_ms));

CREATE FUNCTION simulate.exponential(mean_ms bigint, chance int) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN round(-ln((chance + 0.5)::float8 / 2147483648::float8) * mean_ms)::bigint;

--------------------------------------------------------------------------------------------------
-- The house: queues, teams and what they can do

CREATE TABLE simulate.queue_setup (
  queue_id int PRIMARY KEY,
  queue text, channel text, threshold interval, short_abandon interval,
  weekly int,  -- contacts that begin here in a week, before redials and transfers
  patience int,  -- mean, ms
  talk int,  -- median, ms
  hold_percent int, hold int, -- share of calls put on hold, mean ms
  wrap int,  -- mean, ms
  callback_percent int,  -- who accepts the callback that is offered after two minutes
  transfer_percent int, transfer_to int,
  topics text[],
  open_from int[], open_to int[]  -- hour of day, Monday first
);
INSERT INTO simulate.queue_setup VALUES
(1, 'sales', 'voice', '20 s', '5 s', 3300, 210000, 235000, 12, 45000, 40000, 12, 6, 3,
  '{new contract,upgrade,cancellation}', '{8,8,8,8,8,10,0}', '{20,20,20,20,20,18,0}'),
(2, 'support', 'voice', '30 s', '5 s', 5600, 300000, 270000, 32, 70000, 45000, 15, 7, 3,
  '{outage,device,account}', '{0,0,0,0,0,0,0}', '{24,24,24,24,24,24,24}'),
(3, 'billing', 'voice', '60 s', '10 s', 2300, 270000, 215000, 20, 55000, 35000, 0, 6, 2,
  '{invoice,payment,refund}', '{9,9,9,9,9,0,0}', '{18,18,18,18,18,0,0}'),
(4, 'premium', 'voice', '10 s', '3 s', 1050, 150000, 255000, 15, 40000, 50000, 0, 4, 2,
  '{outage,invoice,device}', '{0,0,0,0,0,0,0}', '{24,24,24,24,24,24,24}'),
(5, 'chat_sales', 'chat', '45 s', NULL, 1500, 150000, 330000, 0, 0, 15000, 0, 5, 6,
  '{new contract,upgrade,cancellation}', '{8,8,8,8,8,9,10}', '{22,22,22,22,22,21,20}'),
(6, 'chat_support', 'chat', '90 s', NULL, 3300, 200000, 420000, 0, 0, 20000, 0, 7, 2,
  '{outage,device,account}', '{8,8,8,8,8,9,10}', '{22,22,22,22,22,21,20}');

CREATE TABLE queues (
  queue text PRIMARY KEY,
  channel text NOT NULL CHECK (channel IN ('voice', 'chat')),
  threshold interval NOT NULL,
  short_abandon interval
);
INSERT INTO queues
SELECT queue, channel, threshold, short_abandon FROM simulate.queue_setup ORDER BY queue_id;

CREATE TABLE simulate.team_setup (
  team_id int PRIMARY KEY,
  team text,
  capacity int,  -- contacts an agent handles at the same time
  skills int[]  -- queue ids, the first is served first
);
INSERT INTO simulate.team_setup VALUES
(1, 'sales', 1, '{1}'), (2, 'support', 1, '{2,4}'), (3, 'billing', 1, '{3,1}'),
(4, 'premium', 1, '{4,2}'), (5, 'chat', 3, '{6,5}');

CREATE TABLE skills (
  team text NOT NULL,
  queue text NOT NULL REFERENCES queues,
  priority int NOT NULL,
  PRIMARY KEY (team, queue)
);
INSERT INTO skills
SELECT t.team, q.queue, s.priority
FROM simulate.team_setup t, unnest(t.skills) WITH ORDINALITY s(queue_id, priority)
JOIN simulate.queue_setup q USING (queue_id)
ORDER BY t.team_id, s.priority;

-- Agents by team, start of shift (minutes), length (minutes) and days; the night shift of Sunday goes
-- on into the next week, that of Monday began in the one before.
CREATE TABLE simulate.roster (
  team_id int, agents int, starts int, length int, days int[]
);
INSERT INTO simulate.roster VALUES
(1, 4, 470, 510, '{0,1,2,3,4}'), (1, 1, 540, 510, '{0,1,2,3,4}'), (1, 6, 700, 510, '{0,1,2,3,4}'),
(1, 3, 595, 480, '{0,1,3,4,5}'), (1, 3, 600, 480, '{0,2,3,4,5}'),
(2, 5, 420, 510, '{0,1,2,3,4}'), (2, 5, 540, 510, '{0,1,2,3,4}'), (2, 4, 900, 510, '{0,1,2,3,4}'),
(2, 3, 930, 510, '{0,1,2,3,4}'),
(2, 3, 480, 510, '{0,1,4,5,6}'), (2, 4, 600, 510, '{0,2,3,5,6}'), (2, 4, 870, 510, '{0,1,2,5,6}'),
(2, 2, 1320, 540, '{-1,0,1,2,3}'), (2, 1, 1320, 540, '{2,3,4,5,6}'), (2, 1, 1320, 540, '{0,1,4,5,6}'),
(3, 6, 530, 510, '{0,1,2,3,4}'), (3, 5, 600, 490, '{0,1,2,3,4}'),
(4, 2, 480, 510, '{0,1,2,3,4}'), (4, 2, 780, 510, '{0,1,2,3,4}'), (4, 1, 600, 510, '{2,3,4,5,6}'),
(4, 1, 780, 510, '{0,1,2,5,6}'),
(5, 4, 475, 490, '{0,1,2,3,4}'), (5, 3, 600, 480, '{0,1,2,3,4}'), (5, 4, 840, 490, '{0,1,2,3,4}'),
(5, 3, 540, 480, '{0,1,4,5,6}'), (5, 4, 780, 480, '{0,1,2,5,6}');

CREATE TABLE simulate.agent_setup AS
SELECT row_number() OVER (ORDER BY r.team_id, r.starts, r.days, k)::int AS agent_id, r.team_id,
  t.team || '-' || to_char(row_number() OVER
    (PARTITION BY r.team_id ORDER BY r.starts, r.days, k), 'FM00') AS agent,
  r.starts, r.length, r.days
FROM simulate.roster r JOIN simulate.team_setup t USING (team_id), generate_series(1, r.agents) k;

CREATE TABLE agents (
  agent text PRIMARY KEY,
  team text NOT NULL
);
INSERT INTO agents
SELECT agent, team FROM simulate.agent_setup JOIN simulate.team_setup USING (team_id) ORDER BY agent_id;

--------------------------------------------------------------------------------------------------
-- The plan: shifts, breaks and training; what comes of it is in agent_log

CREATE TABLE simulate.shift AS
SELECT a.agent_id, d.day, greatest(0, d.day * 86400000 + a.starts * 60000) AS starts,
  least(604800000, d.day * 86400000 + (a.starts + a.length) * 60000) AS ends,
  simulate.chance(:seed, 1, a.agent_id * 10 + d.day) % 100 >= 3 AS present,
  -- the usual two minutes late, sometimes ten; now and then a little early home
  CASE WHEN simulate.chance(:seed, 2, a.agent_id * 10 + d.day) % 100 < 35
    THEN least(600000, simulate.exponential(150000, simulate.chance(:seed, 3, a.agent_id * 10 + d.day)))
    ELSE 0 END AS late,
  CASE WHEN simulate.chance(:seed, 4, a.agent_id * 10 + d.day) % 100 < 20
    THEN least(900000, simulate.exponential(240000, simulate.chance(:seed, 5, a.agent_id * 10 + d.day)))
    ELSE 0 END AS early
FROM simulate.agent_setup a, unnest(a.days) AS d(day);

-- activity 3 break, 4 training, 5 meeting (called at short notice, in nobody's schedule)
CREATE TABLE simulate.pause AS
SELECT row_number() OVER (ORDER BY starts, agent_id, activity)::int AS pause_id, *
FROM (
  SELECT s.agent_id, 3 AS activity,
    s.starts + (p.after + (s.agent_id * 5 + s.day * 3) % 9 * p.spread) * 60000 AS starts,
    p.length * 60000 AS planned,
    p.length * (54000
      + simulate.chance(:seed, 6, s.starts / 1000 + p.after * 7 + s.agent_id * 31) % 13000) AS taken
  FROM simulate.shift s, (VALUES (75, 15, 6), (160, 45, 15), (350, 15, 6)) p(after, length, spread)
  WHERE s.starts + (p.after + p.length + 60) * 60000 < s.ends
  UNION ALL
  SELECT s.agent_id, 4, s.starts + 420 * 60000, 60 * 60000,
    60 * (58000 + simulate.chance(:seed, 7, s.agent_id) % 4000)
  FROM simulate.shift s JOIN simulate.agent_setup a USING (agent_id)
  WHERE s.day = a.days[1 + a.agent_id % 5] AND s.day >= 0 AND s.ends - s.starts >= 480 * 60000
  UNION ALL
  SELECT s.agent_id, 5,
    s.starts + (30 + simulate.chance(:seed, 9, s.agent_id * 10 + s.day) % 40) * 60000, 0,
    60000 * (10 + simulate.chance(:seed, 10, s.agent_id * 10 + s.day) % 15)
  FROM simulate.shift s
  WHERE simulate.chance(:seed, 8, s.agent_id * 10 + s.day) % 100 < 22
) p;

CREATE TABLE schedule (
  agent text NOT NULL REFERENCES agents,
  activity text NOT NULL CHECK (activity IN ('work', 'break', 'training')),
  span tstzrange NOT NULL
);
INSERT INTO schedule
SELECT agent, activity, simulate.span(lower(span), upper(span))
FROM (
  SELECT s.agent_id, 'work' AS activity,
    unnest(int8multirange(int8range(s.starts, s.ends))
      - coalesce(range_agg(int8range(p.starts, p.starts + p.planned)), '{}')) AS span
  FROM simulate.shift s
  LEFT JOIN simulate.pause p ON p.agent_id = s.agent_id
    AND p.starts BETWEEN s.starts AND s.ends AND p.planned > 0
  GROUP BY s.agent_id, s.starts, s.ends
  UNION ALL
  SELECT agent_id, CASE activity WHEN 3 THEN 'break' ELSE 'training' END, int8range(starts, starts + planned)
  FROM simulate.pause WHERE planned > 0
) s JOIN simulate.agent_setup USING (agent_id)
ORDER BY agent_id, lower(span);

--------------------------------------------------------------------------------------------------
-- Who calls, when: a Poisson process whose rate follows weekday and hour. Unit exponentials are added
-- up and read backwards through the expected number of arrivals since the start of the week.

CREATE TABLE simulate.rate AS
SELECT queue_id, hour, weight,
  -- expected arrivals from the start of the week to the start and to the end of the hour, in millionths
  (sum(weight) OVER w - weight) * q.weekly
    * 1000000 / sum(weight) OVER (PARTITION BY queue_id) AS from_count,
  sum(weight) OVER w * q.weekly * 1000000 / sum(weight) OVER (PARTITION BY queue_id) AS to_count
FROM simulate.queue_setup q, generate_series(0, 167) hour,
  LATERAL (SELECT (
    CASE WHEN hour % 24 >= q.open_from[1 + hour / 24] AND hour % 24 < q.open_to[1 + hour / 24] THEN 1 ELSE 0 END
    * ('{3,2,1,1,1,2,4,9,18,28,34,33,28,27,31,32,30,27,24,22,20,16,10,6}'::int[])[1 + hour % 24]
    * ('{122,106,100,97,102,62,44}'::int[])[1 + hour / 24]
    -- support: an incident on Wednesday afternoon, a worse one late on Sunday
    * CASE WHEN q.queue_id <> 2 THEN 10 WHEN hour = 62 THEN 22 WHEN hour = 167 THEN 120 ELSE 10 END
    )::bigint AS weight) v
WINDOW w AS (PARTITION BY queue_id ORDER BY hour);

CREATE TABLE simulate.arrival AS
SELECT row_number() OVER (ORDER BY at, queue_id)::int AS slot, at::int AS at, queue_id,
  -- every twelfth caller withholds the number; premium customers are a small circle
  CASE WHEN queue_id < 5 AND simulate.chance(:seed, 21, at * 8 + queue_id) % 1000 < 83 THEN 0
    WHEN queue_id = 4 THEN 1 + simulate.chance(:seed, 22, at * 8 + queue_id) % 900
    ELSE 1001 + simulate.chance(:seed, 22, at * 8 + queue_id) % 16000 END AS customer,
  1 + (simulate.chance(:seed, 23, at * 8 + queue_id) % 10 + 2) / 5 AS topic
FROM (
  SELECT e.queue_id, r.hour * 3600000
    + ((e.count - r.from_count) * 3600000 / (r.to_count - r.from_count))::bigint AS at
  FROM (
    SELECT q.queue_id, q.weekly,
      sum(simulate.exponential(1000000, simulate.chance(:seed, 20 + q.queue_id * 100, i)))
        OVER (PARTITION BY q.queue_id ORDER BY i) AS count
    FROM simulate.queue_setup q, generate_series(1, q.weekly + 400) i
  ) e
  JOIN (
    SELECT queue_id, array_agg(to_count::bigint ORDER BY hour) AS bounds FROM simulate.rate GROUP BY queue_id
  ) b USING (queue_id)
  -- the hour whose share of the expected arrivals the count falls in
  JOIN simulate.rate r ON r.queue_id = e.queue_id AND r.hour = width_bucket(e.count::bigint, b.bounds)
  WHERE e.count < e.weekly * 1000000::bigint
) a;

--------------------------------------------------------------------------------------------------
-- The week

CREATE TABLE simulate.contact (
  contact_id int, customer int, queue_id int, topic int, arrived int,
  outcome int,  -- 0 still waiting, 1 answered, 2 hung up, 3 took the callback
  wait int, agent_id int, talk int, hold int, wrap int, transferred boolean, resolved boolean
);
CREATE TABLE simulate.state (agent_id int, state int, contact_id int, starts int, ends int);
CREATE TABLE simulate.chat (agent_id int, contact_id int, starts int, ends int);

CREATE PROCEDURE simulate.week(seed bigint) LANGUAGE plpgsql AS $$
DECLARE
  the_end constant int := 604800000;
  modulus constant bigint := 2147483647;
  -- events, in the order in which those of the same moment are taken
  finish constant int := 0;
  back constant int := 1;
  login constant int := 2;
  pause constant int := 3;
  logout constant int := 4;
  arrive constant int := 5;
  give_up constant int := 6;
  -- agent states; break, training and meeting are 3, 4, 5 as in simulate.pause
  off_duty constant int := 0;
  ready constant int := 1;
  handling constant int := 2;

  -- what is to happen: a binary heap of time * 2^24 + event * 2^20 + number of agent, pause or contact
  heap bigint[] := '{}';
  heap_size int := 0;
  pushed bigint[];
  key bigint;
  last_key bigint;
  i int;
  j int;
  now int;
  event int;
  id int;

  -- chance: Lehmer's generator
  r bigint := 1 + (seed * 69621 + 12345) % 2147483646;

  -- queues
  queues int := (SELECT count(*) FROM simulate.queue_setup);
  patience int[] := (SELECT array_agg(q.patience ORDER BY queue_id) FROM simulate.queue_setup q);
  talk int[] := (SELECT array_agg(q.talk ORDER BY queue_id) FROM simulate.queue_setup q);
  hold_percent int[] := (SELECT array_agg(q.hold_percent ORDER BY queue_id) FROM simulate.queue_setup q);
  hold int[] := (SELECT array_agg(q.hold ORDER BY queue_id) FROM simulate.queue_setup q);
  wrap int[] := (SELECT array_agg(q.wrap ORDER BY queue_id) FROM simulate.queue_setup q);
  callback_percent int[] := (SELECT array_agg(q.callback_percent ORDER BY queue_id) FROM simulate.queue_setup q);
  transfer_percent int[] := (SELECT array_agg(q.transfer_percent ORDER BY queue_id) FROM simulate.queue_setup q);
  transfer_to int[] := (SELECT array_agg(q.transfer_to ORDER BY queue_id) FROM simulate.queue_setup q);
  -- opening hours, [queue * 7 + day]
  open_from int[] := (SELECT array_agg(h ORDER BY queue_id, d)
    FROM simulate.queue_setup q, unnest(q.open_from) WITH ORDINALITY o(h, d));
  open_to int[] := (SELECT array_agg(h ORDER BY queue_id, d)
    FROM simulate.queue_setup q, unnest(q.open_to) WITH ORDINALITY o(h, d));
  first int[] := array_fill(0, ARRAY[queues]);
  last int[] := array_fill(0, ARRAY[queues]);
  q int;

  -- contacts, by slot: those who come by themselves first, in order, then the ones that follow from others
  slots int := (SELECT count(*) FROM simulate.arrival);
  primary_slots constant int := slots;
  slot_at int[] := (SELECT array_agg(at ORDER BY slot) FROM simulate.arrival);
  slot_queue int[] := (SELECT array_agg(queue_id ORDER BY slot) FROM simulate.arrival);
  slot_customer int[] := (SELECT array_agg(customer ORDER BY slot) FROM simulate.arrival);
  slot_topic int[] := (SELECT array_agg(topic ORDER BY slot) FROM simulate.arrival);
  slot_tries int[] := array_fill(0, ARRAY[slots]);
  slot_contact int[] := array_fill(0, ARRAY[slots]);
  slot_waits boolean[] := array_fill(false, ARRAY[slots]);
  slot_callback boolean[] := array_fill(false, ARRAY[slots]);
  slot_next int[] := array_fill(0, ARRAY[slots]);
  contacts int := 0;
  s int;
  best int;
  best_rank bigint;
  rank bigint;

  -- agents
  agents int := (SELECT count(*) FROM simulate.agent_setup);
  agent_team int[] := (SELECT array_agg(team_id ORDER BY agent_id) FROM simulate.agent_setup);
  capacity int[] := (SELECT array_agg(t.capacity ORDER BY agent_id)
    FROM simulate.agent_setup JOIN simulate.team_setup t USING (team_id));
  skill int[] := (SELECT array_agg(coalesce(array_position(t.skills, qs.queue_id), 0)
      ORDER BY t.team_id, qs.queue_id)
    FROM simulate.team_setup t, simulate.queue_setup qs);
  -- the quick solve less: percent of the usual talk, and percent of contacts solved
  pace int[] := (SELECT array_agg(78 + simulate.chance(seed, 40, agent_id) % 45 ORDER BY agent_id)
    FROM simulate.agent_setup);
  solves int[] := (SELECT array_agg(58 + (simulate.chance(seed, 40, agent_id) % 45) / 3
      + simulate.chance(seed, 41, agent_id) % 12 ORDER BY agent_id)
    FROM simulate.agent_setup);
  state int[] := array_fill(0, ARRAY[agents]);
  state_since int[] := array_fill(0, ARRAY[agents]);
  state_contact int[] := array_fill(0, ARRAY[agents]);
  idle_since int[] := array_fill(0, ARRAY[agents]);
  busy int[] := array_fill(0, ARRAY[agents]);  -- contacts in hand
  due int[] := array_fill(0, ARRAY[agents]);  -- pause that waits for the end of a contact
  leaving boolean[] := array_fill(false, ARRAY[agents]);
  a int;
  new_state int;
  new_contact int;

  pause_agent int[] := (SELECT array_agg(agent_id ORDER BY pause_id) FROM simulate.pause);
  pause_activity int[] := (SELECT array_agg(activity ORDER BY pause_id) FROM simulate.pause);
  pause_taken int[] := (SELECT array_agg(taken ORDER BY pause_id) FROM simulate.pause);

  t int;
  h int;
  w int;
  at int;
  u float8;
  transferred boolean;
  resolved boolean;
  follow_at int;  -- the contact that this one leads to
  follow_queue int;
  follow_tries int;
BEGIN
  SELECT array_agg(e) INTO pushed FROM (
    SELECT (starts + late) * 16777216::bigint + login * 1048576 + agent_id AS e
    FROM simulate.shift WHERE present
    UNION ALL
    SELECT (ends - CASE WHEN ends < the_end THEN early ELSE 0 END) * 16777216::bigint
      + logout * 1048576 + agent_id
    FROM simulate.shift WHERE present
    UNION ALL
    SELECT p.starts * 16777216::bigint + pause * 1048576 + pause_id FROM simulate.pause p
    ORDER BY e) x;
  pushed := pushed || (slot_at[1] * 16777216::bigint + arrive * 1048576 + 1);

  LOOP
    -- push what the last event led to
    FOREACH key IN ARRAY pushed LOOP
      heap_size := heap_size + 1;
      i := heap_size;
      WHILE i > 1 LOOP
        j := i / 2;
        EXIT WHEN heap[j] <= key;
        heap[i] := heap[j];
        i := j;
      END LOOP;
      heap[i] := key;
    END LOOP;
    pushed := '{}';

    -- pop the next
    key := heap[1];
    now := key >> 24;
    EXIT WHEN now >= the_end;
    event := (key >> 20) & 15;
    id := key & 1048575;
    last_key := heap[heap_size];
    heap_size := heap_size - 1;
    i := 1;
    LOOP
      j := 2 * i;
      EXIT WHEN j > heap_size;
      IF j < heap_size AND heap[j + 1] < heap[j] THEN
        j := j + 1;
      END IF;
      EXIT WHEN heap[j] >= last_key;
      heap[i] := heap[j];
      i := j;
    END LOOP;
    heap[i] := last_key;

    a := 0;
    follow_at := NULL;

    IF event = arrive THEN
      IF id < primary_slots THEN
        pushed := pushed || (slot_at[id + 1] * 16777216::bigint + arrive * 1048576 + id + 1);
      END IF;
      contacts := contacts + 1;
      q := slot_queue[id];
      slot_contact[id] := contacts;
      slot_waits[id] := true;
      slot_next[id] := 0;
      IF first[q] = 0 THEN
        first[q] := id;
      ELSE
        slot_next[last[q]] := id;
      END IF;
      last[q] := id;

      -- how long this one would wait: patience, or the callback offered after two minutes
      r := r * 48271 % modulus;
      t := 1000 + round(-ln(r / modulus::float8) * patience[q]);
      slot_callback[id] := false;
      r := r * 48271 % modulus;
      IF r % 100 < callback_percent[q] THEN
        r := r * 48271 % modulus;
        IF t > 123000 + r % 12000 THEN
          t := 123000 + r % 12000;
          slot_callback[id] := true;
        END IF;
      END IF;
      pushed := pushed || ((now + t) * 16777216::bigint + give_up * 1048576 + id);

      -- the free agent who serves this queue first, has least in hand and was idle longest
      best_rank := NULL;
      FOR i IN 1 .. agents LOOP
        IF (state[i] = ready OR state[i] = handling AND busy[i] < capacity[i])
          AND due[i] = 0 AND NOT leaving[i] THEN
          j := skill[(agent_team[i] - 1) * queues + q];
          IF j > 0 THEN
            rank := ((j * 4 + busy[i])::bigint << 40) + idle_since[i];
            IF best_rank IS NULL OR rank < best_rank THEN
              best_rank := rank;
              a := i;
            END IF;
          END IF;
        END IF;
      END LOOP;

    ELSIF event = give_up THEN
      IF slot_waits[id] THEN
        slot_waits[id] := false;
        q := slot_queue[id];
        INSERT INTO simulate.contact VALUES (slot_contact[id], slot_customer[id], q,
          slot_topic[id], slot_at[id], CASE WHEN slot_callback[id] THEN 3 ELSE 2 END, now - slot_at[id]);
        -- more than half of those who hang up try again within minutes, up to three times
        r := r * 48271 % modulus;
        IF NOT slot_callback[id] AND slot_tries[id] < 3 AND r % 100 < 55 THEN
          r := r * 48271 % modulus;
          follow_at := now + 65000 + round(-ln(r / modulus::float8) * 300000);
          follow_queue := q;
          follow_tries := slot_tries[id] + 1;
          IF follow_at < the_end AND (follow_at / 3600000 % 24 < open_from[(q - 1) * 7 + 1 + follow_at / 86400000]
            OR follow_at / 3600000 % 24 >= open_to[(q - 1) * 7 + 1 + follow_at / 86400000]) THEN
            follow_at := NULL;
          END IF;
        END IF;
      END IF;

    ELSIF event = finish THEN
      a := id;
      busy[a] := busy[a] - 1;
    ELSIF event = back OR event = login THEN
      a := id;
      IF event = login THEN
        state_since[a] := now;
      END IF;
      idle_since[a] := now;
    ELSIF event = pause THEN
      IF state[pause_agent[id]] <> off_duty AND NOT leaving[pause_agent[id]] AND due[pause_agent[id]] = 0 THEN
        due[pause_agent[id]] := id;
        IF state[pause_agent[id]] <= handling THEN
          a := pause_agent[id];
        END IF;
      END IF;
    ELSE  -- logout
      IF state[id] <> off_duty THEN
        leaving[id] := true;
        IF state[id] <= handling THEN
          a := id;
        END IF;
      END IF;
    END IF;

    -- a contact leads to another (after a hang-up here; after an answer below)
    IF follow_at < the_end THEN
      slots := slots + 1;
      slot_at[slots] := follow_at;
      slot_queue[slots] := follow_queue;
      slot_customer[slots] := slot_customer[id];
      slot_topic[slots] := slot_topic[id];
      slot_tries[slots] := follow_tries;
      slot_contact[slots] := 0;
      slot_waits[slots] := false;
      slot_callback[slots] := false;
      slot_next[slots] := 0;
      pushed := pushed || (follow_at * 16777216::bigint + arrive * 1048576 + slots);
    END IF;

    CONTINUE WHEN a = 0;

    -- What does agent a do now?
    new_contact := CASE WHEN busy[a] > 0 THEN state_contact[a] ELSE 0 END;
    WHILE busy[a] < capacity[a] AND due[a] = 0 AND NOT leaving[a] LOOP
      -- the head of the queue served first among those where somebody waits
      s := 0;
      best := 0;
      FOR q IN 1 .. queues LOOP
        j := skill[(agent_team[a] - 1) * queues + q];
        CONTINUE WHEN j = 0 OR best > 0 AND j > best;
        WHILE first[q] > 0 AND NOT slot_waits[first[q]] LOOP
          first[q] := slot_next[first[q]];
        END LOOP;
        IF first[q] > 0 THEN
          s := first[q];
          best := j;
        END IF;
      END LOOP;
      EXIT WHEN s = 0;
      q := slot_queue[s];
      first[q] := slot_next[s];
      slot_waits[s] := false;
      busy[a] := busy[a] + 1;
      new_contact := CASE WHEN capacity[a] = 1 THEN slot_contact[s] ELSE 0 END;

      -- the work: talk is log-normal, longer beside other chats; hold and wrap are exponential
      r := r * 48271 % modulus;
      u := sqrt(-2 * ln(r / modulus::float8));
      r := r * 48271 % modulus;
      u := u * cos(6.283185307179586::float8 * (r / modulus::float8));
      t := 8000 + round(talk[q] * pace[a] / 100.0::float8 * (3 + busy[a]) / 4.0::float8 * exp(0.55::float8 * u));
      h := NULL;
      r := r * 48271 % modulus;
      IF r % 100 < hold_percent[q] THEN
        r := r * 48271 % modulus;
        h := 3000 + round(-ln(r / modulus::float8) * hold[q]);
      END IF;
      r := r * 48271 % modulus;
      w := 2000 + round(-ln(r / modulus::float8) * wrap[q]);
      at := now + t + coalesce(h, 0);  -- the customer leaves
      pushed := pushed || ((at + w) * 16777216::bigint + finish * 1048576 + a);
      IF capacity[a] > 1 THEN
        INSERT INTO simulate.chat VALUES (a, slot_contact[s], now, least(at + w, the_end));
      END IF;

      -- what comes of it
      transferred := NULL;
      resolved := NULL;
      follow_at := NULL;
      IF at < the_end THEN
        transferred := false;
        r := r * 48271 % modulus;
        IF r % 100 < transfer_percent[q] THEN
          follow_queue := transfer_to[q];
          r := r * 48271 % modulus;
          i := at + 4000 + r % 36000;
          IF i < the_end AND i / 3600000 % 24 >= open_from[(follow_queue - 1) * 7 + 1 + i / 86400000]
            AND i / 3600000 % 24 < open_to[(follow_queue - 1) * 7 + 1 + i / 86400000] THEN
            follow_at := i;
            follow_tries := slot_tries[s];
            transferred := true;
          END IF;
        END IF;
        r := r * 48271 % modulus;
        resolved := NOT transferred AND r % 100 < solves[a] + 12 * (1 - least(slot_tries[s], 1));
        IF NOT transferred AND NOT resolved THEN
          -- most come back, half an hour to days later, when the queue is open
          r := r * 48271 % modulus;
          IF r % 100 < 60 THEN
            r := r * 48271 % modulus;
            follow_at := at + 1500000 + round(-ln(r / modulus::float8) * 50000000);
            follow_queue := q;
            follow_tries := 1;
            i := (q - 1) * 7 + 1 + follow_at / 86400000;
            IF follow_at < the_end AND (follow_at / 3600000 % 24 < open_from[i]
              OR follow_at / 3600000 % 24 >= open_to[i]) THEN
              -- or in the first hours after it opens
              LOOP
                r := r * 48271 % modulus;
                follow_at := follow_at + 3600000 + r % 600000;
                i := (q - 1) * 7 + 1 + follow_at / 86400000;
                EXIT WHEN follow_at >= the_end OR follow_at / 3600000 % 24 >= open_from[i]
                  AND follow_at / 3600000 % 24 < open_to[i];
              END LOOP;
              r := r * 48271 % modulus;
              follow_at := follow_at + r % 14400000;
            END IF;
          END IF;
        END IF;
      END IF;
      INSERT INTO simulate.contact VALUES (slot_contact[s], slot_customer[s], q, slot_topic[s],
        slot_at[s], 1,
        now - slot_at[s], a, CASE WHEN at < the_end THEN t END, CASE WHEN at < the_end THEN h END,
        CASE WHEN at + w < the_end THEN w END, transferred, resolved);
      IF follow_at < the_end THEN
        slots := slots + 1;
        slot_at[slots] := follow_at;
        slot_queue[slots] := follow_queue;
        slot_customer[slots] := slot_customer[s];
        slot_topic[slots] := CASE WHEN transferred THEN 1 + r % 3 ELSE slot_topic[s] END;
        slot_tries[slots] := follow_tries;
        slot_contact[slots] := 0;
        slot_waits[slots] := false;
        slot_callback[slots] := false;
        slot_next[slots] := 0;
        pushed := pushed || (follow_at * 16777216::bigint + arrive * 1048576 + slots);
      END IF;
    END LOOP;

    IF busy[a] > 0 THEN
      new_state := handling;
    ELSIF leaving[a] THEN
      new_state := off_duty;
      leaving[a] := false;
      due[a] := 0;
    ELSIF due[a] > 0 THEN
      new_state := pause_activity[due[a]];
      pushed := pushed || ((now + pause_taken[due[a]]) * 16777216::bigint + back * 1048576 + a);
      due[a] := 0;
    ELSE
      new_state := ready;
      idle_since[a] := now;
    END IF;
    IF new_state <> state[a] OR new_contact <> state_contact[a] THEN
      IF state[a] <> off_duty AND now > state_since[a] THEN
        INSERT INTO simulate.state VALUES (a, state[a], nullif(state_contact[a], 0), state_since[a], now);
      END IF;
      state[a] := new_state;
      state_since[a] := now;
      state_contact[a] := CASE WHEN new_state = handling THEN new_contact ELSE 0 END;
    END IF;
  END LOOP;

  -- the week is over: who is still at work, who is still waiting
  FOR a IN 1 .. agents LOOP
    IF state[a] <> off_duty AND state_since[a] < the_end THEN
      INSERT INTO simulate.state VALUES (a, state[a], nullif(state_contact[a], 0), state_since[a], the_end);
    END IF;
  END LOOP;
  FOR q IN 1 .. queues LOOP
    s := first[q];
    WHILE s > 0 LOOP
      IF slot_waits[s] THEN
        INSERT INTO simulate.contact VALUES (slot_contact[s], slot_customer[s], q, slot_topic[s],
          slot_at[s], 0, the_end - slot_at[s]);
      END IF;
      s := slot_next[s];
    END LOOP;
  END LOOP;
END $$;

CALL simulate.week(:seed);

--------------------------------------------------------------------------------------------------
-- The same as a reporting database would hold it

CREATE TABLE contacts (
  contact_id bigint PRIMARY KEY,
  customer_id bigint,
  channel text NOT NULL,
  queue text NOT NULL REFERENCES queues,
  topic text NOT NULL,
  arrived_at timestamptz NOT NULL,
  answered boolean,
  flowed_out boolean NOT NULL,
  wait interval NOT NULL,
  wait_s double precision NOT NULL,
  agent text REFERENCES agents,
  talk interval,
  hold interval,
  wrap interval,
  ended_at timestamptz,
  transferred boolean,
  resolved boolean
);
INSERT INTO contacts
SELECT c.contact_id, nullif(c.customer, 0) + 100000, q.channel, q.queue, q.topics[c.topic],
  simulate.moment(c.arrived),
  CASE c.outcome WHEN 0 THEN NULL ELSE c.outcome = 1 END, c.outcome = 3,
  c.wait * interval '1 ms', c.wait / 1000::float8, a.agent,
  c.talk * interval '1 ms', c.hold * interval '1 ms', c.wrap * interval '1 ms',
  CASE WHEN c.outcome > 1 OR c.talk IS NOT NULL THEN
    simulate.moment(c.arrived + c.wait + coalesce(c.talk, 0) + coalesce(c.hold, 0)) END,
  c.transferred, c.resolved
FROM simulate.contact c
JOIN simulate.queue_setup q USING (queue_id)
LEFT JOIN simulate.agent_setup a USING (agent_id)
ORDER BY c.contact_id;

CREATE TABLE agent_log (
  agent text NOT NULL REFERENCES agents,
  state text NOT NULL CHECK (state IN ('ready', 'handling', 'break', 'training', 'meeting')),
  contact_id bigint REFERENCES contacts,
  span tstzrange NOT NULL
);
INSERT INTO agent_log
SELECT a.agent, ('{ready,handling,break,training,meeting}'::text[])[s.state], s.contact_id,
  simulate.span(s.starts, s.ends)
FROM simulate.state s JOIN simulate.agent_setup a USING (agent_id)
ORDER BY s.starts, s.agent_id;

CREATE TABLE chat_spans (
  agent text NOT NULL REFERENCES agents,
  contact_id bigint NOT NULL REFERENCES contacts,
  span tstzrange NOT NULL
);
INSERT INTO chat_spans
SELECT a.agent, c.contact_id,
  simulate.span(c.starts, c.ends)
FROM simulate.chat c JOIN simulate.agent_setup a USING (agent_id)
ORDER BY c.starts, c.agent_id, c.contact_id;

-- Surveys go to seven in ten of those who were helped and whose number is known; one in five answers,
-- and not always everything. Who was not helped, or waited long, is less pleased and answers more often.
CREATE TABLE surveys (
  contact_id bigint PRIMARY KEY REFERENCES contacts,
  answered_at timestamptz,
  nps smallint,
  csat smallint,
  ces smallint
);
INSERT INTO surveys
SELECT contact_id, CASE WHEN replied THEN replied_at END,
  CASE WHEN replied THEN greatest(0, least(10, (mood + 500) / 1000)) END,
  CASE WHEN replied AND skips % 10 > 0 THEN greatest(1, least(5, 1 + mood * 9 / 20000)) END,
  CASE WHEN replied AND skips % 10 > 2 THEN greatest(1, least(7, 1 + mood * 13 / 20000)) END
FROM (
  SELECT c.contact_id, replied_at,
    simulate.chance(:seed, 51, c.contact_id) % 100 < CASE WHEN c.resolved THEN 17 ELSE 26 END
      AND replied_at < '2026-03-09 00:00+03' AS replied,
    -- thousandths of a point on 0..10
    CASE WHEN c.resolved THEN 9100 ELSE 5600 END - least(3000, r.wait / 80)
      + (simulate.chance(:seed, 53, c.contact_id) % 1000 + simulate.chance(:seed, 54, c.contact_id) % 1000
        + simulate.chance(:seed, 55, c.contact_id) % 1000 - 1500) * 3 AS mood,
    simulate.chance(:seed, 56, c.contact_id) AS skips
  FROM contacts c JOIN simulate.contact r USING (contact_id),
    LATERAL (SELECT c.ended_at + (45000 + simulate.exponential(7200000,
      simulate.chance(:seed, 52, c.contact_id))) * interval '1 ms' AS replied_at) t
  WHERE c.ended_at IS NOT NULL AND c.answered AND NOT c.transferred AND c.customer_id IS NOT NULL
    AND simulate.chance(:seed, 50, c.contact_id) % 10 < 7
) s
ORDER BY contact_id;

-- Tickets come from the web at any hour and from contacts that were not resolved. Four clerks read them
-- Monday to Friday from 9 to 18, first come, first served; urgent ones are solved sooner. Much is still
-- open at the end of the week.
CREATE TABLE simulate.ticket AS
SELECT row_number() OVER (ORDER BY opened, customer)::int AS ticket_id, opened::int, customer,
  CASE WHEN p < 8 THEN 1 WHEN p < 28 THEN 2 WHEN p < 78 THEN 3 ELSE 4 END AS priority,
  NULL::int AS responded, NULL::int AS resolved, false AS reopened
FROM (
  SELECT at AS opened, customer, simulate.chance(:seed, 60, at) % 100 AS p
  FROM (
    SELECT i, simulate.chance(:seed, 61, i) % 604800000 AS at,
      1001 + simulate.chance(:seed, 62, i) % 16000 AS customer
    FROM generate_series(1, 1900) i
  ) w
  -- nights and the weekend are quieter, but not empty
  WHERE simulate.chance(:seed, 63, i) % 100 < CASE WHEN at / 3600000 % 24 BETWEEN 8 AND 22 THEN 75 ELSE 20 END
    * CASE WHEN at / 86400000 < 5 THEN 10 ELSE 6 END / 10
  UNION ALL
  SELECT arrived + wait + talk + coalesce(hold, 0), customer, simulate.chance(:seed, 64, contact_id) % 100
  FROM simulate.contact
  WHERE NOT resolved AND NOT transferred AND customer > 0
    AND simulate.chance(:seed, 65, contact_id) % 100 < 22
) t;

CREATE FUNCTION simulate.office_clock(at bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN least(at / 86400000, 5) * 32400000
  + CASE WHEN at < 5 * 86400000::bigint THEN greatest(0, least(32400000, at % 86400000 - 32400000)) ELSE 0 END;
COMMENT ON FUNCTION simulate.office_clock IS 'office hours (Monday to Friday, 9 to 18) passed since the start of the week, ms';

CREATE FUNCTION simulate.wall_clock(at bigint) RETURNS int
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN at > 0 AND at <= 5 * 32400000::bigint
  THEN ((at - 1) / 32400000) * 86400000 + 32400000 + (at - 1) % 32400000 + 1 END::int;

CREATE PROCEDURE simulate.tickets(seed bigint) LANGUAGE plpgsql AS $$
DECLARE
  free bigint[] := '{0,0,0,0}';  -- when each clerk is done, on the office clock
  k int;
  t record;
  reads bigint;
  solved bigint;
BEGIN
  FOR t IN SELECT * FROM simulate.ticket ORDER BY ticket_id LOOP
    k := array_position(free, (SELECT min(f) FROM unnest(free) f));
    reads := greatest(free[k], simulate.office_clock(t.opened))
      + 60000 + simulate.exponential(360000, simulate.chance(seed, 70, t.ticket_id));
    free[k] := reads;
    solved := reads + simulate.exponential(('{7200000,18000000,36000000,90000000}'::bigint[])[t.priority],
      simulate.chance(seed, 71, t.ticket_id));
    UPDATE simulate.ticket SET responded = simulate.wall_clock(reads), resolved = simulate.wall_clock(solved),
      reopened = simulate.wall_clock(solved) IS NOT NULL AND simulate.chance(seed, 72, t.ticket_id) % 100 < 7
    WHERE ticket_id = t.ticket_id;
  END LOOP;
END $$;
CREATE UNIQUE INDEX ON simulate.ticket (ticket_id);
CALL simulate.tickets(:seed);

CREATE TABLE tickets (
  ticket_id bigint PRIMARY KEY,
  customer_id bigint NOT NULL,
  priority text NOT NULL CHECK (priority IN ('urgent', 'high', 'normal', 'low')),
  opened_at timestamptz NOT NULL,
  first_response_at timestamptz,
  resolved_at timestamptz,
  reopened boolean NOT NULL
);
INSERT INTO tickets
SELECT ticket_id, customer + 100000, ('{urgent,high,normal,low}'::text[])[priority],
  simulate.moment(opened),
  simulate.moment(responded),
  simulate.moment(resolved), reopened
FROM simulate.ticket ORDER BY ticket_id;

CREATE INDEX ON contacts (arrived_at);
CREATE INDEX ON contacts (customer_id, arrived_at);

DROP SCHEMA simulate CASCADE;

COMMENT ON TABLE queues IS 'queues: target (threshold) and what counts as a short abandon (NULL: nothing does)';
COMMENT ON TABLE skills IS 'which team serves which queue; the lowest priority number first';
COMMENT ON TABLE contacts IS 'one row a contact and queue; a transfer is a new row of the same customer within a minute';
COMMENT ON COLUMN contacts.customer_id IS 'NULL: number withheld';
COMMENT ON COLUMN contacts.answered IS 'NULL: still waiting at the end of the week';
COMMENT ON COLUMN contacts.flowed_out IS 'took a callback instead of waiting on';
COMMENT ON COLUMN contacts.wait IS 'until answered, until the customer left, or until the end of the week';
COMMENT ON COLUMN contacts.wait_s IS 'the same in seconds';
COMMENT ON COLUMN contacts.ended_at IS 'the customer left; NULL: still waiting or talking';
COMMENT ON TABLE surveys IS 'one row a survey sent; scores are NULL where nobody answered';
COMMENT ON TABLE agent_log IS 'what each agent did, without gaps from login to logout';
COMMENT ON COLUMN agent_log.contact_id IS 'the call in hand; NULL for chats, which overlap (see chat_spans)';
COMMENT ON TABLE schedule IS 'what each agent was planned to do';
COMMENT ON TABLE chat_spans IS 'chats in hand, up to three at the same time';
COMMENT ON TABLE tickets IS 'tickets: NULL times have not happened yet';

COMMIT;
ANALYZE queues, skills, agents, schedule, contacts, agent_log, chat_spans, surveys, tickets;
\set QUIET :simulate_quiet
