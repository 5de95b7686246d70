using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Tests.Shared;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>Range TLBIs in either half of the address space.</summary>
public sealed class RangeOperandTests
{
    [SharedTheory("cases")]
    [InlineData("hi-range-right.log")]
    [InlineData("01-range-tlbi-upper.log")]
    [InlineData("hi-pages-right.log")]
    [InlineData("lo-range-right.log")]
    public void ARangeOfEitherHalfCleansWhatItNames(string log)
    {
        string text = File.ReadAllText(Path.Combine(SharedFolder.Of("cases"), "lint", log));
        Assert.Null(TraceText.Lint(text, BbmLevel.Level0).Violation);
    }

    // BaseADDR in pages; the range has 512 pages, as many as the table.
    [Theory]
    [InlineData(0UL, true)]
    [InlineData(1UL, false)]
    [InlineData(256UL, false)]
    [InlineData(511UL, false)]
    public void ARangeThatBeginsInsideATableLeavesThePagesBefore(ulong first, bool clean)
    {
        const ulong pages512 = 1UL << 46 | 1UL << 44 | 7UL << 39;
        var result = TraceText.Tree(TraceText.Pte | 3, t => t.FillPte(0x4000_0000)).Write(TraceText.Pmd, 0)
            .Flush("rvaae1is", pages512 | first).Write(TraceText.Pmd, TraceText.Block(0x8000_0000))
            .Lint(BbmLevel.Level0);
        Assert.Equal(clean, result.Violation is null);
    }

    [Fact]
    public void ARangeOfAnotherGranuleCleansNothing()
    {
        TraceText Flushed(ulong granule) => TraceText.Tree(TraceText.Block(0x4000_0000)).Write(TraceText.Pmd, 0)
            .Flush("rvaae1is", granule << 46).Write(TraceText.Pmd, TraceText.Block(0x8000_0000));
        Assert.Null(Flushed(1).Lint(BbmLevel.Level0).Violation);
        Assert.NotNull(Flushed(2).Lint(BbmLevel.Level0).Violation);
        Assert.NotNull(Flushed(3).Lint(BbmLevel.Level0).Violation);
    }
}
