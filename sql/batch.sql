-- Batch execution gives what the server's own executor gives, for every form of expression that
-- it knows, each over plain values, NULLs and extremes.
CREATE TYPE channel AS ENUM ('voice', 'chat', 'mail');
-- plain: nothing overflows; nulls: with NULLs; extremes: whatever the types hold
CREATE TABLE plain (g int, b bool, b2 bool, i2 smallint, j2 smallint, i4 int, j4 int, i8 bigint, j8 bigint, f8 float8, g8 float8, d date, e date,
    ts timestamp, ts2 timestamp, tz timestamptz, tz2 timestamptz, en channel, en2 channel, iv interval, iv2 interval, t text, score2 smallint, score4 int, score8 bigint, scoref float8);
INSERT INTO plain SELECT i % 7, i % 3 = 0, i % 5 = 0, i % 11, i % 5 - 2, i % 13, i % 17 - 8, i % 19, i % 23 - 11, i % 29 / 4.0, (i % 31 - 15) / 8.0,
    date '2026-03-28' + i % 3, date '2026-03-28' + i % 5, timestamp '2026-03-28 22:10' + i * interval '7 min', timestamp '2026-03-28 22:10' + i * interval '8 min',
    timestamptz '2026-03-28 22:10+00' + i * interval '7 min', timestamptz '2026-03-28 22:10+00' + i * interval '8 min 0.25 s',
    (enum_range(NULL::channel))[1 + i % 3], (enum_range(NULL::channel))[1 + i % 2], i % 50 * interval '1 s', i % 40 * interval '1 s 1 ms',
    'queue ' || i % 4, i % 11, i % 11, i % 11, i % 11
FROM generate_series(1, 300) AS i;
CREATE TABLE nulls AS
SELECT g, nullif(b, g = 1) AS b, nullif(b2, i4 = 3) AS b2, nullif(i2, 3::smallint) AS i2, nullif(j2, 1::smallint) AS j2, nullif(i4, 5) AS i4, nullif(j4, 0) AS j4, nullif(i8, 7) AS i8, nullif(j8, -3) AS j8,
    nullif(f8, 1.5) AS f8, nullif(g8, 1) AS g8, nullif(d, '2026-03-28') AS d, nullif(e, '2026-03-29') AS e, CASE WHEN i4 <> 2 THEN ts END AS ts, CASE WHEN j4 <> 2 THEN ts2 END AS ts2,
    CASE WHEN i4 <> 4 THEN tz END AS tz, CASE WHEN j4 <> 4 THEN tz2 END AS tz2, nullif(en, 'chat') AS en, nullif(en2, 'voice') AS en2, nullif(iv, '3 s') AS iv, CASE WHEN i2 <> 6 THEN iv2 END AS iv2, nullif(t, 'queue 1') AS t,
    nullif(score2, 4::smallint) AS score2, nullif(score4, 4) AS score4, nullif(score8, 4) AS score8, nullif(scoref, 4) AS scoref
FROM plain;
CREATE TABLE extremes AS
SELECT g, b, b2, ('{32767,-32768,0,1}'::smallint[])[1 + n % 4] AS i2, ('{32767,-32768,1}'::smallint[])[1 + n % 3] AS j2, ('{2147483647,-2147483648,0,1}'::int[])[1 + n % 4] AS i4,
    ('{2147483647,-2147483648,2}'::int[])[1 + n % 3] AS j4, ('{9223372036854775807,-9223372036854775808,0,1}'::bigint[])[1 + n % 4] AS i8, ('{9223372036854775807,-9223372036854775808,2}'::bigint[])[1 + n % 3] AS j8,
    ('{1e308,-1e308,NaN,Infinity,-0,1e-320,3e9}'::float8[])[1 + n % 7] AS f8, ('{1e308,NaN,0,-Infinity,1e-300}'::float8[])[1 + n % 5] AS g8, ('{infinity,-infinity,2026-03-29,4714-11-24 BC}'::date[])[1 + n % 4] AS d,
    ('{infinity,-infinity,2026-03-29}'::date[])[1 + n % 3] AS e, ('{infinity,-infinity,2026-03-29 01:00,294276-12-31,4714-11-24 BC}'::timestamp[])[1 + n % 5] AS ts, ('{infinity,-infinity,2026-03-29 04:00}'::timestamp[])[1 + n % 3] AS ts2,
    ('{infinity,-infinity,2026-03-29 01:00+00,294276-12-31,4714-11-24 BC,1850-01-01}'::timestamptz[])[1 + n % 6] AS tz, ('{infinity,-infinity,2026-03-29 03:00+00}'::timestamptz[])[1 + n % 3] AS tz2, en, en2,
    ('{1 mon,-1 s,100000000 days,0,2000000000 h}'::interval[])[1 + n % 5] AS iv, iv2, t, score2, score4, score8, scoref
