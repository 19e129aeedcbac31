\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/sql/include/helpers.sql'
\i :helpers
--
-- Equality, order and hash: of the value, not of how it is stored or was made.
-- The order itself has no meaning, so no test here prints it.
--
SELECT 'a 1'::proftree = 'a 1' AS same, E'b 1\na 1'::proftree = E'a 1\nb 1' AS other_order, 'a;b 1'::proftree = E'a 0\na;b 1' AS inner_zero,
	'a 1'::proftree = E'a 1\na;b 0' AS leaf_zero, 'a 1'::proftree <> 'a 2' AS weight, 'a 1'::proftree <> 'b 1' AS symbol,
	'a;b 1'::proftree <> 'b;a 1' AS shape, 'a;b 1'::proftree <> E'a 0\nb 1' AS parent, ''::proftree <> 'a 0' AS empty,
	''::proftree = '' AS both_empty;
SELECT (NULL = 'a 1'::proftree) IS NULL AS eq, ('a 1'::proftree < NULL) IS NULL AS lt, proftree_cmp(NULL, 'a 1') IS NULL AS cmp;

-- Trees of many kinds, each made twice in different ways
CREATE TABLE tree (id integer, made text, tree proftree);
INSERT INTO tree
SELECT i, 'agg', proftree_agg(stack, weight)
FROM generate_series(1, 150) AS i, LATERAL (
	SELECT 'main;f' || (i + n) % (2 + i % 7) || CASE WHEN n % 3 = 0 THEN ';g' || n % 4 ELSE '' END AS stack, (i * n) % 5 AS weight
	FROM generate_series(1, i % 12) AS n) AS s
GROUP BY i;
INSERT INTO tree VALUES (1000, 'agg', ''), (1001, 'agg', 'a 0'), (1002, 'agg', 'a 1'), (1003, 'agg', 'a 2'), (1004, 'agg', 'a;a 1'),
	(1005, 'agg', 'ab 1'), (1006, 'agg', '"" 1'), (1007, 'agg', 'a 9223372036854775807'), (1008, 'agg', E'a 1\nb 1'),
	(1009, 'agg', E'a 1\na;b 0'), (1010, 'agg', NULL);
INSERT INTO tree SELECT 2000 + n, 'agg', proftree_insert('', ARRAY[name]) FROM unnest(awkward_names()) WITH ORDINALITY AS u(name, n);
-- toasted ones that differ at their ends only
INSERT INTO tree SELECT 3000 + n, 'agg', proftree_agg(ARRAY['main', md5(i::text)], CASE i WHEN 3000 THEN n ELSE 2 END)
FROM generate_series(1, 3000) AS i, generate_series(1, 5, 2) AS n GROUP BY n;
INSERT INTO tree SELECT id, 'text', tree::text::proftree FROM tree;
-- (some of the first kind are the same tree; the binary form says which)
SELECT count(*) > 400 AS many, count(DISTINCT id) > count(DISTINCT proftree_send(tree)) AS some_alike FROM tree;

-- every pair: = is that of the binary form, and all others fit to it
WITH pair AS MATERIALIZED (
	SELECT a.tree AS a, b.tree AS b, proftree_send(a.tree) = proftree_send(b.tree) AS same,
		proftree_cmp(a.tree, b.tree) AS cmp
	FROM tree AS a, tree AS b
	WHERE a.tree IS NOT NULL AND b.tree IS NOT NULL AND a.made <= b.made AND (a.id < 3000 OR b.id > 2990)
)
SELECT count(*) > 100000 AS many, count(*) FILTER (WHERE same) > 200 AS some_alike,
	count(*) FILTER (WHERE (a = b) <> same OR (a <> b) = same OR (cmp = 0) <> same) AS equality_wrong,
	count(*) FILTER (WHERE (a < b) <> (cmp < 0) OR (a <= b) <> (cmp <= 0) OR (a > b) <> (cmp > 0) OR (a >= b) <> (cmp >= 0)) AS order_wrong,
	count(*) FILTER (WHERE sign(proftree_cmp(b, a)) <> -sign(cmp)) AS turned_wrong,
	count(*) FILTER (WHERE same AND (proftree_hash(a) <> proftree_hash(b) OR proftree_hash_extended(a, 7) <> proftree_hash_extended(b, 7))) AS hash_wrong,
	count(*) FILTER (WHERE NOT same AND proftree_hash_extended(a, 0) = proftree_hash_extended(b, 0)) AS hash_alike
