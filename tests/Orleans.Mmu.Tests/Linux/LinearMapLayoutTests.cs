using CsCheck;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Linux.Layout;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>Where the linear map lies for each granule and VA size.</summary>
public class LinearMapLayoutTests
{
    private const ulong G = 1UL << 30;

    public static TheoryData<string, int, ulong, ulong, ulong> Layouts => new()
    {
        { "16K", 36, 0xfffffff000000000, 0xfffffff800000000, 32 * G },
        { "4K", 39, 0xffffff8000000000, 0xffffffc000000000, 256 * G },
        { "64K", 42, 0xfffffc0000000000, 0xfffffe0000000000, 2048 * G },
        { "16K", 47, 0xffff800000000000, 0xffffc00000000000, 65536 * G },
        { "4K", 48, 0xffff000000000000, 0xffff800000000000, 131072 * G },
        { "16K", 48, 0xffff000000000000, 0xffff800000000000, 131072 * G },
        { "64K", 48, 0xffff000000000000, 0xffff800000000000, 131072 * G },
        { "4K", 52, 0xfff0000000000000, 0xffff800000000000, (4096UL * 1024 - 128 * 1024) * G },
        { "64K", 52, 0xfff0000000000000, 0xffff800000000000, (4096UL * 1024 - 128 * 1024) * G },
        { "16K", 52, 0xfff0000000000000, 0xffffc00000000000, (4096UL * 1024 - 64 * 1024) * G },
    };

    [Theory]
    [MemberData(nameof(Layouts))]
    public void The_map_begins_and_ends_where_the_va_size_puts_it(
        string pageSize, int vaBits, ulong start, ulong end, ulong room)
    {
        var layout = LinearMapLayout.Of(Machine(pageSize, vaBits, (0x4000_0000, 0x5000_0000)));

        Assert.Equal((start, end, room), (layout.PageOffset.Value, layout.PageEnd.Value, layout.Room));
    }

    [Fact]
    public void Every_pair_of_granule_and_va_size_is_in_the_table()
    {
        var known = Layouts.Select(row => ((string)row[0], (int)row[1])).Order();

        Assert.Equal(
            Granule.All.SelectMany(g => TranslationGeometry.VaSizes(g).Select(v => (g.Name, v))).Order(), known);
    }

    [Theory]
    [InlineData("4K", 48, 0x4000_0000ul)]
    [InlineData("16K", 47, 0x4000_0000ul)]
    [InlineData("64K", 48, 0x6000_0000ul)]
    public void Page_offset_maps_the_start_of_memory_rounded_down(string pageSize, int vaBits, ulong expected)
    {
        var layout = LinearMapLayout.Of(Machine(pageSize, vaBits, (0x6800_0000, 0x9000_0000)));

        Assert.Equal(new(expected), layout.PhysicalOffset);
        Assert.Equal(layout.PageOffset + (0x6800_0000 - expected), layout.ToVirtual(new(0x6800_0000)));
        Assert.Equal(layout.PageOffset, layout.ToVirtual(layout.PhysicalOffset));
    }

    [Fact]
    public void A_machine_file_may_name_the_offset()
    {
        var machine = (Machine("4K", 48, (0x8000_0000, 0x9000_0000)) with { PhysicalOffset = new(0x4000_0000) });

        Assert.Equal(new(0xffff_0000_4000_0000), LinearMapLayout.Of(machine).ToVirtual(new(0x8000_0000)));
    }

    [Fact]
    public void Memory_is_sorted_joined_and_cut_to_whole_pages()
    {
        var machine = Machine("4K", 48, (0x8000_0000, 0x8000_3fff), (0x4000_0801, 0x5000_0000),
            (0x5000_0000, 0x5000_1000), (0x7000_0100, 0x7000_0f00));

        Assert.Equal([Range(0x4000_1000, 0x5000_1000), Range(0x8000_0000, 0x8000_3000)], Memory(machine));
    }

