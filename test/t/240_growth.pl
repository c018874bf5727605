# A session that executes a great many queries does not grow: memory is counted after the
# first thousand and at the end, errors, cursors, savepoints and rollups among them.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use KPI;
use Test::More;

my $executions = $ENV{KPI_GROWTH} // 10000;
my $node = kpi_node('growth', conf => "fsync = off\nautovacuum = off\nmax_parallel_workers_per_gather = 0\n");
$node->safe_psql('postgres', q{
	CREATE TABLE contacts AS SELECT i AS id, i % 5 AS queue, (i * 37 % 120)::integer AS wait, i % 3 > 0 AS answered, i % 11 AS score, repeat('n', i % 50) AS note, i % 200 - 1 AS z
	FROM generate_series(1, 400) AS i;
	CREATE TABLE queues AS SELECT i AS queue, 'site ' || i % 2 AS site FROM generate_series(0, 4) AS i;
	ALTER TABLE queues ADD PRIMARY KEY (queue);
	CREATE EXTENSION kpi_rollup; CREATE TABLE marked (at timestamptz PRIMARY KEY, ok boolean);
	INSERT INTO marked SELECT '2026-01-01 00:00+00'::timestamptz + i * interval '7 min', i % 3 > 0 FROM generate_series(1, 200) AS i;
	CALL rollup_create('hourly', $$SELECT interval_start(at, '1 h', 'UTC') AS hour, fcr(ok) AS fcr, count(*) AS n FROM marked GROUP BY 1$$);
	ANALYZE});
my %loops = (
	'groups' => "PERFORM queue, fcr(answered), percentile(wait, 0.9) FROM contacts WHERE wait > n % 50 GROUP BY 1",
	'joins and texts' => "PERFORM site, note, nps(score::integer) FILTER (WHERE wait < n % 100) FROM contacts JOIN queues USING (queue) GROUP BY 1, 2",
	'errors' => "BEGIN PERFORM fcr(answered AND 1 / (z - n % 2) > 0) FROM contacts; EXCEPTION WHEN division_by_zero THEN NULL; END",
	'plans made anew' => "EXECUTE 'SELECT aht(wait + ' || n || ') FROM contacts'",
	'cursors' => "OPEN c FOR SELECT queue, asa(wait, answered) FROM contacts GROUP BY 1; FETCH c INTO r; CLOSE c",
	'rollups' => "UPDATE marked SET ok = n % 2 = 0 WHERE at = '2026-01-01 00:07+00'::timestamptz + n % 200 * interval '7 min'; PERFORM sum(h.n) FROM hourly AS h; COMMIT; IF n % 10 = 0 THEN PERFORM hourly_refresh(); COMMIT; END IF",
	'windows' => "PERFORM count(x) FROM (SELECT fcr(answered) OVER (PARTITION BY queue ORDER BY id ROWS 5 PRECEDING) AS x FROM contacts WHERE id < 60) AS w",
);
foreach my $what (sort keys %loops)
{
	# what the memory contexts of the backend hold; files and code that are read in are not its own
	my $used = 'SELECT sum(total_bytes) FROM pg_backend_memory_contexts';
	my $times = int($executions / keys %loops);
	my $loop = sub { my ($first, $last) = @_; "DO \$\$ DECLARE c refcursor; r record; BEGIN FOR n IN $first .. $last LOOP $loops{$what}; END LOOP; END \$\$" };
	my ($before, $after) = split /\n/, $node->safe_psql('postgres', join ';', "LOAD 'kpi'; SET kpi.batch_cost = always; SET kpi.window_cost = always", $loop->(1, 500), $used, $loop->(501, 500 + $times), $used);
	cmp_ok($after, '<', $before + 256 * 1024, "$what: no growth in $times executions") or diag "$before bytes after 500, $after in the end";
	note "$what: $before, $after";
}
ok(!crashed($node), 'no crash');
$node->stop;
done_testing();
