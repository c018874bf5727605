# Durations (docs/duration.md): the grid, the error bound on data made to break it, exact sums, counts of
# every width, long frames, memory, and binary input that lies.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use KPI;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = kpi_node('duration', conf => "jit = off\n");

sub value
{
	return $node->safe_psql('postgres', $_[0]);
}

# ---------- the grid ----------

# The steps as people know them, in microseconds; each holds above 250 times its width.
my @steps = ((map { my $power = 10**$_; map { $_ * $power } 1, 2, 5 } 0 .. 5), (map { $_ * 1000000 } 1, 5, 15, 60, 300, 900, 3600, 14400), map { 86400000000 * 2**$_ } 0 .. 18);
is(scalar @steps, 45, '45 steps');
$node->safe_psql('postgres', 'CREATE TABLE steps (usec bigint); INSERT INTO steps VALUES ' . join(',', map { "($_)" } @steps));
$node->safe_psql('postgres', q{
	CREATE FUNCTION end_of(us bigint) RETURNS numeric IMMUTABLE STRICT LANGUAGE sql AS $$
		SELECT CASE WHEN us = 0 THEN 0 ELSE least(div(us + step - 1, step) * step, 9223372036854775807) END
		FROM (SELECT greatest(1, max(usec) FILTER (WHERE usec = 1 OR usec * 250 < us))::numeric AS step FROM steps) AS s $$;
	-- one duration as a summary, with the end of its bucket, which is checked when it is read
	CREATE FUNCTION single(us bigint, bucket_end numeric) RETURNS duration_summary IMMUTABLE STRICT LANGUAGE sql AS $$
		SELECT format('{"samples":1,"total":%1$s,"squares":%2$s,"shortest":%1$s,"longest":%1$s,"ends":[[%3$s,1]]}', us, us::numeric * us, bucket_end)::duration_summary $$});

# every bucket: it holds what lies above the end before it up to its own, and nothing else
$node->safe_psql('postgres', q{
	CREATE TABLE ends AS SELECT usec, lag(usec, 1, -1) OVER (ORDER BY usec) + 1 AS first, row_number() OVER (ORDER BY usec) AS n FROM (
		SELECT 0 AS usec UNION ALL SELECT 9223372036854775807
		UNION ALL SELECT k * usec::numeric FROM (SELECT usec, lead(usec) OVER (ORDER BY usec) AS next FROM steps) s,
			generate_series(CASE WHEN usec = 1 THEN 1 ELSE 251 END, coalesce(250 * next / usec, 407)) k WHERE k * usec::numeric < 9223372036854775807) e});
is(value('SELECT count(*) FROM ends'), '16659', '16659 buckets, from 0 to 2^63 - 1');
is(value(q{SELECT count(*) FROM ends, unnest(ARRAY[first, usec]) us, LATERAL (SELECT single(us::bigint, usec) AS d) s
	WHERE (d::jsonb->'ends'->0->>0)::numeric <> usec}), '0', 'every bucket, at both its ends');
is(value(q{SELECT count(*) FROM ends WHERE (usec - first) * 250 > first}), '0', 'no bucket is wider than 0.4 % of what it holds');
is(value(q{SELECT count(*) FROM ends, LATERAL (SELECT _duration_accum_interval('{}', usec::bigint * interval '1 us') AS d) s
	WHERE usec < 9e15 AND (d::text <> single(usec::bigint, usec)::text OR NOT is_exact(d, usec::bigint * interval '1 us'))}), '0', 'every end is exact');

# one below, at, and one above each limit; then twelve decades at random
is(value(q{SELECT count(*) FROM steps, generate_series(-1, 1) d, LATERAL (SELECT 250 * usec + d AS us) u WHERE end_of(us) <> (single(us, end_of(us))::jsonb->'ends'->0->>0)::numeric}), '0', 'the limits of the steps');
is(value(q{SELECT count(*) FROM (SELECT DISTINCT (10 ^ ((hashint4(i)::bigint + 2147483648) / 4294967296.0 * 13))::bigint AS us FROM generate_series(1, 100000) i) r,
		LATERAL (SELECT _duration_accum_interval('{}', us * interval '1 us') AS d) s
	WHERE (d::jsonb->'ends'->0->>0)::numeric <> end_of(us) OR is_exact(d, us * interval '1 us') <> (end_of(us) = us)}), '0', 'random durations of twelve decades');

