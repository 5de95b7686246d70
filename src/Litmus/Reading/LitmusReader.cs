using System.Collections.Immutable;
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
        var header = LitmusHeader.Read(source);
        var init = new InitReader(source, names);
        init.Read();
        var programs = new ProgramReader(source, EndWords);
        programs.Read();
        var tail = new ConditionReader(source, names, programs.Labels);
        tail.Read();
        foreach (var (cpu, line) in header.El0.Select(c => (c, header.El0Line))
            .Concat(header.Hardware.Where(h => h.Cpu is not null).Select(h => (h.Cpu!.Value, header.HardwareLine)))
            .Concat(init.Cpus).Concat(tail.Cpus))
        {
            if (cpu >= programs.Programs.Length)
                throw source.Error(line, $"expected a CPU from P0 to P{programs.Programs.Length - 1}, found P{cpu}");
        }

        CheckSizes(source, names, init, header.Levels);
        if (header.Hardware.Any(h => h.Updates != HardwareUpdates.None)
            && (!header.Levels.IsEmpty || names.Descriptors.Any(d => d.Cont)))
            throw source.Error(
                header.HardwareLine, "expected SW in a test with BBM=… or contiguous descriptors, found hardware " +
                "updates");
        FillTables(source, names, init);
        return new LitmusTest
        {
            Name = header.Name,
            Source = file,
            Names = names,
            Programs = programs.Programs,
            Registers = init.Registers.ToImmutableDictionary(),
            Cells = init.Cells.ToImmutableDictionary(),
            TableWords = init.TableWords.ToImmutableDictionary(),
            Roots = init.Roots.ToImmutableDictionary(),
            Locations = [.. tail.Locations],
            FaultLocations = [.. tail.FaultLocations],
            Condition = tail.Condition,
            Filter = tail.Filter,
            Handlers = programs.Handlers,
            Variant = header.Variant,
            Hardware = header.HardwareOf(programs.Programs.Length),
            Types = init.Types.ToImmutableDictionary(),
            Levels = header.Levels,
            El0 = header.El0,
            ExpectedVerdict = header.Verdict,
            Rule = header.Rule,
        };
    }

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
