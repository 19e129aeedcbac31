\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/sql/include/helpers.sql'
\i :helpers
--
-- What changed between two trees: proftree_top_diff and proftree_regressions.
--
CREATE TABLE deploy (before proftree, after proftree);
INSERT INTO deploy VALUES (E'main;parse 30\nmain;render 40\nmain;gc 20\nidle 10', E'main;parse;regex 35\nmain;parse 25\nmain;render 50\nidle 20\nmain;send 70');

-- ---- proftree_top_diff: use ----

SELECT symbol, baseline_self, comparison_self, self_delta, baseline_total, comparison_total, total_delta FROM deploy, proftree_top_diff(before, after);
SELECT symbol, baseline_self_percent, comparison_self_percent, baseline_total_percent, comparison_total_percent FROM deploy, proftree_top_diff(before, after) ORDER BY symbol COLLATE "C";
-- the baseline as if it were as long as the comparison; percents stay
SELECT symbol, baseline_self, comparison_self, self_delta, baseline_total, comparison_total, total_delta, baseline_self_percent AS percent FROM deploy, proftree_top_diff(before, after, 'total');
SELECT symbol, baseline_self, self_delta, baseline_total, total_delta, baseline_self_percent AS percent FROM deploy, proftree_top_diff(before, after, 1.5);

-- the order: greatest change of self, of total, then by symbol in bytes
SELECT symbol, self_delta, total_delta FROM proftree_top_diff(E'd;x 1\nc;x 5\ny 3', E'd;y 7\nc;x 2\nB;x 1\nz 3');

-- untyped literals find the form they mean
SELECT count(*) AS default FROM proftree_top_diff('a 1', 'b 1');
SELECT baseline_self AS none FROM proftree_top_diff('a 1', 'a 4', 'none');
SELECT baseline_self AS total FROM proftree_top_diff('a 1', 'a 4', 'total');
SELECT baseline_self AS whole FROM proftree_top_diff('a 1', 'a 4', 3);
SELECT baseline_self AS fraction FROM proftree_top_diff('a 10', 'a 4', 0.25);
SELECT baseline_self AS bigint FROM proftree_top_diff('a 10', 'a 4', 2::bigint);
SELECT baseline_self AS by_name FROM proftree_top_diff(baseline => 'a 1', comparison => 'a 4', factor => 2);
SELECT baseline_self AS by_name FROM proftree_top_diff(baseline => 'a 1', comparison => 'a 4', "normalize" => 'total');
SELECT error_of($$SELECT * FROM proftree_top_diff('a 1', 'a 4', '2')$$, true) AS a_text;
PREPARE with_text AS SELECT baseline_self FROM proftree_top_diff($1, $2, $3::text);
EXECUTE with_text('a 1', 'a 4', 'total');
PREPARE with_number AS SELECT baseline_self FROM proftree_top_diff($1, $2, $3::numeric);
EXECUTE with_number('a 1', 'a 4', 2);

-- ---- proftree_top_diff: edges and errors ----

