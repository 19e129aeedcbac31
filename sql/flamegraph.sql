\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/sql/include/helpers.sql'
\i :helpers
\set ECHO none
\set trees 400
\set random_trees :abs_srcdir '/sql/include/random_trees.sql'
\i :random_trees
--
-- The rows of Grafana's flame graph panel, and nested JSON for d3.
--
SELECT * FROM proftree_flamegraph(E'main;parse 3\nmain 2\nidle 0\nmain;render;draw 4');
SELECT * FROM proftree_flamegraph_diff(E'main;parse 3\nmain 2\nmain;render;draw 4', E'main;parse 1\nmain;render;draw 4\nstart 7');
-- the root's row is always there
SELECT * FROM proftree_flamegraph('');
SELECT * FROM proftree_flamegraph_diff('', '');
SELECT * FROM proftree_flamegraph_diff('', 'a 1');
SELECT count(*) FROM proftree_flamegraph(NULL);
SELECT count(*) FROM proftree_flamegraph_diff(NULL, 'a 1');
SELECT count(*) FROM proftree_flamegraph_diff('a 1', NULL);
-- weights of both sides are their own: nothing is added that could pass bigint
SELECT * FROM proftree_flamegraph_diff('a 9223372036854775807', 'a 9223372036854775807');
-- one by one in a target list, side by side, within another
SELECT proftree_flamegraph(E'a;b 1\nc 2') LIMIT 2;
SELECT id, (proftree_flamegraph(tree)).label FROM (VALUES (1, 'a;b 1'::proftree), (2, NULL), (3, '')) AS v(id, tree);
SELECT (proftree_flamegraph_diff('a 1', 'b 2')).*, (proftree_flamegraph('c;d 3')).label AS other;
SELECT left(label, 10) AS label, level FROM (
	SELECT (proftree_flamegraph(tree)).* FROM (SELECT proftree_insert('', array_fill('frame'::text, ARRAY[500000]), 7) AS tree OFFSET 0) AS t LIMIT 3) AS x
ORDER BY level;
-- the columns
CREATE TEMP VIEW columns AS SELECT * FROM proftree_flamegraph_diff('a 1', 'a 1');
SELECT attname, format_type(atttypid, atttypmod) AS type FROM pg_attribute
WHERE attrelid = 'columns'::regclass AND attnum > 0 ORDER BY attnum;

-- against the nodes: their rows behind the root's, in their order
SELECT count(*) AS trees, count(*) FILTER (WHERE ARRAY(SELECT ROW(f.*) FROM proftree_flamegraph(t) AS f)
	<> ROW(0, proftree_total(t), 0::bigint, 'total'::text) || ARRAY(SELECT ROW(depth, total, self, symbol) FROM proftree_nodes(t) ORDER BY node)) AS wrong
FROM tree;
-- two trees, against a full join of their stacks
SELECT count(*) AS pairs, count(*) FILTER (WHERE ARRAY(SELECT ROW(f.*) FROM proftree_flamegraph_diff(a, b) AS f)
	<> ROW(0, proftree_total(a), 0::bigint, 'total'::text, proftree_total(b), 0::bigint) || ARRAY(
		SELECT ROW(cardinality(frames), coalesce(x.total, 0), coalesce(x.self, 0), frames[cardinality(frames)], coalesce(y.total, 0), coalesce(y.self, 0))
		FROM paths(a) AS x FULL JOIN paths(b) AS y USING (frames) ORDER BY frames COLLATE "C")) AS wrong
FROM (SELECT x.t AS a, y.t AS b FROM tree AS x JOIN tree AS y ON y.id = x.id % 100 + 1 + 4 * (x.id % 8) WHERE x.id <= 200) AS p;
-- what the panel relies on: one root, a child is one level deeper than its
-- parent, and a bar is as wide as its self and the bars below it
CREATE TEMP TABLE bar AS SELECT id, f.* FROM tree, LATERAL proftree_flamegraph(t) WITH ORDINALITY AS f(level, value, self, label, n);
CREATE UNIQUE INDEX ON bar (id, n);
ANALYZE bar;
SELECT count(*) AS bars, count(*) FILTER (WHERE (n = 1) <> (level = 0)) AS wrong_roots, count(*) FILTER (WHERE level > before + 1) AS wrong_levels,
	count(*) FILTER (WHERE value <> self + (SELECT coalesce(sum(c.value), 0) FROM bar AS c WHERE c.id = b.id AND c.n > b.n AND c.level = b.level + 1
		AND NOT EXISTS (SELECT FROM bar AS d WHERE d.id = b.id AND d.n > b.n AND d.n < c.n AND d.level <= b.level))) AS wrong_widths
FROM (SELECT *, lag(level) OVER (PARTITION BY id ORDER BY n) AS before FROM bar) AS b;

-- ---- d3 ----

\pset format unaligned
SELECT proftree_to_d3(E'main;parse 3\nmain 2\nidle 0\nmain;render;draw 4');
SELECT proftree_to_d3('');
\pset format aligned
SELECT proftree_to_d3(NULL) IS NULL AS null_tree;
-- the objects, found again by jsonb, against the stacks
WITH RECURSIVE object AS (
	SELECT id, ARRAY[]::text[] AS frames, proftree_to_d3(t)::jsonb AS object FROM tree
	UNION ALL
	SELECT id, frames || (child ->> 'name'), child FROM object, LATERAL jsonb_array_elements(object -> 'children') AS child)
SELECT count(*) AS trees, count(*) FILTER (WHERE expected IS DISTINCT FROM objects) AS wrong, count(*) FILTER (WHERE NOT keys_right) AS wrong_keys
FROM (SELECT id, t, array_agg(ROW(frames, (object ->> 'value')::numeric) ORDER BY frames COLLATE "C") AS objects,
		bool_and((SELECT array_agg(k ORDER BY k) FROM jsonb_object_keys(object) AS k)
			IN ('{children,name,value}', '{name,value}') AND (frames <> '{}' OR object ->> 'name' = 'root')
			AND (frames = '{}' OR NOT object ? 'children' OR jsonb_array_length(object -> 'children') > 0)) AS keys_right
	FROM object JOIN tree USING (id) GROUP BY id, t) AS o,
	LATERAL (SELECT array_agg(ROW(frames, total) ORDER BY frames COLLATE "C") AS expected
		FROM (SELECT frames, total::numeric FROM paths(t) UNION ALL SELECT ARRAY[]::text[], proftree_total(t)::numeric) AS p) AS e;
-- siblings come by symbol
SELECT proftree_to_d3(t)::text = format('{"name":"root","value":%s,"children":[%s]}', proftree_total(t),
	(SELECT string_agg(format('{"name":%s,"value":%s}', to_json(symbol), total), ',' ORDER BY node) FROM proftree_nodes(t))) AS same
FROM (SELECT proftree_agg(name, 1) AS t FROM unnest(ARRAY['b', 'a', chr(233), 'B']) AS name) AS x;
-- deep as it goes: PostgreSQL itself reads it with its default stack
SHOW max_stack_depth;
SELECT jsonb_path_exists(json::jsonb, '$.children[0].children[0].value ? (@ == 9007199254740993)') AS readable, jsonb_typeof(json::jsonb) AS type
FROM (SELECT proftree_to_d3(proftree_insert('', array_fill('frame'::text, ARRAY[3000]), 9007199254740993)) AS json) AS x;
\pset format unaligned
SELECT error_of($$SELECT proftree_to_d3(proftree_insert('', array_fill('frame'::text, ARRAY[3001]), 1))$$, true) AS error;
\pset format aligned
DROP VIEW columns;
DROP FUNCTION weighty;
