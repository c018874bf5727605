# The simulators of test/simulate: the same seed gives the same rows on every server, and what they
# make is a queueing system: nobody overtakes, nobody idles while somebody waits.

use strict;
use warnings;
use FindBin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $simulate = "$FindBin::RealBin/../simulate";
my $node = PostgreSQL::Test::Cluster->new('simulate');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->start;

# Runs a generator in a database of its own, in a schema that is not public.
sub generate
{
	my ($database, $file, %variables) = @_;

	if ($node->safe_psql('postgres', "SELECT count(*) FROM pg_database WHERE datname = '$database'") eq '0')
	{
		$node->safe_psql('postgres', "CREATE DATABASE $database");
		$node->safe_psql('postgres', "ALTER DATABASE $database SET TimeZone = 'America/New_York'");
		$node->safe_psql($database, "CREATE SCHEMA centre; ALTER DATABASE $database SET search_path = centre");
	}
	command_ok(
		[
			'psql', '-X', '-d', $node->connstr($database),
			(map { ('-v', "$_=$variables{$_}") } sort keys %variables),
			'-f', "$simulate/$file"
		],
		"$file runs: " . join(', ', map { "$_ = $variables{$_}" } sort keys %variables));
}

# Every row of a table, in order.
sub checksum
{
	my ($database, $table, $order) = @_;

	return $node->safe_psql($database,
		"SET TimeZone = 'UTC'; SELECT md5(string_agg(t::text, '|' ORDER BY $order)) FROM $table t");
}

sub none
{
	my ($database, $name, $query) = @_;

	is($node->safe_psql($database, "SELECT count(*) FROM ($query) found"), '0', $name);
}

# ---------------------------------------------------------------------------
# The contact centre

my @tables = (
	[ 'contacts', 'contact_id' ], [ 'surveys', 'contact_id' ],
	[ 'agent_log', 'agent, span' ], [ 'schedule', 'agent, span' ],
	[ 'chat_spans', 'contact_id' ], [ 'tickets', 'ticket_id' ]);

generate('week', 'contact_centre.sql', seed => 1);
generate('again', 'contact_centre.sql', seed => 1);
generate('other', 'contact_centre.sql', seed => 2);

foreach my $table (@tables)
{
	is(checksum('again', @$table), checksum('week', @$table), "$table->[0]: the same seed, the same rows");
	# the shifts that are planned are the same in every week
	isnt(checksum('other', @$table), checksum('week', @$table), "$table->[0]: another seed, other rows")
	  unless $table->[0] eq 'schedule';
}
is(checksum('week', 'contacts', 'contact_id'),
	'0b6fa50116eeaaff70f4b1b5424716a6', 'contacts: the same on every server version');
is(checksum('week', 'tickets', 'ticket_id'),
	'355f81d0c6d89f3b6a9f208167794d85', 'tickets: the same on every server version');

is($node->safe_psql('week', "SELECT count(*) FROM pg_namespace WHERE nspname = 'simulate'"), '0', 'nothing is left behind');

