#!/bin/sh
# Runs the checks of the project: installs what it needs, checks the format, builds, and runs the tests; those of confinement on this
# kernel come last, so that their closing lines are what one reads.
# usage: sh tests/run.sh [--quick | --all]
#   --quick  leaves out the check of the format
#   --all    adds lint, the tests under AddressSanitizer and UndefinedBehaviorSanitizer, and a bounded slice of fuzzing
# SBX_FUZZ_SECONDS=N fuzzes each target for N seconds instead of 20.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"
mode=${1:-}
case $mode in
    '' | --quick | --all) ;;
    *)
        printf 'usage: sh tests/run.sh [--quick | --all]\n' >&2
        exit 2
        ;;
esac
export SBX_PREPARE_TESTS=1
started=$(date +%s)
step() { printf '\n== %s (after %s s)\n' "$*" "$(($(date +%s) - started))"; }
log=$(mktemp)
trap 'rm -f -- "$log"' EXIT
# run_tests JOBS BUILD OPTION…: what those that failed printed comes last, before the closing lines.
run_tests() {
    jobs=$1
    shift
    ctest --output-log "$log" --no-tests=error -j "$jobs" -E "$known" --test-dir "$@" && return 0
    awk '
        /^[0-9]+\/[0-9]+ Testing: / { text = "" }
        { text = text $0 "\n" }
        /^Test (Failed|timed out)|^Test timeout/ { print "\n" substr(text, 1, 3000); text = "" }
    ' "$1/Testing/Temporary/LastTest.log"
    sed -n '/% tests passed/,$p' "$log"
    exit 1
}
known=$(grep -v '^#' tests/known_failures.txt | cut -f 1 | paste -s -d '|')
known=${known:-^$}

step 'build with g++, warnings are errors'
sh tests/support/prepare.sh dev
sh tests/support/schemas.sh build/dev/schemas || printf 'the tests that hold reports against official schemas are skipped\n'

if [ "$mode" != --quick ]; then
    step 'format'
    git ls-files -z '*.cpp' '*.hpp' | xargs -0 clang-format --dry-run --Werror
    git ls-files -z '*.sh' | xargs -0 shellcheck
fi

if [ "$mode" = --all ]; then
    step 'lint'
    sh tests/support/tidy.sh

    step 'build with clang, AddressSanitizer and UndefinedBehaviorSanitizer; warnings are errors'
    sh tests/support/prepare.sh asan
    [ ! -d build/dev/schemas ] || cp -R build/dev/schemas build/asan

    step 'unit, golden and property tests under the sanitizers'
    run_tests "$(nproc)" build/asan --progress

    step 'fuzzing'
    sh tests/fuzz/run.sh build/asan "${SBX_FUZZ_SECONDS:-20}"
fi

step 'unit, golden and property tests'
run_tests "$(nproc)" build/dev --label-exclude kernel --progress
if grep -qv '^#' tests/known_failures.txt; then
    step 'left out of the tests that follow, since they are known to fail:'
    grep -v '^#' tests/known_failures.txt
fi
step 'confinement, on this kernel'
# Most of them wait most of the time: for a limit to be over, a program to end, a deadline to pass.
run_tests "$((3 * $(nproc)))" build/dev --label-regex kernel
