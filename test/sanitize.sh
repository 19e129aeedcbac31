#!/bin/bash
#
# Runs the regression tests with the extension built under AddressSanitizer and
# UndefinedBehaviorSanitizer; a file is a test, and the reports of the sanitizers
# are one more.  The isolation tests are about locks, which are taken in SQL.
#
# -fno-wrapv takes back PostgreSQL's -fwrapv, so that signed overflow is
# reported.  Leaks are not looked for: a server's memory contexts end with it.
# What is in LEFT_OUT takes minutes here; the unit tests take trees as large
# through the sanitizers without a server.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

LEFT_OUT=(limits)

# ASan starts itself late, within a dlerror() that holds a lock it then wants,
# and hangs; started before everything else it does not.
build_early_start() {
	in_tree "$WORK" 60 sh -c '
		echo "extern void __asan_init(void);
			__attribute__((constructor)) static void start(void) { __asan_init(); }" >asan_first.c &&
		gcc -shared -fPIC -o asan_first.so asan_first.c -Wl,-z,initfirst -Wl,--allow-shlib-undefined'
}

# Run the tests against the cluster.
run_tests() {
	in_tree "$WORK/asan" 900 env PGHOST="$SOCKETS" PGPORT=5432 PGUSER=postgres \
		REGRESS_OPTS="--no-locale --encoding=UTF8" \
		make -s installcheck TAP_TESTS= ISOLATION= with_llvm=no >"$WORK/tests.log" 2>&1
}

# The reports in the server's log and in ASan's own files; none is good.
sanitizer_reports() {
	grep -h -A 25 -E 'runtime error|ERROR: AddressSanitizer|UndefinedBehaviorSanitizer' \
		"$WORK/cluster/server.log" "$WORK"/reports/* 2>/dev/null | head -n 200
}

# Say why nothing could be tested.
give_up() {
	say "$1"
	say "sanitize: 0 passed, 1 failed"
	exit 1
}

main() {
	local started=$SECONDS status=0 files passed=0 failed=0 reports
	find_server
	need_packages make gcc libc6-dev perl "${SERVER_PACKAGES[@]}" "${LIBRARY_PACKAGES[@]}"
	check_server
	make_work_folder sanitize

	files=$(($(count_files "$ROOT"/sql/*.sql) - ${#LEFT_OUT[@]}))
	[ "$files" -gt 0 ] || give_up "there are no regression tests"
	build_tree asan CC=gcc with_llvm=no \
		COPT="-Werror -fsanitize=address,undefined -fno-sanitize-recover=undefined -O1 -fno-wrapv" ||
		give_up "$(show_start "$WORK/asan.log")"
	leave_out "$WORK/asan" "${LEFT_OUT[@]}" || give_up "there is no such test to leave out: ${LEFT_OUT[*]}"
	install_tree asan with_llvm=no || give_up "$(show_start "$WORK/asan-install.log")"
	PYROTREE_QUICK=1 write_test_settings asan
	build_early_start || give_up "the start of ASan does not build"

	as_runner mkdir "$WORK/cluster" "$WORK/reports"
	make_cluster "$WORK/cluster" "$SOCKETS" <"$WORK/asan.conf" || give_up "no cluster"
	start_cluster "$WORK/cluster" env \
		LD_PRELOAD="$(gcc -print-file-name=libasan.so):$WORK/asan_first.so" \
		ASAN_OPTIONS="detect_leaks=0:abort_on_error=1:disable_coredump=1:log_path=$WORK/reports/asan" \
		UBSAN_OPTIONS=print_stacktrace=1 || give_up "the server does not start"
	say "sanitize: server runs with gcc's address and undefined behaviour sanitizers ($(since 0))"

	run_tests || status=1
	stop_cluster "$WORK/cluster" || status=1

	passed=$(count_regress_ok "$WORK/tests.log")
	failed=$((files - passed))
	if [ "$status" != 0 ] && [ "$failed" = 0 ]; then
		failed=1
	fi
	reports=$(sanitizer_reports) || true
	if [ -n "$reports" ]; then
		failed=$((failed + 1))
		say "$reports"
	else
		passed=$((passed + 1))
	fi
	if [ "$failed" != 0 ]; then
		show_end "$WORK/tests.log" 100
		show_start "$WORK/asan/regression.diffs" 100
		show_end "$WORK/cluster/server.log" 40
	fi
	say "sanitize: tests took $(since "$started")"
	say "sanitize: $passed passed, $failed failed"
	[ "$failed" = 0 ]
}

main "$@"
