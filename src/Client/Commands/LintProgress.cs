using Orleans.Mmu.Inputs;
using Orleans.Mmu.Interfaces.Reports;

namespace Orleans.Mmu.Client.Commands;

/// <summary>Keeps the number of events read for the progress display.</summary>
internal sealed class LintProgress(string file) : IProgress<long>
{
    private long _events;

    // Before the first report there is nothing to count, as in a trace that begins with a long comment.
    private string Count => Volatile.Read(ref _events) is var count and > 0 ? $": {Counted.Of(count, "event")}" : "";

    public void Report(long value) => Volatile.Write(ref _events, value);

    public Task<BootProgress> AskAsync() => Task.FromResult(new BootProgress($"lint {file}{Count}", 0, 0));
}
