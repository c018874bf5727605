# Reporting intervals around every change of every clock of the zone database,
# against the server's own AT TIME ZONE; and long steps, which once ran for ever.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use KPI;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = kpi_node('reporting', conf => "jit = off\n");

# ---------- the changes, read from the files of the database ----------

my ($directory) = grep { -d $_ } installed_directory('--sharedir') . '/timezone', '/usr/share/zoneinfo';

# ([moment, offset before, offset after], ...) of a file in the format of RFC 8536
sub changes
{
	my ($data) = @_;
	return unless $data =~ /^TZif[2-4]/;
	my $header = 44;
	my ($isut, $isstd, $leaps, $times, $types, $characters) = unpack 'x20 N6', $data;
	$data = substr $data, $header + $times * 5 + $types * 6 + $characters + $leaps * 8 + $isstd + $isut;
	(undef, undef, undef, $times, $types) = unpack 'x20 N6', $data;
	my @at = unpack "x$header q>$times", $data;
	my @type = unpack 'C*', substr $data, $header + $times * 8, $times;
	my @offset = map { unpack 'l>', substr $data, $header + $times * 9 + $_ * 6, 4 } 0 .. $types - 1;
	my ($before, @changes) = $offset[0];
	foreach my $i (0 .. $times - 1)
	{
		my $after = $offset[ $type[$i] ];
		push @changes, [ $at[$i], $before, $after ] if $after != $before && $at[$i] > -4102444800;
		$before = $after;
	}
	return @changes;
}

# Equal changes at equal times of day, alone or with equal neighbours, are tried once.
my (%seen, %known, @tried);
my $read = 0;
foreach my $zone (map { $_->[0] } rows($node, q{SELECT name FROM pg_timezone_names WHERE name !~ '^(posix/|right/|posixrules|localtime)' ORDER BY 1}))
{
	next unless -f "$directory/$zone";
	my $data = slurp_file("$directory/$zone");
	next if $seen{$data}++;
	my @changes = changes($data);
	$read++;
	foreach my $change (@changes)
	{
		my ($at, $before, $after) = @$change;
		my @near = grep { abs($_->[0] - $at) < 3 * 86400 } @changes;
		my $key = join ' ', $at % 86400, map { $_->[0] - $at, $_->[1], $_->[2] } @near;
		push @tried, "$zone\t$at\t$before\t$after\t{" . join(',', map { $_->[0] } @near) . "}\t{" . join(',', map { $_->[1], $_->[2] } @near) . '}'
		  unless $known{$key}++;
	}
}
cmp_ok($read, '>', 300, 'distinct zones were read');
cmp_ok(scalar @tried, '>', 500, 'distinct changes of the clock');
note scalar(@tried) . " changes of $read zones";

my $file = $node->basedir . '/changes';
open my $out, '>', $file or die "$file: $!";
print $out map { "$_\n" } @tried;
close $out;
$node->safe_psql('postgres', qq{
	CREATE TABLE change (zone text, at bigint, before int, after int, near bigint[], offsets int[]);
	COPY change FROM '$file';
	CREATE TABLE step AS SELECT unnest('{2 h,3 h,4 h,6 h,8 h,12 h,1 day,45 min,90 min}'::interval[]) AS step;
	-- Moments around a change; the first at which the clock showed the cell of each is one of
	-- those at which it could have reached the cell, or a change.
	CREATE TABLE expected AS
	SELECT zone, step, moment, min(start) AS start
	FROM change, step,
		unnest('{-27 h,-25 h,-13 h,-12 h,-3 h,-2 h,-1 h,-30 min,-1 us,0,1 us,29 min,59:59.999999,1 h,2 h,11 h,12 h,23 h,24 h,25 h,26 h}'::interval[]) AS around,
		LATERAL (SELECT to_timestamp(at) + around AS moment) AS m,
		LATERAL (SELECT date_bin(step, moment AT TIME ZONE zone, '2001-01-01') AS cell) AS l,
		LATERAL (SELECT cell AT TIME ZONE 'UTC' - o * interval '1 s' FROM unnest(offsets) AS o UNION ALL SELECT to_timestamp(n) FROM unnest(near) AS n) AS s (start)
	WHERE start AT TIME ZONE zone >= cell AND start AT TIME ZONE zone < cell + step
	GROUP BY zone, step, moment});
