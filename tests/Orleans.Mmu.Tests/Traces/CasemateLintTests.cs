using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Tests.Shared;

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

    [Theory]
    [InlineData("vae1is", 0UL, true)]
    [InlineData("vaale1is", 0x1ffUL, true)]
    [InlineData("vaale1is", 0x200UL, false)]
    [InlineData("vaae1is", 0x2000_0000_0000UL, true)]
    [InlineData("vaae1is", 0x6000_0000_0000UL, true)]
    [InlineData("vaae1is", 0x7000_0000_0000UL, false)]
    [InlineData("vaae1is", 0xA000_0000_0000UL, false)]
    [InlineData("vaae1is", 0xE000_0000_0000UL, false)]
    [InlineData("rvaae1is", 1UL << 46, true)]
    [InlineData("rvaae1is", 0UL, false)]
    [InlineData("vmalle1is", null, true)]
    [InlineData("vmalle1", null, false)]
    [InlineData("vae2is", 0UL, false)]
    [InlineData("aside1is", null, false)]
    public void WhichTlbiCleansABlock(string operation, ulong? value, bool clean) => Check(
        TraceText.Tree(TraceText.Block(Output)).Write(TraceText.Pmd, 0).Flush(operation, value)
            .Write(TraceText.Pmd, TraceText.Block(2 * Output)).Lint(BbmLevel.Level0),
        clean, "BBM invalid unclean->valid", "R_DDMVT");

    [Theory]
    [InlineData("ishst", "ish", true)]
    [InlineData("ish", "sy", true)]
    [InlineData("ish", "ishst", false)]
    [InlineData("ish", "nsh", false)]
    public void WhichBarriersComplete(string before, string after, bool clean) => Check(
        TraceText.Tree(TraceText.Block(Output)).Write(TraceText.Pmd, 0).Dsb(before).Tlbi("vmalle1is").Dsb(after)
            .Write(TraceText.Pmd, TraceText.Block(2 * Output)).Lint(BbmLevel.Level0),
        clean, "BBM invalid unclean->valid", "R_DDMVT");

    [Fact]
    public void ATlbiBeforeItsBarrierDoesNothing() => Check(
        TraceText.Tree(TraceText.Block(Output)).Write(TraceText.Pmd, 0).Tlbi("vmalle1is").Dsb()
            .Write(TraceText.Pmd, TraceText.Block(2 * Output)).Lint(BbmLevel.Level0),
        false, "BBM invalid unclean->valid", "");

    [Fact]
    public void OnlyCpusThatMayHoldTheTreeCount()
    {
        TraceText Parked(bool isb, bool tlbi) => TraceText.Tree(TraceText.Block(Output), t => t.FillPte(Output))
            .Park(isb, tlbi).Write(TraceText.Pmd, TraceText.Pte | 3);
        BbmLevel[] asymmetric = [BbmLevel.Level2NoAbort, BbmLevel.Level0];
        Check(TraceText.Lint(Parked(isb: true, tlbi: true).ToString(), asymmetric), true);
        foreach (var wrong in new[] { Parked(isb: false, tlbi: true), Parked(isb: true, tlbi: false),
            Parked(isb: false, tlbi: false) })
        {
            var result = TraceText.Lint(wrong.ToString(), asymmetric);
            Check(result, false, "BBM valid->valid", "level 0");
            Assert.Equal(1, result.Violation!.Cpu);
        }
    }

    [Theory]
    [InlineData("vmalle1", true)]
    [InlineData("alle1", true)]
    [InlineData("alle2", false)]
    public void ACpuDropsOnlyTreesOfTheRegimesThatItsTlbiReaches(string operation, bool legal)
    {
        string trace = TraceText.Tree(TraceText.Block(Output), t => t.FillPte(Output)).Park(isb: true, tlbi: false)
            .Add($"tlbi ID {operation}", cpu: 1).Add("barrier ID dsb (kind nsh)", cpu: 1)
            .Write(TraceText.Pmd, TraceText.Pte | 3).ToString();
        Check(TraceText.Lint(trace, [BbmLevel.Level2NoAbort, BbmLevel.Level0]), legal, "BBM valid->valid", "level 0");
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

    private static void Check(Orleans.Mmu.Traces.Lint.LintResult result, bool legal, string rule = "", string what = "")
    {
        if (legal)
        {
            Assert.Null(result.Violation?.Reason);
            return;
        }

        Assert.NotNull(result.Violation);
        Assert.Contains(rule, result.Violation.Reason, StringComparison.Ordinal);
        Assert.Contains(what, result.Violation.Reason, StringComparison.Ordinal);
    }
}
