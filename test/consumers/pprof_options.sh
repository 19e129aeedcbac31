#!/bin/bash
#
# proftree_focus(), _ignore(), _hide(), _show() and _show_from() against the
# options of go tool pprof that they are named after: flat and cum of every
# function on the recorded Go profiles, and on the trees folded from them.  The
# last line is "pprof-options: N passed, N failed".

# shellcheck source=../lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

DATA=$ROOT/test/data
PASSED=0
FAILED=0

# Of the syntax that Go and PostgreSQL share.  pprof also asks names of files
# and binaries, which none of these matches.
REGEXPS=(
	'mallocgc$'
	'\(\*parser\)\.parse(Stmt|Expr)'
	'^(sort|slices)\.'
	'json\.\(\*decodeState\)'
	'(?i)IMPORTFROM$'
	'collectObjects|checkFiles'
	'^runtime\.main$'
	'noSuchFunction'
)
# These are not for -show_from.  Of a frame that matches pprof drops the callers
# that were inlined at the same place of the program, even where it is not the
# outermost match; what was inlined is not in a tree.
NESTED=(
	'^runtime\.'
	'\.func[0-9]+$'
)

# Lines "function TAB flat TAB cum", sorted: pprof_top PROFILE SAMPLE_TYPE UNIT options...
pprof_top() {
	local profile=$1 sample_type=$2 unit=$3
	shift 3
	"$WORK/pprof" -top -nodecount=1000000 -nodefraction=0 -edgefraction=0 \
		-sample_index="$sample_type" -unit="$unit" "$@" "$DATA/$profile" 2>"$WORK/pprof.err" |
		perl -ne '
			if ($rows && /^ *(\S+) +\S+ +\S+ +(\S+) +\S+  (.*)$/) {
				my ($flat, $cum, $name) = ($1, $2, $3);
				s/[a-z]+$//i foreach $flat, $cum;
				$name =~ s/ \((partial-)?inline\)$//;
				$name =~ tr/;/|/;	# as in the folded files
				print "$name\t$flat\t$cum\n" if $cum ne "0";
			}
			$rows = 1 if /^ +flat +flat%/;' | LC_ALL=C sort
}

# The same of a tree: tree_top NAME EXPRESSION, where "tree" is the tree
tree_top() {
	sql -At -F $'\t' -c "SELECT top.* FROM recorded, LATERAL (SELECT symbol, self, total FROM proftree_top($2)) AS top WHERE name = '$1' AND total > 0" |
		LC_ALL=C sort
}

# One test: compare TREE PROFILE SAMPLE_TYPE UNIT EXPRESSION options...
compare() {
	local tree=$1 profile=$2 sample_type=$3 unit=$4 expression=$5
	shift 5
	pprof_top "$profile" "$sample_type" "$unit" "$@" >"$WORK/pprof.top"
	tree_top "$tree" "$expression" >"$WORK/tree.top"
	if cmp -s "$WORK/pprof.top" "$WORK/tree.top" &&
		{ [ -s "$WORK/tree.top" ] || [[ $* = *noSuchFunction* ]]; }; then
		PASSED=$((PASSED + 1))
		say "ok - $tree $*: $(wc -l <"$WORK/tree.top") functions"
	else
		FAILED=$((FAILED + 1))
		say "not ok - $tree $*"
		diff "$WORK/pprof.top" "$WORK/tree.top" | head -n 10 || true
		head -n 5 "$WORK/pprof.err"
	fi
}

# All options of a profile: compare_all TREE PROFILE SAMPLE_TYPE UNIT
compare_all() {
	local regexp option
	compare "$@" tree
	for regexp in "${REGEXPS[@]}" "${NESTED[@]}"; do
		for option in focus ignore hide show; do
			compare "$@" "proftree_$option(tree, '$regexp')" "-$option=$regexp"
		done
	done
	for regexp in "${REGEXPS[@]}"; do
		compare "$@" "proftree_show_from(tree, '$regexp')" "-show_from=$regexp"
	done
	# several at once: which stacks is decided before frames go
	compare "$@" "proftree_hide(proftree_ignore(proftree_focus(tree, 'collectObjects'), 'mallocgc\$'), '^runtime\.')" \
		-focus=collectObjects '-ignore=mallocgc$' '-hide=^runtime\.'
}

main() {
	need_consumer_packages
	command -v go >/dev/null || need_packages golang-go
	start_consumer_cluster pprof-options
	go build -o "$WORK/pprof" cmd/pprof
	sql -c 'CREATE TABLE recorded (name text, tree proftree)'
	for name in go-cpu go-heap-alloc_space; do
		xz -dc "$DATA/$name.folded.xz" >"$WORK/$name.folded"
		chmod a+r "$WORK/$name.folded"
		sql -c "INSERT INTO recorded SELECT '$name', proftree_from_folded(pg_read_file('$WORK/$name.folded'))"
	done
	compare_all go-cpu go-cpu.pb.gz cpu ns
	compare_all go-heap-alloc_space go-heap.pb.gz alloc_space B
	say "pprof-options: $PASSED passed, $FAILED failed"
	[ "$FAILED" = 0 ]
}

main "$@"
