# Values are carried over by pg_upgrade, which copies files (here to a cluster
# of the same version: what is tested is that nothing stored depends on the
# cluster it was stored in).

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $old = PostgreSQL::Test::Cluster->new('old');
my $new = PostgreSQL::Test::Cluster->new('new');
$_->init(extra => [ '--locale=C', '--encoding=UTF8' ]) foreach $old, $new;
$old->start;
$old->safe_psql(
	'postgres', q(
	CREATE EXTENSION pyrotree;
	CREATE TABLE tree (id integer PRIMARY KEY, tree proftree, total bigint GENERATED ALWAYS AS (proftree_total(tree)) STORED);
	INSERT INTO tree SELECT i, proftree_insert('', ARRAY['main', 'f;' || i], i) FROM generate_series(1, 100) AS i;
	INSERT INTO tree SELECT 1000, proftree_agg(ARRAY['main', md5(i::text)], i) FROM generate_series(1, 10000) AS i;
	CREATE TABLE small AS SELECT id, tree FROM tree WHERE id < 1000;
	CREATE UNIQUE INDEX ON small (tree);
	CREATE INDEX ON tree USING hash (tree);
	CREATE TABLE parted (tree proftree) PARTITION BY HASH (tree);
	CREATE TABLE parted_0 PARTITION OF parted FOR VALUES WITH (MODULUS 2, REMAINDER 0);
	CREATE TABLE parted_1 PARTITION OF parted FOR VALUES WITH (MODULUS 2, REMAINDER 1);
	INSERT INTO parted SELECT tree FROM small));
# a store in use: blocks, waiting rows, settings and identities of its own
$old->safe_psql(
	'postgres', q(
	SET pyrotree.late_after = 0;
	SELECT pyrotree.configure('10 s', '{3}');
	SELECT count(pyrotree.ingest('cpu{host="' || i % 2 || '"}', timestamptz '2020-01-01' + i * interval '10 s', proftree_insert('', 'main;f' || i, i),
		id => md5(i::text)::uuid)) FROM generate_series(1, 100) AS i;
	CALL pyrotree.compact();
	INSERT INTO pyrotree.retention (level, keep) VALUES (0, '1 day');
	SET pyrotree.auto_compact = off;
	INSERT INTO pyrotree.stacks VALUES ('cpu{host="1"}', '2020-01-01', 'late', 1000)));
my $store = q(
	SELECT 'status', series_id, series, head_rows, horizon, segment_rows, bytes_by_level, version FROM pyrotree.status ORDER BY series_id;
	SELECT 'query', pyrotree.query('cpu', '2020-01-01 00:01', '2020-01-01 00:14');
	SELECT 'timeline', * FROM pyrotree.timeline('cpu', '-infinity', 'infinity', '1 min');
	SELECT 'settings', * FROM pyrotree.settings;
	SELECT 'verify', * FROM pyrotree.verify());
my $answers = q(
	SELECT md5(string_agg(proftree_send(tree)::text || proftree_hash(tree) || total, ' ' ORDER BY id)) FROM tree;
	SELECT md5(string_agg(id::text, ' ' ORDER BY tree)) FROM small;
	SET enable_seqscan = off;
	SELECT id FROM small WHERE tree = 'main;"f;7" 7';
	SELECT id FROM tree WHERE tree = 'main;"f;8" 8';
	SELECT tableoid::regclass, count(*) FROM parted GROUP BY 1 ORDER BY 1;
	SELECT count(*) FROM parted WHERE tree = 'main;"f;9" 9');
my $before = $old->safe_psql('postgres', $answers);
my $stored = $old->safe_psql('postgres', $store);
$old->stop;

my $bindir = $new->config_data('--bindir');
chdir $PostgreSQL::Test::Utils::tmp_check;
command_ok(
	[
		'pg_upgrade', '-d', $old->data_dir, '-D', $new->data_dir, '-b', $bindir, '-B', $bindir,
		'-s', $new->host, '-p', $old->port, '-P', $new->port
	],
	'pg_upgrade');
$new->start;
is($new->safe_psql('postgres', $answers), $before, 'same answers, also from the indexes');
is($new->safe_psql('postgres', q(UPDATE small SET tree = tree + 'x 1'; SELECT proftree_total(sum(tree)) - 100 FROM small)), '5050', 'and it can be written');
is($new->safe_psql('postgres', $store), $stored, 'the store answers the same');
unlike($stored, qr/^verify/m, 'verify() finds nothing');
is( $new->safe_psql(
		'postgres', q(
	SELECT count(pyrotree.ingest('cpu{host="' || CASE WHEN i <= 10 THEN i % 2 ELSE i % 3 END || '"}', timestamptz '2020-01-02' + i * interval '10 s', 'main 1', id => md5((i + 90)::text)::uuid)) FROM generate_series(1, 100) AS i;
	CALL pyrotree.compact();
	CALL pyrotree.apply_retention();
	SELECT proftree_total(pyrotree.query('cpu', '2020-01-02', 'infinity')), proftree_total(pyrotree.query('cpu', '-infinity', '2020-01-02'));
	SELECT count(*) FROM pyrotree.verify())),
	"100\n90|6050\n0",
	'and goes on; ids are still known');
$new->stop;

done_testing();
