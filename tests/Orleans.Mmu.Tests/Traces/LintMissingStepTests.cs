using Orleans.Mmu.Arm.BreakBeforeMake;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>A violation says which of DSB, TLBI and DSB is missing, and which TLBI came nearest.</summary>
public sealed class LintMissingStepTests
{
    private const ulong Output = 0x4000_0000;
    private const ulong NotGlobal = 1UL << 11;

    // The store that takes the block away is event 7.
    private static string Reason(Func<TraceText, TraceText> steps, ulong bits = 0, Action<TraceText>? before = null)
    {
        var trace = TraceText.Tree(TraceText.Block(Output) | bits, before).Write(TraceText.Pmd, 0);
        var found = steps(trace).Write(TraceText.Pmd, TraceText.Block(2 * Output)).Lint(BbmLevel.Level0).Violation;
        Assert.NotNull(found);
        return found.Reason;
    }

    [Fact]
    public void TheFirstDsbIsMissing()
    {
        const string Missing = "since no DSB of CPU 0 for stores has followed the store of event 7, which replaced it";
        Assert.Contains(Missing, Reason(t => t), StringComparison.Ordinal);
        Assert.Contains(Missing, Reason(t => t.Dsb("ishld").Tlbi("vmalle1is")), StringComparison.Ordinal);
    }

    [Fact]
    public void ADsbForTheWriterAloneIsNotEnough() => Assert.Contains(
        "only a DSB NSH of CPU 0 has followed the store of event 7, which replaced it, and CPU 1 may walk the table",
        Reason(t => t.Dsb("nshst").Tlbi("vmalle1").Dsb("nsh")), StringComparison.Ordinal);

    [Theory]
    [InlineData("vmalle1is", "nsh", "no DSB ISH of CPU 0 has completed the TLBI of event 9")]
    [InlineData("vmalle1is", "ishst", "no DSB ISH of CPU 0 has completed the TLBI of event 9")]
    [InlineData("vmalle1", "nshst", "the TLBI of event 9 removes it from CPU 0 alone, and CPU 1 may hold it")]
    [InlineData("vmalle1", "nsh", "the TLBI of event 9 removes it from CPU 0 alone, and CPU 1 may hold it")]
    public void TheLastDsbIsMissing(string operation, string dsb, string missing) => Assert.Contains(
        missing, Reason(t => t.Dsb("ishst").Tlbi(operation).Dsb(dsb)), StringComparison.Ordinal);

    // CPU 0 alone holds the tree.
    [Fact]
    public void TheDsbBehindALocalTlbiIsMissing() => Assert.Contains(
        "no DSB NSH of CPU 0 has completed the TLBI of event 8", new TraceText()
            .Write(TraceText.Root, TraceText.Pud | 3).Write(TraceText.Pud, TraceText.Pmd | 3)
            .Write(TraceText.Pmd, TraceText.Block(Output)).Dsb().Register("ttbr0_el1", TraceText.Root).Isb()
            .Write(TraceText.Pmd, 0).Dsb().Tlbi("vmalle1").Dsb("nshst")
            .Write(TraceText.Pmd, TraceText.Block(2 * Output)).Lint(BbmLevel.Level0).Violation!.Reason,
        StringComparison.Ordinal);

    [Fact]
    public void NoTlbiHasCome() => Assert.Contains(
        "no TLBI has followed the store of event 7", Reason(t => t.Dsb("ishst").Dsb()), StringComparison.Ordinal);

    [Theory]
    [InlineData("vae1is", 3UL << 48, "TLBI of event 11 names ASID 3")]
    [InlineData("aside1is", 3UL << 48, "TLBI of event 11 names the non-global entries of ASID 3")]
    [InlineData("vaae1is", 0x8000UL, "TLBI of event 11 names address 0x8000000")]
    [InlineData("rvaae1is", 1UL << 46 | 0x8000, "TLBI of event 11 names addresses 0x8000000 to 0x8001fff")]
    [InlineData("rvaae1is", 2UL << 46, "TLBI of event 11 names tables of another granule")]
    [InlineData("vaae1is", 7UL << 44, "TLBI of event 11 hints at another level")]
    [InlineData("alle2is", 0UL, "TLBI of event 11 is for another translation regime")]
    public void NoTlbiNamesIt(string operation, ulong value, string missing) => Assert.Contains(
        $"no TLBI since then names it: the {missing}",
        Reason(
            t => t.Dsb("ishst").Tlbi(operation, value).Dsb(), NotGlobal,
            t => t.Add("sysreg-write ID (sysreg ttbr0_el1) (value 0x5000000001000)")
                .Add("sysreg-write ID (sysreg ttbr0_el1) (value 0x5000000001000)", cpu: 1)), StringComparison.Ordinal);

    [Fact]
    public void TheNearestTlbiIsNamedNotTheLast() => Assert.Contains(
        "the TLBI of event 9 hints at another level (R_SQXYZ)",
        Reason(t => t.Dsb("ishst").Tlbi("vaae1is", 7UL << 44).Tlbi("vaae1is", 0x8000).Dsb()),
        StringComparison.Ordinal);

    [Fact]
    public void ATlbiBeforeTheDsbComesTooEarly() => Assert.Contains(
        "the TLBI of event 8 of CPU 0 came before the DSBs that make every walk read the new value",
        Reason(t => t.Tlbi("vmalle1is").Dsb()), StringComparison.Ordinal);

    [Fact]
    public void ATableWaitsForWhatIsBelowIt()
    {
        var trace = TraceText.Tree(TraceText.Pte | 3, t => t.Write(TraceText.Pte, TraceText.Page(Output)))
            .Write(TraceText.Pte, 0).Write(TraceText.Pmd, 0).Dsb("ishst").Tlbi("vale1is", 0)
            .Dsb().Write(TraceText.Pmd, TraceText.Block(2 * Output));
        Assert.Contains(
            "is of a last-level form, which leaves table entries (R_JXKNN)",
            trace.Lint(BbmLevel.Level0).Violation?.Reason, StringComparison.Ordinal);
    }
}
