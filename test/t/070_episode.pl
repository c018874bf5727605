# Repeat contacts against a brute force: every contact is compared with every other one of its
# customer, in Perl, on random histories and on the calls of a bank.

use strict;
use warnings;
use File::Basename qw(dirname);
use FindBin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('episode');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf', "log_statement = none\nTimeZone = 'UTC'\n");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION kpi');

my $infinity = 1e18;

# What the definitions say of the contacts of one partition, (id, start, end) in seconds and in order
# of their start; returns id => "number|repeat|resolved".
sub oracle
{
	my ($gap, $min_gap, $as_of, @contacts) = @_;
	my @step;
	my %result;

	for my $i (0 .. $#contacts)
	{
		my $latest = -2 * $infinity;
		for my $before (@contacts[ 0 .. $i - 1 ])
		{
			$latest = $before->[2] if $before->[2] > $latest;
		}
		my $distance = $contacts[$i][1] - $latest;
		$step[$i] = $i == 0 || $distance > $gap ? 'begins' : defined $min_gap && $distance <= $min_gap ? 'continues' : 'repeats';
	}
	for my $i (0 .. $#contacts)
	{
		my $first = $i;
		$first-- while $step[$first] ne 'begins';
		my $number = grep { $_ ne 'continues' } @step[ $first .. $i ];
		my $repeat = $step[$i] eq 'continues' ? '' : $step[$i] eq 'repeats' ? 't' : 'f';
		my $resolved = '';
		if ($step[$i] eq 'begins')
		{
			my $end = $contacts[$i][2];
			my $next = $i + 1;
			for (; $next < @contacts && $step[$next] eq 'continues'; $next++)
			{
				$end = $contacts[$next][2] if $contacts[$next][2] > $end;
			}
			$resolved = $next < @contacts && $step[$next] eq 'repeats' ? 'f' : 't' if $end + $gap < $as_of;
		}
		$result{ $contacts[$i][0] } = "$number|$repeat|$resolved";
	}
	return %result;
}

# Compares the functions over a table (id, customer, topic, span) with the oracle.
sub compare
{
	my ($table, $partition, $kind, $gap, $min_gap, $as_of) = @_;
	my $as_of_type = $kind eq 'timestamp' ? 'timestamp' : 'timestamptz';
	my $more = defined $min_gap ? ", '$min_gap s'" : '';
	my %partition;
	my %expected;
	my @wrong;
	my $rows = 0;

	my $seconds = sub {
		my ($end) = @_;
		return "CASE WHEN NOT isfinite($end) THEN CASE WHEN $end > now() THEN $infinity ELSE -$infinity END "
		  . "ELSE extract(epoch FROM $end) END";
	};
	my $starts = "coalesce(lower(span), CASE WHEN lower_inf(span) THEN '-infinity'::timestamptz END)";
	my $at = { span => 'span', timestamptz => $starts, timestamp => "($starts)::timestamp" }->{$kind};
	my $ends = $kind eq 'span' ? "coalesce(upper(span), CASE WHEN upper_inf(span) THEN 'infinity'::timestamptz END)" : $starts;
	my $output = $node->safe_psql('postgres', qq{
		SELECT id, customer IS NOT NULL AND NOT coalesce(isempty(span), true), coalesce(isempty(span), true), ($partition)::text,
			@{[ $seconds->($starts) ]}, @{[ $seconds->($ends) ]},
			contact_number(customer, $at, '$gap s'$more) OVER w,
			repeat_contact(customer, $at, '$gap s'$more) OVER w,
			first_contact_resolved(customer, $at, '$gap s', '$as_of'::$as_of_type$more) OVER w
		FROM $table
		WINDOW w AS (PARTITION BY $partition ORDER BY $starts, id)
		ORDER BY $starts, id});
	my %found;
	for my $line (split /\n/, $output)
	{
		my ($id, $is_contact, $no_time, $key, $start, $end, @results) = split /\|/, $line, -1;
		$found{$id} = join '|', @results;
		$rows++;
		if ($is_contact eq 't') { push @{ $partition{$key} }, [ $id, $start, $end ] }
		else { $expected{$id} = $no_time eq 't' ? '||' : '1||' }
	}
	my $as_of_seconds = $as_of eq 'infinity' ? $infinity : $node->safe_psql('postgres', "SELECT extract(epoch FROM '$as_of'::timestamptz)");
	for my $contacts (values %partition)
	{
		my %of_partition = oracle($gap, $min_gap, $as_of_seconds, @$contacts);
		@expected{ keys %of_partition } = values %of_partition;
	}
	for my $id (sort { $a <=> $b } keys %expected)
	{
		push @wrong, "$id: $found{$id}, expected $expected{$id}" if $found{$id} ne $expected{$id};
	}
	my %seen;
	$seen{$_}++ for values %expected;
	ok($rows > 0 && !@wrong,
		sprintf 'brute force agrees on %d rows of %s by %s, %s, gap %d s, min_gap %s, as of %s (%d kinds of result)',
		$rows, $table, $partition, $kind, $gap, $min_gap // 'none', $as_of, scalar keys %seen)
	  or diag(join "\n", @wrong[ 0 .. ($#wrong < 9 ? $#wrong : 9) ]);
}

# ---------------------------------------------------------------------------
# Random histories: many ties, spans within spans, open ends, empty spans, unknown customers

$node->safe_psql('postgres', q{
	CREATE TABLE random AS
	SELECT id, nullif(r % 150, 0) AS customer, r / 150 % 3 AS topic,
		CASE WHEN r % 101 = 0 THEN NULL WHEN r % 103 = 0 THEN 'empty'
			WHEN r % 1009 = 0 THEN tstzrange(at, NULL) WHEN r % 1013 = 0 THEN tstzrange(at, 'infinity', '[]')
			WHEN r % 1019 = 0 THEN tstzrange(NULL, at) WHEN r % 1021 = 0 THEN tstzrange('-infinity', at)
			ELSE tstzrange(at, at + (CASE r / 450 % 4 WHEN 0 THEN 0 WHEN 1 THEN 60 ELSE r / 1800 % 4000 END) * interval '1 s', '[]') END AS span
	FROM (
		SELECT id, hashint4(id)::bigint & 2147483647 AS r,
			'2026-01-01'::timestamptz + (hashint4(id + 1000000)::bigint & 2147483647) % 20000 * interval '2 min' AS at
		FROM generate_series(1, 6000) AS id
	) AS x;
	ANALYZE random});

for my $kind (qw(span timestamptz timestamp))
{
	for my $case ([ 0, undef ], [ 60, 0 ], [ 3600, undef ], [ 3600, 300 ], [ 86400, 120 ], [ 86400, 7200 ], [ 604800, 604800 ])
	{
		compare('random', 'customer', $kind, @$case, '2026-01-20 12:34');
	}
	compare('random', 'customer, topic', $kind, 86400, 600, '2026-01-27');
	compare('random', 'customer', $kind, 43200, undef, 'infinity');
	compare('random', 'customer', $kind, 43200, 60, '2025-01-01');
}

# ---------------------------------------------------------------------------
# One pass: rows are not kept. A single partition of 300 thousand rows, sorted by an index, leaves no
# temporary file behind with the least memory.

$node->safe_psql('postgres', q{
	CREATE TABLE long AS SELECT 1 AS customer, '2026-01-01'::timestamptz + i * interval '1 min' AS at FROM generate_series(1, 300000) AS i;
	CREATE INDEX ON long (customer, at);
	VACUUM ANALYZE long});
for my $call (
	"contact_number(customer, at, '1 h')", "repeat_contact(customer, at, '10 s', '5 s')",
	"first_contact_resolved(customer, at, '10 s', 'infinity')", "first_contact_resolved(customer, at, '1 h', 'infinity')",
	"first_contact_resolved(nullif(customer, 1), at, '1 h', 'infinity')")
{
	foreach my $windows (qw(on off))
	{
		my $plan = $node->safe_psql('postgres', qq{
			SET work_mem = '64kB'; SET enable_seqscan = off; SET enable_bitmapscan = off; SET kpi.windows = $windows;
			EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF)
			SELECT $call OVER (PARTITION BY customer ORDER BY at) FROM long});
		like($plan, $windows eq 'on' ? qr/KpiWindow.*Input: sorted/s : qr/WindowAgg/, "plan of $call");
		unlike($plan, qr/temp (read|written)|Sort/, "$call keeps no rows");
	}
}

# The window runs again for every outer row
is($node->safe_psql('postgres', q{
	SELECT string_agg(r, ' ' ORDER BY x) FROM generate_series(1, 3) AS x, LATERAL (
		SELECT string_agg(n::text, ',' ORDER BY at) AS r FROM (
			SELECT at, contact_number(customer, at, '1 min') OVER (PARTITION BY customer ORDER BY at) AS n
			FROM (SELECT * FROM long ORDER BY at LIMIT 4 OFFSET 0) AS l WHERE extract(minute FROM at)::int % (x + 1) <> 0 OR x = 3) AS y) AS z}),
	'1,1 1,2,1 1,2,3,4', 'rescan');

# The type's own equality, under the column's collation
SKIP:
{
	skip 'needs a server with ICU', 2
	  if $node->safe_psql('postgres', q{SELECT count(*) FROM pg_collation WHERE collprovider = 'i'}) eq '0';
	$node->safe_psql('postgres', q{
		CREATE COLLATION any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
		CREATE TABLE named (customer text COLLATE any_case, at timestamp);
		INSERT INTO named VALUES ('Ann', '2026-01-01'), ('ANN', '2026-01-02')});
	is($node->safe_psql('postgres', q{SELECT contact_number(customer, at, '7 days') OVER (PARTITION BY customer ORDER BY at) FROM named}),
		"1\n2", 'a collation that ignores case');
	my ($code, $out, $err) = $node->psql('postgres',
		q{SELECT contact_number(customer COLLATE "C", at, '7 days') OVER (PARTITION BY customer ORDER BY at) FROM named});
	like($err, qr/customer must be the same in all rows of a partition: ANN after Ann/, '... and one that does not');
}

# An infinite gap (PostgreSQL 17) is an error
SKIP:
{
	skip 'needs PostgreSQL 17: intervals are always finite before', 1
	  if $node->safe_psql('postgres', 'SHOW server_version_num') < 170000;
	my ($code, $out, $err) = $node->psql('postgres', q{SELECT contact_number(1, at, 'infinity') OVER (ORDER BY at) FROM long LIMIT 1});
	like($err, qr/gap must be finite/, 'an infinite gap');
}

# ---------------------------------------------------------------------------
# The bank's calls of February 1999

my $csv = dirname(dirname(dirname($FindBin::RealBin))) . '/shared/data/anonymous_bank_1999/feb1999.csv';
SKIP:
{
	skip 'needs the calls of a bank in ../shared/data/anonymous_bank_1999', 10 unless -e $csv;
	$node->safe_psql('postgres', q{
		CREATE TABLE bank_csv (vru_line text, call_id text, customer_id text, priority int, type text, date date, vru_entry interval,
			vru_exit interval, vru_time int, q_start interval, q_exit interval, q_time int, outcome text,
			ser_start interval, ser_exit interval, ser_time int, server text)});
	command_ok([ 'psql', '-X', '-q', '-d', $node->connstr('postgres'), '-c', "\\copy bank_csv FROM '$csv' (FORMAT csv, HEADER)" ],
		"load the bank's calls");
	$node->safe_psql('postgres', q{
		CREATE TABLE bank AS
		SELECT row_number() OVER () AS id, nullif(customer_id, '0') AS customer, customer_id, type AS topic,
			tstzrange(date + vru_entry, date + greatest(vru_entry, vru_exit, q_exit, ser_exit), '[]') AS span
		FROM bank_csv WHERE outcome <> 'PHANTOM'});
	is($node->safe_psql('postgres', 'SELECT count(*) FROM bank'), '33066', 'calls without phantoms');
	my $resolved = q{first_contact_resolved(%s, lower(span), '7 days', '1999-03-01') OVER (PARTITION BY customer_id ORDER BY lower(span))};
	is($node->safe_psql('postgres', sprintf "SELECT percent(fcr(resolved), 3) FROM (SELECT $resolved AS resolved FROM bank) AS x", 'customer'),
		'59.375', 'FCR within seven days as of 1 March: 59.375 % by an independent count');
	is($node->safe_psql('postgres', sprintf q{
		SELECT percent(fcr(CASE WHEN customer IS NULL THEN lower(span) + interval '7 days' < '1999-03-01' OR NULL ELSE resolved END))
		FROM (SELECT customer, span, } . $resolved . q{ AS resolved FROM bank) AS x}, 'customer'),
		'91.5', 'with unknown customers as resolved: 91.5 %');
	compare('bank', 'customer', 'timestamptz', 604800, undef, '1999-03-01');
	compare('bank', 'customer', 'span', 604800, undef, '1999-03-01');
	compare('bank', 'customer', 'timestamp', 86400, 300, '1999-02-20');
	compare('bank', 'customer', 'span', 86400, 60, '1999-02-20');
	compare('bank', 'customer, topic', 'span', 259200, 900, '1999-03-01');
	compare('bank', 'customer', 'timestamptz', 3600, 3600, 'infinity');
}

done_testing();
