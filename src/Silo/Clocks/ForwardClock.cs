namespace Orleans.Mmu.Silo.Clocks;

/// <summary>
/// A clock that never goes back. It shows what another shows, and where that is set back, it goes on from where it was
/// until the other has caught up. Orleans' collector of idle activations needs one: a silo whose clock is set back
/// could activate nothing more ("The earliest collection that can be scheduled from now ...").
/// </summary>
internal sealed class ForwardClock(TimeProvider inner) : TimeProvider
{
    private readonly Lock _lock = new();
    private DateTimeOffset _shown = DateTimeOffset.MinValue;
    private long _shownAt;

    public override TimeZoneInfo LocalTimeZone => inner.LocalTimeZone;

    public override long TimestampFrequency => inner.TimestampFrequency;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            long at = inner.GetTimestamp();
            var now = inner.GetUtcNow();
            var least = _shown == DateTimeOffset.MinValue ? now : _shown + inner.GetElapsedTime(_shownAt, at);
            (_shown, _shownAt) = (now > least ? now : least, at);
            return _shown;
        }
    }

    public override long GetTimestamp() => inner.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        inner.CreateTimer(callback, state, dueTime, period);
}
