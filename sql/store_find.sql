\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/sql/include/helpers.sql'
\i :helpers
\set ECHO all
--
-- Which series have a symbol: find_symbol, find_symbols, and the sets of
-- symbols they go by.  The property test of test/property asks them, too.
--
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS pyrotree CASCADE;
RESET client_min_messages;
CREATE EXTENSION pyrotree;
SET TimeZone = 'UTC';
SET datestyle = 'ISO';

-- ---- nothing there yet ----
SELECT * FROM pyrotree.find_symbol('main', NULL, NULL);
SELECT * FROM pyrotree.find_symbols('.', NULL, NULL);

-- ---- use ----
SELECT pyrotree.ingest('web.cpu{host=a}', timestamptz '2024-05-01 10:00' + i * interval '10 s',
	CASE WHEN i IN (100, 2000, 3000) THEN E'main;parse 3\nmain;parse;regex_match 2'::proftree ELSE 'main;parse 3' END) IS NOT NULL AS stored
FROM generate_series(0, 4000) AS i GROUP BY 1;
SELECT count(pyrotree.ingest('web.cpu{host=b}', timestamptz '2024-05-01 10:00' + i * interval '10 s', 'main;render 1')) FROM generate_series(0, 100) AS i;
SELECT count(pyrotree.ingest('mail.cpu', timestamptz '2024-05-02 10:00' + i * interval '10 s', 'main;regex_match;regex_match 7')) FROM generate_series(0, 3) AS i;
-- both compacted and waiting ones
SELECT series, head_rows > 0 AS waiting, horizon IS NOT NULL AS compacted FROM pyrotree.status ORDER BY series;

SELECT * FROM pyrotree.find_symbol('regex_match', NULL, NULL);
SELECT * FROM pyrotree.find_symbol('regex_match', '2024-05-01 10:20', '2024-05-02 10:00:20');
SELECT * FROM pyrotree.find_symbol('regex_match', '2024-05-01 15:34', '2024-05-01 18:20');
SELECT * FROM pyrotree.find_symbol('regex_match', '2024-05-01 18:21', '2024-05-02 10:00');
SELECT * FROM pyrotree.find_symbol('main', '2024-05-01 10:10', '2024-05-01 10:10:30');
SELECT * FROM pyrotree.find_symbol('Main', NULL, NULL);
SELECT * FROM pyrotree.find_symbol('regex', NULL, NULL);
SELECT * FROM pyrotree.find_symbols('^re', NULL, NULL);
SELECT series, symbol FROM pyrotree.find_symbols('(?i)^MAIN$|nd', NULL, NULL) ORDER BY series, symbol;
SELECT * FROM pyrotree.find_symbols('nothing like it', NULL, NULL);
-- the same as the sum says
SELECT f.series, f.symbol, f.self = t.self AND f.total = t.total AS same
FROM pyrotree.find_symbols('', NULL, NULL) AS f
	JOIN LATERAL proftree_top(pyrotree.query(CASE WHEN f.series = 'mail.cpu' THEN 'mail.cpu' ELSE f.series END, '-infinity', NULL)) AS t USING (symbol)
ORDER BY 1, 2;

-- ---- late profiles, deletion, retention ----
SELECT pyrotree.ingest('web.cpu{host=b}', '2024-04-30 23:00', 'main;late;regex_match 5');
SELECT * FROM pyrotree.find_symbol('regex_match', '-infinity', '2024-05-01 10:10');
CALL pyrotree.compact();
SELECT * FROM pyrotree.find_symbol('regex_match', '-infinity', '2024-05-01 10:10');
SELECT pyrotree.delete('web.cpu{host=b}', '2024-04-30', '2024-05-01');
SELECT series FROM pyrotree.find_symbol('late', NULL, NULL);
-- the set may hold more, and is cut by and by
SELECT bool_or(proftree_has(symbols, 'late')) AS known FROM pyrotree.series_symbols;
CALL pyrotree.compact();
SELECT bool_or(proftree_has(symbols, 'late')) AS known FROM pyrotree.series_symbols;
-- where fine lanes have been dropped, times are those of lanes kept
INSERT INTO pyrotree.retention (selector, level, keep) VALUES ('web.cpu', 0, '1 hour'), ('mail.cpu', NULL, '1 hour');
CALL pyrotree.apply_retention();
SELECT * FROM pyrotree.find_symbol('regex_match', NULL, NULL);
SELECT * FROM pyrotree.find_symbol('regex_match', '2024-05-01 15:37', '2024-05-01 15:38');
SELECT s.key, string_agg(symbol, ' ' ORDER BY symbol) AS known
FROM pyrotree.series AS s LEFT JOIN (pyrotree.series_symbols AS y CROSS JOIN LATERAL proftree_symbols(y.symbols) AS p(symbol)) USING (series_id) GROUP BY 1 ORDER BY 1;
SELECT pyrotree.drop_series('web.cpu{host=b}');
SELECT count(*) FROM pyrotree.series_symbols AS y WHERE NOT EXISTS (SELECT FROM pyrotree.series AS s WHERE s.series_id = y.series_id);
SELECT * FROM pyrotree.verify();

