\set ECHO none
\getenv abs_srcdir PG_ABS_SRCDIR
\set store :abs_srcdir '/sql/include/store.sql'
\i :store
--
-- The store: settings, profile types, series and their labels.
--
\pset format unaligned

-- a new store is empty, and everything can be asked
SELECT count(*) FROM pyrotree.settings;
SELECT pyrotree.query('{}', '-infinity', 'infinity') = '' AS empty;
SELECT count(*) FROM pyrotree.profiles('{}', '-infinity', 'infinity');
SELECT count(*) FROM pyrotree.query_by_label('{}', '-infinity', 'infinity', 'env');
SELECT count(*) FROM pyrotree.timeline('{}', '2024-01-01', '2024-01-02', '1 min');
SELECT count(*) FROM pyrotree.timeline('{}', '-infinity', NULL);
SELECT count(*) FROM pyrotree.symbol_timeline('{}', 'main', '-infinity', NULL);
SELECT count(*) FROM pyrotree.stacks_between('{}', '-infinity', NULL);
SELECT count(*) FROM pyrotree.stacks;
SELECT count(*) FROM pyrotree.explain('{}', '-infinity', NULL);
SELECT count(*) FROM pyrotree.series_matching('{}');
SELECT count(*) FROM pyrotree.label_names();
SELECT count(*) FROM pyrotree.label_values('env');
SELECT count(*) FROM pyrotree.status;
SELECT count(*) FROM pyrotree.verify();
SELECT pyrotree.delete('{}', '-infinity', 'infinity'), pyrotree.drop_series('{}');
CALL pyrotree.compact();
CALL pyrotree.apply_retention();
SELECT count(*) FROM pyrotree.settings;

-- ---- resolution and fan-outs ----

