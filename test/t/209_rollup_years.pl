# A rollup for years: its query is replaced under those who read it and write to its tables,
# its past is kept when the rows go, and its status says how it fares.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use KPI;
use Test::More;

my $node = kpi_node('years', conf => "TimeZone = 'UTC'\n");
$node->safe_psql('postgres', q{
	CREATE EXTENSION kpi_rollup; CREATE ROLE owner LOGIN; CREATE ROLE member LOGIN; CREATE ROLE reader LOGIN; GRANT owner TO member;
	CREATE SCHEMA app AUTHORIZATION owner; CREATE SCHEMA other AUTHORIZATION owner; GRANT USAGE ON SCHEMA app TO reader, member;
	ALTER DATABASE postgres SET search_path = app, public});

# What statements give, or the error without what stands around it
sub sql
{
	my ($ret, $out, $err) = $node->psql('postgres', join('; ', 'SET client_min_messages = error', @_));
	return $ret == 0 ? $out : $err =~ s/^psql:<stdin>:\d+: //r =~ s/\n?(CONTEXT|LOCATION):.*//sr;
}

sub as_owner { return sql('SET ROLE owner', @_) }

sub difference
{
	my ($rollup) = @_;
	return "SELECT count(*) FROM ((TABLE $rollup EXCEPT ALL TABLE ${rollup}_direct) UNION ALL (TABLE ${rollup}_direct EXCEPT ALL TABLE $rollup)) AS d";
}

is(as_owner(q{CREATE TABLE queues (queue text PRIMARY KEY, threshold int NOT NULL); INSERT INTO queues SELECT 'q' || i, 20 FROM generate_series(0, 2) AS i},
	q{CREATE TABLE calls (id bigserial PRIMARY KEY, at timestamptz NOT NULL, queue text NOT NULL, wait int, nps int); CREATE INDEX ON calls (at)},
	q{INSERT INTO calls (at, queue, wait, nps) SELECT timestamptz '2026-01-01 00:00+00' + i * interval '7 min', 'q' || i % 3, i % 90, i % 11 FROM generate_series(1, 2000) AS i}), '', 'tables');

# ---------- another query ----------