SELECT * FROM proftree_top_diff('', '');
SELECT symbol, baseline_self, comparison_self, baseline_self_percent, comparison_self_percent FROM proftree_top_diff('', 'a 1');
SELECT symbol, baseline_self, comparison_self, baseline_self_percent, comparison_self_percent FROM proftree_top_diff('a 1', '');
-- a total of 0 stays 0, and makes 0 of all
SELECT symbol, baseline_self, baseline_total, self_delta FROM proftree_top_diff('a;b 0', 'a;c 7', 'total') ORDER BY symbol;
SELECT symbol, baseline_self, baseline_total, self_delta FROM proftree_top_diff('a;c 7', 'a;b 0', 'total') ORDER BY symbol;
SELECT symbol, baseline_self, baseline_total, self_delta FROM proftree_top_diff('a;c 7', 'a;b 1', 0) ORDER BY symbol;
-- a stack counts once in a symbol's total
SELECT symbol, baseline_total, comparison_total FROM proftree_top_diff('f;g;f 3', E'f;f 2\ng;f 1') ORDER BY symbol;
-- rounded half up: 1 * 5 / 2, 3 * 5 / 2
SELECT symbol, baseline_self FROM proftree_top_diff(E'a 1\nb 3', 'a 10', 'total') ORDER BY symbol;
SELECT symbol, baseline_self FROM proftree_top_diff(E'a 1\nb 3', 'a 10', 0.5) ORDER BY symbol;
-- near 2^63
SELECT symbol, baseline_self, comparison_self, self_delta, baseline_self_percent AS percent FROM proftree_top_diff(E'a 9223372036854775806\nb 1', E'b 9223372036854775806\na 1');
SELECT symbol, baseline_self, self_delta FROM proftree_top_diff(E'a 4611686018427387904\nb 4611686018427387903', 'c 9223372036854775806', 'total');
SELECT symbol, baseline_self, self_delta FROM proftree_top_diff(E'a 2\nb 1', 'c 9223372036854775807', 'total');
SELECT factor, error_of(format('SELECT * FROM proftree_top_diff(%L, %L, %L::numeric)', 'a 2', 'b 1', factor)) AS error
FROM unnest(ARRAY['4611686018427387903.5', '4611686018427387903.7499', '4611686018427387903.75', '-0.1', '-1e-300', 'NaN', 'Infinity', '-Infinity', '1e300']) WITH ORDINALITY AS u(factor, n) ORDER BY n;
SELECT word, error_of(format('SELECT * FROM proftree_top_diff(%L, %L, %L)', 'a 2', 'b 1', word), true) AS error
FROM unnest(ARRAY['none', 'total', 'TOTAL', '', ' total', repeat('x', 100)]) WITH ORDINALITY AS u(word, n) ORDER BY n;
SELECT (SELECT count(*) FROM proftree_top_diff(NULL, 'a 1')) AS baseline, (SELECT count(*) FROM proftree_top_diff('a 1', NULL)) AS comparison, (SELECT count(*) FROM proftree_top_diff('a 1', 'a 1', NULL)) AS normalize,
	(SELECT count(*) FROM proftree_top_diff('a 1', 'a 1', NULL::numeric)) AS factor;
SELECT (proftree_top_diff('a 1', 'a 2')).self_delta AS in_target_list;

-- ---- proftree_regressions: use ----

SELECT stack, depth, baseline_self AS b_self, comparison_self AS c_self, baseline_total AS b_total, comparison_total AS c_total, baseline_percent AS b_percent, comparison_percent AS c_percent, growth, own_growth
FROM deploy, proftree_regressions(before, after);
-- less than that is not named
SELECT stack, growth, own_growth FROM deploy, proftree_regressions(before, after, 20);
SELECT stack, growth, own_growth FROM deploy, proftree_regressions(before, after, 35.000001);
-- of a chain that grew alike the last frame is named: there it arises
SELECT stack, growth, own_growth FROM proftree_regressions(E'a;b;c;d 10\nx 90', E'a;b;c;d 40\nx 60');
-- also when something beside it stays as it was
SELECT stack, growth, own_growth FROM proftree_regressions(E'a;b;c 10\na;b 30\na;e 10\nx 50', E'a;b;c 30\na;b 30\na;e 10\nx 30');
-- own growth at more than one place of a path
SELECT stack, depth, growth, own_growth FROM proftree_regressions(E'a;b;c 10\nx 90', E'a;b;c 25\na;b 5\na 20\nx 50');
-- growth that is spread over children too small to be named is named at their parent
SELECT stack, growth, own_growth FROM proftree_regressions((E'a;b;c 1\na;b;d 1\na;b;e 1\nx 97'), (E'a;b;c 2\na;b;d 2\na;b;e 2\nx 94'), 2);
-- a sibling that shrank hides nothing, and its parent is not named
SELECT stack, growth, own_growth FROM proftree_regressions(E'a;b 10\na;c 40\nx 50', E'a;b 40\na;c 10\nx 50');
SELECT stack, growth, own_growth FROM proftree_regressions(E'a;b 10\na;c 40\nx 50', E'a;b 40\na;c 15\nx 45');
-- recursion: each node for itself
SELECT stack, growth, own_growth FROM proftree_regressions(E'f;f;f 10\nf 10\nx 80', E'f;f;f 20\nf 15\nf;f 1\nx 64', 0.5);
-- shares count, not weights: ten times as much of everything is no growth
SELECT count(*) AS none FROM proftree_regressions(E'a;b 1\nc 2', E'a;b 10\nc 20');
-- the order: own growth, then the deepest, then preorder
SELECT stack, depth, own_growth FROM proftree_regressions('x 100', E'c 20\nb 20\na;b 20\na;a;c 20\nx 20');

-- ---- proftree_regressions: edges and errors ----

