\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/sql/include/helpers.sql'
\i :helpers
--
-- profblock: the trees of many lanes.  What it says is compared with plain SQL
-- over the trees that went in.
--

-- ---- use ----

CREATE TEMP TABLE few (lane integer, tree proftree);
INSERT INTO few VALUES (0, E'main;parse 600\nmain;parse;parse_list 400'), (1, E'main;parse 200\nmain;print 0'),
	(3, ''), (60, 'main;parse;main;parse 50');
CREATE TEMP TABLE block AS SELECT profblock_agg(lane, tree) AS block FROM few;
SELECT block FROM block;
SELECT l.* FROM block, profblock_lanes(block) AS l;
SELECT lane, profblock_tree(block, lane, lane) AS tree FROM few, block ORDER BY lane;
SELECT profblock_tree(block, 0, 1) AS two, profblock_tree(block, 1, 1023) AS rest, profblock_tree(block, 0, 1023) AS whole FROM block;
SELECT s.* FROM block, profblock_symbol(block, 'parse') AS s;
SELECT s.* FROM block, profblock_symbol(block, 'main') AS s;
SELECT s.* FROM block, profblock_symbol(block, 'pars') AS s;

-- ---- edge ----

-- runs that hold no lane, or more lanes than there are
SELECT profblock_tree(block, 1, 0) AS a, profblock_tree(block, 4, 59) AS b, profblock_tree(block, 3, 3) AS c,
	profblock_tree(block, -5, -1) AS d, profblock_tree(block, 61, 2147483647) AS e,
	profblock_tree(block, -2147483648, 2147483647) = profblock_tree(block, 0, 60) AS f,
	profblock_tree(block, 2147483647, -2147483648) AS g
FROM block;
-- a leaf of weight 0 stays in its lane, and there only
SELECT profblock_tree(b, 1, 1) AS zero, profblock_tree(b, 2, 2) AS inner, profblock_tree(b, 1, 2) AS both
FROM (SELECT profblock_agg(l, t) AS b FROM (VALUES (1, 'a 0'::proftree), (2, E'a 0\na;b 0')) AS v(l, t)) AS x;
-- in one lane it is a leaf until something is below it
SELECT profblock_tree(b, 1, 1) AS tree, b = profblock_agg_of_both AS same
FROM (SELECT profblock_agg(l, t) AS b FROM (VALUES (1, 'a 0'::proftree), (1, E'a;b 0'), (1, 'a;b;c 3')) AS v(l, t)) AS x,
	(SELECT profblock_agg(1, 'a;b;c 3', 3, 3) AS profblock_agg_of_both) AS y;
-- NULL lane or tree skips the row; no rows give NULL
SELECT profblock_tree(profblock_agg(l, t), 0, 9) AS tree, count(*) FROM (VALUES (1, 'a 1'::proftree), (NULL, 'b 1'), (2, NULL)) AS v(l, t);
SELECT profblock_agg(l, t) IS NULL AS a, profblock_agg(l, t, NULL, NULL) IS NULL AS b FROM (VALUES (NULL::integer, 'b 1'::proftree), (2, NULL)) AS v(l, t);
SELECT profblock_agg(0, t) IS NULL AS none FROM (VALUES (''::proftree)) AS v(t) WHERE false;
-- first and last lane, and what was counted; rows of one lane add up
SELECT l.* FROM (SELECT profblock_agg(lane, tree, profiles, covered) AS b FROM (VALUES
	(0, 'a 1'::proftree, 9223372036854775807, 0::bigint), (1023, 'a 2', 0, 9223372036854775807),
	(1023, 'b 3', 5, 0), (7, '', 0, 0)) AS v(lane, tree, profiles, covered)) AS x, profblock_lanes(b) AS l;
-- a lane may hold all that a bigint can, and another as much
SELECT proftree_total(profblock_tree(b, 1, 1)) AS one, proftree_total(profblock_tree(b, 2, 2)) AS other,
	error_of(format('SELECT profblock_tree(%L, 1, 2)', b)) AS both
FROM (SELECT profblock_agg(l, t) AS b FROM (VALUES (1, 'a 9223372036854775807'::proftree), (2, 'b 9223372036854775807')) AS v(l, t)) AS x;
-- slices
SELECT profblock_slice(block, 4, 59) IS NULL AS none, profblock_slice(block, 0, 1023) = block AS all,
	profblock_slice(block, 3, 3) AS empty, profblock_slice(block, 60, 60) = profblock_agg(60, 'main;parse;main;parse 50') AS last
