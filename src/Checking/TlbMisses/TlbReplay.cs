namespace Orleans.Mmu.Checking;

/// <summary>
/// Replays a trace through configurations of TLBs: the trace is decoded once, whatever their number, and decoding goes on
/// while configurations count. Memory is that of the configurations and a few batches.
/// </summary>
public static class TlbReplay
{
    /// <summary>The most configurations at once.</summary>
    public const int MaxConfigurations = 4096;

    /// <summary>Replays a trace.</summary>
    /// <param name="file">Its name, for errors.</param>
    /// <param name="stream">Its bytes, not compressed.</param>
    /// <param name="configurations">At least one.</param>
    /// <param name="options">How much is left out, and how many threads work.</param>
    /// <returns>The counts of each configuration in their order; where the trace broke off, what was counted before.</returns>
    public static TlbReplayResult Run(
        string file, Stream stream, IReadOnlyList<TlbConfiguration> configurations, TlbReplayOptions options, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var shape = IntakeShape.Of(configurations);
        MissGroup[] groups = [.. MissGroup.Of(configurations, shape)];
        using var crew = new MissCrew(groups, options.Workers);
        TraceIntake? intake = null;
        intake = new TraceIntake(shape, options.WarmUpInstructions, (events, count) =>
        {
            progress?.Report((long)intake!.Instructions);
            return crew.Take(events, count);
        });
        string? error = null;
        try
        {
            MemoryTrace.Read(file, stream, options.Format, new TraceIntake.Sink(intake), cancellationToken);
        }
        catch (TraceException e)
        {
            error = e.Message;
        }

        intake.End();
        crew.Finish();
        var counts = new MissCounts[configurations.Count];
        foreach (var group in groups)
            group.Report(counts);
        return new(file, (long)intake.Instructions, (long)(intake.Instructions - intake.UserInstructions), [.. counts], error);
    }
}

/// <summary>How a trace is replayed.</summary>
/// <param name="Format">Its format; null to tell from its first bytes.</param>
/// <param name="WarmUpInstructions">Instructions that are replayed before counting begins.</param>
/// <param name="Workers">Threads that count, beside the one that decodes; 0 for as many as there are processors.</param>
public sealed record TlbReplayOptions(MemoryTraceFormat? Format = null, ulong WarmUpInstructions = 0, int Workers = 0);

/// <summary>What a trace did in every configuration.</summary>
/// <param name="Trace">Its name.</param>
/// <param name="Instructions">Instructions that were counted.</param>
/// <param name="KernelInstructions">Those of them that are not user space's.</param>
/// <param name="Counts">In the order of the configurations.</param>
/// <param name="Error">What is wrong with the trace, in one line; null where all of it was read.</param>
public sealed record TlbReplayResult(
    string Trace, long Instructions, long KernelInstructions, System.Collections.Immutable.ImmutableArray<MissCounts> Counts, string? Error);
