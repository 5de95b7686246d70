namespace Orleans.Mmu.Tests.Traces;

/// <summary>
/// Memory types by MAIR: of every CPU that may hold a leaf, under every value by which it may have read the leaf. MAIR
/// is permitted to be cached in a TLB, and need not be.
/// </summary>
public sealed class LintMairTests
{
    private const ulong Output = 0x4000_0000;
    private const ulong Index1 = 4;
    private const ulong Empty = 0x8000;
    private const ulong Contiguous = 1UL << 52;

    private static TraceText Tree(ulong mair0, ulong mair1) => new TraceText()
        .Register("mair_el1", mair0).Register("mair_el1", mair1, cpu: 1)
        .Append(TraceText.Tree(TraceText.Block(Output)));

    // One CPU, and no locks.
    private static TraceText Alone(ulong mair) => new TraceText().Register("mair_el1", mair)
        .Write(TraceText.Root, TraceText.Pud | 3).Write(TraceText.Pud, TraceText.Pmd | 3)
        .Write(TraceText.Pmd, TraceText.Block(Output)).Dsb("ishst").Register("ttbr0_el1", TraceText.Root).Isb();

    // Index 0 is Normal, and index 1 becomes Normal for CPU 0 alone, or for both.
    [Theory]
    [InlineData(0xffffUL, 0xffffUL, "llll")]
    [InlineData(0xffffUL, 0x44ffUL, "vvvv")]
    [InlineData(0x44ffUL, 0xffffUL, "vvvv")]
    public void A_type_is_that_of_every_CPU_that_walks_the_tree(ulong mair0, ulong mair1, string verdicts) =>
        Assert.Equal(verdicts, TraceText.Verdicts(
            Tree(mair0, mair1).Write(TraceText.Pmd, TraceText.Block(Output) | Index1)));

    [Theory]
    [InlineData(0xffffUL, 0x44ffUL, 1)]
    [InlineData(0x44ffUL, 0xffffUL, 0)]
    public void The_CPU_that_fails_is_the_one_whose_types_differ(ulong mair0, ulong mair1, int cpu) =>
        Assert.Equal(cpu, Tree(mair0, mair1).Write(TraceText.Pmd, TraceText.Block(Output) | Index1).Lint(default)
            .Violation!.Cpu);

    // Members of index 0 and 1 in one group.
    [Theory]
    [InlineData(0xffffUL, 0x44ffUL, 1)]
    [InlineData(0x44ffUL, 0xffffUL, 0)]
    public void The_CPU_that_fails_by_a_group_is_the_one_whose_types_differ(ulong mair0, ulong mair1, int cpu)
    {
        var trace = new TraceText().Register("mair_el1", mair0).Register("mair_el1", mair1, cpu: 1)
            .Append(TraceText.Tree(TraceText.Pte | 3))
            .Write(TraceText.Pte, TraceText.Page(Output) | Contiguous)
            .Write(TraceText.Pte + 8, TraceText.Page(Output + 0x1000) | Contiguous | Index1);
        var found = trace.Lint(default).Violation!;
        Assert.Equal((true, cpu), (found.Reason.StartsWith("contiguous group", StringComparison.Ordinal), found.Cpu));
    }

    [Fact]
    public void A_CPU_without_the_tree_does_not_count() => Assert.Equal("llll", TraceText.Verdicts(
        new TraceText().Register("mair_el1", 0x44ff, cpu: 1).Append(Alone(0xffff))
            .Write(TraceText.Pmd, TraceText.Block(Output) | Index1)));

    // Until the ISB a walk of the tree that the register leads to again may use the old value.
    [Theory]
    [InlineData(true, "llll")]
    [InlineData(false, "vvvv")]
    public void A_value_counts_until_the_ISB_when_the_CPU_returns(bool isb, string verdicts)
    {
        var trace = Alone(0xff).Register("ttbr0_el1", Empty).Isb().Tlbi("vmalle1").Dsb("nsh")
            .Register("mair_el1", 0x44);
        if (isb)
            trace.Isb();
        Assert.Equal(verdicts, TraceText.Verdicts(trace.Register("ttbr0_el1", TraceText.Root).Isb()));
    }

    [Theory]
    [InlineData(true, "llll")]
    [InlineData(false, "vvvv")]
    public void A_value_counts_until_the_ISB_when_a_leaf_is_stored(bool isb, string verdicts)
    {
        var trace = Alone(0xff).Register("mair_el1", 0x44ff);
        if (isb)
            trace.Isb();
        Assert.Equal(verdicts, TraceText.Verdicts(trace.Write(TraceText.Pmd + 8, TraceText.Block(Output) | Index1)));
    }

    [Theory]
    [InlineData(true, "llll")]
    [InlineData(false, "vvvv")]
    public void A_value_counts_until_the_ISB_when_a_table_is_linked(bool isb, string verdicts)
    {
        var trace = Alone(0xff).Write(TraceText.Pte, TraceText.Page(Output) | Index1).Register("mair_el1", 0x44ff);
        if (isb)
            trace.Isb();
        Assert.Equal(verdicts, TraceText.Verdicts(trace.Write(TraceText.Pmd + 8, TraceText.Pte | 3)));
    }

    // What is cleared and not flushed may be in the TLB with either type.
    [Theory]
    [InlineData(true, "llll")]
    [InlineData(false, "vvvv")]
    public void A_cleared_leaf_counts_until_it_is_flushed(bool flush, string verdicts)
    {
        var trace = Tree(0xff, 0xff).Write(TraceText.Pmd, 0).Dsb();
        if (flush)
            trace.Tlbi("vmalle1is").Dsb();
        Assert.Equal(verdicts, TraceText.Verdicts(
            trace.Register("mair_el1", 0x44).Isb().Register("mair_el1", 0x44, cpu: 1).Isb(1)));
    }

    // Index 0 was Normal when the CPU read the leaf; now both indices are Device.
    [Theory]
    [InlineData(true, "llll")]
    [InlineData(false, "vvvv")]
    public void An_old_value_keeps_the_type_that_it_was_read_with(bool flush, string verdicts)
    {
        var trace = Alone(0xff).Register("sctlr_el1", 0).Isb().Register("mair_el1", 0).Isb()
            .Write(TraceText.Pmd, 0).Dsb().Write(TraceText.Pmd, TraceText.Block(Output) | Index1).Dsb();
        if (flush)
            trace.Tlbi("vmalle1").Dsb("nsh");
        Assert.Equal(verdicts, TraceText.Verdicts(trace.Register("sctlr_el1", 1)));
    }

    // A leaf that is stored after the change was never read under the old value.
    [Fact]
    public void A_leaf_that_is_stored_after_the_change_has_the_new_type_alone() => Assert.Equal("llll",
        TraceText.Verdicts(Alone(0xff).Register("mair_el1", 0x44ff).Isb()
            .Write(TraceText.Pmd + 8, TraceText.Block(Output) | Index1)
            .Write(TraceText.Pte, TraceText.Page(Output) | Index1).Write(TraceText.Pmd + 16, TraceText.Pte | 3)
            .Write(TraceText.Pmd + 8, TraceText.Block(Output) | Index1 | 1UL << 7)
            .Write(TraceText.Pte, TraceText.Page(Output) | Index1 | 1UL << 7)));
}
