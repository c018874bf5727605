# What everything in the extension's catalog must have, whatever it computes:
# what parallel plans, partitions, Citus, postgres_fdw, sliding windows and a
# reader of \dx+ and \df+ rely on.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use KPI;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = kpi_node('catalog');
$node->safe_psql('postgres', q{
	CREATE VIEW member AS
	SELECT classid, objid FROM pg_depend d JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid
	WHERE e.extname = 'kpi' AND d.deptype = 'e';
	CREATE VIEW function AS
	SELECT p.*, p.oid::regprocedure AS signature FROM pg_proc p
	WHERE oid IN (SELECT objid FROM member WHERE classid = 'pg_proc'::regclass);
	CREATE VIEW aggregate AS
	SELECT a.*, p.* FROM function p JOIN pg_aggregate a ON a.aggfnoid = p.oid;
});

# none($what, $query): the query names those that offend; one test for each that was looked at
my $looked_at = 0;

sub none
{
	my ($what, $from, $offends) = @_;
	foreach my $row (rows($node, "SELECT $from->[0], coalesce(($offends), false)::text FROM $from->[1] ORDER BY 1"))
	{
		ok($row->[1] eq 'false', "$row->[0]: $what");
		$looked_at++;
	}
}

my $aggregates = [ 'signature', 'aggregate' ];
my $functions = [ 'signature', 'function' ];


# ---------- aggregates ----------

none('is an ordinary aggregate', $aggregates, "aggkind <> 'n'");
none('is parallel safe', $aggregates, "proparallel <> 's'");
none('has a combine function', $aggregates, 'aggcombinefn = 0');
none('has at least one argument', $aggregates, 'pronargs = 0');
none('names its arguments', $aggregates, "cardinality(proargnames) IS DISTINCT FROM pronargs OR '' = ANY (proargnames)");
none('has a state of a real type', $aggregates, "(SELECT typtype FROM pg_type WHERE oid = aggtranstype) = 'p'");
none('has a state with exact text and binary forms', $aggregates,
	'(SELECT typsend = 0 OR typreceive = 0 FROM pg_type WHERE oid = aggtranstype)');
none('needs no serialization', $aggregates, 'aggserialfn <> 0 OR aggdeserialfn <> 0');
none('has a starting state', $aggregates, 'agginitval IS NULL');
none('leaves its state as it is', $aggregates, "aggfinalmodify <> 'r' OR aggmfinalmodify <> 'r'");
none('slides', $aggregates, 'aggmtransfn = 0 OR aggminvtransfn = 0');
none('slides to the same type', $aggregates,
	'prorettype <> CASE WHEN aggmfinalfn = 0 THEN aggmtranstype ELSE (SELECT prorettype FROM pg_proc WHERE oid = aggmfinalfn) END');
none('adds and removes with the same strictness', $aggregates,
	'(SELECT proisstrict FROM pg_proc WHERE oid = aggmtransfn) <> (SELECT proisstrict FROM pg_proc WHERE oid = aggminvtransfn)');
none('says how large a state of variable length is', $aggregates,
	'(SELECT typlen < 0 FROM pg_type WHERE oid = aggtranstype) AND aggtransspace <= 0');
none('says how large a moving state of variable length is', $aggregates,
	"aggmtranstype <> 0 AND (SELECT typlen < 0 AND typtype <> 'p' FROM pg_type WHERE oid = aggmtranstype) AND aggmtransspace <= 0");
none('has support functions that are immutable and parallel safe', $aggregates,
	q{EXISTS (SELECT FROM pg_proc f WHERE f.oid IN (aggtransfn, aggfinalfn, aggcombinefn, aggmtransfn, aggminvtransfn, aggmfinalfn)
		AND (f.proparallel <> 's' OR f.provolatile <> 'i'))});

# The starting state is neutral: Citus and partial aggregation apply it in every part and again on top.
foreach my $row (rows($node, q{
	SELECT signature, aggcombinefn::regproc, quote_literal(agginitval), format_type(aggtranstype, NULL),
		(SELECT proisstrict FROM pg_proc WHERE oid = aggcombinefn)
	FROM aggregate ORDER BY 1}))
{
	my ($signature, $combine, $initial, $type) = @$row;
	is( $node->safe_psql('postgres',
			"SELECT record_image_eq(ROW($combine(i, i)), ROW(i)) FROM (SELECT ${initial}::$type AS i) AS s"),
		't', "$signature: the starting state is neutral");
}

# ---------- functions ----------

none('is parallel safe, unless it writes', $functions, "proparallel <> 's' AND proname <> '_rollup_touch'");
none('runs with the rights of the caller', $functions, 'prosecdef');
none('is not leakproof', $functions, 'proleakproof');
none('may be called by everyone', $functions,
	q{proacl IS NOT NULL AND NOT EXISTS (SELECT FROM aclexplode(proacl) WHERE grantee = 0 AND privilege_type = 'EXECUTE')});
none('has no settings of its own', $functions, 'proconfig IS NOT NULL');
none('has a comment', $functions, "coalesce(obj_description(oid, 'pg_proc'), '') = ''");
none('has its SQL parsed when it is installed', $functions,
	q{(SELECT lanname FROM pg_language l WHERE l.oid = prolang) = 'sql' AND prosqlbody IS NULL});
none('is in C or SQL', $functions,
	q{(SELECT lanname FROM pg_language l WHERE l.oid = prolang) NOT IN ('c', 'sql', 'internal')});

