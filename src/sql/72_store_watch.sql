-- ---------------------------------------------------------------------
-- Looking at the store: explain, status, verify.
-- ---------------------------------------------------------------------

CREATE FUNCTION pyrotree.explain(selector text, since timestamptz, until timestamptz)
	RETURNS TABLE (series text, level integer, lane interval, since timestamptz, until timestamptz,
		lanes bigint, rows bigint, effective_since timestamptz, effective_until timestamptz)
	LANGUAGE sql STABLE PARALLEL SAFE COST 10000 ROWS 20
BEGIN ATOMIC
	SELECT r.series, r.level, t.widths[r.level] * t.resolution * interval '1 microsecond',
		pyrotree.slot_time(r.first, t.resolution), pyrotree.slot_time(r.last + 1, t.resolution),
		CASE WHEN r.level IS NOT NULL THEN
			(SELECT count(*) FROM pyrotree.lane_totals(r.series_id, r.level, r.first, r.last)) END,
		CASE WHEN r.level IS NOT NULL THEN
			(SELECT count(*) FROM pyrotree.segment_rows(r.series_id, r.level, r.first, r.last))
			ELSE (SELECT count(*) FROM pyrotree.head_rows(r.series_id, r.first, r.last)) END,
		pyrotree.slot_time(min(r.first) FILTER (WHERE r.level IS NULL) OVER (PARTITION BY r.series_id), t.resolution),
		pyrotree.slot_time(max(r.last + 1) FILTER (WHERE r.level IS NULL) OVER (PARTITION BY r.series_id), t.resolution)
	-- once for all: the planner need not know how many there are
	FROM pyrotree.matching(explain.selector) AS m(ids)
		CROSS JOIN LATERAL pyrotree.series_reads(m.ids, explain.since, explain.until, NULL) AS r
		CROSS JOIN pyrotree.settings AS t
	WHERE t.only_row = 1
	ORDER BY r.series COLLATE "C", r.level IS NULL, r.first, r.level;
END;
COMMENT ON FUNCTION pyrotree.explain(text, timestamptz, timestamptz) IS 'runs of lanes and rows of head that answer a range, and the range as it is answered';

-- one row each of every series; sizes are those of the table, compressed
CREATE VIEW pyrotree.status WITH (security_invoker = true) AS
	SELECT s.series_id, s.key AS series,
		h.head_rows,
		pyrotree.slot_time(h.first, t.resolution) AS head_since,
		pyrotree.slot_time(h.last + 1, t.resolution) AS head_until,
		CASE WHEN s.horizon > t.earliest THEN pyrotree.slot_time(s.horizon, t.resolution) END AS horizon,
		g.segment_rows, g.bytes_by_level, h.head_bytes, s.version, s.compaction_error
	FROM pyrotree.series AS s
		CROSS JOIN pyrotree.settings AS t
		CROSS JOIN LATERAL (
			SELECT count(*) AS head_rows, min(x.at) AS first, max(x.at) AS last,
				coalesce(sum(pg_column_size(x.profile)), 0)::bigint AS head_bytes
			FROM pyrotree.head AS x WHERE x.series_id = s.series_id) AS h
		CROSS JOIN LATERAL (
			SELECT coalesce(sum(l.segment_rows), 0)::bigint AS segment_rows,
				-- from 0, as levels are counted
				format('[0:%s]=%s', max(n.level), array_agg(coalesce(l.bytes, 0) ORDER BY n.level))::bigint[] AS bytes_by_level
			FROM generate_subscripts(s.kept_from, 1) AS n(level)
				LEFT JOIN (
					SELECT x.level, count(*) AS segment_rows,
						sum(pg_column_size(x.block) + pg_column_size(x.lanes))::bigint AS bytes
					FROM pyrotree.segment AS x WHERE x.series_id = s.series_id GROUP BY x.level) AS l USING (level)) AS g
	WHERE t.only_row = 1;
COMMENT ON VIEW pyrotree.status IS 'each series: what waits in head, how far it is compacted, its size by level, the last error';
COMMENT ON COLUMN pyrotree.status.bytes_by_level IS 'bytes of the blocks as stored, level 0 first';

-- What is wrong with the bytes of a stored tree or block; NULL when all of
-- them can be read.
CREATE FUNCTION pyrotree.damage_of(profile proftree, block profblock) RETURNS text
	LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE COST 1000
	SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	PERFORM @extschema@.proftree_merge(profile, '');
	PERFORM @extschema@.profblock_slice(block, 0, 1023);
	RETURN NULL;
EXCEPTION WHEN data_corrupted THEN
	RETURN 'damaged: ' || SQLERRM;
END $$;
COMMENT ON FUNCTION pyrotree.damage_of(proftree, profblock) IS 'error that reading a stored tree or block gives; NULL when it gives none';

