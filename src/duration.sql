-- Durations: type duration_summary

@summary duration_summary variable

COMMENT ON TYPE duration_summary IS
'durations as exact sums (samples, total, squares, shortest, longest) and a histogram of 256 buckets to the octave, printed as JSON in microseconds: percentiles within 0.4 % that merge';

-- The state of the one-step percentile

CREATE TYPE percentile_state;

CREATE FUNCTION percentile_state_in(cstring) RETURNS percentile_state
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION percentile_state_out(percentile_state) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION percentile_state_recv(internal) RETURNS percentile_state
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION percentile_state_send(percentile_state) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION percentile_state_in(cstring) IS 'text input of percentile_state';
COMMENT ON FUNCTION percentile_state_out(percentile_state) IS 'text output of percentile_state: exact and canonical';
COMMENT ON FUNCTION percentile_state_recv(internal) IS 'binary input of percentile_state';
COMMENT ON FUNCTION percentile_state_send(percentile_state) IS 'binary output of percentile_state';

CREATE TYPE percentile_state (
    INPUT = percentile_state_in,
    OUTPUT = percentile_state_out,
    RECEIVE = percentile_state_recv,
    SEND = percentile_state_send,
    INTERNALLENGTH = variable,
    ALIGNMENT = double,
    STORAGE = extended
);
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

CREATE FUNCTION duration_kpis(duration_summary, OUT samples bigint, OUT total_seconds double precision,
    OUT average_seconds double precision, OUT stddev_seconds double precision, OUT shortest_seconds double precision,
    OUT p50_seconds double precision, OUT p90_seconds double precision, OUT p95_seconds double precision,
    OUT p99_seconds double precision, OUT longest_seconds double precision)
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION duration_kpis(duration_summary) IS
'one row of plain numbers for reporting tools, durations in seconds: FROM hourly, duration_kpis(summary); what needs samples is NULL where there are none';

-- Support functions of the aggregates

