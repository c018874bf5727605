# Another library that is loaded before ours has functions of the same names (PostgreSQL 15
# loads libraries with all their symbols in common): ours calls its own.
use strict;
use warnings;

use File::Temp qw(tempdir);
use FindBin;
use lib "$FindBin::RealBin/../perl";
use KPI;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = kpi_node('symbols');
my $library = installed_directory('--pkglibdir') . '/kpi.so';
my %types = map { /\s([A-Za-z]) (\w+)$/ ? ($2 => $1) : () } split /\n/, `nm -D '$library'`;
my @ours = grep { $types{$_} eq 'T' && !/^pg_finfo_|^_PG_init$|^Pg_magic_func$/ && !$types{"pg_finfo_$_"} } sort keys %types;
cmp_ok(scalar @ours, '>', 100, 'there are functions that no SQL calls') if kpi_server_version($node) == 15;
like(`readelf -d '$library'`, qr/SYMBOLIC/, 'calls are bound within the library');

# all functions that no SQL calls, each of which would give itself away
my $directory = tempdir(CLEANUP => 1);
open my $out, '>', "$directory/other.c" or die $!;
print $out qq{#include "postgres.h"\n#include "fmgr.h"\nPG_MODULE_MAGIC;\nPG_FUNCTION_INFO_V1(other);\n};
print $out qq{PGDLLEXPORT void $_(void);\nPGDLLEXPORT void $_(void) { elog(PANIC, "another library's $_ was called"); }\n} for @ours;
print $out qq{PGDLLEXPORT Datum other(PG_FUNCTION_ARGS);\nDatum other(PG_FUNCTION_ARGS) { PG_RETURN_INT32(1); }\n};
close $out;
my $include = `"$ENV{PG_CONFIG}" --includedir-server`;
chomp $include;
is(system("gcc -shared -fPIC -fvisibility=default -w -I'$include' -o '$directory/other.so' '$directory/other.c'"), 0, 'the other library: ' . @ours . ' functions');
chmod 0755, $directory;
is($node->safe_psql('postgres', qq{
	CREATE FUNCTION other() RETURNS integer LANGUAGE C AS '$directory/other.so', 'other';
	SELECT other();
	SELECT interval_start('2026-01-01 00:07+00', '15 min', 'Europe/Berlin') = '2026-01-01 00:00+00',
		percentile(make_interval(secs => i), 0.5) IS NOT NULL, service_level(i, 20) IS NOT NULL, covered(tstzrange('epoch', 'epoch'::timestamptz + i * interval '1 s')) IS NOT NULL,
		is_open('Europe/Berlin; Mon-Fri 09:00-18:00', '2026-01-02 12:00+00') FROM generate_series(1, 100) AS i;
}), "1\nt|t|t|t|t", 'ours calls its own');
$node->stop;
done_testing();
