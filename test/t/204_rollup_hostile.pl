# A rollup between people who do not trust each other: nobody's code runs with
# somebody else's rights, whoever calls what.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use KPI;
use Test::More;

my $node = kpi_node('hostile', extension => 0);
$node->safe_psql('postgres', q{
	CREATE ROLE evil LOGIN; CREATE ROLE owner LOGIN; CREATE ROLE writer LOGIN; CREATE ROLE reader LOGIN;
	CREATE ROLE member LOGIN IN ROLE evil;
	CREATE DATABASE shop;
	ALTER DATABASE shop SET TimeZone = 'UTC'});
$node->safe_psql('shop', q{
	CREATE EXTENSION kpi_rollup CASCADE;
	CREATE SCHEMA evil AUTHORIZATION evil; CREATE SCHEMA app AUTHORIZATION owner; CREATE SCHEMA w AUTHORIZATION writer; CREATE SCHEMA m AUTHORIZATION member;
	GRANT USAGE ON SCHEMA evil, app, w TO PUBLIC;
	CREATE TABLE m.secret AS SELECT 'of a member' AS secret; ALTER TABLE m.secret OWNER TO member});

sub as
{
	my ($role, @sql) = @_;
	my ($ret, $out, $err) = $node->psql('shop', join('; ', @sql), $role ? (extra_params => [ '-U', $role ]) : ());
	return ($ret == 0 ? $out : $err) =~ s/\n?(CONTEXT|LOCATION):.*//sr;
}

sub difference
{
	my ($rollup) = @_;
	return "SELECT count(*) FROM ((TABLE $rollup EXCEPT ALL TABLE ${rollup}_direct) UNION ALL (TABLE ${rollup}_direct EXCEPT ALL TABLE $rollup)) AS d";
}

# What a trap has caught is in evil.caught: who ran it, and whether it got further than it may.
is( as('evil', q{
	CREATE TABLE evil.caught (who name, what text); GRANT INSERT ON evil.caught TO PUBLIC;
	CREATE FUNCTION evil.boom() RETURNS boolean LANGUAGE plpgsql AS $$
	BEGIN
		IF current_user <> 'evil' THEN
			INSERT INTO evil.caught VALUES (current_user, 'boom');
		END IF;
		RETURN true;
	END $$;
	CREATE FUNCTION evil.boom_trigger() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM evil.boom(); RETURN NULL; END $$;
	GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA evil TO PUBLIC;
	CREATE TABLE evil.c (at timestamptz NOT NULL); CREATE INDEX ON evil.c (at);
	SET search_path = evil, public}), '', 'a hostile schema');
my @kinds = qw(extent_view dirty_view state_view extent_policy state_policy dirty_policy extent_rule dirty_trigger replaced_direct renamed);
for my $kind (@kinds)
{
	is( as('evil', 'SET search_path = evil, public',
			qq{CALL rollup_create('$kind', 'SELECT interval_start(at, ''1 h'', ''UTC'') AS h, count(*) AS n FROM c GROUP BY 1')}), '', "a rollup: $kind");
}
my $take_over = sub { "ALTER TABLE $_[0] RENAME TO $_[0]_2; CREATE VIEW $_[0] AS SELECT *, now() AS refreshed_at, NULL::bigint[] AS tables FROM $_[0]_2 WHERE boom()" };
my $policy = sub { "CREATE POLICY p ON $_[0] USING (boom()); ALTER TABLE $_[0] ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY" };
is( as('evil', 'SET search_path = evil, public; CREATE OR REPLACE FUNCTION evil.noop() RETURNS void LANGUAGE sql AS $$$$',
		'ALTER TABLE extent_view_extent RENAME TO extent_2; CREATE VIEW extent_view_extent AS SELECT 1 AS a WHERE boom()',
		'ALTER TABLE dirty_view_dirty RENAME TO dirty_2; CREATE VIEW dirty_view_dirty AS SELECT * FROM dirty_2 WHERE boom()',
		'ALTER TABLE state_view_state RENAME TO state_2; CREATE VIEW state_view_state AS SELECT * FROM state_2 WHERE boom()',
		(map { $policy->($_) } 'extent_policy_extent', 'state_policy_state', 'dirty_policy_dirty'),
		'CREATE RULE r AS ON UPDATE TO extent_rule_state DO ALSO SELECT boom()',
		'CREATE TRIGGER t BEFORE INSERT OR UPDATE OR DELETE ON dirty_trigger_dirty FOR EACH STATEMENT EXECUTE FUNCTION boom_trigger()',
		'CREATE CONSTRAINT TRIGGER t AFTER INSERT ON dirty_trigger_stored DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION boom_trigger()',
		'CREATE OR REPLACE VIEW replaced_direct_direct AS SELECT interval_start(at, $$1 h$$, $$UTC$$) AS h, count(*) AS n FROM c WHERE boom() GROUP BY 1',
		'ALTER VIEW renamed RENAME TO other_name; ALTER TABLE renamed_extent RENAME TO x1; ALTER TABLE renamed_state RENAME TO x2; ALTER TABLE renamed_dirty RENAME TO x3'),
	'', 'traps are laid');
