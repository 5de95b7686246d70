#!/bin/sh
# Writes a tar to standard output of what "mmu import" reads of an arm64 machine that runs Linux:
#
#   ssh HOST sh -s < collect.sh > host.tar
#   mmu import host.tar
#
# It changes nothing on the machine but a temporary folder, which it removes. Root reads more than other users: without
# root, addresses are missing. What cannot be read is named on standard error.
set -u
umask 077

say() {
    printf 'collect: %s\n' "$*" >&2
}

# A folder that is there already may be somebody else's, so mkdir must make it.
work=$(mktemp -d 2>/dev/null) || { work=/tmp/mmu-collect.$$; mkdir "$work" || exit 1; }
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
release=$(uname -r)

# take NAME FILE...: keeps the first of the files that can be read.
take() {
    name=$1
    shift
    for file in "$@"; do
        if [ -r "$file" ] && cat "$file" > "$work/$name" 2>/dev/null && [ -s "$work/$name" ]; then
            return 0
        fi
    done
    rm -f "$work/$name"
    say "cannot read $*"
    return 1
}

[ "$(uname -m)" = aarch64 ] || say "this machine is $(uname -m), not aarch64"
[ "$(id -u)" = 0 ] || say "not root: addresses in iomem and kallsyms are zeros, and dmesg, kcore and fdt may be missing"

take cpuinfo /proc/cpuinfo
take version /proc/version || uname -r > "$work/version"
take cmdline /proc/cmdline
getconf PAGESIZE > "$work/pagesize" 2>/dev/null || { rm -f "$work/pagesize"; say "there is no getconf"; }

if take iomem /proc/iomem && ! grep -q '[1-9a-f][0-9a-f]*-' "$work/iomem"; then
    say "/proc/iomem shows zeros: run this as root"
fi

if [ -r /proc/config.gz ]; then
    take config.gz /proc/config.gz
else
    take config "/boot/config-$release" "/lib/modules/$release/config" "/lib/modules/$release/build/.config"
fi

# Six symbols of some 200,000.
symbols=' (_text|_stext|__init_begin|__init_end|__bss_stop|_end)$'
for file in "/boot/System.map-$release" "/lib/modules/$release/System.map" "/usr/lib/debug/boot/System.map-$release"; do
    [ -r "$file" ] && grep -E "$symbols" "$file" > "$work/System.map" 2>/dev/null && break
done
if [ ! -s "$work/System.map" ]; then
    rm -f "$work/System.map"
    grep -E "$symbols" /proc/kallsyms > "$work/kallsyms" 2>/dev/null
    if ! grep -q '^0*[1-9a-f]' "$work/kallsyms" 2>/dev/null; then
        rm -f "$work/kallsyms"
        say "cannot read the addresses of symbols in System.map or /proc/kallsyms"
    fi
fi

if ! dmesg > "$work/dmesg" 2>/dev/null || ! grep -q 'Linux version' "$work/dmesg"; then
    journalctl -k -b -o cat > "$work/dmesg" 2>/dev/null
fi
if ! grep -q 'Linux version' "$work/dmesg" 2>/dev/null; then
    rm -f "$work/dmesg"
    say "cannot read the messages of the boot (dmesg, journalctl -k)"
fi

[ ! -e /sys/firmware/fdt ] || take fdt /sys/firmware/fdt

# The head of kcore says which virtual address is which physical one.
if ! dd if=/proc/kcore of="$work/kcore" bs=65536 count=1 2>/dev/null || [ ! -s "$work/kcore" ]; then
    rm -f "$work/kcore"
    say "cannot read the head of /proc/kcore"
fi

cd "$work" && tar cf - -- *
