using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Arm.TlbEntries;
using Orleans.Mmu.Arm.Tlbs;

namespace Orleans.Mmu.Tests.Arm;

/// <summary>What each TLBI removes, and what it must leave: the model's TLB is the least helpful one allowed.</summary>
public class TlbInvalidationTests
{
    private static readonly TranslationGeometry Geometry = Geometries.Of("4K", 48);
    private static readonly VirtualAddress Va = Geometry.UpperHalfStart + (1UL << 40);
    private static readonly PhysicalAddress Pa = new(1UL << 40);

    private readonly Tlb _tlb = new(Geometry, TlbGeometry.Default);

    [Theory]
    [InlineData(0UL)]
    [InlineData(0x1000UL)]
    [InlineData(0x1f_f000UL)]
    public void Any_address_in_a_block_names_the_whole_block(ulong offset)
    {
        // R_LQLSD.
        _tlb.Insert(TestEntries.Leaf(Geometry, Va, Level.L2, Pa));
        _tlb.Insert(TestEntries.Leaf(Geometry, Va + (2 << 20), Level.L2, Pa));

        Assert.Equal(1, _tlb.Invalidate(new(TlbiScope.VaAllAsidsLastLevel, true, Va + offset)));

        Assert.False(_tlb.TryLookup(Va, 0, out _));
        Assert.True(_tlb.TryLookup(Va + (2 << 20), 0, out _));
    }

    [Theory]
    [InlineData(TlbiScope.VaLastLevel, true)]
    [InlineData(TlbiScope.VaAllAsidsLastLevel, true)]
    [InlineData(TlbiScope.Va, false)]
    [InlineData(TlbiScope.VaAllAsids, false)]
    public void Only_the_last_level_forms_leave_walk_cache_entries(TlbiScope scope, bool survive)
    {
        // R_JXKNN.
        _tlb.Insert(TestEntries.Leaf(Geometry, Va, Level.L3, Pa));
        foreach (var level in (Level[])[Level.L0, Level.L1, Level.L2])
            _tlb.Insert(TestEntries.Table(Geometry, Va, level, Pa));

        _tlb.Invalidate(new(scope, false, Va));

        Assert.False(_tlb.TryLookup(Va, 0, out _));
        Assert.Equal(survive ? 3 : 0, _tlb.Count);
    }

    [Theory]
    [InlineData(TlbiScope.Va)]
    [InlineData(TlbiScope.VaLastLevel)]
    public void By_VA_and_ASID_takes_own_and_global_leaves_and_own_tables(TlbiScope scope)
    {
        // R_VMSWQ; a table entry is never global (R_CHVGJ).
        _tlb.Insert(NotGlobal(Va, 1));
        _tlb.Insert(NotGlobal(Va, 2));
        _tlb.Insert(TestEntries.Leaf(Geometry, Va, Level.L2, Pa, asid: 3));
        _tlb.Insert(TestEntries.Table(Geometry, Va, Level.L1, Pa, asid: 1));
        _tlb.Insert(TestEntries.Table(Geometry, Va, Level.L1, Pa, asid: 2));

        _tlb.Invalidate(new(scope, false, Va, Asid: 1));

        Assert.Equal(scope == TlbiScope.Va ? ["L2", "T2"] : ["L2", "T1", "T2"], Names());
    }

    [Fact]
    public void By_VA_and_all_ASIDs_asks_nobody_for_an_ASID()
    {
        _tlb.Insert(NotGlobal(Va, 1));
        _tlb.Insert(NotGlobal(Va, 2));
        _tlb.Insert(TestEntries.Table(Geometry, Va, Level.L2, Pa, asid: 3));

        Assert.Equal(3, _tlb.Invalidate(new(TlbiScope.VaAllAsids, false, Va, Asid: 9)));
        Assert.Equal(0, _tlb.Count);
    }

    [Fact]
    public void By_ASID_leaves_global_leaves_and_takes_tables()
    {
        // Arm's own text of TLBI ASIDE1: an entry above the final level, or a non-global one of the final level.
        _tlb.Insert(NotGlobal(Va, 1));
        _tlb.Insert(NotGlobal(Va, 2));
        _tlb.Insert(TestEntries.Leaf(Geometry, Va + 4096, Level.L3, Pa, asid: 1));
        _tlb.Insert(TestEntries.Table(Geometry, Va, Level.L1, Pa, asid: 1));

        Assert.Equal(2, _tlb.Invalidate(new(TlbiScope.Asid, false, Asid: 1)));

        Assert.Equal(["L1", "L2"], Names());
        Assert.True(_tlb.TryLookup(Va + 4096, 7, out _));
    }

