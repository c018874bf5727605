-- Calls a second are 500 thousand over the time of the kpi column less that of
-- the scan; the limits are ratios to SQL that only adds up weekdays.

-- setup:
CREATE TABLE tickets AS
SELECT i, i % 50 AS calendar_id, at, at + wait AS soon, at + (i % 1440) * interval '7 min' AS week, at + interval '1826 days' AS years
FROM (SELECT row_number() OVER (ORDER BY at) AS i, at, wait FROM calls) AS c;
CREATE TABLE calendars AS
SELECT n AS calendar_id, closed_on(format('Europe/London; Mon-Fri 09:00-12:30,13:00-%s:%s; Sat 10:00-14:00', 17 + n % 3, lpad((n % 60)::text, 2, '0'))::business_calendar,
    (SELECT array_agg(day::date) FROM generate_series(timestamp '2021-01-01', '2032-01-01', '61 days') AS day)) AS calendar
FROM generate_series(0, 49) AS n;
CREATE TABLE ticketed AS SELECT t.*, calendar FROM tickets t JOIN calendars USING (calendar_id);
CREATE TABLE pieces AS
SELECT at, (SELECT range_agg(tstzrange(at + n * interval '40 hours', at + n * interval '40 hours' + i % 1440 * interval '1 min')) FROM generate_series(0, 3) AS n) AS p
FROM tickets WHERE calendar_id < 10;
CREATE FUNCTION weekday_hours(start_at timestamptz, end_at timestamptz) RETURNS interval LANGUAGE sql STABLE AS $$
    SELECT sum(upper(part) - lower(part))
    FROM generate_series(date_trunc('day', start_at AT TIME ZONE 'Europe/London'), end_at AT TIME ZONE 'Europe/London', '1 day') AS day,
        LATERAL (SELECT tsrange(day + '9 h', day + '17 h') * tsrange(start_at AT TIME ZONE 'Europe/London', end_at AT TIME ZONE 'Europe/London') AS part) AS p
    WHERE extract(isodow FROM day) < 6
$$;
ANALYZE;

-- case: business_time, spans of minutes, one calendar
-- kpi:
SELECT count(business_time('Europe/London; Mon-Fri 09:00-12:30,13:00-17:00; Sat 10:00-14:00; 2026-12-25..2026-12-28 closed', at, soon)) FROM tickets;
-- hand: the difference alone
SELECT count(soon - at) FROM tickets;

-- case: business_time, spans up to a week, one calendar
-- limit: 0.5
-- rows: of 2 % of the rows
-- kpi:
SELECT count(business_time('Europe/London; Mon-Fri 09:00-12:30,13:00-17:00; Sat 10:00-14:00; 2026-12-25..2026-12-28 closed', at, week)) FROM tickets WHERE calendar_id = 0;
-- hand: days from generate_series
SELECT count(weekday_hours(at, week)) FROM tickets WHERE calendar_id = 0;

-- case: business_time, spans up to a week, a column of 50 calendars
-- kpi:
SELECT count(business_time(calendar, at, week)) FROM ticketed;
-- hand: the difference alone
SELECT count(week - at), count(calendar) FROM ticketed;

-- case: business_time, spans of five years, a column of 50 calendars
-- limit: 10
-- kpi: five years
SELECT count(business_time(calendar, at, years)) FROM ticketed;
-- hand: a week
SELECT count(business_time(calendar, at, week)) FROM ticketed;

-- case: business_deadline, 40 hours, a column of 50 calendars
-- kpi:
SELECT count(business_deadline(calendar, at, '40 hours')) FROM ticketed;
-- hand: business_time
SELECT count(business_time(calendar, at, week)) FROM ticketed;

-- case: business_time over the pieces of a multirange, a week in four pieces
-- limit: 0.5
-- kpi:
SELECT count(business_time('Europe/London; Mon-Fri 09:00-17:00', p)) FROM pieces;
-- hand: of each piece, added up
SELECT count((SELECT sum(business_time('Europe/London; Mon-Fri 09:00-17:00', lower(r), upper(r))) FROM unnest(p) AS r)) FROM pieces;

-- case: business_deadline with pauses, 40 hours in four pauses
-- limit: 5
-- kpi:
SELECT count(business_deadline('Europe/London; Mon-Fri 09:00-17:00', at, '40 hours', p)) FROM pieces;
-- hand: without pauses
SELECT count(business_deadline('Europe/London; Mon-Fri 09:00-17:00', at, '40 hours')) FROM pieces;

-- case: interval_start, half-hours
-- kpi:
SELECT count(interval_start(at, '30 min', 'Europe/London')) FROM tickets;
-- hand: date_bin, right only where no clock changes
SELECT count(date_bin('30 min', at, '2001-01-01')) FROM tickets;

-- case: split_span, spans up to a week by days
-- rows: of 2 % of the rows
-- kpi:
SELECT sum(covered) FROM tickets, split_span(tstzrange(at, week), '1 day', 'Europe/London') WHERE calendar_id = 0;
-- hand:
SELECT sum(upper(part) - lower(part)) FROM tickets,
    LATERAL generate_series(date_trunc('day', at AT TIME ZONE 'Europe/London'), week AT TIME ZONE 'Europe/London', '1 day') AS day,
    LATERAL (SELECT tstzrange(at, week) * tstzrange(day AT TIME ZONE 'Europe/London', (day + '1 day') AT TIME ZONE 'Europe/London') AS part) AS p
WHERE calendar_id = 0 AND NOT isempty(part);
