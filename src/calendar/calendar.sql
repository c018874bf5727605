-- Business time: type business_calendar

@type business_calendar variable

COMMENT ON TYPE business_calendar IS
'opening hours: a time zone, weekly slots and dates with hours of their own, such as ''Europe/Istanbul; Mon-Fri 09:00-18:00; Sat 10:00-14:00; 2026-12-31 09:00-13:00; 2027-01-01 closed''';

CREATE FUNCTION closed_on(calendar business_calendar, dates date[]) RETURNS business_calendar
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_closed_on';
COMMENT ON FUNCTION closed_on(business_calendar, date[]) IS
'the calendar, closed on these dates too, whatever it said about them: holidays from a table; NULL dates are ignored, a NULL array closes nothing, a NULL calendar gives NULL; dates outside the years 1 to 9999 are an error';

CREATE FUNCTION business_time(calendar business_calendar, start_at timestamptz, end_at timestamptz) RETURNS interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION business_time(business_calendar, timestamptz, timestamptz) IS
'open time between two moments, in hours, minutes and seconds: the time in which the zone''s wall clock reads a time inside a slot; negative when end_at is before start_at; NULL gives NULL; infinite moments are an error';

CREATE FUNCTION business_deadline(calendar business_calendar, start_at timestamptz, duration interval) RETURNS timestamptz
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION business_deadline(business_calendar, timestamptz, interval) IS
'the first moment at which this much open time has passed since start_at (start_at itself for 0); NULL when it never will, and for NULL; negative durations, days and months, and infinite moments are errors';

CREATE FUNCTION is_open(calendar business_calendar, moment timestamptz) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_is_open';
COMMENT ON FUNCTION is_open(business_calendar, timestamptz) IS
'does the zone''s wall clock read a time inside a slot at this moment? A slot begins with its first moment and ends before its last; NULL gives NULL; an infinite moment is an error';

CREATE FUNCTION business_spans(calendar business_calendar, start_at timestamptz, end_at timestamptz) RETURNS tstzmultirange
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION business_spans(business_calendar, timestamptz, timestamptz) IS
'the times between two moments in which the calendar is open; NULL gives NULL; start_at after end_at, infinite moments and more than a million spans are errors';

CREATE FUNCTION business_time(calendar business_calendar, spans tstzmultirange) RETURNS interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10 AS 'MODULE_PATHNAME', 'business_time_of_spans';
COMMENT ON FUNCTION business_time(business_calendar, tstzmultirange) IS
'open time of all pieces together, in hours, minutes and seconds: requester wait, time in a status; 0 for an empty multirange, NULL for NULL; a piece without start or end is an error';

CREATE FUNCTION business_deadline(calendar business_calendar, start_at timestamptz, duration interval, paused tstzmultirange) RETURNS timestamptz
    LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10 AS 'MODULE_PATHNAME', 'business_deadline_paused';
COMMENT ON FUNCTION business_deadline(business_calendar, timestamptz, interval, tstzmultirange) IS
'the first moment at which this much open time has passed since start_at outside the pauses (start_at itself for 0); NULL when it never will, as when a pause without end comes first; paused NULL is no pause, any other NULL gives NULL; negative durations, days and months, and an infinite start_at are errors';

-- The implicit cast of a timestamp or a date would read it in the zone of the
-- session: silently hours off.  These overloads catch it, with NULL arguments too.

@table no_moment
T         | C
timestamp | timestamp
date      | date
@end

@table no_moments
S           | E           | C
timestamp   | timestamp   | timestamp
timestamp   | timestamptz | timestamp
timestamptz | timestamp   | timestamp
date        | date        | date
date        | timestamp   | date
date        | timestamptz | date
timestamp   | date        | date
timestamptz | date        | date
@end

@each no_moments
CREATE FUNCTION business_time(calendar business_calendar, start_at @S@, end_at @E@) RETURNS interval
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_@C@_error';
COMMENT ON FUNCTION business_time(business_calendar, @S@, @E@) IS
'always an error: say which moments are meant with AT TIME ZONE';
CREATE FUNCTION business_spans(calendar business_calendar, start_at @S@, end_at @E@) RETURNS tstzmultirange
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_@C@_error';
COMMENT ON FUNCTION business_spans(business_calendar, @S@, @E@) IS
'always an error: say which moments are meant with AT TIME ZONE';
@end

@each no_moment
CREATE FUNCTION business_deadline(calendar business_calendar, start_at @T@, duration interval) RETURNS timestamptz
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_@C@_error';
COMMENT ON FUNCTION business_deadline(business_calendar, @T@, interval) IS
'always an error: say which moment is meant with AT TIME ZONE';
CREATE FUNCTION business_deadline(calendar business_calendar, start_at @T@, duration interval, paused tstzmultirange) RETURNS timestamptz
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_@C@_error';
COMMENT ON FUNCTION business_deadline(business_calendar, @T@, interval, tstzmultirange) IS
'always an error: say which moment is meant with AT TIME ZONE';
CREATE FUNCTION is_open(calendar business_calendar, moment @T@) RETURNS boolean
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_@C@_error';
COMMENT ON FUNCTION is_open(business_calendar, @T@) IS
'always an error: say which moment is meant with AT TIME ZONE';
@end
