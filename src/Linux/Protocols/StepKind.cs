namespace Orleans.Mmu.Linux.Protocols;

/// <summary>The roles that may perform a step.</summary>
[Flags]
public enum StepPerformers
{
    /// <summary>CPU 0, the only CPU that raises and clears the flag.</summary>
    BootCpu = 1,

    /// <summary>Every other CPU.</summary>
    Secondaries = 2,

    /// <summary>Any CPU in its program.</summary>
    Any = BootCpu | Secondaries,

    /// <summary>A CPU that handles an interrupt. A handler neither waits nor stores descriptors.</summary>
    Handler = 4,

    /// <summary>Any CPU, in its program and while it handles an interrupt.</summary>
    Anywhere = Any | Handler,
}

/// <summary>
/// The properties of a kind of step. A record of steps declares them in a static property "Declaration", beside a
/// static property "Every" with all its steps. Declaration comes before the record's other static members, because
/// their initializers read it.
/// </summary>
/// <param name="Code">
/// The first part of the code of every step of this kind. Messages and saved files contain it, so it never changes and
/// is never reused.
/// </param>
/// <param name="Performers">The roles that may perform such a step.</param>
/// <param name="Effects">
/// The effects that interpreters ask for; null for a step of which nothing is known (<see cref="ForeignStep"/>).
/// </param>
internal sealed record StepKind(string Code, StepPerformers Performers, StepEffects? Effects);
