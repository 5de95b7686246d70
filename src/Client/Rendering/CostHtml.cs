using System.Collections.Immutable;
using System.Globalization;
using Orleans.Mmu.Client.Results;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.Capabilities;
using Orleans.Mmu.Linux.Costs;
using Orleans.Mmu.Viewer.Documents;
using Orleans.Mmu.Viewer.Figures;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>What a machine's mappings cost, as a page.</summary>
internal static class CostHtml
{
    public static Task<string> RenderAsync(CostPage page)
    {
        var cost = page.Cost;
        return PageWriter.WriteAsync<FiguresPage>($"{cost.Machine.Name}: cost", new Dictionary<string, object?>
        {
            [nameof(FiguresPage.Question)] =
                $"What does each way to map {cost.Machine.Name}'s memory cost under {cost.Replay.Trace}?",
            [nameof(FiguresPage.Answer)] = Answer(page),
            [nameof(FiguresPage.Notes)] = Notes(page).ToImmutableArray(),
            [nameof(FiguresPage.Figures)] = ImmutableArray.CreateRange<Figure>(
                [Misses(page), Tables(page), .. StopCost.Figures(page), Rests(page)]),
        });
    }

    private static string Answer(CostPage page)
    {
        var (pages, blocks) = (page.Cost.Rows[0], page.Cost.Rows.First(r => r.Mapping.Name == "blocks"));
        string memory = ByteSize.Of(pages.Mapping.Census.TableBytes - blocks.Mapping.Census.TableBytes);
        string stop = page.AtBoot is null ? "its boot repaints nothing"
            : $"its boot stops {page.Waiting:N0} CPUs for {TimeText.Of(page.StoppedAtBoot)} to turn blocks into pages";
        return $"Blocks: {CostText.Change(blocks.Throughput)} throughput against pages, {memory} less of tables; "
            + $"{stop}.";
    }

    private static IEnumerable<string> Notes(CostPage page)
    {
        var cost = page.Cost;
        yield return string.Create(CultureInfo.InvariantCulture,
            $"{cost.Machine.Cpus.Length} CPUs, {ByteSize.Of(cost.Machine.MemoryBytes)}, mode of boot ")
            + $"{BootModeName.Of(cost.Why.Mode)}: {cost.Why.Sentence}.";
        if (KernelIsolation.Of(cost.Machine) is { NotGlobal: true } isolation)
            yield return $"KPTI: {isolation.Sentence}.";
        yield return string.Create(CultureInfo.InvariantCulture,
            $"{cost.Replay.Trace}: {cost.Replay.Instructions:N0} instructions. TLBs {cost.Tlbs} ({page.TlbOrigin}); ")
            + string.Create(CultureInfo.InvariantCulture,
                $"walk caches {cost.Tlbs.Walks}; scatter {page.ScatterPercent} %.");
        if (cost.Replay.Error is { } error)
            yield return $"The trace broke off: {error}";
        if (cost.Rows.Max(r => r.Counts.Unmapped) is > 0 and var unmapped)
            yield return CostText.UnmappedSentence(unmapped) + ".";
    }

    private static Figure Misses(CostPage page)
    {
        double most = page.Cost.Rows.Max(r => r.TranslationCycles);
        return new("Misses and throughput",
            "Per thousand instructions of the workload: L1 TLB misses, walks, and the cycles that wait for a "
            + "translation (the bars). Throughput and P99 are against pages, predicted by the model whose parameters "
            + "stand below.", null,
            new(["mapping", .. CostText.MissColumns],
                [
                    .. page.Cost.Rows.Select(r => new NumberRow(
                        r.Mapping.Name, [.. CostText.MissCells(page, r)], Part(r.TranslationCycles, most))),
                ])
            { Bars = "cycles compared" });
    }

    private static Figure Tables(CostPage page)
    {
        long most = page.Cost.Rows.Max(r => r.Mapping.Census.TableBytes);
        return new("Tables", "What the linear map's tables take (the bars: their memory), and what turning the "
            + "mapping's blocks into pages would need.", null,
            new(["mapping", .. CostText.TableColumns],
                [
                    .. page.Cost.Rows.Select(r => new NumberRow(
                        r.Mapping.Name, [.. CostText.TableCells(r)], Part(r.Mapping.Census.TableBytes, most))),
                ])
            { Bars = "memory compared" });
    }

    private static Figure Rests(CostPage page) => new(
        "What this rests on", "Each parameter is set by --set NAME=VALUE.", null,
        new(["parameter", "value", "origin", "source"],
            [
                .. page.Parameters.All.Select(p => new NumberRow(
                    p.Name, [p.Quantity, CostText.Origin(p), p.Source])),
            ])
        { IsOfWords = true });

    private static double Part(double value, double most) => most > 0 ? value / most : 0;
}
