using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Tests.Shared;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>Traces of ../shared/cases with the verdict that each must have at BBM levels 0 to 3.</summary>
public sealed class LintCaseTests
{
    private const string Legal = "llll";
    private const string Violation = "vvvv";

    [SharedTheory("cases")]
    [InlineData("lint/hi-range-right.log", Legal)]
    [InlineData("lint/01-range-tlbi-upper.log", Legal)]
    [InlineData("lint/hi-pages-right.log", Legal)]
    [InlineData("lint/lo-range-right.log", Legal)]
    [InlineData("lint/hotremove-cont-one-by-one.log", Violation)]
    [InlineData("lint/hotremove-cont-batched.log", Legal)]
    [InlineData("lint/cont-bad-oa.log", Violation)]
    [InlineData("lint/asid-aside1-wrong.log", Violation)]
    [InlineData("lint/tg1-16k.log", Violation)]
    [InlineData("lint/02-aside1-table.log", Legal)]
    [InlineData("lint/03-teardown-bottom-up.log", Legal)]
    [InlineData("lint/05-another-cpu-flushes.log", Legal)]
    [InlineData("lint/05b-another-cpu-flushes-no-dsb-after.log", Violation)]
    [InlineData("lint/06-local-tlbi-one-cpu.log", Legal)]
    [InlineData("lint/07-map-kernel-no-dsb.log", "vlll")]
    [InlineData("lint/08-permission-through-invalid.log", Legal)]
    [InlineData("lint/09-two-roots-share.log", Legal)]
    [InlineData("bad-input/lint-memset-tail-missed.log", Violation)]
    [InlineData("bad-input/lint-memset-control.log", Violation)]
    [InlineData("bad-input/lint-dsb-in-src.log", Legal)]
    [InlineData("bad-input/lint-one-line-4GiB.log", Legal)]
    public void EachHasItsVerdictAtEachLevel(string log, string verdicts)
    {
        string text = File.ReadAllText(Path.Combine(SharedFolder.Of("cases"), log));
        string found = string.Concat(Enum.GetValues<BbmLevel>().Order()
            .Select(level => TraceText.Lint(text, level).Violation is null ? 'l' : 'v'));
        Assert.Equal(verdicts, found);
    }

    [Fact]
    public void ALargeMemsetCostsNoMemoryForEachWord()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Null(TraceText.Lint(
            "(mem-set (id 0) (tid 0) (address 0x0) (size 0x40000000) (value 0x1))", BbmLevel.Level0).Violation);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 512L << 20);
    }

    [Fact]
    public void AnEmptyTraceIsRefused() => Assert.Equal(
        "t.log:1: expected events of a casemate trace, found nothing to judge",
        Assert.Throws<InputException>(() => TraceText.Lint("", BbmLevel.Level0)).Message);

    [Theory]
    [InlineData("4096")]
    [InlineData("2147483648")]
    public void ACpuAboveTheCapIsRefused(string tid) => Assert.Equal(
        $"t.log:1: expected a tid below 4096, found {tid}",
        Assert.Throws<InputException>(
            () => TraceText.Lint($"(barrier (id 0) (tid {tid}) isb)", BbmLevel.Level0)).Message);

    [Theory]
    [InlineData("(barrier (id 0) (src \"a isb \") (tid 0) dsb (kind ish))")]
    [InlineData("(barrier (src \"a dsb b\") (id 0) (tid 0) isb)")]
    [InlineData("(barrier (id 0) (tid 0) isb (src \"a dsb b.c:1\"))")]
    public void TheTextOfASourceIsNoBarrier(string line) =>
        Assert.Null(TraceText.Lint(line, BbmLevel.Level0).Violation);
}
