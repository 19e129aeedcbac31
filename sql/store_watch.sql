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
SELECT damage('UPDATE pyrotree.series SET kept_from = format(''[0:2]=%s'', kept_from[0:2])::bigint[] WHERE series_id = SERIES');
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

-- ---- stored bytes ----

-- Each byte of a block changed in two ways: verify() gives a row
-- and is never silent.  (This cast takes bytes for a stored value without
-- looking; only a superuser can make it, and only tests do.)
CREATE CAST (bytea AS profblock) WITHOUT FUNCTION;
CREATE CAST (profblock AS bytea) WITHOUT FUNCTION;
CREATE CAST (bytea AS proftree) WITHOUT FUNCTION;
CREATE CAST (proftree AS bytea) WITHOUT FUNCTION;
DO $$ BEGIN PERFORM make(); END $$;
SELECT count(*) FROM pyrotree.verify();
CREATE FUNCTION flip(of_level integer, of_start bigint, byte integer, bits integer) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	UPDATE pyrotree.segment AS g SET block = set_byte(g.block::bytea, byte, get_byte(g.block::bytea, byte) # bits)::profblock
	FROM pyrotree.series AS s
	WHERE s.series_id = g.series_id AND s.name = 'a' AND g.level = of_level AND g.start = 170406720 + of_start;
	SELECT CASE WHEN count(*) > 0 THEN 'found' ELSE format('silent: byte %s # %s', byte, bits) END INTO result FROM pyrotree.verify('a');
	RAISE EXCEPTION USING MESSAGE = result, ERRCODE = 'PT000';
EXCEPTION
	WHEN SQLSTATE 'PT000' THEN RETURN SQLERRM;
	WHEN OTHERS THEN RETURN SQLSTATE || ': ' || SQLERRM;
END $$;
SELECT flip(v.level, v.start, byte, bits) AS verify, count(*) > 50 AS many
FROM (VALUES (0, 6), (1, 12), (2, 24)) AS v(level, start), unnest(ARRAY[1, 128]) AS bits,
	LATERAL (SELECT generate_series(0, length(g.block::bytea) - 1) FROM pyrotree.segment AS g JOIN pyrotree.series AS s USING (series_id)
		WHERE s.name = 'a' AND g.level = v.level AND g.start = 170406720 + v.start) AS b(byte)
GROUP BY 1 ORDER BY 1;
-- a damaged block fails what reads it, and no writer
UPDATE pyrotree.segment AS g SET block = substr(g.block::bytea, 1, length(g.block::bytea) - 1)::profblock
FROM pyrotree.series AS s WHERE s.series_id = g.series_id AND s.name = 'a' AND g.level = 0 AND g.start = 170406720 + 6;
SELECT series, level, slot_of(at) AS slot, split_part(problem, ':', 1) AS problem FROM pyrotree.verify() ORDER BY 2, 3;
SELECT count(*) FROM pyrotree.verify('b');
SELECT left(error_of('SELECT ask(''a'', 7, 8)'), 5) AS damaged, ask('a', 8, 9), ask('a', 6, 12) = ask('b', 6, 12) AS above;
SELECT count(total) FROM pyrotree.timeline('a', slot(0), slot(12), '10 s');
SET pyrotree.auto_compact = on;
SET client_min_messages = error;
INSERT INTO pyrotree.stacks SELECT 'a', slot(7), 'late', 1 FROM generate_series(1, 60);
SELECT count(pyrotree.ingest('a', slot(7), 'late 1')) FROM generate_series(1, 60);
RESET client_min_messages;
SET pyrotree.auto_compact = off;
SELECT head_rows > 60 AS waiting, compaction_error <> '' AS error FROM pyrotree.status WHERE series = 'a';
-- what is damaged can be deleted with the lanes made of it
SELECT error_of('SELECT pyrotree.delete(''a'', slot(6), slot(8))');
CALL pyrotree.compact();
SELECT * FROM pyrotree.verify();
SELECT ask('a', 6, 12) = ask('b', 8, 12) AS exact;
-- a damaged profile that waits
UPDATE pyrotree.head SET profile = substr(profile::bytea, 1, length(profile::bytea) - 1)::proftree WHERE at = 170406720 + 30;
SELECT left(error_of('SELECT ask(''a'', 30, 31)'), 5) AS damaged, ask('a', 29, 30);
SELECT pyrotree.delete('a', slot(30), slot(31));
SELECT * FROM pyrotree.verify();

SET client_min_messages = warning;
DROP EXTENSION pyrotree CASCADE;
DROP SCHEMA regress_store CASCADE;
CREATE EXTENSION pyrotree;
