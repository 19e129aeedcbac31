# Values come through pg_dump, in all its formats, and through a change of the
# database's encoding, to the byte.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init(extra => [ '--locale=C', '--encoding=UTF8' ]);
$node->start;

# A database in some encoding, empty.
sub create_database
{
	my ($name, $encoding) = @_;

	$node->safe_psql('postgres',
		"CREATE DATABASE $name ENCODING '$encoding' LC_COLLATE 'C' LC_CTYPE 'C' LOCALE_PROVIDER libc TEMPLATE template0"
	);
	return;
}

# What a database holds: a line for each value, with the binary form (in UTF-8,
# symbols in the order of the database's encoding) summed up.
sub contents
{
	my ($database, $sent) = @_;

	# the order of symbols is that of the encoding, so between encodings compare
	# rows instead of bytes
	$sent ||= 'proftree_send(tree)::text';
	return $node->safe_psql(
		$database, qq(
		SET client_encoding = 'UTF8';
		SELECT id, kind, md5($sent), proftree_total(tree), proftree_node_count(tree)
		FROM app.tree ORDER BY id;
		SELECT 'partitioned', count(*), md5(string_agg(md5($sent), ' ' ORDER BY md5($sent))) FROM app.parted;
		SELECT 'array', trees::text FROM app.trees;
		SELECT 'default', tree FROM app.defaulted;
		SELECT 'materialized', md5($sent) FROM app.everything;
		SELECT 'domain', tree FROM app.small));
}
my $by_rows = q((CASE WHEN proftree_depth(tree) < 10
	THEN (SELECT string_agg(concat_ws(' ', convert_to(stack, 'UTF8'), self, total), '|' ORDER BY convert_to(stack, 'UTF8'))
		FROM proftree_iterate(tree))
	ELSE (SELECT string_agg(concat_ws(' ', depth, s, self, total), '|' ORDER BY depth, s, self, total)
		FROM proftree_nodes(tree), convert_to(symbol, 'UTF8') AS s) END));

# Everything that can hold a tree.  Names beyond ASCII are in $names, an SQL
# array; the tree of 200 branches is the benchmark's.
sub fill
{
	my ($database, $names, $branches) = @_;

	$node->safe_psql(
		$database, qq(
		SET client_encoding = 'UTF8';
		CREATE SCHEMA ext;
		CREATE SCHEMA app;
		CREATE EXTENSION pyrotree SCHEMA ext;
		SET search_path = app, ext, public;
		ALTER DATABASE $database SET search_path = app, ext, public;
		CREATE TABLE tree (id serial PRIMARY KEY, kind text, tree proftree);
		INSERT INTO tree (kind, tree) VALUES ('null', NULL), ('empty', ''), ('no weight', 'a;b 0'),
			('greatest', 'a 9223372036854775807'), ('hex-like', '\\x41 3'), ('copy-like', proftree_insert('', ARRAY['\\.', '\\N', E'\\t']));
		INSERT INTO tree (kind, tree) SELECT 'awkward', proftree_insert('', ARRAY[a, b], 3)
			FROM unnest($names) AS a, unnest($names) AS b;
		INSERT INTO tree (kind, tree) SELECT 'awkward together', proftree_agg(ARRAY[a, b], 3)
			FROM unnest($names) AS a, unnest($names) AS b;
		INSERT INTO tree (kind, tree) SELECT 'toasted', proftree_agg(ARRAY['main', md5(i::text)], i) FROM generate_series(1, 5000) AS i;
		-- text of 16 MB and more: hex
		INSERT INTO tree (kind, tree) SELECT 'deep', proftree_agg(array_fill('deep' || n, ARRAY[i]), i)
			FROM generate_series(1, 2700) AS i, unnest(($names)[5:6]) AS n GROUP BY n;
		-- $branches branches that grow by 500 symbols of 80 characters, a stack at every depth
		INSERT INTO tree (kind, tree)
		WITH RECURSIVE grow AS (
			SELECT b, 0 AS d, 'root' AS stack FROM generate_series(1, $branches) AS b
			UNION ALL
			SELECT b, d + 1, stack || ';' || md5(b || ' ' || d) || md5(d || ' ' || b) || left(md5((b * d)::text), 16) FROM grow WHERE d < 500
		)
		SELECT 'branches', proftree_agg(stack, 1 + (b * 31 + d * 17) % 1000) FROM grow;
		CREATE UNIQUE INDEX ON tree (md5(tree::text));
		CREATE INDEX ON tree (proftree_total(tree));
		CREATE INDEX ON tree USING hash (tree);
		CREATE TABLE parted (tree proftree) PARTITION BY HASH (tree);
		CREATE TABLE parted_0 PARTITION OF parted FOR VALUES WITH (MODULUS 2, REMAINDER 0);
		CREATE TABLE parted_1 PARTITION OF parted FOR VALUES WITH (MODULUS 2, REMAINDER 1);
		INSERT INTO parted SELECT tree FROM tree WHERE kind = 'awkward';
		CREATE TABLE trees (trees proftree[]);
		INSERT INTO trees SELECT array_agg(tree ORDER BY id) FROM tree WHERE kind = 'awkward';
		CREATE TABLE defaulted (n integer, tree proftree DEFAULT E'main;"a;b" 3\\nx 1' CHECK (tree <> 'bad 1'),
			total bigint GENERATED ALWAYS AS (proftree_total(tree)) STORED);
		INSERT INTO defaulted VALUES (1);
		CREATE MATERIALIZED VIEW everything AS SELECT sum(tree) AS tree FROM tree WHERE kind <> 'greatest';
		CREATE DOMAIN small_tree AS proftree CHECK (proftree_node_count(VALUE) < 10);
		CREATE TABLE small (tree small_tree PRIMARY KEY);
		INSERT INTO small VALUES ('a 1'), ('b 1');
		CREATE VIEW tops AS SELECT id, t.* FROM tree, LATERAL proftree_top(tree) AS t;
		CREATE AGGREGATE app.own_sum(proftree) (SFUNC = proftree_merge, STYPE = proftree, INITCOND = '');));
	return;
}

