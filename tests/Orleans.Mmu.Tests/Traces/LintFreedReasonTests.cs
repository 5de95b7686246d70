using static Orleans.Mmu.Tests.Traces.ShapedLeaf;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>A violation says by what a page that is freed or used again is still a table.</summary>
public sealed class LintFreedReasonTests
{
    private static string Freed(Func<TraceText, TraceText> flush)
    {
        var trace = TraceText.Tree(
            TraceText.Pte | 3,
            t => t.Write(TraceText.Pte, TraceText.Page(Output)).Write(TraceText.Pte + 8, TraceText.Page(Moved)));
        return flush(trace.Write(TraceText.Pmd, 0).Dsb("ishst")).Add("mem-free ID (address 0x4000) (size 0x1000)")
            .Lint(default).Violation!.Reason;
    }

    // The table has two pages.
    [Fact]
    public void A_page_that_is_freed_too_early_says_by_what_it_is_a_table()
    {
        const string Reached = "cannot free a page that is a table: 0x4000 of the tree at 0x1000: a CPU may still "
            + "reach it through 0x4003, which 0x3000 held before, since no ";
        Assert.Equal(
            Reached + "TLBI since then names it: the TLBI of event 11 is of a last-level form, which leaves table "
            + "entries (R_JXKNN) (R_RVJDB)", Freed(t => t.Tlbi("vaale1is", 0).Dsb()));
        Assert.Equal(
            Reached + "TLBI since then names it: the TLBI of event 11 names only some of the leaves below the table "
            + "(R_RVJDB)", Freed(t => t.Tlbi("vaae1is", 0).Dsb()));
        Assert.Equal(
            Reached + "DSB ISH of CPU 0 has completed the TLBI of event 11 (R_RVJDB)",
            Freed(t => t.Tlbi("vmalle1is")));
        Assert.Contains(
            "the descriptor at 0x2000 leads to it", TraceText.Tree(0)
                .Add("mem-free ID (address 0x3000) (size 0x1000)").Lint(default).Violation?.Reason,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sysreg-write ID (sysreg ttbr0_el1) (value 0x4000)", "a register leads to a freed table: 0x4000")]
    [InlineData("mem-write ID (mem-order release) (address 0x3008) (value 0x4003)",
        "a descriptor leads to a freed table: 0x4000")]
    [InlineData("mem-free ID (address 0x3000) (size 0x2000)", "a freed table is freed again: 0x4000")]
    public void A_freed_table_is_used(string use, string reason)
    {
        var trace = TraceText.Tree(TraceText.Pte | 3, t => t.Write(TraceText.Pte, TraceText.Page(Output)))
            .Write(TraceText.Pmd, 0).Flush("vmalle1is").Add("mem-free ID (address 0x4000) (size 0x1000)").Add(use);
        Assert.StartsWith(reason, trace.Lint(default).Violation?.Reason, StringComparison.Ordinal);
    }
}
