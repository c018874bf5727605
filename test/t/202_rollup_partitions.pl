# Rollups over a partitioned table, whose partitions are written by name, come,
# go, and come back changed; on a standby, and on a subscriber of another server.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use KPI;
use Test::More;

my $node = kpi_node('partitions', init => { allows_streaming => 'logical' });
my $make = q{
	CREATE EXTENSION kpi_rollup;
	CREATE TABLE queues (queue text PRIMARY KEY, threshold int NOT NULL);
	INSERT INTO queues VALUES ('calls', 20), ('mail', 60);
	CREATE TABLE contacts (contact_id int NOT NULL, arrived_at timestamptz NOT NULL, queue text NOT NULL, wait int, answered boolean,
		PRIMARY KEY (contact_id, arrived_at, queue)) PARTITION BY RANGE (arrived_at);
	CREATE INDEX ON contacts (arrived_at);
	CREATE TABLE october PARTITION OF contacts FOR VALUES FROM ('2026-10-01 00:00+00') TO ('2026-11-01 00:00+00');
	-- its columns in another order, and one dropped
	CREATE TABLE november (answered boolean, gone int, wait int, queue text NOT NULL, arrived_at timestamptz NOT NULL, contact_id int NOT NULL);
	ALTER TABLE november DROP COLUMN gone;
	ALTER TABLE contacts ATTACH PARTITION november FOR VALUES FROM ('2026-11-01 00:00+00') TO ('2026-12-01 00:00+00');
	CREATE TABLE december PARTITION OF contacts FOR VALUES FROM ('2026-12-01 00:00+00') TO ('2027-01-01 00:00+00') PARTITION BY LIST (queue);
	CREATE TABLE december_calls PARTITION OF december FOR VALUES IN ('calls');
	CREATE TABLE december_rest PARTITION OF december DEFAULT;
	INSERT INTO contacts SELECT i, '2026-10-20 00:00+00'::timestamptz + i * interval '47 min', CASE WHEN i % 3 = 0 THEN 'mail' ELSE 'calls' END, i % 90, i % 7 > 0
		FROM generate_series(1, 2000) AS i;
	CALL rollup_create('hourly', $$SELECT interval_start(arrived_at, '1 h', 'Europe/Istanbul') AS hour, queue,
		queue_agg(wait, threshold, answered) AS calls FROM contacts JOIN queues USING (queue) GROUP BY 1, 2$$)};
$node->safe_psql('postgres', $make);
my $difference = 'SELECT count(*) FROM ((TABLE hourly EXCEPT ALL TABLE hourly_direct) UNION ALL (TABLE hourly_direct EXCEPT ALL TABLE hourly)) AS d';

sub right
{
	my ($name, @statements) = @_;
	$node->safe_psql('postgres', $_) for @statements;
	my ($before, undef, $after) = split /\n/, $node->safe_psql('postgres', "SET client_min_messages = error; $difference; SELECT hourly_refresh(); $difference");
	is("$before, $after", '0, 0', "$name: right");
}

sub status
{
	return $node->safe_psql('postgres', q{SELECT dirty_buckets, everything, coalesce(switched_off, '-') FROM rollup_status('hourly')});
}

right('created');
is(status(), '0|f|-', 'nothing dirty');
$node->safe_psql('postgres', q{UPDATE contacts SET wait = 100 WHERE contact_id IN (1, 700, 1999)});
is(status(), '3|f|-', 'written by the name of the table');
right('written by the name of the table');
$node->safe_psql('postgres', q{UPDATE october SET wait = 200 WHERE contact_id = 1; UPDATE november SET wait = 200 WHERE contact_id = 700; UPDATE december_calls SET wait = 200 WHERE contact_id = 1999});
is(status(), '3|f|-', 'written by the names of partitions');
right('written by the names of partitions');
right('rows move between partitions', q{UPDATE contacts SET arrived_at = arrived_at + interval '1 month' WHERE contact_id % 50 = 1 AND arrived_at < '2026-11-25'; UPDATE contacts SET queue = 'mail' WHERE contact_id > 1990});
right('COPY into a partition', q{COPY november FROM PROGRAM 'echo "t	5	calls	2026-11-05 05:00+00	5000"'});
right('a new partition', q{CREATE TABLE january PARTITION OF contacts FOR VALUES FROM ('2027-01-01 00:00+00') TO ('2027-02-01 00:00+00')});
right('written', q{INSERT INTO contacts VALUES (6000, '2027-01-05 00:00+00', 'calls', 5, true); INSERT INTO january VALUES (6001, '2027-01-05 00:00+00', 'mail', 5, true)});
right('ATTACH', q{CREATE TABLE september (LIKE contacts INCLUDING ALL);
	INSERT INTO september SELECT i, '2026-09-20 00:00+00'::timestamptz + i * interval '1 h', 'calls', 3, true FROM generate_series(1, 100) AS i},
	q{ALTER TABLE contacts ATTACH PARTITION september FOR VALUES FROM ('2026-09-01 00:00+00') TO ('2026-10-01 00:00+00')});
