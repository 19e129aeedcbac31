#!/bin/bash
#
# Do others read what proftree_to_pprof() writes?  go tool pprof is given the
# recorded profiles and trees of awkward names, in a file each, and has to print
# the same stacks, symbols and weights as the tree has, to the last sample, and
# no complaint:
#
#   -top      against proftree_top()
#   -traces   against the stacks
#   -raw      against the stacks; of the recorded files also the original
#   -proto    reads back to the same tree
#
# The last line is "pprof: N passed, N failed".

# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"

PASSED=0
FAILED=0
FILES=				# set by main: what pprof reads and what it should print

# One outcome: outcome NAME STATUS [a file to show]
outcome() {
	if [ "$2" = 0 ]; then
		PASSED=$((PASSED + 1))
		return
	fi
	FAILED=$((FAILED + 1))
	say "not ok - $1"
	[ -z "${3:-}" ] || show_start "$3" 20
}

query() { psql_in "$SOCKETS" postgres -At "$@"; }

# The result of a query of one column, sorted by its bytes; psql would leave out
# characters that it cannot print.
lines_of() {
	query -c "SELECT encode(convert_to(string_agg(line || chr(10), ''), 'UTF8'), 'base64') FROM ($1) AS l(line)" |
		base64 -d | LC_ALL=C sort
}

# go tool pprof, by the runner; what it complains of is in $FILES/complaint.
# From Go 1.25 on its first run builds it.
pprof() {
	(
		cd "$FILES" || exit 1
		as_runner env HOME="$WORK" PATH="$PATH" GOCACHE="$WORK/go" GOFLAGS=-mod=mod GOPROXY=off GOTOOLCHAIN=local \
			PPROF_TMPDIR="$WORK" timeout 300 go tool pprof "$@" 2>complaint
	)
}

# Let pprof print a file and compare: agrees NAME WHAT EXPECTED READER... -- PPROF...
#   READER are the arguments of pprof_text.pl
agrees() {
	local name=$1 expected=$2 reader=() status=0
	shift 2
	while [ "$1" != -- ]; do
		reader+=("$1")
		shift
	done
	shift
	pprof "$@" >"$FILES/printed" || status=1
	[ ! -s "$FILES/complaint" ] || status=1
	perl "$ROOT/test/consumers/pprof_text.pl" "${reader[@]}" <"$FILES/printed" >"$FILES/read" 2>>"$FILES/complaint" || status=1
	cmp -s "$FILES/read" "$expected" || status=1
	# nothing at all would agree with nothing
	[ -s "$expected" ] || status=1
	if [ "$status" != 0 ]; then
		diff "$expected" "$FILES/read" >>"$FILES/complaint" || true
	fi
	outcome "$name" "$status" "$FILES/complaint"
}

