\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/sql/include/helpers.sql'
\i :helpers
--
-- proftree_iterate: every node with its stack in the text form's syntax.
--
SELECT * FROM proftree_iterate(E'main 2\nmain;parse 3\nmain;eval;apply 40\nidle 0');
SELECT * FROM proftree_iterate(E'main 2\nmain;parse 3\nmain;eval;apply 40\nidle 0', 2);
SELECT * FROM proftree_iterate(tree => E'main;parse 3\nmain 2', max_depth => 1);

-- nothing from nothing; max_depth may be NULL, and greater than the depth
SELECT count(*) FROM proftree_iterate('');
SELECT count(*) FROM proftree_iterate(NULL);
SELECT count(*) FROM proftree_iterate(NULL, 5);
SELECT count(*) FROM proftree_iterate('a;b 1', NULL);
SELECT count(*) FROM proftree_iterate('a;b 1', 2147483647);
SELECT error_of('SELECT proftree_iterate(''a 1'', 0)') AS zero, error_of('SELECT proftree_iterate('''', -1)') AS negative;

-- frames that a stack cannot hold bare are quoted, each only where it has to be
SELECT i.depth, to_json(i.stack) AS stack, i.self, i.total
FROM (SELECT proftree_agg(frames, weight) AS tree FROM (VALUES
		(ARRAY['', '', 'x'], 1::bigint), (ARRAY['a;b', '"c'], 2), (ARRAY['a '], 3), (ARRAY['a ', E'\t'], 4),
		(ARRAY['a ', E'\t', '\'], 5), (ARRAY[E'\n', 'q"'], 6)) AS v(frames, weight)) AS t,
	proftree_iterate(tree) WITH ORDINALITY AS i(depth, stack, self, total, n)
ORDER BY n;

-- Rebuilding: proftree_agg(stack, self) is the tree, to the byte.  Among the
-- trees: every awkward name in every position.
CREATE TEMP TABLE tree (id integer, tree proftree);
INSERT INTO tree
SELECT 1, proftree_agg(ARRAY[a, b], 3) FROM unnest(awkward_names()) AS a, unnest(awkward_names()) AS b
UNION ALL
SELECT 2, proftree_agg((awkward_names())[n:], n) FROM generate_series(1, cardinality(awkward_names())) AS n
UNION ALL
SELECT 3, proftree_agg(ARRAY[name], 0) FROM unnest(awkward_names()) AS name
UNION ALL
SELECT 4, proftree_agg(ARRAY['main', name, name, 'x'], 9) + proftree_agg(ARRAY['main', name, 'x', name], 1) FROM unnest(awkward_names()) AS name
UNION ALL
SELECT 5, ''
UNION ALL
SELECT 6, proftree_agg(ARRAY[repeat(chr(64 + i), 1048576), repeat(';', 1024), 'x'], i) FROM generate_series(1, 3) AS i
UNION ALL
SELECT 7, proftree_agg(repeat('f;', i) || 'g', i) FROM generate_series(0, 2000) AS i;
SELECT id, proftree_node_count(tree) > 50 AS many,
	(SELECT coalesce(proftree_agg(stack, self), '') FROM proftree_iterate(tree)) = tree AS rebuilt,
	(SELECT coalesce(proftree_agg(stack, self ORDER BY total, stack), '') FROM proftree_iterate(tree)) = tree AS in_any_order,
	(SELECT coalesce(string_agg(stack || ' ' || self, E'\n'), '') FROM proftree_iterate(tree))::proftree = tree AS as_text,
	(SELECT count(*) FROM proftree_iterate(tree)) = proftree_node_count(tree) AS every_node
FROM tree ORDER BY id;

-- against proftree_nodes() and the rules of quoting in SQL: stacks, weights,
-- preorder
SELECT id, count(*) = proftree_node_count(tree) AS every_node,
	count(*) FILTER (WHERE i.stack IS DISTINCT FROM stack_of(p.frames)) AS stack_wrong,
	count(*) FILTER (WHERE i.depth <> cardinality(p.frames)) AS depth_wrong,
	count(*) FILTER (WHERE (i.self, i.total) IS DISTINCT FROM (p.self, p.total)) AS weights_wrong
FROM tree, LATERAL ROWS FROM (proftree_iterate(tree)) WITH ORDINALITY AS i(depth, stack, self, total, node)
	FULL JOIN LATERAL paths(tree) AS p ON p.node = i.node
WHERE id < 7
GROUP BY id, tree ORDER BY id;

-- max_depth gives the rows of the whole walk that are not deeper, totals and all
SELECT id, max_depth, count(w.n) > 0 AS some,
	array_agg(ROW(w.depth, w.stack, w.self, w.total) ORDER BY w.n) = (SELECT array_agg(ROW(c.*)) FROM proftree_iterate(tree, max_depth) AS c) AS same
FROM tree, generate_series(1, 5) AS max_depth,
	LATERAL proftree_iterate(tree) WITH ORDINALITY AS w(depth, stack, self, total, n)
WHERE id IN (1, 2, 4, 7) AND w.depth <= max_depth
GROUP BY id, tree, max_depth ORDER BY id, max_depth;

-- in a target list: rows come one by one, LIMIT stops the walk
SELECT proftree_iterate(E'a;b 1\nc 2') LIMIT 2;
SELECT (proftree_iterate(tree)).stack FROM (VALUES (E'a;b 1\nc 2'::proftree)) AS v(tree) LIMIT 2;
SELECT id, proftree_iterate(tree, 1) FROM (VALUES (1, 'a;b 1'::proftree), (2, NULL), (3, ''), (4, E'c 2\nd 0')) AS v(id, tree);
-- two walks side by side, and one within another
SELECT (proftree_iterate('a;b 1')).depth AS one, (proftree_iterate(E'a;b 1\nc 2')).stack AS other;
SELECT a.stack AS outer, b.stack AS inner FROM proftree_iterate('a;b 1') AS a, LATERAL proftree_iterate((a.stack || ';x 2')::proftree) AS b;
-- a stack half a million deep takes no time when only its start is asked for
SELECT left(stack, 20) AS stack, depth, total FROM (
	SELECT (proftree_iterate(tree)).* FROM (SELECT proftree_insert('', array_fill('frame'::text, ARRAY[500000]), 7) AS tree OFFSET 0) AS t LIMIT 3) AS x
ORDER BY depth;
SELECT count(*), max(length(stack)) FROM proftree_iterate(proftree_insert('', array_fill('frame'::text, ARRAY[500000]), 7), 3);

-- the columns
CREATE TEMP VIEW columns AS SELECT * FROM proftree_iterate('a 1');
SELECT attname, format_type(atttypid, atttypmod) AS type FROM pg_attribute
WHERE attrelid = 'columns'::regclass AND attnum > 0 ORDER BY attnum;
