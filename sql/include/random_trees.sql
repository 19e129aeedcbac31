-- Random trees, as many as the psql variable "trees" says: the table stack of
-- the stacks that they are made of, and tree (id, t).  They differ in how many
-- symbols there are, how deep and how wide, how great the weights; every
-- fourth takes awkward names.  After helpers.sql:
--
--	\set ECHO none
--	\set trees 400
--	\set random_trees :abs_srcdir '/sql/include/random_trees.sql'
--	\i :random_trees
SET client_min_messages = warning;
SELECT setseed(0.0625) \g /dev/null
CREATE TEMP TABLE stack AS
SELECT tree, n, ARRAY(SELECT CASE WHEN tree % 4 = 0 THEN (awkward_names())[1 + floor(random() * cardinality(awkward_names()))::int]
			ELSE 'f' || floor(random() * (1 + tree % 13))::int END
		FROM generate_series(1, 1 + floor(random() * (1 + tree % 9))::int + 0 * n)) AS frames,
	CASE floor(random() * 4)::int + 0 * n
		WHEN 0 THEN 0
		WHEN 1 THEN floor(random() * 1e12)::bigint
		ELSE (1 + tree % 5) * floor(random() * 20)::bigint END AS weight
FROM generate_series(1, :trees) AS tree, LATERAL generate_series(1, tree % 16) AS n;
CREATE INDEX ON stack (tree);
ANALYZE stack;
CREATE TEMP TABLE tree AS
SELECT tree AS id, coalesce((SELECT proftree_agg(frames, weight) FROM stack AS s WHERE s.tree = g.tree), '') AS t FROM generate_series(1, :trees) AS g(tree);
CREATE UNIQUE INDEX ON tree (id);

-- A tree without what formats of weights cannot say: nodes at and below which
-- nothing has weight.
CREATE OR REPLACE FUNCTION weighty(tree proftree)
RETURNS proftree LANGUAGE sql AS $$
	SELECT coalesce(proftree_agg(frames, self), '') FROM paths(tree) WHERE total > 0
$$;

RESET client_min_messages;
\set ECHO all
