-- What formats, pictures and questions about one tree cost.  trees.sh runs this
-- with the folded recordings in "folder".
--
-- psql variables: folder.

SET client_min_messages = warning;
SET jit = off;

\ir measure.sql

-- recordings of test/data, and one as large as a month of many programs
CREATE TABLE tree AS
	SELECT name, proftree_from_folded(pg_read_binary_file(format('%s/%s.folded', :'folder', name)), 'replace') AS tree
	FROM unnest(ARRAY['postgres-perf', 'go-cpu', 'node']) AS name
	UNION ALL
	SELECT 'large', sum(t)
	FROM (SELECT proftree_agg(ARRAY['service' || s] || frames, w) AS t
		FROM generate_series(1, 9) AS s, LATERAL (
			SELECT string_to_array(stack, ';') AS frames, self * s AS w
			FROM proftree_iterate(proftree_from_folded(pg_read_binary_file(format('%s/go-cpu.folded', :'folder')), 'replace')) WHERE self > 0) AS n
		GROUP BY s) AS x;
-- the same with a tenth of the stacks doubled, to compare with
CREATE TABLE pair AS
	SELECT name, tree AS baseline, tree + coalesce((SELECT proftree_agg(stack, self) FROM proftree_iterate(tree) WHERE self > 0 AND hashtext(stack) % 10 = 0), '') AS comparison
	FROM tree;
CREATE TABLE file AS
	SELECT name, proftree_to_folded(tree)::text AS folded, proftree_to_pprof(tree) AS pprof,
		proftree_to_flamebearer(tree) AS flamebearer, proftree_to_speedscope(tree) AS speedscope
	FROM tree;
ALTER TABLE file ALTER folded SET STORAGE EXTERNAL, ALTER pprof SET STORAGE EXTERNAL,
	ALTER flamebearer SET STORAGE EXTERNAL, ALTER speedscope SET STORAGE EXTERNAL;

-- Every call gives a small value, so that nothing is sent.
CREATE PROCEDURE measure_all()
LANGUAGE plpgsql AS $$
DECLARE
	r record;
BEGIN
	FOR r IN
		SELECT t.name, c.what, format(c.query, t.name) AS query
		FROM tree AS t, (VALUES
			('decode and encode', $q$SELECT pg_column_size(proftree_scale(tree, 2)) FROM tree WHERE name = %L$q$),
			('read', $q$SELECT proftree_depth(tree) FROM tree WHERE name = %L$q$),
			('focus', $q$SELECT pg_column_size(proftree_focus(tree, 'alloc')) FROM tree WHERE name = %L$q$),
			('ignore', $q$SELECT pg_column_size(proftree_ignore(tree, 'alloc')) FROM tree WHERE name = %L$q$),
			('hide', $q$SELECT pg_column_size(proftree_hide(tree, 'alloc')) FROM tree WHERE name = %L$q$),
			('show', $q$SELECT pg_column_size(proftree_show(tree, 'alloc|[Pp]arse')) FROM tree WHERE name = %L$q$),
			('show_from', $q$SELECT pg_column_size(proftree_show_from(tree, '[Pp]arse')) FROM tree WHERE name = %L$q$),
			('invert', $q$SELECT pg_column_size(proftree_invert(tree)) FROM tree WHERE name = %L$q$),
			('truncate', $q$SELECT pg_column_size(proftree_truncate(tree, 1000)) FROM tree WHERE name = %L$q$),
			('top', $q$SELECT count(*) FROM tree, proftree_top(tree) WHERE name = %L$q$),
			('two tops', $q$SELECT count(*) FROM pair, LATERAL (SELECT FROM proftree_top(baseline) UNION ALL SELECT FROM proftree_top(comparison)) AS x WHERE name = %L$q$),
			('top_diff', $q$SELECT count(*) FROM pair, proftree_top_diff(baseline, comparison, 'total') WHERE name = %L$q$),
			('regressions', $q$SELECT count(*) FROM pair, proftree_regressions(baseline, comparison) WHERE name = %L$q$),
			('from folded', $q$SELECT pg_column_size(proftree_from_folded(folded)) FROM file WHERE name = %L$q$),
			('to folded', $q$SELECT length(proftree_to_folded(tree)) FROM tree WHERE name = %L$q$),
			('from pprof', $q$SELECT pg_column_size(proftree_from_pprof(pprof)) FROM file WHERE name = %L$q$),
			('to pprof', $q$SELECT length(proftree_to_pprof(tree)) FROM tree WHERE name = %L$q$),
			('from flamebearer', $q$SELECT pg_column_size(proftree_from_flamebearer(flamebearer)) FROM file WHERE name = %L$q$),
			('to flamebearer', $q$SELECT length(proftree_to_flamebearer(tree)::text) FROM tree WHERE name = %L$q$),
			('from speedscope', $q$SELECT pg_column_size(proftree_from_speedscope(speedscope)) FROM file WHERE name = %L$q$),
			('to speedscope', $q$SELECT length(proftree_to_speedscope(tree)::text) FROM tree WHERE name = %L$q$),
			('to d3', $q$SELECT length(proftree_to_d3(tree)::text) FROM tree WHERE name = %L$q$),
			('jsonb of the speedscope file', $q$SELECT pg_column_size(speedscope::jsonb) FROM file WHERE name = %L$q$),
			('picture', $q$SELECT octet_length(proftree_to_svg(tree)) FROM tree WHERE name = %L$q$),
			('picture of all frames', $q$SELECT octet_length(proftree_to_svg(tree, min_width => 0)) FROM tree WHERE name = %L$q$)) AS c(what, query)
	LOOP
		CALL measure(r.name, r.what, r.query, 3, CASE r.name WHEN 'large' THEN 15 WHEN 'go-cpu' THEN 100 ELSE 40 END);
	END LOOP;
END
$$;
CALL measure_all();
INSERT INTO measured SELECT name, 'nodes', NULL, proftree_node_count(tree) FROM tree;
