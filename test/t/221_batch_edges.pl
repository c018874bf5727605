# What a thousand rows at a time must not cost: a cancelled query stops as fast as the
# server's own, counted by calls of a function that looks at nothing itself; and small
# buffers are enough.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use KPI;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = kpi_node('edges', conf => "fsync = off\nautovacuum = off\nmax_parallel_workers_per_gather = 0\nsynchronize_seqscans = off\n");

# ---------- cancelled ----------

# each function counts its calls, and at one of them the backend is asked to cancel its query
my $directory = PostgreSQL::Test::Utils::tempdir();
open my $source, '>', "$directory/counted.c" or die $!;
print $source <<'C';
#include "postgres.h"
#include "fmgr.h"
#include "common/hashfn.h"
#include "utils/builtins.h"
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif
#include <signal.h>
#include <unistd.h>
PG_MODULE_MAGIC;
static int calls, cancel_at;
static void
count(void)
{
	if (++calls == cancel_at)
		kill(getpid(), SIGINT);
}
PG_FUNCTION_INFO_V1(begin_count);
Datum
begin_count(PG_FUNCTION_ARGS)
{
	calls = 0;
	cancel_at = PG_GETARG_INT32(0);
	PG_RETURN_VOID();
}
PG_FUNCTION_INFO_V1(counted_calls);
Datum
counted_calls(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(calls);
}
PG_FUNCTION_INFO_V1(counted);
Datum
counted(PG_FUNCTION_ARGS)
{
	count();
	PG_RETURN_INT32(PG_GETARG_INT32(0));
}
PG_FUNCTION_INFO_V1(counted_text);
Datum
counted_text(PG_FUNCTION_ARGS)
{
	count();
	PG_RETURN_TEXT_P(cstring_to_text(psprintf("%d", PG_GETARG_INT32(0))));
}
PG_FUNCTION_INFO_V1(counted_length);
Datum
counted_length(PG_FUNCTION_ARGS)
{
	count();
	PG_RETURN_INT32(VARSIZE_ANY_EXHDR(PG_GETARG_TEXT_PP(0)));
}
PG_FUNCTION_INFO_V1(counted_add);
Datum
counted_add(PG_FUNCTION_ARGS)
{
	count();
	PG_RETURN_INT64(PG_GETARG_INT64(0) + PG_GETARG_INT32(1));
}
PG_FUNCTION_INFO_V1(counted_hash);
Datum
counted_hash(PG_FUNCTION_ARGS)
{
	count();
	return hash_uint32(PG_GETARG_INT32(0));
}
C
close $source;
command_ok([ 'gcc', '-shared', '-fPIC', '-I', installed_directory('--includedir-server'), '-o', "$directory/counted.so", "$directory/counted.c" ], 'functions that count compile');
chmod 0755, $directory;
sub function
{
	my ($declaration, $symbol) = @_;
	return "CREATE FUNCTION $declaration IMMUTABLE STRICT PARALLEL SAFE LANGUAGE C AS '$directory/counted', '$symbol';\n";
}
$node->safe_psql('postgres', function('begin_count(integer) RETURNS void', 'begin_count') . function('counted_calls() RETURNS integer', 'counted_calls')
	  . function('counted(integer) RETURNS integer', 'counted') . function('counted_text(integer) RETURNS text', 'counted_text') . function('counted_length(text) RETURNS integer', 'counted_length')
	  . function('counted_add(bigint, integer) RETURNS bigint', 'counted_add') . q{
	ALTER FUNCTION counted_calls() VOLATILE; ALTER FUNCTION begin_count(integer) VOLATILE;
	CREATE AGGREGATE counted_sum(integer) (SFUNC = counted_add, STYPE = bigint, INITCOND = '0', COMBINEFUNC = int8pl);
	-- an integer whose hash function counts
	CREATE TYPE counted_int;
	CREATE FUNCTION counted_in(cstring) RETURNS counted_int IMMUTABLE STRICT LANGUAGE internal AS 'int4in';
	CREATE FUNCTION counted_out(counted_int) RETURNS cstring IMMUTABLE STRICT LANGUAGE internal AS 'int4out';
	CREATE TYPE counted_int (INPUT = counted_in, OUTPUT = counted_out, LIKE = integer);
	CREATE CAST (integer AS counted_int) WITHOUT FUNCTION;
	CREATE FUNCTION counted_eq(counted_int, counted_int) RETURNS boolean IMMUTABLE STRICT LANGUAGE internal AS 'int4eq';
	CREATE OPERATOR = (LEFTARG = counted_int, RIGHTARG = counted_int, FUNCTION = counted_eq, COMMUTATOR = =, HASHES);} . function('counted_hash(counted_int) RETURNS integer', 'counted_hash') . q{
	CREATE OPERATOR CLASS counted_ops DEFAULT FOR TYPE counted_int USING hash AS OPERATOR 1 =, FUNCTION 1 counted_hash(counted_int);
	CREATE TABLE rows AS SELECT i AS x, i % 2 = 0 AS ok, 'text ' || i AS t, i::counted_int AS c, '2020-01-01Z'::timestamptz + i * interval '1 h' AS at FROM generate_series(1, 6000) AS i;
	CREATE TABLE others AS SELECT i AS k, i % 3 AS v FROM generate_series(1, 5000) AS i;
	ALTER TABLE others ADD PRIMARY KEY (k);
	ANALYZE});

