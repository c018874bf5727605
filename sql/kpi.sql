-- Helpers that every family uses, and how bad arguments are reported

-- percent: a rate from 0 to 1 as a number of percent, one decimal unless told otherwise
SELECT percent(0.8337), percent(0.8337, 0), percent(0.8337, 3), percent(1), percent(0), percent(NULL), percent(0.5, NULL);
SELECT percent(0.12345), percent(0.0005), percent(0.00049999), percent(1.025), percent(-0.0005);  -- half away from zero; conformance may pass 100
SELECT percent(1::smallint), percent(1::bigint), percent(0.25::real), percent(0.333::numeric), percent(0.333::float8);
SELECT percent(1.0 / 3, 15), percent(1e-300, 2), percent(123456789012345::float8, 1);
SELECT percent(rate(x)) FROM unnest('{t,t,f}'::boolean[]) AS x;
SELECT percent(rate(x)) FROM unnest('{}'::boolean[]) AS x;                      -- nothing known: NULL
SELECT percent('NaN'::float8);
SELECT percent('Infinity'::float8);
SELECT percent(0.5, -1);
SELECT percent(0.5, 16);

-- seconds: an interval as a number; a day counts 24 hours, a negative one may be shown
SELECT seconds('1 min 2.5 s'), seconds('1 day 01:00'), seconds('00:00:00.000001'), seconds('-90 s'), seconds('0'), seconds(NULL);
SELECT seconds('1 day -24 hours'), seconds(timestamp '2026-03-02 12:00' - timestamp '2026-03-01');
SELECT seconds(interval '1 mon');
SELECT seconds(interval '1 year 1 s');
SELECT seconds(interval '2147483647 days 2000000000 hours');
-- intervals may be infinite from PostgreSQL 17 on
CREATE FUNCTION sqlstate_of(query text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('server_version_num')::int < 170000 THEN
        RETURN '22023';
    END IF;
    EXECUTE query;
    RETURN 'none';
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE;
END $$;
SELECT sqlstate_of($$SELECT seconds('infinity')$$), sqlstate_of($$SELECT seconds('-infinity')$$);
DROP FUNCTION sqlstate_of;

-- ratio: NULL instead of a division by zero
SELECT ratio(10, 4), ratio(0, 4), ratio(10, 0), ratio(0, 0), ratio(NULL, 4), ratio(10, NULL), ratio(-10, 4), ratio(0, -4);
SELECT ratio(1::smallint, 2::smallint), ratio(1, 2), ratio(1::bigint, 2::bigint), ratio(1::real, 2::real), ratio(1::numeric, 2::numeric),
       ratio(1::float8, 2::float8), ratio(sum(cost), count(*)) AS cost_per_contact
FROM unnest('{2.50,3.00,NULL}'::numeric[]) AS cost;                             -- 5.50 / 3
SELECT ratio(1e-300, 1e300);
SELECT ratio(1e300, 1e-300);
SELECT ratio('NaN', 1);
SELECT ratio(1, 'NaN');
SELECT ratio('Infinity', 1);
SELECT ratio(1, '-Infinity');
SELECT ratio('NaN', 0);

-- plausible: the value, or NULL outside the bounds, which are included
SELECT x, plausible(x, 1, 5) FROM unnest('{0,1,5,6,NULL}'::int[]) AS x;
SELECT plausible(x::smallint, 0, 10) AS int2, plausible(x, 0, 10) AS int4, plausible(x::bigint, 0, 10) AS int8,
       plausible(x::real, 0, 10) AS real, plausible(x::float8, 0, 10) AS float8, plausible(x::numeric, 0, 10) AS numeric,
       plausible(x::numeric, 0, 9.5) AS fraction, plausible(x, 0, NULL) AS unknown
FROM unnest('{-1,0,10,11,NULL}'::int[]) AS x;
-- the type of an integer, numeric, float or interval column is kept
SELECT pg_typeof(plausible(1, 0, 10)), pg_typeof(plausible(1::bigint, 0, 10)), pg_typeof(plausible(1::numeric, 0, 10)),
       pg_typeof(plausible(1::float8, 0, 10)), pg_typeof(plausible(interval '1 s', '0', '4 h'));
SELECT plausible(talk, '0', '4 h') FROM unnest('{00:05,04:00,04:00:00.000001,-00:00:01,NULL,1 mon}'::interval[]) AS talk;
SELECT plausible('NaN'::float8, 0, 10), plausible('Infinity'::float8, 0, 10), plausible('-Infinity'::float8, 0, 10),
       plausible('NaN'::numeric, 0, 10), plausible('Infinity'::numeric, 0, 10), plausible(7::float8, '-Infinity', 'Infinity');
SELECT plausible(2147483647, -2147483648, 2147483647), plausible(9223372036854775807, 0, 9223372036854775807);
SELECT plausible(5, 10, 0);
SELECT plausible(5::bigint, 10, 0);
SELECT plausible(5::numeric, 10, 0);
SELECT plausible(5::float8, 10, 0);
SELECT plausible(5::float8, 'NaN', 10);
SELECT plausible(5::float8, 0, 'NaN');
SELECT plausible(5::numeric, 0, 'NaN');
SELECT plausible(5::numeric, 'NaN', 'NaN');
SELECT plausible(interval '5 s', '4 h', '0');

-- every function and aggregate says what it is, and can run in parallel workers, unless it writes
SELECT p.oid::regprocedure FROM pg_depend AS d JOIN pg_proc AS p ON p.oid = d.objid AND d.classid = 'pg_proc'::regclass
LEFT JOIN pg_description AS said ON (said.objoid, said.classoid, said.objsubid) = (d.objid, d.classid, 0)
WHERE d.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'kpi') AND d.deptype = 'e'
  AND (said.description IS NULL OR p.proparallel <> 's' AND p.proname <> '_rollup_touch')
