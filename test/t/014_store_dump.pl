# The store through pg_dump: into a new database, in plain and in parallel, with
# fan-outs of its own.  Answers are the same, and it goes on from there.  Also:
# what a dump of parts of a database holds, and what DROP EXTENSION does.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init(extra => [ '--locale=C', '--encoding=UTF8' ]);
$node->append_conf('postgresql.conf', "pyrotree.late_after = 0\ntimezone = 'UTC'");
$node->start;
my $folder = $node->basedir;

# everything that is stored, and what it answers
my $contents = q(
	SELECT 'settings', t.* FROM pyrotree.settings AS t;
	SELECT 'type', t.* FROM pyrotree.profile_type AS t ORDER BY name;
	SELECT 'series', s.* FROM pyrotree.series AS s ORDER BY series_id;
	SELECT 'label', l.* FROM pyrotree.label AS l ORDER BY series_id, name;
	SELECT 'symbols', series_id, symbol FROM pyrotree.series_symbols, proftree_symbols(symbols) AS symbol ORDER BY series_id, symbol COLLATE "C";
	SELECT 'head', series_id, at, head_id, md5(proftree_send(profile)::text), total, profiles FROM pyrotree.head ORDER BY series_id, at, head_id;
	SELECT 'segment', series_id, level, start, md5(lanes), md5(profblock_send(block)) FROM pyrotree.segment ORDER BY series_id, level, start;
	SELECT 'retention', r.* FROM pyrotree.retention AS r ORDER BY retention_id;
	SELECT 'delivery', d.* FROM pyrotree.delivery AS d ORDER BY id;
	SELECT 'sequence', 'series', last_value, is_called FROM pyrotree.series_series_id_seq;
	SELECT 'sequence', 'head', last_value, is_called FROM pyrotree.head_head_id_seq;
	SELECT 'sequence', 'retention', last_value, is_called FROM pyrotree.retention_retention_id_seq;
	SELECT 'query', r.*, md5(proftree_send(pyrotree.query('cpu', r.since, r.until))::text)
	FROM (SELECT timestamptz '2020-01-01' + i * interval '1010 s', timestamptz '2020-01-01' + i * i * interval '770 s' FROM generate_series(-1, 9) AS i) AS r(since, until);
	SELECT 'average', pyrotree.query('heap', '2020-01-01 00:03', '2020-01-01 00:33');
	SELECT 'timeline', * FROM pyrotree.timeline('cpu', '2019-12-01', '2020-01-03', '10 min');
	SELECT 'found', * FROM pyrotree.find_symbol('main', NULL, NULL) ORDER BY series COLLATE "C";
	SELECT 'explain', * FROM pyrotree.explain('cpu', '2020-01-01 00:01:10', '2020-01-01 05:00:20');
	SELECT 'stacks', count(*), sum(weight), md5(string_agg(concat_ws(' ', series, at, stack, weight), ',' ORDER BY series COLLATE "C", at, stack COLLATE "C")) FROM pyrotree.stacks;
	-- sizes differ: a restored table is packed anew
	SELECT 'status', series_id, series, head_rows, head_since, head_until, horizon, segment_rows, version, compaction_error FROM pyrotree.status ORDER BY series_id;
	SELECT 'verify', * FROM pyrotree.verify());

# A store as it is after some use, compacted in part.
sub fill
{
	my ($database, $configure) = @_;

	$node->safe_psql($database, qq(
		CREATE EXTENSION IF NOT EXISTS pyrotree;
		$configure;
		SELECT pyrotree.define_profile_type('heap', 'bytes', 'average');
		INSERT INTO pyrotree.retention (selector, level, keep) VALUES ('{host="2"}', 2, '1 day'), ('{}', NULL, '1000 years');
		SELECT count(pyrotree.ingest('cpu{host="' || i % 3 || '"}', timestamptz '2020-01-01' + i * interval '9 s', proftree_insert('', ARRAY['main', 'f;' || i % 17, E'\\n'], i),
			id => CASE WHEN i < 100 THEN md5(i::text)::uuid END))
		FROM generate_series(1, 700) AS i;
		SELECT count(pyrotree.ingest('heap{host="1"}', timestamptz '2020-01-01' + i * interval '1 min', proftree_insert('', 'main;new', i),
			timestamptz '2020-01-01' + (i + 1) * interval '1 min'))
		FROM generate_series(1, 30) AS i;
		CALL pyrotree.compact();
		CALL pyrotree.apply_retention();
		SET pyrotree.auto_compact = off;
		INSERT INTO pyrotree.stacks SELECT 'cpu{host="1"}', timestamptz '2019-12-31' + i * interval '1000 s', 'late', i FROM generate_series(1, 120) AS i));
	return;
}

