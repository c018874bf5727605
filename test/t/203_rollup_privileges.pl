# Who may do what with a rollup, and what a hostile search_path or a hostile
# neighbour can do: nothing.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use KPI;
use Test::More;

my $node = kpi_node('privileges', extension => 0);
$node->safe_psql('postgres', q{
	CREATE ROLE owner LOGIN; CREATE ROLE writer LOGIN; CREATE ROLE reader LOGIN; CREATE ROLE scheduler LOGIN; CREATE ROLE stranger LOGIN;
	CREATE DATABASE shop OWNER owner});

sub as
{
	my ($role, $sql) = @_;
	my ($ret, $out, $err) = $node->psql('shop', $sql, extra_params => [ '-U', $role ]);
	return ($ret == 0 ? $out : $err) =~ s/\n?(CONTEXT|LOCATION):.*//sr;
}

# Trusted: the owner of a database installs both extensions.
is(as('owner', 'CREATE SCHEMA app; CREATE SCHEMA kpi; CREATE EXTENSION kpi SCHEMA kpi; CREATE EXTENSION kpi_rollup SCHEMA kpi'), '', 'a user installs kpi_rollup');
is($node->safe_psql('postgres', "SELECT bool_and(trusted AND relocatable AND requires = '{kpi,plpgsql}') FROM pg_available_extension_versions WHERE name = 'kpi_rollup'"), 't', 'trusted');
is(as('owner', q{
	GRANT USAGE ON SCHEMA app TO writer, reader, scheduler;
	GRANT USAGE, CREATE ON SCHEMA public TO stranger;
	SET search_path = app, kpi;
	CREATE TABLE queues (queue text PRIMARY KEY, threshold int NOT NULL);
	INSERT INTO queues VALUES ('calls', 20), ('mail', 60);
	CREATE TABLE contacts (contact_id bigserial PRIMARY KEY, arrived_at timestamptz NOT NULL, queue text NOT NULL, wait int, answered boolean);
	CREATE INDEX ON contacts (arrived_at);
	INSERT INTO contacts (arrived_at, queue, wait, answered) SELECT '2026-11-01 00:00+00'::timestamptz + i * interval '97 s', 'calls', i % 90, i % 7 > 0 FROM generate_series(1, 500) AS i;
	CALL rollup_create('hourly', $$SELECT interval_start(arrived_at, '1 h', 'UTC') AS hour, queue, queue_agg(wait, threshold, answered) AS calls FROM contacts JOIN queues USING (queue) GROUP BY 1, 2$$);
	GRANT SELECT, INSERT, UPDATE, DELETE ON contacts TO writer; GRANT USAGE ON SEQUENCE contacts_contact_id_seq TO writer;
	GRANT SELECT ON hourly TO reader}), '', 'the owner of the tables makes a rollup');
my $difference = 'SELECT count(*) FROM (TABLE app.hourly EXCEPT ALL TABLE app.hourly_direct) AS d';

# ---------- rights ----------

is(as('writer', q{INSERT INTO app.contacts (arrived_at, queue, wait) VALUES ('2026-11-01 03:00+00', 'mail', 3); UPDATE app.contacts SET wait = 1 WHERE contact_id = 5; DELETE FROM app.contacts WHERE contact_id = 9}),
	'', 'a writer needs rights on the table alone');
like(as('writer', 'SELECT count(*) FROM app.hourly_dirty'), qr/permission denied/, 'and has none on the marks');
is(as('reader', 'SELECT count(*) FROM app.hourly'), '15', 'a reader needs SELECT on the view alone');
like(as('reader', "SELECT count(*) FROM app.$_"), qr/permission denied/, "and may not read $_") for qw(contacts hourly_stored hourly_dirty hourly_direct hourly_bucket);
is(as('owner', $difference), '0', 'right');
like(as('reader', 'SELECT app.hourly_refresh()'), qr/permission denied for function hourly_refresh/, 'a reader does not refresh');
# What the view calls, called by somebody who does not come through it: the owner's rights are not lent.
is(as('owner', 'GRANT USAGE ON SCHEMA kpi TO reader, stranger'), '', 'who finds the function');
like(as('reader', q{SELECT * FROM kpi._rollup_compute(NULL::app.hourly_stored, 'app.hourly_bucket', ARRAY[('2026-11-01', '2026-11-01', '2026-11-02')::app.hourly_extent])}),
	qr/permission denied for view hourly_direct/, 'nor call what serves the refresh');
