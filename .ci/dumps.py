#!/usr/bin/env python3
"""Makes the dumps that pages name of one of the cases of tests/Orleans.Mmu.Tests/Truth: the tables of a real kernel.

Usage: .ci/dumps.py CASE   writes tables.bin.zst, registers.txt and machine.json, vmcore (an ELF core
                           with VMCOREINFO), memory.elf (one without) and ram.bin (memory from 0x40000000 on) here
       .ci/dumps.py --loop writes loop.bin, a table that leads to itself, and registers.txt
"""
import re
import shutil
import struct
import subprocess
import sys
from pathlib import Path

CASES = Path(__file__).resolve().parent.parent / "tests/Orleans.Mmu.Tests/Truth/cases"
RAM = 0x40000000
IMAGE = 0xFFFF800080000000
PAGE_OFFSET = 0xFFF0000000000000


def tables(case):
    """The pages of tables.bin.zst by their address."""
    raw = subprocess.run(["zstd", "-dcq", case / "tables.bin.zst"], check=True, capture_output=True).stdout
    _, page, count = struct.unpack_from("<8sII", raw)
    addresses = struct.unpack_from(f"<{count}Q", raw, 16)
    start = 16 + 8 * count
    return {pa: raw[start + i * page:start + (i + 1) * page] for i, pa in enumerate(addresses)}


def core(pages, note):
    """An ELF core with a segment for each page, at its linear address."""
    count = len(pages) + 1
    data = 64 + 56 * count
    parts = [struct.pack("<4s12xHHIQQQIHHHHHH", b"\x7fELF", 4, 183, 1, 0, 64, 0, 0, 64, 56, count, 0, 0, 0)]
    parts[0] = parts[0][:4] + bytes([2, 1, 1]) + parts[0][7:]
    parts.append(struct.pack("<IIQQQQQQ", 4, 0, data, 0, 0, len(note), len(note), 4))
    at = data + len(note)
    for pa, page in pages.items():
        parts.append(struct.pack("<IIQQQQQQ", 1, 6, at, PAGE_OFFSET + pa - RAM, pa, len(page), len(page), 0))
        at += len(page)
    return b"".join(parts + [note] + list(pages.values()))


def vmcoreinfo(root):
    text = (f"OSRELEASE=7.3.4-arm64\nPAGESIZE=4096\nSYMBOL(swapper_pg_dir)={IMAGE + root - RAM:x}\nNUMBER(VA_BITS)=52\n"
            f"NUMBER(TCR_EL1_T1SZ)=0xc\nNUMBER(PHYS_OFFSET)={RAM:#x}\nNUMBER(kimage_voffset)={IMAGE - RAM:#x}\n").encode()
    return struct.pack("<III12s", 11, len(text), 0, b"VMCOREINFO\0") + text + bytes(-len(text) % 4)


def ram(file, pages):
    with open(file, "wb") as image:
        for pa, page in pages.items():
            image.seek(pa - RAM)
            image.write(page)


def main(name):
    here = Path.cwd()
    if name == "--loop":
        entries = bytes(8) + struct.pack("<Q", RAM | 3) + bytes(4096 - 16)
        (here / "loop.bin").write_bytes(struct.pack("<8sIIQ", b"A64TBL01", 4096, 1, RAM) + entries)
        (here / "registers.txt").write_text(f"cpu0 TTBR1_EL1 = {RAM:#x}\ncpu0 TCR_EL1 = 0x005001f5b5503510\n")
        return
    case = CASES / name
    for file in ("tables.bin.zst", "registers.txt", "machine.json"):
        shutil.copy(case / file, here / file)
    pages = tables(case)
    root = int(re.search(r"TTBR1_EL1 = (0x\w+)", (case / "registers.txt").read_text())[1], 16) & 0xFFFFFFFFF000
    (here / "vmcore").write_bytes(core(pages, vmcoreinfo(root)))
    (here / "memory.elf").write_bytes(core(pages, b""))
    ram(here / "ram.bin", pages)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
