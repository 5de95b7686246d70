using System.Collections.Immutable;
using Orleans.Mmu.Linux.LinearMap;

namespace Orleans.Mmu.Linux.Protocols;

/// <summary>
/// range_split_to_ptes() over one of the repaint's ranges: many descriptor stores, others may look between any two.
/// </summary>
public sealed record SplitToPages : Step
{
    internal static StepKind Declaration { get; } = new("split", StepPerformers.Any, StepEffects.StoresDescriptors);

    internal static IReadOnlyList<Step> Every => [BelowText, AboveRodata];

    private SplitToPages(RepaintRange range, string text)
        : base(Declaration, StepOperands.Of(range), text) => Range = range;

    public RepaintRange Range { get; }

    public static SplitToPages BelowText { get; } =
        new(RepaintRange.BelowText, "split [PAGE_OFFSET, lm_alias(_stext))");

    public static SplitToPages AboveRodata { get; } =
        new(RepaintRange.AboveRodata, "split [lm_alias(__init_begin), PAGE_END)");

    public static SplitToPages Of(RepaintRange range) => range switch
    {
        RepaintRange.BelowText => BelowText,
        RepaintRange.AboveRodata => AboveRodata,
        _ => throw new ArgumentOutOfRangeException(nameof(range), range, "there is no such range"),
    };

    /// <summary>
    /// What it does to one block: the table is filled and made visible before the store that links it (split_pmd), and
    /// leaving lazy MMU mode emits the barriers that set_pmd() had put off.
    /// </summary>
    public ImmutableArray<Step> OfOneBlock =>
    [
        WriteEntries.To(Range, EntryWord.AllPtes, EntryValue.Page), Dsb.Ishst,
        WriteEntries.To(Range, EntryWord.Pmd, EntryValue.Table),
        Dsb.Ishst, Isb.Instance,
    ];
}
