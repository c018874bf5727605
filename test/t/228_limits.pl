# What is many: partitions, groups, dimensions, elements of a list, rows of a window. The same
# result, and a peak of the backend's memory that is at most the server's own and 16 MB.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use KPI;
use KPI::Memory;
use Test::More;

plan skip_all => 'needs /proc/PID/status' unless -r "/proc/$$/status";

my $node = kpi_node('limits', conf => "fsync = off\nautovacuum = off\nmax_parallel_workers_per_gather = 0\njit = off\nshared_buffers = 16MB\nsynchronize_seqscans = off\nmax_locks_per_transaction = 4000\n");
my $dimensions = 34;
$node->safe_psql('postgres', qq{
	CREATE TABLE parted (part int, g int, ok bool, wait int) PARTITION BY LIST (part);
	DO \$\$ BEGIN FOR i IN 0..999 LOOP EXECUTE format('CREATE TABLE parted_%s PARTITION OF parted FOR VALUES IN (%1\$s)', i); END LOOP; END \$\$;
	INSERT INTO parted SELECT i % 1000, i % 97, i % 3 > 0, i % 60 FROM generate_series(1, 50000) AS i;
	CREATE TABLE contacts AS SELECT i AS id, i % 150000 AS customer, 'customer ' || i % 150000 AS name, i % 3 > 0 AS ok, i % 60 AS wait, timestamptz '2026-01-01 00:00+00' + i * interval '7 s' AS at FROM generate_series(1, 300000) AS i;
	CREATE TABLE facts AS SELECT i AS id, i % 3 > 0 AS ok, i % 60 AS wait, } . join(', ', map { "i * $_ % 50 AS k$_" } 1 .. $dimensions) . qq{ FROM generate_series(1, 20000) AS i;
	} . join(' ', map { "CREATE TABLE d$_ AS SELECT i AS k, 'value ' || i % $_ AS v FROM generate_series(0, 49) AS i; ALTER TABLE d$_ ADD PRIMARY KEY (k);" } 1 .. $dimensions) . q{
	VACUUM ANALYZE;
	-- of which the planner knows nothing: it expects few groups
	CREATE TABLE strange AS TABLE contacts});
my $memory = KPI::Memory->new($node);

# ---------- partitions ----------

$memory->modest('1 000 partitions', 'SELECT count(*), fcr(ok), service_level(wait, 20, ok) FROM parted WHERE wait > 3');
$memory->modest('1 000 partitions, groups', 'SELECT g, fcr(ok), percentile(wait, 0.9) FROM parted GROUP BY g ORDER BY g');
$memory->modest('1 000 partitions, each for itself', 'SELECT part, fcr(ok) FROM parted GROUP BY part ORDER BY part', 'SET enable_partitionwise_aggregate = on');
foreach my $query ('SELECT fcr(ok) FROM parted WHERE wait > 3', 'SELECT g, fcr(ok) FROM parted GROUP BY g')
{
	my ($off) = $memory->peak("EXPLAIN $query", 'SET kpi.batch = off');
	my ($on) = $memory->peak("EXPLAIN $query", 'SET kpi.batch = on');
	cmp_ok($on, '<=', $off + 16 * 1024, "EXPLAIN $query: $on kB, $off kB without");
}

# ---------- groups ----------

$memory->modest('150 000 groups', 'SELECT sum(customer), sum(x), sum(n) FROM (SELECT customer, count(*) AS n, fcr(ok) AS x FROM strange GROUP BY customer) AS s');
$memory->modest('300 000 groups', 'SELECT sum(id), sum(x), max(y) FROM (SELECT id, fcr(ok) AS x, service_level(wait, 20, ok) AS y FROM strange GROUP BY id) AS s', "SET work_mem = '1MB'");
$memory->modest('150 000 groups by text', 'SELECT max(name), sum(x) FROM (SELECT name, percentile(wait, 0.9) AS x, fcr(ok) AS y FROM strange GROUP BY name) AS s');
$memory->modest('sets of groups', 'SELECT count(*), sum(x) FROM (SELECT customer, wait, fcr(ok) AS x FROM strange GROUP BY GROUPING SETS ((customer), (wait), (customer, wait), ())) AS s');

