#!/bin/sh
# examples/dashboard.sh: prints an address that answers, and leaves nothing behind when it is ended.  Prints TAP.
set -u
here=$(cd "$(dirname "$0")/../.." && pwd)
tmp=$(mktemp -d)
chmod 755 "$tmp"
TMPDIR=$tmp PORT=0 sh "$here/examples/dashboard.sh" >"$tmp/log" 2>&1 &
script=$!
address=
waited=0
while [ -z "$address" ] && [ $waited -lt 600 ] && kill -0 $script 2>/dev/null; do
    sleep 1
    waited=$((waited + 1))
    address=$(grep -o 'http://127[^ ]*' "$tmp/log")
done
n=0
check() {
    n=$((n + 1))
    if [ "$1" = 0 ]; then
        echo "ok $n - $2"
    else
        echo "not ok $n - $2"
        failed=yes
        sed 's/^/# /' "$tmp/log"
    fi
}
failed=
node -e 'fetch(process.argv[1]).then((r) => r.text()).then((t) => process.exit(t.includes("Contact centre") ? 0 : 1), () => process.exit(1))' "${address:-http://127.0.0.1:9/}"
check $? "examples/dashboard.sh serves the page at the address that it prints"
kill -TERM $script 2>/dev/null
wait $script 2>/dev/null
left=$(find "$tmp" -mindepth 1 -maxdepth 1 ! -name log)
[ -z "$left" ]
check $? "nothing is left behind: $left"
node -e 'fetch(process.argv[1]).then(() => process.exit(1), () => process.exit(0))' "${address:-http://127.0.0.1:9/}"
check $? "nobody listens any more"
rm -rf "$tmp"
echo "1..$n"
[ -z "$failed" ]
