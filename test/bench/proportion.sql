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
