using static Orleans.Mmu.Tests.Traces.ShapedLeaf;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>Trees of EL2 and stage 2 are judged in the granule, size and first level that the trace says.</summary>
public sealed class LintShapeTests
{
    private static readonly ShapedLeaf[] Places =
    [
        new("EL2", 0, 12, 48, 0, 3), new("EL2", 2, 14, 48, 0, 1), new("EL2", 2, 14, 36, 2, 3),
        new("EL2", 1, 16, 48, 1, 3), new("EL2", 1, 16, 42, 2, 3),
        new("EL2 upper", 0, 12, 39, 1, 3), new("EL2 upper", 2, 14, 47, 1, 3),
        new("EL2 upper", 1, 16, 42, 2, 3), new("stage 2", 0, 12, 48, 0, 3), new("stage 2", 0, 12, 39, 1, 3),
        new("stage 2", 2, 14, 36, 2, 3), new("stage 2", 1, 16, 48, 1, 3), new("stage 2", 1, 16, 42, 2, 3),
        // The root is one of several tables: 8 of 4K, 16 of 16K, 4 of 64K.
        new("stage 2", 0, 12, 42, 1, 512 * 7 + 3), new("stage 2", 2, 14, 40, 2, 2048 * 15 + 3),
        new("stage 2", 1, 16, 44, 2, 8192 * 3 + 3),
    ];

    public static TheoryData<int> All => [.. Enumerable.Range(0, Places.Length)];

    private static ulong Range(ulong tg, ulong address, int shift) => tg << 46 | (address >> shift & (1UL << 37) - 1);

    [Theory]
    [MemberData(nameof(All))]
    public void A_TLBI_by_address_names_the_page_of_the_granule(int number)
    {
        var place = Places[number];
        ulong last = place.Address + place.Page - 4096;
        Assert.Equal("llll", TraceText.Verdicts(place.Change(place.Tree(), place.ByPage, place.Address >> 12)));
        Assert.Equal("llll", TraceText.Verdicts(place.Change(place.Tree(), place.ByPage, last >> 12)));
        Assert.Equal("vvvv", TraceText.Verdicts(place.Change(place.Tree(), place.ByPage, (last >> 12) + 1)));
        Assert.Equal("vvvv", TraceText.Verdicts(place.Change(place.Tree(), place.ByPage, (place.Address >> 12) - 1)));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_granule_of_a_range_and_of_a_hint_is_that_of_the_tables(int number)
    {
        var place = Places[number];
        for (ulong tg = 0; tg < 4; tg++)
        {
            int shift = tg == 0 ? 12 : 10 + 2 * (int)tg;
            string right = tg == place.Tg ? "llll" : "vvvv";
            ulong range = Range(tg, place.Address, shift);
            Assert.Equal(right, TraceText.Verdicts(place.Change(place.Tree(), place.ByRange, range)));
            ulong hint = tg << 46 | (tg == 0 ? 0 : 3UL << 44) | place.Address >> 12;
            // Without a granule there is no hint.
            Assert.Equal(
                tg == 0 ? "llll" : right, TraceText.Verdicts(place.Change(place.Tree(), place.ByPage, hint)));
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void What_the_trace_does_not_say_is_4K_pages_and_48_bits(int number)
    {
        var place = Places[number];
        var trace = place.Change(place.Tree(says: false), place.ByPage, place.Address >> 12);
        var result = trace.Lint(default);
        string regime = place.IsStage2 ? "stage 2" : "EL2", register = place.IsStage2 ? "VTCR_EL2" : "TCR_EL2";
        Assert.Equal(
            [$"4K pages and 48 bits of address for the trees of {regime}, since the trace does not write {register}"],
            result.Assumed);
        // Written afterwards, the first value is the one that the tree was read with.
        var later = place.Tree(says: false);
        place.Controls(later);
        Assert.Equal("llll", TraceText.Verdicts(place.Change(later, place.ByPage, place.Address >> 12)));
        Assert.Empty(later.Lint(default).Assumed);
    }

    // casemate's traces have T0SZ 16 and SL0 0, level 2, whose root would have too many tables.
    [Fact]
    public void A_first_level_that_the_size_contradicts_is_that_of_the_size()
    {
        var place = new ShapedLeaf("stage 2", 0, 12, 48, 0, 3);
        var trace = Register(place.Tables(new()).Trace, "vtcr_el2", 16);
        trace.Add("hint ID (kind set_root_lock) (location 0x1000000) (value 0x9000)");
        Register(trace, "vttbr_el2", Root).Add("lock ID (address 0x9000)");
        var result = place.Change(trace, place.ByPage, place.Address >> 12).Lint(default);
        Assert.Null(result.Violation);
        Assert.Equal(
            ["the first level of stage 2 by VTCR_EL2.T0SZ, since its SL0 names no level of that size"],
            result.Assumed);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_group_has_the_members_of_the_granule(int number)
    {
        var place = Places[number];
        int members = place.Shift switch { 12 => 16, 14 => 128, _ => 32 };
        // The group begins with entry 0; the leaf is its sixth member.
        ulong first = place.Leaf - 5 * 8;
        var trace = new TraceText();
        place.Controls(trace);
        place.Tables(trace);
        Fill(trace, members);
        Assert.Equal("llll", TraceText.Verdicts(Register(trace, place.Ttbr, Root)));
        trace = new TraceText();
        place.Controls(trace);
        place.Tables(trace);
        Fill(trace, members).Write(first + (ulong)(members - 1) * 8, Moved | 0x7c3 | 1UL << 52);
        Assert.Equal("vvvv", TraceText.Verdicts(Register(trace, place.Ttbr, Root)));

        TraceText Fill(TraceText to, int count)
        {
            for (int i = 0; i < count; i++)
                to.Write(first + (ulong)i * 8, Output + (ulong)i * place.Page | 0x7c3 | 1UL << 52);
            return to;
        }
    }

    // DS: BaseADDR counts units of 64K; the descriptors are those of FEAT_LPA2.
    [Theory]
    [InlineData("EL2", 0, 12, 52, -1)]
    [InlineData("EL2", 2, 14, 52, 0)]
    [InlineData("stage 2", 2, 14, 52, 0)]
    public void A_range_counts_64K_with_DS(string regime, int tg0, int shift, int bits, int first)
    {
        var place = new ShapedLeaf(regime, tg0, shift, bits, first, 3);
        const ulong Ds = 1UL << 32;
        ulong units = place.Address >> 16;
        Assert.Equal("llll", TraceText.Verdicts(
            place.Change(place.Tree(extra: Ds), place.ByRange, place.Tg << 46 | 7UL << 39 | units)));
        Assert.Equal("vvvv", TraceText.Verdicts(
            place.Change(place.Tree(extra: Ds), place.ByRange, place.Tg << 46 | 7UL << 39 | units + 8)));
    }

    // SL2 and SL0: level -1 of 4K pages.
    [Fact]
    public void Stage_2_of_52_bits_begins_at_level_minus_1()
    {
        var place = new ShapedLeaf("stage 2", 0, 12, 52, -1, 3);
        var trace = Register(new(), "vtcr_el2", 3UL << 32 | 12);
        place.Tables(trace);
        trace.Add("hint ID (kind set_root_lock) (location 0x1000000) (value 0x9000)");
        Register(trace, "vttbr_el2", Root).Add("lock ID (address 0x9000)");
        Assert.Equal("llll", TraceText.Verdicts(place.Change(trace, place.ByPage, place.Address >> 12)));
    }

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
        Register(trace, "vttbr_el2", Root).Add("lock ID (address 0x9000)");
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
