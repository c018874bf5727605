-- Repeat contacts: window functions over PARTITION BY customer ORDER BY at

SET TimeZone = 'UTC';
SET DateStyle = 'ISO, YMD';
SET IntervalStyle = 'postgres';

-- A 7-day gap, known up to 1 February. Ann's first episode has three contacts, the next from 20 January
-- was solved at once, the window of that from 30 January is still open, although she has called again.
-- Bob calls again exactly seven days later: within. Eve is a microsecond later: not within.
CREATE TABLE history (customer text, at timestamptz);
INSERT INTO history VALUES
	('Ann', '2026-01-02 10:00'), ('Ann', '2026-01-05 10:00'), ('Ann', '2026-01-12 09:00'),
	('Ann', '2026-01-20 10:00'), ('Ann', '2026-01-30 10:00'), ('Ann', '2026-01-31 10:00'),
	('Bob', '2026-01-02 10:00'), ('Bob', '2026-01-09 10:00'),
	('Eve', '2026-01-02 10:00'), ('Eve', '2026-01-09 10:00:00.000001'),
	(NULL, '2026-01-03 10:00'), (NULL, '2026-01-03 10:01'),
	('Kim', '2026-01-03 10:00'), ('Kim', NULL);

SELECT customer, at,
	contact_number(customer, at, '7 days') OVER w AS number,
	repeat_contact(customer, at, '7 days') OVER w AS repeat,
	first_contact_resolved(customer, at, '7 days', '2026-02-01') OVER w AS resolved
FROM history
WINDOW w AS (PARTITION BY customer ORDER BY at)
ORDER BY customer, at;

-- FCR counts episodes whose window has closed: Ann f t, Bob f, Eve t t, Kim t: 4/6.
-- Repeats: Ann 3 of 6, Bob 1 of 2, Eve 0 of 2, Kim 0 of 1: 4/11.
SELECT proportion_agg(resolved) AS fcr, proportion_agg(repeat) AS repeat_rate
FROM (
	SELECT repeat_contact(customer, at, '7 days') OVER w AS repeat,
		first_contact_resolved(customer, at, '7 days', '2026-02-01') OVER w AS resolved
	FROM history
	WINDOW w AS (PARTITION BY customer ORDER BY at)
) AS contacts;

-- A window closes when at + gap < as_of: on 9 January at ten Bob's window of the 2nd is open still
SELECT as_of, first_contact_resolved(customer, at, '7 days', as_of) OVER (PARTITION BY as_of ORDER BY at)
FROM history,
	unnest('{2026-01-09 10:00, 2026-01-09 10:00:00.000001, infinity, -infinity}'::timestamptz[]) AS as_of
WHERE customer = 'Bob' ORDER BY as_of, at;

-- The frame changes nothing; names, an inline window and a window of another one are alike
SELECT count(*), count(*) FILTER (WHERE a = b AND b = c AND c = d) AS same
FROM (
	SELECT contact_number(customer, at, '7 days') OVER w AS a,
		contact_number(customer, at, '7 days') OVER (w ROWS BETWEEN CURRENT ROW AND CURRENT ROW) AS b,
		contact_number(customer, at, '7 days') OVER (w GROUPS BETWEEN 1 FOLLOWING AND 2 FOLLOWING EXCLUDE TIES) AS c,
		contact_number(customer => customer, at => at, gap => '7 days') OVER (PARTITION BY customer ORDER BY at) AS d
	FROM history
	WHERE at IS NOT NULL
	WINDOW w AS (PARTITION BY customer ORDER BY at)
) AS x;

-- Any partitioning: by topic too, the same customer has an episode for each
SELECT customer, topic, at,
	contact_number(customer, at, '7 days') OVER (PARTITION BY customer ORDER BY at) AS number,
	contact_number(customer, at, '7 days') OVER (PARTITION BY customer, topic ORDER BY at) AS number_of_topic
FROM (VALUES (1, 'bill', '2026-01-02'::timestamp), (1, 'card', '2026-01-03'), (1, 'bill', '2026-01-04'))
	AS t (customer, topic, at)
ORDER BY at;

-- min_gap: who begins within it continues the contact before. A transfer after 4 minutes, another one
-- 4 minutes on (8 from the start: the gap runs on), then a call after 10 minutes, which is a repeat.
SELECT at::time,
	contact_number(1, at, '1 h', '5 min') OVER w AS number,
	repeat_contact(1, at, '1 h', '5 min') OVER w AS repeat,
	first_contact_resolved(1, at, '1 h', '2026-01-03', '5 min') OVER w AS resolved
