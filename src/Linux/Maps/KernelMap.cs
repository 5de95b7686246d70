using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.Layout;
using Orleans.Mmu.Linux.LinearMap;

namespace Orleans.Mmu.Linux.Maps;

/// <summary>The part of the TTBR1 half that a command shows.</summary>
public enum MapRange
{
    /// <summary>[PAGE_OFFSET, PAGE_END).</summary>
    Linear,

    /// <summary>From PAGE_OFFSET to the top of the address space.</summary>
    All,
}

/// <summary>
/// A kernel's translation tables and the part of them that a command shows. Every output format starts from one.
/// </summary>
/// <param name="RootAddress">The physical address of swapper_pg_dir.</param>
public sealed record KernelMap(TableSnapshot Tables, PhysicalAddress RootAddress, MapRange Range)
{
    public TranslationGeometry Geometry => Tables.Geometry;

    /// <exception cref="ArgumentException">The snapshot has no root at that address.</exception>
    public TranslationTable Top =>
        Tables.Root(RootAddress) ?? throw new ArgumentException($"no root at {RootAddress}", nameof(RootAddress));

    public VirtualAddress Start => Geometry.UpperHalfStart;

    /// <summary>The first address behind the range.</summary>
    public VirtualAddress End => Range == MapRange.Linear ? LinearMapLayout.EndOf(Geometry) : new(0);

    /// <summary>The leaves of the range as merged runs, in order of address.</summary>
    public IEnumerable<LeafSequence> Leaves()
    {
        ulong room = End - Start;
        foreach (var run in LeafEnumeration.Leaves(Geometry, Top, Start))
        {
            ulong offset = run.Start - Start;
            if (offset >= room)
                yield break;
            // A run may cross PAGE_END and continue behind it; in a dump, an entry that Linux would not write may even
            // cover PAGE_END.
            long count = Math.Min(run.Count, (long)((room - offset) / Geometry.Size(run.Level)));
            if (count > 0)
                yield return run with { Count = count };
        }
    }

    /// <summary>The composition of the range: its leaves, the root, and the tables that map nothing else.</summary>
    public LeafCensus Census() =>
        LeafCensus.Of(Geometry, Leaves(), LeafEnumeration.CountTables(Geometry, Top, End - Start));
}
