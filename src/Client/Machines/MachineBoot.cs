using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Linux.Boot;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.Maps;

namespace Orleans.Mmu.Client.Machines;

/// <summary>Boots a machine's map without grains; a failure becomes a one-line error.</summary>
internal static class MachineBoot
{
    /// <exception cref="UsageException">The kernel panics.</exception>
    public static LinearMapBoot Of(MachineDescription machine)
    {
        try
        {
            return LinearMapBoot.Of(machine);
        }
        catch (KernelPanicException e)
        {
            throw new UsageException($"{machine.Name}: Kernel panic - not syncing: {e.Message}", e);
        }
    }

    /// <summary>The linear map at the end of boot.</summary>
    /// <exception cref="UsageException">The kernel panics.</exception>
    public static KernelMap MapOf(MachineDescription machine)
    {
        var boot = Of(machine);
        return new(boot.Final, boot.Painter.Swapper, MapRange.Linear);
    }
}
