#!/bin/sh
# Starts the server of the image; at the first start makes the cluster and the database.
#   POSTGRES_PASSWORD   of the role postgres; needed at the first start
#   POSTGRES_DB         the database, "kpi" if not said
#   KPI_DEMO=yes        loads a simulated contact centre and the views of the dashboard, and
#                       makes the role "dashboard", which may read them, with the same password
# The server's socket lies in PGHOST, /tmp if not said.
set -eu
PATH=$PATH:/usr/lib/postgresql/15/bin
: "${PGDATA:=/var/lib/postgresql/kpi}" "${POSTGRES_DB:=kpi}" "${KPI_FILES:=/usr/local/share/kpi}" "${PGHOST:=/tmp}"
export PGDATA PGHOST
if [ ! -e "$PGDATA/PG_VERSION" ]; then
    [ -n "${POSTGRES_PASSWORD:-}" ] || {
        echo "error: set POSTGRES_PASSWORD, the password of the role postgres" >&2
        exit 1
    }
    password=$(mktemp)
    printf '%s\n' "$POSTGRES_PASSWORD" >"$password"
    initdb --username=postgres --pwfile="$password" --auth-local=trust --auth-host=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 >/dev/null
    rm -f "$password"
    echo "host all all all scram-sha-256" >>"$PGDATA/pg_hba.conf"
    pg_ctl -s -w -l "$PGDATA/first_start.log" -o "-c listen_addresses='' -c unix_socket_directories='$PGHOST'" start
    createdb --username=postgres "$POSTGRES_DB"
    psql -X -q -v ON_ERROR_STOP=1 --username=postgres --dbname="$POSTGRES_DB" -c 'CREATE EXTENSION kpi_rollup CASCADE'
    if [ "${KPI_DEMO:-}" = yes ]; then
        psql -X -q -v ON_ERROR_STOP=1 -v seed=1 --username=postgres --dbname="$POSTGRES_DB" -f "$KPI_FILES/contact_centre.sql" -f "$KPI_FILES/demo.sql"
        psql -X -q -v ON_ERROR_STOP=1 -v password="$POSTGRES_PASSWORD" --username=postgres --dbname="$POSTGRES_DB" <<'END'
CREATE ROLE dashboard LOGIN PASSWORD :'password';
GRANT USAGE ON SCHEMA demo_kpi TO dashboard;
GRANT SELECT ON ALL TABLES IN SCHEMA demo_kpi TO dashboard;
END
    fi
    pg_ctl -s -w -m fast stop
fi
exec postgres -c listen_addresses="${KPI_LISTEN:-*}" -c unix_socket_directories="$PGHOST"
