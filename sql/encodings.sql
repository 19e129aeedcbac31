\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/sql/include/helpers.sql'
\set pprof :abs_srcdir '/sql/include/pprof.sql'
\i :helpers
--
-- Databases in other encodings, and clients in another encoding than the
-- server's: text, binary and hex.  All output here is ASCII.
--
SET client_min_messages = warning;
DROP DATABASE IF EXISTS regress_pyrotree_latin1;
DROP DATABASE IF EXISTS regress_pyrotree_latin2;
DROP DATABASE IF EXISTS regress_pyrotree_euc_jp;
DROP DATABASE IF EXISTS regress_pyrotree_sql_ascii;
RESET client_min_messages;
CREATE DATABASE regress_pyrotree_latin1 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' LOCALE_PROVIDER libc TEMPLATE template0;
CREATE DATABASE regress_pyrotree_latin2 ENCODING 'LATIN2' LC_COLLATE 'C' LC_CTYPE 'C' LOCALE_PROVIDER libc TEMPLATE template0;
CREATE DATABASE regress_pyrotree_euc_jp ENCODING 'EUC_JP' LC_COLLATE 'C' LC_CTYPE 'C' LOCALE_PROVIDER libc TEMPLATE template0;
CREATE DATABASE regress_pyrotree_sql_ascii ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' LOCALE_PROVIDER libc TEMPLATE template0;
SELECT current_database() AS home \gset

-- ---- UTF8, with clients in other encodings ----

-- A with acute (U+00C1) and A with ogonek (U+0104): in LATIN2 they are C1 and
-- A1, so they sort the other way round
CREATE TEMP TABLE tree AS
SELECT 1 AS id, proftree_agg(ARRAY[chr(193), chr(260), 'a'], 3) + proftree_agg(ARRAY[chr(260), chr(193)], 4) AS tree
UNION ALL SELECT 2, proftree_insert('', ARRAY[chr(233) || ';' || chr(252), 'b'], 5);
SELECT encode(proftree_send(tree), 'hex') AS utf8_hex, tree::text AS utf8_text FROM tree WHERE id = 1 \gset
SELECT :'utf8_hex' LIKE '%02c38102c484%' AS utf8_on_the_wire;
SET client_encoding = 'LATIN2';
SELECT position('\x01c101a1'::bytea IN proftree_send(tree)) > 0 AS latin2_on_the_wire, recv(proftree_send(tree)) = tree AS received,
	encode(proftree_send(tree), 'hex') = :'utf8_hex' AS alike
FROM tree WHERE id = 1;
-- COPY in both formats, as this client
\copy tree to 'results/encodings.bin' (format binary)
\copy tree to 'results/encodings.txt'
CREATE TEMP TABLE copied (LIKE tree);
\copy copied from 'results/encodings.bin' (format binary)
\copy copied from 'results/encodings.txt'
SELECT id, count(*) AS copies, bool_and(c.tree = t.tree) AS same FROM copied AS c JOIN tree AS t USING (id) GROUP BY id ORDER BY id;
-- the hex form is in UTF-8 whatever the client
SELECT ('\x' || :'utf8_hex')::proftree = tree AS same FROM tree WHERE id = 1;
-- and the same bytes are another tree, or none, for a client in another encoding
SET client_encoding = 'LATIN1';
SELECT recv(decode(:'utf8_hex', 'hex')) = tree AS same FROM tree WHERE id = 1;
-- a symbol that the client cannot show
SELECT error_of($$SELECT proftree_send(proftree_insert('', ARRAY['a', chr(8364)]))$$) AS euro;
RESET client_encoding;
-- bytes that are invalid in the client's encoding, checksum right: a 1 with its
-- symbol made E9
CREATE FUNCTION wire(symbol bytea) RETURNS bytea LANGUAGE sql AS $$
	SELECT b || crc32c_of(b) FROM (SELECT '\x010100010101'::bytea || set_byte('\x00', 0, 1 + length(symbol)) || '\x01010101'::bytea
		|| set_byte('\x00', 0, length(symbol)) || symbol || '\x000101'::bytea AS b) AS x
