# Do nps_p_value and p_value cry wolf on small samples?  Both sides are drawn from
# one population, so every difference is chance, and at 5 % at most one in twenty
# may look significant.  For samples this small nothing has to be drawn: there are
# few enough different ones to weigh each pair by its probability, over a grid of
# populations.  Samples drawn with a fixed seed say the same to somebody who does
# not trust the weights.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use KPI;
use PostgreSQL::Test::Utils;
use Test::More;

my $alarm = 0.05;
my $bound = 0.055;
my $node = kpi_node('small_samples');

my @factorial = (0);    # logarithms
push @factorial, $factorial[-1] + log($_) for 1 .. 100;

# How often a sample with these counts is drawn, from a population with these shares.
sub probability
{
	my ($counts, $shares) = @_;
	my ($n, $log) = (0, 0);
	for my $i (0 .. $#$counts)
	{
		$n += $counts->[$i];
		next if $counts->[$i] == 0;
		return 0 if $shares->[$i] <= 0;
		$log += $counts->[$i] * log($shares->[$i]) - $factorial[ $counts->[$i] ];
	}
	return exp($log + $factorial[$n]);
}

# Shares of promoters, passives and detractors in steps of a tenth
my @populations;
for my $promoters (0 .. 10)
{
	push @populations, [ $promoters / 10, 1 - ($promoters + $_) / 10, $_ / 10 ] for 0 .. 10 - $promoters;
}
$_->[1] = 0 + sprintf('%.1f', $_->[1]) for @populations;

# All samples of n answers as (promoters, passives, detractors), those of rates as (hits, misses)
sub samples
{
	my ($n) = @_;
	my @samples;
	for my $i (0 .. $n)
	{
		push @samples, [ $i, $n - $i - $_, $_ ] for 0 .. $n - $i;
	}
	return @samples;
}

for my $n (3, 5, 10, 20)
{
	my @samples = samples($n);
	my $values = join ',', map { "($_, '{\"9\":$samples[$_][0],\"7\":$samples[$_][1],\"0\":$samples[$_][2]}'::rating_summary)" } 0 .. $#samples;
	# the pairs that look significant, half of them: the test is symmetric
	my @pairs = map { [ split /\|/ ] } split /\n/, $node->safe_psql('postgres',
		"WITH s (i, r) AS (VALUES $values) SELECT a.i, b.i FROM s AS a JOIN s AS b ON a.i < b.i WHERE nps_p_value(a.r, b.r) < $alarm");
	my ($worst, $where) = (0, undef);
	for my $population (@populations)
	{
		my @p = map { probability($_, $population) } @samples;
		my $alarms = 0;
		$alarms += 2 * $p[ $_->[0] ] * $p[ $_->[1] ] for @pairs;
		($worst, $where) = ($alarms, $population) if $alarms > $worst;
	}
	cmp_ok($worst, '<=', $bound, sprintf('nps_p_value of %d answers a side: at most %.1f %% false alarms, in a population of %s', $n, 100 * $worst, join '/', @$where));
	cmp_ok($worst, '>=', 0.02, '... and it is not blind');
}

# Samples drawn by a generator that is the same everywhere (Lehmer)
sub drawn
{
	my ($n, $promoters, $passives, $trials, $seed) = @_;
	return $node->safe_psql('postgres', qq{
		WITH RECURSIVE chance (i, x) AS (
			SELECT 0, ${seed}::bigint UNION ALL
			SELECT i + 1, x * 48271 % 2147483647 FROM chance WHERE i < @{[ 2 * $n * $trials ]}),
		answers AS (
			SELECT i / @{[ 2 * $n ]} AS trial, i % 2 = 0 AS a,
				CASE WHEN x < $promoters * 2147483647::float8 THEN 10
					WHEN x < ($promoters + $passives) * 2147483647::float8 THEN 8 ELSE 0 END AS score
			FROM chance WHERE i < @{[ 2 * $n * $trials ]})
		SELECT rate(nps_p_value(x, y) < $alarm)
		FROM (SELECT rating_agg(score) FILTER (WHERE a) AS x, rating_agg(score) FILTER (WHERE NOT a) AS y FROM answers GROUP BY trial) AS s});
}
for my $case ([ 3, 0.5, 0.3 ], [ 5, 0.5, 0.3 ], [ 10, 0.5, 0.3 ], [ 20, 0.5, 0.3 ],
	[ 3, 0.35, 0.3 ], [ 5, 0.35, 0.3 ], [ 10, 0.35, 0.3 ], [ 20, 0.35, 0.3 ], [ 20, 0.7, 0.2 ])
{
	my ($n, $promoters, $passives) = @$case;
	my $alarms = drawn($n, $promoters, $passives, 4000, 20261 + $n);
	cmp_ok($alarms, '<=', $bound, sprintf('%d answers a side drawn from %g/%g: %.1f %% false alarms', $n, $promoters, $passives, 100 * $alarms));
}

# p_value of two rates: not exact, as its page says, but never far off
for my $n (3, 5, 10, 20)
{
	my @pairs = map { [ split /\|/ ] } split /\n/, $node->safe_psql('postgres',
		"SELECT a, b FROM generate_series(0, $n) AS a, generate_series(0, $n) AS b WHERE p_value(proportion(a, $n), proportion(b, $n)) < $alarm");
	my ($worst, $where) = (0, 0);
	for my $share (map { $_ / 20 } 1 .. 19)
	{
		my $alarms = 0;
		$alarms += probability([ $_->[0], $n - $_->[0] ], [ $share, 1 - $share ]) * probability([ $_->[1], $n - $_->[1] ], [ $share, 1 - $share ]) for @pairs;
		($worst, $where) = ($alarms, $share) if $alarms > $worst;
	}
	cmp_ok($worst, '<=', 0.07, sprintf('p_value of %d rows a side: at most %.1f %% false alarms, at a rate of %g', $n, 100 * $worst, $where));
}

$node->stop;
done_testing();
