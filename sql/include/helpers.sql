-- What the tests share.  Each test reads this file first:
--
--	\set ECHO none
--	\getenv abs_srcdir PG_ABS_SRCDIR
--	\set helpers :abs_srcdir '/sql/include/helpers.sql'
--	\i :helpers
--
-- The tests do not depend on each other: any of them can be run alone.
SET client_min_messages = warning;

-- what tests before it left in the schema they share
DO $$
DECLARE
	command text;
BEGIN
	-- all names before any is dropped: what goes with another has none any more
	FOREACH command IN ARRAY ARRAY(
		SELECT format('DROP %s %s CASCADE', CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, c.oid::regclass)
		FROM pg_class AS c
		WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v', 'S', 'p')
			AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('e', 'i', 'a'))
		UNION ALL
		SELECT format('DROP ROUTINE %s CASCADE', p.oid::regprocedure)
		FROM pg_proc AS p
		WHERE p.pronamespace = 'public'::regnamespace
			AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'))
	LOOP
		BEGIN
			EXECUTE command;
		EXCEPTION WHEN undefined_object OR undefined_table OR undefined_function THEN
			NULL;	-- gone with another
		END;
	END LOOP;
END $$;
CREATE EXTENSION IF NOT EXISTS pyrotree;

-- How a statement ends: 'ok', or SQLSTATE and message; with "details" also
-- detail and hint.
CREATE OR REPLACE FUNCTION error_of(statement text, details boolean DEFAULT false)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	message text;
	detail text;
	hint text;
BEGIN
	EXECUTE statement;
	RETURN 'ok';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL,
		hint = PG_EXCEPTION_HINT;
	RETURN SQLSTATE || ': ' || message ||
		CASE WHEN details AND detail <> '' THEN ' | ' || detail ELSE '' END ||
		CASE WHEN details AND hint <> '' THEN ' | ' || hint ELSE '' END;
END $$;

-- The text form of a stack, written a second time in SQL.
CREATE OR REPLACE FUNCTION stack_of(frames text[])
RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$
	SELECT string_agg(
		CASE WHEN f LIKE '"%' OR f ~ '[;\r\n]'
				OR (n = cardinality(frames) AND (f = '' OR f ~ '[ \t]$'))
			THEN '"' || replace(f, '"', '""') || '"'
			ELSE f END, ';' ORDER BY n)
	FROM unnest(frames) WITH ORDINALITY AS u(f, n)
$$;

-- Every node with its stack as an array, from proftree_nodes() alone.
CREATE OR REPLACE FUNCTION paths(tree proftree)
RETURNS TABLE (node integer, frames text[], self bigint, total bigint) LANGUAGE sql AS $$
	WITH RECURSIVE n AS MATERIALIZED (SELECT * FROM proftree_nodes(tree)),
	p AS (
		SELECT n.node, ARRAY[n.symbol] AS frames, n.self, n.total FROM n WHERE n.parent IS NULL
		UNION ALL
		SELECT n.node, p.frames || n.symbol, n.self, n.total FROM p JOIN n ON n.parent = p.node
	)
	SELECT p.node, p.frames, p.self, p.total FROM p
$$;

-- Symbols that text forms stumble over.
CREATE OR REPLACE FUNCTION awkward_names()
RETURNS text[] LANGUAGE sql STABLE AS $body$
	SELECT ARRAY[
		'', ' ', '   ', E'\t', ' a', 'a ', E'a\t', E'\ta', 'a b', ' ;', ';', ';;', 'a;b', ';a', 'a;',
		'"', '""', '"""', '"a"', '"a', 'a"', 'a"b', '"a";"b"', '" 3',
		E'\n', E'a\nb', E'a\n', E'\na', E'\r', E'a\r', E'a\rb', E'\r\n', E'a 3\nb',
		'\', '\\', 'a\', '\n', '\x', '\x41', '\x4142', '%', '%s', '%d%n', '%41', '100 %',
		'foo 12', 'foo -12', '12', '0', '-1', '1.5', ' 7', '7 ',
		'''', '''''', '{', '{}', '{a,b}', ',', '(a,b)', '$', '$$', '\.', '\N', 'NULL', 'null',
		chr(1), chr(31), chr(127), repeat('x', 63), repeat('x', 64), repeat('y', 300),
		'std::vector<int, std::allocator<int> >::push_back(int const&)', '[unknown]',
		'operator "" _km', 'a;b 3']
	|| CASE WHEN getdatabaseencoding() = 'UTF8' THEN ARRAY[
		chr(233), 'e' || chr(769), chr(8364), chr(128512), chr(128512) || ';' || chr(128512),
		chr(1513) || chr(1500) || chr(1493) || chr(1501), chr(8207) || 'a', chr(8203), chr(160),
		chr(12288), chr(65279), chr(65279) || 'a', chr(65533), chr(1114111),
		chr(20989) || chr(25968)] ELSE '{}' END
$body$;

-- proftree_recv() on some bytes, in the present client_encoding: binary COPY
-- of a bytea hands its bytes over as they are.
CREATE TEMP TABLE received (tree proftree);
CREATE OR REPLACE FUNCTION recv(wire bytea)
RETURNS proftree LANGUAGE plpgsql AS $$
DECLARE
	file text := current_setting('data_directory') || '/pyrotree_regress.tmp';
	result proftree;
BEGIN
	EXECUTE format('COPY (SELECT %L::bytea) TO %L (FORMAT binary)', wire, file);
	DELETE FROM received;
	EXECUTE format('COPY received FROM %L (FORMAT binary)', file);
	SELECT tree INTO STRICT result FROM received;
	RETURN result;
END $$;
CREATE OR REPLACE FUNCTION recv_done()
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('COPY (SELECT 1) TO PROGRAM %L', 'cat > /dev/null; rm -f "' ||
		current_setting('data_directory') || '/pyrotree_regress.tmp"');
END $$;

-- CRC-32C (Castagnoli), high byte first as on the wire.
CREATE OR REPLACE FUNCTION crc32c_step(crc bigint)
RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
	FOR bit IN 1 .. 8 LOOP
		crc := CASE WHEN crc & 1 = 1 THEN (crc >> 1) # 2197175160 ELSE crc >> 1 END;
	END LOOP;
	RETURN crc;
END $$;
SELECT set_config('regress.crc32c', array_agg(crc32c_step(byte) ORDER BY byte)::text, false) AS crc
FROM generate_series(0, 255) AS byte \gset
CREATE OR REPLACE FUNCTION crc32c_of(bytes bytea)
RETURNS bytea LANGUAGE plpgsql STABLE AS $$
DECLARE
	steps bigint[] := current_setting('regress.crc32c');
	crc bigint := 4294967295;
BEGIN
	FOR i IN 0 .. length(bytes) - 1 LOOP
		crc := (crc >> 8) # steps[1 + ((crc # get_byte(bytes, i)) & 255)];
	END LOOP;
	RETURN substr(int8send(crc # 4294967295), 5);
END $$;

-- Does the plan of a query have a line that is LIKE the pattern?  With "run"
-- the query is run and the pattern can be about what happened.
CREATE OR REPLACE FUNCTION plan_has(query text, pattern text, run boolean DEFAULT false)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS OFF' || CASE WHEN run THEN ', ANALYZE) ' ELSE ') ' END || query LOOP
		IF line LIKE pattern THEN
			RETURN true;
		END IF;
	END LOOP;
	RETURN false;
END $$;

RESET client_min_messages;
\set ECHO all
