# Read in by what is tried inside a virtual machine, as its first process or from it, with busybox. One line a claim: `SBX-VM ok CLAIM` or
# `SBX-VM failed CLAIM`, then what was seen; `SBX-VM end` once all were tried.
# shellcheck shell=sh disable=SC2034,SC2086
export PATH=/bin
if [ $$ = 1 ]; then
    mount -t proc none /proc
    mount -t sysfs none /sys
    mount -t devtmpfs none /dev
    mount -t tmpfs none /tmp
    mount -t tmpfs none /run
    chmod 1777 /tmp
fi
sysctl -q -w kernel.printk=1 2>/dev/null || echo 1 >/proc/sys/kernel/printk

ok() { printf 'SBX-VM ok %s\n' "$1"; }
failed() {
    printf 'SBX-VM failed %s\n' "$1"
    printf 'status %s\n' "$status"
    sed 's/^/  out: /' /tmp/out
    sed 's/^/  err: /' /tmp/err
    sed 's/^/  report: /' /tmp/report 2>/dev/null | grep -v -e origin -e statement | head -60
    find /sys/fs/cgroup -name 'sbx-*' | sed 's/^/  left: /'
}
# check CLAIM COMMAND…: it has to succeed.
check() {
    claim=$1
    shift
    if "$@"; then ok "$claim"; else failed "$claim"; fi
}
# run BUNDLE WORD…: as root. `as` may hold words that come before.
as=''
run() {
    bundle=$1
    shift
    rm -f /tmp/report
    $as sbx-run --report /tmp/report "/bundles/$bundle" -- /payload "$@" >/tmp/out 2>/tmp/err
    status=$?
}
says() { grep -q -F -e "$1" /tmp/err; }
reports() { tr -d ' \n' </tmp/report | grep -q -F -e "$1"; }
# Waits until a command succeeds.
until_true() {
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        "$@" && return 0
        usleep 100000
    done
    return 1
}
# By its path, because the shell of busybox has a program of this name, which can do less.
user="/usr/bin/setpriv --reuid 1000 --regid 1000 --clear-groups"
# The last thing to do.
finish() {
    printf 'SBX-VM end\n'
    poweroff -f
}
