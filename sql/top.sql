\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/sql/include/helpers.sql'
\i :helpers
--
-- proftree_top: every symbol with its self and total weight.
--
SELECT * FROM proftree_top(E'main 2\nmain;parse 3\nmain;eval;apply 40\nmain;gc 5');

-- Recursion: a symbol's total counts each stack once, however often it recurs.
-- f is on all 10, twice on 7 of them; g on 7 (under f, never twice).
SELECT * FROM proftree_top(E'f;g;f 4\nf;g;f;h 3\nf 3');
SELECT * FROM proftree_top('f;f;f;f 5');
-- a symbol that ends, begins again elsewhere, and nests across another
SELECT symbol, self, total FROM proftree_top(E'a;b;a;b 1\na;c;b 10\nb;a 100\nc 1000');

-- the order: self descending, then total descending, then symbol by bytes
SELECT symbol, self, total FROM proftree_top(E'z 1\ny 1\nx;b 1\nx;a 1\nB 1\nb;c 1');

-- percents are of the tree's total; of a tree without weight they are 0
SELECT symbol, self, round(self_percent::numeric, 6) AS self_percent, total, round(total_percent::numeric, 6) AS total_percent
FROM proftree_top(E'a 1\na;b 2\nc 4') WITH ORDINALITY AS t(symbol, self, self_percent, total, total_percent, n) ORDER BY n;
SELECT * FROM proftree_top(E'a 0\na;b 0');
SELECT symbol, self, total_percent FROM proftree_top(E'a;b 9223372036854775806\na 1') WITH ORDINALITY AS t(symbol, self, self_percent, total, total_percent, n) ORDER BY n;

-- nothing from nothing
SELECT count(*) FROM proftree_top('');
SELECT count(*) FROM proftree_top(NULL);

-- Random trees full of recursion, against plain SQL over their stacks; and the
-- two functions for one symbol.
SELECT setseed(0.125);
CREATE TEMP TABLE stack AS
SELECT tree, ARRAY(SELECT chr(97 + floor(random() * (1 + tree % 7))::int)
		FROM generate_series(1, 1 + floor(random() * 10)::int + 0 * n)) AS frames,
	CASE WHEN tree % 10 = 0 THEN 0 ELSE floor(random() * 100)::bigint END AS weight
FROM generate_series(1, 300) AS tree, LATERAL generate_series(1, 1 + tree % 31) AS n;
CREATE TEMP TABLE tree AS SELECT tree AS id, proftree_agg(frames, weight) AS tree FROM stack GROUP BY tree;
CREATE TEMP TABLE expected AS
SELECT tree AS id, symbol, sum(weight) AS total,
	coalesce(sum(weight) FILTER (WHERE frames[cardinality(frames)] = symbol), 0) AS self,
	(SELECT sum(weight) FROM stack AS s WHERE s.tree = x.tree) AS all_weight
FROM stack AS x, LATERAL (SELECT DISTINCT unnest(frames)) AS u(symbol)
GROUP BY tree, symbol;
SELECT count(*) > 1000 AS many,
	count(*) FILTER (WHERE e.symbol IS NULL OR t.symbol IS NULL) AS missing,
	count(*) FILTER (WHERE t.self <> e.self) AS self_wrong,
	count(*) FILTER (WHERE t.total <> e.total) AS total_wrong,
	count(*) FILTER (WHERE abs(t.self_percent - CASE all_weight WHEN 0 THEN 0 ELSE 100.0 * e.self / all_weight END) > 1e-9
		OR abs(t.total_percent - CASE all_weight WHEN 0 THEN 0 ELSE 100.0 * e.total / all_weight END) > 1e-9) AS percent_wrong,
	count(*) FILTER (WHERE proftree_self(t.tree, t.symbol) <> e.self) AS proftree_self_wrong,
	count(*) FILTER (WHERE proftree_total(t.tree, t.symbol) <> e.total) AS proftree_total_wrong
FROM (SELECT id, tree, x.* FROM tree, LATERAL proftree_top(tree) AS x) AS t FULL JOIN expected AS e USING (id, symbol);
SELECT count(*) AS trees, count(*) FILTER (WHERE in_order IS NOT TRUE) AS order_wrong
FROM (SELECT id, array_agg(symbol ORDER BY n) = array_agg(symbol ORDER BY self DESC, total DESC, symbol COLLATE "C") AS in_order
	FROM tree, LATERAL proftree_top(tree) WITH ORDINALITY AS t(symbol, self, self_percent, total, total_percent, n) GROUP BY id) AS x;

-- as a table, with LIMIT, in a target list
SELECT symbol FROM proftree_top(E'a 1\nb 2\nc 3') LIMIT 2;
SELECT (proftree_top(t)).symbol FROM (VALUES ('a;b 1'::proftree), (NULL), ('')) AS v(t);

-- awkward symbols come out as they are
SELECT count(*) = cardinality(awkward_names()) AS all_there,
	count(*) FILTER (WHERE symbol <> ALL (awkward_names()) OR self <> 1 OR total <> 1) AS different
FROM (SELECT proftree_agg(ARRAY['main', name, name]) AS tree FROM unnest(awkward_names()) AS name) AS t,
	proftree_top(tree) AS top
WHERE symbol <> 'main';

CREATE TEMP VIEW columns AS SELECT * FROM proftree_top('a 1');
SELECT attname, format_type(atttypid, atttypmod) AS type FROM pg_attribute
WHERE attrelid = 'columns'::regclass AND attnum > 0 ORDER BY attnum;
