-- Rates: type proportion

-- share of true among the rows that say true or false; a NULL says nothing
SELECT rate(x), fcr(x), proportion_agg(x), contacts_per_resolution(x)   -- 2/3, 1.5
FROM unnest('{t,f,t,NULL}'::boolean[]) AS x;

-- the same under the KPIs' names: one transition for all, 3/4 each
SELECT fcr(x), resolution_rate(x), answer_rate(x), abandonment_rate(x), transfer_rate(x), repeat_rate(x), reopen_rate(x),
       containment_rate(x), conversion_rate(x), complaint_rate(x), retention_rate(x), sla_rate(x)
FROM unnest('{t,f,t,NULL,t}'::boolean[]) AS x;
SELECT count(*) AS aggregates, count(DISTINCT (aggtransfn, agginitval, aggtranstype, aggcombinefn)) AS transitions
FROM pg_aggregate JOIN pg_proc AS p ON p.oid = aggfnoid
WHERE aggtranstype = 'proportion'::regtype AND pronargs = 1 AND proargtypes[0] = 'boolean'::regtype;

-- tables that are already counted: weighted, not an average of averages
CREATE TEMP TABLE hours (hour int, answered int, offered int);
INSERT INTO hours VALUES (9, 1, 1), (10, 1, 1), (11, 50, 100), (12, NULL, 10), (13, 10, NULL), (14, 0, 0);
SELECT rate(answered, offered), proportion_agg(answered, offered),      -- 52/102; rows with a NULL are left out
       avg(answered::float8 / nullif(offered, 0)) AS average_of_averages
FROM hours;
SELECT rate(answered::bigint, offered::bigint), rate(answered::bigint, offered), rate(answered::numeric, offered::numeric),
       rate(answered, offered::numeric), rate(answered::float8, offered::float8), rate(answered::real, offered::real),
       rate(answered::smallint, offered::smallint)
FROM hours;
SELECT rate(sum, count) FROM (SELECT sum(answered::bigint), count(*) * 100 AS count FROM hours GROUP BY hour) AS sums; -- numeric, bigint: 62/500

-- empty is NULL, in one step; in two steps an empty summary
SELECT rate(x), contacts_per_resolution(x), proportion_agg(x) FROM (VALUES (NULL::boolean)) AS v (x);
SELECT rate(x), contacts_per_resolution(x), proportion_agg(x) FROM (VALUES (true)) AS v (x) WHERE false;
SELECT rate(h, t), proportion_agg(h, t), rollup(p) FROM (VALUES (NULL::bigint, 1::bigint, NULL::proportion)) AS v (h, t, p);
SELECT rate(p), hits(p), total(p), contacts_per_resolution(p), wilson_low(p), wilson_high(p), p_value(p, p), p_value(p, '1/2')
FROM (SELECT '0/0'::proportion AS p) AS empty;
SELECT contacts_per_resolution('0/7'::proportion) AS never_resolved, contacts_per_resolution('4/7'::proportion);

-- constructor
SELECT proportion(812, 1000), proportion(812::bigint, 1000::bigint), proportion(812.0, 1000.00), proportion('812'::float8, 1e3),
       proportion(NULL, 1::bigint), proportion(0::smallint, 0::smallint), proportion(9223372036854775807, 9223372036854775807);

-- merge and remove
SELECT proportion '1/2' + '3/4' AS merged, proportion '4/6' - '3/4' AS removed, proportion '4/6' - '4/6' AS nothing;
SELECT rollup(p), rate(rollup(p)) FROM (VALUES ('1/1'::proportion), (NULL), ('1/3')) AS v (p);
SELECT proportion '1/9' - '2/3';
SELECT proportion '2/3' - '1/3';
SELECT proportion '2/2' - '0/1';

