\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set store :abs_srcdir '/sql/include/store.sql'
\i :store
--
-- The store: what can be asked, whether profiles wait or are compacted.
--
\pset format unaligned
SET pyrotree.auto_compact = off;
SET pyrotree.late_after = 0;

-- small blocks, so that a few profiles make several levels: lanes are 1, 2,
-- 6, 12, 24... slots wide
SELECT pyrotree.configure('10 s', '{2,3,2}');
SELECT pyrotree.define_profile_type('heap', 'bytes', 'average');

-- what was given, beside
CREATE TEMP TABLE given (series text, slot integer, tree proftree);
INSERT INTO given
	SELECT s, n, proftree_insert(proftree_insert('', 'main;f' || n % 3, n + 1), 'main;g;main', 1)
	FROM unnest(ARRAY['app{host=a}', 'app{host=b,zone=x}', 'heap{host=a}']) AS s, generate_series(0, 29) AS n
	WHERE n NOT IN (7, 8, 9) AND (s <> 'app{host=b,zone=x}' OR n % 2 = 0);
-- profiles in which nothing ran, one with a leaf of weight 0, two in a slot
INSERT INTO given SELECT s, n, tree FROM unnest(ARRAY['app{host=a}', 'heap{host=a}']) AS s,
	(VALUES (9, ''::proftree), (10, E'main;zero 0\nidle 0'), (11, 'main;twice 6')) AS v(n, tree);
SELECT count(pyrotree.ingest(series, slot(slot + 0.3), tree)) FROM given WHERE slot < 24;

CREATE FUNCTION truth(what text, since integer, until integer) RETURNS proftree LANGUAGE sql STABLE AS $$
	SELECT coalesce(sum(tree), '') FROM given WHERE series LIKE what AND slot >= since AND slot < until
$$;
CREATE FUNCTION covered(what text, since integer, until integer) RETURNS bigint LANGUAGE sql STABLE AS $$
	SELECT count(DISTINCT (series, slot)) FROM given WHERE series LIKE what AND slot >= since AND slot < until
$$;

-- Some ranges of slots are asked in each way and compared; 0 means that
-- all agree.
CREATE FUNCTION wrong() RETURNS TABLE (ranges bigint, query bigint, of_both bigint, average bigint, profiles bigint, stacks bigint,
		timeline bigint, average_timeline bigint, symbol_timeline bigint) LANGUAGE sql STABLE AS $$
	SELECT count(*), count(*) FILTER (WHERE pyrotree.query('app{host=a}', slot(a), slot(b)) <> truth('app{host=a}', a, b)),
		count(*) FILTER (WHERE pyrotree.query('app', slot(a), slot(b)) <> truth('app%', a, b)),
		count(*) FILTER (WHERE pyrotree.query('heap', slot(a), slot(b)) <>
			CASE WHEN covered('heap%', a, b) > 0 THEN pyrotree.average(truth('heap%', a, b), covered('heap%', a, b)) ELSE '' END),
		count(*) FILTER (WHERE (SELECT sum(profile) FROM pyrotree.profiles('app{host=a}', slot(a), slot(b))) <> truth('app{host=a}', a, b)),
		count(*) FILTER (WHERE (SELECT coalesce(proftree_agg(stack, weight), '') FROM pyrotree.stacks_between('app{host=a}', slot(a), slot(b)))
			<> truth('app{host=a}', a, b)),
		count(*) FILTER (WHERE (SELECT coalesce(array_agg((slot_of(at), total) ORDER BY at), '{}') FROM pyrotree.timeline('app', slot(a), slot(b), step * interval '10 s'))
			<> (SELECT coalesce(array_agg((greatest(bucket, a)::numeric, total) ORDER BY bucket), '{}') FROM (
				SELECT floor(slot / step::numeric) * step AS bucket, sum(proftree_total(tree))::bigint AS total FROM given
				WHERE series LIKE 'app%' AND slot >= a AND slot < b GROUP BY 1) AS t)),
		count(*) FILTER (WHERE (SELECT coalesce(array_agg((slot_of(at), total) ORDER BY at), '{}') FROM pyrotree.timeline('heap', slot(a), slot(b), step * interval '10 s'))
			<> (SELECT coalesce(array_agg((greatest(bucket, a)::numeric, total) ORDER BY bucket), '{}') FROM (
				SELECT floor(slot / step::numeric) * step AS bucket, round(sum(proftree_total(tree)) / count(DISTINCT slot))::bigint AS total FROM given
				WHERE series LIKE 'heap%' AND slot >= a AND slot < b GROUP BY 1) AS t)),
		count(*) FILTER (WHERE (SELECT coalesce(array_agg((slot_of(at), self, total) ORDER BY at), '{}')
				FROM pyrotree.symbol_timeline('app', 'main', slot(a), slot(b), step * interval '10 s'))
			<> (SELECT coalesce(array_agg((greatest(bucket, a)::numeric, self, total) ORDER BY bucket), '{}') FROM (
				SELECT floor(slot / step::numeric) * step AS bucket, sum(proftree_self(tree, 'main'))::bigint AS self, sum(proftree_total(tree, 'main'))::bigint AS total
				FROM given WHERE series LIKE 'app%' AND slot >= a AND slot < b GROUP BY 1) AS t))
	FROM (VALUES (-1, 32, 1), (0, 30, 8), (0, 12, 2), (1, 29, 3), (1, 24, 12), (3, 4, 1), (5, 14, 6), (6, 18, 2), (7, 9, 1), (9, 10, 3),
		(11, 25, 6), (12, 31, 8), (14, 13, 1), (23, 31, 1), (29, 31, 2), (30, 31, 1)) AS v(a, b, step)
