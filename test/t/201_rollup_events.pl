# What can happen to a rollup's tables, one event at a time: after each its view
# gives what the query gives, byte for byte, before and after a refresh.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use KPI;
use Test::More;

my $node = kpi_node('events', conf => "max_prepared_transactions = 10\nrestart_after_crash = on\n");
$node->safe_psql('postgres', q{
	CREATE EXTENSION kpi_rollup;
	CREATE TABLE queues (queue text PRIMARY KEY, threshold int NOT NULL, note text);
	INSERT INTO queues VALUES ('calls', 20), ('mail', 60);
	CREATE TABLE customers (customer_id int PRIMARY KEY);
	INSERT INTO customers SELECT generate_series(1, 50);
	CREATE TABLE contacts (contact_id bigserial PRIMARY KEY, arrived_at timestamptz NOT NULL, queue text NOT NULL REFERENCES queues,
		customer_id int REFERENCES customers ON DELETE CASCADE, wait int, answered boolean, nps int, note text);
	CREATE INDEX ON contacts (arrived_at);
	INSERT INTO contacts (arrived_at, queue, customer_id, wait, answered, nps)
		SELECT '2026-11-01 00:00+00'::timestamptz + i * interval '97 s', CASE WHEN i % 3 = 0 THEN 'mail' ELSE 'calls' END, 1 + i % 50, i % 90, i % 7 > 0, i % 11
		FROM generate_series(1, 2000) AS i});
my $query = q{SELECT interval_start(arrived_at, '1 h', 'Europe/Istanbul') AS hour, queue, queue_agg(wait, threshold, answered) AS calls,
	rating_agg(nps) AS nps FROM contacts JOIN queues USING (queue) GROUP BY 1, 2};
$node->safe_psql('postgres', makes_rollups("CALL rollup_create('hourly', \$\$$query\$\$)"));

sub sql
{
	return $node->safe_psql('postgres', join '; ', makes_rollups(@_));
}

# How many rows differ between a rollup and its query
sub difference
{
	my ($rollup) = @_;
	my $direct = $rollup =~ /"$/ ? $rollup =~ s/"$/_direct"/r : "${rollup}_direct";
	return "SELECT count(*) FROM ((TABLE $rollup EXCEPT ALL TABLE $direct) UNION ALL (TABLE $direct EXCEPT ALL TABLE $rollup)) AS d";
}

# Right at once, and after a refresh
sub right
{
	my ($name, $rollup) = @_;
	$rollup //= 'hourly';
	my $refresh = $rollup =~ /"$/ ? $rollup =~ s/"$/_refresh"/r : "${rollup}_refresh";
	# (three statements, three snapshots)
	my ($before, undef, $after) = split /\n/, sql('SET client_min_messages = error', difference($rollup), "SELECT $refresh()", difference($rollup));
	is("$before, $after", '0, 0', "$name: right");
}

sub status
{
	return sql('SELECT dirty_buckets, everything, coalesce(switched_off, $$-$$) FROM rollup_status($$hourly$$)');
}

right('created');
is(status(), '0|f|-', 'nothing dirty');

# ---------- changes of rows ----------

sql(q{INSERT INTO contacts (arrived_at, queue, wait, answered) VALUES ('2026-11-01 05:10+00', 'calls', 5, true)});
is(status(), '1|f|-', 'an insert makes a bucket dirty');
right('INSERT');
sql('UPDATE contacts SET nps = 4 WHERE contact_id = 100');
right('UPDATE');
sql(q{UPDATE contacts SET arrived_at = arrived_at + '5 h' WHERE contact_id = 100});
is(status(), '2|f|-', 'a move makes two buckets dirty');
right('a move');
sql('DELETE FROM contacts WHERE contact_id BETWEEN 100 AND 140');
right('DELETE');
sql(q{DELETE FROM contacts WHERE arrived_at < '2026-11-01 03:00+00'});
right('a bucket that vanishes');
sql('DELETE FROM customers WHERE customer_id = 7');
right('ON DELETE CASCADE');
sql(q{MERGE INTO contacts USING generate_series(1990, 2010) AS i ON contact_id = i WHEN MATCHED AND i % 2 = 0 THEN DELETE
	WHEN MATCHED THEN UPDATE SET nps = 1 WHEN NOT MATCHED THEN INSERT (contact_id, arrived_at, queue, wait) VALUES (i + 100000, '2026-11-02 01:00+00', 'mail', i)});
