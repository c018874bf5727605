# A psql that stays connected and runs many scripts a round trip:
#
#   my $session = KPI::Session->new($node->connstr('postgres'));
#   my @results = $session->run('SELECT 1', "SET LOCAL work_mem = '64kB'\\; SELECT 1/0");
#
# A script is one statement or several, separated by "\;", which are then one
# transaction.  A result is { rows => [...], error => SQLSTATE or undef }, a row
# being a line with the values separated by "|" and NULL shown as "~".
package KPI::Session;

use strict;
use warnings;

use File::Temp qw(tempdir);
use IPC::Open2;

sub new
{
	my ($class, $connstr) = @_;
	my $self = bless { connstr => $connstr, directory => tempdir(CLEANUP => 1) }, $class;
	$self->connect;
	return $self;
}

sub connect
{
	my ($self) = @_;
	$self->{pid} = open2($self->{out}, $self->{in},
		"exec psql -X -q -A -t -P null='~' -v VERBOSITY=sqlstate -d '$self->{connstr}' 2>&1");
	binmode $self->{$_}, ':utf8' for qw(in out);
	$self->{in}->autoflush(1);
	$self->run("SET client_min_messages = error");
}

sub run
{
	my ($self, @scripts) = @_;
	return $self->finish($self->start(@scripts));
}

# Begins to run them; finish() waits for the results.
sub start
{
	my ($self, @scripts) = @_;
	# a file of its own: psql may still be at the end of the last one, which may be unlinked
	unlink $self->{file} if defined $self->{file};
	my $file = $self->{file} = "$self->{directory}/script" . ++$self->{scripts} . ".sql";
	open my $script, '>:utf8', $file or die "$file: $!";
	print $script "$_;\n\\echo end of script\n" foreach @scripts;
	close $script;
	print { $self->{in} } "\\i $file\n";
	return scalar @scripts;
}

sub finish
{
	my ($self, $count) = @_;
	my @results = ({ rows => [] });
	my $out = $self->{out};
	while (@results <= $count)
	{
		my $line = <$out>;
		if (!defined $line)
		{
			# the server, or this backend, is gone
			waitpid $self->{pid}, 0;
			$self->{lost} = 1;
			$results[-1]{error} = 'crash';
			return @results;
		}
		chomp $line;
		if ($line eq 'end of script') { push @results, { rows => [] }; }
		elsif ($line =~ /^psql:.*?: (?:ERROR|FATAL|PANIC): +(\w{5})$/) { $results[-1]{error} = $1; }
		elsif ($line =~ /^psql:/) { $results[-1]{error} //= $line; }
		else { push @{ $results[-1]{rows} }, $line; }
	}
	pop @results;
	return @results;
}

sub quit
{
	my ($self) = @_;
	return if $self->{lost};
	close $self->{in};
	waitpid $self->{pid}, 0;
}

1;
