using System.Text.RegularExpressions;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Inputs;
using static Orleans.Mmu.Tests.Traces.ShapedLeaf;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>What a trace may leave out or write in another way, and what the verdict says of it.</summary>
public sealed class LintTraceFormTests
{
    private const string NoTree = "no register leads to a tree, so no change was judged";

    private static string Sysreg(string name) => $"(sysreg-write (id 0) (tid 0) (sysreg {name}) (value 0x1000))";

    [Theory]
    [InlineData("ttbr0_el01", "ttbr0_el1")]
    [InlineData("TTBR0_EL1", "ttbr0_el1")]
    [InlineData("vttbr_el1", "vttbr_el2")]
    [InlineData("tcr_el11", "tcr_el1")]
    [InlineData("vtcr_el3", "vtcr_el2")]
    [InlineData("mair_el11", "mair_el1")]
    [InlineData("sctlr_el22", "sctlr_el2")]
    [InlineData("hcr_el22", "hcr_el2")]
    public void A_name_like_that_of_a_register_of_a_tree_is_refused(string name, string nearest) => Assert.Equal(
        $"t.log:1: expected the name of a register (the nearest is \"{nearest}\"), found {name}",
        Assert.Throws<InputException>(() => TraceText.Lint(Sysreg(name), BbmLevel.Level0)).Message);

    [Theory]
    [InlineData("ttbr0_el3")]
    [InlineData("tcr2_el1")]
    [InlineData("ttbr0_el12")]
    [InlineData("vbar_el1")]
    public void A_register_that_the_linter_does_not_follow_leads_to_no_tree(string name)
    {
        var result = TraceText.Lint(Sysreg(name), BbmLevel.Level0);
        Assert.Null(result.Violation);
        Assert.Equal([NoTree], result.Notes);
    }

    [Fact]
    public void A_note_says_that_no_change_was_judged()
    {
        Assert.Equal([NoTree], new TraceText().Write(0x1000, 3).Write(0x1000, 0).Lint(BbmLevel.Level0).Notes);
        Assert.Empty(TraceText.Tree(TraceText.Block(Output)).Lint(BbmLevel.Level0).Notes);
        // The kernel's own rules are judged without a tree.
        var locked = new TraceText().Add("unlock ID (address 0x9000)").Lint(BbmLevel.Level0);
        Assert.NotNull(locked.Violation);
        Assert.Empty(locked.Notes);
    }

    [Theory]
    [InlineData("tcr_el1", "ttbr0_el1", 2UL << 30 | 16UL << 16 | 63, true)]
    [InlineData("tcr_el1", "ttbr0_el1", 2UL << 30 | 16UL << 16 | 15, true)]
    [InlineData("tcr_el1", "ttbr0_el1", 2UL << 30 | 63UL << 16 | 16, false)]
    [InlineData("tcr_el1", "ttbr1_el1", 2UL << 30 | 63UL << 16 | 16, true)]
    [InlineData("tcr_el1", "ttbr0_el1", 1UL << 59 | 2UL << 30 | 16UL << 16 | 12, false)]
    [InlineData("tcr_el2", "ttbr0_el2", 60UL, true)]
    [InlineData("tcr_el2", "ttbr0_el2", 25UL, false)]
    public void A_note_says_that_a_size_is_none_of_the_granule(
        string control, string ttbr, ulong value, bool isAssumed) =>
        Assert.Equal(isAssumed, Register(Register(new(), control, value), ttbr, Root).Lint(BbmLevel.Level0).Assumed
            .Any(a => a.StartsWith("the nearest size for trees of EL", StringComparison.Ordinal)));

    // Events are told apart by their places. A trace may be put together from several.
    [Theory]
    [InlineData("(id 7)")]
    [InlineData("descending")]
    public void IDs_need_not_ascend(string ids)
    {
        string text = TraceText.Tree(TraceText.Block(Output)).Write(TraceText.Pmd, 0).Dsb("ishst").Tlbi("vae1is", 0x800)
            .Dsb().Write(TraceText.Pmd, TraceText.Block(Moved)).ToString();
        int next = 100;
        string changed = Regex.Replace(
            text, @"\(id \d+\)", _ => ids == "descending" ? $"(id {next--})" : ids);
        var (ascending, found) = (Violation(text), Violation(changed));
        Assert.Equal(ascending.Line, found.Line);
        Assert.Contains("no TLBI since then names it: the TLBI of event ", found.Reason, StringComparison.Ordinal);
        Assert.Equal(ids == "descending" ? 100UL - (ulong)ascending.Line + 1 : 7UL, found.Event);

        static Orleans.Mmu.Traces.Lint.LintViolation Violation(string text) =>
            TraceText.Lint(text, BbmLevel.Level0).Violation!;
    }

    [Theory]
    [InlineData("vmalle1is")]
    [InlineData("alle2")]
    [InlineData("vmalls12e1isnxs")]
    public void An_operation_that_names_everything_has_no_value(string operation) => Assert.Equal(
        $"t.log:1: expected no value in tlbi {operation}, which names no address and no ASID, found 0x1",
        Assert.Throws<InputException>(() => new TraceText().Tlbi(operation, 1).Lint(BbmLevel.Level0)).Message);

    // XZR reads as 0.
    [Fact]
    public void Its_value_may_be_0() => Assert.Null(
        new TraceText().Tlbi("vmalle1is", 0).Lint(BbmLevel.Level0).Violation);

    // A DSB nXS completes the nXS form alone; the other DSBs complete both.
    [Theory]
    [InlineData("vmalle1is", "ish", true)]
    [InlineData("vmalle1is", "ishnxs", false)]
    [InlineData("vmalle1isnxs", "ish", true)]
    [InlineData("vmalle1isnxs", "ishnxs", true)]
    [InlineData("vmalle1isnxs", "synxs", true)]
    [InlineData("vmalle1isnxs", "nshnxs", false)]
    [InlineData("vmalle1isnxs", "ishst", false)]
    [InlineData("vmalle1nxs", "ish", false)]
    public void The_nXS_forms_complete_one_another(string tlbi, string dsb, bool isClean) => Assert.Equal(
        isClean ? "llll" : "vvvv", TraceText.Verdicts(TraceText.Tree(TraceText.Block(Output)).Write(TraceText.Pmd, 0)
            .Dsb("ishnxs").Tlbi(tlbi).Dsb(dsb).Write(TraceText.Pmd, TraceText.Block(Moved))));

    [Theory]
    [InlineData("ipas2e1isnxs", "vmalle1is")]
    [InlineData("ipas2e1is", "vmalle1isnxs")]
    public void A_second_TLBI_of_stage_2_may_be_of_the_other_form(string first, string second)
    {
        var leaf = new ShapedLeaf("stage 2", 0, 12, 39, 1, 1);
        var trace = leaf.Tree().Write(leaf.Leaf, 0).Flush(first, leaf.Address >> 12).Tlbi(second).Dsb()
            .Write(leaf.Leaf, Moved | 0x7c3);
        Assert.Equal("llll", TraceText.Verdicts(trace));
    }

    [Theory]
    [InlineData("ishstnxs")]
    [InlineData("ldnxs")]
    [InlineData("nxs")]
    public void Only_a_DSB_for_loads_and_stores_has_an_nXS_form(string kind) => Assert.StartsWith(
        "t.log:1: expected one of nsh, nshld, ",
        Assert.Throws<InputException>(() => new TraceText().Dsb(kind).Lint(BbmLevel.Level0)).Message,
        StringComparison.Ordinal);
}
