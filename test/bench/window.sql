-- KPIs over windows: against two counts by hand, and against the server's own plan of the same query.
-- setup:
CREATE UNLOGGED TABLE moving AS
SELECT i AS id, (i * 7919 % 20)::int AS queue_id, (i * 7919 % 330000)::int AS customer_id, wait_s, answered, talk_s, hold_s, wrap_s, resolved, nps,
    timestamptz '2025-01-01 00:00+00' + i * interval '5 s' AS at,
    tstzrange(timestamptz '2025-01-01 00:00+00' + i * interval '5 s', timestamptz '2025-01-01 00:00+00' + i * interval '5 s' + wait_s * interval '1 s') AS waiting
FROM (SELECT row_number() OVER () AS i, * FROM calls) AS c;
CREATE INDEX ON moving (at);
CREATE UNLOGGED TABLE first_calls AS SELECT * FROM moving WHERE id <= 200000;
CREATE UNLOGGED TABLE few_calls AS SELECT * FROM moving WHERE id <= 500;
VACUUM ANALYZE moving, first_calls, few_calls;

-- case: service level of 30 minutes
-- limit: 0.30
-- set: work_mem = '512MB'
-- kpi:
SELECT sum(s) FROM (SELECT service_level(wait_s, 20, answered) OVER (ORDER BY at RANGE '30 min' PRECEDING) AS s FROM moving) AS _;
-- hand: two counts
SELECT sum(s) FROM (SELECT (count(*) FILTER (WHERE answered AND wait_s <= 20) OVER w)::float8 / nullif(count(*) OVER w, 0) AS s FROM moving WINDOW w AS (ORDER BY at RANGE '30 min' PRECEDING)) AS _;

-- case: the same by 20 queues
-- limit: 0.30
-- set: work_mem = '512MB'
-- kpi:
SELECT sum(s) FROM (SELECT service_level(wait_s, 20, answered) OVER (PARTITION BY queue_id ORDER BY at RANGE '30 min' PRECEDING) AS s FROM moving) AS _;
-- hand: two counts
SELECT sum(s) FROM (SELECT (count(*) FILTER (WHERE answered AND wait_s <= 20) OVER w)::float8 / nullif(count(*) OVER w, 0) AS s FROM moving WINDOW w AS (PARTITION BY queue_id ORDER BY at RANGE '30 min' PRECEDING)) AS _;

-- case: the same by 20 queues, 4 MB
-- limit: 0.40
-- kpi:
SELECT sum(s) FROM (SELECT service_level(wait_s, 20, answered) OVER (PARTITION BY queue_id ORDER BY at RANGE '30 min' PRECEDING) AS s FROM moving) AS _;
-- hand: two counts
SELECT sum(s) FROM (SELECT (count(*) FILTER (WHERE answered AND wait_s <= 20) OVER w)::float8 / nullif(count(*) OVER w, 0) AS s FROM moving WINDOW w AS (PARTITION BY queue_id ORDER BY at RANGE '30 min' PRECEDING)) AS _;

-- case: the same by 330 000 customers
-- limit: 0.30
-- set: work_mem = '512MB'
-- kpi:
SELECT sum(s) FROM (SELECT service_level(wait_s, 20, answered) OVER (PARTITION BY customer_id ORDER BY at RANGE '30 min' PRECEDING) AS s FROM moving) AS _;
-- hand: two counts
SELECT sum(s) FROM (SELECT (count(*) FILTER (WHERE answered AND wait_s <= 20) OVER w)::float8 / nullif(count(*) OVER w, 0) AS s FROM moving WINDOW w AS (PARTITION BY customer_id ORDER BY at RANGE '30 min' PRECEDING)) AS _;

-- case: two windows
-- limit: 0.30
-- set: work_mem = '512MB'
-- kpi:
SELECT sum(s), sum(r) FROM (SELECT service_level(wait_s, 20, answered) OVER (ORDER BY at RANGE '30 min' PRECEDING) AS s, fcr(resolved) OVER (PARTITION BY queue_id ORDER BY at ROWS 99 PRECEDING) AS r FROM moving) AS _;
-- hand: four counts
SELECT sum(s), sum(r) FROM (SELECT (count(*) FILTER (WHERE answered AND wait_s <= 20) OVER w)::float8 / nullif(count(*) OVER w, 0) AS s, (count(*) FILTER (WHERE resolved) OVER q)::float8 / nullif(count(resolved) OVER q, 0) AS r
    FROM moving WINDOW w AS (ORDER BY at RANGE '30 min' PRECEDING), q AS (PARTITION BY queue_id ORDER BY at ROWS 99 PRECEDING)) AS _;

