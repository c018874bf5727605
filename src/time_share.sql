-- Shares of time: type time_share

@summary time_share 16

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

-- Support functions of the aggregates.  They are not strict: a NULL part counts 0.

CREATE FUNCTION time_share_accum_interval(time_share, interval, interval) RETURNS time_share
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION time_share_accum_interval_inv(time_share, interval, interval) RETURNS time_share
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION time_share_accum_int4(time_share, integer, integer) RETURNS time_share
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION time_share_accum_int4_inv(time_share, integer, integer) RETURNS time_share
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION time_share_accum_float8(time_share, double precision, double precision) RETURNS time_share
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION time_share_accum_float8_inv(time_share, double precision, double precision) RETURNS time_share
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION time_share_accum_occupancy_interval(time_share, interval, interval) RETURNS time_share
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION time_share_accum_occupancy_interval_inv(time_share, interval, interval) RETURNS time_share
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION time_share_accum_occupancy_int4(time_share, integer, integer) RETURNS time_share
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION time_share_accum_occupancy_int4_inv(time_share, integer, integer) RETURNS time_share
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION time_share_accum_occupancy_float8(time_share, double precision, double precision) RETURNS time_share
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION time_share_accum_occupancy_float8_inv(time_share, double precision, double precision) RETURNS time_share
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION time_share_merge(time_share, time_share) RETURNS time_share
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION time_share_subtract(time_share, time_share) RETURNS time_share
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION time_share_accum_interval(time_share, interval, interval) IS 'transition function';
COMMENT ON FUNCTION time_share_accum_interval_inv(time_share, interval, interval) IS 'inverse transition function';
COMMENT ON FUNCTION time_share_accum_int4(time_share, integer, integer) IS 'transition function';
COMMENT ON FUNCTION time_share_accum_int4_inv(time_share, integer, integer) IS 'inverse transition function';
COMMENT ON FUNCTION time_share_accum_float8(time_share, double precision, double precision) IS 'transition function';
COMMENT ON FUNCTION time_share_accum_float8_inv(time_share, double precision, double precision) IS 'inverse transition function';
COMMENT ON FUNCTION time_share_accum_occupancy_interval(time_share, interval, interval) IS 'transition function';
COMMENT ON FUNCTION time_share_accum_occupancy_interval_inv(time_share, interval, interval) IS 'inverse transition function';
COMMENT ON FUNCTION time_share_accum_occupancy_int4(time_share, integer, integer) IS 'transition function';
COMMENT ON FUNCTION time_share_accum_occupancy_int4_inv(time_share, integer, integer) IS 'inverse transition function';
COMMENT ON FUNCTION time_share_accum_occupancy_float8(time_share, double precision, double precision) IS 'transition function';
COMMENT ON FUNCTION time_share_accum_occupancy_float8_inv(time_share, double precision, double precision) IS 'inverse transition function';
COMMENT ON FUNCTION time_share_merge(time_share, time_share) IS 'implementation of + operator, and combine function';
COMMENT ON FUNCTION time_share_subtract(time_share, time_share) IS 'implementation of - operator, and inverse transition function';

CREATE OPERATOR + (LEFTARG = time_share, RIGHTARG = time_share, FUNCTION = time_share_merge, COMMUTATOR = +);
CREATE OPERATOR - (LEFTARG = time_share, RIGHTARG = time_share, FUNCTION = time_share_subtract);
COMMENT ON OPERATOR + (time_share, time_share) IS 'merge: parts and wholes are added';
COMMENT ON OPERATOR - (time_share, time_share) IS 'remove what was added before; an error when a sum would become negative';

-- Aggregates

