# Window execution as a good guest of the server: what it costs and takes, what it leaves behind,
# rescans, cursors, errors, cancelled queries, a standby, serializable transactions, parallel plans
# below it, privileges. Values are compared by 205_random.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use KPI;
use KPI::Session;
use Test::More;

my $node = kpi_node('window', conf => "fsync = off\nautovacuum = off\njit = off\nmax_parallel_workers_per_gather = 0\nshared_buffers = 16MB\nsynchronize_seqscans = off\nlog_temp_files = -1\n",
	init => { allows_streaming => 1 });
$node->safe_psql('postgres', q{
	CREATE TABLE calls AS SELECT i AS id, i % 20 AS queue, i * 7919::bigint % 30011 AS customer, (i * 37 % 90) AS wait, i % 7 <> 0 AS answered, 'note ' || i AS note,
		'2026-01-01Z'::timestamptz + i * interval '11 s' AS at FROM generate_series(1, 200000) AS i;
	CREATE INDEX ON calls (at);
	CREATE TABLE few AS SELECT * FROM calls LIMIT 3;
	CREATE FUNCTION files() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM pg_ls_tmpdir()';
	VACUUM ANALYZE});
my $level = 'service_level(wait, 20, answered)';
my $always = "LOAD 'kpi'; SET kpi.window_cost = always";

