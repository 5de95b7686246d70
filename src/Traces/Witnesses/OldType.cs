using Orleans.Mmu.Arm.TlbEntries;

namespace Orleans.Mmu.Traces.Witnesses;

/// <summary>An entry of one memory type, and one that a walk makes with another type, by two values of MAIR.</summary>
/// <param name="Held">The one that was there.</param>
/// <param name="Added">The one that the walk makes.</param>
/// <param name="Before">MAIR when the older one was made; null where it is not known.</param>
/// <param name="After">MAIR now.</param>
/// <param name="IsBeforeIsb">No ISB has followed the write, so that the CPU may use either value.</param>
internal readonly record struct OldType(TlbEntry Held, TlbEntry Added, ulong? Before, ulong After, bool IsBeforeIsb);
