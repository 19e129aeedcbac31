-- ---------------------------------------------------------------------
-- Compaction: rows of head become lanes of blocks.
--
-- All of it happens under a lock of the series' row, FOR NO KEY UPDATE, and
-- only what is read by later statements counts.  A row below the horizon is
-- late, whenever it was written.  Everything is an addition.
-- ---------------------------------------------------------------------

-- blocks beyond this many bytes are split into rows of fewer lanes
CREATE FUNCTION pyrotree.max_block_bytes() RETURNS integer
	LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1
	RETURN 4 * 1024 * 1024;
COMMENT ON FUNCTION pyrotree.max_block_bytes() IS 'bytes a row of segment may take, unless it is of a single lane';

-- Write a row of segment, or several where the block is large.  "start" is
-- the slot the row is kept under.
CREATE FUNCTION pyrotree.write_block(series_id bigint, level integer, block_start bigint, width bigint,
		start bigint, block profblock) RETURNS void
	LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE COST 1000
	SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	lanes integer[];
	middle integer;
BEGIN
	IF pg_column_size(block) > pyrotree.max_block_bytes() THEN
		lanes := ARRAY(SELECT d.lane FROM @extschema@.profblock_lanes(block) AS d ORDER BY d.lane);
		IF cardinality(lanes) > 1 THEN
			middle := lanes[cardinality(lanes) / 2 + 1];
			PERFORM pyrotree.write_block(series_id, level, block_start, width, start,
				@extschema@.profblock_slice(block, 0, middle - 1));
			PERFORM pyrotree.write_block(series_id, level, block_start, width, block_start + middle * width,
				@extschema@.profblock_slice(block, middle, 1023));
			RETURN;
		END IF;
	END IF;
	INSERT INTO pyrotree.segment (series_id, level, start, lanes, block)
	VALUES (write_block.series_id, write_block.level, write_block.start,
		@extschema@.profblock_directory(write_block.block), write_block.block)
	ON CONFLICT ON CONSTRAINT segment_pkey DO UPDATE SET lanes = excluded.lanes, block = excluded.block;
END $$;
COMMENT ON FUNCTION pyrotree.write_block(bigint, integer, bigint, bigint, bigint, profblock) IS 'write lanes of a block to a row, or to several where they are large';

-- Add lanes to a block.  A row holds the lanes from its start to that of the
-- next; only rows that get something are written.
CREATE FUNCTION pyrotree.add_block(series_id bigint, level integer, block_start bigint, width bigint,
		block_width bigint, addition profblock) RETURNS void
	LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE COST 1000
	SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
DECLARE
	part record;
	piece @extschema@.profblock;
BEGIN
	FOR part IN
		-- what lies before the first row goes to a row of its own
		SELECT block_start AS start, 0 AS first_lane,
			coalesce(((min(g.start) - block_start) / width)::integer, 1024) - 1 AS last_lane, NULL::@extschema@.profblock AS block
		FROM pyrotree.segment AS g
		WHERE g.series_id = add_block.series_id AND g.level = add_block.level
			AND g.start >= block_start AND g.start < block_start + block_width
		UNION ALL
		SELECT g.start, ((g.start - block_start) / width)::integer,
			coalesce(((lead(g.start) OVER (ORDER BY g.start) - block_start) / width)::integer, 1024) - 1, g.block
		FROM pyrotree.segment AS g
		WHERE g.series_id = add_block.series_id AND g.level = add_block.level
			AND g.start >= block_start AND g.start < block_start + block_width
	LOOP
		CONTINUE WHEN part.last_lane < part.first_lane;
		piece := @extschema@.profblock_slice(addition, part.first_lane, part.last_lane);
		CONTINUE WHEN piece IS NULL;
		IF part.block IS NOT NULL THEN
			piece := @extschema@.profblock_merge(part.block, piece);
		END IF;
		PERFORM pyrotree.write_block(series_id, level, block_start, width, part.start, piece);
	END LOOP;