$$;

-- ---- all of it waits; some waits, some is late; all is compacted ----

SELECT count(pyrotree.ingest(series, slot(slot + 0.3), tree)) FROM given WHERE slot >= 24;
SELECT * FROM edges('{}');
SELECT * FROM wrong();
DELETE FROM pyrotree.head WHERE at - 170406720 >= 24 OR at - 170406720 IN (3, 12);
CALL pyrotree.compact();
SELECT count(pyrotree.ingest(series, slot(slot + 0.9), tree)) FROM given WHERE slot >= 24 OR slot IN (3, 12);
SELECT * FROM edges('{}');
SELECT * FROM wrong();
CALL pyrotree.compact('app');
SELECT * FROM edges('{}');
CALL pyrotree.compact();
SELECT * FROM edges('{}');
SELECT * FROM wrong();
SELECT * FROM pyrotree.verify();
-- and some new ones wait
INSERT INTO given SELECT 'app{host=a}', n, 'main;new 1' FROM unnest(ARRAY[0, 15, 30, 30]) AS n;
SELECT count(pyrotree.ingest(series, slot(slot), tree)) FROM given WHERE tree = 'main;new 1';
SELECT * FROM wrong();

-- ---- query ----

SELECT ask('app', 9, 12), ask('app', 9, 10), ask('app{host=a}', 0, 1);
-- nothing: no time, backwards, elsewhere, nobody
SELECT ask('app', 5, 5), ask('app', 6, 5), ask('app', 31, 100), ask('app', -100, 0), ask('none', 0, 100), ask('app{host=none}', 0, 100);
-- open ends
SELECT pyrotree.query('app', '-infinity', 'infinity') = truth('app%', 0, 100), pyrotree.query('app', NULL, NULL) = truth('app%', 0, 100),
	pyrotree.query('app', slot(5), NULL) = truth('app%', 5, 100), pyrotree.query('app', NULL, slot(5)) = truth('app%', 0, 5),
	pyrotree.query('app', 'infinity', '-infinity') = '', pyrotree.query('app', 'infinity', NULL) = '';
SELECT pyrotree.query(NULL, slot(0), slot(100)) = '' AS nobody;
SELECT q, error_of('SELECT * FROM pyrotree.' || q) FROM unnest(ARRAY[
	'query(''{'', slot(0), slot(1))', 'profiles(''{'', slot(0), slot(1))', 'query_by_label(''{'', slot(0), slot(1), ''host'')',
	'timeline(''{'', slot(0), slot(1))', 'symbol_timeline(''{'', ''main'', slot(0), slot(1))', 'stacks_between(''{'', slot(0), slot(1))',
	'explain(''{'', slot(0), slot(1))', 'verify(''{'')']) WITH ORDINALITY AS u(q, n) ORDER BY n;
