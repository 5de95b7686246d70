using static Orleans.Mmu.Tests.Traces.ShapedLeaf;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>Shapes of trees of EL2 and stage 2 that change, or that two CPUs or two VMs have.</summary>
public sealed class LintShapeChangeTests
{
    // The VMs of a hypervisor have shapes of their own, and VTCR_EL2 changes with VTTBR_EL2.
    [Theory]
    [InlineData(0UL, "llll")]
    [InlineData(4UL, "vvvv")]
    public void Each_VM_has_its_shape(ulong pages, string verdicts)
    {
        var place = new ShapedLeaf("stage 2", 2, 14, 36, 2, 3);
        var trace = Register(Register(new(), "vtcr_el2", 2UL << 6 | 16), "vttbr_el2", 0x1_0000_0800_0000);
        place.Controls(trace);
        place.Tables(trace);
        trace.Add("hint ID (kind set_root_lock) (location 0x1000000) (value 0x9000)");
        // The VMID of the TLBIs is certain after an ISB.
        Register(trace, "vttbr_el2", Root).Add("barrier ID isb").Add("lock ID (address 0x9000)");
        Assert.Equal(verdicts, TraceText.Verdicts(
            place.Change(trace, place.ByPage, (place.Address >> 12) + pages)));
    }

    // The lower half keeps its entries where the first level stays.
    [Theory]
    [InlineData("EL2", 1UL, "llll")]
    [InlineData("EL2", 9UL, "vvvv")]
    [InlineData("EL2", 2UL << 14, "vvvv")]
    [InlineData("EL2 upper", 1UL << 16, "vvvv")]
    [InlineData("EL2 upper", 1UL, "llll")]
    public void The_shape_of_a_live_tree_does_not_change_in_TCR_EL2(string regime, ulong change, string verdicts)
    {
        var place = new ShapedLeaf(regime, 0, 12, regime == "EL2" ? 48 : 39, regime == "EL2" ? 0 : 1, 3);
        var trace = place.Tree();
        place.Controls(trace);
        Assert.Equal("llll", TraceText.Verdicts(trace));
        ulong value = regime == "EL2" ? 16 : 2UL << 30 | 25UL << 16 | 16;
        Register(trace, "tcr_el2", value + change);
        Assert.Equal(verdicts, TraceText.Verdicts(trace));
        if (trace.Lint(default).Violation is { } violation)
            Assert.StartsWith("stale after a change of TCR_EL2: CPU 0", violation.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vtcr_el2", "vttbr_el2", 1UL << 6 | 25, 2UL << 14 | 1UL << 6 | 28)]
    [InlineData("tcr_el2", "ttbr0_el2", 25UL, 2UL << 14 | 28)]
    public void Two_CPUs_read_a_tree_in_one_shape(string control, string register, ulong one, ulong other)
    {
        Assert.Null(Lint(one));
        Assert.StartsWith("a tree is read in two shapes: CPU 1", Lint(other), StringComparison.Ordinal);

        string? Lint(ulong value) => Register(Register(new(), control, one).Write(Root, 0x2_0003), register, Root)
            .Add($"sysreg-write ID (sysreg {control}) (value 0x{value:x})", cpu: 1)
            .Add($"sysreg-write ID (sysreg {register}) (value 0x{Root:x})", cpu: 1).Lint(default).Violation?.Reason;
    }

    // Every table of a root is one of the tree: none is freed or linked elsewhere before the root is released.
    [Fact]
    public void A_root_of_several_tables_is_released_as_a_whole()
    {
        var place = new ShapedLeaf("stage 2", 0, 12, 42, 1, 512 * 7 + 3);
        string free = $"mem-free ID (address 0x{Root + 7 * 4096:x}) (size 0x1000)";
        Assert.Equal("vvvv", TraceText.Verdicts(place.Tree().Add(free)));
        var left = Register(place.Tree(), "vttbr_el2", 0x1_0000_0800_0000);
        Assert.Equal("vvvv", TraceText.Verdicts(Register(place.Tree(), "vttbr_el2", 0x1_0000_0800_0000).Add(free)));
        left.Add($"hint ID (kind release_table) (location 0x{Root:x}) (value 0x0)").Add(free);
        Assert.Equal("llll", TraceText.Verdicts(left));
    }

    [Theory]
    [InlineData(5UL, 0x4003UL)]
    public void ASIDs_belong_to_TTBR0_EL2_only_with_E2H(ulong asid, ulong descriptor)
    {
        TraceText Trace(ulong hcr) => Register(
            Register(Register(new(), "hcr_el2", hcr), "tcr_el2", 16).Write(Root, descriptor), "ttbr0_el2",
            asid << 48 | Root);
        Assert.StartsWith(
            "TTBR0_EL2 ASID is reserved 0", Trace(0).Lint(default).Violation?.Reason, StringComparison.Ordinal);
        Assert.Null(Trace(E2h).Lint(default).Violation);
    }
}
