using System.Collections.Immutable;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Reading;

/// <summary>One cell of the table of programs.</summary>
internal sealed record ProgramCell(string Text, int Line);

/// <summary>
/// One column of the table of programs: first its labels, so that an instruction can name one that comes later, then
/// its instructions.
/// </summary>
internal sealed class ProgramColumn
{
    private readonly List<(IReadOnlyList<string> Labels, ProgramCell? Cell)> _lines = [];
    private readonly List<string> _pending = [];
    private readonly int _last = 1;

    /// <param name="places">The labels of the CPU; those of the column are added.</param>
    /// <param name="first">The index of the column's first instruction in the CPU's program.</param>
    public ProgramColumn(
        LitmusText source, IEnumerable<ProgramCell> cells, Dictionary<string, int> places, int first)
    {
        foreach (var cell in cells)
        {
            string text = cell.Text;
            _last = cell.Line;
            for (int colon;
                (colon = text.IndexOf(':', StringComparison.Ordinal)) > 0
                    && LitmusOperands.IsLabel(text[..colon].Trim());)
            {
                string label = text[..colon].Trim();
                if (!places.TryAdd(label, first + _lines.Count))
                    throw source.Error(cell.Line, $"expected each label once, found {label} again");
                _pending.Add(label);
                text = text[(colon + 1)..].Trim();
            }

            if (text.Length == 0)
                continue;
            _lines.Add(([.. _pending], cell with { Text = text }));
            // LDP and STP become two instructions, and labels count instructions.
            if (IsPair(text))
                _lines.Add(([.. _pending], null));
            _pending.Clear();
        }
    }

    /// <summary>The number of instructions; a label at the end is one.</summary>
    public int Length => _lines.Count + (_pending.Count > 0 ? 1 : 0);

    public ImmutableArray<Instruction> Read(InstructionReader reader)
    {
        var program = ImmutableArray.CreateBuilder<Instruction>();
        foreach (var (labels, cell) in _lines)
        {
            if (cell is not null)
                program.AddRange(reader.Read(cell.Text, cell.Line).Select(i => i with { Labels = labels }));
        }

        if (_pending.Count > 0)
            program.Add(new NopInstruction(_last, "") { Labels = [.. _pending] });
        return program.ToImmutable();
    }

    private static bool IsPair(string text) =>
        text.StartsWith("LDP", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("STP", StringComparison.OrdinalIgnoreCase);
}
