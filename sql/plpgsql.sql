\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/sql/include/helpers.sql'
\i :helpers
--
-- Trees in PL/pgSQL variables: t := proftree_insert(t, ...) and all the ways in
-- which such a variable is read, copied, handed on and rolled back.
--

-- growing in a loop, compared at each step with the same made otherwise
DO $$
DECLARE
	t proftree := '';
	by_text proftree;
	lines text := '';
BEGIN
	FOR i IN 1 .. 200 LOOP
		t := proftree_insert(t, 'main;f' || i % 7 || ';g' || i % 13, i);
		lines := lines || 'main;f' || i % 7 || ';g' || i % 13 || ' ' || i || E'\n';
		IF i % 20 = 0 THEN
			by_text := lines;
			IF t <> by_text OR proftree_total(t) <> i * (i + 1) / 2 THEN
				RAISE EXCEPTION 'step %: %', i, t;
			END IF;
		END IF;
	END LOOP;
END $$;

-- both forms of insert, merge and the rest on one variable
DO $$
DECLARE
	t proftree;
BEGIN
	RAISE NOTICE 'NULL stays: %', proftree_insert(t, 'a') IS NULL;
	t := '';
	t := proftree_insert(t, 'a;b');
	t := proftree_insert(t, ARRAY['a', 'c'], 2);
	t := proftree_insert(t, 'a', 0);
	t := t + t;
	t := proftree_insert(proftree_insert(t, 'x'), 'y');
	t := proftree_scale(t, 2);
	t := proftree_delta('x 1', t);
	RAISE NOTICE '%', t;
END $$;

-- a copy is a copy: neither follows the other
DO $$
DECLARE
	t proftree := 'a 1';
	u proftree;
	trees proftree[];
BEGIN
	t := proftree_insert(t, 'b');
	u := t;
	t := proftree_insert(t, 'c');
	u := proftree_insert(u, 'd');
	trees[1] := t;
	t := proftree_insert(t, 'e');
	trees[2] := t;
	trees[1] := proftree_insert(trees[1], 'f');
	RAISE NOTICE 't: %', replace(t::text, E'\n', ', ');
	RAISE NOTICE 'u: %', replace(u::text, E'\n', ', ');
	RAISE NOTICE 'trees: %', replace(trees::text, E'\n', ', ');
	-- the same variable several times in one expression
	RAISE NOTICE '%', replace((proftree_insert(t, 'x') + proftree_insert(t, 'x') + t)::text, E'\n', ', ');
	RAISE NOTICE '%', proftree_insert(t, 'z') = proftree_insert(t, 'z') AND t <> proftree_insert(t, 'z');
	t := proftree_insert(t, proftree_total(t)::text, proftree_node_count(t));
	RAISE NOTICE '%', replace(t::text, E'\n', ', ');
	t := proftree_insert(t + proftree_insert(t, 'inner'), 'outer');
	RAISE NOTICE '%', replace(t::text, E'\n', ', ');
	-- assigned to another variable than the one it was made of
	u := proftree_insert(t, 'u only');
	RAISE NOTICE '% %', proftree_total(t, 'u only'), proftree_total(u, 'u only');
END $$;

-- a failed insert leaves the variable as it was, whatever failed
DO $$
DECLARE
	t proftree := 'seed 1';
	before text;
	stack text;
	state text;
BEGIN
	FOR i IN 1 .. 3 LOOP
		t := proftree_insert(t, 'grown;f' || i, i);
		FOREACH stack IN ARRAY ARRAY['', 'grown;"f', 'grown;f1;"x"y', E'grown\nf', 'grown;f1;' || repeat('x', 1048577),
				'grown;new;' || repeat('y', 1048577), repeat('a;', 1048576) || 'b'] LOOP
			before := t;
			BEGIN
				t := proftree_insert(t, stack, 5);
				RAISE EXCEPTION 'accepted %', left(stack, 20);
			EXCEPTION WHEN invalid_text_representation OR program_limit_exceeded THEN
				state := SQLSTATE;
			END;
			IF t::text <> before OR proftree_node_count(t) <> (SELECT count(*) FROM proftree_nodes(t))
					OR proftree_symbol_count(t) <> (SELECT count(*) FROM proftree_symbols(t))
					OR proftree_depth(t) <> (SELECT max(depth) FROM proftree_nodes(t)) THEN
				RAISE EXCEPTION 'changed by %: %', left(stack, 20), t;
			END IF;
		END LOOP;
		-- other ways to fail
		before := t;
		BEGIN
			t := proftree_insert(t, 'grown;new', -1);
		EXCEPTION WHEN invalid_parameter_value THEN NULL;
		END;
		BEGIN
			t := proftree_insert(t, ARRAY['grown', 'new', NULL]);
		EXCEPTION WHEN null_value_not_allowed THEN NULL;
		END;
		BEGIN
			t := proftree_insert(t, 'grown;new', 9223372036854775807);
		EXCEPTION WHEN numeric_value_out_of_range THEN NULL;
		END;
		BEGIN
			t := proftree_insert(t, ARRAY['grown', 'new', repeat('x', 1048577)]);
		EXCEPTION WHEN program_limit_exceeded THEN NULL;
		END;
		BEGIN
			t := proftree_insert(t, 'grown;new', 1 / (i - i));
		EXCEPTION WHEN division_by_zero THEN NULL;
		END;
		IF t::text <> before THEN
			RAISE EXCEPTION 'changed: %', t;
		END IF;
		-- and it goes on growing
		t := proftree_insert(t, 'grown;new;g', i);
	END LOOP;
	RAISE NOTICE '%', replace(t::text, E'\n', ', ');