# Dump a database in some way, restore it into a new one, compare.
my $copies = 0;

sub restore
{
	my ($what, $database, $encoding, $dump, $sent) = @_;
	my $copy = 'copy' . ++$copies;
	my $file = $node->basedir . "/dump$copies";

	create_database($copy, $encoding);
	$node->command_ok([ 'pg_dump', '--no-sync', @$dump, '-f', $file, $database ], "$what: pg_dump");
	if (grep { /^-F[cd]$/ } @$dump)
	{
		$node->command_ok([ 'pg_restore', '--exit-on-error', '-d', $copy, $file ], "$what: pg_restore");
	}
	else
	{
		$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-o', '/dev/null', '-d', $copy, '-f', $file ],
			"$what: psql");
	}
	$node->safe_psql('postgres', "ALTER DATABASE $copy SET search_path = app, ext, public");
	is(contents($copy, $sent), contents($database, $sent), "$what: same contents");
	is($node->safe_psql($copy, 'SELECT app.own_sum(tree) = sum(tree) FROM small'), 't', "$what: functions work");
	$node->safe_psql('postgres', "DROP DATABASE $copy");
	return;
}

my $ascii = q(ARRAY['', ' ', 'a ', ' a', ';', 'a;b', '"', '"a"', E'\n', E'\r\n', E'\t', '\\', '\x41', '%s', 'foo 12', '''', '{a,b}', '$$', '\.'])
  ;
my $latin1 = $ascii . q(|| ARRAY[U&'\00e9', U&'\00fc\00ff;', U&'\00a0']);
my $utf8 = $latin1 . q(|| ARRAY[U&'\20ac', U&'\+01f600', U&'e\0301', U&'\05e9\05dc\05d5\05dd', U&'\feffa']);

create_database('source', 'UTF8');
fill('source', "($utf8)", 200);
is( $node->safe_psql(
		'source',
		q(SELECT kind, left(tree::text, 2), proftree_node_count(tree) FROM app.tree WHERE kind IN ('deep', 'branches') ORDER BY kind, id)),
	"branches|\\x|100001\ndeep|\\x|2700\ndeep|\\x|2700",
	'large values are dumped in hex');
restore('custom', 'source', 'UTF8', [ '-Fc', '-Z1' ]);
restore('plain', 'source', 'UTF8', []);
$node->safe_psql('source', q(DELETE FROM app.tree WHERE kind = 'branches'; REFRESH MATERIALIZED VIEW app.everything));
restore('directory, two jobs', 'source', 'UTF8', [ '-Fd', '-j2', '-Z1' ]);
restore('column inserts', 'source', 'UTF8', ['--column-inserts']);
restore('inserts, rows in one', 'source', 'UTF8', [ '--inserts', '--rows-per-insert=50' ]);
$node->safe_psql('postgres', 'DROP DATABASE source');

# A LATIN1 database: dumped as it is and in UTF-8, restored there and in UTF8
create_database('source', 'LATIN1');
fill('source', "($latin1)", 2);
is($node->safe_psql('source', q(SELECT octet_length(s) FROM ext.proftree_symbols(ext.proftree_insert('', ARRAY[U&'\00e9'])) AS s)),
	1, 'LATIN1 holds a character in a byte');
restore('LATIN1', 'source', 'LATIN1', ['-Fc']);
restore('LATIN1, plain, in UTF-8', 'source', 'LATIN1', [ '-E', 'UTF8' ]);
# (what is hashed is bytes, so rows of hash partitions change places, as with text)
restore('LATIN1 to UTF8', 'source', 'UTF8', [ '-Fc', '--load-via-partition-root' ], $by_rows);
restore('LATIN1 to UTF8, inserts', 'source', 'UTF8', [ '--inserts', '--load-via-partition-root' ], $by_rows);
$node->safe_psql('postgres', 'DROP DATABASE source');

# UTF8 to LATIN2, where symbols sort in another order
create_database('source', 'UTF8');
fill('source', "($ascii || ARRAY[U&'\\00c1', U&'\\0104', U&'\\00c1;\\0104'])", 2);
restore('UTF8 to LATIN2', 'source', 'LATIN2', [ '-Fc', '--load-via-partition-root' ], $by_rows);

$node->stop;
done_testing();