is(as('writer', q{INSERT INTO app.contacts (arrived_at, queue, wait) VALUES ('2026-11-01 04:00+00', 'mail', 3)}), '', 'something is dirty');
for my $key ('NULL', 'gen_random_uuid()')
{
	like(as('reader', "SELECT * FROM kpi._rollup_live(NULL::app.hourly_stored, kpi._rollup_dirty('app.hourly_bucket', NULL, $key, NULL::timestamptz))"),
		qr/permission denied for view hourly_direct/, "nor what serves the view, with the key $key");
}
like(as('reader', "SELECT '1'::kpi._rollup_dirty_list"), qr/cannot accept a value/, 'nor write down what the view would say');
# A table that claims to hold the key, by a default that names the view
is(as('owner', 'GRANT USAGE ON SCHEMA app TO stranger'), '', '');
is(as('stranger', q{CREATE TABLE public.claim (tables bigint[] DEFAULT kpi._rollup_tables('app.hourly_bucket'::regclass, true), key uuid); INSERT INTO public.claim VALUES (NULL, '00000000-0000-0000-0000-000000000000')}), '', 'a claim');
like(as('stranger', q{SELECT * FROM kpi._rollup_live(NULL::app.hourly_stored, kpi._rollup_dirty('app.hourly_bucket', NULL, '00000000-0000-0000-0000-000000000000', NULL::timestamptz))}),
	qr/permission denied/, 'is not believed');
# Traces that somebody makes up: a partition that is not there, in a range of his choice, would tell where rows lie.
$node->safe_psql('shop', q{CREATE TABLE public.forged AS SELECT ARRAY[tables[1] + 1, (1::bigint << 32) | 1, 0, 0, 0, 800000000000000000] || tables[2:] AS tables FROM app.hourly_state; GRANT SELECT ON public.forged TO PUBLIC});
is(as($_, q{SELECT kpi._rollup_dirty('app.hourly_bucket', (SELECT tables FROM public.forged), NULL, NULL::timestamptz)}), 'everything', "nothing is told by traces that are made up: $_") for qw(reader stranger);
like(as('owner', q{SELECT kpi._rollup_dirty('app.hourly_bucket', (SELECT tables FROM public.forged), NULL, NULL::timestamptz)}), qr/^\d+ buckets$/, 'but to who may read the rows');
$node->safe_psql('shop', 'DROP TABLE public.forged');
is(as('reader', q{SELECT count(*) FROM app.hourly WHERE queue = 'mail' AND hour >= '2026-11-01 04:00+00'}), '1', 'and the view computes with them');
is(as('owner', 'REVOKE USAGE ON SCHEMA app, kpi FROM stranger; REVOKE USAGE ON SCHEMA kpi FROM reader'), '', '');
is(as('owner', 'GRANT EXECUTE ON FUNCTION app.hourly_refresh TO scheduler'), '', 'the owner lets a scheduler');
like(as('scheduler', 'SELECT app.hourly_refresh()'), qr/^\d+$/, 'who refreshes, with that right alone');
is(as('owner', q{SELECT dirty_buckets, everything FROM kpi.rollup_status()}), '0|f', 'done');

# ---------- who may create and drop ----------

like(as('stranger', q{SET search_path = public, kpi; CALL kpi.rollup_create('mine', 'SELECT date_trunc($$hour$$, arrived_at) FROM app.contacts GROUP BY 1')}),
	qr/permission denied/, 'who may not read the tables makes no rollup');
is(as('owner', 'GRANT USAGE ON SCHEMA app, kpi TO stranger; GRANT SELECT, TRIGGER ON app.contacts TO stranger'), '', '');
my $mine = q{SET search_path = public, kpi; CALL rollup_create('mine', $$SELECT interval_start(arrived_at, '1 h', 'UTC') AS hour, count(*) AS n FROM app.contacts GROUP BY 1$$)};
like(as('stranger', $mine), qr/must be owner of table app.contacts.*HINT:  A rollup puts triggers/s, 'nor who does not own them');
like(as('stranger', q{SET search_path = app, kpi; CALL rollup_drop('hourly')}), qr/must be owner of (view|relation) /, 'a stranger does not drop it');
is(as('stranger', 'SELECT count(*) FROM kpi.rollup_status()'), '0', 'and sees none in the status');
like(as('stranger', q{SET search_path = app, kpi; SELECT * FROM rollup_status('hourly')}), qr/^$/, 'nor by its name');
# a trigger on one's own table that names somebody else's rollup
is(as('stranger', q{CREATE TABLE public.own (at timestamptz)}), '', '');
my $attached = as('stranger', q{CREATE TRIGGER t AFTER INSERT ON public.own FOR EACH ROW WHEN ('app.hourly_bucket'::regclass IS NOT NULL) EXECUTE FUNCTION kpi._rollup_mark(); INSERT INTO public.own VALUES (now())});
like($attached, qr/table "own" is not part of the rollup/, 'a stranger cannot mark it');
# a description of a rollup whose marks would go to somebody else's table
like(as('stranger', q{CREATE TABLE public.fact (at timestamptz NOT NULL); CREATE VIEW public.f_direct AS SELECT at, count(*) FROM public.fact GROUP BY 1;
	CREATE VIEW public.f_bucket AS SELECT at AS bucket, at AS along, 'app.hourly_dirty'::regclass AS dirty, 'public.f_direct'::regclass AS direct FROM public.fact;
	CREATE TRIGGER t AFTER INSERT ON public.fact FOR EACH ROW WHEN ('public.f_bucket'::regclass IS NOT NULL) EXECUTE FUNCTION kpi._rollup_mark();
	INSERT INTO public.fact VALUES (now())}), qr/does not describe a rollup/, 'nor write to its table');
