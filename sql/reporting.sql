-- Reporting intervals: interval_start, split_span
SET timezone = 'Europe/Istanbul';
SET datestyle = 'ISO, YMD';
SET intervalstyle = 'postgres';
\pset null NULL

-- ---------- split_span ----------

-- a wait from 15:58 to 16:03 is two minutes of one half-hour and three of the next
SELECT * FROM split_span('[2026-03-02 15:58, 2026-03-02 16:03)', '30 min', 'Europe/Istanbul');

-- bounds count as half-open; an empty span, one of no length and NULL have no parts
SELECT * FROM split_span('(2026-03-02 15:30, 2026-03-02 16:00]', '30 min', 'Europe/Istanbul');
SELECT * FROM split_span('[2026-03-02 15:30, 2026-03-02 15:30]', '30 min', 'Europe/Istanbul');
SELECT * FROM split_span('empty', '30 min', 'Europe/Istanbul');
SELECT * FROM split_span(NULL, '30 min', 'Europe/Istanbul');

-- days on the local clock: 23, 24 and 25 hours
SET timezone = 'America/New_York';
SELECT * FROM split_span('[2026-03-07 12:00, 2026-03-09 12:00)', '1 day', 'America/New_York');
SELECT * FROM split_span('[2026-10-31 12:00, 2026-11-02 12:00)', '1 day', 'America/New_York');

-- steps
SELECT interval_start('2026-03-05 17:38:21.5', step, 'America/New_York'), step
FROM unnest('{1 us, 1 s, 20 s, 7.5 min, 15 min, 1 h, 6 h, 12 h, 24 h, 1 day, 2 days, 7 days, 14 days}'::interval[]) AS step;

-- ---------- the clock changes ----------

-- an hour that is skipped: what would have begun in it begins when the clock has jumped
SELECT t, interval_start(t, '30 min', 'America/New_York') AS half_hour, interval_start(t, '2 h', 'America/New_York') AS two_hours
FROM generate_series(timestamptz '2026-03-08 01:15', '2026-03-08 04:15', '30 min') AS t;

-- an hour that is repeated: its two half past ones stay apart; two hours, which it does not begin, take it in
SELECT t, interval_start(t, '30 min', 'America/New_York') AS half_hour, interval_start(t, '2 h', 'America/New_York') AS two_hours
FROM generate_series(timestamptz '2026-11-01 00:45 EDT', '2026-11-01 02:15 EST', '30 min') AS t;

-- also where the clock goes back to the beginning of a cell
SET timezone = 'UTC';
SELECT * FROM split_span('[2020-10-25 00:00 Europe/Berlin, 2020-10-25 06:00 Europe/Berlin)', '2 hours', 'Europe/Berlin');     -- 2, 3, 2
SELECT * FROM split_span('[2020-10-25 00:00, 2020-10-26 00:00)', '12 hours', 'Atlantic/Azores');    -- 13 from 00:00
SELECT interval_start, covered FROM split_span('[2020-11-01 04:00, 2020-11-02 05:00)', '8 hours', 'America/Havana');     -- 9, 8, 8

-- half an hour: Lord Howe goes from 02:00 back to 01:30, and from 02:00 on to 02:30
SET timezone = 'Australia/Lord_Howe';
SELECT * FROM split_span('[2026-04-05 00:45, 2026-04-05 03:00)', '30 min', 'Australia/Lord_Howe');
SELECT * FROM split_span('[2026-04-05 00:45, 2026-04-05 03:00)', '1 h', 'Australia/Lord_Howe');
SELECT * FROM split_span('[2026-10-04 01:15, 2026-10-04 03:30)', '1 h', 'Australia/Lord_Howe');

-- a day without midnight, one with two, and one that was left out
SET timezone = 'America/Sao_Paulo';
SELECT * FROM split_span('[2018-11-03 12:00, 2018-11-05 00:00)', '1 day', 'America/Sao_Paulo');
SELECT * FROM split_span('[2018-02-17 12:00, 2018-02-19 00:00)', '1 day', 'America/Sao_Paulo');
SET timezone = 'Pacific/Apia';
SELECT * FROM split_span('[2011-12-29 12:00, 2012-01-01 00:00)', '1 day', 'Pacific/Apia');

-- The clock went from 00:01 back to 23:01: that hour belongs to the day before, which has begun already.
SET timezone = 'America/St_Johns';
SELECT * FROM split_span('[2010-11-06 12:00, 2010-11-08 00:00)', '1 day', 'America/St_Johns');

-- ---------- nothing is lost ----------

