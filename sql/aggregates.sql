\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/sql/include/helpers.sql'
\i :helpers
--
-- proftree_agg in its four forms, and sum(proftree): plain, grouped, windowed,
-- parallel.
--

-- four forms, one tree
SELECT proftree_agg(stack) AS stacks, proftree_agg(stack, weight) AS weighted,
	proftree_agg(string_to_array(stack, ';')) AS frames, proftree_agg(string_to_array(stack, ';'), weight) AS both,
	sum((stack || ' ' || weight)::proftree) AS trees
FROM (VALUES ('main;parse', 3::bigint), ('main', 2), ('main;parse', 40)) AS v(stack, weight);

-- no row gives NULL, as sum() does; so do rows of NULL alone
SELECT proftree_agg(s) AS a, proftree_agg(s, 1) AS b, proftree_agg(ARRAY[s]) AS c, proftree_agg(ARRAY[s], 1) AS d,
	sum(proftree_insert('', s)) AS e
FROM (VALUES ('a')) AS v(s) WHERE false;
SELECT proftree_agg(NULL::text) IS NULL AS a, proftree_agg('a', NULL) IS NULL AS b, proftree_agg(NULL::text, 1) IS NULL AS c,
	proftree_agg(NULL::text[]) IS NULL AS d, proftree_agg(ARRAY['a'], NULL) IS NULL AS e, sum(NULL::proftree) IS NULL AS f
FROM generate_series(1, 3);
-- but the empty tree is one
SELECT sum(t) = '' AS empty, sum(t) IS NULL AS is_null FROM (VALUES (''::proftree), (NULL)) AS v(t);

-- NULL in either argument skips the row, wherever it stands
SELECT proftree_agg(s, w) AS agg, sum(proftree_insert('', s, w)) AS sum
FROM (VALUES (NULL, 1::bigint), ('a', NULL), ('a', 1), (NULL, NULL), ('b', 2), ('b', NULL)) AS v(s, w);
SELECT proftree_agg(f) AS agg, proftree_agg(f, w) AS weighted
FROM (VALUES (NULL, 1::bigint), ('{a}'::text[], NULL), ('{a,b}', 5)) AS v(f, w);

-- GROUP BY, FILTER, DISTINCT, ORDER BY inside, HAVING, grouping sets
CREATE TEMP TABLE sample AS
SELECT i, i % 4 AS service, 'main;f' || i % 5 || ';g' || i % 3 AS stack, i % 7 AS weight
FROM generate_series(1, 100) AS i;
SELECT service, proftree_total(proftree_agg(stack, weight)) AS total, sum(weight) AS expected,
	proftree_total(proftree_agg(stack, weight) FILTER (WHERE i <= 50)) AS half,
	sum(weight) FILTER (WHERE i <= 50) AS half_expected,
	proftree_total(proftree_agg(DISTINCT stack)) AS distinct_stacks, count(DISTINCT stack) AS distinct_expected,
	proftree_agg(stack, weight ORDER BY i DESC) = proftree_agg(stack, weight ORDER BY i) AS order_is_nothing,
	proftree_agg(stack) FILTER (WHERE false) IS NULL AS none
FROM sample GROUP BY service ORDER BY service;
SELECT service, proftree_total(proftree_agg(stack, weight)) AS total FROM sample
GROUP BY ROLLUP (service) HAVING proftree_total(proftree_agg(stack, weight)) > 0 ORDER BY service;
SELECT sum(DISTINCT t) AS sum FROM (VALUES ('a 1'::proftree), ('a 1'), ('b 1')) AS v(t);

-- one state for several results; none of them is touched by what is done with another
SELECT proftree_insert(proftree_agg(s), 'x') AS inserted, proftree_agg(s) AS agg, proftree_total(proftree_agg(s)) AS total,
	proftree_insert(proftree_agg(s), 'y') AS inserted_too
FROM (VALUES ('a'), ('b')) AS v(s);
SELECT proftree_insert(t, 'x') AS one, proftree_insert(t, 'y') AS other, t
FROM (SELECT proftree_agg(s) AS t FROM (VALUES ('a'), ('b')) AS v(s) OFFSET 0) AS x;

