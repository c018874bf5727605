# Shards on existing engines: postgres_fdw with partitions on two other servers,
# then the same rows in local partitions.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use KPI;
use Test::More;

my $hub = kpi_node('hub');
my @shards = map { kpi_node("shard$_") } 1 .. 2;

# All contacts in one plain table of the hub; the same rows spread over the shards by queue.
load_contact_centre($hub);
$hub->safe_psql('postgres', q{
	CREATE TABLE facts AS
	SELECT c.*, q.threshold, q.short_abandon, s.nps
	FROM contacts c JOIN queues q USING (queue) LEFT JOIN surveys s USING (contact_id);
	CREATE EXTENSION postgres_fdw;
	CREATE TABLE sharded (LIKE facts) PARTITION BY LIST (queue)});
my $columns = $hub->safe_psql('postgres', q{
	SELECT string_agg(format('%I %s', attname, format_type(atttypid, atttypmod)), ', ' ORDER BY attnum)
	FROM pg_attribute WHERE attrelid = 'facts'::regclass AND attnum > 0});
my @queues = split /\n/, $hub->safe_psql('postgres', 'SELECT DISTINCT queue FROM facts ORDER BY 1');
cmp_ok(scalar @queues, '>=', 4, 'there are queues to spread');

for my $i (1 .. @shards)
{
	my $shard = $shards[ $i - 1 ];
	my $part = join ', ', map { "'$queues[$_]'" } grep { $_ % @shards == $i - 1 } 0 .. $#queues;
	my $where = sprintf "host '%s', port '%s', dbname 'postgres'", $shard->host, $shard->port;
	$shard->safe_psql('postgres', "CREATE TABLE facts ($columns)");
	$hub->safe_psql('postgres', qq{
		CREATE SERVER shard$i FOREIGN DATA WRAPPER postgres_fdw OPTIONS ($where, extensions 'kpi');
		CREATE USER MAPPING FOR CURRENT_USER SERVER shard$i;
		CREATE FOREIGN TABLE shard$i PARTITION OF sharded FOR VALUES IN ($part) SERVER shard$i OPTIONS (table_name 'facts');
		INSERT INTO shard$i SELECT * FROM facts WHERE queue IN ($part);
		ANALYZE shard$i});
}
my $count = $hub->safe_psql('postgres', 'SELECT count(*) FROM facts');
is($hub->safe_psql('postgres', 'SELECT count(*) FROM sharded'), $count, "all $count rows are on the shards");

my $kpis = q{
	proportion_agg(resolved), fcr(resolved),
	queue_agg(wait, threshold, answered, short_abandon, flowed_out), service_level(wait, threshold, answered),
	asa(wait, answered), handle_agg(talk, hold, wrap) FILTER (WHERE answered), aht(talk, hold, wrap) FILTER (WHERE answered),
	rating_agg(nps), nps(nps), duration_agg(talk), percentile(talk, 0.9), time_share_agg(talk, ended_at - arrived_at),
	span_agg(tstzrange(arrived_at, ended_at)), peak_concurrency(tstzrange(arrived_at, ended_at))};
my $settings = 'SET enable_partitionwise_aggregate = on; SET timezone = UTC;';

# Over the partition key the whole aggregation is pushed down.
my $by_queue = "SELECT queue, $kpis FROM %s GROUP BY queue ORDER BY queue";
my $plan = $hub->safe_psql('postgres', "$settings EXPLAIN (VERBOSE, COSTS OFF) " . sprintf($by_queue, 'sharded'));
my @remote = grep { /Remote SQL: .*queue_agg.*GROUP BY/ } split /\n/, $plan;
is(scalar @remote, scalar @shards, 'by partition key: every shard is sent the whole aggregation') or diag $plan;
unlike($plan, qr/^\s*(->\s+)?(Hash|Group|Mixed)?Aggregate/m, 'by partition key: the hub aggregates nothing');
my $direct = $hub->safe_psql('postgres', "$settings " . sprintf($by_queue, 'facts'));
is($hub->safe_psql('postgres', "$settings " . sprintf($by_queue, 'sharded')), $direct, 'by partition key: equal');

