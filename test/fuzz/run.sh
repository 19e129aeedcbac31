#!/bin/sh
#
# Fuzz the parsers and decoders of the core (make fuzz).
#
#   test/fuzz/run.sh [target ...]        text folded wire stored block selector flamebearer speedscope pprof
#
#   FUZZ_SECONDS  for each target, default 600
#   FUZZ_KEEP=1   put what was found into test/fuzz/corpus, minimised
#
# Needs clang with libFuzzer.  Starts from test/fuzz/corpus and the seeds that
# seed.c makes, works in build/fuzz, and leaves a crash's input in
# build/fuzz/crash, from where it belongs into test/fuzz/corpus/<target>, named
# crash-<hash>, once the fault is mended; minimising keeps those.
# The last line is "fuzz: N passed, N failed".

set -u
cd "$(dirname "$0")/../.." || exit 1
. test/unit/build.sh

CC=${FUZZ_CC:-clang}
seconds=${FUZZ_SECONDS:-600}
out=build/fuzz
flags="-O1 -g -Werror -Wno-ignored-attributes -fno-omit-frame-pointer -fno-wrapv -DUSE_ASSERT_CHECKING -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined"
passed=0
failed=0

[ $# -gt 0 ] || set -- text folded wire stored block selector flamebearer speedscope pprof

core_library "$out/core" "$CC" "$flags" || exit 1
core_program "$out/core" "$CC" "$flags" "$out/seed" -fsanitize=address,undefined \
	test/fuzz/seed.c || exit 1
"$out/seed" "$out/seeds" || exit 1
mkdir -p "$out/crash"

# all programs of the same core
for target; do
	core_program "$out/core" "$CC" "$flags" "$out/fuzz_$target" -fsanitize=fuzzer,address,undefined \
		"test/fuzz/fuzz_$target.c" test/fuzz/fuzz_tree.c test/fuzz/fuzz_json.c || exit 1
done

for target; do
	program=$out/fuzz_$target
	work=$out/work/$target
	corpus=test/fuzz/corpus/$target
	mkdir -p "$work" "$corpus"
	options="-rss_limit_mb=2000 -malloc_limit_mb=1000 -timeout=20 -max_len=1500 -artifact_prefix=$out/crash/$target- -print_final_stats=1"
	case $target in
		text | folded) options="$options -dict=test/fuzz/text.dict" ;;
		# PostgreSQL's JSON parser leaks a token when it fails, and looking for
		# leaks each time is slow; replay.sh looks for ours
		flamebearer | speedscope) options="$options -detect_leaks=0" ;;
	esac
	echo "# $target for $seconds s"
	# shellcheck disable=SC2086 # the options are words
	if nice -n 10 "$program" $options -max_total_time="$seconds" "$work" "$corpus" "$out/seeds/$target" \
		>"$out/$target.log" 2>&1; then
		passed=$((passed + 1))
	else
		echo "not ok - $target; the end of $out/$target.log:"
		tail -n 40 "$out/$target.log"
		failed=$((failed + 1))
	fi
	grep -E '^(#[0-9]+[[:space:]]+DONE|stat::number_of_executed_units)' "$out/$target.log"
	if [ "${FUZZ_KEEP:-0}" = 1 ]; then
		rm -rf "$out/merged" && mkdir "$out/merged"
		# shellcheck disable=SC2086
		"$program" $options -set_cover_merge=1 "$out/merged" "$corpus" "$work" "$out/seeds/$target" \
			>"$out/$target-merge.log" 2>&1 || exit 1
		find "$corpus" -type f ! -name 'crash-*' -exec rm -f {} +
		cp "$out/merged"/* "$corpus/"
	fi
done

echo "fuzz: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
