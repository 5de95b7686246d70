using System.Collections.Immutable;

namespace Orleans.Mmu.Linux.Protocols;

/// <summary>The role that performs a phase.</summary>
public enum Role
{
    /// <summary>CPU 0, which raises and clears the flag.</summary>
    BootCpu,

    /// <summary>Every other online CPU.</summary>
    Secondaries,
}

/// <summary>The steps of one role. A phase ends when every CPU of the role has performed them.</summary>
/// <param name="Name">One word for traces: announce, park, repaint, resume.</param>
public sealed record Phase(string Name, Role Role, ImmutableArray<Step> Steps);

/// <summary>
/// A way to change the live linear map, as data: the grains perform it, the explorer explores it, and a mutant is the
/// same list with a step removed or moved.
/// </summary>
/// <param name="Name">The name, as --protocol takes it.</param>
/// <param name="Summary">A one-line description.</param>
/// <param name="Origin">Who proposed or merged it.</param>
public sealed record Protocol(string Name, string Summary, string Origin, ImmutableArray<Phase> Phases)
{
    /// <summary>Whether the protocol stops the secondaries.</summary>
    public bool StopsMachine => Phases.Any(p => p.Role == Role.Secondaries);

    /// <summary>The phase in which the secondaries count in and wait; null if there is none.</summary>
    public Phase? Parks => Phases.FirstOrDefault(p => p.Role == Role.Secondaries && p.Steps.Contains(CountIn.Instance));

    /// <summary>
    /// The steps by which a parked secondary resumes: those of every phase after the one that parks it.
    /// </summary>
    public ImmutableArray<Step> WayBack
    {
        get
        {
            var own = Phases.Where(p => p.Role == Role.Secondaries).ToList();
            return [.. own.Skip(Parks is { } parks ? own.IndexOf(parks) + 1 : own.Count - 1).SelectMany(p => p.Steps)];
        }
    }
}
