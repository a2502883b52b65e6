#!/bin/sh
# Runs every libFuzzer target of a build, each for so many seconds, as many at a time as there are processors. The corpus gives the
# seeds and is never written to. Prints one line a target; a finding fails the run, and its input is kept in BUILD/findings/.
# usage: sh tests/fuzz/run.sh BUILD SECONDS [TARGET…]     BUILD is build/asan, or build/fuzz for long runs
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
case ${2:-} in
    '' | *[!0-9]*)
        printf 'usage: sh tests/fuzz/run.sh BUILD SECONDS [TARGET...]\n' >&2
        exit 2
        ;;
esac
build=$root/${1#"$root"/}
seconds=$2
shift 2
fuzz=$root/tests/fuzz
binaries=$build/tests/fuzz
findings=$build/findings
if [ "$#" = 0 ]; then
    for source in "$fuzz"/fuzz_*.cpp; do
        set -- "$@" "$(basename "$source" .cpp)"
    done
fi
new=$(mktemp -d "${TMPDIR:-/tmp}/sbx-fuzz.XXXXXX")
trap 'rm -rf "$new"' EXIT
trap 'kill $(jobs -p) 2>/dev/null; exit 130' INT TERM
mkdir -p "$findings"

# One target, to its end; $new/NAME.status says how it was.
run_target() {
    name=$1
    case $name in
        fuzz_parser | fuzz_formatter | fuzz_compile) dictionary=$fuzz/sbx.dict ;;
        *) dictionary=$fuzz/tables.dict ;;
    esac
    mkdir "$new/$name"
    status=0
    "$binaries/$name" -dict="$dictionary" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
        -artifact_prefix="$findings/$name-" "$new/$name" "$fuzz/corpus/$name" >"$new/$name.log" 2>&1 || status=$?
    number() { sed -n "s/^stat::$1: *//p" "$new/$name.log" | tail -n 1; }
    features=$(sed -n 's/.* ft: \([0-9]*\) .*/\1/p' "$new/$name.log" | tail -n 1)
    edges=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$new/$name.log" | tail -n 1)
    printf '%-16s %10s execs %8s exec/s %6s edges %7s features  %s\n' "$name" "$(number number_of_executed_units)" \
        "$(number average_exec_per_sec)" "${edges:-?}" "${features:-?}" "$([ "$status" = 0 ] && echo ok || echo FOUND)"
    if [ "$status" != 0 ]; then
        grep -a -E '^broken: |ERROR: |SUMMARY: |runtime error: |Test unit written' "$new/$name.log" >&2 || tail -n 20 "$new/$name.log" >&2
    fi
    printf '%s\n' "$status" >"$new/$name.status"
}

limit=$(nproc)
running=0
for target in "$@"; do
    if [ ! -x "$binaries/$target" ]; then
        printf '%s is not built: run sh tests/support/prepare.sh %s\n' "$target" "$(basename "$build")" >&2
        exit 2
    fi
    run_target "$target" &
    running=$((running + 1))
    if [ "$running" = "$limit" ]; then
        wait
        running=0
    fi
done
wait
for target in "$@"; do
    if [ "$(cat "$new/$target.status" 2>/dev/null)" != 0 ]; then
        printf 'findings are kept in %s\n' "$findings" >&2
        exit 1
    fi
done
