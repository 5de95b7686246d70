using static Orleans.Mmu.Tests.Traces.ShapedLeaf;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>HCR_EL2.E2H and TGE: ASIDs at EL2, and TLBIs of EL1 that are for EL2&amp;0. SCTLR_EL2.M.</summary>
public sealed class LintHostTests
{
    private const ulong Host = E2h | 1UL << 27;
    private const ulong NotGlobal = 1UL << 11;
    private const ulong Other = 0x300_0000;

    // 4K pages, 48 bits in either half.
    private const ulong Tcr = 2UL << 30 | 16UL << 16 | 16;

    private static TraceText Tree(ulong hcr, ulong block, string register = "ttbr0_el2", ulong asid = 0)
    {
        var trace = Register(Register(new(), "hcr_el2", hcr), "tcr_el2", Tcr);
        Tables(trace, Root, block);
        return Register(trace, register, asid << 48 | Root).Add("barrier ID isb").Add("lock ID (address 0x9000)");
    }

    private static void Tables(TraceText trace, ulong root, ulong block) =>
        trace.Add($"hint ID (kind set_root_lock) (location 0x{root:x}) (value 0x9000)").Write(root, root + 0x1003)
            .Write(root + 0x1000, root + 0x2003).Write(root + 0x2000, block);

    private static string Changed(ulong hcr, ulong bits, string operation, ulong? value, ulong asid = 0) =>
        TraceText.Verdicts(Tree(hcr, TraceText.Block(Output) | bits, asid: asid).Write(Root + 0x2000, 0)
            .Flush(operation, value).Write(Root + 0x2000, TraceText.Block(Moved) | bits));

    [Theory]
    [InlineData(Host, "vmalle1is", "llll")]
    [InlineData(E2h, "vmalle1is", "vvvv")]
    [InlineData(0UL, "vmalle1is", "vvvv")]
    [InlineData(Host, "alle2is", "llll")]
    [InlineData(Host, "alle1is", "vvvv")]
    [InlineData(Host, "vmalls12e1is", "vvvv")]
    public void A_host_names_EL2_by_the_forms_of_EL1(ulong hcr, string operation, string verdicts) =>
        Assert.Equal(verdicts, Changed(hcr, 0, operation, null));

    [Theory]
    [InlineData("vae1is", 3UL, NotGlobal, "llll")]
    [InlineData("vae1is", 5UL, NotGlobal, "vvvv")]
    [InlineData("vae1is", 5UL, 0UL, "llll")]
    [InlineData("aside1is", 3UL, NotGlobal, "llll")]
    [InlineData("aside1is", 3UL, 0UL, "vvvv")]
    [InlineData("vaae1is", 5UL, NotGlobal, "llll")]
    [InlineData("vae2is", 3UL, NotGlobal, "llll")]
    [InlineData("vae2is", 5UL, NotGlobal, "vvvv")]
    public void EL2_has_ASIDs_with_E2H(string operation, ulong asid, ulong bits, string verdicts) =>
        Assert.Equal(verdicts, Changed(Host, bits, operation, asid << 48, asid: 3));

    [Theory]
    [InlineData(Host, "vvvv")]
    [InlineData(0UL, "llll")]
    public void NG_is_compared_at_EL2_with_E2H(ulong hcr, string verdicts) => Assert.Equal(
        verdicts, TraceText.Verdicts(Tree(hcr, TraceText.Block(Output))
            .Write(Root + 0x2000, TraceText.Block(Output) | NotGlobal)));

    [Theory]
    [InlineData(false, null, "vvvv")]
    [InlineData(true, null, "vvvv")]
    [InlineData(true, "vmalle1", "llll")]
    [InlineData(true, "alle2", "llll")]
    [InlineData(true, "alle1", "vvvv")]
    public void A_switch_of_roots_of_a_host_is_a_live_change(bool reserved, string? operation, string verdicts)
    {
        var trace = Tree(Host, TraceText.Block(Output), "ttbr1_el2");
        Tables(trace, Other, TraceText.Block(Moved));
        if (reserved)
            Register(trace, "ttbr1_el2", 0x500_0000).Add("barrier ID isb");
        if (operation is not null)
            trace.Tlbi(operation).Dsb("nsh");
        Assert.Equal(verdicts, TraceText.Verdicts(Register(trace, "ttbr1_el2", Other)));
    }

