\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/sql/include/helpers.sql'
\i :helpers
--
-- proftree_nodes and proftree_symbols.
--
SELECT * FROM proftree_nodes(E'main 2\nmain;parse 3\nmain;eval;apply 40\nmain;eval;eval 1\nidle 0');
SELECT * FROM proftree_symbols(E'main 2\nmain;parse 3\nmain;eval;apply 40\nmain;eval;eval 1\nidle 0');

-- nothing from nothing
SELECT count(*) FROM proftree_nodes('');
SELECT count(*) FROM proftree_nodes(NULL);
SELECT count(*) FROM proftree_symbols('');
SELECT count(*) FROM proftree_symbols(NULL);

-- symbols come in byte order, whatever the collation
SELECT array_agg(s) = ARRAY(SELECT name FROM unnest(awkward_names()) AS name ORDER BY convert_to(name, 'UTF8')) AS byte_order,
	count(*) = cardinality(awkward_names()) AS all_of_them
FROM (SELECT proftree_agg(ARRAY['main', name]) AS tree FROM unnest(awkward_names()) AS name) AS t,
	proftree_symbols(tree) AS s
WHERE s <> 'main';

-- Random trees with few symbols, so that they recur: against plain SQL over the
-- stacks they were made of.
SELECT setseed(0.75);
CREATE TEMP TABLE stack AS
SELECT tree, ARRAY(SELECT chr(97 + floor(random() * (2 + tree % 9))::int)
		FROM generate_series(1, 1 + floor(random() * 8)::int + 0 * n)) AS frames,
	floor(random() * 10)::bigint AS weight
FROM generate_series(1, 200) AS tree, LATERAL generate_series(1, 1 + tree % 29) AS n;
CREATE TEMP TABLE tree AS SELECT tree AS id, proftree_agg(frames, weight) AS tree FROM stack GROUP BY tree;
CREATE TEMP TABLE expected AS
SELECT tree AS id, frames[1:d] AS frames, sum(weight) AS total,
	coalesce(sum(weight) FILTER (WHERE d = cardinality(frames)), 0) AS self,
	row_number() OVER (PARTITION BY tree ORDER BY frames[1:d] COLLATE "C") AS node
FROM stack, LATERAL generate_series(1, cardinality(frames)) AS d
GROUP BY tree, frames[1:d];
SELECT count(*) > 5000 AS many,
	count(*) FILTER (WHERE e.frames IS NULL) AS not_expected,
	count(*) FILTER (WHERE n.node IS NULL) AS missing,
	count(*) FILTER (WHERE n.symbol <> e.frames[cardinality(e.frames)]) AS symbol_wrong,
	count(*) FILTER (WHERE n.depth <> cardinality(e.frames)) AS depth_wrong,
	count(*) FILTER (WHERE n.self <> e.self OR n.total <> e.total) AS weights_wrong,
	count(*) FILTER (WHERE n.parent IS DISTINCT FROM p.node) AS parent_wrong
FROM (SELECT id, x.* FROM tree, LATERAL proftree_nodes(tree) AS x) AS n
	FULL JOIN expected AS e USING (id, node)
	LEFT JOIN expected AS p ON p.id = e.id AND p.frames = e.frames[1:cardinality(e.frames) - 1] AND cardinality(p.frames) > 0;
SELECT count(*) FILTER (WHERE s IS DISTINCT FROM e) AS symbols_wrong
FROM (SELECT id, ARRAY(SELECT proftree_symbols(tree)) AS s,
		ARRAY(SELECT f FROM (SELECT DISTINCT unnest(frames) AS f FROM stack WHERE stack.tree = t.id) AS d ORDER BY f COLLATE "C") AS e
	FROM tree AS t) AS x;

-- the numbers are those of the rows: 1, 2, ..., each parent before its children
SELECT count(*) AS trees, count(*) FILTER (WHERE numbers <> ARRAY(SELECT generate_series(1, nodes))) AS wrong, bool_or(backwards) AS backwards
FROM (SELECT array_agg(n.node ORDER BY n.ordinality) AS numbers, proftree_node_count(tree) AS nodes,
		bool_or(n.parent >= n.node) AS backwards
	FROM tree, LATERAL proftree_nodes(tree) WITH ORDINALITY AS n GROUP BY id, tree) AS x;

-- one by one in a target list
SELECT proftree_nodes(E'a;b 1\nc 2') LIMIT 2;
SELECT (proftree_nodes(proftree_insert('', array_fill('f'::text, ARRAY[100000])))).node LIMIT 2;
SELECT proftree_symbols('b;a;b 1') LIMIT 1;

CREATE TEMP VIEW columns AS SELECT * FROM proftree_nodes('a 1'), proftree_symbols('a 1');
SELECT attname, format_type(atttypid, atttypmod) AS type FROM pg_attribute
WHERE attrelid = 'columns'::regclass AND attnum > 0 ORDER BY attnum;
