# Upgrade paths: a released version that is installed with today's library and updated
# leaves the catalog of a fresh install and every stored value as it was.  Released
# versions are frozen in sql/upgrade ("make freeze"); two made-up ones keep the test
# itself honest.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use KPI;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = kpi_node('upgrade');
my $scripts = installed_directory('--sharedir') . '/extension';
my $databases = 0;
$node->safe_psql('postgres', 'CREATE EXTENSION kpi_rollup');

# What an analyst keeps, made with the functions of the oldest release.
my $keep = q{
	CREATE TABLE calls AS SELECT i / 100 AS hour, i % 97 AS wait, i % 7 > 0 AS answered, i % 311 AS talk, i % 11 AS score, i % 3 = 0 AS resolved
	FROM generate_series(1, 1000) AS i;
	CREATE MATERIALIZED VIEW hourly AS
	SELECT hour, queue_agg(wait, 20, answered) AS q, handle_agg(talk) AS h, rating_agg(score) AS r, proportion_agg(resolved) AS p, duration_agg(talk) AS d
	FROM calls GROUP BY hour;
	CREATE INDEX ON hourly (q);
	CREATE VIEW daily AS SELECT service_level(rollup(q)), aht(rollup(h)), nps(rollup(r)), rate(rollup(p)), percentile(rollup(d), 0.9) FROM hourly;};
my $kept = q{
	SELECT md5(string_agg(h::text, ',' ORDER BY hour)) FROM hourly AS h;
	SELECT * FROM daily;
	REFRESH MATERIALIZED VIEW hourly;
	SELECT md5(string_agg(h::text, ',' ORDER BY hour)) FROM hourly AS h;};

# The catalog of an extension after an update; what was kept must be kept.
sub catalog_after_update
{
	my ($extension, $from, $current) = @_;
	my $db = 'upgrade' . ++$databases;
	$node->safe_psql('postgres', "CREATE DATABASE $db");
	$node->safe_psql($db, 'CREATE EXTENSION kpi') unless $extension eq 'kpi';
	$node->safe_psql($db, "CREATE EXTENSION $extension VERSION '$from'");
	$node->safe_psql($db, $keep);
	my $before = $node->safe_psql($db, $kept);
	$node->safe_psql($db, "ALTER EXTENSION $extension UPDATE TO '$current'");
	is($node->safe_psql($db, $kept), $before, "$extension $from: what is stored stays as it was");
	return kpi_catalog($node, $db, $extension);
}

sub write_script
{
	my ($name, $text) = @_;
	open my $out, '>', "$scripts/$name" or die "$scripts/$name: $!";
	print $out $text;
	close $out;
}

foreach my $extension (qw(kpi kpi_rollup))
{
	my $current = $node->safe_psql('postgres', "SELECT default_version FROM pg_available_extensions WHERE name = '$extension'");
	my $expected = kpi_catalog($node, 'postgres', $extension);
	my @released = grep { $_ ne $current } map { /--([\d.]+)\.sql$/ } grep { !/--.*--/ } glob(kpi_root() . "/sql/upgrade/$extension--*.sql");
	foreach my $version (@released)
	{
		is($node->safe_psql('postgres', "SELECT count(*) FROM pg_extension_update_paths('$extension') WHERE source = '$version' AND target = '$current' AND path IS NOT NULL"),
			1, "there is a way from $extension $version to $current") or next;
		same_lines(catalog_after_update($extension, $version, $current), $expected, "updating $extension $version gives the catalog of a fresh $current");
	}
	note "no version of $extension was released before $current" unless @released;

	# a version that is released stays as it is: other SQL needs another version
	my $frozen = kpi_root() . "/sql/upgrade/$extension--$current.sql";
	same_lines(slurp_file("$scripts/$extension--$current.sql"), slurp_file($frozen), "$extension $current is what was released") if -e $frozen;
}

# a made-up old version that lacked two functions, and its update
my $current = $node->safe_psql('postgres', "SELECT default_version FROM pg_available_extensions WHERE name = 'kpi'");
my $expected = kpi_catalog($node, 'postgres');
my $script = slurp_file("$scripts/kpi--$current.sql");
my @later = $script =~ /(CREATE FUNCTION percent\(.*?;\n)/sg;
my @comments = $script =~ /(COMMENT ON FUNCTION percent\(.*?';\n)/sg;
is(scalar @later, 2, 'two functions to leave out');
my $old = $script;
$old =~ s/\Q$_\E// for @later, @comments;
write_script('kpi--0.0.1.sql', $old);
write_script("kpi--0.0.1--$current.sql", join '', @later, @comments);
same_lines(catalog_after_update('kpi', '0.0.1', $current), $expected, 'a complete update gives the catalog of a fresh install');

# an update that forgets one of them is seen
write_script('kpi--0.0.2.sql', $old);
write_script("kpi--0.0.2--$current.sql", join '', $later[0], @comments[ 0 .. 0 ]);
ok(catalog_after_update('kpi', '0.0.2', $current) ne $expected, 'an update that forgets a function is noticed');

unlink map { "$scripts/$_" } 'kpi--0.0.1.sql', "kpi--0.0.1--$current.sql", 'kpi--0.0.2.sql', "kpi--0.0.2--$current.sql";
$node->stop;
done_testing();
