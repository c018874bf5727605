# Business calendars against a minute-by-minute count in SQL, over years in which
# clocks change in all the ways they do; then how calendars are kept and sent.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use KPI;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = kpi_node('calendar', conf => "jit = off\nwork_mem = '256MB'\nmax_parallel_workers_per_gather = 0\n");
my $spans = 500;    # random ones per calendar

# ---------- the oracle ----------

# A calendar is a list of entries [kind, days or dates, slots in minutes]; the
# text is made from it, and so is, independently, a table of open local minutes.
$node->safe_psql('postgres', q{
	CREATE TABLE entry (kind text, weekdays int[], first date, last date, slots int[]);

	-- The slots of a local date: those of the first that speaks of its weekday.
	CREATE VIEW day_slot AS
	SELECT day::date, slots[2 * i - 1] AS opens, slots[2 * i] AS closes
	FROM (SELECT first, last FROM entry WHERE kind = 'period') AS period,
		generate_series(first::timestamp, last, '1 day') AS day,
		LATERAL (SELECT slots FROM entry, LATERAL (SELECT to_char(day, 'MMDD') AS md, to_char(first, 'MMDD') AS f, to_char(last, 'MMDD') AS l) AS md
			WHERE (weekdays IS NULL OR extract(isodow FROM day)::int = ANY (weekdays)) AND CASE kind
				WHEN 'week' THEN true
				WHEN 'open' THEN day >= first
				WHEN 'yearly' THEN CASE WHEN f <= l THEN md BETWEEN f AND l ELSE md >= f OR md <= l END
				WHEN 'period' THEN false
				ELSE day BETWEEN first AND last END
			-- a date beats a yearly one, that a range, the shorter range the longer, the later of two without end the earlier
			ORDER BY CASE kind WHEN 'date' THEN 0 WHEN 'open' THEN 1e6 WHEN 'week' THEN 1e7 ELSE last - first + 1 + CASE WHEN last < first THEN 366 ELSE 0 END END,
				kind = 'yearly', first DESC LIMIT 1) AS e,
		generate_series(1, cardinality(slots) / 2) AS i;

	CREATE UNLOGGED TABLE minute (at timestamptz, open int, before bigint);
	CREATE INDEX ON minute (at);
	CREATE INDEX ON minute ((before + open), at);

	-- Is the local time that the clock shows in every minute an open one?
	CREATE PROCEDURE count_minutes(zone text, start_at timestamptz, end_at timestamptz) LANGUAGE sql AS $$
		TRUNCATE minute;
		INSERT INTO minute
		SELECT at, open, sum(open) OVER (ORDER BY at) - open
		FROM (SELECT at, (local IS NOT NULL)::int AS open
			FROM generate_series(start_at, end_at, '1 min') AS at
			LEFT JOIN (SELECT DISTINCT day + m * interval '1 min' AS local
				FROM day_slot, generate_series(opens, closes - 1) AS m) AS open_minute
			ON local = at AT TIME ZONE zone) AS m;
		ANALYZE minute;
	$$;

	-- Open time before a moment: whole minutes, and the part of its own.
	CREATE FUNCTION open_before(moment timestamptz) RETURNS interval LANGUAGE sql STABLE AS $$
		SELECT before * interval '1 min' + open * (moment - at) FROM minute
		WHERE at = date_trunc('minute', moment)
	$$;

	-- The moment before which there is so much open time, none where it is past the end.
	CREATE FUNCTION moment_at(t interval) RETURNS timestamptz LANGUAGE sql STABLE AS $$
		SELECT at + (t - before * interval '1 min') FROM minute
		WHERE before + open >= ceil(extract(epoch FROM t) / 60)::bigint ORDER BY before + open, at LIMIT 1
	$$;
});

sub clock
{
	my ($minutes) = @_;
	return sprintf '%02d:%02d', $minutes / 60, $minutes % 60;
}

my @weekday = qw(? Mon Tue Wed Thu Fri Sat Sun);

