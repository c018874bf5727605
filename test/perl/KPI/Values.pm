# Random rows for every aggregate of the extension, and random values of its
# types, by what the catalog says of them.
#
#   my $values = KPI::Values->new($node);
#   my $sql = $values->make_rows($aggregate, 'rows', 1000, 0);
#   my @literals = $values->literals('proportion');
package KPI::Values;

use strict;
use warnings;

use Exporter 'import';
use KPI;

our @EXPORT = qw(call);

sub new
{
	my ($class, $node) = @_;
	return bless {
		node => $node,
		aggregates => [ kpi_aggregates($node) ],
		is_type => { map { $_ => 1 } kpi_types($node) },
	}, $class;
}

# A random duration in microseconds from the uniform columns u, v of argument $n:
# nothing, nought, whole seconds, microseconds, long ones.
sub microseconds
{
	my ($n) = @_;
	return "CASE WHEN v$n < 0.15 THEN 0 WHEN v$n < 0.5 THEN floor(u$n * 600) * 1000000 WHEN v$n < 0.85 THEN floor(u$n * 1e9)"
	  . " ELSE floor(exp(u$n * 30)) END";
}

# $usec as a duration of this type
sub duration
{
	my ($type, $usec) = @_;
	return "(($usec) * interval '1 microsecond')" if $type eq 'interval';
	return "((($usec) / 1000000)::integer)" if $type eq 'integer';
	return "((($usec) / 1000000)::double precision)";
}

