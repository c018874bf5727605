-- Staffing: Erlang B, C and A

SET IntervalStyle = 'postgres';

-- 100 contacts of 3 minutes in half an hour keep 10 agents busy
SELECT erlang_load(100, '3 min', '30 min'), erlang_load(contacts => 0, aht => '0', period => '1 day') AS nothing;

-- One agent: B = A/(1+A), C = A, service level 1 - A exp(-(1-A) T/AHT), ASA A/(1-A) AHT: 1/3, 1/2, 1 - e^-1/2 / 2, 180 s
SELECT round(erlang_b(1, 0.5)::numeric, 12) AS b, round(erlang_c(1, 0.5)::numeric, 12) AS c,
	round(erlang_c_service_level(1, 0.5, '3 min', '3 min')::numeric, 12) AS service_level, erlang_c_asa(1, 0.5, '3 min') AS asa;

-- Two lines and one Erlang: B = (A^2/2) / (1 + A + A^2/2) = 1/5; C = 2B / (2 - A(1-B)) = 1/3, of them half a handle time in 2 - A
SELECT erlang_b(2, 1) AS b, round(erlang_c(2, 1)::numeric, 12) AS c, erlang_c_asa(2, 1, '3 min') AS asa;

-- Patience of one handle time: the queue is M/M/infinity, its length Poisson. One agent, one Erlang: waiting 1 - 1/e,
-- abandonment 1/e; two agents: waiting 1 - 2/e
SELECT round(erlang_a(1, 1, '3 min', '3 min')::numeric, 12) AS waiting, round((1 - exp(-1.0::float8))::numeric, 12) AS "1 - 1/e",
	round(erlang_a_abandonment(1, 1, '3 min', '3 min')::numeric, 12) AS abandonment, round(exp(-1.0::float8)::numeric, 12) AS "1/e",
	round(erlang_a(2, 1, '3 min', '3 min')::numeric, 12) AS waiting_2, round((1 - 2 * exp(-1.0::float8))::numeric, 12) AS "1 - 2/e";

-- Overload: in Erlang C everybody waits, without end; in Erlang A the patience of the callers decides
SELECT erlang_c(10, 10) AS waiting, erlang_c_service_level(10, 12, '3 min', '20 s') AS service_level,
	erlang_c_asa(10, 10, '3 min') AS asa, round(erlang_a_abandonment(10, 12, '3 min', '5 min')::numeric, 9) AS abandonment;

-- Nobody comes
SELECT erlang_b(1, 0) AS b, erlang_c(1, 0) AS c, erlang_c_service_level(1, 0, '3 min', '0') AS c_level, erlang_c_asa(1, 0, '3 min') AS c_asa,
	erlang_a(1, 0, '3 min', '5 min') AS a, erlang_a_service_level(1, 0, '3 min', '5 min', '0') AS a_level,
	erlang_a_abandonment(1, 0, '3 min', '5 min') AS abandonment, erlang_a_asa(1, 0, '3 min', '5 min') AS a_asa,
	erlang_c_agents(0, '3 min', 0.99, '20 s') AS c_agents, erlang_a_agents(0, '3 min', '5 min', 0.99, '20 s') AS a_agents;

-- How many agents for 80/20? 14 answer 88.8 % in time; at most 70 % occupied must be 15; a day with 30 % shrinkage takes 20 and 22
SELECT erlang_c_agents(load => 10, aht => '3 min', target => 0.8, threshold => '20 s') AS agents,
	erlang_c_agents(load => 10, aht => '3 min', target => 0.8, threshold => '20 s', max_occupancy => 0.7) AS not_too_busy,
	erlang_c_agents(10, '3 min', 0.8, '20 s', 1, 0.3) AS scheduled,
	erlang_c_agents(10, '3 min', 0.8, '20 s', 0.7, 0.3) AS not_too_busy_scheduled,
	erlang_a_agents(load => 10, aht => '3 min', patience => '5 min', target => 0.8, threshold => '20 s') AS a_agents,
	erlang_a_agents(10, '3 min', '5 min', 0.8, '20 s', 0.6) AS a_not_too_busy,
	erlang_a_agents(10, '3 min', '5 min', 0.8, '20 s', 0.6, 0.3) AS a_scheduled;

