# span_summary against brute force on random spans, and where it gets large:
# many groups, many spans in one group, and cancelling.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use KPI;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);

my $node = kpi_node('span', conf => q{
jit = off
max_parallel_workers_per_gather = 0
autovacuum = off
work_mem = 256MB
});

# ---------- random spans ----------

# Spans of few or many different times, long or short, some of them unbounded,
# empty, NULL, of no length, with any bounds.
sub make_spans
{
	my ($round, $rows, $times, $longest, $unbounded) = @_;
	my $chance = sub { my ($of, $salt) = @_; "(hashint8extended(i, $round * 10 + $salt) & 2147483647) % $of" };
	my $start = "'2026-03-02'::timestamptz + " . $chance->($times, 1) . " * interval '1 s'";
	my $null = sub { my ($salt) = @_; $unbounded ? "CASE WHEN " . $chance->($unbounded, $salt) . " = 0 THEN true ELSE false END" : 'false' };
	$node->safe_psql('postgres', qq{
		DROP TABLE IF EXISTS s CASCADE;
		CREATE TABLE s AS
		SELECT i, grp, CASE WHEN odd = 0 THEN NULL WHEN odd = 1 THEN 'empty'
			ELSE tstzrange(CASE WHEN no_start THEN '-infinity' ELSE start END,
				CASE WHEN no_end THEN CASE WHEN odd % 2 = 0 THEN 'infinity'::timestamptz END ELSE start + length * interval '1 s' END,
				(ARRAY['[)', '[]', '(]', '()'])[1 + odd % 4]) END AS span
		FROM (SELECT i, @{[ $chance->(5, 2) ]} AS grp, @{[ $chance->(50, 3) ]} AS odd, $start AS start,
				@{[ $chance->($longest, 4) ]} AS length, @{[ $null->(5) ]} AS no_start, @{[ $null->(6) ]} AS no_end
			FROM generate_series(1, $rows) AS i) AS r;
		CREATE VIEW bounds AS
		SELECT i, grp, span, lower(span) AS lo, coalesce(upper(span), 'infinity') AS hi
		FROM s WHERE NOT isempty(span);
		-- the number of open spans from each edge to the next
		CREATE VIEW steps AS
		SELECT grp, at, sum(change) OVER w AS open, lead(at) OVER w AS until
		FROM (SELECT grp, at, sum(change) AS change
			FROM (SELECT grp, lo AS at, 1 AS change FROM bounds WHERE lo < hi UNION ALL SELECT grp, hi, -1 FROM bounds WHERE lo < hi) AS e
			GROUP BY grp, at) AS edges
		WINDOW w AS (PARTITION BY grp ORDER BY at);
		ANALYZE s;
	});
}

my @rounds = (
	# rows, times, longest, unbounded: one in
	[ 300, 20, 5, 0 ],
	[ 300, 20, 5, 10 ],
	[ 2000, 100, 30, 100 ],
	[ 2000, 100000, 30, 0 ],
	[ 2000, 100000, 100000, 300 ],
	[ 5000, 3, 3, 40 ],
	[ 5000, 1000000, 3000, 0 ],
	[ 60000, 1000000, 2000, 5000 ],
	[ 60000, 500, 20, 0 ],
);
my $within = q{tstzrange('2026-03-02 00:00:07', '2026-03-02 20:00:00')};

