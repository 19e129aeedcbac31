\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/sql/include/helpers.sql'
\set pprof :abs_srcdir '/sql/include/pprof.sql'
\i :helpers
\set ECHO none
\i :pprof
--
-- pprof files that are none, and files that are meant to eat the server.
--
SET statement_timeout = '5min';
\pset format unaligned

-- how each of the readers takes a file; the first is given, the others have to
-- be the same
CREATE FUNCTION outcome(pprof bytea) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	by_tree text := error_of(format('SELECT proftree_from_pprof(%L)', pprof), true);
	others text[] := ARRAY[error_of(format('SELECT count(*) FROM pprof_samples(%L)', pprof), true), error_of(format('SELECT count(*) FROM pprof_samples(%L, ''label'')', pprof), true),
		error_of(format('SELECT pprof_info(%L)', pprof), true), error_of(format('SELECT proftree_from_pprof(%L, NULL, ''skip'')', pprof), true),
		error_of(format('SELECT proftree_from_pprof(%L, NULL, ''replace'', true)', pprof), true)];
BEGIN
	RETURN by_tree || CASE WHEN by_tree = ALL (others) THEN '' ELSE ' BUT ' || others::text END;
END $$;
-- as they are and in gzip
CREATE FUNCTION refused(VARIADIC files bytea[]) RETURNS TABLE (outcome text, in_gzip text) LANGUAGE sql AS $$
	SELECT outcome(f), CASE WHEN outcome(gzip(f)) = outcome(f) THEN 'same' ELSE outcome(gzip(f)) END FROM unnest(files) WITH ORDINALITY AS u(f, n) ORDER BY n
$$;

-- ---- no profile at all ----

