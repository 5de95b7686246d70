using System.Collections.Immutable;
using Orleans.Mmu.Costs.MemoryTraces;

namespace Orleans.Mmu.Costs.TlbMisses;

/// <summary>
/// Replays a trace through configurations of TLBs. The trace is decoded once, whatever their number, and decoding
/// continues while configurations count. Memory is that of the configurations and two batches.
/// </summary>
public static class TlbSimulation
{
    /// <summary>The maximum number of configurations.</summary>
    public const int MaxConfigurations = 4096;

    /// <summary>Replays a trace on this machine's processors.</summary>
    /// <param name="configurations">At least one.</param>
    /// <returns>
    /// The counts of each configuration in their order; for a trace that is truncated or malformed, the counts before
    /// that point.
    /// </returns>
    public static TlbSimulationResult Run(
        MemoryTraceSource trace, IReadOnlyList<TlbConfiguration> configurations, TlbSimulationOptions options,
        IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var shape = IntakeShape.Of(configurations);
        var counter = new MissCounter(configurations, shape, options.Workers);
        var taken = TakeIn(
            trace, shape, options, events => Task.Run(() => counter.Hear(events), CancellationToken.None), progress,
            cancellationToken);
        return new(trace.Name, taken, counter.Counts);
    }

    /// <summary>Decodes a trace and passes on the events that configurations need.</summary>
    /// <param name="hear">Receives a batch; the next one follows when its task completes.</param>
    public static IngestedTrace TakeIn(
        MemoryTraceSource trace, IntakeShape shape, TlbSimulationOptions options, Func<ReadOnlyMemory<ulong>,
            Task> hear,
        IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var pipeline = new BatchPipeline(hear);
        MemoryTraceIntake? intake = null;
        intake = new MemoryTraceIntake(shape, options.WarmUpInstructions, (events, count) =>
        {
            progress?.Report((long)intake!.Instructions);
            return pipeline.Take(events, count);
        });
        string? error = null;
        try
        {
            MemoryTrace.Read(trace.File, trace.Stream, options.Format, new MemoryTraceIntake.Sink(
                intake), cancellationToken);
        }
        catch (MemoryTraceException e)
        {
            error = e.Message;
        }

        ulong all = intake.Instructions;
        if (!intake.End())
            error ??= $"{trace.File}: expected more than the {options.WarmUpInstructions} instructions to warm up " +
                $"with, found {all}";
        pipeline.Finish();
        return new((long)intake.Instructions, (long)(intake.Instructions - intake.UserInstructions), error);
    }
}

/// <summary>The bytes of a trace, not compressed.</summary>
/// <param name="Name">Its name in results.</param>
/// <param name="File">Its name in errors.</param>
public readonly record struct MemoryTraceSource(string Name, string File, Stream Stream);

/// <summary>Options of a replay.</summary>
/// <param name="Format">The trace's format; null to detect it from the first bytes.</param>
/// <param name="WarmUpInstructions">Instructions that are replayed before counting begins.</param>
/// <param name="Workers">Threads that count, besides the one that decodes; 0 for one per processor.</param>
public sealed record TlbSimulationOptions(
    MemoryTraceFormat? Format = null, ulong WarmUpInstructions = 0, int Workers = 0);

/// <summary>The part of a result that is the same for all configurations.</summary>
/// <param name="Instructions">Instructions that were counted.</param>
/// <param name="KernelInstructions">The kernel's instructions among them.</param>
/// <param name="Error">The error in the trace, in one line; null if all of it was read.</param>
public sealed record IngestedTrace(long Instructions, long KernelInstructions, string? Error);

/// <summary>The result of a replay.</summary>
/// <param name="Trace">The trace's name.</param>
/// <param name="Counts">In the order of the configurations.</param>
public sealed record TlbSimulationResult(string Trace, IngestedTrace Taken, ImmutableArray<MissCounts> Counts)
{
    /// <inheritdoc cref="IngestedTrace.Instructions"/>
    public long Instructions => Taken.Instructions;

    /// <inheritdoc cref="IngestedTrace.KernelInstructions"/>
    public long KernelInstructions => Taken.KernelInstructions;

    /// <inheritdoc cref="IngestedTrace.Error"/>
    public string? Error => Taken.Error;
}
