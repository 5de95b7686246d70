namespace Orleans.Mmu.Checking.Transitions;

/// <summary>The state of a CPU of the toy machine, without its level and program.</summary>
internal record struct ToyCpuState
{
    /// <summary>The number of its place: of the next step of its program, where the CPU handles no interrupt.</summary>
    public int Point;

    /// <summary>Every entry that its TLB may hold.</summary>
    public uint MaySet;

    /// <summary>
    /// While a local TLBI is pending: the set that remains once it is complete, including entries that a walk after the
    /// TLBI's floor may have cached again.
    /// </summary>
    public uint MaySetAfterLocal;

    /// <summary>The set that remains once a pending broadcast TLBI of CPU 0 is complete.</summary>
    public uint MaySetAfterBroadcast;

    /// <summary>
    /// Zombies: entries that the CPU has invalidated itself and may use for its own accesses until its ISB (without
    /// FEAT_ETS2). They bring in no other entry and are part of no overlap. Always empty if
    /// <see cref="ToyCpuKind.Lingers"/> is false.
    /// </summary>
    public uint UsableUntilIsb;
}

/// <summary>
/// An unpacked state. May-sets are closed: they contain every entry that a walk could cache at any time.
/// </summary>
/// <param name="cpus">CPU 0 first.</param>
/// <param name="writers">
/// The same CPUs as writers of tables, if the model has several; empty where only CPU 0 stores.
/// </param>
internal ref struct ToyState(Span<ToyCpuState> cpus, Span<ToyWriterState> writers)
{
    public ToyState(Span<ToyCpuState> cpus) : this(cpus, [])
    {
    }

    /// <summary>
    /// What the watched words hold, for <see cref="MachineModel.View"/>. Where only CPU 0 stores: its stores that every
    /// walker can see, as a mask. Otherwise the number that a <see cref="MemoryLayout"/> reads.
    /// </summary>
    public uint Memory;

    /// <summary>The flag and the locks; a <see cref="FlagModel"/> interprets the bits.</summary>
    public uint Flag;

    public readonly Span<ToyCpuState> Cpus = cpus;

    public readonly Span<ToyWriterState> Writers = writers;

    /// <summary>What a CPU may find by walks begun early; nothing where no access depends on them.</summary>
    public readonly EarlyWalks EarlyOf(int cpu) => Writers.IsEmpty ? default : Writers[cpu].Early;

    /// <summary>The removed entries through which a CPU may still perform an access that has begun.</summary>
    public readonly uint BegunOn(int cpu) => Writers.IsEmpty ? 0 : Writers[cpu].Begun.All;

    /// <summary>The same state in other memory.</summary>
    public readonly ToyState CopyTo(Span<ToyCpuState> cpus, Span<ToyWriterState> writers)
    {
        Cpus.CopyTo(cpus);
        Writers.CopyTo(writers);
        return new ToyState(cpus, writers) { Memory = Memory, Flag = Flag };
    }
}
