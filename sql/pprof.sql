\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/sql/include/helpers.sql'
\set pprof :abs_srcdir '/sql/include/pprof.sql'
\i :helpers
\set ECHO none
\i :pprof
--
-- pprof files: stacks and values in, stacks and values out.  What is refused is
-- in pprof_hostile.sql.
--
SET timezone = 'UTC';
SET intervalstyle = postgres;

-- ---- in ----

-- two sample types; leaf first, the innermost of inlined frames first: location
-- 2 is main with lex and parse inlined into it
CREATE TEMP TABLE file AS SELECT sample_type(1, 2) || sample_type(3, 4)
	|| sample('{1,2}', '{3,30}') || sample('{2}', '{1,10}') || sample('{1,1,2}', '{0,7}')
	|| mapping(1, 9)
	|| location(1, '{4}', 1, 4096) || location(2, '{3,2,1}', 1, 4112)
	|| func(1, 5) || func(2, 6) || func(3, 7) || func(4, 8)
	|| strings('', 'samples', 'count', 'cpu', 'nanoseconds', 'main', 'parse', 'lex', 'malloc', '/usr/bin/prog') AS pprof;
SELECT proftree_from_pprof(pprof) FROM file;
SELECT s.* FROM file, LATERAL pprof_samples(pprof) AS s;
SELECT proftree_from_pprof(pprof, 'samples') FROM file;
SELECT proftree_from_pprof(pprof, sample_type => 'cpu', on_error => 'skip', prune => true) = proftree_from_pprof(pprof) AS by_name FROM file;
-- NULLs
SELECT proftree_from_pprof(NULL) IS NULL AS pprof, proftree_from_pprof(pprof, NULL, NULL) IS NULL AS on_error, proftree_from_pprof(pprof, NULL, 'skip', NULL) IS NULL AS prune,
	(SELECT count(*) FROM pprof_samples(NULL)) AS rows, (SELECT count(*) FROM pprof_samples(pprof, NULL, NULL)) AS no_on_error,
	(SELECT count(*) FROM pprof_samples(pprof, NULL, 'skip', NULL)) AS no_prune, pprof_info(NULL) IS NULL AS info
FROM file;
SELECT error_of($$SELECT proftree_from_pprof(pprof, 'wall') FROM file$$, true) AS no_such_type, error_of($$SELECT proftree_from_pprof(pprof, '') FROM file$$) AS empty_name,
	error_of($$SELECT proftree_from_pprof(pprof, NULL, 'ignore') FROM file$$, true) AS no_such_word, error_of($$SELECT pprof_samples(pprof, NULL, 'x') FROM file$$) AS nor_here;

-- the same file written in other ways
CREATE TEMP TABLE same (id serial, how text, pprof bytea);
INSERT INTO same (how, pprof)
SELECT v.* FROM file, LATERAL (VALUES
	('gzip', gzip(pprof)),
	('gzip of several members', gzip(substr(pprof, 1, 50)) || gzip(substr(pprof, 51)) || gzip('')),
	('gzip with a name and a comment in its header', '\x1f8b08180000000000ff'::bytea || 'a.pb'::bytea || '\x00' || 'b'::bytea || '\x00' || substr(gzip(pprof), 11))) AS v;
