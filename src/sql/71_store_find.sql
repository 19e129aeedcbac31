-- ---------------------------------------------------------------------
-- Which series have a symbol?
--
-- Of each series the store keeps the set of its symbols (series_symbols), so
-- that a question reads only series that have what is asked for.  The set may
-- hold symbols that have been deleted since, and never lacks one: a writer
-- adds those that are new, in its own transaction, when it holds the series'
-- row against being dropped.  Weights and times come from the profiles alone.
-- ---------------------------------------------------------------------

CREATE FUNCTION pyrotree.new_symbols(tree proftree, known proftree) RETURNS proftree
	AS 'MODULE_PATHNAME', 'pyrotree_new_symbols' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION pyrotree.new_symbols(proftree, proftree) IS 'set of the symbols that a tree has and another has not; NULL when there are none';

CREATE FUNCTION pyrotree.tree_symbols(tree proftree, wanted proftree,
		OUT symbol text, OUT self bigint, OUT total bigint)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'pyrotree_tree_symbols' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 200 ROWS 10;
COMMENT ON FUNCTION pyrotree.tree_symbols(proftree, proftree) IS 'weights of the symbols of a set in a tree';

CREATE FUNCTION pyrotree.block_symbols(block profblock, wanted proftree, first_lane integer, last_lane integer,
		OUT symbol text, OUT self bigint, OUT total bigint, OUT first integer, OUT last integer)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'pyrotree_block_symbols' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 10;
COMMENT ON FUNCTION pyrotree.block_symbols(profblock, proftree, integer, integer) IS 'weights of the symbols of a set in a run of lanes, and the first and the last of these lanes';

-- ---------------------------------------------------------------------
-- Keeping the sets.
-- ---------------------------------------------------------------------

-- What a writer calls that holds a lock of the series' row.  Sets are only
-- ever made smaller under a lock that waits for writers (forget_symbols), so
-- what a statement sees here after that lock was taken stays true; where all
-- statements see the past, all symbols are noted once more.
CREATE FUNCTION pyrotree.note_symbols(series_id bigint, profile proftree) RETURNS void
	LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE COST 1000
	SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	fresh @extschema@.proftree := profile;
	part record;
	known boolean := false;
BEGIN
	IF current_setting('transaction_isolation') IN ('read committed', 'read uncommitted') THEN
		FOR part IN SELECT s.symbols FROM pyrotree.series_symbols AS s WHERE s.series_id = note_symbols.series_id LOOP
			fresh := pyrotree.new_symbols(fresh, part.symbols);
			IF fresh IS NULL THEN
				RETURN;
			END IF;
			known := true;
		END LOOP;
	END IF;
	IF NOT known THEN
		fresh := pyrotree.new_symbols(profile, '');
	END IF;
	-- the empty tree has none
	IF fresh IS NOT NULL THEN
		INSERT INTO pyrotree.series_symbols (series_id, symbols) VALUES (note_symbols.series_id, fresh);
	END IF;
END $$;
COMMENT ON FUNCTION pyrotree.note_symbols(bigint, proftree) IS 'add the symbols of a profile to those known of its series';

-- Compaction makes one part of many; it holds the series' row.
CREATE FUNCTION pyrotree.merge_symbols(series_id bigint) RETURNS void
	LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE COST 1000
	SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	-- who may compact need not be able to
	IF NOT has_table_privilege('pyrotree.series_symbols', 'SELECT, INSERT, DELETE')
		OR (SELECT count(*) FROM pyrotree.series_symbols AS s WHERE s.series_id = merge_symbols.series_id) < 8 THEN
		RETURN;
	END IF;
	WITH part AS (
		DELETE FROM pyrotree.series_symbols AS s WHERE s.series_id = merge_symbols.series_id RETURNING s.symbols)
	INSERT INTO pyrotree.series_symbols (series_id, symbols)
	SELECT merge_symbols.series_id, @extschema@.sum(part.symbols) FROM part;
END $$;
COMMENT ON FUNCTION pyrotree.merge_symbols(bigint) IS 'make one part of the parts of a series'' set of symbols, when there are many';

-- the symbols of all profiles of a series
CREATE FUNCTION pyrotree.present_symbols(series_id bigint) RETURNS proftree
	LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 100000
	SET enable_seqscan = off
