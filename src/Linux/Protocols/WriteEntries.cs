using Orleans.Mmu.Linux.LinearMap;

namespace Orleans.Mmu.Linux.Protocols;

/// <summary>
/// Which words of a range a protocol writes: the level-2 entry that maps the range, or entries of the level-3 table
/// below it.
/// </summary>
public enum EntryWord
{
    /// <summary>The pmd: a block, or the descriptor of a table of pages.</summary>
    Pmd,

    /// <summary>The pte of the range's first page.</summary>
    FirstPte,

    /// <summary>The pte of the range's second page.</summary>
    SecondPte,

    /// <summary>Every pte of the table. The order of the stores is not specified.</summary>
    AllPtes,

    /// <summary>The first pte of a second table of pages for the range, which another CPU has allocated.</summary>
    SecondFirstPte,

    /// <summary>Every pte of the second table.</summary>
    SecondAllPtes,

    /// <summary>The pmd below the second populated root.</summary>
    SecondPmd,
}

/// <summary>The value that a protocol writes.</summary>
public enum EntryValue
{
    /// <summary>Zero: nothing is mapped.</summary>
    None,

    /// <summary>The block as painted.</summary>
    Block,

    /// <summary>The block with nT (FEAT_BBM level 1).</summary>
    BlockNt,

    /// <summary>The table of pages.</summary>
    Table,

    /// <summary>A page that translates as the block does, with the same permissions.</summary>
    Page,

    /// <summary>The same, read-only.</summary>
    ReadOnlyPage,

    /// <summary>A read-only page at another address, which holds the same contents.</summary>
    ReadOnlyCopy,

    /// <summary>A read-only page at another address, which holds other contents.</summary>
    OtherReadOnlyPage,

    /// <summary>The same, with the Contiguous bit.</summary>
    ContiguousPage,

    /// <summary>The second table of pages.</summary>
    SecondTable,

    /// <summary>The block as painted, but with nG: it belongs to an ASID.</summary>
    BlockNg,
}

/// <summary>
/// Stores of descriptors, each single-copy atomic (R_YKQTS). The CPU chooses the order in which they are performed.
/// </summary>
public sealed record WriteEntries : Step
{
    internal static StepKind Declaration { get; } =
        new("write", StepPerformers.Any, StepEffects.StoresDescriptors);

    internal static IReadOnlyList<Step> Every => [.. StepOperands.Ranges.SelectMany(InRange)];

    private WriteEntries(RepaintRange range, EntryWord word, EntryValue value)
        : base(
            Declaration, StepOperands.Of(range, word, value),
            $"{TextOf(range, word)} = {TextOf(value)}") =>
        (Range, Word, Value) = (range, word, value);

    public RepaintRange Range { get; }

    public EntryWord Word { get; }

    public EntryValue Value { get; }

    public static WriteEntries To(RepaintRange range, EntryWord word, EntryValue value) => new(range, word, value);

    private static IEnumerable<Step> InRange(RepaintRange range) =>
        from word in StepOperands.Words from value in StepOperands.Values select To(range, word, value);

    internal static string TextOf(RepaintRange range, EntryWord word) => (word, RepaintRangeText.Of(range)) switch
    {
        (EntryWord.Pmd, var place) => $"pmd({place})",
        (EntryWord.FirstPte, var place) => $"pte[0]({place})",
        (EntryWord.SecondPte, var place) => $"pte[1]({place})",
        (EntryWord.AllPtes, var place) => $"pte[all]({place})",
        (EntryWord.SecondFirstPte, var place) => $"pte[0]({place}, second table)",
        (EntryWord.SecondAllPtes, var place) => $"pte[all]({place}, second table)",
        (EntryWord.SecondPmd, var place) => $"pmd({place}, root:B)",
        _ => throw new ArgumentOutOfRangeException(nameof(word), word, "no such word"),
    };

    internal static string TextOf(EntryValue value) => value switch
    {
        EntryValue.None => "0",
        EntryValue.Block => "block",
        EntryValue.BlockNt => "block, nT",
        EntryValue.Table => "table",
        EntryValue.Page => "page",
        EntryValue.ReadOnlyPage => "read-only page",
        EntryValue.ReadOnlyCopy => "read-only copy of the page",
        EntryValue.OtherReadOnlyPage => "another read-only page",
        EntryValue.ContiguousPage => "contiguous page",
        EntryValue.SecondTable => "second table",
        EntryValue.BlockNg => "block, nG",
        _ => throw new ArgumentOutOfRangeException(nameof(value), value, "no such value"),
    };
}

/// <summary>The names of the two ranges of a repaint in steps.</summary>
public static class RepaintRangeText
{
    public static string Of(RepaintRange range) => range switch
    {
        RepaintRange.BelowText => "below text",
        RepaintRange.AboveRodata => "above rodata",
        _ => throw new ArgumentOutOfRangeException(nameof(range), range, "no such range"),
    };
}
