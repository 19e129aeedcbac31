-- What the store shows: the half hour as a series; output fits 100 columns.

\pset border 0
\pset footer off
\pset numericlocale on

-- the day of the recording, 2026-11-20 unless the machine's clock is behind that, and the half hour
SELECT day, day + time '17:47' AS since, day + time '18:20' AS until
FROM (SELECT min(at)::date AS day FROM pyrotree.timeline('postgres.cpu', '-infinity', 'infinity', '1 day')) AS t \gset

SELECT series, head_rows, to_char(head_bytes / 1000.0, 'FM999,999') AS head_kb FROM pyrotree.status \gset
SELECT pyrotree.query('postgres.cpu', :'since', :'until') = (SELECT sum(profile) FROM profiles WHERE service = 'postgres') AS same,
	to_char(proftree_total(pyrotree.query('postgres.cpu', :'since', :'until')), 'FM999,999') AS samples \gset
\echo
\echo 'Series' :series 'has' :head_rows 'profiles of 10 s,' :samples 'samples in' :head_kb 'kB.'
\echo 'Their sum is equal to that of the trees above:' :same
\echo

-- ---------------------------------------------------------------------
\echo '== The timeline, two minutes a line'
\echo
\echo 'Each mark is 150 samples; x: in case-insensitive regular expressions (texticregexeq).'
\echo

SELECT to_char(t.at, 'HH24:MI') AS at, t.total AS samples, s.total AS regexp,
	repeat('x', (s.total / 150.0)::int) || repeat('#', ((t.total - s.total) / 150.0)::int) AS "load"
FROM pyrotree.timeline('postgres.cpu', :'since', :'until', '2 min') AS t
	JOIN pyrotree.symbol_timeline('postgres.cpu', 'texticregexeq', :'since', :'until', '2 min') AS s
		USING (at)
ORDER BY t.at;

-- ---------------------------------------------------------------------
\echo '== Packing (pyrotree.compact), which writers do by themselves as time goes on'
\echo

CREATE TEMP TABLE before_packing AS SELECT pyrotree.query('postgres.cpu', :'since', :'until') AS profile;
CALL pyrotree.compact();
SELECT pyrotree.query('postgres.cpu', :'since', :'until') = profile AS same FROM before_packing \gset
SELECT head_rows, segment_rows, to_char(head_bytes / 1000.0, 'FM999,999') AS head_kb,
	to_char((SELECT sum(b) FROM unnest(bytes_by_level) AS b) / 1000.0, 'FM999,999') AS block_kb,
	to_char(horizon, 'HH24:MI') AS horizon
FROM pyrotree.status \gset

\echo 'What lies before' :horizon 'is now in' :segment_rows 'rows of blocks of' :block_kb 'kB; the last' :head_rows 'profiles wait for'
\echo 'their ten minutes to be complete, in' :head_kb 'kB. The answer is the same:' :same
\echo

-- ---------------------------------------------------------------------
\echo '== Three ranges and what is read for each (pyrotree.explain)'
\echo
\echo 'lanes: trees that are summed; rows: read of the table.  Level 0 has a lane for each 10 s, level 1'
\echo 'one for ten minutes; head holds the profiles that wait.'
\echo

WITH range (n, since, until) AS (
	VALUES (1, date :'day' + time '17:50', date :'day' + time '18:00'),
		(2, date :'day' + time '17:52:30', date :'day' + time '18:10'),
		(3, date :'day' + time '17:47', date :'day' + time '18:20')
)
SELECT CASE WHEN row_number() OVER part = 1 THEN to_char(r.since, 'HH24:MI:SS') || ' - ' || to_char(r.until, 'HH24:MI:SS') ELSE '' END AS range,
	CASE WHEN row_number() OVER part = 1 THEN proftree_total(pyrotree.query('postgres.cpu', r.since, r.until)) END AS samples,
	coalesce(e.level::text, 'head') AS level, to_char(e.since, 'HH24:MI:SS') AS "from", to_char(e.until, 'HH24:MI:SS') AS "to", e.lanes, e.rows
FROM range AS r, pyrotree.explain('postgres.cpu', r.since, r.until) AS e
WINDOW part AS (PARTITION BY n ORDER BY e.level IS NULL, e.since)
ORDER BY n, e.level IS NULL, e.since;
-- ---------------------------------------------------------------------
\echo '== What did the deploy change?'
\echo
\echo 'At 18:03:25 UTC a new version went live.  The ten minutes from 17:47:10 and the ten minutes from'
\echo '18:03:30 had the same load.  Functions whose total grew or shrank more than tenfold:'
\echo

CREATE TABLE deploy AS
SELECT pyrotree.query('postgres.cpu', date :'day' + time '17:47:10', date :'day' + time '17:57:10') AS before,
	pyrotree.query('postgres.cpu', date :'day' + time '18:03:30', date :'day' + time '18:13:30') AS after;

WITH change AS (
	SELECT symbol, coalesce(b.total, 0) AS before, coalesce(a.total, 0) AS after
	FROM (SELECT top.* FROM deploy, proftree_top(before) AS top) AS b
	FULL JOIN (SELECT top.* FROM deploy, proftree_top(after) AS top) AS a USING (symbol)
), ranked AS (
	SELECT *, row_number() OVER (PARTITION BY after > before ORDER BY abs(after - before) DESC, symbol) AS rank
	FROM change
	WHERE greatest(before, after) > 10 * least(before, after)
)
SELECT symbol AS function, before, after, after - before AS change,
	round((after - before) / 99.0, 1) AS "CPU seconds"	-- 99 samples a second
FROM ranked
WHERE rank <= CASE WHEN after > before THEN 8 ELSE 3 END
ORDER BY change DESC, symbol;

\echo 'The paths that grew most (proftree_delta of the two sums):'
\echo

-- the end of a stack, cut between frames
CREATE FUNCTION pg_temp.shortened(stack text, width integer) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN CASE WHEN length(stack) <= width THEN stack ELSE '...' || substring(right(stack, width - 3) FROM ';.*') END;

SELECT self AS more, pg_temp.shortened(stack, 90) AS path
FROM deploy, proftree_iterate(proftree_delta(before, after))
ORDER BY self DESC, stack
LIMIT 3;

\echo 'A search by LIKE (textlike) had become a regular expression (texticregexeq), and a lookup from'
\echo 'within a function (exec_stmt_execsql) had lost its index.'

-- ---------------------------------------------------------------------
\echo
\echo '== The state of the store (pyrotree.status, pyrotree.verify)'
\echo

\x on
SELECT series, head_rows, head_since, horizon, segment_rows, bytes_by_level, head_bytes, version, compaction_error
FROM pyrotree.status;
\x off

SELECT count(*) AS problems FROM pyrotree.verify() \gset
\echo
\echo 'pyrotree.verify() read everything and found' :problems 'problems.'