FROM pair;
-- the order is a total one: sorting any way round gives the same row numbers
SELECT count(*) AS broken FROM (
	SELECT tree, rank() OVER (ORDER BY tree) + rank() OVER (ORDER BY tree DESC) + count(*) OVER (PARTITION BY tree) - count(*) OVER () AS one
	FROM tree WHERE tree IS NOT NULL) AS x
WHERE one <> 2;
-- the extended hash with seed 0 is the plain one in its lower half, other seeds differ
SELECT count(*) FILTER (WHERE proftree_hash_extended(tree, 0) & 4294967295 <> proftree_hash(tree)::bigint & 4294967295) AS halves_differ,
	count(*) FILTER (WHERE proftree_hash_extended(tree, 0) = proftree_hash_extended(tree, 1)) AS seeds_alike
FROM tree WHERE tree IS NOT NULL;

-- expanded values compare like others
SELECT proftree_insert('a 1', 'b') = E'a 1\nb 1' AS eq, proftree_insert('a 1', 'b') = proftree_insert('b 1', 'a') AS both,
	proftree_hash(proftree_insert('a 1', 'b')) = proftree_hash(E'a 1\nb 1') AS hash, proftree_agg(s) = 'a 2' AS agg
FROM (VALUES ('a'), ('a')) AS v(s);

-- DISTINCT, GROUP BY, UNION by sorting and by hashing: as many as there are
-- binary forms
SELECT count(DISTINCT proftree_send(tree)) AS expected FROM tree \gset
SET enable_hashagg = off;
SELECT plan_has('SELECT tree FROM tree GROUP BY tree', '%Sort%') AS sorts;
SELECT count(*) - 1 = :expected AS grouped FROM (SELECT tree FROM tree GROUP BY tree) AS x;
SELECT count(DISTINCT tree) = :expected AS distinct FROM tree;
SELECT count(*) - 1 = :expected AS unioned FROM (SELECT tree FROM tree UNION SELECT tree FROM tree) AS x;
RESET enable_hashagg;
SET enable_sort = off;
SELECT plan_has('SELECT tree FROM tree GROUP BY tree', '%HashAggregate%') AS hashes;
SELECT count(*) - 1 = :expected AS grouped FROM (SELECT tree FROM tree GROUP BY tree) AS x;
SELECT count(*) - 1 = :expected AS unioned FROM (SELECT tree FROM tree UNION SELECT tree FROM tree) AS x;
SELECT count(*) = 0 AS nothing_left FROM (SELECT tree FROM tree EXCEPT SELECT tree FROM tree) AS x;
RESET enable_sort;

-- joins of three kinds give the pairs that the binary forms give
SELECT count(*) AS expected FROM tree AS a, tree AS b WHERE proftree_send(a.tree) = proftree_send(b.tree) \gset
\set pairs 'SELECT count(*) FROM tree AS a JOIN tree AS b ON a.tree = b.tree'
SET enable_mergejoin = off;
SET enable_nestloop = off;
SELECT plan_has(:'pairs', '%Hash Join%') AS hash_join;
SELECT (:pairs) = :expected AS right;
RESET enable_mergejoin;
SET enable_hashjoin = off;
SELECT plan_has(:'pairs', '%Merge Join%') AS merge_join;
SELECT (:pairs) = :expected AS right;
RESET enable_nestloop;
SET enable_mergejoin = off;
SELECT plan_has(:'pairs', '%Nested Loop%') AS nested_loop;
SELECT (:pairs) = :expected AS right;
RESET enable_mergejoin;
RESET enable_hashjoin;
-- FULL JOIN needs one of the first two; IN and ANY
SELECT count(*) = 0 AS all_met FROM tree AS a FULL JOIN tree AS b ON a.tree = b.tree
WHERE (a.id IS NULL AND b.tree IS NOT NULL) OR (b.id IS NULL AND a.tree IS NOT NULL);
SELECT count(*) FROM tree WHERE tree IN ('a 1', 'ab 1', 'no such 1') AND id < 2000;
SELECT count(*) FROM tree WHERE tree = ANY (ARRAY['a 1', '']::proftree[]) AND id < 2000;

