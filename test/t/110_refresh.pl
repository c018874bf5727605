# Scheduled refresh: a view of hourly summaries, refreshed CONCURRENTLY by pg_cron
# while two sessions write, and a rollup by its own function.  A refresh over unchanged data rewrites no row.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use KPI;
use Test::More;
use Time::HiRes qw(sleep);

my $have_cron = -e installed_directory('--pkglibdir') . '/pg_cron.so';
my $cron = q{
shared_preload_libraries = 'pg_cron'
cron.database_name = 'postgres'
cron.use_background_workers = on
max_worker_processes = 20
};
my $node = kpi_node('refresh', conf => $have_cron ? $cron : '');
load_contact_centre($node);
load_file($node, 'postgres', 'test/summaries.sql');
$node->safe_psql('postgres', q{
	CREATE MATERIALIZED VIEW hourly AS SELECT * FROM hourly_summaries;
	CREATE UNIQUE INDEX ON hourly (hour, queue)});
$node->safe_psql('postgres', q{
	CREATE EXTENSION kpi_rollup;
	CALL rollup_create('fresh', $$SELECT interval_start(arrived_at, '1 h', 'Europe/Istanbul') AS hour, queue,
		queue_agg(wait, threshold, answered) AS calls FROM contacts JOIN queues USING (queue) GROUP BY 1, 2$$)});
my $rows = $node->safe_psql('postgres', 'SELECT count(*) FROM hourly');

