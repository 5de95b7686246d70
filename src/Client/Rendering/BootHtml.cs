using Orleans.Mmu.Client.Machines;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.Maps;
using Orleans.Mmu.Viewer.Boots;
using Orleans.Mmu.Viewer.Documents;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>A boot as a page.</summary>
internal static class BootHtml
{
    /// <param name="machine">The machine's description; null for a boot that another client began.</param>
    public static Task<string> RenderAsync(BootReport report, MachineDescription? machine) =>
        PageWriter.WriteAsync<BootPage>($"{report.Machine}: {report.Protocol}", new Dictionary<string, object?>
        {
            [nameof(BootPage.Report)] = report,
            [nameof(BootPage.Painted)] = machine is null ? null : Painted(machine),
        });

    private static KernelMap Painted(MachineDescription machine)
    {
        var boot = MachineBoot.Of(machine);
        return new(boot.Painted, boot.Painter.Swapper, MapRange.Linear);
    }
}