sub slots_text
{
	my @slots = @_;
	my @text;
	return 'closed' unless @slots;
	while (my ($opens, $closes) = splice @slots, 0, 2)
	{
		push @text, clock($opens) . '-' . clock($closes > 1440 ? $closes - 1440 : $closes);
	}
	return join ', ', @text;
}

# The text of a calendar of entries, which also go into the oracle's table.
sub calendar
{
	my ($zone, $first, $last, @entries) = @_;
	my @parts = ($zone);
	my $sql = "TRUNCATE entry; INSERT INTO entry VALUES ('period', NULL, date '$first' - 3, date '$last' + 3, NULL);";
	foreach my $entry (@entries)
	{
		my ($kind, $when, @slots) = @$entry;
		my $slots = "'{" . join(',', @slots) . "}'";
		if ($kind eq 'week')
		{
			push @parts, join(',', map { $weekday[$_] } @$when) . ' ' . slots_text(@slots);
			$sql .= "INSERT INTO entry VALUES ('week', '{" . join(',', @$when) . "}', NULL, NULL, $slots);";
		}
		else
		{
			# [first, last] or [date], and the weekdays that are named
			my @dates = grep { !ref } @$when;
			my ($weekdays) = grep { ref } @$when;
			my @text = map { $kind eq 'yearly' ? substr $_, 5 : $_ } @dates;
			push @parts, join('..', @text) . ($kind eq 'open' ? '.. ' : ' ')
			  . ($weekdays ? join(',', map { $weekday[$_] } @$weekdays) . ' ' : $kind ne 'date' && @slots ? 'Mon-Sun ' : '') . slots_text(@slots);
			my $named = $weekdays ? "'{" . join(',', @$weekdays) . "}'" : 'NULL';
			$sql .= "INSERT INTO entry VALUES ('$kind', $named, '$dates[0]', '$dates[-1]', $slots);";
		}
	}
	$node->safe_psql('postgres', $sql);
	return join '; ', @parts;
}

# Everything that is asked of a calendar, against the minutes of [$first, $last].
sub check
{
	my ($name, $zone, $first, $last, @entries) = @_;
	my $text = calendar($zone, $first, $last, @entries);
	my $start = "timestamptz '$first 00:00 UTC'";
	my $end = "timestamptz '$last 00:00 UTC'";
	my $random = qq{(SELECT s, s + span AS e, span FROM (SELECT
			$start + floor(random() * seconds) * interval '1.000001 s' AS s,
			floor(random() ^ 4 * seconds) * interval '1 s' AS span
		FROM generate_series(1, $spans), (SELECT 0.99 * extract(epoch FROM $end - $start) AS seconds) AS year) AS r) AS random};
	note $text;
	$node->safe_psql('postgres', "CALL count_minutes('$zone', $start, $end)");
	is( $node->safe_psql('postgres', "SELECT count(*) FROM minute WHERE is_open('$text', at) <> (open = 1)"),
		'0', "$name: open in the right minutes");
	is( $node->safe_psql('postgres', qq{SELECT setseed(0.5); SELECT count(*), count(*) FILTER (WHERE
		business_time('$text', s, e) = open_before(e) - open_before(s)
		AND business_time('$text', e, s) = open_before(s) - open_before(e))
		FROM $random WHERE e < $end}) =~ s/^\n//r =~ s/^(\d+)\|\1$/same/r,
		'same', "$name: open time of random spans");
	is( $node->safe_psql('postgres', qq{SELECT setseed(0.25); SELECT count(*) FROM (SELECT s, d, moment_at(open_before(s) + d) AS expected
		FROM (SELECT s, span / 4 + interval '1 us' AS d FROM $random) AS r) AS r
		WHERE expected <> business_deadline('$text', s, d)
			OR business_time('$text', s, expected) <> d
			OR business_time('$text', s, expected - interval '1 us') >= d}) =~ s/^\n//r,
		'0', "$name: deadlines");
	is( $node->safe_psql('postgres', qq{SELECT business_spans('$text', $start, $end)
		= coalesce(range_agg(tstzrange(at, at + interval '1 min')), '{}') FROM minute WHERE open = 1 AND at < $end}),
		't', "$name: open spans");
	is( $node->safe_psql('postgres', "SELECT c::text::business_calendar = c FROM (SELECT '$text'::business_calendar AS c) AS c"),
		't', "$name: text");
}

