using CsCheck;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Inputs;
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
    [InlineData("rvaae1is", 0UL, true)]
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

    [Theory]
    [InlineData("(mem-wrte (id 0) (tid 0))", "t.log:1: expected an event (mem-write, barrier, tlbi, sysreg-write, "
        + "lock, hint, …), found mem-wrte")]
    [InlineData("(isb)", "t.log:1: expected an event (mem-write, barrier, tlbi, sysreg-write, lock, hint, …), found "
        + "isb")]
    [InlineData("(barrier (id 0) (tid 0) dsb)", "t.log:1: expected dsb or isb in a barrier, found (barrier (id 0) "
        + "(tid 0) dsb)")]
    [InlineData("(barrier (id 0) (tid 0) dsb (kind full))", "t.log:1: expected ish, ishst, nsh or sy, found full")]
    [InlineData("(mem-write (id 0) (tid 0) (mem-order plain) (address 0x8))", "t.log:1: expected the field value in "
        + "an event, found none")]
    [InlineData("(mem-write (id 0) (tid 0) (mem-order plain) (address 0xg) (value 0))", "t.log:1: expected a "
        + "hexadecimal number, found 0xg")]
    [InlineData("(mem-write (id x) (tid 0))", "t.log:1: expected a decimal number, found x")]
    [InlineData("(mem-write (id 0) (id 0))", "t.log:1: expected each field once, found id")]
    [InlineData("(tlbi (id 0) (tid 0) vmall)", "t.log:1: expected a TLBI operation such as vmalle1is, found vmall")]
    [InlineData("(tlbi (id 0) (tid 0))", "t.log:1: expected a TLBI operation such as vmalle1is, found none")]
    [InlineData("(tlbi (id 0) (tid 0) vmalle1 alle2)", "t.log:1: expected each field once, found alle2")]
    [InlineData("(sysreg-write (id 0) (tid 0) (value 0))", "t.log:1: expected the field sysreg in an event, "
        + "found none")]
    [InlineData("(sysreg-write (id 0) (tid 0) (sysreg x) (sysreg y) (value 0))", "t.log:1: expected each field once, "
        + "found sysreg")]
    [InlineData("(lock (id 0) (tid 0) (address 1)", "t.log:1: expected ), found the end of the line")]
    [InlineData("(lock (id 0) (tid 0) (address 1)) x", "t.log:1: expected the end of the line, found x")]
    [InlineData("! over\n(lock (id 0) (tid 0) (address 1))", "t.log:2: expected the end of the trace after its "
        + "verdict (!), found another event")]
    public void BadInputIsOneLine(string text, string line) =>
        Assert.Equal(line, Assert.Throws<InputException>(() => TraceText.Lint(text, BbmLevel.Level0)).Message);

    [Fact]
    public void ALineWithoutEndIsRefused()
    {
        var error = Assert.Throws<InputException>(
            () => TraceText.Lint("\n(" + new string('x', 1 << 21), BbmLevel.Level0));
        Assert.Equal("t.log:2: expected lines of at most 65536 bytes, found a longer one", error.Message);
    }

    [Fact]
    public void ATraceOfTooManyPagesIsRefused()
    {
        var writes = string.Concat(Enumerable.Range(0, 101)
            .Select(i => $"(mem-write (id {i}) (tid 0) (mem-order plain) (address {i * 4096L:x}) (value 1))\n"));
        var error = Assert.Throws<InputException>(() => TraceText.Lint(writes, BbmLevel.Level0, maxPages: 100));
        Assert.Equal("t.log:101: expected at most 100 pages that the trace writes, found more", error.Message);
    }

    [Fact]
    public void AnythingElseIsAVerdictOrOneLine()
    {
        string[] texts =
        [
            .. SharedFolder.Files("casemate", "*.log")
            .Select(f => File.ReadAllText(Path.Combine(SharedFolder.Of("casemate"), f))),
            TraceText.Tree(TraceText.Block(Output)).Write(TraceText.Pmd, 0).Flush("vmalle1is")
                .Write(TraceText.Pmd, TraceText.Block(2 * Output)).ToString(),
            TraceText.Tree(TraceText.Pte | 3).Write(TraceText.Pmd, 0).Flush("vaae1is", 0)
                .Write(TraceText.Pmd, TraceText.Pte | 3).ToString(),
        ];
        (from text in Gen.Int[0, texts.Length - 1].Select(i => texts[i])
         from edits in Gen.Select(Gen.Int[0, 4], Gen.Double[0, 1], Gen.Double[0, 1], Gen.Char['\t', '~']).Array[1, 4]
         from level in Gen.Int[0, 3]
         select (Text: edits.Aggregate(text, Edit), Level: (BbmLevel)level)).Sample(
            trace =>
            {
                try
                {
                    TraceText.Lint(trace.Text, trace.Level);
                }
                catch (InputException e)
                {
                    Assert.Matches(@"^t\.log:\d+: expected ", e.Message);
                }
            },
            iter: 20_000);
    }

    private static string Edit(string text, (int Kind, double At, double Length, char With) edit)
    {
        if (text.Length == 0)
            return text;
        int at = Math.Min((int)(edit.At * text.Length), text.Length - 1);
        int length = Math.Min((int)(edit.Length * edit.Length * 60) + 1, text.Length - at);
        return edit.Kind switch
        {
            0 => text.Remove(at, length),
            1 => text.Insert(at, text.Substring(at, length)),
            2 => text[..at],
            3 => text.Remove(at, 1).Insert(at, edit.With.ToString()),
            _ => text.Remove(at, length)
                .Insert((int)(edit.Length * (text.Length - length)), text.Substring(at, length)),
        };
    }

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