# what people measure by: between a shorter and a longer one it comes back as it was, and shares up to it are exact
foreach my $promise (
	[ 'whole seconds up to 20:50', '1 s', 1250 ], [ 'whole minutes up to 20:50:00', '1 min', 1250 ], [ 'multiples of 5 minutes up to 2 days', '5 min', 576 ],
	[ 'whole hours up to 41 days', '1 hour', 984 ], [ 'multiples of 5 s up to an hour', '5 s', 720 ], [ 'milliseconds up to half a second', '1 ms', 250 ], [ 'whole days up to 500 days', '1 day', 500 ])
{
	my ($name, $unit, $most) = @$promise;
	is(value(qq{SELECT count(*) FROM generate_series(1, $most) n, LATERAL (SELECT n * interval '$unit' AS x) x,
			LATERAL (SELECT duration_agg(y) AS d FROM (VALUES (interval '0'), (x), (x + interval '1 us'), (interval '20000 days')) v (y)) s
		WHERE percentile(d, 0.5) <> x OR NOT is_exact(d, x) OR rate_within(d, x) <> 0.5 OR rate_within(d, x - interval '$unit') <> 0.25 OR histogram(d, ARRAY[x]) <> '{2,2}'
			OR (SELECT abandoned FROM abandonment_curve(d, '{}', ARRAY[x])) <> 2}), '0', $name);
}

# ---------- the error bound against percentile_disc ----------

# microseconds of each set: few values, many, equal ones, far apart, in both orders
my %sets = (
	'constant' => 'SELECT 123456789 FROM generate_series(1, 5000)',
	'one sample' => 'SELECT 987654321987',
	'two samples' => 'VALUES (1), (315360000000000)',
	'two values' => 'SELECT CASE WHEN i % 10 = 0 THEN 999999999 ELSE 3 END FROM generate_series(1, 5000) i',
	'two neighbours in one bucket' => 'SELECT 100000000000 + i % 2 FROM generate_series(1, 1000) i',
	'all zeros' => 'SELECT 0 FROM generate_series(1, 5000)',
	'zeros and ones' => 'SELECT i % 2 FROM generate_series(1, 5000) i',
	'zeros but for one' => 'SELECT CASE WHEN i = 77 THEN 5000000 ELSE 0 END FROM generate_series(1, 5000) i',
	'zeros and all other buckets of the first octave' => 'SELECT i % 256 FROM generate_series(0, 10239) i UNION ALL SELECT 0 FROM generate_series(1, 700)',
	'heavy-tailed over ten orders of magnitude' =>
	  'SELECT (10 ^ ((hashint4(i)::bigint + 2147483648) / 4294967296.0 * 10 + 2))::bigint FROM generate_series(1, 20000) i',
	'1 us to 10 years, ascending' => 'SELECT (315360000000000 ^ (i / 20000.0))::bigint FROM generate_series(0, 20000) i ORDER BY 1',
	'1 us to 10 years, descending' => 'SELECT (315360000000000 ^ (i / 20000.0))::bigint FROM generate_series(0, 20000) i ORDER BY 1 DESC',
	'exponential' => 'SELECT (-180e6 * ln((hashint4(i)::bigint + 2147483649) / 4294967297.0))::bigint FROM generate_series(1, 20000) i',
	'whole seconds' => 'SELECT (hashint4(i) & 2047) * 1000000::bigint FROM generate_series(1, 20000) i',
	'around the limits of the steps' => q{SELECT 250 * usec + d FROM steps, generate_series(-1, 1) d WHERE usec < 1e12},
	'around ends of buckets' => q{SELECT (250 + k) * usec + d FROM steps, generate_series(0, 249, 31) k, generate_series(-1, 1) d WHERE usec < 1e12},
);

