\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/sql/include/helpers.sql'
\i :helpers
--
-- Trees made of a tree to look at it closer: drilling down, filters,
-- truncation.  That filters do what pprof does is tested by
-- test/consumers/pprof_options.sh.
--
CREATE FUNCTION line(tree proftree) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT replace(tree::text, E'\n', ', ') $$;
CREATE FUNCTION turned(frames text[]) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT AS $$
	SELECT array_agg(f ORDER BY n DESC) FROM unnest(frames) WITH ORDINALITY AS u(f, n)
$$;
CREATE TABLE web AS SELECT E'main;serve;parse 3\nmain;serve;parse;lex 5\nmain;serve;render;walk;walk 7\nmain;gc 2\nworker;render;walk 4\nworker;render;log 0'::proftree AS tree;

-- ---- subtree ----

SELECT stack, line(proftree_subtree(tree, stack)) AS subtree, proftree_total(proftree_subtree(tree, stack)) AS total
FROM web, unnest(ARRAY['main', 'main;serve', 'main;serve;parse', 'main;serve;render;walk', 'main;serve;render;walk;walk', 'worker;render;log', 'render']) WITH ORDINALITY AS u(stack, n) ORDER BY n;
SELECT line(proftree_subtree(tree, ARRAY['main', 'serve'])) AS frames, line(proftree_subtree(tree, '{worker,render}'::text[])) AS literal FROM web;
-- there is no such stack: also when it is too long, or its end is elsewhere
SELECT stack, proftree_subtree(tree, stack) = '' AS nothing
FROM web, unnest(ARRAY['x', 'main;x', 'main;render', 'main;serve;parse;lex;x', 'main;walk', '""', 'Main', 'worker;gc']) AS stack;
SELECT proftree_subtree('', 'main') = '' AS of_nothing;
-- frames that need quotes
SELECT proftree_subtree('main;"a;b";"" 2', 'main;"a;b"') AS text, proftree_subtree('main;"a;b";"" 2', ARRAY['main', 'a;b', '']) AS frames;
-- a stack is read as proftree_insert() reads it
SELECT call, error_of('SELECT ' || call, true) AS error, error_of(replace('SELECT ' || call, 'subtree', 'insert'), true) = error_of('SELECT ' || call, true) AS as_insert
FROM (VALUES (1, $$proftree_subtree('a 1', '')$$), (2, $$proftree_subtree('a 1', 'a;"b')$$), (3, $$proftree_subtree('a 1', '"a"b')$$), (4, $$proftree_subtree('a 1', E'a\nb')$$),
	(5, $$proftree_subtree('a 1', '{}'::text[])$$), (6, $$proftree_subtree('a 1', ARRAY['a', NULL])$$), (7, $$proftree_subtree('a 1', ARRAY[['a'], ['b']])$$),
	(8, $$proftree_subtree('a 1', repeat('x', 1048577))$$), (9, $$proftree_subtree('a 1', array_fill('a'::text, ARRAY[1048577]))$$)) AS v(n, call) ORDER BY n;

-- ---- callers and callees ----

SELECT symbol, line(proftree_callers(tree, symbol)) AS callers, line(proftree_callees(tree, symbol)) AS callees, proftree_total(tree, symbol) AS total
FROM web, unnest(ARRAY['main', 'serve', 'render', 'walk', 'lex', 'gc', 'nosuch', '']) WITH ORDINALITY AS u(symbol, n) ORDER BY n;
-- Recursion: the outermost frame of the symbol counts, so that each stack counts once.
SELECT line(proftree_callers(t, 'f')) AS callers, line(proftree_callees(t, 'f')) AS callees, proftree_total(t, 'f') AS total
FROM (SELECT E'f;g;f 4\nf;g;f;h 3\na;f;f 10\na;g;f 100\nf 1'::proftree AS t) AS x;
-- Stacks that weigh nothing: callees have them, callers and inverted trees do not.
SELECT line(proftree_callees(t, 'f')) AS callees, line(proftree_callers(t, 'f')) AS callers, line(proftree_callers(t, 'g')) AS callers_of_g, proftree_total(t, 'g') AS g
FROM (SELECT E'a;f;g 0\nb;f 3'::proftree AS t) AS x;
SELECT line(proftree_callees('a;f 0', 'f')) AS callees, proftree_callers('a;f 0', 'f') = '' AS no_callers, proftree_invert('a;f 0') = '' AS no_inverted;
-- a symbol is not a regular expression, nor a stack
SELECT proftree_callees('a;f.g;h 1', 'f.g') AS dot, proftree_callees('"a;b";c 1', 'a;b') AS semicolon, proftree_callers('"a;b";"" 1', '') AS empty;