-- Head counts round up, after taking off 1e-9: 21/(1 - 0.3) is 30, not 31; 12 Erlangs at 0.6 need 20
SELECT erlang_c_agents(17.5, '3 min', 0, '0', 17.5 / 21, 0.3) AS "30", erlang_c_agents(12, '3 min', 0, '0', 0.6) AS "20",
	erlang_c_agents(12.000001, '3 min', 0, '0', 0.6) AS "21";

-- Reference values, computed with 40 digits by other means: sums over the states of the birth-death process, and
-- numerical integration by mpmath for the mean wait of the answered. Right to 1e-9 relative; intervals to the microsecond.
CREATE TABLE reference (agents int, load float8, patience interval, threshold interval, b float8, c float8, c_level float8, c_asa float8,
	a float8, a_level float8, a_abandonment float8, a_asa float8);
INSERT INTO reference VALUES
	(1, 0.5, '120 s', '20 s', 0.33333333333333333, 0.5, 0.52702026554661727, 180.0, 0.38031479085934437, 0.65051206673374065, 0.23937041828131126, 14.416738354961625),
	(1, 3, '600 s', '60 s', 0.75, 1.0, 0.0, NULL, 0.99647598681278544, 0.0081783884197050304, 0.66784133772907152, 577.29988921797876),
	(2, 1.9, '60 s', '0 s', 0.38363443145589797, 0.92564102564102558, 0.074358974358974424, 1666.1538461538446, 0.4808661908101159, 0.5191338091898841, 0.31481340396380178, 10.095707999698057),
	(10, 7.5, '300 s', '20 s', 0.099543713056340954, 0.30661120022129664, 0.76775270785642756, 22.076006415933358, 0.24198042957424773, 0.83613415837427057, 0.031070000297897308, 8.5018778208454724),
	(10, 10, '36000 s', '20 s', 0.21458234310734734, 1.0, 0.0, NULL, 0.93904294751914433, 0.07945440078252589, 0.01665395097177871, 601.15309119616251),
	(14, 10, '300 s', '20 s', 0.056819143386520859, 0.17413193359504984, 0.88835001917946688, 7.8359370117772429, 0.1452601142963612, 0.91679209186354687, 0.013983744122408938, 3.8784800445210219),
	(50, 48, '360 s', '10 s', 0.083337353493483032, 0.69445561119683432, 0.37857381531871918, 62.501005007715089, 0.46777406855379039, 0.65624770673479527, 0.030912249162193218, 10.847700718659343),
	(100, 80, '1 s', '5 s', 0.0039920286045531975, 0.019646426634359511, 0.98872779551326922, 0.1768178397092356, 0.0053510800690427009, 0.99635361456636044, 0.0036454568417187541, 0.0012216086302957672),
	(100, 120, '180 s', '30 s', 0.19626998945511363, 1.0, 0.0, NULL, 0.97213626010947934, 0.38557970750289594, 0.16769295568816681, 32.188001398529167),
	(1000, 950, '120 s', '20 s', 0.0036492936889424099, 0.068253415377141424, 0.99973613774690571, 0.24571229535770912, 0.05153364301691779, 0.99905553650971713, 9.4444995397040262e-4, 0.11160251429529307),
	(1000, 1010, '900 s', '30 s', 0.031232364387673923, 1.0, 0.0, NULL, 0.84789497767175918, 0.93290157841741068, 0.013250203102413439, 11.948868820945781),
	(10000, 9900, '240 s', '20 s', 0.0028581267388565864, 0.22277692886414824, 0.99999667052338261, 0.40099847195546683, 0.16744245338125124, 0.99928085756001813, 7.1914243998186925e-4, 0.17207178005634433),
	(10000, 10000, '3600 s', '15 s', 0.0079365632488056719, 1.0, 0.0, NULL, 0.81774085140297683, 0.947561999851204, 0.0014580834318930003, 5.2493991294357374),
	(10000, 10500, '90 s', '10 s', 0.049389438350253151, 1.0, 0.0, NULL, 0.99974375367718316, 0.95237458591007354, 0.047619524845088568, 4.3821636228478417);

CREATE FUNCTION close(value float8, expected float8) RETURNS boolean LANGUAGE sql AS
$$ SELECT value IS NOT DISTINCT FROM expected OR abs(value / nullif(expected, 0) - 1) < 1e-9 $$;

