using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;

namespace Orleans.Mmu.Audit.Leaves;

/// <summary>A run of leaves as an audit sees it.</summary>
/// <param name="Run">The leaves. Those of a ptdump have no output address: those bits are zero.</param>
/// <param name="Inherited">The bits PXNTable, UXNTable and APTable of all tables above, or-ed; 0 if unknown.</param>
/// <param name="Line">The line of a ptdump, from 1; 0 for leaves that were read from memory.</param>
public readonly record struct AuditedLeaves(LeafSequence Run, ulong Inherited, int Line)
{
    public VirtualAddress Start => Run.Start;

    public Level Level => Run.Level;

    public Descriptor First => Run.First;

    public bool IsValid => Run.First.IsValid;

    /// <summary>AP[1]: user space may access the memory.</summary>
    public bool IsUser => (Run.First.Bits >> 6 & 1) != 0;

    /// <summary>Whether the kernel may execute the memory, as the leaves alone say.</summary>
    public bool IsExecutable(IAuditedMap map) =>
        Run.First.Attributes(map.Geometry, Run.Level).IsPrivilegedExecutable(MayBeWritten(map));

    /// <summary>Whether a store may succeed, as the leaves alone say.</summary>
    public bool MayBeWritten(IAuditedMap map)
    {
        var attributes = Run.First.Attributes(map.Geometry, Run.Level);
        return map.UpdatesDirtyState ? attributes.MayBeWritten : !attributes.ReadOnly;
    }

    /// <summary>
    /// "; only APTable of a table above prevents writes", or what else the tables above forbid; empty for nothing.
    /// </summary>
    public string Forbidden(bool executes) => ((Inherited & Descriptor.ReadOnlyTableBit) != 0,
        executes && (Inherited & Descriptor.PxnTableBit) != 0) switch
    {
        (true, true) => "; only an APTable and a PXNTable above it prevent writes and the execution",
        (true, false) => "; only an APTable above it prevents writes",
        (false, true) => "; only a PXNTable above it prevents the execution",
        (false, false) => "",
    };

    /// <summary>The first address behind the run; 0 stands for 2^64.</summary>
    public VirtualAddress End(TranslationGeometry geometry) => Run.End(geometry);
}