FROM (SELECT *, row_number() OVER () AS n FROM plain) AS p;

-- What a query gives, or the class of its error (which of several is raised first may differ), with batch execution off and on; and whether it was used.
CREATE FUNCTION outcome(query text, mode text, OUT result text, OUT batched bool) LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    PERFORM set_config('kpi.batch', mode, true), set_config('kpi.batch_cost', 'always', true);
    batched := false;
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
        batched := batched OR line ~ 'KpiBatch';
    END LOOP;
    EXECUTE format('SELECT string_agg(q::text, E''\n'' ORDER BY q::text) FROM (%s) AS q', query) INTO result;
EXCEPTION WHEN OTHERS THEN
    result := left(SQLSTATE, 2);
END $$;
CREATE FUNCTION same(query text) RETURNS text LANGUAGE sql AS $$
    SELECT CASE WHEN stock.result IS DISTINCT FROM batch.result THEN format('stock: %s batch: %s', left(stock.result, 300), left(batch.result, 300))
        WHEN NOT batch.batched THEN 'not in batches' ELSE 'same' END
    FROM outcome(query, 'off') AS stock, outcome(query, 'on') AS batch
$$;

-- comparisons
CREATE TABLE forms AS
SELECT format('%s %s %s', a, op, b) AS condition
FROM (VALUES ('i2', 'j2'), ('i2', 'i4'), ('i4', 'i2'), ('i4', 'j4'), ('i2', 'i8'), ('i8', 'i2'), ('i4', 'i8'), ('i8', 'i4'), ('i8', 'j8'), ('f8', 'g8'), ('d', 'e'), ('ts', 'ts2'), ('tz', 'tz2'),
        ('i2', '3::smallint'), ('i4', '3'), ('i8', '3::bigint'), ('f8', '1.5::float8'), ('d', 'date ''2026-03-29'''), ('tz', 'timestamptz ''2026-03-29 03:00+00''')) AS pair (a, b),
    unnest('{<,<=,=,<>,>=,>}'::text[]) AS op
UNION ALL
SELECT unnest(ARRAY['b = b2', 'b <> b2', 'en = en2', 'en <> en2', 'en = ''chat''', 'b', 'NOT b', 'b AND b2', 'b OR b2', 'NOT (b AND i4 > 3 OR b2 AND NOT i2 < 2)', 'b IS NULL', 'i4 IS NOT NULL', 'NOT (t IS NULL)',
    'b AND i4 IN (1, 2, 5)', 'i2 IN (1::smallint, 2::smallint)', 'i8 IN (1::bigint, 4::bigint)', 'i8 IN (1, 4)', 'd IN (''2026-03-28'', ''2026-03-30'')', 'en IN (''voice'', ''mail'')', 'b IN (true, b2)', 'b = ANY (''{t,f}'')',
    'i4 IN (1, NULL)', 'i4 NOT IN (1, 2)', 'i4 <> ALL (''{1,2}'')', 'i4 = ANY (NULL::int[])', 'i4 = ANY (''{}'')', 'i4 <> ALL (''{}'')', 't = ANY (''{}'')', 'i4 = ANY (ARRAY[i2::int, 4])', 'f8 IN (1.5, 2)', 't IN (''queue 1'', ''queue 3'')', 't LIKE ''%1''', 'i4 < ANY (''{3}'')', 'ROW(i4, b) IS NULL',
    'ROW(i4, b) IS NOT NULL', '(i4 + 1) IS NULL', 'b IS TRUE', 'b IS NOT FALSE', 'b IS UNKNOWN', 'b OR 10 / (i4 - 3) > 2', 'i4 <> 3 AND 10 / (i4 - 3) > 2', 'b OR i4 > length(current_setting(''kpi.batch_cost'')) - 3',
    'b OR i4 > 10 / (i2 * 0)', 'coalesce(b, b2)', 'CASE WHEN i4 > 3 THEN b ELSE b2 END', 'f8::int > 3', 'true', 'NULL::bool']);
