# A rollup over views and over other rollups: they are looked through to the tables, and the
# result is what the query over the views gives, whatever is written beside it.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use KPI;
use PostgreSQL::Test::Utils;
use Test::More;

srand($ENV{KPI_SEED} // 1);
my $node = kpi_node('views', conf => "TimeZone = 'UTC'\n");
$node->safe_psql('postgres', q{
	CREATE EXTENSION kpi_rollup;
	CREATE TABLE queues (queue text PRIMARY KEY, threshold int NOT NULL, team text); INSERT INTO queues SELECT 'q' || i, 20, 't' || i % 2 FROM generate_series(0, 4) AS i;
	CREATE TABLE raw (id int PRIMARY KEY, created timestamp NOT NULL, qname text NOT NULL, wait int, state text, nps int); CREATE INDEX ON raw (created);
	INSERT INTO raw SELECT i, '2026-10-30 09:10'::timestamp + i * interval '17 min', 'q' || i % 6, i % 90, CASE WHEN i % 5 = 0 THEN 'x' ELSE 'ok' END, i % 11 FROM generate_series(1, 3000) AS i;
	CREATE VIEW contacts AS SELECT r.id AS contact_id, r.created AT TIME ZONE 'Europe/Istanbul' AS arrived_at, r.qname AS queue, r.wait, r.state = 'ok' AS answered, coalesce(q.threshold, 30) AS threshold, r.nps
		FROM raw AS r LEFT JOIN queues AS q ON q.queue = r.qname WHERE r.qname <> 'q4';
	CREATE VIEW renamed (c, a, q, w) AS SELECT contact_id, arrived_at, queue, wait FROM contacts; ALTER VIEW renamed RENAME COLUMN a TO at;
	CREATE VIEW teams AS SELECT DISTINCT queue, team FROM queues;
	CREATE VIEW per_minute AS SELECT date_bin('1 min', created, '2000-01-01') AS minute, qname, count(*) AS n, rating_agg(nps) AS r FROM raw GROUP BY 1, 2 HAVING count(*) > 0;
	CREATE VIEW united AS SELECT created, qname FROM raw UNION ALL SELECT created, qname FROM raw;
	CREATE VIEW numbered AS SELECT created, row_number() OVER () AS n FROM raw;
	CREATE VIEW different AS SELECT DISTINCT created FROM raw;
	CREATE VIEW few AS SELECT created FROM raw LIMIT 10;
	CREATE VIEW first AS SELECT qname, min(created) AS created FROM raw GROUP BY 1;
	CREATE VIEW missing AS SELECT queue, created FROM queues LEFT JOIN raw ON qname = queue;
	CREATE VIEW withs AS WITH x AS (SELECT * FROM raw) SELECT created FROM x;
	CREATE VIEW clock AS SELECT created, now() AS now FROM raw});

sub sql
{
	my ($ret, $out, $err) = $node->psql('postgres', join('; ', 'SET client_min_messages = error', @_));
	return $ret == 0 ? $out : $err =~ s/^psql:<stdin>:\d+: //r =~ s/\n?(CONTEXT|LOCATION):.*//sr;
}

# ---------- what is made, and what is not ----------

my %query = (
	hourly => q{SELECT interval_start(arrived_at, '1 h', 'Europe/Istanbul') AS hour, queue, queue_agg(wait, threshold, answered) AS calls, rating_agg(nps) AS nps FROM contacts GROUP BY 1, 2},
	daily => q{SELECT (hour AT TIME ZONE 'Europe/Istanbul')::date AS day, queue, rollup(calls) AS calls, rollup(nps) AS nps FROM hourly GROUP BY 1, 2},
	monthly => q{SELECT date_trunc('month', day::timestamp) AS month, rollup(calls) AS calls FROM daily GROUP BY 1},
	star => q{SELECT interval_start(arrived_at, '1 d', 'UTC') AS day, team, count(*) AS n, sum(wait) FILTER (WHERE answered) AS w FROM contacts JOIN teams USING (queue) GROUP BY 1, 2},
	twice => q{SELECT interval_start(at, '1 d', 'UTC') AS day, q, count(w) AS n FROM renamed WHERE w > 10 GROUP BY 1, 2},
	grouped => q{SELECT date_bin('3 h', minute, '2000-01-01') AS slot, sum(n) AS n, rollup(r) AS r FROM per_minute AS m WHERE minute > '2026-11-01' GROUP BY 1},
	inline => q{SELECT date_bin('3 h', t.created, '2000-01-01') AS slot, max(t.n) AS n FROM (SELECT created, qname, count(*) AS n FROM raw WHERE wait > 5 GROUP BY 1, 2) AS t LEFT JOIN queues ON queue = qname GROUP BY 1 HAVING count(*) > 1});
my @rollups = qw(hourly daily monthly star twice grouped inline);
is(sql("CALL rollup_create('$_', \$q\$$query{$_}\$q\$)"), '', "$_: made") for @rollups;
for my $case (
	[ united => q{"hour" is made of the column "created" of "united", which is a UNION, INTERSECT or EXCEPT} ],
	[ numbered => q{reads the table "raw" through "numbered", which has window functions} ],
	[ different => q{through "different", which has DISTINCT} ],
	[ few => q{through "few", which has LIMIT or OFFSET} ],
	[ first => q{"hour" is made of an aggregate, a window function or a subquery} ],
	[ missing => q{the table "raw" must not be on the optional side of an outer join} ],
	[ withs => q{"hour" is made of the column "created" of "x", which is a WITH} ])
{
	my ($view, $error) = @$case;
	my $column = $view eq 'numbered' ? 'n' : '*';
	like(sql("CALL rollup_create('no', 'SELECT date_bin(''1 h'', created, ''2000-01-01'') AS hour, count($column) AS n FROM $view GROUP BY 1')"), qr/\Q$error\E/, "$view is not looked through");
}
like(sql(q{CALL rollup_create('no', 'SELECT date_bin(''1 h'', created, ''2000-01-01'') AS hour, max(now) AS n FROM clock GROUP BY 1')}), qr/must not depend on the session or the clock, and now\(\) does/, 'nor the clock');
like(sql(q{CALL rollup_create('no', 'SELECT date_bin(''1 h'', a.created, ''2000-01-01'') AS hour, count(*) AS n FROM raw AS a JOIN contacts ON contact_id = a.id GROUP BY 1')}), qr/must name the table "raw" only once/, 'nor the same table twice');
is(sql('CREATE ROLE other', 'CREATE TABLE guarded (at timestamptz NOT NULL, n int); CREATE INDEX ON guarded (at); CREATE POLICY part ON guarded USING (n > 1); ALTER TABLE guarded ENABLE ROW LEVEL SECURITY; GRANT SELECT ON guarded TO other',
	'CREATE VIEW of_other AS SELECT * FROM guarded; ALTER VIEW of_other OWNER TO other; CREATE VIEW by_reader WITH (security_invoker) AS SELECT * FROM guarded; ALTER VIEW by_reader OWNER TO other'), '', 'policies');
like(sql(q{CALL rollup_create('no', 'SELECT interval_start(at, ''1 h'', ''UTC'') AS hour, count(*) AS n FROM of_other GROUP BY 1')}), qr/row-level security of table "guarded" hides rows from other, who owns the view "of_other"/, 'nor a view of somebody who may not see all of its table');
is(sql(q{CALL rollup_create('guard', 'SELECT interval_start(at, ''1 h'', ''UTC'') AS hour, count(*) AS n FROM by_reader GROUP BY 1')}, "CALL rollup_drop('guard')"), '', 'unless it shows what its reader may see');
# what functions make of the session's settings, though they are called immutable
for my $case (
	[ q{count(*) FILTER (WHERE created AT TIME ZONE 'IST' > '2026-11-01') AS n}, qr/the time zone abbreviation "IST" does/ ],
	[ 'max(wait / 3.0::float8)::text AS n', qr/float8out\(double precision\) does/ ],
	[ q{max(qname::bytea::text) AS n}, qr/byteaout\(bytea\) does/ ],
	[ 'max(xmlelement(name a, created AT TIME ZONE $$UTC$$)::text) AS n', qr/must not have XML expressions/ ])
{
	like(sql("CALL rollup_create('no', \$q\$SELECT date_bin('1 h', created, '2000-01-01') AS hour, $case->[0] FROM raw GROUP BY 1\$q\$)"), $case->[1], "nor what depends on settings: $case->[0]");
}
is(sql(q{SELECT count(*) FROM pg_class WHERE relname ~ '^no(_|$)'}), '0', 'nothing is left of them');
# views whose columns have taken each other's names since other views were made of them, and one that has got more
is(sql('CREATE VIEW below AS SELECT created, qname AS a, state AS b FROM raw; CREATE VIEW above AS SELECT * FROM below', 'ALTER VIEW below RENAME a TO c; ALTER VIEW below RENAME b TO a; ALTER VIEW below RENAME c TO b',
	'CREATE OR REPLACE VIEW below AS SELECT created, qname AS b, state AS a, wait AS "A", wait AS c FROM raw', 'ALTER VIEW below RENAME a TO d; ALTER VIEW below RENAME c TO a',
	q{CALL rollup_create('swapped', 'SELECT date_bin(''1 d'', created, ''2000-01-01'') AS day, min(a) AS a, min(b) AS b FROM above GROUP BY 1')},
	q{SELECT count(*) > 0, count(*) FILTER (WHERE a NOT LIKE 'q%' OR b NOT IN ('x', 'ok')) FROM swapped}, q{CALL rollup_drop('swapped')}), 't|0', 'columns of views are told apart by their places');

# ---------- always what the query over the views gives ----------

sub differing
{
	return join '; ', map { my $view = $_; map { "SELECT '$view' FROM ((TABLE $view EXCEPT ALL $_) UNION ALL ($_ EXCEPT ALL TABLE $view)) AS d LIMIT 1" } "(TABLE ${view}_direct)", "($query{$view})" } @rollups;
}
my @changes = (
	sub { my $at = int rand 40000; "INSERT INTO raw SELECT (SELECT max(id) FROM raw) + i, '2026-10-30 00:00'::timestamp + ($at + i) * interval '1 min', 'q' || i % 6, i, 'ok', i % 11 FROM generate_series(1, " . (1 + int rand 20) . ') AS i' },
	sub { 'UPDATE raw SET wait = wait + 1 WHERE id % 100 = ' . int rand 100 },
	sub { q{UPDATE raw SET created = created + interval '5 h', nps = 10 - nps WHERE id % 300 = } . int rand 300 },
	sub { q{UPDATE raw SET qname = 'q' || id % 5, state = 'x' WHERE id % 200 = } . int rand 200 },
	sub { 'DELETE FROM raw WHERE id % 150 = ' . int rand 150 },
	sub { q{UPDATE queues SET threshold = threshold + 1 WHERE queue = 'q1'} },
	sub { q{UPDATE queues SET team = 't' || (threshold + 1) % 3 WHERE queue = 'q2'} },
	sub { 'SELECT hourly_refresh()' }, sub { 'SELECT daily_refresh()' }, sub { 'SELECT monthly_refresh(1)' }, sub { join '; ', map { "SELECT ${_}_refresh()" } @rollups });
my @failed;
for my $round (1 .. 30)
{
	my $change = $changes[ rand @changes ]->();
	sql($change);
	my $out = sql(differing());
	push @failed, "$change: $out" if $out ne '';
}
is(join("\n", @failed), '', '30 changes: each rollup is what its query gives, over its tables and over the views');
is(sql((map { "DO 'BEGIN PERFORM ${_}_refresh(); END'" } @rollups), differing(), q{SELECT count(*) FROM rollup_status() WHERE everything OR dirty_buckets > 0 OR last_error IS NOT NULL OR switched_off IS NOT NULL}), '0', 'all refreshed');
is(sql(q{UPDATE raw SET created = created + interval '1 s' WHERE id = (SELECT min(id) FROM raw WHERE qname = 'q1' AND wait > 10 AND created > '2026-11-01 12:00')}, q{SELECT string_agg(rollup_status.rollup || ' ' || dirty_buckets, ', ' ORDER BY 1) FROM rollup_status() WHERE dirty_buckets > 0}, 'TRUNCATE raw', differing(), (map { "DO 'BEGIN PERFORM ${_}_refresh(); END'" } @rollups), differing()),
	'daily 1, grouped 1, hourly 1, inline 1, monthly 1, star 1, twice 1', 'one row makes one bucket of each dirty');

# ---------- and after ----------

is(sql('INSERT INTO raw SELECT i, timestamp $$2026-11-01 00:00$$ + i * interval $$1 h$$, $$q1$$, 50, $$x$$, 9 FROM generate_series(1, 100) AS i', 'CREATE OR REPLACE VIEW contacts AS SELECT r.id AS contact_id, r.created AT TIME ZONE $$Europe/Istanbul$$ AS arrived_at, r.qname AS queue, r.wait, true AS answered, 60 AS threshold, r.nps FROM raw AS r',
	"SELECT count(*) > 0 FROM (TABLE hourly EXCEPT ALL ($query{hourly})) AS d", "SELECT count(*) FROM (TABLE hourly EXCEPT ALL TABLE hourly_direct) AS d", "CALL rollup_replace('hourly', \$q\$$query{hourly}\$q\$)", "SELECT count(*) FROM (TABLE hourly EXCEPT ALL ($query{hourly})) AS d"),
	"t\n0\n0", 'a view that changes is followed by rollup_replace');
like(sql("SELECT rollup_keep('hourly', '2026-11-02 00:00+03') > 0", "CALL rollup_create('no', \$q\$$query{daily}\$q\$)"), qr/the rollup "hourly" keeps a past that its tables do not have any more/, 'a rollup that keeps its past is not looked through');
is(sql("CALL rollup_drop('hourly')", 'UPDATE raw SET wait = 9', "SELECT count(*) FROM (TABLE daily EXCEPT ALL TABLE daily_direct) AS d", map { "CALL rollup_drop('$_')" } qw(daily monthly star twice grouped inline)), '0', 'a rollup over another outlives it');

# ---------- what the files for thirteen systems say about it ----------

foreach my $file (sort glob kpi_root() . '/examples/products/*.sql')
{
	my ($product) = $file =~ /(\w+)\.sql$/;
	my $text = slurp_file($file);
	my ($fresh) = $text =~ /^(-- Fresh: .*?)\n\n/ms;
	ok($fresh, "$product says how its reports are fresh") or next;
	load_file($node, 'postgres', "examples/products/$product.sql");
	my ($view) = $text =~ /CREATE VIEW ${product}_kpi\.(contacts|tickets)\b/;
	my $at = $view eq 'contacts' ? 'arrived_at' : 'opened_at';
	if ($fresh =~ /rollup_create/)
	{
		my $commands = join "\n", map { s/^--   //r } grep { /^--   / } split /\n/, $fresh;
		is(sql(split /;\n?/, $commands), '', "$product: as it says");
		is(sql("SELECT count(*) FROM ((TABLE ${product}_hourly EXCEPT ALL TABLE ${product}_hourly_direct)) AS d", "CALL rollup_drop('${product}_hourly')"), '0', "$product: a rollup");
	}
	else
	{
		like(sql("CALL rollup_create('no', 'SELECT interval_start($at, ''1 h'', ''UTC'') AS hour, queue, count(*) AS n FROM ${product}_kpi.$view GROUP BY 1, 2', bucket => 'hour')"), qr/^ERROR/, "$product: no rollup");
	}
}

ok(!crashed($node), 'no backend crashed');
$node->stop;
done_testing();
