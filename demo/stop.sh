#!/bin/bash
#
# Ends the demo ("make demo-stop"): stops its server and removes all it made,
# whole or half-made.  Says nothing with --quiet.
#
# demo/state/folder names the folder that holds everything of the demo,
# demo/state/sockets that of its socket.

# shellcheck source=../test/lib.sh
. "$(dirname "$0")/../test/lib.sh"

STATE=$ROOT/demo/state

# The path in a file of the state, "" if there is none.  What does not look as
# demo.sh writes it is not touched.
noted_path() {
	local path
	path=$(cat "$STATE/$1" 2>/dev/null) || return 0
	case $path in
		"$STATE"/server | /var/tmp/pyrotree-demo.?????? | /tmp/pyrotree.??????) printf '%s' "$path" ;;
		*) die "demo/state/$1 names \"$path\", which is none of the demo's; not removed" ;;
	esac
}

main() {
	local folder sockets
	if [ ! -e "$STATE" ]; then
		[ "${1:-}" = --quiet ] || say "There is no demo to end."
		exit 0
	fi
	if [ ! -w "$STATE" ]; then
		die "The demo belongs to user $(stat -c %U "$STATE"); end it as that user or as root."
	fi
	folder=$(noted_path folder)
	sockets=$(noted_path sockets)
	if [ -n "$folder" ]; then
		stop_servers_below "$folder"
		rm -rf "$folder"
	fi
	if [ -n "$sockets" ]; then
		rm -rf "$sockets"
	fi
	rm -rf "$STATE"
	[ "${1:-}" = --quiet ] || say "The demo is ended and removed${folder:+ (it was in $folder)}."
}

main "$@"
