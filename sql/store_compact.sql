\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set store :abs_srcdir '/sql/include/store.sql'
\i :store
--
-- The store: from head into blocks.
--
\pset format unaligned
SET pyrotree.auto_compact = off;
SET pyrotree.late_after = 0;

-- small blocks: lanes are 1, 2, 6, 12, 24... slots wide
SELECT pyrotree.configure('10 s', '{2,3,2}');

-- ---- the procedure ----

-- it commits, so it cannot be within a transaction
SELECT error_of('CALL pyrotree.compact()', true);
BEGIN;
CALL pyrotree.compact();
ROLLBACK;
DO $$ BEGIN CALL pyrotree.compact(); END $$;
BEGIN;
DO $$ BEGIN CALL pyrotree.compact(); END $$;
ROLLBACK;
CALL pyrotree.compact('{');
CALL pyrotree.compact('none');

-- slot by slot: what is complete and below the newest goes into blocks
SELECT count(pyrotree.ingest('a', slot(n), 's 1')) FROM generate_series(0, 6) AS n;
SELECT * FROM edges('a');
CALL pyrotree.compact();
SELECT * FROM edges('a');
SELECT * FROM lanes('a');
-- again changes nothing
SELECT version AS version FROM pyrotree.series \gset
CALL pyrotree.compact();
SELECT version = :version AS same FROM pyrotree.series;
-- one more, and the block is complete
SELECT pyrotree.ingest('a', slot(7), 't 1') > 0 AS stored;
CALL pyrotree.compact('a');
SELECT * FROM edges('a');
SELECT version > :version AS new FROM pyrotree.series;
-- an upper lane is there when it lies below the horizon, not before
SELECT * FROM lanes('a') WHERE slot >= 6 OR level >= 2;
SELECT count(pyrotree.ingest('a', slot(n), 'u 1')) FROM generate_series(8, 11) AS n;
CALL pyrotree.compact();
SELECT * FROM lanes('a') WHERE slot >= 6 OR level >= 2;
-- a gap makes no lanes, and no waiting
SELECT pyrotree.ingest('a', slot(100), 'v 1') > 0, pyrotree.ingest('a', slot(103), 'v 2') > 0;
CALL pyrotree.compact();
SELECT * FROM edges('a');
SELECT * FROM lanes('a', 9) WHERE slot + level >= 12 OR level >= 3;
SELECT * FROM pyrotree.verify();
-- many blocks, several transactions
SELECT count(pyrotree.ingest('b', slot(n), 's 1')) FROM generate_series(0, 99) AS n;
CALL pyrotree.compact('none');
CALL pyrotree.compact('a');
SELECT * FROM edges('b');
CALL pyrotree.compact('b{x!="1"}');
SELECT * FROM edges('b');
SELECT level, count(*), sum(proftree_total(profblock_tree(block, 0, 1023))) FROM pyrotree.segment JOIN pyrotree.series USING (series_id)
WHERE name = 'b' AND level <= 7 GROUP BY level ORDER BY level;
SELECT * FROM pyrotree.verify();

-- ---- how far ----

-- the lag behind the newest: 6 slots
SET pyrotree.late_after = '1 min';
SELECT count(pyrotree.ingest('lag', slot(n), 's 1')) FROM generate_series(0, 20) AS n;
CALL pyrotree.compact('lag');
SELECT * FROM edges('lag');
SET pyrotree.late_after = '15 s';
CALL pyrotree.compact('lag');
SELECT * FROM edges('lag');
-- longer than before: the horizon never goes back
SET pyrotree.late_after = '1 d';
CALL pyrotree.compact('lag');
SELECT * FROM edges('lag');
SELECT error_of('SET pyrotree.late_after = ''25 h''') LIKE '22023%', error_of('SET pyrotree.late_after = -1') LIKE '22023%';
SET pyrotree.late_after = 0;
-- a clock that runs ahead does not drag it past now
SELECT pyrotree.ingest('lag', now() + interval '9 minutes', 'ahead 1') > 0 AS stored;
CALL pyrotree.compact('lag');
SELECT horizon > slot(20), horizon <= now(), head_rows FROM pyrotree.status WHERE series = 'lag';
SELECT proftree_total(pyrotree.query('lag', slot(0), 'infinity'));
SELECT pyrotree.drop_series('lag');

