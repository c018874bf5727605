# What is dirty is looked up in the index of the marks, for the buckets that a reader
# asks for: the view gives what the query gives, whatever is asked, in whatever order.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use KPI;
use Test::More;

my $node = kpi_node('marks', conf => "autovacuum = off\njit = off\n");
my $psql = 'psql -X -q -d "' . $node->connstr('postgres') . '"';

# Hours by moment, days by date, numbers; texts have no index.
my %buckets = (
	hours => [ q{interval_start(at, '1 h', 'Europe/Istanbul')}, "timestamptz '2026-01-01 00:00+03'", "interval '1 h'" ],
	days => [ q{(at AT TIME ZONE 'UTC')::date}, "date '2026-01-01'", '1' ],
	numbers => [ 'n / 20', '0', '1' ],
	texts => [ q{(n / 20)::text}, "'0'", undef ]);
$node->safe_psql('postgres', q{
	CREATE EXTENSION kpi_rollup;
	CREATE TABLE contacts (at timestamptz NOT NULL, n int NOT NULL, queue int NOT NULL, wait int);
	CREATE INDEX ON contacts (at);
	CREATE INDEX ON contacts (n);
	INSERT INTO contacts SELECT timestamptz '2026-01-01 00:00+03' + i * interval '3 min', i, i % 3, i % 90 FROM generate_series(0, 5999) AS i});
foreach my $name (sort keys %buckets)
{
	my $along = $name =~ /numbers|texts/ ? 'n' : 'at';
	$node->safe_psql('postgres', "CALL rollup_create('$name', \$\$SELECT $buckets{$name}[0] AS bucket, queue, count(*) AS rows, sum(wait) AS waited FROM contacts GROUP BY 1, 2\$\$, bucket => 'bucket', along => '$along')");
}
is($node->safe_psql('postgres', q{SELECT string_agg(indrelid::regclass::text, ' ' ORDER BY indrelid::regclass::text) FROM pg_index WHERE indrelid::regclass::text LIKE '%\_dirty'}),
	'days_dirty hours_dirty numbers_dirty', 'the marks have an index where buckets are numbers');

# What a reader may ask: "%s" is a bucket, counted from the first
sub questions
{
	my ($name) = @_;
	my (undef, $first, $step) = @{ $buckets{$name} };
	return ('true', "bucket = '7'", "bucket = ANY ('{1,20,9999}')", "bucket > '5' AND queue = 1", "bucket LIKE '1%'") if !defined $step;
	my $bucket = sub { "($first + $_[0] * $step)" };
	my @asked = ('true', 'queue = 1', 'bucket IS NOT NULL',
		"bucket = " . $bucket->(10),
		$bucket->(20) . ' <= bucket AND bucket < ' . $bucket->(44),
		'bucket BETWEEN ' . $bucket->(100) . ' AND ' . $bucket->(101),
		'bucket > ' . $bucket->(90) . ' AND bucket <> ' . $bucket->(95),
		'bucket < ' . $bucket->(3),
		'bucket IN (' . join(', ', map { $bucket->($_) } 5, 50, 2000, 100000) . ')',
		'bucket > ' . $bucket->(50) . ' AND bucket < ' . $bucket->(40),
		'(bucket = ' . $bucket->(6) . ' OR queue = 2)');
	push @asked, "bucket >= timestamp '2026-01-10 12:00' AND bucket < timestamp '2026-01-15 00:00'" if $name ne 'numbers';
	push @asked, "bucket >= 30::bigint AND bucket < 33::smallint" if $name eq 'numbers';
	return @asked;
}