-- sliding over the last three rows, equal to a frame that is restarted (a volatile FILTER)
SELECT i, hit, proportion_agg(hit) OVER w AS last_three, rate(hit) OVER w
FROM (VALUES (1, true), (2, false), (3, NULL), (4, NULL), (5, NULL), (6, true)) AS v (i, hit)
WINDOW w AS (ORDER BY i ROWS 2 PRECEDING) ORDER BY i;
SELECT count(*), count(*) FILTER (WHERE moving IS DISTINCT FROM restarted) AS differ
FROM (SELECT (proportion_agg(hit) OVER w, rate(h, t) OVER w, rate(h::numeric, t::numeric) OVER w, rate(h::float8, t::float8) OVER w,
              rollup(proportion(h, t)) OVER w)::text AS moving,
             (proportion_agg(hit) FILTER (WHERE random() >= 0) OVER w, rate(h, t) FILTER (WHERE random() >= 0) OVER w,
              rate(h::numeric, t::numeric) FILTER (WHERE random() >= 0) OVER w, rate(h::float8, t::float8) FILTER (WHERE random() >= 0) OVER w,
              rollup(proportion(h, t)) FILTER (WHERE random() >= 0) OVER w)::text AS restarted
      FROM (SELECT i, CASE hashint4(i) & 3 WHEN 0 THEN true WHEN 1 THEN false END AS hit,
                   (hashint4(i) & 255)::bigint AS h, nullif((hashint4(i) & 511)::bigint, 77) AS t
            FROM generate_series(1, 500) AS i) AS s
      WINDOW w AS (ORDER BY i ROWS BETWEEN 9 PRECEDING AND 3 PRECEDING)) AS both_ways;

-- plain SQL over the same rows as an oracle
SELECT g, rate(hit) = count(*) FILTER (WHERE hit)::float8 / count(hit) AS rate,
       contacts_per_resolution(hit) = count(hit)::float8 / nullif(count(*) FILTER (WHERE hit), 0) AS contacts,
       rate(h, t) = (sum(h) / sum(t))::float8 AS counted
FROM (SELECT i % 3 AS g, CASE hashint4(i) & 3 WHEN 0 THEN true WHEN 1 THEN false END AS hit,
             (hashint4(i) & 255)::bigint AS h, (hashint4(i) & 511)::bigint AS t
      FROM generate_series(1, 2000) AS i) AS s GROUP BY g ORDER BY g;

-- Wilson score intervals. 81 of 263: 0.2553 to 0.3662 (Newcombe 1998, method 3); 15/148, 0/20 and 1/29 are from the same table
SELECT p, round(wilson_low(p)::numeric, 4) AS low, round(wilson_high(p)::numeric, 4) AS high
FROM unnest('{81/263,15/148,0/20,1/29,0/10,10/10,1/1,0/1,5/10}'::proportion[]) AS p;
-- z to 13 digits against values computed with 60 digits (0 of 1 has the upper end z^2 / (1 + z^2))
SELECT confidence, abs(sqrt(h / (1 - h)) / z - 1) < 1e-13 AS right
FROM (SELECT confidence, z, wilson_high('0/1', confidence) AS h FROM (VALUES
    (1e-20::float8, 1.2533141373155002e-20::float8),
    (1e-5::float8, 1.253314137348312e-5::float8),
    (0.1::float8, 0.12566134685507404::float8),
    (0.3::float8, 0.38532046640756761::float8),
    (0.49999999999999994::float8, 0.67448975019608166::float8),
    (0.5::float8, 0.67448975019608174::float8),
    (0.6::float8, 0.84162123357291417::float8),
    (0.6827::float8, 1.0000217133229991::float8),
    (0.8::float8, 1.2815515655446006::float8),
    (0.9::float8, 1.6448536269514728::float8),
    (0.95::float8, 1.9599639845400539::float8),
    (0.99::float8, 2.5758293035489005::float8),
    (0.999::float8, 3.2905267314918945::float8),
    (0.999999::float8, 4.8916384756929318::float8),
    (0.9999999999::float8, 6.466951074732419::float8),
    (0.999999999999999::float8, 8.0269570180338919::float8),
    (0.9999999999999999::float8, 8.2923610758135955::float8)) AS v (confidence, z)) AS t;
