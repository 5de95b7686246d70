using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Arm.TlbEntries;
using Orleans.Mmu.Arm.Tlbs;

namespace Orleans.Mmu.Tests.Arm;

/// <summary>Capacity, sets and ways: what stays when something must go.</summary>
public class TlbReplacementTests
{
    private static readonly TranslationGeometry Geometry = Geometries.Of("4K", 48);

    [Theory]
    [InlineData(16, 4)]
    [InlineData(12, 4)]
    [InlineData(1280, 5)]
    [InlineData(48, 48)]
    [InlineData(7, 1)]
    public void Consecutive_pages_fill_it_to_the_last_entry(int entries, int ways)
    {
        var tlb = new Tlb(Geometry, TlbGeometry.Create(entries, ways));
        for (int page = 0; page < entries; page++)
            tlb.Insert(Page(page));

        Assert.Equal(entries, tlb.Count);
        Assert.All(Enumerable.Range(0, entries), page => Assert.True(Holds(tlb, page)));

        // One more takes the place of the oldest of its set, and of nothing else.
        tlb.Insert(Page(entries));
        Assert.Equal(entries, tlb.Count);
        Assert.Equal(entries - 1, Enumerable.Range(0, entries).Count(page => Holds(tlb, page)));
    }

    [Theory]
    [InlineData(16, 4)]
    [InlineData(12, 4)]
    [InlineData(1280, 5)]
    public void Pages_of_one_set_have_its_ways_and_no_more(int entries, int ways)
    {
        // The set is the page number modulo the sets; the upper half does not begin in set 0 if they are no power of
        // two.
        int sets = entries / ways;
        var tlb = new Tlb(Geometry, TlbGeometry.Create(entries, ways));
        for (int i = 0; i <= ways; i++)
            tlb.Insert(Page(i * sets));

        Assert.Equal(ways, tlb.Count);
        Assert.False(Holds(tlb, 0));
        Assert.True(Holds(tlb, ways * sets));
    }

    [Fact]
    public void The_least_recently_used_goes_first()
    {
        var tlb = new Tlb(Geometry, TlbGeometry.Create(4, 4));
        for (int page = 0; page < 4; page++)
            tlb.Insert(Page(page));
        Assert.True(Holds(tlb, 0));
        Assert.True(Holds(tlb, 2));

        tlb.Insert(Page(4));
        tlb.Insert(Page(5));

        Assert.Equal([0, 2, 4, 5], Enumerable.Range(0, 6).Where(page => Holds(tlb, page)));
    }

    [Fact]
    public void A_free_way_is_used_before_anything_goes()
    {
        var tlb = new Tlb(Geometry, TlbGeometry.Create(4, 4));
        for (int page = 0; page < 4; page++)
            tlb.Insert(Page(page));
        tlb.Invalidate(new(TlbiScope.VaAllAsids, false, Va(2)));

        tlb.Insert(Page(4));

        Assert.Equal([0, 1, 3, 4], Enumerable.Range(0, 5).Where(page => Holds(tlb, page)));
    }

    [Fact]
    public void A_block_takes_one_entry_where_pages_take_512()
    {
        var tlb = new Tlb(Geometry, TlbGeometry.Create(64, 4));
        tlb.Insert(TestEntries.Leaf(Geometry, Va(0), Level.L2, new(0)));

        Assert.Equal(1, tlb.Count);
        Assert.All(Enumerable.Range(0, 512), page => Assert.True(Holds(tlb, page)));
    }

    [Theory]
    [InlineData("1280x5", 1280, 5, 256)]
    [InlineData("48x48", 48, 48, 1)]
    [InlineData("65536x4", 65536, 4, 16384)]
    public void A_geometry_reads_as_it_writes(string text, int entries, int ways, int sets)
    {
        Assert.True(TlbGeometry.TryParse(text, out var geometry));

        Assert.Equal((entries, ways, sets), (geometry.Entries, geometry.Ways, geometry.Sets));
        Assert.Equal(text, geometry.ToString());
        Assert.Equal(TlbGeometry.Create(entries, ways), geometry);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(4, 0)]
    [InlineData(4, 8)]
    [InlineData(10, 4)]
    [InlineData(65537, 1)]
    [InlineData(-4, -2)]
    public void Ways_must_divide_entries_within_the_limit(int entries, int ways)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => TlbGeometry.Create(entries, ways));
        Assert.False(TlbGeometry.TryParse($"{entries}x{ways}", out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1024")]
    [InlineData("x4")]
    [InlineData("1024x")]
    [InlineData(" 1024x4")]
    [InlineData("1024X4")]
    [InlineData("99999999999x1")]
    public void Other_text_is_no_geometry(string text) => Assert.False(TlbGeometry.TryParse(text, out _));

    private static VirtualAddress Va(int page) => Geometry.UpperHalfStart + (ulong)page * 4096;

    private static TlbEntry Page(int page) => TestEntries.Leaf(Geometry, Va(page), Level.L3, new((ulong)page * 4096));

    private static bool Holds(Tlb tlb, int page) => tlb.TryLookup(Va(page), 0, out _);
}
