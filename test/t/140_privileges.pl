# Who may install the extension, and whether the rights of others hold: a plain
# user installs it, hostile objects on the search_path change nothing, row-level
# security and column privileges hold through every function.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../perl";
use KPI;
use Test::More;

my $node = kpi_node('privileges');
$node->safe_psql('postgres', 'CREATE ROLE analyst LOGIN; CREATE ROLE attacker LOGIN');

sub as
{
	my ($role, $db, $sql) = @_;
	return $node->psql($db, $sql, extra_params => [ '-U', $role ]);
}

# Trusted: a plain user to whom CREATE on the database is granted installs it.
$node->safe_psql('postgres', 'CREATE DATABASE plain; GRANT CREATE ON DATABASE plain TO analyst');
my ($ret, $out, $err) = as('analyst', 'plain', 'CREATE SCHEMA tools; CREATE EXTENSION kpi SCHEMA tools');
is($ret, 0, 'a user with CREATE on the database installs the extension') or diag $err;
($ret, $out) = as('analyst', 'plain', "SET search_path = tools; SELECT rate(x) FROM unnest('{t,f}'::bool[]) x");
is($out, '0.5', 'and uses it');
($ret, $out, $err) = as('attacker', 'plain', 'DROP EXTENSION kpi');
like($err, qr/must be owner/, 'another user cannot drop it');
as('analyst', 'plain', 'GRANT USAGE ON SCHEMA tools TO attacker');
($ret, $out) = as('attacker', 'plain', "SELECT tools.rate(x) FROM unnest('{t,f}'::bool[]) x");
is($out, '0.5', 'but may call it: EXECUTE is for everyone, on support functions too');
$node->safe_psql('postgres', 'CREATE DATABASE closed');
($ret, $out, $err) = as('attacker', 'closed', 'CREATE EXTENSION kpi');
like($err, qr/permission denied/, 'without CREATE on the database there is no installing');

# Hostile objects in the schema that the extension goes into.
$node->safe_psql('postgres', 'CREATE DATABASE fresh');
$node->safe_psql('fresh', 'CREATE EXTENSION kpi');
my $expected = kpi_catalog($node, 'fresh');
cmp_ok(length $expected, '>', 10000, 'the catalog of a fresh install is seen');

$node->safe_psql('postgres', 'CREATE DATABASE trapped');
$node->safe_psql('trapped', q{
	GRANT CREATE ON SCHEMA public TO attacker;
	CREATE TABLE caught (what text);
	GRANT INSERT ON caught TO PUBLIC});
my $body = 'LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.caught VALUES (%s); RETURN NULL; END $$';
my $traps = sprintf "CREATE FUNCTION public.trap(anyelement, anyelement) RETURNS boolean $body;\n", "'operator'";
$traps .= "CREATE OPERATOR public.$_ (LEFTARG = anyelement, RIGHTARG = anyelement, FUNCTION = public.trap);\n"
	for qw(/ * + - = < <= >= > <>);
for my $function ('round(anyelement, anyelement)', 'round(numeric, integer)', 'json(anyelement)', 'jsonb(anyelement)',
	'hits(anyelement)', 'total(anyelement)', 'rate(anyelement)', 'seconds(anyelement)', 'percent(anyelement)',
	'interval_cmp(interval, interval)', 'numeric_cmp(numeric, numeric)', 'float8_numeric(double precision)')
{
	my ($name) = $function =~ /^(\w+)/;
	$traps .= sprintf "CREATE FUNCTION public.$function RETURNS text $body;\n", "'$name'";
}
$traps .= "CREATE DOMAIN public.$_ AS pg_catalog.text;\n" for qw(json jsonb bytea text tstzrange tstzmultirange);
($ret, $out, $err) = as('attacker', 'trapped', $traps);
is($ret, 0, 'traps are laid') or diag $err;
$node->safe_psql('trapped', 'SET search_path = public, pg_catalog; CREATE EXTENSION kpi SCHEMA public');
same_lines(kpi_catalog($node, 'trapped'), $expected, 'hostile objects change nothing that the script makes');
$node->safe_psql('trapped', q{
	SELECT rate(x), to_json(proportion_agg(x)), percent(rate(proportion_agg(x))), seconds('1 h'::interval),
		plausible('1 h'::interval, '0', '2 h'), plausible(1.5, 1, 2), proportion_agg(x) = proportion_agg(x),
		rollup('1/2'::proportion)
	FROM unnest('{t,f}'::bool[]) x;
	SELECT queue_kpis(queue_agg('10 s'::interval, '20 s', true)), rating_kpis(rating_agg(9)), duration_kpis(duration_agg(10)),
		handle_kpis(handle_agg(10))});
