\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/sql/include/helpers.sql'
\i :helpers
--
-- Text that is no tree: SQLSTATE, message with line and column, hint.
--

-- in psql
SELECT 'main;parse 3
main 2.5
idle 1'::proftree;

-- from here on one line an error
\pset format unaligned

CREATE TEMP TABLE bad (id serial, read text);
INSERT INTO bad (read) VALUES
	-- no weight
	('a'), ('a;b'), (E'a 1\nb'), (E'a 1\n\n  b \nc 3'), ('3'), (' '' '), ('a;3'), ('"a"3'), ('"a b" '),
	('a b'), ('a 3x'), ('a x3'), ('a 0x10'), (E'a \u0663'), (E'a 3\fb'), (E'a\x0b3'), ('a 3.'), ('a .'), ('a 3,000'),
	-- a weight that is none
	('a -3'), ('a +3'), ('a -0'), ('a -'), ('a - 3 -'), ('a 1.5'), ('a 1e3'), ('a 1E+3'), ('a 3-4'), ('a 1.2.3'),
	(E'b 1\r\na;b -77\r\nc 1'), ('a -9223372036854775809'),
	-- a weight that is too great, clipped in the message
	('a 9223372036854775808'), ('a 18446744073709551617'), ('a;b ' || repeat('123', 50)),
	-- a sum of weights that is
	(E'a 9223372036854775807\nb 1'), (E'a 9223372036854775807\nb 0\na 1'),
	(E'a 4611686018427387904\nb 4611686018427387904'),
	-- no stack
	(' 3'), (E'\t 3'), (E'a 1\n 3'), (E'a 1\n  \t3\nb 1'),
	-- quotes
	('"a 3'), ('" 3'), ('"'), ('""" 3'), ('a;"b 3'), (E'a 1\nb;c;"d\ne 3\nf;g 4'), ('"a""'), ('"a";"b'),
	('"a"b 3'), ('"a" ;b 3'), ('"a";"b"c 3'), (E'a 1\nb;"c"x;d 3'), ('"a"" 3'), ('"a" "b" 3'), ('"init" 3 4'),
	-- columns count characters, lines are those of the text
	(E'\u00e9;\u00fc;"\u00df 3'), (E'\u00e9 1\n\u00f6\U0001f600;"\u00e4"x 1'), (E'"a\nb\nc";d -1'), (E'"a\nb";"c"d 1'),
	-- almost the hex form
	('\x'), ('\x1'), ('\x123'), ('\xzz'), ('\x00 1 2 -3'), ('\X00'), ('x00'), ('\x00;"');

SELECT to_json(read) AS read, error_of(format('SELECT %L::proftree', read), true) AS error
FROM bad ORDER BY id;

-- the hex form, badly made: 22P03 (hostile_wire has more)
CREATE TEMP TABLE bad_hex (id serial, read text);
INSERT INTO bad_hex (read) VALUES
	('\x00'), ('\x01'), ('\x0102030405'), ('\x01 '), (E'\\x00\r\n'), ('\x7e00000000'),
	('\x' || repeat('00', 40)), ('\xDEADBEEF');
SELECT to_json(read) AS read, error_of(format('SELECT %L::proftree', read), true) AS error
FROM bad_hex ORDER BY id;

-- the same errors come softly where the server asks for that
DO $$
DECLARE
	wrong bigint;
BEGIN
	IF current_setting('server_version_num')::int >= 160000 THEN
		EXECUTE $q$
			SELECT count(*) FROM (SELECT read FROM bad UNION ALL SELECT read FROM bad_hex) AS b,
				pg_input_error_info(read, 'proftree') AS i
			WHERE i.sql_error_code || ': ' || i.message ||
				CASE WHEN i.detail <> '' THEN ' | ' || i.detail ELSE '' END ||
				CASE WHEN i.hint <> '' THEN ' | ' || i.hint ELSE '' END
				IS DISTINCT FROM error_of(format('SELECT %L::proftree', read), true) $q$ INTO wrong;
		IF wrong <> 0 THEN
			RAISE EXCEPTION '% errors that are not soft', wrong;
		END IF;
		EXECUTE $q$ SELECT count(*) FROM unnest(ARRAY['', 'a 1', 'a;b 0']) AS read
			WHERE NOT pg_input_is_valid(read, 'proftree') $q$ INTO wrong;
		IF wrong <> 0 THEN
			RAISE EXCEPTION '% good texts refused', wrong;
		END IF;
	END IF;
