using System.Numerics;

namespace Orleans.Mmu.Checking.Transitions;

/// <summary>
/// How CPUs synchronise: idmap_kpti_bbml2_flag, which CPU 0 raises to 1, the others count up, and CPU 0 clears to
/// release them; and the allocator's lock.
/// </summary>
internal abstract class FlagModel
{
    private const uint Locked = 1;

    /// <summary>The number of bits that flag and lock take in a packed state.</summary>
    public int Width => 1 + FlagWidth;

    protected abstract int FlagWidth { get; }

    public static bool IsLocked(uint shared) => (shared & Locked) != 0;

    public static uint Lock(uint shared) => shared | Locked;

    public static uint Unlock(uint shared) => shared & ~Locked;

    /// <summary>flag = 1.</summary>
    public uint Raise(uint shared) => shared & Locked | Raised(shared >> 1) << 1;

    /// <summary>flag += 1.</summary>
    public uint Count(uint shared) => shared & Locked | CountedUp(shared >> 1) << 1;

    /// <summary>flag = 0.</summary>
    public static uint Clear(uint shared) => shared & Locked;

    /// <summary>flag == num_online_cpus().</summary>
    /// <param name="counted">In the projection: whether the modelled CPU has counted in.</param>
    public bool IsComplete(uint shared, bool counted) => HasEveryone(shared >> 1, counted);

    /// <summary>flag == 0.</summary>
    public bool IsZero(uint shared) => HasNobody(shared >> 1);

    protected abstract uint Raised(uint flag);

    protected abstract uint CountedUp(uint flag);

    protected abstract bool HasEveryone(uint flag, bool counted);

    protected abstract bool HasNobody(uint flag);
}

/// <summary>The flag as a plain count, on a machine of N CPUs.</summary>
internal sealed class CountedFlag(int cpus) : FlagModel
{
    protected override int FlagWidth => BitOperations.Log2((uint)cpus) + 1;

    protected override uint Raised(uint flag) => 1;

    protected override uint CountedUp(uint flag) => flag + 1;

    protected override bool HasEveryone(uint flag, bool counted) => flag == cpus;

    protected override bool HasNobody(uint flag) => flag == 0;
}

/// <summary>
/// The flag on a machine of any number of CPUs, reduced to whether it is raised and whether the modelled CPU and the
/// others have counted in. The flag can be complete only after the modelled CPU has counted in; whether all others have
/// is unknown, so it is possible.
/// </summary>
internal sealed class ProjectedFlag : FlagModel
{
    private const uint IsRaised = 1;
    private const uint IsCounted = 2;
    // A store overwrote a count, so the flag never reaches the number of CPUs.
    private const uint IsLost = 4;

    protected override int FlagWidth => 3;

    protected override uint Raised(uint flag) => IsRaised | ((flag & IsCounted) != 0 ? IsLost : 0);

    protected override uint CountedUp(uint flag) => flag | IsCounted;

    protected override bool HasEveryone(uint flag, bool counted) => (flag & (IsRaised | IsLost)) == IsRaised && counted;

    protected override bool HasNobody(uint flag) => (flag & (IsRaised | IsCounted)) == 0;
}
