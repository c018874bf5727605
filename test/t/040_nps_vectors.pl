# Net promoter scores, their variances and standard errors, as another package
# computes them (../shared/data/nps_vectors), and the rules it has for bad scores.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use KPI;
use PostgreSQL::Test::Utils;
use Test::More;

my $csv = kpi_shared('data/nps_vectors/nps_vectors.csv')
  or plan skip_all => 'needs the vectors of another package in ../shared/data/nps_vectors';
my $node = kpi_node('nps_vectors');

# "0,7,9" or "1..15 with breaks 0-6/7-8/9-15" as a list of scores on the scale
# from 0 to 10.  Scores beyond it stand in the same class as 10.
sub scores
{
	my ($text) = @_;
	return $text =~ /^(\d+)\.\.(\d+)/ ? map { $_ > 10 ? 10 : $_ } ($1 .. $2) : split /,/, $text;
}

sub value
{
	my ($expression, @scores) = @_;
	return $node->safe_psql('postgres',
		"SELECT $expression FROM (SELECT rating_agg(s) AS r, nps(s) AS nps, net_score(s, 6, 9) AS net FROM unnest('{"
		  . join(',', @scores) . "}'::int[]) AS s) AS t");
}

# The variance of one answer that counts 1, 0 or -1, from the exact counts.
my $variance = '((promoters(r) + detractors(r))::float8 / responses(r) - (nps / 100) ^ 2)';

my %computed = (
	nps => 'nps / 100',
	nps_var => $variance,
	nps_se => "sqrt($variance / responses(r))");

my ($vectors, %seen) = (0);
foreach my $line (split /\n/, slurp_file($csv))
{
	next if $line =~ /^function,/;
	my ($function, $input, $expected, $tolerance) = $line =~ /^(\w+),"([^"]*)",([^,]*),([^,]*),/;
	defined $function or BAIL_OUT("cannot read: $line");
	$seen{$function}++;
	next if $function eq 'input';    # below
	my $got = value($computed{$function}, scores($input));
	my $allowed = $tolerance || 1e-12;
	$allowed *= abs $expected if $line =~ /relative/;
	cmp_ok(abs($got - $expected), '<=', $allowed, "$function of $input is $expected");
	is(value('nps = net', scores($input)), 't', "net_score(score, 6, 9) of $input is the same");
	$vectors++;
}
cmp_ok($vectors, '>=', 10, 'there are vectors') or diag("found $vectors");

# The package warns and turns such scores into NULL; here they are errors, and
# plausible turns them into NULL where that is wanted.  Nothing gives NULL.
is($seen{input}, 3, 'three rules for bad input');
foreach my $bad ('-1', '11', '1.0 / 3', "'NaN'::float8")
{
	my ($status, $out, $err) = $node->psql('postgres', "\\set VERBOSITY sqlstate\nSELECT nps($bad)");
	like($err, qr/ERROR:\s+22023/, "a score of $bad is an error");
}
is(value('nps', ()), '', 'no answers: NULL, not 0');
is($node->safe_psql('postgres', 'SELECT nps(plausible(s, 0, 10)) FROM unnest(ARRAY[-1, 11, 10]) AS s'), '100', 'plausible leaves them out');

# The standard error that the interval rests on is that of the adjusted counts:
# with many answers the two meet.
foreach my $case ([ 500000, 300000, 200000 ], [ 10, 999980, 10 ], [ 0, 0, 1000000 ])
{
	my ($promoters, $passives, $detractors) = @$case;
	my $summary = "'{\"10\":$promoters,\"7\":$passives,\"0\":$detractors}'::rating_summary";
	my ($half, $wald) = map { $_ + 0 } split /\|/, $node->safe_psql('postgres',
		"SELECT (nps_high(r) - nps_low(r)) / 2, 100 * 1.959963984540054 * sqrt($variance / responses(r))
		 FROM (SELECT r, nps(r) AS nps FROM (SELECT $summary AS r) AS s) AS t");
	cmp_ok(abs($half - $wald), '<=', 0.001, "the half-width $half is near $wald with a million answers");
}

done_testing();
