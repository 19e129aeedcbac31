# shellcheck shell=bash
#
# What the test, demo and CI scripts share.  Sourced, not run.
#
# Servers refuse to run as root, so all that starts one, and all building, is
# done by the "runner": user postgres when we are root, else ourselves.  Work
# is done on copies of the tree below /var/tmp, so that the clone stays clean
# and may lie where the runner cannot read.
#
# Environment:
#   PG_CONFIG             the server to build and test for (default: Debian's 15)
#   PYROTREE_KEEP=1       keep the work folder and say where it is
#   PYROTREE_THROWAWAY=1  this is a throw-away chroot with all packages, and the
#                         extension may be installed into its server
#   PYROTREE_QUICK=1      the main run has all tests; not again what is the same
#                         on every server, and less at random

set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
DEFAULT_MAJOR=15
# what the extension is built with besides the server and a compiler
LIBRARY_PACKAGES=(libprotobuf-c-dev protobuf-c-compiler protobuf-compiler zlib1g-dev)
SERVER_PACKAGES=()		# what find_server found missing
WORK=				# set by make_work_folder
SOCKETS=

# Of a make that called us only the variables given to it matter, and those
# come as environment.  libpq's settings are for some other server.
unset MAKEFLAGS MFLAGS MAKEOVERRIDES MAKELEVEL COPT LANGUAGE
for _setting in ${!PG@}; do
	case $_setting in PG_*) ;; *) unset "$_setting" ;; esac
done
export LC_ALL=C.UTF-8 TMPDIR=/tmp
umask 022

# ---------------------------------------------------------------------
# Saying things
# ---------------------------------------------------------------------

say() { printf '%s\n' "$*"; }

# Give up with a message.
die() {
	printf '%s\n' "$*" >&2
	exit 1
}

# Print the end of a file, bounded, under a headline.
show_end() {
	local file=$1 lines=${2:-60}
	[ -s "$file" ] || return 0
	say "--- the last lines of ${file#"$WORK"/}"
	tail -n "$lines" "$file" | cut -c 1-500
	say "---"
}

# Print the beginning of a file, bounded: of what a compiler says the first is
# what counts.
show_start() {
	local file=$1 lines=${2:-60}
	[ -s "$file" ] || return 0
	say "--- the first lines of ${file#"$WORK"/}"
	head -n "$lines" "$file" | cut -c 1-500
	say "---"
}

# Whole seconds since $1 (a value of SECONDS), for people.
since() { printf '%d s' $((SECONDS - $1)); }

# Run a command that counts tests, and add its last "N passed, N failed" to
# PASSED and FAILED.  One that fails and counts no failure, or that counts
# nothing at all, is one failure; so is one that takes 25 minutes.
#   step NAME command...
step() {
	local name=$1 status=0 counts good=0 bad=0 started=$SECONDS log
	shift
	log=$(mktemp)
	say "== $name"
	timeout --kill-after=60 1500 "$@" </dev/null 2>&1 | tee "$log" || status=$?
	if counts=$(last_counts <"$log"); then
		read -r good bad <<<"$counts"
	fi
	rm -f "$log"
	if { [ "$status" != 0 ] || [ "$good" = 0 ]; } && [ "$bad" = 0 ]; then
		bad=1
	fi
	PASSED=$((PASSED + good))
	FAILED=$((FAILED + bad))
	say "== $name: $good passed, $bad failed ($(since "$started"))"
}

# How many of the paths given exist: count_files sql/*.sql
count_files() {
	local path n=0
	for path in "$@"; do
		[ ! -e "$path" ] || n=$((n + 1))
	done
	printf '%d\n' "$n"
}

# ---------------------------------------------------------------------
# Packages and the server
# ---------------------------------------------------------------------

is_root() { [ "$(id -u)" = 0 ]; }

# Is a Debian package installed?
has_package() {
	local state
	state=$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) || return 1
	[ "$state" = installed ]
}