right('MERGE');
sql(q{INSERT INTO contacts (contact_id, arrived_at, queue) SELECT contact_id, arrived_at, queue FROM contacts WHERE contact_id < 300 ON CONFLICT (contact_id) DO UPDATE SET wait = 33});
right('INSERT ON CONFLICT');
sql(q{COPY contacts (arrived_at, queue, wait, answered) FROM PROGRAM 'for i in 1 2 3 4 5 6 7 8 9; do echo "2026-11-05 0$i:00+00	mail	$i	t"; done'});
is(status(), '9|f|-', 'COPY makes its buckets dirty');
right('COPY');
sql(q{INSERT INTO contacts (arrived_at, queue, wait, answered) SELECT timestamptz '2026-11-06 00:00+00' + i * interval '1 s', 'calls', 1, true FROM generate_series(0, 7199) AS i});
cmp_ok(sql('SELECT count(*) FROM hourly_dirty'), '<', 100, 'rows in order need few marks');
right('rows in order');
sql(q{UPDATE contacts SET note = 'x'; UPDATE queues SET note = 'x'});
is(status(), '0|f|-', 'columns that the query does not read do not matter');
sql(q{UPDATE queues SET threshold = threshold});
is(status(), '0|f|-', 'nor do updates that change nothing');
sql(q{UPDATE queues SET threshold = 30 WHERE queue = 'mail'});
is(status(), '0|t|-', 'a dimension makes everything dirty');
right('a dimension');
sql(q{INSERT INTO queues VALUES ('chat', 5); INSERT INTO contacts (arrived_at, queue, wait, answered) VALUES ('2026-11-01 05:10+00', 'chat', 5, true)});
right('a new row of a dimension');
sql(q{DELETE FROM contacts WHERE queue = 'chat'; DELETE FROM queues WHERE queue = 'chat'});
right('a row of a dimension less');

# ---------- transactions ----------

is( sql(q{BEGIN; INSERT INTO contacts (arrived_at, queue, wait) VALUES ('2026-11-01 06:00+00', 'mail', 1); SELECT hourly_refresh() > 0;
	INSERT INTO contacts (arrived_at, queue, wait) VALUES ('2026-11-01 06:00+00', 'mail', 2)}, difference('hourly'), 'COMMIT'),
	"t\n0", 'a refresh between two writes of a transaction');
right('and after it');
is( sql(q{BEGIN; SAVEPOINT s; INSERT INTO contacts (arrived_at, queue, wait) VALUES ('2026-11-01 07:00+00', 'mail', 1); ROLLBACK TO s;
	INSERT INTO contacts (arrived_at, queue, wait) VALUES ('2026-11-01 07:00+00', 'mail', 2)}, 'COMMIT', difference('hourly')), '0', 'a mark that is rolled back is written again');
right('a savepoint');
is( sql(q{BEGIN; INSERT INTO contacts (arrived_at, queue, wait) VALUES ('2026-11-01 06:30+00', 'mail', 3); SAVEPOINT s; SELECT hourly_refresh() > 0; ROLLBACK TO s;
	INSERT INTO contacts (arrived_at, queue, wait) VALUES ('2026-11-01 06:30+00', 'mail', 4)}, 'COMMIT', difference('hourly')), "t\n0", 'a refresh that is rolled back');
right('and after it');
sql(q{BEGIN; INSERT INTO contacts (arrived_at, queue, wait) VALUES ('2026-11-01 08:00+00', 'mail', 1)}, q{PREPARE TRANSACTION 'p'});
is(sql(difference('hourly'), 'SELECT hourly_refresh()'), "0\n0", 'a prepared transaction is not seen');
sql(q{COMMIT PREPARED 'p'});
right('a prepared transaction, committed');
sql(q{SET session_replication_role = replica; INSERT INTO contacts (arrived_at, queue, wait) VALUES ('2026-11-01 09:00+00', 'mail', 1)});
right('session_replication_role = replica');

