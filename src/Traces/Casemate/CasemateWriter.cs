using System.Globalization;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Processors;
using Orleans.Mmu.Arm.Tlbs;

namespace Orleans.Mmu.Traces.Casemate;

/// <summary>Writes the events of a casemate trace, numbered from 0. Everything hangs in one kernel's tree under one lock.</summary>
public sealed class CasemateWriter(TextWriter output)
{
    /// <summary>Where the lock of the tree lies.</summary>
    public const ulong Lock = 0x10;

    private long _id;

    /// <summary>A descriptor. Writes are releases: each comes after those before it, as the kernel's own order has it.</summary>
    public void Write(int cpu, PhysicalAddress address, Descriptor value) =>
        Event("mem-write", cpu, $"(mem-order release) (address {Hex(address.Value)}) (value {Hex(value.Bits)})");

    public void Dsb(int cpu, DsbKind kind) => Event("barrier", cpu, $"dsb (kind {kind.ToString().ToLowerInvariant()})");

    public void Isb(int cpu) => Event("barrier", cpu, "isb");

    public void Tlbi(int cpu, in TlbiOperation operation)
    {
        string name = operation.ToString()["tlbi ".Length..].Split(',')[0];
        Event("tlbi", cpu, operation.ByAddress ? $"{name} (value {Hex(Register(operation))})" : name);
    }

    public void Register(int cpu, string name, ulong value) => Event("sysreg-write", cpu, $"(sysreg {name}) (value {Hex(value)})");

    public void SetRootLock(PhysicalAddress root) => Event("hint", 0, $"(kind set_root_lock) (location {Hex(root.Value)}) (value {Hex(Lock)})");

    public void ReleaseTable(int cpu, PhysicalAddress table) => Event("hint", cpu, $"(kind release_table) (location {Hex(table.Value)}) (value 0x0)");

    public void Take(int cpu) => Event("lock", cpu, $"(address {Hex(Lock)})");

    public void Release(int cpu) => Event("unlock", cpu, $"(address {Hex(Lock)})");

    // VA[55:12] in bits 43:0; a range as base, number and scale, rounded up to what they can say.
    private static ulong Register(in TlbiOperation operation)
    {
        const ulong mask = (1UL << 44) - 1;
        ulong page = operation.Address.Value >> 12;
        if (operation.Length == 0)
            return page & mask;
        ulong pages = (operation.Length + 4095) / 4096;
        int scale = 0;
        while (scale < 3 && pages > 32UL << (5 * scale + 1))
            scale++;
        ulong unit = 1UL << (5 * scale + 1);
        ulong number = Math.Min(31, (pages + unit - 1) / unit - 1);
        return 1UL << 46 | (ulong)scale << 44 | number << 39 | page & ((1UL << 37) - 1);
    }

    private void Event(string kind, int cpu, string fields) =>
        output.Write(string.Create(CultureInfo.InvariantCulture, $"({kind} (id {_id++}) (tid {cpu}) {fields})\n"));

    private static string Hex(ulong value) => string.Create(CultureInfo.InvariantCulture, $"0x{value:x}");
}
