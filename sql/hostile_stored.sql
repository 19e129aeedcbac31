\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/sql/include/helpers.sql'
\i :helpers
--
-- Damaged stored values: every function gives XX001, or the value is a well
-- formed tree after all, and then all functions agree on it.
--
-- These casts take bytes for a stored value without looking; only a superuser
-- can make them, and only this test does.
CREATE CAST (bytea AS proftree) WITHOUT FUNCTION;
CREATE CAST (proftree AS bytea) WITHOUT FUNCTION;

-- (proftree_to_folded() warns of what it replaces)
SET client_min_messages = error;

CREATE TEMP TABLE good (id integer, bytes bytea);
INSERT INTO good VALUES
	(1, ''::proftree::bytea),
	(2, E'a 2\na;ab 9\nb 300'::proftree::bytea),
	(3, proftree_insert(proftree_insert('', ARRAY['', chr(233), chr(128512)], 6), ARRAY[';'], 4)::bytea);
INSERT INTO good SELECT 4, proftree_agg(ARRAY['main', 'f' || i % 3, 'g' || i % 7, md5((i % 12)::text)], i % 5)::bytea
FROM generate_series(1, 60) AS i;
SELECT id, length(bytes) AS bytes, bytes::proftree::text::proftree::bytea = bytes AS reads_back FROM good ORDER BY id;

-- All that reads a value to its end.  judge() below is made of these: each
-- call in a block of its own.
CREATE FUNCTION make_judge() RETURNS void LANGUAGE plpgsql AS $make$
DECLARE
	call text;
	body text := '';
