using System.Collections.Immutable;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Reading;

/// <summary>The beginning of a litmus test: its name, and the lines "Key=value" up to the first values.</summary>
/// <param name="Levels">The BBM level of each CPU; empty where the test gives none.</param>
/// <param name="El0">The CPUs at EL0.</param>
/// <param name="Verdict">The verdict that the test expects.</param>
/// <param name="Rule">The rule that it is about.</param>
internal sealed record LitmusHeader(
    string Name, ImmutableArray<BbmLevel> Levels, ImmutableHashSet<int> El0, string? Verdict, string? Rule)
{
    /// <summary>What Variant= says.</summary>
    public LitmusVariant Variant { get; init; } = LitmusVariant.Usual;

    /// <summary>What TTHM= says, by CPU; null stands for all.</summary>
    public ImmutableArray<(int? Cpu, HardwareUpdates Updates)> Hardware { get; init; } = [];

    /// <summary>The line of TTHM=, for errors.</summary>
    public int HardwareLine { get; init; }

    /// <summary>The line that names the CPUs at EL0, for errors.</summary>
    public int El0Line { get; init; }

    /// <summary>Reads up to the brace before the first values.</summary>
    /// <exception cref="InputException">A line is no "Key=value", or its value is not supported.</exception>
    public static LitmusHeader Read(LitmusText source)
    {
        if (!source.TakeWord("AArch64"))
            throw source.Expected("a test for AArch64 (\"AArch64 NAME\")");
        string name = source.Until(['\n', '{']).Trim();
        if (name.Length == 0)
            throw source.Expected("the test's name");
        var header = new LitmusHeader(name, [], [], null, null);
        for (; ; )
        {
            source.SkipBlanks();
            if (source.Next == '{')
                return header;
            int line = source.Line;
            if (source.Next == '"')
            {
                source.At++;
                source.Until(['"']);
                if (!source.Take("\""))
                    throw source.Error(line, "expected the end of a text, \", found the end of the file");
                continue;
            }

            string text = source.Until(['\n']).Trim();
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
                throw source.Error(
                    line, $"expected \"Key=value\" or the first values in {{ }}, found " +
                    $"{(text.Length == 0 ? source.Found() : text)}");
            header = With(source, line, header, text[..equals].Trim(), text[(equals + 1)..].Trim());
        }
    }

    private static LitmusHeader With(LitmusText source, int line, LitmusHeader header, string key, string value)
    {
        switch (key.ToUpperInvariant())
        {
            case "VARIANT":
                return header with { Variant = VariantReader.Variant(source, line, value) };
            case "TTHM":
                return header with { HardwareLine = line, Hardware = VariantReader.Hardware(source, line, value) };
            case "EL0":
                return header with { El0Line = line, El0 = VariantReader.Cpus(source, line, value) };
            case "BBM":
                return header with
                {
                    Levels = BbmLevels.Parse(value, LitmusReader.MaxCpus)
                        ?? throw source.Error(
                            line, $"expected BBM= and up to {LitmusReader.MaxCpus} of 0, 1, 2 and 3 with commas "
                            + $"between, found {value}"),
                };
            case "VERDICT":
                return header with { Verdict = value };
            case "RULE":
                return header with { Rule = value };
            default:
                // Lines such as Hash, Cycle, Orig and Com are comments for readers.
                VariantReader.Refuse(source, line, key, value);
                return header;
        }
    }

    /// <summary>The hardware updates of those of a test's CPUs that have some.</summary>
    public ImmutableDictionary<int, HardwareUpdates> HardwareOf(int cpus) =>
        Enumerable.Range(0, cpus).Select(
            cpu => (Cpu: cpu, Updates: Hardware.Where(h => h.Cpu is null || h.Cpu == cpu).Select(h => h.Updates)
                .DefaultIfEmpty(HardwareUpdates.None).Max()))
            .Where(h => h.Updates != HardwareUpdates.None).ToImmutableDictionary(h => h.Cpu, h => h.Updates);
}
