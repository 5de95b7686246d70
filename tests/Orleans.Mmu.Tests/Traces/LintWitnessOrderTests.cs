using System.Text;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Traces.Lint;
using Orleans.Mmu.Traces.Witnesses;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>
/// Witnesses of what a walk may still read, of which of many pages a TLBI has left, and of CPUs that return.
/// </summary>
public sealed class LintWitnessOrderTests
{
    private const ulong Old = 0x4000_0000;
    private const ulong New = 0x8000_0000;

    // A walk between the TLBI and its DSB reads what the store has replaced, since no DSB has followed the store.
    [Theory]
    [InlineData(null)]
    [InlineData("ishld")]
    public void Without_the_first_DSB_a_walk_brings_the_old_value_back(string? first)
    {
        var trace = TraceText.Tree(TraceText.Block(Old)).Write(TraceText.Pmd, 0);
        if (first is not null)
            trace.Dsb(first);
        var witness = Perform(trace.Tlbi("vmalle1is").Dsb().Write(TraceText.Pmd, TraceText.Block(New)));

        Assert.Equal((1, null), (witness.Cpu, witness.NotShown));
        Assert.StartsWith("before walks see event 7, CPU 1 loads", witness.Steps[0].Text, StringComparison.Ordinal);
        Assert.Equal(
            "1 TLBI in between leaves the entry in the TLB of CPU 1, or comes while a walk may bring it back",
            witness.Steps.Single(s => s.Kind == LintWitnessKind.Missing).Text);
        Assert.Contains("memory at 0x40000000", witness.Steps[^2].Holds[0], StringComparison.Ordinal);
        Assert.Contains("memory at 0x80000000", witness.Steps[^2].Holds[1], StringComparison.Ordinal);
    }

    // A DSB NSH makes the store seen by walks of CPU 0 alone.
    [Fact]
    public void Behind_a_DSB_for_the_writer_alone_a_walk_of_another_CPU_brings_it_back()
    {
        var witness = Perform(TraceText.Tree(TraceText.Block(Old)).Write(TraceText.Pmd, 0).Dsb("nsh").Tlbi("vmalle1is")
            .Dsb().Write(TraceText.Pmd, TraceText.Block(New)));

        Assert.Equal((1, null), (witness.Cpu, witness.NotShown));
        Assert.Contains("memory at 0x40000000", witness.Steps[^2].Holds[0], StringComparison.Ordinal);
    }

    // Registers that change for long without an ISB leave few values to walk by, and the story takes no longer.
    [Fact]
    public void Only_the_last_values_before_an_ISB_are_followed()
    {
        var trace = TraceText.Tree(TraceText.Block(Old));
        for (ulong asid = 1; asid <= 2_000; asid++)
            trace.Register("ttbr0_el1", asid << 48 | TraceText.Root).Register("sctlr_el1", asid % 2);
        var witness = Perform(trace.Register("sctlr_el1", 1).Write(TraceText.Pmd, TraceText.Block(New)));

        Assert.Null(witness.NotShown);
        Assert.Contains("memory at 0x80000000", witness.Steps[^2].Holds[1], StringComparison.Ordinal);
    }

    // A walk through the new table may read the first of two words, and then the second.
    [Fact]
    public void A_word_between_the_first_and_the_last_may_be_read()
    {
        var witness = Perform(TraceText.Tree(TraceText.Block(Old))
            .Add("mem-write ID (mem-order plain) (address 0x4000) (value 0x60000046000703)")
            .Add("mem-write ID (mem-order plain) (address 0x4000) (value 0x60000047000703)").Dsb("ishld")
            .Add("mem-write ID (mem-order plain) (address 0x3008) (value 0x4003)"));

        Assert.Null(witness.NotShown);
        Assert.Contains("0x60000046000703", string.Concat(witness.Steps[^2].Holds), StringComparison.Ordinal);
        Assert.Contains("0x60000047000703", string.Concat(witness.Steps[^2].Holds), StringComparison.Ordinal);
    }

    // The TLBI has removed the table entry and what walks made from it, so the walk follows the new link, and reads the
    // old word of the table, since no DSB orders the two stores.
    [Theory]
    [InlineData("vmalle1is", null, 0x4000UL)]
    [InlineData("vaae1is", 0UL, 0x4000UL)]
    [InlineData("vmalle1is", null, 0x5000UL)]
    public void A_walk_follows_a_link_where_a_TLBI_has_removed_the_table_entry(string tlbi, ulong? value, ulong table)
    {
        var trace = TraceText.Tree(
            TraceText.Pte | 3,
            t => t.Write(TraceText.Pte, TraceText.Page(0x4400_0000)).Write(0x5000, TraceText.Page(0x6000_0000)));
        var witness = Perform(trace.Isb().Isb(1).Write(TraceText.Pmd, 0).Dsb().Tlbi(tlbi, value).Dsb()
            .Add($"mem-write ID (mem-order plain) (address 0x{table:x}) (value 0x60000050000703)")
            .Add($"mem-write ID (mem-order plain) (address 0x3000) (value 0x{table | 3:x})"));

        Assert.Null(witness.NotShown);
        Assert.Equal(
            [LintWitnessKind.Walk, LintWitnessKind.Missing, LintWitnessKind.Walk, LintWitnessKind.End],
            witness.Steps.Select(s => s.Kind));
        Assert.Equal(16UL, witness.Steps[0].Event);
        Assert.StartsWith(
            $"behind event 16, CPU {witness.Cpu} loads 0x0000000000000000, and", witness.Steps[0].Text,
            StringComparison.Ordinal);
        Assert.Contains(
            $"may still read 0x{TraceText.Page(table == 0x4000 ? 0x4400_0000UL : 0x6000_0000):x} at 0x{table:x}",
            witness.Steps[1].Text, StringComparison.Ordinal);
        Assert.Contains("memory at 0x50000000", witness.Steps[^2].Holds[1], StringComparison.Ordinal);
    }

