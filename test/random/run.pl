# Random queries against a server of its own: see test/random.sh.
use strict;
use warnings;

use IO::Handle;

# the test framework takes STDOUT for its log
BEGIN { open our $out, '>&', \*STDOUT or die $!; $out->autoflush(1); }
our $out;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use KPI;
use KPI::Random;
use KPI::Stranger;

my ($which, $count, $seed) = @ARGV;
my $node = kpi_node('random', conf => "fsync = off\nautovacuum = off\nmax_parallel_workers = 4\n" . ($ENV{KPI_RANDOM_CONF} // ''));
my $random = $which eq 'stranger' ? KPI::Stranger->new($node) : KPI::Random->new($node);
my $started = time;
my $told = time;
$random->{say} = sub {
	my ($done, $result) = @_;
	return if time - $told < 10;
	$told = time;
	printf $out "%d queries, %d s, %d failures\n", $done, time - $started, scalar @{ $result->{failures} };
};
my $method = $which eq 'stranger' ? 'run' : $which;
my $result = $random->$method($count, $seed, limit => $ENV{KPI_RANDOM_LIMIT} // 3, shrink => $ENV{KPI_RANDOM_SHRINK} // 1);
print $out map { "$_\n" } @{ $result->{failures} };
printf $out "%s: %d queries in %d s, %d failures, %d rejected by both, %d in batches, %d in windows, %d too long\n", $which, $result->{queries}, time - $started, scalar @{ $result->{failures} },
  map { $_ // 0 } @{$result}{qw(rejected batched windows late)};
foreach my $what (qw(modes tops errors))
{
	print $out "  $what: ", join(', ', map { "$_ $result->{$what}{$_}" } sort keys %{ $result->{$what} }), "\n" if $result->{$what};
}
print $out "  not known how to make: $_\n" foreach sort keys %{ $random->{grammar}{unknown} // {} };
$node->stop;
exit(@{ $result->{failures} } ? 1 : 0);
