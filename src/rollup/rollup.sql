-- The generator of rollups.  What it makes are ordinary objects of the user, in the
-- current schema; they call the functions of runtime.sql, which belong to kpi, and
-- run on when this extension is dropped.
--
-- A procedure that commits cannot have a SET clause, so rollup_create sets
-- search_path itself, before anything that a hostile schema could stand in for.

CREATE FUNCTION _rollup_read(direct regclass, fact regclass, bucket text, along text,
    OUT fact_table regclass, OUT fact_alias text, OUT bucket_column text, OUT bucket_expression text,
    OUT along_column text, OUT condition text, OUT keys text[], OUT tables regclass[]) RETURNS record
    LANGUAGE C STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'rollup_read';
COMMENT ON FUNCTION _rollup_read(regclass, regclass, text, text) IS
'support function of rollup_create: checks the query of a view and takes it apart';

CREATE FUNCTION _rollup_expand(direct regclass) RETURNS text
    LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'rollup_expand';
COMMENT ON FUNCTION _rollup_expand(regclass) IS
'support function of rollup_create: the query of a view with those of the views that it reads; NULL if it reads none';

-- All that a rollup is made of, but its rows.  "again": of one that there is, what others can refer to keeps its place.
CREATE FUNCTION _rollup_make(name text, query text, fact regclass, bucket text, along text, here text, path text, again boolean) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $create$
DECLARE
    kpi text;                           -- the schemas of the two extensions
    rollup text;
    q record;                           -- the query, taken apart
    relation regclass;
    b text;                             -- the bucket's column, quoted
    code text;
    of_stored text;                     -- the columns, of several tables
    of_fresh text;
    of_old text;
    assignments text;
    same_keys text;
    keys text;
    make text := CASE WHEN again THEN 'CREATE OR REPLACE' ELSE 'CREATE' END;
    -- the objects, qualified
    view_name text; direct text; bucket_view text; refresh text;
    stored text; dirty text; extent text; state text;
    bucket_type text; along_type text;
    fact_name text; trigger_name text;
