# Columns whose collation is ICU's, deterministic and not: texts that differ and are equal, as keys
# of groups, joins, lists, windows and rollups, in batches and not, beside plain SQL.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use KPI;
use Test::More;

my $node = kpi_node('collations', conf => "fsync = off\nautovacuum = off\nsynchronize_seqscans = off\nmin_parallel_table_scan_size = 0\nparallel_setup_cost = 0\nparallel_tuple_cost = 0\n");
plan skip_all => 'needs a server with ICU' if $node->safe_psql('postgres', "SELECT count(*) FROM pg_collation WHERE collprovider = 'i'") eq '0';

$node->safe_psql('postgres', "CREATE DATABASE icu TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'und'");
foreach my $db ('postgres', 'icu')
{
	$node->safe_psql($db, q{
		CREATE EXTENSION IF NOT EXISTS kpi; CREATE EXTENSION kpi_rollup;
		CREATE COLLATION no_case (PROVIDER = icu, LOCALE = 'und-u-ks-level2', DETERMINISTIC = false);
		CREATE COLLATION no_accent (PROVIDER = icu, LOCALE = 'und-u-ks-level1', DETERMINISTIC = false);
		CREATE COLLATION icu_order (PROVIDER = icu, LOCALE = 'und');
		CREATE DOMAIN queue_name AS text COLLATE no_case;
		CREATE TABLE contacts (id int PRIMARY KEY, at timestamptz NOT NULL, queue text COLLATE no_case, site varchar(20) COLLATE no_accent, agent char(8) COLLATE no_case, team queue_name, note text COLLATE icu_order, wait int, ok bool, score int);
		INSERT INTO contacts SELECT i, '2026-03-01 00:00+00'::timestamptz + i * interval '3 min', (ARRAY['Sales', 'SALES', 'sales', 'Support', 'support', 'straße', 'STRASSE', NULL, ''])[1 + i % 9],
			(ARRAY['Zürich', 'zurich', 'ZURICH', 'Genève', 'geneve', 'Bern'])[1 + i % 6], (ARRAY['Ann', 'ann', 'BOB ', 'bob'])[1 + i % 4], (ARRAY['a', 'A', 'b'])[1 + i % 3],
			(ARRAY['a', 'B', 'ä', 'Ä', 'b', 'z'])[1 + i % 6], i * 37 % 120, i % 3 > 0, i * 7 % 11
		FROM generate_series(1, 3000) AS i;
		CREATE INDEX ON contacts (at);
		CREATE TABLE queues (queue text COLLATE no_case PRIMARY KEY, threshold int, label text COLLATE no_accent);
		INSERT INTO queues VALUES ('SALES', 20, 'Café'), ('support', 60, 'CAFE'), ('Strasse', 5, 'thé');
		CREATE TABLE sites (site text COLLATE "C" PRIMARY KEY, region text);
		INSERT INTO sites VALUES ('zurich', 'east'), ('ZURICH', 'East'), ('Bern', 'WEST');
		ANALYZE});
}

