# Every aggregate of the extension, on random rows, in every way that PostgreSQL
# has of computing it: all must give the same bytes.
#
# The aggregates are found in the catalog, and their arguments are made from the
# types and names that the catalog gives, so a new aggregate is tested without
# being named here.  Where an argument cannot be made, the test fails: teach
# argument() in test/perl/KPI/Values.pm to make it.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use KPI;
use KPI::Values;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = kpi_node('differential', conf => q{
jit = off
max_wal_size = 1GB
max_parallel_workers = 4
parallel_setup_cost = 0
parallel_tuple_cost = 0
min_parallel_table_scan_size = 0
max_parallel_workers_per_gather = 0
autovacuum = off
hash_mem_multiplier = 1
});
my $values = KPI::Values->new($node);
my @aggregates = @{ $values->{aggregates} };
my %is_type = %{ $values->{is_type} };
my %functions = map { $_->[0] => $_->[1] } rows($node, q{
	SELECT proname || '(' || (SELECT string_agg(format_type(t, NULL), ',' ORDER BY n)
			FROM unnest(proargtypes::oid[]) WITH ORDINALITY AS u (t, n)) || ')',
		format_type(prorettype, NULL)
	FROM pg_proc WHERE prokind = 'f' AND pronargs > 0
	AND oid IN (SELECT objid FROM pg_depend WHERE classid = 'pg_proc'::regclass AND refclassid = 'pg_extension'::regclass AND deptype = 'e')});
my %operators = map { $_->[0] => 1 } rows($node, q{
	SELECT oprname || format_type(oprleft, NULL) FROM pg_operator WHERE oprleft = oprright
	AND oid IN (SELECT objid FROM pg_depend WHERE classid = 'pg_operator'::regclass AND refclassid = 'pg_extension'::regclass AND deptype = 'e')});

# The halves of each aggregate, as Citus and partial aggregation use them: "partial" gives the state
# itself, and "whole" merges states and finishes.
my %halves = map { $_->[0] => $_->[1] } rows($node, q{
	SELECT p.oid::regprocedure,
		format('CREATE AGGREGATE d.partial(%s) (SFUNC = %s, STYPE = %s, INITCOND = %L);', pg_get_function_identity_arguments(p.oid), aggtransfn, state, agginitval)
		|| format('CREATE AGGREGATE d.whole(%1$s) (SFUNC = %2$s, STYPE = %1$s, INITCOND = %3$L', state, aggcombinefn, agginitval)
		|| CASE WHEN aggfinalfn <> 0 THEN format(', FINALFUNC = %s', aggfinalfn) ELSE '' END || ');'
		|| format('CREATE DOMAIN d.state AS %s;', state)
	FROM pg_aggregate a JOIN pg_proc p ON p.oid = aggfnoid, format_type(aggtranstype, NULL) AS state
	WHERE p.oid IN (SELECT objid FROM pg_depend WHERE classid = 'pg_proc'::regclass AND refclassid = 'pg_extension'::regclass AND deptype = 'e')});

# ---------- one aggregate ----------

my @frames = (
	'ROWS BETWEEN 5 PRECEDING AND CURRENT ROW',
	'ROWS BETWEEN 3 PRECEDING AND 3 FOLLOWING',
	'ROWS BETWEEN 60 PRECEDING AND CURRENT ROW',
	'ROWS BETWEEN 10 PRECEDING AND 5 PRECEDING',
	'ROWS BETWEEN 2 FOLLOWING AND 9 FOLLOWING',
	'ROWS BETWEEN 3 PRECEDING AND 5 PRECEDING',
	'ROWS BETWEEN CURRENT ROW AND CURRENT ROW',
	'ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING',
	'RANGE BETWEEN 10 PRECEDING AND CURRENT ROW',
	'RANGE BETWEEN 5 PRECEDING AND 15 FOLLOWING',
	'RANGE BETWEEN 40 PRECEDING AND 20 PRECEDING',
	'RANGE BETWEEN 1 FOLLOWING AND 8 FOLLOWING',
	'RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING',
	'GROUPS BETWEEN 3 PRECEDING AND 1 FOLLOWING',
	'GROUPS BETWEEN 6 PRECEDING AND 2 PRECEDING',
	'GROUPS BETWEEN 1 FOLLOWING AND 4 FOLLOWING');

