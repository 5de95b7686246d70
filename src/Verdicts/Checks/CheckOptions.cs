using System.Collections.Immutable;
using Orleans.Mmu.Arm.BreakBeforeMake;

namespace Orleans.Mmu.Verdicts.Checks;

/// <summary>Options of a check.</summary>
public sealed record CheckOptions
{
    /// <summary>Number of CPUs of the machine, including the boot CPU.</summary>
    public int Cpus { get; init; } = 3;

    /// <summary>Whether to prove the protocol for every number of CPUs.</summary>
    public bool AnyCpus { get; init; }

    /// <summary>
    /// Whether entries whose descriptors memory no longer holds are violations even if they translate the same.
    /// </summary>
    public bool Strict { get; init; }

    public bool Symmetry { get; init; } = true;

    /// <summary>Threads of the explorer; null for one per processor.</summary>
    public int? Workers { get; init; }

    /// <summary>Memory limit of the explorer in bytes; null for its default.</summary>
    public long? MemoryLimit { get; init; }

    /// <summary>Ends the check, undecided where nothing was found by then.</summary>
    public CancellationToken TimeIsOver { get; init; }

    /// <summary>Whether swapper_pg_dir carries CnP, as Linux sets it where every CPU has FEAT_TTCNP.</summary>
    public bool Cnp { get; init; } = true;

    /// <summary>
    /// Whether every CPU has erratum 4118414: a TLBI and its DSB may complete before another CPU has performed an
    /// access through an entry that the TLBI removes.
    /// </summary>
    public bool RepeatsTlbi { get; init; }

    /// <summary>BBM levels that replace the protocol's own.</summary>
    public ImmutableArray<BbmLevel>? Levels { get; init; }
}
