-- What the demo shows; psql's output fits 100 columns.

\pset border 0
\pset footer off
\pset numericlocale on

-- ---------------------------------------------------------------------
\echo
\echo '== What was loaded'
\echo
\echo 'A call tree for each 10 s of PostgreSQL and one for each other program.  stacks: lines that the'
\echo 'profiler wrote; nodes: of all trees stored; from there to the right: of the sum of these trees.'
\echo

SELECT service, count(*) AS profiles, sum(stacks) AS stacks, sum(proftree_node_count(profile)) AS nodes,
	proftree_node_count(sum(profile)) AS "nodes of sum", proftree_symbol_count(sum(profile)) AS symbols,
	proftree_depth(sum(profile)) AS depth, proftree_total(sum(profile)) AS total, unit
FROM recordings JOIN profiles USING (service)
WHERE at = to_timestamp(seconds)
GROUP BY service, unit
ORDER BY service <> 'postgres', service;

SELECT to_char(sum(weight) FILTER (WHERE service = 'postgres'), 'FM999,999,999') AS recorded,
	to_char(sum(invalid), 'FM999,999,999') AS invalid, count(*) AS profiles
FROM recordings \gset
SELECT to_char(proftree_total(sum(profile)), 'FM999,999,999') AS kept
FROM profiles WHERE service = 'postgres' \gset

\echo 'Nothing was lost: the totals of all' :profiles 'trees are those counted in the files, for PostgreSQL'
\echo :kept 'of' :recorded 'samples.' :invalid 'lines held process names that perf had cut within a character;'
\echo 'those were mended (on_error => ''replace'').'
\echo

-- ---------------------------------------------------------------------
\echo '== What it takes, in kB'
\echo
\echo 'text: folded stacks as written; column: the same in a column, which PostgreSQL compresses;'
\echo 'tree: column of type proftree.  The last line is the half hour of PostgreSQL summed to one tree.'
\echo

CREATE TEMP TABLE half_hour AS
SELECT sum(profile) AS profile FROM profiles WHERE service = 'postgres';

SELECT service, round(text / 1000.0, 1) AS text, round("column" / 1000.0, 1) AS "column", round(tree / 1000.0, 1) AS tree,
	round(text::numeric / tree, 1) AS "text / tree", round("column"::numeric / tree, 1) AS "column / tree"
FROM (
	SELECT 1 AS line, service, sum(octet_length(folded)) AS text, sum(pg_column_size(folded)) AS "column",
		sum(pg_column_size(profile)) AS tree
	FROM recordings JOIN profiles USING (service)
	WHERE at = to_timestamp(seconds)
	GROUP BY service
	UNION ALL
	SELECT 2, 'postgres, one tree', sum(octet_length(folded)), sum(pg_column_size(folded)), min(pg_column_size(profile))
	FROM recordings, half_hour
	WHERE service = 'postgres'
) AS sizes
ORDER BY line, service <> 'postgres', service;

-- ---------------------------------------------------------------------
SELECT clock_timestamp() AS started \gset
CREATE TEMP TABLE top AS
SELECT top.* FROM (SELECT sum(profile) AS profile FROM profiles WHERE service = 'postgres') AS s, proftree_top(profile) AS top;
SELECT round(extract(milliseconds FROM clock_timestamp() - :'started')) AS taken \gset

\echo '== Half an hour of PostgreSQL: the top ten functions by self and by total'
\echo
\echo '197 profiles summed and ranked in' :taken 'ms.  self: samples in the function itself, total: in and below.'
\echo

WITH by_self AS (
	SELECT row_number() OVER (ORDER BY self DESC, symbol) AS rank, * FROM top
), by_total AS (
	SELECT row_number() OVER (ORDER BY total DESC, symbol) AS rank, * FROM top
)
SELECT rank AS "#", s.symbol AS "by self", s.self, round(s.self_percent::numeric, 1) AS "%",
	t.symbol AS "by total", t.total, round(t.total_percent::numeric, 1) AS "%"
FROM by_self AS s JOIN by_total AS t USING (rank)
WHERE rank <= 10
ORDER BY rank;

-- ---------------------------------------------------------------------
\echo '== The five widest paths'
\echo

-- the end of a stack, cut between frames
CREATE FUNCTION pg_temp.shortened(stack text, width integer) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN CASE WHEN length(stack) <= width THEN stack ELSE '...' || substring(right(stack, width - 3) FROM ';.*') END;

SELECT self, round(100.0 * self / proftree_total(profile), 1) AS "%", pg_temp.shortened(stack, 84) AS path
FROM half_hour, proftree_iterate(profile)
ORDER BY self DESC, stack
LIMIT 5;
