-- Durations come as an interval or as seconds: what the overloads differ in

@table duration
T                | C        | R        | as                            | in            | bad
interval         | interval | interval | as an interval                | intervals     | negative durations and intervals with months
integer          | int4     | seconds  | in seconds (double precision) | whole seconds | negative durations
double precision | float8   | seconds  | in seconds (double precision) | seconds       | negative durations, NaN and infinity
@end

-- Batch execution

@support _batch_support(internal) RETURNS internal STRICT AS kpi_batch_support -- planner support function of the transition functions: loads batch execution

-- Helpers that every family uses

@function seconds(duration interval) RETURNS double precision AS kpi_seconds
    a duration in seconds, for reporting tools that do not read intervals; a day counts 24 hours; NULL gives NULL; months are an error
@function percent(rate double precision) RETURNS numeric AS kpi_percent
    a rate from 0 to 1 as a percentage with one decimal, rounded half away from zero: percent(0.8337) = 83.4; NULL gives NULL
@function percent(rate double precision, digits integer) RETURNS numeric AS kpi_percent_digits
    a rate from 0 to 1 as a percentage with 0 to 15 decimals, rounded half away from zero; NULL gives NULL
@function ratio(numerator double precision, denominator double precision) RETURNS double precision AS kpi_ratio
    numerator / denominator; NULL when the denominator is 0 or an argument is NULL: cost or articles read per contact

@table plausible
T                | C
integer          | int4
bigint           | int8
numeric          | numeric
double precision | float8
interval         | interval
@end

@each plausible
@function plausible(value @T@, low @T@, high @T@) RETURNS @T@ AS kpi_plausible_@C@
    the value if it lies within low and high (both included), else NULL; NULL, NaN and infinity give NULL
@end

-- The ends of intervals and limits

@table end
end  | side  | away     | clamped
low  | lower | centre - | , never below 0
high | upper | centre + | -
@end
