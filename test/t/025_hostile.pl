# Every function and aggregate of both extensions, called by hand, by a user who may do nothing
# but that, with NULLs, extremes and values of their own types that do not belong there: no
# crash, no internal error (SQLSTATE XX...), nothing that runs on and on.  None is left out.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use KPI;
use KPI::Calls;
use PostgreSQL::Test::Utils;
use Test::More;

my $times = $ENV{KPI_HOSTILE} // 40;
srand($ENV{KPI_SEED} // 1);

my $node = kpi_node('hostile', conf => "log_min_messages = fatal\nstatement_timeout = '60s'\njit = off\n");

# A rollup of somebody else, and one of the user's own.
$node->safe_psql('postgres', q{
	CREATE EXTENSION kpi_rollup;
	CREATE ROLE stranger LOGIN; CREATE SCHEMA own AUTHORIZATION stranger; ALTER ROLE stranger SET search_path = own, public;
	CREATE SCHEMA shop; GRANT USAGE ON SCHEMA shop TO stranger;
	CREATE TABLE shop.calls (at timestamptz PRIMARY KEY, n int); INSERT INTO shop.calls VALUES ('2026-03-01 00:00+00', 1);
	SET search_path = shop, public;
	CALL rollup_create('hourly', 'SELECT interval_start(at, $$1 h$$, $$UTC$$) AS hour, sum(n) AS n FROM calls GROUP BY 1');
	INSERT INTO shop.calls VALUES ('2026-03-01 00:30+00', 2);
	SET search_path = own; SET SESSION AUTHORIZATION stranger;
	CREATE TABLE own.calls (at timestamptz PRIMARY KEY, n int); INSERT INTO own.calls VALUES ('2026-03-01 00:00+00', 1)});
my $query = q{'SELECT interval_start(at, $$1 h$$, $$UTC$$) AS hour, sum(n) AS n FROM own.calls GROUP BY 1'};

# The user's own rollup anew, where random calls have spoilt it
sub make_mine
{
	return if $node->safe_psql('postgres', "SELECT count(*) FROM pg_class WHERE relnamespace = 'own'::regnamespace AND relname ~ '^daily'") eq '10';
	my @stranger = (extra_params => [ '-U', 'stranger' ]);
	$node->safe_psql('postgres', "DROP VIEW IF EXISTS own.daily, own.daily_direct, own.daily_bucket CASCADE; DROP TABLE IF EXISTS own.daily_stored, own.daily_dirty, own.daily_extent, own.daily_state CASCADE; DROP FUNCTION IF EXISTS own.daily_refresh", @stranger);
	$node->safe_psql('postgres', "CALL rollup_create('daily', $query); INSERT INTO own.calls SELECT max(at) + interval '20 min', 1 FROM own.calls", @stranger);
	return;
}
make_mine();

my $calls = KPI::Calls->new($node);
my $pool = $calls->{pool};
push @{ $pool->{regclass} }, map { ("shop.hourly$_", "own.daily$_") } '', qw(_bucket _direct _stored _state _dirty _extent);
push @{ $pool->{text} }, 'daily', 'hourly', 'own.calls', 'at', 'SELECT', 'SELECT at, count(*) FROM own.calls GROUP BY at', 'SELECT count(*) FROM shop.calls', 'SELECT 1; SELECT 2';
push @{ $pool->{'bigint[]'} }, '{9223372036854775807,-9223372036854775808,0,0}', \'(SELECT tables FROM own.daily_state)';
$pool->{name} = [ 'stranger', 'postgres', 'nobody', '', 'x' x 63, 'x"; y' ];
push @{ $pool->{uuid} }, \'(SELECT key FROM own.daily_state)';
$pool->{_rollup_dirty_list} = [ '1', map { \"_rollup_dirty($_)" } "'own.daily_bucket', NULL, NULL", "'own.daily_bucket', (SELECT tables FROM own.daily_state), (SELECT key FROM own.daily_state)", "'shop.hourly_bucket', NULL, (SELECT key FROM own.daily_state)", '0, NULL, NULL' ];
foreach my $rollup ('own.daily', 'shop.hourly')
{
	$pool->{"${rollup}_stored"} = ['(,)', '(2026-03-01 00:00+00,3)'];
	$pool->{"${rollup}_extent[]"} = ['{}', '{NULL}', '{"(,,)"}', '{"(2026-03-01 00:00+00,2026-03-01 00:00+00,2026-03-02 00:00+00)",NULL}', '{"(infinity,-infinity,infinity)"}', '{{"(,,)"},{"(2026-03-01 00:00+00,,)"}}'];
}
my %usual = (any => $calls->{any}, any_array => $calls->{any_array});
my %of_rollups = (any => [qw(own.daily_stored own.daily_stored shop.hourly_stored integer), 'timestamp with time zone'], any_array => [ 'own.daily_extent[]', 'own.daily_extent[]', 'shop.hourly_extent[]', 'bigint[]' ]);

# Those that SQL does not call are reached in other ways.
my %elsewhere = (
	'binary' => '027_fuzz',
	'trigger' => 'below',
	'planner' => 'below');
my ($statements, $functions, %errors, @internal, @slow, @left_out) = (0, 0);

# The statements of a script, as the stranger
sub try
{
	my ($name, @script) = @_;
	$statements += @script;
	my ($stdout, $stderr) = ('', '');
	my $status = $node->psql('postgres', join("\n", '\set VERBOSITY sqlstate', @script), stdout => \$stdout, stderr => \$stderr, on_error_stop => 0, extra_params => [ '-U', 'stranger' ]);
	ok($status == 0, "$name survives");
	if ($status == 2)
	{
		my ($line) = $stderr =~ /<stdin>:(\d+): (?!ERROR)/;
		diag('the server crashed in one of: ' . join "\n", $line ? $script[ $line - 2 ] : @script);
		BAIL_OUT('the server is gone') unless recovered($node);
	}
	my @states;
	while ($stderr =~ /<stdin>:(\d+): ERROR:\s+(\w{5})/g)
	{
		push @states, $2;
		$errors{$2}++;
		my $shown = "$2: " . substr $script[ $1 - 2 ], 0, 600;
		push @internal, $shown if $states[-1] =~ /^XX/;
		push @slow, $shown if $states[-1] eq '57014' && $shown !~ /SET statement_timeout/;
	}
	return @states;
}

foreach my $function ($calls->functions)
{
	my $of_rollups = $function->{call} =~ /\b_?rollup_/;
	%$calls = (%$calls, $of_rollups ? %of_rollups : %usual);
	my @script = $calls->statements($function, $times);
	if (!@script)
	{
		push @left_out, "$function->{signature} (" . $calls->way($function) . ')' unless $elsewhere{ $calls->way($function) };
		next;
	}
	make_mine() if $of_rollups;
	# a rollup that there is, and a query, seldom come together by chance
	push @script, map { "CALL public.rollup_replace('daily', $_);" } 'NULL', "'SELECT 1'", $query, "$query, 'shop.calls'", "$query, NULL, 'n'", "$query, NULL, NULL, 'n'" if $function->{call} =~ /rollup_replace/;
	$functions++;
	my @states = try($function->{signature}, @script);
	# some call got as far as the function itself
	push @left_out, "$function->{signature}: " . join ' ', @states if @states == @script && !grep { !/^42/ } @states;
}

# The trigger functions of rollups on tables of one's own, in all ways that a trigger can be.
my @script;
my @tables = qw(own.plain own.calls own.daily_dirty own.daily_bucket);
foreach my $function (qw(public._rollup_mark() public._rollup_forget() public._rollup_mark('own.daily_bucket')))
{
	foreach my $table (@tables)
	{
		foreach my $when ('', "WHEN ('own.daily_bucket'::regclass IS NOT NULL)", "WHEN ('shop.hourly_bucket'::regclass IS NOT NULL)", "WHEN (0::regclass IS NOT NULL)")
		{
			foreach my $fires ('BEFORE INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW', 'AFTER INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW', 'BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON %s FOR EACH STATEMENT', 'AFTER TRUNCATE ON %s FOR EACH STATEMENT', 'INSTEAD OF INSERT ON %s FOR EACH ROW', 'AFTER UPDATE ON %s REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT')
			{
				push @script, 'BEGIN;', 'CREATE TRIGGER hostile ' . sprintf($fires, $table) . " $when EXECUTE FUNCTION $function;",
				  (map { ('SAVEPOINT s;', "$_;", 'ROLLBACK TO s;') } "INSERT INTO $table DEFAULT VALUES", "UPDATE $table SET bucket = NULL", "UPDATE $table SET at = at", "DELETE FROM $table", "TRUNCATE $table"), 'ROLLBACK;';
			}
		}
	}
}
make_mine();
$node->safe_psql('postgres', 'CREATE TABLE own.plain (at timestamptz DEFAULT now(), bucket int DEFAULT 1)', extra_params => [ '-U', 'stranger' ]);
my @states = try('trigger functions', @script);
cmp_ok(scalar(grep { !/^42|^25P02/ } @states), '>', 100, 'the trigger functions refuse what is not theirs');
is($node->safe_psql('postgres', 'SELECT count(*) FROM shop.hourly_dirty'), '1', 'and mark nothing of others');

# The functions that advise the planner, on functions that they do not know.
@script = ();
foreach my $support ($calls->functions)
{
	next unless $calls->way($support) eq 'planner';
	my $n = 0;
	foreach my $result ('boolean', 'SETOF boolean', 'SETOF integer', 'bigint')
	{
		my $name = "public.advised_" . ++$n;
		$node->safe_psql('postgres', "DROP FUNCTION IF EXISTS $name; CREATE FUNCTION $name(integer, integer DEFAULT 0) RETURNS $result LANGUAGE plpgsql IMMUTABLE SUPPORT $support->{call} AS 'BEGIN RETURN" . ($result =~ /SETOF/ ? '; ' : ' NULL; ') . "END'");
		push @script, "SELECT $name(a) FROM (VALUES (1), (NULL)) AS v (a);", "SELECT * FROM $name(1) AS f;", "SELECT count(*) FROM own.calls, LATERAL $name(n) AS f;", "SELECT sum(n) FROM own.calls GROUP BY $name(n, n);", "SELECT max(n) OVER (ORDER BY $name(n)) FROM own.calls;";
		push @script, "SELECT FROM own.calls WHERE $name(n, n);", "SELECT FROM own.calls AS a JOIN own.calls AS b ON $name(a.n, b.n);", "SELECT FROM own.calls WHERE $name(3);" if $result eq 'boolean';
	}
	is(scalar(try($support->{signature}, @script)), 0, "$support->{signature} advises on others");
}
is(join("\n", @left_out), '', 'every function is reached');
is(join("\n", @internal), '', 'no internal error');
is(join("\n", @slow), '', 'nothing takes seconds');
is(join(', ', $calls->unknown), '', 'there are values for arguments of every type (add to %pool)');
cmp_ok($errors{'22023'} // 0, '>', 100, 'many calls are rejected');
note("$statements calls of $functions functions; errors: " . join ', ', map { "$_ $errors{$_}" } sort keys %errors);
ok(!crashed($node), 'no crash');
$node->stop;
done_testing();
