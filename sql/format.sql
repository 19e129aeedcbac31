\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/sql/include/helpers.sql'
\i :helpers
--
-- The stored bytes and the wire form, against an encoder written in SQL after
-- src/format.h and src/wire.h.  The stored bytes are seen through a cast that
-- only this test makes.
--
CREATE CAST (proftree AS bytea) WITHOUT FUNCTION;

-- ---- one tree by hand ----

-- main 2; main;map 9; main;parse 3: every byte
SELECT E'main 2\nmain;map 9\nmain;parse 3'::proftree::bytea = concat_ws('',
	'\x',
	'01', '00',				-- version 1, no flags
	'03', '03', '02',		-- 3 nodes, 3 symbols, 2 deep
	'10', '03', '03',		-- 16, 3 and 3 bytes of dictionary, symbols and shape
	'01', '0e',				-- quantum 1, 14 units
	-- dictionary: "main", "map" shares "ma", "parse" shares nothing
	'00', '04', '6d61696e', '02', '01', '70', '00', '05', '7061727365',
	'00', '01', '02',		-- symbols: main, map, parse
	'01', '01', '03',		-- shape: child, child, sibling; each has weight
	'02', '09', '03'		-- weights
	)::bytea AS stored_as_described;

-- inner nodes without weight, three levels closed at once, quantum 6
SELECT E'a;b;c;d 12\ne 18'::proftree::bytea = concat_ws('',
	'\x',
	'01', '00',
	'05', '05', '04',		-- 5 nodes, 5 symbols, 4 deep
	'0f', '05', '05',
	'06', '05',				-- quantum 6, 5 units: 30 in all
	'000161', '000162', '000163', '000164', '000165',
	'00', '01', '02', '03', '04',
	'00', '00', '00', '01',	-- a, b, c without weight, d with
	'09',					-- e: 4 levels closed << 1, has weight
	'02', '03'				-- 12 / 6, 18 / 6
	)::bytea AS stored_as_described;

-- the empty tree; a node without weight; numbers of more than a byte
SELECT ''::proftree::bytea AS empty,
	'a 0'::proftree::bytea AS no_weight,
	'a 300'::proftree::bytea AS quantum_is_all,
	E'a 9223372036854775807\na;b 0'::proftree::bytea AS most;

-- the wire form: version, the stored form with whole symbols, CRC-32C
SELECT substr(w, 1, length(w) - 4) = concat_ws('',
	'\x', '01',				-- wire version 1
	'01', '00', '03', '03', '02',
	'0f',					-- 15 bytes of dictionary now
	'03', '03', '01', '0e',
	'046d61696e', '036d6170', '057061727365',
	'00', '01', '02', '01', '01', '03', '02', '09', '03')::bytea AS sent_as_described,
	substr(w, length(w) - 3) AS crc
FROM proftree_send(E'main 2\nmain;map 9\nmain;parse 3') AS w;

-- ---- many trees, by an encoder in SQL ----

CREATE FUNCTION varint(v bigint) RETURNS bytea LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
	result bytea := '';
BEGIN
	WHILE v >= 128 LOOP
		result := result || set_byte('\x00', 0, ((v & 127) | 128)::int);
		v := v >> 7;
	END LOOP;
	RETURN result || set_byte('\x00', 0, v::int);
END $$;
SELECT v, varint(v) FROM unnest(ARRAY[0, 1, 127, 128, 300, 16383, 16384, 9223372036854775807]) AS v ORDER BY v;
-- the check value that everybody gives for this polynomial
SELECT crc32c_of('123456789') = '\xe3069283' AS crc_is_right;

-- stacks of random trees: few symbols, some of them alike or awkward, so that
-- trees share prefixes, recur and branch
CREATE TEMP TABLE stack (tree integer, frames text[], weight bigint);
SELECT setseed(0.25);
INSERT INTO stack
SELECT tree, (SELECT array_agg((ARRAY['a', 'ab', 'abc', 'abd', 'b', '', ' ', ';', '"', E'\n', chr(233), chr(234),
			chr(8364), chr(128512), 'main', 'mainly', 'maim', repeat('x', 150), repeat('x', 149) || 'y'])
			[1 + floor(random() * 19)::int])
		FROM generate_series(1, 1 + floor(random() * 6)::int + 0 * n) AS d),
	CASE floor(random() * 5)::int + 0 * n
		WHEN 0 THEN 0
		WHEN 1 THEN floor(random() * 5)::bigint * 1000
		WHEN 2 THEN floor(random() * 1e15)::bigint
		ELSE 6 * floor(random() * 50)::bigint END
