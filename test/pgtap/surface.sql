-- The SQL surface that documentation and dashboards rely on: every name, its
-- arguments, result, columns, defaults and marks.
\set QUIET 1
\pset format unaligned
\pset tuples_only true
\pset pager off
\set ON_ERROR_STOP true
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE EXTENSION IF NOT EXISTS pyrotree;
RESET client_min_messages;
SELECT no_plan();

SELECT has_extension('pyrotree');
SELECT has_type('proftree');
SELECT has_type('profblock');
SELECT isa_ok('main;parse 3'::proftree, 'proftree', 'a stack with its weight');

-- functions: what they give; NULL in gives NULL out; neither settings nor time matter
CREATE TEMP TABLE function (name text, arguments text[], result text, strict boolean DEFAULT true);
INSERT INTO function (name, arguments, result) VALUES
	('pyrotree_version', '{}', 'text'),
	('proftree_insert', '{proftree,text,bigint}', 'proftree'),
	('proftree_insert', '{proftree,text[],bigint}', 'proftree'),
	('proftree_merge', '{proftree,proftree}', 'proftree'),
	('proftree_scale', '{proftree,numeric}', 'proftree'),
	('proftree_delta', '{proftree,proftree}', 'proftree'),
	('proftree_nodes', '{proftree}', 'setof record'),
	('proftree_top', '{proftree}', 'setof record'),
	('proftree_symbols', '{proftree}', 'setof text'),
	('proftree_total', '{proftree}', 'bigint'),
	('proftree_total', '{proftree,text}', 'bigint'),
	('proftree_self', '{proftree,text}', 'bigint'),
	('proftree_node_count', '{proftree}', 'integer'),
	('proftree_symbol_count', '{proftree}', 'integer'),
	('proftree_depth', '{proftree}', 'integer'),
	('proftree_has', '{proftree,text}', 'boolean'),
	('proftree_has_any', '{proftree,text[]}', 'boolean'),
	('proftree_has_all', '{proftree,text[]}', 'boolean'),
	('proftree_from_folded', '{text,text}', 'proftree'),
	('proftree_from_folded', '{bytea,text}', 'proftree'),
	('proftree_to_folded', '{proftree}', 'text'),
	('proftree_to_svg', '{proftree,text,integer,double precision,text,boolean}', 'text'),
	('proftree_to_svg', '{proftree,proftree,text,integer,double precision,text,boolean}', 'text'),
	('proftree_from_flamebearer', '{json}', 'proftree'),
	('proftree_to_flamebearer', '{proftree}', 'json'),
	('proftree_to_flamebearer', '{proftree,proftree}', 'json'),
	('proftree_to_speedscope', '{proftree,text,text}', 'json'),
	('proftree_to_d3', '{proftree}', 'json'),
	('proftree_flamegraph', '{proftree}', 'setof record'),
	('proftree_flamegraph_diff', '{proftree,proftree}', 'setof record'),
	('pprof_info', '{bytea}', 'record'),
	('proftree_subtree', '{proftree,text}', 'proftree'),
	('proftree_subtree', '{proftree,text[]}', 'proftree'),
	('proftree_callers', '{proftree,text}', 'proftree'),
	('proftree_callees', '{proftree,text}', 'proftree'),
	('proftree_invert', '{proftree}', 'proftree'),
	('proftree_focus', '{proftree,text}', 'proftree'),
	('proftree_ignore', '{proftree,text}', 'proftree'),
	('proftree_hide', '{proftree,text}', 'proftree'),
	('proftree_show', '{proftree,text}', 'proftree'),
	('proftree_show_from', '{proftree,text}', 'proftree'),
	('proftree_truncate', '{proftree,integer,text}', 'proftree'),
	('proftree_top_diff', '{proftree,proftree,text}', 'setof record'),
	('proftree_top_diff', '{proftree,proftree,numeric}', 'setof record'),
	('proftree_regressions', '{proftree,proftree,double precision}', 'setof record'),
	('proftree_eq', '{proftree,proftree}', 'boolean'),
	('proftree_ne', '{proftree,proftree}', 'boolean'),
	('proftree_lt', '{proftree,proftree}', 'boolean'),
	('proftree_le', '{proftree,proftree}', 'boolean'),
	('proftree_gt', '{proftree,proftree}', 'boolean'),
	('proftree_ge', '{proftree,proftree}', 'boolean'),
	('proftree_cmp', '{proftree,proftree}', 'integer'),
	('proftree_hash', '{proftree}', 'integer'),
	('proftree_hash_extended', '{proftree,bigint}', 'bigint'),
	('profblock_merge', '{profblock,profblock}', 'profblock'),
	('profblock_tree', '{profblock,integer,integer}', 'proftree'),
	('profblock_lanes', '{profblock}', 'setof record'),
	('profblock_symbol', '{profblock,text}', 'setof record'),
	('profblock_slice', '{profblock,integer,integer}', 'profblock'),
	('profblock_directory', '{profblock}', 'bytea'),
	('profblock_directory_lanes', '{bytea,integer,integer}', 'setof record'),
	('profblock_directory_sum', '{bytea,integer,integer}', 'record'),
	('profblock_cmp', '{profblock,profblock}', 'integer'),
	('profblock_hash', '{profblock}', 'integer'),
	('profblock_hash_extended', '{profblock,bigint}', 'bigint');
