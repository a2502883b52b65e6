#!/bin/sh
# What `sbx-run` with a filtered network is measured against: the shape of launcher that is in common use. bubblewrap makes the namespaces
# and waits on a fifo; the launcher reads its child's pid from another, enters that child's namespaces with nsenter to load the filter,
# attaches slirp4netns, and lets go. Written for the benchmark; it has the holes that R-NET-01 and R-NET-02 are about.
# Usage: launcher_in_common_use.sh RULESET COMMAND…
set -eu

ruleset=$1
shift
fifos=$(mktemp -d)
sandbox=
network=
# Whoever gives up leaves nobody behind who would keep a pipe of the caller's open.
trap 'rm -rf "$fifos"; kill -s KILL $sandbox $network 2>/dev/null || :' EXIT
mkfifo "$fifos/info" "$fifos/block" "$fifos/ready" "$fifos/exit"

bwrap --unshare-all --uid 0 --gid 0 --cap-drop ALL --ro-bind /usr /usr --symlink usr/bin /bin --symlink usr/lib /lib --symlink usr/lib64 /lib64 --size 67108864 --tmpfs /tmp \
    --proc /proc --die-with-parent --new-session --info-fd 3 --block-fd 4 -- "$@" 3>"$fifos/info" 4<>"$fifos/block" &
sandbox=$!
child=
while read -r line; do
    case $line in
        *'"child-pid"'*)
            child=${line##*: }
            child=${child%%[!0-9]*}
            ;;
    esac
done <"$fifos/info"

# bubblewrap tells its child's pid before it writes the id maps.
tries=0
until read -r mapped <"/proc/$child/uid_map" && [ -n "$mapped" ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 100000 ] || exit 1
done
nsenter --target "$child" --user --net --preserve-credentials nft -f "$ruleset"
slirp4netns --configure --mtu=65520 --disable-host-loopback --disable-dns --ready-fd 3 --exit-fd 4 "$child" tap0 \
    3>"$fifos/ready" 4<>"$fifos/exit" &
network=$!
read -r ready <"$fifos/ready" || [ -n "$ready" ]
printf 'go' >"$fifos/block"

status=0
wait "$sandbox" || status=$?
kill "$network" 2>/dev/null
wait "$network" || :
sandbox=
network=
exit "$status"
