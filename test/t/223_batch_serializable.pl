# Serializable transactions that read by an index in batches: of two that each write what
# the other has read one fails, as with the server's own scans.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use KPI;
use KPI::Session;
use Test::More;

my $node = kpi_node('serializable', conf => "fsync = off\nautovacuum = off\n");
$node->safe_psql('postgres', q{
	CREATE TABLE calls AS SELECT i AS id, i * 7919 % 20011 AS shuffled, i % 3 > 0 AS answered, 'filler ' || i AS note FROM generate_series(1, 20000) AS i;
	CREATE INDEX ON calls (id); CREATE INDEX ON calls (shuffled); VACUUM ANALYZE calls});
my ($one, $two) = map { KPI::Session->new($node->connstr('postgres')) } 1, 2;

# What becomes of two transactions: each reads a range and writes a row, of the range that
# the other has read or of none.
sub outcome
{
	my ($batch, $column, $row_one, $row_two) = @_;
	my @errors;
	$_->run('BEGIN ISOLATION LEVEL SERIALIZABLE', "SET LOCAL kpi.batch = $batch", 'SET LOCAL kpi.batch_cost = always', 'SET LOCAL enable_seqscan = off', 'SET LOCAL enable_indexscan = off') foreach $one, $two;
	my @plans = map { join "\n", @{ $_->{rows} } } $one->run("EXPLAIN SELECT fcr(answered) FROM calls WHERE $column BETWEEN 1000 AND 1200");
	foreach ([ $one, 1000 ], [ $two, 15000 ])
	{
		my ($session, $from) = @$_;
		my ($result) = $session->run("SELECT fcr(answered) FROM calls WHERE $column BETWEEN $from AND $from + 200");
		push @errors, $result->{error} if $result->{error};
	}
	foreach ([ $one, $row_one ], [ $two, $row_two ], [ $one ], [ $two ])
	{
		my ($session, $row) = @$_;
		my ($result) = $session->run(defined $row ? "UPDATE calls SET answered = NOT answered WHERE $column = $row" : 'COMMIT');
		push @errors, $result->{error} if $result->{error};
	}
	$_->run('ROLLBACK') foreach $one, $two;
	return ($plans[0], join ' ', @errors);
}

foreach my $column ('id', 'shuffled')
{
	foreach ([ 'each writes what the other has read', 15100, 1100 ], [ 'they have nothing in common', 8000, 5000 ])
	{
		my ($name, @rows) = @$_;
		my (undef, $expected) = outcome('off', $column, @rows);
		my ($plan, $got) = outcome('on', $column, @rows);
		like($plan, qr/KpiBatch.*Bitmap Index Scan/s, "$column: pages by an index, in batches");
		is($got, $expected, "$column: $name") or diag($plan);
		# of shuffled rows every page of the table is read
		is($expected ne '' ? 'one fails' : 'both commit', $name =~ /^each/ ? 'one fails' : 'both commit', "$column: $name, the server's plan")
		  unless $column eq 'shuffled' && $name !~ /^each/;
	}
}
$node->stop;
done_testing();
