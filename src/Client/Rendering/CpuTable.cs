using System.Collections.Immutable;
using System.Globalization;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Interfaces.Cpus;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>The CPUs of a machine. On a large machine, neighbours that are alike share a row.</summary>
internal static class CpuTable
{
    private const int MaxRows = 16;

    public static string Render(ImmutableArray<CpuReport> cpus, TextStyle style)
    {
        var table = new TextTable(">CPU", "core", "MIDR", "FEAT_BBM", "splits live", "state", "TTBR1");
        foreach (var group in CpuGroup.Of(cpus, MaxRows))
        {
            var first = group.First;
            table.AddRow(
                group.Numbers,
                first.Core,
                string.Create(CultureInfo.InvariantCulture, $"0x{first.Midr:x8}"),
                Level(first),
                first.SplitsLive ? "yes" : "no",
                BootReportJson.StateName(first.State),
                first.Ttbr1);
        }

        return table.Render(style);
    }

    private static string Level(CpuReport cpu) =>
        (cpu.BbmLevel == 3 ? "2, no abort" : Number(cpu.BbmLevel)) + (cpu.BbmIsAssumed ? " (assumed)" : "");

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
