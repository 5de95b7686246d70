using Orleans.Mmu.Linux.Costs;
using Orleans.Mmu.Speculation.Recording;

namespace Orleans.Mmu.Coordination.Runs;

/// <summary>Something that a run has just done, for its timeline and its recording.</summary>
/// <param name="Cpu">The CPU that it happened on; 0 also for the writer of the tables.</param>
/// <param name="Text">What happened, in a few words.</param>
/// <param name="Phase">The name of the phase that it belongs to.</param>
/// <param name="Began">The operations on the way to it, from which its time follows.</param>
/// <param name="Ended">The same with its own.</param>
/// <param name="Recorded">The event for a recording; null where a CPU records it or nothing is recorded.</param>
public readonly record struct RunMoment(
    int Cpu, string Text, string Phase, OperationCounts Began, OperationCounts Ended, RunEvent? Recorded);
