namespace Orleans.Mmu.Tests.Traces;

/// <summary>The pages of a tree that every CPU has left and flushed are memory like any other.</summary>
public sealed class LintAbandonedTreeTests
{
    private const ulong Poison = 0xcccc_cccc_cccc_cccc;

    [Theory]
    [InlineData(true, true, true, "llll")]
    [InlineData(false, true, true, "vvvv")]
    [InlineData(true, false, true, "vvvv")]
    [InlineData(true, true, false, "vvvv")]
    public void They_are_overwritten_once_no_CPU_can_walk_them(bool isb, bool tlbi, bool both, string verdicts)
    {
        var trace = TraceText.Tree(TraceText.Pte | 3, t => t.FillPte(0x4000_0000)).Park(isb, tlbi);
        if (both)
        {
            trace.Add("sysreg-write ID (sysreg ttbr0_el1) (value 0x8000)").Add("barrier ID isb").Tlbi("vmalle1")
                .Dsb("nsh");
        }

        trace.Write(TraceText.Root, Poison).Write(TraceText.Pud, Poison).Write(TraceText.Pmd, Poison)
            .Write(TraceText.Pte, Poison);

        Assert.Equal(verdicts, TraceText.Verdicts(trace));
    }

    [Fact]
    public void A_register_that_leads_to_the_tree_again_finds_what_was_written()
    {
        var trace = TraceText.Tree(TraceText.Block(0x4000_0000)).Park(true, true)
            .Add("sysreg-write ID (sysreg ttbr0_el1) (value 0x8000)").Add("barrier ID isb").Tlbi("vmalle1").Dsb()
            .Write(TraceText.Pmd, 0).Write(TraceText.Pmd, TraceText.Block(0x8000_0000)).Dsb()
            .Add("sysreg-write ID (sysreg ttbr0_el1) (value 0x1000)").Add("barrier ID isb");
        Assert.Equal("llll", TraceText.Verdicts(trace));

        Assert.Equal("vvvv", TraceText.Verdicts(trace.Write(TraceText.Pmd, TraceText.Block(0x4000_0000))));
    }
}
