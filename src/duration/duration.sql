-- Durations: type duration_summary

@summary duration_summary variable

COMMENT ON TYPE duration_summary IS
'durations as exact sums (samples, total, squares, shortest, longest) and a histogram of 256 buckets to the octave, printed as JSON in microseconds: percentiles within 0.4 % that merge';

-- The state of the one-step percentile

@state percentile_state variable

COMMENT ON TYPE percentile_state IS
'what the aggregate percentile carries from row to row and from process to process: a fraction and a duration_summary';

-- Accessors

CREATE FUNCTION samples(duration_summary) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_samples';
COMMENT ON FUNCTION samples(duration_summary) IS
'how many durations there are';

CREATE FUNCTION total(duration_summary) RETURNS interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_total';
COMMENT ON FUNCTION total(duration_summary) IS
'the sum of the durations, exact; 0 when there are none';

CREATE FUNCTION average(duration_summary) RETURNS interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_average';
COMMENT ON FUNCTION average(duration_summary) IS
'total / samples, exact, rounded half away from zero to the microsecond; NULL when there are no samples';

CREATE FUNCTION stddev(duration_summary) RETURNS interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_stddev';
COMMENT ON FUNCTION stddev(duration_summary) IS
'sample standard deviation, as stddev() computes it, exact to the microsecond; NULL for fewer than two samples';

@table end
end  | side  | clamped
low  | lower | , never below 0
high | upper |
@end

@each end
CREATE FUNCTION average_@end@(duration_summary) RETURNS interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_average_@end@';
COMMENT ON FUNCTION average_@end@(duration_summary) IS
'@side@ end of the 95 % confidence interval of the average (Student 1908)@clamped@, rounded to the microsecond; NULL for fewer than two samples';

CREATE FUNCTION average_@end@(duration_summary, confidence double precision) RETURNS interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_average_@end@';
COMMENT ON FUNCTION average_@end@(duration_summary, double precision) IS
'@side@ end of the confidence interval of the average at this confidence, above 0, below 1 (Student 1908)@clamped@, rounded to the microsecond; NULL for fewer than two samples';
@end

CREATE FUNCTION average_p_value(a duration_summary, b duration_summary) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_average_p_value';
COMMENT ON FUNCTION average_p_value(duration_summary, duration_summary) IS
'two-sided t-test of two averages whose variances may differ (Welch 1947): how probable a difference at least this large is if both are equal; NULL when a side has fewer than two samples or nothing varies and the averages are equal; 0 when nothing varies and they differ';

CREATE FUNCTION shortest(duration_summary) RETURNS interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_shortest';
COMMENT ON FUNCTION shortest(duration_summary) IS
'the shortest duration, exact; NULL when there are no samples';

CREATE FUNCTION longest(duration_summary) RETURNS interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_longest';
COMMENT ON FUNCTION longest(duration_summary) IS
'the longest duration, exact; NULL when there are no samples';

CREATE FUNCTION percentile(duration_summary, fraction double precision) RETURNS interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_percentile_of';
COMMENT ON FUNCTION percentile(duration_summary, double precision) IS
'the duration at the rank that percentile_disc(fraction) takes, within 0.4 %; fraction from 0 to 1 (0 is the shortest, 1 the longest, exactly), anything else is an error; NULL when there are no samples';

CREATE FUNCTION percentiles(duration_summary, fractions double precision[]) RETURNS interval[]
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_percentiles_of';
COMMENT ON FUNCTION percentiles(duration_summary, double precision[]) IS
'percentile(summary, fraction) for each fraction, in an array of the same shape; NULL for a NULL fraction and when there are no samples';

CREATE FUNCTION rate_within(duration_summary, threshold interval) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_rate_within';
COMMENT ON FUNCTION rate_within(duration_summary, interval) IS
'share of samples up to the threshold, 0 to 1: a service level for any threshold, after the fact; the thresholds whole bucket (at most 0.4 % wide) counts as within; NULL when there are no samples; for contracts use rate(duration <= threshold)';

CREATE FUNCTION histogram(duration_summary, edges interval[]) RETURNS bigint[]
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_histogram_of';
COMMENT ON FUNCTION histogram(duration_summary, interval[]) IS
'how many samples lie up to the first edge, above it up to the second, ..., above the last: n edges give n + 1 counts; an edge counts as within, with its whole bucket, as in rate_within; edges must ascend, NULLs among them are an error';

CREATE FUNCTION histogram_rows(duration_summary, edges interval[], OUT low interval, OUT high interval,
    OUT samples bigint, OUT share double precision, OUT cumulative_share double precision) RETURNS SETOF record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 10 AS 'MODULE_PATHNAME', 'duration_histogram_rows';
COMMENT ON FUNCTION histogram_rows(duration_summary, interval[]) IS
'histogram(summary, edges) as rows for a chart: above low, up to high (NULL: open), how many samples, their share, and the share up to high, 0 to 1; shares are NULL when there are no samples';

CREATE FUNCTION abandonment_curve(abandoned_waits duration_summary, answered_waits duration_summary, edges interval[],
    OUT wait interval, OUT at_risk bigint, OUT abandoned bigint, OUT share_gone double precision) RETURNS SETOF record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 10 AS 'MODULE_PATHNAME', 'duration_abandonment_curve';
