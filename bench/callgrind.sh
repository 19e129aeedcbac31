#!/bin/bash
#
# Counts the instructions of a fixed amount of work of the core (callgrind.c)
# and compares them with bench/callgrind.baseline:
#
#   bench/callgrind.sh            fails when one grew by more than 3 %
#   bench/callgrind.sh --update   writes the baseline anew
#
# Counts repeat exactly on one compiler and C library, whatever else the
# machine does.  With others they differ for no fault of ours, so then they are
# shown and not judged.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

BASELINE=$ROOT/bench/callgrind.baseline
GREW=3	# percent

# The C library's string functions in their simplest form on every machine:
# those for newer processors take other numbers of instructions.
PLAIN_LIBC=glibc.cpu.hwcaps=-AVX2,-AVX,-AVX_Fast_Unaligned_Load,-AVX512F,-AVX512VL,-BMI2,-ERMS,-FSRM,-SSE4_1,-SSE4_2,-SSSE3

# What the counts depend on besides the work.
tools() {
	say "$(uname -m), $(gcc --version | head -n 1), $(getconf GNU_LIBC_VERSION), $("$PG_CONFIG" --version | cut -d ' ' -f 1,2 | cut -d . -f 1) headers"
}

# "instructions TAB name" of each work, in order.
count() {
	rm -rf "$WORK/callgrind"
	as_runner mkdir "$WORK/callgrind"
	in_tree "$WORK/callgrind" 300 env GLIBC_TUNABLES="$PLAIN_LIBC" \
		valgrind -q --tool=callgrind --instr-atstart=no --callgrind-out-file=out \
		"$WORK/tree/build/bench/callgrind" >"$WORK/callgrind.log" 2>&1 || {
		show_end "$WORK/callgrind.log" >&2
		die "bench/callgrind.c fails under valgrind"
	}
	find "$WORK/callgrind" -name 'out.*' | sort -t . -k 2 -V | while IFS= read -r file; do
		awk '/^desc: Trigger: Client Request: / { name = $0; sub(/.*Request: /, "", name) }
			/^totals: / { if (name != "") print $2 "\t" name }' "$file"
	done
}

main() {
	local there=
	start_bench valgrind
	build_program callgrind
	log "counting instructions"
	count >"$WORK/counts"
	[ -s "$WORK/counts" ] || die "valgrind gave no counts"

	if [ "${1:-}" = --update ]; then
		{
			say "# instructions of bench/callgrind.c; written by bench/callgrind.sh --update"
			say "# $(tools)"
			cat "$WORK/counts"
		} >"$BASELINE"
		log "wrote bench/callgrind.baseline"
	fi
	[ -e "$BASELINE" ] || die "there is no bench/callgrind.baseline; bench/callgrind.sh --update writes it"
	there=$(sed -n '2s/^# //p' "$BASELINE")
	if [ "$there" != "$(tools)" ]; then
		say "The baseline is of other tools ($there), so nothing is judged."
		say
	fi
	awk -F '\t' -v grew="$GREW" -v judge="$([ "$there" = "$(tools)" ] && echo 1 || echo 0)" '
		/^#/ { next }
		FILENAME == ARGV[1] { baseline[$2] = $1; next }
		FNR == 1 {
			print "| work | instructions | baseline | change | |"
			print "|---|---:|---:|---:|---|"
		}
		{
			seen[$2] = 1
			change = ($2 in baseline) ? ($1 / baseline[$2] - 1) * 100 : 0
			bad = judge && (!($2 in baseline) || change > grew)
			failed += bad
			printf "| %s | %d | %s | %s | %s |\n", $2, $1, ($2 in baseline) ? baseline[$2] : "",
				($2 in baseline) ? sprintf("%+.1f %%", change) : "new", bad ? "GREW" : judge ? "ok" : ""
		}
		END {
			for (name in baseline)
				if (!(name in seen)) { print "| " name " | missing | " baseline[name] " | | GREW |"; failed++ }
			exit failed > 0
		}' "$BASELINE" "$WORK/counts"
}

main "$@"