-- ---- invert ----

SELECT line(proftree_invert(tree)) AS inverted, line(proftree_invert(proftree_invert(tree))) AS twice FROM web;
SELECT proftree_invert('') = '' AS empty, line(proftree_invert(E'a;b;a 1\na 2\na;b 3')) AS recursion;
-- every self weight is at the top
SELECT n.symbol, n.total, proftree_self(tree, n.symbol) AS self FROM web, proftree_nodes(proftree_invert(tree)) AS n WHERE depth = 1 ORDER BY node;

-- ---- filters ----

SELECT regexp, line(proftree_focus(tree, regexp)) AS focus, line(proftree_ignore(tree, regexp)) AS ignore
FROM web, unnest(ARRAY['walk', 'r', '^render$', 'lex|gc', 'log', 'nosuch', '']) WITH ORDINALITY AS u(regexp, n) ORDER BY n;
SELECT regexp, line(proftree_hide(tree, regexp)) AS hide, line(proftree_show(tree, regexp)) AS show
FROM web, unnest(ARRAY['walk', 'r', '^render$', 'main|worker', 'gc', 'nosuch', '']) WITH ORDINALITY AS u(regexp, n) ORDER BY n;
SELECT regexp, line(proftree_show_from(tree, regexp)) AS show_from
FROM web, unnest(ARRAY['walk', 'r', '^render$', 'lex|gc', 'log', 'nosuch', '']) WITH ORDINALITY AS u(regexp, n) ORDER BY n;
-- nothing in, nothing out
SELECT proftree_focus('', 'a') = '' AS focus, proftree_ignore('', 'a') = '' AS ignore, proftree_hide('', 'a') = '' AS hide, proftree_show('', 'a') = '' AS show, proftree_show_from('', 'a') = '' AS show_from;
-- frames that come to be siblings are one node when they have one symbol
SELECT line(proftree_hide(E'm;a;x;p 1\nm;b;x;q 2\nm;x 4\nz;m;a 8', '^[abz]$')) AS hidden;
-- weightless leaves stay, and a node on the way to what is left does not become one
SELECT line(proftree_focus(E'a;b 0\na;c 1', 'b')) AS focus, line(proftree_ignore(E'a;b 0\na;c 1', 'c')) AS ignore, line(proftree_ignore('a;b 1', 'b')) AS nothing,
	line(proftree_hide(E'a;b 0\na;c 1', 'c')) AS hide, line(proftree_show(E'a;b 0\na;c 1', 'b')) AS show, line(proftree_show_from(E'a;b 0\na;c 1', 'b')) AS show_from;

-- regular expressions are those of ~: not anchored, advanced, with options
SELECT regexp, (SELECT array_agg(symbol ORDER BY symbol COLLATE "C") FROM proftree_symbols(proftree_show(t, regexp)) AS symbol) AS shown,
	(SELECT array_agg(symbol ORDER BY symbol COLLATE "C") FROM proftree_symbols(t) AS symbol WHERE symbol ~ regexp) AS by_operator
FROM (SELECT proftree_agg(ARRAY[s]) AS t FROM unnest(ARRAY['Alloc', 'malloc', 'std::alloc<int>', 'a.b', 'aXb', E'a\nb', 'aa', '', '***', 'a(b)']) AS s) AS x,
	unnest(ARRAY['alloc', '^alloc', '(?i)^alloc', 'a.b', 'a\.b', '^a.b$', '(?n)^b', '(.)\1', '^$', '\mb', '***=a(b)', '[[:upper:]]', 'a{2}']) WITH ORDINALITY AS u(regexp, n) ORDER BY n;
