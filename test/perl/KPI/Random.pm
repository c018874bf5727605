# Random queries, run in two ways that must agree.
#
#   my $random = KPI::Random->new($node);
#   my $result = $random->batch(3000, 1);      # 3000 queries, from seed 1 on: batch execution on and off
#   my $result = $random->plain(2000, 1);      # the extension and plain SQL
#   print @{ $result->{failures} };
#
# The seed of a query is its number, and tables are made anew for each 500 seeds.
# A failure is told with its seed and the simplest query that still shows it.
package KPI::Random;

use strict;
use warnings;

use KPI;
use KPI::Choices;
use KPI::Random::Query;
use KPI::Random::Tables;
use KPI::Random::Window;
use KPI::Session;

my $queries_per_tables = 500;
my $queries_per_round_trip = 20;

sub new
{
	my ($class, $node, $database) = @_;
	$database //= 'random';
	$node->safe_psql('postgres', "CREATE DATABASE $database");
	$node->safe_psql($database, 'CREATE EXTENSION kpi');
	load_random_setup($node, $database);
	return bless {
		node => $node,
		connstr => $node->connstr($database),
		grammar => KPI::Random::Query->new($node),
		say => sub { },
		settings => [],
	}, $class;
}

sub load_random_setup
{
	my ($node, $database) = @_;
	$node->psql($database, "\\i " . kpi_root() . '/test/random/setup.sql', on_error_die => 1, extra_params => ['-q']);
}

# ---------- two results ----------