-- ---- late profiles ----

SELECT count(pyrotree.ingest('late', slot(n), 'x 1')) FROM generate_series(0, 23) AS n WHERE n NOT IN (4, 5, 14);
CALL pyrotree.compact('late');
SELECT * FROM edges('late');
-- where there is a lane, where there is none, where there is no block, before all of it
SELECT count(pyrotree.ingest('late', slot(n), proftree_insert('', 'y' || n))) FROM unnest(ARRAY[-7, 1, 1, 4, 14, 23]) AS n;
SELECT * FROM lanes('late', 4) WHERE tree LIKE '%y%';
CALL pyrotree.compact('late');
SELECT * FROM lanes('late', 4) WHERE tree LIKE '%y%';
SELECT * FROM edges('late');
SELECT * FROM pyrotree.verify();
SELECT pyrotree.drop_series('late');

-- ---- writers compact ----

SET pyrotree.auto_compact = on;
-- without a lag: at the last slot of a block
CREATE FUNCTION write(series text, first integer, last integer, at text DEFAULT 'ingest')
RETURNS TABLE (slot integer, horizon bigint, waiting bigint) LANGUAGE plpgsql AS $$
BEGIN
	FOR n IN first .. last LOOP
		IF at = 'ingest' THEN
			PERFORM pyrotree.ingest(series, slot(n), 'w 1');
		ELSE
			INSERT INTO pyrotree.stacks VALUES (series, slot(n), 'w', 1);
		END IF;
		RETURN QUERY SELECT n, e.horizon, e.waiting FROM edges(series) AS e WHERE e.series = (pyrotree.parse_series(write.series)).key;
	END LOOP;
