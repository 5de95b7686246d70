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

    private const ulong Normal = 0xff;
    private const ulong NonCacheable = 0x44;

    // MAIR has each of these values in turn while the CPU is away.
    private static TraceText Through(params ulong[] values)
    {
        var trace = new TraceText().Register("mair_el1", Normal)
            .Write(TraceText.Root, TraceText.Pud | 3).Write(TraceText.Pud, TraceText.Block(Output)).Dsb()
            .Register("ttbr0_el1", TraceText.Root).Isb().Register("ttbr0_el1", Empty).Isb();
        foreach (ulong value in values)
            trace.Register("mair_el1", value).Isb();
        return trace;
    }

    private static TraceText Back(TraceText trace) => trace.Register("ttbr0_el1", TraceText.Root).Isb();

    // A walk may go on from a table descriptor that the CPU has cached, by the value that MAIR has then.
    [Theory]
    [InlineData(new[] { NonCacheable })]
    [InlineData(new[] { NonCacheable, Normal })]
    [InlineData(new[] { NonCacheable, 0x4ffUL, Normal })]
    [InlineData(new[] { NonCacheable, 4UL })]
    public void Each_value_since_the_CPU_left_the_tree_counts(ulong[] values)
    {
        Assert.Equal("vvvv", TraceText.Verdicts(Back(Through(values))));
        Assert.Equal("llll", TraceText.Verdicts(Back(Through(values).Tlbi("vmalle1").Dsb("nsh"))));
    }

    private static TraceText Off(params ulong[] values)
    {
        var trace = Back(Through()).Register("sctlr_el1", 0).Isb();
        foreach (ulong value in values)
            trace.Register("mair_el1", value).Isb();
        return trace;
    }

    [Fact]
    public void A_value_that_came_and_went_while_SCTLR_M_was_0_does_not_count_at_a_later_store()
    {
        TraceText Changed(ulong output) => Off(NonCacheable, Normal).Register("sctlr_el1", 1).Isb()
            .Write(TraceText.Pud, TraceText.Block(output) | 1UL << 7);
        Assert.Equal("llll", TraceText.Verdicts(Changed(Output)));
        Assert.Equal("vvvv", TraceText.Verdicts(Changed(2 * Output)));
    }

    [Fact]
    public void It_counts_where_SCTLR_M_is_1_under_it() => Assert.Equal("vvvv", TraceText.Verdicts(Back(
        Off(NonCacheable).Register("ttbr0_el1", Empty).Isb().Register("sctlr_el1", 1).Isb()
            .Register("mair_el1", Normal).Isb())));

    // The CPU may use the earlier value until an ISB, and it has walked the tree by it from the return on.
    [Fact]
    public void It_counts_until_the_ISB_behind_the_next_one()
    {
        Assert.Equal("vvvv", TraceText.Verdicts(Back(Through(NonCacheable).Register("mair_el1", Normal))));
        Assert.Equal("vvvv", TraceText.Verdicts(
            Back(Through(NonCacheable).Tlbi("vmalle1").Dsb("nsh")).Register("ttbr0_el1", Empty).Isb()
                .Register("mair_el1", Normal).Isb().Register("ttbr0_el1", TraceText.Root)));
    }

    [Fact]
    public void It_counts_for_another_tree_that_the_CPU_has_walked_by_it()
    {
        TraceText Walked() => Through(NonCacheable).Write(Other, TraceText.Pud | 3).Dsb().Tlbi("vmalle1").Dsb("nsh")
            .Register("ttbr0_el1", Other).Isb().Register("ttbr0_el1", Empty).Isb();
        Assert.Equal("vvvv", TraceText.Verdicts(Back(Walked().Register("mair_el1", Normal).Isb())));
        Assert.Equal("llll", TraceText.Verdicts(
            Back(Walked().Tlbi("vmalle1").Dsb("nsh").Register("mair_el1", Normal).Isb())));
    }

    [Theory]
    [InlineData(new[] { NonCacheable }, "vvvv")]
    [InlineData(new[] { NonCacheable, Normal }, "llll")]
    [InlineData(new[] { NonCacheable, Normal, NonCacheable }, "vvvv")]
    public void A_value_under_which_nothing_was_read_does_not_count(ulong[] values, string verdicts) =>
        Assert.Equal(verdicts, TraceText.Verdicts(Off(values).Register("sctlr_el1", 1).Isb()));
}
