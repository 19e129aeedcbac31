# Row security: with the policies of doc/operations.md, which are read from
# there, a tenant sees and writes its own series only, through every function
# and view, and in what errors say.  Two databases hold the same series of a
# tenant, one of them others besides: everything the tenant can ask has to
# answer the same in both.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init(extra => [ '--locale=C', '--encoding=UTF8' ]);
$node->append_conf('postgresql.conf', "timezone = 'UTC'\npyrotree.late_after = 0");
$node->start;

my ($page) = slurp_file('doc/operations.md');
my ($roles) = $page =~ /^## Roles\n.*?^```sql\n(.*?)^```/ms or die 'no roles';
my ($policies) = $page =~ /^## Tenants\n.*?^```sql\n(.*?)^SET ROLE/ms or die 'no policies';

# One database of the tenant acme alone, one of others too.
my $acme = q(
	SELECT pyrotree.ingest('web.cpu{tenant="acme",host="' || i % 3 || '"}', timestamptz '2024-05-01' + i * interval '10 s',
		proftree_insert('main;parse 3', 'main;f' || i % 5, i)) FROM generate_series(1, 300) AS i;
	SELECT pyrotree.ingest('web.heap{tenant="acme"}', timestamptz '2024-05-01' + i * interval '10 s', 'main;cache 300') FROM generate_series(1, 90) AS i;
	INSERT INTO pyrotree.stacks VALUES ('raw.cpu{tenant="acme"}', '2024-05-01', 'main;raw', 1););
