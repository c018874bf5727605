#!/bin/sh
# One step of test/servers/pg_upgrade.sh, inside the chroot: OLD_MAJOR to PG_MAJOR in
# the directory $1, which holds old/ (programs and data) and source/.
set -eu
. "$(dirname "$0")/server.sh"

begin "$1"
private_postgres
build
checksums=
[ "$PG_MAJOR" -lt 18 ] || checksums=--no-data-checksums
as_runner initdb --no-sync -A trust -U postgres -E UTF8 --locale=C $checksums -D "$TMP/data" >"$TMP/initdb.log" 2>&1
chown -R "$RUNNER" "$TMP/old"
cd "$TMP"
# The minor releases of November 2026 keep a version of every column in its
# options, which older ones of later majors (Debian's 18.6) do not know.
if grep -qa pg_attver "$TMP/old/usr/lib/postgresql/$OLD_MAJOR/bin/postgres" && ! grep -qa pg_attver "$PGBIN/postgres"; then
    old_bin=$TMP/old/usr/lib/postgresql/$OLD_MAJOR/bin
    as_runner "$old_bin/pg_ctl" -s -w -D "$TMP/old/data" -l "$TMP/old.log" \
        -o "-c unix_socket_directories=$TMP -c listen_addresses=" start
    for database in postgres template1; do
        psql -X -q -d "$database" -c "SET allow_system_table_mods = on" \
            -c "UPDATE pg_attribute SET attoptions = NULL WHERE attoptions::text LIKE '{pg_attver=%}'"
    done
    as_runner "$old_bin/pg_ctl" -s -w -D "$TMP/old/data" stop
fi
unset PGHOST PGPORT
as_runner pg_upgrade --no-sync -U postgres -b "$TMP/old/usr/lib/postgresql/$OLD_MAJOR/bin" -B "$PGBIN" \
    -d "$TMP/old/data" -D "$TMP/data" -s "$TMP" >"$TMP/pg_upgrade.log" 2>&1 || {
    cat "$TMP/pg_upgrade.log"
    find "$TMP/data/pg_upgrade_output.d" -name '*.log' -exec tail -n 20 {} + 2>/dev/null
    exit 1
}
PGHOST=$TMP
PGPORT=5433
export PGHOST PGPORT
{
    echo "listen_addresses = ''"
    echo "unix_socket_directories = '$PGHOST'"
    echo "port = $PGPORT"
} >>"$PGDATA/postgresql.conf"
start_server
psql -X -q -At -f "$KPI_SOURCE/test/fingerprint.sql" >"$TMP/fingerprint.new"
# the values are not only there: they merge
psql -X -q -At -v ON_ERROR_STOP=1 -c 'SELECT count(*) FROM merged_summaries' >/dev/null
# and the rollup runs on
psql -X -q -At -v ON_ERROR_STOP=1 -f "$KPI_SOURCE/test/rollup_check.sql" >/dev/null
as_runner pg_ctl -s -w -D "$PGDATA" stop