SELECT f, error_of(format('SELECT proftree_%s(%L, %L)', f, tree, regexp)) AS error
FROM unnest(ARRAY['focus', 'ignore', 'hide', 'show', 'show_from']) WITH ORDINALITY AS u(f, n), (VALUES ('a 1', '('), ('', 'a{2,1}'), ('a 1', '***')) AS v(tree, regexp) ORDER BY n, regexp;
SELECT error_of($$SELECT 'a' ~ '('$$) AS operator;
-- the collation is that of the call, as for ~
SELECT error_of($$SELECT proftree_focus('a 1', x || y) FROM (SELECT 'a'::text COLLATE "C" AS x, 'b'::text COLLATE "POSIX" AS y) AS s$$) AS none,
	error_of($$SELECT 'a' ~ (x || y) FROM (SELECT 'a'::text COLLATE "C" AS x, 'b'::text COLLATE "POSIX" AS y) AS s$$) AS operator,
	proftree_show(proftree_agg(ARRAY[chr(201)]), '(?i)' || chr(233) COLLATE "C") = '' AS ascii_only;

-- ---- truncate ----

SELECT n AS max_nodes, proftree_node_count(proftree_truncate(tree, n)) AS nodes, proftree_total(proftree_truncate(tree, n)) AS total, line(proftree_truncate(tree, n)) AS truncated
FROM web, generate_series(1, 13) AS n ORDER BY n;
-- ties go by preorder: b before c
SELECT line(proftree_truncate(E'a 1\nb 1\nc 1\nd 1', 3)) AS ties;
SELECT proftree_truncate('', 1) = '' AS empty, proftree_truncate('a 3', 1) AS one, proftree_truncate('a;b 3', 1) AS two, proftree_truncate('a 1', 2147483647) AS most;
-- a name of one's own; one that is taken gets a number
SELECT line(proftree_truncate(t, 2, 'rest')) AS rest, line(proftree_truncate(t, 2, '')) AS empty, line(proftree_truncate(t, 2, 'b')) AS b, line(proftree_truncate(t, 2, 'x')) AS x, line(proftree_truncate(t, 2, '"')) AS quote
FROM (SELECT E'a 9\nb 1\nc 1\nx;x 2;x 3 1'::proftree AS t) AS s;
SELECT line(proftree_truncate(E'(other) 1\nb 2\nc 3', 2)) AS other;
-- it may be truncated again: the others add up
SELECT line(proftree_truncate(proftree_truncate(tree, 6), 3, '(rest)')) AS again FROM web;
SELECT n, error_of(format('SELECT proftree_truncate(%L, %s)', 'a 1', n)) AS error FROM unnest(ARRAY[1, 0, -1]) AS n;
SELECT error_of($$SELECT proftree_truncate(E'a 1\nb 1', 1, repeat('x', 1048577))$$, true) AS too_long;

-- ---- NULLs and names of arguments ----

SELECT proftree_subtree(NULL, 'a') IS NULL AND proftree_subtree('a 1', NULL::text) IS NULL AND proftree_subtree('a 1', NULL::text[]) IS NULL AS subtree,
	proftree_callers('a 1', NULL) IS NULL AND proftree_callees('a 1', NULL) IS NULL AND proftree_invert(NULL) IS NULL AS drill,
	proftree_focus('a 1', NULL) IS NULL AND proftree_ignore('a 1', NULL) IS NULL AND proftree_hide('a 1', NULL) IS NULL AND proftree_show('a 1', NULL) IS NULL AND proftree_show_from('a 1', NULL) IS NULL AS filters,
	proftree_truncate('a 1', NULL) IS NULL AND proftree_truncate('a 1', 1, NULL) IS NULL AS truncate;
SELECT proftree_subtree(tree => 'a 1', stack => 'a') = proftree_subtree(tree => 'a 1', frames => ARRAY['a']) AS subtree, proftree_callers(tree => 'a 1', symbol => 'a') AS callers, proftree_callees(tree => 'a 1', symbol => 'a') AS callees,
	proftree_focus(tree => 'a 1', regexp => 'a') AS focus, proftree_truncate(tree => 'a 1', max_nodes => 1, other => 'x') AS truncate;

-- ---- against their definitions in SQL, on random trees ----

-- Few symbols make recursion and frames that come to be the same; every third
-- tree takes awkward names.
SELECT setseed(0.375);
CREATE TEMP TABLE tree AS
SELECT id, proftree_agg(frames, weight) AS t
FROM (SELECT id, ARRAY(SELECT CASE WHEN id % 3 = 0 THEN (awkward_names())[1 + floor(random() * (2 + id % 90))::int]
				ELSE 'f' || floor(random() * (1 + id % 8))::int END
			FROM generate_series(1, 1 + floor(random() * (1 + id % 11))::int + 0 * n)) AS frames,
		CASE floor(random() * 3)::int + 0 * n WHEN 0 THEN 0 WHEN 1 THEN floor(random() * 1e15)::bigint ELSE floor(random() * 3)::bigint END AS weight
	FROM generate_series(1, 240) AS id, LATERAL generate_series(0, id % 23) AS n) AS s