    [Fact]
    public void Nomap_ranges_are_left_out()
    {
        var machine = Machine("4K", 48, (0x4000_0000, 0x5000_0000)) with
        {
            NoMap = [Range(0x4100_0000, 0x4200_0000), Range(0x4fff_0000, 0x6000_0000), Range(0x3000_0000, 0x4000_1000)],
        };

        Assert.Equal([Range(0x4000_1000, 0x4100_0000), Range(0x4200_0000, 0x4fff_0000)], Memory(machine));
    }

    [Fact]
    public void Memory_beyond_the_room_is_not_mapped()
    {
        var machine = Machine("16K", 36, (0x4000_0000, 0x5000_0000), (0x7_0000_0000, 0x10_0000_0000));

        Assert.Equal([Range(0x4000_0000, 0x5000_0000), Range(0x7_0000_0000, 0x8_4000_0000)], Memory(machine));
    }

    [Fact]
    public void Memory_is_what_bit_by_bit_counting_says() =>
        Gen.Select(Gen.Select(Gen.Int[0, 400], Gen.Int[1, 60]).Array[1, 6],
            Gen.Select(Gen.Int[0, 400], Gen.Int[1, 40]).Array[0, 4]).ForAll((memory, holes) =>
        {
            // Units of half a page, so that edges fall inside pages.
            static MemoryRange Units((int Start, int Length) r) =>
                Range(0x4000_0000 + (ulong)r.Start * 2048, 0x4000_0000 + (ulong)(r.Start + r.Length) * 2048);
            var machine = Machine("4K", 48, (0x4000_0000, 0x4000_1000))
                with
            { Memory = [.. memory.Select(Units)], NoMap = [.. holes.Select(Units)] };

            var ranges = Memory(machine);

            bool Expected(int unit) =>
                memory.Any(m => Whole(memory, unit)) && !holes.Any(h => unit >= h.Item1 && unit < h.Item1 + h.Item2);
            for (int unit = 0; unit < 480; unit++)
            {
                var at = Range(0x4000_0000 + (ulong)unit * 2048, 0x4000_0000 + (ulong)(unit + 1) * 2048);
                Assert.Equal(Expected(unit), ranges.Any(r => r.Contains(at)));
            }
        });

    // Both halves of the unit's page are memory.
    private static bool Whole((int Start, int Length)[] memory, int unit) =>
        new[] { unit & ~1, unit | 1 }.All(u => memory.Any(m => u >= m.Start && u < m.Start + m.Length));

    private static IReadOnlyList<MemoryRange> Memory(MachineDescription machine) =>
        LinearMapLayout.Of(machine).Memory(machine);

    private static MemoryRange Range(ulong start, ulong end) => new(new(start), new(end));

    // The image has to lie in memory when the file is read; what a test is about is put in afterwards.
    private static MachineDescription Machine(string pageSize, int vaBits, params (ulong Start, ulong End)[] memory) =>
        new TestMachine { PageSize = pageSize, VaBits = vaBits }.Describe() with
        {
            Memory = [.. memory.Select(m => Range(m.Start, m.End))],
        };

    [Fact]
    public void A_physical_offset_that_was_randomized_below_zero_moves_the_map_and_nothing_else()
    {
        var straight = new TestMachine { Version = "6.16", VaBits = 52 }.Describe();
        var moved = new TestMachine
        {
            Version = "6.16",
            VaBits = 52,
            PhysicalOffset =
            unchecked(0x4000_0000UL - (1UL << 50))
        }.Describe();

        var (first, second) = (PaintedMap.Of(straight), PaintedMap.Of(moved));

        Assert.Equal(
            first.Leaves(first.Final).Select(r => (r.Start + (1UL << 50), r.Level, r.Count, r.First)),
            second.Leaves(second.Final).Select(r => (r.Start, r.Level, r.Count, r.First)));
    }
}
