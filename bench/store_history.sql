-- The long history that store_read.sql asks about: :days days of a series
-- "year", resampled from the recording (store_data.sql, store_bulk.sql).

SET client_min_messages = warning;
SET jit = off;
-- what is built need not survive a crash
ALTER TABLE pyrotree.segment SET UNLOGGED;

SELECT pyrotree.first_slot('2026-01-01 UTC', 10000000) - 8640 * :days AS first, pyrotree.first_slot('2026-01-01 UTC', 10000000) AS horizon \gset

-- three days made in the same way are a sound store with the right sum
CALL bulk_history('check', :first, 3);
DO $$
BEGIN
	IF EXISTS (SELECT FROM pyrotree.verify('check')) THEN
		RAISE EXCEPTION 'pyrotree.verify() finds faults in what bulk_history() made';
	END IF;
	IF pyrotree.query('check', NULL, NULL) IS DISTINCT FROM
		(SELECT sum(p.profile) FROM generate_series(0, 3 * 8640 - 1) AS s JOIN pool AS p ON p.n = s % 8640) THEN
		RAISE EXCEPTION 'the sum of what bulk_history() made is not that of its slots';
	END IF;
	PERFORM pyrotree.drop_series('check');
END
$$;

CREATE TABLE build AS SELECT clock_timestamp() AS started;
CALL bulk_history('year', :first, :days);
VACUUM ANALYZE pyrotree.segment;
ANALYZE pyrotree.series, pyrotree.head, pyrotree.settings;
CHECKPOINT;
ALTER TABLE build ADD COLUMN finished timestamptz DEFAULT clock_timestamp();