# The trees: every tree of the recorded files, and those of awkward names.  No
# weight is so great that the floating point of -top could not hold it.
make_trees() {
	local name
	cp "$ROOT"/test/data/*.pb.gz "$ROOT/sql/include/helpers.sql" "$FILES"
	give_to_runner "$FILES"
	query -f "$FILES/helpers.sql" -c "CREATE TABLE tree (name text PRIMARY KEY, type text, unit text, profile proftree)" >/dev/null
	for name in "$FILES"/*.pb.gz; do
		query -c "INSERT INTO tree SELECT '$(basename "$name" .pb.gz)-' || s.sample_type, s.sample_type, s.unit, s.profile
			FROM pprof_samples(pg_read_binary_file('$name')) AS s"
	done
	# names with line breaks would break lines of what is printed, so these are
	# only in the tree that is read back
	query -c "
		CREATE VIEW awkward AS SELECT name, n, name !~ '[\r\n\u0001]' AS one_line FROM unnest(awkward_names()) WITH ORDINALITY AS u(name, n);
		INSERT INTO tree
		SELECT 'awkward-' || s.shape, 'samples', 'count', proftree_agg(s.frames, s.weight) FROM awkward,
			LATERAL (VALUES ('alone', ARRAY[name], n * 1000003), ('recursive', ARRAY['main', name, 'x', name], n), ('recursive', ARRAY[name], 0), ('root', ARRAY[name, 'leaf'], 562949953421312 / n)) AS s(shape, frames, weight)
		WHERE one_line GROUP BY s.shape;
		INSERT INTO tree SELECT 'lines', 'a b', 'c;d', proftree_agg(ARRAY['main', name, 'x'], n) FROM awkward;
		INSERT INTO tree SELECT 'deep', 'samples', 'count', proftree_agg(array_fill('f' || i % 3, ARRAY[i]), i) FROM generate_series(1, 600) AS i;
		INSERT INTO tree SELECT 'wide', 'samples', 'count', proftree_agg(ARRAY['main', 'f' || i], i) FROM generate_series(1, 20000) AS i" >/dev/null
}

# Write a tree and what has to be printed of it: write_tree NAME
write_tree() {
	local tree=$1
	query -c "SELECT encode(proftree_to_pprof(profile, type, unit, '2024-01-01Z', '10 s', 10), 'base64') FROM tree WHERE name = '$tree'" |
		base64 -d >"$FILES/$tree.written"
	# pprof calls a function without a name <unknown>
	lines_of "SELECT t.self || chr(9) || t.total || chr(9) || CASE t.symbol WHEN '' THEN '<unknown>' ELSE t.symbol END
		FROM tree, proftree_top(profile) AS t WHERE name = '$tree' AND t.total > 0" >"$FILES/$tree.top"
	stacks_of "$tree" '' >"$FILES/$tree.stacks"
	stacks_of "$tree" '<unknown>' >"$FILES/$tree.traces"
}

# The stacks of a tree, as pprof_text.pl has them: stacks_of NAME NAME_FOR_EMPTY
stacks_of() {
	lines_of "WITH RECURSIVE n AS MATERIALIZED (
				SELECT node, parent, self, CASE symbol WHEN '' THEN '$2' ELSE symbol END AS symbol FROM tree, proftree_nodes(profile) WHERE name = '$1'),
			p AS (SELECT node, self, symbol AS frames FROM n WHERE parent IS NULL
				UNION ALL SELECT n.node, n.self, p.frames || chr(1) || n.symbol FROM p JOIN n ON n.parent = p.node)
		SELECT self || chr(9) || frames FROM p WHERE self > 0"
}

# Print a tree in every way: check_tree NAME UNIT
check_tree() {
	local tree=$1 unit=$2 status=0
	write_tree "$tree"
	if [ "$tree" != lines ]; then
		agrees "$tree: -top" "$FILES/$tree.top" top -- -top -nodecount=100000 -nodefraction=0 -unit="$unit" "$tree.written"
		agrees "$tree: -traces" "$FILES/$tree.traces" traces -- -traces -unit="$unit" "$tree.written"
		agrees "$tree: -raw" "$FILES/$tree.stacks" raw 0 -- -raw "$tree.written"
	fi
	pprof -proto -output="$tree.proto" "$tree.written" >/dev/null || status=1
	[ "$(query -c "SELECT proftree_from_pprof(pg_read_binary_file('$FILES/$tree.proto')) = (SELECT sum(p) FROM (SELECT proftree_agg(stack, self) AS p FROM proftree_iterate(profile) WHERE self > 0) AS x)
			AND (pprof_info(pg_read_binary_file('$FILES/$tree.proto'))).units = ARRAY[unit]
		FROM tree WHERE name = '$tree'")" = t ] || status=1
	outcome "$tree: -proto reads back" "$status" "$FILES/complaint"
}

# The original and what we wrote of it have the same stacks, type by type; the
# names as they are in the file, not as pprof would show them.
check_recorded() {
	local file=$1 column=0 name type
	name=$(basename "$file" .pb.gz)
	for type in $(query -c "SELECT unnest(sample_types) FROM pprof_info(pg_read_binary_file('$file'))"); do
		pprof -raw "$name-$type.written" | perl "$ROOT/test/consumers/pprof_text.pl" raw 0 >"$FILES/$name-$type.ours"
		agrees "$name: -raw of $type, original and written" "$FILES/$name-$type.ours" raw "$column" -- -raw -symbolize=none "$name.pb.gz"
		column=$((column + 1))
	done
}

# The tree without a stack.
check_empty() {
	local status=0
	query -c "SELECT encode(proftree_to_pprof(''), 'base64')" | base64 -d >"$FILES/empty.written"
	pprof -raw empty.written >"$FILES/printed" || status=1
	[ ! -s "$FILES/complaint" ] && grep -q '^samples/count' "$FILES/printed" || status=1
	outcome "empty: -raw" "$status" "$FILES/complaint"
}

# Say why nothing could be tested.
give_up() {
	say "$1"
	say "pprof: 0 passed, 1 failed"
	exit 1
}

main() {
	local started=$SECONDS file tree unit go=()
	find_server
	command -v go >/dev/null || go=(golang-go)
	need_packages make gcc libc6-dev perl "${SERVER_PACKAGES[@]}" "${LIBRARY_PACKAGES[@]}" "${go[@]}"
	check_server
	make_work_folder pprof
	FILES=$WORK/files
	as_runner mkdir "$FILES" "$WORK/cluster"
	build_tree gcc CC=gcc COPT=-Werror with_llvm=no || give_up "$(show_start "$WORK/gcc.log")"
	install_tree gcc with_llvm=no || give_up "$(show_start "$WORK/gcc-install.log")"
	write_test_settings gcc
	make_cluster "$WORK/cluster" "$SOCKETS" <"$WORK/gcc.conf" || give_up "no cluster"
	start_cluster "$WORK/cluster" || give_up "the server does not start"
	say "pprof: $(go version)"

	make_trees || give_up "the trees cannot be made"
	check_empty
	while IFS='|' read -r tree unit; do
		check_tree "$tree" "$unit"
	done <<<"$(query -c 'SELECT name, unit FROM tree ORDER BY name')"
	for file in "$FILES"/*.pb.gz; do
		check_recorded "$file"
	done
	stop_cluster "$WORK/cluster"
	say "pprof: $PASSED passed, $FAILED failed ($(since "$started"))"
	[ "$FAILED" = 0 ] && [ "$PASSED" -gt 0 ]
}

main "$@"