right('DETACH', 'ALTER TABLE contacts DETACH PARTITION october');
right('ATTACH of what was changed meanwhile', q{UPDATE october SET wait = 77; DELETE FROM october WHERE contact_id < 40;
	ALTER TABLE contacts ATTACH PARTITION october FOR VALUES FROM ('2026-10-01 00:00+00') TO ('2026-11-01 00:00+00')});
right('DETACH, changed, ATTACH with no refresh between', q{ALTER TABLE contacts DETACH PARTITION october; UPDATE october SET wait = 78;
	ALTER TABLE contacts ATTACH PARTITION october FOR VALUES FROM ('2026-10-01 00:00+00') TO ('2026-11-01 00:00+00')});
right('DETACH CONCURRENTLY', 'ALTER TABLE contacts DETACH PARTITION september CONCURRENTLY');
right('below a partition', q{ALTER TABLE december DETACH PARTITION december_calls; UPDATE december_calls SET wait = 4;
	ALTER TABLE december ATTACH PARTITION december_calls FOR VALUES IN ('calls')});
right('TRUNCATE of a partition', 'TRUNCATE october');
right('TRUNCATE of a partition of a partition', 'TRUNCATE december_rest');
right('filled again', q{INSERT INTO october SELECT i, '2026-10-20 00:00+00'::timestamptz + i * interval '47 min', 'mail', i % 90, true FROM generate_series(1, 200) AS i});
right('TRUNCATE twice in a transaction that refreshes', q{BEGIN; TRUNCATE october; INSERT INTO october VALUES (1, '2026-10-20 00:00+00', 'mail', 1, true); SELECT hourly_refresh(); TRUNCATE october; COMMIT});
right('DROP of a partition', 'DROP TABLE january');
$node->safe_psql('postgres', 'ALTER TABLE november DISABLE TRIGGER USER');
is(status(), '0|t|trigger "0rollup_hourly" on public.november', 'a trigger of a partition that is switched off');
right('switched off', 'UPDATE november SET wait = 5');
right('and on', 'UPDATE november SET wait = 6; ALTER TABLE november ENABLE ALWAYS TRIGGER "0rollup_hourly"');
is(status(), '0|f|-', 'as before');

# What comes, goes or loses its rows concerns its own range alone: elsewhere the store is read, right or wrong.
sub concerns
{
	my ($name, $hours, $statement) = @_;
	$node->safe_psql('postgres', 'SELECT hourly_refresh()');
	my $expected = $hours =~ /^\d+$/ ? $hours : $node->safe_psql('postgres', "SELECT count(*) FROM hourly_extent WHERE $hours");
	$node->safe_psql('postgres', $statement);
	is(status(), "$expected|f|-", "$name: dirty in its own range");
	is($node->safe_psql('postgres', qq{BEGIN; DELETE FROM hourly_stored WHERE hour >= '2026-12-20 00:00+00' AND hour < '2026-12-20 01:00+00';
		SELECT count(*) FROM hourly WHERE hour >= '2026-12-20 00:00+00' AND hour < '2026-12-20 01:00+00';
		SELECT count(*) > 0 FROM hourly_direct WHERE hour >= '2026-12-20 00:00+00' AND hour < '2026-12-20 01:00+00'; ROLLBACK}), "0\nt", "$name: elsewhere the store is read");
	right($name);
	is(status(), '0|f|-', "$name: then nothing is dirty");
}
$node->safe_psql('postgres', q{INSERT INTO october SELECT i, '2026-10-02 00:00+00'::timestamptz + i * interval '47 min', 'mail', i % 90, true FROM generate_series(1, 200) AS i ON CONFLICT DO NOTHING;
	INSERT INTO december VALUES (8000, '2026-12-20 00:30+00', 'calls', 5, true)});
