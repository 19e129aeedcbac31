#!/bin/bash
#
# Runs the tests ("make test"):
#
#   test/run.sh              all of them
#   test/run.sh regress tap  these parts only
#
# Parts, in the order they run:
#   build      gcc and clang, a warning is a failure; counts as no test
#   unit       test/unit, the core without a server
#   fuzz       test/fuzz, the stored corpus replayed
#   regress    sql/ and expected/, by pg_regress; a file is a test
#   isolation  test/specs and test/expected, by pg_isolation_regress; a file is a test
#   tap        test/t, by prove; an assertion is a test
#   pgtap      test/pgtap, by pg_prove; an assertion is a test
#
# With PYROTREE_QUICK=1 (test/versions.sh) it leaves out regression tests of the
# core, which is the same on every server.
#
# A part without files is left out.  The last line is "N passed, N failed".

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

CORE_TESTS=(limits hostile_stored hostile_wire pprof_hostile)	# of regress
PARTS=(build unit fuzz regress isolation tap pgtap)
PASSED=0
FAILED=0
MAKE_FLAGS=(with_llvm=no)	# bitcode is built once, by the part build

# Note the outcome of a part: report PART PASSED FAILED STARTED [remark]
report() {
	PASSED=$((PASSED + $2))
	FAILED=$((FAILED + $3))
	say "$1: $2 passed, $3 failed ($(since "$4")${5:+, $5})"
}

# ---------------------------------------------------------------------
# Reading what the test programs print
# ---------------------------------------------------------------------

# Report a part run by pg_regress; a file that was not run is a failure, too:
#   report_regress PART FILES LOG STATUS STARTED
report_regress() {
	local part=$1 files=$2 log=$3 status=$4 started=$5 good bad names
	good=$(count_regress_ok "$log")
	bad=$((files - good))
	if [ "$status" != 0 ] && [ "$bad" -le 0 ]; then
		bad=1
	fi
	names=$(regress_failures "$log")
	report "$part" "$good" "$bad" "$started" "${names:+failed: $names}"
}

# Report a part run by prove: report_prove PART LOG STATUS STARTED
report_prove() {
	local part=$1 log=$2 status=$3 started=$4 run=0 bad=0 skipped
	run=$(sed -n 's/^Files=[0-9]*, Tests=\([0-9]*\),.*/\1/p' "$log" | tail -n 1)
	run=${run:-0}
	# test/t/a.pl  (Wstat: 256 (exited 1) Tests: 3 Failed: 1)
	bad=$(sed -n 's/.*(Wstat: .* Failed: \([0-9]*\)).*/\1/p' "$log" | paste -s -d + | sed 's/^$/0/')
	bad=$((bad))
	if [ "$bad" -gt "$run" ]; then
		run=$bad
	fi
	if { [ "$status" != 0 ] || [ "$run" = 0 ]; } && [ "$bad" = 0 ]; then
		bad=1
		run=$((run + 1))
	fi
	skipped=$(grep -c ' skipped: ' "$log") || true
	[ "$skipped" != 0 ] || skipped=
	report "$part" $((run - bad)) "$bad" "$started" "${skipped:+$skipped files skipped}"
}

# Report a part whose own script counts: report_script PART LOG STATUS STARTED
report_script() {
	local part=$1 log=$2 status=$3 started=$4 counts good=0 bad=0
	if counts=$(last_counts <"$log"); then
		read -r good bad <<<"$counts"
	fi
	if { [ "$status" != 0 ] || [ "$good" = 0 ]; } && [ "$bad" = 0 ]; then
		bad=1
	fi
	report "$part" "$good" "$bad" "$started"
}

# ---------------------------------------------------------------------
# The parts
# ---------------------------------------------------------------------

# Build with all warnings as errors: check_build NAME [make variables...]
check_build() {
	local name=$1 started=$SECONDS
	if build_tree "$@"; then
		say "build: $name without warnings ($(since "$started"))"
		return 0
	fi
	show_start "$WORK/$name.log"
	FAILED=$((FAILED + 1))
	say "build: $name FAILED"
	return 1
}