BEGIN
    IF query IS NULL THEN
        RAISE 'query must not be null'
            USING ERRCODE = 'null_value_not_allowed', HINT = 'Give a SELECT with a GROUP BY.';
    END IF;
    SELECT extnamespace::regnamespace INTO kpi FROM pg_extension WHERE extname = 'kpi';
    SELECT extnamespace::regnamespace INTO rollup FROM pg_extension WHERE extname = 'kpi_rollup';
    view_name := format('%I.%I', here, name);
    direct := format('%I.%I', here, name || '_direct');
    bucket_view := format('%I.%I', here, name || '_bucket');
    refresh := format('%I.%I', here, name || '_refresh');
    stored := format('%I.%I', here, name || '_stored');
    dirty := format('%I.%I', here, name || '_dirty');
    extent := format('%I.%I', here, name || '_extent');
    state := format('%I.%I', here, name || '_state');

    -- The query, as its author's search_path binds the names in it.  It stays, as the definition and for audits.
    PERFORM set_config('search_path', path, true);
    BEGIN
        EXECUTE pg_catalog.format('%s VIEW %s AS %s', make, direct, query);
    EXCEPTION WHEN invalid_table_definition THEN
        -- a temporary table is in it
        RAISE '%', SQLERRM
            USING ERRCODE = 'wrong_object_type', HINT = 'Other sessions must see what the rollup reads: its query must read permanent tables.';
    END;
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    -- Views in it are looked through, to the tables whose changes are noticed.
    EXECUTE format('SELECT %s._rollup_expand($1)', rollup) INTO code USING direct::regclass;
    IF code IS NOT NULL THEN
        EXECUTE format('CREATE OR REPLACE VIEW %s AS %s', direct, code);
    END IF;
    EXECUTE format('COMMENT ON VIEW %s IS %L', direct, 'the query of the rollup ' || view_name || ', computed from the tables');
    EXECUTE format('SELECT * FROM %s._rollup_read($1, $2, $3, $4)', rollup) INTO q USING direct::regclass, fact, bucket, along;

    FOREACH relation IN ARRAY q.tables LOOP
        IF NOT pg_has_role((SELECT relowner FROM pg_class WHERE oid = relation), 'USAGE') THEN
            RAISE 'must be owner of table %', relation
                USING ERRCODE = 'insufficient_privilege', HINT = 'A rollup puts triggers on the tables that its query reads. Create it as their owner.';
        END IF;
        IF row_security_active(relation) THEN
            RAISE 'row-level security of table % would hide rows from the rollup', relation
                USING ERRCODE = 'feature_not_supported', HINT = 'Create the rollup as the table''s owner, without FORCE ROW LEVEL SECURITY, and grant the view to those who may see all of it.';
        END IF;
    END LOOP;
    b := quote_ident(q.bucket_column);
    SELECT format('%I.%I', nspname, relname) INTO fact_name FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE c.oid = q.fact_table;
    BEGIN
        EXECUTE format('SELECT min(%1$I), max(%1$I) FROM %2$s LIMIT 0', q.along_column, fact_name);
    EXCEPTION WHEN undefined_function THEN
        RAISE 'column % of % has no smallest and largest value', q.along_column, q.fact_table
            USING ERRCODE = 'datatype_mismatch', HINT = 'Name a column of a type with min and max: along => ''arrived_at''.';
    END;

    -- The store, the marks, where each bucket's rows lie, and what the last refresh saw of the tables
    EXECUTE format('CREATE TABLE %s AS SELECT * FROM %s WITH NO DATA', stored, direct);
    EXECUTE format('ALTER TABLE %s ALTER %s SET NOT NULL', stored, b);
    EXECUTE format('CREATE TABLE %s AS SELECT %s AS bucket, %4$I AS lo, %4$I AS hi, now() AS marked_at, NULL::text AS error FROM %3$s AS %5$I WITH NO DATA',
        dirty, q.bucket_expression, fact_name, q.along_column, q.fact_alias);
    EXECUTE format('ALTER TABLE %s SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_insert_threshold = -1, vacuum_truncate = off)', dirty);
    -- readers look up the marks of what they ask for, where no entry can be too long for an index
    IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = dirty::regclass AND attname = 'bucket'
               AND atttypid IN ('timestamptz'::regtype, 'timestamp'::regtype, 'date'::regtype, 'bigint'::regtype, 'integer'::regtype, 'smallint'::regtype)) THEN
        EXECUTE format('CREATE INDEX ON %s (bucket)', dirty);
    END IF;
    EXECUTE format('CREATE TABLE %s AS SELECT bucket, lo, hi FROM %s WITH NO DATA', extent, dirty);
    EXECUTE format('ALTER TABLE %s ADD PRIMARY KEY (bucket)', extent);
    EXECUTE format('CREATE VIEW %s AS SELECT %s AS bucket, %I AS along, %L::regclass AS dirty, %L::regclass AS direct, %L::regclass AS extent, %L::smallint AS position FROM %s AS %I%s',
        bucket_view, q.bucket_expression, q.along_column, dirty, direct, extent,
        (SELECT attnum FROM pg_attribute WHERE attrelid = direct::regclass AND attname = q.bucket_column), fact_name, q.fact_alias, ' WHERE ' || q.condition);
    EXECUTE format('CREATE TABLE %s (tables bigint[] DEFAULT %s._rollup_tables(%L::regclass, true), refreshed_at timestamptz, key uuid DEFAULT gen_random_uuid(), took interval, changed bigint, late bigint)', state, kpi, bucket_view);
    -- of the buckets' own type and collation
    SELECT format('%s%s', format_type(atttypid, atttypmod), (SELECT format(' COLLATE %I.%I', nspname, collname) FROM pg_collation c JOIN pg_namespace n ON n.oid = collnamespace WHERE c.oid = attcollation))
    INTO code FROM pg_attribute WHERE attrelid = extent::regclass AND attname = 'bucket';
    EXECUTE format('ALTER TABLE %s ADD COLUMN kept %s', state, code);
    EXECUTE format('INSERT INTO %s (tables) VALUES (NULL)', state);
    -- rows that publications of all tables can name
    EXECUTE format('ALTER TABLE %s REPLICA IDENTITY FULL', stored);
    EXECUTE format('ALTER TABLE %s REPLICA IDENTITY FULL', dirty);
    EXECUTE format('ALTER TABLE %s REPLICA IDENTITY FULL', state);
    EXECUTE format('COMMENT ON TABLE %s IS %L', stored, 'rollup ' || view_name || ': the rows that the last refresh computed');
    EXECUTE format('COMMENT ON TABLE %s IS %L', dirty, 'rollup ' || view_name || ': touched buckets and where their rows lie; NULL is everything. Writers append and never wait.');
    EXECUTE format('COMMENT ON TABLE %s IS %L', extent, 'rollup ' || view_name || ': where the rows of each stored bucket lie');
    EXECUTE format('COMMENT ON TABLE %s IS %L', state, 'rollup ' || view_name || ': what the last refresh saw of the tables and triggers, and the key by which the view proves that it is read');
    EXECUTE format('COMMENT ON VIEW %s IS %L', bucket_view, 'rollup ' || view_name || ': bucket and place of each row that the query reads; its triggers are tied to this view');

    SELECT string_agg('s.' || quote_ident(attname), ', ' ORDER BY attnum),
           string_agg('f.' || quote_ident(attname), ', ' ORDER BY attnum),
           string_agg('o.' || quote_ident(attname), ', ' ORDER BY attnum),
           string_agg(format('%1$I = excluded.%1$I', attname), ', ' ORDER BY attnum),
           string_agg(quote_ident(attname), ', ' ORDER BY attnum) FILTER (WHERE attname = ANY (q.keys)),
           string_agg(format('f.%1$I IS NOT DISTINCT FROM o.%1$I', attname), ' AND ' ORDER BY attnum) FILTER (WHERE attname = ANY (q.keys) AND attname <> q.bucket_column),
           format('hash_record(ROW(%1$s)) = hash_record(ROW(%2$s))',
               string_agg('f.' || quote_ident(attname), ', ' ORDER BY attnum) FILTER (WHERE attname = ANY (q.keys)),
               string_agg('o.' || quote_ident(attname), ', ' ORDER BY attnum) FILTER (WHERE attname = ANY (q.keys)))
    INTO of_stored, of_fresh, of_old, assignments, keys, same_keys, code
    FROM pg_attribute WHERE attrelid = stored::regclass AND attnum > 0;
    -- many groups a bucket are told apart by a hash, where their types have one
    BEGIN
        EXECUTE format('SELECT %s FROM (SELECT NULL) AS x LEFT JOIN %s AS f ON false LEFT JOIN %2$s AS o ON false', code, stored);
        same_keys := concat_ws(' AND ', code, same_keys);
    EXCEPTION WHEN undefined_function THEN
        NULL;
    END;
    same_keys := concat_ws(' AND ', format('f.%1$s = o.%1$s', b), same_keys);
    EXECUTE format('CREATE UNIQUE INDEX ON %s (%s) NULLS NOT DISTINCT', stored,
        concat_ws(', ', b, (SELECT string_agg(quote_ident(k), ', ') FROM unnest(q.keys) AS k WHERE k <> q.bucket_column)));

    -- Writers: row triggers, which partitions inherit, also for those who apply changes of another server
    trigger_name := '0rollup_' || name;
    IF EXISTS (SELECT FROM pg_trigger WHERE tgname = trigger_name AND tgrelid IN (SELECT unnest(q.tables) UNION ALL SELECT p.relid FROM unnest(q.tables) AS t, pg_partition_tree(t) AS p)) THEN
        -- a rollup of this name in another schema
        trigger_name := '0rollup_' || bucket_view::regclass::oid;
    END IF;
    FOREACH relation IN ARRAY q.tables LOOP
        EXECUTE format('CREATE TRIGGER %I AFTER INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW WHEN (%L::regclass IS NOT NULL) EXECUTE FUNCTION %s._rollup_mark()',
            trigger_name, relation, bucket_view, kpi);
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', relation, trigger_name);
    END LOOP;
    EXECUTE format('CREATE TRIGGER "0rollup" BEFORE DELETE OR TRUNCATE ON %s FOR EACH STATEMENT WHEN (%L::regclass IS NOT NULL) EXECUTE FUNCTION %s._rollup_forget()',
        dirty, bucket_view, kpi);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER "0rollup"', dirty);

    -- The refresh: the marks are taken, the rows read and the store changed in one statement, by one snapshot.
    -- A bucket that cannot be computed keeps its mark, which then tells why; the others are found by halving.
    SELECT format_type(atttypid, atttypmod) INTO bucket_type FROM pg_attribute WHERE attrelid = extent::regclass AND attname = 'bucket';
    SELECT format_type(atttypid, atttypmod) INTO along_type FROM pg_attribute WHERE attrelid = extent::regclass AND attname = 'lo';
    -- Columns of users may have the names of its variables, and any name may hold what ends a quotation.
    EXECUTE make || format(' FUNCTION %s(buckets bigint DEFAULT NULL) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER '
        'SET search_path = pg_catalog, pg_temp SET row_security = off SET jit = off SET work_mem = ''64MB'' SET plan_cache_mode = force_custom_plan AS %L', refresh, format($refresh$
#variable_conflict use_column
<<refresh>>
DECLARE
    kept bigint[];
    seen bigint[];
    again bigint[];
    all_of_it boolean := false;
    keeping %15$s;                      -- what is before it stays as it is stored
    rows_changed bigint := 0;
    more bigint;
    -- dirty buckets, and parts of them that are yet to be stored
    picked %15$s[];
    part %15$s[];
    firsts int[] := '{}';
    lasts int[] := '{}';
    first int;
    last int;
    -- ranges of rows whose buckets are yet to be found
    los %16$s[];
    his %16$s[];
    lo %16$s;
    hi %16$s;
    middle %16$s;
    of_everything tid[];
    nowhere text;
    code text; message text; detail text; hint text;
BEGIN
    IF buckets < 1 THEN
        RAISE 'buckets must be positive: %%', buckets
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Leave it out to refresh all dirty buckets.';
    END IF;
    BEGIN
        -- One refresh at a time: in READ COMMITTED the snapshots below come after the lock.
        SELECT s.tables, s.kept INTO kept, keeping FROM %2$s AS s FOR UPDATE;
        IF NOT FOUND THEN
            -- a restore of the schema alone
            LOCK TABLE %2$s IN SHARE ROW EXCLUSIVE MODE;
            INSERT INTO %2$s (tables, refreshed_at) SELECT NULL, NULL WHERE NOT EXISTS (SELECT FROM %2$s);
        END IF;
        UPDATE %2$s SET tables = DEFAULT, refreshed_at = clock_timestamp() RETURNING tables INTO seen;
        IF seen IS NULL THEN
            RAISE WARNING 'the rollup %% cannot rely on what it computes', %3$L
                USING DETAIL = 'Changes of its tables could go unmarked: a trigger is switched off or missing, a table is unlogged or has child tables, or this transaction has changed them.',
                      HINT = 'Until that is mended and refreshed, everything is read from the tables. rollup_status tells what is switched off.';
        END IF;
        -- Partitions that have come or gone since concern their own ranges.
        IF kept IS DISTINCT FROM seen THEN
            BEGIN
                all_of_it := %13$s._rollup_touch(%7$L::regclass, kept, seen) IS NOT TRUE;
            EXCEPTION WHEN data_exception OR integrity_constraint_violation OR cardinality_violation OR program_limit_exceeded OR plpgsql_error OR external_routine_exception OR external_routine_invocation_exception OR syntax_error_or_access_rule_violation OR invalid_schema_name THEN
                -- (among them: the extension has moved)
                all_of_it := true;
            END;
        END IF;
        -- Marks of what is kept are told, and not heeded: of late rows, not of those that are gone.
        IF keeping IS NOT NULL AND EXISTS (SELECT FROM %4$s AS m WHERE m.bucket < refresh.keeping) THEN
            BEGIN
                WITH taken AS (DELETE FROM %4$s AS m WHERE m.bucket < refresh.keeping RETURNING m.*)
                UPDATE %2$s AS s SET late = coalesce(s.late, 0) + (SELECT count(*) FROM (SELECT t.bucket, min(t.lo) AS lo, max(t.hi) AS hi FROM taken AS t GROUP BY t.bucket) AS t
                    JOIN %7$s AS p ON p.bucket = t.bucket AND p.along BETWEEN t.lo AND t.hi
                    WHERE EXISTS (SELECT FROM taken AS m WHERE m.bucket = p.bucket AND p.along BETWEEN m.lo AND m.hi));
            EXCEPTION WHEN data_exception OR integrity_constraint_violation OR cardinality_violation OR program_limit_exceeded OR plpgsql_error OR external_routine_exception OR external_routine_invocation_exception THEN
                WITH taken AS (DELETE FROM %4$s AS m WHERE m.bucket < refresh.keeping RETURNING 1)
                UPDATE %2$s AS s SET late = coalesce(s.late, 0) + (SELECT count(*) FROM taken);
            END;
        END IF;
        -- What is the same as before is not written again.
        IF all_of_it OR seen IS NULL OR EXISTS (SELECT FROM %4$s WHERE bucket IS NULL) THEN
            BEGIN
                WITH taken AS (DELETE FROM %4$s AS m WHERE (m.bucket < refresh.keeping) IS NOT TRUE RETURNING 1),
                     fresh AS MATERIALIZED (SELECT f.* FROM %6$s AS f WHERE (f.%9$s < refresh.keeping) IS NOT TRUE),
                     old AS MATERIALIZED (SELECT s.ctid, s.* FROM %8$s AS s WHERE (s.%9$s < refresh.keeping) IS NOT TRUE),
                     places AS MATERIALIZED (SELECT p.bucket, min(p.along) AS lo, max(p.along) AS hi FROM %7$s AS p WHERE (p.bucket < refresh.keeping) IS NOT TRUE GROUP BY p.bucket),
                     left_places AS (DELETE FROM %5$s AS e WHERE (e.bucket < refresh.keeping) IS NOT TRUE AND NOT EXISTS (SELECT FROM places AS p WHERE p.bucket = e.bucket)),
                     extents AS (INSERT INTO %5$s AS e SELECT p.* FROM places AS p LEFT JOIN %5$s AS b ON b.bucket = p.bucket
                         WHERE (b.lo, b.hi) IS DISTINCT FROM (p.lo, p.hi)
                         ON CONFLICT (bucket) DO UPDATE SET lo = excluded.lo, hi = excluded.hi),
                     gone AS (DELETE FROM %8$s AS s USING (SELECT o.ctid FROM old AS o WHERE NOT EXISTS (SELECT FROM fresh AS f WHERE %10$s)) AS o
                         WHERE s.ctid = o.ctid RETURNING 1),
                     put AS (INSERT INTO %8$s AS s SELECT f.* FROM fresh AS f
                         WHERE NOT EXISTS (SELECT FROM old AS o WHERE %10$s AND record_image_eq(ROW(%14$s), ROW(%19$s)))
                         ON CONFLICT (%11$s) DO UPDATE SET %12$s RETURNING 1)
                SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM put) INTO rows_changed;
                -- (A partition that has come meanwhile may have been read, and could go without a trace: nothing is relied on.)
                UPDATE %2$s AS s SET tables = DEFAULT, took = clock_timestamp() - s.refreshed_at, changed = rows_changed RETURNING s.tables INTO again;
                IF again IS DISTINCT FROM seen THEN
                    UPDATE %2$s SET tables = NULL;
                END IF;
                RETURN rows_changed;
            EXCEPTION WHEN data_exception OR integrity_constraint_violation OR cardinality_violation OR program_limit_exceeded OR plpgsql_error OR external_routine_exception OR external_routine_invocation_exception THEN
                IF current_setting('kpi_rollup.create', true) = 'on' THEN
                    RAISE;
                END IF;
            END;
            -- Everything, bucket by bucket: first each gets a mark.  Rows without a bucket leave a mark of everything.
            of_everything := ARRAY(SELECT m.ctid FROM %4$s AS m WHERE m.bucket IS NULL);
            SELECT ARRAY[min(t.%18$I)], ARRAY[max(t.%18$I)] INTO los, his FROM %17$s AS t HAVING count(*) > 0;
            WHILE cardinality(los) > 0 LOOP
                lo := los[cardinality(los)];
                hi := his[cardinality(his)];
                los := trim_array(los, 1);
                his := trim_array(his, 1);
                BEGIN
                    INSERT INTO %4$s (bucket, lo, hi, marked_at)
                    SELECT p.bucket, min(p.along), max(p.along), now() FROM %7$s AS p WHERE p.along BETWEEN lo AND hi AND p.bucket IS NOT NULL AND (p.bucket < refresh.keeping) IS NOT TRUE GROUP BY p.bucket;
                    IF EXISTS (SELECT FROM %7$s AS p WHERE p.along BETWEEN lo AND hi AND p.bucket IS NULL) THEN
                        nowhere := 'the bucket of a row is NULL';
                    END IF;
                EXCEPTION WHEN data_exception OR integrity_constraint_violation OR cardinality_violation OR program_limit_exceeded OR plpgsql_error OR external_routine_exception OR external_routine_invocation_exception THEN
                    IF lo = hi THEN
                        nowhere := SQLERRM;
                    ELSE
                        SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY t.%18$I) INTO middle FROM %17$s AS t WHERE t.%18$I BETWEEN refresh.lo AND refresh.hi;
                        IF middle = hi THEN
                            SELECT max(t.%18$I) INTO middle FROM %17$s AS t WHERE t.%18$I >= refresh.lo AND t.%18$I < refresh.hi;
                        END IF;
                        los := los || ARRAY[lo, (SELECT min(t.%18$I) FROM %17$s AS t WHERE t.%18$I > refresh.middle AND t.%18$I <= refresh.hi)];
                        his := his || ARRAY[middle, hi];
                    END IF;
                END;
            END LOOP;
            INSERT INTO %4$s (bucket, lo, hi, marked_at) SELECT e.bucket, e.lo, e.hi, now() FROM %5$s AS e WHERE (e.bucket < refresh.keeping) IS NOT TRUE;
            DELETE FROM %4$s AS m WHERE m.ctid = ANY (of_everything);
            IF nowhere IS NOT NULL THEN
                INSERT INTO %4$s (bucket, lo, hi, marked_at, error) VALUES (NULL, NULL, NULL, now(), nowhere);
                RAISE WARNING 'the rollup %% has rows whose buckets cannot be computed: %%', %3$L, nowhere
                    USING HINT = 'Leave such rows out in the WHERE of its query. Until then everything is read from the tables.';
            END IF;
            DELETE FROM %8$s AS s WHERE (s.%9$s < refresh.keeping) IS NOT TRUE AND NOT EXISTS (SELECT FROM %4$s AS m WHERE m.bucket = s.%9$s);
            buckets := NULL;
        END IF;
        -- A mark of everything that comes in between stays: only marks of buckets are taken.  Those that failed before come last.
        SELECT array_agg(x.bucket ORDER BY x.failed, x.bucket DESC), count(*) FILTER (WHERE NOT x.failed), count(*) INTO picked, first, last
        FROM (SELECT m.bucket, bool_or(m.error IS NOT NULL) AS failed FROM %4$s AS m WHERE m.bucket IS NOT NULL AND (m.bucket < refresh.keeping) IS NOT TRUE
              GROUP BY m.bucket ORDER BY failed, m.bucket DESC LIMIT buckets) AS x;
        firsts := ARRAY(SELECT i FROM generate_series(first + 1, last) AS i);
        lasts := firsts;
        IF first > 0 THEN
            firsts := firsts || 1;
            lasts := lasts || first;
        END IF;
        WHILE cardinality(firsts) > 0 LOOP
            first := firsts[cardinality(firsts)];
            last := lasts[cardinality(lasts)];
            firsts := trim_array(firsts, 1);
            lasts := trim_array(lasts, 1);
            part := picked[first:last];
            BEGIN
                WITH taken AS (DELETE FROM %4$s AS m WHERE m.bucket = ANY (part) RETURNING m.*),
                     -- (unnest, of which the planner expects ten rows: else it reads the whole store)
                     d AS MATERIALIZED (SELECT l.bucket, l.lo, l.hi FROM unnest(ARRAY(
                         SELECT ROW(t.bucket, least(min(t.lo), min(e.lo)), greatest(max(t.hi), max(e.hi)))::%5$s
                         FROM taken AS t LEFT JOIN %5$s AS e ON e.bucket = t.bucket GROUP BY t.bucket)) AS l),
                     fresh AS MATERIALIZED (SELECT f.* FROM %13$s._rollup_compute(NULL::%8$s, %7$L::regclass, ARRAY(SELECT ROW(d.bucket, d.lo, d.hi)::%5$s FROM d)) AS f),
                     old AS MATERIALIZED (SELECT s.ctid, s.* FROM d JOIN %8$s AS s ON s.%9$s = d.bucket),
                     extents AS (INSERT INTO %5$s AS e SELECT d.bucket, d.lo, d.hi FROM d LEFT JOIN %5$s AS b ON b.bucket = d.bucket
                         WHERE (b.lo, b.hi) IS DISTINCT FROM (d.lo, d.hi)
                         ON CONFLICT (bucket) DO UPDATE SET lo = excluded.lo, hi = excluded.hi),
                     gone AS (DELETE FROM %8$s AS s USING (SELECT o.ctid FROM old AS o WHERE NOT EXISTS (SELECT FROM fresh AS f WHERE %10$s)) AS o
                         WHERE s.ctid = o.ctid RETURNING 1),
                     put AS (INSERT INTO %8$s AS s SELECT f.* FROM fresh AS f
                         WHERE NOT EXISTS (SELECT FROM old AS o WHERE %10$s AND record_image_eq(ROW(%14$s), ROW(%19$s)))
                         ON CONFLICT (%11$s) DO UPDATE SET %12$s RETURNING 1)
                SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM put) INTO more;
                rows_changed := rows_changed + more;
            EXCEPTION WHEN data_exception OR integrity_constraint_violation OR cardinality_violation OR program_limit_exceeded OR plpgsql_error OR external_routine_exception OR external_routine_invocation_exception THEN
                GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
                IF first < last THEN
                    firsts := firsts || ARRAY[first, (first + last) / 2 + 1];
                    lasts := lasts || ARRAY[(first + last) / 2, last];
                ELSE
                    message := format('bucket %%s: %%s', part[1], message);
                    WITH gone AS (DELETE FROM %4$s AS m WHERE m.bucket = part[1] RETURNING m.*)
                    INSERT INTO %4$s (bucket, lo, hi, marked_at, error)
                    SELECT g.bucket, min(g.lo), max(g.hi), min(g.marked_at), message FROM gone AS g GROUP BY g.bucket;
                    RAISE WARNING 'the rollup %% cannot store %%', %3$L, message
                        USING HINT = coalesce(nullif(hint, ''), 'Mend or delete the rows, or leave them out in the WHERE of the query.') || ' Until then the bucket is computed when it is read.';
                END IF;
            END;
        END LOOP;
        UPDATE %2$s AS s SET tables = DEFAULT, took = clock_timestamp() - s.refreshed_at, changed = rows_changed RETURNING s.tables INTO again;
        IF again IS DISTINCT FROM seen THEN
            UPDATE %2$s SET tables = NULL;
        END IF;
        RETURN rows_changed;
    EXCEPTION WHEN OTHERS OR query_canceled THEN
        -- the cause alone, not the statements that this function is made of
        GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
        RAISE '%%', message USING ERRCODE = code,
            DETAIL = coalesce(nullif(detail, ''), format('The rollup %%s is not refreshed, and as right as before.', %3$L)),
            HINT = coalesce(nullif(hint, ''), 'Refresh again.');
    END;
