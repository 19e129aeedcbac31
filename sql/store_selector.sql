\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/sql/include/helpers.sql'
\i :helpers
\set ECHO all
--
-- Names of series and selectors of series.
--
\pset format unaligned

-- a name, labels in any order, quoted or plain
SELECT * FROM pyrotree.parse_series('web.cpu{region=eu, env="prod"}');
SELECT s, (pyrotree.parse_series(s)).* FROM unnest(ARRAY[
	'web.cpu', 'web.cpu{}', ' web.cpu { } ', 'web.cpu{env=prod,}', E'\t\r\nweb.cpu\n{\n\tenv = prod ,\n\tregion = eu\n}\n',
	'a{b=1,B=2,_=3,ab=4,a=5,a.b=6,a_b=7}', 'a{path=/usr/lib:x@1.2+3-4}', 'job;x/y(z)&co{a=b}',
	E'caf\u00e9{ville=K\u00f6ln}', 'a{b="c,d=\"e\"}{",f="\\\n"}']) AS s;

-- a label with an empty value is an absent label
SELECT key, labels FROM pyrotree.parse_series('a{b="",c=d,e=""}');
SELECT key, labels FROM pyrotree.parse_series('a{b=""}');

-- no series
SELECT to_json(s) AS series, error_of(format('SELECT pyrotree.parse_series(%L)', s), true) AS error
FROM unnest(ARRAY[
	'', ' ', '{}', '{a=b}', 'a b', 'a{', 'a}', 'a{b', 'a{b}', 'a{b=', 'a{b=}', 'a{b=c', 'a{b=c d=e}', 'a{,}', 'a{b=c,,}',
	'a{1=b}', 'a{b-c=d}', E'a{\u00e9=b}', 'a{b!=c}', 'a{b=~"c"}', 'a{b!~"c"}', 'a{b="c}', 'a{b="\d"}', 'a{b=''c''}',
	'a{b=c}{d=e}', 'a{b=c} d', 'a{b=1,c=2,b=1}', 'a{b=1,b=""}', 'a{__name__=b}', 'a"b"', E'a\x01',
	E'\u00e9{\n  \u00e9tat=x}']) AS s;

-- limits: 1,000 bytes of name, 200 of a label, 1 MB in all
SELECT octet_length((pyrotree.parse_series(repeat('n', 1000) || '{' || repeat('l', 200) || '=x}')).key);
SELECT octet_length((pyrotree.parse_series('a{b="' || repeat('x', 1048576 - 7) || '"}')).key);
SELECT what, error_of(format('SELECT pyrotree.parse_series(%L)', s)) AS error
FROM (VALUES
	('name', repeat('n', 1001)),
	('name, in bytes', repeat(E'\u00e9', 501)),
	('label', 'a{' || repeat('l', 201) || '=x}'),
	('text', 'a{b="' || repeat('x', 1048576 - 6) || '"}'),
	('key', 'a{b="' || repeat(E'\n', 1048576 / 2) || '"}')) AS v (what, s);

-- 100 labels of 200 bytes, with values of 200 bytes
WITH many AS (
	SELECT string_agg(format('%s=%s', lpad(i::text, 200, 'l'), lpad(i::text, 200, 'v')), ',' ORDER BY i * 37 % 101) AS labels
	FROM generate_series(1, 100) AS i),
parsed AS (SELECT p.* FROM many, pyrotree.parse_series('a{' || labels || '}') AS p)
SELECT octet_length(key), (SELECT count(*) FROM jsonb_object_keys(labels)),
	(pyrotree.parse_series(key)).key = key AS again,
	pyrotree.series_key(name, labels) = key AS of_parts,
	pyrotree.selector_matches(key, name, labels) AS as_selector,
	pyrotree.selector_matches(replace(key, '="', '=~"'), name, labels) AS as_regexps,
	octet_length(pyrotree.key_hash(key)) AS hash_bytes
FROM parsed;

