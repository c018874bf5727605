-- Reaching an agent: type queue_summary
\set VERBOSITY terse

-- One contact of each class; threshold 20 s, short abandons up to 5 s
CREATE TABLE contacts (what text, wait int, answered boolean, flowed_out boolean);
INSERT INTO contacts VALUES
	('answered_within',     0, true, false),
	('answered_within',    20, true, NULL),			-- the boundary counts as within
	('answered_late',      21, true, false),
	('answered_unknown', NULL, true, false),
	('abandoned_short',     5, false, false),
	('abandoned_within',    6, false, NULL),
	('abandoned_within',   20, false, false),
	('abandoned_late',     30, false, false),
	('abandoned_unknown', NULL, false, false),
	('waiting_within',      7, NULL, false),
	('waiting_late',       40, NULL, NULL),
	('ignored',          NULL, NULL, NULL),			-- an outer join's empty row
	('flowed_out_within',  10, NULL, true),			-- overrides answered
	('flowed_out_late',    50, false, true),
	('flowed_out_late',  NULL, true, true);

SELECT what, key AS class, sum(value::int) AS contacts
FROM (SELECT what, queue_agg(wait, 20, answered, 5, flowed_out)::json AS q FROM contacts GROUP BY what) AS s,
	json_each_text(q)
WHERE key !~ 'wait$' AND value <> '0'
GROUP BY what, key ORDER BY what;

-- answered_wait 0+20+21 s, abandoned_wait 5+6+20+30 s, longest 50 s
SELECT queue_agg(wait, 20, answered, 5, flowed_out) AS q FROM contacts \gset
SELECT jsonb_pretty(:'q'::queue_summary::jsonb);

-- the forms with fewer arguments
SELECT key, f5.value AS f5, f4.value AS f4, f3.value AS f3, f2.value AS f2
FROM (SELECT queue_agg(wait, 20, answered, 5, flowed_out)::json AS q5, queue_agg(wait, 20, answered, 5)::json AS q4,
		queue_agg(wait, 20, answered)::json AS q3, queue_agg(wait, 20)::json AS q2 FROM contacts) AS q,
	json_each_text(q5) AS f5 JOIN LATERAL json_each_text(q4) AS f4 USING (key)
	JOIN LATERAL json_each_text(q3) AS f3 USING (key) JOIN LATERAL json_each_text(q2) AS f2 USING (key)
	ORDER BY key COLLATE "C";

-- interval, whole seconds and seconds give the same
SELECT DISTINCT q::text = :'q' AS same
FROM (SELECT queue_agg(wait * interval '1 s', '20 s', answered, '5 s', flowed_out) AS q FROM contacts
	UNION ALL SELECT queue_agg(wait::double precision, 20, answered, 5, flowed_out) FROM contacts
	UNION ALL SELECT queue_agg(wait::smallint, 20, answered, 5, flowed_out) FROM contacts
	UNION ALL SELECT queue_agg(wait::bigint, 20, answered, 5, flowed_out) FROM contacts
	UNION ALL SELECT queue_agg(wait::numeric, 20, answered, 5, flowed_out) FROM contacts
	UNION ALL SELECT queue_agg(wait::real, 20, answered, 5, flowed_out) FROM contacts) AS all_types;

-- short_abandon NULL: no short class; it may equal the threshold; both may differ from row to row
SELECT queue_agg(wait, 20, answered, NULL) = queue_agg(wait, 20, answered) AS no_short,
	(queue_agg(wait, 20, answered, 20)::json) ->> 'abandoned_short' AS all_in_time_are_short		-- 5, 6, 20
FROM contacts;
SELECT service_level(wait, threshold, answered)		-- 2 of 3
FROM (VALUES (15, 20, true), (50, 60, true), (25, 20, true)) AS v (wait, threshold, answered);

-- half a microsecond is rounded to even before the boundary is looked at
SELECT service_level(20.0000004, 20), service_level(20.0000006, 20);

-- ---------- KPIs ----------

-- counts: N = 4 answered + 4 abandoned + 1 waiting late, F = 3
SELECT offered(q), answered(q), abandoned(q), waiting(q), flowed_out(q)
FROM (SELECT :'q'::queue_summary AS q) AS s;		-- 13 4 5 2 3