# Texts that are equal may be shown either way: what is compared is folded.
my @queries = (
	'SELECT lower(min(queue COLLATE "C")), count(*), fcr(ok), nps(score) FROM contacts GROUP BY queue ORDER BY 1',
	'SELECT lower(min(site COLLATE "C")), count(DISTINCT site), fcr(ok) FROM contacts GROUP BY site ORDER BY 1',
	'SELECT count(*), sum(n) FROM (SELECT queue, site, agent, team, count(*) AS n, fcr(ok) FROM contacts GROUP BY 1, 2, 3, 4) AS s',
	'SELECT lower(team), service_level(wait, 20, ok) FROM contacts GROUP BY team ORDER BY 1',
	'SELECT queue COLLATE "C", fcr(ok) FROM contacts GROUP BY queue COLLATE "C" ORDER BY 1',
	'SELECT note, fcr(ok) FROM contacts GROUP BY note ORDER BY note',
	'SELECT note COLLATE no_case = note, lower(min(note COLLATE "C")), fcr(ok) FROM contacts GROUP BY note COLLATE no_case, 1 ORDER BY 2',
	'SELECT min(note), max(note), fcr(ok) FROM contacts',
	'SELECT lower(min(queue)), lower(max(queue)), lower(min(site)), rate(ok) FROM contacts WHERE wait > 3',
	(map { "SELECT count(*), fcr(ok) FROM contacts WHERE $_" } "queue = 'sales'", "queue = 'sales' COLLATE \"C\"", "queue <> 'SALES'", "queue < 'strasse'", "queue >= 'SUPPORT'", "site = 'geneve'", "site IN ('BERN', 'zurich')", "queue NOT IN ('sales', '')",
		"queue = ANY ('{sales,STRASSE}')", "agent = 'ANN'", "agent = 'bob '", "team = 'A'", "queue IS DISTINCT FROM 'Sales'", "note BETWEEN 'a' AND 'b'", "note > 'ä'", "queue = team", "queue = site COLLATE no_case", "greatest(queue, 'm') = 'SALES'",
		"CASE queue WHEN 'sales' THEN ok ELSE false END", "coalesce(queue, 'SALES') = 'sales'", "nullif(queue, 'SALES') IS NULL", "queue LIKE 's%'", "queue ~ 'a'", "position('a' in queue) > 0", "replace(queue, 'a', 'b') = 'x'", "starts_with(queue, 'S')", "left(queue, 1) = 'S'", "upper(queue) = 'sales'",
		"queue || '' = 'SALES'", "queue = (SELECT max(queue) FROM queues)", "queue IN (SELECT queue FROM queues)", "queue = 'sales' AND site = 'Bern' OR queue IS NULL", "queue COLLATE no_accent = 'SALES'", "queue = site"),
	'SELECT fcr(ok) FILTER (WHERE queue = $$SALES$$), fcr(queue = $$sales$$), rate(site > $$bern$$) FROM contacts',
	'SELECT lower(q.queue), count(*), service_level(wait, threshold, ok) FROM contacts AS c JOIN queues AS q USING (queue) GROUP BY q.queue ORDER BY 1',
	'SELECT lower(q.queue), count(*), service_level(wait, threshold, ok) FROM contacts AS c LEFT JOIN queues AS q ON q.queue = c.queue AND q.threshold > 10 GROUP BY q.queue ORDER BY 1',
	'SELECT q.threshold, count(*), fcr(ok) FROM contacts AS c JOIN queues AS q ON q.queue = c.queue COLLATE "C" GROUP BY 1 ORDER BY 1',
	'SELECT lower(min(label COLLATE "C")), count(*), fcr(ok) FROM contacts AS c JOIN queues AS q USING (queue) GROUP BY label ORDER BY 1',
	'SELECT region, count(*), fcr(ok) FROM contacts AS c JOIN sites AS s ON s.site = c.site COLLATE "C" GROUP BY region ORDER BY 1',
	'SELECT region, count(*), fcr(ok) FROM contacts AS c JOIN sites AS s ON s.site COLLATE no_accent = c.site GROUP BY region ORDER BY 1',
	'SELECT lower(queue), grouping(site), count(*), fcr(ok) FROM contacts GROUP BY GROUPING SETS ((queue), (queue, site), ()) ORDER BY 1, 2, 3',
	'SELECT sum(n), count(DISTINCT n), count(x) FROM (SELECT contact_number(queue, at, $$1 h$$) OVER (PARTITION BY queue ORDER BY at) AS n, fcr(ok) OVER (PARTITION BY site ORDER BY at) AS x FROM contacts) AS w',
	'SELECT sum(x), count(x) FROM (SELECT fcr(ok) OVER (PARTITION BY queue ORDER BY at ROWS 5 PRECEDING) AS x FROM contacts) AS w',
	'SELECT sum(x), count(x) FROM (SELECT fcr(ok) OVER (ORDER BY queue, at RANGE UNBOUNDED PRECEDING) AS x FROM contacts) AS w',
	'SELECT sum(x), count(x) FROM (SELECT fcr(ok) OVER (ORDER BY queue GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE TIES) AS x FROM contacts) AS w',
	'SELECT sum(x) FROM (SELECT rate(ok) OVER (PARTITION BY queue, site ORDER BY note, id) AS x FROM contacts) AS w');
