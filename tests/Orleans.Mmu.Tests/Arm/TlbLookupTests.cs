using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tlbs;

namespace Orleans.Mmu.Tests.Arm;

/// <summary>Which entry answers for an address.</summary>
public class TlbLookupTests
{
    private static readonly TranslationGeometry Geometry = Geometries.Of("4K", 48);
    private static readonly VirtualAddress Va = Geometry.UpperHalfStart + (1UL << 40);
    private static readonly PhysicalAddress Pa = new(1UL << 40);

    [Fact]
    public void Every_address_of_a_leaf_hits_and_none_beside_it()
    {
        foreach (var geometry in Geometries.All)
        {
            foreach (var level in Geometries.LeafLevels(geometry).Where(l => geometry.Shift(l) < geometry.VaBits))
            {
                ulong size = geometry.Size(level);
                var va = geometry.UpperHalfStart + size;
                var tlb = new Tlb(geometry, TlbGeometry.Default);
                tlb.Insert(TestEntries.Leaf(geometry, va, level, new(0)));

                Assert.True(tlb.TryLookup(va, 0, out var entry));
                Assert.Equal((va, level), (entry.Start, entry.Level));
                Assert.True(tlb.TryLookup(va + (size - 1), 0, out _));
                Assert.Equal(new PhysicalAddress(size - 1), entry.Translate(va + (size - 1)));
                Assert.False(tlb.TryLookup(new(va.Value - 1), 0, out _));
                Assert.False(tlb.TryLookup(va + size, 0, out _));
                // The same low bits in the other half are another address.
                Assert.False(tlb.TryLookup(new(size), 0, out _));
            }
        }
    }

    [Theory]
    [InlineData("4K", 48, 3, 16)]
    [InlineData("4K", 48, 2, 25)]
    [InlineData("16K", 47, 3, 21)]
    [InlineData("16K", 47, 2, 30)]
    [InlineData("64K", 48, 3, 21)]
    [InlineData("64K", 48, 2, 34)]
    public void A_group_held_as_one_entry_translates_all_its_members(string granule, int vaBits, int level, int shift)
    {
        var geometry = Geometries.Of(granule, vaBits);
        ulong group = 1UL << shift, size = geometry.Size(Level.Of(level));
        var start = geometry.UpperHalfStart + group;
        var tlb = new Tlb(geometry, TlbGeometry.Default);

        // Any member may be the one walked: the entry's output address is aligned down to the group.
        tlb.Insert(TestEntries.Group(geometry, start + 3 * size, Level.Of(level), new(5 * group + 3 * size)));

        Assert.True(tlb.TryLookup(start, 0, out var entry));
        Assert.Equal(shift, entry.Shift);
        Assert.Equal(new PhysicalAddress(5 * group), entry.Translate(start));
        Assert.True(tlb.TryLookup(start + (group - 1), 0, out entry));
        Assert.Equal(new PhysicalAddress(6 * group - 1), entry.Translate(start + (group - 1)));
        Assert.False(tlb.TryLookup(start + group, 0, out _));
    }

    [Fact]
    public void Of_several_sizes_the_smallest_answers()
    {
        // One set: aligned blocks and groups would share a set of any larger one.
        var tlb = new Tlb(Geometry, TlbGeometry.Create(8, 8));
        tlb.Insert(TestEntries.Leaf(Geometry, Va, Level.L1, Pa));
        tlb.Insert(TestEntries.Group(Geometry, Va, Level.L2, Pa));
        tlb.Insert(TestEntries.Leaf(Geometry, Va, Level.L2, Pa));
        tlb.Insert(TestEntries.Group(Geometry, Va, Level.L3, Pa));
        tlb.Insert(TestEntries.Leaf(Geometry, Va, Level.L3, Pa));

        Assert.Equal([12, 16, 21, 25, 30], ((ulong[])[0, 1 << 12, 1 << 16, 1 << 21, 1 << 25])
            .Select(offset => tlb.TryLookup(Va + offset, 0, out var entry) ? entry.Shift : 0));
    }

    [Fact]
    public void A_global_entry_answers_every_ASID_and_another_only_its_own()
    {
        var tlb = new Tlb(Geometry, TlbGeometry.Default);
        tlb.Insert(TestEntries.Leaf(Geometry, Va, Level.L3, Pa, asid: 1));
        tlb.Insert(TestEntries.Leaf(Geometry, Va + 4096, Level.L3, Pa, asid: 1, change: a => a.WithNotGlobal(true)));

        Assert.True(tlb.TryLookup(Va, 1, out _));
        Assert.True(tlb.TryLookup(Va, 2, out _));
        Assert.True(tlb.TryLookup(Va + 4096, 1, out _));
        Assert.False(tlb.TryLookup(Va + 4096, 2, out _));
    }

    [Fact]
    public void Two_ASIDs_keep_their_own_translation_of_one_address()
    {
        var tlb = new Tlb(Geometry, TlbGeometry.Default);
        for (ushort asid = 1; asid <= 2; asid++)
            tlb.Insert(TestEntries.Leaf(
                Geometry, Va, Level.L3, Pa + asid * 4096UL, asid, change: a => a.WithNotGlobal(true)));

        for (ushort asid = 1; asid <= 2; asid++)
        {
            Assert.True(tlb.TryLookup(Va, asid, out var entry));
            Assert.Equal(Pa + asid * 4096UL, entry.Output);
        }
    }

    [Fact]
    public void A_table_entry_is_never_an_answer()
    {
        var tlb = new Tlb(Geometry, TlbGeometry.Default);
        tlb.Insert(TestEntries.Table(Geometry, Va, Level.L2, Pa));

        Assert.Equal(1, tlb.Count);
        Assert.False(tlb.TryLookup(Va, 0, out _));
    }

    [Fact]
    public void The_same_translation_again_replaces_the_entry()
    {
        var tlb = new Tlb(Geometry, TlbGeometry.Default);
        tlb.Insert(TestEntries.Leaf(Geometry, Va, Level.L3, Pa, source: 1));
        tlb.Insert(TestEntries.Leaf(Geometry, Va, Level.L3, Pa + 4096, source: 2));

        Assert.Equal(2, Assert.Single(tlb.Entries()).Source);
        Assert.True(tlb.TryLookup(Va, 0, out var entry));
        Assert.Equal(Pa + 4096, entry.Output);
    }

    [Fact]
    public void A_look_up_allocates_nothing()
    {
        var tlb = new Tlb(Geometry, TlbGeometry.Default);
        tlb.Insert(TestEntries.Leaf(Geometry, Va, Level.L3, Pa));
        tlb.TryLookup(Va, 0, out _);
        long before = GC.GetAllocatedBytesForCurrentThread();

        for (int i = 0; i < 1000; i++)
            tlb.TryLookup(Va + (ulong)i * 64, 0, out _);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
