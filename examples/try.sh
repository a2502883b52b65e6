#!/bin/sh
# Compiles examples/shell-filter and runs it: one thing that works, and two that are refused. Exits 0 only if all three came out so.
# usage: sh examples/try.sh                    installs what is missing (that step wants root), builds into build/release, and tries that
#        sh examples/try.sh POLICYC SBX_RUN    tries these two programs
set -u
unset CDPATH

case $# in
    0 | 2) ;;
    *)
        echo "usage: $0 [POLICYC SBX_RUN]" >&2
        exit 2
        ;;
esac
here=$(cd -- "$(dirname -- "$0")" && pwd) || exit 2
if [ $# -eq 2 ]; then
    policyc=$1
    sbx_run=$2
else
    sh "$here/../tests/support/prepare.sh" release policyc sbx-run || exit 1
    policyc=$here/../build/release/policyc
    sbx_run=$here/../build/release/sbx-run
    echo
fi

# Not below a home directory, which the id that root drops to could not enter.
work=$(mktemp -d /var/tmp/sbx-try.XXXXXX) || exit 2
trap 'rm -rf -- "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
chmod 755 "$work"
cp -- "$here/shell-filter/filter.sh" "$here/shell-filter/access.log" "$work/" || exit 2
chmod 644 "$work/filter.sh" "$work/access.log"
# The input is made writable for everyone: it is the sandbox that refuses, not the owner of the file.
chmod 666 "$work/access.log"

failed=0
verdict() {
    if [ "$1" -eq 0 ]; then
        echo "  ok: $2"
    else
        echo "  NOT AS PROMISED: $2"
        failed=1
    fi
}
confined() {
    "$sbx_run" "$work/bundle" --set tool="$work/filter.sh" --set input="$work/access.log" "$@"
}

echo "Compile: policyc examples/shell-filter/profile.sbx -o bundle"
if ! "$policyc" "$here/shell-filter/profile.sbx" -o "$work/bundle"; then
    echo "  NOT AS PROMISED: the example does not compile"
    exit 1
fi

echo
echo "1. Works: the tool reads its input"
confined >"$work/output"
status=$?
sed 's/^/  | /' "$work/output"
printf '200 3\n404 1\n500 1\n' >"$work/expected"
[ "$status" -eq 0 ] && cmp -s "$work/output" "$work/expected"
verdict $? "counted the statuses of access.log"

echo
echo "2. Refused: changing the input"
cp -- "$work/access.log" "$work/before"
confined -- /bin/sh -c 'echo forged >>/input' >"$work/output" 2>&1
status=$?
sed 's/^/  | /' "$work/output"
[ "$status" -ne 0 ] && [ "$status" -ne 125 ] && cmp -s "$work/access.log" "$work/before"
verdict $? "access.log is what it was, though its mode lets everyone write it"

echo
echo "3. Refused: looking at the host's accounts"
confined -- /bin/cat /etc/hostname /etc/shadow >"$work/output" 2>&1
status=$?
sed 's/^/  | /' "$work/output"
[ "$status" -eq 1 ] && [ "$(grep -c 'No such file' "$work/output")" -eq 2 ]
verdict $? "neither file exists inside"

echo
if [ "$failed" -eq 0 ]; then
    echo "All three came out as promised."
fi
exit "$failed"