SELECT * FROM proftree_regressions('', '');
SELECT * FROM proftree_regressions('a 1', '');
SELECT * FROM proftree_regressions('a 0', E'a 0\nb 0');
SELECT * FROM proftree_regressions('', E'a;b 3\na 1');
SELECT * FROM proftree_regressions('a 0', 'a;b 3');
-- exactly min_percent is enough, in the decimal that is written
SELECT p, (SELECT count(*) FROM proftree_regressions(E'a 100\nx 900', after, p)) AS equal, (SELECT count(*) FROM proftree_regressions(E'a 100\nx 900', after, p * (1 + 1e-13))) AS less
FROM unnest(ARRAY[0.1, 0.3, 0.7, 1, 1.1, 2.9, 33.3, 90]) AS p, LATERAL (SELECT format(E'a %s\nx %s', (100 + 10 * p)::int, (900 - 10 * p)::int)::proftree AS after) AS s ORDER BY p;
-- totals that no other tree shares a factor with: equal chains leave nothing over
SELECT stack, round(growth::numeric, 9) AS growth, round(own_growth::numeric, 9) AS own_growth
FROM proftree_regressions(E'a;b;c;d 333333333333333333\nx 8889999999999999999', E'a;b;c;d 1234567890123456789\nx 7777777777777777777', 1e-300);
SELECT stack, depth, baseline_total, comparison_total, growth, own_growth FROM proftree_regressions(E'a;b 1\nx 9223372036854775806', E'a;b 9223372036854775806\nx 1', 100 - 1e-12);
SELECT stack, growth FROM proftree_regressions('a 9223372036854775807', 'b 9223372036854775807', 100);
SELECT p, (SELECT count(*) FROM proftree_regressions('a 1', 'b 1', p)) AS rows FROM unnest(ARRAY[100, 100.00001, 1e308]::float8[]) AS p ORDER BY p;
SELECT p, error_of(format('SELECT * FROM proftree_regressions(%L, %L, %L)', 'a 1', 'b 1', p)) AS error
FROM unnest(ARRAY['1', '4.9e-324', '0', '-0', '-1', 'NaN', 'Infinity', '-Infinity']) WITH ORDINALITY AS u(p, n) ORDER BY n;
SELECT (SELECT count(*) FROM proftree_regressions(NULL, 'a 1')) AS baseline, (SELECT count(*) FROM proftree_regressions('a 1', NULL)) AS comparison, (SELECT count(*) FROM proftree_regressions('a 1', 'b 1', NULL)) AS min_percent;
SELECT stack FROM proftree_regressions(baseline => 'a 1', comparison => '"a;b";"" 1', min_percent => 5);

-- ---- against their definitions in SQL, on random pairs ----

SELECT setseed(0.625);
CREATE TEMP TABLE pair AS
SELECT id, coalesce(proftree_agg(frames, weight) FILTER (WHERE side <> 1), '') AS a, coalesce(proftree_agg(frames, weight + CASE WHEN id % 4 < 2 THEN n ELSE 0 END) FILTER (WHERE side <> 0), '') AS b
FROM (SELECT id, n, ARRAY(SELECT CASE WHEN id % 3 = 0 THEN (awkward_names())[1 + floor(random() * (2 + id % 80))::int]
				ELSE 'f' || floor(random() * (1 + id % 7))::int END
			FROM generate_series(1, 1 + floor(random() * (1 + id % 9))::int + 0 * n)) AS frames,
		floor(random() * 3)::int + 0 * n AS side,
		CASE floor(random() * 3)::int + 0 * n WHEN 0 THEN floor(random() * 10)::bigint WHEN 1 THEN floor(random() * 1e15)::bigint ELSE 3 END AS weight
	FROM generate_series(1, 250) AS id, LATERAL generate_series(0, id % 25) AS n) AS s
WHERE array_position(frames, NULL) IS NULL
GROUP BY id;
INSERT INTO pair SELECT 1000, '', a FROM pair WHERE id = 77 UNION ALL SELECT 1001, a, '' FROM pair WHERE id = 77 UNION ALL SELECT 1002, a, a FROM pair WHERE id = 77;

ANALYZE pair;
SELECT count(*) AS pairs, count(*) FILTER (WHERE a <> '' AND b <> '' AND a <> b) > 200 AS different, count(*) FILTER (WHERE (a + b)::text LIKE '%"%') > 40 AS quoted, max(proftree_depth(a)) AS deepest FROM pair;

