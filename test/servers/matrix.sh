#!/bin/sh
# The tests on the servers of other Debian releases, each in a chroot of its own:
#
#   sh test/servers/matrix.sh [bookworm] [trixie] [upgrade] [forky] [speed]      (as root)
#
#   bookworm   a bare Debian 12: the demo as root and as a user with sudo, the
#              Debian package from build to removal
#   trixie     PostgreSQL 17: compile, regress, tap, docs
#   upgrade    pg_upgrade 15 -> 17 -> 18 over stored values of every type
#   forky      PostgreSQL 18: the same as for 17
#   speed      how fast batches are there
#
# Where no chroot can be made the line says so and counts as skipped, and so where the
# time KPI_UNTIL (seconds since 1970) has passed before a part begins.  Chroots
# and mounts are gone when the script ends: it lives in a mount namespace of its
# own.  The last line counts the tests.
set -eu
KPI_SOURCE=$(cd "$(dirname "$0")/../.." && pwd)

# The mirror that this system's apt uses.
mirror() {
    cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
        sed -n -e 's/^deb *\(\[[^]]*\]\)* *\(http[^ ]*debian\)\/* .*/\2/p' -e 's/^URIs: *\(http[^ ]*debian\)\/* *$/\1/p' |
        head -n 1 | grep . || echo http://deb.debian.org/debian
}
MIRROR=$(mirror)

passed=0
failed=0
skipped=0

say() {
    printf '%s\n' "$*"
}

skip() {
    say "skipped: $*"
    skipped=$((skipped + 1))
}

summary() {
    say "$passed passed, $failed failed, $skipped skipped"
    [ $failed = 0 ]
    exit $?
}

# Runs a command whose last line is "N passed, N failed[, N skipped]" and adds it up.
tally() {
    tally_name=$1
    shift
    say
    say "== $tally_name"
    tally_status=0
    "$@" >"$BASE/output" 2>&1 </dev/null || tally_status=$?
    tally_counts=$(sed -n 's/^\([0-9][0-9]*\) passed, \([0-9][0-9]*\) failed.*/\1 \2/p' "$BASE/output" | tail -n 1)
    tally_skipped=$(sed -n 's/^skipped: \([0-9][0-9]*\)$/\1/p' "$BASE/output" | tail -n 1)
    if [ -z "$tally_counts" ] || { [ $tally_status != 0 ] && [ "${tally_counts#* }" = 0 ]; }; then
        tally_counts="${tally_counts% *}"
        tally_counts="${tally_counts:-0} 1"
    fi
    if [ "${tally_counts#* }" = 0 ]; then
        grep -E '^(==|ok)' "$BASE/output" || true
    else
        tail -n 200 "$BASE/output"
    fi
    passed=$((passed + ${tally_counts% *}))
    failed=$((failed + ${tally_counts#* }))
    skipped=$((skipped + ${tally_skipped:-0}))
    say "== $tally_name: passed ${tally_counts% *}, failed ${tally_counts#* }"
}

# make_chroot SUITE: a minimal Debian in $BASE/SUITE with this tree in /kpi/tree, unless it
# has been prepared
make_chroot() {
    if [ -e "$BASE/$1.pid" ]; then
        wait "$(cat "$BASE/$1.pid")" || true
        rm -f "$BASE/$1.pid"
        cat "$BASE/$1.made"
    fi
    [ -e "$BASE/$1/kpi/made" ] || debootstrap_chroot "$@"
}

# Chroots are made while tests run in another: the network is what they wait for.
prepare_chroots() {
    for prepared in "$@"; do
        (
            debootstrap_chroot "$prepared" >"$BASE/$prepared.made" 2>&1 &&
                inside "$prepared" PG_MAJOR="$(major_of "$prepared")" sh -c '. /kpi/tree/test/servers/server.sh; need_postgres perl libipc-run-perl' \
                    /kpi/tree/test/servers/server.sh >/dev/null 2>&1
        ) &
        echo $! >"$BASE/$prepared.pid"
    done
}

major_of() {
    case $1 in
    bookworm) echo 15 ;;
    trixie) echo 17 ;;
    forky) echo 18 ;;
    esac
}

debootstrap_chroot() {
    suite=$1
    root=$BASE/$suite
    umount -R -l "$root/proc" "$root/dev" 2>/dev/null || true
    rm -rf --one-file-system "$root"
    script=$suite
    # debootstrap of Debian 12 has no script for forky; sid's is the same
    [ -e "/usr/share/debootstrap/scripts/$suite" ] || script=sid
    debootstrap --variant=minbase "$suite" "$root" "$MIRROR" "$script" >"$BASE/$suite.log" 2>&1 || {
        tail -n 3 "$BASE/$suite.log"
        return 1
    }
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    cp /etc/resolv.conf "$root/etc/resolv.conf"
    mkdir -p "$root/etc/apt/apt.conf.d" "$root/etc/postgresql-common" "$root/kpi/tree"
    echo 'Acquire::Check-Valid-Until "false";' >"$root/etc/apt/apt.conf.d/90valid-until"
    echo 'create_main_cluster = false' >"$root/etc/postgresql-common/createcluster.conf"
    case $suite in
    bookworm | trixie)
        # pg_upgrade wants servers of the same age
        echo "deb $MIRROR-security $suite-security main" >"$root/etc/apt/sources.list.d/security.list"
        ;;
    esac
    (cd "$KPI_SOURCE" && tar -cf - --exclude=.git .) | tar -xf - -C "$root/kpi/tree"
    if [ -d "$KPI_SOURCE/../shared/data" ]; then
        mkdir -p "$root/kpi/shared"
        cp -rL "$KPI_SOURCE/../shared/data" "$root/kpi/shared/"
    fi
    chroot "$root" apt-get update -qq >"$BASE/$suite.log" 2>&1 || {
        tail -n 3 "$BASE/$suite.log"
        return 1
    }
    touch "$root/kpi/made"
}

