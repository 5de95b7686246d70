using System.Numerics;

namespace Orleans.Mmu.Checking.Transitions;

/// <summary>
/// How CPUs synchronize: idmap_kpti_bbml2_flag, which CPU 0 raises to 1, the others count up, and CPU 0 clears to
/// release them; the locks, one bit each; and the words of the protocol's own.
/// </summary>
/// <param name="words">The words, whose bits follow those of the locks.</param>
internal abstract class FlagModel(SharedWords words)
{
    private readonly int _below = words.End;
    private readonly uint _other = (1u << words.End) - 1;

    /// <summary>The number of bits that flag, locks and words take in a packed state.</summary>
    public int Width => _below + FlagWidth;

    /// <summary>The words of the protocol's own.</summary>
    public SharedWords Words { get; } = words;

    protected abstract int FlagWidth { get; }

    /// <param name="number">The lock's number, from 0.</param>
    public static bool IsLocked(uint shared, int number) => (shared >> number & 1) != 0;

    public static uint Lock(uint shared, int number) => shared | 1u << number;

    public static uint Unlock(uint shared, int number) => shared & ~(1u << number);

    /// <summary>flag = 1.</summary>
    public uint Raise(uint shared) => shared & _other | Raised(shared >> _below) << _below;

    /// <summary>flag += 1.</summary>
    public uint Count(uint shared) => shared & _other | CountedUp(shared >> _below) << _below;

    /// <summary>flag = 0.</summary>
    public uint Clear(uint shared) => shared & _other;

    /// <summary>flag == num_online_cpus().</summary>
    /// <param name="counted">In the projection: whether the modelled CPU has counted in.</param>
    public bool IsComplete(uint shared, bool counted) => HasEveryone(shared >> _below, counted);

    /// <summary>flag == 0.</summary>
    public bool IsZero(uint shared) => HasNobody(shared >> _below);

    protected abstract uint Raised(uint flag);

    protected abstract uint CountedUp(uint flag);

    protected abstract bool HasEveryone(uint flag, bool counted);

    protected abstract bool HasNobody(uint flag);
}

/// <summary>The flag as a plain count, on a machine of N CPUs.</summary>
internal sealed class CountedFlag(int cpus, SharedWords words) : FlagModel(words)
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
internal sealed class ProjectedFlag(SharedWords words) : FlagModel(words)
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
