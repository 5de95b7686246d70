using Orleans.Mmu.Arm.BreakBeforeMake;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>The CPU that a violation names is the one that its reason names, and one that can fail.</summary>
public sealed class LintNamedCpuTests
{
    private const ulong Old = 0x4000_0000;
    private const ulong New = 0x8000_0000;

    // Each CPU flushes for itself, but for one.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void The_CPU_that_has_not_flushed_is_named(int without)
    {
        var trace = TraceText.Tree(TraceText.Block(Old)).Write(TraceText.Pmd, 0).Dsb();
        int other = 1 - without;
        trace.Add("barrier ID dsb (kind ish)", other).Add("tlbi ID vmalle1", other)
            .Add("barrier ID dsb (kind nsh)", other);
        var found = trace.Write(TraceText.Pmd, TraceText.Block(New)).Lint(BbmLevel.Level0).Violation!;

        Assert.Equal(without, found.Cpu);
        Assert.Contains($"and CPU {without} may hold it", found.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void So_it_is_where_a_table_is_freed(int without)
    {
        var trace = TraceText.Tree(TraceText.Pte | 3, t => t.FillPte(Old)).Write(TraceText.Pmd, 0).Dsb();
        int other = 1 - without;
        trace.Add("barrier ID dsb (kind ish)", other).Add("tlbi ID vmalle1", other)
            .Add("barrier ID dsb (kind nsh)", other);
        var found = trace.Add("mem-free ID (address 0x4000) (size 0x1000)").Lint(BbmLevel.Level0).Violation!;

        Assert.Equal(without, found.Cpu);
        Assert.Contains($"and CPU {without} may hold it", found.Reason, StringComparison.Ordinal);
    }

    // CPU 1 would fail only when it returns.
    [Theory]
    [InlineData("sctlr_el1", 0UL)]
    [InlineData("ttbr0_el1", 0x8000UL)]
    public void A_CPU_that_walks_comes_before_one_that_does_not(string register, ulong value)
    {
        var trace = TraceText.Tree(TraceText.Block(Old)).Register(register, value, cpu: 1).Isb(1)
            .Write(TraceText.Pmd, TraceText.Block(New));

        Assert.Equal(0, trace.Lint(BbmLevel.Level0).Violation!.Cpu);
    }

    // A change that only the level of CPU 1 forbids.
    [Fact]
    public void A_CPU_that_fails_comes_before_one_that_walks()
    {
        var trace = TraceText.Tree(TraceText.Block(Old), t => t.FillPte(Old)).Register("ttbr0_el1", 0x8000, cpu: 1)
            .Isb(1).Write(TraceText.Pmd, TraceText.Pte | 3);

        Assert.Equal(1, TraceText.Lint(
            trace.ToString(), [BbmLevel.Level2NoAbort, BbmLevel.Level0]).Violation!.Cpu);
    }
}
