# Whatever makes a rollup wrong is noticed, and mended by a refresh or by one call;
# and no writer fails because of a rollup.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use KPI;
use Test::More;

my $node = kpi_node('mend', conf => "wal_level = logical\n");
$node->safe_psql('postgres', 'CREATE EXTENSION kpi_rollup; CREATE ROLE one LOGIN; CREATE ROLE two LOGIN; ALTER DATABASE postgres SET TimeZone = UTC');

sub sql
{
	my ($ret, $out, $err) = $node->psql('postgres', join('; ', 'SET client_min_messages = error', makes_rollups(@_)));
	return $ret == 0 ? $out : $err =~ s/\n?(CONTEXT|LOCATION):.*//sr;
}

sub difference
{
	my ($rollup) = @_;
	return "SELECT count(*) FROM ((TABLE $rollup EXCEPT ALL TABLE ${rollup}_direct) UNION ALL (TABLE ${rollup}_direct EXCEPT ALL TABLE $rollup)) AS d";
}

# Right at once, and clean after a refresh
sub right
{
	my ($name, $rollup) = @_;
	is(sql(difference($rollup), "DO 'BEGIN PERFORM ${rollup}_refresh(); END'", difference($rollup), "SELECT everything, last_error, switched_off FROM rollup_status('$rollup')"), "0\n0\nf||", "$name: right, and clean after a refresh");
}

my $n = 0;

# A table of its own and a rollup over it, with an expression
sub make
{
	my (%of) = (columns => 'at timestamptz NOT NULL, n int, q text', group => q{interval_start(at, '1 h', 'UTC') AS h}, select => 'count(*) AS n', from => '', @_);
	my $name = 'r' . ++$n;
	my $out = sql("CREATE TABLE $name\_fact ($of{columns}); CREATE INDEX ON $name\_fact (at)",
		"INSERT INTO $name\_fact (at, n, q) SELECT timestamptz '2026-01-01 00:00+00' + i * interval '7 min', i % 9, 'q' || i % 3 FROM generate_series(1, 300) AS i",
		"CALL rollup_create('$name', \$q\$SELECT $of{group}, q, $of{select} FROM $name\_fact $of{from} GROUP BY 1, 2\$q\$)");
	is($out, '', "$name: made");
	return $name;
}

# ---------- traces ----------

