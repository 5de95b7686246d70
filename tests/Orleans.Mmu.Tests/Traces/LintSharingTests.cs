namespace Orleans.Mmu.Tests.Traces;

/// <summary>
/// CPUs whose registers have CnP = 1 and one ASID and VMID may use entries of each other, so they lead to one tree
/// (R_QLGWZ).
/// </summary>
public sealed class LintSharingTests
{
    private const ulong Other = 0x1_1000;
    private const ulong Cnp = 1;

    private static TraceText Trees(bool filled = true)
    {
        var trace = new TraceText();
        return filled
            ? trace.Write(TraceText.Pud, TraceText.Block(0x4000_0000)).Write(TraceText.Root, TraceText.Pud | 3)
                .Write(Other + 0x1000, TraceText.Block(0x8000_0000)).Write(Other, (Other + 0x1000) | 3).Dsb() : trace;
    }

    [Theory]
    [InlineData(TraceText.Root | Cnp, Other | Cnp, "vvvv")]
    [InlineData(TraceText.Root | Cnp, Other, "llll")]
    [InlineData(TraceText.Root, Other | Cnp, "llll")]
    [InlineData(TraceText.Root | Cnp, TraceText.Root | Cnp, "llll")]
    [InlineData(1UL << 48 | TraceText.Root | Cnp, 1UL << 48 | Other | Cnp, "vvvv")]
    [InlineData(1UL << 48 | TraceText.Root | Cnp, 2UL << 48 | Other | Cnp, "llll")]
    [InlineData(TraceText.Root | Cnp, 0x8000 | Cnp, "vvvv")]
    [InlineData(0x7000 | Cnp, 0x8000 | Cnp, "llll")]
    public void Two_trees_of_one_ASID_are_not_shared(ulong first, ulong second, string verdicts)
    {
        foreach (string register in (string[])["ttbr0_el1", "ttbr1_el1"])
        {
            // TCR.A1 says which register holds the ASID.
            ulong tcr = 2UL << 30 | 16UL << 16 | 16 | (register == "ttbr1_el1" ? 1UL << 22 : 0);
            Assert.Equal(verdicts, TraceText.Verdicts(Trees().Register("tcr_el1", tcr)
                .Register(register, first).Isb().Register(register, second, cpu: 1).Isb(1)));
        }
    }

    [Fact]
    public void The_message_names_both_CPUs_and_trees() => Assert.Equal(
        "CnP is 1 for two trees: TTBR1_EL1 of CPU 1 leads to 0x11000, and that of CPU 0 to 0x1000, both with CnP = 1 "
        + "and ASID 0, so either CPU may use entries of the other's tree (R_QLGWZ)",
        Trees().Register("ttbr1_el1", TraceText.Root | Cnp).Register("ttbr1_el1", Other | Cnp, cpu: 1)
            .Lint(default).Violation!.Reason);

    [Theory]
    [InlineData(1UL, 1UL, "vvvv")]
    [InlineData(1UL, 2UL, "llll")]
    public void Two_VMIDs_do_not_share(ulong first, ulong second, string verdicts) => Assert.Equal(
        verdicts, TraceText.Verdicts(Trees()
            .Register("vttbr_el2", first << 48 | 0x2_0000)
            .Register("vttbr_el2", second << 48 | (first == second ? 0x2_0000UL : 0x3_0000UL), cpu: 1)
            .Register("ttbr1_el1", TraceText.Root | Cnp).Register("ttbr1_el1", Other | Cnp, cpu: 1)));

    // The value that the register had counts until the ISB.
    [Theory]
    [InlineData(true, "llll")]
    [InlineData(false, "vvvv")]
    public void A_register_counts_until_the_ISB(bool isb, string verdicts)
    {
        var trace = Trees().Register("ttbr1_el1", Other | Cnp, cpu: 1).Register("ttbr1_el1", 0x8000, cpu: 1);
        if (isb)
            trace.Isb(1);
        Assert.Equal(verdicts, TraceText.Verdicts(trace.Register("ttbr1_el1", TraceText.Root | Cnp)));
    }

    // Two empty roots are alike until one of them is filled.
    [Fact]
    public void A_root_that_is_filled_later_counts() => Assert.Equal("vvvv", TraceText.Verdicts(
        Trees(filled: false).Register("ttbr1_el1", TraceText.Root | Cnp).Register("ttbr1_el1", Other | Cnp, cpu: 1)
            .Write(TraceText.Pud, TraceText.Block(0x4000_0000)).Write(TraceText.Root, TraceText.Pud | 3)));

    // While walks are off, a register shares nothing.
    [Fact]
    public void A_register_without_walks_shares_nothing()
    {
        var trace = Trees().Register("ttbr1_el1", TraceText.Root | Cnp).Register("sctlr_el1", 0, cpu: 1).Isb(1)
            .Register("ttbr1_el1", Other | Cnp, cpu: 1);
        Assert.Equal("llll", TraceText.Verdicts(trace));
        Assert.Equal("vvvv", TraceText.Verdicts(trace.Register("sctlr_el1", 1, cpu: 1)));
    }
}
