-- Business time: type business_calendar
SET timezone = 'Europe/Istanbul';
SET datestyle = 'ISO, YMD';
SET intervalstyle = 'postgres';
\pset null NULL

-- ---------- text ----------

-- the example of the documentation prints as it was written, dates in their order
SELECT 'Europe/Istanbul; Mon-Fri 09:00-18:00; Sat 10:00-14:00; 2026-02-18..2026-03-19 Mon-Sat 10:00-16:00; 2026-12-31 09:00-13:00; 2027-01-01 closed'::business_calendar;

-- what people write, and what it means
SELECT written, written::business_calendar AS canonical
FROM unnest(ARRAY[
    'UTC',                                                          -- never open
    'UTC; ',
    '  utc;MON-FRI 9-18  ;  saturday 10:00 - 14:00;',               -- case, space, hours without minutes
    'america/new_york; Mon, wed ,FRI: 09:00-12:00 , 13:00-17:00',
    'UTC; Fri-Mon 08:00-12:00',                                     -- wraps: Fri, Sat, Sun, Mon
    'UTC; Sun-Sat 08:00-12:00',                                     -- all seven
    'UTC; 24x7', 'UTC; 24/7', 'UTC; Mon-Sun 00:00-24:00', 'UTC; Mon-Sun 12:00-24:00,0-12',
    'UTC; Mon-Fri 22:00-06:00',                                     -- past midnight
    'UTC; Mon 22:00-00:00',                                         -- = 24:00
    'UTC; Mon 09:00:30-09:00:45',
    'UTC; Mon 09:00-12:00,12:00-13:00',                             -- touching: one
    'UTC; Mon 09:00-12:00; Mon 14:00-15:00; Mon-Tue 12:00-13:00',   -- parts add up
    'UTC; Tue 09:00-12:00; Mon 09:00-12:00; Sun closed',            -- Monday first; closed is the default
    'UTC; Mon 00:00-23:00,23:00-05:00',                             -- 29 hours
    'UTC; 2026-12-31 9-13; 2026-01-01 closed',                      -- sorted
    'UTC; 2026-12-31, 2026-01-01..2026-01-03 closed',
    'UTC; 2026-01-05..2026-01-05 closed',                           -- a range of one
    'UTC; 2026-01-05..2026-01-09 10-16; 2026-01-07 closed',         -- a single date beats a range
    'UTC; 2026-01-01 closed; 2026-01-02 closed; 2026-01-03 9-10',   -- neighbours with equal hours: one range
    'UTC; 2026-01-05 closed; 2026-01-05..2026-01-09 closed',
    'UTC; 0001-01-01..9999-12-31 10-16',
    'etc/gmt+5; 24x7'                                               -- a name with digits
]) AS written;

-- the canonical text is what it says: read again it gives the same bytes
SELECT c::text::business_calendar = c AS same, encode(_business_calendar_send(c), 'escape') AS binary
FROM (VALUES ('utc; mon 0:00-23:00,23:00-5:00; 2026-01-01 closed'::business_calendar)) AS v(c);

-- equal meaning, equal value: =, hash, order
SELECT 'UTC; Mon,Tue 9-18'::business_calendar = 'utc; Tue 9-12,12-18; Mon 9-18' AS equal,
    'UTC; Mon 9-18'::business_calendar <> 'UTC; Mon 9-17' AS differ,
    ('UTC; Mon 9-18'::business_calendar < 'UTC; Mon 9-17') <> ('UTC; Mon 9-18'::business_calendar > 'UTC; Mon 9-17') AS ordered,
    _business_calendar_hash('UTC; 24x7') = _business_calendar_hash('UTC; 24/7') AS hashed;
SELECT count(DISTINCT c), count(*) FROM (VALUES ('UTC; 24x7'::business_calendar), ('UTC;24/7'), ('UTC')) AS v(c);
SELECT c, count(*) FROM (VALUES ('UTC; 24x7'::business_calendar), ('UTC;24/7')) AS v(c) GROUP BY c;

-- ---------- business_time ----------

-- came on Friday at 17:58, answered on Monday at 09:01: two minutes and one
SELECT business_time('Europe/Istanbul; Mon-Fri 09:00-18:00', '2026-03-06 17:58', '2026-03-09 09:01');   -- 00:03

-- lunch, a short day, a closed one
SELECT name, business_time('Europe/Istanbul; Mon-Fri 09:00-12:00,13:00-18:00; 2026-03-10 09:00-13:00; 2026-03-11 closed', start_at, end_at)
FROM (VALUES
    ('over lunch', timestamptz '2026-03-09 11:30', timestamptz '2026-03-09 13:15'),         -- 0:30 + 0:15
    ('within lunch', '2026-03-09 12:10', '2026-03-09 12:50'),                               -- 0
    ('a slot''s end is closed', '2026-03-09 12:00', '2026-03-09 13:00'),                    -- 0
    ('a Monday', '2026-03-09 00:00', '2026-03-10 00:00'),                                   -- 8
    ('the short Tuesday', '2026-03-10 00:00', '2026-03-11 00:00'),                          -- 4, its own hours alone
    ('the closed Wednesday', '2026-03-11 00:00', '2026-03-12 00:00'),                       -- 0
    ('that week', '2026-03-09', '2026-03-16'),                                              -- 8 + 4 + 0 + 8 + 8 = 28
    ('another week', '2026-03-16', '2026-03-23'),                                           -- 40
    ('53 weeks', '2026-03-09', '2027-03-15'),                                               -- 53 * 40 - 12 = 2108
    ('backwards', '2026-03-09 13:15', '2026-03-09 11:30'),                                  -- -0:45
    ('no time', '2026-03-09 10:00', '2026-03-09 10:00'),
    ('microseconds', '2026-03-09 09:00:00.000001', '2026-03-09 09:00:00.000003'),
    ('not over', '2026-03-09 10:00', NULL)) AS v(name, start_at, end_at);

