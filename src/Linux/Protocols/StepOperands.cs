using Orleans.Mmu.Linux.LinearMap;

namespace Orleans.Mmu.Linux.Protocols;

/// <summary>
/// The operands in <see cref="Step.Code"/>. Messages and saved files contain these words, so they never change.
/// </summary>
internal static class StepOperands
{
    public static IReadOnlyList<RepaintRange> Ranges { get; } = Enum.GetValues<RepaintRange>();

    public static IReadOnlyList<EntryWord> Words { get; } = Enum.GetValues<EntryWord>();

    /// <summary>What a TLBI by address can cover.</summary>
    public static IReadOnlyList<EntryWord> Covers { get; } =
        [EntryWord.Pmd, EntryWord.FirstPte, EntryWord.SecondPte, EntryWord.AllPtes];

    public static IReadOnlyList<EntryValue> Values { get; } = Enum.GetValues<EntryValue>();

    public static string Of(RootTable root) => root switch
    {
        RootTable.Swapper => "swapper",
        RootTable.Reserved => "reserved",
        RootTable.Idmap => "idmap",
        RootTable.Second => "b",
        _ => throw new ArgumentOutOfRangeException(nameof(root), root, "no such root"),
    };

    public static string Of(RepaintRange range) => range switch
    {
        RepaintRange.BelowText => "below-text",
        RepaintRange.AboveRodata => "above-rodata",
        _ => throw new ArgumentOutOfRangeException(nameof(range), range, "no such range"),
    };

    public static string Of(RepaintRange range, EntryWord word, EntryValue value) =>
        $"{Of(range)}:{Of(word)}:{Of(value)}";

    public static string Of(EntryWord word) => word switch
    {
        EntryWord.Pmd => "pmd",
        EntryWord.FirstPte => "pte0",
        EntryWord.SecondPte => "pte1",
        EntryWord.AllPtes => "ptes",
        EntryWord.SecondFirstPte => "second-pte0",
        EntryWord.SecondAllPtes => "second-ptes",
        EntryWord.SecondPmd => "pmd-b",
        _ => throw new ArgumentOutOfRangeException(nameof(word), word, "no such word"),
    };

    public static string Of(EntryValue value) => value switch
    {
        EntryValue.None => "none",
        EntryValue.Block => "block",
        EntryValue.BlockNt => "block-nt",
        EntryValue.Table => "table",
        EntryValue.Page => "page",
        EntryValue.ReadOnlyPage => "page-ro",
        EntryValue.ReadOnlyCopy => "page-ro-copy",
        EntryValue.OtherReadOnlyPage => "page-ro-other",
        EntryValue.ContiguousPage => "page-cont",
        EntryValue.SecondTable => "second-table",
        EntryValue.BlockNg => "block-ng",
        _ => throw new ArgumentOutOfRangeException(nameof(value), value, "no such value"),
    };
}
