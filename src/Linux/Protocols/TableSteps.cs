using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Linux.LinearMap;

namespace Orleans.Mmu.Linux.Protocols;

/// <summary>A TLBI by address; the address is the machine's.</summary>
public sealed record TlbiRange : Step
{
    private TlbiRange(TlbiScope scope, RepaintRange range, EntryWord cover)
        : base($"{Name(scope, cover)}, {Place.Name(range)}{(cover == EntryWord.FirstPte ? " page 0" : "")}") =>
        (Scope, Range, Cover) = (scope, range, cover);

    public TlbiScope Scope { get; }

    public RepaintRange Range { get; }

    /// <summary>One address in the block, the first page, or every page.</summary>
    public EntryWord Cover { get; }

    /// <summary>TLBI VAAE1IS: every level, walk caches too.</summary>
    public static TlbiRange AllLevels(RepaintRange range, EntryWord cover) => new(TlbiScope.VaAllAsids, range, cover);

    /// <summary>TLBI VAALE1IS: leaves alone.</summary>
    public static TlbiRange LastLevel(RepaintRange range, EntryWord cover) => new(TlbiScope.VaAllAsidsLastLevel, range, cover);

    /// <summary>TLBI VALE1: leaves alone, on the issuer alone.</summary>
    public static TlbiRange LocalLastLevel(RepaintRange range, EntryWord cover) => new(TlbiScope.VaLastLevel, range, cover);

    /// <summary>The operation reaches every CPU.</summary>
    public bool Broadcast => IsBroadcast(Scope);

    /// <summary>The operation at an address of a machine.</summary>
    /// <param name="length">Bytes that all pages take.</param>
    public TlbiOperation At(VirtualAddress start, ulong length) =>
        new(Scope, Broadcast, start, Cover == EntryWord.AllPtes ? length : 0);

    private static string Name(TlbiScope scope, EntryWord cover) =>
        $"tlbi {TlbiNames.Of(scope, IsBroadcast(scope), range: cover == EntryWord.AllPtes)}";

    // Every form but VALE1 is used as an IS form.
    private static bool IsBroadcast(TlbiScope scope) => scope != TlbiScope.VaLastLevel;
}

/// <summary>DMB ISHST: keeps stores in order, and nothing else.</summary>
public sealed record Dmb : Step
{
    private Dmb() : base("dmb ishst")
    {
    }

    public static Dmb Ishst { get; } = new();
}

/// <summary>The page of a table goes back to the allocator: anybody may write anything there.</summary>
public sealed record FreeTable : Step
{
    private FreeTable(RepaintRange range) : base($"free the table {Place.Name(range)}") => Range = range;

    public RepaintRange Range { get; }

    public static FreeTable Of(RepaintRange range) => new(range);
}

/// <summary>The allocator's lock, spun for with preemption off.</summary>
public sealed record AllocatorLock : Step
{
    private AllocatorLock(bool take, string text) : base(text) => Take = take;

    public bool Take { get; }

    public static AllocatorLock Lock { get; } = new(true, "spin_lock(zone->lock)");

    public static AllocatorLock Unlock { get; } = new(false, "spin_unlock(zone->lock)");
}

/// <summary>The stopper takes the CPU away from whatever it is doing.</summary>
public sealed record Stopped : Step
{
    private Stopped() : base("stopped where it is")
    {
    }

    public static Stopped Instance { get; } = new();
}
