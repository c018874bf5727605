-- setup:
CREATE TABLE counted AS
SELECT queue_id, date_trunc('minute', at) AS minute, count(*) FILTER (WHERE answered) AS answered, count(*) AS offered,
    proportion_agg(answered) AS p
FROM calls GROUP BY queue_id, minute;

-- case: fcr, ungrouped
-- kpi:
SELECT fcr(resolved) FROM calls;
-- hand:
SELECT count(*) FILTER (WHERE resolved)::float8 / count(resolved) FROM calls;

-- case: fcr by 1000 agents
-- kpi:
SELECT sum(fcr) FROM (SELECT agent_id, fcr(resolved) FROM calls GROUP BY agent_id ORDER BY agent_id) AS s;
-- hand:
SELECT sum(fcr) FROM (SELECT agent_id, count(*) FILTER (WHERE resolved)::float8 / count(resolved) AS fcr FROM calls GROUP BY agent_id ORDER BY agent_id) AS s;

-- case: fcr against avg of a cast
-- kpi:
SELECT fcr(resolved) FROM calls;
-- hand: avg
SELECT avg(resolved::int)::float8 FROM calls;

-- case: fcr over the last 30 minutes
-- kpi:
SELECT sum(fcr) FROM (SELECT fcr(resolved) OVER (ORDER BY at RANGE '30 min' PRECEDING) FROM calls) AS s;
-- hand:
SELECT sum(fcr) FROM (SELECT count(*) FILTER (WHERE resolved) OVER w::float8 / nullif(count(resolved) OVER w, 0) AS fcr
    FROM calls WINDOW w AS (ORDER BY at RANGE '30 min' PRECEDING)) AS s;

-- case: rate of counted rows, bigint
-- kpi:
SELECT rate(answered, offered) FROM counted;
-- hand:
SELECT (sum(answered) / sum(offered))::float8 FROM counted;

-- case: rate of stored proportions
-- kpi:
SELECT rate(rollup(p)) FROM counted;
-- hand:
SELECT (sum(answered) / sum(offered))::float8 FROM counted;
