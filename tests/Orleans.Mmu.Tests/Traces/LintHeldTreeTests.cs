namespace Orleans.Mmu.Tests.Traces;

/// <summary>
/// What a CPU may hold of a tree that it has left, under which ASIDs, and of a group whose members differ.
/// </summary>
public sealed class LintHeldTreeTests
{
    private const ulong NotGlobal = 1 << 11;
    private const ulong Contiguous = 1UL << 52;

    [Theory]
    [InlineData(true, "llll")]
    [InlineData(false, "vvvv")]
    public void ATlbiForEverythingEndsTheAsidsOfATree(bool flushes, string verdicts)
    {
        var trace = Walked(1UL << 48, t => t.Write(TraceText.Pte, TraceText.Page(0x1000_0000) | NotGlobal));
        Lead(trace, 0x8000).Dsb();
        if (flushes)
            trace.Tlbi("vmalle1is");
        Lead(trace.Dsb(), (2UL << 48) | TraceText.Root).Write(TraceText.Pte, 0).Flush("vae1is", 2UL << 48)
            .Write(TraceText.Pte, TraceText.Page(0x2000_0000) | NotGlobal);
        Assert.Equal(verdicts, TraceText.Verdicts(trace));
    }

    [Theory]
    [InlineData("vmalle1is", null, "llll")]
    [InlineData("aside1is", 1UL, "llll")]
    [InlineData("aside1is", 2UL, "vvvv")]
    [InlineData(null, null, "vvvv")]
    public void ATreeThatIsWalkedOnForgetsItsOldAsid(string? operation, ulong? asid, string verdicts)
    {
        var trace = Walked(1UL << 48, t => t.Write(TraceText.Pte, TraceText.Page(0x1000_0000) | NotGlobal));
        Lead(trace, (2UL << 48) | TraceText.Root).Dsb();
        if (operation is not null)
            trace.Tlbi(operation, asid << 48);
        trace.Dsb().Write(TraceText.Pte, 0).Flush("vae1is", 2UL << 48)
            .Write(TraceText.Pte, TraceText.Page(0x2000_0000) | NotGlobal);
        Assert.Equal(verdicts, TraceText.Verdicts(trace));
    }

    [Theory]
    [InlineData(true, "llll")]
    [InlineData(false, "vvvv")]
    public void WhatIsStoredAfterTheLastWalkUnderAnAsidIsNotCachedUnderIt(bool isb, string verdicts)
    {
        var trace = Walked(1UL << 48, t => t.Write(TraceText.Pte, 0));
        trace.Add($"sysreg-write ID (sysreg ttbr0_el1) (value 0x{(2UL << 48) | TraceText.Root:x})");
        if (isb)
            trace.Add("barrier ID isb");
        trace.Write(TraceText.Pte, TraceText.Page(0x1000_0000) | NotGlobal).Write(TraceText.Pte, 0)
            .Flush("vae1is", 2UL << 48).Write(TraceText.Pte, TraceText.Page(0x2000_0000) | NotGlobal);
        Assert.Equal(verdicts, TraceText.Verdicts(trace));
    }

    [Theory]
    [InlineData(true, "aside1is", 1UL, "llll")]
    [InlineData(true, "aside1is", 2UL, "vvvv")]
    [InlineData(true, null, null, "vvvv")]
    [InlineData(false, "aside1is", 1UL, "vvvv")]
    public void AnAsidServesAnotherTreeOnceATlbiHasNamedIt(bool isb, string? operation, ulong? asid, string verdicts)
    {
        const ulong other = 0x10_0000;
        var trace = Walked(1UL << 48, t => t.Write(TraceText.Pte, TraceText.Page(0x1000_0000) | NotGlobal))
            .Write(other + TraceText.Root, (other + TraceText.Pud) | 3)
            .Write(other + TraceText.Pud, (other + TraceText.Pmd) | 3)
            .Write(other + TraceText.Pmd, (other + TraceText.Pte) | 3)
            .Write(other + TraceText.Pte, TraceText.Page(0x2000_0000) | NotGlobal)
            .Add("sysreg-write ID (sysreg ttbr0_el1) (value 0x8000)");
        if (isb)
            trace.Add("barrier ID isb");
        trace.Dsb();
        if (operation is not null)
            trace.Tlbi(operation, asid << 48);
        Lead(trace.Dsb(), (1UL << 48) | (other + TraceText.Root));
        Assert.Equal(verdicts, TraceText.Verdicts(trace));
    }

