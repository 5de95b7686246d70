using Orleans.Mmu.Arm.Dumps;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Audit.Findings;
using Orleans.Mmu.Audit.Leaves;

namespace Orleans.Mmu.Audit.Memory;

/// <summary>The map that a root in dumped memory leads to.</summary>
/// <param name="regime">The root, the geometry and the physical address size.</param>
public sealed class MemoryMap(IPhysicalMemory memory, UpperRegime regime, MemoryTypes types) : IAuditedMap
{
    public TranslationGeometry Geometry => regime.Geometry;

    public MapRegions Regions { get; } = MapRegions.Of(regime.Geometry);

    public MemoryTypes Types => types;

    public bool HasOutputAddresses => true;

    public int PaBits => regime.PaBits;

    public bool UpdatesDirtyState => regime.UpdatesDirtyState ?? true;

    /// <summary>Tables that the last complete enumeration read, by level.</summary>
    public IReadOnlyDictionary<Level, long> Tables { get; private set; } = new Dictionary<Level, long>();

    /// <summary>Table entries that lead to tables which KASAN shares on purpose, in the last enumeration.</summary>
    public long SharedOnPurpose { get; private set; }

    /// <summary>Tables whose bytes the dump leaves out, in the last enumeration.</summary>
    public long LeftOut { get; private set; }

    /// <summary>Reads the root once, so that registers of another machine are refused and not judged.</summary>
    /// <exception cref="DumpException">The dump does not have the root.</exception>
    public void RequireRoot()
    {
        byte[] bytes = new byte[8 * Geometry.Entries(Geometry.StartLevel)];
        if (memory.Read(regime.Ttbr.RootAddress, bytes) != PhysicalPiece.Present)
            throw new DumpException(
                $"expected the root table at {regime.Ttbr.RootAddress} in the dump, found no memory there");
    }

    public IEnumerable<AuditedLeaves> Leaves() => Walk(null);

    /// <summary>The leaves, with what is wrong with tables on the way to them.</summary>
    public IEnumerable<AuditedLeaves> Leaves(FindingList findings) => Walk(findings);

    private IEnumerable<AuditedLeaves> Walk(FindingList? findings)
    {
        var walk = new MemoryWalk(memory, regime, findings ?? new());
        AuditedLeaves? open = null;
        foreach (var leaves in walk.Leaves())
        {
            if (open is { } o && o.Inherited == leaves.Inherited && o.Run.ContinuesWith(leaves.Run, Geometry))
            {
                open = o with { Run = o.Run with { Count = o.Run.Count + leaves.Run.Count } };
                continue;
            }

            if (open is { } done)
                yield return done;
            open = leaves;
        }

        if (open is { } last)
            yield return last;
        Tables = walk.Tables;
        SharedOnPurpose = walk.SharedOnPurpose;
        LeftOut = walk.LeftOut;
    }
}
