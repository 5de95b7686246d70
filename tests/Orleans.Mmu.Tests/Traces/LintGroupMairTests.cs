using Orleans.Mmu.Arm.BreakBeforeMake;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>
/// A contiguous group whose members have two AttrIndx, which are one memory type by the MAIR of some CPUs and two by
/// that of others.
/// </summary>
public sealed class LintGroupMairTests
{
    private const ulong Output = 0x4000_0000;
    private const ulong Contiguous = 1UL << 52;
    private const ulong OtherIndex = 1UL << 2;
    private const ulong Empty = 0x8000;
    private const ulong Alike = 0xffff;
    private const ulong Unlike = 0x44ff;

    private static TraceText Tree(ulong index = OtherIndex) => new TraceText()
        .Write(TraceText.Root, TraceText.Pud | 3).Write(TraceText.Pud, TraceText.Pmd | 3)
        .Write(TraceText.Pmd, TraceText.Block(Output) | Contiguous)
        .Write(TraceText.Pmd + 8, TraceText.Block(Output + 0x20_0000) | Contiguous | index).Dsb();

    private static TraceText Walk(TraceText trace, int cpu) =>
        trace.Register("ttbr0_el1", TraceText.Root, cpu).Isb(cpu);

    [Theory]
    [InlineData(Alike, OtherIndex, "llll")]
    [InlineData(Unlike, OtherIndex, "vvvv")]
    [InlineData(Unlike, 0UL, "llll")]
    public void A_CPU_that_takes_the_tree_up_reads_it_by_its_own_MAIR(ulong mair, ulong index, string verdicts)
    {
        TraceText Walked(int cpu) =>
            Walk(Tree(index).Register("mair_el1", Alike).Register("mair_el1", mair, cpu: 1), cpu);
        Assert.Equal(verdicts, TraceText.Verdicts(Walk(Walked(0), 1)));
        Assert.Equal(verdicts, TraceText.Verdicts(Walk(Walked(1), 0)));
    }

    [Theory]
    [InlineData(Alike, "llll")]
    [InlineData(Unlike, "vvvv")]
    public void It_may_have_changed_MAIR_since_it_left(ulong mair, string verdicts) => Assert.Equal(
        verdicts, TraceText.Verdicts(Walk(Walk(Walk(Tree().Register("mair_el1", Alike)
            .Register("mair_el1", Alike, cpu: 1), 0), 1).Register("ttbr0_el1", Empty, cpu: 1).Isb(1)
            .Add("tlbi ID vmalle1", cpu: 1).Add("barrier ID dsb (kind nsh)", cpu: 1)
            .Register("mair_el1", mair, cpu: 1).Isb(1), 1)));

    [Theory]
    [InlineData(Alike, "llll")]
    [InlineData(Unlike, "vvvv")]
    public void It_may_come_by_SCTLR_M(ulong mair, string verdicts) => Assert.Equal(verdicts, TraceText.Verdicts(
        Walk(Tree().Register("mair_el1", Alike).Register("sctlr_el1", 0, cpu: 1).Isb(1)
            .Register("mair_el1", mair, cpu: 1).Register("ttbr0_el1", TraceText.Root, cpu: 1).Isb(1), 0)
            .Register("sctlr_el1", 1, cpu: 1).Isb(1)));

    // What the first CPU reads wrongly is said once, and the event is that of the first.
    [Theory]
    [InlineData(Alike, Unlike, 1, 1)]
    [InlineData(Unlike, Alike, 0, 1)]
    [InlineData(Unlike, Unlike, 0, 1)]
    public void The_violation_names_the_CPU_that_reads_two_types(ulong first, ulong second, int cpu, long groups)
    {
        var result = Walk(Walk(Tree().Register("mair_el1", first).Register("mair_el1", second, cpu: 1), 0), 1)
            .Lint(BbmLevel.Level2NoAbort);
        Assert.Equal(cpu, result.Violation!.Cpu);
        Assert.Equal(groups, result.Groups.Count);
        Assert.Equal(2, result.Groups[0].Count);
    }
}
