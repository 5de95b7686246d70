namespace Orleans.Mmu.Interfaces.Calls;

/// <summary>
/// The activation that was called has been replaced by another, which has written more than this one has read. A call
/// that can be repeated finds the other one.
/// </summary>
[GenerateSerializer, Alias("mmu.OvertakenException")]
public sealed class OvertakenException(string message) : Exception(message);
