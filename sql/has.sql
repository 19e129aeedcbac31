\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/sql/include/helpers.sql'
\i :helpers
\set ECHO all
--
-- Which trees have a symbol: functions, operators, and their GIN index.
--

-- ---- use ----
SELECT proftree_has('main;parse;lex 5', s) AS has, 'main;parse;lex 5'::proftree ? s AS operator, s
FROM unnest('{main,parse,lex,pars,parsed,"",main;parse,MAIN}'::text[]) AS s;
SELECT proftree_has_any('main;parse 5', s) AS any, 'main;parse 5'::proftree ?| s AS operator,
	proftree_has_all('main;parse 5', s) AS all, 'main;parse 5'::proftree ?& s AS operator, s
FROM (VALUES ('{}'::text[]), ('{main}'), ('{x}'), ('{main,parse}'), ('{main,x}'), ('{x,main}'), ('{x,y}'), ('{main,main}'), ('{{main,x},{parse,y}}')) AS v(s);

-- a node is enough, whatever its weight
SELECT proftree_has('a;b 0', 'b');
SELECT proftree_has('', 'a') AS has, proftree_has('', '') AS empty, proftree_has_any('', '{a}') AS any, proftree_has_all('', '{a}') AS all, proftree_has_all('', '{}') AS all_of_none;
SELECT proftree_has('a;"" 1', '');
SELECT bool_and(proftree_has(proftree_insert('x 1', ARRAY['x', name]), name)) AS has, bool_or(proftree_has('x 1', name)) AS has_not
FROM unnest(awkward_names()) AS name;

-- ---- errors ----
SELECT error_of($$SELECT proftree_has_any('a 1', ARRAY['a', NULL])$$, true);
SELECT error_of($$SELECT 'a 1'::proftree ?& ARRAY[NULL]::text[]$$, true);
SELECT proftree_has(NULL, 'a') IS NULL AS no_tree, proftree_has('a 1', NULL) IS NULL AS no_symbol, proftree_has_any('a 1', NULL) IS NULL AS no_symbols;

-- ---- the index gives what a scan gives ----
CREATE TABLE profile (id integer, tree proftree);
SELECT setseed(0.5);
INSERT INTO profile
SELECT i % 500, proftree_agg(ARRAY['main', 's' || (random() * 5)::int, 'f' || (300 * random() ^ 3)::int + 0 * i], 1)
FROM generate_series(1, 4000) AS i GROUP BY 1;
-- awkward symbols, trees without any, long ones that a btree could not take
INSERT INTO profile SELECT 1000 + n, proftree_insert('', ARRAY['x', name]) FROM unnest(awkward_names()) WITH ORDINALITY AS u(name, n);
INSERT INTO profile VALUES (2000, ''), (2001, ''), (2002, NULL), (2003, proftree_insert('', ARRAY[repeat('long', 262144)])),
	(2004, proftree_insert('', ARRAY[repeat('long', 262143) || 'lonh']));
CREATE TABLE question (n integer GENERATED ALWAYS AS IDENTITY, operator text, symbols text[]);
INSERT INTO question (operator, symbols)
SELECT o, s FROM unnest('{?,?|,?&}'::text[]) AS o, (
	SELECT ARRAY['f' || f] AS s FROM generate_series(0, 300, 7) AS f
	UNION ALL SELECT ARRAY['f' || f, 's' || f % 6] FROM generate_series(0, 300, 11) AS f
	UNION ALL SELECT ARRAY['main', 'f' || f, 'f' || f + 1, 'nowhere'] FROM generate_series(0, 60, 13) AS f
	UNION ALL SELECT ARRAY[name] FROM unnest(awkward_names()) AS name
	UNION ALL VALUES ('{main}'::text[]), ('{}'), ('{nowhere}'), ('{x,main}'), (ARRAY[repeat('long', 262144)]), (ARRAY[repeat('long', 262143) || 'lonh']), (ARRAY[repeat('long', 262143)])) AS s
WHERE o <> '?' OR cardinality(s) = 1;
CREATE FUNCTION ids(operator text, symbols text[], functions boolean DEFAULT false)
RETURNS integer[] LANGUAGE plpgsql AS $$
DECLARE
	result integer[];
	condition text := CASE WHEN functions THEN CASE operator WHEN '?' THEN 'proftree_has(tree, $1)' WHEN '?|' THEN 'proftree_has_any(tree, $1)' ELSE 'proftree_has_all(tree, $1)' END
		ELSE 'tree ' || operator || ' $1' END;
BEGIN
	IF operator = '?' THEN
		EXECUTE 'SELECT array_agg(id ORDER BY id) FROM profile WHERE ' || condition INTO result USING symbols[1];
	ELSE
		EXECUTE 'SELECT array_agg(id ORDER BY id) FROM profile WHERE ' || condition INTO result USING symbols;
	END IF;
	RETURN result;
END $$;
-- by a scan, and by the symbols themselves
CREATE VIEW known AS SELECT id, ARRAY(SELECT proftree_symbols(tree)) AS symbols FROM profile WHERE tree IS NOT NULL;
CREATE TABLE answer AS SELECT *, ids(operator, symbols) AS ids FROM question;
WITH known AS MATERIALIZED (SELECT * FROM known)
SELECT operator, count(*) > 50 AS many, count(*) FILTER (WHERE a.ids IS DISTINCT FROM (
	SELECT array_agg(id ORDER BY id) FROM known AS k WHERE CASE a.operator WHEN '?&' THEN a.symbols <@ k.symbols ELSE a.symbols && k.symbols END)) AS different
