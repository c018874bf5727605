-- A KPI report over a week of a simulated contact centre and a month of simulated calls: what
-- examples/demo.sh prints. Needs the extension and the tables of test/simulate/contact_centre.sql and
-- calls.sql. Every number below is one function over ordinary rows.

\set ON_ERROR_STOP on
\set QUIET on
\pset footer off
\pset border 1
\pset null -
\pset pager off
SET TimeZone = 'Europe/Istanbul';
SET client_min_messages = warning;

\echo
\echo '1. How busy are the teams, and do they keep to the schedule?'
\echo '   In %. Utilized: handling / logged in. Occupied: handling / (handling + ready). Adherent: share of'
\echo '   the scheduled work time in which the agent worked. First each agent, then the team: a union of'
\echo '   all agents would say that somebody was busy, always, and is refused.'
\echo

SELECT team, count(*) AS agents,
  percent(share(rollup(time_share(busy, logged_in)))) AS utilized,
  percent(occupancy(covered(busy), covered(ready))) AS occupied,
  percent(share(rollup(time_share(coalesce(busy + ready, '{}'), work)))) AS adherent
FROM agents JOIN (
  SELECT agent, span_agg(span) FILTER (WHERE activity = 'work') AS work
  FROM schedule
  GROUP BY agent
) planned USING (agent) LEFT JOIN (
  SELECT agent, span_agg(span) AS logged_in,
    span_agg(span) FILTER (WHERE state = 'handling') AS busy,
    span_agg(span) FILTER (WHERE state = 'ready') AS ready
  FROM agent_log
  GROUP BY agent
) worked USING (agent)
GROUP BY team
ORDER BY team;

\echo
\echo '2. The queues'
\echo '   Service level: share of the offered contacts that were answered within the goal of their queue'
\echo '   (seconds). Lost: hung up while waiting. Other times in hours, minutes and seconds.'
\echo

SELECT coalesce(queue, 'all') AS queue, goal, offered(q), answered(q), abandoned(q) AS lost,
  flowed_out(q) AS callback, percent(service_level(q)) AS "level %",
  date_trunc('second', asa(q)) AS asa, date_trunc('second', longest_wait(q)) AS longest,
  date_trunc('second', aht(h)) AS aht
FROM (
  SELECT queue, CASE WHEN grouping(queue) = 0 THEN seconds(max(threshold)) END AS goal,
    queue_agg(wait, threshold, answered, short_abandon, flowed_out) AS q,
    handle_agg(talk, hold, wrap) AS h
  FROM contacts JOIN queues USING (queue)
  GROUP BY ROLLUP (queue)
) s
ORDER BY s.queue NULLS LAST;

\echo
\echo '3. One week, nine service levels'
\echo '   Systems disagree on what a lost contact does to the service level. A summary keeps the classes'
\echo '   apart; the rule is chosen when it is read, for history too.'
\echo

SELECT rule, queue, percent(service_level(q, rule))
FROM (
  SELECT queue, queue_agg(wait, threshold, answered, short_abandon, flowed_out) AS q
  FROM contacts JOIN queues USING (queue)
  GROUP BY queue
) s, unnest('{offered,answered,abandons_met,abandons_excluded,short_met,short_excluded,
  flowouts_excluded,"short_excluded, flowouts_excluded","abandons_met, flowouts_met"}'::text[]) WITH ORDINALITY r(rule, place)
ORDER BY place, queue \crosstabview

\echo
\echo '4. Half-hours of the support queue on Wednesday, with an incident at 14:00'
\echo '   Worst: the lowest level over any 30 minutes that ended within the half-hour, from a sliding'
\echo '   window. Half-hours by the clock hide how bad it was (# is 5 %).'
\echo

SELECT to_char(half_hour, 'HH24:MI') AS "from", count(*) AS offered,
  percent(service_level(wait, threshold, answered)) AS "level %",
  date_trunc('second', asa(wait, answered)) AS asa,
  percent(min(sliding)) AS "worst %", repeat('#', (min(sliding) * 20)::int) AS worst
FROM (
  SELECT *, date_bin('30 min', arrived_at, '2026-03-02 00:00+03') AS half_hour,
    service_level(wait, threshold, answered) OVER
      (ORDER BY arrived_at RANGE '30 min' PRECEDING) AS sliding
  FROM contacts JOIN queues USING (queue)
  WHERE queue = 'support'
) s
WHERE half_hour >= '2026-03-04 08:00' AND half_hour < '2026-03-04 20:00'
GROUP BY half_hour
ORDER BY half_hour;

\echo
\echo '   How such a window is executed: rows are kept narrowly, and each enters and leaves the frame once.'
\echo

EXPLAIN (COSTS OFF)
SELECT arrived_at, service_level(wait, threshold, answered) OVER
  (ORDER BY arrived_at RANGE '30 min' PRECEDING)
FROM contacts JOIN queues USING (queue)
WHERE queue = 'support';

