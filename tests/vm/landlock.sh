#!/bin/sh
# Boots a kernel whose Landlock is newer than that of most hosts in a virtual machine, and has the tests of the second wall run
# there: the program of tests/kernel with those of its tests that concern it, then tests/vm/landlock_guest.sh.
# usage: landlock.sh POLICYC SBX-RUN PAYLOAD WORK-DIRECTORY KERNEL-TESTS PROGRAM…
# PROGRAMs are what the kernel tests start, which look for them where they were built. The kernel is taken from
# SBX_VM_LANDLOCK_KERNEL, or from trixie-backports, signed by Debian: its package is unpacked, and nothing is installed; the apt of
# this machine does not learn of it.
# The parts that are read in set `root` and `kernel`.
# shellcheck disable=SC1091,SC2154
set -eu
policyc=$1
runner=$2
payload=$3
work=$4
tests=$5
shift 5
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
. "$here/machine.sh"

keyring=/usr/share/keyrings/debian-archive-keyring.gpg
if [ -z "${SBX_VM_LANDLOCK_KERNEL:-}" ]; then
    [ -r "$keyring" ] || skip "there is no $keyring, which tells Debian's packages from others"
    apt=$work/apt
    rm -rf -- "$apt"
    mkdir -p -- "$apt/lists/partial" "$apt/cache/archives/partial"
    : >"$apt/status"
    printf 'deb [arch=amd64 signed-by=%s] http://deb.debian.org/debian trixie-backports main\n' "$keyring" >"$apt/sources.list"
    cat >"$apt/apt.conf" <<END
Dir::State "$apt";
Dir::State::Lists "$apt/lists";
Dir::State::status "$apt/status";
Dir::Cache "$apt/cache";
Dir::Etc::SourceList "$apt/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
Dir::Etc::Preferences "/dev/null";
APT::Sandbox::User "";
Acquire::AllowInsecureRepositories "false";
Acquire::AllowDowngradeToInsecureRepositories "false";
END
    export APT_CONFIG="$apt/apt.conf"
    apt-get update --error-on=any >"$work/update.log" 2>&1 || skip "$(tail -n 1 "$work/update.log")"
fi
find_kernel "${SBX_VM_LANDLOCK_KERNEL:-}" "$work/kernel"

begin_root "$policyc" "$runner" "$payload" "$here/landlock_guest.sh"
# Without what debuggers need of them, which is most.
for program in "$tests" "$@" "$policyc" "$runner"; do
    place "$program" "${program%/*}"
    strip --strip-debug "$root$program"
done
printf '%s\n' "$tests" >"$root/kernel-tests"
# What the policies of those tests show of a host.
for program in sh bash unshare mount true env id; do
    place "/usr/bin/$program" usr/bin
done
printf 'root:x:0:0:root:/root:/bin/sh\nu:x:1000:1000:u:/:/bin/sh\n' >"$root/etc/passwd"
printf 'root:x:0:\nu:x:1000:\n' >"$root/etc/group"

# policy NAME LINE…
policy() {
    name=$1
    shift
    {
        printf 'sbx 1\nprofile %s\nfilesystem {\n    read /payload\n    proc /proc\n}\nprocess { run-as 65534 }\n' "$name"
        printf '%s\n' "$@"
    } >"$work/$name.sbx"
    (cd "$work" && "$policyc" -q "$name.sbx" -o "$root/bundles/$name") || exit 1
}
policy plain
policy readable 'filesystem { read /srv/run }'
policy readable-unix 'filesystem { read /srv/run }' 'sockets { allow unix }'
policy granted 'filesystem { read /srv/run; socket /srv/run/granted }'
policy agent 'filesystem { read /tmp; socket /srv/run/granted }'
policy shared 'network host' 'sockets { allow unix }'
policy insists 'require landlock 9' 'filesystem { read /srv/run; socket /srv/run/granted }'
policy nested 'filesystem { read /srv/run; socket /srv/run/granted }' 'process { nested-namespaces allow }'

boot "$kernel" 900 3072
