# The mapping views of examples/products: each file is run, loaded with a small
# day made by hand (test/products), and every report compared with the numbers
# that stand beside its query there.  Then come rows that cannot be (test/products/bad: spans
# that end before they begin, negative waits, empty text, missing ends, rows read twice), and
# the reports must go on giving all the others.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use KPI;
use PostgreSQL::Test::Utils;
use Test::More;

# What the views of one name have in common, whatever the product; they may add columns.
my %shape = (
	contacts => 'contact_id text, queue text, channel text, customer text, arrived_at timestamp with time zone, wait interval, '
	  . 'answered boolean, flowed_out boolean, agent text, talk interval, hold interval, wrap interval, transferred boolean, resolved boolean',
	queues => 'queue text, threshold interval, short_abandon interval',
	agent_spans => 'agent text, state text, span tstzrange',
	tickets => 'ticket_id text, queue text, agent text, customer text, priority text, opened_at timestamp with time zone, '
	  . 'first_response_at timestamp with time zone, resolved_at timestamp with time zone, reopened boolean, first_response_met boolean, resolution_met boolean',
	surveys => 'contact_id text, queue text, agent text, answered_at timestamp with time zone, nps smallint, csat smallint, ces smallint');

my @products = map { s/.*\/(\w+)\.sql/$1/r } sort glob kpi_root() . '/examples/products/*.sql';
cmp_ok(scalar @products, '>=', 12, 'the products are found');

my $node = kpi_node('products');
foreach my $product (@products)
{
	$node->safe_psql('postgres', "CREATE DATABASE $product");
	$node->safe_psql($product, 'CREATE EXTENSION kpi');
	# a day made by hand, then rows that cannot be
	my $day = join "\n", map { slurp_file(kpi_root() . "/test/products/$_$product.sql") } '', 'bad/';
	my @settings = ('-v', 'zone=Europe/Istanbul');
	push @settings, '-v', "$1=$2" while $day =~ /^-- with (\w+) = (.*)$/mg;
	load_file($node, $product, "examples/products/$product.sql", @settings);
	# the day, with a query of each report and the rows that it must give:  --= value | value
	my (@sql, $compared, %seen);
	my ($part, $query, @expected) = ('', '');
	my $compare = sub {
		return unless @expected;
		my $got = join "\n", map { join ' | ', map { $_ eq '' ? '-' : $_ } @$_ } rows($node, "SET TimeZone = 'UTC';$query", $product);
		my $name = $query =~ /FROM \w+_kpi\.(\w+)/ ? $1 : $query;
		$seen{$name} = 1;
		is($got, join("\n", map { join ' | ', map { s/^\s+|\s+$//gr } split /\|/ } @expected), "$product: $name");
		$compared++;
		@expected = ();
	};
	foreach my $line (split /\n/, $day)
	{
		if ($line =~ /^--=\s*(.*)/)
		{
			push @expected, $1;
			next;
		}
		$compare->();
		next if $line =~ /^\s*--/;
		$part .= "$line\n";
		next unless $line =~ /;\s*$/;
		$query = $part;
		$part = '';
		$node->safe_psql($product, "SET TimeZone = 'UTC';$query") unless $query =~ /^\s*SELECT/;
	}
	$compare->();
	is($part =~ s/\s//gr, '', "$product: the last statement ends");

	my @views = rows($node, "SELECT relname, string_agg(attname || ' ' || format_type(atttypid, NULL), ', ' ORDER BY attnum)
		FROM pg_class c JOIN pg_attribute a ON attrelid = c.oid
		WHERE relkind = 'v' AND relnamespace = '${product}_kpi'::regnamespace AND attnum > 0 GROUP BY relname", $product);
	foreach (@views)
	{
		my ($view, $columns) = @$_;
		is(substr($columns, 0, length $shape{$view}), $shape{$view}, "$product: $view has the shape of all $view") if $shape{$view};
		ok($seen{$view}, "$product: $view is compared") unless $view eq 'queues' || $view eq 'events';
		# nothing that a reporting tool cannot show
		unlike($columns, qr/_summary|proportion|time_share|\[\]/, "$product: $view shows plain values") unless $view =~ /spans/;
	}

	# where the tables stand already, in another schema
	$node->safe_psql($product, "DROP SCHEMA ${product}_kpi CASCADE; ALTER SCHEMA $product RENAME TO elsewhere");
	load_file($node, $product, "examples/products/$product.sql", '-v', 'tables=elsewhere');
	$node->safe_psql($product, join ';', map { "TABLE ${product}_kpi.$_->[0]" } @views);
}

done_testing();
