using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Linux.Costs;

namespace Orleans.Mmu.Grains.Machines;

/// <summary>
/// The clock of a machine that boots. It goes on by what the machine does and costs, never by the host's time, so one
/// seed gives the same stamps on every host.
/// </summary>
/// <param name="pageSize">Bytes of a table.</param>
internal sealed class BootClock(int pageSize)
{
    /// <summary>Since the boot began.</summary>
    public ModelTime Now { get; private set; }

    /// <summary>The painted map: every table is cleared and filled.</summary>
    public void Painted(MapReport map) => Pass(new() { TableBytes = map.TableBytes });

    /// <summary>One more CPU came up, or tried to.</summary>
    public void StartedCpu() => Pass(new() { CpuStarts = 1 });

    public void Repainted(RepaintReport done) => Now += done.Duration;

    /// <summary>
    /// The rewrite to non-global leaves: the machine stops, every CPU empties its TLB on the way to the idmap and to
    /// the reserved table and on the way back, and CPU 0 stores the descriptors one by one.
    /// </summary>
    public void Rewritten(long descriptors, int cpus) => Pass(new()
    {
        StopHalves = 2,
        Handovers = cpus,
        Tlbis = 4,
        Synchronizations = 12,
        Descriptors = descriptors,
        Barriers = 1,
    });

    /// <summary>
    /// The permissions that boot ends with: tables for what was split, the descriptors, and the flush of every CPU.
    /// </summary>
    /// <param name="before">The map as it was painted.</param>
    /// <param name="splitBlocks">Blocks that the repaint replaced by tables.</param>
    public void Protected(MapReport before, MapReport after, long splitBlocks, long descriptors, int cpus) => Pass(new()
    {
        TableBytes = Math.Max(0, after.TableBytes - before.TableBytes - splitBlocks * pageSize),
        Descriptors = descriptors,
        Barriers = 1,
        Tlbis = 1,
        TlbiTargets = cpus - 1,
    });

    private void Pass(OperationCounts done) => Now += PriceList.Usual.Time(done);
}