BEGIN ATOMIC
	SELECT sum(pyrotree.new_symbols(p.profile, ''))
	FROM pyrotree.reads_of(series_id, '-infinity', 'infinity') AS r
		CROSS JOIN LATERAL (
			SELECT l.profile FROM pyrotree.lane_rows(present_symbols.series_id, r.level, r.first, r.last) AS l
			UNION ALL
			SELECT h.profile FROM pyrotree.head_rows(present_symbols.series_id, CASE WHEN r.level IS NULL THEN r.first END, r.last) AS h
		) AS p;
END;
COMMENT ON FUNCTION pyrotree.present_symbols(bigint) IS 'set of the symbols of all profiles of a series; NULL when there are none';

-- Forget symbols that have gone with what was deleted.  The lock keeps writers
-- out, who may have seen a symbol as known; where one is under way, another
-- time will do.
CREATE FUNCTION pyrotree.forget_symbols(series_id bigint) RETURNS void
	LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE COST 100000
	SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	present @extschema@.proftree;
BEGIN
	PERFORM FROM pyrotree.series AS s WHERE s.series_id = forget_symbols.series_id AND s.symbols_gone FOR UPDATE SKIP LOCKED;
	IF NOT FOUND THEN
		RETURN;
	END IF;
	present := pyrotree.present_symbols(series_id);
	DELETE FROM pyrotree.series_symbols AS s WHERE s.series_id = forget_symbols.series_id;
	IF present IS NOT NULL THEN
		INSERT INTO pyrotree.series_symbols (series_id, symbols) VALUES (forget_symbols.series_id, present);
	END IF;
	UPDATE pyrotree.series AS s SET symbols_gone = false WHERE s.series_id = forget_symbols.series_id;
END $$;
COMMENT ON FUNCTION pyrotree.forget_symbols(bigint) IS 'take symbols out of the set of a series that none of its profiles has any more';

-- ---------------------------------------------------------------------
-- Asking.
-- ---------------------------------------------------------------------

CREATE FUNCTION pyrotree.lane_symbols(series_id bigint, level integer, first bigint, last bigint, wanted proftree)
	RETURNS TABLE (symbol text, self bigint, total bigint, first_start bigint, last_start bigint)
	LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 3000 ROWS 10
	SET enable_seqscan = off
BEGIN ATOMIC
	SELECT d.symbol, d.self, d.total, r.block_start + d.first * r.width, r.block_start + d.last * r.width
	FROM pyrotree.run_rows(series_id, level, first, last) AS r
		CROSS JOIN LATERAL pyrotree.block_symbols(r.block, wanted, r.first_lane, r.last_lane) AS d
	WHERE (profblock_directory_sum(r.lanes, r.first_lane, r.last_lane)).lanes > 0;
END;
COMMENT ON FUNCTION pyrotree.lane_symbols(bigint, integer, bigint, bigint, proftree) IS 'weights of the symbols of a set in each row of a run of lanes, and the first and last lane';

-- Symbols of one series within a range, how often, and in which slots first
-- and last.  The lanes that make up the range say in which lane a symbol comes
-- first; a wide lane is one block of the level below, which says it more
-- finely, and so on: a row a level.
CREATE TYPE pyrotree.sighting AS (
	symbol text,
	self numeric,
	total numeric,
	first_level integer,
	first bigint,
	last_level integer,
	last bigint,
	head_first bigint,
	head_last bigint
);
COMMENT ON TYPE pyrotree.sighting IS 'a symbol within a range: weights, and where it is first and last, among lanes and in head';

CREATE FUNCTION pyrotree.sightings(series_id bigint, wanted proftree, since timestamptz, until timestamptz)
	RETURNS SETOF pyrotree.sighting
	LANGUAGE plpgsql STABLE PARALLEL SAFE COST 100000 ROWS 10
	SET search_path = pg_catalog, pg_temp SET jit = off AS $$
DECLARE
	kept_from bigint[];
	widths bigint[];
	found pyrotree.sighting[];
