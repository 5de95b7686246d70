using System.Collections.Immutable;
using Orleans.Mmu.Checking.Scripts;
using Orleans.Mmu.Checking.Toy;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Checking.Transitions;

/// <summary>
/// How far a CPU has brought its changes, by the way that it has taken through its program: each range is a change of
/// its own. Equal progress has one number; 0 stands for a CPU that has begun no change.
/// </summary>
internal sealed class ChangeFlow
{
    public static ImmutableArray<RepaintRange> Ranges { get; } = [.. Enum.GetValues<RepaintRange>()];

    private readonly ImmutableArray<ScriptStep> _program;
    private readonly EntryUniverse _universe;
    private readonly FlushAnswers _answers;
    private readonly ImmutableArray<int> _firstStores;
    private readonly int _release;
    private readonly bool _repeatsTlbi;
    private readonly List<ImmutableArray<RangeChange>> _changes = [];
    private readonly Dictionary<string, int> _numbers = [];

    /// <param name="repeatsTlbi">Whether the CPUs have erratum 4118414.</param>
    public ChangeFlow(
        ImmutableArray<ScriptStep> program, ProtocolScript script, EntryUniverse universe, bool repeatsTlbi)
    {
        _repeatsTlbi = repeatsTlbi;
        (_program, _universe, _answers) = (program, universe, new(program, script));
        _firstStores =
        [
            .. Ranges.Select(r => program.FirstIndex(0, s => Stores(s, r)))
                .Select(first => first < 0 ? program.Length : first),
        ];
        _release = program.FirstIndex(0, s => s is ClearFlag);
        Number([.. Ranges.Select(_ => RangeChange.None)]);
    }

    /// <summary>The change of a range.</summary>
    public RangeChange this[int change, RepaintRange range] => _changes[change][(int)range];

    /// <summary>The number after a step of the program.</summary>
    public int Next(int change, int step) =>
        Number([.. Ranges.Select(r => After(_changes[change][(int)r], r, step))]);

    /// <summary>Whether a step is a part of the change of a range, for other CPUs or for the CPU itself.</summary>
    /// <param name="before">The change before the step.</param>
    public bool IsPart(RangeChange before, RepaintRange range, int step, bool itself)
    {
        var after = After(before, range, step);
        bool others = before.IsOpenForOthers || after.IsOpenForOthers;
        // An interrupt may tell CPUs to flush, and the answer completes what it asks for.
        return after != before ? itself || (others && (after with { NeedsIsb = before.NeedsIsb }) != before)
            : before.Others != 0 && _program[step].Step is SendIpi;
    }

    /// <summary>Whether a step frees a table of a range that the CPU has changed.</summary>
    public bool Frees(int step, RepaintRange range) =>
        HasStored(step, range) && _program[step].Step is FreeTable free && free.Range == range;

    /// <summary>Whether the program has a store to a range before a step.</summary>
    public bool HasStored(int step, RepaintRange range) => step > _firstStores[(int)range];

    /// <summary>
    /// Whether CPU 0 has released the others since the last store of a change, and does not ask them to flush.
    /// </summary>
    public bool IsReleased(int step, RangeChange change) => change.LastStore >= 0 && change.LastStore < _release
        && _release < step && _answers.Awaited(change.LastStore) == 0;

    /// <summary>Whether a step stores to a range.</summary>
    public bool Stores(int step, RepaintRange range) => Stores(_program[step].Step, range);

    /// <summary>Whether the release asks the other CPUs to flush what the program has stored before it.</summary>
    public bool ReleaseAsksForFlush => _release >= 0 && Enumerable.Range(0, _release).Any(
        i => Ranges.Any(r => Stores(i, r)) && _answers.Awaited(i) != 0);

    private static bool Stores(Step step, RepaintRange range) => DescriptorStore.Writes(step).Any(
        w => w.Word is { } word && word.Range == range && w.Content != WordContent.Freed);

    private RangeChange After(RangeChange change, RepaintRange range, int number)
    {
        var step = _program[number].Step;
        // A page that is freed is no descriptor of the range any more.
        foreach (var (word, content) in DescriptorStore.Writes(step))
        {
            if (word is { } written && written.Range == range && content != WordContent.Freed)
                change = change.Stored(_universe.Below(written), _answers.Awaited(number), number);
        }

        if (ToyCpuKind.Operation(step, _universe.Machine) is { } operation)
            return change.Invalidated(_universe.Scope(operation), ToyCpuKind.Broadcasts(step));
        if (change.LastStore >= 0 && _answers.At(change.LastStore, number) is var answered and not 0)
            return change.Answered(answered);
        return step switch
        {
            Dsb dsb => change.Ordered(dsb, _repeatsTlbi),
            Isb => change.Synchronized(),
            _ => change,
        };
    }

    private int Number(ImmutableArray<RangeChange> changes)
    {
        string key = string.Join('|', changes);
        if (_numbers.TryGetValue(key, out int number))
            return number;
        _numbers.Add(key, _changes.Count);
        _changes.Add(changes);
        return _changes.Count - 1;
    }
}