INSERT INTO same (how, pprof) VALUES
	('numbers not packed', sample_type(1, 2) || sample_type(3, 4)
		|| pb(2, pb_each(1, '{1,2}') || pb_each(2, '{3,30}')) || pb(2, pb(2, 1) || pb(1, 2) || pb(2, 10)) || pb(2, pb(1, 1) || pb_packed(1, '{1,2}') || pb(2, 0) || pb_packed(2, '{7}'))
		|| mapping(1, 9) || location(1, '{4}', 1, 4096) || location(2, '{3,2,1}', 1, 4112) || func(1, 5) || func(2, 6) || func(3, 7) || func(4, 8)
		|| strings('', 'samples', 'count', 'cpu', 'nanoseconds', 'main', 'parse', 'lex', 'malloc', '/usr/bin/prog')),
	('in another order', strings('', 'samples', 'count', 'cpu', 'nanoseconds', 'main', 'parse', 'lex', 'malloc', '/usr/bin/prog')
		|| func(4, 8) || func(3, 7) || func(2, 6) || func(1, 5) || location(2, '{3,2,1}', 1, 4112) || location(1, '{4}', 1, 4096) || mapping(1, 9)
		|| sample('{1,2}', '{3,30}') || sample('{2}', '{1,10}') || sample('{1,1,2}', '{0,7}') || sample_type(1, 2) || sample_type(3, 4)),
	('with any ids', sample_type(1, 2) || sample_type(3, 4)
		|| sample('{18446744073709551615,77}', '{3,30}') || sample('{77}', '{1,10}') || sample('{18446744073709551615,18446744073709551615,77}', '{0,7}')
		|| mapping(9223372036854775808, 9)
		|| location(18446744073709551615, '{1}', 9223372036854775808, 4096) || location(77, '{5,1000000007,3}', 9223372036854775808, 4112)
		|| func(3, 5) || func(1000000007, 6) || func(5, 7) || func(1, 8)
		|| strings('', 'samples', 'count', 'cpu', 'nanoseconds', 'main', 'parse', 'lex', 'malloc', '/usr/bin/prog')),
	('with fields that nobody knows, of each wire type, everywhere', pb(16, 1) || pb(100000, 'x'::text) || '\x8101'::bytea || '12345678'::bytea || '\x8501'::bytea || '1234'::bytea
		|| pb(1, pb(1, 1) || pb(2, 2) || pb(3, 'x'::text)) || pb(1, pb(1, 3) || pb(2, 4) || pb(536870911, 1))
		|| pb(2, pb(9, 0) || pb_packed(1, '{1,2}') || pb_packed(2, '{3,30}')) || pb(2, pb_packed(1, '{2}') || pb_packed(2, '{1,10}')) || pb(2, pb_packed(1, '{1,1,2}') || '\x2112345678'::bytea || '\x00000000' || pb_packed(2, '{0,7}'))
		|| pb(3, pb(1, 1) || pb(5, 9) || '\xfd07'::bytea || '1234'::bytea || pb(7, 1)) || location(1, '{4}', 1, 4096) || pb(4, pb(1, 2) || pb(2, 1) || pb(3, 4112) || pb(4, pb(1, 3) || pb(2, 17) || pb(3, 5) || pb(9, 9)) || pb(4, pb(1, 2)) || pb(4, pb(1, 1)) || pb(5, 1))
		|| func(1, 5) || func(2, 6) || func(3, 7) || pb(5, pb(1, 4) || pb(2, 8) || pb(4, 9) || pb(5, 1234) || pb(6, ''::text))
		|| strings('', 'samples', 'count', 'cpu', 'nanoseconds', 'main', 'parse', 'lex', 'malloc', '/usr/bin/prog')),
	('varints longer than need be', '\x8a808000'::bytea || '\x8c808000'::bytea || '\x08818080808080808000'::bytea || '\x1002' || sample_type(3, 4)
		|| sample('{1,2}', '{3,30}') || sample('{2}', '{1,10}') || sample('{1,1,2}', '{0,7}') || mapping(1, 9)
		|| location(1, '{4}', 1, 4096) || location(2, '{3,2,1}', 1, 4112) || func(1, 5) || func(2, 6) || func(3, 7) || func(4, 8)
		|| '\xb20080808000'::bytea || strings('samples', 'count', 'cpu', 'nanoseconds', 'main', 'parse', 'lex', 'malloc', '/usr/bin/prog'));
SELECT id, how, error_of(format('SELECT proftree_from_pprof(%L)', same.pprof)) AS error,
	proftree_from_pprof(same.pprof) = proftree_from_pprof(file.pprof) AND proftree_from_pprof(same.pprof, 'samples') = proftree_from_pprof(file.pprof, 'samples')
		AND pprof_info(same.pprof) = pprof_info(file.pprof) AS same
FROM same, file ORDER BY id;

-- ---- what a frame is called ----

