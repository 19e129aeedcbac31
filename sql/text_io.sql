\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/sql/include/helpers.sql'
\i :helpers
--
-- The text form: what is read, and the one way in which it is written.
--

-- a tree prints as one line a stack, preorder, siblings by symbol
SELECT 'main;parse 3
main 2
main;eval;apply 40
idle 1'::proftree;

-- Each text with the canonical form that it has to come out as.  JSON strings
-- make blanks and line breaks visible.
CREATE TEMP TABLE form (id serial, read text, written text);
INSERT INTO form (read, written) VALUES
	-- the empty tree
	('', ''),
	(E'\n', ''), (E'\r\n\n \t \r\n', ''), ('   ', ''),
	-- blanks before the weight, after it, line ends
	('a 3', 'a 3'), (E'a\t3', 'a 3'), (E'a \t  \t3', 'a 3'), (E'a 3 \t ', 'a 3'),
	(E'a 3\n', 'a 3'), (E'a 3\r\n', 'a 3'), (E'a 3\r', 'a 3'), (E'a 3 \r\n', 'a 3'),
	(E'\n\na 3\n\n\nb 4\n \n', E'a 3\nb 4'), (E'a 3\r\nb 4\r\n', E'a 3\nb 4'),
	-- weights
	('a 0', 'a 0'), ('a 003', 'a 3'), ('a 9223372036854775807', 'a 9223372036854775807'),
	('a 0000000000000000000000000000000000009', 'a 9'),
	-- repeated stacks add up, order is by symbol, prefixes need no weight
	(E'b 1\na 1\nb 1', E'a 1\nb 2'), (E'a;b 1\na 2\na;b 3', E'a 2\na;b 4'),
	('a;b;c 5', 'a;b;c 5'), (E'a;b 0\na 0', 'a;b 0'), (E'a 0\na;b 5', 'a;b 5'),
	-- byte order, not that of a locale; a symbol before its extensions
	(E'b 1\nB 1\nab 1\na 1\nA 1', E'A 1\nB 1\na 1\nab 1\nb 1'),
	(E'a;z 1\na;y;b 1\na;y 1', E'a;y 1\na;y;b 1\na;z 1'),
	-- blanks at the start and inside belong to the frame
	('  a 3', '  a 3'), (E'\ta 3', E'\ta 3'), ('a b 3', 'a b 3'), ('a; b 3', 'a; b 3'),
	('a ;b 3', 'a ;b 3'), (' ;b 3', ' ;b 3'), ('foo 12 3', 'foo 12 3'), ('1 2', '1 2'),
	('-1 2', '-1 2'), ('a -1 2', 'a -1 2'),
	-- empty frames: free inside, in quotes when alone or last
	('"" 3', '"" 3'), ('; 3', ';"" 3'), (';; 3', ';;"" 3'), (';a 3', ';a 3'), ('a; 3', 'a;"" 3'),
	('a;;b 3', 'a;;b 3'), ('"";"" 3', ';"" 3'), ('"";a 3', ';a 3'),
	-- quoted frames; the quotes go away where they are not needed
	('"a" 3', 'a 3'), ('"a;b" 3', '"a;b" 3'), ('x;"a;b";y 3', 'x;"a;b";y 3'),
	('"a""b" 3', 'a"b 3'), ('"""a" 3', '"""a" 3'), ('"""" 3', '"""" 3'), ('"a " 3', '"a " 3'),
	('"a ";b 3', 'a ;b 3'), (E'"a\nb" 3', E'"a\nb" 3'), (E'"a\r\nb";c 3\nd 4', E'"a\r\nb";c 3\nd 4'),
	(E'x;"\n" 3', E'x;"\n" 3'), (E'"\r" 3', E'"\r" 3'), ('"a"  3', 'a 3'),
	-- a quote inside a bare frame is an ordinary character
	('a"b 3', 'a"b 3'), ('a" 3', 'a" 3'), ('a";"b" 3', 'a";b 3'), (' "a" 3', ' "a" 3'),
	-- so are backslash, percent and all the rest
	('\ 3', '\ 3'), ('\x41 3', '\x41 3'), ('a\;b 3', 'a\;b 3'), ('%3B 3', '%3B 3'), ('{a,"b"} 3', '{a,"b"} 3'),
	-- a carriage return is one only at the end of a line
	(E'a\rb 3', E'"a\rb" 3'), (E'a\r;b 3', E'"a\r";b 3');