-- windows: running, the whole partition, a moving frame
SELECT i, proftree_agg(s) OVER (ORDER BY i) AS running, proftree_agg(s) OVER () AS whole,
	proftree_agg(s) OVER (ORDER BY i ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS two,
	sum(t) OVER (ORDER BY i ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING) AS next,
	proftree_agg(s) FILTER (WHERE i > 2) OVER (ORDER BY i) AS later,
	proftree_insert(sum(t) OVER (ORDER BY i), 'x') AS changed
FROM (SELECT i, s, (s || ' 10')::proftree AS t FROM (VALUES (1, 'a'), (2, 'b'), (3, 'a')) AS v(i, s)) AS x
ORDER BY i;
-- against the plain aggregate over the rows of each frame
SELECT count(*) AS rows, count(*) FILTER (WHERE running IS DISTINCT FROM
		(SELECT proftree_agg(stack, weight) FROM sample AS s WHERE s.service = w.service AND s.i <= w.i)) AS running_wrong,
	count(*) FILTER (WHERE moving IS DISTINCT FROM
		(SELECT sum((stack || ' ' || weight)::proftree) FROM sample AS s WHERE s.service = w.service AND s.i BETWEEN w.i - 12 AND w.i + 4)) AS moving_wrong
FROM (SELECT i, service, proftree_agg(stack, weight) OVER p AS running,
		sum((stack || ' ' || weight)::proftree) OVER (p ROWS BETWEEN 3 PRECEDING AND 1 FOLLOWING) AS moving
	FROM sample WINDOW p AS (PARTITION BY service ORDER BY i)) AS w;

-- a weight column of another integer type, a stack of another text type
SELECT proftree_agg(s, w) AS agg FROM (VALUES ('a'::varchar, 1::smallint), ('b', 2)) AS v(s, w);
SELECT proftree_agg(f, w) AS agg FROM (VALUES (ARRAY['a', 'b']::varchar[], 1::integer)) AS v(f, w);

-- an error leaves nothing behind
SELECT error_of($$SELECT proftree_agg(s) FROM (VALUES ('a'), ('"b')) AS v(s)$$) AS bad,
	error_of($$SELECT proftree_agg(s) FROM (VALUES ('a'), ('b')) AS v(s)$$) AS good;

-- ---- parallel ----

CREATE TABLE wide (i integer, service integer, stack text, frames text[], weight bigint, tree proftree);
INSERT INTO wide
SELECT i, i % 11, stack, string_to_array(stack, ';'), weight, proftree_insert('', stack, weight)
FROM (SELECT i, CASE WHEN i % 13 <> 0 THEN 'main;f' || i % 50 || ';g' || i % 70 || ';' || md5((i % 500)::text) END AS stack,
		CASE WHEN i % 17 <> 0 THEN i % 1000 END AS weight
	FROM generate_series(1, 20000) AS i) AS x;
-- a group without any row that counts
INSERT INTO wide SELECT i, 99, NULL, NULL, i, NULL FROM generate_series(1, 100) AS i;
ALTER TABLE wide SET (parallel_workers = 3);
ANALYZE wide;

CREATE VIEW answers AS
	SELECT 'stack' AS what, NULL::integer AS service, proftree_agg(stack) AS tree FROM wide
	UNION ALL SELECT 'stack, weight', NULL, proftree_agg(stack, weight) FROM wide
	UNION ALL SELECT 'frames', NULL, proftree_agg(frames) FROM wide
	UNION ALL SELECT 'frames, weight', NULL, proftree_agg(frames, weight) FROM wide
	UNION ALL SELECT 'sum', NULL, sum(tree) FROM wide
	UNION ALL SELECT 'filter', NULL, sum(tree) FILTER (WHERE weight > 990) FROM wide
	UNION ALL (SELECT 'service: agg', service, proftree_agg(stack, weight) FROM wide GROUP BY service)
	UNION ALL (SELECT 'service: sum', service, sum(tree) FROM wide GROUP BY service);
SET max_parallel_workers_per_gather = 0;
CREATE TEMP TABLE serial AS SELECT * FROM answers;
-- against plain SQL
SELECT proftree_total(tree) = (SELECT sum(weight) FROM wide WHERE stack IS NOT NULL) AS total,
	proftree_node_count(tree) = (SELECT count(DISTINCT frames[1:d]) FROM wide, generate_series(1, 4) AS d WHERE weight IS NOT NULL) AS nodes
FROM serial WHERE what = 'stack, weight';
SELECT count(*) AS trees, count(tree) AS not_null FROM serial;

SET max_parallel_workers_per_gather = 3;
SET max_parallel_workers = 8;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
-- are these plans what this test is about?
SELECT plan_has('SELECT proftree_agg(stack, weight) FROM wide', '%Partial Aggregate%') AS partial,
	plan_has('SELECT sum(tree) FROM wide', '%Partial Aggregate%') AS partial_sum,
	plan_has('SELECT service, sum(tree) FROM wide GROUP BY service', '%Partial HashAggregate%') AS partial_hash,
	plan_has('SELECT * FROM answers AS p FULL JOIN serial AS s ON p.what = s.what AND p.service IS NOT DISTINCT FROM s.service', '%Partial HashAggregate%') AS partial_answers,
	NOT plan_has('SELECT sum(tree) FROM wide', '%Workers Launched: 0%', true) AS launched;
SELECT count(*) AS trees, count(*) FILTER (WHERE p.tree IS DISTINCT FROM s.tree) AS different
FROM answers AS p FULL JOIN serial AS s ON p.what = s.what AND p.service IS NOT DISTINCT FROM s.service;
-- all work in the workers, so that every state has to travel
SET parallel_leader_participation = off;
SELECT count(*) AS trees, count(*) FILTER (WHERE p.tree IS DISTINCT FROM s.tree) AS different
FROM answers AS p FULL JOIN serial AS s ON p.what = s.what AND p.service IS NOT DISTINCT FROM s.service;
SET enable_hashagg = off;
SELECT plan_has('SELECT service, sum(tree) FROM wide GROUP BY service', '%Partial GroupAggregate%') AS partial_group;
SELECT count(*) AS trees, count(*) FILTER (WHERE p.tree IS DISTINCT FROM s.tree) AS different
FROM answers AS p FULL JOIN serial AS s ON p.what = s.what AND p.service IS NOT DISTINCT FROM s.service;
RESET enable_hashagg;
-- more groups than memory: the hash table spills, states and all
SET work_mem = '64kB';
SET hash_mem_multiplier = 1;
SET max_parallel_workers_per_gather = 0;
SET enable_sort = off;
SELECT plan_has('SELECT i / 3, proftree_agg(stack, weight) AS t FROM wide GROUP BY i / 3', '%Disk Usage%', true) AS spills;
SELECT count(*) AS groups, sum(proftree_total(t)) = (SELECT sum(weight) FROM wide WHERE stack IS NOT NULL) AS total
FROM (SELECT i / 3, proftree_agg(stack, weight) AS t FROM wide GROUP BY i / 3) AS x;
RESET work_mem;
RESET hash_mem_multiplier;
RESET enable_sort;
SET max_parallel_workers_per_gather = 3;
-- other functions run in workers too
SELECT plan_has('SELECT proftree_total(tree) FROM wide WHERE proftree_total(tree, ''f7'') > 5', '%Parallel Seq Scan%') AS parallel;
SELECT count(*) AS trees, sum(proftree_total(tree + 'x 1')) - count(*) = sum(proftree_total(tree)) AS totals,
	count(*) FILTER (WHERE proftree_to_folded(tree)::bytea <> (proftree_to_folded(tree) || '')::bytea) AS differ,
	sum((SELECT count(*) FROM proftree_iterate(tree))) = 4 * count(*) AS nodes
FROM wide WHERE tree IS NOT NULL;
-- an error in a worker is the user's error
SELECT error_of('SELECT proftree_agg(stack, 0 * weight - 1) FROM wide') AS error;
RESET ALL;

-- everything once more in a worker by force
DO $$
BEGIN
	PERFORM set_config(CASE WHEN current_setting('server_version_num')::int >= 160000
		THEN 'debug_parallel_query' ELSE 'force_parallel_mode' END, 'on', false);
END $$;
SELECT count(*) AS trees, count(*) FILTER (WHERE p.tree IS DISTINCT FROM s.tree) AS different
FROM answers AS p FULL JOIN serial AS s ON p.what = s.what AND p.service IS NOT DISTINCT FROM s.service;
RESET ALL;

-- ---- many groups ----

-- each with a state of its own: seconds, not minutes
SET statement_timeout = '30s';
SET work_mem = '1GB';
SET enable_sort = off;
SELECT count(*) AS groups, sum(proftree_total(t)) AS total, bool_and(proftree_node_count(t) = 2) AS nodes
FROM (SELECT i / 2, proftree_agg('main;f' || i / 2, i) AS t FROM generate_series(2, 120001) AS i GROUP BY i / 2) AS x;
RESET ALL;

-- ---- partitionwise ----

CREATE TABLE parted (service integer, tree proftree) PARTITION BY LIST (service);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1);
CREATE TABLE parted_2 PARTITION OF parted FOR VALUES IN (2);
INSERT INTO parted SELECT 1 + i % 2, proftree_insert('', 'a;b' || i % 3, i) FROM generate_series(1, 30) AS i;
SET enable_partitionwise_aggregate = on;
SELECT plan_has('SELECT sum(tree) FROM parted', '%Partial Aggregate%') AS partial;
SELECT sum(tree) AS sum FROM parted;
SELECT sum(tree) = (SELECT proftree_agg('a;b' || i % 3, i) FROM generate_series(1, 30) AS i) AS right FROM parted;
RESET ALL;
DROP VIEW answers;
DROP TABLE wide, parted;