foreach my $database ('week', 'other')
{
	cmp_ok($node->safe_psql($database, 'SELECT count(*) FROM contacts'), '>', 18000, "$database: enough contacts");
	cmp_ok($node->safe_psql($database, 'SELECT count(*) FROM contacts'), '<', 24000, "$database: not too many contacts");

	# what the descriptions of the tables promise to contain
	foreach my $there (
		'contacts WHERE answered IS NULL',
		'contacts WHERE answered AND ended_at IS NULL',
		'contacts WHERE flowed_out',
		'contacts WHERE transferred',
		'contacts WHERE NOT answered AND NOT flowed_out',
		'contacts WHERE customer_id IS NULL',
		'contacts WHERE hold IS NOT NULL',
		'contacts JOIN queues USING (queue) WHERE NOT answered AND wait <= short_abandon',
		'surveys WHERE nps IS NULL',
		'surveys WHERE nps IS NOT NULL AND csat IS NULL',
		'tickets WHERE resolved_at IS NULL',
		'tickets WHERE reopened',
		"tickets WHERE extract(hour FROM opened_at AT TIME ZONE 'Europe/Istanbul') NOT BETWEEN 8 AND 18",
		"agent_log WHERE state = 'meeting'",
		"schedule WHERE activity = 'training'")
	{
		cmp_ok($node->safe_psql($database, "SELECT count(*) FROM $there"), '>', 0, "$database: there are $there");
	}

	none($database, "$database: no negative time",
		"SELECT FROM contacts WHERE least(wait, talk, hold, wrap) < '0'");
	none($database, "$database: numbered in order of arrival",
		'SELECT FROM (SELECT arrived_at < lag(arrived_at) OVER (ORDER BY contact_id) AS wrong FROM contacts) c WHERE wrong');
	none($database, "$database: all within the week",
		q{SELECT FROM contacts WHERE arrived_at < '2026-03-02 00:00+03' OR greatest(ended_at, arrived_at + wait) > '2026-03-09 00:00+03'});
	none($database, "$database: who waits at the end has waited until the end",
		q{SELECT FROM contacts WHERE answered IS NULL AND arrived_at + wait <> '2026-03-09 00:00+03'});
	none($database, "$database: only the answered have an agent, talk and an outcome",
		'SELECT FROM contacts WHERE answered IS NOT TRUE AND num_nonnulls(agent, talk, hold, wrap, transferred, resolved) > 0
			OR answered AND agent IS NULL
			OR answered AND ended_at IS NOT NULL AND num_nulls(talk, transferred, resolved) > 0');
	none($database, "$database: the parts make the whole",
		'SELECT FROM contacts WHERE ended_at <> arrived_at + wait + coalesce(talk, \'0\') + coalesce(hold, \'0\') OR wait_s <> extract(epoch FROM wait)');

	# queueing
	none($database, "$database: first come, first served",
		'SELECT FROM (SELECT answered, arrived_at + wait < max(arrived_at + wait) OVER (PARTITION BY queue ORDER BY contact_id
				ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS overtook FROM contacts) c
			WHERE answered AND overtook');
	$node->safe_psql($database, "CREATE INDEX ON agent_log USING gist (span) WHERE state = 'ready'");
	none($database, "$database: nobody idles while somebody waits",
		"SELECT FROM contacts c JOIN skills USING (queue) JOIN agents USING (team)
			JOIN agent_log l ON l.agent = agents.agent AND l.state = 'ready' AND l.span && tstzrange(c.arrived_at, c.arrived_at + c.wait)
			WHERE c.wait > '0'");
	none($database, "$database: agents answer what they have learnt",
		'SELECT FROM contacts JOIN agents USING (agent) LEFT JOIN skills USING (team, queue) WHERE skills.queue IS NULL');
	cmp_ok($node->safe_psql($database, q{SELECT count(*) FROM contacts WHERE answered AND wait > '0'}), '>', 1000,
		"$database: many were answered after a wait");

	# agents
	none($database, "$database: one state at a time, without gaps within a shift",
		"SELECT FROM (SELECT lower(span) - lag(upper(span)) OVER (PARTITION BY agent ORDER BY span) AS gap FROM agent_log) l
			WHERE gap < '0' OR gap > '0' AND gap < '5 h'");
	none($database, "$database: calls are in the log from answer to the end of wrap",
		"SELECT FROM contacts c LEFT JOIN agent_log l USING (contact_id) WHERE channel = 'voice' AND answered
			AND (l.state IS DISTINCT FROM 'handling' OR l.agent <> c.agent OR lower(l.span) <> arrived_at + wait OR upper(l.span) <> ended_at + wrap)");
	none($database, "$database: chats are in the log as their union",
		"SELECT FROM (SELECT agent, range_agg(span) AS spans FROM chat_spans GROUP BY agent) c
			FULL JOIN (SELECT agent, range_agg(span) AS spans FROM agent_log JOIN agents USING (agent) WHERE state = 'handling' AND team = 'chat' GROUP BY agent) l
			USING (agent) WHERE c.spans IS DISTINCT FROM l.spans");
	is($node->safe_psql($database,
			'SELECT max(open) FROM (SELECT sum(change) OVER (PARTITION BY agent ORDER BY at, change) AS open
				FROM (SELECT agent, lower(span) AS at, 1 AS change FROM chat_spans UNION ALL SELECT agent, upper(span), -1 FROM chat_spans) e) o'),
		'3', "$database: up to three chats at a time");
	none($database, "$database: the schedule does not overlap",
		'SELECT FROM (SELECT lower(span) < lag(upper(span)) OVER (PARTITION BY agent ORDER BY span) AS wrong FROM schedule) s WHERE wrong');

	# customers
	none($database, "$database: a transfer arrives in another queue within a minute",
		"SELECT FROM contacts c WHERE transferred AND customer_id IS NOT NULL AND NOT EXISTS (SELECT FROM contacts n
			WHERE n.customer_id = c.customer_id AND n.queue <> c.queue AND n.arrived_at BETWEEN c.ended_at AND c.ended_at + interval '1 min')");
	none($database, "$database: scores within their scales",
		'SELECT FROM surveys WHERE nps NOT BETWEEN 0 AND 10 OR csat NOT BETWEEN 1 AND 5 OR ces NOT BETWEEN 1 AND 7
			OR num_nonnulls(nps, csat, ces) > 0 AND answered_at IS NULL');
	none($database, "$database: tickets are opened, answered, solved in this order",
		'SELECT FROM tickets WHERE first_response_at <= opened_at OR resolved_at < first_response_at
			OR resolved_at IS NOT NULL AND first_response_at IS NULL OR reopened AND resolved_at IS NULL');
	none($database, "$database: tickets are answered in office hours",
		"SELECT FROM tickets, LATERAL (SELECT first_response_at AT TIME ZONE 'Europe/Istanbul' AS at) l
			WHERE extract(isodow FROM at) > 5 OR at::time NOT BETWEEN '09:00' AND '18:00'");
}

# ---------------------------------------------------------------------------
# Many calls

generate('week', 'calls.sql', rows => 20000, seed => 1);
generate('other', 'calls.sql', rows => 20000, seed => 1);
is(checksum('week', 'calls', 'at'), checksum('other', 'calls', 'at'), 'calls: the same seed, the same rows');
is(checksum('week', 'calls', 'at'), '5a65ea5d571b4a9a752917189d6c9b9f', 'calls: the same on every server version');
is($node->safe_psql('week', 'SELECT count(*), count(DISTINCT queue), count(DISTINCT queue_id), count(DISTINCT agent_id) FROM calls'),
	'20000|20|20|1000', 'calls: rows, queues and agents');
none('week', 'calls: in order of time',
	'SELECT FROM (SELECT at < lag(at) OVER (ORDER BY ctid) AS wrong FROM calls) c WHERE wrong');
none('week', 'calls: consistent',
	"SELECT FROM calls WHERE wait < '0' OR wait_f <> extract(epoch FROM wait) OR wait_s <> floor(wait_f)
		OR answered <> (talk IS NOT NULL) OR answered <> (resolved IS NOT NULL)
		OR extract(epoch FROM talk) <> talk_s OR extract(epoch FROM hold) <> hold_s OR extract(epoch FROM wrap) <> wrap_s");

# ---------------------------------------------------------------------------
# One queue with constant rates

foreach my $patience ('', '120 s')
{
	my $name = $patience eq '' ? 'M/M/n' : 'M/M/n+M';

	generate('week', 'mmn.sql', lambda => 240, aht => '180 s', agents => 13, patience => $patience, calls => 5000, seed => 1);
	is(checksum('week', 'mmn', 'call'), $patience eq '' ? '01576cf701e2f30bea3c34d49defc832' : '1617eda95a4bdeb434bddf3afe49ed85', "$name: the same on every server version");
	is($node->safe_psql('week', 'SELECT count(*), count(DISTINCT batch), min(wait_s) >= 0 FROM mmn'), '5000|100|t', "$name: calls and batches");
	is($node->safe_psql('week', 'SELECT bool_and(answered) FROM mmn'), $patience eq '' ? 't' : 'f', "$name: who hangs up");
	none('week', "$name: first come, first served",
		'SELECT FROM (SELECT at + wait < max(at + wait) OVER (ORDER BY call ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS wrong
			FROM mmn WHERE answered) m WHERE wrong');
	# after the calls of the warm-up have ended
	none('week', "$name: who waits finds all 13 agents busy, who does not finds one free",
		"SELECT FROM mmn m, LATERAL (SELECT count(*) AS busy FROM mmn b
				WHERE b.answered AND b.call < m.call AND b.at + b.wait <= m.at AND m.at < b.at + b.wait + b.handle) b
			WHERE m.call BETWEEN 1000 AND 2000 AND (wait > '0') <> (busy = 13)");
}

done_testing();
