# Batch execution where it could go wrong: when it is chosen and when not, in every
# kind of statement and session, beside other hooks, on a standby, with rights
# revoked, functions replaced and rows that fail.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use KPI;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = kpi_node('batch', init => { allows_streaming => 1 }, conf => "fsync = off\nautovacuum = off\nmax_parallel_workers_per_gather = 0\n");
$node->safe_psql('postgres', q{
	CREATE TABLE calls AS
	SELECT i AS id, i % 20 AS queue, (ARRAY['voice', 'chat', NULL])[1 + i % 3] AS channel, (i * 37 % 120)::integer AS wait, i % 5 > 0 AS answered,
		CASE WHEN i % 7 > 0 THEN (i % 11)::integer END AS score, '2026-03-01Z'::timestamptz + i * interval '3 s' AS at
	FROM generate_series(1, 200000) AS i;
	CREATE INDEX ON calls (id);
	CREATE TABLE tiny AS SELECT * FROM calls LIMIT 5;
	ANALYZE});
my $kpis = 'service_level(wait, 20, answered), nps(score), count(*), asa(wait, answered)';
my $query = "SELECT queue, $kpis FROM calls GROUP BY queue ORDER BY queue";
my $always = 'SET kpi.batch_cost = always;';
my $off = 'SET kpi.batch = off;';

