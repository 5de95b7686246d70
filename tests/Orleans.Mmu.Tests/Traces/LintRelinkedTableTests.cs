using static Orleans.Mmu.Tests.Traces.UnlinkedTable;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>
/// A table that was unlinked gets another place, or counts as a removed one once a CPU has taken its tree up.
/// </summary>
public sealed class LintRelinkedTableTests
{
    [Theory]
    [InlineData(null, "vvvv")]
    [InlineData("ishst", "llll")]
    public void It_gets_another_place_behind_a_DSB(string? dsb, string verdicts)
    {
        TraceText Unlinked(ulong descriptor) => Dsb(Away().Write(descriptor, 0), dsb);
        Assert.Equal(verdicts, VerdictsOf(Unlinked(TraceText.Pmd).Write(TraceText.Pmd + 16, Link), 0));
        // Another level.
        Assert.Equal(verdicts, VerdictsOf(
            Unlinked(TraceText.Pmd).Write(TraceText.Pte, 0).Write(TraceText.Pud + 8, Link), 0));
        // A table below the one that is unlinked.
        Assert.Equal(verdicts, VerdictsOf(Unlinked(TraceText.Pud).Write(TraceText.Pud + 8, Link), 0));
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

        Assert.Equal("llll", VerdictsOf(trace.Write(TraceText.Pud + 8, 0).Dsb(), 0));
    }
}
