-- The take-home benchmark, prepared: the stacks of one tree as rows, and a
-- place for what is measured.  takehome.sh runs it and measures.

-- 200 branches from one root, each growing by 500 symbols of 80 hexadecimal
-- digits; the growing stack at every depth, and once more at the end.  Digits
-- and weights are random by a hash of their place, so that every run is the
-- same.
CREATE FUNCTION takehome_stacks(tree integer) RETURNS TABLE (stack text, weight bigint, last boolean)
LANGUAGE sql STABLE AS $$
	SELECT g.stack, g.weight, g.branch = 200 AND g.depth = 501
	FROM (SELECT s.branch, s.depth, s.weight,
			string_agg(s.symbol, ';') OVER (PARTITION BY s.branch ORDER BY s.depth) AS stack
		FROM (SELECT branch, depth,
				CASE depth
					WHEN 0 THEN 'root'
					WHEN 501 THEN NULL	-- nothing to add: the whole stack again
					ELSE left(encode(sha512(convert_to(tree || '/' || branch || '/' || depth, 'UTF8')), 'hex'), 80)
				END AS symbol,
				(hashint8extended(branch * 1000 + depth, tree) & 1023)::bigint AS weight
			FROM generate_series(1, 200) AS branch, generate_series(0, 501) AS depth) AS s) AS g
	WHERE g.depth > 0
$$;

\ir measure.sql

CREATE TABLE takehome (tree integer PRIMARY KEY, profile proftree);

-- What all memory contexts of the backend take, asked from inside a query by
-- its last row; beside a query without the aggregate that shows what its state
-- takes, wherever it is kept.
CREATE FUNCTION note_memory() RETURNS bigint
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
	PERFORM set_config('bench.memory', format('%s %s', sum(total_nblocks), sum(used_bytes)), false)
		FROM pg_backend_memory_contexts;
	RETURN 0;
END
$$;

-- one tree: the text alone, with the aggregate, and stored

CALL measure('pyrotree', 'text', 'SELECT sum(octet_length(stack)) FROM takehome_stacks(1)', 5);
CALL measure('pyrotree', 'agg', 'SELECT proftree_node_count(proftree_agg(stack, weight)) FROM takehome_stacks(1)', 5);
CALL measure('pyrotree', 'stored', 'INSERT INTO takehome SELECT 1, proftree_agg(stack, weight) FROM takehome_stacks(1) RETURNING tree', 1);
CALL measure('pyrotree', 'memory without', $$SELECT sum(CASE WHEN last THEN weight + note_memory() ELSE weight END), sum(octet_length(stack))
	FROM takehome_stacks(1)$$, 1);
UPDATE measured SET value = current_setting('bench.memory') WHERE what = 'memory without';
CALL measure('pyrotree', 'memory', $$SELECT sum(CASE WHEN last THEN weight + note_memory() ELSE weight END), sum(octet_length(stack)),
	proftree_node_count(proftree_agg(stack, weight)) FROM takehome_stacks(1)$$, 1);
UPDATE measured SET value = current_setting('bench.memory') WHERE what = 'memory';
INSERT INTO measured SELECT 'pyrotree', 'sizes', NULL, format('%s %s %s %s', octet_length(proftree_send(profile)), pg_column_size(profile),
	proftree_node_count(profile), proftree_symbol_count(profile)) FROM takehome;

-- iterating over it, once it is in memory; the first rows twenty times, as
-- processor time is counted in ticks of some milliseconds

DO $$
DECLARE
	tree proftree := (SELECT proftree_merge(profile, '') FROM takehome);
	least double precision;
	started double precision;
	result bigint;
BEGIN
	FOR i IN 1 .. 3 LOOP
		started := processor_seconds();
		FOR j IN 1 .. 20 LOOP
			PERFORM proftree_iterate(tree) LIMIT 10;
		END LOOP;
		least := least(least, (processor_seconds() - started) / 20);
	END LOOP;
	INSERT INTO measured VALUES ('pyrotree', 'iterate 10', least);
	least := NULL;
	FOR i IN 1 .. 3 LOOP
		started := processor_seconds();
		SELECT count(*) INTO result FROM (SELECT proftree_nodes(tree)) AS s;
		least := least(least, processor_seconds() - started);
	END LOOP;
	INSERT INTO measured VALUES ('pyrotree', 'nodes', least, result);
	least := NULL;
	FOR i IN 1 .. 3 LOOP
		started := processor_seconds();
		SELECT sum(octet_length((s.r).stack)) INTO result FROM (SELECT proftree_iterate(tree) AS r) AS s;
		least := least(least, processor_seconds() - started);
	END LOOP;
	INSERT INTO measured VALUES ('pyrotree', 'iterate', least, result);
END
$$;

-- a hundred trees, one after the other, each encoded; the text alone for
-- twenty of them

CALL measure('pyrotree', 'hundred', $$SELECT sum(pg_column_size((SELECT proftree_agg(stack, weight) FROM takehome_stacks(tree))))
	FROM generate_series(1, 100) AS tree$$, 1);
CALL measure('pyrotree', 'text of twenty', $$SELECT sum((SELECT sum(octet_length(stack)) FROM takehome_stacks(tree)))
	FROM generate_series(1, 20) AS tree$$, 1);
