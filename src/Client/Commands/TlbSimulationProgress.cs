using System.Globalization;
using Orleans.Mmu.Interfaces.Reports;

namespace Orleans.Mmu.Client.Commands;

/// <summary>Keeps the progress of a replay for the progress display.</summary>
internal sealed class TlbSimulationProgress(string verb, string trace) : IProgress<long>
{
    private long _instructions;

    // Before the first report, nothing is replayed, and a verb without a trace replays nothing at all.
    private string Count => Volatile.Read(ref _instructions) is var count and > 0
        ? string.Create(CultureInfo.InvariantCulture, $": {count / 1e6:N1} million instructions") : "";

    public void Report(long value) => Volatile.Write(ref _instructions, value);

    public Task<BootProgress> AskAsync() => Task.FromResult(new BootProgress(
        $"{verb} {trace}{Count}", 0, 0));
}
