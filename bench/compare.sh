#!/bin/bash
#
# Compares pyrotree with what one would do without it, on the recorded
# PostgreSQL profiles: rows of stacks, a normalised schema, jsonb trees.  All
# four have to give the same answers.  compare.sql does the work.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

value() { psql_in "$SOCKETS" compare -A -t -c "SELECT $3 FROM measured WHERE way = '$1' AND what = '$2'"; }

# "1.23 s (12 x)": what a way took, and how many times what pyrotree took
time_cell() {
	local seconds ours
	seconds=$(value "$1" "$2" seconds)
	ours=$(value pyrotree "$2" seconds)
	say "$(human_time "$seconds")$(times "$1" "$seconds" "$ours")"
}

size_cell() {
	local bytes ours
	bytes=$(value "$1" load value)
	ours=$(value pyrotree load value)
	say "$(awk -v b="$bytes" 'BEGIN { printf "%.2f MB", b / 1e6 }')$(times "$1" "$bytes" "$ours")"
}

times() {
	[ "$1" = pyrotree ] || awk -v a="$2" -v b="$3" 'BEGIN { r = a / b; printf r < 9.95 ? " (%.1f x)" : " (%.0f x)", r }'
}

row() { say "| $2 | $(size_cell "$1") | $(time_cell "$1" load) | $(time_cell "$1" merge) | $(time_cell "$1" top) |"; }

main() {
	local recording
	start_bench libc-bin
	need_cluster
	new_database compare 2>/dev/null
	# perf cuts names within a character; what no text column takes is left out
	recording=$(unpack "$DATA/postgres-perf.tsv.xz")
	iconv -f UTF-8 -t UTF-8 -c "$recording" >"$recording.valid" || true
	chmod a+r "$recording.valid"
	log "comparing with a table of stacks, a normalised schema and jsonb (a minute)"
	psql_in "$SOCKETS" compare -v file="$recording.valid" -f "$WORK/tree/bench/compare.sql" \
		>"$WORK/compare.log" 2>&1 || {
		show_end "$WORK/compare.log" >&2
		die "bench/compare.sql fails"
	}

	say "$(value data slots value) slots of 10 s of PostgreSQL under load: $(value data rows value) rows of slot, stack and weight," \
		"$(value data samples value) samples, $(value data stacks value) different stacks," \
		"$(awk -v b="$(value data text value)" 'BEGIN { printf "%.1f", b / 1e6 }') MB of text;" \
		"merged $(value data nodes value) nodes, $(value data symbols value) symbols."
	say
	say "| | size on disk, with indexes | load | merge of all slots | top ten of all, by self and by total |"
	say "|---|---:|---:|---:|---:|"
	row plain "table of stacks (slot, stack, weight)"
	row normalised "normalised: symbols, nodes, samples"
	row jsonb "jsonb trees, merged in PL/pgSQL"
	row pyrotree "pyrotree"
	say
	say "All four give the same $(value data stacks value) merged stacks and the same top tens."
	psql_in "$SOCKETS" postgres -c "DROP DATABASE compare"
}

main "$@"
