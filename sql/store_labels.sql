\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/sql/include/helpers.sql'
\i :helpers
\set ECHO all
--
-- Selectors by the labels of series: what they find, and what that costs.
--
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS pyrotree CASCADE;
RESET client_min_messages;
CREATE EXTENSION pyrotree;

-- ---- what a selector asks ----
SELECT m.* FROM pyrotree.selector_matchers('web.cpu{env="prod",host=~"a|b",x!="",y!~".*"}') WITH ORDINALITY AS m ORDER BY ordinality;
SELECT * FROM pyrotree.selector_matchers('{__name__="web.cpu"}');
SELECT count(*) FROM pyrotree.selector_matchers('{}');
SELECT error_of($$SELECT * FROM pyrotree.selector_matchers('{a}')$$);
SELECT m, v, pyrotree.value_matches(m, 'a|b', v) FROM unnest('{=,!=,=~,!~}'::text[]) AS m, unnest('{a,a|b,ab,""}'::text[]) AS v;
SELECT error_of($$SELECT pyrotree.value_matches('~', 'a', 'a')$$, true), error_of($$SELECT pyrotree.value_matches('=~', '(', 'a')$$);

-- ---- 10,000 series of one name, and some of others ----
SELECT pyrotree.configure();
SELECT cardinality(pyrotree.series_ids(array_agg(s))) FROM (
	SELECT format('big.cpu{host="h%s",zone="z%s",odd="%s"}', i, i % 7, CASE WHEN i % 2 = 1 THEN 'yes' ELSE '' END) FROM generate_series(1, 10000) AS i
	UNION ALL SELECT unnest(ARRAY['small.cpu', 'small.cpu{zone=z1}', 'small.mem{zone=z1,host=h1}', format('long.cpu{zone="%s"}', repeat('z', 5000)), format('long.cpu{zone="%sx"}', repeat('z', 5000))])) AS n(s);
SELECT name, count(*), count(DISTINCT value) FROM pyrotree.label GROUP BY 1 ORDER BY 1;
ANALYZE;

-- the same as the rule applied to each series
CREATE TABLE selector AS SELECT s FROM unnest(ARRAY['big.cpu', '{}', 'big.cpu{host="h17"}', 'big.cpu{zone="z3"}', 'big.cpu{zone="z3",odd="yes"}', 'big.cpu{zone=~"z[12]"}', 'big.cpu{zone!~"z[12]"}',
	'big.cpu{odd=""}', 'big.cpu{odd!=""}', 'big.cpu{odd!="yes"}', 'big.cpu{odd=~""}', 'big.cpu{odd=~"|yes"}', '{zone="z1"}', '{zone!="z1"}', '{zone!="z1",__name__!="big.cpu"}', '{__name__=~"small.*"}', '{__name__=~"small.*",host!~"h.*"}',
	'{absent=""}', '{absent!=""}', '{absent="x"}', 'absent.cpu', 'big.cpu{host=~"h1.{0,2}",zone!="z0",odd=~"y.s"}', '{host=~"h1"}', 'small.cpu{zone=""}', '{zone="z1",zone="z2"}', '{zone="z1",zone=~"z."}',
	format('{zone="%s"}', repeat('z', 5000)), format('{zone=~"%s"}', repeat('z', 5000) || 'x'), format('{zone="%s"}', repeat('z', 300)), '{__name__="big.cpu",__name__!~"big.*"}']) AS s;
SELECT left(s, 60) AS selector, cardinality(pyrotree.matching(s)) AS series, ARRAY(SELECT unnest(pyrotree.matching(s)) ORDER BY 1) = ARRAY(
		SELECT series_id FROM pyrotree.series WHERE pyrotree.selector_matches(s, name, labels) ORDER BY 1) AS right,
	ARRAY(SELECT series_id FROM pyrotree.series_matching(s) ORDER BY 1) = ARRAY(SELECT unnest(pyrotree.matching(s)) ORDER BY 1) AS rows_too
FROM selector;

