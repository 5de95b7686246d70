using Orleans.Mmu.Arm.BreakBeforeMake;
using static Orleans.Mmu.Tests.Traces.ShapedLeaf;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>
/// A violation names the register and the step that is missing before a CPU has left a tree, and says by what a page is
/// still a table.
/// </summary>
public sealed class LintReasonTests
{
    private const ulong Other = 0x300_0000;
    private const ulong Empty = 0x500_0000;
    private const ulong Host = E2h | 1UL << 27;
    private const string Isb = "barrier ID isb";

    // 4K pages, 39 bits in either half.
    private const ulong Tcr = 2UL << 30 | 25UL << 16 | 25;

    private static void Tables(TraceText trace, ulong root, ulong output) =>
        trace.Add($"hint ID (kind set_root_lock) (location 0x{root:x}) (value 0x9000)").Write(root, root + 0x1003)
            .Write(root + 0x1000, TraceText.Block(output));

    // Two trees, of which TTBR1 leads to the first: the write is event 8, the ISB event 9.
    private static TraceText Trees(ulong hcr, string el)
    {
        var trace = Register(Register(new(), "hcr_el2", hcr), $"tcr_{el}", Tcr);
        Tables(trace, Other, Moved);
        Tables(trace, Root, Output);
        return Register(trace, $"ttbr1_{el}", Root).Add(Isb);
    }

    private static string Switched(TraceText trace, string el = "el1") =>
        Register(trace, $"ttbr1_{el}", Other).Lint(default).Violation!.Reason;

    private static TraceText Left(ulong hcr = 0, string el = "el1") => Register(Trees(hcr, el), $"ttbr1_{el}", Empty);

    [Fact]
    public void A_TLBI_between_HCR_EL2_and_the_ISB_names_the_ISB()
    {
        var trace = Register(new(), "hcr_el2", E2h);
        Register(trace, "tcr_el2", Tcr);
        Tables(trace, Root, Output);
        Register(trace, "ttbr0_el2", Root).Add(Isb).Add("lock ID (address 0x9000)").Write(Root + 0x1000, 0).Dsb();
        Register(trace, "hcr_el2", Host).Tlbi("vmalle1is").Dsb().Add(Isb)
            .Write(Root + 0x1000, TraceText.Block(Moved));
        Assert.Contains(
            "came before the ISB that follows the write of HCR_EL2, so its translation regime is not certain",
            trace.Lint(default).Violation!.Reason, StringComparison.Ordinal);
    }