END $refresh$,
        refresh, state, view_name, dirty, extent, direct, bucket_view, stored, b, same_keys, keys, assignments, kpi,
        of_fresh, bucket_type, along_type, fact_name, q.along_column, of_old));
    IF NOT again THEN
        EXECUTE format('REVOKE ALL ON FUNCTION %s(bigint) FROM PUBLIC', refresh);
    END IF;
    EXECUTE format('COMMENT ON FUNCTION %s(bigint) IS %L', refresh, 'moves dirty buckets of the rollup ' || view_name || ' into its store, all or the newest so many; returns the number of rows changed');

    -- What users read.  The list of what is dirty is made once; a reader's snapshot decides.
    EXECUTE make || format($make$ VIEW %1$s AS
WITH d AS MATERIALIZED (
    SELECT %2$s._rollup_dirty(%3$L::regclass, (SELECT t.tables FROM %4$s AS t), (SELECT t.key FROM %4$s AS t), (SELECT t.kept FROM %4$s AS t)) AS list)
SELECT %5$s FROM %6$s AS s WHERE %2$s._rollup_clean((SELECT d.list FROM d), s.%7$s)
UNION ALL
SELECT %8$s FROM %2$s._rollup_live(NULL::%6$s, (SELECT d.list FROM d)) AS f$make$,
        view_name, kpi, bucket_view, state, of_stored, stored, b, of_fresh);
    IF NOT again THEN
        EXECUTE format('COMMENT ON VIEW %s IS %L', view_name, 'rollup, always what ' || direct || ' gives; made by rollup_create of the extension kpi_rollup');
    END IF;

