using System.Globalization;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Barriers;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Invalidation;

namespace Orleans.Mmu.Traces.Casemate;

/// <summary>
/// Writes the events of a casemate trace, numbered from 0, about the tree of one kernel, which one lock protects.
/// </summary>
public sealed class CasemateWriter(TextWriter output, CancellationToken cancellationToken = default)
{
    /// <summary>The address of the tree's lock.</summary>
    public const ulong Lock = 0x10;

    private long _id;

    /// <summary>
    /// A write of a descriptor. Each write is a release, so it comes after all earlier ones, as in the kernel.
    /// </summary>
    public void Write(int cpu, PhysicalAddress address, Descriptor value) =>
        Event("mem-write", cpu, $"(mem-order release) (address {Hex(address.Value)}) (value {Hex(value.Bits)})");

    public void Dsb(int cpu, DsbKind kind) => Event("barrier", cpu, $"dsb (kind {kind.Option()})");

    public void Isb(int cpu) => Event("barrier", cpu, "isb");

    public void Tlbi(int cpu, in TlbiOperation operation)
    {
        string value = operation.ByAddress || operation.Scope == TlbiScope.Asid
            ? $" (value {Hex(operation.Register(Granule.K4))})" : "";
        Event("tlbi", cpu, operation.Name + value);
    }

    public void Register(int cpu, string name, ulong value) =>
        Event("sysreg-write", cpu, $"(sysreg {name}) (value {Hex(value)})");

    public void SetRootLock(PhysicalAddress root) =>
        Event("hint", 0, $"(kind set_root_lock) (location {Hex(root.Value)}) (value {Hex(Lock)})");

    public void ReleaseTable(int cpu, PhysicalAddress table) =>
        Event("hint", cpu, $"(kind release_table) (location {Hex(table.Value)}) (value 0x0)");

    public void Take(int cpu) => Event("lock", cpu, $"(address {Hex(Lock)})");

    public void Release(int cpu) => Event("unlock", cpu, $"(address {Hex(Lock)})");

    private void Event(string kind, int cpu, string fields)
    {
        cancellationToken.ThrowIfCancellationRequested();
        output.Write(string.Create(CultureInfo.InvariantCulture, $"({kind} (id {_id++}) (tid {cpu}) {fields})\n"));
    }

    private static string Hex(ulong value) => string.Create(CultureInfo.InvariantCulture, $"0x{value:x}");
}
