#!/bin/sh
# For daily work: builds this tree into a server of its own that stays up, in
# /tmp/kpi-dev-..., and prints how to reach it.  "test/dev.sh stop" ends it.
# PG_CFLAGS are added to the server's own: PG_CFLAGS=-O0 sh test/dev.sh for a debugger.
set -eu
# shellcheck source=test/servers/server.sh
. "$(dirname "$0")/servers/server.sh"

DEV=${TMPDIR:-/tmp}/kpi-dev-$(printf '%s' "$KPI_SOURCE" | cksum | cut -d ' ' -f 1)
if [ "${1:-}" = stop ]; then
    begin "$DEV"
    PGBIN=$TMP/usr/lib/postgresql/$PG_MAJOR/bin
    PATH=$PGBIN:$PATH
    stop_server
    rm -rf "$DEV"
    exit 0
fi
need_postgres
begin "$DEV"
if [ -x "$TMP/usr/lib/postgresql/$PG_MAJOR/bin/postgres" ]; then
    PGBIN=$TMP/usr/lib/postgresql/$PG_MAJOR/bin
    PG_CONFIG=$PGBIN/pg_config
    PATH=$PGBIN:$PATH
    export PG_CONFIG PATH
else
    private_postgres
fi
# other flags than last time: everything anew
if [ -e "$TMP/flags" ] && [ "$(cat "$TMP/flags")" != "${PG_CFLAGS:-}" ]; then
    rm -rf "$TMP/build"
fi
build
printf '%s\n' "${PG_CFLAGS:-}" >"$TMP/flags"
stop_server
rm -f "$PGDATA/postmaster.pid"
start_server
psql -X -q -c 'DROP EXTENSION IF EXISTS kpi CASCADE' -c 'CREATE EXTENSION kpi' 2>&1 | grep -v NOTICE || true
echo "export PATH=$PGBIN:\$PATH PGHOST=$TMP PGPORT=$PGPORT PGUSER=postgres PGDATABASE=postgres PG_CONFIG=$PG_CONFIG" >"$TMP/env"
say "ready: . $TMP/env; psql"
