#!/bin/bash
#
# Shows pyrotree at work on the recorded profiles of test/data ("make demo"):
# a private cluster with its own socket and data, which nothing else on the
# machine notices.  "make demo-stop" removes it; running this again begins anew.

# shellcheck source=../test/lib.sh
. "$(dirname "$0")/../test/lib.sh"

STATE=$ROOT/demo/state
DATA=$ROOT/test/data
DATABASE=demo

step() { printf '\n== %s\n' "$*"; }

# ---------------------------------------------------------------------
# The server
# ---------------------------------------------------------------------

# The folder of the demo: demo/state/server if the runner can work there, else
# one below /var/tmp.  Noted before anything is put in.
make_demo_folder() {
	mkdir "$STATE"
	WORK=$STATE/server
	SOCKETS=$(mktemp -d /tmp/pyrotree.XXXXXX)
	say "$SOCKETS" >"$STATE/sockets"
	mkdir "$WORK"
	give_to_runner "$WORK" "$SOCKETS"
	# make takes no blanks and the like in paths
	if [[ $WORK =~ [^A-Za-z0-9_./+-] ]] || ! as_runner test -w "$WORK"; then
		rmdir "$WORK"
		WORK=$(mktemp -d /var/tmp/pyrotree-demo.XXXXXX)
		give_to_runner "$WORK"
	fi
	say "$WORK" >"$STATE/folder"
}

# Build a copy of the tree and install it into the demo's folder.
build_demo() {
	build_tree tree with_llvm=no || {
		show_start "$WORK/tree.log"
		die "The build failed."
	}
	install_tree tree with_llvm=no
	rm -rf "$WORK/tree"
}

start_demo_server() {
	{
		say "shared_buffers = 64MB"
		say "max_connections = 20"
		say "timezone = 'UTC'"
		private_settings "$WORK/tree-dest"
	} >"$WORK/settings"
	make_cluster "$WORK" "$SOCKETS" <"$WORK/settings"
	start_cluster "$WORK"
	psql_in "$SOCKETS" postgres -c "CREATE DATABASE $DATABASE"
}

# ---------------------------------------------------------------------
# The recordings
# ---------------------------------------------------------------------

# Turn what a profiler recorded into rows for COPY, one for each time: service,
# unit, time, the folded stacks (in hex, since they may be no valid text), and
# as counted here: how many stacks, their weight, how many are no valid UTF-8.  stdin is
# "unix-seconds TAB stack TAB weight", or "stack weight" if a time is given.
#   rows_of SERVICE UNIT [UNIX_SECONDS]
rows_of() {
	# shellcheck disable=SC2016
	perl -we '
		use strict;
		my ($service, $unit, $time) = @ARGV;
		my ($at, $folded, $stacks, $sum, $invalid);
		sub put_row {
			print join("\t", $service, $unit, $at, "\\\\x" . unpack("H*", $folded), $stacks, $sum, $invalid), "\n"
				if $at;
			($folded, $stacks, $sum, $invalid) = ("", 0, 0, 0);
		}
		while (my $line = <STDIN>) {
			my ($slot, $stack, $weight) = $time ? ($time, $line =~ /^(.*) (\d+)$/) : $line =~ /^(\d+)\t(.*)\t(\d+)$/;
			defined $weight or die "line $. of $service is damaged\n";
			if (!$at || $at != $slot) {
				put_row();
				$at = $slot;
			}
			$folded .= "$stack $weight\n";
			$stacks++;
			$sum += $weight;
			$invalid++ unless utf8::decode($stack);
		}
		put_row();
	' "$@"
}

# A recording of one time: one_profile FILE SERVICE UNIT TIME
one_profile() {
	xz -dc "$DATA/$1" | rows_of "$2" "$3" "$(date -d "$4" +%s)"
}

# All of them; when and how they were made is in test/data/README.md.
all_rows() {
	xz -dc "$DATA/postgres-perf.tsv.xz" | rows_of postgres samples
	one_profile go-cpu.folded.xz go-cpu nanoseconds '2026-11-20 17:57:36Z'
	one_profile go-heap-alloc_space.folded.xz go-heap bytes '2026-11-20 17:57:36Z'
	one_profile python-pyspy.folded.xz python samples '2026-11-20 17:58:10Z'
	one_profile node.folded.xz node microseconds '2026-11-20 17:59:31Z'
}

# Run a file of demo/ in the demo's database; it is read here, as the runner
# may not be able to.
run_sql() {
	psql_in "$SOCKETS" "$DATABASE" -f - <"$ROOT/demo/$1"
}

load_recordings() {
	run_sql tables.sql
	all_rows | psql_in "$SOCKETS" "$DATABASE" -c 'COPY recordings FROM STDIN'
	run_sql load.sql
}

