\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/sql/include/helpers.sql'
\i :helpers
--
-- The limits, and sizes far beyond the usual.  Nothing here may be quadratic:
-- each statement takes seconds (minutes under sanitizers), a quadratic one hours.
--
SET statement_timeout = '5min';
\pset format unaligned

-- ---- symbols: 1 MB ----

SELECT call, error_of('SELECT ' || call, true) AS error
FROM (VALUES
	(1, $$proftree_insert('', repeat('x', 1048576))$$),
	(2, $$proftree_insert('', repeat('x', 1048577))$$),
	(3, $$proftree_insert('', ARRAY['a', repeat('x', 1048577)])$$),
	(4, $$(repeat('x', 1048576) || ' 1')::proftree$$),
	(5, $$(E'a 1\nb;' || repeat('x', 1048577) || ' 1')::proftree$$),
	(6, $$('"' || repeat('""', 1048576) || '" 1')::proftree$$),
	(7, $$('"' || repeat('""', 1048577) || '" 1')::proftree$$),
	(8, $$proftree_from_folded(repeat('x', 1048576) || ' 1')$$),
	(9, $$proftree_from_folded(E'a 1\n' || repeat('x', 1048577) || ' 1')$$),
	(10, $$proftree_agg(s) FROM unnest(ARRAY['a', repeat('x', 1048577)]) AS s$$),
	-- bytes count, not characters
	(11, $$proftree_insert('', repeat(chr(233), 524288))$$),
	(12, $$proftree_insert('', repeat(chr(233), 524289))$$)) AS v(n, call)
ORDER BY n;
-- on the wire: the length of a symbol at and past the limit
SELECT error_of(format('SELECT %L::proftree', '\x' || encode(body || crc32c_of(body), 'hex'))) AS wire
FROM unnest(ARRAY[1048576, 1048577]) AS n, LATERAL (SELECT '\x010100010101'::bytea
	|| CASE n WHEN 1048576 THEN '\x838040' ELSE '\x848040' END::bytea || '\x01010101'::bytea		-- 3 + n bytes of dictionary
	|| CASE n WHEN 1048576 THEN '\x808040' ELSE '\x818040' END::bytea || convert_to(repeat('x', n), 'UTF8')
	|| '\x000101'::bytea AS body) AS b
ORDER BY n;
-- two that differ in the last byte only, between many others; look-up and order
SELECT proftree_symbol_count(t) AS symbols, proftree_total(t, repeat('x', 1048575) || 'a') AS a, proftree_total(t, repeat('x', 1048575) || 'b') AS b,
	t::text::proftree = t AS reads_back, proftree_send(t)::text::proftree = t AS hex, proftree_node_count(t + t) AS nodes
FROM (SELECT proftree_agg(CASE i WHEN 7 THEN repeat('x', 1048575) || 'a' WHEN 8 THEN repeat('x', 1048575) || 'b' ELSE repeat('x', i) END, i) AS t
	FROM generate_series(1, 100) AS i) AS x;

-- ---- depth: 1,048,576 frames ----

SELECT n, proftree_depth(t) AS depth, proftree_node_count(t) AS nodes, proftree_total(t) AS total, proftree_total(t, 'f') AS f,
	proftree_from_folded(proftree_to_folded(t)) = t AS folded, t::text::proftree = t AS text, proftree_send(t)::text::proftree = t AS hex,
	proftree_depth(t + t) AS merged, proftree_scale(t, 2) = t + t AS scaled, proftree_delta(t, t + t) = t AS delta,
	(SELECT max(depth) FROM proftree_nodes(t)) AS nodes_depth, (SELECT total FROM proftree_top(t)) AS top_total,
	(SELECT count(*) FROM proftree_iterate(t, 5)) AS iterate_5
FROM unnest(ARRAY[10000, 100000, 1048576]) AS n, LATERAL (SELECT proftree_insert('', repeat('f;', n - 1) || 'f', 3) AS t OFFSET 0) AS x
ORDER BY n;
SELECT call, error_of('SELECT ' || call, true) AS error
FROM (VALUES
	(1, $$proftree_insert('', repeat('f;', 1048576) || 'f')$$),
	(2, $$proftree_insert('', array_fill('f'::text, ARRAY[1048577]))$$),
	(3, $$(E'a 1\n' || repeat(';', 1048575) || ' 1')::proftree$$),
	(4, $$(E'a 1\n' || repeat(';', 1048576) || ' 1')::proftree$$),
	(5, $$proftree_from_folded(repeat(';', 1048576) || ' 1')$$),
	-- also when all but the end was there before
	(6, $$proftree_agg(s) FROM unnest(ARRAY[repeat('f;', 1048575) || 'f', repeat('f;', 1048576) || 'f']) AS s$$)) AS v(n, call)
