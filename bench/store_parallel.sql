-- A sum over a thousand series, by one process and by several.

SET client_min_messages = warning;
SET jit = off;

CREATE TABLE parallel (way text, workers integer, planned text, launched text, seconds double precision, total bigint);

SELECT pyrotree.first_slot('2026-02-01 UTC', 10000000) AS first \gset
DO $$
DECLARE
	first constant bigint := pyrotree.first_slot('2026-02-01 UTC', 10000000);
	ids constant bigint[] := pyrotree.series_ids(ARRAY(SELECT format('many{n="%s"}', n) FROM generate_series(1, 1000) AS n));
BEGIN
	-- twenty slots each
	INSERT INTO pyrotree.segment (series_id, level, start, lanes, block)
		SELECT ids[i], 0, first, profblock_directory(p.block), p.block
		FROM generate_series(1, 1000) AS i
			JOIN (SELECT n, profblock_slice(block, 0, 19) AS block FROM pool_block OFFSET 0) AS p ON p.n = i % 144;
	UPDATE pyrotree.series AS s SET horizon = first + 60, version = 1 WHERE s.series_id = ANY (ids);
	FOR n IN 1 .. 1000 LOOP
		PERFORM pyrotree.add_lanes(ids[n], 1, pyrotree.promotions(ids[n], 1, first, first + 60));
	END LOOP;
END
$$;
ANALYZE pyrotree.series, pyrotree.segment;

CREATE PROCEDURE ask_parallel(most integer)
LANGUAGE plpgsql AS $$
DECLARE
	-- within the ten minutes, so that lanes of a block are summed for each series
	range constant text := $q$'many', '2026-02-01 00:00:50 UTC', '2026-02-01 00:03:00 UTC'$q$;
	line text;
	planned text;
	launched text;
	started timestamptz;
	seconds double precision;
	total bigint;
	way text;
BEGIN
	PERFORM set_config('max_parallel_workers_per_gather', most::text, false);
	FOREACH way IN ARRAY ARRAY[
		format('SELECT proftree_total(sum(profile)) FROM pyrotree.profiles(%s)', range),
		format('SELECT proftree_total(pyrotree.query(%s))', range)] LOOP
		planned := NULL;
		launched := NULL;
		FOR line IN EXECUTE 'EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) ' || way LOOP
			planned := coalesce(planned, substring(line FROM 'Workers Planned: ([0-9]+)'));
			launched := coalesce(launched, substring(line FROM 'Workers Launched: ([0-9]+)'));
		END LOOP;
		seconds := NULL;
		FOR turn IN 1 .. 3 LOOP
			started := clock_timestamp();
			EXECUTE way INTO total;
			seconds := least(seconds, extract(epoch FROM clock_timestamp() - started));
		END LOOP;
		INSERT INTO parallel VALUES (CASE WHEN way LIKE '%query%' THEN 'query' ELSE 'profiles' END, most, planned, launched, seconds, total);
	END LOOP;
END
$$;
CALL ask_parallel(0);
CALL ask_parallel(2);
-- what query() does inside is seen in the log only
LOAD 'auto_explain';
SET auto_explain.log_min_duration = 0;
SET auto_explain.log_analyze = on;
SET auto_explain.log_timing = off;
SET auto_explain.log_nested_statements = on;
SET client_min_messages = log;
SELECT proftree_total(pyrotree.query('many', '2026-02-01 00:00:50 UTC', '2026-02-01 00:03:00 UTC'));