-- indexes: btree (of small values: as for any type, a key takes at most a third
-- of a page), unique, hash
CREATE TABLE indexed (id integer, tree proftree UNIQUE);
INSERT INTO indexed SELECT min(id), tree FROM tree WHERE id < 3000 AND tree IS NOT NULL GROUP BY tree;
\set VERBOSITY terse
INSERT INTO indexed VALUES (-1, E'a 0\na 1');
\set VERBOSITY default
INSERT INTO indexed SELECT id, tree FROM tree WHERE id < 3000 AND tree IS NOT NULL ON CONFLICT (tree) DO NOTHING;
INSERT INTO indexed VALUES (-2, 'a 1') ON CONFLICT (tree) DO UPDATE SET tree = indexed.tree + 'upserted 1';
SELECT tree FROM indexed WHERE tree = E'a 1\nupserted 1';
SET enable_seqscan = off;
SET enable_bitmapscan = off;
SELECT plan_has($$SELECT id FROM indexed WHERE tree = 'a 2'$$, '%Index%Scan%') AS index_scan;
SELECT id FROM indexed WHERE tree = 'a 2';
SELECT count(*) = (SELECT count(*) FROM tree AS t WHERE id < 1000 AND made = 'agg') AS all_found
FROM tree AS t WHERE id < 1000 AND made = 'agg' AND EXISTS (SELECT FROM indexed AS i WHERE i.tree = t.tree);
SELECT count(*) = 0 AS in_order FROM (SELECT tree < lag(tree) OVER (ORDER BY tree) AS back FROM indexed) AS x WHERE back;
SELECT (SELECT count(*) FROM indexed WHERE tree < 'a 2') + (SELECT count(*) FROM indexed WHERE tree >= 'a 2') = count(*) AS ranges FROM indexed;
ALTER TABLE indexed DROP CONSTRAINT indexed_tree_key;
CREATE INDEX ON indexed USING hash (tree);
SELECT plan_has($$SELECT id FROM indexed WHERE tree = 'a 2'$$, '%Index Scan%') AS hash_index;
SELECT id FROM indexed WHERE tree = 'a 2';
INSERT INTO indexed SELECT id, tree FROM tree WHERE id > 3000 AND made = 'text';
SELECT count(*) FROM indexed AS i, tree AS t WHERE t.id > 3000 AND t.made = 'agg' AND i.tree = t.tree;
RESET enable_seqscan;
RESET enable_bitmapscan;
SELECT error_of('CREATE UNIQUE INDEX ON indexed (tree)') ~ '^54000: index row (size|requires) ' AS large_values_need_hash;

-- partitions by hash, which need the extended hash
CREATE TABLE parted (tree proftree) PARTITION BY HASH (tree);
CREATE TABLE parted_0 PARTITION OF parted FOR VALUES WITH (MODULUS 3, REMAINDER 0);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES WITH (MODULUS 3, REMAINDER 1);
CREATE TABLE parted_2 PARTITION OF parted FOR VALUES WITH (MODULUS 3, REMAINDER 2);
INSERT INTO parted SELECT tree FROM tree;
SELECT count(*) = 3 AS all_used FROM (SELECT tableoid FROM parted GROUP BY tableoid HAVING count(*) > 50) AS x;
SELECT count(*) AS split FROM (SELECT tree FROM parted GROUP BY tree HAVING count(DISTINCT tableoid) > 1) AS x;
SELECT count(*) FROM parted WHERE tree = 'a 9223372036854775807';

-- estimates work: statistics of a column of trees
CREATE TABLE skewed AS SELECT CASE WHEN i % 10 = 0 THEN ('x' || i || ' 1')::proftree ELSE 'common 1' END AS tree FROM generate_series(1, 1000) AS i;
ANALYZE skewed;
SELECT n_distinct < 0 OR n_distinct > 90 AS many, most_common_vals::text = '{"common 1"}' AS common FROM pg_stats WHERE tablename = 'skewed';
DROP TABLE tree, indexed, parted, skewed;