# The half hour of PostgreSQL as raw stacks for COPY into pyrotree.stacks:
# series, time, stack, weight.  Process names that perf cut within a character
# are mended.  Where the machine's clock has not come to 2026-11-20 yet, the
# days are moved back, since the store takes no profiles of the future.
stack_rows() {
	# shellcheck disable=SC2016
	xz -dc "$DATA/postgres-perf.tsv.xz" | perl -MEncode -MPOSIX -wne '
		use strict;
		our $back //= ceil(max(0, 1795198780 + 3600 - time) / 86400) * 86400;
		my ($slot, $rest) = /^(\d+)(\t.*)/s or die "line $. is damaged\n";
		print "postgres.cpu\t", strftime("%F %TZ", gmtime($slot - $back)), encode("UTF-8", decode("UTF-8", $rest));
		sub max { $_[0] > $_[1] ? $_[0] : $_[1] }
	'
}

# Packing is left to store.sql, so that it shows.
load_store() {
	stack_rows | psql_in "$SOCKETS" "$DATABASE" -c 'SET pyrotree.auto_compact = off' \
		-c "COPY pyrotree.stacks FROM STDIN (FORMAT csv, DELIMITER E'\t', QUOTE E'\b')"
}

# A value of a query as a file of demo/: write_picture FILE QUERY
write_picture() {
	psql_in "$SOCKETS" "$DATABASE" -At -c "$2" >"$ROOT/demo/$1"
	say "demo/$1 ($(($(wc -c <"$ROOT/demo/$1") / 1000)) kB)"
}

write_pictures() {
	say
	write_picture flamegraph.svg "SELECT proftree_to_svg(profile, 'Go program: parsing, type-checking and printing Go code',
		min_width => 0.5, unit => 'nanoseconds') FROM profiles WHERE service = 'go-cpu'"
	write_picture flamegraph-diff.svg "SELECT proftree_to_svg(before, after, 'PostgreSQL, ten minutes before and after the deploy',
		min_width => 0.5) FROM deploy"
	cat <<-END

	Open them in a browser: point at a frame, click to zoom, search by ctrl-F.  In the second one red has
	grown and blue shrunk: the tower that ends in pg_regexec is the search, the one below ExecScan on the left
	the lookup that lost its index.
	END
}

# ---------------------------------------------------------------------

# If something fails, nothing is left behind.
clean_up_after_failure() {
	local status=$?
	[ "$status" != 0 ] || return 0
	if [ -n "$WORK" ]; then
		show_end "$WORK/server.log" 30
	fi
	"$ROOT/demo/stop.sh" --quiet
	say "The demo failed." >&2
}

# How to go on.
say_how_to_go_on() {
	local psql
	psql="$(pg_path bindir)/psql -h $SOCKETS -p 5432 -U postgres $DATABASE"
	step "Go on"
	cat <<-END

	The server keeps running. To look around yourself:

	  $psql

	and there for example

	  -- when was time spent in LIKE? a bar for each minute
	  SELECT at, repeat('#', (total / 10)::int) AS samples
	  FROM pyrotree.symbol_timeline('postgres.cpu', 'textlike', '-infinity', 'infinity', '1 minute');

	  -- what allocates memory in the Go program?
	  SELECT symbol, self, round(self_percent) AS percent
	  FROM profiles, proftree_top(profile) WHERE service = 'go-heap' LIMIT 10;

	  -- who calls PostgreSQL's memory allocator?
	  WITH half_hour AS (SELECT sum(profile) AS profile FROM profiles WHERE service = 'postgres'),
	       n AS MATERIALIZED (SELECT n.* FROM half_hour, proftree_nodes(profile) AS n)
	  SELECT caller.symbol, sum(callee.total) AS samples
	  FROM n AS callee JOIN n AS caller ON caller.node = callee.parent
	  WHERE callee.symbol = 'AllocSetAlloc' GROUP BY 1 ORDER BY 2 DESC LIMIT 5;

	To end and remove it: make demo-stop
	END
}

main() {
	find_server
	need_packages make gcc libc6-dev perl xz-utils "${SERVER_PACKAGES[@]}" "${LIBRARY_PACKAGES[@]}"
	check_server
	"$ROOT/demo/stop.sh" --quiet
	trap clean_up_after_failure EXIT
	trap 'exit 130' HUP INT TERM
	make_demo_folder

	step "Building pyrotree for $("$PG_CONFIG" --version)"
	build_demo
	step "Starting a private server in $WORK"
	start_demo_server
	step "Loading the recorded profiles of test/data"
	load_recordings
	run_sql demo.sql
	step "The same half hour as a series over time: COPY of raw stacks into pyrotree.stacks"
	load_store
	run_sql store.sql
	step "Flame graphs"
	write_pictures
	say_how_to_go_on
}

main "$@"
