using System.Collections.Immutable;

namespace Orleans.Mmu.Interfaces.Cpus;

/// <summary>
/// Passes a fan-out on to the CPUs of a machine that live in one silo, so that one message and one answer travel
/// between two silos instead of one for each CPU. It holds nothing. The key is that of one of the CPUs,
/// "machine/number", since that places it beside them.
/// </summary>
[GrainInterfaceType("mmu.ICpuRelayGrain"), Alias("mmu.ICpuRelayGrain")]
public interface ICpuRelayGrain : IGrainWithStringKey
{
    /// <summary>Comes into being, so that a stop does not wait for that.</summary>
    [Alias("Prepare")]
    Task Prepare(CancellationToken cancellationToken);

    /// <summary><see cref="ICpuGrain.Perform"/> of each CPU, once.</summary>
    /// <returns>The answers that came in time. The caller asks a CPU that has none by itself.</returns>
    [Alias("PerformAll")]
    Task<ImmutableArray<CpuAnswer>> PerformAll(
        PhaseCommand command, ImmutableArray<int> cpus, CancellationToken cancellationToken);

    /// <summary><see cref="ICpuGrain.Invalidate"/> of each CPU, once.</summary>
    /// <returns>The CPUs on which it completed in time.</returns>
    [Alias("InvalidateAll")]
    Task<ImmutableArray<int>> InvalidateAll(
        TlbiMessage message, ImmutableArray<int> cpus, CancellationToken cancellationToken);
}