$$;
SELECT error_of($$SELECT recv(wire('\x61'))$$) AS good, error_of($$SELECT recv(wire('\xe9'))$$) AS not_utf8, error_of($$SELECT recv(wire('\x610062'))$$) AS nul;
SET client_encoding = 'SJIS';
SELECT error_of($$SELECT recv(wire('\x61'))$$) AS good, error_of($$SELECT recv(wire('\x81'))$$) AS not_sjis, error_of($$SELECT recv(wire('\x610062'))$$) AS nul;
-- Two symbols of the client that are one for the server: 81E0 and 8790 are both
-- U+2252.  Their nodes are one, and so are the nodes below.
SELECT convert_from('\x81e0', 'SJIS') = convert_from('\x8790', 'SJIS') AS one_character;
SELECT recv(b || crc32c_of(b)) = proftree_insert(proftree_insert('', ARRAY[chr(8786), 'a'], 3), ARRAY[chr(8786)], 2) AS merged
FROM (SELECT '\x01'::bytea || '\x0100' || '\x040302' || '\x080404' || '\x0105'	-- 4 nodes, 3 symbols, 2 deep; quantum 1, 5 units
	|| '\x0161' || '\x0281e0' || '\x028790'
	|| '\x01000200' || '\x00010501'			-- 81e0; a below it; 8790 beside 81e0; a below it
	|| '\x010202' AS b) AS x;
RESET client_encoding;

-- ---- LATIN1 ----

\c regress_pyrotree_latin1
\set ECHO none
\i :helpers
SET client_encoding = 'UTF8';
SELECT getdatabaseencoding();
CREATE TABLE tree (id integer, tree proftree);
INSERT INTO tree VALUES (1, E'\u00e9;\u00fc 3\n\u00e9;z 4'), (2, proftree_insert('', ARRAY[E'\u00ff', E'\u00a0', ';'], 5)),
	(3, proftree_from_folded(decode('e9203320', 'hex')));
-- one byte a character in the database
SELECT id, encode(convert_to(s, 'LATIN1'), 'hex') AS symbol, octet_length(s) AS bytes FROM tree, proftree_symbols(tree) AS s ORDER BY id, 2;
SELECT id, tree::text::proftree = tree AS text, ('\x' || encode(proftree_send(tree), 'hex'))::proftree = tree AS hex, recv(proftree_send(tree)) = tree AS recv,
	(SELECT proftree_agg(stack, self) FROM proftree_iterate(tree)) = tree AS iterate
FROM tree ORDER BY id;
SELECT position('\x02c3a9'::bytea IN proftree_send(tree)) > 0 AS utf8_for_this_client FROM tree WHERE id = 1;
\copy tree to 'results/encodings.bin' (format binary)
\copy tree to 'results/encodings.txt'
CREATE TABLE copied (LIKE tree);
\copy copied from 'results/encodings.bin' (format binary)
\copy copied from 'results/encodings.txt'
SET client_encoding = 'LATIN1';
SELECT position('\x01e9'::bytea IN proftree_send(tree)) > 0 AS latin1_for_this_one FROM tree WHERE id = 1;
\copy tree to 'results/encodings_latin1.bin' (format binary)
\copy copied from 'results/encodings_latin1.bin' (format binary)
SELECT id, count(*) AS copies, bool_and(c.tree = t.tree) AS same FROM copied AS c JOIN tree AS t USING (id) GROUP BY id ORDER BY id;
SET client_encoding = 'UTF8';
-- blocks, whose hex names this encoding; from UTF8 the order of symbols may change
SELECT b::text::profblock = b AS text, left(b::text, 18) AS begins, ('\x' || encode(profblock_send(b), 'hex'))::profblock = b AS hex
FROM (SELECT profblock_agg(id, tree) AS b FROM tree) AS x;
-- JSON in this encoding; escapes of characters that it has, and has not
SELECT id, proftree_from_flamebearer(proftree_to_flamebearer(tree)) = tree AS flamebearer, proftree_from_speedscope(proftree_to_speedscope(tree, E'\u00fc'), E'\u00fc') = tree AS speedscope,
	position('{"name":' || to_json((SELECT label FROM proftree_flamegraph(tree) WHERE level = 1)) IN proftree_to_d3(tree)::text) > 0 AS d3, (SELECT array_agg(label) FROM proftree_flamegraph(tree)) @> ARRAY(SELECT proftree_symbols(tree)) AS flamegraph
