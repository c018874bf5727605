-- Handling: type handle_summary

@summary handle_summary 64

COMMENT ON TYPE handle_summary IS
'contacts handled and held with their sums of talk, hold and wrap-up time in microseconds: the summary behind aht';

-- Accessors, some of which are also the final functions of the aggregates

CREATE FUNCTION handled(handle_summary) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'handle_handled';
COMMENT ON FUNCTION handled(handle_summary) IS
'contacts that were handled';

CREATE FUNCTION aht(handle_summary) RETURNS interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'handle_aht_interval';
COMMENT ON FUNCTION aht(handle_summary) IS
'average handle time: (talk + hold + wrap) / handled, rounded to the microsecond; NULL when there are none';

CREATE FUNCTION average_talk(handle_summary) RETURNS interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'handle_average_talk';
COMMENT ON FUNCTION average_talk(handle_summary) IS
'talk / handled, rounded to the microsecond; NULL when there are none';

CREATE FUNCTION average_hold(handle_summary) RETURNS interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'handle_average_hold';
COMMENT ON FUNCTION average_hold(handle_summary) IS
'hold / handled, the contacts that were not held included, rounded to the microsecond; NULL when there are none';

CREATE FUNCTION average_hold_when_held(handle_summary) RETURNS interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'handle_average_hold_when_held';
COMMENT ON FUNCTION average_hold_when_held(handle_summary) IS
'hold / contacts with a hold time above 0, rounded to the microsecond; NULL when there are none';

CREATE FUNCTION average_wrap(handle_summary) RETURNS interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'handle_average_wrap';
COMMENT ON FUNCTION average_wrap(handle_summary) IS
'wrap-up (after-contact work) / handled, rounded to the microsecond; NULL when there are none';

CREATE FUNCTION total_handle_time(handle_summary) RETURNS interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'handle_total_handle_time';
COMMENT ON FUNCTION total_handle_time(handle_summary) IS
'talk + hold + wrap of all contacts, in hours, minutes and seconds; 0 when none was handled: the workload, for occupancy and cost';

CREATE FUNCTION handle_kpis(handle_summary,
    OUT handled bigint, OUT held bigint,
    OUT aht_seconds double precision, OUT average_talk_seconds double precision, OUT average_hold_seconds double precision,
    OUT average_hold_when_held_seconds double precision, OUT average_wrap_seconds double precision,
    OUT total_handle_time_seconds double precision)
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION handle_kpis(handle_summary) IS
'all KPIs of handling as one row of plain numbers for reporting tools, durations in seconds; FROM hourly, handle_kpis(h)';

-- Support functions of the aggregates

CREATE FUNCTION handle_aht_seconds(handle_summary) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION handle_aht_seconds(handle_summary) IS
'final function of aht over seconds';
CREATE FUNCTION handle_summary_merge(handle_summary, handle_summary) RETURNS handle_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION handle_summary_subtract(handle_summary, handle_summary) RETURNS handle_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION handle_summary_merge(handle_summary, handle_summary) IS
'implementation of + operator, and combine function';
COMMENT ON FUNCTION handle_summary_subtract(handle_summary, handle_summary) IS
'implementation of - operator, and inverse transition function';
CREATE FUNCTION handle_accum(handle_summary, interval) RETURNS handle_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'handle_accum_interval';
CREATE FUNCTION handle_accum_inv(handle_summary, interval) RETURNS handle_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'handle_accum_inv_interval';
CREATE FUNCTION handle_accum(handle_summary, interval, interval, interval) RETURNS handle_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'handle_accum_interval_3';
CREATE FUNCTION handle_accum_inv(handle_summary, interval, interval, interval) RETURNS handle_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'handle_accum_inv_interval_3';
CREATE FUNCTION handle_accum(handle_summary, integer) RETURNS handle_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'handle_accum_int4';
CREATE FUNCTION handle_accum_inv(handle_summary, integer) RETURNS handle_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'handle_accum_inv_int4';
CREATE FUNCTION handle_accum(handle_summary, integer, integer, integer) RETURNS handle_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'handle_accum_int4_3';
CREATE FUNCTION handle_accum_inv(handle_summary, integer, integer, integer) RETURNS handle_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'handle_accum_inv_int4_3';
CREATE FUNCTION handle_accum(handle_summary, double precision) RETURNS handle_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'handle_accum_float8';
CREATE FUNCTION handle_accum_inv(handle_summary, double precision) RETURNS handle_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'handle_accum_inv_float8';
CREATE FUNCTION handle_accum(handle_summary, double precision, double precision, double precision) RETURNS handle_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'handle_accum_float8_3';
CREATE FUNCTION handle_accum_inv(handle_summary, double precision, double precision, double precision) RETURNS handle_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'handle_accum_inv_float8_3';
COMMENT ON FUNCTION handle_accum(handle_summary, interval) IS
'transition function';
COMMENT ON FUNCTION handle_accum_inv(handle_summary, interval) IS
'inverse transition function';
COMMENT ON FUNCTION handle_accum(handle_summary, interval, interval, interval) IS
'transition function';
COMMENT ON FUNCTION handle_accum_inv(handle_summary, interval, interval, interval) IS
'inverse transition function';
COMMENT ON FUNCTION handle_accum(handle_summary, integer) IS
'transition function';
COMMENT ON FUNCTION handle_accum_inv(handle_summary, integer) IS
'inverse transition function';
COMMENT ON FUNCTION handle_accum(handle_summary, integer, integer, integer) IS
'transition function';
COMMENT ON FUNCTION handle_accum_inv(handle_summary, integer, integer, integer) IS
'inverse transition function';
COMMENT ON FUNCTION handle_accum(handle_summary, double precision) IS
'transition function';
COMMENT ON FUNCTION handle_accum_inv(handle_summary, double precision) IS
'inverse transition function';
COMMENT ON FUNCTION handle_accum(handle_summary, double precision, double precision, double precision) IS
'transition function';
COMMENT ON FUNCTION handle_accum_inv(handle_summary, double precision, double precision, double precision) IS
'inverse transition function';

