-- ---------------------------------------------------------------------
-- Reading: series -> reads -> rows, in nested loops.
--
-- reads() splits a range by arithmetic into at most two runs of lanes a level
-- and the head.  The leaves below are STRICT and so never inlined: joined to
-- the tables directly, the planner may read all of segment.  Within them
-- sequential scans are off for the same reason: the tables may have been
-- small, or not analysed, when it looked.
-- ---------------------------------------------------------------------

-- The rows of segment that a run of lanes, given by its first and last slot,
-- lies in: where the row's block starts, how wide its lanes are, and which of
-- them the run takes.  Inlined into the leaves.  Settings are read by their
-- key, and the lower bound in a query of its own: both bounds then belong to
-- the index whatever the planner thinks of settings, and below row security,
-- where an index takes only what leaks nothing.
CREATE FUNCTION pyrotree.run_rows(series_id bigint, level integer, first bigint, last bigint)
	RETURNS TABLE (start bigint, block_start bigint, width bigint, first_lane integer, last_lane integer, lanes bytea, block profblock)
	LANGUAGE sql STABLE PARALLEL SAFE COST 100 ROWS 1
BEGIN ATOMIC
	SELECT g.start, b.start, t.widths[g.level],
		(greatest(run_rows.first - b.start, 0) / t.widths[g.level])::integer,
		(least(run_rows.last - b.start, t.widths[g.level + 1] - 1) / t.widths[g.level])::integer,
		g.lanes, g.block
	FROM pyrotree.settings AS t
		CROSS JOIN pyrotree.segment AS g
		CROSS JOIN LATERAL pyrotree.floor_slot(g.start, t.widths[g.level + 1]) AS b(start)
	WHERE t.only_row = 1 AND g.series_id = run_rows.series_id AND g.level = run_rows.level
		AND g.start <= run_rows.last AND g.start >= (
			SELECT pyrotree.floor_slot(run_rows.first, x.widths[run_rows.level + 1]) FROM pyrotree.settings AS x WHERE x.only_row = 1);
END;
COMMENT ON FUNCTION pyrotree.run_rows(bigint, integer, bigint, bigint) IS 'rows of segment that a run of lanes lies in, and the lanes of each that it takes';

-- the lanes of a run, summed for each row; of a large block, only the rows
-- that hold some of them are fetched
CREATE FUNCTION pyrotree.lane_rows(series_id bigint, level integer, first bigint, last bigint)
	RETURNS TABLE (start bigint, profile proftree)
	LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 3000 ROWS 1
	SET enable_seqscan = off
BEGIN ATOMIC
	SELECT r.start, profblock_tree(r.block, r.first_lane, r.last_lane)
	FROM pyrotree.run_rows(series_id, level, first, last) AS r
	WHERE (profblock_directory_sum(r.lanes, r.first_lane, r.last_lane)).lanes > 0;
END;
COMMENT ON FUNCTION pyrotree.lane_rows(bigint, integer, bigint, bigint) IS 'trees of a run of lanes given by its first and last slot, one for each row of segment';

CREATE FUNCTION pyrotree.segment_rows(series_id bigint, level integer, first bigint, last bigint) RETURNS SETOF bigint
	LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 300 ROWS 1
	SET enable_seqscan = off
BEGIN ATOMIC
	SELECT r.start FROM pyrotree.run_rows(series_id, level, first, last) AS r;
END;
COMMENT ON FUNCTION pyrotree.segment_rows(bigint, integer, bigint, bigint) IS 'starts of the rows of segment that a run of lanes reads';

-- its lanes with their totals, from lane directories alone
CREATE FUNCTION pyrotree.lane_totals(series_id bigint, level integer, first bigint, last bigint)
	RETURNS TABLE (start bigint, total bigint, profiles bigint, covered bigint)
	LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 300 ROWS 30
	SET enable_seqscan = off
BEGIN ATOMIC
	SELECT r.block_start + d.lane * r.width, d.total, d.profiles, d.covered
	FROM pyrotree.run_rows(series_id, level, first, last) AS r
		CROSS JOIN LATERAL profblock_directory_lanes(r.lanes, r.first_lane, r.last_lane) AS d;
