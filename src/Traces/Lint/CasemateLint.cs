using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// Reads a trace in casemate's format and judges it against break-before-make. casemate (rems-project/casemate) checks
/// traces of page-table writes, TLBIs and barriers, and knows no BBM levels.
/// </summary>
public static class CasemateLint
{
    /// <summary>The number of pages a trace may write: 4 GiB of tables.</summary>
    public const int MaxPages = 1 << 20;

    private const int Period = 1 << 10;

    /// <summary>Reads and judges a whole trace at the CPUs' BBM levels.</summary>
    /// <param name="levels">Of CPU 0, CPU 1 …; the last one holds for all that follow.</param>
    /// <exception cref="InputException">As below.</exception>
    public static LintResult Run(
        string file, Stream stream, IReadOnlyList<BbmLevel> levels, int maxPages, IProgress<long>? progress,
        CancellationToken cancellationToken) =>
        Run(file, stream, new LintRequest(levels) { MaxPages = maxPages }, progress, cancellationToken);

    /// <summary>Reads a trace to its end, or to the last event that is asked for, and judges it.</summary>
    /// <param name="file">The name of the trace in errors.</param>
    /// <param name="progress">Receives the number of events read, from time to time.</param>
    /// <exception cref="InputException">
    /// A line is no event, the trace has no event that is asked for, or it needs more pages, old values or groups than
    /// are kept.
    /// </exception>
    public static LintResult Run(
        string file, Stream stream, LintRequest request, IProgress<long>? progress,
        CancellationToken cancellationToken)
    {
        var reader = new CasemateReader(file, stream);
        var passes = new LintPasses(() => reader.Source, (place, ids) => new(file, request, place, ids));
        long events = 0;
        while (reader.TryRead(out var happened) && !(happened.Id > request.Last))
        {
            if (++events % Period == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                progress?.Report(events);
            }

            passes.Step(happened, reader.Line);
        }

        var (pass, linter, found) = (passes.Current, passes.Current.Linter, passes.Current.Linter.Found);
        linter.End();
        // casemate asks for locks in every trace, so one that carries its verdict is judged by them.
        found.HasLocks |= reader.Verdict is not null;
        int last = (int)Math.Clamp(reader.Line, 1, int.MaxValue);
        if (events == 0 && reader.Line == 0 || (events == 0 && request.Last is null))
            throw new InputException(file, 1, "expected events of a casemate trace, found nothing to judge");
        if (!pass.HasJudged)
        {
            throw new InputException(
                file, last, $"expected an event from {request.First ?? 0} to "
                + $"{request.Last?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "the last one"}, "
                + "found none");
        }

        var at = pass.At(last);
        return new(
            found.First, Named(found.Groups, request.Names, linter), events, pass.MayAbort, reader.Verdict,
            Assumed(linter), NotesOn(found.First, linter))
        { At = at, ShortIds = passes.ShortIds };
    }

    private static IReadOnlyList<string> Assumed(BbmLinter linter) => !linter.Found.LeftLocksOut ? linter.Assumed
        : [.. linter.Assumed, "that each write is made under the right lock, since the trace has no event about locks"];

    private static IReadOnlyList<LintGroup> Named(
        IReadOnlyList<LintGroup> groups, IFunctionNames? names, BbmLinter linter)
    {
        if (names is null)
            return groups;
        var places = new LintPlaces(names, linter.OutputOf);
        return
        [
            .. groups.GroupBy(g => (g.Reason, Where: places.NameOf(g.Where)))
                .Select(g => new LintGroup(g.Key.Reason, g.Key.Where, g.Sum(one => one.Count), g.First().First)),
        ];
    }

    private static IReadOnlyList<string> NotesOn(LintViolation? violation, BbmLinter linter) =>
        violation is null && !linter.HasTree ? ["no register leads to a tree, so no change was judged"] : [];
}
