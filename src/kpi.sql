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
CREATE FUNCTION plausible(value bigint, low bigint, high bigint) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'kpi_plausible_int8';
CREATE FUNCTION plausible(value numeric, low numeric, high numeric) RETURNS numeric
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'kpi_plausible_numeric';
CREATE FUNCTION plausible(value double precision, low double precision, high double precision) RETURNS double precision
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'kpi_plausible_float8';
CREATE FUNCTION plausible(value interval, low interval, high interval) RETURNS interval
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'kpi_plausible_interval';
COMMENT ON FUNCTION plausible(integer, integer, integer) IS
'the value if it lies within low and high (both included), else NULL: nps(plausible(score, 0, 10)); low above high is an error';
COMMENT ON FUNCTION plausible(bigint, bigint, bigint) IS
'the value if it lies within low and high (both included), else NULL; low above high is an error';
COMMENT ON FUNCTION plausible(numeric, numeric, numeric) IS
'the value if it lies within low and high (both included), else NULL (NaN too); low above high is an error';
COMMENT ON FUNCTION plausible(double precision, double precision, double precision) IS
'the value if it lies within low and high (both included), else NULL (NaN too); low above high is an error';
COMMENT ON FUNCTION plausible(interval, interval, interval) IS
'the value if it lies within low and high (both included), else NULL: aht(plausible(talk, ''0'', ''4 h'')); low above high is an error';