END $$;
COMMENT ON FUNCTION pyrotree.add_block(bigint, integer, bigint, bigint, bigint, profblock) IS 'add lanes to a block of segment';

CREATE FUNCTION pyrotree.add_lanes(series_id bigint, level integer, changes pyrotree.lane_change[]) RETURNS void
	LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE COST 1000
	SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	width bigint;
	block_width bigint;
	change record;
BEGIN
	SELECT t.widths[level], t.widths[level + 1] INTO width, block_width FROM pyrotree.settings AS t WHERE t.only_row = 1;
	FOR change IN
		SELECT pyrotree.floor_slot(c.start, block_width) AS block_start,
			@extschema@.profblock_agg(((c.start - pyrotree.floor_slot(c.start, block_width)) / width)::integer,
				c.profile, c.profiles, c.covered) AS block
		FROM unnest(changes) AS c
		GROUP BY 1 ORDER BY 1
	LOOP
		PERFORM pyrotree.add_block(series_id, level, change.block_start, width, block_width, change.block);
	END LOOP;
END $$;
COMMENT ON FUNCTION pyrotree.add_lanes(bigint, integer, pyrotree.lane_change[]) IS 'add trees to lanes of a level';

-- Lanes of a level made of blocks of the one below, first <= start < last.
CREATE FUNCTION pyrotree.promotions(series_id bigint, level integer, first bigint, last bigint) RETURNS pyrotree.lane_change[]
	LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 10000
	SET enable_seqscan = off
BEGIN ATOMIC
	SELECT array_agg(ROW(lane.start, lane.profile, lane.profiles, lane.covered)::pyrotree.lane_change ORDER BY lane.start)
	FROM (
		SELECT floor_slot.slot AS start, sum(profblock_tree(g.block, 0, 1023)) AS profile,
			sum(d.profiles)::bigint AS profiles, sum(d.covered)::bigint AS covered
		FROM pyrotree.settings AS t
			CROSS JOIN pyrotree.segment AS g
			CROSS JOIN LATERAL pyrotree.floor_slot(g.start, t.widths[promotions.level]) AS floor_slot(slot)
			CROSS JOIN LATERAL profblock_directory_sum(g.lanes, 0, 1023) AS d
		WHERE t.only_row = 1 AND g.series_id = promotions.series_id AND g.level = promotions.level - 1
			AND g.start >= first AND g.start < last
		GROUP BY 1) AS lane;
END;
COMMENT ON FUNCTION pyrotree.promotions(bigint, integer, bigint, bigint) IS 'lanes of a level as the blocks of the level below make them';

-- One step for a series whose row is locked: claims the waiting rows of at
-- most max_blocks blocks below "target" and moves the horizon behind them, or
-- to the target when no more are waiting.  Late rows come first and move
-- nothing.  True when there is more to do.
CREATE FUNCTION pyrotree.compact_step(series_id bigint, target bigint, max_blocks integer) RETURNS boolean
	LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE COST 100000
	SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
DECLARE
	old_horizon bigint;
	new_horizon bigint;
	kept_from bigint[];
	widths bigint[];
	claim_end bigint;		-- rows below it are claimed
	waiting bigint;
	more boolean := false;
	lanes pyrotree.lane_change[];
	late pyrotree.lane_change[];	-- of one level
	coarse pyrotree.lane_change[];	-- late where level 0 has been dropped
	first bigint;
	last bigint;
