# A rollup under load: ten writers, three refreshes at a time, and checks that its
# view gives what the query gives, byte for byte, in every snapshot.  Then four
# variants of the protocol that look right and are not: an order of events that
# shows it, made by locks and by who commits when, never by the clock.
#
#   KPI_STRESS=3600 sh test/tap.sh test/t/200_rollup_stress.pl      an hour instead of a minute
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use IPC::Run qw(start);
use KPI;
use PostgreSQL::Test::Utils;
use Test::More;

my $seconds = $ENV{KPI_STRESS} // 60;
my $node = kpi_node('stress', conf => "max_connections = 60\nautovacuum_naptime = '1s'\nsynchronous_commit = off\n");
my $dir = $node->basedir;

# Twelve hours, so that all collide; the queue "rare" has rows in few of them.
sub make_database
{
	my ($database) = @_;
	$node->safe_psql('postgres', "CREATE DATABASE $database");
	$node->safe_psql($database, q{
		CREATE EXTENSION kpi;
		CREATE EXTENSION kpi_rollup;
		CREATE TABLE queues (queue text PRIMARY KEY, threshold int NOT NULL, note int);
		INSERT INTO queues VALUES ('calls', 20, 0), ('mail', 60, 0), ('rare', 30, 0);
		CREATE TABLE contacts (contact_id bigserial PRIMARY KEY, arrived_at timestamptz NOT NULL, queue text NOT NULL REFERENCES queues,
			wait int, answered boolean, nps int, note int);
		CREATE INDEX ON contacts (arrived_at);
		CREATE TABLE checks (kind text, differing bigint, at timestamptz DEFAULT clock_timestamp());
		CREATE FUNCTION moment() RETURNS timestamptz LANGUAGE sql VOLATILE AS
			$$ SELECT timestamptz '2026-11-01 00:00+00' + random() * interval '12 h' $$;
		INSERT INTO contacts (arrived_at, queue, wait, answered, nps)
			SELECT moment(), CASE WHEN i % 3 = 0 THEN 'mail' ELSE 'calls' END, i % 90, i % 7 > 0, i % 11 FROM generate_series(1, 1500) AS i});
	$node->safe_psql($database, q{CALL rollup_create('hourly', $$
		SELECT interval_start(arrived_at, '1 h', 'Europe/Istanbul') AS hour, queue,
			queue_agg(wait, threshold, answered) AS calls, rating_agg(nps) AS nps, count(*) AS contacts
		FROM contacts JOIN queues USING (queue) GROUP BY 1, 2$$)});
}

my $difference = q{SELECT count(*) FROM hourly AS h FULL JOIN hourly_direct AS d ON h.hour = d.hour AND h.queue = d.queue
	WHERE coalesce(record_image_ne(h, d), true)};
my $both = q{SELECT quote_literal(md5(string_agg(t::text, ';' ORDER BY hour, queue))) AS %s FROM %s AS t \\gset};
my $insert = q{INSERT INTO contacts (arrived_at, queue, wait, answered, nps)};
my $pick = q{(SELECT contact_id FROM contacts WHERE contact_id >= (SELECT min(contact_id) + (random() * (max(contact_id) - min(contact_id)))::bigint FROM contacts)
	AND queue <> 'rare' ORDER BY contact_id LIMIT 1)};

