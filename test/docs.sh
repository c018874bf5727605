#!/bin/sh
# Executes the examples of the documentation in the server of test/dev.sh.
#   sh test/docs.sh [--accept] [docs/page.md ...]
# --accept writes what was printed over the output blocks; see test/docs.pl.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
sh "$root/test/dev.sh" >/dev/null
# shellcheck disable=SC1090
. "${TMPDIR:-/tmp}/kpi-dev-$(printf '%s' "$root" | cksum | cut -d ' ' -f 1)/env"
exec perl "$root/test/docs.pl" "$@"
