using static Orleans.Mmu.Tests.Traces.ShapedLeaf;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>
/// A descriptor with bits 1:0 = 01 at a level that has no blocks is reserved: a walk takes it for an invalid one.
/// </summary>
public sealed class LintReservedDescriptorTests
{
    private static TraceText Pages() => TraceText.Tree(
        TraceText.Pte | 3, t => t.Write(TraceText.Pte, TraceText.Page(Output)));

    // Break with the new address in a reserved descriptor, TLBI, make.
    [Fact]
    public void It_breaks_at_the_last_level()
    {
        Assert.Equal("llll", TraceText.Verdicts(Pages().Write(TraceText.Pte, TraceText.Block(Moved))
            .Flush("vaae1is", 0).Write(TraceText.Pte, TraceText.Page(Moved))));
        Assert.Equal("vvvv", TraceText.Verdicts(Pages().Write(TraceText.Pte, TraceText.Block(Moved))
            .Write(TraceText.Pte, TraceText.Page(Moved))));
    }

    [Theory]
    [InlineData(TraceText.Root, "llll")]
    [InlineData(TraceText.Pmd, "vvvv")]
    public void A_level_with_blocks_has_none(ulong table, string verdicts) => Assert.Equal(
        verdicts, TraceText.Verdicts(TraceText.Tree(TraceText.Block(Output))
            .Write(table + 8, TraceText.Block(Output)).Write(table + 8, TraceText.Block(Moved))));

    // With DS, level 0 of 4K has blocks.
    [Theory]
    [InlineData(0UL, "llll")]
    [InlineData(1UL << 59, "vvvv")]
    public void The_layout_says_which_levels_have_blocks(ulong ds, string verdicts)
    {
        var trace = Register(new(), "tcr_el1", 2UL << 30 | 16UL << 16 | 16 | ds);
        trace.Add($"hint ID (kind set_root_lock) (location 0x{Root:x}) (value 0x9000)");
        Register(trace, "ttbr0_el1", Root).Add("lock ID (address 0x9000)").Write(Root, 0x80_0000_0000 | 0x401)
            .Write(Root, 0x100_0000_0000 | 0x401);
        Assert.Equal(verdicts, TraceText.Verdicts(trace));
    }

    [Fact]
    public void A_reserved_root_entry_populates_no_tree() => Assert.Equal(
        "llll", TraceText.Verdicts(TraceText.Tree(TraceText.Block(Output)).Write(0xa000, TraceText.Block(Output))
            .Add("sysreg-write ID (sysreg ttbr0_el1) (value 0xa000)")));
}