-- case: six aggregates
-- limit: 0.55
-- set: work_mem = '512MB'
-- both: kpi.windows = off
SELECT sum(a), sum(b), sum(c), sum(d), sum(e), sum(f) FROM (SELECT service_level(wait_s, 20, answered) OVER w AS a, abandonment_rate(answered) OVER w AS b, fcr(resolved) OVER w AS c, nps(nps) OVER w AS d, count(*) OVER w AS e, avg(wait_s) OVER w AS f
    FROM moving WINDOW w AS (PARTITION BY queue_id ORDER BY at RANGE '30 min' PRECEDING)) AS _;

-- case: p90 of 30 minutes
-- limit: 0.40
-- set: work_mem = '512MB'
-- both: kpi.windows = off
SELECT count(p) FROM (SELECT percentile(wait_s, 0.9) OVER (PARTITION BY queue_id ORDER BY at RANGE '30 min' PRECEDING) AS p FROM moving) AS _;

-- case: greatest of 99 rows
-- limit: 0.10
-- rows: 200 000 rows
-- set: work_mem = '512MB'
-- both: kpi.windows = off
SELECT sum(m), sum(r) FROM (SELECT max(wait_s) OVER w AS m, fcr(resolved) OVER w AS r FROM first_calls WINDOW w AS (ORDER BY at ROWS 98 PRECEDING)) AS _;

-- case: covered time of 1000 rows
-- limit: 1.5
-- rows: 200 000 rows
-- set: work_mem = '512MB'
-- kpi:
SELECT count(c) FROM (SELECT covered(waiting) OVER (ORDER BY at ROWS 999 PRECEDING) AS c FROM first_calls) AS _;
-- hand: count(*)
SELECT count(c) FROM (SELECT count(*) OVER (ORDER BY at ROWS 999 PRECEDING) AS c FROM first_calls) AS _;

-- case: peak of open spans in 1000 rows
-- limit: 1.5
-- rows: 200 000 rows
-- set: work_mem = '512MB'
-- kpi:
SELECT count(c) FROM (SELECT peak_concurrency(waiting) OVER (ORDER BY at ROWS 999 PRECEDING) AS c FROM first_calls) AS _;
-- hand: count(*)
SELECT count(c) FROM (SELECT count(*) OVER (ORDER BY at ROWS 999 PRECEDING) AS c FROM first_calls) AS _;

-- case: contact_number
-- limit: 0.30
-- set: work_mem = '512MB'
-- kpi:
SELECT count(n) FROM (SELECT contact_number(customer_id, at, '7 days') OVER (PARTITION BY customer_id ORDER BY at) AS n FROM moving) AS _;
-- hand: lag
SELECT count(n) FROM (SELECT lag(at) OVER (PARTITION BY customer_id ORDER BY at) AS n FROM moving) AS _;

-- case: the first ten by an index
-- limit: 1.05
-- both: kpi.windows = off
SELECT count(s) FROM (SELECT service_level(wait_s, 20, answered) OVER (ORDER BY at RANGE '30 min' PRECEDING) AS s FROM moving ORDER BY at LIMIT 10) AS _;

-- case: whole partitions
-- limit: 1.05
-- set: work_mem = '512MB'
-- both: kpi.windows = off
SELECT sum(s) FROM (SELECT service_level(wait_s, 20, answered) OVER (PARTITION BY queue_id) AS s FROM moving) AS _;

-- case: 500 rows
-- limit: 1.05
-- both: kpi.windows = off
SELECT sum(s) FROM (SELECT service_level(wait_s, 20, answered) OVER (ORDER BY at RANGE '30 min' PRECEDING) AS s FROM few_calls) AS _;

-- case: by texts
-- limit: 1.05
-- rows: 200 000 rows
-- both: kpi.windows = off
SELECT sum(s) FROM (SELECT service_level(wait_s, 20, answered) OVER (PARTITION BY 'customer ' || customer_id ORDER BY at) AS s FROM first_calls) AS _;

-- case: wide rows passed through
-- limit: 1.05
-- rows: 200 000 rows
-- both: kpi.windows = off
SELECT count(s) FROM (SELECT t.*, repeat('x', 200) || id AS wide, service_level(wait_s, 20, answered) OVER (PARTITION BY queue_id ORDER BY at) AS s FROM first_calls AS t OFFSET 0) AS _;