# Install a build: check_install NAME [make variables...]
check_install() {
	local name=$1
	if install_tree "$@"; then
		return 0
	fi
	show_start "$WORK/$name-install.log"
	FAILED=$((FAILED + 1))
	say "build: make install of $name FAILED"
	return 1
}

# The build the other parts use.  Nothing can be tested without it.
build_for_tests() {
	check_build gcc CC=gcc COPT=-Werror "${MAKE_FLAGS[@]}" || finish
	check_install gcc "${MAKE_FLAGS[@]}" || finish
	write_test_settings gcc
}

# What the library exports begins with a prefix of ours; a server process holds
# the symbols of all libraries it has loaded.
check_exports() {
	local others
	others=$(nm -D --defined-only "$WORK/gcc/pyrotree.so" | awk '{ print $3 }' |
		grep -vE '^(pt_|proftree_|profblock_|pyrotree_|pg_finfo_(proftree|profblock|pyrotree)_|Pg_magic_func$|_PG_init$)') || true
	[ -n "$others" ] || return 0
	FAILED=$((FAILED + 1))
	say "build: exported without a prefix: $others"
}

# The compiler the tests do not need: clang, which also makes the bitcode for JIT.
part_build() {
	check_exports
	[ "${PYROTREE_THROWAWAY:-}" != 1 ] || return 0
	if check_build clang CC=clang COPT="-Werror $(clang_quiet)" with_llvm=yes; then
		check_install clang with_llvm=yes || true
	fi
}

# A part that is a script of the tree: run_script PART SCRIPT
run_script() {
	local part=$1 script=$2 started=$SECONDS status=0
	if [ ! -e "$ROOT/$script" ]; then
		say "$part: no tests"
		return
	fi
	in_tree "$WORK/gcc" 600 "./$script" >"$WORK/$part.log" 2>&1 || status=$?
	report_script "$part" "$WORK/$part.log" "$status" "$started"
	[ "$status" = 0 ] || show_end "$WORK/$part.log"
}

part_unit() { run_script unit test/unit/run.sh; }

part_fuzz() { run_script fuzz test/fuzz/replay.sh; }

