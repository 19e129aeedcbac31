\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/sql/include/helpers.sql'
\i :helpers
--
-- Wire forms that are none, through recv (binary COPY) and as hex text.
--
-- (the check value of crc32c_of() in the helpers is in format.sql)

-- how recv and how the hex form take some bytes: the binary form of the tree,
-- or the error
CREATE FUNCTION received(wire bytea) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN proftree_send(recv(wire))::text;
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE || ': ' || SQLERRM;
END $$;
CREATE FUNCTION from_hex(wire bytea) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN proftree_send(wire::text::proftree)::text;
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE || ': ' || SQLERRM;
END $$;

CREATE TEMP TABLE good (id integer, wire bytea);
INSERT INTO good SELECT id, proftree_send(tree) FROM (VALUES
	(1, ''::proftree), (2, 'a 1'), (3, E'main 2\nmain;map 9\nmain;parse 3\nother 300'),
	(4, proftree_insert('', ARRAY['', chr(233), chr(128512), ';'], 9223372036854775807))) AS v(id, tree);
SELECT id, length(wire) AS bytes, received(wire) = wire::text AS received, from_hex(wire) = wire::text AS from_hex
FROM good ORDER BY id;

-- every single bit flipped: refused
WITH flipped AS (
	SELECT id, set_bit(wire, bit, 1 - get_bit(wire, bit)) AS wire, bit
	FROM good, LATERAL generate_series(0, 8 * length(wire) - 1) AS bit
)
SELECT id, count(*) / 8 AS bytes, substr(r, 1, 5) AS by_recv, substr(h, 1, 5) AS from_hex
FROM flipped, LATERAL (SELECT received(wire) AS r, from_hex(wire) AS h) AS x
GROUP BY 1, 3, 4 ORDER BY 1, 3, 4;

-- every prefix, from no byte to all but one: refused; so is every suffix, and
-- a good one with anything behind it
WITH cut AS (
	SELECT id, 'prefix' AS kind, substr(wire, 1, n) AS wire FROM good, LATERAL generate_series(0, length(wire) - 1) AS n
	UNION ALL
	SELECT id, 'suffix', substr(wire, n) FROM good, LATERAL generate_series(2, length(wire)) AS n
	UNION ALL
	SELECT id, 'longer by a byte', wire || set_byte('\x00', 0, n) FROM good, generate_series(0, 255, 5) AS n
	UNION ALL
	SELECT g.id, 'and another', g.wire || a.wire FROM good AS g, good AS a
)
SELECT kind, substr(r, 1, 5) AS by_recv, substr(h, 1, 5) AS from_hex, count(*)
FROM cut, LATERAL (SELECT received(wire) AS r,
	-- \x and less than a byte is no hex form, but no tree either
	CASE WHEN wire = '' THEN '22P03' ELSE from_hex(wire) END AS h) AS x
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;

-- Every byte changed to every other value and the checksum made right again:
-- refused, or another tree in its one form.
WITH changed AS MATERIALIZED (
	SELECT id, substr(w, 1, length(w) - 4) AS body, wire, n, value
	FROM good, LATERAL generate_series(0, length(wire) - 5) AS n, generate_series(0, 255) AS value,
		LATERAL (SELECT set_byte(wire, n, value) AS w) AS x
	WHERE get_byte(wire, n) <> value
), made AS MATERIALIZED (
	SELECT id, body || crc32c_of(body) AS changed FROM changed
)
SELECT id, CASE WHEN h = changed::text THEN 'a tree, canonical' ELSE substr(h, 1, 5) END AS outcome, count(*) > 5 AS some
FROM made, LATERAL (SELECT from_hex(changed) AS h) AS x
GROUP BY 1, 2 ORDER BY 1, 2;

-- ---- by hand, with the right checksum ----