concerns('an empty partition', 0, q{CREATE TABLE february PARTITION OF contacts FOR VALUES FROM ('2027-02-01 00:00+00') TO ('2027-03-01 00:00+00')});
$node->safe_psql('postgres', q{INSERT INTO contacts VALUES (6002, '2027-02-05 00:00+00', 'calls', 5, true), (6003, '2027-02-28 23:59:59+00', 'mail', 5, true)});
is(status(), '2|f|-', 'rows of the new partition');
concerns('TRUNCATE of one', q{hi < '2026-11-01'}, 'TRUNCATE october');
concerns('DROP of one', 2, 'DROP TABLE february');
concerns('DETACH of one', q{lo < '2026-12-01' AND hi >= '2026-11-01'}, 'ALTER TABLE contacts DETACH PARTITION november; UPDATE november SET wait = 8');
concerns('ATTACH of one with rows', q{lo < '2026-12-01' AND hi >= '2026-11-01'}, q{ALTER TABLE contacts ATTACH PARTITION november FOR VALUES FROM ('2026-11-01 00:00+00') TO ('2026-12-01 00:00+00')});
concerns('DETACH and ATTACH of one', q{lo < '2026-12-01' AND hi >= '2026-11-01'}, q{ALTER TABLE contacts DETACH PARTITION november; UPDATE november SET wait = 9 WHERE contact_id % 3 = 1;
	DELETE FROM november WHERE contact_id % 50 = 1; INSERT INTO november (contact_id, arrived_at, queue, wait, answered) VALUES (9100, '2026-11-30 23:59:59+00', 'mail', 3, true);
	ALTER TABLE contacts ATTACH PARTITION november FOR VALUES FROM ('2026-11-01 00:00+00') TO ('2026-12-01 00:00+00')});
concerns('VACUUM FULL of one', q{lo < '2026-12-01' AND hi >= '2026-11-01'}, 'VACUUM FULL november');
$node->safe_psql('postgres', 'ALTER TABLE november DISABLE TRIGGER USER; UPDATE november SET wait = 10; ALTER TABLE november ENABLE ALWAYS TRIGGER "0rollup_hourly"');
is(status() =~ s/^[1-9]\d*/some/r, 'some|f|-', 'the triggers of one, off for a while: dirty in its own range');
right('the triggers of one, off for a while');
$node->safe_psql('postgres', q{TRUNCATE october; DROP TABLE september; SELECT hourly_refresh(1)});
is($node->safe_psql('postgres', $difference), '0', 'some of what a partition left is refreshed');
right('and the rest');

# A dimension may be partitioned by a column of the same name: that says nothing of contacts.
$node->safe_psql('postgres', q{CREATE TABLE holidays (arrived_at timestamptz PRIMARY KEY, name text) PARTITION BY RANGE (arrived_at);
	CREATE TABLE holidays_2026 PARTITION OF holidays FOR VALUES FROM ('2026-01-01 00:00+00') TO ('2027-01-01 00:00+00');
	CREATE TABLE holidays_2027 PARTITION OF holidays FOR VALUES FROM ('2027-01-01 00:00+00') TO ('2028-01-01 00:00+00');
	INSERT INTO holidays VALUES ('2027-01-01 00:00+00', 'new year')});
$node->safe_psql('postgres', q{CALL rollup_create('by_holiday', $$SELECT interval_start(arrived_at, '1 h', 'UTC') AS hour, count(*) AS contacts, count(h.name) AS of_holidays
	FROM contacts LEFT JOIN (SELECT name FROM holidays) AS h ON true GROUP BY 1$$)});
$node->safe_psql('postgres', 'DROP TABLE holidays_2027');
is($node->safe_psql('postgres', q{SELECT everything FROM rollup_status('by_holiday'); SELECT count(*) FROM (TABLE by_holiday EXCEPT TABLE by_holiday_direct) AS d}), "t\n0", 'a partition of a dimension is everything');
$node->safe_psql('postgres', q{CALL rollup_drop('by_holiday')});