END;
COMMENT ON FUNCTION pyrotree.lane_totals(bigint, integer, bigint, bigint) IS 'lanes of a run with their totals, from lane directories alone';

-- one symbol, lane by lane
CREATE FUNCTION pyrotree.lane_symbol(series_id bigint, level integer, first bigint, last bigint, symbol text)
	RETURNS TABLE (start bigint, self bigint, total bigint)
	LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 3000 ROWS 30
	SET enable_seqscan = off
BEGIN ATOMIC
	SELECT r.block_start + d.lane * r.width, d.self, d.total
	FROM pyrotree.run_rows(series_id, level, first, last) AS r
		CROSS JOIN LATERAL profblock_symbol(r.block, symbol) AS d
	WHERE (profblock_directory_sum(r.lanes, r.first_lane, r.last_lane)).lanes > 0
		AND d.lane BETWEEN r.first_lane AND r.last_lane;
END;
COMMENT ON FUNCTION pyrotree.lane_symbol(bigint, integer, bigint, bigint, text) IS 'weight of a symbol in each lane of a run';

-- the tree of each lane
CREATE FUNCTION pyrotree.lane_trees(series_id bigint, level integer, first bigint, last bigint)
	RETURNS TABLE (start bigint, profile proftree)
	LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 3000 ROWS 30
	SET enable_seqscan = off
BEGIN ATOMIC
	SELECT r.block_start + d.lane * r.width, profblock_tree(r.block, d.lane, d.lane)
	FROM pyrotree.run_rows(series_id, level, first, last) AS r
		CROSS JOIN LATERAL profblock_directory_lanes(r.lanes, r.first_lane, r.last_lane) AS d;
END;
COMMENT ON FUNCTION pyrotree.lane_trees(bigint, integer, bigint, bigint) IS 'tree of each lane of a run';

-- A row that came after the lanes of its slot had been dropped shows where it
-- will be when compacted: at the lane that is kept.
CREATE FUNCTION pyrotree.head_rows(series_id bigint, first bigint, last bigint)
	RETURNS TABLE (slot bigint, at bigint, profile proftree, total bigint)
	LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 300 ROWS 30
	SET enable_seqscan = off
BEGIN ATOMIC
	SELECT h.at, pyrotree.floor_slot(h.at, t.widths[pyrotree.kept_level(h.at, s.kept_from)]), h.profile, h.total
	FROM pyrotree.settings AS t
		CROSS JOIN pyrotree.series AS s
		JOIN pyrotree.head AS h USING (series_id)
	WHERE t.only_row = 1 AND s.series_id = head_rows.series_id AND h.series_id = head_rows.series_id
		AND h.at >= first AND h.at <= last;
END;
COMMENT ON FUNCTION pyrotree.head_rows(bigint, bigint, bigint) IS 'profiles not yet in a block, with their slots and the lanes they belong to';

-- What has to be read of each series, inlined into what asks for it: a row
-- for each run of lanes; with level NULL, the range itself, snapped to lanes
-- that are kept, by which head is read.  Questions find the series once and
-- hand their numbers on.
CREATE FUNCTION pyrotree.series_reads(series_ids bigint[], since timestamptz, until timestamptz, top integer)
	RETURNS TABLE (series_id bigint, series text, level integer, first bigint, last bigint)
	LANGUAGE sql STABLE PARALLEL SAFE COST 100 ROWS 40
BEGIN ATOMIC
	SELECT s.series_id, s.key, r.level, r.first, r.last
	FROM unnest(series_ids) AS m(series_id)
		JOIN pyrotree.series AS s USING (series_id)
		CROSS JOIN pyrotree.settings AS t
		CROSS JOIN LATERAL pyrotree.reads(
			greatest(pyrotree.first_slot(coalesce(since, '-infinity'), t.resolution), t.earliest),
			pyrotree.last_slot(coalesce(until, statement_timestamp()), t.resolution),
			s.horizon, s.kept_from, t.widths, top) AS r
	WHERE t.only_row = 1;
