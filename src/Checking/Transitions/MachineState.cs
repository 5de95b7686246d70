namespace Orleans.Mmu.Checking.Transitions;

/// <summary>What a CPU of the toy machine is, beyond its level and its program.</summary>
internal struct CpuState
{
    /// <summary>The next step of its program.</summary>
    public int Point;

    /// <summary>Every entry that its TLB may hold.</summary>
    public uint Usable;

    /// <summary>
    /// While a TLBI of its own is pending: the set that remains once it is complete, including entries that a walk
    /// after the TLBI's floor may have brought again.
    /// </summary>
    public uint AfterOwn;

    /// <summary>The set that remains once a pending broadcast TLBI of CPU 0 is complete.</summary>
    public uint AfterBroadcast;

    /// <summary>
    /// What the CPU has itself invalidated and may still use for its own accesses until its ISB (without FEAT_ETS2). It
    /// brings in no other entry and is part of no overlap. Always empty where <see cref="CpuKind.Lingers"/> is false.
    /// </summary>
    public uint Zombies;
}

/// <summary>An unpacked state. May-sets are whole: closed under every walk that could happen at any time.</summary>
/// <param name="cpus">CPU 0 first.</param>
internal ref struct MachineState(Span<CpuState> cpus)
{
    /// <summary>Stores of CPU 0 that every walker may see.</summary>
    public uint Performed;

    /// <summary>The flag; what its bits are, a <see cref="FlagModel"/> knows.</summary>
    public uint Flag;

    public readonly Span<CpuState> Cpus = cpus;
}
