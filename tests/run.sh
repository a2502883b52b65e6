#!/bin/sh
# Runs every check of the project: installs what it needs, builds, checks format and lint, tests under the sanitizers, fuzzes for a
# bounded time, and tests on this kernel, which comes last, so that its closing lines are what one reads.
# usage: sh tests/run.sh [--quick | --all]     --quick builds and runs the ordinary tests alone; --all adds lint, sanitizers and fuzzing
# SBX_FUZZ_SECONDS=N fuzzes each target for N seconds instead of 20.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"
quick=0
all=0
case ${1:-} in
    '') ;;
    --quick) quick=1 ;;
    --all) all=1 ;;
    *)
        printf 'usage: sh tests/run.sh [--quick | --all]\n' >&2
        exit 2
        ;;
esac
export SBX_PREPARE_TESTS=1
started=$(date +%s)
step() { printf '\n== %s (after %s s)\n' "$*" "$(($(date +%s) - started))"; }

step 'build with g++, warnings are errors'
sh tests/support/prepare.sh dev

if [ "$quick" = 0 ]; then
    step 'format'
    git ls-files -z '*.cpp' '*.hpp' | xargs -0 clang-format --dry-run --Werror
    git ls-files -z '*.sh' | xargs -0 shellcheck
fi

if [ "$all" = 1 ]; then
    step 'lint'
    sh tests/support/tidy.sh

    step 'build with clang, AddressSanitizer and UndefinedBehaviorSanitizer'
    sh tests/support/prepare.sh asan

    step 'unit, golden and property tests under the sanitizers'
    ctest --test-dir build/asan --output-on-failure --no-tests=error --progress -j "$(nproc)"

    step 'fuzzing'
    sh tests/fuzz/run.sh build/asan "${SBX_FUZZ_SECONDS:-20}"
fi

step 'tests, on this kernel, without these that are known to fail:'
grep -v '^#' tests/known_failures.txt
known=$(grep -v '^#' tests/known_failures.txt | cut -f 1 | paste -s -d '|')
ctest --test-dir build/dev --output-on-failure --no-tests=error -j "$(nproc)" -E "$known"
