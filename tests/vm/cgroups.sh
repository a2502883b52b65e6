#!/bin/sh
# Boots a kernel whose controllers are all in cgroup v2 in a virtual machine, and runs tests/vm/guest.sh in it.
# usage: run.sh POLICYC SBX-RUN PAYLOAD WORK-DIRECTORY
# Only with SBX_VM_TESTS=1, because it needs Debian packages of 200 MB that nothing else does: qemu-system-x86 and a kernel, which is
# taken from SBX_VM_KERNEL, from /boot, or from the package linux-image-cloud-amd64, unpacked and not installed. Exits with 77 where
# it cannot be done, and says why.
set -eu
skip() {
    printf 'skipped: %s\n' "$*"
    exit 77
}
[ "${SBX_VM_TESTS:-0}" = 1 ] || skip 'SBX_VM_TESTS is not 1'
[ "$(uname -m)" = x86_64 ] || skip 'the virtual machine is of another kind than this one'
policyc=$1
runner=$2
payload=$3
work=$4
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
rm -rf -- "$work/root"
mkdir -p -- "$work/root"

# What is missing of the packages is installed by root, and asked for by others.
missing=''
for package in qemu-system-x86 busybox-static attr; do
    dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null | grep -q '^installed$' || missing="$missing $package"
done
if [ -n "$missing" ]; then
    [ "$(id -u)" = 0 ] || skip "these packages are missing:$missing"
    # The list is words of our own, to be split.
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >"$work/install.log" 2>&1 ||
        skip "$(tail -n 1 "$work/install.log")"
fi

kernel=${SBX_VM_KERNEL:-}
for candidate in "$work"/kernel/boot/vmlinuz-* /boot/vmlinuz-*; do
    [ -n "$kernel" ] || [ ! -r "$candidate" ] || kernel=$candidate
done
if [ -z "$kernel" ]; then
    package=$(apt-cache depends linux-image-cloud-amd64 | sed -n 's/^ *Depends: //p' | head -n 1)
    [ -n "$package" ] || skip 'there is no kernel, and no package linux-image-cloud-amd64'
    (cd "$work" && apt-get download "$package") >"$work/download.log" 2>&1 || skip "$(tail -n 1 "$work/download.log")"
    dpkg-deb --fsys-tarfile "$work/$package"_*.deb | (mkdir -p "$work/kernel" && tar -x -C "$work/kernel" ./boot)
    rm -f "$work/$package"_*.deb
    kernel=$(ls "$work"/kernel/boot/vmlinuz-*)
fi

# place PROGRAM FOLDER: with the libraries that it needs.
place() {
    mkdir -p "$work/root/$2"
    cp -L -- "$1" "$work/root/$2/"
    ldd -- "$1" 2>/dev/null | grep -o '/[^ ]*' | while read -r library; do
        mkdir -p "$work/root${library%/*}"
        cp -L -- "$library" "$work/root$library"
    done
}
root=$work/root
mkdir -p "$root/proc" "$root/sys" "$root/dev" "$root/tmp" "$root/run" "$root/etc" "$root/bundles" "$root/usr/bin"
place "$policyc" bin
place "$runner" bin
for program in bwrap setpriv setfattr getfattr; do
    place "/usr/bin/$program" usr/bin
done
cp /bin/busybox "$root/bin/busybox"
for applet in sh mount umount mkdir rmdir rm ls cat sed grep tr find head wc chmod chown sleep usleep kill test printf echo stat cut \
    sysctl unshare switch_root cp poweroff cpio true; do
    ln -s busybox "$root/bin/$applet"
done
cp -- "$payload" "$root/payload"
cp -- "$here/guest.sh" "$root/guest.sh"

# policy NAME LINE…: each a bundle in which the payload can run.
policy() {
    name=$1
    shift
    {
        printf 'sbx 1\nprofile %s\n' "$name"
        printf 'filesystem {\n    read /payload\n    proc /proc\n    tmpfs /tmp { size 512M }\n}\n'
        printf '%s\n' "$@"
        printf 'process { run-as 65534 }\n'
    } >"$work/$name.sbx"
    (cd "$work" && "$policyc" "$name.sbx" -o "$root/bundles/$name") || exit 1
}
policy free 'limits { wall-time 60s }'
policy memory 'limits { memory 64M; processes 50 }'
policy least 'limits { memory 1M }'
policy cpus 'limits { cpus 0.5 }'
policy processes 'limits { processes 50 }'
policy both 'limits { memory 64M' 'cpus 1 }'
policy half 'limits { memory 64M' 'cpus 1 }' 'may-degrade cpus because "none here"'
policy degrade 'limits { memory 64M }' 'may-degrade memory because "the machines of developers have none"'

# bubblewrap cannot pivot out of the first file system of a kernel, so that everything goes to a tmpfs first.
cat >"$root/init" <<'END'
#!/bin/sh
export PATH=/bin
mkdir /new
mount -t tmpfs -o mode=755 none /new
cp -a /bin /sbin /lib /lib64 /usr /etc /bundles /payload /guest.sh /new/ 2>/dev/null
mkdir /new/proc /new/sys /new/dev /new/tmp /new/run
exec switch_root /new /bin/sh /guest.sh
END
chmod 755 "$root/init" "$root/guest.sh" "$root/payload"
(cd "$root" && find . | busybox cpio -o -H newc 2>/dev/null) >"$work/initramfs"

# Emulated: there are hosts whose /dev/kvm cannot run every kernel, and it takes half a minute.
timeout 300 qemu-system-x86_64 -accel tcg -cpu max -m 1536 -smp 2 -nodefaults -no-user-config -no-reboot -display none \
    -serial stdio -kernel "$kernel" -initrd "$work/initramfs" -append 'console=ttyS0 quiet panic=-1 rdinit=/init' \
    </dev/null >"$work/log" 2>&1 || true
tr -d '\r' <"$work/log" | sed -n '/^SBX-VM/,$p'
grep -q '^SBX-VM end' "$work/log" || {
    printf 'the virtual machine did not come to the end of its tests:\n'
    tail -n 30 "$work/log"
    exit 1
}
if grep -q '^SBX-VM failed' "$work/log"; then
    exit 1
fi