inside() {
    inside_root=$BASE/$1
    shift
    chroot "$inside_root" env LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"
}

# The demo: its exit status, and that it reached the end of the report.
demo() {
    if inside bookworm "$@" sh /kpi/tree/examples/demo.sh; then
        say "ok - the demo runs ${1:+as a user with sudo}"
        say "1 passed, 0 failed"
    else
        say "0 passed, 1 failed"
    fi
}

run_bookworm() {
    make_chroot bookworm || {
        skip "no chroot of bookworm can be made"
        return 0
    }
    tally "bare Debian 12: the demo as root" demo
    inside bookworm sh -c 'apt-get install -y -qq --no-install-recommends sudo >/dev/null 2>&1 &&
        useradd -m analyst && echo "analyst ALL=(ALL) NOPASSWD: ALL" >/etc/sudoers.d/analyst'
    tally "bare Debian 12: the demo as a user with sudo" demo setpriv --reuid=analyst --regid=analyst --init-groups \
        env HOME=/home/analyst USER=analyst
    tally "bare Debian 12: the package" inside bookworm sh /kpi/tree/test/servers/package.sh
}

run_server() {
    # one server gets the long runs in full: that of test/run.sh
    make_chroot "$1" || {
        skip "no chroot of $1 can be made: PostgreSQL $2 is not tested"
        return 0
    }
    tally "PostgreSQL $2 on $1" inside "$1" PG_MAJOR="$2" KPI_FUZZ="${KPI_FUZZ:-20000}" KPI_ROUNDS="${KPI_ROUNDS:-1}" \
        KPI_RANDOM="${KPI_RANDOM:-3000}" KPI_STRANGER="${KPI_STRANGER:-2000}" KPI_STRESS="${KPI_STRESS:-15}" KPI_CRASHES="${KPI_CRASHES:-5}" KPI_MUTANTS="${KPI_MUTANTS:-no}" \
        sh /kpi/tree/test/run.sh compile regress isolation tap docs
}

# Speed is shown and proves nothing here: a test asserts no time.
run_speed() {
    for pair in trixie:17 forky:18; do
        [ -e "$BASE/${pair%:*}/kpi/made" ] && [ "$(date +%s)" -le "${KPI_UNTIL:-9999999999}" ] || continue
        say
        inside "${pair%:*}" PG_MAJOR="${pair#*:}" KPI_BENCH_RUNS=3 sh /kpi/tree/test/bench/run.sh 500000 batch window 2>/dev/null </dev/null ||
            say "the benchmark did not run to its end"
    done
}

run_upgrade() {
    for suite in trixie forky; do
        make_chroot "$suite" || {
            skip "pg_upgrade: no chroot of $suite can be made"
            return 0
        }
    done
    for pair in trixie:17 forky:18; do
        inside "${pair%:*}" PG_MAJOR="${pair#*:}" sh -c '. /kpi/tree/test/servers/server.sh; need_postgres' /kpi/tree/test/servers/server.sh
    done
    tally "pg_upgrade 15 -> 17 -> 18" sh "$KPI_SOURCE/test/servers/pg_upgrade.sh" "$BASE/trixie" 17 "$BASE/forky" 18
}

if [ "$(id -u)" != 0 ]; then
    skip "chroots need root: only this machine's server is tested"
    summary
fi
if [ -z "${KPI_MATRIX_INSIDE:-}" ]; then
    if ! unshare --mount true 2>/dev/null; then
        skip "no mount namespace can be made: only this machine's server is tested"
        summary
    fi
    KPI_MATRIX_INSIDE=1 exec unshare --mount --propagation private sh "$0" "$@"
fi
if ! command -v debootstrap >/dev/null; then
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends debootstrap; } >/dev/null 2>&1 || {
        skip "debootstrap cannot be installed: only this machine's server is tested"
        summary
    }
fi

BASE=$(mktemp -d "${TMPDIR:-/tmp}/kpi-matrix-XXXXXX")
chmod 755 "$BASE"
finish() {
    status=$?
    trap - EXIT
    # chroots that are still being made
    wait
    for mounted in "$BASE"/*/proc "$BASE"/*/dev; do
        umount -R -l "$mounted" 2>/dev/null || true
    done
    # never through a mount that is still there
    rm -rf --one-file-system "$BASE"
    exit $status
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

[ $# -gt 0 ] || set -- bookworm trixie upgrade forky speed
case " $* " in *" bookworm trixie upgrade forky "*) prepare_chroots trixie forky ;; esac
for part in "$@"; do
    if [ "$(date +%s)" -gt "${KPI_UNTIL:-9999999999}" ]; then
        skip "no time is left for $part"
        continue
    fi
    case $part in
    bookworm) run_bookworm ;;
    trixie) run_server trixie 17 ;;
    forky) run_server forky 18 ;;
    upgrade) run_upgrade ;;
    speed) run_speed ;;
    *)
        say "unknown part: $part"
        failed=1
        ;;
    esac
done
say
summary