-- waits: (0+20+21)/3, (0+20+21+5+6+20+30)/7, (5+6+20+30)/4
SELECT asa(q), average_wait(q), average_time_to_abandon(q), longest_wait(q)
FROM (SELECT :'q'::queue_summary AS q) AS s;
SELECT answer_rate(q), abandonment_rate(q), abandonment_rate(q, 'offered'),	-- 4/13, 5/13
	abandonment_rate(q, 'short_excluded')									-- 4/12
FROM (SELECT :'q'::queue_summary AS q) AS s;

-- the words: AW 2, A 4, BS 1, BW 2, BL 1, BU 1, WL 1, FW 1, F 3, offered 13
SELECT rule, proportion(q, rule), round(service_level(q, rule)::numeric, 4) AS service_level
FROM (SELECT :'q'::queue_summary AS q) AS s,
	unnest(ARRAY['offered', 'answered', 'abandons_met', 'abandons_excluded', 'short_met', 'short_excluded',
		'flowouts_met', 'flowouts_excluded']) AS rule;
SELECT service_level(q) = service_level(q, 'offered') AND service_level(q) = service_level(q, '') AS default_rule,
	proportion(q), proportion(q, NULL), service_level(q, NULL)
FROM (SELECT :'q'::queue_summary AS q) AS s;
-- the denominator of the base is offered(q), as that of the other rates of a row
SELECT offered(q) = total(proportion(q)) AS same FROM (SELECT :'q'::queue_summary AS q) AS s;

-- words combine, in any order and with any space between them; what one takes out another does not bring back
SELECT rule, proportion(q, rule)
FROM (SELECT :'q'::queue_summary AS q) AS s,
	unnest(ARRAY['short_excluded,flowouts_excluded', E'\t flowouts_excluded ,\n short_excluded ', 'abandons_met, flowouts_met',
		'flowouts_met, abandons_met', 'short_met, flowouts_met', 'abandons_met, short_excluded', 'short_excluded, abandons_met',
		'offered, short_excluded', 'abandons_excluded, flowouts_met', '  ']) AS rule;
