-- What random queries need once a database: types, collations, aggregates of a
-- user's own, and the plain SQL of what takes more than one expression.

CREATE EXTENSION IF NOT EXISTS citext;
CREATE COLLATION caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TYPE mood AS ENUM ('angry', 'calm', 'glad');
CREATE DOMAIN small_count AS integer CHECK (value >= 0);

-- Aggregates of a user's own, each with a state of another kind.

-- strict without a starting state: the first value is the state
CREATE AGGREGATE last_text(text) (SFUNC = text_larger, STYPE = text, COMBINEFUNC = text_larger, PARALLEL = SAFE);

-- an expanded object as state
CREATE FUNCTION sorted(integer[]) RETURNS integer[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (SELECT array_agg(x ORDER BY x) FROM unnest($1) AS x);
CREATE AGGREGATE collected(integer) (SFUNC = array_append, STYPE = integer[], INITCOND = '{}', COMBINEFUNC = array_cat,
	FINALFUNC = sorted, PARALLEL = SAFE);

-- a new pointer each row: a varlena, and a state of fixed length
CREATE AGGREGATE added(numeric) (SFUNC = numeric_add, STYPE = numeric, INITCOND = '0', COMBINEFUNC = numeric_add, PARALLEL = SAFE);
CREATE AGGREGATE added(interval) (SFUNC = interval_pl, STYPE = interval, INITCOND = '0', COMBINEFUNC = interval_pl, PARALLEL = SAFE);

-- no C at all, and NULLs come through
CREATE FUNCTION plus_or_one(bigint, integer) RETURNS bigint LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS
'BEGIN RETURN $1 + coalesce($2, 1); END';
CREATE AGGREGATE plus_or_one(integer) (SFUNC = plus_or_one, STYPE = bigint, INITCOND = '0', COMBINEFUNC = int8pl, PARALLEL = SAFE);

-- the transition function of one of ours, under another name
DO $$
BEGIN
	EXECUTE (SELECT format('CREATE AGGREGATE own_rate(boolean) (SFUNC = %s, STYPE = %s, INITCOND = %L, COMBINEFUNC = %s, PARALLEL = SAFE)',
			aggtransfn, format_type(aggtranstype, NULL), agginitval, aggcombinefn)
		FROM pg_aggregate WHERE aggfnoid = 'rate(boolean)'::regprocedure);
END $$;

-- in a window: without rows not 0 but NULL, and an inverse that cannot take everything away
CREATE AGGREGATE moving_sum(integer) (SFUNC = int4pl, STYPE = integer, MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = integer);
CREATE FUNCTION minus_or_null(bigint, integer) RETURNS bigint LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS
'BEGIN RETURN CASE WHEN $2 % 3 <> 0 OR $2 IS NULL THEN $1 - coalesce($2, 1) END; END';
CREATE AGGREGATE restarting_sum(integer) (SFUNC = plus_or_one, STYPE = bigint, INITCOND = '0',
	MSFUNC = plus_or_one, MINVFUNC = minus_or_null, MSTYPE = bigint, MINITCOND = '0');

-- Plain SQL for what the extension computes from spans.

CREATE FUNCTION plain_usec(tstzmultirange) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (SELECT sum(extract(epoch FROM upper(s) - lower(s)) * 1000000)::bigint FROM unnest($1) AS s WHERE NOT isempty(s));
CREATE FUNCTION plain_peak(tstzrange[]) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (SELECT max((SELECT count(*) FROM unnest($1) AS o WHERE o @> lower(s))) FROM unnest($1) AS s WHERE NOT isempty(s));