    // TGE becomes 1. Until the ISB, the TLBI may still be for EL1.
    [Theory]
    [InlineData(false, "vmalle1is", "vvvv")]
    [InlineData(true, "vmalle1is", "llll")]
    [InlineData(false, "alle2is", "llll")]
    public void TGE_directs_a_TLBI_after_an_ISB(bool isb, string operation, string verdicts)
    {
        var trace = Register(Tree(E2h, TraceText.Block(Output)), "hcr_el2", Host);
        if (isb)
            trace.Add("barrier ID isb");
        trace.Write(Root + 0x2000, 0).Flush(operation).Write(Root + 0x2000, TraceText.Block(Moved));
        Assert.Equal(verdicts, TraceText.Verdicts(trace));
    }

    // A TLBI of an address names the entries of one half.
    [Theory]
    [InlineData(Root + 0x1003, "vvvv")]
    [InlineData(0UL, "llll")]
    public void A_tree_with_valid_entries_is_not_in_both_halves(ulong entry, string verdicts)
    {
        var trace = Register(Register(new(), "hcr_el2", Host), "tcr_el2", Tcr);
        trace.Add($"hint ID (kind set_root_lock) (location 0x{Root:x}) (value 0x9000)")
            .Write(Root, entry);
        Register(Register(trace, "ttbr0_el2", Root), "ttbr1_el2", Root);
        Assert.Equal(verdicts, TraceText.Verdicts(trace));
    }

    // The second TLBI of stage 2 is for the host's own entries until the hypervisor clears TGE.
    [Theory]
    [InlineData(E2h, "vmalle1is", "llll")]
    [InlineData(Host, "vmalle1is", "vvvv")]
    [InlineData(Host, "vmalls12e1is", "llll")]
    public void A_host_clears_TGE_before_it_invalidates_a_guest(ulong hcr, string second, string verdicts)
    {
        var trace = Register(Register(new(), "hcr_el2", Host), "vtcr_el2", 2UL << 6 | 16);
        Tables(trace, Root, TraceText.Block(Output));
        Register(Register(trace, "vttbr_el2", Root), "hcr_el2", hcr)
            .Add("barrier ID isb").Add("lock ID (address 0x9000)")
            .Write(Root + 0x2000, 0).Flush("ipas2e1is", 0).Tlbi(second).Dsb()
            .Write(Root + 0x2000, TraceText.Block(Moved));
        Assert.Equal(verdicts, TraceText.Verdicts(trace));
    }

    [Theory]
    [InlineData(true, true, "llll")]
    [InlineData(true, false, "vvvv")]
    [InlineData(false, true, "vvvv")]
    public void EL2_gets_another_root_while_its_translation_is_off(bool isOff, bool flush, string verdicts)
    {
        var trace = Tree(0, TraceText.Block(Output));
        Tables(trace, Other, TraceText.Block(Moved));
        if (isOff)
            Register(trace, "sctlr_el2", 0).Add("barrier ID isb");
        if (flush)
            trace.Tlbi("alle2").Dsb("nsh");
        Register(Register(trace, "ttbr0_el2", Other).Add("barrier ID isb"), "sctlr_el2", 1);
        Assert.Equal(verdicts, TraceText.Verdicts(trace));
    }

    [Fact]
    public void Tables_of_EL2_are_written_freely_before_translation_is_on()
    {
        var trace = Register(new(), "sctlr_el2", 0);
        Tables(trace, Root, TraceText.Block(Output));
        Register(trace, "ttbr0_el2", Root).Write(Root + 0x2000, TraceText.Block(Moved)).Dsb();
        Assert.Equal("llll", TraceText.Verdicts(Register(trace, "sctlr_el2", 1)));
        trace.Add("lock ID (address 0x9000)").Write(Root + 0x2000, TraceText.Block(Output));
        Assert.Equal("vvvv", TraceText.Verdicts(trace));
    }
}