WHERE array_position(frames, NULL) IS NULL
GROUP BY id;
INSERT INTO tree VALUES (0, '');
-- the stacks of a tree: nodes that have weight, and leaves
CREATE TEMP TABLE stack AS
SELECT id, node, frames, self AS weight FROM tree, paths(t) AS p
WHERE self > 0 OR NOT EXISTS (SELECT FROM proftree_nodes(t) AS n WHERE n.parent = p.node);
CREATE INDEX ON stack (id);
CREATE TEMP TABLE node AS SELECT id, p.* FROM tree, paths(t) AS p;
CREATE INDEX ON node (id, node);
ANALYZE tree, stack, node;
SELECT count(*) AS trees, count(*) FILTER (WHERE proftree_node_count(t) > 50) > 40 AS large, max(proftree_depth(t)) AS deepest,
	count(*) FILTER (WHERE t::text ~ ' 0($|\n)') > 80 AS weightless_leaves, count(*) FILTER (WHERE t::text LIKE '%"%') > 30 AS quoted FROM tree;

CREATE TEMP TABLE regexp AS SELECT * FROM unnest(ARRAY['f1', '[0-2]', '', '^$', '[;"]', 'a', '[[:cntrl:]]', '^.{1,2}$', 'no such']) AS regexp;
-- (a function for each definition: what is left of the frames, NULL for nothing)
CREATE FUNCTION filtered(filter text, frames text[], regexp text) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE filter
		WHEN 'focus' THEN CASE WHEN first > 0 THEN frames END
		WHEN 'ignore' THEN CASE WHEN first = 0 THEN frames END
		WHEN 'show_from' THEN CASE WHEN first > 0 THEN frames[first:] END
		WHEN 'hide' THEN unmatched
		WHEN 'show' THEN matched END
	FROM (SELECT coalesce(min(n) FILTER (WHERE f ~ regexp), 0)::int AS first, array_agg(f ORDER BY n) FILTER (WHERE f ~ regexp) AS matched, array_agg(f ORDER BY n) FILTER (WHERE f !~ regexp) AS unmatched
		FROM unnest(frames) WITH ORDINALITY AS u(f, n)) AS x
$$;
CREATE TEMP TABLE expected AS
SELECT id, regexp, filter, coalesce(proftree_agg(filtered, weight) FILTER (WHERE filtered IS NOT NULL), '') AS t
FROM stack, regexp, unnest(ARRAY['focus', 'ignore', 'hide', 'show', 'show_from']) AS filter, LATERAL (SELECT filtered(filter, frames, regexp) OFFSET 0) AS f(filtered)
GROUP BY id, regexp, filter;
SELECT filter, count(*) AS trees, count(*) FILTER (WHERE e.t <> '' AND e.t <> tree.t) > 300 AS parts,
	count(*) FILTER (WHERE proftree_send(e.t) <> proftree_send(CASE filter WHEN 'focus' THEN proftree_focus(tree.t, regexp) WHEN 'ignore' THEN proftree_ignore(tree.t, regexp)
		WHEN 'hide' THEN proftree_hide(tree.t, regexp) WHEN 'show' THEN proftree_show(tree.t, regexp) ELSE proftree_show_from(tree.t, regexp) END)) AS wrong
FROM expected AS e JOIN tree USING (id) GROUP BY filter ORDER BY filter;
SELECT count(*) AS trees,
	count(*) FILTER (WHERE proftree_focus(t, regexp) + proftree_ignore(t, regexp) <> t) AS focus_and_ignore,
	count(*) FILTER (WHERE proftree_total(proftree_show_from(t, regexp)) <> proftree_total(proftree_focus(t, regexp))) AS show_from_total,
	count(*) FILTER (WHERE proftree_total(proftree_show(t, regexp)) <> proftree_total(proftree_focus(t, regexp))) AS show_total,
	count(*) FILTER (WHERE proftree_focus(proftree_focus(t, regexp), regexp) <> proftree_focus(t, regexp)) AS focus_twice,
	count(*) FILTER (WHERE EXISTS (SELECT FROM proftree_symbols(proftree_hide(t, regexp)) AS s WHERE s ~ regexp)) AS hidden
