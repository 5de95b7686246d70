namespace Orleans.Mmu.Interfaces.Calls;

/// <summary>
/// Waits between rounds of calls to grains that are nowhere: short at first, then longer, up to a limit.
/// </summary>
/// <param name="first">The first wait; each later one is twice as long.</param>
/// <param name="longest">No wait is longer.</param>
/// <param name="limit">After this time no further round is worth its calls.</param>
public sealed class NowhereWait(TimeSpan first, TimeSpan longest, TimeSpan limit, TimeProvider time)
{
    private readonly long _began = time.GetTimestamp();
    private TimeSpan _next = first;

    /// <summary>The limit has passed.</summary>
    public bool IsOver => time.GetElapsedTime(_began) >= limit;

    /// <summary>Waits before the next round.</summary>
    public async Task Next()
    {
        await Task.Delay(_next, time);
        _next = _next * 2 < longest ? _next * 2 : longest;
    }
}