ORDER BY 1;

-- no result is infinite or -0, whatever the bounds
SELECT plausible('Infinity'::double precision, 0, 'Infinity') AS too_large, plausible('-Infinity'::numeric, '-Infinity', 0) AS too_small,
       plausible('-0'::double precision, -1, 1) AS zero, plausible(5::double precision, '-Infinity', 'Infinity') AS open_ends;

-- durations as exports write them
SELECT format, t, duration(t, format) FROM (VALUES ('h:m:s', '3:45:10'), ('h:m:s', '100:00:00,5'), ('m:s', '3:10'), ('m:s', '3:10.5'), ('m:s', '75:00'), ('m:s', ''), ('m:s', NULL),
    ('d.h:m:s', '1.03:45:00'), ('d.h:m:s', '0.00:10:00'), ('d.h:m:s', '00:00:00.1234567'), ('d.h:m:s', '-1.00:00:01'), ('hhmmss', '125'), ('hhmmss', '14053'), ('hhmmss', '5'),
    ('iso', 'PT3M10S'), ('iso', 'P1DT2H3.5S'), ('iso', 'P2W'), ('words', '3m 10s'), ('words', '5 d 14 h'), ('words', '1 day, 2 hours, 1,5 min'), ('words', ' 250 ms ')) AS v (format, t);
SELECT duration(4200, 'ms'), duration(2.5, 'min'), duration(90, 's'), duration(1.5, 'h'), duration(2, 'days'), duration(0.25, 'excel'), duration(NULL::integer, 's');
SELECT duration('3:10', 'h:m:s');
SELECT duration('3:60', 'm:s');
SELECT duration('1:25', 'hhmmss');
SELECT duration('175', 'hhmmss');
SELECT duration('PT', 'iso');
SELECT duration('P1M', 'iso');
SELECT duration('10s 3m', 'words');
SELECT duration('1.24:00:00', 'd.h:m:s');
SELECT duration('9999999999999999999:00', 'm:s');
SELECT duration('3:10', 'mm:ss');
SELECT duration(5, 'weeks');
SELECT duration('NaN'::float8, 's');
SELECT duration(1e300, 's');