END $create$;
COMMENT ON FUNCTION _rollup_make(text, text, regclass, text, text, text, text, boolean) IS
'support function of rollup_create and rollup_replace: makes all objects of a rollup, empty';

CREATE PROCEDURE rollup_create(name text, query text, fact regclass DEFAULT NULL, bucket text DEFAULT NULL, along text DEFAULT NULL)
LANGUAGE plpgsql AS $create$
DECLARE
    path pg_catalog.text;
    here pg_catalog.text;
    rollup pg_catalog.text;             -- the schema of this extension
    view_name pg_catalog.text;
    taken pg_catalog.text;
    remains pg_catalog.bool;            -- whether these are tables of a rollup
    code pg_catalog.text; message pg_catalog.text; detail pg_catalog.text; hint pg_catalog.text;
BEGIN
    path := pg_catalog.current_setting('search_path');
    here := pg_catalog.current_schema();
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);

    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE 'a rollup must be created in a READ COMMITTED transaction'
            USING ERRCODE = 'invalid_transaction_state', HINT = 'SET default_transaction_isolation = ''read committed''';
    END IF;
    IF here IS NULL OR here LIKE 'pg\_%' THEN
        RAISE 'no schema to create the rollup in'
            USING ERRCODE = 'invalid_schema_name', HINT = 'SET search_path to a schema that you may create objects in.';
    END IF;
    IF name IS NULL OR octet_length(name) NOT BETWEEN 1 AND 55 THEN
        RAISE 'the name of a rollup must have 1 to 55 bytes: "%"', name
            USING ERRCODE = 'invalid_name', HINT = 'Names such as name_refresh and the name of a trigger are made of it.';
    END IF;
    view_name := format('%I.%I', here, name);
    IF EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_attrdef'::regclass AND refclassid = 'pg_class'::regclass
               AND refobjid = to_regclass(format('%I.%I', here, name || '_bucket'))) THEN
        RAISE 'there is already a rollup %', view_name
            USING ERRCODE = 'duplicate_table', HINT = format('CALL rollup_replace(%L, query) changes its query, CALL rollup_drop(%1$L) drops it.', name);
    END IF;
    SELECT string_agg(c.oid::regclass::text, ', ' ORDER BY relname), count(*) = 4 AND bool_and(relkind = 'r' AND relname <> name) INTO taken, remains
    FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
    WHERE nspname = here AND relname IN (name, name || '_direct', name || '_bucket', name || '_stored', name || '_dirty', name || '_extent', name || '_state');
    IF taken IS NOT NULL THEN
        RAISE 'the rollup % needs a name that is taken: %', view_name, taken
            USING ERRCODE = 'duplicate_table', HINT = CASE WHEN remains THEN format('They may be what DROP ... CASCADE has left of a rollup: DROP TABLE %s; DROP FUNCTION IF EXISTS %I.%I', taken, here, name || '_refresh')
                ELSE 'Give the rollup another name.' END;
    END IF;
    SELECT extnamespace::regnamespace INTO rollup FROM pg_extension WHERE extname = 'kpi_rollup';
    EXECUTE format('SELECT %s._rollup_make($1, $2, $3, $4, $5, $6, $7, false)', rollup) USING name, query, fact, bucket, along, here, path;

    -- From here on writers leave marks, and the view is right.  Fill the store.
    COMMIT;
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    BEGIN
        -- what cannot be filled is not made
        PERFORM set_config('kpi_rollup.create', 'on', true);
        EXECUTE format('SELECT %I.%I()', here, name || '_refresh');
        PERFORM set_config('kpi_rollup.create', '', true);
        RETURN;
    EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    END;
    EXECUTE format('SELECT %s._rollup_drop(%L::regclass)', rollup, format('%I.%I', here, name || '_bucket'));
    COMMIT;
    RAISE '%', message USING ERRCODE = code,
        DETAIL = coalesce(nullif(nullif(detail, ''), format('The rollup %s is not refreshed, and as right as before.', view_name)), format('The rollup %s could not be filled. Nothing is left of it.', view_name)),
        HINT = coalesce(nullif(nullif(hint, ''), 'Refresh again.'), 'See whether the query itself runs.');