FROM unnest('{2026-01-02 10:00, 2026-01-02 10:04, 2026-01-02 10:08, 2026-01-02 10:18, 2026-01-02 10:23,
	2026-01-02 11:23, 2026-01-02 12:23:01, 2026-01-02 12:28:01}'::timestamptz[]) AS at
WINDOW w AS (ORDER BY at) ORDER BY at;

-- ... and the window runs on with it: open until an hour after 10:08
SELECT as_of::time,
	first_contact_resolved(1, at, '1 h', as_of, '5 min') OVER (PARTITION BY as_of ORDER BY at) AS resolved
FROM unnest('{2026-01-02 10:00, 2026-01-02 10:04, 2026-01-02 10:08}'::timestamp[]) AS at,
	unnest('{2026-01-02 11:03, 2026-01-02 11:08, 2026-01-02 11:08:01}'::timestamp[]) AS as_of
ORDER BY as_of, at;

-- min_gap 0 joins only contacts of the same moment; without one they are repeats
SELECT at::time, contact_number(1, at, '1 h') OVER w AS number, contact_number(1, at, '1 h', '0') OVER w AS joined
FROM unnest('{2026-01-02 10:00, 2026-01-02 10:00, 2026-01-02 10:30}'::timestamptz[]) AS at
WINDOW w AS (ORDER BY at) ORDER BY at;

-- gap 0: an episode is one moment
SELECT at::time, contact_number(1, at, '0') OVER (ORDER BY at) AS number
FROM unnest('{2026-01-02 10:00, 2026-01-02 10:00, 2026-01-02 10:30}'::timestamptz[]) AS at ORDER BY at;

-- Spans: from the end of one to the start of the next. The chat from nine to noon does not end earlier
-- because of the call inside it; 12:30 is half an hour after noon. An empty span is no contact.
SELECT span,
	contact_number(1, span, '30 min') OVER w AS number,
	contact_number(1, span, '30 min', '5 min') OVER w AS joined,
	repeat_contact(1, span, '30 min', '5 min') OVER w AS repeat,
	first_contact_resolved(1, span, '30 min', '2026-01-03', '5 min') OVER w AS resolved
FROM (VALUES ('[2026-01-02 09:00, 2026-01-02 12:00)'::tstzrange), ('[2026-01-02 09:05, 2026-01-02 09:10)'),
	('[2026-01-02 12:30, 2026-01-02 12:31)'), ('[2026-01-02 13:01:01, 2026-01-02 13:02)'),
	('[2026-01-02 13:07, 2026-01-02 13:08)'), ('[2026-01-02 20:00, 2026-01-02 20:00]'), ('empty'), (NULL)) AS t (span)
WINDOW w AS (ORDER BY lower(span)) ORDER BY lower(span), span;

-- An unbounded or infinite end is still open: whatever begins later follows at once
SELECT span, contact_number(1, span, '30 min') OVER w AS number,
	first_contact_resolved(1, span, '30 min', 'infinity') OVER w AS resolved
FROM (VALUES ('[2026-01-02 09:00,)'::tstzrange), ('[2026-03-02 09:05, 2026-03-02 09:10)')) AS t (span)
WINDOW w AS (ORDER BY span) ORDER BY span;
SELECT span, contact_number(1, span, '30 min') OVER w AS number,
	first_contact_resolved(1, span, '30 min', '2026-04-01') OVER w AS resolved
FROM (VALUES ('(,2026-01-02 09:00)'::tstzrange), ('[2026-01-02 09:05,infinity)'), ('[infinity,]')) AS t (span)
WINDOW w AS (ORDER BY span) ORDER BY span;
SELECT at, contact_number(1, at, '1000000000 h') OVER w AS number,
	first_contact_resolved(1, at, '1 h', '2026-01-02') OVER w AS resolved
FROM unnest('{-infinity, -infinity, 4713-01-01 BC, 294276-12-31, infinity, infinity}'::timestamptz[]) AS at
WINDOW w AS (ORDER BY at) ORDER BY at;

-- NULL customers and NULL moments between others are left out, wherever they stand
SELECT customer, at::date, n,
	contact_number(customer, at, '7 days') OVER w AS number,
	repeat_contact(customer, at, '7 days') OVER w AS repeat,
	first_contact_resolved(customer, at, '7 days', '2026-02-01') OVER w AS resolved
