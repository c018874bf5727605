-- Reaching an agent: type queue_summary

@summary queue_summary 128

COMMENT ON TYPE queue_summary IS
'contacts of a queue in exact classes (answered, abandoned, waiting, flowed out; within or late) with sums of waits and the longest in microseconds: the summary behind service_level, asa and abandonment_rate; the rule of the service level is chosen when it is read';

-- Accessors, some of which are also the final functions of the aggregates

CREATE FUNCTION offered(queue_summary) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_offered';
COMMENT ON FUNCTION offered(queue_summary) IS
'contacts that reached the queue and whose fate is known or missed: answered, abandoned, waiting beyond the threshold, flowed out; who still waits within the threshold is not yet offered to any rate';

CREATE FUNCTION answered(queue_summary) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_answered';
COMMENT ON FUNCTION answered(queue_summary) IS
'contacts that an agent answered, with a known wait or not';

CREATE FUNCTION abandoned(queue_summary) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_abandoned';
COMMENT ON FUNCTION abandoned(queue_summary) IS
'contacts that left without an answer, short ones included; who flowed out is not among them';

CREATE FUNCTION waiting(queue_summary) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_waiting';
COMMENT ON FUNCTION waiting(queue_summary) IS
'contacts that were still waiting, within the threshold or beyond it';

CREATE FUNCTION flowed_out(queue_summary) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_flowed_out';
COMMENT ON FUNCTION flowed_out(queue_summary) IS
'contacts that left the queue for a callback, another queue or voicemail';

CREATE FUNCTION service_level(queue_summary) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_service_level';
CREATE FUNCTION service_level(queue_summary, rule text) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_service_level';
COMMENT ON FUNCTION service_level(queue_summary) IS
'answered within the threshold / all contacts that were queued (answered, abandoned or waiting beyond the threshold), 0 to 1; NULL when there are none (ICMI 3, Genesys Cloud)';
COMMENT ON FUNCTION service_level(queue_summary, text) IS
'the service level by a rule, 0 to 1; NULL when no contact counts or an argument is NULL; rules: offered (default), answered, abandons_met, abandons_excluded, short_met, short_excluded, flowouts_missed, removed; another rule is an error';

CREATE FUNCTION proportion(queue_summary) RETURNS proportion
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_to_proportion';
CREATE FUNCTION proportion(queue_summary, rule text) RETURNS proportion
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_to_proportion';
COMMENT ON FUNCTION proportion(queue_summary) IS
'the two counts whose ratio is service_level(queue_summary), for wilson_low, wilson_high and p_value';
COMMENT ON FUNCTION proportion(queue_summary, text) IS
'the two counts whose ratio is the service level by this rule, for wilson_low, wilson_high and p_value; rules: offered (default), answered, abandons_met, abandons_excluded, short_met, short_excluded, flowouts_missed, removed; another rule is an error';

CREATE FUNCTION answer_rate(queue_summary) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_answer_rate';
COMMENT ON FUNCTION answer_rate(queue_summary) IS
'answered / offered, 0 to 1; NULL when nothing was offered';

CREATE FUNCTION abandonment_rate(queue_summary) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_abandonment_rate';
CREATE FUNCTION abandonment_rate(queue_summary, rule text) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_abandonment_rate';
COMMENT ON FUNCTION abandonment_rate(queue_summary) IS
'abandoned / offered, 0 to 1; NULL when nothing was offered (Genesys Cloud, Amazon Connect)';
COMMENT ON FUNCTION abandonment_rate(queue_summary, text) IS
'abandoned / offered by a rule, 0 to 1: offered (default), or short_excluded, which leaves short abandons out of both; NULL when no contact counts or an argument is NULL; another rule is an error';

CREATE FUNCTION asa(queue_summary) RETURNS interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_asa_interval';
COMMENT ON FUNCTION asa(queue_summary) IS
'average speed of answer: mean known wait of the answered; NULL when no such wait is known; means are rounded to the microsecond';

CREATE FUNCTION average_wait(queue_summary) RETURNS interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_average_wait_interval';
COMMENT ON FUNCTION average_wait(queue_summary) IS
'mean known wait of the answered and the abandoned; NULL when no such wait is known; means are rounded to the microsecond';

CREATE FUNCTION average_time_to_abandon(queue_summary) RETURNS interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_average_time_to_abandon_interval';
COMMENT ON FUNCTION average_time_to_abandon(queue_summary) IS
'mean known wait of the abandoned; NULL when no such wait is known; means are rounded to the microsecond';

CREATE FUNCTION longest_wait(queue_summary) RETURNS interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_longest_wait_interval';
COMMENT ON FUNCTION longest_wait(queue_summary) IS
'the longest known wait of all contacts, waiting and flowed out included; NULL when no such wait is known';

