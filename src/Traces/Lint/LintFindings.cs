namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// The violations of a trace, grouped by what is wrong and by the place in the kernel that did it. An event that
/// breaks a rule happens nevertheless, so that the events behind it are judged by what memory then holds.
/// </summary>
internal sealed partial class LintFindings
{
    /// <summary>The number of groups that are kept.</summary>
    public const int MaxGroups = 1 << 16;

    private readonly Dictionary<(string Kind, string? Place), LintGroup> _groups = [];
    private readonly Dictionary<(string Kind, string? Place), LintGroup> _lockGroups = [];
    private readonly HashSet<string> _ofEvent = [];
    private LintViolation? _first;
    private LintViolation? _firstOfLocks;

    // A violation of another rule came before the first one of the locks, perhaps in the same event.
    private bool _isOtherFirst;

    /// <summary>
    /// The CPU that would fail because another CPU, the second argument, changed a tree; null if none holds the tree.
    /// </summary>
    public required Func<HeldTree?, int, int?> Victim { get; init; }

    /// <summary>The text of src of the present event; null where it has none.</summary>
    public required Func<string?> Place { get; init; }

    /// <summary>The number of the present event.</summary>
    public ulong Event { get; private set; }

    private long Line { get; set; }

    private int Cpu { get; set; }

    /// <summary>False while events set up the state and are not judged.</summary>
    public bool IsJudging { get; set; } = true;

    /// <summary>The trace has an event about locks, so that it says who may write what.</summary>
    public bool HasLocks { get; set; }

    /// <summary>The first violation; null for a legal trace.</summary>
    public LintViolation? First => HasLocks && _firstOfLocks is { } locked && !_isOtherFirst ? locked : _first;

    /// <summary>A violation of the locks was left out, since the trace has no event about locks.</summary>
    public bool LeftLocksOut => !HasLocks && _firstOfLocks is not null;

    /// <summary>All groups, by their first lines.</summary>
    public IReadOnlyList<LintGroup> Groups =>
        [.. (HasLocks ? _groups.Values.Concat(LockGroups) : _groups.Values).OrderBy(g => g.Line)];

    /// <summary>An event is about to be judged.</summary>
    public void Begin(in CasemateEvent happened, long line)
    {
        (Event, Cpu, Line) = (happened.Id, happened.Cpu, line);
        _writesOneWord = happened.Kind == CasemateEventKind.MemoryWrite;
        if (_ofEvent.Count > 0)
            _ofEvent.Clear();
    }

    /// <summary>The present event breaks a rule.</summary>
    /// <param name="reason">In casemate's words where it has the rule, then what happened and Arm's label.</param>
    /// <param name="tree">
    /// The tree whose entries would be wrong, or whose walks would find other memory; null where no CPU would fail.
    /// </param>
    /// <param name="cpu">The CPU that would fail; null for the weakest of those that may hold the tree.</param>
    /// <param name="why">
    /// What is wrong apart from what the reason begins with, without addresses; null where that says it all.
    /// </param>
    /// <param name="spot">The addresses whose translation is wrong; null for none.</param>
    public void Report(
        string reason, HeldTree? tree = null, int? cpu = null, string? why = null, LintSpot? spot = null) =>
        Add(_groups, ref _first, reason, tree, cpu, why, spot);

    /// <summary>The same for a rule of the locks, which counts if the trace has events about locks.</summary>
    public void ReportOfLocks(string reason, HeldTree? tree = null)
    {
        if (_firstOfLocks is null)
            _isOtherFirst = _first is not null;
        Add(_lockGroups, ref _firstOfLocks, reason, tree, null, null, null);
    }

    private void Add(
        Dictionary<(string Kind, string? Place), LintGroup> groups, ref LintViolation? first, string reason,
        HeldTree? tree, int? cpu, string? why, LintSpot? spot)
    {
        // A register's write may lead to one contradiction in two ways, which are said alike.
        if (!IsJudging || !_ofEvent.Add(reason))
            return;
        string kind = reason.Split(": ", 2)[0] + (why is null ? "" : $": {why}");
        string? place = Place();
        if (_held is null && groups.TryGetValue((kind, place), out var known))
        {
            groups[(kind, place)] = known with { Count = known.Count + 1 };
            return;
        }

        int? victim = cpu ?? Victim(tree, Cpu);
        var violation = new LintViolation(reason, Event, Line, victim ?? Cpu, Breaks: victim is not null)
        { Spot = spot };
        if (_held is { } held)
        {
            held.Add(new(kind, place, violation));
            return;
        }

        AddGroup(groups, kind, place, violation);
        first ??= violation;
    }

    private static void AddGroup(
        Dictionary<(string Kind, string? Place), LintGroup> groups, string kind, string? place, LintViolation violation)
    {
        if (groups.Count == MaxGroups)
            throw new LintLimitException($"{MaxGroups} places that break rules");
        groups[(kind, place)] = new(kind, place, 1, violation);
    }
}
