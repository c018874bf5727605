#!/bin/sh
# Everything that must pass before a change lands:
#
#   sh test/run.sh [part ...]
#
# from a bare Debian, as root or as a user with sudo.  What is missing is
# installed with apt; nothing else is left behind.  The parts, all by default:
#
#   compile    gcc and clang, no warnings
#   lint       cppcheck and shellcheck
#   regress    pg_regress: sql/*.sql against expected/*.out
#   isolation  pg_isolation_regress: test/isolation/specs
#   tap        prove: test/t/*.pl
#   docs       the examples of README.md and docs/
#   demo       examples/demo.sh
#   dashboard  examples/grafana: its queries, examples/dashboard.sh, and the look of it in Chromium
#
# and by their names only, since they take long:
#
#   stress     regress again with unusual settings of the server, KPI_STRESS=2 of them or all, and
#              then some of tap as well; says what it has not run
#   neighbours regress and some of tap again beside the extensions that Debian has
#
# PG_MAJOR=17 sh test/run.sh chooses the server.  KPI_SANITIZE=yes builds the
# extension with AddressSanitizer and UndefinedBehaviorSanitizer and fails on
# any report, of which a deliberate one must be found first.  KPI_COVERAGE=DIRECTORY
# counts what is executed and leaves the counts there (see test/coverage.sh).
# TAP_TESTS="test/t/0*.pl" chooses TAP tests.  The last line counts the tests; the exit
# status is 0 only when some ran and none failed.
set -eu
# shellcheck source=test/servers/server.sh
. "$(dirname "$0")/servers/server.sh"
# shellcheck source=test/servers/unusual.sh
. "$(dirname "$0")/servers/unusual.sh"
# shellcheck source=test/servers/sanitizers.sh
. "$(dirname "$0")/servers/sanitizers.sh"

PARTS=${*:-compile lint regress isolation tap docs demo dashboard}
WARNINGS="-Wall -Wextra -Werror -Wmissing-prototypes -Wpointer-arith -Wdeclaration-after-statement -Wvla"
passed=0
failed=0
skipped=0

wanted() {
    case " $PARTS " in *" $1 "*) return 0 ;; esac
    return 1
}

# tally PART PASSED FAILED [SKIPPED]: a part in which nothing ran has failed
tally() {
    tally_failed=$3
    if [ $(($2 + $3)) = 0 ]; then
        say "$1: no test ran"
        tally_failed=1
    fi
    passed=$((passed + $2))
    failed=$((failed + tally_failed))
    skipped=$((skipped + ${4:-0}))
    say "== $1: passed $2, failed $tally_failed, skipped ${4:-0} ($(($(date +%s) - part_started)) s)"
}

start_part() {
    part_started=$(date +%s)
    say
    say "== $1: $2"
}

# count PATTERN FILE
count() {
    grep -c "$1" "$2" || true
}

# The results in FILE, which a TAP producer wrote: tally_tap PART FILE STATUS
tally_tap() {
    tap_failed=$(count '^not ok ' "$2")
    tap_skipped=$(count '^ok .*# *[Ss][Kk][Ii][Pp]' "$2")
    tap_passed=$(($(count '^ok ' "$2") - tap_skipped))
    # files that are left out whole
    tap_skipped=$((tap_skipped + $(count '\.\. skipped: ' "$2")))
    # died, or ran fewer tests than it said
    if [ "$3" != 0 ] && [ "$tap_failed" = 0 ]; then
        say "$1: exit status $3"
        tail -n 30 "$2"
        tap_failed=1
    fi
    grep -iE '# *skip|\.\. skipped: ' "$2" || true
    tally "$1" "$tap_passed" "$tap_failed" "$tap_skipped"
}

# each SCRIPT FILE ...: the script of sh with each file that exists, as many at a time as there
# are processors. Sets each_passed and each_failed.
each() {
    each_script=$1
    shift
    : >"$TMP/each"
    for file in "$@"; do
        [ ! -e "$file" ] || printf '%s\n' "$file"
    done | xargs -P "$(nproc)" -I '{}' sh -c 'sh "$1" "$2" && result=ok || result=failed; echo $result >>"$3"' \
        each "$each_script" '{}' "$TMP/each"
    each_passed=$(count '^ok' "$TMP/each")
    each_failed=$(count '^failed' "$TMP/each")
}
part_compile() {
    include=$("$PG_CONFIG" --includedir-server)
    clang=$(sed -n 's/^CLANG = *//p' "$(dirname "$("$PG_CONFIG" --pgxs)")/../Makefile.global")
    for compiler in gcc "$clang"; do
        start_part "compile" "$("$compiler" --version | head -n 1) $WARNINGS"
        # what PostgreSQL 16 and later build with; clang does not know it
        shadow=
        case $compiler in *gcc*) shadow=-Wshadow=compatible-local ;; esac
        cat >"$TMP/compile.sh" <<END
