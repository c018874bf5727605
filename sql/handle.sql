-- Handling: type handle_summary
\set VERBOSITY terse

-- a NULL component counts 0; a row where all are NULL was not handled; a hold of 0 was none
CREATE TABLE contacts (talk int, hold int, wrap int);
INSERT INTO contacts VALUES (100, 0, 20), (200, NULL, NULL), (NULL, 30, 10), (60, 30, 30), (NULL, NULL, NULL);

-- 4 handled, 2 held; talk 360, hold 60, wrap 60 s: (360+60+60)/4
SELECT handle_agg(talk, hold, wrap) AS h, aht(talk, hold, wrap) FROM contacts;
SELECT handle_agg(talk, hold, wrap) AS h FROM contacts \gset
SELECT handled(h), aht(h), average_talk(h), average_hold(h), average_hold_when_held(h), average_wrap(h), total_handle_time(h)
FROM (SELECT :'h'::handle_summary AS h) AS s;
\x on
SELECT k.* FROM (SELECT :'h'::handle_summary AS h) AS hourly, handle_kpis(h) AS k;
\x off

-- one duration: all of it talk
SELECT aht(talk), handle_agg(talk) FROM contacts;		-- 360/3

-- interval, whole seconds and seconds give the same
SELECT DISTINCT h::text = :'h' AS same
FROM (SELECT handle_agg(talk * interval '1 s', hold * interval '1 s', wrap * interval '1 s') AS h FROM contacts
	UNION ALL SELECT handle_agg(talk::double precision, hold, wrap) FROM contacts
	UNION ALL SELECT handle_agg(talk::smallint, hold::smallint, wrap::smallint) FROM contacts
	UNION ALL SELECT handle_agg(talk::numeric, hold::bigint, wrap) FROM contacts) AS all_types;
SELECT aht(talk * interval '1 s', hold * interval '1 s', wrap * interval '1 s'), aht(talk * interval '1 s'), aht(talk / 10.0),
	aht(talk / 10.0, hold / 10.0, wrap / 10.0)
FROM contacts;
-- hours and minutes only; a day counts 24 hours; the mean rounds half away from zero to the microsecond
SELECT total_handle_time(handle_agg(t)), aht(t) FROM (VALUES ('1 day 02:00'::interval), ('00:30')) AS v (t);
SELECT aht(t) FROM (VALUES (0.000001), (0.000002)) AS v (t);

-- nothing: NULL, and the empty summary; a total of nothing is 0
SELECT aht(talk), aht(talk, hold, wrap), handle_agg(talk) = '{}' AS empty FROM contacts WHERE false;
SELECT handled(h), aht(h), average_talk(h), average_hold(h), average_hold_when_held(h), average_wrap(h), total_handle_time(h)
FROM (SELECT '{}'::handle_summary AS h) AS s;
SELECT * FROM handle_kpis('{}');
SELECT handled(NULL::handle_summary) IS NULL AS strict, (SELECT handled IS NULL FROM handle_kpis(NULL)) AS strict;
-- 0 is not NULL: the systems that write 0 for unanswered contacts halve this AHT
SELECT aht(talk), aht(talk) FILTER (WHERE answered) AS right FROM (VALUES (300, true), (0, false)) AS v (talk, answered);

-- ---------- merging, removing, moving frames ----------

CREATE TABLE calls AS
SELECT i, i / 50 AS hour, CASE WHEN i % 11 > 0 THEN (i * 7919) % 997 END AS talk,
	CASE WHEN i % 3 > 0 THEN (i * 31) % 40 END AS hold, CASE WHEN i % 22 > 0 THEN (i * 17) % 90 END AS wrap
