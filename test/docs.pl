#!/usr/bin/perl
# Executes the examples of the documentation and compares what they print.
#
#   perl test/docs.pl [--accept] [page ...]      (README.md and docs/*.md)
#
# needs a running server (PGHOST, PGPORT, PGUSER) in which the extension is
# installed; for daily work, "sh test/docs.sh" sees to that.
#
# A page is one psql session in a database of its own, which has the extension
# and the simulated contact centre's tables, and the centre's time zone.
#
#   ```sql          executed; must not fail
#   SELECT 1;
#   ```
#
#   ```sql          executed; followed at once by a block without a language,
#   SELECT 1;       must print exactly that (white space at the ends of lines
#   ```             does not count), errors, notices and all
#   ```
#    ?column?
#   ----------
#   ...
#   ```
#
# Blocks of any other language are left alone.  --accept writes what was printed
# over the output blocks: leave such a block empty to have it filled in, then
# read it.
use strict;
use warnings;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use Test::More;

my $zone = 'Europe/Istanbul';
my $root = dirname(dirname(abs_path($0)));
my $accept = @ARGV && $ARGV[0] eq '--accept' ? shift @ARGV : undef;
my @pages = map { abs_path($_) // BAIL_OUT("no such page: $_") } @ARGV;
chdir $root or die "$root: $!";
@pages = (grep { -e } 'README.md', glob 'docs/*.md') unless @pages;

my $scratch = tempdir(CLEANUP => 1);
my $end = 'end of block ' . $$;

# psql must show the same to everyone
delete @ENV{qw(PSQLRC PGCLIENTENCODING PGDATESTYLE PGTZ PGOPTIONS PAGER PSQL_PAGER COLUMNS)};
$ENV{LC_MESSAGES} = $ENV{LC_ALL} = 'C';
$ENV{PGCLIENTENCODING} = 'UTF8';

sub slurp
{
	my ($file) = @_;
	open my $in, '<', $file or die "$file: $!";
	local $/;
	return scalar <$in> // '';
}

sub spew
{
	my ($file, $text) = @_;
	open my $out, '>', $file or die "$file: $!";
	print $out $text;
	close $out or die "$file: $!";
}

# Runs a script of psql's; returns everything it printed, in order.
sub psql
{
	my ($database, $script, @options) = @_;
	spew("$scratch/in", $script);
	my $pid = fork // die "fork: $!";
	if (!$pid)
	{
		open STDIN, '<', "$scratch/in" or die;
		open STDOUT, '>', "$scratch/out" or die;
		open STDERR, '>&', \*STDOUT or die;
		exec 'psql', '-X', '-q', '-d', $database, @options or die "psql: $!";
	}
	waitpid $pid, 0;
	return slurp("$scratch/out");
}

sub admin
{
	my ($database, $script) = @_;
	my $printed = psql($database, $script, '-At', '-v', 'ON_ERROR_STOP=1');
	BAIL_OUT("$script\n$printed") if $?;
	chomp $printed;
	return $printed;
}

# A database with the simulator's tables, made anew when the simulator changes.
sub template
{
	my @simulator = grep { -e } 'test/simulate/contact_centre.sql';
	return 'template0' unless @simulator;
	my $name = 'kpi_docs_template';
	my $sum = unpack '%32C*', join '', map { slurp($_) } @simulator;
	my $made = admin('postgres', "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '$name'");
	return $name if $made eq "simulator $sum";
	admin('postgres', "DROP DATABASE IF EXISTS $name;");
	admin('postgres', "CREATE DATABASE $name TEMPLATE template0;");
	admin('postgres', "ALTER DATABASE $name SET TimeZone = '$zone';");
	foreach my $file (@simulator)
	{
		my $printed = psql($name, slurp($file), '-v', 'ON_ERROR_STOP=1');
		BAIL_OUT("$file\n$printed") if $?;
	}
	admin($name, 'VACUUM ANALYZE;');
	admin('postgres', "COMMENT ON DATABASE $name IS 'simulator $sum';");
	return $name;
}

# The ```sql blocks of a page: where they and their outputs stand, line by line.
sub blocks
{
	my ($page, $lines) = @_;
	my (@blocks, $block);
	my $in = '';    # the language of the block that we are in, 'output', or ''
	foreach my $n (0 .. $#$lines)
	{
		my $line = $lines->[$n];
		if ($in eq '')
		{
			if ($line =~ /^\s*(`{3,}|~{3,})\s*(\w*)/)
			{
				my $language = $2;
				BAIL_OUT("$page:" . ($n + 1) . ': an indented block would not be executed')
				  if lc $language eq 'sql' && $line !~ /^```/;
				if (lc $language eq 'sql')
				{
					$block = { line => $n + 1, sql => '' };
					push @blocks, $block;
					$in = 'sql';
				}
				elsif ($language eq '' && $block && defined $block->{closed} && $block->{closed} == $n - 1)
				{
					@$block{qw(output first)} = ('', $n + 1);
					$in = 'output';
				}
				else
				{
					$in = 'other';
				}
			}
		}
		elsif ($line =~ /^\s*(```|~~~)\s*$/)
		{
			$block->{closed} = $n if $in eq 'sql';
			$block->{last} = $n if $in eq 'output';
			$in = '';
		}
		elsif ($in eq 'sql')
		{
			$block->{sql} .= "$line\n";
		}
		elsif ($in eq 'output')
		{
			$block->{output} .= "$line\n";
		}
	}
	BAIL_OUT("$page: a block is not closed") if $in ne '';
	return @blocks;
}

sub trim
{
	my ($text) = @_;
	$text =~ s/[ \t]+$//mg;
	$text =~ s/\s+\z//;
	$text =~ s/\A\n+//;
	return $text eq '' ? '' : "$text\n";
}

sub run_page
{
	my ($page, $template) = @_;
	(my $name = $page) =~ s/^\Q$root\E\///;
	my @lines = split /\n/, slurp($page), -1;
	my @blocks = blocks($name, \@lines);
	return unless @blocks;
	my $database = 'kpi_docs_' . $$;

	admin('postgres', "DROP DATABASE IF EXISTS $database;");
	admin('postgres', "CREATE DATABASE $database TEMPLATE $template;");
	admin('postgres', "ALTER DATABASE $database SET TimeZone = '$zone';");
	admin($database, 'CREATE EXTENSION kpi;');
	my $script = join '', map { "$_->{sql}\n;\\echo $end\n" } @blocks;
	my @printed = split /^\Q$end\E\n/m, psql($database, $script, '-v', 'SHOW_CONTEXT=never'), -1;
	admin('postgres', "DROP DATABASE $database;");

	foreach my $block (@blocks)
	{
		my $where = "$name:$block->{line}";
		if (@printed < 2)
		{
			fail("$where runs");
			diag("the session ended early: " . join '', @printed);
			last;
		}
		my $got = trim(shift @printed);
		my $failed = $got =~ /^(ERROR|FATAL|PANIC):/m;
		if (!defined $block->{output})
		{
			ok(!$failed, "$where runs") or diag($got);
		}
		elsif (!$accept)
		{
			is($got, trim($block->{output}), "$where prints what the page shows");
		}
		elsif ($got ne trim($block->{output}))
		{
			pass("$where accepted");
			note("$where now shows an error") if $failed;
			$block->{accepted} = $got;
		}
		else
		{
			pass("$where unchanged");
		}
	}
	my @accepted = grep { defined $_->{accepted} } @blocks;
	foreach my $block (reverse @accepted)
	{
		splice @lines, $block->{first}, $block->{last} - $block->{first},
		  split /\n/, $block->{accepted};
	}
	spew($page, join "\n", @lines) if @accepted;
}

my $template = template();
run_page($_, $template) foreach @pages;
done_testing();
