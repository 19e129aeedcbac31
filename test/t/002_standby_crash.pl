# A standby answers as its primary does; a crash loses nothing that was committed.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $primary = PostgreSQL::Test::Cluster->new('primary');
$primary->init(allows_streaming => 1, extra => [ '--locale=C', '--encoding=UTF8' ]);
$primary->start;
$primary->safe_psql('postgres', 'CREATE EXTENSION pyrotree');
$primary->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'base', has_streaming => 1);
$standby->start;

# all that a query can ask, in a few lines
my $answers = q(
	SELECT id, md5(proftree_send(tree)::text), proftree_total(tree), proftree_node_count(tree), proftree_depth(tree), proftree_hash(tree) FROM tree ORDER BY id;
	SELECT md5(string_agg(md5(stack) || self || ' ' || total, ' ' ORDER BY id, n)) FROM tree, LATERAL proftree_iterate(tree) WITH ORDINALITY AS i(depth, stack, self, total, n);
	SELECT * FROM proftree_top((SELECT sum(tree) FROM tree)) LIMIT 5;
	SELECT proftree_total(sum(tree)), count(DISTINCT tree) FROM tree;
	SET enable_seqscan = off;
	SELECT count(*) FROM tree AS a, tree AS b WHERE a.tree = b.tree;
	SELECT id FROM tree WHERE tree = proftree_insert('', 'main;7', 7);
	SELECT id FROM small ORDER BY tree;
	SELECT id FROM small WHERE tree = 'main;9 9');

# Wait for the standby, then compare.
sub compare
{
	my ($what) = @_;

	$primary->wait_for_catchup($standby, 'replay', $primary->lsn('write'));
	my $here = $primary->safe_psql('postgres', $answers);
	is($standby->safe_psql('postgres', $answers), $here, "standby: $what");
	return $here;
}

$primary->safe_psql(
	'postgres', q(
	CREATE TABLE tree (id integer PRIMARY KEY, tree proftree);
	CREATE INDEX ON tree USING hash (tree);
	CREATE TABLE small (id integer, tree proftree UNIQUE);
	INSERT INTO tree SELECT i, proftree_insert('', 'main;' || i, i) FROM generate_series(1, 500) AS i;
	INSERT INTO small SELECT * FROM tree;
	-- inline, compressed, toasted
	INSERT INTO tree SELECT 1000 + k, proftree_agg(ARRAY['main', 'f' || i % 7, md5((i * k)::text)], i)
		FROM generate_series(1, 9) AS k, LATERAL generate_series(1, (10 ^ (k / 2.0))::int) AS i GROUP BY k));
compare('inserts');
$primary->safe_psql(
	'postgres', q(
	UPDATE tree SET tree = proftree_insert(tree, 'updated;' || id, 5) WHERE id % 3 = 0;
	UPDATE tree SET tree = tree + tree WHERE id > 1000;
	DELETE FROM tree WHERE id % 5 = 0 AND id < 1000;
	UPDATE small SET tree = tree + 'x 1' WHERE id % 2 = 0;
	VACUUM tree));
compare('updates');
$primary->safe_psql('postgres', 'VACUUM FULL tree; REINDEX TABLE tree; CREATE INDEX ON small USING hash (tree)');
my $before = compare('rewrites');

# a crash with a transaction under way, and one just committed
$primary->safe_psql('postgres', q(INSERT INTO tree VALUES (2000, (SELECT sum(tree) FROM tree))));
my $committed = $primary->safe_psql('postgres', $answers);
my $session = $primary->background_psql('postgres');
$session->query_safe(
	q(BEGIN; INSERT INTO tree SELECT 3000 + i, 'lost 1' FROM generate_series(1, 100) AS i; UPDATE tree SET tree = tree + 'lost 1'));
$primary->safe_psql('postgres', 'CHECKPOINT');
$primary->stop('immediate');
eval { $session->quit };
$primary->start;
is($primary->safe_psql('postgres', $answers), $committed, 'all that was committed is there after a crash');
$primary->safe_psql('postgres', q(INSERT INTO tree VALUES (2001, 'after;crash 1'); UPDATE small SET tree = tree + 'after 1' WHERE id = 1));
compare('after the crash');

# a crash of one backend that has a tree in memory; the server goes on
$primary->append_conf('postgresql.conf', 'restart_after_crash = on');
$primary->reload;
my ($out, $err);
$primary->psql('postgres', q(DO $$
	DECLARE
		t proftree := '';
	BEGIN
		FOR i IN 1 .. 100 LOOP
			t := proftree_insert(t, 'main;f' || i);
		END LOOP;
		EXECUTE format('COPY (SELECT 1) TO PROGRAM %L', 'cat > /dev/null; kill -9 ' || pg_backend_pid());
		PERFORM pg_sleep(30);
	END $$), stdout => \$out, stderr => \$err, on_error_stop => 0);
like($err, qr/server closed the connection|connection to server was lost|terminating connection/, 'a backend was killed');
$primary->poll_query_until('postgres', 'SELECT NOT pg_is_in_recovery()');
is($primary->safe_psql('postgres', q(SELECT tree FROM tree WHERE id = 2001)), 'after;crash 1', 'the server is back');

# the standby takes over
compare('before promotion');
$primary->stop;
$standby->promote;
$standby->safe_psql('postgres', q(INSERT INTO tree VALUES (4000, 'promoted 1'); UPDATE tree SET tree = proftree_insert(tree, 'promoted') WHERE id < 10));
is($standby->safe_psql('postgres', q(SELECT proftree_total(sum(tree), 'promoted') FROM tree)),
	$standby->safe_psql('postgres', q(SELECT 1 + count(*) FROM tree WHERE id < 10)), 'the promoted standby writes');
$standby->stop;

done_testing();
