-- A history of any length in a few minutes.  One day is made by the store's own
-- functions, level by level, from the first 8,640 profiles of the pool; the days
-- that follow have the same blocks at the levels whose blocks are a day or less,
-- and these are copied.  Above that every lane is made by the store again.  What
-- comes out is what ingesting slot after slot leaves: store_history.sql checks
-- that on three days.

-- the blocks of level 0
CREATE TABLE pool_block AS
	SELECT n / 60 AS n, profblock_agg((n % 60)::integer, profile) AS block
	FROM pool WHERE n < 8640 GROUP BY 1;

-- Lanes of a level made of the level below, those that end in (first, last],
-- block by block.
CREATE PROCEDURE bulk_promote(id bigint, level integer, first bigint, last bigint)
LANGUAGE plpgsql AS $$
DECLARE
	widths constant bigint[] := (SELECT t.widths FROM pyrotree.settings AS t);
	ends constant bigint := pyrotree.floor_slot(last, widths[level]);
	edge bigint := pyrotree.floor_slot(first, widths[level]);
	next_edge bigint;
BEGIN
	WHILE edge < ends LOOP
		next_edge := least(pyrotree.floor_slot(edge, widths[level + 1]) + widths[level + 1], ends);
		PERFORM pyrotree.add_lanes(id, level, pyrotree.promotions(id, level, edge, next_edge));
		edge := next_edge;
	END LOOP;
END
$$;

-- "days" days of a series from a slot, which begins a day; all compacted
CREATE PROCEDURE bulk_history(series text, first bigint, days integer)
LANGUAGE plpgsql AS $$
DECLARE
	resolution constant bigint := pyrotree.settle();
	id constant bigint := (pyrotree.series_ids(ARRAY[series]))[1];
	day constant bigint := 8640;
	settings pyrotree.settings;
BEGIN
	SELECT * INTO settings FROM pyrotree.settings;
	IF settings.fanouts <> '{60,6,24,30,12}' OR resolution <> 10000000 OR first % day <> 0 THEN
		RAISE EXCEPTION 'bulk_history() is for the default settings and begins with a day';
	END IF;
	INSERT INTO pyrotree.segment (series_id, level, start, lanes, block)
		SELECT id, 0, first + 60 * b, profblock_directory(p.block), p.block
		FROM generate_series(0, 143) AS b JOIN pool_block AS p ON p.n = b;
	PERFORM pyrotree.note_symbols(id, (SELECT sum(p.profile) FROM pool AS p WHERE p.n < day));
	FOR level IN 1 .. 2 LOOP
		CALL bulk_promote(id, level, first, first + day);
	END LOOP;
	COMMIT;
	FOR further IN 1 .. days - 1 LOOP
		INSERT INTO pyrotree.segment (series_id, level, start, lanes, block)
			SELECT g.series_id, g.level, g.start + further * day, g.lanes, g.block
			FROM pyrotree.segment AS g
			WHERE g.series_id = id AND g.start >= first AND g.start < first + day;
		COMMIT;
	END LOOP;
	FOR level IN 3 .. array_upper(settings.widths, 1) - 1 LOOP
		CALL bulk_promote(id, level, first, first + days * day);
	END LOOP;
	UPDATE pyrotree.series AS s SET horizon = first + days * day, version = s.version + 1 WHERE s.series_id = id;
END
$$;
