using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Walks;
using Orleans.Mmu.Checking.Toy;
using Orleans.Mmu.Linux.LinearMap;

namespace Orleans.Mmu.Checking.Transitions;

/// <summary>The contents of memory at a moment, as masks over the entry universe.</summary>
public sealed class MemoryView
{
    private static readonly int PagesOfRanges = Enum.GetValues<RepaintRange>().Length * WatchedWord.Pages;

    // By range and page; null where every descriptor is valid.
    private uint[]? _toNothing;

    /// <param name="held">The contents of every word.</param>
    public MemoryView(
        EntryUniverse universe, MapChangeGoal scene, IReadOnlyDictionary<WatchedWord, WordContent> held)
    {
        Held = held;
        foreach (var entry in universe.Entries)
        {
            bool says = entry.Word is not { } word || held[word] == entry.Content;
            if (says)
                Present |= entry.Bit;
            if (says && (entry.Parent < 0 || (Reachable & 1u << entry.Parent) != 0))
                Reachable |= entry.Bit;
        }

        JudgeEntries(universe);
        JudgeWords(universe, scene);
    }

    /// <summary>The contents of every word.</summary>
    public IReadOnlyDictionary<WatchedWord, WordContent> Held { get; }

    /// <summary>Entries whose word holds them now; a walk that reaches the word can cache them.</summary>
    public uint Present { get; }

    /// <summary>
    /// Entries that a walk from the root can cache: every word on the way holds the needed descriptor.
    /// </summary>
    public uint Reachable { get; }

    /// <summary>
    /// Leaf entries that translate a page differently from the page's own descriptor, or although it maps nothing. A
    /// member of a contiguous group may translate another page of it so while memory still holds the member.
    /// </summary>
    public uint Wrong { get; private set; }

    /// <summary>Leaf entries that let a store through that memory forbids.</summary>
    public uint Writes { get; private set; }

    /// <summary>Entries that no longer match memory but translate the same.</summary>
    public uint Outdated { get; private set; }

    /// <summary>Entries that lead to a word that is not yet written.</summary>
    public uint ToUnfilled { get; private set; }

    /// <summary>Entries that lead to a word of a table that was freed.</summary>
    public uint ToFreed { get; private set; }

    /// <summary>Entries that lead to an invalid word below an address that must be mapped.</summary>
    public uint ToInvalid { get; private set; }

    /// <summary>The words that hold an invalid descriptor; bits as <see cref="EarlyFaults.BitOf"/>.</summary>
    public uint Invalid { get; private set; }

    /// <summary>Entries that lead an access of a page to an invalid descriptor.</summary>
    /// <param name="page">A page's word in the first table; an entry of another table may lead there as well.</param>
    public uint ToNothing(WatchedWord page) => _toNothing?[NumberOf(page)] ?? 0;

    /// <summary>
    /// Entries that lead to a contiguous group of which some members carry the bit and some do not (R_QTRPM).
    /// </summary>
    public uint ToMixedGroup { get; private set; }

    /// <summary>Whether the map is the one that the protocol must produce.</summary>
    public bool IsIntended { get; private set; }

    private void JudgeEntries(EntryUniverse universe)
    {
        var geometry = universe.Machine.Geometry;
        foreach (var entry in universe.Members(universe.Kernel))
        {
            bool isHeld = (Reachable & entry.Bit) != 0;
            if (entry.Entry.IsTable)
            {
                Outdated |= isHeld ? 0 : entry.Bit;
                continue;
            }

            // Compares each watched address that the entry translates with what a walk would find there.
            foreach (var word in WatchedWord.All.Where(w => w is { IsPmd: false, Second: false }))
            {
                var va = word.Address(universe.Machine);
                if (!entry.Entry.Covers(geometry, va) || (isHeld && IsOwn(entry, word)))
                    continue;
                if (LeafAt(universe, word) is not { } now || IsElsewhere(geometry, entry, now, va))
                    Wrong |= entry.Bit;
                else if (
                    now.Entry.Permits(geometry, AccessKind.Store) != WalkFault.None
                        && entry.Entry.Permits(geometry, AccessKind.Store) == WalkFault.None)
                    Writes |= entry.Bit;
            }

            if (!isHeld && ((Wrong | Writes) & entry.Bit) == 0)
                Outdated |= entry.Bit;
        }
    }

    // A copy of a page is the page to accesses that cannot tell the two apart (R_WHZWS).
    private static bool IsElsewhere(
        TranslationGeometry geometry, WatchedEntry entry, WatchedEntry now, VirtualAddress va) =>
        now.Entry.Translate(va) != entry.Entry.Translate(va)
        && (OverlapRules.Differences(geometry, entry.Entry, now.Entry, entry.HoldsWhat(now))
            & OverlapDifference.OutputAddress) != 0;

    // The leaf that a walk for a page finds.
    private WatchedEntry? LeafAt(EntryUniverse universe, WatchedWord page)
    {
        var va = page.Address(universe.Machine);
        foreach (var entry in universe.Members(Reachable & universe.Kernel))
        {
            if (!entry.Entry.IsTable && IsOwn(entry, page) && entry.Entry.Covers(universe.Machine.Geometry, va))
                return entry;
        }

        return null;
    }

    // Whether an entry comes from a page's own descriptor or its block's, not from another member of its group.
    private static bool IsOwn(WatchedEntry entry, WatchedWord page) =>
        entry.Word is not { IsPmd: false } word || word.Page == page.Page;

    private void JudgeWords(EntryUniverse universe, MapChangeGoal scene)
    {
        foreach (var (word, content) in Held)
        {
            uint parent = universe.LeadingTo(word);
            if (content == WordContent.Unfilled)
                ToUnfilled |= parent;
            else if (content == WordContent.Freed)
                ToFreed |= parent;
            else if (content == WordContent.None)
                AddInvalid(word, parent, scene.MustBeMapped);
        }

        foreach (var group in Held.Where(h => !h.Key.IsPmd).GroupBy(h => h.Key with { Page = 0 }))
        {
            bool some = group.Any(h => h.Value == WordContent.ContiguousPage);
            bool others = group.Any(h => h.Value is WordContent.Page or WordContent.ReadOnlyPage
                or WordContent.ReadOnlyCopy or WordContent.OtherReadOnlyPage);
            if (some && others)
                ToMixedGroup |= universe.LeadingTo(group.Key);
        }

        IsIntended = IntendedMap.IsHeld(Held, scene);
    }

    private void AddInvalid(WatchedWord word, uint parent, bool mustBeMapped)
    {
        Invalid |= EarlyFaults.BitOf(word);
        if (mustBeMapped)
            ToInvalid |= parent;
        _toNothing ??= new uint[PagesOfRanges];
        for (int page = 0; page < WatchedWord.Pages; page++)
        {
            if (word.IsPmd || word.Page == page)
                _toNothing[NumberOf(new(word.Range, page))] |= parent;
        }
    }

    private static int NumberOf(WatchedWord page) => (int)page.Range * WatchedWord.Pages + page.Page;
}
