using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Speculation.Adversary;
using Orleans.Mmu.Tests.Linux;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Tests.Checking;

/// <summary>What a violation says: the text that people read, word for word.</summary>
public class ConflictExplanationTests
{
    [Fact]
    public void A_block_and_a_page_at_level_0()
    {
        var found = Find(TestMachine.Unlisted, 0x4600_3000);

        Assert.Same(Property.TlbConflict, found.Property);
        Assert.Equal(
            "CPU 1 (Neoverse-N1, BBM level 0) holds a 2M block of a contiguous group and a 4K page for "
            + "0xffff000006003000", found.Message);
        Assert.Equal(
        [
            "entry 1: a 2M block of a contiguous group [0xffff000006000000, 0xffff0000061fffff] -> 0x46000000, "
            + "descriptor 0x0078000046000705",
            "         walked for 0xffff000006003000 from TTBR 0x428ff000 CnP, after \"the map was painted\" (tables "
            + "version 1)",
            "entry 2: a 4K page [0xffff000006003000, 0xffff000006003fff] -> 0x46003000, descriptor 0x0068000046003707",
            "         walked for 0xffff000006003000 from TTBR 0x428ff000 CnP, after \"split [lm_alias(__init_begin), "
            + "PAGE_END)\" (tables version 2)",
            "between: CPU 0 stored the table descriptor 0x1800000049ff1403 at 0x4a011180 (level 2) over "
            + "0x0078000046000705, "
                + "in its step \"split [lm_alias(__init_begin), PAGE_END)\"",
            "R_FVQCK: an access may take a TLB conflict abort, or use either entry, or use an amalgamation of both",
            "as dmesg would say it: Unable to handle kernel TLB conflict abort at virtual address ffff000006003000, "
            + "ESR = 0x0000000096000030",
        ], found.Explanation.AsEnumerable());
    }

    [Fact]
    public void The_same_at_plain_level_2_is_an_abort_that_may_come()
    {
        var found = Find("0x410fd490", 0x4600_3000);

        Assert.Same(Property.ConflictAbortPossible, found.Property);
        Assert.Equal(
            "CPU 1 (Neoverse-N2, BBM level 2) holds a 2M block of a contiguous group and a 4K page for "
            + "0xffff000006003000", found.Message);
        Assert.Equal("I_HYQMB: an access may take a TLB conflict abort, or use either entry", found.Explanation[5]);
    }

    [Fact]
    public void A_plain_block_is_called_one()
    {
        // Between the image and the next 32 MiB there is no whole group.
        var found = Find(TestMachine.Unlisted, 0x42c0_0000);

        Assert.Equal(
            "CPU 1 (Neoverse-N1, BBM level 0) holds a 2M block and a 4K page for 0xffff000002c00000", found.Message);
    }

    [Fact]
    public void An_entry_from_before_the_protocol_has_no_walk_to_tell_of()
    {
        var map = SpeculationBench.Map(TestMachine.Unlisted);
        var va = map.Painter.Layout.ToVirtual(new(0x4600_3000));
        var cpu = SpeculationBench.Online(map.Machine, 1);
        Assert.Null(cpu.Cpu.Touch(va, map.Painted));

        var found = Assert.Single(
            cpu.Look(new(0, [va], 1), new(1, SplitToPages.AboveRodata.Text, map.Repainted, map.Repainted)));

        Assert.Equal("         walked before the protocol began", found.Explanation[1]);
        Assert.DoesNotContain(found.Explanation, l => l.StartsWith("between:", StringComparison.Ordinal));
    }

    [Fact]
    public void A_walk_is_remembered_as_long_as_what_it_brought()
    {
        var map = SpeculationBench.Map(TestMachine.Unlisted);
        var cpu = SpeculationBench.Online(map.Machine, 1);
        var plan = new SpeculationPlan(0, [map.Painter.Layout.ToVirtual(new(0x4600_3000))], 1);
        var elsewhere = plan with { Victims = [map.Painter.Layout.ToVirtual(new(0x4800_0000))] };
        Assert.Empty(cpu.Look(plan, new(1, "the map was painted", map.Painted, map.Painted)));
        for (int window = 2; window < 5000; window++)
            Assert.Empty(cpu.Look(elsewhere, new(window, "nothing", map.Painted, map.Painted)));

        var found = Assert.Single(cpu.Look(plan, new(5000, SplitToPages.AboveRodata.Text, map.Painted, map.Repainted)));

        Assert.Contains(
            "after \"the map was painted\" (tables version 1)", found.Explanation[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(BbmLevel.Level0, "BBM level 0")]
    [InlineData(BbmLevel.Level1, "BBM level 1")]
    [InlineData(BbmLevel.Level2, "BBM level 2")]
    [InlineData(BbmLevel.Level2NoAbort, "BBM level 3")]
    public void Levels_have_names(BbmLevel level, string name) => Assert.Equal(name, level.Sentence());

    [Fact]
    public void Properties_are_named_once_and_say_what_they_demand()
    {
        Assert.Equal(Property.All.Count, Property.All.Select(p => p.Name).Distinct().Count());
        Assert.All(Property.All, p => Assert.True(p.Name.Length > 0 && p.Rule.Length > 0 && p.Sentence.EndsWith('.')));
    }

    private static Violation Find(string midr, ulong pa)
    {
        var map = SpeculationBench.Map(midr);
        var plan = new SpeculationPlan(0, [map.Painter.Layout.ToVirtual(new(pa))], 1);
        var cpu = SpeculationBench.Online(map.Machine, 1);
        Assert.Empty(cpu.Look(plan, new(1, "the map was painted", map.Painted, map.Painted)));
        return Assert.Single(cpu.Look(plan, new(2, SplitToPages.AboveRodata.Text, map.Painted,
            map.Repainted)
        { Changes = Changes(map.Repainted.Version) }));
    }

    private static System.Collections.Immutable.ImmutableArray<PublishingStep> Changes(long version) =>
        [new(version, SplitToPages.AboveRodata.Text)];

    // A CPU may look late: what it says of the store must name the writer's step and not the last thing that happened.
    [Fact]
    public void A_store_is_told_with_the_step_that_made_it_however_late_it_is_seen()
    {
        var map = SpeculationBench.Map(TestMachine.Unlisted);
        var plan = new SpeculationPlan(0, [map.Painter.Layout.ToVirtual(new(0x4600_3000))], 1);
        var cpu = SpeculationBench.Online(map.Machine, 1);
        Assert.Empty(cpu.Look(plan, new(1, "the map was painted", map.Painted, map.Painted)));
        var late = new SpeculationWindow(2, "flag = 0", map.Repainted, map.Repainted)
        {
            Changes = Changes(map.Repainted.Version),
        };

        var found = Assert.Single(cpu.Look(plan, late));

        Assert.EndsWith(", in its step \"split [lm_alias(__init_begin), PAGE_END)\"", found.Explanation[4],
            StringComparison.Ordinal);
        Assert.Contains("after \"flag = 0\"", found.Explanation[3], StringComparison.Ordinal);
    }
}
