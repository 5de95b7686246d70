using System.Globalization;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.LinearMap;

namespace Orleans.Mmu.Linux.Changes;

/// <summary>
/// Reads a changes file: one change a line, "set_memory_ro VA PAGES". Empty lines are skipped, and # begins a comment.
/// </summary>
public static class ChangesFile
{
    /// <summary>The most lines of a file.</summary>
    public const int MaxLines = 1_000_000;

    /// <summary>The most pages that all changes of a file may name together.</summary>
    public const long MaxPages = 1 << 24;

    private static readonly char[] Blanks = [' ', '\t', '\r'];

    /// <param name="file">The file's name, for errors.</param>
    /// <param name="layout">The map that the changes apply to; every address must lie in it.</param>
    /// <exception cref="InputException">A line is not a change; no change of the file is applied.</exception>
    public static IReadOnlyList<MapChange> Parse(string file, TextReader text, LinearMapLayout layout)
    {
        var changes = new List<MapChange>();
        long pages = 0;
        for (int line = 1; text.ReadLine() is { } read; line++)
        {
            if (line > MaxLines)
                throw new InputException(file, line, $"expected at most {MaxLines} lines, found more");
            string[] words = read.Split('#')[0].Split(Blanks, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0)
                continue;
            changes.Add(Parse(file, line, words, layout));
            if ((pages += Math.Min(changes[^1].Pages, MaxPages + 1)) > MaxPages)
                throw new InputException(file, line,
                    $"expected at most {MaxPages} pages in all lines together, found more");
        }

        return changes;
    }

    private static MapChange Parse(string file, int line, string[] words, LinearMapLayout layout)
    {
        int kind = MapChange.Names.ToList().IndexOf(words[0]);
        if (kind < 0)
            throw new InputException(file, line,
                $"expected one of {string.Join(", ", MapChange.Names)}, found {words[0]}");
        if (words.Length != 3)
            throw new InputException(file, line, $"expected \"{words[0]} VA PAGES\", found {words.Length - 1} values");
        ulong page = layout.Geometry.Granule.PageSize;
        if (!words[1].StartsWith("0x", StringComparison.Ordinal)
            || !ulong.TryParse(words[1].AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture,
                out ulong address))
        {
            throw new InputException(file, line, $"expected an address such as {layout.PageOffset}, found {words[1]}");
        }

        var start = new VirtualAddress(address);
        if (!start.IsAligned(page))
            throw new InputException(file, line, $"expected a multiple of {layout.Geometry.Granule}, found {words[1]}");
        if (start < layout.PageOffset || start >= layout.PageEnd)
            throw new InputException(file, line,
                $"expected an address of the linear map ({layout.PageOffset} to {layout.PageEnd}), found {words[1]}");
        if (!long.TryParse(words[2], NumberStyles.None, CultureInfo.InvariantCulture, out long pages) || pages == 0)
            throw new InputException(file, line, $"expected a number of pages from 1, found {words[2]}");
        if ((ulong)pages > (layout.PageEnd - start) / page)
            throw new InputException(file, line,
                $"expected pages that end at {layout.PageEnd}, found {words[2]} from {words[1]}");
        return new(line, (MapChangeKind)kind, start, pages);
    }
}
