using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Audit.Findings;

namespace Orleans.Mmu.Audit.Leaves;

/// <summary>A kernel's map as a dump gives it.</summary>
public interface IAuditedMap
{
    TranslationGeometry Geometry { get; }

    /// <summary>The physical address size in bits.</summary>
    int PaBits { get; }

    MapRegions Regions { get; }

    MemoryTypes Types { get; }

    /// <summary>Whether leaves have output addresses and bits that ptdump does not print.</summary>
    bool HasOutputAddresses { get; }

    /// <summary>Whether hardware may make a read-only leaf with DBM = 1 writable; true where it is not known.</summary>
    bool SetsDirty { get; }

    /// <summary>Tables that the last complete enumeration read, by level; empty for a map without tables.</summary>
    IReadOnlyDictionary<Level, long> Tables { get; }

    /// <summary>What the last complete enumeration saw that is unusual and known, a sentence each.</summary>
    IEnumerable<string> Notes { get; }

    /// <summary>
    /// The leaves in order of address. They may be enumerated more than once; each enumeration reads the dump.
    /// </summary>
    /// <param name="findings">Receives what is wrong with tables on the way to the leaves; null to ignore it.</param>
    IEnumerable<AuditedLeaves> Leaves(FindingList? findings);
}