-- what is wrong, and the bytes: wire version, version, flags; nodes, symbols,
-- depth; bytes of dictionary, symbols, shape; quantum, units; dictionary;
-- symbols; shape; weights.  The good one is a 2, a;b 9, a;c 3.
CREATE TEMP TABLE hostile (id serial, what text, bytes text);
INSERT INTO hostile (what, bytes) VALUES
	('nothing',							'01 0100 030302 060303 01 0e  0161 0162 0163  000102  010103  020903'),
	-- versions and flags
	('wire version 0',					'00 0100 030302 060303 01 0e  0161 0162 0163  000102  010103  020903'),
	('wire version 3',					'03 0100 030302 060303 01 0e  0161 0162 0163  000102  010103  020903'),
	('version 0',						'01 0000 030302 060303 01 0e  0161 0162 0163  000102  010103  020903'),
	('version 2',						'01 0200 030302 060303 01 0e  0161 0162 0163  000102  010103  020903'),
	('a reserved bit',					'01 0101 030302 060303 01 0e  0161 0162 0163  000102  010103  020903'),
	('all reserved bits',				'01 01ff 030302 060303 01 0e  0161 0162 0163  000102  010103  020903'),
	-- numbers
	('node count in two bytes',			'01 0100 83000302 060303 01 0e  0161 0162 0163  000102  010103  020903'),
	('units in two bytes',				'01 0100 030302 060303 01 8e00  0161 0162 0163  000102  010103  020903'),
	('symbol number in two bytes',		'01 0100 030302 060403 01 0e  0161 0162 0163  00018200  010103  020903'),
	('step in two bytes',				'01 0100 030302 060304 01 0e  0161 0162 0163  000102  01018300  020903'),
	('weight in two bytes',				'01 0100 030302 060303 01 0e  0161 0162 0163  000102  010103  0209 8300'),
	('length of a symbol in two bytes',	'01 0100 030302 070303 01 0e  810061 0162 0163  000102  010103  020903'),
	('units of 64 bits',				'01 0100 030302 060303 01 ffffffffffffffffff01  0161 0162 0163  000102  010103  020903'),
	('a number without an end',			'01 0100 030302 060303 01 ffffffffffffffffffffffffffffffffffffffffffffff'),
	('no numbers at all',				'01 0100'),
	('nothing behind the version',		'01 01'),
	('nothing at all',					'01'),
	-- counts that are not so
	('a node too few',					'01 0100 020302 060303 01 0e  0161 0162 0163  000102  010103  020903'),
	('a node too many',					'01 0100 040302 060303 01 0e  0161 0162 0163  000102  010103  020903'),
	('2^27 nodes',						'01 0100 808080400302 060303 01 0e  0161 0162 0163  000102  010103  020903'),
	('2^27 + 1 nodes',					'01 0100 818080400302 060303 01 0e  0161 0162 0163  000102  010103  020903'),
	('2^62 nodes',						'01 0100 8080808080808080400302 060303 01 0e  0161 0162 0163  000102  010103  020903'),
	('2^27 of all, in no bytes',		'01 0100 808080408080804001 000000 01 00'),
	('2^28 bytes of each section',		'01 0100 030302 808080800180808080018080808001 01 0e  0161 0162 0163  000102  010103  020903'),
	('a symbol too few',				'01 0100 030202 060303 01 0e  0161 0162 0163  000102  010103  020903'),
	('a symbol too many',				'01 0100 030402 060303 01 0e  0161 0162 0163  000102  010103  020903'),
	('more symbols than nodes',			'01 0100 010201 040101 01 01  0161 0162  00  01  01'),
	('symbols and no node',				'01 0100 000100 020000 01 00  0161'),
	('nodes and no symbol',				'01 0100 010001 000101 01 01  00  01  01'),
	('depth 0',							'01 0100 030300 060303 01 0e  0161 0162 0163  000102  010103  020903'),
	('depth too small',					'01 0100 030301 060303 01 0e  0161 0162 0163  000102  010103  020903'),
	('depth too great',					'01 0100 030303 060303 01 0e  0161 0162 0163  000102  010103  020903'),
	('depth above the nodes',			'01 0100 030304 060303 01 0e  0161 0162 0163  000102  010103  020903'),
	('depth 2^20 + 1',					'01 0100 0303818040 060303 01 0e  0161 0162 0163  000102  010103  020903'),
	-- sections
	('dictionary too short by one',		'01 0100 030302 050303 01 0e  0161 0162 0163  000102  010103  020903'),
	('dictionary too long by one',		'01 0100 030302 070303 01 0e  0161 0162 0163  000102  010103  020903'),
	('a byte behind the dictionary',	'01 0100 030302 070303 01 0e  0161 0162 0163 00  000102  010103  020903'),
	('a byte behind the symbols',		'01 0100 030302 060403 01 0e  0161 0162 0163  00010200  010103  020903'),
	('a byte behind the shape',			'01 0100 030302 060304 01 0e  0161 0162 0163  000102  01010303  020903'),
	('a byte behind the weights',		'01 0100 030302 060303 01 0e  0161 0162 0163  000102  010103  02090301'),
	('a zero behind the weights',		'01 0100 030302 060303 01 0e  0161 0162 0163  000102  010103  02090300'),
	('a weight missing',				'01 0100 030302 060303 01 0e  0161 0162 0163  000102  010103  0209'),
	('sections past the end',			'01 0100 030302 067f03 01 0e  0161 0162 0163  000102  010103  020903'),
	-- dictionary
	('a symbol past the dictionary',	'01 0100 030302 060303 01 0e  0161 0162 0263  000102  010103  020903'),
	('a symbol of 2^20 + 1 bytes',		'01 0100 030302 080303 01 0e  0161 0162 81804063  000102  010103  020903'),
	('symbols out of order',			'01 0100 030302 060303 01 0e  0162 0161 0163  000102  010103  020903'),
	('a symbol twice',					'01 0100 030302 060303 01 0e  0161 0161 0163  000102  010103  020903'),
	('a prefix behind its extension',	'01 0100 030302 070303 01 0e  026161 0161 0163  000102  010103  020903'),
	('a symbol not used',				'01 0100 030302 060303 01 0e  0161 0162 0163  000101  010105  020903'),
	('NUL in a symbol',					'01 0100 030302 060303 01 0e  0100 0162 0163  000102  010103  020903'),
	('a cut character',					'01 0100 030302 060303 01 0e  0161 0162 01c3  000102  010103  020903'),
	('an overlong character',			'01 0100 030302 070303 01 0e  0161 0162 02c0af  000102  010103  020903'),
	('a surrogate',						'01 0100 030302 080303 01 0e  0161 0162 03eda080  000102  010103  020903'),
	('a byte order mark is fine',		'01 0100 030302 080303 01 0e  0161 0162 03efbbbf  000102  010103  020903'),
	-- symbols section
	('symbol number too great',			'01 0100 030302 060303 01 0e  0161 0162 0163  000103  010103  020903'),
	('siblings out of order',			'01 0100 030302 060303 01 0e  0161 0162 0163  000201  010103  020903'),
	('siblings alike',					'01 0100 040302 060404 01 11  0161 0162 0163  00010202  01010303  02090303'),
	('siblings alike, apart by a child','01 0100 040303 060404 01 11  0161 0162 0163  00010201  01010105  02090303'),
	('top nodes out of order',			'01 0100 030302 060303 01 0e  0161 0162 0163  020001  010301  020903'),
	-- shape
	('first node is a sibling',			'01 0100 030302 060303 01 0e  0161 0162 0163  000102  030103  020903'),
	('closes more than is open',		'01 0100 030302 060303 01 0e  0161 0162 0163  000102  010107  020903'),
	('closes 2^20 levels',				'01 0100 030302 060306 01 0e  0161 0162 0163  000102  010181808001  020903'),
	('deeper than the header says',		'01 0100 030302 060303 01 0e  0161 0162 0163  000102  010101  020903'),
	-- weights
	('a weight of 0',					'01 0100 030302 060303 01 0b  0161 0162 0163  000102  010103  020900'),
	('units too small',					'01 0100 030302 060303 01 0d  0161 0162 0163  000102  010103  020903'),
	('units too great',					'01 0100 030302 060303 01 0f  0161 0162 0163  000102  010103  020903'),
	('weights of 2^63 in all',			'01 0100 030302 060303 01 ffffffffffffffff7f  0161 0162 0163  000102  010103  ffffffffffffffff7f ffffffffffffffff7f 02'),
	('quantum 0',						'01 0100 030302 060303 00 0e  0161 0162 0163  000102  010103  020903'),
	('quantum 1 for 2, 4, 6',			'01 0100 030302 060303 01 0c  0161 0162 0163  000102  010103  020406'),
	('quantum 2 for no weight',			'01 0100 030302 060303 02 00  0161 0162 0163  000102  000002'),
	('quantum times units past 2^63',	'01 0100 030302 060303 ffffffffffffffff7f 0e  0161 0162 0163  000102  010103  020903'),
	('quantum 3, a good tree',			'01 0100 030302 060303 03 0e  0161 0162 0163  000102  010103  020903');

