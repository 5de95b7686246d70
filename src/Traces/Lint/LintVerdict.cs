namespace Orleans.Mmu.Traces.Lint;

/// <summary>A rule that an event of a trace breaks.</summary>
/// <param name="Reason">In casemate's words where it has the rule, then what happened and Arm's label.</param>
/// <param name="Event">The event's number in the trace.</param>
/// <param name="Line">Its line.</param>
/// <param name="Cpu">
/// The CPU that would fail: another CPU that walks the table if there is one, else the writer. Where no CPU would fail,
/// that of the event.
/// </param>
/// <param name="Breaks">
/// Whether a CPU would fail. False where the trace breaks a rule of the kernel alone, such as that of the locks, and
/// where no CPU holds the tree.
/// </param>
public sealed record LintViolation(string Reason, ulong Event, long Line, int Cpu, bool Breaks)
{
    /// <summary>The addresses whose translation is wrong; null where the violation concerns none.</summary>
    internal LintSpot? Spot { get; init; }
}

/// <summary>The verdict on a whole trace.</summary>
/// <param name="Violation">The first violation; null for a legal trace.</param>
/// <param name="Groups">All violations by what is wrong and where it was done, in the order of their firsts.</param>
/// <param name="Events">The number of events that were read, those that set up the state among them.</param>
/// <param name="MayAbort">
/// The number of live changes of size or Contiguous bit for which a CPU of level 1 or plain level 2 may take a conflict
/// abort. Each old value that may be cached beside the new one counts.
/// </param>
/// <param name="Casemate">The verdict that the trace itself carries; null if it carries none.</param>
/// <param name="Assumed">What the linter assumed because the trace does not say it; each a clause.</param>
/// <param name="Notes">What a reader of the verdict must know besides; each a clause.</param>
public sealed record LintResult(
    LintViolation? Violation, IReadOnlyList<LintGroup> Groups, long Events, long MayAbort, string? Casemate,
    IReadOnlyList<string> Assumed, IReadOnlyList<string> Notes)
{
    /// <summary>The state behind the event that was asked for; null where none was.</summary>
    public LintedState? At { get; init; }

    /// <summary>The regimes whose ASIDs or VMIDs have 8 bits before the trace writes their TCR.</summary>
    internal IReadOnlySet<CasemateRegime> ShortIds { get; init; } = new HashSet<CasemateRegime>();
}
