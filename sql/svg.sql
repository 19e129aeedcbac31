\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/sql/include/helpers.sql'
\i :helpers
--
-- Flame graphs as SVG.  What viewers make of them is tested by
-- test/consumers/svg.sh.
--

-- ---- reading a picture ----

-- numbers of a column: digits of 5 bits, lowest first, 32 added to all but the last
CREATE FUNCTION numbers_of(column_text text)
RETURNS TABLE (n bigint, number bigint) LANGUAGE sql AS $$
	SELECT m.n, (SELECT sum((strpos('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/', d.digit) - 1) % 32 * 32::numeric ^ (d.at - 1))::bigint
		FROM regexp_split_to_table(m.digits[1], '') WITH ORDINALITY AS d(digit, at))
	FROM regexp_matches(column_text, '[g-z0-9+/]*[A-Za-f]', 'g') WITH ORDINALITY AS m(digits, n)
$$;
CREATE FUNCTION data_of(svg text)
RETURNS json LANGUAGE sql AS $$ SELECT (xpath('//*[@class="data"]/text()', svg::xml))[1]::text::json $$;
-- all nodes that have weight, from the data
CREATE FUNCTION nodes_of(data json)
RETURNS TABLE (n bigint, level bigint, symbol text, self bigint, other bigint) LANGUAGE sql AS $$
	WITH names AS MATERIALIZED (SELECT name, at - 1 AS number FROM json_array_elements_text(data -> 'names') WITH ORDINALITY AS e(name, at))
	SELECT s.n, sum(1 - h.number) OVER (ORDER BY s.n), names.name, w.number * (data ->> 'quantum')::bigint, o.number * (data ->> 'quantum')::bigint
	FROM numbers_of(data ->> 'symbols') AS s
		JOIN numbers_of(data ->> 'shape') AS h USING (n)
		JOIN numbers_of(data ->> 'weights') AS w USING (n)
		LEFT JOIN numbers_of(data ->> 'other') AS o USING (n)
		JOIN names ON names.number = s.number
$$;
-- frames drawn
CREATE FUNCTION frames_of(svg text)
RETURNS TABLE (color text, x numeric, y numeric, width numeric) LANGUAGE sql AS $$
	SELECT (xpath('/*/@stroke', p.path))[1]::text, m[1]::numeric, m[2]::numeric, m[3]::numeric
	FROM unnest(xpath('//*[@class="frames"]/*', svg::xml)) AS p(path),
		regexp_matches((xpath('/*/@d', p.path))[1]::text, 'M([0-9.]+) ?(-?[0-9.]+)h([0-9.]+)', 'g') AS m
$$;
CREATE FUNCTION note_of(svg text)
RETURNS text LANGUAGE sql AS $$ SELECT (xpath('//*[@class="note"]/text()', svg::xml))[1]::text $$;
CREATE FUNCTION labels_of(svg text)
RETURNS SETOF text LANGUAGE sql AS $$
	SELECT replace(replace(replace(replace(label::text, '&lt;', '<'), '&gt;', '>'), '&quot;', '"'), '&amp;', '&')
	FROM unnest(xpath('//*[@class="labels"]/*/text()', svg::xml)) AS label
$$;
\set ECHO all