ORDER BY n;
-- 10,000 frames, every one with weight: all stacks take 100 MB of text
SELECT count(*) AS rows, sum(length(stack)) AS characters, max(depth) AS depth, sum(self) AS self
FROM (SELECT proftree_insert('', array_fill('f'::text, ARRAY[10000])) AS t) AS x, LATERAL proftree_iterate(t);
SELECT left(t::text, 4) AS begins, t::text::proftree = t AS reads_back
FROM (SELECT proftree_agg(array_fill('f'::text, ARRAY[i])) AS t FROM generate_series(1, 10001, 4) AS i) AS x;

-- ---- a million stacks, a million children ----

-- all children of one node: in order, backwards, shuffled
SELECT how, proftree_node_count(t) AS nodes, proftree_total(t) AS total
FROM (SELECT 'ascending' AS how, proftree_agg('main;f' || i, 1) AS t FROM generate_series(1000000, 1999999) AS i
	UNION ALL SELECT 'descending', proftree_agg('main;f' || 2000000 - i, 1) FROM generate_series(1, 1000000) AS i) AS x ORDER BY how;
CREATE TEMP TABLE wide AS
SELECT proftree_agg('main;f' || i::bigint * 7919 % 1000003, i) AS t FROM generate_series(1, 1000000) AS i;
-- the same with everything else
SELECT proftree_node_count(t) AS nodes, proftree_node_count(t + proftree_insert('main;f 1', 'main;g')) AS merged,
	proftree_total(t, 'f77') = (SELECT i FROM generate_series(1, 1000000) AS i WHERE i::bigint * 7919 % 1000003 = 77) AS one, (SELECT count(*) FROM proftree_top(t)) AS top,
	(SELECT count(*) FROM proftree_iterate(t)) AS iterate, (SELECT count(DISTINCT parent) FROM proftree_nodes(t)) AS parents
FROM wide;
SELECT t::text::proftree = t AS text FROM wide;
SELECT proftree_send(t)::text::proftree = t AS hex FROM wide;
SELECT proftree_from_folded(proftree_to_folded(t)) = t AS folded FROM wide;
-- added up: children that meet, that interleave, that come in another order
SELECT proftree_node_count(sum(u)) AS nodes, proftree_total(sum(u)) AS total
FROM (SELECT t AS u FROM wide
	UNION ALL SELECT proftree_agg('main;f' || i || 'x', 1) FROM generate_series(1, 300000) AS i
	UNION ALL SELECT proftree_agg('main;f' || i, 1) FROM generate_series(1, 300000) AS i
	UNION ALL SELECT proftree_agg('main;' || i || 'f', 1) FROM generate_series(1, 300000) AS i) AS x;
-- single inserts into what was added up, in front, behind and between
SELECT proftree_node_count(proftree_insert(proftree_insert(proftree_insert(t, 'main;a'), 'main;z'), 'main;f5x;y')) AS nodes FROM wide;
DROP TABLE wide;
-- a million roots; a million stacks of ten frames with many nodes in common
SELECT proftree_node_count(proftree_agg('f' || i)) AS roots FROM generate_series(1, 1000000) AS i;
SELECT proftree_node_count(t) AS nodes, proftree_depth(t) AS depth, proftree_total(t) AS total
FROM (SELECT proftree_agg(concat_ws(';', 'main', i % 2, i % 3, i % 5, i % 7, i % 11, i % 13, i % 17, i % 19, i % 23)) AS t
	FROM generate_series(1, 1000000) AS i) AS x;
-- wide at every level: 100 nodes with 10,000 children each
SELECT proftree_node_count(proftree_agg(ARRAY['p' || i % 100, 'c' || i])) AS nodes FROM generate_series(1, 1000000) AS i;

-- ---- weights: sums to 2^63-1 ----

