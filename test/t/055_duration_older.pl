# Durations that kpi 1.0.0 stored, on another grid: its bytes, its text and its binary form, as that version made
# them (test/older_durations.txt), are read onto today's grid, and never below the truth.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use KPI;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = kpi_node('older');
my @older = map { [ split /\|/, $_, -1 ] } split /\n/, slurp_file(kpi_root() . '/test/older_durations.txt');
my ($state) = grep { $_->[0] eq 'a state' } @older;
@older = grep { $_->[0] ne 'a state' } @older;
cmp_ok(scalar @older, '>=', 8, 'there are values of 1.0.0');
# the bytes are those of the machine that made them, as in any data directory
my $has_bytes = pack('L', 1) eq pack('V', 1);

# a value as a page would hold it, whatever its bytes
my $raw = q{CREATE FUNCTION raw(bytea) RETURNS duration_summary LANGUAGE internal STRICT AS 'byteasend';};

# Fills the table "older": each set by each way in which it may come, with the durations themselves.
sub keep
{
	my ($db) = @_;
	my $file = $node->basedir . '/older.bin';
	chmod 0755, $node->basedir;
	open my $out, '>:raw', $file or die;
	print $out "PGCOPY\n\377\r\n\0", pack('N2', 0, 0);
	print $out pack('n', 2), pack('N/a N/a', $_->[0], pack('H*', $_->[3])) foreach @older;
	print $out pack('n', 0xFFFF);
	close $out;
	$node->safe_psql($db, "$raw CREATE TABLE truth (name text, usec bigint[]); CREATE TABLE older (way text, name text, d duration_summary);"
		  . "CREATE TABLE sent (name text, d duration_summary); COPY sent FROM '$file' (FORMAT binary); INSERT INTO older SELECT 'binary', * FROM sent;"
		  . join('', map { "INSERT INTO truth VALUES ('$_->[0]', '$_->[1]'); INSERT INTO older VALUES ('text', '$_->[0]', '$_->[4]');"
				  . ($has_bytes ? "INSERT INTO older VALUES ('stored', '$_->[0]', raw('\\x$_->[2]'));" : '') } @older));
	return;
}

sub value
{
	my ($db, $query) = @_;
	return $node->safe_psql($db, $query);
}

