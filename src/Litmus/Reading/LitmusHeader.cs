using System.Collections.Immutable;
using System.Globalization;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Litmus.Reading;

/// <summary>The beginning of a litmus test: its name, and the lines "Key=value" up to the first values.</summary>
/// <param name="Imprecise">A faulting instruction runs again after its fault is recorded.</param>
/// <param name="Levels">The BBM level of each CPU; empty where the test gives none.</param>
/// <param name="El0">The CPUs at EL0.</param>
/// <param name="Verdict">The verdict that the test expects.</param>
/// <param name="Rule">The rule that it is about.</param>
internal sealed record LitmusHeader(
    string Name, bool Imprecise, ImmutableArray<BbmLevel> Levels, ImmutableHashSet<int> El0, string? Verdict,
    string? Rule)
{
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
        var header = new LitmusHeader(name, false, [], [], null, null);
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
                string[] variants = value.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries);
                foreach (string variant in variants)
                {
                    if (variant.ToUpperInvariant()
                        is not ("VMSA" or "KVM" or "FATAL" or "PRECISE" or "IMPRECISE" or "HANDLED"))
                        throw source.Error(
                            line, $"expected the variants vmsa, fatal, precise or imprecise, found {variant}, which " +
                            $"is not supported");
                }

                return header with { Imprecise = variants.Any(v => v.ToUpperInvariant() is "IMPRECISE" or "HANDLED") };
            case "TTHM":
                foreach (string cpu in value.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries))
                {
                    string hardware = cpu[(cpu.IndexOf(':', StringComparison.Ordinal) + 1)..].ToUpperInvariant();
                    if (hardware is not ("SW" or "NONE"))
                        throw source.Error(
                            line, $"expected translation table hardware management SW (software alone), found {cpu}: " +
                            $"updates of AF and dirty state by hardware are not supported");
                }

                return header;
            case "EL0":
                return header
                    with
                {
                    El0Line = line,
                    El0 = [
                        .. value.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries)
                            .Select(c => Cpu(source, line, c))]
                };
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
                return header;
        }
    }

    private static int Cpu(LitmusText source, int line, string name) =>
        name.StartsWith('P')
            && int.TryParse(name.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int cpu)
            ? cpu : throw source.Error(line, $"expected CPUs such as P0 after EL0=, found {name}");
}
