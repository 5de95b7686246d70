using System.Globalization;
using System.Text;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Linux.Cpus;
using Orleans.Mmu.Linux.Kernels;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>The known cores as a table.</summary>
internal static class CoresText
{
    private static readonly string[] Head = ["MIDR", "core", "BBM", "may split live", "TLBs (L1i, L1d, L2)", "source"];

    public static string Render()
    {
        List<string[]> rows = [Head, .. Linux.Cpus.Core.Names.Select(n => Row(Linux.Cpus.Core.Find(n)!))];
        int[] widths = [.. Enumerable.Range(0, Head.Length).Select(column => rows.Max(r => r[column].Length))];
        var text = new StringBuilder();
        foreach (string[] row in rows)
            text.Append(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd())
                .Append('\n');
        return text.ToString();
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