CREATE FUNCTION queue_kpis(queue_summary,
    OUT offered bigint, OUT answered bigint, OUT answered_within bigint, OUT abandoned bigint, OUT abandoned_short bigint,
    OUT waiting bigint, OUT flowed_out bigint,
    OUT service_level double precision, OUT answer_rate double precision, OUT abandonment_rate double precision,
    OUT asa_seconds double precision, OUT average_wait_seconds double precision,
    OUT average_time_to_abandon_seconds double precision, OUT longest_wait_seconds double precision)
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_kpis';
CREATE FUNCTION queue_kpis(queue_summary, rule text,
    OUT offered bigint, OUT answered bigint, OUT answered_within bigint, OUT abandoned bigint, OUT abandoned_short bigint,
    OUT waiting bigint, OUT flowed_out bigint,
    OUT service_level double precision, OUT answer_rate double precision, OUT abandonment_rate double precision,
    OUT asa_seconds double precision, OUT average_wait_seconds double precision,
    OUT average_time_to_abandon_seconds double precision, OUT longest_wait_seconds double precision)
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_kpis';
COMMENT ON FUNCTION queue_kpis(queue_summary) IS
'all KPIs of a queue as one row of plain numbers for reporting tools: counts, rates 0 to 1, durations in seconds; FROM hourly, queue_kpis(q)';
COMMENT ON FUNCTION queue_kpis(queue_summary, text) IS
'all KPIs of a queue as one row of plain numbers, the service level by this rule; rules: offered (default), answered, abandons_met, abandons_excluded, short_met, short_excluded, flowouts_missed, removed; another rule is an error';

-- Support functions of the aggregates

CREATE FUNCTION queue_asa_seconds(queue_summary) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION queue_average_time_to_abandon_seconds(queue_summary) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION queue_asa_seconds(queue_summary) IS
'final function of asa over seconds';
COMMENT ON FUNCTION queue_average_time_to_abandon_seconds(queue_summary) IS
'final function of average_time_to_abandon over seconds';

CREATE FUNCTION queue_summary_merge(queue_summary, queue_summary) RETURNS queue_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION queue_moving_merge(internal, queue_summary) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION queue_moving_merge_inv(internal, queue_summary) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION queue_moving_final(internal) RETURNS queue_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION queue_summary_merge(queue_summary, queue_summary) IS
'implementation of + operator, and combine function';
COMMENT ON FUNCTION queue_moving_merge(internal, queue_summary) IS
'moving transition function of rollup';
COMMENT ON FUNCTION queue_moving_merge_inv(internal, queue_summary) IS
'moving inverse transition function of rollup';
COMMENT ON FUNCTION queue_moving_final(internal) IS
'moving final function: the summary with the longest wait of the frame';

