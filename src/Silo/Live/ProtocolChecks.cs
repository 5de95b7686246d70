using Orleans.Mmu.Checking.Checks;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Exploration.Search;
using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Interfaces.Clusters;
using Orleans.Mmu.Verdicts.Checks;

namespace Orleans.Mmu.Silo.Live;

/// <summary>
/// Checks that pages ask for, in this process: one at a time, each within a limit of time and memory.
/// </summary>
internal sealed class ProtocolChecks(TimeProvider time, IGrainFactory grains, IHostApplicationLifetime lifetime)
    : IDisposable
{
    /// <summary>How long a check may take; then it ends undecided.</summary>
    public const int Seconds = 20;

    private const long MostMemory = 512L << 20;

    private readonly SemaphoreSlim _place = new(1);

    /// <exception cref="RefusedException">Another check is being made.</exception>
    public async Task<CheckReport> CheckAsync(CheckedProtocol protocol, int cpus, CancellationToken cancellationToken)
    {
        if (!_place.Wait(0, CancellationToken.None))
            throw new RefusedException("another check is being made, and one is made at a time; try again soon");
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(Seconds), time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(
                cancellationToken, lifetime.ApplicationStopping);
            var options = new CheckOptions { Cpus = cpus, TimeIsOver = limit.Token, MemoryLimit = MostMemory };
            var stop = either.Token;
            var known = new KnownStates();
            await using var listed = ListedExploration.Begin(
                () => grains, protocol.Name, cpus, () => known.Number, time);
            var report = await Task.Run(
                () => new ProtocolCheck(protocol, options, stop) { Progress = known }.Run(), stop);
            listed.End(report);
            return report;
        }
        finally
        {
            _place.Release();
        }
    }

    public void Dispose() => _place.Dispose();

    private sealed class KnownStates : IProgress<ExplorationProgress>
    {
        private long _number;

        public long Number => Interlocked.Read(ref _number);

        public void Report(ExplorationProgress value) => Interlocked.Exchange(ref _number, value.States);
    }
}
