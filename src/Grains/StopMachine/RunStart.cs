using Orleans.Mmu.Interfaces.StopMachine;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Grains.StopMachine;

/// <summary>
/// Where a run begins: at its first phase, or, where an earlier activation has come some way, at what must be performed
/// again. That is never in the middle of the steps that change tables: splitting what is split does nothing, and a
/// barrier or TLBI too many harms nobody.
/// </summary>
/// <param name="Found">The phase that was written down; Idle for a new run.</param>
/// <param name="Before">The epoch that was written down.</param>
internal readonly record struct RunStart(RunPhase Found, long Before)
{
    /// <summary>Nothing was changed yet.</summary>
    public bool IsWhole => Found is RunPhase.Idle or RunPhase.Gathering;

    /// <summary>It has been given up; only that has to be finished.</summary>
    public bool IsGivenUp => Found is RunPhase.Abandoned or RunPhase.Halted;

    /// <summary>The first phase, and the first step in it.</summary>
    public (int Phase, int Step) In(Protocol protocol)
    {
        if (IsWhole)
            return (0, 0);
        var phases = protocol.Phases;
        if (Found == RunPhase.Released)
        {
            int clears = phases.IndexOf(phases.First(p => p.Steps.Contains(ClearFlag.Instance)));
            return (clears, phases[clears].Steps.IndexOf(ClearFlag.Instance) + 1);
        }

        int splits = phases.IndexOf(phases.First(p => p.Steps.Any(s => s is SplitToPages)));
        return (splits, phases[splits].Steps.IndexOf(phases[splits].Steps.First(s => s is SplitToPages)));
    }
}
