#!/bin/sh
# Runs pg_regress on this tree in the server of test/dev.sh: all tests, or those named.
# "test/regress.sh --accept NAME ..." copies the results over expected/ (read them first).
set -eu
cd "$(dirname "$0")/.."
accept=
if [ "${1:-}" = --accept ]; then
    accept=yes
    shift
fi
sh test/dev.sh >/dev/null
# shellcheck disable=SC1090
. "${TMPDIR:-/tmp}/kpi-dev-$(printf '%s' "$PWD" | cksum | cut -d ' ' -f 1)/env"
if [ $# = 0 ]; then
    for file in sql/*.sql; do
        set -- "$@" "$(basename "$file" .sql)"
    done
fi
out=$PGHOST/regress
mkdir -p "$out" expected
for name in "$@"; do
    # pg_regress insists on an expected file
    [ -e "expected/$name.out" ] || : >"expected/$name.out"
done
status=0
"$(dirname "$PG_CONFIG")/../lib/pgxs/src/test/regress/pg_regress" --inputdir=. --outputdir="$out" \
    --bindir="$(dirname "$PG_CONFIG")" --dbname=contrib_regression --load-extension=kpi "$@" || status=$?
if [ -n "$accept" ]; then
    for name in "$@"; do
        cp "$out/results/$name.out" "expected/$name.out"
    done
    exit 0
fi
[ $status = 0 ] || cat "$out/regression.diffs"
exit $status
