# What batch execution takes of memory: the peak of a backend's process with it is at most that of
# one with the server's own plan and 16 MB, and what is read again and again keeps nothing.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use KPI;
use KPI::Memory;
use PostgreSQL::Test::Utils;
use Test::More;

plan skip_all => 'needs /proc/PID/status' unless -r "/proc/$$/status";

my $node = kpi_node('memory', conf => "fsync = off\nautovacuum = off\nmax_parallel_workers_per_gather = 0\njit = off\nshared_buffers = 16MB\nsynchronize_seqscans = off\n");
$node->safe_psql('postgres', q{
	-- long texts: inline and compressed, 1.9 MB each, and out of line
	CREATE TABLE small AS SELECT i AS id, i % 2 = 0 AS ok FROM generate_series(1, 20) AS i;
	CREATE TABLE outer_rows AS SELECT i AS id, rpad(i::text, 9600, md5(i::text)) AS s FROM generate_series(1, 3000) AS i;
	CREATE TABLE big AS SELECT i AS id, i % 2 = 0 AS ok, repeat(chr(97 + i % 20), 1900000) AS b FROM generate_series(1, 300) AS i;
	CREATE TABLE big_dimension AS SELECT DISTINCT ON (left(b, 1)) repeat(chr(97 + id % 20), 300) AS k, id AS v, b FROM big;
	ALTER TABLE big_dimension ADD PRIMARY KEY (k);
	CREATE TABLE bodies (id int, q int, ok bool, body text, note text);
	ALTER TABLE bodies ALTER body SET STORAGE EXTERNAL;
	INSERT INTO bodies SELECT i, i % 5, i % 2 = 0, repeat(md5(i::text), 625), md5(i::text) FROM generate_series(1, 4000) AS i;
	CREATE TABLE notes AS SELECT i AS id, i % 2 = 0 AS ok, i % 100 AS g, md5(i::text) AS note, '2020-01-01Z'::timestamptz + i * 97 % 6000000 * interval '41 s' AS at FROM generate_series(1, 60000) AS i;
	CREATE TABLE parted (part int, g int, ok bool, wait int, t text) PARTITION BY LIST (part);
	DO $$ BEGIN FOR i IN 1..200 LOOP EXECUTE format('CREATE TABLE parted_%s PARTITION OF parted FOR VALUES IN (%1$s)', i); END LOOP; END $$;
	INSERT INTO parted SELECT i % 200 + 1, i % 997, i % 3 > 0, i % 60, 'text ' || i % 50 FROM generate_series(1, 200000) AS i;
	-- a dimension that is small as the planner sees it: all rows pass a clause of which it expects that few do
	CREATE TABLE wide_dimension AS SELECT i AS k, md5(i::text) AS b FROM generate_series(1, 300000) AS i;
	ALTER TABLE wide_dimension ADD PRIMARY KEY (k);
	CREATE TABLE visits AS SELECT i AS id, i * 7 % 320000 AS k, (i * 11 % 320000)::bigint AS k2, i % 3 > 0 AS ok, i % 10 AS g FROM generate_series(1, 330000) AS i;
	CREATE INDEX ON visits (id);
	CREATE INDEX ON parted (g);
	CREATE AGGREGATE longest(text) (SFUNC = text_larger, STYPE = text, COMBINEFUNC = text_larger, PARALLEL = SAFE);
	VACUUM ANALYZE;
	-- of which the planner knows nothing
	CREATE TABLE strange AS TABLE notes});

my $memory = KPI::Memory->new($node);

sub modest
{
	return $memory->modest(@_);
}

