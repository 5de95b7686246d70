using System.Collections.Immutable;
using Orleans.Mmu.Arm.BreakBeforeMake;

namespace Orleans.Mmu.Checking.Places;

/// <summary>
/// A system to explore, described by its parameters, so that it can be recreated where its states live.
/// </summary>
/// <param name="Name">The name of a protocol or of a reference system.</param>
/// <param name="TwoStep">Reference systems: whether a walk takes two steps.</param>
/// <param name="Cnp">Protocols: whether swapper_pg_dir carries CnP.</param>
/// <param name="Levels">Protocols: the levels of CPU 0, CPU 1, and so on.</param>
public sealed record ExploredSystem(
    string Name, int Cpus, bool TwoStep = false, bool Cnp = true, ImmutableArray<BbmLevel> Levels = default)
{
    /// <summary>Protocols that are not built in: the text of the file.</summary>
    public string? Text { get; init; }

    /// <summary>Protocols: whether every CPU has erratum 4118414.</summary>
    public bool RepeatsTlbi { get; init; }
}
