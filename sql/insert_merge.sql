\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/sql/include/helpers.sql'
\i :helpers
--
-- proftree_insert, proftree_merge and +.
--

-- by text, by frames, with and without a weight, by name
SELECT proftree_insert('', 'main;parse') AS text, proftree_insert('', 'main;parse', 3) AS weight,
	proftree_insert('', ARRAY['main', 'parse']) AS frames, proftree_insert('', ARRAY['main', 'parse'], 3) AS both,
	proftree_insert(tree => 'a 1', stack => 'a;b', weight => 2) AS named,
	proftree_insert(tree => 'a 1', frames => '{a,b}', weight => 2) AS named_frames;

-- an unknown literal is a stack; an array literal needs its type
SELECT proftree_insert('', '{a,b}') AS stack, proftree_insert('', '{a,b}'::text[]) AS frames,
	proftree_insert('', '{"a;b",""," c\\","null"}'::varchar[]) AS varchar;
SELECT proftree_insert('', '{a,"NULL",""}'::text[], 0) AS quoted_null;

-- NULL for any argument gives NULL
SELECT proftree_insert(NULL, 'a') IS NULL AS a, proftree_insert('', NULL::text) IS NULL AS b,
	proftree_insert('', 'a', NULL) IS NULL AS c, proftree_insert('', NULL::text[]) IS NULL AS d,
	proftree_merge('', NULL) IS NULL AS e, NULL + 'a 1'::proftree IS NULL AS f;

-- what is there is added to; a node on the way can get weight later
SELECT proftree_insert('main;parse 3', 'main;parse', 4) AS again,
	proftree_insert('main;parse 3', 'main') AS above,
	proftree_insert('main 3', 'main;parse') AS below,
	proftree_insert('main;parse 3', 'main;eval;parse') AS beside,
	proftree_insert('main;parse 3', 'parse;main') AS other_root,
	proftree_insert('main;parse 3', 'main;parse', 0) AS nothing;

-- a weight of 0 makes the nodes: they stay, also below and above others
SELECT proftree_insert('', 'a', 0) AS leaf, proftree_insert('a 1', 'a;b', 0) AS below,
	proftree_insert('a;b 1', 'a', 0) AS above, proftree_insert('a 1', 'a', 0) AS same,
	proftree_insert('a 0', 'a', 5) AS later, proftree_insert('a 0', 'a;b', 0) AS longer;

-- frames hold any characters; the text of a stack does not
SELECT to_json(proftree_insert('', ARRAY['a;b', E'\n', '"', ''])::text) AS frames,
	proftree_insert('', 'a;"b;c";d') = proftree_insert('', ARRAY['a', 'b;c', 'd']) AS quoted,
	proftree_insert('', 'foo 12') = proftree_insert('', ARRAY['foo 12']) AS no_weight_in_it,
	proftree_insert('', ' a ') = proftree_insert('', ARRAY[' a ']) AS blanks_stay,
	proftree_insert('', ';') = proftree_insert('', ARRAY['', '']) AS empty_frames,
	proftree_insert('', E'a\r') = proftree_insert('', ARRAY[E'a\r']) AS carriage_return;

-- arrays from elsewhere: bounds, slices, domains, columns, toasted elements
CREATE DOMAIN frame_list AS text[] CHECK (cardinality(VALUE) > 0);
CREATE TEMP TABLE source (frames text[], domain frame_list);
INSERT INTO source VALUES ('[5:7]={a,b,c}', ARRAY['a', repeat('x', 100000), 'c']);
SELECT proftree_insert('', frames) AS bounds, proftree_insert('', frames[6:7]) AS slice,
	proftree_symbol_count(proftree_insert('', domain)) AS domain,
	proftree_total(proftree_insert('', domain, 7), repeat('x', 100000)) AS long_symbol
FROM source;
DROP TABLE source;
DROP DOMAIN frame_list;

-- nested calls, which hand on an expanded tree
SELECT proftree_insert(proftree_insert(proftree_insert('', 'a;b'), 'a;b;c', 2), ARRAY['a'], 3) AS nested,
	proftree_total(proftree_insert(proftree_insert('', 'a', 5), 'b', 6)) AS total,
	proftree_insert(proftree_insert('a 1', 'b'), 'c') + proftree_insert('a 1', 'd') AS sum;

-- neither argument is changed, whatever they were made of
CREATE TEMP TABLE kept AS SELECT 'a 1'::proftree AS tree;
SELECT proftree_insert(tree, 'b') AS inserted, tree + tree AS doubled, tree FROM kept;
SELECT proftree_insert(t, 'b') AS one, proftree_insert(t, 'c') AS other, t
FROM (SELECT proftree_insert('', 'a') AS t OFFSET 0) AS x;
WITH x AS MATERIALIZED (SELECT proftree_insert('', 'a') AS t)
SELECT proftree_insert(x.t, 'b') AS one, proftree_insert(y.t, 'c') AS other, x.t FROM x, x AS y;

-- merge: every stack of either, weights added
SELECT 'a 1'::proftree + 'a 2' AS same, 'a 1'::proftree + 'b 2' AS other, 'a;b 1'::proftree + 'a 2' AS above,
	E'a 0\nb 0'::proftree + 'a;c 0' AS zeros, 'a 3'::proftree + 'a 3' AS quantum,
	proftree_merge('a 1', E'a;b 2\nc 3') AS called;
SELECT '' + 'a;b 1'::proftree = 'a;b 1' AS left_empty, 'a;b 1'::proftree + '' = 'a;b 1' AS right_empty,
	''::proftree + '' = '' AS both_empty;

-- trees with shared, interleaved and disjoint symbols, deep against wide
SELECT E'a;b;c 1\nx 1'::proftree + E'a;b;d 2\na;bb 3\nb 4\nx;y;z 5' AS sum;
SELECT proftree_total(a + b) = proftree_total(a) + proftree_total(b) AS totals,
	proftree_node_count(a + b) AS nodes, proftree_depth(a + b) AS depth, proftree_symbol_count(a + b) AS symbols,
	a + b = b + a AS either_way
FROM (SELECT proftree_insert('', array_fill('f'::text, ARRAY[5000])) AS a, proftree_agg('f;g' || i) AS b
	FROM generate_series(1, 5000) AS i) AS x;

-- + is an operator like others: chains, as an aggregate's argument, in a default
CREATE TEMP TABLE defaulted (id integer, tree proftree DEFAULT 'a 1'::proftree + 'b 1' NOT NULL);
INSERT INTO defaulted VALUES (1), (2);
UPDATE defaulted SET tree = tree + 'c 1' + tree WHERE id = 2;
SELECT * FROM defaulted ORDER BY id;

-- the weights' sum is bounded by bigint, each in its place
SELECT error_of($$SELECT 'a 9223372036854775806'::proftree + 'a 1'$$) AS fits,
	error_of($$SELECT 'a 9223372036854775806'::proftree + 'b 2'$$) AS does_not,
	error_of($$SELECT proftree_insert('a 9223372036854775806', 'b;c', 1)$$) AS fits_too,
	error_of($$SELECT proftree_insert('a 9223372036854775806', 'b;c', 2)$$) AS does_not_either;
