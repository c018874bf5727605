-- Reporting intervals on the local clock

@table origin
O
-
, origin timestamp
@end

@each origin
@function interval_start(moment timestamptz, step interval, zone text@O@) RETURNS timestamptz AS reporting_interval_start
    start of the reporting interval on the zone's clock: steps from midnight, days, weeks from Monday, months, or counted from origin
@end

@no_moment interval_start
    always an error: say which moment is meant with AT TIME ZONE

@each origin
@function split_span(span tstzrange, step interval, zone text@O@, OUT interval_start timestamptz, OUT part tstzrange, OUT covered interval) RETURNS SETOF record AS reporting_split_span COST 10 ROWS 4
    a span by the reporting intervals that it touches: their starts, the parts in them and their lengths; no rows for NULL or an empty span
@end
