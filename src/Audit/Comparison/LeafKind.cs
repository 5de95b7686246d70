using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.LinearMap;

namespace Orleans.Mmu.Audit.Comparison;

/// <summary>
/// What a comparison looks at in a leaf. Packed into two words, since two maps of a million leaves may differ in each.
/// </summary>
internal readonly record struct LeafKind
{
    private const int LevelShift = 8, TypeShift = 12;
    private const uint LevelMask = 0xf << LevelShift;

    private enum Flag : uint
    {
        Contiguous = 1,
        Valid = 2,
        ReadOnly = 4,
        ExecuteNever = 8,
        UserExecuteNever = 16,
        NotGlobal = 32,
        HasOffset = 64,
    }

    private readonly uint _bits;
    private readonly ulong _offset;

    private LeafKind(uint bits, ulong offset) => (_bits, _offset) = (bits, offset);

    public Level Level => Level.Of((int)((_bits & LevelMask) >> LevelShift) - 1);

    public bool Contiguous => Has(Flag.Contiguous);

    public bool IsValid => Has(Flag.Valid);

    public bool IsReadOnly => Has(Flag.ReadOnly);

    public bool IsExecuteNever => Has(Flag.ExecuteNever);

    public bool IsUserExecuteNever => Has(Flag.UserExecuteNever);

    /// <summary>nG of a valid leaf; in an invalid one Linux uses the bit for something else.</summary>
    public bool IsNotGlobal => Has(Flag.NotGlobal);

    /// <summary>The index into MAIR_EL1.</summary>
    public int Type => (int)(_bits >> TypeShift);

    /// <summary>PA minus VA, modulo 2^64; null if one of the maps has no output addresses.</summary>
    public ulong? Offset => Has(Flag.HasOffset) ? _offset : null;

    public static LeafKind Of(TranslationGeometry geometry, in LeafSequence run, bool hasOutputAddresses)
    {
        var attributes = run.First.Attributes(geometry, run.Level);
        uint bits = (uint)(run.Level.Number + 1) << LevelShift | (uint)attributes.AttrIndex << TypeShift
            | If(run.First.Contiguous, Flag.Contiguous) | If(run.First.IsValid, Flag.Valid)
            | If(attributes.ReadOnly, Flag.ReadOnly) | If(attributes.PrivilegedExecuteNever, Flag.ExecuteNever)
            | If(attributes.UnprivilegedExecuteNever, Flag.UserExecuteNever)
            | If(run.First.IsValid && attributes.NotGlobal, Flag.NotGlobal)
            | If(hasOutputAddresses, Flag.HasOffset);
        return new(bits, hasOutputAddresses
            ? unchecked(run.First.OutputAddress(geometry, run.Level).Value - run.Start.Value) : 0);
    }

    /// <summary>Whether two leaves differ in their size alone.</summary>
    public bool IsOtherSizeOf(LeafKind other) =>
        _offset == other._offset && ((_bits ^ other._bits) & ~(LevelMask | (uint)Flag.Contiguous)) == 0;

    private static uint If(bool condition, Flag flag) => condition ? (uint)flag : 0;

    private bool Has(Flag flag) => (_bits & (uint)flag) != 0;

    /// <summary>"2M+CONT RW NX Normal tagged at 0x40000000", in ptdump's words.</summary>
    public static string Text(LeafKind? kind, TranslationGeometry geometry, VirtualAddress at, MemoryTypes types) =>
        kind is not { } leaf ? "nothing"
        : LeafCensus.SizeName(geometry.Size(leaf.Level)) + (leaf.Contiguous ? "+CONT" : "")
            + (leaf.IsValid ? "" : " invalid")
            + $" {(leaf.IsReadOnly ? "ro" : "RW")} {(leaf.IsExecuteNever ? "NX" : "x")}"
            + (leaf.IsNotGlobal ? " NG" : "") + (leaf.IsUserExecuteNever ? "" : " without UXN")
            + $" {types.Name(leaf.Type)}"
            + (leaf.Offset is { } offset ? $" at {new PhysicalAddress(unchecked(at.Value + offset))}" : "");
}
