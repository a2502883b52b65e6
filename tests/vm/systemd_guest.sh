#!/bin/sh
# What is tried where systemd manages the cgroups: each launch is from a unit that is shared, as that of a login is, and gets a scope
# of its own. Started twice: as the first process, which systemd then is, and by systemd as the program of claims.service.
# Back-quotes are what is looked for; words are ours, to be split; names are ours, and plain.
# shellcheck disable=SC1091,SC2009,SC2016,SC2086,SC2012,SC2154
. /claims.sh
if [ $$ = 1 ]; then
    exec /lib/systemd/systemd
fi
exec >/dev/console 2>&1
root=/sys/fs/cgroup
home=$root/user.slice/user-1000.slice
manager=$home/user@1000.service
mkdir -p /tmp
chmod 1777 /tmp
mkdir -p /run/dbus
printf 'SBX-VM note %s\n' "$(/lib/systemd/systemd --version | head -n 1)"

scopes() { find $root -name 'sbx-run-*.scope'; }
no_scope() { test -z "$(scopes)" && test -z "$(systemctl list-units --all --no-legend 'sbx-run-*')"; }
# A scope goes a moment after its last process.
nothing_left() { until_true no_scope && test -z "$(find $root -name 'sbx-*')"; }
# in_scope BELOW: what the report says of where it was.
in_scope() {
    grep -q -x -e " *\"systemd made a scope for this launch, which went with it: \`$1/sbx-run-[0-9]*-[0-9]*\.scope\`\",*" /tmp/report
}
ran_in() { test "$status" = 0 && in_scope "$1" && nothing_left; }
oom_is_named_in() {
    test "$status" = 137 && says '`memory` is used up, which the policy limits to 64M' && in_scope "$1" &&
        reports '"status":"limit"' && reports '"limit_fired":{"name":"memory","value":67108864,"unit":"bytes","peak":' &&
        reports '"statement":"limits.memory","origin":"memory.sbx:8","protection":"cgroup","requested":"enforced","enforced":true,"status":"enforced"' &&
        nothing_left
}
refused() {
    test "$status" = 125 && says "$1" && says "$2" && says 'Delegate=yes' && ! test -s /tmp/out && nothing_left
}
# enter GROUP WORD…: executes the words in that cgroup, in which others are, too.
cat >/tmp/enter <<'TEXT'
#!/bin/sh
echo $$ >"$1/cgroup.procs" || exit 99
shift
exec "$@"
TEXT
chmod 755 /tmp/enter

# ---- root, in a service that is shared with a shell -----------------------------------------------------------------------------
run memory touch 16
check 'root gets a scope, and it is gone afterwards' ran_in $root/system.slice
run memory touch 128
check 'memory is kept in it, and named when it is used up' oom_is_named_in $root/system.slice
check 'the shell stays where it is' grep -q -x '0::/system.slice/claims.service' /proc/self/cgroup
run both spin 100
check 'cpus is kept in it, too' ran_in $root/system.slice
run free touch 1
check 'without a limit for a cgroup none is asked for' reports '"cgroup":null'
run processes bomb 1000
check 'nor for processes alone' reports '"cgroup":null'
check 'which is kept all the same' test "$(cat /tmp/out)" = 'forked 49'
sbx-run /bundles/memory -- /payload spin 60000 >/tmp/out 2>/tmp/err &
runner=$!
inner() { ls -d $root/system.slice/sbx-run-*.scope/sbx-*/run >/dev/null 2>&1 && test "$(wc -l <"$(echo $root/system.slice/sbx-run-*.scope/sbx-*/run/cgroup.procs)")" -ge 3; }
check 'while it runs, all of the sandbox is in the scope' until_true inner
scope=$(basename "$(scopes)")
check 'whose name has the id of sbx-run' test "${scope%-*}" = "sbx-run-$runner"
systemctl show -p Description -p Delegate -p Slice -p CollectMode -p PartOf "$scope" >/tmp/out 2>/tmp/err
check 'systemd shows whose it is' grep -q -x 'Description=sandbox memory' /tmp/out
check 'that it is delegated' grep -q -x 'Delegate=yes' /tmp/out
check 'that it stays in its slice' grep -q -x 'Slice=system.slice' /tmp/out
check 'and that it ends with the service' grep -q -x 'PartOf=claims.service' /tmp/out
kill -9 $runner
wait $runner
check 'a killed launcher takes sandbox and scope with it' nothing_left
pids=''
for _ in 1 2 3 4; do
    sbx-run /bundles/memory -- /payload spin 300 >/dev/null 2>>/tmp/err &
    pids="$pids $!"
done
status=0
for each in $pids; do wait "$each" || status=$?; done
ran_all() { test "$status" = 0 && nothing_left; }
check 'four at once do not disturb each other' ran_all
systemctl start stopped.service
check 'a service that launches' until_true inner
systemctl stop stopped.service
check 'takes the sandbox with it when it is stopped' nothing_left

