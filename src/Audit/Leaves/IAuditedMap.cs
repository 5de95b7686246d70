using Orleans.Mmu.Arm.Geometry;

namespace Orleans.Mmu.Audit.Leaves;

/// <summary>A kernel's map as a dump gives it.</summary>
public interface IAuditedMap
{
    TranslationGeometry Geometry { get; }

    MapRegions Regions { get; }

    MemoryTypes Types { get; }

    /// <summary>Whether leaves have output addresses and bits that ptdump does not print.</summary>
    bool HasOutputAddresses { get; }

    /// <summary>The bits of physical addresses.</summary>
    int PaBits { get; }

    /// <summary>
    /// Whether hardware may make a read-only leaf with DBM writable: TCR_EL1.HD, or that no dump gave it.
    /// </summary>
    bool UpdatesDirtyState { get; }

    /// <summary>
    /// The leaves in order of address. It may be enumerated more than once, and reads the dump each time.
    /// </summary>
    IEnumerable<AuditedLeaves> Leaves();
}