-- a slot past midnight belongs to its first date: Thursday's ends on Friday, and
-- a closed date does not end the slot of the day before
SELECT name, business_time(calendar, start_at, end_at)
FROM (VALUES
    ('Thu night', 'Europe/Istanbul; Mon-Thu 22:00-06:00'::business_calendar, timestamptz '2026-03-05 00:00', timestamptz '2026-03-06 00:00'),   -- 6 + 2
    ('Fri', 'Europe/Istanbul; Mon-Thu 22:00-06:00', '2026-03-06', '2026-03-07'),                                            -- 6
    ('Mon', 'Europe/Istanbul; Mon-Thu 22:00-06:00', '2026-03-02', '2026-03-03'),                                            -- 2
    ('closed after a night', 'Europe/Istanbul; 2026-03-05 closed; Mon-Thu 22:00-06:00', '2026-03-05', '2026-03-06'),        -- 6 of Wed
    ('no night after closed', 'Europe/Istanbul; 2026-03-05 closed; Mon-Thu 22:00-06:00', '2026-03-06', '2026-03-07'),       -- 0
    ('nights of a range', 'Europe/Istanbul; 2026-03-10..2026-03-12 20:00-04:00', '2026-03-10', '2026-03-14'),               -- 3 * 8
    ('its last morning', 'Europe/Istanbul; 2026-03-10..2026-03-12 20:00-04:00', '2026-03-13', '2026-03-14'),                -- 4
    ('overlap is not counted twice', 'Europe/Istanbul; Mon 22:00-06:00; Tue 05:00-08:00', '2026-03-03', '2026-03-04'),      -- 8
    ('longer than a day', 'Europe/Istanbul; Mon 00:00-23:00,23:00-05:00', '2026-03-02', '2026-03-09')                       -- 29
) AS v(name, calendar, start_at, end_at);

-- The wall clock decides: an hour that it skips does not count, one that it repeats counts twice.
SELECT name, business_time(calendar, start_at, end_at)
FROM (VALUES
    ('London, spring', 'Europe/London; Sun 00:00-06:00'::business_calendar, timestamptz '2026-03-29 00:00 Europe/London', timestamptz '2026-03-30 00:00 Europe/London'),  -- 5
    ('London, autumn', 'Europe/London; Sun 00:00-06:00', '2026-10-25 00:00 Europe/London', '2026-10-26 00:00 Europe/London'),        -- 7
    ('a slot that is skipped', 'Europe/London; Sun 01:15-01:45', '2026-03-29 00:00 Europe/London', '2026-03-30 00:00 Europe/London'),     -- 0
    ('a slot that is repeated', 'Europe/London; Sun 01:15-01:45', '2026-10-25 00:00 Europe/London', '2026-10-26 00:00 Europe/London'),    -- 1
    ('a night of 11 hours', 'America/New_York; Sat 20:00-06:00', '2026-10-31 12:00 America/New_York', '2026-11-01 12:00 America/New_York'),   -- 11
    ('a night of 9 hours', 'America/New_York; Sat 20:00-06:00', '2026-03-07 12:00 America/New_York', '2026-03-08 12:00 America/New_York'),    -- 9
    ('half an hour', 'Australia/Lord_Howe; Sun 01:00-03:00', '2026-04-05 00:00 Australia/Lord_Howe', '2026-04-06 00:00 Australia/Lord_Howe'),  -- 2:30
    ('midnight repeated', 'America/Sao_Paulo; Sat 23:00-24:00', '2018-02-17 12:00 America/Sao_Paulo', '2018-02-18 12:00 America/Sao_Paulo'),   -- 2
    ('midnight skipped', 'America/Sao_Paulo; Sun 00:00-02:00', '2018-11-03 12:00 America/Sao_Paulo', '2018-11-04 12:00 America/Sao_Paulo'),    -- 1
    ('a day that is skipped', 'Pacific/Apia; Fri 09:00-17:00', '2011-12-26 00:00 UTC', '2012-01-02 00:00 UTC'),                     -- 0
    ('no changes', 'Asia/Kolkata; Mon-Fri 09:30-17:30', '2026-01-01 00:00 Asia/Kolkata', '2027-01-01 00:00 Asia/Kolkata'),          -- 261 * 8 = 2088
    ('always open', 'Europe/London; 24x7', '2020-01-01 00:00 UTC', '2026-01-01 00:00 UTC')                                          -- 2192 * 24 = 52608
) AS v(name, calendar, start_at, end_at);

