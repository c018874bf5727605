#!/bin/sh
# What the demo, the tests and the benchmarks share: install what is missing,
# build this tree, and run a throwaway PostgreSQL server.  Sourced, not run.
#
#   . test/servers/server.sh
#   need_packages ...                 # apt, only for what is missing
#   need_postgres [package ...]       # PostgreSQL $PG_MAJOR, what builds the extension, and more
#   need_node                         # node and npm
#   begin [DIRECTORY]                 # a temporary directory, removed at exit
#   private_postgres                  # a copy of the installed PostgreSQL in it
#   build                             # this tree, installed in the copy
#   start_server                      # a cluster in the copy, socket only
#   as_runner COMMAND ...             # run as the unprivileged account
#
# Nothing is installed into the system's PostgreSQL and no cluster of its is
# touched: PostgreSQL finds its files relative to its programs, so a copy of
# the programs with a place of its own for extensions is a second installation.
# PostgreSQL refuses to run as root; root's servers run as "nobody".

# the top of the tree that the calling script lies in
KPI_SOURCE=$(cd "$(dirname "$0")" && while [ ! -e kpi.control ] && [ "$PWD" != / ]; do cd ..; done && pwd)

say() {
    printf '%s\n' "$*"
}

fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

[ -e "$KPI_SOURCE/kpi.control" ] || fail "$0 does not lie in a tree of kpi"

# As root, or with sudo.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1; then
        sudo "$@"
    else
        fail "this step needs root: $* (run as root, or install sudo)"
    fi
}

package_installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# A sign of life for what takes long and says nothing: a dot every three seconds
# while COMMAND runs.  The one who prints them ends with this shell, whatever ends it.
with_dots() {
    (
        nap=
        trap 'kill $nap 2>/dev/null || true; exit 0' TERM
        while kill -0 $$ 2>/dev/null; do
            sleep 3 >/dev/null 2>&1 &
            nap=$!
            wait $nap
            printf .
        done
    ) &
    dots=$!
    dots_status=0
    "$@" || dots_status=$?
    kill $dots 2>/dev/null || true
    wait $dots 2>/dev/null || true
    say
    return $dots_status
}