part_regress() {
	local started=$SECONDS status=0 files
	files=$(count_files "$ROOT"/sql/*.sql)
	if [ "$files" = 0 ]; then
		say "regress: no tests"
		return
	fi
	if [ "${PYROTREE_QUICK:-}" = 1 ]; then
		leave_out "$WORK/gcc" "${CORE_TESTS[@]}" || die "There is no such test to leave out: ${CORE_TESTS[*]}"
		files=$((files - ${#CORE_TESTS[@]}))
	fi
	# options by environment are added to those of the Makefile
	in_tree "$WORK/gcc" 600 env \
		REGRESS_OPTS="--temp-instance=$WORK/regress --temp-config=$WORK/gcc.conf --no-locale --encoding=UTF8" \
		make -s installcheck ISOLATION= TAP_TESTS= "${MAKE_FLAGS[@]}" \
		>"$WORK/regress.log" 2>&1 || status=$?
	report_regress regress "$files" "$WORK/regress.log" "$status" "$started"
	[ "$status" = 0 ] || {
		show_end "$WORK/regress.log"
		show_start "$WORK/gcc/regression.diffs" 200
	}
}

part_isolation() {
	local started=$SECONDS status=0 files
	files=$(count_files "$ROOT"/test/specs/*.spec)
	if [ "$files" = 0 ]; then
		say "isolation: no tests"
		return
	fi
	in_tree "$WORK/gcc" 600 env \
		ISOLATION_OPTS="--temp-instance=$WORK/isolation --temp-config=$WORK/gcc.conf --no-locale --encoding=UTF8" \
		make -s installcheck REGRESS= TAP_TESTS= "${MAKE_FLAGS[@]}" \
		>"$WORK/isolation.log" 2>&1 || status=$?
	report_regress isolation "$files" "$WORK/isolation.log" "$status" "$started"
	[ "$status" = 0 ] || {
		show_end "$WORK/isolation.log"
		show_start "$WORK/gcc/output_iso/regression.diffs" 200
	}
}

part_tap() {
	local started=$SECONDS status=0 log
	if [ "$(count_files "$ROOT"/test/t/*.pl)" = 0 ]; then
		say "tap: no tests"
		return
	fi
	in_tree "$WORK/gcc" 900 env TEMP_CONFIG="$WORK/gcc.conf" \
		make -s installcheck REGRESS= ISOLATION= TAP_TESTS=1 "${MAKE_FLAGS[@]}" \
		PROVE_TESTS='test/t/*.pl' PROVE_FLAGS="-j$(nproc)" \
		>"$WORK/tap.log" 2>&1 || status=$?
	report_prove tap "$WORK/tap.log" "$status" "$started"
	[ "$status" = 0 ] || {
		show_end "$WORK/tap.log" 100
		for log in "$WORK"/gcc/tmp_check/log/regress_log_*; do
			# those of the tests that failed
			if grep -q '^not ok\|died\|^# *Failed' "$log" 2>/dev/null; then
				show_end "$log" 40
			fi
		done
	}
}

part_pgtap() {
	local started=$SECONDS status=0
	if [ "$(count_files "$ROOT"/test/pgtap/*.sql)" = 0 ]; then
		say "pgtap: no tests"
		return
	fi
	as_runner mkdir "$WORK/pgtap"
	if ! make_cluster "$WORK/pgtap" "$SOCKETS" <"$WORK/gcc.conf" || ! start_cluster "$WORK/pgtap"; then
		report pgtap 0 1 "$started"
		return
	fi
	in_tree "$WORK/gcc" 200 sh -c 'exec pg_prove "$@" test/pgtap/*.sql' pg_prove \
		--psql-bin "$(pg_path bindir)/psql" -h "$SOCKETS" -p 5432 -U postgres -d postgres \
		>"$WORK/pgtap.log" 2>&1 || status=$?
	stop_cluster "$WORK/pgtap"
	report_prove pgtap "$WORK/pgtap.log" "$status" "$started"
	[ "$status" = 0 ] || {
		show_end "$WORK/pgtap.log" 100
		show_end "$WORK/pgtap/server.log" 40
	}
}

# The closing line and the exit status.
finish() {
	say "$PASSED passed, $FAILED failed"
	if [ "$FAILED" != 0 ] || [ "$PASSED" = 0 ]; then
		exit 1
	fi
	exit 0
}

# ---------------------------------------------------------------------

# Is a part among the arguments?
is_wanted() {
	local part=$1 wanted
	shift
	[ $# -gt 0 ] || return 0
	for wanted in "$@"; do
		[ "$wanted" != "$part" ] || return 0
	done
	return 1
}

# Refuse names of parts that do not exist.
check_arguments() {
	local argument
	for argument in "$@"; do
		is_wanted "$argument" "${PARTS[@]}" || die "There is no part \"$argument\"; parts are: ${PARTS[*]}"
	done
}

main() {
	local part
	check_arguments "$@"
	find_server
	need_packages make gcc clang libc6-dev perl xz-utils "${SERVER_PACKAGES[@]}" "${LIBRARY_PACKAGES[@]}" \
		libipc-run-perl libtap-parser-sourcehandler-pgtap-perl "postgresql-$SERVER_MAJOR-pgtap" "postgresql-$SERVER_MAJOR-cron"
	check_server
	make_work_folder test
	say "$("$PG_CONFIG" --version)"
	build_for_tests
	for part in "${PARTS[@]}"; do
		if is_wanted "$part" "$@"; then
			"part_$part"
		fi
	done
	finish
}

main "$@"
