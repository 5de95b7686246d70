using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.TlbEntries;
using Orleans.Mmu.Arm.Walks;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Machine;

/// <summary>
/// Gives the test's names real addresses and descriptors, so that the rules in Arm can judge them. Pages are 4K; each
/// name has a 2M block of its own.
/// </summary>
internal sealed class LitmusLayout
{
    /// <summary>Number of attribute indices in MAIR_EL1.</summary>
    public const int MaxMemoryTypes = 8;

    private readonly LitmusTest _test;
    private readonly List<LitmusAttributes> _memoryTypes = [LitmusAttributes.Usual];

    public LitmusLayout(LitmusTest test) => _test = test;

    public TranslationGeometry Geometry { get; } = TranslationGeometry.Create(Granule.K4, 39);

    public VirtualAddress Va(int page) => Geometry.UpperHalfStart + Distance(page);

    public PhysicalAddress Pa(int page) => new(0x4000_0000 + Distance(page));

    /// <summary>The table entry above all pmds; it never changes.</summary>
    public TlbEntry Top =>
        TlbEntry.ForTable(
            Geometry, Geometry.UpperHalfStart, Level.L1, Descriptor.Table(Geometry, new(0x8000_0000), 0), 0);

    /// <summary>The TLB entry that a walk caches from a table word; the descriptor must be cacheable.</summary>
    /// <param name="covered">
    /// The page that the entry translates: for a member of a contiguous group it may be another page of the group.
    /// </param>
    public TlbEntry Entry(LitmusTableWord word, LitmusDescriptor descriptor, int covered)
    {
        var va = Va(word.Page);
        if (descriptor.Table is { } table)
        {
            var next = new PhysicalAddress(0x8100_0000 + (ulong)_test.Names.Pages[table].Base * 4096);
            return TlbEntry.ForTable(Geometry, va, Level.L2, Descriptor.Table(Geometry, next, 0), 0);
        }

        var level = word.IsPmd ? Level.L2 : Level.L3;
        var walk = new WalkResult(WalkFault.None, level, Leaf(level, descriptor));
        if (!descriptor.Cont || word.IsPmd)
            return TlbEntry.ForLeaf(Geometry, va, walk, 0);
        var group = TlbEntry.ForGroup(Geometry, va, walk, 0);
        return group with { Members = UInt128.One << (int)((Va(covered) - group.Start) >> Geometry.Granule.PageShift) };
    }

    /// <summary>Whether two pages lie in one contiguous group.</summary>
    public bool AreGrouped(int page, int other) =>
        Va(page).AlignDown(Geometry.ContiguousSize(Level.L3)) == Va(other).AlignDown(Geometry.ContiguousSize(Level.L3));

    /// <summary>The page at a physical address, or null.</summary>
    public int? PageAt(PhysicalAddress pa)
    {
        for (int page = 0; page < _test.Names.Pages.Count; page++)
        {
            if (Pa(page) == pa)
                return page;
        }

        return null;
    }

    private Descriptor Leaf(Level level, LitmusDescriptor descriptor)
    {
        var shareability = descriptor.Attributes.Shareability switch
        {
            "Non-shareable" => Shareability.NonShareable,
            "Outer-shareable" => Shareability.OuterShareable,
            _ => Shareability.InnerShareable,
        };
        // DBM makes a page writable only with hardware updates of dirty state (TTHM=HD), which are not supported.
        var attributes = LeafAttributes.Data(Geometry, MemoryType(descriptor.Attributes), !descriptor.Db)
            .WithDirtyBitModifier(false).WithShareability(shareability).WithNotGlobal(descriptor.Ng)
            .WithNoTranslation(descriptor.Nt && level == Level.L2);
        return Descriptor.Leaf(Geometry, level, Pa(descriptor.Output!.Value), attributes, descriptor.Cont);
    }

    // The index in MAIR_EL1 of a memory type and cacheability.
    private int MemoryType(LitmusAttributes attributes)
    {
        var type = attributes with { Shareability = LitmusAttributes.Usual.Shareability };
        int index = _memoryTypes.IndexOf(type);
        if (index < 0)
        {
            index = _memoryTypes.Count;
            _memoryTypes.Add(type);
        }

        return index;
    }

    private ulong Distance(int page)
    {
        var at = _test.Names.Pages[page];
        return (ulong)at.Base * Geometry.Size(Level.L2) + (ulong)at.Offset * Geometry.Granule.PageSize;
    }
}