FROM block GROUP BY block;
-- directories
SELECT profblock_directory(block) AS directory FROM block;
SELECT l.* FROM block, profblock_directory_lanes(profblock_directory(block)) AS l;
SELECT l.* FROM block, profblock_directory_lanes(profblock_directory(block), 1, 5) AS l;
SELECT l.* FROM block, profblock_directory_lanes(profblock_directory(block), 5, 1) AS l;
SELECT s.* FROM block, profblock_directory_sum(profblock_directory(block), 0, 59) AS s;
SELECT s.* FROM block, profblock_directory_sum(profblock_directory(block), 4, 5) AS s;
-- STRICT
SELECT profblock_tree(NULL, 0, 1) IS NULL AS a, profblock_tree(block, NULL, 1) IS NULL AS b, profblock_merge(block, NULL) IS NULL AS c,
	profblock_slice(block, 0, NULL) IS NULL AS d, profblock_directory(NULL) IS NULL AS e,
	(SELECT count(*) FROM profblock_lanes(NULL)) AS f, (SELECT count(*) FROM profblock_symbol(block, NULL)) AS g,
	(SELECT count(*) FROM profblock_directory_lanes(NULL)) AS h, profblock_directory_sum(NULL, 0, 1) IS NULL AS i
FROM block;

-- ---- errors ----

SELECT error_of(s, true) AS error FROM unnest(ARRAY[
	$$SELECT profblock_agg(-1, 'a 1')$$,
	$$SELECT profblock_agg(1024, 'a 1')$$,
	$$SELECT profblock_agg(0, 'a 1', NULL, 1)$$,
	$$SELECT profblock_agg(0, 'a 1', 1, NULL)$$,
	$$SELECT profblock_agg(0, 'a 1', -1, 1)$$,
	$$SELECT profblock_agg(0, 'a 1', 1, -9)$$,
	$$SELECT profblock_agg(0, ('a' || i || ' 9223372036854775807')::proftree) FROM generate_series(1, 2) AS i$$,
	$$SELECT profblock_agg(0, 'a 1', 9223372036854775807, 1) FROM generate_series(1, 2)$$,
	$$SELECT profblock_agg(0, 'a 1', 1, 9223372036854775807) FROM generate_series(1, 2)$$,
	$$SELECT b + b FROM (SELECT profblock_agg(0, 'a 5000000000000000000') AS b) AS x$$,
	$$SELECT ''::profblock$$,
	$$SELECT 'main 1'::profblock$$,
	$$SELECT '\x'::profblock$$,
	$$SELECT '\x0'::profblock$$,
	$$SELECT '\x00'::profblock$$,
	$$SELECT '\x0100000000'::profblock$$,
	$$SELECT profblock_directory_lanes('')$$,
	$$SELECT profblock_directory_lanes('\x00')$$,
	$$SELECT profblock_directory_sum('\x0100010101ff', 0, 1)$$,
	$$SELECT profblock_directory_sum('\x018008010101', 0, 1)$$,
	$$SELECT profblock_directory_sum('\x0180080101', 0, 1)$$,
	$$SELECT profblock_directory_sum('\x0200ffffffffffffffff7f010100010101', 0, 1)$$,
	$$SELECT profblock_directory_sum('\x0200ffffffffffffffff7f010100010101', 0, 0)$$,
	$$SELECT profblock_directory_sum('\x020001ffffffffffffffff7f0100010101', 0, 1)$$,
	$$SELECT profblock_directory_sum('\x02000101ffffffffffffffff7f00010101', 0, 1)$$]) AS s;

-- ---- properties on random trees, against plain SQL ----

-- a number below n out of anything, the same everywhere
CREATE FUNCTION below(n integer, VARIADIC salt text[]) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
	SELECT ('x' || left(md5(salt::text), 6))::bit(24)::integer % n
$$;
CREATE TEMP TABLE sample AS
SELECT i, least(below(41, 'l', i::text), below(41, 'm', i::text)) AS lane, proftree_agg(frames, weight) AS tree,
	below(6, 'p', i::text)::bigint AS profiles, below(4, 'c', i::text)::bigint AS covered
