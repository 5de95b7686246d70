using static Orleans.Mmu.Tests.Traces.ShapedLeaf;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>VMIDs of stage 2: which one a TLBI names, and when another tree may have it.</summary>
public sealed class LintVmidTests
{
    private const ulong Other = 0x300_0000;
    private const ulong Empty = 0x500_0000;

    private static TraceText Vttbr(TraceText trace, ulong vmid, ulong root, bool isb = true)
    {
        Register(trace, "vttbr_el2", vmid << 48 | root);
        return isb ? trace.Add("barrier ID isb") : trace;
    }

    private static TraceText Tree()
    {
        var trace = Register(new(), "vtcr_el2", 2UL << 6 | 16);
        Tables(trace, Root, Output);
        return Vttbr(trace, 1, Root).Add("lock ID (address 0x9000)");
    }

    private static void Tables(TraceText trace, ulong root, ulong output) =>
        trace.Add($"hint ID (kind set_root_lock) (location 0x{root:x}) (value 0x9000)").Write(root, root + 0x1003)
            .Write(root + 0x1000, root + 0x2003).Write(root + 0x2000, TraceText.Block(output));

    // VTTBR_EL2 counts for a TLBI after an ISB.
    [Theory]
    [InlineData(true, "llll")]
    [InlineData(false, "vvvv")]
    public void A_TLBI_names_the_VMID_that_an_ISB_has_made_current(bool isb, string verdicts)
    {
        var trace = Vttbr(Tree().Write(Root + 0x2000, 0), 2, Empty).Dsb("ishst");
        Vttbr(trace, 1, Root, isb).Tlbi("ipas2e1is", 0).Dsb().Tlbi("vmalle1is").Dsb()
            .Write(Root + 0x2000, TraceText.Block(Moved));
        Assert.Equal(verdicts, TraceText.Verdicts(trace));
    }

    // A hypervisor that runs out of VMIDs invalidates all of them and gives them out again.
    [Theory]
    [InlineData("alle1is", "llll")]
    [InlineData("alle2is", "vvvv")]
    [InlineData("vmalle1is", "vvvv")]
    public void A_tree_gets_another_VMID_after_a_TLBI_of_all(string operation, string verdicts) => Assert.Equal(
        verdicts, TraceText.Verdicts(Vttbr(Vttbr(Tree(), 0, Empty).Flush(operation), 2, Root)));

    [Fact]
    public void A_VMID_goes_to_another_tree_after_a_TLBI_of_all()
    {
        TraceText Trace(bool flush)
        {
            var trace = Vttbr(Tree(), 0, Empty);
            if (flush)
                trace.Flush("alle1is");
            Tables(trace, Other, Moved);
            return Vttbr(trace, 1, Other);
        }

        Assert.Equal("llll", TraceText.Verdicts(Trace(flush: true)));
        Assert.Equal("vvvv", TraceText.Verdicts(Trace(flush: false)));
    }

    // Whether the VMID's own TLBI or that of all comes, and whether the tree had entries to cache.
    [Theory]
    [InlineData(null, false, "vvvv")]
    [InlineData("vmalls12e1is", false, "llll")]
    [InlineData("vmalle1is", false, "vvvv")]
    [InlineData(null, true, "llll")]
    public void The_VMID_of_a_released_tree_is_clean_before_another_has_it(
        string? operation, bool emptied, string verdicts)
    {
        var trace = Tree();
        if (emptied)
            trace.Write(Root, 0).Flush("vmalls12e1is");
        Vttbr(Vttbr(trace, 0, Empty), 1, Root);
        if (operation is not null)
            trace.Flush(operation);
        Vttbr(trace, 0, Empty).Add($"hint ID (kind release_table) (location 0x{Root:x}) (value 0x0)");
        Tables(trace, Other, Moved);
        var result = Vttbr(trace, 1, Other);
        Assert.Equal(verdicts, TraceText.Verdicts(result));
        if (result.Lint(default).Violation is { } violation)
            Assert.StartsWith("VMID reused without a TLBI: 1", violation.Reason, StringComparison.Ordinal);
    }
}