CREATE FUNCTION duration_accum_interval(duration_summary, interval) RETURNS duration_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION duration_accum_interval(duration_summary, interval) IS 'transition function';
CREATE FUNCTION duration_accum_int4(duration_summary, integer) RETURNS duration_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION duration_accum_int4(duration_summary, integer) IS 'transition function';
CREATE FUNCTION duration_accum_float8(duration_summary, double precision) RETURNS duration_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION duration_accum_float8(duration_summary, double precision) IS 'transition function';
CREATE FUNCTION duration_merge(duration_summary, duration_summary) RETURNS duration_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION duration_merge(duration_summary, duration_summary) IS 'implementation of + operator, transition function of rollup, and combine function';
CREATE FUNCTION duration_trim(duration_summary) RETURNS duration_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION duration_trim(duration_summary) IS 'final function: the canonical form, without spare room';
CREATE FUNCTION duration_window_add_interval(internal, interval) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION duration_window_add_interval(internal, interval) IS 'moving transition function';
CREATE FUNCTION duration_window_add_int4(internal, integer) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION duration_window_add_int4(internal, integer) IS 'moving transition function';
CREATE FUNCTION duration_window_add_float8(internal, double precision) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION duration_window_add_float8(internal, double precision) IS 'moving transition function';
CREATE FUNCTION duration_window_remove_interval(internal, interval) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION duration_window_remove_interval(internal, interval) IS 'inverse transition function';
CREATE FUNCTION duration_window_remove_int4(internal, integer) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION duration_window_remove_int4(internal, integer) IS 'inverse transition function';
CREATE FUNCTION duration_window_remove_float8(internal, double precision) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION duration_window_remove_float8(internal, double precision) IS 'inverse transition function';
CREATE FUNCTION duration_window_merge(internal, duration_summary) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION duration_window_merge(internal, duration_summary) IS 'moving transition function';
CREATE FUNCTION duration_window_unmerge(internal, duration_summary) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION duration_window_unmerge(internal, duration_summary) IS 'inverse transition function';
CREATE FUNCTION duration_window_summary(internal) RETURNS duration_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION duration_window_summary(internal) IS 'moving final function';
CREATE FUNCTION percentile_accum_interval(percentile_state, interval, double precision) RETURNS percentile_state
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION percentile_accum_interval(percentile_state, interval, double precision) IS 'transition function';
CREATE FUNCTION percentile_accum_int4(percentile_state, integer, double precision) RETURNS percentile_state
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION percentile_accum_int4(percentile_state, integer, double precision) IS 'transition function';
CREATE FUNCTION percentile_accum_float8(percentile_state, double precision, double precision) RETURNS percentile_state
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION percentile_accum_float8(percentile_state, double precision, double precision) IS 'transition function';
CREATE FUNCTION percentile_merge(percentile_state, percentile_state) RETURNS percentile_state
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION percentile_merge(percentile_state, percentile_state) IS 'combine function';
CREATE FUNCTION percentile_interval(percentile_state) RETURNS interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION percentile_interval(percentile_state) IS 'final function';
CREATE FUNCTION percentile_seconds(percentile_state) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION percentile_seconds(percentile_state) IS 'final function';
CREATE FUNCTION percentile_window_add_interval(internal, interval, double precision) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION percentile_window_add_interval(internal, interval, double precision) IS 'moving transition function';
CREATE FUNCTION percentile_window_add_int4(internal, integer, double precision) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION percentile_window_add_int4(internal, integer, double precision) IS 'moving transition function';
CREATE FUNCTION percentile_window_add_float8(internal, double precision, double precision) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION percentile_window_add_float8(internal, double precision, double precision) IS 'moving transition function';
CREATE FUNCTION percentile_window_remove_interval(internal, interval, double precision) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_window_remove_interval';
COMMENT ON FUNCTION percentile_window_remove_interval(internal, interval, double precision) IS 'inverse transition function';
CREATE FUNCTION percentile_window_remove_int4(internal, integer, double precision) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_window_remove_int4';
COMMENT ON FUNCTION percentile_window_remove_int4(internal, integer, double precision) IS 'inverse transition function';
CREATE FUNCTION percentile_window_remove_float8(internal, double precision, double precision) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_window_remove_float8';
COMMENT ON FUNCTION percentile_window_remove_float8(internal, double precision, double precision) IS 'inverse transition function';
CREATE FUNCTION percentile_window_interval(internal) RETURNS interval
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION percentile_window_interval(internal) IS 'moving final function';
CREATE FUNCTION percentile_window_seconds(internal) RETURNS double precision
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION percentile_window_seconds(internal) IS 'moving final function';

CREATE OPERATOR + (LEFTARG = duration_summary, RIGHTARG = duration_summary, FUNCTION = duration_merge, COMMUTATOR = +);
COMMENT ON OPERATOR + (duration_summary, duration_summary) IS
'merge: the summary of both sets of durations; there is no -, because what was the shortest or longest before cannot be told';

-- Aggregates.  SSPACE is that of a group of about a hundred samples: 128 bytes
-- for the first ones, 4 to 30 kB for thousands.

