\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set store :abs_srcdir '/sql/include/store.sql'
\i :store
--
-- The store: profiles coming in.
--
\pset format unaligned
SET pyrotree.auto_compact = off;

-- ---- what is refused ----

SELECT c, error_of('SELECT pyrotree.ingest(' || c || ')', true)
FROM unnest(ARRAY[
	'NULL, slot(0), ''a 1''', '''s'', NULL, ''a 1''', '''s'', slot(0), NULL',
	'''s'', ''infinity'', ''a 1''', '''s'', ''-infinity'', ''a 1''', '''s'', slot(0), ''a 1'', ''infinity''', '''s'', slot(0), ''a 1'', ''-infinity''',
	'''s'', slot(1), ''a 1'', slot(1)', '''s'', slot(1), ''a 1'', slot(0)', '''s'', slot(0), ''a 1'', slot(8640) + interval ''1 us''',
	'''s'', slot(0), ''a 1'', slot(1e6)', '''s'', slot(0), ''a -1''', '''s'', slot(0), ''a''', '''s{'', slot(0), ''a 1''',
	'''s'', slot(0), ''a 1'', NULL, ''no uuid''']) WITH ORDINALITY AS u(c, n)
ORDER BY n;
-- and leaves nothing
SELECT * FROM edges('{}');

-- ---- time and slots ----

-- a slot is closed below and open above, before 1970 too
SELECT at, count(pyrotree.ingest('times', at, proftree_insert('', to_char(at, 'YYYY-MM-DD HH24:MI:SS.US BC'))))
FROM unnest(ARRAY['2024-01-01 00:00:00', '2024-01-01 00:00:09.999999', '2024-01-01 00:00:10', '1970-01-01 00:00:00', '1969-12-31 23:59:59.999999',
	'1969-12-31 23:59:50', '1969-12-31 23:59:49.999999', '0044-03-15 12:00:00 BC', '4714-11-24 00:00:00 BC']::timestamptz[]) AS at
GROUP BY at ORDER BY at;
SELECT at, stack FROM pyrotree.stacks_between('times', '-infinity', 'infinity') ORDER BY at, stack;
SELECT line(pyrotree.query('times', '1969-12-31 23:59:50', '1970-01-01')) AS last_of_1969;
SELECT line(pyrotree.query('times', '1970-01-01', '1970-01-01 00:00:10')) AS first_of_1970;
SELECT line(pyrotree.query('times', '-infinity', '1900-01-01')) AS old;
-- ranges snap outward to slots
SELECT line(pyrotree.query('times', '1969-12-31 23:59:59', '1969-12-31 23:59:59.1')) AS snapped;
CALL pyrotree.compact();
SELECT * FROM pyrotree.verify();
SELECT at, stack FROM pyrotree.stacks_between('times', '-infinity', 'infinity') ORDER BY at, stack;
SELECT line(pyrotree.query('times', '1969-12-31 23:59:50', '1970-01-01')) AS last_of_1969;
SELECT line(pyrotree.query('times', '-infinity', '1900-01-01')) AS old;
SELECT proftree_total(pyrotree.query('times', '-infinity', 'infinity')), pyrotree.drop_series('times');

-- an empty profile says that nothing ran
SELECT pyrotree.ingest('idle', slot(3), '') > 0 AS stored;
SELECT * FROM lanes('idle');
SELECT ask('idle', 0, 10), (SELECT count(*) FROM pyrotree.timeline('idle', slot(0), slot(10), '10 s')) AS buckets, pyrotree.drop_series('idle');

-- ---- profiles of a span of time ----

-- parts add up, slot by slot and node by node; it is one profile
SELECT pyrotree.ingest('span', slot(0.5), E'a 10\na;b 1\nc 0\nd 5', slot(3.5)) > 0 AS stored;
SELECT * FROM lanes('span');
SELECT ask('span', 0, 4), ask('span', 1, 3);
SELECT pyrotree.delete('span', slot(0), slot(4));
-- to the border of a slot, not into the next one; within one slot; a microsecond into the next
SELECT pyrotree.ingest('span', slot(0), 'a 4', slot(2)) > 0, pyrotree.ingest('span', slot(10.1), 'b 4', slot(10.2)) > 0,
	pyrotree.ingest('span', slot(20), 'c 4', slot(21) + interval '1 us') > 0, pyrotree.ingest('span', slot(-1), 'd 3', slot(0)) > 0;
SELECT * FROM lanes('span');
SELECT pyrotree.delete('span', slot(-10), slot(40));
-- a day is the longest: 8,640 parts of a large weight, exactly
SELECT pyrotree.ingest('span', slot(0), E'a;b 9223372036854775000\na;c 807', slot(8640)) > 0 AS stored;
SELECT count(*), sum(profiles), sum(total), max(total) - min(total) <= 2 AS even FROM pyrotree.head;
SELECT ask('span', 0, 8640);
SELECT pyrotree.ingest('span', slot(0.5), 'z 1', slot(8640.5)) > 0 AS stored;
SELECT slot_of(at), line(profile) FROM (
	SELECT pyrotree.slot_time(first, 10000000) AS at, profile FROM pyrotree.profiles('span', slot(0), slot(9000)) WHERE proftree_total(profile, 'z') > 0) AS p;
SELECT pyrotree.drop_series('span');

-- a profile of an average is in each slot instead
SELECT pyrotree.define_profile_type('heap', 'bytes', 'average');
SELECT pyrotree.ingest('heap', slot(0.5), 'a 600', slot(6)) > 0 AS stored;
SELECT * FROM lanes('heap');
SELECT ask('heap', 0, 6), ask('heap', 2, 4), ask('heap', -100, 100), ask('heap', 6, 7);
SELECT pyrotree.ingest('heap', slot(3), 'a 300', slot(9)) > 0 AS stored;
SELECT ask('heap', 0, 9), ask('heap', 3, 6), ask('heap', 6, 9);
SELECT pyrotree.drop_series('heap');

-- ---- again and again: ids ----

\set id '''11111111-1111-1111-1111-111111111111'''
SELECT pyrotree.ingest('ids', slot(0), 'a 1', NULL, :id) = pyrotree.ingest('ids', slot(0), 'a 1', NULL, :id) AS same;
SELECT pyrotree.ingest('ids', slot(5), 'a 1', slot(8), :id) > 0, pyrotree.ingest('ids', slot(0), 'a 1', id => :id) > 0;
SELECT ask('ids', 0, 100);
-- an id counts for its series
SELECT pyrotree.ingest('ids{other=x}', slot(0), 'b 1', NULL, :id) > 0 AS number;
SELECT * FROM lanes('ids');
-- no id is never seen
SELECT count(pyrotree.ingest('ids', slot(1), 'c 1')) FROM generate_series(1, 3);
SELECT ask('ids', 0, 100);
-- what fails has not been delivered
SELECT error_of('SELECT pyrotree.ingest(''ids'', slot(1), ''d 1'', slot(0), ''22222222-2222-2222-2222-222222222222'')');
SELECT left(error_of('SELECT pyrotree.ingest(''ids'', now() + interval ''10 days'', ''d 1'', NULL, ''22222222-2222-2222-2222-222222222222'')'), 6);
BEGIN;
SELECT pyrotree.ingest('ids', slot(1), 'd 1', NULL, '22222222-2222-2222-2222-222222222222') > 0 AS stored;
SELECT ask('ids', 0, 100);
ROLLBACK;
SELECT ask('ids', 0, 100);
SELECT pyrotree.ingest('ids', slot(1), 'd 1', NULL, '22222222-2222-2222-2222-222222222222') > 0 AS stored;
SELECT ask('ids', 0, 100);
-- not yet a day, and a day
UPDATE pyrotree.delivery SET received = now() - interval '23 hours 59 minutes' WHERE id = :id;
SELECT pyrotree.ingest('ids', slot(0), 'a 1', NULL, :id) > 0, received < now() - interval '23 hours' AS old FROM pyrotree.delivery WHERE id = :id;
SELECT ask('ids', 0, 100);
UPDATE pyrotree.delivery SET received = now() - interval '24 hours 1 minute' WHERE id = :id;
SELECT pyrotree.ingest('ids', slot(0), 'a 1', NULL, :id) > 0 AS stored;
SELECT ask('ids', 0, 100);
SELECT count(*) AS new FROM pyrotree.delivery WHERE id = :id AND received > now() - interval '1 minute';
-- each delivery takes away two that are older than a day; retention the rest
INSERT INTO pyrotree.delivery SELECT gen_random_uuid(), 1, now() - interval '25 hours' FROM generate_series(1, 10);
SELECT count(pyrotree.ingest('ids', slot(n), 'e 1', id => gen_random_uuid())) FROM generate_series(1, 3) AS n;
SELECT count(*) AS old FROM pyrotree.delivery WHERE received < now() - interval '24 hours';
CALL pyrotree.apply_retention();
SELECT count(*) AS old FROM pyrotree.delivery WHERE received < now() - interval '24 hours';
SELECT count(*) FROM pyrotree.delivery;
SELECT pyrotree.drop_series('ids');

-- ---- clocks that run ahead ----

-- times are taken out of what is printed
CREATE FUNCTION ahead(by interval, until interval DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
	SELECT regexp_replace(error_of(format('SELECT pyrotree.ingest(''clock'', %L, ''a 1'', %L)',
		clock_timestamp() + by, clock_timestamp() + until), true), '\d{4}-\d\d-\d\d [^ ]*', 'TIME')
$$;
SHOW pyrotree.clock_skew;
SELECT by, ahead(by) FROM unnest(ARRAY['0 s', '9 minutes', '11 minutes', '1 day', '1000 years']::interval[]) AS by ORDER BY by;
-- the end of a span counts too
SELECT ahead('-1 hour', '9 minutes'), ahead('-1 hour', '11 minutes');
SELECT error_of(format('INSERT INTO pyrotree.stacks VALUES (''clock'', now(), ''b'', 1), (''clock'', %L, ''b'', 1)', now() + interval '1 hour')) LIKE
	'22023: profile of series "clock" lies in the future, at %' AS refused;
SELECT line(pyrotree.query('clock', '-infinity', 'infinity')) LIKE '%b%' AS anything;
SET pyrotree.clock_skew = 0;
SELECT ahead('0 s'), ahead('20 s');
SET pyrotree.clock_skew = '2 h';
SELECT ahead('119 minutes'), ahead('121 minutes');
SELECT s, left(error_of('SET pyrotree.clock_skew = ' || s), 5) FROM unnest(ARRAY['-1', '''1 d''', '''x''']) WITH ORDINALITY AS u(s, n) ORDER BY n;
RESET pyrotree.clock_skew;
-- what lies ahead is read by ranges that reach it
SELECT ask('clock', 0, 1), proftree_total(pyrotree.query('clock', slot(0), 'infinity')) > 4 AS ahead;
SELECT pyrotree.drop_series('clock');

-- ---- transactions ----

-- what has been written is read at once, and gone when it is rolled back
BEGIN;
SELECT pyrotree.ingest('tx', slot(0), 'a 1') > 0 AS stored;
SELECT ask('tx', 0, 10);
SAVEPOINT one;
SELECT pyrotree.ingest('tx', slot(0), 'b 1') > 0, pyrotree.ingest('tx{in=savepoint}', slot(0), 'c 1') > 0;
INSERT INTO pyrotree.stacks VALUES ('tx', slot(0), 'd', 1);
SELECT ask('tx', 0, 10);
SELECT count(*) FROM pyrotree.series_matching('tx');
ROLLBACK TO one;
SELECT ask('tx', 0, 10);
SELECT count(*) FROM pyrotree.series_matching('tx');
COMMIT;
SELECT ask('tx', 0, 10);
BEGIN;
SELECT pyrotree.ingest('tx', slot(1), 'e 1') > 0 AS stored;
SELECT ask('tx', 0, 10);
SELECT error_of('SELECT pyrotree.ingest(''tx'', slot(1), ''f 1'', slot(0))');
SELECT pyrotree.ingest('tx', slot(1), 'g 1', slot(0));
ROLLBACK;
SELECT ask('tx', 0, 10);

-- a block that is rolled back within another one that is not
DO $$
BEGIN
	PERFORM pyrotree.ingest('tx', slot(2), 'outer 1');
	INSERT INTO pyrotree.stacks VALUES ('tx', slot(2), 'outer', 1);
	BEGIN
		PERFORM pyrotree.ingest('tx', slot(2), 'inner 1'), pyrotree.ingest('tx{new=inner}', slot(2), 'inner 1');
		INSERT INTO pyrotree.stacks VALUES ('tx', slot(2), 'inner', 1);
		RAISE EXCEPTION 'not this';
	EXCEPTION WHEN raise_exception THEN
		INSERT INTO pyrotree.stacks VALUES ('tx', slot(2), 'handler', 1);
	END;
	BEGIN
		INSERT INTO pyrotree.stacks VALUES ('tx', slot(2), 'first', 1), ('tx', NULL, 'second', 1);
	EXCEPTION WHEN null_value_not_allowed THEN
		PERFORM pyrotree.ingest('tx', slot(2), 'handler 1');
	END;
	INSERT INTO pyrotree.stacks VALUES ('tx', slot(2), 'outer', 1);
END $$;
SELECT ask('tx', 2, 3);
SELECT series FROM pyrotree.series_matching('tx') ORDER BY 1;

-- raw stacks beside ready trees; as a replica the view's triggers do not fire, ingest() works
INSERT INTO pyrotree.stacks VALUES ('tx', slot(3), 'main;a', 1), ('tx', slot(3.9), 'main;a', 2), ('tx', slot(4), 'main;a', 4);
SELECT pyrotree.ingest('tx', slot(3), 'main;a 10') > 0 AS stored;
SELECT ask('tx', 3, 4), ask('tx', 4, 5);
SET session_replication_role = replica;
SELECT pyrotree.ingest('tx', slot(5), 'main;a 10') > 0 AS stored;
SELECT left(error_of('INSERT INTO pyrotree.stacks VALUES (''tx'', slot(5), ''main;a'', 1)'), 5);
RESET session_replication_role;
SELECT ask('tx', 5, 6);
SELECT pyrotree.drop_series('{__name__="tx"}');

-- ---- as part of a publication ----

-- every table has a key by which changes are told
SET client_min_messages = error;
CREATE PUBLICATION regress_pyrotree FOR ALL TABLES;
RESET client_min_messages;
SELECT c.relname FROM pg_class AS c WHERE c.relnamespace = 'pyrotree'::regnamespace AND c.relkind = 'r' AND NOT EXISTS
	(SELECT FROM pg_index AS i WHERE i.indrelid = c.oid AND i.indisprimary) ORDER BY 1;
SELECT count(pyrotree.ingest('published', slot(n), 'a 1', NULL, gen_random_uuid())) FROM generate_series(0, 200) AS n;
CALL pyrotree.compact('published');
SELECT pyrotree.delete('published', slot(0), slot(70)), pyrotree.define_profile_type('published', 'calls', 'sum'), pyrotree.define_profile_type('published', 'samples', 'sum');
UPDATE pyrotree.delivery SET received = received - interval '2 days';
CALL pyrotree.apply_retention();
SELECT ask('published', 0, 201), pyrotree.drop_series('published');
DROP PUBLICATION regress_pyrotree;

-- ---- a session elsewhere ----

-- the clocks of New York skip an hour and repeat another; slots do not
SET timezone = 'America/New_York';
SELECT pyrotree.ingest('ny', '2024-03-10 01:59:55', 'before 1') > 0, pyrotree.ingest('ny', '2024-03-10 03:00:05', 'after 1') > 0,
	pyrotree.ingest('ny', '2024-11-03 01:30:00-04', 'first 1') > 0, pyrotree.ingest('ny', '2024-11-03 01:30:00-05', 'second 1') > 0;
-- 23 hours, 25 hours
SELECT pyrotree.ingest('ny{span=yes}', '2024-03-10', 'a 82800', '2024-03-11') > 0 AS stored;
SELECT error_of('SELECT pyrotree.ingest(''ny'', ''2024-11-03'', ''a 90000'', ''2024-11-04'')');
SELECT slot_of(at), stack, weight FROM pyrotree.stacks_between('ny{span=""}', '2024-03-10', NULL) ORDER BY at;
SELECT at, stack FROM pyrotree.stacks_between('ny{span=""}', '2024-03-10', NULL) ORDER BY at;
SELECT line(pyrotree.query('ny{span=yes}', '2024-03-10 01:00', '2024-03-10 04:00')) AS two_hours;
SELECT line(pyrotree.query('ny{span=""}', '2024-11-03', '2024-11-04')) AS day, line(pyrotree.query('ny{span=""}', '2024-11-03 01:30:00-05', '2024-11-03 02:00')) AS later;
CALL pyrotree.compact();
SELECT line(pyrotree.query('ny{span=yes}', '2024-03-10 01:00', '2024-03-10 04:00')) AS two_hours;
SELECT at, total FROM pyrotree.timeline('ny{span=yes}', '2024-03-10', '2024-03-12', '1 day') ORDER BY at;
SELECT at, stack FROM pyrotree.stacks WHERE series = 'ny' ORDER BY stack;
SELECT * FROM pyrotree.verify();
SET timezone = 'UTC';
SELECT at, total FROM pyrotree.timeline('ny{span=yes}', '2024-03-10', '2024-03-12', '1 day') ORDER BY at;

-- ---- rights ----

-- the schema is open, nothing in it is
CREATE ROLE regress_pyrotree_user;
SET ROLE regress_pyrotree_user;
SELECT s, left(error_of(s), 24) FROM unnest(ARRAY[
	'SELECT pyrotree.query(''{}'', slot(0), slot(1))', 'SELECT pyrotree.ingest(''s'', slot(0), ''a 1'')', 'SELECT count(*) FROM pyrotree.stacks',
	'INSERT INTO pyrotree.stacks VALUES (''s'', slot(0), ''a'', 1)', 'SELECT pyrotree.delete(''{}'', slot(0), slot(1))',
	'SELECT pyrotree.define_profile_type(''a'', ''b'', ''sum'')', 'SELECT count(*) FROM pyrotree.status']) WITH ORDINALITY AS u(s, n) ORDER BY n;
RESET ROLE;
DROP ROLE regress_pyrotree_user;

SET client_min_messages = warning;
-- fine slots: a profile cannot span millions of them
SELECT pyrotree.drop_series('{}') > 0 AS dropped;
SELECT pyrotree.configure('1 ms');
SELECT error_of('SELECT pyrotree.ingest(''fine'', slot(0), ''a 1'', slot(0) + interval ''86401 ms'')', true);
SELECT pyrotree.ingest('fine', slot(0), 'a 5', slot(0) + interval '3 ms') > 0 AS stored, (SELECT count(*) FROM pyrotree.head) AS before;
SELECT array_agg(total) FROM pyrotree.timeline('fine', slot(0), slot(1));
DROP EXTENSION pyrotree CASCADE;
DROP SCHEMA regress_store CASCADE;
CREATE EXTENSION pyrotree;
