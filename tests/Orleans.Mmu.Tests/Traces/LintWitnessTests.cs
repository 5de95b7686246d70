using System.Text;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Traces.Lint;
using Orleans.Mmu.Traces.Witnesses;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>The first violation of a group, performed on the TLB of the CPU that fails.</summary>
public sealed class LintWitnessTests
{
    private const ulong Contiguous = 1UL << 52;

    [Fact]
    public void A_live_split_leaves_a_block_and_a_page()
    {
        var trace = TraceText.Tree(TraceText.Block(0x4000_0000), t => t.FillPte(0x4000_0000))
            .Write(TraceText.Pmd, TraceText.Pte | 3);

        var witness = Perform(trace);

        Assert.Equal((1, null), (witness.Cpu, witness.NotShown));
        Assert.Equal(
            [LintWitnessKind.Walk, LintWitnessKind.Event, LintWitnessKind.Missing, LintWitnessKind.Walk,
                LintWitnessKind.End],
            witness.Steps.Select(s => s.Kind));
        Assert.Equal(
            [
                "block of level 2 for 0x0000000000000000 to 0x00000000001fffff: memory at 0x40000000 "
                + "(0x60000040000701)",
                "page of level 3 for 0x0000000000000000 to 0x0000000000000fff: memory at 0x40000000 "
                + "(0x60000040000703)",
            ], witness.Steps[3].Holds.ToArray());
        Assert.Equal("no TLBI reaches CPU 1 in between", witness.Steps[2].Text);
        Assert.StartsWith("they differ in size", witness.Steps[4].Text, StringComparison.Ordinal);
        Assert.EndsWith("(R_FVQCK)", witness.Steps[4].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_TLBI_without_a_DSB_leaves_the_old_entry()
    {
        var trace = TraceText.Tree(TraceText.Block(0x4000_0000)).Write(TraceText.Pmd, 0).Dsb("ishst")
            .Tlbi("vmalle1is").Write(TraceText.Pmd, TraceText.Block(0x8000_0000));

        var witness = Perform(trace);

        Assert.Equal("the TLBI of event 9 is not complete, since no DSB ISH of CPU 0 has followed it", witness.Steps
            .Single(s => s.Kind == LintWitnessKind.Missing).Text);
        Assert.Contains("memory at 0x80000000", witness.Steps[^2].Holds[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Another_member_brings_a_group_back()
    {
        var trace = TraceText.Tree(TraceText.Pte | 3, t => t.FillPte(0x4000_0000, Contiguous));
        for (ulong i = 0; i < 16; i++)
            trace.Write(TraceText.Pte + 8 * i, 0).Flush("vaae1is", i);
        var witness = Perform(trace.Write(TraceText.Pte, TraceText.Page(0x8000_0000)));

        Assert.Contains("CPU 1 loads 0x000000000000f000,", witness.Steps[0].Text, StringComparison.Ordinal);
        Assert.StartsWith(
            "contiguous group of level 3 for 0x0000000000000000 to 0x000000000000ffff", witness.Steps[0].Holds[0],
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_walk_goes_on_through_a_page_that_is_no_table_any_more()
    {
        var trace = TraceText.Tree(TraceText.Pte | 3, t => t.FillPte(0x4000_0000)).Write(TraceText.Pmd, 0)
            .Write(TraceText.Pte, 0);

        var witness = Perform(trace);

        Assert.Equal(
            ["table entry of level 2 for 0x0000000000000000 to 0x00000000001fffff: the table at 0x4000 (0x4003)"],
            witness.Steps[^1].Holds.ToArray());
    }

    [Fact]
    public void What_is_no_matter_of_a_TLB_is_said_to_be_none() => Assert.Equal(
        new LintWitness(0, [], "no CPU fails by it, so there is nothing that a TLB would show"),
        Perform(TraceText.Tree(TraceText.Block(0x4000_0000)).Add("unlock ID (address 0x9000)")
            .Add("unlock ID (address 0x9000)")));

    [Fact]
    public void Break_before_make_leaves_nothing_to_perform()
    {
        var trace = TraceText.Tree(TraceText.Block(0x4000_0000)).Write(TraceText.Pmd, 0).Flush("vmalle1is")
            .Write(TraceText.Pmd, TraceText.Block(0x8000_0000));

        Assert.Empty(Witnesses(trace, BbmLevel.Level0).Groups);
    }

    // The table translates as the block does up to its sixth page.
    [Fact]
    public void A_page_behind_the_first_of_a_block_is_the_one_that_differs()
    {
        var trace = TraceText.Tree(
            TraceText.Block(0x4000_0000), t => t.FillPte(0x4000_0000)
                .Write(TraceText.Pte + 8 * 5, TraceText.Page(0x8000_0000)))
            .Write(TraceText.Pmd, TraceText.Pte | 3);

        var witness = Perform(trace, BbmLevel.Level2NoAbort);

        Assert.Null(witness.NotShown);
        Assert.Contains("CPU 1 loads 0x0000000000005000,", witness.Steps[0].Text, StringComparison.Ordinal);
        Assert.Contains("memory at 0x80000000", witness.Steps[^2].Holds[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_CPU_that_takes_the_tree_up_may_still_read_the_old_value()
    {
        var trace = new TraceText().Write(TraceText.Root, TraceText.Pud | 3).Write(TraceText.Pud, TraceText.Pmd | 3)
            .Write(TraceText.Pmd, TraceText.Block(0x4000_0000)).Dsb().Register("ttbr0_el1", TraceText.Root).Isb()
            .Write(TraceText.Pmd, 0).Dsb().Tlbi("vmalle1is").Dsb()
            .Write(TraceText.Pmd, TraceText.Block(0x4000_0000)).Dsb("nsh")
            .Register("ttbr0_el1", 0x8000).Isb().Tlbi("vmalle1").Dsb("nshld")
            .Write(TraceText.Pmd, TraceText.Block(0x8000_0000)).Register("ttbr0_el1", TraceText.Root, cpu: 1);
        var groups = Witnesses(trace, BbmLevel.Level0).Groups;

        Assert.All(groups.Where(g => g.First.Cpu == 1), g => Assert.Null(g.Witness!.NotShown));
    }

    [Fact]
    public void A_CPU_that_sets_M_later_holds_what_it_read_before()
    {
        var trace = TraceText.Tree(TraceText.Block(0x4000_0000));
        for (int cpu = 0; cpu < 2; cpu++)
            trace.Register("sctlr_el1", 0, cpu).Isb(cpu);
        trace.Write(TraceText.Pmd, TraceText.Block(0x8000_0000)).Dsb().Register("sctlr_el1", 1, cpu: 1);

        var witness = Perform(trace);

        Assert.Equal((1, null), (witness.Cpu, witness.NotShown));
        Assert.Contains("memory at 0x80000000", witness.Steps[^2].Holds[1], StringComparison.Ordinal);
    }

    // Each member would cover the group with another output address.
    [Fact]
    public void A_group_that_is_not_aligned_needs_no_TLBI_to_be_wrong()
    {
        var trace = TraceText.Tree(TraceText.Pte | 3, t => t.FillPte(0x4000_1000, Contiguous));

        var witness = Perform(trace);

        Assert.Null(witness.NotShown);
        Assert.Equal(
            "the descriptors of both entries are in memory at once, so no TLBI would keep the entries apart",
            witness.Steps.Single(s => s.Kind == LintWitnessKind.Missing).Text);
    }

    // With 39 bits of address, the root is a table of level 1, and its first entry leads to what was one of level 1.
    [Fact]
    public void A_change_of_TCR_leaves_entries_of_the_other_shape()
    {
        var witness = Perform(new TraceText().Register("tcr_el1", 0x8010_0010)
            .Append(TraceText.Tree(TraceText.Block(0x4000_0000))).Register("tcr_el1", 0x8010_0019));

        Assert.Null(witness.NotShown);
        Assert.Equal(
            [
                "table entry of level 1 for 0x0000000000000000 to 0x000000003fffffff: the table at 0x3000 (0x3003)",
                "table entry of level 1 for 0x0000000000000000 to 0x000000003fffffff: the table at 0x2000 (0x2003)",
            ], witness.Steps[^2].Holds.ToArray());
    }

    private static LintWitness Perform(TraceText trace, BbmLevel level = BbmLevel.Level0) =>
        Witnesses(trace, level).Groups[0].Witness!;

    private static LintResult Witnesses(TraceText trace, BbmLevel level)
    {
        byte[] text = Encoding.Latin1.GetBytes(trace.ToString());
        var request = new LintRequest([level]);
        var result = CasemateLint.Run("t.log", new MemoryStream(text), request, null, CancellationToken.None);
        return WitnessReader.Add("t.log", new MemoryStream(text), request, result, CancellationToken.None);
    }
}