modest('a key made of long texts, read again and again', q{SELECT sum(x), max(length(y)) FROM outer_rows AS o, LATERAL (SELECT fcr(ok) AS x, o.s || 'x' AS y FROM small GROUP BY o.s || 'x') AS z});
modest('a constant by reference, read again and again', q{SELECT sum(x) FROM outer_rows AS o, LATERAL (SELECT fcr(ok) FILTER (WHERE length(o.s || 'x') > id) AS x FROM small WHERE id::text <> o.s || 'y') AS z});
modest('compressed texts as argument', q{SELECT fcr(b LIKE 'a%') FROM big});
modest('compressed texts in WHERE', q{SELECT fcr(ok) FROM big WHERE b LIKE 'a%'});
modest('compressed texts in FILTER', q{SELECT fcr(ok) FILTER (WHERE b LIKE 'a%') FROM big});
modest('compressed texts as key of a join', q{SELECT fcr(ok), count(v) FROM big JOIN big_dimension ON big.b = big_dimension.k});
modest('compressed texts as key', q{SELECT length(b), x FROM (SELECT b, fcr(ok) AS x FROM big GROUP BY b) AS s ORDER BY left(b, 1)});
modest('the least of compressed texts', q{SELECT fcr(ok), length(min(b)) FROM big});
modest('the least of long texts made by an expression', q{SELECT fcr(ok), length(min(b || 'x')), length(longest(b || id)) FROM big});
modest('a key that is long and made by an expression', q{SELECT sum(x), sum(length(k)) FROM (SELECT repeat(note, 1500) AS k, fcr(ok) AS x FROM strange WHERE id <= 3000 GROUP BY 1) AS s});
modest('a memo of long results', q{SELECT length(min(repeat(note, 1000))), fcr(ok) FROM notes WHERE id < 6000});
modest('a duration of long texts', q{SELECT service_level(make_interval(secs => length(body) % 100), '20 s') FROM bodies});
modest('texts out of line', q{SELECT q, fcr(body LIKE '%abcdef%'), fcr(length(body) > 500) FROM bodies WHERE body LIKE '%a%' GROUP BY q ORDER BY q});
modest('texts of which all are different', q{SELECT g, fcr(length(note) > 31), fcr(note LIKE '%a%'), min(upper(note)) FROM notes GROUP BY g ORDER BY g});
modest('moments at random', q{SELECT extract(hour FROM at), fcr(ok) FROM strange GROUP BY 1 ORDER BY 1});
modest('200 partitions', 'SELECT fcr(ok) FROM parted');
modest('200 partitions, many groups', 'SELECT sum(x), sum(y), max(z) FROM (SELECT g, fcr(ok) AS x, percentile(wait, 0.9) AS y, service_level(wait, 20, ok) AS z FROM parted GROUP BY g) AS s', "SET work_mem = '1MB'");
modest('200 partitions, texts', 'SELECT t, g % 5, fcr(ok), min(upper(t)) FROM parted GROUP BY 1, 2 ORDER BY 1, 2');

modest('200 partitions by an index', 'SELECT g, count(*), fcr(ok), nps(wait % 11) FROM parted WHERE g < 300 GROUP BY g ORDER BY g', 'SET enable_seqscan = off; SET enable_indexscan = off; SET enable_indexonlyscan = off');

