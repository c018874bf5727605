-- Agents' time, concurrency and backlog: type span_summary
SET timezone = 'UTC';
SET datestyle = 'ISO, DMY';
SET intervalstyle = 'postgres';

-- a span from and to so many minutes after midnight; NULL: since ever, or without an end
CREATE FUNCTION span(start_at int, end_at int, bounds text DEFAULT '[)') RETURNS tstzrange
    LANGUAGE sql IMMUTABLE
    RETURN tstzrange(coalesce('2026-03-02 00:00+0'::timestamptz + start_at * interval '1 min', '-infinity'),
        '2026-03-02 00:00+0'::timestamptz + end_at * interval '1 min', bounds);

-- Three chats: 0-10, 5-20 and 30-40: covered 20 + 10, two at a time, total 10 + 15 + 10
CREATE TABLE chat (id int, span tstzrange);
INSERT INTO chat VALUES (1, span(0, 10)), (2, span(5, 20)), (3, span(30, 40));
SELECT covered(span), peak_concurrency(span) FROM chat;
SELECT covered(s), total(s), peak_concurrency(s), average_concurrency(s), spans(s), s    -- 35/30
FROM (SELECT span_agg(span) AS s FROM chat) AS c;
SELECT m AS minute, concurrency_at(s, '2026-03-02 00:00+0'::timestamptz + m * interval '1 min') AS open     -- 0 1 2 1 0 1 0
FROM (SELECT span_agg(span) AS s FROM chat) AS c, unnest('{-1, 0, 5, 10, 20, 35, 40}'::int[]) AS m;
SELECT n, time_at_least(s, n)           -- 30, 5 and 0 minutes
FROM (SELECT span_agg(span) AS s FROM chat) AS c, generate_series(1, 3) AS n;

-- Half-open, whatever the bounds say: touching spans do not overlap
SELECT peak_concurrency(span), covered(span), span_agg(span)            -- 1, 20 min, two edges
FROM (VALUES (span(0, 10, '[]')), (span(10, 20, '(]'))) AS t (span);
-- NULL, empty and zero-length spans are ignored
SELECT covered(span), peak_concurrency(span), span_agg(span)
FROM (VALUES (NULL), ('empty'::tstzrange), (span(5, 5, '[]'))) AS t (span);
SELECT covered(span), peak_concurrency(span), span_agg(span), rollup(NULL::span_summary) FROM chat WHERE false;
-- the accessors of an empty summary: no time, but 0 spans are open at any moment
SELECT covered(s), total(s), peak_concurrency(s), average_concurrency(s), time_at_least(s, 1), concurrency_at(s, now()), spans(s), clip(s, span(0, 1))
FROM (VALUES ('{}'::span_summary)) AS t (s);
-- nested and equal spans
SELECT span_agg(span), covered(span), peak_concurrency(span)
FROM (VALUES (span(0, 10)), (span(2, 4)), (span(2, 4)), (span(4, 10))) AS t (span);

-- Still open: no end, or one at infinity; open since ever: a start at -infinity
SELECT span_agg(span) AS s, peak_concurrency(span)
FROM (VALUES (span(0, NULL)), (tstzrange('2026-03-02 00:10+0', 'infinity')), (span(NULL, 5)), (tstzrange('-infinity', '2026-03-02 00:05+0'))) AS t (span);
SELECT concurrency_at(s, '-infinity'), concurrency_at(s, '2026-03-02 00:07+0'), concurrency_at(s, 'infinity'), spans(s)     -- 2, 1, 2
FROM (SELECT span_agg(span) AS s
    FROM (VALUES (span(0, NULL)), (span(10, NULL)), (span(NULL, 5)), (span(NULL, 5))) AS t (span)) AS c;
