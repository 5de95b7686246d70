namespace Orleans.Mmu.Tests.Traces;

/// <summary>Changes of MAIR_EL1, TCR_EL1 and SCTLR_EL1, whose fields a TLB may keep with its entries.</summary>
public sealed class LintControlTests
{
    private const ulong Output = 0x4000_0000;

    // 4K pages, 48 bits in either half.
    private const ulong Tcr = 2UL << 30 | 16UL << 16 | 16;

    private static TraceText Register(TraceText trace, string register, ulong value, int cpu = 0) =>
        trace.Add($"sysreg-write ID (sysreg {register}) (value 0x{value:x})", cpu);

    private static TraceText Isb(TraceText trace, int cpu = 0) => trace.Add("barrier ID isb", cpu);

    // The leaf has AttrIndx 0.
    private static TraceText Tree(ulong mair, ulong tcr = Tcr)
    {
        var trace = new TraceText();
        for (int cpu = 0; cpu < 2; cpu++)
            Register(Register(trace, "mair_el1", mair, cpu), "tcr_el1", tcr, cpu);
        trace.Append(TraceText.Tree(TraceText.Block(Output)));
        return trace;
    }

    [Theory]
    [InlineData(0x00ffUL, 0x00ffUL, "llll")]
    [InlineData(0x00ffUL, 0x44ffUL, "llll")]
    [InlineData(0x00ffUL, 0x0044UL, "vvvv")]
    [InlineData(0x00ffUL, 0x00f0UL, "llll")]
    [InlineData(0x0000UL, 0x0004UL, "vvvv")]
    public void A_memory_type_in_use_does_not_change_in_MAIR(ulong before, ulong after, string verdicts)
    {
        Assert.Equal(verdicts, TraceText.Verdicts(Register(Tree(before), "mair_el1", after)));
        // No flush afterwards mends it, because both types have been in use at once.
        Assert.Equal(verdicts, TraceText.Verdicts(Isb(Register(Tree(before), "mair_el1", after)).Flush("vmalle1is")));
    }

    [Fact]
    public void The_violation_names_MAIR_and_the_CPU()
    {
        var violation = Register(Tree(0xff), "mair_el1", 0x44, cpu: 1).Lint(default).Violation!;
        Assert.StartsWith("stale after a change of MAIR: 0xff becomes 0x44 while CPU 1 may have the tree at 0x1000",
            violation.Reason, StringComparison.Ordinal);
        violation = Register(Tree(0xff), "tcr_el1", Tcr + 9, cpu: 1).Lint(default).Violation!;
        Assert.StartsWith("stale after a change of TCR_EL1: CPU 1 reads the tree at 0x1000", violation.Reason,
            StringComparison.Ordinal);
    }

    private static string Parked(string register, ulong value, bool isb, bool flushBefore, bool flushAfter)
    {
        var trace = Register(Tree(0xff), "ttbr0_el1", 0x8000);
        if (isb)
            Isb(trace);
        if (flushBefore)
            trace.Tlbi("vmalle1").Dsb("nsh");
        Isb(Register(trace, register, value));
        if (flushAfter)
            trace.Tlbi("vmalle1").Dsb("nsh");
        return TraceText.Verdicts(Register(trace, "ttbr0_el1", TraceText.Root));
    }

    [Theory]
    [InlineData("mair_el1", 0x44UL)]
    [InlineData("tcr_el1", Tcr + 9)]
    public void A_parked_CPU_changes_them_and_flushes_before_it_returns(string register, ulong value)
    {
        // CPU 1 goes on in the old shape, so CPU 0 may not return to the same tree in another one.
        string flushed = register == "tcr_el1" ? "vvvv" : "llll";
        Assert.Equal(flushed, Parked(register, value, isb: true, flushBefore: true, flushAfter: false));
        Assert.Equal(flushed, Parked(register, value, isb: true, flushBefore: false, flushAfter: true));
        Assert.Equal("vvvv", Parked(register, value, isb: true, flushBefore: false, flushAfter: false));
        Assert.Equal("vvvv", Parked(register, value, isb: false, flushBefore: true, flushAfter: true));
    }

    // Another tree, of one level less. Before it is taken up, the old tree is flushed or not.
    [Theory]
    [InlineData(true, "llll")]
    [InlineData(false, "vvvv")]
    public void Trees_of_two_shapes_need_a_flush_between(bool flush, string verdicts)
    {
        var trace = Isb(Register(Tree(0xff), "ttbr0_el1", 0x8000));
        if (flush)
            trace.Tlbi("vmalle1").Dsb("nsh");
        Register(trace, "tcr_el1", Tcr + 9).Write(0xa000, 0xb003).Write(0xb000, TraceText.Block(2 * Output));
        Assert.Equal(verdicts, TraceText.Verdicts(Register(Isb(trace), "ttbr0_el1", 0xa000)));
    }