my %modes = (
	'in batches' => "SET kpi.batch_cost = always; SET kpi.batch_rows = 3; SET kpi.window_cost = always",
	'in large batches' => "SET kpi.batch_cost = always; SET kpi.window_cost = always; SET enable_sort = off",
	'in parallel batches' => "SET kpi.batch_cost = always; SET max_parallel_workers_per_gather = 2",
	'with little memory' => "SET kpi.batch_cost = always; SET kpi.window_cost = always; SET work_mem = '64kB'");

# what each query gives, or its SQLSTATE
sub outcomes
{
	my ($db, $settings, $explain) = @_;
	my $script = join "\n", '\set VERBOSITY sqlstate', "LOAD 'kpi'; SET max_parallel_workers_per_gather = 0; $settings;", map { ('\echo @', "$explain$_;", '\echo :LAST_ERROR_SQLSTATE:ERROR') } @queries;
	my ($ret, $out, $err) = $node->psql($db, $script, on_error_stop => 0);
	my (undef, @outcomes) = split /^\@\n/m, $out;
	# the last error is shown until there is another one
	return map { /^(\w{5})true\n?\z/ ? $1 : s/\w{5}(true|false)\n?\z//r } @outcomes;
}

my $by_node = 0;
foreach my $db ('postgres', 'icu')
{
	my @expected = outcomes($db, 'SET kpi.batch = off; SET kpi.windows = off', '');
	is(scalar @expected, scalar @queries, "$db: every query ends");
	foreach my $mode (sort keys %modes)
	{
		my @got = outcomes($db, $modes{$mode}, '');
		is($got[$_], $expected[$_], "$db, $mode: $queries[$_]") for 0 .. $#queries;
	}
	$by_node += grep { /Custom Scan \(Kpi/ } outcomes($db, $modes{'in batches'}, 'EXPLAIN ');
}
cmp_ok($by_node, '>', @queries, 'most are executed by the extension');
note "$by_node of " . 2 * @queries . ' by the nodes of the extension';

# ---------- rollups ----------

foreach my $db ('postgres', 'icu')
{
	$node->safe_psql($db, q{CALL rollup_create('hourly', $$SELECT interval_start(at, '1 h', 'UTC') AS hour, queue, site, count(*) AS n, fcr(ok) AS fcr, queue_agg(wait, 20, ok) AS q FROM contacts GROUP BY 1, 2, 3$$)});
	my $check = sub {
		my ($what) = @_;
		# which of equal texts a group shows is the server's choice, so only what is counted is compared
		is($node->safe_psql($db, 'SELECT count(*), sum(n) FROM hourly'), $node->safe_psql($db, 'SELECT count(*), sum(n) FROM hourly_direct'), "$db: $what: the same groups");
		is($node->safe_psql($db, 'SELECT md5(string_agg(line, $$,$$ ORDER BY line)) FROM (SELECT concat_ws($$ $$, hour, n, fcr, q) AS line FROM hourly) AS s'),
			$node->safe_psql($db, 'SELECT md5(string_agg(line, $$,$$ ORDER BY line)) FROM (SELECT concat_ws($$ $$, hour, n, fcr, q) AS line FROM hourly_direct) AS s'), "$db: $what: the same figures");
	};
	$check->('filled');
	foreach my $change ("UPDATE contacts SET queue = upper(queue) WHERE id % 7 = 0", "UPDATE contacts SET queue = 'SUPPORT', site = 'zürich' WHERE id % 11 = 0", "INSERT INTO contacts SELECT id + 10000, at, lower(queue), upper(site), agent, team, note, wait, ok, score FROM contacts WHERE id < 500", "DELETE FROM contacts WHERE queue = 'SALES' AND id % 3 = 0")
	{
		$node->safe_psql($db, $change);
		$check->($change);
		$node->safe_psql($db, 'SELECT hourly_refresh()');
		$check->("$change, refreshed");
	}
	# a reader's condition by a collation
	is($node->safe_psql($db, "SELECT sum(n) FROM hourly WHERE queue = 'sUPPORT'"), $node->safe_psql($db, "SELECT sum(n) FROM hourly_direct WHERE queue = 'sUPPORT'"), "$db: a reader asks for equal texts");
}
ok(!crashed($node), 'no crash');
$node->stop;
done_testing();