END $$;
SELECT * FROM write('auto', 0, 5);
SELECT * FROM write('auto', 6, 9, 'view');
-- a profile of many slots
SELECT pyrotree.ingest('auto', slot(10), 'w 25', slot(35)) > 0 AS stored;
SELECT * FROM edges('auto');
-- many profiles of one statement
INSERT INTO pyrotree.stacks SELECT 'auto', slot(n), 'w', 1 FROM generate_series(35, 80) AS n;
SELECT * FROM edges('auto');
SELECT ask('auto', 0, 100), (SELECT count(*) FROM pyrotree.verify()) AS problems;
-- with the lag, which is between half and all of it by series, so that not all compact at once
SET pyrotree.late_after = '2 min';
SELECT count(*) AS writes, count(*) FILTER (WHERE horizon < slot + 1 - 12 - 1) AS too_low, count(*) FILTER (WHERE horizon > slot + 1 - 6) AS too_high
FROM unnest(ARRAY['auto{n=1}', 'auto{n=2}', 'auto{n=3}', 'auto{n=4}']) AS s, LATERAL write(s, 0, 40);
SET pyrotree.late_after = 0;
-- 59 late ones wait, 60 do not, however they are written
CALL pyrotree.compact();
SELECT pyrotree.ingest('auto', slot(82), 'w 1') > 0 AS stored;
SELECT max(horizon) AS horizon, max(waiting) AS waiting FROM generate_series(1, 59) AS i, LATERAL write('auto', i % 20, i % 20);
SELECT * FROM write('auto', 3, 3);
INSERT INTO pyrotree.stacks SELECT 'auto', slot(n % 20), 'w', 1 FROM generate_series(1, 59) AS n;
SELECT * FROM edges('auto{n=""}');
-- what is not late does not count, and takes the late ones with it
SELECT * FROM write('auto', 82, 82);
SELECT * FROM write('auto', 83, 83);
-- a step is of 16 blocks, so that no writer has much to do; the next one goes on
SELECT * FROM write('auto', 1, 59) WHERE slot = 59;
SELECT * FROM write('auto', 60, 64);
SELECT ask('auto{n=""}', 0, 100), (SELECT count(*) FROM pyrotree.verify()) AS problems;
CALL pyrotree.compact();
-- only when it is on, and in READ COMMITTED
SET pyrotree.auto_compact = off;
SELECT * FROM write('auto', 84, 85);
SET pyrotree.auto_compact = on;
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT * FROM write('auto', 86, 87);
COMMIT;
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT * FROM write('auto', 88, 88);
COMMIT;
SELECT * FROM write('auto', 89, 89);
-- what a writer compacted goes with its transaction
BEGIN;
SELECT * FROM write('auto', 90, 93);
ROLLBACK;
SELECT * FROM edges('auto{n=""}');
SELECT * FROM pyrotree.verify();
-- only when its role may; the least that a writer needs, late profiles too
CREATE ROLE regress_pyrotree_writer;
GRANT SELECT ON pyrotree.settings, pyrotree.profile_type, pyrotree.series, pyrotree.series_symbols TO regress_pyrotree_writer;
GRANT INSERT ON pyrotree.settings, pyrotree.series, pyrotree.label, pyrotree.series_symbols, pyrotree.head, pyrotree.stacks TO regress_pyrotree_writer;
GRANT SELECT, INSERT, UPDATE, DELETE ON pyrotree.delivery TO regress_pyrotree_writer;
-- locks the row
GRANT UPDATE ON pyrotree.series TO regress_pyrotree_writer;
SET ROLE regress_pyrotree_writer;
SELECT error_of('SELECT pyrotree.ingest(''auto'', slot(95), ''w 1'', NULL, ''11111111-1111-1111-1111-111111111111'')'), error_of('SELECT pyrotree.ingest(''auto{new=yes}'', slot(95), ''w 1'')');
SELECT error_of('INSERT INTO pyrotree.stacks VALUES (''auto'', slot(96), ''w'', 1)');
SELECT error_of('SELECT pyrotree.ingest(''auto'', slot(3), ''w 1'')');
SELECT left(error_of('SELECT pyrotree.delete(''auto'', slot(0), slot(1))'), 24) AS delete, left(error_of('SELECT pyrotree.query(''auto'', slot(0), slot(1))'), 24) AS query;
CALL pyrotree.compact();
RESET ROLE;
SELECT * FROM edges('auto{n=""}');
GRANT SELECT, DELETE ON pyrotree.head TO regress_pyrotree_writer;
GRANT SELECT, INSERT, UPDATE ON pyrotree.segment TO regress_pyrotree_writer;
SET ROLE regress_pyrotree_writer;
SELECT error_of('SELECT pyrotree.ingest(''auto'', slot(97), ''w 1'')');
RESET ROLE;
SELECT * FROM edges('auto{n=""}');
DROP OWNED BY regress_pyrotree_writer;
DROP ROLE regress_pyrotree_writer;
SELECT pyrotree.drop_series('{}') > 0 AS dropped;

-- ---- sums out of range stop the horizon, not the writer ----

SET pyrotree.auto_compact = off;
-- in one slot: two profiles of 2^62 in slot 5
SELECT count(pyrotree.ingest('big', slot(n), 'n 1')) FROM generate_series(0, 50) AS n;
SELECT count(pyrotree.ingest('big', slot(5), 'x 4611686018427387904')) FROM generate_series(1, 2);
SELECT pyrotree.ingest('fine', slot(n), 'n 1') > 0 FROM unnest(ARRAY[0, 9]) AS n;
CALL pyrotree.compact();
SELECT * FROM edges('{}');
SELECT series, head_rows, slot_of(horizon) AS horizon, compaction_error FROM pyrotree.status ORDER BY series;
SELECT series, level, slot_of(at), problem FROM pyrotree.verify();
SELECT compaction_retry > now() + interval '5 minutes', compaction_retry <= now() + interval '15 minutes' FROM pyrotree.series WHERE name = 'big';
-- everything can be asked, but not for that sum
SELECT ask('big', 0, 5), ask('big', 6, 51), error_of('SELECT ask(''big'', 5, 6)');
-- writers write and are left in peace for a while, then warned again
SET pyrotree.auto_compact = on;
SELECT * FROM write('big', 51, 52);
SELECT * FROM write('big', 53, 53, 'view');
UPDATE pyrotree.series SET compaction_retry = now() - interval '1 second' WHERE name = 'big';
SELECT * FROM write('big', 54, 55);
-- the procedure does not wait
CALL pyrotree.compact('big');
-- the cause goes, and so does it
SELECT pyrotree.delete('big', slot(5), slot(6));
SELECT compaction_error FROM pyrotree.status WHERE series = 'big';
CALL pyrotree.compact();
SELECT * FROM edges('{}');
SELECT compaction_error, compaction_retry FROM pyrotree.series ORDER BY key;
SELECT * FROM pyrotree.verify();
SELECT ask('big', 0, 100);

