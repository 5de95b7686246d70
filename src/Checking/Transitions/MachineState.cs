namespace Orleans.Mmu.Checking.Transitions;

/// <summary>The state of a CPU of the toy machine, without its level and program.</summary>
internal struct CpuState
{
    /// <summary>The number of the next step of its program.</summary>
    public int Point;

    /// <summary>Every entry that its TLB may hold.</summary>
    public uint Usable;

    /// <summary>
    /// While a local TLBI is pending: the set that remains once it is complete, including entries that a walk after the
    /// TLBI's floor may have cached again.
    /// </summary>
    public uint AfterOwn;

    /// <summary>The set that remains once a pending broadcast TLBI of CPU 0 is complete.</summary>
    public uint AfterBroadcast;

    /// <summary>
    /// Zombies: entries that the CPU has invalidated itself and may use for its own accesses until its ISB (without
    /// FEAT_ETS2). They bring in no other entry and are part of no overlap. Always empty if
    /// <see cref="CpuKind.Lingers"/> is false.
    /// </summary>
    public uint Zombies;
}

/// <summary>
/// An unpacked state. May-sets are closed: they contain every entry that a walk could cache at any time.
/// </summary>
/// <param name="cpus">CPU 0 first.</param>
internal ref struct MachineState(Span<CpuState> cpus)
{
    /// <summary>The stores of CPU 0 that every walker can see, as a mask.</summary>
    public uint Performed;

    /// <summary>The flag and the lock; a <see cref="FlagModel"/> interprets the bits.</summary>
    public uint Flag;

    public readonly Span<CpuState> Cpus = cpus;
}
