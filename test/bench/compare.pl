#!/usr/bin/perl
# Times the cases of one file of test/bench in a running server and prints a
# Markdown table.  A file is
#
#   -- setup:                     once, before the cases: tables beyond "calls"
#   SQL; ...
#   -- case: service level, integer seconds
#   -- limit: 0.92                the largest ratio kpi / hand that is good enough;
#                                 "-- limit: 1000 ms" where there is no hand
#   -- measure: wal               kilobytes of WAL, not milliseconds
#   -- set: work_mem = '1GB'      optional, for both queries; may be repeated
#   -- hand set: kpi.batch = off  optional, for the second query alone
#   -- rows: note                 optional, printed beside the case
#   -- kpi:
#   SELECT ...;
#   -- hand:                      "-- hand: tdigest" names it
#   SELECT ...;
#
# or, for one query with the "hand set" and without, "-- both: kpi.batch = off".
#
# A query should return few rows: what psql does with them is timed too.  Both
# queries should return the same; how far they do is printed.
use strict;
use warnings;

use File::Temp qw(tempdir);

my ($file) = @ARGV;
my $runs = $ENV{KPI_BENCH_RUNS} // 5;
my $scratch = tempdir(CLEANUP => 1);
delete $ENV{PGOPTIONS};

# ---------- the file ----------

