namespace Orleans.Mmu.Tests.Traces;

/// <summary>Kinds of traces beyond one descriptor: ASIDs, several CPUs and roots, freed tables.</summary>
public sealed class LintKindTests
{
    private const ulong Output = 0x4000_0000;
    private const ulong Contiguous = 1UL << 52;
    private const ulong NotGlobal = 1UL << 11;
    private const ulong ReadOnly = 1UL << 7;

    [Theory]
    [InlineData("vae1is", 3UL, NotGlobal, true)]
    [InlineData("vae1is", 5UL, NotGlobal, false)]
    [InlineData("vae1is", 5UL, 0UL, true)]
    [InlineData("vale1is", 5UL, NotGlobal, false)]
    [InlineData("rvae1is", 5UL, NotGlobal, false)]
    [InlineData("aside1is", 3UL, NotGlobal, true)]
    [InlineData("aside1is", 5UL, NotGlobal, false)]
    [InlineData("aside1is", 3UL, 0UL, false)]
    [InlineData("vaae1is", 5UL, NotGlobal, true)]
    public void ATlbiByAsidReachesItsAsid(string operation, ulong asid, ulong bits, bool clean)
    {
        var trace = TraceText.Tree(TraceText.Block(Output) | bits);
        for (int cpu = 0; cpu < 2; cpu++)
            trace.Add("sysreg-write ID (sysreg ttbr0_el1) (value 0x3000000001000)", cpu);
        trace.Write(TraceText.Pmd, 0).Flush(operation, asid << 48).Write(TraceText.Pmd, TraceText.Block(2 * Output));
        Assert.Equal(clean ? "llll" : "vvvv", TraceText.Verdicts(trace));
    }