# a database in which 1.0.0 was installed, and one of today
$node->safe_psql('postgres', 'CREATE DATABASE before');
$node->safe_psql('before', q{CREATE EXTENSION kpi VERSION '1.0.0'});
foreach my $db ('before', 'postgres')
{
	keep($db);
	is(value($db, q{SELECT string_agg(way || ' ' || n, ',' ORDER BY way) FROM (SELECT way, count(*) AS n FROM older GROUP BY way) _}),
		join(',', map { "$_ " . @older } 'binary', $has_bytes ? 'stored' : (), 'text'), "$db: all are there");
	is(value($db, q{SELECT string_agg(DISTINCT name, ',') FROM older JOIN truth USING (name),
			LATERAL (SELECT count(*) AS n, coalesce(sum(u), 0) AS total, min(u) AS low, max(u) AS high, coalesce(sum(u::numeric * u), 0) AS squares FROM unnest(usec) AS u) AS t
		WHERE d::jsonb - '{ends,coarse}'::text[] <> jsonb_build_object('samples', n, 'total', total, 'squares', squares, 'shortest', low, 'longest', high)
			OR (SELECT coalesce(sum((b->>1)::bigint), 0) FROM jsonb_array_elements(d::jsonb->'ends') AS b) <> n}), '', "$db: sums and extremes are as they were");
	is(value($db, q{SELECT string_agg(concat_ws(' ', way, name, f, ours, exact), ',') FROM (
			SELECT way, name, f, (extract(epoch FROM percentile(d, f)) * 1000000)::bigint AS ours, percentile_disc(f) WITHIN GROUP (ORDER BY u) AS exact
			FROM older JOIN truth USING (name), unnest(usec) AS u, (SELECT i / 32.0::float8 AS f FROM generate_series(0, 32) AS i) AS fractions GROUP BY way, name, d::text, d, f) _
		WHERE ours < exact OR (ours - exact) * 125 > exact OR (f IN (0, 1) AND ours <> exact)}), '', "$db: percentiles are never below the truth, and at most 0.8 % above");
	is(value($db, q{SELECT count(*) FROM older, (SELECT i / 32.0::float8 AS f FROM generate_series(0, 32) AS i) AS fractions WHERE rate_within(d, percentile(d, f)) < f}), '0', "$db: 90 % lie within the 90th percentile");
	is(value($db, q{SELECT count(*) FROM older JOIN truth USING (name), unnest('{20 s,1 min,5 min,4 h,8 h,1 day}'::interval[]) AS t, LATERAL (
			SELECT avg((u <= extract(epoch FROM t) * 1000000)::int)::float8 AS most, avg((u <= extract(epoch FROM t) * 1000000 * (1 - 1 / 250.0))::int)::float8 AS least
			FROM unnest(usec) AS u) AS r
		WHERE rate_within(d, t) > most + 1e-9 OR rate_within(d, t) < least - 1e-9}), '0', "$db: shares lack at most what lies within 0.4 % below the threshold");
	is(value($db, q{SELECT count(*) FROM older WHERE d::text::duration_summary::text <> d::text OR d::text NOT IN (SELECT d::text FROM older AS o WHERE o.name = older.name AND way = 'text')}),
		'0', "$db: the same in each way, and its text is read again");
	is(value($db, q{SELECT count(DISTINCT d) FROM (SELECT rollup(d) AS d FROM older GROUP BY way) _}), '1', "$db: they merge to the same");
	is(value($db, q{SELECT count(*) FROM (SELECT rollup(d) OVER w AS a, rollup(d) FILTER (WHERE random() >= 0) OVER w AS b FROM older WINDOW w AS (ORDER BY way, name ROWS 2 PRECEDING)) _ WHERE a IS DISTINCT FROM b}),
		'0', "$db: they come into a frame and leave it");
	is(value($db, q{SELECT count(*) FROM older AS a JOIN older AS b ON a.way = b.way AND a.name = b.name AND a.d = b.d AND NOT a.d < b.d AND a.d::text = b.d::text}), scalar @older * ($has_bytes ? 3 : 2), "$db: each equals itself");
}
is(value('postgres', q{SELECT string_agg(DISTINCT name || ' ' || is_exact(d, '20 s') || ' ' || (d::jsonb ? 'coarse'), ',') FROM older WHERE name IN ('zeros', 'two in one bucket', 'at four hours')}),
	'at four hours false true,two in one bucket true false,zeros true false', 'where a bucket straddles an end nothing is exact any more');
is(value('postgres', q{SELECT is_exact(rollup(d), '20 s') FROM (SELECT d FROM older UNION ALL SELECT duration_agg('20 s'::interval)) _}), 'f', 'nor in what it is merged into');

SKIP:
{
	skip 'needs a little-endian machine', 2 unless $has_bytes;
	my ($status, $stdout, $stderr) = $node->psql('postgres', "SELECT samples(raw('\\x$state->[2]'))");
	like($stderr, qr/ERROR:  a duration_summary that kpi 1\.0\.0 stored before it was complete cannot be read.*HINT:  Compute it anew/s, 'the state of an aggregate is refused, with the cure');

	# cut short, with other counts, with a bucket more: refused, or read; never more
	my ($damaged) = grep { $_->[0] eq 'whole minutes' } @older;
	my $refused = 0;
	foreach my $i (0 .. 60)
	{
		my $bytes = pack('H*', $damaged->[2]);
		$i < 30 ? substr($bytes, -1 - $i) = '' : (substr($bytes, 12 + ($i - 30) * 2, 1) ^= "\x55");
		($status, $stdout, $stderr) = $node->psql('postgres', 'SELECT samples(d), percentile(d, 0.5), d FROM raw(\'\\x' . unpack('H*', $bytes) . "') AS d");
		$refused++ if $stderr =~ /ERROR:  (stored duration_summary is corrupt|a duration_summary (of an unknown version|that kpi))/;
		fail("damaged $i: $stderr") if $status != 0 && $stderr !~ /ERROR:  (stored|a) duration_summary/;
	}
	cmp_ok($refused, '>', 40, "damaged values are refused: $refused of 61");
}

$node->stop;
done_testing();
