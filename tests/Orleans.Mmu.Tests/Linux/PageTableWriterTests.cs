using CsCheck;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.Kernels;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Tests.Arm;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>__create_pgd_mapping(): the largest leaf that VA, PA, end and flags allow, and what it refuses.</summary>
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
    public void Without_a_page_for_a_table_the_kernel_stops()
    {
        var map = new TestMap(Geometries.Of("4K", 48));

        var panic = Assert.Throws<KernelPanicException>(() =>
            Writer(map, "6.18", 2)
                .Map(new(0x4000_0000), map.Geometry.UpperHalfStart, 0x1000, default, MappingFlags.None));

        Assert.Equal("Failed to allocate page table page", panic.Message);
    }

    [Fact]
    public void A_live_block_where_a_table_is_needed_stops_it_too()
    {
        var map = Map("6.18", 0x20_0000, MappingFlags.None);

        var panic = Assert.Throws<KernelPanicException>(() =>
            Writer(map, "6.18").Map(new(0x4000_0000), map.Geometry.UpperHalfStart, 0x1000,
                LeafAttributes.Data(map.Geometry, 0, true), MappingFlags.None));

        Assert.Contains("a live block of level 2", panic.Message, StringComparison.Ordinal);
    }

    // Two ranges that share a page: BUG_ON(!pgattr_change_is_safe()) of init_pte(). Before 7.2 it fails for every live
    // contiguous entry, later where the contiguous bit changes.
    [Theory]
    [InlineData("6.18", 0x1_f800UL, 0x1_f900UL, false)]
    [InlineData("6.18", 0x0UL, 0x800UL, false)]
    [InlineData("7.1", 0x1_f800UL, 0x1_f900UL, false)]
    [InlineData("7.2", 0x1_f800UL, 0x1_f900UL, false)]
    [InlineData("7.3", 0x1_f800UL, 0x1_f900UL, false)]
    [InlineData("7.3", 0x0UL, 0x800UL, true)]
    [InlineData("6.18", 0x1_3800UL, 0x1_3900UL, false, MappingFlags.NoContiguous)]
    public void A_live_page_whose_contiguous_bit_would_change_stops_it_as_well(
        string version, ulong end, ulong next, bool boots, MappingFlags flags = MappingFlags.None)
    {
        var map = new TestMap(Geometries.Of("4K", 48));
        var attributes = LeafAttributes.Data(map.Geometry, 0, false);
        var writer = Writer(map, version);
        // A plain page before the group, or the group itself; then the group from its first page, or its last one.
        ulong first = end == 0 ? 0x7000UL : 0;
        ulong length = end == 0 ? 0x1000UL : end;
        writer.Map(new(0x4000_0000 + first), map.Geometry.UpperHalfStart + first, length, attributes, flags);

        var panic = Record.Exception(() => writer.Map(
            new(0x4000_0000 + next), map.Geometry.UpperHalfStart + next, 0x4_0000 - next, attributes, flags));

        if (boots || flags == MappingFlags.NoContiguous)
            Assert.Null(panic);
        else
            Assert.StartsWith("BUG: pgattr_change_is_safe() forbids writing",
                Assert.IsType<KernelPanicException>(panic).Message, StringComparison.Ordinal);
    }

    // pmd_set_huge() refuses to write a live contiguous block; before 7.2 BUG_ON() fails for the one that stays.
    [Theory]
    [InlineData("6.18", false)]
    [InlineData("7.2", true)]
    public void A_contiguous_block_that_is_written_again_stops_it_before_7_2(string version, bool boots)
    {
        var map = Map(version, 0x200_0000, MappingFlags.None);
        Assert.True(Assert.Single(Leaves(map)).First.Contiguous);

        var panic = Record.Exception(() => Writer(map, version).Map(new(0x4000_0000), map.Geometry.UpperHalfStart,
            0x200_0000, LeafAttributes.Data(map.Geometry, 0, false), MappingFlags.None));

        Assert.Equal(boots, panic is null);
        Assert.True(boots || panic is KernelPanicException);
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

    [Theory]
    [InlineData("6.18", false)]
    [InlineData("7.1", false)]
    [InlineData("7.2", true)]
    [InlineData("7.3", true)]
    public void A_block_over_a_table_is_refused_without_a_word_and_since_7_2_descended_into(
        string version, bool readOnly)
    {
        var map = Map(version, 0x20_0000, MappingFlags.NoBlocks | MappingFlags.NoContiguous);

        Writer(map, version).Map(new(0x4000_0000), map.Geometry.UpperHalfStart, 0x20_0000,
            LeafAttributes.Data(map.Geometry, 0, true), MappingFlags.NoContiguous);

        var run = Assert.Single(Leaves(map));
        Assert.Equal(
            (Level.L3, 512L, readOnly), (run.Level, run.Count, run.First.Attributes(map.Geometry, Level.L3).ReadOnly));
    }

    [Fact]
    public void Since_7_2_a_group_with_a_plain_leaf_in_it_does_not_become_contiguous()
    {
        const string version = "7.2";
        var map = new TestMap(Geometries.Of("4K", 48));
        var attributes = LeafAttributes.Data(map.Geometry, 0, false);
        Writer(map, version)
            .Map(new(0x4000_3000), map.Geometry.UpperHalfStart + 0x3000, 0x1000, attributes, MappingFlags.None);

        Writer(map, version)
            .Map(new(0x4000_0000), map.Geometry.UpperHalfStart, 0x2_0000, attributes, MappingFlags.None);

        Assert.Equal([false, true], Leaves(map).Select(l => l.First.Contiguous));
    }

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

    private static TestMap Map(string version, ulong size, MappingFlags flags)
    {
        var map = new TestMap(Geometries.Of("4K", 48));
        Writer(map, version).Map(
            new(0x4000_0000), map.Geometry.UpperHalfStart, size, LeafAttributes.Data(map.Geometry, 0, false), flags);
        return map;
    }

    private static IReadOnlyList<LeafSequence> Leaves(TestMap map) =>
        [.. LeafEnumeration.Leaves(map.Geometry, map.Publish().Root(map.Root)!, map.Geometry.UpperHalfStart)];

    private static PageTableWriter Writer(TestMap map, string version, long limit = long.MaxValue) =>
        new(map.Editor, new([new(new(1UL << 40), new(1UL << 41))], map.Geometry.Granule.PageSize, limit),
            Rules(version), map.Root, Rules(version).PaintsImageFirst);

    private static KernelRules Rules(string version) => KernelRules.Of(KernelVersion.Parse(version));
}