CREATE FUNCTION queue_accum(queue_summary, interval, interval) RETURNS queue_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_accum_interval_3';
CREATE FUNCTION queue_accum_inv(queue_summary, interval, interval) RETURNS queue_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_accum_inv_interval_3';
CREATE FUNCTION queue_moving_accum(internal, interval, interval) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_moving_accum_interval_3';
CREATE FUNCTION queue_moving_accum_inv(internal, interval, interval) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_moving_accum_inv_interval_3';
CREATE FUNCTION queue_accum(queue_summary, interval, interval, boolean) RETURNS queue_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_accum_interval_4';
CREATE FUNCTION queue_accum_inv(queue_summary, interval, interval, boolean) RETURNS queue_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_accum_inv_interval_4';
CREATE FUNCTION queue_moving_accum(internal, interval, interval, boolean) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_moving_accum_interval_4';
CREATE FUNCTION queue_moving_accum_inv(internal, interval, interval, boolean) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_moving_accum_inv_interval_4';
CREATE FUNCTION queue_accum(queue_summary, interval, interval, boolean, interval) RETURNS queue_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_accum_interval_5';
CREATE FUNCTION queue_moving_accum(internal, interval, interval, boolean, interval) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_moving_accum_interval_5';
CREATE FUNCTION queue_moving_accum_inv(internal, interval, interval, boolean, interval) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_moving_accum_inv_interval_5';
CREATE FUNCTION queue_accum(queue_summary, interval, interval, boolean, interval, boolean) RETURNS queue_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_accum_interval_6';
CREATE FUNCTION queue_moving_accum(internal, interval, interval, boolean, interval, boolean) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_moving_accum_interval_6';
CREATE FUNCTION queue_moving_accum_inv(internal, interval, interval, boolean, interval, boolean) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_moving_accum_inv_interval_6';
CREATE FUNCTION queue_wait_accum(queue_summary, interval) RETURNS queue_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_wait_accum_interval_2';
CREATE FUNCTION queue_wait_accum_inv(queue_summary, interval) RETURNS queue_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_wait_accum_inv_interval_2';
CREATE FUNCTION queue_wait_accum(queue_summary, interval, boolean) RETURNS queue_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_wait_accum_interval_3';
CREATE FUNCTION queue_wait_accum_inv(queue_summary, interval, boolean) RETURNS queue_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_wait_accum_inv_interval_3';
CREATE FUNCTION queue_accum(queue_summary, integer, integer) RETURNS queue_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_accum_int4_3';
CREATE FUNCTION queue_accum_inv(queue_summary, integer, integer) RETURNS queue_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_accum_inv_int4_3';
CREATE FUNCTION queue_moving_accum(internal, integer, integer) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_moving_accum_int4_3';
CREATE FUNCTION queue_moving_accum_inv(internal, integer, integer) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_moving_accum_inv_int4_3';
CREATE FUNCTION queue_accum(queue_summary, integer, integer, boolean) RETURNS queue_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_accum_int4_4';
CREATE FUNCTION queue_accum_inv(queue_summary, integer, integer, boolean) RETURNS queue_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_accum_inv_int4_4';
CREATE FUNCTION queue_moving_accum(internal, integer, integer, boolean) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_moving_accum_int4_4';
CREATE FUNCTION queue_moving_accum_inv(internal, integer, integer, boolean) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_moving_accum_inv_int4_4';
CREATE FUNCTION queue_accum(queue_summary, integer, integer, boolean, integer) RETURNS queue_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_accum_int4_5';
CREATE FUNCTION queue_moving_accum(internal, integer, integer, boolean, integer) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_moving_accum_int4_5';
CREATE FUNCTION queue_moving_accum_inv(internal, integer, integer, boolean, integer) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_moving_accum_inv_int4_5';
CREATE FUNCTION queue_accum(queue_summary, integer, integer, boolean, integer, boolean) RETURNS queue_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_accum_int4_6';
CREATE FUNCTION queue_moving_accum(internal, integer, integer, boolean, integer, boolean) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_moving_accum_int4_6';
CREATE FUNCTION queue_moving_accum_inv(internal, integer, integer, boolean, integer, boolean) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_moving_accum_inv_int4_6';
CREATE FUNCTION queue_wait_accum(queue_summary, integer) RETURNS queue_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_wait_accum_int4_2';
CREATE FUNCTION queue_wait_accum_inv(queue_summary, integer) RETURNS queue_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_wait_accum_inv_int4_2';
CREATE FUNCTION queue_wait_accum(queue_summary, integer, boolean) RETURNS queue_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_wait_accum_int4_3';
CREATE FUNCTION queue_wait_accum_inv(queue_summary, integer, boolean) RETURNS queue_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_wait_accum_inv_int4_3';
CREATE FUNCTION queue_accum(queue_summary, double precision, double precision) RETURNS queue_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_accum_float8_3';
CREATE FUNCTION queue_accum_inv(queue_summary, double precision, double precision) RETURNS queue_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_accum_inv_float8_3';
CREATE FUNCTION queue_moving_accum(internal, double precision, double precision) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_moving_accum_float8_3';
CREATE FUNCTION queue_moving_accum_inv(internal, double precision, double precision) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_moving_accum_inv_float8_3';
CREATE FUNCTION queue_accum(queue_summary, double precision, double precision, boolean) RETURNS queue_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_accum_float8_4';
CREATE FUNCTION queue_accum_inv(queue_summary, double precision, double precision, boolean) RETURNS queue_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_accum_inv_float8_4';
CREATE FUNCTION queue_moving_accum(internal, double precision, double precision, boolean) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_moving_accum_float8_4';
CREATE FUNCTION queue_moving_accum_inv(internal, double precision, double precision, boolean) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_moving_accum_inv_float8_4';
CREATE FUNCTION queue_accum(queue_summary, double precision, double precision, boolean, double precision) RETURNS queue_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_accum_float8_5';
CREATE FUNCTION queue_moving_accum(internal, double precision, double precision, boolean, double precision) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_moving_accum_float8_5';
CREATE FUNCTION queue_moving_accum_inv(internal, double precision, double precision, boolean, double precision) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_moving_accum_inv_float8_5';
CREATE FUNCTION queue_accum(queue_summary, double precision, double precision, boolean, double precision, boolean) RETURNS queue_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_accum_float8_6';
CREATE FUNCTION queue_moving_accum(internal, double precision, double precision, boolean, double precision, boolean) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_moving_accum_float8_6';
CREATE FUNCTION queue_moving_accum_inv(internal, double precision, double precision, boolean, double precision, boolean) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_moving_accum_inv_float8_6';
CREATE FUNCTION queue_wait_accum(queue_summary, double precision) RETURNS queue_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_wait_accum_float8_2';
CREATE FUNCTION queue_wait_accum_inv(queue_summary, double precision) RETURNS queue_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_wait_accum_inv_float8_2';
CREATE FUNCTION queue_wait_accum(queue_summary, double precision, boolean) RETURNS queue_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_wait_accum_float8_3';
CREATE FUNCTION queue_wait_accum_inv(queue_summary, double precision, boolean) RETURNS queue_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_wait_accum_inv_float8_3';