COMMENT ON FUNCTION abandonment_curve(duration_summary, duration_summary, interval[]) IS
'how many give up by each wait if nobody is answered (Kaplan and Meier 1958; the answered as censored): for each edge, who was still waiting at the edge before it, how many of them gave up until this one, and the share gone by then, 0 to 1; edges only choose where the curve is read, its steps are the buckets of the summaries (0.4 %); share_gone is NULL when there are no samples; edges must ascend, NULLs among them are an error';

CREATE FUNCTION duration_kpis(duration_summary, OUT samples bigint, OUT total_seconds double precision,
    OUT average_seconds double precision, OUT stddev_seconds double precision, OUT shortest_seconds double precision,
    OUT p50_seconds double precision, OUT p90_seconds double precision, OUT p95_seconds double precision,
    OUT p99_seconds double precision, OUT longest_seconds double precision)
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION duration_kpis(duration_summary) IS
'one row of plain numbers for reporting tools, durations in seconds: FROM hourly, duration_kpis(summary); what needs samples is NULL where there are none';

-- Support functions of the aggregates

@merge _duration_merge(duration_summary, duration_summary) STRICT -- transition function of rollup
@final _duration_trim(duration_summary) STRICT -- the canonical form, without spare room
@moving _duration_window_merge(internal, duration_summary)
@moving_inverse _duration_window_unmerge(internal, duration_summary)
@moving_final _duration_window_summary(internal) RETURNS duration_summary
@combine _percentile_merge(percentile_state, percentile_state) STRICT
@final _percentile_interval(percentile_state) RETURNS interval STRICT
@final _percentile_seconds(percentile_state) RETURNS double precision STRICT
@moving_final _percentile_window_interval(internal) RETURNS interval
@moving_final _percentile_window_seconds(internal) RETURNS double precision
@each duration
@transition _duration_accum_@C@(duration_summary, @T@) STRICT
@moving _duration_window_add_@C@(internal, @T@)
@moving_inverse _duration_window_remove_@C@(internal, @T@)
@transition _percentile_accum_@C@(percentile_state, @T@, double precision)
@moving _percentile_window_add_@C@(internal, @T@, double precision)
@moving_inverse _percentile_window_remove_@C@(internal, @T@, double precision) AS duration_window_remove_@C@
@end

CREATE OPERATOR + (LEFTARG = duration_summary, RIGHTARG = duration_summary, FUNCTION = _duration_merge, COMMUTATOR = +);
COMMENT ON OPERATOR + (duration_summary, duration_summary) IS
'merge: the summary of both sets of durations; there is no -, because what was the shortest or longest before cannot be told';

-- Aggregates.  SSPACE is that of a group of about a hundred samples: 128 bytes
-- for the first ones, 4 to 30 kB for thousands.

@table duration
T                | in_seconds   | durations            | refused
interval         | -            | durations            | a negative or infinite duration or one with months
integer          | , in seconds | durations in seconds | a negative duration
double precision | , in seconds | durations in seconds | a negative or infinite duration
@end

@each duration
CREATE AGGREGATE percentile(duration @T@, fraction double precision) (
    SFUNC = _percentile_accum_@C@, STYPE = percentile_state, SSPACE = 1024, INITCOND = '{}',
    FINALFUNC = _percentile_@R@, COMBINEFUNC = _percentile_merge,
    MSFUNC = _percentile_window_add_@C@, MINVFUNC = _percentile_window_remove_@C@, MSTYPE = internal, MSSPACE = 8192,
    MFINALFUNC = _percentile_window_@R@,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE percentile(@T@, double precision) IS
'the duration at the rank that percentile_disc(fraction) takes, within 0.4 %@in_seconds@; also over sliding windows; fraction from 0 to 1, the same for all rows of a group; NULL durations are ignored; NULL when there are none; @refused@ or a NULL fraction is an error; several percentiles of one column: percentiles(duration_agg(duration), fractions)';

CREATE AGGREGATE duration_agg(duration @T@) (
    SFUNC = _duration_accum_@C@, STYPE = duration_summary, SSPACE = 1024, INITCOND = '{}',
    FINALFUNC = _duration_trim, COMBINEFUNC = _duration_merge,
    MSFUNC = _duration_window_add_@C@, MINVFUNC = _duration_window_remove_@C@, MSTYPE = internal, MSSPACE = 8192,
    MFINALFUNC = _duration_window_summary,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE duration_agg(@T@) IS
'summary of @durations@, for percentile, rate_within, average and the like; NULLs are ignored; an empty summary when there are none; @refused@ is an error';
@end

CREATE AGGREGATE rollup(summary duration_summary) (
    SFUNC = _duration_merge, STYPE = duration_summary, SSPACE = 8192, INITCOND = '{}',
    FINALFUNC = _duration_trim, COMBINEFUNC = _duration_merge,
    MSFUNC = _duration_window_merge, MINVFUNC = _duration_window_unmerge, MSTYPE = internal, MSSPACE = 8192,
    MFINALFUNC = _duration_window_summary,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(duration_summary) IS
'merges duration summaries into the one of all their durations: hours into days and months; NULLs are ignored; an empty summary when there are none';
