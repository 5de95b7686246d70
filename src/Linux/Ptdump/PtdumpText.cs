using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Walks;
using Orleans.Mmu.Linux.Kernels;
using Orleans.Mmu.Linux.Maps;

namespace Orleans.Mmu.Linux.Ptdump;

/// <summary>
/// The format "ptdump": what /sys/kernel/debug/kernel_page_tables would say of a map (CONFIG_PTDUMP_DEBUGFS).
/// </summary>
public static class PtdumpText
{
    /// <param name="version">The kernel that prints; the newest where the version is unknown.</param>
    /// <returns>Lines without line breaks.</returns>
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
                Note(rows, geometry, run);
            foreach (string line in rows.Take())
                yield return line;
        }

        // A map that ends at PAGE_END goes on with modules; a whole one with nothing.
        rows.Note(map.End, null, 0);
        foreach (string line in rows.Take())
        {
            yield return line;
            if (map.Range == MapRange.Linear && line == $"---[ {PtdumpMarkers.LinearEnd} ]---")
                yield break;
        }
    }

    // ptdump_p*d_entry() hears of leaves, pmd_leaf() of entries that are present: valid, or marked present-invalid by
    // bit 11. Blocks that are neither go by in silence, so the row before them seems to go on.
    private static bool IsSeen(EntryRun run) =>
        run.First.IsNone || run.Level.IsLast || run.First.IsValid || run.First.NotGlobal;

    // A row ends at a marker, or at the first entry behind it.
    private static void Note(PtdumpRows rows, TranslationGeometry geometry, EntryRun run)
    {
        ulong size = geometry.Size(run.Level);
        string level = PtdumpFields.LevelName(geometry, run.Level, run.First.IsNone);
        ulong bytes = (ulong)run.Count * size;
        for (ulong offset = 0; offset < bytes;)
        {
            rows.Note(run.Start + offset, level, run.First.Bits);
            var boundary = rows.NextMarker;
            offset = boundary > run.Start + offset ? (boundary - run.Start + size - 1) / size * size : offset + size;
        }
    }

    // PAGE_END lies inside an entry of an upper level where the VA has 52 bits. The kernel's own half is never empty,
    // so a real kernel has tables there down to the level that the boundary falls on, and the hole before it shows as
    // theirs.
    private static void NoteUpTo(PtdumpRows rows, TranslationGeometry geometry, EntryRun hole, VirtualAddress end)
    {
        var at = hole.Start;
        for (var level = hole.Level; at < end; level = level.Next)
        {
            var whole = end.AlignDown(geometry.Size(level));
            if (whole > at)
                rows.Note(at, PtdumpFields.LevelName(geometry, level, hole: true), 0);
            at = whole > at ? whole : at;
        }
    }

    private static VirtualAddress Behind(EntryRun run, TranslationGeometry geometry) =>
        run.Start + (ulong)run.Count * geometry.Size(run.Level);
}