-- at any step, zone and span: the parts meet, sum to the span, lie in their intervals, and intervals begin once
SET timezone = 'UTC';
SELECT count(*) AS spans, sum(parts), bool_and(lost = '0') AS sum_is_right, bool_and(meet) AS parts_meet, bool_and(inside) AS inside
FROM (SELECT s, e, step, zone FROM generate_series(1, 60) AS i,
        unnest('{Australia/Lord_Howe, America/Sao_Paulo, Asia/Kolkata, Europe/London, America/St_Johns, Pacific/Apia}'::text[]) AS zone,
        unnest('{15 min, 1 h, 6 h, 1 day, 7 days}'::interval[]) AS step,
        LATERAL (SELECT timestamptz '2010-01-01' + i * interval '1019.3 hours' AS s) AS start,
        LATERAL (SELECT s + step * (i % 13) + interval '61.7 s' * i * i AS e) AS stop) AS random,
    LATERAL (SELECT count(*) AS parts, e - s - sum(covered) AS lost,
        range_agg(part) = tstzmultirange(tstzrange(s, e)) AND bool_and(upper(part) - lower(part) = covered) AS meet,
        bool_and(interval_start(lower(part), step, zone) = p.interval_start
            AND interval_start(upper(part) - interval '1 us', step, zone) = p.interval_start
            AND p.interval_start <= lower(part)
            AND interval_start(p.interval_start, step, zone) = p.interval_start) AS inside
        FROM split_span(tstzrange(s, e), step, zone) AS p) AS parts;

-- a step of thousands of years, and the end of time
SELECT interval_start, covered FROM split_span('[2002-01-01, 2002-01-02)', interval '10000000 days', 'America/New_York');
SELECT covered FROM split_span('[294276-12-28 00:00+00,294276-12-31 00:00+00)', '15 days', 'America/Chicago');

-- where no clock changes it is date_bin
SELECT count(*), count(*) FILTER (WHERE interval_start(t, step, 'UTC') = date_bin(step, t, '2001-01-01'))
FROM generate_series(timestamptz '1970-01-01', '2040-01-01', '1009.7 hours') AS t,
    unnest('{1 s, 15 min, 1 h, 12 h, 1 day, 3 days, 7 days}'::interval[]) AS step;

-- whole days are local days
SELECT count(*), count(*) FILTER (WHERE (interval_start(t, '1 day', zone) AT TIME ZONE zone)::date = (t AT TIME ZONE zone)::date)
FROM generate_series(timestamptz '2005-01-01', '2030-01-01', '19.7 hours') AS t,
    unnest('{Australia/Lord_Howe, America/Sao_Paulo, Asia/Kolkata, Europe/London, Pacific/Apia}'::text[]) AS zone;

-- far away
SELECT interval_start('294276-12-31 23:59:59', '1 h', 'Europe/London'), interval_start('4713-01-05 00:30 BC', '1 h', 'UTC'),
    interval_start('10026-07-01 12:30', '1 day', 'Europe/London');

-- ---------- errors ----------

SELECT interval_start(now(), '7 min', 'UTC');
SELECT interval_start(now(), '36 hours', 'UTC');
SELECT interval_start(now(), '0', 'UTC');
SELECT interval_start(now(), '-1 hour', 'UTC');

SELECT interval_start(now(), '1 hour', 'Europe/Nowhere');
SELECT interval_start(now(), '1 hour', 'Foo+5');
SELECT interval_start(now(), '1 hour', '');
SELECT interval_start('infinity', '1 hour', 'UTC');
SELECT interval_start(timestamp '2026-03-02 15:58', '1 hour', 'UTC');
SELECT interval_start('4713-01-01 00:00 BC', '2147483647 days', 'UTC');
SELECT split_span('[2026-03-02 15:58,)', '1 hour', 'UTC');
SELECT split_span('(,2026-03-02 15:58)', '1 hour', 'UTC');
SELECT split_span('[2026-03-02 15:58, infinity)', '1 hour', 'UTC');
SELECT split_span('[2026-03-02 15:58, 2026-03-02 16:03)', '25 hours', 'UTC');

-- ---------- origin, months ----------

