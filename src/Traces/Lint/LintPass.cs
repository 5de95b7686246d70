using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>The events of a trace, judged one after another, within what is asked for.</summary>
/// <param name="place">The text of src of the present event; null where it has none.</param>
/// <param name="shortIds">The regimes whose ASIDs or VMIDs have 8 bits before the trace writes their TCR.</param>
internal sealed class LintPass(
    string file, LintRequest request, Func<string?> place, IReadOnlySet<CasemateRegime> shortIds)
{
    private ulong _newest;
    private long _unjudgedAborts;
    private LintedState? _at;
    private bool _isJudging = request.First is null;

    public BbmLinter Linter { get; } = new(request.Levels, request.MaxPages, place, shortIds);

    /// <summary>The number of events.</summary>
    public long Events { get; private set; }

    /// <summary>Whether an event that is asked for has come.</summary>
    public bool HasJudged => _isJudging && Events > 0;

    /// <summary>The number of judged changes for which a CPU may take a conflict abort.</summary>
    public long MayAbort => Linter.MayAbort - _unjudgedAborts;

    /// <summary>An event happens.</summary>
    /// <exception cref="InputException">
    /// The trace needs more memory than is kept, or begins behind the event whose state is asked for.
    /// </exception>
    public void Step(in CasemateEvent happened, long line)
    {
        Events++;
        if (!_isJudging && happened.Id >= request.First)
        {
            _isJudging = true;
            _unjudgedAborts = Linter.MayAbort;
        }

        if (_at is null && happened.Id > request.At)
        {
            if (Events == 1)
            {
                throw new InputException(
                    file, (int)Math.Min(line, int.MaxValue),
                    $"expected event {request.At} or an earlier one first, found {happened.Id}");
            }

            _at = Linter.State();
        }

        _newest = Math.Max(_newest, happened.Id);
        Linter.Found.IsJudging = _isJudging;
        Linter.Found.Begin(happened, line);
        try
        {
            Linter.Step(happened);
        }
        catch (LintLimitException e)
        {
            throw new InputException(file, (int)Math.Min(line, int.MaxValue), e.Message);
        }
    }

    /// <summary>The state behind the event that is asked for; null where none is.</summary>
    /// <param name="line">The last line.</param>
    /// <exception cref="InputException">The trace ends before the event.</exception>
    public LintedState? At(int line) =>
        _at is not null || request.At is not { } asked ? _at
        : _newest >= asked ? Linter.State()
        : throw new InputException(
            file, line, $"expected an event {asked} or a later one, found {_newest} as the last that is read");
}
