using System.Collections.Immutable;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Interfaces.Machines;
using Orleans.Mmu.Interfaces.StopMachine;
using Orleans.Mmu.Interfaces.Tables;

namespace Orleans.Mmu.Grains.Machines;

/// <summary>What a boot asks the coordinator for when the linear map must be repainted.</summary>
internal static class RepaintRequest
{
    /// <summary>The run of a boot.</summary>
    /// <param name="painted">The tables as map_mem() has left them.</param>
    /// <param name="cpus">The CPUs that are online.</param>
    public static StopMachineRequest Of(BootRequest request, TablesAnswer painted, ImmutableArray<int> cpus, long epoch)
    {
        var machine = request.Machine.Description;
        var granule = machine.Geometry.Granule;
        long blocks = painted.Map.Leaves
            .Where(l => !l.Key.StartsWith(granule.Name, StringComparison.Ordinal)).Sum(l => l.Value);
        ulong level2 = machine.Geometry.Size(Level.L2);
        return new(
            request.Protocol, cpus, painted.Version, request.Seed,
            Math.Max(blocks, (long)(machine.MemoryBytes / level2)), request.Trace)
        {
            Record = request.Record,
            Replay = request.Replay,
            ProtocolFile = request.ProtocolFile,
            Quiet = request.Quiet,
            Epoch = epoch,
            PageSize = (int)granule.PageSize,
        };
    }
}
