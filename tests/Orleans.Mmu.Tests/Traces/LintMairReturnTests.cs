namespace Orleans.Mmu.Tests.Traces;

/// <summary>
/// MAIR changes while TTBR leads to an empty root. What the CPU has cached keeps its type until a TLBI, and meets what
/// the CPU reads later through another root.
/// </summary>
public sealed class LintMairReturnTests
{
    private const ulong Output = 0x4000_0000;
    private const ulong NotGlobal = 1UL << 11;
    private const ulong Empty = 0x8000;
    private const ulong Other = 0xa000;
    private const ulong OtherPud = 0xb000;

    // AttrIndx 0 was Normal, and is Non-cacheable from now on.
    private static TraceText Away(bool flush, ulong asid = 0, ulong away = 0, ulong leaf = 0)
    {
        var trace = new TraceText().Register("mair_el1", 0xff)
            .Write(TraceText.Root, TraceText.Pud | 3).Write(TraceText.Pud, TraceText.Pmd | 3)
            .Write(TraceText.Pmd, TraceText.Block(Output) | leaf).Dsb()
            .Register("ttbr0_el1", asid << 48 | TraceText.Root).Isb()
            .Register("ttbr0_el1", away << 48 | Empty).Isb().Register("mair_el1", 0x44).Isb();
        return flush ? trace.Tlbi("vmalle1").Dsb("nsh") : trace;
    }

    [Theory]
    [InlineData(true, "llll")]
    [InlineData(false, "vvvv")]
    public void A_table_comes_back_by_a_store_to_the_empty_root(bool flush, string verdicts) => Assert.Equal(
        verdicts, TraceText.Verdicts(Away(flush).Write(Empty, TraceText.Pud | 3)));

    // Another root leads through tables of its own to a leaf that is the same but for the value of MAIR.
    [Theory]
    [InlineData(true, "llll")]
    [InlineData(false, "vvvv")]
    public void An_equal_leaf_below_another_root_has_another_type(bool flush, string verdicts)
    {
        var tables = new TraceText().Write(Other, OtherPud | 3).Write(OtherPud, TraceText.Block(Output));
        var trace = new TraceText().Register("mair_el1", 0xff)
            .Write(TraceText.Root, TraceText.Pud | 3).Write(TraceText.Pud, TraceText.Block(Output)).Dsb()
            .Register("ttbr0_el1", TraceText.Root).Isb().Register("ttbr0_el1", Empty).Isb()
            .Register("mair_el1", 0x44).Isb().Append(tables);
        if (flush)
            trace.Tlbi("vmalle1").Dsb("nsh");
        Assert.Equal(verdicts, TraceText.Verdicts(trace.Register("ttbr0_el1", Other).Isb()));
    }

    // Non-global leaves of one ASID do not answer for another one.
    [Theory]
    [InlineData(1UL, NotGlobal, "vvvv")]
    [InlineData(2UL, NotGlobal, "llll")]
    [InlineData(2UL, 0UL, "vvvv")]
    public void Leaves_of_another_ASID_do_not_meet(ulong asid, ulong leaf, string verdicts) => Assert.Equal(
        verdicts, TraceText.Verdicts(Away(flush: false, 1, asid, leaf)
            .Write(Empty, TraceText.Pud | 3)));
}