# ---------- years of clock changes ----------

my %years = (
	'Australia/Lord_Howe' => [ '2026-01-01', '2027-01-01' ],    # half an hour
	'America/Sao_Paulo' => [ '2018-01-01', '2019-01-01' ],      # at midnight
	'Asia/Kolkata' => [ '2026-01-01', '2027-01-01' ],           # never
	'Europe/Istanbul' => [ '2015-09-01', '2016-12-31' ],        # put off by two weeks, then abolished
	'America/New_York' => [ '2026-01-01', '2027-01-01' ],
	'Europe/London' => [ '2026-01-01', '2027-01-01' ],
	'Africa/Casablanca' => [ '2025-01-01', '2026-01-01' ],      # back for Ramadan
	'Pacific/Apia' => [ '2011-06-01', '2012-06-01' ],           # a day left out
	'America/St_Johns' => [ '2010-06-01', '2011-06-01' ],       # at 00:01
	'Asia/Kathmandu' => [ '1985-06-01', '1986-06-01' ],         # by a quarter of an hour
);

# Hours as they are, at all times of night when clocks change.
sub plain
{
	my ($first) = @_;
	my $year = substr $first, 0, 4;
	return (
		[ 'week', [ 1 .. 5 ], 540, 750, 780, 1080 ], [ 'week', [6], 600, 840 ], [ 'week', [7], 0, 210, 1320, 1800 ],
		[ 'range', [ "$year-10-20", "$year-11-08" ], 1200, 1620 ], [ 'date', ["$year-10-25"] ], [ 'date', ["$year-12-31"], 540, 780 ],
		[ 'range', [ "$year-12-24", "$year-12-26" ] ], [ 'date', ["$year-12-27"], 0, 1440 ]);
}

srand 20260302;

sub random_slots
{
	my @slots;
	my $at = int rand 400;
	while ($at < 1440 && @slots < 8)
	{
		my $closes = $at + 1 + int rand(rand() < 0.3 ? 1000 : 200);
		$closes = $at + 1438 if $closes > $at + 1438;
		$closes++ if $closes % 1440 == 1439;    # nobody means 23:59
		push @slots, $at, $closes;
		$at = $closes + int(rand 3) * int(rand 300);
	}
	return @slots;
}

sub random_date
{
	my ($first, $day) = @_;
	return $node->safe_psql('postgres', "SELECT date '$first' + $day");
}

sub random_entries
{
	my ($first) = @_;
	my @entries;
	foreach my $weekday (1 .. 7)
	{
		push @entries, [ 'week', [$weekday], random_slots() ] if rand() < 0.8;
	}
	my $day = int rand 20;
	while ($day < 330)
	{
		my $length = int rand 12;
		my @slots = rand() < 0.4 ? () : random_slots();
		push @entries, $length < 2
		  ? [ 'date', [ random_date($first, $day) ], @slots ]
		  : [ 'range', [ random_date($first, $day), random_date($first, $day + $length) ], @slots ];
		push @entries, [ 'date', [ random_date($first, $day + 1) ], random_slots() ] if $length > 4;
		$day += $length + 1 + int(rand 3) * int(rand 30);
	}
	return @entries;
}

# All that the language has: weekdays of ranges within ranges, changes for good, every year.
sub random_weekdays
{
	my @weekdays = grep { rand() < 0.6 } 1 .. 7;
	return @weekdays ? [@weekdays] : [ 1 .. 5 ];
}

