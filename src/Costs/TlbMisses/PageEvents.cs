using System.Runtime.CompilerServices;

namespace Orleans.Mmu.Costs.TlbMisses;

/// <summary>
/// The events that every configuration needs: a page that was not among its CPU's most recent ones took another page's
/// slot. One word each: page in bits 63 to 12, CPU in 11 to 6, data or instruction in bit 5, slot in 4 to 0.
/// </summary>
internal static class PageEvents
{
    /// <summary>Resets the counts: everything before was warm-up.</summary>
    public const ulong WarmedUp = 0x1f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(ulong page, int cpu, bool isData, int slot) =>
        (page << 12) | ((uint)cpu << 6) | (isData ? 32u : 0u) | (uint)slot;

    public static ulong Page(ulong word) => word >> 12;

    public static int Cpu(ulong word) => (int)(word >> 6) & 63;

    public static bool IsData(ulong word) => (word & 32) != 0;

    public static int Slot(ulong word) => (int)word & 31;
}
