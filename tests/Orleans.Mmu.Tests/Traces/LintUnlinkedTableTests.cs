using Orleans.Mmu.Arm.BreakBeforeMake;
using static Orleans.Mmu.Tests.Traces.UnlinkedTable;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>
/// Both CPUs have left a tree and flushed it, and a store unlinks a table below. Until a DSB has followed, the walk of
/// a CPU that takes the tree up may still reach the table through the old descriptor, also where a release links the
/// table again.
/// </summary>
public sealed class LintUnlinkedTableTests
{
    // A DSB NSH counts for the walks of its own CPU.
    [Theory]
    [InlineData(null, null, "vvvv", "vvvv")]
    [InlineData("ish", null, "llll", "llll")]
    [InlineData("ishld", null, "vvvv", "vvvv")]
    [InlineData("nsh", null, "llll", "vvvv")]
    [InlineData(null, "ishst", "llll", "llll")]
    [InlineData(null, "nshst", "llll", "vvvv")]
    public void A_release_that_links_the_table_again_does_not_order_what_was_stored_in_it(
        string? before, string? after, string own, string other)
    {
        TraceText Changed() => Dsb(Dsb(Away().Write(TraceText.Pmd, 0), before)
            .Write(TraceText.Pte, TraceText.Page(Other)).Write(TraceText.Pmd, Link), after);
        Assert.Equal(own, VerdictsOf(Changed(), 0));
        Assert.Equal(other, VerdictsOf(Changed(), 1));
    }

    // The DSB must be that of the CPU that stored.
    [Fact]
    public void A_DSB_of_another_CPU_does_not_count() => Assert.Equal("vvvv", VerdictsOf(
        Dsb(Away().Write(TraceText.Pmd, 0).Write(TraceText.Pte, TraceText.Page(Other)).Write(TraceText.Pmd, Link),
            "ish", cpu: 1), 1));

    [Theory]
    [InlineData(TraceText.Root, TraceText.Pud | 3)]
    [InlineData(TraceText.Pud, TraceText.Pmd | 3)]
    [InlineData(TraceText.Pmd, Link)]
    public void The_descriptor_may_be_that_of_a_table_above(ulong descriptor, ulong link)
    {
        TraceText Changed(string? dsb) => Dsb(Away().Write(descriptor, 0), dsb)
            .Write(TraceText.Pte, TraceText.Page(Other)).Write(descriptor, link);
        Assert.Equal("vvvv", VerdictsOf(Changed(null), 0));
        Assert.Equal("llll", VerdictsOf(Changed("ishst"), 0));
    }

    [Fact]
    public void What_was_stored_before_the_table_was_unlinked_counts_too() => Assert.Equal("vvvv", VerdictsOf(
        Away().Write(TraceText.Pte, TraceText.Page(Other)).Write(TraceText.Pmd, 0).Write(TraceText.Pmd, Link), 0));

    // Permissions change live, what a cleared entry held meets nothing, and an entry that was invalid is in no TLB.
    [Theory]
    [InlineData(TraceText.Pte, Output | 0x0060_0000_0000_0703 | ReadOnly)]
    [InlineData(TraceText.Pte, 0UL)]
    [InlineData(TraceText.Pte + 8, Output | 0x0060_0000_0000_0703)]
    public void A_change_that_is_legal_live_is_legal_here(ulong address, ulong value) => Assert.Equal(
        "llll", VerdictsOf(Away().Write(TraceText.Pmd, 0).Write(address, value).Write(TraceText.Pmd, Link), 0));

    [Fact]
    public void A_plain_link_needs_a_DSB_behind_the_stores()
    {
        TraceText Changed(string? between) => Plain(Dsb(Plain(Dsb(Plain(Away(), TraceText.Pmd, 0), "ish"),
            TraceText.Pte, TraceText.Page(Other)), between), TraceText.Pmd, Link);
        Assert.Equal("vvvv", VerdictsOf(Changed(null), 0));
        Assert.Equal("vvvv", VerdictsOf(Changed("nsh"), 1));
        Assert.Equal("llll", VerdictsOf(Changed("nsh"), 0));
        Assert.Equal("llll", VerdictsOf(Changed("ish"), 1));
    }

    // CPU 1 stores in the table, and CPU 0 links it.
    [Theory]
    [InlineData(null, null, "vvvv")]
    [InlineData("ish", null, "llll")]
    [InlineData(null, 0, "llll")]
    [InlineData(null, 1, "llll")]
    public void A_lock_that_goes_from_CPU_to_CPU_orders_nothing_for_the_old_descriptor(
        string? before, int? after, string verdicts)
    {
        var trace = Dsb(Away().Write(TraceText.Pmd, 0), before)
            .Add("unlock ID (address 0x9000)").Add("lock ID (address 0x9000)", cpu: 1)
            .Add($"mem-write ID (mem-order plain) (address 0x4000) (value 0x{TraceText.Page(Other):x})", cpu: 1)
            .Add("unlock ID (address 0x9000)", cpu: 1).Add("lock ID (address 0x9000)").Write(TraceText.Pmd, Link);
        Assert.Equal(verdicts, VerdictsOf(after is { } cpu ? Dsb(trace, "ish", cpu) : trace, 0));
    }

    [Theory]
    [InlineData(null, "vvvv")]
    [InlineData("ishst", "llll")]
    public void A_table_that_is_not_linked_again_may_be_walked_all_the_same(string? dsb, string verdicts)
    {
        Assert.Equal(verdicts, VerdictsOf(
            Dsb(Away().Write(TraceText.Pmd, 0), dsb).Write(TraceText.Pte, TraceText.Page(Other)), 0));
        // The table above it is unlinked, too.
        Assert.Equal(verdicts, VerdictsOf(
            Dsb(Away().Write(TraceText.Pmd, 0).Write(TraceText.Pud, 0), dsb)
                .Write(TraceText.Pte, TraceText.Page(Other)).Write(TraceText.Pud, TraceText.Pmd | 3), 0));
    }

    [Fact]
    public void The_reason_names_the_store_that_no_DSB_has_followed()
    {
        Assert.Equal(
            "BBM valid->valid: 0x4000 holds 0x60000080000703, and CPU 1, which takes the tree up, may still read "
            + "0x60000040000703 there, since no DSB of CPU 0 for stores has followed the store of event 18, which "
            + "replaced it: another output address (R_WHZWS, R_PVTFW)",
            Reason(Away().Write(TraceText.Pmd, 0).Write(TraceText.Pte, TraceText.Page(Other))
                .Write(TraceText.Pmd, Link)));
        Assert.Equal(
            "Wrote on a page with an unclean parent: 0x4000, which event 18 has changed, may be walked: CPU 1, which "
            + "takes the tree up, may still reach it through 0x4003, which 0x3000 held before, since no DSB of CPU 0 "
            + "for stores has followed the store of event 17, which replaced it (R_RVJDB)",
            Reason(Away().Write(TraceText.Pmd, 0).Write(TraceText.Pte, TraceText.Page(Other))));

        static string? Reason(TraceText trace) =>
            Walk(trace, 1).Lint(BbmLevel.Level0).Violation?.Reason;
    }
}