# Nothing changed: nothing is written, whatever plan makes the rows.
my $before = $node->safe_psql('postgres', 'SELECT md5(string_agg(ctid::text || xmin::text, $$;$$ ORDER BY hour, queue)) FROM hourly');
for my $set ('', 'SET enable_hashagg = off;', 'SET work_mem = $$64kB$$;',
	'SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;')
{
	$node->safe_psql('postgres', "$set REFRESH MATERIALIZED VIEW CONCURRENTLY hourly");
	is( $node->safe_psql('postgres', 'SELECT md5(string_agg(ctid::text || xmin::text, $$;$$ ORDER BY hour, queue)) FROM hourly'),
		$before, "a refresh over unchanged data rewrites none of $rows rows ($set)");
}
# One contact changes one row.
$node->safe_psql('postgres', 'UPDATE contacts SET talk = talk + interval $$1 s$$ WHERE contact_id = (SELECT min(contact_id) FROM contacts WHERE talk IS NOT NULL);
	CREATE TABLE old AS SELECT hour, queue, ctid AS place, xmin AS made FROM hourly; REFRESH MATERIALIZED VIEW CONCURRENTLY hourly');
is( $node->safe_psql('postgres', 'SELECT count(*) FROM hourly h JOIN old USING (hour, queue) WHERE h.ctid <> place OR h.xmin <> made'),
	'1', 'one changed contact rewrites one row');

SKIP:
{
	skip 'needs pg_cron', 18 unless $have_cron;
	$node->safe_psql('postgres', 'CREATE EXTENSION pg_cron');
	# pg_cron 1.4 counts in minutes: the job runs at every full minute, so the writers go on for one and more
	$node->safe_psql('postgres', q{SELECT cron.schedule('hourly', '* * * * *', 'REFRESH MATERIALIZED VIEW CONCURRENTLY public.hourly')});

	my $counts_seconds = $node->safe_psql('postgres', q{SELECT regexp_match(extversion, '^(\d+)\.(\d+)')::int[] >= '{1,5}' FROM pg_extension WHERE extname = 'pg_cron'}) eq 't';
	# a rollup's job runs as the rollup's owner, whoever schedules it
	$node->safe_psql('postgres', q{CREATE ROLE owner LOGIN; CREATE ROLE member LOGIN; GRANT owner TO member; CREATE SCHEMA app AUTHORIZATION owner; SET ROLE owner; SET search_path = app, public;
		CREATE TABLE calls (at timestamptz NOT NULL); CREATE INDEX ON calls (at)});
	$node->safe_psql('postgres', q{SET ROLE owner; SET search_path = app, public; CALL rollup_create('owned', $$SELECT interval_start(at, '1 h', 'UTC') AS hour, count(*) AS n FROM calls GROUP BY 1$$)});
	my $jobs = q{SELECT jobname, schedule, command, username FROM cron.job WHERE jobname LIKE 'rollup%'};
	is($node->safe_psql('postgres', qq{SET search_path = app, public; DO 'BEGIN PERFORM rollup_schedule(''owned'', ''5 min''); END'; $jobs}), 'rollup app.owned|*/5 * * * *|SELECT app.owned_refresh()|owner', 'scheduled by a superuser');
	is($node->safe_psql('postgres', qq{SET search_path = app, public; DO 'BEGIN PERFORM rollup_schedule(''owned'', ''1 day''); END'; $jobs; SELECT rollup_unschedule('owned'), rollup_unschedule('owned'); $jobs}), "rollup app.owned|0 0 * * *|SELECT app.owned_refresh()|owner\nt|f", 'changed, and ended');
	for my $case ([ owner => '6 h', qr/permission denied for schema cron/ ], [ member => '1 h', qr/belongs to owner, and must be scheduled by him/ ], [ none => '7 min', qr/cannot be refreshed every 00:07:00/ ],
		[ none => '1 month', qr/cannot be refreshed every 1 mon/ ], [ none => '-1 h', qr/cannot be refreshed/ ], [ none => '10 s', qr/cannot be refreshed every 00:00:10.*1\.5 or later/s ])
	{
		next if $case->[1] eq '10 s' && $counts_seconds;
		my ($ret, $out, $err) = $node->psql('postgres', "SET ROLE $case->[0]; SET search_path = app, public; SELECT rollup_schedule('owned', '$case->[1]')");
		like($err, $case->[2], "$case->[0] cannot have it every $case->[1]");
	}
	is($node->safe_psql('postgres', qq{SET search_path = app, public; DO 'BEGIN PERFORM rollup_schedule(''owned'', ''10 s''); END'; $jobs}), 'rollup app.owned|10 seconds|SELECT app.owned_refresh()|owner', 'every 10 s') if $counts_seconds;
	$node->safe_psql('postgres', q{GRANT USAGE ON SCHEMA cron TO owner});
	$node->safe_psql('postgres', q{SET ROLE owner; SET search_path = app, public; SELECT rollup_schedule('owned', '1 h')});
	is($node->safe_psql('postgres', $jobs), 'rollup app.owned|0 * * * *|SELECT app.owned_refresh()|owner', 'scheduled by its owner');
	$node->safe_psql('postgres', q{CREATE ROLE heir LOGIN; GRANT ALL ON SCHEMA app TO heir; ALTER TABLE app.calls OWNER TO heir; SET client_min_messages = error; SET search_path = app, public; SELECT rollup_enable('owned')});
	is($node->safe_psql('postgres', $jobs), '', 'another owner: nobody runs functions of his by a job that was made before');
	$node->safe_psql('postgres', q{SELECT cron.schedule_in_database('rollup app.owned', '0 0 1 1 *', 'SELECT app.owned_refresh()', current_database()::text, 'owner'); SET search_path = app, public; SELECT rollup_schedule('owned', '5 min')});
	is($node->safe_psql('postgres', $jobs), 'rollup app.owned|*/5 * * * *|SELECT app.owned_refresh()|heir', 'nor by one that is there when his is made');
	$node->safe_psql('postgres', q{ALTER TABLE app.calls OWNER TO owner; SET client_min_messages = error; SET search_path = app, public; SELECT rollup_enable('owned'), rollup_schedule('owned', '1 h')});
	$node->safe_psql('postgres', q{SET ROLE owner; SET search_path = app, public; CALL rollup_drop('owned')});
	is($node->safe_psql('postgres', $jobs), '', 'a rollup that is dropped has no job');
	$node->safe_psql('postgres', q{SELECT rollup_schedule('fresh', '1 min')});
	my $next = $node->safe_psql('postgres', 'SELECT max(contact_id) + 1 FROM contacts');
	my @writers;
	for my $writer (0, 1)
	{
		my $pid = fork;
		die "fork: $!" unless defined $pid;
		if (!$pid)
		{
			for my $i (1 .. 130)
			{
				my $id = $next + 2 * $i + $writer;
				$node->psql('postgres', qq{
					INSERT INTO contacts SELECT (jsonb_populate_record(c, jsonb_build_object('contact_id', $id))).*
					FROM contacts c WHERE answered ORDER BY contact_id LIMIT 1 OFFSET $i});
				sleep 0.5;
			}
			require POSIX;
			POSIX::_exit(0);
		}
		push @writers, $pid;
	}
	waitpid $_, 0 for @writers;
	my $runs = q{SELECT min(n) FROM (SELECT count(*) FILTER (WHERE status = 'succeeded') AS n FROM cron.job LEFT JOIN cron.job_run_details USING (jobid) GROUP BY jobid) AS j};
	ok($node->poll_query_until('postgres', "SELECT ($runs) >= 1"), 'both jobs ran while two sessions wrote');
	# the next run sees all that was written
	my $done = $node->safe_psql('postgres', $runs);
	ok($node->poll_query_until('postgres', "SELECT ($runs) > $done"), 'and once more after they stopped');
	$node->safe_psql('postgres', q{SELECT cron.unschedule('hourly'), rollup_unschedule('fresh')});
	is( $node->safe_psql('postgres', q{SELECT string_agg(DISTINCT status || coalesce(': ' || return_message, ''), ', ')
		FROM cron.job_run_details WHERE status = 'failed'}), '', 'no run failed');
	is( $node->safe_psql('postgres', q{
		SELECT count(*) FROM (TABLE hourly EXCEPT TABLE hourly_summaries UNION ALL (TABLE hourly_summaries EXCEPT TABLE hourly)) d}),
		'0', 'the view equals the direct query');
	is( $node->safe_psql('postgres', q{SELECT dirty_buckets, everything FROM rollup_status('fresh')}), '0|f', 'the rollup was refreshed');
	is( $node->safe_psql('postgres', q{
		SELECT count(*) FROM ((TABLE fresh_stored EXCEPT ALL TABLE fresh_direct) UNION ALL (TABLE fresh_direct EXCEPT ALL TABLE fresh)) d}),
		'0', 'and is what its query gives');
}

done_testing();