my $hour = q{SELECT interval_start(at, '1 h', 'UTC') AS hour, queue};
sub replace
{
	my ($query, $more) = @_;
	return "CALL rollup_replace('hourly', \$q\$$query\$q\$" . ($more // '') . ')';
}
is(as_owner(qq{CALL rollup_create('hourly', \$q\$$hour, count(*) AS n FROM calls GROUP BY 1, 2\$q\$)},
	'GRANT SELECT ON hourly, hourly_direct TO reader; GRANT EXECUTE ON FUNCTION hourly_refresh TO reader; CREATE VIEW dash AS SELECT queue, sum(n) AS n FROM hourly GROUP BY 1; GRANT SELECT ON dash TO reader'), '', 'a rollup with readers');
like(as_owner(qq{CALL rollup_create('hourly', \$q\$$hour, count(*) AS n FROM calls GROUP BY 1, 2\$q\$)}),
	qr/there is already a rollup app.hourly\nHINT:  CALL rollup_replace\('hourly', query\) changes its query/, 'a second one of its name: the error names rollup_replace');
like(as_owner(qq{CREATE TABLE weekly_dirty (); CALL rollup_create('weekly', \$q\$$hour, count(*) AS n FROM calls GROUP BY 1, 2\$q\$)}),
	qr/the rollup app.weekly needs a name that is taken: .*weekly_dirty/, 'a name that something else has');

my $before = as_owner(q{SELECT string_agg(oid::text, ',' ORDER BY relname) FROM pg_class WHERE relname IN ('hourly', 'hourly_direct')});
for my $case (
	[ "$hour FROM calls GROUP BY 1, 2", qr/must keep column "n" of the rollup app.hourly, which it does not have/ ],
	[ "$hour, max(nps) AS nps, count(*) AS n FROM calls GROUP BY 1, 2", qr/must keep column "n" of the rollup app.hourly, at its place/ ],
	[ "$hour, count(*)::int AS n FROM calls GROUP BY 1, 2", qr/must keep column "n" of the rollup app.hourly as bigint, and gives integer/ ],
	[ q{SELECT interval_start(at, '1 h', 'UTC') AS hour, queue COLLATE "C" AS queue, count(*) AS n FROM calls GROUP BY 1, 2}, qr/column "queue" of the rollup app.hourly as text, and gives another collation/ ],
	[ "$hour, count(*) AS n, now() AS at FROM calls GROUP BY 1, 2", qr/must not depend on the session or the clock/ ],
	(map { [ "SELECT hour, queue, sum(n)::bigint AS n FROM $_ GROUP BY 1, 2", qr/the query of the rollup app.hourly must not read that rollup/ ] } qw(hourly hourly_direct hourly_stored), '(SELECT * FROM hourly JOIN dash USING (queue, n)) AS d'),
	[ "$hour, count(*) AS n FROM nothing GROUP BY 1, 2", qr/relation "nothing" does not exist/ ])
{
	like(as_owner(replace($case->[0])), $case->[1], "refused: $case->[0]");
}
like(as_owner(q{CALL rollup_replace('hourly', NULL)}), qr/query must not be null/, 'no query');
like(as_owner(q{CALL rollup_replace('none', 'SELECT 1')}), qr/there is no rollup "none"/, 'no rollup');
like(sql('SET ROLE member', replace("$hour, count(*) AS n FROM calls GROUP BY 1, 2")), qr/the rollup app.hourly belongs to owner\nHINT:  SET ROLE owner/, 'a member of the owner');
like(sql('SET ROLE reader', replace("$hour, count(*) AS n FROM calls GROUP BY 1, 2")), qr/belongs to owner/, 'a reader');
is(as_owner(difference('hourly'), q{SELECT everything, last_error FROM rollup_status('hourly')}), "0\nf|", 'and nothing has changed');

my $new = "$hour, count(*) FILTER (WHERE wait <= threshold) AS n, max(nps) AS best FROM calls JOIN queues USING (queue) GROUP BY 1, 2";
is(as_owner('BEGIN', replace($new), 'SHOW search_path', difference('hourly'), 'ROLLBACK', difference('hourly'), 'SELECT count(*) FROM hourly_stored'), "app, public\n0\n0\n702", 'replaced and rolled back');
is(as_owner(q{COMMENT ON VIEW hourly IS 'of the board'; ALTER VIEW hourly SET (security_barrier = true)}), '', 'a comment and an option');
is(as_owner(replace($new), difference('hourly'), q{SELECT everything, last_error FROM rollup_status('hourly')}), "0\nt|", 'replaced: everything is dirty, and right');
is(as_owner(q{SELECT string_agg(oid::text, ',' ORDER BY relname) FROM pg_class WHERE relname IN ('hourly', 'hourly_direct')}), $before, 'the views are the same ones');
is(sql('SET ROLE reader', 'SELECT count(*) > 100, max(best) FROM hourly', 'SELECT sum(n) > 100 FROM dash', 'SELECT hourly_refresh() > 0', difference('hourly')), "t|10\nt\nt\n0", 'grants and views on it stay');
is(as_owner(q{SELECT obj_description('hourly'::regclass), (SELECT reloptions FROM pg_class WHERE oid = 'hourly'::regclass)}), 'of the board|{security_barrier=true}', 'and so do its comment and options');
is(as_owner(q{UPDATE queues SET threshold = 30 WHERE queue = 'q1'}, difference('hourly'), 'SELECT hourly_refresh() > 0', q{DELETE FROM calls WHERE id < 100}, difference('hourly'), 'SELECT hourly_refresh() > 0', difference('hourly'),
	q{SELECT dirty_buckets, everything, last_error, switched_off FROM rollup_status('hourly')}), "0\nt\n0\nt\n0\n0|f||", 'writers leave marks for the new query');
is(as_owner(replace(q{SELECT interval_start(at, '1 h', 'UTC') AS hour, queue, count(*) AS n, max(nps) AS best FROM calls WHERE queue <> 'q2' GROUP BY 1, 2}, q{, bucket => 'hour', along => 'at', fact => 'calls'}),
	difference('hourly'), 'SELECT hourly_refresh() > 0', difference('hourly'), q{SELECT tgrelid::regclass FROM pg_trigger WHERE tgname = '0rollup_hourly'}), "0\nt\n0\ncalls", 'a table that the query has no more loses its trigger');

# with writers, readers and refreshes beside it
my @others;
for my $kind (0 .. 3)
{
	my $pid = fork // die "fork: $!";
	if (!$pid)
	{
		for my $i (1 .. 40)
		{
			$node->psql('postgres', ("INSERT INTO calls (at, queue, wait, nps) VALUES ('2026-01-03 00:00+00'::timestamptz + $i * interval '11 min', 'q1', $i, 3)",
				"UPDATE calls SET nps = $i % 11 WHERE id % 50 = $i % 50", 'SELECT hourly_refresh()', difference('hourly'))[$kind]);
		}
		require POSIX;
		POSIX::_exit(0);
	}
	push @others, $pid;
}
my $differing = 0;
for my $i (1 .. 12)
{
	as_owner(replace("$hour, count(*) FILTER (WHERE wait > $i) AS n, max(nps) AS best FROM calls JOIN queues USING (queue) GROUP BY 1, 2"));
	$differing++ if sql(difference('hourly')) ne '0';
}
waitpid $_, 0 for @others;
is($differing, 0, 'replaced 12 times beside writers, readers and refreshes: always right');
is(as_owner('SELECT hourly_refresh() >= 0', difference('hourly'), q{SELECT count(*) FROM ((TABLE hourly_stored EXCEPT ALL TABLE hourly_direct) UNION ALL (TABLE hourly_direct EXCEPT ALL TABLE hourly_stored)) AS d}), "t\n0\n0", 'and so is what is stored');

# ---------- two schemas, the same name, the same table ----------

is(as_owner('CREATE TABLE visits_all (at timestamptz NOT NULL, n int) PARTITION BY RANGE (at)', q{CREATE TABLE visits_all_1 PARTITION OF visits_all FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')}, 'CREATE INDEX ON visits_all (at)', q{INSERT INTO visits_all VALUES ('2026-05-01 00:00+00', 1)},
	q{CALL rollup_create('visited', $$SELECT interval_start(at, '1 h', 'UTC') AS hour, count(*) AS n FROM visits_all_1 GROUP BY 1$$)}, 'SET search_path = other, app, public',
	q{CALL rollup_create('visited', $$SELECT interval_start(at, '1 h', 'UTC') AS hour, count(*) AS n FROM visits_all GROUP BY 1$$)}, q{INSERT INTO visits_all VALUES ('2026-05-02 00:00+00', 1)}, 'SELECT app.visited_refresh() + other.visited_refresh()', difference('app.visited'), difference('other.visited'),
	q{CALL rollup_drop('visited')}, 'SET search_path = app, public', q{CALL rollup_drop('visited')}, 'DROP TABLE visits_all'), "2\n0\n0", 'and one of a partition beside one of the whole table');

is(as_owner('SET search_path = other, app, public', qq{CALL rollup_create('hourly', \$q\$$hour, count(*) AS n FROM calls GROUP BY 1, 2\$q\$)}, replace("$hour, count(*) AS n, min(wait) AS best FROM calls GROUP BY 1, 2"),
	'INSERT INTO calls (at, queue) SELECT at, queue FROM calls WHERE id < 300', difference('other.hourly'), difference('app.hourly'), 'SELECT hourly_refresh() > 0', difference('other.hourly'), 'SELECT app.hourly_refresh() >= 0', difference('app.hourly')),
	"0\n0\nt\n0\nt\n0", 'one of the same name in another schema is replaced alone');
is(as_owner("SELECT rollup_status.rollup, everything, last_error FROM rollup_status()"), "hourly|f|\nother.hourly|f|", 'both are clean');
is(as_owner('DROP VIEW dash', q{CALL rollup_drop('hourly')}, difference('other.hourly'), q{SET search_path = other, app, public}, q{CALL rollup_drop('hourly')}, q{SELECT count(*) FROM pg_class WHERE relname ~ '^(hourly|0rollup)'}), "0\n0", 'dropped, one after the other');

# ---------- a past that is kept ----------

# What the view gives from a moment on is what the query gives; what it gives before is what it gave.
sub after
{
	my ($rollup, $moment, $column) = (@_, 'hour');
	my ($view, $direct) = map { "SELECT * FROM $_ WHERE NOT $column < '$moment'" } $rollup, "${rollup}_direct";
	return "SELECT count(*) FROM (($view EXCEPT ALL $direct) UNION ALL ($direct EXCEPT ALL $view)) AS d";
}

sub same_past
{
	my ($rollup, $moment, $column) = (@_, 'hour');
	my $view = "SELECT * FROM $rollup WHERE $column < '$moment'";
	return "SELECT count(*) FROM (($view EXCEPT ALL TABLE past) UNION ALL (TABLE past EXCEPT ALL $view)) AS d";
}

my $moment = '2026-01-05 00:00+00';
my @right = (same_past('kept', $moment), after('kept', $moment));
my $status = q{SELECT kept_before, late_rows, everything, dirty_buckets, last_error FROM rollup_status('kept')};
is(as_owner(q{CREATE TABLE visits (id bigserial, at timestamptz NOT NULL, queue text NOT NULL, n int) PARTITION BY RANGE (at); CREATE INDEX ON visits (at)},
	(map { "CREATE TABLE visits_$_ PARTITION OF visits FOR VALUES FROM ('2026-01-0$_ 00:00+00') TO ('2026-01-0" . ($_ + 1) . " 00:00+00')" } 1 .. 8),
	q{INSERT INTO visits (at, queue, n) SELECT timestamptz '2026-01-01 00:00+00' + i * interval '7 min', 'q' || i % 3, i % 13 FROM generate_series(1, 1500) AS i},
	q{CALL rollup_create('kept', $$SELECT interval_start(at, '1 h', 'UTC') AS hour, queue, count(*) AS n, sum(n + threshold) AS s FROM visits JOIN queues USING (queue) GROUP BY 1, 2$$)}), '', 'a partitioned table');
for my $case (
	[ q{rollup_keep('kept', 3)}, qr/before must be of type timestamp with time zone, and is of type integer/ ],
	[ q{rollup_keep('kept', 'infinity')}, qr/before must be finite/ ],
	[ q{rollup_keep('kept', 'x')}, qr/invalid input syntax for type timestamp with time zone: "x"/ ],
	[ q{rollup_keep('none', now())}, qr/there is no rollup "none"/ ])
{
	like(as_owner("SELECT $case->[0]"), $case->[1], "refused: $case->[0]");
}
like(sql('SET ROLE reader', q{SELECT rollup_keep('kept', now())}), qr/must be owner of view kept_bucket/, 'a reader keeps nothing');
is(as_owner('INSERT INTO visits (at, queue, n) SELECT at, queue, n FROM visits WHERE id % 50 = 0', "SELECT rollup_keep('kept', '$moment')", "CREATE TABLE past AS SELECT * FROM kept WHERE hour < '$moment'",
	difference('kept'), $status), "96\n0\n2026-01-05 00:00:00+00|0|f|0|", 'kept: what was dirty before is stored');
for my $case (
	[ 'a late row', q{INSERT INTO visits (at, queue, n) VALUES ('2026-01-03 05:06+00', 'q1', 1), ('2026-01-05 05:00+00', 'q1', 1)}, 1 ],
	[ 'a late change', q{UPDATE visits SET n = 99 WHERE at IN ('2026-01-03 05:06+00', '2026-01-05 05:00+00')}, 2 ],
	[ 'a row that moves away', q{UPDATE visits SET at = '2026-01-06 00:30+00' WHERE at = '2026-01-03 05:06+00'}, 2 ],
	[ 'rows of days that are deleted', q{DELETE FROM visits WHERE at < '2026-01-02'}, 2 ],
	[ 'a dimension that changes', q{UPDATE queues SET threshold = 50 WHERE queue = 'q0'}, 2 ],
	[ 'a partition that is detached', 'ALTER TABLE visits DETACH PARTITION visits_2', 2 ],
	[ 'a partition that is dropped', 'DROP TABLE visits_3', 2 ],
	[ 'a partition that is truncated', 'TRUNCATE visits_4', 2 ],
	[ 'one that is not kept', 'TRUNCATE visits_5', 2 ],
	[ 'an empty one', q{CREATE TABLE visits_9 PARTITION OF visits FOR VALUES FROM ('2026-01-09 00:00+00') TO ('2026-01-10 00:00+00')}, 2 ],
	[ 'triggers off and on', q{ALTER TABLE visits DISABLE TRIGGER USER; ALTER TABLE visits ENABLE ALWAYS TRIGGER "0rollup_kept"}, 2 ],
	[ 'everything', 'TRUNCATE visits', 2 ],
	[ 'new rows', q{INSERT INTO visits (at, queue, n) SELECT timestamptz '2026-01-05 00:00+00' + i * interval '17 min', 'q' || i % 3, i % 13 FROM generate_series(1, 200) AS i}, 2 ])
{
	my ($what, $change, $late) = @$case;
	is(as_owner($change, @right, 'SELECT kept_refresh() >= 0', @right, $status), "0\n0\nt\n0\n0\n2026-01-05 00:00:00+00|$late|f|0|", "$what: the past stays");
}
is(as_owner("SELECT count(*) FROM kept WHERE hour = '2026-01-02 03:00+00'", 'TRUNCATE visits', "SELECT count(*) FROM kept WHERE hour = '2026-01-02 03:00+00' AND queue = 'q1'", 'SELECT count(*) FROM kept WHERE hour > now()', @right, 'SELECT kept_refresh(1) >= 0'), "3\n1\n0\n0\n0\nt", 'with conditions');
like(as_owner("SELECT rollup_rebuild('kept')"), qr/would lose what it keeps of before 2026-01-05 00:00:00\+00\nDETAIL:  It keeps 96 buckets, of which 96 have no rows in its tables any more\.\nHINT:  .*rollup_rebuild_kept/, 'a rebuild says what it would lose');
like(as_owner("SELECT rollup_rebuild('kept', tstzrange('2026-01-04 22:00+00', NULL))"), qr/It keeps 2 buckets, of which 2 have no rows/, 'and so does one of a range');
is(as_owner("SELECT rollup_rebuild('kept', tstzrange('2026-01-05 00:00+00', NULL))", @right), "0\n0\n0", 'not one of the rest');
like(as_owner("SELECT rollup_keep('kept', '2026-01-04 00:00+00')"), qr/keeps what is before 2026-01-05 00:00:00\+00, and an earlier moment would lose some of it/, 'an earlier moment');
is(as_owner(q{INSERT INTO visits (at, queue, n) VALUES ('2026-01-05 05:00+00', 'q1', 1)}, "SELECT rollup_keep('kept', timestamptz '2026-01-05 06:00+00')", 'TRUNCATE visits', "SELECT count(*) FROM kept WHERE hour >= '2026-01-05 00:00+00'", same_past('kept', $moment)), "97\n1\n0", 'a later one');
is(as_owner("CALL rollup_replace('kept', \$\$SELECT interval_start(at, '1 h', 'UTC') AS hour, queue, count(*) AS n, sum(n) AS s, max(n) AS most FROM visits GROUP BY 1, 2\$\$)",
	"SELECT count(*) FROM ((SELECT hour, queue, n, s FROM kept WHERE hour < '$moment' EXCEPT ALL TABLE past) UNION ALL (TABLE past EXCEPT ALL SELECT hour, queue, n, s FROM kept WHERE hour < '$moment')) AS d",
	'SELECT kept_refresh()', after('kept', '2026-01-05 06:00+00'), "SELECT kept_before, late_rows FROM rollup_status('kept')", 'SELECT count(*), count(most) FROM kept', q{SELECT count(*) FROM pg_class WHERE relname ~ '^0rollup'}),
	"0\n0\n0\n2026-01-05 06:00:00+00|2\n289|0\n0", 'another query keeps the past too');
like(as_owner("CALL rollup_replace('kept', \$\$SELECT interval_start(at, '1 h', 'UTC') AS hour, min(queue) AS queue, count(*) AS n, sum(n) AS s, max(n) AS most FROM visits GROUP BY 1\$\$)"), qr/keeps groups that the GROUP BY of the query does not tell apart/, 'one that tells less apart does not');
like(as_owner("SELECT rollup_rebuild('kept', int4range(1, 2))"), qr/within must be a range of timestamp with time zone, and is a range of integer/, 'a range of something else');
is(as_owner("SELECT rollup_rebuild_kept('kept')", difference('kept'), 'SELECT count(*) FROM kept', $status), "289\n0\n0\n||f|0|", 'a rebuild that may lose it');
is(as_owner(q{DROP TABLE visits CASCADE; DROP TABLE past}), '', '');
my $again = q{CALL rollup_create('kept', $$SELECT interval_start(at, '1 h', 'UTC') AS hour, count(*) AS n FROM calls GROUP BY 1$$)};
my ($drop) = as_owner($again) =~ /^HINT:  They may be what DROP \.\.\. CASCADE has left of a rollup: (DROP TABLE .*; DROP FUNCTION .*)$/m;
is(as_owner($drop // 'SELECT 1'), '', 'DROP TABLE ... CASCADE leaves tables of the rollup, and the error of the next one of its name tells how to drop them');
is(as_owner($again, q{CALL rollup_drop('kept')}), '', 'then it is made');

# a bucket that cannot be stored, triggers that are off: nothing to keep
is(as_owner(q{CREATE TABLE marks (code text NOT NULL, n int); CREATE INDEX ON marks (code); INSERT INTO marks SELECT 'k' || i, i FROM generate_series(10, 40) AS i},
	q{CALL rollup_create('codes', $$SELECT upper(code) AS c, rating_agg(n % 11) AS r FROM marks GROUP BY 1$$, along => 'code')}), '', 'buckets that are texts');
is(as_owner(q{SELECT rollup_keep('codes', 'K20')}, 'CREATE TABLE past AS SELECT * FROM codes WHERE c < $$K20$$', q{DELETE FROM marks WHERE n < 30}, same_past('codes', 'K20', 'c'), after('codes', 'K20', 'c'), 'TRUNCATE marks', 'SELECT codes_refresh()', same_past('codes', 'K20', 'c'), after('codes', 'K20', 'c'), q{SELECT kept_before FROM rollup_status('codes')}, 'DROP TABLE past'),
	"10\n0\n0\n21\n0\n0\nK20", 'are kept as well');
is(as_owner(q{CREATE TABLE bad (at date NOT NULL, nps int); CREATE INDEX ON bad (at); INSERT INTO bad VALUES ('2026-01-01', 9), ('2026-01-02', 3)}, q{CALL rollup_create('badly', $$SELECT at AS day, rating_agg(nps) AS r FROM bad GROUP BY 1$$)}, q{INSERT INTO bad VALUES ('2026-01-02', 11)}), '', 'a bucket that cannot be stored');
like(as_owner(q{SELECT rollup_keep('badly', '2026-01-03')}), qr/cannot keep what it could not store: bucket 2026-01-02: .*11/, 'is not kept');
is(as_owner(q{SELECT rollup_keep('badly', '2026-01-02')}, q{SELECT kept_before FROM rollup_status('badly')}), "1\n2026-01-02", 'those before it are');
like(as_owner('ALTER TABLE bad DISABLE TRIGGER USER', q{SELECT rollup_keep('badly', '2026-01-02')}), qr/cannot keep what it could not store: changes of its tables could go unmarked/, 'nor while triggers are off');
like(as_owner(q{INSERT INTO bad VALUES ('infinity', 3)}, q{SELECT rollup_rebuild('badly')}), qr/would lose/, '');

# beside writers and refreshes
is(as_owner(q{INSERT INTO calls (at, queue) SELECT timestamptz '2026-03-01 00:00+00' + i * interval '7 min', 'q' || i % 3 FROM generate_series(1, 3000) AS i}, q{CALL rollup_create('beside', $$SELECT interval_start(at, '1 h', 'UTC') AS hour, queue, count(*) AS n, sum(wait) AS w FROM calls JOIN queues USING (queue) GROUP BY 1, 2$$)}), '', 'a rollup that is written to');
@others = ();
for my $kind (0 .. 2)
{
	my $pid = fork // die "fork: $!";
	if (!$pid)
	{
		for my $i (1 .. 60)
		{
			$node->psql('postgres', ("UPDATE calls SET wait = $i WHERE at >= '2026-03-01' AND id % 20 = $i % 20",
				"BEGIN; INSERT INTO calls (at, queue, wait) SELECT at, queue, $i FROM calls WHERE at > '2026-03-03' AND id % 200 = $i; DELETE FROM calls WHERE at BETWEEN '2026-03-01' AND '2026-03-03' AND id % 200 = $i; COMMIT",
				$i % 2 ? 'SELECT beside_refresh()' : "INSERT INTO queues VALUES ('new$i', 1)")[$kind]);
		}
		require POSIX;
		POSIX::_exit(0);
	}
	push @others, $pid;
}
$differing = 0;
my $kept_right = q{WITH k AS (SELECT coalesce(kept, '-infinity') AS kept FROM beside_state), v AS (SELECT v.* FROM beside AS v, k WHERE hour >= kept), d AS (SELECT d.* FROM beside_direct AS d, k WHERE hour >= kept)
	SELECT (SELECT count(*) FROM ((TABLE v EXCEPT ALL TABLE d) UNION ALL (TABLE d EXCEPT ALL TABLE v)) AS x) + (SELECT count(*) FROM ((SELECT s.* FROM beside_stored AS s, k WHERE hour < kept EXCEPT ALL SELECT v.* FROM beside AS v, k WHERE hour < kept)
	UNION ALL (SELECT v.* FROM beside AS v, k WHERE hour < kept EXCEPT ALL SELECT s.* FROM beside_stored AS s, k WHERE hour < kept)) AS x)};
for my $day (1 .. 12)
{
	as_owner(sprintf("SELECT rollup_keep('beside', '2026-03-%02d 00:00+00')", $day));
	$differing++ if as_owner($kept_right) ne '0';
	$differing++ if as_owner('BEGIN ISOLATION LEVEL REPEATABLE READ', 'SELECT 1', $kept_right, 'COMMIT') ne "1\n0";
}
waitpid $_, 0 for @others;
is($differing, 0, 'kept further and further beside writers and refreshes: always right');
is(as_owner('SELECT beside_refresh() >= 0', $kept_right, q{SELECT kept_before, everything FROM rollup_status('beside')}), "t\n0\n2026-03-12 00:00:00+00|f", 'and in the end');

# ---------- the status ----------

is(as_owner(q{INSERT INTO calls (at, queue) VALUES ('2026-03-13 05:05+00', 'q1')},
	q{SELECT rows = (SELECT count(*) FROM beside_stored), size = pg_total_relation_size('beside_stored') + pg_total_relation_size('beside_dirty') + pg_total_relation_size('beside_extent') + pg_total_relation_size('beside_state'),
		(dirty_buckets, dirty_share) = (1, 1 / buckets::float8), refresh_took > '0 s', refresh_changed >= 0 FROM rollup_status('beside')}, 'SELECT beside_refresh()', q{SELECT dirty_share, refresh_changed FROM rollup_status('beside')},
	q{INSERT INTO queues VALUES ('q9', 3)}, q{SELECT dirty_share FROM rollup_status('beside')}), "t|t|t|t|t\n1\n0|1\n1", 'rows, size, what is dirty, and the last refresh');
like(as_owner(q{SELECT rollup_schedule('beside', '1 min')}), qr/pg_cron is not installed in this database\nDETAIL:.*\nHINT:  .*SELECT app.beside_refresh\(\)/, 'without pg_cron the error names what to call');
is(as_owner(q{SELECT rollup_unschedule('beside')}), 'f', 'and there is no job to end');

ok(!crashed($node), 'no backend crashed');
$node->stop;
done_testing();
