using Orleans.Mmu.Arm.BreakBeforeMake;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>
/// A page that is outside every tree still holds what earlier stores replaced, as far as walks can tell, until
/// something orders these stores before the one that links the page.
/// </summary>
public sealed class LintUnorderedStoreTests
{
    private const ulong Output = 0x4000_0000;
    private const ulong Old = 0x8000_0000;
    private const ulong ReadOnly = 1UL << 7;
    private const string Link = "(address 0x3008) (value 0x4003)";
    private const string PlainLink = "mem-write ID (mem-order plain) " + Link;

    // A live tree, and beside it a page whose first word is a leaf that every walk reads.
    private static TraceText Page() =>
        TraceText.Tree(TraceText.Block(Output)).Write(TraceText.Pte, TraceText.Page(Old)).Dsb("ishst");

    private static TraceText Store(TraceText trace, ulong value, int cpu = 0) =>
        trace.Add($"mem-write ID (mem-order plain) (address 0x4000) (value 0x{value:x})", cpu);

    private static void Check(string verdicts, TraceText trace) =>
        Assert.Equal(verdicts, TraceText.Verdicts(trace));

    [Fact]
    public void A_plain_link_may_be_seen_before_the_page_is_cleared()
    {
        Check("vvvv", Store(Page(), 0).Add(PlainLink));
        Check("vvvv", Page().Add("mem-set ID (address 0x4000) (size 0x1000) (value 0x0)").Add(PlainLink));
        Check("vvvv", Page().Add("mem-init ID (address 0x4000) (size 0x1000)").Add(PlainLink));
        Check("llll", Page().Add(PlainLink));
    }

    [Fact]
    public void The_reason_names_the_store_and_the_link() => Assert.Equal(
        "BBM write table descriptor with unclean children: 0x4000, where a walk may still read 0x60000080000703 at "
        + "0x4000, since no DSB and no release order the store of event 9 before that of the table descriptor "
        + "(R_SPVBD)",
        Store(Page(), 0).Add(PlainLink).Lint(BbmLevel.Level0).Violation!.Reason);

    [Theory]
    [InlineData("ishst", "llll")]
    [InlineData("sy", "llll")]
    [InlineData("ishld", "vvvv")]
    [InlineData("nsh", "vvvv")]
    public void A_DSB_between_them_orders_the_stores(string dsb, string verdicts) =>
        Check(verdicts, Store(Page(), 0).Dsb(dsb).Add(PlainLink));

    [Fact]
    public void A_DSB_of_the_CPU_alone_is_enough_while_no_other_walks_the_tree() => Check(
        "llll", Store(Page().Park(isb: true, tlbi: true), 0).Dsb("nshst").Add(PlainLink));

    [Fact]
    public void A_release_orders_them_at_the_link_alone()
    {
        Check("llll", Store(Page(), 0).Add("mem-write ID (mem-order release) " + Link));
        // The plain store of the link may be seen before the release.
        Check("vvvv", Store(Page(), 0).Add("mem-write ID (mem-order release) (address 0x7000) (value 0x0)")
            .Add(PlainLink));
    }

    [Theory]
    [InlineData(null, "vvvv")]
    [InlineData("barrier ID dsb (kind ish)", "llll")]
    public void Another_CPU_orders_its_own_stores(string? after, string verdicts)
    {
        var trace = Store(Page(), 0, cpu: 1);
        if (after is not null)
            trace.Add(after, cpu: 1);
        Check(verdicts, trace.Add("mem-write ID (mem-order release) " + Link));
    }

    [Fact]
    public void A_lock_that_goes_from_CPU_to_CPU_orders_them()
    {
        TraceText Cleared() => Page().Add("unlock ID (address 0x9000)").Add("lock ID (address 0x9000)", cpu: 1);
        Check("llll", Store(Cleared(), 0, cpu: 1).Add("unlock ID (address 0x9000)", cpu: 1)
            .Add("lock ID (address 0x9000)").Add(PlainLink));
        Check("vvvv", Store(Cleared().Add("unlock ID (address 0x9000)", cpu: 1), 0, cpu: 1)
            .Add("lock ID (address 0x9000)").Add(PlainLink));
    }

    // What the word becomes is judged beside what it was, as a change of a live descriptor is.
    [Theory]
    [InlineData(Old, ReadOnly, "llll")]
    [InlineData(Output, 0UL, "vvvv")]
    [InlineData(Old, 1UL << 52, "vlll")]
    public void Another_leaf_in_its_place_is_a_live_change(ulong output, ulong bits, string verdicts) =>
        Check(verdicts, Store(Page(), TraceText.Page(output) | bits).Add(PlainLink));

    [Fact]
    public void A_table_below_the_linked_page_counts_too()
    {
        TraceText Cleared(string link) => TraceText.Tree(TraceText.Block(Output))
            .Write(TraceText.Pte, TraceText.Page(Old)).Write(0xa000, TraceText.Pte | 3).Dsb("ishst")
            .Add("mem-write ID (mem-order plain) (address 0x4000) (value 0x0)")
            .Add($"mem-write ID (mem-order {link}) (address 0x2008) (value 0xa003)");
        Check("vvvv", Cleared("plain"));
        Check("llll", Cleared("release"));
    }

    // No CPU walks the tree yet. What a walk may have read is judged when the word becomes valid.
    [Fact]
    public void In_a_tree_that_no_CPU_walks_the_old_word_remains_an_old_value()
    {
        TraceText Tree(string dsb) => new TraceText()
            .Add("hint ID (kind set_root_lock) (location 0x1000) (value 0x9000)").Add("lock ID (address 0x9000)")
            .Add("sysreg-write ID (sysreg sctlr_el1) (value 0x1)")
            .Add("sysreg-write ID (sysreg ttbr0_el1) (value 0x1000)")
            .Add("sysreg-write ID (sysreg ttbr0_el1) (value 0x8000)").Add("barrier ID isb").Tlbi("vmalle1").Dsb("nsh")
            .Write(TraceText.Pte, TraceText.Page(Old)).Dsb("ishst")
            .Add("mem-write ID (mem-order plain) (address 0x4000) (value 0x0)").Dsb(dsb)
            .Add("mem-write ID (mem-order plain) (address 0x1000) (value 0x2003)");
        Check("llll", Tree("ishst"));
        Check("llll", Tree("ishld"));
    }
}
