namespace Orleans.Mmu.Tests.Traces;

/// <summary>
/// A leaf at one place of a tree of EL2 or stage 2, and the trace that makes it. The address follows from the shape:
/// the root's entry is <paramref name="Entry"/>, and each table below has its fifth entry.
/// </summary>
internal sealed record ShapedLeaf(string Regime, int Tg0, int Shift, int Bits, int First, int Entry)
{
    public const ulong Root = 0x100_0000;
    public const ulong Output = 0x4000_0000;
    public const ulong Moved = 0x8000_0000;
    public const ulong E2h = 1UL << 34;
    public const ulong AddressMask = (1UL << 56) - 1;

    private const int Below = 5;

    public int IndexBits => Shift - 3;

    public ulong Page => 1UL << Shift;

    public bool IsStage2 => Regime == "stage 2";

    public bool IsUpper => Regime == "EL2 upper";

    public string Ttbr => IsStage2 ? "vttbr_el2" : IsUpper ? "ttbr1_el2" : "ttbr0_el2";

    // TG of a TLBI.
    public ulong Tg => (ulong)(Shift - 12) / 2 + 1;

    public ulong Address => (IsUpper ? AddressMask + 1 - (1UL << Bits) : 0) + Enumerable.Range(First, 4 - First)
        .Aggregate(0UL, (sum, level) => sum + ((ulong)(level == First ? Entry : Below)
            << (Shift + (3 - level) * IndexBits)));

    public ulong Leaf => Tables(new()).Leaf;

    // The registers, the tables and the leaf, which a CPU has taken up and whose lock it holds.
    public TraceText Tree(bool says = true, ulong extra = 0)
    {
        var trace = new TraceText();
        if (says)
            Controls(trace, extra);
        Tables(trace);
        trace.Add($"hint ID (kind set_root_lock) (location 0x{Root:x}) (value 0x9000)");
        return Register(trace, Ttbr, Root).Add("lock ID (address 0x9000)");
    }

    public void Controls(TraceText trace, ulong extra = 0)
    {
        ulong size = (ulong)(64 - Bits);
        if (IsUpper)
            Register(trace, "hcr_el2", E2h);
        // TG1 has other codes than TG0; the lower half is one of 4K pages.
        ulong value = IsUpper ? (Shift switch { 12 => 2UL, 14 => 1UL, _ => 3UL }) << 30 | size << 16 | 16
            : (ulong)Tg0 << 14 | size;
        if (IsStage2)
            value |= (ulong)((Shift == 12 ? 2 : 3) - First) << 6;
        Register(trace, IsStage2 ? "vtcr_el2" : "tcr_el2", value | extra);
    }

    public (TraceText Trace, ulong Leaf) Tables(TraceText trace)
    {
        // A root of 16 tables of 64K is the largest.
        ulong table = Root, entry = Root + (ulong)Entry * 8;
        for (int level = First; level < 3; level++)
        {
            table += level == First ? 0x100_0000 : 0x1_0000UL;
            trace.Write(entry, table | 3);
            entry = table + Below * 8;
        }

        return (trace.Write(entry, Output | 0x7c3), entry);
    }

    // Break, TLBI, make.
    public TraceText Change(TraceText trace, string operation, ulong value)
    {
        trace.Write(Leaf, 0).Flush(operation, value);
        if (IsStage2)
            trace.Tlbi("vmalle1is").Dsb();
        return trace.Write(Leaf, Moved | 0x7c3);
    }

    public string ByPage => IsStage2 ? "ipas2le1is" : "vale2is";

    public string ByRange => IsStage2 ? "ripas2le1is" : "rvale2is";

    public static TraceText Register(TraceText trace, string register, ulong value) =>
        trace.Add($"sysreg-write ID (sysreg {register}) (value 0x{value:x})");
}
