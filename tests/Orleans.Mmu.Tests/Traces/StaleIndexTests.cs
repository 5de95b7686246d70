using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Traces.Lint;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>What the linter looks at for one event does not grow with what the trace has changed before.</summary>
public sealed class StaleIndexTests
{
    private const int Many = 512;

    private static LintedPage Table(int level, ulong input = 0) => new(0x1000)
    {
        IsTable = true,
        Regime = CasemateRegime.El1,
        Level = level,
        Input = input,
        Roots = [0x1000],
    };

    [Theory]
    [InlineData(2)]
    [InlineData(1)]
    public void ATlbiByAddressSeesTheBlocksAtItsAddress(int level)
    {
        var index = new StaleIndex(most: Many);
        var page = Table(level);
        for (int word = 0; word < Many; word++)
            index.Add(page, word, TraceText.Block(0));
        var tlbi = LintedTlbi.Find("vaae1is"u8)!.Value;
        for (int word = 0; word < Many; word += 37)
            Assert.Equal(word, Assert.Single(index.Near(0, tlbi, page.InputOf(word), 4096)).Word);
        Assert.Equal(Many, index.Near(0, tlbi, 0, Many * page.Cover).Count);
        Assert.Empty(index.Near(0, LintedTlbi.Find("vae2is"u8)!.Value, 0, Many * page.Cover));
    }

    [Fact]
    public void ARangeSeesEveryBlockThatItTouches()
    {
        var index = new StaleIndex(most: Many);
        var page = Table(2);
        for (int word = 0; word < Many; word++)
            index.Add(page, word, TraceText.Block(0));
        var near = index.Near(0, LintedTlbi.Find("rvaae1is"u8)!.Value, 3 * page.Cover - 4096, page.Cover + 8192);
        Assert.Equal([2, 3, 4], near.Select(v => v.Word).Order());
    }

    [Fact]
    public void ValuesThatTranslateAlikeAreOne()
    {
        var index = new StaleIndex(most: Many);
        var page = Table(2);
        ulong block = TraceText.Block(0);
        var first = index.Add(page, 0, block);
        Assert.Same(first, index.Add(page, 0, block));
        Assert.Same(first, index.Add(page, 0, block ^ 1UL << 55));
        Assert.Same(first, index.Add(page, 0, block ^ 1UL << 7));
        Assert.Equal(3, first.Count);
        Assert.NotSame(first, index.Add(page, 0, block ^ 1UL << 52));
        Assert.NotSame(first, index.Add(page, 0, block ^ 1UL << 11));
        Assert.NotSame(first, index.Add(page, 0, block ^ 1UL << 2));
        Assert.NotSame(first, index.Add(page, 0, block ^ 1UL << 21));
        Assert.NotSame(first, index.Add(page, 1, block));
        index.Remove(first);
        Assert.Equal(4, index.Of(page, 0).Count);
        Assert.NotSame(first, index.Add(page, 0, block));
    }

    [Fact]
    public void EveryOldValueBesideANewOneCountsAsAChangeThatMayAbort()
    {
        ulong block = TraceText.Block(0x4000_0000);
        var trace = TraceText.Tree(block);
        for (ulong i = 1; i <= 20; i++)
            trace.Write(TraceText.Pmd, block ^ i << 55);
        trace.Write(TraceText.Pmd, block | 1UL << 52);
        var result = trace.Lint(BbmLevel.Level2);
        Assert.Null(result.Violation);
        // The values 1 to 20 with the first one, of which the twentieth is replaced at this moment.
        Assert.Equal(21, result.MayAbort);
    }

    [Fact]
    public void MemoryTypesAreLookedForWhereTheyAre()
    {
        var leaves = new LintedLeaves();
        var plain = Table(3);
        var other = new LintedPage(0x2000) { IsTable = true, Regime = CasemateRegime.El1, Level = 3, Roots = [0x1000] };
        leaves.Add(plain, TraceText.Page(0));
        leaves.Add(other, TraceText.Page(0) | LintedLeaves.OfType(5));
        Assert.Same(other, Assert.Single(leaves.Having(0x1000, 1 << 5)));
        Assert.Empty(leaves.Having(0x1000, 1 << 4));
        Assert.Empty(leaves.Having(0x2000, 1 << 5));
        leaves.Forget(other, 1 << 5);
        Assert.Empty(leaves.Having(0x1000, 1 << 5));
        leaves.Leave(plain);
        Assert.Empty(leaves.Having(0x1000, 1));
    }
}