sub random_layers
{
	my ($first) = @_;
	my @entries;
	foreach my $weekday (1 .. 7)
	{
		push @entries, [ 'week', [$weekday], random_slots() ] if rand() < 0.8;
	}
	push @entries, [ 'open', [ random_date($first, 20 + int rand 300), random_weekdays() ], rand() < 0.2 ? () : random_slots() ] foreach 1 .. int rand 4;
	# ranges, each within the one before, and a range of years
	push @entries, [ 'range', [ random_date($first, -400), random_date($first, 400 + int rand 300), random_weekdays() ], random_slots() ] if rand() < 0.5;
	my ($from, $to) = (int rand 100, 200 + int rand 130);
	foreach (1 .. int rand 5)
	{
		my @slots = rand() < 0.3 ? () : random_slots();
		push @entries, [ 'range', [ random_date($first, $from), random_date($first, $to), rand() < 0.8 ? random_weekdays() : () ], @slots ];
		($from, $to) = ($from + 1 + int rand 30, $to - 1 - int rand 30);
		last if $to < $from + 2;
	}
	push @entries, [ 'date', [ random_date($first, int(rand 30) + 11 * $_) ], random_slots() ] foreach map { 4 * $_ } 1 .. int rand 6;
	# yearly ones: dates, and ranges apart from each other, one of them over the end of the year
	push @entries, [ 'yearly', [ random_date('2000-01-01', $_ * 40 + int rand 38) ], rand() < 0.6 ? () : random_slots() ] foreach 1 .. int rand 8;
	push @entries, [ 'yearly', [ random_date('2000-01-01', $_ * 90 + int rand 20), random_date('2000-01-01', $_ * 90 + 22 + int rand 40), random_weekdays() ], random_slots() ]
	  foreach 1 .. int rand 4;
	push @entries, [ 'yearly', [ '2000-12-15', '2000-01-10', random_weekdays() ], rand() < 0.5 ? () : random_slots() ] if rand() < 0.5;
	return @entries;
}

foreach my $zone (sort keys %years)
{
	check("$zone, layers", $zone, @{ $years{$zone} }, random_layers($years{$zone}[0]));
}
check('layers of a leap year', 'Europe/London', '2028-01-01', '2029-01-01', random_layers('2028-01-01'),
	[ 'yearly', [ '2000-02-29' ], 60, 120 ], [ 'yearly', [ '2000-02-20', '2000-03-05', [ 1 .. 3 ] ], 600, 660 ]);
check('layers in 2500 years', 'America/New_York', '4526-01-01', '4527-01-01', random_layers('4526-01-01'));
check('layers long ago', 'UTC', '1601-01-01', '1602-01-01', random_layers('1601-01-01'));

foreach my $zone (sort keys %years)
{
	my ($first, $last) = @{ $years{$zone} };
	check("$zone, plain", $zone, $first, $last, plain($first));
	check("$zone, random", $zone, $first, $last, random_entries($first));
}
check('24x7', 'Europe/London', '2026-01-01', '2027-01-01', [ 'week', [ 1 .. 7 ], 0, 1440 ]);
check('never open', 'Europe/London', '2026-03-01', '2026-04-01', [ 'week', [1] ]);
check('five years', 'Europe/London', '2022-01-01', '2027-01-01', plain('2024-01-01'));
check('a lifetime ago', 'Europe/Paris', '1940-01-01', '1941-01-01', plain('1940-01-01'));
check('in 2500 years', 'America/New_York', '4526-01-01', '4527-01-01', plain('4526-01-01'));
check('across 2051, from where on changes are looked up later', 'Europe/London', '2050-07-01', '2051-07-01', plain('2050-01-01'));

# ---------- many calendars in one query ----------

# More of them than are kept ready at a time, in an order that returns to each.
is( $node->safe_psql('postgres', q{
	CREATE TABLE many AS SELECT n, format('UTC; Mon-Sun 00:00:00-%s', time '00:00' + n * interval '1 s')::business_calendar AS calendar
	FROM generate_series(1, 3000) AS n;
	SELECT count(*), count(*) FILTER (WHERE business_time(calendar, '2026-03-02 00:00+00', '2026-03-04 00:00+00') = 2 * n * interval '1 s')
	FROM (SELECT * FROM many UNION ALL SELECT * FROM many) AS m}),
	'6000|6000', '3000 calendars in one query, each twice');
is( $node->safe_psql('postgres', q{
	SELECT count(*), count(*) FILTER (WHERE business_time(calendar, '2026-03-02 00:00+00', '2026-03-04 00:00+00') = 2 * n * interval '1 s')
	FROM many, generate_series(1, 100) AS i WHERE n <= 50}),
	'5000|5000', '50 calendars in turn');

