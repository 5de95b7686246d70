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
}
