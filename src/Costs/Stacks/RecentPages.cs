using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Orleans.Mmu.Costs.Stacks;

/// <summary>
/// The most recently used pages of a CPU. Every TLB with at least that many entries holds them, whatever its entry
/// sizes, so most accesses end here. A look-up is one comparison if the guess by the page's number is right, and a
/// search through all slots if another page with the same guess was used in between.
/// </summary>
internal sealed class RecentPages
{
    /// <summary>The maximum number of slots.</summary>
    public const int MaxSlots = 16;

    private const int GuessBits = 10;

    private readonly byte[] _guess = new byte[1 << GuessBits];
    private readonly ulong[] _pages = new ulong[MaxSlots];
    private readonly long[] _used = new long[MaxSlots];
    private readonly int _slots;
    private long _now;

    public RecentPages(int slots)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(slots);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(slots, MaxSlots);
        _slots = slots;
        // Page numbers have 52 bits, so no page has this number.
        Array.Fill(_pages, ulong.MaxValue);
    }

    /// <summary>Uses a page.</summary>
    /// <param name="page">Address / 4 KB.</param>
    /// <returns>−1 if the page was present, else the slot that it took from the least recently used page.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Use(ulong page)
    {
        int slot = Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_guess), (nint)Guess(page));
        if (Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_pages), slot) != page)
            return Search(page);
        Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_used), slot) = ++_now;
        return -1;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int Search(ulong page)
    {
        int found = _pages.AsSpan().IndexOf(page);
        int slot = found < 0 ? Oldest() : found;
        _pages[slot] = page;
        _used[slot] = ++_now;
        _guess[Guess(page)] = (byte)slot;
        return found < 0 ? slot : -1;
    }

    // Fibonacci hashing: pages that a program uses together often have the same low bits.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Guess(ulong page) => page * 0x9e37_79b9_7f4a_7c15 >> (64 - GuessBits);

    private int Oldest()
    {
        int oldest = 0;
        for (int i = 1; i < _slots; i++)
            oldest = _used[i] < _used[oldest] ? i : oldest;
        return oldest;
    }
}
