#!/bin/sh
# Two parts of test/run.sh: servers with unusual settings, and servers with all the
# extensions that Debian has for them. Sourced, not run.

# One a line: options of the server, or of a database. What is off costs so much that every plan would be worth JIT: that is on once.
stress_settings() {
    cat <<END_OF_SETTINGS
-c jit=off -c $stress_parallel=regress
-c jit=off -c plan_cache_mode=force_generic_plan
-c jit=off -c plan_cache_mode=force_custom_plan
-c jit=off -c enable_hashagg=off
-c jit=off -c enable_sort=off
-c jit=off -c enable_seqscan=off
-c jit=off -c enable_hashjoin=off
-c jit=off -c enable_nestloop=off
-c jit=off -c enable_mergejoin=off
-c jit=off -c enable_material=off -c enable_memoize=off
-c jit=off -c enable_indexscan=off -c enable_bitmapscan=off
-c jit_above_cost=0 -c jit_inline_above_cost=-1 -c jit_optimize_above_cost=-1
-c jit=off -c work_mem=64kB
-c jit=off -c enable_partitionwise_aggregate=on -c enable_partitionwise_join=on
-c jit=off -c track_functions=all
-c jit=off -c default_transaction_isolation=serializable
-c jit=off -c enable_incremental_sort=off -c enable_gathermerge=off
${stress_german:+-c jit=off -c lc_numeric=de_DE.UTF-8 -c lc_monetary=de_DE.UTF-8 -c lc_time=de_DE.UTF-8}
a database ENCODING SQL_ASCII
a database LOCALE_PROVIDER icu ICU_LOCALE 'und'
END_OF_SETTINGS
}

# The same, several at once, for the servers of TAP tests: stress_server NAME. Hashed groups and scans are
# left on: the random queries choose them where only they give a certain result, and turn them off themselves.
stress_servers='parallel serial unsorted elsewhere compiled'
stress_server() {
    case $1 in
    parallel)
        cat <<END_OF_CONF
$stress_parallel = regress
plan_cache_mode = force_generic_plan
enable_partitionwise_aggregate = on
enable_partitionwise_join = on
enable_nestloop = off
enable_sort = off
jit = off
work_mem = '64kB'
track_functions = all
END_OF_CONF
        ;;
    serial)
        cat <<END_OF_CONF
default_transaction_isolation = serializable
jit = off
plan_cache_mode = force_custom_plan
enable_hashjoin = off
enable_material = off
enable_memoize = off
END_OF_CONF
        ;;
    unsorted)
        cat <<END_OF_CONF
enable_mergejoin = off
enable_incremental_sort = off
enable_gathermerge = off
jit = off
END_OF_CONF
        ;;
    # only what is short
    compiled)
        cat <<END_OF_CONF
jit = on
jit_above_cost = 0
jit_inline_above_cost = -1
jit_optimize_above_cost = -1
END_OF_CONF
        ;;
    # dates, intervals, numbers and the clock as they are written there
    elsewhere)
        cat <<END_OF_CONF
DateStyle = 'SQL, DMY'
IntervalStyle = 'iso_8601'
TimeZone = 'Asia/Kathmandu'
${stress_german:+lc_numeric = 'de_DE.UTF-8'}
${stress_german:+lc_monetary = 'de_DE.UTF-8'}
${stress_german:+lc_time = 'de_DE.UTF-8'}
END_OF_CONF
        ;;
    esac
}

# KPI_STRESS of them, chosen by the sources, so that a tree is always tried with the same ones
# and each change with others; KPI_STRESS=all tries them all, and TAP tests too. What is compiled
# takes long, and is only among all.
part_stress() {
    stress_parallel=force_parallel_mode
    [ "$PG_MAJOR" -lt 16 ] || stress_parallel=debug_parallel_query
    stress_random=${KPI_RANDOM:-500}
    : >"$TMP/not_run"
    stress_locale
    stress_settings | grep . >"$TMP/stress"
    if [ "${KPI_STRESS:-2}" != all ]; then
        sed -n '/jit_above_cost/s/^/pg_regress with /p' "$TMP/stress" >>"$TMP/not_run"
        sed -i '/jit_above_cost/d' "$TMP/stress"
    fi
    stress_count=$(count . "$TMP/stress")
    stress_first=$(cat src/*/*.c src/*/*.sql | cksum | cut -d ' ' -f 1)
    stress_n=0
    while [ $stress_n -lt "$stress_count" ]; do
        setting=$(sed -n "$(((stress_first + stress_n) % stress_count + 1))p" "$TMP/stress")
        stress_n=$((stress_n + 1))
        if [ "${KPI_STRESS:-2}" != all ] && [ $stress_n -gt "${KPI_STRESS:-2}" ]; then
            echo "pg_regress with $setting" >>"$TMP/not_run"
            continue
        fi
        case $setting in
        "a database "*) stress_database "${setting#a database }" ;;
        *) regress_way "$setting" ;;
        esac
    done
    for server in $stress_servers; do
        tests=$stress_tests
        [ "$server" != compiled ] || tests='test/t/201_rollup_events.pl test/t/206_rollup_mend.pl test/t/215_stranger.pl'
        settings=$(stress_server "$server" | grep .)
        if [ "${KPI_STRESS:-2}" = all ]; then
            stress_tap "$tests" "$settings"
        else
            echo "$tests with $(printf '%s' "$settings" | tr '\n' ',')" >>"$TMP/not_run"
        fi
    done
    say
    sed 's/^/not run: /' "$TMP/not_run"
}