SELECT span_agg(span), spans(span_agg(span)) FROM (VALUES ('[-infinity,)'::tstzrange)) AS t (span);
-- ranges that lie at infinity have no length
SELECT span_agg(span) FROM (VALUES ('[infinity,)'::tstzrange), ('(,-infinity]')) AS t (span);
-- no start at all is an error: nearly always it is the NULL of a call that was never answered
SELECT covered(span) FROM (VALUES (tstzrange(NULL, '2026-03-02 09:00+0'))) AS t (span);
SELECT peak_concurrency(span) OVER () FROM (VALUES ('(,)'::tstzrange)) AS t (span);
\set VERBOSITY sqlstate
SELECT span_agg(span) FROM (VALUES (tstzrange(NULL, '2026-03-02 09:00+0'))) AS t (span);
SELECT '{(,"2026-03-02 09:00+0")}'::tstzmultirange::span_summary;
\set VERBOSITY default
-- their time is infinite; cut to a period it is not
SELECT covered(span) FROM (VALUES (span(0, NULL))) AS t (span);
SELECT covered(clip(span_agg(span), span(0, 60))), total(clip(span_agg(span), span(0, 60)))     -- 60, 60 + 30
FROM (VALUES (span(-10, NULL)), (span(30, NULL))) AS t (span);
-- finite where it is asked for: both open from 30 to 40
SELECT time_at_least(span_agg(span), 2) FROM (VALUES (span(0, NULL)), (span(30, 40))) AS t (span);
SELECT overlap(a, b), overlap(b, a)                                     -- 10 minutes
FROM (SELECT span_agg(span(0, NULL)) AS a, span_agg(span(30, 40)) AS b) AS t;

-- on average within a range, also while nothing was open: 35 minutes of 60, 15 of 20, 0, 2 since ever; nothing to divide by
SELECT average_concurrency(s, span(0, 60)), average_concurrency(s, span(5, 25, '(]')), average_concurrency(s, span(50, 60)), average_concurrency('{}', span(0, 60)),
    average_concurrency(s, 'empty'), average_concurrency(s, NULL), average_concurrency(NULL, span(0, 60))
FROM (SELECT span_agg(span) AS s FROM chat) AS c;
SELECT average_concurrency(span_agg(span), tstzrange('2020-01-01', '2021-01-01')), average_concurrency(span_agg(span), span(0, 10))
FROM (VALUES (span(NULL, 5)), (span(NULL, NULL))) AS t (span);
-- interval by interval
SELECT * FROM (SELECT span_agg(span) AS s FROM chat) AS c, concurrency_series(s, '15 min', 'UTC', span(-7, 52));
SELECT interval_start AT TIME ZONE 'Europe/Berlin' AS midnight, at_start, peak, round(average::numeric, 6) AS average, covered     -- a day of 23 hours
FROM (SELECT span_agg(span) AS s
    FROM (VALUES (tstzrange('2026-03-28 12:00+1', '2026-03-29 12:00+2')), ('[2026-03-29 01:00+1,)'), ('[-infinity, 2026-03-01 00:00+0)')) AS t (span)) AS a,
    concurrency_series(s, '1 day', 'Europe/Berlin', '[2026-03-28 00:00+1, 2026-03-31 00:00+2)');