CREATE AGGREGATE utilization(active interval, worked interval) (
    SFUNC = time_share_accum_interval, STYPE = time_share, INITCOND = '00:00:00/00:00:00', FINALFUNC = share, COMBINEFUNC = time_share_merge,
    MSFUNC = time_share_accum_interval, MINVFUNC = time_share_accum_interval_inv, MSTYPE = time_share, MINITCOND = '00:00:00/00:00:00', MFINALFUNC = share,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE utilization(interval, interval) IS
'sum of active / sum of worked time, normally 0 to 1; a NULL active counts 0, a row whose worked is NULL is ignored; NULL when nothing was worked; negative, NaN and infinite durations and intervals with months are errors. The industry defines active and worked in several ways: the caller chooses them';

CREATE AGGREGATE utilization(active integer, worked integer) (
    SFUNC = time_share_accum_int4, STYPE = time_share, INITCOND = '00:00:00/00:00:00', FINALFUNC = share, COMBINEFUNC = time_share_merge,
    MSFUNC = time_share_accum_int4, MINVFUNC = time_share_accum_int4_inv, MSTYPE = time_share, MINITCOND = '00:00:00/00:00:00', MFINALFUNC = share,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE utilization(integer, integer) IS
'sum of active / sum of worked time, normally 0 to 1; a NULL active counts 0, a row whose worked is NULL is ignored; NULL when nothing was worked; negative, NaN and infinite durations and intervals with months are errors. The industry defines active and worked in several ways: the caller chooses them. Durations are in seconds';

CREATE AGGREGATE utilization(active double precision, worked double precision) (
    SFUNC = time_share_accum_float8, STYPE = time_share, INITCOND = '00:00:00/00:00:00', FINALFUNC = share, COMBINEFUNC = time_share_merge,
    MSFUNC = time_share_accum_float8, MINVFUNC = time_share_accum_float8_inv, MSTYPE = time_share, MINITCOND = '00:00:00/00:00:00', MFINALFUNC = share,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE utilization(double precision, double precision) IS
'sum of active / sum of worked time, normally 0 to 1; a NULL active counts 0, a row whose worked is NULL is ignored; NULL when nothing was worked; negative, NaN and infinite durations and intervals with months are errors. The industry defines active and worked in several ways: the caller chooses them. Durations are in seconds';

CREATE AGGREGATE shrinkage(lost interval, scheduled interval) (
    SFUNC = time_share_accum_interval, STYPE = time_share, INITCOND = '00:00:00/00:00:00', FINALFUNC = share, COMBINEFUNC = time_share_merge,
    MSFUNC = time_share_accum_interval, MINVFUNC = time_share_accum_interval_inv, MSTYPE = time_share, MINITCOND = '00:00:00/00:00:00', MFINALFUNC = share,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE shrinkage(interval, interval) IS
'sum of lost / sum of scheduled time, normally 0 to 1; a NULL lost counts 0, a row whose scheduled is NULL is ignored; NULL when nothing was scheduled; negative, NaN and infinite durations and intervals with months are errors. Required staff becomes required / (1 - shrinkage)';

CREATE AGGREGATE shrinkage(lost integer, scheduled integer) (
    SFUNC = time_share_accum_int4, STYPE = time_share, INITCOND = '00:00:00/00:00:00', FINALFUNC = share, COMBINEFUNC = time_share_merge,
    MSFUNC = time_share_accum_int4, MINVFUNC = time_share_accum_int4_inv, MSTYPE = time_share, MINITCOND = '00:00:00/00:00:00', MFINALFUNC = share,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE shrinkage(integer, integer) IS
'sum of lost / sum of scheduled time, normally 0 to 1; a NULL lost counts 0, a row whose scheduled is NULL is ignored; NULL when nothing was scheduled; negative, NaN and infinite durations and intervals with months are errors. Required staff becomes required / (1 - shrinkage). Durations are in seconds';

CREATE AGGREGATE shrinkage(lost double precision, scheduled double precision) (
    SFUNC = time_share_accum_float8, STYPE = time_share, INITCOND = '00:00:00/00:00:00', FINALFUNC = share, COMBINEFUNC = time_share_merge,
    MSFUNC = time_share_accum_float8, MINVFUNC = time_share_accum_float8_inv, MSTYPE = time_share, MINITCOND = '00:00:00/00:00:00', MFINALFUNC = share,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE shrinkage(double precision, double precision) IS
'sum of lost / sum of scheduled time, normally 0 to 1; a NULL lost counts 0, a row whose scheduled is NULL is ignored; NULL when nothing was scheduled; negative, NaN and infinite durations and intervals with months are errors. Required staff becomes required / (1 - shrinkage). Durations are in seconds';

CREATE AGGREGATE time_share_agg(part interval, whole interval) (
    SFUNC = time_share_accum_interval, STYPE = time_share, INITCOND = '00:00:00/00:00:00', COMBINEFUNC = time_share_merge,
    MSFUNC = time_share_accum_interval, MINVFUNC = time_share_accum_interval_inv, MSTYPE = time_share, MINITCOND = '00:00:00/00:00:00',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE time_share_agg(interval, interval) IS
'sum of parts and sum of wholes as a time_share; a NULL part counts 0, a row whose whole is NULL is ignored; 00:00:00/00:00:00 when there are none; negative, NaN and infinite durations and intervals with months are errors';

CREATE AGGREGATE time_share_agg(part integer, whole integer) (
    SFUNC = time_share_accum_int4, STYPE = time_share, INITCOND = '00:00:00/00:00:00', COMBINEFUNC = time_share_merge,
    MSFUNC = time_share_accum_int4, MINVFUNC = time_share_accum_int4_inv, MSTYPE = time_share, MINITCOND = '00:00:00/00:00:00',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE time_share_agg(integer, integer) IS
'sum of parts and sum of wholes as a time_share; a NULL part counts 0, a row whose whole is NULL is ignored; 00:00:00/00:00:00 when there are none; negative, NaN and infinite durations and intervals with months are errors. Durations are in seconds';

CREATE AGGREGATE time_share_agg(part double precision, whole double precision) (
    SFUNC = time_share_accum_float8, STYPE = time_share, INITCOND = '00:00:00/00:00:00', COMBINEFUNC = time_share_merge,
    MSFUNC = time_share_accum_float8, MINVFUNC = time_share_accum_float8_inv, MSTYPE = time_share, MINITCOND = '00:00:00/00:00:00',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE time_share_agg(double precision, double precision) IS
'sum of parts and sum of wholes as a time_share; a NULL part counts 0, a row whose whole is NULL is ignored; 00:00:00/00:00:00 when there are none; negative, NaN and infinite durations and intervals with months are errors. Durations are in seconds';

CREATE AGGREGATE occupancy(handling interval, idle interval) (
    SFUNC = time_share_accum_occupancy_interval, STYPE = time_share, INITCOND = '00:00:00/00:00:00', FINALFUNC = share, COMBINEFUNC = time_share_merge,
    MSFUNC = time_share_accum_occupancy_interval, MINVFUNC = time_share_accum_occupancy_interval_inv, MSTYPE = time_share, MINITCOND = '00:00:00/00:00:00', MFINALFUNC = share,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE occupancy(interval, interval) IS
'sum of handling / (sum of handling + sum of idle time), 0 to 1; one NULL counts 0, rows where both are NULL are ignored; NULL when there was neither; negative, NaN and infinite durations and intervals with months are errors. Contacts handled in parallel must be merged first, with covered or span_agg';

CREATE AGGREGATE occupancy(handling integer, idle integer) (
    SFUNC = time_share_accum_occupancy_int4, STYPE = time_share, INITCOND = '00:00:00/00:00:00', FINALFUNC = share, COMBINEFUNC = time_share_merge,
    MSFUNC = time_share_accum_occupancy_int4, MINVFUNC = time_share_accum_occupancy_int4_inv, MSTYPE = time_share, MINITCOND = '00:00:00/00:00:00', MFINALFUNC = share,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE occupancy(integer, integer) IS
'sum of handling / (sum of handling + sum of idle time), 0 to 1; one NULL counts 0, rows where both are NULL are ignored; NULL when there was neither; negative, NaN and infinite durations and intervals with months are errors. Contacts handled in parallel must be merged first, with covered or span_agg. Durations are in seconds';

CREATE AGGREGATE occupancy(handling double precision, idle double precision) (
    SFUNC = time_share_accum_occupancy_float8, STYPE = time_share, INITCOND = '00:00:00/00:00:00', FINALFUNC = share, COMBINEFUNC = time_share_merge,
    MSFUNC = time_share_accum_occupancy_float8, MINVFUNC = time_share_accum_occupancy_float8_inv, MSTYPE = time_share, MINITCOND = '00:00:00/00:00:00', MFINALFUNC = share,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE occupancy(double precision, double precision) IS
'sum of handling / (sum of handling + sum of idle time), 0 to 1; one NULL counts 0, rows where both are NULL are ignored; NULL when there was neither; negative, NaN and infinite durations and intervals with months are errors. Contacts handled in parallel must be merged first, with covered or span_agg. Durations are in seconds';

CREATE AGGREGATE occupancy_agg(handling interval, idle interval) (
    SFUNC = time_share_accum_occupancy_interval, STYPE = time_share, INITCOND = '00:00:00/00:00:00', COMBINEFUNC = time_share_merge,
    MSFUNC = time_share_accum_occupancy_interval, MINVFUNC = time_share_accum_occupancy_interval_inv, MSTYPE = time_share, MINITCOND = '00:00:00/00:00:00',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE occupancy_agg(interval, interval) IS
'sum of handling over the sum of handling and idle time as a time_share; one NULL counts 0, rows where both are NULL are ignored; 00:00:00/00:00:00 when there are none; negative, NaN and infinite durations and intervals with months are errors';

CREATE AGGREGATE occupancy_agg(handling integer, idle integer) (
    SFUNC = time_share_accum_occupancy_int4, STYPE = time_share, INITCOND = '00:00:00/00:00:00', COMBINEFUNC = time_share_merge,
    MSFUNC = time_share_accum_occupancy_int4, MINVFUNC = time_share_accum_occupancy_int4_inv, MSTYPE = time_share, MINITCOND = '00:00:00/00:00:00',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE occupancy_agg(integer, integer) IS
'sum of handling over the sum of handling and idle time as a time_share; one NULL counts 0, rows where both are NULL are ignored; 00:00:00/00:00:00 when there are none; negative, NaN and infinite durations and intervals with months are errors. Durations are in seconds';

CREATE AGGREGATE occupancy_agg(handling double precision, idle double precision) (
    SFUNC = time_share_accum_occupancy_float8, STYPE = time_share, INITCOND = '00:00:00/00:00:00', COMBINEFUNC = time_share_merge,
    MSFUNC = time_share_accum_occupancy_float8, MINVFUNC = time_share_accum_occupancy_float8_inv, MSTYPE = time_share, MINITCOND = '00:00:00/00:00:00',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE occupancy_agg(double precision, double precision) IS
'sum of handling over the sum of handling and idle time as a time_share; one NULL counts 0, rows where both are NULL are ignored; 00:00:00/00:00:00 when there are none; negative, NaN and infinite durations and intervals with months are errors. Durations are in seconds';

CREATE AGGREGATE rollup(summary time_share) (
    SFUNC = time_share_merge, STYPE = time_share, INITCOND = '00:00:00/00:00:00', COMBINEFUNC = time_share_merge,
    MSFUNC = time_share_merge, MINVFUNC = time_share_subtract, MSTYPE = time_share, MINITCOND = '00:00:00/00:00:00',
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(time_share) IS
'merges time_shares: parts and wholes are added; NULLs are ignored; 00:00:00/00:00:00 when there are none';
