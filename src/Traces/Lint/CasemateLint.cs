using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>Judges a whole casemate trace.</summary>
public static class CasemateLint
{
    /// <summary>
    /// The number of pages that a trace may write. The tables that map a terabyte in 4K pages are half as many.
    /// </summary>
    public const int MaxPages = 1 << 20;

    private const int Period = 1 << 10;

    /// <summary>Reads a trace to its end and judges it up to its first violation.</summary>
    /// <param name="file">The name of the trace in errors.</param>
    /// <param name="levels">Of CPU 0, CPU 1 …; the last one holds for all that follow.</param>
    /// <param name="progress">Receives the number of events read, from time to time.</param>
    /// <param name="maxPages">
    /// Pages whose contents are kept, 4 KiB each; four times as many old values of descriptors are kept.
    /// </param>
    /// <exception cref="InputException">
    /// A line is no event, or the trace needs more pages or old values than are kept.
    /// </exception>
    public static LintResult Run(
        string file, Stream stream, IReadOnlyList<BbmLevel> levels, int maxPages, IProgress<long>? progress,
        CancellationToken cancellationToken)
    {
        var reader = new CasemateReader(file, stream);
        var linter = new BbmLinter(levels, maxPages);
        LintViolation? violation = null;
        long events = 0;
        while (reader.TryRead(out var happened))
        {
            if (++events % Period == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                progress?.Report(events);
            }

            // Events after a violation are read for the sake of the trace's own verdict, which stands at its end.
            if (violation is not null)
                continue;
            try
            {
                linter.Step(happened);
            }
            catch (LintException e)
            {
                int? victim = e.Cpu ?? linter.Victim(e.Tree, happened.Cpu);
                violation = new(
                    e.Message, happened.Id, reader.Line, victim ?? happened.Cpu, Breaks: victim is not null);
            }
            catch (LintLimitException e)
            {
                throw new InputException(file, (int)Math.Min(reader.Line, int.MaxValue), e.Message);
            }
        }

        if (events == 0)
            throw new InputException(file, 1, "expected events of a casemate trace, found nothing to judge");
        return new(violation, events, linter.MayAbort, reader.Verdict, linter.Assumed, NotesOn(violation, linter));
    }

    private static IReadOnlyList<string> NotesOn(LintViolation? violation, BbmLinter linter) =>
        violation is null && !linter.HasTree ? ["no register leads to a tree, so no change was judged"] : [];
}