# One that is stored compressed, and one that is stored elsewhere.
$node->safe_psql('postgres', q{
	CREATE TABLE stored (calendar business_calendar);
	INSERT INTO stored SELECT closed_on('UTC; 24x7', array_agg(d::date)) FROM generate_series(timestamp '1900-01-01', '2100-01-01', '2 days') AS d;
	ALTER TABLE stored ALTER calendar SET STORAGE EXTERNAL;
	INSERT INTO stored SELECT calendar FROM stored;
	ALTER TABLE stored ALTER calendar SET STORAGE MAIN;
	INSERT INTO stored SELECT closed_on('UTC; 24x7', array_agg(d::date)) FROM generate_series(timestamp '1990-01-01', '2040-01-01', '2 days') AS d});
is( $node->safe_psql('postgres', q{
	SELECT count(DISTINCT calendar), bool_and(business_time(calendar, '2026-01-01 00:00+00', '2026-01-05 00:00+00') = interval '48 hours'),
		bool_and(pg_column_size(calendar) <> octet_length(_business_calendar_send(calendar))) FROM stored, generate_series(1, 3)}),
	'2|t|t', 'calendars of kilobytes');

# A calendar with a date in the year 9999 knows the changes of ten thousand years, once it is asked for them.
cmp_ok( $node->safe_psql('postgres', q{
	SELECT (SELECT sum(total_bytes) FROM pg_backend_memory_contexts WHERE name = 'kpi cache' AND n > 0)
	FROM (SELECT count(business_time(format('Europe/London; Mon-Sun 00:00-%s; 9999-12-31 closed', time '00:00' + i * interval '1 min')::business_calendar, '2026-01-01', '9000-01-01')) AS n
		FROM generate_series(1, 400) AS i OFFSET 0) AS s}),
	'<', 66 * 1024 * 1024, 'the calendars kept ready keep to 64 MB');

# Nothing is kept beyond the query.
is( $node->safe_psql('postgres', q{
	SELECT count(business_time(calendar, '2026-03-02', '2026-03-04')) FROM many;
	SELECT count(*) FROM pg_backend_memory_contexts WHERE name = 'kpi cache'}),
	"3000\n0", 'nothing is kept beyond the query');

# ---------- binary form, tables, soft errors ----------

my $file = $node->basedir . '/calendars';
is( $node->safe_psql('postgres', qq{
	CREATE TABLE copied (LIKE many);
	COPY many TO '$file' (FORMAT binary);
	COPY copied FROM '$file' (FORMAT binary);
	SELECT count(*), bool_and(m.calendar = c.calendar) FROM many m JOIN copied c USING (n)}),
	'3000|t', 'binary copy');

# Wrong binary forms: a file with one column of the bytes given.
sub binary_is_refused
{
	my ($bytes, $error, $name) = @_;
	open my $out, '>:raw', $file or die "$file: $!";
	print $out "PGCOPY\n\xff\r\n\0", pack('N N n N', 0, 0, 1, length $bytes), $bytes, pack('n', 0xffff);
	close $out;
	my ($status, $stdout, $stderr) = $node->psql('postgres', "\\set VERBOSITY sqlstate\nCOPY stored FROM '$file' (FORMAT binary)");
	like($stderr, qr/ERROR:  $error/, $name);
}
binary_is_refused("\1UTC; Mon 09:00-25:00", '22P02', 'binary: wrong text');
binary_is_refused("\2UTC; 24x7", '22P03', 'binary: unknown version');
binary_is_refused("\1", '22P02', 'binary: no text');
binary_is_refused('', '08P01', 'binary: nothing');
binary_is_refused("\1UTC; 24x7\0", '22021|22P03', 'binary: a zero byte');
binary_is_refused("\1UTC; 24x7\xff", '22021', 'binary: not in the encoding');
binary_is_refused("\1Foo+5; 24x7", '22023', 'binary: a POSIX zone');

is( $node->safe_psql('postgres', q{
	CREATE INDEX ON many (calendar); SET enable_seqscan = off;
	SELECT n FROM many WHERE calendar = 'utc; mon-sun 0-0:10'}),
	'600', 'found by an index');

