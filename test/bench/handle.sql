-- case: average handle time, whole seconds
-- kpi:
SELECT aht(talk_s, hold_s, wrap_s) FROM calls;
-- hand:
SELECT avg(coalesce(talk_s, 0) + coalesce(hold_s, 0) + coalesce(wrap_s, 0)) FILTER (WHERE talk_s IS NOT NULL OR hold_s IS NOT NULL OR wrap_s IS NOT NULL) FROM calls;

-- case: average handle time, interval
-- kpi:
SELECT aht(talk, hold, wrap) FROM calls;
-- hand:
SELECT avg(coalesce(talk, '0') + coalesce(hold, '0') + coalesce(wrap, '0')) FILTER (WHERE talk IS NOT NULL OR hold IS NOT NULL OR wrap IS NOT NULL) FROM calls;

-- case: aht and its parts by 1000 agents
-- kpi:
SELECT sum(seconds(aht(h)) + seconds(average_talk(h)) + seconds(average_hold(h)) + seconds(average_wrap(h)) + seconds(average_hold_when_held(h)))
FROM (SELECT agent_id, handle_agg(talk_s, hold_s, wrap_s) AS h FROM calls GROUP BY agent_id) AS s;
-- hand:
SELECT sum(aht + talk + hold + wrap + held)
FROM (SELECT agent_id, avg(coalesce(talk_s, 0) + coalesce(hold_s, 0) + coalesce(wrap_s, 0)) FILTER (WHERE answered) AS aht,
    avg(coalesce(talk_s, 0)) FILTER (WHERE answered) AS talk, avg(coalesce(hold_s, 0)) FILTER (WHERE answered) AS hold,
    avg(coalesce(wrap_s, 0)) FILTER (WHERE answered) AS wrap, avg(hold_s) FILTER (WHERE hold_s > 0) AS held
    FROM calls GROUP BY agent_id) AS s;

-- case: aht over the last 30 minutes
-- kpi:
SELECT sum(a) FROM (SELECT aht(talk_s, hold_s, wrap_s) OVER (ORDER BY at RANGE '30 min' PRECEDING) AS a FROM calls) AS sliding;
-- hand:
SELECT sum(a) FROM (SELECT avg(coalesce(talk_s, 0) + coalesce(hold_s, 0) + coalesce(wrap_s, 0)) FILTER (WHERE answered)
    OVER (ORDER BY at RANGE '30 min' PRECEDING) AS a FROM calls) AS sliding;
