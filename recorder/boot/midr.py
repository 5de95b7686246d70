"""Gives CPUs of a stopped guest MIDRs of their own.

QEMU's machine `virt` has one CPU model for all CPUs: the property `midr` belongs to the type of the CPU, the CPUs exist
before the monitor answers, and a realized CPU refuses a new value. So the values are replaced in QEMU's memory, which
the parent of the process may write. Each CPU keeps its MIDR at the same number of places, at the same distances, and
CPUs are allocated in their order. The distances are checked before, and the guest's /proc/cpuinfo afterwards.
"""
import struct


def places(pid, midr):
    """The addresses of QEMU's heap that hold a MIDR as an aligned 64-bit value, ascending."""
    found = []
    pattern = struct.pack("<Q", midr)
    with open(f"/proc/{pid}/maps", encoding="ascii", errors="replace") as maps:
        heaps = [line.split()[0] for line in maps if line.rstrip().endswith("[heap]")]
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for heap in heaps:
            start, end = (int(part, 16) for part in heap.split("-"))
            memory.seek(start)
            content = memory.read(end - start)
            at = content.find(pattern)
            while at >= 0:
                if at % 8 == 0:
                    found.append(start + at)
                at = content.find(pattern, at + 1)
    return found


def by_cpu(found, cpus):
    """The places of each CPU. Raises ValueError where they cannot be told apart."""
    extra = len(found) % cpus      # the property that `-cpu` sets comes first and is read no more
    each = len(found) // cpus
    groups = [found[extra + cpu * each:extra + (cpu + 1) * each] for cpu in range(cpus)]
    # A CPU has a structure and copies of registers: within both the distances are the same for each CPU.
    steps = [[b - a for a, b in zip(group, group[1:])] for group in groups]
    alike = all(sum(x != y for x, y in zip(step, steps[0])) <= 1 for step in steps)
    if each < 2 or extra > 1 or not alike:
        raise ValueError(f"--midr: expected the boot CPU's MIDR in QEMU's memory at the same distances for each of "
                         f"{cpus} CPUs, found it at {len(found)} places that differ: this QEMU cannot do that")
    return groups


def replace(pid, cpus, old, wanted):
    """Replaces the MIDR `old` of the CPUs in `wanted` (number to value); says how many places that were."""
    groups = by_cpu(places(pid, old), cpus)
    with open(f"/proc/{pid}/mem", "r+b", buffering=0) as memory:
        for cpu, midr in wanted.items():
            for place in groups[cpu]:
                memory.seek(place)
                memory.write(struct.pack("<Q", midr))
    return sum(len(groups[cpu]) for cpu in wanted)


def of_cpuinfo(text):
    """The MIDR of each CPU that /proc/cpuinfo lists, by number."""
    fields = {"CPU implementer": 24, "CPU variant": 20, "CPU part": 4, "CPU revision": 0}
    midrs, cpu = {}, None
    for line in text.splitlines():
        name, _, value = (part.strip() for part in line.partition(":"))
        if name == "processor":
            cpu = int(value)
            midrs[cpu] = 0xf0000
        elif name in fields and cpu is not None:
            midrs[cpu] |= int(value, 0) << fields[name]
    return midrs
