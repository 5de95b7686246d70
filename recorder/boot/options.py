"""What a recording is asked for on the command line."""
import argparse
import os
import re

# A Neoverse-V3 r0p2, which the kernel's list of BBML2_NOABORT CPUs has: its kernel begins with large leaves.
CPU = "max,lpa2=off,pauth-impdef=on,midr=0x410fd842"


def _size(text):
    match = re.fullmatch(r"(\d+)([MG])", text)
    if not match or int(match[1]) == 0:
        raise argparse.ArgumentTypeError(f"expected a size such as 256M or 2G, found {text}")
    return int(match[1]) << {"M": 20, "G": 30}[match[2]]


def _cpus(text):
    if not re.fullmatch(r"\d{1,3}", text) or not 1 <= int(text) <= 512:
        raise argparse.ArgumentTypeError(f"expected 1 to 512, found {text}")
    return int(text)


def _midr(text):
    match = re.fullmatch(r"(\d{1,3})=0x([0-9a-fA-F]{1,8})", text)
    if not match:
        raise argparse.ArgumentTypeError(f"expected CPU=MIDR such as 1=0x410fd0c1, found {text}")
    return int(match[1]), int(match[2], 16)


def _file(text):
    if not os.path.isfile(text):
        raise argparse.ArgumentTypeError(f"{text}: expected a file, found none")
    return os.path.realpath(text)


class _OneLine(argparse.ArgumentParser):
    def error(self, message):
        self.exit(1, f"{self.prog}: {message}\n")


def read(description):
    """The options. Ends the program with one line where they are wrong."""
    parser = _OneLine(prog="record", description=description)
    add = parser.add_argument
    add("--kernel", type=_file, required=True, help="an arm64 kernel (Image, vmlinuz) with 4K pages")
    add("--initrd", type=_file, required=True, help="its initrd; the program initrd beside this one makes one")
    add("-o", "--output", default="recording", metavar="NAME",
        help="writes NAME.log.zst, NAME.console.txt and NAME.json (default: recording)")
    add("--cpus", type=_cpus, default=2, metavar="N")
    add("--memory", type=_size, default=256 << 20, metavar="SIZE")
    add("--cpu", default=CPU, metavar="MODEL", help=f"QEMU's -cpu (default: {CPU})")
    add("--midr", type=_midr, action="append", default=[], metavar="CPU=MIDR", help="gives one CPU another MIDR")
    add("--append", default="", metavar="TEXT", help="more of the kernel's command line")
    add("--trees", choices=("kernel", "all"), default="kernel", help="all: user space's, too")
    add("--without-recorder", action="store_true", help="boots alone, to compare times")
    add("--timeout", type=int, default=1800, metavar="SECONDS")
    add("--qemu", default="qemu-system-aarch64", metavar="PROGRAM")
    add("--mmu", default="mmu", metavar="PROGRAM", help="makes NAME.json, the machine file")
    options = parser.parse_args()
    options.midrs = dict(options.midr)
    options.devices = []
    if 0 in options.midrs:
        options.cpu = re.sub(r",midr=[^,]*", "", options.cpu) + f",midr={options.midrs[0]:#x}"
    match = re.search(r",midr=(0x[0-9a-fA-F]+|\d+)(,|$)", options.cpu)
    options.boot_midr = int(match[1], 0) if match else None
    if any(options.midrs) and options.boot_midr is None:
        parser.error("--midr: expected midr= in --cpu, which the other CPUs have, found none")
    if max(options.midrs, default=0) >= options.cpus:
        parser.error(f"--midr: expected a CPU below {options.cpus}, found {max(options.midrs)}")
    if options.memory % (2 << 20):
        parser.error("--memory: expected a multiple of 2M")
    return options
