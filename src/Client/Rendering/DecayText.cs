using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Orleans.Mmu.Client.Results;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Costs.Decay;
using Orleans.Mmu.Costs.Parameters;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Interfaces.Reports;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>A map's decay as a table of selected samples.</summary>
internal static class DecayText
{
    private const int Rows = 12;

    public static string Render(DecayPage page, TextStyle style)
    {
        var (first, last) = (page.Samples[0].Mapping, page.Samples[^1].Mapping);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture,
            $"{style.Strong(OneLine.Of(page.Machine.Name))}: {ByteSize.Of(page.Machine.MemoryBytes)}, " +
            $"{Counted.Of(page.Samples[^1].Events, "event")}\n");
        string[] sizes = Sizes(page.Samples);
        var table = new TextTable(
            ["after", .. sizes.Select(s => ">" + s), ">tables", ">table memory", ">tables a repaint makes"]);
        foreach (var (name, cells) in FoldedRows.Of(Chosen(page.Samples).Select(sample => (
            After(sample.Events), (string[])
            [
                .. sizes.Select(s => Number(Leaves(sample, s))), Number(Tables(sample)),
                ByteSize.Of(sample.Mapping.Census.TableBytes),
                Number(sample.Mapping.Repaint.Tables),
            ]))))
            table.AddRow([name, .. cells]);

        text.Append(table.Render(style));
        text.Append(
            CultureInfo.InvariantCulture,
            $"tables: {Tables(page.Samples[0]):N0} at boot, {Tables(page.Samples[^1]):N0} now; ")
            .Append(RepaintSentence(first.Repaint, last.Repaint)).Append('\n');
        if (page.OutOfMemory > 0)
            text.Append(OutOfMemorySentence(page.OutOfMemory)).Append('\n');
        if (page.Replay is { } replay)
            text.Append('\n').Append(Misses(page, replay, style));
        return text.ToString();
    }

    /// <summary>What a repaint of the last map needs, and that of the map at boot at most.</summary>
    public static string RepaintSentence(RepaintCost atBoot, RepaintCost now) => atBoot.Blocks == 0
        ? "a repaint finds no block to split" : string.Create(CultureInfo.InvariantCulture,
            $"a repaint needs {Counted.Of(now.Tables, "table page")} ({ByteSize.Of(now.TableBytes)}), and " +
            $"never more than the {atBoot.Tables:N0} of boot");

    /// <summary>The leaf sizes that occur in any sample, largest first.</summary>
    public static string[] Sizes(IEnumerable<DecaySample> samples) =>
    [
        .. samples.SelectMany(s => s.Mapping.Census.Leaves.Select(l => l.Key)).Distinct()
            .OrderByDescending(MapComparison.Bytes).ThenByDescending(s => s.Contains('+', StringComparison.Ordinal)),
    ];

    /// <summary>Number of leaves of a size.</summary>
    public static long Leaves(DecaySample sample, string size) =>
        sample.Mapping.Census.Leaves.Where(l => l.Key == size).Sum(l => l.Value);

    /// <summary>Number of tables of all levels.</summary>
    public static long Tables(DecaySample sample) => sample.Mapping.Census.Tables.Sum(t => t.Value);

    /// <summary>"boot", "1,200": the events before a sample.</summary>
    public static string After(int events) => events == 0 ? "boot" : Number(events);

    public static string OutOfMemorySentence(int events) =>
        $"the end of memory: {Counted.Of(events, "more event")} found none";

    /// <summary>The columns of <see cref="MissCells"/>.</summary>
    public static ImmutableArray<string> MissColumns { get; } =
        ["L1 MPKI", "walk MPKI", "linear L1 misses", "linear walks"];

    public static string[] MissCells(DecayMisses at) =>
    [
        TlbCsv.Rate(at.Rates.L1), TlbCsv.Rate(at.Rates.Walks), TlbCsv.Rate(at.Rates.LinearL1),
        TlbCsv.Rate(at.Rates.LinearWalks),
    ];

    /// <summary>The samples that a table shows, the first and the last among them.</summary>
    public static IEnumerable<DecaySample> Chosen(IReadOnlyList<DecaySample> samples) =>
        Enumerable.Range(0, Rows).Select(i => samples[(int)((long)i * (samples.Count - 1) / (Rows - 1))]).Distinct();

    private static string Misses(DecayPage page, DecaySimulation replay, TextStyle style)
    {
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"{OneLine.Of(replay.Trace)} on TLBs {page.Tlbs} " +
            $"({OneLine.Of(page.TlbOrigin)}){(replay.Error is null ? "" : ", until it broke off")}\n");
        var table = new TextTable(["after", .. MissColumns.Select(c => ">" + c)]);
        foreach (var (name, cells) in FoldedRows.Of(replay.Misses.Select(at => (After(at.Events), MissCells(at)))))
            table.AddRow([name, .. cells]);

        text.Append(table.Render(style));
        if (replay.Misses.Max(m => m.Unmapped) is > 0 and var unmapped)
            text.Append(CostText.UnmappedSentence(unmapped)).Append('\n');
        return text.ToString();
    }

    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
