#!/bin/bash
#
# Times of the fmgr-free core against its bars (core.c), on the recorded
# profiles and on made ones.  Further arguments go to core.c: --quick,
# --work=serialize, --data=JVM.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

main() {
	local recordings=()
	start_bench liblz4-dev
	build_program core -DHAVE_LZ4 -llz4
	recordings=(
		"PostgreSQL=$(unpack "$DATA/postgres-perf.tsv.xz")"
		"Go CPU:$(stat -c %s "$DATA/go-cpu.pb.gz")=$(unpack "$DATA/go-cpu.folded.xz")"
		"Go heap:$(stat -c %s "$DATA/go-heap.pb.gz")=$(unpack "$DATA/go-heap-alloc_space.folded.xz")"
		"Python=$(unpack "$DATA/python-pyspy.folded.xz")"
		"Node.js=$(unpack "$DATA/node.folded.xz")"
	)
	log "the core (half a minute)"
	in_tree "$WORK/tree" 300 build/bench/core "$@" "${recordings[@]}" 2>"$WORK/core.log" || {
		show_end "$WORK/core.log" >&2
		die "bench/core.c fails"
	}
}

main "$@"
