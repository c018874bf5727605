# The KPI that docs/developing.md adds as an example: its lines are put into a copy
# of the tree, which is built and run.
use strict;
use warnings;

use File::Temp qw(tempdir);
use FindBin;
use lib "$FindBin::RealBin/../perl";
use KPI;
use PostgreSQL::Test::Utils;
use Test::More;

my $page = slurp_file(kpi_root() . '/docs/developing.md');
my ($diff) = $page =~ /^```diff\n(.*?)^```/ms or BAIL_OUT('no diff in docs/developing.md');
my $tree = tempdir(CLEANUP => 1);
system("cd '" . kpi_root() . "' && tar -cf - Makefile *.control src sql docs | tar -xf - -C '$tree'") == 0 or die;

# What the page names in the code is there.
my %words = map { $_ => 1 } map { slurp_file($_) =~ /\w+/g }
  map { glob(kpi_root() . "/$_") } qw(src/*/*.c src/*/*.h src/*/*.sql src/*/*.template src/install.awk test/t/*.pl);
my @files = split /\n/, `cd '@{[kpi_root()]}' && find . -type f -o -name .git -prune`;
my $prose = $page =~ s/^```.*?^```//gmsr;
my @named = $prose =~ /`([^`\n]+)`/g;
is(join(' ', grep { /^_?[a-z]+_\w+$/ && !$words{$_} && !grep { /\/\Q$_\E\.\w+$/ } @files } @named), '', 'functions that the page names exist');
is(join(' ', grep { my $name = $_; /^[\w.\/-]+\.(?:[ch]|sql|pl|sh|awk|template)$/ && $name !~ /^\./ && !grep { /\/\Q$name\E$/ } @files } @named), '', 'and the files');

# Each hunk's lines must stand in the file exactly once; line numbers do not matter.
my %added;
foreach my $file ($diff =~ /^(--- .*?)(?=^--- |\z)/gms)
{
	my ($name, $hunks) = $file =~ /\A--- \S+\n\+\+\+ (\S+)\n(.*)\z/s or die $file;
	my $text = slurp_file("$tree/$name");
	foreach my $hunk (split /^@@.*\n/m, $hunks)
	{
		next if $hunk eq '';
		my @lines = split /\n/, $hunk;
		my $old = join '', map { substr($_, 1) . "\n" } grep { /^[ -]/ } @lines;
		my $new = join '', map { substr($_, 1) . "\n" } grep { /^[ +]/ } @lines;
		my $places = () = $text =~ /^\Q$old\E/mg;
		is($places, 1, "$name: the place of a hunk");
		$text =~ s/^\Q$old\E/$new/m;
		$added{$name} .= join '', map { substr($_, 1) . "\n" } grep { /^\+/ } @lines;
	}
	open my $out, '>', "$tree/$name" or die $!;
	print $out $text;
	close $out;
}
my $lines = () = $diff =~ /^\+(?!\+)/mg;
cmp_ok($lines, '<', 50, "it takes $lines lines");

# The library cannot be installed beside the one under test, so the script is run by hand.
my ($version) = slurp_file("$tree/kpi.control") =~ /default_version = '(.*?)'/;
my $log = `make -s -C '$tree' PG_CONFIG='$ENV{PG_CONFIG}' with_llvm=no PG_CFLAGS='-O1 -Werror' 2>&1`;
is($?, 0, 'it compiles without warnings') or BAIL_OUT($log);
my $elsewhere = tempdir(CLEANUP => 1);
my $said = `make -n -C '$elsewhere' -f '$tree/Makefile' PG_CONFIG='$ENV{PG_CONFIG}' 2>&1`;
ok($? != 0 && $said =~ /built in its own source tree/, 'elsewhere it is not built from nothing') or diag($said);
my $script = slurp_file("$tree/kpi--$version.sql") =~ s/^\\echo .*\n//mr =~ s/'MODULE_PATHNAME'/'$tree\/kpi.so'/gr;
my $node = kpi_node('developing', extension => 0);
chmod 0755, $tree;
$node->safe_psql('postgres', $script);

my ($contacts) = slurp_file("$tree/sql/handle.sql") =~ /^(CREATE TABLE contacts.*?;\nINSERT.*?;\n)/ms;
is($node->safe_psql('postgres', $contacts . $added{'sql/handle.sql'}), '0.5|0.5|', 'its test');
is( $node->safe_psql('postgres', q{SELECT pg_get_function_arguments(oid) FROM pg_proc WHERE proname = 'hold_rate' AND prokind = 'a' ORDER BY 1}),
	"talk double precision, hold double precision, wrap double precision\ntalk integer, hold integer, wrap integer\ntalk interval, hold interval, wrap interval",
	'one block, three aggregates');
$node->stop;
done_testing();
