-- Rates: type proportion

@summary proportion 16 by value

COMMENT ON TYPE proportion IS
'hits among a total, two exact counts, printed as 812/1000: the summary behind rate, fcr, transfer_rate and the like';

-- Two counts, in a row or a constructor
@table count
T                | C
bigint           | int8
numeric          | numeric
double precision | float8
@end

@each count
CREATE FUNCTION proportion(hits @T@, total @T@) RETURNS proportion
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'proportion_from_@C@';
COMMENT ON FUNCTION proportion(@T@, @T@) IS
'a proportion from two counts; NULL gives NULL; an error when a count is negative or not whole or hits exceed total';
@end

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

@transition _proportion_accum(proportion, boolean) STRICT
@inverse _proportion_accum_inv(proportion, boolean) STRICT
@merge _proportion_merge(proportion, proportion) STRICT
@subtract _proportion_subtract(proportion, proportion) STRICT
@each count
@transition _proportion_accum_@C@(proportion, @T@, @T@) STRICT
@inverse _proportion_accum_@C@_inv(proportion, @T@, @T@) STRICT
@end

CREATE OPERATOR + (LEFTARG = proportion, RIGHTARG = proportion, FUNCTION = _proportion_merge, COMMUTATOR = +);
CREATE OPERATOR - (LEFTARG = proportion, RIGHTARG = proportion, FUNCTION = _proportion_subtract);
COMMENT ON OPERATOR + (proportion, proportion) IS 'merge: hits and totals are added';
COMMENT ON OPERATOR - (proportion, proportion) IS 'remove what was added before; an error when a count would become negative';

-- Aggregates.  A rate has many names.

@table rate
name             | hit         | is
rate             | hit         | share of true among the rows that are not NULL, 0 to 1; NULL when there are none
fcr              | resolved    | first contact resolution: share of contacts resolved at once among those that say, 0 to 1; NULL rows are ignored; NULL when there are none
resolution_rate  | resolved    | share of cases resolved, 0 to 1; NULL rows are ignored; NULL when there are none
answer_rate      | answered    | share of contacts answered, 0 to 1; NULL rows are ignored; NULL when there are none
abandonment_rate | abandoned   | share of contacts abandoned, 0 to 1; NULL rows are ignored; NULL when there are none
transfer_rate    | transferred | share of contacts transferred, 0 to 1; NULL rows are ignored; NULL when there are none
repeat_rate      | repeated    | share of contacts that repeat an earlier one, 0 to 1; NULL rows are ignored; NULL when there are none
reopen_rate      | reopened    | share of solved cases that were reopened, 0 to 1; NULL rows are ignored; NULL when there are none
containment_rate | contained   | share of self-service sessions that ended without an agent, 0 to 1; NULL rows are ignored; NULL when there are none
conversion_rate  | converted   | share of contacts that led to a sale or another goal, 0 to 1; NULL rows are ignored; NULL when there are none
complaint_rate   | complained  | share of contacts or customers that complained, 0 to 1; NULL rows are ignored; NULL when there are none
retention_rate   | retained    | share of customers retained, 0 to 1; NULL rows are ignored; NULL when there are none
sla_rate         | met         | share of cases that met their service level agreement, 0 to 1; NULL rows are ignored; NULL when there are none
@end

@each rate
CREATE AGGREGATE @name@(@hit@ boolean) (
    SFUNC = _proportion_accum, STYPE = proportion, INITCOND = '0/0', FINALFUNC = rate, COMBINEFUNC = _proportion_merge,
    MSFUNC = _proportion_accum, MINVFUNC = _proportion_accum_inv, MSTYPE = proportion, MINITCOND = '0/0', MFINALFUNC = rate,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE @name@(boolean) IS
'@is@';
@end

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

@each count
CREATE AGGREGATE rate(hits @T@, total @T@) (
    SFUNC = _proportion_accum_@C@, STYPE = proportion, INITCOND = '0/0', FINALFUNC = rate, COMBINEFUNC = _proportion_merge,
    MSFUNC = _proportion_accum_@C@, MINVFUNC = _proportion_accum_@C@_inv, MSTYPE = proportion, MINITCOND = '0/0', MFINALFUNC = rate,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE rate(@T@, @T@) IS
'sum of hits / sum of total over rows that are already counted, 0 to 1: weighted, not an average of averages; rows with a NULL are ignored; NULL when the total is 0; hits above total, negative or broken counts are errors';

CREATE AGGREGATE proportion_agg(hits @T@, total @T@) (
    SFUNC = _proportion_accum_@C@, STYPE = proportion, INITCOND = '0/0', COMBINEFUNC = _proportion_merge,
    MSFUNC = _proportion_accum_@C@, MINVFUNC = _proportion_accum_@C@_inv, MSTYPE = proportion, MINITCOND = '0/0',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE proportion_agg(@T@, @T@) IS
'sum of hits and sum of total as a proportion; rows with a NULL are ignored; 0/0 when there are none; hits above total, negative or broken counts are errors';
@end

CREATE AGGREGATE rollup(summary proportion) (
    SFUNC = _proportion_merge, STYPE = proportion, INITCOND = '0/0', COMBINEFUNC = _proportion_merge,
    MSFUNC = _proportion_merge, MINVFUNC = _proportion_subtract, MSTYPE = proportion, MINITCOND = '0/0',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(proportion) IS
'merges proportions: hits and totals are added; NULLs are ignored; 0/0 when there are none';