FROM tree, regexp;

-- drilling down: every node, every symbol
SELECT count(*) AS nodes,
	count(*) FILTER (WHERE proftree_send(subtree) <> proftree_send((SELECT proftree_agg(n.frames[cardinality(node.frames):], n.self) FROM node AS n
		WHERE n.id = node.id AND n.frames[:cardinality(node.frames)] = node.frames))) AS subtree_wrong,
	count(*) FILTER (WHERE subtree <> proftree_subtree(t, stack_of(frames))) AS text_wrong,
	count(*) FILTER (WHERE proftree_subtree(t, frames || 'no such'::text) <> '') AS not_there
FROM node JOIN tree USING (id), LATERAL (SELECT proftree_subtree(t, frames) OFFSET 0) AS s(subtree);
CREATE TEMP TABLE sandwich AS
SELECT id, symbol, coalesce(proftree_agg(turned(frames[:first]), weight) FILTER (WHERE weight > 0), '') AS callers, proftree_agg(frames[first:], weight) AS callees
FROM stack, LATERAL (SELECT DISTINCT unnest(frames)) AS u(symbol), array_position(frames, symbol) AS first GROUP BY id, symbol;
SELECT count(*) AS symbols, count(*) FILTER (WHERE proftree_send(proftree_callers(t, symbol)) <> proftree_send(callers)) AS callers_wrong,
	count(*) FILTER (WHERE proftree_send(proftree_callees(t, symbol)) <> proftree_send(callees)) AS callees_wrong,
	count(*) FILTER (WHERE proftree_total(proftree_callers(t, symbol)) <> proftree_total(t, symbol)
		OR proftree_total(proftree_callees(t, symbol)) <> proftree_total(t, symbol)) AS totals_wrong
FROM sandwich JOIN tree USING (id);
SELECT count(*) AS trees,
	count(*) FILTER (WHERE proftree_send(proftree_invert(t)) <> proftree_send(coalesce((SELECT proftree_agg(turned(frames), weight) FROM stack WHERE stack.id = tree.id AND weight > 0), ''))) AS invert_wrong,
	-- (delta leaves out what weighs nothing)
	count(*) FILTER (WHERE proftree_invert(proftree_invert(t)) <> proftree_delta('', t)) AS not_back,
	count(*) FILTER (WHERE ARRAY(SELECT ROW(symbol, total) FROM proftree_nodes(proftree_invert(t)) WHERE depth = 1 ORDER BY symbol COLLATE "C")
		<> ARRAY(SELECT ROW(symbol, self) FROM proftree_top(t) WHERE self > 0 ORDER BY symbol COLLATE "C")) AS not_top
FROM tree;

-- truncation: the greatest number of nodes, taken by total and preorder, that
-- fits together with one other node for each node with cut children; the root
-- above all takes place 0
CREATE TEMP TABLE place AS
SELECT tree.id, n.node, n.parent, frames, n.self, n.total, row_number() OVER (PARTITION BY tree.id ORDER BY n.total DESC, n.node) AS place
FROM tree, LATERAL proftree_nodes(t) AS n JOIN node USING (node) WHERE node.id = tree.id AND tree.id < 120;
CREATE INDEX ON place (id, node);
CREATE TEMP TABLE child AS
SELECT c.*, coalesce(p.place, 0) AS parent_place FROM place AS c LEFT JOIN place AS p ON p.id = c.id AND p.node = c.parent;
CREATE INDEX ON child (id);
ANALYZE place, child;
CREATE TEMP TABLE needed AS
SELECT id, k, k + (SELECT count(DISTINCT coalesce(parent, 0)) FROM child AS c WHERE c.id = tree.id AND c.place > k AND c.parent_place <= k) AS nodes
FROM tree, generate_series(0, proftree_node_count(t)) AS k WHERE id < 120;
CREATE TEMP TABLE truncated AS
SELECT id, m, (SELECT coalesce(proftree_agg(CASE WHEN place <= k THEN frames ELSE frames[:cardinality(frames) - 1] || '(other)'::text END, CASE WHEN place <= k THEN self ELSE total END), '')
	FROM child AS c WHERE c.id = x.id AND parent_place <= k) AS t