BEGIN
	SELECT s.horizon, s.kept_from, t.widths, t.earliest INTO STRICT old_horizon, kept_from, widths, claim_end
	FROM pyrotree.series AS s CROSS JOIN pyrotree.settings AS t
	WHERE s.series_id = compact_step.series_id AND t.only_row = 1;
	target := greatest(target, old_horizon);
	-- all lanes of a step are in memory, several times
	max_blocks := least(max_blocks, greatest(1024 / widths[1], 1));

	FOR i IN 1 .. max_blocks + 1 LOOP
		SELECT min(h.at) INTO waiting FROM pyrotree.head AS h
		WHERE h.series_id = compact_step.series_id AND h.at >= claim_end AND h.at < target;
		EXIT WHEN waiting IS NULL;
		IF i > max_blocks THEN
			more := true;
		ELSE
			claim_end := pyrotree.floor_slot(waiting, widths[1]) + widths[1];
		END IF;
	END LOOP;
	IF NOT more THEN
		claim_end := target;
	END IF;
	new_horizon := greatest(old_horizon, claim_end);

	WITH claimed AS (
		DELETE FROM pyrotree.head AS h
		WHERE h.series_id = compact_step.series_id AND h.at < claim_end
		RETURNING h.at, h.profile, h.profiles),
	slot AS (
		-- one tree and one covered slot however many rows a slot has
		SELECT c.at, ROW(c.at, @extschema@.sum(c.profile), sum(c.profiles)::bigint, 1)::pyrotree.lane_change AS change
		FROM claimed AS c GROUP BY c.at)
	SELECT array_agg(c.change) FILTER (WHERE c.at >= old_horizon),
		array_agg(c.change) FILTER (WHERE c.at < old_horizon)
	INTO lanes, late FROM slot AS c;

	IF lanes IS NULL AND late IS NULL AND new_horizon = old_horizon THEN
		-- what failed before has been deleted meanwhile
		UPDATE pyrotree.series AS s SET compaction_error = NULL, compaction_retry = NULL
		WHERE s.series_id = compact_step.series_id AND s.compaction_error IS NOT NULL;
		RETURN false;
	END IF;
	PERFORM pyrotree.add_lanes(series_id, 0, lanes);

	IF late IS NOT NULL THEN
		-- what they cover that was not covered; by the finest lanes kept
		SELECT array_agg(ROW(start, lane.profile, lane.profiles, n.covered)::pyrotree.lane_change ORDER BY start)
				FILTER (WHERE level = 0),
			array_agg(ROW(start, lane.profile, lane.profiles, n.covered)::pyrotree.lane_change ORDER BY start)
				FILTER (WHERE level > 0)
		INTO late, coarse
		FROM (
			SELECT f.level, pyrotree.floor_slot(c.start, widths[f.level]) AS start,
				@extschema@.sum(c.profile) AS profile, sum(c.profiles)::bigint AS profiles
			FROM unnest(late) AS c
				CROSS JOIN LATERAL pyrotree.kept_level(c.start, kept_from) AS f(level)
			GROUP BY 1, 2) AS lane
			JOIN pyrotree.newly_covered(series_id, ARRAY(SELECT c.start FROM unnest(late) AS c)) AS n USING (level, start);
		PERFORM pyrotree.add_lanes(series_id, 0, late);
	END IF;

	-- Level by level: late lanes whose end the horizon had passed are added;
	-- lanes whose end it passes now come whole from the level below.
	FOR level IN 1 .. array_upper(widths, 1) - 1 LOOP
		IF late IS NOT NULL OR coarse IS NOT NULL THEN
			late := (
				SELECT array_agg(ROW(lane.start, lane.profile, lane.profiles, lane.covered)::pyrotree.lane_change ORDER BY lane.start)
				FROM (
					SELECT pyrotree.floor_slot(c.start, widths[level]) AS start, @extschema@.sum(c.profile) AS profile,
						sum(c.profiles)::bigint AS profiles, sum(c.covered)::bigint AS covered
					FROM (
						SELECT * FROM unnest(late)
						UNION ALL
						SELECT * FROM unnest(coarse) AS x
						WHERE x.start >= kept_from[level] AND x.start < kept_from[level - 1]) AS c
					GROUP BY 1) AS lane
				WHERE lane.start + widths[level] <= old_horizon);
			PERFORM pyrotree.add_lanes(series_id, level, late);
		END IF;
		first := pyrotree.floor_slot(old_horizon, widths[level]);
		last := pyrotree.floor_slot(new_horizon, widths[level]);
		PERFORM pyrotree.add_lanes(series_id, level, pyrotree.promotions(series_id, level, first, last));
		EXIT WHEN first = last AND late IS NULL AND coarse IS NULL;
	END LOOP;

	PERFORM pyrotree.merge_symbols(series_id);
	UPDATE pyrotree.series AS s
	SET horizon = new_horizon, version = s.version + 1, compaction_error = NULL, compaction_retry = NULL
	WHERE s.series_id = compact_step.series_id;
	RETURN more;