\echo
\echo '5. The teams and their agents'
\echo '   Shares of time in %, as above. Conform: worked / scheduled, whenever. The quickest do not solve'
\echo '   the most: read AHT beside FCR.'
\echo

CREATE TEMP VIEW worked AS
SELECT agent, team,
  span_agg(span) FILTER (WHERE state = 'handling') AS busy,
  span_agg(span) AS logged_in,
  span_agg(span) FILTER (WHERE state IN ('ready', 'handling')) AS working,
  occupancy_agg(CASE state WHEN 'handling' THEN upper(span) - lower(span) END,
    CASE state WHEN 'ready' THEN upper(span) - lower(span) END) AS occupancy
FROM agent_log JOIN agents USING (agent)
GROUP BY agent, team;

CREATE TEMP VIEW planned AS
SELECT agent, span_agg(span) AS work
FROM schedule
WHERE activity = 'work'
GROUP BY agent;

CREATE TEMP VIEW handled AS
SELECT agent, handle_agg(talk, hold, wrap) AS h, proportion_agg(resolved) AS r,
  proportion_agg(transferred) AS t, rating_agg(nps) AS n
FROM contacts LEFT JOIN surveys USING (contact_id)
WHERE agent IS NOT NULL
GROUP BY agent;

SELECT team, count(*) AS agents, sum(handled(h)) AS handled,
  date_trunc('second', aht(rollup(h))) AS aht,
  percent(rate(rollup(t))) AS "passed on", percent(rate(rollup(r))) AS fcr,
  round(nps(rollup(n))) AS nps
FROM agents JOIN handled USING (agent)
GROUP BY team
ORDER BY team;

\echo

SELECT agent, handled(h), date_trunc('second', aht(h)) AS aht,
  percent(utilization(busy, logged_in)) AS utilized,
  percent(share(occupancy)) AS occupied,
  percent(adherence(working, work)) AS adherent,
  percent(conformance(working, work)) AS conform,
  percent(rate(t)) AS "passed on", percent(rate(r)) AS fcr, round(nps(n)) AS nps
FROM worked JOIN planned USING (agent) JOIN handled USING (agent)
WHERE team = 'billing'
ORDER BY agent;

\echo
\echo '   Chats overlap: their hours add up to more than an agent has; covered() counts overlaps once.'
\echo

SELECT agent, count(*) AS chats, date_trunc('second', total(span_agg(span))) AS "added up",
  date_trunc('second', covered(span)) AS covered,
  round(average_concurrency(span_agg(span))::numeric, 2) AS "at a time", peak_concurrency(span) AS peak
FROM chat_spans
WHERE agent <= 'chat-05'
GROUP BY agent
ORDER BY agent;

\echo
\echo '6. What customers say'
\echo '   NPS from -100 to 100 with its 95 % interval (adjusted Wald), CSAT as the share of 4 and 5 of 5'
\echo '   (Wilson), CES as the mean of 1 to 7. Few answer: the intervals say what a number is worth.'
\echo

CREATE TEMP VIEW asked AS
SELECT queue, channel, proportion_agg(answered_at IS NOT NULL) AS response,
  rating_agg(nps) AS n, rating_agg(csat) AS c, rating_agg(ces) AS e
FROM surveys JOIN contacts USING (contact_id)
GROUP BY queue, channel;

SELECT coalesce(queue, 'all') AS queue, total(response) AS sent, hits(response) AS replies,
  percent(rate(response)) AS "reply %",
  round(nps(n)) AS nps, round(nps_low(n)) AS "from", round(nps_high(n)) AS "to",
  percent(csat(c)) AS "csat %",
  percent(wilson_low(proportion(c, 4, 5))) AS "from",
  percent(wilson_high(proportion(c, 4, 5))) AS "to",
  round(ces(e)::numeric, 2) AS ces
FROM (
  SELECT queue, rollup(response) AS response, rollup(n) AS n, rollup(c) AS c, rollup(e) AS e
  FROM asked
  GROUP BY ROLLUP (queue)
) s
ORDER BY s.queue NULLS LAST;

\echo
\echo '   Is chat liked better than the telephone, or is it chance?'
\echo

SELECT round(nps(v)) AS "nps voice", round(nps(c)) AS "nps chat",
  round(nps_p_value(v, c)::numeric, 4) AS "p-value"
FROM (
  SELECT rollup(n) FILTER (WHERE channel = 'voice') AS v, rollup(n) FILTER (WHERE channel = 'chat') AS c
  FROM asked
) s;

\echo
\echo '7. Tickets'
\echo '   From opening to the first answer, and to the solution, in whole minutes, as ticket systems show'
\echo '   them. What went in comes back: the percentile is the very one that sorting all rows gives. Above'
\echo '   20:50:00 it goes by 5 minutes, never too low. 8 hours: answered within them, exactly.'
\echo

