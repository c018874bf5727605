# Beside other extensions: those that read a table's rows from elsewhere, that offer
# cheaper paths or take some away, and whose hooks call each other, loaded before and after
# kpi (test/modules/neighbour). Results must be those of the rows that the server would read.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use KPI;
use KPI::Session;
use Test::More;

my $module = kpi_root() . '/test/modules/neighbour';
my $printed = `make -s -C '$module' with_llvm=no 2>&1`;
die "the module cannot be built: $printed" if $?;

my $node = kpi_node('neighbours', conf => "fsync = off\nautovacuum = off\nsynchronize_seqscans = off\n");
my $contacts = sub {
	my ($name, $rows, $seed) = @_;
	return qq{
	INSERT INTO $name (id, queue, agent, channel, wait, answered, score, at)
	SELECT i, (i * $seed) % 11, nullif(i % 6, 5), (ARRAY['voice', 'chat', NULL])[1 + i % 3], (i * 37 * $seed % 120)::integer, i % $seed > 0,
		CASE WHEN i % 7 > 0 THEN (i / 11 * $seed % 11)::integer END, '2026-03-01Z'::timestamptz + i * interval '3 min'
	FROM generate_series(1, $rows) AS i;
	};
};
my $columns = 'id bigint, queue integer, agent integer, channel text, wait integer, answered boolean, score integer, at timestamptz';
$node->safe_psql('postgres', join ';', (map { "CREATE TABLE $_ ($columns)" } qw(contacts contacts_elsewhere parted_1_elsewhere whole_elsewhere old_elsewhere)),
	"CREATE TABLE parted ($columns) PARTITION BY LIST (queue)",
	'CREATE TABLE parted_0 PARTITION OF parted FOR VALUES IN (0, 1, 2, 3)',
	'CREATE TABLE parted_1 (at timestamptz, score integer, gone text, answered boolean, wait integer, channel text, agent integer, queue integer, id bigint)',
	'ALTER TABLE parted_1 DROP COLUMN gone',
	'ALTER TABLE parted ATTACH PARTITION parted_1 FOR VALUES IN (4, 5, 6, 7)',
	'CREATE TABLE parted_2 PARTITION OF parted DEFAULT',
	# the server scans a partitioned table by its partitions whatever a hook says, but not such a parent
	"CREATE TABLE whole ($columns)", (map { "CREATE TABLE whole_$_ () INHERITS (whole)" } 0, 1),
	"CREATE TABLE family ($columns)", 'CREATE TABLE old () INHERITS (family)',
	'CREATE TABLE queues (queue integer PRIMARY KEY, site text, threshold integer)', 'CREATE TABLE queues_elsewhere (LIKE queues INCLUDING ALL)',
	'CREATE TABLE agents (agent integer PRIMARY KEY, site text, team text)');
$node->safe_psql('postgres', join '', $contacts->('contacts', 20000, 3), $contacts->('contacts_elsewhere', 15000, 7), $contacts->('parted', 20000, 3), $contacts->('whole_0', 11000, 5), $contacts->('whole_1', 9000, 3),
	$contacts->('whole_elsewhere', 9000, 4), $contacts->('family', 3000, 7), $contacts->('old', 5000, 3), $contacts->('old_elsewhere', 4000, 2),
	$contacts->('parted_1_elsewhere', 12000, 7), q{
	DELETE FROM parted_1_elsewhere WHERE queue NOT IN (4, 5, 6, 7);
	-- a table whose rows have all gone elsewhere, as those of a compressed chunk
	CREATE TABLE compressed AS TABLE contacts WITH NO DATA; CREATE TABLE compressed_elsewhere AS TABLE contacts;
	INSERT INTO queues SELECT i, (ARRAY['north', 'south'])[1 + i % 2], 20 + i FROM generate_series(0, 10) AS i;
	INSERT INTO queues_elsewhere SELECT i, (ARRAY['north', 'south', 'west'])[1 + i % 3], 40 + i FROM generate_series(0, 9) AS i;
	INSERT INTO agents SELECT i, (ARRAY['south', 'north'])[1 + i % 2], 'team ' || i % 3 FROM generate_series(0, 4) AS i;
	CREATE INDEX ON contacts (id); CREATE INDEX ON contacts (queue); CREATE INDEX ON contacts_elsewhere (queue);
	ANALYZE});
