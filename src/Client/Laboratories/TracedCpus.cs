using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Files;
using Orleans.Mmu.Costs.TlbMisses;

namespace Orleans.Mmu.Client.Laboratories;

/// <summary>
/// Configurations spread over a cluster's CPU grains: those that share LRU stacks go to one grain. This process decodes
/// the trace, and every grain receives the same events. If a grain is lost with its counts, the others hear the trace
/// to its end; then the trace is read again for new grains with the configurations that were lost.
/// </summary>
internal sealed class TracedCpus(
    ILaboratory laboratory, IReadOnlyList<TlbConfiguration> configurations, CancellationToken cancellationToken)
{
    // Readings in a row in which no configuration is counted to the end.
    private const int MaxVainReadings = 8;

    private readonly MissCounts?[] _counts = new MissCounts?[configurations.Count];
    private readonly IntakeShape _shape = IntakeShape.Of(configurations);

    /// <summary>Replays a trace on a cluster.</summary>
    /// <param name="path">The trace's file.</param>
    /// <exception cref="TryAgainException">
    /// A silo was lost and the trace cannot be read again, or silos are lost again and again, or no gateway answers.
    /// </exception>
    /// <exception cref="UsageException">A silo refuses the configurations.</exception>
    public async Task<TlbSimulationResult> ReplayAsync(
        string path, TlbSimulationOptions options, IProgress<long> progress)
    {
        var shares = MissCounter.Shares(configurations).ToList();
        int vain = 0;
        while (true)
        {
            int before = shares.Count;
            var (taken, canReadAgain, lost) = await ReadAsync(path, shares, options, progress);
            shares = lost;
            if (taken is not null && shares.Count == 0)
                return new(MemoryTraceFile.NameOf(path), taken, [.. _counts.Select(c => c!)]);
            if (!canReadAgain)
                throw new TryAgainException(
                    "a silo was lost while it counted, and its counts with it; the trace is from a pipe and cannot be "
                    + "read again (run the command again)");
            vain = shares.Count < before ? 0 : vain + 1;
            if (vain == MaxVainReadings)
                throw new TryAgainException("silos are lost faster than the trace is read (run the command again)");
            if (vain > 0)
                await laboratory.ReconnectAsync(cancellationToken);
        }
    }

    // Null for what was taken in if all grains are lost, so that the rest of the trace is not worth reading.
    private async Task<(IngestedTrace? Taken, bool CanReadAgain, List<int[]> Lost)> ReadAsync(
        string path, List<int[]> shares, TlbSimulationOptions options, IProgress<long> progress)
    {
        var reading = new TraceReading(laboratory, _shape, configurations, shares, cancellationToken);
        try
        {
            await reading.BeginAsync();
            var (taken, canReadAgain) = MemoryTraceFile.Read(path, (stream, again) => (Take(stream), again));
            return (taken, canReadAgain, taken is null ? shares : await reading.CountAsync(_counts));
        }
        finally
        {
            await reading.ForgetAsync();
        }

        IngestedTrace? Take(Stream stream)
        {
            try
            {
                return TlbSimulation.TakeIn(
                    new(MemoryTraceFile.NameOf(path), MemoryTraceFile.ErrorNameOf(path), stream), _shape, options,
                    reading.HearAsync, progress, cancellationToken);
            }
            catch (AllLostException)
            {
                return null;
            }
        }
    }
}