foreach my $name (sort keys %sets)
{
	my $ids = join(', ', map { $_ / 64 } 0 .. 64) . ', 0.001, 0.999, 0.95, 0.99';
	$node->safe_psql('postgres', qq{
		DROP TABLE IF EXISTS v CASCADE;
		CREATE TABLE v AS SELECT us::bigint, us * interval '1 us' AS d, us / 1e6::float8 AS s FROM ($sets{$name}) AS _ (us);
		CREATE OR REPLACE VIEW checked AS
		SELECT f, (extract(epoch FROM percentile(d, f)) * 1000000)::bigint AS ours,
			percentile_disc(f) WITHIN GROUP (ORDER BY us) AS exact, percentile(s, f) AS seconds
		FROM v, unnest('{$ids}'::float8[]) AS f GROUP BY f});
	is(value('SELECT count(*) FROM checked WHERE ours < exact OR (ours - exact) * 250 > exact'), '0', "$name: never below percentile_disc, and at most 0.4 % above");
	is(value(q{SELECT count(*) FROM (SELECT duration_agg(d) AS s FROM v) s, checked WHERE rate_within(s, percentile(s, f)) < f OR (extract(epoch FROM percentile(s, f)) * 1000000)::bigint <> ours}),
		'0', "$name: the share within a percentile is at least its fraction");
	is(value(q{SELECT count(*) FROM (SELECT duration_agg(d) AS s, count(*) AS n FROM v) s, (SELECT us, count(*) OVER (ORDER BY us) AS within, end_of(us) = us AS is_end FROM v) v
		WHERE us < 9e15 AND (is_end AND rate_within(s, us * interval '1 us') <> within::float8 / n OR rate_within(s, us * interval '1 us') < within::float8 / n)}),
		'0', "$name: shares up to an end are exact, and none is too low");
	is(value('SELECT count(*) FROM checked WHERE f IN (0, 1) AND ours <> exact'), '0', "$name: the ends are exact");
	is(value('SELECT count(*) FROM checked WHERE seconds * 1000000 <> ours AND abs(seconds * 1000000 - ours) > 0.01'),
		'0', "$name: seconds as intervals");
	is(value(q{SELECT string_agg(concat_ws(' ', ours, f), ',') FROM (SELECT ours, f, lag(ours) OVER (ORDER BY f) AS before FROM checked) _
		WHERE before > ours}), '', "$name: ascends with the fraction");
	is(value(q{SELECT count(*) FROM (SELECT duration_agg(d) AS s, sum(us) AS total, count(*) AS n, min(us) AS low, max(us) AS high,
				sum(us::numeric * us) AS squares, round(sum(us) / count(*)::numeric) AS mean,
				CASE WHEN count(*) > 1 THEN
					round(sqrt(round(count(*) * sum(us::numeric * us) - sum(us)::numeric ^ 2, 30) / (count(*)::numeric * (count(*) - 1)))) END AS sd
			FROM v) _
		WHERE (s::jsonb - 'ends') <> jsonb_build_object('samples', n, 'total', total, 'squares', squares, 'shortest', low, 'longest', high)
			OR extract(epoch FROM average(s)) * 1000000 <> mean
			OR extract(epoch FROM stddev(s)) * 1000000 IS DISTINCT FROM sd}), '0', "$name: the sums are exact");
	is(value(q{SELECT count(DISTINCT d) FROM (
			SELECT duration_agg(d) AS d FROM v UNION ALL SELECT duration_agg(d) FROM (SELECT d FROM v ORDER BY d) _
			UNION ALL SELECT duration_agg(d) FROM (SELECT d FROM v ORDER BY d DESC) _
			UNION ALL SELECT duration_agg(d) FROM (SELECT d FROM v ORDER BY hashint8(us), us) _
			UNION ALL SELECT rollup(d) FROM (SELECT duration_agg(d) AS d FROM v GROUP BY us % 97) _
			UNION ALL SELECT duration_agg(d)::text::duration_summary FROM v) _}), '1', "$name: the same bytes in any order");
	is(value(q{SELECT count(*) FROM (SELECT sum(n)::bigint AS within FROM v, LATERAL (SELECT 1 AS n) _) a,
			(SELECT duration_agg(d) AS d FROM v) b
		WHERE rate_within(d, longest(d)) <> 1 OR (histogram(d, '{}'))[1] <> within
			OR (SELECT sum(h) FROM unnest(histogram(d, '{1 us,1 ms,1 s,1 min,1 h,1 day,100 days}')) h) <> within}), '0', "$name: nothing is lost in histograms");
}
is(value(q{SELECT count(*) FROM (SELECT f, percentile(s, f) AS ours, percentile_disc(f) WITHIN GROUP (ORDER BY s) AS exact
		FROM generate_series(0, 1250) s, generate_series(1, hashint4(s) & 7) i, (SELECT i / 999.0 AS f FROM generate_series(0, 999) i) f GROUP BY f) _
	WHERE ours <> exact}), '0', 'whole seconds up to 20:50 equal percentile_disc');
