namespace Orleans.Mmu.Distribution;

/// <summary>The life of what a grain holds for one command alone, in memory only.</summary>
internal static class HeldStates
{
    /// <summary>
    /// After so many minutes without a call the command has ended and did not say so. It is longer than for machines,
    /// because what is lost cannot be read again: a client may be busy for long between two calls.
    /// </summary>
    public const int MinutesIdle = 5;
}
