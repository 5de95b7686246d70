using Orleans.Mmu.Arm.BreakBeforeMake;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>Kinds of traces beyond one descriptor: groups, ASIDs, several CPUs and roots, freed tables.</summary>
public sealed class LintKindTests
{
    private const ulong Output = 0x4000_0000;
    private const ulong Contiguous = 1UL << 52;
    private const ulong NotGlobal = 1UL << 11;
    private const ulong ReadOnly = 1UL << 7;

    private static TraceText Pages(Action<TraceText>? fill = null) => TraceText.Tree(TraceText.Pte | 3, fill);

    private static TraceText Group(TraceText trace, ulong output, ulong change = 0, Func<ulong, ulong>? each = null)
    {
        for (ulong i = 0; i < 16; i++)
        {
            ulong page = TraceText.Page(output + 4096 * i) | Contiguous;
            trace.Write(TraceText.Pte + 8 * i, page ^ change ^ (each?.Invoke(i) ?? 0));
        }

        return trace;
    }

    private static TraceText GroupFilled(ulong change = 0) => Pages(t => Group(t, Output, change));

    private static string Verdicts(TraceText trace) => string.Concat(Enum.GetValues<BbmLevel>().Order()
        .Select(level => trace.Lint(level).Violation is null ? 'l' : 'v'));

    // A fresh group: 5 is the member that differs.
    [Theory]
    [InlineData(0UL, "llll")]
    [InlineData(0x10_0000UL, "vvvv")]
    [InlineData(4UL, "vvvv")]
    [InlineData(0x100UL, "vvvv")]
    [InlineData(NotGlobal, "vvvv")]
    [InlineData(ReadOnly, "vlll")]
    [InlineData(Contiguous, "vlll")]
    public void AFreshGroupIsOne(ulong change, string verdicts)
    {
        Assert.Equal(verdicts, Verdicts(Group(Pages(), Output, 0, i => i == 5 ? change : 0)));
        // The same where the table is linked complete.
        Assert.Equal(verdicts, Verdicts(Pages(t => Group(t, Output, 0, i => i == 5 ? change : 0))));
    }

    [Fact]
    public void AFreshGroupIsAligned() => Assert.Equal("vvvv", Verdicts(Group(Pages(), Output + 0x1000)));

    [Fact]
    public void PermissionsOfALiveGroupPassFromMemberToMember() =>
        Assert.Equal("llll", Verdicts(Group(GroupFilled(), Output, ReadOnly)));

