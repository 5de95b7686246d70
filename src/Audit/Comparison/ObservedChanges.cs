using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.Changes;
using Orleans.Mmu.Linux.Layout;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Audit.Comparison;

/// <summary>
/// The permission changes at run time that differences show: set_memory_ro() where memory became read-only, as for the
/// aliases of modules and BPF programs, and set_memory_valid(…, 0) where it became invalid, as for KFENCE's guard
/// pages. A change that was taken back leaves smaller leaves behind.
/// </summary>
internal static class ObservedChanges
{
    /// <summary>The most pages of all changes; more of them is another map, not a changed one.</summary>
    public const long MostPages = 1 << 18;

    /// <summary>
    /// Changes that are visible in permissions; null if there are more than <see cref="MostPages"/>, or as many
    /// differences.
    /// </summary>
    /// <param name="machine">
    /// Its rodata= says whether set_memory_ro() changes linear aliases. Its image is no memory of a module, except for
    /// what is freed after boot: other permissions there are another kernel's.
    /// </param>
    public static List<MapChange>? OfPermissions(
        TranslationGeometry geometry, MachineDescription machine, IReadOnlyList<LeafDifference> differences)
    {
        if (differences.Count > MostPages)
            return null;
        bool rodataFull = machine.CommandLine.RodataFull;
        var (image, layout) = (machine.Image, LinearMapLayout.Of(machine));
        var (text, initBegin) = (layout.ToVirtual(image.Text), layout.ToVirtual(image.InitBegin));
        var (initEnd, end) = (layout.ToVirtual(image.InitEnd), layout.ToVirtual(image.End));
        bool IsImage(VirtualAddress at) => (at >= text && at < initBegin) || (at >= initEnd && at < end);
        var changes = new List<MapChange>();
        long pages = 0;
        foreach (var difference in differences)
        {
            if (pages > MostPages)
                return null;
            if (difference is { Expected: { IsValid: true } expected, Found: { } found }
                && expected.Offset == found.Offset && !IsImage(difference.Start))
            {
                if (!found.IsValid)
                    pages += Add(changes, geometry, MapChangeKind.Invalid, difference);
                else if (rodataFull && found.IsReadOnly && !expected.IsReadOnly)
                    pages += Add(changes, geometry, MapChangeKind.ReadOnly, difference);
            }
        }

        return pages <= MostPages ? changes : null;
    }

    /// <summary>Whether a difference is only a smaller leaf, as a change leaves it that was taken back.</summary>
    public static bool IsSplit(LeafDifference difference) =>
        difference is { Expected: { IsValid: true } expected, Found: { IsValid: true } found }
        && found.IsOtherSizeOf(expected)
        && (found.Level > expected.Level || (found.Level == expected.Level && !found.Contiguous));

    /// <summary>The pages whose change was taken back.</summary>
    public static long TakenBack(IEnumerable<MapChange> changes) =>
        changes.Where(c => c.Kind == MapChangeKind.ReadWrite).Sum(c => c.Pages);

    /// <summary>
    /// Changes and their opposites that split leaves: pages that are single now and have the permissions of the leaf
    /// that was expected. Null if they are more than a quarter of the map.
    /// </summary>
    public static List<MapChange>? OfSplits(TranslationGeometry geometry, IReadOnlyList<LeafDifference> differences,
        IEnumerable<LeafSequence> found)
    {
        if (differences.Count > MostPages)
            return null;
        var changes = new List<MapChange>();
        long pages = 0;
        foreach (var difference in differences)
        {
            if (pages > MostPages)
                return null;
            if (IsSplit(difference) && difference.Found is { Level.IsLast: true, Contiguous: false })
                pages += Add(changes, geometry, MapChangeKind.ReadOnly, difference);
        }

        ulong mapped = found.Aggregate(0UL, (sum, run) => sum + run.Length(geometry));
        bool isChanged = pages <= MostPages && (ulong)pages * geometry.Granule.PageSize <= mapped / 4;
        return isChanged ? [.. changes, .. changes.Select(c => c with { Kind = MapChangeKind.ReadWrite })] : null;
    }

    /// <summary>Adds the pages of a difference, and returns how many they are.</summary>
    private static long Add(
        List<MapChange> changes, TranslationGeometry geometry, MapChangeKind kind, in LeafDifference difference)
    {
        long pages = (long)((difference.End - difference.Start) >> geometry.Granule.PageShift);
        if (changes.Count > 0 && changes[^1] is var last && last.Kind == kind
            && last.Start + ((ulong)last.Pages << geometry.Granule.PageShift) == difference.Start)
            changes[^1] = last with { Pages = last.Pages + pages };
        else
            changes.Add(new(0, kind, difference.Start, pages));
        return pages;
    }
}
