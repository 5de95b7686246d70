using static Orleans.Mmu.Tests.Traces.ShapedLeaf;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>
/// Walks that SCTLR.M, EPDn or E2H have turned off: the register leads to no tree, and what was cached stays cached.
/// Whether walks begin follows from the registers as they are, in whatever order they were written.
/// </summary>
public sealed class LintWalksOffTests
{
    private const ulong Other = 0x300_0000;
    private const ulong Empty = 0x500_0000;
    private const ulong LowerOff = 1UL << 7;
    private const ulong UpperOff = 1UL << 23;
    private const string Isb = "barrier ID isb";

    // 4K pages, 48 bits in either half.
    private const ulong Tcr = 2UL << 30 | 16UL << 16 | 16;

    private static readonly string Release = $"hint ID (kind release_table) (location 0x{Root:x}) (value 0x0)";

    private static void Tables(TraceText trace, ulong root, ulong output) =>
        trace.Add($"hint ID (kind set_root_lock) (location 0x{root:x}) (value 0x9000)").Write(root, root + 0x1003)
            .Write(root + 0x1000, root + 0x2003).Write(root + 0x2000, TraceText.Block(output));

    private static TraceText Tree(string ttbr, params (string Register, ulong Value)[] controls)
    {
        var trace = new TraceText();
        foreach (var (register, value) in controls)
            Register(trace, register, value);
        Tables(trace, Root, Output);
        return Register(trace, ttbr, Root).Add(Isb);
    }

    // The register gets another root while walks are off, and the old tree is freed.
    [Theory]
    [InlineData("sctlr_el1", 0UL, true, "llll")]
    [InlineData("sctlr_el1", 0UL, false, "vvvv")]
    [InlineData("tcr_el1", Tcr | UpperOff, true, "llll")]
    [InlineData("tcr_el1", Tcr | UpperOff, false, "vvvv")]
    [InlineData("tcr_el1", Tcr | LowerOff, true, "llll")]
    public void A_tree_is_released_while_walks_are_off(string register, ulong value, bool flush, string verdicts)
    {
        var trace = Register(Tree("ttbr1_el1", ("tcr_el1", Tcr)), register, value).Add(Isb);
        // EPD0 concerns TTBR0 alone, so TTBR1 leads to the tree until it is written.
        if ((value & LowerOff) != 0)
            Register(trace, "ttbr1_el1", Empty).Add(Isb);
        if (flush)
            trace.Tlbi("vmalle1").Dsb("nsh");
        Assert.Equal(verdicts, TraceText.Verdicts(Register(trace, "ttbr1_el1", Empty).Add(Isb).Add(Release)));
    }

    [Fact]
    public void A_tree_is_not_released_while_another_CPU_walks_it()
    {
        var trace = Tree("ttbr1_el1", ("tcr_el1", Tcr))
            .Add($"sysreg-write ID (sysreg ttbr1_el1) (value 0x{Root:x})", 1);
        Register(trace, "sctlr_el1", 0).Add(Isb).Tlbi("vmalle1").Dsb("nsh").Add(Release);
        Assert.StartsWith(
            $"cannot release table still in use: TTBR1_EL1 of CPU 1 leads to 0x{Root:x}",
            trace.Lint(default).Violation?.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "llll")]
    [InlineData(false, "vvvv")]
    public void A_register_gets_another_root_while_walks_are_off(bool flush, string verdicts)
    {
        var trace = Register(Tree("ttbr1_el1", ("tcr_el1", Tcr)), "sctlr_el1", 0).Add(Isb);
        Tables(trace, Other, Moved);
        if (flush)
            trace.Tlbi("vmalle1").Dsb("nsh");
        Register(Register(trace, "ttbr1_el1", Other).Add(Isb), "sctlr_el1", 1);
        Assert.Equal(verdicts, TraceText.Verdicts(trace));
    }

    // EPD0 is one of TCR_EL2 while E2H is 1, whichever register is written last.
    [Theory]
    [InlineData("vvvv", "hcr_el2", E2h, "tcr_el2", Tcr | LowerOff, "hcr_el2", 0UL, "tcr_el2", 16UL)]
    [InlineData("vvvv", "hcr_el2", E2h, "tcr_el2", Tcr | LowerOff, "hcr_el2", 0UL)]
    [InlineData("llll", "hcr_el2", E2h, "tcr_el2", Tcr | LowerOff)]
    [InlineData("llll", "hcr_el2", 0UL, "tcr_el2", Tcr | LowerOff, "hcr_el2", E2h)]
    [InlineData("vvvv", "hcr_el2", E2h, "tcr_el2", Tcr | UpperOff)]
    public void EPD_of_TCR_EL2_counts_while_E2H_is_1(string verdicts, params object[] writes)
    {
        var controls = writes.Chunk(2).Select(w => ((string)w[0], (ulong)w[1])).ToArray();
        Assert.Equal(verdicts, TraceText.Verdicts(
            Tree("ttbr0_el2", controls).Add("lock ID (address 0x9000)")
                .Write(Root + 0x2000, TraceText.Block(Moved))));
    }

