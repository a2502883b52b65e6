#!/bin/sh
# The numbers that the project promises, as ratios taken in one run: each pair of commands is run in turn, A B A B …, and the ratio is taken
# pair by pair, so that what else the machine does cancels out. Usage: run.sh [BUILD-DIRECTORY [RUNS]] (default build/release, 200).
# Exit 1 when a limit is exceeded. README.md beside this file says what each line means.
set -eu

# Measured as an ordinary caller. Root would have to drop its id first, in both of each pair, and so make every ratio look better.
if [ "$(id -u)" = 0 ]; then
    exec setpriv --reuid=65532 --regid=65532 --clear-groups -- sh "$0" "$@"
fi
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
build=$(CDPATH='' cd -- "${1:-$root/build/release}" && pwd)
runs=${2:-200}
policyc=$build/policyc
pair=$build/tests/benchmark/pair
work=$(mktemp -d /var/tmp/sbx-benchmark.XXXXXX)
memory=
trap 'rm -rf "$work" ${memory:+"$memory"}' EXIT
failed=0
# As an installation has it: what the linker wrote is kept by the kernel page by page, a copy in larger pieces, which are mapped sooner.
cp -- "$build/sbx-run" "$work/"
sbx_run=$work/sbx-run
note() { printf '%s\n' "$*"; }
measure() { "$pair" "$@" || failed=1; }

cat >"$work/launch.sbx" <<'EOF'
sbx 1
profile launch
filesystem {
    read /usr
    symlink /bin -> usr/bin
    symlink /lib -> usr/lib
    symlink /lib64 -> usr/lib64
    tmpfs /tmp { size 64M; mode 1777 }
    proc /proc
    dev /dev
}
limits { open-files 256; cpu-time 60s }
EOF
"$policyc" "$work/launch.sbx" -o "$work/out"

note 'compile: policyc from start to exit, against a static program that reads one file and writes as many with the same fsyncs and rename'
compile_in() {
    mkdir "$1/a" "$1/b"
    measure "$runs" --limit 3 --- "$policyc" "$root/examples/compile-c/profile.sbx" -o "$1/a/out" --- "$build/tests/benchmark/copy_bundle" \
        "$root/examples/compile-c/profile.sbx" "$1/a/out" "$1/b/out"
}
compile_in "$work"
if memory=$(mktemp -d /dev/shm/sbx-benchmark.XXXXXX 2>/dev/null); then
    note 'compile, where fsync costs nothing'
    compile_in "$memory"
fi

note 'verification: policyc from start to exit, against itself without the verification of what it made'
verification_of() {
    measure "$runs" --limit 1.34 --- "$policyc" "$1" -o "$work/verified" --- "$build/tests/benchmark/policyc_unverified" "$1" -o "$work/unverified"
}
verification_of "$root/examples/compile-c/profile.sbx"

# The mounts of launch.sbx, the same views, as few words as bubblewrap allows. What procfs shows of the whole machine is masked in both.
: >"$work/empty"
masks=
for name in kcore key-users keys sysrq-trigger timer_list; do
    [ ! -f "/proc/$name" ] || masks="$masks --ro-bind $work/empty /proc/$name"
done
bare="bwrap --unshare-all --ro-bind /usr /usr --symlink usr/bin /bin --symlink usr/lib /lib --symlink usr/lib64 /lib64 --size 67108864 --tmpfs /tmp \
--proc /proc --ro-bind /proc/sys /proc/sys $masks --dev /dev --size 67108864 --tmpfs /dev/shm --remount-ro /dev --remount-ro / -- /usr/bin/true"
cat >"$work/plain.sh" <<EOF
exec prlimit --nofile=256:256 --cpu=60:60 --core=0:0 $bare
EOF
chmod 755 "$work/plain.sh"

note 'sbx-run, against bare bwrap --unshare-all with the same mounts'
# $bare is a list of words of our own.
# shellcheck disable=SC2086
measure "$runs" --limit 1.25 --- "$sbx_run" "$work/out" -- /usr/bin/true --- $bare
note 'sbx-run that keeps a time and counts output, against the same'
sed 's/cpu-time 60s/cpu-time 60s; wall-time 1m; output 1M/' "$work/launch.sbx" >"$work/supervised.sbx"
"$policyc" "$work/supervised.sbx" -o "$work/supervised"
# shellcheck disable=SC2086
measure "$runs" --limit 1.35 --- "$sbx_run" "$work/supervised" -- /usr/bin/true --- $bare
note 'sbx-run with Landlock, against the same on a kernel without it (no promise)'
measure "$runs" --limit 100 --- "$build/tests/benchmark/landlock" with "$sbx_run" "$work/out" -- /usr/bin/true --- \
    "$build/tests/benchmark/landlock" without "$sbx_run" "$work/out" -- /usr/bin/true