my ($setup, @cases, $target) = ('');
open my $in, '<', $file or die "$file: $!";
while (my $line = <$in>)
{
	if ($line =~ /^--\s*(setup|case|limit|measure|set|hand set|rows|kpi|hand|both)\s*:\s*(.*?)\s*$/)
	{
		my ($key, $value) = ($1, $2);
		if ($key eq 'setup')
		{
			$target = \$setup;
			next;
		}
		push @cases, { case => $value, settings => '' } if $key eq 'case';
		my $case = $cases[-1] or die "$file:$.: $key before a case";
		undef $target;
		if ($key eq 'set') { $case->{settings} .= "SET $value;\n"; }
		elsif ($key eq 'kpi') { $target = \($case->{kpi} = ''); }
		elsif ($key eq 'both') { $target = \($case->{kpi} = ''); $case->{both} = 1; $case->{name} = $value; $case->{'hand set'} //= $value; }
		elsif ($key eq 'hand') { $target = \($case->{hand} = ''); $case->{name} = $value; }
		elsif ($key ne 'case') { $case->{$key} = $value; }
	}
	elsif ($target)
	{
		$$target .= $line;
	}
}
close $in;
die "$file: no case\n" unless @cases;
$_->{hand} = $_->{kpi} foreach grep { $_->{both} } @cases;

# ---------- running ----------

sub psql
{
	my ($script, @options) = @_;
	my $name = "$scratch/script";
	open my $out, '>', $name or die;
	print $out $script;
	close $out or die;
	open my $pipe, '-|', 'psql', '-X', '-q', '-At', '-v', 'ON_ERROR_STOP=1', @options, '-f', $name or die "psql: $!";
	my $printed = do { local $/; <$pipe> };
	close $pipe or die "$file: psql failed\n";
	return $printed // '';
}

sub median
{
	my @sorted = sort { $a <=> $b } @_;
	return ($sorted[ $#sorted / 2 ] + $sorted[ @sorted / 2 ]) / 2;
}

# A field as a number: seconds of an interval, or the number itself.
sub number
{
	my ($field) = @_;
	return $field if $field =~ /^[-+]?[\d.]+(?:e[-+]?\d+)?$/i;
	return (($1 // 0) * 86400 + $2 * 3600 + $3 * 60 + $4) if $field =~ /^(?:(\d+) days? )?(\d+):(\d+):([\d.]+)$/;
	return;
}

# "yes", "within 0.2 %" or "no"
sub same
{
	my ($first, $second) = @_;
	return 'yes' if $first eq $second;
	my @first = split /[|\n]/, $first, -1;
	my @second = split /[|\n]/, $second, -1;
	return 'no' if @first != @second;
	my $largest = 0;
	foreach my $n (0 .. $#first)
	{
		next if $first[$n] eq $second[$n];
		my ($x, $y) = (number($first[$n]), number($second[$n]));
		return 'no' unless defined $x && defined $y;
		my $size = abs($y) > 0 ? abs($y) : 1;
		$largest = abs($x - $y) / $size if abs($x - $y) / $size > $largest;
	}
	return 'yes' if $largest < 1e-9;
	return sprintf 'within %.2g %%', $largest * 100;
}

psql($setup) if $setup =~ /\S/;
my ($title) = $file =~ /([^\/]+)\.sql$/;
print "### $title\n\n| case | kpi, ms | by hand, ms | ratio | limit | | same result |\n|---|--:|--:|--:|--:|---|---|\n";
my $misses = 0;
foreach my $case (@cases)
{
	die "$file: case '$case->{case}' has no kpi query\n" unless defined $case->{kpi};
	my @sides = grep { defined $case->{$_} } qw(kpi hand);
	my $script = "SET jit = off;\nSET max_parallel_workers_per_gather = 0;\n$case->{settings}";
	my %query = map { $_ => $case->{$_} =~ s/[;\s]*\z//r } @sides;
	$script .= "\\o $scratch/$_\n$query{$_};\n" foreach @sides;
	$script .= "\\o /dev/null\n\\timing on\n";
	foreach (1 .. $runs)
	{
		foreach my $side (@sides)
		{
			my $setting = $side eq 'hand' && $case->{'hand set'};
			$script .= "\\timing off\nSET $setting;\n\\timing on\n" if $setting;
			# (written like what psql prints of a time)
			$script .= $case->{measure}
			  ? "\\timing off\nSELECT pg_current_wal_insert_lsn() AS before \\gset\n$query{$side};\n\\o\n"
			  . "SELECT 'Time: ' || round(pg_wal_lsn_diff(pg_current_wal_insert_lsn(), :'before') / 1024, 1) || ' ms';\n\\o /dev/null\n"
			  : "$query{$side};\n";
			$script .= "\\timing off\nRESET " . ($setting =~ s/ *=.*//r) . ";\n\\timing on\n" if $setting;
		}
	}
	print STDERR "  $case->{case}\n";
	my @times = psql($script) =~ /^Time: ([\d.]+) ms/mg;
	die "$file: a query of '$case->{case}' must be one statement\n" if @times != $runs * @sides;
	my %times;
	push @{ $times{ $sides[ $_ % @sides ] } }, $times[$_] foreach 0 .. $#times;
	my $kpi = median(@{ $times{kpi} });
	my $limit = $case->{limit} // '';
	my ($hand, $ratio, $equal, $value) = ('', '', '', $kpi);
	if ($times{hand})
	{
		my $median = median(@{ $times{hand} });
		$value = $kpi / $median;
		$hand = sprintf '%.0f', $median;
		$hand .= " ($case->{name})" if $case->{name};
		$ratio = sprintf '%.2f', $value;
		local $/;
		open my $first, '<', "$scratch/kpi" or die;
		open my $second, '<', "$scratch/hand" or die;
		$equal = same(scalar <$first> // '', scalar <$second> // '');
	}
	my $verdict = $limit eq '' ? '' : $value <= ($limit =~ s/[^\d.].*//r) ? 'ok' : '**over**';
	$misses++ if $verdict eq '**over**';
	printf "| %s | %.0f | %s | %s | %s | %s | %s |\n", $case->{case} . ($case->{rows} ? ", $case->{rows}" : ''),
	  $kpi, $hand, $ratio, $limit, $verdict, $equal;
	STDOUT->flush;
}
print "\n";
print "$misses of " . @cases . " cases over their limit.\n\n" if $misses;
