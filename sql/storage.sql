\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/sql/include/helpers.sql'
\i :helpers
--
-- Trees in tables through all that moves rows about, and in what is made of
-- IMMUTABLE functions: indexes, generated columns, constraints.
--
CREATE TABLE stored (id integer PRIMARY KEY, tree proftree);
INSERT INTO stored SELECT id, proftree_agg(ARRAY['main', 'f' || i % 10, md5((i * id)::text)], i) FROM generate_series(1, 8) AS id, LATERAL generate_series(1, (10 ^ (id / 2))::int) AS i GROUP BY id;
INSERT INTO stored VALUES (9, ''), (10, NULL), (11, proftree_insert('', awkward_names()));
SELECT id, pg_column_size(tree) > 2000 AS large, proftree_node_count(tree) AS nodes FROM stored ORDER BY id;
CREATE TABLE sent AS SELECT id, proftree_send(tree) AS sent FROM stored;
-- true when the table holds what it did
CREATE FUNCTION unchanged() RETURNS boolean LANGUAGE sql AS $$
	SELECT count(*) = 11 AND bool_and(proftree_send(tree) IS NOT DISTINCT FROM sent) FROM stored JOIN sent USING (id)
$$;
SELECT unchanged();
VACUUM FULL stored;
SELECT unchanged();
CLUSTER stored USING stored_pkey;
SELECT unchanged();
ALTER TABLE stored ADD COLUMN other integer DEFAULT random();
ALTER TABLE stored ALTER tree SET STORAGE external;
UPDATE stored SET other = 1;
SELECT unchanged();
UPDATE stored SET tree = tree + '';
SELECT unchanged();
ALTER TABLE stored ALTER tree TYPE text;
ALTER TABLE stored ALTER tree TYPE proftree USING tree::proftree;
SELECT unchanged();
SELECT error_of($$UPDATE stored SET tree = tree + 'x 9223372036854775807'$$) AS error;
SELECT unchanged();
BEGIN;
DELETE FROM stored WHERE id < 5;
SAVEPOINT a;
UPDATE stored SET tree = proftree_insert(tree, 'x');
ROLLBACK TO a;
ROLLBACK;
SELECT unchanged();

-- copies
CREATE TABLE copied AS TABLE stored;
SELECT count(*) AS different FROM stored AS s JOIN copied AS c USING (id) WHERE s.tree IS DISTINCT FROM c.tree;
CREATE MATERIALIZED VIEW total AS SELECT sum(tree) AS tree FROM stored;
REFRESH MATERIALIZED VIEW total;
SELECT proftree_total(tree) = (SELECT sum(proftree_total(tree)) FROM stored) AS right FROM total;
-- held cursors keep values in a temporary file; so do sorts
BEGIN;
DECLARE held CURSOR WITH HOLD FOR SELECT id, tree, proftree_insert(tree, 'x') AS grown FROM stored WHERE id < 5 ORDER BY id;
COMMIT;
MOVE 3 FROM held;
FETCH 1 FROM held \gset
SELECT (:'tree'::proftree) = tree AS same, (:'grown'::proftree) = proftree_insert(tree, 'x') AS grown FROM stored WHERE id = :id;
CLOSE held;
SET work_mem = '64kB';
SELECT count(*) AS rows, count(DISTINCT tree) AS trees FROM (SELECT proftree_insert(s.tree, 'n;' || i) AS tree FROM stored AS s, generate_series(1, 50) AS i WHERE id < 7 ORDER BY tree) AS x;
RESET work_mem;
-- prepared statements, generic and custom
PREPARE total_of (proftree, text) AS SELECT proftree_total($1, $2), $1 + 'z 1' AS plus;
EXECUTE total_of ('a;b 3', 'a');
SET plan_cache_mode = force_generic_plan;
EXECUTE total_of ('a;b 3', 'a');
RESET plan_cache_mode;

-- an index on a figure, a generated column, a constraint, a default, statistics
CREATE TABLE made (id integer, tree proftree DEFAULT '' CHECK (proftree_depth(tree) <= 3),
	total bigint GENERATED ALWAYS AS (proftree_total(tree)) STORED, top proftree GENERATED ALWAYS AS (tree + tree) STORED);
CREATE INDEX made_total ON made (proftree_total(tree, 'hot'));
INSERT INTO made (id, tree) SELECT i, proftree_insert('', CASE WHEN i % 100 = 0 THEN 'main;hot' ELSE 'main;cold' END, i) FROM generate_series(1, 1000) AS i;
INSERT INTO made (id) VALUES (0);
SELECT id, tree, total, top FROM made WHERE id IN (0, 100) ORDER BY id;
SELECT error_of($$INSERT INTO made (id, tree) VALUES (-1, 'a;b;c;d 1')$$) AS too_deep;
ANALYZE made;
SET enable_seqscan = off;
SELECT plan_has($$SELECT id FROM made WHERE proftree_total(tree, 'hot') >= 900$$, '%made_total%') AS index_used;
SELECT id FROM made WHERE proftree_total(tree, 'hot') >= 900 ORDER BY id;
RESET enable_seqscan;
UPDATE made SET tree = tree + 'main;hot 5000' WHERE id = 1;
SELECT id, total FROM made WHERE proftree_total(tree, 'hot') >= 5000;

-- rows, json, foreign keys by value
SELECT to_json(s) AS row FROM stored AS s WHERE id = 9;
SELECT (jsonb_populate_record(NULL::stored, '{"id": 5, "tree": "a;b 3\nc 1"}')).tree;
CREATE TABLE shape (tree proftree PRIMARY KEY);
CREATE TABLE uses (tree proftree REFERENCES shape ON UPDATE CASCADE ON DELETE SET NULL);
INSERT INTO shape VALUES ('a 1'), ('b 1');
INSERT INTO uses VALUES ('b 1');
SELECT error_of($$INSERT INTO uses VALUES ('b 2')$$) ~ '^23503' AS refused;
UPDATE shape SET tree = tree + 'c 1' WHERE tree = 'b 1';
SELECT tree FROM uses;

DROP MATERIALIZED VIEW total;
DROP TABLE stored, sent, copied, made, uses, shape;
DROP FUNCTION unchanged;
