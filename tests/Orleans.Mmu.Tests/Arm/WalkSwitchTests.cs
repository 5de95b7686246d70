using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Processors;
using Orleans.Mmu.Arm.Tlbs;
using Orleans.Mmu.Arm.Walks;

namespace Orleans.Mmu.Tests.Arm;

/// <summary>TCR_EL1.EPDn: a TLB miss faults, a TLB hit translates, and an ISB decides between old and new.</summary>
public class WalkSwitchTests
{
    private static readonly TranslationGeometry Geometry = Geometries.Of("4K", 48);
    private static readonly VirtualAddress Va = Geometry.UpperHalfStart + (1UL << 30);
    private static readonly PhysicalAddress Pa = new(1UL << 30);
    private static readonly AccessResult Level0Fault = new(WalkFault.Translation, Level.L0, default, false);

    [Fact]
    public void A_miss_is_a_level_0_translation_fault_until_the_bit_is_cleared_and_an_ISB_has_followed()
    {
        var map = new TestMap(Geometry).Map(Va, Level.L3, Pa);
        var cpu = Cpu(map);
        cpu.Walks1.Write(isOff: true);
        cpu.Isb();

        Assert.False(cpu.Walks1.MayBegin);
        Assert.Equal(Level0Fault, cpu.Access(map.Publish(), Va));
        cpu.Walks1.Write(isOff: false);
        Assert.Equal(Level0Fault, cpu.Access(map.Publish(), Va));
        cpu.Isb();

        Assert.Equal(new AccessResult(WalkFault.None, Level.L3, Pa, false), cpu.Access(map.Publish(), Va));
    }

    [Fact]
    public void Before_the_ISB_both_values_may_be_in_effect()
    {
        var map = new TestMap(Geometry).Map(Va, Level.L3, Pa);
        var cpu = Cpu(map);
        cpu.Walks1.Write(isOff: true);

        Assert.True(cpu.Walks1 is { MayBegin: true, MayFault: true });
        Assert.Equal(Level0Fault, cpu.Access(map.Publish(), Va));
    }

    [Fact]
    public void A_hit_translates_all_the_same()
    {
        var map = new TestMap(Geometry).Map(Va, Level.L3, Pa);
        var cpu = Cpu(map);
        cpu.Speculate(map.Publish(), cpu.Ttbr1.Value, Va, false, 0);
        cpu.Walks1.Write(isOff: true);
        cpu.Isb();

        Assert.Equal(new AccessResult(WalkFault.None, Level.L3, Pa, true), cpu.Access(map.Publish(), Va));
    }

    [Fact]
    public void Each_half_has_a_switch_of_its_own()
    {
        var map = new TestMap(Geometry).Map(Va, Level.L3, Pa);
        var cpu = Cpu(map);
        cpu.Walks0.Write(isOff: true);
        cpu.Isb();

        Assert.False(cpu.WalksFor(new VirtualAddress(0)).MayBegin);
        Assert.True(cpu.WalksFor(Va).MayBegin);
        Assert.True(cpu.Access(map.Publish(), Va).ReachedMemory);
    }

    private static Processor Cpu(TestMap map) =>
        new(Geometry, TlbGeometry.Default, BbmLevel.Level0, new(map.Root), new(map.Root, 1));
}
