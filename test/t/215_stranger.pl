# Random queries by a grammar that does not know how they are executed: with batch and window
# execution, against the server's own executor.
#
#   KPI_STRANGER=100000 KPI_SEED=1   more of them, from another seed (see also test/random.sh)
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use KPI;
use KPI::Stranger;
use Test::More;

my $count = $ENV{KPI_STRANGER} // 5000;
my $node = kpi_node('stranger', conf => "fsync = off\nautovacuum = off\nmax_parallel_workers = 4\nmax_wal_size = 1GB\n");
plan skip_all => 'needs a server with ICU' unless $node->safe_psql('postgres', "SELECT count(*) FROM pg_collation WHERE collprovider = 'i'");
my $stranger = KPI::Stranger->new($node);
my $result = $stranger->run($count, $ENV{KPI_SEED} // 1);
is($result->{queries}, $count, 'all queries ran') unless @{ $result->{failures} } >= 3;
my @failures = @{ $result->{failures} };
foreach my $hundred (1 .. int($result->{queries} / 100) || 1)
{
	my $failure = shift @failures;
	ok(!defined $failure, "hundred $hundred") or diag $failure;
}
ok($result->{tops}{$_}, "form $_") foreach qw(plain window prepared wrapped cursor changes savepoint into loop correlated);
# with other settings of the server (KPI_CONF) its costs choose otherwise
my $many = $ENV{KPI_CONF} ? 0 : 0.2;
cmp_ok($result->{batched}, '>', $result->{tops}{plain} * $many, 'many of the plain ones are batched');
cmp_ok($result->{windows}, '>', $result->{tops}{window} * $many, 'many windows are ours') if $stranger->{windows};
cmp_ok($result->{rejected}, '<', $result->{queries} * 0.25, 'not too many are rejected by both');
cmp_ok($result->{late}, '<', $count * 0.01 + 1, 'hardly any takes longer than 20 seconds');
note "$result->{queries} queries, $result->{batched} of $result->{tops}{plain} batched, $result->{windows} of $result->{tops}{window} windows ours, $result->{rejected} rejected by both, $result->{late} late";
ok(!crashed($node), 'no crash');
$node->stop;
done_testing();
