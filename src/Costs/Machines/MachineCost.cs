using System.Collections.Immutable;
using Orleans.Mmu.Arm.TlbHierarchies;
using Orleans.Mmu.Arm.Tlbs;
using Orleans.Mmu.Costs.Parameters;
using Orleans.Mmu.Costs.TlbMisses;
using Orleans.Mmu.Linux.Capabilities;
using Orleans.Mmu.Linux.Costs;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Costs.Machines;

/// <summary>The cost of each way to map a machine's memory for one workload.</summary>
/// <param name="Machine">The machine.</param>
/// <param name="Rows">One row for each mapping; the others are compared with the first, pages.</param>
public sealed record MachineCost(
    MachineDescription Machine, TlbHierarchy Tlbs, TlbSimulationResult Replay, ImmutableArray<MachineCostRow> Rows)
{
    private const int LineBytes = 64;

    /// <summary>How the boot arrives at its linear map, and why.</summary>
    public ModeReason Why { get; } = ModeReason.Of(Machine);

    /// <summary>The configurations that must be replayed, one for each mapping.</summary>
    public static IReadOnlyList<TlbConfiguration> Configurations(
        IReadOnlyList<MappingCost> mappings, TlbHierarchy tlbs, int scatterPercent, CostParameters parameters)
    {
        var caches = Caches(parameters);
        return [.. mappings.Select(m => new TlbConfiguration(tlbs, new(m.Name, m.Sizes, scatterPercent), caches))];
    }

    /// <summary>The caches in which walks find descriptors.</summary>
    public static DescriptorCaches Caches(CostParameters parameters) =>
        new(Lines(parameters["l2-descriptor-kib"]), Lines(parameters["llc-descriptor-kib"]));

    /// <summary>Computes the cost from the counts of a replay of <see cref="Configurations"/>.</summary>
    public static MachineCost Of(
        MachineDescription machine, IReadOnlyList<MappingCost> mappings, TlbHierarchy tlbs, TlbSimulationResult replay,
        CostParameters parameters)
    {
        var pages = CostOf(replay, replay.Counts[0]);
        return new(machine, tlbs, replay,
        [
            .. mappings.Select((mapping, i) =>
            {
                var cost = CostOf(replay, replay.Counts[i]);
                double speedup = TranslationCost.Speedup(pages, cost, parameters);
                return new MachineCostRow(mapping, replay.Counts[i], cost.Cycles(parameters), speedup,
                    QueueModel.PercentileRatio(1 / speedup, parameters["rho"]),
                    mapping.Repaint.Blocks == 0 ? 0 : mapping.Repaint.StoppedSeconds(machine, parameters));
            }),
        ]);
    }

    /// <summary>Counts per thousand instructions.</summary>
    public static TranslationCost CostOf(TlbSimulationResult replay, MissCounts counts)
    {
        double thousands = Math.Max(replay.Instructions, 1) / 1000.0;
        return new(counts.L1Misses / thousands, counts.FetchesFrom(DescriptorSource.SecondLevel) / thousands,
            counts.FetchesFrom(DescriptorSource.LastLevel) / thousands,
            counts.FetchesFrom(DescriptorSource.Memory) / thousands);
    }

    private static int Lines(double kibibytes) =>
        (int)Math.Clamp(kibibytes * 1024 / LineBytes, 1, TlbGeometry.MaxEntries);
}

/// <summary>The cost of one mapping.</summary>
/// <param name="TranslationCycles">Cycles per thousand instructions that wait for a translation.</param>
/// <param name="Throughput">Throughput relative to that with pages.</param>
/// <param name="P99">99th percentile of response times relative to that with pages.</param>
/// <param name="RepaintSeconds">Time that a repaint of this mapping would stop the machine.</param>
public sealed record MachineCostRow(
    MappingCost Mapping, MissCounts Counts, double TranslationCycles, double Throughput, double P99,
    double RepaintSeconds);