# an old snapshot: what happens meanwhile changes nothing, and TRUNCATE, which everybody sees at once, the same for both
my $old = $node->background_psql('postgres');
sub old_is
{
	my ($name) = @_;
	is($old->query_safe(difference('hourly')), '0', $name);
}
if ($old->can('query_safe'))
{
	$old->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM queues');
	sql(q{INSERT INTO contacts (arrived_at, queue, wait) VALUES ('2026-11-01 10:00+00', 'mail', 1)}, 'SELECT hourly_refresh()');
	old_is('an old snapshot, after a refresh');
	$old->query_safe('COMMIT; BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM customers');
	sql('CREATE TABLE kept AS TABLE contacts', 'TRUNCATE contacts');
	old_is('an old snapshot, after TRUNCATE');
	$old->query_safe('COMMIT');
	$old->quit;
}
else
{
	sql('CREATE TABLE kept AS TABLE contacts', 'TRUNCATE contacts');
}
right('TRUNCATE');
sql('INSERT INTO contacts TABLE kept');
right('filled again');
is( sql('BEGIN; TRUNCATE contacts; INSERT INTO contacts SELECT * FROM kept LIMIT 500', difference('hourly'), 'COMMIT'), '0', 'TRUNCATE and filled in one transaction, inside');
right('and after it');
sql('INSERT INTO contacts SELECT * FROM kept ON CONFLICT DO NOTHING');
right('the rest');
sql('VACUUM FULL contacts');
right('VACUUM FULL');

# ---------- triggers switched off ----------