"$compiler" -std=gnu99 -D_GNU_SOURCE -O2 -fPIC -fwrapv -fno-strict-aliasing $WARNINGS $shadow \\
    -Isrc -isystem "$include" -c -o "$TMP/object.\$\$.o" "\$1" && rm -f "$TMP/object.\$\$.o"
END
        each "$TMP/compile.sh" src/*/*.c test/fuzz/*.c
        tally "compile" "$each_passed" "$each_failed"
    done
    [ "$(uname -m)" = x86_64 ] || return 0
    start_part "x87" "seconds are rounded where doubles have excess precision"
    if gcc -std=gnu99 -D_GNU_SOURCE -O2 -fexcess-precision=standard -mfpmath=387 -isystem "$include" \
        -o "$TMP/excess_precision" test/excess_precision.c && "$TMP/excess_precision"; then
        tally "x87" 1 0
    else
        tally "x87" 0 1
    fi
}

part_lint() {
    start_part "lint" "cppcheck, shellcheck"
    cat >"$TMP/lint.sh" <<'END'
exec cppcheck --quiet --std=c99 --enable=warning,performance,portability --inline-suppr \
    --error-exitcode=1 -Isrc -DPG_VERSION_NUM=150000 \
    -D'foreach(cell, list)=while ((cell = next(list)))' \
    -D'forboth(a, one, b, two)=while ((a = next(one), b = next(two)))' "$1"
END
    each "$TMP/lint.sh" src/*/*.c
    lint_passed=$each_passed
    lint_failed=$each_failed
    echo 'exec shellcheck -x -S warning "$1"' >"$TMP/lint.sh"
    each "$TMP/lint.sh" .ci/run test/*.sh test/*/*.sh examples/*.sh
    tally "lint" $((lint_passed + each_passed)) $((lint_failed + each_failed))
}

# pg_regress and pg_isolation_regress say "test NAME ... ok" before PostgreSQL 16,
# and speak TAP since.
tally_regress() {
    regress_failed=$(($(count '^not ok ' "$2") + $(count '^test .* \.\.\. FAILED' "$2")))
    regress_passed=$(($(count '^ok ' "$2") + $(count '^test .* \.\.\. ok' "$2")))
    if [ "$3" != 0 ] && [ "$regress_failed" = 0 ]; then
        cat "$2"
        regress_failed=1
    fi
    grep -E '^(not ok|test .* FAILED)' "$2" || true
    tally "$1" "$regress_passed" "$regress_failed"
}

# Every query of pg_regress and of the docs runs twice: by the server's own executor,
# and in batches wherever that can be, three rows at a time.
both_ways() {
    "$1" "-c kpi.batch=off"
    "$1" "-c kpi.batch_cost=always -c kpi.batch_rows=3"
}

part_regress() {
    both_ways regress_way
}

# Options of the server; in REGRESS_DATABASE, which has the extension, or one made for it.
regress_way() {
    options=$1
    start_part "regress" "pg_regress on PostgreSQL $PG_MAJOR, $options${REGRESS_DATABASE:+, $REGRESS_DATABASE}"
    set -- --dbname=contrib_regression --load-extension=kpi
    [ -z "${REGRESS_DATABASE:-}" ] || set -- --dbname="$REGRESS_DATABASE" --use-existing
    for file in sql/*.sql; do
        set -- "$@" "$(basename "$file" .sql)"
    done
    status=0
    rm -rf "$TMP/regress"
    as_runner env PGOPTIONS="$options" "$PGXS_TEST/regress/pg_regress" --inputdir="$TMP/build" --outputdir="$TMP/regress" \
        --bindir="$PGBIN" "$@" \
        >"$TMP/regress.log" 2>&1 || status=$?
    [ ! -s "$TMP/regress/regression.diffs" ] || cat "$TMP/regress/regression.diffs"
    tally_regress "regress" "$TMP/regress.log" $status
}

part_isolation() {
    [ -d test/isolation/specs ] || return 0
    start_part "isolation" "pg_isolation_regress on PostgreSQL $PG_MAJOR"
    set --
    for file in test/isolation/specs/*.spec; do
        set -- "$@" "$(basename "$file" .spec)"
    done
    status=0
    as_runner "$PGXS_TEST/isolation/pg_isolation_regress" --inputdir="$TMP/build/test/isolation" \
        --outputdir="$TMP/isolation" --bindir="$PGBIN" --dbname=isolation_regression --load-extension=kpi "$@" \
        >"$TMP/isolation.log" 2>&1 || status=$?
    [ ! -s "$TMP/isolation/regression.diffs" ] || cat "$TMP/isolation/regression.diffs"
    tally_regress "isolation" "$TMP/isolation.log" $status
}

# What the TAP tests that failed have said, and their servers when these crashed; nothing of the others.
show_failed() {
    [ -e "$TMP/tap/failed" ] || return 0
    while read -r name; do
        say "--- $name"
        grep -E '^(not ok|#|Parse errors|Bail out|Tests were run but|Dubious)' "$TMP/tap/$name.log" | head -n 100 || true
        for log in "$TMP/build/tmp_check/log/$name"_*.log; do
            if [ -e "$log" ] && grep -qE 'PANIC|terminated by signal|Sanitizer|runtime error' "$log"; then
                say "--- ${log##*/}"
                grep -E -A 25 'PANIC|terminated by signal|Sanitizer|runtime error' "$log" | head -n 60
            fi
        done
    done <"$TMP/tap/failed"
}

