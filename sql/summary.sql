-- Text, binary and JSON forms of summaries of a fixed length: exact, canonical, and closed to bad input

-- text: one JSON object, integers only, no white space; missing fields count 0, order and white space do not matter
SELECT '{"0":0,"1":0,"2":0,"3":0,"4":0,"5":0,"6":0,"7":0,"8":0,"9":0,"10":0}'::rating_summary = '{}'::rating_summary AS all_missing,
       E' \t\r\n{ "10" : 5 ,\n "3":1 } '::rating_summary, '{"3":1,"10":5}'::rating_summary = '{"10":5,"3":1}' AS any_order,
       ' 812 / 1000 '::proportion, '{"9":9223372036854775807}'::rating_summary;
SELECT '{}'::rating_split, '{"positive_from":4,"negative_to":null,"responses":1}'::rating_split;

-- malformed text: every row is refused, with its SQLSTATE
CREATE FUNCTION complaint(value text, type regtype) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    state text; message text; detail text;
BEGIN
    EXECUTE format('SELECT %L::%s', value, type) INTO message;
    RETURN 'accepted: ' || message;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
    RETURN state || ' ' || coalesce(detail, message);
END $$;
SELECT left(value, 46) AS value, complaint(value, 'proportion')
FROM (VALUES (1, ''), (2, ' '), (3, '1'), (4, '1/'), (5, '/2'), (6, '1/2/'), (7, '1/2 3'), (8, '-1/2'), (9, '1/-2'), (10, '+1/2'), (11, '01/2'), (12, '1.5/2'),
             (13, '1e1/20'), (14, '3/2'), (15, 'NaN/1'), (16, '9223372036854775808/9223372036854775808'), (17, '1/99999999999999999999999999999999'),
             (18, '{"hits":1,"total":2}'), (19, 'null'), (20, '1\2'), (21, '0x1/2')) AS v (i, value) ORDER BY i;
SELECT left(value, 46) AS value, complaint(value, 'rating_summary')
FROM (VALUES (1, ''), (2, '{'), (3, '}'), (4, '{}}'), (5, '{} {}'), (6, '[]'), (7, 'null'), (8, '{,}'), (9, '{"1":1,}'), (10, '{,"1":1}'), (11, '{"1":1 "2":1}'), (12, '{"1":1,,"2":1}'),
             (13, '{"1"}'), (14, '{"1":}'), (15, '{"1":"1"}'), (16, '{"1":null}'), (17, '{"1":true}'), (18, '{"1":-1}'), (19, '{"1":-0}'), (20, '{"1":+1}'), (21, '{"1":1.0}'),
             (22, '{"1":1e2}'), (23, '{"1":01}'), (24, '{"1":1_0}'), (25, '{"1":{}}'), (26, '{"1":[1]}'), (27, '{1:1}'), (28, '{''1'':1}'), (29, '{"11":1}'), (30, '{"01":1}'), (31, '{"":1}'), (32, '{" 1":1}'),
             (33, '{"\u0031":1}'), (34, '{"1":1,"1":1}'), (35, '{"1":0,"2":0,"1":0}'), (36, '{"1":9223372036854775808}'), (37, '{"1":123456789012345678901234567890}'),
             (38, '{"1":1'), (39, '{"1":1,'), (40, '{"1'), (41, '{"' || repeat('x', 200) || '":1}'), (42, repeat('{', 200)), (43, repeat(' ', 200) || 'x'), (44, '{"1":1/*c*/}')) AS v (i, value) ORDER BY i;
SELECT value, complaint(value, 'rating_split')
FROM (VALUES (1, '{"responses":1}'), (2, '{"positive_from":4}'), (3, '{"positive":1}'), (4, '{"positive_from":11,"responses":1}'), (5, '{"positive_from":null,"responses":1}'),
             (6, '{"negative_to":4,"positive_from":4,"responses":1}'), (7, '{"positive_from":4,"responses":1,"negative":1}'), (8, '{"positive_from":4,"responses":1,"positive":2}'),
             (9, '{"negative_to":1,"positive_from":4,"responses":2,"negative":2,"positive":1}'), (10, '{"negative_to":nul,"responses":1}'), (11, '{"negative_to":-1}'), (12, '{"responses":null}'),
             (13, '{"negative_to":1,"positive_from":4,"responses":9223372036854775807,"negative":9223372036854775807,"positive":9223372036854775807}')) AS v (i, value) ORDER BY i;
-- a long input is cut short in the message
SELECT (repeat('{', 200))::rating_summary;

