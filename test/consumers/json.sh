#!/bin/bash
#
# The tools that our JSON and Grafana's rows are for take them:
#
#   test/consumers/json.sh                      all of them
#   test/consumers/json.sh speedscope grafana   these only
#
#   speedscope  its app loads our files, shows our weights, saves our stacks
#   grafana     the data container and the component of its flame graph panel
#   d3          d3-flame-graph
#
# Each is the npm package of the version that json/package.json says, driven in
# headless Chromium by the script of its name in json/, over recorded profiles
# and awkward ones that a server of our own writes (json/data.sql).  The last
# line is "json: N passed, N failed".
#
# PYROTREE_PICTURES=FOLDER gets the screenshots, for people to look at.

# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

DATA=$ROOT/test/data
CONSUMERS=(speedscope grafana d3)
PASSED=0
FAILED=0

# What the consumers take, in $WORK/data.
write_data() {
	local name
	as_runner mkdir "$WORK/data"
	{
		sql -f "$WORK/gcc/sql/include/helpers.sql"
		sql -f "$WORK/gcc/test/consumers/awkward.sql"
		sql -c 'CREATE TABLE recorded (name text, file bytea)'
		for name in go-cpu.folded go-heap-alloc_space.folded python-pyspy.folded node.folded postgres-perf.folded \
			python-pyspy.speedscope.json; do
			xz -dc "$DATA/$name.xz" >"$WORK/recorded"
			sql -c "INSERT INTO recorded VALUES ('$name', pg_read_binary_file('$WORK/recorded'))"
		done
		sql -v ON_ERROR_STOP=1 -v data="$WORK/data" -f "$WORK/gcc/test/consumers/json/data.sql"
	} >"$WORK/data.log" 2>&1 || {
		show_end "$WORK/data.log"
		die "the data cannot be written"
	}
}

# Run one and count what it reports.
run_consumer() {
	local name=$1 started=$SECONDS status=0 counts good=0 bad=0
	run_node "$name.mjs" "$WORK/data" "$WORK/pictures" >"$WORK/$name.log" 2>&1 || status=$?
	if counts=$(last_counts <"$WORK/$name.log"); then
		read -r good bad <<<"$counts"
	fi
	if { [ "$status" != 0 ] || [ "$good" = 0 ]; } && [ "$bad" = 0 ]; then
		bad=1
	fi
	if [ "$bad" != 0 ]; then
		grep -A 2 '^not ok ' "$WORK/$name.log" | cut -c 1-300 || true
		show_end "$WORK/$name.log" 20
	fi
	say "$name: $good passed, $bad failed ($(since "$started"))"
	PASSED=$((PASSED + good))
	FAILED=$((FAILED + bad))
}

main() {
	local name
	for name in "$@"; do
		[[ " ${CONSUMERS[*]} " == *" $name "* ]] || die "There is no consumer \"$name\"; they are: ${CONSUMERS[*]}"
	done
	need_consumer_packages chromium
	need_node
	start_consumer_cluster json
	need_npm_packages json
	as_runner mkdir "$WORK/pictures"
	write_data
	for name in "${@:-${CONSUMERS[@]}}"; do
		run_consumer "$name"
	done
	if [ -n "${PYROTREE_PICTURES:-}" ]; then
		cp "$WORK"/pictures/*.png "$PYROTREE_PICTURES"
	fi
	say "json: $PASSED passed, $FAILED failed"
	[ "$FAILED" = 0 ] && [ "$PASSED" != 0 ]
}

main "$@"