END;
COMMENT ON FUNCTION pyrotree.series_reads(bigint[], timestamptz, timestamptz, integer) IS 'runs of lanes that make up a range of each series, and the range itself';

-- the same of one series
CREATE FUNCTION pyrotree.reads_of(series_id bigint, since timestamptz, until timestamptz)
	RETURNS TABLE (level integer, first bigint, last bigint)
	LANGUAGE sql STABLE PARALLEL SAFE COST 100 ROWS 4
BEGIN ATOMIC
	SELECT r.level, r.first, r.last
	FROM pyrotree.settings AS t
		CROSS JOIN pyrotree.series AS s
		CROSS JOIN LATERAL pyrotree.reads(
			greatest(pyrotree.first_slot(coalesce(since, '-infinity'), t.resolution), t.earliest),
			pyrotree.last_slot(coalesce(until, statement_timestamp()), t.resolution),
			s.horizon, s.kept_from, t.widths, NULL) AS r
	WHERE t.only_row = 1 AND s.series_id = reads_of.series_id;
END;
COMMENT ON FUNCTION pyrotree.reads_of(bigint, timestamptz, timestamptz) IS 'runs of lanes that make up a range of one series, and the range itself';

CREATE FUNCTION pyrotree.profiles_of(series_ids bigint[], since timestamptz, until timestamptz)
	RETURNS TABLE (series_id bigint, series text, level integer, first bigint, last bigint, profile proftree)
	LANGUAGE sql STABLE PARALLEL SAFE COST 1000 ROWS 100
BEGIN ATOMIC
	SELECT r.series_id, r.series, r.level, p.first, p.last, p.profile
	FROM pyrotree.series_reads(series_ids, since, until, NULL) AS r
		CROSS JOIN LATERAL (
			SELECT r.first, r.last, l.profile
			FROM pyrotree.lane_rows(r.series_id, r.level, r.first, r.last) AS l
			UNION ALL
			SELECT h.slot, h.slot, h.profile
			FROM pyrotree.head_rows(r.series_id, CASE WHEN r.level IS NULL THEN r.first END, r.last) AS h
		) AS p;
END;
COMMENT ON FUNCTION pyrotree.profiles_of(bigint[], timestamptz, timestamptz) IS 'trees whose sum is a range, of series given by their numbers';

CREATE FUNCTION pyrotree.profiles(selector text, since timestamptz, until timestamptz)
	RETURNS TABLE (series_id bigint, series text, level integer, first bigint, last bigint, profile proftree)
	LANGUAGE sql STABLE PARALLEL SAFE COST 1000 ROWS 100
BEGIN ATOMIC
	SELECT * FROM pyrotree.profiles_of(pyrotree.matching(selector), since, until);
END;
COMMENT ON FUNCTION pyrotree.profiles(text, timestamptz, timestamptz) IS 'trees whose sum is a range, by series; level NULL: not yet compacted';

-- ---------------------------------------------------------------------
-- Units, and what an average is divided by.
-- ---------------------------------------------------------------------

CREATE FUNCTION pyrotree.aggregation(series_ids bigint[]) RETURNS text
	LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1000
	SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
	kinds text[];
	aggregations text[];
BEGIN
	SELECT array_agg(k.kind ORDER BY k.kind), array_agg(DISTINCT k.aggregation) INTO kinds, aggregations
	FROM (
		SELECT format('"%s" (%s of %s)', min(n.name), n.aggregation, n.unit) AS kind, n.aggregation
		FROM (
			SELECT DISTINCT s.name, coalesce(t.unit, 'samples') AS unit, coalesce(t.aggregation, 'sum') AS aggregation
			FROM unnest(series_ids) AS m(series_id)
				JOIN pyrotree.series AS s USING (series_id)
				LEFT JOIN pyrotree.profile_type AS t ON t.name = s.name) AS n
		GROUP BY n.unit, n.aggregation
	) AS k;
	IF cardinality(kinds) > 1 THEN
		RAISE EXCEPTION 'selector mixes profile types: %', array_to_string(kinds[1:3], ', ')
			USING ERRCODE = 'invalid_parameter_value', HINT = 'Select series of one unit and aggregation.';
	END IF;
	RETURN aggregations[1];
