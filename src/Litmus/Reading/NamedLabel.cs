using System.Collections.Immutable;
using System.Globalization;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Reading;

/// <summary>A label that stands as a value: label:"P1:L0", or P1:L0.</summary>
internal readonly record struct NamedLabel(int Cpu, string Label, int Line)
{
    /// <summary>Reads a label; null where none comes next.</summary>
    public static NamedLabel? Read(LitmusText source)
    {
        int before = source.At;
        source.SkipBlanks();
        int line = source.Line;
        bool quoted = source.TakeWord("label") && source.Take(":") && source.Take("\"");
        if (!quoted)
            source.At = before;
        string cpuName = source.Word();
        if (cpuName.StartsWith('P')
            && int.TryParse(cpuName.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int cpu)
            && source.Take(":") && source.Word() is { Length: > 0 } label)
        {
            return !quoted || source.Take("\"") ? new(cpu, label, line) : throw source.Expected("\"");
        }

        if (quoted)
            throw source.Error(line, $"expected a CPU and its label, such as \"P1:L0\", found {cpuName}");
        source.At = before;
        return null;
    }

    /// <summary>The address of the labelled instruction.</summary>
    /// <exception cref="Inputs.InputException">The programs have no such label.</exception>
    public LitmusValue AddressIn(LitmusText source, ImmutableArray<ImmutableArray<Instruction>> programs)
    {
        string wanted = Label;
        int index = Cpu < programs.Length
            ? programs[Cpu].Select((i, at) => i.Labels.Contains(wanted) ? at : -1).FirstOrDefault(at => at >= 0, -1)
            : -1;
        return index >= 0
            ? LitmusValue.Code(Cpu, index) : throw source.Error(Line, $"expected a label of P{Cpu}, found {wanted}");
    }
}
