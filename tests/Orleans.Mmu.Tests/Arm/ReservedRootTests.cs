using CsCheck;
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

/// <summary>
/// The theorem under the repaint: a CPU on the reserved root whose local VMALLE1 is complete holds nothing of the upper
/// half, whatever it speculates and whatever others do to the tables, until TTBR1 is written again.
/// </summary>
public class ReservedRootTests
{
    private static readonly PhysicalAddress Reserved = new(0x5_0000);

    private sealed record Event(int What, ulong Word, bool Flag);

    private static readonly Gen<Event[]> AnyEvents =
        Gen.Select(Gen.Int[0, 5], Gen.ULong, Gen.Bool)
            .Select((what, word, flag) => new Event(what, word, flag)).Array[0, 30];

    [Fact]
    public void On_the_reserved_root_after_VMALLE1_and_DSB_nothing_of_the_kernel_can_be_cached() =>
        Gen.Select(Geometries.Any, AnyEvents, AnyEvents, Gen.OneOf(DsbKind.Nsh, DsbKind.Ish, DsbKind.Sy)).ForAll(
            (geometry, before, parked, dsb) =>
            {
                var scene = new Scene(geometry);
                foreach (var happening in before)
                    scene.Happen(happening);
                scene.Cpu.Ttbr1.Write(new(Reserved));
                scene.Cpu.Isb();
                scene.Cpu.IssueLocal(TlbiOperation.Vmalle1);
                scene.Cpu.Dsb(dsb);
                Assert.Equal(0, scene.UpperHalfEntries);
                foreach (var happening in parked)
                {
                    scene.Happen(happening);
                    Assert.Equal(0, scene.UpperHalfEntries);
                    Assert.NotEqual(WalkFault.None, scene.Cpu.Access(scene.Memory, scene.Mapped).Fault);
                }
            });

    [Fact]
    public void Without_the_ISB_the_walker_can_bring_the_kernel_back()
    {
        var scene = new Scene(Geometries.Of("4K", 48));
        scene.Cpu.Ttbr1.Write(new(Reserved));
        scene.Cpu.IssueLocal(TlbiOperation.Vmalle1);
        scene.Cpu.Dsb(DsbKind.Nsh);

        scene.SpeculateEverywhere();

        Assert.True(scene.UpperHalfEntries > 0);
    }

    [Theory]
    [InlineData(DsbKind.Ishst)]
    [InlineData(null)]
    public void Without_the_DSB_what_was_cached_may_still_be_there(DsbKind? dsb)
    {
        var scene = new Scene(Geometries.Of("4K", 48));
        scene.SpeculateEverywhere();
        scene.Cpu.Ttbr1.Write(new(Reserved));
        scene.Cpu.Isb();
        scene.Cpu.IssueLocal(TlbiOperation.Vmalle1);
        if (dsb is { } kind)
            scene.Cpu.Dsb(kind);

        Assert.True(scene.UpperHalfEntries > 0);
    }

    [Fact]
    public void With_the_TLBI_before_the_switch_the_walker_refills_between()
    {
        var scene = new Scene(Geometries.Of("4K", 48));
        scene.Cpu.IssueLocal(TlbiOperation.Vmalle1);
        scene.Cpu.Dsb(DsbKind.Nsh);
        scene.SpeculateEverywhere();
        scene.Cpu.Ttbr1.Write(new(Reserved));
        scene.Cpu.Isb();

        Assert.True(scene.UpperHalfEntries > 0);
    }

    [Theory]
    [InlineData(TlbiScope.VaAllAsidsLastLevel)]
    [InlineData(TlbiScope.VaAllAsids)]
    [InlineData(TlbiScope.Asid)]
    public void A_narrower_TLBI_leaves_something(TlbiScope scope)
    {
        var scene = new Scene(Geometries.Of("4K", 48));
        scene.SpeculateEverywhere();
        scene.Cpu.Ttbr1.Write(new(Reserved));
        scene.Cpu.Isb();
        scene.Cpu.IssueLocal(new(scope, false, scene.Mapped, Asid: 1));
        scene.Cpu.Dsb(DsbKind.Nsh);

        Assert.True(scene.UpperHalfEntries > 0);
    }

    /// <summary>
    /// One CPU, a kernel map of all leaf sizes, a reserved root, and others who change the tables meanwhile.
    /// </summary>
    private sealed class Scene
    {
        private readonly TranslationGeometry _geometry;
        private readonly TestMap _map;

        public Scene(TranslationGeometry geometry)
        {
            _geometry = geometry;
            _map = new TestMap(geometry);
            _map.Editor.AddRoot(SequenceTable.Empty(geometry, Reserved, geometry.StartLevel));
            foreach (var level in Levels)
                _map.Map(At(level), level, new(0), contiguous: level == Level.L3);
            Memory = _map.Publish();
            Cpu = new Processor(geometry, TlbGeometry.Default, BbmLevel.Level0, new(_map.Root), new(_map.Root, 1));
        }

        public TableSnapshot Memory { get; private set; }

        public Processor Cpu { get; }

        public VirtualAddress Mapped => At(Level.L3);

        public int UpperHalfEntries => Cpu.Tlb.Entries().Count(e => e.Start.IsUpperHalf);

        private IEnumerable<Level> Levels =>
            Geometries.LeafLevels(_geometry).Where(l => l > _geometry.StartLevel || _geometry.StartLevel == Level.L2);

        public void SpeculateEverywhere()
        {
            foreach (var level in Levels)
                Speculate(At(level), true);
        }

        public void Happen(Event happening)
        {
            var level = Levels.ElementAt((int)((happening.Word >> 32) % (ulong)Levels.Count()));
            var va = At(level) + (happening.Word & (_geometry.Size(level) - 1));
            switch (happening.What)
            {
                case 0 or 1:
                    Speculate(va, happening.Flag);
                    break;
                case 2:
                    Cpu.Speculate(Memory, Cpu.Ttbr0.Value, new(happening.Word & 0xffff_f000), happening.Flag, 0);
                    break;
                case 3:
                    Cpu.Access(Memory, va);
                    break;
                case 4:
                    var leaf = Descriptor.Leaf(
                        _geometry, level, new(0), LeafAttributes.Data(_geometry, 1, false), false);
                    Memory = _map.Write(va, level, happening.Flag ? leaf : Descriptor.Invalid).Publish();
                    break;
                default:
                    Cpu.Isb();
                    Cpu.CompleteBroadcast(new(TlbiScope.VaAllAsidsLastLevel, true, va));
                    break;
            }
        }

        // Every value that the register may have is one a walk may use.
        private void Speculate(VirtualAddress va, bool wholeGroup)
        {
            foreach (var root in Cpu.Ttbr1.Possible)
                Cpu.Speculate(Memory, root, va, wholeGroup, 0);
        }

        // Each size in an entry of its own below the root.
        private VirtualAddress At(Level level) =>
            _geometry.UpperHalfStart + (ulong)(3 - level.Number) * _geometry.Size(level.Number < 3 ? level : Level.L3);
    }
}
