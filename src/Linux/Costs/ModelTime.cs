namespace Orleans.Mmu.Linux.Costs;

/// <summary>
/// A time on the clock of a simulated machine, or a span of it. It follows from what the machine did and has nothing to
/// do with the time that the simulation took.
/// </summary>
/// <param name="Picoseconds">
/// Whole picoseconds, so that sums are exact and the same on every host. The clock stops after 53 days, before a whole
/// number of 64 bits ends.
/// </param>
public readonly record struct ModelTime(long Picoseconds)
{
    private const double PerSecond = 1e12;
    private const long PerMicrosecond = 1_000_000;

    private static ModelTime Last => new(1L << 62);

    public double Seconds => Picoseconds / PerSecond;

    /// <summary>Rounded to the nearest whole number.</summary>
    public long Microseconds =>
        Picoseconds / PerMicrosecond + (Picoseconds % PerMicrosecond >= PerMicrosecond / 2 ? 1 : 0);

    /// <param name="seconds">0 or more.</param>
    public static ModelTime OfSeconds(double seconds) =>
        new((long)Math.Min(Math.Round(seconds * PerSecond), Last.Picoseconds));

    public static ModelTime operator +(ModelTime a, ModelTime b) =>
        a.Picoseconds > Last.Picoseconds - b.Picoseconds ? Last : new(a.Picoseconds + b.Picoseconds);

    public static ModelTime operator -(ModelTime a, ModelTime b) => new(a.Picoseconds - b.Picoseconds);
}
