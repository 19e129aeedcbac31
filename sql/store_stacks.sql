\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/sql/include/helpers.sql'
\i :helpers
--
-- Raw stacks through the view pyrotree.stacks: INSERT and COPY.
--
SET timezone = 'UTC';
\set SHOW_CONTEXT never
\pset format unaligned

-- what is there of a series, as the view gives it back
CREATE FUNCTION pg_temp.stored(wanted text, OUT at timestamptz, OUT stack text, OUT weight bigint)
RETURNS SETOF record LANGUAGE sql AS $$
	SELECT at, stack, weight FROM pyrotree.stacks WHERE series = wanted ORDER BY at, stack COLLATE "C"
$$;
-- and its tree over all time
CREATE FUNCTION pg_temp.tree(wanted text) RETURNS proftree LANGUAGE sql AS $$
	SELECT proftree_agg(stack, weight) FROM pyrotree.stacks WHERE series = wanted
$$;

-- ---- rows of several series and slots; equal stacks add up ----

INSERT INTO pyrotree.stacks VALUES
	('stacks.a', '2024-05-06 07:08:00Z', 'main;parse', 3),
	('stacks.b{env="prod"}', '2024-05-06 07:08:00Z', 'main', 1),
	('stacks.a', '2024-05-06 07:08:09.999999Z', 'main;parse', 4),
	('stacks.a', '2024-05-06 07:08:10Z', 'main;"a;b"', 1),
	('stacks.a', '1969-12-31 23:59:59Z', 'old', 5),
	('stacks.a', '2024-05-06 07:08:05Z', 'main;parse;lex', 9),
	('stacks.b{env="prod"}', '2024-05-06 07:08:01Z', 'main', 0);
SELECT * FROM pg_temp.stored('stacks.a');
SELECT * FROM pg_temp.stored('stacks.b{env="prod"}');
-- columns in another order, and rows given back
INSERT INTO pyrotree.stacks (weight, stack, at, series)
VALUES (2, 'x;y', '2024-05-06 07:08:00Z', 'stacks.order') RETURNING series, at, stack, weight;
-- no row
INSERT INTO pyrotree.stacks SELECT 'stacks.none', now(), 'x', 1 WHERE false;
SELECT count(*) FROM pyrotree.stacks WHERE series = 'stacks.none';
-- the session's time zone has no part in it
SET timezone = 'America/New_York';
INSERT INTO pyrotree.stacks VALUES ('stacks.zone', '2024-11-03 01:30:00-04', 'x', 1), ('stacks.zone', '2024-11-03 01:30:00-05', 'x', 2);
SET timezone = 'UTC';
SELECT * FROM pg_temp.stored('stacks.zone');

-- ---- what is refused, each with nothing left behind ----

SELECT v AS row, error_of('INSERT INTO pyrotree.stacks VALUES (''stacks.good'', ''2024-05-06Z'', ''x'', 1), (' || v || ')') AS error
FROM (VALUES
	(1, $$NULL, '2024-05-06Z', 'x', 1$$),
	(2, $$'stacks.a', NULL, 'x', 1$$),
	(3, $$'stacks.a', '2024-05-06Z', NULL, 1$$),
	(4, $$'stacks.a', '2024-05-06Z', 'x', NULL$$),
	(5, $$'stacks.a', 'infinity', 'x', 1$$),
	(6, $$'stacks.a', '-infinity', 'x', 1$$),
	(7, $$'stacks.a', '2024-05-06Z', 'x', -1$$),
	(8, $$'stacks.a', '2024-05-06Z', '', 1$$),
	(9, $$'stacks.a', '2024-05-06Z', 'x;"y', 1$$),
	(10, $$'stacks.good', '2024-05-06Z', 'x', 9223372036854775807$$)) AS t(n, v)