# The TAP tests that take longest, so that both lanes end together: they are begun first.
LONG_TESTS="205_random 215_stranger 090_calendar 020_differential 200_rollup_stress 210_mutants 130_kill_cancel 060_span
    027_fuzz 025_hostile 228_limits 222_batch_memory 230_crash 227_collations 202_rollup_partitions 206_rollup_mend 120_shards 080_erlang"

# The names of TAP tests, one a line, the long ones first
long_first() {
    for name in $LONG_TESTS; do
        for file in "$@"; do
            [ "$(basename "$file" .pl)" != "$name" ] || printf '%s\n' "$file"
        done
    done
    for file in "$@"; do
        case " $(echo $LONG_TESTS) 110_refresh " in
        *" $(basename "$file" .pl) "*) ;;
        *) printf '%s\n' "$file" ;;
        esac
    done
}

# TAP tests start servers of their own, in the copy of this tree, two at a time. 110_refresh waits
# for the minutes of pg_cron most of the time, and does so beside the others.
part_tap() {
    [ -n "$(ls test/t/*.pl 2>/dev/null)" ] || return 0
    start_part "tap" "prove test/t/*.pl on PostgreSQL $PG_MAJOR"
    rm -rf "$TMP/tap"
    mkdir "$TMP/tap"
    [ -z "$RUNNER" ] || chown "$RUNNER" "$TMP/tap"
    cat >"$TMP/prove.sh" <<'END'
name=$(basename "$1" .pl)
log=$KPI_TAP_LOGS/$name.log
started=$(date +%s)
status=0
prove --verbose --merge --failures -I "$KPI_TAP_PERL" "$1" >"$log" 2>&1 || status=1
needs=$(sed -n 's/^.*\.\. skipped: //p' "$log")
if [ $status != 0 ]; then
    echo "$name" >>"$KPI_TAP_LOGS/failed"
    echo "$1 FAILED ($(($(date +%s) - started)) s)"
elif [ -n "$needs" ]; then
    echo "$1 skipped: $needs"
else
    echo "$1 ok: $(grep -c '^ok ' "$log") ($(($(date +%s) - started)) s)"
fi
exit $status
END
    status=0
    (
        cd "$TMP/build"
        # shellcheck disable=SC2086
        set -- ${TAP_TESTS:-test/t/*.pl}
        export TESTDIR="$TMP/build" TESTDATADIR="$TMP/build/tmp_check" TESTLOGDIR="$TMP/build/tmp_check/log" \
            PG_REGRESS="$PGXS_TEST/regress/pg_regress" PGPORT=65432 TMPDIR="$TMP" KPI_TAP_LOGS="$TMP/tap" KPI_TAP_PERL="$PGXS_TEST/perl"
        waiting=
        for file in "$@"; do
            case $file in
            *110_refresh.pl)
                as_runner sh "$TMP/prove.sh" "$file" &
                waiting=$!
                ;;
            esac
        done
        status=0
        long_first "$@" | as_runner xargs -r -n 1 -P 2 sh "$TMP/prove.sh" || status=1
        [ -z "$waiting" ] || wait "$waiting" || status=1
        exit $status
    ) || status=$?
    cat "$TMP/tap"/*.log >"$TMP/tap.log"
    show_failed
    tally_tap "tap" "$TMP/tap.log" $status
}

part_docs() {
    both_ways docs_way
}

docs_way() {
    start_part "docs" "the examples of README.md and docs/, $1"
    status=0
    PGOPTIONS=$1 perl test/docs.pl >"$TMP/docs.log" 2>&1 || status=$?
    grep -v '^ok ' "$TMP/docs.log" || true
    tally_tap "docs" "$TMP/docs.log" $status
}

part_demo() {
    [ -e examples/demo.sh ] || return 0
    start_part "demo" "examples/demo.sh"
    if sh examples/demo.sh >"$TMP/demo.log" 2>&1 </dev/null; then
        tally "demo" 1 0
    else
        tail -n 40 "$TMP/demo.log"
        tally "demo" 0 1
    fi
}

# What needs node and Chromium skips where they cannot be had.
part_dashboard() {
    start_part "dashboard" "examples/grafana"
    if ! (need_node && need_packages chromium) || ! node_packages; then
        say "ok 1 # skip needs node, its packages and Chromium" >"$TMP/dashboard.log"
        tally_tap "dashboard" "$TMP/dashboard.log" 0
        return 0
    fi
    psql -X -q -c 'CREATE DATABASE dashboard' -c '\c dashboard' -c 'CREATE EXTENSION kpi'
    psql -X -q -v ON_ERROR_STOP=1 -v seed=1 -d dashboard -f "$TMP/build/test/simulate/contact_centre.sql"
    psql -X -q -v ON_ERROR_STOP=1 -d dashboard -f "$TMP/build/examples/grafana/demo.sql"
    # a system without half of the views
    psql -X -q -v ON_ERROR_STOP=1 -d dashboard -f "$TMP/build/examples/products/asterisk.sql"
    psql -X -q -v ON_ERROR_STOP=1 -d dashboard -f "$TMP/build/test/products/asterisk.sql" >/dev/null
    psql -X -q -v ON_ERROR_STOP=1 -v views=asterisk_kpi -d dashboard -f "$TMP/build/examples/grafana/complete.sql"
    status=0
    (
        export PGDATABASE=dashboard KPI_NODE_MODULES="$TMP/node/node_modules"
        node test/dashboard/panels.mjs && node test/dashboard/panels.mjs asterisk_kpi &&
            node test/dashboard/browser.mjs && sh test/dashboard/script.sh
    ) >"$TMP/dashboard.log" 2>&1 || status=$?
    grep -vE '^(ok|1\.\.)' "$TMP/dashboard.log" || true
    tally_tap "dashboard" "$TMP/dashboard.log" $status
}

cd "$KPI_SOURCE"
need_postgres perl libipc-run-perl
! wanted lint || need_packages cppcheck shellcheck
# the scheduled refresh; its test skips without
! wanted tap || need_packages "postgresql-$PG_MAJOR-cron"
! wanted neighbours || neighbour_packages
begin
say "PostgreSQL $PG_MAJOR, $(. /etc/os-release && echo "$PRETTY_NAME"), $(uname -m), in $TMP"
private_postgres
PGXS_TEST=$(dirname "$("$PG_CONFIG" --pgxs)")/../test
! wanted compile || part_compile
! wanted lint || part_lint
case " $PARTS " in
*" regress "* | *" stress "* | *" neighbours "* | *" isolation "* | *" tap "* | *" docs "* | *" dashboard "*)
    if [ -n "${KPI_SANITIZE:-}" ]; then
        sanitize_server
        build build with_llvm=no PG_CFLAGS="$SANITIZERS"
        nm -D "$("$PG_CONFIG" --pkglibdir)/kpi.so" | grep -q __asan_report || fail "the build is not instrumented"
    elif [ -n "${KPI_COVERAGE:-}" ]; then
        build build with_llvm=no PG_CFLAGS="-O0 --coverage"
    else
        build
    fi
    if [ -d "$KPI_SOURCE/../shared/data" ]; then
        # where the tests, which run in the copy, look for it
        mkdir "$TMP/shared"
        cp -rL "$KPI_SOURCE/../shared/data" "$TMP/shared/"
        chmod -R a+rX "$TMP/shared"
    fi
    start_server
    [ -z "${KPI_SANITIZE:-}" ] || part_sanitizer_test
    ;;
esac
for part in regress isolation tap docs stress neighbours demo dashboard; do
    ! wanted $part || part_$part
done
if [ -n "${KPI_SANITIZE:-}" ]; then
    start_part "sanitizers" "reports of AddressSanitizer and UndefinedBehaviorSanitizer"
    collect_reports
    # one test: no report
    tally "sanitizers" $((reports == 0)) $reports
fi
if [ -n "${KPI_COVERAGE:-}" ]; then
    # what is still connected writes its counts when it ends
    as_runner pg_ctl -s -m fast -D "$PGDATA" stop || true
    mkdir -p "$KPI_COVERAGE/${TMP##*/}"
    cp -r "$TMP/build/src" "$KPI_COVERAGE/${TMP##*/}/"
fi
if [ -s "$SERVER_LOG" ] && grep -qE 'PANIC|terminated by signal' "$SERVER_LOG"; then
    say
    say "the server crashed:"
    grep -E -B 2 -A 5 'PANIC|terminated by signal' "$SERVER_LOG" | head -n 60
    failed=$((failed + 1))
fi
say
[ "$skipped" = 0 ] || say "skipped: $skipped"
[ $((passed + failed)) -gt 0 ] || failed=1
say "$passed passed, $failed failed"
[ "$failed" = 0 ]