FROM generate_series(1, 400) AS tree, LATERAL generate_series(1, 1 + tree % 23) AS n;
CREATE INDEX ON stack (tree);
ANALYZE stack;
SELECT count(DISTINCT tree) AS trees, count(DISTINCT frames) > 1000 AS different_stacks,
	count(DISTINCT weight) > 300 AS different_weights, max(cardinality(frames)) AS deepest
FROM stack;

CREATE FUNCTION encoded(which integer, whole_symbols boolean) RETURNS bytea LANGUAGE plpgsql AS $$
DECLARE
	symbol text[];
	bytes bytea;
	last bytea := '';
	shared int;
	quantum bigint := 0;
	total bigint;
	depth int := 0;
	last_depth int := 0;
	dictionary bytea := '';
	symbols bytea := '';
	shape bytea := '';
	weights bytea := '';
	nodes int := 0;
	w bigint;
	path text[];
BEGIN
	symbol := ARRAY(SELECT s FROM (SELECT DISTINCT unnest(frames) AS s FROM stack WHERE tree = which) AS d
		ORDER BY convert_to(s, 'UTF8'));
	FOR i IN 1 .. cardinality(symbol) LOOP
		bytes := convert_to(symbol[i], 'UTF8');
		shared := 0;
		WHILE NOT whole_symbols AND shared < least(length(bytes), length(last))
				AND get_byte(bytes, shared) = get_byte(last, shared) LOOP
			shared := shared + 1;
		END LOOP;
		IF NOT whole_symbols THEN
			dictionary := dictionary || varint(shared);
		END IF;
		dictionary := dictionary || varint(length(bytes) - shared) || substr(bytes, shared + 1);
		last := bytes;
	END LOOP;
	FOR w IN SELECT sum(weight) FROM stack WHERE tree = which GROUP BY frames LOOP
		quantum := gcd(quantum, w);
	END LOOP;
	quantum := CASE quantum WHEN 0 THEN 1 ELSE quantum END;
	total := (SELECT sum(weight) FROM stack WHERE tree = which);
	FOR path, w IN
		SELECT f, (SELECT coalesce(sum(weight), 0) FROM stack AS s WHERE s.tree = which AND s.frames = f)
		FROM (SELECT DISTINCT frames[1:d] AS f FROM stack, generate_series(1, cardinality(frames)) AS d
			WHERE tree = which) AS p
		ORDER BY f COLLATE "C"
	LOOP
		nodes := nodes + 1;
		symbols := symbols || varint(array_position(symbol, path[cardinality(path)]) - 1);
		shape := shape || varint(2 * (last_depth + 1 - cardinality(path)) + (w > 0)::int);
		IF w > 0 THEN
			weights := weights || varint(w / quantum);
		END IF;
		last_depth := cardinality(path);
		depth := greatest(depth, last_depth);
	END LOOP;
	RETURN '\x0100' || varint(nodes) || varint(cardinality(symbol)) || varint(depth)
		|| varint(length(dictionary)) || varint(length(symbols)) || varint(length(shape))
		|| varint(quantum) || varint(total / quantum)
		|| dictionary || symbols || shape || weights;
END $$;

-- built in two ways; stored and sent
CREATE TEMP TABLE made AS
SELECT tree, proftree_agg(frames, weight) AS by_agg,
	string_agg(stack_of(frames) || ' ' || weight, E'\n')::proftree AS by_text
FROM stack GROUP BY tree;
SELECT count(*) AS trees,
	count(*) FILTER (WHERE by_agg::bytea <> encoded(tree, false)) AS agg_wrong,
	count(*) FILTER (WHERE by_text::bytea <> encoded(tree, false)) AS text_wrong,
	count(*) FILTER (WHERE proftree_send(by_agg) <> '\x01' || encoded(tree, true)
		|| crc32c_of('\x01' || encoded(tree, true))) AS wire_wrong
FROM made;

DROP CAST (proftree AS bytea);
DROP FUNCTION varint, encoded;