note 'launch, against sh, then prlimit, then bwrap with the same mounts'
measure "$runs" --limit 1.5 --- "$work/out/launch" -- /usr/bin/true --- sh "$work/plain.sh"
if [ -x /bin/bash ]; then
    note 'launch, where the caller left a descriptor open that only bash can close, against the same (no promise)'
    measure "$runs" --limit 100 --descriptor 12 --- "$work/out/launch" -- /usr/bin/true --- sh "$work/plain.sh"
fi

PATH=$PATH:/usr/sbin:/sbin
sed 's/^limits.*/network { allow tcp to 203.0.113.5 port 443 }/' "$work/launch.sbx" >"$work/filtered.sbx"
"$policyc" "$work/filtered.sbx" -o "$work/filtered"
note 'sbx-run with a packet filter and slirp4netns, against the shape of launcher in common use: mkfifo, nsenter, nft and slirp4netns'
if { : <>/dev/net/tun; } 2>/dev/null && command -v nft slirp4netns nsenter >/dev/null; then
    network_runs=$((runs < 30 ? runs : 30))
    measure "$network_runs" --limit 0.4 --- "$sbx_run" "$work/filtered" -- /usr/bin/true --- \
        sh "$root/tests/benchmark/launcher_in_common_use.sh" "$work/filtered/egress.nft" /usr/bin/true 2>"$work/said"
else
    note '# not measured: nft, slirp4netns or nsenter is missing, or this user may not open /dev/net/tun'
fi

# Through pipes to a reader that does nothing else, so that it is the writer's way that is measured. Both ends on one processor: where
# the scheduler puts them otherwise makes the same plain pipe up to five times slower from one run to the next.
bytes=${SBX_BENCHMARK_BYTES:-10G}
processor=$(sed -n 's/^Cpus_allowed_list:[[:space:]]*\([0-9]*\).*/\1/p' /proc/self/status)
through() {
    measure 3 --limit "$1" --- taskset -c "$processor" sh -c "$2 -- /usr/bin/head -c $bytes /dev/zero | cat >/dev/null" --- \
        taskset -c "$processor" sh -c "head -c $bytes /dev/zero | cat >/dev/null"
}
note "output: $bytes through sbx-run without an output limit, against a plain pipe (1.25: 80 % of its speed)"
through 1.25 "$sbx_run $work/out"
note "output: $bytes, counted (no promise)"
sed 's/cpu-time 60s/output 64G/' "$work/launch.sbx" >"$work/counted.sbx"
"$policyc" "$work/counted.sbx" -o "$work/counted"
through 100 "$sbx_run $work/counted"

note 'scale: 100 000 paths that reduce to 1 000 mounts, and 100 000 that do not reduce'
{
    printf 'sbx 1\nprofile many\nfilesystem {\n'
    awk 'BEGIN { for (i = 0; i < 1000; i++) { printf "    read /srv/t%d\n", i; for (j = 0; j < 99; j++) printf "    read /srv/t%d/x%d\n", i, j } }'
    printf '}\n'
} >"$work/many.sbx"
{
    printf 'sbx 1\nprofile toomany\nfilesystem {\n'
    awk 'BEGIN { for (i = 0; i < 100000; i++) printf "    read /srv/t%d\n", i }'
    printf '}\n'
} >"$work/toomany.sbx"
measure 5 --most 1 476 --- "$policyc" -q "$work/many.sbx" -o "$work/many"
note 'verification of the same 100 000 paths'
runs=10
verification_of "$work/many.sbx" 2>"$work/said"
measure 5 --most 1 476 --exit 1 --- "$policyc" "$work/toomany.sbx" -o "$work/toomany"
"$policyc" "$work/toomany.sbx" -o "$work/toomany" 2>&1 | head -n 1 || true

