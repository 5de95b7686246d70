namespace Orleans.Mmu.Checking.TakeUp;

/// <summary>
/// Rules that the coordinator had once and has no more; each is a mutant of the rules of today, and each has a
/// counterexample.
/// </summary>
[Flags]
internal enum OldRules
{
    /// <summary>The rules of today.</summary>
    None = 0,

    /// <summary>A CPU that was parked in an older epoch than the record's reads the flag as zero.</summary>
    OlderEpochReadsZero = 1,

    /// <summary>
    /// The journal takes any record of a later epoch than the written one: it does not ask what its writer had read.
    /// </summary>
    NoCompareAndSet = 2,

    /// <summary>A take-up that finds the tables changing believes that every CPU waits, and parks none again.</summary>
    BelievesParked = 4,

    /// <summary>A coordinator that is told that its epoch is over takes the run up in the next number itself.</summary>
    RepeatsRefusal = 8,

    /// <summary>The journal answers reads that decide something from the memory of an activation.</summary>
    DecidesFromMemory = 16,

    /// <summary>The journal refuses a record because of what an activation has in memory.</summary>
    RefusesFromMemory = 32,

    /// <summary>A CPU counts in without a look at storage, though a newer activation of it may exist.</summary>
    CountsFormer = 64,
}
