#!/bin/sh
# What is tried of `memory` and `cpus` inside the virtual machine: every controller is in cgroup v2, and nobody else is there.
# Back-quotes are what is looked for; words are ours, to be split; names are ours, and plain.
# shellcheck disable=SC1091,SC2016,SC2086,SC2012,SC2154
. /claims.sh
root=/sys/fs/cgroup
mount -t cgroup2 none $root

nothing_left() { test -z "$(find $root -name 'sbx-*')"; }
spun() { sed -n 's/^spun //p' /tmp/out; }
oom_is_named() {
    test "$status" = 137 && says '`memory` is used up, which the policy limits to 64M' && says 'raise `memory` in the policy' &&
        reports '"status":"limit"' && reports '"limit_fired":{"name":"memory","value":67108864,"unit":"bytes","peak":' &&
        reports '"statement":"limits.memory","origin":"memory.sbx:8","protection":"cgroup","requested":"enforced","enforced":true,"status":"enforced"' &&
        nothing_left
}
ran() { test "$status" = 0 && nothing_left; }
refused() { test "$status" = 125 && says "$1" && says "$2" && ! test -s /tmp/out && nothing_left; }

# ---- memory, as root in the root of the hierarchy -------------------------------------------------------------------------------
sleep 1000 &
bystander=$!
run memory touch 32
check 'what fits into memory runs' ran
check 'the report has the peak' reports '"memory_peak_bytes":3'
run memory touch 128
check 'memory that is used up ends the sandbox, and is named with limit, peak and next step' oom_is_named
run memory memfd 128
check 'memory in memfds counts' oom_is_named
run memory tmpfs 128
check 'memory in a tmpfs counts' oom_is_named
check 'nobody else is killed' kill -0 $bystander
run least print /proc/self/cgroup
check 'the least memory that a policy may have is enough to start' ran
check 'the sandbox sees its own cgroup as the root' grep -q '^0::/$' /tmp/out
run degrade touch 128
check 'may-degrade takes nothing away where the host has it' test "$status" = 137
check 'and nothing is said to be missing' reports '"status":"enforced"}],"degradations":[]'

# ---- while it runs --------------------------------------------------------------------------------------------------------------
sbx-run /bundles/memory -- /payload spin 60000 >/tmp/out 2>/tmp/err &
runner=$!
inner() { ls -d $root/sbx-*/run >/dev/null 2>&1 && test "$(wc -l <"$(echo $root/sbx-*/run/cgroup.procs)")" -ge 3; }
check 'everything of the sandbox is in the cgroup, bubblewrap too' until_true inner
check 'the limits are those of the policy' test "$(cat $root/sbx-*/memory.max $root/sbx-*/memory.oom.group $root/sbx-*/pids.max | tr '\n' ' ')" = '67108864 1 53 '
outside() { test "$(grep -c -x -v $runner $root/sbx-*/run/cgroup.procs)" = "$(wc -l <"$(echo $root/sbx-*/run/cgroup.procs)")"; }
check 'the launcher is not in it' outside
check 'root alone can change it' test "$(stat -c %u $root/sbx-*)" = 0
for controller in memory cpu pids; do echo "-$controller" >$root/cgroup.subtree_control 2>/dev/null; done
check 'nobody can turn its controllers off meanwhile' test -e "$(echo $root/sbx-*/memory.max)"
run memory touch 16
check 'another launch leaves it alone' test "$status:$(ls -d $root/sbx-*/run | wc -l)" = 0:1
kill -TERM $runner
wait $runner
check 'it is gone with the sandbox' nothing_left