END $$;

-- one stack, as proftree_insert takes it
SELECT to_json(stack) AS stack, error_of(format('SELECT proftree_insert('''', %L)', stack), true) AS error
FROM (VALUES
	(1, ''), (2, '"'), (3, 'a;"'), (4, 'a;"b'), (5, '"a"b'), (6, '"a" '), (7, E'a\nb'), (8, E'a;b\n'),
	(9, E'"a\nb";c"\nd'), (10, E'a;"b\nc"x'), (11, E'\u00e9\u00e9\u00e9;"\u00fc"\u00fc'), (12, E'a\r\nb'),
	-- these are stacks
	(13, ';'), (14, ' '), (15, 'a 3'), (16, 'a '), (17, E'a\r'), (18, '""'), (19, 'a"'), (20, '""""')
) AS v(n, stack) ORDER BY n;

-- the error is about the stack that was given, also when the one before was
-- nearly the same and is not parsed again
SELECT to_json(s) AS stacks,
	error_of(format('SELECT proftree_agg(s ORDER BY n) FROM unnest(%L::text[]) WITH ORDINALITY AS u(s, n)', s), true) AS error
FROM (VALUES
	(1, ARRAY['a;b;c', 'a;b;"c']), (2, ARRAY['a;"b;c"', 'a;"b;c"d']), (3, ARRAY['a;"b;c"', 'a;"b;c""']),
	(4, ARRAY['a;b', E'a;b\n']), (5, ARRAY['a;b', E'a\nb']), (6, ARRAY['a;b', '']),
	-- no errors: what the one before has is not taken over
	(7, ARRAY['a;b', 'a;b']), (8, ARRAY['a;"b;c"', 'a;"b']), (9, ARRAY['a;"b"', 'a;"b""c"']), (10, ARRAY['a;b', 'a;b;'])
) AS v(n, s) ORDER BY n;

-- frames and weights that are none
SELECT call, error_of('SELECT ' || call, true) AS error
FROM (VALUES
	(1, $$proftree_insert('', '{}'::text[])$$),
	(2, $$proftree_insert('', ARRAY['a', NULL, 'b'])$$),
	(3, $$proftree_insert('', ARRAY[NULL]::text[])$$),
	(4, $$proftree_insert('', ARRAY[['a', 'b'], ['c', 'd']])$$),
	(5, $$proftree_insert('', 'a', -1)$$),
	(6, $$proftree_insert('', ARRAY['a'], -9223372036854775808)$$),
	(7, $$proftree_agg(s, -1) FROM unnest(ARRAY['a']) AS s$$),
	(8, $$proftree_agg(ARRAY[s], -1) FROM unnest(ARRAY['a']) AS s$$),
	(9, $$proftree_agg(ARRAY[s, NULL], 1) FROM unnest(ARRAY['a']) AS s$$),
	(10, $$proftree_insert('a 9223372036854775807', 'b')$$),
	(11, $$proftree_insert('a 9223372036854775807', ARRAY['a'], 1)$$),
	(12, $$proftree_merge('a 9223372036854775807', 'b 1')$$),
	(13, $$'a 9223372036854775807'::proftree + 'a 9223372036854775807'$$),
	(14, $$sum(t) FROM unnest(ARRAY['a 9223372036854775807', 'b 1']::proftree[]) AS t$$),
	(15, $$proftree_scale('a 2', -0.5)$$),
	(16, $$proftree_scale('a 2', 'NaN')$$),
	(17, $$proftree_scale('a 2', 'Infinity')$$),
	(18, $$proftree_scale('a 2', '-Infinity')$$),
	(19, $$proftree_scale('a 2', 4611686018427387904)$$),
	(20, $$proftree_scale('a 2', 4611686018427387903.75)$$),
	(21, $$proftree_scale(E'a 1\nb 1', 4611686018427387904)$$),
	(22, $$proftree_scale('a 1', 1e1000)$$),
	(23, $$proftree_iterate('a 2', 0)$$),
	(24, $$proftree_iterate('a 2', -1)$$),
	(25, $$proftree_iterate(NULL, 0)$$),
	(26, $$proftree_from_folded('a 1', 'ignore')$$),
	(27, $$proftree_from_folded('a 1', 'ERROR')$$),
	(28, $$proftree_from_folded('a 1', '')$$),
	(29, $$proftree_from_folded('a 1', repeat(chr(252), 100))$$)
) AS v(n, call) ORDER BY n;
