using System.Globalization;
using Orleans.Mmu.Exploration.Search;
using Orleans.Mmu.Interfaces.Reports;

namespace Orleans.Mmu.Client.Commands;

/// <summary>Keeps the last progress report of an exploration for the progress display.</summary>
internal sealed class CheckProgress(string name) : IProgress<ExplorationProgress>, IProgress<(int Done, int All)>
{
    private readonly Lock _counting = new();
    private long _states;
    private volatile BootProgress _last = new(name, 0, 0);

    /// <summary>The states that were known at the last report.</summary>
    public long States => Interlocked.Read(ref _states);

    public void Report(ExplorationProgress value)
    {
        Interlocked.Exchange(ref _states, value.States);
        _last = new(string.Create(CultureInfo.InvariantCulture,
            $"{name}: {value.States:N0} states, frontier {value.Frontier:N0}, depth {value.Depth}, " +
            $"{value.StatesPerSecond:N0} states a second, {value.MemoryBytes >> 20:N0} MiB"), 0, 0);
    }

    // Workers report in any order; the count never goes back.
    public void Report((int Done, int All) value)
    {
        lock (_counting)
        {
            if (value.Done > _last.Done)
                _last = new(name, value.Done, value.All);
        }
    }

    public Task<BootProgress> AskAsync() => Task.FromResult(_last);
}