-- a late one whose lane would be too large
SELECT pyrotree.ingest('big', slot(20), 'x 4611686018427387904') > 0 AS stored;
CALL pyrotree.compact('big');
SELECT pyrotree.ingest('big', slot(20), 'x 4611686018427387904') > 0 AS stored;
SELECT count(*) FROM write('big', 56, 61);
CALL pyrotree.compact('big');
SELECT ask('big', 0, 20), ask('big', 21, 100), error_of('SELECT ask(''big'', 20, 21)');
SELECT pyrotree.delete('big', slot(20), slot(21));
CALL pyrotree.compact('big');
SELECT * FROM edges('big');
SELECT * FROM pyrotree.verify();

-- in one upper lane: 2^62 in slots 62 and 65, both of the lane of 60 to 65
SELECT count(pyrotree.ingest('big', slot(n), 'x 4611686018427387904')) FROM unnest(ARRAY[62, 65]) AS n;
SELECT count(*) FROM write('big', 66, 79);
SELECT series, slot_of(horizon) AS horizon, head_rows, compaction_error FROM pyrotree.status WHERE series = 'big';
UPDATE pyrotree.series SET compaction_retry = NULL;
SELECT * FROM write('big', 80, 81);
SELECT ask('big', 60, 65), ask('big', 64, 66);
SELECT series, level, slot_of(at), problem FROM pyrotree.verify();
SELECT pyrotree.delete('big', slot(62), slot(63));
CALL pyrotree.compact('big');
SELECT * FROM edges('big');
SELECT * FROM lanes('big') WHERE tree LIKE '%x%';
SELECT * FROM pyrotree.verify();
-- a late one again, of which only an upper lane would be too large
SELECT pyrotree.ingest('big', slot(60), 'x 4611686018427387904') > 0 AS stored;
CALL pyrotree.compact('big');
SELECT * FROM edges('big');
SELECT ask('big', 60, 65), ask('big', 61, 66);
SELECT pyrotree.delete('big', slot(60), slot(61));
CALL pyrotree.compact('big');
SELECT * FROM pyrotree.verify();
SELECT ask('big', 0, 100);
SELECT pyrotree.drop_series('{}');

-- ---- large blocks lie in several rows ----

SET pyrotree.auto_compact = off;
SELECT pyrotree.configure('10 s', '{8,1024}');
-- symbols that have nothing in common, nearly a megabyte of each profile
CREATE TEMP TABLE given (slot integer, tree proftree);
CREATE FUNCTION large(n integer, bytes integer DEFAULT 900000) RETURNS proftree LANGUAGE sql IMMUTABLE AS $$
	SELECT proftree_agg('s' || n || ';' || sha512((n || '-' || i)::bytea)::text, 1) FROM generate_series(1, bytes / 130) AS i