FROM (SELECT i, (ARRAY['main', 'f' || below(4, 'f', i::text, j::text), 'g' || below(4, 'g', i::text, j::text),
			'f' || below(4, 'h', i::text, j::text), (awkward_names())[1 + below(60, 'n', i::text, j::text)]])[1 : 1 + below(5, 'd', i::text, j::text)] AS frames,
		below(5, 'w', i::text, j::text) * 1000 AS weight
	FROM generate_series(1, 150) AS i, generate_series(1, 12) AS j) AS x
GROUP BY i;
INSERT INTO sample VALUES (1001, 5, '', 1, 1), (1002, 600, '', 1, 1), (1003, 601, 'main 0', 1, 1);
CREATE TEMP TABLE whole AS SELECT profblock_agg(lane, tree, profiles, covered) AS block FROM sample;
-- every run of lanes
SELECT count(*) AS runs, count(*) FILTER (WHERE profblock_tree(block, a, z) IS DISTINCT FROM
		coalesce((SELECT sum(tree) FROM sample WHERE lane BETWEEN a AND z), '')) AS different
FROM whole, generate_series(-1, 45) AS a, generate_series(-1, 45) AS z;
SELECT count(*) AS lanes, count(*) FILTER (WHERE profblock_tree(block, l.lane, l.lane) IS DISTINCT FROM r.tree) AS different,
	count(*) FILTER (WHERE (l.total, l.profiles, l.covered) IS DISTINCT FROM (proftree_total(r.tree), r.profiles, r.covered)) AS other_numbers
FROM whole, LATERAL profblock_lanes(block) AS l
	FULL JOIN (SELECT lane, sum(tree) AS tree, sum(profiles)::bigint AS profiles, sum(covered)::bigint AS covered FROM sample GROUP BY lane) AS r USING (lane);
-- and their directories
SELECT count(*) AS runs, count(*) FILTER (WHERE s IS DISTINCT FROM e) AS different
FROM whole, generate_series(-1, 45, 3) AS a, generate_series(-1, 45, 3) AS z,
	LATERAL profblock_directory_sum(profblock_directory(block), a, z) AS s(lanes, total, profiles, covered),
	LATERAL (SELECT count(DISTINCT lane)::integer AS lanes, coalesce(sum(proftree_total(tree)), 0)::bigint AS total, coalesce(sum(profiles), 0)::bigint AS profiles, coalesce(sum(covered), 0)::bigint AS covered
		FROM sample WHERE lane BETWEEN a AND z) AS e;
SELECT count(*) AS lanes, count(*) FILTER (WHERE d IS DISTINCT FROM l) AS different
FROM whole, LATERAL profblock_lanes(block) AS l FULL JOIN (SELECT l.* FROM whole, profblock_directory_lanes(profblock_directory(block)) AS l) AS d USING (lane);
-- symbols, by the paths of each lane's tree
WITH path AS MATERIALIZED (SELECT lane, p.frames, p.self FROM (SELECT lane, sum(tree) AS tree FROM sample GROUP BY lane) AS r, paths(tree) AS p)
SELECT count(*) AS rows, count(*) FILTER (WHERE (s.self, s.total) IS DISTINCT FROM (e.self, e.total)) AS different
FROM whole, LATERAL unnest(ARRAY['main', 'f0', 'f1', 'f2', 'f3', 'g0', 'g2', '', 'a;b', 'none']) AS symbol,
	LATERAL profblock_symbol(block, symbol) AS s,
	LATERAL (SELECT coalesce(sum(self) FILTER (WHERE frames[cardinality(frames)] = symbol), 0) AS self,
			coalesce(sum(self) FILTER (WHERE symbol = ANY (frames)), 0) AS total
		FROM path WHERE path.lane = s.lane) AS e;
-- the block is the same in whatever order the rows come, and however they are put together
SELECT count(*) AS ways, count(*) FILTER (WHERE block <> way) AS different FROM whole, LATERAL (VALUES
	((SELECT profblock_agg(lane, tree, profiles, covered ORDER BY i DESC) FROM sample)),
	((SELECT profblock_agg(lane, tree, profiles, covered) FROM (SELECT lane, sum(tree) AS tree, sum(profiles)::bigint AS profiles, sum(covered)::bigint AS covered FROM sample GROUP BY lane) AS r)),
	((SELECT profblock_agg(lane, tree, profiles, covered) FILTER (WHERE i % 2 = 0) + profblock_agg(lane, tree, profiles, covered) FILTER (WHERE i % 2 = 1) FROM sample)),
	((SELECT profblock_merge(profblock_agg(lane, tree, profiles, covered) FILTER (WHERE lane < 9), profblock_agg(lane, tree, profiles, covered) FILTER (WHERE lane >= 9)) FROM sample)),
	((SELECT profblock_agg(lane, profblock_tree(block, lane, lane), l.profiles, l.covered) FROM profblock_lanes(block) AS l)),
	(profblock_slice(block, 0, 5) + profblock_slice(block, 6, 1023)),
	(profblock_slice(block, 0, 2000)),
	(block::text::profblock)) AS w(way);
