-- Window functions over the contact history, against lag over the same window
-- setup:
CREATE TABLE contact_spans AS SELECT customer_id, at, tstzrange(at, at + talk) AS span FROM calls;
VACUUM ANALYZE contact_spans;
CREATE TABLE sorted_calls AS SELECT customer_id, at FROM calls ORDER BY customer_id, at;
CREATE INDEX ON sorted_calls (customer_id, at);
VACUUM ANALYZE sorted_calls;

-- case: contact_number
-- limit: 1.2
-- set: work_mem = '1GB'
-- kpi:
SELECT count(x IS NULL) FROM (SELECT contact_number(nullif(customer_id, 0), at, '7 days') OVER (PARTITION BY customer_id ORDER BY at) AS x FROM calls) AS t;
-- hand:
SELECT count(x IS NULL) FROM (SELECT lag(at) OVER (PARTITION BY customer_id ORDER BY at) AS x FROM calls) AS t;

-- case: repeat_contact with min_gap
-- limit: 1.2
-- set: work_mem = '1GB'
-- kpi:
SELECT count(x IS NULL) FROM (SELECT repeat_contact(customer_id, at, '7 days', '5 min') OVER (PARTITION BY customer_id ORDER BY at) AS x FROM calls) AS t;
-- hand:
SELECT count(x IS NULL) FROM (SELECT lag(at) OVER (PARTITION BY customer_id ORDER BY at) AS x FROM calls) AS t;

-- case: first_contact_resolved, all windows closed
-- limit: 1.2
-- set: work_mem = '1GB'
-- kpi:
SELECT count(x IS NULL) FROM (SELECT first_contact_resolved(customer_id, at, '7 days', '2026-05-01') OVER (PARTITION BY customer_id ORDER BY at) AS x FROM calls) AS t;
-- hand:
SELECT count(x IS NULL) FROM (SELECT lag(at) OVER (PARTITION BY customer_id ORDER BY at) AS x FROM calls) AS t;

-- case: first_contact_resolved, every contact an episode
-- limit: 1.2
-- set: work_mem = '1GB'
-- kpi:
SELECT count(x IS NULL) FROM (SELECT first_contact_resolved(customer_id, at, '1 s', '2026-05-01') OVER (PARTITION BY customer_id ORDER BY at) AS x FROM calls) AS t;
-- hand:
SELECT count(x IS NULL) FROM (SELECT lag(at) OVER (PARTITION BY customer_id ORDER BY at) AS x FROM calls) AS t;

-- case: contact_number of spans
-- limit: 1.2
-- set: work_mem = '1GB'
-- kpi:
SELECT count(x IS NULL) FROM (SELECT contact_number(customer_id, span, '7 days') OVER (PARTITION BY customer_id ORDER BY at) AS x FROM contact_spans) AS t;
-- hand:
SELECT count(x IS NULL) FROM (SELECT lag(span) OVER (PARTITION BY customer_id ORDER BY at) AS x FROM contact_spans) AS t;

-- case: contact_number, sorted by an index
-- limit: 1.2
-- set: enable_sort = off
-- kpi:
SELECT count(x IS NULL) FROM (SELECT contact_number(customer_id, at, '7 days') OVER (PARTITION BY customer_id ORDER BY at) AS x FROM sorted_calls) AS t;
-- hand:
SELECT count(x IS NULL) FROM (SELECT lag(at) OVER (PARTITION BY customer_id ORDER BY at) AS x FROM sorted_calls) AS t;

-- case: first_contact_resolved, sorted by an index
-- limit: 1.2
-- set: enable_sort = off
-- kpi:
SELECT count(x IS NULL) FROM (SELECT first_contact_resolved(customer_id, at, '7 days', '2026-05-01') OVER (PARTITION BY customer_id ORDER BY at) AS x FROM sorted_calls) AS t;
-- hand:
SELECT count(x IS NULL) FROM (SELECT lag(at) OVER (PARTITION BY customer_id ORDER BY at) AS x FROM sorted_calls) AS t;