sql('ALTER TABLE contacts DISABLE TRIGGER "0rollup_hourly"');
is(status(), '0|t|trigger "0rollup_hourly" on public.contacts', 'rollup_status tells what is switched off');
sql('UPDATE contacts SET nps = 2 WHERE contact_id < 1000');
is(sql(difference('hourly')), '0', 'everything is read from the tables meanwhile');
my ($ret, $out, $err) = $node->psql('postgres', 'SELECT hourly_refresh()');
like($err, qr/WARNING:  the rollup public.hourly cannot rely/, 'a refresh warns');
sql('UPDATE contacts SET nps = 3 WHERE contact_id < 1000');
is(sql(difference('hourly')), '0', 'after a refresh too');
sql('ALTER TABLE contacts ENABLE ALWAYS TRIGGER "0rollup_hourly"');
is(sql(difference('hourly')), '0', 'and switched on again');
right('after the next refresh');
is(status(), '0|f|-', 'nothing dirty any more');
sql('ALTER TABLE contacts DISABLE TRIGGER ALL; UPDATE contacts SET nps = 4 WHERE contact_id < 1000; ALTER TABLE contacts ENABLE TRIGGER ALL');
is(status(), '0|t|trigger "0rollup_hourly" on public.contacts (fires not always)', 'ENABLE TRIGGER ALL is not ENABLE ALWAYS');
sql('ALTER TABLE contacts ENABLE ALWAYS TRIGGER "0rollup_hourly"');
right('switched off and on between two refreshes');
sql('ALTER TABLE hourly_dirty DISABLE TRIGGER USER');
is(status(), '0|t|trigger "0rollup" on public.hourly_dirty', 'the trigger on the marks');
sql('ALTER TABLE hourly_dirty ENABLE ALWAYS TRIGGER "0rollup"', 'SELECT hourly_refresh()');
sql('UPDATE contacts SET nps = 5 WHERE contact_id < 1000; TRUNCATE hourly_dirty');
right('marks thrown away');
is( sql('BEGIN; ALTER TABLE contacts DISABLE TRIGGER USER; ALTER TABLE contacts ENABLE ALWAYS TRIGGER "0rollup_hourly"; SET LOCAL client_min_messages = error; SELECT hourly_refresh() >= 0;
	ALTER TABLE contacts DISABLE TRIGGER USER; UPDATE contacts SET nps = 6 WHERE contact_id < 900; ALTER TABLE contacts ENABLE ALWAYS TRIGGER "0rollup_hourly"', 'COMMIT', difference('hourly')),
	"t\n0", 'a transaction that refreshes between switching off and off');
right('and after it');

# ---------- other changes of tables ----------

sql('ALTER TABLE contacts RENAME arrived_at TO came; ALTER TABLE contacts RENAME TO interactions');
sql(q{INSERT INTO interactions (came, queue, wait) VALUES ('2026-11-01 11:00+00', 'mail', 1)});
right('renamed');
sql('ALTER TABLE interactions RENAME came TO arrived_at; ALTER TABLE interactions RENAME TO contacts; ALTER TABLE contacts ADD COLUMN more int DEFAULT 3');
sql(q{UPDATE contacts SET nps = 7 WHERE contact_id = 500});
right('a new column');
for my $change ('ALTER TABLE contacts DROP COLUMN nps', 'ALTER TABLE contacts ALTER nps TYPE bigint', 'DROP TABLE contacts', 'DROP EXTENSION kpi', 'DROP VIEW hourly_bucket', 'DROP TABLE hourly_dirty')
{
	($ret, $out, $err) = $node->psql('postgres', $change);
	like($err, qr/depend on it|used by a view/, "refused: $change");
}
sql('ALTER TABLE contacts ALTER arrived_at DROP NOT NULL');
($ret, $out, $err) = $node->psql('postgres', 'SELECT count(*) FROM hourly');
like($err, qr/not NOT NULL any more.*SET NOT NULL/s, 'without NOT NULL the view refuses');
sql('ALTER TABLE contacts ALTER arrived_at SET NOT NULL');
right('NOT NULL again');
if (kpi_server_version($node) >= 18)
{
	# NOT NULL for new rows says nothing of the old ones
	sql('ALTER TABLE contacts ALTER arrived_at DROP NOT NULL; ALTER TABLE contacts ADD CONSTRAINT since_now NOT NULL arrived_at NOT VALID');
	($ret, $out, $err) = $node->psql('postgres', 'SELECT count(*) FROM hourly');
	like($err, qr/not NOT NULL any more.*SET NOT NULL/s, 'NOT NULL that is not valid is none');
	($ret, $out, $err) = $node->psql('postgres', makes_rollups(q{CALL rollup_create('another', $$SELECT interval_start(arrived_at, '1 h', 'UTC') AS hour, count(*) AS n FROM contacts GROUP BY 1$$)}));
	like($err, qr/must be NOT NULL/, 'at creation too');
	sql('ALTER TABLE contacts VALIDATE CONSTRAINT since_now');
	right('validated');
}
sql('CREATE TABLE child () INHERITS (contacts)');
sql(q{INSERT INTO child (contact_id, arrived_at, queue, wait) VALUES (-1, '2026-11-01 11:00+00', 'mail', 1)});
is(sql(difference('hourly')), '0', 'a child table is read');
sql('SET client_min_messages = error', 'SELECT hourly_refresh()', 'UPDATE child SET wait = 2');
is(sql(difference('hourly')), '0', 'after a refresh too');
sql('DROP TABLE child; ANALYZE contacts');
right('without a child');
is(status(), '0|f|-', 'and as before');

# ---------- moments that have no bucket ----------

for my $moment ('infinity', '-infinity', '4714-11-24 00:00:00+00 BC', '294276-12-31 23:59:59.999999+00')
{
	sql("INSERT INTO contacts (contact_id, arrived_at, queue, wait) VALUES (-9, '$moment', 'mail', 1)");
	my ($ret1, $out1, $err1) = $node->psql('postgres', 'SELECT count(*) FROM hourly_direct');
	my ($ret2, $out2, $err2) = $node->psql('postgres', 'SELECT count(*) FROM hourly');
	is("$ret2 $out2 " . ($err2 =~ s/CONTEXT.*//sr), "$ret1 $out1 " . ($err1 =~ s/CONTEXT.*//sr), "$moment: the insert works, and the view says what the query says");
	sql('UPDATE contacts SET wait = 2 WHERE contact_id = -9', 'DELETE FROM contacts WHERE contact_id = -9');
	right("$moment is gone");
}
sql(q{CREATE FUNCTION slot(at timestamptz) RETURNS bigint LANGUAGE plpgsql IMMUTABLE STRICT AS
	$$ BEGIN IF NOT isfinite(at) THEN RAISE 'no slot'; END IF; RETURN extract(epoch FROM at)::bigint / 1800; END $$});
sql(q{CALL rollup_create('slots', 'SELECT slot(arrived_at) AS slot, count(*) AS contacts, min(wait) AS least FROM contacts WHERE isfinite(arrived_at) AND wait > 10 GROUP BY 1')});
right('a bucket in PL/pgSQL', 'slots');
sql(q{INSERT INTO contacts (contact_id, arrived_at, queue, wait) VALUES (-9, 'infinity', 'mail', 100), (-10, '2026-11-01 11:00+00', 'mail', 100)});
right('its error is no error of the writer', 'slots');
sql('BEGIN; UPDATE contacts SET wait = 101 WHERE contact_id = -10; UPDATE contacts SET wait = 99 WHERE contact_id < 0; COMMIT');
right('nor in the midst of a transaction', 'slots');
sql('DELETE FROM contacts WHERE contact_id < 0');
right('several rollups on a table', 'slots');
is(sql('SELECT count(*) FROM slots_dirty'), '0', 'nothing is dirty');
sql('UPDATE contacts SET wait = 5 WHERE contact_id IN (SELECT contact_id FROM contacts WHERE wait <= 10 LIMIT 10)');
is(sql('SELECT count(*) FROM slots_dirty'), '0', 'rows that the query leaves out leave no mark');
right('rows that the query leaves out', 'slots');
right('the first rollup', 'hourly');
is(sql('SELECT string_agg(rollup::text, $$, $$) FROM rollup_status()'), 'hourly, slots', 'rollup_status lists both');
($ret, $out, $err) = $node->psql('postgres', 'SELECT * FROM rollup_status($$x$$)');
like($err, qr/there is no rollup "x".*rollup_status\(\) lists/s, 'a rollup that is none');
($ret, $out, $err) = $node->psql('postgres', 'SELECT hourly_refresh(0)');
like($err, qr/buckets must be positive: 0/, 'refreshing no bucket');

# ---------- buckets at a time, other types, odd names ----------

sql('UPDATE contacts SET nps = 8 WHERE contact_id > 400');
my $dirty = sql('SELECT dirty_buckets FROM rollup_status($$hourly$$)');
sql('SELECT hourly_refresh(2)');
is(sql('SELECT dirty_buckets FROM rollup_status($$hourly$$)'), $dirty - 2, 'two buckets a refresh, the newest first');
right('the others');
for my $bucket ([ 'date', q{(arrived_at AT TIME ZONE 'Europe/Istanbul')::date}, undef ], [ 'bigint', 'contact_id / 100', 'contact_id' ], [ 'text', 'queue', 'arrived_at' ], [ 'two columns', 'queue || wait::text', 'arrived_at' ])
{
	my ($type, $expression, $along) = @$bucket;
	sql('UPDATE contacts SET wait = 0 WHERE wait IS NULL; ALTER TABLE contacts ALTER wait SET NOT NULL') if $type eq 'two columns';
	# int4::text is immutable
	sql(sprintf q{CALL rollup_create('typed', $$SELECT %s AS b, answered, count(*) AS n, array_agg(DISTINCT nps) AS scores FROM contacts GROUP BY 1, 2$$, bucket => 'b', fact => 'contacts', along => %s)},
		$expression, $along ? "'$along'" : "'arrived_at'");
	sql('UPDATE contacts SET nps = 9 - nps % 10 WHERE contact_id % 7 = 0', q{INSERT INTO contacts (arrived_at, queue, wait) VALUES ('2026-12-01 11:00+00', 'mail', 1)});
	right("buckets of $type", 'typed');
	sql(q{CALL rollup_drop('typed')});
}
is(sql(q{SELECT count(*) FROM pg_class WHERE relname LIKE 'typed%'}) + sql(q{SELECT count(*) FROM pg_trigger WHERE tgname LIKE '%typed%'}) + sql(q{SELECT count(*) FROM pg_proc WHERE proname LIKE 'typed%'}),
	0, 'dropped without a trace');
sql(q{CREATE SCHEMA "My ""own"" schema";
	CREATE TABLE "My ""own"" schema"."The 'Contacts'" ("When" timestamptz NOT NULL, "A ""b"" %s" int, "lo" int, "bucket" int, "t" int);
	CREATE INDEX ON "My ""own"" schema"."The 'Contacts'" ("When");
	INSERT INTO "My ""own"" schema"."The 'Contacts'" SELECT '2026-11-01 00:00+00'::timestamptz + i * interval '10 min', i % 3, i, i % 5, i FROM generate_series(1, 300) AS i});
sql(q{SET search_path = "My ""own"" schema", public},
	q{CALL rollup_create('It''s "Mine" %I', $$SELECT interval_start("When", '1 h', 'UTC') AS "The Hour", "A ""b"" %s", bucket, sum(lo) AS lo, sum(t) AS "0" FROM "The 'Contacts'" AS "0" GROUP BY 1, 2, 3$$)});
sql(q{UPDATE "My ""own"" schema"."The 'Contacts'" SET lo = 7 WHERE lo < 50});
my $odd = q{"My ""own"" schema"."It's ""Mine"" %I"};
is(sql(difference($odd)), '0', 'odd names: right');
sql(q{SELECT "My ""own"" schema"."It's ""Mine"" %I_refresh"()});
is(sql(difference($odd)), '0', 'and refreshed');
sql(q{ALTER SCHEMA "My ""own"" schema" RENAME TO renamed; UPDATE renamed."The 'Contacts'" SET lo = 8 WHERE lo < 90});
is(sql(difference($odd =~ s/^".*?schema"/renamed/r)), '0', 'writers and readers survive a new name of the schema');
sql(q{ALTER SCHEMA renamed RENAME TO "My ""own"" schema"});
is(sql(q{SET search_path = "My ""own"" schema", public; SELECT rollup::text, dirty_buckets FROM rollup_status('It''s "Mine" %I')}), q{"It's ""Mine"" %I"|15}, 'its status');
sql(q{SET search_path = "My ""own"" schema", public; CALL rollup_drop('It''s "Mine" %I')});
is(sql(q{SELECT count(*) FROM pg_class WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname LIKE 'My%') AND relkind IN ('r', 'v')}), '1', 'dropped: the table is left');

# ---------- the generator goes ----------

sql('DROP EXTENSION kpi_rollup');
sql('UPDATE contacts SET nps = 10 WHERE contact_id > 1500');
right('the generator is gone, and the rollup runs on');
sql('CREATE EXTENSION kpi_rollup');
is(status(), '0|f|-', 'and is known again');
sql(q{CALL rollup_drop('slots')});
($ret, $out, $err) = $node->psql('postgres', q{CREATE VIEW mine AS TABLE hourly; CALL rollup_drop('hourly')});
like($err, qr/view (public\.)?mine depends on/, 'a rollup that is used is not dropped');
right('nor harmed');

# ---------- dump and restore, with marks pending; a crash; a killed writer ----------

sql('UPDATE contacts SET nps = 3 WHERE contact_id > 1600');
my $file = $node->basedir . '/dump';
$node->command_ok([ 'pg_dump', '-d', $node->connstr('postgres'), '-Fc', '-f', $file ], 'pg_dump');
sql('CREATE DATABASE restored');
$node->command_ok([ 'pg_restore', '--exit-on-error', '-d', $node->connstr('restored'), $file ], 'pg_restore');
is($node->safe_psql('restored', difference('hourly')), '0', 'restored: right at once');
$node->safe_psql('restored', 'UPDATE contacts SET nps = 4 WHERE contact_id > 1700');
is($node->safe_psql('restored', difference('hourly')), '0', 'a write');
$node->safe_psql('restored', 'SELECT hourly_refresh()');
is($node->safe_psql('restored', difference('hourly') . '; SELECT dirty_buckets, everything, switched_off FROM rollup_status()'), "0\n0|f|", 'refreshed, and as before');

my $killed = $node->background_psql('postgres');
if ($killed->can('query_safe'))
{
	my $pid = $killed->query_safe(q{BEGIN; UPDATE contacts SET nps = 5 WHERE contact_id > 1800; SELECT hourly_refresh(); SELECT pg_backend_pid()}) =~ s/.*\n//sr;
	sql(q{UPDATE contacts SET nps = 6 WHERE contact_id = 300});
	kill 9, $pid;
	eval { $killed->quit };
	recovered($node);
	right('kill -9 of a writer that had refreshed');
}
sql('UPDATE contacts SET nps = 2 WHERE contact_id > 1600');
$node->stop('immediate');
$node->start;
is(sql(difference('hourly')), '0', 'a crash with marks pending');
right('and after it');

ok(slurp_file_ok($node), 'no crash but those we made');
$node->stop;

sub slurp_file_ok
{
	my ($server) = @_;
	my @signals = PostgreSQL::Test::Utils::slurp_file($server->logfile) =~ /terminated by signal (\d+)/g;
	return !grep { $_ != 9 } @signals;
}
done_testing();
