#!/bin/sh
# Runs TAP tests with the PostgreSQL of test/dev.sh: all, or those named.
#   sh test/tap.sh [test/t/name.pl ...]
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
sh "$root/test/dev.sh" >/dev/null
# shellcheck source=test/servers/server.sh
. "$root/test/servers/server.sh"
begin "${TMPDIR:-/tmp}/kpi-dev-$(printf '%s' "$root" | cksum | cut -d ' ' -f 1)"
# shellcheck disable=SC1091
. "$TMP/env"
need_packages libipc-run-perl
if [ -d "$root/../shared/data" ] && [ ! -d "$TMP/shared" ]; then
    mkdir "$TMP/shared"
    cp -rL "$root/../shared/data" "$TMP/shared/"
    chmod -R a+rX "$TMP/shared"
fi
unset PGHOST PGDATABASE PGUSER PGDATA
cd "$TMP/build"
PGXS_TEST=$(dirname "$("$PG_CONFIG" --pgxs)")/../test
rm -rf tmp_check
[ $# -gt 0 ] || set -- test/t/*.pl
as_runner env TESTDIR="$TMP/build" TESTDATADIR="$TMP/build/tmp_check" TESTLOGDIR="$TMP/build/tmp_check/log" \
    PG_REGRESS="$PGXS_TEST/regress/pg_regress" PGPORT=65432 \
    prove --failures -I "$PGXS_TEST/perl" "$@"