INSERT INTO function VALUES ('proftree_iterate', '{proftree,integer}', 'setof record', false),
	('proftree_from_speedscope', '{json,text}', 'proftree', false),
	('proftree_from_pprof', '{bytea,text,text,boolean}', 'proftree', false), ('pprof_samples', '{bytea,text,text,boolean}', 'setof record', false),
	('proftree_to_pprof', '{proftree,text,text,timestamp with time zone,interval,bigint}', 'bytea', false);
SELECT function_returns(name, arguments, result) FROM function;
SELECT CASE WHEN strict THEN is_strict(name, arguments) ELSE isnt_strict(name, arguments) END FROM function;
SELECT volatility_is(name, arguments, 'immutable') FROM function;

-- aggregates
CREATE TEMP TABLE aggregate (name text, arguments text[], result text DEFAULT 'proftree');
INSERT INTO aggregate VALUES ('proftree_agg', '{text}'), ('proftree_agg', '{text,bigint}'), ('proftree_agg', '{text[]}'),
	('proftree_agg', '{text[],bigint}'), ('sum', '{proftree}');
INSERT INTO aggregate VALUES ('profblock_agg', '{integer,proftree}', 'profblock'), ('profblock_agg', '{integer,proftree,bigint,bigint}', 'profblock');
SELECT is_aggregate(name, arguments) FROM aggregate;
SELECT function_returns(name, arguments, result) FROM aggregate;

-- operators and their classes
SELECT has_operator('proftree', o, 'proftree', 'boolean') FROM unnest('{=,<>,<,<=,>,>=}'::name[]) AS o;
SELECT has_operator('proftree', '+', 'proftree', 'proftree');
SELECT has_operator('proftree', '?', 'text', 'boolean');
SELECT has_operator('proftree', o, 'text[]', 'boolean') FROM unnest('{?|,?&}'::name[]) AS o;
SELECT has_opclass('proftree_ops');
SELECT is((SELECT count(*) FROM pg_opclass WHERE opcname = 'proftree_ops' AND opcdefault AND opcintype = 'proftree'::regtype), 3::bigint,
	'default classes for btree, hash and gin');

-- columns and their order, arguments by name, defaults
SELECT results_eq(
	$$SELECT depth, stack, self, total FROM proftree_iterate(tree => 'a;b 3', max_depth => 1)$$,
	$$VALUES (1::integer, 'a'::text, 0::bigint, 3::bigint)$$, 'proftree_iterate(tree, max_depth)');
SELECT results_eq('SELECT * FROM proftree_iterate($$a 3$$)', $$VALUES (1::integer, 'a'::text, 3::bigint, 3::bigint)$$, 'max_depth has a default');
SELECT results_eq(
	$$SELECT node, parent, depth, symbol, self, total FROM proftree_nodes(tree => 'a;b 3')$$,
	$$VALUES (1::integer, NULL::integer, 1::integer, 'a'::text, 0::bigint, 3::bigint), (2, 1, 2, 'b', 3, 3)$$, 'proftree_nodes(tree)');
SELECT results_eq('SELECT * FROM proftree_nodes($$a;b 3$$)',
	$$VALUES (1::integer, NULL::integer, 1::integer, 'a'::text, 0::bigint, 3::bigint), (2, 1, 2, 'b', 3, 3)$$, 'proftree_nodes(): order of columns');
