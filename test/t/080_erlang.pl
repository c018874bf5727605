# Erlang B, C and A against published vectors, and against a simulated queue that knows no formula.

use strict;
use warnings;
use File::Basename qw(dirname);
use FindBin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('erlang');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf', "log_statement = none\nTimeZone = 'UTC'\n");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION kpi');

sub value
{
	my ($expression) = @_;
	return $node->safe_psql('postgres', "SELECT $expression");
}

# Equal to as many digits as were published
sub published
{
	my ($name, $expression, $expected) = @_;
	my ($digits) = $expected =~ /\.(\d+)/;
	my $tolerance = 0.5000001 * 10**-length($digits // '');
	my $found = value($expression);
	ok(abs($found - $expected) <= $tolerance, "$name: $found is $expected");
}

sub minutes { return "make_interval(secs => 60 * ($_[0])::float8)" }
sub seconds { return "make_interval(secs => ($_[0])::float8)" }

# ---------------------------------------------------------------------------
# Vectors

my $vectors = dirname(dirname(dirname($FindBin::RealBin))) . '/shared/data/erlang_vectors';

sub vectors
{
	my ($file) = @_;
	open my $in, '<', "$vectors/$file" or die "$vectors/$file: $!";
	my ($head, @lines) = <$in>;
	chomp($head, @lines);
	my @names = split /,/, $head;
	return map { my %row; @row{@names} = split /,/, $_, scalar @names; \%row } @lines;
}

SKIP:
{
	skip 'needs the vectors in ../shared/data/erlang_vectors', 1 unless -d $vectors;

	for my $row (vectors('erlang_b.csv'))
	{
		published("Erlang B of $row->{trunks} and $row->{erlangs}", "erlang_b($row->{trunks}, $row->{erlangs})", $row->{blocking});
	}
	is(value('min(n) FROM generate_series(1, 30) AS n WHERE erlang_b(n, 10) <= 0.02'), '17', '17 lines block at most 2 % of 10 Erlangs');

	for my $row (vectors('erlang_c.csv'))
	{
		my $aht = minutes($row->{aht_min});
		my $load = $row->{calls} =~ /(\d+)\/min/ ? "erlang_load($1, $aht, '1 min')" : "erlang_load($row->{calls}, $aht, " . minutes($row->{interval_min}) . ")";
		my $name = "Erlang C of $row->{agents} and $row->{erlangs}";
		published("$name, load", $load, $row->{erlangs});
		published("$name, waiting", "erlang_c($row->{agents}, $load)", $row->{wait_probability}) if $row->{wait_probability} ne '';
		published("$name, service level", "erlang_c_service_level($row->{agents}, $load, $aht, " . minutes($row->{target_answer_min}) . ')',
			$row->{service_level}) if $row->{service_level} ne '';
		published("$name, occupancy", "$load / $row->{agents}", $row->{occupancy});
		published("$name, ASA in minutes", "seconds(erlang_c_asa($row->{agents}, $load, $aht)) / 60", $row->{asa_min}) if $row->{asa_min} ne '';
	}
	is(value(q{erlang_c_agents(10, '3 min', 0.8, '20 s', 0.85)}), '14', '14 agents for 80/20');
	is(value(q{erlang_c_agents(10, '3 min', 0.8, '20 s', 0.85, 0.3)}), '20', '... 20 with shrinkage');
	is(value(q{erlang_c_agents(10, '3 min', 0.8, '20 s', 0.7)}), '15', '15 agents at most 70 % occupied');
	is(value(q{erlang_c_agents(10, '3 min', 0.8, '20 s', 0.7, 0.3)}), '22', '... 22 with shrinkage');
	# the 90th percentile of the wait that Mandelbaum and Zeltyn print
	published('90 % wait at most 58.14 s', q{erlang_c_service_level(50, 48, '1 min', '58.14 s')}, '0.9000');

	for my $row (vectors('erlang_a.csv'))
	{
		my $aht = minutes($row->{aht_min});
		my $load = $row->{calls} =~ /(\d+)\/min/ ? "erlang_load($1, $aht, '1 min')" : "erlang_load($row->{calls}, $aht, " . minutes($row->{interval_min}) . ")";
		my $queue = "$row->{agents}, $load, $aht, " . minutes($row->{patience_mean_min});
		my $name = "Erlang A of $row->{agents}, $row->{source}";
		published("$name, waiting", "erlang_a($queue)", $row->{wait_probability});
		published("$name, abandonment", "erlang_a_abandonment($queue)", $row->{abandon_probability});
		published("$name, occupancy", "$load * (1 - erlang_a_abandonment($queue)) / $row->{agents}", $row->{occupancy});
		published("$name, mean wait of all in minutes", "erlang_a_abandonment($queue) * $row->{patience_mean_min}", $row->{avg_wait_min});
		published("$name, service level", "erlang_a_service_level($queue, " . minutes($row->{target_answer_min}) . ')', $row->{service_level})
		  if $row->{service_level} ne '';
	}

	# ContactCenters simulates days of eight hours that begin with an empty queue: 4.2 calls a minute,
	# 2 minutes, 12 agents, then with a patience of 1 minute. The formulas hold for a queue that has
	# run for ever, which is a little busier.
	my %simulated;
	$simulated{"$_->{model} $_->{metric}"} = $_->{mean} for vectors('contactcenters_sim.csv');
	for my $case (
		[ 'M/M/c service_level', q{erlang_c_service_level(12, 8.4, '2 min', '20 s')}, 0.004, -1 ],
		[ 'M/M/c speed_of_answer', q{seconds(erlang_c_asa(12, 8.4, '2 min')) / 60}, 0.004, 1 ],
		[ 'M/M/c occupancy', '8.4 / 12', 0.006, 1 ],
		[ 'M/M/c+abandon service_level',
			q{erlang_a_service_level(12, 8.4, '2 min', '1 min', '20 s') / (1 - erlang_a_abandonment(12, 8.4, '2 min', '1 min'))}, 0.002, -1 ],
		[ 'M/M/c+abandon occupancy', q{8.4 * (1 - erlang_a_abandonment(12, 8.4, '2 min', '1 min')) / 12}, 0.006, 1 ])
	{
		my ($metric, $expression, $tolerance, $sign) = @$case;
		my $difference = $sign * (value($expression) - $simulated{$metric});
		ok($difference > -0.001 && $difference < $tolerance, "ContactCenters, $metric: differs by $difference");
	}
}

# ---------------------------------------------------------------------------
# The simulated queue: 100 batches give each figure's standard error, and Student's t with 99 degrees
# of freedom the interval in which the formula must lie with 99.9 % confidence.

my $t = 3.3915;

sub simulated
{
	my ($name, $figure, $formula) = @_;
	my ($found, $half, $expected) = split /\|/, $node->safe_psql('postgres', qq{
		SELECT avg(x), $t * stddev_samp(x) / sqrt(count(x)), $formula
		FROM (SELECT $figure AS x FROM mmn GROUP BY batch) AS batches});
	ok(abs($found - $expected) <= $half, sprintf '%s: %.6f lies within %.6f +- %.6f', $name, $expected, $found, $half);
	# an interval that holds everything would prove nothing
	cmp_ok($half, '<', 0.25 * $expected, "... which says something");
}

sub simulate
{
	my (%variables) = @_;
	command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('postgres'),
			(map { ('-v', "$_=$variables{$_}") } sort keys %variables), '-f', "$FindBin::RealBin/../simulate/mmn.sql" ],
		'simulate ' . join(', ', map { "$_ $variables{$_}" } sort keys %variables));
}

