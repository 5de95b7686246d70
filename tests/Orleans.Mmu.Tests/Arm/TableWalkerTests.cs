using CsCheck;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Arm.Walks;

namespace Orleans.Mmu.Tests.Arm;

/// <summary>A walk finds the leaf, or the fault that the architecture names, at the level where it is.</summary>
public class TableWalkerTests
{
    private static readonly TranslationGeometry Geometry = Geometries.Of("4K", 48);
    private static readonly VirtualAddress Va = Geometry.UpperHalfStart + 0x1234_5678_9000;

    [Fact]
    public void A_mapped_address_translates_and_its_neighbours_do_not() =>
        Gen.Select(Geometries.AnyLeafLevel, Gen.ULong).ForAll((at, where) =>
        {
            var (geometry, level, word) = at;
            var va = Geometries.Upper(geometry, where);
            ulong size = geometry.Size(level);
            var pa = Geometries.Output(geometry, level, word);
            var map = new TestMap(geometry).Map(va, level, pa);
            var memory = map.Publish();

            var walk = TableWalker.Walk(memory, map.Root, va);

            Assert.True(walk.IsTranslation);
            Assert.Equal(level, walk.Level);
            Assert.Equal(pa, walk.Leaf.OutputAddress(geometry, level));
            var first = va.AlignDown(size);
            Assert.Equal(walk, TableWalker.Walk(memory, map.Root, first));
            Assert.Equal(walk, TableWalker.Walk(memory, map.Root, first + (size - 1)));
            Assert.False(TableWalker.Walk(memory, map.Root, first + size).IsTranslation);
            Assert.False(TableWalker.Walk(memory, map.Root, new(first.Value - 1)).IsTranslation);
        });

    [Fact]
    public void An_invalid_or_reserved_entry_is_a_translation_fault_at_its_level()
    {
        foreach (var geometry in Geometries.All)
        {
            var va = geometry.UpperHalfStart;
            foreach (var level in Geometries.Levels(geometry))
            {
                var map = new TestMap(geometry);
                map.TableFor(va, level);
                Assert.Equal(new(WalkFault.Translation, level, default), TableWalker.Walk(map.Publish(), map.Root, va));
                if (geometry.AllowsBlock(level))
                    continue;
                map.Write(va, level, new(0x401));
                Assert.Equal(
                    new(WalkFault.Translation, level, new(0x401)), TableWalker.Walk(map.Publish(), map.Root, va));
            }
        }
    }

    [Fact]
    public void A_leaf_that_was_never_accessed_is_an_access_flag_fault()
    {
        foreach (var level in Geometries.LeafLevels(Geometry))
        {
            var old = LeafAttributes.Data(Geometry, 1, false).WithAccessFlag(false);
            var map = new TestMap(Geometry).Write(
                Va, level, Descriptor.Leaf(Geometry, level, new(1UL << 40), old, false));

            var walk = TableWalker.Walk(map.Publish(), map.Root, Va);

            Assert.Equal((WalkFault.AccessFlag, level), (walk.Fault, walk.Level));
        }
    }

    [Theory]
    [InlineData(40, 0xff_ffff_f000, WalkFault.None)]
    [InlineData(40, 0x100_0000_0000, WalkFault.AddressSize)]
    [InlineData(48, 0x100_0000_0000, WalkFault.None)]
    public void An_output_address_beyond_the_CPU_is_an_address_size_fault(int paBits, ulong pa, WalkFault fault)
    {
        var map = new TestMap(Geometry).Map(Va, Level.L3, new(pa));

        var walk = TableWalker.Walk(map.Publish(), map.Root, Va, paBits);

        Assert.Equal((fault, Level.L3), (walk.Fault, walk.Level));
    }

    [Fact]
    public void Address_size_is_checked_before_the_access_flag()
    {
        var old = LeafAttributes.Data(Geometry, 1, false).WithAccessFlag(false);
        var map = new TestMap(Geometry).Write(
            Va, Level.L3, Descriptor.Leaf(Geometry, Level.L3, new(1UL << 40), old, false));

        Assert.Equal(WalkFault.AddressSize, TableWalker.Walk(map.Publish(), map.Root, Va, 40).Fault);
    }

