using Orleans.Mmu.Linux.LinearMap;

namespace Orleans.Mmu.Linux.Protocols;

/// <summary>
/// The CPU loads a descriptor and goes on with its next phase unless the descriptor has a value: "if (pmd_leaf(pmd))"
/// around a split. The load sees the CPU's own stores that are still in its store buffer.
/// </summary>
public sealed record SkipUnless : Step
{
    internal static StepKind Declaration { get; } = new("skip-unless", StepPerformers.Any, StepEffects.None);

    internal static IReadOnlyList<Step> Every => [.. StepOperands.Ranges.SelectMany(InRange)];

    private SkipUnless(RepaintRange range, EntryWord word, EntryValue value)
        : base(
            Declaration, StepOperands.Of(range, word, value),
            $"skip this phase unless {WriteEntries.TextOf(range, word)} == {WriteEntries.TextOf(value)}") =>
        (Range, Word, Value) = (range, word, value);

    public RepaintRange Range { get; }

    /// <summary>The word that is loaded, of which there is one.</summary>
    public EntryWord Word { get; }

    public EntryValue Value { get; }

    /// <exception cref="ArgumentException">The step would load more than one word.</exception>
    public static SkipUnless Of(RepaintRange range, EntryWord word, EntryValue value) => IsOne(word)
        ? new(range, word, value) : throw new ArgumentException("a load reads one word", nameof(word));

    private static bool IsOne(EntryWord word) => word is not (EntryWord.AllPtes or EntryWord.SecondAllPtes);

    private static IEnumerable<Step> InRange(RepaintRange range) =>
        from word in StepOperands.Words
        where IsOne(word)
        from value in StepOperands.Values
        select Of(range, word, value);
}