# ---- an ordinary user -----------------------------------------------------------------------------------------------------------
systemctl start dbus.service user@1000.service user@1001.service
check 'a user has a manager' until_true test -S /run/user/1000/systemd/private
running() { test -s $manager/app.slice/shared.service/cgroup.procs; }
until_true running
as="/tmp/enter $manager/app.slice/shared.service $user"
run memory touch 16
check 'a user gets a scope from the own manager' ran_in $manager/app.slice
run memory touch 128
check 'memory is kept in it for a user' oom_is_named_in $manager/app.slice
run both spin 100
check 'and cpus where the manager was given the controller' ran_in $manager/app.slice
# Of logins: made by the manager of the system, and root's.
systemd-run --quiet --scope --slice=user-1000.slice --unit=session-1.scope sleep 100000 2>/tmp/err &
until_true test -d $home/session-1.scope
check 'the scope of a login is not its user'\''s' test "$(stat -c %u $home/session-1.scope/cgroup.procs)" = 0
as="/tmp/enter $home/session-1.scope $user"
run memory touch 16
check 'from a login a user gets a scope, too' ran_in $manager/app.slice
run memory touch 128
check 'and memory is kept in it' oom_is_named_in $manager/app.slice
sleepers=$(wc -l <$home/session-1.scope/cgroup.procs)
check 'nobody else was moved' test "$sleepers" = 1
as="/tmp/enter $home/session-1.scope"
run memory touch 16
check 'root in that login stays under its slice' ran_in $home
as='systemd-run --quiet --scope --uid=1000 --gid=1000 --setenv=PATH=/bin'
run memory touch 16
check 'so does a user who is alone in a scope that is root'\''s' ran_in $manager/app.slice
as="systemd-run --quiet --scope --property=Delegate=yes"
run memory touch 16
alone() { test "$status" = 0 && ! grep -q 'systemd made a scope' /tmp/report && nothing_left; }
check 'who is alone in a delegated one asks for none' alone
poor=$root/user.slice/user-1001.slice/user@1001.service/app.slice/shared.service
as="/tmp/enter $poor /usr/bin/setpriv --reuid 1001 --regid 1001 --clear-groups"
until_true test -s $poor/cgroup.procs
run both spin 100
lacks() { test "$status" = 125 && says 'has no controller `cpu`' && says 'systemctl edit user@.service' && nothing_left; }
check 'a controller that users do not have is named, with who can give it' lacks

# ---- policyc doctor -------------------------------------------------------------------------------------------------------------
as="/tmp/enter $home/session-1.scope $user"
# All trials have a second together, which is little in an emulated machine.
: >/tmp/places
for _ in 1 2 3 4 5 6; do
    $as policyc doctor /bundles/both >/tmp/out 2>/tmp/err &
    doctor=$!
    while kill -0 $doctor 2>/dev/null; do
        cat /proc/$doctor/cgroup >>/tmp/places 2>/dev/null
        usleep 20000
    done
    wait $doctor
    status=$?
    grep -q -e 'it was not over' /tmp/out || break
done
check 'the doctor finds the scope' grep -q -e "works *a cgroup of the sandbox.s own: $manager/app.slice/sbx-run-" /tmp/out
sort -u /tmp/places | grep -v -x -e '0::/system.slice/claims.service' >/tmp/err
check 'and stays where it is' test "$(cat /tmp/err)" = '0::/user.slice/user-1000.slice/session-1.scope'
check 'of which nothing is left' nothing_left

# ---- where there is none --------------------------------------------------------------------------------------------------------
as=''
systemctl set-property --runtime claims.service MemoryMax=1G
run memory touch 16
check 'a limit of the unit is not left' refused 'claims.service/memory.max` limits this process' 'systemd gives no scope'
systemctl set-property --runtime claims.service MemoryMax=infinity
run memory touch 16
check 'and without it there is a scope again' ran_in $root/system.slice
mv /run/systemd/private /run/systemd/hidden
run memory touch 16
check 'without the socket the launch is refused' refused 'processes, and the kernel gives controllers only' \
    '`/run/systemd/private` cannot be reached: No such file or directory'
run degrade touch 128
check 'and runs where the policy lets it' test "$status" = 0
check 'and says why' says '`memory` is not in force: the cgroup of this process, `/sys/fs/cgroup/system.slice/claims.service`, has'
policyc doctor /bundles/memory >/tmp/out 2>/tmp/err
says_so() { grep -q -e 'missing *a cgroup of the sandbox.s own' /tmp/out && grep -q -F -e '`/run/systemd/private` cannot be reached' /tmp/out; }
check 'the doctor says the same' says_so
mv /run/systemd/hidden /run/systemd/private
as="/tmp/enter $home/session-1.scope /usr/bin/setpriv --reuid 1002 --regid 1002 --clear-groups"
run memory touch 16
check 'a user without a manager is refused' refused '`/run/user/1002/systemd/private` cannot be reached' 'systemd-run --user'

# ---- what it costs --------------------------------------------------------------------------------------------------------------
as=''
now() { cut -d ' ' -f 1 /proc/uptime | tr -d .; }
for bundle in free memory; do
    begin=$(now)
    for _ in 1 2 3 4 5 6 7 8 9 10; do run $bundle touch 1; done
    printf 'SBX-VM note ten launches of %s: %s0 ms\n' $bundle $(($(now) - begin))
done
finish