\pset format unaligned
SELECT what, CASE WHEN h = wire::text THEN 'accepted, sent alike' ELSE h END AS outcome
FROM hostile, LATERAL (SELECT decode(translate(bytes, ' ', ''), 'hex') AS body) AS b,
	LATERAL (SELECT body || crc32c_of(body) AS wire) AS w, LATERAL (SELECT from_hex(wire) AS h) AS x
ORDER BY id;
\pset format aligned

-- recv says the same
SELECT count(*) AS wires, count(*) FILTER (WHERE received(wire) <> from_hex(wire)) AS different
FROM hostile, LATERAL (SELECT decode(translate(bytes, ' ', ''), 'hex') AS body) AS b,
	LATERAL (SELECT body || crc32c_of(body) AS wire) AS w;

-- lengths near the limits, where numbers could wrap: refused before memory is asked for
SELECT CASE WHEN h LIKE '22P03: %' THEN '22P03' ELSE h END AS outcome, count(*)
FROM unnest(ARRAY['03', '7f', 'ffff7f', 'ffffff3f', '80808040', '81808040', 'ffffff7f', '8080808001', 'ffffffff07', 'ffffffff0f',
		'8080808010', 'ffffffffffffffff7f']) AS big,
	unnest(ARRAY['%s 03 02 06 03 03', '03 %s 02 06 03 03', '03 03 %s 06 03 03', '03 03 02 %s 03 03', '03 03 02 06 %s 03',
		'03 03 02 06 03 %s', '%1$s %1$s %1$s %1$s %1$s %1$s']) AS header,
	LATERAL (SELECT decode('010100' || translate(format(header, big), ' ', '') || '010e016101620163000102010103020903', 'hex') AS body) AS b,
	LATERAL (SELECT from_hex(body || crc32c_of(body)) AS h) AS x
