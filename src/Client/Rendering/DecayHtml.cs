using System.Collections.Immutable;
using System.Globalization;
using Orleans.Mmu.Client.Results;
using Orleans.Mmu.Costs.Decay;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Viewer.Charts;
using Orleans.Mmu.Viewer.Documents;
using Orleans.Mmu.Viewer.Figures;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>A map's decay as a page.</summary>
internal static class DecayHtml
{
    public static Task<string> RenderAsync(DecayPage page) =>
        PageWriter.WriteAsync<FiguresPage>($"{page.Machine.Name}: decay", new Dictionary<string, object?>
        {
            [nameof(FiguresPage.Question)] =
                $"How much of {page.Machine.Name}'s memory is still in blocks after "
                + $"{DecayText.Number(page.Samples[^1].Events)} events?",
            [nameof(FiguresPage.Answer)] =
                $"{Percent(Blocks(page.Samples[^1]))}, after {Percent(Blocks(page.Samples[0]))} at boot.",
            [nameof(FiguresPage.Notes)] = Notes(page).ToImmutableArray(),
            [nameof(FiguresPage.Figures)] = ImmutableArray.CreateRange<Figure>(
                page.Replay is { } replay ? [Memory(page), Tables(page), Misses(replay)]
                    : [Memory(page), Tables(page)]),
        });

    private static IEnumerable<string> Notes(DecayPage page)
    {
        yield return $"{ByteSize.Of(page.Machine.MemoryBytes)} of memory. Linux splits a block where part of "
            + "it gets other permissions, and merges none again.";
        if (page.OutOfMemory > 0)
            yield return DecayText.OutOfMemorySentence(page.OutOfMemory) + ".";
        if (page.Replay is { } replay)
            yield return $"{replay.Trace} on TLBs {page.Tlbs} ({page.TlbOrigin})"
                + (replay.Error is { } error ? $"; it broke off: {error}" : ".");
    }

    private static Figure Memory(DecayPage page)
    {
        string[] sizes = DecayText.Sizes(page.Samples);
        return new("Memory by size of leaf",
            "The share of the linear map that leaves of each size translate. +CONT: leaves of a contiguous group, "
            + "which a TLB may hold as one.",
            new("share of memory", "events", "% of the linear map", null, IsLogarithmic: false,
                [.. sizes.Select(s => Line(s, page.Samples, at => 100 * Share(at, s)))]),
            new(["after", .. sizes],
                Rows(DecayText.Chosen(page.Samples).Select(at => (
                    DecayText.After(at.Events), (string[])[.. sizes.Select(s => Percent(Share(at, s)))])))));
    }

    private static Figure Tables(DecayPage page) => new(
        "Tables", "Tables of the linear map, and the table pages that a repaint would need to allocate.",
        new("tables", "events", "tables", null, IsLogarithmic: false,
            [
                Line("tables of the linear map", page.Samples, at => DecayText.Tables(at)),
                Line("table pages that a repaint would need", page.Samples, at => at.Mapping.Repaint.Tables),
            ]),
        new(["after", "tables", "their memory", "a repaint makes"],
            Rows(DecayText.Chosen(page.Samples).Select(at => (
                DecayText.After(at.Events), (string[])
                [
                    DecayText.Number(DecayText.Tables(at)), ByteSize.Of(at.Mapping.Census.TableBytes),
                    DecayText.Number(at.Mapping.Repaint.Tables),
                ])))));

    private static Figure Misses(DecaySimulation replay) => new(
        "Misses", "The workload's misses on the linear map, per thousand of the kernel's instructions.",
        DecayPlot.Misses(replay),
        new(["after", .. DecayText.MissColumns],
            Rows(replay.Misses.Select(m => (DecayText.After(m.Events), DecayText.MissCells(m))))));

    private static ImmutableArray<NumberRow> Rows(IEnumerable<(string Name, string[] Cells)> rows) =>
        [.. FoldedRows.Of(rows).Select(r => new NumberRow(r.Name, [.. r.Cells]))];

    private static ChartLine Line(string name, IReadOnlyList<DecaySample> samples, Func<DecaySample, double> value) =>
        new(name, [.. samples.Select(at => ((double)at.Events, value(at)))]);

    // Leaves above the last level; the size of a group's leaf is that of the leaf, so a contiguous page is a page.
    private static double Blocks(DecaySample at)
    {
        double page = at.Mapping.Census.Leaves.Min(l => MapComparison.Bytes(l.Key));
        return at.Mapping.Census.Leaves.Where(l => MapComparison.Bytes(l.Key) > page).Sum(l => Share(at, l.Key));
    }

    private static double Share(DecaySample at, string size)
    {
        double all = at.Mapping.Census.Leaves.Sum(l => l.Value * MapComparison.Bytes(l.Key));
        return all > 0 ? DecayText.Leaves(at, size) * MapComparison.Bytes(size) / all : 0;
    }

    private static string Percent(double part) =>
        part is > 0 and < 0.001 ? "< 0.1 %"
            : string.Create(CultureInfo.InvariantCulture, $"{100 * part:0.0} %");
}
