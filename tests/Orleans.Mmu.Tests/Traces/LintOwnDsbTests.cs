namespace Orleans.Mmu.Tests.Traces;

/// <summary>
/// A contiguous group is rewritten while no CPU walks the tree and none holds anything of it. A DSB NSH orders the
/// stores for the walks of its own CPU.
/// </summary>
public sealed class LintOwnDsbTests
{
    private const ulong Output = 0x4000_0000;
    private const ulong Other = 0x8000_0000;
    private const ulong Contiguous = 1UL << 52;
    private const ulong Empty = 0x8000;

    private static void Group(TraceText trace, ulong output, ulong change)
    {
        for (ulong i = 0; i < 16; i++)
            trace.Write(TraceText.Pte + 8 * i, TraceText.Page(output + 4096 * i) ^ change);
    }

    private static TraceText Rewritten(int cpus, ulong before, ulong output, ulong after, string? dsb, int dsbCpu)
    {
        var trace = new TraceText().Write(TraceText.Root, TraceText.Pud | 3).Write(TraceText.Pud, TraceText.Pmd | 3)
            .Write(TraceText.Pmd, TraceText.Pte | 3);
        Group(trace, Output, before);
        trace.Dsb();
        for (int cpu = 0; cpu < cpus; cpu++)
        {
            trace.Register("ttbr0_el1", TraceText.Root, cpu).Isb(cpu).Register("ttbr0_el1", Empty, cpu).Isb(cpu)
                .Add("tlbi ID vmalle1", cpu).Add("barrier ID dsb (kind nsh)", cpu);
        }

        Group(trace, output, after);
        return dsb is null ? trace : trace.Add($"barrier ID dsb (kind {dsb})", dsbCpu);
    }

    private static string Verdicts(TraceText trace, int cpu) =>
        TraceText.Verdicts(trace.Register("ttbr0_el1", TraceText.Root, cpu).Isb(cpu));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void It_is_enough_for_the_CPU_that_stored(int cpus)
    {
        foreach (string dsb in (string[])["nsh", "nshst", "ishst"])
        {
            Assert.Equal("llll", Verdicts(Rewritten(cpus, 0, Output, Contiguous, dsb, 0), 0));
            Assert.Equal("llll", Verdicts(Rewritten(cpus, Contiguous, Output, 0, dsb, 0), 0));
            Assert.Equal("llll", Verdicts(Rewritten(cpus, Contiguous, Other, Contiguous, dsb, 0), 0));
        }
    }

    // The Contiguous bit alone may change live from level 1 on.
    [Theory]
    [InlineData(null, 0, 0)]
    [InlineData("nshld", 0, 0)]
    [InlineData("nsh", 1, 0)]
    [InlineData("nsh", 0, 1)]
    public void It_is_not_for_another_CPU(string? dsb, int dsbCpu, int cpu)
    {
        Assert.Equal("vlll", Verdicts(Rewritten(2, 0, Output, Contiguous, dsb, dsbCpu), cpu));
        Assert.Equal("vlll", Verdicts(Rewritten(2, Contiguous, Output, 0, dsb, dsbCpu), cpu));
        Assert.Equal("vvvv", Verdicts(Rewritten(2, Contiguous, Other, Contiguous, dsb, dsbCpu), cpu));
    }

    // CPU 0 walks the tree by then.
    [Theory]
    [InlineData("nsh", "vvvv")]
    [InlineData("ish", "llll")]
    public void The_other_CPU_is_judged_when_it_takes_the_tree_up(string dsb, string verdicts) => Assert.Equal(
        verdicts, Verdicts(Rewritten(2, Contiguous, Other, Contiguous, dsb, 0)
            .Register("ttbr0_el1", TraceText.Root).Isb(), 1));

    [Fact]
    public void A_CPU_that_has_not_flushed_holds_the_old_group() => Assert.Equal("vvvv", Verdicts(
        Rewritten(1, Contiguous, Other, Contiguous, "nsh", 0).Register("ttbr0_el1", TraceText.Root).Isb()
            .Register("ttbr0_el1", Empty).Isb().Write(TraceText.Pte, TraceText.Page(Output) | Contiguous), 0));
}