COMMENT ON FUNCTION queue_accum(queue_summary, interval, interval) IS
'transition function';
COMMENT ON FUNCTION queue_accum_inv(queue_summary, interval, interval) IS
'inverse transition function; the longest wait stays an upper bound';
COMMENT ON FUNCTION queue_moving_accum(internal, interval, interval) IS
'moving transition function';
COMMENT ON FUNCTION queue_moving_accum_inv(internal, interval, interval) IS
'moving inverse transition function';
COMMENT ON FUNCTION queue_accum(queue_summary, interval, interval, boolean) IS
'transition function';
COMMENT ON FUNCTION queue_accum_inv(queue_summary, interval, interval, boolean) IS
'inverse transition function; the longest wait stays an upper bound';
COMMENT ON FUNCTION queue_moving_accum(internal, interval, interval, boolean) IS
'moving transition function';
COMMENT ON FUNCTION queue_moving_accum_inv(internal, interval, interval, boolean) IS
'moving inverse transition function';
COMMENT ON FUNCTION queue_accum(queue_summary, interval, interval, boolean, interval) IS
'transition function';
COMMENT ON FUNCTION queue_moving_accum(internal, interval, interval, boolean, interval) IS
'moving transition function';
COMMENT ON FUNCTION queue_moving_accum_inv(internal, interval, interval, boolean, interval) IS
'moving inverse transition function';
COMMENT ON FUNCTION queue_accum(queue_summary, interval, interval, boolean, interval, boolean) IS
'transition function';
COMMENT ON FUNCTION queue_moving_accum(internal, interval, interval, boolean, interval, boolean) IS
'moving transition function';
COMMENT ON FUNCTION queue_moving_accum_inv(internal, interval, interval, boolean, interval, boolean) IS
'moving inverse transition function';
COMMENT ON FUNCTION queue_wait_accum(queue_summary, interval) IS
'transition function of asa and average_time_to_abandon';
COMMENT ON FUNCTION queue_wait_accum_inv(queue_summary, interval) IS
'inverse transition function; the longest wait stays an upper bound';
COMMENT ON FUNCTION queue_wait_accum(queue_summary, interval, boolean) IS
'transition function of asa and average_time_to_abandon';
COMMENT ON FUNCTION queue_wait_accum_inv(queue_summary, interval, boolean) IS
'inverse transition function; the longest wait stays an upper bound';
COMMENT ON FUNCTION queue_accum(queue_summary, integer, integer) IS
'transition function';
COMMENT ON FUNCTION queue_accum_inv(queue_summary, integer, integer) IS
'inverse transition function; the longest wait stays an upper bound';
COMMENT ON FUNCTION queue_moving_accum(internal, integer, integer) IS
'moving transition function';
COMMENT ON FUNCTION queue_moving_accum_inv(internal, integer, integer) IS
'moving inverse transition function';
COMMENT ON FUNCTION queue_accum(queue_summary, integer, integer, boolean) IS
'transition function';
COMMENT ON FUNCTION queue_accum_inv(queue_summary, integer, integer, boolean) IS
'inverse transition function; the longest wait stays an upper bound';
COMMENT ON FUNCTION queue_moving_accum(internal, integer, integer, boolean) IS
'moving transition function';
COMMENT ON FUNCTION queue_moving_accum_inv(internal, integer, integer, boolean) IS
'moving inverse transition function';
COMMENT ON FUNCTION queue_accum(queue_summary, integer, integer, boolean, integer) IS
'transition function';
COMMENT ON FUNCTION queue_moving_accum(internal, integer, integer, boolean, integer) IS
'moving transition function';
COMMENT ON FUNCTION queue_moving_accum_inv(internal, integer, integer, boolean, integer) IS
'moving inverse transition function';
COMMENT ON FUNCTION queue_accum(queue_summary, integer, integer, boolean, integer, boolean) IS
'transition function';
COMMENT ON FUNCTION queue_moving_accum(internal, integer, integer, boolean, integer, boolean) IS
'moving transition function';
COMMENT ON FUNCTION queue_moving_accum_inv(internal, integer, integer, boolean, integer, boolean) IS
'moving inverse transition function';
COMMENT ON FUNCTION queue_wait_accum(queue_summary, integer) IS
'transition function of asa and average_time_to_abandon';
COMMENT ON FUNCTION queue_wait_accum_inv(queue_summary, integer) IS
'inverse transition function; the longest wait stays an upper bound';
COMMENT ON FUNCTION queue_wait_accum(queue_summary, integer, boolean) IS
'transition function of asa and average_time_to_abandon';
COMMENT ON FUNCTION queue_wait_accum_inv(queue_summary, integer, boolean) IS
'inverse transition function; the longest wait stays an upper bound';
COMMENT ON FUNCTION queue_accum(queue_summary, double precision, double precision) IS
'transition function';
COMMENT ON FUNCTION queue_accum_inv(queue_summary, double precision, double precision) IS
'inverse transition function; the longest wait stays an upper bound';
COMMENT ON FUNCTION queue_moving_accum(internal, double precision, double precision) IS
'moving transition function';
COMMENT ON FUNCTION queue_moving_accum_inv(internal, double precision, double precision) IS
'moving inverse transition function';
COMMENT ON FUNCTION queue_accum(queue_summary, double precision, double precision, boolean) IS
'transition function';
COMMENT ON FUNCTION queue_accum_inv(queue_summary, double precision, double precision, boolean) IS
'inverse transition function; the longest wait stays an upper bound';
COMMENT ON FUNCTION queue_moving_accum(internal, double precision, double precision, boolean) IS
'moving transition function';
COMMENT ON FUNCTION queue_moving_accum_inv(internal, double precision, double precision, boolean) IS
'moving inverse transition function';
COMMENT ON FUNCTION queue_accum(queue_summary, double precision, double precision, boolean, double precision) IS
'transition function';
COMMENT ON FUNCTION queue_moving_accum(internal, double precision, double precision, boolean, double precision) IS
'moving transition function';
COMMENT ON FUNCTION queue_moving_accum_inv(internal, double precision, double precision, boolean, double precision) IS
'moving inverse transition function';
COMMENT ON FUNCTION queue_accum(queue_summary, double precision, double precision, boolean, double precision, boolean) IS
'transition function';
COMMENT ON FUNCTION queue_moving_accum(internal, double precision, double precision, boolean, double precision, boolean) IS
'moving transition function';
COMMENT ON FUNCTION queue_moving_accum_inv(internal, double precision, double precision, boolean, double precision, boolean) IS
'moving inverse transition function';
COMMENT ON FUNCTION queue_wait_accum(queue_summary, double precision) IS
'transition function of asa and average_time_to_abandon';
COMMENT ON FUNCTION queue_wait_accum_inv(queue_summary, double precision) IS
'inverse transition function; the longest wait stays an upper bound';
COMMENT ON FUNCTION queue_wait_accum(queue_summary, double precision, boolean) IS
'transition function of asa and average_time_to_abandon';
COMMENT ON FUNCTION queue_wait_accum_inv(queue_summary, double precision, boolean) IS
'inverse transition function; the longest wait stays an upper bound';

