# Random queries with windows, to run with window execution on and off.
#
#   my $query = KPI::Random::Window::query($grammar, $choices);
#
# $grammar is a KPI::Random::Query, and so is the form of the result.  Where a
# value depends on the order of equal rows, rows are ordered by a unique key.
package KPI::Random::Window;

use strict;
use warnings;

use KPI;

my @keys = map { "f.$_" } qw(q grp d ch ok vi at fl v q2 q8 num vc en uu s4 thr wait f4 nd ct dom xt x8 x4 xd xf wait_i ats nm bp agent note x2);
my @sources = ('fact', 'fact', 'parted', 'wide', 'unlogged', 'temporary', '(SELECT * FROM fact WHERE id % 2 = 0 OFFSET 0)', 'empty');

# An offset of RANGE for a key, of the types that have in_range functions.
my %distance = (
	'f.id' => [ 'integer', 10, 0, 300 ], 'f.q' => [ 'integer', 1, 0, 5 ], 'f.vi' => [ 'integer', 20, 0, 400, 5000 ], 'f.q2' => [ 'smallint', 1, 3 ], 'f.q8' => [ 'bigint', 1, 3 ],
	'f.s4' => [ 'integer', 1, 0 ], 'f.v' => [ 'float8', 5, 0.5, 'Infinity' ], 'f.fl' => [ 'float8', 1, 0 ], 'f.v8' => [ 'bigint', 1000000000, 0 ], 'f.vn' => [ 'numeric', 20, 0.5, 1000 ],
	'f.at' => [ 'interval', '30 min', '0', '1 day', '1 month', '36:00:00', '1 day 2 hours' ], 'f.ats' => [ 'interval', '30 min', '1 day', '2 hours' ], 'f.d' => [ 'interval', '1 day', '0', '12 hours' ],
	'f.queued' => [ 'interval', '5 min', '1 hour', '70 s' ], 'f.xt' => [ 'interval', '1 hour', '100000 years', '1 month' ], 'f.x4' => [ 'integer', 5, 100 ], 'f.x8' => [ 'bigint', 5, 0 ], 'f.num' => [ 'numeric', 1, 0 ],
	'f.xf' => [ 'float8', 1, 1e300 ], 'f.xd' => [ 'interval', '1 day' ], 'f.wait' => [ 'interval', '10 s', '1 min' ], 'f.wait_i' => [ 'integer', 10, 100 ]);

sub direction
{
	my ($c) = @_;
	return $c->pick('', '', ' DESC') . $c->pick('', '', ' NULLS FIRST', ' NULLS LAST');
}

# One end of a frame.
sub bound
{
	my ($g, $start, $mode, $key) = @_;
	my $c = $g->{c};
	my $kind = $c->below(6);
	return $start ? 'UNBOUNDED PRECEDING' : 'UNBOUNDED FOLLOWING' if $kind == 0 && ($start || $c->maybe(0.5));
	return 'CURRENT ROW' if $kind < 2;
	my ($type, @values) = $mode eq 'RANGE' ? @{ $distance{$key} } : ('bigint', 2, 0, 1, 7, 50, 1000);
	push @values, $type eq 'interval' ? '-1 day' : -1 if $g->{risk} && $c->maybe(0.1);
	return $g->constant($type, @values) . ($start && $kind < 5 || $kind == 5 && !$start ? ' PRECEDING' : ' FOLLOWING');
}