SELECT count(*) AS runs, count(*) FILTER (WHERE profblock_slice(block, a, z) IS DISTINCT FROM
		(SELECT profblock_agg(lane, tree, profiles, covered) FROM sample WHERE lane BETWEEN a AND z)) AS different
FROM whole, generate_series(-1, 45, 2) AS a, generate_series(-1, 605, 5) AS z;
-- merging commutes, is associative, and adds
SELECT bool_and(a + b = b + a) AS commutes, bool_and((a + b) + c = a + (b + c)) AS associative,
	bool_and(profblock_tree(a + b, 0, 20) = profblock_tree(a, 0, 20) + profblock_tree(b, 0, 20)) AS adds
FROM (SELECT profblock_agg(lane, tree) FILTER (WHERE i % 5 = n) AS a, profblock_agg(lane, tree) FILTER (WHERE i % 7 = n) AS b, profblock_agg(lane, tree) FILTER (WHERE i % 3 = n % 3) AS c
	FROM sample, generate_series(0, 4) AS n GROUP BY n) AS x;
-- windows: a state goes on after it gave a block
SELECT count(*) AS rows, count(*) FILTER (WHERE running IS DISTINCT FROM (SELECT profblock_agg(lane, tree) FROM sample AS o WHERE o.i <= w.i)) AS different
FROM (SELECT i, profblock_agg(lane, tree) OVER (ORDER BY i) AS running FROM sample WHERE i < 40) AS w;

-- ---- equality, order, hash ----

SELECT count(*) AS pairs, count(*) FILTER (WHERE (a.b = c.b) <> (a.i = c.i)) AS equal_wrong, count(*) FILTER (WHERE (a.b <> c.b) = (a.i = c.i)) AS unequal_wrong,
	count(*) FILTER (WHERE (a.b < c.b)::integer + (a.b = c.b)::integer + (a.b > c.b)::integer <> 1) AS order_wrong,
	count(*) FILTER (WHERE (a.b <= c.b) <> (a.b < c.b OR a.b = c.b) OR (a.b >= c.b) <> (a.b > c.b OR a.b = c.b)) AS or_equal_wrong,
	count(*) FILTER (WHERE sign(profblock_cmp(a.b, c.b)) <> CASE WHEN a.b < c.b THEN -1 WHEN a.b = c.b THEN 0 ELSE 1 END) AS cmp_wrong,
	count(*) FILTER (WHERE a.i = c.i AND (profblock_hash(a.b) <> profblock_hash(c.b) OR profblock_hash_extended(a.b, 5) <> profblock_hash_extended(c.b, 5))) AS hash_wrong
FROM (SELECT i, profblock_agg(lane, tree) AS b FROM sample WHERE i < 30 GROUP BY i) AS a, (SELECT i, profblock_agg(lane, tree) AS b FROM sample WHERE i < 30 GROUP BY i) AS c;
CREATE TEMP TABLE kept (i integer, block profblock UNIQUE);
INSERT INTO kept SELECT i, profblock_agg(lane, tree) FROM sample WHERE i < 50 GROUP BY i;
SELECT error_of('INSERT INTO kept SELECT i, profblock_agg(lane, tree) FROM sample WHERE i = 7 GROUP BY i') LIKE '23505: %' AS refused;
SELECT count(DISTINCT block) AS blocks FROM (SELECT block FROM kept UNION ALL SELECT block FROM kept) AS x;
CREATE INDEX kept_hash ON kept USING hash (block);
SET enable_seqscan = off;
SELECT count(*) AS found FROM kept AS a JOIN kept AS b ON a.block = b.block;
RESET enable_seqscan;

-- ---- forms ----

