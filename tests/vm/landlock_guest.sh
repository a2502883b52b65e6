#!/bin/sh
# What is tried of the second wall inside the virtual machine, whose kernel confines the paths of Unix sockets: services of a host in
# a tree that can be read, in /tmp, and in no filesystem, called from a sandbox, as root and as an ordinary user. Then the kernel
# tests of Landlock, all of them.
# Back-quotes are what is looked for; words are ours, to be split; names are ours, and plain.
# shellcheck disable=SC1091,SC2016,SC2034,SC2086,SC2154
. /claims.sh
mkdir -p /var/tmp /srv/run /dev/pts /dev/shm
mount -t devpts -o ptmxmode=666 none /dev/pts
chmod 1777 /var/tmp
status=none
: >/tmp/out
: >/tmp/err

version=$(/payload landlock version)
printf 'SBX-VM note %s has version %s of Landlock, errata %s\n' "$(uname -r)" "$version" "$(/payload landlock errata)"
check 'the kernel has Landlock of version 9 or newer' test "$version" -ge 9

services=''
serve() {
    /payload "$1" "$2" >>/tmp/called 2>&1 &
    services="$services $!"
}
: >/tmp/called
serve serve /srv/run/granted
serve serve /srv/run/docker.sock
serve serve-datagrams /srv/run/log
serve serve /tmp/agent
serve serve @bus
until_true test -S /srv/run/granted -a -S /srv/run/docker.sock -a -S /srv/run/log -a -S /tmp/agent
until_true grep -q @bus /proc/net/unix
# called PATH: since the last time that anybody asked. The service may still be about to write.
called() {
    usleep 200000
    grep -q -x -F "called at $1" /tmp/called
    called=$?
    : >/tmp/called
    return $called
}
answers() { grep -q -x -F "$1" /tmp/out && ! called "$2"; }
reached() { grep -q -x -F "$1" /tmp/out && called "$2"; }
in_force() { reports "\"statement\":\"landlock.$1\",\"origin\":\"\",\"protection\":\"landlock\",\"requested\":\"enforced\",\"enforced\":true,\"status\":\"enforced\""; }
lacks_nothing() {
    reports "\"landlock\":{\"version\":$version,\"rules\":" && reports '"lacks":[]' && reports '"degradations":[]' && ! reports 'Landlock,' &&
        for part in paths signals abstractsockets tcpports; do in_force $part || return 1; done
}

claims() {
    who=$1
    run granted call /srv/run/granted
    check "$who: the socket that the policy names can be called" reached 'call ok' /srv/run/granted
    check "$who: everything of Landlock that the policy asks for is in force" lacks_nothing
    check "$who: and it says that of sockets" in_force unixsockets
    run granted call /srv/run/docker.sock
    check "$who: a control socket beside it cannot" answers 'call EACCES' /srv/run/docker.sock
    run granted send /srv/run/log
    check "$who: nor can anything be sent to one without connecting" answers 'send EACCES' /srv/run/log
    run insists call /srv/run/docker.sock
    check "$who: with require landlock 9 it runs, and is as narrow" answers 'call EACCES' /srv/run/docker.sock
    run agent call /tmp/agent
    check "$who: nor can an agent in a /tmp that can be read" answers 'call EACCES' /tmp/agent
    run readable call /srv/run/docker.sock
    check "$who: without a granted one no socket can be made" answers 'call EAFNOSUPPORT' /srv/run/docker.sock
    run readable-unix call /srv/run/docker.sock
    check "$who: with sockets of its own it can call none of the host" answers 'call EACCES' /srv/run/docker.sock
    run readable-unix own @own
    check "$who: but it can call itself" grep -q -x 'own ok' /tmp/out
    run shared call @bus
    check "$who: an abstract socket of a host whose network is shared is out of reach" answers 'call EPERM' @bus
    run nested call /srv/run/docker.sock
    check "$who: who may make namespaces can call all in the tree" reached 'call ok' /srv/run/docker.sock
    check "$who: and the report says so" reports 'everyUnixsocket'
}
claims root
as=$user
claims user
for service in $services; do kill "$service"; done

# ---- the kernel tests -----------------------------------------------------------------------------------------------------------
tests=$(cat /kernel-tests)
mkdir -p "${tests%/*}"
"$tests" --gtest_brief=0 --gtest_color=no \
    --gtest_filter='Kernel/Wall.*:Kernel/HostSockets.*:R_KRN_10.*:R_FS_09.*:R_FS_18.*' >/tmp/kernel.out 2>&1 &
runner=$!
# What takes long shows that it goes on.
tail -f /tmp/kernel.out &
shown=$!
wait $runner
status=$?
sleep 2
kill $shown
sed -n '/FAILED/p' /tmp/kernel.out >/tmp/out
: >/tmp/err
check 'the kernel tests of Landlock pass' test "$status" = 0
check 'and none of them was left out' test "$(grep -c SKIPPED /tmp/kernel.out)" = 0
finish
