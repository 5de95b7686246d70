using System.Collections.Immutable;
using System.Globalization;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Reading;

/// <summary>
/// Reads the table of programs: a column for each CPU, then columns for fault handlers, and a row for each instruction;
/// rows end in semicolons.
/// </summary>
internal sealed class ProgramReader(LitmusText source, IReadOnlyList<string> endWords)
{
    /// <summary>The maximum number of instructions of all CPUs together.</summary>
    public const int MaxInstructions = 512;

    private const string HandlerSuffix = ".F";

    public ImmutableArray<ImmutableArray<Instruction>> Programs { get; private set; }

    /// <summary>The labels of each CPU.</summary>
    public ImmutableArray<ImmutableHashSet<string>> Labels { get; private set; }

    /// <summary>For each CPU the index of the first instruction of its fault handler; null for none.</summary>
    public ImmutableArray<int?> Handlers { get; private set; }

    public void Read()
    {
        int line = source.Line;
        var rows = Rows();
        if (rows.Count == 0)
            throw source.Error(line, "expected the row \"P0 | P1 ;\", found no program");
        var heads = rows[0];
        int cpus = heads.Count(h => !h.Text.EndsWith(HandlerSuffix, StringComparison.Ordinal));
        if (cpus > LitmusReader.MaxCpus)
            throw source.Error(heads[0].Line, $"expected at most {LitmusReader.MaxCpus} CPUs, found {cpus}");
        var handlers = new int?[cpus];
        for (int column = 0; column < heads.Count; column++)
            CheckHead(heads[column], column, cpus, handlers);
        if (rows.Sum(r => r.Count(c => c.Text.Length > 0)) > MaxInstructions)
            throw source.Error(heads[0].Line, $"expected at most {MaxInstructions} instructions, found more");
        if (rows.FirstOrDefault(r => r.Count > heads.Count) is { } wide)
            throw source.Error(wide[0].Line, $"expected {heads.Count} columns, found {wide.Count}");
        var programs = Enumerable.Range(0, cpus).Select(cpu => Program(rows, cpu, handlers[cpu])).ToList();
        Programs = [.. programs.Select(p => p.Program)];
        Labels = [.. programs.Select(p => p.Labels)];
        Handlers = [.. programs.Select(p => p.Handler)];
    }

    // Columns of CPUs stand in order; "P1.F" is the fault handler of P1.
    private void CheckHead(ProgramCell head, int column, int cpus, int?[] handlers)
    {
        if (column < cpus && head.Text != Name(column))
            throw source.Error(
                head.Line, $"expected {Name(column)} at the head of column {column + 1}, found {head.Text}");
        if (column < cpus)
            return;
        int cpu = Enumerable.Range(0, cpus).FirstOrDefault(c => head.Text == Name(c) + HandlerSuffix, -1);
        if (cpu < 0 || handlers[cpu] is not null)
            throw source.Error(
                head.Line, $"expected P0.F or another CPU's fault handler, each once, at the head of column "
                + $"{column + 1}, found {head.Text}");
        handlers[cpu] = column;
    }

    private (ImmutableArray<Instruction> Program, ImmutableHashSet<string> Labels, int? Handler) Program(
        List<List<ProgramCell>> rows, int cpu, int? handlerColumn)
    {
        var places = new Dictionary<string, int>();
        var main = new ProgramColumn(source, Column(rows, cpu), places, 0);
        // The program ends before the first instruction of the handler.
        int handlerAt = main.Length + 1;
        var handler = handlerColumn is { } column
            ? new ProgramColumn(source, Column(rows, column), places, handlerAt) : null;
        var reader = new InstructionReader(source, places);
        var program = main.Read(reader);
        if (handler is null)
            return (program, [.. places.Keys], null);
        return ([.. program, new EndInstruction(rows[0][cpu].Line, ""), .. handler.Read(reader)], [.. places.Keys],
            handlerAt);
    }

    private static IEnumerable<ProgramCell> Column(List<List<ProgramCell>> rows, int column) =>
        rows.Skip(1).Where(r => column < r.Count).Select(r => r[column]);

    private static string Name(int cpu) => string.Create(CultureInfo.InvariantCulture, $"P{cpu}");

    private List<List<ProgramCell>> Rows()
    {
        var rows = new List<List<ProgramCell>>();
        for (; ; )
        {
            source.SkipBlanks();
            int start = source.At;
            if (source.IsAtEnd || endWords.Any(w => w == "~" ? source.Take(w) : source.TakeWord(w)))
            {
                source.At = start;
                return rows;
            }

            var cells = new List<ProgramCell>();
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
}