SKIP:
{
	skip 'needs PostgreSQL 16: errors of input functions are always raised before', 2 if kpi_server_version($node) < 16;
	is( $node->safe_psql('postgres', q{
		SELECT string_agg(coalesce(sql_error_code, 'valid'), ' ' ORDER BY n)
		FROM unnest('{UTC; 24x7,UTC; Mon 25:00-26:00,Foo+5; 24x7,UTC; 2026-01-01 closed; 2026-01-01 closed,UTC; 2026-02-30 closed}'::text[])
			WITH ORDINALITY AS u (t, n), pg_input_error_info(t, 'business_calendar')}),
		'valid 22P02 22023 22P02 22P02', 'soft errors');
	is( $node->safe_psql('postgres', q{
		SELECT pg_input_is_valid((SELECT 'UTC; ' || string_agg(format('%s closed', d::date), ';')
			FROM generate_series(timestamp '0001-01-01', '0300-01-01', '1 day') AS d), 'business_calendar')}),
		'f', 'too many dates: a soft error too');
}

# Zones are names of the database, in its own spelling.
is( $node->safe_psql('postgres', q{
	SELECT count(*) FROM pg_timezone_names
	WHERE name !~ '^(posix/|right/|posixrules|localtime)' AND lower(name)::business_calendar::text <> name}),
	'0', 'every name of a zone is known, in any case');
foreach my $name (qw(posix/Europe/London right/Europe/London localtime posixrules ../../../etc/passwd <+03>-3 UTC+3 CET-1CEST))
{
	my ($status, $stdout, $stderr) = $node->psql('postgres', "\\set VERBOSITY sqlstate\nSELECT '$name; 24x7'::business_calendar");
	like($stderr, qr/ERROR:  22023/, "$name is refused");
}

# Names that look like POSIX forms hold where the database has them (Debian keeps them apart since 13): it is read once for all.
foreach my $name (qw(CST6CDT EST5EDT GMT+0 GMT-0 GMT0 MST7MDT PST8PDT))
{
	my $exists = $node->safe_psql('postgres', "SELECT count(*) FROM pg_timezone_names WHERE name = '$name'");
	my ($status, $stdout, $stderr) = $node->psql('postgres', qq{
		SET statement_timeout = '60s';
		SELECT count((lower('$name') || '; Mon 9-' || 10 + i % 5)::business_calendar) FROM generate_series(1, 2000) AS i});
	ok($exists ? $stdout eq '2000' : index($stderr, 'ERROR:  time zone "' . lc($name) . '" is not known') >= 0, "$name, which the database " . ($exists ? 'has' : 'does not have'));
}

# POSIX forms are not kept for the rest of the session.
SKIP:
{
	skip 'needs PostgreSQL 16: errors of input functions are always raised before', 1 if kpi_server_version($node) < 16;
	is( $node->safe_psql('postgres', q{
		SET statement_timeout = '60s';
		SELECT sum(total_bytes) AS before FROM pg_backend_memory_contexts WHERE name = 'Timezones' \gset
		SELECT count(*) FILTER (WHERE pg_input_is_valid('Aaa' || i || '; 24x7', 'business_calendar')) FROM generate_series(1, 20000) AS i;
		SELECT sum(total_bytes) = :before FROM pg_backend_memory_contexts WHERE name = 'Timezones'}),
		"0\nt", 'are refused unread');
}

# Limits: the largest calendar there may be works.
is( $node->safe_psql('postgres', q{
	WITH largest AS (SELECT ('UTC; ' || string_agg(format('%s %s', date '1900-01-01' + 2 * n, CASE n % 2 WHEN 0 THEN 'closed' ELSE '00:00-00:01' END), ';'))::business_calendar AS c
		FROM generate_series(1, 100000) AS n)
	SELECT business_time(c, '1800-01-01', '2600-01-01'), c::text::business_calendar = c FROM largest}),
	'833:20:00|t', '100 thousand dates');

ok(!crashed($node), 'the server lived on');
$node->stop;
done_testing();
