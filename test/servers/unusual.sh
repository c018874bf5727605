#!/bin/sh
# Two parts of test/run.sh: servers with unusual settings, and servers with all the
# extensions that Debian has for them. Sourced, not run.

# One a line: options of the server, and after a "|" the tests of sql/ that are left out,
# since what they show depends on the option itself. Sums of doubles (batch) are added up
# in the order of the rows, which a sort changes; the catalog (kpi) is not to be read
# without its indexes.
stress_settings() {
    cat <<'END_OF_SETTINGS'
-c force_parallel_mode=regress
-c plan_cache_mode=force_generic_plan
-c plan_cache_mode=force_custom_plan
-c enable_hashagg=off|batch
-c enable_sort=off
-c enable_seqscan=off|batch
-c enable_hashjoin=off
-c enable_nestloop=off
-c enable_mergejoin=off
-c enable_material=off -c enable_memoize=off
-c enable_indexscan=off -c enable_bitmapscan=off|batch_ranges kpi
-c jit_above_cost=0 -c jit_inline_above_cost=-1 -c jit_optimize_above_cost=-1
-c work_mem=64kB
-c enable_partitionwise_aggregate=on -c enable_partitionwise_join=on
-c track_functions=all
-c default_transaction_isolation=serializable
-c enable_incremental_sort=off -c enable_gathermerge=off
END_OF_SETTINGS
}

# KPI_STRESS settings, chosen by the sources, so that a tree is always tried with the same ones
# and each change with others; KPI_STRESS=all tries them all.
part_stress() {
    stress_count=$(stress_settings | wc -l)
    stress_first=$(cat src/*/*.c src/*/*.sql | cksum | cut -d ' ' -f 1)
    stress_n=0
    while [ $stress_n -lt "$stress_count" ] && { [ "${KPI_STRESS:-2}" = all ] || [ $stress_n -lt "${KPI_STRESS:-2}" ]; }; do
        setting=$(stress_settings | sed -n "$(((stress_first + stress_n) % stress_count + 1))p")
        [ "$PG_MAJOR" -lt 16 ] || setting=$(printf '%s' "$setting" | sed 's/force_parallel_mode/debug_parallel_query/')
        case $setting in
        *'|'*) regress_way "${setting%|*}" "${setting#*|}" ;;
        *) regress_way "$setting" ;;
        esac
        stress_n=$((stress_n + 1))
    done
    # a database whose characters nobody checks, and one that ICU sorts
    psql -X -q -c 'CREATE DATABASE regress_ascii TEMPLATE template0 ENCODING SQL_ASCII' \
        -c "CREATE DATABASE regress_icu TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'und'"
    for database in regress_ascii regress_icu; do
        psql -X -q -d $database -c 'CREATE EXTENSION kpi'
        REGRESS_DATABASE=$database
        regress_way "-c kpi.batch=on"
    done
    REGRESS_DATABASE=
    [ "${KPI_STRESS:-2}" = all ] || return 0
    stress_tap 'test/t/020_differential.pl test/t/201_rollup_events.pl' "$(stress_conf | sed "$([ "$PG_MAJOR" -lt 16 ] || echo s/force_parallel_mode/debug_parallel_query/)")"
    stress_locale
    stress_tap 'test/t/020_differential.pl test/t/205_random.pl test/t/215_stranger.pl' "$(stress_style)"
}

# What plans take what roads, at once, for the servers of TAP tests
stress_conf() {
    cat <<'END_OF_CONF'
force_parallel_mode = regress
plan_cache_mode = force_generic_plan
enable_partitionwise_aggregate = on
enable_partitionwise_join = on
work_mem = '64kB'
track_functions = all
default_transaction_isolation = 'read committed'
enable_nestloop = off
enable_sort = off
END_OF_CONF
}

# How texts look elsewhere
stress_style() {
    cat <<END_OF_STYLE
DateStyle = 'SQL, DMY'
IntervalStyle = 'iso_8601'
TimeZone = 'Asia/Kathmandu'
${locale_made:+lc_numeric = 'de_DE.UTF-8'}
${locale_made:+lc_monetary = 'de_DE.UTF-8'}
${locale_made:+lc_time = 'de_DE.UTF-8'}
END_OF_STYLE
}

# A locale with a comma in its numbers, which only our servers see
stress_locale() {
    locale_made=
    if (need_packages locales) && mkdir -p "$TMP/locale" && localedef -f UTF-8 -i de_DE "$TMP/locale/de_DE.UTF-8"; then
        chmod -R a+rX "$TMP/locale"
        export LOCPATH="$TMP/locale"
        locale_made=yes
    else
        say "skipped: needs the locale de_DE"
        skipped=$((skipped + 1))
    fi
}

# TAP tests whose servers have settings more: stress_tap TESTS SETTINGS
stress_tap() {
    kept=${TAP_TESTS:-}
    say
    say "with $(printf '%s' "$2" | tr '\n' ' ')"
    kept_random=${KPI_RANDOM:-}
    TAP_TESTS=$1
    export KPI_CONF="$2" KPI_ROUNDS=1 KPI_RANDOM="${KPI_RANDOM:-1000}"
    part_tap
    TAP_TESTS=$kept
    KPI_RANDOM=$kept_random
    [ -n "$KPI_RANDOM" ] || unset KPI_RANDOM
    unset KPI_CONF KPI_ROUNDS
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