# OVER (...); whether the rows of a frame, and their order, are known
sub window
{
	my ($g) = @_;
	my $c = $g->{c};
	return contacts($g) if $c->maybe(0.12);
	my @partition = map { $c->pick(@keys) } 1 .. $c->pick(1, 0, 1, 2);
	my $mode = $c->pick('ROWS', 'RANGE', 'RANGE', 'GROUPS');
	my $offsets = $c->maybe(0.75);
	my @order = map { $c->pick(@keys) } 1 .. $c->pick(1, 1, 2, 0);
	my $unique = $mode eq 'ROWS' || $c->maybe(0.4);
	@order = ($unique ? 'f.id' : $c->pick(sort keys %distance)) if $mode eq 'RANGE' && $offsets;
	push @order, 'f.id' if $unique && !grep { $_ eq 'f.id' } @order;
	@order = ('f.grp') if $mode eq 'GROUPS' && !@order;
	$unique ||= grep { $_ eq 'f.id' } @order;
	my ($start, $end) = $offsets ? (bound($g, 1, $mode, $order[0]), bound($g, 0, $mode, $order[0])) : ('UNBOUNDED PRECEDING', $c->pick('CURRENT ROW', 'UNBOUNDED FOLLOWING'));
	$end = 'CURRENT ROW' if $start eq 'CURRENT ROW' && $end =~ /PRECEDING/;
	$end = 'UNBOUNDED FOLLOWING' if $start =~ /FOLLOWING/ && $end !~ /FOLLOWING/;
	my $frame = $c->maybe(0.15) ? '' : "$mode BETWEEN $start AND $end" . $c->pick('', '', '', '', ' EXCLUDE CURRENT ROW', ' EXCLUDE GROUP', ' EXCLUDE TIES', ' EXCLUDE NO OTHERS');
	# COLLATE decides for the whole window
	my $order = join ', ', map { $_ . direction($c) } @order;
	my $over = join ' ', (@partition ? 'PARTITION BY ' . join(', ', @partition) : ()), ($order ? "ORDER BY $order" : ()), ($frame && ($order || $mode ne 'GROUPS') ? $frame : ());
	return { over => "($over)", unique => $unique };
}

# The contacts of a customer, in order of time.
sub contacts
{
	my ($g) = @_;
	my $c = $g->{c};
	my $customer = $c->pick(qw(f.q f.grp f.ch f.num f.nd f.fl f.s4));
	my $at = $c->pick('f.at', 'f.at', 'f.ats', 'f.sp');
	my $frame = $c->pick('', '', '', ' ROWS 3 PRECEDING', ' GROUPS BETWEEN 1 FOLLOWING AND 2 FOLLOWING');
	my $over = "PARTITION BY $customer" . $c->pick('', '', ', f.answered') . " ORDER BY $at" . $c->pick('', '', ' NULLS FIRST') . ", f.id$frame";
	# an order or a customer that these functions refuse
	$over =~ s/BY f\.\w+/BY f.agent/, $customer = 'f.q' if $g->{risk} && $c->maybe(0.3);
	$over =~ s/, f.id/ DESC, f.id/ if $g->{risk} && $c->maybe(0.3);
	return { over => "($over)", unique => 1, customer => $customer, at => $at };
}

sub episode
{
	my ($g, $window) = @_;
	my $c = $g->{c};
	my @gaps = $c->maybe(0.6) ? $g->constant('interval', '3 hours', '0', '2 days', '20 min') :
	  map { $g->constant('interval', @$_) } [ '3 hours', '1 hour', '2 days' ], [ '20 min', '0', '1 hour' ];
	splice @gaps, 1, 0, ($window->{at} eq 'f.ats' ? "timestamp " : "timestamptz ") . $c->pick("'2026-04-06'", "'2026-03-31 12:00'", "'infinity'") if my $ahead = $c->maybe(0.4);
	return ($ahead ? 'first_contact_resolved' : $c->pick('contact_number', 'repeat_contact')) . '(' . join(', ', $window->{customer}, $window->{at}, @gaps) . ')';
}

# A call without OVER.
sub call
{
	my ($g, $window, $kpi) = @_;
	my $c = $g->{c};
	return $g->call($c->maybe(0.5) ? $c->pick(@{ $g->{by_name} }) : $c->pick(@{ $g->{aggregates} })) if $kpi;
	my $kind = $c->below(12);
	return $c->pick('count(*)', 'count(f.v)', 'count(f.ch)') if $kind < 2;
	return $c->pick('min', 'max') . '(' . $c->pick($g->integer, 'f.at', 'f.x8', 'f.x2', 'f.d', 'f.xt', 'f.ats', 'f.en', 'f.wait') . ')' if $kind < 5;
	return $c->pick('sum', 'avg') . '(' . $c->pick('f.vi', 'f.q2', 'f.v8', 'f.vn', 'f.wait') . ')' if $kind == 5;
	return $c->pick('bool_and(f.ok)', 'bit_or(f.vi)', 'own_rate(f.ok)', 'last_text(f.ch)', 'collected(f.vi)', 'added(f.vn)', 'plus_or_one(f.vi)', 'moving_sum(f.s4)', 'restarting_sum(f.vi)', 'moving_sum(f.q)') if $kind == 6;
	return $c->pick('rank()', 'dense_rank()', 'row_number()') if $kind == 7 && $window->{unique} || $kind == 8;
	return $c->pick('count(*)', 'max(f.vi)') unless $window->{unique};
	return $c->pick('sum', 'avg', 'min', 'max') . '(' . $g->double . ')' if $kind == 7;
	return $c->pick('string_agg(f.vc, \',\')', 'array_agg(f.vi)', 'stddev(f.v)', 'regr_slope(f.v, f.wait_f)', 'ntile(4)', 'percent_rank()', 'nth_value(f.ch, 2)', 'cume_dist()') if $kind == 9;
	my $argument = $c->pick('f.vi', 'f.ch', 'f.wait', $g->integer, 'f.at', 'f.ok', 'f.num', 'f.wait * 2');
	return $c->pick('first_value', 'last_value') . "($argument)" if $kind == 10;
	return $c->pick('lag', 'lead') . '(' . $c->pick($argument, "$argument, 2", "$argument, f.grp", "f.vi, 3, 7", "f.vi, -1, f.q", "$argument, NULL", "$argument, 0") . ')';
}

