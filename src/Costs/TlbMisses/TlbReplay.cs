using System.Collections.Immutable;
using Orleans.Mmu.Costs.MemoryTraces;

namespace Orleans.Mmu.Costs.TlbMisses;

/// <summary>
/// Replays a trace through configurations of TLBs: the trace is decoded once, whatever their number, and decoding goes on
/// while configurations count. Memory is that of the configurations and two batches.
/// </summary>
public static class TlbReplay
{
    /// <summary>The most configurations at once.</summary>
    public const int MaxConfigurations = 4096;

    /// <summary>Replays a trace on this machine's processors.</summary>
    /// <param name="configurations">At least one.</param>
    /// <returns>The counts of each configuration in their order; where the trace broke off, what was counted before.</returns>
    public static TlbReplayResult Run(
        TraceSource trace, IReadOnlyList<TlbConfiguration> configurations, TlbReplayOptions options, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var shape = IntakeShape.Of(configurations);
        var counter = new MissCounter(configurations, shape, options.Workers);
        var taken = TakeIn(trace, shape, options, events => Task.Run(() => counter.Hear(events), CancellationToken.None), progress, cancellationToken);
        return new(trace.Name, taken, counter.Counts);
    }

    /// <summary>Decodes a trace and passes on what configurations must hear of.</summary>
    /// <param name="hear">Takes a batch; the next one comes when it is done.</param>
    public static TakenTrace TakeIn(
        TraceSource trace, IntakeShape shape, TlbReplayOptions options, Func<ReadOnlyMemory<ulong>, Task> hear, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var pipeline = new BatchPipeline(hear);
        TraceIntake? intake = null;
        intake = new TraceIntake(shape, options.WarmUpInstructions, (events, count) =>
        {
            progress?.Report((long)intake!.Instructions);
            return pipeline.Take(events, count);
        });
        string? error = null;
        try
        {
            MemoryTrace.Read(trace.File, trace.Stream, options.Format, new TraceIntake.Sink(intake), cancellationToken);
        }
        catch (TraceException e)
        {
            error = e.Message;
        }

        ulong all = intake.Instructions;
        if (!intake.End())
            error ??= $"{trace.File}: expected more than the {options.WarmUpInstructions} instructions to warm up with, found {all}";
        pipeline.Finish();
        return new((long)intake.Instructions, (long)(intake.Instructions - intake.UserInstructions), error);
    }
}

/// <summary>A trace's bytes, not compressed.</summary>
/// <param name="Name">What results call it.</param>
/// <param name="File">What errors call it.</param>
public readonly record struct TraceSource(string Name, string File, Stream Stream);

/// <summary>How a trace is replayed.</summary>
/// <param name="Format">Its format; null to tell from its first bytes.</param>
/// <param name="WarmUpInstructions">Instructions that are replayed before counting begins.</param>
/// <param name="Workers">Threads that count, beside the one that decodes; 0 for as many as there are processors.</param>
public sealed record TlbReplayOptions(MemoryTraceFormat? Format = null, ulong WarmUpInstructions = 0, int Workers = 0);

/// <summary>What all configurations have in common of a replay.</summary>
/// <param name="Instructions">Instructions that were counted.</param>
/// <param name="KernelInstructions">Those of them that are not user space's.</param>
/// <param name="Error">What is wrong with the trace, in one line; null where all of it was read.</param>
public sealed record TakenTrace(long Instructions, long KernelInstructions, string? Error);

/// <summary>What a trace did in every configuration.</summary>
/// <param name="Trace">Its name.</param>
/// <param name="Counts">In the order of the configurations.</param>
public sealed record TlbReplayResult(string Trace, TakenTrace Taken, ImmutableArray<MissCounts> Counts)
{
    /// <inheritdoc cref="TakenTrace.Instructions"/>
    public long Instructions => Taken.Instructions;

    /// <inheritdoc cref="TakenTrace.KernelInstructions"/>
    public long KernelInstructions => Taken.KernelInstructions;

    /// <inheritdoc cref="TakenTrace.Error"/>
    public string? Error => Taken.Error;
}
