namespace Orleans.Mmu.Coordination.Runs;

/// <summary>The word that the CPUs of a run count in at and that the boot CPU clears: idmap_kpti_bbml2_flag.</summary>
/// <param name="Cpus">How many CPUs there are.</param>
/// <param name="Count">How many have counted in, the boot CPU among them.</param>
/// <param name="IsClear">The boot CPU has cleared it: a CPU that waits goes on.</param>
public readonly record struct RunFlag(int Cpus, int Count, bool IsClear)
{
    /// <summary>Every CPU has counted in.</summary>
    public bool IsFull => Count == Cpus;

    /// <summary>The secondaries that have counted in.</summary>
    public int Secondaries => Math.Max(0, Count - 1);

    /// <summary>The secondaries that wait.</summary>
    public int Waiting => IsClear ? 0 : Secondaries;

    public RunFlag Raise() => this with { Count = 1 };

    public RunFlag CountIn(int secondaries) => this with { Count = Count + secondaries };

    public RunFlag Clear() => this with { IsClear = true };
}
