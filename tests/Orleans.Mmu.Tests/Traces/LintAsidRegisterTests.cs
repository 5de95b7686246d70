using static Orleans.Mmu.Tests.Traces.ShapedLeaf;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>
/// TCR_EL1.A1 says which register holds the ASID of both. The ASID counts also while this register leads to no tree.
/// </summary>
public sealed class LintAsidRegisterTests
{
    private const ulong Other = 0x300_0000;
    private const ulong Empty = 0x500_0000;
    private const ulong NotGlobal = 1UL << 11;
    private const ulong InUpper = 1UL << 22;
    private const ulong UpperOff = 1UL << 23;
    private const string Isb = "barrier ID isb";

    // 4K pages, 48 bits in either half.
    private const ulong Tcr = 2UL << 30 | 16UL << 16 | 16;

    private static void Tables(TraceText trace, ulong root, ulong output) =>
        trace.Add($"hint ID (kind set_root_lock) (location 0x{root:x}) (value 0x9000)").Write(root, root + 0x1003)
            .Write(root + 0x1000, root + 0x2003).Write(root + 0x2000, TraceText.Block(output) | NotGlobal);

    private static string Changed(TraceText trace, params ulong[] asids)
    {
        trace.Add("lock ID (address 0x9000)").Write(Root + 0x2000, 0).Dsb("ishst");
        foreach (ulong asid in asids)
            trace.Tlbi("vae1is", asid << 48);
        return TraceText.Verdicts(trace.Dsb().Write(Root + 0x2000, TraceText.Block(Moved) | NotGlobal));
    }

    // The leaf is non-global, and the CPU has read it under ASID 5 and, since A1 is 1, under ASID 9.
    [Fact]
    public void A_change_of_A1_changes_the_ASID()
    {
        TraceText Tree()
        {
            var trace = Register(new(), "tcr_el1", Tcr);
            Tables(trace, Root, Output);
            Register(Register(trace, "ttbr1_el1", 9UL << 48 | Empty), "ttbr0_el1", 5UL << 48 | Root).Add(Isb);
            return Register(trace, "tcr_el1", Tcr | InUpper).Add(Isb);
        }

        Assert.Equal("vvvv", Changed(Tree(), 5));
        Assert.Equal("vvvv", Changed(Tree(), 9));
        Assert.Equal("llll", Changed(Tree(), 5, 9));
    }

    [Fact]
    public void TTBR1_holds_the_ASID_while_EPD1_is_1()
    {
        TraceText Tree()
        {
            var trace = Register(new(), "tcr_el1", Tcr | InUpper);
            Tables(trace, Root, Output);
            Register(Register(trace, "ttbr1_el1", 5UL << 48 | Empty), "ttbr0_el1", Root).Add(Isb);
            Register(trace, "tcr_el1", Tcr | InUpper | UpperOff).Add(Isb);
            return Register(trace, "ttbr1_el1", 9UL << 48 | Empty).Add(Isb);
        }

        Assert.Equal("vvvv", Changed(Tree(), 5));
        Assert.Equal("vvvv", Changed(Tree(), 9));
        Assert.Equal("llll", Changed(Tree(), 5, 9));
    }

    // TTBR0 leads to another tree under ASID 3, and then TTBR1 gives it the ASID of the first.
    [Theory]
    [InlineData(false, "vvvv")]
    [InlineData(true, "llll")]
    public void An_ASID_comes_back_to_another_tree_by_the_other_register(bool flush, string verdicts)
    {
        var trace = Register(new(), "tcr_el1", Tcr | InUpper);
        Tables(trace, Root, Output);
        Tables(trace, Other, Moved);
        Register(Register(trace, "ttbr1_el1", 1UL << 48 | Empty), "ttbr0_el1", Root).Add(Isb);
        Register(Register(trace, "ttbr0_el1", Empty), "ttbr1_el1", 3UL << 48 | Empty).Add(Isb);
        if (flush)
            trace.Tlbi("aside1is", 1UL << 48).Dsb();
        Register(Register(trace, "ttbr0_el1", Other).Add(Isb), "ttbr1_el1", 1UL << 48 | Empty);
        Assert.Equal(verdicts, TraceText.Verdicts(trace));
    }
}