stress_tests='test/t/020_differential.pl test/t/201_rollup_events.pl test/t/206_rollup_mend.pl test/t/205_random.pl test/t/215_stranger.pl'

# pg_regress in a database of another kind: stress_database OPTIONS
stress_database() {
    psql -X -q -c 'DROP DATABASE IF EXISTS regress_kind' 2>/dev/null
    psql -X -q -c "CREATE DATABASE regress_kind TEMPLATE template0 $1" || {
        say "skipped: needs a server that can CREATE DATABASE $1"
        skipped=$((skipped + 1))
        return 0
    }
    psql -X -q -d regress_kind -c 'CREATE EXTENSION kpi'
    say
    say "in a database $1"
    REGRESS_DATABASE=regress_kind
    regress_way "-c kpi.batch=on"
    REGRESS_DATABASE=
}

# A locale with a comma in its numbers, which only our servers see
stress_locale() {
    stress_german=
    if (need_packages locales) && mkdir -p "$TMP/locale" &&
        { localedef -f UTF-8 -i de_DE "$TMP/locale/de_DE.UTF-8" || [ -e "$TMP/locale/de_DE.UTF-8/LC_NUMERIC" ]; }; then
        chmod -R a+rX "$TMP/locale"
        export LOCPATH="$TMP/locale"
        stress_german=yes
        as_runner pg_ctl -s -w -m fast -D "$PGDATA" -l "$SERVER_LOG" restart
    else
        say "skipped: needs the locale de_DE"
        skipped=$((skipped + 1))
    fi
}

# TAP tests whose servers have settings more, with fewer random queries: stress_tap TESTS SETTINGS
stress_tap() {
    say
    say "with $(printf '%s' "$2" | tr '\n' ',')"
    kept=${TAP_TESTS:-}
    TAP_TESTS=$1
    export KPI_CONF="$2" KPI_ROUNDS=1 KPI_RANDOM="$stress_random" KPI_STRANGER="$stress_random"
    part_tap
    TAP_TESTS=$kept
    unset KPI_CONF KPI_ROUNDS KPI_RANDOM KPI_STRANGER
}

# The packages that apt offers, and what they are loaded as; none where they cannot be had.
neighbour_packages() {
    neighbours=
    for package in hll hypopg ip4r pg-hint-plan pg-qualstats pg-stat-kcache pg-wait-sampling pgaudit pgvector postgis-3; do
        [ -z "$(apt-cache pkgnames "postgresql-$PG_MAJOR-$package")" ] || neighbours="$neighbours postgresql-$PG_MAJOR-$package"
    done
    # shellcheck disable=SC2086
    (need_packages $neighbours) || say "not all of the neighbours can be installed here"
}

# Everything at once, kpi in the midst of it.
part_neighbours() {
    preload=pg_stat_statements,auto_explain
    for library in pg_hint_plan hypopg kpi pgaudit pg_qualstats pg_stat_kcache pg_wait_sampling; do
        if [ -e "$("$PG_CONFIG" --pkglibdir)/$library.so" ]; then
            preload=$preload,$library
        else
            say "skipped: needs $library"
            skipped=$((skipped + 1))
        fi
    done
    cat >"$TMP/neighbours.conf" <<END
shared_preload_libraries = '$preload'
compute_query_id = on
pg_stat_statements.track = all
pg_stat_statements.track_planning = on
auto_explain.log_min_duration = 0
auto_explain.log_analyze = on
auto_explain.log_verbose = on
auto_explain.log_buffers = on
auto_explain.log_nested_statements = on
auto_explain.sample_rate = 0.2
pgaudit.log = 'all'
pg_qualstats.sample_rate = 1
END
    chmod a+r "$TMP/neighbours.conf"
    cp "$PGDATA/postgresql.conf" "$TMP/before.conf"
    echo "include '$TMP/neighbours.conf'" >>"$PGDATA/postgresql.conf"
    as_runner pg_ctl -s -w -m fast -D "$PGDATA" -l "$SERVER_LOG" restart || {
        tail -n 20 "$SERVER_LOG"
        fail "the server did not start with $preload"
    }
    psql -X -q -c 'CREATE DATABASE regress_neighbours TEMPLATE template0'
    for extension in pg_stat_statements pg_hint_plan hypopg pgaudit pg_qualstats pg_stat_kcache pg_wait_sampling postgis vector hll ip4r kpi; do
        [ ! -e "$("$PG_CONFIG" --sharedir)/extension/$extension.control" ] ||
            PGOPTIONS="-c pgaudit.log=none" psql -X -q -d regress_neighbours -c "CREATE EXTENSION $extension"
    done
    REGRESS_DATABASE=regress_neighbours
    regress_way "-c kpi.batch_cost=always -c kpi.batch_rows=3"
    # shellcheck disable=SC2034
    REGRESS_DATABASE=
    cp "$TMP/before.conf" "$PGDATA/postgresql.conf"
    as_runner pg_ctl -s -w -m fast -D "$PGDATA" -l "$SERVER_LOG" restart
    # the servers of the TAP tests take their settings from there
    export TEMP_CONFIG="$TMP/neighbours.conf" KPI_ROUNDS=1
    kept=${TAP_TESTS:-}
    TAP_TESTS='test/t/220_batch.pl test/t/225_neighbours.pl'
    [ "${KPI_STRESS:-2}" != all ] || TAP_TESTS="$TAP_TESTS test/t/020_differential.pl test/t/201_rollup_events.pl"
    part_tap
    TAP_TESTS=$kept
    unset TEMP_CONFIG KPI_ROUNDS
}