for my $role ('', 'member')
{
	my $name = $role || 'a superuser';
	is(as($role, 'SELECT count(*) FROM rollup_status()'), scalar(@kinds), "$name asks for the status of all");
	for my $kind (@kinds)
	{
		like(as($role, "SET search_path = evil, public; SELECT rollup IS NOT NULL FROM rollup_status('$kind')"), qr/^t$/, "$name: the status of $kind");
	}
}
is(as('reader', 'SELECT count(*) FROM rollup_status()'), '0', 'who has no rights sees none');
is(as('', 'SELECT * FROM evil.caught'), '', 'nothing of its owner was executed');
is(as('', q{SELECT rolsuper FROM pg_roles WHERE rolname = 'evil'}), 'f', 'and he is what he was');

# nor by any other call; and what only has the name of a part stays whose it is
is(as('', q{GRANT CREATE ON SCHEMA public TO evil; CREATE TABLE public.mine_stored AS SELECT 1 AS a}), '', '');
is(as('evil', q{CREATE VIEW public.mine_bucket AS SELECT at AS bucket, at AS along, 'evil.x3'::regclass AS dirty, 'evil.renamed_direct'::regclass AS direct FROM evil.c;
	CREATE TABLE public.mine_state (tables bigint[] DEFAULT public._rollup_tables('public.mine_bucket', true))}), '', 'a rollup that is none');
for my $role ('', 'member')
{
	my $name = $role || 'a superuser';
	as($role, "SET search_path = evil, public; SELECT rollup_enable('$_')") for @kinds;
	as($role, "SET search_path = evil, public; SELECT rollup_rebuild('$_')") for @kinds;
	as($role, "SET search_path = evil, public; SELECT rollup_rebuild('$_', tstzrange('2026-01-01', '2026-01-02'))") for @kinds;
	as($role, 'SET search_path = public; SELECT rollup_enable($$mine$$)');
	as($role, 'SET search_path = public; CALL rollup_drop($$mine$$)');
	as($role, 'SET search_path = evil, public; CALL rollup_drop($$extent_policy$$)') if $role eq '';
	is(as('', 'SELECT * FROM evil.caught'), '', "$name enables, rebuilds and drops: nothing of the owner was executed with other rights");
}
is(as('', q{SELECT relowner::regrole = current_user::regrole FROM pg_class WHERE relname = 'mine_stored'}), 't', 'a table that looks like a part stays');