    [Theory]
    [InlineData(0xf0ffUL, 4UL, "llll")]
    [InlineData(0x44ffUL, 4UL, "vvvv")]
    [InlineData(0xffffUL, 4UL, "llll")]
    [InlineData(0x00ffUL, 4UL, "vvvv")]
    public void MemoryTypesAreWhatMairSays(ulong mair, ulong change, string verdicts) => Assert.Equal(
        verdicts, TraceText.Verdicts(TraceText.Tree(TraceText.Block(Output))
            .Add($"sysreg-write ID (sysreg mair_el1) (value 0x{mair:x})")
            .Write(TraceText.Pmd, TraceText.Block(Output) ^ change)));

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(false, true, false)]
    [InlineData(true, false, false)]
    public void AnotherCpuMayFlushAfterItsOwnBarrier(bool writerDsb, bool flusherDsb, bool legal)
    {
        var trace = TraceText.Tree(TraceText.Block(Output)).Write(TraceText.Pmd, 0);
        if (writerDsb)
            trace.Dsb("ishst");
        if (flusherDsb)
            trace.Add("barrier ID dsb (kind ish)", cpu: 1);
        trace.Add("tlbi ID vmalle1is", cpu: 1).Add("barrier ID dsb (kind ish)", cpu: 1)
            .Write(TraceText.Pmd, TraceText.Block(2 * Output));
        Assert.Equal(legal ? "llll" : "vvvv", TraceText.Verdicts(trace));
    }

    [Fact]
    public void LocalTlbisOfEveryCpuThatHoldsTheTreeAreEnough()
    {
        TraceText Flushed(bool second)
        {
            var trace = TraceText.Tree(TraceText.Block(Output)).Write(TraceText.Pmd, 0).Dsb("ishst").Tlbi("vmalle1")
                .Dsb("nsh");
            if (second)
            {
                trace.Add("barrier ID dsb (kind ish)", cpu: 1).Add("tlbi ID vmalle1", cpu: 1)
                    .Add("barrier ID dsb (kind nsh)", cpu: 1);
            }

            return trace.Write(TraceText.Pmd, TraceText.Block(2 * Output));
        }

        Assert.Equal("llll", TraceText.Verdicts(Flushed(second: true)));
        Assert.Equal("vvvv", TraceText.Verdicts(Flushed(second: false)));
    }

    [Fact]
    public void ALocalTlbiIsEnoughWhileTheOtherCpuIsParked() => Assert.Equal(
        "llll", TraceText.Verdicts(TraceText.Tree(TraceText.Block(Output)).Park(isb: true, tlbi: true)
            .Write(TraceText.Pmd, 0)
            .Dsb("nshst").Tlbi("vmalle1").Dsb("nsh").Write(TraceText.Pmd, TraceText.Block(2 * Output))));

    [Theory]
    [InlineData(ReadOnly, "llll")]
    [InlineData(4UL, "vvvv")]
    [InlineData(Output, "vvvv")]
    [InlineData(Contiguous, "vlll")]
    public void ThroughInvalidIsALiveChange(ulong change, string verdicts) => Assert.Equal(
        verdicts, TraceText.Verdicts(TraceText.Tree(TraceText.Block(Output)).Write(TraceText.Pmd, 0)
            .Write(TraceText.Pmd, TraceText.Block(Output) ^ change)));

    [Fact]
    public void TwiceThroughInvalidIsComparedWithTheOldest() => Assert.Equal(
        "vvvv", TraceText.Verdicts(TraceText.Tree(TraceText.Block(Output) | Contiguous).Write(TraceText.Pmd, 0)
            .Flush("vmalle1is").Write(TraceText.Pmd, TraceText.Block(Output)).Write(TraceText.Pmd, 0)
            .Write(TraceText.Pmd, TraceText.Block(Output) | ReadOnly).Write(TraceText.Pmd, 0)
            .Write(TraceText.Pmd, TraceText.Block(2 * Output))));

    private static TraceText Switch(ulong entry, bool reserved, bool flush)
    {
        var trace = TraceText.Tree(TraceText.Block(Output))
            .Add("hint ID (kind set_root_lock) (location 0xa000) (value 0x9000)").Write(0xb000, TraceText.Block(Output))
            .Write(0xa000, 0xc003).Write(0xc000, entry);
        if (reserved)
            trace.Add("sysreg-write ID (sysreg ttbr0_el1) (value 0x8000)").Add("barrier ID isb");
        if (flush)
            trace.Tlbi("vmalle1").Dsb("nsh");
        return trace.Add("sysreg-write ID (sysreg ttbr0_el1) (value 0xa000)");
    }

    [Theory]
    [InlineData(false, false, "vvvv")]
    [InlineData(false, true, "vvvv")]
    [InlineData(true, false, "vvvv")]
    [InlineData(true, true, "llll")]
    public void ASwitchOfRootsIsALiveChangeOfAll(bool reserved, bool flush, string verdicts) =>
        Assert.Equal(verdicts, TraceText.Verdicts(Switch(0xb003, reserved, flush)));

    // Non-global entries of another ASID do not answer for this one's; global ones do.
    [Theory]
    [InlineData(2UL, NotGlobal, "llll")]
    [InlineData(2UL, 0UL, "vvvv")]
    [InlineData(1UL, NotGlobal, "vvvv")]
    public void TreesOfTwoAsidsMeetInTheirGlobalLeaves(ulong asid, ulong bits, string verdicts) => Assert.Equal(
        verdicts, TraceText.Verdicts(new TraceText()
            .Add("hint ID (kind set_root_lock) (location 0x1000) (value 0x9000)").Write(0x1000, 0x2003)
            .Write(0x2000, 0x3003).Write(0x3000, TraceText.Block(Output) | bits)
            .Write(0xa000, 0xb003).Write(0xb000, 0xc003).Write(0xc000, TraceText.Block(2 * Output) | bits)
            .Add("sysreg-write ID (sysreg ttbr0_el1) (value 0x1000000001000)")
            .Add($"sysreg-write ID (sysreg ttbr0_el1) (value 0x{asid << 48 | 0xa000:x})")));

    [Theory]
    [InlineData(0x18UL, "llll")]
    [InlineData(0x20UL, "vvvv")]
    public void TheLockOfEitherRootProtectsASharedTable(ulong held, string verdicts) => Assert.Equal(
        verdicts, TraceText.Verdicts(TraceText.Tree(TraceText.Block(Output))
            .Add("hint ID (kind set_root_lock) (location 0xa000) (value 0x18)").Write(0xa000, TraceText.Pud | 3)
            .Add("sysreg-write ID (sysreg ttbr0_el1) (value 0xa000)").Add("unlock ID (address 0x9000)")
            .Add($"lock ID (address 0x{held:x})").Write(TraceText.Pmd, 0)));

    [Fact]
    public void RootsMayShareTheirTables()
    {
        TraceText Two(ulong entry) => TraceText.Tree(TraceText.Block(Output))
            .Add("hint ID (kind set_root_lock) (location 0xa000) (value 0x9000)").Write(0xa000, entry)
            .Add("sysreg-write ID (sysreg ttbr0_el1) (value 0xa000)");
        Assert.Equal("llll", TraceText.Verdicts(Two(TraceText.Pud | 3)));
        // At another place of the tree, the table has another level.
        Assert.Equal("vvvv", TraceText.Verdicts(Two(TraceText.Pmd | 3)));
        // A change of the shared table is one of both trees.
        Assert.Equal(
            "vvvv", TraceText.Verdicts(Two(TraceText.Pud | 3).Write(TraceText.Pmd, TraceText.Block(2 * Output))));
    }

    [Fact]
    public void TeardownBottomUpTakesOneFlush()
    {
        TraceText Torn(string operation) => TraceText
            .Tree(TraceText.Pte | 3, t => t.Write(TraceText.Pte, TraceText.Page(Output)))
            .Write(TraceText.Pte, 0).Write(TraceText.Pmd, 0).Write(TraceText.Pud, 0).Write(TraceText.Root, 0)
            .Flush(operation, operation == "vmalle1is" ? null : 0).Write(TraceText.Root, TraceText.Pte | 3);
        Assert.Equal("llll", TraceText.Verdicts(Torn("vmalle1is")));
        Assert.Equal("llll", TraceText.Verdicts(Torn("vaae1is")));
        Assert.Equal("vvvv", TraceText.Verdicts(Torn("vaale1is")));
    }

    // casemate initializes no location that is a descriptor.
    [Fact]
    public void A_live_table_is_not_allocated()
    {
        TraceText Live() => TraceText.Tree(TraceText.Pte | 3);
        Assert.Equal("vvvv", TraceText.Verdicts(Live().Add("mem-init ID (address 0x4000) (size 0x1000)")));
        Assert.Equal("vvvv", TraceText.Verdicts(Live().Add("mem-init ID (address 0x0) (size 0x10000)")));
        Assert.Equal("llll", TraceText.Verdicts(Live().Add("mem-init ID (address 0x5000) (size 0x1000)")));
        Assert.Equal("vvvv", TraceText.Verdicts(
            Live().Write(TraceText.Pmd, 0).Add("mem-init ID (address 0x4000) (size 0x1000)")));
        Assert.Equal("llll", TraceText.Verdicts(
            Live().Write(TraceText.Pmd, 0).Flush("vmalle1is").Add("mem-init ID (address 0x4000) (size 0x1000)")));
    }

    [Theory]
    [InlineData("mem-read ID (address 0x4000) (value 0x0)")]
    [InlineData("mem-write ID (mem-order plain) (address 0x4000) (value 0x2)")]
    [InlineData("mem-set ID (address 0x4000) (size 0x8) (value 0x0)")]
    public void AFreedTableIsNeitherReadNorWritten(string use)
    {
        TraceText Freed() => TraceText.Tree(TraceText.Pte | 3).Write(TraceText.Pmd, 0).Flush("vmalle1is")
            .Add("mem-free ID (address 0x4000) (size 0x1000)");
        Assert.Equal("vvvv", TraceText.Verdicts(Freed().Add(use)));
        Assert.Equal(
            "llll", TraceText.Verdicts(Freed().Add("mem-init ID (address 0x4000) (size 0x1000)").Add(use)));
        Assert.Equal("vvvv", TraceText.Verdicts(Freed().Write(TraceText.Pmd, TraceText.Pte | 3)));
    }
}