$$;
INSERT INTO given SELECT n, large(n) FROM unnest(ARRAY[1, 2, 4, 5, 6, 7]) AS n;
INSERT INTO given VALUES (8, 'end 1'), (15, 'end 1');
SELECT count(pyrotree.ingest('large', slot(slot), tree)) FROM given;
-- each lane is what was given, each range its sum; 0 are wrong
CREATE FUNCTION wrong() RETURNS TABLE (lanes bigint, ranges bigint, problems bigint) LANGUAGE sql AS $$
	SELECT (SELECT count(*) FROM generate_series(0, 8) AS n
		WHERE pyrotree.query('large', slot(n), slot(n + 1)) <> (SELECT coalesce(sum(tree), '') FROM given WHERE slot = n)),
	(SELECT count(*) FROM (VALUES (0, 4), (3, 7), (-8, 8)) AS v(a, b)
		WHERE pyrotree.query('large', slot(a), slot(b)) <> (SELECT sum(tree) FROM given WHERE slot >= a AND slot < b)
			OR proftree_total(pyrotree.query('large', slot(a), slot(b))) <>
				(SELECT sum(total) FROM pyrotree.timeline('large', slot(a), slot(b), '20 s'))),
	(SELECT count(*) FROM pyrotree.verify('large'))
$$;
CREATE FUNCTION rows_of(series text, top integer DEFAULT 1) RETURNS TABLE (level integer, start bigint, lanes text, size text) LANGUAGE sql AS $$
	SELECT g.level, g.start - 170406720, (SELECT string_agg(d.lane::text, ' ' ORDER BY d.lane) FROM profblock_lanes(g.block) AS d),
		CASE WHEN octet_length(profblock_send(g.block)) > pyrotree.max_block_bytes() THEN 'large' ELSE 'small' END
	FROM pyrotree.segment AS g JOIN pyrotree.series_matching($1) USING (series_id) WHERE g.level <= top ORDER BY g.level, g.start
$$;
CALL pyrotree.compact();
SELECT * FROM rows_of('large');
SELECT * FROM wrong();
SELECT level, lanes, rows FROM pyrotree.explain('large', slot(1), slot(7));
SELECT series, segment_rows > 4 AS several FROM pyrotree.status;
-- late ones: into a lane, between lanes, before all of a block, a large one
INSERT INTO given SELECT n, proftree_insert('', 'late;' || n) FROM unnest(ARRAY[0, 1, 3, 7]) AS n;
SELECT count(pyrotree.ingest('large', slot(slot), tree)) FROM given WHERE proftree_total(tree, 'late') > 0;
CALL pyrotree.compact();
SELECT * FROM rows_of('large');
SELECT * FROM wrong();
INSERT INTO given SELECT n, large(n, 1500000) FROM unnest(ARRAY[0, 3, 6]) AS n;
SELECT count(pyrotree.ingest('large', slot(slot), tree)) FROM given WHERE proftree_node_count(tree) > 8000;
CALL pyrotree.compact();
SELECT * FROM rows_of('large');
SELECT * FROM wrong();
-- deleting: a lane, the first of a row, all of a row, across rows
SELECT pyrotree.delete('large', slot(3), slot(4));
DELETE FROM given WHERE slot = 3;
SELECT * FROM rows_of('large');
SELECT * FROM wrong();
SELECT pyrotree.delete('large', slot(0), slot(3)), pyrotree.delete('large', slot(5), slot(7));
DELETE FROM given WHERE slot IN (0, 1, 2, 5, 6);
SELECT * FROM rows_of('large');
SELECT * FROM wrong();
-- and again what is late
INSERT INTO given SELECT n, proftree_insert('', 'late;' || n) FROM unnest(ARRAY[0, 4, 5, 6]) AS n;
SELECT count(pyrotree.ingest('large', slot(slot), tree)) FROM given WHERE proftree_total(tree, 'late') > 0 AND slot <> 7;
CALL pyrotree.compact();
SELECT * FROM rows_of('large');
SELECT * FROM wrong();
SELECT pyrotree.delete('large', '-infinity', 'infinity');
SELECT count(*) FROM pyrotree.segment;

SET client_min_messages = warning;
DROP EXTENSION pyrotree CASCADE;
DROP SCHEMA regress_store CASCADE;
CREATE EXTENSION pyrotree;