CREATE OPERATOR + (LEFTARG = handle_summary, RIGHTARG = handle_summary, FUNCTION = handle_summary_merge, COMMUTATOR = +);
CREATE OPERATOR - (LEFTARG = handle_summary, RIGHTARG = handle_summary, FUNCTION = handle_summary_subtract);
COMMENT ON OPERATOR + (handle_summary, handle_summary) IS 'merge: counts and times are added';
COMMENT ON OPERATOR - (handle_summary, handle_summary) IS 'remove what was added before; an error when a count or time would become negative';

-- Aggregates

CREATE AGGREGATE aht(handle interval) (
    SFUNC = handle_accum, STYPE = handle_summary, INITCOND = '{}', FINALFUNC = aht, COMBINEFUNC = handle_summary_merge,
    MSFUNC = handle_accum, MINVFUNC = handle_accum_inv, MSTYPE = handle_summary, MINITCOND = '{}', MFINALFUNC = aht,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE aht(handle interval) IS
'average handle time: mean of the handle times, as an interval, rounded to the microsecond; NULL rows were not handled and are ignored (0 is not NULL: filter unanswered contacts out); NULL when there are none; negative durations and intervals with months are errors';

CREATE AGGREGATE aht(talk interval, hold interval, wrap interval) (
    SFUNC = handle_accum, STYPE = handle_summary, INITCOND = '{}', FINALFUNC = aht, COMBINEFUNC = handle_summary_merge,
    MSFUNC = handle_accum, MINVFUNC = handle_accum_inv, MSTYPE = handle_summary, MINITCOND = '{}', MFINALFUNC = aht,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE aht(talk interval, hold interval, wrap interval) IS
'average handle time: mean of talk + hold + wrap over handled contacts, as an interval, rounded to the microsecond; a NULL component counts 0; a row where all are NULL was not handled and is ignored (0 is not NULL: filter unanswered contacts out); NULL when there are none; negative durations and intervals with months are errors';

CREATE AGGREGATE handle_agg(handle interval) (
    SFUNC = handle_accum, STYPE = handle_summary, INITCOND = '{}', COMBINEFUNC = handle_summary_merge,
    MSFUNC = handle_accum, MINVFUNC = handle_accum_inv, MSTYPE = handle_summary, MINITCOND = '{}',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE handle_agg(handle interval) IS
'contacts with their handle time in intervals, all of it counted as talk, as a handle_summary; NULL rows are ignored; negative durations and intervals with months are errors';

CREATE AGGREGATE handle_agg(talk interval, hold interval, wrap interval) (
    SFUNC = handle_accum, STYPE = handle_summary, INITCOND = '{}', COMBINEFUNC = handle_summary_merge,
    MSFUNC = handle_accum, MINVFUNC = handle_accum_inv, MSTYPE = handle_summary, MINITCOND = '{}',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE handle_agg(talk interval, hold interval, wrap interval) IS
'contacts with their talk, hold and wrap-up time in intervals as a handle_summary; a NULL component counts 0; a row where all are NULL was not handled and is ignored; negative durations and intervals with months are errors';

CREATE AGGREGATE aht(handle integer) (
    SFUNC = handle_accum, STYPE = handle_summary, INITCOND = '{}', FINALFUNC = handle_aht_seconds, COMBINEFUNC = handle_summary_merge,
    MSFUNC = handle_accum, MINVFUNC = handle_accum_inv, MSTYPE = handle_summary, MINITCOND = '{}', MFINALFUNC = handle_aht_seconds,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE aht(handle integer) IS
'average handle time: mean of the handle times, in seconds (double precision), rounded to the microsecond; NULL rows were not handled and are ignored (0 is not NULL: filter unanswered contacts out); NULL when there are none; negative durations are errors';

CREATE AGGREGATE aht(talk integer, hold integer, wrap integer) (
    SFUNC = handle_accum, STYPE = handle_summary, INITCOND = '{}', FINALFUNC = handle_aht_seconds, COMBINEFUNC = handle_summary_merge,
    MSFUNC = handle_accum, MINVFUNC = handle_accum_inv, MSTYPE = handle_summary, MINITCOND = '{}', MFINALFUNC = handle_aht_seconds,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE aht(talk integer, hold integer, wrap integer) IS
'average handle time: mean of talk + hold + wrap over handled contacts, in seconds (double precision), rounded to the microsecond; a NULL component counts 0; a row where all are NULL was not handled and is ignored (0 is not NULL: filter unanswered contacts out); NULL when there are none; negative durations are errors';

CREATE AGGREGATE handle_agg(handle integer) (
    SFUNC = handle_accum, STYPE = handle_summary, INITCOND = '{}', COMBINEFUNC = handle_summary_merge,
    MSFUNC = handle_accum, MINVFUNC = handle_accum_inv, MSTYPE = handle_summary, MINITCOND = '{}',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE handle_agg(handle integer) IS
'contacts with their handle time in whole seconds, all of it counted as talk, as a handle_summary; NULL rows are ignored; negative durations are errors';

CREATE AGGREGATE handle_agg(talk integer, hold integer, wrap integer) (
    SFUNC = handle_accum, STYPE = handle_summary, INITCOND = '{}', COMBINEFUNC = handle_summary_merge,
    MSFUNC = handle_accum, MINVFUNC = handle_accum_inv, MSTYPE = handle_summary, MINITCOND = '{}',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE handle_agg(talk integer, hold integer, wrap integer) IS
'contacts with their talk, hold and wrap-up time in whole seconds as a handle_summary; a NULL component counts 0; a row where all are NULL was not handled and is ignored; negative durations are errors';

CREATE AGGREGATE aht(handle double precision) (
    SFUNC = handle_accum, STYPE = handle_summary, INITCOND = '{}', FINALFUNC = handle_aht_seconds, COMBINEFUNC = handle_summary_merge,
    MSFUNC = handle_accum, MINVFUNC = handle_accum_inv, MSTYPE = handle_summary, MINITCOND = '{}', MFINALFUNC = handle_aht_seconds,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE aht(handle double precision) IS
'average handle time: mean of the handle times, in seconds (double precision), rounded to the microsecond; NULL rows were not handled and are ignored (0 is not NULL: filter unanswered contacts out); NULL when there are none; negative durations, NaN and infinity are errors';

CREATE AGGREGATE aht(talk double precision, hold double precision, wrap double precision) (
    SFUNC = handle_accum, STYPE = handle_summary, INITCOND = '{}', FINALFUNC = handle_aht_seconds, COMBINEFUNC = handle_summary_merge,
    MSFUNC = handle_accum, MINVFUNC = handle_accum_inv, MSTYPE = handle_summary, MINITCOND = '{}', MFINALFUNC = handle_aht_seconds,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE aht(talk double precision, hold double precision, wrap double precision) IS
'average handle time: mean of talk + hold + wrap over handled contacts, in seconds (double precision), rounded to the microsecond; a NULL component counts 0; a row where all are NULL was not handled and is ignored (0 is not NULL: filter unanswered contacts out); NULL when there are none; negative durations, NaN and infinity are errors';

CREATE AGGREGATE handle_agg(handle double precision) (
    SFUNC = handle_accum, STYPE = handle_summary, INITCOND = '{}', COMBINEFUNC = handle_summary_merge,
    MSFUNC = handle_accum, MINVFUNC = handle_accum_inv, MSTYPE = handle_summary, MINITCOND = '{}',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE handle_agg(handle double precision) IS
'contacts with their handle time in seconds, all of it counted as talk, as a handle_summary; NULL rows are ignored; negative durations, NaN and infinity are errors';

CREATE AGGREGATE handle_agg(talk double precision, hold double precision, wrap double precision) (
    SFUNC = handle_accum, STYPE = handle_summary, INITCOND = '{}', COMBINEFUNC = handle_summary_merge,
    MSFUNC = handle_accum, MINVFUNC = handle_accum_inv, MSTYPE = handle_summary, MINITCOND = '{}',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE handle_agg(talk double precision, hold double precision, wrap double precision) IS
'contacts with their talk, hold and wrap-up time in seconds as a handle_summary; a NULL component counts 0; a row where all are NULL was not handled and is ignored; negative durations, NaN and infinity are errors';

CREATE AGGREGATE rollup(summary handle_summary) (
    SFUNC = handle_summary_merge, STYPE = handle_summary, INITCOND = '{}', COMBINEFUNC = handle_summary_merge,
    MSFUNC = handle_summary_merge, MINVFUNC = handle_summary_subtract, MSTYPE = handle_summary, MINITCOND = '{}',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(summary handle_summary) IS
'merges handle summaries: counts and times are added, so the mean is weighted; NULLs are ignored; the empty summary when there are none';
