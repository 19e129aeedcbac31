\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/sql/include/helpers.sql'
\i :helpers
\set ECHO none
\set trees 400
\set random_trees :abs_srcdir '/sql/include/random_trees.sql'
\i :random_trees
--
-- Speedscope's own file format: evented out, sampled and evented in.
--
\pset format unaligned
SELECT proftree_to_speedscope(E'main;parse 3\nmain 2\nidle 0');
SELECT proftree_to_speedscope('main 2', 'my "profile"', 'milliseconds');
-- units that speedscope does not know
SELECT unit, proftree_to_speedscope('main 2', unit => unit) #>> '{profiles,0,unit}' AS written
FROM unnest(ARRAY['none', 'bytes', 'seconds', 'milliseconds', 'microseconds', 'nanoseconds', 'samples', 'Bytes', '']) WITH ORDINALITY AS u(unit, n) ORDER BY n;
SELECT proftree_to_speedscope('');
\pset format aligned
SELECT proftree_from_speedscope(proftree_to_speedscope(E'main;parse 3\nmain 2\nidle 0')) AS tree;
SELECT proftree_from_speedscope(proftree_to_speedscope('')) = '' AS empty, proftree_to_speedscope(NULL) IS NULL AS null_tree,
	proftree_to_speedscope('a 1', NULL) IS NULL AS null_name, proftree_to_speedscope('a 1', 'a', NULL) IS NULL AS null_unit,
	proftree_from_speedscope(NULL) IS NULL AS null_json, proftree_from_speedscope(NULL, 'a') IS NULL AS null_json_named,
	proftree_from_speedscope(proftree_to_speedscope('a 1'), NULL) = 'a 1' AS null_profile;

-- ---- in ----

-- two threads, one sampled, one evented, in different units of time; keys in any order, frames last
CREATE TEMP TABLE threads AS SELECT '{
	"exporter": "something", "activeProfileIndex": 1,
	"profiles": [
		{"weights": [0.01, 1e-2, 0.020], "type": "sampled", "name": "main", "unit": "seconds", "startValue": 0, "endValue": 0.04,
			"samples": [[0, 1], [0], []]},
		{"type": "evented", "name": "worker", "unit": "microseconds", "startValue": 100, "endValue": 200, "events": [
			{"type": "O", "frame": 2, "at": 110}, {"at": 120.5, "type": "O", "frame": 1}, {"type": "C", "frame": 1, "at": 130},
			{"type": "C", "frame": 2, "at": 130.0005}]}],
	"shared": {"frames": [{"name": "run", "file": "a.py", "line": 3}, {"file": null, "name": "parse"}, {"name": "loop"}]}}'::json AS file;
SELECT proftree_from_speedscope(file) AS both FROM threads;
SELECT proftree_from_speedscope(file, 'worker') AS worker FROM threads;
SELECT proftree_from_speedscope(file, profile => 'main') AS main FROM threads;
\pset format unaligned
SELECT error_of(format('SELECT proftree_from_speedscope(%L, ''nobody'')', file), true) AS error FROM threads;
\pset format aligned
-- Boundaries are rounded to whole nanoseconds, not weights: a million samples
-- of a third of one make a third of a million.
SELECT proftree_total(proftree_from_speedscope(json_build_object('shared', json_build_object('frames', '[{"name": "f"}, {"name": "g"}]'::json), 'profiles', json_build_array(json_build_object(
		'type', 'sampled', 'unit', 'nanoseconds', 'samples', s.samples, 'weights', s.weights))))) AS total
FROM (SELECT json_agg(json_build_array(i % 2)) AS samples, json_agg('0.333333333333333333'::json) AS weights FROM generate_series(1, 1000000) AS i) AS s;

-- what is not one
CREATE TEMP TABLE bad (id serial, speedscope text);
INSERT INTO bad (speedscope) VALUES
	('[]'), ('{}'), ('{"profiles": {}}'), ('{"profiles": [1]}'), ('{"shared": {"frames": [{}]}, "profiles": []}'), ('{"shared": {"frames": [{"name": 1}]}, "profiles": []}'),
	('{"shared": {"frames": [{"name": "\u0000"}]}, "profiles": []}'), ('{"profiles": [], "profiles": []}');