SELECT agents, load, close(erlang_b(agents, load), b) AS b, close(erlang_c(agents, load), c) AS c,
	close(erlang_c_service_level(agents, load, '3 min', threshold), c_level) AS c_level,
	erlang_c_asa(agents, load, '3 min') IS NOT DISTINCT FROM c_asa * interval '1 s' AS c_asa,
	close(erlang_a(agents, load, '3 min', patience), a) AS a,
	close(erlang_a_service_level(agents, load, '3 min', patience, threshold), a_level) AS a_level,
	close(erlang_a_abandonment(agents, load, '3 min', patience), a_abandonment) AS a_abandonment,
	erlang_a_asa(agents, load, '3 min', patience) = a_asa * interval '1 s' AS a_asa
FROM reference ORDER BY agents, load;

-- The recursion 1/B(n) = 1 + n/A / B(n-1), for n up to 1000
WITH RECURSIVE recursion AS (
	SELECT load, 0 AS n, 1::float8 AS inverse FROM unnest('{0.001, 0.7, 5, 40, 300, 950, 1000, 1300}'::float8[]) AS load
	UNION ALL
	SELECT load, n + 1, 1 + (n + 1) / load * inverse FROM recursion WHERE n < 1000 AND inverse < 1e290
)
SELECT count(*) > 4000 AS many, count(*) FILTER (WHERE NOT close(erlang_b(n, load), 1 / inverse)) AS b_differs,
	count(*) FILTER (WHERE NOT close(erlang_c(n, load), CASE WHEN load >= n THEN 1 ELSE n / (inverse * (n - load) + load) END)) AS c_differs
FROM recursion WHERE n > 0;

-- With endless patience Erlang A is Erlang C, with none at all it is Erlang B
SELECT count(*) FILTER (WHERE abs(erlang_a(n, load, '3 min', '20000000 h') - erlang_c(n, load)) > 1e-6) AS a_is_not_c,
	count(*) FILTER (WHERE abs(erlang_a_service_level(n, load, '3 min', '20000000 h', '20 s') - erlang_c_service_level(n, load, '3 min', '20 s')) > 1e-6) AS level_is_not_c,
	count(*) FILTER (WHERE abs(extract(epoch FROM erlang_a_asa(n, load, '3 min', '20000000 h') - erlang_c_asa(n, load, '3 min'))) > 1e-4 * extract(epoch FROM erlang_c_asa(n, load, '3 min'))) AS asa_is_not_c,
	count(*) FILTER (WHERE abs(erlang_a_service_level(n, load, '10 h', '0.000001 s', '20 s') - (1 - erlang_b(n, load))) > 1e-5) AS level_is_not_b,
	count(*) FILTER (WHERE abs(erlang_a_abandonment(n, load, '10 h', '0.000001 s') - erlang_b(n, load)) > 1e-5) AS abandonment_is_not_b,
	count(*) FILTER (WHERE erlang_a_asa(n, load, '10 h', '0.000001 s') > '1 ms') AS waits
FROM generate_series(1, 60) AS n, unnest('{0.01, 0.5, 0.9, 0.95}'::float8[]) AS rho, LATERAL (SELECT n * rho AS load) AS l;

-- With patience of one handle time the state is that of an infinite-server queue: Poisson
SELECT count(*) FILTER (WHERE NOT close(erlang_a(n, load, '3 min', '3 min'), waiting)) AS differs
FROM unnest('{0.3, 4, 25, 60}'::float8[]) AS load, generate_series(1, 50) AS n, LATERAL (
	SELECT sum(exp(greatest(-load + k * ln(load) - lgamma, -600))) AS waiting
	FROM generate_series(n, n + 400) AS k, LATERAL (SELECT sum(ln(i)) AS lgamma FROM generate_series(1, k) AS i) AS f) AS w;