# Installs the named Debian packages that are missing.  Debian creates a main
# cluster with the server unless told not to; it is told so for this call only.
need_packages() {
    missing=
    for package in "$@"; do
        package_installed "$package" || missing="$missing $package"
    done
    [ -z "$missing" ] && return 0
    say "Installing:$missing"
    # sudo's question comes before the dots
    as_root true
    update_packages
    conf=/etc/postgresql-common/createcluster.conf
    kept=
    if [ -e $conf ]; then
        kept=$(cat $conf)
    else
        as_root mkdir -p ${conf%/*}
    fi
    printf '%s\ncreate_main_cluster = false\n' "$kept" | as_root tee $conf >/dev/null
    status=0
    apt_log=$(mktemp)
    # shellcheck disable=SC2086
    printf '%s packages ' "$(apt-get install -s -qq --no-install-recommends $missing 2>/dev/null | grep -c '^Inst')"
    with_dots install_missing || {
        status=$?
        tail -n 20 "$apt_log" >&2
    }
    rm -f "$apt_log"
    if [ -n "$kept" ]; then
        printf '%s\n' "$kept" | as_root tee $conf >/dev/null
    elif [ -e "/usr/share/postgresql-common/${conf##*/}" ]; then
        as_root cp "/usr/share/postgresql-common/${conf##*/}" $conf
        as_root rm -f $conf.ucf-dist
    else
        as_root rm $conf
        as_root rmdir ${conf%/*} 2>/dev/null || true
    fi
    [ $status = 0 ] || fail "apt-get could not install:$missing"
}

install_missing() {
    # shellcheck disable=SC2086
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        -o DPkg::Lock::Timeout=300 $missing >"$apt_log" 2>&1 </dev/null
}

update_packages() {
    [ -z "${packages_updated:-}" ] || return 0
    printf 'Package lists '
    with_dots as_root apt-get update -qq ||
        fail "apt-get update failed: check the network and /etc/apt/sources.list"
    packages_updated=yes
}

# Sets PG_MAJOR unless it is set: the newest supported server that is installed
# with what is needed to build for it, else the one that apt offers.
choose_postgres() {
    [ -z "${PG_MAJOR:-}" ] || return 0
    for PG_MAJOR in 18 17 16 15; do
        if [ -x "/usr/lib/postgresql/$PG_MAJOR/bin/postgres" ] &&
            [ -e "/usr/lib/postgresql/$PG_MAJOR/lib/pgxs/src/makefiles/pgxs.mk" ]; then
            return 0
        fi
    done
    [ -n "$(apt-cache pkgnames postgresql-common)" ] || update_packages
    for PG_MAJOR in 18 17 16 15; do
        if [ -n "$(apt-cache pkgnames "postgresql-server-dev-$PG_MAJOR")" ]; then
            return 0
        fi
    done
    fail "apt offers no PostgreSQL 15, 16, 17 or 18"
}

need_postgres() {
    need_packages "postgresql-$PG_MAJOR" "postgresql-server-dev-$PG_MAJOR" gcc make "$@"
}

# Node and npm: those that are there, else Debian's.
need_node() {
    command -v node >/dev/null 2>&1 || need_packages nodejs
    command -v npm >/dev/null 2>&1 || need_packages npm
}

# The packages of the dashboard's preview, as its lock file pins them, in
# $TMP/node: node_packages [npm options]
node_packages() {
    mkdir -p "$TMP/node"
    cp "$KPI_SOURCE"/examples/grafana/preview/package*.json "$TMP/node/"
    (cd "$TMP/node" && npm ci --ignore-scripts --no-audit --no-fund --cache "$TMP/npm" "$@" >"$TMP/npm.log" 2>&1) || {
        tail -n 20 "$TMP/npm.log" >&2
        return 1
    }
}

# A temporary directory TMP that the runner account owns.
begin() {
    if [ "$(id -u)" = 0 ]; then
        RUNNER=nobody
    else
        RUNNER=
    fi
    if [ $# -gt 0 ]; then
        TMP=$1
        mkdir -p "$TMP"
    else
        TMP=$(mktemp -d "${TMPDIR:-/tmp}/kpi-XXXXXX") || fail "no temporary directory"
        trap 'finish' EXIT
        trap 'exit 130' INT
        trap 'exit 143' TERM
    fi
    chmod 755 "$TMP"
    [ -z "$RUNNER" ] || chown "$RUNNER" "$TMP"
    SERVER_LOG=$TMP/server.log
    PGDATA=$TMP/data
    PGHOST=$TMP
    PGPORT=${PGPORT_BASE:-5433}
    PGUSER=postgres
    PGDATABASE=postgres
    HOME=$TMP
    export PGDATA PGHOST PGPORT PGUSER PGDATABASE HOME
    unset PGSERVICE PGPASSFILE PGOPTIONS PGHOSTADDR PGPASSWORD PGSERVICEFILE || true
}

finish() {
    status=$?
    trap - EXIT
    stop_server
    cd /
    rm -rf "$TMP"
    exit "$status"
}

# The environment goes along, and standard input.
as_runner() {
    if [ -z "$RUNNER" ]; then
        "$@"
    else
        setpriv --reuid="$RUNNER" --regid="$(id -g "$RUNNER")" --clear-groups -- "$@"
    fi
}

# A copy of PostgreSQL $PG_MAJOR below $TMP/usr; sets PG_CONFIG and PATH.
private_postgres() {
    [ -x "/usr/lib/postgresql/$PG_MAJOR/bin/pg_config" ] ||
        fail "PostgreSQL $PG_MAJOR is not installed (packages postgresql-$PG_MAJOR and postgresql-server-dev-$PG_MAJOR)"
    mkdir -p "$TMP/usr/lib/postgresql" "$TMP/usr/share/postgresql"
    cp -a "/usr/lib/postgresql/$PG_MAJOR" "$TMP/usr/lib/postgresql/"
    cp -a "/usr/share/postgresql/$PG_MAJOR" "$TMP/usr/share/postgresql/"
    ln -sfn /usr/include "$TMP/usr/include"
    for library in /usr/lib/*-linux-gnu*; do
        ln -sfn "$library" "$TMP/usr/lib/$(basename "$library")"
    done
    [ -z "$RUNNER" ] || chown -R "$RUNNER" "$TMP/usr"
    PGBIN=$TMP/usr/lib/postgresql/$PG_MAJOR/bin
    PG_CONFIG=$PGBIN/pg_config
    PATH=$PGBIN:$PATH
    export PG_CONFIG PATH
}

# A copy of this tree in $TMP/NAME, built there (never in the tree itself) and
# installed in the private PostgreSQL: build [NAME [make arguments]]
build() {
    build_name=${1:-build}
    [ $# -eq 0 ] || shift
    mkdir -p "$TMP/$build_name/src" "$TMP/$build_name/test/t"
    # a file that the tree no longer has must not be built or run
    find "$TMP/$build_name/src" "$TMP/$build_name/test/t" -type f ! -name '*.o' ! -name '*.bc' | while read -r file; do
        [ -e "$KPI_SOURCE${file#"$TMP/$build_name"}" ] || rm -f "$file" "${file%.*}.o" "${file%.*}.bc"
    done
    (cd "$KPI_SOURCE" && tar -cf - --exclude=.git --exclude='*.o' --exclude='*.bc' --exclude='*.so' \
        --exclude=tmp_check --exclude=results --anchored --no-wildcards-match-slash \
        --exclude='./kpi--*.sql' --exclude='./kpi_rollup--*.sql' .) |
        tar -xf - -C "$TMP/$build_name"
    [ -z "$RUNNER" ] || chown -R "$RUNNER" "$TMP/$build_name"
    as_runner make -s -j "$(nproc)" -C "$TMP/$build_name" install "$@" >"$TMP/$build_name.log" 2>&1 || {
        cat "$TMP/$build_name.log" >&2
        fail "the build failed"
    }
}

# start_server [NAME=VALUE ...]: settings beyond those below
start_server() {
    if [ ! -e "$PGDATA/PG_VERSION" ]; then
        as_runner initdb --no-sync -A trust -U postgres -E UTF8 --locale=C -D "$PGDATA" >"$TMP/initdb.log" 2>&1 || {
            cat "$TMP/initdb.log" >&2
            fail "initdb failed"
        }
        {
            echo "listen_addresses = ''"
            echo "unix_socket_directories = '$PGHOST'"
            echo "port = $PGPORT"
            echo "fsync = off"
            echo "shared_buffers = 256MB"
            echo "max_wal_size = 4GB"
            for setting in "$@"; do
                echo "$setting"
            done
        } >>"$PGDATA/postgresql.conf"
    fi
    as_runner pg_ctl -s -w -D "$PGDATA" -l "$SERVER_LOG" start || {
        tail -n 20 "$SERVER_LOG" >&2
        fail "the server did not start"
    }
}

stop_server() {
    if [ -n "${PGDATA:-}" ] && [ -e "$PGDATA/postmaster.pid" ]; then
        as_runner pg_ctl -s -m immediate -D "$PGDATA" stop >/dev/null 2>&1 || true
    fi
}

choose_postgres
