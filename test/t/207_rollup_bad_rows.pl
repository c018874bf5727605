# One bad row stops one bucket: all others are stored, its mark stays, the view says
# what the query says, and the status names the bucket and the error.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use KPI;
use Test::More;

my $node = kpi_node('bad_rows', conf => "TimeZone = 'UTC'\n");
$node->safe_psql('postgres', q{
	CREATE EXTENSION kpi_rollup;
	CREATE TABLE queues (queue text PRIMARY KEY);
	INSERT INTO queues VALUES ('calls'), ('mail');
	CREATE TABLE contacts (contact_id bigserial PRIMARY KEY, arrived_at timestamptz NOT NULL, code text NOT NULL, queue text, nps int, n int NOT NULL DEFAULT 1);
	CREATE INDEX ON contacts (arrived_at);
	INSERT INTO contacts (arrived_at, code, queue, nps)
		SELECT '2026-11-01 00:00+00'::timestamptz + i * interval '17 min', 'A' || i % 7, CASE WHEN i % 3 = 0 THEN 'mail' ELSE 'calls' END, i % 11 FROM generate_series(1, 300) AS i});
my %queries = (
	score => q{SELECT interval_start(arrived_at, '1 h', 'UTC') AS b, queue, rating_agg(nps) AS nps FROM contacts GROUP BY 1, 2},
	division => q{SELECT interval_start(arrived_at, '1 h', 'UTC') AS b, sum(10 / n) AS x FROM contacts GROUP BY 1},
	wide => q{SELECT interval_start(arrived_at, '1 h', 'UTC') AS b, queue, count(*) AS n FROM contacts GROUP BY 1, 2},
	joined => q{SELECT interval_start(arrived_at, '1 h', 'UTC') AS b, queue, count(*) AS n FROM contacts JOIN queues USING (queue) GROUP BY 1, 2},
	letters => q{SELECT substring(code from '^[A-Z]\d') AS b, count(*) AS n FROM contacts GROUP BY 1});
$node->safe_psql('postgres', "CALL rollup_create('$_', \$q\$$queries{$_}\$q\$, along => 'arrived_at', fact => 'contacts', bucket => 'b')") for sort keys %queries;

sub sql
{
	my ($ret, $out, $err) = $node->psql('postgres', join('; ', 'SET client_min_messages = error', @_));
	return $ret == 0 ? $out : $err;
}

