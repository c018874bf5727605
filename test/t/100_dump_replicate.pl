# Summaries leave the server and come back with equal bytes: pg_dump in every
# format, binary and text COPY, logical and physical replication.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use KPI;
use Test::More;

my $node = kpi_node('origin', init => { allows_streaming => 'logical' });
load_contact_centre($node);
load_file($node, 'postgres', 'test/summaries.sql');
load_file($node, 'postgres', 'test/stored.sql');
$node->safe_psql('postgres', 'CREATE MATERIALIZED VIEW merged AS SELECT * FROM merged_summaries');

cmp_ok($node->safe_psql('postgres', 'SELECT count(*) FROM hourly'), '>', 300, 'there are hours to keep');
is( $node->safe_psql('postgres', q{
		SELECT string_agg(DISTINCT proargtypes[0]::regtype::text, ', ') FROM pg_proc
		WHERE prokind = 'a' AND proname = 'rollup' AND proargtypes[0] NOT IN
			(SELECT atttypid FROM pg_attribute WHERE attrelid = 'hourly'::regclass)}),
	'', 'a column for every summary type');
my $expected = fingerprint($node, 'postgres');
cmp_ok(scalar(split /\n/, $expected), '>=', 8, 'the values of all columns are seen');

# the columns of the tables, and what is expected of the tables alone
my %columns = map { @$_ } rows($node, q{
	SELECT attrelid::regclass, string_agg(format('%I %s', attname, format_type(atttypid, NULL)), ', ' ORDER BY attnum)
	FROM pg_attribute WHERE attrelid IN ('hourly'::regclass, 'calendars'::regclass) AND attnum > 0 GROUP BY 1});
sub tables_of
{
	return join "\n", grep { !/^merged/ } split /\n/, shift;
}
my $tables = tables_of($expected);

# pg_dump and pg_restore
my $dir = $node->basedir;
for my $format (qw(plain custom directory))
{
	my $file = "$dir/dump.$format";
	$node->command_ok([ 'pg_dump', '-d', $node->connstr('postgres'), "--format=$format", '-f', $file ], "pg_dump, $format");
	$node->safe_psql('postgres', "CREATE DATABASE restored_$format");
	$node->command_ok(
		$format eq 'plain'
		? [ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr("restored_$format"), '-f', $file ]
		: [ 'pg_restore', '--exit-on-error', '-d', $node->connstr("restored_$format"), $file ],
		"restore, $format");
	is(fingerprint($node, "restored_$format"), $expected, "$format: equal bytes after dump and restore");
}
# COPY
for my $format (qw(text csv binary))
{
	$node->safe_psql('postgres', qq{
		CREATE DATABASE copied_$format;
		COPY hourly TO '$dir/hourly.$format' (FORMAT $format);
		COPY calendars TO '$dir/calendars.$format' (FORMAT $format)});
	$node->safe_psql("copied_$format", qq{
		CREATE EXTENSION kpi;
		CREATE TABLE hourly ($columns{hourly});
		CREATE TABLE calendars ($columns{calendars});
		COPY hourly FROM '$dir/hourly.$format' (FORMAT $format);
		COPY calendars FROM '$dir/calendars.$format' (FORMAT $format)});
	is(fingerprint($node, "copied_$format"), $tables, "COPY, $format: equal bytes");
}

# Physical replication: a standby reads the same, and aggregates as well.
$node->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($node, 'base', has_streaming => 1);
$standby->start;
$node->wait_for_catchup($standby);
is(fingerprint($standby, 'postgres'), $expected, 'physical replication: equal bytes');
is( $standby->safe_psql('postgres', 'SELECT count(*) FROM (TABLE merged_summaries EXCEPT TABLE direct_summaries) d'),
	'0', 'the standby merges and aggregates');

# Logical replication, in text and in binary.
for my $binary ('off', 'on')
{
	my $replica = kpi_node("replica_$binary");
	$replica->safe_psql('postgres', "CREATE TABLE hourly ($columns{hourly}, PRIMARY KEY (hour, queue));
		CREATE TABLE calendars ($columns{calendars}, PRIMARY KEY (name))");
	$node->safe_psql('postgres', 'CREATE PUBLICATION kpis FOR TABLE hourly, calendars') if $binary eq 'off';
	my $connstr = $node->connstr('postgres');
	$replica->safe_psql('postgres',
		"CREATE SUBSCRIPTION sub_$binary CONNECTION \$\$$connstr\$\$ PUBLICATION kpis WITH (binary = $binary)");
	$replica->wait_for_subscription_sync($node, "sub_$binary");
	$node->safe_psql('postgres', q{
		UPDATE hourly SET resolved = resolved + '1/2', reached = reached + reached, talked = talked + talked, open = open + open
			WHERE queue = (SELECT min(queue) FROM hourly);
		UPDATE calendars SET hours = closed_on(hours, '{2026-04-23}') WHERE name = 'desk'});
	$node->wait_for_catchup("sub_$binary");
	is(fingerprint($replica, 'postgres'), tables_of(fingerprint($node, 'postgres')), "logical replication, binary $binary: equal bytes");
	$replica->safe_psql('postgres', "DROP SUBSCRIPTION sub_$binary");
	$replica->stop;
}

# A calendar whose zone a server does not have is refused, with the zone in the message.
my ($ret, $out, $err) = $node->psql('postgres', q{INSERT INTO calendars VALUES ('x', 'Atlantis/Capital; 24x7')});
like($err, qr/Atlantis\/Capital/, 'an unknown zone: a clear error');

done_testing();
