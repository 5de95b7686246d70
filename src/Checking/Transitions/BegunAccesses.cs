using Orleans.Mmu.Arm.Barriers;

namespace Orleans.Mmu.Checking.Transitions;

/// <summary>
/// The entries that TLBIs of other CPUs have removed while a CPU may have begun an access through them and not
/// performed it. Empty unless the CPUs have erratum 4118414, with which a broadcast TLBI and its DSB do not wait for
/// such accesses. They wait for those through entries that an earlier TLBI has removed, which is why Linux repeats the
/// TLBI.
/// </summary>
internal record struct BegunAccesses
{
    /// <summary>Entries that the CPU could use when they were removed.</summary>
    public uint Through;

    /// <summary>
    /// Entries that it had itself invalidated. Accesses through them come before its ISB, and count as performed there.
    /// </summary>
    public uint UntilIsb;

    public readonly uint All => Through | UntilIsb;

    /// <summary>A broadcast TLBI of another CPU completes.</summary>
    /// <param name="removed">The entries that it removes.</param>
    /// <param name="dropped">Of these and what they lead to: the entries that the CPU could use until now.</param>
    /// <param name="zombies">The entries that it could use until its ISB.</param>
    public void Outlast(uint removed, uint dropped, uint zombies)
    {
        Through = (Through & ~removed) | dropped;
        UntilIsb = (UntilIsb & ~removed) | (zombies & removed);
    }

    /// <summary>The CPU performs a DSB, which waits for its earlier accesses.</summary>
    public void Fence(DsbKind dsb)
    {
        if (dsb.Accesses() == BarrierAccesses.All)
            this = default;
    }
}
