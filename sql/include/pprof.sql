-- Files in the pprof format, encoded in SQL.  A test reads this behind
-- helpers.sql.  Numbers of fields are those of src/pprof.proto.
\set ECHO none
SET client_min_messages = warning;

-- A varint; a negative number in two's complement, as protobuf has it.
CREATE OR REPLACE FUNCTION pb_varint(n numeric)
RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
	left_over numeric := CASE WHEN n < 0 THEN n + 18446744073709551616 ELSE n END;
	result bytea := '';
BEGIN
	WHILE left_over >= 128 LOOP
		result := result || set_byte('\x00', 0, (left_over % 128)::integer + 128);
		left_over := div(left_over, 128);
	END LOOP;
	RETURN result || set_byte('\x00', 0, left_over::integer);
END $$;

-- One field: a number; bytes with their length, also a message; text.
CREATE OR REPLACE FUNCTION pb(field integer, value numeric)
RETURNS bytea LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT pb_varint(field::numeric * 8) || pb_varint(value) $$;
CREATE OR REPLACE FUNCTION pb(field integer, value bytea)
RETURNS bytea LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT pb_varint(field::numeric * 8 + 2) || pb_varint(length(value)) || value $$;
CREATE OR REPLACE FUNCTION pb(field integer, value text)
RETURNS bytea LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT pb(field, convert_to(value, 'UTF8')) $$;
-- Numbers of a repeated field, one by one or packed.
CREATE OR REPLACE FUNCTION pb_each(field integer, numbers numeric[])
RETURNS bytea LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT coalesce(string_agg(pb(field, n), '' ORDER BY o), '') FROM unnest(numbers) WITH ORDINALITY AS u(n, o) $$;
CREATE OR REPLACE FUNCTION pb_packed(field integer, numbers numeric[])
RETURNS bytea LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT pb(field, coalesce(string_agg(pb_varint(n), '' ORDER BY o), '')) FROM unnest(numbers) WITH ORDINALITY AS u(n, o) $$;

-- The parts of a file; "string" arguments are places in the string table.
CREATE OR REPLACE FUNCTION strings(VARIADIC texts text[])
RETURNS bytea LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT coalesce(string_agg(pb(6, t), '' ORDER BY o), '') FROM unnest(texts) WITH ORDINALITY AS u(t, o) $$;
CREATE OR REPLACE FUNCTION sample_type(type numeric, unit numeric)
RETURNS bytea LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT pb(1, pb(1, type) || pb(2, unit)) $$;
-- leaf first; labels are what label() gives
CREATE OR REPLACE FUNCTION sample(locations numeric[], "values" numeric[], labels bytea DEFAULT '')
RETURNS bytea LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT pb(2, pb_packed(1, locations) || pb_packed(2, "values") || labels) $$;
CREATE OR REPLACE FUNCTION label(key numeric, str numeric, num numeric DEFAULT 0, unit numeric DEFAULT 0)
RETURNS bytea LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT pb(3, pb(1, key) || pb(2, str) || pb(3, num) || pb(4, unit)) $$;
CREATE OR REPLACE FUNCTION mapping(id numeric, file numeric)
RETURNS bytea LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT pb(3, pb(1, id) || pb(5, file)) $$;
-- functions: innermost first
CREATE OR REPLACE FUNCTION location(id numeric, functions numeric[], mapping numeric DEFAULT 0, address numeric DEFAULT 0)
RETURNS bytea LANGUAGE sql IMMUTABLE STRICT AS $$
	SELECT pb(4, pb(1, id) || pb(2, mapping) || pb(3, address) || coalesce(string_agg(pb(4, pb(1, f)), '' ORDER BY o), ''))
	FROM unnest(functions) WITH ORDINALITY AS u(f, o)
$$;
CREATE OR REPLACE FUNCTION func(id numeric, name numeric, system_name numeric DEFAULT 0)
RETURNS bytea LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT pb(5, pb(1, id) || pb(2, name) || pb(3, system_name)) $$;

-- A file with one sample type, samples/count, and a sample for each stack:
-- stacks are root first, '{"main;parse"}'; a function and a location each frame.
CREATE OR REPLACE FUNCTION file_of(stacks text[], weights numeric[])
RETURNS bytea LANGUAGE sql STABLE STRICT AS $$
	WITH frame AS (
		SELECT f, row_number() OVER (ORDER BY min(s), min(o)) AS id
		FROM unnest(stacks) WITH ORDINALITY AS u(stack, s), LATERAL string_to_table(stack, ';') WITH ORDINALITY AS v(f, o) GROUP BY f),
	one AS (
		SELECT s, sample(array_agg(id::numeric ORDER BY o DESC), ARRAY[weights[s]]) AS sample
		FROM unnest(stacks) WITH ORDINALITY AS u(stack, s), LATERAL string_to_table(stack, ';') WITH ORDINALITY AS v(name, o)
			JOIN frame ON f = name
		GROUP BY s)
	SELECT sample_type(1, 2) || (SELECT string_agg(sample, '' ORDER BY s) FROM one)
		|| string_agg(location(id, ARRAY[id]), '' ORDER BY id) || string_agg(func(id, id + 2), '' ORDER BY id)
		|| strings('', 'samples', 'count') || string_agg(pb(6, f), '' ORDER BY id)
	FROM frame
$$;

-- gzip without compression, a member each 64 kB.
CREATE OR REPLACE FUNCTION crc32_of(bytes bytea)
RETURNS bigint LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
	crc bigint := 4294967295;
BEGIN
	FOR i IN 0 .. length(bytes) - 1 LOOP
		crc := crc # get_byte(bytes, i);
		FOR bit IN 1 .. 8 LOOP
			crc := CASE WHEN crc & 1 = 1 THEN (crc >> 1) # 3988292384 ELSE crc >> 1 END;
		END LOOP;
	END LOOP;
	RETURN crc # 4294967295;
END $$;
CREATE OR REPLACE FUNCTION little_end(n bigint, bytes integer)
RETURNS bytea LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT string_agg(set_byte('\x00', 0, ((n >> (8 * i)) & 255)::integer), '' ORDER BY i) FROM generate_series(0, bytes - 1) AS i $$;
CREATE OR REPLACE FUNCTION gzip(bytes bytea)
RETURNS bytea LANGUAGE sql IMMUTABLE STRICT AS $$
	SELECT string_agg('\x1f8b08000000000000ff01'::bytea || little_end(length(piece), 2) || little_end(65535 - length(piece), 2) || piece
		|| little_end(crc32_of(piece), 4) || little_end(length(piece), 4), '' ORDER BY at)
	FROM generate_series(0, greatest(length(bytes) - 1, 0), 65535) AS at, LATERAL substr(bytes, at + 1, 65535) AS piece
$$;

RESET client_min_messages;
\set ECHO all
