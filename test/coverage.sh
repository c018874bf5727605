#!/bin/sh
# What the tests execute:
#
#   sh test/coverage.sh [part ...]
#
# builds with gcov, runs test/run.sh (regress isolation tap docs, or the parts named),
# prints lines and branches by file and lists what was not executed.  Fails below
# 98 % of lines or 92 % of branches.  What is left out of the count stands in
# test/coverage.exclude with its reason.  TAP_TESTS, KPI_ROUNDS, KPI_FUZZ and PG_MAJOR
# are those of test/run.sh.  KPI_COVERAGE=DIRECTORY keeps the counts, and adds to
# those of an earlier run of the same tree there.
set -eu
# shellcheck source=test/servers/server.sh
. "$(dirname "$0")/servers/server.sh"

cd "$KPI_SOURCE"
need_packages perl gcc
counts=${KPI_COVERAGE:-}
if [ -z "$counts" ]; then
    counts=$(mktemp -d)
    trap 'rm -rf "$counts"' EXIT
fi
[ $# -gt 0 ] || set -- regress isolation tap docs
status=0
KPI_COVERAGE=$counts sh test/run.sh "$@" || status=$?
perl test/coverage.pl "$counts" || status=1
exit $status