# ---------- dimensions ----------

my $joins = join ' ', map { "JOIN d$_ ON d$_.k = k$_" } 1 .. $dimensions;
my $outer = join ' ', map { "LEFT JOIN d$_ ON d$_.k = k$_ AND d$_.k < 40" } 1 .. $dimensions;
my $few = 'SET join_collapse_limit = 1';
$memory->modest("$dimensions dimensions", "SELECT d34.v, count(*), fcr(ok), " . join(', ', map { "max(d$_.v)" } 1 .. 10) . " FROM facts $joins GROUP BY 1 ORDER BY 1", $few);
$memory->modest("$dimensions dimensions, from outside", "SELECT d33.v, count(*), fcr(ok), " . join(', ', map { "min(d$_.v)" } 1 .. 10) . " FROM facts $outer GROUP BY 1 ORDER BY 1", $few);
$memory->modest('groups by 12 dimensions', 'SELECT count(*), sum(x) FROM (SELECT ' . join(', ', map { "d$_.v AS v$_" } 1 .. 12) . ', fcr(ok) AS x FROM facts ' . join(' ', map { "JOIN d$_ ON d$_.k = k$_" } 1 .. 12) . ' GROUP BY ' . join(', ', 1 .. 12) . ') AS s', $few);

# ---------- lists ----------

my $ids = join ',', map { $_ * 7 } 1 .. 10000;
my $names = join ',', map { "'customer " . $_ * 7 . "'" } 1 .. 10000;
$memory->modest('10 000 integers', "SELECT count(*), fcr(ok) FROM contacts WHERE id IN ($ids)");
$memory->modest('not 10 000 integers', "SELECT count(*), fcr(ok) FROM contacts WHERE id NOT IN ($ids)");
$memory->modest('10 000 texts', "SELECT count(*), fcr(ok) FROM contacts WHERE name IN ($names)");
$memory->modest('10 000 elements of an array', "SELECT count(*), fcr(ok) FILTER (WHERE customer = ANY ('{$ids}'::int[])) FROM contacts");
$memory->modest('300 elements in 1 000 partitions', "SELECT count(*), fcr(ok) FROM parted WHERE wait IN (" . join(',', map { $_ * 7 } 1 .. 300) . ')');
$memory->modest('1 000 branches', 'SELECT fcr(CASE ' . join(' ', map { "WHEN wait = $_ THEN ok" } 1 .. 1000) . ' END) FROM contacts');

# ---------- windows ----------

$memory->modest('a window over all', 'SELECT sum(x) FROM (SELECT fcr(ok) OVER (ORDER BY at ROWS 100 PRECEDING) AS x FROM contacts) AS w', undef, 'KpiWindow');
$memory->modest('windows of many partitions', 'SELECT sum(x), sum(y) FROM (SELECT fcr(ok) OVER w AS x, percentile(wait, 0.9) OVER w AS y FROM contacts WINDOW w AS (PARTITION BY customer ORDER BY at)) AS w', undef, 'KpiWindow');
$memory->modest('a frame without end', "SELECT sum(x) FROM (SELECT service_level(wait, 20, ok) OVER (PARTITION BY wait ORDER BY at RANGE BETWEEN CURRENT ROW AND '1 day' FOLLOWING) AS x FROM contacts) AS w", "SET work_mem = '1MB'", 'KpiWindow');
$memory->modest('long rows of windows', "SELECT max(name), max(t), sum(x) FROM (SELECT name, repeat(name, 20) AS t, fcr(ok) OVER (PARTITION BY wait ORDER BY at) AS x FROM contacts) AS w", "SET work_mem = '1MB'", 'KpiWindow');

ok(!crashed($node), 'no crash');
$node->stop;
done_testing();
