# What the extension computes, and the same in plain SQL.
#
#   my $pair = KPI::Random::Plain::pair($grammar);
#   print $pair->{kpi}, $pair->{plain};
#
# Both are SQL for the same value.  %options:
#   filter  a condition: only rows for which it holds
#   over    a window: both are window functions
#   nested  the extension's summary of parts that are merged; {summary} is the part,
#           {kpi} reads the merged column "part"
#   distinct, order  DISTINCT and ORDER BY inside the aggregate, where one argument allows it
package KPI::Random::Plain;

use strict;
use warnings;

# service-level rules: successes and denominator, by the classes below
my %rules = (
	offered => [ 'aw', 'n+f' ],
	answered => [ 'aw', 'a' ],
	abandons_met => [ 'aw+bs+bw', 'n+f' ],
	abandons_excluded => [ 'aw', 'n+f-bs-bw' ],
	short_met => [ 'aw+bs', 'n+f' ],
	short_excluded => [ 'aw', 'n+f-bs' ],
	flowouts_met => [ 'aw+fw', 'n+f' ],
	flowouts_excluded => [ 'aw', 'n' ],
	'short_excluded, abandons_met' => [ 'aw+bw', 'n+f-bs' ],
	'flowouts_excluded, short_excluded' => [ 'aw', 'n-bs' ],
	'abandons_met, flowouts_met' => [ 'aw+bs+bw+fw', 'n+f' ]);

# microseconds of a duration of type interval, integer or float8
sub usec
{
	my ($type, $x) = @_;
	return "(extract(epoch FROM $x) * 1000000)" if $type eq 'interval';
	return "($x * 1000000::numeric)" if $type eq 'integer';
	return "round(($x)::numeric * 1000000)";
}

# a mean in microseconds as the extension gives it: an interval, or seconds
sub mean
{
	my ($type, $sum, $count) = @_;
	my $mean = "round($sum / nullif($count, 0))";
	return $type eq 'seconds' || $type ne 'interval' ? "($mean / 1000000)::float8" : "($mean * interval '1 microsecond')";
}

