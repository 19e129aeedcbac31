-- What the tests of the store share, besides helpers.sql, which this reads.
-- Each test of the store begins with a new one:
--
--	\set ECHO none
--	\getenv abs_srcdir PG_ABS_SRCDIR
--	\set store :abs_srcdir '/sql/include/store.sql'
--	\i :store
--
-- and ends with
--
--	DROP EXTENSION pyrotree CASCADE;
--	DROP SCHEMA regress_store CASCADE;
--	CREATE EXTENSION pyrotree;
--
-- where regress_store is a schema for the functions that it makes.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS pyrotree CASCADE;
CREATE EXTENSION pyrotree;
\set helpers :abs_srcdir '/sql/include/helpers.sql'
\i :helpers
\set ECHO none
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS regress_store CASCADE;
CREATE SCHEMA regress_store;
GRANT USAGE ON SCHEMA regress_store TO PUBLIC;
SET search_path = regress_store, public;
SET datestyle = 'ISO, YMD';
SET intervalstyle = postgres;
SET timezone = 'UTC';
SET jit = off;
\set SHOW_CONTEXT never

-- Times of the tests are slots of 10 s since 2024-01-01, a border of blocks.
CREATE FUNCTION slot(n numeric)
RETURNS timestamptz LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
	SELECT to_timestamp(1704067200 + 10 * n)
$$;
CREATE FUNCTION slot_of(at timestamptz)
RETURNS numeric LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
	SELECT CASE WHEN isfinite(at) THEN trim_scale((extract(epoch FROM at) - 1704067200) / 10) ELSE extract(epoch FROM at) END
$$;

-- A tree in one line: a;b 1, c 2
CREATE FUNCTION line(tree proftree)
RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
	SELECT replace(rtrim(tree::text, E'\n'), E'\n', ', ')
$$;

-- One tree of a series by slots: query() of [since, until).
CREATE FUNCTION ask(selector text, since numeric, until numeric)
RETURNS text LANGUAGE sql STABLE AS $$
	SELECT line(pyrotree.query(selector, slot(since), slot(until)))
$$;

-- All lanes of the lower levels, and what waits in head (level NULL).
CREATE FUNCTION lanes(selector text, top integer DEFAULT 3)
RETURNS TABLE (series text, level integer, slot numeric, profiles bigint, covered bigint, tree text) LANGUAGE sql STABLE AS $$
	WITH lane AS (
		SELECT m.series, g.level, pyrotree.floor_slot(g.start, t.widths[g.level + 1]) + d.lane * t.widths[g.level] - 170406720 AS slot,
			d.profiles, d.covered, line(profblock_tree(g.block, d.lane, d.lane)) AS tree
		FROM pyrotree.settings AS t, pyrotree.series_matching(selector) AS m
			JOIN pyrotree.segment AS g USING (series_id),
			LATERAL profblock_lanes(g.block) AS d
		WHERE g.level <= top
		UNION ALL
		SELECT m.series, NULL, h.at - 170406720, h.profiles, NULL, line(h.profile)
		FROM pyrotree.series_matching(selector) AS m
			JOIN pyrotree.head AS h USING (series_id))
	SELECT * FROM lane ORDER BY series COLLATE "C", level, slot, tree COLLATE "C"
$$;

-- Horizon and retention edges of the lower levels in slots; NULL for "before
-- all time".
CREATE FUNCTION edges(selector text, top integer DEFAULT 3)
RETURNS TABLE (series text, horizon bigint, kept_from bigint[], waiting bigint) LANGUAGE sql STABLE AS $$
	SELECT s.key, nullif(s.horizon, t.earliest) - 170406720,
		ARRAY(SELECT nullif(k, t.earliest) - 170406720 FROM unnest(s.kept_from[0:top]) WITH ORDINALITY AS u(k, n) ORDER BY n),
		(SELECT count(*) FROM pyrotree.head AS h WHERE h.series_id = s.series_id)
	FROM pyrotree.settings AS t, pyrotree.series_matching(selector) AS m
		JOIN pyrotree.series AS s USING (series_id)
	ORDER BY s.key
$$;

RESET client_min_messages;
\set ECHO all
