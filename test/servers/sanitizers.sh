#!/bin/sh
# A server whose extension is built with AddressSanitizer and UndefinedBehaviorSanitizer:
# functions for test/run.sh. Sourced, not run.

# -fno-wrapv: the server's own flag would hide overflows.  An undefined operation aborts.
SANITIZERS="-O1 -fno-wrapv -fno-omit-frame-pointer -fsanitize=address,undefined,float-cast-overflow \
    -fno-sanitize-recover=undefined,float-cast-overflow"

# Loads the runtime of gcc's sanitizers into the private server, and only there.
# Debian's server itself is not instrumented: what it allocates is checked as
# malloc gives it, in blocks, and what the extension has on its stack byte by byte.
# test/sanitizer/preload.c says what goes in with it.
sanitize_server() {
    mkdir "$TMP/reports"
    chmod 777 "$TMP/reports"
    gcc -shared -fPIC -DREPORTS="\"$TMP/reports\"" -o "$TMP/preload.so" test/sanitizer/preload.c
    mv "$PGBIN/postgres" "$PGBIN/postgres.real"
    cat >"$PGBIN/postgres" <<END
#!/bin/sh
exec env LD_PRELOAD=$(readlink -f "$(gcc -print-file-name=libasan.so)"):$TMP/preload.so \\
    ASAN_OPTIONS=detect_leaks=0:abort_on_error=1:log_path=$TMP/reports/asan $PGBIN/postgres.real "\$@"
END
    chmod 755 "$PGBIN/postgres"
    timeout 20 "$PGBIN/postgres" -V >/dev/null || fail "the server does not start under AddressSanitizer"
}

# Shows what the sanitizers have found, in their own files and, should these fail,
# in the logs of all servers; counts it in "reports".
collect_reports() {
    reports=0
    for report in "$TMP/reports"/*; do
        [ -e "$report" ] || continue
        reports=$((reports + 1))
        [ $reports -gt 10 ] || head -n 40 "$report"
    done
    for report in "$SERVER_LOG" "$TMP/build/tmp_check/log"/*.log; do
        if [ -e "$report" ] && grep -qE 'runtime error: |ERROR: AddressSanitizer' "$report"; then
            reports=$((reports + 1))
            grep -E -A 25 'runtime error: |ERROR: AddressSanitizer' "$report" | head -n 40
        fi
    done
}

# A run that cannot fail proves nothing: a module in which a sum overflows must be found out.
part_sanitizer_test() {
    start_part "sanitizers" "a deliberate overflow is found"
    # shellcheck disable=SC2086
    gcc -shared -fPIC $SANITIZERS -isystem "$("$PG_CONFIG" --includedir-server)" \
        -o "$TMP/overflow.so" test/sanitizer/overflow.c
    psql -X -q -c "CREATE FUNCTION pg_temp.overflow(int) RETURNS int LANGUAGE C STRICT AS '$TMP/overflow.so', 'overflow'" \
        -c 'SELECT pg_temp.overflow(2147483647)' >"$TMP/overflow.log" 2>&1 || true
    collect_reports >>"$TMP/overflow.log"
    # one for the overflow, and the backend is gone, so that no test can pass over it
    if [ $reports = 1 ] && grep -q 'overflow.c:.*signed integer overflow' "$TMP/overflow.log" &&
        grep -q 'terminated by signal' "$SERVER_LOG"; then
        tally "sanitizers" 1 0
    else
        cat "$TMP/overflow.log"
        tally "sanitizers" 0 1
    fi
    stop_server
    rm -f "$TMP/reports"/* "$PGDATA/postmaster.pid"
    : >"$SERVER_LOG"
    start_server
}