-- until now: what lies ahead of it is not in
SELECT pyrotree.ingest('ahead', now() + interval '5 minutes', 'a 1') > 0, pyrotree.ingest('ahead', now() - interval '1 minute', 'b 1') > 0;
SELECT line(pyrotree.query('ahead', slot(0), NULL)), line(pyrotree.query('ahead', slot(0), 'infinity')), pyrotree.drop_series('ahead');

-- ---- the trees behind it ----

SELECT series, level, first - 170406720 AS first, last - 170406720 AS last, line(profile) FROM pyrotree.profiles('app{host=a}', slot(1), slot(31))
ORDER BY 1, 2, 3, 5;

-- a plan that is kept serves later series and compactions too
PREPARE sum_of AS SELECT line(sum(profile)) FROM pyrotree.profiles($1, slot(0), slot(100));
SET plan_cache_mode = force_generic_plan;
EXECUTE sum_of('kept');
SELECT count(pyrotree.ingest('kept', slot(n), 'x 1')) FROM generate_series(0, 9) AS n;
EXECUTE sum_of('kept');
CALL pyrotree.compact('kept');
EXECUTE sum_of('kept');
EXECUTE sum_of('{__name__=~"k.*"}');
EXECUTE sum_of('none');
RESET plan_cache_mode;
DEALLOCATE sum_of;
SELECT pyrotree.drop_series('kept');

-- ---- query_by_label ----

SELECT value, line(profile) FROM pyrotree.query_by_label('app', slot(0), slot(3), 'host') ORDER BY value;
SELECT value, line(profile) FROM pyrotree.query_by_label('app', slot(0), slot(3), 'zone') ORDER BY value;
SELECT value, line(profile) FROM pyrotree.query_by_label('app', slot(0), slot(3), 'none') ORDER BY value;
SELECT value, line(profile) FROM pyrotree.query_by_label('app', slot(0), slot(3), '__name__') ORDER BY value;
SELECT value, line(profile) FROM pyrotree.query_by_label('heap', slot(0), slot(3), 'host') ORDER BY value;
SELECT count(*) FROM pyrotree.query_by_label('app', slot(3), slot(3), 'host');
SELECT count(*) FROM pyrotree.query_by_label('none', slot(0), slot(3), 'host');
-- empty trees are data: something ran and nothing was seen
SELECT value, profile = '' AS empty FROM pyrotree.query_by_label('app', slot(9), slot(10), 'host') ORDER BY value;
SELECT error_of('SELECT pyrotree.query_by_label(''app'', slot(0), slot(3), NULL)');
SELECT sum(profile) = truth('app%', 2, 21) FROM pyrotree.query_by_label('app', slot(2), slot(21), 'host');

-- ---- timelines ----

-- buckets lie at multiples of the step and are clipped; only those with data
SELECT slot_of(at), total FROM pyrotree.timeline('app', slot(1), slot(20), '1 min') ORDER BY at;
SELECT slot_of(at), total FROM pyrotree.timeline('app', slot(7), slot(12), '10 s') ORDER BY at;
SELECT slot_of(at), total FROM pyrotree.timeline('app', slot(5), slot(8), '1 day') ORDER BY at;
SELECT slot_of(at), total FROM pyrotree.timeline('app', slot(5) + interval '3 s', slot(8), '70 s') ORDER BY at;
-- without a step: the narrowest lanes of which a thousand cover the range
SELECT slot_of(at), total FROM pyrotree.timeline('app', slot(4), slot(11)) ORDER BY at;
SELECT slot_of(at), total FROM pyrotree.timeline('app', slot(-970), slot(31)) ORDER BY at LIMIT 4;
SELECT slot_of(at), total FROM pyrotree.timeline('app', slot(-971), slot(31)) ORDER BY at LIMIT 4;
SELECT slot_of(at), total FROM pyrotree.timeline('app', slot(-5970), slot(31)) ORDER BY at LIMIT 4;
-- open ends sum up too
SELECT sum(total) = proftree_total(truth('app%', 0, 100)) FROM pyrotree.timeline('app', '-infinity', 'infinity');
SELECT sum(total) = proftree_total(truth('app%', 0, 100)) FROM pyrotree.timeline('app', NULL, NULL, '1 h');
SELECT count(*) FROM pyrotree.timeline('app', slot(3), slot(3));
SELECT count(*) FROM pyrotree.timeline('app', slot(3), slot(2), '10 s');
SELECT count(*) FROM pyrotree.timeline('none', slot(0), slot(31));
SELECT step, error_of(format('SELECT pyrotree.timeline(''app'', slot(0), slot(1), %L)', step), true),
	error_of(format('SELECT pyrotree.symbol_timeline(''app'', ''main'', slot(0), slot(1), %L)', step)) = error_of(format('SELECT pyrotree.timeline(''app'', slot(0), slot(1), %L)', step)) AS both
