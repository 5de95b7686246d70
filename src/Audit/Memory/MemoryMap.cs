using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Dumps;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Audit.Findings;
using Orleans.Mmu.Audit.Leaves;

namespace Orleans.Mmu.Audit.Memory;

/// <summary>The map that a root in dumped memory leads to.</summary>
/// <param name="regime">The root, the geometry and the physical address size.</param>
public sealed class MemoryMap(IPhysicalMemory memory, UpperRegime regime, MemoryTypes types) : IAuditedMap
{
    private long _sharedOnPurpose;
    private long _leftOut;

    public TranslationGeometry Geometry => regime.Geometry;

    public int PaBits => regime.PaBits;

    public MapRegions Regions { get; } = MapRegions.Of(regime.Geometry);

    public MemoryTypes Types => types;

    public bool HasOutputAddresses => true;

    public bool SetsDirty => regime.SetsDirty;

    public IReadOnlyDictionary<Level, long> Tables { get; private set; } = new Dictionary<Level, long>();

    public IEnumerable<string> Notes
    {
        get
        {
            if (_sharedOnPurpose > 0)
                yield return $"{_sharedOnPurpose} entries share tables whose entries are all the same, as KASAN's "
                    + "early shadow does";
            if (_leftOut > 0)
                yield return $"{_leftOut} {(_leftOut == 1 ? "table is" : "tables are")} not among the bytes of the "
                    + "dump, which leaves out pages (zero pages, for example): taken as empty";
        }
    }

    /// <summary>Reads the root once, so that registers of another machine are refused and not judged.</summary>
    /// <exception cref="DumpException">The dump does not have the root.</exception>
    public void RequireRoot()
    {
        byte[] bytes = new byte[8 * Geometry.Entries(Geometry.StartLevel)];
        if (memory.Read(regime.Ttbr.RootAddress, bytes) != PhysicalPiece.Present)
            throw new DumpException(
                $"expected the root table at {regime.Ttbr.RootAddress} in the dump, found no memory there");
    }

    public IEnumerable<AuditedLeaves> Leaves(FindingList? findings)
    {
        var walk = new MemoryWalk(memory, regime, findings ?? new());
        AuditedLeaves? open = null;
        foreach (var leaves in walk.Leaves())
        {
            if (open is { } o && o.Above == leaves.Above && o.Run.ContinuesWith(leaves.Run, Geometry))
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
        _sharedOnPurpose = walk.SharedOnPurpose;
        _leftOut = walk.LeftOut;
    }
}
