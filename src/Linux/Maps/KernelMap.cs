using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.LinearMap;

namespace Orleans.Mmu.Linux.Maps;

/// <summary>Which part of the TTBR1 half is looked at.</summary>
public enum MapRange
{
    /// <summary>[PAGE_OFFSET, PAGE_END).</summary>
    Linear,

    /// <summary>From PAGE_OFFSET to the top.</summary>
    All,
}

/// <summary>
/// A kernel's translation tables and the part of them that a command shows. Every format starts from one.
/// </summary>
/// <param name="Root">swapper_pg_dir, by its physical address.</param>
public sealed record KernelMap(TableSnapshot Tables, PhysicalAddress Root, MapRange Range)
{
    public TranslationGeometry Geometry => Tables.Geometry;

    /// <exception cref="ArgumentException">The snapshot has no such root.</exception>
    public TranslationTable Top => Tables.Root(Root) ?? throw new ArgumentException($"no root at {Root}", nameof(Root));

    public VirtualAddress Start => Geometry.UpperHalfStart;

    /// <summary>The first address behind the range; 0 stands for 2^64.</summary>
    public VirtualAddress End => Range == MapRange.Linear ? LinearMapLayout.EndOf(Geometry) : new(0);

    /// <summary>The leaves of the range as merged runs, in order.</summary>
    public IEnumerable<LeafRun> Leaves()
    {
        ulong room = End - Start;
        foreach (var run in LeafWalk.Leaves(Geometry, Top, Start))
        {
            ulong offset = run.Start - Start;
            if (offset >= room)
                yield break;
            // Two runs of one kind may meet at PAGE_END and be one; a word that is no leaf of Linux's may even cover
            // it.
            long count = Math.Min(run.Count, (long)((room - offset) / Geometry.Size(run.Level)));
            if (count > 0)
                yield return run with { Count = count };
        }
    }

    /// <summary>
    /// What the range consists of: its leaves, the root, and the tables that are there for nothing else.
    /// </summary>
    public LeafCensus Census() => LeafCensus.Of(Geometry, Leaves(), LeafWalk.CountTables(Geometry, Top, End - Start));
}
