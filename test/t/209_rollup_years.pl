# A rollup for years: its query is replaced under those who read it and write to its tables.
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
is(as_owner(replace($new), difference('hourly'), q{SELECT everything, last_error FROM rollup_status('hourly')}), "0\nt|", 'replaced: everything is dirty, and right');
is(as_owner(q{SELECT string_agg(oid::text, ',' ORDER BY relname) FROM pg_class WHERE relname IN ('hourly', 'hourly_direct')}), $before, 'the views are the same ones');
is(sql('SET ROLE reader', 'SELECT count(*) > 100, max(best) FROM hourly', 'SELECT sum(n) > 100 FROM dash', 'SELECT hourly_refresh() > 0', difference('hourly')), "t|10\nt\nt\n0", 'grants and views on it stay');
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

is(as_owner('SET search_path = other, app, public', qq{CALL rollup_create('hourly', \$q\$$hour, count(*) AS n FROM calls GROUP BY 1, 2\$q\$)}, replace("$hour, count(*) AS n, min(wait) AS best FROM calls GROUP BY 1, 2"),
	'INSERT INTO calls (at, queue) SELECT at, queue FROM calls WHERE id < 300', difference('other.hourly'), difference('app.hourly'), 'SELECT hourly_refresh() > 0', difference('other.hourly'), 'SELECT app.hourly_refresh() >= 0', difference('app.hourly')),
	"0\n0\nt\n0\nt\n0", 'one of the same name in another schema is replaced alone');
is(as_owner("SELECT rollup_status.rollup, everything, last_error FROM rollup_status()"), "hourly|f|\nother.hourly|f|", 'both are clean');
is(as_owner('DROP VIEW dash', q{CALL rollup_drop('hourly')}, difference('other.hourly'), q{SET search_path = other, app, public}, q{CALL rollup_drop('hourly')}, q{SELECT count(*) FROM pg_class WHERE relname ~ '^(hourly|0rollup)'}), "0\n0", 'dropped, one after the other');

ok(!crashed($node), 'no backend crashed');
$node->stop;
done_testing();