-- weeks from Sunday in the week in which the clock changes, days from 06:00, months, quarters, years from April, months from the 31st
SET timezone = 'America/New_York';
SELECT interval_start('2026-03-14 12:00', '7 days', 'America/New_York', '2001-01-07'), interval_start('2026-03-29 06:30 Europe/Paris', '1 day', 'Europe/Paris', '2001-01-01 06:00') AT TIME ZONE 'Europe/Paris' AS shift;
SELECT step, origin, interval_start('2026-03-30 23:30', step, 'America/New_York', origin)
FROM (VALUES (interval '1 month', timestamp '2001-01-01'), ('3 months', '2001-01-01'), ('1 year', '2001-01-01'), ('1 year', '2001-04-01'), ('1 month', '2001-01-31 06:00'), ('1 month', '2024-02-26'), ('10 years', '2001-01-01')) AS v (step, origin);
SELECT interval_start('2026-03-30 23:30', '1 month', 'America/New_York'), interval_start('1700-02-28 23:30', '1 month', 'UTC', '2001-01-31');
SELECT * FROM split_span('[2026-01-31 22:00+00, 2026-02-01 03:00+00)', '1 month', 'UTC');
SELECT interval_start, covered FROM split_span('[2026-03-07 12:00, 2026-03-09 12:00)', '1 day', 'America/New_York', '2001-01-01 06:00');
SELECT interval_start, average FROM concurrency_series('{[2026-02-01 00:00+00, 2026-02-15 00:00+00)}'::tstzmultirange::span_summary, '1 month', 'UTC', '[2026-02-01 00:00+00, 2026-04-01 00:00+00)');
SELECT interval_start, average FROM concurrency_series('{[2026-03-08 12:00, 2026-03-09 00:00)}'::tstzmultirange::span_summary, '7 days', 'America/New_York', '[2026-03-01, 2026-03-15)', '2001-01-07');

-- against the server's own arithmetic, over the changes of ten zones: days from 06:00, weeks from Sunday, months, quarters from the 15th
SELECT count(*), count(*) FILTER (WHERE interval_start(t, step, zone, origin) = cell AT TIME ZONE zone AND interval_start(t, step, zone, origin) <= t)
FROM unnest('{Europe/London,America/New_York,Australia/Sydney,Asia/Kolkata,Europe/Istanbul,Africa/Casablanca,Asia/Tehran,America/St_Johns,Pacific/Auckland,America/Chicago}'::text[]) AS zone,
    generate_series(timestamptz '2015-01-01', '2026-12-31', '97.3 h') AS t,
    LATERAL (VALUES (interval '1 day', timestamp '2001-01-01 06:00', date_bin('1 day', t AT TIME ZONE zone, '2001-01-01 06:00')),
        ('7 days', '2001-01-07', date_bin('7 days', t AT TIME ZONE zone, '2001-01-07')), ('7 days', '2001-01-06', date_bin('7 days', t AT TIME ZONE zone, '2001-01-06')),
        ('1 month', '2001-01-01', date_trunc('month', t AT TIME ZONE zone)), ('3 months', '2001-01-01', date_trunc('quarter', t AT TIME ZONE zone)), ('1 year', '2001-01-01', date_trunc('year', t AT TIME ZONE zone)),
        ('1 month', '2001-01-15 06:00', date_trunc('month', t AT TIME ZONE zone - interval '14 days 6 h') + interval '14 days 6 h')) AS v (step, origin, cell);

-- and the parts of spans and the rows of a series are those intervals, without gaps, over the changes of these zones
SELECT zone, bool_and(parts = tstzmultirange(span) AND same) AS parts, bool_and(series = parts AND same_series) AS series
FROM unnest('{Europe/London,America/New_York,Australia/Sydney,Asia/Kolkata,Europe/Istanbul,Africa/Casablanca,Asia/Tehran,America/St_Johns,Pacific/Auckland,America/Chicago}'::text[]) AS zone,
    (VALUES (interval '1 day', timestamp '2001-01-01 06:00'), ('7 days', '2001-01-07'), ('7 days', '2001-01-06'), ('1 month', '2001-01-15 06:00')) AS v (step, origin),
    LATERAL (SELECT tstzrange('2015-03-01 12:34', '2016-12-03 21:43') AS span) AS w,
    LATERAL (SELECT range_agg(part) AS parts, bool_and(interval_start = interval_start(lower(part), step, zone, origin) AND interval_start = interval_start(upper(part) - interval '1 us', step, zone, origin)) AS same, count(*) AS n
             FROM split_span(span, step, zone, origin)) AS p,
    LATERAL (SELECT parts AS series, count(*) = n AND bool_and(average = 1 AND interval_start = interval_start(interval_start, step, zone, origin)) AS same_series
             FROM concurrency_series(span_summary(parts), step, zone, span, origin)) AS c
GROUP BY zone ORDER BY zone;

SELECT interval_start(now(), '1 month 1 day', 'UTC');
SELECT interval_start(now(), '-1 month', 'UTC');
SELECT interval_start(now(), '1 day', 'UTC', 'infinity');
SELECT interval_start(date '2026-03-02', '1 day', 'UTC', '2001-01-01');
