using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Orleans.Mmu.Costs.AddressSpaces;

namespace Orleans.Mmu.Costs.MemoryTraces;

/// <summary>
/// Reads KTR1: after four bytes of magic, records of LEB128 varints. tag = kind | x &lt;&lt; 2; kind 0 an instruction
/// run, 1 and 2 data runs, each with a zigzag delta of the page number and a second varint that counts; 3 a switch to
/// CPU (x >> 1) &amp; 7.
/// </summary>
internal static class KtrReader
{
    /// <summary>The first bytes of a trace.</summary>
    public static ReadOnlySpan<byte> Magic => "KTR1"u8;

    // A run of this length on one page would take days; a longer one would make sums overflow.
    private const ulong LongestRun = 1UL << 48;
    private const int LongestNumber = 10;
    private const int LongestRecord = 2 * LongestNumber;

    // Beyond the end of any trace: marks a varint that could not be read.
    private const int NoNumber = int.MaxValue / 2;
    private const int Cpus = 8;

    // Optimized at once: one trace is one call, so tiered compilation would never replace it by better code.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Read<TSink>(MemoryTraceBuffer window, TSink sink, CancellationToken cancellationToken)
        where TSink : struct, IMemoryTraceSink
    {
        if (!window.Bytes.StartsWith(Magic))
            throw window.Error(0, "expected KTR1");
        Span<ulong> all = stackalloc ulong[2 * Cpus];
        all.Clear();
        ref ulong pages = ref MemoryMarshal.GetReference(all);
        int cpu = 0;
        int at = Magic.Length;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // Every read stays within the window and its slack, so no read needs a bounds check of its own.
            ref byte bytes = ref MemoryMarshal.GetReference(window.WithSlack);
            int length = window.Bytes.Length;
            int stop = length - (window.IsLast ? 0 : LongestRecord);
            while (at < stop)
            {
                int next = at;
                ulong tag = Varint(ref bytes, ref next);
                ulong x = tag >> 2;
                if ((tag & 3) == 3)
                {
                    if (next > length)
                        throw Broken(window, at, next);
                    sink.Cpu(cpu = (int)(x >> 1) & (Cpus - 1));
                    at = next;
                    continue;
                }

                if (next >= length)
                    throw Broken(window, at, next);
                ulong count = Varint(ref bytes, ref next);
                if (next > length)
                    throw Broken(window, at, next);
                if (count > LongestRun)
                    throw window.Error(
                        at, $"expected a run of at most {LongestRun} instructions or accesses, found {count}");
                bool isData = (tag & 3) != 0;
                ref ulong page = ref Unsafe.Add(ref pages, 2 * cpu + (isData ? 1 : 0));
                page += (x >> 1) ^ (0 - (x & 1));
                ulong number = page & TracedKernel.PageMask;
                if (!(isData ? sink.Data(number) : sink.Instructions(number, count)))
                    throw window.Untranslated(at, number);
                at = next;
            }

            if (window.IsLast)
                return;
            window.Advance(at);
            at = 0;
        }
    }

    // Branches on the length: the CPU predicts them and continues, whereas a computed length would stall it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Varint(ref byte bytes, ref int at)
    {
        ulong word = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref bytes, at));
        if ((word & 0x80) == 0)
        {
            at++;
            return word & 0x7f;
        }

        if ((word & 0x8000) == 0)
        {
            at += 2;
            return (word & 0x7f) | (word >> 1 & 0x3f80);
        }

        return Longer(word, ref bytes, ref at);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Longer(ulong word, ref byte bytes, ref int at)
    {
        ulong ends = ~word & 0x8080_8080_8080_8080;
        // A jump between two regions takes a six-byte delta and is as frequent as a step to a neighbouring page.
        if (Bmi2.X64.IsSupported && (ends & 0xffff_ffff_ffff) == 0x8000_0000_0000)
        {
            at += 6;
            return Bmi2.X64.ParallelBitExtract(word, 0x7f7f_7f7f_7f7f);
        }

        if (!Bmi2.X64.IsSupported || ends == 0)
            return Long(ref bytes, ref at);
        at += (BitOperations.TrailingZeroCount(ends) + 1) >> 3;
        return Bmi2.X64.ParallelBitExtract(word, 0x7f7f_7f7f_7f7f_7f7f & (ends ^ (ends - 1)));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ulong Long(ref byte bytes, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte next = Unsafe.Add(ref bytes, at++);
            // Only one bit of the tenth byte belongs to the 64-bit value.
            if (shift == 63 && next > 1)
                break;
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return value;
        }

        at = NoNumber;
        return 0;
    }

    private static MemoryTraceException Broken(MemoryTraceBuffer window, int at, int next) =>
        window.Error(at, next >= NoNumber
        ? "expected a number of at most 64 bits, found a longer one"
        : "expected the rest of a record, found the end of the trace");
}