INSERT INTO bad (speedscope)
SELECT format('{"shared": {"frames": [{"name": "f"}, {"name": "g"}]}, "profiles": [{%s}]}', p)
FROM unnest(ARRAY[
	'', '"unit": "hours", "type": "sampled"', '"unit": "none"', '"unit": "none", "type": "heatmap"',
	-- samples
	'"unit": "none", "type": "sampled", "samples": [[0]]', '"unit": "none", "type": "sampled", "samples": [[2]], "weights": [1]',
	'"unit": "none", "type": "sampled", "samples": [[-1]], "weights": [1]', '"unit": "none", "type": "sampled", "samples": [["f"]], "weights": [1]',
	'"unit": "none", "type": "sampled", "samples": [[0]], "weights": [0.5]', '"unit": "none", "type": "sampled", "samples": [[0], [1]], "weights": [1, -1]',
	'"unit": "seconds", "type": "sampled", "samples": [[0]], "weights": [9223372037]', '"unit": "bytes", "type": "sampled", "samples": [[0], [1]], "weights": [9223372036854775807, 1]',
	-- events
	'"unit": "none", "type": "evented", "events": [{"type": "O", "frame": 0}]', '"unit": "none", "type": "evented", "events": [{"type": "X", "frame": 0, "at": 0}]',
	'"unit": "none", "type": "evented", "events": [{"type": "O", "frame": 7, "at": 0}, {"type": "C", "frame": 7, "at": 0}]',
	'"unit": "none", "type": "evented", "events": [{"type": "O", "frame": 0, "at": 3}, {"type": "C", "frame": 0, "at": 2}]',
	'"unit": "none", "type": "evented", "events": [{"type": "O", "frame": 0, "at": 3}, {"type": "C", "frame": 1, "at": 3}]',
	'"unit": "none", "type": "evented", "events": [{"type": "C", "frame": 0, "at": 3}]', '"unit": "none", "type": "evented", "events": [{"type": "O", "frame": 0, "at": 3}]',
	'"unit": "bytes", "type": "evented", "events": [{"type": "O", "frame": 0, "at": 1e-40}]', '"unit": "none", "type": "evented", "events": [{"type": "O", "frame": 0, "at": 1e19}]']) AS p;
\pset format unaligned
SELECT id, error_of(format('SELECT proftree_from_speedscope(%L)', speedscope)) AS error FROM bad ORDER BY id;
SELECT error_of($$SELECT proftree_from_speedscope('{"profiles": [{"type": "evented", "unit": "seconds"}, {"type": "evented", "unit": "none"}]}')$$, true) AS error
UNION ALL SELECT error_of($$SELECT proftree_from_speedscope('{"profiles": [{"type": "sampled", "unit": "none", "samples": [[]], "weights": [0.5]}]}')$$, true)
UNION ALL SELECT error_of($$SELECT proftree_from_speedscope('{"profiles": [{"type": "sampled", "unit": "none", "samples": [[]], "weights": [-5]}]}')$$, true)
UNION ALL SELECT error_of($$SELECT proftree_from_speedscope('{"profiles": []}', repeat('x', 100))$$, true);
\pset format aligned

-- ---- out and in, on random trees ----

SELECT unit, count(*) AS trees, count(*) FILTER (WHERE weighty(t) <> t) > 50 AS some_leaves_weigh_nothing,
	count(*) FILTER (WHERE proftree_send(proftree_from_speedscope(proftree_to_speedscope(t, 'x', unit))) <> proftree_send(weighty(t))) AS wrong
FROM tree, unnest(ARRAY['none', 'bytes', 'nanoseconds', 'samples']) AS unit GROUP BY unit ORDER BY unit COLLATE "C";
SELECT unit, count(*) FILTER (WHERE proftree_from_speedscope(proftree_to_speedscope(proftree_scale(t, 0.00001), unit => unit)) <> weighty(proftree_scale(proftree_scale(t, 0.00001), factor))) AS wrong
FROM tree, (VALUES ('microseconds', 1000), ('milliseconds', 1000000), ('seconds', 1000000000)) AS v(unit, factor) GROUP BY unit ORDER BY unit COLLATE "C";
-- every awkward name below every other
SELECT proftree_from_speedscope(proftree_to_speedscope(t)) = t AS same, proftree_node_count(t) > 5000 AS many
FROM (SELECT proftree_agg(ARRAY[a, b], 3) AS t FROM unnest(awkward_names()) AS a, unnest(awkward_names()) AS b) AS x;