# pgbench scripts: [clients, weight in front of "@", text]; each client of a group runs all scripts of it
my %scripts = (
	write => [ 8,
		[ 8, "$insert VALUES (moment(), 'calls', 10, true, NULL);" ],
		[ 2, "$insert SELECT moment(), 'mail', i, i % 2 = 0, i % 11 FROM generate_series(1, 20) AS i;" ],
		[ 8, "UPDATE contacts SET nps = (random() * 10)::int WHERE contact_id = $pick;" ],
		[ 2, "UPDATE contacts SET note = 1 WHERE contact_id = $pick;" ],
		[ 5, "DELETE FROM contacts WHERE contact_id IN (SELECT contact_id FROM contacts WHERE queue <> 'rare' ORDER BY random() LIMIT 8);" ],
		[ 3, "BEGIN;\nUPDATE contacts SET arrived_at = moment() WHERE contact_id = $pick;\nSAVEPOINT s;\n"
			. "UPDATE contacts SET arrived_at = moment() WHERE contact_id = $pick;\n$insert VALUES (moment(), 'mail', 3, true, 9);\n"
			. "ROLLBACK TO s;\n$insert VALUES (moment(), 'mail', 4, true, 1);\nCOMMIT;" ],
		[ 2, "\\set ms random(1, 300)\nBEGIN ISOLATION LEVEL REPEATABLE READ;\n$insert VALUES (moment(), 'mail', 5, true, 2);\n\\sleep :ms ms\nCOMMIT;" ],
		[ 2, "\\set ms random(1, 100)\nBEGIN ISOLATION LEVEL SERIALIZABLE;\n$insert VALUES (moment(), 'calls', 6, true, 3);\n\\sleep :ms ms\nCOMMIT;" ],
		[ 2, "\\set ms random(1, 300)\nBEGIN;\n$insert VALUES (moment(), 'calls', 7, true, 4);\n\\sleep :ms ms\n$insert VALUES (moment(), 'calls', 8, false, 5);\nCOMMIT;" ],
		# reads its own writes in the midst, and refreshes them
		[ 2, "BEGIN;\n$insert VALUES (moment(), 'calls', 9, true, 6);\nINSERT INTO checks SELECT 'own', ($difference);\n"
			. "$insert VALUES (moment(), 'mail', 11, true, 7);\nINSERT INTO checks SELECT 'own', ($difference);\nCOMMIT;" ],
		[ 1, "BEGIN;\n$insert VALUES (timestamptz '2026-11-01 05:00+00', 'calls', 9, true, 6);\nSELECT hourly_refresh();\n"
			. "$insert VALUES (timestamptz '2026-11-01 05:00+00', 'mail', 11, true, 7);\nINSERT INTO checks SELECT 'refreshed', ($difference);\nCOMMIT;" ],
	],
	rare => [ 2,
		[ 6, "\\set ms random(1, 20)\nBEGIN;\n$insert VALUES (moment(), 'rare', (random() * 60)::int, true, 5);\n\\sleep :ms ms\nCOMMIT;" ],
		[ 3, "\\set ms random(1, 60)\nBEGIN;\nUPDATE queues SET threshold = 1 + (random() * 60)::int WHERE queue = 'rare';\n\\sleep :ms ms\nCOMMIT;" ],
		[ 1, "UPDATE queues SET note = note + 1 WHERE queue = 'rare';" ],
		[ 5, "DELETE FROM contacts WHERE queue = 'rare';\nSELECT hourly_refresh();" ],
	],
	refresh => [ 3,
		[ 6, "SELECT hourly_refresh();" ],
		[ 3, "\\set n random(1, 4)\nBEGIN;\nSELECT hourly_refresh(:n);\n\\sleep 20 ms\nCOMMIT;" ],
		[ 2, "BEGIN ISOLATION LEVEL REPEATABLE READ;\nSELECT count(*) FROM queues;\n\\sleep 5 ms\nSELECT hourly_refresh();\nCOMMIT;" ],
		[ 1, "BEGIN ISOLATION LEVEL SERIALIZABLE;\nSELECT hourly_refresh();\nCOMMIT;" ],
	],
	check => [ 2,
		[ 4, "INSERT INTO checks SELECT 'rc', ($difference);" ],
		[ 2, "BEGIN ISOLATION LEVEL REPEATABLE READ;\nSELECT count(*) FROM contacts;\n\\sleep 50 ms\nINSERT INTO checks SELECT 'rr', ($difference);\nCOMMIT;" ],
		[ 1, "BEGIN ISOLATION LEVEL SERIALIZABLE;\nINSERT INTO checks SELECT 'serializable', ($difference);\nCOMMIT;" ],
		[ 1, "BEGIN ISOLATION LEVEL REPEATABLE READ;\n" . sprintf($both, 'view', 'hourly') . "\n\\sleep 30 ms\n"
			. sprintf($both, 'direct', 'hourly_direct') . "\nINSERT INTO checks SELECT 'two', (:view <> :direct)::int;\nCOMMIT;" ],
	]);
