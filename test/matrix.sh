#!/bin/sh
# The whole suite on the other supported servers, each in a Debian of its own:
#
#   sh test/matrix.sh [suite ...]        trixie (PostgreSQL 17), forky (18)
#
# makes a minimal chroot for each with debootstrap (as root or with sudo), runs
# test/run.sh in it on a copy of this tree, and removes it.  KPI_CHROOT_trixie=/dir
# uses a ready one and leaves it.  KPI_PARTS says which parts of test/run.sh run.
# The last line counts the tests of all.
set -eu
# shellcheck source=test/server.sh
. "$(dirname "$0")/server.sh"

PARTS=${KPI_PARTS:-compile regress isolation tap docs}
passed=0
failed=0
skipped=0

# Makes a Debian in the directory $2.  Forky is newer than bookworm's debootstrap.
make_chroot() {
    script=$1
    [ -e "/usr/share/debootstrap/scripts/$1" ] || script=sid
    as_root debootstrap --variant=minbase "$1" "$2" "$(mirror)" "$script" >"$TMP/$1.log" 2>&1 || {
        tail -n 20 "$TMP/$1.log"
        return 1
    }
    # an archive in the making may be served with an expired date
    echo 'Acquire::Check-Valid-Until "false";' | as_root tee "$2/etc/apt/apt.conf.d/99kpi" >/dev/null
}

# The mirror that this system's apt uses.
mirror() {
    cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
        sed -n -e 's/^deb *\(\[[^]]*\]\)* *\(http[^ ]*debian\)\/* .*/\2/p' -e 's/^URIs: *\(http[^ ]*debian\)\/* *$/\1/p' |
        head -n 1 | grep . || echo http://deb.debian.org/debian
}

clean() {
    status=$?
    trap - EXIT
    if [ -n "${mounted:-}" ]; then
        as_root umount -R "$mounted/proc" 2>/dev/null || as_root umount -l "$mounted/proc" || true
    fi
    # a chroot made here; what is still mounted in it must not be removed
    as_root rm -rf --one-file-system "$TMP"
    exit "$status"
}

run_suite() {
    say
    say "#### $1"
    eval "chroot=\${KPI_CHROOT_$1:-}"
    if [ -z "$chroot" ]; then
        chroot=$TMP/$1
        if ! make_chroot "$1" "$chroot"; then
            say "NOT TESTED on $1: its chroot could not be made (see above)"
            failed=$((failed + 1))
            return 0
        fi
    fi
    mounted=$chroot
    as_root mount -t proc proc "$chroot/proc" || say "no /proc in the chroot"
    as_root cp /etc/resolv.conf "$chroot/etc/resolv.conf"
    as_root rm -rf "$chroot/kpi"
    as_root mkdir -p "$chroot/kpi/tree" "$chroot/kpi/shared"
    tar -C "$KPI_SOURCE" -cf - --exclude='*.o' --exclude='*.so' --exclude='*.bc' --exclude=tmp_check . |
        as_root tar -xf - -C "$chroot/kpi/tree"
    if [ -d "$KPI_SOURCE/../shared/data" ]; then
        as_root cp -rL "$KPI_SOURCE/../shared/data" "$chroot/kpi/shared/"
    fi
    # shellcheck disable=SC2086
    as_root env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C KPI_ROUNDS="${KPI_ROUNDS:-1}" KPI_FUZZ="${KPI_FUZZ:-20000}" \
        ${TAP_TESTS:+"TAP_TESTS=$TAP_TESTS"} \
        chroot "$chroot" sh /kpi/tree/test/run.sh $PARTS >"$TMP/$1.out" 2>&1 </dev/null || true
    cat "$TMP/$1.out"
    as_root umount "$chroot/proc" || as_root umount -l "$chroot/proc" || true
    mounted=
    as_root rm -rf "$chroot/kpi"
    last=$(tail -n 1 "$TMP/$1.out")
    case $last in
    [0-9]*" passed, "[0-9]*" failed")
        say "#### $1: $last"
        passed=$((passed + ${last%% *}))
        last=${last#*, }
        failed=$((failed + ${last%% *}))
        ;;
    *)
        say "#### $1: the suite did not finish"
        failed=$((failed + 1))
        ;;
    esac
    [ "$chroot" != "$TMP/$1" ] || as_root rm -rf --one-file-system "$chroot"
}

[ $# -gt 0 ] || set -- trixie forky
need_packages debootstrap mount
TMP=$(mktemp -d "${TMPDIR:-/tmp}/kpi-matrix-XXXXXX")
chmod 755 "$TMP"
trap clean EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
for suite in "$@"; do
    run_suite "$suite"
done
[ $((passed + failed)) -gt 0 ] || failed=1
say
say "$passed passed, $failed failed"
[ "$failed" = 0 ]
