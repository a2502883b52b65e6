#!/bin/sh
# clang-tidy over the product's sources, as many at a time as there are processors; silent when clean.
# usage: tidy.sh [--all] [FILE…]     --all takes in the path-sensitive analyzer, which takes three times as long
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
cd "$root"
checks='-clang-analyzer-*'
if [ "${1:-}" = --all ]; then
    checks=''
    shift
fi
[ $# -gt 0 ] || {
    # Names in this project have no blanks.
    # shellcheck disable=SC2046
    set -- $(git ls-files 'grammar/*.cpp' 'compiler/*.cpp' 'emitters/*.cpp' 'runtime/*.cpp')
}
# How each file is compiled alone, which the other presets do not do.
cmake --preset tidy >/dev/null
log=$(mktemp)
trap 'rm -f -- "$log"' EXIT
printf '%s\n' "$@" |
    xargs -P "$(nproc)" -n 4 clang-tidy --quiet -p build/tidy --checks="$checks" --warnings-as-errors='*' >"$log" 2>&1 || {
    grep -v 'warnings generated\|^Suppressed\|^Use -header-filter' "$log"
    exit 1
}
