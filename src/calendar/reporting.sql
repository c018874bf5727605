-- Reporting intervals on the local clock

CREATE FUNCTION interval_start(moment timestamptz, step interval, zone text) RETURNS timestamptz
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'reporting_interval_start';
COMMENT ON FUNCTION interval_start(timestamptz, interval, text) IS
'the first moment of the reporting interval that contains this one: intervals of one step, counted from midnight on the zone''s local clock (whole days from Monday 2001-01-01, so that 7 days are ISO weeks); NULL gives NULL; a step that neither divides a day nor is whole days, months, unknown or POSIX zones and infinite moments are errors';

@each no_moment
CREATE FUNCTION interval_start(moment @T@, step interval, zone text) RETURNS timestamptz
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_@C@_error';
COMMENT ON FUNCTION interval_start(@T@, interval, text) IS
'always an error: say which moment is meant with AT TIME ZONE';
@end

CREATE FUNCTION split_span(span tstzrange, step interval, zone text,
    OUT interval_start timestamptz, OUT part tstzrange, OUT covered interval) RETURNS SETOF record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10 ROWS 4 AS 'MODULE_PATHNAME', 'reporting_split_span';
COMMENT ON FUNCTION split_span(tstzrange, interval, text) IS
'apportions a span to the reporting intervals that it touches: the start of each, the part of the span in it and the part''s length; the parts sum to the span, whose bounds count as half-open; an empty or NULL span gives no rows; a span without start or end, and the step and zone as in interval_start, are errors';
