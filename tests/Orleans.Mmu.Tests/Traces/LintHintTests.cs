namespace Orleans.Mmu.Tests.Traces;

/// <summary>What the level in a TLBI's hint says of table descriptors, of ranges, and of other granules.</summary>
public sealed class LintHintTests
{
    private const ulong Output = 0x4000_0000;
    private const string Free = "mem-free ID (address 0x4000) (size 0x1000)";

    // The hint is the level of the leaves below, so a hint at the table's own level leaves it cached.
    [Theory]
    [InlineData(0UL, "llll")]
    [InlineData(1UL, "vvvv")]
    [InlineData(2UL, "vvvv")]
    [InlineData(3UL, "llll")]
    public void A_hint_at_the_level_of_a_table_does_not_name_it(ulong level, string verdicts)
    {
        TraceText Emptied() => TraceText
            .Tree(TraceText.Pte | 3, t => t.Write(TraceText.Pte, TraceText.Page(Output)))
            .Write(TraceText.Pte, 0).Flush("vaale1is", 0).Write(TraceText.Pmd, 0);
        ulong hint = level == 0 ? 0 : (4 | level) << 44;
        Assert.Equal(verdicts, TraceText.Verdicts(Emptied().Flush("vaae1is", hint).Add(Free)));
        Assert.Equal(
            verdicts, TraceText.Verdicts(Emptied().Flush("rvaae1is", 1UL << 46 | level << 37).Add(Free)));
    }

    // Two blocks from the first one on: a range whose hint is level 2 begins where a block begins.
    [Theory]
    [InlineData(2UL, 0UL, "llll")]
    [InlineData(2UL, 1UL, "vvvv")]
    [InlineData(0UL, 1UL, "llll")]
    public void A_range_with_a_hint_begins_where_a_leaf_begins(ulong level, ulong page, string verdicts) =>
        Assert.Equal(verdicts, TraceText.Verdicts(TraceText.Tree(TraceText.Block(Output)).Write(TraceText.Pmd, 0)
            .Flush("rvaae1is", 1UL << 46 | 1UL << 44 | 15UL << 39 | level << 37 | page)
            .Write(TraceText.Pmd, TraceText.Block(2 * Output))));

    [Theory]
    [InlineData(2UL, 17UL, 8UL, "llll")]
    [InlineData(2UL, 17UL, 10UL, "vvvv")]
    [InlineData(2UL, 17UL, 11UL, "llll")]
    [InlineData(1UL, 16UL, 12UL, "llll")]
    [InlineData(1UL, 16UL, 13UL, "vvvv")]
    [InlineData(1UL, 16UL, 15UL, "llll")]
    public void Level_0_of_16K_and_64K_gives_no_hint(ulong tg0, ulong size, ulong ttl, string verdicts)
    {
        var place = tg0 == 2 ? new ShapedLeaf("EL2", 2, 14, 47, 1, 3) : new ShapedLeaf("EL2", 1, 16, 48, 1, 3);
        Assert.Equal((int)size, 64 - place.Bits);
        Assert.Equal(verdicts, TraceText.Verdicts(
            place.Change(place.Tree(), place.ByPage, ttl << 44 | place.Address >> 12)));
    }
}
