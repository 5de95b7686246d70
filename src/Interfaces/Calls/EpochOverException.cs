namespace Orleans.Mmu.Interfaces.Calls;

/// <summary>
/// The epoch that a call was made for is over: a later one has taken the run up. This is an answer, and the same call
/// gets it again, so that it is not repeated: what the caller was doing goes on elsewhere.
/// </summary>
[GenerateSerializer, Alias("mmu.EpochOverException")]
public sealed class EpochOverException(string message) : Exception(message)
{
    /// <summary>The exception for a call of an epoch that is smaller than the newest one.</summary>
    public static EpochOverException Of(long epoch, long newest) =>
        new($"epoch {epoch} is over: epoch {newest} has taken the run up");
}
