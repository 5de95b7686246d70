using System.Collections.Immutable;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.ProtocolFiles;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Checking.Toy;

/// <summary>A map before a change, and the requirements on it.</summary>
/// <param name="Name">The name, as a protocol file's header "map" gives it; it never changes.</param>
/// <param name="About">One line: what the map is before the change, and must be at the end.</param>
/// <param name="Initial">The initial content of every word.</param>
/// <param name="Intended">The required content of every word at the end.</param>
/// <param name="MustBeMapped">Whether kernel code may access the watched pages at any moment.</param>
public sealed record MapChangeGoal(
    string Name, string About,
    ImmutableDictionary<WatchedWord, WordContent> Initial, ImmutableDictionary<WatchedWord, WordContent> Intended,
    bool MustBeMapped)
{
    /// <summary>
    /// The root that TTBR1 of every CPU must hold at the end; null where it is the one from the beginning.
    /// </summary>
    public RootTable? Root { get; init; }

    /// <summary>Both blocks become pages.</summary>
    public static MapChangeGoal Repaint { get; } = ToPages(
        ProtocolFile.RepaintMap, "the blocks below text and above rodata become pages",
        RepaintRange.BelowText, RepaintRange.AboveRodata);

    /// <summary>One of the blocks becomes pages.</summary>
    public static MapChangeGoal Split { get; } = ToPages(
        "split", "the block below text becomes pages", RepaintRange.BelowText);

    /// <summary>One page of a block becomes read-only.</summary>
    public static MapChangeGoal FirstPageReadOnly { get; } = new(
        "read-only-page", "the block below text becomes pages, of which page 0 is read-only",
        Blocks,
        Blocks.SetItems(InPages(RepaintRange.BelowText, WordContent.Page))
            .SetItem(new(RepaintRange.BelowText, 0), WordContent.ReadOnlyPage),
        MustBeMapped: true);

    /// <summary>A table of pages is removed and its page freed.</summary>
    public static MapChangeGoal Removal { get; } = new(
        "remove-table", "a table of pages below text is unlinked and freed, and nothing is mapped there",
        Pages(WordContent.Page),
        Pages(WordContent.Freed)
            .SetItem(new(RepaintRange.BelowText, -1), WordContent.None),
        MustBeMapped: false);

    /// <summary>Pages become a contiguous group.</summary>
    public static MapChangeGoal Fold { get; } = Group(
        "fold-group", "the pages below text become a contiguous group", WordContent.Page, WordContent.ContiguousPage);

    /// <summary>Pages stop being a contiguous group.</summary>
    public static MapChangeGoal Unfold { get; } = Group(
        "unfold-group", "the pages below text stop being a contiguous group", WordContent.ContiguousPage,
        WordContent.Page);

    /// <summary>A contiguous group is unmapped; its table stays.</summary>
    public static MapChangeGoal GroupRemoval { get; } = new(
        "remove-group", "a contiguous group below text is unmapped, and its table stays",
        Pages(WordContent.ContiguousPage), Pages(WordContent.None), MustBeMapped: false);

    /// <summary>The pages of a process become a contiguous group: an access that faults is repeated.</summary>
    public static MapChangeGoal UserFold { get; } =
        Fold with
        {
            Name = "fold-user-group",
            About = "the pages below text, which may fault for a moment, become a contiguous group",
            MustBeMapped = false,
        };

    /// <summary>A block takes the place of a table whose pages translate as it does.</summary>
    public static MapChangeGoal HugeOverTable { get; } = new(
        "huge-over-table", "a block takes the place of a table of pages below text, whose page is freed",
        Pages(WordContent.Page),
        Pages(WordContent.Freed).SetItem(new(RepaintRange.BelowText, -1), WordContent.Block),
        MustBeMapped: false);

    /// <summary>A page moves to another that holds the same.</summary>
    public static MapChangeGoal MoveToCopy { get; } = new(
        "move-to-copy", "page 0 below text is mapped read-only to another page with the same contents",
        Pages(WordContent.Page),
        Pages(WordContent.Page).SetItem(new(RepaintRange.BelowText, 0), WordContent.ReadOnlyCopy),
        MustBeMapped: true);

    /// <summary>A page moves to another that holds something else.</summary>
    public static MapChangeGoal MoveElsewhere { get; } = new(
        "move-elsewhere", "page 0 below text is mapped read-only to another page with other contents",
        Pages(WordContent.Page),
        Pages(WordContent.Page).SetItem(new(RepaintRange.BelowText, 0), WordContent.OtherReadOnlyPage),
        MustBeMapped: true);

    /// <summary>The blocks stop being global.</summary>
    public static MapChangeGoal NotGlobal { get; } = new(
        "not-global", "the blocks below text and above rodata have nG",
        Blocks,
        Blocks.SetItem(new(RepaintRange.BelowText, -1), WordContent.BlockNg)
            .SetItem(new(RepaintRange.AboveRodata, -1), WordContent.BlockNg),
        MustBeMapped: true);

    /// <summary>Every CPU goes from a map in blocks to a second one, of which a block is in pages.</summary>
    public static MapChangeGoal ReplacedRoot { get; } = new(
        "replace-root", "TTBR1 of every CPU is root:B, which has pages below text, and no longer swapper_pg_dir",
        TwoRoots, TwoRoots, MustBeMapped: true)
    {
        Root = RootTable.Second,
    };

    /// <summary>All of them.</summary>
    public static ImmutableArray<MapChangeGoal> All { get; } =
    [
        Repaint, Split, FirstPageReadOnly, Removal, Fold, Unfold, GroupRemoval, UserFold, HugeOverTable, MoveToCopy,
        MoveElsewhere, ReplacedRoot, NotGlobal,
    ];

    private static ImmutableDictionary<WatchedWord, WordContent> Pages(WordContent page) =>
        Blocks.SetItems(InPages(RepaintRange.BelowText, page));

    private static ImmutableDictionary<WatchedWord, WordContent> Blocks =>
        WatchedWord.All.ToImmutableDictionary(
            w => w, w => w is { IsPmd: true, Second: false } ? WordContent.Block : WordContent.Unfilled);

    private static ImmutableDictionary<WatchedWord, WordContent> TwoRoots => Blocks
        .SetItem(new(RepaintRange.BelowText, -1, true), WordContent.SecondTable)
        .SetItem(new(RepaintRange.BelowText, 0, true), WordContent.Page)
        .SetItem(new(RepaintRange.BelowText, 1, true), WordContent.Page)
        .SetItem(new(RepaintRange.AboveRodata, -1, true), WordContent.Block);

    private static MapChangeGoal ToPages(string name, string about, params RepaintRange[] ranges) => new(
        name, about, Blocks, Blocks.SetItems(ranges.SelectMany(r => InPages(r, WordContent.Page))), MustBeMapped: true);

    private static MapChangeGoal Group(string name, string about, WordContent before, WordContent after) => new(
        name, about, Pages(before), Pages(after), MustBeMapped: true);

    private static IEnumerable<KeyValuePair<WatchedWord, WordContent>> InPages(RepaintRange range, WordContent page) =>
    [
        new(new(range, -1), WordContent.Table),
        .. Enumerable.Range(0, WatchedWord.Pages)
            .Select(p => new KeyValuePair<WatchedWord, WordContent>(new(range, p), page)),
    ];
}
