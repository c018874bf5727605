# test/functions.txt names every function of both extensions, by what it executes of others
# and who may call it; a function that is not in it fails here.  What the list says is then
# tried: each is called by a superuser, by the owner of hostile objects, by a member of his
# role and by a reader, with those objects in front of the search_path.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use KPI;
use KPI::Calls;
use PostgreSQL::Test::Utils;
use Test::More;

srand($ENV{KPI_SEED} // 1);
my $node = kpi_node('functions', conf => "log_min_messages = fatal\njit = off\nstatement_timeout = '60s'\n", extension => 0);
$node->safe_psql('postgres', q{
	CREATE ROLE evil LOGIN; CREATE ROLE member LOGIN IN ROLE evil; CREATE ROLE reader LOGIN;
	CREATE EXTENSION kpi_rollup CASCADE;
	CREATE SCHEMA evil AUTHORIZATION evil; GRANT USAGE ON SCHEMA evil TO PUBLIC});

# ---------- the list ----------

my (%class_of, %in_class, $class);
foreach my $line (split /\n/, slurp_file(kpi_root() . '/test/functions.txt'))
{
	next if $line =~ /^#|^\s*$/;
	if ($line =~ /^\[(.+)\]$/)
	{
		$class = $1;
		next;
	}
	ok(!exists $class_of{$line}, "$line is listed once") if exists $class_of{$line};
	$class_of{$line} = $class;
	push @{ $in_class{$class} }, $line;
}
my $calls = KPI::Calls->new($node);
my @functions = $calls->functions;
my %exists = map { $_->{signature} => 1 } @functions;
is(join("\n", grep { !$class_of{$_} } sort keys %exists), '', 'every function is in test/functions.txt: add it to the class that it belongs to');
is(join("\n", grep { !$exists{$_} } sort keys %class_of), '', 'and the list names no others');

# What the catalog must say of each class
my $none = q{prosecdef OR proleakproof OR EXISTS (SELECT FROM aclexplode(coalesce(proacl, acldefault('f', proowner))) WHERE privilege_type = 'EXECUTE' AND grantee <> 0 AND grantee <> proowner)
	OR NOT EXISTS (SELECT FROM aclexplode(coalesce(proacl, acldefault('f', proowner))) WHERE privilege_type = 'EXECUTE' AND grantee = 0)};
my %offends = (
	'computes' => q{lanname NOT IN ('c', 'internal') OR proconfig IS NOT NULL OR provolatile <> 'i'},
	'reads the session' => q{lanname <> 'c' OR proconfig IS NOT NULL OR provolatile <> 's'},
	'is a trigger' => q{lanname <> 'c' OR proconfig IS NOT NULL OR prorettype <> 'trigger'::regtype},
	'reads a rollup' => q{lanname <> 'c' OR proconfig IS NOT NULL OR provolatile <> 's'},
	'reads the catalog' => q{lanname NOT IN ('c', 'sql', 'plpgsql') OR (lanname = 'plpgsql' AND proconfig IS DISTINCT FROM '{"search_path=pg_catalog, pg_temp"}') OR (lanname = 'sql' AND prosqlbody IS NULL)},
	'changes the objects of a rollup' => q{lanname NOT IN ('c', 'sql', 'plpgsql') OR (lanname = 'plpgsql' AND prokind = 'f' AND proconfig IS DISTINCT FROM '{"search_path=pg_catalog, pg_temp"}') OR (lanname = 'sql' AND prosqlbody IS NULL)},
);
my %row = map { $_->{signature} => $_ } @functions;
foreach my $class (sort keys %in_class)
{
	ok($offends{$class}, "[$class] is a class that this test knows") or next;
	my @oids = map { $row{$_}{oid} } grep { $exists{$_} } @{ $in_class{$class} };
	is($node->safe_psql('postgres', "SELECT string_agg(p.oid::regprocedure::text, ', ') FROM pg_proc p JOIN pg_language l ON l.oid = prolang WHERE p.oid IN (" . join(', ', @oids) . ") AND ($none OR $offends{$class})"),
		'', scalar(@oids) . " functions: $class, with the rights of the caller, for everyone");
}

# ---------- hostile objects ----------

sub as
{
	my ($role, @sql) = @_;
	my ($ret, $out, $err) = $node->psql('postgres', join("\n", map { "$_;" } @sql), on_error_stop => 0, $role ? (extra_params => [ '-U', $role ]) : ());
	BAIL_OUT("the server is gone: $err") if $ret == 2;
	return ($out, $err);
}

# What is counted is not undone by an error.
my @traps = (
	'SET search_path = evil, public', 'SET check_function_bodies = off',
	'CREATE SEQUENCE evil.caught', 'GRANT ALL ON evil.caught TO PUBLIC',
	# called at all, or with other rights than those of evil
	q{CREATE FUNCTION evil.trap(what text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_catalog.nextval('evil.caught'); RAISE WARNING 'trap: % ran %', current_user, what; RETURN true; END $$},
	q{CREATE FUNCTION evil.boom() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RETURN current_user OPERATOR(pg_catalog.=) 'evil' OR evil.trap('boom'); END $$},
	# types that others turn into
	"CREATE TYPE evil.mood AS ENUM ('a')", map { ("CREATE FUNCTION evil.mood_of_$_($_) RETURNS evil.mood LANGUAGE plpgsql IMMUTABLE AS \$\$ BEGIN PERFORM evil.trap('a cast'); RETURN 'a'; END \$\$",
			"CREATE CAST ($_ AS evil.mood) WITH FUNCTION evil.mood_of_$_ AS IMPLICIT") } qw(text int4 timestamptz regclass));
# functions like ours, and like those of the server that SQL of ours may call
my %made;
foreach my $row (rows($node, q{
	SELECT proname, oidvectortypes(proargtypes) FROM pg_proc p
	WHERE (EXISTS (SELECT FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid AND extname ~ '^kpi' WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
		OR (pronamespace = 'pg_catalog'::regnamespace AND proname IN ('format', 'quote_ident', 'quote_literal', 'set_config', 'current_setting', 'to_regclass', 'current_schema', 'concat', 'concat_ws',
			'format_type', 'pg_get_viewdef', 'pg_get_expr', 'now', 'clock_timestamp', 'nextval', 'pg_has_role', 'has_table_privilege', 'row_security_active', 'date_bin', 'timezone', 'octet_length', 'substr', 'min', 'max', 'hash_record', 'gen_random_uuid')))
		AND oidvectortypes(proargtypes) !~ '(internal|cstring|trigger|any|record)'}))
{
	my ($name, $types) = @$row;
	next if $made{"$name($types)"}++;
	push @traps, qq{CREATE FUNCTION evil."$name"($types) RETURNS text LANGUAGE plpgsql AS \$\$ BEGIN PERFORM evil.trap('$name'); RETURN NULL; END \$\$};
}
cmp_ok(scalar keys %made, '>', 400, 'functions with the names of ours');
# operators, and tables like those of the catalog
my $like = 0;
foreach my $type (qw(text name oid int4 int8 float8 numeric interval timestamptz timestamp date bool regclass bytea tstzrange anyelement anyarray proportion queue_summary duration_summary time_share business_calendar span_summary))
{
	$like++;
	push @traps, "CREATE FUNCTION evil.same_$like($type, $type) RETURNS boolean LANGUAGE plpgsql AS \$\$ BEGIN RETURN evil.trap('an operator'); END \$\$";
	push @traps, map { "CREATE OPERATOR evil.$_ (LEFTARG = $type, RIGHTARG = $type, FUNCTION = evil.same_$like)" } qw(= <> < <= > >= + - * / || ~ ~~ && @> <@);
}
push @traps, map { "CREATE VIEW evil.$_ AS SELECT c.* FROM pg_catalog.$_ AS c WHERE evil.trap('a table')" } qw(pg_class pg_proc pg_namespace pg_trigger pg_depend pg_extension pg_attrdef pg_index pg_type);
my (undef, $err) = as('evil', @traps);
is($err, '', 'traps are laid');

# Rollups of the same user, with traps in their queries and in place of their parts
(undef, $err) = as('evil', 'SET search_path = pg_catalog', q{
	CREATE FUNCTION evil.slot(t timestamptz) RETURNS timestamptz LANGUAGE plpgsql IMMUTABLE STRICT AS $$ BEGIN PERFORM evil.boom(); RETURN date_bin('1 h', t, '2000-01-01 00:00+00'); END $$},
	q{CREATE TABLE evil.c (at timestamptz PRIMARY KEY, n int)}, q{INSERT INTO evil.c SELECT '2026-03-01 00:00+00'::timestamptz + i * interval '13 min', i FROM generate_series(1, 20) AS i},
	'SET search_path = evil, pg_catalog, public',
	(map { qq{CALL public.rollup_create('$_', 'SELECT evil.slot(at) AS h, pg_catalog.count(*) AS n FROM evil.c GROUP BY 1')} } qw(fair views policies direct)),
	'SET search_path = pg_catalog', q{INSERT INTO evil.c VALUES ('2026-03-03 00:00+00', 1)},
	(map { ("ALTER TABLE evil.views_$_ RENAME TO ${_}_2", "CREATE VIEW evil.views_$_ AS SELECT * FROM evil.${_}_2 WHERE evil.boom()") } qw(extent dirty state)),
	(map { ("CREATE POLICY p ON evil.policies_$_ USING (evil.boom())", "ALTER TABLE evil.policies_$_ ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY") } qw(extent dirty state stored)),
	'CREATE OR REPLACE VIEW evil.direct_direct AS SELECT evil.slot(at) AS h, count(*) AS n FROM evil.c WHERE evil.boom() GROUP BY 1');
is($err, '', 'in rollups too');
is($node->safe_psql('postgres', 'SELECT is_called FROM evil.caught'), 'f', 'none has been sprung');

my $pool = $calls->{pool};
my @rollups = qw(evil.fair evil.views evil.policies evil.direct);
my %usual = (any => $calls->{any}, any_array => $calls->{any_array}, pool => {%$pool});
my %of_rollups = (any => [ map { "${_}_stored" } @rollups ], any_array => [ map { "${_}_extent[]" } qw(evil.fair evil.policies evil.direct) ], pool => {
	%$pool,
	'regclass' => [ map { my $rollup = $_; map { "$rollup$_" } '_bucket', '_bucket', '_bucket', '_direct', '_dirty' } @rollups ],
	'text' => [ qw(fair views policies direct at h), 'SELECT public.interval_start(at, $$1 h$$::pg_catalog.interval, $$UTC$$::pg_catalog.text) AS h, pg_catalog.count(*) AS n FROM evil.c GROUP BY 1' ],
	'bigint[]' => [ map { \"(SELECT tables FROM ${_}_state)" } qw(evil.fair evil.direct) ],
	'uuid' => [ map { \"(SELECT key FROM ${_}_state)" } qw(evil.fair evil.direct) ],
	'_rollup_dirty_list' => [ map { \"public._rollup_dirty('${_}_bucket', NULL, NULL, NULL::timestamptz)" } @rollups ],
	(map { ("${_}_stored" => ['(,)']) } @rollups),
	(map { ("${_}_extent[]" => ['{"(2026-03-01 00:00+00,2026-03-01 00:00+00,2026-03-03 00:00+00)"}']) } @rollups) });

# What the traps have caught since the last time
my $last = '';
sub caught
{
	my ($name, $err) = @_;
	my $now = $node->safe_psql('postgres', 'SELECT last_value, is_called FROM evil.caught');
	my %sprung = map { $_ => 1 } $err =~ /WARNING:\s+(trap: .*)/g;
	is($now eq $last ? '' : join("\n", sort keys %sprung) || 'a trap', '', $name);
	$last = $now;
	return;
}

# What only its owner may change: the objects, and the rows of one
my $state = q{SELECT md5(string_agg(line, E'\n' ORDER BY line)) FROM (
	SELECT concat_ws(' ', relname, relkind, relowner, relfilenode, relacl, relrowsecurity) AS line FROM pg_catalog.pg_class WHERE relnamespace = 'evil'::regnamespace AND relname <> 'caught'
	UNION ALL SELECT concat_ws(' ', p.oid, proowner, proacl, proconfig) FROM pg_catalog.pg_proc AS p WHERE pronamespace = 'evil'::regnamespace
	UNION ALL SELECT concat_ws(' ', t.oid, tgrelid, tgenabled) FROM pg_catalog.pg_trigger AS t
	UNION ALL SELECT concat_ws(' ', xmin, s) FROM evil.fair_stored AS s UNION ALL SELECT concat_ws(' ', xmin, s) FROM evil.fair_dirty AS s) AS lines};
# the traps work
foreach my $sprung ("SELECT 'a'::text = 'a'::text", 'SELECT seconds(interval $$1 h$$)', 'TABLE pg_class LIMIT 1', 'TABLE views_dirty', 'TABLE direct_direct LIMIT 1')
{
	my (undef, $err) = as('', 'SET search_path = evil, pg_catalog, public', $sprung);
	like($err, qr/WARNING:\s+trap: \S+ ran/, "a trap that is sprung is seen: $sprung");
}
$last = $node->safe_psql('postgres', 'SELECT last_value, is_called FROM evil.caught');
my @order = ('computes', 'reads the session', 'reads the catalog', 'reads a rollup', 'changes the objects of a rollup');
is(join(', ', grep { my $class = $_; $class ne 'is a trigger' && !grep { $_ eq $class } @order } sort keys %in_class), '', 'each class is called');
foreach my $role ('reader', 'evil', 'member', '')
{
	my $name = $role || 'a superuser';
	my $before = $node->safe_psql('postgres', $state);
	# the mark is the server's; what it evaluates is the rollup's
	if ($role ne 'reader')
	{
		my $moment = "'2026-04-0" . (1 + length $role) . " 00:00+00'";
		my (undef, $err) = as($role, 'SET search_path = evil, pg_catalog, public', "INSERT INTO evil.c VALUES ($moment, 1)", "UPDATE evil.c SET n = 2 WHERE n OPERATOR(pg_catalog.=) 1", "DELETE FROM evil.c WHERE n OPERATOR(pg_catalog.=) 5");
		caught("$name writes: nothing of others runs with his rights", $err);
		unlike($err, qr/ERROR/, 'and can');
		(undef, $err) = as($role, 'SET search_path = evil, pg_catalog, public', map { "TABLE evil.$_" } qw(fair direct));
		caught("$name reads", $err);
	}
	foreach my $class (@order)
	{
		my $of_rollups = $class =~ /rollup|catalog/;
		%$calls = (%$calls, $of_rollups ? %of_rollups : %usual);
		my @script = ('SET search_path = evil, pg_catalog, public');
		foreach my $function (sort { ($a->{signature} =~ /drop/) <=> ($b->{signature} =~ /drop/) || $a->{signature} cmp $b->{signature} } map { $row{$_} } grep { $exists{$_} } @{ $in_class{$class} })
		{
			next if $calls->way($function) eq 'state' && $role ne 'reader';
			# those who may drop do so once all the others are through
			next if $function->{signature} =~ /drop/ && $role =~ /evil|member/;
			push @script, map { s/;\z//r } $calls->statements($function, $of_rollups ? 30 : 2);
		}
		my (undef, $err) = as($role, @script);
		my $failed = () = $err =~ /ERROR:/g;
		caught("$name calls what $class", $err);
		unlike($err, qr/ERROR:\s+(operator is not unique|function .* is not unique)/, 'the names are those that were meant');
		note "$name, $class: " . @script . " calls, $failed errors";
		cmp_ok($failed, '<', $of_rollups ? @script : 0.7 * @script, "$name, $class: not all fail");
	}
	is($node->safe_psql('postgres', $state), $before, "$name has changed nothing of others") if $role eq 'reader';
}
ok(!crashed($node), 'no crash');
$node->stop;
done_testing();
