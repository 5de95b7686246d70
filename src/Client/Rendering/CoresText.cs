using System.Globalization;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Linux.Cpus;
using Orleans.Mmu.Linux.Kernels;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>The known cores as a table.</summary>
internal static class CoresText
{
    public static string Render(TextStyle style)
    {
        var table = new TextTable("MIDR", "core", ">BBM", "may split live", "TLBs (L1i, L1d, L2)", "source");
        foreach (string name in Linux.Cpus.Core.Names)
            table.AddRow(Row(Linux.Cpus.Core.Find(name)!));
        return table.Render(style);
    }

    private static string[] Row(Linux.Cpus.Core core)
    {
        var tlbs = CoreTlbs.Of(core.Name);
        return
        [
            core.Midr.ToString(), core.Name, core.Bbm is { } level ? LevelText(level) : "?",
            ListedSince.Of(core) is { } since ? $"since {since.Version}, {since.Revisions}" : "-",
            tlbs is null ? "-" : $"{Shape(tlbs.Instructions)}, {Shape(tlbs.Data)}, {Shape(tlbs.Second)}",
            tlbs?.Source ?? "-",
        ];
    }

    private static string LevelText(BbmLevel level) => ((int)level).ToString(CultureInfo.InvariantCulture);

    private static string Shape(Arm.Tlbs.TlbGeometry? tlb) => tlb?.ToString() ?? "?";
}