    [Fact]
    public void AWalkOfAnotherMemberBringsTheGroupBack()
    {
        TraceText Cleared(bool oneByOne)
        {
            var trace = GroupFilled();
            for (ulong i = 0; i < 16; i++)
            {
                trace.Write(TraceText.Pte + 8 * i, 0);
                if (oneByOne)
                    trace.Flush("vaale1is", i);
            }

            for (ulong i = 0; !oneByOne && i < 16; i++)
                trace.Flush("vaale1is", i);
            return Group(trace, 2 * Output);
        }

        Assert.Equal("vvvv", Verdicts(Cleared(oneByOne: true)));
        Assert.Equal("llll", Verdicts(Cleared(oneByOne: false)));
    }

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
        Assert.Equal(clean ? "llll" : "vvvv", Verdicts(trace));
    }

    [Theory]
    [InlineData(0xf0ffUL, 4UL, "llll")]
    [InlineData(0x44ffUL, 4UL, "vvvv")]
    [InlineData(0xffffUL, 4UL, "llll")]
    [InlineData(0x00ffUL, 4UL, "vvvv")]
    public void MemoryTypesAreWhatMairSays(ulong mair, ulong change, string verdicts) => Assert.Equal(
        verdicts, Verdicts(TraceText.Tree(TraceText.Block(Output))
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
        Assert.Equal(legal ? "llll" : "vvvv", Verdicts(trace));
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

        Assert.Equal("llll", Verdicts(Flushed(second: true)));
        Assert.Equal("vvvv", Verdicts(Flushed(second: false)));
    }

    [Fact]
    public void ALocalTlbiIsEnoughWhileTheOtherCpuIsParked() => Assert.Equal(
        "llll", Verdicts(TraceText.Tree(TraceText.Block(Output)).Park(isb: true, tlbi: true).Write(TraceText.Pmd, 0)
            .Dsb("nshst").Tlbi("vmalle1").Dsb("nsh").Write(TraceText.Pmd, TraceText.Block(2 * Output))));

    [Theory]
    [InlineData(ReadOnly, "llll")]
    [InlineData(4UL, "vvvv")]
    [InlineData(Output, "vvvv")]
    [InlineData(Contiguous, "vlll")]
    public void ThroughInvalidIsALiveChange(ulong change, string verdicts) => Assert.Equal(
        verdicts, Verdicts(TraceText.Tree(TraceText.Block(Output)).Write(TraceText.Pmd, 0)
            .Write(TraceText.Pmd, TraceText.Block(Output) ^ change)));

    [Fact]
    public void TwiceThroughInvalidIsComparedWithTheOldest() => Assert.Equal(
        "vvvv", Verdicts(TraceText.Tree(TraceText.Block(Output) | Contiguous).Write(TraceText.Pmd, 0)
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
        Assert.Equal(verdicts, Verdicts(Switch(0xb003, reserved, flush)));

    [Fact]
    public void RootsMayShareTheirTables()
    {
        TraceText Two(ulong entry) => TraceText.Tree(TraceText.Block(Output))
            .Add("hint ID (kind set_root_lock) (location 0xa000) (value 0x9000)").Write(0xa000, entry)
            .Add("sysreg-write ID (sysreg ttbr0_el1) (value 0xa000)");
        Assert.Equal("llll", Verdicts(Two(TraceText.Pud | 3)));
        // At another place of the tree, the table has another level.
        Assert.Equal("vvvv", Verdicts(Two(TraceText.Pmd | 3)));
        // A change of the shared table is one of both trees.
        Assert.Equal(
            "vvvv", Verdicts(Two(TraceText.Pud | 3).Write(TraceText.Pmd, TraceText.Block(2 * Output))));
    }

    [Fact]
    public void TeardownBottomUpTakesOneFlush()
    {
        TraceText Torn(string operation) => Pages(t => t.Write(TraceText.Pte, TraceText.Page(Output)))
            .Write(TraceText.Pte, 0).Write(TraceText.Pmd, 0).Write(TraceText.Pud, 0).Write(TraceText.Root, 0)
            .Flush(operation, operation == "vmalle1is" ? null : 0).Write(TraceText.Root, TraceText.Pte | 3);
        Assert.Equal("llll", Verdicts(Torn("vmalle1is")));
        Assert.Equal("llll", Verdicts(Torn("vaae1is")));
        Assert.Equal("vvvv", Verdicts(Torn("vaale1is")));
    }

    [Theory]
    [InlineData("mem-read ID (address 0x4000) (value 0x0)")]
    [InlineData("mem-write ID (mem-order plain) (address 0x4000) (value 0x2)")]
    [InlineData("mem-set ID (address 0x4000) (size 0x8) (value 0x0)")]
    public void AFreedTableIsNeitherReadNorWritten(string use)
    {
        TraceText Freed() => Pages().Write(TraceText.Pmd, 0).Flush("vmalle1is")
            .Add("mem-free ID (address 0x4000) (size 0x1000)");
        Assert.Equal("vvvv", Verdicts(Freed().Add(use)));
        Assert.Equal(
            "llll", Verdicts(Freed().Add("mem-init ID (address 0x4000) (size 0x1000)").Add(use)));
        Assert.Equal("vvvv", Verdicts(Freed().Write(TraceText.Pmd, TraceText.Pte | 3)));
    }

    // A tree of one level 2 table under TTBR1: 16K with 36 bits, 64K with 42 bits, and their TCR_EL1.TG1.
    [Theory]
    [InlineData(1UL, 36, 25, 2UL, true)]
    [InlineData(1UL, 36, 25, 1UL, false)]
    [InlineData(3UL, 42, 29, 3UL, true)]
    [InlineData(3UL, 42, 29, 1UL, false)]
    public void TablesAreReadInTheirGranule(ulong tg1, int bits, int blockShift, ulong tg, bool legal)
    {
        ulong size = (ulong)(64 - bits);
        ulong block = 1UL << blockShift;
        int pageShift = tg1 == 1 ? 14 : 16;
        ulong start = ulong.MaxValue << bits;
        TraceText Changed(string operation, ulong value) => new TraceText()
            .Add($"sysreg-write ID (sysreg tcr_el1) (value 0x{tg1 << 30 | size << 16 | size:x})")
            .Add("hint ID (kind set_root_lock) (location 0x10000) (value 0x9000)")
            .Write(0x10008, TraceText.Block(2 * block))
            .Add("sysreg-write ID (sysreg ttbr1_el1) (value 0x10000)").Add("lock ID (address 0x9000)")
            .Write(0x10008, 0).Flush(operation, value).Write(0x10008, TraceText.Block(4 * block));
        ulong mask = (1UL << 37) - 1;
        Assert.Equal(
            legal ? "llll" : "vvvv",
            Verdicts(Changed("rvaale1is", tg << 46 | ((start + block) >> pageShift & mask))));
        Assert.Equal("llll", Verdicts(Changed("vaale1is", (start + block) >> 12 & (1UL << 44) - 1)));
        Assert.Equal("vvvv", Verdicts(Changed("vaale1is", start >> 12 & (1UL << 44) - 1)));
    }
}
