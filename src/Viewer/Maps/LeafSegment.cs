using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Maps;

namespace Orleans.Mmu.Viewer.Maps;

/// <summary>Consecutive leaves of one size in a strip.</summary>
/// <param name="Size">The leaf's size as a census names it: "2M+CONT"; "mixed" where several sizes share a bar.</param>
/// <param name="Leaves">Number of leaves.</param>
public readonly record struct LeafSegment(VirtualAddress Start, VirtualAddress End, string Size, long Leaves)
{
    public const string Mixed = "mixed";

    public ulong Bytes => End - Start;
}

/// <summary>A part of a map without a hole, as segments.</summary>
public sealed record LeafRegion(VirtualAddress Start, VirtualAddress End, ImmutableArray<LeafSegment> Segments)
{
    public ulong Bytes => End - Start;

    /// <summary>The regions of a map, in order of address.</summary>
    /// <param name="mostSegments">
    /// The most segments of a region; neighbours of a region with more are merged into "mixed" ones of equal width.
    /// </param>
    public static ImmutableArray<LeafRegion> Of(KernelMap map, int mostSegments)
    {
        var geometry = map.Geometry;
        var regions = ImmutableArray.CreateBuilder<LeafRegion>();
        var open = new List<LeafSegment>();
        foreach (var run in map.Leaves())
        {
            string size = SizeOf(run, geometry);
            var end = run.End(geometry);
            if (open.Count > 0 && open[^1].End != run.Start)
                Close();
            if (open.Count > 0 && open[^1].Size == size)
                open[^1] = open[^1] with { End = end, Leaves = open[^1].Leaves + run.Count };
            else
                open.Add(new(run.Start, end, size, run.Count));
        }

        Close();
        return regions.ToImmutable();

        void Close()
        {
            if (open.Count > 0)
                regions.Add(new(open[0].Start, open[^1].End, Merged(open, mostSegments)));
            open.Clear();
        }
    }

    /// <summary>How many bytes the leaves of each size translate.</summary>
    public static IReadOnlyDictionary<string, long> BytesBySize(KernelMap map) => map.Leaves()
        .GroupBy(run => SizeOf(run, map.Geometry))
        .ToDictionary(g => g.Key, g => g.Sum(run => (long)run.Length(map.Geometry)));

    private static string SizeOf(in LeafSequence run, TranslationGeometry geometry) =>
        LeafCensus.SizeName(geometry.Size(run.Level)) + (run.First.Contiguous ? "+CONT" : "");

    // Segments that begin in the same slot of the region become one.
    private static ImmutableArray<LeafSegment> Merged(List<LeafSegment> segments, int most)
    {
        if (segments.Count <= most)
            return [.. segments];
        double slot = (double)(segments[^1].End - segments[0].Start) / most;
        var merged = new List<LeafSegment>();
        int last = -1;
        foreach (var segment in segments)
        {
            int at = (int)((segment.Start - segments[0].Start) / slot);
            if (at == last)
            {
                merged[^1] = merged[^1] with
                {
                    End = segment.End,
                    Size = merged[^1].Size == segment.Size ? segment.Size : LeafSegment.Mixed,
                    Leaves = merged[^1].Leaves + segment.Leaves,
                };
            }
            else
            {
                merged.Add(segment);
            }

            last = at;
        }

        return [.. merged];
    }
}
