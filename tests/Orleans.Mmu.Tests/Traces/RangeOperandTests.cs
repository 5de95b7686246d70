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
        // TG 0 is reserved (R_XKMMX).
        Assert.NotNull(Flushed(0).Lint(BbmLevel.Level0).Violation);
        Assert.NotNull(Flushed(2).Lint(BbmLevel.Level0).Violation);
        Assert.NotNull(Flushed(3).Lint(BbmLevel.Level0).Violation);
    }

    // A tree of one level 2 table under TTBR1: 16K with 36 bits, 64K with 42 bits, and their TCR_EL1.TG1.
    [Theory]
    [InlineData(1UL, 36, 25, 2UL, true)]
    [InlineData(1UL, 36, 25, 1UL, false)]
    [InlineData(3UL, 42, 29, 3UL, true)]
    [InlineData(3UL, 42, 29, 1UL, false)]
    public void TablesAreReadInTheirGranule(ulong tg1, int bits, int blockShift, ulong tg, bool legal)
    {
        ulong size = (ulong)(64 - bits);
        ulong block = 1UL << blockShift;
        int pageShift = tg1 == 1 ? 14 : 16;
        ulong start = ulong.MaxValue << bits;
        TraceText Changed(string operation, ulong value) => new TraceText()
            .Add($"sysreg-write ID (sysreg tcr_el1) (value 0x{tg1 << 30 | size << 16 | size:x})")
            .Add("hint ID (kind set_root_lock) (location 0x10000) (value 0x9000)")
            .Write(0x10008, TraceText.Block(2 * block))
            .Add("sysreg-write ID (sysreg ttbr1_el1) (value 0x10000)").Add("lock ID (address 0x9000)")
            .Write(0x10008, 0).Flush(operation, value).Write(0x10008, TraceText.Block(4 * block));
        ulong mask = (1UL << 37) - 1;
        Assert.Equal(
            legal ? "llll" : "vvvv",
            TraceText.Verdicts(Changed("rvaale1is", tg << 46 | ((start + block) >> pageShift & mask))));
        Assert.Equal("llll", TraceText.Verdicts(Changed("vaale1is", (start + block) >> 12 & (1UL << 44) - 1)));
        Assert.Equal("vvvv", TraceText.Verdicts(Changed("vaale1is", start >> 12 & (1UL << 44) - 1)));
    }
}
