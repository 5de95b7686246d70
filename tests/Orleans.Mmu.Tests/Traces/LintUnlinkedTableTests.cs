using Orleans.Mmu.Arm.BreakBeforeMake;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>
/// Both CPUs have left a tree and flushed it, and a store unlinks a table below. Until a DSB has followed, the walk of
/// a CPU that takes the tree up may still reach the table through the old descriptor, also where a release links the
/// table again.
/// </summary>
public sealed class LintUnlinkedTableTests
{
    private const ulong Output = 0x4000_0000;
    private const ulong Other = 0x8000_0000;
    private const ulong ReadOnly = 1UL << 7;
    private const ulong Empty = 0x8000;
    private const ulong NewPte = 0xa000;
    private const ulong Link = TraceText.Pte | 3;

    private static TraceText Away()
    {
        var trace = TraceText.Tree(Link, t => t.Write(TraceText.Pte, TraceText.Page(Output)).Dsb());
        for (int cpu = 0; cpu < 2; cpu++)
        {
            trace.Register("ttbr0_el1", Empty, cpu).Isb(cpu).Add("tlbi ID vmalle1", cpu)
                .Add("barrier ID dsb (kind nsh)", cpu);
        }

        return trace;
    }

    private static TraceText Walk(TraceText trace, int cpu) =>
        trace.Register("ttbr0_el1", TraceText.Root, cpu).Isb(cpu);

    private static string Verdicts(TraceText trace, int cpu) => TraceText.Verdicts(Walk(trace, cpu));

    private static TraceText Dsb(TraceText trace, string? dsb, int cpu = 0) =>
        dsb is null ? trace : trace.Add($"barrier ID dsb (kind {dsb})", cpu);

