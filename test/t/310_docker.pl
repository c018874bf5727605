# The start of the Docker image, run here without Docker: what Dockerfile copies, what
# examples/docker/start.sh makes of it, and that the images of compose.yaml agree with it.
use strict;
use warnings;

use File::Copy qw(copy);
use File::Temp qw(tempdir);
use FindBin;
use lib "$FindBin::RealBin/../perl";
use IPC::Run;
use KPI;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $root = kpi_root();
my $dockerfile = slurp_file("$root/Dockerfile");
my @copied = map { split } $dockerfile =~ /^COPY ((?!--from|\. )[^\n]+) \S+$/mg;
is(join(' ', grep { !-e "$root/$_" } @copied), '', "what Dockerfile copies is there: @copied");
my $compose = slurp_file("$root/compose.yaml");
is(join(' ', grep { !-e "$root/$_" } $compose =~ m{^\s+- \./(\S+?):}mg), '', 'what compose.yaml mounts is there');
my %environment = $compose =~ /^      (\w+): (.*)$/mg;
my $datasource = slurp_file("$root/examples/grafana/provisioning/datasources/kpi.yaml") =~ s/^#.*\n//mgr;
is(join(' ', grep { !exists $environment{$_} } $datasource =~ /\$(\w+)/g), '', 'and sets what the data source asks for');

my $base = tempdir(CLEANUP => 1);
mkdir "$base/files";
copy("$root/$_", "$base/files/" . s/.*\///r) or die $! for grep { /\.sql$/ } @copied;
my $port = PostgreSQL::Test::Cluster::get_free_port();
my $bin = installed_directory('--bindir');
local %ENV = (
	PATH => "$bin:$ENV{PATH}", LC_ALL => 'C', PGPORT => $port, PGHOST => $base, PGDATA => "$base/data", KPI_FILES => "$base/files", KPI_LISTEN => '',
	KPI_DEMO => 'yes', POSTGRES_PASSWORD => q{it's secret});

# The server of the image, when it is ready: not the one that is there while the database is made.
sub start
{
	my $log = '';
	my $server = IPC::Run::start([ 'sh', "$root/examples/docker/start.sh" ], '>&', \$log);
	for (1 .. 6000)
	{
		last if $log =~ /database system is ready to accept connections/ || !$server->pumpable;
		$server->pump_nb;
		select undef, undef, undef, 0.1;
	}
	return ($server, \$log);
}

foreach my $what ('the first start', 'the second')
{
	my ($server, $log) = start();
	my $result = `psql -X -At -U dashboard -d kpi -c 'SELECT count(*) > 1000, (queue_kpis(queue_agg(wait, threshold, answered))).offered > 1000 FROM demo_kpi.contacts JOIN demo_kpi.queues USING (queue)' 2>&1`;
	is($result, "t|t\n", "$what: the demo's views, read by the dashboard's role") or diag $$log;
	$server->signal('INT');
	$server->finish;
}
{
	local $ENV{PGDATA} = "$base/none";
	delete local $ENV{POSTGRES_PASSWORD};
	my ($stdout, $stderr) = run_command([ 'sh', "$root/examples/docker/start.sh" ]);
	like($stderr, qr/set POSTGRES_PASSWORD/, 'a password must be said');
}
done_testing();