my $round = 0;
for my $r (@rounds)
{
	$round++;
	make_spans($round, @$r);
	my $what = "round $round: @$r";

	is($node->safe_psql('postgres', q{
		SELECT count(*), count(*) FILTER (WHERE k.peak IS DISTINCT FROM b.peak),
			count(*) FILTER (WHERE k.text IS DISTINCT FROM b.text)
		FROM (SELECT grp, peak_concurrency(span) AS peak, span_agg(span)::text AS text FROM s GROUP BY grp) AS k
		JOIN (SELECT grp, max(open) AS peak, '{"edges":[' || coalesce(string_agg('[' || CASE WHEN isfinite(at)
						THEN (extract(epoch FROM at - '2000-01-01 00:00+0') * 1000000)::bigint::text ELSE 'null' END
					|| ',' || change || ']', ',' ORDER BY at), '') || ']}' AS text
			FROM (SELECT *, open - coalesce(lag(open) OVER (PARTITION BY grp ORDER BY at), 0) AS change FROM steps) AS t
			WHERE change <> 0 GROUP BY grp) AS b USING (grp)}),
		'5|0|0', "$what: peaks and edges are those of running sums");

	is($node->safe_psql('postgres', qq{
		SELECT count(*), count(*) FILTER (WHERE covered(s) IS DISTINCT FROM b.covered), count(*) FILTER (WHERE total(s) IS DISTINCT FROM b.total),
			count(*) FILTER (WHERE coalesce(time_at_least(s, 3), '0') IS DISTINCT FROM b.three),
			count(*) FILTER (WHERE abs(average_concurrency(s) - extract(epoch FROM b.total) / extract(epoch FROM b.covered)) > 1e-9)
		FROM (SELECT grp, clip(span_agg(span), $within) AS s FROM s GROUP BY grp) AS k
		JOIN (SELECT grp, sum(until - at) FILTER (WHERE open > 0) AS covered, sum((until - at) * open) FILTER (WHERE open > 0) AS total,
				coalesce(sum(until - at) FILTER (WHERE open >= 3), '0') AS three
			FROM (SELECT grp, open, greatest(at, lower($within)) AS at, least(until, upper($within)) AS until FROM steps) AS c
			WHERE at < until GROUP BY grp) AS b USING (grp)}),
		'5|0|0|0|0', "$what: lengths are those of running sums");

	is($node->safe_psql('postgres', qq{
		SELECT count(*), count(*) FILTER (WHERE spans(span_agg) IS DISTINCT FROM range_agg),
			count(*) FILTER (WHERE range_agg::span_summary IS DISTINCT FROM (SELECT span_agg(r) FROM unnest(range_agg) AS r)),
			count(*) FILTER (WHERE spans(clip(span_agg, $within)) IS DISTINCT FROM range_agg * tstzmultirange($within))
		FROM (SELECT grp, span_agg(span), range_agg(tstzrange(lo, nullif(hi, 'infinity'))) FILTER (WHERE lo < hi) FROM bounds GROUP BY grp) AS t}),
		'5|0|0|0', "$what: the union is that of range_agg");

	is($node->safe_psql('postgres', qq{
		WITH cells AS (SELECT at, least(at + interval '15 min', upper($within)) AS until, greatest(at, lower($within)) AS seen_from
				FROM generate_series('2026-03-02'::timestamptz, '2026-03-02 19:45', '15 min') AS at),
			k AS (SELECT grp, c.*, average_concurrency(s, $within) AS mean
				FROM (SELECT grp, span_agg(span) AS s FROM s GROUP BY grp) AS g, concurrency_series(s, '15 min', current_setting('TimeZone'), $within) AS c),
			b AS (SELECT grp, cells.at, coalesce(max(open) FILTER (WHERE steps.at <= seen_from), 0) AS at_start, greatest(max(open), 0) AS peak,
				coalesce(sum(extract(epoch FROM least(steps.until, cells.until) - greatest(steps.at, seen_from)) * open), 0) AS total,
				coalesce(sum(least(steps.until, cells.until) - greatest(steps.at, seen_from)) FILTER (WHERE open > 0), '0') AS covered, cells.until, seen_from
			FROM cells CROSS JOIN (SELECT DISTINCT grp FROM bounds) AS g
			LEFT JOIN steps USING (grp) WHERE steps.at < cells.until AND coalesce(steps.until, 'infinity') > seen_from OR steps.grp IS NULL
			GROUP BY grp, cells.at, cells.until, seen_from)
		SELECT count(*), count(*) FILTER (WHERE k.at_start <> coalesce(b.at_start, 0)), count(*) FILTER (WHERE k.peak <> coalesce(b.peak, 0)),
			count(*) FILTER (WHERE k.covered <> coalesce(b.covered, '0')),
			count(*) FILTER (WHERE abs(k.average - coalesce(b.total / extract(epoch FROM b.until - b.seen_from), 0)) > 1e-9),
			(SELECT count(*) FROM (SELECT grp, mean - sum(total) OVER (PARTITION BY grp) / extract(epoch FROM upper($within) - lower($within)) AS off
				FROM k LEFT JOIN b USING (grp) WHERE k.interval_start = b.at) AS t WHERE abs(off) > 1e-9)
		FROM k LEFT JOIN b ON b.grp = k.grp AND b.at = k.interval_start}),
		'400|0|0|0|0|0', "$what: the series is that of running sums");

	is($node->safe_psql('postgres', qq{
		WITH g AS (SELECT grp, span_agg(span) FILTER (WHERE i % 17 < 3) AS s FROM s GROUP BY grp)
		SELECT count(*), count(*) FILTER (WHERE overlap(clip(a.s, $within), b.s)
			IS DISTINCT FROM coalesce((SELECT sum(upper(r) - lower(r)) FROM unnest(spans(a.s) * spans(b.s) * tstzmultirange($within)) AS r), '0'))
		FROM g AS a, g AS b}),
		'25|0', "$what: the overlap is that of multiranges");

	is($node->safe_psql('postgres', q{
		WITH k AS (SELECT grp, span_agg(span) AS s FROM s GROUP BY grp)
		SELECT count(*) FILTER (WHERE concurrency_at(s, m) <> (SELECT count(*) FROM bounds WHERE bounds.grp = k.grp AND lo < hi AND lo <= m AND m < hi))
		FROM k, (SELECT '2026-03-02'::timestamptz + i * i * interval '1 s' AS m FROM generate_series(-2, 40) AS i UNION ALL SELECT '-infinity') AS moments}),
		'0', "$what: the backlog is counted right");

	is($node->safe_psql('postgres', q{
		WITH parts AS (SELECT grp, i % 4 AS part, span_agg(span) AS s FROM s GROUP BY 1, 2),
			whole AS (SELECT grp, span_agg(span) AS s FROM s GROUP BY grp)
		SELECT count(*), count(*) FILTER (WHERE rolled <> s), count(*) FILTER (WHERE summed <> s), count(*) FILTER (WHERE s - p0 - p1 - p2 <> p3),
			count(*) FILTER (WHERE s::text::span_summary <> s)
		FROM (SELECT grp, rollup(s) AS rolled,
				rollup(s) FILTER (WHERE part = 2) + rollup(s) FILTER (WHERE part = 0) + rollup(s) FILTER (WHERE part = 3) + rollup(s) FILTER (WHERE part = 1) AS summed,
				rollup(s) FILTER (WHERE part = 0) AS p0, rollup(s) FILTER (WHERE part = 1) AS p1, rollup(s) FILTER (WHERE part = 2) AS p2, rollup(s) FILTER (WHERE part = 3) AS p3
			FROM parts GROUP BY grp) AS t JOIN whole USING (grp)}),
		'5|0|0|0|0', "$what: parts merge to the whole and leave it again");

	next if $r->[0] > 5000;
	my $rows = $r->[0] > 2000 ? 1500 : $r->[0];
	for my $frame ('ROWS BETWEEN 40 PRECEDING AND CURRENT ROW', 'ROWS BETWEEN 700 PRECEDING AND 100 PRECEDING',
		'ROWS BETWEEN 3 FOLLOWING AND 300 FOLLOWING', 'ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING',
		'ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW', 'RANGE BETWEEN 100 PRECEDING AND 50 FOLLOWING')
	{
		# a volatile filter makes the server start each frame anew
		my $calls = sub {
			my ($filter) = @_;
			return qq{SELECT i, span_agg(span) $filter OVER f AS s, peak_concurrency(span) $filter OVER f AS peak,
				covered(finite) $filter OVER f AS covered, rollup(summary) $filter OVER f AS rolled
				FROM (SELECT i, span, span * $within AS finite, CASE WHEN i % 7 > 0 THEN (SELECT span_agg(x) FROM unnest(ARRAY[span, span]) AS x) END AS summary
					FROM s WHERE i <= $rows) AS t WINDOW f AS (ORDER BY i $frame)};
		};
		is($node->safe_psql('postgres', "WITH m AS MATERIALIZED (" . $calls->('') . "), r AS MATERIALIZED (" . $calls->('FILTER (WHERE random() >= 0)') . q{)
			SELECT count(*), count(*) FILTER (WHERE m.s::text <> r.s::text), count(*) FILTER (WHERE m.peak IS DISTINCT FROM r.peak),
				count(*) FILTER (WHERE m.covered IS DISTINCT FROM r.covered), count(*) FILTER (WHERE m.rolled::text <> r.rolled::text),
				count(*) FILTER (WHERE m.peak IS DISTINCT FROM peak_concurrency(m.s))
			FROM m JOIN r USING (i)}),
			"$rows|0|0|0|0|0", "$what: $frame");
	}
}