WHERE format(header, big) <> '03 03 02 06 03 03'
GROUP BY 1 ORDER BY 1;

-- ---- the hex form of a database in another encoding names that in front ----

-- byte 2, length of the name, name, wire form, checksum
CREATE FUNCTION named(name text, wire bytea) RETURNS bytea LANGUAGE sql AS $$
	SELECT b || crc32c_of(b)
	FROM (SELECT '\x02' || set_byte('\x00', 0, length(convert_to(name, 'UTF8'))) || convert_to(name, 'UTF8') || wire AS b) AS x
$$;
CREATE TEMP TABLE named_form (id serial, what text, bytes bytea);
INSERT INTO named_form (what, bytes)
SELECT what, b FROM (SELECT '\x0101000101010201010101'::bytea || '\x0161000101' AS ascii, '\x0101000101010201010101'::bytea || '\x01e9000101' AS e9) AS x,
	LATERAL (SELECT ascii || crc32c_of(ascii) AS a, e9 || crc32c_of(e9) AS e) AS w, LATERAL (VALUES
	(1, 'UTF8', named('UTF8', a)), (2, 'LATIN1', named('LATIN1', a)), (3, 'E9 in LATIN1', named('LATIN1', e)), (4, 'E9 in UTF8', named('UTF8', e)),
	(5, 'E9 in SQL_ASCII', named('SQL_ASCII', e)), (6, 'E9 in EUC_JP', named('EUC_JP', e)), (7, 'E9 in KOI8R', named('KOI8R', e)),
	(8, 'of clients only', named('SJIS', a)), (9, 'unknown', named('KLINGON', a)), (10, 'no name', named('', a)), (11, '63 bytes', named(repeat('x', 63), a)),
	(12, '64 bytes', named(repeat('x', 64), a)), (13, '255 bytes', named(repeat('x', 255), a)), (14, 'NUL in the name', '\x020600'::bytea || '\x4154494e31' || a || crc32c_of('\x020600'::bytea || '\x4154494e31' || a)),
	(16, 'name past the end', '\x02064c4154'::bytea || crc32c_of('\x02064c4154'::bytea)), (17, 'no length', '\x02'::bytea), (18, 'nothing behind', named('LATIN1', '')),
	(19, 'twice', named('LATIN1', named('LATIN1', a)))) AS v(n, what, b)
