#!/bin/sh
# Random queries, as many as you like, on a server of their own:
#
#   sh test/random.sh [COUNT [SEED [plain|batch|window|stranger]]]
#
# plain      KPI queries against plain SQL written from the same choices
# batch      with batch execution on, in every mode of it, against off
# window     with window execution on, in every mode of it, against off
#
# stranger   both and windows again, by a grammar that does not know how queries are executed
#
# COUNT of each, from the seed SEED on (1000 from 1).  Every query has a seed of its own: a
# failure tells it, with the simplest query that still fails, and "sh test/random.sh 1 SEED"
# repeats it.  PG_MAJOR chooses the server.
set -eu
# shellcheck source=test/servers/server.sh
. "$(dirname "$0")/servers/server.sh"

cd "$KPI_SOURCE"
need_postgres perl libipc-run-perl
begin
private_postgres
build
PGXS_TEST=$(dirname "$("$PG_CONFIG" --pgxs)")/../test
unset PGHOST PGDATABASE PGUSER PGDATA
status=0
for which in ${3:-plain batch window stranger}; do
    (
        cd "$TMP/build"
        as_runner env TESTDIR="$TMP/build" TESTDATADIR="$TMP/build/tmp_check" TESTLOGDIR="$TMP/build/tmp_check/log" \
            PG_REGRESS="$PGXS_TEST/regress/pg_regress" PGPORT=65431 \
            perl -I "$PGXS_TEST/perl" test/random/run.pl "$which" "${1:-1000}" "${2:-1}"
    ) || status=1
done
exit $status
