#!/bin/bash
#
# The take-home benchmark through SQL: trees of 100,001 nodes built by
# proftree_agg from 2 GB of text each, one and a hundred; memory, size,
# iterating, dump and restore.  takehome.sql does the measuring.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

SQL=(psql_in "" takehome)	# the folder of the socket is known later

sql() { "${SQL[@]}" -A -t -c "$1"; }

# seconds, or the value, that was measured
seconds() { sql "SELECT seconds FROM measured WHERE what = '$1'"; }
value() { sql "SELECT value FROM measured WHERE what = '$1'"; }

# Arithmetic with fractions, printed by a format: calculate FORMAT EXPRESSION
calculate() { awk "BEGIN { printf \"$1\", $2 }"; }

row() { say "| $1 | $2 | ${3:-} | ${4:-} |"; }

# Dump the database, restore the dump into another, and compare the value.
dump_and_restore() {
	local here there
	log "dumping and restoring"
	as_runner "$(pg_path bindir)/pg_dump" -h "$SOCKETS" -p 5432 -U postgres -Fc -f "$WORK/takehome.dump" takehome
	psql_in "$SOCKETS" postgres -c "DROP DATABASE IF EXISTS takehome_restored" -c "CREATE DATABASE takehome_restored" 2>/dev/null
	as_runner "$(pg_path bindir)/pg_restore" -h "$SOCKETS" -p 5432 -U postgres --exit-on-error \
		-d takehome_restored "$WORK/takehome.dump"
	here=$(sql "SELECT md5(proftree_send(profile)) FROM takehome")
	there=$(psql_in "$SOCKETS" takehome_restored -A -t -c "SELECT md5(proftree_send(profile)) FROM takehome")
	if [ -z "$here" ] || [ "$here" != "$there" ]; then
		die "the restored tree differs from the dumped one"
	fi
}

main() {
	local inserts=100200 text agg hundred texts sizes without with iterate verdict=ok
	# shellcheck disable=SC2119 # no further packages
	start_bench
	need_cluster
	SQL=(psql_in "$SOCKETS" takehome)
	new_database takehome 2>/dev/null
	log "take-home trees through SQL (a minute)"
	"${SQL[@]}" -f "$WORK/tree/bench/takehome.sql" >"$WORK/takehome.log" 2>&1 || {
		show_end "$WORK/takehome.log" >&2
		die "bench/takehome.sql fails"
	}
	dump_and_restore

	text=$(seconds text)
	agg=$(seconds agg)
	hundred=$(seconds hundred)
	texts=$(calculate %.3f "$(seconds "text of twenty") * 5")
	iterate=$(seconds "iterate 10")
	read -ra sizes <<<"$(value sizes)"
	read -ra without <<<"$(value "memory without")"
	read -ra with <<<"$(value memory)"
	[ "${sizes[2]}" = 100001 ] || die "the tree has ${sizes[2]} nodes, not 100,001"
	[ "$(value text)" = 2037550800 ] || die "the text has $(value text) bytes"
	awk "BEGIN { exit !($iterate <= 0.010) }" || verdict=MISS

	say "| take-home tree, through SQL | measured | bar | |"
	say "|---|---:|---:|---|"
	row "making the text of one tree (2.04 GB), alone" "$(human_time "$text")"
	row "the same with \`proftree_agg\`, 100,200 inserts" "$(human_time "$agg")"
	row "inserts a second, the making of the text not counted" \
		"$(calculate %.2f "$inserts / ($agg - $text) / 1e6") million"
	row "a hundred trees, one after the other, encoded; with the text" "$(human_time "$hundred")"
	row "- inserts a second, the making of the text not counted" \
		"$(calculate %.2f "100 * $inserts / ($hundred - $texts) / 1e6") million"
	row "memory of the aggregate while it runs: blocks" "$((with[0] - without[0]))" "" "Go: 299,806 heap objects kept"
	row "- bytes" "$(calculate %.1f "(${with[1]} - ${without[1]}) / 1e6") MB" "25 MB" \
		"$(awk "BEGIN { print ${with[1]} - ${without[1]} <= 25e6 ? \"ok\" : \"MISS\" }")"
	row "value: wire form" "$(calculate %.2f "${sizes[0]} / 1e6") MB"
	row "- stored, with lz4" "$(calculate %.2f "${sizes[1]} / 1e6") MB" "" "its digits are random"
	row "first 10 rows of \`proftree_iterate\`, tree in memory" "$(human_time "$iterate")" "10 ms" "$verdict"
	row "all rows of \`proftree_iterate\`, 2.03 GB of stacks" "$(human_time "$(seconds iterate)")"
	row "all rows of \`proftree_nodes\`" "$(human_time "$(seconds nodes)")"
	row "dump and restore" "the identical value"
	psql_in "$SOCKETS" postgres -c "DROP DATABASE takehome" -c "DROP DATABASE takehome_restored"
}

main "$@"