# Over another key the rows come to the hub: right, only not cheap.
my $by_topic = "SELECT topic, $kpis FROM %s GROUP BY topic ORDER BY topic";
is( $hub->safe_psql('postgres', "$settings " . sprintf($by_topic, 'sharded')),
	$hub->safe_psql('postgres', "$settings " . sprintf($by_topic, 'facts')),
	'by another key: equal');

# The recipe of docs/summaries.md: each shard summarises, the hub rolls up.
my $summaries = q{
	proportion_agg(resolved) AS resolved,
	queue_agg(wait, threshold, answered, short_abandon, flowed_out) AS reached,
	handle_agg(talk, hold, wrap) FILTER (WHERE answered) AS handled,
	rating_agg(nps) AS rated,
	number_agg(nps / 3.0) AS measured,
	duration_agg(talk) AS talked,
	time_share_agg(talk, ended_at - arrived_at) AS used,
	span_agg(tstzrange(arrived_at, ended_at)) AS open};
my @names = $summaries =~ /AS (\w+)/g;
my $rollups = join ', ', map { "rollup($_)" } @names;
is( scalar @names,
	$hub->safe_psql('postgres', q{SELECT count(*) FROM pg_proc WHERE prokind = 'a' AND proname = 'rollup'}),
	'the recipe merges every type that has a rollup');
for my $i (1 .. @shards)
{
	$shards[ $i - 1 ]->safe_psql('postgres', "CREATE VIEW by_topic AS SELECT topic, $summaries FROM facts GROUP BY topic");
	$hub->safe_psql('postgres', qq{
		IMPORT FOREIGN SCHEMA public LIMIT TO (by_topic) FROM SERVER shard$i INTO public;
		ALTER FOREIGN TABLE by_topic RENAME TO by_topic$i});
}
my $remote = join ' UNION ALL ', map { "SELECT * FROM by_topic$_" } 1 .. @shards;
my $local = "SELECT topic, $summaries FROM facts GROUP BY topic";
is( $hub->safe_psql('postgres', "SELECT topic, $rollups FROM ($remote) s GROUP BY topic ORDER BY topic"),
	$hub->safe_psql('postgres', "$local ORDER BY topic"),
	'remote summaries rolled up at the hub: equal bytes');

# The same rows in local partitions: partitionwise and parallel plans.
$hub->safe_psql('postgres', q{
	CREATE TABLE spread (LIKE facts) PARTITION BY HASH (contact_id);
	CREATE TABLE spread0 PARTITION OF spread FOR VALUES WITH (MODULUS 3, REMAINDER 0);
	CREATE TABLE spread1 PARTITION OF spread FOR VALUES WITH (MODULUS 3, REMAINDER 1);
	CREATE TABLE spread2 PARTITION OF spread FOR VALUES WITH (MODULUS 3, REMAINDER 2);
	INSERT INTO spread SELECT * FROM facts;
	ANALYZE spread});
my $alone = "$settings SET max_parallel_workers_per_gather = 0;";
my $parallel = "$settings SET max_parallel_workers_per_gather = 2; SET parallel_setup_cost = 0;"
	. ' SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;';
for my $case ([ 'partitionwise', $alone ], [ 'partitionwise and parallel', $parallel ])
{
	# parts made by the server's own executor, and in batches
	my %makers = (off => 'Partial (Hash|Group)?Aggregate', on => 'KpiBatch');
	for my $batch (sort keys %makers)
	{
		my $what = "$case->[0], batch $batch";
		my $set = "$case->[1] SET kpi.batch = $batch;";
		$plan = $hub->safe_psql('postgres', "$set EXPLAIN (COSTS OFF) " . sprintf($by_queue, 'spread'));
		like($plan, qr/Finalize .*$makers{$batch}/s, "$what: partial aggregation");
		like($plan, qr/Gather/, "$what: workers") if $case->[1] eq $parallel;
		is($hub->safe_psql('postgres', "$set " . sprintf($by_queue, 'spread')), $direct, "$what: equal");
	}
}

done_testing();
