-- ---------------------------------------------------------------------
-- Deleting and forgetting.
-- ---------------------------------------------------------------------

-- Take the lanes that start in [first, last) out of a level; both are borders
-- of its lanes.
CREATE FUNCTION pyrotree.remove_lanes(series_id bigint, level integer, first bigint, last bigint) RETURNS void
	LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE COST 10000
	SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
DECLARE
	width bigint;
	block_width bigint;
	part record;
	below @extschema@.profblock;
	above @extschema@.profblock;
BEGIN
	SELECT t.widths[level], t.widths[level + 1] INTO width, block_width FROM pyrotree.settings AS t WHERE t.only_row = 1;
	-- blocks that lie in it whole
	DELETE FROM pyrotree.segment AS g
	WHERE g.series_id = remove_lanes.series_id AND g.level = remove_lanes.level
		AND g.start >= first AND g.start < pyrotree.floor_slot(last, block_width)
		AND pyrotree.floor_slot(g.start, block_width) >= first;
	FOR part IN
		SELECT g.start, b.slot AS block_start, g.block
		FROM pyrotree.segment AS g
			CROSS JOIN LATERAL pyrotree.floor_slot(g.start, block_width) AS b(slot)
		WHERE g.series_id = remove_lanes.series_id AND g.level = remove_lanes.level
			AND g.start >= pyrotree.floor_slot(first, block_width) AND g.start < last
			-- of a large block, only rows that lose lanes
			AND (@extschema@.profblock_directory_sum(g.lanes, (greatest(first - b.slot, 0) / width)::integer,
				(least(last - b.slot, block_width) / width)::integer - 1)).lanes > 0
	LOOP
		below := @extschema@.profblock_slice(part.block, 0, greatest((first - part.block_start) / width, 0)::integer - 1);
		above := @extschema@.profblock_slice(part.block, least((last - part.block_start) / width, 1024)::integer, 1023);
		IF below IS NULL AND above IS NULL THEN
			DELETE FROM pyrotree.segment AS g
			WHERE g.series_id = remove_lanes.series_id AND g.level = remove_lanes.level AND g.start = part.start;
		ELSE
			below := coalesce(@extschema@.profblock_merge(below, above), below, above);
			UPDATE pyrotree.segment AS g SET block = below, lanes = @extschema@.profblock_directory(below)
			WHERE g.series_id = remove_lanes.series_id AND g.level = remove_lanes.level AND g.start = part.start;
		END IF;
	END LOOP;
END $$;
COMMENT ON FUNCTION pyrotree.remove_lanes(bigint, integer, bigint, bigint) IS 'take the lanes that start in a range out of a level';

-- Slots first to last, inclusive, of one series.
CREATE FUNCTION pyrotree.delete_slots(series_id bigint, first bigint, last bigint) RETURNS bigint
	LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE COST 100000
	SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
DECLARE
	series pyrotree.series;
	settings pyrotree.settings;
	effective record;
	below bigint;			-- end of the part below the horizon
	deleted bigint := 0;
	lanes bigint := 0;		-- that go
	waiting bigint;			-- rows of head that go
	in_head bigint;
	edge bigint;