SELECT t, condition, result
FROM forms, unnest('{plain,nulls,extremes}'::text[]) AS t,
    same(format('SELECT g, fcr(b), count(*) FILTER (WHERE %s), fcr(%1$s), count(%1$s) FROM %s GROUP BY g', condition, t)) AS result
WHERE result <> 'same' ORDER BY 1, 2;
SELECT t, condition, result
FROM forms, unnest('{plain,nulls,extremes}'::text[]) AS t, same(format('SELECT g, fcr(b) FROM %2$s WHERE %1$s GROUP BY g', condition, t)) AS result
WHERE result NOT IN ('same', 'not in batches') ORDER BY 1, 2;

-- arithmetic, casts and times, added up by the server's aggregates with kernels of ours and without; in the order of the
-- rows, on which sums of doubles depend
SET enable_hashagg = on;
SET enable_sort = off;
SET jit = off;
SET work_mem = '4MB';
SELECT t, aggregate, x, result
FROM unnest(ARRAY['i4 + j4', 'i4 - j4', 'i4 * j4', 'i8 + j8', 'i8 - j8', 'i8 * j8', 'f8 + g8', 'f8 - g8', 'f8 * g8', 'f8 / g8', 'f8 / 2', '1 / f8', 'i4 / 2', 'i4 + i2', 'i4 + 1', 'i2::int + 1', 'i2::bigint', 'i4::bigint',
        'i2::float8', 'i4::float8', 'i8::float8', 'b::int', 'i2', 'i4', 'i8', 'f8', 'g8 * 0', '(i8 + 1)::float8', '-i4', 'abs(i4)', 'extract(epoch FROM tz2 - tz)::float8', 'extract(epoch FROM ts2 - ts)::float8',
        'date_part(''epoch'', tz2 - tz)', 'date_part(''epoch'', ts2 - ts)', 'date_part(''minute'', tz2 - tz)', 'extract(minute FROM tz2 - tz)::float8', 'extract(epoch FROM iv)::float8', 'i4 + 3 * j4 - 2', 'coalesce(i4, 0)', 'length(t)']) AS x,
    unnest('{min,max,sum,avg,count}'::text[]) AS aggregate,
    unnest('{plain,nulls,extremes}'::text[]) AS t,
    same(format('SELECT g, fcr(b), %s(%s), %1$s(%2$s) FILTER (WHERE i4 > 2) FROM %s GROUP BY g', aggregate, x, t)) AS result
WHERE result <> 'same' ORDER BY 1, 2, 3;
SELECT t, aggregate, x, result
FROM unnest('{ts,tz,d,ts::date,tz::date,en,iv,t,b}'::text[]) AS x, unnest('{min,max,count}'::text[]) AS aggregate, unnest('{plain,nulls,extremes}'::text[]) AS t,
    same(format('SELECT fcr(b), %s(%s), %1$s(%2$s) FILTER (WHERE i4 > 2) FROM %s', aggregate, x, t)) AS result
WHERE result <> 'same' AND (x, aggregate) NOT IN (('b', 'min'), ('b', 'max')) ORDER BY 1, 2, 3;

-- every kernel, over each type of duration
SELECT t, call, result
FROM unnest(ARRAY['service_level(%s, %s, b)', 'service_level(%s, %s)', 'queue_agg(%s, %s, b)', 'queue_agg(%s, %s, b, %s)', 'queue_agg(%s, %s, b, %s, b2)', 'asa(%s)', 'asa(%s, b)',
        'aht(%s)', 'aht(%s, %s, %s)', 'utilization(%s, %s)', 'occupancy(%s, %s)', 'average_time_to_abandon(%s, b)', 'percentile(%s, 0.9)', 'duration_agg(%s)']) AS call,
    unnest(ARRAY['{iv,iv2,iv}', '{iv,interval ''20 s'',interval ''5 s''}', '{tz2 - tz,interval ''20 s'',interval ''5 s''}', '{ts2 - ts,ts2 - ts,ts2 - ts}', '{i4,20,5}', '{i4,i4,i4}', '{i2::int,i4,2}', '{f8,20::float8,5::float8}', '{f8,f8,f8}', '{i4::float8,20::float8,2::float8}',
        '{i4,NULL::int,5}', '{i4,3,5}', '{iv,interval ''1 mon'',interval ''5 s''}', '{f8 * 1e9,20::float8,5::float8}']::text[]) AS types (a),
    unnest('{plain,nulls,extremes}'::text[]) AS t,
    same(format('SELECT g, fcr(b), %s, %1$s FILTER (WHERE i2 > 2) FROM %s GROUP BY g', format(call, VARIADIC a::text[]), t)) AS result
