-- case: utilization, ungrouped, integer seconds
-- kpi:
SELECT utilization(talk_s, wait_s) FROM calls;
-- hand:
SELECT sum(talk_s) FILTER (WHERE wait_s IS NOT NULL)::float8 / nullif(sum(wait_s), 0) FROM calls;

-- case: occupancy by 1000 agents, integer seconds
-- kpi:
SELECT sum(occupancy) FROM (SELECT agent_id, occupancy(talk_s, wait_s) FROM calls GROUP BY agent_id ORDER BY agent_id) AS s;
-- hand:
SELECT sum(occupancy) FROM (SELECT agent_id, sum(talk_s)::float8 / nullif(coalesce(sum(talk_s), 0) + coalesce(sum(wait_s), 0), 0) AS occupancy
    FROM calls GROUP BY agent_id ORDER BY agent_id) AS s;

-- case: utilization, ungrouped, intervals
-- kpi:
SELECT utilization(talk, wait) FROM calls;
-- hand:
SELECT extract(epoch FROM sum(talk)) / nullif(extract(epoch FROM sum(wait)), 0) FROM calls;

-- case: utilization over the last 30 minutes
-- kpi:
SELECT sum(u) FROM (SELECT utilization(talk_s, wait_s) OVER (ORDER BY at RANGE '30 min' PRECEDING) AS u FROM calls) AS s;
-- hand:
SELECT sum(u) FROM (SELECT sum(talk_s) OVER w::float8 / nullif(sum(wait_s) OVER w, 0) AS u
    FROM calls WINDOW w AS (ORDER BY at RANGE '30 min' PRECEDING)) AS s;