BEGIN
	SELECT s.kept_from, t.widths INTO kept_from, widths
	FROM pyrotree.series AS s CROSS JOIN pyrotree.settings AS t
	WHERE s.series_id = sightings.series_id AND t.only_row = 1;
	found := ARRAY(
		SELECT ROW(p.symbol, sum(p.self), sum(p.total),
			(array_agg(p.level ORDER BY p.first) FILTER (WHERE p.level IS NOT NULL))[1],
			min(p.first) FILTER (WHERE p.level IS NOT NULL),
			(array_agg(p.level ORDER BY p.last DESC) FILTER (WHERE p.level IS NOT NULL))[1],
			max(p.last) FILTER (WHERE p.level IS NOT NULL),
			min(p.first) FILTER (WHERE p.level IS NULL),
			max(p.last) FILTER (WHERE p.level IS NULL))::pyrotree.sighting
		FROM (
			SELECT l.symbol, l.self, l.total, r.level, l.first_start AS first, l.last_start AS last
			FROM pyrotree.reads_of(series_id, since, until) AS r
				CROSS JOIN LATERAL pyrotree.lane_symbols(sightings.series_id, r.level, r.first, r.last, wanted) AS l
			UNION ALL
			SELECT d.symbol, d.self, d.total, NULL, h.at, h.at
			FROM pyrotree.reads_of(series_id, since, until) AS r
				CROSS JOIN LATERAL pyrotree.head_rows(sightings.series_id, CASE WHEN r.level IS NULL THEN r.first END, r.last) AS h
				CROSS JOIN LATERAL pyrotree.tree_symbols(h.profile, wanted) AS d
			) AS p
		GROUP BY p.symbol);
	FOR level IN REVERSE array_upper(widths, 1) - 1 .. 1 LOOP
		CONTINUE WHEN NOT EXISTS (
			SELECT FROM unnest(found) AS x
			WHERE (x.first_level = level AND x.first >= kept_from[level - 1])
				OR (x.last_level = level AND x.last >= kept_from[level - 1]));
		WITH finer AS MATERIALIZED (
			SELECT lane.start, d.symbol, d.first_start, d.last_start
			FROM (
				SELECT edge.start, @extschema@.proftree_agg(ARRAY[edge.symbol], 0) AS wanted
				FROM (
					SELECT x.first AS start, x.symbol FROM unnest(found) AS x WHERE x.first_level = level AND x.first >= kept_from[level - 1]
					UNION
					SELECT x.last, x.symbol FROM unnest(found) AS x WHERE x.last_level = level AND x.last >= kept_from[level - 1]) AS edge
				GROUP BY edge.start) AS lane
				CROSS JOIN LATERAL pyrotree.lane_symbols(sightings.series_id, level - 1, lane.start, lane.start + widths[level] - 1, lane.wanted) AS d)
		SELECT array_agg(ROW(x.symbol, x.self, x.total,
			CASE WHEN f.first_start IS NULL THEN x.first_level ELSE level - 1 END, coalesce(f.first_start, x.first),
			CASE WHEN l.last_start IS NULL THEN x.last_level ELSE level - 1 END, coalesce(l.last_start, x.last),
			x.head_first, x.head_last)::pyrotree.sighting)
		INTO found
		FROM unnest(found) AS x
			-- a block of several rows gives a row for each
			LEFT JOIN (SELECT y.start, y.symbol, min(y.first_start) AS first_start FROM finer AS y GROUP BY 1, 2) AS f
				ON x.first_level = level AND f.start = x.first AND f.symbol = x.symbol
			LEFT JOIN (SELECT y.start, y.symbol, max(y.last_start) AS last_start FROM finer AS y GROUP BY 1, 2) AS l
				ON x.last_level = level AND l.start = x.last AND l.symbol = x.symbol;
	END LOOP;
	RETURN QUERY SELECT x.* FROM unnest(found) AS x;
END $$;
COMMENT ON FUNCTION pyrotree.sightings(bigint, proftree, timestamptz, timestamptz) IS 'symbols of a set in one series within a range';

-- what is shown of a symbol in a series
CREATE TYPE pyrotree.found_symbol AS (
	series text,
	symbol text,
	self bigint,
	total bigint,
	first_seen timestamptz,
	last_seen timestamptz
);
COMMENT ON TYPE pyrotree.found_symbol IS 'a symbol in a series: its weights within a range, and the times at which the first and last slot begin that have it';

