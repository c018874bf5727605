-- One line for each column of a type of the extension in the tables of this
-- database: how many values, and a checksum over their text and binary forms.
SELECT format(
	$$SELECT '%1$s.%2$s', count(value), md5(string_agg(value, ';' ORDER BY value COLLATE "C"))
	FROM (SELECT %2$I::text || ' ' || %3$s(%2$I)::text AS value FROM %1$s) AS v$$,
	a.attrelid::regclass, a.attname, t.typsend)
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'm')
JOIN pg_type t ON t.oid = a.atttypid
JOIN pg_depend d ON d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e'
JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND e.oid = d.refobjid AND e.extname = 'kpi'
WHERE a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attrelid::regclass::text, a.attname
\gexec