-- More agents are never worse, and the head counts are the smallest
SELECT count(*) FILTER (WHERE erlang_b(n + 1, load) > erlang_b(n, load)) AS b, count(*) FILTER (WHERE erlang_c(n + 1, load) > erlang_c(n, load)) AS c,
	count(*) FILTER (WHERE erlang_c_service_level(n + 1, load, '3 min', '20 s') < erlang_c_service_level(n, load, '3 min', '20 s')) AS c_level,
	count(*) FILTER (WHERE erlang_c_asa(n + 1, load, '3 min') > erlang_c_asa(n, load, '3 min')) AS c_asa,
	count(*) FILTER (WHERE erlang_a(n + 1, load, '3 min', '4 min') > erlang_a(n, load, '3 min', '4 min')) AS a,
	count(*) FILTER (WHERE erlang_a_service_level(n + 1, load, '3 min', '4 min', '20 s') < erlang_a_service_level(n, load, '3 min', '4 min', '20 s')) AS a_level,
	count(*) FILTER (WHERE erlang_a_abandonment(n + 1, load, '3 min', '4 min') > erlang_a_abandonment(n, load, '3 min', '4 min')) AS a_abandonment,
	count(*) FILTER (WHERE erlang_a_asa(n + 1, load, '3 min', '4 min') > erlang_a_asa(n, load, '3 min', '4 min')) AS a_asa
FROM generate_series(1, 80) AS n, unnest('{0.1, 3, 24.9, 40}'::float8[]) AS load;

SELECT count(*), count(*) FILTER (WHERE erlang_c_service_level(c, load, '3 min', threshold) < target) AS c_too_few,
	count(*) FILTER (WHERE c > greatest(1, ceil(load)) AND erlang_c_service_level(c - 1, load, '3 min', threshold) >= target) AS c_too_many,
	count(*) FILTER (WHERE load / c_max > 0.8 * (1 + 1e-9) OR erlang_c_service_level(c_max, load, '3 min', threshold) < target) AS c_max_too_few,
	count(*) FILTER (WHERE c_max > c AND load / (c_max - 1) <= 0.8) AS c_max_too_many,
	count(*) FILTER (WHERE erlang_a_service_level(a, load, '3 min', '4 min', threshold) < target) AS a_too_few,
	count(*) FILTER (WHERE a > 1 AND erlang_a_service_level(a - 1, load, '3 min', '4 min', threshold) >= target) AS a_too_many,
	count(*) FILTER (WHERE load * (1 - erlang_a_abandonment(a_max, load, '3 min', '4 min')) / a_max > 0.8 * (1 + 1e-9) OR a_max < a) AS a_max_too_few,
	count(*) FILTER (WHERE a_max > a AND load * (1 - erlang_a_abandonment(a_max - 1, load, '3 min', '4 min')) / (a_max - 1) <= 0.8) AS a_max_too_many
FROM unnest('{0.01, 0.4, 1, 7.3, 10, 99.5, 1234, 5000}'::float8[]) AS load, unnest('{0, 0.1, 0.8, 0.95, 0.999}'::float8[]) AS target,
	unnest('{0, 10 s, 2 min}'::interval[]) AS threshold, LATERAL (
	SELECT erlang_c_agents(load, '3 min', target, threshold) AS c, erlang_c_agents(load, '3 min', target, threshold, 0.8) AS c_max,
		erlang_a_agents(load, '3 min', '4 min', target, threshold) AS a, erlang_a_agents(load, '3 min', '4 min', target, threshold, 0.8) AS a_max OFFSET 0
) AS x;

-- Extremes: neither NaN nor infinity, nor a result outside its scale
SELECT count(*) AS cases, count(*) FILTER (WHERE NOT (erlang_b(n, load) BETWEEN 0 AND 1 AND erlang_c(n, load) BETWEEN 0 AND 1
		AND erlang_c_service_level(n, load, aht, threshold) BETWEEN 0 AND 1)) AS wrong,
	count(*) FILTER (WHERE NOT (erlang_a(n, load, aht, patience) BETWEEN 0 AND 1 AND erlang_a_service_level(n, load, aht, patience, threshold) BETWEEN 0 AND 1
		AND erlang_a_abandonment(n, load, aht, patience) BETWEEN 0 AND 1 AND erlang_a_asa(n, load, aht, patience) >= '0')) AS a_wrong
FROM unnest('{1, 2, 1000, 1e6}'::float8[]) AS n, unnest('{1e-300, 1e-9, 1, 999.9999, 1000, 1e6, 1e9}'::float8[]) AS load,
	unnest('{0.000001 s, 3 min, 10000000 h}'::interval[]) AS aht, unnest('{0.000001 s, 5 min, 10000000 h}'::interval[]) AS patience,
	unnest('{0, 20 s, 10000000 h}'::interval[]) AS threshold;
