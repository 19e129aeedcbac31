#!/bin/bash
#
# Builds and tests on other PostgreSQL majors ("make test-versions"):
#
#   test/versions.sh            17 and 18
#   test/versions.sh 17         one of them
#
# Each runs in a chroot with the Debian release that has it, made from the
# mirror that apt here is set up with.  The chroots stay in PYROTREE_CHROOTS
# (default /var/tmp/pyrotree-chroots), so only the first run is slow; remove
# the folder to have them made anew.  Needs root; is skipped without.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

CHROOTS=${PYROTREE_CHROOTS:-/var/tmp/pyrotree-chroots}
TEST_PARTS=(regress isolation tap)
PASSED=0
FAILED=0

# The Debian release that has a major, "" for none.
release_of() {
	case $1 in
		15) say bookworm ;;
		17) say trixie ;;
		18) say forky ;;
	esac
}

# The address apt has for Debian's own archives: mirror_of Debian|Debian-Security
mirror_of() {
	# shellcheck disable=SC2016
	apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' |
		sed -n "s/^$1 //p" | head -n 1
}

# The sources.list of a chroot.  Trixie without its security archive has
# 17.11, to which 15.20 cannot be upgraded.
sources_for() {
	local release=$1 mirror security
	mirror=$(mirror_of Debian)
	security=$(mirror_of Debian-Security)
	[ -n "$mirror" ] || die "apt on this machine knows no Debian mirror"
	say "deb $mirror $release main"
	if [ "$release" != forky ] && [ -n "$security" ]; then
		say "deb $security $release-security main"
	fi
}

# What is installed in a chroot, for mmdebstrap.
packages_for() {
	local IFS=,
	say "postgresql-$1,make,gcc,libc6-dev,perl,libipc-run-perl,xz-utils,${LIBRARY_PACKAGES[*]}"
}

# Debian's server-dev packages depend on clang and llvm, 1 GB that a build
# without bitcode does not need: they are only unpacked.
make_chroot() {
	local major=$1 folder=$2 release sources proxy options=()
	release=$(release_of "$major")
	sources=$(sources_for "$release")
	for proxy in Acquire::http::Proxy Acquire::https::Proxy; do
		proxy=$(apt-config dump --format '%f "%v";%n' "$proxy")
		[ -z "$proxy" ] || options+=("--aptopt=$proxy")
	done
	# a testing release that was not refreshed for a while is still good
	[ "$release" != forky ] || options+=('--aptopt=Acquire::Check-Valid-Until "false"')

	# shellcheck disable=SC2016
	printf '%s\n' "$sources" | mmdebstrap --mode=root --variant=apt "${options[@]}" \
		--include="$(packages_for "$major")" \
		--dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
		--dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt=force-confold \
		--setup-hook='mkdir -p "$1/usr/sbin" "$1/etc/postgresql-common"' \
		--setup-hook='printf "#!/bin/sh\nexit 101\n" >"$1/usr/sbin/policy-rc.d"' \
		--setup-hook='chmod +x "$1/usr/sbin/policy-rc.d"' \
		--setup-hook='echo "create_main_cluster = false" >"$1/etc/postgresql-common/createcluster.conf"' \
		--customize-hook="chroot \"\$1\" sh -c 'cd /tmp &&
			apt-get -q download postgresql-server-dev-$major &&
			dpkg -x postgresql-server-dev-$major*.deb / && rm *.deb'" \
		"$release" "$folder"
}

# The chroot of a major, made if it is not there whole or has other packages;
# its log is shown if that fails.
need_chroot() {
	local major=$1 folder=$CHROOTS/$1 started=$SECONDS
	[ "$(cat "$folder.made" 2>/dev/null)" != "$(packages_for "$major")" ] || return 0
	say "$major: making a chroot in $folder"
	rm -rf --one-file-system "$folder" "$folder.made"
	if ! make_chroot "$major" "$folder" >"$CHROOTS/$major.log" 2>&1 </dev/null; then
		tail -n 40 "$CHROOTS/$major.log"
		return 1
	fi
	packages_for "$major" >"$folder.made"
	say "$major: chroot made ($(since "$started"))"
}

# Build and test in the chroot of a major, by the tree's own test/run.sh.
test_in_chroot() {
	local major=$1 folder=$CHROOTS/$1
	rm -rf "$folder/build/pyrotree"
	(
		# as root's files: run.sh makes the copies for the runner
		give_to_runner() { :; }
		copy_tree "$folder/build/pyrotree"
	) || return 1
	timeout --kill-after=30 1000 chroot "$folder" \
		env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 PYROTREE_THROWAWAY=1 PYROTREE_QUICK=1 \
		PG_CONFIG="/usr/lib/postgresql/$major/bin/pg_config" \
		/build/pyrotree/test/run.sh "${TEST_PARTS[@]}" </dev/null
}

# One major: test_major MAJOR
test_major() {
	local major=$1 status=0 good=0 bad=0 counts log=$CHROOTS/$1-test.log
	# one run at a time in each chroot
	exec 9>"$CHROOTS/$major.lock"
	flock 9
	if ! need_chroot "$major"; then
		FAILED=$((FAILED + 1))
		say "$major: no chroot: FAILED"
		return
	fi
	test_in_chroot "$major" 2>&1 | tee "$log" | sed "s/^/$major: /" || status=$?
	if counts=$(last_counts <"$log"); then
		read -r good bad <<<"$counts"
	fi
	if { [ "$status" != 0 ] || [ "$good" = 0 ]; } && [ "$bad" = 0 ]; then
		bad=1
	fi
	PASSED=$((PASSED + good))
	FAILED=$((FAILED + bad))
}

# The folder of the chroots; root runs what is in it, so nobody else may have
# put it there.
need_chroots_folder() {
	mkdir -p "$CHROOTS"
	CHROOTS=$(cd "$CHROOTS" && pwd -P)
	[ "$(stat -c %u "$CHROOTS")" = 0 ] || die "$CHROOTS does not belong to root"
	chmod 755 "$CHROOTS"
}

main() {
	local major
	[ $# -gt 0 ] || set -- 17 18
	for major in "$@"; do
		[ -n "$(release_of "$major")" ] || die "No Debian release is known here to have PostgreSQL $major"
	done
	if ! is_root; then
		say "versions: skipped, chroots need root"
		say "versions: 0 passed, 0 failed"
		exit 0
	fi
	need_packages mmdebstrap xz-utils
	[ -n "$(mirror_of Debian)" ] || apt_get update
	need_chroots_folder
	for major in "$@"; do
		test_major "$major"
	done
	say "versions: $PASSED passed, $FAILED failed"
	[ "$FAILED" = 0 ]
}

main "$@"