BEGIN
	FOREACH call IN ARRAY ARRAY[
		$$proftree_out(v)$$,
		$$proftree_send(v)$$,
		$$proftree_merge(v, '')$$,
		$$proftree_merge('m 1', v)$$,
		$$proftree_delta(v, 'm 1')$$,
		$$proftree_delta('m 1', v)$$,
		$$proftree_scale(v, 0.5)$$,
		$$proftree_insert(v, 'i')$$,
		$$proftree_insert(v, ARRAY['i'], 0)$$,
		$$proftree_to_folded(v)$$,
		$$proftree_subtree(v, 'a')$$,
		$$proftree_callers(v, 'ab')$$,
		$$proftree_callees(v, 'a')$$,
		$$proftree_invert(v)$$,
		$$proftree_focus(v, 'a')$$,
		$$proftree_ignore(v, 'a')$$,
		$$proftree_hide(v, 'a')$$,
		$$proftree_show(v, 'a')$$,
		$$proftree_show_from(v, 'b')$$,
		$$proftree_truncate(v, 2)$$,
		$$(SELECT count(d.*) FROM proftree_top_diff(v, 'm 1') AS d)$$,
		$$(SELECT count(r.*) FROM proftree_regressions('m 1', v) AS r)$$,
		$$proftree_total(v, 'a')$$,
		$$proftree_self(v, 'ab')$$,
		$$(SELECT count(i.*) FROM proftree_iterate(v) AS i)$$,
		$$(SELECT count(i.*) FROM proftree_iterate(v, 1) AS i)$$,
		$$(SELECT count(n.*) FROM proftree_nodes(v) AS n)$$,
		$$(SELECT count(t.*) FROM proftree_top(v) AS t)$$,
		$$(SELECT count(s.*) FROM proftree_symbols(v) AS s)$$,
		$$(SELECT proftree_total(sum(t)) FROM (VALUES (v)) AS x(t))$$,
		-- behind and before the tree it came from, with perhaps the same dictionary
		$$(SELECT proftree_total(sum(t)) FROM (VALUES (origin), (v)) AS x(t))$$,
		$$(SELECT proftree_total(sum(t)) FROM (VALUES (v), (origin)) AS x(t))$$]
	LOOP
		body := body || format($$
			BEGIN
				PERFORM %1$s;
				good := good + 1;
			EXCEPTION WHEN OTHERS THEN
				IF SQLSTATE <> 'XX001' THEN
					RETURN %1$L || ': ' || SQLSTATE || ': ' || SQLERRM;
				END IF;
				IF SQLERRM !~ '^invalid proftree value: (header|dictionary|symbols|shape|weights) section: '
						AND SQLERRM !~ '^invalid proftree value: unknown version [0-9]+$' THEN
					RETURN %1$L || ': ' || SQLERRM;
				END IF;
				bad := bad + 1;
				IF NOT thorough THEN
					RETURN 'refused';
				END IF;
			END;$$, call);
	END LOOP;
	EXECUTE format($$
		CREATE FUNCTION judge(bytes bytea, origin proftree, thorough boolean) RETURNS text LANGUAGE plpgsql AS $judge$
		DECLARE
			v proftree := bytes::proftree;
			good integer := 0;
			bad integer := 0;
			header integer := 0;
		BEGIN %s
			-- the header alone may be right
			BEGIN
				PERFORM proftree_total(v), proftree_node_count(v), proftree_symbol_count(v), proftree_depth(v);
				header := 1;
			EXCEPTION WHEN data_corrupted THEN
			END;
			-- these never look inside
			PERFORM v = origin, v < origin, proftree_cmp(v, origin), proftree_hash(v), proftree_hash_extended(v, 1);
			IF good = 0 THEN
				RETURN 'refused';
			ELSIF bad > 0 OR header = 0 THEN
				RETURN 'refused by some only';
			END IF;
			-- a tree in its one form, and all answers fit together
			IF v::text::proftree::bytea <> bytes THEN RETURN 'text form does not read back'; END IF;
			IF proftree_send(v)::text::proftree::bytea <> bytes THEN RETURN 'binary form does not read back'; END IF;
			IF (v + '')::bytea <> bytes THEN RETURN 'merge with nothing differs'; END IF;
			IF (SELECT sum(t) FROM (VALUES (v), (NULL)) AS x(t))::bytea <> bytes THEN RETURN 'sum differs'; END IF;
			IF (SELECT coalesce(proftree_agg(stack, self), '') FROM proftree_iterate(v))::bytea <> bytes THEN RETURN 'iterate does not rebuild'; END IF;
			IF (SELECT coalesce(proftree_agg(frames, self), '') FROM paths(v))::bytea <> bytes THEN RETURN 'nodes do not rebuild'; END IF;
			IF (SELECT (count(*), coalesce(sum(self), 0), coalesce(max(depth), 0)) FROM proftree_nodes(v))
				<> (proftree_node_count(v)::bigint, proftree_total(v)::numeric, proftree_depth(v)) THEN RETURN 'nodes and header differ'; END IF;
			IF (SELECT (count(*), coalesce(sum(self), 0)) FROM proftree_top(v))
				<> (proftree_symbol_count(v)::bigint, proftree_total(v)::numeric) THEN RETURN 'top and header differ'; END IF;
			IF (SELECT coalesce(array_agg(s), '{}') FROM proftree_symbols(v) AS s)
				<> ARRAY(SELECT symbol FROM proftree_nodes(v) GROUP BY 1 ORDER BY convert_to(symbol, 'UTF8')) THEN RETURN 'symbols and nodes differ'; END IF;
			RETURN 'a tree';
		END $judge$ $$, body);
END $make$;
SELECT make_judge();
SELECT id, judge(bytes, 'a 1', true) FROM good ORDER BY id;

-- every byte of the smallest ones with every other value, a fourth by all functions
SELECT id, judge(set_byte(bytes, n, value), bytes::proftree, (n + value) % 4 = 1), count(*) > 5 AS some
FROM good, LATERAL generate_series(0, length(bytes) - 1) AS n, generate_series(0, 255) AS value
WHERE id < 3 AND get_byte(bytes, n) <> value
GROUP BY 1, 2 ORDER BY 1, 2;

