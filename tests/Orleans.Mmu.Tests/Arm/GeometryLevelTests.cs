using CsCheck;
using Orleans.Mmu.Arm.Geometry;

namespace Orleans.Mmu.Tests.Arm;

/// <summary>Levels, sizes and ranges of every granule and VA size that Linux builds.</summary>
public class GeometryLevelTests
{
    [Theory]
    [InlineData("4K", 39, 1, 512, 0xffff_ff80_0000_0000)]
    [InlineData("4K", 48, 0, 512, 0xffff_0000_0000_0000)]
    [InlineData("4K", 52, -1, 16, 0xfff0_0000_0000_0000)]
    [InlineData("16K", 36, 2, 2048, 0xffff_fff0_0000_0000)]
    [InlineData("16K", 47, 1, 2048, 0xffff_8000_0000_0000)]
    [InlineData("16K", 48, 0, 2, 0xffff_0000_0000_0000)]
    [InlineData("16K", 52, 0, 32, 0xfff0_0000_0000_0000)]
    [InlineData("64K", 42, 2, 8192, 0xffff_fc00_0000_0000)]
    [InlineData("64K", 48, 1, 64, 0xffff_0000_0000_0000)]
    [InlineData("64K", 52, 1, 1024, 0xfff0_0000_0000_0000)]
    public void The_walk_starts_at_the_level_that_the_VA_needs(
        string granule, int vaBits, int start, int entries, ulong upperHalf)
    {
        var geometry = Geometries.Of(granule, vaBits);

        Assert.Equal(start, geometry.StartLevel.Number);
        Assert.Equal(entries, geometry.Entries(geometry.StartLevel));
        Assert.Equal(upperHalf, geometry.UpperHalfStart.Value);
        // The root's entries cover the half exactly, no more and no less.
        Assert.Equal(1UL << vaBits, (ulong)entries * geometry.Size(geometry.StartLevel));
    }

    [Fact]
    public void The_table_above_names_every_pair_there_is() => Assert.Equal(10, Geometries.All.Count);

    [Theory]
    [InlineData("4K", 36)]
    [InlineData("4K", 42)]
    [InlineData("4K", 47)]
    [InlineData("16K", 39)]
    [InlineData("16K", 42)]
    [InlineData("64K", 36)]
    [InlineData("64K", 39)]
    [InlineData("64K", 47)]
    [InlineData("4K", 0)]
    [InlineData("64K", 64)]
    public void A_pair_that_Linux_does_not_build_is_refused(string granule, int vaBits)
    {
        var refusal = Assert.Throws<ArgumentException>(() => Geometries.Of(granule, vaBits));

        Assert.Contains(granule, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("4K", 9, 1UL << 12, 16, 1UL << 21, 16, 1UL << 30)]
    [InlineData("16K", 11, 1UL << 14, 128, 1UL << 25, 32, 1UL << 36)]
    [InlineData("64K", 13, 1UL << 16, 32, 1UL << 29, 32, 1UL << 42)]
    public void Sizes_follow_from_the_granule(
        string granule, int indexBits, ulong page, int pages, ulong block, int blocks, ulong level1)
    {
        foreach (var geometry in Geometries.All.Where(g => g.Granule.Name == granule))
        {
            Assert.Equal(indexBits, geometry.Granule.IndexBits);
            Assert.Equal(page, geometry.Size(Level.L3));
            Assert.Equal(page * (ulong)pages, geometry.ContiguousSize(Level.L3));
            Assert.Equal(block, geometry.Size(Level.L2));
            Assert.Equal(block * (ulong)blocks, geometry.ContiguousSize(Level.L2));
            Assert.Equal(level1, geometry.Size(Level.L1));
        }
    }

    [Theory]
    [InlineData("4K", 39, "1 2")]
    [InlineData("4K", 48, "1 2")]
    [InlineData("4K", 52, "0 1 2")]
    [InlineData("16K", 36, "2")]
    [InlineData("16K", 47, "2")]
    [InlineData("16K", 48, "2")]
    [InlineData("16K", 52, "1 2")]
    [InlineData("64K", 42, "2")]
    [InlineData("64K", 48, "2")]
    [InlineData("64K", 52, "1 2")]
    public void Blocks_exist_at_the_levels_that_the_format_gives_them(string granule, int vaBits, string levels)
    {
        var geometry = Geometries.Of(granule, vaBits);
        var allowed = Enumerable.Range(-1, 5).Select(Level.Of).Where(geometry.AllowsBlock);

        Assert.Equal(levels, string.Join(' ', allowed));
    }

    [Theory]
    [InlineData("4K", 1)]
    [InlineData("16K", 0)]
    [InlineData("64K", 0)]
    public void Only_4K_has_contiguous_level_1_blocks(string granule, int groups)
    {
        Assert.True(Granule.TryParse(granule, out var parsed));

        Assert.Equal(groups == 1 ? 16 : 1, parsed.ContiguousEntries(Level.L1));
        Assert.Equal(1, parsed.ContiguousEntries(Level.L0));
        Assert.Equal(1, parsed.ContiguousEntries(Level.Minus1));
    }

    [Fact]
    public void Indices_and_offset_put_an_address_together_again() =>
        Gen.Select(Geometries.Any, Gen.ULong).ForAll((geometry, word) =>
        {
            var va = Geometries.Upper(geometry, word);
            ulong whole = va.Value & (geometry.Granule.PageSize - 1);
            foreach (var level in Geometries.Levels(geometry))
            {
                int index = geometry.Index(va, level);
                Assert.InRange(index, 0, geometry.Entries(level) - 1);
                whole |= (ulong)index << geometry.Shift(level);
            }

            Assert.Equal(va, geometry.UpperHalfStart + whole);
        });

    [Fact]
    public void Only_the_two_ends_of_the_address_space_are_canonical()
    {
        foreach (var geometry in Geometries.All)
        {
            ulong lowEnd = (1UL << geometry.VaBits) - 1;

            Assert.True(geometry.IsCanonical(new(0)));
            Assert.True(geometry.IsCanonical(new(lowEnd)));
            Assert.False(geometry.IsCanonical(new(lowEnd + 1)));
            Assert.True(geometry.IsCanonical(geometry.UpperHalfStart));
            Assert.True(geometry.IsCanonical(new(ulong.MaxValue)));
            Assert.False(geometry.IsCanonical(new(geometry.UpperHalfStart.Value - 1)));
            // A tag in the top byte is not ignored here.
            Assert.False(geometry.IsCanonical(new(ulong.MaxValue >> 8)));
            Assert.False(geometry.IsCanonical(new(1UL << 63)));
        }
    }

    [Fact]
    public void A_level_is_minus_1_to_3()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Level.Of(-2));
        Assert.Throws<ArgumentOutOfRangeException>(() => Level.Of(4));
        Assert.Throws<InvalidOperationException>(() => Level.L3.Next);
        Assert.Equal(Level.L0, Level.Minus1.Next);
        Assert.True(Level.Minus1 < Level.L0);
    }

    [Fact]
    public void A_granule_has_one_spelling()
    {
        Assert.True(Granule.TryParse("16K", out var granule));
        Assert.Same(Granule.K16, granule);
        Assert.False(Granule.TryParse("16k", out _));
        Assert.False(Granule.TryParse("8K", out _));
        Assert.False(Granule.TryParse(null, out _));
    }
}
