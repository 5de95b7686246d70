using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Audit.Memory;

namespace Orleans.Mmu.Tests.Audit;

/// <summary>The rules of contiguous groups, on tables that break one and nothing else.</summary>
public sealed class GroupRuleTests : IDisposable
{
    // A level 3 table below this address belongs to the tests.
    private const ulong Spare = 0xffff_8000_c000_0000;

    private readonly AuditRun _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("4K", 48, 3, true)]
    [InlineData("4K", 48, 1, true)]
    [InlineData("4K", 52, 0, false)]
    [InlineData("16K", 47, 2, true)]
    [InlineData("16K", 52, 1, false)]
    [InlineData("64K", 52, 2, true)]
    [InlineData("64K", 52, 1, false)]
    public void The_Contiguous_bit_is_reserved_where_no_level_has_groups(
        string pages, int bits, int level, bool hasGroups)
    {
        Assert.True(Granule.TryParse(pages, out var granule));
        var geometry = TranslationGeometry.Create(granule, bits);

        Assert.Equal(hasGroups ? 0UL : MadeMap.Contiguous,
            ReservedBits.OfLeaf(geometry, Level.Of(level)) & MadeMap.Contiguous);
    }

    [Theory]
    [InlineData(1UL << 52, 1UL << 52, 15, "mixed-contiguous-group")]
    [InlineData(0, 1UL << 52, 16, "mixed-contiguous-group")]
    [InlineData(1UL << 52, 1UL << 52 | 1UL << 50, 16, "mixed-contiguous-group")]
    [InlineData(1UL << 52, 1UL << 52, 16, null)]
    [InlineData(0, 0, 16, null)]
    public async Task Groups(ulong first, ulong rest, int members, string? rule)
    {
        var map = MadeMap.Good();
        for (int i = 0; i < members; i++)
            map.Page(Spare + (ulong)i * 0x1000, 0x1_0000_0000 + (ulong)i * 0x1000,
                MadeMap.Data | (i == 0 ? first : rest));

        Assert.Equal(rule is null ? [] : [$"{rule} 0xffff8000c0000000 0xffff8000c0010000"],
            await _files.FindingsAsync(map));
    }

    [Theory]
    [InlineData(0x1_0000_1000)]
    [InlineData(0x1_0000_8000)]
    public async Task A_group_of_memory_that_is_not_aligned(ulong output)
    {
        var map = MadeMap.Good();
        for (ulong at = 0; at < 0x2_0000; at += 0x1000)
            map.Page(Spare + at, output + at, MadeMap.Data | MadeMap.Contiguous);

        Assert.Equal(
            ["misaligned-contiguous-group 0xffff8000c0000000 0xffff8000c0020000"], await _files.FindingsAsync(map));
    }

    [Fact]
    public async Task A_group_whose_members_map_other_memory()
    {
        var map = MadeMap.Good();
        for (ulong at = 0; at < 0x1_0000; at += 0x1000)
            map.Page(Spare + at, 0x1_0000_0000 + (at ^ 0x1000), MadeMap.Data | MadeMap.Contiguous);

        Assert.Equal(
            ["misaligned-contiguous-group 0xffff8000c0000000 0xffff8000c0010000"], await _files.FindingsAsync(map));
    }
}