END $create$;
COMMENT ON PROCEDURE rollup_create(text, text, regclass, text, text) IS
'makes a rollup in the current schema: the view "name", which always gives what the query gives, and name_refresh(); the arguments are in rollup.md';

-- Everything of a rollup but its view is found by the view name_bucket.  "again": what _rollup_make replaces stays.
CREATE FUNCTION _rollup_drop(bucket regclass, again boolean DEFAULT false) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    here text;
    name text;
    others text;
    of_table record;
BEGIN
    SELECT nspname, substr(relname, 1, length(relname) - 7) INTO here, name
    FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE c.oid = bucket;
    -- by their names, but nobody else's
    SELECT string_agg(format('%s of %s', c.oid::regclass, c.relowner::regrole), ', ' ORDER BY c.relname) INTO others
    FROM pg_class c JOIN pg_class b ON b.oid = bucket
    WHERE c.relnamespace = b.relnamespace AND c.relowner <> b.relowner
      AND c.relname IN (name, name || '_direct', name || '_stored', name || '_dirty', name || '_extent', name || '_state');
    IF others IS NOT NULL THEN
        RAISE 'the objects of the rollup %.% have several owners: %', here, name, others
            USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'SELECT rollup_enable(' || quote_literal(name) || ') gives them one.';
    END IF;
    IF NOT again THEN
        EXECUTE format('SELECT %s._rollup_unschedule($1)', (SELECT extnamespace::regnamespace FROM pg_extension WHERE extname = 'kpi_rollup')) USING bucket;
        EXECUTE format('DROP VIEW IF EXISTS %I.%I', here, name);
    END IF;
    FOR of_table IN
        SELECT tgname, tgrelid::regclass AS relation FROM pg_depend JOIN pg_trigger t ON t.oid = objid
        WHERE classid = 'pg_trigger'::regclass AND refclassid = 'pg_class'::regclass AND refobjid = bucket AND tgparentid = 0
    LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', of_table.tgname, of_table.relation);
    END LOOP;
    IF NOT again THEN
        EXECUTE format('DROP FUNCTION IF EXISTS %I.%I(bigint)', here, name || '_refresh');
    END IF;
    -- what version 1.0.0 made
    FOR of_table IN SELECT p.oid::regprocedure AS part FROM pg_proc p JOIN pg_depend ON classid = 'pg_proc'::regclass AND objid = p.oid
        WHERE proname = name || '_part' AND (pronamespace, proowner) = (SELECT relnamespace, relowner FROM pg_class WHERE oid = bucket) AND refclassid = 'pg_type'::regclass
          AND refobjid = (SELECT reltype FROM pg_class WHERE oid = to_regclass(format('%I.%I', here, name || '_stored')))
    LOOP
        EXECUTE format('DROP FUNCTION %s', of_table.part);
    END LOOP;
    EXECUTE format('DROP TABLE IF EXISTS %I.%I', here, name || '_state');
    EXECUTE format('DROP VIEW IF EXISTS %I.%I', here, name || '_bucket');
    IF NOT again THEN
        EXECUTE format('DROP VIEW IF EXISTS %I.%I', here, name || '_direct');
    END IF;
    EXECUTE format('DROP TABLE IF EXISTS %I.%I, %1$I.%3$I, %1$I.%4$I', here, name || '_stored', name || '_dirty', name || '_extent');
END $$;
COMMENT ON FUNCTION _rollup_drop(regclass, boolean) IS
'support function of rollup_drop and rollup_replace: drops the rollup of a view name_bucket, or what is made anew';

-- The view name_bucket of a rollup that the search_path finds
CREATE FUNCTION _rollup_find(name text, bucket regclass) RETURNS regclass
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_depend d JOIN pg_attrdef a ON a.oid = d.objid
        WHERE classid = 'pg_attrdef'::regclass AND refclassid = 'pg_class'::regclass AND refobjid = bucket) THEN
        bucket := NULL;
    END IF;
    IF bucket IS NULL THEN
        RAISE 'there is no rollup "%"', name
            USING ERRCODE = 'undefined_object', HINT = 'SELECT * FROM rollup_status() lists yours. Its schema must be on the search_path.';
    END IF;
    RETURN bucket;
END $$;
COMMENT ON FUNCTION _rollup_find(text, regclass) IS
'support function of rollups: the view name_bucket, or an error';

CREATE PROCEDURE rollup_drop(name text)
LANGUAGE sql BEGIN ATOMIC
    SELECT _rollup_drop(_rollup_find(name, pg_catalog.to_regclass(pg_catalog.quote_ident(pg_catalog.concat(name, '_bucket')))));
END;
COMMENT ON PROCEDURE rollup_drop(text) IS
'drops a rollup: its view, its store, its functions and the triggers on its tables';

CREATE PROCEDURE rollup_replace(name text, query text, fact regclass DEFAULT NULL, bucket text DEFAULT NULL, along text DEFAULT NULL)
LANGUAGE plpgsql AS $replace$
DECLARE
    path pg_catalog.text;
    here pg_catalog.text;
    rollup pg_catalog.text;             -- the schema of this extension
    old pg_catalog.regclass;            -- name_bucket
    view_name pg_catalog.text; direct pg_catalog.text; scratch pg_catalog.text;
    stored pg_catalog.text; extent pg_catalog.text; state pg_catalog.text;
    past record;                        -- the column of the bucket, and whether buckets are kept
    columns pg_catalog.text;
    options pg_catalog.text;            -- of the view
    col record;
