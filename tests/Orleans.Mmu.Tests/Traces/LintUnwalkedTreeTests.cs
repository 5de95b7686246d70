namespace Orleans.Mmu.Tests.Traces;

/// <summary>
/// A tree that no CPU walks is changed, and what CPUs may still hold of it is flushed before one of them walks it
/// again: no walk meets both values.
/// </summary>
public sealed class LintUnwalkedTreeTests
{
    private const ulong Output = 0x4000_0000;

    private static TraceText Off(bool isb)
    {
        var trace = TraceText.Tree(TraceText.Block(Output));
        for (int cpu = 0; cpu < 2; cpu++)
        {
            trace.Register("sctlr_el1", 0, cpu);
            if (isb)
                trace.Isb(cpu);
        }

        return trace;
    }

    private static TraceText On(TraceText trace) => trace.Register("sctlr_el1", 1).Register("sctlr_el1", 1, cpu: 1);

    [Theory]
    [InlineData(true, "vmalle1is", null, "llll")]
    [InlineData(true, "vaale1is", 0UL, "llll")]
    [InlineData(true, "vaale1is", 0x200UL, "vvvv")]
    [InlineData(true, null, null, "vvvv")]
    [InlineData(true, "vmalle1", null, "vvvv")]
    [InlineData(false, "vmalle1is", null, "vvvv")]
    public void A_change_while_translation_is_off_is_flushed_before_it_is_on(
        bool isb, string? tlbi, ulong? value, string verdicts)
    {
        var trace = Off(isb).Write(TraceText.Pmd, TraceText.Block(2 * Output)).Dsb();
        if (tlbi is not null)
            trace.Tlbi(tlbi, value).Dsb();
        Assert.Equal(verdicts, TraceText.Verdicts(On(trace)));
    }

    // Each CPU flushes itself before it walks the tree again.
    [Theory]
    [InlineData(true, "llll")]
    [InlineData(false, "vvvv")]
    public void Each_CPU_may_flush_itself(bool both, string verdicts)
    {
        var trace = Off(isb: true).Write(TraceText.Pmd, TraceText.Block(2 * Output)).Dsb();
        for (int cpu = 0; cpu < 2; cpu++)
        {
            if (cpu == 0 || both)
                trace.Add("tlbi ID vmalle1", cpu).Add("barrier ID dsb (kind nsh)", cpu);
            trace.Register("sctlr_el1", 1, cpu);
        }

        Assert.Equal(verdicts, TraceText.Verdicts(trace));
    }

    // An invalid descriptor, a block that becomes a table, and a table that is removed and written.
    [Theory]
    [InlineData(true, "llll")]
    [InlineData(false, "vvvv")]
    public void Every_kind_of_change_is_put_off(bool flush, string verdicts)
    {
        Assert.Equal(verdicts, Change(t => t.Write(TraceText.Pmd, 0).Dsb()
            .Write(TraceText.Pmd, TraceText.Block(2 * Output)).Dsb()));
        Assert.Equal(verdicts, Change(t => t.Write(TraceText.Pte, TraceText.Page(2 * Output))
            .Write(TraceText.Pmd, TraceText.Pte | 3).Dsb()));
        Assert.Equal(verdicts, Change(t => t.Write(TraceText.Pud, 0).Dsb()
            .Write(TraceText.Pmd, TraceText.Block(2 * Output)).Dsb()));

        string Change(Action<TraceText> change)
        {
            var trace = Off(isb: true);
            change(trace);
            if (flush)
                trace.Tlbi("vmalle1is").Dsb();
            return TraceText.Verdicts(On(trace));
        }
    }

    [Fact]
    public void A_store_that_no_DSB_has_followed_may_be_seen_late() => Assert.Equal("vvvv", TraceText.Verdicts(
        On(Off(isb: true).Write(TraceText.Pmd, TraceText.Block(2 * Output)).Tlbi("vmalle1is").Dsb("nshld"))));

    // One CPU that walks the tree sees the change at once.
    [Fact]
    public void One_CPU_that_walks_is_enough() => Assert.Equal("vvvv", TraceText.Verdicts(
        TraceText.Tree(TraceText.Block(Output)).Register("sctlr_el1", 0).Isb()
            .Write(TraceText.Pmd, TraceText.Block(2 * Output)).Dsb().Tlbi("vmalle1is").Dsb()
            .Register("sctlr_el1", 1)));

    // A root serves ASID 1 and then ASID 2. What became a table after the last walk under ASID 1 is in no entry of it,
    // whenever its words were stored.
    [Theory]
    [InlineData(2, "llll")]
    [InlineData(1, "vvvv")]
    public void A_table_that_is_linked_under_another_ASID_is_no_entry_of_the_first(ulong flushed, string verdicts)
    {
        const ulong NotGlobal = 1UL << 11;
        var trace = new TraceText().Write(TraceText.Root, TraceText.Pud | 3).Write(TraceText.Pud, TraceText.Pmd | 3)
            .Write(TraceText.Pte, TraceText.Page(Output) | NotGlobal).Dsb()
            .Register("ttbr0_el1", 1UL << 48 | TraceText.Root).Isb().Tlbi("aside1is", 1UL << 48).Dsb()
            .Register("ttbr0_el1", 2UL << 48 | TraceText.Root).Isb()
            .Write(TraceText.Pmd, TraceText.Pte | 3).Dsb()
            .Write(TraceText.Pte, 0).Flush("vae1is", flushed << 48)
            .Write(TraceText.Pte, TraceText.Page(2 * Output) | NotGlobal);
        Assert.Equal(verdicts, TraceText.Verdicts(trace));
    }
}
