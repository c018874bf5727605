# The grammar of random queries over the tables of KPI::Random::Tables.
#
#   my $grammar = KPI::Random::Query->new($node);
#   my $query = $grammar->batch($choices);     # to run with batch execution on and off
#   my $query = $grammar->plain($choices);     # with the same written in plain SQL
#
# A query is a hash:
#   scripts    SQL, for plain() two: with the extension and without
#   explain    SQL that shows its plan
#   before     SQL to run first (PREPARE, CREATE VIEW)
#   ordered    whether the order of its rows counts
#   sets       whether it has totals: grouping sets
#   inexact    whether it adds up doubles, whose sum depends on the order
#   single     whether it adds up real numbers of single precision
#   fragile    whether it shows which of several equal values came first
#   joined     whether the order of its rows is a join's or an Append's
#   as_text    whether it compares its rows as text
#   tolerance  by column, where the extension itself promises no more
package KPI::Random::Query;

use strict;
use warnings;

use KPI;
use KPI::Random::Plain;

sub new
{
	my ($class, $node) = @_;
	my $self = bless { is_type => { map { $_ => 1 } kpi_types($node) }, unknown => {} }, $class;
	$self->{aggregates} = [ kpi_aggregates($node) ];
	foreach my $aggregate (@{ $self->{aggregates} })
	{
		# what makes summaries of this type
		$self->{maker}{ $aggregate->{result} } //= $aggregate
		  if $self->{is_type}{ $aggregate->{result} } && !grep { $self->{is_type}{$_} } @{ $aggregate->{types} };
	}
	return $self;
}

# The calls whose results fill the columns of summaries: type => SQL.
sub makers
{
	my ($self) = @_;
	$self->begin(KPI::Choices->replay);
	return map { $_ => $self->call($self->{maker}{$_}) } sort keys %{ $self->{maker} };
}

sub begin
{
	my ($self, $choices) = @_;
	delete @{$self}{qw(risk risked outer not_null in_common made)};
	$self->{$_} = {} foreach qw(not_null dimensions);
	$self->{parameters} = [];
	$self->{constants} = 'literal';
	$self->{c} = $choices;
}

# ---------- values ----------

# A constant: a literal, a parameter, a column of the row that a lateral query is
# for, or what the executor computes first.  NULL stands among the values of all but literals.
sub constant
{
	my ($self, $type, @literals) = @_;
	my $c = $self->{c};
	my $kind = $self->{constants};
	my $literal = "'" . $c->pick(@literals) . "'::$type";
	return $literal if $kind eq 'literal' || $c->maybe(0.3);
	return "(SELECT $literal)" if $kind eq 'initplan';
	push @{ $self->{parameters} }, [ $type, @literals ];
	my $n = @{ $self->{parameters} };
	return $kind eq 'parameter' ? "\$$n" : "p.p$n";
}

# The values of the parameters for one execution, with a NULL here and there.
sub parameter_values
{
	my ($self) = @_;
	my $c = $self->{c};
	return map {
		my ($type, @literals) = @$_;
		my $literal = $c->pick(@literals);
		$c->maybe($self->{risk} ? 0 : 0.07) && !$self->{not_null}{$type} ? "NULL::$type" : "'$literal'::$type"
	} @{ $self->{parameters} };
}

# What may fail is in a query at most once, so that it is known which error is raised.
sub risk
{
	my ($self, @expressions) = @_;
	return unless $self->{risk} && !$self->{risked} && $self->{c}->maybe(0.5);
	$self->{risked} = 1;
	return $self->{c}->pick(@expressions);
}

# Sums and products that a number has no room for, where nothing else would notice.
sub overflow
{
	my ($self) = @_;
	my $c = $self->{c};
	return if $self->{risked};
	$self->{risked} = 1;
	return $c->pick('max', 'min', 'count') . '(' . $c->pick('f.x4 + 1', 'f.x4 * 2', 'f.x4 - 5', 'f.x8 + f.x8', 'f.xf * 10', 'f.xf + f.xf', 'f.xf - f.v * 1e308') . ')';
}

