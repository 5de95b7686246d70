using CsCheck;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Arm.Walks;

namespace Orleans.Mmu.Tests.Arm;

/// <summary>A run table is a dense table in fifty bytes: entry for entry the same words.</summary>
public class SequenceTableTests
{
    private static readonly PhysicalAddress Place = new(0x4000_0000);

    // Bases near the address where a layout's bits stop being linear, so that both answers are met.
    private static readonly Gen<(TranslationGeometry Geometry, Level Level, Descriptor First)> NearTheSeam =
        Gen.Select(Geometries.AnyLeafLevel, Gen.Int[0, 3]).Select((at, quarter) =>
        {
            var (geometry, level, word) = at;
            ulong seam = 1UL << (geometry.Format == OutputAddressFormat.Lpa2 ? 50 : 48);
            ulong half = (ulong)geometry.Entries(level) * geometry.Size(level) / 2;
            ulong pa = quarter == 0 ? word : seam - Math.Min(seam, half * (ulong)quarter);
            return (geometry, level, Descriptor.Leaf(geometry, level, Geometries.Output(geometry, level, pa),
                LeafAttributes.Data(geometry, 1, true), false));
        });

    [Fact]
    public void A_run_holds_the_words_that_a_dense_table_would() =>
        NearTheSeam.ForAll((geometry, level, first) =>
        {
            var pa = first.OutputAddress(geometry, level);
            var attributes = first.Attributes(geometry, level);
            int count = geometry.Entries(level);

            var run = SequenceTable.Leaves(geometry, Place, level, first);

            if (run is null)
                return;
            var editor = new TableEditor(geometry);
            var dense = editor.NewTable(Place, level);
            for (int i = 0; i < count; i++)
                editor.Write(dense, i,
                    Descriptor.Leaf(geometry, level, pa + (ulong)i * geometry.Size(level), attributes, false));
            Assert.Equal(dense.Count, run.Count);
            for (int i = 0; i < count; i++)
                Assert.Equal(dense[i], run[i]);
        });

    [Fact]
    public void There_is_no_run_exactly_where_the_address_bits_do_not_advance_evenly() =>
        NearTheSeam.ForAll((geometry, level, first) =>
        {
            ulong start = first.OutputAddress(geometry, level).Value;
            ulong last = start + (ulong)(geometry.Entries(level) - 1) * geometry.Size(level);
            int seam = geometry.Format == OutputAddressFormat.Lpa2 ? 50 : 48;

            bool crosses = start >> seam != last >> seam;

            Assert.Equal(crosses, SequenceTable.Leaves(geometry, Place, level, first) is null);
        }, iter: 500);

    [Fact]
    public void An_edited_run_differs_from_it_in_the_edited_entry_only() =>
        Gen.Int[0, 511].ForAll(index =>
        {
            var geometry = Geometries.Of("4K", 48);
            var map = new TestMap(geometry);
            var va = geometry.UpperHalfStart;
            var attributes = LeafAttributes.Data(geometry, 1, false);
            var run = SequenceTable.Leaves(
                geometry, Place, Level.L3, Descriptor.Leaf(geometry, Level.L3, new(0x8000_0000), attributes, true))!;
            map.Editor.Write(map.TableFor(va, Level.L2), 0, Descriptor.Table(geometry, Place, 0), run);
            var before = map.Publish();

            map.Write(va + (ulong)index * 4096, Level.L3, Descriptor.Invalid);

            var edited = map.TableFor(va, Level.L3);
            for (int i = 0; i < 512; i++)
                Assert.Equal(i == index ? Descriptor.Invalid : run[i], edited[i]);
            Assert.Equal(run[index], TableWalker.Walk(before, map.Root, va + (ulong)index * 4096).Leaf);
        });

    [Fact]
    public void An_empty_table_maps_nothing()
    {
        foreach (var geometry in Geometries.All)
        {
            var empty = SequenceTable.Empty(geometry, Place, geometry.StartLevel);

            Assert.All(Enumerable.Range(0, empty.Count), i => Assert.True(empty[i].IsNone));
            Assert.Empty(LeafEnumeration.Leaves(geometry, empty, geometry.UpperHalfStart));
        }
    }

    [Fact]
    public void An_index_outside_the_table_is_refused()
    {
        var empty = SequenceTable.Empty(Geometries.Of("4K", 52), Place, Level.Minus1);

        Assert.Throws<ArgumentOutOfRangeException>(() => empty[16]);
        Assert.Throws<ArgumentOutOfRangeException>(() => empty[-1]);
    }

    [Fact]
    public void Words_that_are_no_leaf_make_no_run_of_leaves()
    {
        var geometry = Geometries.Of("4K", 48);

        // A zero first word would be followed by nonzero ones: neither empty nor a run.
        Assert.Throws<ArgumentOutOfRangeException>(
            () => SequenceTable.Leaves(geometry, Place, Level.L3, Descriptor.Invalid));
    }
}
