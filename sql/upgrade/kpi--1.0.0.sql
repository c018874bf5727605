-- Made from src/*.sql by make. Change those files, not this one.
\echo Use "CREATE EXTENSION kpi" to load this file. \quit

-- Durations come as an interval or as seconds: what the overloads differ in


-- Batch execution

CREATE FUNCTION _batch_support(internal) RETURNS internal
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'kpi_batch_support';
COMMENT ON FUNCTION _batch_support(internal) IS 'planner support function of the transition functions: loads batch execution';

-- Helpers that every family uses

CREATE FUNCTION seconds(duration interval) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'kpi_seconds';
COMMENT ON FUNCTION seconds(interval) IS
'a duration in seconds, for reporting tools that do not read intervals; a day counts 24 hours; NULL gives NULL; months are an error';

CREATE FUNCTION percent(rate double precision) RETURNS numeric
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'kpi_percent';
COMMENT ON FUNCTION percent(double precision) IS
'a rate from 0 to 1 as a percentage with one decimal, rounded half away from zero: percent(0.8337) = 83.4; NULL gives NULL';

CREATE FUNCTION percent(rate double precision, digits integer) RETURNS numeric
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'kpi_percent_digits';
COMMENT ON FUNCTION percent(double precision, integer) IS
'a rate from 0 to 1 as a percentage with 0 to 15 decimals, rounded half away from zero; NULL gives NULL';

CREATE FUNCTION ratio(numerator double precision, denominator double precision) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'kpi_ratio';
COMMENT ON FUNCTION ratio(double precision, double precision) IS
'numerator / denominator, NULL when the denominator is 0 or an argument is NULL: cost, revenue or articles read per contact, contacts per hour; NaN and infinity are errors';


CREATE FUNCTION plausible(value integer, low integer, high integer) RETURNS integer
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'kpi_plausible_int4';
COMMENT ON FUNCTION plausible(integer, integer, integer) IS
'the value if it lies within low and high (both included), else NULL: nps(plausible(score, 0, 10)); low above high is an error';

CREATE FUNCTION plausible(value bigint, low bigint, high bigint) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'kpi_plausible_int8';
COMMENT ON FUNCTION plausible(bigint, bigint, bigint) IS
'the value if it lies within low and high (both included), else NULL; low above high is an error';

CREATE FUNCTION plausible(value numeric, low numeric, high numeric) RETURNS numeric
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'kpi_plausible_numeric';
COMMENT ON FUNCTION plausible(numeric, numeric, numeric) IS
'the value if it lies within low and high (both included), else NULL (NaN too); low above high is an error';

CREATE FUNCTION plausible(value double precision, low double precision, high double precision) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'kpi_plausible_float8';
COMMENT ON FUNCTION plausible(double precision, double precision, double precision) IS
'the value if it lies within low and high (both included), else NULL (NaN too); low above high is an error';

CREATE FUNCTION plausible(value interval, low interval, high interval) RETURNS interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'kpi_plausible_interval';
COMMENT ON FUNCTION plausible(interval, interval, interval) IS
'the value if it lies within low and high (both included), else NULL: aht(plausible(talk, ''0'', ''4 h'')); low above high is an error';

-- Rates: type proportion

-- The input, output and comparison functions of proportion
CREATE TYPE proportion;

CREATE FUNCTION _proportion_in(cstring) RETURNS proportion
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'proportion_in';
COMMENT ON FUNCTION _proportion_in(cstring) IS 'text input of proportion';
CREATE FUNCTION _proportion_out(proportion) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'proportion_out';
COMMENT ON FUNCTION _proportion_out(proportion) IS 'text output of proportion: exact and canonical';
CREATE FUNCTION _proportion_recv(internal) RETURNS proportion
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'proportion_recv';
COMMENT ON FUNCTION _proportion_recv(internal) IS 'binary input of proportion';
CREATE FUNCTION _proportion_send(proportion) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'proportion_send';
COMMENT ON FUNCTION _proportion_send(proportion) IS 'binary output of proportion';

CREATE TYPE proportion (
    INPUT = _proportion_in,
    OUTPUT = _proportion_out,
    RECEIVE = _proportion_recv,
    SEND = _proportion_send,
    INTERNALLENGTH = 16,
    ALIGNMENT = double,
    STORAGE = plain
);

CREATE FUNCTION _proportion_eq(proportion, proportion) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'proportion_eq';
COMMENT ON FUNCTION _proportion_eq(proportion, proportion) IS 'implementation of = operator';
CREATE FUNCTION _proportion_ne(proportion, proportion) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'proportion_ne';
COMMENT ON FUNCTION _proportion_ne(proportion, proportion) IS 'implementation of <> operator';
CREATE FUNCTION _proportion_lt(proportion, proportion) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'proportion_lt';
COMMENT ON FUNCTION _proportion_lt(proportion, proportion) IS 'implementation of < operator';
CREATE FUNCTION _proportion_le(proportion, proportion) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'proportion_le';
COMMENT ON FUNCTION _proportion_le(proportion, proportion) IS 'implementation of <= operator';
CREATE FUNCTION _proportion_gt(proportion, proportion) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'proportion_gt';
COMMENT ON FUNCTION _proportion_gt(proportion, proportion) IS 'implementation of > operator';
CREATE FUNCTION _proportion_ge(proportion, proportion) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'proportion_ge';
COMMENT ON FUNCTION _proportion_ge(proportion, proportion) IS 'implementation of >= operator';
CREATE FUNCTION _proportion_cmp(proportion, proportion) RETURNS integer
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'proportion_cmp';
COMMENT ON FUNCTION _proportion_cmp(proportion, proportion) IS 'less-equal-greater, for indexes';
CREATE FUNCTION _proportion_hash(proportion) RETURNS integer
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'proportion_hash';
COMMENT ON FUNCTION _proportion_hash(proportion) IS 'hash';
CREATE FUNCTION _proportion_hash_extended(proportion, bigint) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'proportion_hash_extended';
COMMENT ON FUNCTION _proportion_hash_extended(proportion, bigint) IS 'hash with a seed';

CREATE OPERATOR = (LEFTARG = proportion, RIGHTARG = proportion, FUNCTION = _proportion_eq,
    COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR <> (LEFTARG = proportion, RIGHTARG = proportion, FUNCTION = _proportion_ne,
    COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
CREATE OPERATOR < (LEFTARG = proportion, RIGHTARG = proportion, FUNCTION = _proportion_lt,
    COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
CREATE OPERATOR <= (LEFTARG = proportion, RIGHTARG = proportion, FUNCTION = _proportion_le,
    COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
CREATE OPERATOR > (LEFTARG = proportion, RIGHTARG = proportion, FUNCTION = _proportion_gt,
    COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel);
CREATE OPERATOR >= (LEFTARG = proportion, RIGHTARG = proportion, FUNCTION = _proportion_ge,
    COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel);

COMMENT ON OPERATOR = (proportion, proportion) IS 'equal';
COMMENT ON OPERATOR <> (proportion, proportion) IS 'not equal';
COMMENT ON OPERATOR < (proportion, proportion) IS 'before in the order of the shares, then of the sizes; empty ones come first';
COMMENT ON OPERATOR <= (proportion, proportion) IS 'before or equal in the order of the shares, then of the sizes; empty ones come first';
COMMENT ON OPERATOR > (proportion, proportion) IS 'after in the order of the shares, then of the sizes; empty ones come first';
COMMENT ON OPERATOR >= (proportion, proportion) IS 'after or equal in the order of the shares, then of the sizes; empty ones come first';

CREATE OPERATOR CLASS proportion_ops DEFAULT FOR TYPE proportion USING btree AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
    FUNCTION 1 _proportion_cmp(proportion, proportion);
CREATE OPERATOR CLASS proportion_ops DEFAULT FOR TYPE proportion USING hash AS
    OPERATOR 1 =,
    FUNCTION 1 _proportion_hash(proportion),
    FUNCTION 2 _proportion_hash_extended(proportion, bigint);

CREATE FUNCTION _proportion_to_json(proportion) RETURNS json
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'proportion_to_json';
COMMENT ON FUNCTION _proportion_to_json(proportion) IS 'the fields of a proportion as a JSON object of integers';
CREATE FUNCTION _proportion_to_jsonb(proportion) RETURNS jsonb
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'proportion_to_jsonb';
COMMENT ON FUNCTION _proportion_to_jsonb(proportion) IS 'the fields of a proportion as a JSON object of integers';
CREATE CAST (proportion AS json) WITH FUNCTION _proportion_to_json(proportion);
CREATE CAST (proportion AS jsonb) WITH FUNCTION _proportion_to_jsonb(proportion);

COMMENT ON TYPE proportion IS
'hits among a total, two exact counts, printed as 812/1000: the summary behind rate, fcr, transfer_rate and the like';

-- Two counts, in a row or a constructor

CREATE FUNCTION proportion(hits bigint, total bigint) RETURNS proportion
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'proportion_from_int8';
COMMENT ON FUNCTION proportion(bigint, bigint) IS
'a proportion from two counts; NULL gives NULL; an error when a count is negative or not whole or hits exceed total';

CREATE FUNCTION proportion(hits numeric, total numeric) RETURNS proportion
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'proportion_from_numeric';
COMMENT ON FUNCTION proportion(numeric, numeric) IS
'a proportion from two counts; NULL gives NULL; an error when a count is negative or not whole or hits exceed total';

CREATE FUNCTION proportion(hits double precision, total double precision) RETURNS proportion
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'proportion_from_float8';
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

CREATE FUNCTION proportion_kpis(proportion,
    OUT hits bigint, OUT total bigint, OUT rate double precision, OUT low double precision, OUT high double precision)
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION proportion_kpis(proportion) IS
'a proportion as one row of plain numbers for reporting tools: counts, the rate 0 to 1, and its 95 % Wilson interval; rate, low and high are NULL when the total is 0; FROM hourly, proportion_kpis(p)';

-- Support functions of the aggregates

CREATE FUNCTION _proportion_accum(proportion, boolean) RETURNS proportion
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'proportion_accum';
COMMENT ON FUNCTION _proportion_accum(proportion, boolean) IS 'transition function';
CREATE FUNCTION _proportion_accum_inv(proportion, boolean) RETURNS proportion
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'proportion_accum_inv';
COMMENT ON FUNCTION _proportion_accum_inv(proportion, boolean) IS 'inverse transition function';
CREATE FUNCTION _proportion_merge(proportion, proportion) RETURNS proportion
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'proportion_merge';
COMMENT ON FUNCTION _proportion_merge(proportion, proportion) IS 'implementation of + operator, and combine function';
CREATE FUNCTION _proportion_subtract(proportion, proportion) RETURNS proportion
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'proportion_subtract';
COMMENT ON FUNCTION _proportion_subtract(proportion, proportion) IS 'implementation of - operator, and inverse transition function';
CREATE FUNCTION _proportion_accum_int8(proportion, bigint, bigint) RETURNS proportion
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'proportion_accum_int8';
COMMENT ON FUNCTION _proportion_accum_int8(proportion, bigint, bigint) IS 'transition function';
CREATE FUNCTION _proportion_accum_int8_inv(proportion, bigint, bigint) RETURNS proportion
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'proportion_accum_int8_inv';
COMMENT ON FUNCTION _proportion_accum_int8_inv(proportion, bigint, bigint) IS 'inverse transition function';

CREATE FUNCTION _proportion_accum_numeric(proportion, numeric, numeric) RETURNS proportion
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'proportion_accum_numeric';
COMMENT ON FUNCTION _proportion_accum_numeric(proportion, numeric, numeric) IS 'transition function';
CREATE FUNCTION _proportion_accum_numeric_inv(proportion, numeric, numeric) RETURNS proportion
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'proportion_accum_numeric_inv';
COMMENT ON FUNCTION _proportion_accum_numeric_inv(proportion, numeric, numeric) IS 'inverse transition function';

CREATE FUNCTION _proportion_accum_float8(proportion, double precision, double precision) RETURNS proportion
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'proportion_accum_float8';
COMMENT ON FUNCTION _proportion_accum_float8(proportion, double precision, double precision) IS 'transition function';
CREATE FUNCTION _proportion_accum_float8_inv(proportion, double precision, double precision) RETURNS proportion
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'proportion_accum_float8_inv';
COMMENT ON FUNCTION _proportion_accum_float8_inv(proportion, double precision, double precision) IS 'inverse transition function';

CREATE OPERATOR + (LEFTARG = proportion, RIGHTARG = proportion, FUNCTION = _proportion_merge, COMMUTATOR = +);
CREATE OPERATOR - (LEFTARG = proportion, RIGHTARG = proportion, FUNCTION = _proportion_subtract);
COMMENT ON OPERATOR + (proportion, proportion) IS 'merge: hits and totals are added';
COMMENT ON OPERATOR - (proportion, proportion) IS 'remove what was added before; an error when a count would become negative';

-- Aggregates.  A rate has many names.


CREATE AGGREGATE rate(hit boolean) (
    SFUNC = _proportion_accum, STYPE = proportion, INITCOND = '0/0', FINALFUNC = rate, COMBINEFUNC = _proportion_merge,
    MSFUNC = _proportion_accum, MINVFUNC = _proportion_accum_inv, MSTYPE = proportion, MINITCOND = '0/0', MFINALFUNC = rate,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE rate(boolean) IS
'share of true among the rows that are not NULL, 0 to 1; NULL when there are none';

CREATE AGGREGATE fcr(resolved boolean) (
    SFUNC = _proportion_accum, STYPE = proportion, INITCOND = '0/0', FINALFUNC = rate, COMBINEFUNC = _proportion_merge,
    MSFUNC = _proportion_accum, MINVFUNC = _proportion_accum_inv, MSTYPE = proportion, MINITCOND = '0/0', MFINALFUNC = rate,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE fcr(boolean) IS
'first contact resolution: share of contacts resolved at once among those that say, 0 to 1; NULL rows are ignored; NULL when there are none';

CREATE AGGREGATE resolution_rate(resolved boolean) (
    SFUNC = _proportion_accum, STYPE = proportion, INITCOND = '0/0', FINALFUNC = rate, COMBINEFUNC = _proportion_merge,
    MSFUNC = _proportion_accum, MINVFUNC = _proportion_accum_inv, MSTYPE = proportion, MINITCOND = '0/0', MFINALFUNC = rate,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE resolution_rate(boolean) IS
'share of cases resolved, 0 to 1; NULL rows are ignored; NULL when there are none';

CREATE AGGREGATE answer_rate(answered boolean) (
    SFUNC = _proportion_accum, STYPE = proportion, INITCOND = '0/0', FINALFUNC = rate, COMBINEFUNC = _proportion_merge,
    MSFUNC = _proportion_accum, MINVFUNC = _proportion_accum_inv, MSTYPE = proportion, MINITCOND = '0/0', MFINALFUNC = rate,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE answer_rate(boolean) IS
'share of contacts answered, 0 to 1; NULL rows are ignored; NULL when there are none';

CREATE AGGREGATE abandonment_rate(abandoned boolean) (
    SFUNC = _proportion_accum, STYPE = proportion, INITCOND = '0/0', FINALFUNC = rate, COMBINEFUNC = _proportion_merge,
    MSFUNC = _proportion_accum, MINVFUNC = _proportion_accum_inv, MSTYPE = proportion, MINITCOND = '0/0', MFINALFUNC = rate,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE abandonment_rate(boolean) IS
'share of contacts abandoned, 0 to 1; NULL rows are ignored; NULL when there are none';

CREATE AGGREGATE transfer_rate(transferred boolean) (
    SFUNC = _proportion_accum, STYPE = proportion, INITCOND = '0/0', FINALFUNC = rate, COMBINEFUNC = _proportion_merge,
    MSFUNC = _proportion_accum, MINVFUNC = _proportion_accum_inv, MSTYPE = proportion, MINITCOND = '0/0', MFINALFUNC = rate,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE transfer_rate(boolean) IS
'share of contacts transferred, 0 to 1; NULL rows are ignored; NULL when there are none';

CREATE AGGREGATE repeat_rate(repeated boolean) (
    SFUNC = _proportion_accum, STYPE = proportion, INITCOND = '0/0', FINALFUNC = rate, COMBINEFUNC = _proportion_merge,
    MSFUNC = _proportion_accum, MINVFUNC = _proportion_accum_inv, MSTYPE = proportion, MINITCOND = '0/0', MFINALFUNC = rate,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE repeat_rate(boolean) IS
'share of contacts that repeat an earlier one, 0 to 1; NULL rows are ignored; NULL when there are none';

CREATE AGGREGATE reopen_rate(reopened boolean) (
    SFUNC = _proportion_accum, STYPE = proportion, INITCOND = '0/0', FINALFUNC = rate, COMBINEFUNC = _proportion_merge,
    MSFUNC = _proportion_accum, MINVFUNC = _proportion_accum_inv, MSTYPE = proportion, MINITCOND = '0/0', MFINALFUNC = rate,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE reopen_rate(boolean) IS
'share of solved cases that were reopened, 0 to 1; NULL rows are ignored; NULL when there are none';

CREATE AGGREGATE containment_rate(contained boolean) (
    SFUNC = _proportion_accum, STYPE = proportion, INITCOND = '0/0', FINALFUNC = rate, COMBINEFUNC = _proportion_merge,
    MSFUNC = _proportion_accum, MINVFUNC = _proportion_accum_inv, MSTYPE = proportion, MINITCOND = '0/0', MFINALFUNC = rate,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE containment_rate(boolean) IS
'share of self-service sessions that ended without an agent, 0 to 1; NULL rows are ignored; NULL when there are none';

CREATE AGGREGATE conversion_rate(converted boolean) (
    SFUNC = _proportion_accum, STYPE = proportion, INITCOND = '0/0', FINALFUNC = rate, COMBINEFUNC = _proportion_merge,
    MSFUNC = _proportion_accum, MINVFUNC = _proportion_accum_inv, MSTYPE = proportion, MINITCOND = '0/0', MFINALFUNC = rate,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE conversion_rate(boolean) IS
'share of contacts that led to a sale or another goal, 0 to 1; NULL rows are ignored; NULL when there are none';

CREATE AGGREGATE complaint_rate(complained boolean) (
    SFUNC = _proportion_accum, STYPE = proportion, INITCOND = '0/0', FINALFUNC = rate, COMBINEFUNC = _proportion_merge,
    MSFUNC = _proportion_accum, MINVFUNC = _proportion_accum_inv, MSTYPE = proportion, MINITCOND = '0/0', MFINALFUNC = rate,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE complaint_rate(boolean) IS
'share of contacts or customers that complained, 0 to 1; NULL rows are ignored; NULL when there are none';

CREATE AGGREGATE retention_rate(retained boolean) (
    SFUNC = _proportion_accum, STYPE = proportion, INITCOND = '0/0', FINALFUNC = rate, COMBINEFUNC = _proportion_merge,
    MSFUNC = _proportion_accum, MINVFUNC = _proportion_accum_inv, MSTYPE = proportion, MINITCOND = '0/0', MFINALFUNC = rate,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE retention_rate(boolean) IS
'share of customers retained, 0 to 1; NULL rows are ignored; NULL when there are none';

CREATE AGGREGATE sla_rate(met boolean) (
    SFUNC = _proportion_accum, STYPE = proportion, INITCOND = '0/0', FINALFUNC = rate, COMBINEFUNC = _proportion_merge,
    MSFUNC = _proportion_accum, MINVFUNC = _proportion_accum_inv, MSTYPE = proportion, MINITCOND = '0/0', MFINALFUNC = rate,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE sla_rate(boolean) IS
'share of cases that met their service level agreement, 0 to 1; NULL rows are ignored; NULL when there are none';

CREATE AGGREGATE contacts_per_resolution(resolved boolean) (
    SFUNC = _proportion_accum, STYPE = proportion, INITCOND = '0/0', FINALFUNC = contacts_per_resolution, COMBINEFUNC = _proportion_merge,
    MSFUNC = _proportion_accum, MINVFUNC = _proportion_accum_inv, MSTYPE = proportion, MINITCOND = '0/0', MFINALFUNC = contacts_per_resolution,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE contacts_per_resolution(boolean) IS
'contacts that it takes to resolve one case: rows that are not NULL / rows that are true; NULL when nothing was resolved';

CREATE AGGREGATE proportion_agg(hit boolean) (
    SFUNC = _proportion_accum, STYPE = proportion, INITCOND = '0/0', COMBINEFUNC = _proportion_merge,
    MSFUNC = _proportion_accum, MINVFUNC = _proportion_accum_inv, MSTYPE = proportion, MINITCOND = '0/0',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE proportion_agg(boolean) IS
'the rows that are true and those that are not NULL, as a proportion; 0/0 when there are none';

CREATE AGGREGATE rate(hits bigint, total bigint) (
    SFUNC = _proportion_accum_int8, STYPE = proportion, INITCOND = '0/0', FINALFUNC = rate, COMBINEFUNC = _proportion_merge,
    MSFUNC = _proportion_accum_int8, MINVFUNC = _proportion_accum_int8_inv, MSTYPE = proportion, MINITCOND = '0/0', MFINALFUNC = rate,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE rate(bigint, bigint) IS
'sum of hits / sum of total over rows that are already counted, 0 to 1: weighted, not an average of averages; rows with a NULL are ignored; NULL when the total is 0; hits above total, negative or broken counts are errors';

CREATE AGGREGATE proportion_agg(hits bigint, total bigint) (
    SFUNC = _proportion_accum_int8, STYPE = proportion, INITCOND = '0/0', COMBINEFUNC = _proportion_merge,
    MSFUNC = _proportion_accum_int8, MINVFUNC = _proportion_accum_int8_inv, MSTYPE = proportion, MINITCOND = '0/0',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE proportion_agg(bigint, bigint) IS
'sum of hits and sum of total as a proportion; rows with a NULL are ignored; 0/0 when there are none; hits above total, negative or broken counts are errors';

CREATE AGGREGATE rate(hits numeric, total numeric) (
    SFUNC = _proportion_accum_numeric, STYPE = proportion, INITCOND = '0/0', FINALFUNC = rate, COMBINEFUNC = _proportion_merge,
    MSFUNC = _proportion_accum_numeric, MINVFUNC = _proportion_accum_numeric_inv, MSTYPE = proportion, MINITCOND = '0/0', MFINALFUNC = rate,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE rate(numeric, numeric) IS
'sum of hits / sum of total over rows that are already counted, 0 to 1: weighted, not an average of averages; rows with a NULL are ignored; NULL when the total is 0; hits above total, negative or broken counts are errors';

CREATE AGGREGATE proportion_agg(hits numeric, total numeric) (
    SFUNC = _proportion_accum_numeric, STYPE = proportion, INITCOND = '0/0', COMBINEFUNC = _proportion_merge,
    MSFUNC = _proportion_accum_numeric, MINVFUNC = _proportion_accum_numeric_inv, MSTYPE = proportion, MINITCOND = '0/0',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE proportion_agg(numeric, numeric) IS
'sum of hits and sum of total as a proportion; rows with a NULL are ignored; 0/0 when there are none; hits above total, negative or broken counts are errors';

CREATE AGGREGATE rate(hits double precision, total double precision) (
    SFUNC = _proportion_accum_float8, STYPE = proportion, INITCOND = '0/0', FINALFUNC = rate, COMBINEFUNC = _proportion_merge,
    MSFUNC = _proportion_accum_float8, MINVFUNC = _proportion_accum_float8_inv, MSTYPE = proportion, MINITCOND = '0/0', MFINALFUNC = rate,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE rate(double precision, double precision) IS
'sum of hits / sum of total over rows that are already counted, 0 to 1: weighted, not an average of averages; rows with a NULL are ignored; NULL when the total is 0; hits above total, negative or broken counts are errors';

CREATE AGGREGATE proportion_agg(hits double precision, total double precision) (
    SFUNC = _proportion_accum_float8, STYPE = proportion, INITCOND = '0/0', COMBINEFUNC = _proportion_merge,
    MSFUNC = _proportion_accum_float8, MINVFUNC = _proportion_accum_float8_inv, MSTYPE = proportion, MINITCOND = '0/0',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE proportion_agg(double precision, double precision) IS
'sum of hits and sum of total as a proportion; rows with a NULL are ignored; 0/0 when there are none; hits above total, negative or broken counts are errors';

CREATE AGGREGATE rollup(summary proportion) (
    SFUNC = _proportion_merge, STYPE = proportion, INITCOND = '0/0', COMBINEFUNC = _proportion_merge,
    MSFUNC = _proportion_merge, MINVFUNC = _proportion_subtract, MSTYPE = proportion, MINITCOND = '0/0',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(proportion) IS
'merges proportions: hits and totals are added; NULLs are ignored; 0/0 when there are none';

-- Reaching an agent: type queue_summary

-- The input, output and comparison functions of queue_summary
CREATE TYPE queue_summary;

CREATE FUNCTION _queue_summary_in(cstring) RETURNS queue_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_summary_in';
COMMENT ON FUNCTION _queue_summary_in(cstring) IS 'text input of queue_summary';
CREATE FUNCTION _queue_summary_out(queue_summary) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_summary_out';
COMMENT ON FUNCTION _queue_summary_out(queue_summary) IS 'text output of queue_summary: exact and canonical';
CREATE FUNCTION _queue_summary_recv(internal) RETURNS queue_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_summary_recv';
COMMENT ON FUNCTION _queue_summary_recv(internal) IS 'binary input of queue_summary';
CREATE FUNCTION _queue_summary_send(queue_summary) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_summary_send';
COMMENT ON FUNCTION _queue_summary_send(queue_summary) IS 'binary output of queue_summary';

CREATE TYPE queue_summary (
    INPUT = _queue_summary_in,
    OUTPUT = _queue_summary_out,
    RECEIVE = _queue_summary_recv,
    SEND = _queue_summary_send,
    INTERNALLENGTH = 128,
    ALIGNMENT = double,
    STORAGE = plain
);

CREATE FUNCTION _queue_summary_eq(queue_summary, queue_summary) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_summary_eq';
COMMENT ON FUNCTION _queue_summary_eq(queue_summary, queue_summary) IS 'implementation of = operator';
CREATE FUNCTION _queue_summary_ne(queue_summary, queue_summary) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_summary_ne';
COMMENT ON FUNCTION _queue_summary_ne(queue_summary, queue_summary) IS 'implementation of <> operator';
CREATE FUNCTION _queue_summary_lt(queue_summary, queue_summary) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_summary_lt';
COMMENT ON FUNCTION _queue_summary_lt(queue_summary, queue_summary) IS 'implementation of < operator';
CREATE FUNCTION _queue_summary_le(queue_summary, queue_summary) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_summary_le';
COMMENT ON FUNCTION _queue_summary_le(queue_summary, queue_summary) IS 'implementation of <= operator';
CREATE FUNCTION _queue_summary_gt(queue_summary, queue_summary) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_summary_gt';
COMMENT ON FUNCTION _queue_summary_gt(queue_summary, queue_summary) IS 'implementation of > operator';
CREATE FUNCTION _queue_summary_ge(queue_summary, queue_summary) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_summary_ge';
COMMENT ON FUNCTION _queue_summary_ge(queue_summary, queue_summary) IS 'implementation of >= operator';
CREATE FUNCTION _queue_summary_cmp(queue_summary, queue_summary) RETURNS integer
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_summary_cmp';
COMMENT ON FUNCTION _queue_summary_cmp(queue_summary, queue_summary) IS 'less-equal-greater, for indexes';
CREATE FUNCTION _queue_summary_hash(queue_summary) RETURNS integer
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_summary_hash';
COMMENT ON FUNCTION _queue_summary_hash(queue_summary) IS 'hash';
CREATE FUNCTION _queue_summary_hash_extended(queue_summary, bigint) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_summary_hash_extended';
COMMENT ON FUNCTION _queue_summary_hash_extended(queue_summary, bigint) IS 'hash with a seed';

CREATE OPERATOR = (LEFTARG = queue_summary, RIGHTARG = queue_summary, FUNCTION = _queue_summary_eq,
    COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR <> (LEFTARG = queue_summary, RIGHTARG = queue_summary, FUNCTION = _queue_summary_ne,
    COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
CREATE OPERATOR < (LEFTARG = queue_summary, RIGHTARG = queue_summary, FUNCTION = _queue_summary_lt,
    COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
CREATE OPERATOR <= (LEFTARG = queue_summary, RIGHTARG = queue_summary, FUNCTION = _queue_summary_le,
    COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
CREATE OPERATOR > (LEFTARG = queue_summary, RIGHTARG = queue_summary, FUNCTION = _queue_summary_gt,
    COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel);
CREATE OPERATOR >= (LEFTARG = queue_summary, RIGHTARG = queue_summary, FUNCTION = _queue_summary_ge,
    COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel);

COMMENT ON OPERATOR = (queue_summary, queue_summary) IS 'equal';
COMMENT ON OPERATOR <> (queue_summary, queue_summary) IS 'not equal';
COMMENT ON OPERATOR < (queue_summary, queue_summary) IS 'before in a stable order without meaning';
COMMENT ON OPERATOR <= (queue_summary, queue_summary) IS 'before or equal in a stable order without meaning';
COMMENT ON OPERATOR > (queue_summary, queue_summary) IS 'after in a stable order without meaning';
COMMENT ON OPERATOR >= (queue_summary, queue_summary) IS 'after or equal in a stable order without meaning';

CREATE OPERATOR CLASS queue_summary_ops DEFAULT FOR TYPE queue_summary USING btree AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
    FUNCTION 1 _queue_summary_cmp(queue_summary, queue_summary);
CREATE OPERATOR CLASS queue_summary_ops DEFAULT FOR TYPE queue_summary USING hash AS
    OPERATOR 1 =,
    FUNCTION 1 _queue_summary_hash(queue_summary),
    FUNCTION 2 _queue_summary_hash_extended(queue_summary, bigint);

CREATE FUNCTION _queue_summary_to_json(queue_summary) RETURNS json
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_summary_to_json';
COMMENT ON FUNCTION _queue_summary_to_json(queue_summary) IS 'the fields of a queue_summary as a JSON object of integers';
CREATE FUNCTION _queue_summary_to_jsonb(queue_summary) RETURNS jsonb
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_summary_to_jsonb';
COMMENT ON FUNCTION _queue_summary_to_jsonb(queue_summary) IS 'the fields of a queue_summary as a JSON object of integers';
CREATE CAST (queue_summary AS json) WITH FUNCTION _queue_summary_to_json(queue_summary);
CREATE CAST (queue_summary AS jsonb) WITH FUNCTION _queue_summary_to_jsonb(queue_summary);

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
'answered within the threshold / offered (answered, abandoned, waiting beyond the threshold, flowed out), 0 to 1; NULL when there are none (ICMI 3)';
COMMENT ON FUNCTION service_level(queue_summary, text) IS
'the service level by a rule, 0 to 1; NULL when no contact counts or an argument is NULL; the rule is a list of words, separated by commas: offered (also the default), answered, abandons_met, abandons_excluded, short_met, short_excluded, flowouts_met, flowouts_excluded; unknown, repeated and contradicting words are errors';

CREATE FUNCTION proportion(queue_summary) RETURNS proportion
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_to_proportion';
CREATE FUNCTION proportion(queue_summary, rule text) RETURNS proportion
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_to_proportion';
COMMENT ON FUNCTION proportion(queue_summary) IS
'the two counts whose ratio is service_level(queue_summary), for wilson_low, wilson_high and p_value';
COMMENT ON FUNCTION proportion(queue_summary, text) IS
'the two counts whose ratio is the service level by this rule, for wilson_low, wilson_high and p_value; the rule is a list of words, separated by commas: offered (also the default), answered, abandons_met, abandons_excluded, short_met, short_excluded, flowouts_met, flowouts_excluded; unknown, repeated and contradicting words are errors';

CREATE FUNCTION answer_rate(queue_summary) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_answer_rate';
COMMENT ON FUNCTION answer_rate(queue_summary) IS
'answered / offered, 0 to 1; NULL when nothing was offered';

CREATE FUNCTION abandonment_rate(queue_summary) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_abandonment';
CREATE FUNCTION abandonment_rate(queue_summary, rule text) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_abandonment';
COMMENT ON FUNCTION abandonment_rate(queue_summary) IS
'abandoned / offered, 0 to 1; NULL when nothing was offered (Genesys Cloud, Amazon Connect)';
COMMENT ON FUNCTION abandonment_rate(queue_summary, text) IS
'abandoned / offered by a rule, 0 to 1; NULL when no contact counts or an argument is NULL; the rule is a list of words, separated by commas: offered (also the default), short_excluded (short abandons leave numerator and denominator), flowouts_excluded (who flowed out leaves the denominator); unknown and repeated words are errors';

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

CREATE FUNCTION average_patience(queue_summary) RETURNS interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_average_patience_interval';
COMMENT ON FUNCTION average_patience(queue_summary) IS
'how long customers are willing to wait, for erlang_a: all known waits of the answered and the abandoned / the abandoned with a known wait (maximum likelihood for an exponential patience, the answered censored); who flowed out or still waits is left out; NULL when nobody abandoned after a known wait; rounded to the microsecond';

CREATE FUNCTION longest_wait(queue_summary) RETURNS interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_longest_wait_interval';
COMMENT ON FUNCTION longest_wait(queue_summary) IS
'the longest known wait of all contacts, waiting and flowed out included; NULL when no such wait is known';


CREATE FUNCTION queue_kpis(queue_summary,
    OUT offered bigint, OUT answered bigint, OUT answered_within bigint, OUT answered_late bigint,
    OUT abandoned bigint, OUT abandoned_short bigint, OUT abandoned_within bigint, OUT abandoned_late bigint,
    OUT waiting bigint, OUT flowed_out bigint,
    OUT service_level double precision, OUT answer_rate double precision, OUT abandonment_rate double precision,
    OUT asa_seconds double precision, OUT average_wait_seconds double precision,
    OUT average_time_to_abandon_seconds double precision, OUT average_patience_seconds double precision,
    OUT longest_wait_seconds double precision)
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_kpis';

CREATE FUNCTION queue_kpis(queue_summary, rule text,
    OUT offered bigint, OUT answered bigint, OUT answered_within bigint, OUT answered_late bigint,
    OUT abandoned bigint, OUT abandoned_short bigint, OUT abandoned_within bigint, OUT abandoned_late bigint,
    OUT waiting bigint, OUT flowed_out bigint,
    OUT service_level double precision, OUT answer_rate double precision, OUT abandonment_rate double precision,
    OUT asa_seconds double precision, OUT average_wait_seconds double precision,
    OUT average_time_to_abandon_seconds double precision, OUT average_patience_seconds double precision,
    OUT longest_wait_seconds double precision)
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_kpis';
COMMENT ON FUNCTION queue_kpis(queue_summary) IS
'all KPIs of a queue as one row of plain numbers for reporting tools: counts, rates 0 to 1, durations in seconds; FROM hourly, queue_kpis(q)';
COMMENT ON FUNCTION queue_kpis(queue_summary, text) IS
'all KPIs of a queue as one row of plain numbers, the service level by this rule; the rule is a list of words, separated by commas: offered (also the default), answered, abandons_met, abandons_excluded, short_met, short_excluded, flowouts_met, flowouts_excluded; unknown, repeated and contradicting words are errors';

-- Support functions of the aggregates

CREATE FUNCTION _queue_asa_seconds(queue_summary) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_asa_seconds';
COMMENT ON FUNCTION _queue_asa_seconds(queue_summary) IS 'final function';
CREATE FUNCTION _queue_average_time_to_abandon_seconds(queue_summary) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_average_time_to_abandon_seconds';
COMMENT ON FUNCTION _queue_average_time_to_abandon_seconds(queue_summary) IS 'final function';
CREATE FUNCTION _queue_summary_merge(queue_summary, queue_summary) RETURNS queue_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'queue_summary_merge';
COMMENT ON FUNCTION _queue_summary_merge(queue_summary, queue_summary) IS 'implementation of + operator, and combine function';
CREATE FUNCTION _queue_moving_merge(internal, queue_summary) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_moving_merge';
COMMENT ON FUNCTION _queue_moving_merge(internal, queue_summary) IS 'moving transition function';
CREATE FUNCTION _queue_moving_merge_inv(internal, queue_summary) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_moving_merge_inv';
COMMENT ON FUNCTION _queue_moving_merge_inv(internal, queue_summary) IS 'moving inverse transition function';
CREATE FUNCTION _queue_moving_final(internal) RETURNS queue_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_moving_final';
COMMENT ON FUNCTION _queue_moving_final(internal) IS 'moving final function; the summary with the longest wait of the frame';

CREATE FUNCTION _queue_accum(queue_summary, interval, interval) RETURNS queue_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'queue_accum_interval_3';
COMMENT ON FUNCTION _queue_accum(queue_summary, interval, interval) IS 'transition function';
CREATE FUNCTION _queue_accum(queue_summary, interval, interval, boolean) RETURNS queue_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'queue_accum_interval_4';
COMMENT ON FUNCTION _queue_accum(queue_summary, interval, interval, boolean) IS 'transition function';
CREATE FUNCTION _queue_accum(queue_summary, interval, interval, boolean, interval) RETURNS queue_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'queue_accum_interval_5';
COMMENT ON FUNCTION _queue_accum(queue_summary, interval, interval, boolean, interval) IS 'transition function';
CREATE FUNCTION _queue_accum(queue_summary, interval, interval, boolean, interval, boolean) RETURNS queue_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'queue_accum_interval_6';
COMMENT ON FUNCTION _queue_accum(queue_summary, interval, interval, boolean, interval, boolean) IS 'transition function';
CREATE FUNCTION _queue_accum_inv(queue_summary, interval, interval) RETURNS queue_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_accum_inv_interval_3';
COMMENT ON FUNCTION _queue_accum_inv(queue_summary, interval, interval) IS 'inverse transition function; the longest wait stays an upper bound';
CREATE FUNCTION _queue_accum_inv(queue_summary, interval, interval, boolean) RETURNS queue_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_accum_inv_interval_4';
COMMENT ON FUNCTION _queue_accum_inv(queue_summary, interval, interval, boolean) IS 'inverse transition function; the longest wait stays an upper bound';
CREATE FUNCTION _queue_moving_accum(internal, interval, interval) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_moving_accum_interval_3';
COMMENT ON FUNCTION _queue_moving_accum(internal, interval, interval) IS 'moving transition function';
CREATE FUNCTION _queue_moving_accum(internal, interval, interval, boolean) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_moving_accum_interval_4';
COMMENT ON FUNCTION _queue_moving_accum(internal, interval, interval, boolean) IS 'moving transition function';
CREATE FUNCTION _queue_moving_accum(internal, interval, interval, boolean, interval) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_moving_accum_interval_5';
COMMENT ON FUNCTION _queue_moving_accum(internal, interval, interval, boolean, interval) IS 'moving transition function';
CREATE FUNCTION _queue_moving_accum(internal, interval, interval, boolean, interval, boolean) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_moving_accum_interval_6';
COMMENT ON FUNCTION _queue_moving_accum(internal, interval, interval, boolean, interval, boolean) IS 'moving transition function';
CREATE FUNCTION _queue_moving_accum_inv(internal, interval, interval) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_moving_accum_inv_interval_3';
COMMENT ON FUNCTION _queue_moving_accum_inv(internal, interval, interval) IS 'moving inverse transition function';
CREATE FUNCTION _queue_moving_accum_inv(internal, interval, interval, boolean) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_moving_accum_inv_interval_4';
COMMENT ON FUNCTION _queue_moving_accum_inv(internal, interval, interval, boolean) IS 'moving inverse transition function';
CREATE FUNCTION _queue_moving_accum_inv(internal, interval, interval, boolean, interval) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_moving_accum_inv_interval_5';
COMMENT ON FUNCTION _queue_moving_accum_inv(internal, interval, interval, boolean, interval) IS 'moving inverse transition function';
CREATE FUNCTION _queue_moving_accum_inv(internal, interval, interval, boolean, interval, boolean) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_moving_accum_inv_interval_6';
COMMENT ON FUNCTION _queue_moving_accum_inv(internal, interval, interval, boolean, interval, boolean) IS 'moving inverse transition function';
CREATE FUNCTION _queue_wait_accum(queue_summary, interval) RETURNS queue_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'queue_wait_accum_interval_2';
COMMENT ON FUNCTION _queue_wait_accum(queue_summary, interval) IS 'transition function';
CREATE FUNCTION _queue_wait_accum(queue_summary, interval, boolean) RETURNS queue_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'queue_wait_accum_interval_3';
COMMENT ON FUNCTION _queue_wait_accum(queue_summary, interval, boolean) IS 'transition function';
CREATE FUNCTION _queue_wait_accum_inv(queue_summary, interval) RETURNS queue_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_wait_accum_inv_interval_2';
COMMENT ON FUNCTION _queue_wait_accum_inv(queue_summary, interval) IS 'inverse transition function; the longest wait stays an upper bound';
CREATE FUNCTION _queue_wait_accum_inv(queue_summary, interval, boolean) RETURNS queue_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_wait_accum_inv_interval_3';
COMMENT ON FUNCTION _queue_wait_accum_inv(queue_summary, interval, boolean) IS 'inverse transition function; the longest wait stays an upper bound';

CREATE FUNCTION _queue_accum(queue_summary, integer, integer) RETURNS queue_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'queue_accum_int4_3';
COMMENT ON FUNCTION _queue_accum(queue_summary, integer, integer) IS 'transition function';
CREATE FUNCTION _queue_accum(queue_summary, integer, integer, boolean) RETURNS queue_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'queue_accum_int4_4';
COMMENT ON FUNCTION _queue_accum(queue_summary, integer, integer, boolean) IS 'transition function';
CREATE FUNCTION _queue_accum(queue_summary, integer, integer, boolean, integer) RETURNS queue_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'queue_accum_int4_5';
COMMENT ON FUNCTION _queue_accum(queue_summary, integer, integer, boolean, integer) IS 'transition function';
CREATE FUNCTION _queue_accum(queue_summary, integer, integer, boolean, integer, boolean) RETURNS queue_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'queue_accum_int4_6';
COMMENT ON FUNCTION _queue_accum(queue_summary, integer, integer, boolean, integer, boolean) IS 'transition function';
CREATE FUNCTION _queue_accum_inv(queue_summary, integer, integer) RETURNS queue_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_accum_inv_int4_3';
COMMENT ON FUNCTION _queue_accum_inv(queue_summary, integer, integer) IS 'inverse transition function; the longest wait stays an upper bound';
CREATE FUNCTION _queue_accum_inv(queue_summary, integer, integer, boolean) RETURNS queue_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_accum_inv_int4_4';
COMMENT ON FUNCTION _queue_accum_inv(queue_summary, integer, integer, boolean) IS 'inverse transition function; the longest wait stays an upper bound';
CREATE FUNCTION _queue_moving_accum(internal, integer, integer) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_moving_accum_int4_3';
COMMENT ON FUNCTION _queue_moving_accum(internal, integer, integer) IS 'moving transition function';
CREATE FUNCTION _queue_moving_accum(internal, integer, integer, boolean) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_moving_accum_int4_4';
COMMENT ON FUNCTION _queue_moving_accum(internal, integer, integer, boolean) IS 'moving transition function';
CREATE FUNCTION _queue_moving_accum(internal, integer, integer, boolean, integer) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_moving_accum_int4_5';
COMMENT ON FUNCTION _queue_moving_accum(internal, integer, integer, boolean, integer) IS 'moving transition function';
CREATE FUNCTION _queue_moving_accum(internal, integer, integer, boolean, integer, boolean) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_moving_accum_int4_6';
COMMENT ON FUNCTION _queue_moving_accum(internal, integer, integer, boolean, integer, boolean) IS 'moving transition function';
CREATE FUNCTION _queue_moving_accum_inv(internal, integer, integer) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_moving_accum_inv_int4_3';
COMMENT ON FUNCTION _queue_moving_accum_inv(internal, integer, integer) IS 'moving inverse transition function';
CREATE FUNCTION _queue_moving_accum_inv(internal, integer, integer, boolean) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_moving_accum_inv_int4_4';
COMMENT ON FUNCTION _queue_moving_accum_inv(internal, integer, integer, boolean) IS 'moving inverse transition function';
CREATE FUNCTION _queue_moving_accum_inv(internal, integer, integer, boolean, integer) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_moving_accum_inv_int4_5';
COMMENT ON FUNCTION _queue_moving_accum_inv(internal, integer, integer, boolean, integer) IS 'moving inverse transition function';
CREATE FUNCTION _queue_moving_accum_inv(internal, integer, integer, boolean, integer, boolean) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_moving_accum_inv_int4_6';
COMMENT ON FUNCTION _queue_moving_accum_inv(internal, integer, integer, boolean, integer, boolean) IS 'moving inverse transition function';
CREATE FUNCTION _queue_wait_accum(queue_summary, integer) RETURNS queue_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'queue_wait_accum_int4_2';
COMMENT ON FUNCTION _queue_wait_accum(queue_summary, integer) IS 'transition function';
CREATE FUNCTION _queue_wait_accum(queue_summary, integer, boolean) RETURNS queue_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'queue_wait_accum_int4_3';
COMMENT ON FUNCTION _queue_wait_accum(queue_summary, integer, boolean) IS 'transition function';
CREATE FUNCTION _queue_wait_accum_inv(queue_summary, integer) RETURNS queue_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_wait_accum_inv_int4_2';
COMMENT ON FUNCTION _queue_wait_accum_inv(queue_summary, integer) IS 'inverse transition function; the longest wait stays an upper bound';
CREATE FUNCTION _queue_wait_accum_inv(queue_summary, integer, boolean) RETURNS queue_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_wait_accum_inv_int4_3';
COMMENT ON FUNCTION _queue_wait_accum_inv(queue_summary, integer, boolean) IS 'inverse transition function; the longest wait stays an upper bound';

CREATE FUNCTION _queue_accum(queue_summary, double precision, double precision) RETURNS queue_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'queue_accum_float8_3';
COMMENT ON FUNCTION _queue_accum(queue_summary, double precision, double precision) IS 'transition function';
CREATE FUNCTION _queue_accum(queue_summary, double precision, double precision, boolean) RETURNS queue_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'queue_accum_float8_4';
COMMENT ON FUNCTION _queue_accum(queue_summary, double precision, double precision, boolean) IS 'transition function';
CREATE FUNCTION _queue_accum(queue_summary, double precision, double precision, boolean, double precision) RETURNS queue_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'queue_accum_float8_5';
COMMENT ON FUNCTION _queue_accum(queue_summary, double precision, double precision, boolean, double precision) IS 'transition function';
CREATE FUNCTION _queue_accum(queue_summary, double precision, double precision, boolean, double precision, boolean) RETURNS queue_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'queue_accum_float8_6';
COMMENT ON FUNCTION _queue_accum(queue_summary, double precision, double precision, boolean, double precision, boolean) IS 'transition function';
CREATE FUNCTION _queue_accum_inv(queue_summary, double precision, double precision) RETURNS queue_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_accum_inv_float8_3';
COMMENT ON FUNCTION _queue_accum_inv(queue_summary, double precision, double precision) IS 'inverse transition function; the longest wait stays an upper bound';
CREATE FUNCTION _queue_accum_inv(queue_summary, double precision, double precision, boolean) RETURNS queue_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_accum_inv_float8_4';
COMMENT ON FUNCTION _queue_accum_inv(queue_summary, double precision, double precision, boolean) IS 'inverse transition function; the longest wait stays an upper bound';
CREATE FUNCTION _queue_moving_accum(internal, double precision, double precision) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_moving_accum_float8_3';
COMMENT ON FUNCTION _queue_moving_accum(internal, double precision, double precision) IS 'moving transition function';
CREATE FUNCTION _queue_moving_accum(internal, double precision, double precision, boolean) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_moving_accum_float8_4';
COMMENT ON FUNCTION _queue_moving_accum(internal, double precision, double precision, boolean) IS 'moving transition function';
CREATE FUNCTION _queue_moving_accum(internal, double precision, double precision, boolean, double precision) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_moving_accum_float8_5';
COMMENT ON FUNCTION _queue_moving_accum(internal, double precision, double precision, boolean, double precision) IS 'moving transition function';
CREATE FUNCTION _queue_moving_accum(internal, double precision, double precision, boolean, double precision, boolean) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_moving_accum_float8_6';
COMMENT ON FUNCTION _queue_moving_accum(internal, double precision, double precision, boolean, double precision, boolean) IS 'moving transition function';
CREATE FUNCTION _queue_moving_accum_inv(internal, double precision, double precision) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_moving_accum_inv_float8_3';
COMMENT ON FUNCTION _queue_moving_accum_inv(internal, double precision, double precision) IS 'moving inverse transition function';
CREATE FUNCTION _queue_moving_accum_inv(internal, double precision, double precision, boolean) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_moving_accum_inv_float8_4';
COMMENT ON FUNCTION _queue_moving_accum_inv(internal, double precision, double precision, boolean) IS 'moving inverse transition function';
CREATE FUNCTION _queue_moving_accum_inv(internal, double precision, double precision, boolean, double precision) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_moving_accum_inv_float8_5';
COMMENT ON FUNCTION _queue_moving_accum_inv(internal, double precision, double precision, boolean, double precision) IS 'moving inverse transition function';
CREATE FUNCTION _queue_moving_accum_inv(internal, double precision, double precision, boolean, double precision, boolean) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_moving_accum_inv_float8_6';
COMMENT ON FUNCTION _queue_moving_accum_inv(internal, double precision, double precision, boolean, double precision, boolean) IS 'moving inverse transition function';
CREATE FUNCTION _queue_wait_accum(queue_summary, double precision) RETURNS queue_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'queue_wait_accum_float8_2';
COMMENT ON FUNCTION _queue_wait_accum(queue_summary, double precision) IS 'transition function';
CREATE FUNCTION _queue_wait_accum(queue_summary, double precision, boolean) RETURNS queue_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'queue_wait_accum_float8_3';
COMMENT ON FUNCTION _queue_wait_accum(queue_summary, double precision, boolean) IS 'transition function';
CREATE FUNCTION _queue_wait_accum_inv(queue_summary, double precision) RETURNS queue_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_wait_accum_inv_float8_2';
COMMENT ON FUNCTION _queue_wait_accum_inv(queue_summary, double precision) IS 'inverse transition function; the longest wait stays an upper bound';
CREATE FUNCTION _queue_wait_accum_inv(queue_summary, double precision, boolean) RETURNS queue_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'queue_wait_accum_inv_float8_3';
COMMENT ON FUNCTION _queue_wait_accum_inv(queue_summary, double precision, boolean) IS 'inverse transition function; the longest wait stays an upper bound';

CREATE OPERATOR + (LEFTARG = queue_summary, RIGHTARG = queue_summary, FUNCTION = _queue_summary_merge, COMMUTATOR = +);
COMMENT ON OPERATOR + (queue_summary, queue_summary) IS 'merge: counts and waits are added, the longest wait is the longer one';

-- Aggregates

-- The final functions give back what came in: an interval, or seconds

CREATE AGGREGATE service_level(wait interval, threshold interval) (
    SFUNC = _queue_accum, STYPE = queue_summary, INITCOND = '{}', FINALFUNC = service_level, COMBINEFUNC = _queue_summary_merge,
    MSFUNC = _queue_accum, MINVFUNC = _queue_accum_inv, MSTYPE = queue_summary, MINITCOND = '{}', MFINALFUNC = service_level,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE service_level(wait interval, threshold interval) IS
'share of contacts answered within the threshold (in intervals), 0 to 1; the boundary counts as within; a NULL wait is a contact that was never answered: right only where wait is filled for answered contacts alone, else pass answered; NULL when there are no contacts; negative durations and intervals with months are errors, and so is a NULL threshold';

CREATE AGGREGATE service_level(wait interval, threshold interval, answered boolean) (
    SFUNC = _queue_accum, STYPE = queue_summary, INITCOND = '{}', FINALFUNC = service_level, COMBINEFUNC = _queue_summary_merge,
    MSFUNC = _queue_accum, MINVFUNC = _queue_accum_inv, MSTYPE = queue_summary, MINITCOND = '{}', MFINALFUNC = service_level,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE service_level(wait interval, threshold interval, answered boolean) IS
'answered within the threshold / offered: answered, abandoned or waiting beyond the threshold (in intervals), 0 to 1 (ICMI 3); the boundary counts as within; answered NULL is a contact that still waits; NULL when no contact counts; negative durations and intervals with months are errors, and so is a NULL threshold';

CREATE AGGREGATE queue_agg(wait interval, threshold interval) (
    SFUNC = _queue_accum, STYPE = queue_summary, INITCOND = '{}', COMBINEFUNC = _queue_summary_merge,
    MSFUNC = _queue_moving_accum, MINVFUNC = _queue_moving_accum_inv, MSTYPE = internal, MSSPACE = 512, MFINALFUNC = _queue_moving_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE queue_agg(wait interval, threshold interval) IS
'contacts of a queue as a queue_summary, waits in intervals; a NULL wait is a contact that was never answered: right only where wait is filled for answered contacts alone, else pass answered; negative durations and intervals with months are errors, and so is a NULL threshold';

CREATE AGGREGATE queue_agg(wait interval, threshold interval, answered boolean) (
    SFUNC = _queue_accum, STYPE = queue_summary, INITCOND = '{}', COMBINEFUNC = _queue_summary_merge,
    MSFUNC = _queue_moving_accum, MINVFUNC = _queue_moving_accum_inv, MSTYPE = internal, MSSPACE = 512, MFINALFUNC = _queue_moving_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE queue_agg(wait interval, threshold interval, answered boolean) IS
'contacts of a queue as a queue_summary, waits in intervals; answered false is abandoned, NULL still waiting; rows whose wait and answered are NULL are ignored; negative durations and intervals with months are errors, and so is a NULL threshold';

CREATE AGGREGATE queue_agg(wait interval, threshold interval, answered boolean, short_abandon interval) (
    SFUNC = _queue_accum, STYPE = queue_summary, INITCOND = '{}', COMBINEFUNC = _queue_summary_merge,
    MSFUNC = _queue_moving_accum, MINVFUNC = _queue_moving_accum_inv, MSTYPE = internal, MSSPACE = 512, MFINALFUNC = _queue_moving_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE queue_agg(wait interval, threshold interval, answered boolean, short_abandon interval) IS
'contacts of a queue as a queue_summary, waits in intervals; answered false is abandoned, NULL still waiting; an abandon with wait <= short_abandon is a short one (NULL: none is); rows whose wait and answered are NULL are ignored; negative durations and intervals with months are errors, and so are a NULL threshold and a short_abandon above the threshold';

CREATE AGGREGATE queue_agg(wait interval, threshold interval, answered boolean, short_abandon interval, flowed_out boolean) (
    SFUNC = _queue_accum, STYPE = queue_summary, INITCOND = '{}', COMBINEFUNC = _queue_summary_merge,
    MSFUNC = _queue_moving_accum, MINVFUNC = _queue_moving_accum_inv, MSTYPE = internal, MSSPACE = 512, MFINALFUNC = _queue_moving_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE queue_agg(wait interval, threshold interval, answered boolean, short_abandon interval, flowed_out boolean) IS
'contacts of a queue as a queue_summary, waits in intervals; answered false is abandoned, NULL still waiting; an abandon with wait <= short_abandon is a short one (NULL: none is); flowed_out true overrides answered (left for a callback, another queue, voicemail), NULL is false; rows whose wait and answered are NULL are ignored unless they flowed out; negative durations and intervals with months are errors, and so are a NULL threshold and a short_abandon above the threshold';

CREATE AGGREGATE asa(wait interval) (
    SFUNC = _queue_wait_accum, STYPE = queue_summary, INITCOND = '{}', FINALFUNC = asa, COMBINEFUNC = _queue_summary_merge,
    MSFUNC = _queue_wait_accum, MINVFUNC = _queue_wait_accum_inv, MSTYPE = queue_summary, MINITCOND = '{}', MFINALFUNC = asa,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE asa(wait interval) IS
'average speed of answer: mean wait, as an interval, rounded to the microsecond; right only where wait is filled for answered contacts alone, else pass answered; NULL rows are ignored; NULL when there are none; negative durations and intervals with months are errors';

CREATE AGGREGATE asa(wait interval, answered boolean) (
    SFUNC = _queue_wait_accum, STYPE = queue_summary, INITCOND = '{}', FINALFUNC = asa, COMBINEFUNC = _queue_summary_merge,
    MSFUNC = _queue_wait_accum, MINVFUNC = _queue_wait_accum_inv, MSTYPE = queue_summary, MINITCOND = '{}', MFINALFUNC = asa,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE asa(wait interval, answered boolean) IS
'average speed of answer: mean known wait of the answered, as an interval, rounded to the microsecond; NULL when no such wait is known; negative durations and intervals with months are errors';

CREATE AGGREGATE average_time_to_abandon(wait interval, answered boolean) (
    SFUNC = _queue_wait_accum, STYPE = queue_summary, INITCOND = '{}', FINALFUNC = average_time_to_abandon, COMBINEFUNC = _queue_summary_merge,
    MSFUNC = _queue_wait_accum, MINVFUNC = _queue_wait_accum_inv, MSTYPE = queue_summary, MINITCOND = '{}', MFINALFUNC = average_time_to_abandon,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE average_time_to_abandon(wait interval, answered boolean) IS
'mean known wait of the abandoned (answered false), as an interval, rounded to the microsecond; NULL when no such wait is known; negative durations and intervals with months are errors';

CREATE AGGREGATE service_level(wait integer, threshold integer) (
    SFUNC = _queue_accum, STYPE = queue_summary, INITCOND = '{}', FINALFUNC = service_level, COMBINEFUNC = _queue_summary_merge,
    MSFUNC = _queue_accum, MINVFUNC = _queue_accum_inv, MSTYPE = queue_summary, MINITCOND = '{}', MFINALFUNC = service_level,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE service_level(wait integer, threshold integer) IS
'share of contacts answered within the threshold (in whole seconds), 0 to 1; the boundary counts as within; a NULL wait is a contact that was never answered: right only where wait is filled for answered contacts alone, else pass answered; NULL when there are no contacts; negative durations are errors, and so is a NULL threshold';

CREATE AGGREGATE service_level(wait integer, threshold integer, answered boolean) (
    SFUNC = _queue_accum, STYPE = queue_summary, INITCOND = '{}', FINALFUNC = service_level, COMBINEFUNC = _queue_summary_merge,
    MSFUNC = _queue_accum, MINVFUNC = _queue_accum_inv, MSTYPE = queue_summary, MINITCOND = '{}', MFINALFUNC = service_level,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE service_level(wait integer, threshold integer, answered boolean) IS
'answered within the threshold / offered: answered, abandoned or waiting beyond the threshold (in whole seconds), 0 to 1 (ICMI 3); the boundary counts as within; answered NULL is a contact that still waits; NULL when no contact counts; negative durations are errors, and so is a NULL threshold';

CREATE AGGREGATE queue_agg(wait integer, threshold integer) (
    SFUNC = _queue_accum, STYPE = queue_summary, INITCOND = '{}', COMBINEFUNC = _queue_summary_merge,
    MSFUNC = _queue_moving_accum, MINVFUNC = _queue_moving_accum_inv, MSTYPE = internal, MSSPACE = 512, MFINALFUNC = _queue_moving_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE queue_agg(wait integer, threshold integer) IS
'contacts of a queue as a queue_summary, waits in whole seconds; a NULL wait is a contact that was never answered: right only where wait is filled for answered contacts alone, else pass answered; negative durations are errors, and so is a NULL threshold';

CREATE AGGREGATE queue_agg(wait integer, threshold integer, answered boolean) (
    SFUNC = _queue_accum, STYPE = queue_summary, INITCOND = '{}', COMBINEFUNC = _queue_summary_merge,
    MSFUNC = _queue_moving_accum, MINVFUNC = _queue_moving_accum_inv, MSTYPE = internal, MSSPACE = 512, MFINALFUNC = _queue_moving_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE queue_agg(wait integer, threshold integer, answered boolean) IS
'contacts of a queue as a queue_summary, waits in whole seconds; answered false is abandoned, NULL still waiting; rows whose wait and answered are NULL are ignored; negative durations are errors, and so is a NULL threshold';

CREATE AGGREGATE queue_agg(wait integer, threshold integer, answered boolean, short_abandon integer) (
    SFUNC = _queue_accum, STYPE = queue_summary, INITCOND = '{}', COMBINEFUNC = _queue_summary_merge,
    MSFUNC = _queue_moving_accum, MINVFUNC = _queue_moving_accum_inv, MSTYPE = internal, MSSPACE = 512, MFINALFUNC = _queue_moving_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE queue_agg(wait integer, threshold integer, answered boolean, short_abandon integer) IS
'contacts of a queue as a queue_summary, waits in whole seconds; answered false is abandoned, NULL still waiting; an abandon with wait <= short_abandon is a short one (NULL: none is); rows whose wait and answered are NULL are ignored; negative durations are errors, and so are a NULL threshold and a short_abandon above the threshold';

CREATE AGGREGATE queue_agg(wait integer, threshold integer, answered boolean, short_abandon integer, flowed_out boolean) (
    SFUNC = _queue_accum, STYPE = queue_summary, INITCOND = '{}', COMBINEFUNC = _queue_summary_merge,
    MSFUNC = _queue_moving_accum, MINVFUNC = _queue_moving_accum_inv, MSTYPE = internal, MSSPACE = 512, MFINALFUNC = _queue_moving_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE queue_agg(wait integer, threshold integer, answered boolean, short_abandon integer, flowed_out boolean) IS
'contacts of a queue as a queue_summary, waits in whole seconds; answered false is abandoned, NULL still waiting; an abandon with wait <= short_abandon is a short one (NULL: none is); flowed_out true overrides answered (left for a callback, another queue, voicemail), NULL is false; rows whose wait and answered are NULL are ignored unless they flowed out; negative durations are errors, and so are a NULL threshold and a short_abandon above the threshold';

CREATE AGGREGATE asa(wait integer) (
    SFUNC = _queue_wait_accum, STYPE = queue_summary, INITCOND = '{}', FINALFUNC = _queue_asa_seconds, COMBINEFUNC = _queue_summary_merge,
    MSFUNC = _queue_wait_accum, MINVFUNC = _queue_wait_accum_inv, MSTYPE = queue_summary, MINITCOND = '{}', MFINALFUNC = _queue_asa_seconds,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE asa(wait integer) IS
'average speed of answer: mean wait, in seconds (double precision), rounded to the microsecond; right only where wait is filled for answered contacts alone, else pass answered; NULL rows are ignored; NULL when there are none; negative durations are errors';

CREATE AGGREGATE asa(wait integer, answered boolean) (
    SFUNC = _queue_wait_accum, STYPE = queue_summary, INITCOND = '{}', FINALFUNC = _queue_asa_seconds, COMBINEFUNC = _queue_summary_merge,
    MSFUNC = _queue_wait_accum, MINVFUNC = _queue_wait_accum_inv, MSTYPE = queue_summary, MINITCOND = '{}', MFINALFUNC = _queue_asa_seconds,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE asa(wait integer, answered boolean) IS
'average speed of answer: mean known wait of the answered, in seconds (double precision), rounded to the microsecond; NULL when no such wait is known; negative durations are errors';

CREATE AGGREGATE average_time_to_abandon(wait integer, answered boolean) (
    SFUNC = _queue_wait_accum, STYPE = queue_summary, INITCOND = '{}', FINALFUNC = _queue_average_time_to_abandon_seconds, COMBINEFUNC = _queue_summary_merge,
    MSFUNC = _queue_wait_accum, MINVFUNC = _queue_wait_accum_inv, MSTYPE = queue_summary, MINITCOND = '{}', MFINALFUNC = _queue_average_time_to_abandon_seconds,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE average_time_to_abandon(wait integer, answered boolean) IS
'mean known wait of the abandoned (answered false), in seconds (double precision), rounded to the microsecond; NULL when no such wait is known; negative durations are errors';

CREATE AGGREGATE service_level(wait double precision, threshold double precision) (
    SFUNC = _queue_accum, STYPE = queue_summary, INITCOND = '{}', FINALFUNC = service_level, COMBINEFUNC = _queue_summary_merge,
    MSFUNC = _queue_accum, MINVFUNC = _queue_accum_inv, MSTYPE = queue_summary, MINITCOND = '{}', MFINALFUNC = service_level,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE service_level(wait double precision, threshold double precision) IS
'share of contacts answered within the threshold (in seconds), 0 to 1; the boundary counts as within; a NULL wait is a contact that was never answered: right only where wait is filled for answered contacts alone, else pass answered; NULL when there are no contacts; negative durations, NaN and infinity are errors, and so is a NULL threshold';

CREATE AGGREGATE service_level(wait double precision, threshold double precision, answered boolean) (
    SFUNC = _queue_accum, STYPE = queue_summary, INITCOND = '{}', FINALFUNC = service_level, COMBINEFUNC = _queue_summary_merge,
    MSFUNC = _queue_accum, MINVFUNC = _queue_accum_inv, MSTYPE = queue_summary, MINITCOND = '{}', MFINALFUNC = service_level,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE service_level(wait double precision, threshold double precision, answered boolean) IS
'answered within the threshold / offered: answered, abandoned or waiting beyond the threshold (in seconds), 0 to 1 (ICMI 3); the boundary counts as within; answered NULL is a contact that still waits; NULL when no contact counts; negative durations, NaN and infinity are errors, and so is a NULL threshold';

CREATE AGGREGATE queue_agg(wait double precision, threshold double precision) (
    SFUNC = _queue_accum, STYPE = queue_summary, INITCOND = '{}', COMBINEFUNC = _queue_summary_merge,
    MSFUNC = _queue_moving_accum, MINVFUNC = _queue_moving_accum_inv, MSTYPE = internal, MSSPACE = 512, MFINALFUNC = _queue_moving_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE queue_agg(wait double precision, threshold double precision) IS
'contacts of a queue as a queue_summary, waits in seconds; a NULL wait is a contact that was never answered: right only where wait is filled for answered contacts alone, else pass answered; negative durations, NaN and infinity are errors, and so is a NULL threshold';

CREATE AGGREGATE queue_agg(wait double precision, threshold double precision, answered boolean) (
    SFUNC = _queue_accum, STYPE = queue_summary, INITCOND = '{}', COMBINEFUNC = _queue_summary_merge,
    MSFUNC = _queue_moving_accum, MINVFUNC = _queue_moving_accum_inv, MSTYPE = internal, MSSPACE = 512, MFINALFUNC = _queue_moving_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE queue_agg(wait double precision, threshold double precision, answered boolean) IS
'contacts of a queue as a queue_summary, waits in seconds; answered false is abandoned, NULL still waiting; rows whose wait and answered are NULL are ignored; negative durations, NaN and infinity are errors, and so is a NULL threshold';

CREATE AGGREGATE queue_agg(wait double precision, threshold double precision, answered boolean, short_abandon double precision) (
    SFUNC = _queue_accum, STYPE = queue_summary, INITCOND = '{}', COMBINEFUNC = _queue_summary_merge,
    MSFUNC = _queue_moving_accum, MINVFUNC = _queue_moving_accum_inv, MSTYPE = internal, MSSPACE = 512, MFINALFUNC = _queue_moving_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE queue_agg(wait double precision, threshold double precision, answered boolean, short_abandon double precision) IS
'contacts of a queue as a queue_summary, waits in seconds; answered false is abandoned, NULL still waiting; an abandon with wait <= short_abandon is a short one (NULL: none is); rows whose wait and answered are NULL are ignored; negative durations, NaN and infinity are errors, and so are a NULL threshold and a short_abandon above the threshold';

CREATE AGGREGATE queue_agg(wait double precision, threshold double precision, answered boolean, short_abandon double precision, flowed_out boolean) (
    SFUNC = _queue_accum, STYPE = queue_summary, INITCOND = '{}', COMBINEFUNC = _queue_summary_merge,
    MSFUNC = _queue_moving_accum, MINVFUNC = _queue_moving_accum_inv, MSTYPE = internal, MSSPACE = 512, MFINALFUNC = _queue_moving_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE queue_agg(wait double precision, threshold double precision, answered boolean, short_abandon double precision, flowed_out boolean) IS
'contacts of a queue as a queue_summary, waits in seconds; answered false is abandoned, NULL still waiting; an abandon with wait <= short_abandon is a short one (NULL: none is); flowed_out true overrides answered (left for a callback, another queue, voicemail), NULL is false; rows whose wait and answered are NULL are ignored unless they flowed out; negative durations, NaN and infinity are errors, and so are a NULL threshold and a short_abandon above the threshold';

CREATE AGGREGATE asa(wait double precision) (
    SFUNC = _queue_wait_accum, STYPE = queue_summary, INITCOND = '{}', FINALFUNC = _queue_asa_seconds, COMBINEFUNC = _queue_summary_merge,
    MSFUNC = _queue_wait_accum, MINVFUNC = _queue_wait_accum_inv, MSTYPE = queue_summary, MINITCOND = '{}', MFINALFUNC = _queue_asa_seconds,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE asa(wait double precision) IS
'average speed of answer: mean wait, in seconds (double precision), rounded to the microsecond; right only where wait is filled for answered contacts alone, else pass answered; NULL rows are ignored; NULL when there are none; negative durations, NaN and infinity are errors';

CREATE AGGREGATE asa(wait double precision, answered boolean) (
    SFUNC = _queue_wait_accum, STYPE = queue_summary, INITCOND = '{}', FINALFUNC = _queue_asa_seconds, COMBINEFUNC = _queue_summary_merge,
    MSFUNC = _queue_wait_accum, MINVFUNC = _queue_wait_accum_inv, MSTYPE = queue_summary, MINITCOND = '{}', MFINALFUNC = _queue_asa_seconds,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE asa(wait double precision, answered boolean) IS
'average speed of answer: mean known wait of the answered, in seconds (double precision), rounded to the microsecond; NULL when no such wait is known; negative durations, NaN and infinity are errors';

CREATE AGGREGATE average_time_to_abandon(wait double precision, answered boolean) (
    SFUNC = _queue_wait_accum, STYPE = queue_summary, INITCOND = '{}', FINALFUNC = _queue_average_time_to_abandon_seconds, COMBINEFUNC = _queue_summary_merge,
    MSFUNC = _queue_wait_accum, MINVFUNC = _queue_wait_accum_inv, MSTYPE = queue_summary, MINITCOND = '{}', MFINALFUNC = _queue_average_time_to_abandon_seconds,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE average_time_to_abandon(wait double precision, answered boolean) IS
'mean known wait of the abandoned (answered false), in seconds (double precision), rounded to the microsecond; NULL when no such wait is known; negative durations, NaN and infinity are errors';

CREATE AGGREGATE rollup(summary queue_summary) (
    SFUNC = _queue_summary_merge, STYPE = queue_summary, INITCOND = '{}', COMBINEFUNC = _queue_summary_merge,
    MSFUNC = _queue_moving_merge, MINVFUNC = _queue_moving_merge_inv, MSTYPE = internal, MSSPACE = 512, MFINALFUNC = _queue_moving_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(queue_summary) IS
'merges queue summaries, hours into days and months: exact, no average of averages; NULLs are ignored; the empty summary when there are none';

-- Handling: type handle_summary

-- The input, output and comparison functions of handle_summary
CREATE TYPE handle_summary;

CREATE FUNCTION _handle_summary_in(cstring) RETURNS handle_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'handle_summary_in';
COMMENT ON FUNCTION _handle_summary_in(cstring) IS 'text input of handle_summary';
CREATE FUNCTION _handle_summary_out(handle_summary) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'handle_summary_out';
COMMENT ON FUNCTION _handle_summary_out(handle_summary) IS 'text output of handle_summary: exact and canonical';
CREATE FUNCTION _handle_summary_recv(internal) RETURNS handle_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'handle_summary_recv';
COMMENT ON FUNCTION _handle_summary_recv(internal) IS 'binary input of handle_summary';
CREATE FUNCTION _handle_summary_send(handle_summary) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'handle_summary_send';
COMMENT ON FUNCTION _handle_summary_send(handle_summary) IS 'binary output of handle_summary';

CREATE TYPE handle_summary (
    INPUT = _handle_summary_in,
    OUTPUT = _handle_summary_out,
    RECEIVE = _handle_summary_recv,
    SEND = _handle_summary_send,
    INTERNALLENGTH = 64,
    ALIGNMENT = double,
    STORAGE = plain
);

CREATE FUNCTION _handle_summary_eq(handle_summary, handle_summary) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'handle_summary_eq';
COMMENT ON FUNCTION _handle_summary_eq(handle_summary, handle_summary) IS 'implementation of = operator';
CREATE FUNCTION _handle_summary_ne(handle_summary, handle_summary) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'handle_summary_ne';
COMMENT ON FUNCTION _handle_summary_ne(handle_summary, handle_summary) IS 'implementation of <> operator';
CREATE FUNCTION _handle_summary_lt(handle_summary, handle_summary) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'handle_summary_lt';
COMMENT ON FUNCTION _handle_summary_lt(handle_summary, handle_summary) IS 'implementation of < operator';
CREATE FUNCTION _handle_summary_le(handle_summary, handle_summary) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'handle_summary_le';
COMMENT ON FUNCTION _handle_summary_le(handle_summary, handle_summary) IS 'implementation of <= operator';
CREATE FUNCTION _handle_summary_gt(handle_summary, handle_summary) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'handle_summary_gt';
COMMENT ON FUNCTION _handle_summary_gt(handle_summary, handle_summary) IS 'implementation of > operator';
CREATE FUNCTION _handle_summary_ge(handle_summary, handle_summary) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'handle_summary_ge';
COMMENT ON FUNCTION _handle_summary_ge(handle_summary, handle_summary) IS 'implementation of >= operator';
CREATE FUNCTION _handle_summary_cmp(handle_summary, handle_summary) RETURNS integer
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'handle_summary_cmp';
COMMENT ON FUNCTION _handle_summary_cmp(handle_summary, handle_summary) IS 'less-equal-greater, for indexes';
CREATE FUNCTION _handle_summary_hash(handle_summary) RETURNS integer
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'handle_summary_hash';
COMMENT ON FUNCTION _handle_summary_hash(handle_summary) IS 'hash';
CREATE FUNCTION _handle_summary_hash_extended(handle_summary, bigint) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'handle_summary_hash_extended';
COMMENT ON FUNCTION _handle_summary_hash_extended(handle_summary, bigint) IS 'hash with a seed';

CREATE OPERATOR = (LEFTARG = handle_summary, RIGHTARG = handle_summary, FUNCTION = _handle_summary_eq,
    COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR <> (LEFTARG = handle_summary, RIGHTARG = handle_summary, FUNCTION = _handle_summary_ne,
    COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
CREATE OPERATOR < (LEFTARG = handle_summary, RIGHTARG = handle_summary, FUNCTION = _handle_summary_lt,
    COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
CREATE OPERATOR <= (LEFTARG = handle_summary, RIGHTARG = handle_summary, FUNCTION = _handle_summary_le,
    COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
CREATE OPERATOR > (LEFTARG = handle_summary, RIGHTARG = handle_summary, FUNCTION = _handle_summary_gt,
    COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel);
CREATE OPERATOR >= (LEFTARG = handle_summary, RIGHTARG = handle_summary, FUNCTION = _handle_summary_ge,
    COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel);

COMMENT ON OPERATOR = (handle_summary, handle_summary) IS 'equal';
COMMENT ON OPERATOR <> (handle_summary, handle_summary) IS 'not equal';
COMMENT ON OPERATOR < (handle_summary, handle_summary) IS 'before in a stable order without meaning';
COMMENT ON OPERATOR <= (handle_summary, handle_summary) IS 'before or equal in a stable order without meaning';
COMMENT ON OPERATOR > (handle_summary, handle_summary) IS 'after in a stable order without meaning';
COMMENT ON OPERATOR >= (handle_summary, handle_summary) IS 'after or equal in a stable order without meaning';

CREATE OPERATOR CLASS handle_summary_ops DEFAULT FOR TYPE handle_summary USING btree AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
    FUNCTION 1 _handle_summary_cmp(handle_summary, handle_summary);
CREATE OPERATOR CLASS handle_summary_ops DEFAULT FOR TYPE handle_summary USING hash AS
    OPERATOR 1 =,
    FUNCTION 1 _handle_summary_hash(handle_summary),
    FUNCTION 2 _handle_summary_hash_extended(handle_summary, bigint);

CREATE FUNCTION _handle_summary_to_json(handle_summary) RETURNS json
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'handle_summary_to_json';
COMMENT ON FUNCTION _handle_summary_to_json(handle_summary) IS 'the fields of a handle_summary as a JSON object of integers';
CREATE FUNCTION _handle_summary_to_jsonb(handle_summary) RETURNS jsonb
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'handle_summary_to_jsonb';
COMMENT ON FUNCTION _handle_summary_to_jsonb(handle_summary) IS 'the fields of a handle_summary as a JSON object of integers';
CREATE CAST (handle_summary AS json) WITH FUNCTION _handle_summary_to_json(handle_summary);
CREATE CAST (handle_summary AS jsonb) WITH FUNCTION _handle_summary_to_jsonb(handle_summary);

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

CREATE FUNCTION _handle_aht_seconds(handle_summary) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'handle_aht_seconds';
COMMENT ON FUNCTION _handle_aht_seconds(handle_summary) IS 'final function';
CREATE FUNCTION _handle_summary_merge(handle_summary, handle_summary) RETURNS handle_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'handle_summary_merge';
COMMENT ON FUNCTION _handle_summary_merge(handle_summary, handle_summary) IS 'implementation of + operator, and combine function';
CREATE FUNCTION _handle_summary_subtract(handle_summary, handle_summary) RETURNS handle_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'handle_summary_subtract';
COMMENT ON FUNCTION _handle_summary_subtract(handle_summary, handle_summary) IS 'implementation of - operator, and inverse transition function';
CREATE FUNCTION _handle_accum(handle_summary, interval) RETURNS handle_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'handle_accum_interval';
COMMENT ON FUNCTION _handle_accum(handle_summary, interval) IS 'transition function';
CREATE FUNCTION _handle_accum_inv(handle_summary, interval) RETURNS handle_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'handle_accum_inv_interval';
COMMENT ON FUNCTION _handle_accum_inv(handle_summary, interval) IS 'inverse transition function';
CREATE FUNCTION _handle_accum(handle_summary, interval, interval, interval) RETURNS handle_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'handle_accum_interval_3';
COMMENT ON FUNCTION _handle_accum(handle_summary, interval, interval, interval) IS 'transition function';
CREATE FUNCTION _handle_accum_inv(handle_summary, interval, interval, interval) RETURNS handle_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'handle_accum_inv_interval_3';
COMMENT ON FUNCTION _handle_accum_inv(handle_summary, interval, interval, interval) IS 'inverse transition function';

CREATE FUNCTION _handle_accum(handle_summary, integer) RETURNS handle_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'handle_accum_int4';
COMMENT ON FUNCTION _handle_accum(handle_summary, integer) IS 'transition function';
CREATE FUNCTION _handle_accum_inv(handle_summary, integer) RETURNS handle_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'handle_accum_inv_int4';
COMMENT ON FUNCTION _handle_accum_inv(handle_summary, integer) IS 'inverse transition function';
CREATE FUNCTION _handle_accum(handle_summary, integer, integer, integer) RETURNS handle_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'handle_accum_int4_3';
COMMENT ON FUNCTION _handle_accum(handle_summary, integer, integer, integer) IS 'transition function';
CREATE FUNCTION _handle_accum_inv(handle_summary, integer, integer, integer) RETURNS handle_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'handle_accum_inv_int4_3';
COMMENT ON FUNCTION _handle_accum_inv(handle_summary, integer, integer, integer) IS 'inverse transition function';

CREATE FUNCTION _handle_accum(handle_summary, double precision) RETURNS handle_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'handle_accum_float8';
COMMENT ON FUNCTION _handle_accum(handle_summary, double precision) IS 'transition function';
CREATE FUNCTION _handle_accum_inv(handle_summary, double precision) RETURNS handle_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'handle_accum_inv_float8';
COMMENT ON FUNCTION _handle_accum_inv(handle_summary, double precision) IS 'inverse transition function';
CREATE FUNCTION _handle_accum(handle_summary, double precision, double precision, double precision) RETURNS handle_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'handle_accum_float8_3';
COMMENT ON FUNCTION _handle_accum(handle_summary, double precision, double precision, double precision) IS 'transition function';
CREATE FUNCTION _handle_accum_inv(handle_summary, double precision, double precision, double precision) RETURNS handle_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'handle_accum_inv_float8_3';
COMMENT ON FUNCTION _handle_accum_inv(handle_summary, double precision, double precision, double precision) IS 'inverse transition function';

CREATE OPERATOR + (LEFTARG = handle_summary, RIGHTARG = handle_summary, FUNCTION = _handle_summary_merge, COMMUTATOR = +);
CREATE OPERATOR - (LEFTARG = handle_summary, RIGHTARG = handle_summary, FUNCTION = _handle_summary_subtract);
COMMENT ON OPERATOR + (handle_summary, handle_summary) IS 'merge: counts and times are added';
COMMENT ON OPERATOR - (handle_summary, handle_summary) IS 'remove what was added before; an error when a count or time would become negative';

-- Aggregates

-- The final function gives back what came in: an interval, or seconds

CREATE AGGREGATE aht(handle interval) (
    SFUNC = _handle_accum, STYPE = handle_summary, INITCOND = '{}', FINALFUNC = aht, COMBINEFUNC = _handle_summary_merge,
    MSFUNC = _handle_accum, MINVFUNC = _handle_accum_inv, MSTYPE = handle_summary, MINITCOND = '{}', MFINALFUNC = aht,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE aht(handle interval) IS
'average handle time: mean of the handle times, as an interval, rounded to the microsecond; NULL rows were not handled and are ignored (0 is not NULL: filter unanswered contacts out); NULL when there are none; negative durations and intervals with months are errors';

CREATE AGGREGATE aht(talk interval, hold interval, wrap interval) (
    SFUNC = _handle_accum, STYPE = handle_summary, INITCOND = '{}', FINALFUNC = aht, COMBINEFUNC = _handle_summary_merge,
    MSFUNC = _handle_accum, MINVFUNC = _handle_accum_inv, MSTYPE = handle_summary, MINITCOND = '{}', MFINALFUNC = aht,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE aht(talk interval, hold interval, wrap interval) IS
'average handle time: mean of talk + hold + wrap over handled contacts, as an interval, rounded to the microsecond; a NULL component counts 0; a row where all are NULL was not handled and is ignored (0 is not NULL: filter unanswered contacts out); NULL when there are none; negative durations and intervals with months are errors';

CREATE AGGREGATE handle_agg(handle interval) (
    SFUNC = _handle_accum, STYPE = handle_summary, INITCOND = '{}', COMBINEFUNC = _handle_summary_merge,
    MSFUNC = _handle_accum, MINVFUNC = _handle_accum_inv, MSTYPE = handle_summary, MINITCOND = '{}',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE handle_agg(handle interval) IS
'contacts with their handle time in intervals, all of it counted as talk, as a handle_summary; NULL rows are ignored; negative durations and intervals with months are errors';

CREATE AGGREGATE handle_agg(talk interval, hold interval, wrap interval) (
    SFUNC = _handle_accum, STYPE = handle_summary, INITCOND = '{}', COMBINEFUNC = _handle_summary_merge,
    MSFUNC = _handle_accum, MINVFUNC = _handle_accum_inv, MSTYPE = handle_summary, MINITCOND = '{}',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE handle_agg(talk interval, hold interval, wrap interval) IS
'contacts with their talk, hold and wrap-up time in intervals as a handle_summary; a NULL component counts 0; a row where all are NULL was not handled and is ignored; negative durations and intervals with months are errors';

CREATE AGGREGATE aht(handle integer) (
    SFUNC = _handle_accum, STYPE = handle_summary, INITCOND = '{}', FINALFUNC = _handle_aht_seconds, COMBINEFUNC = _handle_summary_merge,
    MSFUNC = _handle_accum, MINVFUNC = _handle_accum_inv, MSTYPE = handle_summary, MINITCOND = '{}', MFINALFUNC = _handle_aht_seconds,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE aht(handle integer) IS
'average handle time: mean of the handle times, in seconds (double precision), rounded to the microsecond; NULL rows were not handled and are ignored (0 is not NULL: filter unanswered contacts out); NULL when there are none; negative durations are errors';

CREATE AGGREGATE aht(talk integer, hold integer, wrap integer) (
    SFUNC = _handle_accum, STYPE = handle_summary, INITCOND = '{}', FINALFUNC = _handle_aht_seconds, COMBINEFUNC = _handle_summary_merge,
    MSFUNC = _handle_accum, MINVFUNC = _handle_accum_inv, MSTYPE = handle_summary, MINITCOND = '{}', MFINALFUNC = _handle_aht_seconds,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE aht(talk integer, hold integer, wrap integer) IS
'average handle time: mean of talk + hold + wrap over handled contacts, in seconds (double precision), rounded to the microsecond; a NULL component counts 0; a row where all are NULL was not handled and is ignored (0 is not NULL: filter unanswered contacts out); NULL when there are none; negative durations are errors';

CREATE AGGREGATE handle_agg(handle integer) (
    SFUNC = _handle_accum, STYPE = handle_summary, INITCOND = '{}', COMBINEFUNC = _handle_summary_merge,
    MSFUNC = _handle_accum, MINVFUNC = _handle_accum_inv, MSTYPE = handle_summary, MINITCOND = '{}',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE handle_agg(handle integer) IS
'contacts with their handle time in whole seconds, all of it counted as talk, as a handle_summary; NULL rows are ignored; negative durations are errors';

CREATE AGGREGATE handle_agg(talk integer, hold integer, wrap integer) (
    SFUNC = _handle_accum, STYPE = handle_summary, INITCOND = '{}', COMBINEFUNC = _handle_summary_merge,
    MSFUNC = _handle_accum, MINVFUNC = _handle_accum_inv, MSTYPE = handle_summary, MINITCOND = '{}',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE handle_agg(talk integer, hold integer, wrap integer) IS
'contacts with their talk, hold and wrap-up time in whole seconds as a handle_summary; a NULL component counts 0; a row where all are NULL was not handled and is ignored; negative durations are errors';

CREATE AGGREGATE aht(handle double precision) (
    SFUNC = _handle_accum, STYPE = handle_summary, INITCOND = '{}', FINALFUNC = _handle_aht_seconds, COMBINEFUNC = _handle_summary_merge,
    MSFUNC = _handle_accum, MINVFUNC = _handle_accum_inv, MSTYPE = handle_summary, MINITCOND = '{}', MFINALFUNC = _handle_aht_seconds,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE aht(handle double precision) IS
'average handle time: mean of the handle times, in seconds (double precision), rounded to the microsecond; NULL rows were not handled and are ignored (0 is not NULL: filter unanswered contacts out); NULL when there are none; negative durations, NaN and infinity are errors';

CREATE AGGREGATE aht(talk double precision, hold double precision, wrap double precision) (
    SFUNC = _handle_accum, STYPE = handle_summary, INITCOND = '{}', FINALFUNC = _handle_aht_seconds, COMBINEFUNC = _handle_summary_merge,
    MSFUNC = _handle_accum, MINVFUNC = _handle_accum_inv, MSTYPE = handle_summary, MINITCOND = '{}', MFINALFUNC = _handle_aht_seconds,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE aht(talk double precision, hold double precision, wrap double precision) IS
'average handle time: mean of talk + hold + wrap over handled contacts, in seconds (double precision), rounded to the microsecond; a NULL component counts 0; a row where all are NULL was not handled and is ignored (0 is not NULL: filter unanswered contacts out); NULL when there are none; negative durations, NaN and infinity are errors';

CREATE AGGREGATE handle_agg(handle double precision) (
    SFUNC = _handle_accum, STYPE = handle_summary, INITCOND = '{}', COMBINEFUNC = _handle_summary_merge,
    MSFUNC = _handle_accum, MINVFUNC = _handle_accum_inv, MSTYPE = handle_summary, MINITCOND = '{}',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE handle_agg(handle double precision) IS
'contacts with their handle time in seconds, all of it counted as talk, as a handle_summary; NULL rows are ignored; negative durations, NaN and infinity are errors';

CREATE AGGREGATE handle_agg(talk double precision, hold double precision, wrap double precision) (
    SFUNC = _handle_accum, STYPE = handle_summary, INITCOND = '{}', COMBINEFUNC = _handle_summary_merge,
    MSFUNC = _handle_accum, MINVFUNC = _handle_accum_inv, MSTYPE = handle_summary, MINITCOND = '{}',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE handle_agg(talk double precision, hold double precision, wrap double precision) IS
'contacts with their talk, hold and wrap-up time in seconds as a handle_summary; a NULL component counts 0; a row where all are NULL was not handled and is ignored; negative durations, NaN and infinity are errors';

CREATE AGGREGATE rollup(summary handle_summary) (
    SFUNC = _handle_summary_merge, STYPE = handle_summary, INITCOND = '{}', COMBINEFUNC = _handle_summary_merge,
    MSFUNC = _handle_summary_merge, MINVFUNC = _handle_summary_subtract, MSTYPE = handle_summary, MINITCOND = '{}',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(summary handle_summary) IS
'merges handle summaries: counts and times are added, so the mean is weighted; NULLs are ignored; the empty summary when there are none';

-- Surveys: type rating_summary

-- The input, output and comparison functions of rating_summary
CREATE TYPE rating_summary;

CREATE FUNCTION _rating_summary_in(cstring) RETURNS rating_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_summary_in';
COMMENT ON FUNCTION _rating_summary_in(cstring) IS 'text input of rating_summary';
CREATE FUNCTION _rating_summary_out(rating_summary) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_summary_out';
COMMENT ON FUNCTION _rating_summary_out(rating_summary) IS 'text output of rating_summary: exact and canonical';
CREATE FUNCTION _rating_summary_recv(internal) RETURNS rating_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_summary_recv';
COMMENT ON FUNCTION _rating_summary_recv(internal) IS 'binary input of rating_summary';
CREATE FUNCTION _rating_summary_send(rating_summary) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_summary_send';
COMMENT ON FUNCTION _rating_summary_send(rating_summary) IS 'binary output of rating_summary';

CREATE TYPE rating_summary (
    INPUT = _rating_summary_in,
    OUTPUT = _rating_summary_out,
    RECEIVE = _rating_summary_recv,
    SEND = _rating_summary_send,
    INTERNALLENGTH = 112,
    ALIGNMENT = double,
    STORAGE = plain
);

CREATE FUNCTION _rating_summary_eq(rating_summary, rating_summary) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_summary_eq';
COMMENT ON FUNCTION _rating_summary_eq(rating_summary, rating_summary) IS 'implementation of = operator';
CREATE FUNCTION _rating_summary_ne(rating_summary, rating_summary) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_summary_ne';
COMMENT ON FUNCTION _rating_summary_ne(rating_summary, rating_summary) IS 'implementation of <> operator';
CREATE FUNCTION _rating_summary_lt(rating_summary, rating_summary) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_summary_lt';
COMMENT ON FUNCTION _rating_summary_lt(rating_summary, rating_summary) IS 'implementation of < operator';
CREATE FUNCTION _rating_summary_le(rating_summary, rating_summary) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_summary_le';
COMMENT ON FUNCTION _rating_summary_le(rating_summary, rating_summary) IS 'implementation of <= operator';
CREATE FUNCTION _rating_summary_gt(rating_summary, rating_summary) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_summary_gt';
COMMENT ON FUNCTION _rating_summary_gt(rating_summary, rating_summary) IS 'implementation of > operator';
CREATE FUNCTION _rating_summary_ge(rating_summary, rating_summary) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_summary_ge';
COMMENT ON FUNCTION _rating_summary_ge(rating_summary, rating_summary) IS 'implementation of >= operator';
CREATE FUNCTION _rating_summary_cmp(rating_summary, rating_summary) RETURNS integer
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_summary_cmp';
COMMENT ON FUNCTION _rating_summary_cmp(rating_summary, rating_summary) IS 'less-equal-greater, for indexes';
CREATE FUNCTION _rating_summary_hash(rating_summary) RETURNS integer
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_summary_hash';
COMMENT ON FUNCTION _rating_summary_hash(rating_summary) IS 'hash';
CREATE FUNCTION _rating_summary_hash_extended(rating_summary, bigint) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_summary_hash_extended';
COMMENT ON FUNCTION _rating_summary_hash_extended(rating_summary, bigint) IS 'hash with a seed';

CREATE OPERATOR = (LEFTARG = rating_summary, RIGHTARG = rating_summary, FUNCTION = _rating_summary_eq,
    COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR <> (LEFTARG = rating_summary, RIGHTARG = rating_summary, FUNCTION = _rating_summary_ne,
    COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
CREATE OPERATOR < (LEFTARG = rating_summary, RIGHTARG = rating_summary, FUNCTION = _rating_summary_lt,
    COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
CREATE OPERATOR <= (LEFTARG = rating_summary, RIGHTARG = rating_summary, FUNCTION = _rating_summary_le,
    COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
CREATE OPERATOR > (LEFTARG = rating_summary, RIGHTARG = rating_summary, FUNCTION = _rating_summary_gt,
    COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel);
CREATE OPERATOR >= (LEFTARG = rating_summary, RIGHTARG = rating_summary, FUNCTION = _rating_summary_ge,
    COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel);

COMMENT ON OPERATOR = (rating_summary, rating_summary) IS 'equal';
COMMENT ON OPERATOR <> (rating_summary, rating_summary) IS 'not equal';
COMMENT ON OPERATOR < (rating_summary, rating_summary) IS 'before in a stable order without meaning';
COMMENT ON OPERATOR <= (rating_summary, rating_summary) IS 'before or equal in a stable order without meaning';
COMMENT ON OPERATOR > (rating_summary, rating_summary) IS 'after in a stable order without meaning';
COMMENT ON OPERATOR >= (rating_summary, rating_summary) IS 'after or equal in a stable order without meaning';

CREATE OPERATOR CLASS rating_summary_ops DEFAULT FOR TYPE rating_summary USING btree AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
    FUNCTION 1 _rating_summary_cmp(rating_summary, rating_summary);
CREATE OPERATOR CLASS rating_summary_ops DEFAULT FOR TYPE rating_summary USING hash AS
    OPERATOR 1 =,
    FUNCTION 1 _rating_summary_hash(rating_summary),
    FUNCTION 2 _rating_summary_hash_extended(rating_summary, bigint);

CREATE FUNCTION _rating_summary_to_json(rating_summary) RETURNS json
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_summary_to_json';
COMMENT ON FUNCTION _rating_summary_to_json(rating_summary) IS 'the fields of a rating_summary as a JSON object of integers';
CREATE FUNCTION _rating_summary_to_jsonb(rating_summary) RETURNS jsonb
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_summary_to_jsonb';
COMMENT ON FUNCTION _rating_summary_to_jsonb(rating_summary) IS 'the fields of a rating_summary as a JSON object of integers';
CREATE CAST (rating_summary AS json) WITH FUNCTION _rating_summary_to_json(rating_summary);
CREATE CAST (rating_summary AS jsonb) WITH FUNCTION _rating_summary_to_jsonb(rating_summary);

COMMENT ON TYPE rating_summary IS
'survey answers counted by score, 0 to 10, printed as {"0":2,...,"10":5}: the summary behind nps, csat, ces and net_score';

-- Accessors, which are also the final functions of the aggregates

CREATE FUNCTION responses(rating_summary) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_responses_of';
COMMENT ON FUNCTION responses(rating_summary) IS
'answers in all; surveys without a score are not answers';

CREATE FUNCTION promoters(rating_summary) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_promoters';
COMMENT ON FUNCTION promoters(rating_summary) IS
'answers of 9 and 10, those that count for the net promoter score';

CREATE FUNCTION passives(rating_summary) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_passives';
COMMENT ON FUNCTION passives(rating_summary) IS
'answers of 7 and 8';

CREATE FUNCTION detractors(rating_summary) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_detractors';
COMMENT ON FUNCTION detractors(rating_summary) IS
'answers of 0 to 6, those that count against the net promoter score';

CREATE FUNCTION average(rating_summary) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_average_of';
COMMENT ON FUNCTION average(rating_summary) IS
'mean score on the survey''s own scale; NULL without answers';

CREATE FUNCTION nps(rating_summary) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_nps';
COMMENT ON FUNCTION nps(rating_summary) IS
'net promoter score, -100 to 100: 100 * (share of 9 and 10 - share of 0 to 6) (Reichheld 2003); NULL without answers';

CREATE FUNCTION csat(rating_summary) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_csat';
COMMENT ON FUNCTION csat(rating_summary) IS
'customer satisfaction, 0 to 1: share of 4 and 5 on a scale from 1 to 5 (top two boxes); NULL without answers; an error when a score lies outside 1 to 5';

CREATE FUNCTION csat(rating_summary, satisfied_from integer) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_csat_from';
COMMENT ON FUNCTION csat(rating_summary, integer) IS
'customer satisfaction, 0 to 1: share of scores from satisfied_from upwards, on any scale within 0 to 10; NULL without answers; an error when satisfied_from lies outside 0 to 10';

CREATE FUNCTION ces(rating_summary) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_ces';
COMMENT ON FUNCTION ces(rating_summary) IS
'customer effort score: the mean on a scale from 1 to 7; NULL without answers; an error when a score lies outside 1 to 7';

CREATE FUNCTION net_score(rating_summary, negative_to integer, positive_from integer) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_net_score';
COMMENT ON FUNCTION net_score(rating_summary, integer, integer) IS
'net score, -100 to 100: 100 * (share of scores from positive_from upwards - share up to negative_to), on any scale within 0 to 10; NULL without answers; an error unless 0 <= negative_to < positive_from <= 10';

CREATE FUNCTION proportion(rating_summary, low integer, high integer) RETURNS proportion
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_proportion';
COMMENT ON FUNCTION proportion(rating_summary, integer, integer) IS
'answers with low <= score <= high among all answers, for rate, wilson_low, wilson_high and p_value; an error unless 0 <= low <= high <= 10';

CREATE FUNCTION nps_low(rating_summary) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_nps_low';
COMMENT ON FUNCTION nps_low(rating_summary) IS
'lower end of the 95 % adjusted-Wald interval of the net promoter score, -100 to 100: 3/4 promoter, 3/4 detractor and 3/2 passives are added (Rocks 2016; Lewis and Sauro 2021); NULL without answers';

CREATE FUNCTION nps_low(rating_summary, confidence double precision) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_nps_low';
COMMENT ON FUNCTION nps_low(rating_summary, double precision) IS
'lower end of the adjusted-Wald interval of the net promoter score at this confidence (above 0, below 1), -100 to 100; NULL without answers';

CREATE FUNCTION nps_high(rating_summary) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_nps_high';
COMMENT ON FUNCTION nps_high(rating_summary) IS
'upper end of the 95 % adjusted-Wald interval of the net promoter score, -100 to 100: 3/4 promoter, 3/4 detractor and 3/2 passives are added (Rocks 2016; Lewis and Sauro 2021); NULL without answers';

CREATE FUNCTION nps_high(rating_summary, confidence double precision) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_nps_high';
COMMENT ON FUNCTION nps_high(rating_summary, double precision) IS
'upper end of the adjusted-Wald interval of the net promoter score at this confidence (above 0, below 1), -100 to 100; NULL without answers';

CREATE FUNCTION nps_p_value(a rating_summary, b rating_summary) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_nps_p_value';
COMMENT ON FUNCTION nps_p_value(rating_summary, rating_summary) IS
'two-sided z-test: how probable a difference of the net promoter scores at least this large is if both are equal; difference and variances from the adjusted-Wald counts (3/4 added for and against, 3/2 passives), so that few answers raise no false alarms; NULL when a summary has no answers';

CREATE FUNCTION rating_kpis(rating_summary,
    OUT responses bigint, OUT nps double precision, OUT nps_low double precision, OUT nps_high double precision,
    OUT csat double precision, OUT csat_low double precision, OUT csat_high double precision, OUT ces double precision, OUT average double precision,
    OUT promoters bigint, OUT passives bigint, OUT detractors bigint) RETURNS record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_kpis';
COMMENT ON FUNCTION rating_kpis(rating_summary) IS
'the KPIs of a rating_summary as one row of plain numbers, for FROM surveys, rating_kpis(r): nps with its 95 % adjusted-Wald interval, csat with its 95 % Wilson interval, NULL when a score lies outside 1 to 5, ces when one lies outside 1 to 7; read the columns that fit the question asked';

-- Support functions of the aggregates


CREATE FUNCTION _rating_accum_int2(rating_summary, smallint) RETURNS rating_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'rating_accum_int2';
COMMENT ON FUNCTION _rating_accum_int2(rating_summary, smallint) IS 'transition function';
CREATE FUNCTION _rating_accum_int2_inv(rating_summary, smallint) RETURNS rating_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_accum_int2_inv';
COMMENT ON FUNCTION _rating_accum_int2_inv(rating_summary, smallint) IS 'inverse transition function';

CREATE FUNCTION _rating_accum_int4(rating_summary, integer) RETURNS rating_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'rating_accum_int4';
COMMENT ON FUNCTION _rating_accum_int4(rating_summary, integer) IS 'transition function';
CREATE FUNCTION _rating_accum_int4_inv(rating_summary, integer) RETURNS rating_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_accum_int4_inv';
COMMENT ON FUNCTION _rating_accum_int4_inv(rating_summary, integer) IS 'inverse transition function';

CREATE FUNCTION _rating_accum_int8(rating_summary, bigint) RETURNS rating_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'rating_accum_int8';
COMMENT ON FUNCTION _rating_accum_int8(rating_summary, bigint) IS 'transition function';
CREATE FUNCTION _rating_accum_int8_inv(rating_summary, bigint) RETURNS rating_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_accum_int8_inv';
COMMENT ON FUNCTION _rating_accum_int8_inv(rating_summary, bigint) IS 'inverse transition function';

CREATE FUNCTION _rating_accum_float8(rating_summary, double precision) RETURNS rating_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'rating_accum_float8';
COMMENT ON FUNCTION _rating_accum_float8(rating_summary, double precision) IS 'transition function';
CREATE FUNCTION _rating_accum_float8_inv(rating_summary, double precision) RETURNS rating_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_accum_float8_inv';
COMMENT ON FUNCTION _rating_accum_float8_inv(rating_summary, double precision) IS 'inverse transition function';
CREATE FUNCTION _rating_summary_merge(rating_summary, rating_summary) RETURNS rating_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'rating_summary_merge';
COMMENT ON FUNCTION _rating_summary_merge(rating_summary, rating_summary) IS 'implementation of + operator, and combine function';
CREATE FUNCTION _rating_summary_subtract(rating_summary, rating_summary) RETURNS rating_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_summary_subtract';
COMMENT ON FUNCTION _rating_summary_subtract(rating_summary, rating_summary) IS 'implementation of - operator, and inverse transition function';

CREATE OPERATOR + (LEFTARG = rating_summary, RIGHTARG = rating_summary, FUNCTION = _rating_summary_merge, COMMUTATOR = +);
CREATE OPERATOR - (LEFTARG = rating_summary, RIGHTARG = rating_summary, FUNCTION = _rating_summary_subtract);
COMMENT ON OPERATOR + (rating_summary, rating_summary) IS 'merge: the counts of each score are added';
COMMENT ON OPERATOR - (rating_summary, rating_summary) IS 'remove what was added before; an error when a count would become negative';

-- Aggregates over a column of scores share one transition: nps, csat, ces and
-- rating_agg of the same column cost one pass and one state.

CREATE AGGREGATE nps(score smallint) (
    SFUNC = _rating_accum_int2, STYPE = rating_summary, INITCOND = '{}', FINALFUNC = nps, COMBINEFUNC = _rating_summary_merge,
    MSFUNC = _rating_accum_int2, MINVFUNC = _rating_accum_int2_inv, MSTYPE = rating_summary, MINITCOND = '{}', MFINALFUNC = nps,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE nps(smallint) IS
'net promoter score of answers from 0 to 10, -100 to 100: 100 * (share of 9 and 10 - share of 0 to 6) (Reichheld 2003); NULL without answers; NULL scores are ignored and never dilute; a score that is not whole or outside 0 to 10 is an error';

CREATE AGGREGATE csat(score smallint) (
    SFUNC = _rating_accum_int2, STYPE = rating_summary, INITCOND = '{}', FINALFUNC = csat, COMBINEFUNC = _rating_summary_merge,
    MSFUNC = _rating_accum_int2, MINVFUNC = _rating_accum_int2_inv, MSTYPE = rating_summary, MINITCOND = '{}', MFINALFUNC = csat,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csat(smallint) IS
'customer satisfaction of answers from 1 to 5, 0 to 1: share of 4 and 5 (top two boxes); NULL without answers; a score outside 1 to 5 is an error, for other scales give satisfied_from; NULL scores are ignored and never dilute; a score that is not whole or outside 0 to 10 is an error';

CREATE AGGREGATE ces(score smallint) (
    SFUNC = _rating_accum_int2, STYPE = rating_summary, INITCOND = '{}', FINALFUNC = ces, COMBINEFUNC = _rating_summary_merge,
    MSFUNC = _rating_accum_int2, MINVFUNC = _rating_accum_int2_inv, MSTYPE = rating_summary, MINITCOND = '{}', MFINALFUNC = ces,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE ces(smallint) IS
'customer effort score of answers from 1 to 7: the mean; NULL without answers; a score outside 1 to 7 is an error; NULL scores are ignored and never dilute; a score that is not whole or outside 0 to 10 is an error';

CREATE AGGREGATE rating_agg(score smallint) (
    SFUNC = _rating_accum_int2, STYPE = rating_summary, INITCOND = '{}', COMBINEFUNC = _rating_summary_merge,
    MSFUNC = _rating_accum_int2, MINVFUNC = _rating_accum_int2_inv, MSTYPE = rating_summary, MINITCOND = '{}',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE rating_agg(smallint) IS
'answers counted by score, as a rating_summary; all 0 without answers; NULL scores are ignored and never dilute; a score that is not whole or outside 0 to 10 is an error';

CREATE AGGREGATE nps(score integer) (
    SFUNC = _rating_accum_int4, STYPE = rating_summary, INITCOND = '{}', FINALFUNC = nps, COMBINEFUNC = _rating_summary_merge,
    MSFUNC = _rating_accum_int4, MINVFUNC = _rating_accum_int4_inv, MSTYPE = rating_summary, MINITCOND = '{}', MFINALFUNC = nps,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE nps(integer) IS
'net promoter score of answers from 0 to 10, -100 to 100: 100 * (share of 9 and 10 - share of 0 to 6) (Reichheld 2003); NULL without answers; NULL scores are ignored and never dilute; a score that is not whole or outside 0 to 10 is an error';

CREATE AGGREGATE csat(score integer) (
    SFUNC = _rating_accum_int4, STYPE = rating_summary, INITCOND = '{}', FINALFUNC = csat, COMBINEFUNC = _rating_summary_merge,
    MSFUNC = _rating_accum_int4, MINVFUNC = _rating_accum_int4_inv, MSTYPE = rating_summary, MINITCOND = '{}', MFINALFUNC = csat,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csat(integer) IS
'customer satisfaction of answers from 1 to 5, 0 to 1: share of 4 and 5 (top two boxes); NULL without answers; a score outside 1 to 5 is an error, for other scales give satisfied_from; NULL scores are ignored and never dilute; a score that is not whole or outside 0 to 10 is an error';

CREATE AGGREGATE ces(score integer) (
    SFUNC = _rating_accum_int4, STYPE = rating_summary, INITCOND = '{}', FINALFUNC = ces, COMBINEFUNC = _rating_summary_merge,
    MSFUNC = _rating_accum_int4, MINVFUNC = _rating_accum_int4_inv, MSTYPE = rating_summary, MINITCOND = '{}', MFINALFUNC = ces,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE ces(integer) IS
'customer effort score of answers from 1 to 7: the mean; NULL without answers; a score outside 1 to 7 is an error; NULL scores are ignored and never dilute; a score that is not whole or outside 0 to 10 is an error';

CREATE AGGREGATE rating_agg(score integer) (
    SFUNC = _rating_accum_int4, STYPE = rating_summary, INITCOND = '{}', COMBINEFUNC = _rating_summary_merge,
    MSFUNC = _rating_accum_int4, MINVFUNC = _rating_accum_int4_inv, MSTYPE = rating_summary, MINITCOND = '{}',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE rating_agg(integer) IS
'answers counted by score, as a rating_summary; all 0 without answers; NULL scores are ignored and never dilute; a score that is not whole or outside 0 to 10 is an error';

CREATE AGGREGATE nps(score bigint) (
    SFUNC = _rating_accum_int8, STYPE = rating_summary, INITCOND = '{}', FINALFUNC = nps, COMBINEFUNC = _rating_summary_merge,
    MSFUNC = _rating_accum_int8, MINVFUNC = _rating_accum_int8_inv, MSTYPE = rating_summary, MINITCOND = '{}', MFINALFUNC = nps,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE nps(bigint) IS
'net promoter score of answers from 0 to 10, -100 to 100: 100 * (share of 9 and 10 - share of 0 to 6) (Reichheld 2003); NULL without answers; NULL scores are ignored and never dilute; a score that is not whole or outside 0 to 10 is an error';

CREATE AGGREGATE csat(score bigint) (
    SFUNC = _rating_accum_int8, STYPE = rating_summary, INITCOND = '{}', FINALFUNC = csat, COMBINEFUNC = _rating_summary_merge,
    MSFUNC = _rating_accum_int8, MINVFUNC = _rating_accum_int8_inv, MSTYPE = rating_summary, MINITCOND = '{}', MFINALFUNC = csat,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csat(bigint) IS
'customer satisfaction of answers from 1 to 5, 0 to 1: share of 4 and 5 (top two boxes); NULL without answers; a score outside 1 to 5 is an error, for other scales give satisfied_from; NULL scores are ignored and never dilute; a score that is not whole or outside 0 to 10 is an error';

CREATE AGGREGATE ces(score bigint) (
    SFUNC = _rating_accum_int8, STYPE = rating_summary, INITCOND = '{}', FINALFUNC = ces, COMBINEFUNC = _rating_summary_merge,
    MSFUNC = _rating_accum_int8, MINVFUNC = _rating_accum_int8_inv, MSTYPE = rating_summary, MINITCOND = '{}', MFINALFUNC = ces,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE ces(bigint) IS
'customer effort score of answers from 1 to 7: the mean; NULL without answers; a score outside 1 to 7 is an error; NULL scores are ignored and never dilute; a score that is not whole or outside 0 to 10 is an error';

CREATE AGGREGATE rating_agg(score bigint) (
    SFUNC = _rating_accum_int8, STYPE = rating_summary, INITCOND = '{}', COMBINEFUNC = _rating_summary_merge,
    MSFUNC = _rating_accum_int8, MINVFUNC = _rating_accum_int8_inv, MSTYPE = rating_summary, MINITCOND = '{}',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE rating_agg(bigint) IS
'answers counted by score, as a rating_summary; all 0 without answers; NULL scores are ignored and never dilute; a score that is not whole or outside 0 to 10 is an error';

CREATE AGGREGATE nps(score double precision) (
    SFUNC = _rating_accum_float8, STYPE = rating_summary, INITCOND = '{}', FINALFUNC = nps, COMBINEFUNC = _rating_summary_merge,
    MSFUNC = _rating_accum_float8, MINVFUNC = _rating_accum_float8_inv, MSTYPE = rating_summary, MINITCOND = '{}', MFINALFUNC = nps,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE nps(double precision) IS
'net promoter score of answers from 0 to 10, -100 to 100: 100 * (share of 9 and 10 - share of 0 to 6) (Reichheld 2003); NULL without answers; NULL scores are ignored and never dilute; a score that is not whole or outside 0 to 10 is an error';

CREATE AGGREGATE csat(score double precision) (
    SFUNC = _rating_accum_float8, STYPE = rating_summary, INITCOND = '{}', FINALFUNC = csat, COMBINEFUNC = _rating_summary_merge,
    MSFUNC = _rating_accum_float8, MINVFUNC = _rating_accum_float8_inv, MSTYPE = rating_summary, MINITCOND = '{}', MFINALFUNC = csat,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csat(double precision) IS
'customer satisfaction of answers from 1 to 5, 0 to 1: share of 4 and 5 (top two boxes); NULL without answers; a score outside 1 to 5 is an error, for other scales give satisfied_from; NULL scores are ignored and never dilute; a score that is not whole or outside 0 to 10 is an error';

CREATE AGGREGATE ces(score double precision) (
    SFUNC = _rating_accum_float8, STYPE = rating_summary, INITCOND = '{}', FINALFUNC = ces, COMBINEFUNC = _rating_summary_merge,
    MSFUNC = _rating_accum_float8, MINVFUNC = _rating_accum_float8_inv, MSTYPE = rating_summary, MINITCOND = '{}', MFINALFUNC = ces,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE ces(double precision) IS
'customer effort score of answers from 1 to 7: the mean; NULL without answers; a score outside 1 to 7 is an error; NULL scores are ignored and never dilute; a score that is not whole or outside 0 to 10 is an error';

CREATE AGGREGATE rating_agg(score double precision) (
    SFUNC = _rating_accum_float8, STYPE = rating_summary, INITCOND = '{}', COMBINEFUNC = _rating_summary_merge,
    MSFUNC = _rating_accum_float8, MINVFUNC = _rating_accum_float8_inv, MSTYPE = rating_summary, MINITCOND = '{}',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE rating_agg(double precision) IS
'answers counted by score, as a rating_summary; all 0 without answers; NULL scores are ignored and never dilute; a score that is not whole or outside 0 to 10 is an error';

CREATE AGGREGATE rollup(summary rating_summary) (
    SFUNC = _rating_summary_merge, STYPE = rating_summary, INITCOND = '{}', COMBINEFUNC = _rating_summary_merge,
    MSFUNC = _rating_summary_merge, MINVFUNC = _rating_summary_subtract, MSTYPE = rating_summary, MINITCOND = '{}',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(rating_summary) IS
'merges rating summaries: the counts of each score are added; NULLs are ignored; all 0 when there are none';

-- One-step aggregates that take the cuts of the scale: their state, a type of
-- its own, keeps the cuts so that partial results know them

-- The input, output and comparison functions of rating_split
CREATE TYPE rating_split;

CREATE FUNCTION _rating_split_in(cstring) RETURNS rating_split
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_split_in';
COMMENT ON FUNCTION _rating_split_in(cstring) IS 'text input of rating_split';
CREATE FUNCTION _rating_split_out(rating_split) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_split_out';
COMMENT ON FUNCTION _rating_split_out(rating_split) IS 'text output of rating_split: exact and canonical';
CREATE FUNCTION _rating_split_recv(internal) RETURNS rating_split
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_split_recv';
COMMENT ON FUNCTION _rating_split_recv(internal) IS 'binary input of rating_split';
CREATE FUNCTION _rating_split_send(rating_split) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_split_send';
COMMENT ON FUNCTION _rating_split_send(rating_split) IS 'binary output of rating_split';

CREATE TYPE rating_split (
    INPUT = _rating_split_in,
    OUTPUT = _rating_split_out,
    RECEIVE = _rating_split_recv,
    SEND = _rating_split_send,
    INTERNALLENGTH = 64,
    ALIGNMENT = double,
    STORAGE = plain
);

CREATE FUNCTION _rating_split_eq(rating_split, rating_split) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_split_eq';
COMMENT ON FUNCTION _rating_split_eq(rating_split, rating_split) IS 'implementation of = operator';
CREATE FUNCTION _rating_split_ne(rating_split, rating_split) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_split_ne';
COMMENT ON FUNCTION _rating_split_ne(rating_split, rating_split) IS 'implementation of <> operator';
CREATE FUNCTION _rating_split_lt(rating_split, rating_split) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_split_lt';
COMMENT ON FUNCTION _rating_split_lt(rating_split, rating_split) IS 'implementation of < operator';
CREATE FUNCTION _rating_split_le(rating_split, rating_split) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_split_le';
COMMENT ON FUNCTION _rating_split_le(rating_split, rating_split) IS 'implementation of <= operator';
CREATE FUNCTION _rating_split_gt(rating_split, rating_split) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_split_gt';
COMMENT ON FUNCTION _rating_split_gt(rating_split, rating_split) IS 'implementation of > operator';
CREATE FUNCTION _rating_split_ge(rating_split, rating_split) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_split_ge';
COMMENT ON FUNCTION _rating_split_ge(rating_split, rating_split) IS 'implementation of >= operator';
CREATE FUNCTION _rating_split_cmp(rating_split, rating_split) RETURNS integer
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_split_cmp';
COMMENT ON FUNCTION _rating_split_cmp(rating_split, rating_split) IS 'less-equal-greater, for indexes';
CREATE FUNCTION _rating_split_hash(rating_split) RETURNS integer
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_split_hash';
COMMENT ON FUNCTION _rating_split_hash(rating_split) IS 'hash';
CREATE FUNCTION _rating_split_hash_extended(rating_split, bigint) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_split_hash_extended';
COMMENT ON FUNCTION _rating_split_hash_extended(rating_split, bigint) IS 'hash with a seed';

CREATE OPERATOR = (LEFTARG = rating_split, RIGHTARG = rating_split, FUNCTION = _rating_split_eq,
    COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR <> (LEFTARG = rating_split, RIGHTARG = rating_split, FUNCTION = _rating_split_ne,
    COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
CREATE OPERATOR < (LEFTARG = rating_split, RIGHTARG = rating_split, FUNCTION = _rating_split_lt,
    COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
CREATE OPERATOR <= (LEFTARG = rating_split, RIGHTARG = rating_split, FUNCTION = _rating_split_le,
    COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
CREATE OPERATOR > (LEFTARG = rating_split, RIGHTARG = rating_split, FUNCTION = _rating_split_gt,
    COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel);
CREATE OPERATOR >= (LEFTARG = rating_split, RIGHTARG = rating_split, FUNCTION = _rating_split_ge,
    COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel);

COMMENT ON OPERATOR = (rating_split, rating_split) IS 'equal';
COMMENT ON OPERATOR <> (rating_split, rating_split) IS 'not equal';
COMMENT ON OPERATOR < (rating_split, rating_split) IS 'before in a stable order without meaning';
COMMENT ON OPERATOR <= (rating_split, rating_split) IS 'before or equal in a stable order without meaning';
COMMENT ON OPERATOR > (rating_split, rating_split) IS 'after in a stable order without meaning';
COMMENT ON OPERATOR >= (rating_split, rating_split) IS 'after or equal in a stable order without meaning';

CREATE OPERATOR CLASS rating_split_ops DEFAULT FOR TYPE rating_split USING btree AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
    FUNCTION 1 _rating_split_cmp(rating_split, rating_split);
CREATE OPERATOR CLASS rating_split_ops DEFAULT FOR TYPE rating_split USING hash AS
    OPERATOR 1 =,
    FUNCTION 1 _rating_split_hash(rating_split),
    FUNCTION 2 _rating_split_hash_extended(rating_split, bigint);

CREATE FUNCTION _rating_split_to_json(rating_split) RETURNS json
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_split_to_json';
COMMENT ON FUNCTION _rating_split_to_json(rating_split) IS 'the fields of a rating_split as a JSON object of integers';
CREATE FUNCTION _rating_split_to_jsonb(rating_split) RETURNS jsonb
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_split_to_jsonb';
COMMENT ON FUNCTION _rating_split_to_jsonb(rating_split) IS 'the fields of a rating_split as a JSON object of integers';
CREATE CAST (rating_split AS json) WITH FUNCTION _rating_split_to_json(rating_split);
CREATE CAST (rating_split AS jsonb) WITH FUNCTION _rating_split_to_jsonb(rating_split);

COMMENT ON TYPE rating_split IS
'state of csat(score, satisfied_from) and net_score(score, negative_to, positive_from): the cuts of the scale and the answers on either side';

CREATE FUNCTION _rating_split_csat(rating_split) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_split_csat';
COMMENT ON FUNCTION _rating_split_csat(rating_split) IS 'final function';
CREATE FUNCTION _rating_split_net_score(rating_split) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_split_net_score';
COMMENT ON FUNCTION _rating_split_net_score(rating_split) IS 'final function';
CREATE FUNCTION _rating_split_merge(rating_split, rating_split) RETURNS rating_split
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_split_merge';
COMMENT ON FUNCTION _rating_split_merge(rating_split, rating_split) IS 'combine function';
CREATE FUNCTION _rating_split_accum_int2(rating_split, smallint, integer) RETURNS rating_split
    LANGUAGE C IMMUTABLE PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'rating_split_accum_int2';
COMMENT ON FUNCTION _rating_split_accum_int2(rating_split, smallint, integer) IS 'transition function';
CREATE FUNCTION _rating_split_accum_int2_inv(rating_split, smallint, integer) RETURNS rating_split
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_split_accum_int2_inv';
COMMENT ON FUNCTION _rating_split_accum_int2_inv(rating_split, smallint, integer) IS 'inverse transition function';
CREATE FUNCTION _rating_split_accum_int2(rating_split, smallint, integer, integer) RETURNS rating_split
    LANGUAGE C IMMUTABLE PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'rating_split_accum_int2';
COMMENT ON FUNCTION _rating_split_accum_int2(rating_split, smallint, integer, integer) IS 'transition function';
CREATE FUNCTION _rating_split_accum_int2_inv(rating_split, smallint, integer, integer) RETURNS rating_split
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_split_accum_int2_inv';
COMMENT ON FUNCTION _rating_split_accum_int2_inv(rating_split, smallint, integer, integer) IS 'inverse transition function';

CREATE FUNCTION _rating_split_accum_int4(rating_split, integer, integer) RETURNS rating_split
    LANGUAGE C IMMUTABLE PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'rating_split_accum_int4';
COMMENT ON FUNCTION _rating_split_accum_int4(rating_split, integer, integer) IS 'transition function';
CREATE FUNCTION _rating_split_accum_int4_inv(rating_split, integer, integer) RETURNS rating_split
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_split_accum_int4_inv';
COMMENT ON FUNCTION _rating_split_accum_int4_inv(rating_split, integer, integer) IS 'inverse transition function';
CREATE FUNCTION _rating_split_accum_int4(rating_split, integer, integer, integer) RETURNS rating_split
    LANGUAGE C IMMUTABLE PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'rating_split_accum_int4';
COMMENT ON FUNCTION _rating_split_accum_int4(rating_split, integer, integer, integer) IS 'transition function';
CREATE FUNCTION _rating_split_accum_int4_inv(rating_split, integer, integer, integer) RETURNS rating_split
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_split_accum_int4_inv';
COMMENT ON FUNCTION _rating_split_accum_int4_inv(rating_split, integer, integer, integer) IS 'inverse transition function';

CREATE FUNCTION _rating_split_accum_int8(rating_split, bigint, integer) RETURNS rating_split
    LANGUAGE C IMMUTABLE PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'rating_split_accum_int8';
COMMENT ON FUNCTION _rating_split_accum_int8(rating_split, bigint, integer) IS 'transition function';
CREATE FUNCTION _rating_split_accum_int8_inv(rating_split, bigint, integer) RETURNS rating_split
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_split_accum_int8_inv';
COMMENT ON FUNCTION _rating_split_accum_int8_inv(rating_split, bigint, integer) IS 'inverse transition function';
CREATE FUNCTION _rating_split_accum_int8(rating_split, bigint, integer, integer) RETURNS rating_split
    LANGUAGE C IMMUTABLE PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'rating_split_accum_int8';
COMMENT ON FUNCTION _rating_split_accum_int8(rating_split, bigint, integer, integer) IS 'transition function';
CREATE FUNCTION _rating_split_accum_int8_inv(rating_split, bigint, integer, integer) RETURNS rating_split
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_split_accum_int8_inv';
COMMENT ON FUNCTION _rating_split_accum_int8_inv(rating_split, bigint, integer, integer) IS 'inverse transition function';

CREATE FUNCTION _rating_split_accum_float8(rating_split, double precision, integer) RETURNS rating_split
    LANGUAGE C IMMUTABLE PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'rating_split_accum_float8';
COMMENT ON FUNCTION _rating_split_accum_float8(rating_split, double precision, integer) IS 'transition function';
CREATE FUNCTION _rating_split_accum_float8_inv(rating_split, double precision, integer) RETURNS rating_split
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_split_accum_float8_inv';
COMMENT ON FUNCTION _rating_split_accum_float8_inv(rating_split, double precision, integer) IS 'inverse transition function';
CREATE FUNCTION _rating_split_accum_float8(rating_split, double precision, integer, integer) RETURNS rating_split
    LANGUAGE C IMMUTABLE PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'rating_split_accum_float8';
COMMENT ON FUNCTION _rating_split_accum_float8(rating_split, double precision, integer, integer) IS 'transition function';
CREATE FUNCTION _rating_split_accum_float8_inv(rating_split, double precision, integer, integer) RETURNS rating_split
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'rating_split_accum_float8_inv';
COMMENT ON FUNCTION _rating_split_accum_float8_inv(rating_split, double precision, integer, integer) IS 'inverse transition function';

CREATE AGGREGATE csat(score smallint, satisfied_from integer) (
    SFUNC = _rating_split_accum_int2, STYPE = rating_split, INITCOND = '{}', FINALFUNC = _rating_split_csat, COMBINEFUNC = _rating_split_merge,
    MSFUNC = _rating_split_accum_int2, MINVFUNC = _rating_split_accum_int2_inv, MSTYPE = rating_split, MINITCOND = '{}', MFINALFUNC = _rating_split_csat,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csat(smallint, integer) IS
'customer satisfaction, 0 to 1: share of scores from satisfied_from upwards, on any scale within 0 to 10; satisfied_from must not be NULL, lie outside 0 to 10 or change within a group; NULL without answers; NULL scores are ignored and never dilute; a score that is not whole or outside 0 to 10 is an error';

CREATE AGGREGATE net_score(score smallint, negative_to integer, positive_from integer) (
    SFUNC = _rating_split_accum_int2, STYPE = rating_split, INITCOND = '{}', FINALFUNC = _rating_split_net_score, COMBINEFUNC = _rating_split_merge,
    MSFUNC = _rating_split_accum_int2, MINVFUNC = _rating_split_accum_int2_inv, MSTYPE = rating_split, MINITCOND = '{}', MFINALFUNC = _rating_split_net_score,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE net_score(smallint, integer, integer) IS
'net score, -100 to 100: 100 * (share of scores from positive_from upwards - share up to negative_to), on any scale within 0 to 10; 0 <= negative_to < positive_from <= 10, not NULL and the same for all rows of a group; NULL without answers; NULL scores are ignored and never dilute; a score that is not whole or outside 0 to 10 is an error';

CREATE AGGREGATE csat(score integer, satisfied_from integer) (
    SFUNC = _rating_split_accum_int4, STYPE = rating_split, INITCOND = '{}', FINALFUNC = _rating_split_csat, COMBINEFUNC = _rating_split_merge,
    MSFUNC = _rating_split_accum_int4, MINVFUNC = _rating_split_accum_int4_inv, MSTYPE = rating_split, MINITCOND = '{}', MFINALFUNC = _rating_split_csat,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csat(integer, integer) IS
'customer satisfaction, 0 to 1: share of scores from satisfied_from upwards, on any scale within 0 to 10; satisfied_from must not be NULL, lie outside 0 to 10 or change within a group; NULL without answers; NULL scores are ignored and never dilute; a score that is not whole or outside 0 to 10 is an error';

CREATE AGGREGATE net_score(score integer, negative_to integer, positive_from integer) (
    SFUNC = _rating_split_accum_int4, STYPE = rating_split, INITCOND = '{}', FINALFUNC = _rating_split_net_score, COMBINEFUNC = _rating_split_merge,
    MSFUNC = _rating_split_accum_int4, MINVFUNC = _rating_split_accum_int4_inv, MSTYPE = rating_split, MINITCOND = '{}', MFINALFUNC = _rating_split_net_score,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE net_score(integer, integer, integer) IS
'net score, -100 to 100: 100 * (share of scores from positive_from upwards - share up to negative_to), on any scale within 0 to 10; 0 <= negative_to < positive_from <= 10, not NULL and the same for all rows of a group; NULL without answers; NULL scores are ignored and never dilute; a score that is not whole or outside 0 to 10 is an error';

CREATE AGGREGATE csat(score bigint, satisfied_from integer) (
    SFUNC = _rating_split_accum_int8, STYPE = rating_split, INITCOND = '{}', FINALFUNC = _rating_split_csat, COMBINEFUNC = _rating_split_merge,
    MSFUNC = _rating_split_accum_int8, MINVFUNC = _rating_split_accum_int8_inv, MSTYPE = rating_split, MINITCOND = '{}', MFINALFUNC = _rating_split_csat,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csat(bigint, integer) IS
'customer satisfaction, 0 to 1: share of scores from satisfied_from upwards, on any scale within 0 to 10; satisfied_from must not be NULL, lie outside 0 to 10 or change within a group; NULL without answers; NULL scores are ignored and never dilute; a score that is not whole or outside 0 to 10 is an error';

CREATE AGGREGATE net_score(score bigint, negative_to integer, positive_from integer) (
    SFUNC = _rating_split_accum_int8, STYPE = rating_split, INITCOND = '{}', FINALFUNC = _rating_split_net_score, COMBINEFUNC = _rating_split_merge,
    MSFUNC = _rating_split_accum_int8, MINVFUNC = _rating_split_accum_int8_inv, MSTYPE = rating_split, MINITCOND = '{}', MFINALFUNC = _rating_split_net_score,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE net_score(bigint, integer, integer) IS
'net score, -100 to 100: 100 * (share of scores from positive_from upwards - share up to negative_to), on any scale within 0 to 10; 0 <= negative_to < positive_from <= 10, not NULL and the same for all rows of a group; NULL without answers; NULL scores are ignored and never dilute; a score that is not whole or outside 0 to 10 is an error';

CREATE AGGREGATE csat(score double precision, satisfied_from integer) (
    SFUNC = _rating_split_accum_float8, STYPE = rating_split, INITCOND = '{}', FINALFUNC = _rating_split_csat, COMBINEFUNC = _rating_split_merge,
    MSFUNC = _rating_split_accum_float8, MINVFUNC = _rating_split_accum_float8_inv, MSTYPE = rating_split, MINITCOND = '{}', MFINALFUNC = _rating_split_csat,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE csat(double precision, integer) IS
'customer satisfaction, 0 to 1: share of scores from satisfied_from upwards, on any scale within 0 to 10; satisfied_from must not be NULL, lie outside 0 to 10 or change within a group; NULL without answers; NULL scores are ignored and never dilute; a score that is not whole or outside 0 to 10 is an error';

CREATE AGGREGATE net_score(score double precision, negative_to integer, positive_from integer) (
    SFUNC = _rating_split_accum_float8, STYPE = rating_split, INITCOND = '{}', FINALFUNC = _rating_split_net_score, COMBINEFUNC = _rating_split_merge,
    MSFUNC = _rating_split_accum_float8, MINVFUNC = _rating_split_accum_float8_inv, MSTYPE = rating_split, MINITCOND = '{}', MFINALFUNC = _rating_split_net_score,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE net_score(double precision, integer, integer) IS
'net score, -100 to 100: 100 * (share of scores from positive_from upwards - share up to negative_to), on any scale within 0 to 10; 0 <= negative_to < positive_from <= 10, not NULL and the same for all rows of a group; NULL without answers; NULL scores are ignored and never dilute; a score that is not whole or outside 0 to 10 is an error';

-- Durations: type duration_summary

-- The input, output and comparison functions of duration_summary
CREATE TYPE duration_summary;

CREATE FUNCTION _duration_summary_in(cstring) RETURNS duration_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_summary_in';
COMMENT ON FUNCTION _duration_summary_in(cstring) IS 'text input of duration_summary';
CREATE FUNCTION _duration_summary_out(duration_summary) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_summary_out';
COMMENT ON FUNCTION _duration_summary_out(duration_summary) IS 'text output of duration_summary: exact and canonical';
CREATE FUNCTION _duration_summary_recv(internal) RETURNS duration_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_summary_recv';
COMMENT ON FUNCTION _duration_summary_recv(internal) IS 'binary input of duration_summary';
CREATE FUNCTION _duration_summary_send(duration_summary) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_summary_send';
COMMENT ON FUNCTION _duration_summary_send(duration_summary) IS 'binary output of duration_summary';

CREATE TYPE duration_summary (
    INPUT = _duration_summary_in,
    OUTPUT = _duration_summary_out,
    RECEIVE = _duration_summary_recv,
    SEND = _duration_summary_send,
    INTERNALLENGTH = variable,
    ALIGNMENT = double,
    STORAGE = extended
);

CREATE FUNCTION _duration_summary_eq(duration_summary, duration_summary) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_summary_eq';
COMMENT ON FUNCTION _duration_summary_eq(duration_summary, duration_summary) IS 'implementation of = operator';
CREATE FUNCTION _duration_summary_ne(duration_summary, duration_summary) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_summary_ne';
COMMENT ON FUNCTION _duration_summary_ne(duration_summary, duration_summary) IS 'implementation of <> operator';
CREATE FUNCTION _duration_summary_lt(duration_summary, duration_summary) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_summary_lt';
COMMENT ON FUNCTION _duration_summary_lt(duration_summary, duration_summary) IS 'implementation of < operator';
CREATE FUNCTION _duration_summary_le(duration_summary, duration_summary) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_summary_le';
COMMENT ON FUNCTION _duration_summary_le(duration_summary, duration_summary) IS 'implementation of <= operator';
CREATE FUNCTION _duration_summary_gt(duration_summary, duration_summary) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_summary_gt';
COMMENT ON FUNCTION _duration_summary_gt(duration_summary, duration_summary) IS 'implementation of > operator';
CREATE FUNCTION _duration_summary_ge(duration_summary, duration_summary) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_summary_ge';
COMMENT ON FUNCTION _duration_summary_ge(duration_summary, duration_summary) IS 'implementation of >= operator';
CREATE FUNCTION _duration_summary_cmp(duration_summary, duration_summary) RETURNS integer
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_summary_cmp';
COMMENT ON FUNCTION _duration_summary_cmp(duration_summary, duration_summary) IS 'less-equal-greater, for indexes';
CREATE FUNCTION _duration_summary_hash(duration_summary) RETURNS integer
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_summary_hash';
COMMENT ON FUNCTION _duration_summary_hash(duration_summary) IS 'hash';
CREATE FUNCTION _duration_summary_hash_extended(duration_summary, bigint) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_summary_hash_extended';
COMMENT ON FUNCTION _duration_summary_hash_extended(duration_summary, bigint) IS 'hash with a seed';

CREATE OPERATOR = (LEFTARG = duration_summary, RIGHTARG = duration_summary, FUNCTION = _duration_summary_eq,
    COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR <> (LEFTARG = duration_summary, RIGHTARG = duration_summary, FUNCTION = _duration_summary_ne,
    COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
CREATE OPERATOR < (LEFTARG = duration_summary, RIGHTARG = duration_summary, FUNCTION = _duration_summary_lt,
    COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
CREATE OPERATOR <= (LEFTARG = duration_summary, RIGHTARG = duration_summary, FUNCTION = _duration_summary_le,
    COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
CREATE OPERATOR > (LEFTARG = duration_summary, RIGHTARG = duration_summary, FUNCTION = _duration_summary_gt,
    COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel);
CREATE OPERATOR >= (LEFTARG = duration_summary, RIGHTARG = duration_summary, FUNCTION = _duration_summary_ge,
    COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel);

COMMENT ON OPERATOR = (duration_summary, duration_summary) IS 'equal';
COMMENT ON OPERATOR <> (duration_summary, duration_summary) IS 'not equal';
COMMENT ON OPERATOR < (duration_summary, duration_summary) IS 'before in a stable order without meaning';
COMMENT ON OPERATOR <= (duration_summary, duration_summary) IS 'before or equal in a stable order without meaning';
COMMENT ON OPERATOR > (duration_summary, duration_summary) IS 'after in a stable order without meaning';
COMMENT ON OPERATOR >= (duration_summary, duration_summary) IS 'after or equal in a stable order without meaning';

CREATE OPERATOR CLASS duration_summary_ops DEFAULT FOR TYPE duration_summary USING btree AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
    FUNCTION 1 _duration_summary_cmp(duration_summary, duration_summary);
CREATE OPERATOR CLASS duration_summary_ops DEFAULT FOR TYPE duration_summary USING hash AS
    OPERATOR 1 =,
    FUNCTION 1 _duration_summary_hash(duration_summary),
    FUNCTION 2 _duration_summary_hash_extended(duration_summary, bigint);

CREATE FUNCTION _duration_summary_to_json(duration_summary) RETURNS json
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_summary_to_json';
COMMENT ON FUNCTION _duration_summary_to_json(duration_summary) IS 'the fields of a duration_summary as a JSON object of integers';
CREATE FUNCTION _duration_summary_to_jsonb(duration_summary) RETURNS jsonb
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_summary_to_jsonb';
COMMENT ON FUNCTION _duration_summary_to_jsonb(duration_summary) IS 'the fields of a duration_summary as a JSON object of integers';
CREATE CAST (duration_summary AS json) WITH FUNCTION _duration_summary_to_json(duration_summary);
CREATE CAST (duration_summary AS jsonb) WITH FUNCTION _duration_summary_to_jsonb(duration_summary);

COMMENT ON TYPE duration_summary IS
'durations as exact sums (samples, total, squares, shortest, longest) and a histogram of 256 buckets to the octave, printed as JSON in microseconds: percentiles within 0.4 % that merge';

-- The state of the one-step percentile

-- The input, output and comparison functions of percentile_state
CREATE TYPE percentile_state;

CREATE FUNCTION _percentile_state_in(cstring) RETURNS percentile_state
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'percentile_state_in';
COMMENT ON FUNCTION _percentile_state_in(cstring) IS 'text input of percentile_state';
CREATE FUNCTION _percentile_state_out(percentile_state) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'percentile_state_out';
COMMENT ON FUNCTION _percentile_state_out(percentile_state) IS 'text output of percentile_state: exact and canonical';
CREATE FUNCTION _percentile_state_recv(internal) RETURNS percentile_state
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'percentile_state_recv';
COMMENT ON FUNCTION _percentile_state_recv(internal) IS 'binary input of percentile_state';
CREATE FUNCTION _percentile_state_send(percentile_state) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'percentile_state_send';
COMMENT ON FUNCTION _percentile_state_send(percentile_state) IS 'binary output of percentile_state';

CREATE TYPE percentile_state (
    INPUT = _percentile_state_in,
    OUTPUT = _percentile_state_out,
    RECEIVE = _percentile_state_recv,
    SEND = _percentile_state_send,
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


CREATE FUNCTION average_low(duration_summary) RETURNS interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_average_low';
COMMENT ON FUNCTION average_low(duration_summary) IS
'lower end of the 95 % confidence interval of the average (Student 1908), never below 0, rounded to the microsecond; NULL for fewer than two samples';

CREATE FUNCTION average_low(duration_summary, confidence double precision) RETURNS interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_average_low';
COMMENT ON FUNCTION average_low(duration_summary, double precision) IS
'lower end of the confidence interval of the average at this confidence, above 0, below 1 (Student 1908), never below 0, rounded to the microsecond; NULL for fewer than two samples';

CREATE FUNCTION average_high(duration_summary) RETURNS interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_average_high';
COMMENT ON FUNCTION average_high(duration_summary) IS
'upper end of the 95 % confidence interval of the average (Student 1908), rounded to the microsecond; NULL for fewer than two samples';

CREATE FUNCTION average_high(duration_summary, confidence double precision) RETURNS interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_average_high';
COMMENT ON FUNCTION average_high(duration_summary, double precision) IS
'upper end of the confidence interval of the average at this confidence, above 0, below 1 (Student 1908), rounded to the microsecond; NULL for fewer than two samples';

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

CREATE FUNCTION _duration_merge(duration_summary, duration_summary) RETURNS duration_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'duration_merge';
COMMENT ON FUNCTION _duration_merge(duration_summary, duration_summary) IS 'implementation of + operator, and combine function; transition function of rollup';
CREATE FUNCTION _duration_trim(duration_summary) RETURNS duration_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_trim';
COMMENT ON FUNCTION _duration_trim(duration_summary) IS 'final function; the canonical form, without spare room';
CREATE FUNCTION _duration_window_merge(internal, duration_summary) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_window_merge';
COMMENT ON FUNCTION _duration_window_merge(internal, duration_summary) IS 'moving transition function';
CREATE FUNCTION _duration_window_unmerge(internal, duration_summary) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_window_unmerge';
COMMENT ON FUNCTION _duration_window_unmerge(internal, duration_summary) IS 'moving inverse transition function';
CREATE FUNCTION _duration_window_summary(internal) RETURNS duration_summary
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_window_summary';
COMMENT ON FUNCTION _duration_window_summary(internal) IS 'moving final function';
CREATE FUNCTION _percentile_merge(percentile_state, percentile_state) RETURNS percentile_state
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'percentile_merge';
COMMENT ON FUNCTION _percentile_merge(percentile_state, percentile_state) IS 'combine function';
CREATE FUNCTION _percentile_interval(percentile_state) RETURNS interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'percentile_interval';
COMMENT ON FUNCTION _percentile_interval(percentile_state) IS 'final function';
CREATE FUNCTION _percentile_seconds(percentile_state) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'percentile_seconds';
COMMENT ON FUNCTION _percentile_seconds(percentile_state) IS 'final function';
CREATE FUNCTION _percentile_window_interval(internal) RETURNS interval
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'percentile_window_interval';
COMMENT ON FUNCTION _percentile_window_interval(internal) IS 'moving final function';
CREATE FUNCTION _percentile_window_seconds(internal) RETURNS double precision
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'percentile_window_seconds';
COMMENT ON FUNCTION _percentile_window_seconds(internal) IS 'moving final function';
CREATE FUNCTION _duration_accum_interval(duration_summary, interval) RETURNS duration_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'duration_accum_interval';
COMMENT ON FUNCTION _duration_accum_interval(duration_summary, interval) IS 'transition function';
CREATE FUNCTION _duration_window_add_interval(internal, interval) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_window_add_interval';
COMMENT ON FUNCTION _duration_window_add_interval(internal, interval) IS 'moving transition function';
CREATE FUNCTION _duration_window_remove_interval(internal, interval) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_window_remove_interval';
COMMENT ON FUNCTION _duration_window_remove_interval(internal, interval) IS 'moving inverse transition function';
CREATE FUNCTION _percentile_accum_interval(percentile_state, interval, double precision) RETURNS percentile_state
    LANGUAGE C IMMUTABLE PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'percentile_accum_interval';
COMMENT ON FUNCTION _percentile_accum_interval(percentile_state, interval, double precision) IS 'transition function';
CREATE FUNCTION _percentile_window_add_interval(internal, interval, double precision) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'percentile_window_add_interval';
COMMENT ON FUNCTION _percentile_window_add_interval(internal, interval, double precision) IS 'moving transition function';
CREATE FUNCTION _percentile_window_remove_interval(internal, interval, double precision) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_window_remove_interval';
COMMENT ON FUNCTION _percentile_window_remove_interval(internal, interval, double precision) IS 'moving inverse transition function';

CREATE FUNCTION _duration_accum_int4(duration_summary, integer) RETURNS duration_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'duration_accum_int4';
COMMENT ON FUNCTION _duration_accum_int4(duration_summary, integer) IS 'transition function';
CREATE FUNCTION _duration_window_add_int4(internal, integer) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_window_add_int4';
COMMENT ON FUNCTION _duration_window_add_int4(internal, integer) IS 'moving transition function';
CREATE FUNCTION _duration_window_remove_int4(internal, integer) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_window_remove_int4';
COMMENT ON FUNCTION _duration_window_remove_int4(internal, integer) IS 'moving inverse transition function';
CREATE FUNCTION _percentile_accum_int4(percentile_state, integer, double precision) RETURNS percentile_state
    LANGUAGE C IMMUTABLE PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'percentile_accum_int4';
COMMENT ON FUNCTION _percentile_accum_int4(percentile_state, integer, double precision) IS 'transition function';
CREATE FUNCTION _percentile_window_add_int4(internal, integer, double precision) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'percentile_window_add_int4';
COMMENT ON FUNCTION _percentile_window_add_int4(internal, integer, double precision) IS 'moving transition function';
CREATE FUNCTION _percentile_window_remove_int4(internal, integer, double precision) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_window_remove_int4';
COMMENT ON FUNCTION _percentile_window_remove_int4(internal, integer, double precision) IS 'moving inverse transition function';

CREATE FUNCTION _duration_accum_float8(duration_summary, double precision) RETURNS duration_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'duration_accum_float8';
COMMENT ON FUNCTION _duration_accum_float8(duration_summary, double precision) IS 'transition function';
CREATE FUNCTION _duration_window_add_float8(internal, double precision) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_window_add_float8';
COMMENT ON FUNCTION _duration_window_add_float8(internal, double precision) IS 'moving transition function';
CREATE FUNCTION _duration_window_remove_float8(internal, double precision) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_window_remove_float8';
COMMENT ON FUNCTION _duration_window_remove_float8(internal, double precision) IS 'moving inverse transition function';
CREATE FUNCTION _percentile_accum_float8(percentile_state, double precision, double precision) RETURNS percentile_state
    LANGUAGE C IMMUTABLE PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'percentile_accum_float8';
COMMENT ON FUNCTION _percentile_accum_float8(percentile_state, double precision, double precision) IS 'transition function';
CREATE FUNCTION _percentile_window_add_float8(internal, double precision, double precision) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'percentile_window_add_float8';
COMMENT ON FUNCTION _percentile_window_add_float8(internal, double precision, double precision) IS 'moving transition function';
CREATE FUNCTION _percentile_window_remove_float8(internal, double precision, double precision) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'duration_window_remove_float8';
COMMENT ON FUNCTION _percentile_window_remove_float8(internal, double precision, double precision) IS 'moving inverse transition function';

CREATE OPERATOR + (LEFTARG = duration_summary, RIGHTARG = duration_summary, FUNCTION = _duration_merge, COMMUTATOR = +);
COMMENT ON OPERATOR + (duration_summary, duration_summary) IS
'merge: the summary of both sets of durations; there is no -, because what was the shortest or longest before cannot be told';

-- Aggregates.  SSPACE is that of a group of about a hundred samples: 128 bytes
-- for the first ones, 4 to 30 kB for thousands.


CREATE AGGREGATE percentile(duration interval, fraction double precision) (
    SFUNC = _percentile_accum_interval, STYPE = percentile_state, SSPACE = 1024, INITCOND = '{}',
    FINALFUNC = _percentile_interval, COMBINEFUNC = _percentile_merge,
    MSFUNC = _percentile_window_add_interval, MINVFUNC = _percentile_window_remove_interval, MSTYPE = internal, MSSPACE = 8192,
    MFINALFUNC = _percentile_window_interval,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE percentile(interval, double precision) IS
'the duration at the rank that percentile_disc(fraction) takes, within 0.4 %; also over sliding windows; fraction from 0 to 1, the same for all rows of a group; NULL durations are ignored; NULL when there are none; a negative or infinite duration or one with months or a NULL fraction is an error; several percentiles of one column: percentiles(duration_agg(duration), fractions)';

CREATE AGGREGATE duration_agg(duration interval) (
    SFUNC = _duration_accum_interval, STYPE = duration_summary, SSPACE = 1024, INITCOND = '{}',
    FINALFUNC = _duration_trim, COMBINEFUNC = _duration_merge,
    MSFUNC = _duration_window_add_interval, MINVFUNC = _duration_window_remove_interval, MSTYPE = internal, MSSPACE = 8192,
    MFINALFUNC = _duration_window_summary,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE duration_agg(interval) IS
'summary of durations, for percentile, rate_within, average and the like; NULLs are ignored; an empty summary when there are none; a negative or infinite duration or one with months is an error';

CREATE AGGREGATE percentile(duration integer, fraction double precision) (
    SFUNC = _percentile_accum_int4, STYPE = percentile_state, SSPACE = 1024, INITCOND = '{}',
    FINALFUNC = _percentile_seconds, COMBINEFUNC = _percentile_merge,
    MSFUNC = _percentile_window_add_int4, MINVFUNC = _percentile_window_remove_int4, MSTYPE = internal, MSSPACE = 8192,
    MFINALFUNC = _percentile_window_seconds,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE percentile(integer, double precision) IS
'the duration at the rank that percentile_disc(fraction) takes, within 0.4 %, in seconds; also over sliding windows; fraction from 0 to 1, the same for all rows of a group; NULL durations are ignored; NULL when there are none; a negative duration or a NULL fraction is an error; several percentiles of one column: percentiles(duration_agg(duration), fractions)';

CREATE AGGREGATE duration_agg(duration integer) (
    SFUNC = _duration_accum_int4, STYPE = duration_summary, SSPACE = 1024, INITCOND = '{}',
    FINALFUNC = _duration_trim, COMBINEFUNC = _duration_merge,
    MSFUNC = _duration_window_add_int4, MINVFUNC = _duration_window_remove_int4, MSTYPE = internal, MSSPACE = 8192,
    MFINALFUNC = _duration_window_summary,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE duration_agg(integer) IS
'summary of durations in seconds, for percentile, rate_within, average and the like; NULLs are ignored; an empty summary when there are none; a negative duration is an error';

CREATE AGGREGATE percentile(duration double precision, fraction double precision) (
    SFUNC = _percentile_accum_float8, STYPE = percentile_state, SSPACE = 1024, INITCOND = '{}',
    FINALFUNC = _percentile_seconds, COMBINEFUNC = _percentile_merge,
    MSFUNC = _percentile_window_add_float8, MINVFUNC = _percentile_window_remove_float8, MSTYPE = internal, MSSPACE = 8192,
    MFINALFUNC = _percentile_window_seconds,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE percentile(double precision, double precision) IS
'the duration at the rank that percentile_disc(fraction) takes, within 0.4 %, in seconds; also over sliding windows; fraction from 0 to 1, the same for all rows of a group; NULL durations are ignored; NULL when there are none; a negative or infinite duration or a NULL fraction is an error; several percentiles of one column: percentiles(duration_agg(duration), fractions)';

CREATE AGGREGATE duration_agg(duration double precision) (
    SFUNC = _duration_accum_float8, STYPE = duration_summary, SSPACE = 1024, INITCOND = '{}',
    FINALFUNC = _duration_trim, COMBINEFUNC = _duration_merge,
    MSFUNC = _duration_window_add_float8, MINVFUNC = _duration_window_remove_float8, MSTYPE = internal, MSSPACE = 8192,
    MFINALFUNC = _duration_window_summary,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE duration_agg(double precision) IS
'summary of durations in seconds, for percentile, rate_within, average and the like; NULLs are ignored; an empty summary when there are none; a negative or infinite duration is an error';

CREATE AGGREGATE rollup(summary duration_summary) (
    SFUNC = _duration_merge, STYPE = duration_summary, SSPACE = 8192, INITCOND = '{}',
    FINALFUNC = _duration_trim, COMBINEFUNC = _duration_merge,
    MSFUNC = _duration_window_merge, MINVFUNC = _duration_window_unmerge, MSTYPE = internal, MSSPACE = 8192,
    MFINALFUNC = _duration_window_summary,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(duration_summary) IS
'merges duration summaries into the one of all their durations: hours into days and months; NULLs are ignored; an empty summary when there are none';

-- Numbers: type number_summary

-- The input, output and comparison functions of number_summary
CREATE TYPE number_summary;

CREATE FUNCTION _number_summary_in(cstring) RETURNS number_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'number_summary_in';
COMMENT ON FUNCTION _number_summary_in(cstring) IS 'text input of number_summary';
CREATE FUNCTION _number_summary_out(number_summary) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'number_summary_out';
COMMENT ON FUNCTION _number_summary_out(number_summary) IS 'text output of number_summary: exact and canonical';
CREATE FUNCTION _number_summary_recv(internal) RETURNS number_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'number_summary_recv';
COMMENT ON FUNCTION _number_summary_recv(internal) IS 'binary input of number_summary';
CREATE FUNCTION _number_summary_send(number_summary) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'number_summary_send';
COMMENT ON FUNCTION _number_summary_send(number_summary) IS 'binary output of number_summary';

CREATE TYPE number_summary (
    INPUT = _number_summary_in,
    OUTPUT = _number_summary_out,
    RECEIVE = _number_summary_recv,
    SEND = _number_summary_send,
    INTERNALLENGTH = 64,
    ALIGNMENT = double,
    STORAGE = plain
);

CREATE FUNCTION _number_summary_eq(number_summary, number_summary) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'number_summary_eq';
COMMENT ON FUNCTION _number_summary_eq(number_summary, number_summary) IS 'implementation of = operator';
CREATE FUNCTION _number_summary_ne(number_summary, number_summary) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'number_summary_ne';
COMMENT ON FUNCTION _number_summary_ne(number_summary, number_summary) IS 'implementation of <> operator';
CREATE FUNCTION _number_summary_lt(number_summary, number_summary) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'number_summary_lt';
COMMENT ON FUNCTION _number_summary_lt(number_summary, number_summary) IS 'implementation of < operator';
CREATE FUNCTION _number_summary_le(number_summary, number_summary) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'number_summary_le';
COMMENT ON FUNCTION _number_summary_le(number_summary, number_summary) IS 'implementation of <= operator';
CREATE FUNCTION _number_summary_gt(number_summary, number_summary) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'number_summary_gt';
COMMENT ON FUNCTION _number_summary_gt(number_summary, number_summary) IS 'implementation of > operator';
CREATE FUNCTION _number_summary_ge(number_summary, number_summary) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'number_summary_ge';
COMMENT ON FUNCTION _number_summary_ge(number_summary, number_summary) IS 'implementation of >= operator';
CREATE FUNCTION _number_summary_cmp(number_summary, number_summary) RETURNS integer
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'number_summary_cmp';
COMMENT ON FUNCTION _number_summary_cmp(number_summary, number_summary) IS 'less-equal-greater, for indexes';
CREATE FUNCTION _number_summary_hash(number_summary) RETURNS integer
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'number_summary_hash';
COMMENT ON FUNCTION _number_summary_hash(number_summary) IS 'hash';
CREATE FUNCTION _number_summary_hash_extended(number_summary, bigint) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'number_summary_hash_extended';
COMMENT ON FUNCTION _number_summary_hash_extended(number_summary, bigint) IS 'hash with a seed';

CREATE OPERATOR = (LEFTARG = number_summary, RIGHTARG = number_summary, FUNCTION = _number_summary_eq,
    COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR <> (LEFTARG = number_summary, RIGHTARG = number_summary, FUNCTION = _number_summary_ne,
    COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
CREATE OPERATOR < (LEFTARG = number_summary, RIGHTARG = number_summary, FUNCTION = _number_summary_lt,
    COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
CREATE OPERATOR <= (LEFTARG = number_summary, RIGHTARG = number_summary, FUNCTION = _number_summary_le,
    COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
CREATE OPERATOR > (LEFTARG = number_summary, RIGHTARG = number_summary, FUNCTION = _number_summary_gt,
    COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel);
CREATE OPERATOR >= (LEFTARG = number_summary, RIGHTARG = number_summary, FUNCTION = _number_summary_ge,
    COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel);

COMMENT ON OPERATOR = (number_summary, number_summary) IS 'equal';
COMMENT ON OPERATOR <> (number_summary, number_summary) IS 'not equal';
COMMENT ON OPERATOR < (number_summary, number_summary) IS 'before in a stable order without meaning';
COMMENT ON OPERATOR <= (number_summary, number_summary) IS 'before or equal in a stable order without meaning';
COMMENT ON OPERATOR > (number_summary, number_summary) IS 'after in a stable order without meaning';
COMMENT ON OPERATOR >= (number_summary, number_summary) IS 'after or equal in a stable order without meaning';

CREATE OPERATOR CLASS number_summary_ops DEFAULT FOR TYPE number_summary USING btree AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
    FUNCTION 1 _number_summary_cmp(number_summary, number_summary);
CREATE OPERATOR CLASS number_summary_ops DEFAULT FOR TYPE number_summary USING hash AS
    OPERATOR 1 =,
    FUNCTION 1 _number_summary_hash(number_summary),
    FUNCTION 2 _number_summary_hash_extended(number_summary, bigint);

CREATE FUNCTION _number_summary_to_json(number_summary) RETURNS json
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'number_summary_to_json';
COMMENT ON FUNCTION _number_summary_to_json(number_summary) IS 'the fields of a number_summary as a JSON object of integers';
CREATE FUNCTION _number_summary_to_jsonb(number_summary) RETURNS jsonb
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'number_summary_to_jsonb';
COMMENT ON FUNCTION _number_summary_to_jsonb(number_summary) IS 'the fields of a number_summary as a JSON object of integers';
CREATE CAST (number_summary AS json) WITH FUNCTION _number_summary_to_json(number_summary);
CREATE CAST (number_summary AS jsonb) WITH FUNCTION _number_summary_to_jsonb(number_summary);

COMMENT ON TYPE number_summary IS
'numbers as exact sums (samples, total, squares), printed as JSON in millionths: the mean, deviation and confidence interval of QA scores, sentiment, cost and the like';

-- Accessors

CREATE FUNCTION samples(number_summary) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'number_samples';
COMMENT ON FUNCTION samples(number_summary) IS
'how many numbers there are';

CREATE FUNCTION total(number_summary) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'number_total';
COMMENT ON FUNCTION total(number_summary) IS
'the sum of the numbers, rounded once from the exact one; 0 when there are none';

CREATE FUNCTION average(number_summary) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'number_average';
COMMENT ON FUNCTION average(number_summary) IS
'total / samples, rounded once from the exact sums; NULL when there are no samples';

CREATE FUNCTION stddev(number_summary) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'number_stddev';
COMMENT ON FUNCTION stddev(number_summary) IS
'sample standard deviation, as stddev() computes it, rounded once from the exact sums; NULL for fewer than two samples';

CREATE FUNCTION average_low(number_summary) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'number_average_low';
COMMENT ON FUNCTION average_low(number_summary) IS
'lower end of the 95 % confidence interval of the average (Student 1908); NULL for fewer than two samples';

CREATE FUNCTION average_low(number_summary, confidence double precision) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'number_average_low';
COMMENT ON FUNCTION average_low(number_summary, double precision) IS
'lower end of the confidence interval of the average at this confidence, above 0, below 1 (Student 1908); NULL for fewer than two samples';

CREATE FUNCTION average_high(number_summary) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'number_average_high';
COMMENT ON FUNCTION average_high(number_summary) IS
'upper end of the 95 % confidence interval of the average (Student 1908); NULL for fewer than two samples';

CREATE FUNCTION average_high(number_summary, confidence double precision) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'number_average_high';
COMMENT ON FUNCTION average_high(number_summary, double precision) IS
'upper end of the confidence interval of the average at this confidence, above 0, below 1 (Student 1908); NULL for fewer than two samples';

CREATE FUNCTION average_p_value(a number_summary, b number_summary) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'number_average_p_value';
COMMENT ON FUNCTION average_p_value(number_summary, number_summary) IS
'two-sided t-test of two averages whose variances may differ (Welch 1947): how probable a difference at least this large is if both are equal; NULL when a side has fewer than two samples or nothing varies and the averages are equal; 0 when nothing varies and they differ';

CREATE FUNCTION number_kpis(number_summary, OUT samples bigint, OUT total double precision,
    OUT average double precision, OUT stddev double precision,
    OUT average_low double precision, OUT average_high double precision)
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION number_kpis(number_summary) IS
'one row of plain numbers for reporting tools, with the 95 % confidence interval of the average: FROM monthly, number_kpis(summary); what needs samples is NULL where there are too few';

-- Aggregates

CREATE FUNCTION _number_summary_merge(number_summary, number_summary) RETURNS number_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'number_summary_merge';
COMMENT ON FUNCTION _number_summary_merge(number_summary, number_summary) IS 'implementation of + operator, and combine function';
CREATE FUNCTION _number_summary_subtract(number_summary, number_summary) RETURNS number_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'number_summary_subtract';
COMMENT ON FUNCTION _number_summary_subtract(number_summary, number_summary) IS 'implementation of - operator, and inverse transition function';

CREATE OPERATOR + (LEFTARG = number_summary, RIGHTARG = number_summary, FUNCTION = _number_summary_merge, COMMUTATOR = +);
CREATE OPERATOR - (LEFTARG = number_summary, RIGHTARG = number_summary, FUNCTION = _number_summary_subtract);
COMMENT ON OPERATOR + (number_summary, number_summary) IS 'merge: the summary of both sets of numbers';
COMMENT ON OPERATOR - (number_summary, number_summary) IS 'remove what was added before; an error when the result cannot be a set of numbers';


CREATE FUNCTION _number_accum(number_summary, integer) RETURNS number_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'number_accum_int4';
COMMENT ON FUNCTION _number_accum(number_summary, integer) IS 'transition function';
CREATE FUNCTION _number_accum_inv(number_summary, integer) RETURNS number_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'number_accum_inv_int4';
COMMENT ON FUNCTION _number_accum_inv(number_summary, integer) IS 'inverse transition function';

CREATE AGGREGATE number_agg(value integer) (
    SFUNC = _number_accum, STYPE = number_summary, INITCOND = '{}', COMBINEFUNC = _number_summary_merge,
    MSFUNC = _number_accum, MINVFUNC = _number_accum_inv, MSTYPE = number_summary, MINITCOND = '{}',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE number_agg(integer) IS
'summary of numbers, for average, stddev, average_low, average_p_value and the like; NULLs are ignored; an empty summary when there are none; a number outside -1000000000 to 1000000000 is an error';

CREATE FUNCTION _number_accum(number_summary, bigint) RETURNS number_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'number_accum_int8';
COMMENT ON FUNCTION _number_accum(number_summary, bigint) IS 'transition function';
CREATE FUNCTION _number_accum_inv(number_summary, bigint) RETURNS number_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'number_accum_inv_int8';
COMMENT ON FUNCTION _number_accum_inv(number_summary, bigint) IS 'inverse transition function';

CREATE AGGREGATE number_agg(value bigint) (
    SFUNC = _number_accum, STYPE = number_summary, INITCOND = '{}', COMBINEFUNC = _number_summary_merge,
    MSFUNC = _number_accum, MINVFUNC = _number_accum_inv, MSTYPE = number_summary, MINITCOND = '{}',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE number_agg(bigint) IS
'summary of numbers, for average, stddev, average_low, average_p_value and the like; NULLs are ignored; an empty summary when there are none; a number outside -1000000000 to 1000000000 is an error';

CREATE FUNCTION _number_accum(number_summary, double precision) RETURNS number_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'number_accum_float8';
COMMENT ON FUNCTION _number_accum(number_summary, double precision) IS 'transition function';
CREATE FUNCTION _number_accum_inv(number_summary, double precision) RETURNS number_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'number_accum_inv_float8';
COMMENT ON FUNCTION _number_accum_inv(number_summary, double precision) IS 'inverse transition function';

CREATE AGGREGATE number_agg(value double precision) (
    SFUNC = _number_accum, STYPE = number_summary, INITCOND = '{}', COMBINEFUNC = _number_summary_merge,
    MSFUNC = _number_accum, MINVFUNC = _number_accum_inv, MSTYPE = number_summary, MINITCOND = '{}',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE number_agg(double precision) IS
'summary of numbers, each rounded to six decimals, half away from zero, for average, stddev, average_low, average_p_value and the like; NULLs are ignored; an empty summary when there are none; a number outside -1000000000 to 1000000000, infinite or NaN is an error';

CREATE FUNCTION _number_accum(number_summary, numeric) RETURNS number_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'number_accum_numeric';
COMMENT ON FUNCTION _number_accum(number_summary, numeric) IS 'transition function';
CREATE FUNCTION _number_accum_inv(number_summary, numeric) RETURNS number_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'number_accum_inv_numeric';
COMMENT ON FUNCTION _number_accum_inv(number_summary, numeric) IS 'inverse transition function';

CREATE AGGREGATE number_agg(value numeric) (
    SFUNC = _number_accum, STYPE = number_summary, INITCOND = '{}', COMBINEFUNC = _number_summary_merge,
    MSFUNC = _number_accum, MINVFUNC = _number_accum_inv, MSTYPE = number_summary, MINITCOND = '{}',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE number_agg(numeric) IS
'summary of numbers, each rounded to six decimals, half away from zero, for average, stddev, average_low, average_p_value and the like; NULLs are ignored; an empty summary when there are none; a number outside -1000000000 to 1000000000, infinite or NaN is an error';

CREATE AGGREGATE rollup(summary number_summary) (
    SFUNC = _number_summary_merge, STYPE = number_summary, INITCOND = '{}', COMBINEFUNC = _number_summary_merge,
    MSFUNC = _number_summary_merge, MINVFUNC = _number_summary_subtract, MSTYPE = number_summary, MINITCOND = '{}',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(number_summary) IS
'merges number summaries into the one of all their numbers: hours into days and months; NULLs are ignored; an empty summary when there are none';

-- Many comparisons: adjusted p-values and control limits

CREATE FUNCTION adjusted_p_value(p double precision) RETURNS double precision
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'adjusted_p_value';
COMMENT ON FUNCTION adjusted_p_value(double precision) IS
'the p-value adjusted for the number of tests in the partition, so that of those up to 0.05 at most 5 % are expected to be false alarms (Benjamini and Hochberg 1995); NULL p-values stay NULL and do not count; a p outside 0 to 1 is an error; use OVER ()';

CREATE FUNCTION adjusted_p_value(p double precision, method text) RETURNS double precision
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'adjusted_p_value';
COMMENT ON FUNCTION adjusted_p_value(double precision, text) IS
'the p-value adjusted for the number of tests in the partition; method bh: of those up to 0.05 at most 5 % are expected to be false alarms (Benjamini and Hochberg 1995); method holm: the chance of a single false alarm is at most 5 % (Holm 1979); NULL p-values stay NULL and do not count; a p outside 0 to 1, another method or one that is NULL or changes within a partition is an error; use OVER ()';


CREATE FUNCTION control_low(centre double precision, n double precision) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'comparison_control_low';
COMMENT ON FUNCTION control_low(double precision, double precision) IS
'lower control limit of the rate of a group of n around a centre, both 0 to 1: centre - 3 sqrt(centre (1 - centre) / n), as in p-charts and funnel plots (Shewhart 1931); NULL when n is 0; a centre outside 0 to 1 or a negative n is an error';

CREATE FUNCTION control_low(centre double precision, n double precision, sigmas double precision) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'comparison_control_low';
COMMENT ON FUNCTION control_low(double precision, double precision, double precision) IS
'lower control limit of the rate of a group of n around a centre, both 0 to 1: centre - sigmas sqrt(centre (1 - centre) / n), as in p-charts and funnel plots (Shewhart 1931); NULL when n is 0; a centre outside 0 to 1, a negative n or sigmas are errors';

CREATE FUNCTION control_high(centre double precision, n double precision) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'comparison_control_high';
COMMENT ON FUNCTION control_high(double precision, double precision) IS
'upper control limit of the rate of a group of n around a centre, both 0 to 1: centre + 3 sqrt(centre (1 - centre) / n), as in p-charts and funnel plots (Shewhart 1931); NULL when n is 0; a centre outside 0 to 1 or a negative n is an error';

CREATE FUNCTION control_high(centre double precision, n double precision, sigmas double precision) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'comparison_control_high';
COMMENT ON FUNCTION control_high(double precision, double precision, double precision) IS
'upper control limit of the rate of a group of n around a centre, both 0 to 1: centre + sigmas sqrt(centre (1 - centre) / n), as in p-charts and funnel plots (Shewhart 1931); NULL when n is 0; a centre outside 0 to 1, a negative n or sigmas are errors';

-- Shares of time: type time_share

-- The input, output and comparison functions of time_share
CREATE TYPE time_share;

CREATE FUNCTION _time_share_in(cstring) RETURNS time_share
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'time_share_in';
COMMENT ON FUNCTION _time_share_in(cstring) IS 'text input of time_share';
CREATE FUNCTION _time_share_out(time_share) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'time_share_out';
COMMENT ON FUNCTION _time_share_out(time_share) IS 'text output of time_share: exact and canonical';
CREATE FUNCTION _time_share_recv(internal) RETURNS time_share
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'time_share_recv';
COMMENT ON FUNCTION _time_share_recv(internal) IS 'binary input of time_share';
CREATE FUNCTION _time_share_send(time_share) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'time_share_send';
COMMENT ON FUNCTION _time_share_send(time_share) IS 'binary output of time_share';

CREATE TYPE time_share (
    INPUT = _time_share_in,
    OUTPUT = _time_share_out,
    RECEIVE = _time_share_recv,
    SEND = _time_share_send,
    INTERNALLENGTH = 16,
    ALIGNMENT = double,
    STORAGE = plain
);

CREATE FUNCTION _time_share_eq(time_share, time_share) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'time_share_eq';
COMMENT ON FUNCTION _time_share_eq(time_share, time_share) IS 'implementation of = operator';
CREATE FUNCTION _time_share_ne(time_share, time_share) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'time_share_ne';
COMMENT ON FUNCTION _time_share_ne(time_share, time_share) IS 'implementation of <> operator';
CREATE FUNCTION _time_share_lt(time_share, time_share) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'time_share_lt';
COMMENT ON FUNCTION _time_share_lt(time_share, time_share) IS 'implementation of < operator';
CREATE FUNCTION _time_share_le(time_share, time_share) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'time_share_le';
COMMENT ON FUNCTION _time_share_le(time_share, time_share) IS 'implementation of <= operator';
CREATE FUNCTION _time_share_gt(time_share, time_share) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'time_share_gt';
COMMENT ON FUNCTION _time_share_gt(time_share, time_share) IS 'implementation of > operator';
CREATE FUNCTION _time_share_ge(time_share, time_share) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'time_share_ge';
COMMENT ON FUNCTION _time_share_ge(time_share, time_share) IS 'implementation of >= operator';
CREATE FUNCTION _time_share_cmp(time_share, time_share) RETURNS integer
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'time_share_cmp';
COMMENT ON FUNCTION _time_share_cmp(time_share, time_share) IS 'less-equal-greater, for indexes';
CREATE FUNCTION _time_share_hash(time_share) RETURNS integer
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'time_share_hash';
COMMENT ON FUNCTION _time_share_hash(time_share) IS 'hash';
CREATE FUNCTION _time_share_hash_extended(time_share, bigint) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'time_share_hash_extended';
COMMENT ON FUNCTION _time_share_hash_extended(time_share, bigint) IS 'hash with a seed';

CREATE OPERATOR = (LEFTARG = time_share, RIGHTARG = time_share, FUNCTION = _time_share_eq,
    COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR <> (LEFTARG = time_share, RIGHTARG = time_share, FUNCTION = _time_share_ne,
    COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
CREATE OPERATOR < (LEFTARG = time_share, RIGHTARG = time_share, FUNCTION = _time_share_lt,
    COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
CREATE OPERATOR <= (LEFTARG = time_share, RIGHTARG = time_share, FUNCTION = _time_share_le,
    COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
CREATE OPERATOR > (LEFTARG = time_share, RIGHTARG = time_share, FUNCTION = _time_share_gt,
    COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel);
CREATE OPERATOR >= (LEFTARG = time_share, RIGHTARG = time_share, FUNCTION = _time_share_ge,
    COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel);

COMMENT ON OPERATOR = (time_share, time_share) IS 'equal';
COMMENT ON OPERATOR <> (time_share, time_share) IS 'not equal';
COMMENT ON OPERATOR < (time_share, time_share) IS 'before in the order of the shares, then of the sizes; empty ones come first';
COMMENT ON OPERATOR <= (time_share, time_share) IS 'before or equal in the order of the shares, then of the sizes; empty ones come first';
COMMENT ON OPERATOR > (time_share, time_share) IS 'after in the order of the shares, then of the sizes; empty ones come first';
COMMENT ON OPERATOR >= (time_share, time_share) IS 'after or equal in the order of the shares, then of the sizes; empty ones come first';

CREATE OPERATOR CLASS time_share_ops DEFAULT FOR TYPE time_share USING btree AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
    FUNCTION 1 _time_share_cmp(time_share, time_share);
CREATE OPERATOR CLASS time_share_ops DEFAULT FOR TYPE time_share USING hash AS
    OPERATOR 1 =,
    FUNCTION 1 _time_share_hash(time_share),
    FUNCTION 2 _time_share_hash_extended(time_share, bigint);

CREATE FUNCTION _time_share_to_json(time_share) RETURNS json
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'time_share_to_json';
COMMENT ON FUNCTION _time_share_to_json(time_share) IS 'the fields of a time_share as a JSON object of integers';
CREATE FUNCTION _time_share_to_jsonb(time_share) RETURNS jsonb
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'time_share_to_jsonb';
COMMENT ON FUNCTION _time_share_to_jsonb(time_share) IS 'the fields of a time_share as a JSON object of integers';
CREATE CAST (time_share AS json) WITH FUNCTION _time_share_to_json(time_share);
CREATE CAST (time_share AS jsonb) WITH FUNCTION _time_share_to_jsonb(time_share);

COMMENT ON TYPE time_share IS
'a part of time over a whole, two exact sums, printed as 01:30:00/08:00:00: the summary behind utilization, occupancy and shrinkage; the part may exceed the whole';

-- Accessors; share is also the final function of the aggregates

CREATE FUNCTION share(time_share) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'time_share_share_of';
COMMENT ON FUNCTION share(time_share) IS
'part / whole, 0 to 1, or above 1 where the part exceeds the whole; NULL when the whole is 0';

CREATE FUNCTION part(time_share) RETURNS interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'time_share_part';
COMMENT ON FUNCTION part(time_share) IS 'the sum of the parts, as hours, minutes and seconds';

CREATE FUNCTION whole(time_share) RETURNS interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'time_share_whole';
COMMENT ON FUNCTION whole(time_share) IS 'the sum of the wholes, as hours, minutes and seconds';

CREATE FUNCTION time_share_kpis(time_share,
    OUT share double precision, OUT part_seconds double precision, OUT whole_seconds double precision)
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION time_share_kpis(time_share) IS
'share, part and whole as one row of plain numbers for reporting tools, durations in seconds; share is NULL when the whole is 0; FROM hourly, time_share_kpis(t)';

-- Support functions of the aggregates.  They are not strict: a NULL part counts 0.

CREATE FUNCTION _time_share_merge(time_share, time_share) RETURNS time_share
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'time_share_merge';
COMMENT ON FUNCTION _time_share_merge(time_share, time_share) IS 'implementation of + operator, and combine function';
CREATE FUNCTION _time_share_subtract(time_share, time_share) RETURNS time_share
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'time_share_subtract';
COMMENT ON FUNCTION _time_share_subtract(time_share, time_share) IS 'implementation of - operator, and inverse transition function';
CREATE FUNCTION _time_share_accum_interval(time_share, interval, interval) RETURNS time_share
    LANGUAGE C IMMUTABLE PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'time_share_accum_interval';
COMMENT ON FUNCTION _time_share_accum_interval(time_share, interval, interval) IS 'transition function';
CREATE FUNCTION _time_share_accum_interval_inv(time_share, interval, interval) RETURNS time_share
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'time_share_accum_interval_inv';
COMMENT ON FUNCTION _time_share_accum_interval_inv(time_share, interval, interval) IS 'inverse transition function';
CREATE FUNCTION _time_share_accum_occupancy_interval(time_share, interval, interval) RETURNS time_share
    LANGUAGE C IMMUTABLE PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'time_share_accum_occupancy_interval';
COMMENT ON FUNCTION _time_share_accum_occupancy_interval(time_share, interval, interval) IS 'transition function';
CREATE FUNCTION _time_share_accum_occupancy_interval_inv(time_share, interval, interval) RETURNS time_share
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'time_share_accum_occupancy_interval_inv';
COMMENT ON FUNCTION _time_share_accum_occupancy_interval_inv(time_share, interval, interval) IS 'inverse transition function';

CREATE FUNCTION _time_share_accum_int4(time_share, integer, integer) RETURNS time_share
    LANGUAGE C IMMUTABLE PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'time_share_accum_int4';
COMMENT ON FUNCTION _time_share_accum_int4(time_share, integer, integer) IS 'transition function';
CREATE FUNCTION _time_share_accum_int4_inv(time_share, integer, integer) RETURNS time_share
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'time_share_accum_int4_inv';
COMMENT ON FUNCTION _time_share_accum_int4_inv(time_share, integer, integer) IS 'inverse transition function';
CREATE FUNCTION _time_share_accum_occupancy_int4(time_share, integer, integer) RETURNS time_share
    LANGUAGE C IMMUTABLE PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'time_share_accum_occupancy_int4';
COMMENT ON FUNCTION _time_share_accum_occupancy_int4(time_share, integer, integer) IS 'transition function';
CREATE FUNCTION _time_share_accum_occupancy_int4_inv(time_share, integer, integer) RETURNS time_share
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'time_share_accum_occupancy_int4_inv';
COMMENT ON FUNCTION _time_share_accum_occupancy_int4_inv(time_share, integer, integer) IS 'inverse transition function';

CREATE FUNCTION _time_share_accum_float8(time_share, double precision, double precision) RETURNS time_share
    LANGUAGE C IMMUTABLE PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'time_share_accum_float8';
COMMENT ON FUNCTION _time_share_accum_float8(time_share, double precision, double precision) IS 'transition function';
CREATE FUNCTION _time_share_accum_float8_inv(time_share, double precision, double precision) RETURNS time_share
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'time_share_accum_float8_inv';
COMMENT ON FUNCTION _time_share_accum_float8_inv(time_share, double precision, double precision) IS 'inverse transition function';
CREATE FUNCTION _time_share_accum_occupancy_float8(time_share, double precision, double precision) RETURNS time_share
    LANGUAGE C IMMUTABLE PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'time_share_accum_occupancy_float8';
COMMENT ON FUNCTION _time_share_accum_occupancy_float8(time_share, double precision, double precision) IS 'transition function';
CREATE FUNCTION _time_share_accum_occupancy_float8_inv(time_share, double precision, double precision) RETURNS time_share
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'time_share_accum_occupancy_float8_inv';
COMMENT ON FUNCTION _time_share_accum_occupancy_float8_inv(time_share, double precision, double precision) IS 'inverse transition function';

CREATE OPERATOR + (LEFTARG = time_share, RIGHTARG = time_share, FUNCTION = _time_share_merge, COMMUTATOR = +);
CREATE OPERATOR - (LEFTARG = time_share, RIGHTARG = time_share, FUNCTION = _time_share_subtract);
COMMENT ON OPERATOR + (time_share, time_share) IS 'merge: parts and wholes are added';
COMMENT ON OPERATOR - (time_share, time_share) IS 'remove what was added before; an error when a sum would become negative';

-- Aggregates


CREATE AGGREGATE utilization(active interval, worked interval) (
    SFUNC = _time_share_accum_interval, STYPE = time_share, INITCOND = '00:00:00/00:00:00', FINALFUNC = share, COMBINEFUNC = _time_share_merge,
    MSFUNC = _time_share_accum_interval, MINVFUNC = _time_share_accum_interval_inv, MSTYPE = time_share, MINITCOND = '00:00:00/00:00:00', MFINALFUNC = share,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE utilization(interval, interval) IS
'sum of active / sum of worked time, normally 0 to 1; a NULL active counts 0, a row whose worked is NULL is ignored; NULL when nothing was worked; negative, NaN and infinite durations and intervals with months are errors. The industry defines active and worked in several ways: the caller chooses them';

CREATE AGGREGATE shrinkage(lost interval, scheduled interval) (
    SFUNC = _time_share_accum_interval, STYPE = time_share, INITCOND = '00:00:00/00:00:00', FINALFUNC = share, COMBINEFUNC = _time_share_merge,
    MSFUNC = _time_share_accum_interval, MINVFUNC = _time_share_accum_interval_inv, MSTYPE = time_share, MINITCOND = '00:00:00/00:00:00', MFINALFUNC = share,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE shrinkage(interval, interval) IS
'sum of lost / sum of scheduled time, normally 0 to 1; a NULL lost counts 0, a row whose scheduled is NULL is ignored; NULL when nothing was scheduled; negative, NaN and infinite durations and intervals with months are errors. Required staff becomes required / (1 - shrinkage)';

CREATE AGGREGATE time_share_agg(part interval, whole interval) (
    SFUNC = _time_share_accum_interval, STYPE = time_share, INITCOND = '00:00:00/00:00:00', COMBINEFUNC = _time_share_merge,
    MSFUNC = _time_share_accum_interval, MINVFUNC = _time_share_accum_interval_inv, MSTYPE = time_share, MINITCOND = '00:00:00/00:00:00',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE time_share_agg(interval, interval) IS
'sum of parts and sum of wholes as a time_share; a NULL part counts 0, a row whose whole is NULL is ignored; 00:00:00/00:00:00 when there are none; negative, NaN and infinite durations and intervals with months are errors';

CREATE AGGREGATE occupancy(handling interval, idle interval) (
    SFUNC = _time_share_accum_occupancy_interval, STYPE = time_share, INITCOND = '00:00:00/00:00:00', FINALFUNC = share, COMBINEFUNC = _time_share_merge,
    MSFUNC = _time_share_accum_occupancy_interval, MINVFUNC = _time_share_accum_occupancy_interval_inv, MSTYPE = time_share, MINITCOND = '00:00:00/00:00:00', MFINALFUNC = share,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE occupancy(interval, interval) IS
'sum of handling / (sum of handling + sum of idle time), 0 to 1; one NULL counts 0, rows where both are NULL are ignored; NULL when there was neither; negative, NaN and infinite durations and intervals with months are errors. Contacts handled in parallel must be merged first, with covered or span_agg';

CREATE AGGREGATE occupancy_agg(handling interval, idle interval) (
    SFUNC = _time_share_accum_occupancy_interval, STYPE = time_share, INITCOND = '00:00:00/00:00:00', COMBINEFUNC = _time_share_merge,
    MSFUNC = _time_share_accum_occupancy_interval, MINVFUNC = _time_share_accum_occupancy_interval_inv, MSTYPE = time_share, MINITCOND = '00:00:00/00:00:00',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE occupancy_agg(interval, interval) IS
'sum of handling over the sum of handling and idle time as a time_share; one NULL counts 0, rows where both are NULL are ignored; 00:00:00/00:00:00 when there are none; negative, NaN and infinite durations and intervals with months are errors';

CREATE AGGREGATE utilization(active integer, worked integer) (
    SFUNC = _time_share_accum_int4, STYPE = time_share, INITCOND = '00:00:00/00:00:00', FINALFUNC = share, COMBINEFUNC = _time_share_merge,
    MSFUNC = _time_share_accum_int4, MINVFUNC = _time_share_accum_int4_inv, MSTYPE = time_share, MINITCOND = '00:00:00/00:00:00', MFINALFUNC = share,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE utilization(integer, integer) IS
'sum of active / sum of worked time, normally 0 to 1; a NULL active counts 0, a row whose worked is NULL is ignored; NULL when nothing was worked; negative, NaN and infinite durations and intervals with months are errors. The industry defines active and worked in several ways: the caller chooses them. Durations are in seconds';

CREATE AGGREGATE shrinkage(lost integer, scheduled integer) (
    SFUNC = _time_share_accum_int4, STYPE = time_share, INITCOND = '00:00:00/00:00:00', FINALFUNC = share, COMBINEFUNC = _time_share_merge,
    MSFUNC = _time_share_accum_int4, MINVFUNC = _time_share_accum_int4_inv, MSTYPE = time_share, MINITCOND = '00:00:00/00:00:00', MFINALFUNC = share,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE shrinkage(integer, integer) IS
'sum of lost / sum of scheduled time, normally 0 to 1; a NULL lost counts 0, a row whose scheduled is NULL is ignored; NULL when nothing was scheduled; negative, NaN and infinite durations and intervals with months are errors. Required staff becomes required / (1 - shrinkage). Durations are in seconds';

CREATE AGGREGATE time_share_agg(part integer, whole integer) (
    SFUNC = _time_share_accum_int4, STYPE = time_share, INITCOND = '00:00:00/00:00:00', COMBINEFUNC = _time_share_merge,
    MSFUNC = _time_share_accum_int4, MINVFUNC = _time_share_accum_int4_inv, MSTYPE = time_share, MINITCOND = '00:00:00/00:00:00',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE time_share_agg(integer, integer) IS
'sum of parts and sum of wholes as a time_share; a NULL part counts 0, a row whose whole is NULL is ignored; 00:00:00/00:00:00 when there are none; negative, NaN and infinite durations and intervals with months are errors. Durations are in seconds';

CREATE AGGREGATE occupancy(handling integer, idle integer) (
    SFUNC = _time_share_accum_occupancy_int4, STYPE = time_share, INITCOND = '00:00:00/00:00:00', FINALFUNC = share, COMBINEFUNC = _time_share_merge,
    MSFUNC = _time_share_accum_occupancy_int4, MINVFUNC = _time_share_accum_occupancy_int4_inv, MSTYPE = time_share, MINITCOND = '00:00:00/00:00:00', MFINALFUNC = share,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE occupancy(integer, integer) IS
'sum of handling / (sum of handling + sum of idle time), 0 to 1; one NULL counts 0, rows where both are NULL are ignored; NULL when there was neither; negative, NaN and infinite durations and intervals with months are errors. Contacts handled in parallel must be merged first, with covered or span_agg. Durations are in seconds';

CREATE AGGREGATE occupancy_agg(handling integer, idle integer) (
    SFUNC = _time_share_accum_occupancy_int4, STYPE = time_share, INITCOND = '00:00:00/00:00:00', COMBINEFUNC = _time_share_merge,
    MSFUNC = _time_share_accum_occupancy_int4, MINVFUNC = _time_share_accum_occupancy_int4_inv, MSTYPE = time_share, MINITCOND = '00:00:00/00:00:00',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE occupancy_agg(integer, integer) IS
'sum of handling over the sum of handling and idle time as a time_share; one NULL counts 0, rows where both are NULL are ignored; 00:00:00/00:00:00 when there are none; negative, NaN and infinite durations and intervals with months are errors. Durations are in seconds';

CREATE AGGREGATE utilization(active double precision, worked double precision) (
    SFUNC = _time_share_accum_float8, STYPE = time_share, INITCOND = '00:00:00/00:00:00', FINALFUNC = share, COMBINEFUNC = _time_share_merge,
    MSFUNC = _time_share_accum_float8, MINVFUNC = _time_share_accum_float8_inv, MSTYPE = time_share, MINITCOND = '00:00:00/00:00:00', MFINALFUNC = share,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE utilization(double precision, double precision) IS
'sum of active / sum of worked time, normally 0 to 1; a NULL active counts 0, a row whose worked is NULL is ignored; NULL when nothing was worked; negative, NaN and infinite durations and intervals with months are errors. The industry defines active and worked in several ways: the caller chooses them. Durations are in seconds';

CREATE AGGREGATE shrinkage(lost double precision, scheduled double precision) (
    SFUNC = _time_share_accum_float8, STYPE = time_share, INITCOND = '00:00:00/00:00:00', FINALFUNC = share, COMBINEFUNC = _time_share_merge,
    MSFUNC = _time_share_accum_float8, MINVFUNC = _time_share_accum_float8_inv, MSTYPE = time_share, MINITCOND = '00:00:00/00:00:00', MFINALFUNC = share,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE shrinkage(double precision, double precision) IS
'sum of lost / sum of scheduled time, normally 0 to 1; a NULL lost counts 0, a row whose scheduled is NULL is ignored; NULL when nothing was scheduled; negative, NaN and infinite durations and intervals with months are errors. Required staff becomes required / (1 - shrinkage). Durations are in seconds';

CREATE AGGREGATE time_share_agg(part double precision, whole double precision) (
    SFUNC = _time_share_accum_float8, STYPE = time_share, INITCOND = '00:00:00/00:00:00', COMBINEFUNC = _time_share_merge,
    MSFUNC = _time_share_accum_float8, MINVFUNC = _time_share_accum_float8_inv, MSTYPE = time_share, MINITCOND = '00:00:00/00:00:00',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE time_share_agg(double precision, double precision) IS
'sum of parts and sum of wholes as a time_share; a NULL part counts 0, a row whose whole is NULL is ignored; 00:00:00/00:00:00 when there are none; negative, NaN and infinite durations and intervals with months are errors. Durations are in seconds';

CREATE AGGREGATE occupancy(handling double precision, idle double precision) (
    SFUNC = _time_share_accum_occupancy_float8, STYPE = time_share, INITCOND = '00:00:00/00:00:00', FINALFUNC = share, COMBINEFUNC = _time_share_merge,
    MSFUNC = _time_share_accum_occupancy_float8, MINVFUNC = _time_share_accum_occupancy_float8_inv, MSTYPE = time_share, MINITCOND = '00:00:00/00:00:00', MFINALFUNC = share,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE occupancy(double precision, double precision) IS
'sum of handling / (sum of handling + sum of idle time), 0 to 1; one NULL counts 0, rows where both are NULL are ignored; NULL when there was neither; negative, NaN and infinite durations and intervals with months are errors. Contacts handled in parallel must be merged first, with covered or span_agg. Durations are in seconds';

CREATE AGGREGATE occupancy_agg(handling double precision, idle double precision) (
    SFUNC = _time_share_accum_occupancy_float8, STYPE = time_share, INITCOND = '00:00:00/00:00:00', COMBINEFUNC = _time_share_merge,
    MSFUNC = _time_share_accum_occupancy_float8, MINVFUNC = _time_share_accum_occupancy_float8_inv, MSTYPE = time_share, MINITCOND = '00:00:00/00:00:00',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE occupancy_agg(double precision, double precision) IS
'sum of handling over the sum of handling and idle time as a time_share; one NULL counts 0, rows where both are NULL are ignored; 00:00:00/00:00:00 when there are none; negative, NaN and infinite durations and intervals with months are errors. Durations are in seconds';

CREATE AGGREGATE rollup(summary time_share) (
    SFUNC = _time_share_merge, STYPE = time_share, INITCOND = '00:00:00/00:00:00', COMBINEFUNC = _time_share_merge,
    MSFUNC = _time_share_merge, MINVFUNC = _time_share_subtract, MSTYPE = time_share, MINITCOND = '00:00:00/00:00:00',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(time_share) IS
'merges time_shares: parts and wholes are added; NULLs are ignored; 00:00:00/00:00:00 when there are none';

-- Agents' time, concurrency and backlog: type span_summary

-- The input, output and comparison functions of span_summary
CREATE TYPE span_summary;

CREATE FUNCTION _span_summary_in(cstring) RETURNS span_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'span_summary_in';
COMMENT ON FUNCTION _span_summary_in(cstring) IS 'text input of span_summary';
CREATE FUNCTION _span_summary_out(span_summary) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'span_summary_out';
COMMENT ON FUNCTION _span_summary_out(span_summary) IS 'text output of span_summary: exact and canonical';
CREATE FUNCTION _span_summary_recv(internal) RETURNS span_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'span_summary_recv';
COMMENT ON FUNCTION _span_summary_recv(internal) IS 'binary input of span_summary';
CREATE FUNCTION _span_summary_send(span_summary) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'span_summary_send';
COMMENT ON FUNCTION _span_summary_send(span_summary) IS 'binary output of span_summary';

CREATE TYPE span_summary (
    INPUT = _span_summary_in,
    OUTPUT = _span_summary_out,
    RECEIVE = _span_summary_recv,
    SEND = _span_summary_send,
    INTERNALLENGTH = variable,
    ALIGNMENT = double,
    STORAGE = extended
);

CREATE FUNCTION _span_summary_eq(span_summary, span_summary) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'span_summary_eq';
COMMENT ON FUNCTION _span_summary_eq(span_summary, span_summary) IS 'implementation of = operator';
CREATE FUNCTION _span_summary_ne(span_summary, span_summary) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'span_summary_ne';
COMMENT ON FUNCTION _span_summary_ne(span_summary, span_summary) IS 'implementation of <> operator';
CREATE FUNCTION _span_summary_lt(span_summary, span_summary) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'span_summary_lt';
COMMENT ON FUNCTION _span_summary_lt(span_summary, span_summary) IS 'implementation of < operator';
CREATE FUNCTION _span_summary_le(span_summary, span_summary) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'span_summary_le';
COMMENT ON FUNCTION _span_summary_le(span_summary, span_summary) IS 'implementation of <= operator';
CREATE FUNCTION _span_summary_gt(span_summary, span_summary) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'span_summary_gt';
COMMENT ON FUNCTION _span_summary_gt(span_summary, span_summary) IS 'implementation of > operator';
CREATE FUNCTION _span_summary_ge(span_summary, span_summary) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'span_summary_ge';
COMMENT ON FUNCTION _span_summary_ge(span_summary, span_summary) IS 'implementation of >= operator';
CREATE FUNCTION _span_summary_cmp(span_summary, span_summary) RETURNS integer
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'span_summary_cmp';
COMMENT ON FUNCTION _span_summary_cmp(span_summary, span_summary) IS 'less-equal-greater, for indexes';
CREATE FUNCTION _span_summary_hash(span_summary) RETURNS integer
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'span_summary_hash';
COMMENT ON FUNCTION _span_summary_hash(span_summary) IS 'hash';
CREATE FUNCTION _span_summary_hash_extended(span_summary, bigint) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'span_summary_hash_extended';
COMMENT ON FUNCTION _span_summary_hash_extended(span_summary, bigint) IS 'hash with a seed';

CREATE OPERATOR = (LEFTARG = span_summary, RIGHTARG = span_summary, FUNCTION = _span_summary_eq,
    COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR <> (LEFTARG = span_summary, RIGHTARG = span_summary, FUNCTION = _span_summary_ne,
    COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
CREATE OPERATOR < (LEFTARG = span_summary, RIGHTARG = span_summary, FUNCTION = _span_summary_lt,
    COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
CREATE OPERATOR <= (LEFTARG = span_summary, RIGHTARG = span_summary, FUNCTION = _span_summary_le,
    COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
CREATE OPERATOR > (LEFTARG = span_summary, RIGHTARG = span_summary, FUNCTION = _span_summary_gt,
    COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel);
CREATE OPERATOR >= (LEFTARG = span_summary, RIGHTARG = span_summary, FUNCTION = _span_summary_ge,
    COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel);

COMMENT ON OPERATOR = (span_summary, span_summary) IS 'equal';
COMMENT ON OPERATOR <> (span_summary, span_summary) IS 'not equal';
COMMENT ON OPERATOR < (span_summary, span_summary) IS 'before in a stable order without meaning';
COMMENT ON OPERATOR <= (span_summary, span_summary) IS 'before or equal in a stable order without meaning';
COMMENT ON OPERATOR > (span_summary, span_summary) IS 'after in a stable order without meaning';
COMMENT ON OPERATOR >= (span_summary, span_summary) IS 'after or equal in a stable order without meaning';

CREATE OPERATOR CLASS span_summary_ops DEFAULT FOR TYPE span_summary USING btree AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
    FUNCTION 1 _span_summary_cmp(span_summary, span_summary);
CREATE OPERATOR CLASS span_summary_ops DEFAULT FOR TYPE span_summary USING hash AS
    OPERATOR 1 =,
    FUNCTION 1 _span_summary_hash(span_summary),
    FUNCTION 2 _span_summary_hash_extended(span_summary, bigint);

CREATE FUNCTION _span_summary_to_json(span_summary) RETURNS json
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'span_summary_to_json';
COMMENT ON FUNCTION _span_summary_to_json(span_summary) IS 'the fields of a span_summary as a JSON object of integers';
CREATE FUNCTION _span_summary_to_jsonb(span_summary) RETURNS jsonb
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'span_summary_to_jsonb';
COMMENT ON FUNCTION _span_summary_to_jsonb(span_summary) IS 'the fields of a span_summary as a JSON object of integers';
CREATE CAST (span_summary AS json) WITH FUNCTION _span_summary_to_json(span_summary);
CREATE CAST (span_summary AS jsonb) WITH FUNCTION _span_summary_to_jsonb(span_summary);

COMMENT ON TYPE span_summary IS
'how many spans were open at each moment: {"edges":[[time,change],...]}, times in microseconds since 2000-01-01 00:00 UTC, null for an edge without a time (first: at -infinity, last: still open); the summary behind covered, peak_concurrency and backlog';

CREATE FUNCTION span_summary(spans tstzmultirange) RETURNS span_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'span_summary_from_multirange';
COMMENT ON FUNCTION span_summary(tstzmultirange) IS 'the ranges of a multirange as spans, each open once; NULL gives NULL; a range without a start is an error';
CREATE CAST (tstzmultirange AS span_summary) WITH FUNCTION span_summary(tstzmultirange);

-- Accessors; the first two are also final functions of aggregates

CREATE FUNCTION covered(span_summary) RETURNS interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'span_summary_covered';
COMMENT ON FUNCTION covered(span_summary) IS
'how long at least one span was open: overlapping spans count once; NULL for an empty summary; an error when a span has no end (clip it first)';

CREATE FUNCTION peak_concurrency(span_summary) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'span_summary_peak_concurrency';
COMMENT ON FUNCTION peak_concurrency(span_summary) IS
'the most spans open at the same time; a span that ends when another begins does not overlap it; NULL for an empty summary';

CREATE FUNCTION total(span_summary) RETURNS interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'span_summary_total';
COMMENT ON FUNCTION total(span_summary) IS
'the sum of the lengths of all spans: overlapping spans count each; NULL for an empty summary; an error when a span has no end (clip it first)';

CREATE FUNCTION average_concurrency(span_summary) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'span_summary_average_concurrency';
COMMENT ON FUNCTION average_concurrency(span_summary) IS
'total / covered: how many spans were open on average while any was, 1 or more; for the average queue length or load pass the range too; NULL for an empty summary; an error when a span has no end (clip it first)';

CREATE FUNCTION average_concurrency(span_summary, within tstzrange) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'span_summary_average_within';
COMMENT ON FUNCTION average_concurrency(span_summary, tstzrange) IS
'total time within the range / length of the range: how many spans were open on average, also while none was: the average queue length, the load in Erlang, the average backlog; 0 for an empty summary; NULL when an argument is NULL or the range is empty; a range without start or end is an error';

CREATE FUNCTION concurrency_series(s span_summary, step interval, zone text, within tstzrange,
    OUT interval_start timestamptz, OUT at_start bigint, OUT peak bigint, OUT average double precision, OUT covered interval) RETURNS SETOF record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10 ROWS 100 AS 'MODULE_PATHNAME', 'span_summary_concurrency_series';
COMMENT ON FUNCTION concurrency_series(span_summary, interval, text, tstzrange) IS
'a row for each reporting interval of the range, without gaps: its start, how many spans were open then (the backlog), the most at a time, the average over the whole interval, and how long any was open; intervals as in interval_start, of the first and last only what lies in the range; no rows for NULL or an empty range; a range without start or end, and the step and zone as in interval_start, are errors';

CREATE FUNCTION span_kpis(span_summary,
    OUT covered_seconds double precision, OUT total_seconds double precision, OUT peak_concurrency bigint, OUT average_concurrency double precision)
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION span_kpis(span_summary) IS
'covered, total, peak_concurrency and average_concurrency as one row of plain numbers for reporting tools, durations in seconds; NULLs for an empty summary; an error when a span has no end (clip it first); FROM hourly, span_kpis(s)';

CREATE FUNCTION concurrency_at(span_summary, moment timestamptz) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'span_summary_concurrency_at';
COMMENT ON FUNCTION concurrency_at(span_summary, timestamptz) IS
'how many spans were open at a moment: the backlog as of then; a span is open from its start until just before its end; at infinity those that are still open; NULL when an argument is NULL';

CREATE FUNCTION concurrency_at(span_summary, moment timestamp) RETURNS bigint
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_timestamp_error';
COMMENT ON FUNCTION concurrency_at(span_summary, timestamp) IS
'always an error: say which moment is meant with AT TIME ZONE';

CREATE FUNCTION time_at_least(span_summary, n bigint) RETURNS interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'span_summary_time_at_least';
COMMENT ON FUNCTION time_at_least(span_summary, bigint) IS
'how long n or more spans were open at the same time, n from 1 on; NULL for an empty summary; an error when that time is infinite (clip it first)';

CREATE FUNCTION overlap(a span_summary, b span_summary) RETURNS interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'span_summary_overlap';
COMMENT ON FUNCTION overlap(span_summary, span_summary) IS
'how long a and b both had a span open; 0 when never; an error when that time is infinite (clip them first)';

CREATE FUNCTION clip(span_summary, within tstzrange) RETURNS span_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'span_summary_clip';
COMMENT ON FUNCTION clip(span_summary, tstzrange) IS
'what of the spans lies within a range, its bounds taken as half-open; cuts those that reach over its ends; NULL when an argument is NULL';

CREATE FUNCTION spans(span_summary) RETURNS tstzmultirange
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'span_summary_spans';
COMMENT ON FUNCTION spans(span_summary) IS
'the union of the spans: when at least one was open';

-- One summary against another

CREATE FUNCTION time_share(part span_summary, whole span_summary) RETURNS time_share
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'span_summary_time_share';
COMMENT ON FUNCTION time_share(span_summary, span_summary) IS
'the time that part and whole have in common over the covered time of whole, to be rolled up over agents: share(rollup(time_share(actual, scheduled))); NULL when an argument is NULL; an error when the whole, or what they have in common, has no end (clip it first), and when several spans of the whole are open at once: that is several agents'' time';

CREATE FUNCTION utilization(busy span_summary, worked span_summary) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'span_summary_utilization';
COMMENT ON FUNCTION utilization(span_summary, span_summary) IS
'share of the worked time in which the agent was busy, 0 to 1; contacts in parallel count once, busy time outside worked time does not count; NULL when nothing was worked; an error when several spans of worked are open at once: that is a team, whose utilization is share(rollup(time_share(busy, worked))) over its agents';

CREATE FUNCTION adherence(actual span_summary, scheduled span_summary) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'span_summary_adherence';
COMMENT ON FUNCTION adherence(span_summary, span_summary) IS
'share of the scheduled time that was worked as scheduled, 0 to 1: the time of day matters; work outside the schedule does not count; NULL when nothing was scheduled, or when actual is NULL; an error when several spans of scheduled are open at once: that is a team, whose adherence is share(rollup(time_share(actual, scheduled))) over its agents';

CREATE FUNCTION conformance(actual span_summary, scheduled span_summary) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'span_summary_conformance';
COMMENT ON FUNCTION conformance(span_summary, span_summary) IS
'time worked / time scheduled, whenever it was: may pass 1; NULL when nothing was scheduled, or when actual is NULL; an error when several spans of scheduled are open at once: that is several agents'' time';

-- Support functions of the aggregates

CREATE FUNCTION _span_summary_accum(span_summary, tstzrange) RETURNS span_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'span_summary_accum';
COMMENT ON FUNCTION _span_summary_accum(span_summary, tstzrange) IS 'transition function';
CREATE FUNCTION _span_summary_accum_inv(span_summary, tstzrange) RETURNS span_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'span_summary_accum_inv';
COMMENT ON FUNCTION _span_summary_accum_inv(span_summary, tstzrange) IS 'inverse transition function';
CREATE FUNCTION _span_summary_merge(span_summary, span_summary) RETURNS span_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT _batch_support AS 'MODULE_PATHNAME', 'span_summary_merge';
COMMENT ON FUNCTION _span_summary_merge(span_summary, span_summary) IS 'implementation of + operator, and combine function';
CREATE FUNCTION _span_summary_subtract(span_summary, span_summary) RETURNS span_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'span_summary_subtract';
COMMENT ON FUNCTION _span_summary_subtract(span_summary, span_summary) IS 'implementation of - operator, and inverse transition function';
CREATE FUNCTION _span_summary_final(span_summary) RETURNS span_summary
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'span_summary_final';
COMMENT ON FUNCTION _span_summary_final(span_summary) IS 'final function; brings the state of an aggregate into its canonical form';

CREATE OPERATOR + (LEFTARG = span_summary, RIGHTARG = span_summary, FUNCTION = _span_summary_merge, COMMUTATOR = +);
CREATE OPERATOR - (LEFTARG = span_summary, RIGHTARG = span_summary, FUNCTION = _span_summary_subtract);
COMMENT ON OPERATOR + (span_summary, span_summary) IS 'merge: the spans of both';
COMMENT ON OPERATOR - (span_summary, span_summary) IS 'remove what was added before; an error when fewer than 0 spans would be open at some time';

-- Aggregates.  A state of 1 kB holds 31 spans or more, as an agent has in a day.

CREATE AGGREGATE covered(span tstzrange) (
    SFUNC = _span_summary_accum, STYPE = span_summary, SSPACE = 1024, INITCOND = '{}', FINALFUNC = covered, COMBINEFUNC = _span_summary_merge,
    MSFUNC = _span_summary_accum, MINVFUNC = _span_summary_accum_inv, MSTYPE = span_summary, MSSPACE = 1024, MINITCOND = '{}', MFINALFUNC = covered,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE covered(tstzrange) IS
'how long at least one span was open: overlapping spans count once; NULL, empty and zero-length spans are ignored; NULL when there are none; a span without a start is an error; an error when a span has no end (clip it first). Group by agent: a union over several agents merges their time';

CREATE AGGREGATE peak_concurrency(span tstzrange) (
    SFUNC = _span_summary_accum, STYPE = span_summary, SSPACE = 1024, INITCOND = '{}', FINALFUNC = peak_concurrency, COMBINEFUNC = _span_summary_merge,
    MSFUNC = _span_summary_accum, MINVFUNC = _span_summary_accum_inv, MSTYPE = span_summary, MSSPACE = 1024, MINITCOND = '{}', MFINALFUNC = peak_concurrency,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE peak_concurrency(tstzrange) IS
'the most spans open at the same time; bounds count as half-open, so a span that ends when another begins does not overlap it; NULL, empty and zero-length spans are ignored; NULL when there are none; a span without a start is an error';

CREATE AGGREGATE span_agg(span tstzrange) (
    SFUNC = _span_summary_accum, STYPE = span_summary, SSPACE = 1024, INITCOND = '{}', FINALFUNC = _span_summary_final, COMBINEFUNC = _span_summary_merge,
    MSFUNC = _span_summary_accum, MINVFUNC = _span_summary_accum_inv, MSTYPE = span_summary, MSSPACE = 1024, MINITCOND = '{}', MFINALFUNC = _span_summary_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE span_agg(tstzrange) IS
'how many spans were open at each moment, as a span_summary; bounds count as half-open, an unbounded or infinite end means still open, a start at -infinity open since ever, and no start is an error; NULL, empty and zero-length spans are ignored; {"edges":[]} when there are none';

CREATE AGGREGATE rollup(summary span_summary) (
    SFUNC = _span_summary_merge, STYPE = span_summary, SSPACE = 1024, INITCOND = '{}', FINALFUNC = _span_summary_final, COMBINEFUNC = _span_summary_merge,
    MSFUNC = _span_summary_merge, MINVFUNC = _span_summary_subtract, MSTYPE = span_summary, MSSPACE = 1024, MINITCOND = '{}', MFINALFUNC = _span_summary_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(span_summary) IS
'merges span_summaries: the spans of all of them; NULLs are ignored; {"edges":[]} when there are none. Right for concurrency and backlog; for a share of time roll up time_share instead';

-- Repeat contacts: window functions over PARTITION BY customer ORDER BY at

-- at is a moment, or a span from a contact's start to its end

-- a contact within min_gap continues the one before

CREATE FUNCTION contact_number(customer anyelement, at timestamptz, gap interval) RETURNS bigint
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'contact_number';
COMMENT ON FUNCTION contact_number(anyelement, timestamptz, interval) IS
'which contact of its episode a row is: 1 for the first, 2 for the next, ...; an episode goes on while the next contact begins within gap (included) of the end of the last; 1 for an unknown (NULL) customer; NULL at gives NULL; use OVER (PARTITION BY customer ORDER BY at): other customers or descending rows in a partition, a NULL, negative or changing gap and months are errors; a day counts 24 hours';

CREATE FUNCTION repeat_contact(customer anyelement, at timestamptz, gap interval) RETURNS boolean
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'repeat_contact';
COMMENT ON FUNCTION repeat_contact(anyelement, timestamptz, interval) IS
'true when the contact before lies within gap (included), else false; NULL for an unknown (NULL) customer; NULL at gives NULL; use OVER (PARTITION BY customer ORDER BY at): other customers or descending rows in a partition, a NULL, negative or changing gap and months are errors; a day counts 24 hours';

CREATE FUNCTION first_contact_resolved(customer anyelement, at timestamptz, gap interval, as_of timestamptz) RETURNS boolean
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'first_contact_resolved';
COMMENT ON FUNCTION first_contact_resolved(anyelement, timestamptz, interval, timestamptz) IS
'for the first contact of an episode: NULL while its window is open (at + gap >= as_of), then true when nothing followed within gap (included), else false; NULL for the other contacts, so that fcr counts episodes; look-forward; NULL for an unknown (NULL) customer; NULL as_of is an error; NULL at gives NULL; use OVER (PARTITION BY customer ORDER BY at): other customers or descending rows in a partition, a NULL, negative or changing gap and months are errors; a day counts 24 hours';

CREATE FUNCTION contact_number(customer anyelement, at timestamptz, gap interval, min_gap interval) RETURNS bigint
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'contact_number';
COMMENT ON FUNCTION contact_number(anyelement, timestamptz, interval, interval) IS
'which contact of its episode a row is: 1 for the first, 2 for the next, ...; an episode goes on while the next contact begins within gap (included) of the end of the last; a contact that begins within min_gap of the end of the one before continues it: the same number, and gaps run on from its end; 1 for an unknown (NULL) customer; NULL at gives NULL; use OVER (PARTITION BY customer ORDER BY at): other customers or descending rows in a partition, a NULL, negative or changing gap, min_gap above gap and months are errors; a day counts 24 hours';

CREATE FUNCTION repeat_contact(customer anyelement, at timestamptz, gap interval, min_gap interval) RETURNS boolean
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'repeat_contact';
COMMENT ON FUNCTION repeat_contact(anyelement, timestamptz, interval, interval) IS
'true when the contact before lies within gap (included), else false; a contact that begins within min_gap of the end of the one before continues it: NULL, and gaps run on from its end; NULL for an unknown (NULL) customer; NULL at gives NULL; use OVER (PARTITION BY customer ORDER BY at): other customers or descending rows in a partition, a NULL, negative or changing gap, min_gap above gap and months are errors; a day counts 24 hours';

CREATE FUNCTION first_contact_resolved(customer anyelement, at timestamptz, gap interval, as_of timestamptz, min_gap interval) RETURNS boolean
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'first_contact_resolved';
COMMENT ON FUNCTION first_contact_resolved(anyelement, timestamptz, interval, timestamptz, interval) IS
'for the first contact of an episode: NULL while its window is open (at + gap >= as_of), then true when nothing followed within gap (included), else false; NULL for the other contacts, so that fcr counts episodes; look-forward; a contact that begins within min_gap of the end of the one before continues it: NULL, and gaps run on from its end; NULL for an unknown (NULL) customer; NULL as_of is an error; NULL at gives NULL; use OVER (PARTITION BY customer ORDER BY at): other customers or descending rows in a partition, a NULL, negative or changing gap, min_gap above gap and months are errors; a day counts 24 hours';

CREATE FUNCTION contact_number(customer anyelement, at timestamp, gap interval) RETURNS bigint
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'contact_number';
COMMENT ON FUNCTION contact_number(anyelement, timestamp, interval) IS
'which contact of its episode a row is: 1 for the first, 2 for the next, ...; an episode goes on while the next contact begins within gap (included) of the end of the last; 1 for an unknown (NULL) customer; NULL at gives NULL; use OVER (PARTITION BY customer ORDER BY at): other customers or descending rows in a partition, a NULL, negative or changing gap and months are errors; a day counts 24 hours';

CREATE FUNCTION repeat_contact(customer anyelement, at timestamp, gap interval) RETURNS boolean
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'repeat_contact';
COMMENT ON FUNCTION repeat_contact(anyelement, timestamp, interval) IS
'true when the contact before lies within gap (included), else false; NULL for an unknown (NULL) customer; NULL at gives NULL; use OVER (PARTITION BY customer ORDER BY at): other customers or descending rows in a partition, a NULL, negative or changing gap and months are errors; a day counts 24 hours';

CREATE FUNCTION first_contact_resolved(customer anyelement, at timestamp, gap interval, as_of timestamp) RETURNS boolean
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'first_contact_resolved';
COMMENT ON FUNCTION first_contact_resolved(anyelement, timestamp, interval, timestamp) IS
'for the first contact of an episode: NULL while its window is open (at + gap >= as_of), then true when nothing followed within gap (included), else false; NULL for the other contacts, so that fcr counts episodes; look-forward; NULL for an unknown (NULL) customer; NULL as_of is an error; NULL at gives NULL; use OVER (PARTITION BY customer ORDER BY at): other customers or descending rows in a partition, a NULL, negative or changing gap and months are errors; a day counts 24 hours';

CREATE FUNCTION contact_number(customer anyelement, at timestamp, gap interval, min_gap interval) RETURNS bigint
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'contact_number';
COMMENT ON FUNCTION contact_number(anyelement, timestamp, interval, interval) IS
'which contact of its episode a row is: 1 for the first, 2 for the next, ...; an episode goes on while the next contact begins within gap (included) of the end of the last; a contact that begins within min_gap of the end of the one before continues it: the same number, and gaps run on from its end; 1 for an unknown (NULL) customer; NULL at gives NULL; use OVER (PARTITION BY customer ORDER BY at): other customers or descending rows in a partition, a NULL, negative or changing gap, min_gap above gap and months are errors; a day counts 24 hours';

CREATE FUNCTION repeat_contact(customer anyelement, at timestamp, gap interval, min_gap interval) RETURNS boolean
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'repeat_contact';
COMMENT ON FUNCTION repeat_contact(anyelement, timestamp, interval, interval) IS
'true when the contact before lies within gap (included), else false; a contact that begins within min_gap of the end of the one before continues it: NULL, and gaps run on from its end; NULL for an unknown (NULL) customer; NULL at gives NULL; use OVER (PARTITION BY customer ORDER BY at): other customers or descending rows in a partition, a NULL, negative or changing gap, min_gap above gap and months are errors; a day counts 24 hours';

CREATE FUNCTION first_contact_resolved(customer anyelement, at timestamp, gap interval, as_of timestamp, min_gap interval) RETURNS boolean
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'first_contact_resolved';
COMMENT ON FUNCTION first_contact_resolved(anyelement, timestamp, interval, timestamp, interval) IS
'for the first contact of an episode: NULL while its window is open (at + gap >= as_of), then true when nothing followed within gap (included), else false; NULL for the other contacts, so that fcr counts episodes; look-forward; a contact that begins within min_gap of the end of the one before continues it: NULL, and gaps run on from its end; NULL for an unknown (NULL) customer; NULL as_of is an error; NULL at gives NULL; use OVER (PARTITION BY customer ORDER BY at): other customers or descending rows in a partition, a NULL, negative or changing gap, min_gap above gap and months are errors; a day counts 24 hours';

CREATE FUNCTION contact_number(customer anyelement, at tstzrange, gap interval) RETURNS bigint
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'contact_number';
COMMENT ON FUNCTION contact_number(anyelement, tstzrange, interval) IS
'which contact of its episode a row is: 1 for the first, 2 for the next, ...; an episode goes on while the next contact begins within gap (included) of the end of the last; distances run from the latest end so far to the next start, an unbounded end is still open; 1 for an unknown (NULL) customer; NULL at or an empty span gives NULL; use OVER (PARTITION BY customer ORDER BY at): other customers or descending rows in a partition, a NULL, negative or changing gap and months are errors; a day counts 24 hours';

CREATE FUNCTION repeat_contact(customer anyelement, at tstzrange, gap interval) RETURNS boolean
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'repeat_contact';
COMMENT ON FUNCTION repeat_contact(anyelement, tstzrange, interval) IS
'true when the contact before lies within gap (included), else false; distances run from the latest end so far to the next start, an unbounded end is still open; NULL for an unknown (NULL) customer; NULL at or an empty span gives NULL; use OVER (PARTITION BY customer ORDER BY at): other customers or descending rows in a partition, a NULL, negative or changing gap and months are errors; a day counts 24 hours';

CREATE FUNCTION first_contact_resolved(customer anyelement, at tstzrange, gap interval, as_of timestamptz) RETURNS boolean
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'first_contact_resolved';
COMMENT ON FUNCTION first_contact_resolved(anyelement, tstzrange, interval, timestamptz) IS
'for the first contact of an episode: NULL while its window is open (at + gap >= as_of), then true when nothing followed within gap (included), else false; NULL for the other contacts, so that fcr counts episodes; look-forward; distances run from the latest end so far to the next start, an unbounded end is still open; NULL for an unknown (NULL) customer; NULL as_of is an error; NULL at or an empty span gives NULL; use OVER (PARTITION BY customer ORDER BY at): other customers or descending rows in a partition, a NULL, negative or changing gap and months are errors; a day counts 24 hours';

CREATE FUNCTION contact_number(customer anyelement, at tstzrange, gap interval, min_gap interval) RETURNS bigint
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'contact_number';
COMMENT ON FUNCTION contact_number(anyelement, tstzrange, interval, interval) IS
'which contact of its episode a row is: 1 for the first, 2 for the next, ...; an episode goes on while the next contact begins within gap (included) of the end of the last; a contact that begins within min_gap of the end of the one before continues it: the same number, and gaps run on from its end; distances run from the latest end so far to the next start, an unbounded end is still open; 1 for an unknown (NULL) customer; NULL at or an empty span gives NULL; use OVER (PARTITION BY customer ORDER BY at): other customers or descending rows in a partition, a NULL, negative or changing gap, min_gap above gap and months are errors; a day counts 24 hours';

CREATE FUNCTION repeat_contact(customer anyelement, at tstzrange, gap interval, min_gap interval) RETURNS boolean
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'repeat_contact';
COMMENT ON FUNCTION repeat_contact(anyelement, tstzrange, interval, interval) IS
'true when the contact before lies within gap (included), else false; a contact that begins within min_gap of the end of the one before continues it: NULL, and gaps run on from its end; distances run from the latest end so far to the next start, an unbounded end is still open; NULL for an unknown (NULL) customer; NULL at or an empty span gives NULL; use OVER (PARTITION BY customer ORDER BY at): other customers or descending rows in a partition, a NULL, negative or changing gap, min_gap above gap and months are errors; a day counts 24 hours';

CREATE FUNCTION first_contact_resolved(customer anyelement, at tstzrange, gap interval, as_of timestamptz, min_gap interval) RETURNS boolean
    LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'first_contact_resolved';
COMMENT ON FUNCTION first_contact_resolved(anyelement, tstzrange, interval, timestamptz, interval) IS
'for the first contact of an episode: NULL while its window is open (at + gap >= as_of), then true when nothing followed within gap (included), else false; NULL for the other contacts, so that fcr counts episodes; look-forward; a contact that begins within min_gap of the end of the one before continues it: NULL, and gaps run on from its end; distances run from the latest end so far to the next start, an unbounded end is still open; NULL for an unknown (NULL) customer; NULL as_of is an error; NULL at or an empty span gives NULL; use OVER (PARTITION BY customer ORDER BY at): other customers or descending rows in a partition, a NULL, negative or changing gap, min_gap above gap and months are errors; a day counts 24 hours';

-- Business time: type business_calendar

-- The input, output and comparison functions of business_calendar
CREATE TYPE business_calendar;

CREATE FUNCTION _business_calendar_in(cstring) RETURNS business_calendar
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_calendar_in';
COMMENT ON FUNCTION _business_calendar_in(cstring) IS 'text input of business_calendar';
CREATE FUNCTION _business_calendar_out(business_calendar) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_calendar_out';
COMMENT ON FUNCTION _business_calendar_out(business_calendar) IS 'text output of business_calendar: exact and canonical';
CREATE FUNCTION _business_calendar_recv(internal) RETURNS business_calendar
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_calendar_recv';
COMMENT ON FUNCTION _business_calendar_recv(internal) IS 'binary input of business_calendar';
CREATE FUNCTION _business_calendar_send(business_calendar) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_calendar_send';
COMMENT ON FUNCTION _business_calendar_send(business_calendar) IS 'binary output of business_calendar';

CREATE TYPE business_calendar (
    INPUT = _business_calendar_in,
    OUTPUT = _business_calendar_out,
    RECEIVE = _business_calendar_recv,
    SEND = _business_calendar_send,
    INTERNALLENGTH = variable,
    ALIGNMENT = double,
    STORAGE = extended
);

CREATE FUNCTION _business_calendar_eq(business_calendar, business_calendar) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_calendar_eq';
COMMENT ON FUNCTION _business_calendar_eq(business_calendar, business_calendar) IS 'implementation of = operator';
CREATE FUNCTION _business_calendar_ne(business_calendar, business_calendar) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_calendar_ne';
COMMENT ON FUNCTION _business_calendar_ne(business_calendar, business_calendar) IS 'implementation of <> operator';
CREATE FUNCTION _business_calendar_lt(business_calendar, business_calendar) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_calendar_lt';
COMMENT ON FUNCTION _business_calendar_lt(business_calendar, business_calendar) IS 'implementation of < operator';
CREATE FUNCTION _business_calendar_le(business_calendar, business_calendar) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_calendar_le';
COMMENT ON FUNCTION _business_calendar_le(business_calendar, business_calendar) IS 'implementation of <= operator';
CREATE FUNCTION _business_calendar_gt(business_calendar, business_calendar) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_calendar_gt';
COMMENT ON FUNCTION _business_calendar_gt(business_calendar, business_calendar) IS 'implementation of > operator';
CREATE FUNCTION _business_calendar_ge(business_calendar, business_calendar) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_calendar_ge';
COMMENT ON FUNCTION _business_calendar_ge(business_calendar, business_calendar) IS 'implementation of >= operator';
CREATE FUNCTION _business_calendar_cmp(business_calendar, business_calendar) RETURNS integer
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_calendar_cmp';
COMMENT ON FUNCTION _business_calendar_cmp(business_calendar, business_calendar) IS 'less-equal-greater, for indexes';
CREATE FUNCTION _business_calendar_hash(business_calendar) RETURNS integer
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_calendar_hash';
COMMENT ON FUNCTION _business_calendar_hash(business_calendar) IS 'hash';
CREATE FUNCTION _business_calendar_hash_extended(business_calendar, bigint) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_calendar_hash_extended';
COMMENT ON FUNCTION _business_calendar_hash_extended(business_calendar, bigint) IS 'hash with a seed';

CREATE OPERATOR = (LEFTARG = business_calendar, RIGHTARG = business_calendar, FUNCTION = _business_calendar_eq,
    COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR <> (LEFTARG = business_calendar, RIGHTARG = business_calendar, FUNCTION = _business_calendar_ne,
    COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
CREATE OPERATOR < (LEFTARG = business_calendar, RIGHTARG = business_calendar, FUNCTION = _business_calendar_lt,
    COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
CREATE OPERATOR <= (LEFTARG = business_calendar, RIGHTARG = business_calendar, FUNCTION = _business_calendar_le,
    COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
CREATE OPERATOR > (LEFTARG = business_calendar, RIGHTARG = business_calendar, FUNCTION = _business_calendar_gt,
    COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel);
CREATE OPERATOR >= (LEFTARG = business_calendar, RIGHTARG = business_calendar, FUNCTION = _business_calendar_ge,
    COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel);

COMMENT ON OPERATOR = (business_calendar, business_calendar) IS 'equal';
COMMENT ON OPERATOR <> (business_calendar, business_calendar) IS 'not equal';
COMMENT ON OPERATOR < (business_calendar, business_calendar) IS 'before in a stable order without meaning';
COMMENT ON OPERATOR <= (business_calendar, business_calendar) IS 'before or equal in a stable order without meaning';
COMMENT ON OPERATOR > (business_calendar, business_calendar) IS 'after in a stable order without meaning';
COMMENT ON OPERATOR >= (business_calendar, business_calendar) IS 'after or equal in a stable order without meaning';

CREATE OPERATOR CLASS business_calendar_ops DEFAULT FOR TYPE business_calendar USING btree AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
    FUNCTION 1 _business_calendar_cmp(business_calendar, business_calendar);
CREATE OPERATOR CLASS business_calendar_ops DEFAULT FOR TYPE business_calendar USING hash AS
    OPERATOR 1 =,
    FUNCTION 1 _business_calendar_hash(business_calendar),
    FUNCTION 2 _business_calendar_hash_extended(business_calendar, bigint);


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



CREATE FUNCTION business_time(calendar business_calendar, start_at timestamp, end_at timestamp) RETURNS interval
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_timestamp_error';
COMMENT ON FUNCTION business_time(business_calendar, timestamp, timestamp) IS
'always an error: say which moments are meant with AT TIME ZONE';
CREATE FUNCTION business_spans(calendar business_calendar, start_at timestamp, end_at timestamp) RETURNS tstzmultirange
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_timestamp_error';
COMMENT ON FUNCTION business_spans(business_calendar, timestamp, timestamp) IS
'always an error: say which moments are meant with AT TIME ZONE';

CREATE FUNCTION business_time(calendar business_calendar, start_at timestamp, end_at timestamptz) RETURNS interval
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_timestamp_error';
COMMENT ON FUNCTION business_time(business_calendar, timestamp, timestamptz) IS
'always an error: say which moments are meant with AT TIME ZONE';
CREATE FUNCTION business_spans(calendar business_calendar, start_at timestamp, end_at timestamptz) RETURNS tstzmultirange
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_timestamp_error';
COMMENT ON FUNCTION business_spans(business_calendar, timestamp, timestamptz) IS
'always an error: say which moments are meant with AT TIME ZONE';

CREATE FUNCTION business_time(calendar business_calendar, start_at timestamptz, end_at timestamp) RETURNS interval
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_timestamp_error';
COMMENT ON FUNCTION business_time(business_calendar, timestamptz, timestamp) IS
'always an error: say which moments are meant with AT TIME ZONE';
CREATE FUNCTION business_spans(calendar business_calendar, start_at timestamptz, end_at timestamp) RETURNS tstzmultirange
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_timestamp_error';
COMMENT ON FUNCTION business_spans(business_calendar, timestamptz, timestamp) IS
'always an error: say which moments are meant with AT TIME ZONE';

CREATE FUNCTION business_time(calendar business_calendar, start_at date, end_at date) RETURNS interval
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_date_error';
COMMENT ON FUNCTION business_time(business_calendar, date, date) IS
'always an error: say which moments are meant with AT TIME ZONE';
CREATE FUNCTION business_spans(calendar business_calendar, start_at date, end_at date) RETURNS tstzmultirange
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_date_error';
COMMENT ON FUNCTION business_spans(business_calendar, date, date) IS
'always an error: say which moments are meant with AT TIME ZONE';

CREATE FUNCTION business_time(calendar business_calendar, start_at date, end_at timestamp) RETURNS interval
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_date_error';
COMMENT ON FUNCTION business_time(business_calendar, date, timestamp) IS
'always an error: say which moments are meant with AT TIME ZONE';
CREATE FUNCTION business_spans(calendar business_calendar, start_at date, end_at timestamp) RETURNS tstzmultirange
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_date_error';
COMMENT ON FUNCTION business_spans(business_calendar, date, timestamp) IS
'always an error: say which moments are meant with AT TIME ZONE';

CREATE FUNCTION business_time(calendar business_calendar, start_at date, end_at timestamptz) RETURNS interval
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_date_error';
COMMENT ON FUNCTION business_time(business_calendar, date, timestamptz) IS
'always an error: say which moments are meant with AT TIME ZONE';
CREATE FUNCTION business_spans(calendar business_calendar, start_at date, end_at timestamptz) RETURNS tstzmultirange
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_date_error';
COMMENT ON FUNCTION business_spans(business_calendar, date, timestamptz) IS
'always an error: say which moments are meant with AT TIME ZONE';

CREATE FUNCTION business_time(calendar business_calendar, start_at timestamp, end_at date) RETURNS interval
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_date_error';
COMMENT ON FUNCTION business_time(business_calendar, timestamp, date) IS
'always an error: say which moments are meant with AT TIME ZONE';
CREATE FUNCTION business_spans(calendar business_calendar, start_at timestamp, end_at date) RETURNS tstzmultirange
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_date_error';
COMMENT ON FUNCTION business_spans(business_calendar, timestamp, date) IS
'always an error: say which moments are meant with AT TIME ZONE';

CREATE FUNCTION business_time(calendar business_calendar, start_at timestamptz, end_at date) RETURNS interval
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_date_error';
COMMENT ON FUNCTION business_time(business_calendar, timestamptz, date) IS
'always an error: say which moments are meant with AT TIME ZONE';
CREATE FUNCTION business_spans(calendar business_calendar, start_at timestamptz, end_at date) RETURNS tstzmultirange
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_date_error';
COMMENT ON FUNCTION business_spans(business_calendar, timestamptz, date) IS
'always an error: say which moments are meant with AT TIME ZONE';

CREATE FUNCTION business_deadline(calendar business_calendar, start_at timestamp, duration interval) RETURNS timestamptz
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_timestamp_error';
COMMENT ON FUNCTION business_deadline(business_calendar, timestamp, interval) IS
'always an error: say which moment is meant with AT TIME ZONE';
CREATE FUNCTION business_deadline(calendar business_calendar, start_at timestamp, duration interval, paused tstzmultirange) RETURNS timestamptz
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_timestamp_error';
COMMENT ON FUNCTION business_deadline(business_calendar, timestamp, interval, tstzmultirange) IS
'always an error: say which moment is meant with AT TIME ZONE';
CREATE FUNCTION is_open(calendar business_calendar, moment timestamp) RETURNS boolean
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_timestamp_error';
COMMENT ON FUNCTION is_open(business_calendar, timestamp) IS
'always an error: say which moment is meant with AT TIME ZONE';

CREATE FUNCTION business_deadline(calendar business_calendar, start_at date, duration interval) RETURNS timestamptz
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_date_error';
COMMENT ON FUNCTION business_deadline(business_calendar, date, interval) IS
'always an error: say which moment is meant with AT TIME ZONE';
CREATE FUNCTION business_deadline(calendar business_calendar, start_at date, duration interval, paused tstzmultirange) RETURNS timestamptz
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_date_error';
COMMENT ON FUNCTION business_deadline(business_calendar, date, interval, tstzmultirange) IS
'always an error: say which moment is meant with AT TIME ZONE';
CREATE FUNCTION is_open(calendar business_calendar, moment date) RETURNS boolean
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_date_error';
COMMENT ON FUNCTION is_open(business_calendar, date) IS
'always an error: say which moment is meant with AT TIME ZONE';

-- Reporting intervals on the local clock

CREATE FUNCTION interval_start(moment timestamptz, step interval, zone text) RETURNS timestamptz
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'reporting_interval_start';
COMMENT ON FUNCTION interval_start(timestamptz, interval, text) IS
'the first moment of the reporting interval that contains this one: intervals of one step, counted from midnight on the zone''s local clock (whole days from Monday 2001-01-01, so that 7 days are ISO weeks); NULL gives NULL; a step that neither divides a day nor is whole days, months, unknown or POSIX zones and infinite moments are errors';

CREATE FUNCTION interval_start(moment timestamp, step interval, zone text) RETURNS timestamptz
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_timestamp_error';
COMMENT ON FUNCTION interval_start(timestamp, interval, text) IS
'always an error: say which moment is meant with AT TIME ZONE';

CREATE FUNCTION interval_start(moment date, step interval, zone text) RETURNS timestamptz
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'business_date_error';
COMMENT ON FUNCTION interval_start(date, interval, text) IS
'always an error: say which moment is meant with AT TIME ZONE';

CREATE FUNCTION split_span(span tstzrange, step interval, zone text,
    OUT interval_start timestamptz, OUT part tstzrange, OUT covered interval) RETURNS SETOF record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10 ROWS 4 AS 'MODULE_PATHNAME', 'reporting_split_span';
COMMENT ON FUNCTION split_span(tstzrange, interval, text) IS
'apportions a span to the reporting intervals that it touches: the start of each, the part of the span in it and the part''s length; the parts sum to the span, whose bounds count as half-open; an empty or NULL span gives no rows; a span without start or end, and the step and zone as in interval_start, are errors';

-- Staffing: Erlang B, C and A

CREATE FUNCTION erlang_load(contacts double precision, aht interval, period interval) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'erlang_load';
COMMENT ON FUNCTION erlang_load(double precision, interval, interval) IS
'load in Erlangs: contacts * aht / period, the mean number of agents busy if nobody is lost; contacts 0 or more, period longer than 0; months, negative durations and numbers that are not finite are errors; NULL gives NULL';

CREATE FUNCTION erlang_b(agents double precision, load double precision) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10 AS 'MODULE_PATHNAME', 'erlang_b';
COMMENT ON FUNCTION erlang_b(double precision, double precision) IS
'Erlang B (Erlang 1917): probability that all of n agents or lines are busy when whoever finds them so is lost, 0 to 1; agents whole, 1 to 1e9; load 0 to 1e9; NULL gives NULL';

CREATE FUNCTION erlang_c(agents double precision, load double precision) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10 AS 'MODULE_PATHNAME', 'erlang_c';
COMMENT ON FUNCTION erlang_c(double precision, double precision) IS
'Erlang C (Erlang 1917): probability of having to wait when nobody hangs up, 0 to 1; 1 when load >= agents; agents whole, 1 to 1e9; load 0 to 1e9; NULL gives NULL';

CREATE FUNCTION erlang_c_service_level(agents double precision, load double precision, aht interval, threshold interval) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10 AS 'MODULE_PATHNAME', 'erlang_c_service_level';
COMMENT ON FUNCTION erlang_c_service_level(double precision, double precision, interval, interval) IS
'Erlang C: share answered within the threshold (included), 0 to 1: 1 - C exp(-(agents - load) threshold / aht); 0 when load >= agents; aht longer than 0, threshold not negative; NULL gives NULL';

CREATE FUNCTION erlang_c_asa(agents double precision, load double precision, aht interval) RETURNS interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10 AS 'MODULE_PATHNAME', 'erlang_c_asa';
COMMENT ON FUNCTION erlang_c_asa(double precision, double precision, interval) IS
'Erlang C: average speed of answer, C aht / (agents - load), to the microsecond; NULL when load >= agents: the queue grows without end; NULL gives NULL';

CREATE FUNCTION erlang_c_agents(load double precision, aht interval, target double precision, threshold interval) RETURNS integer
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'erlang_c_agents';
COMMENT ON FUNCTION erlang_c_agents(double precision, interval, double precision, interval) IS
'Erlang C: fewest agents of whom erlang_c_service_level reaches the target; target at least 0 and below 1; NULL gives NULL';

CREATE FUNCTION erlang_c_agents(load double precision, aht interval, target double precision, threshold interval, max_occupancy double precision) RETURNS integer
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'erlang_c_agents';
COMMENT ON FUNCTION erlang_c_agents(double precision, interval, double precision, interval, double precision) IS
'Erlang C: fewest agents of whom erlang_c_service_level reaches the target and load / agents does not pass max_occupancy (above 0, at most 1); NULL gives NULL';

CREATE FUNCTION erlang_c_agents(load double precision, aht interval, target double precision, threshold interval, max_occupancy double precision, shrinkage double precision) RETURNS integer
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'erlang_c_agents';
COMMENT ON FUNCTION erlang_c_agents(double precision, interval, double precision, interval, double precision, double precision) IS
'Erlang C: agents to schedule: those of erlang_c_agents / (1 - shrinkage), rounded up; shrinkage at least 0 and below 1; NULL gives NULL';

CREATE FUNCTION erlang_a(agents double precision, load double precision, aht interval, patience interval) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20 AS 'MODULE_PATHNAME', 'erlang_a';
COMMENT ON FUNCTION erlang_a(double precision, double precision, interval, interval) IS
'Erlang A (Palm 1957; Mandelbaum and Zeltyn 2005): probability of having to wait when customers hang up after an exponential patience of this mean, 0 to 1; any load; agents whole, 1 to 1e9; aht and patience longer than 0; NULL gives NULL';

CREATE FUNCTION erlang_a_service_level(agents double precision, load double precision, aht interval, patience interval, threshold interval) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20 AS 'MODULE_PATHNAME', 'erlang_a_service_level';
COMMENT ON FUNCTION erlang_a_service_level(double precision, double precision, interval, interval, interval) IS
'Erlang A: share of all who come that is answered within the threshold (included), 0 to 1: abandoned contacts count against it, as service_level does; NULL gives NULL';

CREATE FUNCTION erlang_a_asa(agents double precision, load double precision, aht interval, patience interval) RETURNS interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20 AS 'MODULE_PATHNAME', 'erlang_a_asa';
COMMENT ON FUNCTION erlang_a_asa(double precision, double precision, interval, interval) IS
'Erlang A: average speed of answer: mean wait of those who are answered, to the microsecond, as asa(wait, answered); the mean wait of all who come is erlang_a_abandonment * patience; NULL gives NULL';

CREATE FUNCTION erlang_a_abandonment(agents double precision, load double precision, aht interval, patience interval) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20 AS 'MODULE_PATHNAME', 'erlang_a_abandonment';
COMMENT ON FUNCTION erlang_a_abandonment(double precision, double precision, interval, interval) IS
'Erlang A: share of all who come that hangs up, 0 to 1; NULL gives NULL';

CREATE FUNCTION erlang_a_agents(load double precision, aht interval, patience interval, target double precision, threshold interval) RETURNS integer
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 200 AS 'MODULE_PATHNAME', 'erlang_a_agents';
COMMENT ON FUNCTION erlang_a_agents(double precision, interval, interval, double precision, interval) IS
'Erlang A: fewest agents of whom erlang_a_service_level reaches the target; target at least 0 and below 1; NULL gives NULL';

CREATE FUNCTION erlang_a_agents(load double precision, aht interval, patience interval, target double precision, threshold interval, max_occupancy double precision) RETURNS integer
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 200 AS 'MODULE_PATHNAME', 'erlang_a_agents';
COMMENT ON FUNCTION erlang_a_agents(double precision, interval, interval, double precision, interval, double precision) IS
'Erlang A: fewest agents of whom erlang_a_service_level reaches the target and the occupancy, load (1 - abandonment) / agents, does not pass max_occupancy (above 0, at most 1); NULL gives NULL';

CREATE FUNCTION erlang_a_agents(load double precision, aht interval, patience interval, target double precision, threshold interval, max_occupancy double precision, shrinkage double precision) RETURNS integer
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 200 AS 'MODULE_PATHNAME', 'erlang_a_agents';
COMMENT ON FUNCTION erlang_a_agents(double precision, interval, interval, double precision, interval, double precision, double precision) IS
'Erlang A: agents to schedule: those of erlang_a_agents / (1 - shrinkage), rounded up; shrinkage at least 0 and below 1; NULL gives NULL';

-- What rollups call while they run (the extension kpi_rollup makes them, and may be dropped)

CREATE FUNCTION _rollup_mark() RETURNS trigger
    LANGUAGE C PARALLEL SAFE AS 'MODULE_PATHNAME', 'rollup_mark';
COMMENT ON FUNCTION _rollup_mark() IS
'trigger function of a rollup: marks the buckets of a changed row, or everything; see rollup_create of the extension kpi_rollup';

CREATE FUNCTION _rollup_forget() RETURNS trigger
    LANGUAGE C PARALLEL SAFE AS 'MODULE_PATHNAME', 'rollup_forget';
COMMENT ON FUNCTION _rollup_forget() IS
'trigger function on the marks of a rollup: what this transaction has marked may be deleted';

CREATE FUNCTION _rollup_tables(bucket regclass, seen boolean) RETURNS bigint[]
    LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rollup_tables';
COMMENT ON FUNCTION _rollup_tables(regclass, boolean) IS
'support function of rollups: traces of what changes a rollup''s tables without its triggers; NULL if changes could go unmarked';

CREATE FUNCTION _rollup_list(list anyarray) RETURNS SETOF anyelement
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE ROWS 1 AS 'array_unnest';
COMMENT ON FUNCTION _rollup_list(anyarray) IS
'support function of rollups: unnest, of which the planner expects one row';