is(as('owner', 'SELECT count(*) FROM app.hourly_dirty'), '0', 'no mark');

# ---------- row-level security ----------

is(as('owner', 'ALTER TABLE app.contacts ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON app.contacts USING (queue = $$mail$$)'), '', '');
is(as('owner', $difference), '0', 'row-level security does not bind the owner, nor the rollup');
is(as('owner', 'ALTER TABLE app.contacts FORCE ROW LEVEL SECURITY'), '', '');
like(as('owner', $mine =~ s/public/app/r), qr/row-level security of table app.contacts would hide rows/, 'forced, it is refused');
is(as('owner', 'ALTER TABLE app.contacts NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY'), '', '');

# ---------- hostile objects ----------

$node->safe_psql('shop', 'CREATE TABLE public.caught (what text); GRANT INSERT ON public.caught TO PUBLIC');
my $body = 'LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.caught VALUES (%s); RETURN NULL; END $$';
my $traps = sprintf "CREATE FUNCTION public.trap(anyelement, anyelement) RETURNS boolean $body;\n", "'operator'";
$traps .= "CREATE OPERATOR public.$_ (LEFTARG = anyelement, RIGHTARG = anyelement, FUNCTION = public.trap);\n" for qw(/ * + - = < <= >= > <> ~~ ||);
$traps .= sprintf "CREATE FUNCTION public.%s RETURNS text $body;\n", $_, "'" . s/\(.*//r . "'"
  for 'format(text, text, text)', 'format(text, text)', 'quote_ident(text)', 'set_config(text, text, boolean)', 'current_setting(text)', 'min(timestamptz)', 'count(timestamptz)',
  'octet_length(text)', 'concat(text, text)', 'to_regclass(text)', 'record_image_ne(record, record)', 'clock_timestamp()', 'current_schema()';
$traps .= "CREATE TABLE public.pg_class (oid oid, relname name); CREATE TABLE public.pg_extension (extname name); CREATE TABLE public.pg_attribute (attname name); CREATE DOMAIN public.regclass AS text; CREATE DOMAIN public.timestamptz AS text;";
is(as('stranger', $traps), '', 'traps are laid');
is( as('owner', q{SET search_path = public, pg_catalog, app, kpi; SET check_function_bodies = off;
	CREATE SCHEMA other; CREATE TABLE other.t (at pg_catalog.timestamptz PRIMARY KEY, n int); INSERT INTO other.t VALUES ('2026-11-01 00:00+00', 1), ('2026-11-01 00:10+00', 2);
	SET search_path = other, public, pg_catalog, kpi;
	CALL rollup_create('r', $$SELECT interval_start(at, '1 h'::pg_catalog.interval, 'UTC') AS hour, pg_catalog.count(*) AS n, pg_catalog.sum(n) AS s FROM t GROUP BY 1$$);
	INSERT INTO t VALUES ('2026-11-01 00:20+00', 3); TABLE r; SELECT r_refresh(); TABLE r; SELECT dirty_buckets FROM rollup_status('r'); CALL rollup_drop('r')}),
	"2026-11-01 00:00:00+00|3|6\n1\n2026-11-01 00:00:00+00|3|6\n0", 'made, written, read, refreshed and dropped among traps: none is called');
is(as('writer', q{SET search_path = public, pg_catalog, app; INSERT INTO app.contacts (arrived_at, queue, wait) VALUES ('2026-11-01 04:00+00'::pg_catalog.timestamptz, 'mail', 3)}), '', 'a writer among traps');
like(as('reader', q{SET search_path = public, pg_catalog, app; SELECT pg_catalog.count(*) FROM app.hourly}), qr/^\d+$/, 'a reader');
like(as('scheduler', q{SET search_path = public, pg_catalog, app; SELECT app.hourly_refresh()}), qr/^\d+$/, 'a refresh');
is($node->safe_psql('shop', 'SELECT pg_catalog.count(*) FROM public.caught'), '0', 'none is called');
is($node->safe_psql('shop', $difference), '0', 'right');

# Both extensions move.
$node->safe_psql('shop', 'CREATE SCHEMA moved AUTHORIZATION owner; ALTER EXTENSION kpi SET SCHEMA moved; ALTER EXTENSION kpi_rollup SET SCHEMA app');
is(as('owner', 'UPDATE app.contacts SET wait = 4 WHERE contact_id = 50'), '', 'both extensions move, and a writer goes on');
is(as('owner', "$difference; SELECT app.hourly_refresh() > 0; $difference; SELECT dirty_buckets FROM app.rollup_status()"), "0\nt\n0\n0", 'and all works');

ok(!crashed($node), 'no backend crashed');
$node->stop;
done_testing();