# ---------- many groups ----------

# One memory context for each group would take minutes here.
is($node->safe_psql('postgres', q{
	SELECT count(*), sum(covered), max(peak) FROM (SELECT i % 100000 AS id, covered(span), peak_concurrency(span) AS peak
		FROM (SELECT i, tstzrange(t, t + interval '1 min') AS span
			FROM (SELECT i, '2026-03-02'::timestamptz + i / 100000 * interval '30 s' AS t FROM generate_series(0, 999999) AS i) AS t) AS t
		GROUP BY 1) AS s}),
	'100000|9166:40:00|2', '100 thousand groups of 10 spans');

# ---------- one large group ----------

my $long = q{(SELECT tstzrange(t, t + interval '100 s') AS span
	FROM (SELECT '2026-01-01'::timestamptz + (i * 7919::bigint % 10000019) * interval '1 s' AS t
		FROM (SELECT generate_series(1, %d) AS i) AS i) AS t) AS spans};
my ($answer, $kilobytes) = split /\n/, $node->safe_psql('postgres', sprintf(qq{
	SELECT covered(span), peak_concurrency(span) FROM $long;
	SELECT substring(pg_read_file('/proc/self/status') FROM 'VmHWM:\\s+(\\d+)');}, 10_000_000));
# from second 1 to 100 seconds after second 10000018: the few that are missing in between leave no gap
is($answer, '2777:48:37|100', '10 million spans in one group');
SKIP: {
	skip 'needs /proc/PID/status', 1 unless -e '/proc/self/status';
	cmp_ok($kilobytes, '<', 1024 * 1024, sprintf('... in %d MB', $kilobytes / 1024));
}

