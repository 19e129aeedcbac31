# shellcheck shell=bash
#
# What the parts of the benchmark share.  Sourced, not run.
#
# Each part prints its Markdown on stdout and what it is doing on stderr.  A
# part run by itself makes a work folder and, if it needs one, a server; run.sh
# makes both once and hands them on as BENCH_WORK and BENCH_SOCKETS.

# shellcheck source=../test/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../test/lib.sh"
# shellcheck disable=SC2034 # for the parts
DATA=$ROOT/test/data
CORE_FLAGS="-O2 -g"

log() { say "bench: $*" >&2; }

# Packages, work folder and a copy of the tree in $WORK/tree:
#   start_bench packages...
start_bench() {
	find_server
	need_packages make gcc libc6-dev xz-utils "${SERVER_PACKAGES[@]}" "${LIBRARY_PACKAGES[@]}" "$@" >&2
	check_server
	if [ -n "${BENCH_WORK:-}" ]; then
		WORK=$BENCH_WORK
		SOCKETS=$BENCH_SOCKETS
	else
		make_work_folder bench
	fi
	if [ ! -e "$WORK/tree" ]; then
		copy_tree "$WORK/tree" || die "the tree cannot be copied"
	fi
}

# Build a program of bench/ over the core, if it is not there:
#   build_program NAME [-D... -l...]
build_program() {
	local name=$1 argument defines=() libs=() make=(make -s -f test/core.mk BUILD=build/bench CC=gcc FLAGS="$CORE_FLAGS")
	shift
	for argument in "$@"; do
		case $argument in -l*) libs+=("$argument") ;; *) defines+=("$argument") ;; esac
	done
	[ ! -x "$WORK/tree/build/bench/$name" ] || return 0
	log "building bench/$name.c"
	# shellcheck disable=SC2016 # expanded by the inner shell
	in_tree "$WORK/tree" 120 env DEFINES="${defines[*]}" LIBS="${libs[*]}" sh -c '
		name=$1; shift
		"$@" && gcc $("$@" flags) -Wall -Wextra -Wno-unused-parameter $DEFINES -o "build/bench/$name" \
			"bench/$name.c" bench/data.c $("$@" libs) $LIBS' \
		sh "$name" "${make[@]}" >"$WORK/$name-build.log" 2>&1 || {
		show_start "$WORK/$name-build.log" >&2
		die "bench/$name.c does not build"
	}
}

# The extension built and installed for a cluster of our own, which is started.
need_cluster() {
	[ ! -e "$WORK/cluster/data/postmaster.pid" ] || return 0
	log "building the extension and starting a server"
	build_tree server CC=gcc with_llvm=no || {
		show_start "$WORK/server.log" >&2
		die "the extension does not build"
	}
	install_tree server with_llvm=no || {
		show_start "$WORK/server-install.log" >&2
		die "the extension cannot be installed"
	}
	write_test_settings server
	as_runner mkdir "$WORK/cluster"
	{
		cat "$WORK/server.conf"
		# one process a query, no waiting for the disk, no work in the background
		cat <<-'SETTINGS'
			autovacuum = off
			checkpoint_timeout = 1h
			default_toast_compression = lz4
			full_page_writes = off
			jit = off
			maintenance_work_mem = 256MB
			max_parallel_workers_per_gather = 0
			max_wal_size = 16GB
			shared_buffers = 512MB
			synchronous_commit = off
			wal_level = minimal
			max_wal_senders = 0
			work_mem = 256MB
		SETTINGS
	} | make_cluster "$WORK/cluster" "$SOCKETS" || die "initdb failed"
	start_cluster "$WORK/cluster" || die "the server does not start"
}

# A database with the extension: new_database NAME
new_database() {
	psql_in "$SOCKETS" postgres -c "DROP DATABASE IF EXISTS $1" -c "CREATE DATABASE $1"
	psql_in "$SOCKETS" "$1" -c "CREATE EXTENSION pyrotree"
}

# Unpack a recording to the work folder, and say where it is: unpack FILE.xz
unpack() {
	local to
	to=$WORK/data/$(basename "$1" .xz)
	if [ ! -e "$to" ]; then
		mkdir -p "$WORK/data"
		xz -dc "$1" >"$to"
		chmod -R a+rX "$WORK/data"
	fi
	printf '%s\n' "$to"
}

# Seconds to milliseconds or seconds, for people: 0.01234 -> 12.3 ms
human_time() {
	awk -v s="$1" 'BEGIN {
		if (s < 0.0995) printf "%.2g ms\n", s * 1000
		else if (s < 0.9995) printf "%.0f ms\n", s * 1000
		else if (s < 9.95) printf "%.2f s\n", s
		else printf "%.1f s\n", s
	}'
}