-- a regular expression is matched once with each value the label has, and once
-- or twice with the empty one, that of series that lack it
SET track_functions = 'all';
CREATE FUNCTION matched(statement text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	before bigint := coalesce((SELECT sum(calls) FROM pg_stat_xact_user_functions WHERE funcname = 'value_matches'), 0);
BEGIN
	EXECUTE statement;
	RETURN coalesce((SELECT sum(calls) FROM pg_stat_xact_user_functions WHERE funcname = 'value_matches'), 0) - before;
END $$;
BEGIN;
SELECT s, matched(format('SELECT pyrotree.matching(%L)', s)), matched(format('SELECT count(*) FROM pyrotree.series WHERE pyrotree.selector_matches(%L, name, labels)', s)) AS by_series
FROM unnest(ARRAY['big.cpu{zone=~"z[12]"}', 'big.cpu{zone!~"z[12]"}', '{zone=~"z[12]"}', 'big.cpu{odd=~"y.*"}', 'big.cpu{host=~"h1.*"}',
	-- of what is left by others
	'big.cpu{host="h17",zone=~"z.*"}', 'big.cpu{zone="z1",host=~"h1.*"}', 'absent.cpu{host=~"h.*"}']) AS s;
-- whatever is asked; where the planner asks how many there are, twice
INSERT INTO pyrotree.head (series_id, at, profile, total, profiles) SELECT series_id, 171000000, 'main;a 1', 1, 1 FROM pyrotree.series;
SELECT left(question, 50) AS question, matched(format(question, 'big.cpu{host=~"h1.{0,2}"}'))
FROM unnest(ARRAY[
	$$SELECT pyrotree.query(%L, '-infinity', 'infinity')$$, $$SELECT * FROM pyrotree.query_by_label(%L, '-infinity', 'infinity', 'zone')$$,
	$$SELECT * FROM pyrotree.timeline(%L, '-infinity', 'infinity')$$, $$SELECT * FROM pyrotree.symbol_timeline(%L, 'a', '-infinity', 'infinity')$$,
	$$SELECT * FROM pyrotree.explain(%L, '-infinity', 'infinity')$$, $$SELECT * FROM pyrotree.profiles(%L, '-infinity', 'infinity')$$,
	$$SELECT * FROM pyrotree.series_matching(%L)$$, $$SELECT FROM pyrotree.head WHERE pyrotree.series_matches(%L, series_id)$$]) AS question;
-- averages count slots besides
SELECT pyrotree.drop_series('big.cpu{zone!="z1"}');
SET LOCAL session_replication_role = replica;
INSERT INTO pyrotree.profile_type VALUES ('big.cpu', 'bytes', 'average');
SELECT matched($$SELECT pyrotree.query('big.cpu{host=~"h1.{0,2}"}', '-infinity', 'infinity')$$), matched($$SELECT * FROM pyrotree.query_by_label('big.cpu{host=~"h1.{0,2}"}', '-infinity', 'infinity', 'zone')$$),
	matched($$SELECT * FROM pyrotree.timeline('big.cpu{host=~"h1.{0,2}"}', '-infinity', 'infinity')$$);
ROLLBACK;
RESET track_functions;
-- an invalid one is an error whatever else is asked
SELECT error_of($$SELECT pyrotree.matching('absent.cpu{host=~"("}')$$), error_of($$SELECT pyrotree.query('absent.cpu{host!~"("}', '-infinity', 'infinity')$$),
	error_of($$SELECT * FROM pyrotree.selector_matchers('{a="b",host=~"a)|(b"}')$$);

-- what a selector matches is found out again whenever it is asked: expressions
-- of PL/pgSQL live as long as the transaction
CREATE FUNCTION sm(selector text, series_id bigint) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	RETURN pyrotree.series_matches(selector, series_id);
END $$;
BEGIN;
SELECT sm('fresh.cpu', 1);
DO $$
DECLARE
	made bigint;
BEGIN
	RAISE NOTICE 'before: %', sm('fresh.cpu', currval('pyrotree.series_series_id_seq') + 1);
	made := pyrotree.ingest('fresh.cpu', '2024-05-01', 'a 1');
	RAISE NOTICE 'after: %', sm('fresh.cpu', made);
	BEGIN
		PERFORM pyrotree.drop_series('fresh.cpu');
		RAISE NOTICE 'dropped: %', sm('fresh.cpu', made);
		RAISE division_by_zero;
	EXCEPTION WHEN division_by_zero THEN
		RAISE NOTICE 'not dropped: %', sm('fresh.cpu', made);
	END;
END $$;
ROLLBACK;

-- plans: the planner knows how many there are
CREATE FUNCTION plan(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN ' || query LOOP
		RETURN NEXT regexp_replace(line, ' *\(cost=.* rows=(\d+) width=.*\)', ' rows=\1');
	END LOOP;
END $$;
SELECT plan($$SELECT * FROM pyrotree.series_matching('big.cpu{host="h17"}')$$);
SELECT plan($$SELECT * FROM pyrotree.series_matching('big.cpu{host=~"h1"}')$$);
SELECT regexp_replace(plan($$SELECT * FROM pyrotree.series_matching('big.cpu')$$), '=10000', '=about 10000') LIMIT 1;
SELECT regexp_replace(plan($$SELECT * FROM pyrotree.head WHERE pyrotree.series_matches('big.cpu{host="h17"}', series_id)$$), ' rows=.*', '') LIMIT 2;
-- prepared, for any selector
PREPARE ask(text) AS SELECT count(*) FROM pyrotree.series_matching($1);
SET plan_cache_mode = force_generic_plan;
EXECUTE ask('big.cpu{zone="z1"}');
EXECUTE ask('small.cpu');
BEGIN;
SELECT cardinality(pyrotree.series_ids(ARRAY['small.cpu{zone=new}'])) AS made;
EXECUTE ask('small.cpu');
ROLLBACK;
EXECUTE ask('small.cpu');
EXECUTE ask(NULL);
RESET plan_cache_mode;
SELECT error_of($$SELECT * FROM pyrotree.series_matching('{a')$$);

-- ---- what is there ----
SELECT * FROM pyrotree.label_names();
SELECT * FROM pyrotree.label_values('zone') AS v WHERE length(v) < 10;
SELECT * FROM pyrotree.label_values('__name__');
SELECT count(*) FROM pyrotree.label_values('absent');

-- ---- dropped series take their labels along ----
SELECT pyrotree.drop_series('{host=~"h.*"}');
SELECT name, count(*) FROM pyrotree.label GROUP BY 1 ORDER BY 1;
-- verify compares them
UPDATE pyrotree.label SET value = 'other' WHERE name = 'zone' AND value = 'z1';
DELETE FROM pyrotree.label WHERE series_id = (SELECT series_id FROM pyrotree.series WHERE key = 'small.cpu');
INSERT INTO pyrotree.label (series_id, name, value) VALUES (-5, 'a', 'b');
SELECT left(series, 30) AS series, problem FROM pyrotree.verify();