BEGIN
    path := pg_catalog.current_setting('search_path');
    old := pg_catalog.to_regclass(pg_catalog.quote_ident(pg_catalog.concat(name, '_bucket')));
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);

    SELECT extnamespace::regnamespace INTO rollup FROM pg_extension WHERE extname = 'kpi_rollup';
    EXECUTE format('SELECT %s._rollup_find($1, $2)', rollup) INTO old USING name, old;
    SELECT nspname INTO here FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE c.oid = old;
    SELECT pg_get_userbyid(relowner) AS owner INTO col FROM pg_class WHERE oid = old AND relowner <> current_user::regrole;
    IF FOUND THEN
        RAISE 'the rollup %.% belongs to %', here, name, col.owner
            USING ERRCODE = 'insufficient_privilege', HINT = format('SET ROLE %I', col.owner);
    END IF;
    IF query IS NULL THEN
        RAISE 'query must not be null'
            USING ERRCODE = 'null_value_not_allowed', HINT = 'Give a SELECT with a GROUP BY.';
    END IF;
    view_name := format('%I.%I', here, name);
    direct := format('%I.%I', here, name || '_direct');
    scratch := format('%I.%I', here, '0rollup_' || old::oid);
    stored := format('%I.%I', here, name || '_stored');
    extent := format('%I.%I', here, name || '_extent');
    state := format('%I.%I', here, name || '_state');

    -- Who reads the view must find the columns that it had, and may find more behind them.
    PERFORM set_config('search_path', path, true);
    BEGIN
        EXECUTE pg_catalog.format('CREATE VIEW %s AS %s', scratch, query);
    EXCEPTION WHEN invalid_table_definition THEN
        -- a temporary table is in it
        RAISE '%', SQLERRM
            USING ERRCODE = 'wrong_object_type', HINT = 'Other sessions must see what the rollup reads: its query must read permanent tables.';
    END;
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    FOR col IN
        SELECT o.attname, format_type(o.atttypid, o.atttypmod) AS type, o.attcollation, n.attname AS new_name, format_type(n.atttypid, n.atttypmod) AS new_type,
            n.attcollation AS new_collation, EXISTS (SELECT FROM pg_attribute x WHERE x.attrelid = scratch::regclass AND x.attname = o.attname) AS elsewhere
        FROM pg_attribute o LEFT JOIN pg_attribute n ON n.attrelid = scratch::regclass AND n.attnum = o.attnum
        WHERE o.attrelid = coalesce(to_regclass(view_name), to_regclass(direct)) AND o.attnum > 0 ORDER BY o.attnum
    LOOP
        IF col.new_name IS DISTINCT FROM col.attname THEN
            RAISE 'the query must keep column "%" of the rollup %, %', col.attname, view_name,
                CASE WHEN col.elsewhere THEN 'at its place' ELSE 'which it does not have' END
                USING ERRCODE = 'invalid_table_definition', DETAIL = 'Other views may read it. New columns come behind those that there are.',
                      HINT = format('Add the column, or make the rollup anew: CALL rollup_drop(%L); CALL rollup_create(...).', name);
        ELSIF (col.new_type, col.new_collation) IS DISTINCT FROM (col.type, col.attcollation) THEN
            RAISE 'the query must keep column "%" of the rollup % as %, and gives %', col.attname, view_name, col.type,
                CASE WHEN col.new_type <> col.type THEN col.new_type ELSE 'another collation' END
                USING ERRCODE = 'invalid_table_definition', DETAIL = 'Other views may read it.',
                      HINT = format('Convert the column, or make the rollup anew: CALL rollup_drop(%L); CALL rollup_create(...).', name);
        END IF;
    END LOOP;

    IF EXISTS (
        WITH RECURSIVE reads AS (
            SELECT scratch::regclass::oid AS relation
            UNION
            SELECT d.refobjid FROM reads JOIN pg_rewrite r ON r.ev_class = relation
            JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass)
        SELECT FROM reads WHERE relation IN (to_regclass(view_name), to_regclass(direct), old, to_regclass(stored), to_regclass(extent), to_regclass(state))) THEN
        RAISE 'the query of the rollup % must not read that rollup', view_name
            USING ERRCODE = 'invalid_object_definition', HINT = 'Write it over the tables: SELECT pg_get_viewdef(' || quote_literal(direct) || ') shows the present query.';
    END IF;

    -- A past that is kept stays.  (1.0.0 kept none.)
    SELECT false AS kept INTO past;
    IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass(state) AND attname = 'kept') THEN
        EXECUTE format('SELECT EXISTS (SELECT FROM %s AS s WHERE s.kept IS NOT NULL) AS kept', state) INTO past;
    END IF;
    IF past.kept THEN
        -- the bucket leads the key
        SELECT quote_ident(attname) INTO columns FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0]
        WHERE indrelid = stored::regclass AND indisunique AND indnullsnotdistinct;
        EXECUTE format('CREATE TABLE %I.%I AS SELECT s.* FROM %s AS s, %s AS t WHERE s.%s < t.kept', here, '0rollup_' || old::oid || '_stored', stored, state, columns);
        EXECUTE format('CREATE TABLE %I.%I AS SELECT e.* FROM %s AS e, %s AS t WHERE e.bucket < t.kept', here, '0rollup_' || old::oid || '_extent', extent, state);
        EXECUTE format('CREATE TABLE %I.%I AS SELECT t.kept, t.late FROM %s AS t', here, '0rollup_' || old::oid || '_state', state);
    END IF;

    -- The old triggers and tables go, and the view reads the new query until the new ones are there.
    -- (First the view, then the tables of the query, last the rollup's own: as readers and writers lock them.)
    SELECT array_to_string(reloptions, ', ') INTO options FROM pg_class WHERE oid = to_regclass(view_name);
    EXECUTE format('CREATE OR REPLACE VIEW %s AS SELECT * FROM %s', view_name, scratch);
    EXECUTE format('SELECT %s._rollup_drop($1, true)', rollup) USING old;
    EXECUTE format('SELECT %s._rollup_make($1, $2, $3, $4, $5, $6, $7, true)', rollup) USING name, query, fact, bucket, along, here, path;
    EXECUTE format('DROP VIEW %s', scratch);
    IF options IS NOT NULL THEN
        EXECUTE format('ALTER VIEW %s SET (%s)', view_name, options);
    END IF;
    IF past.kept THEN
        IF columns IS DISTINCT FROM (SELECT quote_ident(attname) FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0]
            WHERE indrelid = stored::regclass AND indisunique AND indnullsnotdistinct) THEN
            RAISE 'the rollup % keeps its past by the column %, which must stay its bucket', view_name, columns
                USING ERRCODE = 'invalid_table_definition', HINT = format('SELECT rollup_rebuild_kept(%L) gives up the past.', name);
        END IF;
        SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO columns
        FROM pg_attribute WHERE attrelid = format('%I.%I', here, '0rollup_' || old::oid || '_stored')::regclass AND attnum > 0;
        BEGIN
            EXECUTE format('INSERT INTO %s (%s) SELECT %2$s FROM %I.%I', stored, columns, here, '0rollup_' || old::oid || '_stored');
        EXCEPTION WHEN unique_violation THEN
            RAISE 'the rollup % keeps groups that the GROUP BY of the query does not tell apart', view_name
                USING ERRCODE = 'invalid_table_definition', HINT = format('Group by all columns that it grouped by. SELECT rollup_rebuild_kept(%L) gives up the past.', name);
        END;
        EXECUTE format('INSERT INTO %s SELECT * FROM %I.%I', extent, here, '0rollup_' || old::oid || '_extent');
        EXECUTE format('UPDATE %s AS s SET kept = t.kept, late = t.late FROM %I.%I AS t', state, here, '0rollup_' || old::oid || '_state');
        EXECUTE format('DROP TABLE %I.%I, %1$I.%3$I, %1$I.%4$I', here, '0rollup_' || old::oid || '_stored', '0rollup_' || old::oid || '_extent', '0rollup_' || old::oid || '_state');
    END IF;
    PERFORM set_config('search_path', path, true);
END $replace$;
COMMENT ON PROCEDURE rollup_replace(text, text, regclass, text, text) IS
'gives a rollup another query, which keeps its columns and may add some: grants and views on it stay; all is dirty until the next refresh';

CREATE FUNCTION _rollup_status(only_bucket regclass) RETURNS TABLE (rollup regclass, buckets bigint, dirty_buckets bigint, everything boolean,
    marks bigint, oldest_mark timestamptz, switched_off text, last_refresh timestamptz, last_error text,
    rows bigint, size bigint, dirty_share double precision, refresh_took interval, refresh_changed bigint, kept_before text, late_rows bigint)
    LANGUAGE C STABLE AS 'MODULE_PATHNAME', 'rollup_status_rows';
COMMENT ON FUNCTION _rollup_status(regclass) IS
'support function of rollup_status: the rollup of a view name_bucket, or all';

CREATE FUNCTION rollup_status(name text DEFAULT NULL) RETURNS TABLE (rollup regclass, buckets bigint, dirty_buckets bigint, everything boolean,
    marks bigint, oldest_mark timestamptz, switched_off text, last_refresh timestamptz, last_error text,
    rows bigint, size bigint, dirty_share double precision, refresh_took interval, refresh_changed bigint, kept_before text, late_rows bigint)
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT * FROM _rollup_status(CASE WHEN name IS NOT NULL THEN
        _rollup_find(name, pg_catalog.to_regclass(pg_catalog.quote_ident(pg_catalog.concat(name, '_bucket')))) END);
END;
COMMENT ON FUNCTION rollup_status(text) IS
'what a rollup, or each of yours, has to do and what stands in the way: dirty buckets, marks, triggers switched off; NULL: nothing, or never refreshed';

-- ---------- mending ----------

CREATE FUNCTION rollup_rebuild(name text) RETURNS bigint
    LANGUAGE C STRICT AS 'MODULE_PATHNAME', 'rollup_rebuild';
COMMENT ON FUNCTION rollup_rebuild(text) IS
'computes all buckets of a rollup anew, after a change that leaves no trace; returns the number of rows changed';

CREATE FUNCTION rollup_rebuild(name text, within anyrange) RETURNS bigint
    LANGUAGE C STRICT AS 'MODULE_PATHNAME', 'rollup_rebuild';
COMMENT ON FUNCTION rollup_rebuild(text, anyrange) IS
'computes the buckets in a range anew, after a change that leaves no trace; returns the number of rows changed';

