using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Orleans.Mmu.Costs.Stacks;

/// <summary>
/// The few pages that were used most recently: what every TLB of at least that many entries has, whatever sizes of page it
/// maps them with. Most accesses of a program end here; a look-up is one comparison where a guess by the page's number is
/// right, and a search through all where another page with the same guess came in between.
/// </summary>
public sealed class RecentPages
{
    /// <summary>The most slots.</summary>
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
        // A page number has 52 bits, so this is none.
        Array.Fill(_pages, ulong.MaxValue);
    }

    /// <summary>Uses a page.</summary>
    /// <param name="page">Its number: address / 4 KB.</param>
    /// <returns>−1 where it was here, else the slot that it took from the page used longest ago.</returns>
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

    // Fibonacci hashing: of pages that programs use together many have the same low bits.
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
