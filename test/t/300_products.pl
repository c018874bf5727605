# The mapping views of examples/products: each file is run, loaded with a small
# day made by hand (test/products), and every report compared with the numbers
# that stand beside its query there.  Then come rows that cannot be (test/products/bad: spans
# that end before they begin, negative waits, empty text, missing ends, rows read twice), and
# the reports must go on giving all the others.  Last, each column of each table is spoilt
# in every way that its type and keys allow, and each table is emptied and read twice: no
# report may fail, and none may count a row that came twice.
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

# Spoils the tables of one schema, one column or table at a time, and tells which views of
# another then fail, or count twice.  Leaves everything as it was.  Within JSON, each key
# is a column.
my $spoil = <<'SQL';
CREATE FUNCTION public.spoil(tables regnamespace, views regnamespace) RETURNS TABLE (place text, kind text, failed regclass, message text) LANGUAGE plpgsql AS $$
DECLARE
	spoilt record;
	command text;
	before text;
	after text;
BEGIN
	CREATE TEMP TABLE places AS
	SELECT c.oid::regclass AS relation, quote_ident(attname) AS col, (SELECT typcategory FROM pg_type WHERE oid = atttypid)::text AS category, NULL::text AS key
	FROM pg_class c JOIN pg_attribute ON attrelid = c.oid WHERE relnamespace = tables AND relkind IN ('r', 'p') AND attnum > 0 AND NOT attisdropped;
	FOR spoilt IN SELECT * FROM places WHERE category = 'U' LOOP
		EXECUTE format('INSERT INTO places SELECT DISTINCT %L::regclass, %L, ''J'', k[1] FROM %1$s, regexp_matches(%2$s::text, ''"(\w+)": ["0-9tf-]'', ''g'') AS k', spoilt.relation, spoilt.col);
	END LOOP;
	FOR spoilt IN
		SELECT relation, concat_ws('.', relation, col, key) AS place, k.kind,
			format('UPDATE %s SET %s = %s', relation, col, format(k.value, col, key)) AS command
		FROM places JOIN (VALUES ('NULL', 'BNDTSU', 'NULL'), ('empty', 'S', ''''''), ('zero', 'N', '0'), ('negative', 'N', '-1 - abs(%s)'),
			('earlier', 'D', '%s - interval ''400 days'''), ('later', 'D', '%s + interval ''400 days'''),
			('earlier', 'T', '%s - interval ''400 days'''), ('later', 'T', '%s + interval ''400 days'''),
			('null', 'J', 'regexp_replace(%s::text, ''("%s": )("[^"]*"|[a-z0-9.-]+)'', ''\1null'', ''g'')::jsonb'),
			('empty', 'J', 'regexp_replace(%s::text, ''("%s": )("[^"]*"|[a-z0-9.-]+)'', ''\1""'', ''g'')::jsonb'),
			('negative', 'J', 'regexp_replace(%s::text, ''("%s": )(-?[0-9.]+)'', ''\1-1'', ''g'')::jsonb'),
			('negative text', 'J', 'regexp_replace(%s::text, ''("%s": )"(-?[0-9.]+)"'', ''\1"-1"'', ''g'')::jsonb'),
			('gone', 'J', 'regexp_replace(%s::text, ''"%s": ("[^"]*"|[a-z0-9.-]+)'', ''"?": 0'', ''g'')::jsonb')) AS k (kind, categories, value)
			ON strpos(k.categories, category) > 0
		UNION ALL
		SELECT DISTINCT relation, relation::text, 'no rows', format('TRUNCATE %s CASCADE', relation) FROM places
		UNION ALL
		SELECT DISTINCT relation, relation::text, 'twice', format('INSERT INTO %s SELECT * FROM %1$s', relation) FROM places
	LOOP
		place := spoilt.place;
		kind := spoilt.kind;
		FOR failed IN SELECT oid::regclass FROM pg_class WHERE relnamespace = views AND relkind = 'v' LOOP
			command := format('SELECT string_agg(v::text, chr(10) ORDER BY v::text) FROM %s AS v', failed);
			BEGIN
				IF kind = 'twice' THEN
					EXECUTE command INTO before;
				END IF;
				BEGIN
					EXECUTE spoilt.command;
				EXCEPTION WHEN integrity_constraint_violation THEN
					RAISE EXCEPTION 'cannot be' USING ERRCODE = 'P0009';
				END;
				EXECUTE command INTO after;
				IF kind = 'twice' AND after IS DISTINCT FROM before THEN
					RAISE EXCEPTION 'counts twice: % for %', after, before;
				END IF;
				RAISE EXCEPTION 'as it was' USING ERRCODE = 'P0009';
			EXCEPTION
				WHEN SQLSTATE 'P0009' THEN NULL;
				WHEN OTHERS THEN message := sqlerrm; RETURN NEXT;
			END;
		END LOOP;
	END LOOP;
	RETURN QUERY SELECT 'places', '', NULL::regclass, count(*)::text FROM places;
	DROP TABLE places;
END $$
SQL

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

	$node->safe_psql($product, $spoil);
	my @spoilt = rows($node, "SET jit = off; SET TimeZone = 'UTC'; SELECT * FROM public.spoil('$product', '${product}_kpi')", $product);
	my $places = (pop @spoilt)->[3];
	cmp_ok($places, '>', 10, "$product: columns are spoilt");
	is(join("\n", map { join ' | ', @$_ } @spoilt), '', "$product: no report fails, whatever is in one column");

	# where the tables stand already, in another schema
	$node->safe_psql($product, "DROP SCHEMA ${product}_kpi CASCADE; ALTER SCHEMA $product RENAME TO elsewhere");
	load_file($node, $product, "examples/products/$product.sql", '-v', 'tables=elsewhere');
	$node->safe_psql($product, join ';', map { "TABLE ${product}_kpi.$_->[0]" } @views);
}

done_testing();
