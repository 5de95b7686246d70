namespace Orleans.Mmu.Tests.Traces;

/// <summary>
/// The only CPU that walks a tree orders a store by a DSB NSH and flushes by a local TLBI. A CPU that takes the tree up
/// later may still read what the store has replaced, unless a DSB for every CPU came first.
/// </summary>
public sealed class LintLaterCpuTests
{
    private const ulong Output = 0x4000_0000;
    private const ulong Other = 0x8000_0000;

    private static TraceText Walked() => new TraceText().Write(TraceText.Root, TraceText.Pud | 3)
        .Write(TraceText.Pud, TraceText.Pmd | 3).Write(TraceText.Pmd, TraceText.Pte | 3)
        .Write(TraceText.Pte, TraceText.Page(Output)).Dsb().Register("ttbr0_el1", TraceText.Root).Isb();

    private static TraceText Flush(TraceText trace, string dsb) => trace.Add($"barrier ID dsb (kind {dsb})", 0)
        .Add("tlbi ID vmalle1", 0).Add("barrier ID dsb (kind nsh)", 0);

    private static TraceText Takes(TraceText trace) => trace.Register("ttbr0_el1", TraceText.Root, 1).Isb(1);

    private static TraceText Dsb(TraceText trace, string kind) => trace.Add($"barrier ID dsb (kind {kind})", 0);

    [Theory]
    [InlineData("nsh", "nsh", "vvvv")]
    [InlineData("nshst", "nsh", "vvvv")]
    [InlineData("ishst", "nsh", "llll")]
    [InlineData("nsh", "ishld", "vvvv")]
    [InlineData("nsh", "ishst", "llll")]
    [InlineData("nsh", "sy", "llll")]
    public void It_may_read_a_leaf_from_before_the_break(string first, string last, string verdicts)
    {
        var trace = Flush(Walked().Write(TraceText.Pte, 0), first);
        Assert.Equal(verdicts, TraceText.Verdicts(
            Takes(Dsb(trace.Write(TraceText.Pte, TraceText.Page(Other)), last))));
    }

    [Fact]
    public void The_CPU_that_stored_does_not() => Assert.Equal("llll", TraceText.Verdicts(
        Flush(Walked().Write(TraceText.Pte, 0), "nsh").Write(TraceText.Pte, TraceText.Page(Other))
            .Register("ttbr0_el1", TraceText.Root).Isb()));

    [Theory]
    [InlineData("nsh", "vvvv")]
    [InlineData("ish", "llll")]
    public void It_holds_the_leaf_where_it_comes_before_the_make(string dsb, string verdicts) => Assert.Equal(
        verdicts, TraceText.Verdicts(Dsb(
            Takes(Flush(Walked().Write(TraceText.Pte, 0), dsb)), "ish").Write(TraceText.Pte, TraceText.Page(Other))));

    [Theory]
    [InlineData("nsh", "vvvv")]
    [InlineData("ish", "llll")]
    public void It_may_reach_a_table_that_was_removed_and_rewritten(string dsb, string verdicts) => Assert.Equal(
        verdicts, TraceText.Verdicts(
            Takes(Flush(Walked().Write(TraceText.Pmd, 0), dsb).Write(TraceText.Pte, TraceText.Page(Other)))));

    [Fact]
    public void Until_then_the_table_is_memory_like_any_other() => Assert.Equal("llll", TraceText.Verdicts(
        Flush(Walked().Write(TraceText.Pmd, 0), "nsh").Write(TraceText.Pte, 0x1234_5671).Write(TraceText.Pte, 0)));

    [Fact]
    public void A_block_takes_the_place_of_a_table_whose_leaf_was_flushed()
    {
        var trace = Walked();
        for (ulong i = 1; i < 512; i++)
            trace.Write(TraceText.Pte + 8 * i, TraceText.Page(Other + 4096 * i));
        Flush(trace.Dsb().Write(TraceText.Pte, 0), "nsh").Write(TraceText.Pte, TraceText.Page(Other)).Dsb("nsh");
        Assert.Equal("vvll", TraceText.Verdicts(trace.Write(TraceText.Pmd, TraceText.Page(Other) ^ 2)));
    }

    [Theory]
    [InlineData("plain", "nsh", "vvvv")]
    [InlineData("release", "nsh", "llll")]
    [InlineData("plain", "ish", "llll")]
    public void It_may_read_what_a_new_table_held_before_a_plain_link(string order, string dsb, string verdicts)
    {
        var trace = Walked().Write(0x5000, TraceText.Page(Output)).Write(0x5000, TraceText.Page(Other));
        Dsb(trace, "nsh").Add($"mem-write ID (mem-order {order}) (address 0x3010) (value 0x5003)", 0);
        Assert.Equal(verdicts, TraceText.Verdicts(Takes(Dsb(trace, dsb))));
    }
}
