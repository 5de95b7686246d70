using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Orleans.Mmu.Client.Results;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Costs.Machines;
using Orleans.Mmu.Costs.Parameters;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.Capabilities;
using Orleans.Mmu.Linux.Costs;
using Orleans.Mmu.Linux.ProtocolFiles;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>
/// One page on the cost of a machine's mappings: tables, misses, time stopped, throughput, and the parameters used.
/// </summary>
internal static class CostText
{
    public static string Render(CostPage page, TextStyle style)
    {
        var (cost, parameters) = (page.Cost, page.Parameters);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture,
            $"{style.Strong(OneLine.Of(cost.Machine.Name))}: {Counted.Of(cost.Machine.Cpus.Length, "CPU")}, " +
            $"{ByteSize.Of(cost.Machine.MemoryBytes)}, mode of boot " +
            $"{BootModeName.Of(cost.Why.Mode)}\n{OneLine.Of(cost.Why.Sentence)}\n");
        if (KernelIsolation.Of(cost.Machine) is { NotGlobal: true } isolation)
            text.Append("kpti: ").Append(OneLine.Of(isolation.Sentence)).Append('\n');
        text.Append('\n');
        text.Append("what the linear map's tables take\n").Append(Tables(page, style));
        if (page.AtBoot is { } repaint)
            text.Append(CultureInfo.InvariantCulture,
                $"the repaint of its boot ({RepaintProtocols.IdmapReserved.Name}): " +
                $"{Counted.Of(page.Waiting, "CPU")} stopped for {TimeText.Of(page.StoppedAtBoot)} while CPU 0 splits " +
                $"{Counted.Of(repaint.Blocks, "block")}\n");
        text.Append(CultureInfo.InvariantCulture,
            $"\n{OneLine.Of(cost.Replay.Trace)}: {Counted.Of(cost.Replay.Instructions, "instruction")}" +
            $"{(cost.Replay.Error is null ? "" : ", then it broke off")}\n");
        text.Append(
            CultureInfo.InvariantCulture,
            $"TLBs {cost.Tlbs}: {OneLine.Of(page.TlbOrigin)}; walk caches {cost.Tlbs.Walks}; scatter " +
            $"{page.ScatterPercent} %\n");
        text.Append(Misses(page, style));
        if (cost.Rows.Max(r => r.Counts.Unmapped) is > 0 and var unmapped)
            text.Append(UnmappedSentence(unmapped)).Append('\n');
        text.Append("throughput and P99: against pages, predicted by the model below\n");
        text.Append(CultureInfo.InvariantCulture,
            $"a stream through memory of which caches keep no descriptors: {Change(StreamModel.Speedup(parameters))} " +
            $"with blocks ({StreamModel.Transfer(parameters):0} ns a page, and {StreamModel.Boundary(parameters):0} " +
            $"ns more with pages; a hypothesis)\n\n");
        text.Append("what this rests on (--set NAME=VALUE)\n").Append(Parameters(parameters));
        return text.ToString();
    }

    /// <summary>That a workload uses addresses that the machine does not map.</summary>
    public static string UnmappedSentence(long misses) => string.Create(
        CultureInfo.InvariantCulture,
        $"{misses:N0} L1 misses are for addresses that this machine does not map; they count as of single pages");

    /// <summary>The columns of <see cref="TableCells"/>.</summary>
    public static ImmutableArray<string> TableColumns { get; } =
        ["leaf entries", "tables", "table memory", "tables a repaint makes", "time it stops"];

    public static string[] TableCells(MachineCostRow row)
    {
        var census = row.Mapping.Census;
        return
        [
            Number(census.Leaves.Sum(l => l.Value)), Number(census.Tables.Sum(t => t.Value)),
            ByteSize.Of(census.TableBytes), Number(row.Mapping.Repaint.Tables),
            Milliseconds(row.RepaintSeconds),
        ];
    }

    /// <summary>The columns of <see cref="MissCells"/>.</summary>
    public static ImmutableArray<string> MissColumns { get; } =
        ["L1 MPKI", "walk MPKI", "reads a walk", "from memory", "cycles/kI", "throughput", "P99"];

    public static string[] MissCells(CostPage page, MachineCostRow row)
    {
        var counts = row.Counts;
        double thousands = Math.Max(page.Cost.Replay.Instructions, 1) / 1000.0;
        return
        [
            TlbCsv.Rate(counts.L1Misses / thousands), TlbCsv.Rate(counts.Walks / thousands),
            Ratio(counts.Fetches, counts.Walks, "0.00"),
            Ratio(100 * counts.FetchesFrom(Costs.TlbMisses.DescriptorSource.Memory), counts.Fetches, "0.0' %'"),
            row.TranslationCycles.ToString("0.00", CultureInfo.InvariantCulture), Change(row.Throughput),
            Change(row.P99),
        ];
    }

    private static string Tables(CostPage page, TextStyle style) => Rendered(page, style, TableColumns, TableCells);

    private static string Misses(CostPage page, TextStyle style) =>
        Rendered(page, style, MissColumns, row => MissCells(page, row));

    private static string Rendered(
        CostPage page, TextStyle style, ImmutableArray<string> columns, Func<MachineCostRow, string[]> cells)
    {
        var table = new TextTable(["mapping", .. columns.Select(c => ">" + c)]);
        foreach (var row in page.Cost.Rows)
            table.AddRow([row.Mapping.Name, .. cells(row)]);
        return table.Render(style);
    }

    private static string Parameters(CostParameters parameters)
    {
        int width = parameters.All.Max(p => p.Name.Length);
        return string.Concat(parameters.All.Select(p => string.Create(CultureInfo.InvariantCulture,
            $"  {p.Name.PadRight(width)}  {p.Quantity,-10}  {Origin(p)}: {p.Source}\n")));
    }

    /// <summary>"published", "assumed", "calibrated", "given".</summary>
    public static string Origin(CostParameter parameter) => parameter.Origin.ToString().ToLowerInvariant();

    private static string Ratio(long a, long b, string format) =>
        b == 0 ? "-" : ((double)a / b).ToString(format, CultureInfo.InvariantCulture);

    /// <summary>"+3.5 %".</summary>
    public static string Change(double ratio) => double.IsFinite(ratio)
        ? (100 * (ratio - 1)).ToString("+0.0' %';-0.0' %';0.0' %'", CultureInfo.InvariantCulture)
        : "beyond the model";

    private static string Milliseconds(double seconds) =>
        seconds == 0 ? "-" : string.Create(CultureInfo.InvariantCulture, $"{1000 * seconds:0.0} ms");

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