    private static TraceText Plain(TraceText trace, ulong address, ulong value) =>
        trace.Add($"mem-write ID (mem-order plain) (address 0x{address:x}) (value 0x{value:x})");

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
        Assert.Equal(own, Verdicts(Changed(), 0));
        Assert.Equal(other, Verdicts(Changed(), 1));
    }

    // The DSB must be that of the CPU that stored.
    [Fact]
    public void A_DSB_of_another_CPU_does_not_count() => Assert.Equal("vvvv", Verdicts(
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
        Assert.Equal("vvvv", Verdicts(Changed(null), 0));
        Assert.Equal("llll", Verdicts(Changed("ishst"), 0));
    }

    [Fact]
    public void What_was_stored_before_the_table_was_unlinked_counts_too() => Assert.Equal("vvvv", Verdicts(
        Away().Write(TraceText.Pte, TraceText.Page(Other)).Write(TraceText.Pmd, 0).Write(TraceText.Pmd, Link), 0));

    // Permissions change live, what a cleared entry held meets nothing, and an entry that was invalid is in no TLB.
    [Theory]
    [InlineData(TraceText.Pte, Output | 0x0060_0000_0000_0703 | ReadOnly)]
    [InlineData(TraceText.Pte, 0UL)]
    [InlineData(TraceText.Pte + 8, Output | 0x0060_0000_0000_0703)]
    public void A_change_that_is_legal_live_is_legal_here(ulong address, ulong value) => Assert.Equal("llll", Verdicts(
        Away().Write(TraceText.Pmd, 0).Write(address, value).Write(TraceText.Pmd, Link), 0));

    [Fact]
    public void A_plain_link_needs_a_DSB_behind_the_stores()
    {
        TraceText Changed(string? between) => Plain(Dsb(Plain(Dsb(Plain(Away(), TraceText.Pmd, 0), "ish"),
            TraceText.Pte, TraceText.Page(Other)), between), TraceText.Pmd, Link);
        Assert.Equal("vvvv", Verdicts(Changed(null), 0));
        Assert.Equal("vvvv", Verdicts(Changed("nsh"), 1));
        Assert.Equal("llll", Verdicts(Changed("nsh"), 0));
        Assert.Equal("llll", Verdicts(Changed("ish"), 1));
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
        Assert.Equal(verdicts, Verdicts(after is { } cpu ? Dsb(trace, "ish", cpu) : trace, 0));
    }

    [Theory]
    [InlineData(null, "vvvv")]
    [InlineData("ishst", "llll")]
    public void A_table_that_is_not_linked_again_may_be_walked_all_the_same(string? dsb, string verdicts)
    {
        Assert.Equal(verdicts, Verdicts(
            Dsb(Away().Write(TraceText.Pmd, 0), dsb).Write(TraceText.Pte, TraceText.Page(Other)), 0));
        // The table above it is unlinked, too.
        Assert.Equal(verdicts, Verdicts(
            Dsb(Away().Write(TraceText.Pmd, 0).Write(TraceText.Pud, 0), dsb)
                .Write(TraceText.Pte, TraceText.Page(Other)).Write(TraceText.Pud, TraceText.Pmd | 3), 0));
    }

    [Theory]
    [InlineData(null, "vvvv")]
    [InlineData("ishst", "llll")]
    public void It_gets_another_place_behind_a_DSB(string? dsb, string verdicts)
    {
        TraceText Unlinked(ulong descriptor) => Dsb(Away().Write(descriptor, 0), dsb);
        Assert.Equal(verdicts, Verdicts(Unlinked(TraceText.Pmd).Write(TraceText.Pmd + 16, Link), 0));
        // Another level.
        Assert.Equal(verdicts, Verdicts(
            Unlinked(TraceText.Pmd).Write(TraceText.Pte, 0).Write(TraceText.Pud + 8, Link), 0));
        // A table below the one that is unlinked.
        Assert.Equal(verdicts, Verdicts(Unlinked(TraceText.Pud).Write(TraceText.Pud + 8, Link), 0));
    }

    [Fact]
    public void Until_a_CPU_takes_the_tree_up_its_pages_are_memory_like_any_other() => Assert.Equal(
        "llll", TraceText.Verdicts(Away().Write(TraceText.Pmd, 0).Write(TraceText.Pte, TraceText.Page(Other))
            .Write(TraceText.Pmd + 16, Link).Add("mem-free ID (address 0x4000) (size 0x1000)")));

    // From the moment at which the CPU may have cached the old descriptor, the page waits for a TLBI.
    [Theory]
    [InlineData(false, "vvvv")]
    [InlineData(true, "llll")]
    public void Behind_the_take_up_the_table_counts_as_a_removed_one(bool flush, string verdicts)
    {
        TraceText Walked()
        {
            var trace = Walk(Away().Write(TraceText.Pmd, 0), 0);
            return flush ? trace.Flush("vmalle1is") : trace.Dsb();
        }

        Assert.Equal(verdicts, TraceText.Verdicts(Walked().Write(TraceText.Pte, TraceText.Page(Other))));
        Assert.Equal(verdicts, TraceText.Verdicts(Walked().Add("mem-free ID (address 0x4000) (size 0x1000)")));
        Assert.Equal(verdicts, TraceText.Verdicts(Walked().Write(NewPte, 0).Write(TraceText.Pmd + 16, Link)));
    }

    [Theory]
    [InlineData("nsh", 1, "vvvv")]
    [InlineData("nsh", 0, "llll")]
    [InlineData("ish", 1, "llll")]
    public void With_SCTLR_M_0_a_table_below_an_unlinked_one_gets_another_place(string dsb, int cpu, string verdicts)
    {
        var trace = TraceText.Tree(Link, t => t.Write(TraceText.Pte, TraceText.Page(Output)).Dsb());
        for (int each = 0; each < 2; each++)
            trace.Register("sctlr_el1", 0, each).Isb(each);
        trace.Write(TraceText.Pud, 0).Write(TraceText.Pud + 8, Link);
        Dsb(trace, dsb);
        for (int each = 0; each < 2; each++)
            trace.Add("tlbi ID vmalle1", each).Add("barrier ID dsb (kind nsh)", each);
        Assert.Equal(verdicts, TraceText.Verdicts(trace.Register("sctlr_el1", 1, cpu).Isb(cpu)));
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

    // One page stands at many places of a tree while it comes and goes below an unlinked table.
    [Fact]
    public void Many_tables_below_an_unlinked_one_come_and_go()
    {
        var trace = new TraceText().Write(TraceText.Root, TraceText.Pud | 3).Register("ttbr0_el1", TraceText.Root).Isb()
            .Register("ttbr0_el1", Empty).Isb().Dsb().Tlbi("vmalle1").Dsb()
            .Write(TraceText.Pud, TraceText.Pte | 3).Write(TraceText.Pud, 0).Dsb()
            .Write(TraceText.Pud + 8, TraceText.Pte | 3);
        for (ulong word = 0; word < 511; word++)
        {
            ulong table = 0x10_0000 + 0x1000 * word, link = TraceText.Pte + 8 * word;
            trace.Write(table, TraceText.Page(Output)).Write(link, table | 3).Write(link, 0);
        }

        Assert.Equal("llll", Verdicts(trace.Write(TraceText.Pud + 8, 0).Dsb(), 0));
    }
}
