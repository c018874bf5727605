-- setup:
CREATE UNLOGGED TABLE spans AS
SELECT at, agent_id, tstzrange(at, at + make_interval(secs => talk_s + coalesce(hold_s, 0) + wrap_s + 1)) AS span
FROM calls WHERE answered LIMIT 1000000;
CREATE UNLOGGED TABLE agent_hours AS
SELECT agent_id, date_trunc('hour', at) AS hour, span_agg(span) AS s FROM spans GROUP BY 1, 2;
CREATE UNLOGGED TABLE groups_of_ten AS
SELECT i % 100000 AS id, tstzrange(t, t + interval '5 min') AS span
FROM (SELECT i, '2026-03-01'::timestamptz + (i * 104729::bigint % 86400) * interval '1 s' AS t FROM generate_series(1, 1000000) AS i) AS t;
VACUUM ANALYZE spans, agent_hours, groups_of_ten;

-- case: covered time by 1000 agents
-- limit: 0.8
-- set: work_mem = '512MB'
-- kpi:
SELECT sum(covered) FROM (SELECT agent_id, covered(span) FROM spans GROUP BY agent_id) AS s;
-- hand: range_agg, then the sum of the lengths
SELECT sum(covered) FROM (SELECT agent_id, (SELECT sum(upper(r) - lower(r)) FROM unnest(union_of) AS r) AS covered
    FROM (SELECT agent_id, range_agg(span) AS union_of FROM spans GROUP BY agent_id) AS u) AS s;

-- case: peak concurrency by 1000 agents
-- limit: 0.5
-- set: work_mem = '512MB'
-- kpi:
SELECT sum(peak) FROM (SELECT agent_id, peak_concurrency(span) AS peak FROM spans GROUP BY agent_id) AS s;
-- hand: running sum over starts and ends
SELECT sum(peak) FROM (SELECT agent_id, max(open) AS peak
    FROM (SELECT agent_id, sum(sum(change)) OVER (PARTITION BY agent_id ORDER BY at) AS open
        FROM (SELECT agent_id, lower(span) AS at, 1 AS change FROM spans
            UNION ALL SELECT agent_id, upper(span), -1 FROM spans) AS edges
        GROUP BY agent_id, at) AS running
    GROUP BY agent_id) AS s;

-- case: peak concurrency of all
-- limit: 0.5
-- set: work_mem = '512MB'
-- kpi:
SELECT peak_concurrency(span) FROM spans;
-- hand: running sum over starts and ends
SELECT max(open) FROM (SELECT sum(sum(change)) OVER (ORDER BY at) AS open
    FROM (SELECT lower(span) AS at, 1 AS change FROM spans UNION ALL SELECT upper(span), -1 FROM spans) AS edges
    GROUP BY at) AS running;

-- case: covered time of all
-- limit: 0.8
-- set: work_mem = '512MB'
-- kpi:
SELECT covered(span) FROM spans;
-- hand: range_agg, then the sum of the lengths
SELECT (SELECT sum(upper(r) - lower(r)) FROM unnest(union_of) AS r) FROM (SELECT range_agg(span) AS union_of FROM spans) AS u;

-- case: covered time over the last 1000 rows
-- limit: 3
-- kpi:
SELECT count(c) FROM (SELECT covered(span) OVER (ORDER BY at ROWS 999 PRECEDING) AS c FROM spans) AS s;
-- hand: count(*) over the same frame
SELECT count(c) FROM (SELECT count(*) OVER (ORDER BY at ROWS 999 PRECEDING) AS c FROM spans) AS s;

-- case: peak concurrency over the last 1000 rows
-- limit: 3
-- kpi:
SELECT count(c) FROM (SELECT peak_concurrency(span) OVER (ORDER BY at ROWS 999 PRECEDING) AS c FROM spans) AS s;
-- hand: count(*) over the same frame
SELECT count(c) FROM (SELECT count(*) OVER (ORDER BY at ROWS 999 PRECEDING) AS c FROM spans) AS s;

-- case: peak concurrency over the last 20 000 rows
-- kpi:
SELECT count(c) FROM (SELECT peak_concurrency(span) OVER (ORDER BY at ROWS 19999 PRECEDING) AS c FROM spans) AS s;
-- hand: count(*) over the same frame
SELECT count(c) FROM (SELECT count(*) OVER (ORDER BY at ROWS 19999 PRECEDING) AS c FROM spans) AS s;

-- case: covered time by 100 000 groups of 10
-- set: work_mem = '512MB'
-- kpi:
SELECT sum(covered) FROM (SELECT id, covered(span) FROM groups_of_ten GROUP BY id) AS s;
-- hand: range_agg, then the sum of the lengths
SELECT sum(covered) FROM (SELECT id, (SELECT sum(upper(r) - lower(r)) FROM unnest(union_of) AS r) AS covered
    FROM (SELECT id, range_agg(span) AS union_of FROM groups_of_ten GROUP BY id) AS u) AS s;

-- case: stored hours of agents to peak concurrency of all
-- kpi:
SELECT peak_concurrency(rollup(s)) FROM agent_hours;
-- hand: from the spans
SELECT max(open) FROM (SELECT sum(sum(change)) OVER (ORDER BY at) AS open
    FROM (SELECT lower(span) AS at, 1 AS change FROM spans UNION ALL SELECT upper(span), -1 FROM spans) AS edges
    GROUP BY at) AS running;

-- case: series of half-hours of a month
-- limit: 0.5
-- set: work_mem = '512MB'
-- kpi:
SELECT count(*), sum(at_start), sum(peak), round(sum(average)::numeric, 3), sum(covered)
FROM (SELECT span_agg(span) AS s FROM spans) AS t, concurrency_series(s, '30 min', 'UTC', '[2026-03-01 00:00Z, 2026-04-01 00:00Z)');
-- hand: running sum over starts, ends and a grid of half-hours
SELECT count(*), sum(at_start), sum(peak), round(sum(average)::numeric, 3), sum(covered)
FROM (SELECT max(open) FILTER (WHERE at = half_hour) AS at_start, max(open) AS peak, sum(open * seconds) / 1800 AS average,
        coalesce(sum(seconds) FILTER (WHERE open > 0), 0) * interval '1 s' AS covered
    FROM (SELECT at, date_bin('30 min', at, '2026-03-01 00:00Z') AS half_hour, open, extract(epoch FROM lead(at) OVER (ORDER BY at) - at) AS seconds
        FROM (SELECT at, sum(sum(change)) OVER (ORDER BY at) AS open
            FROM (SELECT lower(span) AS at, 1 AS change FROM spans UNION ALL SELECT upper(span), -1 FROM spans
                UNION ALL SELECT generate_series('2026-03-01 00:00Z'::timestamptz, '2026-04-01 00:00Z', '30 min'), 0) AS edges
            GROUP BY at) AS running) AS stretches
    WHERE half_hour >= '2026-03-01 00:00Z' AND half_hour < '2026-04-01 00:00Z'
    GROUP BY half_hour) AS half_hours;
