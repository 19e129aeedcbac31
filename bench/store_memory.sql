-- Blocks that are much larger than shared_buffers: profiles arrive and are
-- compacted until there are :megabytes of them, then ranges are asked for.

SET client_min_messages = warning;
SET jit = off;
CREATE TABLE big (series integer, seconds double precision, bytes bigint);
CREATE PROCEDURE fill(megabytes bigint)
LANGUAGE plpgsql AS $$
DECLARE
	first constant bigint := pyrotree.first_slot('2026-01-01 UTC', 10000000);
	started constant timestamptz := clock_timestamp();
	series integer := 0;
	size bigint := 0;
BEGIN
	WHILE size < megabytes * 1000000 LOOP
		series := series + 1;
		FOR part IN 0 .. 71 LOOP
			PERFORM pyrotree.store(array_agg('big' || series), array_agg(first + p.n), array_agg(p.profile))
			FROM pool AS p WHERE p.n >= part * 120 AND p.n < part * 120 + 120;
			COMMIT;
		END LOOP;
		size := pg_total_relation_size('pyrotree.segment');
		INSERT INTO big VALUES (series, extract(epoch FROM clock_timestamp() - started), size);
		COMMIT;
	END LOOP;
END
$$;
CALL fill(:megabytes);
CALL pyrotree.compact();

CREATE TABLE big_sum AS
	SELECT proftree_total(pyrotree.query('{__name__=~"big.*"}', NULL, NULL)) AS stored,
		(SELECT max(series) FROM big) * (SELECT sum(proftree_total(profile)) FROM pool WHERE n < 8640) AS expected;
CREATE TABLE big_wrong AS
	SELECT b.series FROM big AS b
	WHERE pyrotree.query('big' || b.series, '2026-01-01 03:04:50 UTC', '2026-01-01 17:21:00 UTC') <>
		(SELECT sum(p.profile) FROM pool AS p WHERE p.n BETWEEN 1109 AND 6245);
CREATE TABLE big_verify AS SELECT * FROM pyrotree.verify('big1');
CREATE TABLE big_memory AS SELECT substring(pg_read_file('/proc/self/status', 0, 4000, true) FROM 'VmHWM:\s+([0-9]+) kB')::bigint * 1024 AS peak;
