using System.Collections.Immutable;
using System.Numerics;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.TlbEntries;
using Orleans.Mmu.Arm.Walks;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Checking.Toy;

/// <summary>Lists the TLB entries that can exist while a protocol runs, parents before children.</summary>
internal sealed class EntryList
{
    private readonly ImmutableArray<WatchedEntry>.Builder _entries = ImmutableArray.CreateBuilder<WatchedEntry>();
    private readonly ToyMachine _machine;

    /// <param name="contents">For each word, the contents that it can have.</param>
    public EntryList(ToyMachine machine, IReadOnlyDictionary<WatchedWord, ImmutableSortedSet<WordContent>> contents)
    {
        _machine = machine;
        AddTop();
        if (contents.Any(c => c.Key is { Second: true, IsPmd: true } && c.Value.Any(HasEntry)))
            AddSecondTop();
        foreach (var (word, held) in contents.OrderBy(c => WatchedWord.All.IndexOf(c.Key)))
        {
            foreach (var content in held)
                AddOf(word, content, contents);
        }

        AddIdmap();
        Entries = _entries.ToImmutable();
    }

    public ImmutableArray<WatchedEntry> Entries { get; }

    /// <summary>The table entry that leads from root:B to its pmd; 0 if the protocol has no such root.</summary>
    public uint SecondTop { get; private set; }

    private void AddTop()
    {
        var va = _machine.BlockOf(RepaintRange.BelowText);
        Span<WalkRead> steps = stackalloc WalkRead[TableWalker.MaxSteps];
        TableWalker.Walk(_machine.Painted, _machine.Swapper, va, 52, steps, out _);
        _entries.Add(
            new(0, TlbEntry.ForTable(_machine.Geometry, va, steps[0].Level, steps[0].Value, 0), null, WordContent.Table,
                -1, "pgd -> pmd table"));
    }

    private void AddSecondTop()
    {
        var first = _entries[0].Entry;
        var entry = TlbEntry.ForTable(
            _machine.Geometry, first.Start, first.Level, _machine.SecondRootWord.Value, 0);
        var top = new WatchedEntry(
            _entries.Count, entry, null, WordContent.Table, -1, "pgd -> pmd table of root:B");
        SecondTop = top.Bit;
        _entries.Add(top);
    }

    private static bool HasEntry(WordContent content) =>
        content is not (WordContent.None or WordContent.Unfilled or WordContent.Freed);

    private void AddOf(
        WatchedWord word, WordContent content,
        IReadOnlyDictionary<WatchedWord, ImmutableSortedSet<WordContent>> contents)
    {
        if (!HasEntry(content))
            return;
        var geometry = _machine.Geometry;
        var descriptor = word.Descriptor(_machine, content);
        var va = word.Address(_machine);
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
            int top = BitOperations.TrailingZeroCount(word.Second ? SecondTop : EntryUniverse.Top);
            _entries.Add(new(_entries.Count, entry, word, content, top, $"{kind} {place}{root}"));
            return;
        }

        // The entry of the table that holds the word; if the protocol never links such a table, no entry leads here.
        var links = _entries.Where(
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
            _entries.Add(
                new(_entries.Count, TlbEntry.ForLeaf(geometry, va, walk, 0), word, content, parent,
                    $"{kind} {word.Page} {place}{(word.Second ? " in the second table" : "")}"));
            return;
        }

        // Hardware may trust the Contiguous bit: the member that was read translates every page of its group.
        var group = contents.Keys.Where(w => !w.IsPmd && w with { Page = word.Page } == word);
        foreach (var other in group.OrderBy(w => w.Page))
        {
            var entry = TlbEntry.ForGroup(geometry, va, walk, 0) with { Members = UInt128.One << other.Page };
            string by = other == word ? "" : $" by its member {word.Page}";
            _entries.Add(
                new(_entries.Count, entry, word, content, parent, $"contiguous 4K page {other.Page} {place}{by}"));
        }
    }

    private void AddIdmap()
    {
        var pa = _machine.Description.Image.Stext;
        var leaf = Descriptor.Leaf(
            _machine.Geometry, Level.L3, pa, LeafAttributes.Data(_machine.Geometry, 0, true), false);
        var entry = TlbEntry.ForLeaf(
            _machine.Geometry, new VirtualAddress(pa.Value), new(WalkFault.None, Level.L3, leaf), 0);
        _entries.Add(new(_entries.Count, entry, null, WordContent.Page, -1, "idmap page"));
    }
}
