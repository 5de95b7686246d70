namespace Orleans.Mmu.Interfaces.Reports;

/// <summary>How far a boot has come.</summary>
/// <param name="Activity">What it is doing, in a few words.</param>
/// <param name="Done">Units done of this activity.</param>
/// <param name="Total">All units of it; 0 where that is not known.</param>
[GenerateSerializer, Immutable, Alias("mmu.BootProgress")]
public sealed record BootProgress(
    [property: Id(0)] string Activity, [property: Id(1)] long Done, [property: Id(2)] long Total)
{
    /// <summary>
    /// Nothing is being done: no call has come yet, the work is over, or the activation that did it is lost.
    /// </summary>
    public static BootProgress Waiting { get; } = new("waiting", 0, 0);

    /// <summary>
    /// The run of a protocol that the boot is in; null outside of one, and from a silo of an earlier version.
    /// </summary>
    [Id(3)]
    public RunCourse? Run { get; init; }

    public bool IsWaiting => Activity == Waiting.Activity;
}
