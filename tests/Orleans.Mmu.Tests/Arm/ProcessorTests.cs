using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Barriers;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Arm.Processors;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Arm.Tlbs;
using Orleans.Mmu.Arm.Walks;

namespace Orleans.Mmu.Tests.Arm;

/// <summary>When a CPU's own writes and invalidations take effect on it.</summary>
public class ProcessorTests
{
    private static readonly TranslationGeometry Geometry = Geometries.Of("4K", 48);
    private static readonly VirtualAddress Va = Geometry.UpperHalfStart + (1UL << 30);
    private static readonly PhysicalAddress Pa = new(1UL << 30);
    private static readonly Ttbr Reserved = new(new(0x5000));

    private readonly TestMap _map = new TestMap(Geometry).Map(Va, Level.L2, Pa);
    private readonly TableSnapshot _memory;
    private readonly Processor _cpu;

    public ProcessorTests()
    {
        _map.Editor.AddRoot(SequenceTable.Empty(Geometry, Reserved.RootAddress, Level.L0));
        _memory = _map.Publish();
        _cpu = new Processor(Geometry, TlbGeometry.Default, BbmLevel.Level0, Reserved, new Ttbr(_map.Root, 1));
    }

    private Ttbr Kernel => new(_map.Root, 1);

    [Fact]
    public void A_TTBR_write_leaves_old_and_new_possible_until_an_ISB()
    {
        // R_DYDPX, I_RBMTM.
        _cpu.Ttbr1.Write(Reserved);

        Assert.Equal([Kernel, Reserved], _cpu.Ttbr1.Possible);
        Assert.Equal(Reserved, _cpu.Ttbr1.Value);
        _cpu.Isb();
        Assert.Equal([Reserved], _cpu.Ttbr1.Possible);
    }

    [Fact]
    public void Every_value_since_the_last_ISB_is_possible()
    {
        _cpu.Ttbr1.Write(Reserved);
        _cpu.Ttbr1.Write(Reserved);
        _cpu.Ttbr1.Write(Kernel);

        Assert.Equal([Kernel, Reserved, Kernel], _cpu.Ttbr1.Possible);
        _cpu.Isb();
        Assert.Equal([Kernel], _cpu.Ttbr1.Possible);
    }

    [Fact]
    public void One_ISB_is_for_both_registers()
    {
        _cpu.Ttbr0.Write(Kernel);
        _cpu.Ttbr1.Write(Reserved);
        _cpu.Isb();

        Assert.Equal(Kernel, Assert.Single(_cpu.Ttbr0.Possible));
        Assert.Equal(Reserved, Assert.Single(_cpu.Ttbr1.Possible));
    }

    [Theory]
    [InlineData(DsbKind.Nsh, true)]
    [InlineData(DsbKind.Ish, true)]
    [InlineData(DsbKind.Sy, true)]
    [InlineData(DsbKind.Ishst, false)]
    public void A_local_TLBI_is_complete_after_a_DSB_that_waits_for_more_than_stores(DsbKind kind, bool complete)
    {
        // R_PSMWS.
        _cpu.Access(_memory, Va);
        _cpu.IssueLocal(TlbiOperation.Vmalle1);
        Assert.Equal(1, _cpu.Tlb.Count);

        _cpu.Dsb(kind);

        Assert.Equal(complete ? 0 : 1, _cpu.Tlb.Count);
    }

    [Fact]
    public void A_TLBI_that_an_ST_DSB_did_not_complete_waits_for_the_next_one()
    {
        _cpu.Access(_memory, Va);
        _cpu.IssueLocal(TlbiOperation.Vmalle1);
        _cpu.Dsb(DsbKind.Ishst);
        _cpu.Dsb(DsbKind.Nsh);

        Assert.Equal(0, _cpu.Tlb.Count);
    }

    [Fact]
    public void A_completed_TLBI_does_not_come_again()
    {
        _cpu.IssueLocal(TlbiOperation.Vmalle1);
        _cpu.Dsb(DsbKind.Nsh);
        _cpu.Access(_memory, Va);

        _cpu.Dsb(DsbKind.Nsh);

        Assert.Equal(1, _cpu.Tlb.Count);
    }

    [Fact]
    public void An_ISB_completes_no_TLBI()
    {
        _cpu.Access(_memory, Va);
        _cpu.IssueLocal(TlbiOperation.Vmalle1);

        _cpu.Isb();

        Assert.Equal(1, _cpu.Tlb.Count);
    }

    [Fact]
    public void Broadcasts_of_others_finish_without_a_DSB_of_this_CPU()
    {
        _cpu.Access(_memory, Va);

        Assert.Equal(1, _cpu.CompleteBroadcast(TlbiOperation.Vmalle1Is));
        Assert.Equal(0, _cpu.Tlb.Count);
    }

    [Fact]
    public void An_access_walks_once_and_hits_afterwards()
    {
        var first = _cpu.Access(_memory, Va + 0x1234);
        var second = _cpu.Access(_memory, Va + 0x5678);

        Assert.Equal(new AccessResult(WalkFault.None, Level.L2, Pa + 0x1234, false), first);
        Assert.Equal(new AccessResult(WalkFault.None, Level.L2, Pa + 0x5678, true), second);
    }

    [Fact]
    public void An_access_that_faults_leaves_nothing_behind()
    {
        // R_XCLRD.
        var beside = _cpu.Access(_memory, Va + (2 << 20));
        var lower = _cpu.Access(_memory, new(0x1000));

        Assert.Equal((WalkFault.Translation, Level.L2), (beside.Fault, beside.Level));
        Assert.Equal((WalkFault.Translation, Level.L0), (lower.Fault, lower.Level));
        Assert.Equal(0, _cpu.Tlb.Count);
    }

    [Fact]
    public void A_stale_entry_answers_until_it_is_invalidated()
    {
        _cpu.Access(_memory, Va);
        var unmapped = _map.Write(Va, Level.L2, Descriptor.Invalid).Publish();
        Assert.True(_cpu.Access(unmapped, Va).Hit);

        _cpu.IssueLocal(new(TlbiScope.VaAllAsidsLastLevel, false, Va));
        _cpu.Dsb(DsbKind.Nsh);

        Assert.Equal(WalkFault.Translation, _cpu.Access(unmapped, Va).Fault);
    }

    [Fact]
    public void Each_half_has_its_register()
    {
        Assert.Same(_cpu.Ttbr1, _cpu.TtbrFor(Va));
        Assert.Same(_cpu.Ttbr0, _cpu.TtbrFor(new(0x1000)));
    }
}
