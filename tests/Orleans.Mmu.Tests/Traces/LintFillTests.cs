namespace Orleans.Mmu.Tests.Traces;

/// <summary>
/// A register leads to a root that is filled afterwards, while the CPU may hold entries of the tree before it: the
/// store is judged as the write of the register is where the root is populated.
/// </summary>
public sealed class LintFillTests
{
    private const ulong Other = 0x1_1000;
    private const ulong Offset = Other - TraceText.Root;
    private const ulong Empty = 0x8000;
    private const ulong NotGlobal = 1UL << 11;

    [Theory]
    [InlineData(1, 0UL, "vvvv")]
    [InlineData(1, NotGlobal, "vvvv")]
    [InlineData(2, 0UL, "vvvv")]
    [InlineData(2, NotGlobal, "llll")]
    public void A_root_is_filled_after_the_switch(ulong asid, ulong leaf, string verdicts)
    {
        Assert.Equal(verdicts, TraceText.Verdicts(Fill(Switch(First(leaf), asid), TraceText.Root, leaf)));
        Assert.Equal("llll", TraceText.Verdicts(Fill(Flushed(First(leaf), asid), TraceText.Root, leaf)));
    }

    // Under two ASIDs global leaves meet wherever the last link to them is missing.
    [Theory]
    [InlineData(TraceText.Root)]
    [InlineData(TraceText.Pud)]
    [InlineData(TraceText.Pmd)]
    public void Any_descriptor_may_be_the_last(ulong last)
    {
        Assert.Equal("vvvv", TraceText.Verdicts(Fill(Switch(Without(last, First(0)), 2), last, 0)));
        Assert.Equal("llll", TraceText.Verdicts(Fill(Flushed(Without(last, First(0)), 2), last, 0)));
    }

    // The old tree's word is cleared, and nothing has flushed it.
    [Theory]
    [InlineData(TraceText.Root, 1)]
    [InlineData(TraceText.Root, 2)]
    [InlineData(TraceText.Pmd, 2)]
    public void What_was_cleared_in_the_old_tree_counts(ulong cleared, ulong asid)
    {
        var trace = First(0).Write(cleared, 0).Dsb("ishst");
        Assert.Equal("vvvv", TraceText.Verdicts(Fill(Switch(trace, asid), TraceText.Root, 0)));
        trace = First(0).Write(cleared, 0).Dsb("ishst");
        Assert.Equal("llll", TraceText.Verdicts(Fill(Flushed(trace, asid), TraceText.Root, 0)));
    }

    // The old tree has a block where the new one has a table; at levels 2 and 3 of a CPU that translates alike.
    [Theory]
    [InlineData(0x4000_0000UL, "vvll")]
    [InlineData(0x8000_0000UL, "vvvv")]
    public void An_old_block_above_counts(ulong output, string verdicts)
    {
        var trace = new TraceText().Write(TraceText.Pud, TraceText.Block(0x4000_0000))
            .Write(TraceText.Root, TraceText.Pud | 3);
        To(trace.Dsb("ishst"), 1UL << 48 | TraceText.Root);
        trace.Write(TraceText.Pud + Offset, (TraceText.Pmd + Offset) | 3)
            .Write(Other, (TraceText.Pud + Offset) | 3);
        To(To(trace, Empty), 2UL << 48 | Other).Write(TraceText.Pmd + Offset, TraceText.Block(output));
        Assert.Equal(verdicts, TraceText.Verdicts(trace));
    }

    // The size of the half changes on an empty root, which is filled while entries of the old size may be cached.
    [Theory]
    [InlineData(false, "vvvv")]
    [InlineData(true, "llll")]
    public void A_root_of_another_shape_is_filled_after_the_switch(bool flush, string verdicts)
    {
        var trace = new TraceText().Register("tcr_el1", Tcr);
        To(Tree(trace, 0, 0x4000_0000, 0), TraceText.Root);
        To(trace, Empty).Register("tcr_el1", Tcr + 9).Isb().Register("ttbr0_el1", Other).Isb();
        if (flush)
            trace.Tlbi("vmalle1").Dsb("nsh");
        Assert.Equal(verdicts, TraceText.Verdicts(trace.Write(Other, TraceText.Block(0x8000_0000))));
    }

    // A root entry that was cleared may still be cached in the size of before.
    [Theory]
    [InlineData("ttbr0_el1", 0UL, false, "vvvv")]
    [InlineData("ttbr0_el1", 0UL, true, "llll")]
    [InlineData("ttbr1_el1", 511UL, false, "vvvv")]
    [InlineData("ttbr1_el1", 511UL, true, "llll")]
    public void A_cleared_root_entry_counts_when_the_size_changes(
        string register, ulong word, bool flush, string verdicts)
    {
        ulong entry = TraceText.Root + 8 * word;
        var trace = new TraceText().Register("tcr_el1", Tcr).Write(TraceText.Pud, TraceText.Block(0x4000_0000))
            .Write(entry, TraceText.Pud | 3).Dsb("ishst").Register(register, TraceText.Root).Isb()
            .Write(entry, 0).Dsb();
        if (flush)
            trace.Tlbi("vmalle1is").Dsb();
        Assert.Equal(verdicts, TraceText.Verdicts(
            trace.Register("tcr_el1", Tcr + (register == "ttbr0_el1" ? 9UL : 9UL << 16))));
    }

    // 4K pages, 48 bits in either half.
    private const ulong Tcr = 2UL << 30 | 16UL << 16 | 16;

    private static TraceText First(ulong leaf) =>
        To(Tree(new(), 0, 0x4000_0000, leaf).Dsb("ishst"), 1UL << 48 | TraceText.Root);

    private static TraceText Switch(TraceText trace, ulong asid) => To(To(trace, Empty), asid << 48 | Other);

    private static TraceText Flushed(TraceText trace, ulong asid) =>
        To(To(trace, Empty).Tlbi("vmalle1is").Dsb(), asid << 48 | Other);

    // The tables of the other tree but for one descriptor.
    private static TraceText Without(ulong last, TraceText trace)
    {
        if (last != TraceText.Pmd)
            trace.Write(TraceText.Pmd + Offset, TraceText.Block(0x8000_0000));
        if (last != TraceText.Pud)
            trace.Write(TraceText.Pud + Offset, (TraceText.Pmd + Offset) | 3);
        return last == TraceText.Root ? trace : trace.Write(Other, (TraceText.Pud + Offset) | 3);
    }

    private static TraceText Fill(TraceText trace, ulong last, ulong leaf)
    {
        if (last == TraceText.Root)
        {
            trace.Write(TraceText.Pmd + Offset, TraceText.Block(0x8000_0000) | leaf)
                .Write(TraceText.Pud + Offset, (TraceText.Pmd + Offset) | 3);
        }

        return trace.Write(last + Offset, last switch
        {
            TraceText.Root => (TraceText.Pud + Offset) | 3,
            TraceText.Pud => (TraceText.Pmd + Offset) | 3,
            _ => TraceText.Block(0x8000_0000) | leaf,
        });
    }

    private static TraceText Tree(TraceText trace, ulong offset, ulong output, ulong leaf) => trace
        .Write(TraceText.Pmd + offset, TraceText.Block(output) | leaf)
        .Write(TraceText.Pud + offset, (TraceText.Pmd + offset) | 3)
        .Write(TraceText.Root + offset, (TraceText.Pud + offset) | 3);

    private static TraceText To(TraceText trace, ulong ttbr) => trace.Register("ttbr0_el1", ttbr).Isb();
}