-- ---- averages ----
SELECT pyrotree.define_profile_type('web.heap', 'bytes', 'average');
SELECT pyrotree.ingest('web.heap', '2024-05-03 10:00', E'main;cache 100\nmain;regex_match 7');
SELECT pyrotree.ingest('web.heap', '2024-05-03 10:00:10', 'main;cache 50');
SELECT * FROM pyrotree.find_symbols('cache|main|regex', '2024-05-03', NULL);
SELECT * FROM proftree_top(pyrotree.query('web.heap', '2024-05-03', NULL));

-- ---- what comes through the view, and profiles longer than a slot ----
INSERT INTO pyrotree.stacks VALUES ('view.cpu', '2024-05-04 10:00', 'main;"a;b"', 2), ('view.cpu', '2024-05-04 10:01', 'main;c', 0), ('view.cpu{x=y}', '2024-05-04', 'main;d', 1);
SELECT pyrotree.ingest('long.cpu', '2024-05-04 10:00:05', 'main;spread 60', '2024-05-04 10:01:05');
SELECT * FROM pyrotree.find_symbol('a;b', NULL, NULL);
SELECT * FROM pyrotree.find_symbol('spread', NULL, NULL);
-- a symbol without weight is known, but not found
SELECT bool_or(proftree_has(symbols, 'c')) AS known, (SELECT count(*) FROM pyrotree.find_symbol('c', NULL, NULL)) AS found FROM pyrotree.series_symbols;

-- ---- sets: one row as long as nothing is new, and few in the end ----
SELECT count(pyrotree.ingest('new.cpu', timestamptz '2024-05-05' + i * interval '1 min', proftree_insert('', ARRAY['main', 'f' || i / 10]))) FROM generate_series(0, 99) AS i;
SELECT count(*) AS rows FROM pyrotree.series_symbols JOIN pyrotree.series USING (series_id) WHERE name = 'new.cpu';
SELECT count(*) AS found, sum(total) AS total FROM pyrotree.find_symbols('^f', '2024-05-05', NULL);
-- in a transaction that fails nothing is noted
BEGIN;
SELECT pyrotree.ingest('new.cpu', '2024-05-05 03:00', 'main;undone 1') IS NOT NULL AS stored;
SELECT series FROM pyrotree.find_symbol('undone', NULL, NULL);
ROLLBACK;
SELECT bool_or(proftree_has(symbols, 'undone')) AS known FROM pyrotree.series_symbols;
SELECT pyrotree.ingest('new.cpu', '2024-05-05 03:00', 'main;undone 1') IS NOT NULL AS stored;
SELECT series FROM pyrotree.find_symbol('undone', NULL, NULL);
-- every isolation level
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT pyrotree.ingest('new.cpu', '2024-05-05 04:00', 'main;serial 1') IS NOT NULL AS stored;
SELECT series FROM pyrotree.find_symbol('serial', NULL, NULL);
COMMIT;
SELECT * FROM pyrotree.verify();