-- top_diff: both sides of proftree_top; scaled in numeric, whole numbers first
CREATE FUNCTION scaled(weight bigint, how text, a proftree, b proftree) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE how WHEN 'none' THEN coalesce(weight, 0)
		WHEN 'total' THEN CASE WHEN proftree_total(a) = 0 THEN 0 ELSE div(2 * coalesce(weight, 0)::numeric * proftree_total(b) + proftree_total(a), 2 * proftree_total(a)::numeric) END
		ELSE round(coalesce(weight, 0) * how::numeric) END
$$;
CREATE TEMP TABLE expected AS
SELECT id, how, coalesce(x.symbol, y.symbol) AS symbol, scaled(x.self, how, a, b)::bigint AS baseline_self, coalesce(y.self, 0) AS comparison_self, scaled(x.total, how, a, b)::bigint AS baseline_total, coalesce(y.total, 0) AS comparison_total,
	coalesce(x.self_percent, 0) AS baseline_self_percent, coalesce(y.self_percent, 0) AS comparison_self_percent, coalesce(x.total_percent, 0) AS baseline_total_percent, coalesce(y.total_percent, 0) AS comparison_total_percent
FROM (SELECT id, t.* FROM pair, proftree_top(a) AS t) AS x
	FULL JOIN (SELECT id, t.* FROM pair, proftree_top(b) AS t) AS y USING (id, symbol)
	JOIN pair USING (id), unnest(ARRAY['none', 'total', '0.3', '17.5']) AS how;
CREATE TEMP TABLE found AS
SELECT id, how, d.* FROM pair, unnest(ARRAY['none', 'total']) AS how, proftree_top_diff(a, b, how) WITH ORDINALITY AS d
UNION ALL
SELECT id, how, d.* FROM pair, unnest(ARRAY['0.3', '17.5']) AS how, proftree_top_diff(a, b, how::numeric) WITH ORDINALITY AS d;
SELECT how, count(*) > 1000 AS many, count(*) FILTER (WHERE f.symbol IS NULL OR e.symbol IS NULL) AS missing,
	count(*) FILTER (WHERE (f.baseline_self, f.comparison_self, f.baseline_total, f.comparison_total) <> (e.baseline_self, e.comparison_self, e.baseline_total, e.comparison_total)) AS weights_wrong,
	count(*) FILTER (WHERE self_delta <> f.comparison_self - f.baseline_self OR total_delta <> f.comparison_total - f.baseline_total) AS deltas_wrong,
	count(*) FILTER (WHERE (f.baseline_self_percent, f.comparison_self_percent, f.baseline_total_percent, f.comparison_total_percent)
		<> (e.baseline_self_percent, e.comparison_self_percent, e.baseline_total_percent, e.comparison_total_percent)) AS percents_wrong
FROM found AS f FULL JOIN expected AS e USING (id, how, symbol) GROUP BY how ORDER BY how COLLATE "C";
SELECT count(*) AS results, count(*) FILTER (WHERE in_order IS NOT TRUE) AS order_wrong
FROM (SELECT array_agg(symbol ORDER BY ordinality) = array_agg(symbol ORDER BY abs(self_delta) DESC, abs(total_delta) DESC, symbol COLLATE "C") AS in_order FROM found GROUP BY id, how) AS x;

-- regressions: from the deepest nodes up, all in whole numbers
CREATE FUNCTION regressions(a proftree, b proftree, min_percent numeric)
RETURNS TABLE (frames text[], baseline_self bigint, comparison_self bigint, baseline_total bigint, comparison_total bigint, growth numeric, own numeric) LANGUAGE plpgsql AS $$
DECLARE
	all_a numeric := greatest(proftree_total(a), 1);
	all_b numeric := greatest(proftree_total(b), 1);