is($node->safe_psql('trapped', 'SELECT count(*) FROM caught'), '0', 'and none of them is ever called');

# A name that is taken stops the installation; it is not replaced.
$node->safe_psql('postgres', 'CREATE DATABASE taken');
$node->safe_psql('taken', 'GRANT CREATE ON SCHEMA public TO attacker');
as('attacker', 'taken', 'CREATE FUNCTION public.seconds(interval) RETURNS double precision LANGUAGE sql AS $$ SELECT 1.0::double precision $$');
($ret, $out, $err) = $node->psql('taken', 'CREATE EXTENSION kpi SCHEMA public');
like($err, qr/already exists/, 'a function that is there already stops the installation');
is($node->safe_psql('taken', "SELECT count(*) FROM pg_extension WHERE extname = 'kpi'"), '0', 'and nothing is left of it');

# Nobody's rights but the caller's.
is( $node->safe_psql('fresh', q{
		SELECT count(*) FROM pg_proc p
		JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
		JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND e.oid = d.refobjid AND e.extname = 'kpi'
		WHERE p.prosecdef OR p.proleakproof OR p.proconfig IS NOT NULL}),
	'0', 'no function is SECURITY DEFINER, none claims to be leakproof');

$node->safe_psql('fresh', q{
	CREATE TABLE contacts (team text, resolved boolean, salary double precision);
	INSERT INTO contacts VALUES ('analyst', true, 1), ('analyst', false, 2), ('other', false, 3), ('other', false, 4);
	ALTER TABLE contacts ENABLE ROW LEVEL SECURITY;
	CREATE POLICY own ON contacts USING (team = current_user);
	GRANT SELECT (team, resolved) ON contacts TO analyst;
	CREATE MATERIALIZED VIEW secret AS SELECT proportion_agg(resolved) AS p FROM contacts;
	CREATE VIEW barrier WITH (security_barrier) AS SELECT * FROM contacts WHERE team = 'analyst';
	GRANT SELECT ON barrier TO analyst});
($ret, $out) = as('analyst', 'fresh', 'SELECT fcr(resolved), proportion_agg(resolved) FROM contacts');
is($out, '0.5|1/2', 'an aggregate sees the rows that the policy shows');
($ret, $out) = as('analyst', 'fresh', 'SELECT fcr(resolved) OVER (ORDER BY resolved DESC ROWS 1 PRECEDING) FROM contacts');
is($out, "1\n0.5", 'a window too');
($ret, $out, $err) = as('analyst', 'fresh', 'SELECT rate(salary > 1) FROM contacts');
like($err, qr/permission denied/, 'a column without privilege stays closed');
($ret, $out, $err) = as('analyst', 'fresh', 'SELECT rate(p) FROM secret');
like($err, qr/permission denied/, 'so does a summary');
# an error message must not tell values from behind a security barrier
($ret, $out, $err) = as('analyst', 'fresh', 'SELECT count(*) FROM barrier WHERE seconds(make_interval(months => salary::int)) > 0');
unlike($err, qr/[34] mons/, 'a function that fails does not run before the security barrier');

done_testing();
