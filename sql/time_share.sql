-- Shares of time: type time_share

CREATE TABLE day (agent text, active interval, worked interval, lost interval);
INSERT INTO day VALUES
    ('A', '1 h', '2 h', '15 min'),          -- 1/2
    ('A', NULL, '6 h', NULL),               -- a NULL part counts 0: 0/6
    ('A', '5 h', NULL, '1 h'),              -- a NULL whole: the row is ignored
    ('B', '9 h', '8 h', '0'),               -- more than the whole
    ('C', NULL, NULL, NULL);                -- nothing is known

-- A 1/8 and 15 min of 8 h, B 9/8, C nothing
SELECT agent, utilization(active, worked), shrinkage(lost, worked), time_share_agg(active, worked)
FROM day GROUP BY agent ORDER BY agent;

-- over all: 10 h of 16 h
SELECT utilization(active, worked), time_share_agg(active, worked) FROM day;

-- occupancy: handling 3 h + 0 + 1 h of 3 + 1 + 1 + 0 + 1 h = 4/6; a row without both is ignored
SELECT occupancy(handling, idle), occupancy_agg(handling, idle)
FROM (VALUES ('3 h'::interval, '1 h'::interval), (NULL, '1 h'), ('1 h', NULL), (NULL, NULL)) AS t (handling, idle);

-- seconds: integer, double precision, and what casts to them
SELECT utilization(a, b), time_share_agg(a, b), occupancy(a, b), shrinkage(a, b)
FROM (VALUES (1, 4), (2, 4)) AS t (a, b);                               -- 3/8, 3/11
SELECT utilization(a, b), time_share_agg(a, b), occupancy(a, b), occupancy_agg(a, b)
FROM (VALUES (0.25::float8, 1::float8), (0.5, 1.5)) AS t (a, b);        -- 0.75/2.5
SELECT time_share_agg(a, b) AS numeric, time_share_agg(a::bigint, b::int) AS bigint_int,
    occupancy_agg(a::int, b::float8) AS int_float8
FROM (VALUES (1.0, 4.0)) AS t (a, b);

-- no rows, or only ignored ones
SELECT utilization(active, worked), occupancy(active, lost), time_share_agg(active, worked), occupancy_agg(active, lost)
FROM day WHERE agent = 'C';
SELECT utilization(active, worked), shrinkage(lost, worked), occupancy(active, lost), rollup(time_share_agg) FROM day,
    LATERAL (SELECT NULL::time_share AS time_share_agg) AS s WHERE false;
-- a whole of 0 has no share
SELECT utilization(a, b), time_share_agg(a, b) FROM (VALUES (1, 0)) AS t (a, b);

-- accessors: intervals without days
SELECT share(t), part(t), whole(t), t::json, t::jsonb, to_jsonb(t)
FROM (SELECT time_share_agg(a, b) AS t FROM (VALUES ('1 day 2:30'::interval, '2 days'::interval)) AS t (a, b)) AS t;

-- merging: hours to days; the whole is a weighted mean, not a mean of means
SELECT rollup(t), share(rollup(t)), avg(share(t)) AS not_this
FROM (VALUES ('00:30:00/01:00:00'::time_share), ('07:00:00/07:00:00'), (NULL)) AS t (t);
SELECT '01:00:00/02:00:00'::time_share + '00:30:00/08:00:00' AS sum,
    '01:30:00/10:00:00'::time_share - '00:30:00/08:00:00' AS difference;

-- sliding frames give what the rows of the frame give
SELECT i, time_share_agg(a, b) OVER two, occupancy_agg(a, b) OVER two, rollup(t) OVER two, utilization(a, b) OVER two
FROM (VALUES (1, 1, 2, '00:00:01/00:00:02'::time_share), (2, NULL, 4, NULL), (3, 3, NULL, '00:00:05/00:00:08'),
    (4, NULL, NULL, NULL), (5, 5, 10, '00:00:00/00:00:00')) AS t (i, a, b, t)
WINDOW two AS (ORDER BY i ROWS 1 PRECEDING) ORDER BY i;
SELECT count(*) AS frames,
    count(*) FILTER (WHERE moving::text <> restarted::text) AS differ
