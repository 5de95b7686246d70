using System.Runtime.InteropServices;

namespace Orleans.Mmu.Checking.References;

/// <summary>
/// A state of a reference system: sixteen bits for each of up to eight CPUs. Flags and counters of the original model
/// are functions of the CPUs' program counters and need no bits.
/// </summary>
/// <param name="Low">CPUs 0 to 3.</param>
/// <param name="High">CPUs 4 to 7.</param>
internal readonly record struct ReferenceState(ulong Low, ulong High)
{
    /// <summary>The bits of a CPU.</summary>
    public ReferenceCpu this[int cpu] => new((ushort)((cpu < 4 ? Low : High) >> (cpu & 3) * 16));

    /// <summary>Whether some CPU has a TLBI that is not complete.</summary>
    public bool HasTlbi => ((Low | High) & (ReferenceCpu.TlbiBit * 0x0001_0001_0001_0001UL)) != 0;

    /// <param name="cpus">The bits of eight CPUs.</param>
    public static ReferenceState Of(ReadOnlySpan<ushort> cpus)
    {
        var words = MemoryMarshal.Cast<ushort, ulong>(cpus);
        return new(words[0], words[1]);
    }

    public ReferenceState With(int cpu, ReferenceCpu value)
    {
        int shift = (cpu & 3) * 16;
        ulong mask = 0xffffUL << shift;
        ulong bits = (ulong)value.Bits << shift;
        return cpu < 4 ? this with { Low = (Low & ~mask) | bits } : this with { High = (High & ~mask) | bits };
    }
}

/// <summary>
/// One CPU: bits 0 to 4 its TLB (a block, four pages), 5 to 7 a walk in flight, 8 whether TTBR1 holds the live map, 9 a
/// TLBI that is not complete, 10 to 12 its program counter.
/// </summary>
internal readonly record struct ReferenceCpu(ushort Bits)
{
    private const int LiveBit = 1 << 8;
    internal const int TlbiBit = 1 << 9;

    /// <summary>A CPU's initial state: nothing cached, on the live map.</summary>
    public static ReferenceCpu Initial => new(LiveBit);

    public int Tlb => Bits & 31;

    /// <summary>0, or 1 + the entry that a walk has read and not yet cached.</summary>
    public int Walk => Bits >> 5 & 7;

    public bool SeesMap => (Bits & LiveBit) != 0;

    public bool HasTlbi => (Bits & TlbiBit) != 0;

    public int Counter => Bits >> 10;

    public ReferenceCpu WithTlb(int tlb) => new((ushort)((Bits & ~31) | tlb));

    public ReferenceCpu WithWalk(int walk) => new((ushort)((Bits & ~(7 << 5)) | walk << 5));

    public ReferenceCpu Sees(bool map) => new((ushort)(map ? Bits | LiveBit : Bits & ~LiveBit));

    public ReferenceCpu WithTlbi() => new((ushort)(Bits | TlbiBit));

    /// <summary>The CPU without cached entries and without walks in flight.</summary>
    public ReferenceCpu Flushed() => new((ushort)(Bits & ~255));

    public ReferenceCpu AfterTlbi() => new((ushort)(Bits & ~(255 | TlbiBit)));

    public ReferenceCpu Next() => At(Counter + 1);

    public ReferenceCpu At(int counter) => new((ushort)((Bits & 0x3ff) | counter << 10));
}
