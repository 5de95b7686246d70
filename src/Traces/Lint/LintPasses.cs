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
    private readonly HashSet<CasemateRegime> _shortIds = [];
    private KeptEvents? _kept = new();
    private string? _place;
    private bool _isReplaying;

    /// <summary>The events as they are judged now.</summary>
    public LintPass Current { get; private set; } = begin(source, new HashSet<CasemateRegime>());

    /// <summary>The regimes whose IDs have 8 bits before their TCR is written.</summary>
    public IReadOnlySet<CasemateRegime> ShortIds => _shortIds;

    /// <summary>An event happens.</summary>
    public void Step(in CasemateEvent happened, long line)
    {
        if (_kept?.IsFull == true)
            _kept = null;
        _kept?.Add(happened, line, source());
        Current.Step(happened, line);
        while (_kept is not null && Current.Linter.TurnsOutShort is { } regime && _shortIds.Add(regime))
        {
            _isReplaying = true;
            Current = begin(() => _isReplaying ? _place : source(), new HashSet<CasemateRegime>(_shortIds));
            for (int i = 0; i < _kept.Count; i++)
            {
                (var kept, long at, _place) = _kept[i];
                Current.Step(kept, at);
            }
        }

        _isReplaying = false;
    }
}