is(value(q{SELECT count(*) FROM (SELECT percentile(s, 0.5) AS ours FROM generate_series(1, 3000) n, generate_series(n, n + 2) s GROUP BY n) _
	WHERE ours <> round(ours)}), '0', 'whole seconds come back as whole seconds');

# ---------- counts of every width ----------

# doubling a summary passes 2^8, 2^16 and 2^32, in each bucket
foreach my $us ('0', '1', '300', '1, 0, 70000', join(', ', 1 .. 200), join(', ', 0, map { 3**$_ } 0 .. 20))
{
	my $name = length $us > 20 ? 'many' : $us;
	is(value(qq{WITH RECURSIVE one AS (SELECT duration_agg(us * interval '1 us') AS d FROM unnest('{$us}'::bigint[]) us),
		doubled (n, d) AS (SELECT 0, d FROM one UNION ALL SELECT n + 1, d + d FROM doubled WHERE n < 24)
		SELECT count(*) FROM doubled, one, LATERAL (SELECT one.d::jsonb AS o) _
		WHERE doubled.d::jsonb->'samples' <> to_jsonb((o->>'samples')::numeric * 2::numeric ^ n)
			OR (SELECT sum((b->>1)::numeric) FROM jsonb_array_elements(doubled.d::jsonb->'ends') b) <> (o->>'samples')::numeric * 2::numeric ^ n
			OR percentile(doubled.d, 0.5) <> percentile(one.d, 0.5)}), '0', "$name: doubled 24 times");
	is(value(qq{WITH one AS (SELECT duration_agg(us * interval '1 us') AS d FROM unnest('{$us}'::bigint[]) us)
		SELECT (SELECT rollup(d) FROM one, generate_series(1, 70000)) = (SELECT rollup(d) FROM (SELECT rollup(d) AS d FROM one, generate_series(1, 70000) i GROUP BY i % 7) _)
			AND (SELECT rollup(d) FROM one, generate_series(1, 300)) = (SELECT duration_agg(us * interval '1 us') FROM unnest('{$us}'::bigint[]) us, generate_series(1, 300))}),
		't', "$name: 70000 times");
}
is(value(q{WITH RECURSIVE big (n, d) AS (SELECT 0, duration_agg('1 us'::interval) FROM generate_series(1, 3) UNION ALL SELECT n + 1, d + d FROM big WHERE n < 60)
	SELECT max(n) || ' ' || max(samples(d)) FROM big}), '60 3458764513820540928', 'samples up to 2^61');
my ($status, $stdout, $stderr) = $node->psql('postgres', q{
	WITH RECURSIVE big (n, d) AS (SELECT 0, duration_agg('0'::interval) UNION ALL SELECT n + 1, d + d FROM big WHERE n < 63) SELECT count(*) FROM big});
like($stderr, qr/samples of a duration_summary is out of range/, 'samples beyond 2^63 are an error');
is(value(q{SELECT percentile(s, 0.5) = 1 AND percentile(s, 0.9) = 2 FROM (
		SELECT 1 AS s FROM generate_series(1, 80000) UNION ALL SELECT 2 FROM generate_series(1, 70000)) _}), 't', 'one-step states widen too');

# ---------- long frames ----------

# more than 512 samples in the frame, so that the state is dense; a volatile FILTER switches moving mode off
$node->safe_psql('postgres', q{
	CREATE TABLE w AS SELECT i, (i / 3) AS g, CASE WHEN i % 2 = 0 THEN 0 WHEN i % 50 = 1 THEN NULL
		ELSE (10 ^ ((hashint4(i)::bigint + 2147483648) / 4294967296.0 * 9 - 4))::float8 END AS s FROM generate_series(1, 4000) i;
	ANALYZE w});