CREATE FUNCTION rollup_rebuild_kept(name text) RETURNS bigint
    LANGUAGE C STRICT AS 'MODULE_PATHNAME', 'rollup_rebuild_kept';
COMMENT ON FUNCTION rollup_rebuild_kept(text) IS
'gives up the past that a rollup keeps, and computes all buckets anew from the rows that there are; returns the number of rows changed';

CREATE FUNCTION rollup_keep(name text, before "any") RETURNS bigint
    LANGUAGE C STRICT AS 'MODULE_PATHNAME', 'rollup_keep';
COMMENT ON FUNCTION rollup_keep(text, "any") IS
'keeps the buckets of a rollup before a moment as they are now, whatever happens to their rows; returns how many there are';

-- ---------- schedules ----------

-- What pg_cron has is found by its extension, not by names that others could take.
-- A job that was made for another owner would run what is the present one's: it ends too, or alone ("keeping" the owner's).
CREATE FUNCTION _rollup_unschedule(bucket regclass, keeping name DEFAULT NULL) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    jobs regclass;
    unschedule text;
    here text; name text; owner name;
    job bigint;
    stopped boolean := false;
BEGIN
    SELECT d.objid::regclass INTO jobs FROM pg_extension e JOIN pg_depend d ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND d.deptype = 'e'
    JOIN pg_class c ON d.classid = 'pg_class'::regclass AND c.oid = d.objid WHERE e.extname = 'pg_cron' AND c.relname = 'job' AND c.relkind = 'r';
    IF jobs IS NULL OR NOT has_table_privilege(jobs, 'SELECT') OR NOT has_schema_privilege((SELECT relnamespace FROM pg_class WHERE oid = jobs), 'USAGE') THEN
        RETURN false;
    END IF;
    SELECT format('%I.%I', nspname, proname) INTO unschedule FROM pg_extension e JOIN pg_depend d ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid
    JOIN pg_proc p ON d.classid = 'pg_proc'::regclass AND p.oid = d.objid JOIN pg_namespace n ON n.oid = p.pronamespace WHERE e.extname = 'pg_cron' AND proname = 'unschedule' LIMIT 1;
    SELECT nspname, substr(relname, 1, length(relname) - 7), pg_get_userbyid(relowner) INTO here, name, owner
    FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE c.oid = bucket;
    FOR job IN EXECUTE format('SELECT j.jobid FROM %s AS j WHERE j.jobname = $1 AND j.database = current_database() AND (j.username = $2 OR j.command = $3) AND j.username IS DISTINCT FROM $4', jobs)
        USING format('rollup %I.%I', here, name), owner::text, format('SELECT %I.%I()', here, name || '_refresh'), keeping::text
    LOOP
        EXECUTE format('SELECT %s($1)', unschedule) USING job;
        stopped := true;
    END LOOP;
    RETURN stopped;
END $$;
COMMENT ON FUNCTION _rollup_unschedule(regclass, name) IS
'support function of rollup_unschedule and others: the rollup of a view name_bucket, all its jobs or those of others than a role';

CREATE FUNCTION _rollup_schedule(bucket regclass, every interval) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    here text; name text; owner name;
    seconds numeric := extract(epoch FROM every);
    minutes numeric := seconds / 60;
    hours numeric := seconds / 3600;
    version int[];
    cron text;                          -- the schema of pg_cron's functions
    schedule text;
    command text;
    job bigint;