is(sql(q{CREATE FUNCTION cat(n int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT n % 3'; CREATE FUNCTION pick(s int, n int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN coalesce(s, 0) + n; END';
	CREATE FUNCTION inner_part(n int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT n'; CREATE FUNCTION outer_part(n int) RETURNS int LANGUAGE sql IMMUTABLE BEGIN ATOMIC SELECT inner_part(n); END;
	CREATE AGGREGATE picked(int) (sfunc = pick, stype = int);
	CREATE FUNCTION less(a int, b int) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN a < b; END'; CREATE OPERATOR <<< (LEFTARG = int, RIGHTARG = int, FUNCTION = less)}), '', 'functions');
for my $case (
	[ 'a function', 'sum(cat(n)) AS x', q{CREATE OR REPLACE FUNCTION cat(n int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT n % 4'} ],
	[ 'a transition function', 'picked(n) AS x', q{CREATE OR REPLACE FUNCTION pick(s int, n int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN coalesce(s, 0) + n + 1; END'} ],
	[ 'an aggregate', 'picked(n) AS x', q{CREATE OR REPLACE AGGREGATE picked(int) (sfunc = pick, stype = int, initcond = '100')} ],
	[ 'a function in a function', 'sum(outer_part(n)) AS x', q{CREATE OR REPLACE FUNCTION inner_part(n int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT n + 1'} ],
	[ 'the function of an operator', 'count(*) FILTER (WHERE n <<< 4) AS x', q{CREATE OR REPLACE FUNCTION less(a int, b int) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN a < b - 1; END'} ],
	[ 'a function of a dimension', 'max(d.x) AS x', q{CREATE OR REPLACE FUNCTION cat(n int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT n % 5'}, q{JOIN (SELECT 'q1' AS q, cat(8) AS x) AS d USING (q)} ])
{
	my ($what, $select, $change, $from) = @$case;
	my $rollup = make(select => $select, from => $from // '');
	is(sql($change), '', "$what is replaced");
	is(sql("SELECT everything FROM rollup_status('$rollup')"), 't', 'which is noticed');
	right("$what is replaced", $rollup);
}
my $r = make();
sql("CREATE OR REPLACE VIEW ${r}_direct AS SELECT interval_start(at, '1 h', 'UTC') AS h, q, count(n) + 1 AS n FROM ${r}_fact GROUP BY 1, 2");
is(sql("SELECT everything FROM rollup_status('$r')", "SELECT ${r}_refresh() > 0", difference($r), "SELECT everything FROM rollup_status('$r')"), "t\nt\n0\nf", 'the query is replaced: noticed, and clean after a refresh');
$r = make(from => 'WHERE n > 3');
is(sql("SELECT 1 FROM pg_views WHERE viewname = '${r}_bucket'"), '1', '');
sql(qq{DO \$\$ BEGIN EXECUTE 'CREATE OR REPLACE VIEW ${r}_bucket AS ' || pg_get_viewdef('${r}_bucket'::regclass); END \$\$});
is(sql("SELECT everything FROM rollup_status('$r')"), 't', 'the view of the buckets is replaced');
right('the view of the buckets is replaced', $r);
$r = make();
sql(qq{DROP TRIGGER "0rollup_$r" ON ${r}_fact; CREATE TRIGGER "0rollup_$r" AFTER INSERT ON ${r}_fact FOR EACH ROW WHEN ('${r}_bucket'::regclass IS NOT NULL) EXECUTE FUNCTION _rollup_mark(); ALTER TABLE ${r}_fact ENABLE ALWAYS TRIGGER "0rollup_$r"});
is(sql("UPDATE ${r}_fact SET q = 'q7' WHERE n = 3", difference($r), "SELECT ${r}_refresh() >= 0", "DELETE FROM ${r}_fact WHERE n = 3", difference($r), "SELECT everything, switched_off FROM rollup_status('$r')"),
	qq{0\nt\n0\nt|trigger "0rollup_$r" on public.${r}_fact (not as rollup_create makes it)}, 'a trigger made by hand for INSERT alone');
is(sql("SELECT rollup_enable('$r')"), '', 'rollup_enable makes it anew');
right('and then', $r);
$r = make();
sql(qq{CREATE TRIGGER t AFTER UPDATE ON ${r}_fact FOR EACH ROW WHEN (OLD.n = 1 AND '${r}_bucket'::regclass IS NOT NULL) EXECUTE FUNCTION _rollup_mark()}, qq{ALTER TABLE ${r}_fact ENABLE ALWAYS TRIGGER t});
is(sql("SELECT everything FROM rollup_status('$r')"), 't', 'a trigger with a condition of its own');
sql("DROP TRIGGER t ON ${r}_fact");
right('and without it', $r);

# a partition on another server
SKIP:
{
	skip 'needs postgres_fdw', 4 if sql(q{SELECT 1 FROM pg_available_extensions WHERE name = 'postgres_fdw'}) ne '1';
	my ($host, $port) = ($node->host, $node->port);
	is(sql(q{CREATE EXTENSION postgres_fdw; CREATE TABLE parts (at timestamptz NOT NULL, n int) PARTITION BY RANGE (at); CREATE INDEX ON parts (at);
		CREATE TABLE near PARTITION OF parts FOR VALUES FROM ('2026-01-01 00:00+00') TO ('2026-02-01 00:00+00'); INSERT INTO parts VALUES ('2026-01-05 05:00+00', 1)},
		q{CALL rollup_create('parted', $$SELECT interval_start(at, '1 h', 'UTC') AS h, count(*) AS n FROM parts GROUP BY 1$$)},
		qq{CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '$host', port '$port', dbname 'postgres'); CREATE USER MAPPING FOR CURRENT_USER SERVER s;
		CREATE TABLE remote (at timestamptz NOT NULL, n int); DROP INDEX parts_at_idx; CREATE INDEX ON ONLY parts (at);
		CREATE FOREIGN TABLE far PARTITION OF parts FOR VALUES FROM ('2026-02-01 00:00+00') TO ('2026-03-01 00:00+00') SERVER s OPTIONS (table_name 'remote')}), '', 'a foreign partition');
	is(sql('SELECT parted_refresh() >= 0', q{INSERT INTO remote VALUES ('2026-02-02 00:00+00', 2)}, difference('parted')), "t\n0", 'is read from its server');
	like(sql(q{SELECT last_error FROM rollup_status('parted') WHERE everything}), qr/foreign table public.far/, 'and named in the status');
	is(sql('DROP FOREIGN TABLE far'), '', '');
	right('without it', 'parted');
}

# time zone rules, which the query names; an extension with another version
$r = make(group => q{interval_start(at, '1 h', 'Europe/Istanbul') AS h});
is(sql("SELECT count(DISTINCT t) FROM (SELECT tables[array_length(tables, 1)] AS t FROM r1_state UNION ALL SELECT tables[array_length(tables, 1)] FROM ${r}_state) AS x"), '2', 'the rules of the zone are a trace');
is(sql("UPDATE pg_extension SET extversion = extversion WHERE extname = 'kpi'", "SELECT everything FROM rollup_status('$r')"), 't', 'a new version of the extension');
right('a new version of the extension', $r);

# what a session's settings decide, refused in a dimension too
SKIP:
{
	skip 'needs a server with XML', 2 if sql(q{SELECT '<a/>'::xml IS NOT NULL}) ne 't';
	my $xml = q{xmltable('/a/b' PASSING ('<a><b t="2026-01-01 00:00"/></a>'::xml) COLUMNS t %s PATH '@t') AS x};
	like(sql(sprintf("CALL rollup_create('xml', \$q\$SELECT interval_start(at, '1 h', 'UTC') AS h, max(t) AS t FROM ${r}_fact, $xml GROUP BY 1\$q\$)", 'timestamptz')), qr/input of type timestamp with time zone does/, 'a column of a table function that depends on the time zone');
	is(sql(sprintf("CALL rollup_create('xml', \$q\$SELECT interval_start(at, '1 h', 'UTC') AS h, max(t) AS t FROM ${r}_fact, $xml GROUP BY 1\$q\$)", 'text'), difference('xml'), "CALL rollup_drop('xml')"), '0', 'and one that does not');
}

# ---------- restores, publications, owners ----------

$r = make();
sql("TRUNCATE ${r}_fact, ${r}_stored, ${r}_dirty, ${r}_extent, ${r}_state");
is(sql("SELECT everything FROM rollup_status('$r')"), 't', 'a schema that was restored without data');
right('a schema without data', $r);
is(sql("INSERT INTO ${r}_fact VALUES ('2026-01-01 05:00+00', 1, 'q')", difference($r)), '0', 'written');
right('and then', $r);
is(sql("SELECT count(*) FROM ${r}_state"), '1', 'one row of state');
is(sql("CREATE PUBLICATION p FOR ALL TABLES", "UPDATE ${r}_fact SET n = n", "ALTER TABLE ${r}_fact REPLICA IDENTITY FULL", "INSERT INTO ${r}_fact VALUES ('2026-01-01 05:00+00', 1, 'q')", "SELECT ${r}_refresh()", "SELECT rollup_rebuild('$r') >= 0", 'DROP PUBLICATION p') =~ s/.*does not have a replica identity.*//sr,
	'', 'a table without an identity is the user\'s matter');
is(sql("ALTER TABLE ${r}_fact REPLICA IDENTITY FULL; DROP PUBLICATION IF EXISTS p; CREATE PUBLICATION p FOR ALL TABLES; INSERT INTO ${r}_fact VALUES ('2026-01-01 05:00+00', 1, 'q')", "SELECT ${r}_refresh()", "SELECT rollup_rebuild('$r') >= 0", 'DROP PUBLICATION p'), "1\nt", 'a publication of all tables');
right('published', $r);
sql("ALTER TABLE ${r}_fact DISABLE TRIGGER ALL; ALTER TABLE ${r}_fact ENABLE TRIGGER ALL; ALTER TABLE ${r}_dirty DISABLE TRIGGER ALL");
is(sql("SELECT ${r}_refresh() >= 0", "SELECT everything FROM rollup_status('$r')"), "t\nt", 'triggers that fire not always: the status says everything, after a refresh too');
is(sql("SELECT rollup_enable('$r')"), '', 'rollup_enable');
right('enabled', $r);
sql(qq{DROP TRIGGER "0rollup_$r" ON ${r}_fact; DROP TRIGGER "0rollup" ON ${r}_dirty});
is(sql("SELECT everything, switched_off FROM rollup_status('$r')"), "t|no trigger on public.${r}_dirty, no trigger on public.${r}_fact", 'triggers that are gone');
is(sql("SELECT rollup_enable('$r')"), '', 'rollup_enable');
right('made anew', $r);
for my $script ("ALTER VIEW ${r}_bucket OWNER TO two", "ALTER TABLE ${r}_dirty OWNER TO two", "ALTER VIEW ${r}_bucket OWNER TO one; ALTER VIEW ${r}_direct OWNER TO one; ALTER TABLE ${r}_state OWNER TO two",
	"ALTER TABLE ${r}_fact OWNER TO one; ALTER TABLE ${r}_dirty OWNER TO one; ALTER TABLE ${r}_stored OWNER TO one; ALTER TABLE ${r}_extent OWNER TO one; ALTER TABLE ${r}_state OWNER TO one",
	"ALTER TABLE ${r}_fact OWNER TO CURRENT_USER")
{
	is(sql('GRANT CREATE ON SCHEMA public TO one, two', $script, "INSERT INTO ${r}_fact VALUES ('2026-01-01 05:00+00', 1, 'q'); UPDATE ${r}_fact SET q = 'z' WHERE n = 2; DELETE FROM ${r}_fact WHERE n = 3"), '', "writers go on: $script");
	like(sql("SELECT last_error FROM rollup_status('$r')"), qr/call rollup_enable/, 'which the status tells');
	like(sql("CALL rollup_drop('$r')"), qr/have several owners/, 'and rollup_drop') if $script !~ /fact/;
	is(sql("SELECT rollup_enable('$r')", "SELECT count(DISTINCT relowner) FROM pg_class WHERE relname LIKE '$r\\_%' AND relkind IN ('r', 'v')"), "\n1", 'rollup_enable: one owner');
	right('and then', $r);
}

# ---------- writers never fail ----------

$r = make();
is(sql("CREATE INDEX ON ${r}_dirty (bucket)", "CREATE UNIQUE INDEX ON ${r}_dirty (marked_at)", "INSERT INTO ${r}_fact VALUES ('2026-01-01 05:00+00', 1, 'q'), ('2026-01-02 05:00+00', 1, 'q')", difference($r)), '0', 'indexes on the marks');
right('with them', $r);
sql("INSERT INTO ${r}_fact VALUES ('2026-01-01 05:00+00', 1, 'q'), ('2026-01-02 05:00+00', 1, 'q'); DROP INDEX ${r}_dirty_bucket_idx, ${r}_dirty_marked_at_idx");
right('and without', $r);
# a table that becomes something else: its rows lie in children with copies of the trigger (a hypertable)
is(sql("CREATE TABLE chunk () INHERITS (${r}_fact)", qq{CREATE TRIGGER "0rollup_$r" AFTER INSERT OR UPDATE OR DELETE ON chunk FOR EACH ROW WHEN ('${r}_bucket'::regclass IS NOT NULL) EXECUTE FUNCTION _rollup_mark()},
	"INSERT INTO chunk VALUES ('2026-01-01 05:00+00', 1, 'q'); UPDATE ${r}_fact SET n = 5 WHERE n = 1", difference($r)), '0', 'chunks');
like(sql("SELECT last_error FROM rollup_status('$r') WHERE everything"), qr/has child tables/, 'are told');
is(sql('DROP TABLE chunk', "ANALYZE ${r}_fact"), '', '');
right('without chunks', $r);
# the query reads a table no more; a function that may not be called any more, or that fails when it is planned
is(sql("CREATE TABLE d$r (q text, x int); INSERT INTO d$r VALUES ('q1', 2)", "CREATE TABLE e$r (at timestamptz NOT NULL, q text); CREATE INDEX ON e$r (at)",
	qq{CALL rollup_create('x$r', \$q\$SELECT interval_start(at, '1 h', 'UTC') AS h, max(x) AS x FROM e$r JOIN d$r USING (q) GROUP BY 1\$q\$)},
	"CREATE OR REPLACE VIEW x${r}_direct AS SELECT interval_start(at, '1 h', 'UTC') AS h, 1 AS x FROM e$r GROUP BY 1", "UPDATE d$r SET x = 3; INSERT INTO e$r VALUES ('2026-01-01 05:00+00', 'q1')"), '', 'a dimension that the query has left');
is(sql(q{CREATE FUNCTION slot(at timestamptz, zone text) RETURNS timestamptz LANGUAGE plpgsql IMMUTABLE STRICT AS $$ BEGIN RETURN public.interval_start(at, '1 h', zone); END $$}), '', '');
my $s = make(group => q{slot(at, 'UTC') AS h});
sql(q{CREATE OR REPLACE FUNCTION slot(at timestamptz, zone text) RETURNS timestamptz LANGUAGE plpgsql IMMUTABLE STRICT AS $$ BEGIN RAISE 'no slot today'; END $$});
is(sql("INSERT INTO ${s}_fact VALUES ('2026-01-01 05:00+00', 1, 'q'), ('2026-01-01 06:00+00', 1, 'q')"), '', 'a bucket that fails');
is(sql("SELECT last_error FROM rollup_status('$s') WHERE everything"), 'no slot today', 'is told');
sql(q{CREATE OR REPLACE FUNCTION slot(at timestamptz, zone text) RETURNS timestamptz LANGUAGE plpgsql IMMUTABLE STRICT AS $$ BEGIN RETURN public.interval_start(at, '1 h', zone); END $$});
right('mended', $s);

# a partition that is being detached, or whose detaching was cancelled
is(sql(q{CREATE TABLE pt (at timestamptz NOT NULL, n int) PARTITION BY RANGE (at); CREATE INDEX ON pt (at);
	CREATE TABLE p1 PARTITION OF pt FOR VALUES FROM ('2026-01-01 00:00+00') TO ('2026-02-01 00:00+00'); CREATE TABLE p2 PARTITION OF pt FOR VALUES FROM ('2026-02-01 00:00+00') TO ('2026-03-01 00:00+00');
	INSERT INTO pt VALUES ('2026-01-05 05:00+00', 1), ('2026-02-05 05:00+00', 1)}, q{CALL rollup_create('daily', $$SELECT interval_start(at, '1 d', 'UTC') AS d, count(n) AS n, sum(n) AS s FROM pt GROUP BY 1$$)}), '', 'partitions');
my $reader = $node->background_psql('postgres');
SKIP:
{
	skip 'needs query_safe of PostgreSQL::Test', 4 unless $reader->can('query_safe');
	$reader->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM pt');
	my $detach = IPC::Run::start([ 'psql', '-X', '-q', '-d', $node->connstr('postgres'), '-c', q{SET application_name = 'detach'}, '-c', 'ALTER TABLE pt DETACH PARTITION p2 CONCURRENTLY' ], '2>', \my $ignored);
	$node->poll_query_until('postgres', 'SELECT bool_or(inhdetachpending) FROM pg_inherits');
	is(sql('UPDATE p2 SET n = 5', difference('daily')), '0', 'detaching: a writer by the name of the partition');
	is($reader->query_safe("INSERT INTO pt VALUES ('2026-02-06 05:00+00', 1); " . difference('daily')), '0', 'and one that began before');
	sql(q{SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'detach'});
	$reader->query_safe('COMMIT');
	$detach->finish;
	is(sql('UPDATE p2 SET n = 6', difference('daily'), 'ALTER TABLE pt DETACH PARTITION p2 FINALIZE'), '0', 'cancelled');
	right('detached', 'daily');
}
$reader->quit;

# ---------- two schemas, the same name, the same table ----------

$r = make();
is(sql("CREATE SCHEMA other; SET search_path = other, public; CALL rollup_create('$r', \$q\$SELECT interval_start(at, '1 d', 'UTC') AS d, sum(n) AS n FROM ${r}_fact GROUP BY 1\$q\$)"), '', 'two rollups of one name over one table');
is(sql("UPDATE ${r}_fact SET n = 20 WHERE n = 4; INSERT INTO ${r}_fact VALUES ('2026-01-01 05:00+00', 1, 'q')", "SELECT dirty_buckets > 0 FROM rollup_status('$r')", "SET search_path = other", "SELECT dirty_buckets > 0 FROM public.rollup_status('$r')"), "t\nt", 'both are marked');
right('the first', $r);
is(sql("SET search_path = other, public", difference($r), "DO 'BEGIN PERFORM ${r}_refresh(); END'", difference($r), "CALL rollup_drop('$r')"), "0\n0", 'the second');
right('and without it', $r);

# ---------- rebuild ----------

$r = make();
sql("UPDATE ${r}_stored SET n = 77");
is(sql("SELECT rollup_rebuild('$r', tstzrange('2026-01-01 03:00+00', '2026-01-01 05:00+00'))", difference($r)), "6\n" . 2 * (sql("SELECT count(*) FROM $r") - 6), 'rollup_rebuild of a range');
is(sql("SELECT rollup_rebuild('$r') = count(*) - 6 FROM $r", difference($r)), "t\n0", 'of all');
like(sql("SELECT rollup_rebuild('$r', int4range(1, 2))"), qr/within must be a range of timestamp with time zone, and is a range of integer/, 'of a range of something else');
like(sql("SELECT rollup_rebuild('nothing')"), qr/there is no rollup "nothing"/, 'of nothing');
like((($node->psql('postgres', "SELECT rollup_rebuild('$r')", extra_params => [ '-U', 'one' ]))[2]), qr/must be owner of view ${r}_bucket/, 'of somebody else\'s');
like((($node->psql('postgres', "SELECT rollup_enable('$r')", extra_params => [ '-U', 'one' ]))[2]), qr/must be owner of view/, 'nor enabled');

# ---------- one that is dropped while its status is asked for ----------

SKIP:
{
	my $asking = $node->background_psql('postgres');
	skip 'needs query_safe of PostgreSQL::Test', 1 unless $asking->can('query_safe');
	my $holder = $node->background_psql('postgres');
	my ($early, $late) = sort map { make() } 1 .. 2;
	$holder->query_safe("BEGIN; LOCK TABLE ${early}_state IN ACCESS EXCLUSIVE MODE");
	$asking->query_until(qr/begun/, "\\echo begun\nSELECT count(*) FROM rollup_status();\n");
	$node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_stat_activity WHERE query LIKE 'SELECT count(*) FROM rollup_status%' AND wait_event_type = 'Lock'});
	$holder->query_safe("CALL rollup_drop('$late'); COMMIT");
	like($asking->query_safe('SELECT $$still there$$'), qr/still there/, 'a rollup that is dropped beside rollup_status');
	$_->quit for $asking, $holder;
}

ok(!crashed($node), 'no backend crashed');
$node->stop;
done_testing();
