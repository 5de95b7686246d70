using CsCheck;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Tests.Arm;
using static Orleans.Mmu.Tests.Linux.WrittenMap;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>__create_pgd_mapping(): the largest leaf that VA, PA, end and flags allow, and the tables to it.</summary>
public class PageTableWriterTests
{
    [Fact]
    public void Every_leaf_is_the_largest_that_alignment_and_flags_allow() =>
        Gen.Select(Geometries.Any, Gen.Int[0, 4], Gen.Select(Gen.ULong, Gen.ULong, Gen.ULong), Gen.Int[0, 7])
            .ForAll((geometry, grain, words, bits) =>
        {
            var flags = (MappingFlags)bits;
            ulong page = geometry.Granule.PageSize;
            ulong unit = Math.Min(Units(geometry)[grain], 1UL << 32);
            // The distance of VA and PA is a multiple of the unit, and the range some units and odd pages long.
            var va = geometry.UpperHalfStart + (1UL << 33) + words.Item1 % 4096 * page;
            var pa = new PhysicalAddress(
                (1UL << 33) + (va - geometry.UpperHalfStart - (1UL << 33)) + words.Item2 % 5 * unit);
            ulong size = words.Item3 % 6 * unit + (words.Item3 >> 32) % 4096 * page + page;
            if ((flags & MappingFlags.NoBlocks) != 0)
                size = Math.Min(size, 5000 * page);
            var attributes = new KernelAttributes(geometry, Rules("7.3")).Pages;
            var map = new TestMap(geometry);

            Writer(map, "7.3").Map(pa, va, size, attributes, flags);

            var at = va;
            foreach (var run in LeafEnumeration.Leaves(geometry, map.Publish().Root(
                map.Root)!, geometry.UpperHalfStart))
            {
                Assert.Equal(at, run.Start);
                Assert.Equal(pa + (at - va), run.First.OutputAddress(geometry, run.Level));
                Assert.Equal(attributes, run.First.Attributes(geometry, run.Level));
                for (long i = 0; i < run.Count; i++)
                {
                    if (Largest(
                        geometry, at, pa + (at - va), va, va + size, flags) != (run.Level, run.First.Contiguous))
                        Assert.Fail($"{run} at {at}");
                    at += geometry.Size(run.Level);
                }
            }

            Assert.Equal(va + size, at);
        }, iter: 200);

    [Theory]
    [InlineData(MappingFlags.None, false)]
    [InlineData(MappingFlags.NoExec, true)]
    [InlineData(MappingFlags.NoExec | MappingFlags.NoBlocks, true)]
    public void New_tables_carry_the_access_flag_and_forbid_execution(MappingFlags flags, bool noExec)
    {
        var map = Map("7.3", 0x10_0000, flags);
        var table = map.Editor.EditRoot(map.Root);
        while (table.Child(0) is not null)
        {
            Assert.Equal(noExec, (table[0].Bits & Descriptor.PxnTableBit) != 0);
            Assert.NotEqual(0UL, table[0].Bits & Descriptor.UxnTableBit);
            Assert.True(table[0].AccessFlag);
            table = map.Editor.EditChild(table, 0);
        }
    }

    [Fact]
    public void Partial_pages_are_mapped_whole()
    {
        var map = new TestMap(Geometries.Of("4K", 48));
        var start = map.Geometry.UpperHalfStart;

        Writer(map, "6.18").Map(
            new(0x4000_0800), start + 0x800, 0x1000, LeafAttributes.Data(map.Geometry, 0, false), MappingFlags.None);

        var run = Assert.Single(Leaves(map));
        Assert.Equal((start, 2L, new PhysicalAddress(0x4000_0000)),
            (run.Start, run.Count, run.First.OutputAddress(map.Geometry, Level.L3)));
    }

    [Fact]
    public void Nothing_is_mapped_for_no_bytes()
    {
        var map = new TestMap(Geometries.Of("4K", 48));

        Writer(map, "6.18", 0).Map(new(0x4000_0800), map.Geometry.UpperHalfStart, 0,
            LeafAttributes.Data(map.Geometry, 0, false), MappingFlags.None);

        Assert.Empty(Leaves(map));
    }

