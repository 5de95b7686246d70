namespace Orleans.Mmu.Traces.Lint;

/// <summary>A rule that an event of a trace breaks.</summary>
/// <param name="Reason">In casemate's words where it has the rule, then what happened and Arm's label.</param>
/// <param name="Event">The event's number in the trace.</param>
/// <param name="Line">Its line.</param>
/// <param name="Cpu">The CPU that would break: another one that walks the table, else the one that wrote.</param>
public sealed record LintViolation(string Reason, ulong Event, long Line, int Cpu);

/// <summary>What is said of a whole trace.</summary>
/// <param name="Violation">Null where it is legal.</param>
/// <param name="MayAbort">Live changes of size or Contiguous bit for which a CPU of plain level 2, or 1, may take a conflict abort.</param>
/// <param name="Casemate">What the trace says of itself; null where it says nothing.</param>
public sealed record LintResult(LintViolation? Violation, long Events, long MayAbort, string? Casemate);