    // T0SZ 17 keeps level 0 and the place of every entry; 25 begins at level 1. T1SZ, TG1 and IPS concern no tree here.
    [Theory]
    [InlineData(Tcr + 1, "llll")]
    [InlineData(Tcr + 9, "vvvv")]
    [InlineData(Tcr | 2UL << 14, "vvvv")]
    [InlineData(Tcr | 1UL << 14, "vvvv")]
    [InlineData(Tcr | 1UL << 59, "vvvv")]
    [InlineData(Tcr + (9UL << 16), "llll")]
    [InlineData(Tcr ^ 3UL << 30, "llll")]
    [InlineData(Tcr | 5UL << 32, "llll")]
    [InlineData(Tcr | 1UL << 22, "llll")]
    [InlineData(Tcr | 3UL << 39 | 1UL << 55, "llll")]
    public void The_shape_of_a_live_tree_does_not_change_in_TCR(ulong after, string verdicts) =>
        Assert.Equal(verdicts, TraceText.Verdicts(Register(Tree(0xff), "tcr_el1", after)));

    // The upper half ends at the last address, so that every size moves its entries.
    [Theory]
    [InlineData(0UL, "llll")]
    [InlineData(1UL, "vvvv")]
    [InlineData(9UL, "vvvv")]
    public void Any_change_of_T1SZ_moves_the_upper_half(ulong more, string verdicts)
    {
        var trace = Register(new(), "tcr_el1", Tcr).Write(0x1ff8, 0x2003).Write(0x2000, 0x3003)
            .Write(0x3000, TraceText.Block(Output));
        Register(trace, "ttbr1_el1", 0x1000);
        Assert.Equal(verdicts, TraceText.Verdicts(Register(trace, "tcr_el1", Tcr + (more << 16))));
    }

    // As boot loaders do it: TTBR, TCR, MAIR, and SCTLR_EL1.M last. The tree begins at level 1.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_tree_is_read_as_TCR_says_when_translation_is_turned_on(bool sctlr)
    {
        var trace = new TraceText().Add("hint ID (kind set_root_lock) (location 0x1000) (value 0x9000)")
            .Write(0x1000, 0x2003).Write(0x2000, 0x3003).Write(0x3000, TraceText.Page(Output));
        if (sctlr)
            Register(trace, "sctlr_el1", 0);
        Register(Register(trace, "ttbr0_el1", 0x1000), "tcr_el1", Tcr);
        Register(trace, "tcr_el1", Tcr + 9);
        if (sctlr)
            Register(trace.Add("barrier ID isb"), "sctlr_el1", 1);
        trace.Add("lock ID (address 0x9000)").Write(0x3000, 0).Flush("vaale1is", 0)
            .Write(0x3000, TraceText.Page(2 * Output));
        Assert.Equal(sctlr ? "llll" : "vvvv", TraceText.Verdicts(trace));
    }

    [Fact]
    public void The_first_value_of_TCR_is_the_one_that_trees_were_read_with() => Assert.Equal(
        "llll", TraceText.Verdicts(Register(
            Register(new TraceText().Add("hint ID (kind set_root_lock) (location 0x1000) (value 0x9000)")
                .Write(0x1000, 0x2003).Write(0x2000, 0x3003).Write(0x3000, TraceText.Page(Output)),
                "ttbr0_el1", 0x1000), "tcr_el1", Tcr + 9)
            .Add("lock ID (address 0x9000)").Write(0x3000, 0).Flush("vaale1is", 0)
            .Write(0x3000, TraceText.Page(2 * Output))));

    // While translation is off no walk begins, and what was cached stays cached.
    [Theory]
    [InlineData(true, "llll")]
    [InlineData(false, "vvvv")]
    public void Translation_that_is_off_keeps_what_is_cached(bool flush, string verdicts)
    {
        var trace = Isb(Register(Tree(0xff), "sctlr_el1", 0));
        if (flush)
            trace.Tlbi("vmalle1").Dsb("nsh");
        Isb(Register(trace, "mair_el1", 0x44));
        Assert.Equal(verdicts, TraceText.Verdicts(Register(trace, "sctlr_el1", 1)));
    }

    // EPD0 and EPD1: after the ISB no walk begins, and what was cached stays cached. The TLBI is in time after the ISB.
    [Theory]
    [InlineData(true, true, "llll")]
    [InlineData(true, false, "vvvv")]
    [InlineData(false, true, "vvvv")]
    public void Walks_that_are_off_keep_what_is_cached(bool isb, bool flush, string verdicts)
    {
        const ulong Off = 1UL << 7 | 1UL << 23;
        var trace = Register(Tree(0xff), "tcr_el1", Tcr | Off);
        if (isb)
            Isb(trace);
        if (flush)
            trace.Tlbi("vmalle1").Dsb("nsh");
        Isb(Register(trace, "mair_el1", 0x44));
        Assert.Equal(verdicts, TraceText.Verdicts(Register(trace, "tcr_el1", Tcr)));
    }
}
