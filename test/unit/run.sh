#!/bin/sh
#
# Unit tests of the fmgr-free core, without a server.
#
#   test/unit/run.sh [topic ...]
#
# Every test/unit/<topic>_test.c is built twice, plainly and with
# AddressSanitizer, LeakSanitizer and UBSan and the core's assertions, and run.
# The last line is "unit: N passed, N failed"; exit 1 when something failed.

set -u
cd "$(dirname "$0")/../.." || exit 1
. test/unit/build.sh

CC=${CC:-gcc}
out=build/unit

if [ $# -gt 0 ]; then
	topics=$*
else
	topics=$(cd test/unit && for file in *_test.c; do echo "${file%_test.c}"; done)
fi

export ASAN_OPTIONS="detect_leaks=1:detect_stack_use_after_return=1${ASAN_OPTIONS:+:$ASAN_OPTIONS}"
export UBSAN_OPTIONS="print_stacktrace=1${UBSAN_OPTIONS:+:$UBSAN_OPTIONS}"

# build_topics: a line "TOPIC built" or "TOPIC broken" for each
build_topics()
{
	for topic in $topics; do
		if core_program "$out/$build" "$CC" "$flags" "$out/$build/$topic" "test/unit/${topic}_test.c" >&2; then
			echo "$topic built"
		else
			echo "$topic broken"
		fi
	done
}

# run_topics: runs what build_topics has built; its last line is "counts PASSED FAILED"
run_topics()
{
	passed=0
	failed=0
	while read -r topic state; do
		log=$out/$build/$topic.log
		if [ "$state" = broken ]; then
			echo "not ok - $topic, $build: builds"
			failed=$((failed + 1))
			continue
		fi
		"$out/$build/$topic" </dev/null >"$log" 2>&1
		status=$?
		sed "s/^\(not ok\|ok\) \([0-9]*\) - /\1 \2 - $topic, $build: /" "$log"
		ok=$(grep -c '^ok ' "$log")
		not_ok=$(grep -c '^not ok ' "$log")
		passed=$((passed + ok))
		failed=$((failed + not_ok))
		# a crash, a leak, or an end before the plan
		if [ "$not_ok" -eq 0 ] && { [ $status -ne 0 ] || ! grep -q "^1\.\.$ok\$" "$log"; }; then
			echo "not ok - $topic, $build: ended with status $status"
			failed=$((failed + 1))
		fi
	done
	echo "counts $passed $failed"
}

# run_build NAME FLAGS: each topic runs while the next is built; the last line as of run_topics
run_build()
{
	build=$1
	flags=$2
	mkdir -p "$out/$build"
	if ! core_library "$out/$build" "$CC" "$flags"; then
		echo "not ok - the core builds with $CC $flags"
		echo "counts 0 1"
		return
	fi
	build_topics | run_topics
}

# one run at a time in this tree; its two builds side by side
mkdir -p "$out"
exec 9>"$out/lock"
flock 9
run_build plain "-O2 -g -Werror -Wno-ignored-attributes" >"$out/plain.out" 2>&1 &
run_build sanitized "-O1 -g -Werror -Wno-ignored-attributes -fno-omit-frame-pointer -fno-wrapv -DUSE_ASSERT_CHECKING -fsanitize=address,undefined -fno-sanitize-recover=undefined" >"$out/sanitized.out" 2>&1 &
wait

passed=0
failed=0
for build in plain sanitized; do
	sed '$d' "$out/$build.out"
	# shellcheck disable=SC2046 # three words
	set -- $(tail -n 1 "$out/$build.out")
	if [ "$1" = counts ]; then
		passed=$((passed + $2))
		failed=$((failed + $3))
	else
		failed=$((failed + 1))
	fi
done

echo "unit: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