-- every pair: those that contradict each other or say nothing together are errors, the others do not depend on the order
CREATE FUNCTION said(rule text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN proportion('{"answered_within":1,"answered_late":20,"answered_unknown":300,"abandoned_short":4000,"abandoned_within":50000,"abandoned_late":600000,"abandoned_unknown":7000000,"waiting_within":80000000,"waiting_late":900000000,"flowed_out_within":1000000000,"flowed_out_late":20000000000,"longest_wait":0}', rule);
EXCEPTION WHEN invalid_parameter_value THEN
	RETURN '';
END $$;
WITH words AS (SELECT * FROM unnest('{offered,answered,abandons_met,abandons_excluded,short_met,short_excluded,flowouts_met,flowouts_excluded}'::text[]) WITH ORDINALITY AS w (word, place))
SELECT a.word AS a, b.word AS b, said(a.word || ',' || b.word) AS proportion,
	said(a.word || ',' || b.word) = said(b.word || ' , ' || a.word) AS either_way
FROM words AS a JOIN words AS b ON a.place <= b.place ORDER BY a.place, b.place;
DROP FUNCTION said(text);

-- abandonment: short abandons leave both counts (4/12), who flowed out the total (5/10), both (4/9)
SELECT rule, abandonment_rate(q, rule)
FROM (SELECT :'q'::queue_summary AS q) AS s,
	unnest('{offered,"",short_excluded,flowouts_excluded,"short_excluded, flowouts_excluded"}'::text[]) AS rule;

-- patience: (0+20+21+5+6+20+30)/4; nobody hung up; nobody after a known wait
SELECT average_patience(:'q'::queue_summary), average_patience(queue_agg(9, 20, true)), average_patience(queue_agg(NULL::int, 20, false));

-- one-step forms: 2/10 and 41/3, 61/4 s; without answered every known wait is an answer: 6/12 and 149/9 s
SELECT service_level(wait, 20, answered) AS passed_answered, service_level(wait, 20) AS short_form,
	asa(wait, answered), asa(wait) AS asa_short_form, average_time_to_abandon(wait, answered)
FROM contacts WHERE flowed_out IS NOT TRUE;
SELECT asa(wait * interval '1 s', answered), average_time_to_abandon(wait * interval '1 s', answered), asa(wait * interval '1 s')
FROM contacts WHERE flowed_out IS NOT TRUE;
SELECT asa(wait / 10.0, answered), average_time_to_abandon(wait / 10.0, answered), asa(wait / 10.0)
FROM contacts WHERE flowed_out IS NOT TRUE;

-- The worked example of ICMI's five formulas, and what systems make of it (design section 3): 1000 answered, 860 in time;
-- 60 abandoned, 10 of them short, 20 within the threshold in all; then with 40 flow-outs, 30 within
CREATE TABLE icmi AS SELECT wait, answered, flowed_out
FROM (VALUES (860, 10, true, false), (140, 30, true, false), (10, 3, false, false), (10, 10, false, false), (40, 30, false, false),
	(30, 15, NULL, true), (10, 40, NULL, true)) AS v (n, wait, answered, flowed_out), generate_series(1, n);
SELECT who, rule, percent(service_level(without, rule), 2) AS without_flowouts, percent(service_level(q, rule), 2) AS with_flowouts,
	proportion(q, rule), percent(service_level(q, rule), 2) = expected AS right
FROM (SELECT queue_agg(wait, 20, answered, 5, flowed_out) AS q,
		queue_agg(wait, 20, answered, 5, flowed_out) FILTER (WHERE NOT flowed_out) AS without FROM icmi) AS s,
	(VALUES ('ICMI 1, Cisco for', 'abandons_met, flowouts_excluded', 83.02),			-- 880/1060
		('ICMI 2', 'answered', 86.00),												-- 860/1000
		('ICMI 3, Genesys', 'flowouts_excluded', 81.13),							-- 860/1060
		('ICMI 4', 'abandons_excluded, flowouts_excluded', 82.69),					-- 860/1040
		('ICMI 5', 'short_met, flowouts_excluded', 82.08),							-- 870/1060
		('Genesys, short abandons excluded', 'short_excluded, flowouts_excluded', 81.90),	-- 860/1050
		('Genesys, flow-outs included', 'offered', 78.18),							-- 860/1100
		('Genesys, both options; Talkdesk', 'short_excluded', 78.90),				-- 860/1090
		('Amazon Connect', 'abandons_met, flowouts_met', 82.73)) AS v (who, rule, expected);	-- 910/1100
DROP TABLE icmi;

-- a row of plain numbers
\x on
SELECT * FROM queue_kpis(:'q'::queue_summary);
SELECT k.* FROM (SELECT :'q'::queue_summary AS q) AS hourly, queue_kpis(q, 'abandons_met, flowouts_met') AS k;
\x off
SELECT k.service_level FROM queue_kpis(:'q'::queue_summary, NULL) AS k;

-- nothing: NULL, and the empty summary
SELECT service_level(wait, 20), service_level(wait, 20, answered), asa(wait), asa(wait, answered),
	average_time_to_abandon(wait, answered) FROM contacts WHERE false;
SELECT queue_agg(wait, 20, answered) = '{}' AS empty, offered(queue_agg(wait, 20, answered)) FROM contacts WHERE false;
SELECT service_level(q), answer_rate(q), abandonment_rate(q), asa(q), average_wait(q), average_time_to_abandon(q), average_patience(q), longest_wait(q)
FROM (SELECT '{}'::queue_summary AS q) AS s;
SELECT * FROM queue_kpis('{}');
SELECT service_level(7, 20, NULL) AS open, service_level(21, 20, NULL) AS missed, service_level(NULL::int, 20, NULL) AS ignored;

-- ---------- merging ----------

CREATE TABLE calls AS
SELECT i, (i / 100) AS hour, CASE WHEN i % 11 > 0 THEN (i * 7919) % 97 END AS wait,
	CASE WHEN i % 13 > 0 THEN i % 5 > 0 END AS answered, i % 17 = 0 AS flowed_out
FROM generate_series(1, 3000) AS i;
SELECT rollup(q) = (SELECT queue_agg(wait, 20, answered, 5, flowed_out) FROM calls) AS same
FROM (SELECT queue_agg(wait, 20, answered, 5, flowed_out) AS q FROM calls GROUP BY hour
	UNION ALL SELECT NULL UNION ALL SELECT '{}') AS hourly;
SELECT rollup(q) = '{}' AS empty FROM (SELECT NULL::queue_summary) AS s (q);

-- naive SQL as oracle, by hour, with a threshold and a short_abandon that differ from row to row
CREATE TABLE oracle AS
SELECT *, CASE WHEN i % 2 = 0 THEN 20 ELSE 45 END AS threshold, CASE WHEN i % 3 > 0 THEN i % 15 END AS short,
	CASE WHEN flowed_out THEN 'flowed out' WHEN answered THEN 'answered' WHEN NOT answered THEN 'abandoned' WHEN wait >= 0 THEN 'waiting' END AS fate
FROM calls;
WITH naive AS (
	SELECT hour, count(*) FILTER (WHERE fate = 'answered' AND wait <= threshold) AS aw, count(*) FILTER (WHERE fate = 'answered') AS a,
		count(*) FILTER (WHERE fate = 'abandoned') AS b, count(*) FILTER (WHERE fate = 'abandoned' AND wait <= threshold) AS bt,
		count(*) FILTER (WHERE fate = 'abandoned' AND wait <= short) AS bs,
		count(*) FILTER (WHERE fate = 'waiting') AS w, count(*) FILTER (WHERE fate = 'waiting' AND wait > threshold) AS wl,
		count(*) FILTER (WHERE fate = 'flowed out') AS f, count(*) FILTER (WHERE fate = 'flowed out' AND wait <= threshold) AS fw,
		round(avg(wait) FILTER (WHERE fate = 'answered'), 6) AS asa, round(avg(wait) FILTER (WHERE fate = 'abandoned'), 6) AS tta,
		round(avg(wait) FILTER (WHERE fate IN ('answered', 'abandoned')), 6) AS average, max(wait) FILTER (WHERE fate IS NOT NULL) AS longest,
		queue_agg(wait, threshold, answered, short, flowed_out) AS q
	FROM oracle WHERE i < 3000 GROUP BY hour)
SELECT count(*) AS hours, count(*) FILTER (WHERE
	(offered(q), answered(q), abandoned(q), waiting(q), flowed_out(q)) IS DISTINCT FROM (a + b + wl + f, a, b, w, f) OR
	(asa(q), average_time_to_abandon(q), average_wait(q), longest_wait(q)) IS DISTINCT FROM
	(asa * interval '1 s', tta * interval '1 s', average * interval '1 s', longest * interval '1 s') OR
	(answer_rate(q), abandonment_rate(q), abandonment_rate(q, 'short_excluded'), abandonment_rate(q, 'flowouts_excluded')) IS DISTINCT FROM
	(a / (a + b + wl + f)::float8, b / (a + b + wl + f)::float8, (b - bs) / (a + b + wl + f - bs)::float8, b / (a + b + wl)::float8) OR
	(service_level(q), service_level(q, 'answered'), service_level(q, 'abandons_met'), service_level(q, 'abandons_excluded')) IS DISTINCT FROM
	(aw / (a + b + wl + f)::float8, aw / a::float8, (aw + bt) / (a + b + wl + f)::float8, aw / (a + b + wl + f - bt)::float8) OR
	(service_level(q, 'short_met'), service_level(q, 'short_excluded'), service_level(q, 'flowouts_met'), service_level(q, 'flowouts_excluded')) IS DISTINCT FROM
	((aw + bs) / (a + b + wl + f)::float8, aw / (a + b + wl + f - bs)::float8, (aw + fw) / (a + b + wl + f)::float8, aw / (a + b + wl)::float8) OR
	(service_level(q, 'abandons_met, flowouts_met'), service_level(q, 'short_excluded, flowouts_excluded')) IS DISTINCT FROM
	((aw + bt + fw) / (a + b + wl + f)::float8, aw / (a + b + wl - bs)::float8)
	) AS differences
FROM naive;
DROP TABLE oracle;
SELECT '{"waiting_within":1,"longest_wait":3}'::queue_summary + '{"waiting_within":2,"longest_wait":5}' = '{"waiting_within":3,"longest_wait":5}' AS sum,
	'{}'::queue_summary + '{}' = '{}' AS nothing;

-- ---------- moving frames ----------

-- the longest wait leaves, comes back, ties; NULL waits pass by
SELECT i, wait, longest_wait(queue_agg(wait, 20, true) OVER w) AS longest, service_level(wait, 20, true) OVER w, asa(wait) OVER w
FROM (VALUES (1, 9), (2, 5), (3, 5), (4, NULL), (5, 2), (6, 30), (7, 1), (8, 1), (9, NULL), (10, NULL), (11, NULL)) AS v (i, wait)
WINDOW w AS (ORDER BY i ROWS 2 PRECEDING);

-- every frame against the same without moving mode, which a volatile filter switches off
CREATE FUNCTION differences(frame text) RETURNS TABLE (frame_ text, rows bigint, differences bigint) LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY EXECUTE format($query$
		SELECT %L, count(*), count(*) FILTER (WHERE (a, b, c, d, e, f) IS DISTINCT FROM (a2, b2, c2, d2, e2, f2))
		FROM (SELECT queue_agg(wait, 20, answered, 5, flowed_out) OVER w AS a,
				service_level(wait, 20, answered) OVER w AS b, asa(wait, answered) OVER w AS c,
				queue_agg(shape, 20) OVER w AS d, rollup(q) OVER w AS e, average_time_to_abandon(wait, answered) OVER w AS f,
				queue_agg(wait, 20, answered, 5, flowed_out) FILTER (WHERE random() >= 0) OVER w AS a2,
				service_level(wait, 20, answered) FILTER (WHERE random() >= 0) OVER w AS b2,
				asa(wait, answered) FILTER (WHERE random() >= 0) OVER w AS c2,
				queue_agg(shape, 20) FILTER (WHERE random() >= 0) OVER w AS d2,
				rollup(q) FILTER (WHERE random() >= 0) OVER w AS e2,
				average_time_to_abandon(wait, answered) FILTER (WHERE random() >= 0) OVER w AS f2
			FROM (SELECT *, CASE i %% 3 WHEN 0 THEN 5 WHEN 1 THEN 3000 - i ELSE i END AS shape,
				CASE WHEN i %% 7 > 0 THEN (SELECT queue_agg(c.wait, 20, c.answered, 5, c.flowed_out)) END AS q
				FROM calls AS c GROUP BY i, hour, wait, answered, flowed_out) AS rows
			WINDOW w AS (PARTITION BY i > 2000 ORDER BY %s)) AS compared $query$, frame, frame);
END $$;
SELECT (differences(frame)).* FROM unnest(ARRAY[
	'i ROWS 50 PRECEDING', 'i ROWS BETWEEN 30 PRECEDING AND 20 FOLLOWING', 'i ROWS BETWEEN 40 PRECEDING AND 20 PRECEDING',
	'i ROWS BETWEEN 5 FOLLOWING AND 60 FOLLOWING', 'hour RANGE 1 PRECEDING', 'hour GROUPS 1 PRECEDING',
	'i ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING', 'i ROWS 50 PRECEDING EXCLUDE CURRENT ROW']) AS frame;

-- waits that all tie, only fall, only rise: deques of one, of all, of one entry
SELECT bool_and(ties = 20 AND falls = 5001 - greatest(i - 999, 1) AND rises = i) AS right
FROM (SELECT i, extract(epoch FROM longest_wait(queue_agg(20, 20) OVER w)) AS ties,
		extract(epoch FROM longest_wait(queue_agg(5001 - i, 20) OVER w)) AS falls,
		extract(epoch FROM longest_wait(queue_agg(i, 20) OVER w)) AS rises
	FROM generate_series(1, 5000) AS i WINDOW w AS (ORDER BY i ROWS 999 PRECEDING)) AS s;

-- ---------- sharing and plans ----------

-- one transition for service_level and queue_agg, one for asa and average_time_to_abandon
SELECT aggtransfn::regprocedure, array_agg(aggfnoid::regprocedure::text ORDER BY aggfnoid::regprocedure::text COLLATE "C") AS aggregates
FROM pg_aggregate
WHERE aggtranstype = 'queue_summary'::regtype AND agginitval = '{}' AND aggfnoid::regprocedure::text ~ 'integer,(integer,)?boolean\)'
GROUP BY aggtransfn ORDER BY aggtransfn::regprocedure::text COLLATE "C";

-- ---------- text and binary ----------

SELECT '{ "longest_wait" : 7 , "answered_late":1, "answered_wait":7}'::queue_summary::text;
SELECT octet_length(_queue_summary_send(:'q'));		-- 16 words
CREATE TABLE stored (q queue_summary);
INSERT INTO stored SELECT queue_agg(wait, 20, answered, 5, flowed_out) FROM calls GROUP BY hour;
INSERT INTO stored VALUES (NULL), ('{}');
SELECT count(*), count(DISTINCT q), bool_and(q::text::queue_summary = q) AS text FROM stored;
SELECT count(*) FROM stored AS a JOIN stored AS b USING (q);
CREATE INDEX ON stored (q);
SELECT to_json(q) ->> 'longest_wait' AS json, to_jsonb(q) -> 'longest_wait' AS jsonb FROM stored WHERE q = '{}';

-- ---------- errors ----------

\set VERBOSITY default
SELECT service_level(-1, 20, true);
SELECT service_level(20, -1, true);
SELECT service_level('-00:00:01'::interval, '20 s', true);
SELECT service_level('NaN'::double precision, 20, true);
SELECT service_level(20, NULL::int, true);
SELECT service_level('1 mon'::interval, '20 s', true);
SELECT queue_agg(10, 20, false, 21);
SELECT service_level('{}'::queue_summary, 'fastest');
SELECT service_level('{}'::queue_summary, 'short_met, short_excluded');
SELECT service_level('{}'::queue_summary, 'short_excluded,short_excluded');
SELECT service_level('{}'::queue_summary, 'answered, offered');
SELECT service_level('{}'::queue_summary, 'short_excluded,');
SELECT service_level('{}'::queue_summary, ', short_excluded');
SELECT service_level('{}'::queue_summary, 'short_excluded flowouts_excluded');
SELECT service_level('{}'::queue_summary, 'Offered');
SELECT abandonment_rate('{}'::queue_summary, 'answered');
SELECT abandonment_rate('{}'::queue_summary, 'short_excluded, flowouts_excluded, short_excluded');
\set VERBOSITY sqlstate
SELECT asa(-1);										-- 22023
SELECT asa('infinity'::double precision, true);
SELECT average_time_to_abandon('-1 s'::interval, false);
SELECT queue_agg(1, 20, false, -1);
SELECT queue_agg(1e300, 20, true);					-- 22003
SELECT queue_agg(9e12, 20) FROM generate_series(1, 2);
SELECT queue_agg('infinity'::double precision, 20, NULL);	-- 22023
SELECT queue_agg(NULL::int, NULL::int, false);		-- 22004: it was abandoned, so it counts
SELECT queue_agg(NULL::int, NULL::int);
SELECT queue_kpis('{}', 'x');						-- 22023
SELECT proportion('{}'::queue_summary, ',');
SELECT '{"answered_within":-1}'::queue_summary;		-- 22P02
SELECT '{"answered_within":1.5}'::queue_summary;
SELECT '{"answered_within":1}'::queue_summary;		-- known waits, no longest
SELECT '{"longest_wait":1}'::queue_summary;
SELECT '{"abandoned_unknown":1,"longest_wait":1}'::queue_summary;
SELECT '{"answered_within":1,"answered_wait":3,"longest_wait":2}'::queue_summary;
SELECT '{"answered_within":1,"answered_wait":1,"longest_wait":2}'::queue_summary;
SELECT '{"answered_unknown":1,"answered_wait":1}'::queue_summary;
SELECT '{"answered_unknown":576460752303423488}'::queue_summary;	-- 2^59
SELECT '{"answered_unknown":9223372036854775808}'::queue_summary;	-- 22003
SELECT '{"answered":1}'::queue_summary;				-- 22P02
SELECT '{"flowed_out_late":1,"flowed_out_late":1}'::queue_summary;
SELECT '{"answered_wait":null}'::queue_summary;
SELECT '{'::queue_summary;
SELECT ''::queue_summary;
SELECT '{} x'::queue_summary;
-- fine: who flowed out late may have had no known wait
SELECT '{"flowed_out_late":1}'::queue_summary IS NOT NULL, '{"flowed_out_late":1,"longest_wait":1}'::queue_summary IS NOT NULL;

-- overflow of counts and sums
SELECT '{"answered_unknown":576460752303423487}'::queue_summary + '{"abandoned_unknown":1}' IS NOT NULL AS fine;
SELECT '{"answered_unknown":576460752303423487}'::queue_summary + '{"answered_unknown":1}';	-- 22003
SELECT _queue_accum('{"answered_unknown":576460752303423487}', NULL::int, 20, true);
SELECT '{"waiting_late":1,"answered_late":1,"answered_wait":9223372036854775807,"longest_wait":9223372036854775807}'::queue_summary
	+ '{"answered_within":1,"answered_wait":1,"longest_wait":1}';
SELECT average_patience('{"answered_late":1,"abandoned_late":1,"answered_wait":9223372036854775807,"abandoned_wait":9223372036854775807,"longest_wait":9223372036854775807}');
SELECT average_wait('{"answered_late":1,"abandoned_late":1,"answered_wait":9223372036854775807,"abandoned_wait":9223372036854775807,"longest_wait":9223372036854775807}');

-- support functions by hand: they change a copy, and refuse what cannot be
SELECT _queue_accum(NULL, 1, 20, true);				-- 22004
SELECT _queue_accum_inv(NULL, 1, 20, true);
SELECT _queue_accum_inv('{}', 1, 20, true);			-- 22003
SELECT _queue_accum_inv('{"answered_within":2,"answered_wait":10,"longest_wait":6}', 0, 20, true);
SELECT _queue_wait_accum_inv('{}', 1);
\set VERBOSITY terse
SELECT _queue_accum_inv(_queue_accum(s, 5, 20, true), 5, 20, true) = s AS undone, s = '{}' AS unchanged FROM (SELECT '{}'::queue_summary AS s) AS x;
SELECT _queue_wait_accum(NULL, 1) IS NULL AS strict, _queue_wait_accum('{}', NULL::int) IS NULL AS strict;
SELECT asa(_queue_wait_accum('{}', 3, true)), average_time_to_abandon(_queue_wait_accum('{}', 3, false));

DROP TABLE contacts, calls, stored;
DROP FUNCTION differences(text);

-- The parts of a row add up to the whole, and all its rates follow one rule
SELECT answered = answered_within + answered_late + answered_unknown AS answered_adds_up,
       abandoned = abandoned_short + abandoned_within + abandoned_late + abandoned_unknown AS abandoned_adds_up,
       answered_wait_seconds, asa_seconds, answered_unknown, abandoned_unknown
FROM (SELECT queue_agg(wait, 20, answered, 5) AS q FROM (VALUES (10, true), (30, true), (NULL, true), (3, false), (12, false), (NULL, false)) AS t(wait, answered)) AS s, queue_kpis(q);
SELECT k.abandonment_rate = abandonment_rate(q, 'short_excluded') AS same, k.service_level = service_level(q, 'short_excluded, abandons_met') AS too
FROM (SELECT queue_agg(wait, 20, wait > 7, 5) AS q FROM generate_series(1, 30) AS wait) AS s, queue_kpis(q, 'short_excluded, abandons_met') AS k;

-- Half-hours that an ACD has counted: the longest wait is unknown, and hides that of the whole
SELECT service_level(q), asa(q), abandonment_rate(q), longest_wait(q), longest_wait(q + queue_agg(50, 20, true)), q::text::queue_summary = q AS same
FROM (SELECT queue_summary(answered_within => 80, answered_late => 10, abandoned_late => 10, answered_wait => '90 min') AS q) AS s GROUP BY q;
SELECT hour, longest_wait(rollup(q) OVER (ORDER BY hour ROWS 1 PRECEDING)), offered(rollup(q) OVER (ORDER BY hour ROWS 1 PRECEDING))
FROM (VALUES (1, queue_summary(answered_within => 5, answered_wait => '40 s')), (2, '{}'), (3, '{"answered_within":1,"answered_wait":7000000,"longest_wait":7000000}'), (4, queue_summary(abandoned_late => 1))) AS t(hour, q);
SELECT queue_summary(answered_within => -1);
SELECT queue_summary(answered_within => 1, abandoned_wait => '1 s');
SELECT queue_summary(answered_within => 1, answered_wait => '-1 s');
SELECT queue_summary(answered_late => 576460752303423488);
SELECT queue_summary(answered_late => NULL);