SELECT results_eq(
	$$SELECT symbol, self, self_percent, total, total_percent FROM proftree_top(tree => 'a;b 3')$$,
	$$VALUES ('b'::text, 3::bigint, 100::float8, 3::bigint, 100::float8), ('a', 0, 0, 3, 100)$$, 'proftree_top(tree)');
SELECT results_eq('SELECT * FROM proftree_top($$a 3$$)',
	$$VALUES ('a'::text, 3::bigint, 100::float8, 3::bigint, 100::float8)$$, 'proftree_top(): order of columns');
SELECT results_eq($$SELECT * FROM proftree_symbols(tree => 'b;a 3')$$, $$VALUES ('a'::text), ('b')$$, 'proftree_symbols(tree)');
SELECT is(proftree_insert(tree => 'a 1', stack => 'a', weight => 2), 'a 3'::proftree, 'proftree_insert(tree, stack, weight)');
SELECT is(proftree_insert(tree => 'a 1', frames => ARRAY['a'], weight => 2), 'a 3'::proftree, 'proftree_insert(tree, frames, weight)');
SELECT is(proftree_insert('a 1', 'a'), 'a 2'::proftree, 'weight is 1 by default');
SELECT is(proftree_insert('a 1', ARRAY['a']), 'a 2'::proftree, 'also with frames');
SELECT is(proftree_merge(a => 'a 1', b => 'a 2'), 'a 3'::proftree, 'proftree_merge(a, b)');
SELECT is(proftree_scale(tree => 'a 1', factor => 2), 'a 2'::proftree, 'proftree_scale(tree, factor)');
SELECT is(proftree_delta(previous => 'a 1', current => 'a 3'), 'a 2'::proftree, 'proftree_delta(previous, current)');
SELECT is(proftree_total(tree => 'a 1', symbol => 'a'), 1::bigint, 'proftree_total(tree, symbol)');
SELECT is(proftree_self(tree => 'a 1', symbol => 'a'), 1::bigint, 'proftree_self(tree, symbol)');
SELECT ok(proftree_has(tree => 'a 1', symbol => 'a'), 'proftree_has(tree, symbol)');
SELECT ok(proftree_has_any(tree => 'a 1', symbols => '{a,b}'), 'proftree_has_any(tree, symbols)');
SELECT ok(proftree_has_all(tree => 'a;b 1', symbols => '{a,b}'), 'proftree_has_all(tree, symbols)');
SELECT is(proftree_from_folded(folded => 'a 1'::text, on_error => 'error'), 'a 1'::proftree, 'proftree_from_folded(folded, on_error)');
SELECT is(proftree_from_folded('a 1'::bytea), 'a 1'::proftree, 'proftree_from_folded(bytea)');
SELECT is(proftree_to_folded(tree => 'a 1'), E'a 1\n', 'proftree_to_folded(tree)');
SELECT is(proftree_to_svg('a 1'), proftree_to_svg(tree => 'a 1', title => 'flame graph', width => 1200, min_width => 0.1, unit => 'samples', inverted => false),
	'proftree_to_svg(tree, title, width, min_width, unit, inverted)');
SELECT is(proftree_to_svg('a 1', 'b 1'::proftree), proftree_to_svg(baseline => 'a 1', comparison => 'b 1', title => 'differential flame graph',
	width => 1200, min_width => 0.1, unit => 'samples', inverted => false), 'proftree_to_svg(baseline, comparison, title, width, min_width, unit, inverted)');
