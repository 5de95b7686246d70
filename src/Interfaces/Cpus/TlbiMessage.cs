using System.Collections.Immutable;
using Orleans.Mmu.Arm.Invalidation;

namespace Orleans.Mmu.Interfaces.Cpus;

/// <summary>Broadcast TLBIs on their way to one CPU: those between two DSBs of their issuer, in order.</summary>
/// <param name="Epoch">The run that issued them.</param>
/// <param name="Ordinal">Counts the messages of a run.</param>
/// <param name="Version">What the DSB before them has made visible: no walk that begins later sees older tables. 0
/// where that is said elsewhere.</param>
[GenerateSerializer, Immutable, Alias("mmu.TlbiMessage")]
public sealed record TlbiMessage(
    [property: Id(0)] long Epoch,
    [property: Id(1)] long Ordinal,
    [property: Id(4)] ImmutableArray<TlbiOperation> Operations,
    [property: Id(3)] long Version = 0)
{
    /// <summary>The epoch of what is flushed outside any run of a protocol: later than all of them.</summary>
    public const long RunTimeEpoch = long.MaxValue;

    /// <summary>The ordinal of a flush that boot ends with: later than all of its epoch's run.</summary>
    public const long AfterRun = long.MaxValue;

    /// <summary>The ordinal of the flushes with which CPUs leave the rewrite to non-global leaves.</summary>
    public const long AfterRewrite = long.MaxValue - 1;
}
