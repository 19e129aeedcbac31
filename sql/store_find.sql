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
-- every isolation level; what sees the past notes each symbol once
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT count(pyrotree.ingest('past.cpu', timestamptz '2024-05-05 04:00' + i * interval '1 min', CASE WHEN i % 2 = 0 THEN 'main;serial 1' ELSE 'main;other 1' END::proftree)) FROM generate_series(0, 99) AS i;
SELECT series FROM pyrotree.find_symbol('serial', NULL, NULL);
COMMIT;
SELECT proftree_symbol_count(symbols) AS symbols FROM pyrotree.series_symbols JOIN pyrotree.series USING (series_id) WHERE name = 'past.cpu' ORDER BY part_id;
BEGIN ISOLATION LEVEL REPEATABLE READ;
SAVEPOINT here;
SELECT pyrotree.ingest('past.cpu', '2024-05-05 06:00', 'main;undone 1') IS NOT NULL AS stored;
ROLLBACK TO here;
SELECT pyrotree.ingest('past.cpu', '2024-05-05 06:00', 'main;undone 1') IS NOT NULL AS stored;
SELECT count(pyrotree.ingest('past.cpu', timestamptz '2024-05-05 07:00' + i * interval '1 min', proftree_insert('', ARRAY['main', 'past' || i]))) FROM generate_series(0, 99) AS i;
COMMIT;
-- one set for all profiles of a statement
INSERT INTO pyrotree.stacks SELECT format('lambda.cpu{n="%s"}', i % 2), timestamptz '2024-05-05' + i * interval '1 min', 'main;Lambda$' || i, 1 FROM generate_series(1, 500) AS i;
-- sets grow threefold at least when there are many
SELECT count(pyrotree.ingest('step.cpu', timestamptz '2024-05-05' + i * interval '1 min', proftree_insert('', ARRAY['main', 'Lambda$' || i]))) FROM generate_series(1, 500) AS i;
SELECT s.key, count(*) < 16 AS few, sum(proftree_symbol_count(y.symbols)) < 2 * proftree_symbol_count(sum(y.symbols)) AS once,
	proftree_symbol_count(sum(y.symbols)) AS symbols
FROM pyrotree.series_symbols AS y JOIN pyrotree.series AS s USING (series_id) WHERE name IN ('past.cpu', 'lambda.cpu', 'step.cpu') GROUP BY 1 ORDER BY 1;
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
-- lanes that cannot be added are told one by one
SELECT s.* FROM (SELECT profblock_agg(l, format('a %s', w)::proftree) AS b FROM (VALUES (1, 9223372036854775807), (3, 1), (4, 9223372036854775806), (9, 5)) AS v(l, w)) AS x, pyrotree.block_symbols(b, 'a 1', 0, 9) AS s;
SELECT pyrotree.symbols_of(block) AS symbols FROM block;
SELECT pyrotree.symbols_of(profblock_agg(1, '')) IS NULL AS empty;
SELECT pyrotree.as_weight(9223372036854775807, 1) AS most, pyrotree.as_weight(9223372036854775808, 1) AS more, pyrotree.as_weight(18446744073709551614, 2) AS mean, pyrotree.as_weight(18446744073709551615, 2) AS mean_beyond;
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

-- ---- roles that may compact, but not merge sets ----
SET pyrotree.late_after = 0;
CREATE ROLE regress_pyrotree_noter;
GRANT SELECT ON pyrotree.settings, pyrotree.profile_type TO regress_pyrotree_noter;
GRANT INSERT ON pyrotree.label TO regress_pyrotree_noter;
GRANT SELECT, INSERT ON pyrotree.series_symbols TO regress_pyrotree_noter;
GRANT SELECT, INSERT, UPDATE ON pyrotree.series, pyrotree.segment TO regress_pyrotree_noter;
GRANT SELECT, INSERT, DELETE ON pyrotree.head TO regress_pyrotree_noter;
SET ROLE regress_pyrotree_noter;
SELECT count(pyrotree.ingest('noted.cpu', timestamptz '2024-05-05' + i * interval '1 min', proftree_insert('', ARRAY['main', 'n' || i]))) FROM generate_series(0, 30) AS i;
RESET ROLE;
DROP OWNED BY regress_pyrotree_noter;
DROP ROLE regress_pyrotree_noter;
SELECT horizon IS NOT NULL AS compacted, (SELECT count(*) FROM pyrotree.series_symbols AS y WHERE y.series_id = s.series_id) AS parts FROM pyrotree.status AS s WHERE series = 'noted.cpu';
SELECT pyrotree.ingest('noted.cpu', '2024-05-05 01:00', 'main;n31 1') IS NOT NULL AS stored;
SELECT count(*) < 8 AS few FROM pyrotree.series_symbols JOIN pyrotree.series USING (series_id) WHERE name = 'noted.cpu';
SELECT * FROM pyrotree.verify();