    [Fact]
    public void Present_invalid_leaves_keep_everything_but_do_not_translate()
    {
        var map = new TestMap(Geometries.Of("4K", 48));
        var attributes = LeafAttributes.Data(map.Geometry, 0, false);

        Writer(map, "7.3").Map(new(0x4000_0000), map.Geometry.UpperHalfStart, 0x20_3000, attributes, MappingFlags.None,
            presentInvalid: true);

        var leaves = Leaves(map);
        Assert.Equal([1L, 3L], leaves.Select(l => l.Count));
        Assert.All(leaves, l => Assert.True(!l.First.IsValid && l.First.NotGlobal));
        Assert.Equal(new(0x4020_0000), leaves[1].First.OutputAddress(map.Geometry, Level.L3));
    }

    [Fact]
    public void Tables_in_a_row_are_linked_at_the_addresses_that_one_by_one_would_have_had() =>
        Gen.Select(Geometries.Any.Where(g => g.VaBits > 42), Gen.Select(Gen.ULong, Gen.ULong), Gen.Int[0, 7],
            Gen.Int[0, 2]).ForAll((geometry, words, bits, shortage) =>
        {
            ulong page = geometry.Granule.PageSize;
            ulong table = geometry.Size(Level.L1);
            var flags = (MappingFlags)bits;
            // Where blocks are allowed, only a VA and a PA of different alignment make pages.
            ulong skew = (flags & MappingFlags.NoBlocks) == 0 ? page : words.Item1 % 2 * page;
            var va = geometry.UpperHalfStart + (table - words.Item1 % 3 * page * 16);
            ulong size = table + words.Item2 % 2 * table + words.Item2 % 5 * page * 16;
            var pa = new PhysicalAddress(va - geometry.UpperHalfStart + skew);
            int tables = 4 * geometry.Entries(Level.L2);
            ulong floor = 1UL << 46;
            long limit = shortage == 0 ? geometry.Entries(Level.L2) + 50 : long.MaxValue;
            var row = new MemoryRange(new(floor), new(floor + (ulong)tables * page + 0x800));
            var pieces = Enumerable.Range(0, tables)
                .Select(i => new MemoryRange(new(floor + (ulong)i * page), new(floor + (ulong)(i + 1) * page)));
            // Also where the row ends in the middle of a table, and goes on elsewhere.
            MemoryRange[] above = shortage == 1
                ? [new(new(floor << 1), new((floor << 1) + (words.Item1 % 600 + 1) * page))] : [];
            var attributes = LeafAttributes.Data(geometry, 0, false);

            var whole = Paint([row, .. above]);
            var single = Paint([.. pieces, .. above]);

            Assert.Equal(single, whole);

            (string?, long, string) Paint(MemoryRange[] free)
            {
                var map = new TestMap(geometry);
                var pages = new Orleans.Mmu.Linux.LinearMap.TablePages(free, page, limit);
                string? panic = null;
                try
                {
                    new PageTableWriter(map.Editor, pages, Rules("7.3"), map.Root, true).Map(
                        pa, va, size, attributes, flags);
                }
                catch (KernelPanicException e)
                {
                    panic = e.Message;
                }

                var root = map.Publish().Root(map.Root)!;
                return (panic, pages.Allocated, panic is not null ? "" : string.Join('\n',
                    LeafEnumeration.Tables(root).Select(t => $"{t.Address} {t.Level} {t[0]} {t[t.Count - 1]}")
                        .Concat(LeafEnumeration.Leaves(geometry, root, geometry.UpperHalfStart).Select(l =>
                            l.ToString()))));
            }
        }, iter: 40);

    private static (Level, bool) Largest(
        TranslationGeometry geometry, VirtualAddress va, PhysicalAddress pa, VirtualAddress start, VirtualAddress end,
        MappingFlags flags)
    {
        bool blocks = (flags & MappingFlags.NoBlocks) == 0, groups = (flags & MappingFlags.NoContiguous) == 0;
        bool Fits(ulong size) =>
            va.AlignDown(size) >= start && va.AlignDown(size) + size <= end && (va.Value - pa.Value) % size == 0;
        if (blocks && geometry.Granule == Granule.K4 && Fits(geometry.Size(Level.L1)))
            return (Level.L1, false);
        if (blocks && Fits(geometry.Size(Level.L2)))
            return (Level.L2, groups && Fits(geometry.ContiguousSize(Level.L2)));
        return (Level.L3, groups && Fits(geometry.ContiguousSize(Level.L3)));
    }

    private static ulong[] Units(TranslationGeometry geometry) =>
    [
        geometry.Granule.PageSize, geometry.ContiguousSize(Level.L3), geometry.Size(Level.L2),
        geometry.ContiguousSize(Level.L2),
        geometry.Granule == Granule.K4 ? geometry.Size(Level.L1) : geometry.ContiguousSize(Level.L2),
    ];
}