# ---- processors and processes ---------------------------------------------------------------------------------------------------
run free spin 1000
check 'without cpus a loop has a processor' test "$(spun)" -gt 800
run cpus spin 2000
check 'cpus 0.5 gives half of one' test "$(spun)" -gt 700 -a "$(spun)" -lt 1300
check 'the report says for how long it waited' sh -c "tr -d ' \n' </tmp/report | grep -q -e '\"cpu_thousandths\":500,\"throttled_ms\":[1-9][0-9][0-9]'"
run processes bomb 1000
check 'a fork bomb stops at processes' test "$status:$(cat /tmp/out)" = '0:forked 49'
check 'for that alone no cgroup is made' reports '"cgroup":null'
run memory bomb 1000
check 'beside memory the report has pids.max' reports '"pids_max":53'
run free bomb 200
check 'without a limit of processes it does not stop there' test "$(cat /tmp/out)" = 'forked 200'

# ---- endings --------------------------------------------------------------------------------------------------------------------
sbx-run /bundles/memory -- /payload spin 60000 >/tmp/out 2>/tmp/err &
runner=$!
until_true inner
kill -9 $runner
gone() { test -z "$(cat $root/sbx-*/run/cgroup.procs)"; }
check 'a killed launcher takes the sandbox with it' until_true gone
run memory touch 16
check 'and the next launch removes what it left' ran
pids=''
for _ in 1 2 3 4 5 6; do
    sbx-run /bundles/memory -- /payload spin 300 >/dev/null 2>>/tmp/many &
    pids="$pids $!"
done
status=0
for each in $pids; do wait "$each" || status=$?; done
cat /tmp/many >>/tmp/err
check 'six at once do not disturb each other' ran
sbx-run /bundles/memory -- /payload spin 60000 >/tmp/out 2>/tmp/err &
runner=$!
# Before the command runs, a signal has the sandbox killed: that is another claim.
running() { inner && cat /proc/[0-9]*/comm 2>/dev/null | grep -q -x payload; }
until_true running
kill -TERM $runner
wait $runner
status=$?
check 'a signal ends it, and nothing is left' test "$status" = 143 -a -z "$(find $root -name 'sbx-*')"

# ---- a delegated cgroup, as an ordinary user -----------------------------------------------------------------------------------
delegate() {
    mkdir "$1"
    chown 1000:1000 "$1" "$1/cgroup.procs" "$1/cgroup.subtree_control"
}
# enter GROUP WORD…: executes the words alone in that cgroup.
cat >/bin/enter <<'END'
#!/bin/sh
echo $$ >"$1/cgroup.procs" || exit 99
shift
exec "$@"
END
chmod 755 /bin/enter
echo '+memory +cpu +pids' >$root/cgroup.subtree_control
chmod 777 /tmp
delegate $root/user
as="enter $root/user $user"
run memory touch 128
check 'in a delegated cgroup, alone, memory is kept for an ordinary user' oom_is_named
run memory touch 16
check 'again' ran
check 'the cgroup is as it was' test -z "$(cat $root/user/cgroup.subtree_control $root/user/cgroup.procs)"
enter $root/user sleep 1000 &
other=$!
in_user() { grep -q -x $other $root/user/cgroup.procs; }
until_true in_user
run memory touch 16
check 'somebody else in the cgroup is not moved away' refused 'has 2 processes' 'memory.sbx:8'
run degrade touch 16
check 'with may-degrade it runs, and says so' test "$status" = 0
check 'on standard error' says '`memory` is not in force: the cgroup of this process'
check 'and in the report' reports '"degradations":[{"protection":"memory","because":"themachinesofdevelopershavenone"'
check 'where it is not called enforced' reports '"protection":"cgroup","requested":"enforced","enforced":false,"status":"notenforced"'
run degrade touch 128
check 'which is the truth' test "$status" = 0
$as sbx-run --quiet /bundles/degrade -- /payload touch 16 >/tmp/out 2>/tmp/err
check 'with --quiet too' says '`memory` is not in force'
kill $other
wait $other
# What DelegateSubgroup= of systemd makes: the program is in a part, and the delegated cgroup itself is empty.
$user mkdir $root/user/main
enter $root/user/main sleep 1000 &
other=$!
as="enter $root/user/main $user"
run memory touch 128
check 'beside a part of a delegated cgroup too, with others in it' oom_is_named
check 'and they stay where they are' grep -q -x $other $root/user/main/cgroup.procs
mkdir -p /run/systemd/system
run memory touch 16
check 'but what systemd has not marked as delegated is left to it' refused 'has 2 processes' 'Delegate=yes'
/usr/bin/setfattr -n user.delegate -v 1 $root/user 2>/dev/null || status=skip
run memory touch 16
if test "$(/usr/bin/getfattr --only-values -n user.delegate $root/user 2>/dev/null)" = 1; then
    check 'and what it has marked is used' ran
