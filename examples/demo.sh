#!/bin/sh
# From a bare Debian to a KPI report:
#
#   sh examples/demo.sh            # as root, or as a user with sudo
#   sh examples/demo.sh --keep     # leaves the server up and says how to reach it
#   sh examples/demo.sh --stop DIR # ends a server that was kept
#
# installs what is missing with apt, builds the extension, starts a PostgreSQL of
# its own in a temporary directory, lets a simulated contact centre work for a
# week and reports on it.  The queries of the report are in examples/demo.sql.
# The system's own clusters are not touched; apart from installed packages
# nothing is left behind.
set -eu

usage() {
    sed -n '2,/^set /s/^# \{0,1\}//p' "$0"
}

keep=
stop=
while [ $# -gt 0 ]; do
    case $1 in
    --keep) keep=yes ;;
    --stop)
        if [ $# -lt 2 ]; then
            echo "error: --stop needs the directory that --keep printed" >&2
            exit 2
        fi
        stop=$2
        shift
        ;;
    -h | --help)
        usage
        exit 0
        ;;
    *)
        usage >&2
        exit 2
        ;;
    esac
    shift
done

# shellcheck source=test/servers/server.sh
. "$(dirname "$0")/../test/servers/server.sh"

if [ -n "$stop" ]; then
    stop=$(cd "$stop" 2>/dev/null && pwd) || fail "there is no such directory: it has been stopped already"
    [ -e "$stop/kept-by-demo" ] || fail "$stop does not hold a server that --keep left"
    begin "$stop"
    for PGBIN in "$stop"/usr/lib/postgresql/*/bin; do
        PATH=$PGBIN:$PATH
    done
    stop_server
    rm -rf "$stop"
    say "stopped, and removed $stop"
    exit 0
fi

# step N TEXT: what is being done, and how long the step before took
step() {
    now=$(date +%s)
    [ "$1" = 1 ] || say "      $((now - step_started)) s"
    step_started=$now
    say "[$1/5] $2"
}

# run FILE DATABASE [psql option ...]
run() {
    run_file=$1
    run_database=$2
    shift 2
    psql -X -q -v ON_ERROR_STOP=1 -d "$run_database" "$@" -f "$KPI_SOURCE/$run_file" ||
        fail "$run_file failed: the message above says where; please report it together with this: $(psql -X -At -c 'SELECT version()')"
}

step_started=0
step 1 "PostgreSQL $PG_MAJOR and what builds an extension for it (the first time, apt takes a few minutes)"
need_postgres

step 2 "Building kpi and installing it in a private copy of PostgreSQL"
begin
# whoever reaches its socket is its superuser
chmod 700 "$TMP"
# the server's account may not be able to read where we are
cd "$TMP"
private_postgres
build

step 3 "Starting a server in $TMP"
start_server
psql -X -q -c 'CREATE DATABASE demo' -c '\c demo' -c 'CREATE EXTENSION kpi' ||
    fail "the extension could not be created: the message above says why"

step 4 "A week of a contact centre: customers queue, agents answer (and a month of calls, faster)"
run test/simulate/contact_centre.sql demo -v seed=1
run test/simulate/calls.sql demo -v seed=1 -v rows=300000

step 5 "The report (its queries are in examples/demo.sql)"
run examples/demo.sql demo

say
if [ -n "$keep" ]; then
    trap - EXIT INT TERM
    : >"$TMP/kept-by-demo"
    say "The server stays up, with the tables of the simulated centre in database demo:"
    say
    say "    psql -h $TMP -p $PGPORT -U postgres demo"
    say
    say "To end it and remove it:"
    say
    say "    sh $0 --stop $TMP"
else
    say "Done: the server is gone. With --keep it stays up, for queries of your own."
fi
