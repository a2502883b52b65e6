# Read in by the tests of this folder: builds the first file system of a virtual machine, boots a kernel in it, and reads from its
# console what came of it. The test has set `here`, `work`, and `policyc`. Only with SBX_VM_TESTS=1, because it needs Debian packages of 200 MB
# that nothing else does. Exits with 77 where it cannot be done, and says why.
# shellcheck shell=sh disable=SC2154
skip() {
    printf 'skipped: %s\n' "$*"
    exit 77
}
[ "${SBX_VM_TESTS:-0}" = 1 ] || skip 'SBX_VM_TESTS is not 1'
[ "$(uname -m)" = x86_64 ] || skip 'the virtual machine is of another kind than this one'
rm -rf -- "$work/root"
mkdir -p -- "$work/root"

# What is missing of the packages is installed by root, and asked for by others. `packages` may hold more. Words are ours, to be split.
missing=''
# shellcheck disable=SC2086
for package in qemu-system-x86 busybox-static attr ${packages:-}; do
    dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null | grep -q '^installed$' || missing="$missing $package"
done
if [ -n "$missing" ]; then
    [ "$(id -u)" = 0 ] || skip "these packages are missing:$missing"
    # The list is words of our own, to be split.
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 install -y -qq --no-install-recommends $missing \
        >"$work/install.log" 2>&1 || skip "$(tail -n 1 "$work/install.log")"
fi

# find_kernel GIVEN WHERE: sets `kernel` to GIVEN if that is not empty, else to the newest package linux-image-cloud-amd64 that apt
# knows of (APT_CONFIG says which apt), unpacked in WHERE and not installed. Newer ones have the kernel in a package of its own.
find_kernel() {
    kernel=$1
    [ -z "$kernel" ] || return 0
    depends() { apt-cache depends "$1" | sed -n "s/^ *Depends: \\($2-[0-9].*\\)/\\1/p" | head -n 1; }
    package=$(depends linux-image-cloud-amd64 linux-image)
    [ -n "$package" ] || skip 'there is no kernel, and no package linux-image-cloud-amd64'
    binary=$(depends "$package" linux-binary)
    if ! [ -d "$2/$package" ]; then
        rm -rf -- "$2"
        mkdir -p -- "$2/new"
        (cd "$2" && apt-get download "${binary:-$package}") >"$work/download.log" 2>&1 || skip "$(tail -n 1 "$work/download.log")"
        dpkg-deb --fsys-tarfile "$2"/*.deb | tar -x -C "$2/new" --wildcards '*/vmlinuz*'
        rm -f -- "$2"/*.deb
        mv -- "$2/new" "$2/$package"
    fi
    kernel=$(find "$2/$package" -name 'vmlinuz*' -type f | head -n 1)
}

# find_any_kernel: sets `kernel` to SBX_VM_KERNEL, else to one in /boot, else to that of the package.
find_any_kernel() {
    given=${SBX_VM_KERNEL:-}
    for candidate in /boot/vmlinuz-*; do
        [ -n "$given" ] || [ ! -r "$candidate" ] || given=$candidate
    done
    find_kernel "$given" "$work/kernel"
}

# place PROGRAM FOLDER: with the libraries that it needs.
place() {
    mkdir -p "$work/root/$2"
    cp -L --remove-destination -- "$1" "$work/root/$2/"
    ldd -- "$1" 2>/dev/null | grep -o '/[^ ]*' | while read -r library; do
        mkdir -p "$work/root${library%/*}"
        cp -L -- "$library" "$work/root$library"
    done
}

# begin_root POLICYC SBX-RUN PAYLOAD GUEST: what every test has in its machine.
begin_root() {
    root=$work/root
    mkdir -p "$root/proc" "$root/sys" "$root/dev" "$root/tmp" "$root/run" "$root/etc" "$root/bundles"
    for name in bin lib lib64; do
        mkdir -p "$root/usr/$name"
        ln -s "usr/$name" "$root/$name"
    done
    place "$1" bin
    place "$2" bin
    for program in bwrap setpriv setfattr getfattr; do
        place "/usr/bin/$program" usr/bin
    done
    cp /bin/busybox "$root/bin/busybox"
    for applet in sh mount umount mkdir rmdir rm ls cat sed grep tr find head wc chmod chown sleep usleep kill test printf echo stat cut \
        sysctl unshare switch_root cp poweroff cpio true uname ln seq tail; do
        ln -s busybox "$root/bin/$applet"
    done
    cp -- "$3" "$root/payload"
    cp -- "$4" "$root/guest.sh"
    cp -- "$here/guest.sh" "$root/claims.sh"
    chmod 755 "$root/guest.sh" "$root/payload"
}

# policy NAME LINE…: a bundle in which the payload can run.
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

# boot KERNEL SECONDS MEGABYTES: exits with 1 where a claim failed, or the guest did not come to its end.
boot() {
    # bubblewrap cannot pivot out of the first file system of a kernel, so that everything goes to a tmpfs first.
    cat >"$root/init" <<'END'
#!/bin/sh
export PATH=/bin
mkdir /new
mount -t tmpfs -o mode=755,size=90% none /new
for name in /*; do
    case $name in
        /new | /init | /proc | /sys | /dev | /tmp | /run) ;;
        *) cp -a "$name" /new/ ;;
    esac
done
mkdir /new/proc /new/sys /new/dev /new/tmp /new/run
exec switch_root /new /bin/sh /guest.sh
END
    chmod 755 "$root/init"
    (cd "$root" && find . | busybox cpio -o -H newc 2>/dev/null) >"$work/initramfs"

    # Emulated: there are hosts whose /dev/kvm cannot run every kernel, and it takes half a minute.
    timeout "$2" qemu-system-x86_64 -accel tcg -cpu max -m "$3" -smp 2 -nodefaults -no-user-config -no-reboot -display none \
        -serial stdio -kernel "$1" -initrd "$work/initramfs" -append 'console=ttyS0 quiet panic=-1 rdinit=/init' \
        </dev/null >"$work/log" 2>&1 || true
    tr -d '\r' <"$work/log" | sed -n '/^SBX-VM/,$p'
    rm -rf -- "$work/root" "$work/initramfs"
    grep -q '^SBX-VM end' "$work/log" || {
        printf 'the virtual machine did not come to the end of its tests:\n'
        tail -n 30 "$work/log"
        exit 1
    }
    if grep -q '^SBX-VM failed' "$work/log"; then
        exit 1
    fi
}