-- and the ends of the interval
SELECT p, confidence, abs(wilson_low(p, confidence) / low - 1) < 1e-13 AS low, abs(wilson_high(p, confidence) / high - 1) < 1e-13 AS high
FROM (VALUES
    (proportion '1/2', 0.95::float8, 0.09453120573423074::float8, 0.90546879426576926::float8),
    (proportion '81/263', 0.95::float8, 0.25528851987827424::float8, 0.36620957698280006::float8),
    (proportion '81/263', 0.9999999999999999::float8, 0.13387055953832934::float8, 0.56169548243077654::float8),
    (proportion '1/1000000000', 0.95::float8, 1.7652455495696318e-10::float8, 5.6649342432974379e-9::float8),
    (proportion '1/1000000000', 0.999999::float8, 3.8625695766694109e-11::float8, 2.5889500660701275e-8::float8),
    (proportion '999999999/1000000000', 0.95::float8, 0.99999999433506576::float8, 0.99999999982347545::float8),
    (proportion '1/9223372036854775807', 0.99::float8, 1.2729125925207063e-20::float8, 9.2346823947628271e-19::float8),
    (proportion '9223372036854775806/9223372036854775807', 0.99::float8, 1.0::float8, 1.0::float8),
    (proportion '4611686018427387904/9223372036854775807', 0.5::float8, 0.49999999988895462::float8, 0.50000000011104538::float8),
    (proportion '5/7', 1e-08::float8, 0.71428571214571869::float8, 0.71428571642570987::float8)) AS v (p, confidence, low, high);
-- extreme confidences and counts give neither NaN nor infinity, and stay on the scale around the rate
SELECT count(*) AS cases,
       count(*) FILTER (WHERE low >= 0 AND low <= rate * (1 + 1e-14) AND rate <= high * (1 + 1e-14) AND high <= 1) AS sound
FROM (SELECT rate(p), wilson_low(p, c) AS low, wilson_high(p, c) AS high
      FROM unnest('{0/1,1/1,1/2,0/10,10/10,81/263,1/1000000007,1000000006/1000000007,1/9223372036854775807,9223372036854775806/9223372036854775807,0/9223372036854775807,9223372036854775807/9223372036854775807}'::proportion[]) AS p,
           unnest('{1e-300,1e-16,1e-8,0.1,0.49999999999999994,0.5,0.9,0.95,0.999999999,0.9999999999999999}'::float8[]) AS c) AS t;
SELECT round(wilson_low('10/10', 0.9999999999999999)::numeric, 12) AS low, wilson_high('0/10', 1e-300) AS high, wilson_low('5/10', 1e-300) AS point;
SELECT wilson_low('812/1000') = wilson_low('812/1000', 0.95) AS default_low, wilson_high('812/1000') = wilson_high('812/1000', 0.95) AS default_high;

-- two-proportion z-test: z = (0.30 - 0.20) / sqrt(0.25 * 0.75 * (1/200 + 1/200)) = 2.3094, p = 0.020921
SELECT round(p_value('60/200', '40/200')::numeric, 9) AS p, round(p_value('40/200', '60/200')::numeric, 9) AS swapped,
       p_value('1/2', '50/100') AS same, p_value('0/5', '0/500') AS none, p_value('5/5', '500/500') AS "all", p_value('0/1', '1/1') < 0.16 AS tiny;
SELECT a, b, abs(p_value(a, b) / expected - 1) < 1e-11 AS right
FROM (VALUES
    (proportion '60/200', proportion '40/200', 0.020921335337794028::float8),
    (proportion '1/10', proportion '9/10', 0.00034661935113466698::float8),
    (proportion '0/100', proportion '1/100', 0.31609762202891258::float8),
    (proportion '500/1000', proportion '100/1000', 7.719934594295456e-85::float8),
    (proportion '999999999/1000000000', proportion '999999000/1000000000', 8.0423261993520931e-219::float8),
    (proportion '1/9223372036854775807', proportion '3/9223372036854775807', 0.3173105078629141::float8)) AS v (a, b, expected);