sub condition
{
	my ($self, $depth) = @_;
	$depth //= 0;
	my $c = $self->{c};
	my $kind = $c->below($depth > 1 ? 20 : 24);
	return 'f.ok' if $kind == 0;
	return 'f.grp ' . $c->pick('=', '<>', '<', '>=') . ' ' . $self->constant('integer', 1, 2, 0) if $kind == 1;
	return 'f.vi ' . $c->pick('<', '>', '<=') . ' ' . $self->constant('integer', 0, 500, -500) if $kind == 2;
	return 'f.v ' . $c->pick('<', '>', '<=', '>=', '<>') . ' ' . $self->constant('float8', 50, 10, 'NaN') if $kind == 3;
	return 'f.ch ' . $c->pick('=', '<>', '<', '>=') . ' ' . $self->constant('text', 'voice', 'chat', '') if $kind == 4;
	return "f.$_ " . $c->pick('LIKE', 'ILIKE', 'NOT LIKE') . ' ' . $self->constant('text', '%o%', 'note %', 'v%', 'long%', '_') if $kind == 5 && ($_ = $c->pick('ch', 'note'));
	return 'f.' . $c->pick('wait', 'talk') . ' ' . $c->pick('<=', '>') . ' ' . $self->constant('interval', '20 s', '0', '10 min') if $kind == 6;
	return 'f.' . $c->pick('at', 'queued', 'xt') . ' ' . $c->pick('>=', '<') . ' ' . $self->constant('timestamptz', '2026-03-29 01:00+00', '2026-04-01', '-infinity', 'infinity') if $kind == 7;
	return $c->pick("f.at >= '2026-03-29 01:00+00' AND f.at < '2026-03-30 01:00+00'", "f.at BETWEEN '2026-03-28' AND '2026-03-28 03:00'", "f.queued < '2026-03-28 22:30Z'", 'f.id BETWEEN 100 AND 160', 'f.id > 1500', 'f.vi > 500', 'f.vi > 990',
		"f.ar @> '{1}'", "f.sp && tstzrange('2026-03-29Z', '2026-03-29 03:00Z')", 'f.vi % 3 = 1', "lower(f.ch) = 'voice'", 'f.q = 3 AND f.s4 > 5', "(f.q = 3 OR f.at < '2026-03-27 12:00Z')", 'f.agent < 20 AND f.ok', 'f.q = ANY (ARRAY(SELECT id FROM grade))') if $kind < 9 && $c->maybe(0.2) && !$depth;
	return 'f.' . $c->pick('d', 'xd') . ' ' . $c->pick('>=', '<', '=') . ' ' . $self->constant('date', '2026-03-29', 'infinity', '4714-11-24 BC') if $kind == 8;
	return 'f.q ' . $c->pick('IN (1, 2, 3, 5, 8)', 'NOT IN (1, 2)', 'IN (1, NULL)', 'NOT IN (1, NULL)', 'BETWEEN 3 AND 9', 'NOT BETWEEN 3 AND 9', 'IS DISTINCT FROM 3') if $kind == 9;
	return "f." . $c->pick('ch', 'q', 'v', 'note', 'ok', 'at', 'ar') . $c->pick(' IS NULL', ' IS NOT NULL') if $kind == 10;
	return 'f.' . $c->pick('ok', 'answered', 'flowed') . $c->pick(' IS TRUE', ' IS NOT TRUE', ' IS FALSE', ' IS UNKNOWN', '') if $kind == 11;
	return 'f.' . $c->pick('wait_i <= f.thr_i', 'wait <= f.thr', 'wait_f < f.talk_f', 'q = f.q8', 'queued < f.taken', 'x4 < f.vi', 'x8 > f.x4', 'x2 <> f.q2') if $kind == 12;
	return 'f.' . $c->pick("en > 'angry'", "dom < 3", "nm = 'kpi'", "bp = 'a'", "vc = 'a'", "ct = 'SALES'", "nd = 'NORTH'", "num = 1", "fl = 0", "f4 >= 0.1", "ar = '{1,2}'",
		"uu > '00000000-0000-0000-0000-000000000001'") if $kind == 13;
	return $c->pick('length(f.note) > 10', 'upper(f.ch) = \'VOICE\'', 'extract(hour FROM f.at) < 12', 'f.at::date = f.d', 'f.vi % 3 = 0', 'f.num > 1', 'f.sp @> f.queued', "f.ch ~ '^[cv]'",
		'coalesce(f.v, 0) > 20', 'f.ar[1] = 1', 'f.x4 = ANY (ARRAY[0, -1])', "f.ch = ANY ('{voice,web}')", 'f.q = ANY (f.ar)') if $kind == 14;
	return $self->risk('10 / f.grp > 3', 'f.x4 + 1 > 0', 'f.x8 - 2 < 0', 'f.x2 * f.x2 > 0', 'f.xf * 10 > 5', 'sqrt(f.fl) < 2', "f.ch::integer > 0", 'f.xd + 5 > f.d') // 'f.answered' if $kind == 15;
	return $c->pick('true', 'false', 'NULL::boolean', $self->constant('boolean', 'true', 'false')) if $kind == 16;
	return $self->dimension_condition if $kind < 20;
	return '(' . $self->condition($depth + 1) . $c->pick(' AND ', ' OR ', ' OR ') . $self->condition($depth + 1) . ')' if $kind < 22;
	return 'NOT (' . $self->condition($depth + 1) . ')' if $kind == 22;
	return '(' . join(' OR ', map { $self->condition($depth + 1) } 1 .. 3) . ')';
}

sub dimension_condition
{
	my ($self) = @_;
	my $c = $self->{c};
	my @conditions = ('f.vi > 0');
	push @conditions, "queue.site = " . $self->constant('text', 'Ankara', 'Izmir'), 'queue.active', 'f.wait <= queue.q_thr', 'queue.site IS NULL' if $self->{dimensions}{queue};
	push @conditions, 'agent.level > 1', "agent.team <> 'team 3'", 'agent.team IS NULL' if $self->{dimensions}{agent};
	push @conditions, "grade.site = 'Izmir'", 'grade.label IS NOT NULL', 'f.wait_i <= grade.g_thr' if $self->{dimensions}{grade};
	push @conditions, 'queue.site = grade.site', 'queue.q_thr_i > grade.g_thr' if $self->{dimensions}{grade} && $self->{dimensions}{queue};
	return $conditions[-1] if @conditions == 1;
	return $c->pick(@conditions[ 1 .. $#conditions ]);
}

# An expression that the query has already, or a new one.
sub again
{
	my ($self, $kind, $make) = @_;
	my $made = $self->{made}{$kind} //= [];
	return $self->{c}->pick(@$made) if @$made && $self->{c}->maybe(0.35);
	push @$made, $make->();
	return $made->[-1];
}

sub integer
{
	my ($self) = @_;
	return $self->again('integer', sub { $self->new_integer });
}

sub double
{
	my ($self) = @_;
	return $self->again('double', sub { $self->new_double });
}

sub text
{
	my ($self) = @_;
	return $self->again('text', sub { $self->new_text });
}

# A duration of this type that is never negative.
sub duration
{
	my ($self, $type, $called) = @_;
	return $self->again($type, sub { $self->new_duration($type, $called) });
}

sub new_integer
{
	my ($self) = @_;
	my $c = $self->{c};
	return $self->risk('f.x4 + 1', 'f.x4 * 2', '10 / f.grp', 'f.vi / (f.q - 5)', 'f.x4 - 5', '-f.x4', 'abs(f.x4)', 'f.x8::integer') // $c->pick(
		'f.vi', 'f.wait_i', 'f.s4', 'f.vi + 1', 'f.vi * 2', 'f.vi - f.wait_i', 'f.vi % 7', 'f.x4', 'coalesce(f.vi, 0)', 'f.q2::integer', 'length(f.ch)', 'extract(hour FROM f.at)::integer',
		'CASE WHEN f.ok THEN f.vi ELSE f.q END', 'f.grp + ' . $self->constant('integer', 1, 100), '(f.ok)::integer', 'f.dom', 'f.d - date \'2026-01-01\'');
}

sub new_double
{
	my ($self) = @_;
	my $c = $self->{c};
	return $self->risk('f.xf * 10', 'f.xf + f.xf', 'f.v / (f.grp - 1)', 'sqrt(f.fl)', 'exp(f.v * 20)', 'ln(f.fl)') // $c->pick(
		'f.v', 'f.wait_f', 'f.v + 1', 'f.v * 2', 'f.v - f.wait_f', 'f.v * f.wait_f', 'f.fl', 'f.f4', 'f.vi::float8', 'extract(epoch FROM f.wait)::float8',
		'extract(epoch FROM f.taken - f.queued)::float8', 'coalesce(f.v, 0)', 'CASE WHEN f.ok THEN f.v END', 'f.v + ' . $self->constant('float8', 1, 'Infinity'));
}

