\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/sql/include/helpers.sql'
\i :helpers
--
-- Trees whose stacks would take more than 16 MB are written as \x and the hex
-- of the wire form; input takes both at any size.
--

-- any tree may be given in hex: upper or lower case, blanks behind it
CREATE TEMP TABLE small AS
SELECT id, tree, encode(proftree_send(tree), 'hex') AS hex
FROM (VALUES (1, ''::proftree), (2, 'a 1'), (3, E'main;parse 3\nmain 2'),
	(4, proftree_insert('', ARRAY[';', '"', E'\n', '', chr(233), chr(128512)], 9223372036854775807))) AS v(id, tree);
SELECT id, ('\x' || hex)::proftree = tree AS lower, ('\x' || upper(hex))::proftree = tree AS upper,
	(E'\\x' || hex || E' \t\r\n \n')::proftree = tree AS blanks,
	-- but not elsewhere: then it is a stack
	error_of(format('SELECT %L::proftree', ' \x' || hex)) AS blank_before,
	error_of(format('SELECT %L::proftree', '\x ' || hex)) LIKE '22P02: %' AS blank_inside,
	-- and the stack of that name is a stack
	(('\x' || hex || ' 3')::proftree) = proftree_insert('', ARRAY['\x' || hex], 3) AS stack
FROM small ORDER BY id;

-- a symbol that looks like a hex form, in a tree whose text does not
SELECT ('\x41'::text || ' 3')::proftree, '\x41 3
\x42;\x43 4'::proftree::text::proftree;

-- growing stacks: 500 deep, 8 branches, the text form would take 66 MB
CREATE TEMP TABLE big AS
WITH RECURSIVE grow AS (
	SELECT branch, 1 AS depth, 'root;' || md5(branch || ' 1') AS stack FROM generate_series(1, 8) AS branch
	UNION ALL
	SELECT branch, depth + 1, stack || ';' || md5(branch || ' ' || depth + 1) FROM grow WHERE depth < 500
)
SELECT proftree_agg(stack, branch * 1000 + depth) AS tree, sum(length(stack) + 6) AS text_length,
	sum(branch * 1000 + depth) AS total
FROM grow;
SELECT text_length > 16 * 1024 * 1024 AS too_long, proftree_node_count(tree) AS nodes,
	proftree_symbol_count(tree) AS symbols, proftree_depth(tree) AS depth, proftree_total(tree) = total AS total
FROM big;
SELECT left(tree::text, 4) AS begins, length(tree::text) < 400000 AS short,
	tree::text = '\x' || encode(proftree_send(tree), 'hex') AS is_the_wire_form,
	proftree_send(tree::text::proftree) = proftree_send(tree) AS reads_back,
	ARRAY[tree]::text::proftree[] = ARRAY[tree] AS in_an_array
FROM big;

-- Just below 16 MB and just above: 2^18 stacks of 60 characters, a last one
-- of one, a first one that makes up for the rest.  (The output may turn to hex
-- some bytes too early, never too late.)
CREATE TEMP TABLE edge AS
SELECT tree + proftree_insert('', repeat('!', fill)) AS tree, 262144 * 63 + fill + 3 + 3 AS text_length
FROM (SELECT proftree_agg(stack, 1) AS tree
		FROM (SELECT lpad(i::text, 60, 'x') AS stack FROM generate_series(1, 262144) AS i UNION ALL SELECT 'z') AS s) AS rest,
	unnest(ARRAY[262021, 262139]) AS fill;
SELECT text_length, 16 * 1024 * 1024 - text_length AS room, left(tree::text, 4) AS begins,
	length(tree::text) = text_length AS as_long_as_that, tree::text::proftree = tree AS reads_back
FROM edge ORDER BY text_length;

-- one symbol of 1 MB is text; 17 of them are not
SELECT length(proftree_insert('', repeat('x', 1048576))::text) AS one,
	left(proftree_agg(repeat(chr(64 + i), 1048576), 1)::text, 2) AS seventeen
FROM generate_series(1, 17) AS i;

-- COPY in text format takes it as it is
CREATE TEMP TABLE copied (LIKE big);
\copy big to 'results/hex_io.txt'
\copy copied from 'results/hex_io.txt'
SELECT proftree_send(big.tree) = proftree_send(copied.tree) AS same FROM big, copied;
