-- case: service level, whole seconds
-- limit: 0.92
-- kpi:
SELECT service_level(wait_s, 20, answered) FROM calls;
-- hand:
SELECT count(*) FILTER (WHERE answered AND wait_s <= 20)::float8 / count(*) FROM calls;

-- case: service level, seconds (double precision)
-- limit: 0.92
-- kpi:
SELECT service_level(wait_f, 20, answered) FROM calls;
-- hand:
SELECT count(*) FILTER (WHERE answered AND wait_f <= 20)::float8 / count(*) FROM calls;

-- case: service level, interval
-- kpi:
SELECT service_level(wait, '20 s', answered) FROM calls;
-- hand:
SELECT count(*) FILTER (WHERE answered AND wait <= '20 s')::float8 / count(*) FROM calls;

-- setup:
-- calls holds durations in several types; a switch writes each once.
CREATE UNLOGGED TABLE acd AS
SELECT at, queue_id, agent_id, wait_s, answered, talk_s, hold_s, wrap_s, resolved, nps FROM calls;
VACUUM ANALYZE acd;
-- case: queue, handling, resolution and survey KPIs by 20 queues: four summaries against twelve aggregates
-- limit: 0.65
-- kpi:
SELECT sum(service_level(q) + abandonment_rate(q) + seconds(asa(q)) + seconds(aht(h))
    + seconds(average_talk(h)) + seconds(average_hold(h)) + seconds(average_wrap(h)) + rate(r) + nps(s))
FROM (SELECT queue_id, queue_agg(wait_s, 20, answered) AS q, handle_agg(talk_s, hold_s, wrap_s) AS h,
    proportion_agg(resolved) AS r, rating_agg(nps) AS s
    FROM acd GROUP BY queue_id) AS summaries;
-- hand:
SELECT sum(within::float8 / offered + abandoned::float8 / offered + asa + aht + talk + hold + wrap + fcr
    + 100 * (promoters - detractors)::float8 / responses)
FROM (SELECT queue_id, count(*) AS offered,
    count(*) FILTER (WHERE answered AND wait_s <= 20) AS within,
    count(*) FILTER (WHERE NOT answered) AS abandoned,
    avg(wait_s) FILTER (WHERE answered) AS asa,
    avg(talk_s + coalesce(hold_s, 0) + coalesce(wrap_s, 0)) AS aht,
    avg(talk_s) AS talk,
    avg(coalesce(hold_s, 0)) FILTER (WHERE answered) AS hold,
    avg(coalesce(wrap_s, 0)) FILTER (WHERE answered) AS wrap,
    avg(resolved::int) AS fcr,
    count(*) FILTER (WHERE nps >= 9) AS promoters,
    count(*) FILTER (WHERE nps <= 6) AS detractors,
    count(nps) AS responses
    FROM acd GROUP BY queue_id) AS counts;

-- case: the same where each row has every duration three times, as interval and as numbers
-- kpi:
SELECT sum(service_level(q) + abandonment_rate(q) + seconds(asa(q)) + seconds(aht(h))
    + seconds(average_talk(h)) + seconds(average_hold(h)) + seconds(average_wrap(h)) + rate(r) + nps(s))
FROM (SELECT queue_id, queue_agg(wait_s, 20, answered) AS q, handle_agg(talk_s, hold_s, wrap_s) AS h,
    proportion_agg(resolved) AS r, rating_agg(nps) AS s
    FROM calls GROUP BY queue_id) AS summaries;
-- hand:
SELECT sum(within::float8 / offered + abandoned::float8 / offered + asa + aht + talk + hold + wrap + fcr
    + 100 * (promoters - detractors)::float8 / responses)
FROM (SELECT queue_id, count(*) AS offered,
    count(*) FILTER (WHERE answered AND wait_s <= 20) AS within,
    count(*) FILTER (WHERE NOT answered) AS abandoned,
    avg(wait_s) FILTER (WHERE answered) AS asa,
    avg(talk_s + coalesce(hold_s, 0) + coalesce(wrap_s, 0)) AS aht,
    avg(talk_s) AS talk,
    avg(coalesce(hold_s, 0)) FILTER (WHERE answered) AS hold,
    avg(coalesce(wrap_s, 0)) FILTER (WHERE answered) AS wrap,
    avg(resolved::int) AS fcr,
    count(*) FILTER (WHERE nps >= 9) AS promoters,
    count(*) FILTER (WHERE nps <= 6) AS detractors,
    count(nps) AS responses
    FROM calls GROUP BY queue_id) AS counts;

-- case: the same with intervals
-- kpi:
SELECT sum(service_level(q) + abandonment_rate(q) + seconds(asa(q)) + seconds(aht(h))
    + seconds(average_talk(h)) + seconds(average_hold(h)) + seconds(average_wrap(h)) + rate(r) + nps(s))
