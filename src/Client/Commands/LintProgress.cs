using System.Globalization;
using Orleans.Mmu.Interfaces.Reports;

namespace Orleans.Mmu.Client.Commands;

/// <summary>Keeps the number of events read for the progress display.</summary>
internal sealed class LintProgress(string file) : IProgress<long>
{
    private long _events;

    public void Report(long value) => Volatile.Write(ref _events, value);

    public Task<BootProgress> AskAsync() =>
        Task.FromResult(
            new BootProgress(
                string.Create(CultureInfo.InvariantCulture, $"lint {file}: {Volatile.Read(ref _events):N0} events"), 0,
                0));
}
