using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Processors;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Arm.TlbEntries;
using Orleans.Mmu.Arm.Tlbs;
using Orleans.Mmu.Arm.Walks;

namespace Orleans.Mmu.Tests.Arm;

/// <summary>
/// An access through two entries does one of the things that the CPU's level allows, and each of them sometimes.
/// </summary>
public sealed class OverlappingAccessTests
{
    private static readonly TranslationGeometry Geometry = TranslationGeometry.Create(Granule.K4, 48);
    private static readonly VirtualAddress Va = new(0xffff_0000_0020_3000);

    [Theory]
    [InlineData(BbmLevel.Level0, OverlapBehaviours.OneEntry | OverlapBehaviours.ConflictAbort
        | OverlapBehaviours.Amalgamation)]
    [InlineData(BbmLevel.Level1, OverlapBehaviours.OneEntry | OverlapBehaviours.ConflictAbort
        | OverlapBehaviours.Amalgamation)]
    [InlineData(BbmLevel.Level2, OverlapBehaviours.OneEntry | OverlapBehaviours.ConflictAbort)]
    [InlineData(BbmLevel.Level2NoAbort, OverlapBehaviours.OneEntry)]
    public void Block_and_page_of_one_memory(BbmLevel level, OverlapBehaviours allowed)
    {
        var seen = (OverlapBehaviours)0;
        for (uint choice = 0; choice < 1024; choice++)
        {
            var result = Access(level, new(0x4020_3000), choice);
            seen |= result.Outcome;
            Assert.True(result.Hit);
            Assert.Equal(result.Outcome != OverlapBehaviours.ConflictAbort, result.ReachedMemory);
            if (result.ReachedMemory)
                Assert.Equal(new PhysicalAddress(0x4020_3000), result.Physical);
        }

        Assert.Equal(allowed, seen);
    }

    [Fact]
    public void Of_two_addresses_an_amalgamation_may_be_neither()
    {
        var block = new PhysicalAddress(0x4020_3000);
        var page = new PhysicalAddress(0x8eee_e000);
        var reached = new HashSet<PhysicalAddress>();
        for (uint choice = 0; choice < 1024; choice++)
        {
            var result = Access(BbmLevel.Level2NoAbort, page, choice);
            if (result.Outcome == OverlapBehaviours.OneEntry)
                Assert.Contains(result.Physical, new[] { block, page });
            else if (result.Outcome == OverlapBehaviours.Amalgamation)
                reached.Add(result.Physical);
        }

        Assert.Contains(reached, p => p != block && p != page);
    }

    [Fact]
    public void One_entry_leaves_no_choice()
    {
        var cpu = Cpu(BbmLevel.Level0);
        cpu.Tlb.Insert(Page(new(0x4020_3000)));
        for (uint choice = 0; choice < 64; choice++)
            Assert.Equal(
                new AccessResult(WalkFault.None, Level.L3, new(0x4020_3000), true), cpu.Access(Nothing(), Va, choice));
    }

    private static AccessResult Access(BbmLevel level, PhysicalAddress page, uint choice)
    {
        var cpu = Cpu(level);
        var block = Descriptor.Leaf(
            Geometry, Level.L2, new(0x4020_0000), LeafAttributes.Data(Geometry, 1, false), false);
        cpu.Tlb.Insert(TlbEntry.ForLeaf(Geometry, Va, new(WalkFault.None, Level.L2, block), 0));
        cpu.Tlb.Insert(Page(page));
        return cpu.Access(Nothing(), Va, choice);
    }

    private static TlbEntry Page(PhysicalAddress page) => TlbEntry.ForLeaf(Geometry, Va,
        new(WalkFault.None, Level.L3,
            Descriptor.Leaf(Geometry, Level.L3, page, LeafAttributes.Data(Geometry, 1, false), false)), 0);

    private static Processor Cpu(BbmLevel level) =>
        new(Geometry, TlbGeometry.Default, level, new(new(0x1000)), new(new(0x2000)));

    private static TableSnapshot Nothing() => new TableEditor(Geometry).Publish();
}