-- locations without lines, and functions without names; strings: 3 a path, 4
-- one without a slash, 5 one that ends in a slash, 6 empty, 7 a name
CREATE TEMP TABLE name (id serial, what text, location bytea);
INSERT INTO name (what, location) VALUES
	('mapping and address', location(1, '{}', 1, 3735928559)),
	('mapping whose file has no slash', location(1, '{}', 2, 16)),
	('mapping whose file has no base name', location(1, '{}', 3, 16)),
	('mapping without a file', location(1, '{}', 4, 16)),
	('mapping that is not there', location(1, '{}', 99, 16)),
	('mapping, address 0', location(1, '{}', 1)),
	('address alone', location(1, '{}', 0, 18446744073709551615)),
	('nothing', location(1, '{}')),
	('mapping without a file, address 0', location(1, '{}', 4)),
	('a name', location(1, '{1}', 1, 16)),
	('a system name alone', location(1, '{2}', 1, 16)),
	('a name and a system name', location(1, '{3}', 1, 16)),
	('no name, mapping', location(1, '{4}', 1, 16)),
	('no name, address', location(1, '{4}', 0, 16)),
	('no name, nothing', location(1, '{4}')),
	('an empty string that is not the first', location(1, '{5}', 1, 17)),
	('inlined: two names and none', location(1, '{1,4,2}', 1, 18));
SELECT what, to_json(proftree_from_pprof(sample_type(1, 2) || sample('{1}', '{5}') || mapping(1, 3) || mapping(2, 4) || mapping(3, 5) || mapping(4, 6) || location
	|| func(1, 7) || func(2, 0, 8) || func(3, 7, 8) || func(4, 0) || func(5, 6, 6)
	|| strings('', 'samples', 'count', '/usr/lib/libc.so.6', 'prog', '/usr/bin/', '', 'name', '_Zname'))::text) AS tree
FROM name ORDER BY id;
-- a sample without a location
SELECT proftree_from_pprof(sample_type(1, 2) || sample('{}', '{5}') || pb(2, pb(2, 6)) || strings('', 'samples', 'count'));
-- stacks that come twice add up; recursion is kept; values are exact
SELECT proftree_from_pprof(file_of('{a;b,a,a;b,a;a;a,a;b;c}', '{1,2,3,4,9007199254740993}'));
SELECT proftree_from_pprof(file_of('{a,b}', '{9223372036854775806,1}')), error_of($$SELECT proftree_from_pprof(file_of('{a,b}', '{9223372036854775807,1}'))$$) AS past_bigint;
-- no samples, and no sample type
SELECT proftree_from_pprof(strings('')) = '' AS empty, (SELECT count(*) FROM pprof_samples(strings(''))) AS no_types,
	(SELECT count(*) FROM pprof_samples(sample_type(0, 0) || strings(''))) AS one, (SELECT count(*) FROM pprof_samples(sample_type(0, 0) || strings(''), 'label')) AS no_groups,
	error_of($$SELECT proftree_from_pprof(strings(''), 'cpu')$$, true) AS by_name;

-- ---- which sample type ----

-- the one that default_sample_type (string 5, ...) names, else the last; of two
-- with one name the first
SELECT string, proftree_from_pprof(sample_type(1, 2) || sample_type(3, 2) || sample_type(3, 4) || sample_type(5, 2) || sample('{}', '{1,2,3,4}') || strings('', 'a', 'count', 'b', 'bytes', 'c', 'd', 'a') || pb(14, string)) AS tree
FROM generate_series(0, 7) AS string ORDER BY string;
SELECT error_of($$SELECT proftree_from_pprof(string_agg(sample_type(n + 1, 0), '' ORDER BY n) || strings('') || string_agg(pb(6, repeat(chr(97 + n), 60)), '' ORDER BY n), 'x')
	FROM generate_series(0, 25) AS n$$, true) AS clipped;

-- ---- values of 0, below 0, and text that is none ----