-- binary: exact, and as closed
CREATE TABLE sent (p proportion, r rating_summary, s rating_split);
INSERT INTO sent VALUES ('0/0', '{}', '{}'), ('812/1000', '{"0":1,"10":9223372036854775807}', '{"negative_to":0,"positive_from":10,"responses":3,"negative":1}'),
    ('9223372036854775807/9223372036854775807', NULL, '{"positive_from":4,"responses":1}');
SELECT _proportion_send(p), _rating_split_send(s) FROM sent;
SELECT length(_rating_summary_send(r)) FROM sent;

CREATE FUNCTION receive(bytes bytea, type regtype) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    octal text := (SELECT coalesce(string_agg(format('\%s%s%s', b >> 6, b >> 3 & 7, b & 7), '' ORDER BY i), '')
                   FROM generate_series(0, length(bytes) - 1) AS i, get_byte(bytes, i) AS b);
    size text := format('\000\000\000\%s%s%s', length(bytes) >> 6, length(bytes) >> 3 & 7, length(bytes) & 7);
    state text; result text; detail text;
BEGIN
    EXECUTE format('CREATE TEMP TABLE received (value %s)', type);
    EXECUTE format('COPY received FROM PROGRAM %L (FORMAT binary)',
                   'printf ''PGCOPY\n\377\r\n\000' || repeat('\000', 8) || '\000\001' || size || octal || '\377\377''');
    SELECT value::text INTO result FROM received;
    DROP TABLE received;
    RETURN result;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, result = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
    RETURN state || ' ' || coalesce(nullif(detail, ''), result);
END $$;
SELECT receive(_proportion_send(p), 'proportion') = p::text AS p, receive(_rating_summary_send(r), 'rating_summary') = r::text AS r,
       receive(_rating_split_send(s), 'rating_split') = s::text AS s FROM sent;
SELECT receive(bytes, 'proportion')
FROM (VALUES (1, ''::bytea), (2, '\x00'), (3, substr(_proportion_send('1/2'), 2)), (4, _proportion_send('1/2') || '\x00'), (5, _proportion_send('1/2') || _proportion_send('1/2')),
             (6, '\x00000000000000030000000000000002'), (7, '\xffffffffffffffff0000000000000002'), (8, '\x00000000000000008000000000000000'), (9, '\xffffffffffffffffffffffffffffffff')) AS v (i, bytes) ORDER BY i;
SELECT receive(bytes, 'rating_summary')
FROM (SELECT 1 AS i, substr(r, 2) AS bytes FROM _rating_summary_send('{"4":7}') AS r UNION ALL SELECT 2, r || '\x00' FROM _rating_summary_send('{"4":7}') AS r
      UNION ALL SELECT 3, set_byte(r, 32, 255) FROM _rating_summary_send('{"4":7}') AS r UNION ALL SELECT 4, set_byte(r, 88, 1) FROM _rating_summary_send('{"4":7}') AS r
      UNION ALL SELECT 5, set_byte(r, 111, 1) FROM _rating_summary_send('{"4":7}') AS r UNION ALL SELECT 6, set_byte(r, 38, 1) FROM _rating_summary_send('{"4":7}') AS r) AS v ORDER BY i;
SELECT receive(bytes, 'rating_split')
FROM (SELECT 1 AS i, set_byte(s, 0, 0) AS bytes FROM _rating_split_send('{}') AS s UNION ALL SELECT 2, set_byte(s, 15, 254) FROM _rating_split_send('{}') AS s
      UNION ALL SELECT 3, set_byte(s, 23, 1) FROM _rating_split_send('{}') AS s UNION ALL SELECT 4, set_byte(s, 63, 1) FROM _rating_split_send('{}') AS s
      UNION ALL SELECT 5, set_byte(s, 39, 3) FROM _rating_split_send('{"positive_from":4,"responses":2}') AS s
      UNION ALL SELECT 6, set_byte(s, 39, 2) FROM _rating_split_send('{"positive_from":4,"responses":2}') AS s) AS v ORDER BY i;

-- json and jsonb: the same object, and what to_jsonb and row_to_json make of a summary
SELECT p::json, p::jsonb, r::json, s::json FROM sent;
SELECT to_jsonb(p) = p::jsonb AS same, row_to_json(sent)->'p'->>'hits' AS hits, jsonb_build_object('p', p)->'p'->>'total' AS total FROM sent;
SELECT json_typeof(r::json) AS json, (r::jsonb->>'10')::bigint AS tens FROM sent;
SELECT (r::jsonb::text)::rating_summary = r AS same FROM sent WHERE r IS NOT NULL;   -- jsonb's own order and spaces are accepted