SELECT priority, samples(f) AS answered, date_trunc('minute', average(f) + '30 s') AS average,
  median(f) AS p50, percentile(f, 0.9) AS p90, sorted AS "p90 sorted",
  percent(rate_within(f, '8 h')) AS "8 hours %",
  samples(s) AS solved, median(s) AS p50, percentile(s, 0.9) AS p90,
  percent(reopened) AS "reopened %"
FROM (
  SELECT priority, duration_agg(first_response) AS f, duration_agg(resolution) AS s,
    percentile_disc(0.9) WITHIN GROUP (ORDER BY first_response) AS sorted,
    reopen_rate(reopened) FILTER (WHERE resolution IS NOT NULL) AS reopened
  FROM (
    SELECT priority, reopened,
      date_trunc('minute', first_response_at) - date_trunc('minute', opened_at) AS first_response,
      date_trunc('minute', resolved_at) - date_trunc('minute', opened_at) AS resolution
    FROM tickets
  ) shown
  GROUP BY priority
) s
ORDER BY array_position('{urgent,high,normal,low}', priority);

\echo
\echo '   The backlog at each midnight is a concurrency: tickets open at that moment. A ticket that is'
\echo '   still open has no end.'
\echo

SELECT to_char(interval_start, 'Dy DD Mon') AS day, at_start AS "open at midnight", peak AS "most",
  round(average::numeric, 1) AS average
FROM (SELECT span_agg(tstzrange(opened_at, resolved_at)) AS backlog FROM tickets) s,
  concurrency_series(backlog, '1 day', 'Europe/Istanbul', '[2026-03-02, 2026-03-10)')
ORDER BY interval_start;

\echo
\echo '8. A month from an hourly view'
\echo '   The view keeps summaries, one row per hour and queue. A month is the sum of its hours, exactly:'
\echo '   no average of averages. First from the view, then from the calls themselves.'
\echo

CREATE MATERIALIZED VIEW hourly AS
SELECT date_trunc('hour', at) AS hour, queue,
  queue_agg(wait, '20 s', answered) AS q,
  handle_agg(talk, hold, wrap) AS h,
  proportion_agg(resolved) AS r,
  rating_agg(nps) AS n,
  duration_agg(wait) AS d
FROM calls
GROUP BY 1, 2;
CREATE UNIQUE INDEX ON hourly (hour, queue);
ANALYZE hourly;

CREATE TEMP VIEW from_hours AS
SELECT date_trunc('month', hour) AS month,
  rollup(q) AS q, rollup(h) AS h, rollup(r) AS r, rollup(n) AS n, rollup(d) AS d
FROM hourly
GROUP BY 1;

CREATE TEMP VIEW from_calls AS
SELECT date_trunc('month', at) AS month,
  queue_agg(wait, '20 s', answered) AS q,
  handle_agg(talk, hold, wrap) AS h,
  proportion_agg(resolved) AS r,
  rating_agg(nps) AS n,
  duration_agg(wait) AS d
FROM calls
GROUP BY 1;

SELECT source, to_char(month, 'Mon YYYY') AS month, offered(q), percent(service_level(q), 2) AS "in time %",
  date_trunc('milliseconds', asa(q)) AS asa, date_trunc('second', percentile(d, 0.95) + '0.5 s') AS "p95 wait",
  date_trunc('milliseconds', aht(h)) AS aht, percent(rate(r), 2) AS "fcr %", round(nps(n)::numeric, 2) AS nps
FROM (
  SELECT 'hourly view' AS source, * FROM from_hours
  UNION ALL
  SELECT 'calls', * FROM from_calls
) s
ORDER BY source DESC;

\echo

SELECT (SELECT count(*) FROM calls) AS calls, (SELECT count(*) FROM hourly) AS "rows of the view",
  a.q = b.q AND a.h = b.h AND a.r = b.r AND a.n = b.n AND a.d = b.d AS "all summaries equal"
FROM from_hours a JOIN from_calls b USING (month);

\echo
\echo '   For reporting tools: the same as one row of plain numbers, durations in seconds.'
\echo

\x on
SELECT k.* FROM from_hours, queue_kpis(q) k;
\x off

\echo
\echo '   And each queue of the month with the total, in one pass over the calls (GROUP BY ROLLUP). How it'
\echo '   is executed: the table is read a thousand rows at a time.'
\echo

CREATE TEMP VIEW with_total AS
SELECT queue, queue_agg(wait, '20 s', answered) AS q, handle_agg(talk, hold, wrap) AS h
FROM calls
GROUP BY ROLLUP (queue);

SELECT coalesce(queue, 'all') AS queue, offered(q), percent(service_level(q), 2) AS "in time %",
  date_trunc('milliseconds', asa(q)) AS asa, percent(abandonment_rate(q), 2) AS "lost %",
  date_trunc('milliseconds', aht(h)) AS aht
FROM with_total w
ORDER BY w.queue NULLS LAST;

\echo

EXPLAIN (COSTS OFF)
SELECT * FROM with_total;
