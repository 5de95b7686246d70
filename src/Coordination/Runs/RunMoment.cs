using Orleans.Mmu.Speculation.Recording;

namespace Orleans.Mmu.Coordination.Runs;

/// <summary>Something that a run has just done, for its timeline and its recording.</summary>
/// <param name="Cpu">The CPU that it happened on; 0 also for the writer of the tables.</param>
/// <param name="Text">What happened, in a few words.</param>
/// <param name="Phase">The name of the phase that it belongs to.</param>
/// <param name="IsInstant">It took no time: the coordinator did it by itself.</param>
/// <param name="Recorded">The event for a recording; null where a CPU records it or nothing is recorded.</param>
public readonly record struct RunMoment(int Cpu, string Text, string Phase, bool IsInstant, RunEvent? Recorded);
