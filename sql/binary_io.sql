\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/sql/include/helpers.sql'
\i :helpers
--
-- COPY in binary, text and CSV format to files and back, and send by itself.
--
CREATE TEMP TABLE tree (id integer, tree proftree, trees proftree[]);
INSERT INTO tree VALUES (1, '', '{}'), (2, NULL, NULL), (3, 'a 0', '{NULL}'),
	(4, E'main;parse 3\nmain 2', ARRAY['', 'a 1', NULL]::proftree[]), (5, 'a 9223372036854775807', NULL);
-- awkward names: alone, all at one level, all above each other
INSERT INTO tree SELECT 10 + n, proftree_insert('', ARRAY[name], n) FROM unnest(awkward_names()) WITH ORDINALITY AS u(name, n);
INSERT INTO tree SELECT 1000, proftree_agg(ARRAY[name], 7) FROM unnest(awkward_names()) AS name;
INSERT INTO tree SELECT 1001, proftree_agg((awkward_names())[1:n], n) FROM generate_series(1, cardinality(awkward_names())) AS n;
-- one that is toasted, and one beyond 16 MB of text
INSERT INTO tree SELECT 1002, proftree_agg(ARRAY['main', md5((i / 3)::text), md5(i::text)], i) FROM generate_series(1, 5000) AS i;
INSERT INTO tree SELECT 1003, proftree_agg(array_fill('frame ' || i % 2, ARRAY[i % 3000 + 1]), i) FROM generate_series(1, 3000) AS i;
SELECT count(*) > 90 AS many, min(left(tree::text, 2)) FILTER (WHERE id = 1003) AS begins FROM tree;

CREATE TEMP TABLE copied (format text, id integer, tree proftree, trees proftree[]);
ALTER TABLE copied ALTER format SET DEFAULT 'binary';
\copy tree to 'results/binary_io.bin' (format binary)
\copy copied (id, tree, trees) from 'results/binary_io.bin' (format binary)
ALTER TABLE copied ALTER format SET DEFAULT 'text';
\copy tree to 'results/binary_io.txt'
\copy copied (id, tree, trees) from 'results/binary_io.txt'
ALTER TABLE copied ALTER format SET DEFAULT 'csv';
\copy tree to 'results/binary_io.csv' (format csv, force_quote *)
\copy copied (id, tree, trees) from 'results/binary_io.csv' (format csv)

-- compared as trees, and by their binary form
SELECT format, count(*) = (SELECT count(*) FROM tree) AS all_there,
	count(*) FILTER (WHERE c.tree IS DISTINCT FROM t.tree OR c.trees IS DISTINCT FROM t.trees) AS different,
	count(*) FILTER (WHERE proftree_send(c.tree) IS DISTINCT FROM proftree_send(t.tree)
		OR array_send(c.trees) IS DISTINCT FROM array_send(t.trees)) AS sent_different
FROM copied AS c FULL JOIN tree AS t USING (id)
GROUP BY format ORDER BY format;

-- writing again what was read gives the same file
TRUNCATE tree;
\copy tree from 'results/binary_io.bin' (format binary)
\copy tree to 'results/binary_io_2.bin' (format binary)
\! cmp results/binary_io.bin results/binary_io_2.bin && echo same file

-- recv itself, on what send gives
SELECT count(*) > 90 AS many, count(*) FILTER (WHERE recv(proftree_send(tree)) IS DISTINCT FROM tree) AS different
FROM tree WHERE tree IS NOT NULL;
SELECT recv_done();

-- a file with a value that is cut, by its length word
CREATE TEMP TABLE cut (wire bytea);
INSERT INTO cut SELECT substr(w, 1, length(w) - 1) FROM proftree_send('main;parse 3') AS w;
\copy cut to 'results/binary_io_cut.bin' (format binary)
\set VERBOSITY terse
\copy copied (tree) from 'results/binary_io_cut.bin' (format binary)
\set VERBOSITY default
