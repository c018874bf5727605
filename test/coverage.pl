# Reads the counts of gcov below a directory and prints lines and branches by file:
#
#   perl test/coverage.pl DIRECTORY          (see coverage.sh)
#
# A line of a header counts as executed when it is in any file that includes it; a
# branch of a function that is inlined in many places when it is taken in any.
use strict;
use warnings;

use JSON::PP;

my ($lines_wanted, $branches_wanted) = (98, 92);
my $directory = shift @ARGV or die "usage: perl test/coverage.pl DIRECTORY\n";

# ---------- what is left out ----------

# "FILE /REGEX/ REASON": lines that match, with what else belongs to their statement.
# "FILE FUNCTION() REASON": a whole function.  "*" is every file.
my @exclusions;
open my $in, '<', 'test/coverage.exclude' or die "test/coverage.exclude: $!";
while (<$in>)
{
	next if /^#|^\s*$/;
	m{^(\S+)\s+(lines|branches)\s+(?:/(.+?)/|(\w+)\(\))\s+(\S.*)$} or die "test/coverage.exclude:$.: cannot read: $_";
	push @exclusions, { file => $1, what => $2, regex => defined $3 ? qr/$3/ : undef, function => $4, reason => $5, used => 0 };
}
close $in;

# Whether a line's text and brackets end a statement: counts brackets outside of strings.
sub depth
{
	my ($text) = @_;
	$text =~ s{"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)+'|/\*.*?\*/}{}g;
	return ($text =~ tr/(//) - ($text =~ tr/)//);
}

# For each line number of a file: 'lines' (nothing counts), 'branches' (no branch counts) or nothing.
sub left_out
{
	my ($file, $text) = @_;
	my @out;
	foreach my $exclusion (grep { $_->{file} eq '*' || $_->{file} eq $file } @exclusions)
	{
		my $inside = 0;
		my $depth = 0;
		for my $i (0 .. $#$text)
		{
			my $line = $text->[$i];
			if ($exclusion->{function})
			{
				$inside = 1 if $line =~ /^(?:[\w\s\*]+\s\*?)?\Q$exclusion->{function}\E\(/;
			}
			elsif (!$inside && $line =~ $exclusion->{regex})
			{
				$inside = 1;
				$depth = 0;
			}
			next unless $inside;
			$exclusion->{used}++;
			$out[ $i + 1 ] = $exclusion->{what} unless ($out[ $i + 1 ] // '') eq 'lines';
			$depth += depth($line);
			$inside = 0 if $exclusion->{function} ? $line =~ /^}/ : $depth <= 0;
		}
	}
	return \@out;
}

# ---------- counts ----------

my (%line, %branch, %of_function);
foreach my $data (glob("$directory/*/src/*.gcda $directory/*/src/*/*.gcda"))
{
	my ($folder, $name) = $data =~ m{(.*)/(.*)};
	my $json = `cd '$folder' && gcov --json-format --stdout --branch-probabilities '$name' 2>/dev/null`;
	foreach my $file (@{ decode_json($json)->{files} })
	{
		my $path = $file->{file};
		next unless $path =~ m{(?:^|/)src/([^/]+/)?([^/]+\.[ch])$} || $path =~ m{^([^/]+/)?([^/]+\.[ch])$};
		$path = 'src/' . ($1 // '') . $2;
		next unless -e $path;
		foreach my $line (@{ $file->{lines} })
		{
			my $number = $line->{line_number};
			$line{$path}{$number} = ($line{$path}{$number} // 0) + $line->{count};
			my @taken = map { $_->{count} > 0 ? 1 : 0 } @{ $line->{branches} };
			next unless @taken;
			# instances of one line with the same number of branches are the same branches
			my $instances = $branch{$path}{$number}{ scalar @taken } //= [ (0) x @taken ];
			$instances->[$_] ||= $taken[$_] for 0 .. $#taken;
		}
	}
}
%line or die "no counts below $directory\n";

# ---------- the report ----------

my %total;
my @missing;
printf "%-28s %8s %8s\n", 'file', 'lines', 'branches';
foreach my $path (sort keys %line)
{
	open my $source, '<', $path or die "$path: $!";
	my @text = <$source>;
	close $source;
	my $out = left_out($path, \@text);
	my %count = map { $_ => 0 } qw(lines lines_hit branches branches_hit);
	foreach my $number (sort { $a <=> $b } keys %{ $line{$path} })
	{
		my $excluded = $out->[$number] // '';
		next if $excluded eq 'lines';
		$count{lines}++;
		if ($line{$path}{$number})
		{
			$count{lines_hit}++;
		}
		else
		{
			push @missing, sprintf '%s:%d: %s', $path, $number, $text[ $number - 1 ] =~ s/^\s+|\s+$//gr;
		}
		next if $excluded eq 'branches' || !$branch{$path}{$number};
		# a place where more branches are left has had fewer folded away
		my ($most) = sort { $b <=> $a } keys %{ $branch{$path}{$number} };
		my @taken = @{ $branch{$path}{$number}{$most} };
		$count{branches} += @taken;
		my $hit = grep { $_ } @taken;
		$count{branches_hit} += $hit;
		push @missing, sprintf '%s:%d: %d of %d branches: %s', $path, $number, $hit, scalar @taken, $text[ $number - 1 ] =~ s/^\s+|\s+$//gr
		  if $line{$path}{$number} && $hit < @taken;
	}
	printf "%-28s %7.1f%% %7.1f%%\n", $path, map { $count{$_} ? 100 * $count{"${_}_hit"} / $count{$_} : 100 } qw(lines branches);
	$total{$_} += $count{$_} for keys %count;
}
my ($lines, $branches) = map { 100 * $total{"${_}_hit"} / $total{$_} } qw(lines branches);
print "\nnot executed, or a branch never taken:\n", map { "$_\n" } @missing;
my @unused = grep { !$_->{used} && $_->{file} ne '*' && -e $_->{file} } @exclusions;
print "\nexclusions that match nothing:\n", map { "$_->{file}: $_->{reason}\n" } @unused if @unused;
printf "\nlines %d of %d (%.2f %%), branches %d of %d (%.2f %%)\n", @total{qw(lines_hit lines)}, $lines, @total{qw(branches_hit branches)}, $branches;
my $failed = ($lines < $lines_wanted) + ($branches < $branches_wanted) + (@unused > 0);
printf "%d passed, %d failed\n", 3 - $failed, $failed;
exit($failed > 0);