# the column order of a partition's elsewhere is that of the partition
$node->safe_psql('postgres', q{
	CREATE TABLE again (at timestamptz, score integer, gone text, answered boolean, wait integer, channel text, agent integer, queue integer, id bigint);
	INSERT INTO again (id, queue, agent, channel, wait, answered, score, at) SELECT id, queue, agent, channel, wait, answered, score, at FROM parted_1_elsewhere;
	ALTER TABLE again DROP COLUMN gone; DROP TABLE parted_1_elsewhere; ALTER TABLE again RENAME TO parted_1_elsewhere; ANALYZE parted_1_elsewhere});

my $kpis = 'count(*), service_level(wait, 20, answered), nps(score), aht(wait)';
my @queries = (
	(map { ("SELECT $kpis FROM $_", "SELECT queue, $kpis FROM $_ GROUP BY 1 ORDER BY 1", "SELECT channel, fcr(answered) FILTER (WHERE wait > 30) FROM $_ WHERE score > 3 GROUP BY 1 ORDER BY 1 NULLS FIRST") }
		  qw(contacts compressed parted parted_1 whole family), 'ONLY family', '(SELECT * FROM contacts UNION ALL SELECT * FROM compressed) AS united'),
	(map { ("SELECT site, count(*), service_level(wait, threshold, answered) FROM $_ JOIN queues USING (queue) GROUP BY 1 ORDER BY 1",
			"SELECT q.site, team, count(*), service_level(wait, coalesce(threshold, 20), answered) FROM $_ LEFT JOIN queues AS q USING (queue) LEFT JOIN agents USING (agent) GROUP BY 1, 2 ORDER BY 1, 2",
			"SELECT count(*), fcr(answered) FROM $_ JOIN queues AS q USING (queue) JOIN agents AS a USING (agent) WHERE q.site = a.site") }
		  qw(contacts compressed parted whole)),
	"SELECT queue, site, (SELECT nps(score) FROM contacts AS c WHERE c.queue = q.queue), (SELECT count(*) FROM compressed) FROM queues AS q ORDER BY 1",
	"SELECT q.queue, x.* FROM queues AS q, LATERAL (SELECT $kpis FROM contacts AS c WHERE c.queue = q.queue AND wait < threshold) AS x ORDER BY 1",
	"SELECT $kpis FROM contacts WHERE id BETWEEN 100 AND 120",
	"SELECT $kpis FROM contacts WHERE queue = 7 AND wait > (SELECT min(threshold) FROM queues)",
	"SELECT interval_start(at, '1 day', 'UTC'), $kpis FROM compressed GROUP BY 1 HAVING nps(score) > 0 ORDER BY 1",
	"SELECT id, fcr(answered) OVER w, nps(score) OVER (PARTITION BY queue) FROM contacts WHERE id < 500 WINDOW w AS (PARTITION BY queue ORDER BY at, id ROWS 10 PRECEDING) ORDER BY 1",
	"SELECT id, asa(wait, answered) OVER (ORDER BY id) FROM compressed ORDER BY 1 LIMIT 300",
	"PREPARE p (integer) AS SELECT $kpis FROM compressed WHERE queue < \$1 \\; EXECUTE p (3) \\; SET LOCAL plan_cache_mode = force_generic_plan \\; EXECUTE p (4) \\; DEALLOCATE p",
	"DECLARE c CURSOR FOR SELECT queue, $kpis FROM parted GROUP BY 1 ORDER BY 1 \\; FETCH 2 FROM c \\; FETCH ALL FROM c \\; CLOSE c",
	"CREATE TEMP TABLE made ON COMMIT DROP AS SELECT queue, queue_agg(wait, 20, answered) AS q FROM compressed GROUP BY 1 \\; SELECT queue, service_level(q) FROM made ORDER BY 1",
);

sub session
{
	my (@settings) = @_;
	my $session = KPI::Session->new($node->connstr('postgres'));
	$session->run(@settings) if @settings;
	return $session;
}