ORDER BY n;
SELECT count(*) FROM pyrotree.stacks WHERE series = 'stacks.good';
SELECT call, error_of('SELECT ' || call) AS error
FROM unnest(ARRAY['pyrotree.stacks_before()', 'pyrotree.stacks_row()', 'pyrotree.stacks_after()']) AS call;
CREATE TEMP TABLE other (series text);
CREATE TRIGGER other BEFORE INSERT ON other FOR EACH ROW EXECUTE FUNCTION pyrotree.stacks_row();
SELECT error_of($$INSERT INTO other VALUES ('x')$$) AS trigger_of_another_table;
-- Anybody may put the triggers on relations of his own, one by one: columns of
-- other types are never read as those of the view.
CREATE TEMP TABLE four (series text, at timestamptz, stack text, weight bigint);
CREATE TRIGGER four BEFORE INSERT ON four EXECUTE FUNCTION pyrotree.stacks_before();
CREATE TEMP VIEW numbers AS SELECT 1 AS series, 2 AS at, 3 AS stack, 4 AS weight;
CREATE TRIGGER numbers_row INSTEAD OF INSERT ON numbers FOR EACH ROW EXECUTE FUNCTION pyrotree.stacks_row();
CREATE TEMP VIEW mine AS SELECT * FROM four;
CREATE TRIGGER mine_before BEFORE INSERT ON mine EXECUTE FUNCTION pyrotree.stacks_before();
CREATE TRIGGER mine_row INSTEAD OF INSERT ON mine FOR EACH ROW EXECUTE FUNCTION pyrotree.stacks_row();
CREATE TRIGGER four_after AFTER INSERT ON four EXECUTE FUNCTION pyrotree.stacks_after();
SELECT error_of($$INSERT INTO four SELECT$$) AS trigger_of_a_table;
BEGIN;
-- an accumulator that nothing takes away before the transaction ends
INSERT INTO mine VALUES ('stacks.mine', '2024-05-06Z', 'x', 1);
SELECT error_of($$INSERT INTO numbers VALUES (1, 2, 3, 4)$$) AS row_of_another_view;
ALTER TABLE four DISABLE TRIGGER four;
SELECT error_of($$INSERT INTO four SELECT$$) AS end_of_another_statement;
INSERT INTO pyrotree.stacks VALUES ('stacks.mine', '2024-05-06Z', 'y', 1);
COMMIT;
SELECT * FROM pg_temp.stored('stacks.mine');

-- ---- COPY ----

-- text format: backslashes are doubled, as ever
COPY pyrotree.stacks FROM stdin;
stacks.copy	2024-05-06 07:08:00Z	App\\Foo\\bar;main	3
stacks.copy	2024-05-06 07:08:01Z	App\\Foo\\bar;main	4
stacks.copy	2024-05-06 07:08:10Z	x y;z	1
\.
SELECT * FROM pg_temp.stored('stacks.copy');
-- a form in which nothing is special but the tab: PHP's names as they are
COPY pyrotree.stacks FROM stdin WITH (FORMAT csv, DELIMITER E'\t', QUOTE E'\b');
stacks.php	2024-05-06 07:08:00Z	{main};App\Foo\bar;\N	2
stacks.php	2024-05-06 07:08:00Z	{main};{closure:/a b.php:12};x'y"z %s	1
\.
SELECT * FROM pg_temp.stored('stacks.php');
-- an error in the middle
COPY pyrotree.stacks FROM stdin;
stacks.error	2024-05-06 07:08:00Z	x	3
stacks.error	2024-05-06 07:08:00Z	x;"y	4
stacks.error	2024-05-06 07:08:10Z	x	1
\.
INSERT INTO pyrotree.stacks VALUES ('stacks.error', '2024-05-06 07:08:00Z', 'after', 1);
SELECT * FROM pg_temp.stored('stacks.error');
-- the same, with a savepoint around it
BEGIN;
INSERT INTO pyrotree.stacks VALUES ('stacks.savepoint', '2024-05-06 07:08:00Z', 'before', 1);
SAVEPOINT s;
INSERT INTO pyrotree.stacks VALUES ('stacks.savepoint', '2024-05-06 07:08:00Z', 'undone', 1);
COPY pyrotree.stacks FROM stdin;
stacks.savepoint	2024-05-06 07:08:00Z	undone	3
stacks.savepoint	2024-05-06 07:08:00Z	undone	none
\.
ROLLBACK TO s;
INSERT INTO pyrotree.stacks VALUES ('stacks.savepoint', '2024-05-06 07:08:00Z', 'after', 1);
COMMIT;
SELECT * FROM pg_temp.stored('stacks.savepoint');