CREATE TEMP TABLE copied (i integer, block profblock);
\copy kept to 'results/profblock.bin' (format binary)
\copy copied from 'results/profblock.bin' (format binary)
\copy kept to 'results/profblock.txt'
\copy copied from 'results/profblock.txt'
SELECT count(*) AS rows, count(*) FILTER (WHERE c.block IS DISTINCT FROM k.block) AS different,
	count(*) FILTER (WHERE profblock_send(c.block) IS DISTINCT FROM profblock_send(k.block)) AS sent_different
FROM copied AS c JOIN kept AS k USING (i);
-- one wire form for both, text is its hex
SELECT bool_and(block::text = '\x' || encode(profblock_send(block), 'hex')) AS alike FROM kept;
-- symbols in the client's encoding, which may change their order
CREATE TEMP TABLE accented AS SELECT profblock_agg(i, proftree_insert(proftree_insert('', ARRAY['r', chr(321)], i), ARRAY['r', chr(352), chr(193)], 0)) AS block FROM generate_series(1, 9) AS i;
SET client_encoding = 'LATIN2';
\copy accented to 'results/profblock.bin' (format binary)
TRUNCATE copied;
\copy copied (block) from 'results/profblock.bin' (format binary)
SELECT position('\xa3'::bytea IN profblock_send(block)) > 0 AS latin2 FROM accented;
RESET client_encoding;
SELECT c.block = a.block AS same FROM copied AS c, accented AS a;
-- any flip or cut of the wire form is refused
SELECT error, count(*) > 20 AS many FROM (
	SELECT left(error_of(format('SELECT %L::profblock', '\x' || encode(set_bit(w, n, 1 - get_bit(w, n)), 'hex'))), 34) AS error
	FROM block, profblock_send(block) AS w, generate_series(0, 8 * length(w) - 1, 5) AS n
	UNION ALL SELECT left(error_of(format('SELECT %L::profblock', '\x' || encode(substr(w, 1, n), 'hex'))), 34)
	FROM block, profblock_send(block) AS w, generate_series(1, length(w) - 1) AS n) AS x
GROUP BY error ORDER BY error;

-- ---- damaged stored values ----

-- These casts take bytes for a stored value without looking; only a superuser
-- can make them, and only tests do.
CREATE CAST (bytea AS profblock) WITHOUT FUNCTION;
CREATE CAST (profblock AS bytea) WITHOUT FUNCTION;
-- What a function makes of bytes: a result, or one of the errors it may give.
CREATE FUNCTION judge(bytes bytea) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	v profblock := bytes::profblock;
	whole text;
	parts text := '';
	call text;
BEGIN
	whole := error_of(format('SELECT profblock_out(%L::bytea::profblock)', bytes));
	IF whole = 'ok' AND (v::text::profblock::bytea <> bytes OR profblock_slice(v, 0, 1023)::bytea <> bytes) THEN
		RETURN 'is not canonical';
	END IF;
	IF whole <> 'ok' AND whole !~ '^XX001: invalid profblock value: (unknown version|(header|directory|dictionary|symbols|shape|lanes) section: )' THEN
		RETURN whole;
	END IF;
	FOREACH call IN ARRAY ARRAY['profblock_send(%L::bytea::profblock)', 'profblock_merge(%L::bytea::profblock, profblock_agg(3, ''m 1''))',
		'profblock_slice(%L::bytea::profblock, 0, 1)', 'count(proftree_out(profblock_tree(%L::bytea::profblock, 0, 1023)))',
		'count(proftree_out(profblock_tree(%L::bytea::profblock, 1, 1)))', 'profblock_directory(%L::bytea::profblock)',
		'(SELECT count(l.*) FROM profblock_lanes(%L::bytea::profblock) AS l)', '(SELECT count(s.*) FROM profblock_symbol(%L::bytea::profblock, ''main'') AS s)'] LOOP
		parts := error_of(format('SELECT ' || call, bytes));
		IF parts <> 'ok' AND (whole = 'ok' OR left(parts, 5) <> 'XX001') AND left(parts, 5) <> '22003' THEN
			RETURN call || ': ' || parts;
		END IF;
		IF parts = 'ok' AND whole <> 'ok' AND call ~ 'send|merge|slice' THEN
			RETURN call || ': not refused';
		END IF;
	END LOOP;
	RETURN CASE WHEN whole = 'ok' THEN 'a block' ELSE 'refused' END;
