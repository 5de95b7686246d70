using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Linux.Kernels;

namespace Orleans.Mmu.Linux.Ptdump;

/// <summary>One field of a ptdump row: what it prints if the masked bits equal the value, and if they do not.</summary>
/// <param name="Clear">The text if they differ; null if the field then prints nothing.</param>
public readonly record struct PtdumpField(ulong Mask, ulong Value, string Set, string? Clear)
{
    public string? Text(ulong bits) => (bits & Mask) == Value ? Set : Clear;
}

/// <summary>The fields that arm64's ptdump prints of a leaf, in its order, and the names of levels.</summary>
public static class PtdumpFields
{
    public const ulong Valid = 1;

    /// <summary>PTE_WRITE, which is DBM. No field shows it.</summary>
    public const ulong Writable = 1UL << 51;

    /// <summary>PTE_DIRTY, a software bit. No field shows it.</summary>
    public const ulong Dirty = 1UL << 55;

    /// <summary>An attribute index that Linux does not use, for rows without a memory type.</summary>
    public const ulong UnknownType = 5UL << 2;

    /// <summary>AttrIndx.</summary>
    internal const ulong TypeMask = 7UL << 2;

    /// <summary>The first release that prints BLK by the type field (section) and not by a clear table bit.</summary>
    private static readonly KernelVersion TypeDecidesBlock = KernelVersion.Parse("6.15");

    public static PtdumpField User { get; } = new(1UL << 6, 1UL << 6, "USR", "   ");
    public static PtdumpField ReadOnly { get; } = new(1UL << 7, 1UL << 7, "ro", "RW");
    public static PtdumpField ExecuteNever { get; } = new(1UL << 53, 1UL << 53, "NX", "x ");

    /// <summary>PTE_SHARED. With FEAT_LPA2 these two bits are OA[51:50]: SHD means that both are set.</summary>
    public static PtdumpField Shared { get; } = new(3UL << 8, 3UL << 8, "SHD", "   ");
    public static PtdumpField Contiguous { get; } = new(1UL << 52, 1UL << 52, "CON", "   ");

    private static readonly PtdumpField TypeIsSection = new(3, 1, "BLK", "   ");
    private static readonly PtdumpField TableBitIsClear = new(2, 2, "   ", "BLK");

    /// <summary>Fields for a clear or set bit, as in newer kernels.</summary>
    public static IReadOnlyList<PtdumpField> Bits { get; } =
    [
        new(Valid, Valid, " ", "F"), User, ReadOnly, ExecuteNever, Shared, new(1UL << 10, 1UL << 10, "AF", "  "),
        new(1UL << 11, 1UL << 11, "NG", "  "), Contiguous, TypeIsSection, new(1UL << 54, 1UL << 54, "UXN", "   "),
        new(1UL << 50, 1UL << 50, "GP", "  "),
    ];

    /// <summary>
    /// Memory types by Linux's indices into MAIR_EL1; an index that Linux does not use prints nothing.
    /// </summary>
    public static IReadOnlyList<PtdumpField> MemoryTypes { get; } =
    [
        Type(3, "DEVICE/nGnRnE"), Type(4, "DEVICE/nGnRE"), Type(2, "MEM/NORMAL-NC"), Type(0, "MEM/NORMAL"),
        Type(1, "MEM/NORMAL-TAGGED"),
    ];

    /// <summary>
    /// All bits that rows show: consecutive entries that agree in these bits and in their level share one row.
    /// </summary>
    public static ulong Mask { get; } =
        Bits.Concat(MemoryTypes).Aggregate(TableBitIsClear.Mask, (mask, field) => mask | field.Mask);

    /// <summary>The fields of a release.</summary>
    public static IReadOnlyList<PtdumpField> Of(KernelVersion version) =>
        [.. Bits.Select(f => f == TypeIsSection && version < TypeDecidesBlock ? TableBitIsClear : f), .. MemoryTypes];

    public static bool IsBlock(PtdumpField field) => field == TypeIsSection;

    /// <summary>
    /// The name of a level. The top level is PGD, whichever it is. If the top level is the PMD, its leaves are still
    /// named PMD (note_page() folds P4D and PUD only; for holes the walk folds all).
    /// </summary>
    public static string LevelName(TranslationGeometry geometry, Level level, bool hole) => level.Number switch
    {
        3 => "PTE",
        2 when level > geometry.StartLevel || !hole => "PMD",
        1 when level > geometry.StartLevel => "PUD",
        0 when level > geometry.StartLevel => "P4D",
        _ => "PGD",
    };

    private static PtdumpField Type(ulong index, string name) => new(TypeMask, index << 2, name, null);
}