SELECT call, error_of('SELECT ' || call) AS error
FROM (VALUES
	(1, $$proftree_agg(s, 4611686018427387903) FROM unnest(ARRAY['a', 'b']) AS s$$),
	(2, $$proftree_agg(s, 4611686018427387904) FROM unnest(ARRAY['a', 'b']) AS s$$),
	(3, $$sum(t) FROM unnest(ARRAY['a 9223372036854775807', 'a 0', '']::proftree[]) AS t$$),
	(4, $$sum(t) FROM unnest(ARRAY['a 9223372036854775807', 'a 0', 'b 1']::proftree[]) AS t$$),
	(5, $$proftree_merge('a 9223372036854775806', 'a 1')$$),
	(6, $$proftree_merge('a 9223372036854775807', 'a 1')$$)) AS v(n, call)
ORDER BY n;
SELECT proftree_total(t) AS total, t::text::proftree = t AS text, proftree_send(t)::text::proftree = t AS hex, proftree_scale(t, 1) = t AS scaled,
	proftree_delta('', t) = t AS delta, (SELECT total FROM proftree_iterate(t) LIMIT 1) AS root
FROM (SELECT proftree_agg('main;f' || i, 9223372036854775807 / 1000 + (i <= 807)::int) AS t FROM generate_series(1, 1000) AS i) AS x;

-- ---- the encoded value: 256 MB, counting symbols whole ----

-- 140 symbols of nearly 1 MB; two such trees of different symbols pass the limit
CREATE TEMP TABLE half AS
SELECT k, proftree_agg(ARRAY[k || lpad(i::text, 5, '0') || repeat('x', 1000000)]) AS t FROM generate_series(1, 140) AS i, unnest(ARRAY['a', 'b']) AS k GROUP BY k;
SELECT k, proftree_symbol_count(t) AS symbols FROM half ORDER BY k;
SELECT error_of('SELECT a.t + b.t FROM half AS a, half AS b WHERE a.k < b.k', true) AS merge;
SELECT error_of('SELECT proftree_send(sum(t)) FROM half', true) AS sum;
SELECT error_of('SELECT proftree_node_count(a.t + a.t) FROM half AS a', true) AS same_symbols;
DROP TABLE half;
-- A few bytes that unfold to that: symbols of 1 MB that share all but a byte or
-- two with the one before.  255 of them are a tree; 256 are refused, though the
-- value takes no more than a megabyte.
CREATE CAST (bytea AS proftree) WITHOUT FUNCTION;
CREATE FUNCTION varint(v integer) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN v < 128 THEN set_byte('\x00', 0, v)
		WHEN v < 16384 THEN set_byte(set_byte('\x0000', 0, v & 127 | 128), 1, v >> 7)
		ELSE set_byte(set_byte(set_byte('\x000000', 0, v & 127 | 128), 1, v >> 7 & 127 | 128), 2, v >> 14) END
$$;
CREATE FUNCTION unfolding(n integer) RETURNS bytea LANGUAGE sql AS $$
	SELECT '\x0100' || varint(n) || varint(n) || '\x01' || varint(length(d)) || varint(length(s)) || varint(n) || '\x0100'
		|| d || s || '\x00' || decode(repeat('02', n - 1), 'hex')
	FROM (SELECT '\x00' || varint(1048576) || convert_to(repeat('x', 1048574) || '!!', 'UTF8') || string_agg(
				CASE WHEN i % 90 = 0 THEN varint(1048574) || '\x02' || convert_to(chr(33 + i / 90) || '!', 'UTF8')
				ELSE varint(1048575) || '\x01' || convert_to(chr(33 + i % 90), 'UTF8') END, '' ORDER BY i) AS d
			FROM generate_series(1, n - 1) AS i) AS dictionary,
		(SELECT string_agg(varint(i), '' ORDER BY i) AS s FROM generate_series(0, n - 1) AS i) AS symbols
$$;
SELECT n, length(unfolding(n)) < 1100000 AS small,
	error_of(format('SELECT proftree_total(unfolding(%s)::proftree, ''x'')', n)) AS outcome
FROM unnest(ARRAY[2, 255, 256, 2000]) AS n ORDER BY n;
DROP CAST (bytea AS proftree);
DROP FUNCTION unfolding, varint;

-- ---- formats: 256 MB in, 1 GB out ----

SELECT error_of($$SELECT pprof_info(convert_to(repeat('x', 268435457), 'UTF8'))$$, true) AS error;
SELECT left(error_of($$SELECT proftree_to_d3(proftree_insert('', array_fill(repeat('<', 1048576), ARRAY[200])))$$), 5) AS error;