END $$;
COMMENT ON FUNCTION pyrotree.aggregation(bigint[]) IS 'how profiles of series are added; an error when not all alike';

-- Distinct slots that come to be covered when profiles of these slots are
-- added to the lanes: at level 0 a slot counts that has no lane; where finer
-- lanes have been dropped that cannot be known, and a lane counts at most its
-- width.
CREATE FUNCTION pyrotree.newly_covered(series_id bigint, slots bigint[])
	RETURNS TABLE (level integer, start bigint, covered bigint)
	LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 1000 ROWS 30
	SET enable_seqscan = off
BEGIN ATOMIC
	WITH added AS (
		SELECT f.level, lane.slot AS start, count(DISTINCT u.slot) AS slots, t.widths[f.level] AS width,
			pyrotree.floor_slot(lane.slot, t.widths[f.level + 1]) AS block, lane.slot < s.horizon AS compacted
		FROM pyrotree.settings AS t
			CROSS JOIN pyrotree.series AS s
			CROSS JOIN unnest(slots) AS u(slot)
			CROSS JOIN LATERAL pyrotree.kept_level(u.slot, s.kept_from) AS f(level)
			CROSS JOIN LATERAL pyrotree.floor_slot(u.slot, t.widths[f.level]) AS lane(slot)
		WHERE t.only_row = 1 AND s.series_id = newly_covered.series_id
		GROUP BY 1, 2, 4, 5, 6),
	already AS (
		SELECT b.level, l.start, l.covered
		FROM (
				SELECT a.level, min(a.start) AS first, max(a.start) AS last
				FROM added AS a WHERE a.compacted GROUP BY a.level, a.block) AS b
			CROSS JOIN LATERAL pyrotree.lane_totals(newly_covered.series_id, b.level, b.first, b.last) AS l)
	SELECT a.level, a.start, least(a.slots, a.width - coalesce(l.covered, 0))
	FROM added AS a LEFT JOIN already AS l USING (level, start);
END;
COMMENT ON FUNCTION pyrotree.newly_covered(bigint, bigint[]) IS 'slots that profiles of the given slots add to those covered, by finest lane kept';

-- covered slots of a run of lanes, or with level NULL those that head adds
CREATE FUNCTION pyrotree.run_covered(series_id bigint, level integer, first bigint, last bigint)
	RETURNS TABLE (start bigint, covered bigint)
	LANGUAGE sql STABLE PARALLEL SAFE COST 300 ROWS 30
BEGIN ATOMIC
	SELECT l.start, l.covered
	FROM pyrotree.lane_totals(series_id, level, first, last) AS l
	UNION ALL
	SELECT n.start, n.covered
	FROM pyrotree.newly_covered(series_id, CASE WHEN level IS NULL THEN
		ARRAY(SELECT DISTINCT h.slot FROM pyrotree.head_rows(series_id, first, last) AS h) END) AS n;
END;
COMMENT ON FUNCTION pyrotree.run_covered(bigint, integer, bigint, bigint) IS 'slots that hold data in a run of lanes, or for level NULL those that head adds in a range';

-- covered slots of a range, lanes and head, at the place where they begin
CREATE FUNCTION pyrotree.covered(series_ids bigint[], since timestamptz, until timestamptz, top integer)
	RETURNS TABLE (series_id bigint, start bigint, covered bigint)
	LANGUAGE sql STABLE PARALLEL SAFE COST 1000 ROWS 100
BEGIN ATOMIC
	SELECT r.series_id, c.start, c.covered
	FROM pyrotree.series_reads(series_ids, since, until, top) AS r
		CROSS JOIN LATERAL pyrotree.run_covered(r.series_id, r.level, r.first, r.last) AS c;