CREATE AGGREGATE percentile(duration interval, fraction double precision) (
    SFUNC = percentile_accum_interval, STYPE = percentile_state, SSPACE = 1024, INITCOND = '{}',
    FINALFUNC = percentile_interval, COMBINEFUNC = percentile_merge,
    MSFUNC = percentile_window_add_interval, MINVFUNC = percentile_window_remove_interval, MSTYPE = internal, MSSPACE = 8192,
    MFINALFUNC = percentile_window_interval,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE percentile(interval, double precision) IS
'the duration at the rank that percentile_disc(fraction) takes, within 0.4 %; also over sliding windows; fraction from 0 to 1, the same for all rows of a group; NULL durations are ignored; NULL when there are none; a negative or infinite duration, one with months or a NULL fraction is an error; several percentiles of one column: percentiles(duration_agg(duration), fractions)';

CREATE AGGREGATE percentile(duration integer, fraction double precision) (
    SFUNC = percentile_accum_int4, STYPE = percentile_state, SSPACE = 1024, INITCOND = '{}',
    FINALFUNC = percentile_seconds, COMBINEFUNC = percentile_merge,
    MSFUNC = percentile_window_add_int4, MINVFUNC = percentile_window_remove_int4, MSTYPE = internal, MSSPACE = 8192,
    MFINALFUNC = percentile_window_seconds,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE percentile(integer, double precision) IS
'the duration at the rank that percentile_disc(fraction) takes, within 0.4 %, in seconds; also over sliding windows; fraction from 0 to 1, the same for all rows of a group; NULL durations are ignored; NULL when there are none; a negative duration or a NULL fraction is an error; several percentiles of one column: percentiles(duration_agg(duration), fractions)';

CREATE AGGREGATE percentile(duration double precision, fraction double precision) (
    SFUNC = percentile_accum_float8, STYPE = percentile_state, SSPACE = 1024, INITCOND = '{}',
    FINALFUNC = percentile_seconds, COMBINEFUNC = percentile_merge,
    MSFUNC = percentile_window_add_float8, MINVFUNC = percentile_window_remove_float8, MSTYPE = internal, MSSPACE = 8192,
    MFINALFUNC = percentile_window_seconds,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE percentile(double precision, double precision) IS
'the duration at the rank that percentile_disc(fraction) takes, within 0.4 %, in seconds; also over sliding windows; fraction from 0 to 1, the same for all rows of a group; NULL durations are ignored; NULL when there are none; a negative or infinite duration or a NULL fraction is an error; several percentiles of one column: percentiles(duration_agg(duration), fractions)';

CREATE AGGREGATE duration_agg(duration interval) (
    SFUNC = duration_accum_interval, STYPE = duration_summary, SSPACE = 1024, INITCOND = '{}',
    FINALFUNC = duration_trim, COMBINEFUNC = duration_merge,
    MSFUNC = duration_window_add_interval, MINVFUNC = duration_window_remove_interval, MSTYPE = internal, MSSPACE = 8192,
    MFINALFUNC = duration_window_summary,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE duration_agg(interval) IS
'summary of durations, for percentile, rate_within, average and the like; NULLs are ignored; an empty summary when there are none; a negative or infinite duration or one with months is an error';

CREATE AGGREGATE duration_agg(duration integer) (
    SFUNC = duration_accum_int4, STYPE = duration_summary, SSPACE = 1024, INITCOND = '{}',
    FINALFUNC = duration_trim, COMBINEFUNC = duration_merge,
    MSFUNC = duration_window_add_int4, MINVFUNC = duration_window_remove_int4, MSTYPE = internal, MSSPACE = 8192,
    MFINALFUNC = duration_window_summary,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE duration_agg(integer) IS
'summary of durations in seconds, for percentile, rate_within, average and the like; NULLs are ignored; an empty summary when there are none; a negative duration is an error';

CREATE AGGREGATE duration_agg(duration double precision) (
    SFUNC = duration_accum_float8, STYPE = duration_summary, SSPACE = 1024, INITCOND = '{}',
    FINALFUNC = duration_trim, COMBINEFUNC = duration_merge,
    MSFUNC = duration_window_add_float8, MINVFUNC = duration_window_remove_float8, MSTYPE = internal, MSSPACE = 8192,
    MFINALFUNC = duration_window_summary,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE duration_agg(double precision) IS
'summary of durations in seconds, for percentile, rate_within, average and the like; NULLs are ignored; an empty summary when there are none; a negative or infinite duration is an error';

CREATE AGGREGATE rollup(summary duration_summary) (
    SFUNC = duration_merge, STYPE = duration_summary, SSPACE = 8192, INITCOND = '{}',
    FINALFUNC = duration_trim, COMBINEFUNC = duration_merge,
    MSFUNC = duration_window_merge, MINVFUNC = duration_window_unmerge, MSTYPE = internal, MSSPACE = 8192,
    MFINALFUNC = duration_window_summary,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(duration_summary) IS
'merges duration summaries into the one of all their durations: hours into days and months; NULLs are ignored; an empty summary when there are none';
