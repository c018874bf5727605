#!/bin/sh
# The dashboard of examples/grafana over the demo, live in a browser:
#
#   sh examples/dashboard.sh       # from a bare Debian, as root or as a user with sudo; Ctrl-C ends it
#
# installs what is missing with apt, builds the extension, starts a PostgreSQL of
# its own in a temporary directory with a simulated week, and serves a preview of
# the dashboard on this machine alone.  PORT=8080 chooses the port.  Apart from
# installed packages nothing is left behind.
set -eu
# shellcheck source=test/servers/server.sh
. "$(dirname "$0")/../test/servers/server.sh"

# step N TEXT: what is being done, and how long the step before took
step() {
    now=$(date +%s)
    [ "$1" = 1 ] || say "      $((now - step_started)) s"
    step_started=$now
    say "[$1/6] $2"
}

run() {
    psql -X -q -v ON_ERROR_STOP=1 -d demo "$@" || fail "$* failed: the message above says why"
}

step_started=0
step 1 "PostgreSQL $PG_MAJOR, what builds an extension for it, and node (the first time, apt takes a few minutes)"
need_postgres
need_node

step 2 "Building kpi and installing it in a private copy of PostgreSQL"
begin
chmod 700 "$TMP"
cd "$TMP"
private_postgres
build

step 3 "Starting a server in $TMP"
start_server
psql -X -q -c 'CREATE DATABASE demo' -c '\c demo' -c 'CREATE EXTENSION kpi' ||
    fail "the extension could not be created: the message above says why"

step 4 "A week of a contact centre: customers queue, agents answer"
run -v seed=1 -f "$KPI_SOURCE/test/simulate/contact_centre.sql"
run -f "$KPI_SOURCE/examples/grafana/demo.sql"

step 5 "The library that draws the charts"
node_packages --omit=dev || fail "npm could not fetch the packages of examples/grafana/preview: the message above says why"

step 6 "The dashboard (Ctrl-C ends it)"
PGDATABASE=demo KPI_NODE_MODULES=$TMP/node/node_modules node "$TMP/build/examples/grafana/preview/preview.mjs" &
preview=$!
trap 'kill $preview 2>/dev/null || true; finish' EXIT
wait $preview