my $cancel_at = 3000;
foreach my $case (
	[ 'WHERE', 'SELECT fcr(ok) FROM rows WHERE counted(x) > 0' ],
	[ 'FILTER', 'SELECT fcr(ok) FILTER (WHERE counted(x) > 0) FROM rows' ],
	[ 'FILTER by rows that others let pass', 'SELECT fcr(ok) FILTER (WHERE ok AND counted(x) > 0) FROM rows' ],
	[ 'an argument', 'SELECT fcr(counted(x) > 0) FROM rows' ],
	[ 'a duration', 'SELECT service_level(counted(x), 20) FROM rows' ],
	[ 'an argument by reference', 'SELECT fcr(ok), max(counted_text(x)) FROM rows' ],
	[ 'a key', 'SELECT counted(x), fcr(ok) FROM rows GROUP BY 1' ],
	[ 'a key by reference', 'SELECT counted_text(x), fcr(ok) FROM rows GROUP BY 1' ],
	[ 'a key whose hash is slow', 'SELECT c, fcr(ok) FROM rows GROUP BY c' ],
	[ 'a text', 'SELECT fcr(counted_length(t) > 0) FROM rows' ],
	[ 'WHERE of a text', 'SELECT fcr(ok) FROM rows WHERE counted_length(t) > 0' ],
	[ 'an hour', 'SELECT counted(extract(hour FROM at)::integer), fcr(ok) FROM rows GROUP BY 1' ],
	[ 'a clause of a join', 'SELECT fcr(ok) FROM rows JOIN others ON k = x WHERE counted(x + v) > 0' ],
	[ 'a key of two tables', 'SELECT counted(x + v), fcr(ok) FROM rows JOIN others ON k = x GROUP BY 1' ],
	[ 'a total', 'SELECT counted_text(x), ok, fcr(ok) FROM rows GROUP BY ROLLUP (1, 2)' ],
	[ 'rows by an index', 'SELECT fcr(ok) FROM rows WHERE x < 5000 AND counted(x) > 0' ],
	[ 'what a constant decides', 'SELECT fcr(ok) FROM rows WHERE counted(x) > counted(1) OR ok' ],
	[ 'a transition', 'SELECT counted_sum(x), fcr(ok) FROM rows' ])
{
	my ($name, $sql) = @$case;
	my %calls;
	foreach my $mode ('on', 'off')
	{
		my $settings = "SET kpi.batch_cost = always; SET kpi.batch = $mode; SET enable_sort = off;";
		if ($mode eq 'on')
		{
			like($node->safe_psql('postgres', "$settings EXPLAIN (COSTS OFF) $sql"), qr/KpiBatch/, "$name: in batches");
		}
		my ($ret, $out, $err) = $node->psql('postgres', "$settings SELECT begin_count($cancel_at); $sql; SELECT 'calls: ' || counted_calls()", on_error_stop => 0);
		like($err, qr/canceling statement due to user request/, "$name, batch $mode: cancelled");
		($calls{$mode}) = $out =~ /calls: (\d+)/;
	}
	cmp_ok($calls{on} - $cancel_at, '<=', $calls{off} - $cancel_at + 1, "$name: stops at once ($calls{on}, the server's own plan $calls{off})");
}

# ---------- few buffers ----------

$node->append_conf('postgresql.conf', "shared_buffers = 128kB\nmax_connections = 20\n");
$node->restart;
$node->safe_psql('postgres', "CREATE TABLE notes AS SELECT i AS id, i % 2 = 0 AS ok, rpad(i::text, 1000, md5(i::text)) AS note FROM generate_series(1, 3000) AS i; ANALYZE notes");
my $settings = 'SET kpi.batch_cost = always; SET temp_buffers = 100;';
foreach my $sql (
	'SELECT note, fcr(ok) FROM notes GROUP BY 1 ORDER BY 1',
	'SELECT fcr(ok), max(note) FROM notes UNION ALL SELECT fcr(ok), min(note) FROM notes UNION ALL SELECT fcr(ok), max(note) FROM notes WHERE id > 5')
{
	like($node->safe_psql('postgres', "$settings EXPLAIN $sql"), qr/KpiBatch/, 'few buffers: in batches');
	is($node->safe_psql('postgres', "$settings $sql"), $node->safe_psql('postgres', "$settings SET kpi.batch = off; $sql"), 'few buffers: the same');
	is($node->safe_psql('postgres', "$settings CREATE TEMP TABLE notes AS TABLE public.notes; $sql"), $node->safe_psql('postgres', "$settings SET kpi.batch = off; $sql"), 'a temporary table: the same');
}

ok(!crashed($node), 'no crash');
$node->stop;
done_testing();