sub explained
{
	my ($sql, $settings, $database, @params) = @_;
	return $node->safe_psql($database // 'postgres', ($settings // '') . " EXPLAIN (COSTS OFF) $sql", @params);
}

# the same with batch execution on and off, and really on
sub same
{
	my ($name, $sql, %options) = @_;
	my $database = $options{database} // 'postgres';
	my $before = $options{before} // '';
	like(explained($sql, "$always $before"), qr/KpiBatch/, "$name: in batches") unless $options{database} || $options{stock};
	unlike(explained($sql, "$always $before"), qr/KpiBatch/, "$name: not in batches") if $options{stock};
	is($node->safe_psql($database, "$always $before $sql"), $node->safe_psql($database, "$off $before $sql"), "$name: the same");
}

# ---------- when it is chosen ----------

like(explained($query), qr/Finalize.*KpiBatch/s, 'the first query of a session over a large table is batched');
unlike(explained($query, $off), qr/KpiBatch/, 'but not when it is switched off');
like(explained("SELECT $kpis FROM calls WHERE id BETWEEN 1000 AND 1100"), qr/Index Scan(?!.*KpiBatch)/s, 'a selective WHERE keeps its index');
unlike(explained('SELECT queue, nps(score) FROM tiny GROUP BY queue'), qr/KpiBatch/, 'a tiny table is left to the server');
unlike(explained('SELECT queue, count(*), avg(wait) FROM calls GROUP BY queue', "LOAD 'kpi';"), qr/KpiBatch/, 'a query without a KPI is left alone');
unlike(explained("SELECT $kpis FROM calls TABLESAMPLE SYSTEM (10)", $always), qr/KpiBatch/, 'TABLESAMPLE is left alone');
unlike(explained('SELECT nps(DISTINCT score) FROM calls', $always), qr/KpiBatch/, 'DISTINCT is left alone');
same('grouping sets', 'SELECT queue, nps(score) FROM calls GROUP BY ROLLUP (queue) ORDER BY queue');
unlike(explained('SELECT nps(score) FROM calls WHERE random() >= 0', $always), qr/KpiBatch/, 'what is volatile is left alone');
same('a query', $query);

my $expected = $node->safe_psql('postgres', "$off $query");
is($node->safe_psql('postgres', "PREPARE p AS $query; EXECUTE p;"), $expected, 'PREPARE');
like($node->safe_psql('postgres', "PREPARE p AS $query; EXPLAIN EXECUTE p;"), qr/KpiBatch/, 'PREPARE: in batches');
is($node->safe_psql('postgres', "CREATE MATERIALIZED VIEW seen AS $query; REFRESH MATERIALIZED VIEW seen; TABLE seen ORDER BY 1; DROP MATERIALIZED VIEW seen"), $expected, 'REFRESH MATERIALIZED VIEW');
$node->safe_psql('postgres', "CREATE FUNCTION report() RETURNS SETOF text LANGUAGE plpgsql AS 'DECLARE r record; BEGIN FOR r IN $query LOOP RETURN NEXT concat_ws(''|'', r.*); END LOOP; END'" );
is($node->safe_psql('postgres', 'SELECT * FROM report()') =~ s/^\s+//r, $node->safe_psql('postgres', "$off SELECT * FROM report()"), 'PL/pgSQL');
my $parallel = 'SET max_parallel_workers_per_gather = 2; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;';
like(explained($query, "$always $parallel"), qr/Finalize.*Gather.*Parallel Custom Scan \(KpiBatch\)/s, 'parallel workers: in batches');
same('parallel workers', $query, before => $parallel);

# ---------- who ----------

$node->safe_psql('postgres', 'CREATE ROLE analyst LOGIN; CREATE DATABASE plain; GRANT CREATE ON DATABASE plain TO analyst; CREATE ROLE owner');
$node->safe_psql('plain', 'CREATE SCHEMA tools; CREATE EXTENSION kpi SCHEMA tools; CREATE TABLE tools.t AS SELECT i % 3 AS g, i % 2 = 0 AS ok FROM generate_series(1, 100000) i; ANALYZE;'
	  , extra_params => [ '-U', 'analyst' ]) if $node->psql('plain', 'GRANT CREATE ON DATABASE plain TO analyst') == 0;
like(explained('SELECT g, tools.rate(ok) FROM tools.t GROUP BY g', '', 'plain', extra_params => [ '-U', 'analyst' ]), qr/KpiBatch/, 'installed and used by a plain user');

# rights that are missing: the same error
sub same_error
{
	my ($name, $sql, @params) = @_;
	my @errors;
	foreach my $settings ($always, $off)
	{
		my ($ret, $out, $err) = $node->psql('postgres', "$settings $sql", @params);
		push @errors, $err =~ s/psql:<stdin>:\d+: //r;
	}
	like($errors[0], qr/ERROR/, "$name: an error");
	is($errors[0], $errors[1], "$name: the same error");
}
my @analyst = (extra_params => [ '-U', 'analyst' ]);
$node->safe_psql('postgres', q{
	GRANT SELECT ON calls TO analyst;
	CREATE FUNCTION secret(integer) RETURNS integer LANGUAGE sql IMMUTABLE STRICT AS 'SELECT $1';
	CREATE FUNCTION held(integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE STRICT AS 'BEGIN RETURN $1; END';
	REVOKE EXECUTE ON FUNCTION secret(integer), held(integer) FROM PUBLIC;
	CREATE FUNCTION add_up(bigint, integer) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT $1 + coalesce($2, 0)';
	CREATE AGGREGATE added_up(integer) (SFUNC = add_up, STYPE = bigint, INITCOND = '0', COMBINEFUNC = int8pl);
	ALTER AGGREGATE added_up(integer) OWNER TO owner});
same_error('a function of a filter', 'SELECT nps(score) FILTER (WHERE held(wait) > 0) FROM calls', @analyst);
same_error('a function of an argument', 'SELECT nps(held(score)) FROM calls', @analyst);
same_error('a function of a key', 'SELECT held(queue), nps(score) FROM calls GROUP BY 1', @analyst);
$node->safe_psql('postgres', 'REVOKE EXECUTE ON FUNCTION pg_catalog.int4lt(integer, integer) FROM PUBLIC');
same_error('an operator', 'SELECT nps(score) FILTER (WHERE wait < queue) FROM calls', @analyst);
same_error('an operator of WHERE', 'SELECT nps(score) FROM calls WHERE wait < queue', @analyst);
$node->safe_psql('postgres', 'GRANT EXECUTE ON FUNCTION pg_catalog.int4lt(integer, integer) TO PUBLIC');
$node->safe_psql('postgres', 'REVOKE EXECUTE ON FUNCTION nps(integer) FROM PUBLIC');
same_error('an aggregate', 'SELECT nps(score) FROM calls', @analyst);
$node->safe_psql('postgres', 'GRANT EXECUTE ON FUNCTION nps(integer) TO PUBLIC');
$node->safe_psql('postgres', 'REVOKE EXECUTE ON FUNCTION add_up(bigint, integer) FROM PUBLIC');
same_error("an aggregate's owner", 'SELECT added_up(wait), nps(score) FROM calls', @analyst);
$node->safe_psql('postgres', 'GRANT EXECUTE ON FUNCTION add_up(bigint, integer) TO PUBLIC');
same_error('a column', 'SELECT nps(score) FROM hidden', @analyst) if $node->psql('postgres', 'CREATE TABLE hidden AS TABLE calls') == 0;

# rows that are not for everyone
$node->safe_psql('postgres', q{
	CREATE TABLE guarded AS TABLE calls; ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
	CREATE POLICY mine ON guarded USING (queue < 5); GRANT SELECT ON guarded TO analyst; ANALYZE guarded;
	CREATE VIEW barrier WITH (security_barrier) AS SELECT * FROM calls WHERE queue < 5; GRANT SELECT ON barrier TO analyst;
	CREATE FUNCTION leak(integer) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS 'BEGIN RAISE NOTICE ''%'', $1; RETURN true; END'});
foreach my $table ('guarded', 'barrier')
{
	my @results = map { $node->safe_psql('postgres', "$_ SELECT queue, $kpis FROM $table GROUP BY queue ORDER BY queue", @analyst) } $always, $off;
	is($results[0], $results[1], "$table: the same");
	unlike($results[0], qr/^(5|19)\|/m, "$table: only what may be seen");
	my ($ret, $out, $err) = $node->psql('postgres', "$always SELECT nps(score) FROM $table WHERE leak(queue) AND id < 100", @analyst);
	unlike($err, qr/NOTICE:  (5|19)\b/, "$table: a cheap function does not see the rest");
}

# ---------- rows that fail, and sessions that go on ----------

my $failing = 'SELECT queue, nps(score + CASE WHEN id = 150000 THEN 90 ELSE 0 END) FROM calls GROUP BY queue';
is( $node->safe_psql('postgres', "$always BEGIN; SAVEPOINT s; DO \$\$ BEGIN PERFORM * FROM ($failing) AS x; EXCEPTION WHEN OTHERS THEN RAISE NOTICE '%', SQLSTATE; END \$\$; $query; COMMIT"),
	$expected, 'an error in the middle of a batch, and the transaction goes on');
my ($ret, $out, $err) = $node->psql('postgres', "$always BEGIN; SAVEPOINT s; $failing; ROLLBACK TO s; $query; COMMIT", on_error_stop => 0);
is($out, $expected, 'the same in a savepoint');
unlike($err, qr/WARNING/, 'nothing is left behind');
like($node->safe_psql('postgres', "$always BEGIN; DECLARE c CURSOR FOR $query; FETCH 2 FROM c; DELETE FROM calls WHERE queue = 3; FETCH ALL FROM c; ROLLBACK"), qr/\Q$expected\E/, 'a cursor does not see what is deleted after it');

foreach my $cancelled (
	[ 'rows', 'SELECT count(x) FROM generate_series(1, 1000) AS n, LATERAL (SELECT nps(score + n * 0) AS x FROM calls) AS s' ],
	[ 'groups', 'SELECT count(x) FROM generate_series(1, 1000) AS n, LATERAL (SELECT queue, wait, nps(score) AS x FROM calls WHERE id <> n GROUP BY queue, wait) AS s' ],
	[ 'a filter that nothing passes', 'SELECT count(x) FROM generate_series(1, 1000) AS n, LATERAL (SELECT nps(score) AS x FROM calls WHERE wait > 1000 + n) AS s' ])
{
	my ($what, $sql) = @$cancelled;
	like(explained($sql, $always), qr/KpiBatch/, "$what: in batches");
	($ret, $out, $err) = $node->psql('postgres', "$always SET statement_timeout = 400; $sql");
	like($err, qr/statement timeout/, "$what: cancelled");
}

# ---------- what the server counts ----------

$node->safe_psql('postgres', 'CREATE TABLE counted AS SELECT i AS id, i % 2 = 0 AS ok FROM generate_series(1, 50000) AS i');
$node->safe_psql('postgres', "$always SELECT rate(ok) FROM counted");
ok($node->poll_query_until('postgres', "SELECT seq_tup_read = 50000 AND seq_scan = 1 FROM pg_stat_user_tables WHERE relname = 'counted'"), 'pg_stat_user_tables counts rows')
  or diag $node->safe_psql('postgres', "SELECT seq_tup_read, seq_scan FROM pg_stat_user_tables WHERE relname = 'counted'");
like($node->safe_psql('postgres', "$always EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) SELECT rate(ok) FROM counted WHERE id > 10000"), qr/Rows Removed by Filter: 10000/, 'EXPLAIN ANALYZE counts rows');

# ---------- tables of other kinds ----------

$node->safe_psql('postgres', q{
	CREATE TABLE kept (gone integer, note text, queue integer, score integer);
	INSERT INTO kept SELECT 1, repeat(md5(i::text), 1 + i % 3 * 200), i % 4, i % 11 FROM generate_series(1, 3000) AS i;
	ALTER TABLE kept DROP COLUMN gone; ALTER TABLE kept ADD COLUMN late integer DEFAULT 5; ALTER TABLE kept ADD COLUMN later text;
	INSERT INTO kept SELECT 'new', i % 4, i % 11, NULL, 'set' FROM generate_series(1, 1000) AS i;
	CREATE UNLOGGED TABLE unlogged AS TABLE kept;
	CREATE EXTENSION postgres_fdw});
$node->safe_psql('postgres', sprintf q{CREATE SERVER here FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '%s', port '%s', dbname 'postgres');
	CREATE USER MAPPING FOR PUBLIC SERVER here; CREATE FOREIGN TABLE remote (note text, queue integer, score integer, late integer, later text) SERVER here OPTIONS (table_name 'kept')}, $node->host, $node->port);
same($_, "SELECT queue, late, later, nps(score), max(note), count(later) FROM $_ GROUP BY queue, late, later ORDER BY 1, 2, 3") foreach 'kept', 'unlogged';
same('long texts as keys', 'SELECT note, nps(score) FROM kept GROUP BY note ORDER BY note COLLATE "C"', before => 'SET kpi.batch_rows = 3;');
same('long texts in filters', "SELECT nps(score) FILTER (WHERE note LIKE '%a%'), rate(length(note) > 100) FROM kept WHERE note <> 'x'", before => 'SET kpi.batch_rows = 3;');
same('a temporary table', 'SELECT queue, nps(score) FROM t GROUP BY queue ORDER BY queue', before => 'CREATE TEMP TABLE t AS TABLE kept;');
same('a foreign table', 'SELECT queue, nps(score) FROM remote GROUP BY queue ORDER BY queue', stock => 1);
my $columns = join ', ', map { "c$_ integer" } 1 .. 300;
$node->safe_psql('postgres', "CREATE TABLE many ($columns); INSERT INTO many (c1, c70, c300) SELECT i % 5, i % 11, nullif(i % 7, 0) FROM generate_series(1, 2000) AS i");
same('more than 64 columns', 'SELECT c1, nps(c70), sum(c300), count(c299) FROM many GROUP BY c1 ORDER BY c1');

# ---------- functions that change while sessions are open ----------

is( $node->safe_psql('postgres', qq{
	$always
	PREPARE p AS SELECT added_up(wait), rate(answered) FROM calls; EXECUTE p;
	CREATE OR REPLACE FUNCTION add_up(bigint, integer) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT \$1 + 1';
	EXECUTE p}) =~ s/^.*\n//r, '200000|0.8', 'a transition function that is replaced');
# one of ours is replaced by a function that does something else: no kernel may stand for it
my $transition = $node->safe_psql('postgres', "SELECT aggtransfn::oid::regprocedure || ' returns ' || format_type(aggtranstype, NULL) FROM pg_aggregate WHERE aggfnoid = 'rate(boolean)'::regprocedure");
my ($signature, $type) = $transition =~ /^(.*) returns (.*)$/;
my $definition = $node->safe_psql('postgres', "SELECT pg_get_functiondef('$signature'::regprocedure)");
$node->safe_psql('postgres', 'CREATE DATABASE replaced TEMPLATE template0');
$node->safe_psql('replaced', 'CREATE EXTENSION kpi; CREATE TABLE calls AS SELECT i % 5 > 0 AS answered FROM generate_series(1, 50000) AS i; ANALYZE');
my ($name) = $signature =~ /^(\w+)/;
is( $node->safe_psql('replaced', qq{
	$always
	PREPARE p AS SELECT rate(answered) FROM calls; EXECUTE p;
	CREATE OR REPLACE FUNCTION $name($type, boolean) RETURNS $type LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS \$\$SELECT '1/4'::$type\$\$;
	EXECUTE p}) =~ s/^.*\n//r, '0.25', 'a transition function of ours that is replaced') or note $definition;

# ---------- beside other hooks ----------

my $directory = PostgreSQL::Test::Utils::tempdir();
open my $source, '>', "$directory/hook.c" or die $!;
print $source <<'C';
#include "postgres.h"
#include "fmgr.h"
#include "optimizer/planner.h"
PG_MODULE_MAGIC;
void _PG_init(void);
static create_upper_paths_hook_type next;
static void
hook(PlannerInfo *root, UpperRelationKind stage, RelOptInfo *in, RelOptInfo *out, void *extra)
{
	if (next)
		next(root, stage, in, out, extra);
	if (stage == UPPERREL_GROUP_AGG)
		elog(NOTICE, "the other hook");
}
void
_PG_init(void)
{
	next = create_upper_paths_hook;
	create_upper_paths_hook = hook;
}
C
close $source;
command_ok([ 'gcc', '-shared', '-fPIC', '-I', installed_directory('--includedir-server'), '-o', "$directory/hook.so", "$directory/hook.c" ], 'another library compiles');
chmod 0755, $directory;
foreach my $order ([ 'before', "LOAD '$directory/hook.so';" ], [ 'after', "LOAD 'kpi'; LOAD '$directory/hook.so';" ])
{
	($ret, $out, $err) = $node->psql('postgres', "$order->[1] EXPLAIN $query");
	like($out, qr/KpiBatch/, "another library loaded $order->[0]: in batches");
	like($err, qr/the other hook/, "another library loaded $order->[0]: called");
}

# ---------- a standby ----------

$node->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($node, 'base', has_streaming => 1);
$standby->start;
$node->wait_for_catchup($standby, 'replay', $node->lsn('insert'));
like($standby->safe_psql('postgres', "EXPLAIN $query"), qr/KpiBatch/, 'a standby: in batches');
is($standby->safe_psql('postgres', $query), $expected, 'a standby: the same');
$standby->stop;

ok(!crashed($node), 'no crash');
$node->stop;
done_testing();
