using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Arm.TlbEntries;
using Orleans.Mmu.Arm.Tlbs;

namespace Orleans.Mmu.Tests.Arm;

/// <summary>When two entries overlap at all, and which of them a TLB names.</summary>
public class OverlapTests
{
    private static readonly TranslationGeometry Geometry = Geometries.Of("4K", 48);
    private static readonly VirtualAddress Va = Geometry.UpperHalfStart + (1UL << 40);
    private static readonly PhysicalAddress Pa = new(1UL << 40);

    [Fact]
    public void Entries_overlap_where_they_have_an_address_and_an_address_space_in_common()
    {
        var block = TestEntries.Leaf(Geometry, Va, Level.L2, Pa, asid: 1, change: a => a.WithNotGlobal(true));
        TlbEntry Page(ulong offset, ushort asid, bool notGlobal) =>
            TestEntries.Leaf(
                Geometry, Va + offset, Level.L3, Pa + offset, asid, change: a => a.WithNotGlobal(notGlobal));

        Assert.True(Both(block, Page(0, 1, true)));
        Assert.True(Both(block, Page(0x1f_f000, 1, true)));
        Assert.True(Both(block, Page(0, 2, false)));
        Assert.False(Both(block, Page(0, 2, true)));
        Assert.False(Both(block, Page(0x20_0000, 1, true)));
    }

    [Fact]
    public void The_same_translation_twice_is_no_difference()
    {
        var page = TestEntries.Leaf(Geometry, Va, Level.L3, Pa);

        Assert.Equal(OverlapDifference.None, OverlapRules.Differences(Geometry, page, page));
        Assert.False(OverlapRules.Judge(Geometry, BbmLevel.Level0, page, page).IsHazard);
    }

    [Fact]
    public void A_static_group_held_whole_and_by_page_is_no_difference()
    {
        var group = TestEntries.Group(Geometry, Va, Level.L3, Pa);
        var member = TestEntries.Leaf(Geometry, Va + 4096, Level.L3, Pa + 4096, contiguous: true);

        Assert.True(Both(group, member));
        Assert.Equal(OverlapDifference.None, OverlapRules.Differences(Geometry, group, member));
    }

    [Fact]
    public void Tables_above_a_leaf_are_how_the_walk_came_to_it()
    {
        var page = TestEntries.Leaf(Geometry, Va, Level.L3, Pa);
        foreach (var level in (Level[])[Level.L0, Level.L1, Level.L2])
            Assert.Equal(OverlapDifference.None,
                OverlapRules.Differences(Geometry, page, TestEntries.Table(Geometry, Va, level, Pa)));
        Assert.Equal(OverlapDifference.None, OverlapRules.Differences(
            Geometry, TestEntries.Table(Geometry, Va, Level.L1, Pa),
            TestEntries.Table(Geometry, Va, Level.L2, Pa + 4096)));
    }

    [Fact]
    public void Bit_16_of_a_page_or_table_is_address_and_not_nT()
    {
        // I_PJZBK: nT is a bit of blocks. The level-1 excuse must not depend on where memory lies.
        var block = TestEntries.Leaf(Geometry, Va, Level.L2, Pa);
        var page = TestEntries.Leaf(Geometry, Va + 0x1_0000, Level.L3, Pa + 0x1_0000);
        var table = TestEntries.Table(Geometry, Va, Level.L2, Pa + 0x1_0000);

        Assert.True(page.Descriptor.NoTranslation && table.Descriptor.NoTranslation);
        Assert.True(OverlapRules.Judge(Geometry, BbmLevel.Level1, block, page).IsHazard);
        Assert.True(OverlapRules.Judge(Geometry, BbmLevel.Level1, block, table).IsHazard);
    }

    [Fact]
    public void A_member_that_a_group_lost_does_not_overlap_it()
    {
        var tlb = new Tlb(Geometry, TlbGeometry.Default);
        tlb.Insert(TestEntries.Group(Geometry, Va, Level.L3, Pa));
        tlb.Invalidate(new(TlbiScope.VaAllAsidsLastLevel, true, Va + 4096));

        Assert.False(Finds(tlb, BbmLevel.Level0, TestEntries.Leaf(Geometry, Va + 4096, Level.L3, Pa), out _, out _));
        Assert.True(Finds(tlb, BbmLevel.Level0, TestEntries.Leaf(Geometry, Va, Level.L3, Pa), out _, out _));
        // A block over the whole group still meets the fifteen others.
        Assert.True(Finds(tlb, BbmLevel.Level0, TestEntries.Leaf(Geometry, Va, Level.L2, Pa), out _, out _));
    }

    [Fact]
    public void Two_groups_overlap_as_long_as_they_share_a_member()
    {
        var tlb = new Tlb(Geometry, TlbGeometry.Default);
        var group = TestEntries.Group(Geometry, Va, Level.L3, Pa);
        var moved = TestEntries.Group(Geometry, Va, Level.L3, Pa + 0x1_0000);
        tlb.Insert(group);
        for (ulong page = 0; page < 15; page++)
            tlb.Invalidate(new(TlbiScope.VaAllAsidsLastLevel, true, Va + page * 4096));
        Assert.True(Finds(tlb, BbmLevel.Level0, moved, out _, out _));

        Assert.False(Finds(tlb, BbmLevel.Level0, moved with { Members = (UInt128.One << 15) - 1 }, out _, out _));
    }

    [Fact]
    public void A_hazard_is_named_before_something_harmless()
    {
        var page = TestEntries.Leaf(Geometry, Va, Level.L3, Pa);
        var readOnly =
            TestEntries.Leaf(Geometry, Va, Level.L3, Pa, asid: 1, change: a => a.WithReadOnly(true), source: 1);
        var block = TestEntries.Leaf(Geometry, Va, Level.L2, Pa, source: 2);
        foreach (TlbEntry[] order in (TlbEntry[][])[[readOnly, block], [block, readOnly]])
        {
            var tlb = new Tlb(Geometry, TlbGeometry.Create(4, 4));
            foreach (var entry in order)
                tlb.Insert(entry);

            Assert.True(Finds(tlb, BbmLevel.Level2, page, out var other, out var verdict));
            Assert.Equal((2, OverlapDifference.Size), (other.Source, verdict.Difference));
            // Where nothing is a hazard, something is still named.
            Assert.True(Finds(tlb, BbmLevel.Level2NoAbort, page, out _, out verdict));
            Assert.False(verdict.IsHazard);
        }
    }

    [Fact]
    public void An_empty_TLB_and_the_same_entry_have_no_overlap()
    {
        var tlb = new Tlb(Geometry, TlbGeometry.Default);
        var page = TestEntries.Leaf(Geometry, Va, Level.L3, Pa);
        Assert.False(Finds(tlb, BbmLevel.Level0, page, out _, out _));
        tlb.Insert(page);

        Assert.False(Finds(tlb, BbmLevel.Level0, page, out _, out _));
    }

    private static bool Finds(
        Tlb tlb, BbmLevel level, TlbEntry entry, out TlbEntry other, out OverlapVerdict verdict) =>
        tlb.TryFindOverlap(entry, level, out other, out verdict);

    private static bool Both(TlbEntry a, TlbEntry b)
    {
        Assert.Equal(a.Overlaps(Geometry, b), b.Overlaps(Geometry, a));
        return a.Overlaps(Geometry, b);
    }
}
