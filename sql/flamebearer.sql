\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/sql/include/helpers.sql'
\i :helpers
\set ECHO none
\set trees 400
\set random_trees :abs_srcdir '/sql/include/random_trees.sql'
\i :random_trees
--
-- Flamebearers, as Pyroscope gives them: four numbers a bar, of two trees
-- seven.
--
\pset format unaligned
SELECT proftree_to_flamebearer(E'main;parse 3\nmain 2\nidle 0\nmain;render;draw 4');
SELECT proftree_from_flamebearer(proftree_to_flamebearer(E'main;parse 3\nmain 2\nidle 0\nmain;render;draw 4'));
SELECT proftree_to_flamebearer(E'main;parse 3\nmain 2', E'main;render 5\nidle 2');
SELECT proftree_to_flamebearer('');
SELECT proftree_to_flamebearer('', '');
-- the object with names and levels alone, keys in any order, whole numbers however written, what else there is
SELECT proftree_from_flamebearer('{"levels": [[0,9,1,0], [1,3,1,1, 0e0,5.0,30e-1,2, 0,0,0,1], [2,2,2,2, 3,2,2,3]],
	"maxSelf": {"names": [1]}, "names": ["total", "a", "b", "c"]}') AS tree;
\pset format aligned
SELECT proftree_from_flamebearer(proftree_to_flamebearer('')) = '' AS empty, proftree_to_flamebearer(NULL) IS NULL AS null_tree,
	proftree_to_flamebearer('a 1', NULL) IS NULL AS null_comparison, proftree_to_flamebearer(NULL, 'a 1') IS NULL AS null_baseline,
	proftree_from_flamebearer(NULL) IS NULL AS null_json, proftree_from_flamebearer('{"flamebearer": {"names": null, "levels": []}}') = '' AS no_levels;
-- bars side by side of one name, bars without width, a root that is not at 0, a root that weighs itself
SELECT proftree_from_flamebearer('{"names": ["all", "a", "b"], "levels": [[7,5,1,0], [8,0,0,2, 0,2,1,1, 0,2,0,1, 0,0,0,2], [8,0,0,1, 1,1,1,2, 0,2,2,2]]}') AS tree;

-- what is not one
CREATE TEMP TABLE bad (id serial, flamebearer text);
INSERT INTO bad (flamebearer) VALUES
	('[]'), ('null'), ('{}'), ('{"levels": null}'), ('{"levels": [1]}'), ('{"levels": [["1"]]}'), ('{"names": [null], "levels": []}'), ('{"levels": [], "levels": []}'),
	('{"levels": [], "flamebearer": {"levels": []}}'), ('{"names": ["\u0000"], "levels": []}'),
	('{"version": 2, "levels": []}'), ('{"metadata": {"format": "double"}, "levels": []}'), ('{"format": "x", "levels": []}'),
	-- numbers
	('{"levels": [[0,1.5,0,0]]}'), ('{"levels": [[0,9223372036854775808,0,0]]}'), ('{"levels": [[0,1,1]]}'), ('{"levels": [[]]}'),
	('{"names": ["t"], "levels": [[0,1,1,0,0,1,1,0]]}'),
	-- bars
	('{"names": ["t"], "levels": [[0,1,1,1]]}'), ('{"names": ["t"], "levels": [[0,-1,0,0]]}'), ('{"names": ["t"], "levels": [[0,1,2,0]]}'),
	('{"names": ["t"], "levels": [[1,9223372036854775807,0,0]]}'), ('{"names": ["t"], "levels": [[0,3,0,0], [0,2,2,0, -1,2,2,0]]}'),
	-- bars among others
	('{"names": ["t"], "levels": [[0,3,2,0]]}'), ('{"names": ["t"], "levels": [[0,3,1,0], [1,1,1,0]]}'), ('{"names": ["t"], "levels": [[0,3,1,0], [0,2,2,0]]}'),
	('{"names": ["t"], "levels": [[0,3,1,0], [1,3,3,0]]}'), ('{"names": ["t"], "levels": [[0,4,0,0], [0,2,1,0, 0,2,1,0], [1,2,2,0]]}');