foreach my $frame (
	'ROWS 999 PRECEDING', 'ROWS BETWEEN 700 PRECEDING AND 100 PRECEDING', 'ROWS BETWEEN 600 PRECEDING AND 600 FOLLOWING',
	'RANGE 800 PRECEDING', 'RANGE BETWEEN CURRENT ROW AND 800 FOLLOWING', 'GROUPS 300 PRECEDING', 'ROWS UNBOUNDED PRECEDING',
	'ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING', 'ROWS 900 PRECEDING EXCLUDE CURRENT ROW')
{
	my $order = $frame =~ /GROUPS/ ? 'g' : 'i';
	my $again = 'FILTER (WHERE random() >= 0)';
	is(value(qq{SELECT count(*) FROM (
		SELECT percentile(s, 0.5) OVER w AS a, percentile(s, 0.5) $again OVER w AS b, percentile(s, 0.9) OVER w AS c, percentile(s, 0.9) $again OVER w AS d,
			duration_agg(s) OVER w AS e, duration_agg(s) $again OVER w AS f
		FROM w WHERE i <= 2400 WINDOW w AS (ORDER BY $order $frame)) _
		WHERE a IS DISTINCT FROM b OR c IS DISTINCT FROM d OR e IS DISTINCT FROM f}), '0', "$frame: moving as restarted");
}
is(value(q{SELECT count(*) FROM (
	SELECT rollup(d) OVER w AS a, rollup(d) FILTER (WHERE random() >= 0) OVER w AS b
	FROM (SELECT i / 10 AS h, duration_agg(s) AS d FROM w GROUP BY 1) _ WINDOW w AS (ORDER BY h ROWS 90 PRECEDING)) _
	WHERE a IS DISTINCT FROM b}), '0', 'rollup slides over summaries');
is(value(q{SELECT count(*) FROM (SELECT percentile(x, 0.5) OVER (ORDER BY i ROWS 2999 PRECEDING) AS p, i FROM (
		SELECT i, CASE WHEN i <= 70000 THEN 7 ELSE 9 END AS x FROM generate_series(1, 80000) i) _) _
	WHERE p <> CASE WHEN i <= 71500 THEN 7 ELSE 9 END}), '0', 'a frame in which all tie');

# ---------- memory ----------

# peak memory (kB) and batches of the server's hash aggregate
sub hash_aggregate
{
	my ($groups, $query, %settings) = @_;
	my $plan = $node->safe_psql('postgres', join('', "SET kpi.batch = off;\n", map { "SET $_ = '$settings{$_}';\n" } keys %settings) . "EXPLAIN (ANALYZE, FORMAT JSON, TIMING OFF, COSTS OFF) $query");
	my ($memory) = $plan =~ /"Peak Memory Usage": (\d+)/;
	my ($batches) = $plan =~ /"HashAgg Batches": (\d+)/;
	return ($memory, $batches);
}

$node->safe_psql('postgres', q{
	CREATE UNLOGGED TABLE small (id int, s float8);
	INSERT INTO small SELECT i % 100000, 10::float8 ^ ((hashint4(i)::bigint + 2147483648)::float8 / 4294967296 * 7 - 3) FROM generate_series(1, 5000000) i;
	ANALYZE small});
my %peak;
foreach my $groups (25000, 100000)
{
	foreach my $aggregate ('percentile(s, 0.9)', 'duration_agg(s)')
	{
		my ($memory, $batches) = hash_aggregate($groups, "SELECT $aggregate FROM small WHERE id < $groups GROUP BY id",
			work_mem => '256MB', hash_mem_multiplier => 1, enable_sort => 'off', max_parallel_workers_per_gather => 0);
		cmp_ok($memory, '<=', 256 * 1024, "$groups groups of 50, $aggregate: $memory kB");
		is($batches, '1', "$groups groups of 50, $aggregate: one batch");
		$peak{$aggregate}{$groups} = $memory;
	}
}
cmp_ok($peak{$_}{100000}, '<=', 4.6 * $peak{$_}{25000}, "$_: memory is linear in the groups") foreach sort keys %peak;
is(value(q{SET kpi.batch = off; SET hash_mem_multiplier = 1; SET work_mem = '1MB'; SET enable_sort = off; SET max_parallel_workers_per_gather = 0;
	CREATE TEMP TABLE spilled AS SELECT id, duration_agg(s) AS d FROM small WHERE id < 20000 GROUP BY id;
	SET work_mem = '256MB';
	SELECT count(*) FROM spilled JOIN (SELECT id, duration_agg(s) AS d FROM small WHERE id < 20000 GROUP BY id) m USING (id) WHERE m.d = spilled.d}),
	'20000', 'a hash aggregate that spills gives the same');
