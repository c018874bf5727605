# Upgrade paths: an old version that is installed and updated must leave the same
# catalog as a fresh install.  Until the first release there is no old version;
# two made-up ones keep the test itself honest.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use KPI;
use Test::More;

my $node = kpi_node('upgrade');
my $scripts = installed_directory('--sharedir') . '/extension';
my $current = $node->safe_psql('postgres', "SELECT default_version FROM pg_available_extensions WHERE name = 'kpi'");
my $expected = kpi_catalog($node, 'postgres');
my $databases = 0;

sub catalog_after_update
{
	my ($from) = @_;
	my $db = 'upgrade' . ++$databases;
	$node->safe_psql('postgres', "CREATE DATABASE $db");
	$node->safe_psql($db, "CREATE EXTENSION kpi VERSION '$from'");
	$node->safe_psql($db, "ALTER EXTENSION kpi UPDATE TO '$current'");
	return kpi_catalog($node, $db);
}

sub write_script
{
	my ($name, $text) = @_;
	open my $out, '>', "$scripts/$name" or die "$scripts/$name: $!";
	print $out $text;
	close $out;
}

open my $in, '<', "$scripts/kpi--$current.sql" or die $!;
my $script = do { local $/; <$in> };
close $in;

# every released version from which an update exists
my @released = split /\n/, $node->safe_psql('postgres', qq{
	SELECT source FROM pg_extension_update_paths('kpi') WHERE target = '$current' AND path IS NOT NULL ORDER BY 1});
same_lines(catalog_after_update($_), $expected, "updating $_ gives the catalog of a fresh $current") for @released;
note 'no version was released before ' . $current unless @released;

# a made-up old version that lacked two functions, and its update
my @later = $script =~ /(CREATE FUNCTION percent\(.*?;\n)/sg;
my @comments = $script =~ /(COMMENT ON FUNCTION percent\(.*?';\n)/sg;
is(scalar @later, 2, 'two functions to leave out');
my $old = $script;
$old =~ s/\Q$_\E// for @later, @comments;
write_script('kpi--0.0.1.sql', $old);
write_script("kpi--0.0.1--$current.sql", join '', @later, @comments);
same_lines(catalog_after_update('0.0.1'), $expected, 'a complete update gives the catalog of a fresh install');

# an update that forgets one of them is seen
write_script('kpi--0.0.2.sql', $old);
write_script("kpi--0.0.2--$current.sql", join '', $later[0], @comments[ 0 .. 0 ]);
ok(catalog_after_update('0.0.2') ne $expected, 'an update that forgets a function is noticed');

unlink map { "$scripts/$_" } 'kpi--0.0.1.sql', "kpi--0.0.1--$current.sql", 'kpi--0.0.2.sql', "kpi--0.0.2--$current.sql";
done_testing();