-- awkward values, each alone and all in one series: the key parses to itself
-- and to the same labels
CREATE TEMP TABLE awkward AS
	SELECT n, value, jsonb_build_object('b', value) AS labels FROM unnest(awkward_names()) WITH ORDINALITY AS u (value, n);
SELECT count(*) > 40 AS many,
	count(*) FILTER (WHERE p.key <> k.key OR p.name <> 'a'
		OR p.labels <> CASE WHEN value = '' THEN '{}' ELSE a.labels END
		OR (value = '') <> (p.key = 'a')
		OR NOT pyrotree.selector_matches(k.key, 'a', a.labels)
		OR NOT pyrotree.selector_matches(k.key, 'a', p.labels)) AS wrong
FROM awkward AS a,
	LATERAL (SELECT pyrotree.series_key('a', labels)) AS k (key),
	LATERAL pyrotree.parse_series(k.key) AS p;
SELECT p.key = k.key AS same_key, p.labels = (all_of.labels - 'l1') AS same_labels
FROM (SELECT jsonb_object_agg('l' || n, value) FROM awkward) AS all_of (labels),
	LATERAL (SELECT pyrotree.series_key('a', labels)) AS k (key),
	LATERAL pyrotree.parse_series(k.key) AS p;

-- random series of awkward values: canonical whatever the order and the blanks
SELECT setseed(0.42);
CREATE TEMP TABLE random_series AS
	SELECT i, (ARRAY['a', 'web.cpu', E'caf\u00e9', 'x;y'])[1 + i % 4] AS name,
		(SELECT jsonb_object_agg(
			(ARRAY['a', 'A', 'b', '_', 'a.b', 'a_b', 'ab', 'host', 'env', 'z9'])[1 + floor(random() * 10)::int],
			(awkward_names())[2 + floor(random() * 40)::int])
		 FROM generate_series(1, i % 7)) AS labels
	FROM generate_series(1, 500) AS i;