# dimensions that are larger than they seem
my $outgrown = 'length(%1$s.b) + 0 = length(%1$s.b) * 1';
my $little = "SET work_mem = '1MB'; SET enable_sort = off";
modest('an outgrown dimension', sprintf("SELECT count(*), fcr(ok), min(b), max(b) FROM visits JOIN wide_dimension AS d USING (k) WHERE $outgrown", 'd'), $little);
modest('groups by an outgrown dimension', sprintf("SELECT left(b, 2), count(*), fcr(ok), min(b) FROM visits JOIN wide_dimension AS d USING (k) WHERE $outgrown GROUP BY 1 ORDER BY 1", 'd'), $little);
modest('an outgrown dimension of pages by an index', sprintf("SELECT count(*), fcr(ok), min(b), max(b) FROM visits JOIN wide_dimension AS d USING (k) WHERE visits.id BETWEEN 1000 AND 20000 AND $outgrown", 'd'), "$little; SET enable_seqscan = off; SET enable_indexscan = off");
modest('an outgrown dimension of a LEFT JOIN', sprintf("SELECT g, count(*), fcr(ok), count(b), max(b) FROM visits LEFT JOIN wide_dimension AS d ON d.k = visits.k AND $outgrown GROUP BY g ORDER BY g", 'd'), "SET work_mem = '4MB'; SET enable_sort = off");
modest('two outgrown dimensions', sprintf("SELECT g, count(*), fcr(ok), min(d.b), max(e.b) FROM visits JOIN wide_dimension AS d ON d.k = visits.k JOIN wide_dimension AS e ON e.k = visits.k2 WHERE $outgrown AND " . $outgrown =~ s/1\$/2\$/gr . ' GROUP BY g ORDER BY g', 'd', 'e'));
my $settings = "LOAD 'kpi'; SET kpi.batch_cost = always; $little;";
like($node->safe_psql('postgres', "$settings EXPLAIN (ANALYZE, TIMING OFF) " . sprintf("SELECT count(*), fcr(ok), min(b) FROM visits JOIN wide_dimension AS d ON d.k = visits.k WHERE $outgrown", 'd')), qr/Passes: \d+/, 'an outgrown dimension is read in parts');

# parts multiply: more memory keeps the passes few
sub passes
{
	my ($set, $tables) = @_;
	my $sql = "SELECT count(*), fcr(ok) FROM visits $tables";
	my ($passes) = $node->safe_psql('postgres', "$settings $set EXPLAIN (ANALYZE, TIMING OFF) $sql") =~ /Passes: (\d+)/;
	return $passes // 0;
}
my $d = sprintf("JOIN wide_dimension AS d ON d.k = visits.k AND $outgrown", 'd');
my $e = sprintf("JOIN wide_dimension AS e ON e.k = visits.k2 AND $outgrown", 'e');
my $outer = sprintf("LEFT JOIN wide_dimension AS f ON f.k = visits.id AND $outgrown", 'f');
my %passes = (
	'one outgrown dimension' => passes('', $d),
	'two outgrown dimensions' => passes('', "$d $e"),
	'two outgrown dimensions and a LEFT JOIN' => passes("SET work_mem = '4MB';", "$d $e $outer"),
	'one that is a hundred times as large as its memory' => passes("SET work_mem = '64kB';", $d));
foreach my $name (sort keys %passes)
{
	cmp_ok($passes{$name}, '>', 1, "$name: in parts");
	cmp_ok($passes{$name}, '<=', 16, "$name: in few passes");
}
unlike($node->safe_psql('postgres', "$settings SET work_mem = '64kB'; EXPLAIN SELECT count(*), fcr(ok) FROM visits $d $e"), qr/KpiBatch/, 'two that could be a hundred times as large are left to the server');
unlike($node->safe_psql('postgres', "$settings EXPLAIN " . sprintf("SELECT count(*), fcr(ok), min(b) FROM visits LEFT JOIN wide_dimension AS d ON d.k = visits.k AND $outgrown", 'd')), qr/KpiBatch/, 'nor is it of a LEFT JOIN if it could be many parts');
unlike($node->safe_psql('postgres', "$settings SET max_parallel_workers_per_gather = 2; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; EXPLAIN " . sprintf("SELECT count(*), fcr(ok), min(b) FROM visits JOIN wide_dimension AS d ON d.k = visits.k WHERE $outgrown", 'd')), qr/Parallel Custom Scan/, 'workers do not read what could outgrow their memory');

# EXPLAIN alone
my ($off) = $memory->peak('EXPLAIN SELECT fcr(ok) FROM parted WHERE wait > 3', 'SET kpi.batch = off');
my ($on) = $memory->peak('EXPLAIN SELECT fcr(ok) FROM parted WHERE wait > 3', 'SET work_mem = DEFAULT');
cmp_ok($on, '<=', $off + 8 * 1024, "EXPLAIN of 200 partitions: $on kB, $off kB without");

ok(!crashed($node), 'no crash');
$node->stop;
done_testing();