FROM answer AS a GROUP BY operator ORDER BY operator;
CREATE INDEX profile_symbols ON profile USING gin (tree);
SET enable_seqscan = off;
SELECT operator, plan_has(CASE operator WHEN '?' THEN 'SELECT FROM profile WHERE tree ? ''f1''' ELSE format('SELECT FROM profile WHERE tree %s ''{f1}''', operator) END, '%Bitmap Index Scan on profile_symbols%') AS by_index,
	count(*) FILTER (WHERE ids IS DISTINCT FROM ids(operator, symbols)) AS different,
	count(*) FILTER (WHERE ids IS DISTINCT FROM ids(operator, symbols, true)) AS different_by_function
FROM answer GROUP BY operator ORDER BY operator;
-- rows of the list of pending entries, and after it was emptied
INSERT INTO profile SELECT 3000 + n, proftree_insert('', ARRAY['pending', 'f' || n]) FROM generate_series(1, 50) AS n;
SELECT count(*) FROM profile WHERE tree ? 'pending';
SELECT gin_clean_pending_list('profile_symbols') >= 0 AS cleaned;
SELECT count(*) FROM profile WHERE tree ? 'pending';
SELECT count(*) FROM profile WHERE tree ?& '{pending,f7}';
-- without a list, and with rows taken away and changed
ALTER INDEX profile_symbols SET (fastupdate = off);
UPDATE profile SET tree = tree + 'changed 1' WHERE id % 3 = 0;
DELETE FROM profile WHERE id BETWEEN 100 AND 150;
WITH known AS MATERIALIZED (SELECT * FROM known)
UPDATE answer AS a SET ids = (
	SELECT array_agg(id ORDER BY id) FROM known AS k WHERE CASE a.operator WHEN '?&' THEN a.symbols <@ k.symbols ELSE a.symbols && k.symbols END);
SELECT operator, count(*) FILTER (WHERE ids IS DISTINCT FROM ids(operator, symbols)) AS different FROM answer GROUP BY operator ORDER BY operator;

-- ---- the functions use it, too ----
SELECT condition, plan_has('SELECT FROM profile WHERE ' || condition, '%Bitmap Index Scan on profile_symbols%') AS by_index
FROM (VALUES ($$tree ? 'f1'$$), ($$tree ?| '{f1,f2}'$$), ($$tree ?& '{f1,f2}'$$), ($$proftree_has(tree, 'f1')$$), ($$proftree_has_any(tree, '{f1,f2}')$$),
	($$proftree_has_all(tree, '{f1,f2}')$$), ($$proftree_has(tree, (SELECT 'f' || 1))$$),
	-- what is no constant, or no column, does not
	($$proftree_has(tree, 'f' || id)$$), ($$proftree_has('a 1', 'f' || id)$$), ($$proftree_has(tree + 'a 1', 'f1')$$), ($$proftree_has(tree, random()::text)$$), ($$NOT proftree_has(tree, 'f1')$$)) AS v(condition);
-- a join looks up the symbols of another table
SELECT plan_has('SELECT FROM (VALUES (''f1''), (''f2'')) AS s(symbol) JOIN profile ON proftree_has(tree, symbol)', '%Index Cond: (tree ? "*VALUES*".column1)%') AS by_index;
-- an index of another kind is none of theirs
CREATE TABLE other (tree proftree, EXCLUDE USING hash (tree WITH =));
SELECT plan_has($$SELECT FROM other WHERE proftree_has(tree, 'f1')$$, '%Index%') AS by_index;
RESET enable_seqscan;

-- and are estimated to find as many rows, also in joins
CREATE FUNCTION estimated_rows(query text) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
	plan json;
BEGIN
	EXECUTE 'EXPLAIN (FORMAT json) ' || query INTO plan;
	RETURN plan -> 0 -> 'Plan' ->> 'Plan Rows';
END $$;
ANALYZE profile;
SELECT operator, estimated_rows(query || operator) = estimated_rows(query || function) AS same, estimated_rows(query || function) < 100 AS few
FROM (VALUES ($$tree ? 'f1'$$, $$proftree_has(tree, 'f1')$$), ($$tree ?| '{f1,f2}'$$, $$proftree_has_any(tree, '{f1,f2}')$$), ($$tree ?& '{f1,f2}'$$, $$proftree_has_all(tree, '{f1,f2}')$$),
	($$tree ? ('f' || id)$$, $$proftree_has(tree, 'f' || id)$$)) AS v(operator, function),
	(VALUES ('SELECT FROM profile WHERE ')) AS q(query);
SELECT estimated_rows('SELECT FROM generate_series(1, 1000) AS n JOIN profile ON tree ? n::text') = estimated_rows('SELECT FROM generate_series(1, 1000) AS n JOIN profile ON proftree_has(tree, n::text)') AS same;
-- whatever the operator's estimator says
BEGIN;
ALTER OPERATOR ? (proftree, text) SET (RESTRICT = NONE);
SELECT estimated_rows($$SELECT FROM profile WHERE tree ? 'f1'$$) = estimated_rows($$SELECT FROM profile WHERE proftree_has(tree, 'f1')$$) AS same;
ROLLBACK;

-- only trees that hold all of the symbols' hashes are looked at again
SELECT plan_has($$SELECT FROM profile WHERE tree ? 'pending'$$, '%Rows Removed by Index Recheck%', true) AS false_hits;

-- ---- the class ----
SELECT amname, amvalidate(c.oid) FROM pg_opclass AS c JOIN pg_am AS a ON a.oid = opcmethod WHERE opcname = 'proftree_ops' ORDER BY 1;
SELECT opckeytype::regtype FROM pg_opclass AS c JOIN pg_am AS a ON a.oid = opcmethod WHERE opcname = 'proftree_ops' AND amname = 'gin';