# A timestamp or a date would become a moment in the session's zone, silently hours
# off: each function that takes moments has overloads for them, which say so.
my %takes = (    # what may stand for a moment all the same
	'contact_number(anyelement,timestamp' => 'distances on one clock',
	'repeat_contact(anyelement,timestamp' => 'distances on one clock',
	'first_contact_resolved(anyelement,timestamp without time zone,interval,' => 'distances on one clock; its as_of is on the same, and a date its midnight',
);
my $overloads = 0;
foreach my $row (rows($node, q{
	SELECT proname, array_to_string(ARRAY(SELECT format_type(t, NULL) FROM unnest(proargtypes) WITH ORDINALITY AS a (t, n) ORDER BY n), ',') FROM function
	WHERE 'timestamptz'::regtype = ANY (proargtypes::oid[]) AND proname !~ '^_' AND prosrc !~ '^business_(timestamp|date)_error$' ORDER BY 1, 2}))
{
	my ($name, $types) = @$row;
	my @forms = ('');
	foreach my $type (split /,/, $types)
	{
		my @choices = $type eq 'timestamp with time zone' ? ($type, 'timestamp without time zone', 'date') : ($type);
		@forms = map { my $form = $_; map { $form eq '' ? $_ : "$form,$_" } @choices } @forms;
	}
	foreach my $form (grep { $_ ne $types } @forms)
	{
		my $is = $node->safe_psql('postgres', "SELECT prosrc FROM function WHERE oid = to_regprocedure('$name($form)')");
		ok($is =~ /^business_(timestamp|date)_error$/ || $is ne '' && grep({ index("$name($form", $_) == 0 } keys %takes) > 0,
			"$name($form) is an error or an exception");
		$overloads++;
	}
}
cmp_ok($overloads, '>', 30, 'overloads without a time zone were looked for');

# ---------- types, operators, casts ----------

my $types = [ 'format_type(oid, NULL)', q{(SELECT t.* FROM pg_type t WHERE typtype = 'b' AND typelem = 0
	AND oid IN (SELECT objid FROM member WHERE classid = 'pg_type'::regclass)) AS type} ];
none('has a comment', $types, "coalesce(obj_description(oid, 'pg_type'), '') = ''");
# what the view of a rollup hands to itself is never sent, stored or compared
none('has a binary form', $types, q{typname <> '_rollup_dirty_list' AND (typsend = 0 OR typreceive = 0)});
# states that no aggregate returns are the aggregates' own business
my $results = [ $types->[0], "(SELECT * FROM $types->[1] WHERE oid IN (SELECT prorettype FROM aggregate) OR oid NOT IN (SELECT aggtranstype FROM aggregate)) AS type" ];
none('has a hash and a btree operator class', $results,
	q{typname <> '_rollup_dirty_list' AND 2 <> (SELECT count(DISTINCT opcmethod) FROM pg_opclass WHERE opcintype = type.oid AND opcdefault
		AND opcmethod IN (SELECT oid FROM pg_am WHERE amname IN ('hash', 'btree')))});
none('casts to json and jsonb', [ $types->[0], "(SELECT * FROM $types->[1] WHERE typname LIKE '%\\_summary' OR typname IN ('proportion', 'time_share')) AS type" ],
	q{2 <> (SELECT count(*) FROM pg_cast WHERE castsource = type.oid AND casttarget IN ('json'::regtype, 'jsonb'::regtype))});
my $operators = [ 'oid::regoperator', q{(SELECT * FROM pg_operator WHERE oid IN (SELECT objid FROM member WHERE classid = 'pg_operator'::regclass)) AS o} ];
none('has a comment', $operators, "coalesce(obj_description(oid, 'pg_operator'), '') = ''");
none('estimates with functions of the server', $operators, 'oprrest::oid >= 16384 OR oprjoin::oid >= 16384');

# ---------- the extension ----------

is($node->safe_psql('postgres', "SELECT extrelocatable FROM pg_extension WHERE extname = 'kpi'"), 't', 'relocatable');
is($node->safe_psql('postgres', "SELECT bool_and(trusted AND relocatable AND NOT superuser = false) FROM pg_available_extension_versions WHERE name = 'kpi'"),
	't', 'trusted');

# Moved to a schema of its own, or made there, everything works with nothing on the search_path but that.
$node->safe_psql('postgres', 'CREATE DATABASE elsewhere');
is( $node->safe_psql('elsewhere', q{
	CREATE SCHEMA kpi; CREATE EXTENSION kpi SCHEMA kpi; SET search_path = '';
	SELECT kpi.rate(x) FROM pg_catalog.unnest('{t,f}'::boolean[]) AS x;}),
	'0.5', 'in a schema of its own, off the search_path');
is( $node->safe_psql('elsewhere', q{
	DROP EXTENSION kpi; CREATE EXTENSION kpi SCHEMA public; ALTER EXTENSION kpi SET SCHEMA kpi; SET search_path = '';
	SELECT kpi.rate(x) FROM pg_catalog.unnest('{t,f}'::boolean[]) AS x;}),
	'0.5', 'moved to another schema');
is($node->safe_psql('elsewhere', q{SET client_min_messages = error; DROP EXTENSION kpi; SELECT count(*) FROM pg_proc WHERE pronamespace = 'kpi'::regnamespace}),
	'0', 'dropped without a trace');

# of kpi_rollup too
$node->safe_psql('postgres', q{
	CREATE EXTENSION kpi_rollup;
	CREATE VIEW described AS
	SELECT pg_describe_object(d.classoid, d.objoid, 0) AS what, description
	FROM pg_description d JOIN pg_depend m ON m.classid = d.classoid AND m.objid = d.objoid AND m.deptype = 'e'
	JOIN pg_extension e ON e.oid = m.refobjid WHERE e.extname LIKE 'kpi%'});
none('is described in 150 characters at most', [ 'what', 'described' ], 'length(description) > 150');

cmp_ok($looked_at, '>', 100, 'the catalog was looked at');
$node->stop;
done_testing();