-- every single bit of the larger ones
SELECT id, judge(set_bit(bytes, bit, 1 - get_bit(bytes, bit)), bytes::proftree, bit % CASE id WHEN 3 THEN 3 ELSE 32 END = 1), count(*) > 20 AS some
FROM good, LATERAL generate_series(0, 8 * length(bytes) - 1) AS bit
WHERE id > 2
GROUP BY 1, 2 ORDER BY 1, 2;

-- every byte cut off, taken out, doubled, and something put in or behind
WITH damaged AS (
	SELECT 'cut' AS kind, id, substr(bytes, 1, n - 1) AS damaged FROM good, LATERAL generate_series(1, length(bytes)) AS n
	UNION ALL
	SELECT 'head cut', id, substr(bytes, n) FROM good, LATERAL generate_series(2, length(bytes)) AS n
	UNION ALL
	SELECT 'one out', id, substr(bytes, 1, n - 1) || substr(bytes, n + 1) FROM good, LATERAL generate_series(1, length(bytes)) AS n
	UNION ALL
	SELECT 'one doubled', id, substr(bytes, 1, n) || substr(bytes, n) FROM good, LATERAL generate_series(1, length(bytes)) AS n
	UNION ALL
	SELECT 'one in', id, substr(bytes, 1, n) || value || substr(bytes, n + 1)
	FROM good, LATERAL generate_series(0, length(bytes)) AS n, unnest(ARRAY['\x00', '\x01', '\x7f', '\x80', '\xff']::bytea[]) AS value
)
SELECT kind, judge(damaged, bytes::proftree, id < 4), count(*) > 20 AS some
FROM damaged JOIN good USING (id)
GROUP BY 1, 2 ORDER BY 1, 2;

-- two to five bytes changed at random, in the larger one
SELECT setseed(0.5);
CREATE FUNCTION scramble(bytes bytea) RETURNS bytea LANGUAGE plpgsql AS $$
BEGIN
	FOR i IN 1 .. 2 + floor(random() * 4)::int LOOP
		-- the header more often, values near those that are there
		bytes := set_byte(bytes, n, CASE WHEN random() < 0.5 THEN floor(random() * 256)::int
			ELSE (get_byte(bytes, n) + 254 + floor(random() * 5)::int) % 256 END)
		FROM (SELECT floor(length(bytes) * random() ^ 2)::int AS n) AS x;
	END LOOP;
	RETURN bytes;
END $$;
SELECT judge(b, bytes::proftree, false) IN ('refused', 'a tree') AS right, count(*)
FROM good, LATERAL (SELECT scramble(bytes) AS b FROM generate_series(1, 3000)) AS x
WHERE id = 4
GROUP BY 1 ORDER BY 1;

-- ---- by hand: what only the stored form can have wrong ----