SELECT proftree_from_pprof(file_of('{a,b,c}', '{0,5,0}')) AS zero;
CREATE TEMP TABLE bad AS SELECT file_of('{a;b,c,d}', '{7,-3,2}') AS negative,
	sample_type(1, 2) || sample('{2,1}', '{7}') || sample('{3}', '{5}') || sample('{2}', '{0}') || sample('{4}', '{2}')
		|| mapping(1, 7) || location(1, '{1}') || location(2, '{2}') || location(3, '{3}') || location(4, '{}', 1, 16) || func(1, 3) || func(2, 4) || func(3, 5) || func(4, 6)
		|| strings('', 'samples', 'count', 'main') || pb(6, '\x61ff62'::bytea) || strings('idle') || pb(6, '\xc3'::bytea) || pb(6, '\x2f2f610062'::bytea) AS text;
SELECT error_of('SELECT proftree_from_pprof(negative) FROM bad', true) AS negative, error_of($$SELECT proftree_from_pprof(negative, NULL, 'replace') FROM bad$$) AS not_mended;
SELECT proftree_from_pprof(negative, NULL, 'skip') AS skipped FROM bad;
SELECT error_of('SELECT proftree_from_pprof(text) FROM bad', true) AS text;
SELECT proftree_from_pprof(text, NULL, 'skip') AS skipped FROM bad;
SELECT to_json(proftree_from_pprof(text, NULL, 'replace')::text) AS replaced FROM bad;
-- a sample is counted once, whatever the number of sample types
SELECT sample_type, profile FROM pprof_samples(sample_type(1, 2) || sample_type(3, 2) || sample('{1}', '{1,2}') || sample('{1}', '{3,0}') || sample('{2}', '{4,-1}')
	|| location(1, '{1}') || location(2, '{2}') || func(1, 5) || func(2, 4) || strings('', 'samples', 'count', 'cpu', 'main') || pb(6, '\xff'::bytea), on_error => 'skip');
-- names of sample types
SELECT error_of($$SELECT pprof_samples(sample_type(1, 0) || strings('') || pb(6, '\xff'::bytea))$$) AS type, error_of($$SELECT pprof_samples(sample_type(0, 1) || strings('') || pb(6, '\xff'::bytea))$$) AS unit,
	proftree_from_pprof(sample_type(1, 0) || strings('') || pb(6, '\xff'::bytea)) = '' AS not_asked;
SELECT sample_type FROM pprof_samples(sample_type(1, 0) || strings('') || pb(6, '\xff'::bytea), on_error => 'replace');

-- ---- labels ----

-- strings 3 to 7 are keys and values
CREATE TEMP TABLE labelled AS SELECT sample_type(1, 2) || sample_type(8, 9)
	|| sample('{1}', '{1,10}', label(3, 4)) || sample('{1}', '{2,20}', label(3, 5)) || sample('{1}', '{4,40}', label(3, 4) || label(6, 0, 17)) || sample('{1}', '{8,80}')
	|| sample('{1}', '{16,160}', label(3, 5) || label(3, 4)) || sample('{1}', '{32,320}', label(3, 0, -5)) || sample('{1}', '{64,640}', label(3, 0, 5, 7))
	|| sample('{1}', '{128,0}', label(3, 0, 5) || label(3, 4) || label(3, 0, 0, 7)) || sample('{1}', '{256,0}', label(3, 0)) || sample('{1}', '{0,5}', label(3, 10))
	|| location(1, '{1}') || func(1, 1) || strings('', 'samples', 'count', 'thread', 'b', 'a', 'size', 'bytes', 'cpu', 'nanoseconds', '') AS pprof;
SELECT s.sample_type, s.unit, to_json(s.label_value) AS label_value, s.profile FROM labelled, LATERAL pprof_samples(pprof, 'thread') AS s;
SELECT s.sample_type, s.label_value, s.profile FROM labelled, LATERAL pprof_samples(pprof, label => 'size') AS s;
SELECT s.sample_type, s.label_value, s.profile FROM labelled, LATERAL pprof_samples(pprof, 'no such label') AS s;
-- the groups together are the whole
SELECT label, bool_and((SELECT sum(profile) FROM pprof_samples(pprof, label) AS s WHERE s.sample_type = t.sample_type) = t.profile) AS whole
FROM labelled, LATERAL pprof_samples(pprof) AS t, unnest('{thread,size,none,""}'::text[]) AS label GROUP BY label ORDER BY label;
-- labels that are no text
CREATE TEMP TABLE bad_label AS SELECT sample_type(1, 2) || sample('{}', '{1}', label(3, 4)) || sample('{}', '{2}', label(3, 5)) || sample('{}', '{4}', label(5, 4)) || sample('{}', '{8}', label(3, 0, 1, 5))
	|| strings('', 'samples', 'count', 'key', 'good') || pb(6, '\x62ff64'::bytea) AS pprof;