my ($spilled, $batches) = hash_aggregate(100000, 'SELECT duration_agg(s) FROM small GROUP BY id',
	work_mem => '16MB', hash_mem_multiplier => 1, enable_sort => 'off', max_parallel_workers_per_gather => 0);
cmp_ok($spilled, '<=', 40 * 1024, "100000 groups in 16 MB: spilled, not grown ($spilled kB)");
cmp_ok($batches, '>', 1, '100000 groups in 16 MB: batches');

# stored sizes: the worst that there can be
is(value(q{SELECT max(octet_length(_duration_summary_send(d))) > 0 AND max(pg_column_size(d)) <= 1024 FROM (
	SELECT id, duration_agg(s) AS d FROM small WHERE id < 2000 GROUP BY id) _}), 't', 'at most 1 kB for 50 samples');
is(value(q{SELECT pg_column_size(duration_agg(10 ^ (i / 3.0 - 6))) <= 1024 FROM generate_series(1, 50) i}), 't', 'at most 1 kB for 50 samples far apart');
# as many in each bucket as the total allows
my %doublings = (1000 => 18, 10000 => 15, 100000 => 13, 1000000 => 10);
foreach my $low (sort keys %doublings)
{
	is(value(qq{WITH RECURSIVE seven (n, d) AS (
			SELECT 0, duration_agg(usec::bigint * interval '1 us') FROM ends WHERE usec BETWEEN $low AND $low * 1e7
			UNION ALL SELECT n + 1, d + d FROM seven WHERE n < $doublings{$low})
		SELECT max(pg_column_size(d)) <= 64 * 1024 FROM seven}),
		't', "at most 64 kB for seven orders of magnitude above $low us, all buckets in use, 2^$doublings{$low} samples in each");
}

# ---------- parallel and partitioned plans ----------

my $parallel = q{SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET max_parallel_workers_per_gather = 2;};
# parts made by the server's own executor, and in batches
my %makers = (off => 'Partial Aggregate', on => 'KpiBatch');
foreach my $batch (sort keys %makers)
{
	like($node->safe_psql('postgres', qq{$parallel SET kpi.batch = $batch; EXPLAIN (COSTS OFF) SELECT percentile(s, 0.9), duration_agg(s) FROM small}),
		qr/Gather.*$makers{$batch}/s, "a parallel plan, batch $batch");
	is(value(qq{SET kpi.batch = off; CREATE TEMP TABLE alone AS SELECT percentile(s, 0.9) AS p, duration_agg(s) AS d FROM small;
			$parallel SET kpi.batch = $batch;
			SELECT p = (SELECT percentile(s, 0.9) FROM small) AND d = (SELECT duration_agg(s) FROM small) FROM alone}), 't', "gives the same, batch $batch");
}

# ---------- binary ----------

$node->safe_psql('postgres', q{CREATE TABLE kept AS SELECT id, duration_agg(s) AS d, _percentile_accum_float8('{}', 1.5, 0.5) AS p FROM small WHERE id < 200 GROUP BY id;
	INSERT INTO kept SELECT -1, '{}', '{}'; CREATE TABLE copied (LIKE kept)});
my $file = $node->basedir . '/kept.bin';
is(value(qq{COPY kept TO '$file' (FORMAT binary); COPY copied FROM '$file' (FORMAT binary);
	SELECT count(*) FROM kept JOIN copied USING (id) WHERE kept.d = copied.d AND kept.p::text = copied.p::text}), '201', 'binary COPY brings the same bytes');

