# Random tables for random queries: the same columns in each, stored in every way
# that a heap knows.
#
#   KPI::Random::Tables::create($session, $seed, type => 'a call that makes a summary', ...);
#
# leaves in the schema "random": fact (dropped columns, columns added after the
# rows, updated, deleted and rolled back rows, values out of line), wide (more
# than 64 columns before them), widest (1600), parted (partitions that have the
# columns in another order), unlogged, temporary, empty, and the dimensions queue,
# agent, grade (of agents), doubled and vacant.
package KPI::Random::Tables;

use strict;
use warnings;

# Name, type, expression over random numbers, NULL in one of so many rows (0 for never).
my $at = "('2026-03-27 00:00+00'::timestamptz + random() * interval '9 days')";
my $durations = "(ARRAY[0, 5, 10, 10.25, 20, 20, 45.5, 90, 600.75, 3600, 86400 * random()::int])[1 + floor(random() * 11)::int]";
our @columns = (
	[ id => 'integer', 'i', 0 ],
	[ q => 'integer', 'floor(random() * 24)', 12 ],
	[ q8 => 'bigint', 'floor(random() * 24)', 12 ],
	[ q2 => 'smallint', 'floor(random() * 24)', 12 ],
	[ agent => 'integer', 'floor(random() * random() * 400)', 20 ],
	[ grp => 'integer', 'floor(random() * 4)', 0 ],
	[ at => 'timestamptz', $at, 25 ],
	[ ats => 'timestamp', "date_trunc('minute', $at AT TIME ZONE 'UTC')", 25 ],
	[ d => 'date', "$at\::date", 25 ],
	[ ch => 'text', "(ARRAY['voice', 'chat', 'email', 'Voice', 'web', '', repeat('long ', 900)])[1 + floor(power(random(), 2) * 6.02)::int]", 10 ],
	[ note => 'text', "CASE WHEN random() < 0.02 THEN (SELECT string_agg(md5(random()::text), '') FROM generate_series(1, 90 + i % 2))"
		. " WHEN random() < 0.5 THEN 'note ' || i % 50 ELSE md5(i::text) END", 3 ],
	[ vc => 'varchar(20)', "(ARRAY['a', 'b', 'a ', 'B'])[1 + floor(random() * 4)::int]", 10 ],
	[ bp => 'char(8)', "(ARRAY['a', 'b', 'a ', 'B'])[1 + floor(random() * 4)::int]", 10 ],
	[ nm => 'name', "(ARRAY['pg', 'kpi', ''])[1 + floor(random() * 3)::int]", 10 ],
	[ ct => 'citext', "(ARRAY['sales', 'Sales', 'support'])[1 + floor(random() * 3)::int]", 10 ],
	[ nd => 'text COLLATE caseless', "(ARRAY['north', 'North', 'south'])[1 + floor(random() * 3)::int]", 10 ],
	[ uu => 'uuid', "('00000000-0000-0000-0000-00000000000' || floor(random() * 4)::int)", 10 ],
	[ en => 'mood', "(ARRAY['angry', 'calm', 'glad'])[1 + floor(random() * 3)::int]", 10 ],
	[ ar => 'integer[]', "(ARRAY['{}', '{1,2}', '{2,1}', '{NULL}'])[1 + floor(random() * 4)::int]", 10 ],
	[ dom => 'small_count', 'floor(random() * 5)', 10 ],
	[ num => 'numeric', "(ARRAY['1', '1.0', '1.00', '2.5', '-7', 'NaN', '100000000000000000000.5'])[1 + floor(random() * 7)::int]", 10 ],
	[ fl => 'float8', "(ARRAY['0', '-0', '1.5', '2', 'NaN', '-3.25'])[1 + floor(random() * 6)::int]", 10 ],
	[ f4 => 'float4', "(ARRAY['0', '-0', '1.5', '0.1'])[1 + floor(random() * 4)::int]", 10 ],
	[ ok => 'boolean', 'random() < 0.6', 8 ],
	[ answered => 'boolean', 'random() < 0.7', 8 ],
	[ flowed => 'boolean', 'random() < 0.1', 8 ],
	[ v => 'float8', 'random() * 100', 15 ],
	[ vi => 'integer', 'floor(random() * 2000) - 1000', 15 ],
	[ v8 => 'bigint', 'floor(random() * 1e12)', 15 ],
	[ vn => 'numeric', 'round((random() * 1000)::numeric, i % 4)', 15 ],
	(map { my $name = $_; ([ $name => 'interval', "$durations * interval '1 s'", 8 ],
		[ "${name}_i" => 'integer', "$durations", 8 ], [ "${name}_f" => 'float8', "$durations", 8 ]) } qw(wait talk hold wrap)),
	[ thr => 'interval', "(ARRAY[10, 20, 20, 60])[1 + floor(random() * 4)::int] * interval '1 s'", 0 ],
	[ thr_i => 'integer', '(ARRAY[10, 20, 20, 60])[1 + floor(random() * 4)::int]', 0 ],
	[ thr_f => 'float8', '(ARRAY[10, 20, 20.5, 60])[1 + floor(random() * 4)::int]', 0 ],
	[ short => 'interval', "floor(random() * 2) * interval '5 s'", 3 ],
	[ short_i => 'integer', 'floor(random() * 2) * 5', 3 ],
	[ short_f => 'float8', 'floor(random() * 2) * 5', 3 ],
	[ s2 => 'smallint', 'floor(random() * 11)', 6 ],
	[ s4 => 'integer', 'floor(random() * 11)', 6 ],
	[ s8 => 'bigint', 'floor(random() * 11)', 6 ],
	[ sf => 'float8', 'floor(random() * 11)', 6 ],
	[ c4 => 'integer', '1 + floor(random() * 5)', 6 ],
	[ total => 'integer', '10 + floor(random() * 10)', 8 ],
	[ hits => 'integer', 'floor(random() * 11)', 8 ],
	[ sp => 'tstzrange', "tstzrange('2026-03-29Z'::timestamptz + i % 97 * interval '20 min', '2026-03-29Z'::timestamptz + (i % 97 + floor(random() * 5)) * interval '20 min')", 8 ],
	[ queued => 'timestamptz', "'2026-03-28 22:00Z'::timestamptz + i * interval '7 s'", 8 ],
	[ taken => 'timestamptz', "'2026-03-28 22:00Z'::timestamptz + (i * 7 + floor(random() * 90)) * interval '1 s'", 8 ],
	# extremes
	[ x2 => 'smallint', "(ARRAY['-32768', '32767', '0'])[1 + floor(random() * 3)::int]", 6 ],
	[ x4 => 'integer', "(ARRAY['-2147483648', '2147483647', '0', '-1'])[1 + floor(random() * 4)::int]", 6 ],
	[ x8 => 'bigint', "(ARRAY['-9223372036854775808', '9223372036854775807', '0'])[1 + floor(random() * 3)::int]", 6 ],
	[ xf => 'float8', "(ARRAY['1e308', '-0', '0', '1e-320', 'NaN', 'Infinity'])[1 + floor(random() * 6)::int]", 6 ],
	[ xt => 'timestamptz', "(ARRAY['infinity', '-infinity', '4714-11-24 00:00:00+00 BC', '294276-12-31 23:59:59.999999+00', '2026-03-29 00:59:59.999999+00', '2026-03-29 01:00+00'])[1 + floor(random() * 6)::int]", 6 ],
	[ xd => 'date', "(ARRAY['infinity', '-infinity', '4714-11-24 BC', '5874897-12-31', '2026-03-29'])[1 + floor(random() * 5)::int]", 6 ],
);

