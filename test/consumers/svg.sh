#!/bin/bash
#
# Pictures of proftree_to_svg() in headless Chromium (svg.mjs).  The last line
# is "svg: N passed, N failed".
#
# PYROTREE_PICTURES=FOLDER gets the screenshots, for people to look at.

# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

DATA=$ROOT/test/data

# The recordings: a table of trees with their units.
load_recordings() {
	local name
	sql -c 'CREATE TABLE recorded (name text, unit text, tree proftree)'
	for name in go-cpu python-pyspy node postgres-perf; do
		xz -dc "$DATA/$name.folded.xz" >"$WORK/$name.folded"
		chmod a+r "$WORK/$name.folded"
	done
	sql -c "INSERT INTO recorded
		SELECT name, unit, proftree_from_folded(pg_read_binary_file('$WORK/' || name || '.folded'), 'replace')
		FROM (VALUES ('go-cpu', 'nanoseconds'), ('python-pyspy', 'samples'), ('node', 'microseconds'), ('postgres-perf', 'samples')) AS v(name, unit)"
}

# A value of a query to a file, as it is: to_file NAME QUERY
to_file() { sql -At -c "SET client_min_messages = error" -c "$2" >"$WORK/pictures/$1"; }

write_pictures() {
	local name
	sql <<-'END'
		-- weight of all stacks with a symbol that matches, each once
		CREATE FUNCTION found(tree proftree, pattern text) RETURNS bigint LANGUAGE plpgsql AS $$
		DECLARE
			n record;
			inside integer := NULL;		-- depth of the outermost match we are below
			weight bigint := 0;
		BEGIN
			FOR n IN SELECT depth, self, symbol ~ pattern AS matches FROM proftree_nodes(tree) LOOP
				IF n.depth <= inside THEN
					inside := NULL;
				END IF;
				IF inside IS NULL AND n.matches THEN
					inside := n.depth;
				END IF;
				weight := weight + CASE WHEN inside IS NULL THEN 0 ELSE n.self END;
			END LOOP;
			RETURN weight;
		END $$;
	END
	to_file recorded.json "SELECT json_agg(json_build_object('name', name, 'unit', unit, 'total', proftree_total(tree), 'pattern', (
			SELECT json_agg(json_build_object('text', pattern, 'weight', found(tree, pattern)))
			FROM unnest(ARRAY['alloc', '^[a-z]+\\.', 'e.*e', 'nosuchfunction']) AS pattern)))
		FROM recorded"
	for name in go-cpu python-pyspy node postgres-perf; do
		to_file "$name.json" "SELECT json_agg(n ORDER BY node) FROM recorded, proftree_nodes(tree) AS n WHERE name = '$name'"
		to_file "$name.svg" "SELECT proftree_to_svg(tree, name, unit => unit) FROM recorded WHERE name = '$name'"
	done

	xz -dc "$DATA/postgres-perf.tsv.xz" | iconv -c -f UTF-8 -t UTF-8 | sed 's/\\/\\\\/g' >"$WORK/slots.tsv"
	sql -c 'CREATE TABLE line (slot bigint, stack text, weight bigint)' -c "\\copy line FROM $WORK/slots.tsv" \
		-c "CREATE TABLE deploy AS SELECT sum(tree) FILTER (WHERE slot < 1795197805) AS before,
				sum(tree) FILTER (WHERE slot BETWEEN 1795197805 AND 1795198415) AS after
			FROM (SELECT slot, proftree_from_folded(string_agg(stack || ' ' || weight, E'\\n')) AS tree FROM line GROUP BY slot) AS s"
	to_file diff.svg "SELECT proftree_to_svg(before, after, 'before and after the deploy') FROM deploy"
	to_file diff.json "SELECT json_build_object('baseline', proftree_total(before), 'comparison', proftree_total(after), 'nodes', (
			SELECT json_agg(json_build_object('depth', depth, 'before', coalesce(b.total, 0), 'after', coalesce(a.total, 0)) ORDER BY n)
			FROM proftree_iterate(before + after, 3) WITH ORDINALITY AS i(depth, stack, self, total, n)
				LEFT JOIN (SELECT stack, total FROM proftree_iterate(before, 3)) AS b USING (stack)
				LEFT JOIN (SELECT stack, total FROM proftree_iterate(after, 3)) AS a USING (stack)
			WHERE coalesce(b.total, 0) + coalesce(a.total, 0) > 0))
		FROM deploy"

	sql -f - <"$ROOT/test/consumers/awkward.sql"
	to_file hostile.svg "SELECT proftree_to_svg(proftree_agg(ARRAY[name]), '<script>window.hacked = 1</script>', unit => '\"><script>window.hacked = 1</script>') FROM awkward"
	to_file hostile-wide.svg "SELECT proftree_to_svg(proftree_agg(ARRAY[name]), width => 120 * count(*)::int) FROM awkward"
	to_file hostile.json "SELECT json_agg(symbol ORDER BY n) FROM (SELECT proftree_agg(ARRAY[name]) AS tree FROM awkward) AS t,
		proftree_symbols(tree) WITH ORDINALITY AS s(symbol, n)"
	# a file's name that reads backwards, and one that also ends what contains it
	to_file turned.svg "SELECT proftree_to_svg(proftree_agg(ARRAY[name], weight)) FROM (VALUES (E'\\u202egnp.exe', 1234), (E'\\u2069\\u2069\\u202egnp.exe', 2345), (E'\\u2067abc', 3456), (E'\\u05d0\\u05d1', 4567)) AS v(name, weight)"
	to_file turned-unit.svg "SELECT proftree_to_svg(E'a 1234\nb 5678', unit => E'\\u202esdnoces\\u2069')"
	to_file shallow.svg "SELECT proftree_to_svg(proftree_agg(ARRAY[repeat('a long symbol ', 60)], 5))"
	to_file least-1190.svg "SELECT proftree_to_svg(E'a;b 9\nc 1', min_width => 1190)"
	to_file least-40.svg "SELECT proftree_to_svg(tree, min_width => 40, unit => unit) FROM recorded WHERE name = 'go-cpu'"
	to_file big-weights.svg "SELECT proftree_to_svg(E'a 9007199254740993\nb 1', 'big', unit => 'bytes')"
}

main() {
	local status=0
	need_consumer_packages chromium
	need_node
	start_consumer_cluster svg
	need_npm_packages
	as_runner mkdir -m 777 "$WORK/pictures"
	load_recordings
	write_pictures
	run_node svg.mjs "$WORK/pictures" || status=$?
	if [ -n "${PYROTREE_PICTURES:-}" ]; then
		cp "$WORK"/pictures/*.{png,svg,html} "$PYROTREE_PICTURES"
	fi
	exit "$status"
}

main "$@"
