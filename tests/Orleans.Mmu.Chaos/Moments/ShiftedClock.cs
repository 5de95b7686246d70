namespace Orleans.Mmu.Chaos.Moments;

/// <summary>The system's clock, set forward or back; stopwatches and timers go on evenly.</summary>
internal sealed class ShiftedClock : TimeProvider
{
    private long _ticks;

    /// <summary>Sets the clock from where it is.</summary>
    public void Set(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref _ticks));
}