# Who writes runs his own code only, in any search_path; what a bucket means does not depend on it.
is( as('owner', q{SET search_path = app, public;
	CREATE FUNCTION slot(t timestamptz) RETURNS timestamptz LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT date_bin('15 min', t, '2000-01-01 00:00+00') $$;
	CREATE FUNCTION slow_slot(t timestamptz) RETURNS timestamptz LANGUAGE plpgsql IMMUTABLE STRICT AS $$ BEGIN RETURN date_bin('15 min', t, '2000-01-01 00:00+00'); END $$;
	CREATE TABLE secret AS SELECT 'top'::text AS x;
	CREATE TABLE calls (at timestamptz NOT NULL, n int); CREATE INDEX ON calls (at);
	CALL rollup_create('r', 'SELECT slot(at) AS s, count(*) AS n FROM calls GROUP BY 1');
	CALL rollup_create('p', 'SELECT slow_slot(at) AS s, count(*) AS n FROM calls GROUP BY 1');
	GRANT INSERT, SELECT, UPDATE ON calls TO writer; GRANT SELECT ON r, p TO reader; GRANT EXECUTE ON FUNCTION r_refresh, p_refresh TO writer}), '', 'buckets in SQL and PL/pgSQL without a search_path');
is( as('writer', q{
	CREATE TABLE w.log (who name, what text); GRANT INSERT ON w.log TO PUBLIC;
	CREATE FUNCTION w.leak(t timestamptz) RETURNS timestamptz LANGUAGE plpgsql AS $$
	BEGIN
		IF current_user <> 'writer' THEN
			INSERT INTO w.log SELECT current_user, x FROM app.secret;
		END IF;
		RETURN t + interval '1 year';
	END $$;
	CREATE FUNCTION w.date_bin(interval, timestamptz, timestamptz) RETURNS timestamptz LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN w.leak($2); END'}), '', 'a writer lays a trap');
is(as('writer', q{SET search_path = w, pg_catalog; INSERT INTO app.calls VALUES ('2026-01-01 05:00+00', 1); UPDATE app.calls SET at = '2026-01-01 06:00+00'; INSERT INTO app.calls VALUES ('2026-01-01 05:00+00', 1)}), '', 'writes');
like(as('writer', 'SET search_path = w, pg_catalog; SELECT app.r_refresh(), app.p_refresh()'), qr/^\d+\|\d+$/, 'and refreshes');
is(as('', 'SELECT * FROM w.log'), '', 'nothing ran as the owner');
is(as('owner', "SET search_path = app; " . difference('r') . '; ' . difference('p')), "0\n0", 'and nothing depends on the path of the writer');
is(as('owner', 'SELECT count(DISTINCT bucket) FROM app.r_dirty') . as('owner', 'SELECT string_agg(s::text, $$, $$ ORDER BY s) FROM app.r'), '02026-01-01 05:00:00+00, 2026-01-01 06:00:00+00', 'the buckets are the owner\'s');
# what runs as the owner leaves nothing behind that would run as somebody else
is( as('owner', q{SET search_path = app, public;
	CREATE FUNCTION grab(t timestamptz) RETURNS timestamptz LANGUAGE plpgsql AS $$
	BEGIN
		IF session_user <> 'owner' THEN
			CREATE TEMPORARY TABLE left_behind AS SELECT 1 AS a;
		END IF;
		RETURN t;
	END $$;
	CREATE FUNCTION greedy(t timestamptz) RETURNS timestamptz LANGUAGE plpgsql IMMUTABLE STRICT AS $$ BEGIN RETURN app.grab(t); END $$;
	CREATE TABLE calls2 (at timestamptz NOT NULL); CREATE INDEX ON calls2 (at); GRANT INSERT ON calls2 TO writer;
	CALL rollup_create('g', 'SELECT greedy(at) AS s, count(*) AS n FROM calls2 GROUP BY 1'); GRANT EXECUTE ON FUNCTION g_refresh TO writer}), '', '');
is(as('writer', q{INSERT INTO app.calls2 VALUES ('2026-01-01 05:00+00'); SELECT to_regclass('left_behind') IS NULL}), 't', 'a writer\'s session is left as it was');
like(as('writer', q{SELECT app.g_refresh() IS NULL; SELECT to_regclass('left_behind') IS NULL}), qr/within security-restricted operation|^f\nt$/, 'and that of a refresh');

# Row-level security that comes later never makes part of a bucket.
is( as('owner', q{SET search_path = app, public; CREATE TABLE rls (at timestamptz NOT NULL, q text); CREATE INDEX ON rls (at);
	INSERT INTO rls SELECT timestamptz '2026-01-01 00:00+00' + i * interval '7 min', 'q' || i % 3 FROM generate_series(1, 300) AS i;
	CALL rollup_create('s', 'SELECT interval_start(at, ''1 h'', ''UTC'') AS h, q, count(*) AS n FROM rls GROUP BY 1, 2');
	ALTER TABLE rls ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY p ON rls USING (q = 'q1')}), '', 'row-level security, forced');
is(as('owner', 'SET search_path = app, public; ' . difference('s')), '0', 'the view shows what the query shows');
like(as('owner', 'SELECT last_error FROM rollup_status() WHERE everything'), qr/row-level security of table app.rls hides rows/, 'the status says so');
as('', q{INSERT INTO app.rls VALUES ('2026-01-01 01:00+00', 'q2'), ('2026-01-01 01:00+00', 'q1')});
like(as('owner', 'SELECT app.s_refresh()'), qr/would be affected by row-level security policy/, 'a refresh refuses');
is(as('owner', 'SET search_path = app, public; ALTER TABLE rls NO FORCE ROW LEVEL SECURITY; ' . difference('s') . '; SELECT s_refresh(); ' . difference('s') . q{; SELECT everything, last_error FROM rollup_status('s')}), "0\n2\n0\nf|", 'switched off: right at once, and after a refresh');

# Plans with parallel parts
my $parallel = $node->safe_psql('postgres', q{SELECT name FROM pg_settings WHERE name IN ('force_parallel_mode', 'debug_parallel_query')});
as('', q{CREATE TABLE app.big AS SELECT i, timestamptz '2026-01-01 00:00+00' + (i % 1000) * interval '1 h' AS h FROM generate_series(1, 200000) AS i; ANALYZE app.big; GRANT SELECT ON app.big TO owner});
my $settings = 'SET search_path = app, public; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0';
is(as('owner', $settings, "SELECT count(*) FROM s JOIN (SELECT date_trunc('hour', h) AS h, count(*) AS n FROM big GROUP BY 1) AS b USING (h)", 'SELECT (SELECT count(*) FROM big), count(*) FROM s'), "106\n200000|106", 'beside a parallel plan');
is(as('owner', $settings, "SET $parallel = on", difference('s'), 'SELECT count(*) FROM s', q{INSERT INTO rls VALUES ('2026-01-01 01:00+00', 'q2')}, difference('s'), 'SELECT s_refresh()', difference('s'), q{SELECT everything FROM rollup_status('s')}), "0\n106\n0\n1\n0\nf", 'in a parallel worker');

# Whatever the two extensions and the generator made: who becomes somebody else says where names are bound.
is($node->safe_psql('shop', q{SELECT string_agg(p.oid::regprocedure::text, ', ') FROM pg_proc AS p
	WHERE prosecdef AND pronamespace::regnamespace::text IN ('public', 'app', 'evil') AND NOT coalesce(proconfig @> ARRAY['search_path=pg_catalog, pg_temp'], false)}), '', 'SECURITY DEFINER has a fixed search_path');
is($node->safe_psql('shop', q{SELECT count(*) FROM pg_proc AS p JOIN pg_depend ON classid = 'pg_proc'::regclass AND objid = p.oid AND deptype = 'e'
	JOIN pg_extension AS e ON refclassid = 'pg_extension'::regclass AND refobjid = e.oid AND extname LIKE 'kpi%' WHERE prosecdef}), '0', 'no function of the extensions is SECURITY DEFINER');
is($node->safe_psql('shop', q{SELECT count(*) FROM pg_proc WHERE prosecdef AND proname LIKE '%\_refresh' AND NOT proconfig @> ARRAY['row_security=off']}), '0', 'a refresh reads all rows or fails');

ok(!crashed($node), 'no backend crashed');
$node->stop;
done_testing();
