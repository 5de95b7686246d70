using System.Collections.Immutable;
using System.Numerics;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Arm.TlbEntries;
using Orleans.Mmu.Arm.Walks;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Protocols;

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
        var entries = ImmutableArray.CreateBuilder<WatchedEntry>();
        AddTop(entries);
        if (contents.Any(c => c.Key is { Second: true, IsPmd: true } && c.Value.Any(HasEntry)))
            AddSecondTop(entries);
        foreach (var (word, held) in contents.OrderBy(c => WatchedWord.All.IndexOf(c.Key)))
        {
            foreach (var content in held)
                AddOf(word, content, contents, entries);
        }

        AddIdmap(entries);
        Entries = entries.ToImmutable();
        if (Entries.Length > 32)
            throw new ModelLimitException(
                $"expected at most 32 TLB entries that can exist while the protocol runs, found {Entries.Length}");
        foreach (var level in Enum.GetValues<BbmLevel>())
        {
            _conflicts[(level, true)] = Conflicts(level, mixed: true);
            _conflicts[(level, false)] = Conflicts(level, mixed: false);
        }
    }

    public ToyMachine Machine { get; }

    /// <summary>All entries, parents before children.</summary>
    public ImmutableArray<WatchedEntry> Entries { get; }

    /// <summary>The table entry that leads from swapper_pg_dir to both pmds; it never changes.</summary>
    public static uint Top => 1;

    /// <summary>The same from root:B; 0 if the protocol has no such root.</summary>
    public uint SecondTop { get; private set; }

    /// <summary>The page of the idmap that waiting code runs in.</summary>
    public uint Idmap => Entries[^1].Bit;

    /// <summary>Entries of the TTBR1 half.</summary>
    public uint Kernel => Idmap - 1;

    /// <summary>For each entry, the entries that a CPU of a level must not hold together with it.</summary>
    /// <param name="mixed">Entries that it may mix; otherwise those for which it may raise a conflict abort.</param>
    public ReadOnlySpan<uint> ConflictsOf(BbmLevel level, bool mixed) => _conflicts[(level, mixed)];

    /// <summary>The entries that an operation must remove, whatever the current ASID.</summary>
    public uint Scope(in TlbiOperation operation)
    {
        uint scope = 0;
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

    private void AddTop(ImmutableArray<WatchedEntry>.Builder entries)
    {
        var va = Machine.BlockOf(RepaintRange.BelowText);
        Span<WalkRead> steps = stackalloc WalkRead[TableWalker.MaxSteps];
        TableWalker.Walk(Machine.Painted, Machine.Swapper, va, 52, steps, out _);
        entries.Add(
            new(0, TlbEntry.ForTable(Machine.Geometry, va, steps[0].Level, steps[0].Value, 0), null, WordContent.Table,
                -1, "pgd -> pmd table"));
    }

    private void AddSecondTop(ImmutableArray<WatchedEntry>.Builder entries)
    {
        var first = entries[0].Entry;
        var entry = TlbEntry.ForTable(
            Machine.Geometry, first.Start, first.Level, Machine.SecondRootWord.Value, 0);
        var top = new WatchedEntry(
            entries.Count, entry, null, WordContent.Table, -1, "pgd -> pmd table of root:B");
        SecondTop = top.Bit;
        entries.Add(top);
    }

    private static bool HasEntry(WordContent content) =>
        content is not (WordContent.None or WordContent.Unfilled or WordContent.Freed);

    private void AddOf(
        WatchedWord word, WordContent content,
        IReadOnlyDictionary<WatchedWord, ImmutableSortedSet<WordContent>> contents,
        ImmutableArray<WatchedEntry>.Builder entries)
    {
        if (!HasEntry(content))
            return;
        var geometry = Machine.Geometry;
        var descriptor = word.Descriptor(Machine, content);
        var va = word.Address(Machine);
        string place = RepaintRangeText.Of(word.Range);
        if (word.IsPmd)
        {
            var entry = content is WordContent.Table or WordContent.SecondTable
                ? TlbEntry.ForTable(geometry, va, Level.L2, descriptor, 0)
                : TlbEntry.ForLeaf(geometry, va, new(WalkFault.None, Level.L2, descriptor), 0);
            string kind = content
                switch
            {
                WordContent.Table => "pmd -> pte table",
                WordContent.SecondTable => "pmd -> second pte table",
                WordContent.BlockNt => "2M block with nT",
                WordContent.BlockNg => "2M block with nG",
                _ =>
                    "2M block"
            };
            string root = word.Second ? " of root:B" : "";
            int top = BitOperations.TrailingZeroCount(word.Second ? SecondTop : Top);
            entries.Add(new(entries.Count, entry, word, content, top, $"{kind} {place}{root}"));
            return;
        }

        // The entry of the table that holds the word; if the protocol never links such a table, no entry leads here.
        var links = entries.Where(
            e => e.Word is { IsPmd: true } pmd && pmd.Range == word.Range && e.Content == word.Link).ToList();
        if (links.Count > 1)
            throw new ModelLimitException(
                $"expected a table of pages below one root, found that both link the table of {word}");
        if (links.Count == 0)
            return;
        int parent = links[0].Index;
        var walk = new WalkResult(WalkFault.None, Level.L3, descriptor);
        if (content != WordContent.ContiguousPage)
        {
            string kind = content switch
            {
                WordContent.ReadOnlyPage => "read-only 4K page",
                WordContent.ReadOnlyCopy => "read-only copy of 4K page",
                WordContent.OtherReadOnlyPage => "another read-only page for 4K page",
                _ => "4K page",
            };
            entries.Add(
                new(entries.Count, TlbEntry.ForLeaf(geometry, va, walk, 0), word, content, parent,
                    $"{kind} {word.Page} {place}{(word.Second ? " in the second table" : "")}"));
            return;
        }

        // Hardware may trust the Contiguous bit: the member that was read translates every page of its group.
        var group = contents.Keys.Where(w => !w.IsPmd && w with { Page = word.Page } == word);
        foreach (var other in group.OrderBy(w => w.Page))
        {
            var entry = TlbEntry.ForGroup(geometry, va, walk, 0) with { Members = UInt128.One << other.Page };
            string by = other == word ? "" : $" by its member {word.Page}";
            entries.Add(
                new(entries.Count, entry, word, content, parent, $"contiguous 4K page {other.Page} {place}{by}"));
        }
    }

    private void AddIdmap(ImmutableArray<WatchedEntry>.Builder entries)
    {
        var pa = Machine.Description.Image.Stext;
        var leaf = Descriptor.Leaf(
            Machine.Geometry, Level.L3, pa, LeafAttributes.Data(Machine.Geometry, 0, true), false);
        var entry = TlbEntry.ForLeaf(
            Machine.Geometry, new VirtualAddress(pa.Value), new(WalkFault.None, Level.L3, leaf), 0);
        entries.Add(new(entries.Count, entry, null, WordContent.Page, -1, "idmap page"));
    }

    private uint[] Conflicts(BbmLevel level, bool mixed)
    {
        var conflicts = new uint[Entries.Length];
        foreach (var a in Entries)
        {
            foreach (var b in Entries)
            {
                if (a == b || !a.Entry.Overlaps(Machine.Geometry, b.Entry))
                    continue;
                var verdict = OverlapRules.Judge(Machine.Geometry, level, a.Entry, b.Entry, a.HoldsWhat(b));
                bool mixes = (verdict.Outcomes & OverlapBehaviours.Amalgamation) != 0;
                if (verdict.IsHazard && mixes == mixed)
                    conflicts[a.Index] |= b.Bit;
            }
        }

        return conflicts;
    }
}