END $$;
COMMENT ON FUNCTION pyrotree.compact_step(bigint, bigint, integer) IS 'move the waiting rows of some blocks of a locked series into segment';

-- The same, block by block where a large step fails because of what is in the
-- data: a sum out of range, a tree past the limits, damage.  What fails is
-- written down; other errors are the caller's.  Gives whether there is more to
-- do.
CREATE FUNCTION pyrotree.compact_some(series_id bigint, target bigint) RETURNS boolean
	LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE COST 100000
	SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	message text;
BEGIN
	BEGIN
		RETURN pyrotree.compact_step(series_id, target, 16);
	EXCEPTION WHEN numeric_value_out_of_range OR program_limit_exceeded OR data_corrupted THEN
		NULL;
	END;
	BEGIN
		PERFORM pyrotree.compact_step(series_id, target, 1);
		RETURN true;
	EXCEPTION WHEN numeric_value_out_of_range OR program_limit_exceeded OR data_corrupted THEN
		message := SQLERRM;
	END;
	PERFORM pyrotree.note_compaction_error(series_id, message);
	RETURN false;
END $$;
COMMENT ON FUNCTION pyrotree.compact_some(bigint, bigint) IS 'a step of compaction that stops before what cannot be added, and notes why';

CREATE FUNCTION pyrotree.note_compaction_error(series_id bigint, message text) RETURNS void
	LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE COST 100
	SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	series text;
BEGIN
	UPDATE pyrotree.series AS s SET compaction_error = message, compaction_retry = clock_timestamp() + interval '10 minutes'
	WHERE s.series_id = note_compaction_error.series_id
	RETURNING s.key INTO series;
	RAISE WARNING 'could not compact series "%": %', left(series, 100), message
		USING DETAIL = 'Its profiles stay where they are, and every question finds them.';
END $$;
COMMENT ON FUNCTION pyrotree.note_compaction_error(bigint, text) IS 'warn, write down why compaction failed, and hold writers off for ten minutes';

-- where the horizon may move: behind the newest profile, but never past now
CREATE FUNCTION pyrotree.horizon_target(newest bigint, late_after bigint, resolution bigint, block_width bigint) RETURNS bigint
	LANGUAGE sql VOLATILE STRICT PARALLEL UNSAFE COST 10
	RETURN pyrotree.floor_slot(
		least(newest + 1, pyrotree.first_slot(clock_timestamp(), resolution)) - (late_after + resolution - 1) / resolution,
		block_width);
COMMENT ON FUNCTION pyrotree.horizon_target(bigint, bigint, bigint, bigint) IS 'slot up to which a series may be compacted whose newest profile is given';

-- What a writer does after it has written slots first to last: compact when
-- the newest lies a block and the lag above the horizon, or when 60 rows below
-- it wait.  Never waits for another compaction and never fails the write.
CREATE FUNCTION pyrotree.compact_if_due(series_id bigint, first bigint, last bigint) RETURNS void
	LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE COST 1000
	SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
DECLARE
	state record;
	lag bigint;
	target bigint;
