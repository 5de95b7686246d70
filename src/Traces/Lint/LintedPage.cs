using System.Buffers;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// A 4K page of memory that a trace writes. The page is a table while a tree contains it; a table of 16K or 64K
/// consists of several such pages, each of which translates its part.
/// </summary>
internal sealed class LintedPage(ulong address)
{
    public const int Words = 512;
    public const ulong Size = 4096;

    // Null while every word holds the same value, so that a memset of a large range costs little memory.
    private ulong[]? _words;
    private ulong _every;

    public ulong Address { get; } = address;

    /// <summary>The page is a table of a tree.</summary>
    public bool IsTable { get; set; }

    /// <summary>The page has been a table since it was allocated.</summary>
    public bool WasTable { get; set; }

    /// <summary>
    /// The roots of its trees; several where trees share the table. The list is replaced when it changes, so that old
    /// values of its descriptors may keep it.
    /// </summary>
    public ulong[] Roots { get; set; } = [];

    /// <summary>The root of its first tree.</summary>
    public ulong RootAddress => Roots.Length > 0 ? Roots[0] : Address;

    public CasemateRegime Regime { get; set; }

    /// <summary>Its trees have ASIDs, and its leaves nG: those of EL1, and with E2H those of EL2.</summary>
    public bool HasAsids { get; set; }

    public TranslationGeometry Geometry { get; set; } = LintedHalf.Usual.Geometry;

    /// <summary>The level of its descriptors, -1 to 3.</summary>
    public int Level { get; set; }

    /// <summary>The first input address that it translates.</summary>
    public ulong Input { get; set; }

    /// <summary>The addresses of the descriptors in memory that lead here; a root has its own address here.</summary>
    public HashSet<ulong> Parents => field ??= [];

    /// <summary>The addresses of descriptors that led here and may still be cached.</summary>
    public HashSet<ulong> StaleParents => field ??= [];

    /// <summary>
    /// Only descriptors that are no longer in memory lead here, or to a table above, and they may still be cached.
    /// </summary>
    public bool HasUncleanParent { get; set; }

    /// <summary>The number of old values of its descriptors that may still be cached.</summary>
    public int Stale { get; set; }

    /// <summary>One of its descriptors has had the Contiguous bit.</summary>
    public bool HasContiguous { get; set; }

    /// <summary>One of its leaves has been global.</summary>
    public bool HasGlobal { get; set; }

    /// <summary>The memory types that its leaves have had: bit n for AttrIndx n.</summary>
    public byte Types { get; set; }

    public ulong this[int word]
    {
        get => _words is { } words ? words[word] : _every;
        set
        {
            if (_words is null)
            {
                if (value == _every)
                    return;
                Array.Fill(_words = new ulong[Words], _every);
            }

            _words[word] = value;
        }
    }

    /// <summary>A copy of its words.</summary>
    public ulong[] ToWords()
    {
        if (_words is not null)
            return [.. _words];
        ulong[] words = new ulong[Words];
        Array.Fill(words, _every);
        return words;
    }

    private long[]? _stored;

    /// <summary>The number of the event since which walks may read the page as a table; 0 for none.</summary>
    public long LinkedAt { get; set; }

    /// <summary>
    /// The number of the event since which walks may have read a word: that which stored it, or that which made the
    /// page a table.
    /// </summary>
    public long ReadableSince(int word) => Math.Max(StoredAt(word), LinkedAt);

    /// <summary>
    /// The number of the event that stored a word; 0 where that came before the page was a table.
    /// </summary>
    private long StoredAt(int word) => _stored is { } at ? at[word] : 0;

    /// <summary>An event stores a word of the table.</summary>
    public void Store(int word, long at) => (_stored ??= Unstored())[word] = at;

    // Tables come and go.
    private static long[] Unstored()
    {
        long[] stored = ArrayPool<long>.Shared.Rent(Words);
        Array.Clear(stored);
        return stored;
    }

    /// <summary>Gives every word one value. The page is no table.</summary>
    public void Fill(ulong value) => (_words, _every) = (null, value);

    /// <summary>Forgets everything that was known of the page as a table.</summary>
    public void Forget()
    {
        IsTable = false;
        if (_stored is { } stored)
            ArrayPool<long>.Shared.Return(stored);
        _stored = null;
        LinkedAt = 0;
        HasUncleanParent = false;
        HasContiguous = false;
        HasGlobal = false;
        Types = 0;
        Roots = [];
        Parents.Clear();
        StaleParents.Clear();
    }

    /// <summary>Bytes of input addresses that a descriptor of it covers.</summary>
    public ulong Cover => Geometry.Size(Arm.Geometry.Level.Of(Level));

    /// <summary>The first input address of a descriptor.</summary>
    public ulong InputOf(int word) => (Input + (ulong)word * Cover) & InputAddress.Mask;

    /// <summary>The address of the table that a descriptor of it points to; null for another descriptor.</summary>
    public ulong? TableOf(ulong descriptor) => TableOf(descriptor, Level);

    /// <summary>The same for a descriptor of the same tree at another level.</summary>
    public ulong? TableOf(ulong descriptor, int level) =>
        level < 3 && (descriptor & 3) == 3 ? new Descriptor(descriptor).NextTable(Geometry).Value : null;

    /// <summary>
    /// Whether a page is a table since a descriptor of this one leads to it. A descriptor that leads to a table of
    /// another place breaks a rule and makes nothing a table, so to follow it might never end.
    /// </summary>
    /// <param name="descriptor">The descriptor's address.</param>
    public bool Links(ulong descriptor, LintedPage below) =>
        below.IsTable && below.Level > Level && below.Parents.Contains(descriptor);

    /// <summary>Whether a walk that reads a descriptor of it translates by it.</summary>
    public bool IsValid(ulong descriptor) => IsValid(descriptor, Level);

    /// <summary>The same for a descriptor of the same tree at another level.</summary>
    public bool IsValid(ulong descriptor, int level) => IsValid(descriptor, Geometry, level);

    /// <summary>Whether a walk of a shape that reads a descriptor at a level translates by it.</summary>
    public static bool IsValid(ulong descriptor, TranslationGeometry geometry, int level) =>
        (descriptor & 1) != 0 && new Descriptor(descriptor).Translates(geometry, Arm.Geometry.Level.Of(level));

    /// <summary>The output address of a leaf of it.</summary>
    public ulong OutputOf(ulong leaf) => OutputOf(leaf, Level);

    /// <summary>The output address of a leaf of the same tree at another level.</summary>
    public ulong OutputOf(ulong leaf, int level) =>
        new Descriptor(leaf).OutputAddress(Geometry, Arm.Geometry.Level.Of(level)).Value;

    /// <summary>The attributes of a leaf of it; the bits of its output address are 0.</summary>
    public ulong AttributesOf(ulong leaf, int level) =>
        new Descriptor(leaf).Attributes(Geometry, Arm.Geometry.Level.Of(level)).Bits;

    /// <summary>The members of a contiguous group at its level; 1 where the bit has no meaning.</summary>
    public int GroupSize => Geometry.Granule.ContiguousEntries(Arm.Geometry.Level.Of(Level));
}
