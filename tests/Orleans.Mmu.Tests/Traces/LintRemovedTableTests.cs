namespace Orleans.Mmu.Tests.Traces;

/// <summary>
/// Old leaves below a table that is removed: the table's place stays taken until TLBIs have named every one of them.
/// </summary>
public sealed class LintRemovedTableTests
{
    private const ulong Replacement = 0x5000;

    // Two leaves are cleared, the second one as given, then the table's entry.
    private static TraceText Removed(Action<TraceText> leaves, int cpu = 0)
    {
        var trace = TraceText.Tree(TraceText.Pte | 3, t => t.Write(TraceText.Pte, TraceText.Page(0x1000_0000))
            .Write(TraceText.Pte + 8, TraceText.Page(0x1000_1000)));
        if (cpu != 0)
            trace.Add("unlock ID (address 0x9000)").Add("lock ID (address 0x9000)", cpu);
        leaves(trace);
        if (cpu != 0)
            trace.Add("unlock ID (address 0x9000)", cpu).Add("lock ID (address 0x9000)");
        return trace.Write(TraceText.Pte, 0).Dsb("ishst").Write(TraceText.Pmd, 0).Dsb("ishst");
    }

    // The new table has another page at the second address.
    private static string Relinked(TraceText trace) => TraceText.Verdicts(
        trace.Write(Replacement + 8, TraceText.Page(0x2000_0000)).Dsb("ishst").Write(TraceText.Pmd, Replacement | 3));

    private static void ClearSecond(TraceText trace) => trace.Write(TraceText.Pte + 8, 0).Dsb("ishst");

    [Theory]
    [InlineData("vaae1is", "0", "vvvv")]
    [InlineData("vaae1is", "1", "vvvv")]
    [InlineData("vaae1is", "0 1", "llll")]
    [InlineData("vmalle1is", "", "llll")]
    [InlineData("aside1is", "0", "vvvv")]
    public void AClearedLeafIsNamedToo(string operation, string pages, string verdicts)
    {
        var trace = Removed(ClearSecond);
        if (pages.Length == 0)
            trace.Tlbi(operation);
        foreach (string page in pages.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            trace.Tlbi(operation, ulong.Parse(page, System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(verdicts, Relinked(trace.Dsb()));
    }

    [Theory]
    [InlineData("vaale1is", true, "llll")]
    [InlineData("vaale1is", false, "llll")]
    [InlineData(null, true, "vvvv")]
    public void TheLeafMayBeFlushedFirst(string? operation, bool completes, string verdicts)
    {
        var trace = Removed(t =>
        {
            ClearSecond(t);
            if (operation is not null)
                t.Tlbi(operation, 1);
            if (completes)
                t.Dsb();
        });
        Assert.Equal(verdicts, Relinked(trace.Tlbi("vaae1is", 0).Dsb()));
    }

    [Theory]
    [InlineData("vaale1is", true, "llll")]
    [InlineData("vaale1is", false, "vvvv")]
    [InlineData("vaae1is", true, "llll")]
    public void TheLeafMayBeFlushedLast(string operation, bool completes, string verdicts)
    {
        var trace = Removed(ClearSecond).Tlbi("vaae1is", 0).Dsb().Tlbi(operation, 1);
        if (completes)
            trace.Dsb();
        Assert.Equal(verdicts, Relinked(trace));
    }

    [Theory]
    [InlineData(true, false, "vvvv")]
    [InlineData(true, true, "llll")]
    public void ThePageIsFreedNoEarlier(bool first, bool second, string verdicts)
    {
        var trace = Removed(ClearSecond);
        if (first)
            trace.Tlbi("vaae1is", 0);
        if (second)
            trace.Tlbi("vaae1is", 1);
        trace.Dsb().Add($"mem-free ID (address 0x{TraceText.Pte:x}) (size 0x1000)");
        Assert.Equal(verdicts, TraceText.Verdicts(trace));
    }

    [Fact]
    public void APermissionThatChangedBeforeCountsAsAnOldLeaf()
    {
        string Verdicts(ulong page) => Relinked(Removed(
            t => t.Write(TraceText.Pte + 8, TraceText.Page(0x1000_1000) | 0x80).Dsb("ishst")
                .Write(TraceText.Pte + 8, 0).Dsb("ishst")).Tlbi("vaae1is", 0).Tlbi("vaae1is", page).Dsb());
        Assert.Equal("vvvv", Verdicts(0));
        Assert.Equal("llll", Verdicts(1));
    }

    // No walk reaches the leaf any more, so a TLBI that names it removes it, whether its store is ordered or not.
    [Theory]
    [InlineData(0UL, "vvvv")]
    [InlineData(1UL, "llll")]
    public void AnotherCpuMayHaveClearedTheLeafWithoutABarrier(ulong page, string verdicts) => Assert.Equal(
        verdicts, Relinked(Removed(t => t.Add(
            $"mem-write ID (mem-order release) (address 0x{TraceText.Pte + 8:x}) (value 0x0)", cpu: 1), cpu: 1)
            .Tlbi("vaae1is", 0).Tlbi("vaae1is", page).Dsb()));

    [Theory]
    [InlineData(true, "llll")]
    [InlineData(false, "vvvv")]
    public void LocalTlbisOfEveryCpuNameTheLeaf(bool second, string verdicts)
    {
        var trace = Removed(ClearSecond);
        for (int cpu = 0; cpu < 2; cpu++)
        {
            trace.Add("barrier ID dsb (kind ish)", cpu).Add("tlbi ID vaae1 (value 0x0)", cpu);
            if (cpu == 0 || second)
                trace.Add("tlbi ID vaae1 (value 0x1)", cpu);
            trace.Add("barrier ID dsb (kind nsh)", cpu);
        }

        Assert.Equal(verdicts, Relinked(trace));
    }

    [Theory]
    [InlineData(0UL, "vvvv")]
    [InlineData(1UL, "llll")]
    public void ATableTwoLevelsAboveWaitsToo(ulong page, string verdicts)
    {
        var trace = Removed(ClearSecond).Write(TraceText.Pud, 0).Dsb("ishst")
            .Tlbi("vaae1is", 0).Tlbi("vaae1is", page).Dsb()
            .Write(0x6000, Replacement | 3).Write(Replacement + 8, TraceText.Page(0x2000_0000)).Dsb("ishst")
            .Write(TraceText.Pud, 0x6000 | 3);
        Assert.Equal(verdicts, TraceText.Verdicts(trace));
    }
}
