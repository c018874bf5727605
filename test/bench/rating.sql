-- setup:
CREATE TABLE stored_surveys AS
SELECT r FROM (SELECT agent_id, rating_agg(nps) AS r FROM calls GROUP BY agent_id) AS agents, generate_series(1, 10);
CREATE TABLE stored_counts AS SELECT promoters(r) AS promoters, detractors(r) AS detractors, responses(r) AS responses FROM stored_surveys;

-- case: nps, smallint column
-- kpi:
SELECT nps(nps) FROM calls;
-- hand:
SELECT 100.0 * (count(*) FILTER (WHERE nps >= 9) - count(*) FILTER (WHERE nps <= 6)) / count(nps) FROM calls;

-- case: nps, csat share and mean of one column
-- kpi:
SELECT nps(nps), csat(rating_agg(nps), 8), average(rating_agg(nps)) FROM calls;
-- hand:
SELECT 100.0 * (count(*) FILTER (WHERE nps >= 9) - count(*) FILTER (WHERE nps <= 6)) / count(nps),
    count(*) FILTER (WHERE nps >= 8)::float8 / count(nps), avg(nps) FROM calls;

-- case: nps and csat by 20 queues
-- kpi:
SELECT queue, nps(nps), csat(csat) FROM calls GROUP BY queue ORDER BY queue;
-- hand:
SELECT queue, 100.0 * (count(*) FILTER (WHERE nps >= 9) - count(*) FILTER (WHERE nps <= 6)) / count(nps),
    count(*) FILTER (WHERE csat >= 4)::float8 / count(csat) FROM calls GROUP BY queue ORDER BY queue;

-- case: net score with cuts of one's own, by 1000 agents
-- kpi:
SELECT sum(n) FROM (SELECT agent_id, net_score(csat, 2, 4) AS n FROM calls GROUP BY agent_id ORDER BY agent_id) AS s;
-- hand:
SELECT sum(n) FROM (SELECT agent_id, 100::float8 * (count(*) FILTER (WHERE csat >= 4) - count(*) FILTER (WHERE csat <= 2)) / nullif(count(csat), 0) AS n
    FROM calls GROUP BY agent_id ORDER BY agent_id) AS s;

-- case: nps over the last 30 minutes
-- kpi:
SELECT sum(n) FROM (SELECT nps(nps) OVER (ORDER BY at RANGE '30 min' PRECEDING) AS n FROM calls) AS s;
-- hand:
SELECT sum(n) FROM (SELECT 100::float8 * (count(*) FILTER (WHERE nps >= 9) OVER w - count(*) FILTER (WHERE nps <= 6) OVER w) / nullif(count(nps) OVER w, 0) AS n
    FROM calls WINDOW w AS (ORDER BY at RANGE '30 min' PRECEDING)) AS s;

-- case: nps from 10 thousand stored summaries
-- kpi:
SELECT nps(rollup(r)) FROM stored_surveys;
-- hand:
SELECT 100.0 * (sum(promoters) - sum(detractors)) / sum(responses) FROM stored_counts;
