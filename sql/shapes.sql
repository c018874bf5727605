-- KPIs in the shapes of query that analysts write, each against plain SQL
\set VERBOSITY terse

CREATE TABLE calls AS
SELECT i, i / 40 AS hour, (ARRAY['sales', 'billing', 'support'])[1 + i % 3] AS queue, 'a' || i % 5 AS agent,
	CASE WHEN i % 11 > 0 THEN (i * 7919) % 90 END AS wait, i % 7 > 0 AS answered, (i * 31) % 11 AS score
FROM generate_series(1, 400) AS i;

-- frames that leave rows out: removed and added again as the current row moves
CREATE FUNCTION same_in_frames(frame text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE n bigint;
BEGIN
	EXECUTE format($q$
		SELECT count(*) FILTER (WHERE (kpi_rate, kpi_nps, kpi_longest, kpi_peak) IS DISTINCT FROM (rate, nps, longest, peak))
		FROM (SELECT rate(answered) OVER w AS kpi_rate, avg(answered::int) OVER w::double precision AS rate,
				round(nps(score) OVER w::numeric, 9) AS kpi_nps,
				round(100 * (count(*) FILTER (WHERE score >= 9) OVER w - count(*) FILTER (WHERE score <= 6) OVER w)::numeric / nullif(count(score) OVER w, 0), 9) AS nps,
				seconds(longest_wait(queue_agg(wait, 20, answered) OVER w)) AS kpi_longest, max(wait) OVER w AS longest,
				percentile(wait, 1) OVER w AS kpi_peak, max(wait) OVER w AS peak
			FROM calls WINDOW w AS (PARTITION BY queue %s)) AS s$q$, frame) INTO n;
	RETURN n;
END $$;
SELECT units, exclusion, same_in_frames(format('ORDER BY %s %s %s', CASE units WHEN 'RANGE' THEN 'i' ELSE 'hour' END, bounds, exclusion)) AS differences
FROM (VALUES ('ROWS', 'ROWS BETWEEN 5 PRECEDING AND 5 FOLLOWING'), ('RANGE', 'RANGE BETWEEN 30 PRECEDING AND CURRENT ROW'),
		('GROUPS', 'GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING')) AS b (units, bounds),
	(VALUES ('EXCLUDE CURRENT ROW'), ('EXCLUDE GROUP'), ('EXCLUDE TIES'), ('EXCLUDE NO OTHERS')) AS e (exclusion)
ORDER BY units, exclusion;

-- CUBE, ROLLUP and GROUPING SETS: a total is computed from rows, not from subtotals
SELECT count(*) AS groups, count(*) FILTER (WHERE kpi IS DISTINCT FROM plain) AS differences
FROM (SELECT rate(answered) AS kpi, avg(answered::int)::double precision AS plain FROM calls GROUP BY CUBE (queue, agent, hour)) AS s;
SELECT queue, service_level(wait, 20, answered) = rate(coalesce(wait <= 20, false) AND answered) AS same, handled(handle_agg(wait)) = count(wait) AS counted
FROM calls GROUP BY GROUPING SETS (ROLLUP (queue), (queue, agent), ()) HAVING count(*) > 100 ORDER BY 1;

-- windows over summaries, and over aggregates of a grouped query
SELECT hour, rollup(q) OVER w = (SELECT queue_agg(wait, 20, answered) FROM calls WHERE calls.hour BETWEEN s.hour - 2 AND s.hour) AS same,
	rate(rollup(proportion_agg) OVER w) = (SELECT rate(answered) FROM calls WHERE calls.hour BETWEEN s.hour - 2 AND s.hour) AS same_rate
FROM (SELECT hour, queue_agg(wait, 20, answered) AS q, proportion_agg(answered) FROM calls GROUP BY hour) AS s
WINDOW w AS (ORDER BY hour ROWS 2 PRECEDING) ORDER BY hour;
SELECT count(*) AS hours, count(*) FILTER (WHERE rate(moving) <> plain) AS differences
FROM (SELECT rollup(proportion_agg(answered)) OVER w AS moving,
		(sum(sum(answered::int)) OVER w / sum(count(*)) OVER w)::double precision AS plain
	FROM calls GROUP BY hour WINDOW w AS (ORDER BY hour ROWS 3 PRECEDING)) AS s;

-- recursive: summaries added along a tree, teams into departments into the company
CREATE TABLE unit (name text, parent text);
INSERT INTO unit VALUES ('company', NULL), ('inbound', 'company'), ('back office', 'company'), ('sales', 'inbound'), ('billing', 'inbound'), ('support', 'back office');
WITH RECURSIVE below AS (
	SELECT name AS top, name FROM unit
	UNION ALL
	SELECT top, unit.name FROM below JOIN unit ON unit.parent = below.name)
SELECT top, total(p) AS contacts, rate(p) = (SELECT rate(answered) FROM calls JOIN below AS b ON b.name = queue WHERE b.top = s.top) AS same
FROM (SELECT top, rollup(p) AS p FROM below JOIN (SELECT queue, proportion_agg(answered) AS p FROM calls GROUP BY queue) AS q ON queue = name GROUP BY top) AS s
ORDER BY contacts DESC, top;
-- a running summary, one + at a time
WITH RECURSIVE running (hour, h) AS (
	SELECT -1, '{}'::handle_summary
	UNION ALL
	SELECT hour + 1, h + (SELECT handle_agg(wait) FROM calls WHERE calls.hour = running.hour + 1) FROM running WHERE hour < 10)
SELECT count(*), bool_and(h = (SELECT handle_agg(wait) FROM calls WHERE calls.hour <= running.hour)) AS same FROM running;

-- lateral, correlated, DISTINCT and ORDER BY inside, arrays of summaries and back
SELECT queue, slowest, within FROM (SELECT DISTINCT queue FROM calls) AS q,
	LATERAL (SELECT percentile(wait, 0.9) AS slowest, rate(wait <= 20) AS within FROM calls WHERE calls.queue = q.queue AND wait IS NOT NULL) AS k ORDER BY 1;
SELECT responses(rating_agg(DISTINCT score)) = count(DISTINCT score) AS distinct_scores, rating_agg(score ORDER BY i DESC) = rating_agg(score) AS any_order FROM calls;
SELECT rollup(u) = (SELECT duration_agg(wait) FROM calls) AS same
FROM (SELECT array_agg(d) AS a FROM (SELECT duration_agg(wait) AS d FROM calls GROUP BY hour) AS s) AS s, unnest(a) AS u;

-- aggregates of a user's own, made from the support functions: without a final
-- function, with a state that is handed out as it is, over other arguments
CREATE AGGREGATE own_share(boolean) (SFUNC = _proportion_accum, STYPE = proportion, INITCOND = '0/0', FINALFUNC = rate);
CREATE AGGREGATE own_durations(integer) (SFUNC = _duration_accum_int4, STYPE = duration_summary, INITCOND = '{}', COMBINEFUNC = _duration_merge, PARALLEL = SAFE);
CREATE AGGREGATE own_merge(duration_summary) (SFUNC = _duration_merge, STYPE = duration_summary, INITCOND = '{}');
CREATE AGGREGATE own_spans(tstzrange) (SFUNC = _span_summary_accum, STYPE = span_summary, INITCOND = '{}',
	MSFUNC = _span_summary_accum, MINVFUNC = _span_summary_accum_inv, MSTYPE = span_summary, MINITCOND = '{}');
SELECT own_share(answered) = rate(answered) AS share, own_durations(wait) = duration_agg(wait) AS durations,
	own_durations(wait)::text = duration_agg(wait)::text AS text, percentile(own_durations(wait), 0.9) = percentile(duration_agg(wait), 0.9) AS read
FROM calls;
SELECT own_merge(d) = duration_agg AS same, own_merge(d)::text = duration_agg::text AS text
FROM (SELECT own_durations(wait) AS d FROM calls GROUP BY hour) AS s, (SELECT duration_agg(wait) FROM calls) AS all_calls GROUP BY duration_agg;
SELECT count(*), count(*) FILTER (WHERE own <> kpi OR own::text <> kpi::text OR covered(own) IS DISTINCT FROM covered(kpi)) AS differences
FROM (SELECT own_spans(span) OVER w AS own, span_agg(span) OVER w AS kpi
	FROM (SELECT i, tstzrange('2026-03-02Z'::timestamptz + i * interval '1 min', '2026-03-02Z'::timestamptz + (i + i % 9) * interval '1 min') AS span FROM calls) AS c
	WINDOW w AS (ORDER BY i ROWS 7 PRECEDING)) AS s;
