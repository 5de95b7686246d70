using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Client.Machines;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Linux.Boot;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.Maps;
using Orleans.Mmu.Viewer.Boots;
using Orleans.Mmu.Viewer.Documents;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>A boot as a page.</summary>
internal static class BootHtml
{
    /// <param name="machine">The machine's description; null for a boot that another client began.</param>
    public static Task<string> RenderAsync(BootReport report, MachineDescription? machine)
    {
        var boot = machine is null ? null : MachineBoot.Of(machine);
        return PageWriter.WriteAsync<BootPage>($"{report.Machine}: {report.Protocol}", new Dictionary<string, object?>
        {
            [nameof(BootPage.Report)] = report,
            [nameof(BootPage.Painted)] = boot is null ? null : MapOf(boot, boot.Painted),
            [nameof(BootPage.Finished)] = boot is null ? null : Finished(boot, report.After),
        });
    }

    // The report has the numbers of its tables. A boot without grains ends in the same tables if the numbers agree.
    private static KernelMap? Finished(LinearMapBoot boot, MapReport after)
    {
        var map = MapOf(boot, boot.Final);
        var census = map.Census();
        return census.Leaves.SequenceEqual(after.Leaves) && census.Tables.SequenceEqual(after.Tables) ? map : null;
    }

    private static KernelMap MapOf(LinearMapBoot boot, TableSnapshot tables) =>
        new(tables, boot.Painter.Swapper, MapRange.Linear);
}
