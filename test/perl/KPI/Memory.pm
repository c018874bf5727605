# How much memory a query takes in batches or in the window node, beside the server's own plan.
#
#   my $memory = KPI::Memory->new($node);
#   $memory->modest('name', 'SELECT ...', 'SET work_mem = ...');
package KPI::Memory;

use strict;
use warnings;

use KPI;
use Test::More;

sub new
{
	my ($class, $node) = @_;
	return bless { node => $node }, $class;
}

# the peak of the backend's process, in kB, without pages that are shared, and what the query gives
sub peak
{
	my ($self, $sql, $settings) = @_;
	my ($ret, $out, $err) = $self->{node}->psql('postgres', "LOAD 'kpi'; SET kpi.batch_cost = always; SET kpi.window_cost = always; $settings; $sql; SELECT 'peak ' || substring(pg_read_file('/proc/' || pg_backend_pid() || '/status') FROM 'VmHWM:\\s*(\\d+)')");
	is($ret, 0, 'it is executed') or diag $err;
	my ($peak) = $out =~ /peak (\d+)/;
	$out =~ s/^peak.*//m;
	return ($peak, $out);
}

# At most 16 MB more than the server's own plan, and the same result
sub modest
{
	my ($self, $name, $sql, $settings, $node) = @_;
	$settings ||= 'SET work_mem = DEFAULT';
	$node //= 'KpiBatch';
	like($self->{node}->safe_psql('postgres', "LOAD 'kpi'; SET kpi.batch_cost = always; SET kpi.window_cost = always; $settings; EXPLAIN $sql"), qr/$node/, "$name: $node");
	my ($off, $expected) = $self->peak($sql, "$settings; SET kpi.batch = off; SET kpi.windows = off");
	my ($on, $got) = $self->peak($sql, $settings);
	is($got, $expected, "$name: the same");
	cmp_ok($on, '<=', $off + 16 * 1024, "$name: $on kB, $off kB without");
	return;
}

1;