FROM (SELECT time_share_agg(a, b) OVER f AS moving,
        time_share_agg(a, b) FILTER (WHERE random() >= 0) OVER f AS restarted
    FROM (SELECT i, nullif(i * 7919 % 101, 5) AS a, nullif(i * 104729 % 97, 3) AS b
        FROM generate_series(1, 1000) AS i) AS t
    WINDOW f AS (ORDER BY i ROWS BETWEEN 7 PRECEDING AND 3 FOLLOWING)) AS t;

-- text: hours have as many digits as they need, fractions only where there are some
SELECT t, t::text::time_share = t AS same FROM unnest('{00:00:00/00:00:00, 1:02:03/100:00:00, 00:00:00.5/2562047788:00:54.775807,
    00:00:01.000001/00:00:02.120000}'::time_share[]) AS t;
SELECT '01:00:00/02:00:00'::time_share = '1:00:00 / 2:00:00.0' AS equal,
    '01:00:00/02:00:00'::time_share < '01:00:00/03:00:00' AS less,
    count(DISTINCT t) FROM unnest('{1:00:00/2:00:00,01:00:00/02:00:00,1:00:00/3:00:00}'::time_share[]) AS t;
-- ordered by the share, then by the size; without a whole first.  9/10 of a short day is more than 8/10 of a long one
SELECT t, share(t) FROM unnest('{09:00:00/10:00:00,80:00:00/100:00:00,18:00:00/20:00:00,00:00:00/00:00:00,01:00:00/00:00:00,00:00:00/05:00:00,12:00:00/08:00:00}'::time_share[]) AS t ORDER BY t;
SELECT '09:00:00/10:00:00'::time_share > '80:00:00/100:00:00' AS more, '09:00:00/10:00:00'::time_share >= '18:00:00/20:00:00' AS not_the_same, '2562047788:00:54.775807/2562047788:00:54.775806'::time_share > '2562047788:00:54.775806/2562047788:00:54.775805' AS exact;
SELECT t.* FROM unnest('{01:30:00/08:00:00,00:00:00/00:00:00}'::time_share[]) AS s, time_share_kpis(s) AS t;
SELECT _time_share_send('00:00:01/00:00:02');

-- errors
SELECT utilization(a, b) FROM (VALUES ('-1 h'::interval, '1 h'::interval)) AS t (a, b);
SELECT utilization(a, b) FROM (VALUES ('1 h'::interval, '1 month'::interval)) AS t (a, b);
SELECT occupancy(a, b) FROM (VALUES (1, -1)) AS t (a, b);
SELECT shrinkage(a, b) FROM (VALUES ('NaN'::float8, 1)) AS t (a, b);
SELECT '01:00:00/02:00:00'::time_share - '00:30:00/08:00:00';
\set VERBOSITY sqlstate
SELECT utilization(a, b) FROM (VALUES (1, 'Infinity'::float8)) AS t (a, b);
SELECT occupancy(a, b) FROM (VALUES (9e12::float8, 9e12::float8)) AS t (a, b);
SELECT '2562047788:00:54.775807/0:00:00'::time_share + '00:00:00.000001/00:00:00';
SELECT '2562047788:00:54.775808/0:00:00'::time_share;
SELECT '99999999999999999999:00:00/0:00:00'::time_share;
SELECT ''::time_share;
SELECT '01:00:00'::time_share;
SELECT '01:00:00/'::time_share;
SELECT '01:00/02:00'::time_share;
SELECT '01:60:00/02:00:00'::time_share;
SELECT '-01:00:00/02:00:00'::time_share;
SELECT '01:00:00./02:00:00'::time_share;
SELECT '01:00:00.1234567/02:00:00'::time_share;
SELECT '01:00:00/02:00:00x'::time_share;
SELECT _time_share_accum_int4(NULL, 1, 2);
SELECT _time_share_accum_occupancy_interval_inv('00:00:00/00:00:00', '1 s', NULL);
\set VERBOSITY default
-- support functions called by hand leave their argument alone
SELECT t, _time_share_accum_int4(t, 1, 2), _time_share_accum_interval_inv(t, NULL, '1 s'), t
FROM (VALUES ('00:00:01/00:00:02'::time_share)) AS t (t);

DROP TABLE day;