    // A root may lie at address 0.
    [Fact]
    public void A_register_that_leads_to_address_0_is_named()
    {
        var trace = Register(Register(new(), "hcr_el2", 0), "tcr_el2", 25);
        trace.Add("hint ID (kind set_root_lock) (location 0x0) (value 0x9000)").Write(0, 0x1003)
            .Write(0x1000, TraceText.Block(Output));
        Register(trace, "ttbr0_el2", 0).Add(Isb);
        Assert.Contains(
            "since TTBR0_EL2 of CPU 0 has led to it until now",
            Register(trace, "hcr_el2", E2h).Lint(default).Violation!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_switch_of_roots_names_the_missing_step()
    {
        Assert.StartsWith(
            "BBM valid->valid: TTBR1_EL1 of CPU 0 leads to the tree at 0x3000000 while entries of that at 0x1000000 "
            + "may still be cached, since no reserved root, ISB and TLBI for everything lie between, and 0x1001003 at "
            + "input address 0xffffff8000000000 becomes 0x3001003: another table", Switched(Trees(0, "el1")),
            StringComparison.Ordinal);
        Assert.Contains(
            "since no ISB of CPU 0 has followed event 10, by which TTBR1_EL1 left it,",
            Switched(Left().Tlbi("vmalle1").Dsb()), StringComparison.Ordinal);
        Assert.Contains(
            "since no TLBI for everything has followed the ISB of event 13, and",
            Switched(Left().Tlbi("vmalle1").Dsb().Add(Isb)), StringComparison.Ordinal);
        Assert.Contains(
            "since no DSB NSH of CPU 0 has completed the TLBI of event 12,",
            Switched(Left().Add(Isb).Tlbi("vmalle1")), StringComparison.Ordinal);
        Assert.Contains(
            "has followed the ISB of event 11: the TLBI of event 12 names ASID 7 alone,",
            Switched(Left().Add(Isb).Tlbi("aside1", 7UL << 48).Dsb()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(E2h, "vmalle1is")]
    [InlineData(Host, "alle1is")]
    [InlineData(Host, "vmalls12e1is")]
    public void A_switch_of_roots_of_a_host_names_the_TLBI_that_is_not_for_EL2(ulong hcr, string operation) =>
        Assert.Contains(
            "since no TLBI for everything has followed the ISB of event 11: the TLBI of event 12 is for another "
            + "translation regime,", Switched(Left(hcr, "el2").Add(Isb).Tlbi(operation).Dsb(), "el2"),
            StringComparison.Ordinal);

    [Fact]
    public void EL2_without_E2H_says_how_it_gets_another_root()
    {
        var trace = Register(Register(new(), "hcr_el2", 0), "tcr_el2", 25);
        Tables(trace, Other, Moved);
        Tables(trace, Root, Output);
        Register(Register(trace, "ttbr0_el2", Root).Add(Isb), "ttbr0_el2", Other);
        Assert.Equal(
            "duplicate (VM/AS)ID: 0 is that of 0x1000000, now of 0x3000000: entries of both would answer for it on "
            + "CPU 0, since TTBR0_EL2 of CPU 0 has led to it until now; TTBR0_EL2 has no ASID, so it leads to another "
            + "root after SCTLR_EL2.M is 0, an ISB, ALLE2, and a DSB", trace.Lint(default).Violation?.Reason);
    }

    // Sixteen pages, of which the TLBI names the first.
    [Fact]
    public void A_contiguous_group_names_the_TLBI_that_reached_one_member()
    {
        const ulong Contiguous = 1UL << 52;
        TraceText Group(TraceText trace, ulong output)
        {
            for (ulong i = 0; i < 16; i++)
                trace.Write(TraceText.Pte + 8 * i, TraceText.Page(output + 4096 * i) | Contiguous);
            return trace;
        }

        var trace = TraceText.Tree(TraceText.Pte | 3, t => Group(t, Output));
        for (ulong i = 0; i < 16; i++)
            trace.Write(TraceText.Pte + 8 * i, 0);
        string reason = Group(trace.Flush("vaae1is", 0), Moved).Lint(default).Violation!.Reason;
        Assert.Contains(
            "; a CPU may have 0x70000040001703, which 0x4008 held before, since no TLBI since then names it: the TLBI "
            + "of event 40 names address 0x0, and the old value translates 0x1000 to 0x1fff (R_DDMVT)", reason,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_last_TLBI_of_the_regime_is_named_where_none_came_near()
    {
        var trace = Register(new(), "vtcr_el2", 2UL << 6 | 16)
            .Add($"hint ID (kind set_root_lock) (location 0x{Root:x}) (value 0x9000)").Write(Root + 8, Root + 0x1003)
            .Write(Root + 0x1000, Root + 0x2003).Write(Root + 0x2000, TraceText.Block(Output));
        Register(trace, "vttbr_el2", Root).Add(Isb).Add("lock ID (address 0x9000)").Write(Root + 0x2000, 0)
            .Flush("ipas2e1is", 0).Tlbi("vmalle1is").Dsb().Write(Root + 0x2000, TraceText.Block(Moved));
        Assert.Contains(
            "the TLBI of event 10 names address 0x0, and the old value translates 0x8000000000 to 0x80001fffff",
            trace.Lint(default).Violation?.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_range_without_granule_names_nothing() => Assert.Contains(
        "is a range whose TG is 0, which is reserved, so it names nothing (R_XKMMX)",
        TraceText.Tree(TraceText.Block(Output)).Write(TraceText.Pmd, 0).Flush("rvaae1is", 0)
            .Write(TraceText.Pmd, TraceText.Block(Moved)).Lint(default).Violation?.Reason, StringComparison.Ordinal);

    // A change of the writer's own MAIR breaks no other CPU, and a missing lock breaks none.
    [Theory]
    [InlineData("mem-write ID (mem-order release) (address 0x3000) (value 0x60000080000701)", 1, true)]
    [InlineData("sysreg-write ID (sysreg mair_el1) (value 0x44)", 0, true)]
    [InlineData("unlock ID (address 0x8000)", 0, false)]
    [InlineData("mem-read ID (address 0x3000) (value 0x0)", 0, false)]
    public void The_CPU_that_breaks_is_named_where_one_does(string use, int cpu, bool breaks)
    {
        var trace = Register(new(), "mair_el1", 0xff).Append(TraceText.Tree(TraceText.Block(Output)));
        var violation = trace.Add(use).Lint(BbmLevel.Level0).Violation;
        Assert.Equal((cpu, breaks), (violation?.Cpu, violation?.Breaks));
    }
}