# Run apt-get quietly; its output is shown if it fails.
apt_get() {
	local output as=()
	is_root || as=(sudo -n)
	if ! output=$("${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y "$@" </dev/null 2>&1); then
		printf '%s\n' "$output" | tail -n 30 >&2
		die "apt-get $* failed"
	fi
}

# Install those of the packages that are missing, or say how to and stop.
need_packages() {
	local package missing=()
	[ "${PYROTREE_THROWAWAY:-}" != 1 ] || return 0
	for package in "$@"; do
		has_package "$package" || missing+=("$package")
	done
	[ ${#missing[@]} -gt 0 ] || return 0
	# one at a time: another may just be installing the same
	if [ "${PYROTREE_PACKAGES_LOCKED:-}" != 1 ]; then
		(
			exec 8<"$ROOT/test/lib.sh"
			flock 8
			PYROTREE_PACKAGES_LOCKED=1
			need_packages "${missing[@]}"
		) || exit 1
		return 0
	fi

	command -v apt-get >/dev/null ||
		die "These Debian packages are needed, and there is no apt-get here: ${missing[*]}"
	if ! is_root && ! sudo -n true 2>/dev/null; then
		say "Packages are missing. Have this run as root, then try again:" >&2
		say >&2
		die "  apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
	fi
	say "installing ${missing[*]}"
	apt_get update
	apt_get install --no-install-recommends "${missing[@]}"
}

# Choose the server: sets PG_CONFIG (exported), SERVER_MAJOR, and
# SERVER_PACKAGES, what must be installed for it first.
find_server() {
	local version
	PG_CONFIG=${PG_CONFIG:-/usr/lib/postgresql/$DEFAULT_MAJOR/bin/pg_config}
	SERVER_MAJOR=$DEFAULT_MAJOR
	if version=$("$PG_CONFIG" --version 2>/dev/null); then
		version=${version#PostgreSQL }
		SERVER_MAJOR=${version%%[!0-9]*}
	fi
	export PG_CONFIG
	SERVER_PACKAGES=()
	[ -x "$(pg_path bindir)/postgres" ] || SERVER_PACKAGES+=("postgresql-$SERVER_MAJOR")
	[ -e "$(pg_path includedir-server)/postgres.h" ] || SERVER_PACKAGES+=("postgresql-server-dev-$SERVER_MAJOR")
}

# A path of the server, "" while it is not installed: pg_path bindir
pg_path() { "$PG_CONFIG" "--$1" 2>/dev/null || true; }

# After installing, the server must be whole.
check_server() {
	if [ ! -x "$(pg_path bindir)/postgres" ] || [ ! -e "$(pg_path includedir-server)/postgres.h" ]; then
		die "$PG_CONFIG gives no PostgreSQL server with its development files"
	fi
}

# ---------------------------------------------------------------------
# The runner and its folders
# ---------------------------------------------------------------------

# Run a command as the runner.
as_runner() {
	if is_root; then
		HOME=${WORK:-/} setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"
	else
		"$@"
	fi
}

# Hand files that root made to the runner.
give_to_runner() {
	if is_root; then
		chown -R postgres:postgres "$@"
	fi
}

# A new folder of the runner's for all that a script does, and a short one for
# sockets, whose path may not pass 107 bytes; both end with the script.
make_work_folder() {
	WORK=$(mktemp -d "/var/tmp/pyrotree-$1.XXXXXX")
	SOCKETS=$(mktemp -d /tmp/pyrotree.XXXXXX)
	give_to_runner "$WORK" "$SOCKETS"
	trap 'remove_work_folder' EXIT
	trap 'exit 130' HUP INT TERM
}

# End the servers that still run in the work folder, and remove it.
remove_work_folder() {
	stop_servers_below "$WORK"
	rm -rf "$SOCKETS"
	if [ "${PYROTREE_KEEP:-}" = 1 ]; then
		say "kept $WORK" >&2
	else
		rm -rf "$WORK"
	fi
}

# Stop every server whose data lies in a folder; each is one that we started.
stop_servers_below() {
	local pid_file pid tries
	while IFS= read -r pid_file; do
		pid=$(head -n 1 "$pid_file" 2>/dev/null) || continue
		is_server "$pid" "$pid_file" || continue
		kill -QUIT "$pid" 2>/dev/null || continue
		for ((tries = 0; tries < 100; tries++)); do
			kill -0 "$pid" 2>/dev/null || break
			sleep 0.1
		done
	done <<<"$(find "$1" -name postmaster.pid 2>/dev/null)"
}

# Does process $1 run the server of pid file $2?  A number in a file left
# behind may by now belong to anything; a server stands in its data folder.
is_server() {
	local pid=$1 data
	data=$(dirname "$2")
	[ -n "$pid" ] && kill -0 "$pid" 2>/dev/null || return 1
	[ ! -e /proc/self ] || [ "/proc/$pid/cwd" -ef "$data" ]
}

# Copy the tree, as git would commit it and what is new, to a folder of the
# runner's.
copy_tree() {
	local to=$1
	mkdir -p "$to" || return 1
	(
		cd "$ROOT" || exit 1
		if [ -e .git ] && command -v git >/dev/null; then
			git -c safe.directory='*' ls-files -z --cached --others --exclude-standard
		else
			find . -type f -not -path './.git/*' -not -path './build/*' -not -path './demo/state/*' \
				-not -name '*.o' -not -name '*.bc' -not -name '*.so' -not -name '*.pb-c.[ch]' -print0
		fi | while IFS= read -r -d '' file; do
			# git also lists what was deleted
			[ ! -e "$file" ] || printf '%s\0' "$file"
		done | xargs -0 cp -p --parents -t "$to"
	) || return 1
	give_to_runner "$to"
}

# ---------------------------------------------------------------------
# Building and installing
# ---------------------------------------------------------------------

# The flags with which clang reads PostgreSQL's headers and takes Debian's
# gcc flags without a word.
clang_quiet() {
	printf '%s' "-Wno-ignored-attributes -Wno-ignored-optimization-argument" \
		" -Wno-unknown-warning-option -Wno-unused-command-line-argument" \
		" -Wno-compound-token-split-by-macro"
}

# Run a command in a folder as the runner, with a time limit:
#   in_tree FOLDER TIMEOUT command...
in_tree() {
	local folder=$1 seconds=$2
	shift 2
	(
		cd "$folder" || exit 1
		as_runner timeout --kill-after=20 "$seconds" "$@" </dev/null
	)
}

# Copy the tree to $WORK/NAME and build it; a warning is a failure.  What is
# printed goes to $WORK/NAME.log.
#   build_tree NAME [make variables...]
build_tree() {
	local name=$1
	shift
	copy_tree "$WORK/$name" || return 1
	in_tree "$WORK/$name" 600 make -s -j"$(nproc)" PG_CONFIG="$PG_CONFIG" "$@" \
		>"$WORK/$name.log" 2>&1 || return 1
	! grep -i 'warning' "$WORK/$name.log"
}

# Take regression tests out of a tree that was copied: leave_out FOLDER test...
leave_out() {
	local folder=$1 test
	shift
	for test in "$@"; do
		rm "$folder/sql/$test.sql" || return 1
	done
}

# Install a built tree where only clusters with its private_settings see it.
#   install_tree NAME [make variables...]
install_tree() {
	local name=$1 dest=
	shift
	if [ "${PYROTREE_THROWAWAY:-}" = 1 ]; then
		(
			rm -f "$(pg_path sharedir)"/extension/pyrotree* "$(pg_path pkglibdir)"/pyrotree.so
			cd "$WORK/$name" || exit 1
			make -s install PG_CONFIG="$PG_CONFIG" "$@"
		) >"$WORK/$name-install.log" 2>&1
	else
		dest=$WORK/$name-dest
		in_tree "$WORK/$name" 120 make -s install DESTDIR="$dest" PG_CONFIG="$PG_CONFIG" "$@" \
			>"$WORK/$name-install.log" 2>&1
	fi
}

# The settings with which a server finds the extension in a DESTDIR.  Debian's
# servers before 18 have extension_destdir, all from 18 extension_control_path.
private_settings() {
	local dest=$1 known
	known=$(as_runner "$(pg_path bindir)/postgres" --describe-config | cut -f 1)
	case $'\n'$known$'\n' in
		*$'\n'extension_destdir$'\n'*)
			say "extension_destdir = '$dest'" ;;
		*$'\n'extension_control_path$'\n'*)
			say "extension_control_path = '$dest$(pg_path sharedir):\$system'" ;;
		*)
			die "This server can only use extensions installed into it; use Debian's, or 18" ;;
	esac
	say "dynamic_library_path = '$dest$(pg_path pkglibdir):\$libdir'"
}

# Settings for the test servers of a build, in $WORK/NAME.conf.
write_test_settings() {
	local name=$1
	{
		say "fsync = off"
		# compiling queries takes a fifth of the time of the regression tests; the
		# main run has it
		if [ "${PYROTREE_QUICK:-}" = 1 ]; then
			say "jit = off"
		fi
		if [ "${PYROTREE_THROWAWAY:-}" != 1 ]; then
			private_settings "$WORK/$name-dest"
		fi
	} >"$WORK/$name.conf"
}

# ---------------------------------------------------------------------
# Private clusters
# ---------------------------------------------------------------------

# Make a cluster in a folder of the runner's; settings come from stdin.
#   make_cluster FOLDER SOCKET_FOLDER <settings
make_cluster() {
	local folder=$1 sockets=$2
	(
		cd /
		as_runner "$(pg_path bindir)/initdb" -D "$folder/data" -U postgres -A trust \
			--encoding=UTF8 --locale=C.UTF-8 --no-sync >"$folder/initdb.log" 2>&1 || {
			show_end "$folder/initdb.log" >&2
			exit 1
		}
		{
			say "listen_addresses = ''"
			say "unix_socket_directories = '$sockets'"
			say "port = 5432"
			cat
		} >>"$folder/data/postgresql.conf"
	)
}

# Start it; further arguments are commands to start it under (env A=b).
start_cluster() {
	local folder=$1
	shift
	(
		cd /
		# its own session and no inherited descriptors: it outlives us in the demo
		as_runner timeout 100 "$@" "$(pg_path bindir)/pg_ctl" -D "$folder/data" -l "$folder/server.log" \
			-w -t 90 -s start </dev/null >"$folder/start.log" 2>&1 || {
			show_end "$folder/start.log" >&2
			show_end "$folder/server.log" >&2
			exit 1
		}
	)
}

# Stop it; -m fast, so that what it still has to say reaches the log.
stop_cluster() {
	(
		cd /
		as_runner timeout 100 "$(pg_path bindir)/pg_ctl" -D "$1/data" -m fast -w -t 90 -s stop
	)
}

# psql as the superuser of a cluster: psql_in SOCKET_FOLDER DATABASE arguments...
psql_in() {
	local sockets=$1 database=$2
	shift 2
	as_runner "$(pg_path bindir)/psql" -X -q -h "$sockets" -p 5432 -U postgres -d "$database" \
		-v ON_ERROR_STOP=1 "$@"
}

# ---------------------------------------------------------------------
# Counting
# ---------------------------------------------------------------------

# How many tests pg_regress found good; from 16 on it prints TAP.
count_regress_ok() {
	grep -cE '^(test .* \.\.\. ok |ok [0-9]+ )' "$1" || true
}

# The names of those it found bad, on one line.
regress_failures() {
	sed -nE 's/^(test +([^ ]+) .*\.\.\. FAILED|not ok [0-9]+ +- ([^ ]+)).*/\2\3/p' "$1" | paste -s -d ' '
}

# The last "N passed, N failed" of a text on stdin, as "N N"; fails if none.
last_counts() {
	sed -n 's/^\([a-z0-9-]*: \)\{0,1\}\([0-9][0-9]*\) passed, \([0-9][0-9]*\) failed.*$/\2 \3/p' |
		tail -n 1 | grep .
}