sub value
{
	my ($g, $window, $kpi) = @_;
	my $c = $g->{c};
	return episode($g, $window) . " OVER $window->{over}" if $window->{customer} && $c->maybe(0.6);
	my $call = call($g, $window, $kpi);
	# how often is no window of rows that are equal
	$call = 'count(*)' if $call eq 'row_number()' && !$window->{unique};
	# what FILTER keeps out is not evaluated
	return $c->pick('count', 'max', 'sum') . "(10 / f.grp) FILTER (WHERE f.grp > 0) OVER $window->{over}" if $c->maybe(0.06);
	$call .= ' FILTER (WHERE ' . $g->condition(1) . ')' if $call !~ /^(rank|dense_rank|row_number|lag|lead|first_value|last_value|ntile|percent_rank|nth_value|cume_dist)\(/ && $c->maybe(0.3);
	return "$call OVER $window->{over}";
}

# Windows over groups, whose inputs are summaries.
sub groups
{
	my ($g) = @_;
	my $c = $g->{c};
	my $summary = $c->pick(grep { $g->{by_type}{$_} } sort keys %{ $g->{maker} });
	my $part = $g->call($g->{maker}{$summary});
	my $outer = $c->pick(@{ $g->{by_type}{$summary} })->{function} . "($part)";
	my $over = $c->pick('PARTITION BY f.q ', '') . 'ORDER BY f.d' . direction($c) . ', f.q' . direction($c) . ' ' . $c->pick('ROWS 2 PRECEDING', 'ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW', 'GROUPS BETWEEN 3 PRECEDING AND 1 FOLLOWING', 'ROWS BETWEEN 1 PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE CURRENT ROW');
	return "SELECT f.q, f.d, count(*), $outer OVER ($over), sum(count(*)) OVER ($over) FROM " . $c->pick('fact', 'parted', 'unlogged') . ' AS f WHERE f.id <= 500 AND ' . $g->condition . ' GROUP BY f.q, f.d';
}

sub level
{
	my ($g) = @_;
	my $c = $g->{c};
	my $from = $c->pick(@sources) . ' AS f';
	my @where = map { $g->condition } 1 .. $c->pick(1, 0, 0, 1);
	my @windows = map { window($g) } 1 .. $c->pick(1, 1, 1, 2);
	# a frame that begins anew at each row takes the square of the rows
	push @where, 'f.id <= ' . $c->pick(300, 60, 300, 1000);
	my @values = (value($g, $windows[0], 1), map { value($g, $c->pick(@windows), $c->maybe(0.4)) } 1 .. $c->pick(0, 1, 1, 2, 4));
	my @shown = ('f.id', map { "f.$_" } @{ $c->pick([], [], [ 'ch', 'wait' ], ['note'], [ 'q', 'nm', 'num', 'ar', 'uu' ]) });
	my $n = 0;
	return 'SELECT ' . join(', ', map { "$_ AS c" . ++$n } @shown, @values) . " FROM $from" . (@where ? ' WHERE ' . join(' AND ', @where) : '');
}

sub query
{
	my ($g, $c) = @_;
	$g->begin($c);
	$g->{by_name} //= [ grep { $_->{signature} =~ /^(service_level|aht|nps|rate|asa|percentile|queue_agg|csat|utilization|duration_agg|longest_wait)\(/ } @{ $g->{aggregates} } ];
	foreach my $aggregate (@{ $g->{aggregates} })
	{
		last if $g->{grouped_types};
		push @{ $g->{by_type}{ $aggregate->{types}[0] } }, $aggregate if @{ $aggregate->{types} } == 1 && $g->{maker}{ $aggregate->{types}[0] };
	}
	$g->{grouped_types} = 1;
	my %query = (before => [], after => []);
	my $top = $c->pick('level', 'level', 'level', 'level', 'ordered', 'limit', 'subquery', 'lateral', 'prepared', 'initplan', 'groups', 'cursor', 'table', 'view', 'exists');
	$g->{constants} = { lateral => 'lateral', prepared => 'parameter', initplan => 'initplan' }->{$top} // 'literal';
	$g->{risk} = $top =~ /^(level|limit|ordered|prepared|lateral)$/ && $c->maybe(0.2);
	my $sql = $top eq 'groups' ? groups($g) : level($g);
	if ($top eq 'ordered') { $sql .= ' ORDER BY 2 DESC, 1'; $query{ordered} = 1; }
	elsif ($top eq 'limit') { $sql .= ' ORDER BY f.id LIMIT ' . $c->pick(5, 1, 0, 40) . $c->pick('', ' OFFSET 2'); $query{ordered} = 1; }
	elsif ($top eq 'subquery') { $sql = "SELECT count(*), max(s::text) FROM ($sql) AS s" . $c->pick('', ' WHERE s.c2 IS NOT NULL', ' WHERE c1 % 3 = 0'); }
	elsif ($top eq 'view') { push @{ $query{before} }, "CREATE OR REPLACE TEMP VIEW seen AS $sql"; push @{ $query{after} }, 'DROP VIEW seen'; $sql = 'SELECT * FROM seen'; }
	elsif ($top eq 'exists') { $sql = "SELECT EXISTS ($sql), (SELECT max(s::text) FROM ($sql) AS s)"; }
	elsif ($top eq 'lateral')
	{
		my @rows = map { '(' . join(', ', $_, $g->parameter_values) . ')' } 1 .. 3;
		$sql =~ s/ FROM ((?:fact|parted|wide|unlogged|temporary|empty|\(.*?OFFSET 0\)) AS f)( WHERE |$)/' FROM ' . $1 . ' WHERE ' . $c->pick('true', 'f.grp = p.n', 'f.id % 5 = p.n') . ($2 eq ' WHERE ' ? ' AND ' : '')/e;
		$sql = "SELECT * FROM (VALUES " . join(', ', @rows) . ') AS p (' . join(', ', 'n', map { "p$_" } 1 .. @{ $g->{parameters} }) . ") CROSS JOIN LATERAL ($sql) AS s";
	}
	my @runs = ($sql);
	$query{explain} = "EXPLAIN (VERBOSE, COSTS OFF) $sql";
	if ($top eq 'prepared')
	{
		my @types = map { $_->[0] } @{ $g->{parameters} };
		push @{ $query{before} }, 'DEALLOCATE ALL', 'SET LOCAL plan_cache_mode = ' . $c->pick('force_generic_plan', 'force_custom_plan', 'auto'),
		  'PREPARE q' . (@types ? ' (' . join(', ', @types) . ')' : '') . " AS $sql";
		@runs = map { 'EXECUTE q' . (@types ? ' (' . join(', ', $g->parameter_values) . ')' : '') } 1 .. 1 + $c->below(3);
		$query{explain} = "EXPLAIN (VERBOSE, COSTS OFF) $runs[0]";
	}
	elsif ($top eq 'cursor')
	{
		@runs = ("DECLARE rows SCROLL CURSOR FOR $sql ORDER BY f.id", 'MOVE ALL FROM rows', 'MOVE FIRST FROM rows', 'FETCH FORWARD ALL FROM rows');
		$query{after} = ['ROLLBACK'];
	}
	elsif ($top eq 'table') { @runs = ("CREATE TEMP TABLE made ON COMMIT DROP AS $sql", 'TABLE made'); $query{after} = ['ROLLBACK']; }
	$query{runs} = \@runs;
	$query{top} = $top;
	$query{risk} = $g->{risk};
	return \%query;
}

1;
