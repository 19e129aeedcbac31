#!/bin/bash
#
# The recipes of doc/tools for profilers, as they stand on the pages, on programs
# that work for some seconds: what arrives has to name the function in which
# they do.
#
#   test/consumers/tools.sh              all of them
#   test/consumers/tools.sh go py-spy    these only
#
# perf is left out where the kernel does not let it, async-profiler where
# ASYNC_PROFILER does not name its folder (there is no Debian package).  The last
# line is "tools: N passed, N failed".

# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

TOOLS=(perf py-spy go node async-profiler)
PORT=16060		# of the Go program
PASSED=0
FAILED=0
DESK=			# the folder in which the recipes run
LOG=			# what they say
PROGRAM=		# process that works

# The n-th block of a language on a page, made to take seconds: block PAGE LANGUAGE N
block() {
	awk -v fence="\`\`\`$2" -v n="$3" '
		$0 == "```" { inside = 0 }
		inside      { print }
		$0 == fence { inside = (++found == n) }' "$ROOT/doc/tools/$1.md" |
		sed -e 's/sleep 60/sleep 3/; s/-d 10 /-d 2 /; s/seconds=10/seconds=2/; s/loop=10s/loop=2s/' \
			-e "s/durationMillis: 10000/durationMillis: 1500/; s/localhost:6060/localhost:$PORT/"
}

# Run a command at the desk, as a user of the server.
at_desk() {
	(
		cd "$DESK" || exit 1
		as_runner env PATH="$PATH" HOME="$DESK" PGHOST="$SOCKETS" PGPORT=5432 PGDATABASE=postgres PGUSER=postgres timeout 240 "$@"
	)
}

# Start a program that works beside: work command...
work() {
	at_desk bash -c 'echo $$ >pid; exec "$@"' work "$@" >>"$LOG" 2>&1 &
	sleep 1
	PROGRAM=$(<"$DESK/pid")
}

# Run blocks of shell, one after the other: run_blocks PAGE N...
run_blocks() {
	local page=$1 n
	shift
	for n in "$@"; do
		block "$page" sh "$n"
	done >"$DESK/recipe.sh"
	at_desk env PID="$PROGRAM" bash recipe.sh >>"$LOG" 2>&1 || true
}

# Note an outcome: at_least WHAT LEAST FOUND
at_least() {
	if [ "${3:-0}" -ge "$2" ] 2>/dev/null; then
		PASSED=$((PASSED + 1))
		say "ok - $1: $3"
	else
		FAILED=$((FAILED + 1))
		say "not ok - $1: $3"
		show_end "$LOG" 20
	fi
}

# A series has this much of a symbol that matches: arrived SERIES SYMBOL LEAST
arrived() {
	at_least "$1 has $2" "$3" "$(sql -At -c "SELECT max(t.total) FROM proftree_top(pyrotree.query('$1', NULL, NULL)) AS t WHERE t.symbol ~ '$2'" 2>&1)"
}

try_perf() {
	command -v perf >/dev/null || need_packages linux-perf
	need_packages gawk
	work python3 work.py 6
	if ! at_desk perf record -o try.data -g -p "$PROGRAM" -- sleep 0.2 >>"$LOG" 2>&1; then
		say "perf: left out, the kernel does not let it"
		return
	fi
	run_blocks perf 1
	arrived shop.cpu '^python3$' 100
}

try_py-spy() {
	need_packages python3-venv
	at_desk python3 -m venv py
	at_desk py/bin/pip install --quiet py-spy==0.4.3 >>"$LOG" 2>&1
	PATH=$DESK/py/bin:$PATH
	work python work.py 12
	# the loop of the first ends with the program
	run_blocks py-spy 1
	arrived shop.cpu '^fibonacci .*work.py:7' 100
	work python work.py 6
	{ echo '. ./send.sh' && block py-spy sh 2; } >"$DESK/second.sh"
	at_desk env PID="$PROGRAM" bash second.sh >>"$LOG" 2>&1 || true
	arrived shop.time '^fibonacci$' 1000000000
}

try_go() {
	local n
	command -v go >/dev/null || need_packages golang-go
	at_desk env GO111MODULE=off GOTOOLCHAIN=local go build -o server server.go >>"$LOG" 2>&1
	for n in 1 2; do
		sql -c "$(block go sql "$n")" >>"$LOG"
	done
	work ./server "localhost:$PORT" 25
	block go sh 1 | sed 's/^while \(.*\); do$/if \1; then/; s/^done$/fi/' >"$DESK/first.sh"
	at_desk bash first.sh >>"$LOG" 2>&1 || true
	arrived shop.cpu '^main.allocateAndSort$' 1000000000
	{ echo '. ./send.sh' && block go sh 2 && block go sh 3; } >"$DESK/second.sh"
	at_desk bash second.sh >"$DESK/second.log" 2>&1 || true
	cat "$DESK/second.log" >>"$LOG"
	arrived shop.heap '^main.allocateAndSort$' 100000
	arrived shop.alloc '^main.allocateAndSort$' 1000000
	arrived shop.mutex '^main.main.func' 1000000
	at_least "pprof_samples lists the types of the heap" 4 "$(grep -cE '(alloc|inuse)_(objects|space)' "$DESK/second.log")"
	block go sh 4 >"$DESK/third.sh"
	at_least "go tool pprof reads what comes out" 1 "$(at_desk bash third.sh 2>>"$LOG" | grep -c 'main.allocateAndSort$')"
}

try_node() {
	need_node
	at_desk npm install --silent --no-fund --no-audit @datadog/pprof@5.20.0 >>"$LOG" 2>&1
	block node js 1 >"$DESK/push.js"
	block node sh 1 >"$DESK/push.sh"
	block node js 2 >"$DESK/fold.js"
	chmod +x "$DESK/push.sh"
	run_blocks node 2
	arrived app.wall '^fibonacci$' 1000000000
	run_blocks node 3
	arrived app.cpu '^fibonacci .*app.js:2' 100
}

try_async-profiler() {
	if [ -z "${ASYNC_PROFILER:-}" ]; then
		say "async-profiler: left out, ASYNC_PROFILER is not set"
		return
	fi
	command -v javac >/dev/null || need_packages default-jdk-headless
	at_desk javac App.java >>"$LOG" 2>&1
	export ASYNC_PROFILER
	run_blocks async-profiler 1 2
	arrived app.cpu '^App.fibonacci$' 100
}

main() {
	local name
	for name in "$@"; do
		[[ " ${TOOLS[*]} " == *" $name "* ]] || die "There is no recipe \"$name\"; they are: ${TOOLS[*]}"
	done
	need_consumer_packages curl
	start_consumer_cluster tools
	DESK=$WORK/desk
	as_runner mkdir "$DESK"
	cp "$ROOT"/test/consumers/tools/* "$ROOT/doc/tools/send.sh" "$DESK"
	give_to_runner "$DESK"
	for name in "${@:-${TOOLS[@]}}"; do
		LOG=$WORK/$name.log
		"try_$name"
		wait
		sql -c "SELECT pyrotree.drop_series('{}')" -c "DELETE FROM pyrotree.profile_type" >>"$LOG"
	done
	say "tools: $PASSED passed, $FAILED failed"
	[ "$FAILED" = 0 ] && [ "$PASSED" != 0 ]
}

main "$@"