SELECT * FROM refused('', 'x', '\x00', '\xffffffffffffffffffff', E'\n', 'heap profile: 1: 2 [3: 4] @ heap/1024', E'--- heapz\nx', E'goroutine profile: total 1\n', '\x0000000000000000030000000000000000', '{"a":1}', '\x7f454c46');
-- gzip that is damaged, cut off, or goes on
CREATE TEMP TABLE good AS SELECT file_of('{main;parse,main;lex}', '{1,2}') AS file, gzip(file_of('{main;parse,main;lex}', '{1,2}')) AS gzipped;
SELECT outcome(file) AS file, outcome(gzipped) AS gzipped FROM good;
SELECT what, outcome(pprof) FROM good, LATERAL (VALUES
	(1, 'header alone', '\x1f8b'::bytea), (2, 'ten bytes', substr(gzipped, 1, 10)), (3, 'without its last byte', substr(gzipped, 1, length(gzipped) - 1)),
	(4, 'another method', set_byte(gzipped, 2, 7)), (5, 'another checksum', set_byte(gzipped, length(gzipped) - 8, get_byte(gzipped, length(gzipped) - 8) # 1)), (6, 'another length', set_byte(gzipped, length(gzipped) - 1, 1)),
	(7, 'a byte behind', gzipped || '\x00'), (8, 'the start of a member behind', gzipped || '\x1f8b08'), (9, 'a member behind that is damaged', gzipped || set_byte(gzipped, 10, 7)),
	(10, 'gzip of gzip', gzip(gzipped))) AS v(n, what, pprof) ORDER BY n;
-- every cut of gzip is refused; of the file itself every one that is not between two fields
SELECT count(*) FILTER (WHERE outcome(substr(gzipped, 1, n)) NOT LIKE '22P03: damaged gzip stream: cut off' AND n > 1) AS gzip_read FROM good, generate_series(0, length(gzipped) - 1) AS n;
SELECT outcome, count(*) FROM good, generate_series(0, length(file) - 1) AS n, LATERAL regexp_replace(outcome(substr(file, 1, n)), '\d+', 'N', 'g') AS outcome GROUP BY outcome ORDER BY outcome COLLATE "C";

-- ---- the top level ----

SELECT outcome, in_gzip, count(*) FROM refused('\x0a', '\x0a05', '\x0aff', '\x0a808080808080808080', '\x0a80808080808080808001', '\x0affffffffffffffff7f', '\x0d1234', '\x0912345678', '\x0800', '\x0200', '\x00',
	-- groups, also of fields nobody knows
	'\x0b0c', '\x8b018c01', '\x0f', '\x0e',
	-- known fields with another wire type
	pb(1, 1), pb(2, 1), pb(3, 1), pb(4, 1), pb(5, 1), pb(6, 1), pb(7, ''::bytea), pb(8, ''::bytea), pb(9, ''::bytea), pb(10, ''::bytea), pb(11, 1), pb(12, ''::bytea), pb(14, ''::bytea), pb(15, ''::bytea), '\x6d00000000', '\x6900000000000000',
	-- comments, packed: cut off
	pb(13, '\x80'::bytea), pb(13, '\x01ffffffffffffffffffff01'::bytea))
GROUP BY outcome, in_gzip ORDER BY outcome COLLATE "C";
-- fields beyond 2^29 and varints of ten bytes are fine
SELECT outcome(strings('') || '\xf8ffffffffffffffff0101'::bytea) AS great_field, outcome(strings('') || '\x80810001'::bytea) AS padded_tag, outcome(strings('') || pb(16, -1)) AS ten_bytes;

-- ---- messages ----

SELECT m.what, outcome(strings('') || CASE WHEN m.field = 2 THEN sample_type(0, 0) ELSE '' END || pb(m.field, b.bytes))
FROM (VALUES (1, 'sample type'), (2, 'sample'), (3, 'mapping'), (4, 'location'), (5, 'function'), (11, 'period type')) AS m(field, what),
	(VALUES (1, '\x08'::bytea), (2, '\x08ff'), (3, '\x0b0c'), (4, '\x0a05'), (5, '\x1d00'), (6, '\x0d00000000'), (7, '\xff')) AS b(n, bytes)
ORDER BY m.field, b.n;
-- within them
SELECT outcome(strings('') || sample_type(0, 0) || pb(2, pb(2, 1) || pb(3, '\x08'::bytea))) AS label, outcome(strings('') || pb(4, pb(1, 1) || pb(4, '\x08'::bytea))) AS line,
	outcome(strings('') || sample_type(0, 0) || pb(2, pb(1, '\x80'::bytea))) AS packed, outcome(strings('') || sample_type(0, 0) || pb(2, pb(3, 1))) AS label_as_number;
-- what is true or false is a number too
SELECT outcome(strings('') || pb(3, pb(1, 1) || pb(n, ''::bytea))) AS mapping, outcome(strings('') || pb(3, pb(1, 1) || pb(n, 18446744073709551615))) AS any_number, outcome(strings('') || pb(4, pb(1, 1) || '\x2d00000000'::bytea)) AS location
FROM generate_series(7, 10) AS n ORDER BY n;

-- ---- what CheckValid() of the reference refuses, and its parser ----

SELECT n, outcome(pprof) FROM (VALUES
	-- the string table
	(1, sample_type(0, 0)), (2, pb(9, 1)), (3, strings('x')), (4, strings('x', '')), (5, strings('', '')),
	-- strings that are not there: by each that can name one
	(11, strings('') || sample_type(1, 0)), (12, strings('') || sample_type(0, 1)), (13, strings('') || sample_type(-1, 0)), (14, strings('') || sample_type(4294967296, 0)), (15, strings('') || sample_type(9223372036854775807, 0)),
	(16, strings('') || pb(3, pb(1, 7) || pb(5, 1))), (17, strings('') || pb(3, pb(1, 7) || pb(6, 1))), (18, strings('') || func(7, 1)), (19, strings('') || func(7, 0, 1)), (20, strings('') || pb(5, pb(1, 7) || pb(4, 1))),
	(21, strings('') || pb(7, 1)), (22, strings('') || pb(8, 1)), (23, strings('') || pb(13, 1)), (24, strings('') || pb_packed(13, '{0,0,-1}')), (25, strings('') || pb(13, 4294967296)), (26, strings('') || pb(14, 1)), (27, strings('') || pb(15, 1)),
	(28, strings('') || pb(11, pb(1, 1))), (29, strings('') || pb(11, pb(2, 1)) || pb(11, '')),
	(30, strings('') || sample_type(0, 0) || sample('{}', '{1}') || sample('{}', '{1}', label(1, 0))), (31, strings('') || sample_type(0, 0) || sample('{}', '{1}', label(0, 1))), (32, strings('') || sample_type(0, 0) || sample('{}', '{1}', label(0, 0, 0, 1))),
	(33, strings('') || sample_type(0, 0) || sample('{}', '{1}', label(0, -9))),
	-- samples
	(41, strings('') || sample('{}', '{1}')), (42, strings('') || sample('{}', '{}')), (43, strings('') || sample_type(0, 0) || sample('{}', '{}')), (44, strings('') || sample_type(0, 0) || sample('{}', '{1}') || sample('{}', '{1,2}')),
	(45, strings('') || sample_type(0, 0) || sample('{7}', '{1}')), (46, strings('') || sample_type(0, 0) || location(1, '{}') || sample('{1,2}', '{0}')), (47, strings('') || sample_type(0, 0) || location(1, '{}') || sample('{0}', '{1}')),
	(48, strings('') || sample_type(0, 0) || location(5, '{}') || sample('{5,1}', '{1}')), (49, strings('') || sample_type(0, 0) || location(1, '{}') || sample('{18446744073709551615}', '{1}')),
	-- ids 0 and ids twice
	(51, strings('') || mapping(0, 0)), (52, strings('') || pb(3, ''::bytea)), (53, strings('') || location(0, '{}')), (54, strings('') || func(0, 0)),
	(55, strings('') || mapping(1, 0) || mapping(1, 0)), (56, strings('') || mapping(5, 0) || mapping(7, 0) || mapping(5, 0)), (57, strings('') || location(1, '{}') || location(2, '{}') || location(1, '{}')), (58, strings('') || location(2, '{}') || location(2, '{}')),
	(59, strings('') || func(1, 0) || func(2, 0) || func(2, 0)), (60, strings('') || func(18446744073709551615, 0) || func(1, 0) || func(18446744073709551615, 0)),
	-- functions that are not there
	(61, strings('') || location(1, '{1}')), (62, strings('') || func(1, 0) || location(7, '{1,0}')), (63, strings('') || func(1, 0) || location(1, '{1,2}')), (64, strings('') || func(3, 0) || location(1, '{1}')), (65, strings('') || func(1, 0) || pb(4, pb(1, 1) || pb(4, ''::bytea)))) AS v(n, pprof)
ORDER BY n;
-- nothing of this is passed over, also where no sample is of use
SELECT error_of(format('SELECT pprof_samples(%L, ''label'', ''skip'')', strings('') || sample_type(0, 0) || sample('{}', '{0}') || sample('{7}', '{0}'))) AS skip;

-- ---- every byte changed ----

-- refused, or a tree; by each reader alike.  Most changes hit a name or a value.
CREATE FUNCTION reads(pprof bytea) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	whole text := error_of(format('SELECT proftree_from_pprof(%L)', pprof));
	rows text := error_of(format('SELECT count(*) FROM pprof_samples(%L)', pprof));
BEGIN
	RETURN CASE WHEN whole = 'ok' AND rows = 'ok' THEN 'read' WHEN whole ~ '^(22P03|22021|22003|54000)' AND left(rows, 5) = left(whole, 5) THEN left(whole, 5)
		WHEN whole = 'ok' AND rows ~ '^(22P03|22021|22003)' THEN 'read, other types not' ELSE whole || ' BUT ' || rows END;
END $$;
CREATE TEMP TABLE changed AS
SELECT n, v, reads(set_byte(file, n, v)) AS r, reads(substr(file, 1, n) || set_byte('\x00', 0, v) || substr(file, n + 1)) AS with_one_more
FROM (SELECT sample_type(1, 2) || sample_type(3, 2) || sample('{1,2}', '{3,300}', label(3, 4)) || sample('{2}', '{1,10}') || mapping(1, 4) || location(1, '{1}', 1, 70000) || location(2, '{2,1}')
	|| func(1, 1) || func(2, 4, 3) || strings('', 'samples', 'count', 'cpu', 'main') || pb(9, 5) || pb(13, 1) AS file) AS x,
	LATERAL generate_series(0, length(file) - 1) AS n, unnest('{0,1,2,8,10,127,128,255}'::integer[]) AS v;
SELECT r, count(*) > 0 AS some FROM (SELECT r FROM changed UNION ALL SELECT with_one_more FROM changed) AS x GROUP BY r ORDER BY r COLLATE "C";

-- ---- files that stand for more than they are ----

-- a gzip bomb: 300 MB; and what is within the limit goes fast
SELECT length(string_agg(p, '')) < 400000 AS small, regexp_replace(error_of(format('SELECT proftree_from_pprof(%L)', string_agg(p, '')), true), '\d{6,}', 'N', 'g') AS error
FROM (SELECT proftree_to_pprof(proftree_insert('', repeat('x', 1000000))) AS p OFFSET 0) AS x, generate_series(1, 300);
-- a message that takes much to unpack: three million numbers, unpacked; lines; labels; unknown fields
SELECT error_of($$SELECT pprof_info(strings('') || sample_type(0, 0) || pb(2, decode(repeat('0801', 3000000), 'hex')))$$, true) AS numbers,
	error_of($$SELECT pprof_info(strings('') || pb(4, pb(1, 1) || decode(repeat('2200', 3000000), 'hex')))$$) AS lines,
	error_of($$SELECT pprof_info(strings('') || sample_type(0, 0) || pb(2, decode(repeat('1a00', 3000000), 'hex')))$$) AS labels,
	error_of($$SELECT pprof_info(strings('') || sample_type(0, 0) || pb(2, decode(repeat('2000', 3000000), 'hex')))$$) AS unknown,
	error_of($$SELECT pprof_info(strings('') || sample_type(0, 0) || pb(2, pb(2, 1) || pb(1, decode(repeat('01', 20000000), 'hex'))))$$) AS packed;
-- hundreds of thousands of everything are read
SELECT i.samples, i.locations, i.functions, i.mappings, cardinality(i.comments) AS comments, i.period_type
FROM pprof_info(strings('', 'x') || sample_type(0, 0) || decode(repeat('12021001', 300000), 'hex') || decode(repeat('3200', 300000), 'hex') || decode(repeat('5a020801', 300000), 'hex') || decode(repeat('6801', 300000), 'hex')
	|| (SELECT string_agg(location(n, '{}') || func(n, 0) || mapping(n, 0), '') FROM generate_series(1, 30000) AS n)) AS i;
-- ids in another order than 1, 2, 3, which takes a hash
SELECT i.locations, proftree_total(proftree_from_pprof(f)) FROM (SELECT strings('') || sample_type(0, 0) || string_agg(location(1000003::numeric * n % 4294967291, '{}', 0, n) || sample(ARRAY[1000003::numeric * n % 4294967291], '{1}'), '') AS f FROM generate_series(1, 30000) AS n) AS x,
	LATERAL pprof_info(f) AS i;

-- stacks: a location of 1,048,576 frames, and one more
CREATE TEMP TABLE deep AS SELECT strings('', 'f') || sample_type(0, 0) || func(1, 1) || pb(4, pb(1, 1) || decode(repeat('22020801', 500000), 'hex')) || pb(4, pb(1, 2) || decode(repeat('22020801', 48576), 'hex'))
	|| location(3, '{1}') || location(4, '{}', 0, 1) AS head;
SELECT proftree_depth(proftree_from_pprof(head || sample('{1,1,2}', '{1}'))) AS depth, error_of('SELECT proftree_from_pprof(head || sample(''{1,1,2,3}'', ''{1}'')) FROM deep', true) AS deeper,
	error_of('SELECT proftree_from_pprof(head || sample(''{1,1,2,4}'', ''{1}''), NULL, ''skip'') FROM deep') AS not_skipped,
	proftree_depth(proftree_from_pprof(head || sample('{1,1,2,3}', '{0}'))) AS no_value
FROM deep;
-- called by different ones: more nodes than such a file may make
SELECT length(f) < 2200000 AS small, regexp_replace(error_of(format('SELECT proftree_from_pprof(%L)', f), true), '\d{6,}', 'N', 'g') AS error
FROM (SELECT head || string_agg(sample(1::numeric || array_fill(4::numeric, ARRAY[n]), '{1}'), '') AS f FROM deep, generate_series(1, 8) AS n GROUP BY head) AS x;
-- and referred to by 200,000 samples: beside each other they are one, else it can be cancelled
SELECT proftree_depth(proftree_from_pprof(f)), (SELECT sum(proftree_total(profile)) FROM pprof_samples(f, 'f')) FROM (SELECT head || decode(repeat('12070a030101021001', 200000), 'hex') AS f FROM deep) AS x;
CREATE TEMP TABLE alternating AS SELECT head || decode(repeat('12060a020103100112060a0201041001', 100000), 'hex') AS f FROM deep;
SET statement_timeout = '500ms';
SELECT proftree_from_pprof(f) IS NULL AS cancelled FROM alternating;
SELECT count(*) FROM alternating, LATERAL pprof_samples(f, 'f');
SET statement_timeout = '5min';
-- there is a limit too: 100,000 long names, walked again when the stack before is another
SELECT error_of(format('SELECT proftree_from_pprof(%L)', head || decode(repeat('12060a020103100112060a0201041001', 30), 'hex')), true) AS alternating,
	proftree_total(proftree_from_pprof(head || decode(repeat('12060a0201031001', 30) || repeat('12060a0201041001', 30), 'hex'))) AS sorted,
	error_of(format('SELECT count(*) FROM pprof_samples(%L)', head || decode(repeat('0a00', 59), 'hex') || sample('{1,3}', array_fill(1::numeric, ARRAY[60])))) AS passes
FROM (SELECT strings('', repeat('x', 1000)) || sample_type(0, 0) || func(1, 1) || pb(4, pb(1, 1) || decode(repeat('22020801', 100000), 'hex')) || location(3, '{}', 0, 1) || location(4, '{}', 0, 2) AS head) AS x;
-- a long name a million times: names of one stack are bounded, and so is what they make
SELECT error_of(format('SELECT proftree_from_pprof(%L)', strings('', repeat('x', 1000000)) || sample_type(0, 0) || mapping(1, 1) || location(1, '{}', 1, 1) || sample(array_fill(1::numeric, ARRAY[1000]), '{1}'))) AS by_address,
	error_of(format('SELECT proftree_from_pprof(%L)', strings('', repeat('x', 1000000)) || sample_type(0, 0) || func(1, 1) || location(1, '{1}') || sample(array_fill(1::numeric, ARRAY[1000]), '{1}'))) AS by_name,
	error_of(format('SELECT proftree_from_pprof(%L)', strings('', repeat('x', 1048577)) || sample_type(0, 0) || func(1, 1) || location(1, '{1}') || sample('{1}', '{1}')), true) AS symbol,
	error_of(format('SELECT proftree_from_pprof(%L)', strings('', repeat('x', 4194305)) || sample_type(0, 0) || func(1, 1) || location(1, '{1}') || sample('{1}', '{1}')), true) AS string,
	error_of(format('SELECT proftree_from_pprof(%L)', strings('', repeat('x', 4194305)) || sample_type(0, 0) || func(1, 0) || location(1, '{1}') || sample('{1}', '{1}'))) AS not_used;

-- many sample types: a pass over the samples for each
CREATE FUNCTION with_types(count integer) RETURNS bytea LANGUAGE sql AS $$
	SELECT strings('') || string_agg(sample_type(0, 0), '') || sample('{}', array_agg(n::numeric ORDER BY n)) FROM generate_series(1, count) AS n
$$;
SELECT proftree_from_pprof(with_types(128)) AS last, (SELECT sum(proftree_total(profile)) FROM pprof_samples(with_types(128))) AS sum, error_of('SELECT pprof_info(with_types(129))', true) AS more;
-- many values of a label: a tree at a time
SELECT count(*), sum(proftree_total(profile)), count(DISTINCT label_value) FROM pprof_samples((SELECT strings('') || sample_type(0, 0) || string_agg(sample('{}', '{1}', label(0, 0, n)), '') FROM generate_series(1, 20000) AS n), '');
-- values of a label: one too long, all together too long
SELECT error_of(format('SELECT count(*) FROM pprof_samples(%L, ''key'')', f || sample('{}', '{1}', label(1, 3) || label(1, 2) || label(1, 0, 7))), true) AS long,
	error_of(format('SELECT count(*) FROM pprof_samples(%L, ''key'', ''skip'')', f || sample('{}', '{1}', label(1, 3) || label(1, 3)))) AS not_skipped,
	error_of(format('SELECT count(*) FROM pprof_samples(%L, ''key'')', f || (SELECT string_agg(sample('{}', '{1}', label(1, 3) || label(1, 0, n)), '') FROM generate_series(1, 68) AS n)), true) AS many,
	(SELECT octet_length(label_value) FROM pprof_samples(f || sample('{}', '{1}', label(1, 3) || label(1, 2, 7)), 'key')) AS most
FROM (SELECT strings('', 'key', repeat('x', 48575), repeat('y', 1000000)) || sample_type(0, 0) AS f) AS x;
-- texts of a result: each is short, and there are many
SELECT error_of(format('SELECT pprof_info(%L)', strings('', repeat('x', 1000000)) || decode(repeat('6801', 68), 'hex')), true) AS comments, error_of(format('SELECT pprof_info(%L)', strings('', repeat('x', 1000000)) || decode(repeat('6801', 67), 'hex'))) AS fewer,
	error_of(format('SELECT count(*) FROM pprof_samples(%L)', strings('', repeat('x', 4194304)) || decode(repeat('0a0408011001', 128), 'hex')), true) AS rows;
-- and the empty one of each comment is more than its bytes, which are one
SELECT (65536 * 1024) / 28 AS fit, error_of($$SELECT pprof_info(strings('') || pb(13, decode(repeat('00', 2396746), 'hex')))$$, true) AS comments, (SELECT cardinality(comments) FROM pprof_info(strings('') || pb(13, decode(repeat('00', 2396745), 'hex')))) AS fewer;
-- names that are arguments
SELECT error_of($$SELECT proftree_to_pprof('', repeat('x', 1048577))$$, true) AS type, error_of($$SELECT proftree_to_pprof('', 'x', repeat('x', 1048577))$$) AS unit, error_of($$SELECT proftree_from_pprof(file, repeat('x', 1048577)) FROM good$$) AS wanted,
	error_of($$SELECT pprof_samples(file, repeat('x', 1048577)) FROM good$$) AS label, (SELECT length((pprof_info(proftree_to_pprof('', repeat('x', 1048576)))).default_sample_type)) AS most;
-- a regular expression that is too large
SELECT error_of(format('SELECT proftree_from_pprof(%L, NULL, ''error'', true)', file_of('{a}', '{1}') || pb(6, '(a{1,255}){1,255}'::text) || pb(7, 4))) AS complex FROM good;
