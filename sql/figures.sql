\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/sql/include/helpers.sql'
\i :helpers
--
-- Single figures of a tree, from values in every form that PostgreSQL has.
--
SELECT proftree_total(t) AS total, proftree_node_count(t) AS nodes, proftree_symbol_count(t) AS symbols, proftree_depth(t) AS depth,
	proftree_total(t, 'main') AS main, proftree_self(t, 'main') AS main_self, proftree_total(t, 'eval') AS eval,
	proftree_self(t, 'eval') AS eval_self, proftree_total(t, 'nowhere') AS absent, proftree_self(t, 'nowhere') AS absent_self
FROM (VALUES (E'main 2\nmain;parse 3\nmain;eval;apply 40\nmain;eval;eval 1\nidle 0'::proftree)) AS v(t);
SELECT proftree_total('') AS total, proftree_node_count('') AS nodes, proftree_symbol_count('') AS symbols, proftree_depth('') AS depth,
	proftree_total('', '') AS empty, proftree_self('', '') AS empty_self, proftree_total('', 'a') AS absent;
SELECT proftree_total(NULL) IS NULL AS total, proftree_node_count(NULL) IS NULL AS nodes, proftree_symbol_count(NULL) IS NULL AS symbols,
	proftree_depth(NULL) IS NULL AS depth, proftree_total(NULL, 'a') IS NULL AS a, proftree_total('a 1', NULL) IS NULL AS b,
	proftree_self(NULL, 'a') IS NULL AS c, proftree_self('a 1', NULL) IS NULL AS d;

-- the greatest weights; a symbol is the whole name
SELECT proftree_total('a 9223372036854775807') AS total, proftree_total('a;b;a 9223372036854775807', 'a') AS a,
	proftree_self('a;b;a 9223372036854775807', 'a') AS self, proftree_total('abc 1', 'ab') AS prefix, proftree_total('ab 1', 'abc') AS longer,
	proftree_total('a 1', 'A') AS other_case;
SELECT count(*) AS names, count(*) FILTER (WHERE proftree_total(tree, name) <> 1 OR proftree_self(tree, name) <> 1) AS wrong,
	count(*) FILTER (WHERE proftree_total(tree, name || 'zz') <> 0) AS wrong_absent
FROM (SELECT proftree_agg(ARRAY['main', name]) AS tree FROM unnest(awkward_names()) AS name) AS t, unnest(awkward_names()) AS name;

-- ---- stored in every way ----

CREATE TABLE stored (kind text, tree proftree);
-- a tree that hardly compresses, and one that does well
CREATE FUNCTION busy(n integer) RETURNS proftree LANGUAGE sql AS $$
	SELECT proftree_agg(ARRAY['main', 'g' || i % 10, md5(i::text) || md5((-i)::text)], i) FROM generate_series(1, n) AS i
$$;
CREATE FUNCTION dull(n integer) RETURNS proftree LANGUAGE sql AS $$
	SELECT proftree_agg(ARRAY['main', i || repeat('abc', 2000), 'tail'], i) FROM generate_series(1, n) AS i
$$;
INSERT INTO stored VALUES ('short header', busy(1));
ALTER TABLE stored ALTER tree SET STORAGE plain;
INSERT INTO stored VALUES ('plain', busy(50));
ALTER TABLE stored ALTER tree SET STORAGE main, ALTER tree SET COMPRESSION pglz;
INSERT INTO stored VALUES ('pglz, inline', dull(1));
ALTER TABLE stored ALTER tree SET COMPRESSION lz4;
INSERT INTO stored VALUES ('lz4, inline', dull(1));
ALTER TABLE stored ALTER tree SET STORAGE extended;
INSERT INTO stored VALUES ('lz4, toasted', dull(600));
ALTER TABLE stored ALTER tree SET COMPRESSION pglz;
INSERT INTO stored VALUES ('pglz, toasted', dull(600));
ALTER TABLE stored ALTER tree SET STORAGE external;
INSERT INTO stored VALUES ('toasted', busy(3000));
INSERT INTO stored VALUES ('empty', '');
-- are they what they are called?  (a value that takes more than a page is not inline)
SELECT kind, pg_column_compression(tree) AS compression, pg_column_size(tree) < 127 AS short, pg_column_size(tree) > 8192 AS toasted
FROM stored ORDER BY kind COLLATE "C";

