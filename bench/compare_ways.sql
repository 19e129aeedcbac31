-- Four ways to keep profiles, and one set of questions that each answers; see
-- compare.sql and store_size.sql, which include this.
--
--   plain       rows of slot, stack and weight
--   normalised  symbols; nodes by parent; samples of slot, node and weight
--   jsonb       a tree per slot, built and merged in PL/pgSQL
--   pyrotree    a proftree per slot
--
-- Each is done as well as is known to us: set by set where that is possible,
-- with the indexes that finding a range of slots and adding more of them need.
-- load_<way>(file) loads a file of slot TAB stack TAB weight and gives the bytes
-- it takes on disk.

\ir measure.sql

-- The recording as a table, which all but the plain way load from.
CREATE FUNCTION read_recording(file text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	DROP TABLE IF EXISTS raw;
	CREATE TEMPORARY TABLE raw (slot bigint, stack text, weight bigint);
	EXECUTE format('COPY raw FROM %L', file);
END
$$;

-- What everybody has to answer: every symbol with its self and total weight
-- over all slots, a stack counting once for a symbol.  Each way has a view
-- <way>_weights (symbol, self, total) and a view <way>_stacks (stack, weight).
CREATE FUNCTION top_ten(way text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	EXECUTE format($query$
		WITH weights AS MATERIALIZED (SELECT symbol, coalesce(self, 0)::bigint AS self, total::bigint AS total FROM %I)
		SELECT (SELECT string_agg(format('self %%s %%s', symbol, self), E'\n')
				FROM (SELECT * FROM weights ORDER BY self DESC, symbol COLLATE "C" LIMIT 10) AS s) || E'\n' ||
			(SELECT string_agg(format('total %%s %%s', symbol, total), E'\n')
				FROM (SELECT * FROM weights ORDER BY total DESC, symbol COLLATE "C" LIMIT 10) AS s)
		$query$, way || '_weights')
		INTO result;
	RETURN result;
END
$$;

-- ---------------------------------------------------------------------
-- plain
-- ---------------------------------------------------------------------

CREATE TABLE plain (slot bigint NOT NULL, stack text NOT NULL, weight bigint NOT NULL);
CREATE INDEX ON plain (slot);

CREATE FUNCTION load_plain(file text) RETURNS bigint
LANGUAGE plpgsql AS $$
BEGIN
	TRUNCATE plain;
	EXECUTE format('COPY plain FROM %L', file);
	RETURN pg_total_relation_size('plain');
END
$$;

CREATE VIEW plain_stacks AS
	SELECT stack, sum(weight)::bigint AS weight FROM plain GROUP BY stack;

CREATE VIEW plain_weights AS
	WITH merged AS MATERIALIZED (SELECT * FROM plain_stacks),
	totals AS (SELECT symbol, sum(weight) AS total
		FROM (SELECT DISTINCT stack, weight, unnest(string_to_array(stack, ';')) AS symbol FROM merged) AS s
		GROUP BY symbol),
	selfs AS (SELECT split_part(stack, ';', -1) AS symbol, sum(weight) AS self FROM merged GROUP BY 1)
	SELECT symbol, self, total FROM totals LEFT JOIN selfs USING (symbol);

-- ---------------------------------------------------------------------
-- normalised
-- ---------------------------------------------------------------------

CREATE TABLE symbols (
	symbol integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	name text NOT NULL UNIQUE);
CREATE TABLE nodes (
	node integer PRIMARY KEY,
	parent integer NOT NULL,	-- 0 at the top
	symbol integer NOT NULL,
	UNIQUE (parent, symbol));
CREATE TABLE samples (
	slot bigint NOT NULL,
	node integer NOT NULL,
	weight bigint NOT NULL,
	PRIMARY KEY (slot, node));

-- Set by set: a node is a distinct path of symbols.
CREATE FUNCTION load_normalised(file text) RETURNS bigint
LANGUAGE plpgsql AS $$
BEGIN
	TRUNCATE symbols, nodes, samples RESTART IDENTITY;
	PERFORM read_recording(file);
	DROP TABLE IF EXISTS stacks, prefixes, paths;
	CREATE TEMPORARY TABLE stacks AS
		SELECT (row_number() OVER ())::integer AS id, stack FROM (SELECT DISTINCT stack FROM raw) AS s;
	INSERT INTO symbols (name) SELECT DISTINCT unnest(string_to_array(stack, ';')) FROM stacks;
	CREATE TEMPORARY TABLE prefixes AS
		SELECT s.id, f.level, y.symbol, string_agg(y.symbol::text, ',') OVER (PARTITION BY s.id ORDER BY f.level) AS path
		FROM stacks AS s, unnest(string_to_array(stack, ';')) WITH ORDINALITY AS f (name, level)
		JOIN symbols AS y USING (name);
	CREATE TEMPORARY TABLE paths AS
		SELECT (row_number() OVER ())::integer AS node, path, symbol, above
		FROM (SELECT DISTINCT path, symbol, left(path, -length(symbol::text) - 1) AS above FROM prefixes) AS p;
	INSERT INTO nodes (node, parent, symbol)
		SELECT p.node, coalesce(q.node, 0), p.symbol FROM paths AS p LEFT JOIN paths AS q ON q.path = p.above;
	INSERT INTO samples
		SELECT slot, node, sum(weight)
		FROM raw JOIN stacks USING (stack)
			JOIN (SELECT DISTINCT ON (id) id, path FROM prefixes ORDER BY id, level DESC) AS leaf USING (id)
			JOIN paths USING (path)
		GROUP BY slot, node;
	ANALYZE nodes;
	ANALYZE samples;
	RETURN pg_total_relation_size('symbols') + pg_total_relation_size('nodes') + pg_total_relation_size('samples');
END
$$;

CREATE VIEW normalised_merged AS
	SELECT node, sum(weight)::bigint AS weight FROM samples GROUP BY node;

CREATE VIEW normalised_stacks AS
	WITH RECURSIVE paths AS (
		SELECT node, name AS stack FROM nodes JOIN symbols USING (symbol) WHERE parent = 0
		UNION ALL
		SELECT n.node, p.stack || ';' || s.name FROM paths AS p JOIN nodes AS n ON n.parent = p.node JOIN symbols AS s USING (symbol))
	SELECT stack, weight FROM paths JOIN normalised_merged USING (node);

CREATE VIEW normalised_weights AS
	WITH RECURSIVE merged AS MATERIALIZED (SELECT * FROM normalised_merged),
	up AS (
		SELECT node AS leaf, node, weight FROM merged
		UNION ALL
		SELECT up.leaf, n.parent, up.weight FROM up JOIN nodes AS n USING (node) WHERE n.parent <> 0),
	totals AS (
		SELECT symbol, sum(weight) AS total
		FROM (SELECT DISTINCT up.leaf, n.symbol, up.weight FROM up JOIN nodes AS n USING (node)) AS s
		GROUP BY symbol),
	selfs AS (SELECT symbol, sum(weight) AS self FROM merged JOIN nodes USING (node) GROUP BY symbol)
	SELECT name AS symbol, self, total FROM totals LEFT JOIN selfs USING (symbol) JOIN symbols USING (symbol);

-- ---------------------------------------------------------------------
-- jsonb: a node is {"w": weight, "c": {symbol: node, ...}}
-- ---------------------------------------------------------------------

CREATE TABLE trees (slot bigint PRIMARY KEY, tree jsonb NOT NULL);

CREATE FUNCTION jsonb_node(weight bigint, children jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN children = '{}' THEN jsonb_build_object('w', weight)
		ELSE jsonb_build_object('w', weight, 'c', children) END
$$;

-- A tree from stacks in order: what the next stack does not share is complete.
CREATE FUNCTION jsonb_tree(stacks text[], weights bigint[]) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
	names text[] := '{}';		-- of the nodes still open, by level
	selfs bigint[] := '{}';
	children jsonb[] := '{}';
	top jsonb := '{}';
	open integer := 0;
	frames text[];
	count integer;
	shared integer;
	done jsonb;
BEGIN
	FOR i IN 1 .. cardinality(stacks) + 1 LOOP
		frames := string_to_array(stacks[i], ';');
		count := coalesce(cardinality(frames), 0);
		shared := 0;
		WHILE shared < open AND shared < count AND names[shared + 1] = frames[shared + 1] LOOP
			shared := shared + 1;
		END LOOP;
		WHILE open > shared LOOP
			done := jsonb_build_object(names[open], jsonb_node(selfs[open], children[open]));
			open := open - 1;
			IF open = 0 THEN
				top := top || done;
			ELSE
				children[open] := children[open] || done;
			END IF;
		END LOOP;
		WHILE open < count LOOP
			open := open + 1;
			names[open] := frames[open];
			selfs[open] := 0;
			children[open] := '{}';
		END LOOP;
		IF count > 0 THEN
			selfs[count] := selfs[count] + weights[i];
		END IF;
	END LOOP;
	RETURN jsonb_node(0, top);
END
$$;

CREATE FUNCTION jsonb_tree_merge(a jsonb, b jsonb) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
	children jsonb;
BEGIN
	IF a IS NULL OR b IS NULL THEN
		RETURN coalesce(a, b);
	END IF;
	IF a -> 'c' IS NULL OR b -> 'c' IS NULL THEN
		children := coalesce(a -> 'c', b -> 'c', '{}');
	ELSE
		SELECT jsonb_object_agg(key, jsonb_tree_merge(x.value, y.value)) INTO children
			FROM jsonb_each(a -> 'c') AS x FULL JOIN jsonb_each(b -> 'c') AS y USING (key);
	END IF;
	RETURN jsonb_node((a -> 'w')::bigint + (b -> 'w')::bigint, children);
END
$$;

-- In pairs, and the sums in pairs: adding one tree after the other to a growing
-- sum, as an aggregate would, takes six times as long.
CREATE FUNCTION jsonb_trees_merged() RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
DECLARE
	trees jsonb[] := (SELECT array_agg(t.tree ORDER BY t.slot) FROM trees AS t);
	sums jsonb[];
BEGIN
	WHILE cardinality(trees) > 1 LOOP
		sums := '{}';
		FOR i IN 1 .. cardinality(trees) BY 2 LOOP
			sums := sums || jsonb_tree_merge(trees[i], trees[i + 1]);
		END LOOP;
		trees := sums;
	END LOOP;
	RETURN trees[1];
END
$$;

CREATE FUNCTION load_jsonb(file text) RETURNS bigint
LANGUAGE plpgsql AS $$
BEGIN
	TRUNCATE trees;
	PERFORM read_recording(file);
	INSERT INTO trees
		SELECT slot, jsonb_tree(array_agg(stack ORDER BY string_to_array(stack, ';') COLLATE "C"),
			array_agg(weight ORDER BY string_to_array(stack, ';') COLLATE "C"))
		FROM raw GROUP BY slot;
	RETURN pg_total_relation_size('trees');
END
$$;

-- the merged tree is kept, as merging takes long, and asked
CREATE TABLE merged_tree (tree jsonb);

CREATE VIEW jsonb_paths AS
	WITH RECURSIVE walk AS (
		SELECT '{}'::text[] AS path, tree FROM merged_tree
		UNION ALL
		SELECT w.path || e.key, e.value FROM walk AS w, jsonb_each(w.tree -> 'c') AS e)
	SELECT path, (tree -> 'w')::bigint AS weight FROM walk WHERE (tree -> 'w')::bigint > 0;

CREATE VIEW jsonb_stacks AS
	SELECT array_to_string(path, ';') AS stack, weight FROM jsonb_paths;

CREATE VIEW jsonb_weights AS
	WITH merged AS MATERIALIZED (SELECT * FROM jsonb_paths),
	totals AS (SELECT symbol, sum(weight) AS total
		FROM (SELECT DISTINCT path, weight, unnest(path) AS symbol FROM merged) AS s GROUP BY symbol),
	selfs AS (SELECT path[cardinality(path)] AS symbol, sum(weight) AS self FROM merged GROUP BY 1)
	SELECT symbol, self, total FROM totals LEFT JOIN selfs USING (symbol);

-- ---------------------------------------------------------------------
-- pyrotree
-- ---------------------------------------------------------------------

CREATE TABLE profiles (slot bigint PRIMARY KEY, profile proftree NOT NULL);

CREATE FUNCTION load_pyrotree(file text) RETURNS bigint
LANGUAGE plpgsql AS $$
BEGIN
	TRUNCATE profiles;
	PERFORM read_recording(file);
	INSERT INTO profiles SELECT slot, proftree_agg(stack, weight) FROM raw GROUP BY slot;
	RETURN pg_total_relation_size('profiles');
END
$$;

CREATE VIEW pyrotree_stacks AS
	SELECT stack, self AS weight FROM proftree_iterate((SELECT sum(profile) FROM profiles)) WHERE self > 0;

CREATE VIEW pyrotree_weights AS
	SELECT symbol, self, total FROM proftree_top((SELECT sum(profile) FROM profiles));