    [Fact]
    public void All_leaves_nothing()
    {
        _tlb.Insert(NotGlobal(Va, 1));
        _tlb.Insert(TestEntries.Leaf(Geometry, Va, Level.L2, Pa));
        _tlb.Insert(TestEntries.Table(Geometry, Va, Level.L0, Pa));

        Assert.Equal(3, _tlb.Invalidate(TlbiOperation.Vmalle1));

        Assert.Equal(0, _tlb.Count);
        Assert.Empty(_tlb.Entries());
        Assert.False(_tlb.TryLookup(Va, 1, out _));
        // And it works as before.
        _tlb.Insert(NotGlobal(Va, 1));
        Assert.True(_tlb.TryLookup(Va, 1, out _));
    }

    [Fact]
    public void One_address_takes_one_member_of_a_group()
    {
        // The Contiguous bit does not widen a TLBI (I_JQPNP, I_VNXYF).
        _tlb.Insert(TestEntries.Group(Geometry, Va, Level.L3, Pa));

        Assert.Equal(1, _tlb.Invalidate(new(TlbiScope.VaAllAsidsLastLevel, true, Va + 5 * 4096)));
        // The member is gone already: nothing more is lost.
        Assert.Equal(0, _tlb.Invalidate(new(TlbiScope.VaAllAsidsLastLevel, true, Va + 5 * 4096)));

        Assert.Equal(
            Enumerable.Range(0, 16).Where(i => i != 5), Enumerable.Range(0, 16).Where(i => Hits(Va + (ulong)i * 4096)));
    }

    [Theory]
    [InlineData("4K", 48, 3)]
    [InlineData("4K", 48, 2)]
    [InlineData("16K", 47, 3)]
    [InlineData("16K", 47, 2)]
    [InlineData("64K", 48, 3)]
    public void A_group_goes_when_its_last_member_does(string granule, int vaBits, int level)
    {
        var geometry = Geometries.Of(granule, vaBits);
        var tlb = new Tlb(geometry, TlbGeometry.Default);
        int members = geometry.Granule.ContiguousEntries(Level.Of(level));
        var start = geometry.UpperHalfStart;
        tlb.Insert(TestEntries.Group(geometry, start, Level.Of(level), new(0)));
        for (int i = 0; i < members; i++)
        {
            Assert.Equal(1, tlb.Count);
            tlb.Invalidate(new(TlbiScope.VaAllAsidsLastLevel, true, start + (ulong)i * geometry.Size(Level.Of(level))));
        }

        Assert.Equal(0, tlb.Count);
    }

    [Fact]
    public void A_walk_brings_the_lost_member_back()
    {
        _tlb.Insert(TestEntries.Group(Geometry, Va, Level.L3, Pa));
        _tlb.Invalidate(new(TlbiScope.VaAllAsidsLastLevel, true, Va));
        Assert.False(Hits(Va));

        _tlb.Insert(TestEntries.Group(Geometry, Va, Level.L3, Pa));

        Assert.True(Hits(Va));
        Assert.Equal(1, _tlb.Count);
    }

    [Fact]
    public void A_range_takes_what_translates_an_address_in_it()
    {
        // R_QKRKL: [Va + 1 page, Va + 3 pages).
        for (ulong page = 0; page < 4; page++)
            _tlb.Insert(TestEntries.Leaf(Geometry, Va + page * 4096, Level.L3, Pa));
        _tlb.Insert(TestEntries.Leaf(Geometry, Va, Level.L2, Pa));
        _tlb.Insert(TestEntries.Leaf(Geometry, Va + (2 << 20), Level.L2, Pa));

        Assert.Equal(3, _tlb.Invalidate(new(TlbiScope.VaAllAsidsLastLevel, true, Va + 4096, 2 * 4096)));

        Assert.Equal([true, false, false, true], Enumerable.Range(0, 4).Select(i => Hits(Va + (ulong)i * 4096)));
        Assert.True(Hits(Va + (2 << 20)));
    }

    [Fact]
    public void A_range_to_the_end_of_memory_does_not_wrap()
    {
        var top = new VirtualAddress(ulong.MaxValue - 0xfff);
        _tlb.Insert(TestEntries.Leaf(Geometry, top, Level.L3, Pa));
        _tlb.Insert(TestEntries.Leaf(Geometry, new(top.Value - 4096), Level.L3, Pa));

        Assert.Equal(1, _tlb.Invalidate(new(TlbiScope.VaAllAsidsLastLevel, true, top, 1 << 21)));

        Assert.False(Hits(top));
        Assert.True(Hits(new(top.Value - 4096)));
    }

    private static TlbEntry NotGlobal(VirtualAddress va, ushort asid) =>
        TestEntries.Leaf(Geometry, va, Level.L3, Pa, asid, change: a => a.WithNotGlobal(true));

    private bool Hits(VirtualAddress va) => _tlb.TryLookup(va, 0, out _);

    private IEnumerable<string> Names() =>
        _tlb.Entries().Select(e => $"{(e.IsTable ? "T" : "L")}{e.Asid}").Order(StringComparer.Ordinal);
}