# Whether two values, or lines of them, are the same but for the last digits of doubles.
sub close_enough
{
	my ($a, $b, $tolerance, $whole_numbers) = @_;
	my $number = qr/(-?(?:\d+\.?\d*(?:e[-+]?\d+)?|Infinity|NaN))/;
	my @a = split $number, $a, -1;
	my @b = split $number, $b, -1;
	return 0 if @a != @b;
	foreach my $i (0 .. $#a)
	{
		next if $a[$i] eq $b[$i];
		return 0 if $i % 2 == 0 || "$a[$i]$b[$i]" =~ /[IN]/ || "$a[$i]$b[$i]" !~ /[.e]/ && !$whole_numbers;
		my $size = abs($a[$i]) > abs($b[$i]) ? abs($a[$i]) : abs($b[$i]);
		return 0 if abs($a[$i] - $b[$i]) > $tolerance * $size + 1e-9;
	}
	return 1;
}

# undef when they agree, else what differs
sub difference
{
	my ($expected, $got, $query, $tolerance) = @_;
	my ($e, $g) = map { $_->{error} // 'none' } $expected, $got;
	# where several rows are refused, each for a reason of its own, any of them may come first
	return "error: $e expected, $g got" if $e ne $g && !($e =~ /^22/ && $g =~ /^22/);
	# a cursor may have returned some rows before
	return if $e ne 'none';
	my @expected = @{ $expected->{rows} };
	my @got = @{ $got->{rows} };
	unless ($query->{ordered})
	{
		@expected = sort @expected;
		@got = sort @got;
	}
	return @expected . ' rows expected, ' . @got . ' got' if @expected != @got;
	foreach my $i (0 .. $#expected)
	{
		next if $expected[$i] eq $got[$i] || $tolerance && close_enough($expected[$i], $got[$i], $tolerance);
		return "expected: $expected[$i]\ngot:      $got[$i]";
	}
	return;
}

# ---------- batch execution on and off ----------

my @modes = (
	[ 'as it is', 'kpi.batch_generic' => 0 ],
	[ 'generic', 'kpi.batch_generic' => -1 ],
	[ 'generic aggregates', 'kpi.batch_generic' => 1 ],
	[ 'generic expressions', 'kpi.batch_generic' => 2 ],
	[ 'generic keys', 'kpi.batch_generic' => 4 ],
	[ 'states by pointer', 'kpi.batch_generic' => 8 ],
	[ 'no star joins', 'kpi.batch_generic' => 16 ],
	[ 'no dictionary', 'kpi.batch_generic' => 32 ],
	[ 'no memo of times', 'kpi.batch_generic' => 64 ],
	[ 'columns by the server', 'kpi.batch_generic' => 128 ],
	[ 'no indexes', 'kpi.batch_generic' => 256 ],
	[ 'dimensions in parts', 'kpi.batch_generic' => 512 ],
	[ 'some generic', 'kpi.batch_generic' => undef ]);

sub modes
{
	return ((map { $_->[0] } @modes), 'small batches', 'little memory', 'parallel', 'partitionwise', 'JIT', 'pages by an index');
}

# The settings of a run with batch execution, by the query's own choices; the names of its modes.
sub mode
{
	my ($self, $query, $c) = @_;
	my ($name, %settings) = @{ $c->pick(@modes) };
	$settings{'kpi.batch_generic'} //= 1 + $c->below(254);
	my @names = ($name);
	my $rows = $c->pick(1024, 3, 1, 7, 100);
	$settings{'kpi.batch_rows'} = $rows;
	push @names, 'small batches' if $rows < 1024;
	if ($c->maybe(0.15) && !$query->{fragile} && !($query->{inexact} && $query->{risk}))
	{
		push @names, 'little memory';
		$settings{work_mem} = "'64kB'";
		$settings{hash_mem_multiplier} = 1;
	}
	# workers are slow to start, and a correlated subquery starts them anew for each row
	if ($c->maybe(0.06) && $query->{top} ne 'correlated' && !$query->{fragile} && !($query->{inexact} && $query->{risk}))
	{
		push @names, 'parallel';
		$settings{max_parallel_workers_per_gather} = 2;
		$settings{parallel_leader_participation} = $c->pick('on', 'off');
	}
	push @names, 'partitionwise' if ($settings{enable_partitionwise_aggregate} = $c->pick('off', 'on')) eq 'on' && $query->{runs}[0] =~ /parted/;
	$settings{enable_seqscan} = 'off' if $c->maybe(0.3);
	if ($c->maybe(0.01))
	{
		push @names, 'JIT';
		$settings{jit} = 'on';
	}
	return (\@names, %settings);
}

sub script
{
	my ($query, $explain, %settings) = @_;
	return join " \\; ", (map { "SET LOCAL $_ = $settings{$_}" } sort keys %settings), @{ $query->{before} },
	  ($explain ? ($query->{explain}, "SELECT 'end of plan'") : ()), @{ $query->{runs} }, @{ $query->{after} };
}

sub without_plan
{
	my ($result) = @_;
	my @rows = @{ $result->{rows} };
	my $plan = '';
	foreach my $i (0 .. $#rows)
	{
		next unless $rows[$i] eq 'end of plan';
		$plan = join "\n", @rows[ 0 .. $i - 1 ];
		@rows = @rows[ $i + 1 .. $#rows ];
		last;
	}
	return ({ rows => \@rows, error => $result->{error} }, $plan);
}

# Makes one query and the scripts that run it.
sub batch_case
{
	my ($self, $choices) = @_;
	my $query = $self->{grammar}->batch($choices);
	my ($names, %settings) = $self->mode($query, $choices);
	# the rows of a group come in the order of the heap unless they are sorted first
	my %unsorted = $query->{inexact} || $query->{fragile} ? (enable_sort => 'off', enable_incremental_sort => 'off') : ();
	# so they do of the server's bitmaps; and where a clause may fail an index could spare it rows
	$unsorted{$_} = 'off' foreach qw(enable_indexscan enable_indexonlyscan), $query->{risk} ? 'enable_bitmapscan' : ();
	%settings = (%settings, %unsorted);
	my %expected = ('kpi.batch' => 'off', %unsorted);
	# joins take the rows in an order of their own, the others add up in parts
	my $tolerance = $query->{inexact} && ($query->{joined} || $query->{sets} || grep { /parallel|little memory|partitionwise/ } @$names) ? ($query->{single} ? 1e-5 : 1e-9) : 0;
	# a first value, and whether a sum fails, depend on the order of the rows
	my $skip = ($query->{fragile} || $query->{inexact} && $query->{risk}) && $query->{joined} || $tolerance && $query->{as_text};
	return {
		query => $query,
		names => $names,
		skip => $skip,
		tolerance => $tolerance,
		scripts => [ script($query, 0, %expected), script($query, 1, %settings) ],
	};
}

sub batch_difference
{
	my ($case, $expected, $got) = @_;
	my ($result, $plan) = without_plan($got);
	$case->{plan} = $plan;
	push @{ $case->{names} }, 'pages by an index' if $plan =~ /KpiBatch.*\n(?: .*\n)*? .*Bitmap Index Scan/;
	return difference($expected, $result, $case->{query}, $case->{tolerance});
}

# ---------- window execution on and off ----------

my @window_modes = (
	[ 'as it is', 'kpi.window_generic' => 0 ],
	[ 'generic', 'kpi.window_generic' => -1 ],
	[ 'sorted by the server', 'kpi.window_generic' => 1 ],
	[ 'RANGE by functions', 'kpi.window_generic' => 2 ],
	[ 'all digits', 'kpi.window_generic' => 4 ],
	[ 'no deques', 'kpi.window_generic' => 8 ]);

sub window_modes
{
	return ((map { $_->[0] } @window_modes), 'few rows in memory');
}

sub window_case
{
	my ($self, $choices) = @_;
	my $query = KPI::Random::Window::query($self->{grammar}, $choices);
	my ($name, %settings) = @{ $choices->pick(@window_modes) };
	my @names = ($name);
	$settings{'kpi.window_rows'} = $choices->pick(0, 0, 37, 500);
	push @names, 'few rows in memory' if $settings{'kpi.window_rows'};
	return {
		query => $query,
		names => \@names,
		tolerance => 0,
		scripts => [ script($query, 0, 'kpi.windows' => 'off'), script($query, 1, %settings) ],
	};
}

# ---------- the extension and plain SQL ----------

sub plain_case
{
	my ($self, $choices) = @_;
	my $query = $self->{grammar}->plain($choices);
	# however the extension's is run
	my %settings = ('kpi.batch' => $choices->pick('on', 'off'));
	$settings{max_parallel_workers_per_gather} = 2 if $choices->maybe(0.1);
	my @scripts = @{ $query->{runs} };
	$scripts[0] = join ' \; ', (map { "SET LOCAL $_ = $settings{$_}" } sort keys %settings), $scripts[0];
	return { query => $query, names => [], scripts => \@scripts };
}

sub plain_difference
{
	my ($case, $got, $expected) = @_;
	my %tolerance = %{ $case->{query}{tolerance} };
	foreach my $column (sort keys %tolerance)
	{
		# where the result is close enough, let it be the same
		my ($e, $g) = map { [ sort @{ $_->{rows} } ] } $expected, $got;
		last if @$e != @$g;
		foreach my $i (0 .. $#$e)
		{
			my @e = split /\|/, $e->[$i], -1;
			my @g = split /\|/, $g->[$i], -1;
			$g[ $column - 1 ] = $e[ $column - 1 ] if @e == @g && close_enough($e[ $column - 1 ], $g[ $column - 1 ], $tolerance{$column}, 1);
			$g->[$i] = join '|', @g;
		}
		($expected, $got) = ({ %$expected, rows => $e }, { %$got, rows => $g });
	}
	return difference($expected, $got, $case->{query}, 1e-12);
}

# ---------- many ----------

# Runs the queries of the seeds $first .. $first + $count - 1.  %options: limit, how
# many failures are enough; shrink => 0 to show them as they are.
sub batch
{
	my ($self, $count, $first, %options) = @_;
	return $self->run('batch_case', \&batch_difference, $count, $first, %options);
}

sub plain
{
	my ($self, $count, $first, %options) = @_;
	return $self->run('plain_case', \&plain_difference, $count, $first, %options);
}

sub window
{
	my ($self, $count, $first, %options) = @_;
	return $self->run('window_case', \&batch_difference, $count, $first, %options);
}

sub run
{
	my ($self, $case, $difference, $count, $first, %options) = @_;
	my $result = { failures => [], modes => {}, tops => {}, queries => 0, rejected => 0, batched => 0, windows => 0, late => 0 };
	my $limit = $options{limit} // 3;
	my $last = $first + $count - 1;
	my $seed = $first;
	$self->connect unless $self->{session} && !$self->{session}{lost};
	$self->{session}->run(@{ $self->{settings} }) if @{ $self->{settings} };
	while ($seed <= $last && @{ $result->{failures} } < $limit)
	{
		my $tables = int($seed / $queries_per_tables);
		$self->make_tables($tables);
		my @cases;
		while ($seed <= $last && @cases < $queries_per_round_trip && $tables == int($seed / $queries_per_tables))
		{
			my $choices = KPI::Choices->new($seed);
			my $made = $self->$case($choices);
			push @cases, { %$made, seed => $seed, choices => $choices } unless $made->{skip};
			$seed++;
		}
		my @results = $self->{session}->run(map { @{ $_->{scripts} } } @cases);
		foreach my $case_made (@cases)
		{
			my @pair = splice @results, 0, 2;
			last unless @pair == 2 || $self->{session}{lost};
			$result->{queries}++;
			$result->{tops}{ $case_made->{query}{top} }++;
			my ($expected, $got) = @pair;
			if (($expected->{error} // '') eq '57014' || ($got->{error} // '') eq '57014')
			{
				$result->{late}++;
				next;
			}
			my $wrong = $self->{session}{lost} && !$got ? 'the server crashed' : $difference->($case_made, $expected, $got);
			$result->{rejected}++ if $expected->{error} && !defined $wrong;
			$result->{errors}{ $expected->{error} }++ if $expected->{error};
			if (($case_made->{plan} // '') =~ /KpiBatch|KpiWindow/)
			{
				$result->{batched}++ if $case_made->{plan} =~ /KpiBatch/;
				$result->{windows}++ if $case_made->{plan} =~ /KpiWindow/;
				$result->{modes}{$_}++ foreach @{ $case_made->{names} };
			}
			next unless defined $wrong;
			push @{ $result->{failures} }, $self->failure($case, $difference, $case_made, $wrong, $tables, %options);
			last if @{ $result->{failures} } >= $limit || $self->{session}{lost};
		}
		$self->connect if $self->{session}{lost};
		$self->{say}->($seed - $first, $result);
	}
	return $result;
}

# The tables of these seeds, unless the session has them still.
sub make_tables
{
	my ($self, $tables) = @_;
	return if defined $self->{tables} && $self->{tables} == $tables;
	KPI::Random::Tables::create($self->{session}, $tables, $self->{grammar}->makers);
	$self->{tables} = $tables;
}

sub connect
{
	my ($self) = @_;
	delete $self->{tables};
	foreach (1 .. 100)
	{
		$self->{session} = KPI::Session->new($self->{connstr});
		last unless $self->{session}{lost};
		sleep 1;
	}
	# where a scan begins in the middle of the table, so does the order of its rows
	$self->{session}->run("SET synchronize_seqscans = off", "SET search_path = random, public", "SET TimeZone = 'Europe/Istanbul'", "SET statement_timeout = '30s'", "SET jit = off",
		"SET jit_above_cost = 0", "SET jit_inline_above_cost = 0", "SET jit_optimize_above_cost = 0", "SET max_parallel_workers_per_gather = 0", "SET parallel_setup_cost = 0", "SET parallel_tuple_cost = 0",
		"SET min_parallel_table_scan_size = 0", "SET kpi.batch_cost = always", "SET kpi.window_cost = always");
}

# What went wrong, as simple as it can be.
sub failure
{
	my ($self, $case, $difference, $made, $wrong, $tables, %options) = @_;
	my ($kind) = $wrong =~ /^(\w+)/;
	my $best = $made;
	if ($options{shrink} // 1)
	{
		my $again = sub {
			my ($choices) = @_;
			my $smaller = $self->$case($choices);
			return 0 if $smaller->{skip};
			if ($self->{session}{lost})
			{
				$self->connect;
				$self->make_tables($tables);
			}
			my @pair = $self->{session}->run(@{ $smaller->{scripts} });
			my $now = $self->{session}{lost} ? 'the server crashed' : $difference->($smaller, @pair);
			return 0 unless defined $now && $now =~ /^\Q$kind\E/;
			return 0 if length "@{ $smaller->{scripts} }" > length "@{ $best->{scripts} }";
			($best, $wrong) = ($smaller, $now);
			return 1;
		};
		KPI::Choices->shrink($again, 300, $made->{choices}->drawn);
	}
	return "seed $made->{seed}: $wrong\n" . join("\n", map { "  $_;" } @{ $best->{scripts} }) . "\n";
}

1;