SELECT round(erlang_b(1e9, 1e9)::numeric, 9) AS b, erlang_c(1e9, 1e9 - 1) < 1 AS c, erlang_b(1e9, 1) AS underflow;

-- NULL gives NULL
SELECT erlang_b(NULL, 1) AS b, erlang_c_agents(10, '3 min', 0.8, NULL) AS agents;

-- Clear errors
SELECT erlang_load(-1, '3 min', '30 min');
SELECT erlang_load('NaN', '3 min', '30 min');
SELECT erlang_load(10, '3 min', '0');
SELECT erlang_load(10, '-3 min', '30 min');
SELECT erlang_load(10, '1 month', '30 min');
SELECT erlang_load(1e308, '10 h', '1 s');
SELECT erlang_b(0, 10);
SELECT erlang_b(2.5, 10);
SELECT erlang_b('NaN', 10);
SELECT erlang_b(1e10, 10);
SELECT erlang_c(10, -1);
SELECT erlang_c(10, 'infinity');
SELECT erlang_c(10, 1e10);
SELECT erlang_c_service_level(10, 8, '0', '20 s');
SELECT erlang_c_service_level(10, 8, '3 min', '-20 s');
SELECT erlang_c_asa(1, 0.9999999999999999, '1000000000 h');
SELECT erlang_a(10, 8, '3 min', '0');
SELECT erlang_a_asa(10, 8, '0', '3 min');
SELECT erlang_a_abandonment(0, 8, '3 min', '3 min');
SELECT erlang_a_service_level(10, 8, '3 min', '3 min', '-1 s');
SELECT erlang_c_agents(10, '3 min', 1, '20 s');
SELECT erlang_c_agents(10, '3 min', -0.1, '20 s');
SELECT erlang_c_agents(10, '3 min', 80, '20 s');
SELECT erlang_c_agents(10, '3 min', 'NaN', '20 s');
SELECT erlang_c_agents(10, '3 min', 0.8, '20 s', 0);
SELECT erlang_c_agents(10, '3 min', 0.8, '20 s', 1.1);
SELECT erlang_c_agents(10, '3 min', 0.8, '20 s', 1, 1);
SELECT erlang_c_agents(10, '3 min', 0.8, '20 s', 1, -0.1);
SELECT erlang_c_agents(1e9, '3 min', 0.8, '20 s', 0.1);
SELECT erlang_c_agents(1e8, '3 min', 0.8, '20 s', 1, 0.99);
SELECT erlang_a_agents(-1, '3 min', '5 min', 0.8, '20 s');
SELECT erlang_a_agents(10, '3 min', '5 min', 1.5, '20 s');
\set VERBOSITY sqlstate
SELECT erlang_c(10, -1);
SELECT erlang_b(0, 10);
SELECT erlang_b(1e10, 10);
SELECT erlang_c_agents(10, '3 min', 2, '20 s');
SELECT erlang_c_agents(10, '3 min', 0.8, '20 s', 1, 1);
SELECT erlang_c_agents(1e9, '3 min', 0.8, '20 s', 0.1);
SELECT erlang_c_asa(1, 0.9999999999999999, '1000000000 h');
\set VERBOSITY default

DROP TABLE reference;
DROP FUNCTION close;

-- Between whole numbers, by the continuous form: quadrature of the integral
SELECT round(erlang_b(1.5, 1)::numeric, 10) AS b15, round(erlang_b(2.5, 3)::numeric, 10) AS b25, round(erlang_b(100.5, 90)::numeric, 10) AS b100,
       round(erlang_c(13.1, 10)::numeric, 10) AS c131, round(erlang_c_service_level(13.1, 10, '3 min', '19.8 s')::numeric, 9) AS sl;
SELECT bool_and(erlang_b(n, load) > erlang_b(n + 0.3, load) AND erlang_b(n + 0.3, load) > erlang_b(n + 0.7, load) AND erlang_b(n + 0.7, load) > erlang_b(n + 1, load)) AS falls
FROM generate_series(1, 40) AS n, unnest(ARRAY[0.001, 0.5, 1.9999, 2.0001, 30, 1000]) AS load;
SELECT erlang_a(13.5, 10, '3 min', '2 min');
SELECT erlang_b(0.5, 1);