# version, samples, coarse ones, total, squares, shortest, longest, buckets
sub summary
{
	my ($header, @buckets) = @_;
	return pack('C q>7 N', @$header, scalar @buckets) . join('', map { pack('n q>', @$_) } @buckets);
}
my @good = (2, 2, 0, 10, 0, 50, 5, 5);
my %lies = (
	'another version' => summary([ 3, @good[ 1 .. 7 ] ], [ 5, 2 ]),
	'an empty message' => '',
	'half a header' => substr(summary(\@good, [ 5, 2 ]), 0, 30),
	'a bucket short' => substr(summary(\@good, [ 5, 2 ]), 0, -1),
	'a byte too many' => summary(\@good, [ 5, 2 ]) . "\0",
	'four thousand million buckets' => pack('C q>7 N', @good, 0xFFFFFFFF) . pack('n q>', 5, 2),
	'a bucket that does not exist' => summary(\@good, [ 16659, 2 ]),
	'unsorted buckets' => summary([ 2, 2, 0, 11, 0, 61, 5, 6 ], [ 6, 1 ], [ 5, 1 ]),
	'a bucket twice' => summary(\@good, [ 5, 1 ], [ 5, 1 ]),
	'a negative count' => summary(\@good, [ 5, -2 ]),
	'counts that overflow' => summary(\@good, [ 5, '9223372036854775807' ], [ 6, '9223372036854775807' ], [ 7, 4 ]),
	'counts that disagree with the samples' => summary(\@good, [ 5, 3 ]),
	'more coarse samples than there are' => summary([ 2, 2, 3, 10, 0, 50, 5, 5 ], [ 5, 2 ]),
	'fewer coarse samples than none' => summary([ 2, 2, -1, 10, 0, 50, 5, 5 ], [ 5, 2 ]),
	'a total that disagrees' => summary([ 2, 2, 0, 11, 0, 50, 5, 5 ], [ 5, 2 ]),
	'a negative total' => summary([ 2, 2, 0, -10, 0, 50, 5, 5 ], [ 5, 2 ]),
	'squares that disagree' => summary([ 2, 2, 0, 10, 0, 51, 5, 5 ], [ 5, 2 ]),
	'squares beyond 2^126' => summary([ 2, 2, 0, 10, '9223372036854775807', 50, 5, 5 ], [ 5, 2 ]),
	'a shortest that disagrees' => summary([ 2, 2, 0, 10, 0, 50, 4, 5 ], [ 5, 2 ]),
	'a negative shortest' => summary([ 2, 2, 0, 10, 0, 50, -5, 5 ], [ 5, 2 ]),
	'a longest that disagrees' => summary([ 2, 2, 0, 10, 0, 50, 5, 6 ], [ 5, 2 ]),
	'samples without buckets' => summary(\@good),
);

sub receive
{
	my ($type, $field) = @_;
	open my $out, '>:raw', $file or die;
	print $out "PGCOPY\n\377\r\n\0", pack('N2 n N', 0, 0, 1, length $field), $field, pack('n', 0xFFFF);
	close $out;
	my ($status, $stdout, $stderr) = $node->psql('postgres', "\\set VERBOSITY sqlstate\n" .
		"CREATE TEMP TABLE r (v $type);\nCOPY r FROM '$file' (FORMAT binary);\nSELECT v FROM r");
	return $stdout . $stderr;
}
chmod 0755, $node->basedir;
is(receive('duration_summary', summary(\@good, [ 5, 2 ])), '{"samples":2,"total":10,"squares":50,"shortest":5,"longest":5,"ends":[[5,2]]}', 'a true binary value');
foreach my $lie (sort keys %lies)
{
	my $error = receive('duration_summary', $lies{$lie});
	like($error, qr/ERROR:  (22P03|08P01)/, "$lie is refused");
}
like(receive('percentile_state', pack('d>', 2) . summary(\@good, [ 5, 2 ])), qr/ERROR:  22P03/, 'a fraction of 2 is refused');
like(receive('percentile_state', pack('d>', 'nan') . summary(\@good, [ 5, 2 ])), qr/ERROR:  22P03/, 'a fraction of NaN is refused');
is(receive('percentile_state', pack('d>', 0.5) . summary(\@good, [ 5, 2 ])),
	'{"fraction":0.5,"summary":{"samples":2,"total":10,"squares":50,"shortest":5,"longest":5,"ends":[[5,2]]}}', 'a true state');

$node->stop;
done_testing();
