using System.Globalization;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;

namespace Orleans.Mmu.Linux.Maps;

/// <summary>
/// The format "leaves": a header, then one line for each run of leaves, with columns separated by tabs.
/// </summary>
public static class LeavesText
{
    public const string Header =
        "va\tend\tpa\tlevel\tleaf_bytes\tcount\tvalid\tread_only\tpxn\tuxn\tcontiguous\tattr_index";

    /// <summary>The lines of a map, without line breaks.</summary>
    public static IEnumerable<string> Lines(KernelMap map) =>
        map.Leaves().Select(run => Line(map.Geometry, run)).Prepend(Header);

    private static string Line(TranslationGeometry geometry, LeafSequence run)
    {
        var attributes = run.First.Attributes(geometry, run.Level);
        var output = run.First.OutputAddress(geometry, run.Level);
        return string.Create(CultureInfo.InvariantCulture,
            $"{run.Start}\t{run.End(geometry)}\t{output}\t{run.Level}\t{geometry.Size(run.Level)}\t{run.Count}\t")
            + string.Join('\t', Bit(run.First.IsValid), Bit(attributes.ReadOnly),
                Bit(attributes.PrivilegedExecuteNever),
                Bit(attributes.UnprivilegedExecuteNever), Bit(run.First.Contiguous), attributes.AttrIndex);
    }

    private static int Bit(bool on) => on ? 1 : 0;
}
