namespace Orleans.Mmu.Tests.Traces;

/// <summary>
/// Tables that get another place, or come back with entries that were cleared, while SCTLR.M of both CPUs is 0: legal
/// where a TLBI for what led to them comes before M is 1.
/// </summary>
public sealed class LintMovedTableTests
{
    private const ulong Output = 0x4000_0000;

    private static string Verdicts(Action<TraceText> change, bool flush)
    {
        var trace = TraceText.Tree(TraceText.Block(Output));
        for (int cpu = 0; cpu < 2; cpu++)
            trace.Register("sctlr_el1", 0, cpu).Isb(cpu);
        change(trace);
        if (flush)
            trace.Tlbi("vmalle1is").Dsb();
        for (int cpu = 0; cpu < 2; cpu++)
            trace.Register("sctlr_el1", 1, cpu).Isb(cpu);
        return TraceText.Verdicts(trace);
    }

    [Theory]
    [InlineData(true, "llll")]
    [InlineData(false, "vvvv")]
    public void A_table_moves_to_another_entry(bool flush, string verdicts)
    {
        Assert.Equal(verdicts, Verdicts(
            t => t.Write(TraceText.Pud, 0).Dsb().Write(TraceText.Pud + 8, TraceText.Pmd | 3).Dsb(), flush));
        Assert.Equal(verdicts, Verdicts(
            t => t.Write(TraceText.Pud, 0).Write(TraceText.Pud + 8, TraceText.Pmd | 3).Dsb(), flush));
        Assert.Equal(verdicts, Verdicts(
            t => t.Write(TraceText.Root, 0).Dsb().Write(TraceText.Root + 8, TraceText.Pud | 3).Dsb(), flush));
    }

    [Theory]
    [InlineData(true, "llll")]
    [InlineData(false, "vvvv")]
    public void A_table_moves_to_another_level(bool flush, string verdicts) => Assert.Equal(verdicts, Verdicts(
        t => t.Write(TraceText.Pud, 0).Dsb().Write(TraceText.Pmd, TraceText.Page(Output))
            .Write(TraceText.Pte, TraceText.Pmd | 3).Write(TraceText.Pud, TraceText.Pte | 3).Dsb(), flush));

    [Theory]
    [InlineData(true, "llll")]
    [InlineData(false, "vvvv")]
    public void A_table_comes_back_without_an_entry(bool flush, string verdicts) => Assert.Equal(verdicts, Verdicts(
        t => t.Write(TraceText.Pud, 0).Dsb().Write(TraceText.Pmd, 0).Dsb().Write(TraceText.Pud, TraceText.Pmd | 3)
            .Dsb(), flush));

    // Two descriptors lead to one table.
    [Fact]
    public void A_table_that_is_in_use_does_not_move() => Assert.Equal("vvvv", Verdicts(
        t => t.Write(TraceText.Pud + 8, TraceText.Pmd | 3).Dsb(), flush: true));

    // CPU 1 walks the tree.
    [Fact]
    public void A_table_does_not_move_while_a_CPU_walks_the_tree() => Assert.Equal("vvvv", TraceText.Verdicts(
        TraceText.Tree(TraceText.Block(Output)).Register("sctlr_el1", 0).Isb().Write(TraceText.Pud, 0).Dsb()
            .Write(TraceText.Pud + 8, TraceText.Pmd | 3).Dsb().Tlbi("vmalle1is").Dsb().Register("sctlr_el1", 1)));

    // What is cleared later, while CPUs walk the tree, waits for its own TLBI.
    [Fact]
    public void A_later_change_does_not_count_as_one_of_then() => Assert.Equal("llll", TraceText.Verdicts(Later()));

    private static TraceText Later()
    {
        var trace = TraceText.Tree(TraceText.Block(Output));
        for (int cpu = 0; cpu < 2; cpu++)
            trace.Register("sctlr_el1", 0, cpu).Isb(cpu);
        trace.Write(TraceText.Pud, 0).Dsb().Write(TraceText.Pmd, 0).Dsb().Write(TraceText.Pud, TraceText.Pmd | 3).Dsb()
            .Tlbi("vmalle1is").Dsb().Register("sctlr_el1", 1).Register("sctlr_el1", 1, cpu: 1)
            .Write(TraceText.Pmd, TraceText.Block(Output)).Dsb().Write(TraceText.Pmd, 0).Dsb();
        return trace.Register("sctlr_el1", 0, cpu: 1).Isb(1).Register("sctlr_el1", 1, cpu: 1);
    }
}