FROM (SELECT queue_id, queue_agg(wait, '20 s', answered) AS q, handle_agg(talk, hold, wrap) AS h,
    proportion_agg(resolved) AS r, rating_agg(nps) AS s
    FROM calls GROUP BY queue_id) AS summaries;
-- hand:
SELECT sum(within::float8 / offered + abandoned::float8 / offered + seconds(asa) + seconds(aht)
    + seconds(talk) + seconds(hold) + seconds(wrap) + fcr + 100 * (promoters - detractors)::float8 / responses)
FROM (SELECT queue_id, count(*) AS offered,
    count(*) FILTER (WHERE answered AND wait <= '20 s') AS within,
    count(*) FILTER (WHERE NOT answered) AS abandoned,
    avg(wait) FILTER (WHERE answered) AS asa,
    avg(talk + coalesce(hold, '0') + coalesce(wrap, '0')) AS aht,
    avg(talk) AS talk,
    avg(coalesce(hold, '0')) FILTER (WHERE answered) AS hold,
    avg(coalesce(wrap, '0')) FILTER (WHERE answered) AS wrap,
    avg(resolved::int) AS fcr,
    count(*) FILTER (WHERE nps >= 9) AS promoters,
    count(*) FILTER (WHERE nps <= 6) AS detractors,
    count(nps) AS responses
    FROM calls GROUP BY queue_id) AS counts;

-- case: service level over the last 30 minutes
-- limit: 1.0
-- kpi:
SELECT sum(s) FROM (SELECT service_level(wait_s, 20, answered) OVER (ORDER BY at RANGE '30 min' PRECEDING) AS s FROM calls) AS sliding;
-- hand:
SELECT sum(s) FROM (SELECT count(*) FILTER (WHERE answered AND wait_s <= 20) OVER w::float8 / count(*) OVER w AS s
    FROM calls WINDOW w AS (ORDER BY at RANGE '30 min' PRECEDING)) AS sliding;

-- case: longest wait of 1000 rows, against max, which starts anew when the longest leaves
-- rows: a hundredth of the rows
-- kpi:
SELECT sum(seconds(longest_wait(q))) FROM (SELECT queue_agg(wait_s, 20, answered) OVER (ORDER BY at ROWS 999 PRECEDING) AS q
    FROM calls WHERE agent_id <= 10) AS sliding;
-- hand:
SELECT sum(longest) FROM (SELECT max(wait_s) OVER (ORDER BY at ROWS 999 PRECEDING) AS longest
    FROM calls WHERE agent_id <= 10) AS sliding;

-- setup:
-- The limits of the two cases below are 1.0 and what two runs of one query differ by.
CREATE UNLOGGED TABLE waits AS
SELECT i, wait_s AS random, 20 AS ties, (2000000000 - i)::int AS falls, answered
FROM (SELECT row_number() OVER (ORDER BY at) AS i, wait_s, answered FROM calls) AS numbered
ORDER BY i;
-- case: queue_agg over 1000 rows, waits that all tie against random ones
-- limit: 1.05
-- kpi:
SELECT count(q) FROM (SELECT queue_agg(ties, 20, answered) OVER (ORDER BY i ROWS 999 PRECEDING) AS q FROM waits) AS sliding;
-- hand: random
SELECT count(q) FROM (SELECT queue_agg(random, 20, answered) OVER (ORDER BY i ROWS 999 PRECEDING) AS q FROM waits) AS sliding;

-- case: queue_agg over 1000 rows, waits that only fall against random ones
-- limit: 1.05
-- kpi:
SELECT count(q) FROM (SELECT queue_agg(falls, 20, answered) OVER (ORDER BY i ROWS 999 PRECEDING) AS q FROM waits) AS sliding;
-- hand: random
SELECT count(q) FROM (SELECT queue_agg(random, 20, answered) OVER (ORDER BY i ROWS 999 PRECEDING) AS q FROM waits) AS sliding;

-- case: a year's service level from 10 thousand stored summaries
-- setup:
CREATE TABLE hourly_queues AS
SELECT i, (SELECT queue_agg(wait_s, 20, answered) FROM calls WHERE queue_id = 1 + i % 20 AND agent_id = 1 + i) AS q FROM generate_series(0, 99) AS i;
INSERT INTO hourly_queues SELECT i + 100 * k, q FROM hourly_queues, generate_series(1, 99) AS k;
CREATE TABLE hourly_counts_queues AS SELECT i, hits(proportion(q)) AS within, total(proportion(q)) AS queued FROM hourly_queues;
-- kpi:
SELECT service_level(rollup(q)) FROM hourly_queues;
-- hand:
SELECT sum(within)::float8 / sum(queued) FROM hourly_counts_queues;