CREATE OPERATOR + (LEFTARG = queue_summary, RIGHTARG = queue_summary, FUNCTION = queue_summary_merge, COMMUTATOR = +);
COMMENT ON OPERATOR + (queue_summary, queue_summary) IS 'merge: counts and waits are added, the longest wait is the longer one';

-- Aggregates

CREATE AGGREGATE service_level(wait interval, threshold interval) (
    SFUNC = queue_accum, STYPE = queue_summary, INITCOND = '{}', FINALFUNC = service_level, COMBINEFUNC = queue_summary_merge,
    MSFUNC = queue_accum, MINVFUNC = queue_accum_inv, MSTYPE = queue_summary, MINITCOND = '{}', MFINALFUNC = service_level,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE service_level(wait interval, threshold interval) IS
'share of contacts answered within the threshold (interval), 0 to 1; the boundary counts as within; a NULL wait is a contact that was never answered: right only where wait is filled for answered contacts alone, else pass answered; NULL when there are no contacts; negative durations, a NULL threshold and intervals with months are errors';

CREATE AGGREGATE service_level(wait interval, threshold interval, answered boolean) (
    SFUNC = queue_accum, STYPE = queue_summary, INITCOND = '{}', FINALFUNC = service_level, COMBINEFUNC = queue_summary_merge,
    MSFUNC = queue_accum, MINVFUNC = queue_accum_inv, MSTYPE = queue_summary, MINITCOND = '{}', MFINALFUNC = service_level,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE service_level(wait interval, threshold interval, answered boolean) IS
'answered within the threshold / answered, abandoned or waiting beyond the threshold (interval), 0 to 1 (rule offered: ICMI 3, Genesys Cloud); the boundary counts as within; answered NULL is a contact that still waits; NULL when no contact counts; negative durations, a NULL threshold and intervals with months are errors';

CREATE AGGREGATE service_level(wait integer, threshold integer) (
    SFUNC = queue_accum, STYPE = queue_summary, INITCOND = '{}', FINALFUNC = service_level, COMBINEFUNC = queue_summary_merge,
    MSFUNC = queue_accum, MINVFUNC = queue_accum_inv, MSTYPE = queue_summary, MINITCOND = '{}', MFINALFUNC = service_level,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE service_level(wait integer, threshold integer) IS
'share of contacts answered within the threshold (whole seconds), 0 to 1; the boundary counts as within; a NULL wait is a contact that was never answered: right only where wait is filled for answered contacts alone, else pass answered; NULL when there are no contacts; negative durations and a NULL threshold are errors';

CREATE AGGREGATE service_level(wait integer, threshold integer, answered boolean) (
    SFUNC = queue_accum, STYPE = queue_summary, INITCOND = '{}', FINALFUNC = service_level, COMBINEFUNC = queue_summary_merge,
    MSFUNC = queue_accum, MINVFUNC = queue_accum_inv, MSTYPE = queue_summary, MINITCOND = '{}', MFINALFUNC = service_level,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE service_level(wait integer, threshold integer, answered boolean) IS
'answered within the threshold / answered, abandoned or waiting beyond the threshold (whole seconds), 0 to 1 (rule offered: ICMI 3, Genesys Cloud); the boundary counts as within; answered NULL is a contact that still waits; NULL when no contact counts; negative durations and a NULL threshold are errors';

CREATE AGGREGATE service_level(wait double precision, threshold double precision) (
    SFUNC = queue_accum, STYPE = queue_summary, INITCOND = '{}', FINALFUNC = service_level, COMBINEFUNC = queue_summary_merge,
    MSFUNC = queue_accum, MINVFUNC = queue_accum_inv, MSTYPE = queue_summary, MINITCOND = '{}', MFINALFUNC = service_level,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE service_level(wait double precision, threshold double precision) IS
'share of contacts answered within the threshold (seconds), 0 to 1; the boundary counts as within; a NULL wait is a contact that was never answered: right only where wait is filled for answered contacts alone, else pass answered; NULL when there are no contacts; negative, infinite and NaN durations and a NULL threshold are errors';

CREATE AGGREGATE service_level(wait double precision, threshold double precision, answered boolean) (
    SFUNC = queue_accum, STYPE = queue_summary, INITCOND = '{}', FINALFUNC = service_level, COMBINEFUNC = queue_summary_merge,
    MSFUNC = queue_accum, MINVFUNC = queue_accum_inv, MSTYPE = queue_summary, MINITCOND = '{}', MFINALFUNC = service_level,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE service_level(wait double precision, threshold double precision, answered boolean) IS
'answered within the threshold / answered, abandoned or waiting beyond the threshold (seconds), 0 to 1 (rule offered: ICMI 3, Genesys Cloud); the boundary counts as within; answered NULL is a contact that still waits; NULL when no contact counts; negative, infinite and NaN durations and a NULL threshold are errors';

CREATE AGGREGATE queue_agg(wait interval, threshold interval) (
    SFUNC = queue_accum, STYPE = queue_summary, INITCOND = '{}', COMBINEFUNC = queue_summary_merge,
    MSFUNC = queue_moving_accum, MINVFUNC = queue_moving_accum_inv, MSTYPE = internal, MSSPACE = 512, MFINALFUNC = queue_moving_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE queue_agg(wait interval, threshold interval) IS
'contacts of a queue as a queue_summary, waits in intervals; a NULL wait is a contact that was never answered: right only where wait is filled for answered contacts alone, else pass answered; negative durations, intervals with months and a NULL threshold are errors';

CREATE AGGREGATE queue_agg(wait interval, threshold interval, answered boolean) (
    SFUNC = queue_accum, STYPE = queue_summary, INITCOND = '{}', COMBINEFUNC = queue_summary_merge,
    MSFUNC = queue_moving_accum, MINVFUNC = queue_moving_accum_inv, MSTYPE = internal, MSSPACE = 512, MFINALFUNC = queue_moving_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE queue_agg(wait interval, threshold interval, answered boolean) IS
'contacts of a queue as a queue_summary, waits in intervals; answered false is abandoned, NULL still waiting; rows whose wait and answered are NULL are ignored; negative durations, intervals with months and a NULL threshold are errors';

CREATE AGGREGATE queue_agg(wait interval, threshold interval, answered boolean, short_abandon interval) (
    SFUNC = queue_accum, STYPE = queue_summary, INITCOND = '{}', COMBINEFUNC = queue_summary_merge,
    MSFUNC = queue_moving_accum, MINVFUNC = queue_moving_accum_inv, MSTYPE = internal, MSSPACE = 512, MFINALFUNC = queue_moving_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE queue_agg(wait interval, threshold interval, answered boolean, short_abandon interval) IS
'contacts of a queue as a queue_summary, waits in intervals; answered false is abandoned, NULL still waiting; an abandon with wait <= short_abandon is a short one (NULL: none is); rows whose wait and answered are NULL are ignored; negative durations, intervals with months and a NULL threshold and short_abandon above the threshold are errors';

CREATE AGGREGATE queue_agg(wait interval, threshold interval, answered boolean, short_abandon interval, flowed_out boolean) (
    SFUNC = queue_accum, STYPE = queue_summary, INITCOND = '{}', COMBINEFUNC = queue_summary_merge,
    MSFUNC = queue_moving_accum, MINVFUNC = queue_moving_accum_inv, MSTYPE = internal, MSSPACE = 512, MFINALFUNC = queue_moving_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE queue_agg(wait interval, threshold interval, answered boolean, short_abandon interval, flowed_out boolean) IS
'contacts of a queue as a queue_summary, waits in intervals; answered false is abandoned, NULL still waiting; an abandon with wait <= short_abandon is a short one (NULL: none is); flowed_out true overrides answered (left for a callback, another queue, voicemail), NULL is false; rows whose wait and answered are NULL are ignored unless they flowed out; negative durations, intervals with months and a NULL threshold and short_abandon above the threshold are errors';

CREATE AGGREGATE queue_agg(wait integer, threshold integer) (
    SFUNC = queue_accum, STYPE = queue_summary, INITCOND = '{}', COMBINEFUNC = queue_summary_merge,
    MSFUNC = queue_moving_accum, MINVFUNC = queue_moving_accum_inv, MSTYPE = internal, MSSPACE = 512, MFINALFUNC = queue_moving_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE queue_agg(wait integer, threshold integer) IS
'contacts of a queue as a queue_summary, waits in whole seconds; a NULL wait is a contact that was never answered: right only where wait is filled for answered contacts alone, else pass answered; negative durations and a NULL threshold are errors';

CREATE AGGREGATE queue_agg(wait integer, threshold integer, answered boolean) (
    SFUNC = queue_accum, STYPE = queue_summary, INITCOND = '{}', COMBINEFUNC = queue_summary_merge,
    MSFUNC = queue_moving_accum, MINVFUNC = queue_moving_accum_inv, MSTYPE = internal, MSSPACE = 512, MFINALFUNC = queue_moving_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE queue_agg(wait integer, threshold integer, answered boolean) IS
'contacts of a queue as a queue_summary, waits in whole seconds; answered false is abandoned, NULL still waiting; rows whose wait and answered are NULL are ignored; negative durations and a NULL threshold are errors';

CREATE AGGREGATE queue_agg(wait integer, threshold integer, answered boolean, short_abandon integer) (
    SFUNC = queue_accum, STYPE = queue_summary, INITCOND = '{}', COMBINEFUNC = queue_summary_merge,
    MSFUNC = queue_moving_accum, MINVFUNC = queue_moving_accum_inv, MSTYPE = internal, MSSPACE = 512, MFINALFUNC = queue_moving_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE queue_agg(wait integer, threshold integer, answered boolean, short_abandon integer) IS
'contacts of a queue as a queue_summary, waits in whole seconds; answered false is abandoned, NULL still waiting; an abandon with wait <= short_abandon is a short one (NULL: none is); rows whose wait and answered are NULL are ignored; negative durations and a NULL threshold and short_abandon above the threshold are errors';

CREATE AGGREGATE queue_agg(wait integer, threshold integer, answered boolean, short_abandon integer, flowed_out boolean) (
    SFUNC = queue_accum, STYPE = queue_summary, INITCOND = '{}', COMBINEFUNC = queue_summary_merge,
    MSFUNC = queue_moving_accum, MINVFUNC = queue_moving_accum_inv, MSTYPE = internal, MSSPACE = 512, MFINALFUNC = queue_moving_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE queue_agg(wait integer, threshold integer, answered boolean, short_abandon integer, flowed_out boolean) IS
'contacts of a queue as a queue_summary, waits in whole seconds; answered false is abandoned, NULL still waiting; an abandon with wait <= short_abandon is a short one (NULL: none is); flowed_out true overrides answered (left for a callback, another queue, voicemail), NULL is false; rows whose wait and answered are NULL are ignored unless they flowed out; negative durations and a NULL threshold and short_abandon above the threshold are errors';

CREATE AGGREGATE queue_agg(wait double precision, threshold double precision) (
    SFUNC = queue_accum, STYPE = queue_summary, INITCOND = '{}', COMBINEFUNC = queue_summary_merge,
    MSFUNC = queue_moving_accum, MINVFUNC = queue_moving_accum_inv, MSTYPE = internal, MSSPACE = 512, MFINALFUNC = queue_moving_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE queue_agg(wait double precision, threshold double precision) IS
'contacts of a queue as a queue_summary, waits in seconds; a NULL wait is a contact that was never answered: right only where wait is filled for answered contacts alone, else pass answered; negative durations, NaN and infinity and a NULL threshold are errors';

CREATE AGGREGATE queue_agg(wait double precision, threshold double precision, answered boolean) (
    SFUNC = queue_accum, STYPE = queue_summary, INITCOND = '{}', COMBINEFUNC = queue_summary_merge,
    MSFUNC = queue_moving_accum, MINVFUNC = queue_moving_accum_inv, MSTYPE = internal, MSSPACE = 512, MFINALFUNC = queue_moving_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE queue_agg(wait double precision, threshold double precision, answered boolean) IS
'contacts of a queue as a queue_summary, waits in seconds; answered false is abandoned, NULL still waiting; rows whose wait and answered are NULL are ignored; negative durations, NaN and infinity and a NULL threshold are errors';

CREATE AGGREGATE queue_agg(wait double precision, threshold double precision, answered boolean, short_abandon double precision) (
    SFUNC = queue_accum, STYPE = queue_summary, INITCOND = '{}', COMBINEFUNC = queue_summary_merge,
    MSFUNC = queue_moving_accum, MINVFUNC = queue_moving_accum_inv, MSTYPE = internal, MSSPACE = 512, MFINALFUNC = queue_moving_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE queue_agg(wait double precision, threshold double precision, answered boolean, short_abandon double precision) IS
'contacts of a queue as a queue_summary, waits in seconds; answered false is abandoned, NULL still waiting; an abandon with wait <= short_abandon is a short one (NULL: none is); rows whose wait and answered are NULL are ignored; negative durations, NaN and infinity and a NULL threshold and short_abandon above the threshold are errors';

CREATE AGGREGATE queue_agg(wait double precision, threshold double precision, answered boolean, short_abandon double precision, flowed_out boolean) (
    SFUNC = queue_accum, STYPE = queue_summary, INITCOND = '{}', COMBINEFUNC = queue_summary_merge,
    MSFUNC = queue_moving_accum, MINVFUNC = queue_moving_accum_inv, MSTYPE = internal, MSSPACE = 512, MFINALFUNC = queue_moving_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE queue_agg(wait double precision, threshold double precision, answered boolean, short_abandon double precision, flowed_out boolean) IS
'contacts of a queue as a queue_summary, waits in seconds; answered false is abandoned, NULL still waiting; an abandon with wait <= short_abandon is a short one (NULL: none is); flowed_out true overrides answered (left for a callback, another queue, voicemail), NULL is false; rows whose wait and answered are NULL are ignored unless they flowed out; negative durations, NaN and infinity and a NULL threshold and short_abandon above the threshold are errors';

CREATE AGGREGATE asa(wait interval) (
    SFUNC = queue_wait_accum, STYPE = queue_summary, INITCOND = '{}', FINALFUNC = asa, COMBINEFUNC = queue_summary_merge,
    MSFUNC = queue_wait_accum, MINVFUNC = queue_wait_accum_inv, MSTYPE = queue_summary, MINITCOND = '{}', MFINALFUNC = asa,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE asa(wait interval) IS
'average speed of answer: mean wait, as an interval, rounded to the microsecond; right only where wait is filled for answered contacts alone, else pass answered; NULL rows are ignored; NULL when there are none; negative durations and intervals with months are errors';

CREATE AGGREGATE asa(wait interval, answered boolean) (
    SFUNC = queue_wait_accum, STYPE = queue_summary, INITCOND = '{}', FINALFUNC = asa, COMBINEFUNC = queue_summary_merge,
    MSFUNC = queue_wait_accum, MINVFUNC = queue_wait_accum_inv, MSTYPE = queue_summary, MINITCOND = '{}', MFINALFUNC = asa,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE asa(wait interval, answered boolean) IS
'average speed of answer: mean known wait of the answered, as an interval, rounded to the microsecond; NULL when no such wait is known; negative durations and intervals with months are errors';

CREATE AGGREGATE average_time_to_abandon(wait interval, answered boolean) (
    SFUNC = queue_wait_accum, STYPE = queue_summary, INITCOND = '{}', FINALFUNC = average_time_to_abandon, COMBINEFUNC = queue_summary_merge,
    MSFUNC = queue_wait_accum, MINVFUNC = queue_wait_accum_inv, MSTYPE = queue_summary, MINITCOND = '{}', MFINALFUNC = average_time_to_abandon,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE average_time_to_abandon(wait interval, answered boolean) IS
'mean known wait of the abandoned (answered false), as an interval, rounded to the microsecond; NULL when no such wait is known; negative durations and intervals with months are errors';

CREATE AGGREGATE asa(wait integer) (
    SFUNC = queue_wait_accum, STYPE = queue_summary, INITCOND = '{}', FINALFUNC = queue_asa_seconds, COMBINEFUNC = queue_summary_merge,
    MSFUNC = queue_wait_accum, MINVFUNC = queue_wait_accum_inv, MSTYPE = queue_summary, MINITCOND = '{}', MFINALFUNC = queue_asa_seconds,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE asa(wait integer) IS
'average speed of answer: mean wait, in seconds (double precision), rounded to the microsecond; right only where wait is filled for answered contacts alone, else pass answered; NULL rows are ignored; NULL when there are none; negative durations are errors';

CREATE AGGREGATE asa(wait integer, answered boolean) (
    SFUNC = queue_wait_accum, STYPE = queue_summary, INITCOND = '{}', FINALFUNC = queue_asa_seconds, COMBINEFUNC = queue_summary_merge,
    MSFUNC = queue_wait_accum, MINVFUNC = queue_wait_accum_inv, MSTYPE = queue_summary, MINITCOND = '{}', MFINALFUNC = queue_asa_seconds,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE asa(wait integer, answered boolean) IS
'average speed of answer: mean known wait of the answered, in seconds (double precision), rounded to the microsecond; NULL when no such wait is known; negative durations are errors';

CREATE AGGREGATE average_time_to_abandon(wait integer, answered boolean) (
    SFUNC = queue_wait_accum, STYPE = queue_summary, INITCOND = '{}', FINALFUNC = queue_average_time_to_abandon_seconds, COMBINEFUNC = queue_summary_merge,
    MSFUNC = queue_wait_accum, MINVFUNC = queue_wait_accum_inv, MSTYPE = queue_summary, MINITCOND = '{}', MFINALFUNC = queue_average_time_to_abandon_seconds,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE average_time_to_abandon(wait integer, answered boolean) IS
'mean known wait of the abandoned (answered false), in seconds (double precision), rounded to the microsecond; NULL when no such wait is known; negative durations are errors';

CREATE AGGREGATE asa(wait double precision) (
    SFUNC = queue_wait_accum, STYPE = queue_summary, INITCOND = '{}', FINALFUNC = queue_asa_seconds, COMBINEFUNC = queue_summary_merge,
    MSFUNC = queue_wait_accum, MINVFUNC = queue_wait_accum_inv, MSTYPE = queue_summary, MINITCOND = '{}', MFINALFUNC = queue_asa_seconds,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE asa(wait double precision) IS
'average speed of answer: mean wait, in seconds (double precision), rounded to the microsecond; right only where wait is filled for answered contacts alone, else pass answered; NULL rows are ignored; NULL when there are none; negative durations, NaN and infinity are errors';

CREATE AGGREGATE asa(wait double precision, answered boolean) (
    SFUNC = queue_wait_accum, STYPE = queue_summary, INITCOND = '{}', FINALFUNC = queue_asa_seconds, COMBINEFUNC = queue_summary_merge,
    MSFUNC = queue_wait_accum, MINVFUNC = queue_wait_accum_inv, MSTYPE = queue_summary, MINITCOND = '{}', MFINALFUNC = queue_asa_seconds,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE asa(wait double precision, answered boolean) IS
'average speed of answer: mean known wait of the answered, in seconds (double precision), rounded to the microsecond; NULL when no such wait is known; negative durations, NaN and infinity are errors';

CREATE AGGREGATE average_time_to_abandon(wait double precision, answered boolean) (
    SFUNC = queue_wait_accum, STYPE = queue_summary, INITCOND = '{}', FINALFUNC = queue_average_time_to_abandon_seconds, COMBINEFUNC = queue_summary_merge,
    MSFUNC = queue_wait_accum, MINVFUNC = queue_wait_accum_inv, MSTYPE = queue_summary, MINITCOND = '{}', MFINALFUNC = queue_average_time_to_abandon_seconds,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE average_time_to_abandon(wait double precision, answered boolean) IS
'mean known wait of the abandoned (answered false), in seconds (double precision), rounded to the microsecond; NULL when no such wait is known; negative durations, NaN and infinity are errors';

CREATE AGGREGATE rollup(summary queue_summary) (
    SFUNC = queue_summary_merge, STYPE = queue_summary, INITCOND = '{}', COMBINEFUNC = queue_summary_merge,
    MSFUNC = queue_moving_merge, MINVFUNC = queue_moving_merge_inv, MSTYPE = internal, MSSPACE = 512, MFINALFUNC = queue_moving_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(queue_summary) IS
'merges queue summaries, hours into days and months: exact, no average of averages; NULLs are ignored; the empty summary when there are none';
