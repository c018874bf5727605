-- Rates: type proportion

@summary proportion 16

COMMENT ON TYPE proportion IS
'hits among a total, two exact counts, printed as 812/1000: the summary behind rate, fcr, transfer_rate and the like';

CREATE FUNCTION proportion(hits bigint, total bigint) RETURNS proportion
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'proportion_from_int8';
CREATE FUNCTION proportion(hits numeric, total numeric) RETURNS proportion
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'proportion_from_numeric';
CREATE FUNCTION proportion(hits double precision, total double precision) RETURNS proportion
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'proportion_from_float8';

COMMENT ON FUNCTION proportion(bigint, bigint) IS
'a proportion from two counts; NULL gives NULL; an error when a count is negative or not whole or hits exceed total';
COMMENT ON FUNCTION proportion(numeric, numeric) IS
'a proportion from two counts; NULL gives NULL; an error when a count is negative or not whole or hits exceed total';
COMMENT ON FUNCTION proportion(double precision, double precision) IS
'a proportion from two counts; NULL gives NULL; an error when a count is negative or not whole or hits exceed total';

-- Accessors, which are also the final functions of the aggregates

CREATE FUNCTION hits(proportion) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'proportion_hits';
COMMENT ON FUNCTION hits(proportion) IS 'how many were true';

CREATE FUNCTION total(proportion) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'proportion_total';
COMMENT ON FUNCTION total(proportion) IS 'how many were true or false';

CREATE FUNCTION rate(proportion) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'proportion_rate_of';
COMMENT ON FUNCTION rate(proportion) IS 'hits / total, 0 to 1; NULL when the total is 0';

CREATE FUNCTION contacts_per_resolution(proportion) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'proportion_contacts_per_resolution';
COMMENT ON FUNCTION contacts_per_resolution(proportion) IS
'total / hits: contacts that it takes to resolve one case; NULL when nothing was resolved';

CREATE FUNCTION wilson_low(proportion) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'proportion_wilson_low';
CREATE FUNCTION wilson_low(proportion, confidence double precision) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'proportion_wilson_low';
CREATE FUNCTION wilson_high(proportion) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'proportion_wilson_high';
CREATE FUNCTION wilson_high(proportion, confidence double precision) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'proportion_wilson_high';
COMMENT ON FUNCTION wilson_low(proportion) IS
'lower end of the 95 % Wilson score interval of the rate, 0 to 1 (Wilson 1927); NULL when the total is 0';
COMMENT ON FUNCTION wilson_low(proportion, double precision) IS
'lower end of the Wilson score interval of the rate at this confidence (above 0, below 1), 0 to 1; NULL when the total is 0';
COMMENT ON FUNCTION wilson_high(proportion) IS
'upper end of the 95 % Wilson score interval of the rate, 0 to 1 (Wilson 1927); NULL when the total is 0';
COMMENT ON FUNCTION wilson_high(proportion, double precision) IS
'upper end of the Wilson score interval of the rate at this confidence (above 0, below 1), 0 to 1; NULL when the total is 0';

CREATE FUNCTION p_value(a proportion, b proportion) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'proportion_p_value_of';
COMMENT ON FUNCTION p_value(proportion, proportion) IS
'two-sided pooled two-proportion z-test: how probable a difference at least this large is if both rates are equal; 1 when the pooled rate is 0 or 1; NULL when a total is 0';

-- Support functions of the aggregates

CREATE FUNCTION proportion_accum(proportion, boolean) RETURNS proportion
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION proportion_accum_inv(proportion, boolean) RETURNS proportion
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION proportion_accum_int8(proportion, bigint, bigint) RETURNS proportion
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION proportion_accum_int8_inv(proportion, bigint, bigint) RETURNS proportion
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION proportion_accum_numeric(proportion, numeric, numeric) RETURNS proportion
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION proportion_accum_numeric_inv(proportion, numeric, numeric) RETURNS proportion
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION proportion_accum_float8(proportion, double precision, double precision) RETURNS proportion
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION proportion_accum_float8_inv(proportion, double precision, double precision) RETURNS proportion
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION proportion_merge(proportion, proportion) RETURNS proportion
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION proportion_subtract(proportion, proportion) RETURNS proportion
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION proportion_accum(proportion, boolean) IS 'transition function';
COMMENT ON FUNCTION proportion_accum_inv(proportion, boolean) IS 'inverse transition function';
COMMENT ON FUNCTION proportion_accum_int8(proportion, bigint, bigint) IS 'transition function';
COMMENT ON FUNCTION proportion_accum_int8_inv(proportion, bigint, bigint) IS 'inverse transition function';
COMMENT ON FUNCTION proportion_accum_numeric(proportion, numeric, numeric) IS 'transition function';
COMMENT ON FUNCTION proportion_accum_numeric_inv(proportion, numeric, numeric) IS 'inverse transition function';
COMMENT ON FUNCTION proportion_accum_float8(proportion, double precision, double precision) IS 'transition function';
COMMENT ON FUNCTION proportion_accum_float8_inv(proportion, double precision, double precision) IS 'inverse transition function';
COMMENT ON FUNCTION proportion_merge(proportion, proportion) IS 'implementation of + operator, and combine function';
COMMENT ON FUNCTION proportion_subtract(proportion, proportion) IS 'implementation of - operator, and inverse transition function';