WHERE result <> 'same' ORDER BY 1, 2, 3;
SELECT t, call, result
FROM unnest(ARRAY['nps(score2)', 'nps(score4)', 'nps(score8)', 'nps(scoref)', 'csat(score4)', 'ces(score8)', 'rating_agg(scoref)', 'nps(i4)', 'nps(f8)', 'nps(i8)', 'fcr(b)', 'rate(i8, i8)', 'rate(i4::bigint, i8)', 'rate(f8, f8)', 'number_agg(i4)', 'number_agg(i8)', 'number_agg(f8)',
        'number_agg(g8)', 'csat(score4, 9)']) AS call,
    unnest('{plain,nulls,extremes}'::text[]) AS t,
    same(format('SELECT g, fcr(b2), %s, %1$s FILTER (WHERE i2 > 2) FROM %s GROUP BY g', call, t)) AS result
WHERE result <> 'same' ORDER BY 1, 2, 3;

-- an aggregate of one's own whose state of fixed length becomes NULL, and something again
CREATE FUNCTION until_zero(interval, int) RETURNS interval LANGUAGE sql AS 'SELECT CASE WHEN $2 = 0 THEN NULL ELSE coalesce($1, ''1 h'') + $2 * interval ''1 s'' END';
CREATE FUNCTION until_zero_strict(interval, int) RETURNS interval LANGUAGE sql STRICT AS 'SELECT CASE WHEN $2 = 0 THEN NULL ELSE $1 + $2 * interval ''1 s'' END';
CREATE FUNCTION later(interval, interval) RETURNS interval LANGUAGE sql AS 'SELECT CASE WHEN $1 IS NULL OR $2 IS NULL THEN NULL ELSE $1 + $2 END';
CREATE AGGREGATE until_zero(int) (SFUNC = until_zero, STYPE = interval, INITCOND = '0', COMBINEFUNC = later, PARALLEL = SAFE);
CREATE AGGREGATE until_zero_strict(int) (SFUNC = until_zero_strict, STYPE = interval, INITCOND = '0', COMBINEFUNC = later, PARALLEL = SAFE);
SELECT call, t, result FROM unnest('{until_zero(i4),until_zero_strict(i4)}'::text[]) AS call, unnest('{plain,nulls}'::text[]) AS t,
    same(format('SELECT g, fcr(b), %s FROM %s GROUP BY g', call, t)) AS result;
DROP AGGREGATE until_zero(int), until_zero_strict(int);
DROP FUNCTION until_zero(interval, int), until_zero_strict(interval, int), later(interval, interval);

RESET enable_hashagg;
RESET enable_sort;
RESET jit;
RESET work_mem;

-- more columns than a batch has room for: the server's own plan
SELECT 'CREATE TABLE broad AS SELECT true AS ok, ' || string_agg('1 AS c' || i, ', ') || ' FROM generate_series(1, 3)' FROM generate_series(1, 70) AS i \gexec
SELECT same('SELECT fcr(ok), sum(' || string_agg('c' || i, ' + ') || ') FROM broad') AS aggregated, same('SELECT fcr(ok) FROM broad WHERE ' || string_agg('c' || i, ' + ') || ' > 3') AS filtered,
    same('SELECT fcr(ok), sum(' || string_agg('c' || i, ' + ') FILTER (WHERE i < 31) || ') FROM broad') AS thirty FROM generate_series(1, 70) AS i;
DROP TABLE broad;

