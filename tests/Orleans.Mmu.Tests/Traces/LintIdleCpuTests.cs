namespace Orleans.Mmu.Tests.Traces;

/// <summary>
/// SCTLR.M of CPU 1 is 0 while CPU 0 breaks and makes with TLBIs for itself alone. What CPU 1 has cached meets nothing
/// until it sets M, and a flush of its own comes early enough before that.
/// </summary>
public sealed class LintIdleCpuTests
{
    private const ulong Output = 0x4000_0000;
    private const ulong Contiguous = 1UL << 52;

    private static TraceText Break(bool isb = true)
    {
        var trace = TraceText.Tree(TraceText.Block(Output)).Register("sctlr_el1", 0, cpu: 1);
        if (isb)
            trace.Isb(1);
        return trace.Write(TraceText.Pmd, 0).Dsb().Tlbi("vmalle1").Dsb("nsh")
            .Write(TraceText.Pmd, TraceText.Block(2 * Output)).Dsb();
    }

    private static TraceText Flush(TraceText trace, string operation, bool isComplete = true)
    {
        trace.Add($"tlbi ID {operation}", cpu: 1);
        return isComplete ? trace.Add("barrier ID dsb (kind nsh)", cpu: 1) : trace;
    }

    private static TraceText Return(TraceText trace) => trace.Register("sctlr_el1", 1, cpu: 1).Isb(1);

    [Theory]
    [InlineData("vmalle1", true, "llll")]
    [InlineData("vmalle1", false, "vvvv")]
    [InlineData("vaale1 (value 0x0)", true, "llll")]
    [InlineData("vaale1 (value 0x200)", true, "vvvv")]
    public void The_CPU_flushes_itself_before_it_sets_M(string operation, bool isComplete, string verdicts) =>
        Assert.Equal(verdicts, TraceText.Verdicts(Return(Flush(Break(), operation, isComplete))));

    [Fact]
    public void The_CPU_fails_where_it_sets_M_without_a_flush()
    {
        Assert.Equal("llll", TraceText.Verdicts(Break()));
        var found = Return(Break()).Lint(default).Violation!;
        Assert.Equal((15UL, 1), (found.Event, found.Cpu));
    }

    // Until the ISB, walks of the CPU may go on.
    [Fact]
    public void An_ISB_comes_before_the_change() =>
        Assert.Equal("vvvv", TraceText.Verdicts(Return(Flush(Break(isb: false), "vmalle1"))));

    // CPU 0 is not asleep, and has flushed another address.
    [Fact]
    public void The_other_CPU_is_judged_at_once() => Assert.Equal("vvvv", TraceText.Verdicts(
        TraceText.Tree(TraceText.Block(Output)).Register("sctlr_el1", 0, cpu: 1).Isb(1)
            .Write(TraceText.Pmd, 0).Dsb().Tlbi("vaale1", 0x200).Dsb("nsh")
            .Write(TraceText.Pmd, TraceText.Block(2 * Output))));

    // The old member is in no walk of CPU 0, and CPU 1 has it cached.
    [Theory]
    [InlineData(true, "llll")]
    [InlineData(false, "vvvv")]
    public void A_group_waits_for_the_CPU_too(bool flush, string verdicts)
    {
        var trace = TraceText.Tree(TraceText.Pte | 3, t => t.FillPte(Output, Contiguous))
            .Register("sctlr_el1", 0, cpu: 1).Isb(1);
        for (ulong i = 0; i < 16; i++)
            trace.Write(TraceText.Pte + 8 * i, 0);
        trace.Dsb().Tlbi("vmalle1").Dsb("nsh").Write(TraceText.Pte, TraceText.Page(2 * Output)).Dsb();
        Assert.Equal(verdicts, TraceText.Verdicts(Return(flush ? Flush(trace, "vmalle1") : trace)));
    }
}
