namespace Orleans.Mmu.Distribution.TlbReplays;

/// <summary>
/// The TLBs of a CPU, in one or several configurations, that a trace is sent to; key: the replay's, then "/" and a
/// number. The counts live as long as the activation: they are lost with its silo, and the next batch is refused, since
/// those before it are not known.
/// </summary>
[GrainInterfaceType("mmu.ITracedCpuGrain"), Alias("mmu.ITracedCpuGrain")]
public interface ITracedCpuGrain : IGrainWithStringKey
{
    /// <summary>Takes up its configurations. A repeat changes nothing.</summary>
    /// <returns>What is wrong with them in one line; null for nothing.</returns>
    [Alias("Begin")]
    Task<string?> Begin(TracedCpuSetup setup, CancellationToken cancellationToken);

    /// <summary>Hears of a batch. A repeat changes nothing.</summary>
    /// <returns>False where what came before is not known here.</returns>
    /// <exception cref="Interfaces.Calls.RefusedException">
    /// The silo has no memory for the CPUs of the batch.
    /// </exception>
    [Alias("Hear")]
    Task<bool> Hear(TraceBatch batch, CancellationToken cancellationToken);

    /// <summary>Whether any counts are known here.</summary>
    [Alias("Holds"), AlwaysInterleave]
    Task<bool> Holds(CancellationToken cancellationToken);

    /// <summary>What was counted, in the order of the configurations.</summary>
    /// <param name="batches">How many batches there were.</param>
    /// <returns>Null where not all of them were heard here.</returns>
    [Alias("GetCounts")]
    Task<TracedCpuCounts?> GetCounts(long batches, CancellationToken cancellationToken);

    /// <summary>The replay is over: the counts may go.</summary>
    [Alias("Forget")]
    Task Forget(CancellationToken cancellationToken);
}
