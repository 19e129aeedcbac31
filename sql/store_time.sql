\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/sql/include/helpers.sql'
\i :helpers
--
-- Time in the store: slots, lanes, the lanes a range is read by, profiles
-- longer than a slot, averages, settings.
--
SET timezone = 'UTC';
SET datestyle = 'ISO';
\pset format unaligned
SELECT setseed(0.5);

-- ---- widths of levels ----

SELECT f AS fanouts, r AS resolution, pyrotree.lane_widths(f, r)
FROM (VALUES ('{60,6,24,30,12}'::integer[], 10000000::bigint), ('{2}', 86400000000), ('{1024}', 1000), ('{6,4}', 1000000)) AS v(f, r);
-- {2}: one level for each power of 2, the top one the first of 100 years
SELECT array_lower(w, 1), array_upper(w, 1), w[42] * 1e-3 / 86400 / 36525 >= 1 AS top, w[41] * 1e-3 / 86400 / 36525 < 1 AS below
FROM pyrotree.lane_widths('{2}', 1000) AS w;
SELECT call, error_of('SELECT ' || call, true) AS error
FROM unnest(ARRAY[
	$$pyrotree.lane_widths('{}', 1000)$$, $$pyrotree.lane_widths('{1}', 1000)$$, $$pyrotree.lane_widths('{2,1025}', 1000)$$,
	$$pyrotree.lane_widths('{2,NULL}', 1000)$$, $$pyrotree.lane_widths('{{2},{3}}', 1000)$$,
	$$pyrotree.lane_widths(array_fill(2, '{33}'), 1000)$$, $$pyrotree.lane_widths('{2}', 999)$$, $$pyrotree.lane_widths('{2}', 0)$$,
	$$pyrotree.lane_widths('{2}', -10000000)$$, $$pyrotree.lane_widths('{2}', 7000000)$$, $$pyrotree.lane_widths('{2}', 172800000000)$$,
	$$pyrotree.floor_slot(1, 0)$$, $$pyrotree.floor_slot(1, -10)$$, $$pyrotree.floor_slot(-9223372036854775808, 10)$$,
	$$pyrotree.first_slot('epoch', 0)$$, $$pyrotree.last_slot('epoch', 11)$$, $$pyrotree.slot_time(1, 0)$$,
	$$pyrotree.cover(0, 1, '{}')$$, $$pyrotree.cover(0, 1, '{2,0}')$$, $$pyrotree.cover(0, 1, '{NULL}')$$,
	$$pyrotree.cover(-4611686018427387905, 1, '{2}')$$, $$pyrotree.cover(0, 4611686018427387904, '{2}')$$]) AS call;

-- ---- slots ----

SELECT slot, pyrotree.floor_slot(slot, 10) FROM unnest(ARRAY[-21, -20, -19, -1, 0, 1, 9, 10, 19, 9223372036854775807, -9223372036854775800]) AS slot;
SELECT t AS time, pyrotree.first_slot(t, 10000000), pyrotree.last_slot(t, 10000000)
FROM unnest(ARRAY['-infinity', '4714-11-24 00:00:00+00 BC', '1969-12-31 23:59:50', '1969-12-31 23:59:59.999999', '1970-01-01', '1970-01-01 00:00:00.000001',
	'1970-01-01 00:00:10', '2000-01-01', '2026-11-20 20:46:01', '294276-12-31 23:59:59.999999', 'infinity']::timestamptz[]) AS t;
SELECT s AS slot, pyrotree.slot_time(s, 10000000)
FROM unnest(ARRAY[-4611686018427387904, -21086680321, -21086680320, -1, 0, 1, 922431801599, 922431801600, 922431801601, 4611686018427387903, 9223372036854775807, -9223372036854775808]) AS s;

-- random times around the centuries, in a zone with summer time: as numeric has it
SET timezone = 'America/New_York';
CREATE TEMP TABLE times AS
	SELECT timestamptz '1970-01-01Z' + (random() - 0.5) * 1e10 * interval '1 s' AS t, r AS resolution
	FROM generate_series(1, 2000), unnest(ARRAY[1000, 1000000, 10000000, 60000000, 86400000000]::bigint[]) AS r
	UNION ALL
	SELECT timestamptz '2024-03-10 06:59:50Z' + i * interval '1 s', 10000000 FROM generate_series(0, 20) AS i
	UNION ALL
	SELECT timestamptz '2024-11-03 05:59:50Z' + i * interval '10 min', 3600000000 FROM generate_series(0, 20) AS i;