SELECT to_json(read) AS read, to_json(written) AS written
FROM form ORDER BY id;

-- all as written above, and each canonical form reads back to the same bytes
SELECT to_json(read) AS read, to_json(read::proftree::text) AS wrong
FROM form
WHERE read::proftree::text IS DISTINCT FROM written
	OR proftree_send(written::proftree) IS DISTINCT FROM proftree_send(read::proftree)
	OR read::proftree <> written::proftree
ORDER BY id;

-- characters beyond ASCII, compared by their bytes
SELECT count(*) AS names,
	count(*) FILTER (WHERE (stack_of(ARRAY[name]) || ' 1')::proftree
		IS DISTINCT FROM proftree_insert('', ARRAY[name])) AS wrong
FROM unnest(awkward_names()) AS name;

-- Every awkward name alone, and before and behind every other: the output is
-- what the rules written in SQL say, and reads back to the same bytes.
WITH name AS (
	SELECT n, name FROM unnest(awkward_names()) WITH ORDINALITY AS u(name, n)
), stack AS (
	SELECT ARRAY[a.name] AS frames FROM name a
	UNION ALL
	SELECT ARRAY[a.name, b.name] FROM name a, name b
	UNION ALL
	SELECT ARRAY[a.name, b.name, c.name] FROM name a, name b, name c
	WHERE (7 * a.n + 5 * b.n + 3 * c.n) % 97 = 0
), tree AS MATERIALIZED (
	SELECT frames, proftree_insert('', frames, 42) AS tree FROM stack
)
SELECT count(*) > 15000 AS many,
	count(*) FILTER (WHERE tree::text <> stack_of(frames) || ' 42') AS written_wrong,
	count(*) FILTER (WHERE proftree_send(tree::text::proftree) <> proftree_send(tree)) AS read_wrong,
	count(*) FILTER (WHERE proftree_insert('', stack_of(frames), 42) <> tree) AS inserted_wrong,
	count(*) FILTER (WHERE proftree_depth(tree) <> cardinality(frames)) AS depth_wrong
FROM tree;

-- all of them in one tree, in an order that mixes them
WITH tree AS MATERIALIZED (
	SELECT proftree_agg(ARRAY[a, b], 1) AS tree
	FROM unnest(awkward_names()) AS a, unnest(awkward_names()) AS b
)
SELECT proftree_node_count(tree) = cardinality(awkward_names()) * (cardinality(awkward_names()) + 1) AS nodes,
	tree::text::proftree = tree AS reads_back,
	tree::text = (SELECT string_agg(stack_of(ARRAY[a, b]) || ' 1', E'\n' ORDER BY a COLLATE "C", b COLLATE "C")
		FROM unnest(awkward_names()) AS a, unnest(awkward_names()) AS b) AS as_the_rules_say
FROM tree;

-- a cast from text goes through the same input; NULL stays NULL
SELECT ('a' || ' 1')::proftree, NULL::proftree IS NULL AS is_null, NULL::text::proftree IS NULL AS is_null;

-- the other ways in which text reaches the input function
SELECT proftree 'a 1' AS typed, CAST('b 2' AS proftree) AS cast, proftree_in('c 3') AS called,
	ARRAY['a 1', 'b 2']::proftree[] AS array, '{"a 1","b;c 2"}'::proftree[] AS literal;