FROM unnest(ARRAY['1 month', '1 year', '0', '-10 s', '5 s', '15 s', '1 us', '1 month -30 days']::interval[]) WITH ORDINALITY AS u(step, n) ORDER BY n;

-- a symbol counts once in each stack
SELECT slot_of(at), self, total FROM pyrotree.symbol_timeline('app', 'main', slot(0), slot(12), '30 s') ORDER BY at;
SELECT slot_of(at), self, total FROM pyrotree.symbol_timeline('app{host=a}', 'new', slot(0), slot(31), '1 min') ORDER BY at;
SELECT slot_of(at), self, total FROM pyrotree.symbol_timeline('app', 'none', slot(0), slot(12), '1 min') ORDER BY at;
SELECT slot_of(at), self, total FROM pyrotree.symbol_timeline('heap', 'g', slot(0), slot(12), '1 min') ORDER BY at;
SELECT slot_of(at), self, total FROM pyrotree.symbol_timeline('app{host=a}', 'twice', slot(9), slot(12)) ORDER BY at;
SELECT count(*) FROM pyrotree.symbol_timeline('app', 'main', slot(3), slot(3));
SELECT error_of('SELECT pyrotree.symbol_timeline(''app'', NULL, slot(0), slot(1))');

-- ---- averages: by slots that hold data ----

-- slots 7 and 8 hold none, 9 holds an empty profile
SELECT ask('heap', 6, 9), ask('heap', 6, 10), ask('heap', 9, 10), ask('heap', 7, 9), ask('heap', 11, 12);
SELECT slot_of(at), total FROM pyrotree.timeline('heap', slot(6), slot(12), '20 s') ORDER BY at;
-- half is rounded up, at the end and once
SELECT pyrotree.ingest('heap{host=c}', slot(n), tree) > 0 FROM (VALUES (0, 'a 1'::proftree), (1, 'a 2'), (2, 'a 4')) AS v(n, tree);
SELECT ask('heap{host=c}', 0, 2), ask('heap{host=c}', 1, 3), ask('heap{host=c}', 0, 3);
SELECT value, line(profile) FROM pyrotree.query_by_label('heap', slot(0), slot(2), 'host') ORDER BY value;
-- the average of several series is by the slots of each
SELECT ask('heap', 0, 2), ask('heap{host=a}', 0, 2);
-- slots that are covered late, or again
CALL pyrotree.compact('heap');
SELECT pyrotree.ingest('heap{host=c}', slot(n), tree) > 0 FROM (VALUES (1, 'a 2'::proftree), (-1, 'a 1'), (3, 'a 1')) AS v(n, tree);
SELECT ask('heap{host=c}', -1, 2), ask('heap{host=c}', 1, 3), ask('heap{host=c}', 0, 4), ask('heap{host=c}', -1, 0);
CALL pyrotree.compact('heap');
SELECT ask('heap{host=c}', -1, 2), ask('heap{host=c}', 1, 3), ask('heap{host=c}', 0, 4), ask('heap{host=c}', -1, 0);
SELECT * FROM lanes('heap{host=c}');
SELECT pyrotree.drop_series('heap{host=c}');

-- ---- stacks ----