SELECT count(*) FILTER (WHERE pyrotree.first_slot(t, resolution) <> floor(extract(epoch FROM t) * 1000000 / resolution)) AS first,
	count(*) FILTER (WHERE pyrotree.last_slot(t, resolution) <> ceil(extract(epoch FROM t) * 1000000 / resolution) - 1) AS last,
	count(*) FILTER (WHERE extract(epoch FROM pyrotree.slot_time(pyrotree.first_slot(t, resolution), resolution)) * 1000000 <>
		floor(extract(epoch FROM t) * 1000000 / resolution) * resolution) AS time
FROM times;
SET timezone = 'UTC';

-- ---- lanes of a range, by looking at each slot ----

SELECT * FROM pyrotree.cover(-5, 1000000, '{60,6,24,30,12}');
SELECT * FROM pyrotree.cover(3, 2, '{2}');
SELECT * FROM pyrotree.cover(-4611686018427387904, 4611686018427387903, '{2}');
SELECT * FROM pyrotree.cover(-4611686018427387904, 4611686018427387903, '{1000}');

CREATE FUNCTION pg_temp.floor_to(x bigint, width bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT x - ((x % width) + width) % width';
-- widths of the first levels
CREATE FUNCTION pg_temp.widths(fanouts integer[], levels integer) RETURNS bigint[] LANGUAGE sql IMMUTABLE AS $$
	WITH RECURSIVE w(level, width) AS (
		SELECT 0, 1::bigint
		UNION ALL
		SELECT level + 1, width * fanouts[least(level + 1, cardinality(fanouts))] FROM w WHERE level < levels
	)
	SELECT ('[0:' || levels || ']={' || string_agg(width::text, ',' ORDER BY level) || '}')::bigint[] FROM w
$$;

CREATE TEMP TABLE ranges AS
	SELECT row_number() OVER () AS id, fanouts, first, first + n - 1 AS last, pg_temp.widths(fanouts, 8) AS widths
	FROM unnest(ARRAY['2', '3', '2,3,2', '60,6,24,30,12']) AS f, LATERAL (SELECT ('{' || f || '}')::integer[] AS fanouts) AS a,
		generate_series(-7, 7) AS first, generate_series(0, 30) AS n;
INSERT INTO ranges
	SELECT 100000 + i, '{60,6,24,30,12}', first, first + (random() * 30000)::bigint, pg_temp.widths('{60,6,24,30,12}', 8)
	FROM generate_series(1, 4) AS i, LATERAL (SELECT ((random() - 0.5) * 100000)::bigint + i * 0 AS first) AS f;
-- each slot belongs to the widest lane that lies within the range
CREATE TEMP TABLE wanted AS
	SELECT r.id, x AS slot, max(level) AS level
	FROM ranges AS r, generate_series(first, last) AS x, generate_series(0, 8) AS level
	WHERE pg_temp.floor_to(x, widths[level]) >= first AND pg_temp.floor_to(x, widths[level]) + widths[level] - 1 <= last
	GROUP BY 1, 2;
CREATE TEMP TABLE given AS
	SELECT r.id, c.n, c.level, c.first, c.last FROM ranges AS r, pyrotree.cover(r.first, r.last, r.fanouts) WITH ORDINALITY AS c(level, first, last, n);
CREATE TEMP TABLE given_slot AS SELECT id, x AS slot, level FROM given, generate_series(first, last) AS x;
SELECT count(*) AS ranges, (SELECT count(*) FROM wanted) = (SELECT count(*) FROM given_slot) AS as_many,
	(SELECT count(*) FROM (TABLE wanted EXCEPT TABLE given_slot) AS d) AS different
FROM ranges;
-- in the order of time, no two runs that could be one, at most two a level
SELECT count(*) FILTER (WHERE g.first <> before.last + 1 OR g.level = before.level) AS not_runs
FROM given AS g JOIN given AS before ON before.id = g.id AND before.n = g.n - 1;
SELECT max(count) FROM (SELECT count(*) FROM given GROUP BY id, level) AS c;

-- ---- what a range reads of a series, by looking at each slot ----

SELECT * FROM pyrotree.reads(100, 1000000, 936000, '[0:7]={43200,8640,0,0,0,0,0,0}', pyrotree.lane_widths('{60,6,24,30,12}', 10000000), NULL);
SELECT * FROM pyrotree.reads(100, 1000000, 936000, '[0:7]={43200,8640,0,0,0,0,0,0}', pyrotree.lane_widths('{60,6,24,30,12}', 10000000), 0);
-- empty; not compacted yet; all in one lane that is all there is
SELECT * FROM pyrotree.reads(5, 4, 0, '[0:0]={0}', '[0:1]={1,2}', NULL);
SELECT * FROM pyrotree.reads(3, 9, -4611686018427387904, '[0:0]={-4611686018427387904}', '[0:1]={1,2}', NULL);
SELECT * FROM pyrotree.reads(-3, -3, 12, '[0:2]={6,6,0}', '[0:3]={1,2,6,12}', NULL);
SELECT * FROM pyrotree.reads(-4611686018427387904, 4611686018427387903, 12, '[0:2]={6,6,0}', '[0:3]={1,2,6,12}', NULL);
-- NULL
SELECT count(*) FROM pyrotree.reads(NULL, 1, 0, '{0}', '{1,2}', 0);
SELECT count(*) FROM pyrotree.reads(0, 1, NULL, '{0}', '{1,2}', 0);
SELECT count(*) FROM pyrotree.reads(0, 1, 0, NULL, '{1,2}', 0);
SELECT count(*) FROM pyrotree.reads(0, 1, 0, '{0}', NULL, 0);

SELECT call, error_of('SELECT * FROM pyrotree.reads(' || call || ')') AS error
FROM unnest(ARRAY[
	$$0, 1, 0, '{0,0}', '{1,2}', NULL$$, $$0, 1, 0, '{}', '{1}', NULL$$, $$0, 1, 0, '{0}', '{2,4}', NULL$$, $$0, 1, 0, '{0,0}', '{1,2,3}', NULL$$,
	$$0, 1, 0, '{NULL}', '{1,2}', NULL$$, $$0, 1, 0, '{0}', '{1,NULL}', NULL$$, $$0, 1, 0, '{1}', '{1,2}', NULL$$, $$0, 1, 0, '{2}', '{1,2}', NULL$$,
	$$0, 1, 6, '{0,6}', '{1,2,6}', NULL$$, $$0, 1, 0, '{0}', '{1,2}', -1$$, $$-4611686018427387905, 1, 0, '{0}', '{1,2}', NULL$$,
	$$0, 4611686018427387904, 0, '{0}', '{1,2}', NULL$$, $$0, 1, 0, array_fill(0, '{63}'), array_fill(1, '{64}'), NULL$$]) AS call;

CREATE FUNCTION pg_temp.finest(x bigint, horizon bigint, kept_from bigint[], levels integer) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN x >= horizon THEN 0
		ELSE coalesce((SELECT min(l) FROM generate_series(0, levels - 1) AS l WHERE x >= kept_from[l]), levels - 1) END
$$;
-- random edges below which levels were dropped, each not above that of a finer level
CREATE FUNCTION pg_temp.kept(horizon bigint, widths bigint[], levels integer) RETURNS bigint[] LANGUAGE plpgsql AS $$
DECLARE
	edge bigint := horizon;
	result text;
BEGIN
	FOR l IN 0 .. levels - 1 LOOP
		IF random() < 0.2 THEN
			edge := -4611686018427387904;
		ELSIF edge > -4611686018427387904 THEN
			edge := pg_temp.floor_to(edge - (random() * random() * 60)::bigint, widths[l + 1]);
		END IF;
		result := concat_ws(',', result, edge);
	END LOOP;
	RETURN '[0:' || levels - 1 || ']={' || result || '}';
END $$;
CREATE TEMP TABLE series AS
	SELECT id, w.widths, levels, horizon, pg_temp.kept(horizon, w.widths, levels) AS kept_from,
		first, first + (random() * 120)::bigint - 2 AS last, CASE WHEN random() < 0.6 THEN (random() * 4)::integer END AS top
	FROM generate_series(1, 800) AS id,
		LATERAL (SELECT (ARRAY['{2}', '{3}', '{2,3,2}', '{4,2,3}'])[1 + id % 4]::integer[] AS fanouts, 1 + id % 5 AS levels) AS f,
		LATERAL (SELECT pg_temp.widths(fanouts, levels) AS widths) AS w,
		LATERAL (SELECT pg_temp.floor_to(((random() - 0.5) * 100)::bigint, w.widths[1]) AS horizon, ((random() - 0.6) * 200)::bigint AS first) AS h;
CREATE TEMP TABLE answered AS
	SELECT id, pg_temp.floor_to(first, widths[pg_temp.finest(first, horizon, kept_from, levels)]) AS first,
		pg_temp.floor_to(last, w) + w - 1 AS last
	FROM series, LATERAL (SELECT widths[pg_temp.finest(last, horizon, kept_from, levels)] AS w) AS w
	WHERE first <= last;
CREATE TEMP TABLE given_read AS
	SELECT s.id, r.n, r.level, r.first, r.last
	FROM series AS s, pyrotree.reads(s.first, s.last, horizon, kept_from, widths, top) WITH ORDINALITY AS r(level, first, last, n);
-- the last row is the range that is answered
SELECT (SELECT count(*) FROM answered) > 700 AS many,
	(SELECT count(*) FROM answered) = (SELECT count(*) FROM given_read WHERE level IS NULL) AS as_many,
	(SELECT count(*) FROM (TABLE answered EXCEPT SELECT id, first, last FROM given_read WHERE level IS NULL) AS d) AS different,
	(SELECT count(*) FROM given_read AS g WHERE level IS NULL AND n < (SELECT max(n) FROM given_read AS h WHERE h.id = g.id)) AS not_last;
-- each slot below the horizon is read from the widest lane up to "top" within the range, or the finest that is kept
CREATE TEMP TABLE wanted_read AS
	SELECT a.id, x AS slot, max(level) AS level
	FROM answered AS a JOIN series AS s USING (id), LATERAL generate_series(a.first, least(a.last, horizon - 1)) AS x,
		LATERAL (SELECT pg_temp.finest(x, horizon, kept_from, levels) AS finest) AS f, generate_series(0, levels - 1) AS level
	WHERE level BETWEEN finest AND greatest(coalesce(top, levels - 1), finest)
		AND pg_temp.floor_to(x, widths[level]) >= a.first AND pg_temp.floor_to(x, widths[level]) + widths[level] - 1 <= least(a.last, horizon - 1)
	GROUP BY 1, 2;
CREATE TEMP TABLE given_read_slot AS SELECT id, x AS slot, level FROM given_read, generate_series(first, last) AS x WHERE level IS NOT NULL;
SELECT (SELECT count(*) FROM wanted_read) > 10000 AS many, (SELECT count(*) FROM wanted_read) = (SELECT count(*) FROM given_read_slot) AS as_many,
	(SELECT count(*) FROM (TABLE wanted_read EXCEPT TABLE given_read_slot) AS d) AS different;
SELECT count(*) FILTER (WHERE g.first <> before.last + 1 OR g.level = before.level) AS not_runs
FROM given_read AS g JOIN given_read AS before ON before.id = g.id AND before.n = g.n - 1 WHERE g.level IS NOT NULL;

-- ---- profiles longer than a slot ----

SELECT slot, profile FROM pyrotree.spread(E'a 5\na;b 3\na;c 0\nd;e 1', '2020-01-01 00:00:03', '2020-01-01 00:00:41', 10000000);
-- within a slot, of one slot, of no weight, before 1970
SELECT slot, profile FROM pyrotree.spread('a;b 5', '2020-01-01 00:00:03', '2020-01-01 00:00:04', 10000000);
SELECT slot, profile FROM pyrotree.spread('a;b 5', '2020-01-01 00:00:00', '2020-01-01 00:00:10', 10000000);
SELECT slot, profile FROM pyrotree.spread('', '2020-01-01 00:00:00', '2020-01-01 00:00:10.000001', 10000000);
SELECT slot, profile FROM pyrotree.spread('a 9223372036854775807', '1969-12-31 23:59:50', '1970-01-01 00:00:20', 10000000);
SELECT count(*), min(slot), max(slot), sum(profile) FROM pyrotree.spread('a;b 100', '294276-12-31', '294276-12-31 23:59:59.999999', 60000000);
-- a day, also the one that has 25 hours somewhere; a profile of small weights
SET timezone = 'America/New_York';
SELECT count(*), count(*) FILTER (WHERE profile = '') AS empty, sum(profile) = E'a;b 100\nc 5' AS exact
FROM pyrotree.spread(E'a;b 100\nc 5', '2024-11-03 00:00:00-04', '2024-11-03 23:00:00-05', 10000000);
SELECT error_of($$SELECT count(*) FROM pyrotree.spread('a 1', '2024-11-03 00:00:00-04', '2024-11-03 23:00:00.000001-05', 10000000)$$, true) AS longer;
SET timezone = 'UTC';
SELECT call, error_of('SELECT count(*) FROM pyrotree.spread(' || call || ')') AS error
FROM unnest(ARRAY[$$'a 1', '2020-01-02', '2020-01-02', 10000000$$, $$'a 1', '2020-01-02', '2020-01-01', 10000000$$,
	$$'a 1', '-infinity', '2020-01-02', 10000000$$, $$'a 1', '2020-01-02', 'infinity', 10000000$$,
	$$'a 1', '4714-11-24 BC', '294276-12-31', 10000000$$, $$'a 1', '2020-01-01', '2020-01-02', 0$$, $$'a 1', '2020-01-01', NULL, 0$$]) AS call;
-- random ones: they add up exactly, and each slot has its share
CREATE TEMP TABLE profile AS
	SELECT id, (SELECT proftree_agg('f' || (random() * 5)::integer || ';g' || (random() * 9)::integer || CASE WHEN random() < 0.5 THEN ';h' ELSE '' END,
			(random() ^ 4 * CASE WHEN id % 3 = 0 THEN 1e14 ELSE 50 END)::bigint + k * 0) FROM generate_series(1, 60) AS k) AS tree,
		since, since + (1 + random() * 300) * interval '1 s' AS until
	FROM generate_series(1, 60) AS id, LATERAL (SELECT timestamptz '1970-01-01Z' + (random() - 0.5) * id * interval '100 days' AS since) AS s;
CREATE TEMP TABLE part AS SELECT id, slot, profile FROM profile, pyrotree.spread(tree, since, until, 10000000);
SELECT count(*) AS profiles, count(*) FILTER (WHERE tree <> whole) AS not_exact,
	count(*) FILTER (WHERE slots <> pyrotree.last_slot(until, 10000000) - pyrotree.first_slot(since, 10000000) + 1) AS gaps
FROM profile JOIN (SELECT id, sum(profile) AS whole, count(*) AS slots FROM part GROUP BY id) AS p USING (id);
SELECT count(*) > 500 AS many, count(*) FILTER (WHERE abs(proftree_total(profile) - share) > 4) AS off
FROM part JOIN profile USING (id),
	LATERAL (SELECT extract(epoch FROM since) AS b, extract(epoch FROM until) AS e) AS t,
	LATERAL (SELECT proftree_total(tree) * (least(e, (slot + 1) * 10) - greatest(b, slot * 10)) / (e - b) AS share) AS s;

-- ---- averages ----

SELECT slots, pyrotree.average(E'a 5\na;b 4\nc 0\nd;e 1', slots) FROM unnest(ARRAY[1, 2, 3, 10]) AS slots;
SELECT pyrotree.average('a 9223372036854775807', 1) AS same, pyrotree.average('a 9223372036854775807', 2) AS half,
	pyrotree.average('a 9223372036854775807', 9223372036854775807) AS one, pyrotree.average('a 4611686018427387904', 9223372036854775807) AS up,
	pyrotree.average('a 4611686018427387903', 9223372036854775807) AS down, pyrotree.average('a 4611686018427387903', 9223372036854775806) AS exactly_half,
	pyrotree.average('', 7) = '' AS nothing;
-- half up, against numeric
SELECT count(*) AS pairs, count(*) FILTER (WHERE proftree_total(pyrotree.average(tree, slots)) <> div(2 * weight::numeric + slots, 2 * slots::numeric)) AS wrong
FROM (SELECT weight, slots, ('a ' || weight)::proftree AS tree
	FROM unnest(ARRAY[0, 1, 2, 3, 99, 100, 4611686018427387903, 4611686018427387904, 4611686018427387905, 9223372036854775805, 9223372036854775806, 9223372036854775807]) AS weight,
		unnest(ARRAY[1, 2, 3, 4, 7, 200, 4611686018427387903, 4611686018427387904, 9223372036854775806, 9223372036854775807]) AS slots) AS p;
SELECT error_of($$SELECT pyrotree.average('a 1', 0)$$) AS zero, error_of($$SELECT pyrotree.average('a 1', -1)$$) AS negative;

-- ---- settings ----

SELECT pyrotree.auto_compact(), pyrotree.late_after(), pyrotree.clock_skew(), current_setting('pyrotree.stacks_memory') AS stacks_memory;
BEGIN;
SET LOCAL pyrotree.auto_compact = off;
SET LOCAL pyrotree.late_after = '1 d';
SET LOCAL pyrotree.clock_skew = 0;
SELECT pyrotree.auto_compact(), pyrotree.late_after(), pyrotree.clock_skew();
ROLLBACK;
SELECT name, unit, context, vartype, min_val, max_val, boot_val FROM pg_settings WHERE name LIKE 'pyrotree.%' ORDER BY name;
