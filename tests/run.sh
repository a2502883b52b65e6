#!/bin/sh
# Runs the checks of the project: installs what it needs, builds, checks the format, tests under the sanitizers, fuzzes for a bounded
# time, and tests confinement on this kernel, which comes last, so that its closing lines are what one reads.
# usage: sh tests/run.sh [--quick | --all]
#   --quick  builds and runs the tests with g++, without sanitizers and fuzzing
#   --all    adds lint, and the unit tests built with g++
# SBX_FUZZ_SECONDS=N fuzzes each target for N seconds instead of 10.
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
run_tests() { ctest --output-on-failure --no-tests=error -j "$(nproc)" -E "$known" --test-dir "$@"; }
known=$(grep -v '^#' tests/known_failures.txt | cut -f 1 | paste -s -d '|')
known=${known:-^$}

if [ "$mode" != --quick ]; then
    step 'build with clang, AddressSanitizer and UndefinedBehaviorSanitizer; warnings are errors'
    sh tests/support/prepare.sh asan

    step 'unit, golden and property tests under the sanitizers'
    run_tests build/asan --progress

    step 'fuzzing'
    sh tests/fuzz/run.sh build/asan "${SBX_FUZZ_SECONDS:-10}"

    step 'format'
    git ls-files -z '*.cpp' '*.hpp' | xargs -0 clang-format --dry-run --Werror
    git ls-files -z '*.sh' | xargs -0 shellcheck
fi

step 'build with g++, warnings are errors'
if [ "$mode" = '' ]; then
    sh tests/support/prepare.sh dev kernel benchmarks
else
    sh tests/support/prepare.sh dev
fi

if [ "$mode" = --all ]; then
    step 'lint'
    sh tests/support/tidy.sh
fi

if [ "$mode" != '' ]; then
    step 'unit, golden and property tests'
    run_tests build/dev --label-exclude kernel --progress
fi
if grep -qv '^#' tests/known_failures.txt; then
    step 'left out of the tests that follow, since they are known to fail:'
    grep -v '^#' tests/known_failures.txt
fi
step 'confinement, on this kernel'
run_tests build/dev --label-regex kernel
