# The choices that make a random query, each a number from 0 to 1.
#
#   my $c = KPI::Choices->new($seed);
#   my $table = $c->pick('plain', 'partitioned', 'empty');
#
# Whatever is drawn first in its list is the simplest, and nothing is optional
# that is there when 0 is drawn.  So a query gets simpler as its choices turn
# into zeros, or are left out, and shrink() needs to know nothing of queries.
package KPI::Choices;

use strict;
use warnings;

sub new
{
	my ($class, $seed) = @_;
	srand($seed);
	return bless { drawn => [] }, $class;
}

# The same choices again; all that follow are the simplest.
sub replay
{
	my ($class, @drawn) = @_;
	return bless { drawn => [], given => [@drawn] }, $class;
}

sub drawn
{
	my ($self) = @_;
	return @{ $self->{drawn} };
}

sub draw
{
	my ($self) = @_;
	my $drawn = $self->{given} ? shift @{ $self->{given} } // 0 : rand;
	push @{ $self->{drawn} }, $drawn;
	return $drawn;
}

# 0 .. $n - 1
sub below
{
	my ($self, $n) = @_;
	return int($self->draw * $n);
}

sub pick
{
	my ($self, @list) = @_;
	return $list[ $self->below(scalar @list) ];
}

# true with this probability
sub maybe
{
	my ($self, $probability) = @_;
	return $self->draw > 1 - $probability;
}

# Fewer and simpler choices for which $still_fails->(KPI::Choices) is true, given some.
sub shrink
{
	my ($class, $still_fails, $tries, @drawn) = @_;
	my $attempt = sub {
		return 0 if $tries-- <= 0;
		my $choices = $class->replay(@_);
		return 0 unless $still_fails->($choices);
		# what was drawn for it, without what it had no use for
		@drawn = $choices->drawn;
		pop @drawn while @drawn && $drawn[-1] == 0;
		return 1;
	};
	for (my $size = int(@drawn / 2) || 1; $size >= 1 && $tries > 0; $size = int($size / 2))
	{
		for (my $i = 0; $i < @drawn;)
		{
			my $end = $i + $size > @drawn ? $#drawn : $i + $size - 1;
			my @without = @drawn[ 0 .. $i - 1, $end + 1 .. $#drawn ];
			my @zeroed = (@drawn[ 0 .. $i - 1 ], (0) x ($end - $i + 1), @drawn[ $end + 1 .. $#drawn ]);
			next if $attempt->(@without);
			$attempt->(@zeroed) if grep { $_ != 0 } @drawn[ $i .. $end ];
			$i += $size;
		}
	}
	return $class->replay(@drawn);
}

1;
