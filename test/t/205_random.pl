# Random KPI queries against plain SQL written from the same choices, and with batch
# execution, in every mode of it, against the server's own executor.
#
#   KPI_RANDOM=100000 KPI_SEED=1   more of them, from another seed (see also test/random.sh)
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use KPI;
use KPI::Random;
use Test::More;

my $node = kpi_node('random', conf => "fsync = off\nautovacuum = off\nmax_parallel_workers = 4\nmax_wal_size = 1GB\n");
my $random = KPI::Random->new($node);
my $seed = $ENV{KPI_SEED} // 1;

# one test for each 100 queries, so that the count tells how many ran
sub held
{
	my ($result, $count, $what) = @_;
	my @failures = @{ $result->{failures} };
	cmp_ok($result->{queries}, '>', $count * 0.9, "$what: queries ran");
	foreach my $hundred (1 .. int($result->{queries} / 100) || 1)
	{
		my $failure = shift @failures;
		ok(!defined $failure, "$what: hundred $hundred") or diag $failure;
	}
	cmp_ok($result->{rejected}, '<', $count * 0.15, "$what: few are rejected by both");
	cmp_ok($result->{late}, '<', $count * 0.01, "$what: hardly any takes longer than half a minute");
}

my $count = $ENV{KPI_RANDOM} // 2000;
my $result = $random->plain($count, $seed);
held($result, $count, 'plain SQL');
ok($result->{tops}{$_}, "plain SQL: form $_") foreach qw(level ordered sets window nested prepared lateral subquery inside initplan);

SKIP:
{
	skip 'needs batch execution', 1 unless $node->safe_psql('random', "LOAD 'kpi'; SELECT count(*) FROM pg_settings WHERE name = 'kpi.batch'");
	$count = $ENV{KPI_RANDOM} // 5000;
	$result = $random->batch($count, $seed);
	held($result, $count, 'batch execution');
	cmp_ok($result->{batched}, '>', $result->{queries} * 0.5, 'batch execution: most queries are batched');
	ok($result->{modes}{$_}, "batch execution: mode $_, by EXPLAIN") foreach KPI::Random::modes();
	note join ', ', map { "$_ $result->{modes}{$_}" } sort keys %{ $result->{modes} };
}
$count = $ENV{KPI_RANDOM} // 3000;
$result = $random->window($count, $seed);
held($result, $count, 'window execution');
cmp_ok($result->{windows}, '>', $result->{queries} * 0.9, 'window execution: nearly all queries run in windows');
ok($result->{modes}{$_}, "window execution: mode $_, by EXPLAIN") foreach KPI::Random::window_modes();
is(join(', ', sort keys %{ $random->{grammar}{unknown} }), '', 'arguments can be made for every aggregate (teach argument() in test/perl/KPI/Random/Query.pm)');
ok(!crashed($node), 'no crash');
$node->stop;
done_testing();