SELECT series, slot_of(at), stack, weight FROM pyrotree.stacks_between('app', slot(8), slot(12)) ORDER BY series COLLATE "C", at, stack COLLATE "C";
SELECT count(*) FROM pyrotree.stacks_between('app', slot(8), slot(8));
SELECT count(*) FROM pyrotree.stacks_between('none', slot(0), slot(12));
SELECT line(proftree_agg(stack, weight)) = line(truth('app{host=a}', 0, 100)) FROM pyrotree.stacks WHERE series = 'app{host="a"}';
SELECT slot_of(at), stack, weight FROM pyrotree.stacks WHERE series = 'app{host="a"}' AND at < slot(2) ORDER BY at, stack COLLATE "C";
SELECT count(*) FROM pyrotree.stacks WHERE series = 'app{host=a}';
SELECT count(*) = (SELECT count(*) FROM pyrotree.stacks_between('{}', NULL, 'infinity')) FROM pyrotree.stacks;
-- a series is found by its key, not by reading all of them
SET enable_seqscan = off;
SELECT plan_has('SELECT * FROM pyrotree.stacks WHERE series = ''app{host="a"}''', '%series_key%');
RESET enable_seqscan;
-- what is read can be written: a copy, and its answers
INSERT INTO pyrotree.stacks SELECT replace(series, 'app', 'copy'), at, stack, weight FROM pyrotree.stacks WHERE series LIKE 'app%';
SELECT pyrotree.query('copy', slot(3), slot(22)) = truth('app%', 3, 22) AS same, pyrotree.drop_series('copy');
SELECT s, error_of(s) FROM unnest(ARRAY[
	'UPDATE pyrotree.stacks SET weight = 1', 'DELETE FROM pyrotree.stacks']) WITH ORDINALITY AS u(s, n) ORDER BY n;

-- ---- explain and cover ----

SELECT level, lane, slot_of(since) AS since, slot_of(until) AS until, lanes, rows, slot_of(effective_since) AS from, slot_of(effective_until) AS to
FROM pyrotree.explain('app{host=a}', slot(1), slot(31));
SELECT series, level, lane, slot_of(since) AS since, slot_of(until) AS until, lanes, rows
FROM pyrotree.explain('app', slot(6), slot(18) - interval '1 s');
SELECT level, slot_of(since) AS since, slot_of(until) AS until, lanes, rows FROM pyrotree.explain('app{host=a}', slot(30), slot(40));
SELECT level, slot_of(since) AS since, slot_of(until) AS until, lanes, rows FROM pyrotree.explain('app{host=a}', slot(-40), slot(-29));
SELECT count(*) FROM pyrotree.explain('app', slot(3), slot(3));
SELECT count(*) FROM pyrotree.explain('none', slot(3), slot(9));
-- time has ends, far away; no level is read twice
SELECT count(*) = count(DISTINCT (level, since)) AS once, count(*) < 70 AS few, min(effective_since) AS since, max(effective_until) AS until
FROM pyrotree.explain('app{host=a}', '-infinity', 'infinity');
SELECT sum(lanes) > 0, sum(rows) FILTER (WHERE level IS NULL) AS head_rows FROM pyrotree.explain('app', NULL, 'infinity');

SELECT * FROM pyrotree.cover(1, 30, '{2,3,2}') ORDER BY first;
SELECT * FROM pyrotree.cover(-13, -1, '{2,3,2}') ORDER BY first;
SELECT * FROM pyrotree.cover(0, 8639, '{60,6,24,30,12}');
SELECT * FROM pyrotree.cover(5, 5, '{2}');
SELECT * FROM pyrotree.cover(6, 5, '{2}');
SELECT * FROM pyrotree.cover(NULL, 5, '{2}');
SELECT error_of('SELECT pyrotree.cover(0, 5, ''{1}'')');

-- ---- readers ----

-- what one needs who only reads; in a transaction that cannot write, as on a standby, and in parallel workers too
CREATE FUNCTION readings() RETURNS TABLE (what text, result text) LANGUAGE sql AS $$
	SELECT c, regexp_replace(error_of(format('DO %L', 'BEGIN PERFORM * FROM ' || c || '; END')), E'\n.*', '') FROM unnest(ARRAY[
		'pyrotree.query(''app'', slot(0), slot(9))', 'pyrotree.query(''heap'', slot(0), slot(9))', 'pyrotree.query_by_label(''app'', slot(0), slot(9), ''host'')',
		'pyrotree.query_by_label(''heap'', slot(0), slot(9), ''host'')', 'pyrotree.profiles(''app'', slot(0), slot(9))', 'pyrotree.timeline(''app'', slot(0), slot(9))',
		'pyrotree.timeline(''heap'', slot(0), slot(9))', 'pyrotree.symbol_timeline(''app'', ''main'', slot(0), slot(9))', 'pyrotree.stacks_between(''app'', slot(0), slot(9))',
		'pyrotree.stacks', 'pyrotree.series_matching(''app'')', 'pyrotree.label_names()', 'pyrotree.label_values(''host'')', 'pyrotree.explain(''app'', slot(0), slot(9))',
		'pyrotree.status', 'pyrotree.verify()', 'pyrotree.ingest(''app'', slot(0), ''x 1'')', 'pyrotree.delete(''app'', slot(0), slot(1))', 'pyrotree.drop_series(''app'')',
		'pyrotree.define_profile_type(''x'', ''y'', ''sum'')', 'pyrotree.configure()']) WITH ORDINALITY AS u(c, n) ORDER BY n