cmp_ok($node->safe_psql('postgres', 'SELECT count(*) FROM expected'), '>', 100000, 'moments around the changes');
is( $node->safe_psql('postgres', q{
	SELECT zone, step, moment, start, interval_start(moment, step, zone) FROM expected
	WHERE start IS DISTINCT FROM interval_start(moment, step, zone) ORDER BY moment LIMIT 10}),
	'', 'a step that does not divide the hour begins where the clock first showed its cell');

# Any step: the parts meet and sum to the span, and lie in their intervals; no two neighbours in the same one.
is( $node->safe_psql('postgres', q{
	SELECT zone, step, span, p.* FROM change, LATERAL (SELECT tstzrange(to_timestamp(at) - interval '26:07:03', to_timestamp(at) + interval '27:11:13') AS span) AS s,
		unnest('{15 min,1 h,45 min,2 h,3 h,6 h,8 h,12 h,1 day,7 days}'::interval[]) AS step,
		LATERAL (SELECT sum(covered) AS covered, range_agg(part) AS parts,
			bool_and(interval_start(lower(part), step, zone) = i.interval_start AND interval_start(upper(part) - interval '1 us', step, zone) = i.interval_start
				AND i.interval_start <= lower(part) AND i.interval_start IS DISTINCT FROM next) AS inside,
			count(DISTINCT i.interval_start) = count(DISTINCT date_bin(step, lower(part) AT TIME ZONE zone, '2001-01-01')) AS once
			FROM (SELECT *, lead(interval_start) OVER (ORDER BY part) AS next FROM split_span(span, step, zone)) AS i) AS p
	WHERE NOT (inside AND parts = tstzmultirange(span) AND covered = upper(span) - lower(span) AND (once OR step IN ('15 min', '1 h')))
	ORDER BY at LIMIT 10}),
	'', 'nothing is lost, and longer steps take the repeated hour in');

# ---------- long steps ----------

# each of these took minutes, in which nothing could stop it
foreach my $case (
	[ q{split_span('[2002-01-01, 2002-01-02)', interval '10000000 days', 'America/New_York')}, 1 ],
	[ q{split_span('[2002-01-01, 2002-01-02)', interval '100000000 days', 'America/New_York')}, 1 ],
	[ q{split_span('[2002-01-01, 290000-01-01)', interval '1000000 days', 'America/New_York')}, 106 ],
	[ q{split_span('[2002-01-01, 290000-01-01)', interval '100000 days', 'America/New_York')}, 1052 ],
	[ q{split_span('[2001-01-01, 294276-12-31)', interval '106751991 days', 'Europe/London')}, 1 ])
{
	my ($call, $rows) = @$case;
	is($node->safe_psql('postgres', "SET statement_timeout = '60s'; SELECT count(*) FROM $call"), $rows, "$rows rows of $call");
}
my ($status, $stdout, $stderr) = $node->psql('postgres', q{SET statement_timeout = '200ms'; SELECT count(*) FROM split_span('[2002-01-01, 290000-01-01)', '1 day', 'America/New_York')});
like($stderr, qr/statement timeout/, 'many rows are cancelled');

# the end of time
is( $node->safe_psql('postgres', q{
	SELECT count(*), sum(covered) FROM split_span('[294276-12-28 00:00+00,294276-12-31 00:00+00)', '15 days', 'America/Chicago')}),
	'1|72:00:00', 'the last interval of time');
is( $node->safe_psql('postgres', q{
	SELECT sum(covered) FROM unnest('{UTC,America/Chicago,Asia/Tokyo,Europe/London}'::text[]) AS zone, unnest('{2 h,1 day,7 days,500 days}'::interval[]) AS step,
		split_span('[294276-12-01,294276-12-31 23:59:59.999999)', step, zone)}),
	'11903:59:59.999984', 'the last month of time, at any step, west and east');

ok(!crashed($node), 'no crash');
$node->stop;
done_testing();