CREATE FUNCTION pyrotree.find_in(series_ids bigint[], wanted proftree, since timestamptz, until timestamptz)
	RETURNS SETOF pyrotree.found_symbol
	LANGUAGE sql STABLE PARALLEL SAFE COST 100000 ROWS 10
BEGIN ATOMIC
	SELECT s.key, f.symbol,
		CASE WHEN a.slots IS NULL THEN f.self::bigint ELSE pyrotree.mean(f.self, a.slots) END,
		CASE WHEN a.slots IS NULL THEN f.total::bigint ELSE pyrotree.mean(f.total, a.slots) END,
		pyrotree.slot_time(least(f.first, f.head_first), t.resolution),
		pyrotree.slot_time(greatest(f.last, f.head_last), t.resolution)
	FROM unnest(series_ids) AS u(id)
		JOIN pyrotree.series AS s ON s.series_id = u.id
		CROSS JOIN pyrotree.settings AS t
		CROSS JOIN LATERAL pyrotree.sightings(s.series_id, wanted, since, until) AS f
		LEFT JOIN LATERAL (
			SELECT sum(c.covered) AS slots
			FROM pyrotree.reads_of(s.series_id, since, until) AS r
				CROSS JOIN LATERAL pyrotree.run_covered(s.series_id, r.level, r.first, r.last) AS c) AS a
			ON pyrotree.aggregation_of(s.name) = 'average'
	WHERE t.only_row = 1
	ORDER BY 4 DESC, 3 DESC, s.key COLLATE "C", f.symbol COLLATE "C";
END;
COMMENT ON FUNCTION pyrotree.find_in(bigint[], proftree, timestamptz, timestamptz) IS 'symbols of a set in each of some series within a range, heaviest first';

CREATE FUNCTION pyrotree.series_with(symbols text[]) RETURNS bigint[]
	LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 1000
	SET enable_seqscan = off
	RETURN ARRAY(SELECT DISTINCT s.series_id FROM pyrotree.series_symbols AS s WHERE proftree_has_any(s.symbols, series_with.symbols) ORDER BY 1);
COMMENT ON FUNCTION pyrotree.series_with(text[]) IS 'series that have, or once had, any of some symbols';

CREATE FUNCTION pyrotree.find_symbol(symbol text, since timestamptz, until timestamptz)
	RETURNS SETOF pyrotree.found_symbol
	LANGUAGE plpgsql STABLE PARALLEL SAFE COST 100000 ROWS 10
	SET search_path = pg_catalog, pg_temp SET jit = off AS $$
BEGIN
	IF symbol IS NULL THEN
		RAISE EXCEPTION 'symbol must not be null' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	RETURN QUERY SELECT f.* FROM pyrotree.find_in(pyrotree.series_with(ARRAY[symbol]),
		@extschema@.proftree_insert('', ARRAY[symbol], 0), since, until) AS f;
END $$;
COMMENT ON FUNCTION pyrotree.find_symbol(text, timestamptz, timestamptz) IS 'which series have a symbol within a range, how often, since when and until when';

-- The expression is matched once for each distinct symbol of all series.
CREATE FUNCTION pyrotree.find_symbols(pattern text, since timestamptz, until timestamptz)
	RETURNS SETOF pyrotree.found_symbol
	LANGUAGE plpgsql STABLE PARALLEL SAFE COST 100000 ROWS 100
	SET search_path = pg_catalog, pg_temp SET jit = off AS $$
DECLARE
	matching text[];
BEGIN
	IF pattern IS NULL THEN
		RAISE EXCEPTION 'pattern must not be null' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	matching := ARRAY(
		SELECT x.symbol
		FROM (SELECT @extschema@.sum(s.symbols) AS symbols FROM pyrotree.series_symbols AS s) AS known,
			@extschema@.proftree_symbols(known.symbols) AS x(symbol)
		WHERE x.symbol ~ pattern);
	RETURN QUERY SELECT f.* FROM pyrotree.find_in(pyrotree.series_with(matching),
		(SELECT @extschema@.proftree_agg(ARRAY[m], 0) FROM unnest(matching) AS m), since, until) AS f;
END $$;
COMMENT ON FUNCTION pyrotree.find_symbols(text, timestamptz, timestamptz) IS 'like find_symbol(), of all symbols that match a regular expression';