sub right
{
	my ($state, @settings) = @_;
	my $settings = join '', map { "SET $_;\n" } @settings;
	foreach my $name (sort keys %buckets)
	{
		my $sum = "SELECT coalesce(md5(string_agg(r::text, ' ' ORDER BY r::text)), '-')";
		my @questions = questions($name);
		my $script = join '', map { "$sum AS sum$_ FROM direct AS r WHERE $questions[$_] \\gset\n" } 0 .. $#questions;
		$script = "CREATE TEMP TABLE direct AS TABLE ${name}_direct;\n$script$settings";
		my @asked;
		foreach my $n (0 .. $#questions)
		{
			my $asked = $questions[$n];
			foreach my $order ('', 'ORDER BY bucket DESC, queue', $asked eq 'true' ? 'ORDER BY md5(bucket::text)' : ())
			{
				push @asked, "$asked $order";
				$script .= "$sum = :'sum$n' FROM (SELECT * FROM $name WHERE $asked $order) AS r;\n";
			}
		}
		my @equal = split /\n/, $node->safe_psql('postgres', $script);
		is(join("\n", map { "$asked[$_]: $equal[$_]" } grep { $equal[$_] ne 't' } 0 .. $#asked), '', "$state: $name");
	}
}

right('clean');
$node->safe_psql('postgres', 'UPDATE contacts SET wait = wait + 1 WHERE n % 100 = 7');
right('a few in each of many buckets');
$node->safe_psql('postgres', 'UPDATE contacts SET wait = wait + 1') for 1 .. 3;
cmp_ok($node->safe_psql('postgres', q{SELECT pg_relation_size('hours_dirty') / 8192}), '>', 4, 'too many marks to read all of them');
right('all dirty');
right('all dirty, by index', 'enable_seqscan = off', 'enable_bitmapscan = off', 'enable_sort = off');
right('all dirty, in parallel', 'parallel_setup_cost = 0', 'parallel_tuple_cost = 0', 'min_parallel_table_scan_size = 0');
right('all dirty, serializable', q{default_transaction_isolation = 'serializable'});

# Marks that are taken stay in the index until VACUUM.
$node->safe_psql('postgres', "SELECT ${_}_refresh(50)") for sort keys %buckets;
right('the newest are clean');
$node->safe_psql('postgres', "SELECT ${_}_refresh()") for sort keys %buckets;
right('all were dirty');
$node->safe_psql('postgres', "UPDATE contacts SET wait = wait + 1 WHERE n BETWEEN 900 AND 1000");
right('few dirty among marks that are gone');
my ($first, $second) = split /\n/, $node->safe_psql('postgres', q{
	BEGIN ISOLATION LEVEL REPEATABLE READ;
	SELECT md5(string_agg(h::text, ' ' ORDER BY h)) FROM hours AS h;
	\! } . $psql . q{ -c "UPDATE contacts SET wait = wait + 1 WHERE n BETWEEN 2000 AND 4000" -c "SELECT hours_refresh()" -c "VACUUM hours_dirty" >/dev/null
	SELECT md5(string_agg(h::text, ' ' ORDER BY h)) FROM hours AS h;
	COMMIT});
is($second, $first, 'an older snapshot sees the older marks');
$node->safe_psql('postgres', 'VACUUM hours_dirty, days_dirty, numbers_dirty');
right('after VACUUM');

# One bucket with many marks, of many transactions
$node->safe_psql('postgres', join ';', ('UPDATE contacts SET wait = wait + 1 WHERE n = 1500') x 800);
right('many marks of one bucket');

# Within a transaction that writes, and rolls some back
$node->safe_psql('postgres', q{CREATE TABLE seen AS SELECT 0 AS n});
is($node->safe_psql('postgres', q{
	BEGIN;
	UPDATE contacts SET wait = wait + 1 WHERE n % 40 = 3;
	SAVEPOINT s;
	DELETE FROM contacts WHERE n % 50 < 20;
	SELECT count(*) FROM ((TABLE hours EXCEPT ALL TABLE hours_direct) UNION ALL (TABLE hours_direct EXCEPT ALL TABLE hours)) AS d;
	ROLLBACK TO s;
	SELECT count(*) FROM ((TABLE hours EXCEPT ALL TABLE hours_direct) UNION ALL (TABLE hours_direct EXCEPT ALL TABLE hours)) AS d;
	COMMIT}), "0\n0", 'what this transaction has written');
right('then committed');

# A cursor sees what was there when it was opened.
is($node->safe_psql('postgres', q{
	SELECT md5(string_agg(h::text, ' ' ORDER BY bucket, queue)) FROM hours AS h \gset
	BEGIN;
	DECLARE c CURSOR FOR SELECT h::text AS h FROM hours AS h;
	CREATE TEMP TABLE fetched (h text);
	DO $$ DECLARE row text; c refcursor := 'c'; BEGIN FOR i IN 1..100 LOOP FETCH c INTO row; INSERT INTO fetched VALUES (row); END LOOP; END $$;
	UPDATE contacts SET wait = wait + 1;
	SELECT hours_refresh() > 0;
	DO $$ DECLARE row text; c refcursor := 'c'; BEGIN LOOP FETCH c INTO row; EXIT WHEN NOT FOUND; INSERT INTO fetched VALUES (row); END LOOP; END $$;
	COMMIT;
	SELECT md5(string_agg(h, ' ' ORDER BY h::hours_stored)) = :'md5' FROM fetched;
	}), "t\nt", 'a cursor') or diag('see above');

# What a cursor computes is not put beside what the store gave if a partition was truncated in between.
$node->safe_psql('postgres', q{
	CREATE TABLE parts (at timestamptz NOT NULL, n int) PARTITION BY RANGE (at);
	CREATE TABLE p1 PARTITION OF parts FOR VALUES FROM ('2026-01-01 00:00+00') TO ('2026-02-01 00:00+00');
	CREATE TABLE p2 PARTITION OF parts FOR VALUES FROM ('2026-02-01 00:00+00') TO ('2026-03-01 00:00+00');
	CREATE TABLE p3 PARTITION OF parts FOR VALUES FROM ('2026-03-01 00:00+00') TO ('2026-04-01 00:00+00');
	CREATE INDEX ON parts (at);
	INSERT INTO parts SELECT timestamptz '2026-01-15 00:00+00' + i * interval '6 h', i FROM generate_series(1, 280) AS i;
	CALL rollup_create('parted', $$SELECT interval_start(at, '1 d', 'UTC') AS day, count(*) AS rows, sum(n) AS total FROM parts GROUP BY 1$$);
	UPDATE p2 SET n = n + 1 WHERE n % 20 = 1});
sub around
{
	my ($change) = @_;
	return $node->psql('postgres', qq{
		BEGIN;
		DECLARE c CURSOR FOR SELECT p::text FROM parted AS p;
		FETCH 1 FROM c;
		\\! $psql -c "$change"
		FETCH ALL FROM c;
		COMMIT});
}
my $rows = $node->safe_psql('postgres', 'SELECT p::text FROM parted AS p');
my (undef, $read, $error) = around(q{TRUNCATE p3; CREATE TABLE p4 PARTITION OF parts FOR VALUES FROM ('2026-04-01 00:00+00') TO ('2026-05-01 00:00+00')});
is(join("\n", sort split /\n/, $read), join("\n", sort split /\n/, $rows), 'a partition that nothing is computed of is truncated, and a new one made');
is($error, '', 'no error');
(undef, undef, $error) = around('TRUNCATE p2');
like($error, qr/ERROR:  the tables of the rollup have changed while it was read/, 'a partition is truncated of which some is stored and some computed');
is($node->safe_psql('postgres', 'SELECT count(*) FROM ((TABLE parted EXCEPT ALL TABLE parted_direct) UNION ALL (TABLE parted_direct EXCEPT ALL TABLE parted)) AS d; SELECT count(*) FROM parted'), "0\n17", 'read again: right');

# Marks that were not made as marks are
$node->safe_psql('postgres', "INSERT INTO ${_}_dirty (bucket, lo, hi, marked_at) SELECT bucket, NULL, NULL, now() FROM ${_}_extent LIMIT 3") for sort keys %buckets;
right('marks without a place');
$node->safe_psql('postgres', "INSERT INTO ${_}_dirty (bucket, lo, hi, marked_at) VALUES (NULL, NULL, NULL, now())") for sort keys %buckets;
right('a mark of everything');
$node->safe_psql('postgres', "SELECT ${_}_refresh()") for sort keys %buckets;
right('refreshed');

# Other indexes, and none
foreach my $index ('', 'CREATE INDEX ON %s (bucket DESC)', 'CREATE INDEX ON %s (lo)', 'CREATE UNIQUE INDEX ON %s (bucket, lo, hi, marked_at)',
	'CREATE INDEX ON %s (bucket) WHERE bucket IS NULL', 'CREATE INDEX ON %s USING hash (bucket)', 'CREATE INDEX ON %s (bucket)')
{
	$node->safe_psql('postgres', q{DO $$ DECLARE i regclass; BEGIN FOR i IN SELECT indexrelid FROM pg_index WHERE indrelid IN ('hours_dirty'::regclass, 'numbers_dirty'::regclass)
		LOOP EXECUTE format('DROP INDEX %s', i); END LOOP; END $$; } . join ';', map { $index =~ s/%s/$_/r } 'hours_dirty', 'numbers_dirty');
	$node->safe_psql('postgres', 'UPDATE contacts SET wait = wait + 1');
	right($index eq '' ? 'no index' : $index);
	$node->safe_psql('postgres', 'SELECT hours_refresh(), numbers_refresh()');
}

ok(!crashed($node), 'no backend crashed');
$node->stop;
done_testing();
