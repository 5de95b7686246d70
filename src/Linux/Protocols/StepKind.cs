namespace Orleans.Mmu.Linux.Protocols;

/// <summary>The roles that may perform a step.</summary>
[Flags]
public enum StepPerformers
{
    /// <summary>CPU 0, the only CPU that stores descriptors and broadcasts TLBIs.</summary>
    BootCpu = 1,

    /// <summary>Every other CPU.</summary>
    Secondaries = 2,

    /// <summary>Any CPU.</summary>
    Any = BootCpu | Secondaries,
}

/// <summary>
/// What a record of steps declares about itself in a static property "Declaration", beside a static property "Every"
/// with all its steps. Declaration stands above the record's other static members, because their initialisers read it.
/// </summary>
/// <param name="Code">
/// The first part of every code of this kind. Messages and saved files hold it, so it never changes and no other kind
/// takes it.
/// </param>
/// <param name="Performers">The roles that may perform such a step, unless a step says less.</param>
internal sealed record StepKind(string Code, StepPerformers Performers);
