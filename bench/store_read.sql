-- Ranges of a long history: how many rows they read and how long that takes.
--
-- psql variables: days.

SET client_min_messages = warning;
SET jit = off;

CREATE TABLE answer (kind text, first bigint, last bigint, slices bigint, head_rows bigint,
	seconds double precision, in_memory double precision, bytes integer,
	PRIMARY KEY (kind, first, last));

-- Ask for one range some times; the least times ever count, since other work
-- runs beside.  "In memory" is loading the result into a tree that can grow and
-- serializing it again.
CREATE PROCEDURE ask(kind text, first bigint, last bigint, times integer)
LANGUAGE plpgsql AS $$
DECLARE
	since constant timestamptz := pyrotree.slot_time(first, 10000000);
	until constant timestamptz := pyrotree.slot_time(last + 1, 10000000);
	result proftree;
	asking double precision;
	copying double precision;
	started timestamptz;
BEGIN
	FOR i IN 1 .. times LOOP
		started := clock_timestamp();
		result := pyrotree.query('year', since, until);
		asking := least(asking, extract(epoch FROM clock_timestamp() - started));
		started := clock_timestamp();
		PERFORM pg_column_size(proftree_insert(result, 'x', 1));
		copying := least(copying, extract(epoch FROM clock_timestamp() - started));
	END LOOP;
	UPDATE answer AS a SET seconds = least(a.seconds, asking), in_memory = least(a.in_memory, copying)
	WHERE (a.kind, a.first, a.last) = (ask.kind, ask.first, ask.last);
	IF NOT FOUND THEN
		INSERT INTO answer
			SELECT ask.kind, ask.first, ask.last, coalesce(sum(e.rows) FILTER (WHERE e.level IS NOT NULL), 0),
				coalesce(sum(e.rows) FILTER (WHERE e.level IS NULL), 0), asking, copying, pg_column_size(result)
			FROM pyrotree.explain('year', since, until) AS e;
	END IF;
END
$$;

SELECT pyrotree.first_slot('2026-01-01 UTC', 10000000) - 8640 * :days AS first, pyrotree.first_slot('2026-01-01 UTC', 10000000) AS horizon \gset

DO $$ BEGIN PERFORM setseed(0.17); END $$;
-- nothing of the first call of everything is counted
CALL ask('first', :first, :horizon - 1, 3);
DELETE FROM answer;

CREATE TABLE range AS
	SELECT kind, least(a, b) AS first, greatest(a, b) AS last
	FROM (
		SELECT 'past' AS kind, :first + floor(random() * (8640 * :days - 360))::bigint AS a, :first + floor(random() * (8640 * :days - 360))::bigint AS b
		FROM generate_series(1, 200)
		UNION ALL
		SELECT 'hour', s, s + 359
		FROM (SELECT :first + floor(random() * (8640 * :days - 720))::bigint AS s FROM generate_series(1, 200)) AS x
	) AS r;
-- in turn and in several passes, so that what else the machine does hits all alike
DO $$
DECLARE
	r record;
BEGIN
	FOR pass IN 1 .. 8 LOOP
		FOR r IN SELECT *, row_number() OVER (PARTITION BY kind) AS n FROM range ORDER BY n, kind LOOP
			CALL ask(r.kind, r.first, r.last, 1);
		END LOOP;
	END LOOP;
END
$$;

-- A profile arrives, slot after slot, and a range is asked for that ends with
-- it: head has what waits at that moment.
DO $$
DECLARE
	horizon constant bigint := pyrotree.first_slot('2026-01-01 UTC', 10000000);
	days constant bigint := (SELECT (horizon - min(g.start)) / 8640 FROM pyrotree.segment AS g WHERE g.level = 0);
BEGIN
	FOR i IN 0 .. 299 LOOP
		PERFORM pyrotree.ingest('year', pyrotree.slot_time(horizon + i, 10000000), (SELECT p.profile FROM pool AS p WHERE p.n = i));
		-- the first hundred let it come to its usual state
		CONTINUE WHEN i < 100;
		CALL ask('now', horizon + i - floor(random() * 8640 * days)::bigint, horizon + i, 4);
	END LOOP;
END
$$;
