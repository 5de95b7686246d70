using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Linux.Changes;

/// <summary>
/// Reads a changes file: one change a line, "set_memory_ro VA PAGES", or as C and mmu audit write it:
/// "set_memory_ro(VA, PAGES);", "changed after boot: set_memory_ro VA PAGES". Empty lines are skipped, and # begins a
/// comment.
/// </summary>
public static class ChangesFile
{
    /// <summary>The most lines of a file.</summary>
    public const int MaxLines = 1_000_000;

    /// <summary>The most pages that all changes of a file may name together.</summary>
    public const long MaxPages = 1 << 24;

    private const string Audited = "changed after boot:";

    private static readonly char[] Blanks = [' ', '\t', '\r', '(', ',', ')', ';'];

    /// <param name="file">The file's name, for errors.</param>
    /// <param name="machine">The machine whose map the changes apply to.</param>
    /// <exception cref="InputException">
    /// A line is not a change, or not one of the machine's kernel; no change of the file is applied.
    /// </exception>
    public static IReadOnlyList<MapChange> Parse(string file, TextReader text, MachineDescription machine)
    {
        var changes = new List<MapChange>();
        var places = new ChangedPlaces(machine);
        long pages = 0;
        for (int line = 1; text.ReadLine() is { } read; line++)
        {
            if (line > MaxLines)
                throw new InputException(file, line, $"expected at most {MaxLines} lines, found more");
            string said = read.Split('#')[0].TrimStart();
            said = said.StartsWith(Audited, StringComparison.Ordinal) ? said[Audited.Length..] : said;
            string[] words = said.Split(Blanks, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0)
                continue;
            var values = new ChangeValues(file, line, words);
            var change = Parse(values, machine, places);
            if ((pages += Math.Min(change.Pages, MaxPages + 1)) > MaxPages)
                throw values.Error($"expected at most {MaxPages} pages in all lines together, found more");
            changes.Add(
                change.Kind == MapChangeKind.NewArea ? change with { Area = places.Map(values, change) } : change);
        }

        return changes;
    }

    private static MapChange Parse(ChangeValues values, MachineDescription machine, ChangedPlaces places)
    {
        var call = ChangeCall.Find(values.Name)
            ?? throw values.Error($"expected one of {ChangeCall.Names}, found {values.Name}");
        values.Require(call.Operands);
        if (call.WhyNot(machine) is { } needed)
            throw values.Error($"{values.Name}: expected {needed}");
        ulong page = machine.Geometry.Granule.PageSize;
        var start = new VirtualAddress(values.Address(1, places.Example, page));
        var limits = places.LimitsOf(values, call, start);
        long pages = values.Pages(2);
        if ((ulong)pages > (limits.End - start) / page)
            throw values.Error($"expected pages that end at {limits.End}, found {values[2]} from {values[1]}");
        return new(values.Line, call.Kind, start, pages, limits.Area);
    }
}
