using System.Globalization;
using Orleans.Mmu.Interfaces.Reports;

namespace Orleans.Mmu.Client.Commands;

/// <summary>Keeps the progress of a replay for the progress display.</summary>
internal sealed class TlbSimulationProgress(string verb, string trace) : IProgress<long>
{
    private long _instructions;

    public void Report(long value) => Volatile.Write(ref _instructions, value);

    public Task<BootProgress> AskAsync() => Task.FromResult(new BootProgress(
        string.Create(
            CultureInfo.InvariantCulture,
            $"{verb} {trace}: {Volatile.Read(ref _instructions) / 1e6:N1} million instructions"), 0, 0));
}
