using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Speculation.Adversary;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Coordination.Runs;

/// <summary>What an order brought. The family is closed.</summary>
public abstract record RunResult
{
    private RunResult()
    {
    }

    /// <summary>It is done, and there is nothing to say.</summary>
    public sealed record Done : RunResult
    {
        public static Done Instance { get; } = new();
    }

    /// <summary>What the CPUs answered to an order.</summary>
    /// <param name="Given">The answers that came.</param>
    /// <param name="Silent">The CPUs that gave none.</param>
    /// <param name="SilentTlbi">The CPUs on which the broadcast TLBI before the order did not complete.</param>
    public sealed record Answers(
        ImmutableArray<CpuFacts> Given, ImmutableArray<int> Silent, ImmutableArray<int> SilentTlbi) : RunResult;

    /// <summary>A part of the split is done.</summary>
    /// <param name="Version">The tables after it.</param>
    /// <param name="Next">The first address not yet visited.</param>
    /// <param name="IsDone">The range is split.</param>
    /// <param name="Blocks">Blocks replaced by this part.</param>
    /// <param name="TotalBlocks">Blocks replaced by all parts so far, those of earlier epochs among them.</param>
    public sealed record Split(
        long Version, VirtualAddress Next, bool IsDone, long Blocks, long TotalBlocks, bool OutOfMemory) : RunResult
    {
        /// <summary>What came of those of the order's further steps that were begun, in order.</summary>
        public ImmutableArray<Split> Then { get; init; } = [];
    }

    /// <summary>The speculative accesses that the next window aims at.</summary>
    /// <param name="Plan">Null where there is nothing to aim at.</param>
    public sealed record Planned(SpeculationPlan? Plan) : RunResult;

    /// <summary>The page table belongs to this epoch from now on.</summary>
    /// <param name="Version">The newest tables.</param>
    public sealed record Claimed(long Version) : RunResult;
}

/// <summary>What a CPU has answered, as far as the run depends on it.</summary>
/// <param name="IsStale">The order was of an epoch that is over for the CPU; nothing was done.</param>
/// <param name="IsParked">The CPU waits.</param>
/// <param name="SeesMap">
/// A walk from one of its possible TTBR1 values, or from a cached table entry, could reach the kernel's map.
/// </param>
/// <param name="IsReborn">The CPU has lost its memory since its last answer.</param>
/// <param name="HasRecorded">The answer carries recorded events.</param>
public sealed record CpuFacts(
    int Cpu, bool IsStale, bool IsParked, bool SeesMap, bool IsReborn, bool HasRecorded,
    ImmutableArray<Violation> Violations);
