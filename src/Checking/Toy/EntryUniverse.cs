using System.Collections.Immutable;
using System.Numerics;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Linux.LinearMap;

namespace Orleans.Mmu.Checking.Toy;

/// <summary>
/// Every TLB entry that can exist while a protocol runs, one bit each; and the architecture's verdict on each pair of
/// them at each level, computed once by the rules that CPUs apply at run time.
/// </summary>
public sealed class EntryUniverse
{
    private readonly Dictionary<(BbmLevel, bool), uint[]> _conflicts = [];

    /// <param name="contents">For each word, the contents that it can have.</param>
    public EntryUniverse(ToyMachine machine, IReadOnlyDictionary<WatchedWord, ImmutableSortedSet<WordContent>> contents)
    {
        Machine = machine;
        var list = new EntryList(machine, contents);
        (Entries, SecondTop) = (list.Entries, list.SecondTop);
        if (Entries.Length > 32)
            throw new ModelLimitException(
                $"expected at most 32 TLB entries that can exist while the protocol runs, found {Entries.Length}");
        foreach (var level in Enum.GetValues<BbmLevel>())
        {
            _conflicts[(level, true)] = EntryConflicts.Of(machine, Entries, level, mixed: true);
            _conflicts[(level, false)] = EntryConflicts.Of(machine, Entries, level, mixed: false);
        }
    }

    public ToyMachine Machine { get; }

    /// <summary>All entries, parents before children.</summary>
    public ImmutableArray<WatchedEntry> Entries { get; }

    /// <summary>The table entry that leads from swapper_pg_dir to both pmds; it never changes.</summary>
    public static uint Top => 1;

    /// <summary>The same from root:B; 0 if the protocol has no such root.</summary>
    public uint SecondTop { get; }

    /// <summary>The page of the idmap that waiting code runs in.</summary>
    public uint Idmap => Entries[^1].Bit;

    /// <summary>Entries of the TTBR1 half.</summary>
    public uint Kernel => Idmap - 1;

    /// <summary>For each entry, the entries that a CPU of a level must not hold together with it.</summary>
    /// <param name="mixed">Entries that it may mix; otherwise those for which it may raise a conflict abort.</param>
    public ReadOnlySpan<uint> ConflictsOf(BbmLevel level, bool mixed) => _conflicts[(level, mixed)];

    /// <summary>The entries that an operation must remove, whatever the current ASID.</summary>
    /// <remarks>
    /// A table entry and a leaf with nG carry the ASID that was in effect when they were walked, below TTBR1 as well.
    /// In Linux that is the ASID of whichever task the CPU ran, so a flush of one ASID need not remove them. Global
    /// leaves have none.
    /// </remarks>
    public uint Scope(in TlbiOperation operation)
    {
        uint scope = 0;
        if (operation.Scope == TlbiScope.Asid)
            return scope;
        foreach (var entry in Entries)
        {
            if (!TlbMaintenance.Affects(operation, entry.Entry, Machine.Geometry))
                continue;
            // The Contiguous bit does not widen a TLBI (I_JQPNP).
            bool isMember = operation.ByAddress && entry.Entry.Members != UInt128.MaxValue;
            if (!isMember || TlbMaintenance.MembersLeft(operation, entry.Entry, Machine.Geometry) == UInt128.Zero)
                scope |= entry.Bit;
        }

        return scope;
    }

    /// <summary>The entries that a word with a content provides.</summary>
    public uint Of(WatchedWord word, WordContent content) =>
        Entries.Where(e => e.Word == word && e.Content == content).Aggregate(0u, (mask, e) => mask | e.Bit);

    /// <summary>The entries that a word can provide, and those that they lead to.</summary>
    public uint Below(WatchedWord word)
    {
        uint below = 0;
        // Parents come before children.
        foreach (var entry in Entries)
        {
            if (entry.Word == word || (entry.Parent >= 0 && (below >> entry.Parent & 1) != 0))
                below |= entry.Bit;
        }

        return below;
    }

    /// <summary>The entries of the words of a range.</summary>
    public uint Of(RepaintRange range) =>
        Entries.Where(e => e.Word?.Range == range).Aggregate(0u, (mask, e) => mask | e.Bit);

    /// <summary>The entries of words that a protocol can write.</summary>
    public uint OfWords => Entries.Where(e => e.Word is not null).Aggregate(0u, (mask, e) => mask | e.Bit);

    /// <summary>The entries that lead to a word.</summary>
    public uint LeadingTo(WatchedWord word) => word.IsPmd ? word.Second ? SecondTop : Top
        : Of(new(word.Range, -1), word.Link) | Of(new(word.Range, -1, true), word.Link);

    /// <summary>The names of the entries of a may-set.</summary>
    public IEnumerable<string> Names(uint mask) => Members(mask).Select(e => e.Name);

    public IEnumerable<WatchedEntry> Members(uint mask)
    {
        for (; mask != 0; mask &= mask - 1)
            yield return Entries[BitOperations.TrailingZeroCount(mask)];
    }
}