\pset format unaligned
SELECT id, error_of(format('SELECT proftree_from_flamebearer(%L)', flamebearer)) AS error FROM bad ORDER BY id;
SELECT error_of($$SELECT proftree_from_flamebearer('{"metadata": {"format": "double"}, "levels": []}')$$, true) AS error
UNION ALL SELECT error_of($$SELECT proftree_from_flamebearer('{"names": ["t"], "levels": [[0,-1,0,0]]}')$$, true)
UNION ALL SELECT error_of($$SELECT proftree_from_flamebearer('{"names": ["a\u0000"], "levels": []}')$$, true);
\pset format aligned

-- ---- out and in, on random trees ----

SELECT count(*) AS trees, count(*) FILTER (WHERE weighty(t) <> t) > 50 AS some_leaves_weigh_nothing,
	count(*) FILTER (WHERE proftree_send(proftree_from_flamebearer(proftree_to_flamebearer(t))) <> proftree_send(weighty(t))) AS wrong
FROM tree;
-- every awkward name below every other
SELECT proftree_from_flamebearer(proftree_to_flamebearer(t)) = t AS same, proftree_node_count(t) > 5000 AS many
FROM (SELECT proftree_agg(ARRAY[a, b], 3) AS t FROM unnest(awkward_names()) AS a, unnest(awkward_names()) AS b) AS x;

-- ---- every bar, against the nodes ----

