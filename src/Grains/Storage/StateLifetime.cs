namespace Orleans.Mmu.Grains.Storage;

/// <summary>How long storage keeps the state of a grain.</summary>
/// <param name="Length">The time from the last write on; null for as long as the silo lives.</param>
public sealed record StateLifetime(TimeSpan? Length)
{
    /// <summary>Whether a state that was last written at one moment is gone at another.</summary>
    public bool IsOver(DateTimeOffset written, DateTimeOffset now) => Length is { } length && now - written > length;
}