END $$;
SELECT length(block::bytea) AS bytes, judge(block::bytea) FROM block;
SELECT judge(set_bit(b, n, 1 - get_bit(b, n))), count(*) > 5 AS some
FROM block, LATERAL (SELECT block::bytea AS b) AS x, generate_series(0, 8 * length(b) - 1) AS n GROUP BY 1 ORDER BY 1;
SELECT judge(substr(b, 1, n)), count(*) = length(b) AS all
FROM block, LATERAL (SELECT block::bytea AS b) AS x, generate_series(0, length(b) - 1) AS n GROUP BY 1, b ORDER BY 1;
SELECT judge(b || '\x00') AS longer, judge(b || '\x02') AS longer_too FROM block, LATERAL (SELECT block::bytea AS b) AS x;
SELECT error_of(format('SELECT profblock_tree(%L::bytea::profblock, 0, 1)', b), true) AS error
FROM (VALUES ('\x02'::bytea), ('\x0200'), ('\x0101'), ('')) AS v(b);
DROP FUNCTION judge;
DROP CAST (bytea AS profblock);
DROP CAST (profblock AS bytea);

-- ---- large ----

-- more rows than the log of an aggregate keeps unpacked; groups, parallel
CREATE TABLE lane_rows (lane integer, tree proftree);
INSERT INTO lane_rows SELECT i % 31, t FROM generate_series(1, 3000) AS i,
	LATERAL (SELECT proftree_agg('main;f' || (i * j) % 97 || ';g' || (i + j) % 89, j % 5) AS t FROM generate_series(1, 150) AS j WHERE i > 0) AS x;
ALTER TABLE lane_rows SET (parallel_workers = 3);
ANALYZE lane_rows;
CREATE TEMP TABLE serial AS SELECT profblock_agg(lane, tree) AS block FROM lane_rows;
SELECT count(*) AS lanes, count(*) FILTER (WHERE profblock_tree(block, lane, lane) <> tree) AS different,
	bool_and(block = (SELECT profblock_agg(lane, tree, n, n) FROM (SELECT lane, sum(tree) AS tree, count(*) AS n FROM lane_rows GROUP BY lane) AS x)) AS same
FROM serial, (SELECT lane, sum(tree) AS tree FROM lane_rows GROUP BY lane) AS x;
SET max_parallel_workers_per_gather = 3;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SELECT plan_has('SELECT profblock_agg(lane, tree) FROM lane_rows', '%Partial Aggregate%') AS partial;
SELECT (SELECT profblock_agg(lane, tree) FROM lane_rows) = block AS same FROM serial;
SET parallel_leader_participation = off;
SELECT (SELECT profblock_agg(lane, tree) FROM lane_rows) = block AS same FROM serial;
SELECT count(*) AS groups, count(*) FILTER (WHERE b <> (SELECT profblock_agg(lane, tree, 1, 2) FROM lane_rows AS o WHERE o.lane % 4 = x.g)) AS different
FROM (SELECT lane % 4 AS g, profblock_agg(lane, tree, 1, 2) AS b FROM lane_rows GROUP BY 1) AS x;
-- partial states without a row, and without any
SELECT profblock_agg(lane, tree) FILTER (WHERE lane = 400) IS NULL AS none, profblock_tree(profblock_agg(lane, tree) FILTER (WHERE lane = 7), 0, 1023) = sum(tree) FILTER (WHERE lane = 7) AS one FROM lane_rows;
DROP TABLE lane_rows;
-- stored and toasted; the directory is read from the front of it
CREATE TABLE stored_block (block profblock);
INSERT INTO stored_block SELECT profblock_agg(i % 1024, proftree_agg_of) FROM (SELECT i, proftree_insert('', ARRAY['main', md5(i::text), md5((i + 1)::text)], i) AS proftree_agg_of FROM generate_series(1, 3000) AS i) AS x;
INSERT INTO stored_block SELECT block FROM block;
SELECT pg_column_size(block) > 8000 AS toasted, (SELECT (count(*), sum(total)) FROM profblock_lanes(block)) AS lanes, proftree_total(profblock_tree(block, 0, 1023)) AS total,
	(SELECT s FROM profblock_directory_sum(profblock_directory(block), 0, 1023) AS s) AS sum,
	(SELECT (sum(s.self), sum(s.total)) FROM profblock_symbol(block, 'main') AS s) AS main
FROM stored_block ORDER BY 1 DESC;
DROP TABLE stored_block;
DROP FUNCTION below;
