using Orleans.Mmu.Arm.BreakBeforeMake;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>A block that has become a table live, and that a CPU may still have cached.</summary>
public sealed class LintSplitTests
{
    private const ulong Output = 0x4000_0000;
    private const ulong Moved = 0x8000_0000;
    private const ulong Entry = TraceText.Pte + 5 * 8;
    private const ulong Level3 = 7UL << 44;

    // The block becomes a table without a TLBI. Level 1 needs nT, and level 0 a break.
    private static TraceText Split(bool hole = false) => TraceText
        .Tree(TraceText.Block(Output), t => t.FillPte(Output).Write(Entry, hole ? 0 : TraceText.Page(Output + 0x5000)))
        .Write(TraceText.Pmd, TraceText.Pte | 3);

    private static TraceText Flushed(TraceText trace, ulong? page) =>
        page is { } named ? trace.Flush("vaale1is", named) : trace;

    // Any address of the block names it; a hint of level 3 leaves it.
    [Theory]
    [InlineData(null, Output + 0x5000, "vvll")]
    [InlineData(null, Moved, "vvvv")]
    [InlineData(5UL, Moved, "vvll")]
    [InlineData(9UL, Moved, "vvll")]
    [InlineData(Level3 | 5, Moved, "vvvv")]
    [InlineData(512UL, Moved, "vvvv")]
    public void A_hole_of_the_table_is_filled_beside_the_block(ulong? flushed, ulong output, string verdicts) =>
        Assert.Equal(verdicts, TraceText.Verdicts(
            Flushed(Split(hole: true), flushed).Write(Entry, TraceText.Page(output))));

    [Theory]
    [InlineData(Level3 | 5, Moved, "vvvv")]
    [InlineData(Level3 | 5, Output + 0x5000, "vvll")]
    [InlineData(5UL, Moved, "vvll")]
    public void A_page_of_the_table_changes_beside_the_block(ulong flushed, ulong output, string verdicts) =>
        Assert.Equal(verdicts, TraceText.Verdicts(
            Flushed(Split().Write(Entry, 0), flushed).Write(Entry, TraceText.Page(output))));

    [Theory]
    [InlineData(1UL << 6, "vvll")]
    [InlineData(1UL << 55, "vvll")]
    [InlineData(1UL << 2, "vvvv")]
    public void Permissions_of_a_page_may_differ_from_the_block(ulong change, string verdicts) => Assert.Equal(
        verdicts, TraceText.Verdicts(
            Split(hole: true).Write(Entry, TraceText.Page(Output + 0x5000) ^ change)));

    [Fact]
    public void The_reason_names_the_block_and_the_missing_TLBI()
    {
        var violation = Split(hole: true).Write(Entry, TraceText.Page(Moved)).Lint(BbmLevel.Level2NoAbort).Violation!;
        Assert.StartsWith("BBM invalid unclean->valid: 0x4028 becomes 0x60000080000703", violation.Reason);
        Assert.Contains("the block 0x60000040000701, which 0x3000 held before, since no DSB", violation.Reason);
    }

    // CPU 0 splits the block, and CPU 1, of level 0, takes the tree up. Its walks may read the block until a DSB.
    [Theory]
    [InlineData(false, "v")]
    [InlineData(true, "l")]
    public void A_CPU_that_takes_the_tree_up_before_the_DSB_sees_the_change(bool dsb, string verdict)
    {
        var trace = new TraceText().Add("hint ID (kind set_root_lock) (location 0x1000) (value 0x9000)")
            .Write(TraceText.Root, TraceText.Pud | 3).Write(TraceText.Pud, TraceText.Pmd | 3)
            .Write(TraceText.Pmd, TraceText.Block(Output)).FillPte(Output)
            .Add("sysreg-write ID (sysreg ttbr0_el1) (value 0x1000)").Add("lock ID (address 0x9000)")
            .Write(TraceText.Pmd, TraceText.Pte | 3);
        if (dsb)
            trace.Dsb("ishst");
        trace.Add("sysreg-write ID (sysreg ttbr0_el1) (value 0x1000)", cpu: 1);
        var violation = TraceText.Lint(trace.ToString(), [BbmLevel.Level2NoAbort, BbmLevel.Level0]).Violation;
        Assert.Equal(verdict, violation is null ? "l" : "v");
        Assert.True(violation is null or { Cpu: 1, Breaks: true });
        Assert.Null(TraceText.Lint(trace.ToString(), BbmLevel.Level2NoAbort).Violation);
    }
}
