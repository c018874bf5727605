# The test of the random queries: built with seeded bugs in batch and window execution
# (src/batch/mutant.h, src/window/mutant.h), each of which the queries of 205_random must
# find.  KPI_MUTANTS=no leaves it out.
use strict;
use warnings;

use Cwd qw(getcwd);
use FindBin;
use lib "$FindBin::RealBin/../perl";
use KPI;
use KPI::Random;
use PostgreSQL::Test::Utils;
use Test::More;

plan skip_all => 'KPI_MUTANTS=no' if ($ENV{KPI_MUTANTS} // '') eq 'no';

# a library of its own, which no other test loads
my $build = PostgreSQL::Test::Utils::tempdir() . '/mutants';
system('cp', '-r', kpi_root() . '/src', $build) == 0 or die 'cp';
my $include = installed_directory('--includedir-server');
my $library = "$build/kpi.so";
command_ok([ 'sh', '-c', "gcc -std=gnu99 -D_GNU_SOURCE -O0 -fPIC -fwrapv -fno-strict-aliasing -shared -DKPI_BATCH_MUTANTS"
		. " -I$build -I$include -o $library $build/*/*.c -lm" ], 'the library with seeded bugs compiles');

my $node = kpi_node('mutants', conf => "fsync = off\nrestart_after_crash = on\nautovacuum = off\nmax_parallel_workers = 4\nmax_wal_size = 1GB\n");
my $random = KPI::Random->new($node);
$node->safe_psql('random', "UPDATE pg_proc SET probin = '$library' WHERE probin = '\$libdir/kpi'");

# what random queries do not ask: a query of its own, whose result or error the bug changes
my %probes = (
	LOST_CLAUSE => 'SELECT count(*), rate(c.ok) FROM probed AS c JOIN probed_queues AS q ON q.id = c.queue JOIN probed_queues AS a ON a.id = c.agent WHERE q.site = a.site',
	CLAUSE_ORDER => 'SELECT rate(ok) FROM probed WHERE 1 / agent + 2 * agent - agent > 0 AND agent > 0',
	# of the server's own moving aggregates only this one is not what it began with
	LAST_ROW_LEAVES => 'SELECT i, rate(true) OVER w, sum(CASE WHEN i % 3 = 0 THEN i::numeric::money END) OVER w FROM generate_series(1, 10) AS i WINDOW w AS (ORDER BY i ROWS 1 PRECEDING)',
	LOST_PART => 'SELECT count(*), rate(c.ok) FROM probed AS c JOIN probed_queues AS q ON q.id = c.queue',
	# read a thousand times with other constants, each of 10 kB; at the last row: does their memory stay small?
	LEAK_AT_RESCAN => q{SELECT (SELECT count(x) FROM generate_series(1, 1000) AS n, LATERAL (SELECT repeat(n::text, 5000) AS k, rate(ok) AS x, count(*) AS c FROM probed GROUP BY 1) AS s
		WHERE c > 0 AND (n < 1000 OR (SELECT sum(total_bytes) FROM pg_backend_memory_contexts WHERE name = 'kpi batch constants') < 500000))},
	LOST_SET => 'SELECT queue, count(*), rate(ok) FROM probed GROUP BY ROLLUP (queue) ORDER BY 1');
$node->safe_psql('random', 'CREATE TABLE probed AS SELECT i % 5 AS queue, i % 4 AS agent, i % 3 > 0 AS ok FROM generate_series(1, 100) AS i;
	CREATE TABLE probed_queues AS SELECT i AS id, i % 2 AS site FROM generate_series(0, 4) AS i; ALTER TABLE probed_queues ADD PRIMARY KEY (id); ANALYZE');

my $seed = $ENV{KPI_SEED} // 1;
foreach my $wing (qw(batch window))
{
	open my $in, '<', kpi_root() . "/src/$wing/mutant.h" or die $!;
	my ($list) = do { local $/; <$in> } =~ /NO_(?:WINDOW_)?MUTANT,\n(.*?)\t(?:WINDOW_)?MUTANTS\n/s;
	my @mutants = $list =~ /^\t([A-Z_]+),/mg;
	cmp_ok(scalar @mutants, '>=', 10, "there are seeded bugs in src/$wing");

	$random->{settings} = [];
	my $result = $random->$wing(200, $seed, limit => 1);
	is(join("\n", @{ $result->{failures} }), '', 'without a seeded bug nothing differs');
	foreach my $n (1 .. @mutants)
	{
		next if defined $ENV{KPI_ONLY} && $mutants[ $n - 1 ] !~ /$ENV{KPI_ONLY}/;
		if (my $query = $probes{ $mutants[ $n - 1 ] })
		{
			my $generic = $mutants[ $n - 1 ] eq 'LOST_PART' ? 512 : 0;
			my @results = map { join '|', map { $_ // '' } ($node->psql('random', "LOAD '$library'; SET kpi.batch_cost = always; SET kpi.window_cost = always; SET kpi.batch_generic = $generic; SET kpi.${wing}_mutant = $_; $query"))[ 0, 1 ] } 0, $n;
			like($results[0], qr/^0/, "a query for $mutants[$n - 1]");
			isnt($results[1], $results[0], "$mutants[$n - 1] is found by it");
			next;
		}
		$random->{settings} = ["SET kpi.${wing}_mutant = $n"];
		$result = $random->$wing(1000, $seed, limit => 1, shrink => 0);
		is(scalar @{ $result->{failures} }, 1, "$mutants[$n - 1] is found");
		note "after $result->{queries} queries: $result->{failures}[0]" if @{ $result->{failures} };
	}
	$random->{session}->run("SET kpi.${wing}_mutant = 0");
}
$node->stop('immediate');
done_testing();
