using System.Collections.Immutable;
using Orleans.Mmu.Arm.BreakBeforeMake;

namespace Orleans.Mmu.Verdicts.Checks;

/// <summary>How a protocol is to be checked.</summary>
public sealed record CheckOptions
{
    /// <summary>CPUs of the machine, the boot CPU among them.</summary>
    public int Cpus { get; init; } = 3;

    /// <summary>Prove it for every number of CPUs.</summary>
    public bool AnyCpus { get; init; }

    /// <summary>Entries that memory no longer says count as violations, even where they translate the same.</summary>
    public bool Strict { get; init; }

    public bool Symmetry { get; init; } = true;

    /// <summary>Threads of the explorer; null for as many as there are.</summary>
    public int? Workers { get; init; }

    /// <summary>Bytes that the explorer may take; null for its own limit.</summary>
    public long? MemoryLimit { get; init; }

    /// <summary>swapper_pg_dir carries CnP, as Linux sets it where every CPU has FEAT_TTCNP.</summary>
    public bool Cnp { get; init; } = true;

    /// <summary>Levels in place of the protocol's own.</summary>
    public ImmutableArray<BbmLevel>? Levels { get; init; }
}