-- ---- errors ----
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT error_of('SELECT pyrotree.forget_symbols(1)');
ROLLBACK;
SELECT error_of('SELECT * FROM pyrotree.find_symbol(NULL, NULL, NULL)');
SELECT error_of('SELECT * FROM pyrotree.find_symbols(NULL, NULL, NULL)');
SELECT error_of($$SELECT * FROM pyrotree.find_symbols('(', NULL, NULL)$$);
-- verify tells what is not known
DELETE FROM pyrotree.series_symbols WHERE series_id = (SELECT series_id FROM pyrotree.series WHERE name = 'long.cpu');
INSERT INTO pyrotree.series_symbols (series_id, symbols) VALUES (-1, 'a 0');
SELECT * FROM pyrotree.verify();

-- ---- a series whose weights cannot be added stops no other ----
SET client_min_messages = warning;
DROP EXTENSION pyrotree CASCADE;
CREATE EXTENSION pyrotree;
RESET client_min_messages;
\set SHOW_CONTEXT never
SELECT pyrotree.configure('10 s', '{6,4,3}');
SET pyrotree.late_after = 0;
SET pyrotree.auto_compact = off;
SELECT count(pyrotree.ingest(s, timestamptz '2024-05-01 10:00' + i * interval '1 min', format('main;a %s', w)::proftree))
FROM (VALUES ('big.cpu', 6000000000000000000), ('small.cpu', 1)) AS v(s, w), generate_series(0, 3) AS i;
CALL pyrotree.compact();
SELECT pyrotree.delete('{}', '2024-05-01 10:00', '2024-05-01 10:01');
SELECT count(pyrotree.ingest(s, '2024-05-01 10:05', 'main;b 1')) FROM unnest(ARRAY['big.cpu', 'small.cpu']) AS s;
CALL pyrotree.compact();
SELECT series, head_rows, horizon, compaction_error FROM pyrotree.status ORDER BY 1;
CALL pyrotree.apply_retention();
SELECT bool_or(symbols_gone) AS gone FROM pyrotree.series;
SELECT * FROM pyrotree.find_symbol('a', NULL, NULL);
SELECT * FROM pyrotree.find_symbols('.', '2024-05-01 10:02', NULL);
SELECT error_of($$SELECT pyrotree.query('big.cpu', '-infinity', NULL)$$);
-- the mean of the same is a weight
SELECT pyrotree.define_profile_type('big.heap', 'bytes', 'average');
SELECT count(pyrotree.ingest('big.heap', timestamptz '2024-05-01 10:00' + i * interval '1 min', 'main;a 6000000000000000000')) FROM generate_series(0, 3) AS i;
SELECT * FROM pyrotree.find_symbol('a', NULL, NULL) WHERE series = 'big.heap';
-- what cannot be read keeps its set, and says so
CREATE CAST (bytea AS profblock) WITHOUT FUNCTION;
CREATE CAST (profblock AS bytea) WITHOUT FUNCTION;
SELECT pyrotree.delete('{}', '2024-05-01 10:01', '2024-05-01 10:02');
UPDATE pyrotree.segment AS g SET block = set_byte(g.block::bytea, 0, 7)::profblock
FROM pyrotree.series AS s WHERE s.series_id = g.series_id AND s.name = 'big.cpu';
CALL pyrotree.apply_retention();
SELECT key, symbols_gone, compaction_error FROM pyrotree.series ORDER BY key;
-- what deletes nothing makes nothing gone
SELECT pyrotree.delete('small.cpu', '2024-05-01 09:00', '2024-05-01 10:01') AS deleted, pyrotree.delete('small.cpu', '2024-05-01 10:02:10', '2024-05-01 10:02:50') AS nor_there;
SELECT symbols_gone FROM pyrotree.series WHERE name = 'small.cpu';
SELECT pyrotree.delete('small.cpu', '2024-05-01 10:05', 'infinity') AS waiting;
SELECT symbols_gone FROM pyrotree.series WHERE name = 'small.cpu';
SET client_min_messages = warning;
DROP EXTENSION pyrotree CASCADE;
CREATE EXTENSION pyrotree;
