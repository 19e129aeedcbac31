\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/sql/include/helpers.sql'
\i :helpers
--
-- What must hold for all trees, on a few thousand random ones; the truth is
-- the plain table of stacks that they are made of.
--
\set ECHO none
\set trees 2500
\set random_trees :abs_srcdir '/sql/include/random_trees.sql'
\i :random_trees
-- enough of everything?
SELECT count(*) AS trees, count(DISTINCT t) > 2000 AS different, count(*) FILTER (WHERE t = '') > 100 AS empty, max(proftree_depth(t)) AS deepest,
	max(proftree_node_count(t)) > 70 AS large, count(*) FILTER (WHERE t::text LIKE '%"%') > 300 AS quoted FROM tree;

-- ---- made in any way, it is the same tree ----

-- from text in any order, by inserts one by one, by merging trees of one stack,
-- by aggregates of text and of trees, from its own rows
CREATE FUNCTION inserted(which integer) RETURNS proftree LANGUAGE plpgsql AS $$
DECLARE
	t proftree := '';
	s record;
BEGIN
	FOR s IN SELECT frames, weight, n FROM stack WHERE tree = which ORDER BY frames[1] COLLATE "C" DESC, n LOOP
		IF s.n % 2 = 0 THEN
			t := proftree_insert(t, s.frames, s.weight);
		ELSE
			t := proftree_insert(t, stack_of(s.frames), s.weight);
		END IF;
	END LOOP;
	RETURN t;
END $$;
SELECT count(*) AS trees,
	count(*) FILTER (WHERE (SELECT coalesce(string_agg(stack_of(frames) || ' ' || weight, E'\n' ORDER BY n DESC), '') FROM stack WHERE tree = id)::proftree <> t) AS text,
	count(*) FILTER (WHERE inserted(id) <> t) AS inserted,
	count(*) FILTER (WHERE (SELECT coalesce(proftree_agg(stack_of(frames), weight ORDER BY md5(n::text)), '') FROM stack WHERE tree = id) <> t) AS agg_of_text,
	count(*) FILTER (WHERE (SELECT coalesce(sum(proftree_insert('', frames, weight)), '') FROM stack WHERE tree = id) <> t) AS sum_of_trees,
	count(*) FILTER (WHERE (SELECT coalesce(proftree_agg(stack, self ORDER BY md5(stack)), '') FROM proftree_iterate(t)) <> t) AS iterate,
	count(*) FILTER (WHERE (SELECT coalesce(proftree_agg(frames, self), '') FROM paths(t)) <> t) AS nodes
FROM tree;

-- ---- out and in ----

SELECT count(*) FILTER (WHERE proftree_send(t::text::proftree) <> proftree_send(t)) AS text,
	count(*) FILTER (WHERE proftree_send(proftree_send(t)::text::proftree) <> proftree_send(t)) AS hex,
	count(*) FILTER (WHERE id % 4 <> 0 AND proftree_from_folded(proftree_to_folded(t)) <> t) AS folded,
	count(*) FILTER (WHERE id % 4 <> 0 AND proftree_to_folded(t) <> CASE WHEN t = '' THEN '' ELSE t::text || E'\n' END
		AND t::text NOT LIKE '%"%') AS folded_is_text
FROM tree;

-- ---- figures and rows, against the table ----