# What the view says, error or not, is what the query says.
sub same
{
	my ($name, $rollup) = @_;
	my ($view, $query) = map { s/\n.*//sr } map { sql("SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) FROM $_ AS t") } $rollup, "${rollup}_direct";
	is($view, $query, "$name: the view says what the query says");
}

sub differ
{
	my ($rollup, $where) = @_;
	return sql("SELECT count(*) FROM ((SELECT * FROM ${rollup}_stored WHERE $where EXCEPT ALL SELECT * FROM ${rollup}_direct WHERE $where) UNION ALL (SELECT * FROM ${rollup}_direct WHERE $where EXCEPT ALL SELECT * FROM ${rollup}_stored WHERE $where)) AS d");
}

sub refreshed { return sql("SELECT $_[0]_refresh(" . ($_[1] // '') . ')') }

my $others = q{UPDATE contacts SET nps = (nps + 1) % 11, n = n + 1, code = 'B1' WHERE contact_id % 40 = 5};
my $hour = q{b >= '2026-11-01 03:00+00' AND b < '2026-11-01 04:00+00'};

# a value that an aggregate refuses
for my $case ([ 'score', 'nps = 11', qr/score/ ], [ 'division', 'n = 0', qr/division by zero/ ])
{
	my ($rollup, $value, $error) = @$case;
	refreshed($rollup);
	sql($others, "UPDATE contacts SET $value WHERE contact_id = 12");
	my $dirty = sql("SELECT dirty_buckets FROM rollup_status('$rollup')");
	cmp_ok($dirty, '>', 3, "$rollup: several buckets are dirty");
	like(refreshed($rollup), qr/^[1-9]\d*$/, "$rollup: the refresh goes on");
	is(sql("SELECT dirty_buckets, everything FROM rollup_status('$rollup')"), '1|f', "$rollup: one bucket stays dirty");
	like(sql("SELECT last_error FROM rollup_status('$rollup')"), qr/^bucket 2026-11-01 03:00:00\+00: .*$error/, "$rollup: which, and why");
	like((($node->psql('postgres', "SELECT ${rollup}_refresh()"))[2]), qr/WARNING:  the rollup public.$rollup cannot store bucket 2026-11-01 03:00:00\+00: .*$error/, "$rollup: the refresh says so, again");
	is(sql("SELECT count(*) FROM ${rollup}_dirty"), '1', "$rollup: its marks are one");
	same($rollup, $rollup);
	is(sql("SELECT count(*) FROM $rollup WHERE b > '2026-11-01 05:00+00'") > 0, 1, "$rollup: what is asked for beside it is read");
	# the newest buckets go first, the bad one does not block them
	sql($others);
	refreshed($rollup, 1000);
	is(sql("SELECT dirty_buckets FROM rollup_status('$rollup')"), '1', "$rollup: so many buckets a refresh");
	sql("UPDATE contacts SET n = 2, nps = 1 WHERE contact_id > 290");
	refreshed($rollup, 1);
	cmp_ok(sql("SELECT dirty_buckets FROM rollup_status('$rollup') WHERE last_error IS NOT NULL"), '>', 1, "$rollup: one bucket a refresh");
	# everything, because a trace has changed: the others are stored
	sql('ALTER TABLE contacts DISABLE TRIGGER USER; UPDATE contacts SET n = n + 1, nps = (nps + 1) % 11 WHERE contact_id > 100');
	sql($_) for map { "ALTER TABLE contacts ENABLE ALWAYS TRIGGER \"0rollup_$_\"" } keys %queries;
	refreshed($rollup);
	is(sql("SELECT dirty_buckets, everything FROM rollup_status('$rollup')"), '1|f', "$rollup: everything but one bucket");
	sql('UPDATE contacts SET nps = 1, n = 1 WHERE contact_id = 12');
	refreshed($rollup);
	is(sql("SELECT dirty_buckets, everything, last_error FROM rollup_status('$rollup')") . '/' . differ($rollup, 'true'), '0|f|/0', "$rollup: mended");
}

# a key that no index takes
sql(q{SELECT wide_refresh()});
sql($others, q{INSERT INTO contacts (arrived_at, code, queue) SELECT '2026-11-01 03:10+00', 'C1', string_agg(md5(i::text), '') FROM generate_series(1, 400) AS i});
like(refreshed('wide'), qr/^\d+$/, 'wide: the refresh goes on');
like(sql("SELECT dirty_buckets, everything, last_error FROM rollup_status('wide')"), qr/^1\|f\|bucket 2026-11-01 03:00:00\+00: index row/, 'wide: one bucket stays dirty');
same('wide', 'wide');
is(differ('wide', "NOT ($hour)"), '0', 'wide: the others are stored');
sql(q{DELETE FROM contacts WHERE length(queue) > 1000});
refreshed('wide');
is(sql("SELECT dirty_buckets, everything, last_error FROM rollup_status('wide')") . '/' . differ('wide', 'true'), '0|f|/0', 'wide: mended');

# a row without a bucket that the query leaves out, and one that it reads
sql(q{SELECT joined_refresh()}, $others, q{INSERT INTO contacts (arrived_at, code, queue) VALUES ('infinity', 'D1', 'nowhere')});
like(sql("SELECT last_error FROM rollup_status('joined') WHERE everything"), qr/infinity/, 'infinity: told at once');
like(refreshed('joined'), qr/^\d+$/, 'infinity: the refresh goes on');
is(differ('joined', 'true'), '0', 'infinity: all others are stored');
same('infinity, left out by a join', 'joined');
like(sql("SELECT last_error FROM rollup_status('joined') WHERE everything"), qr/infinity/, 'infinity: still told');
sql(q{UPDATE contacts SET queue = 'mail' WHERE code = 'D1'});
refreshed('joined');
same('infinity, read', 'joined');
sql(q{DELETE FROM contacts WHERE code = 'D1'});
refreshed('joined');
is(sql("SELECT dirty_buckets, everything, last_error FROM rollup_status('joined')") . '/' . differ('joined', 'true'), '0|f|/0', 'infinity: mended');

# a bucket that is NULL
sql('SELECT letters_refresh()', $others, q{INSERT INTO contacts (arrived_at, code) VALUES ('2026-11-01 03:10+00', 'none')});
like(refreshed('letters'), qr/^\d+$/, 'NULL: the refresh goes on');
is(differ('letters', 'b IS NOT NULL'), '0', 'NULL: all others are stored');
same('NULL', 'letters');
is(sql("SELECT everything, last_error FROM rollup_status('letters')"), 't|the bucket of a row is NULL', 'NULL: told');
sql(q{DELETE FROM contacts WHERE code = 'none'});
refreshed('letters');
is(sql("SELECT dirty_buckets, everything, last_error FROM rollup_status('letters')") . '/' . differ('letters', 'true'), '0|f|/0', 'NULL: mended');

# columns named as what the refresh is made of, and names that hold what ends a quotation
my $odd = q{odd $refresh$ $make$ "%s" '};
my $quoted = sub { '"' . ("$odd$_[0]" =~ s/"/""/gr) . '"' };
my @columns = qw(buckets kept seen keeping picked part first last lo hi middle code message detail hint s f o d);
sql('CREATE TABLE "odd$refresh$" (at timestamptz NOT NULL, ' . join(', ', map { "$_ int" } @columns) . ', n int NOT NULL DEFAULT 1)', 'CREATE INDEX ON "odd$refresh$" (at)',
	q{INSERT INTO "odd$refresh$" (at, code, lo) SELECT '2026-11-01 00:00+00'::timestamptz + i * interval '17 min', i % 3, i % 2 FROM generate_series(1, 100) AS i});
my $odd_query = q{SELECT interval_start(at, '1 h', 'UTC') AS "at$refresh$", } . join(', ', @columns) . q{, sum(n) AS "changed$refresh$" FROM "odd$refresh$" GROUP BY } . join(', ', 1 .. 1 + @columns);
is(sql("CALL rollup_create(\$n\$$odd\$n\$, \$q\$$odd_query\$q\$)"), '', 'odd names: a rollup');
my $odd_rows = 'SELECT count(*) FROM ((TABLE ' . $quoted->('') . ' EXCEPT ALL TABLE ' . $quoted->('_direct') . ') UNION ALL (TABLE ' . $quoted->('_direct') . ' EXCEPT ALL TABLE ' . $quoted->('') . ')) AS d';
my $odd_refresh = 'SELECT ' . $quoted->('_refresh') . '() > 0';
sql('UPDATE "odd$refresh$" SET n = 2, hi = 4 WHERE code = 1');
is(sql($odd_rows, $odd_refresh, $odd_rows), "0\nt\n0", 'odd names: refreshed');
sql('UPDATE "odd$refresh$" SET n = 3 WHERE code = 2', q{INSERT INTO "odd$refresh$" (at, lo, hi, middle, keeping) VALUES ('infinity', 1, 2, 3, 4)});
is(sql($odd_refresh), 't', 'odd names: a bucket that cannot be computed stops no other');
sql(q{DELETE FROM "odd$refresh$" WHERE at = 'infinity'}, $odd_refresh);
is(sql($odd_rows, "SELECT dirty_buckets, everything, last_error FROM rollup_status(\$n\$$odd\$n\$)"), "0\n0|f|", 'odd names: mended');

# a partition with a row whose bucket cannot be computed, which the query leaves out
sql(q{CREATE TABLE parts (at timestamptz NOT NULL, n int NOT NULL, queue text) PARTITION BY RANGE (at)}, 'CREATE INDEX ON parts (at)',
	(map { "CREATE TABLE parts_$_ PARTITION OF parts FOR VALUES FROM ('2026-0$_-01') TO ('2026-0$_-28')" } 1 .. 3), 'CREATE TABLE parts_4 (LIKE parts INCLUDING ALL)',
	q{INSERT INTO parts SELECT '2026-01-01'::timestamptz + i * interval '1 h', 1 + i % 5, 'mail' FROM generate_series(1, 100) AS i}, q{INSERT INTO parts_4 VALUES ('2026-04-02', 0, 'nowhere'), ('2026-04-03', 3, 'mail')});
is(sql(q{CALL rollup_create('parts_by', 'SELECT 100 / n AS b, queue, count(*) AS n FROM parts JOIN queues USING (queue) GROUP BY 1, 2', along => 'at')}), '', 'a partition with a bad row: a rollup');
sql(q{ALTER TABLE parts ATTACH PARTITION parts_4 FOR VALUES FROM ('2026-04-01') TO ('2026-05-01')});
is(sql('SELECT sum(n) FROM parts_by'), '101', 'a partition with a bad row: the view says what the query says');
same('a partition with a bad row', 'parts_by');
sql('SELECT parts_by_refresh()');
same('a partition with a bad row, refreshed', 'parts_by');
sql(q{UPDATE parts SET queue = 'mail' WHERE n = 0}, 'TRUNCATE parts_2');
same('a partition with a bad row that is read', 'parts_by');

# an error of the whole refresh: the cause, and not the statements
sql(q{CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'out of order' USING ERRCODE = 'object_in_use'; END $$; CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON score_stored FOR EACH ROW EXECUTE FUNCTION refuse()}, $others);
my $err = ($node->psql('postgres', 'SELECT score_refresh()'))[2];
like($err, qr/ERROR:  out of order\nDETAIL:  The rollup public.score is not refreshed, and as right as before\./, 'an error of a refresh');
cmp_ok(length($err), '<', 400, 'is short');

ok(!crashed($node), 'no backend crashed');
$node->stop;
done_testing();