# None touches another, so that none is joined with it. $1 is the family, $2 `list` or `statements`.
networks_of() {
    printf 'sbx 1\nprofile networks\nfilesystem { read /usr }\nnetwork {\n'
    awk -v family="$1" -v form="$2" 'BEGIN {
        if (form == "list") printf "    allow any to ["
        for (i = 0; i < 100000; i++) {
            odd = 2 * i + 1
            if (family == 4) network = sprintf("20.%d.%d.%d/32", odd / 65536, odd / 256 % 256, odd % 256)
            else network = sprintf("2600:%x:%x::/48", odd / 65536, odd % 65536)
            if (form == "list") printf "%s%s", i ? ", " : "", network
            else printf "    allow any to %s\n", network
        }
        if (form == "list") print "]"
    }'
    printf '}\n'
}
for family in 4 6; do
    for form in list statements; do
        note "networks: 100 000 of IPv$family under \`any\`, $form"
        networks_of "$family" "$form" >"$work/networks.sbx"
        measure 5 --most 1 476 --- "$policyc" "$work/networks.sbx" -o "$work/networks"
    done
done

# One network that holds all that is sent to, and nine others; 100 000 addresses; 100 000 networks of two addresses.
packets_of() {
    awk -v kind="$1" 'BEGIN {
        printf "sbx 1\nprofile packets\nfilesystem { read /usr }\nnetwork {\n    allow udp to ["
        if (kind == "ten") {
            printf "20.0.0.0/8"
            for (i = 0; i < 9; i++) printf ", 21.0.0.%d", 2 * i
        } else for (i = 0; i < 100000; i++) {
            at = 4 * i + (kind == "addresses")
            printf "%s20.%d.%d.%d%s", i ? ", " : "", at / 65536, at / 256 % 256, at % 256, kind == "addresses" ? "" : "/31"
        }
        printf "] port 443\n}\n"
    }'
}
note 'packets: what one packet costs, in microseconds: the median of 20 000, the lowest of three; within 1 of that under ten networks'
for kind in ten addresses networks; do
    packets_of "$kind" >"$work/packets.sbx"
    "$policyc" "$work/packets.sbx" -o "$work/packets-$kind"
done
for _ in 1 2 3; do
    for kind in ten addresses networks; do
        if cost=$("$build/tests/benchmark/packets" "$work/packets-$kind" 100000 443 2>"$work/said"); then
            printf '%s %s\n' "$kind" "$cost"
        else
            printf '# not measured: %s\n' "$(head -n 1 "$work/said")"
        fi
    done
done >"$work/costs"
grep '^#' "$work/costs" | head -n 1 || true
awk '!/^#/ {
    for (i = 2; i <= 4; i++) if (!(($1, i) in least) || $i < least[$1, i]) least[$1, i] = $i
}
END {
    split("to any of 100 000, the first of its connection|to one of ten, which do not answer|of an established connection", what, "|")
    for (i = 2; i <= 4; i++) if (("ten", i) in least) {
        addresses = least["addresses", i] - least["ten", i]
        networks = least["networks", i] - least["ten", i]
        missed = addresses > 1 || networks > 1
        printf "  %s: %.2f under ten, %+.2f under 100 000 addresses, %+.2f under 100 000 networks%s\n", what[i - 1], least["ten", i], addresses, networks, missed ? "  MISSED" : ""
        failed = failed || missed
    }
    exit failed
}' "$work/costs" || failed=1
note 'check: 1 000 policies in one run'
mkdir "$work/policies"
awk -v to="$work/policies" 'BEGIN {
    for (i = 1; i <= 1000; i++) {
        file = to "/p" i ".sbx"
        printf "sbx 1\nprofile p%d\nuse std/python\nuse std/script-runner\nparam scratch: path under /var/tmp\n", i > file
        printf "filesystem { read /srv/data/%d; write $scratch }\nnetwork { allow tcp to 10.20.0.0/16 port 443 }\n", i > file
        printf "process { run-as 65532:65532 }\ntest \"t\" { allowed read /srv/data/%d; denied write /usr/x }\n", i > file
        close(file)
    }
}'
measure 5 --most 1 476 --- "$policyc" check "$work/policies"

if [ -x "$build/tests/benchmark/benchmarks" ]; then
    "$build/tests/benchmark/benchmarks" --benchmark_min_time=0.2
fi
exit "$failed"
