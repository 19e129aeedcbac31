\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set store :abs_srcdir '/sql/include/store.sql'
\i :store
--
-- The store: status, and verify() finds every kind of damage.
--
\pset format unaligned
SET pyrotree.auto_compact = off;
SET pyrotree.late_after = 0;

-- lanes are 1, 2, 6, 12, 24... slots wide
SELECT pyrotree.configure('10 s', '{2,3,2}');

-- ---- status ----

SELECT count(*) FROM pyrotree.status;
SELECT pyrotree.ingest('a{host=x}', slot(n), E'main;a 3\nmain;b 1') > 0 FROM unnest(ARRAY[3, 7]) AS n;
SELECT series, head_rows, slot_of(head_since) AS head_since, slot_of(head_until) AS head_until, horizon, segment_rows, bytes_by_level[0:3], version, compaction_error,
	head_bytes BETWEEN 10 AND 1000 AS head_bytes FROM pyrotree.status;
CALL pyrotree.compact();
SELECT series, head_rows, head_since, head_until, slot_of(horizon) AS horizon, segment_rows > 4 AS rows, version, compaction_error,
	head_bytes, (SELECT array_agg(b > 0) FROM unnest(bytes_by_level[0:3]) AS b) AS bytes FROM pyrotree.status;
-- the bytes are those of the rows
SELECT level, sum(pg_column_size(block) + pg_column_size(lanes)) = min(s.bytes_by_level[level]) AS right
FROM pyrotree.segment JOIN pyrotree.status AS s USING (series_id) GROUP BY level HAVING level <= 3 ORDER BY level;
SELECT array_lower(bytes_by_level, 1), array_length(bytes_by_level, 1) = array_length(kept_from, 1) AS all_levels FROM pyrotree.status JOIN pyrotree.series USING (series_id);
SELECT pyrotree.ingest('b', slot(0), 'x 1') > 0, pyrotree.ingest('a{host=x}', slot(2), 'late 1') > 0;
SELECT series, head_rows, slot_of(head_since) AS head_since, slot_of(head_until) AS head_until, slot_of(horizon) AS horizon FROM pyrotree.status ORDER BY series;
SELECT pyrotree.drop_series('{}');

-- ---- verify ----

-- a good store: two series with all that there can be
CREATE FUNCTION make() RETURNS void LANGUAGE sql AS $$
	SELECT pyrotree.drop_series('{}');
	DELETE FROM pyrotree.retention;
	SELECT pyrotree.ingest(s, slot(n), proftree_insert('', 'main;s' || n % 3, n + 1)) FROM unnest(ARRAY['a', 'b']) AS s, generate_series(0, 29) AS n WHERE n NOT IN (20, 21);
	SELECT pyrotree.compact_series(series_id) FROM pyrotree.series ORDER BY series_id;
	SELECT pyrotree.compact_series(series_id) FROM pyrotree.series ORDER BY series_id;
	SELECT pyrotree.ingest('a', slot(n), 'waits 1') FROM unnest(ARRAY[5, 30]) AS n;
$$;
SELECT make();
SELECT * FROM edges('{}');
SELECT * FROM pyrotree.verify();
SELECT * FROM pyrotree.verify('a');
SELECT * FROM pyrotree.verify('none');
SELECT * FROM pyrotree.verify(NULL);