-- = <> < <= > >=, hash and btree: a stable order, equal values only when all fields are equal
SELECT p, p = '812/1000' AS eq, p <> '812/1000' AS ne, p < '812/1000' AS lt, p <= '812/1000' AS le, p > '812/1000' AS gt, p >= '812/1000' AS ge FROM sent ORDER BY p;
SELECT r, count(*), sum(count(*)) OVER () FROM (SELECT r FROM sent UNION ALL SELECT r FROM sent) AS twice GROUP BY r ORDER BY r DESC NULLS LAST;
SELECT count(DISTINCT p), count(DISTINCT r), count(DISTINCT s) FROM (SELECT * FROM sent UNION ALL SELECT * FROM sent) AS twice;
SET enable_mergejoin = off; SET enable_nestloop = off; SET enable_hashjoin = on;
SELECT count(*) FROM sent AS a JOIN sent AS b ON a.r = b.r AND a.s = b.s;
SET enable_hashjoin = off; SET enable_mergejoin = on;
SELECT count(*) FROM sent AS a JOIN sent AS b ON a.r = b.r;
RESET enable_hashjoin; RESET enable_mergejoin; RESET enable_nestloop;
CREATE UNIQUE INDEX ON sent (p);
INSERT INTO sent (p) VALUES ('812/1000');
SELECT _proportion_hash('1/2') = _proportion_hash('1/2') AS same, _proportion_hash('1/2') = _proportion_hash('2/4') AS equal_rates,
       _proportion_hash_extended('1/2', 0) = _proportion_hash_extended('1/2', 1) AS seeds, (_proportion_hash_extended('1/2', 0) & 4294967295) = (_proportion_hash('1/2')::bigint & 4294967295) AS seed_0;
CREATE TABLE parts (r rating_summary) PARTITION BY HASH (r);
CREATE TABLE parts_0 PARTITION OF parts FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO parts SELECT ('{"3":' || i || '}')::rating_summary FROM generate_series(0, 9) AS i;
SELECT count(*) FROM parts WHERE r = '{"3":7}';

-- a refresh that finds nothing new rewrites no row; one that finds something rewrites that
CREATE TABLE answers (team text, score int);
INSERT INTO answers SELECT 'team ' || i % 5, i % 11 FROM generate_series(1, 500) AS i;
CREATE MATERIALIZED VIEW by_team AS SELECT team, rating_agg(score) AS r, proportion_agg(score > 8) AS p FROM answers GROUP BY team;
CREATE UNIQUE INDEX ON by_team (team);
CREATE TEMP TABLE before AS SELECT team, ctid AS place, xmin AS written FROM by_team;
REFRESH MATERIALIZED VIEW CONCURRENTLY by_team;
SELECT count(*) AS rewritten FROM by_team JOIN before USING (team) WHERE (by_team.ctid, by_team.xmin) IS DISTINCT FROM (place, written);
INSERT INTO answers VALUES ('team 3', 10);
REFRESH MATERIALIZED VIEW CONCURRENTLY by_team;
SELECT team FROM by_team JOIN before USING (team) WHERE by_team.xmin <> written;

-- An aggregate of one's own without a final function leaves the state as it worked with it:
-- what that means is equal, and hashes the same.
CREATE AGGREGATE raw_durations(interval) (SFUNC = _duration_accum_interval, STYPE = duration_summary, INITCOND = '{}');
CREATE AGGREGATE raw_spans(tstzrange) (SFUNC = _span_summary_accum, STYPE = span_summary, INITCOND = '{"edges":[]}');
CREATE TEMP TABLE raw AS
SELECT n, raw_durations(d) AS d, duration_agg(d) AS packed_d, raw_spans(s) AS s, span_agg(s) AS packed_s
FROM (VALUES (0), (1), (7), (100), (3000)) AS v(n), LATERAL (SELECT i * i * interval '1.7 s' AS d,
    tstzrange(to_timestamp(i * 7919 % 10007), to_timestamp(i * 7919 % 10007 + i)) AS s FROM generate_series(1, n) AS i) AS r GROUP BY n;
SELECT n, d = packed_d AS d, d <= packed_d AND d >= packed_d AND NOT d < packed_d AS d_order, _duration_summary_hash(d) = _duration_summary_hash(packed_d) AS d_hash,
    s = packed_s AS s, _span_summary_hash_extended(s, 1) = _span_summary_hash_extended(packed_s, 1) AS s_hash FROM raw ORDER BY n;
SELECT count(DISTINCT d), count(DISTINCT s) FROM (SELECT d, s FROM raw UNION ALL SELECT packed_d, packed_s FROM raw) AS u;
DROP TABLE raw;
DROP AGGREGATE raw_durations(interval);
DROP AGGREGATE raw_spans(tstzrange);

DROP MATERIALIZED VIEW by_team;
DROP TABLE sent, parts, answers, before;
DROP FUNCTION complaint, receive;
