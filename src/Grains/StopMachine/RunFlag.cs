using Orleans.Mmu.Interfaces.StopMachine;

namespace Orleans.Mmu.Grains.StopMachine;

/// <summary>The word that the CPUs of a run count in at, and that the boot CPU clears: idmap_kpti_bbml2_flag.</summary>
/// <param name="cpus">How many there are.</param>
/// <param name="start">A run that is taken up finds everyone counted in.</param>
internal sealed class RunFlag(int cpus, RunStart start)
{
    /// <summary>The CPUs that have counted in, the boot CPU first.</summary>
    public int Count { get; private set; } = start.IsWhole ? 0 : cpus;

    /// <summary>The boot CPU has cleared it; who waits, goes.</summary>
    public bool IsClear { get; private set; } = start.Found == RunPhase.Released;

    /// <summary>Every CPU has counted in.</summary>
    public bool IsFull => Count == cpus;

    /// <summary>The secondaries that have.</summary>
    public int Secondaries => Math.Max(0, Count - 1);

    /// <summary>The secondaries that wait.</summary>
    public int Waiting => IsClear ? 0 : Secondaries;

    public void Raise() => Count = 1;

    public void CountIn(int secondaries) => Count += secondaries;

    public void Clear() => IsClear = true;
}