SELECT p_value('0/9223372036854775807', '9223372036854775807/9223372036854775807') AS certain,
       p_value('9223372036854775806/9223372036854775807', '9223372036854775807/9223372036854775807') BETWEEN 0 AND 1 AS nearly_all;

-- one row of plain numbers
SELECT k.*, low = wilson_low(p) AND high = wilson_high(p) AS same
FROM unnest('{0/1,3/4,0/0}'::proportion[]) AS p, proportion_kpis(p) AS k;
SELECT k FROM proportion_kpis(NULL) AS k;

-- errors
SELECT '5/3'::proportion;
SELECT proportion(5, 3::bigint);
SELECT proportion(-1, 3::bigint);
SELECT proportion(0, -3::bigint);
SELECT proportion(1.5, 3.0);
SELECT proportion(1::numeric, 'NaN'::numeric);
SELECT proportion(1::numeric, 'Infinity'::numeric);
SELECT proportion(-1::numeric, -1e30);
SELECT proportion(1, 9223372036854775808);
SELECT proportion(1, 1e300::float8);
SELECT proportion(0.5::float8, 1);
SELECT proportion('NaN'::float8, 1);
SELECT proportion('Infinity'::float8, 'Infinity'::float8);
SELECT rate(hits, total) FROM (VALUES (1::bigint, 2::bigint), (3, 2)) AS v (hits, total);
SELECT rate(hits, total) FROM (VALUES (1.0, 2.0), (1.5, 2)) AS v (hits, total);
SELECT rate(hits, 9223372036854775807) FROM (VALUES (1::bigint), (1)) AS v (hits);
SELECT proportion '1/9223372036854775807' + '0/1';
SELECT wilson_low('1/2', 0);
SELECT wilson_low('1/2', 95);
SELECT wilson_high('1/2', 'NaN');
SELECT wilson_high('1/2', NULL) IS NULL AS unknown_confidence;

-- ordered by the rate, then by the total; empty ones first: a league table, and what a target asks for
SELECT p, rate(p) FROM unnest('{9/10,80/100,18/20,0/0,0/7,85/100,50/100,0/3,7/7,70/70}'::proportion[]) AS p ORDER BY p DESC;
SELECT agent FROM (VALUES ('Ann', proportion '9/10'), ('Bob', '85/100'), ('Cid', '50/100'), ('Dan', '0/0')) AS t (agent, p) WHERE p >= '80/100' ORDER BY p DESC;
SELECT proportion '9/10' = '18/20' AS equal, proportion '9/10' < '18/20' AS smaller_first, count(DISTINCT p)
FROM unnest('{9/10,18/20,1/2}'::proportion[]) AS p;
-- exactly: these two rates are the same double precision
SELECT rate(a) = rate(b) AS rates, a < b AS less, a > b AS more
FROM (VALUES (proportion '9223372036854775805/9223372036854775806', proportion '9223372036854775806/9223372036854775807')) AS t (a, b);

-- support functions called by hand: the caller's value stays as it is
\set VERBOSITY sqlstate
SELECT _proportion_accum('1/2', true), _proportion_accum('1/2', false), _proportion_accum(NULL, true), _proportion_accum('1/2', NULL);
SELECT _proportion_accum_inv('1/2', true), _proportion_accum_int8('1/2', 3, 4), _proportion_accum_numeric('1/2', 3, 4), _proportion_accum_float8('1/2', 3, 4);
SELECT _proportion_accum_int8_inv('4/6', 3, 4), _proportion_accum_numeric_inv('4/6', 3, 4), _proportion_accum_float8_inv('4/6', 3, 4);
SELECT _proportion_accum_inv('0/2', true);                       -- 22003
SELECT _proportion_accum_inv('2/2', false);                      -- 22003
SELECT _proportion_accum('9223372036854775807/9223372036854775807', true);       -- 22003
SELECT _proportion_accum_int8('1/2', 5, 4);                      -- 22023
SELECT _proportion_accum_int8_inv('1/2', -5, 4);                 -- 22023
SELECT _proportion_merge(NULL, '1/2'), _proportion_subtract('1/2', NULL);
\set VERBOSITY default
DROP TABLE hours;