# ---------- large states in parts ----------

# States too large to be flat go from workers to the leader, and read-only from
# partitions to the whole.
$node->safe_psql('postgres', q{
	CREATE TABLE many (part int, span tstzrange) PARTITION BY LIST (part);
	CREATE TABLE many0 PARTITION OF many FOR VALUES IN (0);
	CREATE TABLE many1 PARTITION OF many FOR VALUES IN (1);
	INSERT INTO many SELECT i % 2, tstzrange(t, t + i % 50 * interval '1 s')
	FROM (SELECT i, '2026-03-02'::timestamptz + (i * 7919::bigint % 1000003) * interval '1 s' AS t FROM generate_series(1, 200000) AS i) AS t;
	ANALYZE many});
my $whole = 'SELECT covered(span), peak_concurrency(span), md5(span_agg(span)::text) FROM many';
my $serial = $node->safe_psql('postgres', $whole);
my %in_parts = (
	'parallel workers' => 'SET max_parallel_workers_per_gather = 2; SET parallel_leader_participation = off; SET parallel_setup_cost = 0;
		SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;',
	'partitions' => 'SET enable_partitionwise_aggregate = on;',
);
for my $how (sort keys %in_parts)
{
	# parts made by the server's own executor, and in batches
	my %makers = (off => 'Partial Aggregate', on => 'KpiBatch');
	for my $batch (sort keys %makers)
	{
		my $settings = "$in_parts{$how} SET kpi.batch = $batch;";
		like($node->safe_psql('postgres', "$settings EXPLAIN (COSTS OFF) $whole"), qr/Finalize Aggregate.*$makers{$batch}/s, "plan by $how, batch $batch");
		is($node->safe_psql('postgres', "$settings $whole"), $serial, "200 thousand spans by $how, batch $batch");
	}
}
is($node->safe_psql('postgres', 'SELECT covered(rollup(s)), peak_concurrency(rollup(s)), md5(rollup(s)::text)
	FROM (SELECT part, span_agg(span) AS s FROM many GROUP BY part) AS parts'), $serial, '200 thousand spans by rollup');

# ---------- cancelling ----------

# Times are shown, not judged: a busy machine makes them any length.
my $most = 0;
for my $timeout (300, 1000, 2500, 4000)
{
	my $start = time;
	my ($status, $out, $err) = $node->psql('postgres', sprintf("SET statement_timeout = $timeout; SELECT length(span_agg(span)::text) FROM $long", 10_000_000));
	# a fast machine is through before the longest timeouts; none is before the first
	last if $status == 0 && $timeout > 300;
	my $late = (time - $start) * 1000 - $timeout;
	$most = $late if $late > $most;
	like($err, qr/canceling statement due to statement timeout/, "cancelled after $timeout ms");
}
note(sprintf 'a cancel took at most %d ms, connecting included', $most);

$node->stop;
done_testing();
