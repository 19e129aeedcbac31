-- The same profiles kept in four ways (compare_ways.sql), and the same questions
-- asked of each.  compare.sh runs this with the recording as "file"
-- (slot TAB stack TAB weight).

\ir compare_ways.sql

-- ---------------------------------------------------------------------
-- measuring
-- ---------------------------------------------------------------------

CALL measure('plain', 'load', format('SELECT load_plain(%L)', :'file'));
CALL measure('normalised', 'load', format('SELECT load_normalised(%L)', :'file'), 2);
CALL measure('jsonb', 'load', format('SELECT load_jsonb(%L)', :'file'), 1);
CALL measure('pyrotree', 'load', format('SELECT load_pyrotree(%L)', :'file'));
CHECKPOINT;

CALL measure('plain', 'merge', 'SELECT count(*) FROM (SELECT stack, sum(weight) FROM plain GROUP BY stack) AS s', 5);
CALL measure('normalised', 'merge', 'SELECT count(*) FROM (SELECT node, sum(weight) FROM samples GROUP BY node) AS s', 5);
CALL measure('jsonb', 'merge', 'INSERT INTO merged_tree SELECT jsonb_trees_merged() RETURNING pg_column_size(tree)', 1);
CALL measure('pyrotree', 'merge', 'SELECT pg_column_size(sum(profile)) FROM profiles', 5);

CALL measure('plain', 'top', $$SELECT top_ten('plain')$$);
CALL measure('normalised', 'top', $$SELECT top_ten('normalised')$$);
CALL measure('jsonb', 'top of merged', $$SELECT top_ten('jsonb')$$, 1);
CALL measure('pyrotree', 'top', $$SELECT top_ten('pyrotree')$$, 5);
INSERT INTO measured
	SELECT 'jsonb', 'top', sum(seconds), max(value) FILTER (WHERE what = 'top of merged')
	FROM measured WHERE way = 'jsonb' AND what IN ('merge', 'top of merged');

INSERT INTO measured
	SELECT 'data', unnest(ARRAY['rows', 'slots', 'stacks', 'samples', 'text']), NULL,
		unnest(ARRAY[count(*), count(DISTINCT slot), count(DISTINCT stack), sum(weight), sum(octet_length(stack) + 1)])
	FROM plain;
INSERT INTO measured SELECT 'data', 'nodes', NULL, proftree_node_count(sum(profile)) FROM profiles;
INSERT INTO measured SELECT 'data', 'symbols', NULL, proftree_symbol_count(sum(profile)) FROM profiles;

-- the same answers

DO $$
DECLARE
	ways text[] := ARRAY['normalised', 'jsonb', 'pyrotree'];
	checked text;
	differ bigint;
BEGIN
	CREATE TEMPORARY TABLE expected AS SELECT * FROM plain_stacks;
	FOREACH checked IN ARRAY ways LOOP
		EXECUTE format('CREATE TEMPORARY TABLE got ON COMMIT DROP AS SELECT * FROM %I', checked || '_stacks');
		SELECT count(*) INTO differ FROM ((TABLE expected EXCEPT TABLE got) UNION ALL (TABLE got EXCEPT TABLE expected)) AS s;
		IF differ > 0 THEN
			RAISE EXCEPTION '% stacks of % are not those of the plain table', differ, checked;
		END IF;
		DROP TABLE got;
		IF (SELECT value FROM measured AS m WHERE m.way = 'plain' AND what = 'top') IS DISTINCT FROM
			(SELECT value FROM measured AS m WHERE m.way = checked AND what = 'top') THEN
			RAISE EXCEPTION 'the top ten of % are not those of the plain table', checked;
		END IF;
	END LOOP;
END
$$;
