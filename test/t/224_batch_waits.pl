# Batches where others write at the same time: rows that are locked and have changed meanwhile
# (EvalPlanQual), with batches below the query that locks them; and a standby, while it replays.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use KPI;
use KPI::Session;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = kpi_node('waits', init => { allows_streaming => 1 }, conf => "fsync = off\nautovacuum = off\nmax_parallel_workers_per_gather = 0\n");
$node->safe_psql('postgres', q{
	CREATE TABLE calls AS SELECT i AS id, i % 20 AS queue, i * 7919 % 20011 AS shuffled, i % 3 > 0 AS answered, 'filler ' || i AS note FROM generate_series(1, 20000) AS i;
	CREATE INDEX ON calls (id); CREATE INDEX ON calls (shuffled);
	CREATE TABLE queues AS SELECT i AS id, 'queue ' || i AS name, 0.5::float8 AS target, 0 AS seen FROM generate_series(0, 19) AS i;
	ALTER TABLE queues ADD PRIMARY KEY (id);
	VACUUM ANALYZE});

# ---------- rows that have changed while a query waited for them ----------

my ($one, $two) = map { KPI::Session->new($node->connstr('postgres')) } 1, 2;

# What the query returns or leaves: another session has updated a row of queues when it begins,
# and commits when it waits.
sub waited
{
	my ($batch, $query, $change, $look) = @_;
	$_->run('ROLLBACK', "SET kpi.batch = $batch", 'SET kpi.batch_cost = always', 'SET enable_seqscan = off', 'SET enable_indexscan = off') foreach $one, $two;
	my ($plan) = map { join "\n", @{ $_->{rows} } } $two->run("EXPLAIN (COSTS OFF) $query");
	my ($pid) = map { $_->{rows}[0] } $two->run('SELECT pg_backend_pid()');
	$one->run('BEGIN', $change);
	my $waiting = $two->start('BEGIN', $query, $look);
	$node->poll_query_until('postgres', "SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = $pid") or die "$query does not wait";
	$one->run('COMMIT');
	my @results = $two->finish($waiting);
	$two->run('ROLLBACK');
	$node->safe_psql('postgres', 'UPDATE queues SET target = 0.5, seen = 0, name = $$queue $$ || id');
	return ($plan, join "\n", map { ($_->{error} // (), sort @{ $_->{rows} }) } @results);
}

my $rates = 'SELECT queue, fcr(answered) AS rate, count(*) FROM calls WHERE %s GROUP BY queue';
my $ranges = 'id BETWEEN 1000 AND 3000';
foreach my $case (
	[ 'FOR UPDATE beside a subquery', sprintf("SELECT q.id, q.target, r.rate, r.count FROM queues AS q JOIN ($rates) AS r ON r.queue = q.id WHERE r.rate > q.target ORDER BY q.id FOR UPDATE OF q", $ranges), 'UPDATE queues SET target = 0.9 WHERE id = 3' ],
	[ 'FOR UPDATE beside a subquery by another index', sprintf("SELECT q.id, q.target, r.rate, r.count FROM queues AS q JOIN ($rates) AS r ON r.queue = q.id AND r.rate > q.target ORDER BY q.id FOR NO KEY UPDATE OF q", 'shuffled < 4000'), 'UPDATE queues SET target = 0.9, name = $$changed$$ WHERE id IN (3, 4)' ],
	[ 'a subquery that reads the row that is locked', "SELECT q.id, q.name, (SELECT fcr(answered) FROM calls AS c WHERE c.queue = q.id AND c.id BETWEEN 500 AND 2500 AND c.id > q.seen) AS rate FROM queues AS q WHERE q.target < 0.8 ORDER BY q.id FOR UPDATE", 'UPDATE queues SET seen = 2000 WHERE id = 5' ],
	[ 'a subquery in WHERE', "SELECT q.id, q.name FROM queues AS q WHERE (SELECT fcr(answered) FROM calls AS c WHERE c.queue = q.id AND c.id BETWEEN 500 AND 2500) > q.target ORDER BY q.id FOR SHARE", 'UPDATE queues SET target = 0.99 WHERE id = 7' ],
	[ 'an update from a subquery', sprintf("UPDATE queues AS q SET seen = r.count, name = name || ' ' || round(r.rate::numeric, 4) FROM ($rates) AS r WHERE r.queue = q.id AND r.rate > q.target", $ranges), 'UPDATE queues SET target = 0.99, name = $$changed$$ WHERE id = 8', 'TABLE queues' ],
	[ 'a delete by a subquery', sprintf("DELETE FROM queues AS q USING ($rates) AS r WHERE r.queue = q.id AND r.rate > q.target RETURNING q.id, r.rate, q.target", $ranges), 'UPDATE queues SET target = 0.1 WHERE id = 9', 'TABLE queues' ])
{
	my ($name, $query, $change, $look) = @$case;
	my (undef, $expected) = waited('off', $query, $change, $look // 'SELECT 1');
	my ($plan, $got) = waited('on', $query, $change, $look // 'SELECT 1');
	like($plan, qr/KpiBatch.*Bitmap Index Scan/s, "$name: in batches");
	is($got, $expected, "$name: the same, with the row as it is now");
	isnt($expected, '', "$name: there is a result");
}
$_->quit foreach $one, $two;

# ---------- a standby that replays ----------

$node->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('replaying');
$standby->init_from_backup($node, 'base', has_streaming => 1);
$standby->append_conf('postgresql.conf', 'max_standby_streaming_delay = -1');
$standby->start;

# rows come, change and go on the primary, and pages are cleaned, until it is told to stop
my $writer = KPI::Session->new($node->connstr('postgres'));
my $writing = $writer->start(q{DO $$ BEGIN FOR i IN 1 .. 100000 LOOP
	UPDATE calls SET answered = NOT answered WHERE id BETWEEN i % 200 * 100 AND i % 200 * 100 + 60;
	INSERT INTO calls SELECT 20000 + i * 10 + n, n, i % 20011, true, 'new' FROM generate_series(1, 9) AS n;
	DELETE FROM calls WHERE id BETWEEN 20000 + (i - 30) * 10 AND 20000 + (i - 30) * 10 + 9;
	COMMIT;
	EXIT WHEN EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'stop writing');
	END LOOP; END $$});
my $reader = KPI::Session->new($standby->connstr('postgres'));
my @queries = map { my $where = $_; map { sprintf $_, $where } 'SELECT queue, count(*), fcr(answered), max(note) FROM calls WHERE %s GROUP BY queue ORDER BY queue', 'SELECT q.name, count(*), fcr(answered), sum(shuffled) FROM calls JOIN queues AS q ON q.id = queue WHERE %s GROUP BY ROLLUP (q.name) ORDER BY q.name' }
  'true', 'calls.id BETWEEN 5000 AND 12000', 'shuffled < 3000', 'calls.id > 15000';
my ($different, $rounds, $batched, $by_index, %seen) = (0, 0, 0, 0);
foreach my $round (1 .. 8)
{
	foreach my $query (@queries)
	{
		# one snapshot for both
		my @results = $reader->run('BEGIN ISOLATION LEVEL REPEATABLE READ', "SET LOCAL kpi.batch_cost = always", 'SET LOCAL enable_seqscan = off', 'SET LOCAL enable_indexscan = off', "EXPLAIN (COSTS OFF) $query", $query, 'SET LOCAL kpi.batch = off', $query, 'COMMIT');
		my ($plan, $got, $expected) = map { join "\n", $_->{error} // '', @{ $_->{rows} } } @results[ 4, 5, 7 ];
		$rounds++;
		$batched++ if $plan =~ /KpiBatch/;
		$by_index++ if $plan =~ /KpiBatch.*Bitmap Index Scan/s;
		$seen{$got}++;
		$different++ if $got ne $expected;
		diag "$query\nexpected: $expected\ngot: $got" if $got ne $expected && $different == 1;
	}
}
my $stop = KPI::Session->new($node->connstr('postgres'));
$stop->run("SET application_name = 'stop writing'");
my @written = $writer->finish($writing);
is($written[0]{error}, undef, 'the primary has written meanwhile');
is($batched, $rounds, 'a standby: all queries in batches');
cmp_ok($by_index, '>=', $rounds / 2, 'many of them by an index');
is($different, 0, 'the same in each snapshot');
cmp_ok(scalar keys %seen, '>', @queries, 'and the rows did change');
$_->quit foreach $stop, $reader, $writer;
$standby->stop;

ok(!crashed($node), 'no crash');
$node->stop;
done_testing();