-- ---- the functions beneath ----
SELECT pyrotree.new_symbols('a;b;a 3', 'b 1') AS new, pyrotree.new_symbols('a;b 1', 'b;c;a 1') IS NULL AS none, pyrotree.new_symbols('', '') IS NULL AS empty, pyrotree.new_symbols('a;b 0', '') AS all;
SELECT count(*) AS sets, count(*) FILTER (WHERE pyrotree.new_symbols(a, b) IS DISTINCT FROM (
		SELECT proftree_agg(ARRAY[s], 0) FROM (SELECT proftree_symbols(a) EXCEPT SELECT proftree_symbols(b)) AS e(s))) AS different
FROM (SELECT proftree_agg(ARRAY[n]) AS a, (SELECT proftree_agg(ARRAY[m]) FROM unnest(awkward_names()) AS m WHERE hashtext(m) % 3 = g) AS b
	FROM unnest(awkward_names()) AS n, generate_series(-2, 2) AS g WHERE hashtext(n) % 2 <> g GROUP BY g) AS t;
SELECT * FROM pyrotree.tree_symbols(E'a;b;a 3\nc 1\nd 0', 'a 1') UNION ALL SELECT * FROM pyrotree.tree_symbols(E'a;b;a 3\nc 1\nd 0', E'a;x;y;z;b 1\nc;d 1') ORDER BY 1, 2;
CREATE TEMP TABLE block AS SELECT profblock_agg(lane, tree) AS block FROM (VALUES (3, 'a;b 4'::proftree), (5, E'a;b;a 1\nc 0'), (9, 'c;a 2'), (20, '')) AS v(lane, tree);
SELECT s.* FROM block, pyrotree.block_symbols(block, 'a;b;c;d 1', 0, 1023) AS s;
SELECT s.* FROM block, pyrotree.block_symbols(block, 'a;b;c;d 1', 4, 8) AS s;
SELECT s.* FROM block, pyrotree.block_symbols(block, 'a;b;c;d 1', 10, 1023) AS s;
SELECT error_of($$SELECT * FROM (SELECT profblock_agg(l, 'a 9223372036854775807') AS b FROM generate_series(0, 1) AS l) AS x, pyrotree.block_symbols(b, 'a 1', 0, 1)$$);
-- each symbol of each run of lanes as the tree of these lanes has it
SELECT setseed(0.3);
CREATE TEMP TABLE lane_tree AS
SELECT lane, proftree_agg(ARRAY(SELECT 'f' || (random() * 6)::int FROM generate_series(0, (random() * 5)::int + 0 * i)), (random() * 5)::bigint) AS tree
FROM generate_series(0, 300) AS i, LATERAL (SELECT i % 40 AS lane) AS l GROUP BY lane;
SELECT count(*) > 100 AS many, count(*) FILTER (WHERE (s.self, s.total, s.first, s.last) IS DISTINCT FROM (e.self, e.total, e.first, e.last)) AS different
FROM (SELECT f, l, s.* FROM (SELECT profblock_agg(lane, tree) AS block FROM lane_tree) AS b, generate_series(0, 39, 3) AS f, generate_series(0, 39, 4) AS l,
	pyrotree.block_symbols(block, (SELECT proftree_agg(ARRAY['f' || n]) FROM generate_series(0, 9) AS n), f, l) AS s) AS s
FULL JOIN (SELECT f, l, t.symbol, sum(t.self) AS self, sum(t.total) AS total, min(lane) AS first, max(lane) AS last
	FROM generate_series(0, 39, 3) AS f, generate_series(0, 39, 4) AS l, lane_tree, proftree_top(tree) AS t WHERE lane BETWEEN f AND l AND t.total > 0 GROUP BY 1, 2, 3) AS e USING (f, l, symbol);

-- ---- errors ----
SELECT error_of('SELECT * FROM pyrotree.find_symbol(NULL, NULL, NULL)');
SELECT error_of('SELECT * FROM pyrotree.find_symbols(NULL, NULL, NULL)');
SELECT error_of($$SELECT * FROM pyrotree.find_symbols('(', NULL, NULL)$$);
-- verify tells what is not known
DELETE FROM pyrotree.series_symbols WHERE series_id = (SELECT series_id FROM pyrotree.series WHERE name = 'long.cpu');
INSERT INTO pyrotree.series_symbols (series_id, symbols) VALUES (-1, 'a 0');
SELECT * FROM pyrotree.verify();
