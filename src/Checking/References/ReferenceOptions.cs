namespace Orleans.Mmu.Checking.References;

/// <summary>Mistakes in the parking protocol.</summary>
[Flags]
public enum ReferenceMutant
{
    None = 0,

    /// <summary>CPU 0 broadcasts no TLBI.</summary>
    NoBroadcast = 1,

    /// <summary>Secondaries do not flush before they count in.</summary>
    NoLocal = 2,

    /// <summary>CPU 0 releases the others before its DSB.</summary>
    Early = 4,

    /// <summary>Secondaries stay on the live map instead of switching to the reserved one.</summary>
    NoSwitch = 8,
}

/// <summary>Parameters of a reference system.</summary>
/// <param name="Cpus">2 to 8.</param>
/// <param name="Parks">Whether secondaries wait on the reserved map; otherwise they spin on the live one.</param>
/// <param name="TwoStep">Whether a walk reads a descriptor in one step and caches it in a later one.</param>
/// <param name="Symmetry">Whether secondaries are exchangeable.</param>
public sealed record ReferenceOptions(
    int Cpus, bool Parks, bool TwoStep = false, bool Symmetry = false, ReferenceMutant Mutant = ReferenceMutant.None)
{
    public const int MinCpus = 2;
    public const int MaxCpus = 8;
}