-- ---- statements in statements ----

-- two INSERTs in one WITH
WITH one AS (
	INSERT INTO pyrotree.stacks SELECT 'stacks.with', '2024-05-06 07:08:00Z', 'one;x' || i, i FROM generate_series(1, 3) AS i RETURNING weight
), two AS (
	INSERT INTO pyrotree.stacks VALUES ('stacks.with', '2024-05-06 07:08:00Z', 'two', 10) RETURNING weight
)
SELECT (SELECT sum(weight) FROM one) AS one, (SELECT sum(weight) FROM two) AS two;
SELECT * FROM pg_temp.stored('stacks.with');
-- a function in the SELECT that inserts, and one that fails in between and goes on
CREATE FUNCTION pg_temp.insert_too(i bigint) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO pyrotree.stacks VALUES ('stacks.inner', '2024-05-06 07:08:00Z', 'inner;x' || i, i);
	IF i = 2 THEN
		INSERT INTO pyrotree.stacks SELECT 'stacks.inner', '2024-05-06 07:08:00Z', 'innermost', pg_temp.insert_too(100);
	END IF;
	RETURN i;
END $$;
CREATE FUNCTION pg_temp.insert_in_vain(i bigint) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO pyrotree.stacks VALUES ('stacks.inner', '2024-05-06 07:08:00Z', 'vain', 1), (CASE WHEN i <> 2 THEN 'stacks.inner' END, '2024-05-06 07:08:00Z', 'vain', 1);
	IF i = 3 THEN
		RAISE 'done, but to be undone';
	END IF;
	RETURN i;
EXCEPTION WHEN raise_exception OR null_value_not_allowed THEN
	RETURN 1000 * i;
END $$;
INSERT INTO pyrotree.stacks SELECT 'stacks.outer', '2024-05-06 07:08:00Z', 'outer', pg_temp.insert_too(i) FROM generate_series(1, 3) AS i;
INSERT INTO pyrotree.stacks SELECT 'stacks.outer', '2024-05-06 07:08:00Z', 'outer;failed', pg_temp.insert_in_vain(i) FROM generate_series(1, 3) AS i;
SELECT * FROM pg_temp.stored('stacks.outer');
SELECT * FROM pg_temp.stored('stacks.inner');
-- a block that is rolled back
DO $$
BEGIN
	INSERT INTO pyrotree.stacks VALUES ('stacks.block', '2024-05-06 07:08:00Z', 'kept', 1);
	BEGIN
		INSERT INTO pyrotree.stacks VALUES ('stacks.block', '2024-05-06 07:08:00Z', 'undone', 1);
		PERFORM 1 / 0;
	EXCEPTION WHEN division_by_zero THEN
		INSERT INTO pyrotree.stacks VALUES ('stacks.block', '2024-05-06 07:08:00Z', 'handled', 1);
	END;
END $$;
SELECT * FROM pg_temp.stored('stacks.block');
-- a loop over what an INSERT gives back
DO $$
DECLARE
	r record;
BEGIN
	FOR r IN INSERT INTO pyrotree.stacks SELECT 'stacks.loop', '2024-05-06 07:08:00Z', 'loop', i FROM generate_series(1, 100) AS i RETURNING weight
	LOOP
		EXIT WHEN r.weight = 2;
		INSERT INTO pyrotree.stacks VALUES ('stacks.loop', '2024-05-06 07:08:00Z', 'body', r.weight);
	END LOOP;
END $$;
SELECT * FROM pg_temp.stored('stacks.loop');
-- reading what is written
INSERT INTO pyrotree.stacks SELECT series, at + interval '1 min', stack, weight FROM pyrotree.stacks WHERE series = 'stacks.loop';
SELECT * FROM pg_temp.stored('stacks.loop');
-- its own statement does not see it, the next one of the transaction does
BEGIN;
WITH new AS (INSERT INTO pyrotree.stacks VALUES ('stacks.seen', '2024-05-06 07:08:00Z', 'x', 1) RETURNING series)
SELECT (SELECT count(*) FROM new) AS inserted, count(*) FROM pyrotree.stacks WHERE series = 'stacks.seen';
SELECT count(*) FROM pyrotree.stacks WHERE series = 'stacks.seen';
ROLLBACK;
SELECT count(*) FROM pyrotree.stacks WHERE series = 'stacks.seen';

