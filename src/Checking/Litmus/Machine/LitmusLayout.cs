using System.Collections.Immutable;
using Orleans.Mmu.Arm;

namespace Orleans.Mmu.Checking;

/// <summary>
/// Real addresses and descriptors for the names of a test, so that the architecture's own rules judge them: 4K pages, and
/// a block of its own for every name.
/// </summary>
internal sealed class LitmusLayout
{
    private readonly LitmusTest _test;
    private readonly List<LitmusAttributes> _memoryTypes = [LitmusAttributes.Usual];

    public LitmusLayout(LitmusTest test) => _test = test;

    public TranslationGeometry Geometry { get; } = TranslationGeometry.Create(Granule.K4, 39);

    public VirtualAddress Va(int page) => Geometry.UpperHalfStart + Distance(page);

    public PhysicalAddress Pa(int page) => new(0x4000_0000 + Distance(page));

    /// <summary>The entry that leads to all pmds; it never changes.</summary>
    public TlbEntry Top => TlbEntry.ForTable(Geometry, Geometry.UpperHalfStart, Level.L1, Descriptor.Table(Geometry, new(0x8000_0000), 0), 0);

    /// <summary>The TLB entry that a table word with a descriptor gives; the descriptor must be cacheable.</summary>
    /// <param name="covered">The page that it answers for: for a member of a contiguous group another page of the group, too.</param>
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
        var attributes = LeafAttributes.Data(Geometry, MemoryType(descriptor.Attributes), !descriptor.Db)
            .WithDirtyBitModifier(descriptor.Dbm).WithShareability(shareability).WithNotGlobal(descriptor.Ng)
            .WithNoTranslation(descriptor.Nt && level == Level.L2);
        return Descriptor.Leaf(Geometry, level, Pa(descriptor.Output!.Value), attributes, descriptor.Cont);
    }

    // An index into MAIR_EL1 for each type and cacheability of the test.
    private int MemoryType(LitmusAttributes attributes)
    {
        var type = attributes with { Shareability = LitmusAttributes.Usual.Shareability };
        int index = _memoryTypes.IndexOf(type);
        if (index < 0)
        {
            index = _memoryTypes.Count;
            _memoryTypes.Add(type);
        }

        return index & 7;
    }

    private ulong Distance(int page)
    {
        var at = _test.Names.Pages[page];
        return (ulong)at.Base * Geometry.Size(Level.L2) + (ulong)at.Offset * Geometry.Granule.PageSize;
    }
}

/// <summary>A place of a may-set: what one table word can give for one page, a bit for each version of the word.</summary>
/// <param name="Word">The table word; −1 for the entry above all pmds.</param>
/// <param name="Page">The page that it answers for; −1 for the entry above all pmds.</param>
/// <param name="Parent">The slot whose table entry leads to the word; −1 where its walk never changes, −2 for the swapper root.</param>
internal readonly record struct LitmusSlot(int Word, int Page, int Parent)
{
    public const int Unchanging = -1;
    public const int Root = -2;
}

/// <summary>The slots of a test, parents before children.</summary>
internal sealed class LitmusSlots
{
    public LitmusSlots(LitmusTest test, LitmusLayout layout)
    {
        var names = test.Names;
        var slots = new List<LitmusSlot>();
        if (names.Words.Any(w => w.IsPmd))
            slots.Add(new(-1, -1, LitmusSlot.Root));
        int Pmd(int page) => slots.FindIndex(s => s.Word >= 0 && names.Words[s.Word].IsPmd && names.Pages[s.Page].Base == names.Pages[page].Base);
        for (int word = 0; word < names.Words.Count; word++)
        {
            if (names.Words[word].IsPmd)
                slots.Add(new(word, names.Words[word].Page, 0));
        }

        for (int word = 0; word < names.Words.Count; word++)
        {
            if (!names.Words[word].IsPmd)
                slots.Add(new(word, names.Words[word].Page, Pmd(names.Words[word].Page)));
        }

        // The others of a contiguous group, where the test has groups at all.
        if (names.Descriptors.Any(d => d.Cont))
        {
            foreach (var slot in slots.Where(s => s.Word >= 0 && !names.Words[s.Word].IsPmd).ToList())
            {
                for (int page = 0; page < names.Pages.Count; page++)
                {
                    if (page != slot.Page && layout.AreGrouped(page, slot.Page))
                        slots.Add(slot with { Page = page });
                }
            }
        }

        All = [.. slots];
        OfWord = [.. Enumerable.Range(0, names.Words.Count).Select(w => Indices(s => s.Word == w))];
        ForPage = [.. Enumerable.Range(0, names.Pages.Count).Select(p => Indices(s => s.Word >= 0
            && (names.Words[s.Word].IsPmd ? names.Pages[s.Page].Base == names.Pages[p].Base : s.Page == p)))];
    }

    public ImmutableArray<LitmusSlot> All { get; }

    /// <summary>The slots of each table word, its own first.</summary>
    public ImmutableArray<ImmutableArray<int>> OfWord { get; }

    /// <summary>The slots that can answer for each page.</summary>
    public ImmutableArray<ImmutableArray<int>> ForPage { get; }

    private ImmutableArray<int> Indices(Func<LitmusSlot, bool> predicate) =>
        [.. Enumerable.Range(0, All.Length).Where(i => predicate(All[i]))];
}