UPDATE random_series SET labels = '{}' WHERE labels IS NULL;
ALTER TABLE random_series ADD key text;
UPDATE random_series SET key = pyrotree.series_key(name, labels);
SELECT count(*), count(DISTINCT key) > 300 AS differ,
	count(*) FILTER (WHERE (pyrotree.parse_series(key)).key <> key) AS key_wrong,
	count(*) FILTER (WHERE (pyrotree.parse_series(key)).labels <> labels) AS labels_wrong,
	count(*) FILTER (WHERE (pyrotree.parse_series(key)).name <> name) AS name_wrong,
	count(*) FILTER (WHERE key <> name || coalesce('{' || (
		SELECT string_agg(l.key || '="' || replace(replace(replace(l.value, '\', '\\'), '"', '\"'), E'\n', '\n') || '"',
			',' ORDER BY l.key COLLATE "C")
		FROM jsonb_each_text(labels) AS l) || '}', '')) AS not_by_the_rule,
	count(*) FILTER (WHERE key <> (pyrotree.parse_series(' ' || name || E' {\n' || (
		SELECT coalesce(string_agg(l.key || E' =\t"' || replace(replace(l.value, '\', '\\'), '"', '\"') || '" ,',
			' ' ORDER BY random()), '')
		FROM jsonb_each_text(labels) AS l) || ' }')).key) AS order_matters
FROM random_series;
SELECT count(DISTINCT (name, labels)) = count(DISTINCT key) AS one_key_each FROM random_series;

-- keys of parts
SELECT pyrotree.series_key('a', '{}'), pyrotree.series_key('a', '{"b": "", "c": "d"}'),
	pyrotree.series_key('web.cpu', '{"region": "eu", "env": "prod"}');
SELECT name, labels, error_of(format('SELECT pyrotree.series_key(%L, %L)', name, labels), true) AS error
FROM (VALUES
	('', '{}'), ('a b', '{}'), ('a{}', '{}'), (E'a\n', '{}'), ('a"', '{}'),
	('a', '[]'), ('a', '"b"'), ('a', 'null'), ('a', '["b"]'), ('a', '{"b": 1}'), ('a', '{"b": null}'), ('a', '{"b": {"c": "d"}}'),
	('a', '{"c": "d", "b": ["e"]}'), ('a', '{"": "b"}'), ('a', '{"1": "b"}'), ('a', '{"b-c": "d"}'), ('a', '{"__name__": "b"}'),
	('a', E'{"\u00e9": "b"}'), ('a', '{"b c": ""}')) AS v (name, labels);
SELECT error_of(format('SELECT pyrotree.series_key(%L, %L)', repeat('n', 1001), '{}')) AS name,
	error_of(format('SELECT pyrotree.series_key(%L, %L)', 'n', jsonb_build_object(repeat('l', 201), 'x'))) AS label,
	error_of(format('SELECT pyrotree.series_key(%L, %L)', 'n', jsonb_build_object('l', repeat('x', 2000000)))) AS value,
	error_of(format('SELECT pyrotree.series_key(%L, %L)', 'n', (
		SELECT jsonb_object_agg('l' || i, repeat('x', 1000)) FROM generate_series(1, 1100) AS i))) AS labels;

-- hashes: SHA-256 of the bytes
SELECT pyrotree.key_hash(''), pyrotree.key_hash('a') = sha256('a') AS a,
	bool_and(pyrotree.key_hash(key) = sha256(convert_to(key, getdatabaseencoding()))) AS all_of_them
FROM random_series;

-- no selector
SELECT to_json(s) AS selector, error_of(format('SELECT * FROM pyrotree.selector_matchers(%L)', s), true) AS matchers,
	error_of(format('SELECT pyrotree.selector_matches(%L, %L, %L)', s, 'a', '{}')) AS matches
FROM unnest(ARRAY[
	'', ' ', 'a b', '}', '{', '{a}', '{a=b', '{,}', '{a=b,,}', '{a!b}', '{a! =b}', '{a= ~"b"}', '{a==b}', '{a=~b}', '{a!~b}', '{a=~}',
	'{a~"b"}', '{a<b}', '{a="b}', '{a=~"\d"}', '{a=b}c', '{-=b}', E'{\n\u00e9=b}']) AS s;
SELECT error_of(format('SELECT * FROM pyrotree.selector_matchers(%L)', '{' || repeat(' ', 1048576) || '}')) AS error;

-- what a selector matches
SELECT s, pyrotree.selector_matches(s, 'web.cpu', '{"env": "prod", "host": "web-1", "path": "a\\b\"c\nd"}') AS matches
FROM unnest(ARRAY[
	-- the name
	'web.cpu', 'web', 'web.cpu.x', 'Web.cpu', '{}', '{__name__=web.cpu}', '{__name__!=web.cpu}', '{__name__=~"web\\..*"}',
	'{__name__=~"web"}', '{__name__!~"db\\..*"}', 'web.cpu{__name__=db.cpu}', 'web.cpu{__name__=~".*cpu"}',
	-- labels
	'web.cpu{env=prod}', 'web.cpu{env="prod"}', 'web.cpu{env=prod,host=web-1}', 'web.cpu{env=prod,host=web-2}', 'db.cpu{env=prod}',
	'{env!=prod}', '{env!=test}', '{env!=test,env!=prod}', '{env=pro}', '{env=prode}', '{env=Prod}', '{path="a\\b\"c\nd"}', '{path="a"}',
	-- an absent label is ''
	'{zone=""}', '{zone!=""}', '{zone=x}', '{zone!=x}', '{zone=~""}', '{zone=~".*"}', '{zone=~".+"}', '{zone!~".+"}', '{zone=~"x|"}',
	'{zone!~"x"}', '{env=""}', '{env!=""}', '{env=~".+"}',
	-- regular expressions match the whole value
	'{env=~"prod"}', '{env=~"pro"}', '{env=~"rod"}', '{env=~"p.*d"}', '{env=~"test|prod"}', '{env=~"prod|test"}', '{env=~"pro|d"}',
	'{env=~"p|prod"}', '{env=~"prod|p"}', '{env=~"p.*?"}', '{env=~"^prod$"}', '{env=~"(p)(r)o\\w"}', '{env!~"p.*"}', '{env!~"t.*"}',
	'{host=~"web-\\d"}', '{host=~"web-\\d\\d"}', '{host=~"(.)eb-.*"}', '{host=~"(w).*\\1"}', '{env=~"prod#"}',
	-- options
	'{env=~"(?i)PROD"}', '{env=~"PROD"}', '{env=~"(?i)TEST|PROD"}', '{env=~"(?i)PRO"}', '{env=~"(?c)prod"}', '{env=~"(?i)"}',
	'{env=~"(?x) p r o d"}', '{env=~"(?x) p r o d # a comment"}', '{env=~"(?x) p r o # d"}', '{env=~"(?xi) P R O D #"}', '{env=~"(?t)p r o d"}',
	-- lines: a value is one text
	'{path=~".*"}', '{path=~"a.*c"}', '{path=~"a.*d"}', '{path=~"(?n)a.*d"}', '{path=~"(?n)a.*\n.*d"}', '{path=~"(?n)d"}', '{path=~"a\\\\b\"c\nd"}'
	]) AS s;

-- regular expressions that are none, alone and after a sound matcher; it is
-- an error whether or not the matcher is reached
SELECT s, error_of(format('SELECT pyrotree.selector_matches(%L, %L, %L)', s, 'web.cpu', '{"env": "prod"}'), true) AS error
FROM unnest(ARRAY[
	'{env=~"("}', '{env=~")"}', '{env=~"["}', '{env=~"*"}', '{env=~"a**"}', '{env=~"\\"}', '{env=~"a)|(?:b"}', '{env=~"a)|(b"}',
	'{env=~"prod)\\Z|(?:"}', '{env=~"(?y)a"}', '{env=~"(?i"}', '{env=~"(?q)prod"}', '{env=~"(?b)prod"}', '{env=~"(?ie)prod"}',
	'{env=~"***=prod"}', '{env=~"***:prod"}', '{env=~"\\1"}', '{env=~"a{2,1}"}', '{env=~"a{1000}"}', 'other{env=~"("}', '{env=test,env!~"("}']) AS s;

-- only ASCII letters have two cases: the collation is "C"
SELECT s, pyrotree.selector_matches(s, E'caf\u00e9', E'{"ville": "\u00c9tat"}') AS matches
FROM unnest(ARRAY[E'caf\u00e9', E'{ville=\u00c9tat}', E'{ville=\u00e9tat}', E'{ville=~"(?i)\u00e9tat"}', E'{ville=~"(?i)\u00c9TAT"}',
	'{ville=~".tat"}', '{ville=~"..tat"}', '{ville=~"\\w*"}', E'{__name__=~"caf\u00e9"}']) AS s;

-- labels that are none
SELECT labels, error_of(format('SELECT pyrotree.selector_matches(%L, %L, %L)', 'a{b=c}', 'a', labels), true) AS error
FROM unnest(ARRAY['[]', '"b"', '["b"]', 'null', '{"b": 1}', '{"b": null}', '{"b": {"c": "d"}}', '{"x": 1}']) AS labels;

-- selectors of a column, also broken ones between; each row by its own
CREATE TEMP TABLE selector (n serial, s text);
INSERT INTO selector (s) VALUES ('a'), ('a{b=c}'), ('{b=~"c|d"}'), ('{b!~"c|d"}'), ('{b=c'), ('{b=~"("}'), ('a{b!=c}'), ('{}'),
	('{b=~"(?i)C"}'), ('{b=""}');
SELECT series, string_agg(n::text, ' ' ORDER BY n) FILTER (WHERE pyrotree.selector_matches(s, p.name, p.labels)) AS matching
FROM unnest(ARRAY['a', 'a{b=c}', 'a{b=d}', 'b{b=C}', 'b{b=c,x=y}']) AS series, pyrotree.parse_series(series) AS p, selector
WHERE n NOT IN (5, 6) GROUP BY series ORDER BY series COLLATE "C";
DO $$
DECLARE
	r record;
	outcome text;
	outcomes text := '';
BEGIN
	FOR i IN 1 .. 2 LOOP
		FOR r IN SELECT * FROM selector ORDER BY n LOOP
			BEGIN
				outcome := pyrotree.selector_matches(r.s, 'a', '{"b": "c"}');
			EXCEPTION WHEN OTHERS THEN
				outcome := SQLSTATE;
			END;
			outcomes := outcomes || ' ' || outcome;
		END LOOP;
	END LOOP;
	RAISE INFO '%', outcomes;
END $$;

-- more regular expressions than the server keeps compiled
SELECT pyrotree.selector_matches('{' || string_agg(format('l%s=~"v%s|x"', i, i), ',') || '}', 'a', jsonb_object_agg('l' || i, 'v' || i)) AS all_of_100,
	pyrotree.selector_matches('{' || string_agg(format('l%s=~"v%s|x"', i, i), ',') || '}', 'a', jsonb_object_agg('l' || i, 'v' || least(i, 99))) AS one_is_wrong
FROM generate_series(1, 100) AS i;

-- against the same rules written in SQL
CREATE TEMP TABLE matcher AS
	SELECT (ARRAY['a', 'A', 'b', 'host', 'zone', '__name__'])[1 + i % 6] AS label, op, value
	FROM generate_series(1, 6) AS i, unnest(ARRAY['=', '!=', '=~', '!~']) AS op,
		unnest(ARRAY['', 'a', 'web.cpu', '.*', 'a.*', '.', '[^"]+', '(a|b)?;.*', '\s+', '(?i)WEB.*', '.*?"']) AS value;
SELECT count(*) > 100000 AS many, count(*) FILTER (WHERE matches) > 10000 AS matching, count(*) FILTER (WHERE matches <> expected) AS wrong
FROM (
	SELECT pyrotree.selector_matches(format('{%s%s"%s"}', label, op, replace(replace(value, '\', '\\'), '"', '\"')), name, labels) AS matches,
		CASE op
			WHEN '=' THEN actual = value
			WHEN '!=' THEN actual <> value
			WHEN '=~' THEN actual ~ whole
			ELSE actual !~ whole
		END AS expected
	FROM matcher,
		LATERAL (SELECT CASE WHEN value LIKE '(?i)%' THEN '(?i)\A(?:' || substr(value, 5) ELSE '\A(?:' || value END || ')\Z' COLLATE "C") AS w (whole),
		random_series,
		LATERAL (SELECT coalesce(CASE WHEN label = '__name__' THEN name ELSE labels ->> label END, '')) AS l (actual)
	OFFSET 0) AS compared;

-- NULL gives NULL
SELECT pyrotree.parse_series(NULL), pyrotree.series_key(NULL, '{}'), pyrotree.series_key('a', NULL), pyrotree.key_hash(NULL),
	pyrotree.value_matches(NULL, 'a', 'a'), pyrotree.value_matches('=', NULL, 'a'), pyrotree.value_matches('=', 'a', NULL), pyrotree.selector_matches(NULL, 'a', '{}'), pyrotree.selector_matches('a', NULL, '{}'),
	pyrotree.selector_matches('a', 'a', NULL);

-- in generated columns, which have to be immutable, under a unique key
CREATE TEMP TABLE stored (name text, labels jsonb,
	key text GENERATED ALWAYS AS (pyrotree.series_key(name, labels)) STORED,
	key_hash bytea GENERATED ALWAYS AS (pyrotree.key_hash(pyrotree.series_key(name, labels))) STORED UNIQUE);
INSERT INTO stored SELECT DISTINCT name, labels FROM random_series;
SELECT count(*) > 300 AS many, bool_and(key_hash = pyrotree.key_hash(key)) AS right FROM stored;
SELECT error_of($$INSERT INTO stored SELECT name, labels || '{"none": ""}' FROM stored LIMIT 1$$) ~ '^23505' AS key_is_taken;