-- keys: small, packed, of any type; local time
SELECT t, key, result
FROM unnest(ARRAY['g', 'i2', 'i4', 'i8', 'b', 'd', 'en', 't', 'f8 + 0', 'iv2', 'tz', 'g, t', 'i8, i4', 'i8, i8 + 1', 'i8, i4, i2, b, d', 'i8, i4, j8', 't, en, d', 'upper(t)', 't || en', 'i4 % 3', 'coalesce(t, ''none'')', 'CASE WHEN b THEN t END', 'i4 - 100000', 'i4 * 10000', 'b, b2',
        'tz::date', 'ts::date', 'date_trunc(''hour'', tz)', 'date_trunc(''day'', ts)', 'date_trunc(''minute'', tz)', 'date_trunc(''second'', tz)', 'date_trunc(''week'', tz, ''Europe/Istanbul'')', '(tz AT TIME ZONE ''Europe/Istanbul'')::date', 'date_trunc(''hour'', tz AT TIME ZONE ''UTC'')',
        'date_trunc(''hour'', tz AT TIME ZONE ''EST'')', 'date_trunc(''hour'', tz AT TIME ZONE t)', 'date_trunc(t, tz)', 'date_trunc(''day'', tz AT TIME ZONE NULL)', 'date_trunc(''day'', tz AT TIME ZONE ''Asia/Kathmandu'')', 'date_trunc(''hour'', tz AT TIME ZONE ''Africa/Monrovia'')',
        'extract(hour FROM tz)', 'extract(minute FROM tz AT TIME ZONE ''Europe/Berlin'')', 'date_part(''dow'', tz)', 'tz::timestamp::date', 'date_trunc(''day'', tz::timestamp)', 'date_trunc(''hour'', tz + interval ''1 h'')', 'tz::date + i4', 'extract(hour FROM tz), tz::date',
        'interval_start(tz, ''15 min'', ''Europe/Berlin'')', 'interval_start(tz, ''1 h'', ''Asia/Kathmandu'')', 'interval_start(tz, ''1 day'', ''Europe/Berlin'')', 'interval_start(tz, ''3 min'', ''UTC'')', 'interval_start(tz, ''30 s'', ''UTC'')', 'interval_start(tz, iv2 + ''1 s'', ''UTC'')',
        'interval_start(tz, NULL, ''UTC'')', 'interval_start(tz, ''1 mon'', ''UTC'')', 'interval_start(tz, ''15 min'', ''America/New_York'')', 'to_char(tz, ''HH24'')', 'date_trunc(''hour'', tz AT TIME ZONE ''Foo/Bar'')']) AS key,
    unnest('{plain,nulls,extremes}'::text[]) AS t,
    same(format('SELECT %s, fcr(b), count(*), nps(score4) FROM %s GROUP BY %1$s', key, t)) AS result
WHERE result NOT IN ('same', 'not in batches') ORDER BY 1, 2;
-- where the session's own clock counts
SET TimeZone = 'Europe/Berlin';
SELECT key, result
FROM unnest(ARRAY['tz::date', 'date_trunc(''hour'', tz)', 'tz::timestamp::date', 'extract(hour FROM tz)', 'date_trunc(''day'', tz::timestamp)', 'date_trunc(''day'', tz), date_trunc(''hour'', tz AT TIME ZONE ''Asia/Tokyo'')']) AS key, unnest('{plain,extremes}'::text[]) AS t,
    same(format('SELECT %s, fcr(b) FROM %s GROUP BY %1$s', key, t)) AS result
WHERE result NOT IN ('same', 'not in batches') ORDER BY 1, 2;
RESET TimeZone;

