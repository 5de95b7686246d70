using System.Collections.Immutable;
using Orleans.Mmu.Linux.LinearMap;

namespace Orleans.Mmu.Checking.Toy;

/// <summary>A map before a change, and the requirements on it.</summary>
/// <param name="Initial">The initial content of every word.</param>
/// <param name="Intended">The required content of every word at the end.</param>
/// <param name="MustBeMapped">Whether kernel code may access the watched pages at any moment.</param>
public sealed record MapChangeGoal(
    ImmutableDictionary<WatchedWord, WordContent> Initial, ImmutableDictionary<WatchedWord, WordContent> Intended,
    bool MustBeMapped)
{
    /// <summary>Both blocks, or one of them, become pages.</summary>
    public static MapChangeGoal Repaint(params RepaintRange[] ranges) => new(
        Blocks, Blocks.SetItems(ranges.SelectMany(r => InPages(r, WordContent.Page))), MustBeMapped: true);

    /// <summary>One page of a block becomes read-only.</summary>
    public static MapChangeGoal FirstPageReadOnly { get; } = new(
        Blocks,
        Blocks.SetItems(InPages(RepaintRange.BelowText, WordContent.Page))
            .SetItem(new(RepaintRange.BelowText, 0), WordContent.ReadOnlyPage),
        MustBeMapped: true);

    /// <summary>A table of pages is removed and its page freed.</summary>
    public static MapChangeGoal Removal { get; } = new(
        Blocks.SetItems(InPages(RepaintRange.BelowText, WordContent.Page)),
        Blocks.SetItems(InPages(RepaintRange.BelowText, WordContent.Freed))
            .SetItem(new(RepaintRange.BelowText, -1), WordContent.None),
        MustBeMapped: false);

    /// <summary>Pages become a contiguous group, or stop being one.</summary>
    public static MapChangeGoal Group(bool fold) => new(
        Blocks.SetItems(InPages(RepaintRange.BelowText, fold ? WordContent.Page : WordContent.ContiguousPage)),
        Blocks.SetItems(InPages(RepaintRange.BelowText, fold ? WordContent.ContiguousPage : WordContent.Page)),
        MustBeMapped: true);

    private static ImmutableDictionary<WatchedWord, WordContent> Blocks =>
        WatchedWord.All.ToImmutableDictionary(w => w, w => w.IsPmd ? WordContent.Block : WordContent.Unfilled);

    private static IEnumerable<KeyValuePair<WatchedWord, WordContent>> InPages(RepaintRange range, WordContent page) =>
    [
        new(new(range, -1), WordContent.Table),
        .. Enumerable.Range(0, WatchedWord.Pages)
            .Select(p => new KeyValuePair<WatchedWord, WordContent>(new(range, p), page)),
    ];
}
