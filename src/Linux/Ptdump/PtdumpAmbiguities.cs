using System.Globalization;
using Orleans.Mmu.Linux.Layout;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Linux.Ptdump;

/// <summary>What the rows of a ptdump leave undetermined, and how the dump was taken.</summary>
public static class PtdumpAmbiguities
{
    /// <summary>One line for each kind of ambiguity, with the first row that has it: "file:line: message".</summary>
    public static IEnumerable<string> Of(string file, IReadOnlyList<PtdumpRow> rows, MachineDescription machine)
    {
        var geometry = machine.Geometry;
        var layout = LinearMapLayout.Of(machine);
        var memory = layout.Memory(machine);
        bool InMemory(PtdumpRow row)
        {
            var pa = layout.PhysicalOffset + (row.Start - layout.PageOffset);
            return memory.Any(m => m.Contains(new(pa, pa + row.Length)));
        }

        (string Message, Func<PtdumpRow, bool> Doubts)[] kinds =
        [
            ($"ptdump shows no output addresses: taken as the linear map's, {layout.PageOffset} -> "
                + $"{layout.PhysicalOffset}", r => !r.IsHole),
            ($"ptdump shows neither DBM nor software bits nor bits of tables: taken as {machine.Rules.Version} "
                + $"writes them for the linear map", r => !r.IsHole),
            ("a row without a memory type has an attribute index that Linux does not use: taken as 5",
                r => !r.TypeIsKnown),
            ($"ptdump shows where tables are, not which pages: taken from the memory of {machine.Name}",
                r => r.Level > geometry.StartLevel),
            ("a contiguous row that begins or ends inside a group: taken as groups that are half made",
                r => r.IsContiguous && (r.Start.Value | r.End.Value) % geometry.ContiguousSize(r.Level) != 0),
            ("an invalid row may hide what was left in its entries: taken as leaves that map what the linear map would",
                r => !r.IsHole && !r.IsValid),
            ($"a row maps memory that {machine.Name} does not have, or leaves out: taken as it reads",
                r => !r.IsHole && !InMemory(r)),
        ];
        foreach (var (message, doubts) in kinds)
        {
            var found = rows.Where(doubts).ToList();
            if (found.Count > 0)
            {
                string more = found.Count > 1 ? string.Create(CultureInfo.InvariantCulture,
                    $" (and {found.Count - 1} more rows)") : "";
                yield return string.Create(CultureInfo.InvariantCulture,
                    $"{file}:{found[0].Line}: warning: {message}{more}");
            }
        }
    }
}