BEGIN
	SELECT * INTO series FROM pyrotree.series AS s WHERE s.series_id = delete_slots.series_id FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		RETURN 0;
	END IF;
	SELECT * INTO settings FROM pyrotree.settings WHERE only_row = 1;
	first := greatest(first, settings.earliest);
	below := least(last + 1, series.horizon);

	IF first < below THEN
		SELECT r.first, r.last INTO effective
		FROM pyrotree.reads(first, below - 1, series.horizon, series.kept_from, settings.widths, NULL) AS r
		WHERE r.level IS NULL;
		IF effective.first < first OR effective.last >= below THEN
			RAISE EXCEPTION 'cannot delete part of a lane of series "%"', left(series.key, 100)
				USING ERRCODE = 'invalid_parameter_value',
					DETAIL = 'Retention has dropped the finer lanes it was made of.',
					HINT = format('Delete from %s until %s.',
						pyrotree.slot_time(effective.first, settings.resolution),
						pyrotree.slot_time(greatest(last, effective.last) + 1, settings.resolution));
		END IF;
		SELECT coalesce(sum(l.profiles), 0), count(*) INTO deleted, lanes
		FROM pyrotree.reads(first, below - 1, series.horizon, series.kept_from, settings.widths, NULL) AS r
			CROSS JOIN LATERAL pyrotree.lane_totals(series_id, r.level, r.first, r.last) AS l;
	END IF;

	WITH gone AS (
		DELETE FROM pyrotree.head AS h
		WHERE h.series_id = delete_slots.series_id AND h.at BETWEEN first AND last
		RETURNING h.profiles)
	SELECT coalesce(sum(gone.profiles), 0), count(*) INTO in_head, waiting FROM gone;
	deleted := deleted + in_head;

	IF lanes > 0 THEN
		FOR level IN 0 .. array_upper(settings.widths, 1) - 1 LOOP
			-- lanes the range covers, and the one or two it covers in part
			PERFORM pyrotree.remove_lanes(series_id, level,
				pyrotree.floor_slot(first, settings.widths[level]),
				least(pyrotree.floor_slot(below - 1, settings.widths[level]) + settings.widths[level],
					pyrotree.floor_slot(series.horizon, settings.widths[level])));
			CONTINUE WHEN level = 0;
			-- these are made again of what is left one level below
			FOR edge IN
				SELECT DISTINCT pyrotree.floor_slot(e.slot, settings.widths[level])
				FROM (VALUES (first), (below)) AS e(slot)
				WHERE e.slot > pyrotree.floor_slot(e.slot, settings.widths[level])
			LOOP
				CONTINUE WHEN edge + settings.widths[level] > series.horizon;
				PERFORM pyrotree.add_lanes(series_id, level,
					pyrotree.promotions(series_id, level, edge, edge + settings.widths[level]));
			END LOOP;
		END LOOP;
	END IF;
	IF lanes > 0 OR waiting > 0 THEN
		UPDATE pyrotree.series AS s SET version = s.version + 1, symbols_gone = true
		WHERE s.series_id = delete_slots.series_id;
	END IF;
	RETURN deleted;
END $$;
COMMENT ON FUNCTION pyrotree.delete_slots(bigint, bigint, bigint) IS 'delete a range of slots of one series at every level; gives the number of profiles deleted';

CREATE FUNCTION pyrotree.delete(selector text, since timestamptz, until timestamptz) RETURNS bigint
	LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 100000
	SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	series record;
	deleted bigint := 0;
BEGIN
	IF selector IS NULL OR since IS NULL OR until IS NULL THEN
		RAISE EXCEPTION 'selector and range to delete must not be null'
			USING ERRCODE = 'null_value_not_allowed', HINT = 'Give ''-infinity'' or ''infinity'' for an open end.';
	END IF;
	FOR series IN
		SELECT m.series_id, t.resolution
		FROM pyrotree.series_matching(selector) AS m CROSS JOIN pyrotree.settings AS t
		WHERE t.only_row = 1
		ORDER BY m.series COLLATE "C"
	LOOP
		deleted := deleted + pyrotree.delete_slots(series.series_id,
			pyrotree.first_slot(since, series.resolution), pyrotree.last_slot(until, series.resolution));
	END LOOP;
	RETURN deleted;
END $$;
COMMENT ON FUNCTION pyrotree.delete(text, timestamptz, timestamptz) IS 'delete a range of the series a selector matches, exactly; gives the number of profiles deleted';

CREATE FUNCTION pyrotree.drop_series(selector text) RETURNS bigint
	LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 100000
	SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	-- asked once, whatever the plan below
	ids bigint[] := pyrotree.matching(selector);
BEGIN
	IF selector IS NULL THEN
		RAISE EXCEPTION 'selector of series to drop must not be null'
			USING ERRCODE = 'null_value_not_allowed', HINT = 'All series are ''{}''.';
	END IF;
	PERFORM pyrotree.require_read_committed('drop_series()');
	-- waits for writers that are under way, and makes new ones wait
	ids := ARRAY(
		SELECT s.series_id FROM pyrotree.series AS s
		WHERE s.series_id = ANY (ids)
		ORDER BY s.key FOR UPDATE);
	DELETE FROM pyrotree.head AS h WHERE h.series_id = ANY (ids);
	DELETE FROM pyrotree.segment AS g WHERE g.series_id = ANY (ids);
	DELETE FROM pyrotree.label AS l WHERE l.series_id = ANY (ids);
	DELETE FROM pyrotree.series_symbols AS y WHERE y.series_id = ANY (ids);
	-- what is sent again is a new profile
	DELETE FROM pyrotree.delivery AS d WHERE d.series_id = ANY (ids);
	DELETE FROM pyrotree.series AS s WHERE s.series_id = ANY (ids);
	RETURN cardinality(ids);
END $$;
COMMENT ON FUNCTION pyrotree.drop_series(text) IS 'delete all of the series a selector matches; gives their number';