BEGIN
    SELECT nspname, substr(relname, 1, length(relname) - 7), pg_get_userbyid(relowner) INTO here, name, owner
    FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE c.oid = bucket;
    IF NOT pg_has_role(owner, 'USAGE') THEN
        RAISE 'must be owner of view %', bucket
            USING ERRCODE = 'insufficient_privilege', HINT = 'Ask ' || owner || '.';
    END IF;
    command := format('SELECT %I.%I()', here, name || '_refresh');
    SELECT regexp_match(extversion, '^(\d+)\.(\d+)')::int[] INTO version FROM pg_extension WHERE extname = 'pg_cron';
    IF version IS NULL THEN
        RAISE 'pg_cron is not installed in this database'
            USING ERRCODE = 'object_not_in_prerequisite_state', DETAIL = 'rollup_schedule hands the refresh to it.',
                  HINT = format('CREATE EXTENSION pg_cron, where the server offers it. Otherwise let cron or a timer of the system run %s, or pg_cron of another database: cron.schedule_in_database(%L, ''* * * * *'', %L, %L).',
                      command, 'rollup ' || name, command, current_database());
    END IF;
    IF extract(month FROM every) <> 0 OR extract(year FROM every) <> 0 OR seconds <= 0 THEN
        NULL;
    ELSIF seconds < 60 AND trunc(seconds) = seconds AND version >= '{1,5}' THEN
        schedule := trunc(seconds) || ' seconds';
    ELSIF minutes = 1 THEN
        schedule := '* * * * *';
    ELSIF minutes < 60 AND trunc(minutes) = minutes AND 60 % minutes = 0 THEN
        schedule := format('*/%s * * * *', trunc(minutes));
    ELSIF hours = 1 THEN
        schedule := '0 * * * *';
    ELSIF hours < 24 AND trunc(hours) = hours AND 24 % hours = 0 THEN
        schedule := format('0 */%s * * *', trunc(hours));
    ELSIF hours = 24 THEN
        schedule := '0 0 * * *';
    END IF;
    IF schedule IS NULL THEN
        RAISE 'a rollup cannot be refreshed every %', every
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Name minutes that divide an hour (1 min, 5 min), hours that divide a day (1 h, 6 h), 1 day' ||
                      CASE WHEN version >= '{1,5}' THEN ', or whole seconds below 60.' ELSE '. Seconds need pg_cron 1.5 or later.' END;
    END IF;
    SELECT quote_ident(nspname) INTO cron FROM pg_extension e JOIN pg_depend d ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid
    JOIN pg_proc p ON d.classid = 'pg_proc'::regclass AND p.oid = d.objid JOIN pg_namespace n ON n.oid = p.pronamespace WHERE e.extname = 'pg_cron' AND proname = 'schedule' LIMIT 1;
    -- The job runs as the rollup's owner: whoever runs a function of his would lend him their rights.
    EXECUTE format('SELECT %s._rollup_unschedule($1, $2)', (SELECT extnamespace::regnamespace FROM pg_extension WHERE extname = 'kpi_rollup')) USING bucket, owner;
    IF current_user = owner THEN
        EXECUTE format('SELECT %s.schedule($1::text, $2::text, $3::text)', cron) INTO job
            USING format('rollup %I.%I', here, name), schedule, command;
    ELSIF (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        EXECUTE format('SELECT %s.schedule_in_database($1::text, $2::text, $3::text, $4::text, $5::text, true)', cron) INTO job
            USING format('rollup %I.%I', here, name), schedule, command, current_database()::text, owner::text;
    ELSE
        RAISE 'the rollup %.% belongs to %, and must be scheduled by him', here, name, owner
            USING ERRCODE = 'insufficient_privilege', HINT = format('SET ROLE %I', owner);
    END IF;
    RETURN job;
END $$;
COMMENT ON FUNCTION _rollup_schedule(regclass, interval) IS
'support function of rollup_schedule: the rollup of a view name_bucket';

CREATE FUNCTION rollup_schedule(name text, every interval) RETURNS bigint
LANGUAGE sql BEGIN ATOMIC
    SELECT _rollup_schedule(_rollup_find(name, pg_catalog.to_regclass(pg_catalog.quote_ident(pg_catalog.concat(name, '_bucket')))), every);
END;
COMMENT ON FUNCTION rollup_schedule(text, interval) IS
'refreshes a rollup again and again by pg_cron, as its owner; returns the number of the job, which a second call changes';

CREATE FUNCTION rollup_unschedule(name text) RETURNS boolean
LANGUAGE sql BEGIN ATOMIC
    SELECT _rollup_unschedule(_rollup_find(name, pg_catalog.to_regclass(pg_catalog.quote_ident(pg_catalog.concat(name, '_bucket')))));
END;
COMMENT ON FUNCTION rollup_unschedule(text) IS
'ends what rollup_schedule began; true if there was such a job, false otherwise; rollup_drop does it too';

-- Triggers, owners, columns and identities are changed here, with the rights of the caller, and no rows:
-- nothing that belongs to the rollup's owner is executed.
CREATE FUNCTION _rollup_enable(bucket regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    here text;
    name text;
    kpi text;
    dirty regclass;
    fact_owner regrole;
    owner regrole;
    item record;
    trigger_name text;
BEGIN
    SELECT nspname, substr(relname, 1, length(relname) - 7), relowner INTO here, name, owner
    FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE c.oid = bucket;
    IF NOT pg_has_role(owner, 'USAGE') THEN
        RAISE 'must be owner of view %', bucket
            USING ERRCODE = 'insufficient_privilege', HINT = 'Ask ' || owner || '.';
    END IF;
    SELECT extnamespace::regnamespace INTO kpi FROM pg_extension WHERE extname = 'kpi';
    dirty := to_regclass(format('%I.%I', here, name || '_dirty'));

    -- One owner, that of the fact.  If he was not the rollup's before, the trigger on his table says that he has
    -- agreed: who may put a trigger on a table can have the rights of those who write to it.
    SELECT c.relowner INTO fact_owner
    FROM pg_rewrite r JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0
    JOIN pg_class c ON c.oid = d.refobjid AND c.relkind IN ('r', 'p') AND c.oid <> dirty
    WHERE r.ev_class = bucket AND (c.relowner = owner OR EXISTS (SELECT FROM pg_trigger t
        JOIN pg_depend u ON u.classid = 'pg_trigger'::regclass AND u.objid = t.oid AND u.refclassid = 'pg_class'::regclass AND u.refobjid = bucket
        WHERE t.tgrelid = c.oid))
    LIMIT 1;
    IF fact_owner IS NULL THEN
        RAISE 'the table of rollup %.% belongs to somebody else, and has no trigger of it', here, name
            USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Let its owner make the rollup anew: rollup_drop, rollup_create.';
    END IF;
    -- Of others only what names the rollup itself changes hands: somebody may have a table of such a name.
    FOR item IN
        WITH named AS (
            SELECT objid FROM pg_depend WHERE classid = 'pg_class'::regclass AND refclassid = 'pg_class'::regclass AND refobjid = bucket
            UNION
            SELECT CASE u.classid WHEN 'pg_attrdef'::regclass THEN (SELECT adrelid FROM pg_attrdef WHERE oid = u.objid)
                                  WHEN 'pg_trigger'::regclass THEN (SELECT tgrelid FROM pg_trigger WHERE oid = u.objid)
                                  ELSE (SELECT ev_class FROM pg_rewrite WHERE oid = u.objid) END
            FROM pg_depend u WHERE u.classid IN ('pg_attrdef'::regclass, 'pg_trigger'::regclass, 'pg_rewrite'::regclass)
              AND u.refclassid = 'pg_class'::regclass AND u.refobjid = bucket)
        SELECT CASE relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END AS kind, c.oid::regclass::text AS what
        FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
        WHERE nspname = here AND relname IN (name, name || '_direct', name || '_bucket', name || '_stored', name || '_dirty', name || '_extent', name || '_state')
          AND relkind IN ('r', 'v') AND relowner <> fact_owner AND (relowner = owner OR c.oid IN (SELECT objid FROM named))
        UNION ALL
        SELECT 'FUNCTION', p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace
        WHERE nspname = here AND proname IN (name || '_refresh', name || '_part') AND proowner <> fact_owner AND proowner = owner
    LOOP
        EXECUTE format('ALTER %s %s OWNER TO %s', item.kind, item.what, fact_owner);
    END LOOP;
    EXECUTE format('SELECT %s._rollup_unschedule($1, %L) AS stopped', (SELECT extnamespace::regnamespace FROM pg_extension WHERE extname = 'kpi_rollup'), pg_get_userbyid(fact_owner))
        INTO item USING bucket;
    IF item.stopped THEN
        RAISE WARNING 'pg_cron refreshed the rollup %.% as somebody else than %, and does not any more', here, name, fact_owner
            USING HINT = format('SELECT rollup_schedule(%L, ...)', name);
    END IF;

    -- Triggers that do not fire always, or are not as they were made
    FOR item IN
        WITH RECURSIVE triggers AS (
            SELECT t.* FROM pg_depend d JOIN pg_trigger t ON t.oid = d.objid
            WHERE d.classid = 'pg_trigger'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = bucket
            UNION ALL
            SELECT t.* FROM pg_trigger t JOIN triggers ON t.tgparentid = triggers.oid)
        SELECT tgname, tgrelid::regclass AS relation, tgparentid = 0 AND tgtype <> CASE tgrelid WHEN dirty THEN 42 ELSE 29 END AS other
        FROM triggers JOIN pg_class c ON c.oid = tgrelid
        WHERE (tgenabled <> 'A' OR tgtype <> CASE tgrelid WHEN dirty THEN 42 ELSE 29 END) AND pg_has_role(fact_owner, relowner, 'USAGE')
    LOOP
        IF item.other THEN
            EXECUTE format('DROP TRIGGER %I ON %s', item.tgname, item.relation);
        ELSE
            EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', item.relation, item.tgname);
        END IF;
    END LOOP;
    FOR item IN
        SELECT DISTINCT c.oid::regclass AS relation
        FROM pg_rewrite r JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
        JOIN pg_class c ON c.oid = d.refobjid AND c.relkind IN ('r', 'p')
        WHERE (r.ev_class = bucket AND c.oid = dirty OR r.ev_class = to_regclass(format('%I.%I', here, name || '_direct'))) AND pg_has_role(fact_owner, c.relowner, 'USAGE')
          AND NOT EXISTS (SELECT FROM pg_trigger t JOIN pg_depend u ON u.classid = 'pg_trigger'::regclass AND u.objid = t.oid
              WHERE t.tgrelid = c.oid AND u.refclassid = 'pg_class'::regclass AND u.refobjid = bucket)
    LOOP
        IF item.relation = dirty THEN
            trigger_name := '0rollup';
            EXECUTE format('CREATE TRIGGER %I BEFORE DELETE OR TRUNCATE ON %s FOR EACH STATEMENT WHEN (%L::regclass IS NOT NULL) EXECUTE FUNCTION %s._rollup_forget()',
                trigger_name, dirty, bucket, kpi);
        ELSE
            trigger_name := '0rollup_' || name;
            IF EXISTS (SELECT FROM pg_trigger WHERE tgname = trigger_name AND tgrelid = item.relation) THEN
                trigger_name := '0rollup_' || bucket::oid;
            END IF;
            EXECUTE format('CREATE TRIGGER %I AFTER INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW WHEN (%L::regclass IS NOT NULL) EXECUTE FUNCTION %s._rollup_mark()',
                trigger_name, item.relation, bucket, kpi);
        END IF;
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', item.relation, trigger_name);
    END LOOP;

    -- What 1.0.0 did not make: room for errors, an index of the marks, and rows that publications of all tables can name
    EXECUTE format('ALTER TABLE %s ADD COLUMN IF NOT EXISTS error text', dirty);
    IF NOT EXISTS (SELECT FROM pg_index WHERE indrelid = dirty) AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = dirty AND attname = 'bucket'
        AND atttypid IN ('timestamptz'::regtype, 'timestamp'::regtype, 'date'::regtype, 'bigint'::regtype, 'integer'::regtype, 'smallint'::regtype)) THEN
        EXECUTE format('CREATE INDEX ON %s (bucket)', dirty);
    END IF;
    FOR item IN
        SELECT c.oid::regclass AS relation FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
        WHERE nspname = here AND relname IN (name || '_stored', name || '_dirty', name || '_state') AND relkind = 'r' AND relreplident <> 'f'
    LOOP
        EXECUTE format('ALTER TABLE %s REPLICA IDENTITY FULL', item.relation);
    END LOOP;
END $$;
COMMENT ON FUNCTION _rollup_enable(regclass) IS
'support function of rollup_enable: the rollup of a view name_bucket';

CREATE FUNCTION rollup_enable(name text) RETURNS void
LANGUAGE sql BEGIN ATOMIC
    SELECT _rollup_enable(_rollup_find(name, pg_catalog.to_regclass(pg_catalog.quote_ident(pg_catalog.concat(name, '_bucket')))));
END;
COMMENT ON FUNCTION rollup_enable(text) IS
'mends a rollup after a restore or a change of owners: its triggers fire always, its objects have one owner; then refresh it';
