#!/bin/sh
# pg_upgrade from PostgreSQL 15 here to the servers of other Debian releases:
#
#   sh test/servers/pg_upgrade.sh CHROOT MAJOR [CHROOT MAJOR ...]     (as root)
#
# Each chroot is a Debian with postgresql-MAJOR, postgresql-server-dev-MAJOR,
# gcc and make.  The old server comes along into the chroot with its libraries,
# since pg_upgrade runs both.  Every stored value must have equal bytes on the
# other side, read by the new server, and a rollup with marks pending be right.
set -eu
. "$(dirname "$0")/server.sh"

# Copies the programs in $1 to $2 so that they run on another Debian release:
# with the libraries that they use, but for libc, which is upwards compatible.
bundle() {
    bundle_root=$3
    cp -a "$1" "$2"
    rm -rf "$2"/lib/bitcode
    mkdir -p "$2/libraries"
    for program in postgres initdb pg_ctl psql pg_dump pg_controldata pg_resetwal; do
        chroot "$bundle_root" ldd "${1#"$bundle_root"}/bin/$program"
    done | awk '$2 == "=>" && $3 ~ "^/" { print $3 }' | sort -u |
        grep -vE '/(libc|libm|libpthread|libdl|librt)\.so' |
        while read -r library; do
            cp -L "${bundle_root%/}$library" "$2/libraries/"
        done
    for program in "$2"/bin/*; do
        patchelf --force-rpath --set-rpath "\$ORIGIN/../libraries" "$program" 2>/dev/null || true
    done
}

need_packages patchelf
need_postgres
begin
passed=0
failed=0
say "PostgreSQL $PG_MAJOR: storing values of every type"
private_postgres
build
start_server
psql -X -q -v ON_ERROR_STOP=1 -c 'CREATE EXTENSION kpi' -v seed=1 -f "$KPI_SOURCE/test/simulate/contact_centre.sql" \
    -f "$KPI_SOURCE/test/summaries.sql" -f "$KPI_SOURCE/test/stored.sql" -f "$KPI_SOURCE/test/rollup_stored.sql" >/dev/null
psql -X -q -At -f "$KPI_SOURCE/test/fingerprint.sql" >"$TMP/fingerprint.old"
as_runner pg_ctl -s -w -D "$PGDATA" stop

old_root=/
old_major=$PG_MAJOR
old_home=$TMP
while [ $# -ge 2 ]; do
    root=$1
    major=$2
    shift 2
    inside=/opt/kpi-upgrade
    home=$root$inside
    rm -rf "$home"
    mkdir -p "$home/old/usr/lib/postgresql" "$home/old/usr/share/postgresql"
    bundle "$old_home/usr/lib/postgresql/$old_major" "$home/old/usr/lib/postgresql/$old_major" "$old_root"
    cp -a "$old_home/usr/share/postgresql/$old_major" "$home/old/usr/share/postgresql/"
    cp -a "$old_home/data" "$home/old/data"
    mkdir "$home/source"
    (cd "$KPI_SOURCE" && tar -cf - --exclude=.git .) | tar -xf - -C "$home/source"
    say "pg_upgrade $old_major -> $major"
    if chroot "$root" env PG_MAJOR="$major" OLD_MAJOR="$old_major" LC_ALL=C \
        sh "$inside/source/test/servers/pg_upgrade_stage.sh" "$inside"; then
        if diff "$TMP/fingerprint.old" "$home/fingerprint.new"; then
            passed=$((passed + 1))
            say "ok - $(wc -l <"$TMP/fingerprint.old") columns have equal bytes on PostgreSQL $major"
        else
            failed=$((failed + 1))
            say "not ok - values differ on PostgreSQL $major"
        fi
    else
        failed=$((failed + 1))
        say "not ok - pg_upgrade $old_major -> $major"
        break
    fi
    old_root=$root
    old_major=$major
    old_home=$home
done
[ $((passed + failed)) -gt 0 ] || failed=1
say "$passed passed, $failed failed"
[ $failed = 0 ]