sub shuffled
{
	my @list = @_;
	for (my $i = $#list; $i > 0; $i--)
	{
		my $j = int(rand($i + 1));
		@list[ $i, $j ] = @list[ $j, $i ];
	}
	return @list;
}

# SQL that creates a table with the columns in random order, with others among
# them that are dropped, and fills it from "source", half of the rows before the
# last columns are added.
sub stored
{
	my ($create, $name, $before, $partition) = @_;
	my @late = $partition ? () : grep { $_->[3] } (shuffled(@columns))[ 0 .. 6 ];
	my %late = map { $_->[0] => 1 } @late;
	# what most queries use lies among the first 64 columns, what few use may not
	my @order = grep { !$late{ $_->[0] } } shuffled(grep { $_->[3] < 9 } @columns), shuffled(grep { $_->[3] >= 9 } @columns);
	my (@definitions, @dropped);
	push @definitions, $before if $before;
	foreach my $column (@order)
	{
		if (rand() < 0.1)
		{
			push @dropped, "dropped" . @dropped;
			push @definitions, "$dropped[-1] " . (rand() < 0.5 ? 'integer DEFAULT 7' : "text DEFAULT 'gone'");
		}
		push @definitions, "$column->[0] $column->[1]";
	}
	my $names = join ', ', map { $_->[0] } @order;
	my $sql = "$create $name (" . join(', ', @definitions) . ");\n";
	# room for chains of updates
	$sql .= "ALTER TABLE $name SET (fillfactor = 70);\n" if $name eq 'fact';
	$sql .= "INSERT INTO $name ($names) SELECT $names FROM source WHERE id % 2 = 0;\n" unless $partition;
	$sql .= "ALTER TABLE $name DROP COLUMN $_;\n" foreach @dropped;
	foreach my $column (@late)
	{
		my $default = $column->[1] =~ /^text|varchar|char|citext|name/ ? "DEFAULT 'late'" : $column->[1] eq 'integer' && $column->[0] ne 'total' ? 'DEFAULT 3' : '';
		$sql .= "ALTER TABLE $name ADD COLUMN $column->[0] $column->[1] $default;\n";
	}
	$names = join ', ', map { $_->[0] } @columns;
	$sql .= "INSERT INTO $name ($names) SELECT $names FROM source WHERE id % 2 = 1;\n" unless $partition;
	return $sql;
}

# One of each kind; for indexes of which there are several, another one each time.
sub indexes
{
	my ($name) = @_;
	my @indexes = ('(at)', 'USING brin (id) WITH (pages_per_range = 4)', 'USING brin (at) WITH (pages_per_range = 2)', 'USING hash (ch)', 'USING hash (q)', 'USING gin (ar)', 'USING gist (sp)',
		'(vi) WHERE vi > 500', '(agent) WHERE ok', '((vi % 3))', '(lower(ch))', '(q, s4)', '(grp)', '(queued)', '(d) INCLUDE (q)', '(id)');
	return join '', map { "CREATE INDEX ON $name $_;\n" } (shuffled(@indexes))[ 0 .. 9 ];
}

sub create
{
	my ($session, $seed, %makers) = @_;
	srand($seed);
	local @columns = (@columns, map { [ "s_$_" => $_, undef, 10 ] } sort keys %makers);
	my $rows = (2000, 3000, 700, 1)[ $seed % 4 ];
	my $names = join ', ', map { $_->[0] } @columns;
	my $sql = "DROP SCHEMA IF EXISTS random CASCADE;\nDROP TABLE IF EXISTS temporary;\nCREATE SCHEMA random;\nSET search_path = random, public;\n"
	  . "SET TimeZone = 'Europe/Istanbul';\nSELECT setseed(" . rand() . ");\n";
	$sql .= "CREATE TABLE source AS SELECT " . join(",\n", map {
		my ($name, $type, $expression, $null) = @$_;
		my $value = "($expression)::$type";
		$value = $expression . '::text::' . $type if $type =~ /^(mood|small_count|citext)$/;
		$value = "($expression)::text::$type" if $expression =~ /^\(ARRAY\['/ && $type !~ /^text/;
		$value = "($expression)::text COLLATE caseless" if $type =~ /COLLATE/;
		($null ? "CASE WHEN random() * $null >= 1 THEN $value END" : $value) . " AS $name";
	} grep { defined $_->[2] } @columns) . "\nFROM generate_series(1, $rows) AS i;\n";
	foreach my $type (sort keys %makers)
	{
		$sql .= "CREATE TABLE made_$type AS SELECT id % 15 AS n, $makers{$type} AS value FROM source AS f GROUP BY 1;\n"
		  . "ALTER TABLE source ADD COLUMN s_$type $type;\n"
		  . "UPDATE source SET s_$type = (SELECT value FROM made_$type WHERE n = source.id % 17);\n";
	}

	$sql .= stored('CREATE TABLE', 'fact') . "ALTER TABLE fact SET (parallel_workers = 2);\n" . indexes('fact')
	  . "BEGIN; UPDATE fact SET vi = 0; DELETE FROM fact WHERE grp = 1; ROLLBACK;\n"
	  . "UPDATE fact SET v = v + 1 WHERE id % 9 = 0; UPDATE fact SET v = v - 1 WHERE id % 27 = 0;\n"
	  . "UPDATE fact SET vi = vi + 1 WHERE id % 7 = 0; UPDATE fact SET note = note || '!' WHERE id % 11 = 0; DELETE FROM fact WHERE id % 13 = 0;\n";
	$sql .= stored('CREATE TABLE', 'wide', join ', ', map { "w$_ " . ('integer', 'boolean', 'text', 'smallint')[ $_ % 4 ] } 1 .. 80)
	  . "UPDATE wide SET w1 = ok, w2 = ch, w3 = q2, w4 = id, w40 = id, w77 = ok WHERE id % 3 = 0;\n";
	$sql .= stored('CREATE TABLE', 'widest', join ', ', map { "w$_ integer" } 1 .. 1600 - 20 - @columns);
	$sql .= stored('CREATE UNLOGGED TABLE', 'unlogged') . stored('CREATE TEMP TABLE', 'temporary');
	$sql .= "CREATE INDEX ON wide (at);\nCREATE INDEX ON wide USING brin (id) WITH (pages_per_range = 2);\nCREATE INDEX ON unlogged (q, vi);\nCREATE INDEX ON temporary USING hash (ch);\n";
	$sql .= "CREATE TABLE empty (LIKE fact);\n";

	# partitions: by list, one of them by range again, others attached with columns in another order, one empty
	$sql .= "CREATE TABLE parted (" . join(', ', map { "$_->[0] $_->[1]" } @columns) . ") PARTITION BY LIST (grp);\n";
	foreach my $part (0 .. 2)
	{
		$sql .= stored('CREATE TABLE', "part$part", undef, 1) . "ALTER TABLE parted ATTACH PARTITION part$part FOR VALUES IN ($part);\n";
	}
	$sql .= "CREATE TABLE part_rest PARTITION OF parted DEFAULT PARTITION BY RANGE (id);\n"
	  . "CREATE TABLE part_low PARTITION OF part_rest FOR VALUES FROM (MINVALUE) TO (1000);\n"
	  . stored('CREATE TABLE', 'part_high', undef, 1) . "ALTER TABLE part_rest ATTACH PARTITION part_high FOR VALUES FROM (1000) TO (MAXVALUE);\n"
	  . "CREATE TABLE part_none PARTITION OF parted FOR VALUES IN (77);\n"
	  . "CREATE INDEX ON parted (at);\nCREATE INDEX ON parted (q);\n"
	  . "INSERT INTO parted ($names) SELECT $names FROM source;\n"
	  . "UPDATE parted SET v = v + 1 WHERE id % 9 = 0;\nDELETE FROM parted WHERE id % 13 = 0;\n";

	# dimensions: some keys have no row; one whose keys are not unique; one without rows
	$sql .= q{
CREATE TABLE queue AS SELECT i AS id, 'queue ' || i % 7 AS name, (ARRAY['Ankara', 'Izmir', NULL])[1 + i % 3] AS site,
	(10 * (1 + i % 3)) * interval '1 s' AS q_thr, 10 * (1 + i % 3) AS q_thr_i, 10.5 * (1 + i % 3)::float8 AS q_thr_f, i % 5 > 0 AS active
FROM generate_series(0, 30) AS i WHERE i % 6 <> 4;
ALTER TABLE queue ADD PRIMARY KEY (id);
CREATE TABLE agent AS SELECT i::bigint AS id, CASE WHEN i % 11 > 0 THEN 'team ' || i % 9 END AS team, (i % 4)::smallint AS level
FROM generate_series(0, 390) AS i WHERE i % 8 <> 3;
ALTER TABLE agent ADD UNIQUE (id);
CREATE TABLE grade AS SELECT i::integer AS id, 'grade ' || i % 3 AS label, (ARRAY['Ankara', 'Izmir', 'Adana'])[1 + i % 3] AS site, i * 5 AS g_thr FROM generate_series(0, 2) AS i;
ALTER TABLE grade ADD PRIMARY KEY (id);
INSERT INTO agent VALUES (NULL, 'nobody', 0), (NULL, 'nobody either', 1);
CREATE TABLE doubled AS SELECT i % 20 AS id, 'double ' || i % 3 AS label FROM generate_series(0, 25) AS i;
CREATE TABLE vacant (id integer PRIMARY KEY, label text);
};
	$sql .= "ANALYZE $_;\n" foreach qw(fact wide widest unlogged temporary parted queue agent grade doubled);
	my @statements = map { s/;$//r } grep { /\S/ } split /(?<=;)\n/, $sql;
	my @results = $session->run(@statements);
	foreach my $i (0 .. $#results)
	{
		die "the tables of seed $seed: $results[$i]{error} in $statements[$i]\n" if $results[$i]{error};
	}
}

1;