-- 400 years have 146097 days, 20871 weeks: centuries cost what weeks do
SELECT business_time('Europe/London; Mon-Fri 09:00-18:00', '2026-01-05 00:00 UTC', '2426-01-05 00:00 UTC') / 20871 AS week,    -- 45
    business_time('Europe/London; Mon-Fri 09:00-18:00', '2026-01-05 00:00 UTC', '120026-01-05 00:00 UTC') / (20871 * 295) AS week,
    business_time('Europe/London; Mon-Fri 09:00-18:00', '1026-01-05 00:00 UTC', '0626-01-05 00:00 UTC') / 20871 AS week;          -- -45

-- ---------- business_deadline ----------

SELECT name, business_deadline(calendar, start_at, duration)
FROM (VALUES
    ('over the weekend', 'Europe/Istanbul; Mon-Fri 09:00-18:00'::business_calendar, timestamptz '2026-03-06 17:00', interval '4 hours'),  -- Mon 12:00
    ('until the slot ends, not until the next begins', 'Europe/Istanbul; Mon-Fri 09:00-18:00', '2026-03-06 17:00', '1 hour'),  -- Fri 18:00
    ('a microsecond more', 'Europe/Istanbul; Mon-Fri 09:00-18:00', '2026-03-06 17:00', '01:00:00.000001'),                     -- Mon 09:00:00.000001
    ('nothing to do', 'Europe/Istanbul; Mon-Fri 09:00-18:00', '2026-03-07 17:00', '0'),                                        -- Sat 17:00
    ('past a holiday', 'Europe/Istanbul; Mon-Fri 09:00-18:00; 2026-03-09 closed', '2026-03-06 17:00', '4 hours'),              -- Tue 12:00
    ('past New Year''s Eve', 'Europe/Istanbul; Mon-Fri 09:00-18:00; 2026-12-31 09:00-13:00; 2027-01-01 closed', '2026-12-31 12:00', '3 hours'),  -- Mon 4 Jan 11:00
    ('a year of work', 'Europe/Istanbul; Mon-Fri 09:00-18:00', '2026-01-05', '2340 hours'),                                    -- 52 weeks: Fri 1 Jan 2027 18:00
    ('never open', 'Europe/Istanbul', '2026-03-06', '1 minute'),
    ('the last opening', 'Europe/Istanbul; 2027-01-01 09:00-10:00', '2026-03-06', '1 hour'),
    ('more than is left', 'Europe/Istanbul; 2027-01-01 09:00-10:00', '2026-03-06', '01:00:00.000001'),
    ('until closing down', 'Europe/Istanbul; Mon-Fri 09:00-18:00; 2026-03-10..9999-12-31 closed', '2026-03-06 17:00', '10 hours'),     -- Mon 18:00
    ('and not after', 'Europe/Istanbul; Mon-Fri 09:00-18:00; 2026-03-10..9999-12-31 closed', '2026-03-06 17:00', '11 hours'),          -- when the last date of all is over
    ('a repeated hour', 'Europe/London; Sun 00:00-06:00', '2026-10-25 00:00 Europe/London', '2 hours'),                        -- the second 01:00, 04:00 here
    ('no duration', 'Europe/Istanbul; 24x7', '2026-03-06', NULL)) AS v(name, calendar, start_at, duration);

-- the exact inverse of business_time: so much has passed then, and not a microsecond before
SELECT count(*),
    count(*) FILTER (WHERE business_time(c, s, business_deadline(c, s, d)) = d),
    count(*) FILTER (WHERE business_time(c, s, business_deadline(c, s, d) - interval '1 us') < d)
