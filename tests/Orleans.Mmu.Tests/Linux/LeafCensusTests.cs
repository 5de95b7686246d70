using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.Kernels;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Tests.Arm;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>What a map consists of, counted.</summary>
public class LeafCensusTests
{
    [Fact]
    public void Leaves_are_counted_by_size_and_tables_by_level()
    {
        var map = new TestMap(Geometries.Of("4K", 48));
        ulong size = (1UL << 30) + (32UL << 20) + 3 * (2UL << 20) + 2 * 0x1_0000 + 5 * 0x1000;
        new PageTableWriter(map.Editor, new([new(new(1UL << 40), new(1UL << 41))], 4096),
            KernelRules.Of(KernelVersion.Newest), map.Root, descends: true)
            .Map(new(0x8000_0000), map.Geometry.UpperHalfStart, size, LeafAttributes.Data(map.Geometry, 1, false),
                MappingFlags.None);

        var census = LeafCensus.Of(map.Publish(), map.Root);

        Assert.Equal(
            [new("1G", 1), new("2M+CONT", 16), new("2M", 3), new("4K+CONT", 32),
            new KeyValuePair<string, long>("4K", 5)], census.Leaves);
        Assert.Equal([new(0, 1), new(1, 1), new(2, 1), new KeyValuePair<int, long>(3, 1)], census.Tables);
        Assert.Equal(4 * 4096, census.TableBytes);
    }

    [Fact]
    public void An_empty_map_has_its_root_alone()
    {
        var map = new TestMap(Geometries.Of("64K", 52));

        var census = LeafCensus.Of(map.Publish(), map.Root);

        Assert.Empty(census.Leaves);
        Assert.Equal([new KeyValuePair<int, long>(1, 1)], census.Tables);
        Assert.Equal(65536, census.TableBytes);
        Assert.Throws<ArgumentException>(() => LeafCensus.Of(map.Publish(), new(0x1234_0000)));
    }

    [Fact]
    public void Sizes_times_counts_are_the_mapped_memory_before_and_after_a_split() =>
        RandomMachine.MapAndRange.ForAll((map, range) =>
        {
            var machine = map.Machine;
            ulong page = machine.Geometry.Granule.PageSize;
            // The map takes whole pages where a NOMAP range cuts one; ranges here are whole pages already.
            ulong memory = map.Painter.Layout.Memory(machine).Aggregate(0UL, (sum, r) => sum + r.Length);

            foreach (var tables in (TableSnapshot[])[map.Painted, RangeSplitTests.Split(map, range), map.Final])
            {
                var census = LeafCensus.Of(tables, map.Painter.Swapper);
                Assert.Equal(memory, census.Leaves.Aggregate(0UL, (sum, l) => sum + Size(l.Key) * (ulong)l.Value));
                Assert.Equal(
                    LeafEnumeration.Tables(tables.Root(map.Painter.Swapper)!).Count(), census.Tables.Sum(t => t.Value));
                Assert.Equal((ulong)census.TableBytes, (ulong)census.Tables.Sum(t => t.Value) * page);
            }
        }, iter: 25);

    [Theory]
    [InlineData(4096ul, "4K")]
    [InlineData(65536ul, "64K")]
    [InlineData(2ul << 20, "2M")]
    [InlineData(512ul << 20, "512M")]
    [InlineData(1ul << 30, "1G")]
    [InlineData(4ul << 40, "4T")]
    public void Sizes_have_the_names_that_people_use(ulong bytes, string name) =>
        Assert.Equal(name, LeafCensus.SizeName(bytes));

    private static ulong Size(string name)
    {
        string size = name.Split('+')[0];
        return ulong.Parse(size[..^1], System.Globalization.CultureInfo.InvariantCulture) << 10 * ("KMGT".IndexOf(
            size[^1], StringComparison.Ordinal) + 1);
    }
}