for my $case ([ 14, 220, '180 s', 1 ], [ 30, 486, '200 s', 2 ])
{
	my ($agents, $lambda, $aht, $seed) = @$case;
	my $load = "erlang_load($lambda, '$aht', '1 h')";
	my $name = "M/M/$agents, load " . value($load);
	simulate(lambda => $lambda, aht => $aht, agents => $agents, calls => 150000, seed => $seed);
	simulated("$name, waiting", 'avg((wait_s > 0)::int)', "erlang_c($agents, $load)");
	simulated("$name, service level", q{service_level(wait, '20 s', answered)}, "erlang_c_service_level($agents, $load, '$aht', '20 s')");
	simulated("$name, ASA", 'seconds(asa(wait, answered))', "seconds(erlang_c_asa($agents, $load, '$aht'))");
}

# one queue that copes, one that without abandonment would not
for my $case ([ 14, 220, '180 s', '240 s', 3 ], [ 10, 240, '180 s', '90 s', 4 ])
{
	my ($agents, $lambda, $aht, $patience, $seed) = @$case;
	my $load = "erlang_load($lambda, '$aht', '1 h')";
	my $queue = "$agents, $load, '$aht', '$patience'";
	my $name = "M/M/$agents+M, load " . value($load) . ", patience $patience";
	simulate(lambda => $lambda, aht => $aht, agents => $agents, patience => $patience, calls => 150000, seed => $seed);
	simulated("$name, waiting", 'avg((wait_s > 0)::int)', "erlang_a($queue)");
	simulated("$name, service level", q{service_level(wait, '20 s', answered)}, "erlang_a_service_level($queue, '20 s')");
	simulated("$name, abandonment", 'abandonment_rate(NOT answered)', "erlang_a_abandonment($queue)");
	simulated("$name, ASA", 'seconds(asa(wait, answered))', "seconds(erlang_a_asa($queue))");
	simulated("$name, patience", q{seconds(average_patience(queue_agg(wait, '20 s', answered)))}, "seconds('$patience')");
	simulated("$name, mean wait of all", 'avg(wait_s)', "erlang_a_abandonment($queue) * seconds('$patience')");
}

# ---------------------------------------------------------------------------
# A backend that is asked for the impossible can be stopped

my ($code, $out, $err) = $node->psql('postgres',
	q{SET statement_timeout = '50 ms'; SELECT count(erlang_a_agents(9e8 + i, '3 min', '5 min', 0.9999999, '0')) FROM generate_series(1, 100000) AS i});
like($err, qr/statement timeout/, 'a long search can be cancelled');

done_testing();