$$;
CREATE ROLE regress_pyrotree_reader;
GRANT SELECT ON pyrotree.settings, pyrotree.profile_type, pyrotree.series, pyrotree.label, pyrotree.series_symbols, pyrotree.head, pyrotree.segment, pyrotree.stacks, pyrotree.status TO regress_pyrotree_reader;
SET ROLE regress_pyrotree_reader;
SELECT what, left(result, 24) AS result FROM readings();
RESET ROLE;
DROP OWNED BY regress_pyrotree_reader;
DROP ROLE regress_pyrotree_reader;
BEGIN TRANSACTION READ ONLY;
SELECT * FROM readings() WHERE result <> 'ok';
ROLLBACK;
SELECT line(truth('app%', 1, 23)) AS truth, proftree_total(truth('app%', 1, 23)) AS total \gset
SELECT set_config(CASE WHEN current_setting('server_version_num')::integer >= 160000 THEN 'debug_parallel_query' ELSE 'force_parallel_mode' END, 'on', false);
SELECT plan_has('SELECT pyrotree.query(''app'', slot(1), slot(23))', '%Gather%') AS by_a_worker;
SELECT line(pyrotree.query('app', slot(1), slot(23))) = :'truth' AS query, (SELECT sum(total) FROM pyrotree.timeline('app', slot(1), slot(23))) = :total AS timeline,
	(SELECT sum(total) FROM pyrotree.symbol_timeline('app', 'main', slot(1), slot(23))) = :total AS symbol_timeline,
	(SELECT line(sum(profile)) FROM pyrotree.query_by_label('app', slot(1), slot(23), 'host')) = :'truth' AS query_by_label;
SELECT line(sum(profile)) = :'truth' AS profiles FROM pyrotree.profiles('app', slot(1), slot(23));
SELECT line(proftree_agg(stack, weight)) = :'truth' AS stacks FROM pyrotree.stacks_between('app', slot(1), slot(23));
SELECT sum(weight) = :total AS stacks FROM pyrotree.stacks WHERE series LIKE 'app%' AND at >= slot(1) AND at < slot(23);
SELECT sum(lanes) AS lanes FROM pyrotree.explain('app', slot(1), slot(23));
SELECT count(*) AS problems FROM pyrotree.verify();
SELECT count(*) AS series FROM pyrotree.status;
SELECT set_config(CASE WHEN current_setting('server_version_num')::integer >= 160000 THEN 'debug_parallel_query' ELSE 'force_parallel_mode' END, 'off', false);

-- ---- sums out of range ----

SELECT pyrotree.ingest('big{n=' || n || '}', slot(0), 'a 4611686018427387904') > 0 FROM generate_series(1, 2) AS n;
SELECT error_of('SELECT pyrotree.query(''big'', slot(0), slot(1))'), error_of('SELECT pyrotree.timeline(''big'', slot(0), slot(1))'),
	error_of('SELECT pyrotree.symbol_timeline(''big'', ''a'', slot(0), slot(1))');
SELECT value, line(profile) FROM pyrotree.query_by_label('big', slot(0), slot(1), 'n') ORDER BY value;
-- so does the tree of an average, which is summed first; its timeline does not
SELECT pyrotree.ingest('heap{big=' || n || '}', slot(0), 'a 4611686018427387904') > 0 FROM generate_series(1, 2) AS n;
SELECT error_of('SELECT pyrotree.query(''heap{big=~"."}'', slot(0), slot(1))');
SELECT total FROM pyrotree.timeline('heap{big=~"."}', slot(0), slot(1));

SET client_min_messages = warning;
DROP EXTENSION pyrotree CASCADE;
DROP SCHEMA regress_store CASCADE;
CREATE EXTENSION pyrotree;
