-- Questions about one function, over a long history of one series ("year") and
-- over the thousand series of store_parallel.sql.
--
-- psql variables: days.

SET client_min_messages = warning;
SET jit = off;

CREATE TABLE question (what text PRIMARY KEY, seconds double precision, answer text);

-- Ask some times; the least time counts, since other work runs beside.
CREATE PROCEDURE ask_question(what text, query text, times integer DEFAULT 5)
LANGUAGE plpgsql AS $$
DECLARE
	started timestamptz;
	least double precision;
	answer text;
BEGIN
	FOR turn IN 1 .. times LOOP
		started := clock_timestamp();
		EXECUTE query INTO answer;
		least := least(least, extract(epoch FROM clock_timestamp() - started));
	END LOOP;
	INSERT INTO question VALUES (what, least, answer);
END
$$;

-- the thousand series have symbols, and one of them a function of its own
DO $$
DECLARE
	id bigint;
BEGIN
	FOR id IN SELECT s.series_id FROM pyrotree.series AS s WHERE s.name = 'many' LOOP
		PERFORM pyrotree.note_symbols(id, (SELECT sum(profblock_tree(g.block, 0, 1023)) FROM pyrotree.segment AS g WHERE g.series_id = id AND g.level = 0));
	END LOOP;
END
$$;
SELECT pyrotree.ingest('many{n="500"}', '2026-02-01 00:02 UTC', 'main;rare_function 1') \g /dev/null
VACUUM ANALYZE pyrotree.series, pyrotree.series_symbols, pyrotree.label, pyrotree.segment;

SELECT symbol AS busy, pyrotree.first_slot('2026-01-01 UTC', 10000000) - 8640 * :days AS first FROM pool, proftree_top(profile) WHERE n = 0 ORDER BY total DESC OFFSET 20 LIMIT 1 \gset
SELECT format('''year'', %L, pyrotree.slot_time(%s, 10000000), ''2026-01-01 UTC''', :'busy', :first) AS symbol_range,
	format('''year'', ''no such function'', pyrotree.slot_time(%s, 10000000), ''2026-01-01 UTC''', :first) AS absent_range,
	format('''year'', pyrotree.slot_time(%s, 10000000), ''2026-01-01 UTC''', :first) AS range \gset

CALL ask_question('timeline', format('SELECT sum(total) FROM pyrotree.timeline(%s, ''1 d'')', :'range'));
CALL ask_question('symbol_timeline', format('SELECT sum(self) || '' '' || sum(total) FROM pyrotree.symbol_timeline(%s, ''1 d'')', :'symbol_range'));
CALL ask_question('by query', format('SELECT sum(proftree_self(t.tree, %L)) || '' '' || sum(proftree_total(t.tree, %1$L))
	FROM generate_series(0, %s) AS day, LATERAL (SELECT pyrotree.query(''year'', pyrotree.slot_time(%s + 8640 * day, 10000000), pyrotree.slot_time(%3$s + 8640 * (day + 1), 10000000)) AS tree OFFSET 0) AS t',
	:'busy', :days - 1, :first), 1);
CALL ask_question('absent', format('SELECT sum(total) FROM pyrotree.symbol_timeline(%s, ''1 d'')', :'absent_range'));
CALL ask_question('by hour', format('SELECT sum(self) || '' '' || sum(total) FROM pyrotree.symbol_timeline(%s, ''1 h'')', :'symbol_range'), 2);

\set many '''many'', ''2026-02-01 00:00 UTC'', ''2026-02-01 00:03:20 UTC'''
CALL ask_question('sum', format('SELECT proftree_total(pyrotree.query(%s))', :'many'));
CALL ask_question('query_by_label', format('SELECT count(*) || '' values, '' || sum(proftree_total(profile)) FROM pyrotree.query_by_label(%s, ''n'')', :'many'));
CALL ask_question('by value', $$SELECT count(*) || ' values, ' || sum(proftree_total(t.tree)) FROM pyrotree.label_values('n') AS v,
	LATERAL (SELECT pyrotree.query(format('many{n="%s"}', v), '2026-02-01 00:00 UTC', '2026-02-01 00:03:20 UTC') AS tree OFFSET 0) AS t$$, 1);
CALL ask_question('rare', $$SELECT count(*) || ' ' || sum(total) FROM pyrotree.find_symbol('rare_function', NULL, NULL)$$);
CALL ask_question('absent function', $$SELECT count(*) FROM pyrotree.find_symbol('no such function', NULL, NULL)$$);
CALL ask_question('everywhere', format($$SELECT count(*) || ' ' || sum(total) FROM pyrotree.find_symbol(%L, '2026-02-01 00:00 UTC', '2026-02-01 00:03:20 UTC')$$, :'busy'), 2);
CALL ask_question('by top', format($$SELECT count(*) || ' ' || sum(p.total) FROM pyrotree.label_values('n') AS v,
	LATERAL (SELECT pyrotree.query(format('many{n="%%s"}', v), '2026-02-01 00:00 UTC', '2026-02-01 00:03:20 UTC') AS tree OFFSET 0) AS t,
	LATERAL proftree_top(t.tree) AS p WHERE p.symbol = %L$$, :'busy'), 1);

DO $$
BEGIN
	IF (SELECT count(DISTINCT answer) FROM question WHERE what IN ('symbol_timeline', 'by query', 'by hour')) <> 1
		OR (SELECT count(DISTINCT answer) FROM question WHERE what IN ('query_by_label', 'by value')) <> 1
		OR (SELECT count(DISTINCT answer) FROM question WHERE what IN ('everywhere', 'by top')) <> 1 THEN
		RAISE EXCEPTION 'answers differ' USING DETAIL = (SELECT string_agg(what || ': ' || answer, '; ') FROM question);
	END IF;
END
$$;
-- what a profile costs whose symbols are known, and whose are noted
CALL ask_question('note', $$SELECT count(pyrotree.note_symbols((SELECT series_id FROM pyrotree.series WHERE name = 'year'), p.profile)) FROM pool AS p WHERE n < 1000$$, 3);
CALL ask_question('merge', $$SELECT sum(pg_column_size(p.profile + q.profile)) FROM pool AS p JOIN pool AS q ON q.n = p.n + 1 WHERE p.n < 1000$$, 3);
