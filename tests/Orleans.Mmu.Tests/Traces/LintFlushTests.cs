using Orleans.Mmu.Arm.BreakBeforeMake;
using static Orleans.Mmu.Tests.Traces.CasemateVerdict;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>Which barriers and TLBIs complete a change, and for which CPUs.</summary>
public class LintFlushTests
{
    private const ulong Output = 0x4000_0000;

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
}
