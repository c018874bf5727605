# Durations (docs/duration.md): the error bound on data made to break it, exact sums, counts of every
# width, long frames, memory, and binary input that lies.
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
	'ends of buckets' => q{SELECT greatest(0, (o.m + s.s * o.w) + d)::bigint
		FROM (SELECT 256 * 2 ^ k AS m, 2 ^ k AS w FROM generate_series(0, 40) k) o, generate_series(0, 255, 51) s, generate_series(-1, 1) d},
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
	is(value('SELECT count(*) FROM checked WHERE abs(ours - exact) * 256 > exact'), '0', "$name: within 1/256 of percentile_disc");
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
		WHERE (s::jsonb - 'buckets') <> jsonb_build_object('samples', n, 'total', total, 'squares', squares, 'shortest', low, 'longest', high)
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
		FROM generate_series(0, 255) s, generate_series(1, hashint4(s) & 7) i, (SELECT i / 999.0 AS f FROM generate_series(0, 999) i) f GROUP BY f) _
	WHERE ours <> exact}), '0', 'whole seconds below 256 s equal percentile_disc');
is(value(q{SELECT count(*) FROM (SELECT percentile(s, 0.5) AS ours FROM generate_series(1, 3000) n, generate_series(n, n + 2) s GROUP BY n) _
	WHERE ours <> round(ours)}), '0', 'whole seconds come back as whole seconds');

# ---------- every bucket ----------

# the next bucket starts where one ends, and a value of a bucket is printed as its start
is(value(q{WITH b AS (
		SELECT b, CASE WHEN b < 256 THEN b ELSE (256 + b % 256)::numeric * 2::numeric ^ (b / 256 - 1) END AS low,
			CASE WHEN b < 256 THEN 1 ELSE 2::numeric ^ (b / 256 - 1) END AS width FROM generate_series(0, 14335) b),
	us AS (SELECT b, low::bigint AS low, unnest(ARRAY[low, low + width - 1])::bigint AS us FROM b)
	SELECT count(*) FROM us WHERE NOT EXISTS (
		SELECT FROM (SELECT format('{"samples":1,"total":%1$s,"squares":%2$s,"shortest":%1$s,"longest":%1$s,"buckets":[[%3$s,1]]}',
			us, us::numeric * us, low)) f (t) WHERE t::duration_summary::text = t)}), '0', 'all 14336 buckets, from 0 to 2^63 - 1');

# ---------- counts of every width ----------

# doubling a summary passes 2^8, 2^16 and 2^32, in each bucket
foreach my $us ('0', '1', '300', '1, 0, 70000', join(', ', 1 .. 200), join(', ', 0, map { 3**$_ } 0 .. 20))
{
	my $name = length $us > 20 ? 'many' : $us;
	is(value(qq{WITH RECURSIVE one AS (SELECT duration_agg(us * interval '1 us') AS d FROM unnest('{$us}'::bigint[]) us),
		doubled (n, d) AS (SELECT 0, d FROM one UNION ALL SELECT n + 1, d + d FROM doubled WHERE n < 24)
		SELECT count(*) FROM doubled, one, LATERAL (SELECT one.d::jsonb AS o) _
		WHERE doubled.d::jsonb->'samples' <> to_jsonb((o->>'samples')::numeric * 2::numeric ^ n)
			OR (SELECT sum((b->>1)::numeric) FROM jsonb_array_elements(doubled.d::jsonb->'buckets') b) <> (o->>'samples')::numeric * 2::numeric ^ n
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
is(value(q{WITH RECURSIVE seven (n, d) AS (
		SELECT 0, duration_agg(low * interval '1 us') FROM (
			SELECT (256 + c) * 2::bigint ^ o AS low FROM generate_series(0, 255) c, generate_series(2, 24) o) _
		UNION ALL SELECT n + 1, d + d FROM seven WHERE n < 18)
	SELECT max(pg_column_size(d)) <= 48 * 1024 FROM seven}),
	't', 'at most 48 kB for seven orders of magnitude, all buckets in use, a quarter of a million samples in each');

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

# version, samples, total, squares, shortest, longest, buckets
sub summary
{
	my ($header, @buckets) = @_;
	return pack('C q>6 N', @$header, scalar @buckets) . join('', map { pack('n q>', @$_) } @buckets);
}
my @good = (1, 2, 10, 0, 50, 5, 5);
my %lies = (
	'another version' => summary([ 2, @good[ 1 .. 6 ] ], [ 5, 2 ]),
	'an empty message' => '',
	'half a header' => substr(summary(\@good, [ 5, 2 ]), 0, 30),
	'a bucket short' => substr(summary(\@good, [ 5, 2 ]), 0, -1),
	'a byte too many' => summary(\@good, [ 5, 2 ]) . "\0",
	'four thousand million buckets' => pack('C q>6 N', @good, 0xFFFFFFFF) . pack('n q>', 5, 2),
	'a bucket that does not exist' => summary(\@good, [ 14336, 2 ]),
	'unsorted buckets' => summary([ 1, 2, 11, 0, 61, 5, 6 ], [ 6, 1 ], [ 5, 1 ]),
	'a bucket twice' => summary(\@good, [ 5, 1 ], [ 5, 1 ]),
	'a negative count' => summary(\@good, [ 5, -2 ]),
	'counts that overflow' => summary(\@good, [ 5, '9223372036854775807' ], [ 6, '9223372036854775807' ], [ 7, 4 ]),
	'counts that disagree with the samples' => summary(\@good, [ 5, 3 ]),
	'a total that disagrees' => summary([ 1, 2, 11, 0, 50, 5, 5 ], [ 5, 2 ]),
	'a negative total' => summary([ 1, 2, -10, 0, 50, 5, 5 ], [ 5, 2 ]),
	'squares that disagree' => summary([ 1, 2, 10, 0, 51, 5, 5 ], [ 5, 2 ]),
	'squares beyond 2^126' => summary([ 1, 2, 10, '9223372036854775807', 50, 5, 5 ], [ 5, 2 ]),
	'a shortest that disagrees' => summary([ 1, 2, 10, 0, 50, 4, 5 ], [ 5, 2 ]),
	'a negative shortest' => summary([ 1, 2, 10, 0, 50, -5, 5 ], [ 5, 2 ]),
	'a longest that disagrees' => summary([ 1, 2, 10, 0, 50, 5, 6 ], [ 5, 2 ]),
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
is(receive('duration_summary', summary(\@good, [ 5, 2 ])), '{"samples":2,"total":10,"squares":50,"shortest":5,"longest":5,"buckets":[[5,2]]}', 'a true binary value');
foreach my $lie (sort keys %lies)
{
	my $error = receive('duration_summary', $lies{$lie});
	like($error, qr/ERROR:  (22P03|08P01)/, "$lie is refused");
}
like(receive('percentile_state', pack('d>', 2) . summary(\@good, [ 5, 2 ])), qr/ERROR:  22P03/, 'a fraction of 2 is refused');
like(receive('percentile_state', pack('d>', 'nan') . summary(\@good, [ 5, 2 ])), qr/ERROR:  22P03/, 'a fraction of NaN is refused');
is(receive('percentile_state', pack('d>', 0.5) . summary(\@good, [ 5, 2 ])),
	'{"fraction":0.5,"summary":{"samples":2,"total":10,"squares":50,"shortest":5,"longest":5,"buckets":[[5,2]]}}', 'a true state');

$node->stop;
done_testing();
