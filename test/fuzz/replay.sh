#!/bin/sh
#
# Run every stored fuzz input, which needs no fuzzer:
#
#   test/fuzz/replay.sh [target ...]     text folded wire stored block selector flamebearer speedscope pprof
#
# with AddressSanitizer, LeakSanitizer, UBSan and the core's assertions.
# The last line is "fuzz: N passed, N failed", files counted.

set -u
cd "$(dirname "$0")/../.." || exit 1
. test/unit/build.sh

CC=${CC:-gcc}
out=build/replay
flags="-O1 -g -Werror -fno-omit-frame-pointer -fno-wrapv -DUSE_ASSERT_CHECKING -fsanitize=address,undefined -fno-sanitize-recover=undefined -DFUZZ_REPLAY"
passed=0
failed=0

export UBSAN_OPTIONS="print_stacktrace=1"

[ $# -gt 0 ] || set -- text folded wire stored block selector flamebearer speedscope pprof

core_library "$out" "$CC" "$flags" || exit 1
for target; do
	if ! core_program "$out" "$CC" "$flags" "$out/$target" "test/fuzz/fuzz_$target.c" \
		test/fuzz/fuzz_tree.c test/fuzz/fuzz_json.c test/fuzz/replay.c; then
		echo "not ok - $target builds"
		failed=$((failed + 1))
		continue
	fi
	files=$(find "test/fuzz/corpus/$target" -type f | sort)
	count=$(echo "$files" | grep -c .)
	# shellcheck disable=SC2086 # names are hashes
	if "$out/$target" $files >"$out/$target.log" 2>"$out/$target.err"; then
		echo "ok - $target: $count inputs"
		passed=$((passed + count))
		continue
	fi
	# one by one, to count
	for file in $files; do
		if "$out/$target" "$file" >"$out/$target.log" 2>"$out/$target.err"; then
			passed=$((passed + 1))
		else
			failed=$((failed + 1))
			echo "not ok - $target: $file"
			head -n 30 "$out/$target.err"
		fi
	done
done

echo "fuzz: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
