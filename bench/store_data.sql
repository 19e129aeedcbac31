-- The profiles that store.sh stores, in tables of (n, profile):
--
--   recorded   the recording as it is, a row for each slot that has samples
--   pool       slots resampled from it: as many samples of the same slot, drawn
--              at random; :turns turns through the recording
--   steady     :steady slots of 1,000 samples each, drawn from one CPU profile
--
-- psql variables: recording (slot TAB stack TAB weight), cpu (folded), turns,
-- steady.

SET client_min_messages = warning;
-- the same draws in every run
DO $$ BEGIN PERFORM setseed(0.42); END $$;

CREATE TABLE raw (slot bigint, stack text, weight bigint);
SELECT format('COPY raw FROM %L', :'recording') \gexec

CREATE TABLE recorded AS
	SELECT row_number() OVER (ORDER BY slot) - 1 AS n, slot / 10 AS slot, proftree_agg(stack, weight) AS profile
	FROM raw GROUP BY slot;
ALTER TABLE recorded ADD PRIMARY KEY (n);

-- What is drawn from: the samples of a list, numbered from 0.  Lists are the
-- slots of the recording, and -1, the CPU profile in samples of 10 ms.
CREATE TEMPORARY TABLE sample AS
	SELECT list, row_number() OVER (PARTITION BY list ORDER BY stack COLLATE "C") - 1 AS i, stack
	FROM (
		SELECT r.n AS list, s.stack, s.weight FROM recorded AS r JOIN raw AS s ON s.slot = r.slot * 10
		UNION ALL
		SELECT -1, i.stack, i.self / 10000000 FROM proftree_iterate(proftree_from_folded(pg_read_file(:'cpu'))) AS i
	) AS s CROSS JOIN LATERAL generate_series(1, s.weight);
CREATE TEMPORARY TABLE list AS SELECT list, count(*) AS samples FROM sample GROUP BY list;
ANALYZE sample, list;

-- Trees of "draws" samples, or of as many as the list has, for some lists and
-- turns: numbered turn * step + list.
CREATE FUNCTION resampled(first_list bigint, last_list bigint, first_turn integer, last_turn integer, step bigint, draws integer)
	RETURNS TABLE (n bigint, profile proftree)
LANGUAGE sql VOLATILE AS $$
	SELECT d.n, proftree_agg(s.stack, d.weight ORDER BY d.i)
	FROM (
		SELECT t * step + l.list AS n, l.list, floor(random() * l.samples)::bigint AS i, count(*) AS weight
		FROM list AS l, generate_series(first_turn, last_turn) AS t, generate_series(1, coalesce(draws, l.samples))
		WHERE l.list BETWEEN first_list AND last_list
		GROUP BY 1, 2, 3) AS d
		JOIN sample AS s USING (list, i)
	GROUP BY d.n
$$;

CREATE TABLE pool (n bigint PRIMARY KEY, profile proftree NOT NULL);
CREATE TABLE steady (n bigint PRIMARY KEY, profile proftree NOT NULL);
-- turn by turn, so that what is sorted stays in memory
INSERT INTO pool
	SELECT r.*
	FROM generate_series(0, :turns - 1) AS turn,
		LATERAL resampled(0, 1000000, turn, turn, (SELECT count(*) FROM recorded), NULL) AS r;
INSERT INTO steady
	SELECT r.n + 1, r.profile
	FROM generate_series(0, :steady - 1, 60) AS turn,
		LATERAL resampled(-1, -1, turn, least(turn + 59, :steady - 1), 1, 1000) AS r;
ANALYZE recorded, pool, steady;
