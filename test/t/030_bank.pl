# Real calls: the call centre of an anonymous bank in February 1999.  Every figure
# that an independent program computed from them must come out of the extension,
# to the digits that are printed there.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use KPI;
use PostgreSQL::Test::Utils;
use Test::More;

my $calls = kpi_shared('data/anonymous_bank_1999/feb1999.csv');
my $figures = kpi_shared('data/anonymous_bank_1999/computed_by_python.csv');
plan skip_all => "needs the calls of a bank in ../shared/data/anonymous_bank_1999"
  unless $calls && $figures;

my $node = kpi_node('bank');
$node->safe_psql('postgres', qq{
	CREATE TABLE calls (vru_line text, call_id int, customer_id text, priority int, type text, date date,
		vru_entry text, vru_exit text, vru_time int, q_start text, q_exit text, q_time int, outcome text,
		ser_start text, ser_exit text, ser_time int, server text);
	\\copy calls FROM '$calls' (FORMAT csv, HEADER)
});
is($node->safe_psql('postgres', 'SELECT count(*) FROM calls'), '33344', 'every call is loaded');

# The figures as printed: a Python float rounded to four decimals.
my (@names, %expected);
for my $line (split /\r?\n/, slurp_file($figures))
{
	my ($group, @values) = split /,/, $line;
	if (@names) { $expected{$group} = [@values] }
	else { @names = @values }
}
is(scalar(keys %expected), 38, 'figures of all calls, 6 types, 3 priorities and 28 dates');

# A group of calls is offered without the PHANTOM ones, which nobody made.
sub query
{
	my ($wait, $threshold, $service) = @_;
	return qq{
		WITH summaries AS (
			SELECT coalesce('type=' || type, 'priority=' || priority, 'date=' || date, 'ALL') AS name,
				queue_agg($wait, $threshold, outcome = 'AGENT') AS q,
				handle_agg($service) FILTER (WHERE outcome = 'AGENT') AS h
			FROM calls WHERE outcome <> 'PHANTOM'
			GROUP BY GROUPING SETS ((), (type), (priority), (date)))
		SELECT name, offered, answered, abandoned, trim_scale(percent(abandonment_rate, 4)), trim_scale(round(asa_seconds::numeric, 4)),
			trim_scale(round(aht_seconds::numeric, 4)), answered_within, trim_scale(percent(service_level(q, 'answered'), 4)),
			trim_scale(percent(service_level, 4)), hits(proportion(q, 'abandons_met')) - answered_within, longest_wait_seconds
		FROM summaries, queue_kpis(q), handle_kpis(h)};
}

sub compare
{
	my ($name, $query) = @_;
	my %got = map { my ($group, @values) = @$_; $group => [@values] } rows($node, $query);

	is_deeply([ sort keys %got ], [ sort keys %expected ], "$name: the same groups");
	for my $group (sort keys %expected)
	{
		is($got{$group}[$_], $expected{$group}[$_], "$name: $group $names[$_]") for 0 .. $#names;
	}
}

compare('whole seconds', query('q_time', '20', 'ser_time'));
compare('seconds', query('q_time::double precision', '20', 'ser_time::double precision'));
compare('intervals', query("q_time * interval '1 s'", "'20 s'", "ser_time * interval '1 s'"));

# The same from stored summaries of each hour, type and priority, merged.
$node->safe_psql('postgres', q{
	CREATE MATERIALIZED VIEW hourly AS
	SELECT date, substring(vru_entry FROM '^\d+')::int AS hour, type, priority,
		queue_agg(q_time, 20, outcome = 'AGENT') AS q, handle_agg(ser_time) FILTER (WHERE outcome = 'AGENT') AS h
	FROM calls WHERE outcome <> 'PHANTOM' GROUP BY 1, 2, 3, 4});
my $merged = query('q_time', '20', 'ser_time');
$merged =~ s/queue_agg\(.*?\) AS q/rollup(q) AS q/;
$merged =~ s/handle_agg\(.*?\) FILTER \(.*?\) AS h/rollup(h) AS h/;
$merged =~ s/FROM calls WHERE outcome <> 'PHANTOM'/FROM hourly/;
compare('from hourly summaries', $merged);

# One-step forms, and the trap that the documentation leads with: these waits are
# filled for abandoned calls too, so the form without answered is wrong.
is($node->safe_psql('postgres', q{
	SELECT percent(service_level(q_time, 20, outcome = 'AGENT'), 4), round(asa(q_time, outcome = 'AGENT')::numeric, 4),
		round((aht(ser_time) FILTER (WHERE outcome = 'AGENT'))::numeric, 3), percent(service_level(q_time, 20), 1),
		percent(abandonment_rate(outcome = 'HANG'), 4)
	FROM calls WHERE outcome <> 'PHANTOM'}), '49.0201|40.7743|176.353|58.7|17.8552', 'one-step forms');

# Against hand-written SQL over the last 100 calls of each day.
is($node->safe_psql('postgres', q{
	SELECT count(*) FILTER (WHERE a IS DISTINCT FROM b), count(*) FILTER (WHERE longest IS DISTINCT FROM max)
	FROM (SELECT service_level(q_time, 20, outcome = 'AGENT') OVER w AS a,
			count(*) FILTER (WHERE outcome = 'AGENT' AND q_time <= 20) OVER w::float8 / count(*) OVER w AS b,
			extract(epoch FROM longest_wait(queue_agg(q_time, 20, outcome = 'AGENT') OVER w))::int AS longest, max(q_time) OVER w AS max
		FROM calls WHERE outcome <> 'PHANTOM'
		WINDOW w AS (PARTITION BY date ORDER BY lpad(vru_entry, 8, '0'), call_id, vru_line ROWS 99 PRECEDING)) AS sliding}), '0|0', 'sliding over 100 calls');

$node->stop;
done_testing();
