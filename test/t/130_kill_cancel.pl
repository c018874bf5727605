# Kill and cancel: a backend that dies in the middle of an aggregation or of a
# refresh takes nothing with it; whatever runs long answers a cancel at once.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use KPI;
use Test::More;
use Time::HiRes qw(sleep time);

my $node = kpi_node('killed', conf => "restart_after_crash = on\nfsync = on\nwork_mem = 256MB\n");
load_contact_centre($node);
load_file($node, 'postgres', 'test/summaries.sql');
$node->safe_psql('postgres', q{
	CREATE MATERIALIZED VIEW hourly AS SELECT * FROM hourly_summaries;
	CREATE UNIQUE INDEX ON hourly (hour, queue);
	CREATE TABLE many AS
	SELECT i, (i * 7919::bigint % 1000003) / 100.0::float8 AS seconds, i % 3 = 0 AS hit,
		tstzrange(t, t + (1 + i % 4000) * interval '1 s') AS span, t AS at
	FROM generate_series(1, 2000000) i, LATERAL (SELECT '2026-01-01Z'::timestamptz + i * 7919::bigint % 1999993 * interval '1 s' AS t) x;
	ANALYZE many});
my $fingerprint = 'SELECT md5(string_agg(h::text, $$;$$ ORDER BY hour, queue)) FROM hourly h';
my $expected = $node->safe_psql('postgres', $fingerprint);

# ---- kill -9 ----

for my $case (
	[ 'a large aggregation', 'SELECT duration_agg(seconds), span_agg(span), covered(span) FROM many, generate_series(1, 20)' ],
	[ 'a concurrent refresh', 'BEGIN; UPDATE contacts SET talk = talk + interval $$1 s$$; REFRESH MATERIALIZED VIEW CONCURRENTLY hourly; SELECT pg_sleep(60); COMMIT' ])
{
	my ($what, $sql) = @$case;
	my $child = fork;
	die "fork: $!" unless defined $child;
	if (!$child)
	{
		open STDERR, '>', '/dev/null';
		$node->psql('postgres', "SET application_name = 'victim'; $sql");
		require POSIX;
		POSIX::_exit(0);
	}
	my $victim = q{FROM pg_stat_activity WHERE application_name = 'victim' AND backend_type = 'client backend'};
	$node->poll_query_until('postgres', "SELECT count(*) = 1 $victim");
	sleep 1.5;
	my $pid = $node->safe_psql('postgres', "SELECT pid $victim");
	like($pid, qr/^\d+$/, "$what is running");
	kill 'KILL', $pid;
	waitpid $child, 0;
	my $up = 0;
	for (1 .. 300)
	{
		my ($ret) = $node->psql('postgres', 'SELECT 1');
		last if $up = $ret == 0;
		sleep 0.2;
	}
	ok($up, "kill -9 in $what: the server recovers");
	is($node->safe_psql('postgres', $fingerprint), $expected, "kill -9 in $what: nothing is lost, nothing half done");
	$node->safe_psql('postgres', 'REFRESH MATERIALIZED VIEW CONCURRENTLY hourly');
	is($node->safe_psql('postgres', $fingerprint), $expected, "kill -9 in $what: the next refresh changes nothing");
}

# ---- cancel ----

# Each of these runs for seconds, most of it inside one function of ours.
my $big = q{(SELECT span_agg(span) AS s, duration_agg(seconds) AS d FROM many)};
$node->safe_psql('postgres', "CREATE TABLE big AS SELECT * FROM $big x");
my @long = (
	[ 'span_agg', 'SELECT span_agg(span) FROM many, generate_series(1, 10)' ],
	[ 'span merge', 'SELECT (SELECT rollup(s) FROM (SELECT s FROM big, generate_series(1, 200)) x)' ],
	[ 'span + and -', 'SELECT count(*) FROM big, generate_series(1, 100000) i WHERE (s + CASE WHEN i > 0 THEN s END) - s <> s' ],
	[ 'span output', 'SELECT sum(length(s::text)) FROM big, generate_series(1, 1000)' ],
	[ 'span input', 'SELECT sum(total(t::span_summary)) FROM (SELECT s::text AS t FROM big OFFSET 0) x, generate_series(1, 1000)' ],
	[ 'spans', 'SELECT sum(length(spans(s)::text)) FROM big, generate_series(1, 1000)' ],
	[ 'peak over a window', 'SELECT max(p) FROM (SELECT peak_concurrency(span) OVER (ORDER BY at ROWS 1000 PRECEDING) AS p FROM many) x' ],
	[ 'duration_agg', 'SELECT duration_agg(seconds) FROM many, generate_series(1, 100)' ],
	[ 'percentile over a window', 'SELECT max(p) FROM (SELECT percentile(seconds, 0.9) OVER (ORDER BY at ROWS 1000 PRECEDING) AS p FROM many, generate_series(1, 5)) x' ],
	[ 'business_spans', q{SELECT count(*) FROM generate_series(1, 1000) i WHERE isempty(business_spans('Europe/Istanbul; Mon-Fri 09:00-12:00, 13:00-18:00', '1970-01-01Z'::timestamptz + i * interval '1 s', '2990-01-01Z'))} ],
	[ 'business_deadline', q{SELECT max(business_deadline('UTC; Mon 09:00-09:01', '2026-01-01Z', make_interval(secs => 60.0 * i))) FROM generate_series(1, 100000000) i} ],
	[ 'split_span', q{SELECT count(*) FROM split_span('[1970-01-01Z,2990-01-01Z)', '1 min', 'Europe/Istanbul')} ],
	[ 'erlang_c_agents', q{SELECT sum(erlang_c_agents(200000 + i, '3 min', 0.8, '20 s')) FROM generate_series(1, 100000) i} ],
	[ 'erlang_a_service_level', q{SELECT sum(erlang_a_service_level(9000, 9000 + i, '3 min', '2 min', '20 s')) FROM generate_series(1, 1000000) i} ],
	[ 'first_contact_resolved', q{SELECT count(*) FROM (SELECT first_contact_resolved(1, at, '100 years', '2999-01-01Z') OVER (ORDER BY at) FROM many, generate_series(1, 100)) x} ],
);
for my $case (@long)
{
	my ($what, $sql) = @$case;
	# from when the timeout fires to when the error is reported, as the server's clock has it
	my $timeout = 700;
	my $started = time;
	my ($ret, $out, $err) = $node->psql('postgres', "SET statement_timeout = $timeout; $sql");
	my $late = time - $started - $timeout / 1000;
	like($err, qr/statement timeout/, "$what is cancelled");
	note sprintf '%s: %.0f ms after the timeout, with the client', $what, $late * 1000;
}

# Long input that is wrong in the end: who is not cancelled in the middle reports the error.
$node->safe_psql('postgres', q{
	CREATE TABLE long (weekdays text, dates date[]);
	ALTER TABLE long ALTER weekdays SET STORAGE EXTERNAL, ALTER dates SET STORAGE EXTERNAL;
	INSERT INTO long SELECT 'UTC; ' || repeat('Mon,', 40000000) || 'Nonsense 9-10', array_fill(date '2026-01-01', '{40000000}') || date '10000-01-01'});
foreach my $sql ('SELECT weekdays::business_calendar FROM long', q{SELECT closed_on('UTC; 24x7', dates) FROM long})
{
	my ($ret, $out, $err) = $node->psql('postgres', "SET statement_timeout = 200; $sql");
	like($err, qr/statement timeout/, "cancelled: $sql");
}
is($node->safe_psql('postgres', 'SELECT 1'), '1', 'and the server lives on');

done_testing();
