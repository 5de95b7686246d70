using System.Collections.Immutable;
using System.Globalization;
using Orleans.Mmu.Arm.Barriers;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Reading;

/// <summary>
/// Reads the table of programs: a column for each CPU, a row for each instruction; rows end in semicolons.
/// </summary>
internal sealed class ProgramReader(LitmusText source, IReadOnlyList<string> endWords)
{
    /// <summary>The maximum number of instructions of all CPUs together.</summary>
    public const int MaxInstructions = 512;

    private sealed record Cell(string Text, int Line);

    public ImmutableArray<ImmutableArray<Instruction>> Programs { get; private set; }

    /// <summary>The labels of each CPU.</summary>
    public ImmutableArray<ImmutableHashSet<string>> Labels { get; private set; }

    /// <summary>Deprecation flags of Arm's model for how the programs are written.</summary>
    public ImmutableArray<string> Deprecations { get; private set; }

    public void Read()
    {
        int line = source.Line;
        var rows = Rows();
        if (rows.Count == 0)
            throw source.Error(line, "expected the row \"P0 | P1 ;\", found no program");
        int cpus = rows[0].Count;
        if (cpus > LitmusReader.MaxCpus)
            throw source.Error(rows[0][0].Line, $"expected at most {LitmusReader.MaxCpus} CPUs, found {cpus}");
        for (int cpu = 0; cpu < cpus; cpu++)
        {
            // "P0:F" names a fault handler, which is a separate program of the CPU and is not supported.
            if (rows[0][cpu].Text != string.Create(CultureInfo.InvariantCulture, $"P{cpu}"))
                throw source.Error(
                    rows[0][cpu].Line, $"expected P{cpu} at the head of column {cpu + 1}, found {rows[0][cpu].Text}");
        }

        if (rows.Sum(r => r.Count(c => c.Text.Length > 0)) > MaxInstructions)
            throw source.Error(rows[0][0].Line, $"expected at most {MaxInstructions} instructions, found more");
        if (rows.FirstOrDefault(r => r.Count > cpus) is { } wide)
            throw source.Error(wide[0].Line, $"expected {cpus} columns, found {wide.Count}");
        var columns = Enumerable.Range(0, cpus)
            .Select(cpu => rows.Skip(1).Where(r => cpu < r.Count).Select(r => r[cpu])).Select(Column).ToList();
        Programs = [.. columns.Select(c => c.Program)];
        Labels = [.. columns.Select(c => c.Labels)];
        Deprecations = [.. Programs.SelectMany(p => p).SelectMany(Deprecated).Distinct().Order(StringComparer.Ordinal)];
    }

    private List<List<Cell>> Rows()
    {
        var rows = new List<List<Cell>>();
        for (; ; )
        {
            source.SkipBlanks();
            int start = source.At;
            if (source.IsAtEnd || endWords.Any(w => w == "~" ? source.Take(w) : source.TakeWord(w)))
            {
                source.At = start;
                return rows;
            }

            var cells = new List<Cell>();
            do
            {
                int blank = source.At;
                string text = source.Until(['|', ';']);
                int line = source.LineOf(blank + (text.Length - text.TrimStart().Length));
                cells.Add(new(text.Trim(), line));
            }
            while (source.Take("|"));
            if (!source.Take(";"))
                throw source.Error(
                    cells[^1].Line, $"expected ; at the end of a row of the program, found {source.Found()}");
            rows.Add(cells);
        }
    }

    private (ImmutableArray<Instruction> Program, ImmutableHashSet<string> Labels) Column(IEnumerable<Cell> cells)
    {
        var lines = new List<(IReadOnlyList<string> Labels, Cell? Cell)>();
        var pending = new List<string>();
        var places = new Dictionary<string, int>();
        int last = 1;
        foreach (var cell in cells)
        {
            string text = cell.Text;
            last = cell.Line;
            for (int colon;
                (colon = text.IndexOf(':', StringComparison.Ordinal)) > 0
                    && LitmusOperands.IsLabel(text[..colon].Trim());)
            {
                string label = text[..colon].Trim();
                if (!places.TryAdd(label, lines.Count))
                    throw source.Error(cell.Line, $"expected each label once, found {label} again");
                pending.Add(label);
                text = text[(colon + 1)..].Trim();
            }

            if (text.Length == 0)
                continue;
            lines.Add(([.. pending], cell with { Text = text }));
            // LDP and STP become two instructions, and labels count instructions.
            if (IsPair(text))
                lines.Add(([.. pending], null));
            pending.Clear();
        }

        var program = ImmutableArray.CreateBuilder<Instruction>();
        var reader = new InstructionReader(source, places);
        foreach (var (labels, cell) in lines)
        {
            if (cell is not null)
                program.AddRange(reader.Read(cell.Text, cell.Line).Select(i => i with { Labels = labels }));
        }

        if (pending.Count > 0)
            program.Add(new NopInstruction(last, "") { Labels = [.. pending] });
        return (program.ToImmutable(), [.. places.Keys]);
    }

    private static bool IsPair(string text) =>
        text.StartsWith("LDP", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("STP", StringComparison.OrdinalIgnoreCase);

    // Arm's model flags shareability arguments that have no effect.
    private static IEnumerable<string> Deprecated(Instruction instruction) => instruction switch
    {
        DmbInstruction when !IsPlain(instruction) => ["Shareability-argument-for-DMB-is-deprecated"],
        DsbInstruction { Accesses: BarrierAccesses.Loads } when !IsPlain(instruction) =>
            ["Maintenance-scope-for-DSB-LD-is-deprecated"],
        DsbInstruction { Accesses: BarrierAccesses.Stores } when !IsPlain(instruction) =>
            ["Maintenance-scope-for-DSB-ST-is-deprecated"],
        _ => [],
    };

    private static bool IsPlain(Instruction barrier) =>
        barrier.Text[3..].Trim().ToUpperInvariant() is "SY" or "LD" or "ST" or "";
}