# the queries with all settings in turn, one line each
sub results
{
	my ($session, $settings, @these) = @_;
	# a subquery for each row would start its workers for each row
	@these = map { /LATERAL|, \(SELECT/ ? "SELECT 'left out'" : $_ } @these if "@$settings" =~ /gather = 2/;
	my @results = $session->run(map { my $query = $_; join ' \; ', (map { "SET LOCAL $_" } @$settings), $query } @these);
	return map { join "\n", defined $_->{error} ? "error $_->{error}" : (), @{ $_->{rows} } } @results;
}

sub same
{
	my ($name, $got, $expected, @these) = @_;
	my @different = grep { ($got->[$_] // 'none') ne 'left out' && ($got->[$_] // 'none') ne ($expected->[$_] // 'none') } 0 .. $#these;
	is(scalar @different, 0, $name) or diag map { "$these[$_]\ngot:\n" . ($got->[$_] // 'none') . "\nexpected:\n" . ($expected->[$_] // 'none') . "\n" } @different[ 0 .. ($#different > 2 ? 2 : $#different) ];
}

my @load = ("LOAD 'kpi'", "LOAD '$module/neighbour.so'");
my %orders = ('loaded before' => [ reverse @load ], 'loaded after' => [@load]);
my @off = ('kpi.batch = off');
@off = (@off, 'kpi.windows = off') if $node->safe_psql('postgres', "LOAD 'kpi'; SELECT count(*) FROM pg_settings WHERE name = 'kpi.windows'");
my @serial = ('max_parallel_workers_per_gather = 0');
my @parallel = ('max_parallel_workers_per_gather = 2', 'parallel_setup_cost = 100', 'parallel_tuple_cost = 0', 'min_parallel_table_scan_size = 0');

# what should come out where tables are read from elsewhere: the same query of those tables
my @elsewhere = map { s/\b(FROM|JOIN) (contacts|compressed|parted_1|whole|queues)\b/$1 $2_elsewhere AS $2/gr =~ s/AS (\w+) AS (\w+)/AS $2/gr } @queries;
$node->safe_psql('postgres', q{
	CREATE VIEW parted_read AS SELECT * FROM parted WHERE tableoid <> 'parted_1'::regclass UNION ALL SELECT id, queue, agent, channel, wait, answered, score, at FROM parted_1_elsewhere;
	CREATE VIEW family_read AS SELECT * FROM ONLY family UNION ALL SELECT * FROM old_elsewhere});
s/\bFROM (parted|family)\b/FROM $1_read AS $1/ foreach @elsewhere;
my $plain = session();
my @truth = results($plain, [ @off, @serial ], @elsewhere);
my @here = results($plain, [ @off, @serial ], @queries);
is(scalar(grep { /^error/ } @truth, @here), 0, 'all of the queries can be run') or diag grep { /^error/ } @truth, @here;
cmp_ok(scalar(grep { $truth[$_] ne $here[$_] } 0 .. $#queries), '>', @queries / 2, 'and tell where the rows come from');

foreach my $order (sort keys %orders)
{
	my $session = session(@{ $orders{$order} });
	foreach my $batch ([ 'always', 'kpi.batch_cost = always' ], [ 'by cost', 'kpi.batch = on' ], [ 'off', @off ])
	{
		my ($how, @batch) = @$batch;
		foreach my $workers ([ '', @serial ], $how eq 'always' ? [ ', parallel', @parallel ] : ())
		{
			my ($parallel, @workers) = @$workers;
			my @replaced = results($session, [ @batch, @workers, 'neighbour.scan = replace' ], @queries);
			same("$order, batches $how$parallel: rows from elsewhere", \@replaced, \@truth, @queries);
			foreach my $upper ('offer', 'keep')
			{
				my @got = results($session, [ @batch, @workers, "neighbour.upper = $upper", 'neighbour.wrap = on' ], @queries);
				same("$order, batches $how$parallel: paths for groups ($upper), all hooks", \@got, \@here, @queries);
				@got = results($session, [ @batch, @workers, "neighbour.upper = $upper", 'neighbour.scan = replace', 'neighbour.wrap = on' ], @queries);
				same("$order, batches $how$parallel: paths for groups ($upper), all hooks, rows from elsewhere", \@got, \@truth, @queries);
			}
		}
		next if $how eq 'off';
		# which rows are dropped depends on their order: only a scan in the order of the heap can be compared
		my @heap = (@serial, 'neighbour.scan = wrap', map { "enable_$_ = off" } qw(indexscan indexonlyscan bitmapscan));
		my @expected = results($session, [ @off, @heap ], @queries);
		my @got = results($session, [ @batch, @heap ], @queries);
		same("$order, batches $how: a node above the scan", \@got, \@expected, @queries);
	}
	my $explain = "EXPLAIN (COSTS OFF) SELECT queue, $kpis FROM contacts GROUP BY 1";
	my ($replaced, $offered) = map { results($session, [ @serial, $_ ], $explain) } 'neighbour.scan = replace', 'neighbour.upper = offer';
	like($replaced, qr/Custom Scan \(Neighbour\) on contacts/, "$order: the scan is the neighbour's");
	unlike($replaced, qr/KpiBatch/, "$order: and not ours");
	like($offered, qr/Custom Scan \(Neighbour\)/, "$order: a cheaper path is taken");
	like((results($session, [ 'kpi.batch_cost = always', @serial ], $explain))[0], qr/KpiBatch/, "$order: a neighbour that does nothing is no reason to keep off");
	$session->quit;
}

ok(!crashed($node), 'no crash');
$node->stop;
done_testing();
