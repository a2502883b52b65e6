#!/bin/sh
# Installs the Debian packages that building needs, as far as they are missing, and builds one preset: all of it, or the named targets.
# usage: prepare.sh PRESET [TARGET…]; with SBX_PREPARE_TESTS=1 the tests and their packages too.
# Only the installation needs root; without it the missing packages are named and nothing is changed.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
preset=$1
shift

packages='g++ cmake ninja-build tao-pegtl-dev libfmt-dev nlohmann-json3-dev libcli11-dev libmd-dev musl-dev bubblewrap util-linux'
tests=OFF
if [ "${SBX_PREPARE_TESTS:-0}" = 1 ]; then
    tests=ON
    # To build and check with; then what the tests run or run inside a sandbox.
    packages="$packages clang clang-format clang-tidy libclang-rt-14-dev libgtest-dev libgmock-dev libbenchmark-dev libseccomp-dev shellcheck git"
    packages="$packages make gcc python3-minimal python3-jsonschema python3-yaml jq libxml2-utils nodejs gawk openssh-client strace procps iproute2 nftables slirp4netns passt dnsmasq-base time"
fi

missing=''
for package in $packages; do
    case $(dpkg-query --show --showformat='${db:Status-Status} ' "$package" 2>/dev/null || true) in
        *installed\ *) ;;
        *) missing="$missing $package" ;;
    esac
done
if [ -n "$missing" ]; then
    if [ "$(id -u)" != 0 ]; then
        printf 'these Debian packages are missing; install them as root, then run this again:\n  apt-get install%s\n' "$missing" >&2
        exit 1
    fi
    printf 'installing:%s\n' "$missing"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    # The list is words of our own, to be split.
    # shellcheck disable=SC2086
    apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi

cd "$root"
log=$(mktemp)
trap 'rm -f -- "$log"' EXIT
# What CMake says of the host is of interest only when it fails.
cmake --preset "$preset" -DSBX_TESTS="$tests" >"$log" 2>&1 || {
    cat "$log" >&2
    exit 1
}
printf 'building build/%s\n' "$preset"
cmake --build --preset "$preset" ${1:+--target "$@"} >"$log" 2>&1 || {
    cat "$log" >&2
    exit 1
}
