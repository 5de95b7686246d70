using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Tests.Shared;
using static Orleans.Mmu.Tests.Traces.CasemateVerdict;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>Verdicts on traces: those of casemate on its own, and the architecture's at each BBM level.</summary>
public class CasemateLintTests
{
    private const ulong Output = 0x4000_0000;
    private const ulong Contiguous = 1UL << 52;
    private const ulong Nt = 1UL << 16;
    private const ulong NotGlobal = 1UL << 11;
    private const ulong ReadOnly = 1UL << 7;

    public static TheoryData<string> CasemateLogs => [.. SharedFolder.Files("casemate", "*.log")];

    [SharedTheory("casemate")]
    [MemberData(nameof(CasemateLogs))]
    public void AtLevel0CasemateSaysTheSame(string log)
    {
        string text = File.ReadAllText(Path.Combine(SharedFolder.Of("casemate"), log));
        var result = TraceText.Lint(text, BbmLevel.Level0);
        Assert.Equal(log.StartsWith("bad_", StringComparison.Ordinal), result.Violation is not null);
        if (result.Violation is { } violation)
        {
            Assert.Contains(result.Casemate!, violation.Reason, StringComparison.Ordinal);
            // casemate stops at the event that breaks its rule.
            Assert.Equal(ulong.CreateChecked(result.Events - 1), violation.Event);
        }
        else
        {
            Assert.Null(result.Casemate);
        }
    }

    [SharedFact("casemate")]
    public void AllOfThemAreThere() => Assert.Equal(23, SharedFolder.Files("casemate", "*.log").Count());

    [Theory]
    [InlineData(0, false, 0)]
    [InlineData(1, false, 0)]
    [InlineData(2, true, 1)]
    [InlineData(3, true, 0)]
    public void ABlockBecomesATable(int level, bool legal, int mayAbort)
    {
        var result = TraceText.Tree(TraceText.Block(Output), t => t.FillPte(Output))
            .Write(TraceText.Pmd, TraceText.Pte | 3).Flush("vmalle1is").Lint((BbmLevel)level);
        Check(result, legal, "BBM valid->valid", "a block becomes a table");
        Assert.Equal(legal ? mayAbort : 0, result.MayAbort);
        // CPU 1 walks the same tree.
        if (!legal)
            Assert.Equal(1, result.Violation!.Cpu);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    public void ATableBecomesABlock(int level, bool legal) => Check(
        TraceText.Tree(TraceText.Pte | 3, t => t.FillPte(Output)).Write(TraceText.Pmd, TraceText.Block(Output))
            .Flush("vmalle1is").Lint((BbmLevel)level),
        legal, "BBM valid->valid", "a table becomes a block");

    [Theory]
    [InlineData(0x1000UL)]
    [InlineData(4UL)]
    [InlineData(0x100UL)]
    public void ATableThatTranslatesOtherwiseIsNoChangeOfSizeAlone(ulong difference)
    {
        foreach (var level in Enum.GetValues<BbmLevel>())
        {
            Check(TraceText.Tree(TraceText.Block(Output), t => t.FillPte(Output, difference))
                .Write(TraceText.Pmd, TraceText.Pte | 3).Lint(level),
                false, "BBM valid->valid", level == BbmLevel.Level0 ? "R_FVQCK" : "R_PVTFW");
        }
    }

    [Fact]
    public void PagesOfATableMayDifferInPermission() => Check(
        TraceText.Tree(TraceText.Block(Output), t => t.FillPte(Output, ReadOnly))
            .Write(TraceText.Pmd, TraceText.Pte | 3).Lint(BbmLevel.Level2), true);

    [Fact]
    public void AtLevel1TheBlockCarriesNtAndIsFlushedFirst()
    {
        TraceText Split() => TraceText.Tree(TraceText.Block(Output), t => t.FillPte(Output))
            .Write(TraceText.Pmd, TraceText.Block(Output) | Nt);
        Check(Split().Flush("vae1is", 0).Write(TraceText.Pmd, TraceText.Pte | 3).Flush("vmalle1is")
            .Lint(BbmLevel.Level1), true);
        Check(Split().Write(TraceText.Pmd, TraceText.Pte | 3).Lint(BbmLevel.Level1), false, "BBM valid->valid",
            "without nT");
    }

    [Theory]
    [InlineData(0x20_0000UL, "another output address (R_WHZWS, R_PVTFW)")]
    [InlineData(0x4UL, "another memory type")]
    [InlineData(0x100UL, "another memory type, cacheability or shareability")]
    [InlineData(NotGlobal, "global becomes non-global")]
    public void WhatNoLevelAllows(ulong change, string what)
    {
        foreach (var level in Enum.GetValues<BbmLevel>())
        {
            Check(TraceText.Tree(TraceText.Block(Output)).Write(TraceText.Pmd, TraceText.Block(Output) ^ change)
                .Lint(level), false, "BBM valid->valid", what);
            Check(TraceText.Tree(TraceText.Block(Output)).Write(TraceText.Pmd, 0).Flush("vaae1is", 0)
                .Write(TraceText.Pmd, TraceText.Block(Output) ^ change).Lint(level), true);
        }
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    public void TheContiguousBit(int level, bool legal) => Check(
        TraceText.Tree(TraceText.Block(Output)).Write(TraceText.Pmd, TraceText.Block(Output) | Contiguous)
            .Lint((BbmLevel)level),
        legal, "BBM valid->valid", "Contiguous");

    [Fact]
    public void APermissionMayChangeAtEveryLevel()
    {
        foreach (var level in Enum.GetValues<BbmLevel>())
            Check(TraceText.Tree(TraceText.Block(Output)).Write(TraceText.Pmd, TraceText.Block(Output) | ReadOnly)
                .Lint(level), true);
    }

    [Fact]
    public void AMemsetThatBeginsBeforeATableReachesIt() => Check(
        TraceText.Tree(TraceText.Block(Output)).Add("mem-write ID (mem-order release) (address 0x3008) (value 0)")
            .Add("mem-set ID (address 0x800) (size 0x1000) (value 0)").Dsb()
            .Write(TraceText.Root, TraceText.Pud | 3).Lint(BbmLevel.Level0),
        false, "Wrote plain without authorization", "0x1000");

    [Fact]
    public void ABarrierIsReadWithoutTheTextOfItsSource() => Assert.Null(TraceText.Lint(
        "(barrier (id 0) (tid 0) isb (src \"after dsb ish\"))", BbmLevel.Level0).Violation);

    [Fact]
    public void ATableThatPointsAtItselfIsOneUseTooMany() => Check(
        TraceText.Tree(TraceText.Root | 3).Lint(BbmLevel.Level0), false, "double-use pte", "");
}
