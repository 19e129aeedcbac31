# shellcheck shell=bash
#
# What the consumer tests share; sourced behind test/lib.sh.

# Install what is missing, of the extension and of the consumers.
need_consumer_packages() {
	find_server
	need_packages make gcc libc6-dev perl xz-utils "${SERVER_PACKAGES[@]}" "${LIBRARY_PACKAGES[@]}" "$@"
	check_server
}

# Node.js and npm, which may be here without Debian's packages.
need_node() {
	command -v node >/dev/null || need_packages nodejs
	command -v npm >/dev/null || need_packages npm
}

# A private cluster with the extension, in a work folder: start_consumer_cluster NAME
start_consumer_cluster() {
	make_work_folder "$1"
	build_tree gcc CC=gcc with_llvm=no || die "$(show_start "$WORK/gcc.log")"
	install_tree gcc with_llvm=no
	write_test_settings gcc
	as_runner mkdir "$WORK/cluster"
	make_cluster "$WORK/cluster" "$SOCKETS" <"$WORK/gcc.conf"
	start_cluster "$WORK/cluster"
	sql -c 'CREATE EXTENSION pyrotree'
}

# psql in it.
sql() { psql_in "$SOCKETS" postgres "$@"; }

# The scripts of test/consumers and the npm packages of its package.json, in the
# work folder; or those of a folder in it that has its own: need_npm_packages [FOLDER]
need_npm_packages() {
	as_runner mkdir "$WORK/node"
	cp "$ROOT"/test/consumers/*.mjs "$ROOT/test/consumers/package.json" "$WORK/node"
	[ $# = 0 ] || cp -r "$ROOT/test/consumers/$1/." "$WORK/node"
	give_to_runner "$WORK/node"
	in_tree "$WORK/node" 600 npm install --silent --no-fund --no-audit >"$WORK/npm.log" 2>&1 || {
		show_end "$WORK/npm.log"
		die "npm install failed"
	}
}

# Run a script of test/consumers: run_node SCRIPT arguments...
run_node() {
	in_tree "$WORK/node" 540 node "$@"
}