END;
COMMENT ON FUNCTION pyrotree.covered(bigint[], timestamptz, timestamptz, integer) IS 'slots of a range that hold data, by series and lane';

-- round half up, exact
CREATE FUNCTION pyrotree.mean(total numeric, slots numeric) RETURNS bigint
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 2
	RETURN div(2 * total + slots, 2 * slots)::bigint;
COMMENT ON FUNCTION pyrotree.mean(numeric, numeric) IS 'total per slot, rounded half up';

-- ---------------------------------------------------------------------
-- Questions.
-- ---------------------------------------------------------------------

-- PL/pgSQL, since a scalar SQL function never runs in parallel; and RETURN of
-- a query, since an assignment does not either.
CREATE FUNCTION pyrotree.query(selector text, since timestamptz, until timestamptz) RETURNS proftree
	LANGUAGE plpgsql STABLE PARALLEL SAFE COST 100000
	SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan SET jit = off SET enable_memoize = off AS $$
DECLARE
	series_ids constant bigint[] := pyrotree.matching(selector);
BEGIN
	IF pyrotree.aggregation(series_ids) = 'average' THEN
		RETURN (
			SELECT coalesce(CASE WHEN c.slots > 0 THEN pyrotree.average(t.profile, c.slots) ELSE t.profile END, '')
			FROM (SELECT @extschema@.sum(p.profile) AS profile FROM pyrotree.profiles_of(series_ids, since, until) AS p) AS t,
				(SELECT sum(x.covered)::bigint AS slots FROM pyrotree.covered(series_ids, since, until, NULL) AS x) AS c);
	END IF;
	RETURN (SELECT coalesce(@extschema@.sum(p.profile), '') FROM pyrotree.profiles_of(series_ids, since, until) AS p);
END $$;
COMMENT ON FUNCTION pyrotree.query(text, timestamptz, timestamptz) IS 'sum, or average, of all profiles of the series that match within a range';

CREATE FUNCTION pyrotree.query_by_label(selector text, since timestamptz, until timestamptz, label text)
	RETURNS TABLE (value text, profile proftree)
	LANGUAGE plpgsql STABLE PARALLEL SAFE COST 100000 ROWS 20
	SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan SET jit = off SET enable_memoize = off AS $$
DECLARE
	series_ids constant bigint[] := pyrotree.matching(selector);
	aggregation constant text := pyrotree.aggregation(series_ids);
BEGIN
	IF label IS NULL THEN
		RAISE EXCEPTION 'label must not be null' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	IF aggregation = 'average' THEN
		RETURN QUERY
			WITH slots AS (
				SELECT c.series_id, sum(c.covered) AS covered
				FROM pyrotree.covered(series_ids, since, until, NULL) AS c GROUP BY c.series_id),
			trees AS (
				SELECT p.series_id, @extschema@.sum(p.profile) AS profile
				FROM pyrotree.profiles_of(series_ids, since, until) AS p GROUP BY p.series_id)
			SELECT pyrotree.label_value(s.name, s.labels, label),
				pyrotree.average(@extschema@.sum(trees.profile), sum(slots.covered)::bigint)
			FROM trees JOIN slots USING (series_id)
				JOIN pyrotree.series AS s USING (series_id)
			GROUP BY 1 HAVING sum(slots.covered) > 0 ORDER BY 1;
	ELSE
		RETURN QUERY
			SELECT pyrotree.label_value(s.name, s.labels, label), @extschema@.sum(p.profile)
			FROM pyrotree.profiles_of(series_ids, since, until) AS p
				JOIN pyrotree.series AS s USING (series_id)
			GROUP BY 1 ORDER BY 1;
	END IF;