    [Fact]
    public void ALocalTlbiByAsidNamesTheAsidsOfItsOwnCpu()
    {
        TraceText Flushed(bool broadcast, int asidOfCpu1 = 2)
        {
            string tlbi = broadcast ? "vae1is" : "vae1";
            string dsb = broadcast ? "ish" : "nsh";
            var trace = Walked(1UL << 48, t => t.Write(TraceText.Pte, TraceText.Page(0x1000_0000) | NotGlobal))
                .Add("sysreg-write ID (sysreg ttbr0_el1) (value 0x2000000001000)", cpu: 1).Add("barrier ID isb", cpu: 1)
                .Write(TraceText.Pte, 0).Dsb("ishst");
            for (int cpu = 0; cpu < 2; cpu++)
            {
                trace.Add("barrier ID dsb (kind ish)", cpu)
                    .Add($"tlbi ID {tlbi} (value 0x{(cpu == 0 ? 1 : asidOfCpu1)}000000000000)", cpu)
                    .Add($"barrier ID dsb (kind {dsb})", cpu);
            }

            return trace.Write(TraceText.Pte, TraceText.Page(0x2000_0000) | NotGlobal);
        }

        Assert.Equal("llll", TraceText.Verdicts(Flushed(broadcast: false)));
        Assert.Equal("vvvv", TraceText.Verdicts(Flushed(broadcast: false, asidOfCpu1: 1)));
        // Those of two CPUs add up.
        Assert.Equal("llll", TraceText.Verdicts(Flushed(broadcast: true)));
        Assert.Equal("vvvv", TraceText.Verdicts(Flushed(broadcast: true, asidOfCpu1: 1)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0x80)]
    public void AMemberOfOtherPermissionsBringsItsGroupBack(ulong permission)
    {
        ulong page = TraceText.Page(0x1000_0000) | Contiguous;
        var trace = Walked(0, t => Members(t, 0, i => page + 0x1000 * i));
        Members(trace, 1, i => (page + 0x1000 * i) | permission);
        trace.Write(TraceText.Pte, 0).Flush("vaae1is", 0);
        Members(trace, 1, _ => 0).Dsb("ishst");
        for (ulong i = 1; i < 16; i++)
            trace.Tlbi("vaae1is", i);
        trace.Dsb().Write(TraceText.Pte, TraceText.Page(0x2000_0000));
        Assert.Equal("vvvv", TraceText.Verdicts(trace));
    }

    [Theory]
    [InlineData(false, false, "vvvv")]
    [InlineData(true, false, "vvvv")]
    [InlineData(true, true, "llll")]
    public void APopulatedRootIsReleasedOnceNoCpuHoldsIt(bool isb, bool flushes, string verdicts)
    {
        var trace = Walked(0, t => t.Write(TraceText.Pte, TraceText.Page(0x1000_0000)))
            .Add("sysreg-write ID (sysreg ttbr0_el1) (value 0x8000)");
        if (isb)
            trace.Add("barrier ID isb");
        if (flushes)
            trace.Flush("vmalle1is");
        trace.Add("hint ID (kind release_table) (location 0x1000) (value 0x0)");
        Assert.Equal(verdicts, TraceText.Verdicts(trace));
    }

    // An empty root may be walked no more than a populated one, since its page may hold anything afterwards.
    [Theory]
    [InlineData(false, "vvvv")]
    [InlineData(true, "llll")]
    public void AnEmptyRootIsReleasedOnceNoCpuWalksIt(bool isb, string verdicts)
    {
        var trace = Walked(0, t => t.Write(TraceText.Pte, TraceText.Page(0x1000_0000)))
            .Write(TraceText.Root, 0).Flush("vmalle1is").Add("sysreg-write ID (sysreg ttbr0_el1) (value 0x8000)");
        if (isb)
            trace.Add("barrier ID isb");
        trace.Add("hint ID (kind release_table) (location 0x1000) (value 0x0)");
        Assert.Equal(verdicts, TraceText.Verdicts(trace));
    }

    [Fact]
    public void APageThatBecomesARootAgainHasNoAsidOfTheOldTree()
    {
        var trace = Walked(1UL << 48, t => t.Write(TraceText.Pte, TraceText.Page(0x1000_0000) | NotGlobal))
            .Write(TraceText.Pte, 0).Write(TraceText.Pmd, 0).Write(TraceText.Pud, 0).Write(TraceText.Root, 0)
            .Flush("aside1is", 1UL << 48);
        Lead(trace, 0x8000).Add("hint ID (kind release_table) (location 0x1000) (value 0x0)")
            .Add("hint ID (kind set_root_lock) (location 0x1000) (value 0x9000)")
            .Write(TraceText.Root, TraceText.Pud | 3).Write(TraceText.Pud, TraceText.Pmd | 3)
            .Write(TraceText.Pmd, TraceText.Pte | 3)
            .Write(TraceText.Pte, TraceText.Page(0x1000_0000) | NotGlobal).Dsb();
        Lead(trace, (2UL << 48) | TraceText.Root).Write(TraceText.Pte, 0).Flush("vae1is", 2UL << 48)
            .Write(TraceText.Pte, TraceText.Page(0x2000_0000) | NotGlobal);
        Assert.Equal("llll", TraceText.Verdicts(trace));
    }

    private static TraceText Walked(ulong asid, Action<TraceText> fill)
    {
        var trace = new TraceText().Add("hint ID (kind set_root_lock) (location 0x1000) (value 0x9000)")
            .Write(TraceText.Root, TraceText.Pud | 3).Write(TraceText.Pud, TraceText.Pmd | 3)
            .Write(TraceText.Pmd, TraceText.Pte | 3);
        fill(trace);
        return Lead(trace, asid | TraceText.Root).Add("lock ID (address 0x9000)");
    }

    private static TraceText Lead(TraceText trace, ulong value) =>
        trace.Add($"sysreg-write ID (sysreg ttbr0_el1) (value 0x{value:x})").Add("barrier ID isb");

    private static TraceText Members(TraceText trace, ulong first, Func<ulong, ulong> value)
    {
        for (ulong i = first; i < 16; i++)
            trace.Write(TraceText.Pte + 8 * i, value(i));
        return trace;
    }
}
