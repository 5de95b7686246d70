using CsCheck;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;

namespace Orleans.Mmu.Tests.Arm;

/// <summary>Merged runs say exactly what the leaves say, in as few lines as possible.</summary>
public class LeafEnumerationTests
{
    private enum Kind
    {
        None,
        Same,
        Elsewhere,
        ReadOnly,
        Contiguous,
        Unmapped,
        Block,
    }

    private sealed record Leaf(VirtualAddress Va, Level Level, Descriptor Descriptor);

    private static readonly Gen<(TranslationGeometry Geometry, Kind[] Kinds)> RandomMap =
        Gen.Select(Geometries.Any, Gen.Frequency(
            (8, Gen.Const(Kind.Same)), (1, Gen.Const(Kind.None)), (1, Gen.Const(Kind.Elsewhere)),
            (1, Gen.Const(Kind.ReadOnly)),
            (1, Gen.Const(Kind.Contiguous)), (1, Gen.Const(Kind.Unmapped)), (1, Gen.Const(Kind.Block))).Array[1, 40]);

    [Fact]
    public void Runs_expand_to_the_leaves_they_were_made_of() =>
        RandomMap.ForAll((geometry, kinds) =>
        {
            var (root, leaves) = Build(geometry, kinds);

            var runs = LeafEnumeration.Leaves(geometry, root, geometry.UpperHalfStart).ToList();

            Assert.Equal(leaves, runs.SelectMany(r => Expand(geometry, r)));
        });

    [Fact]
    public void Two_neighbours_that_could_be_one_are_one() =>
        RandomMap.ForAll((geometry, kinds) =>
        {
            var (root, _) = Build(geometry, kinds);

            var runs = LeafEnumeration.Leaves(geometry, root, geometry.UpperHalfStart).ToList();

            foreach (var (left, right) in runs.Zip(runs.Skip(1)))
                Assert.False(left.ContinuesWith(right, geometry));
        });

    [Fact]
    public void A_run_goes_on_over_the_end_of_a_table_and_through_run_tables()
    {
        var geometry = Geometries.Of("4K", 48);
        var map = new TestMap(geometry);
        var attributes = LeafAttributes.Data(geometry, 1, false);
        for (int block = 0; block < 3; block++)
        {
            var pa = new PhysicalAddress(0x8000_0000 + (ulong)block * (2 << 20));
            var first = Descriptor.Leaf(geometry, Level.L3, pa, attributes, true);
            var place = new PhysicalAddress(0x2000_0000 + (ulong)block * 4096);
            var run = SequenceTable.Leaves(geometry, place, Level.L3, first)!;
            map.Editor.Write(
                map.TableFor(geometry.UpperHalfStart, Level.L2), block, Descriptor.Table(geometry, place, 0), run);
        }

        // The middle one as words: a run table and a dense table must merge alike.
        map.TableFor(geometry.UpperHalfStart + (2 << 20), Level.L3);

        var only = Assert.Single(LeafEnumeration.Leaves(geometry, map.Publish().Root(
            map.Root)!, geometry.UpperHalfStart));
        Assert.Equal(3 * 512, only.Count);
        Assert.Equal(6UL << 20, only.Length(geometry));
        Assert.Equal(geometry.UpperHalfStart + (6 << 20), only.End(geometry));
    }

    [Fact]
    public void Runs_meet_over_the_seam_of_a_split_address()
    {
        // With FEAT_LPA2 address bit 50 is descriptor bit 8: the words jump, the addresses do not.
        var geometry = Geometries.Of("4K", 52);
        var map = new TestMap(geometry);
        var va = geometry.UpperHalfStart;
        map.Map(va, Level.L3, new((1UL << 50) - 4096)).Map(va + 4096, Level.L3, new(1UL << 50));

        var only = Assert.Single(LeafEnumeration.Leaves(geometry, map.Publish().Root(map.Root)!, va));

        Assert.Equal(2, only.Count);
    }

    [Fact]
    public void Every_table_is_visited_once()
    {
        var geometry = Geometries.Of("4K", 52);
        var map = new TestMap(geometry).Map(geometry.UpperHalfStart, Level.L3, new(0))
            .Map(new(ulong.MaxValue), Level.L3, new(0));
        var root = map.Publish().Root(map.Root)!;

        var tables = LeafEnumeration.Tables(root).ToList();

        Assert.Equal(1 + 2 * 4, tables.Count);
        Assert.Equal(tables.Count, tables.Select(t => t.Address).Distinct().Count());
        Assert.Same(root, tables[0]);
    }

    private static (TranslationTable Root, List<Leaf> Leaves) Build(TranslationGeometry geometry, Kind[] kinds)
    {
        var map = new TestMap(geometry);
        var leaves = new List<Leaf>();
        var va = geometry.UpperHalfStart + (geometry.Size(Level.L2) - 8 * geometry.Size(Level.L3));
        var attributes = LeafAttributes.Data(geometry, 1, false);
        foreach (var kind in kinds)
        {
            var level = kind == Kind.Block ? Level.L2 : Level.L3;
            ulong size = geometry.Size(level);
            va = new((va.Value + size - 1) & ~(size - 1));
            var pa = new PhysicalAddress(
                va.Value - geometry.UpperHalfStart.Value + (kind == Kind.Elsewhere ? 1UL << 40 : 0));
            var leaf = Descriptor.Leaf(
                geometry, level, pa, attributes.WithReadOnly(kind == Kind.ReadOnly), kind == Kind.Contiguous);
            var descriptor = kind switch
            {
                Kind.None => Descriptor.Invalid,
                Kind.Unmapped => new(leaf.Bits & ~1UL),
                _ => leaf,
            };
            map.Write(va, level, descriptor);
            if (kind != Kind.None)
                leaves.Add(new(va, level, descriptor));
            va += size;
        }

        return (map.Publish().Root(map.Root)!, leaves);
    }

    private static IEnumerable<Leaf> Expand(TranslationGeometry geometry, LeafSequence run)
    {
        ulong address = geometry.AddressBits(run.Level);
        for (long i = 0; i < run.Count; i++)
        {
            ulong offset = (ulong)i * geometry.Size(run.Level);
            ulong bits = (run.First.Bits & ~address)
                | geometry.Encode(run.First.OutputAddress(geometry, run.Level) + offset);
            yield return new(run.Start + offset, run.Level, new(bits));
        }
    }
}
