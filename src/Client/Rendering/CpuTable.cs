using System.Collections.Immutable;
using System.Globalization;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Interfaces.Cpus;
using Orleans.Mmu.Linux.Cpus;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>The CPUs of a machine; neighbours that are alike share a row.</summary>
internal static class CpuTable
{
    public static string Render(ImmutableArray<CpuReport> cpus, TextStyle style)
    {
        var table = new TextTable("CPUs", "core", "BBM", "splits live", "state", "TTBR1");
        foreach (var group in CpuGroup.Of(cpus))
        {
            var first = group.First;
            table.AddRow(
                group.Numbers,
                $"{first.Core} {new Midr(first.Midr).RevisionName}",
                Level(first),
                first.SplitsLive ? "yes" : "no",
                first.State.Word(),
                first.Ttbr1);
        }

        return table.Render(style);
    }

    private static string Level(CpuReport cpu) =>
        cpu.BbmLevel.ToString(CultureInfo.InvariantCulture) + (cpu.BbmIsAssumed ? " (assumed)" : "");
}
