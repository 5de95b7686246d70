using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Linux.LinearMap;

namespace Orleans.Mmu.Linux.Protocols;

/// <summary>A TLBI without an address, for this CPU or for all: of everything, or of an ASID's entries.</summary>
public sealed record Tlbi : Step
{
    internal static StepKind Declaration { get; } = new("tlbi", StepPerformers.Anywhere, StepEffects.InvalidatesTlb);

    internal static IReadOnlyList<Step> Every => [Local, Broadcast, LocalAsid, BroadcastAsid];

    private Tlbi(TlbiOperation operation, string operand, string asid = "")
        : base(Declaration, operand, operation + asid) => Operation = operation;

    public TlbiOperation Operation { get; }

    public static Tlbi Local { get; } = new(TlbiOperation.Vmalle1, "vmalle1");

    public static Tlbi Broadcast { get; } = new(TlbiOperation.Vmalle1Is, "vmalle1is");

    /// <summary>
    /// TLBI ASIDE1 of ASID 0, which every CPU of the checker's machine and of a boot has: leaves with nG, and table
    /// entries, which never are global (R_CHVGJ).
    /// </summary>
    public static Tlbi LocalAsid { get; } = new(new(TlbiScope.Asid, false), "aside1:0", ", asid 0");

    /// <summary>TLBI ASIDE1IS: the same on every CPU.</summary>
    public static Tlbi BroadcastAsid { get; } = new(new(TlbiScope.Asid, true), "aside1is:0", ", asid 0");
}

/// <summary>A TLBI by address; the machine determines the address.</summary>
public sealed record TlbiRange : Step
{
    internal static StepKind Declaration { get; } =
        new("tlbi-range", StepPerformers.Anywhere, StepEffects.InvalidatesTlb);

    internal static IReadOnlyList<Step> Every => [.. StepOperands.Ranges.SelectMany(InRange)];

    private TlbiRange(TlbiScope scope, RepaintRange range, EntryWord cover)
        : base(
            Declaration, $"{TextOf(scope, EntryWord.FirstPte)}:{StepOperands.Of(range)}:{StepOperands.Of(cover)}",
            $"tlbi {TextOf(scope, cover)}, "
            + $"{RepaintRangeText.Of(range)}{PageOf(cover)}") =>
        (Scope, Range, Cover) = (scope, range, cover);

    public TlbiScope Scope { get; }

    public RepaintRange Range { get; }

    /// <summary>What it covers: one address in the block, the first or second page, or every page.</summary>
    public EntryWord Cover { get; }

    /// <summary>TLBI VAAE1IS: every level, walk caches included.</summary>
    public static TlbiRange AllLevels(RepaintRange range, EntryWord cover) => new(TlbiScope.VaAllAsids, range, cover);

    /// <summary>TLBI VAALE1IS: leaves only.</summary>
    public static TlbiRange LastLevel(RepaintRange range, EntryWord cover) =>
        new(TlbiScope.VaAllAsidsLastLevel, range, cover);

    /// <summary>TLBI VALE1: leaves only, on the issuer only.</summary>
    public static TlbiRange LocalLastLevel(RepaintRange range, EntryWord cover) =>
        new(TlbiScope.VaLastLevel, range, cover);

    /// <summary>Whether the operation reaches every CPU.</summary>
    public bool Broadcast => IsBroadcast(Scope);

    /// <summary>The operation for an address of a machine.</summary>
    /// <param name="start">The block's first address.</param>
    /// <param name="length">The bytes that all pages cover.</param>
    /// <param name="pageSize">The bytes that one page covers.</param>
    public TlbiOperation At(VirtualAddress start, ulong length, ulong pageSize) => new(
        Scope, Broadcast, Cover == EntryWord.SecondPte ? start + pageSize : start,
        Cover == EntryWord.AllPtes ? length : 0);

    private static IEnumerable<Step> InRange(RepaintRange range) =>
    [
        .. StepOperands.Covers.Select(cover => AllLevels(range, cover)),
        .. StepOperands.Covers.Select(cover => LastLevel(range, cover)),
        .. StepOperands.Covers.Select(cover => LocalLastLevel(range, cover)),
    ];

    private static string PageOf(EntryWord cover) => cover switch
    {
        EntryWord.FirstPte => " page 0",
        EntryWord.SecondPte => " page 1",
        EntryWord.Pmd or EntryWord.AllPtes => "",
        // A TLBI names addresses, whichever table translates them.
        _ => throw new ArgumentOutOfRangeException(nameof(cover), cover, "no such word"),
    };

    private static string TextOf(TlbiScope scope, EntryWord cover) =>
        TlbiNames.Of(scope, IsBroadcast(scope), range: cover == EntryWord.AllPtes);

    // All forms except VALE1 are used as IS forms.
    private static bool IsBroadcast(TlbiScope scope) => scope != TlbiScope.VaLastLevel;
}