FROM tree ORDER BY id;
SELECT proftree_from_flamebearer('{"names": ["", "\u00e9"], "levels": [[0,1,0,0], [0,1,1,1]]}') = E'\u00e9 1' AS escape,
	left(error_of($$SELECT proftree_from_flamebearer('{"names": ["", "\u20ac"], "levels": []}')$$), 5) AS euro,
	left(error_of($$SELECT proftree_from_speedscope('{"profiles": [{"name": "\u20ac"}]}')$$), 5) AS euro_in_a_name;
-- characters that LATIN1 has not: through the client, in hex, in binary; and
-- bytes that are no UTF-8
SELECT error_of('SELECT recv(''\x' || :'utf8_hex' || ''')') AS recv;
SELECT error_of('SELECT ''\x' || :'utf8_hex' || '''::proftree') AS hex;
SELECT encode(b || crc32c_of(b), 'hex') AS not_utf8 FROM (SELECT '\x01010001010102010101'::bytea || '\x0101e9000101' AS b) AS x \gset
SELECT error_of('SELECT recv(''\x' || :'not_utf8' || ''')') AS recv, error_of('SELECT ''\x' || :'not_utf8' || '''::proftree') AS hex;
SET client_encoding = 'LATIN1';
SELECT error_of('SELECT recv(''\x' || :'not_utf8' || ''')') AS recv, error_of('SELECT ''\x' || :'not_utf8' || '''::proftree') AS hex;
SET client_encoding = 'UTF8';
-- beyond 16 MB of text: hex, with this encoding's name, and back
SELECT t::text AS latin1_hex, left(t::text, 4) || convert_from(decode(substr(t::text, 7, 12), 'hex'), 'UTF8') AS begins,
	position('02e9e9' IN t::text) > 0 AS latin1, t::text::proftree = t AS reads_back
FROM (SELECT proftree_agg(array_fill(E'\u00e9\u00e9'::text, ARRAY[i]), 1) AS t FROM generate_series(1, 5001) AS i) AS x \gset
SELECT :'begins' AS begins, :'latin1' AS latin1, :'reads_back' AS reads_back;
-- a symbol of 1 MB here takes 2 MB in UTF-8; it still comes back
SELECT octet_length(s) AS bytes, recv(proftree_send(t)) = t AS recv, ('\x' || encode(proftree_send(t), 'hex'))::proftree = t AS hex, t::text::proftree = t AS text
FROM (SELECT repeat(E'\u00e9', 1048576) AS s) AS x, LATERAL (SELECT proftree_insert('', ARRAY[s]) AS t OFFSET 0) AS y;
-- columns count characters; clipped text is cut between them
SELECT error_of(E'SELECT E''\u00e9\u00e9;"\u00e9" 1\\n\u00e9\u00e9 x''::proftree') AS error;
-- what is mended is made a question mark: no byte but NUL is invalid
SELECT proftree_from_folded(decode('61ff0062203120', 'hex'), 'replace') = E'a\u00ff?b 1' AS replaced;
-- pprof files are in UTF-8, here too: names, labels, types, arguments
\set ECHO none
\i :pprof
SELECT proftree_from_pprof(proftree_to_pprof(tree, E'\u00e9', E'\u00ff'), E'\u00e9') = tree AS back, (pprof_info(proftree_to_pprof(tree, E'\u00e9', E'\u00ff'))).units = ARRAY[E'\u00ff'] AS unit
FROM tree ORDER BY id;
SELECT proftree_from_pprof(proftree_to_pprof(t)) = t AS back FROM (SELECT proftree_insert('', ARRAY[repeat(E'\u00e9', 1048576)]) AS t) AS x;
-- strings: 3 e with acute and a slash, 4 a euro sign, which LATIN1 has not, 5 no UTF-8, 6 plain
CREATE TABLE file AS SELECT sample_type(3, 2) || sample('{1}', '{1}', label(3, 3)) || sample('{2,1}', '{2}', label(3, 4)) || sample('{3}', '{4}', label(4, 3)) || sample('{4}', '{8}', label(3, 0, 7, 3)) || sample('{5}', '{16}')
	|| mapping(1, 3) || location(1, '{1}') || location(2, '{2}') || location(3, '{3}') || location(4, '{4}') || location(5, '{}', 1, 255) || func(1, 3) || func(2, 4) || func(3, 5) || func(4, 6)
	|| strings('', 'samples', 'count') || pb(6, '\xc3a92fc3a9'::bytea) || pb(6, '\xe282ac61'::bytea) || pb(6, '\x61e9'::bytea) || strings('plain') AS pprof;
SELECT error_of('SELECT proftree_from_pprof(pprof) FROM file', true) AS euro, error_of($$SELECT proftree_from_pprof(pprof, E'\u00e9/\u00e9') FROM file$$) AS by_name,
	error_of($$SELECT pprof_samples(pprof, E'\u00e9/\u00e9') FROM file$$) AS label, replace(error_of($$SELECT proftree_from_pprof(pprof, E'\u00e9') FROM file$$, true), E'\u00e9', 'E') AS no_such_type;
SELECT proftree_from_pprof(pprof, NULL, 'skip') = E'\u00e9/\u00e9 1\nplain 8\n\u00e9+0xff 16' AS skipped, proftree_from_pprof(pprof, NULL, 'replace') = E'\u00e9/\u00e9 1\n\u00e9/\u00e9;?a 2\na? 4\nplain 8\n\u00e9+0xff 16' AS replaced FROM file;
SELECT s.label_value = E'\u00e9/\u00e9' AS label_value, s.sample_type = E'\u00e9/\u00e9' AS sample_type, proftree_total(s.profile) FROM file, LATERAL pprof_samples(pprof, E'\u00e9/\u00e9', 'skip') AS s;
SELECT s.label_value = E'\u00e9/\u00e9' AS label_value, s.sample_type = E'\u00e9/\u00e9' AS sample_type, proftree_total(s.profile) FROM file, LATERAL pprof_samples(pprof, E'\u00e9/\u00e9', 'replace') AS s;
-- drop_frames is compared in this encoding: one character is one byte
SELECT proftree_from_pprof(sample_type(1, 2) || sample('{2,1}', '{1}') || location(1, '{1}') || location(2, '{2}') || func(1, 1) || func(2, 3) || strings('', 'main', 'count') || pb(6, '\xc3a9'::bytea) || strings('.') || pb(7, 4), prune => true) AS pruned;
-- strings that are more than one thing: a label's key and its unit, a type and a name that prune looks at
SELECT s.label_value, s.profile FROM pprof_samples(strings('', 'inuse', 'bytes', 'main') || sample_type(1, 2) || func(1, 3) || location(1, '{1}')
	|| sample('{1}', '{10}', label(2, 0, 100, 2)) || sample('{1}', '{20}', label(2, 0, 200, 2)) || sample('{1}', '{30}', label(2, 0, 300, 2)), 'bytes') AS s;
SELECT proftree_from_pprof(strings('', 'cpu', 'ns', 'malloc') || sample_type(1, 2) || func(1, 1) || func(2, 3) || location(1, '{1}') || sample('{1}', '{10}') || pb(7, 3), 'cpu', prune => true) AS by_type;
SELECT i.default_sample_type, i.sample_types, i.comments FROM pprof_info(strings('', 'cpu', 'ns', 'wall') || sample_type(1, 2) || sample_type(3, 2) || pb(14, 1) || pb(13, 1)) AS i;
-- names that get longer from one tree to the next
SELECT s.sample_type, proftree_total(s.profile), (SELECT min(length(symbol)) || ' to ' || max(length(symbol)) FROM proftree_symbols(s.profile) AS symbol) AS names
FROM (SELECT strings('', 'a', 'b', 'c', 'd') || sample_type(1, 0) || sample_type(2, 0) || sample_type(3, 0) || sample_type(4, 0)
		|| string_agg(pb(6, k || repeat(E'\u00e9', k * (30 + j) - 1)) || func(300 * k + j, 300 * (k - 1) + j + 4) || location(300 * k + j, ARRAY[300 * k + j])
			|| sample(ARRAY[300 * k + j], ARRAY[(k = 1)::int * j, (k = 2)::int * j, (k = 3)::int * j, (k = 4)::int * j]), '' ORDER BY k, j) AS f
	FROM generate_series(1, 4) AS k, generate_series(1, 300) AS j) AS x, LATERAL pprof_samples(f) AS s;

-- ---- LATIN2: the order of symbols changes on the way ----

\c regress_pyrotree_latin2
\set ECHO none
\i :helpers
SET client_encoding = 'UTF8';
SELECT getdatabaseencoding();
SELECT ('\x' || :'utf8_hex')::proftree = :'utf8_text'::proftree AS hex, recv(decode(:'utf8_hex', 'hex')) = :'utf8_text'::proftree AS recv,
	array_agg(encode(convert_to(s, 'LATIN2'), 'hex')) AS symbols, encode(proftree_send(:'utf8_text'), 'hex') = :'utf8_hex' AS same_wire
FROM proftree_symbols(:'utf8_text') AS s;
-- what is stored is canonical here: equal to what is built here, node by node
SELECT proftree_send(t) = proftree_send(t::text::proftree) AS canonical, (SELECT array_agg(self ORDER BY node) FROM proftree_nodes(t)) AS self,
	proftree_total(t, E'\u0104') AS ogonek
FROM (SELECT ('\x' || :'utf8_hex')::proftree AS t) AS x;

-- the hex form that LATIN1 wrote
SELECT :'latin1_hex'::proftree = proftree_agg(array_fill(E'\u00e9\u00e9'::text, ARRAY[i]), 1) AS from_latin1 FROM generate_series(1, 5001) AS i;

-- ---- EUC_JP: several bytes a character, none of them UTF-8 ----

\c regress_pyrotree_euc_jp
\set ECHO none
\i :helpers
SET client_encoding = 'UTF8';
SELECT getdatabaseencoding();
-- EF BB BF begins two characters here, not a byte order mark
SELECT count(*) AS trees, bool_and(tree = proftree_insert('', convert_from('\xefbbbfa4', 'EUC_JP'), 3)) AS right,
	bool_and(tree::text::proftree = tree) AS readable
FROM (VALUES (proftree_from_folded(convert_from('\xefbbbfa42033', 'EUC_JP'))), (proftree_from_folded('\xefbbbfa42033'::bytea))) AS v(tree);
SELECT proftree_from_folded(proftree_to_folded(t)) = t AS folded, recv(proftree_send(t)) = t AS recv, t::text::proftree = t AS text,
	('\x' || encode(proftree_send(t), 'hex'))::proftree = t AS hex
FROM (SELECT proftree_insert('', ARRAY[convert_from('\xefbbbfa4', 'EUC_JP'), 'a', convert_from('\xa4a241a4a4', 'EUC_JP')], 3) AS t) AS x;
SELECT proftree_from_folded('\xa4a2a42033'::bytea, 'replace') = proftree_insert('', convert_from('\xa4a2', 'EUC_JP') || '?', 3) AS mended;
SELECT proftree_from_flamebearer(proftree_to_flamebearer(t)) = t AS flamebearer, proftree_from_speedscope(proftree_to_speedscope(t)) = t AS speedscope,
	proftree_from_flamebearer('{"names": ["", "\u3042"], "levels": [[0,1,0,0], [0,1,1,1]]}') = proftree_insert('', convert_from('\xa4a2', 'EUC_JP'), 1) AS escape
FROM (SELECT proftree_insert('', ARRAY[convert_from('\xefbbbfa4', 'EUC_JP'), 'a', convert_from('\xa4a241a4a4', 'EUC_JP')], 3) AS t) AS x;
\set ECHO none
\i :pprof
SELECT proftree_from_pprof(proftree_to_pprof(t)) = t AS pprof,
	proftree_from_pprof(sample_type(0, 0) || sample('{2,1}', '{3}') || location(1, '{1}') || location(2, '{2}') || func(1, 1) || func(2, 2) || strings('') || pb(6, '\xe38182'::bytea) || strings('a')) = t AS from_utf8
FROM (SELECT proftree_insert('', ARRAY[convert_from('\xa4a2', 'EUC_JP'), 'a'], 3) AS t) AS x;

-- ---- SQL_ASCII: bytes are bytes ----

\c regress_pyrotree_sql_ascii
\set ECHO none
\i :helpers
SELECT getdatabaseencoding();
CREATE TABLE tree AS SELECT proftree_insert('', ARRAY[E'\xff\xfe', E'\xc3\xa9', 'a'], 3) AS tree;
SET client_encoding = 'UTF8';
SELECT recv(proftree_send(tree)) = tree AS recv, ('\x' || encode(proftree_send(tree), 'hex'))::proftree = tree AS hex, tree::text::proftree = tree AS text,
	encode(proftree_send(tree), 'hex') AS wire FROM tree;
SELECT proftree_from_flamebearer(proftree_to_flamebearer(tree)) = tree AS flamebearer, proftree_from_speedscope(proftree_to_speedscope(tree)) = tree AS speedscope FROM tree;
RESET client_encoding;
SELECT encode(proftree_send(tree), 'hex') AS raw_hex FROM tree \gset
SELECT error_of($$SELECT proftree_from_folded('\x610020310a'::bytea)$$) AS nul;
-- pprof: bytes as they are, both ways
\set ECHO none
\i :pprof
SELECT proftree_from_pprof(proftree_to_pprof(tree)) = tree AS back FROM tree;
SELECT proftree_from_pprof(sample_type(1, 2) || sample('{1}', '{3}') || location(1, '{1}') || func(1, 3) || strings('', 'samples', 'count') || pb(6, '\xff41'::bytea)) = E'\xff\x41 3' AS as_is,
	error_of($$SELECT proftree_from_pprof(sample_type(1, 2) || sample('{1}', '{3}') || location(1, '{1}') || func(1, 3) || strings('', 'samples', 'count') || pb(6, '\xff0041'::bytea))$$) AS nul;
-- those bytes are no text elsewhere
\c :home
\set ECHO none
\i :helpers
SELECT error_of('SELECT recv(''\x' || :'raw_hex' || ''')') AS recv, error_of('SELECT ''\x' || :'raw_hex' || '''::proftree') AS hex;
-- the hex form that LATIN1 wrote is read here
SELECT :'latin1_hex'::proftree = proftree_agg(array_fill(E'\u00e9\u00e9'::text, ARRAY[i]), 1) AS from_latin1 FROM generate_series(1, 5001) AS i;
SELECT recv_done();
DROP DATABASE regress_pyrotree_latin1;
DROP DATABASE regress_pyrotree_latin2;
DROP DATABASE regress_pyrotree_euc_jp;
DROP DATABASE regress_pyrotree_sql_ascii;
