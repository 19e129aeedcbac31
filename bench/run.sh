#!/bin/bash
#
# Runs the benchmarks ("make bench"), prints their tables and writes them to
# bench/report.md:
#
#   bench/run.sh                    all of them
#   bench/run.sh core callgrind     these only, and no report
#
# Parts: core (core.sh), callgrind (callgrind.sh), takehome (takehome.sh),
# compare (compare.sh), trees (trees.sh), store (store.sh).

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

PARTS=(core callgrind takehome compare trees store)
REPORT=$ROOT/bench/report.md

declare -A TITLE=(
	[core]="The core against its bars"
	[callgrind]="Instructions of the core"
	[takehome]="The take-home benchmark"
	[compare]="Against what one would do without pyrotree"
	[trees]="Formats, pictures and questions about one tree"
	[store]="The store against its bars"
)

declare -A HOW=(
	[core]="The core without a server, one thread: least and median CPU time of 15 samples of at least 3 ms. Where data is
several trees, each pass goes over all of them, so that no branch predictor learns one by heart. JVM-like to larger are
made, by a seed; the others are the recordings of test/data. The bars (doc/performance.md) are about 1.4 times what a
plain C prototype without checks took, most of it measured over one tree again and again; those of times are scaled by
a calibration measured during the run. MISS says that the least time is above the bar."
	[callgrind]="Counted by valgrind, so not subject to noise; more than 3 % more than the baseline is a failure."
	[takehome]="200 branches of 500 random symbols of 80 characters from one root; the growing stack is inserted with a
random weight at every depth and once more at the end: 100,200 inserts, 100,001 nodes. CPU time of the backend, the
least of several runs. The Go program this answers keeps 299,806 heap objects for one such tree and makes 25.5 million
allocations on the way; the core makes those counted in the first table."
	[compare]="CPU time of the backend, one process, the least of several runs (jsonb: one); in brackets, how many times what
pyrotree takes. Load is from a file with slot, stack and weight, indexes included. default_toast_compression is lz4
for all."
	[trees]="CPU time of the backend through SQL, the least of three rounds of 15 to 100 runs; in brackets, how many times what the line
above takes that is named. *large* is nine services of the Go recording. Files are those that the extension writes; the
time includes reading the tree or the file from its table. MISS says that a bar is missed."
	[store]="The store of doc/design.md with its default settings. Times are those of the clock, so other work on the
machine is in them; what is counted is not subject to noise. In brackets, how many times what the store takes. MISS says
that a bar is missed. Parts of it, and longer runs: bench/store.sh."
)

# What was measured on, without its name.
machine() {
	say "$(nproc) cores ($(uname -m)), $(awk '/^MemTotal/ { printf "%.0f", $2 / 1048576 }' /proc/meminfo) GB of memory," \
		"$(gcc --version | head -n 1), $("$PG_CONFIG" --version | cut -d ' ' -f 1,2); other work may run beside."
}

# The part's section of the report: section PART
section() {
	say "## ${TITLE[$1]}"
	say
	say "${HOW[$1]}"
	say
	cat "$WORK/$1.md"
	say
}

main() {
	local part failed=() parts=("$@")
	[ $# -gt 0 ] || parts=("${PARTS[@]}")
	for part in "${parts[@]}"; do
		[ -n "${TITLE[$part]:-}" ] || die "There is no part \"$part\"; parts are: ${PARTS[*]}"
	done
	start_bench liblz4-dev valgrind
	for part in "${parts[@]}"; do
		BENCH_WORK=$WORK BENCH_SOCKETS=$SOCKETS "$ROOT/bench/$part.sh" >"$WORK/$part.md" || failed+=("$part")
		section "$part"
	done
	if [ ${#failed[@]} -gt 0 ]; then
		die "failed: ${failed[*]}"
	fi
	[ $# -eq 0 ] || return 0
	{
		say "# Benchmarks"
		say
		say "Written by \`make bench\` on $(date -u +%Y-%m-%d). Measured on: $(machine)"
		say
		for part in "${parts[@]}"; do
			section "$part"
		done
	} >"$WORK/report.md"
	sed -e :a -e '/^\n*$/{$d;N;ba' -e '}' "$WORK/report.md" >"$REPORT"
	log "wrote bench/report.md"
}

main "$@"