sub contents
{
	my ($database) = @_;

	return $node->safe_psql($database, "SET extra_float_digits = 0; $contents");
}

# The same things happen to a database and to its copy.
sub go_on
{
	my ($database) = @_;

	$node->safe_psql($database, q(
		SELECT pyrotree.ingest('cpu{host="0"}', '2020-01-01 00:10', 'main;again 5', id => md5('7')::uuid);
		SELECT pyrotree.ingest('cpu{host="new"}', '2020-01-01 00:10', 'main;new 5', '2020-01-01 00:10:30');
		SELECT count(pyrotree.ingest('cpu{host="' || i % 3 || '"}', timestamptz '2020-01-02' + i * interval '9 s', 'main;later 1')) FROM generate_series(1, 100) AS i;
		INSERT INTO pyrotree.retention (selector, level, keep) VALUES ('{}', 0, '10 days');
		CALL pyrotree.compact();
		SELECT pyrotree.delete('cpu{host!="2"}', '2020-01-01 00:00:27', '2020-01-01 00:20:15');
		CALL pyrotree.apply_retention()));
	return;
}

# Dump, restore into a new database, compare, let both go on, compare.
sub restore
{
	my ($what, $dump, $load, $configure) = @_;
	my $copy = 'copy';

	$node->safe_psql('postgres', 'CREATE DATABASE original');
	$node->safe_psql('postgres', 'CREATE DATABASE copy');
	fill('original', $configure);
	my $before = contents('original');
	like($before, qr/^segment\|/m, "$what: there are blocks");
	like($before, qr/^head\|/m, "$what: something waits");
	like($before, qr/^delivery\|/m, "$what: deliveries are known");
	unlike($before, qr/^verify/m, "$what: verify() finds nothing");
	$node->command_ok([ 'pg_dump', '--no-sync', @$dump, 'original' ], "$what: pg_dump");
	$node->command_ok([ @$load ], "$what: restored");
	is(contents('copy'), $before, "$what: the copy is the same");
	go_on($_) for 'original', 'copy';
	my $after = contents('original') =~ s/^delivery.*\n//mgr;
	unlike($after, qr/^verify/m, "$what: verify() finds nothing later");
	unlike($after, qr/main;again/, "$what: an id is still known");
	isnt($after, $before, "$what: it has gone on");
	is(contents('copy') =~ s/^delivery.*\n//mgr, $after, "$what: and so has the copy");
	$node->safe_psql('postgres', 'DROP DATABASE copy');
	$node->safe_psql('postgres', 'DROP DATABASE original');
	return;
}

my @psql = ('psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-o', '/dev/null');
my $three = q(SELECT pyrotree.configure('10 s', '{3}'));

restore('plain', [ '-f', "$folder/plain.sql" ], [ @psql, '-d', 'copy', '-f', "$folder/plain.sql" ], $three);
restore('custom, two jobs', [ '-Fc', '-f', "$folder/custom" ], [ 'pg_restore', '--exit-on-error', '-j2', '-d', 'copy', "$folder/custom" ], $three);
restore('inserts', [ '--inserts', '--rows-per-insert=100', '-f', "$folder/inserts.sql" ], [ @psql, '-d', 'copy', '-f', "$folder/inserts.sql" ],
	q(SELECT pyrotree.configure('1 s', '{60,7}')));
restore('directory, defaults', [ '-Fd', '-j2', '-f', "$folder/directory" ], [ 'pg_restore', '--exit-on-error', '-j2', '-d', 'copy', "$folder/directory" ],
	'SELECT 1');

# --- parts of a database --------------------------------------------------

$node->safe_psql('postgres', 'CREATE DATABASE original');
$node->safe_psql('postgres', 'CREATE DATABASE copy');
fill('original', $three);
$node->safe_psql('original', q(CREATE SCHEMA app; CREATE TABLE app.own (tree proftree); INSERT INTO app.own VALUES ('a 1')));
my $before = contents('original');

# tables whose rows a dump holds
sub dumped
{
	my ($file) = @_;

	return join(' ', sort map { /^COPY (\S+)/ ? $1 : () } split(/\n/, slurp_file($file)));
}
my $tables = join(' ', map { "pyrotree.$_" } qw(delivery head label profile_type retention segment series series_symbols settings));

# A trap: the schema belongs to the extension, so a dump of the schema is empty.
$node->command_ok([ 'pg_dump', '--no-sync', '-n', 'pyrotree', '-f', "$folder/schema.sql", 'original' ], 'pg_dump -n pyrotree');
is(dumped("$folder/schema.sql"), '', 'pg_dump -n pyrotree holds nothing');
unlike(slurp_file("$folder/schema.sql"), qr/^CREATE/m, 'and makes nothing');

# the rows alone
$node->command_ok([ 'pg_dump', '--no-sync', '-t', 'pyrotree.*', '-f', "$folder/tables.sql", 'original' ], 'pg_dump -t pyrotree.*');
is(dumped("$folder/tables.sql"), $tables, 'holds the rows');
unlike(slurp_file("$folder/tables.sql"), qr/^CREATE/m, 'and makes nothing');
$node->command_fails([ @psql, '-d', 'copy', '-f', "$folder/tables.sql" ], 'it cannot be restored without the extension');
$node->safe_psql('copy', 'CREATE EXTENSION pyrotree');
$node->command_ok([ @psql, '-1', '-d', 'copy', '-f', "$folder/tables.sql" ], 'after CREATE EXTENSION it is restored');
is(contents('copy'), $before, 'and is the whole history');
$node->command_fails_like([ @psql, '-1', '-d', 'copy', '-f', "$folder/tables.sql" ], qr/duplicate key value/, 'but not twice');

# another schema: no history, and no extension
$node->command_ok([ 'pg_dump', '--no-sync', '-n', 'app', '-f', "$folder/app.sql", 'original' ], 'pg_dump of another schema');
unlike(slurp_file("$folder/app.sql"), qr/pyrotree\.|EXTENSION/, 'leaves the store out');
# the definitions only
$node->command_ok([ 'pg_dump', '--no-sync', '-s', '-f', "$folder/definitions.sql", 'original' ], 'pg_dump -s');
like(slurp_file("$folder/definitions.sql"), qr/^CREATE EXTENSION IF NOT EXISTS pyrotree/m, 'makes the extension');
unlike(slurp_file("$folder/definitions.sql"), qr/^COPY/m, 'without history');
# all but the history
for my $without ([ '-N', 'pyrotree' ], [ '--exclude-table-data=pyrotree.*' ])
{
	$node->command_ok([ 'pg_dump', '--no-sync', @$without, '-f', "$folder/without.sql", 'original' ], "pg_dump @$without");
	is(dumped("$folder/without.sql"), 'app.own', "pg_dump @$without: everything but history");
	like(slurp_file("$folder/without.sql"), qr/^CREATE EXTENSION IF NOT EXISTS pyrotree/m, "pg_dump @$without: makes the extension");
}
# the extension with its history
$node->command_ok([ 'pg_dump', '--no-sync', '-e', 'pyrotree', '-f', "$folder/extension.sql", 'original' ], 'pg_dump -e pyrotree');
$node->safe_psql('postgres', 'DROP DATABASE copy');
$node->safe_psql('postgres', 'CREATE DATABASE copy');
$node->command_ok([ @psql, '-d', 'copy', '-f', "$folder/extension.sql" ], 'pg_dump -e pyrotree is restored');
is(contents('copy'), $before, 'and holds extension and history');

# --- DROP EXTENSION -------------------------------------------------------

# what else uses the type stands in its way, the history does not
my ($status, undef, $stderr) = $node->psql('original', 'DROP EXTENSION pyrotree');
like($stderr, qr/cannot drop extension pyrotree because other objects depend on it.*column tree of table app\.own/s, 'DROP EXTENSION: a column of the type stands in its way');
is(contents('original'), $before, 'nothing has happened');
$node->safe_psql('original', 'DROP TABLE app.own; DROP EXTENSION pyrotree');
is($node->safe_psql('original', q(SELECT count(*) FROM pg_namespace WHERE nspname = 'pyrotree')), '0', 'DROP EXTENSION takes the history with it');
$node->safe_psql('original', 'CREATE EXTENSION pyrotree');
is($node->safe_psql('original', 'SELECT (SELECT count(*) FROM pyrotree.series) + (SELECT count(*) FROM pyrotree.head) + (SELECT count(*) FROM pyrotree.segment) + (SELECT count(*) FROM pyrotree.settings)'),
	'0', 'made again, it is empty');
($status, undef, $stderr) = $node->psql('copy', 'DROP SCHEMA pyrotree CASCADE');
like($stderr, qr/cannot drop schema pyrotree because extension pyrotree requires it/, 'the schema is not dropped by itself');
($status, undef, $stderr) = $node->psql('copy', 'DROP TABLE pyrotree.head');
like($stderr, qr/cannot drop table pyrotree.head because extension pyrotree requires it/, 'nor a table');

# a view over the store stands in the way, too
$node->safe_psql('copy', q(CREATE VIEW own AS SELECT * FROM pyrotree.timeline('cpu', '-infinity', 'infinity', '1 h')));
($status, undef, $stderr) = $node->psql('copy', 'DROP EXTENSION pyrotree');
like($stderr, qr/view own depends on function pyrotree\.timeline/, 'a view over the store stands in the way');

$node->stop;
done_testing();