sub explained
{
	my ($sql, $settings) = @_;
	return $node->safe_psql('postgres', ($settings // "LOAD 'kpi'") . "; EXPLAIN (COSTS OFF) $sql");
}

# what a query gives, and its error
sub outcome
{
	my ($sql, $settings) = @_;
	my ($ret, $out, $err) = $node->psql('postgres', "\\set VERBOSITY terse\n$settings;\n$sql");
	return ($out // '') . ($err // '');
}

# the same as with the server's plan, which it returns
sub same
{
	my ($name, $sql, $settings) = @_;
	$settings = defined $settings ? "$always; $settings" : $always;
	my $expected = outcome($sql, "$settings; SET kpi.windows = off");
	is(outcome($sql, $settings), $expected, $name);
	return $expected;
}

# ---------- costs ----------

my $by_time = "$level OVER (ORDER BY at RANGE '30 min' PRECEDING)";
my $by_queue = "$level OVER (PARTITION BY queue ORDER BY at RANGE '30 min' PRECEDING)";
unlike(explained("SELECT $by_time FROM calls ORDER BY at LIMIT 10"), qr/Input: plan|Sort|Seq Scan/, 'an index gives the first rows');
like(explained("SELECT $by_time FROM calls ORDER BY at LIMIT 10"), qr/Index Scan/, 'an index gives the first rows, indeed');
like(explained("SELECT $by_queue FROM calls"), qr/\A.*KpiWindow(?!.*Sort).*Input: plan/s, 'a large table is sorted here');
like(explained("SELECT $by_queue FROM calls", "LOAD 'kpi'; SET work_mem = '64kB'"), qr/\A.*KpiWindow(?!.*Sort).*Input: plan/s, 'with little memory too');
like(explained("SELECT $by_queue FROM calls ORDER BY queue, at"), qr/\A.*KpiWindow(?!.*Sort)/s, 'its order is that of the result');
like(explained("SELECT $by_queue FROM few"), qr/\A(?!.*KpiWindow).*WindowAgg/s, 'a tiny one is left to the server');
like(explained("SELECT contact_number(customer, at, '7 days') OVER (PARTITION BY customer ORDER BY at) FROM calls"), qr/\A.*KpiWindow.*Input: plan/s, 'contact_number');

# ---------- memory ----------

# the peak of the backend's process, in kB
sub peak
{
	my ($sql, $settings) = @_;
	my ($ret, $out, $err) = $node->psql('postgres', "LOAD 'kpi'; SET kpi.window_cost = always; $settings; SELECT 1 FROM calls LIMIT 1; $sql; SELECT 'peak ' || substring(pg_read_file('/proc/' || pg_backend_pid() || '/status') FROM 'VmHWM:\\s*(\\d+)')");
	is($ret, 0, 'it is executed') or diag $err;
	my ($peak) = $out =~ /peak (\d+)/;
	$out =~ s/^peak.*//m;
	return ($peak, $out);
}

SKIP:
{
	skip 'no /proc/PID/status', 1 unless -r "/proc/$$/status";
	foreach (
		[ 'a sliding frame', "SELECT sum(x) FROM (SELECT $by_queue AS x FROM calls) AS w" ],
		[ 'by customers', "SELECT sum(x) FROM (SELECT contact_number(customer, at, '7 days') OVER (PARTITION BY customer ORDER BY at) AS x FROM calls) AS w" ],
		[ 'texts pass through', "SELECT sum(x), max(note) FROM (SELECT note, $by_queue AS x FROM calls OFFSET 0) AS w" ],
		[ 'a frame of all rows', "SELECT sum(x), max(note) FROM (SELECT note, $level OVER () AS x FROM calls OFFSET 0) AS w" ],
		[ 'whole partitions', "SELECT sum(x), max(note) FROM (SELECT note, $level OVER (PARTITION BY queue) AS x FROM calls OFFSET 0) AS w" ])
	{
		my ($name, $sql) = @$_;
		# the server's sort of 64 kB still takes room for its tapes; of 256 MB it holds all rows
		foreach my $memory ('64kB', '4MB', '256MB')
		{
			my ($off, $expected) = peak($sql, "SET work_mem = '$memory'; SET kpi.windows = off");
			my ($on, $got) = peak($sql, "SET work_mem = '$memory'");
			is($got, $expected, "$name, $memory: the same");
			cmp_ok($on, '<=', 1.2 * $off + 4 * 1024, "$name, $memory: $on kB, $off kB by the server");
		}
	}
}

# ---------- temporary files ----------

my $disk = "SELECT id, note, $by_queue AS s FROM calls";
my ($session, $observer) = map { KPI::Session->new($node->connstr('postgres')) } 1, 2;

# the error, if any, and how many files there are then
sub left
{
	my ($sql, @more) = @_;
	my @results = $session->run($sql, @more);
	my $error = (grep { $_->{error} } @results)[0];
	return ($error ? $error->{error} : 'none') . ' ' . ($observer->run('SELECT files()'))[0]{rows}[0];
}
$session->run("LOAD 'kpi'", 'SET kpi.window_cost = always', "SET work_mem = '64kB'");
foreach ([ 'runs', $disk ], [ 'a frame', "SELECT note, $level OVER () AS s FROM calls" ])
{
	my ($name, $sql) = @$_;
	$session->run('BEGIN', "DECLARE c CURSOR FOR $sql");
	cmp_ok((split / /, left('FETCH 1 FROM c'))[1], '>', 0, "$name: there are temporary files");
	is(left('CLOSE c', 'COMMIT'), 'none 0', "$name: none when a cursor is closed");
	is(left("$sql LIMIT 5"), 'none 0', "$name: none behind LIMIT");
	is(left("SELECT count(s) FROM ($sql) AS w"), 'none 0', "$name: none at the end");
	is(left("SELECT count(s) FROM ($sql OFFSET 0) AS w WHERE 1 / (length(note) - 11) > 5"), '22012 0', "$name: none after an error above");
	is(left("SELECT count(s) FROM (SELECT $level OVER (PARTITION BY queue ORDER BY at) AS s FROM (SELECT *, 1 / (id - 150000) AS d FROM calls OFFSET 0) AS c WHERE d < 5) AS w"), '22012 0', "$name: none after an error below");
	is(left("SET statement_timeout = '30ms'", "SELECT count(s) FROM (SELECT * FROM ($sql) AS w UNION ALL SELECT * FROM ($sql) AS w UNION ALL SELECT * FROM ($sql) AS w) AS w", 'RESET statement_timeout'), '57014 0', "$name: none after a timeout");
	$session->run('RESET statement_timeout');
	is(left("DO \$\$BEGIN PERFORM count(s) FROM (SELECT $level OVER (PARTITION BY queue ORDER BY at) AS s, pg_cancel_backend(CASE WHEN id = 120000 THEN pg_backend_pid() END) AS c FROM (SELECT * FROM calls OFFSET 0) AS c) AS w WHERE c IS NOT false; END\$\$"), '57014 0', "$name: none of a cancelled query");
}
is(left("SELECT p, s FROM generate_series(1, 3) AS p, LATERAL (SELECT count(s) AS s FROM (SELECT $level OVER (PARTITION BY queue ORDER BY at ROWS p PRECEDING) AS s FROM calls WHERE id % p = 0 AND id < 20000) AS w) AS w"), 'none 0', 'none after rescans');
$session->run('BEGIN', "DECLARE c CURSOR FOR $disk ORDER BY id", 'FETCH 10 FROM c', 'SAVEPOINT s');
like(left("SELECT 1 / (count(s) - 200000) FROM ($disk) AS w"), qr/^22012 [1-9]/, 'an error in a subtransaction leaves the files of a cursor outside');
$session->run('ROLLBACK TO s');
is(scalar @{ ($session->run('FETCH ALL FROM c'))[0]{rows} }, 199990, 'which goes on');
is(left('COMMIT'), 'none 0', 'none after the transaction');

# ---------- rescans, cursors, errors ----------

same('lateral, the offset and the rows depend on the row outside',
	"SELECT p, s, x, n FROM generate_series(1, 4) AS p, LATERAL (SELECT sum(s) AS s, count(*) AS x, sum(n) AS n FROM (SELECT $level OVER (PARTITION BY queue ORDER BY at RANGE p * interval '1 min' PRECEDING) AS s, contact_number(queue, at, p * interval '3 min') OVER (PARTITION BY queue ORDER BY at) AS n FROM calls WHERE id % p = 0 AND id < 3000) AS w) AS w", $_)
  foreach 'SET kpi.window_rows = 0', 'SET kpi.window_rows = 100', 'SET kpi.window_generic = 1';
same('read again and again, the same rows', "SELECT sum(s) FROM generate_series(1, 5) AS p LEFT JOIN LATERAL (SELECT $level OVER (PARTITION BY queue ORDER BY at) AS s FROM calls WHERE id < 2000) AS w ON w.s > p * 0.01", 'SET enable_material = off');
same("cursors go backward, $_", "BEGIN; DECLARE c SCROLL CURSOR FOR SELECT id, $by_queue, lag(id) OVER (PARTITION BY queue ORDER BY at) FROM calls WHERE id < 5000; FETCH 300 FROM c; FETCH BACKWARD 250 FROM c; MOVE LAST FROM c; FETCH BACKWARD 100 FROM c; FETCH ABSOLUTE 7 FROM c; COMMIT", $_)
  foreach 'SET kpi.window_rows = 0', 'SET kpi.window_rows = 100';
same('an error, and the transaction goes on', "BEGIN;\nSAVEPOINT a;\nSELECT rate(1 / (id - 900) > 0) OVER (PARTITION BY queue ORDER BY at) FROM calls;\nROLLBACK TO a;\nSELECT sum(s) FROM (SELECT $by_queue AS s FROM calls WHERE id < 1000) AS w;\nCOMMIT;");
same('an offset that is negative', "SELECT $level OVER (ORDER BY id ROWS -1 PRECEDING) FROM calls");
same('a timeout', "SET statement_timeout = '1ms';\nSELECT sum(s) FROM (SELECT $by_queue AS s FROM calls) AS w;");
like(outcome("EXPLAIN (VERBOSE, COSTS OFF) SELECT 2 * $by_queue AS s, contact_number(queue, at, '1 h') OVER (PARTITION BY queue ORDER BY at) AS n FROM calls ORDER BY s, n", $always),
	qr/Sort.*KpiWindow.*KpiWindow/s, 'EXPLAIN VERBOSE');

# ---------- parallel plans below ----------

my $parallel = 'SET max_parallel_workers_per_gather = 2; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET enable_indexscan = off';
my $sums = "SELECT sum(s), sum(n) FROM (SELECT $by_queue AS s, repeat_contact(customer, at, '1 day') OVER (PARTITION BY customer ORDER BY at)::int AS n FROM calls WHERE wait > 3) AS w";
foreach ([ 'Gather Merge', 'SET kpi.window_generic = 1' ], [ 'Gather', 'SET kpi.window_generic = 0' ])
{
	my ($below, $settings) = @$_;
	like(explained($sums, "$always; $settings; $parallel"), qr/KpiWindow.*->  $below\n/s, "rows come from $below");
	same("rows come from $below", $sums, "$settings; $parallel");
}

# ---------- privileges ----------

$node->safe_psql('postgres', q{
	CREATE ROLE reader; CREATE ROLE maker;
	GRANT SELECT ON calls TO reader;
	CREATE FUNCTION step(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT coalesce($1, 0) + $2';
	CREATE FUNCTION back(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 - $2';
	CREATE AGGREGATE added(integer) (SFUNC = step, STYPE = integer, MSFUNC = step, MINVFUNC = back, MSTYPE = integer);
	GRANT CREATE ON SCHEMA public TO maker;
	ALTER AGGREGATE added(integer) OWNER TO maker;
	CREATE FUNCTION tell(text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS 'BEGIN RAISE NOTICE ''%'', $1; RETURN true; END';
	CREATE VIEW some_calls WITH (security_barrier) AS SELECT * FROM calls WHERE id <= 6 AND queue <> 3;
	CREATE VIEW levels WITH (security_barrier) AS SELECT queue, note, service_level(wait, 20, answered) OVER (PARTITION BY queue) AS s FROM calls WHERE id <= 45;
	GRANT SELECT ON some_calls, levels TO reader});
my $both = "SET ROLE reader;\nSELECT $level OVER (ORDER BY id ROWS 2 PRECEDING), added(wait) OVER (ORDER BY id ROWS 2 PRECEDING), contact_number(1, at, '1 h') OVER (ORDER BY at) FROM calls ORDER BY id LIMIT 2;";
unlike(same('nothing is revoked', $both), qr/ERROR/, 'all may be called');
foreach ('service_level(integer, integer, boolean)', 'contact_number(anyelement, timestamptz, interval)', 'added(integer)', 'step(integer, integer)', 'back(integer, integer)')
{
	$node->safe_psql('postgres', "REVOKE EXECUTE ON FUNCTION $_ FROM public, maker");
	like(same("revoked: $_", $both), qr/ERROR: +permission denied for function/, "$_ may not be called");
	$node->safe_psql('postgres', "GRANT EXECUTE ON FUNCTION $_ TO public");
}
like(same('a security barrier below', "SET ROLE reader;\nSELECT id, $level OVER (PARTITION BY queue ORDER BY at) FROM some_calls WHERE tell(note) ORDER BY id;"), qr/NOTICE: +note 5\n(?!.*note 7)/s, 'others are not told');
unlike(same('a security barrier above', "SET ROLE reader;\nSELECT s FROM levels WHERE tell(note) AND queue = 3 ORDER BY s;"), qr/note 4\b|note 43\d/, 'queues that are kept out are not told');
$node->safe_psql('postgres', 'ALTER TABLE calls ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON calls USING (queue = 5)');
is(same('row-level security', "SET ROLE reader;\nSELECT count(s), min(queue), max(queue) FROM (SELECT queue, $by_queue AS s FROM calls) AS w;"), '10000|5|5', 'rows of the policy');
$node->safe_psql('postgres', 'ALTER TABLE calls DISABLE ROW LEVEL SECURITY');

# ---------- serializable ----------

my ($one, $two) = map { KPI::Session->new($node->connstr('postgres')) } 1, 2;

# Two transactions: each reads a range through a window and writes a row
sub conflict
{
	my ($windows, $row_one, $row_two) = @_;
	my @errors;
	$_->run('BEGIN ISOLATION LEVEL SERIALIZABLE', "SET LOCAL kpi.windows = $windows", 'SET LOCAL kpi.window_cost = always', 'SET LOCAL enable_seqscan = off') foreach $one, $two;
	foreach ([ $one, 1000 ], [ $two, 150000 ], [ $one, undef, $row_one ], [ $two, undef, $row_two ], [$one], [$two])
	{
		my ($who, $from, $row) = @$_;
		my ($result) = $who->run(
			defined $from ? "SELECT count(s) FROM (SELECT $by_queue AS s FROM calls WHERE at BETWEEN '2026-01-01Z'::timestamptz + $from * interval '11 s' AND '2026-01-01Z'::timestamptz + ($from + 200) * interval '11 s') AS w" :
			  defined $row ? "UPDATE calls SET answered = NOT answered WHERE at = '2026-01-01Z'::timestamptz + $row * interval '11 s'" :
			  'COMMIT');
		push @errors, $result->{error} if $result->{error};
	}
	$_->run('ROLLBACK') foreach $one, $two;
	return join ' ', @errors;
}
$_->run("LOAD 'kpi'") foreach $one, $two;
isnt(conflict('on', 150100, 1100), '', 'serializable: each writes what the other has read, and one fails');
is(conflict('on', 150100, 1100), conflict('off', 150100, 1100), '... as with the server\'s plan');
is(conflict('on', 80000, 90000), conflict('off', 80000, 90000), '... and where they have nothing in common');

# ---------- a standby ----------

$node->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('window_standby');
$standby->init_from_backup($node, 'base', has_streaming => 1);
$standby->start;
$node->wait_for_catchup($standby, 'replay', $node->lsn('insert'));
my $md5 = "SET work_mem = '64kB'; SELECT md5(string_agg(w::text, ',' ORDER BY id)) FROM ($disk) AS w";
like($standby->safe_psql('postgres', "$always; SET work_mem = '64kB'; EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) $disk"), qr/KpiWindow.*Order: runs.*Disk/s, 'a standby: runs on disk');
is($standby->safe_psql('postgres', "$always; $md5"), $node->safe_psql('postgres', "LOAD 'kpi'; SET kpi.windows = off; $md5"), 'a standby: the same');
$standby->stop;

# ---------- what pg_upgrade forgets ----------

$node->safe_psql('postgres', "UPDATE pg_proc SET prosupport = 0 WHERE prokind = 'a' AND prosupport <> 0");
my @plans = map { join "\n", @{ $_->{rows} } } KPI::Session->new($node->connstr('postgres'))->run(("EXPLAIN SELECT $by_queue FROM calls", "SELECT $by_queue FROM few") , "EXPLAIN SELECT $by_queue FROM calls");
like($plans[0], qr/WindowAgg/, 'after pg_upgrade the first window of a session is the server\'s');
like($plans[2], qr/KpiWindow/, '... and the next is not');

ok(!crashed($node), 'no crash');
unlike(PostgreSQL::Test::Utils::slurp_file($node->logfile), qr/temporary file leak|resource was not closed|leak:/, 'nothing leaks');
$node->stop;
done_testing();