ORDER BY n;
\pset format unaligned
SELECT what, CASE WHEN h NOT LIKE '\\x%' THEN h ELSE h::proftree::text END AS outcome
FROM named_form, LATERAL (SELECT from_hex(bytes) AS h) AS x ORDER BY id;
\pset format aligned
-- an encoding that the server knows but cannot convert from
SELECT substr(from_hex(named('MULE_INTERNAL', a || crc32c_of(a))), 1, 5) AS no_conversion
FROM (SELECT '\x0101000101010201010101'::bytea || '\x0161000101' AS a) AS x;
INSERT INTO named_form (what, bytes) SELECT 'no conversion', named('MULE_INTERNAL', bytes) FROM named_form WHERE what = 'E9 in UTF8';
-- recv knows no such names
SELECT DISTINCT received(bytes) FROM named_form ORDER BY 1;
-- every single bit flipped, in the name too: refused
WITH flipped AS (
	SELECT bit, set_bit(bytes, bit, 1 - get_bit(bytes, bit)) AS bytes FROM named_form, LATERAL generate_series(0, 8 * length(bytes) - 1) AS bit
	WHERE what = 'E9 in LATIN1'
)
SELECT bit, bytes, h AS accepted FROM flipped, LATERAL (SELECT from_hex(bytes) AS h) AS x WHERE h NOT LIKE '22P03: %' ORDER BY bit;
WITH cut AS (
	SELECT substr(bytes, 1, n) AS bytes FROM named_form, LATERAL generate_series(1, length(bytes) - 1) AS n WHERE what = 'E9 in LATIN1'
)
SELECT substr(from_hex(bytes), 1, 5) AS outcome, count(*) FROM cut GROUP BY 1;
-- softly where the server asks for that
DO $$
DECLARE
	wrong bigint;
BEGIN
	IF current_setting('server_version_num')::int >= 160000 THEN
		EXECUTE $q$
			SELECT count(*) FROM named_form, pg_input_error_info(bytes::text, 'proftree') AS i
			WHERE (i.sql_error_code IS NULL) <> (from_hex(bytes) LIKE '\\x%') $q$ INTO wrong;
		IF wrong <> 0 THEN
			RAISE EXCEPTION '% errors that are not soft', wrong;
		END IF;
	END IF;
END $$;

SELECT recv_done();
DROP FUNCTION received, from_hex, named;