-- ---- every event, against the nodes ----

-- A node opens where all before it in preorder end and closes a total later.
-- Where several events fall together they come in the order of a walk.
SELECT count(*) AS trees, count(*) FILTER (WHERE events IS DISTINCT FROM expected) AS events_wrong,
	count(*) FILTER (WHERE file #>> '{profiles,0,endValue}' <> proftree_total(t)::text OR file #>> '{profiles,0,startValue}' <> '0') AS ends_wrong
FROM (SELECT t, proftree_to_speedscope(t) AS file FROM tree WHERE id <= 200) AS w,
	LATERAL (SELECT array_agg(ROW(e ->> 'type', file #>> ARRAY['shared', 'frames', e ->> 'frame', 'name'], (e ->> 'at')::numeric) ORDER BY n) AS events
		FROM json_array_elements(file #> '{profiles,0,events}') WITH ORDINALITY AS v(e, n)) AS v,
	LATERAL (
		WITH node AS (SELECT *, sum(self) OVER (ORDER BY node) - self AS x,
				-- the last node below it
				node + (SELECT count(*) FROM proftree_nodes(t) AS b WHERE b.node > n.node
					AND NOT EXISTS (SELECT FROM proftree_nodes(t) AS c WHERE c.node > n.node AND c.node <= b.node AND c.depth <= n.depth)) AS last
			FROM proftree_nodes(t) AS n)
		SELECT array_agg(ROW(type, symbol, at) ORDER BY step, order_there) AS expected
		FROM (SELECT 'O' AS type, symbol, x AS at, node::bigint AS step, 0 AS order_there FROM node
			UNION ALL SELECT 'C', symbol, x + total, last, 1000 - depth FROM node) AS e) AS e;

-- ---- in, of samples that SQL writes ----

-- The stacks of each tree as they come, with their weights in a unit of their
-- own, each frame by the first of its equals.
SELECT count(*) AS files, count(*) FILTER (WHERE proftree_from_speedscope(file) IS DISTINCT FROM proftree_scale(weighty(t), factor)) AS wrong
FROM tree,
	LATERAL (SELECT * FROM (VALUES ('nanoseconds', 1, 1), ('microseconds', 1000, 1), ('bytes', 1, 1), ('none', 1, 1), ('milliseconds', 1000, 1000), ('seconds', 1000, 1000000)) AS v(unit, factor, divisor)
		OFFSET id % 6 LIMIT 1) AS u,
	LATERAL (SELECT array_agg(DISTINCT f COLLATE "C") AS frames FROM stack, unnest(frames) AS f WHERE tree = id) AS d,
	LATERAL (SELECT json_agg((SELECT json_agg(array_position(d.frames, f) - 1 ORDER BY i) FROM unnest(s.frames) WITH ORDINALITY AS v(f, i)) ORDER BY n) AS samples,
			json_agg(trim_scale(weight / divisor::numeric)::text::json ORDER BY n) AS weights
		FROM stack AS s WHERE tree = id) AS s,
	LATERAL (SELECT json_build_object('profiles', json_build_array(json_build_object('type', 'sampled', 'unit', unit, 'weights', weights, 'samples', samples)),
			'shared', json_build_object('frames', (SELECT json_agg(json_build_object('name', f) ORDER BY n) FROM unnest(d.frames) WITH ORDINALITY AS v(f, n)))) AS file) AS f
WHERE id % 16 > 0;

-- ---- numbers of any size are exact, stacks of any depth ----

SELECT proftree_from_speedscope(proftree_to_speedscope(t)) = t AS same, proftree_to_speedscope(t) #>> '{profiles,0,endValue}' AS end
FROM (VALUES ('a 9007199254740993'::proftree), (E'a 9223372036854775806\nb 1')) AS v(t);
SELECT proftree_from_speedscope(proftree_to_speedscope(t)) = t AS same, proftree_node_count(t) AS nodes
FROM (SELECT proftree_insert('', array_fill('frame'::text, ARRAY[200000]), 7) AS t
	UNION ALL SELECT proftree_agg('f' || i, i) FROM generate_series(1, 20000) AS i) AS x;
DROP FUNCTION weighty;
