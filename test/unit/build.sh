# shellcheck shell=sh
# Sourced by test/unit/run.sh and test/fuzz/*.sh, from the top of the tree:
# the core as a library, and programs over it.  Writes only below build/.

# core_library BUILD CC FLAGS
core_library()
{
	# other flags than last time: build anew
	if [ "$(cat "$1/flags" 2>/dev/null)" != "$2 $3" ]; then
		rm -rf "$1"
		mkdir -p "$1"
		echo "$2 $3" >"$1/flags"
	fi
	make -s -f test/core.mk BUILD="$1" CC="$2" FLAGS="$3"
}

# core_program BUILD CC FLAGS PROGRAM ARGUMENT ...: sources and what to link,
# after core_library; test/unit/support.c is linked in
core_program()
{
	_build=$1
	_cc=$2
	_flags=$(make -s -f test/core.mk BUILD="$1" CC="$2" FLAGS="$3" flags)
	_program=$4
	shift 4
	if [ -z "$(find "$_build/support.o" -newer test/unit/support.c -newer test/unit/support.h \
		-newer "$_build/libptcore.a" 2>/dev/null)" ]; then
		# shellcheck disable=SC2086 # words
		$_cc $_flags -c -o "$_build/support.o" test/unit/support.c || return 1
	fi
	# shellcheck disable=SC2046,SC2086 # words
	$_cc $_flags -o "$_program" "$@" "$_build/support.o" -Wl,--wrap=pg_malloc,--wrap=pg_realloc \
		$(make -s -f test/core.mk BUILD="$_build" libs)
}
