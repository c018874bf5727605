-- A million evaluations in a second; a thousand head counts of a load of 5000 in less than one

-- setup:
CREATE TABLE loads AS SELECT 50::float8 AS agents, 40 + i * 9e-6::float8 AS load FROM generate_series(1, 1000000) AS i;
VACUUM ANALYZE loads;

-- case: erlang_c_service_level, 50 agents
-- limit: 1000 ms
-- rows: 1 million evaluations
-- kpi:
SELECT count(erlang_c_service_level(agents, load, '3 min', '20 s')) FROM loads;

-- case: erlang_c_agents, load 5000
-- limit: 1000 ms
-- rows: 1 thousand head counts
-- kpi:
SELECT count(erlang_c_agents(4999 + i * 0.001, '3 min', 0.8, '20 s')) FROM generate_series(1, 1000) AS i;

-- case: erlang_a_service_level, 50 agents
-- rows: 100 thousand evaluations
-- kpi:
SELECT count(erlang_a_service_level(agents, load, '3 min', '5 min', '20 s')) FROM loads WHERE load < 40.9000001;

-- case: erlang_a_agents, load 5000
-- limit: 1000 ms
-- rows: 1 thousand head counts
-- kpi:
SELECT count(erlang_a_agents(4999 + i * 0.001, '3 min', '5 min', 0.8, '20 s')) FROM generate_series(1, 1000) AS i;
