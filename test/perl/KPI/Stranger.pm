# KPI queries as a stranger would ask them: a second grammar, written from the SQL standard
# and the documentation by someone who has not seen how they are executed. Each query runs
# with batch and window execution off and on; values, NULLs and whether an SQLSTATE is
# raised must be the same.
#
#   my $stranger = KPI::Stranger->new($node);
#   my $result = $stranger->run(2000, 1);		# 2000 queries, from seed 1 on
#   print @{ $result->{failures} };
#
# The seed of a query is its number, and tables are made anew for each 250 seeds. A failure is
# told with its seed and the simplest query that still fails.
package KPI::Stranger;

use strict;
use warnings;

use KPI::Choices;
use KPI::Session;

my $queries_per_tables = 250;
my $queries_per_round_trip = 10;

sub new
{
	my ($class, $node, $database) = @_;
	$database //= 'stranger';
	$node->safe_psql('postgres', "CREATE DATABASE $database");
	$node->safe_psql($database, 'CREATE EXTENSION kpi');
	$node->safe_psql($database, q{
		CREATE SCHEMA stranger;
		CREATE COLLATION stranger.ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
		CREATE DOMAIN stranger.positive AS integer CHECK (VALUE >= 0);
		CREATE DOMAIN stranger.word AS text COLLATE "C" CHECK (length(VALUE) < 50);
		CREATE TYPE stranger.mood AS ENUM ('sad', 'ok', 'happy');
		CREATE FUNCTION stranger.boom(integer) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS
			$$ BEGIN IF $1 = 2 THEN RAISE EXCEPTION 'boom' USING ERRCODE = '22023'; END IF; RETURN $1 > 0; END $$;
		CREATE FUNCTION stranger.strict_twice(integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE STRICT AS 'BEGIN RETURN 2 * $1; END';
		CREATE FUNCTION stranger.inlined(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT coalesce($1, -1) + 1';
		CREATE FUNCTION stranger.today() RETURNS date LANGUAGE sql STABLE AS 'SELECT current_date';
		CREATE FUNCTION stranger.seven() RETURNS integer LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN 7; END';
		CREATE FUNCTION stranger.nothing() RETURNS text LANGUAGE plpgsql STABLE AS 'BEGIN RETURN NULL; END';
		CREATE AGGREGATE stranger.longest(text) (SFUNC = text_larger, STYPE = text, COMBINEFUNC = text_larger, PARALLEL = SAFE);
	});
	return bless {
		connstr => $node->connstr($database),
		say => sub { },
		windows => scalar $node->safe_psql($database, "LOAD 'kpi'; SELECT current_setting('kpi.windows', true) IS NOT NULL") eq 't',
	}, $class;
}

# ---------- tables ----------

my %column = (
	id => 'bigint', q => 'integer', q8 => 'bigint', q2 => 'smallint', ag => 'integer', site => 'text', ci => 'text COLLATE ci', ch => 'varchar(12)', pad => 'character(6)', kind => 'positive',
	name => 'word', mood => 'mood', wait => 'integer', dur => 'interval', hold => 'interval', secs => 'double precision', talk => 'integer', wrap => 'integer', ok => 'boolean', done => 'boolean', maybe => 'boolean',
	score => 'integer', small => 'smallint', big => 'bigint', z => 'integer', amount => 'numeric(12,2)', any_amount => 'numeric', note => 'text', body => 'text', at => 'timestamptz', local => 'timestamp', day => 'date', tags => 'text[]',
	js => 'jsonb', u => 'uuid', span => 'tstzrange');
my %value = (
	id => 'i', q => 'nullif(i * 7 % 9, 8)', q8 => 'i * 5 % 9', q2 => '(i % 6)::smallint', ag => 'nullif(i * 3 % 8, 7)', site => "(ARRAY['north', 'south', 'South', 'west', NULL, ''])[1 + i * 11 % 6]",
	ci => "(ARRAY['a', 'A', 'b', 'B', NULL])[1 + i * 13 % 5]", ch => "(ARRAY['voice', 'chat', 'mail', NULL])[1 + i % 4]", pad => "(ARRAY['x', 'x ', 'yy', NULL])[1 + i % 4]", kind => 'i % 4',
	name => "'n' || i % 5", mood => "(ARRAY['sad', 'ok', 'happy', NULL])[1 + i % 4]::mood", wait => 'CASE WHEN i % 17 > 0 THEN i * 37 % 130 END', dur => "make_interval(secs => i * 41 % 900)", hold => "CASE WHEN i % 3 > 0 THEN make_interval(secs => i % 77) ELSE interval '0' END",
	secs => 'CASE WHEN i % 23 > 0 THEN (i * 29 % 1000) / 8.0 END', talk => 'i * 31 % 400', wrap => 'i % 60', ok => 'CASE WHEN i % 19 > 0 THEN i % 5 > 1 END', done => 'i * 7 % 11 < 6', maybe => '(ARRAY[true, false, NULL])[1 + i % 3]',
	score => 'CASE WHEN i % 13 > 1 THEN i * 17 % 11 END', small => '(1 + i % 5)::smallint', big => 'CASE WHEN i % 29 > 0 THEN i * 7 % 11 END', z => 'CASE WHEN i % 7 = 3 THEN NULL ELSE i % 3 END', amount => '(i * 113 % 10000) / 100.0',
	any_amount => 'CASE i % 4 WHEN 0 THEN 1.0 WHEN 1 THEN 1.00 WHEN 2 THEN NULL ELSE i::numeric / 7 END', note => "CASE WHEN i % 10 > 0 THEN 'note ' || i % 50 || repeat('.', (i % 40)::integer) END", body => "CASE WHEN i % 97 = 0 THEN (SELECT string_agg(md5((i + j)::text), '') FROM generate_series(1, 150) AS j) WHEN i % 31 = 0 THEN repeat(chr((97 + i % 26)::integer), 9000) ELSE 'short ' || i % 3 END",
	at => "'2026-03-27 22:00Z'::timestamptz + i * interval '7 min'", local => "'2026-03-28'::timestamp + i % 500 * interval '11 min'", day => "'2026-03-01'::date + (i % 40)::integer", tags => "ARRAY['t' || i % 3, NULL]",
	js => "jsonb_build_object('k', i % 4)", u => "md5((i % 6)::text)::uuid", span => "tstzrange('2026-03-28Z'::timestamptz + i % 90 * interval '1 h', '2026-03-28Z'::timestamptz + (i % 90 + 1 + i % 7) * interval '1 h')");
my @columns = sort keys %column;

sub shuffled
{
	my ($c, @list) = @_;
	for (my $i = $#list; $i > 0; $i--)
	{
		my $j = $c->below($i + 1);
		@list[ $i, $j ] = @list[ $j, $i ];
	}
	return @list;
}

# A table whose columns stand in any order, some added later, beside some that were dropped.
sub table
{
	my ($c, $name, $persistence) = @_;
	my @order = shuffled($c, @columns);
	my %late = map { $_ => 1 } grep { $c->maybe(0.1) } @order;
	my $n = 0;
	my @lines = map { my @dropped = $c->maybe(0.1) ? 'gone' . $n++ . ' ' . $c->pick('integer', 'text', 'numeric') : (); ("$_ $column{$_}", @dropped) } grep { !$late{$_} } @order;
	return ("CREATE $persistence TABLE $name (" . join(', ', @lines) . ')', (map { "ALTER TABLE $name DROP COLUMN gone$_" } 0 .. $n - 1),
		map { "ALTER TABLE $name ADD COLUMN $_ $column{$_}" } sort keys %late);
}

sub fill
{
	my ($name, $first, $last, $where) = @_;
	return "INSERT INTO $name (" . join(', ', @columns) . ') SELECT ' . join(', ', map { $value{$_} } @columns) . " FROM generate_series($first, $last) AS i" . ($where ? " WHERE $where" : '');
}

sub tables
{
	my ($number) = @_;
	my $c = KPI::Choices->new(1000003 * ($number + 1));
	my $rows = $c->pick(2500, 900, 4000);
	my @sql = ('DROP TABLE IF EXISTS facts, facts2, parts, tiny, family, nobody, d_q, d_q8, d_ag, d_site, d_ci, d_pair, d_many, d_empty, d_word, d_one CASCADE', 'SET search_path = stranger, public');
	push @sql, table($c, 'facts', $c->pick('', 'UNLOGGED')), table($c, 'facts2', ''), table($c, 'tiny', ''), table($c, 'nobody', '');
	push @sql, fill('facts', 1, $rows), fill('facts2', 300, 1100), fill('tiny', 1, 4);
	# partitions of other column orders, one empty, one of partitions
	my $by = $c->pick('LIST (q8)', 'RANGE (id)', 'HASH (q8)');
	my @bounds = $by =~ /LIST/ ? ('IN (0, 1)', 'IN (2, 3, 4)', 'IN (99)', undef) : $by =~ /RANGE/ ? ("FROM (MINVALUE) TO (500)", 'FROM (500) TO (1200)', 'FROM (100000) TO (200000)', undef)
	  : map { "WITH (MODULUS 4, REMAINDER $_)" } 0 .. 3;
	push @sql, 'CREATE TABLE parts (' . join(', ', map { "$_ $column{$_}" } @columns) . ") PARTITION BY $by";
	foreach my $i (0 .. $#bounds)
	{
		push @sql, table($c, "parts_$i", ''), "ALTER TABLE parts ATTACH PARTITION parts_$i " . (defined $bounds[$i] ? "FOR VALUES $bounds[$i]" : 'DEFAULT');
	}
	push @sql, fill('parts', 1, $rows);
	push @sql, 'CREATE TABLE family (' . join(', ', map { "$_ $column{$_}" } @columns) . ')', 'CREATE TABLE family_1 (extra integer DEFAULT 5) INHERITS (family)', fill('family', 1, 600), fill('family_1', 601, 1500);
	push @sql, 'CREATE TABLE d_q (k integer PRIMARY KEY, x integer, thr integer NOT NULL, site text, d interval)', "INSERT INTO d_q SELECT i, i % 2, 20 + i * 5, (ARRAY['north', 'south', 'west', NULL])[1 + i % 4], make_interval(secs => 10 * i) FROM generate_series(0, 7) AS i",
	  'CREATE TABLE d_q8 (y integer, k bigint, v text, UNIQUE (k))', "INSERT INTO d_q8 SELECT i % 3, nullif(i, 3), 'v' || i FROM generate_series(0, 8) AS i",
	  'CREATE TABLE d_ag (team text, k integer UNIQUE, site text, x integer)', "INSERT INTO d_ag SELECT 'team ' || i % 3, nullif(i, 5), (ARRAY['south', 'north', 'west'])[1 + i % 3], i % 3 FROM generate_series(0, 6) AS i", 'INSERT INTO d_ag VALUES (NULL, NULL, NULL, NULL)',
	  'CREATE TABLE d_site (k text PRIMARY KEY, n integer, region text)', "INSERT INTO d_site VALUES ('north', 1, 'up'), ('south', 2, 'down'), ('', 0, NULL), ('east', 7, 'right')",
	  'CREATE TABLE d_ci (k text COLLATE ci PRIMARY KEY, n integer)', "INSERT INTO d_ci VALUES ('a', 1), ('B', 2), ('c', 3)",
	  'CREATE TABLE d_word (k word PRIMARY KEY, n integer)', "INSERT INTO d_word VALUES ('n1', 1), ('n2', 2), ('n4', NULL)",
	  'CREATE TABLE d_pair (a integer, b integer, v integer, PRIMARY KEY (a, b))', 'INSERT INTO d_pair SELECT a, b, a * b FROM generate_series(0, 7) AS a, generate_series(0, 5) AS b WHERE (a + b) % 3 > 0',
	  'CREATE TABLE d_many (k integer, v integer)', 'INSERT INTO d_many SELECT i % 5, i FROM generate_series(1, 12) AS i', 'CREATE TABLE d_empty (k integer PRIMARY KEY, v integer)', 'CREATE TABLE d_one (v integer)', 'INSERT INTO d_one VALUES (0)';
	push @sql, "CREATE INDEX ON facts (q)", "CREATE INDEX ON facts (at)", 'CREATE INDEX ON facts (id)' if $c->maybe(0.6);
	push @sql, map { "CREATE INDEX ON $_" } grep { $c->maybe(0.4) } 'facts USING brin (at) WITH (pages_per_range = 2)', 'facts USING hash (ch)', 'facts USING gin (tags)', 'facts USING gin (js)', 'facts USING gist (span)', 'facts (wait) WHERE wait > 60', 'facts ((talk % 4))',
	  'facts (lower(site))', 'facts (ci)', 'facts (day, q)', 'parts (at)', 'parts USING hash (q)', 'facts2 (id)';
	push @sql, 'CREATE VIEW seen AS SELECT * FROM facts WHERE wait < 100', "CREATE VIEW joined AS SELECT f.*, d.thr, d.x, d.site AS dsite FROM facts AS f LEFT JOIN d_q AS d ON f.q = d.k",
	  "DELETE FROM facts WHERE id % 11 = 0", "UPDATE facts SET wait = wait + 1 WHERE id % 5 = 0";
	push @sql, "UPDATE facts SET secs = secs + 1 WHERE id % 6 = 0", "UPDATE facts SET secs = secs - 1 WHERE id % 12 = 0" if $c->maybe(0.5);
	push @sql, $c->pick('ANALYZE', 'VACUUM ANALYZE', 'VACUUM');
	return @sql;
}

# ---------- expressions over a row of contacts, with the alias f ----------

# what a query can use of its joins: { alias => { column => type } }
sub dimension_column
{
	my ($c, $joins, $type) = @_;
	my @found = map { my $a = $_; map { "$a.$_" } grep { $joins->{$a}{$_} eq $type } sort keys %{ $joins->{$a} } } sort keys %$joins;
	return @found ? $c->pick(@found) : undef;
}

sub integer
{
	my ($c, $q, $depth) = @_;
	my $dim = dimension_column($c, $q->{joins}, 'integer');
	my @plain = ('f.q', 'f.ag', 'f.wait', 'f.z', 'f.kind', 'f.score', 'f.small', 'f.q2', 'f.talk', defined $dim ? ($dim, $dim) : ());
	return $c->pick(@plain) if $depth <= 0 || $c->maybe(0.5);
	my $i = sub { integer($c, $q, $depth - 1) };
	return $c->pick(
		sub { $i->() . ' + ' . $i->() },
		sub { '(' . $i->() . ' % 4)' },
		sub { $c->below(9) },
		sub { 'coalesce(' . $i->() . ', ' . $i->() . ')' },
		sub { 'nullif(' . $i->() . ', ' . $c->below(4) . ')' },
		sub { 'CASE WHEN ' . condition($c, $q, $depth - 1) . ' THEN ' . $i->() . ($c->maybe(0.7) ? ' ELSE ' . $i->() : '') . ' END' },
		sub { "CASE f.z WHEN 0 THEN -1 ELSE 10 / f.z END" },
		sub { 'length(' . text($c, $q, $depth - 1) . ')' },
		sub { 'inlined(' . $i->() . ')' },
		sub { 'strict_twice(' . $i->() . ')' },
		sub { 'greatest(' . $i->() . ', ' . $i->() . ')' },
		sub { 'extract(' . $c->pick('hour', 'dow', 'day', 'minute') . ' FROM f.' . $c->pick('at', 'local') . ')::integer' },
		sub { '(SELECT max(v) FROM d_one)' },
		sub { '(SELECT count(*)::integer FROM d_many WHERE v > 4)' },
		sub { "(f.js ->> 'k')::integer" },
		sub { 'seven()' },
		sub { 'abs(' . $i->() . ' - 3)' })->();
}

sub text
{
	my ($c, $q, $depth) = @_;
	my $dim = dimension_column($c, $q->{joins}, 'text');
	my @plain = ('f.site', 'f.ch', 'f.name', 'f.note', 'f.body', 'f.pad', defined $dim ? ($dim, $dim) : ());
	return $c->pick(@plain) if $depth <= 0 || $c->maybe(0.5);
	my $t = sub { text($c, $q, $depth - 1) };
	return $c->pick(
		sub { 'lower(' . $t->() . ')' },
		sub { $t->() . " || '!'" },
		sub { 'coalesce(' . $t->() . ", 'none')" },
		sub { 'left(' . $t->() . ', ' . (1 + $c->below(3)) . ')' },
		sub { 'CASE WHEN ' . condition($c, $q, $depth - 1) . ' THEN ' . $t->() . " ELSE 'other' END" },
		sub { '(' . integer($c, $q, $depth - 1) . ')::text' },
		sub { 'f.mood::text' },
		sub { 'f.tags[1]' },
		sub { 'md5(' . $t->() . ')' },
		sub { "to_char(f.at, 'YYYY-MM-DD')" },
		sub { '(SELECT max(site) FROM d_q)' },
		sub { 'nothing()' },
		sub { "substr(f.body, 3, 2)" })->();
}

my @guards = ('f.z <> 0 AND 10 / f.z > 3', 'f.z = 0 OR 10 / f.z > 3', 'CASE WHEN f.z <> 0 THEN 10 / f.z > 3 END', 'f.z IS NULL OR f.z = 0 OR 100 % f.z = 0', 'NOT (f.z = 0 OR 7 / f.z = 7)',
	"f.name < 'n3' OR f.name::text::integer > 0 IS NULL", "CASE WHEN f.q = 2 THEN false ELSE boom(f.q) END", '(f.q <> 2 AND boom(f.q))', '(f.id > 0 OR f.wait > (SELECT 1 / v FROM d_one))', '(f.id < 0 AND f.wait > (SELECT 1 / v FROM d_one))',
	'coalesce(f.z > 5 AND 1 / f.z > 0, true)', "(f.id >= 0 OR '12x'::text::integer = f.q)", 'f.q < 8 OR sqrt(-1 - f.q) > 0');

sub condition
{
	my ($c, $q, $depth) = @_;
	my $i = sub { integer($c, $q, 1) };
	my $t = sub { text($c, $q, 1) };
	if ($depth > 0 && $c->maybe(0.45))
	{
		my $p = sub { condition($c, $q, $depth - 1) };
		return $c->pick(
			sub { '(' . $p->() . ' AND ' . $p->() . ')' },
			sub { '(' . $p->() . ' OR ' . $p->() . ')' },
			sub { 'NOT (' . $p->() . ')' },
			sub { '(' . $p->() . ') IS NOT TRUE' },
			sub { '(' . $p->() . ') = (' . $p->() . ')' },
			sub { '(CASE WHEN ' . $p->() . ' THEN ' . $p->() . ' ELSE ' . $p->() . ' END)' })->();
	}
	return $c->pick(
		sub { 'f.wait ' . $c->pick('<', '>=', '<>') . ' ' . $c->pick(20, 60, 0) },
		sub { 'f.ok' },
		sub { 'f.maybe IS ' . $c->pick('NOT NULL', 'NULL', 'TRUE', 'NOT FALSE', 'UNKNOWN') },
		sub { $i->() . ' ' . $c->pick('=', '<', '>', '<=', '<>') . ' ' . $i->() },
		sub { $t->() . ' = ' . $c->pick("'north'", "'voice'", $t->()) },
		sub { 'f.ch ' . $c->pick('LIKE', 'NOT LIKE', 'ILIKE') . " '%" . $c->pick('a', 'oi', 'VO', '') . "%'" },
		sub { 'f.q ' . $c->pick('IN', 'NOT IN') . ' (' . join(', ', map { $_ % 7 == 6 && $c->maybe(0.1) ? 'NULL' : $c->below(10) } 1 .. $c->pick(2, 5, 12, 40)) . ')' },
		sub { 'f.id IN (' . join(', ', map { 7 * $_ } 1 .. $c->pick(80, 3000, 300)) . ')' },
		sub { 'f.wait = ANY (ARRAY(SELECT v * 7 FROM d_many))' },
		sub { "f.site = ANY ('{north,south,NULL}')" },
		sub { 'f.site IN (' . join(', ', map { "'s$_'" } 1 .. $c->pick(3, 200)) . ", 'south', 'west')" },
		sub { 'f.ci = ' . $c->pick("'A'", "'b'", 'upper(f.ci)') },
		sub { "f.ci COLLATE \"C\" = 'A'" },
		sub { "f.site COLLATE ci = 'SOUTH'" },
		sub { 'f.id BETWEEN ' . $c->pick('100 AND 900', '5 AND 1', '1 AND 100000') },
		sub { "f.at >= '2026-03-29 00:00' AND f.at < '2026-03-" . $c->pick('30', '29', '31') . "'" },
		sub { 'f.at::date = ' . $c->pick("'2026-03-29'", '(SELECT min(day) + 30 FROM facts2)', 'f.day + 20') },
		sub { "f.at > '2026-03-30' AND f.at < '2026-03-30 " . $c->pick('02:00', '12:00', '23:00') . "'" },
		sub { 'f.id BETWEEN 300 AND ' . $c->pick(340, 600) },
		sub { $c->pick("f.tags @> ARRAY['t1']", "f.span && tstzrange('2026-03-29Z', '2026-03-29 05:00Z')", "lower(f.site) = 'south'", 'f.talk % 4 = 2', 'f.wait > 90') },
		sub { 'f.amount > ' . $c->pick('50', '99.99', '(SELECT avg(v) * 10 FROM d_many)') },
		sub { 'f.any_amount = 1' },
		sub { 'f.mood ' . $c->pick("> 'sad'", "= 'ok'", 'IS DISTINCT FROM NULL') },
		sub { "f.pad = '" . $c->pick('x', 'x  ', 'yy') . "'" },
		sub { '(f.q, f.ag) ' . $c->pick('<', '=', '>=') . ' (' . $i->() . ', 3)' },
		sub { $t->() . ' IS NOT DISTINCT FROM ' . $t->() },
		sub { $i->() . ' IS DISTINCT FROM ' . $i->() },
		sub { "f.body LIKE '%" . $c->pick('a', 'short', 'ff') . "%'" },
		sub { 'length(f.body) > ' . $c->pick(10, 5000) },
		sub { "f.js @> '{\"k\": 2}'" },
		sub { "f.tags[1] = 't1'" },
		sub { "f.note ~ '" . $c->pick('1', '^note [1-3]', '[') . "'" },
		sub { $c->pick('f.done', 'f.talk > 100', 'EXISTS (SELECT 1 FROM d_many AS m WHERE m.k = f.q' . ($c->maybe(0.5) ? ' AND m.v > f.z' : '') . ')',
			'f.q ' . $c->pick('IN', 'NOT IN') . ' (SELECT ' . $c->pick('k FROM d_many', 'k FROM d_q WHERE x = 1', 'k FROM d_ag', 'k FROM d_empty') . ')') },
		sub { $c->pick('true', 'false', 'NULL::boolean', '1 = 1', 'now() > f.at') },
		sub { '(' . $c->pick(@guards) . ')' })->();
}

# ---------- aggregates ----------

sub duration
{
	my ($c, $q) = @_;
	return $c->pick([ 'f.wait', 'integer' ], [ 'f.dur', 'interval' ], [ 'f.secs', 'double' ], [ 'f.talk', 'integer' ], [ 'f.hold', 'interval' ],
		[ 'CASE WHEN ' . condition($c, $q, 1) . ' THEN f.wait END', 'integer' ], [ 'f.wait + 1', 'integer' ], [ $c->pick('f.wait + 2', 'f.wait - 1'), 'integer' ], [ 'f.kind', 'integer' ], [ 'greatest(f.dur, f.hold)', 'interval' ], [ 'f.secs + 0.5', 'double' ],
		[ 'abs(' . integer($c, $q, 1) . ')', 'integer' ], [ "make_interval(secs => f.talk)", 'interval' ], [ "NULL::interval", 'interval' ], [ 'f.dur * 2', 'interval' ]);
}

sub kpi
{
	my ($c, $q) = @_;
	my $hit = sub { $c->pick('f.ok', 'f.done', 'f.maybe', 'f.wait < 20', condition($c, $q, 1), condition($c, $q, 2)) };
	my $score = sub { $c->pick('f.score', 'f.big', 'f.score', 'nullif(f.score, 3)', 'f.score % 11', 'CASE WHEN ' . condition($c, $q, 1) . ' THEN f.score END', 'f.kind', integer($c, $q, 1)) };
	my $same = sub { my ($first, $type) = @{ duration($c, $q) }; ($first, { integer => 'f.wrap', interval => 'f.hold', double => 'f.secs' }->{$type}, $type) };
	return $c->pick(
		sub { $c->pick(qw(fcr answer_rate rate proportion_agg repeat_rate sla_rate contacts_per_resolution)) . '(' . $hit->() . ')' },
		sub { $c->pick(qw(nps rating_agg nps)) . '(' . $score->() . ')' },
		sub { 'nps(f.small + 4)' },
		sub {
			my ($wait, $other, $type) = $same->();
			my $dim = dimension_column($c, $q->{joins}, 'threshold');
			my $limit = $type eq 'integer' ? (defined $dim && $c->maybe(0.7) ? $dim : $c->pick(20, '60', 'f.q * 10', 'f.kind')) : $type eq 'interval' ? "'20 s'" : '20.5';
			return $c->pick('service_level', 'queue_agg') . "($wait, $limit, f." . $c->pick('ok', 'done', 'maybe') . ')';
		},
		sub { my ($d) = @{ duration($c, $q) }; $c->pick(qw(asa average_time_to_abandon)) . "($d, f." . $c->pick('ok', 'done') . ')' },
		sub { my ($d) = @{ duration($c, $q) }; $c->pick(qw(aht handle_agg duration_agg)) . "($d)" },
		sub { my ($d, $other) = $same->(); $c->pick(qw(aht handle_agg)) . "($d, $other, $other)" },
		sub { my ($d) = @{ duration($c, $q) }; "percentile($d, " . $c->pick('0.9', '0.5', '1') . ')' },
		sub { my ($d, $other) = $same->(); $c->pick(qw(occupancy time_share_agg)) . "($d, $other)" },
		sub { 'number_agg(' . $c->pick('f.amount', 'f.any_amount', 'f.big', 'f.wait', integer($c, $q, 1)) . ')' },
		sub { $c->pick('csat', 'ces') . '(' . $c->pick('f.small', 'f.small', 'f.score') . ')' },
		sub { 'rate(f.big, f.big + 1)' },
		sub { $c->pick(qw(peak_concurrency span_agg covered)) . '(f.span)' },
		sub { 'net_score(' . $score->() . ', 3, 8)' })->();
}

sub server_aggregate
{
	my ($c, $q) = @_;
	return $c->pick(
		sub { 'count(*)' },
		sub { 'count(' . $c->pick(integer($c, $q, 1), text($c, $q, 1)) . ')' },
		sub { 'sum(' . integer($c, $q, 1) . ')' },
		sub { 'sum(f.amount)' },
		sub { 'avg(' . integer($c, $q, 1) . ')' },
		sub { $c->pick('min', 'max') . '(' . $c->pick('f.at', 'f.day', 'f.wait', 'f.id', 'f.note', 'f.body', 'f.mood', 'f.secs', 'f.dur', text($c, $q, 1)) . ')' },
		sub { $c->pick('bool_and', 'bool_or') . '(' . condition($c, $q, 1) . ')' },
		sub { 'longest(' . text($c, $q, 1) . ')' },
		sub { 'bit_and(f.talk)' },
		sub { 'sum(f.big)' },
		sub { $c->pick('count(*)', 'count(DISTINCT ' . integer($c, $q, 1) . ')', 'array_agg(f.id ORDER BY f.id)', "string_agg(f.ch, ',' ORDER BY f.id)", 'percentile_disc(0.5) WITHIN GROUP (ORDER BY f.wait)') })->();
}

sub aggregate
{
	my ($c, $q, $kpi) = @_;
	my $call = $kpi || $c->maybe(0.55) ? kpi($c, $q) : server_aggregate($c, $q);
	$call .= ' FILTER (WHERE ' . condition($c, $q, 2) . ')' if $c->maybe(0.25);
	return $call;
}

# ---------- FROM ----------

my %dimension = (
	d_q => [ 'f.q', 'k', { k => 'integer', x => 'integer', thr => 'threshold', site => 'text' } ],
	d_q8 => [ 'f.q8', 'k', { y => 'integer', v => 'text' } ],
	d_ag => [ 'f.ag', 'k', { k => 'integer', x => 'integer', team => 'text', site => 'text' } ],
	d_site => [ 'f.site', 'k', { n => 'integer', region => 'text', k => 'text' } ],
	d_word => [ 'f.name', 'k', { n => 'integer' } ],
	d_ci => [ 'f.ci', 'k', { n => 'integer' } ],
	d_many => [ 'f.q', 'k', { v => 'integer' } ],
	d_empty => [ 'f.ag', 'k', { v => 'integer' } ]);

sub from
{
	my ($c, $q) = @_;
	my $table = $c->pick('facts', 'parts', 'facts', 'facts', 'parts', 'facts2', 'seen', 'tiny', 'family', 'nobody', 'ONLY family', '(SELECT * FROM facts WHERE id % 2 = 0)', '(SELECT * FROM parts UNION ALL SELECT ' . join(', ', map { "facts2.$_" } @columns) . ' FROM facts2)',
		'(SELECT * FROM facts ORDER BY id LIMIT 500)');
	$q->{fact} = $table;
	my $from = "$table AS f";
	$q->{joins} = {};
	my @commas;
	my @where;
	my $count = $c->pick(0, 0, 1, 2, 1, 3, 2, 4);
	foreach my $n (1 .. $count)
	{
		my $name = $c->pick('d_q', 'd_ag', 'd_q8', 'd_site', 'd_word', 'd_ci', 'd_many', 'd_pair', 'd_empty', 'd_q');
		my $alias = "d$n";
		if ($name eq 'd_pair')
		{
			my $dim = dimension_column($c, $q->{joins}, 'integer');
			my $on = $c->pick("$alias.a = f.q AND $alias.b = f.q2", "f.q2 = $alias.b AND $alias.a = f.q AND $alias.v > 0", defined $dim ? "$alias.a = $dim AND $alias.b = f.q2" : "$alias.a = f.ag AND $alias.b = f.q2");
			$from .= ' ' . $c->pick('JOIN', 'LEFT JOIN') . " d_pair AS $alias ON $on";
			$q->{joins}{$alias} = { v => 'integer', a => 'integer' };
			next;
		}
		my ($key, $k, $offered) = @{ $dimension{$name} };
		my $dim = dimension_column($c, $q->{joins}, $key =~ /site|name|ci/ ? 'text' : 'integer');
		$key = $dim if defined $dim && $c->maybe(0.1) && $name ne 'd_ci';
		my $on = $c->pick("$key = $alias.$k", "$alias.$k = $key", "$key IS NOT DISTINCT FROM $alias.$k", $key =~ /site|name/ ? "$key = $alias.$k COLLATE \"C\"" : $key =~ /ci/ ? "$key COLLATE \"C\" = $alias.$k COLLATE \"C\"" : "$key + 0 = $alias.$k",
			$key =~ /site|name|ci|team/ ? "lower($key) = $alias.$k" : "$key + 1 = $alias.$k");
		$on = "$key = $alias.$k" if $c->maybe(0.75);
		my $type = $c->pick('JOIN', 'LEFT JOIN', 'JOIN', 'JOIN', 'LEFT JOIN', 'JOIN', ',', 'CROSS JOIN', $c->pick('LATERAL', 'RIGHT JOIN', 'FULL JOIN'));
		$on = "$key = $alias.$k" if $type eq 'FULL JOIN';
		# more conditions, also between dimensions
		my %with = (%{ $q->{joins} }, $alias => $offered);
		my $more = sub {
			my $one = dimension_column($c, { $alias => $offered }, 'integer');
			my $other = dimension_column($c, $q->{joins}, 'integer');
			my $text = dimension_column($c, { $alias => $offered }, 'text');
			my $other_text = dimension_column($c, $q->{joins}, 'text');
			my @possible = (defined $one ? "$one > 0" : (), defined $one && defined $other ? ("$one = $other", "$one < $other", "f.kind = $one + $other") : (), defined $text && defined $other_text ? "$text = $other_text" : (),
				defined $text ? "$text <> 'south'" : (), defined $one ? ("$one = f.kind", "f.q2 >= $one") : (), 'f.wait < 100', 'f.ok', 'f.z <> 0 AND 10 / f.z > 3');
			return $c->pick(@possible);
		};
		$on .= ' AND ' . $more->() if $type ne 'FULL JOIN' && $c->maybe(0.25);
		push @where, $more->() if $c->maybe(0.35);
		if ($type eq ',' && $n == $count) { push @commas, "$name AS $alias"; push @where, $on; }
		elsif ($type eq 'CROSS JOIN' || $type eq ',') { $from .= " JOIN $name AS $alias ON true"; push @where, $on; }
		elsif ($type eq 'LATERAL') { $from .= ' ' . $c->pick('', 'LEFT ') . "JOIN LATERAL (SELECT * FROM $name AS i WHERE i.$k = $key) AS $alias ON true"; }
		else { $from .= " $type $name AS $alias ON $on"; }
		$q->{joins}{$alias} = $offered;
	}
	$q->{from} = join ', ', $from, @commas;
	# a comma binds less than JOIN: whatever a condition of a JOIN names must stand before
	$q->{where} = [@where];
}

# ---------- queries ----------

my @constant_keys = ('now()', 'current_schema()', 'current_date', "'all'::text", 'NULL::text', 'seven()', 'today()', '1 + 1', 'pi()', "interval '1 day'", '(SELECT v FROM d_one)', '(SELECT max(site) FROM d_q)', 'current_user', "current_setting('TimeZone')");

sub key
{
	my ($c, $q) = @_;
	my $dim = dimension_column($c, $q->{joins}, $c->pick('text', 'integer'));
	return $c->pick(
		sub { $c->pick('f.q', 'f.ch', 'f.site', 'f.ag', 'f.day', 'f.ok', 'f.kind', 'f.name', 'f.mood', 'f.q8', 'f.small', 'f.u') },
		sub { defined $dim ? $dim : 'f.q2' },
		sub { integer($c, $q, 2) },
		sub { text($c, $q, 1) },
		sub { $c->pick(@constant_keys) },
		sub { "interval_start(f.at, '" . $c->pick('1 day', '30 min', '1 week') . "', '" . $c->pick('UTC', 'Europe/Berlin', 'Asia/Kathmandu') . "')" },
		sub { "date_trunc('" . $c->pick('day', 'hour', 'month') . "', f." . $c->pick('at', 'local') . ')' },
		sub { '(' . condition($c, $q, 1) . ')' },
		sub { $c->pick('f.note', 'f.body', 'f.tags', 'f.js', 'f.dur', 'f.amount', 'f.local', 'f.at::date', '(f.q, f.ag)', 'f.site COLLATE "C"', 'upper(f.ci)') })->();
}

# SELECT ... of groups; columns are numbered for ORDER BY
sub grouped
{
	my ($c, $q, %options) = @_;
	from($c, $q);
	my @where = @{ $q->{where} };
	push @where, condition($c, $q, 2) foreach 1 .. $c->pick(0, 1, 1, 2);
	push @where, $options{and} if $options{and};
	my @keys = map { key($c, $q) } 1 .. $c->pick(1, 0, 2, 1, 3);
	my @outputs = map { aggregate($c, $q, $_ == 1) } 1 .. $c->pick(1, 2, 3, 6);
	# a moment is never the same again
	my $sql = 'SELECT ' . join(', ', (map { $_ eq 'now()' ? 'now() IS NOT NULL' : $_ } @keys), @outputs) . " FROM $q->{from}" . (@where ? ' WHERE ' . join(' AND ', @where) : '');
	if (@keys)
	{
		my @numbers = map { $keys[ $_ - 1 ] eq 'now()' ? 'now()' : $_ } 1 .. @keys;
		my $sets = $c->maybe(0.12) ? $c->pick('ROLLUP (%s)', 'CUBE (%s)', 'GROUPING SETS ((%s), ())') : '%s';
		$sets = '%s' if @keys == 3;
		$sql .= ' GROUP BY ' . ($sets eq '%s' ? join(', ', @numbers) : sprintf $sets, join ', ', @numbers);
	}
	$sql .= ' HAVING ' . $c->pick('count(*) > 3', 'max(f.wait) > 10', 'fcr(f.ok) > 0.2', 'nps(f.score) IS NOT NULL', 'count(*) > (SELECT 1 FROM d_one)', 'bool_or(f.ok)') if $c->maybe(0.15);
	$q->{width} = @keys + @outputs;
	return $sql;
}

sub windowed
{
	my ($c, $q) = @_;
	from($c, $q);
	my $w = sub {
		my $partition = $c->pick('', 'PARTITION BY f.q ', 'PARTITION BY f.site ', 'PARTITION BY f.q, f.ok ', 'PARTITION BY ' . integer($c, $q, 1) . ' ', 'PARTITION BY f.ci ', 'PARTITION BY f.day ', 'PARTITION BY lower(' . text($c, $q, 0) . ') ');
		my $order = $c->pick('ORDER BY f.at, f.id', 'ORDER BY f.id DESC', '', 'ORDER BY f.wait NULLS FIRST', 'ORDER BY f.at', 'ORDER BY f.secs DESC NULLS LAST', 'ORDER BY f.day', 'ORDER BY f.site COLLATE "C" DESC', 'ORDER BY f.amount');
		my $total = $order =~ /f\.id|^$/;
		my $frame = $order eq '' ? $c->pick('', ' RANGE BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING')
		  : $c->pick('', $total ? (' ROWS 10 PRECEDING', ' ROWS BETWEEN 3 PRECEDING AND 2 FOLLOWING', ' ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING', ' ROWS BETWEEN 2 FOLLOWING AND 7 FOLLOWING', ' ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING') : (), ' GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING',
			' RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING', $order =~ /^ORDER BY f\.at$/ ? (" RANGE BETWEEN '3 hours' PRECEDING AND CURRENT ROW", " RANGE BETWEEN '1 day' PRECEDING AND '1 hour' PRECEDING") : (), $order =~ /^ORDER BY f\.wait/ ? ' RANGE BETWEEN 5 PRECEDING AND 5 FOLLOWING' : ());
		$frame .= $c->pick(' EXCLUDE CURRENT ROW', ' EXCLUDE GROUP', ' EXCLUDE TIES') if $frame =~ /BETWEEN/ && $c->maybe(0.2);
		return "($partition$order$frame)";
	};
	my $call = sub {
		my $aggregate = $c->maybe(0.8) ? kpi($c, $q) : $c->pick('count(*)', 'sum(f.wait)', 'min(f.at)', 'max(f.note)', 'bool_or(f.ok)', 'sum(f.amount)');
		return $aggregate . ($c->maybe(0.2) ? ' FILTER (WHERE ' . condition($c, $q, 1) . ')' : '') . ' OVER ';
	};
	my $named = $w->();
	my @outputs = map { $call->() . ($c->maybe(0.5) ? 'w' : $w->()) } 1 .. $c->pick(1, 2, 3);
	my @where = @{ $q->{where} };
	push @where, condition($c, $q, 1) if $c->maybe(0.5);
	push @where, 'f.id < ' . $c->pick(200, 1000);
	# what an aggregate of a window shows is the same however rows that tie are ordered
	$q->{width} = 1 + @outputs;
	return "SELECT f.id, " . join(', ', @outputs) . " FROM $q->{from}" . (@where ? ' WHERE ' . join(' AND ', @where) : '') . " WINDOW w AS $named";
}

# The statements of a case, run in one transaction that is rolled back.
sub statements
{
	my ($c) = @_;
	my $q = { joins => {} };
	my $top = $q->{top} = $c->pick('plain', 'plain', 'plain', 'window', 'prepared', 'wrapped', 'cursor', 'changes', 'savepoint', 'into', 'loop', 'correlated', 'plain', 'window');
	my $dml = sub {
		$c->pick('UPDATE facts SET wait = 5, ok = true WHERE id % 3 = 0', 'DELETE FROM facts WHERE q = 3', fill('facts', 5000, 5300), "UPDATE d_q SET thr = thr * 2, x = 1 - x", 'DELETE FROM d_q WHERE k = 2', 'TRUNCATE facts', 'ALTER TABLE facts ADD COLUMN more integer DEFAULT 3',
			"INSERT INTO d_q VALUES (8, 1, 30, 'north', '5 s')", 'UPDATE parts SET q8 = (q8 + 1) % 9 WHERE id % 7 = 0', 'DELETE FROM parts WHERE id < 600', 'ALTER TABLE d_q DROP CONSTRAINT d_q_pkey', 'INSERT INTO d_ag SELECT team, 100 + k, site, x FROM d_ag',
			'CREATE INDEX ON facts (wait)', 'ALTER TABLE facts ALTER COLUMN score TYPE bigint', 'UPDATE d_one SET v = 1', "INSERT INTO d_one VALUES (2)");
	};
	my $query = $top eq 'window' ? windowed($c, $q) : grouped($c, $q, $top eq 'prepared' ? (and => $c->pick('f.wait > $1', 'f.q = $1', 'f.id < $1 * 20', '($1 IS NULL OR f.q = $1)', 'f.z = $1 OR 1 / nullif($1, 0) > 0')) : ());
	return ($q, $query) if $top eq 'plain' || $top eq 'window';
	if ($top eq 'prepared')
	{
		my @runs = map { 'EXECUTE p (' . $c->pick('3', '0', 'NULL', '40', '2') . ')' } 1 .. 1 + $c->below(3);
		return ($q, 'DEALLOCATE ALL', $c->maybe(0.5) ? 'SET LOCAL plan_cache_mode = force_generic_plan' : (), "PREPARE p (integer) AS $query", map { ($_, $c->maybe(0.5) ? ($dml->(), $_) : ()) } @runs);
	}
	if ($top eq 'wrapped')
	{
		my @names = map { "c$_" } 1 .. $q->{width};
		my $list = join ', ', @names;
		return ($q, $c->pick("WITH t ($list) AS MATERIALIZED ($query) SELECT count(*), count(c$q->{width}) FROM t", "WITH t ($list) AS ($query) SELECT * FROM t WHERE c1 IS NOT NULL", "SELECT count(*) FROM ($query) AS t ($list)", "SELECT * FROM ($query) AS t ($list) UNION ALL $query", "SELECT EXISTS ($query)",
				"SELECT $list, d.k FROM ($query) AS t ($list) LEFT JOIN d_q AS d ON d.k = length(c1::text)", "SELECT t.*, count(*) OVER () FROM ($query) AS t", "SELECT 1 WHERE (SELECT count(*) FROM ($query) AS t) > 2"));
	}
	return ($q, "DECLARE cur " . $c->pick('', 'SCROLL ') . "CURSOR FOR SELECT md5(t::text) FROM ($query) AS t ORDER BY 1", 'FETCH 2 FROM cur', $dml->(), 'FETCH 3 FROM cur', 'FETCH ALL FROM cur') if $top eq 'cursor';
	return ($q, $dml->(), $query, $c->maybe(0.5) ? $dml->() : (), $query) if $top eq 'changes';
	if ($top eq 'savepoint')
	{
		$q->{continues} = 1;
		return ($q, 'SAVEPOINT s', $dml->(), $query, 'ROLLBACK TO s', $query, 'SAVEPOINT t', $query . $c->pick('', ' HAVING 1 / (count(*) - count(*)) > 0', ' LIMIT -1'), 'ROLLBACK TO t', $query);
	}
	return ($q, "CREATE TEMP TABLE made ON COMMIT DROP AS SELECT md5(t::text) AS row FROM ($query) AS t", 'SELECT * FROM made ORDER BY 1') if $top eq 'into';
	return ($q, "DO \$do\$ DECLARE r record; n integer := 0; BEGIN FOR i IN 1 .. 7 LOOP FOR r IN $query LOOP n := n + length(r::text) * i; END LOOP; END LOOP; PERFORM set_config('stranger.n', n::text, true); EXCEPTION WHEN division_by_zero THEN PERFORM set_config('stranger.n', 'error', true); END \$do\$", "SELECT current_setting('stranger.n')")
	  if $top eq 'loop';
	# correlated
	my $kpi = kpi($c, { joins => {} });
	my $inner = $c->pick('f.q = o.k', 'f.q > o.k', 'f.wait < o.thr AND f.q = o.k', 'o.site = f.site', 'f.z = o.x OR f.kind = o.k');
	my $from = $c->pick('facts', 'parts', 'facts2', 'tiny');
	return ($q, $c->pick("SELECT o.k, (SELECT $kpi FROM $from AS f WHERE $inner) FROM d_q AS o", "SELECT o.k, x.* FROM d_q AS o, LATERAL (SELECT o.x, $kpi FROM $from AS f WHERE $inner GROUP BY 1) AS x", "SELECT o.k, x.* FROM d_q AS o LEFT JOIN LATERAL (SELECT f.ch, count(*), $kpi FROM $from AS f WHERE $inner GROUP BY f.ch, o.site) AS x ON true",
			"SELECT k FROM d_q AS o WHERE (SELECT count(*) FROM (SELECT $kpi FROM $from AS f WHERE $inner GROUP BY f.q) AS s) > 1"));
}

my %off = ('kpi.batch' => 'off');

sub case
{
	my ($self, $c) = @_;
	my ($q, @statements) = statements($c);
	my %both = (max_parallel_workers_per_gather => $q->{top} =~ /plain|wrapped|into/ && $c->maybe(0.08) ? 2 : 0);
	$both{enable_partitionwise_aggregate} = 'on' if $c->maybe(0.15);
	$both{work_mem} = "'64kB'" if $c->maybe(0.1);
	$both{enable_hashagg} = 'off' if $c->maybe(0.1);
	$both{enable_hashjoin} = 'off' if $c->maybe(0.1);
	$both{enable_nestloop} = 'off' if $c->maybe(0.1);
	$both{enable_seqscan} = 'off' if $c->maybe(0.25);
	$both{DateStyle} = "'" . $c->pick('ISO', 'SQL, DMY', 'German', 'Postgres') . "'" if $c->maybe(0.1);
	$both{IntervalStyle} = "'" . $c->pick('iso_8601', 'sql_standard', 'postgres_verbose') . "'" if $c->maybe(0.1);
	$both{TimeZone} = "'" . $c->pick('America/St_Johns', 'Asia/Kathmandu', 'UTC') . "'" if $c->maybe(0.1);
	my %on = ('kpi.batch' => 'on', 'kpi.batch_cost' => $c->maybe(0.2) ? 'DEFAULT' : 'always');
	my %off = ('kpi.batch' => 'off', $self->{windows} ? ('kpi.windows' => 'off') : ());
	$on{'kpi.batch_rows'} = $c->pick(3, 1, 64) if $c->maybe(0.3);
	my $end = $q->{continues} ? ";\n" : " \\; ";
	my $script = sub {
		my ($explain, %settings) = @_;
		return join $end, 'ROLLBACK', 'BEGIN', (map { "SET LOCAL $_ = $settings{$_}" } sort keys %settings), $explain ? ("EXPLAIN (COSTS OFF) $statements[0]", "SELECT 'end of plan'") : (), @statements, 'ROLLBACK';
	};
	my $explain = $q->{top} =~ /plain|window/ && $c->draw >= 0;
	my @others;
	foreach my $join (qw(hashjoin mergejoin nestloop))
	{
		push @others, $script->(0, %both, %off, map { ("enable_$_" => $_ eq $join ? 'on' : 'off') } qw(hashjoin mergejoin nestloop));
	}
	return { top => $q->{top}, scripts => [ $script->(0, %both, %off), $script->($explain, %both, %on) ], others => \@others };
}

# undef when the two agree, else what differs
sub difference
{
	my ($case, $expected, $got) = @_;
	my ($e, $g) = map { $_->{error} // 'none' } $expected, $got;
	my @got = @{ $got->{rows} };
	foreach my $i (0 .. $#got)
	{
		next unless $got[$i] eq 'end of plan';
		$case->{plan} = join "\n", @got[ 0 .. $i - 1 ];
		@got = @got[ $i + 1 .. $#got ];
		last;
	}
	# where several rows are refused, each for a reason of its own, any of them may come first
	return "error: $e expected, $g got" if $e ne $g && !($e =~ /^(22|42)/ && $g =~ /^(22|42)/);
	return if $e ne 'none';
	my @expected = sort @{ $expected->{rows} };
	@got = sort @got;
	return @expected . ' rows expected, ' . @got . ' got' if @expected != @got;
	foreach my $i (0 .. $#expected)
	{
		return "expected: $expected[$i]\ngot:      $got[$i]" if $expected[$i] ne $got[$i];
	}
	return;
}

# The same, but for what differs between the server's own plans as well: where an inner join leaves
# nothing, a clause that fails is evaluated or not, as they begin with either side (docs/batch.md).
sub differs
{
	my ($self, $case, $expected, $got) = @_;
	my $wrong = difference($case, $expected, $got);
	return $wrong unless defined $wrong && $wrong =~ /^error: (?:22\w+ expected, none|none expected, 22\w+) got/;
	foreach my $other ($self->{session}->run(@{ $case->{others} }))
	{
		return unless defined difference($case, $other, $got);
	}
	return $wrong;
}

sub connect
{
	my ($self) = @_;
	delete $self->{tables};
	foreach (1 .. 100)
	{
		$self->{session} = KPI::Session->new($self->{connstr});
		last unless $self->{session}{lost};
		sleep 1;
	}
	$self->{session}->run("LOAD 'kpi'", 'SET synchronize_seqscans = off', 'SET search_path = stranger, public', "SET TimeZone = 'Europe/Istanbul'", "SET statement_timeout = '20s'", 'SET jit = off', 'SET parallel_setup_cost = 10', 'SET parallel_tuple_cost = 0', 'SET min_parallel_table_scan_size = 0');
}

sub make_tables
{
	my ($self, $number) = @_;
	return if defined $self->{tables} && $self->{tables} == $number;
	foreach my $result ($self->{session}->run('ROLLBACK', tables($number)))
	{
		die "tables of $number: $result->{error} @{ $result->{rows} }\n" if $result->{error};
	}
	$self->{tables} = $number;
}

# The queries of the seeds $first .. $first + $count - 1. %options: limit, how many failures
# are enough; shrink => 0 to show them as they are.
sub run
{
	my ($self, $count, $first, %options) = @_;
	my $result = { failures => [], tops => {}, errors => {}, queries => 0, rejected => 0, batched => 0, windows => 0, late => 0 };
	my $limit = $options{limit} // 3;
	my $last = $first + $count - 1;
	my $seed = $first;
	$self->connect unless $self->{session} && !$self->{session}{lost};
	while ($seed <= $last && @{ $result->{failures} } < $limit)
	{
		my $tables = int($seed / $queries_per_tables);
		$self->make_tables($tables);
		my @cases;
		while ($seed <= $last && @cases < $queries_per_round_trip && $tables == int($seed / $queries_per_tables))
		{
			my $choices = KPI::Choices->new($seed);
			push @cases, { %{ $self->case($choices) }, seed => $seed, choices => $choices };
			$seed++;
		}
		my @results = $self->{session}->run(map { @{ $_->{scripts} } } @cases);
		foreach my $case (@cases)
		{
			my ($expected, $got) = splice @results, 0, 2;
			last unless $expected;
			$result->{queries}++;
			$result->{tops}{ $case->{top} }++;
			my $wrong = $self->{session}{lost} && (!$got || ($got->{error} // '') eq 'crash' || ($expected->{error} // '') eq 'crash') ? 'the server crashed' : undef;
			if (!$wrong && grep { ($_->{error} // '') eq '57014' } $expected, $got)
			{
				$result->{late}++;
				next;
			}
			$wrong //= $self->differs($case, $expected, $got);
			$result->{rejected}++ if $expected->{error} && !defined $wrong;
			$result->{errors}{ $expected->{error} }++ if $expected->{error};
			$result->{batched}++ if ($case->{plan} // '') =~ /KpiBatch/;
			$result->{windows}++ if ($case->{plan} // '') =~ /KpiWindow/;
			next unless defined $wrong;
			push @{ $result->{failures} }, $self->failure($case, $wrong, $tables, %options);
			last if @{ $result->{failures} } >= $limit || $self->{session}{lost};
		}
		$self->connect if $self->{session}{lost};
		$self->{say}->($seed - $first, $result);
	}
	return $result;
}

# What went wrong, as simple as it can be.
sub failure
{
	my ($self, $made, $wrong, $tables, %options) = @_;
	my ($kind) = $wrong =~ /^(\w+)/;
	my $best = $made;
	if ($options{shrink} // 1)
	{
		KPI::Choices->shrink(
			sub {
				my ($choices) = @_;
				my $smaller = $self->case($choices);
				return 0 if length "@{ $smaller->{scripts} }" > length "@{ $best->{scripts} }";
				$self->connect if $self->{session}{lost};
				$self->make_tables($tables);
				my @pair = $self->{session}->run(@{ $smaller->{scripts} });
				my $now = $self->{session}{lost} ? 'the server crashed' : $self->differs($smaller, @pair);
				return 0 unless defined $now && $now =~ /^\Q$kind\E/;
				($best, $wrong) = ($smaller, $now);
				return 1;
			},
			400, $made->{choices}->drawn);
	}
	return "seed $made->{seed}: $wrong\n" . join("\n", map { "  $_;" =~ s/ \\; /;\n  /gr } @{ $best->{scripts} }) . "\n";
}

1;