# Runs the load for so many seconds.
sub run_load
{
	my ($database, $limit) = @_;
	my @runs;
	foreach my $group (sort keys %scripts)
	{
		my ($clients, @texts) = @{ $scripts{$group} };
		my @files;
		for my $i (0 .. $#texts)
		{
			my $file = "$dir/$database-$group-$i.sql";
			open my $out, '>', $file or die $!;
			print $out "$texts[$i]->[1]\n";
			close $out;
			push @files, '-f', "$file\@$texts[$i]->[0]";
		}
		my $log = "$dir/$database-$group.log";
		push @runs, [ $group, start([ 'pgbench', '-n', '-c', $clients, '-j', 1, '-T', $limit, '--max-tries=0', @files, '-h', $node->host, '-p', $node->port, $database ],
			'<', \undef, '>', $log, '2>&1'), $log ];
	}
	$_->[1]->finish for @runs;
	foreach my $run (@runs)
	{
		my $log = slurp_file($run->[2]);
		unlike($log, qr/aborted|FATAL|ERROR:  (?!could not serialize|deadlock)/, "$run->[0]: no client fails") or diag substr($log, -3000);
	}
	# sessions that were cut off may take a moment to go
	$node->poll_query_until($database, 'SELECT count(*) = 1 FROM pg_stat_activity WHERE datname = current_database() AND backend_type = $$client backend$$');
}

# ---------- the rollup ----------

make_database('stress');
# again where a busy machine has not come to all kinds of checks
do
{
	run_load('stress', $seconds);
} while ($node->safe_psql('stress', 'SELECT count(DISTINCT kind) FROM checks') < 6);
my $checks = $node->safe_psql('stress', q{SELECT string_agg(format('%s %s', n, kind), ', ' ORDER BY kind) FROM (SELECT kind, count(*) AS n FROM checks GROUP BY 1) AS k});
note "checks: $checks";
is($node->safe_psql('stress', 'SELECT count(*) FROM checks WHERE differing > 0'), '0', "the view was what the query gave in every snapshot");
for my $kind (qw(own refreshed rc rr serializable two))
{
	cmp_ok($node->safe_psql('stress', "SELECT count(*) FROM checks WHERE kind = '$kind'"), '>', 0, "checked: $kind");
}
is($node->safe_psql('stress', $difference), '0', 'and is so afterwards');
$node->safe_psql('stress', 'SELECT hourly_refresh()');
is($node->safe_psql('stress', 'SELECT count(*) FROM hourly_dirty'), '0', 'a refresh leaves nothing dirty');
is($node->safe_psql('stress', 'SELECT count(*) FROM (TABLE hourly_stored EXCEPT ALL TABLE hourly_direct) AS d'), '0', 'the store is what the query gives');
is($node->safe_psql('stress', 'SELECT dirty_buckets, everything, marks, switched_off IS NULL FROM rollup_status()'), '0|f|0|t', 'rollup_status says so');

# ---------- variants that are wrong ----------

# Sessions that wait for each other: a statement that blocks is started, and found by its name.
sub begin_session
{
	my ($database, $name, $sql) = @_;
	my %session = (name => $name, database => $database);
	$session{run} = start([ 'psql', '-XAtq', '-d', $node->connstr($database), '-c', "SET application_name = '$name'", '-c', $sql ], '<', \undef, '>', \$session{out}, '2>&1');
	return \%session;
}

sub waits
{
	my ($session) = @_;
	return $node->poll_query_until($session->{database}, "SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = '$session->{name}' AND wait_event_type = 'Lock'");
}

# Changes the text of hourly_refresh.
sub change_refresh
{
	my ($database, @changes) = @_;
	my $text = $node->safe_psql($database, q{SELECT pg_get_functiondef('hourly_refresh'::regproc)});
	while (my ($from, $to) = splice @changes, 0, 2)
	{
		$text =~ s/$from/$to->()/e or die "hourly_refresh has no $from";
	}
	$node->safe_psql($database, $text);
}

# A variant with marks of its own: the triggers stay, lest their traces find it out, and call something else.
sub mark_by
{
	my ($database, $fact, $dimension) = @_;
	$node->safe_psql($database, qq{
		CREATE OR REPLACE FUNCTION _rollup_mark() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS \$\$
		BEGIN
			IF TG_TABLE_NAME = 'queues' THEN
				$dimension;
				RETURN NULL;
			END IF;
			IF TG_OP <> 'DELETE' THEN
				INSERT INTO hourly_dirty VALUES (interval_start(NEW.arrived_at, '1 h', 'Europe/Istanbul'), '2026-11-01', '2026-11-02') $fact;
			END IF;
			IF TG_OP <> 'INSERT' THEN
				INSERT INTO hourly_dirty VALUES (interval_start(OLD.arrived_at, '1 h', 'Europe/Istanbul'), '2026-11-01', '2026-11-02') $fact;
			END IF;
			RETURN NULL;
		END \$\$});
}

my $new = sub { "$insert VALUES (timestamptz '2026-11-01 05:00+00', '$_[0]', 30, true, 6)" };
my $pause = 'PERFORM pg_advisory_xact_lock_shared(42);';
my $holder;

# [ what is wrong, how it is made, the order of events ]; the right rollup goes through the same order, unharmed.
my @variants = (
	[ 'a refresh in several statements',
		sub {
			change_refresh($_[0],
				qr/DELETE FROM public\.hourly_dirty AS m WHERE (m\.bucket = ANY \(part\)) RETURNING m\.\*/ => sub { "SELECT m.* FROM public.hourly_dirty AS m WHERE $1" },
				qr/INTO more;/ => sub { 'INTO more; ' . $pause . ' DELETE FROM public.hourly_dirty WHERE bucket = ANY (part);' });
		},
		sub { change_refresh($_[0], qr/INTO more;/ => sub { "INTO more; $pause" }) },
		# a write between what the refresh reads and its end
		sub {
			my ($database) = @_;
			$node->safe_psql($database, $new->('calls'));
			$holder->query_safe('SELECT pg_advisory_lock(42)');
			my $refresh = begin_session($database, 'refresh', 'SELECT hourly_refresh()');
			waits($refresh);
			$node->safe_psql($database, $new->('calls'));
			$holder->query_safe('SELECT pg_advisory_unlock(42)');
			$refresh->{run}->finish;
		} ],
	[ 'two refreshes at a time',
		sub { change_refresh($_[0], qr/SELECT s\.tables, s\.kept INTO kept, keeping .*? INTO seen;/s => sub { 'SELECT s.tables, s.tables INTO kept, seen FROM public.hourly_state AS s;' }) },
		sub { },
		# one that waits for another has a snapshot that does not see the group which the other has stored
		sub {
			my ($database) = @_;
			$node->safe_psql($database, $_) for $new->('rare'), q{DELETE FROM hourly_stored WHERE queue = 'rare'};
			$holder->query_safe('BEGIN; SELECT hourly_refresh()');
			$node->safe_psql($database, q{DELETE FROM contacts WHERE queue = 'rare'});
			my $refresh = begin_session($database, 'refresh', 'SELECT hourly_refresh()');
			waits($refresh);
			$holder->query_safe('COMMIT');
			$refresh->{run}->finish;
		} ],
	[ 'marks that are there already are not written',
		sub {
			$node->safe_psql($_[0], 'CREATE UNIQUE INDEX ON hourly_dirty (bucket)');
			mark_by($_[0], 'ON CONFLICT DO NOTHING', 'INSERT INTO hourly_dirty SELECT NULL, NULL, NULL');
		},
		sub { },
		# a refresh takes the mark of another before the writer commits that relied on it
		sub {
			my ($database) = @_;
			$node->safe_psql($database, $new->('calls'));
			$holder->query_safe('BEGIN; ' . $new->('calls'));
			$node->safe_psql($database, 'SELECT hourly_refresh()');
			$holder->query_safe('COMMIT');
		} ],
	[ 'a dimension marks the buckets that it finds',
		sub {
			mark_by($_[0], '', q{INSERT INTO hourly_dirty SELECT interval_start(arrived_at, '1 h', 'Europe/Istanbul'), min(arrived_at), max(arrived_at)
				FROM contacts WHERE queue = NEW.queue GROUP BY 1});
		},
		sub { },
		# a contact that comes, and is refreshed, before the dimension commits
		sub {
			my ($database) = @_;
			$node->safe_psql($database, q{DELETE FROM contacts WHERE queue = 'rare'; SELECT hourly_refresh()});
			$holder->query_safe(q{BEGIN; UPDATE queues SET threshold = 20 WHERE queue = 'rare'});
			$node->safe_psql($database, $new->('rare') . '; SELECT hourly_refresh()');
			$holder->query_safe('COMMIT');
		} ]);
my $n = 0;
SKIP:
{
	skip 'needs query_safe of PostgreSQL::Test', 2 * @variants unless PostgreSQL::Test::BackgroundPsql->can('query_safe');
	foreach my $variant (@variants)
	{
		my ($name, $wrong, $right, $order) = @$variant;
		foreach my $seeded (0, 1)
		{
			my $database = 'order' . ++$n;
			make_database($database);
			$node->safe_psql($database, 'SELECT hourly_refresh()');
			($seeded ? $wrong : $right)->($database);
			$node->safe_psql($database, 'SELECT hourly_refresh()');
			$holder = $node->background_psql($database);
			$order->($database);
			$holder->quit;
			cmp_ok($node->safe_psql($database, $difference), $seeded ? '>' : '==', 0, ($seeded ? 'caught: ' : 'right in the order that catches: ') . $name);
			$node->safe_psql('postgres', "DROP DATABASE $database");
		}
	}
}

ok(!crashed($node), 'no backend crashed');
$node->stop;
done_testing();
