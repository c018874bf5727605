# Rollups that version 1.0.0 of the extension made go on after an update, by the same
# triggers, views and refreshes, and are mended by the same calls.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use KPI;
use Test::More;

my $node = kpi_node('old_rollups', conf => "TimeZone = 'UTC'\n");
$node->safe_psql('postgres', q{
	CREATE EXTENSION kpi_rollup VERSION '1.0.0';
	CREATE FUNCTION slot(at timestamptz) RETURNS timestamptz LANGUAGE plpgsql IMMUTABLE STRICT AS $$ BEGIN RETURN date_bin('15 min', at, '2000-01-01 00:00+00'); END $$;
	CREATE TABLE queues (queue text PRIMARY KEY, threshold int NOT NULL); INSERT INTO queues VALUES ('calls', 20), ('mail', 60);
	CREATE TABLE contacts (contact_id bigserial PRIMARY KEY, arrived_at timestamptz NOT NULL, queue text NOT NULL, wait int, answered boolean);
	CREATE INDEX ON contacts (arrived_at);
	INSERT INTO contacts (arrived_at, queue, wait, answered) SELECT '2026-11-01 00:00+00'::timestamptz + i * interval '97 s', 'calls', i % 90, i % 7 > 0 FROM generate_series(1, 500) AS i});
$node->safe_psql('postgres', q{CALL rollup_create('hourly', $$SELECT interval_start(arrived_at, '1 h', 'UTC') AS hour, queue, queue_agg(wait, threshold, answered) AS calls FROM contacts JOIN queues USING (queue) GROUP BY 1, 2$$)});
$node->safe_psql('postgres', q{CALL rollup_create('slots', $$SELECT slot(arrived_at) AS slot, count(*) AS n FROM contacts GROUP BY 1$$)});
$node->safe_psql('postgres', q{UPDATE contacts SET wait = 3 WHERE contact_id < 40; ALTER EXTENSION kpi_rollup UPDATE});
my %difference = map { $_ => "SELECT count(*) FROM ((TABLE $_ EXCEPT ALL TABLE ${_}_direct) UNION ALL (TABLE ${_}_direct EXCEPT ALL TABLE $_)) AS d" } qw(hourly slots);

sub right
{
	my ($name) = @_;
	is($node->safe_psql('postgres', "$difference{$_}; DO 'BEGIN PERFORM ${_}_refresh(); END'; $difference{$_}; SELECT everything, switched_off, last_error FROM rollup_status('$_')"), "0\n0\nf||", "$name: $_ is right, and clean after a refresh")
	  for qw(hourly slots);
}

is($node->safe_psql('postgres', 'SELECT string_agg(rollup::text, $$, $$) FROM rollup_status()'), 'hourly, slots', 'the status lists them');
right('updated');
$node->safe_psql('postgres', q{INSERT INTO contacts (arrived_at, queue, wait) VALUES ('2026-11-01 03:00+00', 'mail', 3); DELETE FROM contacts WHERE contact_id = 90; UPDATE contacts SET arrived_at = arrived_at + interval '3 h' WHERE contact_id = 50});
is($node->safe_psql('postgres', q{SELECT dirty_buckets > 0, everything FROM rollup_status('hourly')}), 't|f', 'writers leave marks of buckets');
right('written');
$node->safe_psql('postgres', q{UPDATE queues SET threshold = 30});
right('a dimension');
$node->safe_psql('postgres', q{INSERT INTO contacts (arrived_at, queue, wait) VALUES ('infinity', 'mail', 3); DELETE FROM contacts WHERE arrived_at = 'infinity'});
right('a row without a bucket');
$node->safe_psql('postgres', q{CREATE OR REPLACE FUNCTION slot(at timestamptz) RETURNS timestamptz LANGUAGE plpgsql IMMUTABLE STRICT AS $$ BEGIN RETURN date_bin('30 min', at, '2000-01-01 00:00+00'); END $$});
right('a replaced function');
is($node->safe_psql('postgres', q{SELECT rollup_enable('hourly'), rollup_enable('slots')}), '|', 'rollup_enable');
$node->safe_psql('postgres', q{CREATE PUBLICATION p FOR ALL TABLES; UPDATE contacts SET wait = 5 WHERE contact_id < 60});
right('enabled, and published');
is($node->safe_psql('postgres', q{UPDATE slots_stored SET n = 7 WHERE slot < '2026-11-01 01:00+00'; SELECT rollup_rebuild('slots', tstzrange('2026-11-01', '2026-11-02')) > 0}), 't', 'rollup_rebuild');
right('rebuilt');
is($node->safe_psql('postgres', q{CALL rollup_drop('hourly'); CALL rollup_drop('slots'); SELECT count(*) FROM pg_class WHERE relname ~ '^(hourly|slots)'}), '0', 'dropped');

ok(!crashed($node), 'no backend crashed');
$node->stop;
done_testing();