SELECT is(proftree_from_flamebearer(flamebearer => proftree_to_flamebearer(tree => 'a;b 3')), 'a;b 3'::proftree, 'proftree_from_flamebearer(flamebearer)');
SELECT is(proftree_to_flamebearer('a;b 3') #>> '{flamebearer,levels}', '[[0,3,0,0],[0,3,0,1],[0,3,3,2]]', 'proftree_to_flamebearer(tree)');
SELECT is(proftree_to_flamebearer(baseline => 'a 3', comparison => 'a 4') #>> '{flamebearer,levels}', '[[0,3,0,0,4,0,0],[0,3,3,0,4,4,1]]',
	'proftree_to_flamebearer(baseline, comparison)');
SELECT is(proftree_from_speedscope(speedscope => proftree_to_speedscope(tree => 'a;b 3', name => 'n', unit => 'seconds'), profile => 'n'),
	'a;b 3000000000'::proftree, 'proftree_from_speedscope(speedscope, profile)');
SELECT is((proftree_to_speedscope('a 1') #>> '{profiles,0,name}') || (proftree_to_speedscope('a 1') #>> '{profiles,0,unit}'), 'profilenone',
	'proftree_to_speedscope(tree): defaults');
SELECT is(proftree_from_speedscope(proftree_to_speedscope('a 1')), 'a 1'::proftree, 'proftree_from_speedscope(speedscope)');
SELECT is(proftree_to_d3(tree => 'a 3')::text, '{"name":"root","value":3,"children":[{"name":"a","value":3}]}', 'proftree_to_d3(tree)');
SELECT results_eq($$SELECT level, value, self, label FROM proftree_flamegraph(tree => 'a 3')$$,
	$$VALUES (0::integer, 3::bigint, 0::bigint, 'total'::text), (1, 3, 3, 'a')$$, 'proftree_flamegraph(tree)');
SELECT results_eq('SELECT * FROM proftree_flamegraph($$a 3$$)',
	$$VALUES (0::integer, 3::bigint, 0::bigint, 'total'::text), (1, 3, 3, 'a')$$, 'proftree_flamegraph(): order of columns');
SELECT results_eq($$SELECT level, value, self, label, "valueRight", "selfRight" FROM proftree_flamegraph_diff(baseline => 'a 3', comparison => 'a 4')$$,
	$$VALUES (0::integer, 3::bigint, 0::bigint, 'total'::text, 4::bigint, 0::bigint), (1, 3, 3, 'a', 4, 4)$$, 'proftree_flamegraph_diff(baseline, comparison)');
SELECT results_eq('SELECT * FROM proftree_flamegraph_diff($$a 3$$, $$a 4$$)',
	$$VALUES (0::integer, 3::bigint, 0::bigint, 'total'::text, 4::bigint, 0::bigint), (1, 3, 3, 'a', 4, 4)$$, 'proftree_flamegraph_diff(): order of columns');
SELECT is(proftree_from_pprof(pprof => proftree_to_pprof('a 1'), sample_type => NULL, on_error => 'error', prune => false), 'a 1'::proftree,
	'proftree_from_pprof(pprof, sample_type, on_error, prune)');
SELECT is(proftree_from_pprof(proftree_to_pprof('a 1')), 'a 1'::proftree, 'proftree_from_pprof(pprof)');
SELECT results_eq($$SELECT sample_type, unit, label_value, profile::text FROM pprof_samples(pprof => proftree_to_pprof('a 1'), label => NULL, on_error => 'error', prune => false)$$,
	$$VALUES ('samples'::text, 'count'::text, NULL::text, 'a 1'::text)$$, 'pprof_samples(pprof, label, on_error, prune)');
SELECT results_eq($$SELECT sample_type, unit, label_value, profile::text FROM pprof_samples(proftree_to_pprof('a 1')) AS s(sample_type, unit, label_value, profile)$$,
	$$VALUES ('samples'::text, 'count'::text, NULL::text, 'a 1'::text)$$, 'pprof_samples(): order of columns');
SELECT results_eq($$SELECT at, duration, period_type, period_unit, period, default_sample_type, sample_types, units, comments, samples, locations, functions, mappings, drop_frames, keep_frames
		FROM pprof_info(pprof => proftree_to_pprof(tree => 'a 1', sample_type => 'cpu', unit => 'nanoseconds', at => '2024-01-01Z', duration => '10 s', period => 7))$$,
	$$VALUES ('2024-01-01Z'::timestamptz, '10 s'::interval, 'cpu'::text, 'nanoseconds'::text, 7::bigint, 'cpu'::text, '{cpu}'::text[], '{nanoseconds}'::text[], '{}'::text[],
		1::bigint, 1::bigint, 1::bigint, 1::bigint, NULL::text, NULL::text)$$, 'pprof_info(pprof); proftree_to_pprof(tree, sample_type, unit, at, duration, period)');
SELECT results_eq($$SELECT * FROM pprof_info(proftree_to_pprof('a 1'))$$,
	$$VALUES (NULL::timestamptz, NULL::interval, NULL::text, NULL::text, NULL::bigint, 'samples'::text, '{samples}'::text[], '{count}'::text[], '{}'::text[],
		1::bigint, 1::bigint, 1::bigint, 1::bigint, NULL::text, NULL::text)$$, 'pprof_info(): order of columns');
SELECT is(proftree_subtree(tree => 'a;b 1', stack => 'a;b'), 'b 1'::proftree, 'proftree_subtree(tree, stack)');
SELECT is(proftree_subtree(tree => 'a;b 1', frames => ARRAY['a', 'b']), 'b 1'::proftree, 'proftree_subtree(tree, frames)');
SELECT is(proftree_callers(tree => 'a;b 1', symbol => 'b'), 'b;a 1'::proftree, 'proftree_callers(tree, symbol)');
SELECT is(proftree_callees(tree => 'a;b 1', symbol => 'a'), 'a;b 1'::proftree, 'proftree_callees(tree, symbol)');
SELECT is(proftree_invert(tree => 'a;b 1'), 'b;a 1'::proftree, 'proftree_invert(tree)');
SELECT is(proftree_focus(tree => E'a 1\nb 1', regexp => 'a'), 'a 1'::proftree, 'proftree_focus(tree, regexp)');
SELECT is(proftree_ignore(tree => E'a 1\nb 1', regexp => 'a'), 'b 1'::proftree, 'proftree_ignore(tree, regexp)');
SELECT is(proftree_hide(tree => 'a;b 1', regexp => 'a'), 'b 1'::proftree, 'proftree_hide(tree, regexp)');
SELECT is(proftree_show(tree => 'a;b 1', regexp => 'a'), 'a 1'::proftree, 'proftree_show(tree, regexp)');
SELECT is(proftree_show_from(tree => 'a;b 1', regexp => 'b'), 'b 1'::proftree, 'proftree_show_from(tree, regexp)');
SELECT is(proftree_truncate(E'a 1\nb 1', 1), proftree_truncate(tree => E'a 1\nb 1', max_nodes => 1, other => '(other)'), 'proftree_truncate(tree, max_nodes, other)');
SELECT results_eq($$SELECT symbol, baseline_self, comparison_self, self_delta, baseline_self_percent, comparison_self_percent, baseline_total, comparison_total,
		total_delta, baseline_total_percent, comparison_total_percent FROM proftree_top_diff(baseline => 'a 1', comparison => 'a 4', "normalize" => 'none')$$,
	$$VALUES ('a'::text, 1::bigint, 4::bigint, 3::bigint, 100::float8, 100::float8, 1::bigint, 4::bigint, 3::bigint, 100::float8, 100::float8)$$,
	'proftree_top_diff(baseline, comparison, normalize)');
SELECT results_eq($$SELECT * FROM proftree_top_diff('a 1', 'a 4')$$,
	$$VALUES ('a'::text, 1::bigint, 4::bigint, 3::bigint, 100::float8, 100::float8, 1::bigint, 4::bigint, 3::bigint, 100::float8, 100::float8)$$,
	'proftree_top_diff(): order of columns, not normalized by default');
SELECT results_eq($$SELECT * FROM proftree_top_diff(baseline => 'a 1', comparison => 'a 4', factor => 2)$$,
	$$VALUES ('a'::text, 2::bigint, 4::bigint, 2::bigint, 100::float8, 100::float8, 2::bigint, 4::bigint, 2::bigint, 100::float8, 100::float8)$$,
	'proftree_top_diff(baseline, comparison, factor)');
SELECT results_eq($$SELECT stack, depth, baseline_self, comparison_self, baseline_total, comparison_total, baseline_percent, comparison_percent, growth, own_growth
		FROM proftree_regressions(baseline => 'a 1', comparison => 'b 4', min_percent => 1)$$,
	$$VALUES ('b'::text, 1::integer, 0::bigint, 4::bigint, 0::bigint, 4::bigint, 0::float8, 100::float8, 100::float8, 100::float8)$$,
	'proftree_regressions(baseline, comparison, min_percent)');
SELECT results_eq($$SELECT * FROM proftree_regressions('a 1', E'a 98\nb 1\nc 1')$$,
	$$VALUES ('b'::text, 1::integer, 0::bigint, 1::bigint, 0::bigint, 1::bigint, 0::float8, 1::float8, 1::float8, 1::float8), ('c', 1, 0, 1, 0, 1, 0, 1, 1, 1)$$,
	'proftree_regressions(): order of columns, 1 percent by default');

CREATE TEMP TABLE block AS SELECT profblock_agg(3, 'a;b 4', 2, 1) AS block;
SELECT has_operator('profblock', o, 'profblock', 'boolean') FROM unnest('{=,<>,<,<=,>,>=}'::name[]) AS o;
SELECT has_operator('profblock', '+', 'profblock', 'profblock');
SELECT is((SELECT count(*) FROM pg_opclass WHERE opcname = 'profblock_ops' AND opcdefault AND opcintype = 'profblock'::regtype), 2::bigint,
	'default classes for btree and hash');
SELECT is(profblock_tree(block => block, first_lane => 0, last_lane => 3), 'a;b 4'::proftree, 'profblock_tree(block, first_lane, last_lane)') FROM block;
SELECT ok(profblock_slice(block => block, first_lane => 0, last_lane => 3) = block, 'profblock_slice(block, first_lane, last_lane)') FROM block;
SELECT results_eq('SELECT l.lane, l.total, l.profiles, l.covered FROM block, profblock_lanes(block => block) AS l',
	$$VALUES (3::integer, 4::bigint, 2::bigint, 1::bigint)$$, 'profblock_lanes(block)');
SELECT results_eq($$SELECT s.lane, s.self, s.total FROM block, profblock_symbol(block => block, symbol => 'a') AS s$$,
	$$VALUES (3::integer, 0::bigint, 4::bigint)$$, 'profblock_symbol(block, symbol)');
SELECT results_eq('SELECT l.* FROM block, profblock_directory_lanes(directory => profblock_directory(block => block)) AS l',
	$$VALUES (3::integer, 4::bigint, 2::bigint, 1::bigint)$$, 'profblock_directory_lanes(directory): all lanes by default');
SELECT results_eq('SELECT s.lanes, s.total, s.profiles, s.covered FROM block, profblock_directory_sum(directory => profblock_directory(block), first_lane => 0, last_lane => 9) AS s',
	$$VALUES (1::integer, 4::bigint, 2::bigint, 1::bigint)$$, 'profblock_directory_sum(directory, first_lane, last_lane)');

-- what goes wrong has its SQLSTATE
SELECT throws_ok(call, state) FROM (VALUES
	($$SELECT 'a'::proftree$$, '22P02'), ($$SELECT '\x00'::proftree$$, '22P03'), ($$SELECT 'a 9223372036854775808'::proftree$$, '22003'),
	($$SELECT proftree_insert('', 'a', -1)$$, '22023'), ($$SELECT proftree_insert('', ARRAY[NULL]::text[])$$, '22004'),
	($$SELECT proftree_insert('', repeat('x', 1048577))$$, '54000'), ($$SELECT proftree_from_folded('\xff2031'::bytea)$$, '22021'),
	($$SELECT proftree_from_flamebearer('{}')$$, '22P02'), ($$SELECT proftree_from_flamebearer('{"format": "double"}')$$, '22023'),
	($$SELECT proftree_from_speedscope('{"profiles": []}', 'a')$$, '22023'), ($$SELECT proftree_from_flamebearer('{"names": ["\u0000"]}')$$, '22P05'),
	($$SELECT proftree_to_d3(proftree_insert('', array_fill('a'::text, ARRAY[3001])))$$, '54000'),
	($$SELECT proftree_from_pprof('')$$, '22P03'), ($$SELECT proftree_from_pprof(proftree_to_pprof('a 1'), 'cpu')$$, '22023'),
	($$SELECT proftree_focus('a 1', '(')$$, '2201B'), ($$SELECT proftree_truncate('a 1', 0)$$, '22023'), ($$SELECT * FROM proftree_top_diff('a 1', 'a 1', 'x')$$, '22023'),
	($$SELECT * FROM proftree_top_diff('a 2', 'a 1', 5e18)$$, '22003'), ($$SELECT * FROM proftree_regressions('a 1', 'a 1', 0)$$, '22023')) AS v(call, state);

SELECT * FROM finish();
ROLLBACK;