BEGIN
	CREATE TEMP TABLE n ON COMMIT DROP AS
		SELECT coalesce(x.frames, y.frames) AS frames, coalesce(x.self, 0) AS a_self, coalesce(y.self, 0) AS b_self, coalesce(x.total, 0) AS a_total, coalesce(y.total, 0) AS b_total,
			coalesce(y.total, 0) * all_a - coalesce(x.total, 0) * all_b AS growth, NULL::numeric AS own, false AS named
		FROM paths(a) AS x FULL JOIN paths(b) AS y USING (frames);
	FOR depth IN REVERSE greatest(proftree_depth(a), proftree_depth(b)) .. 1 LOOP
		UPDATE n SET own = n.growth - (
				-- named, below it, and with none named between
				SELECT coalesce(sum(d.growth), 0) FROM n AS d
				WHERE d.named AND cardinality(d.frames) > depth AND d.frames[:depth] = n.frames
					AND NOT EXISTS (SELECT FROM n AS e WHERE e.named AND cardinality(e.frames) BETWEEN depth + 1 AND cardinality(d.frames) - 1 AND d.frames[:cardinality(e.frames)] = e.frames))
		WHERE cardinality(n.frames) = depth;
		UPDATE n SET named = true WHERE cardinality(n.frames) = depth AND n.own * 100 >= min_percent * all_a * all_b;
	END LOOP;
	RETURN QUERY SELECT n.frames, a_self, b_self, a_total, b_total, n.growth * 100 / (all_a * all_b), n.own * 100 / (all_a * all_b) FROM n WHERE named;
	DROP TABLE n;
END $$;
CREATE TEMP TABLE expected_path AS
SELECT id, p, r.*, stack_of(frames) AS stack, cardinality(frames) AS depth FROM pair, unnest(ARRAY[0.001, 1, 2.5, 10]) AS p, regressions(a, b, p) AS r WHERE id % 2 = 1 OR id >= 1000;
CREATE TEMP TABLE found_path AS
SELECT id, p, r.* FROM pair, unnest(ARRAY[0.001, 1, 2.5, 10]) AS p, proftree_regressions(a, b, p) WITH ORDINALITY AS r WHERE id % 2 = 1 OR id >= 1000;
SELECT p, count(*) > 50 AS many, count(*) FILTER (WHERE f.stack IS NULL OR e.stack IS NULL) AS missing,
	count(*) FILTER (WHERE (f.depth, f.baseline_self, f.comparison_self, f.baseline_total, f.comparison_total) <> (e.depth, e.baseline_self, e.comparison_self, e.baseline_total, e.comparison_total)) AS weights_wrong,
	count(*) FILTER (WHERE abs(f.growth - e.growth) > 1e-9 OR abs(own_growth - own) > 1e-9 OR abs(f.growth - (f.comparison_percent - f.baseline_percent)) > 1e-9) AS growth_wrong
FROM found_path AS f FULL JOIN expected_path AS e USING (id, p, stack) GROUP BY p ORDER BY p;
SELECT count(*) AS results, count(*) FILTER (WHERE in_order IS NOT TRUE) AS order_wrong
FROM (SELECT array_agg(stack ORDER BY ordinality) = array_agg(stack ORDER BY own DESC, e.depth DESC, frames COLLATE "C") AS in_order FROM found_path AS f JOIN expected_path AS e USING (id, p, stack) GROUP BY id, p) AS x;
-- what is named is never more than the whole
SELECT count(*) FILTER (WHERE sum > 100 + 1e-9 OR least <= 0) AS wrong FROM (SELECT sum(own_growth) AS sum, min(own_growth) AS least FROM found_path GROUP BY id, p) AS s;

-- ---- the deepest stack there can be, and a wide tree ----

SET statement_timeout = '5min';
SELECT depth, length(stack) AS characters, baseline_total, comparison_total, growth, own_growth
FROM (SELECT proftree_insert(E'x 1', repeat('f;', 1048575) || 'f', 1) AS t OFFSET 0) AS s, proftree_regressions('x 1', t);
SELECT symbol, baseline_total, comparison_total FROM (SELECT proftree_insert(E'x 1', repeat('f;', 1048575) || 'f', 1) AS t OFFSET 0) AS s, proftree_top_diff('x 1', t);
SELECT count(*), sum(own_growth) > 49.99 AS half FROM (SELECT proftree_agg('main;f' || i, 1) AS a, proftree_agg('main;f' || i + 50000, 1) AS b FROM generate_series(1, 100000) AS i) AS t, proftree_regressions(a, b, 0.0001);
SELECT count(*), sum(abs(self_delta)) AS changed FROM (SELECT proftree_agg('main;f' || i, 1) AS a, proftree_agg('main;f' || i + 50000, 1) AS b FROM generate_series(1, 100000) AS i) AS t, proftree_top_diff(a, b);
DROP FUNCTION scaled, regressions;
DROP TABLE deploy;
