using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;

namespace Orleans.Mmu.Audit.Leaves;

/// <summary>A run of leaves as an audit sees it.</summary>
/// <param name="Run">The leaves. Those of a ptdump have no output address: those bits are zero.</param>
/// <param name="Above">What all tables above take away together; nothing if it is unknown.</param>
/// <param name="Line">The line of a ptdump, from 1; 0 for leaves that were read from memory.</param>
public readonly record struct AuditedLeaves(LeafSequence Run, TableAttributes Above, int Line)
{
    public VirtualAddress Start => Run.Start;

    public Level Level => Run.Level;

    public Descriptor First => Run.First;

    public bool IsValid => Run.First.IsValid;

    /// <summary>The attributes of the leaves themselves.</summary>
    public LeafAttributes Attributes(TranslationGeometry geometry) => First.Attributes(geometry, Level);

    /// <summary>
    /// What the kernel may do with the memory by the leaves alone, as Linux's own check judges it; the tables above may
    /// take more away.
    /// </summary>
    public PrivilegedAccess Access(IAuditedMap map) =>
        PrivilegedAccess.Of(Attributes(map.Geometry), default, map.SetsDirty);

    /// <summary>The first address behind the run.</summary>
    public VirtualAddress End(TranslationGeometry geometry) => Run.End(geometry);
}