# What stands for argument $n of an aggregate: a list of (SQL expression over
# the random columns, whether it may be NULL).  $round varies what must be the
# same in all rows.
sub argument
{
	my ($self, $aggregate, $n, $round) = @_;
	my @names = @{ $aggregate->{names} };
	my ($type, $name) = ($aggregate->{types}[$n], $names[$n] // '');
	my $is_duration = $type =~ /^(interval|integer|double precision)$/;
	my $is_number = $type =~ /^(smallint|integer|bigint|numeric|double precision)$/;
	my ($threshold) = grep { $names[$_] eq 'threshold' } 0 .. $#names;
	my ($total) = grep { $names[$_] eq 'total' } 0 .. $#names;

	return ("u$n < 0.6", 1) if $type eq 'boolean';
	if ($name eq 'threshold' && $is_duration)
	{
		return (duration($type, "(ARRAY[0, 10, 20, 60])[1 + floor(u$n * 4)::int] * 1e6"), 0);
	}
	if ($name eq 'short_abandon' && $is_duration && defined $threshold)
	{
		return ("CASE WHEN u$n < 0.7 THEN " . duration($type, "5e6 * floor(u$n * 3)") . " * (CASE WHEN u$threshold < 0.25 THEN 0 ELSE 1 END) END", 1);
	}
	if ($name eq 'score' && $is_number)
	{
		my ($low, $high) = (0, 10);
		($low, $high) = (1, 5) if $aggregate->{name} eq 'csat' && @names == 1;
		($low, $high) = (1, 7) if $aggregate->{name} eq 'ces';
		return ("($low + floor(u$n * ($high - $low + 1)))::$type", 1);
	}
	if ($is_number && $name =~ /^(satisfied_from|negative_to|positive_from)$/)
	{
		return ((($name eq 'negative_to' ? 3 : 7) + $round) . "::$type", 0);
	}
	return ((0.9, "0.1::double precision + 0.2", 0, 1)[ $round % 4 ] . '::double precision', 0) if $name eq 'fraction' && $type eq 'double precision';
	return ("floor(v$total * 1000)::$type", 1) if $name eq 'total' && $is_number;
	return ("floor(u$n * v$total * 1000)::$type", 1) if $name eq 'hits' && $is_number && defined $total;
	# mostly once or a few times, seldom many
	return ("(CASE WHEN v$n < 0.2 THEN 0 WHEN v$n < 0.9 THEN floor(u$n * 5) ELSE floor(u$n * 1000) END)::$type", 1) if $name =~ /^(times|answers)$/ && $type eq 'bigint';
	if ($name eq 'value' && $is_number)
	{
		# of both signs: nought, whole, with more than six decimals, large
		return ("(CASE WHEN v$n < 0.1 THEN 0 WHEN v$n < 0.4 THEN round(u$n * 200 - 100) WHEN v$n < 0.9 THEN (u$n - 0.5) * 1000"
			  . " ELSE (u$n - 0.5) * 1999999999 END)::$type", 1);
	}
	return (duration($type, microseconds($n)), 1) if $is_duration;
	if ($type eq 'tstzrange')
	{
		# Minutes on a grid, so that spans touch, nest and coincide.  The length of what is
		# never closed is an error, so an aggregate that returns a length gets bounded spans.
		my $start = "'2026-03-29 00:00+00'::timestamptz + floor(u$n * 2000) * interval '1 minute'";
		my $end = "$start + floor(v$n * v$n * 300) * interval '1 minute'";
		my $span = "tstzrange($start, $end, (ARRAY['[)', '[)', '[]', '()', '(]'])[1 + floor(y$n * 5)::int])";
		$span = "CASE WHEN x$n < 0.03 THEN 'empty' WHEN x$n < 0.93 THEN $span WHEN x$n < 0.95 THEN tstzrange('-infinity', $end)"
		  . " WHEN x$n < 0.98 THEN tstzrange($start, NULL) WHEN x$n < 0.99 THEN tstzrange($start, 'infinity') ELSE '[-infinity,)' END"
		  unless $aggregate->{result} =~ /^(interval|double precision)$/;
		return ($span, 1);
	}
	return ("(SELECT value FROM summaries$n WHERE k = floor(u$n * 110)::int)", 1) if $self->{is_type}{$type};
	return;
}

# The aggregate with the fewest arguments that makes this type from other types.
sub maker
{
	my ($self, $type) = @_;
	my ($maker) = sort { @{ $a->{types} } <=> @{ $b->{types} } || $a->{signature} cmp $b->{signature} }
	  grep { $_->{result} eq $type && !grep { $self->{is_type}{$_} } @{ $_->{types} } } @{ $self->{aggregates} };
	return $maker;
}

# The call of an aggregate with the columns of make_rows.
sub call
{
	my ($aggregate) = @_;
	return "$aggregate->{function}(" . join(', ', map { "a$_" } 0 .. $#{ $aggregate->{types} }) . ')';
}

# SQL that makes the table $table (i, g, h, w, a0, a1, ...) of $rows rows for an
# aggregate: g groups, h parts, w order with ties and gaps.
sub make_rows
{
	my ($self, $aggregate, $table, $rows, $round) = @_;
	my @types = @{ $aggregate->{types} };
	my $sql = '';
	my @columns;
	foreach my $n (0 .. $#types)
	{
		my ($expression, $nullable) = $self->argument($aggregate, $n, $round);
		return unless defined $expression;
		$expression = "CASE WHEN z$n >= 0.1 AND g <> 100 THEN $expression END" if $nullable;
		push @columns, "($expression)::$types[$n] AS a$n";
		next unless $self->{is_type}{ $types[$n] };

		# Summaries of a few rows each, by the aggregate that makes this type.
		my $source = $self->maker($types[$n]);
		return unless $source;
		my $made = $self->make_rows($source, "source$n", 1000, $round) // return;
		$sql .= $made . "CREATE TABLE summaries$n AS SELECT i % 100 AS k, " . call($source) . " AS value FROM source$n GROUP BY 1;\n"
		  . "INSERT INTO summaries$n SELECT 100, " . call($source) . " FROM source$n WHERE false;\n" . "DROP TABLE source$n;\n";
	}
	my $uniform = join ', ', map { my $n = $_; map { "random() AS $_$n" } qw(u v x y z) } 0 .. $#types;
	# The last group has one row, group 100 only NULLs
	$sql .= "SELECT setseed(0.$round" . "7) \\g (format=unaligned tuples_only=on) /dev/null\n";
	$sql .= "CREATE TABLE $table AS SELECT i, g, h, w, " . join(', ', @columns) . "\n"
	  . "FROM (SELECT i, CASE WHEN i = $rows THEN 101 WHEN i % 50 = 7 THEN 100 ELSE floor(power(random(), 2) * 8)::int END AS g,\n"
	  . "	floor(random() * 5)::int AS h, floor(i * 0.4)::int + CASE WHEN i % 200 > 100 THEN 30 ELSE 0 END AS w, $uniform\n"
	  . "	FROM generate_series(1, $rows) AS i OFFSET 0) AS random;\n";
	return $sql;
}

# Some values of a type of the extension, as text: what its aggregates make of
# random rows, their states along the way, and test/fuzz/seeds/TYPE.txt.
sub literals
{
	my ($self, $type) = @_;
	return @{ $self->{literals}{$type} } if $self->{literals}{$type};
	my $node = $self->{node};
	my %literals;
	my $collect = sub {
		my ($made, $query) = @_;
		$literals{ $_->[0] } = 1
		  foreach rows($node, "SET client_min_messages = error; DROP SCHEMA IF EXISTS d CASCADE; CREATE SCHEMA d;"
			  . " SET search_path = d, public; $made SELECT text FROM ($query) AS s WHERE text IS NOT NULL");
	};

	my @makers = grep { $_->{result} eq $type && !grep { $self->{is_type}{$_} } @{ $_->{types} } } @{ $self->{aggregates} };
	foreach my $maker (@makers)
	{
		my $made = $self->make_rows($maker, 'made', 200, 1) // next;
		$collect->($made, join ' UNION ALL ', map { "SELECT " . call($maker) . "::text AS text FROM made WHERE i <= $_" } 0, 1, 3, 20, 200);
	}
	foreach my $row (rows($node, qq{
		SELECT aggfnoid::oid::regprocedure, aggtransfn::regproc, quote_literal(agginitval), aggcombinefn::regproc
		FROM pg_aggregate WHERE aggtranstype = '$type'::regtype AND agginitval IS NOT NULL AND aggfnoid::oid >= 16384}))
	{
		my ($signature, $transition, $initial, $combine) = @$row;
		$collect->('', "SELECT $initial AS text");
		next if @makers || !$combine;

		# a state that nothing returns: let its transition and combine functions make some
		my ($aggregate) = grep { $_->{signature} eq $signature } @{ $self->{aggregates} };
		next unless $aggregate;
		my $made = $self->make_rows($aggregate, 'made', 12, 1) // next;
		my $next = "$transition(" . join(', ', "${initial}::$type", map { "a$_" } 0 .. $#{ $aggregate->{types} }) . ')';
		$collect->($made, "WITH states AS (SELECT i, $next AS state FROM made)"
			  . " SELECT state::text AS text FROM states UNION ALL SELECT $combine(a.state, b.state)::text FROM states AS a, states AS b");
	}
	if (open my $in, '<', kpi_root() . "/test/fuzz/seeds/$type.txt")
	{
		while (my $line = <$in>)
		{
			chomp $line;
			$literals{$line} = 1 if $line ne '' && $line !~ /^#/;
		}
	}
	my @literals = sort keys %literals;

	# enough is enough: the shortest, the longest and some between
	@literals = sort { length $a <=> length $b || $a cmp $b } @literals;
	@literals = @literals[ map { int($_ * $#literals / 29) } 0 .. 29 ] if @literals > 30;
	$self->{literals}{$type} = \@literals;
	return @literals;
}

1;
