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

my $node = kpi_node('mutants', conf => "fsync = off\nautovacuum = off\nmax_parallel_workers = 4\nmax_wal_size = 1GB\n");
my $random = KPI::Random->new($node);
$node->safe_psql('random', "UPDATE pg_proc SET probin = '$library' WHERE probin = '\$libdir/kpi'");

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
		# bytes that stay are not seen in results
		next if $mutants[ $n - 1 ] eq 'LEAK_AT_RESCAN';
		next if defined $ENV{KPI_ONLY} && $mutants[ $n - 1 ] !~ /$ENV{KPI_ONLY}/;
		$random->{settings} = ["SET kpi.${wing}_mutant = $n"];
		$result = $random->$wing(1000, $seed, limit => 1, shrink => 0);
		is(scalar @{ $result->{failures} }, 1, "$mutants[$n - 1] is found");
		note "after $result->{queries} queries: $result->{failures}[0]" if @{ $result->{failures} };
	}
	$random->{session}->run("SET kpi.${wing}_mutant = 0");
}
$node->stop('immediate');
done_testing();