-- version, flags; nodes, symbols, depth; bytes of dictionary, symbols, shape;
-- quantum, units; dictionary; symbols; shape; weights.
-- The good one is a 2, ab 9, b 3, all at the top.
CREATE TEMP TABLE hostile (id serial, what text, bytes text);
INSERT INTO hostile (what, bytes) VALUES
	('nothing',								'0100 030301 090303 01 0e  000161 010162 000162  000102  010303  020903'),
	('no bytes',							''),
	('the version alone',					'01'),
	('a newer version',						'0200 030301 090303 01 0e  000161 010162 000162  000102  010303  020903'),
	('a reserved flag',						'0180 030301 090303 01 0e  000161 010162 000162  000102  010303  020903'),
	('first symbol shares a byte',			'0100 030301 090303 01 0e  010161 010162 000162  000102  010303  020903'),
	('shares more than there is',			'0100 030301 090303 01 0e  000161 020162 000162  000102  010303  020903'),
	('shares less than it could',			'0100 030301 0a0303 01 0e  000161 00026162 000162  000102  010303  020903'),
	('the same symbol again',				'0100 030301 080303 01 0e  000161 0100 000162  000102  010303  020903'),
	('an empty symbol in the middle',		'0100 030301 080303 01 0e  000161 0000 000162  000102  010303  020903'),
	('a symbol before the one before',		'0100 030301 090303 01 0e  000162 000161 000163  000102  010303  020903'),
	('a prefix behind its extension',		'0100 030301 080303 01 0e  00026162 0100 000162  000102  010303  020903'),
	('a suffix past the section',			'0100 030301 090303 01 0e  000161 010162 000262  000102  010303  020903'),
	('a suffix of 2^20 + 1 bytes',			'0100 030301 0b0303 01 0e  000161 010162 0081804062  000102  010303  020903'),
	('a suffix of 2^63 - 1 bytes',			'0100 030301 110303 01 0e  000161 010162 00ffffffffffffffff7f62  000102  010303  020903'),
	('shared in two bytes',					'0100 030301 0a0303 01 0e  000161 81000162 000162  000102  010303  020903'),
	('bytes behind the last symbol',		'0100 030301 0a0303 01 0e  000161 010162 00016200  000102  010303  020903'),
	('a number cut by its section',			'0100 030301 0a0303 01 0e  000161 010162 00016280  000102  010303  020903'),
	('NUL in a symbol',						'0100 030301 090303 01 0e  000100 000161 000162  000102  010303  020903'),
	('half a character',					'0100 030301 090303 01 0e  000161 010162 0001c3  000102  010303  020903'),
	('a symbol number too great',			'0100 030301 090303 01 0e  000161 010162 000162  000103  010303  020903'),
	('siblings alike',						'0100 030301 090303 01 0e  000161 010162 000162  000101  010303  020903'),
	('a symbol without a node',				'0100 030302 090303 01 0e  000161 010162 000162  000001  010103  020903'),
	('a weight of 0',						'0100 030301 090303 01 0b  000161 010162 000162  000102  010303  020900'),
	('a weight too many',					'0100 030301 090303 01 0e  000161 010162 000162  000102  010203  020903'),
	('a weight too few',					'0100 030301 090303 01 0e  000161 010162 000162  000102  010303  0209'),
	('not the greatest quantum',			'0100 030301 090303 01 1c  000161 010162 000162  000102  010303  041206'),
	('more than 2^63 - 1 in all',			'0100 030301 090303 02 ffffffffffffffff7f  000161 010162 000162  000102  010303  020903');
\pset format unaligned
SELECT what, coalesce(nullif(judge(b, 'a 1', true), 'refused'), error_of(format('SELECT proftree_out(%L::bytea::proftree)', b), true)) AS outcome
FROM hostile, LATERAL (SELECT decode(translate(bytes, ' ', ''), 'hex') AS b) AS x
ORDER BY id;
\pset format aligned

-- ---- in a table ----

-- the header is read from the first bytes of a toasted value; a damaged one
-- costs the answer, not the server, wherever it is met
CREATE TEMP TABLE stored (id integer, tree proftree);
INSERT INTO stored
SELECT n, set_byte(b, n, 255)::proftree
FROM (SELECT proftree_agg(ARRAY['main', md5(i::text)], i)::bytea AS b FROM generate_series(1, 3000) AS i) AS x,
	unnest(ARRAY[0, 1, 2, 3, 5, 8, 10, 12, 40, 1000, 60000, 100000, 103000]) AS n;
SELECT id, substr(error_of(format('SELECT proftree_total(tree) FROM stored WHERE id = %s', id)), 1, 5) AS total,
	substr(error_of(format('SELECT proftree_depth(tree) FROM stored WHERE id = %s', id)), 1, 5) AS depth,
	error_of(format('SELECT tree::text FROM stored WHERE id = %s', id)) AS out
FROM stored ORDER BY id;
-- neither sorting nor statistics look inside
ANALYZE stored;
SELECT count(DISTINCT tree) FROM stored;
CREATE INDEX ON stored USING hash (tree);
VACUUM FULL stored;

RESET client_min_messages;
DROP CAST (bytea AS proftree);
DROP CAST (proftree AS bytea);
DROP FUNCTION make_judge, judge, scramble;