-- star joins: keys of every width, dense and sparse, of text; dimensions of dimensions; without rows
CREATE TABLE dim2 AS SELECT i::smallint AS id, 'two ' || i % 3 AS name, i AS threshold FROM generate_series(0, 10) AS i;
CREATE TABLE dim4 AS SELECT i AS id, 'four ' || i % 3 AS name, nullif(i, 4) AS threshold, i % 2 = 0 AS active FROM generate_series(0, 12, 2) AS i;
CREATE TABLE dim8 AS SELECT i * 1000000007::bigint AS id, 'eight ' || i AS name, i AS threshold FROM generate_series(0, 18) AS i UNION ALL SELECT i, 'small ' || i, 3 FROM generate_series(1, 9, 2) AS i;
CREATE TABLE dimt AS SELECT 'queue ' || i AS id, nullif('text ' || i % 2, 'text 1') AS name, i + 3 AS threshold FROM generate_series(1, 6) AS i;
CREATE TABLE vacant AS SELECT * FROM dim4 WHERE false;
ALTER TABLE dim2 ADD PRIMARY KEY (id);
ALTER TABLE dim4 ADD PRIMARY KEY (id);
ALTER TABLE dim8 ADD PRIMARY KEY (id);
ALTER TABLE dimt ADD PRIMARY KEY (id);
ALTER TABLE vacant ADD PRIMARY KEY (id);
ANALYZE;
SELECT t, source, result
FROM unnest(ARRAY['JOIN dim2 AS x ON x.id = f.i2', 'LEFT JOIN dim2 AS x ON x.id = f.i2', 'JOIN dim4 AS x ON x.id = f.i4', 'LEFT JOIN dim4 AS x ON x.id = f.i4', 'JOIN dim8 AS x ON x.id = f.i8', 'LEFT JOIN dim8 AS x ON f.i8 = x.id', 'JOIN dimt AS x ON x.id = f.t', 'LEFT JOIN dimt AS x ON x.id = f.t',
        'JOIN dim8 AS x ON x.id = f.i4', 'JOIN dim4 AS x ON x.id = f.i2 AND x.active', 'LEFT JOIN dim4 AS x ON x.id = f.i4 AND x.active', 'LEFT JOIN vacant AS x ON x.id = f.i4', 'JOIN vacant AS x ON x.id = f.i4', 'JOIN dim2 AS x ON x.id = f.i2 JOIN dim4 AS y ON y.id = f.i4 LEFT JOIN dimt AS z ON z.id = f.t',
        'JOIN dim2 AS x ON x.id = f.i4', 'JOIN dim2 AS x ON x.id = f.i8', 'JOIN dim4 AS y ON y.id = f.i4 JOIN dim2 AS x ON x.id = y.threshold', 'CROSS JOIN (VALUES (''one'', 3)) AS x (name, threshold)', 'JOIN dim4 AS x ON x.id = f.i4 + 1', 'JOIN dim4 AS x USING (id)']) AS source,
    unnest('{plain,nulls,extremes}'::text[]) AS t,
    same(format('SELECT x.name, fcr(f.b), service_level(f.score4, x.threshold, f.b), count(x.name), min(x.name) FROM %s AS f %s GROUP BY x.name', t, replace(source, 'USING (id)', 'ON x.id = f.g'))) AS result
WHERE result NOT IN ('same', 'not in batches') ORDER BY 1, 2;
-- a dimension that reads a parameter is read anew
SELECT o.g, (SELECT service_level(f.score4, x.threshold, f.b) FROM plain AS f JOIN dim4 AS x ON x.id = f.i4 WHERE x.threshold > o.g AND f.j4 > o.g) AS level FROM (SELECT DISTINCT g FROM plain) AS o ORDER BY 1;

-- more groups than the memory holds: some stay, others are passed on
SET work_mem = '64kB';
SET hash_mem_multiplier = 1;
CREATE TABLE many AS SELECT (i * 7919) % 3000 AS k, (i * 104729) % 2500 * 100003::bigint AS k8, 'customer ' || (i * 7919) % 3000 AS t, i % 60 AS wait, i % 3 > 0 AS answered, i % 11 AS score FROM generate_series(1, 12000) AS i;
SELECT key, result
FROM unnest('{k,k8,t,"k, t","upper(t)","k8, k"}'::text[]) AS key, unnest('{"service_level(wait, 20, answered), nps(score)","percentile(wait, 0.9)","max(t), asa(wait)","avg(wait::numeric), fcr(answered)"}'::text[]) AS calls,
    same(format('SELECT %s, %s FROM many GROUP BY %1$s', key, calls)) AS result
WHERE result NOT IN ('same', 'not in batches') ORDER BY 1, 2;
RESET work_mem;
RESET hash_mem_multiplier;

DROP TABLE plain, nulls, extremes, forms, dim2, dim4, dim8, dimt, vacant, many;
DROP FUNCTION same, outcome;
DROP TYPE channel;