-- figures from the stored value, against counting what nodes() gives of a copy
-- that was read from text
CREATE FUNCTION counted(tree proftree) RETURNS bigint[] LANGUAGE sql AS $$
	SELECT ARRAY[coalesce(sum(self), 0), count(*), count(DISTINCT symbol), coalesce(max(depth), 0),
		coalesce(sum(total) FILTER (WHERE symbol = 'main'), 0), coalesce(sum(self) FILTER (WHERE symbol = 'tail'), 0)]::bigint[]
	FROM proftree_nodes(tree::text::proftree)
$$;
CREATE FUNCTION figures(tree proftree) RETURNS bigint[] LANGUAGE sql AS $$
	SELECT ARRAY[proftree_total(tree), proftree_node_count(tree), proftree_symbol_count(tree), proftree_depth(tree),
		proftree_total(tree, 'main'), proftree_self(tree, 'tail')]
$$;
SELECT kind, figures(tree) AS figures, figures(tree) = counted(tree) AS right,
	proftree_total(tree) = (counted(tree))[1] AND proftree_node_count(tree) = (counted(tree))[2]
		AND proftree_symbol_count(tree) = (counted(tree))[3] AND proftree_depth(tree) = (counted(tree))[4] AS header_right
FROM stored ORDER BY kind COLLATE "C";
-- read alone, the header comes from the first bytes
SELECT kind, proftree_total(tree) AS total FROM stored ORDER BY kind COLLATE "C";
-- all forms are one tree to the rest
SELECT kind, tree = tree::text::proftree AS equal, proftree_hash(tree) = proftree_hash(tree::text::proftree) AS hash,
	tree + '' = tree AS merge, proftree_send(tree) = proftree_send(tree::text::proftree) AS send,
	(SELECT count(*) FROM proftree_iterate(tree)) = proftree_node_count(tree) AS iterate,
	proftree_node_count(proftree_insert(tree, 'x;y')) - proftree_node_count(tree) AS insert
FROM stored ORDER BY kind COLLATE "C";

-- ---- expanded ----

-- what an insert or an aggregate gives is answered without flattening it
SELECT figures(i) = counted(i) AS right, proftree_total(i) - proftree_total(tree) AS total, proftree_node_count(i) - proftree_node_count(tree) AS nodes,
	proftree_symbol_count(i) - proftree_symbol_count(tree) AS symbols, proftree_depth(i) - proftree_depth(tree) AS depth
FROM (SELECT kind, tree, proftree_insert(proftree_insert(tree, 'main;new;new;newer;new', 7), 'main', 0) AS i FROM stored) AS x
ORDER BY kind COLLATE "C";
SELECT proftree_total(proftree_agg(s)) AS total, proftree_node_count(proftree_agg(s)) AS nodes, proftree_symbol_count(proftree_agg(s)) AS symbols,
	proftree_depth(proftree_agg(s)) AS depth, proftree_total(proftree_agg(s), 'b') AS b, proftree_self(proftree_agg(s), 'b') AS b_self
FROM (VALUES ('a;b;c'), ('a'), ('b'), ('a;b;a;b')) AS v(s);
SELECT proftree_total(sum(tree)) = sum(proftree_total(tree)) AS total, proftree_depth(sum(tree)) = max(proftree_depth(tree)) AS depth,
	figures(sum(tree)) = counted(sum(tree)) AS right FROM stored;
-- in PL/pgSQL, header questions between changes
DO $$
DECLARE
	t proftree := '';
BEGIN
	FOR i IN 1 .. 20 LOOP
		t := proftree_insert(t, repeat('f' || i % 3 || ';', i) || 'g', i);
		IF figures(t) <> counted(t) OR proftree_depth(t) <> i + 1 OR proftree_total(t) <> i * (i + 1) / 2 THEN
			RAISE EXCEPTION 'wrong after %: %', i, figures(t);
		END IF;
	END LOOP;
END $$;
-- in arrays and rows
SELECT figures((ARRAY[tree])[1]) = figures(tree) AS array, figures((ROW(1, tree)::stored).tree) = figures(tree) AS row
FROM stored ORDER BY kind COLLATE "C";

DROP FUNCTION busy, dull, counted, figures;
DROP TABLE stored;
