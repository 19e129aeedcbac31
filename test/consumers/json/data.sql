-- What json.sh gives the consumers, as files in the folder :data, each a value
-- of JSON.  Weights to compare with are text: JavaScript would round them.
-- Needs sql/include/helpers.sql, ../awkward.sql, and the table recorded (name,
-- file).
CREATE TABLE profile (name text PRIMARY KEY, tree proftree NOT NULL);
INSERT INTO profile
SELECT replace(name, '.folded', ''), proftree_from_folded(file, 'replace') FROM recorded WHERE name LIKE '%.folded'
UNION ALL SELECT 'pyspy-file', proftree_from_speedscope(convert_from(file, 'UTF8')::json) FROM recorded WHERE name LIKE '%.json';
-- every awkward name at the top, below another, and below itself
INSERT INTO profile
SELECT 'awkward', proftree_agg(ARRAY[a], 3) + proftree_agg(ARRAY['main', a], 5) + proftree_agg(ARRAY[a, a, 'x', a], 7) FROM (SELECT name FROM awkward UNION SELECT unnest(awkward_names())) AS n(a);
INSERT INTO profile VALUES
	-- recursion, leaves without weight, the greatest weight that JavaScript holds
	('recursion', E'a;b;a;b;a 5\na;b 3\na;a;a;a 2\nb 1\nb;c;a 0\nd 0'),
	('great', E'main;parse 9007199254740000\nmain;render 991'),
	('deep', proftree_insert(proftree_insert('', array_fill('frame'::text, ARRAY[2999]) || 'last'::text, 9), ARRAY['frame', 'other'], 3)),
	-- a profile before and after a change: stacks that go, come, grow, shrink
	('before', E'main 2\nmain;parse 30\nmain;parse;lex 10\nmain;render 40\nold;gone 18'),
	('after', E'main 2\nmain;parse 20\nmain;parse;lex 60\nmain;render 40\nmain;cache 3\nfresh;new 25');

-- psql would print, and print no character that is none; COPY writes all
SELECT set_config('consumers.data', :'data', false) AS folder \gset
DO $do$
DECLARE
	file record;
BEGIN
	FOR file IN
		SELECT name || suffix AS name, format(query, name) AS query
		FROM profile, (VALUES
			('.nodes.json', 'SELECT json_agg(json_build_array(depth, total::text, self::text, symbol) ORDER BY node) FROM profile, proftree_nodes(tree) WHERE name = %L'),
			('.top.json', 'SELECT json_agg(json_build_array(symbol, self::text, total::text)) FROM profile, proftree_top(tree) WHERE name = %L'),
			('.speedscope.json', 'SELECT proftree_to_speedscope(tree, name) FROM profile WHERE name = %L'),
			('.d3.json', 'SELECT proftree_to_d3(tree) FROM profile WHERE name = %L'),
			('.flamegraph.json', 'SELECT json_agg(f) FROM profile, proftree_flamegraph(tree) AS f WHERE name = %L')) AS v(suffix, query)
		UNION ALL SELECT 'before-after.diff.json', $$SELECT json_agg(f) FROM profile AS a, profile AS b, proftree_flamegraph_diff(a.tree, b.tree) AS f WHERE a.name = 'before' AND b.name = 'after'$$
	LOOP
		-- on one line, which COPY leaves as it is
		EXECUTE format($$COPY (SELECT replace(value::text, E'\n', '') FROM (%s) AS q(value)) TO %L (FORMAT csv, DELIMITER E'\x01', QUOTE E'\x02')$$, file.query, current_setting('consumers.data') || '/' || file.name);
	END LOOP;
END $do$;