    // Without E2H there is no upper half.
    [Theory]
    [InlineData(true, true, "llll")]
    [InlineData(true, false, "vvvv")]
    [InlineData(false, true, "vvvv")]
    public void TTBR1_EL2_leads_to_no_tree_once_E2H_is_0(bool isb, bool flush, string verdicts)
    {
        var trace = Register(Tree("ttbr1_el2", ("hcr_el2", E2h), ("tcr_el2", Tcr)), "hcr_el2", 0);
        if (isb)
            trace.Add(Isb);
        if (flush)
            trace.Tlbi("alle2").Dsb("nsh");
        trace.Add("lock ID (address 0x9000)").Write(Root + 0x2000, TraceText.Block(Moved));
        Assert.Equal(verdicts, TraceText.Verdicts(trace));
    }

    // What HCR_EL2 held before the first write is not known.
    [Theory]
    [InlineData(E2h, "vvvv")]
    [InlineData(0UL, "llll")]
    public void The_first_value_of_HCR_EL2_is_the_one_that_trees_were_read_with(ulong hcr, string verdicts) =>
        Assert.Equal(verdicts, TraceText.Verdicts(
            Register(Tree("ttbr0_el2", ("tcr_el2", Tcr)), "hcr_el2", hcr).Add("lock ID (address 0x9000)")
                .Write(Root + 0x2000, TraceText.Block(Output) | 1UL << 11)));

    // E2H is permitted to be cached in a TLB, and says whether leaves have nG.
    [Theory]
    [InlineData(0UL, E2h, true, true, "llll")]
    [InlineData(0UL, E2h, true, false, "vvvv")]
    [InlineData(0UL, E2h, false, true, "vvvv")]
    [InlineData(E2h, 0UL, true, true, "llll")]
    [InlineData(E2h, 0UL, true, false, "vvvv")]
    [InlineData(E2h, 0UL, false, true, "vvvv")]
    public void E2H_changes_while_the_CPU_holds_no_tree_of_EL2(
        ulong before, ulong after, bool off, bool flush, string verdicts)
    {
        var trace = Tree("ttbr0_el2", ("hcr_el2", before), ("tcr_el2", Tcr));
        if (off)
            Register(trace, "sctlr_el2", 0).Add(Isb);
        if (flush)
            trace.Tlbi("alle2").Dsb("nsh");
        Register(Register(trace, "hcr_el2", after), "sctlr_el2", 1).Add(Isb);
        Assert.Equal(verdicts, TraceText.Verdicts(trace));
        if (trace.Lint(default).Violation is { } violation)
            Assert.StartsWith("stale after a change of HCR_EL2: E2H", violation.Reason, StringComparison.Ordinal);
        // An empty tree has no entries.
        var empty = Register(Register(new(), "hcr_el2", before), "ttbr0_el2", Empty);
        Assert.Equal("llll", TraceText.Verdicts(Register(empty, "hcr_el2", after)));
        trace.Add("lock ID (address 0x9000)").Write(Root + 0x2000, TraceText.Block(Output) | 1UL << 11);
        Assert.Equal(after == E2h ? "vvvv" : verdicts, TraceText.Verdicts(trace));
    }

    // No walk sees the new size if the same write turns walks off, and entries of the old size stay.
    [Theory]
    [InlineData(false, false, "llll")]
    [InlineData(true, true, "llll")]
    [InlineData(false, true, "vvvv")]
    public void One_write_turns_walks_off_and_changes_the_size(bool flush, bool on, string verdicts)
    {
        var trace = new TraceText();
        Tables(Register(trace, "tcr_el1", Tcr), Root, Output);
        Register(trace, "ttbr1_el1", Root).Add(Isb);
        Register(trace, "tcr_el1", (Tcr | UpperOff) + (1UL << 16)).Add(Isb);
        if (flush)
            trace.Tlbi("vmalle1").Dsb("nsh");
        if (on)
            Register(trace, "tcr_el1", Tcr + (1UL << 16));
        Assert.Equal(verdicts, TraceText.Verdicts(trace));
    }
}
