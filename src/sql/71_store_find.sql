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

CREATE FUNCTION pyrotree.symbols_of(block profblock) RETURNS proftree
	AS 'MODULE_PATHNAME', 'pyrotree_symbols_of_block' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 300;
COMMENT ON FUNCTION pyrotree.symbols_of(profblock) IS 'set of the symbols of all lanes of a block; NULL when there are none';

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

CREATE FUNCTION pyrotree.is_there_still(made_by xid) RETURNS boolean
	AS 'MODULE_PATHNAME', 'pyrotree_is_there_still' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION pyrotree.is_there_still(xid) IS 'can a row that is seen, of this xmin, not have been deleted before the statement began?';

-- What a writer calls that holds a lock of the series' row, once for all
-- profiles of a statement.  Sets are only ever made smaller under a lock that
-- waits for writers (forget_symbols), so what a statement sees here after that
-- lock was taken stays true; where all statements see the past, only what this
-- transaction has noted itself does.
CREATE FUNCTION pyrotree.note_symbols(series_id bigint, profile proftree) RETURNS void
	LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE COST 1000
	SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
DECLARE
	fresh @extschema@.proftree := profile;
	part record;
	parts integer := 0;
BEGIN
	FOR part IN
		SELECT s.symbols FROM pyrotree.series_symbols AS s
		WHERE s.series_id = note_symbols.series_id AND pyrotree.is_there_still(s.xmin)
	LOOP
		fresh := pyrotree.new_symbols(fresh, part.symbols);
		IF fresh IS NULL THEN
			RETURN;
		END IF;
		parts := parts + 1;
	END LOOP;
	fresh := pyrotree.new_symbols(fresh, '');
	-- the empty tree has none
	IF fresh IS NOT NULL THEN
		INSERT INTO pyrotree.series_symbols (series_id, symbols) VALUES (note_symbols.series_id, fresh);
		IF parts >= 7 THEN
			PERFORM pyrotree.merge_symbols(series_id);
		END IF;
	END IF;
END $$;
COMMENT ON FUNCTION pyrotree.note_symbols(bigint, proftree) IS 'add the symbols of a profile to those known of its series';

-- Parts of a set that are worth it become one, when there are 8: the smallest
-- ones, up to the last that is at most twice as large as all before it.  So
-- each merge makes of any part one half as large again, and a symbol takes part
-- in as many as the logarithm of the set; what is left grows threefold from
-- part to part, so that there are few.
--
-- Who holds the series' row merges, and nobody waits for it.  Where all
-- statements see the past, the row may have changed meanwhile, and parts that
-- are this transaction's own need no lock.
CREATE FUNCTION pyrotree.merge_symbols(series_id bigint) RETURNS void
	LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE COST 1000
	SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
DECLARE
	chosen bigint[];