-- ---- use ----
CREATE TABLE picture AS SELECT proftree_to_svg('main;parse 3
main;parse;lex 5
main;render 2
main;sleep 0') AS svg;
SELECT substr(svg, 1, strpos(svg, '>')) AS root FROM picture;
SELECT (xpath('//*[@class="title"]/text()', svg::xml))[1] AS title, note_of(svg) AS note FROM picture;
SELECT frames_of(svg) FROM picture ORDER BY (frames_of(svg)).y DESC, (frames_of(svg)).x;
SELECT labels_of(svg) FROM picture;
SELECT data_of(svg) ->> 'unit' AS unit, data_of(svg) ->> 'total' AS total, data_of(svg) ->> 'quantum' AS quantum, data_of(svg) ->> 'nodes' AS nodes FROM picture;
SELECT n.* FROM picture, nodes_of(data_of(svg)) AS n ORDER BY n;
-- the same picture each time
SELECT proftree_to_svg('main;parse 3') = proftree_to_svg('main;parse 3') AS same;

-- options
SELECT substr(svg, 1, strpos(svg, '>')) AS root, (xpath('//*[@class="title"]/text()', svg::xml))[1] AS title, data_of(svg) ->> 'unit' AS unit
FROM proftree_to_svg('main;parse 3', title => 'CPU <of> "web" & co', width => 600, min_width => 2.5, unit => 'nano<seconds>') AS svg;
SELECT y, count(*) FROM proftree_to_svg('main;parse;lex 3', inverted => true) AS svg, frames_of(svg) GROUP BY y ORDER BY y;

-- what is too narrow is told
SELECT note_of(proftree_to_svg('a;b;c 1
a;b 1
d 9998', min_width => 1, unit => 'bytes'));
SELECT note_of(proftree_to_svg('a;b 1
d 9998', min_width => 1));
SELECT note_of(proftree_to_svg('a 1
d 9998', min_width => 1));
SELECT f.width, f.y FROM proftree_to_svg('a;b;c 1
a;b 1
d 9998', min_width => 1) AS svg, frames_of(svg) AS f ORDER BY f.y DESC;

-- the empty tree, and one without weight
SELECT count(*), note_of(svg) FROM proftree_to_svg('') AS svg, frames_of(svg) GROUP BY svg;
SELECT count(*), data_of(svg) ->> 'nodes' AS nodes FROM proftree_to_svg('a;b 0') AS svg, frames_of(svg) GROUP BY svg;

-- weights that JavaScript's numbers cannot hold
SELECT n.* FROM proftree_to_svg('a 9007199254740993
b 9214364837600034814') AS svg, nodes_of(data_of(svg)) AS n ORDER BY n;

-- a label shows as much of a symbol as its frame has room for
SELECT length(labels_of(proftree_to_svg(proftree_insert('', ARRAY[repeat('x', 10000)]), width => w))) AS length, w
FROM unnest('{100,200,1200}'::int[]) AS w ORDER BY w, 1;
SELECT labels_of(proftree_to_svg('abc 17
abcdef 15
ab 10
c 958', width => 1020));

-- ---- colours ----
CREATE FUNCTION color_of(symbol text)
RETURNS text LANGUAGE sql AS $$
	SELECT color FROM frames_of(proftree_to_svg(proftree_insert('', ARRAY[symbol]))) WHERE y = -24
$$;
-- of a symbol always the same
SELECT count(DISTINCT color) FROM unnest(ARRAY['a', 'main;a', 'main;b;a', E'x;a 9\ny']) AS t, proftree_to_svg((t || ' 1')::proftree) AS svg, LATERAL (
	SELECT (data_of(svg) -> 'palette') ->> (c.number::int) AS color
	FROM numbers_of(data_of(svg) ->> 'colors') AS c
	WHERE (data_of(svg) -> 'names') ->> (c.n::int - 1) = 'a') AS x;
-- the hue is that of the module: red, green and blue are in the same order
CREATE FUNCTION hue_of(color text)
RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(c, '' ORDER BY v DESC, c)
	FROM (VALUES ('r', substr(color, 2, 2)), ('g', substr(color, 4, 2)), ('b', substr(color, 6, 2))) AS p(c, v)
$$;
SELECT module, count(DISTINCT color_of(symbol)) > 1 AS shades, count(DISTINCT hue_of(color_of(symbol))) AS hues
FROM (VALUES ('java', ARRAY['java.util.HashMap.get', 'java.util.HashMap.put', 'java.util.List.add', 'java.util.Set$1.remove']),
	('go', ARRAY['net/http.(*conn).serve', 'net/http.HandlerFunc.ServeHTTP', 'net/http.Serve', 'net/http.(*Server).Serve']),
	('c++', ARRAY['std::sort<int*>', 'std::vector<a::b>::push_back', 'void std::swap<int>(int&, int&)', 'std::move']),
	('file', ARRAY['parse (lexer.py:12)', 'lex (lexer.py:99)', '<lambda> (lexer.py:3:4)', 'x (lexer.py:1)'])) AS v(module, symbols),
	unnest(symbols) AS symbol
GROUP BY module ORDER BY module;

-- ---- two trees ----
CREATE TABLE diff AS SELECT proftree_to_svg('main;old 5
main;same 5
main;less 10', 'main;new 10
main;same 10
main;less 10
main;more 10'::proftree) AS svg;
SELECT n.n, n.level, n.symbol, n.self, n.other, f.x, f.width, f.color
FROM diff, nodes_of(data_of(svg)) AS n JOIN LATERAL (SELECT *, row_number() OVER (ORDER BY y DESC, x) - 1 AS n FROM frames_of(svg)) AS f USING (n) ORDER BY n;
SELECT (xpath('//*[@class="title"]/text()', svg::xml))[1] AS title, data_of(svg) ->> 'total' AS total, data_of(svg) ->> 'otherTotal' AS other FROM diff;
SELECT note_of(proftree_to_svg('a 1
b 9999', 'b 99
c 1
a 3'::proftree, min_width => 50));
-- one side empty, or both
SELECT f.* FROM proftree_to_svg('', 'a 1'::proftree) AS svg, frames_of(svg) AS f ORDER BY y DESC;
SELECT f.* FROM proftree_to_svg('a 1', ''::proftree) AS svg, frames_of(svg) AS f ORDER BY y DESC;
SELECT f.* FROM proftree_to_svg('', ''::proftree) AS svg, frames_of(svg) AS f ORDER BY y DESC;
-- both totals near the end of bigint
SELECT n.* FROM proftree_to_svg('a 9223372036854775807', 'a 1
b 9223372036854775806'::proftree) AS svg, nodes_of(data_of(svg)) AS n ORDER BY n;

-- ---- errors ----
SELECT w, error_of(format('SELECT proftree_to_svg(%L, width => %s)', 'a 1', w)) FROM unnest('{99,100,100000,100001,-1}'::int[]) AS w;
SELECT w, error_of(format('SELECT proftree_to_svg(%L, min_width => %L)', 'a 1', w)) FROM unnest('{0,-0.1,1200,1200.1,NaN,Infinity}'::text[]) AS w;
SELECT error_of($$SELECT proftree_to_svg('a 1', 'a 1'::proftree, width => 0)$$);
SELECT proftree_to_svg(NULL::proftree) IS NULL AS no_tree, proftree_to_svg('a 1', NULL::text) IS NULL AS no_title, proftree_to_svg('a 1', NULL::proftree) IS NULL AS no_comparison;
-- positions of the arguments
SELECT proftree_to_svg('a 1', 't', 500, 2, 'u', true) = proftree_to_svg(tree => 'a 1', title => 't', width => 500, min_width => 2, unit => 'u', inverted => true) AS one,
	proftree_to_svg('a 1', 'b 1'::proftree, 't', 500, 2, 'u', true) = proftree_to_svg(baseline => 'a 1', comparison => 'b 1', title => 't', width => 500, min_width => 2, unit => 'u', inverted => true) AS two;

-- ---- hostile symbols ----
-- shown, and never markup: the elements are those of any other picture
CREATE TABLE hostile AS SELECT * FROM unnest(awkward_names() || ARRAY['<script>alert(1)</script>', ']]>', ']]><script>', '</script>', '</svg>',
	'<![CDATA[', '&', '&lt;', '&#0;', '<!--', '-->', '" onload="alert(1)', ''' x=''', '{"a":1}', '\u003cscript\u003e', chr(65534), chr(65535), 'a' || chr(65534) || 'b',
	chr(8238) || 'abc', chr(128104) || chr(8205) || chr(128105), chr(1593) || chr(1585) || chr(1576) || chr(1610), repeat(chr(9608), 300)]) WITH ORDINALITY AS u(name, n);
CREATE FUNCTION elements_of(svg text)
RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(name || ' ' || count, ', ' ORDER BY name)
	FROM (SELECT (xpath('name(/*)', e))[1]::text AS name, count(*) FROM unnest(xpath('//*', svg::xml)) AS e GROUP BY 1) AS c
	-- frames of one colour are one path
	WHERE name <> 'path'
$$;
SELECT elements_of(proftree_to_svg('a;b 1', 'c'));
SELECT count(*), bool_and(xml_is_well_formed_document(svg)) AS well_formed,
	count(*) FILTER (WHERE elements_of(svg) <> elements_of(proftree_to_svg('a;b 1', 'c'))) AS other_elements,
	count(*) FILTER (WHERE n.symbol <> name) AS other_name, count(*) FILTER (WHERE data_of(svg) ->> 'unit' <> name) AS other_unit
FROM hostile, proftree_to_svg(proftree_insert('', ARRAY[name, 'b']), title => name, unit => name) AS svg, LATERAL (SELECT symbol FROM nodes_of(data_of(svg)) WHERE n = 1) AS n;
-- characters that XML lacks and line breaks are replaced where they are shown
SELECT count(*) FILTER (WHERE label <> CASE WHEN name ~ '^[ -~]*$' THEN name
	ELSE regexp_replace(translate(name, E'\n\r\t', '   '), '[\x01-\x1f' || chr(65534) || chr(65535) || ']', '?', 'g') END) AS other_label
FROM hostile, labels_of(proftree_to_svg(proftree_insert('', ARRAY[name]), width => 10000)) WITH ORDINALITY AS l(label, at)
WHERE at = 2 AND length(name) < 300;
-- nothing is referred to
SELECT string_agg(DISTINCT m[1], ' ') AS addresses
FROM proftree_to_svg('a 1') AS svg, regexp_matches(svg, '([a-z]+://[^"'' )]*|(?:href|src|@import|url)\M[^,;]{0,20})', 'gi') AS m;

-- ---- properties, on random trees ----
SELECT setseed(0.4);
CREATE TABLE random_tree AS
WITH stack AS (
	SELECT i, (SELECT array_agg(names[1 + (random() * (cardinality(names) - 1))::int] ORDER BY k)
		FROM generate_series(1, 1 + (random() * 6)::int + 0 * i) AS k) AS frames,
		CASE WHEN random() < 0.2 THEN 0 ELSE (random() * 1000)::bigint END AS weight
	FROM (SELECT awkward_names() AS names) AS a, generate_series(1, 1200) AS i)
SELECT i % 24 AS id, proftree_agg(frames[1:1 + (i % 24) / 3], weight * CASE WHEN i % 24 < 12 THEN 10000000 ELSE 1 END) AS tree FROM stack GROUP BY 1;

-- the data is the tree without what has no weight
CREATE VIEW weighted AS
SELECT id, row_number() OVER (PARTITION BY id ORDER BY node) AS n, depth AS level, symbol, self, total, node, parent
FROM random_tree, proftree_nodes(tree) WHERE total > 0;
SELECT count(*) > 1000 AS many, count(*) FILTER (WHERE w IS NULL OR d IS NULL OR (w.level, w.symbol, w.self) IS DISTINCT FROM (d.level, d.symbol, d.self)) AS different
FROM (SELECT id, d.* FROM random_tree, nodes_of(data_of(proftree_to_svg(tree))) AS d) AS d
FULL JOIN weighted AS w USING (id, n);

-- frames lie where their share of the weight puts them, one beside the other
-- from the left of the frame they hang on; what is narrower than min_width is
-- not drawn but told
CREATE TABLE placed AS
WITH RECURSIVE share AS MATERIALIZED (
	SELECT w.*, total::numeric / proftree_total(tree) AS share,
		sum(total::numeric / proftree_total(tree)) OVER (PARTITION BY id, parent ORDER BY node) - total::numeric / proftree_total(tree) AS behind
	FROM weighted AS w JOIN random_tree USING (id)),
placed AS (
	SELECT s.*, s.behind AS "left" FROM share AS s WHERE parent IS NULL
	UNION ALL
	SELECT s.*, p."left" + s.behind FROM placed AS p JOIN share AS s ON s.id = p.id AND s.parent = p.node)
SELECT * FROM placed;
ANALYZE placed;
SELECT min_width, count(*) > 100 AS many, count(*) FILTER (WHERE f IS NULL) AS not_drawn, count(*) FILTER (WHERE p IS NULL) AS too_much,
	count(*) FILTER (WHERE abs(p.x - f.x) > 0.011 OR abs(p.width - f.width) > 0.511) AS misplaced,
	count(*) FILTER (WHERE f.width < min_width - 0.006) AS too_narrow
FROM unnest('{0.1,5,40}'::numeric[]) AS min_width, LATERAL (
	SELECT p.id, p.level, row_number() OVER (PARTITION BY p.id, p.level ORDER BY p."left") AS at, 10 + 1180 * p."left" AS x, 1180 * p.share AS width
	FROM placed AS p WHERE 1180 * p.share >= min_width) AS p
FULL JOIN LATERAL (
	SELECT id, (-f.y - 8) / 16 AS level, row_number() OVER (PARTITION BY id, f.y ORDER BY f.x) AS at, f.x, f.width
	FROM random_tree, frames_of(proftree_to_svg(tree, min_width => min_width::float8)) AS f WHERE f.y < -8) AS f USING (id, level, at)
GROUP BY min_width ORDER BY min_width;
SELECT count(*) > 20 AS many, count(*) FILTER (WHERE note_of(proftree_to_svg(tree, min_width => min_width::float8)) IS DISTINCT FROM
	to_char(frames, 'FM999,999,999') || CASE frames WHEN 1 THEN ' frame' ELSE ' frames' END || ' narrower than ' || min_width || ' px not drawn: ' ||
	to_char(omitted, 'FM999,999,999,999,999') || ' samples, ' || to_char(round(100.0 * omitted / proftree_total(tree), 2), 'FM990.00') || ' %') AS different
FROM (
	SELECT id, min_width, count(*) FILTER (WHERE 1180 * p.share < min_width) AS frames,
		sum(p.total) FILTER (WHERE 1180 * p.share < min_width AND NOT EXISTS (
			SELECT FROM placed AS above WHERE above.id = p.id AND above.node = p.parent AND 1180 * above.share < min_width)) AS omitted
	FROM placed AS p, unnest('{5,40}'::numeric[]) AS min_width GROUP BY id, min_width) AS o
JOIN random_tree USING (id)
WHERE frames > 0;

-- two trees: the nodes of both with both weights, and as wide as the mean of their shares
CREATE VIEW paired AS
SELECT b.id, b.tree AS baseline, c.tree AS comparison FROM random_tree AS b JOIN random_tree AS c ON c.id = (b.id + 5) % 24;
CREATE TABLE path AS SELECT id, p.frames, p.self, p.total FROM random_tree, paths(tree) AS p;
CREATE TABLE pair_node AS
SELECT t.id, u.node, u.depth AS level, u.symbol, u.total, coalesce(b.self, 0) AS self, coalesce(c.self, 0) AS other,
	1180 * (coalesce(b.total, 0)::numeric / proftree_total(baseline) + coalesce(c.total, 0)::numeric / proftree_total(comparison)) / 2 AS width
FROM paired AS t CROSS JOIN LATERAL (SELECT n.*, p.frames FROM proftree_nodes(baseline + comparison) AS n JOIN paths(baseline + comparison) AS p USING (node)) AS u
	LEFT JOIN path AS b ON b.id = t.id AND b.frames = u.frames LEFT JOIN path AS c ON c.id = (t.id + 5) % 24 AND c.frames = u.frames;
SELECT count(*) > 2000 AS many, count(*) FILTER (WHERE d.n IS NULL OR e.n IS NULL OR (d.level, d.symbol, d.self, d.other) IS DISTINCT FROM (e.level, e.symbol, e.self, e.other)) AS different
FROM (SELECT id, d.* FROM paired, nodes_of(data_of(proftree_to_svg(baseline, comparison))) AS d) AS d
FULL JOIN (SELECT *, row_number() OVER (PARTITION BY id ORDER BY node) AS n FROM pair_node WHERE total > 0) AS e USING (id, n);
SELECT count(*) > 500 AS many, count(*) FILTER (WHERE abs(f.width - e.width) > 0.511 OR f IS NULL OR e IS NULL) AS different
FROM (SELECT id, (-f.y - 8) / 16 AS level, row_number() OVER (PARTITION BY id, f.y ORDER BY f.x) AS at, f.width
	FROM paired, frames_of(proftree_to_svg(baseline, comparison, min_width => 3)) AS f WHERE f.y < -8) AS f
FULL JOIN (
	SELECT id, level, row_number() OVER (PARTITION BY id, level ORDER BY node) AS at, width
	FROM pair_node WHERE width >= 3) AS e USING (id, level, at);
