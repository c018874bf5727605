# What nothing uses: support functions that no aggregate, type, operator or cast
# calls, C functions without SQL, and C symbols that no other file needs.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use KPI;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = kpi_node('unused');
# a second extension that lives in the same library
$node->safe_psql('postgres', "CREATE EXTENSION $_->[0]")
  for rows($node, "SELECT name FROM pg_available_extensions WHERE name LIKE 'kpi\\_%'");
$node->safe_psql('postgres', q{
	CREATE VIEW function AS
	SELECT p.*, p.oid::regprocedure AS signature FROM pg_proc p
	WHERE oid IN (SELECT objid FROM pg_depend d JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid
		WHERE e.extname ~ '^kpi' AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e');
	-- a type lists its input and output functions, an aggregate its own, and so on
	CREATE VIEW support AS
	SELECT unnest(ARRAY[aggtransfn, aggcombinefn, aggserialfn, aggdeserialfn, aggmtransfn, aggminvtransfn]::oid[]) AS oid FROM pg_aggregate
	UNION SELECT unnest(ARRAY[typinput, typoutput, typreceive, typsend, typmodin, typmodout, typanalyze, typsubscript]::oid[]) FROM pg_type
	UNION SELECT unnest(ARRAY[oprcode, oprrest, oprjoin]::oid[]) FROM pg_operator
	UNION SELECT amproc FROM pg_amproc
	UNION SELECT prosupport FROM pg_proc;
});

# ---------- SQL ----------

sub none
{
	my ($what, $query) = @_;
	is(join("\n", map { $_->[0] } rows($node, $query)), '', $what);
}

cmp_ok($node->safe_psql('postgres', q{SELECT count(*) FROM function WHERE proname LIKE '\_%'}), '>', 200, 'there are support functions');

# Everything that calls a function by its identity depends on it: aggregates, types,
# operators, operator classes, casts, triggers and SQL functions with a parsed body.
# Functions in PL/pgSQL name what they call; a rollup calls what serves rollups.
$node->safe_psql('postgres', 'CREATE TABLE fact (at timestamptz PRIMARY KEY)');
$node->safe_psql('postgres', q{CALL rollup_create('by_hour', $$SELECT interval_start(at, '1 h', 'UTC') AS hour, count(*) AS facts FROM fact GROUP BY 1$$)});
none('every function that begins with an underscore serves something', q{
	SELECT signature FROM function WHERE proname LIKE '\_%'
		AND proname <> '_rollup_list' -- what version 1.0.0 made calls it, and the text of a statement in live.c
		AND NOT EXISTS (SELECT FROM pg_depend WHERE refclassid = 'pg_proc'::regclass AND refobjid = function.oid)
		AND NOT EXISTS (SELECT FROM pg_event_trigger WHERE evtfoid = function.oid)
		AND NOT EXISTS (SELECT FROM function AS caller WHERE strpos(caller.prosrc, function.proname || '(') > 0)
	ORDER BY 1});

# Final functions and casts may be what people call too.
none('every function that only serves begins with an underscore', q{
	SELECT signature FROM function WHERE proname NOT LIKE '\_%' AND oid IN (SELECT oid FROM support) ORDER BY 1});
none('a final function that people call takes a type of theirs', q{
	SELECT signature FROM function WHERE proname NOT LIKE '\_%' AND oid IN (SELECT unnest(ARRAY[aggfinalfn, aggmfinalfn]::oid[]) FROM pg_aggregate)
		AND (proargtypes[0] = 'internal'::regtype
			OR NOT EXISTS (SELECT FROM pg_proc a WHERE a.prokind = 'a' AND a.prorettype = function.proargtypes[0]))
	ORDER BY 1});
none('no two functions are the same C function with the same arguments', q{
	SELECT string_agg(signature::text, ' = ' ORDER BY signature::text) FROM function WHERE proname LIKE '\_%'
	GROUP BY prosrc, proargtypes HAVING count(*) > 1});

# ---------- C ----------

# PG_FUNCTION_INFO_V1(f) defines pg_finfo_f.
my $library = installed_directory('--pkglibdir') . '/kpi.so';
my %callable = map { $_ => 1 } qx(nm -D --defined-only "$library") =~ /\bpg_finfo_(\w+)/g;
my %called = map { $_->[0] => 1 } rows($node, q{SELECT prosrc FROM function WHERE prolang = (SELECT oid FROM pg_language WHERE lanname = 'c')});
cmp_ok(scalar keys %callable, '>', 200, 'the library has functions');
is(join("\n", grep { !$called{$_} } sort keys %callable), '', 'every C function that SQL may call is called by some');

# A symbol that no other file imports should be static, unless inline functions of
# a header call it for the files that include it, or the header says how others would
# use it: then it stands there more often than in its declaration.
my %exported;
my %imported;
foreach my $object (glob(kpi_root() . '/src/*/*.o'))
{
	$exported{$_} = $object =~ s/.*\/src\///r for qx(nm --extern-only --defined-only "$object") =~ /^\S+ \w (\w+)$/mg;
	$imported{$_} = 1 for qx(nm --undefined-only "$object") =~ /^\s+\w (\w+)$/mg;
}
my %mentioned;
$mentioned{$_}++ for map { slurp_file($_) =~ /\w+/g } glob(kpi_root() . '/src/*/*.h');
# what the server looks for
delete @exported{qw(Pg_magic_func _PG_init _PG_fini)};
# what rooms that are being built call
delete @exported{qw(reporting_getarg_clock reporting_getarg_step)};
cmp_ok(scalar keys %exported, '>', 200, 'the objects have symbols');
is( join("\n",
		map { "$_ ($exported{$_})" }
		grep { !$imported{$_} && ($mentioned{$_} // 0) < 2 && !$callable{ s/^pg_finfo_//r } } sort keys %exported),
	'', 'every other symbol that a file exports is used by another file');

$node->stop;
done_testing();
