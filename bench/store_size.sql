-- Bytes on disk of profiles of 10 s: in the store after compaction, as single
-- trees, and in the plain ways of compare_ways.sql.  The store of each data set
-- is removed again.
--
-- psql variables: folder, where the server may write files.

SET client_min_messages = warning;
SET jit = off;
SET pyrotree.auto_compact = off;

CREATE TABLE size (data text, what text, profiles bigint, bytes bigint, seconds double precision);

CREATE TABLE single (slot bigint PRIMARY KEY, profile proftree NOT NULL);

-- Profiles from a slot on, stored and compacted to the end of the last block.
CREATE PROCEDURE measure_size(data text, source regclass, first bigint)
LANGUAGE plpgsql AS $$
DECLARE
	count bigint;
	id bigint;
	target bigint;
	bytes bigint;
	started timestamptz;
BEGIN
	EXECUTE format('INSERT INTO single SELECT $1 + n, profile FROM %s', source) USING first;
	GET DIAGNOSTICS count = ROW_COUNT;
	COMMIT;
	FOR n IN 0 .. count - 1 BY 360 LOOP
		PERFORM pyrotree.store(array_agg(data), array_agg(s.slot), array_agg(s.profile))
		FROM single AS s WHERE s.slot >= first + n AND s.slot < first + n + 360;
		COMMIT;
	END LOOP;
	SELECT s.series_id, pyrotree.floor_slot(first + count - 1, t.widths[1]) + t.widths[1] INTO id, target
	FROM pyrotree.series AS s, pyrotree.settings AS t WHERE s.name = data;
	started := clock_timestamp();
	WHILE pyrotree.compact_step(id, target, 16) LOOP
		COMMIT;
	END LOOP;
	INSERT INTO size SELECT data, 'compaction', count, NULL, extract(epoch FROM clock_timestamp() - started);
	IF pyrotree.query(data, NULL, NULL) <> (SELECT sum(s.profile) FROM single AS s) THEN
		RAISE EXCEPTION 'the store does not give back the sum of its profiles';
	END IF;
END
$$;

CREATE PROCEDURE note_sizes(data text)
LANGUAGE sql AS $$
	INSERT INTO size
		SELECT data, 'single', count(*), pg_total_relation_size('single') FROM single
		UNION ALL
		SELECT data, 'store', count(*), pg_total_relation_size('pyrotree.segment') + pg_total_relation_size('pyrotree.head') FROM single
		UNION ALL
		SELECT data, 'encoded', count(*), sum(octet_length(proftree_send(profile))) FROM single;
	INSERT INTO size
		SELECT data, 'level ' || g.level, sum((profblock_directory_sum(g.lanes, 0, 1023)).lanes), sum(pg_column_size(g.block) + pg_column_size(g.lanes))
		FROM pyrotree.segment AS g GROUP BY g.level;
$$;

-- Some of the profiles as the plain ways load them: a file.
CREATE PROCEDURE write_stacks(file text, first bigint, profiles bigint)
LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format($query$
		COPY (SELECT s.slot, i.stack, i.self
			FROM single AS s, proftree_iterate(s.profile) AS i
			WHERE i.self > 0 AND s.slot BETWEEN %s AND %s
			ORDER BY s.slot, i.stack COLLATE "C") TO %L$query$, first, first + profiles - 1, file);
END
$$;

CREATE PROCEDURE note_plain(data text, file text, ways text[])
LANGUAGE plpgsql AS $$
DECLARE
	way text;
	bytes bigint;
	count bigint;
BEGIN
	FOREACH way IN ARRAY ways LOOP
		EXECUTE format('SELECT load_%s(%L)', way, file) INTO bytes;
		count := coalesce(count, (SELECT count(DISTINCT slot) FROM plain));
		INSERT INTO size VALUES (data, way, count, bytes);
	END LOOP;
END
$$;

-- the recording itself
CALL measure_size('recorded', 'recorded', 179519682);
VACUUM FULL pyrotree.segment, pyrotree.head, single;
CALL note_sizes('recorded');
\set file :folder/recorded.tsv
CALL write_stacks(:'file', 0, 1000000000);
CALL note_plain('recorded', :'file', '{plain,normalised,jsonb}');

-- a steady series, a day
TRUNCATE pyrotree.segment, pyrotree.head, single;
SELECT pyrotree.first_slot('2026-01-01 UTC', 10000000) AS first \gset
CALL measure_size('steady', 'steady', :first);
VACUUM FULL pyrotree.segment, pyrotree.head, single;
CALL note_sizes('steady');
\set file :folder/steady.tsv
CALL write_stacks(:'file', :first, 720);
CALL note_plain('steady', :'file', '{plain,normalised}');

-- a day resampled from the recording, which store.sh also asks about
TRUNCATE pyrotree.segment, pyrotree.head, single;
CREATE VIEW pool_day AS SELECT n, profile FROM pool WHERE n < 8640;
CALL measure_size('resampled', 'pool_day', :first);
VACUUM FULL pyrotree.segment, pyrotree.head, single;
CALL note_sizes('resampled');
\set file :folder/resampled.tsv
CALL write_stacks(:'file', :first, 8640);
CALL note_plain('resampled', :'file', '{plain,normalised}');
VACUUM ANALYZE;

-- ---------------------------------------------------------------------
-- and what asking costs, on that day
-- ---------------------------------------------------------------------

CREATE TABLE asked (way text, hours integer, seconds double precision, nodes bigint);
CREATE PROCEDURE ask_ways(hours integer, first bigint)
LANGUAGE plpgsql AS $$
DECLARE
	-- not even hours
	since constant bigint := first + 123;
	until constant bigint := least(since + hours * 360, first + 8640) - 1;
	ways constant text[] := ARRAY[
		'plain', format('SELECT sum(length(stack)) FROM (SELECT stack, sum(weight) FROM plain WHERE slot BETWEEN %s AND %s GROUP BY stack) AS s', since, until),
		'normalised', format('SELECT count(*) FROM (SELECT node, sum(weight) FROM samples WHERE slot BETWEEN %s AND %s GROUP BY node) AS s', since, until),
		'single', format('SELECT proftree_total(sum(profile)) FROM single WHERE slot BETWEEN %s AND %s', since, until),
		'store', format('SELECT proftree_total(pyrotree.query(''resampled'', pyrotree.slot_time(%s, 10000000), pyrotree.slot_time(%s, 10000000)))', since, until + 1)];
	started timestamptz;
	seconds double precision;
	result bigint;
BEGIN
	FOR i IN 1 .. cardinality(ways) BY 2 LOOP
		seconds := NULL;
		FOR turn IN 1 .. 3 LOOP
			started := clock_timestamp();
			EXECUTE ways[i + 1] INTO result;
			seconds := least(seconds, extract(epoch FROM clock_timestamp() - started));
		END LOOP;
		INSERT INTO asked VALUES (ways[i], hours, seconds, result);
	END LOOP;
END
$$;
CALL ask_ways(1, :first);
CALL ask_ways(6, :first);
CALL ask_ways(24, :first);
-- the bytes on disk are known, and the room is needed
DROP TABLE plain CASCADE;
DROP TABLE samples, nodes, symbols CASCADE;
TRUNCATE pyrotree.segment, pyrotree.head, single, raw;
-- with their horizons: what comes again would be late
SELECT pyrotree.drop_series('{}') \g /dev/null
