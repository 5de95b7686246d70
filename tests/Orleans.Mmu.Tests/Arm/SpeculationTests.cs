using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Arm.Processors;
using Orleans.Mmu.Arm.Tlbs;
using Orleans.Mmu.Arm.Walks;

namespace Orleans.Mmu.Tests.Arm;

/// <summary>What a speculative walk leaves in the TLB, and what it contradicts there.</summary>
public class SpeculationTests
{
    private static readonly TranslationGeometry Geometry = Geometries.Of("4K", 48);
    private static readonly VirtualAddress Va = Geometry.UpperHalfStart + (1UL << 30);
    private static readonly PhysicalAddress Pa = new(1UL << 30);

    [Fact]
    public void It_caches_the_leaf_and_every_table_on_the_way()
    {
        var map = new TestMap(Geometry).Map(Va, Level.L3, Pa);
        var cpu = Cpu(map);

        var fill = cpu.Speculate(map.Publish(), cpu.Ttbr1.Value, Va + 8, false, 7);

        Assert.True(fill.Walk.IsTranslation);
        Assert.Null(fill.Overlap);
        Assert.Equal([(0, true), (1, true), (2, true), (3, false)],
            cpu.Tlb.Entries().Select(e => (e.Level.Number, e.IsTable)).Order());
        Assert.All(cpu.Tlb.Entries(), e => Assert.Equal((7, (ushort)1), (e.Source, e.Asid)));
        Assert.Equal(new AccessResult(WalkFault.None, Level.L3, Pa, true), cpu.Access(map.Publish(), Va));
    }

    [Fact]
    public void A_walk_that_faults_keeps_the_tables_and_not_the_leaf()
    {
        var map = new TestMap(Geometry);
        map.TableFor(Va, Level.L3);
        var cpu = Cpu(map);

        var fill = cpu.Speculate(map.Publish(), cpu.Ttbr1.Value, Va, false, 0);

        Assert.Equal(WalkFault.Translation, fill.Walk.Fault);
        Assert.Equal(3, cpu.Tlb.Count);
        Assert.All(cpu.Tlb.Entries(), e => Assert.True(e.IsTable));
    }

    [Fact]
    public void A_leaf_that_was_never_accessed_is_not_cached()
    {
        var old = LeafAttributes.Data(Geometry, 1, false).WithAccessFlag(false);
        var map = new TestMap(Geometry).Write(Va, Level.L1, Descriptor.Leaf(Geometry, Level.L1, Pa, old, false));
        var cpu = Cpu(map);

        Assert.Equal(WalkFault.AccessFlag, cpu.Speculate(map.Publish(), cpu.Ttbr1.Value, Va, false, 0).Walk.Fault);

        Assert.True(Assert.Single(cpu.Tlb.Entries()).IsTable);
    }

    [Fact]
    public void A_table_descriptor_that_is_itself_the_fault_is_not_cached()
    {
        // R_XCLRD: what causes an Address size fault never enters a TLB.
        var map = new TestMap(Geometry);
        var table = map.TableFor(Va, Level.L1);
        var far = map.Editor.NewTable(new(1UL << 44), Level.L2);
        map.Editor.Write(table, Geometry.Index(Va, Level.L1), Descriptor.Table(Geometry, far.Address, 0), far);
        var cpu = new Processor(
            Geometry, TlbGeometry.Default, BbmLevel.Level0, default, new(map.Root), implementedPaBits: 40);

        Assert.Equal(WalkFault.AddressSize, cpu.Speculate(map.Publish(), cpu.Ttbr1.Value, Va, false, 0).Walk.Fault);

        Assert.Equal(Level.L0, Assert.Single(cpu.Tlb.Entries()).Level);
    }

    [Theory]
    [InlineData(true, 16)]
    [InlineData(false, 12)]
    public void A_contiguous_leaf_is_cached_alone_or_as_its_group(bool wholeGroup, int shift)
    {
        var map = new TestMap(Geometry).Map(Va + 4096, Level.L3, Pa + 4096, contiguous: true);
        var cpu = Cpu(map);

        var fill = cpu.Speculate(map.Publish(), cpu.Ttbr1.Value, Va + 4096, wholeGroup, 0);

        Assert.Equal(shift, fill.Entry.Shift);
        // Hardware may trust the bit without reading the other members: the hole beside it now translates.
        Assert.Equal(wholeGroup, cpu.Tlb.TryLookup(Va, 1, out _));
    }

    [Fact]
    public void Without_the_bit_there_is_no_group()
    {
        var map = new TestMap(Geometry).Map(Va, Level.L3, Pa);
        var cpu = Cpu(map);

        Assert.Equal(12, cpu.Speculate(map.Publish(), cpu.Ttbr1.Value, Va, true, 0).Entry.Shift);
    }

    [Theory]
    [InlineData(BbmLevel.Level0, true, "R_FVQCK")]
    [InlineData(BbmLevel.Level2, true, "I_HYQMB")]
    [InlineData(BbmLevel.Level2NoAbort, false, "FEAT_BBML3")]
    public void A_live_split_meets_the_stale_block(BbmLevel level, bool hazard, string rule)
    {
        var map = new TestMap(Geometry).Map(Va, Level.L2, Pa);
        var cpu = Cpu(map, level);
        cpu.Speculate(map.Publish(), cpu.Ttbr1.Value, Va, false, 1);
        map.Write(Va, Level.L2, Descriptor.Invalid);
        for (ulong page = 0; page < 512; page++)
            map.Map(Va + page * 4096, Level.L3, Pa + page * 4096);

        var fill = cpu.Speculate(map.Publish(), cpu.Ttbr1.Value, Va + 4096, false, 2);

        Assert.Equal(
            (Level.L2, 1, false), (fill.Overlap!.Value.Level, fill.Overlap.Value.Source, fill.Overlap.Value.IsTable));
        Assert.Equal((hazard, rule), (fill.Verdict.IsHazard, fill.Verdict.Rule));
        Assert.Equal(OverlapDifference.Size, fill.Verdict.Difference);
    }

    [Fact]
    public void A_split_with_the_block_gone_first_meets_nothing()
    {
        // Break-before-make.
        var map = new TestMap(Geometry).Map(Va, Level.L2, Pa);
        var cpu = Cpu(map);
        cpu.Speculate(map.Publish(), cpu.Ttbr1.Value, Va, false, 1);
        var broken = map.Write(Va, Level.L2, Descriptor.Invalid).Publish();
        cpu.CompleteBroadcast(new(TlbiScope.VaAllAsids, true, Va));
        cpu.Speculate(broken, cpu.Ttbr1.Value, Va, false, 2);

        var fill = cpu.Speculate(map.Map(Va, Level.L3, Pa).Publish(), cpu.Ttbr1.Value, Va, false, 3);

        Assert.True(fill.Walk.IsTranslation);
        Assert.Null(fill.Overlap);
    }

    [Fact]
    public void A_walk_from_the_old_root_before_the_ISB_is_as_good_as_any()
    {
        var map = new TestMap(Geometry).Map(Va, Level.L2, Pa);
        var cpu = Cpu(map);
        cpu.Ttbr1.Write(new(new(0x5000)));

        cpu.Speculate(map.Publish(), cpu.Ttbr1.Possible[0], Va, false, 0);

        Assert.True(cpu.Access(map.Publish(), Va).Hit);
    }

    private static Processor Cpu(TestMap map, BbmLevel level = BbmLevel.Level0) =>
        new(Geometry, TlbGeometry.Default, level, default, new Ttbr(map.Root, 1));
}