FROM (SELECT id, m, max(k) AS k FROM needed, generate_series(1, 40, 3) AS m WHERE nodes <= m GROUP BY id, m) AS x;
SELECT count(*) AS cases, count(*) FILTER (WHERE m < proftree_node_count(tree.t)) > 300 AS cut,
	count(*) FILTER (WHERE proftree_send(cut) <> proftree_send(truncated.t)) AS wrong,
	count(*) FILTER (WHERE proftree_node_count(cut) > m) AS too_many,
	count(*) FILTER (WHERE proftree_total(cut) <> proftree_total(tree.t)) AS total_wrong,
	count(*) FILTER (WHERE m >= proftree_node_count(tree.t) AND cut <> tree.t) AS changed
FROM truncated JOIN tree USING (id), proftree_truncate(tree.t, m) AS cut;

-- ---- toasted and expanded arguments ----

CREATE TEMP TABLE toasted (t proftree);
INSERT INTO toasted SELECT proftree_agg(ARRAY['main', md5(i::text), md5((i % 7)::text)], i) FROM generate_series(1, 2000) AS i;
SELECT pg_column_size(t) > 10000 AS large, proftree_total(proftree_callees(t, md5('3'))) AS callees, proftree_node_count(proftree_truncate(t, 100)) AS nodes, proftree_total(proftree_ignore(t, '^a')) < proftree_total(t) AS less FROM toasted;
DO $$
DECLARE
	t proftree := 'main;a 1';
BEGIN
	t := proftree_insert(t, 'main;b', 2);
	IF proftree_truncate(t, 5) <> t OR proftree_focus(t, 'b') <> 'main;b 2' OR proftree_subtree(t, 'main') <> t OR proftree_total(t) <> 3 THEN
		RAISE EXCEPTION 'an expanded tree was changed: %', t;
	END IF;
END $$;

-- ---- the deepest stack there can be, and wide trees ----

SET statement_timeout = '5min';
\pset format unaligned
SELECT proftree_depth(proftree_focus(t, 'g')) AS focus, proftree_depth(proftree_ignore(t, 'g')) AS ignore, proftree_depth(proftree_hide(t, 'g')) AS hide, proftree_depth(proftree_show(t, 'g')) AS show,
	proftree_depth(proftree_show_from(t, 'g')) AS show_from, proftree_depth(proftree_invert(t)) AS invert, proftree_depth(proftree_callers(t, 'g')) AS callers, proftree_depth(proftree_callees(t, 'g')) AS callees,
	proftree_depth(proftree_subtree(t, repeat('f;', 600000) || 'f')) AS subtree, proftree_depth(proftree_truncate(t, 1000)) AS truncate
FROM (SELECT proftree_insert('', repeat('f;', 1000000) || 'g' || repeat(';f', 48575), 3) AS t OFFSET 0) AS x;
-- 300,000 children that come to be siblings, all different or all the same
SELECT proftree_node_count(proftree_hide(t, '^p')) AS hide, proftree_node_count(proftree_show(t, '^[pc]1')) AS show, proftree_node_count(proftree_show_from(t, '^c')) AS show_from,
	proftree_node_count(proftree_invert(t)) AS invert, proftree_node_count(proftree_truncate(t, 1000)) AS truncate, proftree_total(proftree_truncate(t, 1000)) AS total
FROM (SELECT proftree_agg(ARRAY['p' || i % 1000, 'c' || i::bigint * 7919 % 300007], 1) AS t FROM generate_series(1, 300000) AS i OFFSET 0) AS x;
SELECT proftree_node_count(proftree_hide(t, '^p')) AS hide, proftree_total(proftree_hide(t, '^p')) AS total, proftree_node_count(proftree_callers(t, 'c')) AS callers, proftree_node_count(proftree_callees(t, 'c')) AS callees
FROM (SELECT proftree_agg(ARRAY['p' || i, 'c'], 1) AS t FROM generate_series(1, 300000) AS i OFFSET 0) AS x;
-- what takes long can be cancelled: 20,000 stacks of up to 20,000 frames turned round
CREATE TEMP TABLE long AS SELECT proftree_agg(repeat('f;', i) || 'f') AS t FROM generate_series(0, 19999) AS i;
SET statement_timeout = '100ms';
SELECT proftree_node_count(proftree_invert(t)) FROM long;
RESET statement_timeout;
DROP FUNCTION line(proftree), turned, filtered;
DROP TABLE web;
