#!/bin/sh
# Compares the extension with the SQL that people write by hand:
#
#   sh test/bench/run.sh [rows] [family ...]     2000000 rows, all of test/bench/*.sql
#
# from a bare Debian, in a server of its own.  Prints Markdown; progress goes to
# standard error.  KPI_BENCH_RUNS=9 changes how often each query is timed (5).
# test/bench/compare.pl says how a case is written.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"
# shellcheck source=test/servers/server.sh
. "$root/test/servers/server.sh"

rows=2000000
case "${1:-}" in
[0-9]*)
    rows=$1
    shift
    ;;
esac
if [ $# = 0 ]; then
    for file in test/bench/*.sql; do
        set -- "$@" "$(basename "$file" .sql)"
    done
fi
packages=
for family in "$@"; do
    [ -e "test/bench/$family.sql" ] || fail "no such file: test/bench/$family.sql"
    if grep -qi 'CREATE EXTENSION.*tdigest' "test/bench/$family.sql"; then
        packages="postgresql-$PG_MAJOR-tdigest"
    fi
done

{
    # shellcheck disable=SC2086
    need_postgres perl $packages
    begin
    private_postgres
    build
    # Everything in memory, and nothing of the server's in the background.
    start_server "shared_buffers = 2GB" "max_wal_size = 16GB" "wal_level = minimal" "max_wal_senders = 0" \
        "checkpoint_timeout = 1h" "autovacuum = off" "synchronous_commit = off" "bgwriter_lru_maxpages = 0"
    psql -X -q -c 'CREATE EXTENSION kpi'
    say "Making $rows calls"
    psql -X -q -v rows="$rows" -f test/simulate/calls.sql
    psql -X -q -c 'VACUUM ANALYZE calls' -c CHECKPOINT
} >&2

version=$(sed -n "s/^default_version = '\(.*\)'/\1/p" kpi.control)
commit=$(git rev-parse --short HEAD 2>/dev/null || true)
cat <<END
- $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | sort | uniq -c | sed 's/^ *\([0-9]*\) /\1 cores of /'), $(awk '/^MemTotal/ { printf "%.0f", $2 / 1048576 }' /proc/meminfo) GB, $(. /etc/os-release && echo "$PRETTY_NAME"), Linux $(uname -r)
- $(postgres -V), built with $("$PG_CONFIG" --cc 2>/dev/null || echo cc) $(gcc -dumpfullversion)
- kpi $version${commit:+ at $commit}, $(date -u +%Y-%m-%d)
- $rows calls; one process, JIT off; the two queries in turn, medians of ${KPI_BENCH_RUNS:-5} after one run to warm up

END
for family in "$@"; do
    say "$family" >&2
    perl test/bench/compare.pl "test/bench/$family.sql"
done