-- The bars of a flamebearer in order: by level, which bar of it, its numbers.
CREATE FUNCTION bars(flamebearer json, numbers integer)
RETURNS TABLE (level bigint, bar bigint, number numeric[]) LANGUAGE sql AS $$
	SELECT l.n - 1, (v.n - 1) / numbers, array_agg(v.value::numeric ORDER BY v.n)
	FROM json_array_elements(flamebearer #> '{flamebearer,levels}') WITH ORDINALITY AS l(level, n),
		LATERAL json_array_elements_text(l.level) WITH ORDINALITY AS v(value, n)
	GROUP BY l.n, (v.n - 1) / numbers
$$;
-- Names are those of the symbols, behind the root's.
CREATE FUNCTION names(flamebearer json)
RETURNS text[] LANGUAGE sql AS $$
	SELECT array_agg(value ORDER BY n) FROM json_array_elements_text(flamebearer #> '{flamebearer,names}') WITH ORDINALITY AS v(value, n)
$$;
CREATE TEMP TABLE written AS SELECT id, t, proftree_to_flamebearer(t) AS flamebearer FROM tree;
-- A node begins where all before it in preorder end; the gap before it is to
-- the end of the node before of the same level.
SELECT count(*) AS trees, count(*) FILTER (WHERE expected IS DISTINCT FROM bars) AS bars_wrong,
	count(*) FILTER (WHERE flamebearer #>> '{flamebearer,numTicks}' IS DISTINCT FROM proftree_total(t)::text) AS ticks_wrong,
	count(*) FILTER (WHERE flamebearer #>> '{flamebearer,maxSelf}' IS DISTINCT FROM (SELECT coalesce(max(self), 0) FROM proftree_nodes(t))::text) AS self_wrong,
	count(*) FILTER (WHERE names(flamebearer) IS DISTINCT FROM 'total'::text || ARRAY(SELECT proftree_symbols(t))) AS names_wrong,
	count(*) FILTER (WHERE flamebearer #>> '{metadata,format}' <> 'single' OR flamebearer ->> 'version' <> '1') AS others_wrong
FROM written,
	LATERAL (SELECT array_agg(ROW(level, number) ORDER BY level, bar) AS bars FROM bars(flamebearer, 4)) AS b,
	LATERAL (
		SELECT ROW(0::bigint, ARRAY[0, proftree_total(t), 0, 0]::numeric[]) || coalesce(array_agg(ROW(depth::bigint, ARRAY[gap, total, self, name]) ORDER BY depth, node), '{}') AS expected
		FROM (SELECT *, x - coalesce(lag(x + total) OVER (PARTITION BY depth ORDER BY node), 0) AS gap, array_position(names(flamebearer), symbol, 2) - 1 AS name
			FROM (SELECT *, sum(self) OVER (ORDER BY node) - self AS x FROM proftree_nodes(t)) AS n) AS n) AS e;

-- ---- two trees, against a full join of their stacks ----

CREATE FUNCTION expected_bars(baseline proftree, comparison proftree, names text[])
RETURNS TABLE (level bigint, bar bigint, number numeric[]) LANGUAGE sql AS $$
	WITH node AS (
		SELECT frames, coalesce(a.self, 0) AS self, coalesce(a.total, 0) AS total, coalesce(b.self, 0) AS right_self, coalesce(b.total, 0) AS right_total
		FROM paths(baseline) AS a FULL JOIN paths(comparison) AS b USING (frames)),
	place AS (
		SELECT *, cardinality(frames) AS level, array_position(names, frames[cardinality(frames)], 2) - 1 AS name,
			sum(self) OVER w - self AS x, sum(right_self) OVER w - right_self AS right_x
		FROM node WINDOW w AS (ORDER BY frames COLLATE "C"))
	SELECT level, row_number() OVER w - 1, ARRAY[x - coalesce(lag(x + total) OVER w, 0), total, self,
		right_x - coalesce(lag(right_x + right_total) OVER w, 0), right_total, right_self, name]
	FROM place WINDOW w AS (PARTITION BY level ORDER BY frames COLLATE "C")
	UNION ALL SELECT 0, 0, ARRAY[0, proftree_total(baseline), 0, 0, proftree_total(comparison), 0, 0]
$$;
SELECT count(*) AS pairs, count(*) FILTER (WHERE bars IS DISTINCT FROM expected) AS bars_wrong,
	count(*) FILTER (WHERE (flamebearer ->> 'leftTicks')::numeric <> proftree_total(a) OR (flamebearer ->> 'rightTicks')::numeric <> proftree_total(b)
		OR (flamebearer #>> '{flamebearer,numTicks}')::numeric <> proftree_total(a)::numeric + proftree_total(b)) AS ticks_wrong,
	count(*) FILTER (WHERE (flamebearer #>> '{flamebearer,maxSelf}')::bigint
		<> greatest((SELECT max(self) FROM proftree_nodes(a)), (SELECT max(self) FROM proftree_nodes(b)), 0)) AS self_wrong,
	count(*) FILTER (WHERE flamebearer #>> '{metadata,format}' <> 'double') AS format_wrong
FROM (SELECT x.t AS a, y.t AS b, proftree_to_flamebearer(x.t, y.t) AS flamebearer
		FROM tree AS x JOIN tree AS y ON y.id = x.id % 100 + 1 + 4 * (x.id % 8) WHERE x.id <= 200) AS p,
	LATERAL (SELECT array_agg(ROW(level, bar, number) ORDER BY level, bar) AS bars FROM bars(flamebearer, 7)) AS f,
	LATERAL (SELECT array_agg(ROW(level, bar, number) ORDER BY level, bar) AS expected FROM expected_bars(a, b, names(flamebearer))) AS e;

-- ---- numbers of any size are exact ----

SELECT proftree_from_flamebearer(proftree_to_flamebearer(t)) = t AS same, proftree_to_flamebearer(t) #>> '{flamebearer,numTicks}' AS ticks
FROM (VALUES ('a 9007199254740993'::proftree), (E'a 9223372036854775806\nb 1')) AS v(t);
-- both sides together pass bigint
SELECT f #>> '{flamebearer,numTicks}' AS ticks, f ->> 'leftTicks' AS left, f ->> 'rightTicks' AS right, f #>> '{flamebearer,levels,1}' AS level
FROM (SELECT proftree_to_flamebearer('a 9223372036854775807', 'a 9223372036854775807') AS f) AS x;
-- deep and wide: every node, no cut
SELECT proftree_from_flamebearer(proftree_to_flamebearer(t)) = t AS same, proftree_node_count(t) AS nodes
FROM (SELECT proftree_insert('', array_fill('frame'::text, ARRAY[200000]), 7) AS t
	UNION ALL SELECT proftree_agg('f' || i, i) FROM generate_series(1, 20000) AS i) AS x;
DROP FUNCTION bars, names, expected_bars, weighty;
