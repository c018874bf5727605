# The plan of the house: each folder of src/ is a room, and the Makefile lists them from
# the ground up.  A file includes and calls only what stands in its own room or in one
# further down, and no room has a circle: neither among its headers nor among its files.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use KPI;
use PostgreSQL::Test::Utils;
use Test::More;

my $src = kpi_root() . '/src';
my ($families) = slurp_file(kpi_root() . '/Makefile') =~ /^FAMILIES = (.*)/m;
my @rooms = (split(' ', $families), qw(window batch rollup));
my %floor = map { $rooms[$_] => $_ } 0 .. $#rooms;
is(join(' ', grep { !defined $floor{$_} } map { m{([^/]+)/[^/]+$} } glob("$src/*/*.c")), '', 'each room has its place');

# Arrows from each file to the others: "from" => { "to" => why }.
my (%includes, %calls);

foreach my $file (glob("$src/*/*.[ch]"))
{
	my $from = $file =~ s/^\Q$src\E\///r;
	foreach my $to (slurp_file($file) =~ /^#include "([^"]+)"/mg)
	{
		$includes{$from}{$to} = "includes $to" if -e "$src/$to";
	}
}

# A unit is a .c file and the header of its name.
my %defined;
my @objects = glob("$src/*/*.o");
foreach my $object (@objects)
{
	my ($unit) = $object =~ /^\Q$src\E\/(.*)\.o$/;
	$defined{$_} = $unit for qx(nm --extern-only --defined-only "$object") =~ /^\S+ \w (\w+)$/mg;
}
foreach my $object (@objects)
{
	my ($from) = $object =~ /^\Q$src\E\/(.*)\.o$/;
	foreach my $symbol (qx(nm --undefined-only "$object") =~ /^\s+\w (\w+)$/mg)
	{
		my $to = $defined{$symbol} // next;
		$calls{$from}{$to} //= "uses $symbol of $to" if $to ne $from;
	}
}
cmp_ok(scalar @objects, '>', 50, 'there are objects');
cmp_ok(scalar keys %calls, '>', 50, 'which call each other');

sub room { return $_[0] =~ s/\/.*//r }

# Arrows that lead to a room further up.
sub climbing
{
	my ($arrows) = @_;
	my @found;
	foreach my $from (sort keys %$arrows)
	{
		push @found, map { "$from $arrows->{$from}{$_}" } grep { $floor{ room($_) } > $floor{ room($from) } } sort keys %{ $arrows->{$from} };
	}
	return join "\n", @found;
}

# A circle, as "a uses x of b, b uses y of a", or nothing.
sub circle
{
	my ($arrows) = @_;
	my (%done, @way, %on_way);
	my $walk;
	$walk = sub {
		my ($from) = @_;
		return () if $done{$from};
		push @way, $from;
		$on_way{$from} = $#way;
		foreach my $to (sort keys %{ $arrows->{$from} // {} })
		{
			return @way[ $on_way{$to} .. $#way ], $to if defined $on_way{$to};
			my @circle = $walk->($to);
			return @circle if @circle;
		}
		pop @way;
		delete $on_way{$from};
		$done{$from} = 1;
		return ();
	};
	foreach my $from (sort keys %$arrows)
	{
		my @circle = $walk->($from);
		return join ', ', map { "$circle[$_] $arrows->{$circle[$_]}{$circle[$_ + 1]}" } 0 .. $#circle - 1 if @circle;
	}
	return '';
}

# the test of the test
my %model = (
	'queue/a' => { 'queue/b' => 'uses x of queue/b' },
	'queue/b' => { 'base/c' => 'uses y of base/c' },
	'base/c' => { 'queue/a' => 'uses z of queue/a' });
is(climbing(\%model), 'base/c uses z of queue/a', 'an arrow that climbs is found');
is(circle(\%model), 'base/c uses z of queue/a, queue/a uses x of queue/b, queue/b uses y of base/c', 'a circle is found');

is(climbing(\%includes), '', 'no file includes what stands further up');
is(climbing(\%calls), '', 'no file calls what stands further up');
is(circle(\%includes), '', 'no circle among the headers');
is(circle(\%calls), '', 'no circle among the files');

# The picture in docs/developing.md: who knows whom, beside base.
my %known = map { $_ => {} } @rooms;
foreach my $arrows (\%includes, \%calls)
{
	foreach my $from (keys %$arrows)
	{
		$known{ room($from) }{ room($_) } = 1 for grep { !/^base\// && room($_) ne room($from) } keys %{ $arrows->{$from} };
	}
}
my ($picture) = slurp_file(kpi_root() . '/docs/developing.md') =~ /arrows point down only:\n\n```text\n(.*?)^```/ms or BAIL_OUT('no picture in docs/developing.md');
my %drawn;
foreach (split /\n/, $picture)
{
	my ($who, $knows) = /^(?: (?:wings|families|ground))?\s+(\S.*?)(?:\s{2,}|:)(.*)/ or next;
	$drawn{$_} = join ' ', sort grep { defined $floor{$_} && $_ ne 'base' } ($knows =~ /knows? (.*)/ ? $1 : '') =~ /\w+/g for split /, /, $who;
}
is_deeply(\%drawn, { map { $_ => join ' ', sort keys %{ $known{$_} } } @rooms }, 'docs/developing.md draws the rooms as they are');

# Tests are called by their number too: each has one of its own.
my %numbered;
$numbered{$_}++ for map { /(\d+)_[^\/]*$/ } glob(kpi_root() . '/test/t/*.pl');
is(join(' ', grep { $numbered{$_} > 1 } sort keys %numbered), '', 'no two tests have the same number');

# What scripts and pages say of tests: each is described, and none that is not there.
my %tests = map { m{/(\d+_\w+)\.pl$} ? ($1 => 1) : () } glob(kpi_root() . '/test/t/*.pl');
my %described = map { $_ => 1 } slurp_file(kpi_root() . '/docs/testing.md') =~ /`(\d{3}_\w+)`/g;
is(join(' ', grep { !$described{$_} } sort keys %tests), '', 'docs/testing.md describes each test');
my %said = (%described, map { $_ => 1 } map { slurp_file($_) =~ /\bt\/(\d{3}_\w+)\.pl/g } map { glob(kpi_root() . "/$_") } qw(test/*.sh test/*/*.sh docs/*.md));
is(join(' ', grep { !$tests{$_} } sort keys %said), '', 'and no script or page names one that is gone');

done_testing();