BEGIN
	-- who may write need not be able to
	IF NOT has_table_privilege('pyrotree.series_symbols', 'DELETE') THEN
		RETURN;
	END IF;
	IF current_setting('transaction_isolation') IN ('read committed', 'read uncommitted') THEN
		IF NOT has_any_column_privilege('pyrotree.series', 'UPDATE') THEN
			RETURN;
		END IF;
		PERFORM FROM pyrotree.series AS s WHERE s.series_id = merge_symbols.series_id FOR NO KEY UPDATE SKIP LOCKED;
		IF NOT FOUND THEN
			RETURN;
		END IF;
	END IF;
	chosen := ARRAY(
		SELECT x.part_id
		FROM (
			SELECT p.part_id, p.place, count(*) OVER () AS parts,
				max(p.place) FILTER (WHERE p.bytes <= 2 * p.bytes_before) OVER () AS last_place
			FROM (
				SELECT s.part_id, pg_column_size(s.symbols) AS bytes, row_number() OVER by_size AS place,
					sum(pg_column_size(s.symbols)) OVER (by_size ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS bytes_before
				FROM pyrotree.series_symbols AS s
				WHERE s.series_id = merge_symbols.series_id AND pyrotree.is_there_still(s.xmin)
				WINDOW by_size AS (ORDER BY pg_column_size(s.symbols), s.part_id)) AS p) AS x
		WHERE x.parts >= 8 AND x.place <= x.last_place);
	IF cardinality(chosen) > 0 THEN
		WITH part AS (
			DELETE FROM pyrotree.series_symbols AS s
			WHERE s.series_id = merge_symbols.series_id AND s.part_id = ANY (chosen) RETURNING s.symbols)
		INSERT INTO pyrotree.series_symbols (series_id, symbols)
		SELECT merge_symbols.series_id, @extschema@.sum(part.symbols) FROM part;
	END IF;
EXCEPTION WHEN program_limit_exceeded OR data_corrupted THEN
	NULL;	-- the parts are as good
END $$;
COMMENT ON FUNCTION pyrotree.merge_symbols(bigint) IS 'make one part of the smaller parts of a series'' set of symbols, when there are many';

-- The symbols of all lanes of a series: those of whole blocks, as lanes reach
-- from the beginning of time to the horizon.
CREATE FUNCTION pyrotree.compacted_symbols(series_id bigint) RETURNS proftree
	LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 100000
	SET enable_seqscan = off
BEGIN ATOMIC
	SELECT sum(pyrotree.symbols_of(b.block))
	FROM pyrotree.reads_of(series_id, '-infinity', 'infinity') AS r
		CROSS JOIN LATERAL pyrotree.run_rows(compacted_symbols.series_id, r.level, r.first, r.last) AS b;
END;
COMMENT ON FUNCTION pyrotree.compacted_symbols(bigint) IS 'set of the symbols of all lanes of a series; NULL when there are none';

CREATE FUNCTION pyrotree.waiting_symbols(series_id bigint) RETURNS proftree
	LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 10000
	SET enable_seqscan = off
BEGIN ATOMIC
	SELECT sum(pyrotree.new_symbols(h.profile, '')) FROM pyrotree.head AS h WHERE h.series_id = waiting_symbols.series_id;
END;
COMMENT ON FUNCTION pyrotree.waiting_symbols(bigint) IS 'set of the symbols of all profiles of a series that wait in head; NULL when there are none';

-- Forget symbols that have gone with what was deleted; gives the version of
-- the series for which there are none any more, NULL when that is for another
-- time to tell.
--
-- The lock keeps writers out, who may have seen a symbol as known; where one is
-- under way nothing is done.  It is held for as long as head is read and the
-- set is written: lanes have been read before, and the version says that they
-- are the same.  The row itself is not updated in this transaction.  That
-- would be a new key to writers who see the past, and make them fail.
CREATE FUNCTION pyrotree.forget_symbols(series_id bigint) RETURNS bigint
	LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE COST 100000
	SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
DECLARE
	seen_version bigint;
	compacted @extschema@.proftree;
	present @extschema@.proftree;
BEGIN
	PERFORM pyrotree.require_read_committed('forget_symbols()');
	IF NOT EXISTS (SELECT FROM pyrotree.series AS s WHERE s.series_id = forget_symbols.series_id AND s.symbols_gone) THEN
		RETURN NULL;
	END IF;
	BEGIN
		-- in one snapshot
		SELECT s.version, coalesce(pyrotree.compacted_symbols(s.series_id), '') INTO seen_version, compacted
		FROM pyrotree.series AS s WHERE s.series_id = forget_symbols.series_id;
		FOR attempt IN 1 .. 2 LOOP
			present := @extschema@.proftree_merge(compacted, coalesce(pyrotree.waiting_symbols(series_id), ''));
			-- is one known that is not present?
			IF NOT EXISTS (
				SELECT FROM pyrotree.series_symbols AS s
				WHERE s.series_id = forget_symbols.series_id AND pyrotree.new_symbols(s.symbols, present) IS NOT NULL) THEN
				RETURN seen_version;
			END IF;
			EXIT WHEN attempt = 2;
			PERFORM FROM pyrotree.series AS s
			WHERE s.series_id = forget_symbols.series_id AND s.version = seen_version FOR UPDATE SKIP LOCKED;
			IF NOT FOUND THEN
				RETURN NULL;
			END IF;
		END LOOP;
		DELETE FROM pyrotree.series_symbols AS s WHERE s.series_id = forget_symbols.series_id;
		IF @extschema@.proftree_node_count(present) > 0 THEN
			INSERT INTO pyrotree.series_symbols (series_id, symbols) VALUES (forget_symbols.series_id, present);
		END IF;
		RETURN seen_version;
	EXCEPTION WHEN numeric_value_out_of_range OR program_limit_exceeded OR data_corrupted THEN
		-- the lock has gone with what failed; the set stays as it was
		PERFORM pyrotree.note_compaction_error(series_id, 'set of symbols: ' || SQLERRM);
		RETURN NULL;
	END;
END $$;
COMMENT ON FUNCTION pyrotree.forget_symbols(bigint) IS 'take symbols out of the set of a series that none of its profiles has any more; gives the version for which that is done';

-- What compact() and apply_retention() do with each series in the end, in
-- transactions of its own.
CREATE PROCEDURE pyrotree.forget_gone_symbols(series_id bigint)
	LANGUAGE plpgsql AS $$
DECLARE
	done_version bigint;
BEGIN
	done_version := pyrotree.forget_symbols(series_id);
	COMMIT;
	SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
	-- every deletion makes a new version
	UPDATE pyrotree.series AS s SET symbols_gone = false
	WHERE s.series_id OPERATOR(pg_catalog.=) forget_gone_symbols.series_id AND s.version OPERATOR(pg_catalog.=) done_version;
	COMMIT;
	SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
END $$;
COMMENT ON PROCEDURE pyrotree.forget_gone_symbols(bigint) IS 'forget symbols of a series that were deleted; commits';

-- ---------------------------------------------------------------------
-- Asking.
-- ---------------------------------------------------------------------

-- Two leaves that are inlined, since a call of a function for each run of each
-- series would cost more than what it reads; OFFSET keeps the planner from
-- joining the tables in another order all the same.
CREATE FUNCTION pyrotree.lane_symbols(series_id bigint, level integer, first bigint, last bigint, wanted proftree)
	RETURNS TABLE (symbol text, self bigint, total bigint, first_start bigint, last_start bigint)
	LANGUAGE sql STABLE PARALLEL SAFE COST 3000 ROWS 10
BEGIN ATOMIC
	SELECT d.symbol, d.self, d.total, r.block_start + d.first * r.width, r.block_start + d.last * r.width
	FROM pyrotree.run_rows(series_id, level, first, last) AS r
		CROSS JOIN LATERAL pyrotree.block_symbols(r.block, wanted, r.first_lane, r.last_lane) AS d
	WHERE EXISTS (SELECT FROM profblock_directory_lanes(r.lanes, r.first_lane, r.last_lane))
	OFFSET 0;
END;
COMMENT ON FUNCTION pyrotree.lane_symbols(bigint, integer, bigint, bigint, proftree) IS 'weights of the symbols of a set in each row of a run of lanes, and the first and last lane';

CREATE FUNCTION pyrotree.head_symbols(series_id bigint, first bigint, last bigint, wanted proftree)
	RETURNS TABLE (symbol text, self bigint, total bigint, slot bigint)
	LANGUAGE sql STABLE PARALLEL SAFE COST 1000 ROWS 10
BEGIN ATOMIC
	SELECT d.symbol, d.self, d.total, h.at
	FROM pyrotree.head AS h CROSS JOIN LATERAL pyrotree.tree_symbols(h.profile, wanted) AS d
	WHERE h.series_id = head_symbols.series_id AND h.at >= first AND h.at <= last
	OFFSET 0;
END;
COMMENT ON FUNCTION pyrotree.head_symbols(bigint, bigint, bigint, proftree) IS 'weights of the symbols of a set in each profile that waits, and its slot';

-- Symbols of series within a range, how often, and in which slots first and
-- last.  The lanes that make up the range say in which lane a symbol comes
-- first; a wide lane is one block of the level below, which says it more
-- finely, and so on: a row a level.
CREATE TYPE pyrotree.sighting AS (
	series_id bigint,
	kept_from bigint[],
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
COMMENT ON TYPE pyrotree.sighting IS 'a symbol within a range of a series: weights, and where it is first and last, among lanes and in head';

CREATE FUNCTION pyrotree.sightings(series_ids bigint[], wanted proftree, since timestamptz, until timestamptz)
	RETURNS SETOF pyrotree.sighting
	LANGUAGE plpgsql STABLE PARALLEL SAFE COST 100000 ROWS 100
	SET search_path = pg_catalog, pg_temp SET jit = off SET enable_memoize = off SET enable_seqscan = off AS $$
DECLARE
	widths bigint[];
	found pyrotree.sighting[];
BEGIN
	SELECT t.widths INTO widths FROM pyrotree.settings AS t WHERE t.only_row = 1;
	found := ARRAY(
		SELECT ROW(u.id, r.kept_from, p.symbol, sum(p.self), sum(p.total),
			(array_agg(p.level ORDER BY p.first) FILTER (WHERE p.level IS NOT NULL))[1],
			min(p.first) FILTER (WHERE p.level IS NOT NULL),
			(array_agg(p.level ORDER BY p.last DESC) FILTER (WHERE p.level IS NOT NULL))[1],
			max(p.last) FILTER (WHERE p.level IS NOT NULL),
			min(p.first) FILTER (WHERE p.level IS NULL),
			max(p.last) FILTER (WHERE p.level IS NULL))::pyrotree.sighting
		FROM unnest(series_ids) AS u(id)
			CROSS JOIN LATERAL (
				SELECT s.kept_from, x.level, x.first, x.last
				FROM pyrotree.series AS s CROSS JOIN LATERAL pyrotree.reads_of(s.series_id, since, until) AS x
				WHERE s.series_id = u.id OFFSET 0) AS r
			CROSS JOIN LATERAL (
				SELECT l.symbol, l.self, l.total, r.level, l.first_start AS first, l.last_start AS last
				FROM pyrotree.lane_symbols(u.id, r.level, r.first, r.last, wanted) AS l
				UNION ALL
				SELECT h.symbol, h.self, h.total, NULL, lane.start, lane.start
				FROM pyrotree.head_symbols(u.id, CASE WHEN r.level IS NULL THEN r.first END, r.last, wanted) AS h
					CROSS JOIN LATERAL pyrotree.floor_slot(h.slot, widths[pyrotree.kept_level(h.slot, r.kept_from)]) AS lane(start)
			) AS p
		GROUP BY u.id, r.kept_from, p.symbol);
	FOR level IN REVERSE array_upper(widths, 1) - 1 .. 1 LOOP
		CONTINUE WHEN NOT EXISTS (SELECT FROM unnest(found) AS x WHERE level IN (x.first_level, x.last_level));
		-- columns: below row security no index takes an expression of them
		WITH edge AS MATERIALIZED (
			SELECT e.series_id, e.start, e.start + widths[level] - 1 AS last, @extschema@.proftree_agg(ARRAY[e.symbol], 0) AS wanted
			FROM (
				SELECT x.series_id, x.first AS start, x.symbol FROM unnest(found) AS x
				WHERE x.first_level = level AND x.first >= x.kept_from[level - 1]
				UNION
				SELECT x.series_id, x.last, x.symbol FROM unnest(found) AS x
				WHERE x.last_level = level AND x.last >= x.kept_from[level - 1]) AS e
			GROUP BY 1, 2),
		finer AS MATERIALIZED (
			-- a block of several rows gives a row for each
			SELECT e.series_id, e.start, d.symbol, min(d.first_start) AS first_start, max(d.last_start) AS last_start
			FROM edge AS e
				CROSS JOIN LATERAL pyrotree.lane_symbols(e.series_id, level - 1, e.start, e.last, e.wanted) AS d
			GROUP BY 1, 2, 3)
		SELECT array_agg(ROW(x.series_id, x.kept_from, x.symbol, x.self, x.total,
			CASE WHEN f.first_start IS NULL THEN x.first_level ELSE level - 1 END, coalesce(f.first_start, x.first),
			CASE WHEN l.last_start IS NULL THEN x.last_level ELSE level - 1 END, coalesce(l.last_start, x.last),
			x.head_first, x.head_last)::pyrotree.sighting)
		INTO found
		FROM unnest(found) AS x
			LEFT JOIN finer AS f
				ON f.series_id = x.series_id AND f.start = x.first AND f.symbol = x.symbol AND x.first_level = level
			LEFT JOIN finer AS l
				ON l.series_id = x.series_id AND l.start = x.last AND l.symbol = x.symbol AND x.last_level = level;
	END LOOP;
	RETURN QUERY SELECT x.* FROM unnest(found) AS x;
END $$;
COMMENT ON FUNCTION pyrotree.sightings(bigint[], proftree, timestamptz, timestamptz) IS 'symbols of a set in some series within a range';

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

CREATE FUNCTION pyrotree.as_weight(total numeric, slots numeric) RETURNS bigint
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 4
	RETURN CASE WHEN 2 * total < (2 * 9223372036854775807::numeric + 1) * slots THEN pyrotree.mean(total, slots) END;
COMMENT ON FUNCTION pyrotree.as_weight(numeric, numeric) IS 'total per slot, NULL beyond what a weight can be';

-- Some series at a time: one statement for many costs less than one for each,
-- and what has been found of all symbols of all series need not be in memory.
CREATE FUNCTION pyrotree.find_in(series_ids bigint[], wanted proftree, since timestamptz, until timestamptz)
	RETURNS SETOF pyrotree.found_symbol
	LANGUAGE sql STABLE PARALLEL SAFE COST 100000 ROWS 10
BEGIN ATOMIC
	SELECT s.key, f.symbol,
		pyrotree.as_weight(f.self, coalesce(a.slots, 1)), pyrotree.as_weight(f.total, coalesce(a.slots, 1)),
		pyrotree.slot_time(least(f.first, f.head_first), t.resolution),
		pyrotree.slot_time(greatest(f.last, f.head_last), t.resolution)
	FROM pyrotree.settings AS t
		CROSS JOIN (
			SELECT array_agg(u.id) AS ids
			FROM unnest(series_ids) WITH ORDINALITY AS u(id, place)
			GROUP BY u.place / (1 + 20000 / (100 + proftree_symbol_count(wanted)))) AS batch
		CROSS JOIN LATERAL pyrotree.sightings(batch.ids, wanted, since, until) AS f
		JOIN pyrotree.series AS s ON s.series_id = f.series_id
		LEFT JOIN (
			SELECT u.id, sum(c.covered) AS slots
			FROM unnest(series_ids) AS u(id)
				JOIN pyrotree.series AS x ON x.series_id = u.id
				JOIN pyrotree.profile_type AS y ON y.name = x.name AND y.aggregation = 'average'
				CROSS JOIN LATERAL pyrotree.reads_of(u.id, since, until) AS r
				CROSS JOIN LATERAL pyrotree.run_covered(u.id, r.level, r.first, r.last) AS c
			GROUP BY u.id) AS a ON a.id = f.series_id
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
DECLARE
	ids bigint[];			-- a variable: find_in() is inlined and takes it several times
	wanted @extschema@.proftree;
BEGIN
	IF symbol IS NULL THEN
		RAISE EXCEPTION 'symbol must not be null' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	ids := pyrotree.series_with(ARRAY[symbol]);
	wanted := @extschema@.proftree_insert('', ARRAY[symbol], 0);
	RETURN QUERY SELECT f.* FROM pyrotree.find_in(ids, wanted, since, until) AS f;
END $$;
COMMENT ON FUNCTION pyrotree.find_symbol(text, timestamptz, timestamptz) IS 'which series have a symbol within a range, how often, since when and until when';

-- The expression is matched once for each distinct symbol of all series.
CREATE FUNCTION pyrotree.find_symbols(pattern text, since timestamptz, until timestamptz)
	RETURNS SETOF pyrotree.found_symbol
	LANGUAGE plpgsql STABLE PARALLEL SAFE COST 100000 ROWS 100
	SET search_path = pg_catalog, pg_temp SET jit = off AS $$
DECLARE
	matching text[];
	ids bigint[];
	wanted @extschema@.proftree;
BEGIN
	IF pattern IS NULL THEN
		RAISE EXCEPTION 'pattern must not be null' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	matching := ARRAY(
		SELECT x.symbol
		FROM (SELECT @extschema@.sum(s.symbols) AS symbols FROM pyrotree.series_symbols AS s) AS known,
			@extschema@.proftree_symbols(known.symbols) AS x(symbol)
		WHERE x.symbol ~ pattern);
	ids := pyrotree.series_with(matching);
	wanted := (SELECT @extschema@.proftree_agg(ARRAY[m], 0) FROM unnest(matching) AS m);
	RETURN QUERY SELECT f.* FROM pyrotree.find_in(ids, wanted, since, until) AS f;
END $$;
COMMENT ON FUNCTION pyrotree.find_symbols(text, timestamptz, timestamptz) IS 'like find_symbol(), of all symbols that match a regular expression';