sub new_text
{
	my ($self) = @_;
	return $self->{c}->pick('f.ch', 'f.note', 'upper(f.ch)', 'left(f.note, 3)', "f.ch || '/' || f.vc", "coalesce(f.ch, '?')", 'f.vc', 'f.bp::text', "CASE WHEN f.ch IN ('voice', 'Voice') THEN 'voice' ELSE f.ch END");
}

sub new_duration
{
	my ($self, $type, $called) = @_;
	my $c = $self->{c};
	my $name = $c->pick($called =~ /^(wait|talk|hold|wrap)$/ ? $called : 'wait', qw(wait talk hold wrap));
	my $other = $c->pick(qw(wait talk hold wrap));
	if ($type eq 'interval')
	{
		return $self->risk('f.wait - interval \'15 s\'', "f.wait + interval '1 month'") // $c->pick("f.$name", "f.$name", 'f.taken - f.queued', "f.$name * 2", "f.$name + f.$other", "coalesce(f.$name, '0')", "CASE WHEN f.ok THEN f.$name END", "make_interval(secs => f.${name}_f)");
	}
	if ($type eq 'integer')
	{
		return $self->risk('f.wait_i - 15', 'f.x4') // $c->pick("f.${name}_i", "f.${name}_i", "f.${name}_i + f.${other}_i", "coalesce(f.${name}_i, 0)", 'abs(f.vi)', 'extract(epoch FROM f.taken - f.queued)::integer', "CASE WHEN f.ok THEN f.${name}_i END");
	}
	return $self->risk('f.wait_f - 15', 'f.xf', "f.wait_f * 'NaN'", '1e308 * f.wait_f') // $c->pick("f.${name}_f", "f.${name}_f", "f.${name}_f + f.${other}_f", 'extract(epoch FROM f.taken - f.queued)::float8', "f.${name}_i::float8", "coalesce(f.${name}_f, 0)", "f.${name}_f * 2");
}

my %suffix = ('interval' => '', 'integer' => '_i', 'double precision' => '_f');
my %score = ('smallint' => 's2', 'integer' => 's4', 'bigint' => 's8', 'double precision' => 'sf', 'numeric' => 's4');