CREATE OPERATOR + (LEFTARG = proportion, RIGHTARG = proportion, FUNCTION = proportion_merge, COMMUTATOR = +);
CREATE OPERATOR - (LEFTARG = proportion, RIGHTARG = proportion, FUNCTION = proportion_subtract);
COMMENT ON OPERATOR + (proportion, proportion) IS 'merge: hits and totals are added';
COMMENT ON OPERATOR - (proportion, proportion) IS 'remove what was added before; an error when a count would become negative';

-- Aggregates

CREATE AGGREGATE rate(hit boolean) (
    SFUNC = proportion_accum, STYPE = proportion, INITCOND = '0/0', FINALFUNC = rate, COMBINEFUNC = proportion_merge,
    MSFUNC = proportion_accum, MINVFUNC = proportion_accum_inv, MSTYPE = proportion, MINITCOND = '0/0', MFINALFUNC = rate,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE rate(boolean) IS
'share of true among the rows that are not NULL, 0 to 1; NULL when there are none';

CREATE AGGREGATE fcr(resolved boolean) (
    SFUNC = proportion_accum, STYPE = proportion, INITCOND = '0/0', FINALFUNC = rate, COMBINEFUNC = proportion_merge,
    MSFUNC = proportion_accum, MINVFUNC = proportion_accum_inv, MSTYPE = proportion, MINITCOND = '0/0', MFINALFUNC = rate,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE fcr(boolean) IS
'first contact resolution: share of contacts resolved at once among those that say, 0 to 1; NULL rows are ignored; NULL when there are none';

CREATE AGGREGATE resolution_rate(resolved boolean) (
    SFUNC = proportion_accum, STYPE = proportion, INITCOND = '0/0', FINALFUNC = rate, COMBINEFUNC = proportion_merge,
    MSFUNC = proportion_accum, MINVFUNC = proportion_accum_inv, MSTYPE = proportion, MINITCOND = '0/0', MFINALFUNC = rate,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE resolution_rate(boolean) IS
'share of cases resolved, 0 to 1; NULL rows are ignored; NULL when there are none';

CREATE AGGREGATE answer_rate(answered boolean) (
    SFUNC = proportion_accum, STYPE = proportion, INITCOND = '0/0', FINALFUNC = rate, COMBINEFUNC = proportion_merge,
    MSFUNC = proportion_accum, MINVFUNC = proportion_accum_inv, MSTYPE = proportion, MINITCOND = '0/0', MFINALFUNC = rate,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE answer_rate(boolean) IS
'share of contacts answered, 0 to 1; NULL rows are ignored; NULL when there are none';

CREATE AGGREGATE abandonment_rate(abandoned boolean) (
    SFUNC = proportion_accum, STYPE = proportion, INITCOND = '0/0', FINALFUNC = rate, COMBINEFUNC = proportion_merge,
    MSFUNC = proportion_accum, MINVFUNC = proportion_accum_inv, MSTYPE = proportion, MINITCOND = '0/0', MFINALFUNC = rate,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE abandonment_rate(boolean) IS
'share of contacts abandoned, 0 to 1; NULL rows are ignored; NULL when there are none';

CREATE AGGREGATE transfer_rate(transferred boolean) (
    SFUNC = proportion_accum, STYPE = proportion, INITCOND = '0/0', FINALFUNC = rate, COMBINEFUNC = proportion_merge,
    MSFUNC = proportion_accum, MINVFUNC = proportion_accum_inv, MSTYPE = proportion, MINITCOND = '0/0', MFINALFUNC = rate,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE transfer_rate(boolean) IS
'share of contacts transferred, 0 to 1; NULL rows are ignored; NULL when there are none';

CREATE AGGREGATE repeat_rate(repeated boolean) (
    SFUNC = proportion_accum, STYPE = proportion, INITCOND = '0/0', FINALFUNC = rate, COMBINEFUNC = proportion_merge,
    MSFUNC = proportion_accum, MINVFUNC = proportion_accum_inv, MSTYPE = proportion, MINITCOND = '0/0', MFINALFUNC = rate,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE repeat_rate(boolean) IS
'share of contacts that repeat an earlier one, 0 to 1; NULL rows are ignored; NULL when there are none';

CREATE AGGREGATE reopen_rate(reopened boolean) (
    SFUNC = proportion_accum, STYPE = proportion, INITCOND = '0/0', FINALFUNC = rate, COMBINEFUNC = proportion_merge,
    MSFUNC = proportion_accum, MINVFUNC = proportion_accum_inv, MSTYPE = proportion, MINITCOND = '0/0', MFINALFUNC = rate,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE reopen_rate(boolean) IS
'share of solved cases that were reopened, 0 to 1; NULL rows are ignored; NULL when there are none';

CREATE AGGREGATE containment_rate(contained boolean) (
    SFUNC = proportion_accum, STYPE = proportion, INITCOND = '0/0', FINALFUNC = rate, COMBINEFUNC = proportion_merge,
    MSFUNC = proportion_accum, MINVFUNC = proportion_accum_inv, MSTYPE = proportion, MINITCOND = '0/0', MFINALFUNC = rate,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE containment_rate(boolean) IS
'share of self-service sessions that ended without an agent, 0 to 1; NULL rows are ignored; NULL when there are none';

CREATE AGGREGATE conversion_rate(converted boolean) (
    SFUNC = proportion_accum, STYPE = proportion, INITCOND = '0/0', FINALFUNC = rate, COMBINEFUNC = proportion_merge,
    MSFUNC = proportion_accum, MINVFUNC = proportion_accum_inv, MSTYPE = proportion, MINITCOND = '0/0', MFINALFUNC = rate,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE conversion_rate(boolean) IS
'share of contacts that led to a sale or another goal, 0 to 1; NULL rows are ignored; NULL when there are none';

CREATE AGGREGATE complaint_rate(complained boolean) (
    SFUNC = proportion_accum, STYPE = proportion, INITCOND = '0/0', FINALFUNC = rate, COMBINEFUNC = proportion_merge,
    MSFUNC = proportion_accum, MINVFUNC = proportion_accum_inv, MSTYPE = proportion, MINITCOND = '0/0', MFINALFUNC = rate,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE complaint_rate(boolean) IS
'share of contacts or customers that complained, 0 to 1; NULL rows are ignored; NULL when there are none';

CREATE AGGREGATE retention_rate(retained boolean) (
    SFUNC = proportion_accum, STYPE = proportion, INITCOND = '0/0', FINALFUNC = rate, COMBINEFUNC = proportion_merge,
    MSFUNC = proportion_accum, MINVFUNC = proportion_accum_inv, MSTYPE = proportion, MINITCOND = '0/0', MFINALFUNC = rate,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE retention_rate(boolean) IS
'share of customers retained, 0 to 1; NULL rows are ignored; NULL when there are none';

CREATE AGGREGATE sla_rate(met boolean) (
    SFUNC = proportion_accum, STYPE = proportion, INITCOND = '0/0', FINALFUNC = rate, COMBINEFUNC = proportion_merge,
    MSFUNC = proportion_accum, MINVFUNC = proportion_accum_inv, MSTYPE = proportion, MINITCOND = '0/0', MFINALFUNC = rate,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE sla_rate(boolean) IS
'share of cases that met their service level agreement, 0 to 1; NULL rows are ignored; NULL when there are none';

CREATE AGGREGATE contacts_per_resolution(resolved boolean) (
    SFUNC = proportion_accum, STYPE = proportion, INITCOND = '0/0', FINALFUNC = contacts_per_resolution, COMBINEFUNC = proportion_merge,
    MSFUNC = proportion_accum, MINVFUNC = proportion_accum_inv, MSTYPE = proportion, MINITCOND = '0/0', MFINALFUNC = contacts_per_resolution,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE contacts_per_resolution(boolean) IS
'contacts that it takes to resolve one case: rows that are not NULL / rows that are true; NULL when nothing was resolved';

CREATE AGGREGATE proportion_agg(hit boolean) (
    SFUNC = proportion_accum, STYPE = proportion, INITCOND = '0/0', COMBINEFUNC = proportion_merge,
    MSFUNC = proportion_accum, MINVFUNC = proportion_accum_inv, MSTYPE = proportion, MINITCOND = '0/0',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE proportion_agg(boolean) IS
'the rows that are true and those that are not NULL, as a proportion; 0/0 when there are none';

CREATE AGGREGATE rate(hits bigint, total bigint) (
    SFUNC = proportion_accum_int8, STYPE = proportion, INITCOND = '0/0', FINALFUNC = rate, COMBINEFUNC = proportion_merge,
    MSFUNC = proportion_accum_int8, MINVFUNC = proportion_accum_int8_inv, MSTYPE = proportion, MINITCOND = '0/0', MFINALFUNC = rate,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE rate(bigint, bigint) IS
'sum of hits / sum of total over rows that are already counted, 0 to 1: weighted, not an average of averages; rows with a NULL are ignored; NULL when the total is 0; hits above total, negative or broken counts are errors';

CREATE AGGREGATE rate(hits numeric, total numeric) (
    SFUNC = proportion_accum_numeric, STYPE = proportion, INITCOND = '0/0', FINALFUNC = rate, COMBINEFUNC = proportion_merge,
    MSFUNC = proportion_accum_numeric, MINVFUNC = proportion_accum_numeric_inv, MSTYPE = proportion, MINITCOND = '0/0', MFINALFUNC = rate,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE rate(numeric, numeric) IS
'sum of hits / sum of total over rows that are already counted, 0 to 1: weighted, not an average of averages; rows with a NULL are ignored; NULL when the total is 0; hits above total, negative or broken counts are errors';

CREATE AGGREGATE rate(hits double precision, total double precision) (
    SFUNC = proportion_accum_float8, STYPE = proportion, INITCOND = '0/0', FINALFUNC = rate, COMBINEFUNC = proportion_merge,
    MSFUNC = proportion_accum_float8, MINVFUNC = proportion_accum_float8_inv, MSTYPE = proportion, MINITCOND = '0/0', MFINALFUNC = rate,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE rate(double precision, double precision) IS
'sum of hits / sum of total over rows that are already counted, 0 to 1: weighted, not an average of averages; rows with a NULL are ignored; NULL when the total is 0; hits above total, negative or broken counts are errors';

CREATE AGGREGATE proportion_agg(hits bigint, total bigint) (
    SFUNC = proportion_accum_int8, STYPE = proportion, INITCOND = '0/0', COMBINEFUNC = proportion_merge,
    MSFUNC = proportion_accum_int8, MINVFUNC = proportion_accum_int8_inv, MSTYPE = proportion, MINITCOND = '0/0',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE proportion_agg(bigint, bigint) IS
'sum of hits and sum of total as a proportion; rows with a NULL are ignored; 0/0 when there are none; hits above total, negative or broken counts are errors';

CREATE AGGREGATE proportion_agg(hits numeric, total numeric) (
    SFUNC = proportion_accum_numeric, STYPE = proportion, INITCOND = '0/0', COMBINEFUNC = proportion_merge,
    MSFUNC = proportion_accum_numeric, MINVFUNC = proportion_accum_numeric_inv, MSTYPE = proportion, MINITCOND = '0/0',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE proportion_agg(numeric, numeric) IS
'sum of hits and sum of total as a proportion; rows with a NULL are ignored; 0/0 when there are none; hits above total, negative or broken counts are errors';

CREATE AGGREGATE proportion_agg(hits double precision, total double precision) (
    SFUNC = proportion_accum_float8, STYPE = proportion, INITCOND = '0/0', COMBINEFUNC = proportion_merge,
    MSFUNC = proportion_accum_float8, MINVFUNC = proportion_accum_float8_inv, MSTYPE = proportion, MINITCOND = '0/0',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE proportion_agg(double precision, double precision) IS
'sum of hits and sum of total as a proportion; rows with a NULL are ignored; 0/0 when there are none; hits above total, negative or broken counts are errors';

CREATE AGGREGATE rollup(summary proportion) (
    SFUNC = proportion_merge, STYPE = proportion, INITCOND = '0/0', COMBINEFUNC = proportion_merge,
    MSFUNC = proportion_merge, MINVFUNC = proportion_subtract, MSTYPE = proportion, MINITCOND = '0/0',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(proportion) IS
'merges proportions: hits and totals are added; NULLs are ignored; 0/0 when there are none';
