namespace Orleans.Mmu.Linux.Costs;

/// <summary>
/// A time on the clock of a simulated machine, or a span of it. It follows from what the machine did and has nothing to
/// do with the time that the simulation took.
/// </summary>
/// <param name="Picoseconds">Whole picoseconds, so that sums are exact and the same on every host.</param>
public readonly record struct ModelTime(long Picoseconds)
{
    private const double PerSecond = 1e12;
    private const long PerMicrosecond = 1_000_000;

    public double Seconds => Picoseconds / PerSecond;

    /// <summary>Rounded to the nearest whole number.</summary>
    public long Microseconds => (Picoseconds + PerMicrosecond / 2) / PerMicrosecond;

    /// <param name="seconds">0 or more.</param>
    public static ModelTime OfSeconds(double seconds) => new((long)Math.Round(seconds * PerSecond));

    public static ModelTime operator +(ModelTime a, ModelTime b) => new(a.Picoseconds + b.Picoseconds);

    public static ModelTime operator -(ModelTime a, ModelTime b) => new(a.Picoseconds - b.Picoseconds);
}
