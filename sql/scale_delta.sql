\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/sql/include/helpers.sql'
\i :helpers
--
-- proftree_scale and proftree_delta.
--

-- ---- scale: every weight times a factor, rounded half up, no node dropped ----

SELECT f AS factor, proftree_scale(E'a 1\na;b 2\na;c 3\nd 0', f) AS tree
FROM unnest(ARRAY[0, 0.25, 0.5, 1, 1.5, 10, 1000000]) AS f ORDER BY f;
-- exactly half goes up, a hair less goes down, at any size
SELECT proftree_total(proftree_scale('a 5', 0.5)) AS half, proftree_total(proftree_scale('a 5', 0.49999999999999999999)) AS less,
	proftree_total(proftree_scale('a 1', 0.5)) AS one, proftree_total(proftree_scale('a 9007199254740993', 1.0)) AS not_a_double,
	proftree_total(proftree_scale('a 9223372036854775807', 0.5)) AS large, proftree_total(proftree_scale('a 9223372036854775807', 1)) AS largest,
	proftree_total(proftree_scale('a 3', 1e-30)) AS tiny, proftree_total(proftree_scale('a 1', 1 / 3.0)) AS third;
SELECT proftree_scale('', 5) = '' AS empty, proftree_scale('a 1', NULL) IS NULL AS no_factor, proftree_scale(NULL, 1) IS NULL AS no_tree,
	proftree_scale('a 0', 5) = 'a 0' AS zero, proftree_scale('a;b 3', 0) = 'a;b 0' AS by_zero, proftree_scale('a 4', -0.0) = 'a 0' AS minus_zero,
	proftree_scale('a 2', 2::integer) = 'a 4' AS integer, proftree_scale('a 2', 1.50) = 'a 3' AS numeric;
-- the bounds; each weight may fit when their sum does not (errors: text_errors)
SELECT proftree_scale(E'a 1\nb 1', 4611686018427387903) AS fits,
	error_of($$SELECT proftree_scale(E'a 1\nb 1', 4611686018427387904)$$) AS does_not,
	error_of($$SELECT proftree_scale('a 9223372036854775807', 1.0000000000000000000001)$$) AS rounds_back,
	error_of($$SELECT proftree_scale('a 9223372036854775807', 1.0000000000000000001)$$) AS rounds_past;

-- ---- delta: what grew ----

SELECT proftree_delta(E'a 1\na;b 5\nc 7', E'a 3\na;b 5\nc 6\nd;e 2');
SELECT proftree_delta('', 'a;b 1') = 'a;b 1' AS all_new, proftree_delta('a;b 1', '') = '' AS all_gone, proftree_delta('a;b 1', 'a;b 1') = '' AS same,
	proftree_delta('a 5', 'a 3') = '' AS shrank, proftree_delta('', '') = '' AS nothing, proftree_delta('', 'a 0') = '' AS zero,
	proftree_delta(E'a 5\na;b 0', E'a 1\na;b 1') = 'a;b 1' AS below_one_that_shrank, proftree_delta('a;b;c 1', 'a;b;d 1') = 'a;b;d 1' AS moved,
	proftree_delta(NULL, 'a 1') IS NULL AS no_previous, proftree_delta('a 1', NULL) IS NULL AS no_current,
	proftree_delta('a 9223372036854775807', 'b 9223372036854775807') = 'b 9223372036854775807' AS greatest,
	proftree_delta('a 1', 'a 9223372036854775807') = 'a 9223372036854775806' AS nearly;
-- previous + delta is at least current, and exactly that where nothing shrank
SELECT p + proftree_delta(p, p + d) = p + d AS exact FROM (VALUES ('a;b 3'::proftree, E'a 1\nc;d 2'::proftree)) AS v(p, d);

-- ---- random trees, against plain SQL ----

SELECT setseed(0.375);
CREATE TEMP TABLE stack AS
SELECT id, side, ARRAY(SELECT chr(97 + floor(random() * (2 + id % 5))::int)
		FROM generate_series(1, 1 + floor(random() * 5)::int + 0 * n)) AS frames,
	CASE id % 3 WHEN 0 THEN floor(random() * 4)::bigint WHEN 1 THEN floor(random() * 1e6)::bigint ELSE 2 * floor(random() * 5)::bigint END AS weight
FROM generate_series(1, 400) AS id, unnest(ARRAY['p', 'c']) AS side, LATERAL generate_series(1, (id + ascii(side)) % 17) AS n;
CREATE TEMP TABLE pair AS
SELECT id, coalesce(proftree_agg(frames, weight) FILTER (WHERE side = 'p'), '') AS p, coalesce(proftree_agg(frames, weight) FILTER (WHERE side = 'c'), '') AS c,
	(ARRAY[0, 0.001, 0.3333, 0.5, 0.75, 1, 2.5, 60, 1.1e6])[1 + id % 9] AS factor
FROM stack GROUP BY id;
CREATE TEMP TABLE weight AS SELECT id, frames, sum(weight) FILTER (WHERE side = 'p') AS p, sum(weight) FILTER (WHERE side = 'c') AS c FROM stack GROUP BY id, frames;
SELECT count(*) > 390 AS many, count(*) FILTER (WHERE delta <> expected) AS delta_wrong,
	count(*) FILTER (WHERE proftree_total(delta) <> (SELECT coalesce(sum(greatest(coalesce(w.c, 0) - coalesce(w.p, 0), 0)), 0) FROM weight AS w WHERE w.id = x.id)) AS total_wrong,
	count(*) FILTER (WHERE proftree_node_count(delta) > 0) > 300 AS many_grew
FROM (SELECT id, proftree_delta(p, c) AS delta, (SELECT coalesce(proftree_agg(frames, (coalesce(w.c, 0) - coalesce(w.p, 0))::bigint), '') FROM weight AS w
		WHERE w.id = pair.id AND coalesce(w.c, 0) > coalesce(w.p, 0)) AS expected FROM pair) AS x;
SELECT count(*) FILTER (WHERE proftree_scale(p, factor) <> expected) AS scale_wrong,
	count(*) FILTER (WHERE proftree_node_count(proftree_scale(p, factor)) <> proftree_node_count(p)) AS nodes_lost
FROM (SELECT p, factor, (SELECT coalesce(proftree_agg(frames, round(w.p * factor)::bigint), '') FROM weight AS w WHERE w.id = pair.id AND w.p IS NOT NULL) AS expected FROM pair) AS x;
-- what must hold between them and +
SELECT count(*) FILTER (WHERE proftree_scale(p, 3) <> p + p + p) AS three, count(*) FILTER (WHERE proftree_scale(p, 1) <> p) AS one,
	count(*) FILTER (WHERE proftree_scale(proftree_scale(p, 4), 0.25) <> p) AS there_and_back,
	count(*) FILTER (WHERE proftree_scale(p + c, 7) <> proftree_scale(p, 7) + proftree_scale(c, 7)) AS of_a_sum,
	count(*) FILTER (WHERE proftree_delta(p, p) <> '') AS no_growth, count(*) FILTER (WHERE proftree_delta('', p) <> proftree_delta(c, p + c)) AS of_more,
	-- both directions, and what both have, make up the whole
	count(*) FILTER (WHERE proftree_total(p) - proftree_total(proftree_delta(c, p)) <> proftree_total(c) - proftree_total(proftree_delta(p, c))) AS common
FROM pair;