-- ---- much at once, in much memory and in little ----

CREATE TEMP TABLE many AS
	SELECT timestamptz '2024-01-01Z' + i * interval '500 ms' AS at,
		'main;f' || i % 17 || ';g' || i * 7919 % 101 || CASE WHEN i % 3 = 0 THEN ';h' || i % 5 ELSE '' END AS stack, i % 10 + 1 AS weight
	FROM generate_series(1, 2000) AS i;
INSERT INTO pyrotree.stacks SELECT 'stacks.large', at, stack, weight FROM many;
SET pyrotree.stacks_memory = 64;
INSERT INTO pyrotree.stacks SELECT 'stacks.small', at, stack, weight FROM many;
INSERT INTO pyrotree.stacks SELECT 'stacks.mixed' || m, at, stack, weight FROM many, generate_series(1, 3) AS m ORDER BY random();
-- atomic all the same
SELECT error_of($$INSERT INTO pyrotree.stacks SELECT 'stacks.undone', at, stack, CASE WHEN row_number() OVER () < 2000 THEN weight END FROM many$$);
RESET pyrotree.stacks_memory;
SELECT count(*) FROM pyrotree.stacks WHERE series = 'stacks.undone';
SELECT pg_temp.tree('stacks.large') = (SELECT proftree_agg(stack, weight) FROM many) AS large,
	pg_temp.tree('stacks.large') = pg_temp.tree('stacks.small') AS small,
	pg_temp.tree('stacks.large') = pg_temp.tree('stacks.mixed3') AS mixed,
	NOT EXISTS (SELECT at, stack, weight FROM pyrotree.stacks WHERE series = 'stacks.large'
		EXCEPT SELECT at, stack, weight FROM pyrotree.stacks WHERE series = 'stacks.mixed1') AS each_slot;
SELECT split_part(error_of('SET pyrotree.stacks_memory = 63'), ' (', 1) AS least;

-- a hundred thousand rows in one COPY
SELECT format('COPY (SELECT ''stacks.lots'', timestamptz ''2024-01-01Z'' + i * interval ''20 ms'', ''main;f'' || i %% 100 || '';g'' || i %% 7, 1 FROM generate_series(0, 99999) AS i) TO %L',
	current_setting('data_directory') || '/pyrotree_regress.tmp') AS copy_to,
	format('COPY pyrotree.stacks FROM %L', current_setting('data_directory') || '/pyrotree_regress.tmp') AS copy_from \gset
:copy_to;
:copy_from;
SELECT count(DISTINCT at) AS slots, sum(weight) AS weight FROM pyrotree.stacks WHERE series = 'stacks.lots';
SELECT pg_temp.tree('stacks.lots') = proftree_agg('main;f' || i % 100 || ';g' || i % 7) AS exact FROM generate_series(0, 99999) AS i;

-- memory does not grow with the rows of a statement, which are two stacks of one slot
CREATE TEMP TABLE memory (bytes numeric);
CREATE FUNCTION pg_temp.note_memory() RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO memory SELECT sum(used_bytes) FROM pg_backend_memory_contexts;
	RETURN 1;
END $$;
INSERT INTO pyrotree.stacks
	SELECT 'stacks.memory', '2024-05-06 07:08:00Z', repeat('frame;', 20) || 'f' || i % 2,
		CASE WHEN i IN (1000, 50000) THEN pg_temp.note_memory() ELSE 1 END
	FROM generate_series(1, 50000) AS i;
SELECT count(*), max(bytes) - min(bytes) < 2000000 AS bounded FROM memory;

-- ---- triggers that do not fire ----

-- A replica has the rows of the tables already; through the view nothing comes.
SET session_replication_role = replica;
INSERT INTO pyrotree.stacks VALUES ('stacks.replica', '2024-05-06 07:08:00Z', 'x', 1);
RESET session_replication_role;
SELECT count(*) FROM pyrotree.stacks WHERE series = 'stacks.replica';
INSERT INTO pyrotree.stacks VALUES ('stacks.replica', '2024-05-06 07:08:00Z', 'x', 1);
SELECT * FROM pg_temp.stored('stacks.replica');
