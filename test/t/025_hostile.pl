# Every function and aggregate of the extension, called by hand with NULLs,
# extremes and values of its own types that do not belong there: no crash, no
# internal error (SQLSTATE XX...), nothing that a statement_timeout cannot stop.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use KPI;
use KPI::Values;
use PostgreSQL::Test::Utils;
use Test::More;

my $calls = $ENV{KPI_HOSTILE} // 40;
srand($ENV{KPI_SEED} // 1);

my $node = kpi_node('hostile', conf => "log_min_messages = fatal\nstatement_timeout = '5s'\njit = off\n");
my $values = KPI::Values->new($node);

# What to pass for each type, as SQL.
my %pool = (
	'boolean' => [qw(true false)],
	'smallint' => [qw(0 1 -1 10 11 32767 -32768)],
	'integer' => [qw(0 1 -1 7 15 16 2147483647 -2147483648)],
	'bigint' => [qw(0 1 -1 9223372036854775807 -9223372036854775808 4294967296)],
	'numeric' => [qw(0 1 -1 0.5 1e30 -1e30 9223372036854775807 9223372036854775808 NaN 1e-1000)],
	'double precision' => [qw(0 -0 1 -1 0.5 0.95 1e-320 1e308 -1e308 9.3e12 NaN Infinity -Infinity 2147483648 1e7)],
	'interval' => ['0', '1 us', '-1 us', '20 s', '1 day', '1 month', '-1 month', '178000000 years', '2562047788:00:54.775807',
		'-2562047788:00:54.775808', '2147483647 days', '1 day -24:00:00', 'infinity'],
	'text' => ['', 'offered', 'abandons_met, flowouts_met', 'short_met,short_excluded', 'short_excluded', 'Europe/Istanbul', 'Foo+5', 'UTC', "\xc3\xa4", '%s%s%n', 'x' x 2000],
	'cstring' => ['', '{}', '0/0', '{"', 'x' x 2000],
	'timestamp with time zone' => ['infinity', '-infinity', '4714-11-24 00:00:00+00 BC', '294276-12-31 23:59:59.999999+00', '2026-03-29 01:30+00', '2000-01-01 00:00+00'],
	'timestamp without time zone' => ['infinity', '-infinity', '4714-11-24 00:00:00 BC', '294276-12-31 23:59:59.999999', '2026-03-29 01:30'],
	'date' => ['infinity', '-infinity', '4714-11-24 BC', '5874897-12-31', '2026-03-29'],
	'tstzrange' => ['empty', '(,)', '[infinity,)', '(,-infinity)', '[2026-01-01 00:00+00,2026-01-02 00:00+00)', '(2026-01-01 00:00+00,2026-01-01 00:00:01+00]',
		'[4714-11-24 00:00:00+00 BC,294276-12-31 23:59:59.999999+00]', '[2026-01-01 00:00+00,)', '(,2026-01-01 00:00+00)'],
	'tstzmultirange' => ['{}', '{(,)}', '{[2026-01-01 00:00+00,2026-01-02 00:00+00),[2026-01-03 00:00+00,)}'],
	'datemultirange' => ['{}', '{(,)}', '{[2026-01-01,2026-01-03),[2026-02-01,)}', '{[4714-11-24 BC,5874897-12-31]}', '{[infinity,infinity]}', '{[-infinity,2026-01-01)}'],
	'uuid' => [qw(00000000-0000-0000-0000-000000000000 ffffffff-ffff-ffff-ffff-ffffffffffff)],
	'bytea' => ['', '\x00', '\xffffffffffffffff', '\x' . '00' x 200],
	'json' => ['null', '{}', '[]'],
	'jsonb' => ['null', '{}', '[]'],
	'date[]' => ['{}', '{NULL}', '{2026-01-01,2026-01-01}', '{infinity,-infinity}', '{{2026-01-01,2026-01-02},{2026-01-03,2026-01-04}}', '{5874897-12-31,4714-11-24 BC}'],
	'double precision[]' => ['{}', '{NULL}', '{0,0.5,1}', '{NaN}', '{2}', '{{0,1},{0.5,0.1}}', '{1,0,1,0}'],
	'bigint[]' => ['{}', '{NULL}', '{1,2}', '{{1,2},{3,4}}'],
	'regclass' => [qw(0 1 4294967295 pg_class pg_views pg_class_oid_index)],
	'interval[]' => ['{}', '{NULL}', '{0,1 s,1 h}', '{1 h,1 s}', '{-1 s}', '{1 month}', '{{0,1 s},{2 s,3 s}}', '{1 s,1 s}'],
);

my %unknown;

sub argument
{
	my ($type) = @_;
	my $any = $type eq 'anyelement' || $type eq '"any"' || $type eq 'any' || $type eq 'anynonarray' || $type eq 'anycompatible';
	$type = (qw(integer text bigint))[ rand 3 ] if $any;
	$type = 'bigint[]' if $type eq 'anyarray' || $type eq 'anycompatiblearray';
	$pool{$type} //= [ $values->literals($type) ] if $values->{is_type}{$type};
	$unknown{$type} = 1 unless $pool{$type};
	my @pool = @{ $pool{$type} // [] };
	return "NULL::$type" if !@pool || rand() < 0.15;
	my $value = $pool[ rand @pool ] =~ s/'/''/gr;
	return "'$value'::$type";
}

my @functions = map { { call => $_->[0], kind => $_->[1], set => $_->[2] eq 't', types => [ split /;/, $_->[3] ], result => $_->[4], oid => $_->[5] } } rows($node, q{
	SELECT p.oid::regproc, prokind, proretset,
		(SELECT string_agg(format_type(t, NULL), ';' ORDER BY n) FROM unnest(proargtypes::oid[]) WITH ORDINALITY AS u (t, n)),
		format_type(prorettype, NULL), p.oid
	FROM pg_proc p
	WHERE oid IN (SELECT objid FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
		WHERE d.classid = 'pg_proc'::regclass AND d.refclassid = 'pg_extension'::regclass AND e.extname = 'kpi' AND d.deptype = 'e')
	ORDER BY p.oid::regprocedure::text});

# a call as a statement that returns one short row
sub statement
{
	my ($function, @arguments) = @_;
	my $call = "$function->{call}(" . join(', ', @arguments) . ')';
	return "SELECT count(*) FROM (SELECT $call LIMIT 1000) AS s;" if $function->{set};
	return "SELECT $call OVER () IS NULL;" if $function->{kind} eq 'w';
	return "SELECT $call IS NULL;";
}

# A state of type internal cannot be named in SQL, so a function of one gets NULL
# for it as an aggregate would hand it over: the state before the first row.
my $wrappers = 0;

sub wrapper
{
	my ($function) = @_;
	my ($state, @types) = @{ $function->{types} };
	my $name = 'hostile_' . ++$wrappers;
	if ($function->{result} eq 'internal')
	{
		# with the final function of an aggregate that uses it
		my $final = $node->safe_psql('postgres', "SELECT aggmfinalfn::regproc FROM pg_aggregate WHERE $function->{oid} IN (aggmtransfn, aggminvtransfn) LIMIT 1");
		return unless @types && $final;
		$node->safe_psql('postgres', "CREATE AGGREGATE $name(" . join(', ', @types) . ") (SFUNC = $function->{call}, STYPE = internal, FINALFUNC = $final)");
		return { call => $name, kind => 'a', types => \@types };
	}
	return if @types;
	$node->safe_psql('postgres', "CREATE AGGREGATE $name(numeric) (SFUNC = numeric_avg_accum, STYPE = internal, FINALFUNC = $function->{call})");
	return { call => $name, kind => 'a', types => [], statement => "SELECT $name(x) IS NULL FROM (VALUES (1.0)) AS v (x) WHERE false;" };
}

# several rows of arguments through an aggregate or a window function
sub over_rows
{
	my ($function) = @_;
	my @types = @{ $function->{types} };
	my @constant = map { argument($_) } @types;
	# some arguments must be the same in all rows
	my @varies = map { rand() < 0.7 } @types;
	my $rows = join ', ', map {
		'(' . join(', ', $_, map { $varies[$_] ? argument($types[$_]) : $constant[$_] } 0 .. $#types) . ')'
	} 1 .. 4;
	my $call = "$function->{call}(" . join(', ', map { "a$_" } 0 .. $#types) . ')';
	my $frame = (
		'ORDER BY i',
		'ORDER BY i ROWS 1 PRECEDING',
		'ORDER BY i ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING',
		'ORDER BY i DESC')[ rand 4 ];
	my $over = $function->{kind} eq 'w' || rand() < 0.5 ? " OVER ($frame)" : '';
	return "SELECT count(x) FROM (SELECT $call$over AS x FROM (VALUES $rows) AS v (" . join(', ', 'i', map { "a$_" } 0 .. $#types) . ')) AS s;';
}

my ($statements, %errors, @internal, @slow) = (0);
foreach my $function (@functions)
{
	my @types = @{ $function->{types} };
	if (grep { $_ eq 'internal' } @types)
	{
		# a receive function takes its input from the server alone
		next if $function->{call} =~ /_recv$/ || !($function = wrapper($function));
		@types = @{ $function->{types} };
	}
	my @script = $function->{statement} // (statement($function, map { $_ =~ /^"?any/ ? 'NULL' : "NULL::$_" } @types));
	foreach (1 .. (@types ? $calls : 0))
	{
		push @script, statement($function, map { argument($_) } @types);
		push @script, over_rows($function) if $function->{kind} ne 'f';
	}
	$statements += @script;
	my ($stdout, $stderr) = ('', '');
	my $status = $node->psql('postgres', join("\n", '\set VERBOSITY sqlstate', @script), stdout => \$stdout, stderr => \$stderr, on_error_stop => 0);
	ok($status == 0, "$function->{call}(@types) survives");
	if ($status == 2)
	{
		my ($line) = $stderr =~ /<stdin>:(\d+): (?!ERROR)/;
		diag('the server crashed in one of: ' . join "\n", $line ? $script[ $line - 2 ] : @script);
		BAIL_OUT('the server is gone') unless $node->poll_query_until('postgres', 'SELECT true');
	}
	while ($stderr =~ /<stdin>:(\d+): ERROR:\s+(\w{5})/g)
	{
		my ($line, $state) = ($1, $2);
		$errors{$state}++;
		my $shown = "$state: " . substr $script[ $line - 2 ], 0, 600;
		push @internal, $shown if $state =~ /^XX/;
		# a set may be asked to have any number of rows; that a cancel ends it is what counts
		push @slow, $shown if $state eq '57014' && !$function->{set};
	}
}
is(join("\n", @internal), '', 'no internal error');
is(join("\n", @slow), '', 'nothing takes seconds');
is(join(', ', sort keys %unknown), '', 'there are values for arguments of every type (add to %pool)');
cmp_ok($errors{'22023'} // 0, '>', 100, 'many calls are rejected');
note("$statements calls of " . @functions . ' functions; errors: ' . join ', ', map { "$_ $errors{$_}" } sort keys %errors);
ok(!crashed($node), 'no crash');
$node->stop;
done_testing();
