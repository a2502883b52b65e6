#!/bin/sh
# Boots a kernel with systemd as its first process in a virtual machine, and runs tests/vm/systemd_guest.sh as a unit of it. systemd,
# its units and the system bus are this host's (packages systemd and dbus).
# usage: systemd.sh POLICYC SBX-RUN PAYLOAD WORK-DIRECTORY
# The parts that are read in set `root` and `kernel`.
# shellcheck disable=SC1091,SC2034,SC2154
set -eu
policyc=$1
runner=$2
payload=$3
work=$4
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
packages='systemd dbus'
. "$here/machine.sh"

find_any_kernel

begin_root "$policyc" "$runner" "$payload" "$here/systemd_guest.sh"
policy memory 'limits { memory 64M; processes 50 }'
policy both 'limits { memory 64M' 'cpus 1 }'
policy free 'limits { wall-time 60s }'
policy processes 'limits { processes 50 }'
policy degrade 'limits { memory 64M }' 'may-degrade memory because "the machines of developers have none"'

# The manager with what it executes, and the bus over which a user's manager asks that of the system to move a process.
place /lib/systemd/systemd lib/systemd
for program in systemctl systemd-run dbus-daemon; do
    place "/usr/bin/$program" usr/bin
done
for applet in id sort uniq dirname basename readlink env date touch; do
    ln -sf busybox "$root/bin/$applet"
done
mkdir -p "$root/lib/systemd/system" "$root/usr/lib/systemd/user" "$root/usr/share/dbus-1/system.d" "$root/etc/systemd/system" \
    "$root/etc/systemd/user/default.target.wants"
cp -L /lib/systemd/system/*.target /lib/systemd/system/*.slice /lib/systemd/system/user@.service /lib/systemd/system/dbus.service \
    /lib/systemd/system/dbus.socket "$root/lib/systemd/system/"
cp -L /usr/lib/systemd/user/*.target /usr/lib/systemd/user/*.slice "$root/usr/lib/systemd/user/"
cp /usr/share/dbus-1/system.conf "$root/usr/share/dbus-1/"
cp /usr/share/dbus-1/system.d/org.freedesktop.systemd1.conf "$root/usr/share/dbus-1/system.d/"
printf 'root:x:0:0::/:/bin/sh\nmessagebus:x:100:100::/:/bin/false\none:x:1000:1000::/:/bin/sh\ntwo:x:1001:1001::/:/bin/sh\n' \
    >"$root/etc/passwd"
printf 'root:x:0:\nmessagebus:x:100:\none:x:1000:\ntwo:x:1001:\n' >"$root/etc/group"
: >"$root/etc/machine-id"
printf '[Manager]\nShowStatus=no\nLogLevel=%s\nLogTarget=console\n' "${SBX_VM_LOG:-crit}" >"$root/etc/systemd/system.conf"

# unit NAME LINE…
unit() {
    name=$1
    shift
    mkdir -p "$root/etc/systemd/${name%/*}"
    printf '%s\n' "$@" >"$root/etc/systemd/$name"
}
unit system/default.target '[Unit]' 'Requires=claims.service'
unit system/claims.service '[Unit]' 'DefaultDependencies=no' '[Service]' 'Type=oneshot' 'TimeoutStartSec=infinity' 'ExecStart=/bin/sh /guest.sh'
# logind and PAM would make the directory, and say where it is.
unit system/user-runtime-dir@.service '[Unit]' 'DefaultDependencies=no' '[Service]' 'Type=oneshot' 'RemainAfterExit=yes' \
    'ExecStart=/bin/sh -c "mkdir -p /run/user/%i && chmod 700 /run/user/%i && chown %i:%i /run/user/%i"'
unit system/user@.service.d/plain.conf '[Service]' 'PAMName=' 'Environment=XDG_RUNTIME_DIR=/run/user/%i'
unit system/user@1001.service.d/poor.conf '[Service]' 'Delegate=' 'Delegate=memory pids'
# What is shared: with the shell of the unit, or with its program.
unit system/stopped.service '[Unit]' 'DefaultDependencies=no' '[Service]' \
    'ExecStart=/bin/sh -c "/bin/sbx-run /bundles/memory -- /payload spin 60000; true"'
unit user/shared.service '[Service]' 'ExecStart=/bin/sleep 100000'
ln -s ../shared.service "$root/etc/systemd/user/default.target.wants/shared.service"

boot "$kernel" 420 2048