BEGIN
	IF NOT pyrotree.auto_compact() THEN
		RETURN;
	END IF;
	SELECT s.horizon, s.compaction_retry, t.resolution, t.widths[1] AS block_width INTO state
	FROM pyrotree.series AS s CROSS JOIN pyrotree.settings AS t
	WHERE s.series_id = compact_if_due.series_id AND t.only_row = 1;
	IF state.compaction_retry > clock_timestamp() THEN
		RETURN;
	END IF;
	IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted')
		OR NOT (has_table_privilege('pyrotree.segment', 'SELECT') AND has_table_privilege('pyrotree.segment', 'INSERT')
			AND has_table_privilege('pyrotree.segment', 'UPDATE') AND has_column_privilege('pyrotree.series', 'horizon', 'UPDATE')
			AND has_table_privilege('pyrotree.head', 'SELECT') AND has_table_privilege('pyrotree.head', 'DELETE')) THEN
		RETURN;
	END IF;
	-- All series come to a border of blocks at the same time; the lag is
	-- between half and all of pyrotree.late_after, by series.
	lag := pyrotree.late_after() - abs(hashint8(series_id)::bigint) % (pyrotree.late_after() / 2 + 1);
	target := pyrotree.horizon_target(last, lag, state.resolution, state.block_width);
	IF target <= state.horizon AND (first >= state.horizon OR
		(SELECT count(*) FROM (
			SELECT FROM pyrotree.head AS h
			WHERE h.series_id = compact_if_due.series_id AND h.at < state.horizon LIMIT 60) AS late) < 60) THEN
		RETURN;
	END IF;
	BEGIN
		PERFORM FROM pyrotree.series AS s WHERE s.series_id = compact_if_due.series_id FOR NO KEY UPDATE SKIP LOCKED;
		IF FOUND THEN
			PERFORM pyrotree.compact_some(series_id, target);
		END IF;
	EXCEPTION WHEN OTHERS THEN
		RAISE WARNING 'could not compact series %: %', series_id, SQLERRM;
	END;
END $$;
COMMENT ON FUNCTION pyrotree.compact_if_due(bigint, bigint, bigint) IS 'compact a series that has been written to when it is time, unless somebody else does';

-- One transaction of compact(); true when there is more to do.
CREATE FUNCTION pyrotree.compact_series(series_id bigint) RETURNS boolean
	LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE COST 100000
	SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
DECLARE
	target bigint;
BEGIN
	PERFORM FROM pyrotree.series AS s WHERE s.series_id = compact_series.series_id FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	-- of an empty head: the beginning of time, which moves nothing
	SELECT coalesce(pyrotree.horizon_target(
			(SELECT max(h.at) FROM pyrotree.head AS h WHERE h.series_id = compact_series.series_id),
			pyrotree.late_after(), t.resolution, t.widths[1]), t.earliest)
	INTO target FROM pyrotree.settings AS t WHERE t.only_row = 1;
	RETURN pyrotree.compact_some(series_id, target);
END $$;
COMMENT ON FUNCTION pyrotree.compact_series(bigint) IS 'one transaction of compact() for one series; true when there is more to do';

CREATE FUNCTION pyrotree.require_no_transaction_block(procedure text) RETURNS void
	AS 'MODULE_PATHNAME', 'pyrotree_require_no_transaction_block'
	LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE COST 1;
COMMENT ON FUNCTION pyrotree.require_no_transaction_block(text) IS 'an error when a procedure that commits was called inside BEGIN and COMMIT';

CREATE PROCEDURE pyrotree.compact(selector text DEFAULT NULL)
	LANGUAGE plpgsql AS $$
DECLARE
	series bigint[];
BEGIN
	PERFORM pyrotree.require_no_transaction_block('compact()');
	-- else it could make a writer fail that is SERIALIZABLE itself
	COMMIT;
	SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
	series := ARRAY(
		SELECT m.series_id FROM pyrotree.series_matching(coalesce(selector, '{}')) AS m
		ORDER BY pg_catalog.hashint8(m.series_id), m.series_id);
	FOR i IN 1 .. pg_catalog.cardinality(series) LOOP
		WHILE pyrotree.compact_series(series[i]) LOOP
			COMMIT;
			SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
		END LOOP;
		COMMIT;
		SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
		CALL pyrotree.forget_gone_symbols(series[i]);
	END LOOP;
END $$;
COMMENT ON PROCEDURE pyrotree.compact(text) IS 'move what waits in head into blocks; commits every 16 blocks';