# What stands for an argument of an aggregate of the extension, by its name and type.
sub argument
{
	my ($self, $aggregate, $n) = @_;
	my $c = $self->{c};
	my ($type, $name) = ($aggregate->{types}[$n], $aggregate->{names}[$n] // '');
	my $suffix = $suffix{$type};

	if ($name eq 'threshold' && defined $suffix)
	{
		$self->{not_null}{ $type eq 'double precision' ? 'float8' : $type } = 1;
		$type = 'float8' if $type eq 'double precision';
		my @literals = $type eq 'interval' ? ('20 s', '10 s', '60 s') : (20, 10, 60);
		return $self->risk("CASE WHEN f.vi > 900 THEN f.thr$suffix END")
		  // $c->pick("f.thr$suffix", $self->{dimensions}{queue} && !$self->{outer} ? "queue.q_thr$suffix" : "f.thr$suffix", $self->constant($type, @literals));
	}
	return $c->pick("f.short$suffix", "NULL::$type") if $name eq 'short_abandon' && defined $suffix;
	if ($name eq 'score' && $score{$type})
	{
		my $column = $aggregate->{name} eq 'csat' && @{ $aggregate->{types} } == 1 || $aggregate->{name} eq 'ces' ? 'c4' : $score{$type};
		return $self->risk("(f.x2)::$type", "(f.$column - 3)::$type") // "f.$column" . ($column eq $score{$type} && $type ne 'numeric' ? '' : "::$type");
	}
	return (3, 6)[ $c->below(2) ] . "::$type" if $name eq 'negative_to';
	return (7, 9)[ $c->below(2) ] . "::$type" if $name =~ /^(satisfied_from|positive_from)$/;
	return $c->pick(0.9, 0.5, 0, 1) . '::float8' if $name eq 'fraction';
	return "f.total::$type" if $name eq 'total';
	return $self->risk("f.vi::$type") // "f.hits::$type" if $name eq 'hits';
	return $c->pick('f.ok', 'f.answered', 'f.flowed', $self->condition(1)) if $type eq 'boolean';
	return $self->duration($type, $name) if defined $suffix;
	return 'f.sp' if $type eq 'tstzrange';
	return "f.s8::$type" if $type =~ /^(bigint|smallint|numeric)$/;
	return 'f.note' if $type eq 'text';
	return 'f.at' if $type eq 'timestamp with time zone';
	return "f.s_$type" if $self->{maker}{$type};
	$self->{unknown}{"$aggregate->{signature}: $name $type"} = 1;
	return "NULL::$type";
}

sub call
{
	my ($self, $aggregate) = @_;
	return "$aggregate->{function}(" . join(', ', map { $self->argument($aggregate, $_) } 0 .. $#{ $aggregate->{types} }) . ')';
}

# ---------- aggregates ----------

# What a summary is read with; without, its text is compared, and so its bytes.
my %accessors = (
	proportion => [ 'rate(%s)', 'wilson_low(%s)', 'contacts_per_resolution(%s)' ],
	queue_summary => [ 'service_level(%s)', "service_level(%s, 'short_met')", 'asa(%s)', 'longest_wait(%s)', 'abandonment_rate(%s)' ],
	handle_summary => [ 'aht(%s)', 'average_hold_when_held(%s)', 'handled(%s)' ],
	rating_summary => [ 'nps(%s)', 'nps_low(%s)', 'average(%s)', 'csat(%s, 7)' ],
	duration_summary => [ 'percentile(%s, 0.9)', 'stddev(%s)', 'average(%s)' ],
	time_share => [ 'share(%s)', 'whole(%s)' ],
	span_summary => [ 'total(%s)', 'peak_concurrency(%s)', 'spans(%s)' ]);

sub kpi
{
	my ($self) = @_;
	my $c = $self->{c};
	my $aggregate = $c->maybe(0.6) ? $c->pick(@{ $self->{aggregates} }) : $self->{by_name}[ $c->below(scalar @{ $self->{by_name} }) ];
	my $call = $self->call($aggregate);
	if ($c->maybe(0.03))
	{
		# batch execution leaves these alone
		$call = @{ $aggregate->{types} } == 1 && $c->maybe(0.5) ? $call =~ s/\(/(DISTINCT /r : $call =~ s/\)$/ ORDER BY f.id)/r;
	}
	$call .= ' FILTER (WHERE ' . $self->condition . ')' if $c->maybe(0.25);
	if (my $accessors = $accessors{ $aggregate->{result} })
	{
		return sprintf $c->pick(@$accessors), $call if $c->maybe(0.4);
	}
	return $call;
}

sub builtin
{
	my ($self) = @_;
	my $c = $self->{c};
	my $kind = $c->below(24);
	my $call =
	    $kind < 2 ? 'count(*)'
	  : $kind == 2 ? 'count(' . $c->pick('f.v', 'f.ch', 'f.ok', 'f.wait') . ')'
	  : $kind < 5 ? $c->pick('sum', 'min', 'max', 'avg') . '(' . $self->integer . ')'
	  : $kind < 8 ? $c->pick('min', 'max', 'sum', 'avg', 'stddev', 'variance') . '(' . $self->double . ')'
	  : $kind == 8 ? $c->pick('sum', 'min', 'max', 'avg') . '(f.' . $c->pick('v8', 'vn', 'q2', 'num') . ')'
	  : $kind == 9 ? $c->pick('min', 'max') . '(' . $self->text . ')'
	  : $kind == 10 ? $c->pick('bool_and', 'bool_or', 'every') . '(' . $self->condition(1) . ')'
	  : $kind == 11 ? $c->pick('bit_or', 'bit_and') . '(f.' . $c->pick('vi', 'q2', 'v8') . ')'
	  : $kind == 12 ? $c->pick('sum', 'avg', 'min', 'max') . '(' . $c->pick('f.wait', 'f.taken - f.queued') . ')'
	  : $kind == 13 ? $c->pick('min', 'max') . '(f.' . $c->pick('at', 'd', 'queued', 'xt', 'xd', 'en', 'x4', 'x8', 'ats') . ')'
	  : $kind == 14 ? $c->pick('regr_slope(f.v, f.wait_f)', 'corr(f.v, f.wait_f)', 'covar_pop(f.v, f.vi)')
	  : $kind == 15 ? 'last_text(' . $self->text . ')'
	  : $kind == 16 ? 'collected(' . $self->integer . ')'
	  : $kind == 17 ? $c->pick('added(f.vn)', 'added(f.wait)')
	  : $kind == 18 ? 'plus_or_one(f.' . $c->pick('vi', 'q', 'grp') . ')'
	  : $kind == 19 ? 'own_rate(' . $self->condition(1) . ')'
	  : $kind == 20 ? 'avg(f.' . $c->pick('vi', 'v8', 'vn', 'f4', 'v') . ')'
	  : $kind == 21 ? 'sum(f.' . $c->pick('v', 'f4', 'x2', 'vi', 'fl') . ')'
	  : $c->pick('count(DISTINCT f.q)', 'percentile_cont(0.5) WITHIN GROUP (ORDER BY f.v)', 'array_agg(f.vi)', "string_agg(f.vc, ',')", 'mode() WITHIN GROUP (ORDER BY f.q)');
	$self->{inexact} = 1 if $call =~ /^(sum|avg|stddev|variance|regr|corr|covar)/;
	$self->{single} = 1 if $call =~ /^sum.*f\.f4/;
	$self->{fragile} = 1 if $call =~ /^(array_agg|string_agg)/ || $call =~ /^m(in|ax).*f\.(fl|f4|num)\b/;
	$call .= ' FILTER (WHERE ' . $self->condition . ')' if $c->maybe(0.2);
	return $call;
}

# ---------- FROM, GROUP BY ----------

my @sources = ('fact', 'fact', 'parted', 'wide', 'unlogged', 'temporary', 'widest', 'empty', '(SELECT * FROM fact)', '(SELECT * FROM fact WHERE id % 2 = 0 OFFSET 0)');

# FROM, and the conditions that belong to it.
sub from
{
	my ($self) = @_;
	my $c = $self->{c};
	my $from = $c->pick(@sources) . ' AS f';
	$self->{joined} = 1 if $from =~ /parted/;
	$self->{dimensions} = {};
	$self->{made} = {};
	$self->{outer} = 0;
	my @conditions;
	if ($c->maybe(0.3))
	{
		foreach my $join (1 .. 1 + $c->below(2))
		{
			my $dimension = $c->pick('queue', 'queue', 'agent', 'doubled', 'vacant');
			next if $self->{dimensions}{$dimension}++;
			my $key = $dimension eq 'agent' ? 'f.agent' : $c->pick('f.q', 'f.q8', 'f.q2', 'f.grp');
			my $on = $c->maybe(0.2) ? "$dimension.id = $key" : "$key = $dimension.id";
			$self->{joined} = 1;
			if ($c->maybe(0.3))
			{
				$from .= " LEFT JOIN $dimension ON $on" . ($c->maybe(0.3) && $dimension eq 'queue' ? $c->pick(' AND queue.active', ' AND f.ok', ' AND f.wait_i < queue.q_thr_i') : '');
				$self->{outer} = 1;
			}
			elsif ($c->maybe(0.3) && !$self->{outer})
			{
				$from .= " CROSS JOIN $dimension";
				push @conditions, $on;
			}
			else
			{
				$from .= " JOIN $dimension ON $on" . ($c->maybe(0.2) && $dimension eq 'queue' ? ' AND f.wait_i < queue.q_thr_i' : '');
			}
			# a dimension of a dimension
			if ($dimension eq 'agent' && $c->maybe(0.4))
			{
				$self->{dimensions}{grade} = 1;
				$from .= $c->pick(' JOIN', ' LEFT JOIN') . ' grade ON grade.id = agent.level';
				$from .= $c->pick(' AND grade.site = queue.site', '') if $self->{dimensions}{queue} && $from =~ /JOIN queue/;
			}
		}
	}
	return ($from, @conditions);
}

# An expression to group by, and what is shown of it.
sub key
{
	my ($self) = @_;
	my $c = $self->{c};
	my $dimension = $self->{dimensions};
	if (%$dimension && $c->maybe(0.5))
	{
		my @keys = ($dimension->{queue} ? qw(queue.name queue.site queue.id queue.q_thr queue.active) : (), $dimension->{agent} ? qw(agent.team agent.level) : (), $dimension->{grade} ? qw(grade.label grade.site) : (),
			$dimension->{doubled} ? 'doubled.label' : (), $dimension->{vacant} ? 'vacant.label' : ());
		my $key = $c->pick(@keys);
		return ($key, $key);
	}
	my $kind = $c->below(20);
	my $key =
	    $kind < 4 ? 'f.' . $c->pick('grp', 'q', 'q2', 'q8', 'agent')
	  : $kind < 6 ? 'f.' . $c->pick('ch', 'vc', 'bp', 'nm', 'uu', 'en', 'ar', 'dom', 'ok', 'd', 'at', 'thr')
	  : $kind == 6 ? 'f.' . $c->pick('num', 'fl', 'f4', 'ct', 'nd')
	  : $kind < 9 ? 'f.' . $c->pick('at', 'queued', 'ats') . '::date'
	  : $kind < 11 ? "date_trunc('" . $c->pick('hour', 'day', 'week', 'month', 'minute') . "', f." . $c->pick('at', 'queued', 'ats') . ')'
	  : $kind == 11 ? "(f." . $c->pick('at', 'queued') . " AT TIME ZONE '" . $c->pick('Europe/Berlin', 'Asia/Kathmandu', 'UTC', 'Africa/Monrovia') . "')" . $c->pick('::date', '', '::time')
	  : $kind == 12 ? 'extract(' . $c->pick('hour', 'dow', 'minute', 'day') . ' FROM f.' . $c->pick('at', 'queued') . ')'
	  : $kind == 13 ? $self->text
	  : $kind == 14 ? $self->integer
	  : $kind == 15 ? $self->condition(1)
	  : $kind == 16 ? $c->pick("CASE WHEN f.ch IN ('voice', 'Voice') THEN 'v' WHEN f.vi > 0 THEN 'p' END", 'coalesce(f.q, -1)', 'f.q % 3', 'f.vi / 100', "date_trunc('day', f.at, 'Europe/Berlin')", "to_char(f.at, 'HH24')",
		'width_bucket(f.v, 0, 100, 5)', "date_bin('15 min', f.at, '2026-03-29Z')")
	  : $kind == 17 ? 'f.' . $c->pick('note', 'id', 'v', 'xt', 'xd', 'x8', 'x4', 'x2')
	  : $kind == 18 ? 'coalesce(f.ch, ' . $self->constant('text', 'voice', 'none') . ')'
	  : $c->pick('f.xt', 'f.xd', 'f.ar', 'f.thr_f', 'f.wait', "f.at AT TIME ZONE 'Europe/Berlin'");
	# a constant would be the number of a column
	$key = 'f.ok' if $key !~ /f\./;
	return ($key, $key) unless $key =~ /^f\.(num|fl|f4|ct|nd)$/;

	# one of several equal values is shown: the first that came, or what all have in common
	if (!$self->{in_common} && $c->maybe(0.3))
	{
		$self->{fragile} = 1;
		return ($key, $key);
	}
	my $common = $key eq 'f.num' ? "trim_scale($key)" : $key =~ /f[l4]$/ ? "$key + 0" : "lower($key\::text COLLATE \"C\")";
	return ($key, $common);
}

# SELECT keys, aggregates FROM ... GROUP BY
sub level
{
	my ($self, %options) = @_;
	my $c = $self->{c};
	my $overflow = $self->{risk} && $c->maybe(0.5) ? $self->overflow : undef;
	my ($from, @where) = $self->from;
	push @where, $self->condition foreach 1 .. $c->pick(0, 1, 1, 2);
	push @where, $options{where} if $options{where};
	my (@keys, @shown);
	unless ($options{ungrouped})
	{
		foreach (1 .. $c->pick(0, 1, 1, 1, 2, 2, 3))
		{
			my ($key, $shown) = $self->key;
			push @keys, $key;
			push @shown, $shown;
		}
	}
	my @aggregates = map { $c->maybe(0.5) ? $self->builtin : $self->kpi } 1 .. $options{aggregates} // $c->pick(1, 1, 2, 3, 5);
	$aggregates[0] = $self->kpi unless $c->maybe(0.05) || $options{ungrouped};
	if ($c->maybe(0.15) && !defined $options{aggregates})
	{
		# the same arguments, for some rows and for all
		my $call = $self->call($c->pick(@{ $self->{by_name} }));
		push @aggregates, "$call FILTER (WHERE " . $self->condition . ')', $call;
	}
	push @aggregates, $overflow if $overflow;
	my $having = $c->maybe(0.15) ? ' HAVING ' . $c->pick('count(*) > ' . $self->constant('bigint', 3, 1, 10), 'rate(f.ok) > ' . $self->constant('float8', 0.5, 0.2), 'max(f.vi) > 0', 'aht(f.talk_i) IS NOT NULL') : '';
	my $group = @keys ? ' GROUP BY ' . ($c->maybe(0.12) ? $c->pick('ROLLUP (', 'CUBE (', 'GROUPING SETS ((), ') . join(', ', @keys) . ')' : join(', ', @keys)) : $c->maybe(0.1) ? ' GROUP BY ()' : '';
	my $n = 0;
	my $select = join ', ', (map { "$_ AS k" . ++$n } @shown), map { "$_ AS a" . ++$n } @aggregates;
	$self->{columns} = $n;
	return "SELECT $select FROM $from" . (@where ? ' WHERE ' . join(' AND ', @where) : '') . $group . $having;
}

# ---------- whole queries ----------

sub batch
{
	my ($self, $choices) = @_;
	$self->begin($choices);
	my $c = $choices;
	$self->{by_name} //= [ grep { $_->{signature} =~ /^(service_level|aht|nps|rate|asa|percentile|queue_agg|csat|utilization|duration_agg)\(/ } @{ $self->{aggregates} } ];
	delete @{$self}{qw(inexact single fragile joined as_text)};
	my %query = (before => [], after => []);

	my $top = $c->pick('level', 'level', 'level', 'level', 'ordered', 'subquery', 'lateral', 'prepared', 'prepared', 'initplan', 'with', 'union', 'distinct', 'limit', 'correlated', 'in', 'view', 'window',
		'table', 'joined', 'cursor', 'materialized', 'exists');
	$self->{constants} = { lateral => 'lateral', correlated => 'lateral', prepared => 'parameter', initplan => 'initplan' }->{$top} // 'literal';
	# what stops before the last row may or may not come to the row that fails
	$self->{risk} = $top =~ /^(level|ordered|subquery|lateral|prepared|with|table|distinct|union)$/ && $c->maybe(0.15);
	my $sql;
	if ($top eq 'union')
	{
		my @aggregates = (KPI::Choices->replay);
		$sql = $self->level(aggregates => 1) =~ s/ AS [ka]\d+//gr;
		$sql = "SELECT row(s.*)::text AS a1 FROM ($sql) AS s";
		my $second = $self->level(aggregates => 2);
		$sql .= $c->pick(' UNION ALL ', ' UNION ') . "SELECT row(t.*)::text FROM ($second) AS t";
		$self->{columns} = 1;
	}
	elsif ($top eq 'correlated')
	{
		my $key = $c->pick('f.q', 'f.q8', 'f.q2', 'f.grp');
		my $level = $self->level(aggregates => 1, ungrouped => 1, where => "$key = outside.id" . $c->pick('', ' + 1')) =~ s/\b(queue|doubled)\b(?=\.|\s)/$1/gr;
		$sql = "SELECT outside.id, ($level) FROM queue AS outside WHERE outside.id < 12";
		if (@{ $self->{parameters} })
		{
			my @rows = map { '(' . join(', ', $_, $self->parameter_values) . ')' } 1 .. 2;
			$sql = "SELECT p.n, outside.id, ($level) FROM queue AS outside, (VALUES " . join(', ', @rows) . ') AS p (' . join(', ', 'n', map { "p$_" } 1 .. @{ $self->{parameters} }) . ') WHERE outside.id < 6';
		}
	}
	elsif ($top eq 'in')
	{
		my ($from, @where) = $self->from;
		$sql = 'SELECT id, name FROM queue WHERE id ' . $c->pick('IN', 'NOT IN') . " (SELECT f.grp + f.q FROM $from WHERE f.q IS NOT NULL" . join('', map { " AND $_" } @where, $self->condition) . ' GROUP BY f.grp + f.q HAVING ' . $self->kpi . ' IS NOT NULL)';
	}
	elsif ($top eq 'exists')
	{
		$sql = 'SELECT EXISTS (' . $self->level . '), (SELECT count(*) FROM (' . $self->level . ') AS s)';
	}
	else
	{
		$sql = $self->level;
	}
	my $columns = join ', ', 1 .. $self->{columns} // 1;
	if ($top eq 'ordered' || $top eq 'limit')
	{
		$sql = "SELECT * FROM ($sql) AS s" if $c->maybe(0.2);
		$sql .= " ORDER BY $columns" . ($c->maybe(0.3) ? ' DESC NULLS LAST' : '') . ($top eq 'limit' ? ' LIMIT ' . $c->pick(5, 1, 0) . $c->pick('', ' OFFSET 2') : '');
		$query{ordered} = 1;
	}
	elsif ($top eq 'subquery')
	{
		$sql = 'SELECT count(*), max(s::text), min(s::text) FROM (' . $sql . ') AS s' . $c->pick('', ' WHERE s IS NOT NULL', ' CROSS JOIN generate_series(1, 2)');
		$self->{as_text} = 1;
	}
	elsif ($top eq 'lateral')
	{
		my @rows = map { '(' . join(', ', $_, $self->parameter_values) . ')' } 1 .. 4;
		$sql = "SELECT * FROM (VALUES " . join(', ', @rows) . ') AS p (' . join(', ', 'n', map { "p$_" } 1 .. @{ $self->{parameters} }) . ')' . $c->pick(' CROSS JOIN LATERAL ', ' LEFT JOIN LATERAL ') . "($sql) AS s";
		$sql .= ' ON true' if $sql =~ /LEFT JOIN LATERAL \(SELECT/;
	}
	elsif ($top eq 'with') { $sql = 'WITH s AS ' . $c->pick('', 'MATERIALIZED ') . "($sql) SELECT * FROM s" . $c->pick('', ' UNION ALL SELECT * FROM s'); }
	elsif ($top eq 'distinct') { $sql =~ s/^SELECT/SELECT DISTINCT/; }
	elsif ($top eq 'window') { $sql = "SELECT *, row_number() OVER (ORDER BY s::text), count(*) OVER () FROM ($sql) AS s"; $self->{as_text} = 1; }
	elsif ($top eq 'joined') { $sql = "SELECT * FROM ($sql) AS s LEFT JOIN doubled AS other ON other.id = length(s::text) % 20"; $self->{as_text} = 1; }
	elsif ($top eq 'view') { push @{ $query{before} }, "CREATE OR REPLACE TEMP VIEW seen AS $sql"; push @{ $query{after} }, 'DROP VIEW seen'; $sql = 'SELECT * FROM seen'; }

	my @runs = ($sql);
	$query{explain} = "EXPLAIN (COSTS OFF) $sql";
	if ($top eq 'prepared')
	{
		my @types = map { $_->[0] } @{ $self->{parameters} };
		push @{ $query{before} }, 'DEALLOCATE ALL', 'SET LOCAL plan_cache_mode = ' . $c->pick('force_generic_plan', 'force_custom_plan', 'auto'),
		  'PREPARE q' . (@types ? ' (' . join(', ', @types) . ')' : '') . " AS $sql";
		@runs = map { 'EXECUTE q' . (@types ? ' (' . join(', ', $self->parameter_values) . ')' : '') } 1 .. 1 + $c->below(4);
		$query{explain} = "EXPLAIN (COSTS OFF) $runs[0]";
	}
	elsif ($top eq 'cursor')
	{
		@runs = ("DECLARE rows CURSOR FOR $sql", 'FETCH 1 FROM rows', 'DELETE FROM fact WHERE id % 17 = 3', 'FETCH ALL FROM rows');
		# an end that undoes the deletion
		$query{after} = ['ROLLBACK'];
	}
	elsif ($top eq 'table' || $top eq 'materialized')
	{
		my $named = $sql;
		@runs = ($top eq 'table' ? "CREATE TEMP TABLE made ON COMMIT DROP AS $named" : "CREATE MATERIALIZED VIEW made AS " . $named =~ s/\btemporary\b/fact/gr, $top eq 'table' ? () : 'REFRESH MATERIALIZED VIEW made', 'TABLE made');
		$query{after} = ['ROLLBACK'];
	}
	$query{runs} = \@runs;
	$query{top} = $top;
	$query{sets} = $sql =~ /ROLLUP|CUBE|GROUPING SETS/ ? 1 : 0;
	$query{$_} = $self->{$_} ? 1 : 0 foreach qw(inexact single fragile joined as_text risk);
	return \%query;
}

# ---------- the extension and plain SQL ----------

my @frames = map { my $frame = $_; map { "$frame$_" } '', ' EXCLUDE CURRENT ROW', ' EXCLUDE GROUP', ' EXCLUDE TIES' } (
	'ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW', 'ROWS BETWEEN 5 PRECEDING AND CURRENT ROW', 'ROWS BETWEEN 3 PRECEDING AND 3 FOLLOWING',
	'ROWS BETWEEN 60 PRECEDING AND 20 PRECEDING', 'ROWS BETWEEN 2 FOLLOWING AND 9 FOLLOWING', 'ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING',
	'ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING', 'ROWS BETWEEN 3 PRECEDING AND 5 PRECEDING', 'RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW',
	'RANGE BETWEEN 10 PRECEDING AND CURRENT ROW', 'RANGE BETWEEN 40 PRECEDING AND 20 PRECEDING', 'RANGE BETWEEN 5 PRECEDING AND 15 FOLLOWING', 'RANGE BETWEEN 1 FOLLOWING AND 30 FOLLOWING',
	'GROUPS BETWEEN 3 PRECEDING AND 1 FOLLOWING', 'GROUPS BETWEEN 6 PRECEDING AND 2 PRECEDING', 'GROUPS BETWEEN 1 FOLLOWING AND 4 FOLLOWING', 'GROUPS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING');

sub plain
{
	my ($self, $choices) = @_;
	$self->begin($choices);
	my $c = $choices;
	# a threshold must not be NULL
	$self->{not_null} = { map { $_ => 1 } qw(integer interval float8) };
	$self->{in_common} = 1;
	my $top = $c->pick('level', 'level', 'ordered', 'sets', 'window', 'window', 'nested', 'prepared', 'lateral', 'subquery', 'inside', 'initplan');
	$self->{constants} = { lateral => 'lateral', prepared => 'parameter', initplan => 'initplan' }->{$top} // 'literal';

	my ($from, @where) = $self->from;
	push @where, $self->condition foreach 1 .. $c->pick(0, 1, 1, 2);
	my (@keys, @shown);
	foreach (1 .. $c->pick(1, 0, 1, 1, 2, 2))
	{
		my ($key, $shown) = $self->key;
		push @keys, $key;
		push @shown, $shown;
	}
	my %options;
	my $window = '';
	if ($top eq 'window')
	{
		# frames are computed anew by most of plain SQL
		push @where, 'f.id <= 250';
		my $frame = $c->pick(@frames);
		my $order = $frame =~ /^ROWS/ || $frame =~ /UNBOUNDED/ && $frame !~ /[0-9]/ ? $c->pick('f.at, f.id', 'f.id', 'f.vi DESC, f.id') : $frame =~ /^GROUPS/ ? $c->pick('f.grp', 'f.q DESC NULLS LAST', 'f.s4') : $c->pick('f.vi', 'f.s4 DESC', 'f.q', 'f.wait_i');
		my $partition = $c->pick('', 'PARTITION BY f.grp ', 'PARTITION BY f.ok ', 'PARTITION BY f.q % 3 ');
		$window = " WINDOW w AS ($partition" . "ORDER BY $order $frame)";
		$options{over} = 'w';
		@shown = ('f.id');
		@keys = ();
	}
	$options{nested} = 1 if $top eq 'nested';

	my (@kpi, @plain, @having, %tolerance, $part);
	foreach my $n (1 .. ($top eq 'nested' ? 1 : $c->pick(1, 1, 2, 3, 4)))
	{
		local $options{filter} = $self->condition(1) if $top ne 'nested' && $c->maybe(0.35);
		local @options{qw(distinct order)} = ($c->maybe(0.5), 'f.id DESC') if $top eq 'inside';
		my $pair = KPI::Random::Plain::pair($self, %options);
		push @kpi, "$pair->{kpi} AS a$n";
		push @plain, "$pair->{plain} AS a$n";
		$tolerance{ @shown + $n } = $pair->{tolerance} if $pair->{tolerance};
		$part = $pair->{summary};
		@having = map { " HAVING ($_) IS NOT NULL" } $pair->{kpi}, $pair->{plain} if !%options && !$pair->{tolerance} && $c->maybe(0.2);
	}
	my $n = 0;
	@shown = map { "$_ AS k" . ++$n } @shown;
	my $where = @where ? ' WHERE ' . join(' AND ', @where) : '';
	my $sets = $top eq 'sets' && @keys ? $c->pick('ROLLUP (', 'CUBE (', 'GROUPING SETS ((), ') : '';
	my $group = @keys ? " GROUP BY $sets" . join(', ', @keys) . ($sets ? ')' : '') : '';
	my @sql = map { "SELECT " . join(', ', @shown, @$_) . " FROM $from$where$group" . (@having ? shift @having : '') . $window } \@kpi, \@plain;
	if ($top eq 'nested')
	{
		# parts by some more keys, merged; perhaps merged twice
		my @more = map { ($self->key)[0] } 1 .. 1 + $c->below(2);
		my $inner = join(', ', (map { "$keys[$_] AS g$_" } 0 .. $#keys), (map { "$more[$_] AS m$_" } 0 .. $#more), "$part AS part");
		my $parts = "SELECT $inner FROM $from$where GROUP BY " . join(', ', @keys, @more);
		my $outer = join ', ', map { "g$_" } 0 .. $#keys;
		$parts = 'SELECT ' . join('', map { "g$_, " } 0 .. $#keys) . "m0, rollup(part) AS part FROM ($parts) AS p GROUP BY " . join('', map { "g$_, " } 0 .. $#keys) . 'm0' if @more > 1;
		$sql[0] = 'SELECT ' . join('', map { $shown[$_] =~ s/\Q$keys[$_]\E/g$_/r . ', ' } 0 .. $#keys) . $kpi[0] . " FROM ($parts) AS p" . (@keys ? " GROUP BY $outer" : '');
	}
	my $columns = join ', ', 1 .. @shown;
	my %query = (top => $top, tolerance => \%tolerance, before => [], ordered => 0);
	if ($top eq 'ordered' && @shown)
	{
		$_ .= " ORDER BY $columns LIMIT 20" foreach @sql;
	}
	elsif ($top eq 'subquery') { $_ = "SELECT * FROM ($_) AS s WHERE a1 IS NOT NULL" foreach @sql; }
	elsif ($top eq 'lateral')
	{
		my @rows = map { '(' . join(', ', $_, $self->parameter_values) . ')' } 1 .. 3;
		$_ = "SELECT * FROM (VALUES " . join(', ', @rows) . ') AS p (' . join(', ', 'n', map { "p$_" } 1 .. @{ $self->{parameters} }) . ") CROSS JOIN LATERAL ($_) AS s" foreach @sql;
		$query{tolerance} = { map { $_ + 1 + @{ $self->{parameters} } => $tolerance{$_} } keys %tolerance };
	}
	elsif ($top eq 'prepared')
	{
		my @types = map { $_->[0] } @{ $self->{parameters} };
		my $mode = $c->pick('force_generic_plan', 'force_custom_plan');
		my @values = map { 'EXECUTE q' . (@types ? ' (' . join(', ', $self->parameter_values) . ')' : '') } 1 .. 1 + $c->below(3);
		$_ = join ' \; ', 'DEALLOCATE ALL', "SET LOCAL plan_cache_mode = $mode", 'PREPARE q' . (@types ? ' (' . join(', ', @types) . ')' : '') . " AS $_", @values foreach @sql;
	}
	$query{runs} = \@sql;
	return \%query;
}

1;
