# Crash after crash: while writers, refreshes, rollups and batched queries run, a
# random process of the server is killed, the postmaster among them.  After each
# recovery every stored value equals the direct query.
#
#   KPI_CRASHES=100 sh test/tap.sh test/t/230_crash.pl      a hundred times, not ten
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use IPC::Run qw(start);
use KPI;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep);

my $crashes = $ENV{KPI_CRASHES} // 10;
srand($ENV{KPI_SEED} // 1);

my $node = kpi_node('crash', conf => "restart_after_crash = on\nfsync = on\nmax_connections = 40\nautovacuum_naptime = '1s'\ncheckpoint_timeout = '30s'\n");
$node->safe_psql('postgres', q{
	CREATE EXTENSION kpi_rollup;
	CREATE TABLE contacts (contact_id bigserial PRIMARY KEY, arrived_at timestamptz NOT NULL, queue int NOT NULL, wait int, answered boolean, score int);
	CREATE INDEX ON contacts (arrived_at);
	CREATE TABLE kept (queue int PRIMARY KEY, calls queue_summary NOT NULL, durations duration_summary NOT NULL, ratings rating_summary NOT NULL);
	INSERT INTO kept SELECT q, queue_agg(0, 20, true) FILTER (WHERE false), duration_agg(0) FILTER (WHERE false), rating_agg(0) FILTER (WHERE false)
		FROM generate_series(0, 3) AS q GROUP BY q;
	CREATE VIEW direct AS SELECT queue, queue_agg(wait, 20, answered) AS calls, duration_agg(wait) AS durations, rating_agg(score) AS ratings FROM contacts GROUP BY queue;
	-- rows, and the summaries that are kept of them, in one transaction
	CREATE PROCEDURE call(n int) LANGUAGE plpgsql AS $$
	BEGIN
		WITH new AS (INSERT INTO contacts (arrived_at, queue, wait, answered, score)
				SELECT '2026-03-01Z'::timestamptz + random() * interval '12 h', floor(random() * 4), random() * 100, random() < 0.8, floor(random() * 11)
				FROM generate_series(1, n) RETURNING *),
			sums AS (SELECT queue, queue_agg(wait, 20, answered) AS calls, duration_agg(wait) AS durations, rating_agg(score) AS ratings FROM new GROUP BY queue)
		UPDATE kept AS k SET calls = k.calls + s.calls, durations = k.durations + s.durations, ratings = k.ratings + s.ratings
		FROM (SELECT * FROM sums ORDER BY queue) AS s WHERE s.queue = k.queue;
	END $$;
	CALL call(2000);
	CREATE MATERIALIZED VIEW seen AS SELECT * FROM direct;
	CREATE UNIQUE INDEX ON seen (queue)});
$node->safe_psql('postgres', q{CALL rollup_create('hourly', $$
	SELECT interval_start(arrived_at, '1 h', 'Europe/Istanbul') AS hour, queue, queue_agg(wait, 20, answered) AS calls, duration_agg(wait) AS durations
	FROM contacts GROUP BY 1, 2$$)});

my %scripts = (
	write => [ 4, "CALL call(20);\n" ],
	change => [ 1, "UPDATE contacts SET wait = wait WHERE contact_id IN (SELECT contact_id FROM contacts ORDER BY random() LIMIT 5);\n" ],
	view => [ 1, "REFRESH MATERIALIZED VIEW CONCURRENTLY seen;\n" ],
	rollup => [ 1, "SELECT hourly_refresh();\n" ],
	read => [ 1, "SET kpi.batch_cost = always;\nSELECT * FROM direct;\n" ]);
foreach my $name (keys %scripts)
{
	append_to_file($node->basedir . "/$name.sql", $scripts{$name}[1]);
}

# Everybody at work, until the server goes away.
sub begin_load
{
	return map {
		my ($clients) = @{ $scripts{$_} };
		my $output = '';
		start([ 'pgbench', '-n', '-M', 'prepared', '-c', $clients, '-T', 600, '-f', $node->basedir . "/$_.sql", '-h', $node->host, '-p', $node->port, 'postgres' ],
			'<', \undef, '>&', \$output)
	} sort keys %scripts;
}

sub different
{
	my ($stored, $direct, $keys) = @_;
	my $join = join ' AND ', map { "s.$_ = d.$_" } @$keys;
	return "SELECT count(*) FROM $stored AS s FULL JOIN $direct AS d ON $join WHERE coalesce(record_image_ne(s, d), true)";
}

my %killed;
foreach my $crash (1 .. $crashes)
{
	my @load = begin_load();
	sleep(0.5 + rand 1.5);
	my ($postmaster) = slurp_file($node->data_dir . '/postmaster.pid') =~ /^(\d+)/;
	my @processes = map { [ split ' ', $_, 2 ] } split /\n/, qx(ps -o pid=,args= --ppid $postmaster);
	my $whole = $crash % 5 == 0;
	my ($pid, $what) = $whole ? ($postmaster, 'postmaster') : @{ $processes[ rand @processes ] };
	$what = $what =~ /\[local\]/ ? 'client backend' : $what =~ s/^postgres: (?:crash: )?([a-z ]*[a-z]).*/$1/r;
	$killed{$what}++;
	kill 'KILL', $pid;
	$_->kill_kill foreach @load;
	if ($whole)
	{
		# its children leave by themselves, and a new one begins when they have
		my $started = 0;
		for (1 .. 100)
		{
			sleep 0.3;
			# a start that failed took it from the file that the old one left
			$node->{_pid} = undef;
			last if $started = $node->start(fail_ok => 1);
		}
		ok($started, "crash $crash: a new postmaster");
	}
	ok(recovered($node), "crash $crash, $what: the server recovers");
	is($node->safe_psql('postgres', different('kept', 'direct', ['queue'])), '0', "crash $crash: the summaries that are kept are those of the rows");
	is($node->safe_psql('postgres', different('hourly', 'hourly_direct', [ 'hour', 'queue' ])), '0', "crash $crash: the rollup, as it stands");
	is($node->safe_psql('postgres', 'SELECT hourly_refresh() >= 0; ' . different('hourly', 'hourly_direct', [ 'hour', 'queue' ])), "t\n0", "crash $crash: the rollup, refreshed");
	is($node->safe_psql('postgres', 'SELECT count(seen::text) FROM seen; REFRESH MATERIALIZED VIEW CONCURRENTLY seen; ' . different('seen', 'direct', ['queue'])),
		"4\n0", "crash $crash: the materialized view");
	is($node->safe_psql('postgres', 'SET kpi.batch = off; ' . different('kept', 'direct', ['queue'])), '0', "crash $crash: by the server's own executor too");
}
note join ', ', map { "$_ $killed{$_}" } sort keys %killed;
$node->stop;
done_testing();