-- What verify() says of damage done by a statement, in which SERIES is the
-- number of series a and T0 the slot of 2024-01-01; it is undone again.
CREATE FUNCTION damage(statement text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	found text[];
	changed bigint;
BEGIN
	BEGIN
		EXECUTE replace(replace(statement, 'SERIES', (SELECT series_id::text FROM pyrotree.series_matching('a'))), 'T0', '170406720');
		GET DIAGNOSTICS changed = ROW_COUNT;
		found := ARRAY(SELECT format('%s, level %s, %s: %s', coalesce(v.series, '-'), coalesce(v.level::text, '-'),
				CASE WHEN isfinite(v.at) THEN slot_of(v.at)::text ELSE v.at::text END, regexp_replace(v.problem, 'series -?\d+', 'series N'))
			FROM pyrotree.verify() AS v WHERE v.level NOT BETWEEN 4 AND 50 OR v.level IS NULL ORDER BY v.series COLLATE "C", v.level NULLS FIRST, v.at, v.problem COLLATE "C");
		RAISE EXCEPTION 'undo' USING ERRCODE = 'PT000';
	EXCEPTION WHEN SQLSTATE 'PT000' THEN
		RETURN QUERY SELECT 'DAMAGE CHANGED NOTHING' WHERE changed = 0
			UNION ALL SELECT 'NOT FOUND' WHERE cardinality(found) = 0
			UNION ALL SELECT * FROM unnest(found);
	END;
END $$;

-- series
SELECT damage('UPDATE pyrotree.series SET horizon = horizon + 1 WHERE series_id = SERIES');
SELECT damage('UPDATE pyrotree.series SET horizon = horizon - 6 WHERE series_id = SERIES');
SELECT damage('UPDATE pyrotree.series SET horizon = horizon + 24 WHERE series_id = SERIES');
SELECT damage('UPDATE pyrotree.series SET compaction_error = ''disk of cheese'' WHERE series_id = SERIES');
SELECT damage('UPDATE pyrotree.series SET kept_from = kept_from[0:2] WHERE series_id = SERIES');
SELECT damage('UPDATE pyrotree.series SET kept_from = ARRAY(SELECT unnest(kept_from)) WHERE series_id = SERIES');
SELECT damage('UPDATE pyrotree.series SET kept_from = ''{}'' WHERE series_id = SERIES');
SELECT damage('UPDATE pyrotree.series SET kept_from[1] = NULL WHERE series_id = SERIES');
SELECT damage('UPDATE pyrotree.series SET kept_from[0] = T0 - 1 WHERE series_id = SERIES');
SELECT damage('UPDATE pyrotree.series SET kept_from[1] = T0 - 6 WHERE series_id = SERIES');
SELECT damage('UPDATE pyrotree.series SET kept_from[0] = T0 + 6, kept_from[1] = T0 + 6 WHERE series_id = SERIES');
SELECT damage('UPDATE pyrotree.series SET kept_from[0] = T0 + 60 WHERE series_id = SERIES');
-- what waits
SELECT damage('UPDATE pyrotree.head SET total = total + 1 WHERE series_id = SERIES AND at = T0 + 30');
SELECT damage('UPDATE pyrotree.head SET profile = proftree_insert(profile, ''x'') WHERE series_id = SERIES AND at = T0 + 5');
SELECT damage('UPDATE pyrotree.head SET at = -4611686018427387904 WHERE series_id = SERIES AND at = T0 + 5');
-- rows of segment
SELECT damage('UPDATE pyrotree.segment SET level = -1 WHERE series_id = SERIES AND level = 0 AND start = T0 + 2');
SELECT damage('UPDATE pyrotree.segment SET level = 99 WHERE series_id = SERIES AND level = 0 AND start = T0 + 2');
SELECT damage('UPDATE pyrotree.segment SET start = start + 1 WHERE series_id = SERIES AND level = 1 AND start = T0 + 6');
SELECT damage('UPDATE pyrotree.segment SET start = start + 2 WHERE series_id = SERIES AND level = 1 AND start = T0 + 6');
SELECT damage('UPDATE pyrotree.segment SET start = start - 60 WHERE series_id = SERIES AND level = 0 AND start = T0 + 6');
SELECT damage('UPDATE pyrotree.segment SET lanes = profblock_directory(x.b) FROM (SELECT profblock_agg(0, ''a 1'') AS b) AS x WHERE series_id = SERIES AND level = 0 AND start = T0 + 6');
SELECT damage('UPDATE pyrotree.segment SET lanes = substr(lanes, 1, length(lanes) - 1) WHERE series_id = SERIES AND level = 0 AND start = T0 + 6');
SELECT damage('UPDATE pyrotree.segment AS g SET lanes = o.lanes, block = o.block FROM pyrotree.segment AS o
	WHERE g.series_id = SERIES AND g.level = 0 AND g.start = T0 + 6 AND o.series_id = SERIES AND o.level = 0 AND o.start = T0 + 8');
SELECT damage('DELETE FROM pyrotree.segment WHERE series_id = SERIES AND level = 0 AND start = T0 + 6');
SELECT damage('DELETE FROM pyrotree.segment WHERE series_id = SERIES AND level = 1 AND start = T0 + 6');
SELECT damage('DELETE FROM pyrotree.segment WHERE series_id = SERIES AND level = 2 AND start = T0 + 12');
SELECT damage('DELETE FROM pyrotree.segment WHERE series_id = SERIES AND level = 0');
SELECT damage('DELETE FROM pyrotree.segment WHERE series_id = SERIES AND level > 0');
-- lanes, with their directories
CREATE FUNCTION put(series bigint, level integer, start bigint, block profblock) RETURNS void LANGUAGE sql AS $$
	INSERT INTO pyrotree.segment VALUES (series, level, start, profblock_directory(block), block)
	ON CONFLICT ON CONSTRAINT segment_pkey DO UPDATE SET lanes = excluded.lanes, block = excluded.block
$$;
CREATE FUNCTION block_of(series bigint, level integer, start bigint) RETURNS profblock LANGUAGE sql AS $$
	SELECT g.block FROM pyrotree.segment AS g WHERE (g.series_id, g.level, g.start) = (block_of.series, block_of.level, block_of.start)
$$;
-- above the horizon, where lanes of level 2 end in it
SELECT damage('SELECT put(SERIES, 0, T0 + 30, profblock_agg(1, ''a 1''))');
SELECT damage('SELECT put(SERIES, 2, T0 + 24, block_of(SERIES, 2, T0 + 24) + profblock_agg(1, ''a 1''))');
-- in another's row
SELECT damage('SELECT put(SERIES, 1, T0 + 8, profblock_agg(2, ''a 1''))');
SELECT damage('SELECT put(SERIES, 1, T0 + 10, profblock_slice(block_of(SERIES, 1, T0 + 6), 2, 2))');
SELECT damage('SELECT put(SERIES, 0, T0 + 20, profblock_agg(2, ''a 1''))');
-- covered slots: none, more than there are, one less
SELECT damage('SELECT put(SERIES, 0, T0 + 20, profblock_agg(0, ''a 1'', 1, 0))');
SELECT damage('SELECT put(SERIES, 1, T0 + 6, block_of(SERIES, 1, T0 + 6) + profblock_agg(0, '''', 0, 1))');
SELECT damage('SELECT put(SERIES, 1, T0 + 12, profblock_agg(l.lane, profblock_tree(g.block, l.lane, l.lane), l.profiles, 1))
	FROM pyrotree.segment AS g, profblock_lanes(g.block) AS l WHERE g.series_id = SERIES AND g.level = 1 AND g.start = T0 + 12 GROUP BY g.start');
-- a level that is not the sum of the one below: a sample, a profile, an empty lane, a leaf of weight 0
SELECT damage('SELECT put(SERIES, 0, T0 + 6, block_of(SERIES, 0, T0 + 6) + profblock_agg(0, ''main;s0 1'', 0, 0))');
SELECT damage('SELECT put(SERIES, 2, T0 + 12, block_of(SERIES, 2, T0 + 12) + profblock_agg(1, ''main;s0 1'', 0, 0))');
SELECT damage('SELECT put(SERIES, 2, T0 + 12, block_of(SERIES, 2, T0 + 12) + profblock_agg(1, '''', 1, 0))');
SELECT damage('SELECT put(SERIES, 1, T0 + 12, block_of(SERIES, 1, T0 + 12) + profblock_agg(1, ''none 0'', 0, 0))');
SELECT damage('SELECT put(SERIES, 1, T0 + 18, block_of(SERIES, 1, T0 + 18) + profblock_agg(1, '''', 0, 1))');

-- nothing of it is left; only the series asked for is looked at
SELECT * FROM pyrotree.verify();
UPDATE pyrotree.head SET total = 7 WHERE at = 170406720 + 30;
SELECT series, slot_of(at), problem FROM pyrotree.verify();
SELECT count(*) FROM pyrotree.verify('b');

-- where retention has dropped lanes, what is left of the levels is still compared
SELECT make();
INSERT INTO pyrotree.retention (level, keep) VALUES (0, now() - slot(13)), (1, now() - slot(7));
CALL pyrotree.apply_retention();
SELECT * FROM edges('{}');
SELECT * FROM pyrotree.verify();
SELECT damage('SELECT put(SERIES, 0, T0 + 6, profblock_agg(0, ''a 1''))');
SELECT damage('SELECT put(SERIES, 1, T0, profblock_agg(0, ''a 1''))');
SELECT damage('SELECT put(SERIES, 1, T0 + 6, block_of(SERIES, 1, T0 + 6) + profblock_agg(0, ''a 1'', 0, 0))');
SELECT damage('SELECT put(SERIES, 1, T0 + 12, block_of(SERIES, 1, T0 + 12) + profblock_agg(0, ''a 1'', 0, 0))');
SELECT damage('DELETE FROM pyrotree.segment WHERE series_id = SERIES AND level = 1 AND start = T0 + 6');
SELECT damage('UPDATE pyrotree.series SET kept_from[0] = kept_from[0] + 6 WHERE series_id = SERIES');
SELECT damage('UPDATE pyrotree.series SET kept_from[0] = kept_from[0] - 6 WHERE series_id = SERIES');
SELECT damage('UPDATE pyrotree.series SET kept_from[2] = kept_from[0] WHERE series_id = SERIES');
SELECT * FROM pyrotree.verify();

-- rows of no series
SELECT damage('DELETE FROM pyrotree.series WHERE series_id = SERIES');
SELECT damage('UPDATE pyrotree.head SET series_id = -series_id WHERE series_id = SERIES');

SET client_min_messages = warning;
DROP EXTENSION pyrotree CASCADE;
