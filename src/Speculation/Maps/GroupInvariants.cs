using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Speculation.Maps;

/// <summary>
/// A contiguous group must be whole: every member carries the bit, and the members map one aligned piece of memory with
/// the same attributes.
/// </summary>
internal static class GroupInvariants
{
    // Members that belong together form one run, so a run of groups must begin and end at group boundaries.
    public static void Check(TranslationGeometry geometry, IEnumerable<LeafSequence> runs, Findings findings)
    {
        foreach (var run in runs)
        {
            if (!run.First.Contiguous || !run.First.IsValid)
                continue;
            ulong size = geometry.ContiguousSize(run.Level);
            if (!run.Start.IsAligned(size) || !run.End(geometry).IsAligned(size))
                findings.Add(
                    Property.BrokenGroup, run.Start, run.End(geometry),
                    "is part of a contiguous group, and the rest differs");
            else if (!run.First.OutputAddress(geometry, run.Level).IsAligned(size))
                findings.Add(
                    Property.BrokenGroup, run.Start, run.End(geometry),
                    "is a contiguous group whose memory is not aligned to it");
        }
    }
}
