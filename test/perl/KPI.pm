# What the TAP tests of the extension share: servers that have it, the simulated
# data, and the catalog of what it offers.
#
#   use FindBin;
#   use lib "$FindBin::RealBin/../perl";
#   use KPI;
package KPI;

use strict;
use warnings;

use Cwd qw(abs_path);
use Exporter 'import';
use File::Basename qw(dirname);
use IPC::Run ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

our @EXPORT = qw(kpi_root kpi_shared kpi_node kpi_server_version load_contact_centre
  load_file rows kpi_aggregates kpi_types kpi_catalog same_lines fingerprint installed_directory crashed recovered makes_rollups);

# The extension's source tree.
sub kpi_root
{
	return dirname(dirname(dirname(abs_path(__FILE__))));
}

# A file of the data that lies beside the tree, or undef where it does not:
#   my $csv = kpi_shared('data/...') or plan skip_all => '...';
sub kpi_shared
{
	my ($file) = @_;
	my $path = dirname(kpi_root()) . "/shared/$file";
	return -e $path ? $path : undef;
}

# A running server with the extension in its database postgres; KPI_CONF adds settings to all of them:
#   kpi_node('name', conf => "work_mem = '1GB'", init => { allows_streaming => 1 }, extension => 0)
sub kpi_node
{
	my ($name, %params) = @_;
	my $node = PostgreSQL::Test::Cluster->new($name);
	$node->init(extra => [ '--encoding=UTF8', '--locale=C' ], %{ $params{init} // {} });
	# Statements are logged only by those that fail: the tests run a great many.
	$node->append_conf('postgresql.conf', "log_statement = none\n" . "TimeZone = 'UTC'\n" . ($params{conf} // '') . "\n" . ($ENV{KPI_CONF} // '') . "\n");
	$node->start;
	$node->safe_psql('postgres', 'CREATE EXTENSION kpi') unless defined $params{extension} && !$params{extension};
	return $node;
}

# 15, 16, ...
sub kpi_server_version
{
	my ($node) = @_;
	return int($node->safe_psql('postgres', 'SHOW server_version_num') / 10000);
}

# Runs a file of the tree in a database: load_file($node, 'postgres', 'test/...', psql options)
sub load_file
{
	my ($node, $database, $file, @options) = @_;
	$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', @options, '-d', $node->connstr($database), '-f', kpi_root() . "/$file" ],
		"load " . $file =~ s/.*\///r);
}

# A week of a simulated contact centre (test/simulate/contact_centre.sql).
sub load_contact_centre
{
	my ($node, $database) = @_;
	load_file($node, $database // 'postgres', 'test/simulate/contact_centre.sql');
}

# The rows of a query, each a list of values (NULL is the empty string).
sub rows
{
	my ($node, $query, $database) = @_;
	my $result = $node->safe_psql($database // 'postgres', $query, extra_params => [ '-F', "\x1f" ]);
	return map { [ split /\x1f/, $_, -1 ] } split /\n/, $result;
}

my $of_extension = q{
	(SELECT objid FROM pg_depend d JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid
	 WHERE e.extname = 'kpi' AND d.deptype = 'e' AND d.classid = '%s'::regclass)};

# Every aggregate of the extension: a list of hashes with signature, name, call
# name, result, types and names of the arguments.
sub kpi_aggregates
{
	my ($node) = @_;
	my $aggregates = sprintf $of_extension, 'pg_proc';
	return map {
		{
			signature => $_->[0],
			name => $_->[1],
			function => $_->[2],
			result => $_->[3],
			types => [ split /;/, $_->[4] ],
			names => [ split /;/, $_->[5] ],
		}
	} rows($node, qq{
		SELECT p.oid::regprocedure, proname, p.oid::regproc, format_type(prorettype, NULL),
			(SELECT string_agg(format_type(t, NULL), ';' ORDER BY n) FROM unnest(proargtypes::oid[]) WITH ORDINALITY AS u (t, n)),
			array_to_string(proargnames, ';')
		FROM pg_aggregate a JOIN pg_proc p ON p.oid = a.aggfnoid
		WHERE p.oid IN $aggregates
		ORDER BY proname, 1});
}

# Every base type of the extension.
sub kpi_types
{
	my ($node) = @_;
	my $types = sprintf $of_extension, 'pg_type';
	return map { $_->[0] } rows($node, qq{
		SELECT format_type(oid, NULL) FROM pg_type WHERE typtype = 'b' AND typelem = 0 AND oid IN $types ORDER BY 1});
}

# All that the extension, or another that is named, made in a database, in words that
# are the same in every database: what each function, aggregate, operator and type consists of.
sub kpi_catalog
{
	my ($node, $database, $extension) = @_;
	return $node->safe_psql($database, q{
		SELECT line FROM (SELECT concat_ws(' ', pg_describe_object(d.classid, d.objid, 0), obj_description(d.objid, d.classid::regclass::text::name),
			p.prosrc, p.provolatile, p.proparallel, p.proisstrict, p.procost, p.prorows,
			pg_get_function_arguments(p.oid), pg_get_function_result(p.oid),
			a.aggtransfn, a.aggfinalfn, a.aggcombinefn, a.aggmtransfn, a.aggminvtransfn, a.aggmfinalfn,
			a.aggtransspace, a.agginitval, a.aggminitval,
			o.oprcode, nullif(o.oprcom, 0)::regoperator, nullif(o.oprnegate, 0)::regoperator, o.oprrest, o.oprjoin,
			CASE WHEN p.prosupport <> 0 THEN p.prosupport::regprocedure END, CASE WHEN l.lanname NOT IN ('c', 'internal') THEN md5(pg_get_functiondef(p.oid)) END,
			t.typlen, t.typalign, t.typstorage, t.typinput, t.typoutput, t.typreceive, t.typsend) AS line
		FROM pg_depend d
		JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND e.oid = d.refobjid AND e.extname = '} . ($extension // 'kpi') . q{'
		LEFT JOIN pg_proc p ON d.classid = 'pg_proc'::regclass AND p.oid = d.objid
		LEFT JOIN pg_language l ON l.oid = p.prolang
		LEFT JOIN pg_type t ON d.classid = 'pg_type'::regclass AND t.oid = d.objid
		LEFT JOIN pg_aggregate a ON a.aggfnoid = p.oid
		LEFT JOIN pg_operator o ON d.classid = 'pg_operator'::regclass AND o.oid = d.objid
		WHERE d.deptype = 'e'
		) AS lines ORDER BY line COLLATE "C"}) =~ s/OPERATOR\(\w+\.(\S+)\)/$1/gr;
}

# Whether two long texts are equal; shows the lines in which they differ.
sub same_lines
{
	my ($got, $expected, $name) = @_;
	my %got = map { $_ => 1 } split /\n/, $got;
	my %expected = map { $_ => 1 } split /\n/, $expected;
	my @only = ((map { "+$_" } grep { !$expected{$_} } sort keys %got), (map { "-$_" } grep { !$got{$_} } sort keys %expected));
	ok($got eq $expected, $name) or diag join "\n", @only[ 0 .. ($#only > 19 ? 19 : $#only) ];
}

# Statements that make rollups, which is done in READ COMMITTED whatever the server's default is
sub makes_rollups
{
	return map { s/CALL rollup_create/SET default_transaction_isolation = 'read committed'; CALL rollup_create/gr } @_;
}

# Checksums of all stored values of the extension's types (test/fingerprint.sql).
sub fingerprint
{
	my ($node, $database) = @_;
	return $node->safe_psql($database, slurp_file(kpi_root() . '/test/fingerprint.sql'));
}

# Where this PostgreSQL keeps its files: installed_directory('--sharedir')
sub installed_directory
{
	my ($option) = @_;
	my $directory = qx("$ENV{PG_CONFIG}" $option);
	chomp $directory;
	return $directory;
}

# Whether a backend of the server has crashed, by its log.
sub crashed
{
	my ($node) = @_;
	return slurp_file($node->logfile) =~ /terminated by signal|PANIC|Sanitizer|runtime error:/;
}

# Waits until the server answers again.  (What psql reads from its standard input breaks a pipe
# where psql is refused before it reads.)
sub recovered
{
	my ($node) = @_;
	my $answers = 0;
	for (1 .. 1800)
	{
		my @command = ('psql', '-X', '-A', '-t', '-q', '-h', $node->host, '-p', $node->port, '-c', 'SELECT true', 'postgres');
		$answers = IPC::Run::run(\@command, '<', \undef, '>', \my $out, '2>', \my $err) ? $answers + 1 : 0;
		return 1 if $answers == 2;
		select undef, undef, undef, 0.1;
	}
	return 0;
}

1;