CREATE TEMP TABLE node AS
SELECT tree, frames[1:d] AS frames, sum(weight) AS total, coalesce(sum(weight) FILTER (WHERE d = cardinality(frames)), 0) AS self
FROM stack, LATERAL generate_series(1, cardinality(frames)) AS d GROUP BY tree, frames[1:d];
CREATE INDEX ON node (tree);
ANALYZE node;
SELECT count(*) FILTER (WHERE proftree_total(t) <> (SELECT coalesce(sum(weight), 0) FROM stack WHERE tree = id)) AS total,
	count(*) FILTER (WHERE proftree_node_count(t) <> (SELECT count(*) FROM node WHERE tree = id)) AS nodes,
	count(*) FILTER (WHERE proftree_depth(t) <> (SELECT coalesce(max(cardinality(frames)), 0) FROM stack WHERE tree = id)) AS depth,
	count(*) FILTER (WHERE proftree_symbol_count(t) <> (SELECT count(DISTINCT f) FROM stack, unnest(frames) AS f WHERE tree = id)) AS symbols,
	count(*) FILTER (WHERE ARRAY(SELECT ROW(cardinality(frames), stack_of(frames), self::bigint, total::bigint) FROM node WHERE tree = id ORDER BY frames COLLATE "C")
		<> ARRAY(SELECT ROW(depth, stack, self, total) FROM proftree_iterate(t))) AS iterate,
	count(*) FILTER (WHERE ARRAY(SELECT ROW(frames, self::bigint, total::bigint) FROM node WHERE tree = id ORDER BY frames COLLATE "C")
		<> ARRAY(SELECT ROW(frames, self, total) FROM paths(t) ORDER BY node)) AS nodes_rows,
	count(*) FILTER (WHERE ARRAY(SELECT ROW(f, (sum(weight) FILTER (WHERE frames[cardinality(frames)] = f))::bigint, sum(weight)::bigint)
			FROM stack, LATERAL (SELECT DISTINCT unnest(frames)) AS u(f) WHERE tree = id GROUP BY f ORDER BY f COLLATE "C")
		<> ARRAY(SELECT ROW(symbol, CASE WHEN self > 0 OR EXISTS (SELECT FROM stack WHERE tree = id AND frames[cardinality(frames)] = symbol) THEN self END, total)
			FROM proftree_top(t) ORDER BY symbol COLLATE "C")) AS top
FROM tree;

-- ---- algebra ----

SELECT count(*) AS triples,
	count(*) FILTER (WHERE a.t + b.t <> b.t + a.t) AS commutes,
	count(*) FILTER (WHERE (a.t + b.t) + c.t <> a.t + (b.t + c.t)) AS associates,
	count(*) FILTER (WHERE a.t + '' <> a.t OR '' + a.t <> a.t) AS identity,
	count(*) FILTER (WHERE (SELECT sum(x) FROM (VALUES (a.t), (b.t), (c.t)) AS v(x)) <> a.t + b.t + c.t) AS sum_is_merge,
	count(*) FILTER (WHERE (SELECT sum(x) FROM (VALUES (c.t), (NULL), (a.t), (b.t)) AS v(x)) <> a.t + b.t + c.t) AS sum_in_any_order,
	count(*) FILTER (WHERE (SELECT coalesce(proftree_agg(frames, weight), '') FROM stack WHERE tree IN (a.id, b.id, c.id)) <> a.t + b.t + c.t) AS agg_of_all,
	count(*) FILTER (WHERE proftree_total(a.t + b.t) <> proftree_total(a.t) + proftree_total(b.t)) AS totals,
	count(*) FILTER (WHERE proftree_depth(a.t + b.t) <> greatest(proftree_depth(a.t), proftree_depth(b.t))) AS depths,
	count(*) FILTER (WHERE proftree_delta(a.t, a.t + b.t) + a.t <> a.t + b.t AND b.t::text !~ ' 0($|\n)') AS delta_undoes,
	count(*) FILTER (WHERE proftree_scale(a.t, 2) <> a.t + a.t) AS doubles,
	count(*) FILTER (WHERE proftree_send((a.t + b.t)::text::proftree) <> proftree_send(a.t + b.t)) AS canonical
FROM tree AS a JOIN tree AS b ON b.id = a.id + 1 JOIN tree AS c ON c.id = 1 + (a.id * 7) % 2500 AND c.id NOT IN (a.id, b.id);
-- sums of many, in groups and in two steps
SELECT count(*) AS groups, count(*) FILTER (WHERE s <> (SELECT proftree_agg(frames, weight) FROM stack WHERE tree % 50 = k)) AS sum,
	count(*) FILTER (WHERE s <> two) AS in_two_steps
FROM (SELECT k, sum(part) AS two FROM (SELECT id % 50 AS k, sum(t) AS part FROM tree GROUP BY id % 50, id % 200) AS p GROUP BY k) AS x
	JOIN (SELECT id % 50 AS k, sum(t) AS s FROM tree GROUP BY id % 50) AS y USING (k);
SELECT sum(t) = (SELECT proftree_agg(frames, weight) FROM stack) AS all_of_them FROM tree;
DROP FUNCTION inserted;
