using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Orleans.Mmu.Exploration.Search;

/// <summary>Loads of memory that will be read soon.</summary>
internal static class CacheLine
{
    /// <summary>
    /// Begins to load the cache line of a value and does not wait for it. It is a hint: where the processor offers
    /// none, nothing is done, and the value is loaded when it is read.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Prefetch<T>(ref T value)
    {
        // The garbage collector may move the value meanwhile: then another line is loaded, which does no harm.
        if (Sse.IsSupported)
            Sse.Prefetch0(Unsafe.AsPointer(ref value));
    }
}
