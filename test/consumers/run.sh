#!/bin/bash
#
# Do the tools that our formats and pictures are for take them ("make
# test-consumers")?
#
#   test/consumers/run.sh             all of them
#   test/consumers/run.sh svg pprof   these only
#
# Each is the script of its name beside this one, run against a server of its
# own.  They install what they need: Chromium, Node.js and npm packages, Go.
# The last line is "N passed, N failed".

# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"

PASSED=0
FAILED=0

main() {
	local script name names=("$@")
	if [ ${#names[@]} = 0 ]; then
		for script in "$ROOT"/test/consumers/*.sh; do
			name=$(basename "$script" .sh)
			case $name in lib | run) ;; *) names+=("$name") ;; esac
		done
	fi
	for name in "${names[@]}"; do
		script=$ROOT/test/consumers/$name.sh
		[ -x "$script" ] || die "There is no test/consumers/$name.sh"
		step "$name" "$script"
	done
	say "$PASSED passed, $FAILED failed"
	[ "$FAILED" = 0 ]
}

main "$@"