sub pair
{
	my ($grammar, %options) = @_;
	my $c = $grammar->{c};
	my $single = 0;
	my ($kpi, $summary, $plain, $tolerance);

	# Aggregates of plain SQL over the same rows: what(function, argument, condition)
	my $distinct = '';
	my $aggregate = sub {
		my ($function, $argument, @conditions) = @_;
		push @conditions, $options{filter} if $options{filter};
		return "$function($distinct$argument)" . (@conditions ? ' FILTER (WHERE ' . join(' AND ', map { "($_)" } @conditions) . ')' : '') . ($options{over} ? " OVER $options{over}" : '');
	};
	my $count = sub { $aggregate->('count', @_ ? ($_[0], @_[ 1 .. $#_ ]) : '*') };
	my $rows = sub { $aggregate->('count', '*', @_) };
	my $sum = sub { $aggregate->('sum', @_) };
	my $rate = sub { "($_[0])::float8 / nullif($_[1], 0)" };

	my $type = $c->pick('interval', 'integer', 'float8');
	my $suffix = { interval => '', integer => '_i', float8 => '_f' }->{$type};
	my ($wait, $threshold, $short) = ("f.wait$suffix", "f.thr$suffix", "f.short$suffix");
	$threshold = $grammar->constant($type, 20, 10, 60) if $type ne 'interval' && $c->maybe(0.3);
	$threshold = $grammar->constant($type, '20 s', '10 s') if $type eq 'interval' && $c->maybe(0.3);
	my $bool = $c->pick('f.ok', 'f.answered', "f.vi > 0", "f.ch = 'voice'", 'f.wait <= f.thr');
	my $score = $c->pick('f.s4', 'f.s2', 'f.s8', 'f.sf');

	my $kind = $options{kind} // $c->below(19);
	if ($kind == 0)
	{
		my $name = $c->pick('rate', 'fcr', 'transfer_rate', 'containment_rate');
		($kpi, $single) = ("$name($bool)", 1);
		($summary, my $read) = ("proportion_agg($bool)", 'rate(%s)');
		$kpi = sprintf $read, $summary if $options{nested};
		$distinct = $options{distinct} ? 'DISTINCT ' : '';
		$plain = $rate->($count->($bool, $bool), $count->($bool));
	}
	elsif ($kind == 1)
	{
		($kpi, $single) = ("contacts_per_resolution($bool)", 1);
		$summary = "proportion_agg($bool)";
		$kpi = "contacts_per_resolution($summary)" if $options{nested};
		$distinct = $options{distinct} ? 'DISTINCT ' : '';
		$plain = $rate->($count->($bool), $count->($bool, $bool));
	}
	elsif ($kind == 2)
	{
		$summary = "proportion_agg($bool)";
		$kpi = "$summary\::text";
		$plain = 'concat(' . $count->($bool, $bool) . ", '/', " . $count->($bool) . ')';
	}
	elsif ($kind == 3)
	{
		my $as = $c->pick('bigint', 'numeric', 'float8');
		$summary = "proportion_agg(f.hits::$as, f.total::$as)";
		$kpi = $options{nested} ? "rate($summary)" : "rate(f.hits::$as, f.total::$as)";
		$plain = $rate->($sum->('f.hits', 'f.total IS NOT NULL'), $sum->('f.total', 'f.hits IS NOT NULL'));
	}
	elsif ($kind <= 6)
	{
		my $rule = $c->pick(sort keys %rules);
		$rule = 'offered' if $kind == 4;
		my %class = (
			aw => $rows->('f.answered', 'f.flowed IS NOT TRUE', "$wait <= $threshold"),
			a => $rows->('f.answered', 'f.flowed IS NOT TRUE'),
			bs => $rows->('NOT f.answered', 'f.flowed IS NOT TRUE', "$wait <= $short"),
			bw => $rows->('NOT f.answered', 'f.flowed IS NOT TRUE', "$wait <= $threshold AND ($wait <= $short) IS NOT TRUE"),
			n => $rows->('f.flowed IS NOT TRUE', "f.answered IS NOT NULL OR $wait > $threshold"),
			fw => $rows->('f.flowed', "$wait <= $threshold"),
			f => $rows->('f.flowed'));
		my ($hits, $total) = map { s/([a-z]+)/$class{$1}/gr } @{ $rules{$rule} };
		$plain = $rate->($hits, "($total)");
		$summary = "queue_agg($wait, $threshold, f.answered, $short, f.flowed)";
		$kpi = "service_level($summary, '$rule')";
		if ($kind == 4 && !$options{nested})
		{
			$kpi = "service_level($wait, $threshold, f.answered)";
			$plain = $rate->($rows->('f.answered', "$wait <= $threshold"), $rows->("f.answered IS NOT NULL OR $wait > $threshold"));
		}
	}
	elsif ($kind == 7)
	{
		$summary = "queue_agg($wait, $threshold, f.answered, $short, f.flowed)";
		my $what = $c->pick('answered', 'abandoned', 'waiting', 'flowed_out');
		$kpi = "$what($summary)";
		$plain = $rows->(
			  $what eq 'answered' ? ('f.answered', 'f.flowed IS NOT TRUE')
			: $what eq 'abandoned' ? ('NOT f.answered', 'f.flowed IS NOT TRUE')
			: $what eq 'waiting' ? ('f.answered IS NULL', 'f.flowed IS NOT TRUE', "$wait IS NOT NULL")
			: 'f.flowed');
	}
	elsif ($kind == 8)
	{
		my ($name, @conditions) = $c->pick(0, 1) ? ('average_time_to_abandon', 'NOT f.answered') : ('asa', 'f.answered');
		$summary = "queue_agg($wait, $threshold, f.answered)";
		$kpi = $options{nested} ? "$name($summary)" : "$name($wait, f.answered)";
		$plain = mean($options{nested} ? 'interval' : $type, $sum->(usec($type, $wait), @conditions), $count->($wait, @conditions));
	}
	elsif ($kind == 9)
	{
		$single = 1;
		$summary = "handle_agg($wait)";
		$kpi = $options{nested} ? "aht($summary)" : $c->pick("aht($wait)", "asa($wait)");
		$distinct = $options{distinct} ? 'DISTINCT ' : '';
		$plain = mean($options{nested} ? 'interval' : $type, $sum->(usec($type, $wait)), $count->($wait));
	}
	elsif ($kind == 10)
	{
		my @parts = map { "f.$_$suffix" } qw(talk hold wrap);
		my $handled = join(' OR ', map { "$_ IS NOT NULL" } @parts);
		my $handle = join(' + ', map { 'coalesce(' . usec($type, $_) . ', 0)' } @parts);
		$summary = 'handle_agg(' . join(', ', @parts) . ')';
		my $what = $c->pick('aht', 'aht', 'average_hold', 'average_hold_when_held', 'handled', 'total_handle_time');
		if ($what eq 'aht' && !$options{nested})
		{
			$kpi = 'aht(' . join(', ', @parts) . ')';
			$plain = mean($type, $sum->($handle, $handled), $rows->($handled));
		}
		else
		{
			$kpi = "$what($summary)";
			my $hold = usec($type, $parts[1]);
			$plain =
			    $what eq 'aht' ? mean('interval', $sum->($handle, $handled), $rows->($handled))
			  : $what eq 'average_hold' ? mean('interval', 'coalesce(' . $sum->($hold) . ', 0)', $rows->($handled))
			  : $what eq 'average_hold_when_held' ? mean('interval', $sum->($hold), $rows->("$hold > 0"))
			  : $what eq 'handled' ? $rows->($handled)
			  : 'coalesce(' . $sum->($handle, $handled) . ", 0) * interval '1 microsecond'";
		}
	}
	elsif ($kind == 11)
	{
		$single = 1;
		$summary = "rating_agg($score)";
		$kpi = $options{nested} ? "nps($summary)" : "nps($score)";
		$distinct = $options{distinct} ? 'DISTINCT ' : '';
		$plain = '100 * (' . $count->($score, "$score >= 9") . ' - ' . $count->($score, "$score <= 6") . ')::float8 / nullif(' . $count->($score) . ', 0)';
	}
	elsif ($kind == 12)
	{
		my $from = $c->pick(4, 8, 1);
		$summary = "rating_agg($score)";
		$kpi = $options{nested} ? "csat($summary, $from)" : "csat($score, $from)";
		$plain = $rate->($count->($score, "$score >= $from"), $count->($score));
		if (!$options{nested} && $c->maybe(0.4))
		{
			$single = 1;
			$kpi = 'csat(f.c4)';
			$distinct = $options{distinct} ? 'DISTINCT ' : '';
			$plain = $rate->($count->('f.c4', 'f.c4 >= 4'), $count->('f.c4'));
		}
	}
	elsif ($kind == 13)
	{
		$single = 1;
		$summary = 'rating_agg(f.c4)';
		$kpi = $options{nested} ? "ces($summary)" : 'ces(f.c4)';
		$distinct = $options{distinct} ? 'DISTINCT ' : '';
		$plain = $rate->($sum->('f.c4'), $count->('f.c4'));
	}
	elsif ($kind == 14)
	{
		$summary = "rating_agg($score)";
		$kpi = $options{nested} ? "net_score($summary, 3, 7)" : "net_score($score, 3, 7)";
		$plain = '100 * (' . $count->($score, "$score >= 7") . ' - ' . $count->($score, "$score <= 3") . ')::float8 / nullif(' . $count->($score) . ', 0)';
	}
	elsif ($kind == 15)
	{
		my $what = $c->pick('utilization', 'occupancy', 'shrinkage');
		my ($part, $whole) = ("f.hold$suffix", "f.talk$suffix");
		my ($p, $w) = (usec($type, $part), usec($type, $whole));
		$summary = $what eq 'occupancy' ? "occupancy_agg($part, $whole)" : "time_share_agg($part, $whole)";
		$kpi = $options{nested} ? "share($summary)" : "$what($part, $whole)";
		my $parts = "coalesce(" . $sum->($p, $what eq 'occupancy' ? () : "$w IS NOT NULL") . ', 0)';
		$plain = $rate->($parts, $what eq 'occupancy' ? '(' . $parts . ' + coalesce(' . $sum->($w) . ', 0))' : $sum->($w));
	}
	elsif ($kind == 16)
	{
		my $fraction = $c->pick(0.9, 0.5, 0, 1);
		$summary = "duration_agg($wait)";
		if ($options{nested} || $c->maybe(0.5) || $options{over})
		{
			my $what = $c->pick('samples', 'average', 'longest', 'shortest', 'total', 'rate_within');
			$kpi = $what eq 'rate_within' ? "rate_within($summary, '20 s')" : "$what($summary)";
			my $x = usec($type, $wait);
			$plain =
			    $what eq 'samples' ? $count->($wait)
			  : $what eq 'average' ? mean('interval', $sum->($x), $count->($wait))
			  : $what eq 'total' ? 'coalesce(' . $sum->($x) . ", 0) * interval '1 microsecond'"
			  : $what eq 'rate_within' ? $rate->($count->($wait, "$x <= 20000000"), $count->($wait))
			  : $aggregate->($what eq 'longest' ? 'max' : 'min', $x) . " * interval '1 microsecond'";
		}
		else
		{
			# within 1/256 of the true one
			my $at = $type eq 'interval' ? "extract(epoch FROM $wait)::float8" : $wait;
			$kpi = $type eq 'interval' ? 'extract(epoch FROM percentile(f.wait, ' . $fraction . ')FILTER)::float8' : "percentile($wait, $fraction)FILTER";
			$plain = "(percentile_disc($fraction) WITHIN GROUP (ORDER BY $at)" . ($options{filter} ? " FILTER (WHERE $options{filter})" : '') . ')::float8';
			$tolerance = 1 / 256;
		}
	}
	elsif ($kind == 17)
	{
		$single = 1;
		my $what = $c->pick('covered', 'peak_concurrency', 'total');
		$summary = 'span_agg(f.sp)';
		$kpi = $options{nested} || $what eq 'total' ? "$what($summary)" : "$what(f.sp)";
		my $some = 'NOT isempty(f.sp)';
		$plain =
		    $what eq 'covered' ? 'plain_usec(' . $aggregate->('range_agg', 'f.sp', $some) . ") * interval '1 microsecond'"
		  : $what eq 'total' ? $sum->('extract(epoch FROM upper(f.sp) - lower(f.sp)) * 1000000', $some) . " * interval '1 microsecond'"
		  : 'plain_peak(' . $aggregate->('array_agg', 'f.sp', $some) . ')';
		$single = 0;
	}
	else
	{
		$summary = "queue_agg($wait, $threshold, f.answered)";
		$kpi = "longest_wait($summary)";
		$plain = $aggregate->('max', usec($type, $wait)) . " * interval '1 microsecond'";
	}

	# FILTER and OVER go to the aggregate inside
	my $tail = ($options{filter} ? " FILTER (WHERE $options{filter})" : '') . ($options{over} ? " OVER $options{over}" : '');
	if ($kpi =~ s/FILTER\)/$tail)/ || $kpi =~ s/FILTER$/$tail/) { }
	elsif ($options{nested})
	{
		my $merged = "rollup(part)$tail";
		$kpi =~ s/\Q$summary\E/$merged/;
	}
	else
	{
		my $call = index($kpi, $summary) >= 0 ? $summary : $kpi;
		my $changed = $call;
		if ($single && $options{distinct}) { $changed =~ s/\(/(DISTINCT /; }
		elsif ($options{order}) { $changed =~ s/\)$/ ORDER BY $options{order})/; }
		$kpi =~ s/\Q$call\E/$changed$tail/;
	}
	return { kpi => $kpi, plain => $plain, summary => $summary, tolerance => $tolerance };
}

1;
