using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Walks;
using Orleans.Mmu.Linux.Kernels;
using Orleans.Mmu.Linux.Maps;

namespace Orleans.Mmu.Linux.Ptdump;

/// <summary>
/// The format "ptdump": what /sys/kernel/debug/kernel_page_tables would print for a map (CONFIG_PTDUMP_DEBUGFS).
/// </summary>
public static class PtdumpText
{
    /// <param name="version">The kernel whose format is printed; the newest if the version is unknown.</param>
    /// <returns>The lines, without line breaks.</returns>
    public static IEnumerable<string> Lines(KernelMap map, KernelVersion version)
    {
        var geometry = map.Geometry;
        var rows = new PtdumpRows(PtdumpMarkers.Of(geometry), PtdumpFields.Of(version));
        ulong room = map.End - map.Start;
        foreach (var run in EntryWalk.Entries(geometry, map.Top, map.Start))
        {
            if (run.Start - map.Start >= room)
                break;
            if (Behind(run, geometry) - map.Start > room)
                NoteUpTo(rows, geometry, run, map.End);
            else if (IsSeen(run))
                AddEntry(rows, geometry, run);
            foreach (string line in rows.Take())
                yield return line;
        }

        // After PAGE_END the kernel prints its modules; after the whole address space, nothing.
        rows.AddEntry(map.End, null, 0);
        foreach (string line in rows.Take())
        {
            yield return line;
            if (map.Range == MapRange.Linear && line == $"---[ {PtdumpMarkers.LinearEnd} ]---")
                yield break;
        }
    }

    // ptdump_p*d_entry() sees leaves, and pmd_leaf() only present entries: valid, or marked present-invalid by bit 11.
    // Blocks that are neither are skipped, so that the row before them appears to continue.
    private static bool IsSeen(EntrySequence run) =>
        run.First.IsNone || run.Level.IsLast || run.First.IsValid || run.First.NotGlobal;

    // A row ends at a marker, or at the first entry behind it.
    private static void AddEntry(PtdumpRows rows, TranslationGeometry geometry, EntrySequence run)
    {
        ulong size = geometry.Size(run.Level);
        string level = PtdumpFields.LevelName(geometry, run.Level, run.First.IsNone);
        ulong bytes = (ulong)run.Count * size;
        for (ulong offset = 0; offset < bytes;)
        {
            rows.AddEntry(run.Start + offset, level, run.First.Bits);
            var boundary = rows.NextMarker;
            offset = boundary > run.Start + offset ? (boundary - run.Start + size - 1) / size * size : offset + size;
        }
    }

    // With 52-bit VAs, PAGE_END lies inside an entry of an upper level. The kernel's own half is never empty, so a real
    // kernel has tables there down to the level of the boundary, and the hole before the boundary is printed at that
    // level.
    private static void NoteUpTo(PtdumpRows rows, TranslationGeometry geometry, EntrySequence hole, VirtualAddress end)
    {
        var at = hole.Start;
        for (var level = hole.Level; at < end; level = level.Next)
        {
            var whole = end.AlignDown(geometry.Size(level));
            if (whole > at)
                rows.AddEntry(at, PtdumpFields.LevelName(geometry, level, hole: true), 0);
            at = whole > at ? whole : at;
        }
    }

    private static VirtualAddress Behind(EntrySequence run, TranslationGeometry geometry) =>
        run.Start + (ulong)run.Count * geometry.Size(run.Level);
}
