namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// Judges a trace again from its beginning where the first write of a TCR says that IDs have had 8 bits all along, and
/// one with more bits has been judged by then. The first events are kept for that.
/// </summary>
/// <param name="source">The text of src of the event that is read; null where it has none.</param>
/// <param name="begin">Begins to judge, with the regimes whose IDs have 8 bits from the beginning.</param>
internal sealed class LintPasses(
    Func<string?> source, Func<Func<string?>, IReadOnlySet<CasemateRegime>, LintPass> begin)
{
    /// <summary>The number of events that are kept.</summary>
    public const int MostKept = 1 << 16;

    // A trace of so many events is probably one of many more.
    private const int LongTrace = 1 << 12;

    private readonly record struct Kept(CasemateEvent Event, long Line, string? Source);

    private readonly HashSet<CasemateRegime> _shortIds = [];
    private List<Kept>? _kept = [];
    private string? _place;
    private bool _isReplaying;

    /// <summary>The events as they are judged now.</summary>
    public LintPass Current { get; private set; } = begin(source, new HashSet<CasemateRegime>());

    /// <summary>The regimes whose IDs have 8 bits before their TCR is written.</summary>
    public IReadOnlySet<CasemateRegime> ShortIds => _shortIds;

    /// <summary>An event happens.</summary>
    public void Step(in CasemateEvent happened, long line)
    {
        if (_kept?.Count == MostKept)
            _kept = null;
        else if (_kept?.Count == LongTrace)
            _kept.Capacity = MostKept;
        _kept?.Add(new(happened, line, source()));
        Current.Step(happened, line);
        while (_kept is not null && Current.Linter.TurnsOutShort is { } regime && _shortIds.Add(regime))
        {
            _isReplaying = true;
            Current = begin(() => _isReplaying ? _place : source(), new HashSet<CasemateRegime>(_shortIds));
            foreach (var kept in _kept)
            {
                _place = kept.Source;
                Current.Step(kept.Event, kept.Line);
            }
        }

        _isReplaying = false;
    }
}
