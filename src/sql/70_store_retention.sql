-- ---------------------------------------------------------------------
-- Retention: fine lanes are dropped before coarse ones.
-- ---------------------------------------------------------------------

-- Ages in slots at which lanes are dropped: element l + 1 is that of level l,
-- the last, one behind the top level's, that of everything.  NULL where no
-- row of retention says so.
CREATE FUNCTION pyrotree.retention_of(name text, labels jsonb) RETURNS bigint[]
	LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 1000
BEGIN ATOMIC
	SELECT array_agg((
			-- what is said of a level holds for all finer ones
			SELECT min(rule.keep)
			FROM (
				-- dropping the top level is dropping everything
				SELECT CASE WHEN r.level < array_upper(t.widths, 1) - 1 THEN r.level ELSE array_upper(t.widths, 1) END AS level,
					max(ceil(extract(epoch FROM r.keep) * 1000000 / t.resolution))::bigint AS keep
				FROM pyrotree.retention AS r
				WHERE pyrotree.selector_matches(r.selector, retention_of.name, retention_of.labels)
				GROUP BY 1) AS rule
			WHERE rule.level >= l.level) ORDER BY l.level)
	FROM pyrotree.settings AS t CROSS JOIN LATERAL generate_subscripts(t.widths, 1) AS l(level)
	WHERE t.only_row = 1;
END;
COMMENT ON FUNCTION pyrotree.retention_of(text, jsonb) IS 'slots that lanes of a series are kept, by level; the last entry is for everything';

-- One transaction of apply_retention() for one series; true when there is more
-- to do.
CREATE FUNCTION pyrotree.retain_series(series_id bigint) RETURNS boolean
	LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE COST 100000
	SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET jit = off AS $$
DECLARE
	series pyrotree.series;
	settings pyrotree.settings;
	keep bigint[];
	now_slot bigint;
	top integer;
	edge bigint;			-- of the level at hand; never above that of a finer one
	kept bigint[];			-- series.kept_from as it will be
BEGIN
	SELECT * INTO series FROM pyrotree.series AS s WHERE s.series_id = retain_series.series_id FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	SELECT * INTO settings FROM pyrotree.settings WHERE only_row = 1;
	keep := pyrotree.retention_of(series.name, series.labels);
	now_slot := pyrotree.first_slot(clock_timestamp(), settings.resolution);
	top := array_upper(settings.widths, 1) - 1;

	-- everything, up to the border of a block of the finest lanes kept there
	edge := now_slot - keep[top + 2];
	IF edge > settings.earliest THEN
		FOR level IN 0 .. top LOOP
			IF edge >= series.kept_from[level] OR level = top THEN
				edge := pyrotree.floor_slot(edge, settings.widths[level + 1]);
				EXIT;
			END IF;
		END LOOP;
		PERFORM pyrotree.delete_slots(series_id, settings.earliest, edge - 1);
	END IF;

	edge := series.horizon;
	kept := series.kept_from;
	FOR level IN 0 .. top - 1 LOOP
		edge := greatest(kept[level],
			pyrotree.floor_slot(least(edge, now_slot - keep[level + 1]), settings.widths[level + 1]));
		IF keep[level + 1] IS NULL THEN
			edge := kept[level];
		END IF;
		kept[level] := edge;
	END LOOP;
	IF kept = series.kept_from THEN
		RETURN false;
	END IF;
	-- rows that wait below the new edges still find their lanes
	IF pyrotree.compact_step(series_id, series.horizon, 16) THEN
		RETURN true;
	END IF;
	FOR dropped IN 0 .. top - 1 LOOP
		DELETE FROM pyrotree.segment AS g
		WHERE g.series_id = retain_series.series_id AND g.level = dropped AND g.start < kept[dropped];
	END LOOP;
	UPDATE pyrotree.series AS s SET kept_from = kept, version = s.version + 1
	WHERE s.series_id = retain_series.series_id;
	RETURN false;
END $$;
COMMENT ON FUNCTION pyrotree.retain_series(bigint) IS 'drop what the rows of retention say of one series; true when there is more to do';

CREATE PROCEDURE pyrotree.apply_retention()
	LANGUAGE plpgsql AS $$
DECLARE
	series bigint[];
	wrong integer;
	more boolean;
BEGIN
	PERFORM pyrotree.require_no_transaction_block('apply_retention()');
	-- or a slip of a level would delete everything
	wrong := (SELECT r.level FROM pyrotree.retention AS r, pyrotree.settings AS t
		WHERE r.level OPERATOR(pg_catalog.>=) pg_catalog.array_upper(t.widths, 1) LIMIT 1);
	IF wrong IS NOT NULL THEN
		RAISE EXCEPTION 'a row of pyrotree.retention is for level %, which does not exist', wrong
			USING ERRCODE = 'invalid_parameter_value';
	END IF;
	COMMIT;
	SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
	series := ARRAY(SELECT s.series_id FROM pyrotree.series AS s ORDER BY s.series_id);
	FOR i IN 1 .. pg_catalog.cardinality(series) LOOP
		LOOP
			BEGIN
				more := pyrotree.retain_series(series[i]);
			EXCEPTION WHEN numeric_value_out_of_range OR program_limit_exceeded OR data_corrupted THEN
				-- what waits below the new edge cannot be added: nothing is dropped
				PERFORM pyrotree.note_compaction_error(series[i], SQLERRM);
				more := false;
			END;
			COMMIT;
			SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
			EXIT WHEN NOT more;
		END LOOP;
		CALL pyrotree.forget_gone_symbols(series[i]);
	END LOOP;
	DELETE FROM pyrotree.delivery AS d
	WHERE d.received OPERATOR(pg_catalog.<) (pg_catalog.now() OPERATOR(pg_catalog.-) interval '24 hours');
END $$;
COMMENT ON PROCEDURE pyrotree.apply_retention() IS 'drop lanes and profiles older than the rows of retention say; commits after each series';