my $parallel = 'SET max_parallel_workers_per_gather = 2; SET parallel_leader_participation = off;';

# The script of an aggregate: prints one line "check|number of differences" for
# each check, and "plan|check|..." lines of plans.
sub script
{
	my ($aggregate, $round) = @_;
	my $call = call($aggregate);
	my $result = $aggregate->{result};
	my @types = @{ $aggregate->{types} };
	my $rows = (grep { $is_type{$_} } @types) ? 600 : 2000;
	my $made = $values->make_rows($aggregate, 't', $rows, $round) // return;
	my (@checks, %plans);

	# $query's (g, r) must be those of the table "base"
	my $same = sub {
		my ($check, $settings, $query, $base) = @_;
		$base //= 'base';
		push @checks, $check;
		return "BEGIN;\n" . ($settings =~ s/SET /SET LOCAL /gr) . "\nCREATE TEMP TABLE result ON COMMIT DROP AS $query;\n"
		  . "SELECT '$check', count(*), left(min(format('g %s: %s, not %s', b.g, q.r, b.r)), 500) FROM $base AS b FULL JOIN result AS q ON b.g = q.g\n"
		  . "WHERE b.g IS NULL OR q.g IS NULL OR record_image_ne(ROW(b.r), ROW(q.r));\n" . "COMMIT;\n";
	};
	my $plan = sub {
		my ($check, $settings, $query, $pattern, $analyze) = @_;
		$plans{$check} = $pattern;
		return "BEGIN;\n" . ($settings =~ s/SET /SET LOCAL /gr) . "\n\\echo plan|$check\nEXPLAIN ("
		  . ($analyze ? 'ANALYZE, TIMING OFF, SUMMARY OFF, ' : '') . "COSTS OFF) $query;\n\\echo end of plan\nCOMMIT;\n";
	};

	# the server's own plans, and batch execution as one more below
	my $sql = "SET kpi.batch = off; SET client_min_messages = warning; DROP SCHEMA IF EXISTS d CASCADE; CREATE SCHEMA d; SET search_path = d, public;\n$made";
	$sql .= "ALTER TABLE t SET (parallel_workers = 2); ANALYZE t;\n";
	# sorted by what it aggregates, and falling: a deque's best and worst case
	$sql .= "UPDATE t SET w = n FROM (SELECT i, row_number() OVER (ORDER BY a0 DESC NULLS LAST) / 2 AS n FROM t) AS s WHERE s.i = t.i;\n"
	  if $round % 2;
	$sql .= "CREATE TABLE base AS SELECT g, $call AS r FROM t GROUP BY g;\n";
	$sql .= "CREATE TABLE ungrouped AS SELECT 1 AS g, $call AS r FROM t;\n";
	my $columns = join ', ', map { "a$_" } 0 .. $#types;
	$sql .= "CREATE TABLE parted (LIKE t) PARTITION BY LIST (h);\n"
	  . join('', map { "CREATE TABLE parted$_ PARTITION OF parted FOR VALUES IN ($_);\n" } 0 .. 4)
	  . "CREATE TABLE parted_empty PARTITION OF parted DEFAULT;\nINSERT INTO parted SELECT * FROM t; ANALYZE parted;\n";

	# order, grouping
	$sql .= $same->('shuffled input', '', "SELECT g, $call AS r FROM (SELECT * FROM t ORDER BY md5(i::text)) AS s GROUP BY g");
	$sql .= $same->('reversed input', '', "SELECT 1 AS g, $call AS r FROM (SELECT * FROM t ORDER BY i DESC) AS s", 'ungrouped');
	$sql .= $same->('ORDER BY', '', "SELECT g, " . ($call =~ s/\)$/ ORDER BY i DESC)/r) . " AS r FROM t GROUP BY g");
	$sql .= $same->('sorted groups', 'SET enable_hashagg = off;', "SELECT g, $call AS r FROM t GROUP BY g");
	$sql .= $same->('hashed groups', 'SET enable_sort = off;', "SELECT g, $call AS r FROM t GROUP BY g");
	$sql .= $same->('grouping sets', '', "SELECT g, $call AS r FROM t GROUP BY GROUPING SETS ((g), (h), ()) HAVING g IS NOT NULL");
	$sql .= $same->('two of it', '', "SELECT g, (array_agg(r ORDER BY x))[1] AS r FROM (SELECT g, unnest(ARRAY[$call, $call]) AS r, generate_series(1, 2) AS x FROM t GROUP BY g) AS s GROUP BY g")
	  unless $result =~ /\[\]$/;
	my $many = "SELECT i % 1000 AS g, $call AS r FROM t GROUP BY 1";
	$sql .= "CREATE TABLE many AS SELECT * FROM (SET_SORTED) AS s;\n" =~ s/SET_SORTED/$many/r;
	my $spill = "SET work_mem = '64kB'; SET enable_sort = off;";
	$sql .= $same->('spilled hash', $spill, $many, 'many');
	$sql .= $plan->('spilled hash', $spill, $many, qr/Batches: (?!1 )\d+/, 1);
	$sql .= $same->('sorted many', 'SET enable_hashagg = off;', $many, 'many');

	# filters
	$sql .= $same->('FILTER', '', "SELECT g, $call FILTER (WHERE i % 3 = 1) AS r FROM t GROUP BY g",
		"(SELECT g, $call AS r FROM t WHERE i % 3 = 1 GROUP BY g UNION ALL SELECT g, $call FILTER (WHERE false) FROM t GROUP BY g HAVING NOT bool_or(i % 3 = 1))");

	# split: parallel workers, partitions
	$sql .= $same->('parallel', $parallel, "SELECT 1 AS g, $call AS r FROM t", 'ungrouped');
	$sql .= $plan->('parallel', $parallel, "SELECT $call FROM t", qr/Finalize.*Gather.*Partial/s);
	$sql .= $same->('parallel groups', $parallel, "SELECT g, $call AS r FROM t GROUP BY g");
	$sql .= $plan->('parallel groups', $parallel, "SELECT g, $call FROM t GROUP BY g", qr/Finalize.*Gather.*Partial/s);
	my $batch = 'SET kpi.batch = on; SET kpi.batch_cost = always; SET max_parallel_workers_per_gather = 0;';
	$sql .= $same->('batch', $batch, "SELECT g, $call AS r FROM t GROUP BY g");
	$sql .= $same->('batch, ungrouped', $batch, "SELECT 1 AS g, $call AS r FROM t", 'ungrouped');
	$sql .= $same->('batch of three rows', "$batch SET kpi.batch_rows = 3;", "SELECT g, $call AS r FROM t GROUP BY g");
	$sql .= $same->('batch, generic', "$batch SET kpi.batch_generic = -1;", "SELECT g, $call AS r FROM t GROUP BY g");
	$sql .= $plan->('batch', $batch, "SELECT g, $call FROM t GROUP BY g", qr/Finalize.*KpiBatch/s);
	my $partitionwise = 'SET enable_partitionwise_aggregate = on;';
	$sql .= $same->('partitionwise', $partitionwise, "SELECT g, $call AS r FROM parted GROUP BY g");
	$sql .= $plan->('partitionwise', "$partitionwise SET work_mem = '4MB';", "SELECT g, $call FROM parted GROUP BY g", qr/Finalize.*Append.*Partial/s);
	$sql .= $same->('partitionwise, ungrouped', $partitionwise, "SELECT 1 AS g, $call AS r FROM parted", 'ungrouped');
	$sql .= $same->('partitionwise, parallel', "$partitionwise $parallel", "SELECT g, $call AS r FROM parted GROUP BY g");
	$sql .= $same->('whole partitions', $partitionwise, "SELECT h AS g, $call AS r FROM parted GROUP BY h",
		"(SELECT h AS g, $call AS r FROM t GROUP BY h)");

	# states sent as text, beside some that stay, whatever the settings
	$sql .= $halves{ $aggregate->{signature} };
	my $sent = 'SELECT g, whole(CASE WHEN h < 2 THEN s::text::state ELSE s END) AS r FROM (SELECT g, h, partial(' . join(', ', map { "a$_" } 0 .. $#types) . ') AS s FROM t GROUP BY g, h) AS parts GROUP BY g';
	$sql .= $same->('states sent as text', '', $sent);
	$sql .= $same->('states sent as text, extra_float_digits = 0', 'SET extra_float_digits = 0;', $sent);

	# summaries: rollup, operators, text and binary
	my ($rollup) = grep { $_->{name} eq 'rollup' && $_->{types}[0] eq $result } @aggregates;
	if ($rollup)
	{
		my $merge = sub { "SELECT g, $rollup->{function}(r) AS r FROM ($_[0]) AS parts GROUP BY g" };
		my $parts = "SELECT g, h, $call AS r FROM t GROUP BY g, h";
		$sql .= $same->('split and rolled up', '', $merge->($parts));
		$sql .= $same->('rolled up twice', '', $merge->("SELECT g, $rollup->{function}(r) AS r FROM ($parts) AS p GROUP BY g, h % 2"));
		$sql .= $same->('rolled up with nothing', '',
			$merge->("$parts UNION ALL SELECT g, 9, $call FILTER (WHERE false) FROM t GROUP BY g UNION ALL SELECT DISTINCT g, 8, NULL::$result FROM t"));
		$sql .= $same->('rolled up in parallel', "$partitionwise $parallel", $merge->("SELECT g, h, $call AS r FROM parted GROUP BY g, h"));
		if ($operators{"+$result"})
		{
			my $halves = "(SELECT g, $call FILTER (WHERE h < 2) AS a, $call FILTER (WHERE h >= 2) AS b, $call FILTER (WHERE false) AS o FROM t GROUP BY g) AS halves";
			$sql .= $same->('a + b', '', "SELECT g, a + b AS r FROM $halves");
			$sql .= $same->('b + a', '', "SELECT g, b + a AS r FROM $halves");
			$sql .= $same->('a + b + nothing', '', "SELECT g, o + (a + (b + o)) AS r FROM $halves");
			$sql .= $same->('a + b - b', '', "SELECT g, (a + b) - b AS r FROM $halves", "(SELECT g, $call FILTER (WHERE h < 2) AS r FROM t GROUP BY g)")
			  if $operators{"-$result"};
			$sql .= $same->('a - a is nothing', '', "SELECT g, (a + b) - (b + a) AS r FROM $halves", "(SELECT g, o AS r FROM $halves)")
			  if $operators{"-$result"};
		}
		else
		{
			push @checks, 'operator + exists';
		}
		$sql .= $same->('text', '', "SELECT g, r::text::$result AS r FROM base");
		$sql .= "SELECT '= and hash', count(*) FROM base AS a, base AS b WHERE (a.r = b.r) <> record_image_eq(ROW(a.r), ROW(b.r)) OR (a.r = b.r AND hash_record(ROW(a.r)) <> hash_record(ROW(b.r)))\n"
		  . "OR (a.r = b.r) <> (a.r::text = b.r::text);\n";
		push @checks, '= and hash';
		foreach my $format ('text', 'csv', 'binary')
		{
			my $file = $node->basedir . "/copied.$format";
			$sql .= "CREATE TABLE copied (LIKE base); COPY base TO '$file' WITH (FORMAT $format); COPY copied FROM '$file' WITH (FORMAT $format);\n";
			$sql .= $same->("COPY $format", '', 'SELECT * FROM copied') . "DROP TABLE copied;\n";
		}
	}

	# one step against two: f(x, p) = f(f_agg(x), p), when the result is a duration in its own unit
	foreach my $two (grep { $is_type{ $_->{result} } && $_->{name} ne 'rollup' && $_->{signature} ne $aggregate->{signature} } @aggregates)
	{
		my $k = @{ $two->{types} };
		next unless $k <= @types && join(',', @{ $two->{types} }) eq join(',', @types[ 0 .. $k - 1 ]);
		my $returns = $functions{ "$aggregate->{name}(" . join(',', $two->{result}, @types[ $k .. $#types ]) . ')' } // next;
		my $summary = "$two->{function}(" . join(', ', map { "a$_" } 0 .. $k - 1) . ')';
		my $accessor = "$aggregate->{name}(" . join(', ', $summary, map { "min(a$_)" } $k .. $#types) . ')';
		$accessor = "seconds($accessor)" if $returns eq 'interval' && $result eq 'double precision';
		$sql .= $same->("$aggregate->{name}($two->{name})", '', "SELECT g, $accessor AS r FROM t GROUP BY g");
		# side by side they share a transition: neither may disturb the other
		$sql .= $same->("beside $two->{name}", '', "SELECT g, r FROM (SELECT g, $accessor AS other, $call AS r FROM t GROUP BY g) AS s");
	}

	# moving frames against restarted ones
	foreach my $frame (@frames)
	{
		my $small = '(SELECT * FROM t WHERE i <= 700) AS s';
		my $window = "WINDOW w AS (PARTITION BY g ORDER BY w $frame)";
		my $where = 'WHERE record_image_ne(ROW(moving), ROW(restarted))';
		push @checks, $frame;
		$sql .= "SELECT '$frame', count(*), left(min(format('i %s: %s, not %s', i, moving, restarted)), 500)\n"
		  . "FROM (SELECT i, $call OVER w AS moving, $call FILTER (WHERE random() >= 0) OVER w AS restarted FROM $small $window) AS s $where;\n";
		next unless $frame =~ /^(ROWS BETWEEN 60|RANGE BETWEEN 5|GROUPS BETWEEN 6)/;
		push @checks, "$frame, filtered";
		$sql .= "SELECT '$frame, filtered', count(*), left(min(format('i %s: %s, not %s', i, moving, restarted)), 500)\n"
		  . "FROM (SELECT i, $call FILTER (WHERE i % 5 < 2) OVER w AS moving, $call FILTER (WHERE i % 5 < 2 AND random() >= 0) OVER w AS restarted FROM $small $window) AS s $where;\n";
		push @checks, "$frame, one partition";
		$sql .= "SELECT '$frame, one partition', count(*), left(min(format('i %s: %s, not %s', i, moving, restarted)), 500)\n"
		  . "FROM (SELECT i, $call OVER w AS moving, $call FILTER (WHERE random() >= 0) OVER w AS restarted FROM $small WINDOW w AS (ORDER BY w $frame)) AS s $where;\n";
	}
	# a running total: the final function must leave the state as it is
	push @checks, 'running';
	$sql .= "SELECT 'running', count(*) FILTER (WHERE record_image_ne(ROW(running), ROW((SELECT $call FROM t AS u WHERE u.i <= s.i AND u.g = s.g))))\n"
	  . "FROM (SELECT i, g, $call OVER (PARTITION BY g ORDER BY i) AS running FROM t WHERE i <= 250) AS s;\n";
	return ($sql, \@checks, \%plans);
}

cmp_ok(scalar @aggregates, '>', 0, 'the extension has aggregates');
my $rounds = $ENV{KPI_ROUNDS} // 2;
foreach my $aggregate (@aggregates)
{
	next if defined $ENV{KPI_ONLY} && $aggregate->{signature} !~ /$ENV{KPI_ONLY}/;
	foreach my $round (0 .. $rounds - 1)
	{
		my ($sql, $checks, $plans) = script($aggregate, $round);
		if (!defined $sql)
		{
			fail("$aggregate->{signature}: its arguments can be made");
			diag("no random values for (@{$aggregate->{names}}) of types (@{$aggregate->{types}}): teach argument() in test/perl/KPI/Values.pm");
			next;
		}
		my ($stdout, $stderr) = ('', '');
		my $status = $node->psql('postgres', $sql, stdout => \$stdout, stderr => \$stderr, on_error_stop => 0,
			extra_params => [ '-q' ]);
				my (%differences, %shown, $current);
		foreach my $line (split /\n/, $stdout)
		{
			if ($line =~ /^plan\|(.*)/) { $current = $1; }
			elsif ($line eq 'end of plan') { undef $current; }
			elsif (defined $current) { $shown{$current} .= "$line\n"; }
			elsif ($line =~ /^([^|]*)\|(\d+)(?:\|(.*))?$/) { $differences{$1} = $2 ? "$2 differ: " . ($3 // '') : 0; }
		}
		my $label = "$aggregate->{signature}, round $round";
		is($differences{$_}, 0, "$label: $_") foreach @$checks;
		like($shown{$_} // '', $plans->{$_}, "$label: plan of $_") foreach sort keys %$plans;
		is($stderr, '', "$label: no error");
		BAIL_OUT("the server crashed in $label") if $status == 2;
	}
}
ok(!crashed($node), 'no crash');
$node->stop;
done_testing();