(my $others = $acme) =~ s/"acme"/"initech"/g;
$others =~ s/main;/secret;/g;
$others =~ s/raw\.cpu/secret.cpu/g;
my $id = '11111111-1111-1111-1111-111111111111';
foreach my $database (qw(alone shared))
{
	$node->safe_psql('postgres', "CREATE DATABASE $database");
	$node->safe_psql($database, "CREATE EXTENSION pyrotree; SELECT pyrotree.configure('10 s', '{6,4,3}')");
	if ($database eq 'alone')
	{
		$node->safe_psql($database, $roles . $policies);
	}
	else
	{
		# roles are there
		$node->safe_psql($database, join('', map { "$_;" } grep { !/CREATE ROLE|GRANT [a-z_, ]+ TO/ } split /;(?=\s*(?:--[^\n]*)?\n)/, $roles . $policies));
	}
	$node->safe_psql($database, q(
		SELECT pyrotree.define_profile_type('web.heap', 'bytes', 'average');
		SELECT pyrotree.define_profile_type('secret.cpu', 'secrets', 'sum')));
	$node->safe_psql($database, "SET ROLE acme; $acme");
	next if $database eq 'alone';
	$node->safe_psql($database, "SET ROLE initech; $others");
	$node->safe_psql($database, "SELECT pyrotree.ingest('web.cpu{tenant=\"initech\"}', '2024-05-01', 'secret 1', id => '$id');
		SELECT pyrotree.ingest('web.cpu', '2024-05-01', 'secret 1')");
}

# What a tenant sees, says and is told.
sub as
{
	my ($database, $role, $statement) = @_;
	my ($out, $err) = ('', '');

	$node->psql($database, "SET ROLE $role; $statement", stdout => \$out, stderr => \$err);
	$err =~ s/^psql:.*?: //mg;
	return "$out\n$err";
}

my $range = "'-infinity', 'infinity'";
my @questions = (
	map { ("SELECT pyrotree.query('$_', $range)", "SELECT series, level, first, last, profile FROM pyrotree.profiles('$_', $range) ORDER BY 1, 2, 3",
		"SELECT * FROM pyrotree.query_by_label('$_', $range, 'tenant')", "SELECT * FROM pyrotree.timeline('$_', $range, '1 min')",
		"SELECT * FROM pyrotree.symbol_timeline('$_', 'main', $range, '1 min')", "SELECT * FROM pyrotree.symbol_timeline('$_', 'secret', $range, '1 min')",
		"SELECT * FROM pyrotree.stacks_between('$_', $range) ORDER BY 1, 2, 3", "SELECT * FROM pyrotree.explain('$_', $range)",
		"SELECT series FROM pyrotree.series_matching('$_') ORDER BY 1", "SELECT * FROM pyrotree.verify('$_')") }
	  ('web.cpu', '{}', 'web.heap', '{tenant="initech"}', '{tenant=~".*"}', '{tenant!="acme"}', 'secret.cpu', '{host="1"}', '{__name__=~"web.*"}', 'web.cpu{host=""}'));
push @questions, (
	'SELECT * FROM pyrotree.label_names()', "SELECT * FROM pyrotree.label_values('tenant')", "SELECT * FROM pyrotree.label_values('host')",
	"SELECT * FROM pyrotree.label_values('__name__')",
	"SELECT * FROM pyrotree.find_symbol('secret', NULL, NULL)", "SELECT * FROM pyrotree.find_symbol('main', NULL, NULL)", "SELECT * FROM pyrotree.find_symbols('.', NULL, NULL)",
	'SELECT series, head_rows, head_since, head_until, horizon, segment_rows, bytes_by_level, head_bytes, version, compaction_error FROM pyrotree.status ORDER BY 1',
	'SELECT * FROM pyrotree.stacks ORDER BY 1, 2, 3', 'SELECT * FROM pyrotree.verify()', 'SELECT * FROM pyrotree.settings',
	'SELECT name, unit FROM pyrotree.profile_type ORDER BY 1',
	'SELECT count(*), min(name) FROM pyrotree.series', 'SELECT count(*), min(value), max(value) FROM pyrotree.label',
	'SELECT count(*) FROM pyrotree.head', 'SELECT count(*) FROM pyrotree.segment', 'SELECT count(*), sum(symbols) FROM pyrotree.series_symbols', 'SELECT count(*) FROM pyrotree.delivery',
	# errors
	"SELECT pyrotree.ingest('web.cpu{tenant=\"initech\"}', '2024-05-01', 'a 1')", "SELECT pyrotree.ingest('web.cpu{tenant=\"nobody\"}', '2024-05-01', 'a 1')",
	"SELECT pyrotree.ingest('web.cpu', '2024-05-01', 'a 1')", "INSERT INTO pyrotree.stacks VALUES ('secret.cpu{tenant=\"initech\"}', '2024-05-01', 'a', 1)",
	"SELECT pyrotree.delete('{}', $range)", "SELECT pyrotree.drop_series('{}')", "SELECT pyrotree.define_profile_type('secret.cpu', 'x', 'sum')",
	"UPDATE pyrotree.series SET version = 0 WHERE name = 'secret.cpu'", "DELETE FROM pyrotree.head WHERE profile IS NOT NULL AND proftree_has(profile, 'secret')",
	# an id that another tenant has used
	"SELECT pyrotree.ingest('web.cpu{tenant=\"acme\",host=\"1\"}', '2024-05-01', 'main;again 1', id => '$id') > 0",
	"SELECT pyrotree.ingest('web.cpu{tenant=\"acme\",host=\"1\"}', '2024-05-01', 'main;again 1', id => '$id') > 0",
	"SELECT pyrotree.query('web.cpu{host=\"1\"}', '2024-05-01', '2024-05-01 00:00:10')");

my $secrets = 0;
foreach my $question (@questions)
{
	my ($alone, $shared) = (as('alone', 'acme', $question), as('shared', 'acme', $question));

	is($shared, $alone, "the same in both: $question");
	$secrets++ if $question !~ /secret/ && $shared =~ /secret|initech/ && $question !~ /initech/;
}
is($secrets, 0, 'nothing names the other tenant or what is its');

# compaction is of one's own; all is as before
foreach my $database (qw(alone shared))
{
	is(as($database, 'acme', 'CALL pyrotree.compact()'), "\n", "$database: a tenant compacts");
}
is(as('shared', 'acme', "SELECT pyrotree.query('{__name__=~\".*cpu\"}', $range), (SELECT array_agg(f.*::text) FROM pyrotree.find_symbols('', NULL, NULL) AS f)"),
	as('alone', 'acme', "SELECT pyrotree.query('{__name__=~\".*cpu\"}', $range), (SELECT array_agg(f.*::text) FROM pyrotree.find_symbols('', NULL, NULL) AS f)"), 'and sees the same as before');
is($node->safe_psql('shared', "SELECT count(*) FROM pyrotree.head JOIN pyrotree.series USING (series_id) WHERE tenant = 'initech'"),
	$node->safe_psql('shared', "SELECT sum(head_rows) FROM pyrotree.status WHERE series LIKE '%initech%'"), 'rows of others wait as before');
is($node->safe_psql('shared', 'SELECT * FROM pyrotree.verify()'), '', 'verify() finds nothing');

# the other tenant has its own
like(as('shared', 'initech', "SELECT pyrotree.query('web.cpu', $range)"), qr/secret;f1/, 'the other tenant sees its profiles');
unlike(as('shared', 'initech', "SELECT pyrotree.query('web.cpu', $range)"), qr/main/, 'and none else');
# a role in no policy, and the owner
$node->safe_psql('shared', 'CREATE ROLE stranger; GRANT profile_reader TO stranger');
is(as('shared', 'stranger', "SELECT count(*) FROM pyrotree.status, pyrotree.find_symbols('.', NULL, NULL)"), "0\n", 'who is in no policy sees nothing');
is($node->safe_psql('shared', 'SELECT count(DISTINCT tenant) FROM pyrotree.series'), 3, 'a superuser sees all');
like(as('shared', 'profile_keeper', "SELECT pyrotree.delete('secret.cpu', $range)"), qr/^1$/m, 'a keeper keeps all');

# ---- tricks ----

# numbers that are another's, or will be
my $next = $node->safe_psql('shared', 'SELECT max(series_id) + 1 FROM pyrotree.series');
my $other = $node->safe_psql('shared', "SELECT min(series_id) FROM pyrotree.series WHERE tenant = 'initech'");
foreach my $number ($next, $other)
{
	like(as('shared', 'acme', qq(INSERT INTO pyrotree.series (series_id, name, labels) OVERRIDING SYSTEM VALUE VALUES ($number, 'trick', '{"tenant": "acme"}'))),
		qr/permission denied for table series/, 'a tenant chooses no numbers of series');
	foreach my $row ("label (series_id, name, value) VALUES ($number, 'host', 'x')", "head (series_id, at, profile, total, profiles) VALUES ($number, 1, 'a 1', 1, 1)",
		"series_symbols (series_id, symbols) VALUES ($number, 'a 0')", "delivery (id, series_id, received) VALUES ('$id', $number, now())",
		"segment (series_id, level, start, lanes, block) SELECT $number, level, start, lanes, block FROM pyrotree.segment LIMIT 1")
	{
		like(as('shared', 'acme', "INSERT INTO pyrotree.$row"), qr/new row violates row-level security policy/, "nor rows of others: $row");
	}
}
like(as('shared', 'acme', qq(INSERT INTO pyrotree.series (name, labels, kept_from) VALUES ('trick', '{"tenant": "acme"}', '{}'))),
	qr/permission denied for table series/, 'nor edges');
like(as('shared', 'acme', "UPDATE pyrotree.series SET series_id = $other"), qr/can only be updated to DEFAULT/, 'nor other numbers');
like(as('shared', 'acme', "UPDATE pyrotree.head SET series_id = $other"), qr/permission denied for table head/, 'nor moves rows');
like(as('shared', 'acme', "UPDATE pyrotree.segment SET series_id = $other"), qr/new row violates row-level security policy/, 'nor moves rows of segment');
like(as('shared', 'initech', q(SELECT pyrotree.ingest('web.cpu{tenant="initech",host="new"}', '2024-05-01', 'secret 1') > 0)), qr/^t$/m, 'the next series of another is made');

# what one role was told another is not, in one transaction
$node->safe_psql('shared', q(CREATE FUNCTION public.sm(selector text, series_id bigint) RETURNS boolean LANGUAGE plpgsql AS
	'BEGIN RETURN pyrotree.series_matches(selector, series_id); END'));
is($node->safe_psql('shared', "BEGIN; SET LOCAL ROLE initech; SELECT public.sm('{}', $other); SET LOCAL ROLE acme; SELECT public.sm('{}', $other);
		SELECT count(*) FROM pyrotree.series WHERE pyrotree.series_matches('{}', series_id) AND series_id = $other"), "t\nf\n0", 'nothing is kept past SET ROLE');
# nor what a setting meant that a policy asks for
$node->safe_psql('shared', q(CREATE ROLE pooled IN ROLE profile_reader; GRANT SELECT ON pyrotree.series TO pooled;
	CREATE POLICY pooled ON pyrotree.series TO pooled USING (tenant = current_setting('app.tenant'))));
is($node->safe_psql('shared', "SET ROLE pooled; BEGIN; SET LOCAL app.tenant = 'initech'; SELECT public.sm('{}', $other); SET LOCAL app.tenant = 'acme'; SELECT public.sm('{}', $other)"),
	"t\nf", 'nor past a setting');
$node->safe_psql('shared', 'DROP POLICY pooled ON pyrotree.series');
# estimates are of what the role sees
like(as('shared', 'acme', "EXPLAIN SELECT * FROM pyrotree.series_matching('{}')"), qr/Function Scan on unnest m  \(cost=\S+ rows=5 /, 'estimates are of one\'s own');

# ---- indexes ----

# many tenants: what one asks costs its own series
$node->safe_psql('shared', q(
	SELECT pyrotree.store(array_agg(format('many.cpu{tenant="t%s",host="%s"}', t, h)), array_agg(171000000::bigint), array_agg('main;secret 1'::proftree))
	FROM generate_series(1, 300) AS t, generate_series(1, 5) AS h));
$node->safe_psql('shared', 'VACUUM ANALYZE');
my $plan = as('shared', 'acme', q(EXPLAIN (COSTS OFF) SELECT series_id FROM pyrotree.series WHERE pyrotree.selector_matches('web.cpu{host="1"}', name, labels)));
like($plan, qr/series_tenant\b.*Index Cond: \(tenant = CURRENT_USER\)/s, 'series: the tenant first, by its index') or diag($plan);
$plan = as('shared', 'acme', q(EXPLAIN (COSTS OFF) SELECT * FROM pyrotree.label WHERE name = 'host' AND value_start = '1' AND value = '1'));
like($plan, qr/label_value(?: on label)?\n\s+Index Cond: \(\(name = 'host'::text\) AND \(value_start = '1'::text\b/, 'labels: by theirs') or diag($plan);
sub touched
{
	my ($table, $statement) = @_;
	my $count = "SELECT idx_tup_fetch + seq_tup_read FROM pg_stat_xact_user_tables WHERE schemaname = 'pyrotree' AND relname = '$table'";
	my @lines = split /\n/, as('shared', 'acme', "BEGIN; SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL enable_seqscan = off; SELECT count(*) FROM ($statement) AS q; $count; COMMIT");

	return $lines[1];
}
foreach my $statement ("SELECT pyrotree.query('web.cpu', $range)", "SELECT pyrotree.query('web.cpu{host=~\"1|2\"}', $range)", "SELECT * FROM pyrotree.find_symbol('main', NULL, NULL)",
	"SELECT * FROM pyrotree.find_symbols('.', NULL, NULL)", "SELECT * FROM pyrotree.timeline('web.cpu', $range)",
	"SELECT * FROM pyrotree.series_matching('{host=\"1\"}')", 'SELECT * FROM pyrotree.label_names()', "SELECT * FROM pyrotree.label_values('host')",
	'SELECT * FROM pyrotree.series_symbols', 'SELECT * FROM pyrotree.label')
{
	cmp_ok(touched('series', $statement), '<', 500, "rows of series: $statement");
	cmp_ok(touched('head', $statement), '<', 100, "rows of head: $statement");
	cmp_ok(touched('segment', $statement), '<', 1000, "rows of segment: $statement");
	cmp_ok(touched('label', $statement), '<', 50, "rows of label: $statement");
	cmp_ok(touched('series_symbols', $statement), '<', 50, "rows of series_symbols: $statement");
}

$node->stop;
done_testing();
