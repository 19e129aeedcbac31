\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set store :abs_srcdir '/sql/include/store.sql'
\i :store
--
-- The store: fine lanes go before coarse ones.
--
-- Ages are reckoned from now: "keep" of now() - slot(51) drops what lies
-- below slot 50, which it reaches ten seconds later at the earliest.
--
\pset format unaligned
SET pyrotree.auto_compact = off;
SET pyrotree.late_after = 0;

-- lanes are 1, 2, 6, 12, 24... slots wide
SELECT pyrotree.configure('10 s', '{2,3,2}');
CREATE FUNCTION keep(from_slot integer) RETURNS interval LANGUAGE sql AS $$ SELECT now() - slot(from_slot + 1) $$;

-- ---- rules ----

SELECT v, error_of('INSERT INTO pyrotree.retention (selector, level, keep) VALUES (' || v || ')')
FROM unnest(ARRAY['''{}'', 0, ''0 s''', '''{}'', 0, ''-1 day''', '''{}'', -1, ''1 day''', '''{'', 0, ''1 day''', '''{a=~"("}'', 0, ''1 day''',
	'NULL, 0, ''1 day''', '''{}'', 0, NULL']) WITH ORDINALITY AS u(v, n) ORDER BY n;
SELECT left(v, 5) AS state FROM (SELECT error_of('CALL pyrotree.apply_retention()', true) AS v) AS e;
BEGIN;
CALL pyrotree.apply_retention();
ROLLBACK;
CALL pyrotree.apply_retention();

-- ---- a rule for level 0 ----

CREATE TEMP TABLE given (series text, slot integer, tree proftree);
INSERT INTO given SELECT s, n, proftree_insert('', 's' || n % 4, n + 1)
FROM unnest(ARRAY['r{host="a"}', 'r{host="b"}']) AS s, generate_series(0, 99) AS n WHERE n NOT IN (20, 21, 33);
SELECT count(pyrotree.ingest(series, slot(slot), tree)) FROM given;
CALL pyrotree.compact();

-- Ranges give what was given in the range that explain() says is answered; all
-- ways of asking agree; 0 are wrong.
CREATE FUNCTION wrong(what text) RETURNS TABLE (queries bigint, timelines bigint, symbols bigint, stacks bigint, problems bigint) LANGUAGE sql AS $$
	SELECT count(*) FILTER (WHERE pyrotree.query(what, slot(a), slot(b)) <>
			(SELECT coalesce(sum(tree), '') FROM given WHERE series = what AND slot >= e.since AND slot < e.until)),
		count(*) FILTER (WHERE proftree_total(pyrotree.query(what, slot(a), slot(b))) <>
			(SELECT coalesce(sum(total), 0) FROM pyrotree.timeline(what, slot(a), slot(b), step * interval '10 s'))),
		count(*) FILTER (WHERE proftree_total(pyrotree.query(what, slot(a), slot(b)), 's2') <>
			(SELECT coalesce(sum(total), 0) FROM pyrotree.symbol_timeline(what, 's2', slot(a), slot(b), step * interval '10 s'))),
		count(*) FILTER (WHERE pyrotree.query(what, slot(a), slot(b)) <>
			(SELECT coalesce(proftree_agg(stack, weight), '') FROM pyrotree.stacks_between(what, slot(a), slot(b)))),
		(SELECT count(*) FROM pyrotree.verify(what))
	FROM (VALUES (0, 100, 1), (0, 6, 2), (7, 13, 1), (12, 25, 6), (13, 14, 3), (24, 48, 2), (49, 51, 1), (50, 60, 4), (33, 34, 1), (5, 77, 12), (99, 120, 1), (-20, 1, 1)) AS v(a, b, step),
		LATERAL (SELECT slot_of(min(effective_since)) AS since, slot_of(max(effective_until)) AS until FROM pyrotree.explain(what, slot(a), slot(b))) AS e
$$;
SELECT * FROM wrong('r{host="a"}');

-- no rule, nothing happens
SELECT version FROM pyrotree.series ORDER BY key LIMIT 1 \gset
CALL pyrotree.apply_retention();
SELECT version = :version AS same FROM pyrotree.series ORDER BY key LIMIT 1;

INSERT INTO pyrotree.retention (selector, level, keep) VALUES ('r{host=a}', 0, keep(50));
CALL pyrotree.apply_retention();
SELECT * FROM edges('r');
SELECT m.series, g.level, min(g.start) - 170406720 AS first, count(*) FROM pyrotree.segment AS g JOIN pyrotree.series_matching('r') AS m USING (series_id)
WHERE g.level <= 3 GROUP BY 1, 2 ORDER BY 1, 2;
SELECT * FROM wrong('r{host="a"}');
SELECT * FROM wrong('r{host="b"}');
-- again changes nothing
SELECT version AS version FROM pyrotree.series ORDER BY key LIMIT 1 \gset
CALL pyrotree.apply_retention();
SELECT version = :version AS same FROM pyrotree.series ORDER BY key LIMIT 1;
SELECT * FROM edges('r');

-- ranges snap outward to lanes that are kept, at either end
SELECT ask('r{host=a}', 13, 14), ask('r{host=a}', 12, 14), ask('r{host=b}', 13, 14);
SELECT ask('r{host=a}', 50, 51), ask('r{host=a}', 49, 51), ask('r{host=a}', 33, 34), ask('r{host=a}', 20, 21);
SELECT level, slot_of(since) AS since, slot_of(until) AS until, lanes, rows, slot_of(effective_since) AS from, slot_of(effective_until) AS to
FROM pyrotree.explain('r{host=a}', slot(13), slot(15));
SELECT level, slot_of(since) AS since, slot_of(until) AS until, lanes, slot_of(effective_since) AS from, slot_of(effective_until) AS to
FROM pyrotree.explain('r{host=a}', slot(47), slot(53));
SELECT slot_of(at), total FROM pyrotree.timeline('r{host=a}', slot(47), slot(53), '10 s') ORDER BY at;
SELECT slot_of(at), total FROM pyrotree.timeline('r{host=a}', slot(13), slot(14), '10 s') ORDER BY at;
SELECT slot_of(at), total FROM pyrotree.timeline('r', slot(13), slot(16), '10 s') ORDER BY at;
SELECT slot_of(at), stack, weight FROM pyrotree.stacks_between('r{host=a}', slot(47), slot(52)) ORDER BY at, stack;
SELECT proftree_agg(stack, weight) = (SELECT sum(tree) FROM given WHERE series = 'r{host="a"}') FROM pyrotree.stacks WHERE series = 'r{host="a"}';

-- ---- what comes late below the edge ----

-- it is in its lane at once, and after it was compacted
INSERT INTO given SELECT 'r{host="a"}', n, 'late 1' FROM unnest(ARRAY[7, 7, 20, 48, 51]) AS n;
SELECT count(pyrotree.ingest(series, slot(slot), tree)) FROM given WHERE tree = 'late 1';
SELECT ask('r{host=a}', 6, 7), ask('r{host=a}', 7, 8), ask('r{host=a}', 20, 21), ask('r{host=a}', 48, 49), ask('r{host=a}', 51, 52);
SELECT slot_of(at), total FROM pyrotree.timeline('r{host=a}', slot(7), slot(8), '10 s') ORDER BY at;
SELECT * FROM wrong('r{host="a"}');
SELECT sum(covered) FROM pyrotree.covered(pyrotree.matching('r{host=a}'), slot(0), slot(100), NULL);
CALL pyrotree.compact();
SELECT * FROM edges('r');
SELECT ask('r{host=a}', 6, 7), ask('r{host=a}', 7, 8), ask('r{host=a}', 20, 21), ask('r{host=a}', 48, 49), ask('r{host=a}', 51, 52);
SELECT slot_of(at), total FROM pyrotree.timeline('r{host=a}', slot(7), slot(8), '10 s') ORDER BY at;
SELECT * FROM wrong('r{host="a"}');
SELECT sum(covered) FROM pyrotree.covered(pyrotree.matching('r{host=a}'), slot(0), slot(100), NULL);
SELECT * FROM lanes('r{host=a}', 2) WHERE tree LIKE '%late%';

-- ---- several rules ----

-- of a level the longest holds; a level's rule is for all finer ones too
DELETE FROM pyrotree.retention;
INSERT INTO pyrotree.retention (selector, level, keep) VALUES
	('{}', 0, keep(60)), ('r{host=b}', 0, keep(30)), ('{__name__=~"r"}', 0, keep(70)), ('r', 2, keep(26)), ('none', NULL, '1 s');
CALL pyrotree.apply_retention();
SELECT * FROM edges('r');
SELECT * FROM wrong('r{host="a"}');
SELECT * FROM wrong('r{host="b"}');
-- a coarse level kept for less time than a fine one: not a fine lane without its coarse one
INSERT INTO pyrotree.retention (selector, level, keep) VALUES ('r{host=b}', 1, keep(40));
DELETE FROM pyrotree.retention WHERE selector = 'r';
INSERT INTO pyrotree.retention (selector, level, keep) VALUES ('r{host=b}', 2, keep(52));
CALL pyrotree.apply_retention();
SELECT * FROM edges('r');
SELECT * FROM wrong('r{host="b"}');
-- without rules, or with longer ones, nothing comes back
DELETE FROM pyrotree.retention;
INSERT INTO pyrotree.retention (level, keep) VALUES (0, '1000 years');
CALL pyrotree.apply_retention();
SELECT * FROM edges('r');
DELETE FROM pyrotree.retention;
CALL pyrotree.apply_retention();
SELECT * FROM edges('r');

-- ---- all that is old ----

-- a rule without a level deletes, whole blocks of the finest lanes kept there
INSERT INTO pyrotree.retention (selector, keep) VALUES ('r{host=b}', keep(17)), ('r{host=a}', keep(9)), ('{}', keep(5));
CALL pyrotree.apply_retention();
SELECT * FROM edges('r');
SELECT m.series, g.level, min(g.start) - 170406720 AS first FROM pyrotree.segment AS g JOIN pyrotree.series_matching('r') AS m USING (series_id)
WHERE g.level <= 3 GROUP BY 1, 2 ORDER BY 1, 2;
SELECT series, slot_of(min(at)) FROM pyrotree.stacks GROUP BY series ORDER BY series COLLATE "C";
SELECT * FROM pyrotree.verify();
-- again changes nothing
SELECT sum(version) AS version FROM pyrotree.series \gset
CALL pyrotree.apply_retention();
SELECT sum(version) = :version AS same, bool_or(symbols_gone) AS gone FROM pyrotree.series;
SELECT ask('r{host=a}', 0, 100) = (SELECT line(sum(tree)) FROM given WHERE series = 'r{host="a"}' AND slot >= (SELECT slot_of(min(at)) FROM pyrotree.stacks WHERE series = 'r{host="a"}')) AS exact;
-- keep nothing: lanes below the horizon stay at the level that is not yet complete; then all goes, but not the series
UPDATE pyrotree.retention SET level = 0, keep = '1 s';
CALL pyrotree.apply_retention();
SELECT * FROM edges('r');
SELECT * FROM pyrotree.verify();
SELECT ask('r{host=a}', 98, 100), ask('r{host=a}', 99, 100);
UPDATE pyrotree.retention SET level = 2;
CALL pyrotree.apply_retention();
SELECT * FROM edges('r');
SELECT * FROM pyrotree.verify();
SELECT ask('r{host=a}', 96, 100), ask('r{host=a}', 90, 96);
UPDATE pyrotree.retention SET level = NULL WHERE selector <> '{}';
CALL pyrotree.apply_retention();
SELECT count(*) FROM pyrotree.segment;
SELECT count(*) FROM pyrotree.series;
SELECT * FROM pyrotree.verify();
-- and goes on
SELECT count(pyrotree.ingest('r{host=a}', slot(n), 'x 1')) FROM generate_series(90, 121) AS n;
SELECT ask('r{host=a}', 0, 200);
CALL pyrotree.compact();
SELECT ask('r{host=a}', 0, 200);
SELECT * FROM pyrotree.verify();
-- a level above all there are is a mistake; to drop the top level is to drop everything
DELETE FROM pyrotree.retention;
INSERT INTO pyrotree.retention (level, keep) VALUES (1000, keep(110));
CALL pyrotree.apply_retention();
SELECT slot_of(min(at)) FROM pyrotree.stacks;
UPDATE pyrotree.retention SET level = array_upper(widths, 1) - 1 FROM pyrotree.settings;
CALL pyrotree.apply_retention();
SELECT * FROM pyrotree.verify();
SELECT slot_of(min(at)) FROM pyrotree.stacks;
SELECT pyrotree.drop_series('{}') > 0 AS dropped;
DELETE FROM pyrotree.retention;

-- ---- what waits ----

-- below the edge it is compacted first; above the horizon it stays, old as it may be; the rule of everything takes it too
SELECT count(pyrotree.ingest('w', slot(n), 'x 1')) FROM generate_series(0, 29) AS n;
CALL pyrotree.compact();
SELECT count(pyrotree.ingest('w', slot(n), 'y 1')) FROM unnest(ARRAY[3, 25, 30, 31, 32]) AS n;
INSERT INTO pyrotree.retention (level, keep) VALUES (0, keep(40));
CALL pyrotree.apply_retention();
SELECT * FROM edges('w');
SELECT ask('w', 0, 40), ask('w', 30, 40), ask('w', 3, 4);
SELECT * FROM pyrotree.verify();
-- a horizon within an upper block
INSERT INTO pyrotree.retention (level, keep) VALUES (2, keep(40));
CALL pyrotree.apply_retention();
SELECT * FROM edges('w');
SELECT ask('w', 0, 40), ask('w', 23, 24), ask('w', 24, 25), ask('w', 28, 30), ask('w', 29, 31);
SELECT * FROM pyrotree.verify();
CALL pyrotree.compact();
SELECT * FROM edges('w');
SELECT ask('w', 0, 40), ask('w', 23, 24), ask('w', 24, 25), ask('w', 28, 30), ask('w', 29, 31);
SELECT * FROM pyrotree.verify();
SELECT pyrotree.ingest('w', slot(33), 'z 1') > 0 AS stored;
INSERT INTO pyrotree.retention (level, keep) VALUES (NULL, keep(60));
CALL pyrotree.apply_retention();
SELECT ask('w', 0, 40);
SELECT * FROM edges('w');
SELECT pyrotree.drop_series('{}') > 0 AS dropped;

-- ---- a series that cannot be compacted does not stop the others ----

DELETE FROM pyrotree.retention;
SELECT count(pyrotree.ingest(s, slot(n), 'x 4611686018427387904')) FROM unnest(ARRAY['x1', 'x2']) AS s, unnest(ARRAY[0, 9]) AS n WHERE s = 'x1' OR n = 9;
SELECT count(pyrotree.ingest('x3', slot(n), 'x 1')) FROM generate_series(0, 9) AS n;
CALL pyrotree.compact();
SELECT pyrotree.ingest('x2', slot(9), 'x 4611686018427387904') > 0 AS stored;
INSERT INTO pyrotree.retention (level, keep) VALUES (0, keep(8));
SET client_min_messages = error;
CALL pyrotree.apply_retention();
RESET client_min_messages;
SELECT series, kept_from FROM edges('{__name__!="x2"}');
SELECT ask('x2', 0, 9), left(error_of('SELECT ask(''x2'', 9, 10)'), 5);
SELECT pyrotree.drop_series('{}') > 0 AS dropped;
DELETE FROM pyrotree.retention;

-- ---- averages ----

SELECT pyrotree.define_profile_type('heap', 'bytes', 'average');
SELECT count(pyrotree.ingest('heap', slot(n), proftree_insert('', 'a', 100 * n))) FROM generate_series(0, 23) AS n WHERE n % 3 <> 0;
CALL pyrotree.compact();
SELECT ask('heap', 0, 24), ask('heap', 0, 6), ask('heap', 2, 4), ask('heap', 3, 4), ask('heap', 4, 5);
INSERT INTO pyrotree.retention (level, keep) VALUES (0, keep(12));
CALL pyrotree.apply_retention();
SELECT ask('heap', 0, 24), ask('heap', 0, 6), ask('heap', 2, 4), ask('heap', 3, 4), ask('heap', 4, 5);
-- late: which slots of a lane were covered is no longer known; at most all were
SELECT pyrotree.ingest('heap', slot(4), 'a 100') > 0, pyrotree.ingest('heap', slot(2), 'a 100') > 0;
SELECT ask('heap', 2, 4), ask('heap', 4, 6);
CALL pyrotree.compact();
SELECT ask('heap', 2, 4), ask('heap', 4, 6);
SELECT * FROM lanes('heap', 1) WHERE slot < 6;
SELECT * FROM pyrotree.verify();

SET client_min_messages = warning;
DROP EXTENSION pyrotree CASCADE;
DROP SCHEMA regress_store CASCADE;
CREATE EXTENSION pyrotree;