# DETACH CONCURRENTLY that waits: from then on new queries do not see the partition.
my $reader = $node->background_psql('postgres');
SKIP:
{
	skip 'needs query_safe of PostgreSQL::Test', 2 unless $reader->can('query_safe');
	$reader->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM contacts');
	my $detach = IPC::Run::start([ 'psql', '-X', '-q', '-d', $node->connstr('postgres'), '-c', 'ALTER TABLE contacts DETACH PARTITION november CONCURRENTLY' ]);
	$node->poll_query_until('postgres', 'SELECT bool_or(inhdetachpending) FROM pg_inherits');
	is($node->safe_psql('postgres', $difference), '0', 'detaching: a new reader');
	is($reader->query_safe($difference), '0', 'detaching: the old one');
	$node->safe_psql('postgres', 'SELECT hourly_refresh()');
	is($node->safe_psql('postgres', $difference), '0', 'detaching: after a refresh');
	is($reader->query_safe($difference), '0', 'detaching: the old one after it');
	$reader->query_safe('COMMIT');
	$detach->finish;
	right('detached');
	# TRUNCATE and DROP in the eyes of a transaction that began before
	$node->safe_psql('postgres', q{CREATE TABLE march PARTITION OF contacts FOR VALUES FROM ('2027-03-01 00:00+00') TO ('2027-04-01 00:00+00');
		INSERT INTO contacts VALUES (6004, '2027-03-05 00:00+00', 'calls', 5, true); INSERT INTO october VALUES (9200, '2026-10-05 00:00+00', 'mail', 3, true)});
	$node->safe_psql('postgres', 'SELECT hourly_refresh()');
	$reader->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM queues');
	$node->safe_psql('postgres', 'TRUNCATE october; DROP TABLE march');
	is($reader->query_safe($difference), '0', 'partitions that are gone, in the eyes of an old transaction');
	$node->safe_psql('postgres', 'SELECT hourly_refresh()');
	is($reader->query_safe($difference), '0', 'also after a refresh');
	$reader->query_safe('COMMIT');
	# ATTACH after a transaction began whose refresh does not see what the table got before
	$reader->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM queues');
	$node->safe_psql('postgres', q{UPDATE november SET wait = 55; ALTER TABLE contacts ATTACH PARTITION november FOR VALUES FROM ('2026-11-01 00:00+00') TO ('2026-12-01 00:00+00')});
	$reader->query_safe('SET client_min_messages = error; SELECT hourly_refresh()');
	is($reader->query_safe($difference), '0', 'a refresh of an old snapshot');
	$reader->query_safe('COMMIT');
	is($node->safe_psql('postgres', $difference), '0', 'is not taken for more than it is');
	right('and the next');
	# A partition that comes after the refresh has looked at the traces, is read by it, and goes again
	$node->safe_psql('postgres', q{CREATE TABLE thirds_of (at timestamptz NOT NULL, n int NOT NULL) PARTITION BY RANGE (at); CREATE INDEX ON thirds_of (at);
		CREATE TABLE first PARTITION OF thirds_of FOR VALUES FROM ('2026-01-01 00:00+00') TO ('2026-02-01 00:00+00');
		CREATE TABLE between PARTITION OF thirds_of FOR VALUES FROM ('2026-02-01 00:00+00') TO ('2026-03-01 00:00+00');
		CREATE TABLE last PARTITION OF thirds_of FOR VALUES FROM ('2026-03-01 00:00+00') TO ('2026-04-01 00:00+00');
		INSERT INTO thirds_of SELECT '2026-01-01 00:00+00'::timestamptz + i * interval '1 h', i % 3 FROM generate_series(1, 2000) AS i; ALTER TABLE thirds_of DETACH PARTITION between});
	$node->safe_psql('postgres', q{CALL rollup_create('thirds', 'SELECT n, count(*) AS rows FROM thirds_of GROUP BY 1', along => 'at')});
	foreach my $mark (q{INSERT INTO thirds_of VALUES ('2026-03-20 00:00+00', 1)}, 'INSERT INTO thirds_dirty (marked_at) VALUES (now())')
	{
		my $holder = $node->background_psql('postgres');
		$reader->query_safe('SELECT count(*) FROM thirds');
		$node->safe_psql('postgres', $mark);
		$holder->query_safe('BEGIN; LOCK TABLE thirds_dirty IN ACCESS EXCLUSIVE MODE');
		$reader->query_until(qr/begun/, "\\echo begun\nSELECT thirds_refresh();\n");
		$node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_stat_activity WHERE query LIKE 'SELECT thirds_refresh%' AND wait_event_type = 'Lock'});
		$holder->query_safe(q{ALTER TABLE thirds_of ATTACH PARTITION between FOR VALUES FROM ('2026-02-01 00:00+00') TO ('2026-03-01 00:00+00'); COMMIT});
		$reader->query_safe('SELECT 1');
		$holder->quit;
		$node->safe_psql('postgres', 'ALTER TABLE thirds_of DETACH PARTITION between');
		is($node->safe_psql('postgres', 'SELECT count(*) FROM (TABLE thirds EXCEPT TABLE thirds_direct) AS d'), '0', "a partition that was there for the time of a refresh: $mark");
		$node->safe_psql('postgres', 'SELECT thirds_refresh()');
	}
	$node->safe_psql('postgres', q{CALL rollup_drop('thirds')});
}
$reader->quit;