    [Fact]
    public void A_table_beyond_the_CPU_is_an_address_size_fault_at_the_level_of_its_descriptor()
    {
        var map = new TestMap(Geometry);
        var table = map.TableFor(Va, Level.L1);
        var far = map.Editor.NewTable(new(1UL << 40), Level.L2);
        map.Editor.Write(table, Geometry.Index(Va, Level.L1), Descriptor.Table(Geometry, far.Address, 0), far);

        var walk = TableWalker.Walk(map.Publish(), map.Root, Va, 40);

        Assert.Equal((WalkFault.AddressSize, Level.L1), (walk.Fault, walk.Level));
    }

    [Fact]
    public void An_address_outside_the_range_is_a_translation_fault_at_the_start_level()
    {
        foreach (var geometry in Geometries.All)
        {
            var map = new TestMap(geometry).Map(geometry.UpperHalfStart, Level.L3, new(0));
            var memory = map.Publish();

            var walk = TableWalker.Walk(memory, map.Root, new(geometry.UpperHalfStart.Value - 1));

            Assert.Equal(new(WalkFault.Translation, geometry.StartLevel, default), walk);
        }
    }

    [Fact]
    public void An_unknown_root_is_an_external_abort()
    {
        var map = new TestMap(Geometry);

        Assert.Equal(WalkFault.ExternalAbort, TableWalker.Walk(map.Publish(), map.Root + 4096, Va).Fault);
    }

    [Fact]
    public void A_table_descriptor_that_leads_to_no_known_table_is_an_external_abort()
    {
        // Nothing that an editor writes can do this; a table page handed back by its owner can.
        var dangling = SequenceTable.Leaves(Geometry, new(0x1000), Level.L0, Descriptor.Table(Geometry, new(
            0x2000), 0))!;
        var editor = new TableEditor(Geometry);
        editor.AddRoot(dangling);

        var walk = TableWalker.Walk(editor.Publish(), dangling.Address, Va);

        Assert.Equal((WalkFault.ExternalAbort, Level.L0), (walk.Fault, walk.Level));
    }

    [Fact]
    public void The_steps_are_the_words_read_from_root_to_leaf()
    {
        Span<WalkRead> steps = stackalloc WalkRead[TableWalker.MaxSteps];
        foreach (var geometry in Geometries.All)
        {
            var va = Geometries.Upper(geometry, 0xabcd_ef12_3456_7890);
            var map = new TestMap(geometry).Map(va, Level.L3, new(0));
            var memory = map.Publish();

            var walk = TableWalker.Walk(memory, map.Root, va, 52, steps, out int count);

            Assert.Equal(Geometries.Levels(geometry).Count(), count);
            Assert.Equal(walk.Leaf, steps[count - 1].Value);
            Assert.Equal(map.Root + (ulong)geometry.Index(va, geometry.StartLevel) * 8, steps[0].Address);
            for (int i = 1; i < count; i++)
            {
                var table = steps[i - 1].Value.NextTable(geometry);
                Assert.Equal(steps[i - 1].Level.Next, steps[i].Level);
                Assert.Equal(table + (ulong)geometry.Index(va, steps[i].Level) * 8, steps[i].Address);
            }
        }
    }

    [Fact]
    public void A_short_span_takes_the_first_steps()
    {
        var map = new TestMap(Geometry).Map(Va, Level.L3, new(0));
        Span<WalkRead> steps = stackalloc WalkRead[2];

        var walk = TableWalker.Walk(map.Publish(), map.Root, Va, 52, steps, out int count);

        Assert.Equal(2, count);
        Assert.Equal([Level.L0, Level.L1], [steps[0].Level, steps[1].Level]);
        Assert.Equal(Level.L3, walk.Level);
    }
}