    // The entry has VMID 5, and the TLBI names VMID 6.
    [Fact]
    public void A_TLBI_leaves_entries_of_another_VMID()
    {
        var witness = Perform(new TraceText().Register("vttbr_el2", 5UL << 48 | 0xe000).Isb()
            .Write(TraceText.Root, TraceText.Pud | 3).Write(TraceText.Pud, TraceText.Pmd | 3)
            .Write(TraceText.Pmd, TraceText.Block(Old)).Dsb().Register("ttbr0_el1", TraceText.Root).Isb()
            .Write(TraceText.Pmd, 0).Dsb().Register("vttbr_el2", 6UL << 48 | 0xf000).Isb().Tlbi("vmalle1").Dsb()
            .Write(TraceText.Pmd, TraceText.Block(New)));

        Assert.Equal((0, null), (witness.Cpu, witness.NotShown));
        Assert.StartsWith(
            "1 TLBI in between leaves the entry", witness.Steps.Single(s => s.Kind == LintWitnessKind.Missing).Text,
            StringComparison.Ordinal);
    }

    // CPU 1 takes the tree up while the store has had a DSB for CPU 0 alone.
    [Fact]
    public void A_DSB_for_the_writer_alone_leaves_the_old_value_to_others()
    {
        var trace = TraceText.Tree(TraceText.Block(Old)).Write(TraceText.Pmd, 0).Dsb("nsh").Tlbi("vmalle1is").Dsb("nsh")
            .Write(TraceText.Pmd, TraceText.Block(New));

        Assert.Equal((1, null), (Perform(trace).Cpu, Perform(trace).NotShown));
    }

    // The TLBI names the first of two blocks below a table that a larger block replaces.
    [Fact]
    public void The_page_that_the_TLBI_has_left_is_loaded()
    {
        var trace = TraceText.Tree(
            TraceText.Block(Old), t => t.Write(TraceText.Pmd + 8, TraceText.Block(Old + 0x20_0000)))
            .Write(TraceText.Pud, 0).Dsb().Tlbi("vaae1is", 0).Dsb().Write(TraceText.Pud, TraceText.Block(New));

        var witness = Perform(trace);

        Assert.Equal((1, null), (witness.Cpu, witness.NotShown));
        Assert.Contains("CPU 1 loads 0x0000000000200000", witness.Steps[0].Text, StringComparison.Ordinal);
    }

    // CPU 0 breaks and makes with a TLBI for itself alone; CPU 1 returns from another root.
    [Fact]
    public void A_CPU_that_returns_behind_the_violation_fails_then()
    {
        var trace = Behind("ttbr0_el1", 0x8000);
        var without = Perform(trace);
        var witness = Perform(trace.Register("ttbr0_el1", TraceText.Root, cpu: 1).Isb(1));

        // Until then, a walk of CPU 1 begins at a table entry that it has cached.
        Assert.Equal((1, null), (without.Cpu, without.NotShown));
        Assert.Contains("begins at a cached table entry", without.Steps[^2].Text, StringComparison.Ordinal);
        Assert.Equal((1, null), (witness.Cpu, witness.NotShown));
    }

    // No walk begins while SCTLR.M is 0, so the violation is the write that sets it, and has the same witness.
    [Fact]
    public void A_CPU_that_sets_M_behind_the_change_fails_then()
    {
        var trace = Behind("sctlr_el1", 0);
        Assert.Empty(trace.Lint(BbmLevel.Level0).Groups);
        trace.Register("sctlr_el1", 1, cpu: 1).Isb(1);
        var witness = Perform(trace);

        Assert.Equal((1, null), (witness.Cpu, witness.NotShown));
        Assert.Equal(15UL, witness.Steps[^2].Event);
        Assert.StartsWith("behind it, CPU 1 loads", witness.Steps[^2].Text, StringComparison.Ordinal);
        Assert.Contains("memory at 0x40000000", witness.Steps[^2].Holds[0], StringComparison.Ordinal);
        Assert.Contains("memory at 0x80000000", witness.Steps[^2].Holds[1], StringComparison.Ordinal);
    }

    private static TraceText Behind(string register, ulong away) =>
        TraceText.Tree(TraceText.Block(0x4000_0000)).Register(register, away, cpu: 1).Isb(1)
            .Write(TraceText.Pmd, 0).Dsb().Tlbi("vmalle1").Dsb("nsh")
            .Write(TraceText.Pmd, TraceText.Block(0x8000_0000)).Dsb();

    private static LintWitness Perform(TraceText trace)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(trace.ToString());
        var request = new LintRequest([BbmLevel.Level0]);
        var result = CasemateLint.Run("t.log", new MemoryStream(bytes), request, null, default);
        return WitnessReader.Add("t.log", new MemoryStream(bytes), request, result, default).Groups[0].Witness!;
    }
}
