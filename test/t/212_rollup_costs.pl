# What a rollup costs, in marks, bytes of WAL and rows, not in time: that is
# test/bench/rollup.sql.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use KPI;
use Test::More;

my $node = kpi_node('costs', conf => "autovacuum = off\n");
$node->safe_psql('postgres', 'CREATE EXTENSION kpi_rollup');

my $difference = 'SELECT count(*) FROM ((TABLE %1$s EXCEPT ALL TABLE %1$s_direct) UNION ALL (TABLE %1$s_direct EXCEPT ALL TABLE %1$s)) AS d';

sub difference
{
	my ($name) = @_;
	return $node->safe_psql('postgres', sprintf($difference, $name));
}

# ---------- marks of a statement ----------

# Rows that come in the order of "along", up and down, and in none: a few marks a bucket, whatever the type.
my $moment = q{timestamp '2026-11-01' + i * interval '1 s'};
my %places = (
	timestamptz => "($moment) AT TIME ZONE 'UTC'",
	timestamp => $moment,
	bigint => '1000000000000 + i',
	integer => 'i',
	date => q{date '1990-01-01' + i},
	numeric => 'i + 0.25',
	'double precision' => 'i / 7.0',
	real => 'i',
	text => "to_char($moment, 'YYYY-MM-DD HH24:MI:SS')",
	'text COLLATE "C"' => "'key-' || lpad(to_hex(i), 12, '0')",
	'varchar(40)' => "to_char($moment, 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')",
	'char(20)' => "lpad(i::text, 20, '0')",
	interval => q{i * interval '1 s'},
	inet => q{'10.0.0.0'::inet + i});
my $n = 0;
my @orders = ('i', '-i', 'i * 7919 % 2003');
foreach my $type (sort keys %places)
{
	my $name = 'r' . ++$n;
	my $script = "CREATE TABLE t$n (place $type NOT NULL, bucket int NOT NULL, n int); CREATE INDEX ON t$n (place);
		CALL rollup_create('$name', 'SELECT bucket, count(*) AS rows, sum(n) AS total FROM t$n GROUP BY 1', along => 'place');";
	foreach my $order (@orders)
	{
		$script .= "INSERT INTO t$n SELECT $places{$type}, i / 1000, i FROM generate_series(1, 2000) AS i ORDER BY $order;
			SELECT marks, everything FROM rollup_status('$name'); " . sprintf($difference, $name) . "; SELECT ${name}_refresh() > 0; " . sprintf($difference, $name) . ';';
	}
	my @lines = split /\n/, $node->safe_psql('postgres', $script);
	# (of a type that we know nothing of, everything is marked instead)
	my $unknown = $type =~ /^(?:inet|interval)$/;
	foreach my $order (@orders)
	{
		my ($marks, $everything) = split /\|/, shift @lines;
		cmp_ok($marks, '<=', $unknown ? 3 * 1001 : 3 * 40, "$type ordered by $order: marks");
		is(join(' ', $unknown ? 'f' : $everything, splice(@lines, 0, 3)), 'f 0 t 0', "$type ordered by $order: right, and not everything");
	}
}

# Many buckets, in no order: one mark each, and memory for no more.
$node->safe_psql('postgres', q{CREATE TABLE many (place timestamptz NOT NULL, n int); CREATE INDEX ON many (place);
	CALL rollup_create('by_minute', $$SELECT interval_start(place, '1 min', 'UTC') AS minute, count(*) AS rows FROM many GROUP BY 1$$);
	INSERT INTO many SELECT timestamptz '2026-11-01 00:00+00' + (i * 7919 % 20011) * interval '1 min', i FROM generate_series(1, 40000) AS i});
is($node->safe_psql('postgres', q{SELECT dirty_buckets, marks FROM rollup_status('by_minute')}), '20011|20011', 'one mark a bucket');
my $memory = $node->safe_psql('postgres', q{BEGIN; INSERT INTO many SELECT timestamptz '2026-11-01 00:00+00' + (i::bigint * 7919 % 110017) * interval '1 min', i FROM generate_series(1, 120000) AS i;
	SELECT coalesce(sum(total_bytes), 0) FROM pg_backend_memory_contexts WHERE name LIKE 'kpi%'; COMMIT});
cmp_ok($memory, '>', 0, 'what is remembered of marks is seen');
cmp_ok($memory, '<', 20e6, 'and takes little memory');
is(difference('by_minute'), '0', 'and right');

# ---------- the marks themselves ----------

is($node->safe_psql('postgres', q{SELECT 'vacuum_truncate=off' = ANY (reloptions) FROM pg_class WHERE relname = 'by_minute_dirty'}), 't', 'VACUUM does not truncate the table of marks');
$node->safe_psql('postgres', 'SELECT by_minute_refresh()');
my $pages = $node->safe_psql('postgres', q{SELECT pg_relation_size('by_minute_dirty') > 0});
$node->safe_psql('postgres', 'VACUUM by_minute_dirty');
is($pages . $node->safe_psql('postgres', q{SELECT pg_relation_size('by_minute_dirty') > 0}), 'tt', 'its file stays as long as it was');

# ---------- WAL ----------

# A refresh of everything that changes nothing writes marks and traces, and no row of the store.
$node->safe_psql('postgres', q{CREATE TABLE contacts (arrived_at timestamptz NOT NULL, queue int NOT NULL, wait int, note text); CREATE INDEX ON contacts (arrived_at);
	INSERT INTO contacts SELECT timestamptz '2026-01-01 00:00+00' + i * interval '2 min', i % 10, i % 90 FROM generate_series(1, 200000) AS i;
	CALL rollup_create('hourly', $$SELECT interval_start(arrived_at, '1 h', 'UTC') AS hour, queue, queue_agg(wait, 20, true) AS calls FROM contacts GROUP BY 1, 2$$);
	VACUUM hourly_stored, hourly_extent, hourly_dirty, contacts});

sub wal_share
{
	my (@statements) = @_;
	$node->safe_psql('postgres', 'CHECKPOINT');
	# (the first change of a page after a checkpoint writes all of it; here, where there is one)
	my $before = $node->safe_psql('postgres', 'SELECT pg_current_wal_insert_lsn()');
	$node->safe_psql('postgres', $_) for @statements;
	return $node->safe_psql('postgres', "SELECT round(100.0 * pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '$before') / pg_total_relation_size('hourly_stored'), 2)");
}
cmp_ok(wal_share(q{SELECT rollup_rebuild('hourly')}), '<', 1, 'computing everything and changing nothing: less than 1 % of the store as WAL');
cmp_ok(wal_share('SELECT hourly_refresh()'), '<', 1, 'a refresh of nothing');
$node->safe_psql('postgres', q{UPDATE contacts SET note = 'x'});
cmp_ok(wal_share('SELECT hourly_refresh()'), '<', 1, 'a column that the query does not read');
$node->safe_psql('postgres', q{UPDATE contacts SET wait = wait + 1 WHERE arrived_at >= '2026-03-01 00:00+00' AND arrived_at < '2026-03-01 01:00+00'});
cmp_ok(wal_share('SELECT hourly_refresh()'), '<', 2, 'one hour');
is(difference('hourly'), '0', 'and right');

ok(!crashed($node), 'no backend crashed');
$node->stop;
done_testing();