-- Every rule of doc/design.md, checked by reading everything.
CREATE FUNCTION pyrotree.verify(selector text DEFAULT NULL)
	RETURNS TABLE (series text, level integer, at timestamptz, problem text)
	LANGUAGE sql VOLATILE PARALLEL UNSAFE COST 1000000 ROWS 1
	SET jit = off
BEGIN ATOMIC
	WITH checked AS MATERIALIZED (
		SELECT s.*, t.resolution, t.widths, t.earliest, array_upper(t.widths, 1) - 1 AS top
		FROM pyrotree.series_matching(coalesce(selector, '{}')) AS m
			JOIN pyrotree.series AS s USING (series_id)
			CROSS JOIN pyrotree.settings AS t
		WHERE t.only_row = 1),
	-- rows of segment with the block they belong to and the row that follows
	part AS MATERIALIZED (
		SELECT c.series_id, g.level, g.start, b.slot AS block_start,
			lead(g.start) OVER (PARTITION BY g.series_id, g.level, b.slot ORDER BY g.start) AS next_start,
			d.damage, CASE WHEN d.damage IS NULL THEN g.lanes = profblock_directory(g.block) END AS directory_agrees
		FROM checked AS c
			JOIN pyrotree.segment AS g USING (series_id)
			CROSS JOIN LATERAL pyrotree.damage_of(NULL, g.block) AS d(damage)
			LEFT JOIN LATERAL (SELECT pyrotree.floor_slot(g.start, c.widths[g.level + 1]) AS slot) AS b ON true),
	-- every lane with its tree
	lane AS MATERIALIZED (
		SELECT p.series_id, p.level, p.start AS row_start, p.block_start, p.next_start,
			p.block_start + d.lane * c.widths[p.level] AS start, d.total, d.profiles, d.covered,
			profblock_tree(g.block, d.lane, d.lane) AS profile
		FROM part AS p
			JOIN checked AS c USING (series_id)
			JOIN pyrotree.segment AS g ON g.series_id = p.series_id AND g.level = p.level AND g.start = p.start
			CROSS JOIN LATERAL profblock_lanes(g.block) AS d
		WHERE p.damage IS NULL),
	-- sets of symbols
	known AS MATERIALIZED (
		SELECT y.series_id, y.symbols, d.damage
		FROM checked AS c JOIN pyrotree.series_symbols AS y USING (series_id)
			CROSS JOIN LATERAL pyrotree.damage_of(y.symbols, NULL) AS d(damage)),
	-- what the level below makes of each lane that it keeps whole
	promoted AS MATERIALIZED (
		SELECT l.series_id, l.level + 1 AS level, l.block_start AS start,
			sum(l.profile) AS profile, sum(l.profiles) AS profiles, sum(l.covered) AS covered
		FROM lane AS l JOIN checked AS c USING (series_id)
		WHERE l.level < c.top AND l.block_start + c.widths[l.level + 1] <= c.horizon AND l.start >= c.kept_from[l.level]
		GROUP BY 1, 2, 3)
	SELECT c.key, p.level, pyrotree.slot_time(p.slot, c.resolution), p.problem
	FROM checked AS c
		JOIN (
			SELECT c.series_id, NULL::integer AS level, c.horizon AS slot, x.problem
			FROM checked AS c
				CROSS JOIN LATERAL (
					SELECT 'horizon is not at a border of blocks' AS problem WHERE c.horizon % c.widths[1] <> 0
					UNION ALL SELECT 'compaction failed: ' || c.compaction_error WHERE c.compaction_error IS NOT NULL
					UNION ALL SELECT 'rows of pyrotree.label differ from the series'' labels'
						WHERE c.labels || jsonb_build_object('__name__', c.name) IS DISTINCT FROM
							(SELECT jsonb_object_agg(l.name, l.value) FROM pyrotree.label AS l WHERE l.series_id = c.series_id)
					UNION ALL SELECT 'kept_from has not an entry for each level'
						WHERE array_upper(c.kept_from, 1) <> c.top) AS x
			UNION ALL
			SELECT c.series_id, k.level, c.kept_from[k.level], x.problem
			FROM checked AS c
				CROSS JOIN LATERAL generate_subscripts(c.kept_from, 1) AS k(level)
				CROSS JOIN LATERAL (
					SELECT 'retention edge is not at a border of blocks' AS problem WHERE c.kept_from[k.level] % c.widths[k.level + 1] <> 0
					UNION ALL SELECT 'retention edge is above that of a finer level' WHERE c.kept_from[k.level] > c.kept_from[k.level - 1]
					UNION ALL SELECT 'retention edge is above the horizon of the next level'
						WHERE c.kept_from[k.level] > c.earliest AND c.kept_from[k.level] > pyrotree.floor_slot(c.horizon, c.widths[k.level + 1])) AS x
			UNION ALL
			SELECT h.series_id, NULL, h.at, x.problem
			FROM checked AS c
				JOIN pyrotree.head AS h USING (series_id)
				CROSS JOIN LATERAL pyrotree.damage_of(h.profile, NULL) AS d(damage)
				CROSS JOIN LATERAL (
					SELECT d.damage AS problem WHERE d.damage IS NOT NULL
					UNION ALL SELECT 'total of a waiting profile is wrong'
						WHERE CASE WHEN d.damage IS NULL THEN h.total <> proftree_total(h.profile) END
					UNION ALL SELECT 'waiting profile lies before all time' WHERE h.at < c.earliest) AS x
			UNION ALL
			SELECT p.series_id, NULL, NULL, format('symbol "%s" is not among those known', left(m.symbol, 100))
			FROM (
				SELECT x.series_id, sum(pyrotree.new_symbols(x.profile, '')) AS symbols
				FROM (
					SELECT l.series_id, l.profile FROM lane AS l
					UNION ALL
					SELECT h.series_id, h.profile
					FROM checked AS c JOIN pyrotree.head AS h USING (series_id)
						CROSS JOIN LATERAL pyrotree.damage_of(h.profile, NULL) AS d(damage)
					WHERE d.damage IS NULL) AS x
				GROUP BY 1) AS p
				LEFT JOIN (
					SELECT y.series_id, sum(y.symbols) AS symbols FROM known AS y WHERE y.damage IS NULL GROUP BY 1) AS k USING (series_id)
				CROSS JOIN LATERAL proftree_symbols(pyrotree.new_symbols(p.symbols, coalesce(k.symbols, ''))) AS m(symbol)
			UNION ALL
			SELECT y.series_id, NULL, NULL, 'set of symbols: ' || y.damage FROM known AS y WHERE y.damage IS NOT NULL
			UNION ALL
			SELECT p.series_id, p.level, p.start, x.problem
			FROM part AS p
				JOIN checked AS c USING (series_id)
				CROSS JOIN LATERAL (
					SELECT p.damage AS problem WHERE p.damage IS NOT NULL
					UNION ALL SELECT 'level does not exist' WHERE p.level < 0 OR p.level > c.top
					UNION ALL SELECT 'row does not start at a lane' WHERE (p.start - p.block_start) % c.widths[p.level] <> 0
					UNION ALL SELECT 'lane directory beside the block differs from its own' WHERE NOT p.directory_agrees
					UNION ALL SELECT 'row below the retention edge' WHERE p.start < c.kept_from[p.level]) AS x
			UNION ALL
			SELECT l.series_id, l.level, l.start, x.problem
			FROM lane AS l
				JOIN checked AS c USING (series_id)
				CROSS JOIN LATERAL (
					SELECT 'lane at or above the horizon' AS problem WHERE l.start + c.widths[l.level] > c.horizon
					UNION ALL SELECT 'lane lies in the row of others'
						WHERE l.start < l.row_start OR l.start >= coalesce(l.next_start, l.block_start + c.widths[l.level + 1])
					UNION ALL SELECT 'total of a lane is wrong' WHERE l.total <> proftree_total(l.profile)
					UNION ALL SELECT 'covered slots of a lane are impossible' WHERE l.covered < 1 OR l.covered > c.widths[l.level]) AS x
			UNION ALL
			SELECT coalesce(l.series_id, p.series_id), coalesce(l.level, p.level), coalesce(l.start, p.start),
				CASE WHEN l.series_id IS NULL THEN 'lane is missing, the level below has data'
					WHEN p.series_id IS NULL THEN 'lane has data, the level below has none'
					ELSE 'lane differs from the level below' END
			FROM (
					SELECT l.* FROM lane AS l JOIN checked AS c USING (series_id)
					WHERE l.level > 0 AND l.start >= c.kept_from[l.level - 1]) AS l
				FULL JOIN promoted AS p ON p.series_id = l.series_id AND p.level = l.level AND p.start = l.start
			WHERE l.series_id IS NULL OR p.series_id IS NULL
				OR l.profile <> p.profile OR l.profiles <> p.profiles OR l.covered <> p.covered
		) AS p ON p.series_id = c.series_id
	UNION ALL
	-- rows of no series; only when all are asked for
	SELECT NULL, o.level, NULL, format('rows of series %s, which does not exist', o.series_id)
	FROM (
		SELECT h.series_id, NULL::integer AS level FROM pyrotree.head AS h
		UNION
		SELECT g.series_id, g.level FROM pyrotree.segment AS g
		UNION
		SELECT y.series_id, NULL FROM pyrotree.series_symbols AS y
		UNION
		SELECT l.series_id, NULL FROM pyrotree.label AS l) AS o
	WHERE coalesce(selector, '{}') = '{}'
		AND NOT EXISTS (SELECT FROM pyrotree.series AS s WHERE s.series_id = o.series_id)
	ORDER BY 1, 2 NULLS FIRST, 3, 4;
END;
COMMENT ON FUNCTION pyrotree.verify(text) IS 'a row for each rule of the store that is broken; reads everything';