FROM (VALUES (1, 7, '2026-01-02'::timestamptz), (2, NULL, '2026-01-03'), (3, 7, NULL), (4, 7, '2026-01-04'),
	(5, NULL, '2026-01-20'), (6, 7, '2026-01-20'), (7, NULL, NULL)) AS t (n, customer, at)
WINDOW w AS (ORDER BY n) ORDER BY n;

-- A customer is of any type; the type's own = decides (7.0 = 7)
SELECT contact_number(a, at, '7 days') OVER w AS "numeric", contact_number(b, at, '7 days') OVER w AS "text",
	contact_number(c, at, '7 days') OVER w AS uuid, contact_number(ROW(a, c), at, '7 days') OVER w AS "row",
	contact_number(ARRAY[a], at, '7 days') OVER w AS "array"
FROM (VALUES (7.0, 'Ann', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid, '2026-01-02'::timestamp),
	(7, 'Ann', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', '2026-01-03')) AS t (a, b, c, at)
WINDOW w AS (ORDER BY at) ORDER BY at;

-- Clear errors
SELECT contact_number(customer, at, '7 days') OVER (ORDER BY at) FROM history WHERE at < '2026-01-05';
SELECT first_contact_resolved(customer, at, '7 days', '2026-02-01') OVER (ORDER BY at) FROM history WHERE at < '2026-01-05' LIMIT 1;
SELECT contact_number(customer, at, '7 days') OVER (PARTITION BY customer ORDER BY at DESC) FROM history;
SELECT repeat_contact(1, at::timestamp, '7 days') OVER (ORDER BY at DESC) FROM history WHERE customer = 'Bob';
SELECT repeat_contact(1, tstzrange(at, NULL), '7 days') OVER (ORDER BY at DESC) FROM history WHERE customer = 'Bob';
SELECT first_contact_resolved(1, at, '7 days', '2026-02-01') OVER (ORDER BY at DESC) FROM history WHERE customer = 'Bob' LIMIT 1;
SELECT contact_number(1, at, NULL) OVER () FROM history;
SELECT contact_number(1, at, '-1 day') OVER () FROM history;
SELECT contact_number(1, at, '1 month') OVER () FROM history;
SELECT contact_number(1, at, '2000000000 days') OVER () FROM history;
SELECT contact_number(1, at, '1 day', NULL) OVER () FROM history;
SELECT contact_number(1, at, '1 day', '-1 s') OVER () FROM history;
SELECT contact_number(1, at, '1 day', '25 h') OVER () FROM history;
SELECT contact_number(1, at, interval '1 day' * row_number) OVER ()
FROM (SELECT at, row_number() OVER (ORDER BY at) FROM history) AS t;
SELECT first_contact_resolved(1, at, '1 day', NULL::timestamptz) OVER () FROM history;
SELECT contact_number('{}'::json, at, '1 day') OVER () FROM history;
\set VERBOSITY sqlstate
SELECT contact_number(customer, at, '7 days') OVER (ORDER BY at) FROM history;
SELECT contact_number(customer, at, '7 days') OVER (PARTITION BY customer ORDER BY at DESC) FROM history;
SELECT contact_number(1, at, NULL) OVER () FROM history;
SELECT contact_number(1, at, '-1 day') OVER () FROM history;
SELECT contact_number(1, at, '1 day', '25 h') OVER () FROM history;
SELECT contact_number('{}'::json, at, '1 day') OVER () FROM history;
SELECT contact_number(1, at, '7 days') FROM history;
CREATE AGGREGATE misused (timestamptz, interval) (SFUNC = contact_number, STYPE = bigint);
\set VERBOSITY default

-- Random histories against a self-join, for several gaps and minimum gaps. What a contact is follows from
-- the latest end of the customer's earlier ones; what becomes of it from those that follow.
CREATE TABLE random_history AS
SELECT i AS id, nullif(r % 12, 0) AS customer,
	CASE WHEN r % 97 > 0 THEN tstzrange(at, at + (r / 7 % 5) * (r / 35 % 40) * interval '1 min', '[]') END AS span
FROM (
	SELECT i, (hashint4(i)::bigint & 2147483647) AS r,
		'2026-01-01'::timestamptz + (hashint4(i + 100000)::bigint & 2147483647) % 2500 * interval '4 min' AS at
	FROM generate_series(1, 500) AS i
) AS x;

ANALYZE random_history;

CREATE FUNCTION disagreements(gap interval, min_gap interval, as_of timestamptz, what text) RETURNS bigint
LANGUAGE sql AS $$
	WITH event AS (
		SELECT id, customer, lower(span) AS starts, CASE what WHEN 'span' THEN upper(span) ELSE lower(span) END AS ends
		FROM random_history
	), step AS (
		SELECT e.*, CASE WHEN e.starts IS NULL OR e.customer IS NULL THEN 'none'
				WHEN before.ends IS NULL OR e.starts - before.ends > gap THEN 'begins'
				WHEN e.starts - before.ends <= min_gap THEN 'continues'
				ELSE 'repeats' END AS is_a
		FROM event e, LATERAL (
			SELECT max(b.ends) AS ends FROM event b
			WHERE b.customer = e.customer AND (b.starts, b.id) < (e.starts, e.id)
		) AS before
	), expected AS (
		SELECT s.*,
			CASE WHEN s.starts IS NULL THEN NULL WHEN s.customer IS NULL THEN 1 ELSE (
				SELECT count(*) FROM step b
				WHERE b.customer = s.customer AND b.is_a IN ('begins', 'repeats') AND (b.starts, b.id) <= (s.starts, s.id)
					AND (b.starts, b.id) >= (
						SELECT c.starts, c.id FROM step c
						WHERE c.customer = s.customer AND c.is_a = 'begins' AND (c.starts, c.id) <= (s.starts, s.id)
						ORDER BY c.starts DESC, c.id DESC LIMIT 1)
			) END AS number,
			CASE s.is_a WHEN 'begins' THEN false WHEN 'repeats' THEN true END AS repeat,
			CASE WHEN s.is_a = 'begins' THEN (
				SELECT CASE WHEN max(p.ends) + gap < as_of THEN next.is_a IS DISTINCT FROM 'repeats' END
				FROM step p
				WHERE p.customer = s.customer AND (p.starts, p.id) >= (s.starts, s.id)
					AND (next.id IS NULL OR (p.starts, p.id) < (next.starts, next.id))
			) END AS resolved
		FROM step s LEFT JOIN LATERAL (
			SELECT n.* FROM step n
			WHERE n.customer = s.customer AND n.is_a IN ('begins', 'repeats') AND (n.starts, n.id) > (s.starts, s.id)
			ORDER BY n.starts, n.id LIMIT 1
		) AS next ON true
	), measured AS (
		SELECT id,
			CASE what
				WHEN 'span' THEN contact_number(customer, span, gap, min_gap) OVER w
				WHEN 'timestamp' THEN contact_number(customer, lower(span)::timestamp, gap, min_gap) OVER w
				ELSE contact_number(customer, lower(span), gap, min_gap) OVER w END AS number,
			CASE what
				WHEN 'span' THEN repeat_contact(customer, span, gap, min_gap) OVER w
				WHEN 'timestamp' THEN repeat_contact(customer, lower(span)::timestamp, gap, min_gap) OVER w
				ELSE repeat_contact(customer, lower(span), gap, min_gap) OVER w END AS repeat,
			CASE what
				WHEN 'span' THEN first_contact_resolved(customer, span, gap, as_of, min_gap) OVER w
				WHEN 'timestamp' THEN first_contact_resolved(customer, lower(span)::timestamp, gap, as_of::timestamp, min_gap) OVER w
				ELSE first_contact_resolved(customer, lower(span), gap, as_of, min_gap) OVER w END AS resolved
		FROM random_history
		WINDOW w AS (PARTITION BY customer ORDER BY lower(span), id)
	)
	SELECT count(*) FROM expected e JOIN measured m USING (id)
	WHERE (e.number, e.repeat, e.resolved) IS DISTINCT FROM (m.number, m.repeat, m.resolved)
$$;

SELECT what, sum(disagreements(gap, min_gap, as_of, what)) AS disagreements, count(*) AS comparisons
FROM unnest('{1 h, 7 h}'::interval[]) AS gap, unnest('{0, 40 min}'::interval[]) AS min_gap,
	unnest('{2026-01-06, 2026-02-01}'::timestamptz[]) AS as_of, unnest('{timestamptz, timestamp, span}'::text[]) AS what
GROUP BY what ORDER BY what;

DROP FUNCTION disagreements;
DROP TABLE history, random_history;
