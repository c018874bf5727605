# Mutated texts and binaries of every type of the extension, through the real
# input functions in a server (test/fuzz/kpi_fuzz.c): no crash, no error but
# those for bad input, little memory, and what is accepted round-trips.
#
# KPI_FUZZ says how many of each, for each type: 200000 here, a million by hand.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use KPI;
use KPI::Values;
use PostgreSQL::Test::Utils;
use Test::More;

my $runs = $ENV{KPI_FUZZ} // 200000;
my $chunk = $runs < 20000 ? $runs : 20000;
my $limit_mb = 64;

my $module = kpi_root() . '/test/fuzz';
my $printed = `make -s -C '$module' with_llvm=no 2>&1`;
die "the fuzzer cannot be built: $printed" if $?;

my $node = kpi_node('fuzz', conf => "log_min_messages = fatal\n");
$node->safe_psql('postgres', qq{
	CREATE FUNCTION fuzz(type regtype, "binary" boolean, seeds bytea[], runs bigint, seed bigint) RETURNS bigint
	LANGUAGE C STRICT AS '$module/kpi_fuzz'});
my $values = KPI::Values->new($node);

# The most address space that the backend has held so far, in kB.
my $peak = q{(SELECT (regexp_match(pg_read_file('/proc/self/status'), 'VmPeak:\s*(\d+)'))[1]::bigint)};
# ... means nothing under AddressSanitizer, which reserves it all
my $measured = $node->safe_psql('postgres', "SELECT $peak < 16 * 1024 * 1024") eq 't';

foreach my $type (kpi_types($node))
{
	# one that nobody can write down: the views of rollups pass it on within a query
	next if $type eq '_rollup_dirty_list';
	my @literals = $values->literals($type);
	if (!@literals)
	{
		fail("$type: there are values to start from");
		diag("add some to test/fuzz/seeds/$type.txt, one on each line");
		next;
	}
	my $send = $node->safe_psql('postgres', "SELECT typsend FROM pg_type WHERE oid = '$type'::regtype");
	foreach my $binary (0, 1)
	{
		my $kind = $binary ? 'binaries' : 'texts';
		my $seeds = 'ARRAY[' . join(', ', map {
			my $literal = "'" . s/'/''/gr . "'::$type";
			$binary ? "$send($literal)" : "convert_to(($literal)::text, 'UTF8')"
		} @literals) . ']';
		my ($accepted, @errors) = (0);
		my $grown = 0;
		for (my $done = 0; $done < $runs; $done += $chunk)
		{
			my ($stdout, $stderr) = ('', '');
			my $seed = $done / $chunk + ($ENV{KPI_SEED} // 1) * 1000;
			# fuzz once to have the code and the caches in memory, then for the record
			my $status = $node->psql('postgres', qq{
				SELECT fuzz('$type', '$binary', $seeds, 100, $seed) >= 0;
				SELECT $peak AS before \\gset
				SELECT fuzz('$type', '$binary', $seeds, $chunk, $seed) AS accepted \\gset
				SELECT :accepted, $peak - :before;},
				stdout => \$stdout, stderr => \$stderr);
			BAIL_OUT("$type: the server crashed on $kind, KPI_SEED " . ($ENV{KPI_SEED} // 1)) if $status == 2;
			push @errors, substr($stderr, 0, 2000) if $stderr ne '';
			if ($stdout =~ /(\d+)\|(-?\d+)\s*\z/)
			{
				$accepted += $1;
				$grown = $2 if $2 > $grown;
			}
			last if @errors;
		}
		is(join('', @errors), '', "$type: $runs mutated $kind");
		cmp_ok($accepted, '>', 0, "$type: some $kind are accepted");
		cmp_ok($grown, '<', $limit_mb * 1024, "$type: memory for $kind stays below $limit_mb MB") if $measured;
		note("$type: accepted $accepted of $runs $kind from " . scalar(@literals) . " values, $grown kB");
	}
}

ok(!crashed($node), 'no crash');
$node->stop;
done_testing();
