#!/bin/bash
#
# Formats, pictures and questions about one tree: what each function takes,
# against what one would do without it.  trees.sql does the measuring.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

TREES=(postgres-perf go-cpu node large)
SQL=(psql_in "" trees)	# the folder of the socket is known later

# The least time of a call: seconds TREE WHAT
seconds() { "${SQL[@]}" -A -t -c "SELECT seconds FROM measured WHERE way = '$1' AND what = '$2'"; }
value() { "${SQL[@]}" -A -t -c "SELECT value FROM measured WHERE way = '$1' AND what = '$2'"; }

# A row: each call's time and how many times another's it is, with the bar if
# there is one:  row TITLE WHAT [OTHER [BAR]]
row() {
	local title=$1 what=$2 other=${3:-} bar=${4:-} tree time ratio cell cells=""
	for tree in "${TREES[@]}"; do
		time=$(seconds "$tree" "$what")
		cell=$(human_time "$time")
		if [ -n "$other" ]; then
			ratio=$(awk "BEGIN { printf \"%.2g\", $time / $(seconds "$tree" "$other") }")
			cell="$cell ($ratio x)"
			if [ -n "$bar" ] && awk "BEGIN { exit !($ratio > $bar) }"; then
				cell="$cell MISS"
			fi
		fi
		cells="$cells$cell | "
	done
	say "| $title | $cells${bar:+$bar x} |"
}

# The first row of a table: heading TITLE LAST
heading() {
	local tree cells="" line="|---|"
	for tree in "${TREES[@]}"; do
		cells="$cells$tree ($(value "$tree" nodes) nodes) | "
		line="$line---:|"
	done
	say "| $1 | $cells$2 |"
	say "$line---:|"
}

main() {
	local folder name picture
	# shellcheck disable=SC2119 # no further packages
	start_bench
	need_cluster
	SQL=(psql_in "$SOCKETS" trees)
	for name in postgres-perf go-cpu node; do
		folder=$(dirname "$(unpack "$DATA/$name.folded.xz")")
	done
	new_database trees 2>/dev/null
	log "formats and questions about one tree (a minute)"
	"${SQL[@]}" -v folder="$folder" -f "$WORK/tree/bench/trees.sql" >"$WORK/trees.log" 2>&1 || {
		show_end "$WORK/trees.log" >&2
		die "bench/trees.sql fails"
	}

	heading "questions" "bar"
	row "decode and encode (\`proftree_scale\`)" "decode and encode"
	for name in focus ignore hide show show_from truncate; do
		row "\`proftree_$name\`, of that" "$name" "decode and encode" 3
	done
	row "\`proftree_invert\`, of that" invert "decode and encode"
	row "\`proftree_top\` of both trees" "two tops"
	row "\`proftree_top_diff\`, of that" top_diff "two tops" 2
	row "\`proftree_regressions\`, of that" regressions "two tops"
	say
	heading "formats" ""
	row "\`proftree_from_folded\`" "from folded"
	for name in pprof flamebearer speedscope; do
		row "\`proftree_from_$name\`, of that" "from $name" "from folded"
	done
	row "the speedscope file as \`jsonb\`, of that" "jsonb of the speedscope file" "from folded"
	row "\`proftree_to_folded\`" "to folded"
	for name in pprof flamebearer speedscope d3; do
		row "\`proftree_to_$name\`, of that" "to $name" "to folded"
	done
	row "\`proftree_to_svg\`, of that" picture "to folded"
	row "\`proftree_to_svg\` of all frames, of that" "picture of all frames" "to folded"
	picture=$(value large "picture of all frames")
	say
	say "The picture of all frames of *large* has $(awk "BEGIN { printf \"%.2f\", $picture / 1e6 }") MB (bar 3 MB, and 1 s)."
	psql_in "$SOCKETS" postgres -c "DROP DATABASE trees"
}

main "$@"