END $$;

-- a block that is rolled back after it changed the variable: PL/pgSQL does not
-- undo assignments, and the value must be whole
DO $$
DECLARE
	t proftree := 'a 1';
BEGIN
	t := proftree_insert(t, 'b');
	FOR i IN 1 .. 5 LOOP
		BEGIN
			t := proftree_insert(t, 'in;block;' || i);
			PERFORM 1 / 0;
		EXCEPTION WHEN division_by_zero THEN
			t := proftree_insert(t, 'in handler');
		END;
	END LOOP;
	RAISE NOTICE '%', replace(t::text, E'\n', ', ');
END $$;

-- trees in rows, in arrays, as arguments and results
CREATE TYPE labelled AS (label text, tree proftree);
CREATE FUNCTION grow(t proftree, n integer) RETURNS proftree LANGUAGE plpgsql AS $$
BEGIN
	FOR i IN 1 .. n LOOP
		t := proftree_insert(t, 'grow;g' || i);
	END LOOP;
	RETURN t;
END $$;
CREATE FUNCTION grow_both(INOUT a proftree, INOUT b proftree) LANGUAGE plpgsql AS $$
BEGIN
	a := proftree_insert(a, 'in a');
	b := proftree_insert(b, 'in b');
END $$;
DO $$
DECLARE
	l labelled := ROW('first', 'a 1');
	m labelled;
	r record;
	t proftree := 'start 1';
	sum proftree := '';
BEGIN
	l.tree := proftree_insert(l.tree, 'b');
	m := l;
	l.tree := proftree_insert(l.tree, 'c');
	l.tree := proftree_insert(l.tree, 'c');
	RAISE NOTICE '%, %', replace(l::text, E'\n', ', '), replace(m::text, E'\n', ', ');
	t := grow(t, 2);
	t := grow(grow(t, 1), 1);
	RAISE NOTICE '%', replace(t::text, E'\n', ', ');
	r := grow_both(t, t);
	RAISE NOTICE '%', replace(r::text, E'\n', ', ');
	FOR r IN SELECT i, grow('', i) AS tree FROM generate_series(1, 3) AS i LOOP
		sum := sum + r.tree;
		r.tree := proftree_insert(r.tree, 'r');
		sum := sum + r.tree;
	END LOOP;
	RAISE NOTICE '%', replace(sum::text, E'\n', ', ');
END $$;

-- a tree that lives across calls of a procedure with transactions of its own
CREATE TABLE kept (id integer, tree proftree);
CREATE PROCEDURE collect() LANGUAGE plpgsql AS $$
DECLARE
	t proftree := '';
BEGIN
	FOR i IN 1 .. 3 LOOP
		t := proftree_insert(t, 'p;' || i, i);
		INSERT INTO kept VALUES (i, t);
		COMMIT;
		t := proftree_insert(t, 'p;after', 1);
		INSERT INTO kept VALUES (10 + i, t);
		ROLLBACK;
	END LOOP;
END $$;
CALL collect();
SELECT id, replace(tree::text, E'\n', ', ') AS tree FROM kept ORDER BY id;
-- triggers that change a row's tree
CREATE FUNCTION mark() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	NEW.tree := proftree_insert(NEW.tree, TG_OP);
	NEW.tree := proftree_insert(NEW.tree, TG_OP);
	IF TG_OP = 'UPDATE' THEN
		NEW.tree := NEW.tree + OLD.tree;
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER mark BEFORE INSERT OR UPDATE ON kept FOR EACH ROW EXECUTE FUNCTION mark();
TRUNCATE kept;
INSERT INTO kept VALUES (1, 'a 1'), (2, '');
UPDATE kept SET tree = proftree_insert(tree, 'u') WHERE id = 1;
SELECT id, replace(tree::text, E'\n', ', ') AS tree FROM kept ORDER BY id;

-- cursors and dynamic statements take them as parameters
DO $$
DECLARE
	t proftree := proftree_insert('', 'p');
	u proftree;
	n bigint;
	c CURSOR (which proftree) FOR SELECT stack FROM proftree_iterate(which) WHERE self > 0;
BEGIN
	EXECUTE 'SELECT proftree_insert($1, ''q''), proftree_total($1)' INTO u, n USING t;
	RAISE NOTICE '% % %', t, replace(u::text, E'\n', ', '), n;
	FOR line IN c(proftree_insert(u, 'r')) LOOP
		RAISE NOTICE '%', line.stack;
	END LOOP;
END $$;

-- an insert into a variable takes no time that grows with the tree, where the
-- server allows it (18 and later); elsewhere it is quadratic and still right
DO $$
DECLARE
	t proftree := '';
	n integer := CASE WHEN current_setting('server_version_num')::int >= 180000 THEN 300000 ELSE 3000 END;
BEGIN
	FOR i IN 1 .. n LOOP
		t := proftree_insert(t, 'main;f' || i, 2);
	END LOOP;
	IF proftree_total(t) <> 2 * n OR proftree_node_count(t) <> n + 1 THEN
		RAISE EXCEPTION 'wrong';
	END IF;
END $$;
DROP TABLE kept;
DROP PROCEDURE collect;
DROP FUNCTION mark, grow, grow_both;
DROP TYPE labelled;
