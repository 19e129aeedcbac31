\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/sql/include/helpers.sql'
\i :helpers
--
-- Folded stacks as profilers write them: stack, blank, weight, and no quoting.
--
SELECT proftree_from_folded('main;parse 3
main 2
"init";"run;;x 5
main;parse 40');
SELECT proftree_to_folded('main;parse 43
main 2
idle 0');
SELECT proftree_from_folded(''::text) = '' AS empty, proftree_from_folded(''::bytea) = '' AS empty_bytea, proftree_to_folded('') = '' AS back,
	proftree_from_folded(NULL::text) IS NULL AS null_text, proftree_from_folded('a 1', NULL) IS NULL AS null_mode,
	proftree_from_folded(NULL::bytea, 'skip') IS NULL AS null_bytea, proftree_to_folded(NULL) IS NULL AS null_tree;

-- what is read, and the tree in the text form
CREATE TEMP TABLE form (id serial, folded text, tree text);
INSERT INTO form (folded, tree) VALUES
	-- byte order mark at the start only
	(E'\uFEFFa 1\nb 2', E'a 1\nb 2'), (E'\uFEFF', ''), (E'a 1\n\uFEFFb 2', E'a 1\n\uFEFFb 2'), (E'\uFEFF\uFEFFa 1', E'\uFEFFa 1'),
	-- line ends and empty lines
	(E'a 1\r\nb 2\r\n', E'a 1\nb 2'), (E'\n\r\n \t\r\na 1\n\n\n', 'a 1'), (E'a 1\r', 'a 1'), (E'a\r 1', E'"a\r" 1'), (E'a\rb 1\n', E'"a\rb" 1'),
	-- blanks: before the weight and behind it they go, elsewhere they stay
	(E'a \t  1', 'a 1'), (E'a 1 \t', 'a 1'), (E'  a;  b  c  1', '  a;  b  c 1'), ('a ;b 1', 'a ;b 1'), (E'a;\tb 1', E'a;\tb 1'), ('a;  1', 'a;"" 1'),
	-- quotes are ordinary
	('"a" 1', '"""a""" 1'), ('"a;b" 1', '"""a";b" 1'), ('a;"b 1', 'a;"""b" 1'), ('"" 1', '"""""" 1'), ('" 1', '"""" 1'),
	-- empty frames
	(';a 1', ';a 1'), ('a; 1', 'a;"" 1'), (';; 1', ';;"" 1'), ('a;;b 1', 'a;;b 1'), ('; 1', ';"" 1'),
	-- numbers in frames, weights as in the text form
	('foo 12 3', 'foo 12 3'), ('1 2', '1 2'), ('-1 2', '-1 2'), ('a 007', 'a 7'), ('a 0', 'a 0'), ('a 9223372036854775807', 'a 9223372036854775807'),
	(E'a 1\na 2\nb;c 3\na 4', E'a 7\nb;c 3'), ('\x41 3', '\x41 3'), ('java.lang.Thread.run:[0] 5', 'java.lang.Thread.run:[0] 5'),
	('std::vector<int, std::allocator<int> >::push_back(int const&);_[k] 1', 'std::vector<int, std::allocator<int> >::push_back(int const&);_[k] 1');
SELECT count(*) > 30 AS many, count(*) FILTER (WHERE proftree_from_folded(folded)::text IS DISTINCT FROM tree) AS text_wrong,
	count(*) FILTER (WHERE proftree_from_folded(convert_to(folded, 'UTF8'))::text IS DISTINCT FROM tree) AS bytea_wrong,
	count(*) FILTER (WHERE proftree_from_folded(folded, 'skip')::text IS DISTINCT FROM tree) AS skip_wrong,
	count(*) FILTER (WHERE proftree_from_folded(folded, 'replace')::text IS DISTINCT FROM tree) AS replace_wrong
FROM form;
SELECT to_json(folded) AS folded, to_json(proftree_from_folded(folded)::text) AS tree FROM form
WHERE proftree_from_folded(folded)::text IS DISTINCT FROM tree ORDER BY id;

-- what is not: by line and column; 'replace' mends encoding only
CREATE TEMP TABLE bad (id serial, folded text);
INSERT INTO bad (folded) VALUES
	('a'), (E'a 1\nb\nc 2'), (E'a 1\n\n  3\n'), ('3'), ('a;3'), ('a -1'), ('a 1.5'), ('a 1e3'), ('a 9223372036854775808'), (E'\uFEFFa b'), (E'\u00e9 x'),
	(' 3'), ('a +1'), (E'a 9223372036854775807\nb 1');
\pset format unaligned
SELECT to_json(folded) AS folded, error_of(format('SELECT proftree_from_folded(%L::text)', folded)) AS error,
	error_of(format('SELECT proftree_from_folded(%L::text, ''replace'')', folded))
		= error_of(format('SELECT proftree_from_folded(%L::text)', folded)) AS same_with_replace
FROM bad ORDER BY id;
-- with their hints, once
SELECT error FROM (VALUES (1, error_of($$SELECT proftree_from_folded(E'a 1\nb')$$, true)), (2, error_of($$SELECT proftree_from_folded(' 3')$$, true)),
	(3, error_of($$SELECT proftree_from_folded('\x61c32031'::bytea)$$, true))) AS v(n, error) ORDER BY n;

\pset format aligned
-- 'skip' passes over them, and counts
SELECT proftree_from_folded(E'a 1\nb\nc 2\n\nd -1\ne 1.5\n 3\nf 5', 'skip');
SELECT proftree_from_folded('no weight', 'skip') = '' AS empty;
SELECT proftree_from_folded(decode('fe20310a612032', 'hex'), on_error => 'skip');
-- but not over a sum past bigint
SELECT error_of($$SELECT proftree_from_folded(E'a 9223372036854775807\nb 1', 'skip')$$) AS sum,
	error_of($$SELECT proftree_from_folded(repeat('x', 1048577) || ' 1', 'skip')$$) AS symbol;

-- ---- bytes in no valid encoding ----

-- perf cuts process names after 15 bytes, also in mid-character: here a line
-- that ends within U+00E9 and one that holds a lone byte
CREATE TEMP TABLE cut (id integer, folded bytea);
INSERT INTO cut VALUES
	(1, convert_to('main;parse 3' || E'\n', 'UTF8') || '\x616263c33b7820310a' || convert_to('main 2', 'UTF8')),
	(2, '\xff2031'), (3, '\x61e282203120320a622033'), (4, '\x6100622033'), (5, '\xefbbbf61ff2031'), (6, '\xc3a92031'),
	(7, '\xf09f9880f09f982031'), (8, '\xc0af2031'), (9, '\xeda0802031'), (10, '\x6120310aff'), (11, '\x61ff');
SELECT id, error_of(format('SELECT proftree_from_folded(%L::bytea)', folded)) AS error FROM cut ORDER BY id;
SELECT id, error_of(format('SELECT proftree_from_folded(%L::bytea, ''replace'')', folded)) AS error FROM cut ORDER BY id;
\pset format unaligned
SELECT id, to_json(proftree_from_folded(folded, 'replace')::text) AS tree FROM cut WHERE id < 10 ORDER BY id;
SELECT id, to_json(proftree_from_folded(folded, 'skip')::text) AS tree FROM cut ORDER BY id;
\pset format aligned
-- the plural
SELECT proftree_total(proftree_from_folded(decode('61ff20310a62ff20320a63ff2033', 'hex'), 'replace')) AS replaced,
	proftree_total(proftree_from_folded(decode('61ff20310a62ff20320a632033', 'hex'), 'skip')) AS skipped;
-- bytea that is valid is read as the same text
SELECT count(*) FILTER (WHERE proftree_from_folded(convert_to(f, 'UTF8')) <> proftree_from_folded(f)) AS different
FROM (SELECT proftree_to_folded(proftree_agg(ARRAY['main', name])) AS f FROM unnest(awkward_names()) AS name) AS x;

-- ---- out ----

-- what the format cannot say is replaced, and counted in a warning
SELECT to_json(proftree_to_folded(proftree_agg(frames, weight))) AS folded
FROM (VALUES (1, ARRAY['a;b', 'c'], 1::bigint), (2, ARRAY[E'a\nb', E'c\r'], 2), (3, ARRAY[' a', 'b'], 3), (4, ARRAY['a', 'b '], 4),
	(5, ARRAY[''], 5), (6, ARRAY[E'\t'], 6), (7, ARRAY['a ', ' b'], 7)) AS v(n, frames, weight)
GROUP BY n ORDER BY n;
-- a frame counts wherever it is written
SELECT to_json(proftree_to_folded(E'"a;b" 1\n"a;b";c 2\n"a;b";"d;e" 3')) AS folded;
-- names that only the text form has to quote need no change
SELECT to_json(proftree_to_folded(proftree_agg(frames, 1))) AS folded
FROM (VALUES (ARRAY['"a"', '', '']), (ARRAY['', 'b']), (ARRAY['a ', ' b', 'c']), (ARRAY['\x41']), (ARRAY['foo 12'])) AS v(frames);

-- a tree without such names comes back to the byte; each with such a name is
-- told of
CREATE TEMP TABLE roundtrip AS
SELECT name, proftree_agg(ARRAY['main', name, 'x'], 3) + proftree_agg(ARRAY[name, name, 'x'], 2) + proftree_agg(ARRAY['main', name], 0) AS tree
FROM unnest(awkward_names()) AS name GROUP BY name
UNION ALL
SELECT name, proftree_insert('', ARRAY[name], 5) FROM unnest(awkward_names()) AS name
UNION ALL
SELECT name, proftree_insert('', ARRAY[name, 'x', name], 5) FROM unnest(awkward_names()) AS name;
SET client_min_messages = error;
SELECT count(*) FILTER (WHERE name ~ '[;\r\n]' OR name ~ '^[ \t]|[ \t]$') AS cannot_be_said,
	count(*) FILTER (WHERE proftree_from_folded(proftree_to_folded(tree)) <> tree
		AND NOT (name ~ '[;\r\n]' OR name ~ '^[ \t]|[ \t]$' OR tree = '"" 5')) AS lost_though_it_can,
	count(*) FILTER (WHERE proftree_total(proftree_from_folded(proftree_to_folded(tree))) <> 5) AS weight_lost
FROM roundtrip;
-- those that are lost though they could be said, by name
SELECT to_json(name) AS name FROM roundtrip
WHERE proftree_from_folded(proftree_to_folded(tree)) <> tree AND NOT (name ~ '[;\r\n]' OR name ~ '^[ \t]|[ \t]$' OR tree = '"" 5')
ORDER BY name COLLATE "C";
-- nothing is lost without a warning.  (Nothing catches one in SQL; but the output
-- shows what made it.)
CREATE FUNCTION warns(tree proftree) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	RETURN ltrim(proftree_to_folded(tree), chr(65279)) <> (SELECT ltrim(string_agg(array_to_string(frames, ';') || ' ' || self, E'\n' ORDER BY node), chr(65279)) || E'\n'
		FROM paths(tree) AS p WHERE self > 0 OR NOT EXISTS (SELECT FROM proftree_nodes(tree) AS n WHERE n.parent = p.node));
END $$;
SELECT count(*) FILTER (WHERE warns(tree)) > 10 AS some_warn,
	count(*) FILTER (WHERE NOT warns(tree) AND proftree_from_folded(proftree_to_folded(tree)) <> tree) AS silent_loss
FROM roundtrip;
RESET client_min_messages;
-- a byte order mark that is part of the first name is not the file's
SELECT proftree_from_folded(proftree_to_folded(E'\uFEFFa;b 1')) = E'\uFEFFa;b 1' AS back, proftree_to_folded(E'\uFEFFa;b 1') = E'\uFEFF\uFEFFa;b 1\n' AS written;
-- colliding names add up after the round trip
SELECT proftree_from_folded(proftree_to_folded(E'"a;b" 1\na|b 2'));

-- large: a million lines, and a line a megabyte long
SELECT proftree_total(t) AS total, proftree_node_count(t) AS nodes, proftree_from_folded(proftree_to_folded(t)) = t AS back
FROM (SELECT proftree_from_folded(string_agg('main;f' || i % 1000 || ';g' || i % 7 || ' 1', E'\n')) AS t FROM generate_series(1, 1000000) AS i) AS x;
SELECT proftree_depth(t) AS depth, proftree_from_folded(proftree_to_folded(t)) = t AS back
FROM (SELECT proftree_from_folded(repeat('frame;', 180000) || 'leaf 9') AS t) AS x;
DROP FUNCTION warns;