FROM generate_series(1, 1000) AS i;
SELECT rollup(h) = (SELECT handle_agg(talk, hold, wrap) FROM calls) AS same
FROM (SELECT handle_agg(talk, hold, wrap) AS h FROM calls GROUP BY hour UNION ALL SELECT NULL UNION ALL SELECT '{}') AS hourly;
SELECT rollup(h) = '{}' AS empty FROM (SELECT NULL::handle_summary) AS s (h);
SELECT :'h'::handle_summary + :'h' - :'h' = :'h' AS undone;
SELECT count(*), count(*) FILTER (WHERE (a, b, c) IS DISTINCT FROM (a2, b2, c2)) AS differences
FROM (SELECT handle_agg(talk, hold, wrap) OVER w AS a, aht(talk) OVER w AS b, rollup(h) OVER w AS c,
		handle_agg(talk, hold, wrap) FILTER (WHERE random() >= 0) OVER w AS a2, aht(talk) FILTER (WHERE random() >= 0) OVER w AS b2,
		rollup(h) FILTER (WHERE random() >= 0) OVER w AS c2
	FROM (SELECT *, CASE WHEN i % 7 > 0 THEN handle_agg(talk, hold, wrap) END AS h FROM calls GROUP BY i, hour, talk, hold, wrap) AS rows
	WINDOW w AS (ORDER BY i ROWS BETWEEN 30 PRECEDING AND 10 PRECEDING)) AS compared;
-- naive SQL as oracle
SELECT count(*) AS hours, count(*) FILTER (WHERE extract(epoch FROM a) IS DISTINCT FROM naive) AS differences
FROM (SELECT aht(handle_agg(talk, hold, wrap)) AS a,
		round(avg(coalesce(talk, 0) + coalesce(hold, 0) + coalesce(wrap, 0))
			FILTER (WHERE talk IS NOT NULL OR hold IS NOT NULL OR wrap IS NOT NULL), 6) AS naive
	FROM calls GROUP BY hour) AS s;

-- ---------- text and binary ----------

SELECT '{ "talk":7, "handled" : 1 }'::handle_summary;
SELECT octet_length(_handle_summary_send(:'h'));		-- 8 words
SELECT to_jsonb(h) -> 'held' AS held, h::text::handle_summary = h AS text FROM (SELECT :'h'::handle_summary AS h) AS s;

-- ---------- errors ----------

\set VERBOSITY default
SELECT aht(-5);
SELECT aht(10, -5, 1);
SELECT aht('1 mon'::interval);
SELECT handle_agg(1.5, 'NaN', 1);
SELECT '{}'::handle_summary - '{"handled":1}';
\set VERBOSITY sqlstate
SELECT aht('-1 s'::interval);						-- 22023
SELECT aht(1, 1, -1);
SELECT aht('infinity'::double precision);
SELECT aht(1e300);									-- 22003
SELECT aht(9e12) FROM generate_series(1, 2);
SELECT aht(9e12, 9e12, 0);
SELECT handle_kpis('{"handled":1,"talk":9223372036854775807,"wrap":1}');
SELECT '{"handled":9223372036854775807}'::handle_summary + '{"handled":1}';
SELECT '{"handled":2,"talk":5}'::handle_summary - '{"handled":2}';		-- talk of nobody
SELECT '{"handled":2,"held":2,"hold":9}'::handle_summary - '{"handled":1}';
SELECT '{"held":1,"hold":1}'::handle_summary;		-- 22P02
SELECT '{"handled":1,"held":1}'::handle_summary;
SELECT '{"handled":1,"hold":1}'::handle_summary;
SELECT '{"talk":1}'::handle_summary;
SELECT '{"wrap":1}'::handle_summary;
SELECT '{"handled":-1}'::handle_summary;
SELECT '{"handled":null}'::handle_summary;
SELECT '{"handles":1}'::handle_summary;
SELECT '[]'::handle_summary;
SELECT _handle_accum(NULL, 1, 1, 1);					-- 22004
SELECT _handle_accum_inv('{}', 1);					-- 22003
SELECT _handle_accum_inv('{"handled":1,"talk":5000000}', 1, NULL, NULL);
\set VERBOSITY terse
SELECT _handle_accum(NULL, 1) IS NULL AS strict, _handle_accum('{}', NULL, NULL, NULL::int) = '{}' AS not_handled;
SELECT _handle_accum(h, 1) <> h AS added, h = '{}' AS unchanged FROM (SELECT '{}'::handle_summary AS h) AS s;

DROP TABLE contacts, calls;

-- Contacts that an ACD has counted
SELECT aht(h), average_hold_when_held(h), average_wrap(h) FROM handle_summary(handled => 10, talk => '50 min', hold => '3 min', wrap => '5 min', held => 2) AS h;
SELECT handle_summary(10, '50 min', '3 min');
SELECT handle_summary(-1);
SELECT handle_summary(0, '1 s');
