\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set store :abs_srcdir '/sql/include/store.sql'
\i :store
--
-- The store: deleting, exactly.
--
\pset format unaligned
SET pyrotree.auto_compact = off;
SET pyrotree.late_after = 0;

-- lanes are 1, 2, 6, 12, 24... slots wide
SELECT pyrotree.configure('10 s', '{2,3,2}');

SELECT c, error_of('SELECT pyrotree.delete(' || c || ')', true)
FROM unnest(ARRAY['NULL, slot(0), slot(1)', '''{}'', NULL, slot(1)', '''{}'', slot(0), NULL', '''{'', slot(0), slot(1)']) WITH ORDINALITY AS u(c, n)
ORDER BY n;
SELECT pyrotree.delete('none', '-infinity', 'infinity');

-- what should be there, beside
CREATE TEMP TABLE given (slot integer, tree proftree, profiles integer DEFAULT 1);
INSERT INTO given SELECT n, proftree_insert('', 's' || n % 4, n + 1) FROM generate_series(0, 49) AS n WHERE n NOT IN (20, 21, 33);
CREATE FUNCTION fill() RETURNS bigint LANGUAGE sql AS $$
	SELECT count(pyrotree.ingest('a', slot(slot), tree)) FROM given
$$;
-- 0 are wrong: ranges that are not the sum of what is left, and what verify() finds
CREATE FUNCTION wrong() RETURNS TABLE (ranges bigint, coverings bigint, problems bigint) LANGUAGE sql AS $$
	SELECT count(*) FILTER (WHERE pyrotree.query('a', slot(a), slot(b)) <> (SELECT coalesce(sum(tree), '') FROM given WHERE slot >= a AND slot < b)),
		count(*) FILTER (WHERE (SELECT coalesce(sum(covered), 0) FROM pyrotree.covered(pyrotree.matching('a'), slot(a), slot(b), NULL)) <>
			(SELECT count(DISTINCT slot) FROM given WHERE slot >= a AND slot < b)),
		(SELECT count(*) FROM pyrotree.verify())
	FROM (VALUES (0, 50), (0, 6), (0, 12), (0, 24), (0, 48), (6, 12), (12, 24), (18, 24), (12, 18), (24, 48), (2, 4), (4, 6), (14, 16), (44, 50), (3, 41)) AS v(a, b)
$$;
-- deletes here and there
CREATE FUNCTION remove(a integer, b integer, OUT deleted bigint, OUT right_number boolean) LANGUAGE plpgsql AS $$
DECLARE
	should bigint;
BEGIN
	SELECT count(*) INTO should FROM given WHERE slot >= a AND slot < b;
	DELETE FROM given WHERE slot >= a AND slot < b;
	deleted := pyrotree.delete('a', slot(a), slot(b));
	right_number := deleted = should;
END $$;

SELECT fill();
CALL pyrotree.compact();
SELECT * FROM edges('a');
SELECT * FROM wrong();

-- nothing: no time, backwards, where there is nothing
SELECT version FROM pyrotree.series \gset
SELECT remove(5, 5), remove(6, 5), remove(20, 22), remove(-100, 0), remove(50, 100);
SELECT * FROM wrong();
-- one slot: every level above is corrected
SELECT * FROM lanes('a', 4) WHERE slot <= 13 AND slot + (ARRAY[1, 2, 6, 12, 24])[level + 1] > 13 ORDER BY level;
SELECT remove(13, 14);
SELECT * FROM lanes('a', 4) WHERE slot <= 13 AND slot + (ARRAY[1, 2, 6, 12, 24])[level + 1] > 13 ORDER BY level;
SELECT * FROM wrong();
SELECT version > :version AS new FROM pyrotree.series;
-- again is nothing
SELECT remove(13, 14);
-- its neighbour, and the lane above them is gone
SELECT remove(12, 13);
SELECT * FROM lanes('a', 4) WHERE slot <= 13 AND slot + (ARRAY[1, 2, 6, 12, 24])[level + 1] > 13 ORDER BY level;
SELECT * FROM wrong();
-- a whole lane of each level; parts of two; across all borders; times within slots
SELECT remove(0, 2);
SELECT * FROM wrong();
SELECT remove(6, 12);
SELECT * FROM wrong();
SELECT remove(15, 17);
SELECT * FROM wrong();
SELECT remove(23, 25);
SELECT * FROM wrong();
DELETE FROM given WHERE slot = 30;
SELECT pyrotree.delete('a', slot(30.4), slot(30.6));
SELECT * FROM wrong();
SELECT remove(31, 45);
SELECT * FROM wrong();
SELECT * FROM lanes('a', 4);

-- over the horizon: blocks and what waits, late ones too
INSERT INTO given VALUES (3, 'late 1'), (46, 'late 1'), (50, 'new 1'), (53, 'new 1'), (53, 'new 2'), (70, 'new 4');
SELECT count(pyrotree.ingest('a', slot(slot), tree)) FROM given WHERE tree::text ~ 'late|new';
SELECT * FROM edges('a');
SELECT * FROM wrong();
SELECT remove(46, 52);
SELECT * FROM wrong();
SELECT * FROM edges('a');
SELECT remove(3, 4), remove(53, 54);
SELECT * FROM wrong();
SELECT * FROM edges('a');
-- only what waits: no lane changes
SELECT remove(60, 100);
SELECT * FROM wrong();
-- where it was there can be something again
INSERT INTO given SELECT n, 'again 1' FROM generate_series(0, 60) AS n;
SELECT count(pyrotree.ingest('a', slot(slot), tree)) FROM given WHERE tree = 'again 1';
SELECT * FROM wrong();
CALL pyrotree.compact();
SELECT * FROM wrong();
SELECT remove(7, 23);
SELECT * FROM wrong();

-- in a transaction that is rolled back
BEGIN;
SELECT pyrotree.delete('a', slot(0), slot(30));
SELECT ask('a', 0, 30);
ROLLBACK;
SELECT * FROM wrong();

-- everything, and the series stays
SELECT pyrotree.delete('a', '-infinity', 'infinity') = (SELECT count(*) FROM given) AS all_deleted;
DELETE FROM given;
SELECT (SELECT count(*) FROM pyrotree.segment) AS segments, (SELECT count(*) FROM pyrotree.head) AS heads, (SELECT count(*) FROM pyrotree.series) AS series;
SELECT * FROM wrong();
SELECT * FROM edges('a');
SELECT ask('a', 0, 100), (SELECT count(*) FROM pyrotree.timeline('a', slot(0), slot(100))) AS buckets;
-- the horizon stays too: what comes now is late
INSERT INTO given VALUES (5, 'x 1'), (70, 'x 1');
SELECT fill();
CALL pyrotree.compact();
SELECT * FROM edges('a');
SELECT * FROM wrong();
-- open ends
SELECT pyrotree.delete('a', slot(6), 'infinity'), pyrotree.delete('a', '-infinity', slot(5)), pyrotree.delete('a', '-infinity', slot(6));

-- a profile of several slots is one, counted where it begins
SELECT pyrotree.ingest('a', slot(100), 'long 10', slot(110)) > 0, pyrotree.ingest('a', slot(111), 'x 1') > 0;
SELECT pyrotree.delete('a', slot(105), slot(106)), pyrotree.delete('a', slot(100), slot(101));
SELECT ask('a', 100, 112);
CALL pyrotree.compact();
SELECT pyrotree.delete('a', slot(102), slot(112)), ask('a', 100, 112);
SELECT ask('a', 100, 112);
SELECT pyrotree.drop_series('a');

-- ---- several series ----

SELECT count(pyrotree.ingest(s, slot(n), 'x 1')) FROM unnest(ARRAY['b{n=1}', 'b{n=2}', 'c']) AS s, generate_series(0, 29) AS n;
CALL pyrotree.compact('b{n=1}');
CALL pyrotree.compact('c');
SELECT pyrotree.delete('b', slot(3), slot(10)), pyrotree.delete('{__name__=~"b|c",n!="2"}', slot(15), slot(16));
SELECT ask('b{n=1}', 0, 30), ask('b{n=2}', 0, 30), ask('c', 0, 30);
SELECT * FROM pyrotree.verify();

-- ---- idle for months ----

SELECT pyrotree.ingest('c', slot(2000000), 'y 1') > 0, pyrotree.ingest('c', slot(2000001), 'y 1') > 0;
CALL pyrotree.compact();
SELECT * FROM edges('c');
SELECT ask('c', 0, 2000002), ask('c', 29, 2000001), ask('c', 30, 2000000);
SELECT pyrotree.delete('c', slot(29), slot(2000001));
SELECT ask('c', 0, 2000002);
SELECT * FROM pyrotree.verify();
SELECT pyrotree.drop_series('{}');

-- ---- where finer lanes have been dropped ----

-- lanes of 1 slot below 24, of 2 slots below 12 (see store_retention)
SELECT count(pyrotree.ingest('d', slot(n), 'x 1')) FROM generate_series(0, 47) AS n;
CALL pyrotree.compact();
INSERT INTO pyrotree.retention (level, keep) VALUES (0, now() - slot(25)), (1, now() - slot(13));
CALL pyrotree.apply_retention();
SELECT * FROM edges('d');
SELECT a, b, error_of(format('SELECT pyrotree.delete(''d'', slot(%s), slot(%s))', a, b), true)
FROM (VALUES (13, 14), (12, 13), (11, 12), (3, 4), (0, 3), (5, 12), (7, 30), (13, 26), (23, 100), (-100, 3), (3, 6)) AS v(a, b) ORDER BY a, b;
-- nothing has changed
SELECT ask('d', 0, 48);
SELECT * FROM pyrotree.verify();
-- what ends at the lanes that are kept can be deleted
SELECT pyrotree.delete('d', slot(14), slot(16)), ask('d', 0, 48);
SELECT pyrotree.delete('d', slot(6), slot(12));
SELECT ask('d', 0, 48), ask('d', 6, 12), ask('d', 12, 24);
SELECT pyrotree.delete('d', slot(22), slot(27));
SELECT ask('d', 0, 48), ask('d', 18, 24), ask('d', 24, 30);
SELECT * FROM pyrotree.verify();
SELECT pyrotree.delete('d', '-infinity', slot(6)), pyrotree.delete('d', '-infinity', 'infinity');
SELECT ask('d', -100, 100);
SELECT count(*) FROM pyrotree.segment;

SET client_min_messages = warning;
DROP EXTENSION pyrotree CASCADE;
DROP SCHEMA regress_store CASCADE;
CREATE EXTENSION pyrotree;
