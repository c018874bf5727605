# Calls of every function of both extensions with NULLs, extremes, and values that do
# not belong there.
#
#   my $calls = KPI::Calls->new($node, 'postgres');
#   foreach my $function ($calls->functions) { my @statements = $calls->statements($function, 40); }
package KPI::Calls;

use strict;
use warnings;

use KPI;
use KPI::Values;

sub new
{
	my ($class, $node, $database) = @_;
	my $values = KPI::Values->new($node);

	# What to pass for each type: its text, or a reference to an expression in SQL.
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
	return bless {
		node => $node,
		database => $database // 'postgres',
		values => $values,
		pool => \%pool,
		any => [qw(integer text bigint)],
		any_array => ['bigint[]'],
		unknown => {},
		wrappers => 0,
	}, $class;
}

# The types for which there was nothing but NULL
sub unknown
{
	my ($self) = @_;
	return sort keys %{ $self->{unknown} };
}

# Every function of both extensions: a list of hashes.
sub functions
{
	my ($self) = @_;
	return map {
		{
			oid => $_->[0],
			signature => $_->[1],
			call => $_->[2],
			kind => $_->[3],
			set => $_->[4] eq 't',
			types => [ split /;/, $_->[5] ],
			result => $_->[6],
			extension => $_->[7],
		}
	} rows($self->{node}, q{
		SELECT p.oid, p.oid::regprocedure, format('%I.%I', nspname, proname), prokind, proretset,
			(SELECT string_agg(format_type(t, NULL), ';' ORDER BY n) FROM unnest(proargtypes::oid[]) WITH ORDINALITY AS u (t, n)),
			format_type(prorettype, NULL), extname
		FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace
		JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
		JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND e.oid = d.refobjid AND extname IN ('kpi', 'kpi_rollup')
		ORDER BY p.oid::regprocedure::text}, $self->{database});
}

# How a function can be called: 'sql', 'state' (as support function of an aggregate, with a state
# that cannot be named in SQL), 'binary' (a receive function: test/t/027_fuzz.pl has the input
# for it), 'trigger' or 'planner'.
sub way
{
	my ($self, $function) = @_;
	return 'trigger' if $function->{result} eq 'trigger';
	return 'sql' unless grep { $_ eq 'internal' } @{ $function->{types} };
	return 'binary' if $function->{call} =~ /_recv$/;
	return 'planner' if $function->{result} eq 'internal' && @{ $function->{types} } == 1;
	return 'state';
}

sub argument
{
	my ($self, $type) = @_;
	my $pool = $self->{pool};
	my $any = $type eq 'anyelement' || $type eq '"any"' || $type eq 'any' || $type eq 'anynonarray' || $type eq 'anycompatible';
	my $any_array = $type eq 'anyarray' || $type eq 'anycompatiblearray';
	$type = $self->{any}[ rand @{ $self->{any} } ] if $any;
	$type = $self->{any_array}[ rand @{ $self->{any_array} } ] if $any_array;
	$type = 'tstzrange' if $type eq 'anyrange';
	$pool->{$type} //= [ $self->{values}->literals($type) ] if $self->{values}{is_type}{$type};
	$self->{unknown}{$type} = 1 unless $pool->{$type};
	my @pool = @{ $pool->{$type} // [] };
	return "NULL::$type" if !@pool || rand() < 0.15;
	my $value = $pool[ rand @pool ];
	return $$value if ref $value;
	return "'" . $value =~ s/'/''/gr . "'::$type";
}

# a call as a statement that returns one short row
sub statement
{
	my ($function, @arguments) = @_;
	my $call = "$function->{call}(" . join(', ', @arguments) . ')';
	return "CALL $call;" if $function->{kind} eq 'p';
	# a set may be asked to have any number of rows; that a cancel ends it is what counts
	return "SET statement_timeout = '2s'; SELECT count(*) FROM (SELECT $call LIMIT 1000) AS s; RESET statement_timeout;" if $function->{set};
	return "SELECT $call OVER () IS NULL;" if $function->{kind} eq 'w';
	return "SELECT $call IS NULL;";
}

# A state of type internal cannot be named in SQL, so a function of one gets NULL
# for it as an aggregate would hand it over: the state before the first row.
sub wrapper
{
	my ($self, $function) = @_;
	my ($state, @types) = @{ $function->{types} };
	my $name = 'public.hostile_' . ++$self->{wrappers};
	if ($function->{result} eq 'internal')
	{
		# with the final function of an aggregate that uses it
		my $final = $self->{node}->safe_psql($self->{database}, "SELECT aggmfinalfn::regproc FROM pg_aggregate WHERE $function->{oid} IN (aggmtransfn, aggminvtransfn) LIMIT 1");
		return unless @types && $final;
		$self->{node}->safe_psql($self->{database}, "CREATE AGGREGATE $name(" . join(', ', @types) . ") (SFUNC = $function->{call}, STYPE = internal, FINALFUNC = $final)");
		return { %$function, call => $name, kind => 'a', types => \@types };
	}
	return if @types;
	$self->{node}->safe_psql($self->{database}, "CREATE AGGREGATE $name(numeric) (SFUNC = numeric_avg_accum, STYPE = internal, FINALFUNC = $function->{call})");
	return { %$function, call => $name, kind => 'a', types => [], statement => "SELECT $name(x) IS NULL FROM (VALUES (1.0)) AS v (x) WHERE false;" };
}

# several rows of arguments through an aggregate or a window function
sub over_rows
{
	my ($self, $function) = @_;
	my @types = @{ $function->{types} };
	my @constant = map { $self->argument($_) } @types;
	# some arguments must be the same in all rows
	my @varies = map { rand() < 0.7 } @types;
	my $rows = join ', ', map {
		'(' . join(', ', $_, map { $varies[$_] ? $self->argument($types[$_]) : $constant[$_] } 0 .. $#types) . ')'
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

# The calls of a function, of which so many with random arguments; none where SQL cannot call it.
sub statements
{
	my ($self, $function, $times) = @_;
	my $way = $self->way($function);
	$function = $self->wrapper($function) if $way eq 'state';
	return unless $function && ($way eq 'sql' || $way eq 'state');
	my @types = @{ $function->{types} };
	my @script = $function->{statement} // (statement($function, map { $_ =~ /^"?any/ ? 'NULL' : "NULL::$_" } @types));
	foreach (1 .. (@types ? $times : 0))
	{
		push @script, statement($function, map { $self->argument($_) } @types);
		push @script, $self->over_rows($function) if $function->{kind} =~ /[aw]/;
	}
	return @script;
}

1;