END $$;
COMMENT ON FUNCTION pyrotree.query_by_label(text, timestamptz, timestamptz, text) IS 'like query(), a tree for each value of a label; '''' where series do not have it';

CREATE FUNCTION pyrotree.label_value(name text, labels jsonb, label text) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 5
	RETURN coalesce(CASE label WHEN '__name__' THEN name ELSE labels ->> label END, '') COLLATE "C";
COMMENT ON FUNCTION pyrotree.label_value(text, jsonb, text) IS 'value of a label, empty where a series does not have it; __name__ is the name';

-- Buckets of a timeline in slots: those asked for, or the narrowest lanes of
-- which a thousand cover the range.
CREATE FUNCTION pyrotree.bucket_slots(step interval, since timestamptz, until timestamptz) RETURNS bigint
	LANGUAGE plpgsql STABLE PARALLEL SAFE COST 100
	SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	settings pyrotree.settings;
	microseconds numeric;
	slots numeric;
BEGIN
	SELECT * INTO settings FROM pyrotree.settings WHERE only_row = 1;
	IF NOT FOUND THEN
		RETURN 1;
	END IF;
	IF step IS NULL THEN
		slots := pyrotree.last_slot(coalesce(until, statement_timestamp()), settings.resolution)::numeric
			- pyrotree.first_slot(coalesce(since, '-infinity'), settings.resolution);
		FOR level IN 0 .. array_upper(settings.widths, 1) - 1 LOOP
			IF settings.widths[level] * 1000 >= slots THEN
				RETURN settings.widths[level];
			END IF;
		END LOOP;
		RETURN settings.widths[array_upper(settings.widths, 1) - 1];
	END IF;
	IF NOT isfinite(step) OR extract(year FROM step) <> 0 OR extract(month FROM step) <> 0 THEN
		RAISE EXCEPTION 'invalid step %: it has no fixed length', step
			USING ERRCODE = 'invalid_parameter_value', HINT = 'Use days.';
	END IF;
	microseconds := extract(epoch FROM step) * 1000000;
	IF microseconds <= 0 OR microseconds % settings.resolution <> 0 THEN
		RAISE EXCEPTION 'invalid step %', step
			USING ERRCODE = 'invalid_parameter_value',
				HINT = format('A step is a multiple of the resolution, which is %s.', settings.resolution * interval '1 microsecond');
	END IF;
	RETURN div(microseconds, settings.resolution);
END $$;
COMMENT ON FUNCTION pyrotree.bucket_slots(interval, timestamptz, timestamptz) IS 'slots in a step of a timeline';

-- the highest level whose lanes fill a bucket exactly
CREATE FUNCTION pyrotree.bucket_level(slots bigint) RETURNS integer
	LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 20
	RETURN (SELECT max(l.level) FROM pyrotree.settings AS t, generate_series(0, array_upper(t.widths, 1) - 1) AS l(level)
		WHERE t.only_row = 1 AND slots % t.widths[l.level] = 0);
COMMENT ON FUNCTION pyrotree.bucket_level(bigint) IS 'the highest level of whose lanes a bucket is made';

CREATE FUNCTION pyrotree.timeline(selector text, since timestamptz, until timestamptz, step interval DEFAULT NULL)
	RETURNS TABLE (at timestamptz, total bigint)
	LANGUAGE plpgsql STABLE PARALLEL SAFE COST 10000 ROWS 100
	SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan SET jit = off SET enable_memoize = off AS $$
DECLARE
	series_ids constant bigint[] := pyrotree.matching(selector);
	aggregation constant text := pyrotree.aggregation(series_ids);
	bucket constant bigint := pyrotree.bucket_slots(step, since, until);
	top constant integer := pyrotree.bucket_level(bucket);
BEGIN
	RETURN QUERY
		WITH reading AS (
			SELECT pyrotree.floor_slot(p.start, bucket) AS bucket,
				sum(p.total) AS total, min(r.effective_first) AS effective_first
			FROM (
				SELECT x.*, min(x.first) FILTER (WHERE x.level IS NULL) OVER (PARTITION BY x.series_id) AS effective_first
				FROM pyrotree.series_reads(series_ids, since, until, top) AS x) AS r
				CROSS JOIN LATERAL (
					SELECT l.start, l.total
					FROM pyrotree.lane_totals(r.series_id, r.level, r.first, r.last) AS l
					UNION ALL
					SELECT h.at, h.total
					FROM pyrotree.head_rows(r.series_id, CASE WHEN r.level IS NULL THEN r.first END, r.last) AS h
				) AS p
			GROUP BY 1),
		slots AS (
			SELECT pyrotree.floor_slot(c.start, bucket) AS bucket, sum(c.covered) AS covered
			FROM pyrotree.covered(series_ids, since, until, top) AS c
			WHERE aggregation = 'average'
			GROUP BY 1)
		SELECT pyrotree.slot_time(greatest(reading.bucket, reading.effective_first), t.resolution),
			CASE WHEN aggregation = 'sum' THEN reading.total::bigint
				ELSE pyrotree.mean(reading.total, nullif(slots.covered, 0)) END
		FROM reading LEFT JOIN slots USING (bucket) CROSS JOIN pyrotree.settings AS t
		WHERE t.only_row = 1
		ORDER BY reading.bucket;
END $$;
COMMENT ON FUNCTION pyrotree.timeline(text, timestamptz, timestamptz, interval) IS 'total of each step of a range that holds data, without reading a tree';

CREATE FUNCTION pyrotree.symbol_timeline(selector text, symbol text, since timestamptz, until timestamptz, step interval DEFAULT NULL)
	RETURNS TABLE (at timestamptz, self bigint, total bigint)
	LANGUAGE plpgsql STABLE PARALLEL SAFE COST 100000 ROWS 100
	SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan SET jit = off SET enable_memoize = off AS $$
DECLARE
	series_ids constant bigint[] := pyrotree.matching(selector);
	aggregation constant text := pyrotree.aggregation(series_ids);
	bucket constant bigint := pyrotree.bucket_slots(step, since, until);
	top constant integer := pyrotree.bucket_level(bucket);
BEGIN
	IF symbol IS NULL THEN
		RAISE EXCEPTION 'symbol must not be null' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	RETURN QUERY
		WITH reading AS (
			SELECT pyrotree.floor_slot(p.start, bucket) AS bucket,
				sum(p.self) AS self, sum(p.total) AS total, min(r.effective_first) AS effective_first
			FROM (
				SELECT x.*, min(x.first) FILTER (WHERE x.level IS NULL) OVER (PARTITION BY x.series_id) AS effective_first
				FROM pyrotree.series_reads(series_ids, since, until, top) AS x) AS r
				CROSS JOIN LATERAL (
					SELECT l.start, l.self, l.total
					FROM pyrotree.lane_symbol(r.series_id, r.level, r.first, r.last, symbol) AS l
					UNION ALL
					SELECT h.at, @extschema@.proftree_self(h.profile, symbol), @extschema@.proftree_total(h.profile, symbol)
					FROM pyrotree.head_rows(r.series_id, CASE WHEN r.level IS NULL THEN r.first END, r.last) AS h
				) AS p
			GROUP BY 1),
		slots AS (
			SELECT pyrotree.floor_slot(c.start, bucket) AS bucket, sum(c.covered) AS covered
			FROM pyrotree.covered(series_ids, since, until, top) AS c
			WHERE aggregation = 'average'
			GROUP BY 1)
		SELECT pyrotree.slot_time(greatest(reading.bucket, reading.effective_first), t.resolution),
			CASE WHEN aggregation = 'sum' THEN reading.self::bigint
				ELSE pyrotree.mean(reading.self, nullif(slots.covered, 0)) END,
			CASE WHEN aggregation = 'sum' THEN reading.total::bigint
				ELSE pyrotree.mean(reading.total, nullif(slots.covered, 0)) END
		FROM reading LEFT JOIN slots USING (bucket) CROSS JOIN pyrotree.settings AS t
		WHERE t.only_row = 1
		ORDER BY reading.bucket;
END $$;
COMMENT ON FUNCTION pyrotree.symbol_timeline(text, text, timestamptz, timestamptz, interval) IS 'self and total of one symbol in each step of a range that holds data';

-- ---------------------------------------------------------------------
-- Stacks as they were written, as far as time is kept.
-- ---------------------------------------------------------------------

-- The finest lanes there are of a range: level l between its own edge and
-- that of the level below.
CREATE FUNCTION pyrotree.finest_reads(first bigint, last bigint, horizon bigint, kept_from bigint[])
	RETURNS TABLE (level integer, first_slot bigint, last_slot bigint)
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10 ROWS 3
BEGIN ATOMIC
	SELECT k.level, greatest(first, kept_from[k.level]), least(last, horizon - 1, kept_from[k.level - 1] - 1)
	FROM generate_subscripts(kept_from, 1) AS k(level)
	WHERE greatest(first, kept_from[k.level]) <= least(last, horizon - 1, kept_from[k.level - 1] - 1);
END;
COMMENT ON FUNCTION pyrotree.finest_reads(bigint, bigint, bigint, bigint[]) IS 'runs of the finest lanes kept in a range below the horizon';

CREATE FUNCTION pyrotree.stacks_between(selector text, since timestamptz, until timestamptz)
	RETURNS TABLE (series text, at timestamptz, stack text, weight bigint)
	LANGUAGE sql STABLE PARALLEL SAFE COST 100000 ROWS 10000
BEGIN ATOMIC
	SELECT r.series, pyrotree.slot_time(p.start, t.resolution), i.stack, i.self
	FROM pyrotree.series_reads(pyrotree.matching(selector), since, until, 0) AS r
		JOIN pyrotree.series AS s USING (series_id)
		CROSS JOIN pyrotree.settings AS t
		CROSS JOIN LATERAL (
			SELECT l.start, l.profile
			FROM pyrotree.finest_reads(r.first, r.last, s.horizon, s.kept_from) AS f
				CROSS JOIN LATERAL pyrotree.lane_trees(r.series_id, f.level, f.first_slot, f.last_slot) AS l
			UNION ALL
			SELECT h.at, h.profile FROM pyrotree.head_rows(r.series_id, r.first, r.last) AS h
		) AS p
		CROSS JOIN LATERAL proftree_iterate(p.profile) AS i
	WHERE t.only_row = 1 AND r.level IS NULL AND (i.self > 0 OR i.total = 0);
END;
COMMENT ON FUNCTION pyrotree.stacks_between(text, timestamptz, timestamptz) IS 'stacks of a range with their slots, or where those have been dropped the finest lanes kept';

CREATE VIEW pyrotree.stacks WITH (security_invoker = true) AS
	SELECT s.key AS series, pyrotree.slot_time(p.start, t.resolution) AS at, i.stack, i.self AS weight
	FROM pyrotree.series AS s
		CROSS JOIN pyrotree.settings AS t
		CROSS JOIN LATERAL (
			SELECT l.start, l.profile
			FROM pyrotree.finest_reads(t.earliest, s.horizon - 1, s.horizon, s.kept_from) AS f
				CROSS JOIN LATERAL pyrotree.lane_trees(s.series_id, f.level, f.first_slot, f.last_slot) AS l
			UNION ALL
			SELECT h.at, h.profile FROM pyrotree.head_rows(s.series_id, t.earliest, 4611686018427387903) AS h
		) AS p
		CROSS JOIN LATERAL proftree_iterate(p.profile) AS i
	WHERE t.only_row = 1 AND (i.self > 0 OR i.total = 0);
COMMENT ON VIEW pyrotree.stacks IS 'raw stacks: INSERT and COPY into it, SELECT them again';
COMMENT ON COLUMN pyrotree.stacks.series IS 'name{label="value",...}';
COMMENT ON COLUMN pyrotree.stacks.at IS 'any time in its slot when written, the start of its slot when read';
COMMENT ON COLUMN pyrotree.stacks.stack IS 'frames from root to leaf, separated by ;';
COMMENT ON COLUMN pyrotree.stacks.weight IS 'samples, nanoseconds, bytes: what the profile type measures';
ALTER VIEW pyrotree.stacks ALTER COLUMN at SET DEFAULT now();
ALTER VIEW pyrotree.stacks ALTER COLUMN weight SET DEFAULT 1;
