namespace Orleans.Mmu.Grains.Admission;

/// <summary>
/// Gives memory back to the operating system once the silo has had no work for a while. An idle process does not
/// collect, so without this it would keep what its last machines needed for as long as it stays idle.
/// </summary>
internal sealed class IdleSilo(IProcessHeap heap, TimeProvider time) : IDisposable
{
    /// <summary>
    /// How long nothing may boot, be explored or be replayed before memory is given back: the grains of a machine
    /// leave after two minutes, and what they held can be collected then.
    /// </summary>
    public static readonly TimeSpan Wait = TimeSpan.FromMinutes(3);

    private readonly ITimer _timer =
        time.CreateTimer(_ => heap.Trim(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>The last work has ended.</summary>
    public void Begin() => _timer.Change(Wait, Timeout.InfiniteTimeSpan);

    /// <summary>There is work.</summary>
    public void End() => _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public void Dispose() => _timer.Dispose();
}
