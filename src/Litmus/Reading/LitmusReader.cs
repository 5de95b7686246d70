using System.Collections.Immutable;
using System.Globalization;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Litmus.Machine;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Reading;

/// <summary>
/// Reads litmus tests in herd's format for AArch64, and its few extensions: PMD(x), pages x+0x1000, cont, nt, ng and
/// table in descriptors, (root:reserved), the BBM line, and conflict(…). docs/litmus.md describes both.
/// </summary>
public static class LitmusReader
{
    /// <summary>The maximum size of a file in bytes.</summary>
    public const int MaxBytes = LitmusText.MaxLength;

    /// <summary>The maximum number of CPUs.</summary>
    public const int MaxCpus = 7;

    private static readonly string[] EndWords = [
        "locations", "exists", "forall", "~", "not", "filter", "final", "with"];

    /// <param name="file">The file's name, for errors.</param>
    /// <exception cref="InputException">
    /// The text is not a litmus test, or uses something that is not supported; the error names the line.
    /// </exception>
    public static LitmusTest Parse(string file, string text)
    {
        var source = new LitmusText(file, text);
        var names = new LitmusNames();
        var header = ReadHeader(source);
        var init = new InitReader(source, names);
        init.Read();
        var programs = new ProgramReader(source, EndWords);
        programs.Read();
        var tail = new ConditionReader(source, names, programs.Labels);
        tail.Read();
        foreach (var (cpu, line) in header.El0.Select(c => (c, header.El0Line)).Concat(init.Cpus).Concat(tail.Cpus))
        {
            if (cpu >= programs.Programs.Length)
                throw source.Error(line, $"expected a CPU from P0 to P{programs.Programs.Length - 1}, found P{cpu}");
        }

        CheckSizes(source, names, init, header.Levels);
        FillTables(source, names, init);
        return new LitmusTest
        {
            Name = header.Name,
            Source = file,
            Names = names,
            Programs = programs.Programs,
            Registers = init.Registers.ToImmutableDictionary(),
            Memory = init.Memory.ToImmutableDictionary(),
            TableWords = init.TableWords.ToImmutableDictionary(),
            Roots = init.Roots.ToImmutableDictionary(),
            Locations = [.. tail.Locations],
            FaultLocations = [.. tail.FaultLocations],
            Condition = tail.Condition,
            ImpreciseFaults = header.Imprecise,
            Levels = header.Levels,
            El0 = header.El0,
            ExpectedVerdict = header.Verdict,
            Rule = header.Rule,
            Deprecations = programs.Deprecations,
        };
    }

    private sealed record Header(
        string Name, bool Imprecise, ImmutableArray<BbmLevel> Levels, ImmutableHashSet<int> El0, string? Verdict,
        string? Rule)
    {
        /// <summary>The line that names the CPUs at EL0, for errors.</summary>
        public int El0Line { get; init; }
    }

    private static Header ReadHeader(LitmusText source)
    {
        if (!source.TakeWord("AArch64"))
            throw source.Expected("a test for AArch64 (\"AArch64 NAME\")");
        string name = source.Until(['\n', '{']).Trim();
        if (name.Length == 0)
            throw source.Expected("the test's name");
        var header = new Header(name, false, [], [], null, null);
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

    private static Header With(LitmusText source, int line, Header header, string key, string value)
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
                    Levels = BbmLevels.Parse(value, MaxCpus)
                        ?? throw source.Error(
                            line, $"expected BBM= and up to {MaxCpus} of 0, 1, 2 and 3 with commas between, found " +
                            $"{value}"),
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

    // Every page has a pte; a pte that the test does not mention maps its own page.
    private static void FillTables(LitmusText source, LitmusNames names, InitReader init)
    {
        for (int page = 0; page < names.Pages.Count; page++)
        {
            if (names.Word(page, isPmd: false) is null)
                throw source.Error(1, $"expected at most {LitmusNames.Limit} table words, found more");
        }

        for (int word = 0; word < names.Words.Count; word++)
        {
            if (!init.TableWords.ContainsKey(word))
            {
                init.TableWords[word] = names.Descriptor(new LitmusDescriptor { Output = names.Words[word].Page })
                    ?? throw source.Error(1, $"expected at most {LitmusNames.Limit} descriptors, found more");
            }
        }
    }

    // A descriptor in a pmd must be a block or a table, and the block's output address must be aligned.
    private static void CheckSizes(
        LitmusText source, LitmusNames names, InitReader init, ImmutableArray<BbmLevel> levels)
    {
        foreach (var (word, line) in init.Pmds)
        {
            int descriptor = init.TableWords[word];
            if (names.WhyNoPmd(word, descriptor) is { } expected)
                throw source.Error(
                    line, $"expected {expected}, found {names.Descriptors[descriptor].Text(names.PageName)}");
        }

        // Each memory type needs an index into MAIR_EL1.
        int types = names.Descriptors.Select(
            d => d.Attributes with { Shareability = LitmusAttributes.Usual.Shareability })
                .Append(LitmusAttributes.Usual).Distinct().Count();
        if (types > LitmusLayout.MaxMemoryTypes)
            throw source.Error(
                1, $"expected at most {LitmusLayout.MaxMemoryTypes} memory types and cacheabilities, found {types}");
        bool extended = init.Pmds.Count > 0 || init.Roots.Count > 0 || names.Words.Any(w => w.IsPmd);
        if (extended && levels.IsEmpty)
            throw source.Error(
                1, "expected a line BBM=… with the level of each CPU, since the test names PMD(…) or roots; " +
                "found none");
    }
}