fi
rm -r /run/systemd
kill $other
wait $other
rmdir $root/user/main $root/user || failed 'the delegated cgroup can be removed'
delegate $root/user

# ---- what is lacking -----------------------------------------------------------------------------------------------------------
as=$user
run memory touch 16
check 'where no cgroup can be made the launch is refused' refused 'Permission denied' 'have root make a cgroup'
as="unshare -m sh /bin/readonly"
printf 'mount -o remount,bind,ro %s || exit 99\nexec "$@"\n' $root >/bin/readonly
run memory touch 16
check 'likewise where it is read-only, as root' refused 'Read-only file system' 'memory.sbx:8'
run degrade touch 16
check 'and with may-degrade it runs' test "$status" = 0
check 'and says why without it' says 'Read-only file system; the policy has `may-degrade memory`'
as="unshare -m sh /bin/unmounted"
printf 'umount %s || exit 99\nexec "$@"\n' $root >/bin/unmounted
run memory touch 16
check 'likewise where none is mounted' refused 'cgroup v2 is mounted nowhere' 'mount -t cgroup2'
mkdir $root/poor
as="enter $root/poor"
run memory touch 16
echo '+memory' >$root/cgroup.subtree_control
echo '-cpu' >$root/cgroup.subtree_control
run both touch 16
check 'a controller that is not there is named' refused 'has no controller `cpu`' '`cpus` (both.sbx:9)'
run half touch 128
check 'one limit may be missing while the other is in force' test "$status" = 137
check 'and only that one is said to be missing' reports '"degradations":[{"protection":"cpus"'
echo '+cpu' >$root/cgroup.subtree_control
echo 32M >$root/poor/memory.max
run memory touch 16
check 'a lower limit above is reported as narrower' reports '"cgroup","requested":"enforced","enforced":true,"status":"narrower"'
run memory touch 48
check 'what ends for want of memory elsewhere is told apart' refused 'memory ran out elsewhere' ''
rmdir $root/poor || failed 'nothing is left in it'

# ---- policyc doctor -------------------------------------------------------------------------------------------------------------
as=''
policyc doctor /bundles/both >/tmp/out 2>/tmp/err
status=$?
check 'the doctor finds that both limits can be kept' grep -q -e 'works *a cgroup of the sandbox.s own: /sys/fs/cgroup' /tmp/out
enter $root/user $user policyc doctor /bundles/both >/tmp/out 2>/tmp/err
status=$?
check 'and as an ordinary user in a delegated cgroup' grep -q -e 'works *a cgroup of the sandbox.s own: /sys/fs/cgroup/user' /tmp/out
check 'of which nothing is left' rmdir $root/user
$user policyc doctor /bundles/memory >/tmp/out 2>/tmp/err
check 'and that one cannot where there is none' grep -q -e 'missing *a cgroup of the sandbox.s own' /tmp/out

# ---- what it costs --------------------------------------------------------------------------------------------------------------
now() { cut -d ' ' -f 1 /proc/uptime | tr -d .; }
for bundle in free memory; do
    begin=$(now)
    for _ in 1 2 3 4 5 6 7 8 9 10; do run $bundle touch 1; done
    printf 'SBX-VM note ten launches of %s: %s0 ms\n' $bundle $(($(now) - begin))
done
kill $bystander
finish