SELECT error_of($$SELECT pprof_samples(pprof, 'key') FROM bad_label$$, true) AS error, error_of($$SELECT pprof_samples(pprof) FROM bad_label$$) AS not_asked;
SELECT s.label_value, s.profile FROM bad_label, LATERAL pprof_samples(pprof, 'key', 'skip') AS s;
SELECT s.label_value, s.profile FROM bad_label, LATERAL pprof_samples(pprof, 'key', 'replace') AS s;

-- ---- prune ----

CREATE FUNCTION pruned(stacks text[], drop_frames text, keep_frames text DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
	SELECT replace(proftree_from_pprof(file_of(stacks, array_fill(1::numeric, ARRAY[cardinality(stacks)])) || pb(6, drop_frames) || coalesce(pb(6, keep_frames), '')
		|| pb(7, n + 3) || CASE WHEN keep_frames IS NULL THEN '' ELSE pb(8, n + 4) END, prune => true)::text, E'\n', ', ')
	FROM (SELECT count(DISTINCT f) AS n FROM unnest(stacks) AS s, string_to_table(s, ';') AS f) AS x
$$;
SELECT n, pruned(stacks, drop_frames, keep_frames) FROM (VALUES
	-- a frame that matches goes with all it calls; the whole name has to match
	(1, '{main;malloc;brk,main;mallocator;brk}'::text[], 'malloc', NULL),
	(2, '{main;malloc;brk,main;new;malloc;brk}', 'malloc|new', NULL),
	(3, '{main;malloc_hook;brk,main;malloc;x}', 'malloc.*', 'malloc_h.*'),
	-- nothing before the first frame that stays
	(4, '{malloc;main;malloc;brk,malloc;malloc}', 'malloc', NULL),
	(5, '{main;a}', '.*', NULL), (6, '{main;a}', '.*', 'main'), (7, '{main;a;b}', 'b|main', NULL),
	-- alternatives are inside of ^( )$
	(8, '{main;ax;y,main;xb;y}', 'a|b', NULL),
	-- nothing to drop; keep alone drops nothing
	(9, '{main;a}', 'b', NULL), (10, '{main;a}', '', 'a'), (11, '{main;a}', 'A', NULL), (12, '{main;a}', '(?i)A', NULL),
	-- names are simplified: without a dot in front and without arguments
	(13, '{main;.malloc;brk}', 'malloc', NULL), (14, '{main;..malloc;brk}', 'malloc', NULL), (15, '{main;..malloc;brk}', '.malloc', NULL),
	(16, '{main;f(int);brk}', 'f', NULL), (17, '{main;f(int);brk}', 'f\(int\)', NULL), (18, '{main;(anonymous namespace)::f(int);x}', '\(anonymous namespace\)::f', NULL),
	(19, '{main;A::operator()(int);x}', 'A::operator\(\)', NULL), (20, '{main;operator(;x}', 'operator', NULL), (21, '{main;a;(anonymous namespace;x}', '(){0}', NULL)) AS v(n, stacks, drop_frames, keep_frames)
ORDER BY n;
-- frames inlined into each other: from the outermost that matches
CREATE FUNCTION pruned_location(functions numeric[], below boolean DEFAULT true) RETURNS text LANGUAGE sql AS $$
	SELECT replace(proftree_from_pprof(sample_type(1, 2) || CASE WHEN below THEN sample('{3,2,1}', '{1}') ELSE sample('{3,2}', '{1}') END
		|| location(1, '{1}') || location(2, functions) || location(3, '{2}') || func(1, 3) || func(2, 4) || func(3, 5) || func(4, 6) || func(5, 0, 5)
		|| strings('', 'samples', 'count', 'main', 'leaf', 'drop', 'user') || pb(7, 5), prune => true)::text, E'\n', ', ')
$$;
SELECT functions, pruned_location(functions) AS called_by_main, pruned_location(functions, false) AS at_the_root
FROM unnest('{"{3}","{4}","{3,4}","{4,3}","{3,4,3,4}","{4,3,4}","{4,4}","{5}","{5,3,4}"}'::text[]) AS t, CAST(t AS numeric[]) AS functions;
-- only when asked for, and not of what is no regular expression
SELECT proftree_from_pprof(file_of('{main;malloc}', '{1}') || strings('malloc') || pb(7, 5));
SELECT error_of($$SELECT pruned('{main}', 'a(')$$) AS open, error_of($$SELECT pruned('{main}', 'a', 'b)|(c')$$) AS not_by_itself, error_of($$SELECT pruned('{main}', '', 'a(')$$) AS not_asked,
	error_of($$SELECT proftree_from_pprof(file_of('{main}', '{1}') || pb(6, '\xff'::bytea) || pb(7, 4), NULL, 'skip', true)$$) AS no_text;
SELECT sample_type, profile FROM pprof_samples(file_of('{main;malloc}', '{1}') || strings('malloc') || pb(7, 5), prune => true);
-- a name that is no text does not match; what becomes of it in 'replace' may
SELECT mode, to_json(proftree_from_pprof(sample_type(1, 2) || sample('{1,2}', '{1}') || sample('{2}', '{1}') || location(1, '{1}') || location(2, '{2}') || func(1, 3) || func(2, 4)
	|| strings('', 'samples', 'count') || pb(6, '\xff'::bytea) || strings('main', '.') || pb(7, 5), NULL, mode, true)::text) AS tree
FROM unnest('{skip,replace}'::text[]) AS mode;

-- ---- what a file tells ----

\x
SELECT * FROM pprof_info(sample_type(1, 2) || sample_type(3, 4) || sample('{1}', '{0,1}') || mapping(1, 0) || location(1, '{}') || location(2, '{1,1}') || func(1, 1) || strings('', 'samples', 'count', 'cpu', 'nanoseconds', 'drop.*', 'keep', 'a comment', 'another')
	|| pb(7, 5) || pb(8, 6) || pb(9, 1704103200123456789) || pb(10, 90061000001999) || pb(11, pb(1, 3) || pb(2, 4)) || pb(12, 10000000) || pb(13, 7) || pb_packed(13, '{8,7}') || pb(14, 1) || pb(15, 8));
SELECT * FROM pprof_info(strings(''));
\x
-- texts that are none are mended: of comments, types, units, drop_frames
SELECT i.sample_types = ARRAY[chr(65533) || 'b'] AS sample_types, i.units = ARRAY['a' || chr(65533)] AS units, i.default_sample_type = chr(65533) || 'b' AS default_sample_type,
	i.comments = ARRAY['a' || chr(65533), 'fine'] AS comments, i.drop_frames = chr(65533) || 'b' AS drop_frames, i.samples
FROM pprof_info(sample_type(1, 2) || sample('{}', '{3}') || strings('') || pb(6, '\xff62'::bytea) || pb(6, '\x6100'::bytea) || strings('fine') || pb_packed(13, '{2,3}') || pb(7, 1)) AS i;
-- times before 1970 and at the ends; of what is said twice the last counts, but
-- a second time is a second profile
SELECT i.at, i.duration, i.period, i.period_type, i.period_unit FROM unnest('{-1,-1000,-1001,9223372036854775807,-9223372036854775808,1000}'::numeric[]) WITH ORDINALITY AS u(n, o),
	LATERAL pprof_info(strings('', 'a', 'b') || pb(9, n) || pb(10, 1) || pb(10, n) || pb(12, 1) || pb(12, n) || pb(11, pb(1, 1)) || pb(11, pb(2, 2))) AS i ORDER BY o;
SELECT error_of($$SELECT pprof_info(strings('') || pb(9, 5) || pb(9, 6))$$, true) AS two, error_of($$SELECT pprof_info(strings('') || pb(9, 0) || pb(9, 6))$$) AS one;
-- two files behind each other, packed by themselves
SELECT error_of($$SELECT proftree_from_pprof(proftree_to_pprof('a 1', at => '2024-01-01Z') || proftree_to_pprof('b 1', at => '2024-01-01Z'))$$) AS error;
-- default_sample_type is what proftree_from_pprof() takes
SELECT i.default_sample_type, proftree_from_pprof(p) = proftree_from_pprof(p, i.default_sample_type) AS same
FROM file, generate_series(0, 3) AS string, LATERAL (SELECT pprof || pb(14, string)) AS x(p), LATERAL pprof_info(p) AS i ORDER BY string;

-- ---- out ----

SELECT proftree_from_pprof(proftree_to_pprof(tree)) FROM (VALUES ('main;parse;lex 3
main 2
idle 0
main;parse;lex;lex 1'::proftree)) AS v(tree);
\x
SELECT * FROM pprof_info(proftree_to_pprof('main;parse 3
main;parse;main 4'));
SELECT * FROM pprof_info(proftree_to_pprof(tree => 'main 3', sample_type => 'cpu', unit => 'nanoseconds', at => '2024-01-01 10:00:00.123456Z', duration => '1 day 00:00:10.5', period => 10000000));
SELECT * FROM pprof_info(proftree_to_pprof('', '', '', NULL, '0', 0));
\x
SELECT proftree_to_pprof(NULL) IS NULL AS tree, proftree_to_pprof('a 1', NULL) IS NULL AS sample_type, proftree_to_pprof('a 1', 'a', NULL) IS NULL AS unit,
	substr(proftree_to_pprof(''), 1, 10) AS gzip_header;
-- names of symbols that are also the type's and the unit's, and empty ones
SELECT n, (pprof_info(p)).sample_types, (pprof_info(p)).units, proftree_from_pprof(p) = tree AS back
FROM (VALUES (1, 'a', 'b', 'a;b 1'::proftree), (2, 'x', 'x', 'a 1'), (3, '', '', ';a 1'), (4, 'a', '', '"" 1'), (5, '', 'b', 'a 1'), (6, 'x', 'y', 'a;x;y 1')) AS v(n, type, unit, tree),
	LATERAL proftree_to_pprof(tree, type, unit) AS p ORDER BY n;
SELECT call, error_of('SELECT proftree_to_pprof(''a 1'', ' || call || ')', true) AS error FROM (VALUES
	(1, $$duration => '1 month'$$), (2, $$duration => '-1 microsecond'$$), (3, $$duration => '1 day -24:00:01'$$), (4, $$duration => '106751 days 23:47:16.854775'$$), (5, $$duration => '106752 days'$$), (6, $$duration => '2147483647 days 2562047788:00:54'$$),
	(7, $$at => 'infinity'$$), (8, $$at => '-infinity'$$), (9, $$at => '2262-04-11 23:47:16Z'$$), (10, $$at => '2262-04-11 23:47:17Z'$$), (11, $$at => '1677-09-21 00:12:44Z'$$), (12, $$at => '1677-09-21 00:12:43Z'$$),
	(13, $$at => '294276-12-31'$$), (14, $$at => '4713-01-01 BC'$$), (15, $$period => -1$$), (16, $$period => 9223372036854775807$$)) AS v(n, call) ORDER BY n;
-- to the microsecond
SELECT at, (pprof_info(proftree_to_pprof('', at => at))).at = at AS back FROM unnest('{1677-09-21 00:12:43.145225Z,1969-12-31 23:59:59.999999Z,1970-01-01 00:00:00.000001Z,2262-04-11 23:47:16.854775Z}'::timestamptz[]) AS at;
SELECT d, (pprof_info(proftree_to_pprof('', duration => d))).duration = d AS back FROM unnest('{00:00:00.000001,1 day,2562047:47:16.854775}'::interval[]) AS d;

-- ---- out and in: the same tree without its leaves of weight 0 ----

SELECT setseed(0.375);
CREATE TEMP TABLE stack AS
SELECT tree, n, ARRAY(SELECT CASE WHEN tree % 2 = 0 THEN (awkward_names())[1 + floor(random() * cardinality(awkward_names()))::int]
			ELSE 'f' || floor(random() * (1 + tree % 13))::int END
		FROM generate_series(1, 1 + floor(random() * (1 + tree % 9))::int + 0 * n)) AS frames,
	CASE floor(random() * 4)::int + 0 * n
		WHEN 0 THEN 0
		WHEN 1 THEN floor(random() * 1e12)::bigint
		ELSE floor(random() * 20)::bigint END AS weight
FROM generate_series(1, 1000) AS tree, LATERAL generate_series(1, tree % 16) AS n;
CREATE TEMP TABLE tree AS
SELECT tree AS id, coalesce((SELECT proftree_agg(frames, weight) FROM stack AS s WHERE s.tree = g.tree), '') AS t,
	coalesce((SELECT proftree_agg(frames, weight) FROM stack AS s WHERE s.tree = g.tree AND weight > 0), '') AS expected
FROM generate_series(1, 1000) AS g(tree);
SELECT count(*) AS trees, count(*) FILTER (WHERE t <> expected) > 300 AS with_leaves_of_0, count(*) FILTER (WHERE proftree_from_pprof(proftree_to_pprof(t)) <> expected) AS wrong,
	count(*) FILTER (WHERE proftree_to_pprof(t) <> proftree_to_pprof(t::text::proftree)) AS other_bytes
FROM tree;
SELECT count(*) FILTER (WHERE (SELECT count(*) FROM pprof_samples(proftree_to_pprof(t, 'a', 'b')) AS s WHERE s.sample_type = 'a' AND s.unit = 'b' AND s.label_value IS NULL AND s.profile = expected) <> 1) AS wrong,
	count(*) FILTER (WHERE (i.samples, i.functions, i.locations, i.mappings, i.sample_types) <>
		((SELECT count(*) FROM proftree_nodes(t) WHERE self > 0), proftree_symbol_count(t), proftree_symbol_count(t), 1, ARRAY['a'])) AS wrong_counts
FROM tree, LATERAL pprof_info(proftree_to_pprof(t, 'a', 'b')) AS i;
-- every awkward name by itself, at each place of a stack
SELECT count(*) > 200 AS many, count(*) FILTER (WHERE proftree_from_pprof(proftree_to_pprof(t, name, name)) <> t) AS wrong,
	count(*) FILTER (WHERE proftree_from_pprof(proftree_to_pprof(t, name, name), name) <> t) AS wrong_by_name
FROM unnest(awkward_names()) AS name, LATERAL (VALUES (proftree_insert('', ARRAY[name], 1)), (proftree_insert('', ARRAY[name, 'x', name], 2)), (proftree_insert('', ARRAY['x', name], 3))) AS v(t);
-- large: many stacks, and a deep one
SELECT proftree_from_pprof(proftree_to_pprof(t)) = t AS back, length(proftree_to_pprof(t)) > 10000 AS not_small
FROM (SELECT proftree_agg(ARRAY['main', 'f' || i % 1000, 'g' || i % 7919, 'h' || i], i) AS t FROM generate_series(1, 100000) AS i) AS x;
SELECT proftree_depth(t), proftree_from_pprof(proftree_to_pprof(t)) = t AS back
FROM (SELECT proftree_from_folded(repeat('frame;', 180000) || 'leaf 9') AS t) AS x;
-- in parallel
CREATE TABLE pprof_stored AS SELECT id, proftree_to_pprof(t) AS pprof FROM tree, generate_series(1, 5);
SET max_parallel_workers_per_gather = 2; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
SELECT plan_has('SELECT sum(proftree_from_pprof(pprof)) FROM pprof_stored', '%Parallel Seq Scan%') AS parallel,
	(SELECT sum(proftree_from_pprof(pprof)) FROM pprof_stored) = (SELECT sum(proftree_scale(expected, 5)) FROM tree) AS same;
DROP TABLE pprof_stored;