# ---------- a standby ----------

$node->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($node, 'base', has_streaming => 1);
$standby->start;
$node->safe_psql('postgres', 'UPDATE november SET wait = 9 WHERE contact_id % 5 = 0');
$node->wait_for_catchup($standby);
is($standby->safe_psql('postgres', $difference), '0', 'a standby, with marks');
$node->safe_psql('postgres', 'SELECT hourly_refresh(3)');
$node->wait_for_catchup($standby);
is($standby->safe_psql('postgres', $difference), '0', 'some refreshed');
$node->safe_psql('postgres', 'SELECT hourly_refresh()');
$node->wait_for_catchup($standby);
is($standby->safe_psql('postgres', "$difference; SELECT everything FROM rollup_status()"), "0\nf", 'refreshed');
my ($ret, $out, $err) = $standby->psql('postgres', 'SELECT hourly_refresh()');
like($err, qr/read-only|during recovery/, 'a standby does not refresh');
$standby->stop;

# ---------- logical replication: the subscriber has a rollup ----------

my $subscriber = kpi_node('subscriber');
$subscriber->safe_psql('postgres', $make . '; TRUNCATE contacts, queues; SELECT hourly_refresh(); ALTER TABLE contacts REPLICA IDENTITY FULL');
$node->safe_psql('postgres', 'CREATE PUBLICATION p FOR TABLE contacts, queues WITH (publish_via_partition_root = true)');
my $connstr = $node->connstr('postgres');
$subscriber->safe_psql('postgres', "CREATE SUBSCRIPTION s CONNECTION \$\$$connstr\$\$ PUBLICATION p");
$subscriber->wait_for_subscription_sync($node, 's');

sub subscriber_right
{
	my ($name) = @_;
	is($subscriber->safe_psql('postgres', $difference), '0', "subscriber: $name");
	my ($dirty) = $subscriber->safe_psql('postgres', 'SELECT count(*) > 0 FROM hourly_dirty');
	$subscriber->safe_psql('postgres', 'SELECT hourly_refresh()');
	is($subscriber->safe_psql('postgres', $difference) . " $dirty", '0 t', "subscriber: $name, refreshed");
}
cmp_ok($subscriber->safe_psql('postgres', 'SELECT count(*) FROM hourly'), '>', 100, 'there is something to see');
subscriber_right('the first copy');
$node->safe_psql('postgres', q{INSERT INTO contacts VALUES (7000, '2026-11-09 00:00+00', 'calls', 5, true); UPDATE contacts SET wait = wait + 1 WHERE contact_id % 9 = 0; DELETE FROM contacts WHERE contact_id % 10 = 3});
$node->wait_for_catchup('s');
subscriber_right('applied changes');
$node->safe_psql('postgres', q{UPDATE queues SET threshold = 25 WHERE queue = 'calls'});
$node->wait_for_catchup('s');
subscriber_right('an applied change of a dimension');
$node->safe_psql('postgres', 'TRUNCATE contacts');
$node->wait_for_catchup('s');
is($subscriber->safe_psql('postgres', "SELECT count(*) FROM hourly; $difference"), "0\n0", 'subscriber: TRUNCATE');

ok(!crashed($_), 'no backend crashed') for $node, $subscriber;
$subscriber->stop;
$node->stop;
done_testing();
