using Orleans.Mmu.Exploration.Search;

namespace Orleans.Mmu.Checking.TakeUp;

/// <summary>What must be true of the take-up protocol.</summary>
internal enum TakeUpProperty
{
    /// <summary>No CPU that lacks the level sees the map while the tables change.</summary>
    SeesMap,

    /// <summary>A run that has ended stays ended.</summary>
    Reopened,

    /// <summary>Once a later take-up has claimed the run or the tables, an earlier one changes neither.</summary>
    OutOfOrder,

    /// <summary>
    /// A split of an epoch is accepted only while every CPU that lacks the level waits in that epoch or a later one.
    /// </summary>
    OldCount,

    /// <summary>A coordinator is told that its epoch is over only if a later one was handed out.</summary>
    FalselyOver,

    /// <summary>There is always a step, until the run has ended.</summary>
    Deadlock = ExplorerProperty.Deadlock,

    /// <summary>From every state the run can still end.</summary>
    NeverEnds = ExplorerProperty.Liveness,
}