SELECT c, error_of('SELECT pyrotree.configure(' || c || ')', true)
FROM unnest(ARRAY[
	'NULL', '''10 s'', NULL', '''1 month''', '''1 year''', '''0 s''', '''-10 s''', '''0.5 ms''', '''1.5 ms''', '''7 s''', '''25 h''', '''2 days''',
	'''10 s'', ''{}''', '''10 s'', ''{1}''', '''10 s'', ''{60,0}''', '''10 s'', ''{-2}''', '''10 s'', ''{1025}''', '''10 s'', ''{2,NULL}''',
	'''10 s'', ''{{2,3},{2,3}}''', '''10 s'', array_fill(2, ARRAY[33])', '''infinity''::interval']) WITH ORDINALITY AS u(c, n)
-- no infinite intervals before PostgreSQL 17
WHERE c NOT LIKE '%infinity%'
ORDER BY n;
SELECT count(*) FROM pyrotree.settings;

-- again and again, until there is a profile
SELECT pyrotree.configure('1 ms', '{1024}'), pyrotree.configure('1 day', '{2}'), pyrotree.configure(fanouts => '{3,2}');
SELECT resolution, fanouts, widths[0:4], earliest % widths[array_upper(widths, 1)] = 0 AS aligned,
	earliest * resolution <= -210866803200000000 AS early FROM pyrotree.settings;
SELECT pyrotree.configure();
SELECT resolution, fanouts, widths FROM pyrotree.settings;
-- an error changes nothing
SELECT error_of('SELECT pyrotree.configure(''1 s'', ''{1}'')');
SELECT resolution, fanouts FROM pyrotree.settings;
-- the settings are one row
SELECT error_of('INSERT INTO pyrotree.settings (resolution, fanouts) VALUES (1000000, ''{2}'')');
SELECT error_of('INSERT INTO pyrotree.settings (only_row, resolution, fanouts) VALUES (2, 1000000, ''{2}'')');
SELECT error_of('INSERT INTO pyrotree.settings (only_row, resolution, fanouts) VALUES (NULL, 1000000, ''{2}'')') LIKE '23502%' AS refused;
SELECT error_of('UPDATE pyrotree.settings SET widths = ''{1}''') LIKE '428C9%' AS refused;
DELETE FROM pyrotree.settings;

-- the first profile takes the defaults when nobody has chosen
SELECT pyrotree.ingest('web.cpu{env=prod}', slot(0), 'main;a 1') IS NOT NULL AS stored;
SELECT resolution, fanouts, widths FROM pyrotree.settings;

-- and fixes them
SELECT s, error_of(s, true) FROM unnest(ARRAY[
	'SELECT pyrotree.configure(''1 s'')',
	'SELECT pyrotree.configure()',
	'UPDATE pyrotree.settings SET fanouts = ''{2}''',
	'DELETE FROM pyrotree.settings',
	'TRUNCATE pyrotree.settings']) WITH ORDINALITY AS u(s, n) ORDER BY n;
SELECT resolution, fanouts FROM pyrotree.settings;

-- ---- series: one whatever way it is written ----

SELECT count(DISTINCT pyrotree.ingest(s, slot(1), 'main;a 1'))
FROM unnest(ARRAY['web.cpu{env=prod,region=eu}', 'web.cpu{ region = "eu" , env = "prod", }', 'web.cpu{region=eu,env="prod",host=""}']) AS s;
SELECT count(DISTINCT pyrotree.ingest(s, slot(1), 'main;a 1'))
FROM unnest(ARRAY['web.cpu', 'web.cpu{}', 'web.cpu{host=""}', ' web.cpu ']) AS s;
SELECT pyrotree.ingest('web.cpu{env=test}', slot(2), 'main;b 5') = (
	SELECT series_id FROM pyrotree.series_matching('web.cpu{env=test}')) AS same;
SELECT pyrotree.ingest('web.heap{env=prod}', slot(0), 'main;c 100') IS NOT NULL AS stored;
SELECT name, labels, key, key_hash = pyrotree.key_hash(key) AS hashed FROM pyrotree.series ORDER BY key;

-- what is no series makes none
SELECT s, error_of(format('SELECT pyrotree.ingest(%L, slot(0), ''main 1'')', s), true)
FROM unnest(ARRAY['', 'web cpu', '{env=prod}', 'web.cpu{env=~"p.*"}', 'web.cpu{env=a,env=b}']) WITH ORDINALITY AS u(s, n) ORDER BY n;
SELECT count(*) FROM pyrotree.series;

-- ---- which are there ----

SELECT selector, (SELECT string_agg(series, ' ' ORDER BY series COLLATE "C") FROM pyrotree.series_matching(selector)) AS series
FROM unnest(ARRAY[
	'web.cpu', 'web.cpu{}', '{}', '{__name__="web.cpu"}', '{__name__=~"web\\..*"}', '{__name__!="web.cpu"}',
	'web.cpu{env="prod"}', 'web.cpu{env=prod,region=""}', 'web.cpu{env!="prod"}', '{env=~"prod|test"}', '{env=~"pro"}', '{env=~"PROD"}',
	'{env=~"(?i)PROD"}', '{env!~".+"}', '{region=~".+"}', 'web.none', '{none=x}', 'web.cpu{none=""}']) WITH ORDINALITY AS u(selector, n)
ORDER BY n;
SELECT selector, error_of(format('SELECT count(*) FROM pyrotree.series_matching(%L)', selector), true)
FROM unnest(ARRAY['', 'web cpu', '{env', '{env=~"("}', '{env>"a"}', NULL]) WITH ORDINALITY AS u(selector, n) ORDER BY n;
SELECT count(*) FROM pyrotree.series_matching(NULL);

SELECT * FROM pyrotree.label_names();
SELECT * FROM pyrotree.label_values('env');
SELECT * FROM pyrotree.label_values('region');
SELECT * FROM pyrotree.label_values('__name__');
SELECT * FROM pyrotree.label_values('none');
SELECT * FROM pyrotree.label_values('');
SELECT * FROM pyrotree.label_values(NULL);

-- ---- profile types ----

SELECT c, error_of('SELECT pyrotree.define_profile_type(' || c || ')', true)
FROM unnest(ARRAY[
	'NULL, ''bytes'', ''sum''', '''a'', NULL, ''sum''', '''a'', ''bytes'', NULL', '''a'', ''bytes'', ''max''', '''a'', ''bytes'', ''''', '''a'', ''bytes'', ''SUM''',
	''''', ''bytes'', ''sum''', '''a b'', ''bytes'', ''sum''', '''a{b=c}'', ''bytes'', ''sum''', ''' a'', ''bytes'', ''sum''', '''a{}'', ''bytes'', ''sum''',
	'repeat(''n'', 1001), ''bytes'', ''sum''']) WITH ORDINALITY AS u(c, n) ORDER BY n;
SELECT count(*) FROM pyrotree.profile_type;

-- a unit can be changed, the aggregation only while there is no profile
SELECT pyrotree.define_profile_type('web.cpu', 'nanoseconds', 'sum');
SELECT pyrotree.define_profile_type('web.cpu', 'seconds', 'sum');
SELECT pyrotree.define_profile_type('web.memory', 'bytes', 'average'), pyrotree.define_profile_type('web.memory', 'bytes', 'sum'),
	pyrotree.define_profile_type('web.memory', 'bytes', 'average');
SELECT * FROM pyrotree.profile_type ORDER BY name;
SELECT error_of('SELECT pyrotree.define_profile_type(''web.cpu'', ''seconds'', ''average'')', true);
-- also of a name that has no type and so counts samples
SELECT error_of('SELECT pyrotree.define_profile_type(''web.heap'', ''bytes'', ''average'')', true);
SELECT pyrotree.ingest('web.memory', slot(0), 'main;c 100') IS NOT NULL AS stored;
SELECT error_of('SELECT pyrotree.define_profile_type(''web.memory'', ''bytes'', ''sum'')');
SELECT pyrotree.define_profile_type('web.memory', 'MB', 'average');
SELECT pyrotree.drop_series('web.memory');
SELECT error_of('SELECT pyrotree.define_profile_type(''web.memory'', ''bytes'', ''sum'')');
SELECT pyrotree.define_profile_type('web.memory', 'bytes', 'average');
SELECT pyrotree.ingest('web.memory', slot(0), 'main;c 100') IS NOT NULL AS stored;
-- the table refuses what the function would
SELECT error_of('INSERT INTO pyrotree.profile_type VALUES (''x'', ''y'', ''max'')');

-- a sum of different things is none
SELECT pyrotree.define_profile_type('web.wait', 'seconds', 'sum');
SELECT pyrotree.ingest('web.wait{env=prod}', slot(0), 'main;w 7') IS NOT NULL AS stored;
SELECT ask('{__name__=~"web\\.(cpu|wait)",env=prod}', 0, 10);
SELECT q, error_of(q, true) FROM unnest(ARRAY[
	'SELECT pyrotree.query(''{}'', slot(0), slot(10))',
	'SELECT pyrotree.query(''{__name__=~"web.(cpu|heap)"}'', slot(0), slot(10))',
	'SELECT pyrotree.query(''{__name__=~"web.(memory|heap)"}'', slot(0), slot(10))',
	'SELECT pyrotree.query_by_label(''{__name__!="web.heap"}'', slot(0), slot(10), ''env'')',
	'SELECT pyrotree.timeline(''{__name__!="web.heap"}'', slot(0), slot(10))',
	'SELECT pyrotree.symbol_timeline(''{__name__!="web.heap"}'', ''main'', slot(0), slot(10))']) WITH ORDINALITY AS u(q, n) ORDER BY n;
-- the same unit, not the same aggregation
SELECT pyrotree.define_profile_type('web.heap', 'bytes', 'sum');
SELECT error_of('SELECT pyrotree.query(''{__name__=~"web.(memory|heap)"}'', slot(0), slot(10))', true);
-- samples said and not said are the same
SELECT pyrotree.define_profile_type('web.heap', 'samples', 'sum');
SELECT pyrotree.ingest('web.unsaid', slot(0), 'main;c 100') IS NOT NULL AS stored;
SELECT ask('{__name__=~"web.(unsaid|heap)"}', 0, 10);
-- at most three are named
SELECT pyrotree.define_profile_type('web.objects', 'objects', 'sum');
SELECT pyrotree.ingest('web.objects', slot(0), 'main;c 100') IS NOT NULL AS stored;
SELECT error_of('SELECT pyrotree.query(''{}'', slot(0), slot(10))');
-- what does not add up is not refused
SELECT count(DISTINCT series) FROM pyrotree.profiles('{}', slot(0), slot(10));
SELECT count(DISTINCT series) FROM pyrotree.explain('{}', slot(0), slot(10));
SELECT count(DISTINCT series) FROM pyrotree.stacks_between('{}', slot(0), slot(10));

-- ---- awkward labels ----

-- any text is a label's value, and comes back
CREATE TEMP TABLE awkward AS
	SELECT n, value, pyrotree.series_key('awkward', jsonb_build_object('value', value, 'n', n::text)) AS series
	FROM unnest(awkward_names()) WITH ORDINALITY AS u(value, n);
SELECT count(DISTINCT pyrotree.ingest(series, slot(n), proftree_insert('', ARRAY[value], n))) = count(*) AS all_different FROM awkward;
SELECT count(*) FROM awkward
WHERE (SELECT array_agg(series_id) FROM pyrotree.series_matching(awkward.series)) IS DISTINCT FROM
	ARRAY(SELECT s.series_id FROM pyrotree.series AS s WHERE coalesce(s.labels ->> 'value', '') = value AND s.labels ->> 'n' = n::text);
SELECT count(*) FROM awkward
WHERE pyrotree.query(series, '-infinity', 'infinity') <> proftree_insert('', ARRAY[value], n);
SELECT count(*) FROM (
	(SELECT DISTINCT value COLLATE "C" FROM awkward WHERE value <> '') EXCEPT (SELECT * FROM pyrotree.label_values('value'))) AS lost;
SELECT count(*) FROM (
	(SELECT value, proftree_insert('', ARRAY[value], n) FROM awkward)
	EXCEPT (SELECT value, profile FROM pyrotree.query_by_label('awkward', '-infinity', 'infinity', 'value'))) AS lost;
SELECT count(*) FROM (SELECT count(*) FROM pyrotree.stacks WHERE series LIKE 'awkward%' GROUP BY series) AS x
	HAVING count(*) <> (SELECT count(*) FROM awkward);
-- as the view has it too
SELECT count(*) FROM awkward JOIN pyrotree.stacks AS k ON k.series = awkward.series
WHERE k.stack <> stack_of(ARRAY[value]) OR k.weight <> n OR k.at <> slot(n);
SELECT pyrotree.drop_series('awkward') = (SELECT count(*) FROM awkward) AS all_dropped;

-- a hundred labels, of 200 bytes each in name and value
SELECT 'many{' || string_agg(format('%s="%s"', rpad('label_' || i, 200, '_'), rpad('value ' || i, 200, '"')), ',' ORDER BY -i) || '}' AS bad,
	'many{' || string_agg(format('%s="%s"', rpad('label_' || i, 200, '_'), rpad('value ' || i, 200, '.')), ',' ORDER BY -i) || '}' AS many
FROM generate_series(1, 100) AS i \gset
SELECT left(error_of(format('SELECT pyrotree.ingest(%L, slot(0), ''a 1'')', :'bad')), 60);
SELECT length(:'many') > 40000 AS long, pyrotree.ingest(:'many', slot(0), 'a 1') = pyrotree.ingest(:'many', slot(0), 'b 2') AS same;
SELECT ask(:'many', 0, 1);
SELECT ask(format('many{%s="value 7%s"}', rpad('label_7', 200, '_'), repeat('.', 193)), 0, 1);
SELECT count(*), sum(length(n)) FROM pyrotree.label_names() AS n WHERE n LIKE 'label%';
SELECT length(v), left(v, 9) FROM pyrotree.label_values(rpad('label_42', 200, '_')) AS v;
SELECT count(*) FROM pyrotree.stacks WHERE series = (SELECT key FROM pyrotree.series WHERE name = 'many');
SELECT count(*) FROM pyrotree.status WHERE series LIKE 'many%' AND head_rows = 2;
-- to the limit of a megabyte, and beyond
SELECT pyrotree.ingest('huge{v="' || repeat('x', 1048576 - 10) || '"}', slot(0), 'a 1') = series_id AS same
FROM (SELECT pyrotree.ingest('huge{v="' || repeat('x', 1048576 - 10) || '"}', slot(0), 'a 1') AS series_id) AS first;
SELECT max(length(key)) FROM pyrotree.series WHERE name = 'huge';
SELECT error_of('SELECT pyrotree.ingest(''huge{v="'' || repeat(''x'', 1048576) || ''"}'', slot(0), ''a 1'')', true);

-- ---- dropping ----

SELECT error_of('SELECT pyrotree.drop_series(NULL)', true);
SELECT error_of('SELECT pyrotree.drop_series(''{'')');
SELECT pyrotree.drop_series('web.none'), pyrotree.drop_series('many'), pyrotree.drop_series('many');
-- with blocks, and nothing of others
SELECT count(pyrotree.ingest(s, slot(n), 'a 1'))
FROM unnest(ARRAY['web.cpu{env=prod}', 'web.cpu{env=test}']) AS s, generate_series(0, 1000, 10) AS n;
CALL pyrotree.compact('{__name__="web.cpu"}');
SELECT count(*) > 4 AS blocks FROM pyrotree.segment;
SELECT pyrotree.drop_series('web.cpu{env=prod,region=""}');
SELECT * FROM pyrotree.series_matching('web.cpu') AS m WHERE m.series LIKE '%prod"}';
SELECT ask('web.cpu{env=test}', 0, 1001), ask('web.cpu{env=prod}', 0, 1001);
SELECT count(*) FROM pyrotree.segment LEFT JOIN pyrotree.series USING (series_id) WHERE name IS NULL;
SELECT count(*) FROM pyrotree.head LEFT JOIN pyrotree.series USING (series_id) WHERE name IS NULL;
-- it comes again as a new one
SELECT pyrotree.ingest('web.cpu{env=prod}', slot(5), 'again 1') > (SELECT series_id FROM pyrotree.series_matching('web.cpu{env=test}')) AS new;
SELECT ask('web.cpu{env=prod}', 0, 1001);
SELECT * FROM pyrotree.verify();
SELECT pyrotree.drop_series('{}') = (SELECT count(*) FROM pyrotree.series) AS all_dropped;
SELECT count(*) FROM pyrotree.series;
SELECT count(*) FROM pyrotree.segment;
SELECT count(*) FROM pyrotree.head;
-- then the settings are free again

-- ---- other resolutions and fan-outs ----

SET pyrotree.auto_compact = off;
SET pyrotree.late_after = 0;
SELECT pyrotree.configure('1 day', '{1024}');
SELECT count(pyrotree.ingest('days', timestamptz '1900-01-01' + n * interval '100 days', 'x 1')) FROM generate_series(0, 400) AS n;
CALL pyrotree.compact();
SELECT * FROM pyrotree.verify();
SELECT line(pyrotree.query('days', '1950-01-01', '1960-01-01')), line(pyrotree.query('days', '-infinity', 'infinity'));
SELECT error_of('SELECT pyrotree.timeline(''days'', NULL, NULL, ''36 h'')', true);
SELECT count(*), sum(total) FROM pyrotree.timeline('days', NULL, NULL, '1000 days');
SELECT count(*), sum(total) FROM pyrotree.timeline('days', NULL, NULL, '2147483647 days');
SELECT pyrotree.drop_series('{}');
SELECT pyrotree.configure('1 ms', '{2}');
SELECT count(pyrotree.ingest('ms', timestamptz '2024-01-01' + n * interval '1 ms', 'x 1')) FROM generate_series(0, 100) AS n;
SELECT pyrotree.ingest('ms', '2024-01-01 00:00:01', 'y 1000', '2024-01-01 00:00:02') > 0 AS stored;
CALL pyrotree.compact();
SELECT * FROM pyrotree.verify();
SELECT line(pyrotree.query('ms', '2024-01-01', '2024-01-02')), line(pyrotree.query('ms', '2024-01-01 00:00:00.0125', '2024-01-01 00:00:00.0155')),
	line(pyrotree.query('ms', '2024-01-01 00:00:01.5', '2024-01-01 00:00:02'));
SELECT slot_of(at), total FROM pyrotree.timeline('ms', '2024-01-01 00:00:00.05', '2024-01-01 00:00:03', '0.5 s') ORDER BY at;
SELECT pyrotree.drop_series('{}');

-- ---- the extension in another schema, which is not searched ----

-- ---- rows of pyrotree.series ----
BEGIN;
INSERT INTO pyrotree.series (name, labels) VALUES ('made.cpu', '{"by": "hand"}');
SELECT s.key, s.horizon = t.earliest AS horizon, array_lower(s.kept_from, 1) AS first_level, array_upper(s.kept_from, 1) = array_upper(t.widths, 1) - 1 AS all_levels,
	t.earliest = ALL (s.kept_from) AS kept_from
FROM pyrotree.series AS s, pyrotree.settings AS t WHERE s.name = 'made.cpu';
-- an entry for each level from 0
SELECT kept_from, error_of(format('UPDATE pyrotree.series SET kept_from = %L WHERE name = %L', kept_from, 'made.cpu'))
FROM unnest(ARRAY['{}', '{0}', '[0:1]={0,NULL}', '[0:1][0:1]={{0,0},{0,0}}', '[-1:0]={0,0}']) AS kept_from;
SELECT error_of($$UPDATE pyrotree.series SET kept_from = '[0:1]={0,0}' WHERE name = 'made.cpu'$$);
ROLLBACK;

SET client_min_messages = warning;
DROP EXTENSION pyrotree CASCADE;
CREATE SCHEMA regress_pyrotree;
CREATE EXTENSION pyrotree SCHEMA regress_pyrotree;
RESET client_min_messages;
SET search_path = pg_catalog;
SET pyrotree.auto_compact = on;
SELECT pyrotree.configure('10 s', '{2,3,2}'), pyrotree.define_profile_type('average', 'bytes', 'average');
INSERT INTO pyrotree.stacks SELECT 'sum', to_timestamp(1704067200 + 10 * n), 'a;b', 1 FROM generate_series(0, 99) AS n;
SELECT pyrotree.ingest('sum', to_timestamp(1704067200), 'x 100', to_timestamp(1704067300)) > 0, pyrotree.ingest('average', to_timestamp(1704067200), 'x 100', to_timestamp(1704067300), gen_random_uuid()) > 0;
SELECT count(pyrotree.ingest('sum', to_timestamp(1704067210), 'late 1')) FROM generate_series(1, 60);
CALL pyrotree.compact();
SELECT pyrotree.query('sum', NULL, NULL), pyrotree.query('average', NULL, NULL);
SELECT value, profile FROM pyrotree.query_by_label('sum', NULL, NULL, 'x');
SELECT value, profile FROM pyrotree.query_by_label('average', NULL, NULL, 'x');
SELECT count(*), sum(total) FROM pyrotree.timeline('sum', NULL, NULL, '1 min');
SELECT count(*), sum(total) FROM pyrotree.symbol_timeline('sum', 'b', NULL, NULL, '1 min');
SELECT sum(weight) = (SELECT sum(weight) FROM pyrotree.stacks) AS same FROM pyrotree.stacks_between('{}', NULL, NULL);
SELECT count(*) > 4 AS lanes, (SELECT count(*) FROM pyrotree.status) AS series FROM pyrotree.explain('{}', NULL, NULL);
INSERT INTO pyrotree.retention (level, keep) VALUES (0, '1 day');
CALL pyrotree.apply_retention();
SELECT pyrotree.delete('sum', to_timestamp(1704067200), to_timestamp(1704067260));
SELECT * FROM pyrotree.verify();
SELECT * FROM pyrotree.series_matching('{}') ORDER BY series;
SELECT pyrotree.drop_series('{}');
RESET search_path;
SET client_min_messages = warning;
DROP SCHEMA regress_pyrotree CASCADE;
SELECT to_regnamespace('pyrotree') AS nothing;
-- not its own
SELECT count(*) FROM pg_namespace WHERE nspname = 'pyrotree';
CREATE SCHEMA pyrotree;
\set VERBOSITY terse
CREATE EXTENSION pyrotree SCHEMA pyrotree;
DROP SCHEMA pyrotree;
DROP SCHEMA regress_store CASCADE;
CREATE EXTENSION pyrotree;