-- where a clock goes back over midnight (St John's, at 00:01) the day before comes back: still one row each
SELECT to_char(interval_start AT TIME ZONE 'America/St_Johns', 'DD HH24:MI') AS local, at_start, peak, covered
FROM (SELECT span_agg(span) AS s FROM (VALUES (tstzrange('2010-11-07 00:00:30-2:30', '2010-11-07 00:30-3:30'))) AS t (span)) AS t,
    concurrency_series(s, '1 day', 'America/St_Johns', '[2010-11-06 00:00-2:30, 2010-11-08 00:00-3:30)');
-- in any zone and from any moment on, the rows are the parts of split_span put together
SELECT count(*) AS series, count(*) FILTER (WHERE once AND all_there AND same) AS fine
FROM (SELECT count(DISTINCT r.interval_start) = count(*) AS once, count(*) = (SELECT count(DISTINCT interval_start) FROM split_span(within, step, zone)) AS all_there,
        bool_and(r.covered = p.covered AND r.average = 1 AND r.peak = 1 AND r.at_start = 1) AS same
    FROM (VALUES ('America/St_Johns', '2010-11-07 02:30Z'::timestamptz), ('America/St_Johns', '2010-11-05 12:34:56Z'), ('Asia/Manila', '1844-12-30 00:00Z'),
            ('America/Juneau', '1867-10-17 00:00Z'), ('Pacific/Apia', '2011-12-29 00:00Z'), ('Europe/Berlin', '2026-10-25 00:30Z')) AS z (zone, start),
        unnest('{40 min,3 h,8 h,1 day,30 min}'::interval[]) AS step,
        LATERAL (SELECT tstzrange(start, start + CASE step WHEN '1 day' THEN interval '20 days' ELSE interval '4 days' END)) AS w (within),
        LATERAL (SELECT * FROM concurrency_series('{"edges":[[null,1],[null,-1]]}', step, zone, within)) AS r
        LEFT JOIN LATERAL (SELECT interval_start, sum(covered) AS covered FROM split_span(within, step, zone) GROUP BY 1) AS p USING (interval_start)
    GROUP BY zone, start, step, within) AS t;
SELECT count(*) FROM concurrency_series('{}', '1 h', 'UTC', span(0, 1440));
SELECT count(*) FROM concurrency_series('{}', '1 h', 'UTC', 'empty');
SELECT count(*) FROM concurrency_series(NULL, '1 h', 'UTC', span(0, 1440));
-- each interval is what clip gives
SELECT count(*) AS intervals, count(*) FILTER (WHERE (at_start, c.peak, c.covered) IS NOT DISTINCT FROM (concurrency_at(s, interval_start), p.peak, p.covered)
    AND abs(average - extract(epoch FROM total) / 1200) < 1e-12) AS same
FROM (SELECT span_agg(span(i, i + abs(hashint4(i)) % 60)) AS s FROM generate_series(1, 1000) AS i) AS t, concurrency_series(s, '20 min', 'UTC', span(140, 1000)) AS c,
    LATERAL (SELECT clip(s, tstzrange(interval_start, interval_start + interval '20 min')) AS part) AS cut,
    LATERAL (SELECT peak_concurrency(part) AS peak, covered(part) AS covered, total(part) AS total) AS p;
-- a row for reporting tools
SELECT k.* FROM (SELECT span_agg(span) AS s FROM chat UNION ALL SELECT '{}') AS c, span_kpis(s) AS k;

-- clip: before, inside, across and after the spans; nothing
SELECT w, clip(s, w) FROM (SELECT span_agg(span) AS s FROM chat) AS c,
    (VALUES (span(-10, 0)), (span(6, 8)), (span(5, 35)), (span(40, 50)), (span(25, 25, '[]')), ('empty'), ('(,)'), (span(35, NULL))) AS v (w);

-- merging and removing: what is added can be taken away again
SELECT rollup(s) = span_agg_all AS rollup_is_whole
FROM (SELECT id % 2 AS part, span_agg(span) AS s FROM chat GROUP BY 1) AS p, (SELECT span_agg(span) AS span_agg_all FROM chat) AS a
GROUP BY span_agg_all;
SELECT a + b AS sum, a + b - b = a AS undone, a - a AS nothing
FROM (SELECT span_agg(span(0, 10)) AS a, span_agg(span(5, 10)) AS b) AS t;

-- from a multirange, and back
SELECT m::span_summary, spans(m::span_summary) = m AS same
FROM (VALUES ('{}'::tstzmultirange), ('{[2026-03-02 00:00+0,2026-03-02 01:00+0),[2026-03-02 02:00+0,)}'), ('{[-infinity,)}')) AS t (m);

-- Agents: scheduled 9-17, was there 9-13 and 15-18, in contact 10-12 twice over and 16-17
CREATE TABLE agent_day (kind text, span tstzrange);
INSERT INTO agent_day VALUES ('scheduled', span(540, 1020)), ('actual', span(540, 780)), ('actual', span(900, 1080)),
    ('busy', span(600, 720)), ('busy', span(630, 720)), ('busy', span(960, 1020));
SELECT utilization(busy, actual), adherence(actual, scheduled), conformance(actual, scheduled),     -- 3/7, 6/8, 7/8
    time_share(actual, scheduled), overlap(actual, scheduled), overlap(scheduled, busy)
FROM (SELECT span_agg(span) FILTER (WHERE kind = 'busy') AS busy, span_agg(span) FILTER (WHERE kind = 'actual') AS actual,
        span_agg(span) FILTER (WHERE kind = 'scheduled') AS scheduled FROM agent_day) AS d;
-- absent: 0; nothing scheduled: nothing to say
SELECT adherence(actual, scheduled), conformance(actual, scheduled), time_share(actual, scheduled), adherence(scheduled, actual), conformance(scheduled, actual), time_share(scheduled, actual)
FROM (SELECT '{}'::span_summary AS actual, span_agg(span(540, 1020)) AS scheduled) AS d;

-- The trap: A works 9-13, B 13-17, both are scheduled 9-17.  A union over the team
-- would read 100 %; per agent it is 4 of 8 hours each
CREATE TABLE team (agent text, kind text, span tstzrange);
INSERT INTO team VALUES ('A', 'scheduled', span(540, 1020)), ('B', 'scheduled', span(540, 1020)),
    ('A', 'actual', span(540, 780)), ('B', 'actual', span(780, 1020));
SELECT adherence(span_agg(span) FILTER (WHERE kind = 'actual'), span_agg(span) FILTER (WHERE kind = 'scheduled')) AS trap FROM team;
\set VERBOSITY terse
SELECT utilization(s, s) FROM (SELECT span_agg(span) AS s FROM team WHERE kind = 'scheduled') AS t;
SELECT conformance(s, s) FROM (SELECT span_agg(span) AS s FROM team WHERE kind = 'scheduled') AS t;
SELECT time_share(s, s) FROM (SELECT span_agg(span) AS s FROM team WHERE kind = 'scheduled') AS t;
\set VERBOSITY default
-- contacts in parallel are fine in the first argument, and spans that touch in the second; one agent's own overlaps are united
SELECT utilization(busy, worked), time_share(busy, worked)              -- 10 of 30
FROM (SELECT span_agg(b) AS busy, span_agg(w) AS worked FROM (VALUES (span(0, 10), span(0, 20)), (span(0, 10), span(20, 30))) AS t (b, w)) AS s;
SELECT utilization(s, span_summary(spans(s))), conformance(s, span_summary(spans(s)))
FROM (SELECT span_agg(span) AS s FROM chat) AS t;
SELECT share(rollup(time_share(actual, scheduled))), rollup(time_share(actual, scheduled))
FROM (SELECT agent, span_agg(span) FILTER (WHERE kind = 'actual') AS actual, span_agg(span) FILTER (WHERE kind = 'scheduled') AS scheduled
    FROM team GROUP BY agent) AS a;

-- Random spans against running sums and range_agg.  Few different times, so
-- that spans touch, nest and repeat; some empty, NULL, unbounded or inclusive.
CREATE TABLE random_span AS
SELECT i, i % 7 AS agent, i % 3 AS part,
    CASE WHEN i % 97 = 0 THEN NULL WHEN i % 89 = 0 THEN 'empty' WHEN i % 83 = 0 THEN span(NULL, a) WHEN i % 79 = 0 THEN span(a, NULL)
        ELSE span(a, a + b, (ARRAY['[)', '[]', '(]', '()'])[1 + i % 4]) END AS span
FROM (SELECT i, abs(hashint4(i)) % 2000 AS a, abs(hashint4(-i)) % 40 AS b FROM generate_series(1, 5000) AS i) AS t;

CREATE VIEW running AS
SELECT agent, at, sum(sum(change)) OVER (PARTITION BY agent ORDER BY at) AS open, lead(at) OVER (PARTITION BY agent ORDER BY at) AS until
FROM (SELECT agent, coalesce(lower(span), '-infinity') AS at, 1 AS change FROM random_span WHERE lower_inf(span) OR upper_inf(span) OR lower(span) < upper(span)
    UNION ALL
    SELECT agent, coalesce(upper(span), 'infinity'), -1 FROM random_span WHERE lower_inf(span) OR upper_inf(span) OR lower(span) < upper(span)) AS e
GROUP BY agent, at;

SELECT count(*) AS agents,
    count(*) FILTER (WHERE peak <> k_peak) AS peak, count(*) FILTER (WHERE covered <> k_covered) AS covered,
    count(*) FILTER (WHERE total <> k_total) AS total, count(*) FILTER (WHERE least3 <> k_least3) AS least3, count(*) FILTER (WHERE backlog <> k_backlog) AS backlog
FROM (SELECT agent, peak_concurrency(span) AS k_peak, covered(clip(span_agg(span), span(0, 2000))) AS k_covered,
        total(clip(span_agg(span), span(0, 2000))) AS k_total, time_at_least(clip(span_agg(span), span(0, 2000)), 3) AS k_least3,
        concurrency_at(span_agg(span), '2026-03-02 12:00+0') AS k_backlog
    FROM random_span GROUP BY agent) AS k
JOIN (SELECT agent, max(open) AS peak, sum(until - at) FILTER (WHERE open > 0) AS covered, sum((until - at) * open) AS total, sum(until - at) FILTER (WHERE open >= 3) AS least3
    FROM (SELECT agent, open, greatest(at, '2026-03-02 00:00+0') AS at, least(until, '2026-03-03 09:20+0') AS until FROM running) AS r
    WHERE at < until GROUP BY agent) AS r USING (agent)
JOIN (SELECT agent, open AS backlog FROM running WHERE at <= '2026-03-02 12:00+0' AND until > '2026-03-02 12:00+0') AS b USING (agent);
SELECT count(*) FILTER (WHERE spans(s) = m) AS same_union
FROM (SELECT agent, span_agg(span) AS s,
        range_agg(span) FILTER (WHERE NOT isempty(span)
            AND (lower_inf(span) OR upper_inf(span) OR lower(span) < upper(span))) AS m
    FROM (SELECT agent, CASE WHEN isempty(span) THEN span ELSE tstzrange(lower(span), upper(span)) END AS span FROM random_span WHERE span IS NOT NULL) AS t GROUP BY agent) AS x;
-- overlap of two agents against the intersection of multiranges
SELECT overlap(clip(a.s, span(0, 2000)), b.s) = (SELECT sum(upper(r) - lower(r)) FROM unnest(spans(a.s) * spans(b.s) * tstzmultirange(span(0, 2000))) AS r) AS overlap_is_intersection,
    overlap(clip(a.s, span(0, 2000)), b.s) > '0' AS some
FROM (SELECT span_agg(span) AS s FROM random_span WHERE agent = 1 AND i % 20 = 1) AS a,
    (SELECT span_agg(span) AS s FROM random_span WHERE agent = 2 AND i % 20 = 2) AS b;
-- parts merge to the whole, and leave it again
SELECT count(*) AS agents, count(*) FILTER (WHERE rollup = whole) AS parts, count(*) FILTER (WHERE whole - a - b = c) AS left_over
FROM (SELECT agent, rollup(s) FROM (SELECT agent, part, span_agg(span) AS s FROM random_span GROUP BY 1, 2) AS p GROUP BY agent) AS p
JOIN (SELECT agent, span_agg(span) AS whole, span_agg(span) FILTER (WHERE part = 0) AS a, span_agg(span) FILTER (WHERE part = 1) AS b, span_agg(span) FILTER (WHERE part = 2) AS c
    FROM random_span GROUP BY agent) AS w USING (agent);
-- sliding frames against restarted ones (a volatile filter prevents sliding)
SELECT count(*) AS frames, count(*) FILTER (WHERE m.s::text <> r.s::text) AS summaries, count(*) FILTER (WHERE m.peak IS DISTINCT FROM r.peak) AS peaks,
    count(*) FILTER (WHERE m.covered IS DISTINCT FROM r.covered) AS covered, count(*) FILTER (WHERE m.rolled::text <> r.rolled::text) AS rolled
FROM (SELECT i, span_agg(span) OVER f AS s, peak_concurrency(span) OVER f AS peak, covered(span) OVER f AS covered, rollup(part) OVER f AS rolled
    FROM (SELECT i, clip(span_agg(span), span(-1, 5000)) AS part, span * span(-1, 5000) AS span FROM random_span WHERE i <= 1500 GROUP BY i, span) AS t
    WINDOW f AS (ORDER BY i ROWS BETWEEN 100 PRECEDING AND 20 FOLLOWING)) AS m
JOIN (SELECT i, span_agg(span) FILTER (WHERE random() >= 0) OVER f AS s, peak_concurrency(span) FILTER (WHERE random() >= 0) OVER f AS peak,
        covered(span) FILTER (WHERE random() >= 0) OVER f AS covered, rollup(part) FILTER (WHERE random() >= 0) OVER f AS rolled
    FROM (SELECT i, clip(span_agg(span), span(-1, 5000)) AS part, span * span(-1, 5000) AS span FROM random_span WHERE i <= 1500 GROUP BY i, span) AS t
    WINDOW f AS (ORDER BY i ROWS BETWEEN 100 PRECEDING AND 20 FOLLOWING)) AS r USING (i);
-- frames that only grow, and a state that outgrows a flat value
SELECT count(*) AS frames, max(peak) = (SELECT peak_concurrency(span) FROM random_span) AS peak,
    last = (SELECT span_agg(span) FROM random_span) AS summary
FROM (SELECT peak_concurrency(span) OVER (ORDER BY i) AS peak, last_value(s) OVER () AS last
    FROM (SELECT i, span, span_agg(span) OVER (ORDER BY i) AS s FROM random_span) AS t) AS t GROUP BY last;
SELECT covered(span) = interval '200000 s' AS covered, peak_concurrency(span) = 2 AS peak, length(span_agg(span)::text) > 4000000 AS long
FROM (SELECT tstzrange(t, t + interval '1.5 s') * tstzrange('2026-01-01', '2026-01-01'::timestamptz + interval '200000 s') AS span
    FROM (SELECT '2026-01-01'::timestamptz + i * interval '1 s' AS t FROM generate_series(0, 199999) AS i ORDER BY hashint4(i)) AS t) AS s;

-- More spans than an int64 counts: an error where they are open at the same time, in a frame as in a group, and only there
CREATE TABLE huge (i int, s span_summary);
INSERT INTO huge VALUES (1, '{"edges":[[0,5000000000000000000],[1,-5000000000000000000]]}'), (2, '{"edges":[[2,5000000000000000000],[3,-5000000000000000000]]}'),
    (3, '{"edges":[[3,9223372036854775807],[4,-9223372036854775807]]}'), (4, '{"edges":[[4,9223372036854775807],[5,-9223372036854775807]]}'),
    (5, '{"edges":[[4,5],[6,-5]]}'), (6, '{"edges":[[null,7],[null,-7]]}');
SELECT peak_concurrency(rollup(s)), covered(rollup(s)), rollup(s) FROM huge WHERE i <= 4;
SELECT i, peak_concurrency(rollup(s) OVER w), covered(rollup(s) OVER w), rollup(s) OVER w FROM huge WHERE i <= 4 WINDOW w AS (ORDER BY i) ORDER BY i;
SELECT i, peak_concurrency(rollup(s) OVER (ORDER BY i ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)) FROM huge WHERE i <= 4 ORDER BY i;
-- touching ones pass the bound on the way, in either order
SELECT peak_concurrency(rollup(s ORDER BY i)), peak_concurrency(rollup(s ORDER BY i DESC))
FROM (SELECT 1 AS i, s FROM huge WHERE i = 3 UNION ALL SELECT 2, s FROM huge WHERE i = 4 UNION ALL SELECT 3, '{"edges":[[1,9223372036854775807],[2,-1],[3,-9223372036854775806]]}') AS t;
SELECT peak_concurrency(rollup(s)) FROM huge WHERE i IN (4, 5);
SELECT peak_concurrency(rollup(s) OVER ()) FROM huge WHERE i IN (4, 5);
SELECT covered(rollup(s) OVER ()) FROM huge WHERE i IN (4, 5);
SELECT rollup(s) OVER () FROM huge WHERE i IN (4, 6);
-- four times as many wrap back to a number that looks right
SELECT peak_concurrency(rollup(s)) FROM (SELECT s FROM huge, generate_series(1, 4) WHERE i = 1) AS t;
SELECT peak_concurrency(rollup(s) OVER ()) FROM (SELECT s FROM huge, generate_series(1, 4) WHERE i = 1) AS t;
SELECT covered(rollup(s) OVER ()) FROM (SELECT s FROM huge, generate_series(1, 4) WHERE i = 1) AS t;
SELECT rollup(s) OVER () FROM (SELECT s FROM huge, generate_series(1, 4) WHERE i = 1) AS t;
-- and once the rows have left again, all is well
SELECT i, peak_concurrency(rollup(s) OVER (ORDER BY i ROWS BETWEEN CURRENT ROW AND CURRENT ROW)) FROM huge ORDER BY i;

-- text, JSON and binary
SELECT s, s::json, s::jsonb, to_jsonb(s) FROM (VALUES ('{ "edges" : [ [ -5, 2 ] , [7,-1], [null, -1] ] }'::span_summary)) AS t (s);
SELECT '{}'::span_summary, '{"edges":[]}'::span_summary = '{}' AS equal, '{"edges":[[1,1],[2,-1]]}'::span_summary = '{"edges":[[1,1],[3,-1]]}' AS not_equal;
SELECT _span_summary_send('{"edges":[[1,1],[null,-1]]}');
SELECT count(DISTINCT s), count(*) FROM (SELECT s::text::span_summary AS s FROM (SELECT span_agg(span) AS s FROM random_span
    UNION ALL SELECT rollup(s) FROM (SELECT span_agg(span) AS s FROM random_span GROUP BY agent) AS a) AS u) AS t;

-- errors
SELECT '{"edges":[[1,1],[0,-1]]}'::span_summary;
SELECT '{"edges":[[1,1],[2,-2],[3,1]]}'::span_summary;
SELECT '{"edges":[[1,1],[2,1]]}'::span_summary;
SELECT span_agg(span(0, 10)) - span_agg(span(5, 15)) FROM chat WHERE id = 1;
SELECT time_at_least('{}', 0);
SELECT concurrency_at('{}', timestamp '2026-03-02 12:00');
SELECT total(span_agg(span(NULL, 10)));
SELECT average_concurrency('{}', '[2026-03-02,)');
SELECT average_concurrency('{}', '[-infinity,2026-03-02)');
SELECT concurrency_series('{}', '1 h', 'UTC', '(,2026-03-02)');
SELECT concurrency_series('{}', '7 min', 'UTC', span(0, 60));
SELECT concurrency_series('{}', '1 h', 'Atlantis', span(0, 60));
SELECT span_kpis(span_agg(span(0, NULL)));
SELECT '{"edges":[[1,9223372036854775807],[2,-9223372036854775807]]}'::span_summary + '{"edges":[[1,1],[2,-1]]}';
\set VERBOSITY sqlstate
SELECT covered('{"edges":[[-211813488000000000,1],[9223371331199999999,-1]]}'::span_summary);
SELECT total('{"edges":[[1,9223372036854775807],[3,-9223372036854775807]]}'::span_summary);
SELECT rollup(s) FROM (VALUES ('{"edges":[[1,9223372036854775807],[2,-9223372036854775807]]}'::span_summary), ('{"edges":[[1,1],[3,-1]]}')) AS t (s);
SELECT overlap(s, s) FROM (VALUES ('{"edges":[[1,1],[null,-1]]}'::span_summary)) AS t (s);
SELECT adherence(s, s) FROM (VALUES ('{"edges":[[null,1],[1,-1]]}'::span_summary)) AS t (s);
SELECT average_concurrency('{"edges":[[null,1],[1,-1]]}');
SELECT ''::span_summary;
SELECT '{'::span_summary;
SELECT '[]'::span_summary;
SELECT '{"edge":[]}'::span_summary;
SELECT '{"edges":[],"edges":[]}'::span_summary;
SELECT '{"edges":[]} x'::span_summary;
SELECT '{"edges":[[1,1]'::span_summary;
SELECT '{"edges":[[1,1],[1,-1]]}'::span_summary;
SELECT '{"edges":[[1,0]]}'::span_summary;
SELECT '{"edges":[[1.5,1],[2,-1]]}'::span_summary;
SELECT '{"edges":[[1,1],[null,1]]}'::span_summary;
SELECT '{"edges":[[1,1],[null,-1],[3,-1]]}'::span_summary;
SELECT '{"edges":[[1,1],[9223371331200000000,-1]]}'::span_summary;
SELECT '{"edges":[[1,9223372036854775807],[2,1],[3,-9223372036854775807],[4,-1]]}'::span_summary;
SELECT '{"edges":[[1,9223372036854775808],[3,-9223372036854775808]]}'::span_summary;
\set VERBOSITY default
-- support functions called by hand leave their arguments alone, and want what they are made for
SELECT s, _span_summary_accum(s, span(0, 10)) AS added, _span_summary_accum_inv(_span_summary_accum(s, span(0, 10)), span(0, 10)) = s AS back,
    _span_summary_final(s) = s AS final, _span_summary_accum(NULL, span(0, 1)) IS NULL AS null
FROM (VALUES ('{"edges":[[1,1],[2,-1]]}'::span_summary)) AS t (s);
SELECT _span_summary_accum_inv('{}', span(0, 10));
-- an aggregate that someone makes of them cannot do harm either
CREATE AGGREGATE only_less(tstzrange) (SFUNC = _span_summary_accum_inv, STYPE = span_summary, INITCOND = '{}', FINALFUNC = _span_summary_final);
CREATE AGGREGATE no_start(span_summary) (SFUNC = _span_summary_merge, STYPE = span_summary);
SELECT only_less(span) FROM chat;
SELECT only_less(span) OVER () FROM chat;
SELECT covered(no_start(s)), no_start(s)::text = rollup(s)::text AS same FROM (SELECT span_agg(span) AS s FROM chat GROUP BY id) AS t;

DROP AGGREGATE only_less(tstzrange), no_start(span_summary);
DROP VIEW running;
DROP TABLE chat, agent_day, team, random_span, huge;
DROP FUNCTION span(int, int, text);

-- Rows as systems write them: clocks of two machines, ends that never came
SELECT plausible_span('2026-03-02 10:00:00.5+00', '2026-03-02 10:00+00') AS inverted, plausible_span(NULL, '2026-03-02 10:00+00') AS no_start,
       upper_inf(plausible_span('2026-03-02 10:00+00', NULL)) AS still_open, upper_inf(plausible_span('2026-03-02 10:00+00', 'infinity')) AS open_too,
       plausible_span('2026-03-02 10:00+00', '2026-03-03 10:00:00.000001+00', '1 day') AS too_long, plausible_span('2026-03-02 10:00+00', '2026-03-03 10:00+00', '24 h') IS NOT NULL AS just_so,
       plausible_span('-infinity', '2026-03-02 10:00+00') AS no_moment;
SELECT plausible_span('2026-03-02 10:00+00', '2026-03-02 11:00+00', NULL);
SELECT plausible_span('2026-03-02 10:00+00', '2026-03-02 11:00+00', '-1 s');

-- Absences shorter than the grace are none: 3 minutes within, 10 at the end
SELECT adherence(a, s) * 120 AS minutes, adherence(a, s, '3 min') * 120 AS not_shorter, adherence(a, s, '3 min 1 s') * 120 AS with_grace, adherence(a, s, '1 h') AS all_of_it
FROM (SELECT span_agg(tstzrange('2026-03-02 09:00+00', '2026-03-02 10:00+00')) + span_agg(tstzrange('2026-03-02 10:03+00', '2026-03-02 10:50+00')) AS a,
             span_agg(tstzrange('2026-03-02 09:00+00', '2026-03-02 11:00+00')) AS s) AS t;
SELECT adherence('{}', span_agg(tstzrange('2026-03-02 09:00+00', '2026-03-02 11:00+00')), '3 h'), adherence(span_agg(tstzrange('2026-03-02 09:00+00', '2026-03-02 11:00+00')), '{}', '3 h')
FROM generate_series(1, 1);
SELECT adherence('{}', '{}', '-1 s');

-- the first timestamp and the last
SELECT plausible_span('4714-11-24 00:00+00 BC', '294276-12-31 23:59:59.999999+00') = tstzrange('4714-11-24 00:00+00 BC', '294276-12-31 23:59:59.999999+00') AS no_limit,
	plausible_span('4714-11-24 00:00+00 BC', '294276-12-31 23:59:59.999999+00', '2562047788 hours') AS too_long;