FROM (SELECT c,
        timestamptz '2025-01-01' + ((i * 7919) % 31536000) * interval '1.000007 s' AS s,
        (i * 104729 % 5000000 + 1) * interval '1 s' AS d
    FROM generate_series(1, 1000) AS i,
        unnest('{"Europe/London; Mon-Fri 22:00-06:00; Sun 01:00-02:00,12:00-13:00; 2025-12-20..2026-01-03 closed; 2025-12-24 00:00-24:00",
            "Australia/Lord_Howe; Sat-Sun 00:00-03:00,23:30:15-00:45","America/New_York; 24x7"}'::business_calendar[]) AS c) AS random;

-- ---------- pieces of time, pauses ----------

-- two pieces: 17:30 to 18:00 on Friday, 09:00 to 11:00 on Monday
SELECT spans, business_time('Europe/Istanbul; Mon-Fri 09:00-18:00', spans)
FROM unnest(ARRAY['{[2026-03-06 17:30, 2026-03-06 20:00), [2026-03-09 08:00, 2026-03-09 11:00)}', '{}', NULL,
    '{[2026-03-06 17:30, 2026-03-06 17:30:00.000001]}', '{[2026-03-07, 2026-03-08)}']::tstzmultirange[]) AS spans;
-- the same as business_spans * spans, and as the sum of the pieces
SELECT count(*), count(*) FILTER (WHERE business_time(c, m) = coalesce((SELECT sum(upper(r) - lower(r)) FROM unnest(business_spans(c, '2025-01-01', '2026-01-01') * m) AS r), '0')
    AND business_time(c, m) = coalesce((SELECT sum(business_time(c, lower(r), upper(r))) FROM unnest(m) AS r), '0'))
FROM (SELECT range_agg(tstzrange(s, s + i % 90 * interval '61 min')) AS m
    FROM (SELECT i, '2025-01-01'::timestamptz + i * 7919 % 30000000 * interval '1 s' AS s FROM generate_series(1, 400) AS i) AS r GROUP BY i % 40) AS x,
    unnest('{"Europe/London; Mon-Fri 22:00-06:00; Sun 01:00-02:00,12:00-13:00","America/New_York; 24x7"}'::business_calendar[]) AS c;

SELECT name, business_deadline('Europe/Istanbul; Mon-Fri 09:00-18:00', '2026-03-06 16:00', duration, paused)
FROM (VALUES
    ('no pause: Monday 11:00', interval '4 hours', '{}'::tstzmultirange),
    ('NULL is no pause', '4 hours', NULL),
    ('an hour''s pause: 12:00', '4 hours', '{[2026-03-06 17:00, 2026-03-06 18:00)}'),
    ('a closed pause costs nothing: 11:00', '4 hours', '{[2026-03-07, 2026-03-08)}'),
    ('started within a pause: 11:30', '4 hours', '{[2026-03-06 12:00, 2026-03-06 16:30)}'),
    ('over before: 11:00', '4 hours', '{(,2026-03-06 16:00)}'),
    ('due when the pause begins: Friday 17:00', '1 hour', '{[2026-03-06 17:00, 2026-03-09 10:00)}'),
    ('a microsecond more: Monday 10:00:00.000001', '01:00:00.000001', '{[2026-03-06 17:00, 2026-03-09 10:00)}'),
    ('two pauses: 13:30', '4 hours', '{[2026-03-06 17:00, 2026-03-06 18:00), [2026-03-09 10:00, 2026-03-09 11:30)}'),
    ('paused still: never', '4 hours', '{[2026-03-09 10:00,)}'),
    ('paused later: 11:00', '4 hours', '{[2026-03-09 11:00,)}'),
    ('paused until infinity', '4 hours', '{[2026-03-09 10:00,infinity)}'),
    ('nothing to do', '0', '{(,)}'),
    ('no duration', NULL, '{}')) AS v(name, duration, paused);

-- the inverse: so much open time outside the pauses lies before the deadline, and not a microsecond earlier
SELECT count(*), count(*) FILTER (WHERE business_time(c, tstzmultirange(tstzrange(s, e)) - p) = d
    AND business_time(c, tstzmultirange(tstzrange(s, e - interval '1 us')) - p) < d)
FROM (SELECT range_agg(tstzrange(s, s + i % 90 * interval '61 min')) AS p
    FROM (SELECT i, '2025-01-01'::timestamptz + i * 7919 % 30000000 * interval '1 s' AS s FROM generate_series(1, 4000) AS i) AS r GROUP BY i % 40) AS x,
    unnest('{"Europe/London; Mon-Fri 22:00-06:00; Sun 01:00-02:00,12:00-13:00","America/New_York; 24x7"}'::business_calendar[]) AS c,
    generate_series(1, 20) AS n, LATERAL (SELECT '2025-01-01'::timestamptz + n * interval '397.7 hours' AS s, n * n * interval '37.3 min' AS d) AS v,
    LATERAL (SELECT business_deadline(c, s, d, p) AS e) AS deadline;

-- ---------- is_open ----------

SELECT moment, is_open('Europe/Istanbul; Mon-Fri 09:00-18:00,22:00-02:00; 2026-03-10 closed', moment)
FROM unnest('{2026-03-06 08:59:59.999999, 2026-03-06 09:00, 2026-03-06 17:59:59.999999, 2026-03-06 18:00,
    2026-03-07 01:59, 2026-03-07 02:00, 2026-03-07 12:00, 2026-03-10 01:00, 2026-03-10 12:00, 2026-03-11 01:00, NULL}'::timestamptz[]) AS moment;

-- ---------- business_spans ----------

SELECT unnest(business_spans('Europe/Istanbul; Mon-Fri 09:00-12:00,13:00-18:00; 2026-03-09 closed', '2026-03-06 17:30', '2026-03-10 13:30'));
-- slots that meet at midnight are one; so are those around a skipped hour
SELECT business_spans('Europe/Istanbul; Mon-Wed 20:00-24:00; Tue-Thu 00:00-04:00', '2026-03-02', '2026-03-09');
SELECT business_spans('Europe/London; 24x7', '2026-01-01', '2027-01-01');
SELECT business_spans('Europe/London; Sun 00:30-03:00', '2026-03-28', '2026-03-30'),     -- 03:30 to 05:00 here
    business_spans('Europe/London; Sun 01:15-01:45', '2026-10-25', '2026-10-26');        -- twice
SELECT business_spans('Europe/Istanbul', '2026-03-02', '2026-03-09') AS never, business_spans('Europe/Istanbul; 24x7', '2026-03-02', '2026-03-02') AS no_time,
    business_spans('Europe/Istanbul; 24x7', '2026-03-02', NULL);

-- open time is the length of the spans
SELECT count(*), count(*) FILTER (WHERE business_time(c, s, e) = (SELECT sum(upper(r) - lower(r)) FROM unnest(business_spans(c, s, e)) AS r))
FROM generate_series(timestamptz '2025-01-01', '2025-12-31', '53 hours') AS s, LATERAL (SELECT s + interval '700 hours' AS e) AS v,
    unnest('{"Europe/London; Mon-Fri 22:00-06:00; Sun 01:00-02:00,12:00-13:00; 2025-03-30 00:00-24:00","America/New_York; 24x7"}'::business_calendar[]) AS c;

-- ---------- closed_on ----------

CREATE TABLE holidays (day date, name text);
INSERT INTO holidays VALUES ('2026-04-23', 'Children''s Day'), ('2026-05-01', 'Labour Day'), ('2026-05-01', 'again'), (NULL, NULL);
SELECT closed_on('Europe/Istanbul; Mon-Fri 09:00-18:00; 2026-04-20..2026-04-24 10:00-16:00', (SELECT array_agg(day) FROM holidays));
SELECT closed_on('Europe/Istanbul; 2026-04-23 10:00-16:00', '{2026-04-23,2026-04-24}');     -- closed wins
SELECT closed_on('UTC; 24x7', '{}'), closed_on('UTC; 24x7', NULL), closed_on('UTC; 24x7', '{NULL}'), closed_on(NULL, '{2026-01-01}');
SELECT closed_on('UTC; 24x7', array_fill(date '2026-01-01', '{200000}'));
SELECT closed_on('UTC; 24x7', '{2026-01-09,NULL,2026-01-01,2026-01-10,2026-01-08}');
SELECT closed_on('UTC; 24x7', '{0001-01-01,9999-12-31}');
DROP TABLE holidays;

-- ---------- weekdays of ranges, open ends, every year ----------

-- written, canonical, and read again the same
SELECT written, c AS canonical, c::text::business_calendar = c AS same
FROM unnest(ARRAY[
    'Europe/Istanbul; Mon-Fri 09:00-18:00; Sat 10:00-14:00; 2026-02-18..2026-03-19 Mon-Fri 10:00-16:00, Sat closed',
    'UTC; Mon-Fri 9-18; 2026-02-18..2026-03-19 Mon-Fri 10-16; 2026-02-18..2026-03-19 Sat 10-12',     -- the same range twice
    'UTC; Mon-Fri 9-18; 2026-01-05..2026-01-09 10-16',                      -- a week's working days
    'UTC; Mon-Fri 9-18; 2026-01-05..2026-01-11 Mon-Sun 10-16',              -- the weekend is meant
    'UTC; Mon-Fri 9-18; 2026-12-05,2026-12-06 10-16',                       -- so it is by single dates
    'UTC; Mon-Fri 9-18; 2027-01-01.. Mon-Fri 08:00-17:00',                  -- for good
    'UTC; Mon-Fri 9-18; 2027-01-01.. Mon-Fri 8-17; 2028-01-01.. Sat 10-12', -- and then Saturdays too
    'UTC; Mon-Fri 9-18; 2027-01-01.. closed',
    'UTC; Mon-Fri 9-18; 2027-01-01.. Mon-Fri 8-17; 2027-07-01..2027-08-31 Mon-Fri 8-14; 2027-07-05..2027-07-09 closed',     -- the narrower holds
    'UTC; Mon-Fri 9-18; 12-25 closed; 02-29 closed',
    'UTC; Mon-Fri 9-18; 12-24..12-31 Mon-Fri 10-13; 12-25,12-26 closed',
    'UTC; Mon-Fri 9-18; 12-24..01-06 Mon-Fri 10-13; 2026-12-28..2026-12-30 closed; 2026-10-01..2027-03-31 Mon-Fri 8-16',
    'UTC; Mon-Fri 9-18; 2021-01-01..2022-12-31 Mon-Fri 8-17; 12-25 closed', -- longer than a year: two changes of the week
    'UTC; Mo,Tu,We,Th,Fr 08:00-12:00,13:00-18:00, Sa 10:00-14:00; Su off; 2026-12-31 off',
    'UTC; 2026-12-31 Thu 9-13; 2026-12-28..2026-12-30 Mon-Tue 9-13, Wed closed',
    'UTC; Mon-Fri 9-18; Mon-Fri 9-18'
]) AS written, LATERAL (SELECT written::business_calendar AS c) AS v;

-- Friday 15:00 and eight hours in a season of shorter days: Tuesday 11:00
SELECT business_deadline('Europe/Istanbul; Mon-Fri 09:00-18:00; 2026-02-18..2026-03-19 Mon-Fri 10:00-16:00', '2026-02-20 15:00', '8 h'),
    business_time('Europe/Istanbul; Mon-Fri 09:00-18:00; 2026-02-18..2026-03-19 Mon-Fri 10:00-16:00', '2026-02-20', '2026-02-23');
-- Christmas of any year, and of the year 12345
SELECT day, is_open('UTC; Mon-Fri 00:00-24:00; 12-25 closed', day) FROM unnest('{1024-12-25 12:00+00,2023-12-25 12:00+00,2023-12-26 12:00+00,2029-12-25 12:00+00,12345-12-25 12:00+00,12345-12-26 12:00+00}'::timestamptz[]) AS day;

-- ---------- next_open, backwards, working days ----------

SELECT t, next_open('Europe/Paris; Mon-Fri 09:00-17:00; 2026-03-09 closed', t)
FROM unnest('{2026-03-06 12:00+01,2026-03-06 17:00+01,2026-03-07 12:00+01,NULL}'::timestamptz[]) AS t;
SELECT next_open('UTC', now()) AS never, next_open('UTC; 2026-01-05 9-10', '2026-01-05 10:00+00') AS no_more;

-- the last moment from which so much remains: Monday 17:00, Tuesday 08:00 (nothing passes in the night), never
SELECT d, business_deadline('Europe/Paris; Mon-Fri 08:00-18:00', '2026-03-10 11:00+01', d) FROM unnest('{-4 h,-3 h,-00:00:00.000001,0}'::interval[]) AS d;
SELECT business_deadline('UTC; 2026-01-05 9-10', '2026-01-06 00:00+00', '-1 h') AS its_start, business_deadline('UTC; 2026-01-05 9-10', '2026-01-06 00:00+00', '-2 h') AS never;
SELECT count(*), count(*) FILTER (WHERE business_time(c, b, s) = d AND business_time(c, b + interval '1 us', s) < d)
FROM unnest('{"Europe/London; Mon-Fri 22:00-06:00; Sun 01:00-02:00,12:00-13:00; 12-24..12-31 closed","America/New_York; 24x7","UTC; Mon-Fri 9-18; 2025-03-01.. Mon-Thu 8-17"}'::business_calendar[]) AS c,
    generate_series(1, 300) AS i, LATERAL (SELECT timestamptz '2025-01-01' + i * interval '29.7 h' AS s, i * i % 4001 * interval '17.3 min' + interval '1 us' AS d) AS v,
    LATERAL (SELECT business_deadline(c, s, -d) AS b) AS w;
-- with pauses, too
SELECT business_deadline('Europe/Istanbul; Mon-Fri 09:00-18:00', '2026-03-09 11:00', '-4 h', paused) FROM unnest(ARRAY['{}', '{[2026-03-09 09:00,2026-03-09 10:00)}', '{(,2026-03-07)}']::tstzmultirange[]) AS paused;

-- Ascension is a Thursday: three working days after Tuesday is Monday; from a Saturday it counts from Monday
SELECT t, n, business_days_later('Europe/Paris; Mon-Fri 08:00-18:00; 2026-05-14 closed', t, n), business_days('Europe/Paris; Mon-Fri 08:00-18:00; 2026-05-14 closed', t, business_days_later('Europe/Paris; Mon-Fri 08:00-18:00; 2026-05-14 closed', t, n))
FROM unnest('{2026-05-12 11:00+02,2026-05-16 11:00+02}'::timestamptz[]) AS t, unnest('{3,1,0,-1,-3}'::int[]) AS n;
SELECT business_days_later('UTC', now(), 1) AS never, business_days('UTC; Mon-Fri 9-17', '2026-01-01 00:00+00', '2027-01-01 00:00+00') AS a_year;     -- 261

-- holidays as ranges, inclusive and not; literals are read as either
SELECT closed_on('UTC; Mon-Fri 9-18', range_agg(daterange(f, t, '[]'))) FROM (VALUES (date '2026-12-24', date '2026-12-26'), ('2026-12-26', '2026-12-28'), ('2027-01-01', '2027-01-01')) AS v (f, t);
SELECT closed_on('UTC; Mon-Fri 9-18', '{[2026-12-25,2026-12-27)}'), closed_on('UTC; 24x7', '{}'::datemultirange), closed_on('UTC; 12-24..12-31 10-13', '{[2026-12-20,2027-01-02]}');
SELECT closed_on('UTC; 24x7', '{[2026-12-25,)}');

-- refused: what opens closed weekdays, what is said twice, ends that lose time
SELECT 'UTC; Mon-Fri 9-18; 2026-02-18..2026-03-19 10-16'::business_calendar;
SELECT 'UTC; Mon-Fri 9-18; 12-24..12-31 10-16'::business_calendar;
SELECT 'UTC; Mon-Fri 9-18; 12-24 10-16'::business_calendar;
SELECT 'UTC; Mon-Fri 9-18; 2027-01-01.. 10-16'::business_calendar;
SELECT 'UTC; Mon-Fri 9-18; Fri 8-14'::business_calendar;
SELECT 'UTC; 24x7; Sat 10-12'::business_calendar;
SELECT 'UTC; Mon-Fri 9-18; 2026-02-18..2026-03-19 Mon-Fri 10-16, Fri 9-14'::business_calendar;
SELECT 'UTC; Mon 09:00-12:00,11:00-13:00'::business_calendar;
SELECT 'UTC; Mon-Fri 9-23:59'::business_calendar;
SELECT 'UTC; Mon-Sun 00:00-23:59:59'::business_calendar;
SELECT 'UTC; 2026-12-31 Fri 9-13'::business_calendar;
SELECT 'UTC; 2026-12-24..12-31 closed'::business_calendar;
SELECT 'UTC; 12-24.. closed'::business_calendar;
SELECT 'UTC; 13-01 closed'::business_calendar;
SELECT 'UTC; 02-30 closed'::business_calendar;
SELECT 'UTC; 12-24..12-31 closed; 12-28..01-06 closed'::business_calendar;
SELECT 'UTC; Mo-Fr 9-18; PH off'::business_calendar;

-- what 1.0.0 took is read as it was where a dump is restored
SET check_function_bodies = off;
SELECT 'UTC; Mon-Fri 9-18; Fri 8-14; 2026-02-18..2026-03-19 10-16; 2026-12-31 9-23:59'::business_calendar;
SELECT 'UTC; Mon 00:00-24:00,23:00-05:00'::business_calendar;
RESET check_function_bodies;

-- ---------- errors ----------

-- text: the part that is wrong, and why
SELECT ''::business_calendar;
SELECT '; Mon 09:00-18:00'::business_calendar;
SELECT 'Mon-Fri 09:00-18:00'::business_calendar;
SELECT 'Europe/Nowhere; Mon 09:00-18:00'::business_calendar;
SELECT 'Foo+5; Mon 09:00-18:00'::business_calendar;
SELECT 'FOO5BAR; Mon 09:00-18:00'::business_calendar;
SELECT 'Etc/GMT+99; Mon 09:00-18:00'::business_calendar;
SELECT 'Etc/FOO5; Mon 09:00-18:00'::business_calendar;
SELECT 'UTC; Mon 09:00-25:00'::business_calendar;
SELECT 'UTC; Tue 10:00-11:00; Mon 09:60-10:00; Wed 10:00-11:00'::business_calendar;
SELECT 'UTC; Mon 24:01-25:00'::business_calendar;
SELECT 'UTC; Mon 24:00-06:00'::business_calendar;
SELECT 'UTC; Mon 09:00-09:00'::business_calendar;
SELECT 'UTC; Mon'::business_calendar;
SELECT 'UTC; Mon 09:00'::business_calendar;
SELECT 'UTC; Mon 09:00-10:00,'::business_calendar;
SELECT 'UTC; Mon 09:00-10:00 11:00-12:00'::business_calendar;
SELECT 'UTC; Mon 9am-5pm'::business_calendar;
SELECT 'UTC; Mon 09:00-10:00;; Tue 09:00-10:00'::business_calendar;
SELECT 'UTC; M 09:00-10:00'::business_calendar;
SELECT 'UTC; Mon-Foo 09:00-10:00'::business_calendar;
SELECT 'UTC; Mondays 09:00-10:00'::business_calendar;
SELECT 'UTC; Mon open'::business_calendar;
SELECT 'UTC; Mon-Fri 09:00-10:00; Wed closed'::business_calendar;
SELECT 'UTC; 24x7; Sun closed'::business_calendar;
SELECT 'UTC; 24x7 09:00-10:00'::business_calendar;
SELECT 'UTC; 2026-02-29 closed'::business_calendar;
SELECT 'UTC; 2026-13-01 closed'::business_calendar;
SELECT 'UTC; 0000-01-01 closed'::business_calendar;
SELECT 'UTC; 31.12.2026 closed'::business_calendar;
SELECT 'UTC; 2026-12-31'::business_calendar;
SELECT 'UTC; 2026-03-19..2026-02-18 closed'::business_calendar;
SELECT 'UTC; 2026-12-31 closed; 2026-12-31 09:00-13:00'::business_calendar;
SELECT 'UTC; 2026-01-01..2026-01-05 closed; 2026-01-05..2026-01-09 09:00-13:00'::business_calendar;

\set VERBOSITY sqlstate
SELECT 'Foo+5; 24x7'::business_calendar;        -- 22023
SELECT ('UTC; Mon ' || repeat('x', 1000))::business_calendar;
SELECT ('UTC; ' || string_agg(format('%s closed', d::date), ';'))::business_calendar IS NULL
FROM generate_series(timestamp '0001-01-01', '0300-01-01', '1 day') AS d;       -- 54000
SELECT ('UTC; Mon ' || string_agg(format('00:%s:%s-01:00', lpad((i / 60 % 60)::text, 2, '0'), lpad((i % 60)::text, 2, '0')), ','))::business_calendar IS NULL
FROM generate_series(1, 100001) AS i;
SELECT ('UTC' || repeat('; 24x7', 100001))::business_calendar IS NULL;
SELECT closed_on('UTC; 24x7', array_agg(d::date)) IS NULL FROM generate_series(timestamp '0001-01-01', '0300-01-01', '1 day') AS d;
SELECT closed_on('UTC; 24x7', '{10000-01-01}'), closed_on('UTC; 24x7', '{0001-12-31 BC}');
\set VERBOSITY default

-- a timestamp without time zone says nothing
SELECT business_time('UTC; 24x7', timestamp '2026-03-06 17:58', timestamp '2026-03-09 09:01');
SELECT business_time('UTC; 24x7', timestamptz '2026-03-06 17:58', timestamp '2026-03-09 09:01');
SELECT business_time('UTC; 24x7', timestamp '2026-03-06 17:58', timestamptz '2026-03-09 09:01');
SELECT business_time('UTC; 24x7', NULL::timestamp, '2026-03-09 09:01');
SELECT business_deadline('UTC; 24x7', timestamp '2026-03-06 17:58', '1 hour');
SELECT is_open('UTC; 24x7', timestamp '2026-03-06 17:58');
SELECT business_spans('UTC; 24x7', timestamp '2026-03-06 17:58', timestamp '2026-03-09 09:01');
SELECT business_spans('UTC; 24x7', timestamptz '2026-03-06 17:58', timestamp '2026-03-09 09:01');
SELECT business_spans('UTC; 24x7', timestamp '2026-03-06 17:58', timestamptz '2026-03-09 09:01');

SELECT business_deadline('UTC; 24x7', '2026-03-06 17:58', '1 day');
SELECT business_deadline('UTC; 24x7', '2026-03-06 17:58', '1 month');
SELECT business_deadline('UTC; Mon 09:00-10:00', '2026-03-06 17:58', '100000000 hours');
SELECT business_deadline('UTC; Mon 09:00-10:00', '2026-03-06 17:58', '2562047787 hours');
SELECT business_deadline('UTC', '2026-03-06 17:58', '2562047787 hours');        -- never: NULL
SELECT business_time('UTC; 24x7', '2026-03-06 17:58', 'infinity');
SELECT business_time('UTC; 24x7', '-infinity', '2026-03-06 17:58');
SELECT business_time('UTC; 24x7', '4713-01-01 00:00 BC', '294276-12-31 00:00');
SELECT business_deadline('UTC; 24x7', 'infinity', '1 hour');
SELECT is_open('UTC; 24x7', 'infinity');
SELECT business_spans('UTC; 24x7', '2026-03-09 09:01', '2026-03-06 17:58');
SELECT business_spans('UTC; 24x7', '2026-03-09 09:01', 'infinity');
SELECT business_spans('UTC; Mon-Sun 09:00-10:00', '2026-03-09 09:01', '22026-03-09 09:01');
SELECT closed_on('UTC; 24x7', '{infinity}');
SELECT closed_on('UTC; 24x7', '{10000-01-01}');
SELECT closed_on('UTC; 24x7', array_agg(date '1000-01-01' + 2 * i)) FROM generate_series(1, 100001) AS i;

-- a date says no more, alone or beside a moment
SELECT business_time('UTC; 24x7', date '2026-03-02', date '2026-03-03');
SELECT business_time('UTC; 24x7', timestamptz '2026-03-02', date '2026-03-03');
SELECT business_time('UTC; 24x7', date '2026-03-02', timestamptz '2026-03-03');
SELECT business_time('UTC; 24x7', timestamp '2026-03-02', date '2026-03-03');
SELECT business_deadline('UTC; 24x7', date '2026-03-02', '1 hour');
SELECT business_deadline('UTC; 24x7', date '2026-03-02', '1 hour', '{}');
SELECT is_open('UTC; 24x7', date '2026-03-02');
SELECT business_spans('UTC; 24x7', date '2026-03-02', timestamptz '2026-03-03');
SELECT interval_start(date '2026-03-02', '1 day', 'UTC');
SELECT business_time('UTC; 24x7', '2026-03-02 00:00+00', '2026-03-03 00:00+00');     -- literals are moments

SELECT business_time('UTC; 24x7', '{[2026-03-02,)}');
SELECT business_time('UTC; 24x7', '{[-infinity,2026-03-02)}');
SELECT business_deadline('UTC; 24x7', '2026-03-02', '1 day', '{}');
SELECT business_deadline('UTC; 24x7', 'infinity', '1 hour', '{}');
SELECT business_time('UTC; 24x7', '{[4713-01-01 00:00 BC,294276-12-31)}');
SELECT business_deadline('UTC; 24x7', '4713-01-01 00:00 BC', '2500000000 hours', '{[294276-12-30,294276-12-31)}');

SELECT next_open('UTC; 24x7', date '2026-03-02');
SELECT next_open('UTC; 24x7', timestamp '2026-03-02');
SELECT business_days('UTC; 24x7', date '2026-03-02', date '2026-03-03');
SELECT business_days('UTC; 24x7', timestamptz '2026-03-02', timestamp '2026-03-03');
SELECT business_days_later('UTC; 24x7', date '2026-03-02', 1);
SELECT business_days_later('UTC; 24x7', '2026-03-02', 200000000);
SELECT business_deadline('UTC; 24x7', '2026-03-02', '-2562047787 hours');

-- open ranges that begin before 2000: the days until the end are more than an integer
SELECT c, business_time(c, '1999-12-27Z', '2000-01-10Z') AS two_weeks, next_open(c, '2026-01-01Z') AS next
FROM unnest(ARRAY['UTC; 1999-01-01.. Mon 09:00-17:00', 'UTC; Mon-Fri 09:00-17:00; 1900-01-01.. closed; 1970-05-01.. Tue 10:00-12:00', 'UTC; 24x7; 0001-01-01.. Mon-Sun 08:00-20:00', 'UTC; 1999-12-31.. 08:00-20:00; 1999-12-30.. Sat closed']::business_calendar[]) AS c;
-- days that are more than 64 bits of microseconds
SELECT business_days_later('UTC; 24x7', '2026-03-02', 213503982);
SELECT business_days_later('UTC; 24x7', '2026-03-02', -2147483648);
SELECT business_days_later('UTC; Mon-Fri 09:00-17:00', '2026-03-02', 2147483647);
SELECT business_days_later('UTC; 2026-03-02..2026-03-06 09:00-17:00', '2026-03-04', d) FROM unnest('{213503982,2147483647,-2147483648,1,-2}'::int[]) AS d;

-- all the days that there are overflow as microseconds
SELECT business_days('UTC; 24x7', '4714-11-24 00:00:00+00 BC', '294276-12-31 23:59:59.999999+00');
